//! `cirtkit note`: takes notes as quickly as they are typed.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::Args;

use super::hand::{Frame, Hand};
use super::line::Line;
use super::{Questions, questions_of};
use crate::cli::desk::{self, Desk};
use crate::cli::prompt::Words;
use crate::cli::talk::Talk;
use crate::cli::{Global, Outcome, Usage};
use crate::diagnostic::{Diagnostics, shown, suggestion};
use crate::dossier::notes;
use crate::model::{Date, Note};

/// Take notes from the room: one from the arguments, or line after line
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit note lesotho                    line after line until Ctrl-D, each saved at once\n  \
    cirtkit note lesotho --meeting workshop-day-1 --tlp RED\n  \
    cirtkit note lesotho @legal-mandate The decree names the regulator\n  \
    cirtkit note lesotho < notes.txt        a note for each line")]
pub(in crate::cli) struct NoteArgs {
    /// The dossier
    dir: PathBuf,
    /// The note; lines from a pipe or the terminal where it is left out. A note that begins with
    /// @QUESTION is filed there
    text: Vec<OsString>,
    /// The meeting in which it is noted
    #[arg(long, value_name = "ID")]
    meeting: Option<String>,
    /// The person or meeting that said it
    #[arg(long, value_name = "ID")]
    respondent: Option<String>,
    /// The question it is filed to [default: none, it waits for `cirtkit notes`]
    #[arg(long, value_name = "ID")]
    question: Option<String>,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// The language of the note [default: that of --lang, else the dossier's first]
    #[arg(long, value_name = "TAG")]
    note_lang: Option<String>,
    /// The note's own TLP label
    #[arg(long, value_name = "LABEL")]
    tlp: Option<String>,
    /// Initials of who notes it [default: the only assessor]
    #[arg(long, value_name = "INITIALS")]
    by: Option<String>,
    /// The day it is noted [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
}

impl NoteArgs {
    pub(in crate::cli) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let typed = self.text.is_empty() && io::stdin().is_terminal();
        if typed && (global.no_input || !io::stderr().is_terminal()) {
            return Err(Usage(String::from(
                "`note` needs a terminal, a pipe or the text\nhelp: write the note behind the dossier, or send lines: `cirtkit note DIR < notes.txt`",
            ))
            .into());
        }
        let mut desk = Desk::open(global)?;
        let frame = self.frame(&mut desk, global, typed, talk)?;
        let mut hand = Hand::new(&self.dir, frame, talk);
        if !self.text.is_empty() {
            let line = Line::read(self.text.join(&OsString::from(" ")).as_encoded_bytes());
            hand.take(line, None);
            hand.save_at_last()?;
            hand.tell_of_nothing();
        } else if typed {
            let lang = desk::language_of(&hand.frame.head, global.lang.as_deref());
            hand.read_terminal(&Words::load(&desk.content, &lang)?)?;
        } else {
            hand.read_pipe()?;
        }
        hand.out?;
        Ok(Outcome::Done)
    }

    /// Finds out what every note is to bear. A wrong id is refused while nothing is typed yet; else
    /// the notes are taken without it, which is told.
    fn frame(
        &self,
        desk: &mut Desk,
        global: &Global,
        typed: bool,
        talk: &Talk,
    ) -> anyhow::Result<Frame> {
        let head = desk::read_head(&self.dir, &mut Diagnostics::default())?;
        let lang = self.note_lang.clone();
        let lang = lang.unwrap_or_else(|| desk::language_of(&head, global.lang.as_deref()));
        if !crate::model::is_id(&lang.to_lowercase()) {
            return Err(Usage(String::from(
                "`--note-lang` takes a language tag such as en, fr or pt-br",
            ))
            .into());
        }
        let given = self.date.as_deref().map(|date| {
            Date::parse(date).ok_or_else(|| Usage("`--date` takes a day such as 2026-06-03".into()))
        });
        let mut note = Note {
            lang: Some(lang),
            tlp: self
                .tlp
                .as_deref()
                .map(crate::cli::report::ceiling)
                .transpose()?,
            by: desk::initials(&head, self.by.as_deref())?,
            date: given.transpose()?.or_else(desk::today),
            ..Note::default()
        };
        let wrong = |message: String, without: &str| -> anyhow::Result<()> {
            if typed {
                return Err(Usage(message).into());
            }
            talk.warn(&format!("kept {without}: {message}"));
            Ok(())
        };
        let help = |given: &str, known: &mut dyn Iterator<Item = &str>| {
            suggestion(given, known).map_or_else(String::new, |help| format!("; {help}"))
        };
        let mut questions = Questions::new();
        match desk.stage(&head, self.stage.as_deref()) {
            Ok(stage) => {
                let ids = questions_of(desk, &self.dir, &head, &stage)?;
                questions.insert(stage.clone(), ids);
                note.stage = Some(stage);
            }
            Err(problem) if self.stage.is_some() => wrong(problem.to_string(), "without a stage")?,
            Err(problem) => return Err(problem),
        }
        let register = notes::register(&self.dir);
        let meetings = || register.meetings.keys().map(String::as_str);
        if let Some(id) = &self.meeting {
            if register.meetings.contains_key(id) {
                note.meeting = Some(id.clone());
            } else {
                let help = help(id, &mut meetings());
                let message = format!("there is no meeting {}{help}", shown(id));
                wrong(message, "without a meeting")?;
            }
        }
        if let Some(id) = &self.respondent {
            if register.people.contains_key(id) || register.meetings.contains_key(id) {
                note.respondent = Some(id.clone());
            } else {
                let people = register.people.keys().map(String::as_str);
                let help = help(id, &mut people.chain(meetings()));
                let message = format!("there is no person or meeting {}{help}", shown(id));
                wrong(message, "without a respondent")?;
            }
        }
        let frame = Frame {
            head,
            note,
            questions: questions.into_values().flatten().collect(),
        };
        let Some(id) = &self.question else {
            return Ok(frame);
        };
        if !frame.questions.contains(id) {
            wrong(frame.no_question(id), "unfiled")?;
            return Ok(frame);
        }
        let question = Some(id.clone());
        let note = Note {
            question,
            ..frame.note
        };
        Ok(Frame { note, ..frame })
    }
}
