//! Adds notes and files them: texts in, texts out, and the file saved under the lock.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{FILE, number};
use crate::diagnostic::Diagnostics;
use crate::dossier::edit::{self, Edit, EditError, Element, Literal};
use crate::dossier::save::{self, Lock, SaveError};
use crate::model::Note;
use crate::source::Source;
use toml::de::DeValue;

/// What a new file begins with.
const HEAD: &str = "\
# Notes from the room, in the order they were taken. `cirtkit note` and `cirtkit notes` write here; so
# may you, by hand. No report reads this file.
";

/// The highest number that a note may bear: what TOML holds.
const HIGHEST: u64 = i64::MAX as u64;

/// Why notes were not saved; it never quotes one.
#[derive(Debug, Error)]
pub enum NotesError {
    /// The file was not saved.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// There is no such note.
    #[error(
        "there is no note `{id}` in `{path}`; `cirtkit notes --list` tells them, nothing was changed"
    )]
    NoNote {
        /// The note.
        id: String,
        /// The file.
        path: PathBuf,
    },
    /// Two notes bear the same id.
    #[error(
        "two notes bear the id `{id}` in `{path}`; give one of them another, nothing was changed"
    )]
    Twice {
        /// The note.
        id: String,
        /// The file.
        path: PathBuf,
    },
    /// Somebody filed the note in the meantime.
    #[error("the note `{id}` was filed in the meantime; nothing was changed")]
    Meanwhile {
        /// The note.
        id: String,
    },
    /// There is no number left.
    #[error(
        "`last` in `{path}` is too high for another note; mend it by hand, nothing was changed"
    )]
    NoNumber {
        /// The file.
        path: PathBuf,
    },
}

/// Where one note goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// The note.
    pub note: String,
    /// The question; none where the note is to wait again.
    pub question: Option<String>,
    /// The stage of the question, where the note is to bear another than it does.
    pub stage: Option<String>,
    /// What the note was filed to when the person saw it; none where that does not matter.
    pub seen: Option<Option<String>>,
}

/// Saves new notes at the end of the file, all or none, and returns their ids; what stands in their
/// `id` is not looked at.
pub fn add(lock: &Lock, notes: &[Note]) -> Result<Vec<String>, NotesError> {
    let mut ids = Vec::new();
    save::rewrite(&lock.dossier().join(FILE), lock, |path, old| {
        let within = |source| edit_error(path, source);
        let (_, last) = ids_of(old);
        let mut elements = Vec::new();
        for (note, number) in notes.iter().zip(last.saturating_add(1)..) {
            if number > HIGHEST {
                let path = path.to_owned();
                return Err(NotesError::NoNumber { path });
            }
            let id = format!("n-{number}");
            elements.push(element(&id, note));
            ids.push(id);
        }
        let now = i64::try_from(last.saturating_add(elements.len() as u64)).unwrap_or(i64::MAX);
        let counted = Edit {
            table: Vec::new(),
            set: vec![("last".into(), Literal::Integer(now))],
            remove: Vec::new(),
        };
        let old = if old.is_empty() { HEAD } else { old };
        let new = edit::append(old, "note", &elements).map_err(within)?;
        edit::apply(&new, &counted).map_err(within)
    })?;
    Ok(ids)
}

/// Files notes under questions, all or none.
pub fn file(lock: &Lock, filings: &[Filing]) -> Result<(), NotesError> {
    save::rewrite(&lock.dossier().join(FILE), lock, |path, old| {
        let (ids, _) = ids_of(old);
        let mut text = old.to_owned();
        for filing in filings {
            let (id, path) = (filing.note.clone(), path.to_owned());
            let mut places = (0..).zip(&ids).filter(|(_, (one, _))| *one == id);
            let Some((at, (_, question))) = places.next() else {
                return Err(NotesError::NoNote { id, path });
            };
            if places.next().is_some() {
                return Err(NotesError::Twice { id, path });
            }
            if filing.seen.as_ref().is_some_and(|seen| seen != question) {
                return Err(NotesError::Meanwhile { id });
            }
            let text_of = |key: &str, value: &Option<String>| {
                let value = value.clone()?;
                Some((key.to_owned(), Literal::Text(value)))
            };
            let set = [
                text_of("question", &filing.question),
                text_of("stage", &filing.stage),
            ];
            let mut edit = Edit {
                table: Vec::new(),
                set: set.into_iter().flatten().collect(),
                remove: Vec::new(),
            };
            if filing.question.is_none() {
                edit.remove.push("question".to_owned());
            }
            text = edit::within(&text, "note", at, &edit)
                .map_err(|source| edit_error(&path, source))?;
        }
        Ok(text)
    })
}

fn edit_error(path: &Path, source: EditError) -> NotesError {
    let path = path.to_owned();
    NotesError::Save(SaveError::Edit { path, source })
}

/// Returns the id of every note with its question, and the highest number that was ever given.
fn ids_of(text: &str) -> (Vec<(String, Option<String>)>, u64) {
    let mut ignored = Diagnostics::default();
    let Some(source) = Source::parse(FILE, text, &mut ignored) else {
        // The edit tells what is wrong.
        return (Vec::new(), 0);
    };
    let tree = source.tree();
    let integer = |value: &DeValue<'_>| value.as_integer()?.as_str().parse::<u64>().ok();
    let last = tree.get("last").and_then(|node| integer(node.get_ref()));
    let list = tree.get("note").into_iter().flat_map(super::elements);
    let ids: Vec<(String, Option<String>)> = list
        .map(|node| match node.get_ref() {
            DeValue::Table(table) => {
                let text = |key: &str| Some(table.get(key)?.get_ref().as_str()?.to_owned());
                (text("id").unwrap_or_default(), text("question"))
            }
            _ => (String::new(), None),
        })
        .collect();
    let numbers = ids.iter().filter_map(|(id, _)| number(id));
    let highest = numbers.chain(last).max().unwrap_or(0);
    (ids, highest)
}

/// Spells a note as an entry of the file.
fn element(id: &str, note: &Note) -> Element {
    let text = |text: &str| Literal::Text(text.to_owned());
    let mut element = vec![
        (String::from("id"), text(id)),
        (String::from("text"), text(&note.text)),
    ];
    let tlp = note.tlp.map(|label| label.word());
    for (key, value) in [
        ("lang", note.lang.as_deref()),
        ("meeting", note.meeting.as_deref()),
        ("respondent", note.respondent.as_deref()),
        ("question", note.question.as_deref()),
        ("stage", note.stage.as_deref()),
        ("tlp", tlp),
        ("by", note.by.as_deref()),
    ] {
        element.extend(value.map(|value| (key.to_owned(), text(value))));
    }
    let date = note.date.map(|date| Literal::Date(date.to_string()));
    element.extend(date.map(|date| (String::from("date"), date)));
    element
}
