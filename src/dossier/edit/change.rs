//! Which bytes go and come when a key is set or removed.
//!
//! A value is replaced where it stands. A new key goes to the place a person would choose: beneath
//! the last key of its table, beside keys that spell the table out, before the table's first
//! subtable, else under a new header: after the last table of its kind, such as `[people.*]`, or at
//! the end of the file. Comments always stay.

use std::ops::Range;

use toml_edit::{InlineTable, Value};

use super::BYTE_ORDER_MARK;
use super::comment::comments;
use super::inline::{remove_inline, set_inline};
use super::literal::{Literal, Room, dotted};
use super::map::{Head, Map, Pair};
use super::path::{beneath, starts_with};
use super::splice::Splices;

impl<'a> Map<'a> {
    /// Replaces the value at a path, or writes the key where its table stands.
    pub(super) fn set(&self, path: &[String], literal: &Literal) -> Option<Splices> {
        let mut splices = Splices::default();
        if let Some((pair, table)) = self.around(path) {
            let rest = path.get(pair.path.len()..)?;
            let lost = set_inline(self.text, table, rest, literal, &mut splices)?;
            self.keep_comments(pair, &lost, &mut splices);
        } else if let Some(pair) = self.pairs.iter().find(|pair| pair.path == path) {
            let spelled = literal.spell(Some(self.room(&pair.line())));
            let lost = comments(self.text.get(pair.span.clone())?);
            self.keep_comments(pair, &lost, &mut splices);
            splices.replace(pair.span.clone(), spelled);
        } else {
            let (at, written) = self.place(path, literal)?;
            splices.insert(at, written);
            let reused = self.first_head_beneath(path.split_last()?.1);
            self.cut(
                path,
                |head| Some(head) == reused && at == self.line_start(head),
                &mut splices,
            )?;
        }
        Some(splices)
    }

    /// Takes away the key at a path with all that stands beneath it.
    pub(super) fn remove(&self, path: &[String]) -> Option<Splices> {
        let mut splices = Splices::default();
        if let Some((pair, table)) = self.around(path) {
            let rest = path.get(pair.path.len()..)?;
            let lost = remove_inline(self.text, table, rest, &mut splices)?;
            self.keep_comments(pair, &lost, &mut splices);
        } else {
            self.cut(path, |_| false, &mut splices)?;
        }
        Some(splices)
    }

    /// The key whose inline table holds a path, if one does.
    fn around(&self, path: &[String]) -> Option<(&Pair<'a>, &'a InlineTable)> {
        self.pairs.iter().find_map(|pair| match pair.value {
            Value::InlineTable(table) if beneath(path, &pair.path) => Some((pair, table)),
            _ => None,
        })
    }

    /// Where a new key goes, and the lines that go there.
    fn place(&self, path: &[String], literal: &Literal) -> Option<(usize, String)> {
        let (key, table) = path.split_last()?;
        let key = std::slice::from_ref(key);
        let line =
            |keys: &[String], room| format!("{} = {}", dotted(keys), literal.spell(Some(room)));
        if let Some(last) = self.last_key_of(table) {
            return Some(self.after(last, path, |room| line(key, room)));
        }
        if let Some(head) = self.heads.iter().find(|head| head.path == table) {
            let room = self.room(&head.span);
            return Some(self.after_line(&head.span, line(key, room)));
        }
        if let Some((pair, above)) = self.spelt_out(table) {
            let keys = path.get(above..)?;
            return Some(self.after(pair, path, |room| line(keys, room)));
        }
        if let Some(start) = self.first_head_beneath(table) {
            return Some(self.before_head(start, path, |room| line(key, room)));
        }
        let kin = self.after_kin(table, |room| line(key, room));
        Some(kin.unwrap_or_else(|| self.at_end(table, |room| line(key, room))))
    }

    /// The last key beneath a table's own header, or of the top of the file.
    fn last_key_of(&self, table: &[String]) -> Option<&Pair<'a>> {
        let head = self.heads.iter().position(|head| head.path == table);
        let block = match head {
            Some(index) => index + 1,
            None if table.is_empty() => 0,
            None => return None,
        };
        let mut pairs = self.pairs.iter().rev();
        pairs.find(|pair| self.block(pair) == block)
    }

    /// The last key that spells the table out, as in `legal-mandate.value = 2`, and how many
    /// steps of its path stand in the header above it.
    fn spelt_out(&self, table: &[String]) -> Option<(&Pair<'a>, usize)> {
        self.pairs.iter().rev().find_map(|pair| {
            let above = self.block_path(pair).len();
            let fits = above < table.len() && beneath(&pair.path, table);
            fits.then_some((pair, above))
        })
    }

    /// A new header and line before the first table beneath it, or in its place if that goes.
    fn before_head(
        &self,
        start: usize,
        path: &[String],
        line: impl Fn(Room<'a>) -> String,
    ) -> (usize, String) {
        let room = self.room(&(start..start));
        let Room { newline, indent } = room;
        let mut lines = String::new();
        if let Some((_, table @ [_, ..])) = path.split_last() {
            lines = format!("{indent}[{}]{newline}", dotted(table));
        }
        lines += &format!("{indent}{}{newline}", line(room));
        let goes = self
            .heads
            .iter()
            .any(|head| head.span.start == start && starts_with(&head.path, path));
        if goes {
            (self.line_start(start), lines)
        } else {
            (self.with_comments_above(start), lines + newline)
        }
    }

    /// A new header and line beneath the last table of its kind, where tables of another kind follow.
    /// A comment that touches the table above belongs to it, one that touches the next header to that.
    fn after_kin(
        &self,
        table: &[String],
        line: impl Fn(Room<'a>) -> String,
    ) -> Option<(usize, String)> {
        let (_, kind) = table.split_last()?;
        let of_kind = |head: &Head<'_>| !kind.is_empty() && starts_with(&head.path, kind);
        let last = self.heads.iter().rposition(of_kind)?;
        let head = self.heads.get(last)?;
        self.heads.get(last + 1)?;
        let at = self.block_end(last)?;
        let newline = self.room(&head.span).newline;
        let (content, _) = self.line_end(at);
        let blank = self.text.get(at..content)?.trim().is_empty();
        let gap = if blank { "" } else { newline };
        let indent = "";
        let line = line(Room { newline, indent });
        let lines = format!("{newline}[{}]{newline}{line}{newline}{gap}", dotted(table));
        Some((at, lines))
    }

    /// A new header and line at the end of the file, a blank line apart.
    fn at_end(&self, table: &[String], line: impl Fn(Room<'a>) -> String) -> (usize, String) {
        let newline = self.newline;
        let content = self.text.trim_start_matches(BYTE_ORDER_MARK);
        let last = content.strip_suffix('\n').unwrap_or(content);
        let last = last.rsplit('\n').next().unwrap_or_default();
        let mut lines = String::new();
        if !content.is_empty() && !content.ends_with('\n') {
            lines += newline;
        }
        if !table.is_empty() {
            if !last.trim().is_empty() {
                lines += newline;
            }
            lines += &format!("[{}]{newline}", dotted(table));
        }
        let indent = "";
        lines += &format!("{}{newline}", line(Room { newline, indent }));
        (self.text.len(), lines)
    }

    /// A new line after a key's last line, or in its place if the key goes.
    fn after(
        &self,
        pair: &Pair<'_>,
        path: &[String],
        line: impl Fn(Room<'a>) -> String,
    ) -> (usize, String) {
        let room = self.room(&pair.line());
        if starts_with(&pair.path, path) {
            let lines = format!("{}{}{}", room.indent, line(room), room.newline);
            return (self.line_start(pair.key.start), lines);
        }
        self.after_line(&pair.line(), line(room))
    }

    /// A new line after the line on which a span ends, with its indentation and line end.
    fn after_line(&self, span: &Range<usize>, line: String) -> (usize, String) {
        let Room { newline, indent } = self.room(span);
        let (content, next) = self.line_end(span.end);
        let missing = if content == next { newline } else { "" };
        (next, format!("{missing}{indent}{line}{newline}"))
    }

    /// Cuts all headers and keys at or beneath a path; comments stay as lines of their own.
    fn cut(
        &self,
        path: &[String],
        spare_blank_above: impl Fn(usize) -> bool,
        splices: &mut Splices,
    ) -> Option<()> {
        let goes = |at: &[&str]| starts_with(at, path);
        for head in self.heads.iter().filter(|head| goes(&head.path)) {
            if !spare_blank_above(head.span.start) {
                let start = self.line_start(head.span.start);
                splices.replace(self.with_blanks_above(start)..start, String::new());
            }
            self.cut_line(&head.span, &[], splices)?;
        }
        for pair in self.pairs.iter().filter(|pair| goes(&pair.path)) {
            let lost = comments(self.text.get(pair.span.clone())?);
            self.cut_line(&pair.line(), &lost, splices)?;
        }
        Some(())
    }

    fn cut_line(&self, span: &Range<usize>, lost: &[&str], splices: &mut Splices) -> Option<()> {
        let Room { newline, indent } = self.room(span);
        let (content, next) = self.line_end(span.end);
        let ending = self.text.get(content..next)?;
        let mut kept: String = lost
            .iter()
            .map(|comment| format!("{indent}{comment}{newline}"))
            .collect();
        let tail = self.text.get(span.end..content)?;
        if let Some(at) = tail.find('#') {
            kept += &format!("{indent}{}{ending}", tail.get(at..)?);
        }
        splices.replace(self.line_start(span.start)..next, kept);
        Some(())
    }

    /// Puts comments from inside a replaced value on lines above its key.
    fn keep_comments(&self, pair: &Pair<'_>, lost: &[&str], splices: &mut Splices) {
        let Room { newline, indent } = self.room(&pair.line());
        let lines: String = lost
            .iter()
            .map(|comment| format!("{indent}{comment}{newline}"))
            .collect();
        if !lines.is_empty() {
            splices.insert(self.line_start(pair.key.start), lines);
        }
    }
}
