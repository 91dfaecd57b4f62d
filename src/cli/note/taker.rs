//! Takes notes down from an argument, a pipe or the prompt; none that was read is lost.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;

use super::bytes::{Lines, decoded, is_utf_16};
use super::refusal;
use crate::cli::prompt::{Typed, Words};
use crate::cli::talk::Talk;
use crate::diagnostic::{nearest, shown};
use crate::dossier::notes::{self, NoteError};
use crate::dossier::save::{Lock, SaveError};
use crate::model::Questionnaire;
use crate::model::note::Note;

/// After how many lines in a row that find no room the rest of a pipe is not tried.
const FULL: usize = 3;

/// How many notes are held while none can be saved.
const MOST_IN_HAND: usize = 10_000;

/// How often a save waits for another process before it gives up: ten seconds in all.
const WAITS: u32 = 5;

/// Takes notes down, each saved before the next is read.
pub(super) struct Taker<'a> {
    pub(super) dir: &'a Path,
    pub(super) talk: &'a Talk,
    /// The questions that a line may name; none where notes are not filed.
    pub(super) questionnaire: Option<&'a Questionnaire>,
    pub(super) like: Note,
    pub(super) words: Words,
    /// The line of the input that was read last.
    pub(super) line: u64,
    /// What is taken down and not saved yet, with its line.
    pub(super) hand: Vec<(u64, Note)>,
    /// The first failure to print an id; no note is lost for it.
    pub(super) unprinted: Option<anyhow::Error>,
}

impl Taker<'_> {
    /// Takes a note in hand.
    pub(super) fn take(&mut self, text: &str) {
        if !text.trim().is_empty() {
            let note = self.note(text);
            self.hand.push((self.line, note));
        }
    }

    /// Saves what is in hand with one save, and prints the ids. Where there is no room for all of it,
    /// what there is room for is saved.
    fn save(&mut self) -> Result<(), NoteError> {
        if self.hand.is_empty() {
            return Ok(());
        }
        let lock = Lock::wait(self.dir)?;
        let notes: Vec<Note> = self.hand.iter().map(|(_, note)| note.clone()).collect();
        match notes::add(&lock, &notes) {
            Err(NoteError::Save(SaveError::TooLarge { .. })) if notes.len() > 1 => {
                let mut last = Ok(());
                for (line, note) in std::mem::take(&mut self.hand) {
                    match notes::add(&lock, std::slice::from_ref(&note)) {
                        Ok(ids) => self.print(&ids),
                        Err(problem) => {
                            self.hand.push((line, note));
                            last = Err(problem);
                        }
                    }
                }
                last
            }
            ids => {
                let ids = ids?;
                self.hand.clear();
                self.print(&ids);
                Ok(())
            }
        }
    }

    fn print(&mut self, ids: &[String]) {
        if self.unprinted.is_none() {
            self.unprinted = self.talk.out(&ids.join("\n")).err();
        }
    }

    /// Saves what is in hand, and is patient while another process is at work.
    pub(super) fn save_at_last(&mut self) -> anyhow::Result<()> {
        for _ in 1..WAITS {
            match self.save() {
                Err(NoteError::Save(SaveError::Locked { .. })) => {}
                saved => return saved.map_err(refusal),
            }
        }
        self.save().map_err(refusal)
    }

    /// Reads the question that a line may begin with. A wrong one costs no word of the note.
    fn note(&self, line: &str) -> Note {
        let mut note = self.like.clone();
        note.text = line.trim().to_string();
        let named = line.trim().strip_prefix('@');
        let named = named.and_then(|rest| rest.split_once(char::is_whitespace));
        let Some(((id, text), questionnaire)) = named.zip(self.questionnaire) else {
            return note;
        };
        if questionnaire.question(id).is_some() {
            note.question = Some(id.to_string());
            note.text = text.trim().to_string();
        } else {
            let known = questionnaire.questions().map(|one| one.id.as_str());
            let near = nearest(id, &known.collect::<Vec<_>>()).map(|near| {
                let near = self.words.say("did-you-mean", &[("id", near)]);
                format!("; {near}")
            });
            let question = [("question", shown(id))];
            let question = question.each_ref().map(|(key, text)| (*key, text.as_str()));
            let told = self.words.say("note-question", &question);
            self.talk
                .say(&format!("{told}{}", near.unwrap_or_default()));
        }
        note
    }

    /// Takes a note from each line of a pipe; lines that came together are saved together. What cannot
    /// be saved now stays in hand and is tried again; a line that no file may hold is told by its number.
    pub(super) fn pipe(&mut self) -> anyhow::Result<()> {
        let mut lines = Lines::new(io::stdin());
        let (mut odd, mut lost, mut in_a_row) = (0_u64, 0, 0);
        while lines.next() {
            self.line += 1;
            if is_utf_16(&lines.line) {
                self.save_at_last()?;
                anyhow::bail!(
                    "from line {} on the input is UTF-16, and nothing of that is saved; save it with the encoding UTF-8, such as with `iconv -f UTF-16 -t UTF-8 FILE`, and give it again",
                    self.line
                );
            }
            let (text, windows) = decoded(&lines.line);
            odd += u64::from(windows);
            self.take(&text);
            if lines.holds_another() {
                continue;
            }
            match self.save() {
                Err(NoteError::Save(problem @ SaveError::TooLarge { .. })) => {
                    lost += self.hand.len();
                    in_a_row += self.hand.len();
                    for (number, _) in std::mem::take(&mut self.hand) {
                        self.talk
                            .warn(&format!("line {number} is not saved: {problem}"));
                    }
                    anyhow::ensure!(
                        in_a_row < FULL,
                        "lines that are not saved: {lost}, and all behind line {}; make room and give them again",
                        self.line
                    );
                }
                Err(problem) if self.hand.len() >= MOST_IN_HAND => {
                    return Err(refusal(problem)).context(self.none_from());
                }
                Ok(()) => in_a_row = 0,
                Err(_) => {}
            }
        }
        let none = self.none_from();
        self.save_at_last().context(none)?;
        if odd > 0 {
            let count = odd.to_string();
            self.talk
                .say(&self.words.say("note-windows", &[("count", &count)]));
        }
        if let Some(problem) = lines.broken {
            anyhow::bail!(
                "the input broke off in line {}: {problem}; what came before that is saved",
                self.line
            );
        }
        anyhow::ensure!(lost == 0, "lines that are not saved: {lost}");
        Ok(())
    }

    fn none_from(&self) -> String {
        let from = self.hand.first().map_or(self.line, |(number, _)| *number);
        format!("no line from line {from} on is saved; mend that and give them again")
    }

    pub(super) fn prompt(&mut self) -> anyhow::Result<()> {
        self.talk.say(&self.words.get("note-start"));
        loop {
            write!(io::stderr(), "> ")?;
            io::stderr().flush()?;
            let Typed { line, ended } = Typed::read()?;
            self.take(&decoded(&line).0);
            // What cannot be saved stays in hand until it can, or until the person gives up.
            while let Err(problem) = self.save() {
                let problem = refusal(problem);
                self.talk.error(&problem);
                write!(io::stderr(), "{} ", self.words.get("note-in-hand"))?;
                io::stderr().flush()?;
                match Typed::read()?.some() {
                    // Who goes on typing is heard.
                    Some(line) => self.take(&decoded(&line).0),
                    None => return Err(problem),
                }
            }
            if ended {
                writeln!(io::stderr())?;
                return Ok(());
            }
        }
    }
}
