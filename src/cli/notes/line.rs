//! Lines from a pipe or a terminal, in whatever bytes they come.

use std::io::{self, BufRead, BufReader, Read, Stdin};

use crate::files::TOML_LIMIT;

/// What a pipe may hold at once, so that lines that came together are saved together.
const CHUNK: usize = 64 * 1024;

/// One line as a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The line, without its end.
    pub(super) text: String,
    /// Whether it was no UTF-8 and was read as Latin-1.
    pub(super) latin: bool,
}

impl Line {
    /// Reads bytes as UTF-8, and where they are none as Latin-1, in which every byte is a letter.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) => Self {
                text: text.to_owned(),
                latin: false,
            },
            Err(_) => Self {
                text: bytes.iter().map(|byte| char::from(*byte)).collect(),
                latin: true,
            },
        }
    }
}

/// The lines of the standard input.
pub(super) struct Lines {
    input: BufReader<Stdin>,
}

impl Lines {
    pub(super) fn new() -> Self {
        let input = BufReader::with_capacity(CHUNK, io::stdin());
        Self { input }
    }

    /// Reads one line; none at the end of the input. A line that no file could hold is an error, so that
    /// the memory is not filled.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut input = self.input.by_ref().take(TOML_LIMIT);
        let read = input.read_until(b'\n', &mut bytes)?;
        if u64::try_from(read).unwrap_or(u64::MAX) >= TOML_LIMIT {
            let message = format!("a line is longer than {TOML_LIMIT} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok((read > 0).then(|| Line::read(&bytes)))
    }

    /// Tells whether another whole line has come already.
    pub(super) fn has_more(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_utf_8_are_latin_1() {
        let read = |bytes: &[u8]| {
            let Line { text, latin } = Line::read(bytes);
            (text, latin)
        };
        assert_eq!(read("décret\r\n".as_bytes()), ("décret".into(), false));
        assert_eq!(read(b"d\xe9cret n\xb0 12\n"), ("décret n° 12".into(), true));
        assert_eq!(read(b"\xef\xbb\xbfa"), ("a".into(), false));
        assert_eq!(read(b""), (String::new(), false));
    }
}
