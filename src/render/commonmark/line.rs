//! Pieces written as one paragraph's or cell's Markdown that reads back as the same pieces.
//!
//! The last step of a note. Marks that would no longer work where they stand are dropped, and text
//! is escaped only once its neighbours are known.

use super::piece::{Mark, Piece};
use crate::render::escape;

/// What the pieces are to become: the lines of a paragraph, a bold one, or a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Lines,
    Bold,
    Cell,
}

/// Writes a paragraph's or cell's content as Markdown that reads back as the same content.
pub(super) fn write(mut pieces: Vec<Piece>, shape: Shape) -> String {
    for piece in &mut pieces {
        match piece {
            // A code span that a table or its own backticks would break is written as text.
            Piece::Code(code)
                if code.trim().is_empty()
                    || code.contains("``")
                    || shape == Shape::Cell && code.contains(['|', '\\']) =>
            {
                *piece = Piece::Text(std::mem::take(code));
            }
            Piece::Soft | Piece::Hard if shape == Shape::Cell => *piece = Piece::Text(" ".into()),
            _ => {}
        }
    }
    if shape == Shape::Bold {
        pieces.retain(|piece| {
            !matches!(
                piece,
                Piece::Open(Mark::Strong) | Piece::Close(Mark::Strong)
            )
        });
        trim(&mut pieces);
        pieces.insert(0, Piece::Open(Mark::Strong));
        pieces.push(Piece::Close(Mark::Strong));
    }
    drop_unclear_marks(&mut pieces);

    let mut line = Line {
        out: String::new(),
        text: String::new(),
        cell: shape == Shape::Cell,
    };
    for piece in pieces {
        match piece {
            Piece::Text(text) => line.text.push_str(&text),
            Piece::Code(code) => line.code(&code),
            Piece::Open(mark) | Piece::Close(mark) => {
                line.flush();
                line.out.push_str(mark.text());
            }
            Piece::Soft => line.break_with("\n"),
            Piece::Hard => line.break_with("\\\n"),
        }
    }
    line.finish()
}

/// Cuts breaks and white space off both ends.
fn trim(pieces: &mut Vec<Piece>) {
    let blank = |piece: &Piece| match piece {
        Piece::Text(text) => text.trim().is_empty(),
        Piece::Soft | Piece::Hard => true,
        _ => false,
    };
    let end = pieces
        .iter()
        .rposition(|piece| !blank(piece))
        .map_or(0, |last| last + 1);
    pieces.truncate(end);
    let start = pieces
        .iter()
        .position(|piece| !blank(piece))
        .unwrap_or_default();
    pieces.drain(..start);
    if let Some(Piece::Text(text)) = pieces.first_mut() {
        *text = text.trim_start().to_owned();
    }
    if let Some(Piece::Text(text)) = pieces.last_mut() {
        *text = text.trim_end().to_owned();
    }
}

/// Drops emphasis whose marks, where they would stand, need not open and close it.
///
/// In the note they did, but what stands beside them may have become something else. Dropping one
/// pair changes what its neighbours stand beside, so it is looked at again.
fn drop_unclear_marks(pieces: &mut Vec<Piece>) {
    for _ in 0..4 {
        part_code_spans(pieces);
        let before = beside(pieces.iter().map(Piece::last));
        let mut after = beside(pieces.iter().rev().map(Piece::first));
        after.reverse();
        let mut unclear = vec![false; pieces.len()];
        let mut open = [0usize; 2];
        for (nth, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Open(mark) => open[*mark as usize] = nth,
                Piece::Close(mark) => {
                    let start = open[*mark as usize];
                    let clear = start + 1 < nth
                        && flanks(*mark, before[start], after[start])
                        && flanks(*mark, after[nth], before[nth]);
                    (unclear[start], unclear[nth]) = (!clear, !clear);
                }
                _ => {}
            }
        }
        if !unclear.contains(&true) {
            return;
        }
        let mut unclear = unclear.into_iter();
        pieces.retain(|_| !unclear.next().unwrap_or_default());
    }
    pieces.retain(|piece| !matches!(piece, Piece::Open(_) | Piece::Close(_)));
}

/// Makes text of a code span right behind another: their backticks would run together.
fn part_code_spans(pieces: &mut [Piece]) {
    let mut behind_code = false;
    for piece in pieces {
        match piece {
            Piece::Text(text) if text.is_empty() => {}
            Piece::Code(code) if behind_code => {
                *piece = Piece::Text(std::mem::take(code));
                behind_code = false;
            }
            _ => behind_code = matches!(piece, Piece::Code(_)),
        }
    }
}

/// Returns for each piece the character that was seen last before it.
fn beside(edges: impl Iterator<Item = Option<char>>) -> Vec<Option<char>> {
    let mut seen = None;
    let beside = |edge: Option<char>| {
        let before = seen;
        seen = edge.or(seen);
        before
    };
    edges.map(beside).collect()
}

/// Tells whether a mark surely opens, or mirrored closes, between these two characters.
fn flanks(mark: Mark, outside: Option<char>, inside: Option<char>) -> bool {
    let Some(inside) = inside.filter(|c| !c.is_whitespace() && *c != mark.char()) else {
        return false;
    };
    let edge = outside.is_none_or(|c| {
        c.is_whitespace() || c.is_ascii_punctuation() || "‘’“”«»‹›–—…¡¿،؛؟。、".contains(c)
    });
    outside != Some(mark.char()) && (edge || mark == Mark::Strong && inside.is_alphanumeric())
}

/// The text of a leaf as it grows.
struct Line {
    out: String,
    /// Not escaped yet: what an escape needs to know of its neighbours may still come.
    text: String,
    cell: bool,
}

impl Line {
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let at_start = self.out.is_empty() || self.out.ends_with('\n');
        let text = escape::single_spaced(&text);
        let text = if at_start {
            text.trim_start_matches(' ')
        } else {
            &text
        };
        escape::inline(&mut self.out, text, at_start && !self.cell);
    }

    fn code(&mut self, code: &str) {
        if self.out.ends_with('`') && self.text.is_empty() {
            return self.text.push_str(code);
        }
        self.flush();
        let fence = if code.contains('`') { "``" } else { "`" };
        let edge = |c: Option<char>| matches!(c, Some(' ' | '`'));
        let padded = edge(code.chars().next()) || edge(code.chars().next_back());
        let pad = if padded { " " } else { "" };
        for part in [fence, pad, code, pad, fence] {
            self.out.push_str(part);
        }
    }

    fn break_with(&mut self, end: &str) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.flush();
        self.out.truncate(self.out.trim_end_matches(' ').len());
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push_str(end);
        }
    }

    fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.flush();
        loop {
            let kept = self.out.trim_end_matches([' ', '\n']).len();
            let broke = self.out[kept..].contains('\n');
            self.out.truncate(kept);
            // A hard break at the end breaks nothing; its backslash would be shown.
            let slashes = self.out.len() - self.out.trim_end_matches('\\').len();
            if broke && slashes % 2 == 1 {
                self.out.pop();
            } else {
                return self.out;
            }
        }
    }
}
