//! The text of a spreadsheet: bytes to rows of cells, and which cell is a formula.
//!
//! The way back of what `render::csv` writes, and of what a spreadsheet makes of it: cells parted by `,`,
//! `;` or a tab, in UTF-8 or Windows-1252, with line breaks within quotes. It knows no column and no
//! question. A reader of its own, since it must tell two things that a lenient one does not: on which line
//! and in which row of the sheet a cell stands, blank rows counted, and that a quotation mark is never
//! closed, which would swallow every reply behind it.

use std::borrow::Cow;

use thiserror::Error;

/// What may stand between two cells.
pub const SEPARATORS: [char; 3] = [';', ',', '\t'];

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The characters of Windows-1252 from 0x80 to 0x9f; five of them are none.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Why bytes are no rows; it never quotes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SheetError {
    /// A workbook, of Excel or LibreOffice.
    #[error("this is a workbook, not its text")]
    Workbook,
    /// The text of a spreadsheet in UTF-16.
    #[error("this is text in UTF-16")]
    Utf16,
    /// Something else than text.
    #[error("this is no text")]
    NoText,
    /// It says that it is UTF-8 and is not.
    #[error("line {line} is not UTF-8, though the beginning says so")]
    NotUtf8 {
        /// The line of the first bad byte, from 1.
        line: usize,
    },
}

/// The text of a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<'b> {
    /// The text without a byte order mark.
    pub text: Cow<'b, str>,
    /// Whether it was read as Windows-1252, since it is not UTF-8.
    pub windows: bool,
}

/// One row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'t> {
    /// The line of the text on which it begins, from 1.
    pub line: usize,
    /// The row of the sheet, from 1: a blank line is a row too.
    pub number: usize,
    /// The cells; a blank line has one.
    pub cells: Vec<Cow<'t, str>>,
}

/// The rows of a text for one separator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows<'t> {
    /// The rows.
    pub rows: Vec<Row<'t>>,
    /// The line on which a quotation mark is opened that nothing closes.
    pub unclosed: Option<usize>,
}

/// Returns the bytes as text: UTF-8, else Windows-1252.
///
/// # Errors
/// Where they are no such text.
pub fn decode(bytes: &[u8]) -> Result<Text<'_>, SheetError> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(SheetError::Workbook);
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(SheetError::Utf16);
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        // Latin letters in UTF-16 without a mark have every second byte zero.
        let beside = bytes.get(at + 2).or_else(|| bytes.get(at.wrapping_sub(2)));
        return Err(match beside {
            Some(0) => SheetError::Utf16,
            _ => SheetError::NoText,
        });
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Text {
            text: Cow::Borrowed(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)),
            windows: false,
        }),
        Err(problem) if bytes.starts_with("\u{feff}".as_bytes()) => {
            let before = bytes.get(..problem.valid_up_to()).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(SheetError::NotUtf8 { line })
        }
        Err(_) => Ok(Text {
            text: Cow::Owned(bytes.iter().map(|byte| windows(*byte)).collect()),
            windows: true,
        }),
    }
}

/// Returns a text as it comes back from a file in Windows-1252: what that has no letter for is `?`.
pub fn through_windows(text: &str) -> String {
    let kept = |c: char| match c {
        '\0'..='\u{7f}' | '\u{a0}'..='\u{ff}' => c,
        c if WINDOWS.contains(&c) => c,
        _ => '?',
    };
    text.chars().map(kept).collect()
}

/// Returns the rows of a text whose cells are parted by `separator`. A quotation mark that begins a cell
/// goes to the next single one; two of them within are one.
pub fn rows(text: &str, separator: char) -> Rows<'_> {
    let mut reader = Reader {
        text,
        separator,
        at: 0,
        line: 1,
    };
    let mut read = Rows::default();
    while reader.at < text.len() {
        let line = reader.line;
        let (cells, unclosed) = reader.row();
        read.rows.push(Row {
            line,
            number: read.rows.len() + 1,
            cells,
        });
        if unclosed.is_some() {
            read.unclosed = unclosed;
            break;
        }
    }
    read
}

struct Reader<'t> {
    text: &'t str,
    separator: char,
    at: usize,
    line: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes the cells up to the end of the row, and tells where a mark is not closed.
    fn row(&mut self) -> (Vec<Cow<'t, str>>, Option<usize>) {
        let mut cells = Vec::new();
        loop {
            let (cell, unclosed) = self.cell();
            cells.push(cell);
            if unclosed.is_some() {
                return (cells, unclosed);
            }
            let rest = self.rest();
            match rest.chars().next() {
                Some(c) if c == self.separator => self.at += c.len_utf8(),
                Some('\r') if rest[1..].starts_with('\n') => return self.end(2, cells),
                Some(_) => return self.end(1, cells),
                None => return (cells, None),
            }
        }
    }

    fn end(
        &mut self,
        bytes: usize,
        cells: Vec<Cow<'t, str>>,
    ) -> (Vec<Cow<'t, str>>, Option<usize>) {
        self.at += bytes;
        self.line += 1;
        (cells, None)
    }

    fn cell(&mut self) -> (Cow<'t, str>, Option<usize>) {
        let Some(quoted) = self.rest().strip_prefix('"') else {
            return (Cow::Borrowed(self.plain()), None);
        };
        let opened = self.line;
        let mut from = 0;
        let closed = loop {
            match quoted[from..].find('"') {
                None => break None,
                Some(at) if quoted[from + at + 1..].starts_with('"') => from += at + 2,
                Some(at) => break Some(from + at),
            }
        };
        let inner = &quoted[..closed.unwrap_or(quoted.len())];
        self.line += line_ends(inner);
        self.at += 1 + inner.len() + usize::from(closed.is_some());
        let mut cell = match inner.contains('"') {
            true => Cow::Owned(inner.replace("\"\"", "\"")),
            false => Cow::Borrowed(inner),
        };
        // What stands behind the closing mark belongs to the cell, as spreadsheets have it.
        let behind = self.plain();
        if !behind.is_empty() {
            cell.to_mut().push_str(behind);
        }
        (cell, closed.is_none().then_some(opened))
    }

    fn plain(&mut self) -> &'t str {
        let rest = self.rest();
        let end = |c: char| c == self.separator || c == '\n' || c == '\r';
        let plain = &rest[..rest.find(end).unwrap_or(rest.len())];
        self.at += plain.len();
        plain
    }
}

/// Counts the line ends of a text, of whatever system.
fn line_ends(text: &str) -> usize {
    let bytes = text.as_bytes();
    let alone = |at: usize| bytes.get(at + 1) != Some(&b'\n');
    let ends = bytes.iter().enumerate();
    ends.filter(|(at, byte)| **byte == b'\n' || **byte == b'\r' && alone(*at))
        .count()
}

fn windows(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
        byte => char::from(byte),
    }
}

/// Tells whether a text begins like a formula, be it behind spaces and apostrophes.
fn is_formula(text: &str) -> bool {
    let first = |c: char| "=+-@\t\r\n＝＋－＠".contains(c);
    text.trim_start_matches([' ', '\'']).starts_with(first)
}

/// Puts an apostrophe before a text that begins like a formula, which makes it text in every spreadsheet.
pub fn guarded(text: &str) -> Cow<'_, str> {
    match is_formula(text) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// Takes off the apostrophe that [`guarded`] puts there.
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => text,
    }
}

/// Returns the name of a cell in the sheet, such as `D14`; the column counts from 0, the row from 1.
pub fn cell_name(row: usize, column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        let letter = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        left = (left - 1) / 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{row}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(text: &str, separator: char) -> Vec<Vec<String>> {
        let read = rows(text, separator);
        assert_eq!(read.unclosed, None, "{text:?}");
        let owned = |row: Row<'_>| row.cells.iter().map(ToString::to_string).collect();
        read.rows.into_iter().map(owned).collect()
    }

    #[test]
    fn reads_what_spreadsheets_write() {
        let rows = [
            vec!["a", "b;\nc"],
            vec!["say \"no\"", ""],
            vec![""],
            vec!["d"],
        ];
        assert_eq!(
            cells("a;\"b;\nc\"\r\n\"say \"\"no\"\"\";\r\n\r\nd", ';'),
            rows
        );
        assert_eq!(cells("a,\"b;\nc\"\n\"say \"\"no\"\"\",\n\nd\n", ','), rows);
        assert_eq!(cells("a\tb;\r", '\t'), [["a", "b;"]]);
        // A mark within a cell is a letter, and what follows a closed one belongs to it.
        assert_eq!(cells("5\" disk;\"a\"b", ';'), [["5\" disk", "ab"]]);
        assert_eq!(cells("", ';'), [[""; 0]; 0]);
    }

    #[test]
    fn lines_and_rows_are_counted_apart() {
        let read = rows("a\r\n\"b\r\nb\nb\"\r\n\r\n\"c\rc\"\rd", ';');
        let places: Vec<_> = read.rows.iter().map(|row| (row.line, row.number)).collect();
        assert_eq!(places, [(1, 1), (2, 2), (5, 3), (6, 4), (8, 5)]);
        assert_eq!(cell_name(14, 3), "D14");
        assert_eq!(cell_name(1, 25), "Z1");
        assert_eq!(cell_name(1, 26), "AA1");
        assert_eq!(cell_name(2, 16_383), "XFD2");
    }

    #[test]
    fn an_open_quotation_mark_is_told_with_its_line() {
        assert_eq!(rows("a;b\nc;\"d\ne;f\n", ';').unclosed, Some(2));
        assert_eq!(rows("a;\"", ';').unclosed, Some(1));
        assert_eq!(rows("a;\"\"", ';').unclosed, None);
    }

    #[test]
    fn text_is_told_from_what_is_none() {
        let of = |bytes: &[u8]| decode(bytes).map(|it| (it.text.to_string(), it.windows));
        assert_eq!(of(b"\xef\xbb\xbf\xc3\xa9"), Ok(("é".into(), false)));
        assert_eq!(of(b"\xc3\xa9"), Ok(("é".into(), false)));
        assert_eq!(of(b"l\x92\xe9t\xe9 \x80"), Ok(("l’été €".into(), true)));
        assert_eq!(of(b"\xff\xfea\0"), Err(SheetError::Utf16));
        assert_eq!(of(b"a\0;\0"), Err(SheetError::Utf16));
        assert_eq!(of(b"\0a\0;"), Err(SheetError::Utf16));
        assert_eq!(of(b"a\0b"), Err(SheetError::NoText));
        assert_eq!(of(b"PK\x03\x04\0"), Err(SheetError::Workbook));
        assert_eq!(
            of(b"\xef\xbb\xbfa\n\xe9"),
            Err(SheetError::NotUtf8 { line: 2 })
        );
        assert_eq!(through_windows("œ’é\u{202f}‑"), "œ’é??");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in any::<Vec<u8>>(), text in "[\"';,\t\r\n=a]{0,24}") {
            for bytes in [bytes.as_slice(), text.as_bytes()] {
                let Ok(text) = decode(bytes) else { continue };
                for separator in SEPARATORS {
                    let read = rows(&text.text, separator);
                    prop_assert!(read.rows.iter().all(|row| !row.cells.is_empty()));
                    let last = read.rows.last().map_or(0, |row| row.line);
                    prop_assert!(last <= line_ends(&text.text) + 1);
                }
            }
        }

        #[test]
        fn the_apostrophe_goes_as_it_came(text in any::<String>(), other in "[ '=+@a-]{0,6}") {
            for text in [text, other] {
                let guarded = guarded(&text);
                prop_assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
                prop_assert_eq!(unguarded(&guarded), &text);
            }
        }
    }
}
