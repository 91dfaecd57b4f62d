//! `cirtkit notes`: lists the notes, and files them under questions.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use super::{Questions, known, present, told, waits};
use crate::cli::desk::{self, Desk};
use crate::cli::prompt::{Choice, Picker, PlainPicker, Sheet, TerminalPicker, Words};
use crate::cli::talk::Talk;
use crate::cli::{Global, Outcome, Refused, Usage};
use crate::diagnostic::{Diagnostics, shown, suggestion};
use crate::dossier::notes::{self, Filing, NotesError};
use crate::dossier::save::Lock;
use crate::model::dossier::Head;
use crate::model::{Note, Notes};
use crate::search::Index;

/// How many questions are offered for a note.
const OFFERED: usize = 5;

/// List the notes, and file them under questions
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit notes lesotho                   file those that wait, one after the other\n  \
    cirtkit notes lesotho --open            list those that wait\n  \
    cirtkit notes lesotho --file n-3=legal-mandate --file n-4=funding-setup\n  \
    cirtkit notes lesotho --file n-3=       n-3 waits again")]
pub(in crate::cli) struct NotesArgs {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// List every note
    #[arg(long)]
    list: bool,
    /// List the notes that wait to be filed
    #[arg(long, conflicts_with = "file")]
    open: bool,
    /// File a note under a question, once for each; all or none. `n-3=` takes it out again
    #[arg(long, value_name = "NOTE=QUESTION", conflicts_with = "list")]
    file: Vec<String>,
    /// Line after line, without moving the cursor; also reads choices from a pipe
    #[arg(long)]
    plain: bool,
    /// Only the notes of this stage, and its questions [default: each note's own]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
}

impl NotesArgs {
    pub(in crate::cli) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let walk = !self.list && !self.open && self.file.is_empty();
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if walk && (global.no_input || (!terminal && !self.plain)) {
            return Err(Usage(String::from(
                "`notes` needs a terminal to file notes\nhelp: `cirtkit notes DIR --list` lists them, `cirtkit notes DIR --file n-3=QUESTION` files one",
            ))
            .into());
        }
        let mut desk = Desk::open(global)?;
        let mut found = Diagnostics::default();
        let head = desk::read_head(&self.dir, &mut found)?;
        let stage = match &self.stage {
            Some(stage) => Some(desk.stage(&head, Some(stage))?),
            None => None,
        };
        let Some(notes) = notes::read(&self.dir, &mut found) else {
            return Err(Refused(found).into());
        };
        super::mention_problems(&found, &self.dir, talk);
        let mut questions = known(&mut desk, &self.dir, &head, &notes)?;
        let default = desk.stage(&head, stage.as_deref())?;
        if !questions.contains_key(&default) {
            let ids = super::questions_of(&mut desk, &self.dir, &head, &default)?;
            questions.insert(default.clone(), ids);
        }
        let room = Room {
            args: &self,
            head,
            stage,
            default,
            questions,
        };
        if !self.file.is_empty() {
            return room.by_script(&notes, talk);
        }
        if !walk {
            let lines: Vec<String> = room.shown(&notes).map(|note| room.line(note)).collect();
            match lines.is_empty() {
                true => talk.say("there are no such notes"),
                false => talk.out(&lines.join("\n"))?,
            }
            return Ok(Outcome::Done);
        }
        room.walk(&mut desk, global, talk)
    }
}

/// The notes of a dossier with the questions that they may be filed to.
struct Room<'a> {
    args: &'a NotesArgs,
    head: Head,
    /// The stage that was named.
    stage: Option<String>,
    /// The stage of a note that names none.
    default: String,
    questions: Questions,
}

impl Room<'_> {
    /// Walks the notes that were asked for.
    fn shown<'n>(&'n self, notes: &'n Notes) -> impl Iterator<Item = &'n Note> {
        let of_stage = |note: &Note| self.stage.as_ref().is_none_or(|stage| note.is_of(stage));
        let all = self.args.list && !self.args.open;
        let wanted = move |note: &Note| all || waits(note, &self.questions);
        notes
            .list
            .iter()
            .filter(move |note| of_stage(note) && wanted(note))
    }

    /// One note in one line: its id, its question, its text.
    fn line(&self, note: &Note) -> String {
        let question = match &note.question {
            None => String::from("–"),
            Some(question) if waits(note, &self.questions) => {
                format!("– (there is no question {})", shown(question))
            }
            Some(question) => question.clone(),
        };
        format!("{:<5} {question}  {}", shown_id(&note.id), told(note))
    }

    /// Returns the stage in which a note is filed.
    fn stage_of<'n>(&'n self, note: &'n Note) -> &'n str {
        let own = note.stage.as_deref();
        let own = own.filter(|own| self.questions.contains_key(*own));
        self.stage.as_deref().or(own).unwrap_or(&self.default)
    }

    /// Says where a note goes; its stage is written where it is another than it bears.
    fn filing(&self, note: &Note, question: Option<String>) -> Filing {
        let stage = self.stage_of(note);
        let other = question.is_some() && note.stage.as_deref() != Some(stage);
        Filing {
            note: note.id.clone(),
            question,
            stage: other.then(|| stage.to_owned()),
            seen: None,
        }
    }

    /// Files what the arguments say, all or none.
    fn by_script(&self, notes: &Notes, talk: &Talk) -> anyhow::Result<Outcome> {
        let mut filings: Vec<Filing> = Vec::new();
        for pair in &self.args.file {
            let Some((id, question)) = pair.split_once('=') else {
                let help = "write it as `n-3=legal-mandate`, or `n-3=` to take it out again";
                return Err(Usage(format!("`--file` takes a note and a question; {help}")).into());
            };
            let (id, question) = (id.trim(), question.trim());
            let Some(note) = notes.get(id) else {
                let help = suggestion(id, notes.list.iter().map(|note| note.id.as_str()))
                    .unwrap_or_else(|| "`cirtkit notes --list` tells them".into());
                return Err(Usage(format!("there is no note {}; {help}", shown(id))).into());
            };
            if filings.iter().any(|filing| filing.note == id) {
                return Err(Usage(format!("{} is filed twice; name it once", shown(id))).into());
            }
            let question = Some(question).filter(|question| !question.is_empty());
            let asked = self.questions.get(self.stage_of(note));
            if let (Some(question), Some(asked)) = (question, asked)
                && !asked.contains(question)
            {
                let help = suggestion(question, asked.iter().map(String::as_str));
                let help = help.unwrap_or_else(|| "`cirtkit pack show` lists them".into());
                let stage = self.stage_of(note);
                return Err(Usage(format!(
                    "there is no question {} in the stage `{stage}`; {help}",
                    shown(question)
                ))
                .into());
            }
            filings.push(self.filing(note, question.map(String::from)));
        }
        let lock = Lock::wait(&self.args.dir)?;
        notes::file(&lock, &filings)?;
        for filing in &filings {
            talk.say(&match &filing.question {
                Some(question) => format!("`{}` is filed to `{question}`", filing.note),
                None => format!("`{}` waits to be filed", filing.note),
            });
        }
        Ok(Outcome::Done)
    }

    /// Walks the notes that wait, one after the other.
    fn walk(&self, desk: &mut Desk, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let lang = desk::language_of(&self.head, global.lang.as_deref());
        let words = Words::load(&desk.content, &lang)?;
        let poor = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let mut picker: Box<dyn Picker> = match self.args.plain || poor {
            true => Box::new(PlainPicker::new(words.clone())),
            false => Box::new(TerminalPicker::new(words.clone())),
        };
        let mut shelves: BTreeMap<String, Shelf> = BTreeMap::new();
        let mut passed: BTreeSet<String> = BTreeSet::new();
        let (mut filed, mut number) = (0_usize, 0_usize);
        loop {
            // Read again each time: somebody may be taking notes meanwhile.
            let notes = present(&self.args.dir);
            let mut left = self.shown(&notes).filter(|note| !passed.contains(&note.id));
            let Some(note) = left.next() else { break };
            let total = number + 1 + left.count();
            number += 1;
            passed.insert(note.id.clone());
            let stage = self.stage_of(note);
            if !shelves.contains_key(stage) {
                let shelf = Shelf::of(desk, &self.head, stage, &lang)?;
                shelves.insert(stage.to_owned(), shelf);
            }
            let Some(shelf) = shelves.get(stage) else {
                break;
            };
            let head = format!("{number}/{total} · {}", shown_id(&note.id));
            let mut found = shelf.search(&note.text);
            let question = loop {
                let text = told(note);
                let sheet = Sheet {
                    head: &head,
                    text: &text,
                    found: &found,
                };
                match picker.pick(&sheet)? {
                    Choice::Found(at) => break found.get(at).map(|(id, _)| id.clone()),
                    Choice::Search(typed) => match shelf.titles.contains_key(&typed) {
                        true => break Some(typed),
                        false => found = shelf.search(&typed),
                    },
                    Choice::Skip => break None,
                    Choice::Quit => return Ok(self.end(filed, &words, talk)),
                }
            };
            let Some(question) = question else { continue };
            let filing = Filing {
                seen: Some(note.question.clone()),
                ..self.filing(note, Some(question.clone()))
            };
            let lock = Lock::wait(&self.args.dir)?;
            match notes::file(&lock, &[filing]) {
                Ok(()) => {
                    filed += 1;
                    let holes = [("note", note.id.as_str()), ("question", &question)];
                    talk.say(&words.say("note-filed", &holes));
                }
                Err(problem @ (NotesError::Meanwhile { .. } | NotesError::NoNote { .. })) => {
                    talk.warn(&problem.to_string());
                }
                Err(problem) => return Err(problem.into()),
            }
        }
        Ok(self.end(filed, &words, talk))
    }

    fn end(&self, filed: usize, words: &Words, talk: &Talk) -> Outcome {
        let notes = present(&self.args.dir);
        let left = self.shown(&notes).count().to_string();
        let filed = filed.to_string();
        let holes = [("filed", filed.as_str()), ("left", &left)];
        talk.say(&words.say("note-walked", &holes));
        Outcome::Done
    }
}

/// The questions of one stage, to be looked through.
struct Shelf {
    index: Index,
    titles: BTreeMap<String, String>,
}

impl Shelf {
    fn of(desk: &mut Desk, head: &Head, stage: &str, lang: &str) -> anyhow::Result<Self> {
        let (id, edition) = desk::pinned(head, stage);
        let index = Index::new(&desk.in_all_languages(&id, edition)?);
        let lang = desk.spoken(&id, edition, lang.to_owned());
        let questions = desk.pack(&id, edition, &lang)?.questionnaire.questions();
        let titles = questions.map(|one| (one.id.clone(), one.text.clone()));
        Ok(Self {
            index,
            titles: titles.collect(),
        })
    }

    /// Returns the questions that a text may be about, with their titles.
    fn search(&self, text: &str) -> Vec<(String, String)> {
        let ids = self.index.search(text, OFFERED).into_iter();
        let titled = |id: &str| {
            (
                id.to_owned(),
                self.titles.get(id).cloned().unwrap_or_default(),
            )
        };
        ids.map(titled).collect()
    }
}

/// An id that a person may have written by hand, safe to show.
fn shown_id(id: &str) -> &str {
    let plain = !id.is_empty() && id.len() <= 40 && id.bytes().all(|byte| byte.is_ascii_graphic());
    if plain { id } else { "?" }
}
