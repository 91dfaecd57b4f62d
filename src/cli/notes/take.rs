//! `cirtkit note`: takes notes as quickly as they are typed.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::line::{Line, Lines};
use super::{Questions, questions_of};
use crate::cli::desk::{self, Desk};
use crate::cli::prompt::Words;
use crate::cli::talk::Talk;
use crate::cli::{Global, Outcome, Usage};
use crate::diagnostic::{Diagnostics, shown, suggestion};
use crate::dossier::notes::{self, NotesError};
use crate::dossier::save::{Lock, SaveError};
use crate::model::{Date, Note};

/// How often a save waits for another process before it gives up: ten seconds in all.
const WAITS: u32 = 5;

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
        let mut taker = Taker {
            dir: &self.dir,
            frame,
            talk,
            hand: Vec::new(),
            saved: 0,
            out: Ok(()),
        };
        if !self.text.is_empty() {
            let line = Line::read(self.text.join(&OsString::from(" ")).as_encoded_bytes());
            taker.take(line, None);
            taker.save_at_last()?;
            taker.tell_of_nothing();
        } else if typed {
            let lang = desk::language_of(&taker.frame.head, global.lang.as_deref());
            taker.read_terminal(&Words::load(&desk.content, &lang)?)?;
        } else {
            taker.read_pipe()?;
        }
        taker.out?;
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

/// What every note bears, and what it may be filed to.
struct Frame {
    head: crate::model::dossier::Head,
    note: Note,
    questions: std::collections::BTreeSet<String>,
}

impl Frame {
    /// Says that there is no such question, and which may be meant.
    fn no_question(&self, id: &str) -> String {
        let help = suggestion(id, self.questions.iter().map(String::as_str));
        let help = help.map_or_else(String::new, |help| format!("; {help}"));
        format!("there is no question {}{help}", shown(id))
    }
}

/// Takes notes and holds those that are not saved yet.
struct Taker<'a> {
    dir: &'a Path,
    frame: Frame,
    talk: &'a Talk,
    /// The notes that are not saved yet.
    hand: Vec<Note>,
    saved: usize,
    /// What became of printing the ids: where nobody reads them the notes are taken all the same.
    out: anyhow::Result<()>,
}

impl Taker<'_> {
    /// Takes a line in hand; an empty one is no note.
    fn take(&mut self, line: Line, number: Option<usize>) {
        let text = line.text.trim();
        if text.is_empty() {
            return;
        }
        let at = number.map_or_else(String::new, |number| format!("line {number}: "));
        if line.latin {
            let help = "save it as UTF-8 if letters are wrong";
            self.talk.warn(&format!(
                "{at}this is no UTF-8 and is read as Latin-1; {help}"
            ));
        }
        let mut note = self.frame.note.clone();
        note.text = text.to_owned();
        if let Some(rest) = text.strip_prefix('@') {
            let (id, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let rest = rest.trim();
            let known = self.frame.questions.contains(id);
            note.question = Some(id.to_owned()).filter(|_| known && !rest.is_empty());
            if note.question.is_some() {
                note.text = rest.to_owned();
            } else {
                let problem = match known {
                    true => format!("nothing is noted behind {}", shown(id)),
                    false => self.frame.no_question(id),
                };
                self.talk
                    .warn(&format!("{at}kept as it is, unfiled: {problem}"));
            }
        }
        self.hand.push(note);
    }

    /// Saves what is in hand and prints the new ids.
    fn save(&mut self) -> Result<(), NotesError> {
        if self.hand.is_empty() {
            return Ok(());
        }
        let lock = Lock::wait(self.dir)?;
        let ids = notes::add(&lock, &self.hand)?;
        drop(lock);
        self.saved += self.hand.len();
        self.hand.clear();
        if self.out.is_ok() {
            self.out = self.talk.out(&ids.join("\n"));
        }
        Ok(())
    }

    /// Saves what is in hand, and is patient while another process is at work.
    fn save_at_last(&mut self) -> anyhow::Result<()> {
        for _ in 1..WAITS {
            match self.save() {
                Err(NotesError::Save(SaveError::Locked { .. })) => {}
                saved => {
                    return saved.map_err(|problem| self.unsaved(problem));
                }
            }
        }
        self.save().map_err(|problem| self.unsaved(problem))
    }

    fn unsaved(&self, problem: NotesError) -> anyhow::Error {
        let many = self.hand.len();
        let notes = if many == 1 { "note is" } else { "notes are" };
        anyhow::Error::new(problem).context(format!("{many} {notes} not saved"))
    }

    fn tell_of_nothing(&self) {
        if self.saved == 0 {
            self.talk.say("there was nothing to note");
        }
    }

    /// Takes a note from each line of a pipe; lines that came together are saved together.
    fn read_pipe(&mut self) -> anyhow::Result<()> {
        let mut lines = Lines::new();
        let mut number = 0;
        loop {
            let line = match lines.next() {
                Ok(line) => line,
                Err(problem) => {
                    // What came before is saved first.
                    self.save_at_last()?;
                    let context = "the input cannot be read further; what came before is saved";
                    return Err(anyhow::Error::new(problem).context(context));
                }
            };
            let Some(line) = line else { break };
            number += 1;
            self.take(line, Some(number));
            if !lines.has_more() {
                // What cannot be saved now stays in hand and is tried again at the end.
                let _ = self.save();
            }
        }
        self.save_at_last()?;
        self.tell_of_nothing();
        Ok(())
    }

    /// Takes a note from each line that is typed, and saves it at once; a note that cannot be saved
    /// stays in hand, and Enter tries again.
    fn read_terminal(&mut self, words: &Words) -> anyhow::Result<()> {
        let mut lines = Lines::new();
        let mut warned = false;
        self.talk.say(&words.get("note-begin"));
        loop {
            let mut err = io::stderr();
            let _ = write!(err, "{}", words.get("note-prompt")).and_then(|()| err.flush());
            let Some(line) = lines.next()? else {
                let _ = writeln!(err);
                match self.save() {
                    Ok(()) => break,
                    Err(problem) if warned => return Err(self.unsaved(problem)),
                    Err(problem) => self.talk.warn(&self.in_hand(&problem, words)),
                }
                warned = true;
                continue;
            };
            warned = false;
            self.take(line, None);
            if let Err(problem) = self.save() {
                self.talk.warn(&self.in_hand(&problem, words));
            }
        }
        let dir = self.dir.display().to_string();
        let holes = [("count", self.saved.to_string()), ("dir", dir)];
        let holes: Vec<(&str, &str)> = holes
            .iter()
            .map(|(key, one)| (*key, one.as_str()))
            .collect();
        self.talk.say(&words.say("note-end", &holes));
        Ok(())
    }

    fn in_hand(&self, problem: &NotesError, words: &Words) -> String {
        let count = self.hand.len().to_string();
        let help = words.say("note-in-hand", &[("count", &count)]);
        format!("{problem}\n{help}")
    }
}
