//! Changes one table of a TOML text and leaves every other byte as it was.
//!
//! On the road this is the way back: from an answer to the file it stands in. The
//! module reads a text and gives a text; it knows neither files nor questions. The
//! parser only tells where things stand. The bytes are cut and pasted here, so that
//! a byte order mark, line ends, comments, order and odd spellings stay, and the
//! result is read again before anybody gets to see it.
//!
//! One change walks through the parts below: a [`Literal`] says what is to be written
//! and how it is spelt, `map` where the headers and keys of the text stand, `change` and
//! `inline` which bytes go and come, outside and inside of braces, `splice` makes those cuts,
//! and `tree` proves, value by value, that nothing else became different. `append` writes many new tables
//! with one proof, `graft` takes tables over from another text, and `remark` the comments.

mod append;
mod change;
mod comment;
mod graft;
mod inline;
mod literal;
mod map;
mod path;
mod remark;
mod splice;
mod tree;

use thiserror::Error;
use toml_edit::Document;

pub use append::{NewTable, append};
pub use graft::{Parsed, Slot, cut_element, graft, graft_element};
pub use literal::{Literal, Spelt, dotted};
use map::Map;
pub use remark::{Remark, put_remarks, remarks};
pub use tree::Tree;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// One change of one table: keys set and keys removed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edit {
    /// The table's path, such as `["answers", "legal-mandate"]`; empty is the top of the file.
    pub table: Vec<String>,
    /// Keys that get a value, in the order in which new ones are written.
    pub set: Vec<(String, Literal)>,
    /// Keys that go, with everything beneath them.
    pub remove: Vec<String>,
}

/// Why a text was not edited; it never quotes an answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// The text is not TOML.
    #[error("line {line}, column {column}: {message}; mend it by hand first, nothing was changed")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What the parser says; it names no content.
        message: String,
    },
    /// The path, or a step on it, holds something else than a table.
    #[error("`{path}` is not a table; nothing was changed")]
    NotATable {
        /// The path as TOML spells it.
        path: String,
    },
    /// The same key is to be set or removed twice.
    #[error("key `{key}` is named twice in one edit; nothing was changed")]
    RepeatedKey {
        /// The key.
        key: String,
    },
    /// A date that no calendar has, or in another form than `YYYY-MM-DD`.
    #[error("key `{key}` needs a date as YYYY-MM-DD; nothing was changed")]
    BadDate {
        /// The key that was to be set.
        key: String,
    },
    /// The result would have differed in more, or less, than what was asked.
    #[error(
        "`{path}` could not be changed without touching more; edit it by hand, nothing was changed"
    )]
    Damaged {
        /// The path as TOML spells it.
        path: String,
    },
}

/// Returns the text with the edit made and every other byte as it was.
///
/// A value that already says the same is left in its spelling. The result has been
/// read back: exactly the named keys differ, or there is an error.
pub fn apply(text: &str, edit: &Edit) -> Result<String, EditError> {
    check(edit)?;
    let mut now = text.to_owned();
    for (key, literal) in &edit.set {
        now = step(&now, &edit.table, key, Some(literal))?;
    }
    for key in &edit.remove {
        now = step(&now, &edit.table, key, None)?;
    }
    if edit.set.is_empty() && edit.remove.is_empty() {
        parse(text)?;
    }
    Ok(now)
}

/// Returns what a text says.
pub fn tree(text: &str) -> Result<Tree, EditError> {
    Ok(Tree::of(&parse(text)?))
}

/// Refuses an edit that contradicts itself.
fn check(edit: &Edit) -> Result<(), EditError> {
    let mut keys: Vec<&String> = edit.set.iter().map(|(key, _)| key).collect();
    keys.extend(&edit.remove);
    keys.sort();
    let twice = keys.windows(2).find_map(|pair| match pair {
        [first, second] if first == second => Some((*first).clone()),
        _ => None,
    });
    if let Some(key) = twice {
        return Err(EditError::RepeatedKey { key });
    }
    match edit.set.iter().find(|(_, literal)| !literal.dates_hold()) {
        Some((key, _)) => Err(EditError::BadDate { key: key.clone() }),
        None => Ok(()),
    }
}

/// Sets or removes one key and proves by reading back that only that changed.
fn step(
    text: &str,
    table: &[String],
    key: &str,
    literal: Option<&Literal>,
) -> Result<String, EditError> {
    let mut path = table.to_vec();
    path.push(key.to_owned());
    let damaged = || EditError::Damaged {
        path: dotted(&path),
    };

    let document = parse(text)?;
    let mut wanted = Tree::of(&document);
    if let Some(short) = (1..=table.len()).find(|depth| {
        let step = table.get(..*depth).and_then(|steps| wanted.get(steps));
        !matches!(step, None | Some(Tree::Table(_)))
    }) {
        return Err(EditError::NotATable {
            path: dotted(table.get(..short).unwrap_or_default()),
        });
    }
    let meant = literal.map(Literal::tree);
    if wanted.get(&path) == meant.as_ref() {
        return Ok(text.to_owned());
    }

    let map = Map::of(text, &document).ok_or_else(damaged)?;
    let splices = match literal {
        Some(literal) => map.set(&path, literal),
        None => map.remove(&path),
    };
    let result = splices.and_then(|it| it.apply(text)).ok_or_else(damaged)?;

    let found = Tree::of(&parse(&result).map_err(|_| damaged())?);
    wanted.put(&path, meant);
    if literal.is_none() {
        wanted.prune(table, &found);
    }
    if wanted == found {
        Ok(result)
    } else {
        Err(damaged())
    }
}

fn parse(text: &str) -> Result<Document<&str>, EditError> {
    Document::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let before = text.get(..at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.get(line_start..).unwrap_or_default();
        EditError::Syntax {
            line: before.matches('\n').count() + 1,
            column: line.trim_start_matches(BYTE_ORDER_MARK).chars().count() + 1,
            message: error.message().to_owned(),
        }
    })
}

#[cfg(test)]
mod tests;
