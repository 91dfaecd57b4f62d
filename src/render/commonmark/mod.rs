//! Markdown read and written: an assessor's note made safe, and the report's Markdown to HTML.
//!
//! The only module that knows comrak. [`prose`] stands before the templates: it reads a note alone,
//! keeps what is on a short list and writes it out again. [`to_html`] stands behind them: it reads
//! the whole report once and writes HTML from the same kind of short list; what is not on it comes
//! out as text. Neither knows what a report is.
//!
//! `note` writes the blocks of a note, `piece` reads what stands in one of them and `line` writes
//! that; `html` writes the report, with `grid` for its tables.

mod grid;
mod html;
mod line;
mod note;
mod piece;

use comrak::nodes::NodeValue;
use comrak::{Node, Options};

pub use html::{Body, Heading, to_html};
pub use note::{prose, prose_in, prose_quote, prose_quote_in};

/// Tables are the one extension; raw HTML is never let through, whatever these say.
fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options
}

/// Returns the text below a node, line breaks as spaces, blocks a line apart.
fn gather(node: Node<'_>) -> String {
    let mut out = String::new();
    for node in node.descendants() {
        match &node.data().value {
            NodeValue::Text(text) => out.push_str(text),
            NodeValue::Code(code) => out.push_str(&code.literal),
            NodeValue::HtmlInline(text) => out.push_str(text),
            NodeValue::HtmlBlock(html) => out.push_str(&html.literal),
            NodeValue::CodeBlock(code) => out.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => out.push(' '),
            value if value.block() && !out.is_empty() && !out.ends_with('\n') => out.push('\n'),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests;
