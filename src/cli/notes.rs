//! `cirtkit notes`: lists the running notes, and files them to their questions.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;

use super::desk::{self, Desk};
use super::note::refusal;
use super::prompt::{self, Words, plain};
use super::talk::Talk;
use super::{Global, Outcome, Refused, Usage};
use crate::diagnostic::{Diagnostics, shown, suggestion};
use crate::dossier::notes::{self, NoteError};
use crate::dossier::save::Lock;
use crate::model::dossier::Head;
use crate::model::note::{Note, Notes};
use crate::model::{Questionnaire, Tlp};
use crate::pack;
use crate::search::Index;

/// How many questions are offered for a note.
const OFFERED: usize = 5;

/// List the running notes and file them to their questions
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit notes lesotho                              file what waits, one note after the other\n  \
    cirtkit notes lesotho --list --open                what waits\n  \
    cirtkit notes lesotho --file n-3=incident-count --file n-4=funding-setup\n  \
    cirtkit notes lesotho --file n-3=                  back to those that wait")]
pub(super) struct NotesArgs {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// List, and ask nothing
    #[arg(long)]
    list: bool,
    /// Only those that wait for a question
    #[arg(long)]
    open: bool,
    /// List as JSON
    #[arg(long)]
    json: bool,
    /// File a note to a question, once for each; all or none
    #[arg(long, value_name = "NOTE=QUESTION")]
    file: Vec<String>,
    /// Ask also where there is no terminal: choices come line by line from a pipe
    #[arg(long, conflicts_with_all = ["list", "file", "json"])]
    plain: bool,
    /// The stage that the questions are of [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
}

/// A note with its id, as JSON.
#[derive(Debug, serde::Serialize)]
pub(super) struct Listed<'a> {
    id: &'a str,
    #[serde(flatten)]
    note: &'a Note,
}

/// Returns notes as they are listed in JSON.
pub(super) fn listed<'a>(notes: &[(&'a str, &'a Note)]) -> Vec<Listed<'a>> {
    let listed = notes.iter().map(|(id, note)| Listed { id, note });
    listed.collect()
}

/// Returns notes as they are listed, one a line.
pub(super) fn lines(notes: &[(&str, &Note)], dossier: Tlp) -> Vec<String> {
    let line = |(id, note): &(&str, &Note)| {
        let to = note.question.as_deref().unwrap_or("waits");
        let (id, to) = (headed(id, note, dossier), plain(to));
        format!("{id}  [{to}]  {}", plain(&note.text))
    };
    notes.iter().map(line).collect()
}

/// Returns the notes that wait: those without a question, and those filed to one that no stage asks.
pub(super) fn waiting<'n>(
    notes: &'n Notes,
    head: &Head,
    desk: &mut Desk,
    lang: Option<&str>,
) -> Vec<(&'n str, &'n Note)> {
    let order = pack::stages(&desk.content);
    notes.waiting(|stage, question| {
        let stages = order
            .iter()
            .filter(|one| stage.is_none_or(|stage| stage == *one));
        // A questionnaire that cannot be read is no reason to file again.
        stages
            .into_iter()
            .any(|stage| match desk.asked(head, stage, lang) {
                Some(asked) => asked.question(question).is_some(),
                None => true,
            })
    })
}

fn headed(id: &str, note: &Note, dossier: Tlp) -> String {
    plain(&note.headed(id, dossier, str::to_string))
}

impl NotesArgs {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let mut desk = Desk::open(global)?;
        let mut found = Diagnostics::default();
        let head = crate::dossier::read_head(&self.dir, &mut found).ok_or(Refused(found))?;
        let stage = desk.stage(&head, self.stage.as_deref())?;
        let (id, edition) = desk::pinned(&head, &stage);
        let lang = desk::language_of(&head, global.lang.as_deref());
        let words = Words::load(&desk.content, &lang)?;
        if !self.file.is_empty() {
            let questionnaire = &desk.pack(&id, edition, &lang)?.questionnaire;
            return self.file_all(questionnaire, &stage, talk);
        }
        let mut found = Diagnostics::default();
        let notes = notes::read(&self.dir, &mut found);
        let outcome = match found.has_errors() {
            true => Outcome::Found,
            false => Outcome::Done,
        };
        talk.diagnostics(&found);
        let unfiled = waiting(&notes, &head, &mut desk, global.lang.as_deref());
        let chosen = match self.open {
            true => unfiled.clone(),
            false => notes.in_order(),
        };
        if self.json {
            talk.out(&serde_json::to_string_pretty(&listed(&chosen))?)?;
            return Ok(outcome);
        }
        let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
        if self.list || (!terminal && !self.plain) || global.no_input || unfiled.is_empty() {
            let lines = lines(&chosen, head.tlp);
            if !lines.is_empty() {
                talk.out(&lines.join("\n"))?;
            }
            talk.say(&count(&words, unfiled.len()));
            return Ok(outcome);
        }
        // People speak any language: the words of all that the questionnaire has are searched.
        let mut languages = vec![desk.pack(&id, edition, &lang)?.questionnaire.clone()];
        let others = pack::languages(&desk.content, &id, edition);
        for other in others.iter().filter(|one| **one != lang) {
            if let Ok(pack) = desk.pack(&id, edition, other) {
                languages.push(pack.questionnaire.clone());
            }
        }
        let walk = Walk {
            dir: &self.dir,
            stage: &stage,
            tlp: head.tlp,
            index: Index::new(&languages.iter().collect::<Vec<_>>()),
            questionnaire: &languages[0],
            talk,
            words,
        };
        walk.all(&unfiled)?;
        Ok(outcome)
    }

    /// Files by script: all or none.
    fn file_all(
        &self,
        questionnaire: &Questionnaire,
        stage: &str,
        talk: &Talk,
    ) -> anyhow::Result<Outcome> {
        let mut to = Vec::new();
        for pair in &self.file {
            let Some((note, question)) = pair.split_once('=') else {
                let message = "`--file` takes a note and a question, such as `n-3=incident-count`";
                return Err(Usage(message.into()).into());
            };
            if to.iter().any(|(one, _)| one == note) {
                let message = format!("{} is filed twice; name it once", shown(note));
                return Err(Usage(message).into());
            }
            if question.is_empty() {
                to.push((note.to_string(), None));
                continue;
            }
            if questionnaire.question(question).is_none() {
                let known = questionnaire.questions().map(|one| one.id.as_str());
                let help = suggestion(question, known)
                    .unwrap_or_else(|| "`cirtkit status --open` lists them".into());
                let message = format!("there is no question {}; {help}", shown(question));
                return Err(Usage(format!("{message}; nothing was filed")).into());
            }
            to.push((
                note.to_string(),
                Some((stage.to_string(), question.to_string())),
            ));
        }
        let lock = Lock::wait(&self.dir)?;
        notes::file(&lock, &to).map_err(refusal)?;
        for (note, question) in &to {
            let where_to = question.as_ref().map(|(_, question)| question.as_str());
            talk.say(&match where_to {
                Some(question) => format!("`{note}` is filed to `{question}`"),
                None => format!("`{note}` waits for a question"),
            });
        }
        Ok(Outcome::Done)
    }
}

/// Reads the notes for a command that shows them beside other things; that some cannot be read is told.
pub(super) fn beside(dir: &Path, talk: &Talk) -> Notes {
    let mut found = Diagnostics::default();
    let notes = notes::read(dir, &mut found);
    if found.has_errors() {
        let (file, dir) = (notes::path(dir), dir.display());
        talk.warn(&format!(
            "some notes in {} cannot be read and are left out: `cirtkit check {dir}` tells which",
            file.display()
        ));
    }
    notes
}

fn count(words: &Words, count: usize) -> String {
    words.say("notes-waiting", &[("count", &count.to_string())])
}

/// Goes through the notes that wait.
struct Walk<'a> {
    dir: &'a Path,
    stage: &'a str,
    /// The dossier's label.
    tlp: Tlp,
    index: Index,
    questionnaire: &'a Questionnaire,
    talk: &'a Talk,
    words: Words,
}

impl Walk<'_> {
    fn all(&self, unfiled: &[(&str, &Note)]) -> anyhow::Result<()> {
        self.talk.say(&self.words.get("notes-start"));
        let mut left = unfiled.len();
        for (id, note) in unfiled {
            let headed = headed(id, note, self.tlp);
            self.talk.say(&format!("\n{headed}  {}", plain(&note.text)));
            let mut wanted = note.text.clone();
            loop {
                let hits = self.index.search(&wanted, OFFERED);
                if hits.is_empty() {
                    self.talk
                        .say(&format!("  {}", self.words.get("notes-nothing")));
                }
                for (hit, number) in hits.iter().zip(1..) {
                    let question = self.questionnaire.question(&hit.question);
                    let title = question.map_or("", |one| one.text.as_str());
                    self.talk
                        .say(&format!("  {number}  {}  {title}", hit.question));
                }
                let Some(typed) = prompt::line("?")? else {
                    self.talk.say(&count(&self.words, left));
                    return Ok(());
                };
                if typed == "q" {
                    self.talk.say(&count(&self.words, left));
                    return Ok(());
                }
                if typed.is_empty() {
                    break;
                }
                let numbered = typed
                    .parse::<usize>()
                    .ok()
                    .and_then(|number| number.checked_sub(1));
                let chosen = numbered
                    .and_then(|at| hits.get(at))
                    .map(|hit| hit.question.as_str());
                let named = self
                    .questionnaire
                    .question(&typed)
                    .map(|one| one.id.as_str());
                match chosen.or(named) {
                    Some(question) => {
                        let lock = Lock::wait(self.dir)?;
                        match notes::file_waiting(&lock, (id, note), self.stage, question) {
                            Err(
                                problem @ (NoteError::Meanwhile { .. } | NoteError::Unknown { .. }),
                            ) => {
                                self.talk.warn(&problem.to_string());
                                left -= 1;
                                break;
                            }
                            filed => filed.map_err(refusal)?,
                        }
                        left -= 1;
                        let told = self.words.say("notes-filed", &[("question", question)]);
                        self.talk.say(&format!("  {told}"));
                        break;
                    }
                    None => wanted = typed,
                }
            }
        }
        self.talk.say(&count(&self.words, left));
        Ok(())
    }
}
