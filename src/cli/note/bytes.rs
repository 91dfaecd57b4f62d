//! What comes in: bytes to lines, and lines to text.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use crate::files::TOML_LIMIT;

/// What a pipe may hold at once, so that lines that came together are saved together.
const CHUNK: usize = 64 * 1024;

/// The lines of an input, up to where it ends or breaks off.
pub(super) struct Lines<R> {
    input: BufReader<R>,
    /// The line that was read last.
    pub(super) line: Vec<u8>,
    /// Why there is no more; what was read before it is a line.
    pub(super) broken: Option<io::Error>,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(CHUNK, input),
            line: Vec::new(),
            broken: None,
        }
    }

    /// Reads the next line; false at the end. Of one that no file may hold only so much is kept that it
    /// is refused.
    pub(super) fn next(&mut self) -> bool {
        self.line.clear();
        if self.broken.is_none() {
            self.broken = self.read().err();
        }
        !self.line.is_empty()
    }

    /// Tells whether another line came together with this one.
    pub(super) fn holds_another(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }

    fn read(&mut self) -> io::Result<()> {
        let mut part = self.input.by_ref().take(TOML_LIMIT);
        let read = part.read_until(b'\n', &mut self.line)?;
        let mut whole = read == 0 || self.line.ends_with(b"\n");
        while !whole {
            let rest = match self.input.fill_buf() {
                Err(problem) if problem.kind() == ErrorKind::Interrupted => continue,
                rest => rest?,
            };
            let end = rest.iter().position(|byte| *byte == b'\n');
            let skipped = end.map_or(rest.len(), |at| at + 1);
            self.input.consume(skipped);
            whole = end.is_some() || skipped == 0;
        }
        Ok(())
    }
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
