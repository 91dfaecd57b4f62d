//! Marks that travel inside the internal Markdown, from the templates to HTML.
//!
//! Plain Markdown cannot say "this heading is `r-6`", "these words are French" or "here goes the
//! chart". Each mark is a private-use character, some followed by an argument and a colon. The
//! escapes replace these characters wherever they come from outside, so an answer cannot forge one.
//! [`strip`] takes them all out for the `.md` that people get. This module knows no parser.

const ANCHOR: char = '\u{10FC00}';
const RUN: char = '\u{10FC01}';
const RUN_END: char = '\u{10FC02}';
const FIGURE: char = '\u{10FC03}';
const ROW_HEADS: char = '\u{10FC04}';

/// Returns the mark that gives the heading it opens a stable id.
pub fn anchor(id: &str) -> String {
    with_argument(ANCHOR, id)
}

/// Wraps inline Markdown as being in another language; an empty tag leaves it as it is.
///
/// The colons inside make emphasis at both edges open and close as at the edge of a line.
pub fn lang_run(markdown: &str, tag: &str) -> String {
    if tag.is_empty() || markdown.is_empty() {
        return markdown.to_owned();
    }
    format!("{}{markdown}:{RUN_END}", with_argument(RUN, tag))
}

/// Returns the mark that, as a paragraph by itself, stands for a chart.
pub fn figure(id: &str) -> String {
    with_argument(FIGURE, id)
}

/// Returns the mark that, in a table's first cell, makes the first column heads of their rows.
pub fn row_heads() -> String {
    ROW_HEADS.to_string()
}

/// Takes every mark out of the internal Markdown; a chart's paragraph goes as a whole.
pub fn strip(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut after_figure = false;
    for line in markdown.split_inclusive('\n') {
        if is_figure(line.trim()).is_some() {
            after_figure = true;
        } else if !(std::mem::take(&mut after_figure) && line.trim().is_empty()) {
            for part in parts(line) {
                if let Part::Text(text) = part {
                    out.push_str(text);
                }
            }
        }
    }
    out
}

/// Returns the direction of a language's usual script: `rtl` or `ltr`.
pub fn direction(tag: &str) -> &'static str {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    match primary.to_ascii_lowercase().as_str() {
        "ar" | "ckb" | "dv" | "fa" | "he" | "ps" | "sd" | "ug" | "ur" | "yi" => "rtl",
        _ => "ltr",
    }
}

/// A piece of marked text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Text(&'a str),
    Anchor(&'a str),
    Run(&'a str),
    RunEnd,
    Figure(&'a str),
    RowHeads,
}

/// Tells whether a character is one of the marks or kept for a future one.
pub(super) fn is_marker(c: char) -> bool {
    ('\u{10FC00}'..='\u{10FC0F}').contains(&c)
}

/// Returns a chart's id if the text is its mark and nothing else.
pub(super) fn is_figure(text: &str) -> Option<&str> {
    if !text.starts_with(FIGURE) {
        return None;
    }
    let mut parts = parts(text);
    match (parts.next(), parts.next()) {
        (Some(Part::Figure(id)), None) => Some(id),
        _ => None,
    }
}

/// Returns the text behind the marks that it starts with.
pub(super) fn after_marks(text: &str) -> &str {
    let mut rest = text;
    while let Some(mark) = rest.chars().next().filter(|c| is_marker(*c)) {
        rest = &rest[mark.len_utf8()..];
        if matches!(mark, ANCHOR | RUN | FIGURE)
            && let Some((argument, tail)) = rest.split_once(':')
            && argument.chars().all(is_argument)
        {
            rest = tail;
        }
    }
    rest
}

/// Splits marked text; a mark that is malformed vanishes.
pub(super) fn parts(mut rest: &str) -> impl Iterator<Item = Part<'_>> {
    std::iter::from_fn(move || {
        loop {
            let mark = rest.chars().next()?;
            if !is_marker(mark) {
                let end = rest.find(is_marker).unwrap_or(rest.len());
                let (text, tail) = rest.split_at(end);
                rest = tail;
                let text = match tail.starts_with(RUN_END) {
                    true => text.strip_suffix(':').unwrap_or(text),
                    false => text,
                };
                if text.is_empty() {
                    continue;
                }
                return Some(Part::Text(text));
            }
            rest = &rest[mark.len_utf8()..];
            let part = match mark {
                RUN_END => return Some(Part::RunEnd),
                ROW_HEADS => return Some(Part::RowHeads),
                ANCHOR => Part::Anchor,
                RUN => Part::Run,
                FIGURE => Part::Figure,
                _ => continue,
            };
            if let Some((argument, tail)) = rest.split_once(':')
                && argument.chars().all(is_argument)
            {
                rest = tail;
                return Some(part(argument));
            }
        }
    })
}

fn with_argument(mark: char, argument: &str) -> String {
    let argument: String = argument
        .chars()
        .map(|c| if is_argument(c) { c } else { '-' })
        .collect();
    format!("{mark}{argument}:")
}

fn is_argument(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strip_leaves_plain_markdown() {
        let marked = format!(
            "## {}Mandate: now\n\n{}\n\n- {} said.\n\n| {}A | B |\n",
            anchor("legal-mandate"),
            figure("levels"),
            lang_run("bonjour :", "fr"),
            row_heads(),
        );
        assert_eq!(
            strip(&marked),
            "## Mandate: now\n\n- bonjour : said.\n\n| A | B |\n"
        );
    }

    #[test]
    fn marks_are_read_back() {
        let run = lang_run("x:", "fr-CA");
        assert_eq!(
            parts(&run).collect::<Vec<_>>(),
            [Part::Run("fr-CA"), Part::Text("x:"), Part::RunEnd]
        );
        assert_eq!(is_figure(&figure("levels")), Some("levels"));
        assert_eq!(is_figure("levels"), None);
        assert_eq!(anchor("sim3:O_1"), anchor("sim3-O-1"));
    }

    #[test]
    fn malformed_marks_vanish() {
        assert_eq!(strip("a\u{10FC00}b c\u{10FC02}\u{10FC0E}"), "ab c");
    }

    #[test]
    fn directions() {
        assert_eq!(
            (direction("ar-MR"), direction("fr"), direction("")),
            ("rtl", "ltr", "ltr")
        );
    }
}
