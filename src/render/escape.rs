//! Text made literal: the last gate before a value meets Markdown, HTML or SVG.
//!
//! On the road this stands between `Report` and Markdown: whatever a respondent, an assessor or a
//! country name contains, the reader sees those characters and nothing else happens. It knows no
//! template, no parser and no report; it looks at characters only.

use std::borrow::Cow;

use super::markers;

/// Writes any text as literal inline Markdown.
///
/// The result means the same text in a paragraph, a heading, a list item and a table cell, at the
/// start of a line or within it, read as CommonMark, as GitHub Markdown and by pandoc.
///
/// What changes, apart from escapes: line ends and tabs become a space, runs of spaces one space,
/// white space at both ends is dropped; other control characters and the private-use characters of
/// [`markers`] become U+FFFD; bidirectional embeddings, overrides and isolates left open are
/// closed, closers of nothing are dropped. U+00A0, U+202F, emoji and the like are kept.
///
/// ```
/// # use cirtkit::render::escape::literal;
/// assert_eq!(literal("cost (2026): 3.5 M, net_total"), "cost (2026): 3.5 M, net_total");
/// assert_eq!(literal("- see *annex*\nand | <b>"), r"\- see \*annex\* and &#124; \<b\>");
/// ```
pub fn literal(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Cow::Borrowed(text);
    }
    let mut bidi = Bidi::default();
    let clean = clean(text, &mut bidi);
    let clean = clean.trim();
    let mut out = String::with_capacity(clean.len() + 8);
    inline(&mut out, clean, true);
    if clean.ends_with('!') {
        // Else a link that the template puts right behind it would become an image.
        out.insert(out.len() - 1, '\\');
    }
    bidi.close(&mut out);
    if out == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(out)
    }
}

/// Writes any text as character data or as an attribute value of HTML, XML and SVG.
///
/// Control characters that XML forbids become U+FFFD, and bidirectional controls are treated as in
/// [`literal`].
///
/// ```
/// # use cirtkit::render::escape::xml;
/// assert_eq!(xml("R&D <\"x\">"), "R&amp;D &lt;&quot;x&quot;&gt;");
/// ```
pub fn xml(text: &str) -> Cow<'_, str> {
    let plain = |b: u8| matches!(b, b' '..=b'~') && !matches!(b, b'&' | b'<' | b'>' | b'"' | b'\'');
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut bidi = Bidi::default();
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            c if c.is_control() || markers::is_marker(c) => out.push('\u{FFFD}'),
            c if bidi.admits(c) => out.push(c),
            _ => {}
        }
    }
    bidi.close(&mut out);
    Cow::Owned(out)
}

/// Turns white space into single spaces and neutralises controls; nothing is escaped or trimmed.
pub(super) fn clean(text: &str, bidi: &mut Bidi) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                let space = if out.ends_with(' ') { None } else { Some(' ') };
                out.extend(space);
            }
            c if c.is_control() || markers::is_marker(c) => out.push('\u{FFFD}'),
            c if bidi.admits(c) => out.push(c),
            _ => {}
        }
    }
    out
}

/// Makes one space of several.
pub(super) fn single_spaced(text: &str) -> Cow<'_, str> {
    if !text.contains("  ") {
        return Cow::Borrowed(text);
    }
    let mut out = text.to_owned();
    let mut space = false;
    out.retain(|c| !(std::mem::replace(&mut space, c == ' ') && c == ' '));
    Cow::Owned(out)
}

/// Appends clean text, escaped; at the start of a line block markers are escaped too.
pub(super) fn inline(out: &mut String, text: &str, line_start: bool) {
    let list_delimiter = if line_start {
        list_delimiter(text)
    } else {
        None
    };
    let mut before: Option<char> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|&(_, next)| next);
        let alphanumeric = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let escaped = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '~' | '^' | '$' | '@' | '{' | '}' => true,
            // Between letters or digits an underscore neither opens nor closes emphasis.
            '_' => !(alphanumeric(before) && alphanumeric(after)),
            // A heading's mark stands first, its closing marks last; "no. #5" is neither.
            '#' => before.is_none() || !alphanumeric(after),
            // Only what could begin a character reference.
            '&' => after.is_none_or(|c| c == '#' || c.is_ascii_alphabetic()),
            // "-5" is no list item, "- 5" and "---" are marks.
            '-' | '+' | '=' | ':' if at == 0 => line_start && !alphanumeric(after),
            '%' | '.' | ')' if at == 0 => line_start,
            '.' | ')' => list_delimiter == Some(at),
            _ => false,
        };
        if c == '|' {
            out.push_str("&#124;");
        } else {
            if escaped {
                out.push('\\');
            }
            out.push(c);
        }
        before = Some(c);
    }
}

/// Finds the `.` or `)` that would make the start of a line a list item, in CommonMark or pandoc:
/// `1.`, `2)`, `a.`, `(iv)`, `B)`.
fn list_delimiter(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('(').unwrap_or(text);
    let word = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (number, rest) = inner.split_at_checked(word)?;
    let roman = |b: u8| b"ivxlcdm".contains(&b.to_ascii_lowercase());
    let counts = number.len() == 1
        || number.bytes().all(|b| b.is_ascii_digit())
        || number.bytes().all(roman);
    let mut rest = rest.chars();
    let delimiter = rest.next().filter(|c| matches!(c, '.' | ')'))?;
    let ends = matches!(rest.next(), None | Some(' '));
    // "M. Dupont": pandoc wants two spaces behind a capital and a full stop.
    let initial =
        delimiter == '.' && number.len() == 1 && number.as_bytes()[0].is_ascii_uppercase();
    (counts && word > 0 && ends && !initial).then_some(text.len() - inner.len() + word)
}

/// Bidirectional controls that are open, so that a text cannot reorder what follows it.
#[derive(Default)]
pub(super) struct Bidi {
    open: Vec<char>,
}

impl Bidi {
    const END_EMBEDDING: char = '\u{202C}';
    const END_ISOLATE: char = '\u{2069}';

    /// Takes note of a character; false for a closer that closes nothing.
    pub(super) fn admits(&mut self, c: char) -> bool {
        match c {
            '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' => {
                self.open.push(Self::END_EMBEDDING)
            }
            '\u{2066}'..='\u{2068}' => self.open.push(Self::END_ISOLATE),
            Self::END_EMBEDDING => return self.open.pop_if(|end| *end == c).is_some(),
            Self::END_ISOLATE => match self.open.iter().rposition(|end| *end == c) {
                Some(at) => self.open.truncate(at),
                None => return false,
            },
            _ => {}
        }
        true
    }

    /// Appends the closers of everything still open.
    pub(super) fn close(&mut self, out: &mut String) {
        out.extend(self.open.drain(..).rev());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_prose_stays_readable() {
        for text in [
            "The regulator's team (12 people) costs 1.5 M, i.e. 3 %; see art. 4: \"mandate\".",
            "M. Dupont, ministère des TIC – l'équipe compte 12 agents ; budget : 3 000 €",
            "net_total and file_name_v2.txt, C# or F#?, no. #5, R & D, e-mail, 10-12 June",
            "فريق الاستجابة",
            "🇱🇸 Lesotho",
            "2026",
        ] {
            if text.contains("C#") {
                assert_eq!(
                    literal(text),
                    text.replace("C# ", "C\\# ").replace("F#?", "F\\#?")
                );
            } else {
                assert_eq!(literal(text), text);
            }
        }
    }

    #[test]
    fn marks_at_the_start_of_a_line_are_escaped() {
        for (text, expected) in [
            ("- a", "\\- a"),
            ("+ a", "\\+ a"),
            ("= a", "\\= a"),
            ("1. a", "1\\. a"),
            ("12) a", "12\\) a"),
            ("a. b", "a\\. b"),
            ("(iv) b", "(iv\\) b"),
            ("II. b", "II\\. b"),
            ("A) b", "A\\) b"),
            ("1.5 M", "1.5 M"),
            ("A. Moyo", "A. Moyo"),
            ("# a", "\\# a"),
            (": a", "\\: a"),
            ("--- ", "\\---"),
            ("-5 %", "-5 %"),
            ("etc.", "etc."),
            ("7.", "7\\."),
            ("", ""),
        ] {
            assert_eq!(literal(text), expected, "{text:?}");
        }
    }

    #[test]
    fn white_space_and_controls_are_normalised() {
        assert_eq!(literal(" a\r\n\tb\u{2028}c "), "a b c");
        assert_eq!(literal("a\0b\u{7}c\u{9b}d"), "a\u{FFFD}b\u{FFFD}c\u{FFFD}d");
        assert_eq!(literal("3\u{a0}000\u{202f}€"), "3\u{a0}000\u{202f}€");
        assert_eq!(literal("x\u{10FC00}id:"), "x\u{FFFD}id:");
        assert_eq!(xml("a\0\n"), "a\u{FFFD}\n");
    }

    #[test]
    fn open_bidi_controls_are_closed_and_stray_closers_dropped() {
        assert_eq!(literal("a\u{202E}b"), "a\u{202E}b\u{202C}");
        assert_eq!(
            literal("a\u{2067}b\u{202B}c"),
            "a\u{2067}b\u{202B}c\u{202C}\u{2069}"
        );
        assert_eq!(literal("a\u{2069}b\u{202C}"), "ab");
        assert_eq!(
            literal("\u{2067}a\u{202B}b\u{2069}c"),
            "\u{2067}a\u{202B}b\u{2069}c"
        );
        assert_eq!(xml("\u{202E}<"), "\u{202E}&lt;\u{202C}");
    }

    #[test]
    fn a_trailing_exclamation_mark_cannot_make_an_image() {
        assert_eq!(literal("Stop! Now!"), "Stop! Now\\!");
    }
}
