//! The note that all are to be like, as the flags put it, and what is wrong with them.

use super::NoteArgs;
use crate::cli::Usage;
use crate::cli::desk;
use crate::cli::prompt::Words;
use crate::cli::talk::Talk;
use crate::diagnostic::{shown, suggestion};
use crate::model::dossier::{Head, Register};
use crate::model::note::Note;
use crate::model::{Date, Questionnaire, Tlp, is_language};

/// What the flags say that cannot be used. None of it is a reason to lose what was said.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    /// What can be mended before anything is said.
    flags: Vec<anyhow::Error>,
    /// What is no label, so that nobody knows how far the notes may go.
    label: Option<anyhow::Error>,
    /// What names nobody and nothing.
    pub(super) ids: Vec<String>,
}

impl Wrong {
    /// Hands on what is right, and keeps what is wrong.
    pub(super) fn kept<T>(&mut self, read: anyhow::Result<T>) -> Option<T> {
        read.map_err(|problem| self.flags.push(problem)).ok()
    }

    /// Returns what is refused where it can be given again.
    pub(super) fn refused(&mut self) -> Option<anyhow::Error> {
        match self.flags.is_empty() {
            true => self.label.take(),
            false => Some(self.flags.remove(0)),
        }
    }

    /// Tells what the notes are kept without.
    pub(super) fn tell(&self, talk: &Talk, words: &Words) {
        let flags = self.flags.iter().map(ToString::to_string);
        for problem in flags.chain(self.ids.iter().cloned()) {
            talk.warn(&words.say("note-without", &[("problem", &problem)]));
        }
        if let Some(problem) = &self.label {
            let problem = problem.to_string();
            talk.warn(&words.say("note-strictest", &[("problem", &problem)]));
        }
    }
}

impl NoteArgs {
    /// Returns the note without its text.
    pub(super) fn like(
        &self,
        head: &Head,
        stage: Option<&str>,
        lang: Option<&str>,
        wrong: &mut Wrong,
    ) -> Note {
        let tlp = self.tlp.as_deref().map(|label| {
            crate::cli::report::ceiling(label).unwrap_or_else(|problem| {
                wrong.label = Some(problem);
                Tlp::Red
            })
        });
        let given = self.date.as_deref().map(|date| {
            let help = || Usage("`--date` takes a day such as 2026-06-03".into()).into();
            Date::parse(date).ok_or_else(help)
        });
        let date = wrong.kept(given.transpose()).flatten();
        let tag = self.note_lang.as_deref().map(|tag| {
            let help = || {
                let message = "`--note-lang` is no language tag; write it as `en`, `fr`, `pt-br` [bad-language]";
                Usage(message.into()).into()
            };
            is_language(tag).then_some(tag).ok_or_else(help)
        });
        let tag = wrong.kept(tag.transpose()).flatten();
        Note {
            text: String::new(),
            lang: Some(desk::language_of(head, tag.or(lang))),
            meeting: self.meeting.clone(),
            respondent: self.respondent.clone(),
            stage: stage.map(String::from),
            question: self.question.clone(),
            tlp,
            date: date.or_else(desk::today),
            by: wrong
                .kept(desk::initials(head, self.by.as_deref()))
                .flatten(),
        }
    }
}

/// Tells what names nothing, and takes it out of the note. Without a questionnaire nothing is filed.
pub(super) fn look_up(
    like: &mut Note,
    register: Option<&Register>,
    questionnaire: Option<&Questionnaire>,
    wrong: &mut Wrong,
) {
    if let Some(register) = register {
        let meetings = || register.meetings.keys().map(String::as_str);
        let all = || register.people.keys().map(String::as_str).chain(meetings());
        let add = "`cirtkit meeting add` adds one";
        let meeting = unknown(&mut like.meeting, meetings(), "meeting", add);
        let add = "`cirtkit person add` adds one";
        let spoke = unknown(&mut like.respondent, all(), "person or meeting", add);
        wrong.ids.extend(meeting.into_iter().chain(spoke));
    }
    let Some(questionnaire) = questionnaire else {
        like.question = None;
        return;
    };
    let questions = questionnaire.questions().map(|one| one.id.as_str());
    let list = "`cirtkit status --open` lists them";
    let question = unknown(&mut like.question, questions, "question", list);
    wrong.ids.extend(question);
}

/// Takes out an id that is not among those known, and says so.
fn unknown<'a>(
    id: &mut Option<String>,
    known: impl Iterator<Item = &'a str>,
    what: &str,
    otherwise: &str,
) -> Option<String> {
    let known: Vec<&str> = known.collect();
    let wrong = id.take_if(|id| !known.contains(&id.as_str()))?;
    let help = suggestion(&wrong, known).unwrap_or_else(|| otherwise.into());
    Some(format!("there is no {what} {}; {help}", shown(&wrong)))
}
