//! What comes in: bytes to lines, and lines to text.

use std::io::{self, BufRead, Read};

use crate::files::TOML_LIMIT;

/// Reads the next line; false at the end. Of one that no file may hold only so much is kept that it is
/// refused.
pub(super) fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let read = input.take(TOML_LIMIT).read_until(b'\n', line)?;
    while !line.ends_with(b"\n") {
        let rest = input.fill_buf()?;
        let end = rest.iter().position(|byte| *byte == b'\n');
        let skipped = end.map_or(rest.len(), |at| at + 1);
        input.consume(skipped);
        if end.is_some() || skipped == 0 {
            break;
        }
    }
    Ok(read > 0)
}

/// What Windows-1252 has for the bytes 0x80 to 0x9F, where Latin-1 has control characters. The five that
/// it leaves open stay what they are. A table that has not changed since 1998 needs no crate.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Returns a line as text, and whether it had to be read as Windows-1252, which reads every byte.
pub(super) fn decoded(line: &[u8]) -> (String, bool) {
    let of_windows = |byte: &u8| match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(*byte),
    };
    match std::str::from_utf8(line) {
        Ok(text) => (text.trim_start_matches('\u{feff}').to_string(), false),
        Err(_) => (line.iter().map(of_windows).collect(), true),
    }
}

/// Tells whether a line is of a file in UTF-16: it begins with its mark, or every other byte is empty.
pub(super) fn is_utf_16(line: &[u8]) -> bool {
    let marked = line.starts_with(&[0xff, 0xfe]) || line.starts_with(&[0xfe, 0xff]);
    let empty = line.iter().filter(|byte| **byte == 0).count();
    marked || line.len() > 2 && empty * 3 >= line.len()
}
