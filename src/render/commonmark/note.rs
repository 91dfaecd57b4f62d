//! An assessor's note, written out again block by block so that it stays within itself.
//!
//! Before the templates: what a person typed comes in, Markdown of known shapes goes out.

use comrak::nodes::{ListType, NodeList, NodeValue, TableAlignment};
use comrak::{Arena, Node, parse_document};

use super::line::{Shape, write};
use super::piece::{Piece, close_bidi, pieces};
use super::{gather, options};
use crate::render::escape::{self, Bidi};
use crate::render::markers;

/// Block quotes and lists may nest this deep in a note; below it they become text.
const MAX_DEPTH: usize = 16;

/// A note may grow by this factor when it is written out again; else it is taken as plain text.
pub(super) const MAX_GROWTH: usize = 24;

/// Writes an assessor's Markdown out again so that it cannot change what stands around it.
///
/// Kept: paragraphs, line breaks, emphasis, strong, code, lists, block quotes, code blocks, tables.
/// Headings become a bold paragraph, links their text with the address behind it, images their
/// alternative text; HTML becomes literal text. Link definitions and thematic breaks vanish. Lists
/// use `*` and `1)`, so that a list of the template's own, with `-` and `1.`, stays apart.
///
/// The result is block-level Markdown without blank lines at its ends; it needs a blank line
/// before and after it.
///
/// ```
/// # use cirtkit::render::commonmark::prose;
/// assert_eq!(prose("# Mandate\nSee <b>*art. 4*</b>"), "**Mandate**\n\nSee \\<b\\>_art. 4_\\</b\\>");
/// ```
pub fn prose(markdown: &str) -> String {
    prose_in(markdown, "")
}

/// Does the same as [`prose`] for a note in another language than the page's, and marks it so.
pub fn prose_in(markdown: &str, lang: &str) -> String {
    let arena = Arena::new();
    // A bullet alone in an unended last line would be read as text, and as a list once it is ended.
    let root = parse_document(&arena, &format!("{markdown}\n"), &options());
    let prose = Prose { lang };
    let written = join(&prose.blocks(root, 0), "\n\n");
    if written.len() <= 4096 + MAX_GROWTH * markdown.len() {
        return written;
    }
    let mut blocks = Vec::new();
    prose.literal(markdown, &mut blocks);
    join(&blocks, "\n\n")
}

/// Does the same as [`prose`] and makes a block quote of it.
pub fn prose_quote(markdown: &str) -> String {
    prose_quote_in(markdown, "")
}

/// Does the same as [`prose_in`] and makes a block quote of it.
pub fn prose_quote_in(markdown: &str, lang: &str) -> String {
    quote(&prose_in(markdown, lang))
}

/// One block of a note, written.
struct Block {
    text: String,
    kind: Kind,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Paragraph,
    /// With its mark, and whether it may stand right below a paragraph.
    List {
        mark: u8,
        interrupts: bool,
    },
    Other,
}

/// The writer of notes.
struct Prose<'l> {
    lang: &'l str,
}

impl Prose<'_> {
    fn blocks(&self, parent: Node<'_>, depth: usize) -> Vec<Block> {
        let mut out = Vec::new();
        for node in parent.children() {
            self.block(node, depth, &mut out);
        }
        out
    }

    fn block(&self, node: Node<'_>, depth: usize, out: &mut Vec<Block>) {
        let (text, kind) = match &node.data().value {
            NodeValue::Paragraph => (self.leaf(pieces(node), Shape::Lines), Kind::Paragraph),
            NodeValue::Heading(_) => (self.leaf(pieces(node), Shape::Bold), Kind::Paragraph),
            NodeValue::CodeBlock(code) => (fence(&code.literal), Kind::Other),
            NodeValue::HtmlBlock(html) => return self.literal(&html.literal, out),
            NodeValue::Table(table) => (self.table(node, &table.alignments), Kind::Other),
            NodeValue::BlockQuote if depth < MAX_DEPTH => {
                let text = join(&self.blocks(node, depth + 1), "\n\n");
                (quote(&text), Kind::Other)
            }
            NodeValue::List(list) if depth < MAX_DEPTH => {
                let before = out.last().and_then(|block| match block.kind {
                    Kind::List { mark, .. } => Some(mark),
                    _ => None,
                });
                self.list(node, list, depth, before)
            }
            NodeValue::ThematicBreak => return,
            _ => return self.literal(&gather(node), out),
        };
        if !text.is_empty() {
            out.push(Block { text, kind });
        }
    }

    /// Writes text that has no markup, one paragraph for each run of lines.
    fn literal(&self, text: &str, out: &mut Vec<Block>) {
        let mut bidi = Bidi::default();
        let mut pieces = Vec::new();
        for line in text.lines().chain([""]) {
            if !line.trim().is_empty() {
                pieces.extend([Piece::Text(escape::clean(line, &mut bidi)), Piece::Soft]);
            } else if !pieces.is_empty() {
                close_bidi(&mut bidi, &mut pieces);
                let text = self.leaf(std::mem::take(&mut pieces), Shape::Lines);
                if !text.is_empty() {
                    out.push(Block {
                        text,
                        kind: Kind::Paragraph,
                    });
                }
            }
        }
    }

    fn list(
        &self,
        node: Node<'_>,
        list: &NodeList,
        depth: usize,
        before: Option<u8>,
    ) -> (String, Kind) {
        let items: Vec<_> = node
            .children()
            .map(|item| self.blocks(item, depth + 1))
            .collect();
        let tight = list.tight
            && items
                .iter()
                .all(|blocks| blocks.windows(2).all(may_be_tight));
        let ordered = list.list_type == ListType::Ordered;
        let start = if list.start.saturating_add(items.len()) > 999_999_999 {
            1
        } else {
            list.start
        };
        let mark = match (ordered, depth.is_multiple_of(2), before) {
            (true, _, Some(b')')) => b'.',
            (true, ..) => b')',
            // The nested list has another bullet: `* * *` would be a thematic break.
            (false, true, Some(b'*')) | (false, false, None | Some(b')' | b'.' | b'*')) => b'+',
            (false, ..) => b'*',
        };
        let between = if tight { "\n" } else { "\n\n" };
        let mut out = String::new();
        for (nth, blocks) in items.iter().enumerate() {
            if nth > 0 {
                out.push_str(between);
            }
            let bullet = match ordered {
                true => format!("{}{}", start + nth, char::from(mark)),
                false => char::from(mark).to_string(),
            };
            let text = join(blocks, between);
            let indent = " ".repeat(bullet.len() + 1);
            out.push_str(&bullet);
            for (nth, line) in text.lines().enumerate() {
                if nth > 0 {
                    out.push('\n');
                }
                if !line.is_empty() {
                    out.push_str(if nth == 0 { " " } else { &indent });
                    out.push_str(line);
                }
            }
        }
        let interrupts =
            (!ordered || start == 1) && items.first().is_some_and(|item| !item.is_empty());
        (out, Kind::List { mark, interrupts })
    }

    fn table(&self, table: Node<'_>, alignments: &[TableAlignment]) -> String {
        let mut out = String::new();
        for (nth, row) in table.children().enumerate() {
            if nth > 0 {
                out.push('\n');
            }
            out.push('|');
            for cell in row.children() {
                out.push(' ');
                out.push_str(&self.leaf(pieces(cell), Shape::Cell));
                out.push_str(" |");
            }
            if nth == 0 {
                out.push_str("\n|");
                for alignment in alignments {
                    out.push_str(match alignment {
                        TableAlignment::None => " --- |",
                        TableAlignment::Left => " :-- |",
                        TableAlignment::Center => " :-: |",
                        TableAlignment::Right => " --: |",
                    });
                }
            }
        }
        out
    }

    fn leaf(&self, pieces: Vec<Piece>, shape: Shape) -> String {
        markers::lang_run(&write(pieces, shape), self.lang)
    }
}

fn fence(code: &str) -> String {
    let longest = code
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let mut out = fence.clone();
    for line in code.strip_suffix('\n').unwrap_or(code).split('\n') {
        out.push('\n');
        let mut bidi = Bidi::default();
        for c in line.chars() {
            match c {
                '\t' => out.push(c),
                c if c.is_control() || markers::is_marker(c) => out.push('\u{FFFD}'),
                c if bidi.admits(c) => out.push(c),
                _ => {}
            }
        }
        bidi.close(&mut out);
    }
    out + "\n" + &fence
}

fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.lines() {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push('>');
        if !line.is_empty() {
            out.push(' ');
            out.push_str(line);
        }
    }
    out
}

fn join(blocks: &[Block], between: &str) -> String {
    let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    texts.join(between)
}

/// Tells whether the second of two blocks may follow without a blank line.
fn may_be_tight(pair: &[Block]) -> bool {
    let [first, second] = pair else {
        return false;
    };
    let interrupts = matches!(
        second.kind,
        Kind::List {
            interrupts: true,
            ..
        }
    );
    first.kind == Kind::Paragraph && interrupts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_written_out_again() {
        for (note, expected) in [
            (
                "plain *words*, **strong** and `code`",
                "plain _words_, **strong** and `code`",
            ),
            ("# One\n\nTwo\n===\ntext", "**One**\n\n**Two**\n\ntext"),
            ("## **Bold** _one_ ##", "**Bold _one_**"),
            ("- a\n- b\n  - c\n\n3. d", "* a\n* b\n  + c\n\n3) d"),
            ("- a\n\n- b", "* a\n\n* b"),
            (
                "[law](https://x.ex/a_b) <https://x.ex> ![seal](s.png)",
                "law (https://x.ex/a_b) https://x.ex seal",
            ),
            ("[a][1]\n\n[1]: https://x.ex", "a (https://x.ex)"),
            ("<b>x</b> <!-- y", "\\<b\\>x\\</b\\> \\<!-- y"),
            ("<!-- open\n\n# Head", "\\<!-- open\n\n\\# Head"),
            ("```\nopen | fence", "```\nopen | fence\n```"),
            ("````\n```\n````", "````\n```\n````"),
            ("    code", "```\ncode\n```"),
            ("> a\nb\n\n> c", "> a\n> b\n\n> c"),
            (
                "| a | b |\n|---|--:|\n| 1 | `x` \\| y |",
                "| a | b |\n| --- | --: |\n| 1 | `x` &#124; y |",
            ),
            ("a  \nb\\\nc", "a\\\nb\\\nc"),
            ("x\n\n---\n\ny", "x\n\ny"),
            (
                "[ ] not a task, not_emphasis",
                "\\[ \\] not a task, not_emphasis",
            ),
            ("**[a](b)** c *d*_e_", "**a (b)** c de"),
            ("in*tra*word **bo**ld", "intraword **bo**ld"),
            ("a &#x10FC01;fr: b", "a \u{FFFD}fr: b"),
            (
                "open \u{202E}override\n\nnext",
                "open \u{202E}override\u{202C}\n\nnext",
            ),
            ("[x]: y", ""),
            ("", ""),
            ("\n \n", ""),
        ] {
            assert_eq!(prose(note), expected, "{note:?}");
        }
    }

    #[test]
    fn a_quote_has_its_mark_on_every_line() {
        assert_eq!(
            prose_quote("a\n\n- b\n\n```\n\nc"),
            "> a\n>\n> * b\n>\n> ```\n>\n> c\n> ```"
        );
        assert_eq!(prose_quote(" "), "");
    }

    #[test]
    fn deep_nesting_becomes_text() {
        let written = prose(&format!("{}deep", "> ".repeat(100)));
        assert_eq!(written, format!("{}deep", "> ".repeat(MAX_DEPTH)));
    }
}
