//! `cirtkit note`: takes down what is said, quick enough to type while people speak.

mod bytes;
mod taker;

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;

use bytes::decoded;
use taker::Taker;

use super::desk::{self, Desk};
use super::prompt::Words;
use super::talk::Talk;
use super::{Global, Outcome, Refused, Usage};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown, suggestion};
use crate::dossier::is_dossier;
use crate::dossier::notes::NoteError;
use crate::dossier::register;
use crate::model::dossier::{Head, Register};
use crate::model::note::Note;
use crate::model::{Date, Questionnaire};

/// Take down what is said, to be filed to questions later
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit note lesotho --meeting workshop-0603            line after line, until Ctrl-D\n  \
    cirtkit note lesotho 'Nobody answers at night, says the bank'\n  \
    cirtkit note lesotho '@funding-setup the grant lapses in December'\n  \
    cirtkit note 'Nobody answers at night'                  inside the dossier's folder\n  \
    cirtkit note lesotho --meeting workshop-0603 < transcript.txt")]
pub(super) struct NoteArgs {
    /// The dossier [default: the folder you are in]. What is no dossier's folder is the note's
    /// beginning; only a note of one word needs the folder before it
    dir: Option<OsString>,
    /// The note; left out, every line of a pipe or typed at the prompt is one. A line may begin with
    /// the question it belongs to, as in `@funding-setup the grant lapses`
    text: Vec<OsString>,
    /// The meeting it is said in
    #[arg(long, value_name = "ID")]
    meeting: Option<String>,
    /// The person or meeting that says it
    #[arg(long, value_name = "ID")]
    respondent: Option<String>,
    /// File it to this question at once
    #[arg(long, value_name = "ID")]
    question: Option<String>,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// The language it is taken down in [default: the dossier's first]
    #[arg(long, value_name = "TAG")]
    note_lang: Option<String>,
    /// The note's own TLP label
    #[arg(long, value_name = "LABEL")]
    tlp: Option<String>,
    /// Initials of who takes it down [default: the only assessor]
    #[arg(long, value_name = "INITIALS")]
    by: Option<String>,
    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
}

impl NoteArgs {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let (dir, text) = parted(self.dir.as_deref(), &self.text)?;
        let piped = text.is_empty() && !io::stdin().is_terminal();
        let typed = text.is_empty() && !piped;
        if typed && (global.no_input || !io::stderr().is_terminal()) {
            let message = "`note` needs a text, or notes line by line on its input";
            return Err(Usage(message.into()).into());
        }
        let mut desk = Desk::open(global)?;
        // What is wrong elsewhere in the dossier is no reason to lose what is being said.
        let mut found = Diagnostics::default();
        let head = crate::dossier::read_head(&dir, &mut found).ok_or(Refused(found))?;
        let register = register::read_alone(&dir, &mut Diagnostics::default());
        let stage = desk.stage(&head, self.stage.as_deref())?;
        let (id, edition) = desk::pinned(&head, &stage);
        let lang = desk::language_of(&head, global.lang.as_deref());
        let words = Words::load(&desk.content, &lang)?;
        let questionnaire = &desk.pack(&id, edition, &lang)?.questionnaire;
        let mut like = self.like(&head, &stage, global)?;
        let wrong = self.look_up(&mut like, register.as_ref(), questionnaire);
        if let Some(wrong) = wrong.first().filter(|_| !piped) {
            return Err(Usage(wrong.clone()).into());
        }
        // Who speaks into a pipe is not stopped: what is said is kept without the wrong id.
        for wrong in wrong {
            talk.warn(&words.say("note-without", &[("problem", &wrong)]));
        }
        let mut taker = Taker {
            dir: &dir,
            talk,
            questionnaire,
            like,
            words,
            line: 0,
            hand: Vec::new(),
            unprinted: None,
        };
        if !text.is_empty() {
            if text.len() > self.text.len() {
                talk.say(&taker.words.get("note-here"));
            }
            let (text, _) = decoded(text.join(&OsString::from(" ")).as_encoded_bytes());
            taker.take(&text);
            taker.save_at_last()?;
        } else if piped {
            taker.pipe()?;
        } else {
            taker.prompt()?;
        }
        match taker.unprinted {
            Some(problem) => Err(problem),
            None => Ok(Outcome::Done),
        }
    }

    /// Tells what names nothing, and takes it out of the note that all are to be like.
    fn look_up(
        &self,
        like: &mut Note,
        register: Option<&Register>,
        questionnaire: &Questionnaire,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        if let Some(register) = register {
            let meetings = || register.meetings.keys().map(String::as_str);
            let all = || register.people.keys().map(String::as_str).chain(meetings());
            wrong.extend(unknown(
                &mut like.meeting,
                meetings(),
                "meeting",
                "`cirtkit meeting add` adds one",
            ));
            wrong.extend(unknown(
                &mut like.respondent,
                all(),
                "person or meeting",
                "`cirtkit person add` adds one",
            ));
        }
        let questions = questionnaire.questions().map(|one| one.id.as_str());
        wrong.extend(unknown(
            &mut like.question,
            questions,
            "question",
            "`cirtkit status --open` lists them",
        ));
        wrong
    }

    /// Returns the note without its text.
    fn like(&self, head: &Head, stage: &str, global: &Global) -> anyhow::Result<Note> {
        let tlp = self
            .tlp
            .as_deref()
            .map(super::report::ceiling)
            .transpose()?;
        let given = self.date.as_deref().map(|date| {
            Date::parse(date).ok_or_else(|| Usage("`--date` takes a day such as 2026-06-03".into()))
        });
        let lang = self.note_lang.as_deref().or(global.lang.as_deref());
        Ok(Note {
            text: String::new(),
            lang: Some(desk::language_of(head, lang)),
            meeting: self.meeting.clone(),
            respondent: self.respondent.clone(),
            stage: Some(stage.to_string()),
            question: self.question.clone(),
            tlp,
            date: given.transpose()?.or_else(desk::today),
            by: desk::initials(head, self.by.as_deref())?,
        })
    }
}

/// Tells the dossier from the note. What is no folder may be the note, so that no message has it.
fn parted(dir: Option<&OsStr>, text: &[OsString]) -> anyhow::Result<(PathBuf, Vec<OsString>)> {
    let here = PathBuf::from(".");
    let Some(first) = dir else {
        return Ok((here, Vec::new()));
    };
    let folder = Path::new(first);
    if is_dossier(folder) || folder.is_dir() && !is_dossier(&here) {
        return Ok((folder.to_owned(), text.to_vec()));
    }
    let prose = first.to_string_lossy().contains(char::is_whitespace);
    if text.is_empty() && !prose {
        let message = "the first argument is no dossier's folder, and one word may be a folder misspelt; \
            for a note of one word, or of a pipe, name the folder before it, such as `cirtkit note . WORD`";
        return Err(Usage(message.into()).into());
    }
    if !is_dossier(&here) {
        let message = "neither the first argument nor the folder you are in is a dossier's";
        let mut found = Diagnostics::default();
        found.push(
            Diagnostic::error("no-dossier", Place::file("."), message)
                .help("name the dossier's folder before the note: `cirtkit note DIR TEXT`"),
        );
        return Err(Refused(found).into());
    }
    let mut whole = vec![first.to_owned()];
    whole.extend_from_slice(text);
    Ok((here, whole))
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

/// Returns what a failure of the notes is at the command line.
pub(super) fn refusal(problem: NoteError) -> anyhow::Error {
    match problem {
        NoteError::Unreadable(found) => Refused(found).into(),
        NoteError::Unknown { .. } => {
            Usage(format!("{problem}; `cirtkit notes DIR --list` lists them")).into()
        }
        NoteError::Save(problem) => problem.into(),
        problem => problem.into(),
    }
}
