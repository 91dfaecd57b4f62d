//! Tables for a spreadsheet: UTF-8 with a byte order mark, CRLF, and no cell that is a formula.
//!
//! A text that begins like a formula may run when the file is opened; it gets an apostrophe in front,
//! which makes it text in every spreadsheet.

use crate::report::Language;
use crate::sheet::guarded;

/// Returns the mark between cells that a reader's spreadsheet expects: `;` where the language writes
/// decimals with a comma, else `,`.
pub fn separator(language: &Language) -> char {
    match language.decimal_comma() {
        true => ';',
        false => ',',
    }
}

/// Writes rows, the first of them the ids of the columns.
pub fn csv<'c>(separator: char, rows: impl IntoIterator<Item = Vec<&'c str>>) -> String {
    let mut out = String::from("\u{feff}");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|text| cell(text, separator)).collect();
        out += &cells.join(&separator.to_string());
        out += "\r\n";
    }
    out
}

fn cell(text: &str, separator: char) -> String {
    let text = guarded(text);
    let special = |c: char| c == separator || c == '"' || c == ',' || c == ';' || c.is_control();
    if text.contains(special) || text.trim() != text {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sheet;

    #[test]
    fn cells_are_quoted_and_no_cell_is_a_formula() {
        let rows = [
            vec!["id", "text"],
            vec!["a", "=1+1"],
            vec!["b; c", "say \"no\"\n-"],
        ];
        assert_eq!(
            csv(';', rows),
            "\u{feff}id;text\r\na;'=1+1\r\n\"b; c\";\"say \"\"no\"\"\n-\"\r\n"
        );
        for text in ["+1", "-1", "@a", "\t=1", "  =1", "\r=1", "＝1"] {
            assert!(
                cell(text, ',').trim_start_matches('"').starts_with('\''),
                "{text:?}"
            );
        }
        assert_eq!(cell("a = b", ','), "a = b");
    }

    #[test]
    fn an_apostrophe_of_ones_own_is_told_from_ours() {
        assert_eq!(cell("'tis", ','), "'tis");
        assert_eq!(cell("'=1", ','), "''=1");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            rows in proptest::collection::vec(proptest::collection::vec("(?s).{0,8}|[\"';,\t\r\n =a]{0,6}", 1..5), 0..5),
            separator in proptest::sample::select(sheet::SEPARATORS.to_vec()),
        ) {
            let borrowed = rows.iter().map(|row: &Vec<String>| row.iter().map(String::as_str).collect());
            let text = csv(separator, borrowed);
            let decoded = sheet::decode(text.as_bytes()).map_err(|it| TestCaseError::fail(it.to_string()));
            // A zero byte is in no text of a spreadsheet.
            let Ok(decoded) = decoded else { prop_assert!(text.contains('\0')); return Ok(()); };
            let read = sheet::rows(&decoded.text, separator);
            prop_assert_eq!(read.unclosed, None);
            let read = read.rows.iter().map(|row| row.cells.iter().map(|it| sheet::unguarded(it).to_string()).collect::<Vec<_>>());
            prop_assert_eq!(read.collect::<Vec<_>>(), rows);
        }

        #[test]
        fn a_cell_stays_one_cell(text in any::<String>(), other in "[=+@;,\"\n a-]{0,6}") {
            for text in [text, other] {
                let cell = cell(&text, ';');
                let inner = match cell.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
                    Some(inner) => {
                        prop_assert!(!inner.replace("\"\"", "").contains('"'));
                        inner.replace("\"\"", "\"")
                    }
                    None => {
                        prop_assert!(!cell.contains([';', '"', '\n', '\r']));
                        cell
                    }
                };
                prop_assert!(!inner.starts_with(['=', '+', '-', '@', '\t', '\r']));
                let marked = inner.strip_prefix('\'');
                prop_assert!(inner == text || marked == Some(text.as_str()));
            }
        }
    }
}
