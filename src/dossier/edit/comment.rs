//! Finds the comments inside a value, so that none is lost with it.

/// The comments inside a value, found by stepping over its strings.
pub(super) fn comments(value: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some(at) = rest.find(['#', '"', '\'']) {
        rest = rest.get(at..).unwrap_or_default();
        let length = if rest.starts_with('#') {
            let line = rest.lines().next().unwrap_or_default();
            found.push(line);
            line.len()
        } else {
            string_length(rest)
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    found
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
