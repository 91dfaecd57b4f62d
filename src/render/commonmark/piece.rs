//! What stands in one paragraph, heading or cell of a note, as a flat row of pieces.
//!
//! Between reading and writing a note: links and images have become their text, HTML has become
//! words, and emphasis no longer nests in itself.

use comrak::Node;
use comrak::arena_tree::NodeEdge;
use comrak::nodes::NodeValue;

use super::gather;
use crate::render::escape::{self, Bidi};

/// A piece of a paragraph's or cell's content.
pub(super) enum Piece {
    Text(String),
    Code(String),
    Open(Mark),
    Close(Mark),
    Soft,
    Hard,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Emph,
    Strong,
}

impl Mark {
    pub(super) fn text(self) -> &'static str {
        match self {
            Mark::Emph => "_",
            Mark::Strong => "**",
        }
    }

    pub(super) fn char(self) -> char {
        match self {
            Mark::Emph => '_',
            Mark::Strong => '*',
        }
    }
}

/// Collects the content of a paragraph, heading or cell. Emphasis never nests in itself.
pub(super) fn pieces(leaf: Node<'_>) -> Vec<Piece> {
    let mut reader = Reader::default();
    for edge in leaf.traverse() {
        match edge {
            NodeEdge::Start(node) => reader.start(node),
            NodeEdge::End(node) => reader.end(node),
        }
    }
    close_bidi(&mut reader.bidi, &mut reader.out);
    reader.out
}

/// The pieces so far, and within what the reader stands.
#[derive(Default)]
struct Reader {
    out: Vec<Piece>,
    bidi: Bidi,
    /// Within how much emphasis of each mark.
    marks: [usize; 2],
    /// Within how many images.
    images: usize,
    /// Where the links being read begin.
    links: Vec<usize>,
}

impl Reader {
    fn start(&mut self, node: Node<'_>) {
        match &node.data().value {
            NodeValue::Image(link) => {
                if self.images == 0 {
                    let alternative = gather(node);
                    self.text(match alternative.is_empty() {
                        true => &link.url,
                        false => &alternative,
                    });
                }
                self.images += 1;
            }
            _ if self.images > 0 => {}
            NodeValue::Text(text) => self.text(text),
            NodeValue::HtmlInline(html) => self.text(html),
            NodeValue::Code(code) => {
                let code = escape::clean(&code.literal, &mut self.bidi);
                self.out.push(Piece::Code(code));
            }
            NodeValue::SoftBreak => self.out.push(Piece::Soft),
            NodeValue::LineBreak => self.out.push(Piece::Hard),
            NodeValue::Link(_) => self.links.push(self.out.len()),
            NodeValue::Emph => self.open(Mark::Emph),
            NodeValue::Strong => self.open(Mark::Strong),
            _ => {}
        }
    }

    fn end(&mut self, node: Node<'_>) {
        match &node.data().value {
            NodeValue::Image(_) => self.images = self.images.saturating_sub(1),
            _ if self.images > 0 => {}
            NodeValue::Link(link) => self.address(&link.url),
            NodeValue::Emph => self.close(Mark::Emph),
            NodeValue::Strong => self.close(Mark::Strong),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let text = escape::clean(text, &mut self.bidi);
        self.out.push(Piece::Text(text));
    }

    /// Ends a link: its address follows its text, unless the text is the address.
    fn address(&mut self, url: &str) {
        let start = self.links.pop().unwrap_or_default();
        let text: String = self
            .out
            .iter()
            .skip(start)
            .filter_map(Piece::literal)
            .collect();
        let address = escape::clean(url, &mut self.bidi);
        let shown = address.strip_prefix("mailto:").unwrap_or(&address);
        if text.trim().is_empty() {
            self.out.push(Piece::Text(address));
        } else if text != address && text != shown && !address.is_empty() {
            self.out.push(Piece::Text(format!(" ({address})")));
        }
    }

    fn open(&mut self, mark: Mark) {
        let depth = &mut self.marks[mark as usize];
        if *depth == 0 {
            self.out.push(Piece::Open(mark));
        }
        *depth += 1;
    }

    fn close(&mut self, mark: Mark) {
        let depth = &mut self.marks[mark as usize];
        *depth = depth.saturating_sub(1);
        if *depth == 0 {
            self.out.push(Piece::Close(mark));
        }
    }
}

impl Piece {
    fn literal(&self) -> Option<&str> {
        match self {
            Piece::Text(text) | Piece::Code(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn first(&self) -> Option<char> {
        match self {
            Piece::Text(text) => text.chars().next(),
            Piece::Code(_) => Some('`'),
            Piece::Open(mark) | Piece::Close(mark) => Some(mark.char()),
            Piece::Soft | Piece::Hard => Some('\n'),
        }
    }

    pub(super) fn last(&self) -> Option<char> {
        match self {
            Piece::Text(text) => text.chars().next_back(),
            _ => self.first(),
        }
    }
}

pub(super) fn close_bidi(bidi: &mut Bidi, pieces: &mut Vec<Piece>) {
    let mut closers = String::new();
    bidi.close(&mut closers);
    if !closers.is_empty() {
        pieces.push(Piece::Text(closers));
    }
}
