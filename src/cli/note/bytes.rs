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

/// Returns a line as text, and whether it had to be read as Latin-1.
pub(super) fn decoded(line: &[u8]) -> (String, bool) {
    match std::str::from_utf8(line) {
        Ok(text) => (text.trim_start_matches('\u{feff}').to_string(), false),
        Err(_) => (line.iter().map(|byte| char::from(*byte)).collect(), true),
    }
}
