//! The notes of the room, `notes.toml`: [`read`] with places, [`add`] and [`file`] without losing a
//! byte.
//!
//! A note is never lost for what it refers to: a wrong id in it is told, and the note stays.

mod check;
mod store;

use std::path::Path;

use toml::de::DeValue;

use super::read::{stands, text_of};
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::model::dossier::Register;
use crate::model::{Note, Notes};
use crate::source::{Node, Source};

pub use check::{Known, check};
pub use store::{Filing, NotesError, add, file};

/// The file of the notes in a dossier.
pub const FILE: &str = "notes.toml";

/// Reads the notes; every problem is told, and what is sound comes back. None comes back where the
/// file cannot be read at all; where there is no file there are no notes.
pub fn read(root: &Path, found: &mut Diagnostics) -> Option<Notes> {
    let path = root.join(FILE);
    if !stands(&path) {
        return Some(Notes::default());
    }
    let text = text_of(root, &path, found)?;
    let source = Source::parse(&path.display().to_string(), &text, found)?;
    let mut notes = Notes::default();
    for (key, node) in source.tree() {
        let place = source.place(&key.span());
        match key.get_ref().as_ref() {
            "last" => notes.last = source.read(node, found).unwrap_or_default(),
            "note" => {
                let list = elements(node).map(|node| source.read::<Note>(node, found));
                notes.list = list.flatten().collect();
                if !matches!(node.get_ref(), DeValue::Array(_)) {
                    let message = "expected entries `[[note]]`";
                    found.push(Diagnostic::error("wrong-type", place, message));
                }
            }
            other => found.push(
                Diagnostic::error(
                    "unknown-key",
                    place,
                    format!("unknown key {}", shown(other)),
                )
                .help("notes stand under `[[note]]`"),
            ),
        }
    }
    Some(notes)
}

/// Reads the register for the ids in it, without a word: what is wrong in it is told elsewhere.
pub fn register(root: &Path) -> Register {
    let mut ignored = Diagnostics::default();
    let path = root.join("register.toml");
    let text = if stands(&path) {
        text_of(root, &path, &mut ignored)
    } else {
        None
    };
    let text = text.unwrap_or_default();
    let source = Source::parse("register.toml", &text, &mut ignored);
    let register = source.and_then(|source| source.read_all(&mut ignored));
    register.unwrap_or_default()
}

/// Walks the entries of a list.
fn elements<'a, 't>(node: &'a Node<'t>) -> impl Iterator<Item = &'a Node<'t>> {
    let list = match node.get_ref() {
        DeValue::Array(list) => Some(list.iter()),
        _ => None,
    };
    list.into_iter().flatten()
}

/// Returns the number of a note's id, as 7 for `n-7`.
fn number(id: &str) -> Option<u64> {
    let digits = id.strip_prefix("n-")?;
    let number: u64 = digits.parse().ok()?;
    (number.to_string() == digits && number > 0).then_some(number)
}
