//! Where the headers and keys of a text stand.
//!
//! The parser's spans, put in the order of the text, and the lines around them: where they
//! start and end, how they are indented, what stands above. It changes nothing; `change` does.

use std::ops::Range;

use toml_edit::{Document, Item, Table, Value};

use super::BYTE_ORDER_MARK;
use super::literal::Room;
use super::path::beneath;

/// A header, `[table]` or `[[table]]`.
pub(super) struct Head<'a> {
    pub(super) path: Vec<&'a str>,
    pub(super) span: Range<usize>,
}

/// A key with its value, on a line of its own or inside braces.
pub(super) struct Pair<'a> {
    pub(super) path: Vec<&'a str>,
    /// The last part of the key.
    pub(super) key: Range<usize>,
    pub(super) value: &'a Value,
    pub(super) span: Range<usize>,
}

impl Pair<'_> {
    /// From the last part of the key to the end of the value.
    pub(super) fn line(&self) -> Range<usize> {
        self.key.start..self.span.end
    }
}

/// Where the headers and keys of a text stand, in the order of the text.
pub(super) struct Map<'a> {
    pub(super) text: &'a str,
    pub(super) heads: Vec<Head<'a>>,
    pub(super) pairs: Vec<Pair<'a>>,
    pub(super) newline: &'static str,
}

impl<'a> Map<'a> {
    pub(super) fn of(text: &'a str, document: &'a Document<&'a str>) -> Option<Map<'a>> {
        let crlf = text.matches("\r\n").count();
        let lf = text.matches('\n').count() - crlf;
        let mut map = Map {
            text,
            heads: Vec::new(),
            pairs: Vec::new(),
            newline: if crlf > lf { "\r\n" } else { "\n" },
        };
        map.walk(document.as_table(), &mut Vec::new())?;
        map.heads.sort_by_key(|head| head.span.start);
        map.pairs.sort_by_key(|pair| pair.key.start);
        Some(map)
    }

    fn walk(&mut self, table: &'a Table, path: &mut Vec<&'a str>) -> Option<()> {
        for (name, item) in table.iter() {
            path.push(name);
            match item {
                Item::None => {}
                Item::Value(value) => self.pairs.push(Pair {
                    path: path.clone(),
                    key: table.key(name)?.span()?,
                    value,
                    span: value.span()?,
                }),
                Item::Table(inner) => {
                    if !inner.is_implicit() && !inner.is_dotted() {
                        self.heads.push(Head {
                            path: path.clone(),
                            span: inner.span()?,
                        });
                    }
                    self.walk(inner, path)?;
                }
                Item::ArrayOfTables(tables) => {
                    for inner in tables.iter() {
                        self.heads.push(Head {
                            path: path.clone(),
                            span: inner.span()?,
                        });
                        self.walk(inner, path)?;
                    }
                }
            }
            path.pop();
        }
        Some(())
    }

    pub(super) fn first_head_beneath(&self, table: &[String]) -> Option<usize> {
        let head = self.heads.iter().find(|head| beneath(&head.path, table));
        head.map(|head| head.span.start)
    }

    /// The number of headers before a key.
    pub(super) fn block(&self, pair: &Pair<'_>) -> usize {
        self.heads
            .partition_point(|head| head.span.start < pair.key.start)
    }

    pub(super) fn block_path(&self, pair: &Pair<'_>) -> &[&'a str] {
        let head = self
            .block(pair)
            .checked_sub(1)
            .and_then(|at| self.heads.get(at));
        head.map_or(&[], |head| &head.path)
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        match before.rfind('\n') {
            Some(at) => at + 1,
            None if before.starts_with(BYTE_ORDER_MARK) => BYTE_ORDER_MARK.len_utf8(),
            None => 0,
        }
    }

    /// Where the content of a line ends, and where the next line starts.
    pub(super) fn line_end(&self, at: usize) -> (usize, usize) {
        let after = self.text.get(at..).unwrap_or_default();
        match after.find('\n') {
            Some(length) => {
                let line = after.get(..length).unwrap_or_default();
                let content = line.strip_suffix('\r').unwrap_or(line);
                (at + content.len(), at + length + 1)
            }
            None => (self.text.len(), self.text.len()),
        }
    }

    /// The line ending of a line; none on a last line without one.
    fn ending(&self, at: usize) -> Option<&'a str> {
        let (content, next) = self.line_end(at);
        self.text
            .get(content..next)
            .filter(|ending| !ending.is_empty())
    }

    /// How a new line beside a span is to look: its indentation, and the line end of its
    /// own line or of the one above.
    pub(super) fn room(&self, span: &Range<usize>) -> Room<'a> {
        let start = self.line_start(span.start);
        let line = self.text.get(start..span.start).unwrap_or_default();
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        let above = || self.ending(self.line_start(start.checked_sub(1)?));
        Room {
            newline: self.ending(span.end).or_else(above).unwrap_or("\n"),
            indent: line.get(..blanks).unwrap_or_default(),
        }
    }

    /// Where the lines of a header end: after its last key and the comments that touch it, those left
    /// out that touch the next header.
    pub(super) fn block_end(&self, head: usize) -> Option<usize> {
        let span = &self.heads.get(head)?.span;
        let next = match self.heads.get(head + 1) {
            Some(next) => self.with_comments_above(next.span.start),
            None => self.text.len(),
        };
        let mut pairs = self.pairs.iter().rev();
        let key = pairs.find(|pair| self.block(pair) == head + 1);
        let (_, mut at) = self.line_end(key.map_or(span.end, |pair| pair.span.end));
        while at < next {
            let (content, after) = self.line_end(at);
            if !self.text.get(at..content)?.trim().starts_with('#') {
                break;
            }
            at = after;
        }
        Some(at)
    }

    fn lines_above(&self, at: usize, belongs: impl Fn(&str) -> bool) -> usize {
        let mut start = self.line_start(at);
        loop {
            let above = self.line_start(start.saturating_sub(1));
            match self.text.get(above..start) {
                Some(line) if above < start && belongs(line.trim()) => start = above,
                _ => return start,
            }
        }
    }

    pub(super) fn with_comments_above(&self, at: usize) -> usize {
        self.lines_above(at, |line| line.starts_with('#'))
    }

    pub(super) fn with_blanks_above(&self, at: usize) -> usize {
        self.lines_above(at, str::is_empty)
    }
}
