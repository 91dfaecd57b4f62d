//! Looks at what the notes refer to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{FILE, number, read};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown};
use crate::dossier::read::text_of;
use crate::model::Note;
use crate::model::dossier::{Head, Register};
use crate::source::Source;

/// What notes may refer to.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The head, for the assessors.
    pub head: &'a Head,
    /// The register.
    pub register: &'a Register,
    /// The questions of each stage.
    pub questions: &'a BTreeMap<String, BTreeSet<String>>,
}

/// Reads the notes and tells everything that is wrong with them.
pub fn check(root: &Path, known: Known<'_>, found: &mut Diagnostics) {
    let errors = found.errors();
    let Some(notes) = read(root, found) else {
        return;
    };
    // Where an entry cannot be read, the places of those behind it are not sure.
    if notes.list.is_empty() || found.errors() > errors {
        return;
    }
    let path = root.join(FILE);
    let text = text_of(root, &path, found).unwrap_or_default();
    let Some(source) = Source::parse(&path.display().to_string(), &text, found) else {
        return;
    };
    let mut seen = BTreeSet::new();
    for (at, note) in notes.list.iter().enumerate() {
        let at = at.to_string();
        let place = |key: &str| source.find(&["note", &at, key]);
        if !seen.insert(note.id.as_str()) {
            let message = format!("two notes share the id {}", shown(&note.id));
            let help = format!(
                "give this one the number after the highest: {}",
                notes.last + 1
            );
            found.push(Diagnostic::error("duplicate-id", place("id"), message).help(help));
        }
        if number(&note.id).is_none() {
            let message = format!("{} is no id of a note", shown(&note.id));
            let help = "a note is `n-` and a number, such as `n-7`";
            found.push(Diagnostic::error("bad-id", place("id"), message).help(help));
        }
        known.references(note, place, found);
    }
}

impl Known<'_> {
    fn references(self, note: &Note, place: impl Fn(&str) -> Place, found: &mut Diagnostics) {
        let register = self.register;
        let meetings = register.meetings.keys().map(String::as_str);
        let people = register.people.keys().map(String::as_str);
        if let Some(id) = &note.meeting
            && !register.meetings.contains_key(id)
        {
            let message = format!("there is no meeting {}", shown(id));
            found.push(
                Diagnostic::error("unknown-meeting", place("meeting"), message)
                    .help("register it, or mend the id")
                    .suggest(id, meetings.clone()),
            );
        }
        if let Some(id) = &note.respondent
            && !register.people.contains_key(id)
            && !register.meetings.contains_key(id)
        {
            let message = format!("there is no person or meeting {}", shown(id));
            found.push(
                Diagnostic::error("unknown-person", place("respondent"), message)
                    .help("register them, or mend the id")
                    .suggest(id, people.chain(meetings)),
            );
        }
        let stages = self.questions.keys().map(String::as_str);
        if let Some(stage) = &note.stage
            && !self.questions.contains_key(stage)
        {
            let message = format!("there is no stage {} with a questionnaire", shown(stage));
            found.push(
                Diagnostic::error("unknown-stage", place("stage"), message).suggest(stage, stages),
            );
        } else if let Some(question) = &note.question {
            let of = |(stage, _): &(&String, _)| note.is_of(stage);
            let mut questions = self.questions.iter().filter(of).flat_map(|(_, all)| all);
            if !questions.clone().any(|one| one == question) {
                let message = format!("there is no question {}", shown(question));
                found.push(
                    Diagnostic::error("unknown-question", place("question"), message)
                        .help("remove the line, and `cirtkit notes` helps to file the note")
                        .suggest(question, questions.by_ref().map(String::as_str)),
                );
            }
        }
        if let Some(by) = &note.by
            && !self.head.assessors.contains_key(by)
        {
            let message = format!(
                "a note bears the initials {} of nobody in this dossier",
                shown(by)
            );
            let known = self.head.assessors.keys().map(String::as_str);
            found.push(
                Diagnostic::warning("unknown-assessor", place("by"), message).suggest(by, known),
            );
        }
        if note.lang.as_deref().is_some_and(|lang| !is_tag(lang)) {
            let message = "the language of a note is no language tag";
            found.push(
                Diagnostic::error("bad-language", place("lang"), message)
                    .help("write it as `en`, `fr`, `pt-br`"),
            );
        }
    }
}

/// Tells whether a text is a language tag.
fn is_tag(lang: &str) -> bool {
    crate::model::is_id(&lang.to_lowercase())
}
