//! A value to be written, and its spelling in TOML 1.0.
//!
//! The first thing an edit needs: what to say. How it is spelt depends on the room: inside
//! braces there is one line, on a line of its own a text may become a block.

use toml_edit::Datetime;

use super::comment::with_line_ends;
use super::tree::Tree;

/// A TOML value to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// A text; one with line breaks becomes a `"""` block where there is room for one.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
    /// A calendar date, `YYYY-MM-DD`.
    Date(String),
    /// An array on one line.
    List(Vec<Literal>),
    /// The rows of a table question: an array of inline tables, one to a line.
    Rows(Vec<Vec<(String, Literal)>>),
    /// A table on one line.
    InlineTable(Vec<(String, Literal)>),
    /// A value of any sort, spelt as another text spells it; see [`Parsed::spelt`](super::Parsed::spelt).
    Spelt(Spelt),
}

/// A value as another text spells it, with what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelt {
    pub(super) text: String,
    pub(super) tree: Tree,
}

/// Room for line breaks: the line ending to use and what the key's line starts with.
#[derive(Clone, Copy)]
pub(super) struct Room<'a> {
    pub(super) newline: &'a str,
    pub(super) indent: &'a str,
}

impl Literal {
    pub(super) fn tree(&self) -> Tree {
        let table = |pairs: &[(String, Literal)]| {
            let pairs = pairs.iter().map(|(key, it)| (key.clone(), it.tree()));
            Tree::Table(pairs.collect())
        };
        match self {
            Literal::Text(text) => Tree::Text(text.clone()),
            Literal::Integer(number) => Tree::Integer(*number),
            Literal::Boolean(flag) => Tree::Boolean(*flag),
            Literal::Date(date) => Tree::Date(date.clone()),
            Literal::List(items) => Tree::List(items.iter().map(Literal::tree).collect()),
            Literal::Rows(rows) => Tree::List(rows.iter().map(|row| table(row)).collect()),
            Literal::InlineTable(pairs) => table(pairs),
            Literal::Spelt(spelt) => spelt.tree.clone(),
        }
    }

    pub(super) fn dates_hold(&self) -> bool {
        match self {
            Literal::Date(date) => is_date(date),
            Literal::List(items) => items.iter().all(Literal::dates_hold),
            Literal::Rows(rows) => rows.iter().flatten().all(|(_, it)| it.dates_hold()),
            Literal::InlineTable(pairs) => pairs.iter().all(|(_, it)| it.dates_hold()),
            Literal::Text(_) | Literal::Integer(_) | Literal::Boolean(_) | Literal::Spelt(_) => {
                true
            }
        }
    }

    /// Spells the value; without room on one line.
    pub(super) fn spell(&self, room: Option<Room<'_>>) -> String {
        match (self, room) {
            (Literal::Text(text), Some(room)) if text.contains('\n') => block(text, room.newline),
            (Literal::Text(text), _) => quoted(text),
            (Literal::Integer(number), _) => number.to_string(),
            (Literal::Boolean(flag), _) => flag.to_string(),
            (Literal::Date(date), _) => date.clone(),
            (Literal::List(items), _) => {
                let items: Vec<String> = items.iter().map(|item| item.spell(None)).collect();
                format!("[{}]", items.join(", "))
            }
            (Literal::Rows(rows), Some(Room { newline, indent })) if !rows.is_empty() => {
                let mut out = format!("[{newline}");
                for row in rows {
                    out += &format!("{indent}  {},{newline}", braced(row));
                }
                out + indent + "]"
            }
            (Literal::Rows(rows), _) => {
                let rows: Vec<String> = rows.iter().map(|row| braced(row)).collect();
                format!("[{}]", rows.join(", "))
            }
            (Literal::InlineTable(pairs), _) => braced(pairs),
            (Literal::Spelt(spelt), Some(room)) => with_line_ends(&spelt.text, room.newline),
            (Literal::Spelt(spelt), None) => spelt.text.clone(),
        }
    }
}

fn is_date(text: &str) -> bool {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    shape && text.parse::<Datetime>().is_ok()
}

fn braced(pairs: &[(String, Literal)]) -> String {
    if pairs.is_empty() {
        return "{}".to_owned();
    }
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(key, literal)| format!("{} = {}", spell_key(key), literal.spell(None)))
        .collect();
    format!("{{ {} }}", pairs.join(", "))
}

pub(super) fn spell_key(key: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !key.is_empty() && key.bytes().all(bare) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

/// Spells a path of keys as TOML does, such as `answers.legal-mandate`.
pub fn dotted<S: AsRef<str>>(path: &[S]) -> String {
    let keys: Vec<String> = path.iter().map(|key| spell_key(key.as_ref())).collect();
    keys.join(".")
}

/// Spells a text on one line, in the escapes of TOML 1.0.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            _ => push_escaped(&mut out, char),
        }
    }
    out.push('"');
    out
}

/// Spells a text as a block that reads back as the same text, also with CRLF line ends.
///
/// The parser keeps the line ends of a block as they stand in the file. With CRLF each
/// line therefore ends in `\n\`, which every reader takes for one line feed.
fn block(text: &str, newline: &str) -> String {
    let continued = newline != "\n";
    let mut out = format!("\"\"\"{newline}");
    let mut quotes = 0;
    let mut line_starts = false;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let line_ends = chars
            .peek()
            .is_none_or(|next| *next == '\n' || *next == '\r');
        let trimmed = line_ends || (continued && line_starts);
        quotes = if char == '"' { quotes + 1 } else { 0 };
        line_starts = char == '\n';
        match char {
            '\n' if continued => {
                out.push_str("\\n\\");
                out.push_str(newline);
            }
            '\n' => out.push('\n'),
            '"' if quotes == 3 || chars.peek().is_none() => {
                out.push_str("\\\"");
                quotes = 0;
            }
            '"' => out.push('"'),
            '\t' if trimmed => out.push_str("\\t"),
            '\t' => out.push('\t'),
            ' ' if trimmed => out.push_str("\\u0020"),
            _ => push_escaped(&mut out, char),
        }
    }
    out + "\"\"\""
}

fn push_escaped(out: &mut String, char: char) {
    match char {
        '\\' => out.push_str("\\\\"),
        '\r' => out.push_str("\\r"),
        _ if char.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(char))),
        _ => out.push(char),
    }
}
