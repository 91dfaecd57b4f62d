//! The running notes: read, taken down one by one, filed to questions.
//!
//! They are read apart from the rest of the dossier, so that a note can be taken while something else is
//! in error, and no report sees them.

use std::path::{Path, PathBuf};

use thiserror::Error;
use toml::Spanned;
use toml::de::DeValue;

use super::edit::{self, Edit, EditError, Literal, NewTable};
use super::read::{stands, text_of};
use super::save::{self, Lock, SaveError};
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::model::dossier::{Head, Register};
use crate::model::note::{Note, Notes, number};
use crate::model::{Questionnaire, Tlp, is_language};
use crate::source::Source;

const FILE: &str = "notes.toml";

/// Why a note was not taken down or filed; the file is as it was.
#[derive(Debug, Error)]
pub enum NoteError {
    /// The notes cannot be read as they stand.
    #[error("{}", .0.to_text())]
    Unreadable(Diagnostics),
    /// There is no such note.
    #[error("there is no note {}", shown(id))]
    Unknown {
        /// What was given.
        id: String,
    },
    /// Somebody filed the note in the meantime.
    #[error(
        "the note {} was filed in the meantime; nothing was changed",
        shown(id)
    )]
    Meanwhile {
        /// The note.
        id: String,
    },
    /// There is no number left.
    #[error(
        "`last` in `{FILE}` leaves no number for another note; mend it by hand, nothing was changed"
    )]
    NoNumber,
    /// The notes cannot be saved.
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// Returns where the notes of a dossier stand.
pub fn path(root: &Path) -> PathBuf {
    root.join(FILE)
}

/// Reads the notes of a dossier; no file is no notes. Every problem is pushed, and what is wrong in one
/// note hides no other.
pub fn read(root: &Path, found: &mut Diagnostics) -> Notes {
    let path = path(root);
    if !stands(&path) {
        return Notes::default();
    }
    let Some(text) = text_of(root, &path, found) else {
        return Notes::default();
    };
    match Source::parse(&path.display().to_string(), &text, found) {
        Some(source) => sound(&source, found).notes,
        None => salvaged(&text),
    }
}

/// What can be used of a file of notes.
struct Sound {
    /// The notes without a problem.
    notes: Notes,
    /// Whether a note can be added: what is wrong stands within single notes.
    open: bool,
}

/// Reads each note by itself, so that those without a problem are there.
fn sound(source: &Source<'_>, found: &mut Diagnostics) -> Sound {
    let mut frame = source.tree().clone();
    let listed = match frame.get("notes").map(Spanned::get_ref) {
        Some(DeValue::Table(_)) => frame.remove("notes"),
        _ => None,
    };
    let errors = found.errors();
    let frame = Spanned::new(0..0, DeValue::Table(frame));
    let mut notes: Notes = source.read(&frame, found).unwrap_or_default();
    let open = found.errors() == errors;
    let listed = listed.map(Spanned::into_inner);
    let Some(DeValue::Table(listed)) = listed else {
        return Sound { notes, open };
    };
    // A number that a wrong note bears is given to no other.
    let numbers = listed.iter().filter_map(|(id, _)| number(id.get_ref()));
    let highest = numbers.max().unwrap_or(0);
    notes.last = notes.last.max(highest);
    for (id, node) in &listed {
        let id = id.get_ref().as_ref();
        let errors = found.errors();
        let note: Option<Note> = source.read(node, found);
        if number(id).is_none() {
            let message = format!("{} is no id of a note", shown(id));
            let place = source.find(&["notes", id]);
            found.push(
                Diagnostic::error("bad-note-id", place, message)
                    .help(format!("give it the next number: `n-{}`", notes.next())),
            );
        }
        if let Some(note) = note.filter(|_| found.errors() == errors) {
            notes.notes.insert(id.to_string(), note);
        }
    }
    Sound { notes, open }
}

/// Reads what can be read of a file that is no TOML as a whole: each note by itself.
fn salvaged(text: &str) -> Notes {
    let mut notes = Notes::default();
    let heads = text.match_indices("[notes.").map(|(at, _)| at);
    let heads = heads.filter(|at| *at == 0 || text[..*at].ends_with('\n'));
    let mut starts: Vec<usize> = heads.collect();
    starts.push(text.len());
    for (start, end) in starts.iter().zip(starts.iter().skip(1)) {
        let mut untold = Diagnostics::default();
        let Some(source) = Source::parse("", &text[*start..*end], &mut untold) else {
            continue;
        };
        for (id, note) in sound(&source, &mut untold).notes.notes {
            notes.notes.entry(id).or_insert(note);
        }
    }
    notes
}

/// Tells which notes are filed to a question that their stage does not ask.
pub fn check_questions(
    root: &Path,
    stage: &str,
    questionnaire: &Questionnaire,
    found: &mut Diagnostics,
) {
    let path = path(root);
    let mut told = Diagnostics::default();
    let text = text_of(root, &path, &mut told).unwrap_or_default();
    let Some(source) = Source::parse(&path.display().to_string(), &text, &mut told) else {
        return;
    };
    for (id, note) in sound(&source, &mut told).notes.in_order() {
        let Some(question) = note.question.as_deref() else {
            continue;
        };
        if note.stage.as_deref() == Some(stage) && questionnaire.question(question).is_none() {
            let place = source.find(&["notes", id, "question"]);
            let message = format!("there is no question {}", shown(question));
            let known = questionnaire.questions().map(|one| one.id.as_str());
            let warning = Diagnostic::warning("unknown-question", place, message);
            found.push(warning.suggest(question, known));
        }
    }
}

/// Tells what else the notes name and the dossier does not hold; where a stage is missing, this one is
/// proposed.
pub fn check(
    root: &Path,
    head: &Head,
    register: &Register,
    stage: &str,
    questionnaire: &Questionnaire,
    found: &mut Diagnostics,
) {
    let path = path(root);
    if !stands(&path) {
        return;
    }
    let Some(text) = text_of(root, &path, found) else {
        return;
    };
    let Some(source) = Source::parse(&path.display().to_string(), &text, found) else {
        return;
    };
    let notes = sound(&source, found).notes;
    for (id, note) in notes.in_order() {
        let mut warn =
            |code, key: &str, word: &str, what: &str, known: &mut dyn Iterator<Item = &str>| {
                let message = format!("there is no {what} {}", shown(word));
                let place = source.find(&["notes", id, key]);
                found.push(Diagnostic::warning(code, place, message).suggest(word, known));
            };
        if let Some(one) = note
            .meeting
            .as_ref()
            .filter(|one| !register.meetings.contains_key(*one))
        {
            let mut known = register.meetings.keys().map(String::as_str);
            warn("unknown-meeting", "meeting", one, "meeting", &mut known);
        }
        let spoke = |one: &&String| {
            !register.people.contains_key(*one) && !register.meetings.contains_key(*one)
        };
        if let Some(one) = note.respondent.as_ref().filter(spoke) {
            let people = register.people.keys().chain(register.meetings.keys());
            warn(
                "unknown-person",
                "respondent",
                one,
                "person or meeting",
                &mut people.map(String::as_str),
            );
        }
        if let Some(one) = note
            .by
            .as_ref()
            .filter(|one| !head.assessors.contains_key(*one))
        {
            let mut known = head.assessors.keys().map(String::as_str);
            warn("unknown-assessor", "by", one, "assessor", &mut known);
        }
        let stages = &questionnaire.words.stages;
        if let Some(one) = note
            .stage
            .as_ref()
            .filter(|one| stages.iter().all(|known| known.id != **one))
        {
            let mut known = stages.iter().map(|known| known.id.as_str());
            warn("unknown-stage", "stage", one, "stage", &mut known);
        }
        if note.lang.as_ref().is_some_and(|lang| !is_language(lang)) {
            let place = source.find(&["notes", id, "lang"]);
            let message = format!("the language of the note `{id}` is no language tag");
            let told = Diagnostic::warning("bad-language", place, message);
            found.push(told.help("write it as `en`, `fr`, `pt-br`"));
        }
        if note.question.is_some() && note.stage.is_none() {
            let place = source.find(&["notes", id, "question"]);
            let message = format!("the note `{id}` is filed to a question and names no stage");
            found.push(
                Diagnostic::warning("note-without-stage", place, message).help(format!(
                    "add `stage = \"{}\"`, or the stage that asks it",
                    stage
                )),
            );
        }
    }
}

/// Takes notes down in the locked dossier, all or none and with one save, and returns their ids. What
/// stands in the file stays.
pub fn add(lock: &Lock, new: &[Note]) -> Result<Vec<String>, NoteError> {
    let mut ids = Vec::new();
    change(lock, |path, notes, old| {
        let first = notes.next();
        let numbered: Vec<(u32, &Note)> = (first..=u32::MAX).zip(new).collect();
        let last = numbered.last().map_or(notes.last, |(number, _)| *number);
        if numbered.len() < new.len() || notes.last == u32::MAX {
            return Err(NoteError::NoNumber);
        }
        ids = numbered
            .iter()
            .map(|(number, _)| format!("n-{number}"))
            .collect();
        let tables: Vec<NewTable> = ids
            .iter()
            .zip(new)
            .map(|(id, note)| table(id, note))
            .collect();
        let counted = Edit {
            set: vec![("last".into(), Literal::Integer(last.into()))],
            ..Edit::default()
        };
        let text = edit::apply(old, &counted).map_err(|source| failed(path, source))?;
        edit::append(&text, &tables).map_err(|source| failed(path, source))
    })?;
    Ok(ids)
}

/// Spells a note as the table of its id.
fn table(id: &str, note: &Note) -> NewTable {
    let text = |text: &String| Literal::Text(text.clone());
    let label = |label: Tlp| Literal::Text(label.word().into());
    let pairs = [
        ("text", Some(text(&note.text))),
        ("lang", note.lang.as_ref().map(text)),
        ("meeting", note.meeting.as_ref().map(text)),
        ("respondent", note.respondent.as_ref().map(text)),
        ("stage", note.stage.as_ref().map(text)),
        ("question", note.question.as_ref().map(text)),
        ("tlp", note.tlp.map(label)),
        (
            "date",
            note.date.map(|date| Literal::Date(date.to_string())),
        ),
        ("by", note.by.as_ref().map(text)),
    ];
    let written = |(key, literal): (&str, Option<Literal>)| Some((key.to_string(), literal?));
    let pairs = pairs.into_iter().filter_map(written);
    (vec!["notes".into(), id.into()], pairs.collect())
}

/// Files a note that a person saw waiting; refused where somebody filed it in the meantime.
pub fn file_waiting(
    lock: &Lock,
    (id, seen): (&str, &Note),
    stage: &str,
    question: &str,
) -> Result<(), NoteError> {
    let to = Some((stage.to_string(), question.to_string()));
    file_if(lock, &[(id.to_string(), to)], |note| {
        note.question == seen.question
    })
}

/// Files notes to questions, each to the stage and the question given, or back to those that wait; all or
/// none.
pub fn file(lock: &Lock, to: &[(String, Option<(String, String)>)]) -> Result<(), NoteError> {
    file_if(lock, to, |_| true)
}

fn file_if(
    lock: &Lock,
    to: &[(String, Option<(String, String)>)],
    may: impl Fn(&Note) -> bool,
) -> Result<(), NoteError> {
    change(lock, |path, notes, old| {
        let mut now = old.to_string();
        for (id, to) in to {
            match notes.notes.get(id) {
                None => return Err(NoteError::Unknown { id: id.clone() }),
                Some(note) if !may(note) => return Err(NoteError::Meanwhile { id: id.clone() }),
                Some(_) => {}
            }
            let text = |key: &str, text: &String| (key.to_string(), Literal::Text(text.clone()));
            let (set, remove) = match to {
                Some((stage, question)) => (
                    vec![text("stage", stage), text("question", question)],
                    vec![],
                ),
                None => (vec![], vec!["question".to_string()]),
            };
            let edit = Edit {
                table: vec!["notes".into(), id.clone()],
                set,
                remove,
            };
            now = edit::apply(&now, &edit).map_err(|source| failed(path, source))?;
        }
        Ok(now)
    })
}

fn failed(path: &Path, source: EditError) -> NoteError {
    let path = path.to_owned();
    NoteError::Save(SaveError::Edit { path, source })
}

/// Reads the notes again under the lock, changes their text, and saves once. What is wrong in one note
/// is no reason to lose another.
fn change(
    lock: &Lock,
    text: impl FnOnce(&Path, &Notes, &str) -> Result<String, NoteError>,
) -> Result<(), NoteError> {
    save::rewrite(&path(lock.dossier()), lock, |path, old| {
        let mut found = Diagnostics::default();
        let source = Source::parse(&path.display().to_string(), old, &mut found);
        match source.map(|source| sound(&source, &mut found)) {
            Some(Sound { notes, open: true }) => text(path, &notes, old).map_err(|problem| {
                // A note that is there and wrong is not unknown.
                match problem {
                    NoteError::Unknown { .. } if found.has_errors() => {
                        NoteError::Unreadable(std::mem::take(&mut found))
                    }
                    problem => problem,
                }
            }),
            _ => Err(NoteError::Unreadable(found)),
        }
    })
}
