//! Finds the comments inside a value, so that none is lost with it.

use std::ops::Range;

/// The comments inside a value, found by stepping over its strings.
pub(super) fn comments(value: &str) -> Vec<&str> {
    let places = places(value).into_iter();
    places.filter_map(|place| value.get(place)).collect()
}

/// Where the comments of a valid text stand, each from its `#` to the end of its line.
pub(super) fn places(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find(['#', '"', '\''])) {
        at += next;
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with('#') {
            let line = rest.lines().next().unwrap_or_default();
            found.push(at..at + line.len());
            at += line.len();
        } else {
            at += string_length(rest);
        }
    }
    found
}

/// Gives a text that is not part of a string other line ends; what stands in strings stays as it is.
pub(super) fn with_line_ends(text: &str, newline: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let plain = |part: &str, out: &mut String| {
        let part = part.replace("\r\n", "\n");
        out.push_str(&match newline {
            "\n" => part,
            _ => part.replace('\n', newline),
        });
    };
    let (mut from, mut at) = (0, 0);
    while let Some(next) = text.get(at..).and_then(|rest| rest.find(['#', '"', '\''])) {
        at += next;
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with('#') {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        plain(text.get(from..at).unwrap_or_default(), &mut out);
        let length = string_length(rest);
        out.push_str(rest.get(..length).unwrap_or(rest));
        at = (at + length).min(text.len());
        from = at;
    }
    plain(text.get(from..).unwrap_or_default(), &mut out);
    out
}

/// The length of the string, in any of the four forms, that a valid text starts with.
fn string_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let Some(quote) = bytes.first() else { return 0 };
    let triple = bytes.len() >= 3 && bytes.iter().take(3).all(|byte| byte == quote);
    let width = if triple { 3 } else { 1 };
    let mut at = width;
    let mut run = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        if *byte == b'\\' && *quote == b'"' {
            at += 1;
            run = 0;
        } else if byte == quote {
            run += 1;
            if run == width {
                let extra = bytes
                    .iter()
                    .skip(at)
                    .take_while(|byte| *byte == quote)
                    .count();
                return at + if triple { extra.min(2) } else { 0 };
            }
        } else {
            run = 0;
        }
    }
    text.len()
}

pub(super) fn skip_spaces(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.len() - rest.trim_start_matches([' ', '\t']).len()
}

/// Skips blanks, line ends and comments.
pub(super) fn skip_blank(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        at += rest.len() - trimmed.len();
        if !trimmed.starts_with('#') {
            return at;
        }
        at += trimmed.find('\n').unwrap_or(trimmed.len());
    }
}
