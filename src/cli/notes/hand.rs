//! The notes in hand: taken from lines, and kept until they are saved.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use super::line::{Line, Lines};
use crate::cli::prompt::Words;
use crate::cli::talk::Talk;
use crate::diagnostic::{shown, suggestion};
use crate::dossier::notes::{self, NotesError};
use crate::dossier::save::{Lock, SaveError};
use crate::model::Note;
use crate::model::dossier::Head;

/// How often a save waits for another process before it gives up: ten seconds in all.
const WAITS: u32 = 5;

/// What every note bears, and what it may be filed to.
pub(super) struct Frame {
    pub(super) head: Head,
    pub(super) note: Note,
    pub(super) questions: BTreeSet<String>,
}

impl Frame {
    /// Says that there is no such question, and which may be meant.
    pub(super) fn no_question(&self, id: &str) -> String {
        let help = suggestion(id, self.questions.iter().map(String::as_str));
        let help = help.map_or_else(String::new, |help| format!("; {help}"));
        format!("there is no question {}{help}", shown(id))
    }
}

/// Takes notes and holds those that are not saved yet.
pub(super) struct Hand<'a> {
    dir: &'a Path,
    pub(super) frame: Frame,
    talk: &'a Talk,
    /// The notes that are not saved yet.
    notes: Vec<Note>,
    saved: usize,
    /// What became of printing the ids: where nobody reads them the notes are taken all the same.
    pub(super) out: anyhow::Result<()>,
}

impl<'a> Hand<'a> {
    pub(super) fn new(dir: &'a Path, frame: Frame, talk: &'a Talk) -> Self {
        Self {
            dir,
            frame,
            talk,
            notes: Vec::new(),
            saved: 0,
            out: Ok(()),
        }
    }

    /// Takes a line in hand; an empty one is no note.
    pub(super) fn take(&mut self, line: Line, number: Option<usize>) {
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
        self.notes.push(note);
    }

    /// Saves what is in hand and prints the new ids. Where the file has no room for all of it, what
    /// there is room for is saved.
    fn save(&mut self) -> Result<(), NotesError> {
        if self.notes.is_empty() {
            return Ok(());
        }
        let lock = Lock::wait(self.dir)?;
        let saved = notes::add(&lock, &self.notes);
        match saved {
            Err(NotesError::Save(SaveError::TooLarge { .. })) if self.notes.len() > 1 => {
                let mut last = Ok(());
                for note in std::mem::take(&mut self.notes) {
                    match notes::add(&lock, std::slice::from_ref(&note)) {
                        Ok(ids) => self.saved(&ids),
                        Err(problem) => {
                            self.notes.push(note);
                            last = Err(problem);
                        }
                    }
                }
                last
            }
            saved => {
                let ids = saved?;
                self.notes.clear();
                self.saved(&ids);
                Ok(())
            }
        }
    }

    /// Counts and prints new ids; where nobody reads them any more nothing is printed.
    fn saved(&mut self, ids: &[String]) {
        self.saved += ids.len();
        if self.out.is_ok() {
            self.out = self.talk.out(&ids.join("\n"));
        }
    }

    /// Saves what is in hand, and is patient while another process is at work.
    pub(super) fn save_at_last(&mut self) -> anyhow::Result<()> {
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
        let many = self.notes.len();
        let notes = if many == 1 { "note is" } else { "notes are" };
        anyhow::Error::new(problem).context(format!("{many} {notes} not saved"))
    }

    pub(super) fn tell_of_nothing(&self) {
        if self.saved == 0 {
            self.talk.say("there was nothing to note");
        }
    }

    /// Takes a note from each line of a pipe; lines that came together are saved together.
    pub(super) fn read_pipe(&mut self) -> anyhow::Result<()> {
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
                // What cannot be saved now stays in hand and is tried again at the end; but more is
                // not taken in hand than a file could hold.
                let full = matches!(
                    self.save(),
                    Err(NotesError::Save(SaveError::TooLarge { .. }))
                );
                if full {
                    self.talk
                        .warn(&format!("nothing was read behind line {number}"));
                    break;
                }
            }
        }
        self.save_at_last()?;
        self.tell_of_nothing();
        Ok(())
    }

    /// Takes a note from each line that is typed, and saves it at once; a note that cannot be saved
    /// stays in hand, and Enter tries again.
    pub(super) fn read_terminal(&mut self, words: &Words) -> anyhow::Result<()> {
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
        let count = self.notes.len().to_string();
        let help = words.say("note-in-hand", &[("count", &count)]);
        format!("{problem}\n{help}")
    }
}
