//! `cirtkit person`, `meeting` and `evidence`: who was met, when, and what they handed over.
//!
//! Adding and listing read the register alone: what is missing in it may be the very error that the
//! rest of the dossier has.

mod evidence;
mod meeting;
mod person;
mod texts;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Serialize, Serializer};

pub(super) use evidence::Evidence;
pub(super) use meeting::Meeting;
pub(super) use person::Person;

use super::desk::{self, Desk, StageRead};
use super::notes;
use super::talk::Talk;
use super::{Global, Outcome, Refused, Usage};
use crate::diagnostic::{Diagnostics, shown, suggestion};
use crate::dossier::deposit::Deposit;
use crate::dossier::register::{self, AddError, Entry};
use crate::dossier::save::Lock;
use crate::dossier::usage::{Appearances, Said};
use crate::model::dossier::{Head, Register};
use crate::model::note::Note;
use crate::model::{Date, Dossier, Tlp};

/// What `list` takes.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// What `show` takes.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The dossier
    dir: PathBuf,
    /// The id
    id: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// An entry with its id, and where it comes up where that was asked.
#[derive(Debug, Serialize)]
struct Listed<'a, T, U> {
    id: &'a str,
    #[serde(flatten)]
    entry: &'a T,
    #[serde(flatten)]
    usage: U,
}

/// Where a person or a meeting comes up, the running notes among it.
#[derive(Debug, Serialize)]
struct Comes<'a> {
    #[serde(flatten)]
    usage: Appearances<'a>,
    #[serde(serialize_with = "as_listed")]
    notes: Vec<(&'a str, &'a Note)>,
}

fn as_listed<S: Serializer>(notes: &[(&str, &Note)], to: S) -> Result<S::Ok, S::Error> {
    notes::listed(notes).serialize(to)
}

/// Reads the head of a dossier that an entry is added to. What is wrong in it is no reason to refuse,
/// unless it cannot be read at all or a newer version made it.
fn read_head(dir: &Path) -> anyhow::Result<Head> {
    let mut found = Diagnostics::default();
    let head = crate::dossier::read_head(dir, &mut found);
    head.ok_or_else(|| Refused(found).into())
}

/// Reads the register alone, or refuses.
fn read_register(dir: &Path) -> anyhow::Result<Register> {
    let mut found = Diagnostics::default();
    let register = register::read_alone(dir, &mut found);
    match register {
        Some(register) if !found.has_errors() => Ok(register),
        _ => Err(Refused(found).into()),
    }
}

/// Adds an entry under the dossier's lock and prints its id. What was `deposited` for it stays once it is
/// registered, whatever becomes of the printing.
fn add(
    lock: &Lock,
    entry: &Entry,
    id: Option<&str>,
    deposited: Option<Deposit>,
    talk: &Talk,
) -> anyhow::Result<Outcome> {
    let id = register::add(lock, entry, id).map_err(refusal)?;
    let file = deposited.map(Deposit::keep);
    talk.out(&id)?;
    let path = register::path(lock.dossier());
    talk.say(&format!("`{id}` is in {}", path.display()));
    if let Some(file) = file {
        talk.say(&format!(
            "its file is {}",
            lock.dossier().join(file).display()
        ));
    }
    Ok(Outcome::Done)
}

fn refusal(problem: AddError) -> anyhow::Error {
    match problem {
        AddError::Unreadable(found) => Refused(found).into(),
        AddError::Save(problem) => problem.into(),
        AddError::UnknownPerson { ref id, ref known } => {
            let known = known.iter().map(String::as_str);
            let help = suggestion(id, known).unwrap_or_else(|| {
                "`cirtkit person list` names them, `person add` adds one".into()
            });
            Usage(format!("{problem}; {help}")).into()
        }
        AddError::NotAnId | AddError::Taken { .. } => Usage(problem.to_string()).into(),
    }
}

/// Prints a list: as lines, or as JSON.
fn list<T: Serialize>(
    entries: &BTreeMap<String, T>,
    json: bool,
    talk: &Talk,
    line: impl Fn(&str, &T) -> String,
) -> anyhow::Result<Outcome> {
    if json {
        let listed = entries.iter().map(|(id, entry)| {
            let usage = ();
            Listed { id, entry, usage }
        });
        let listed: Vec<_> = listed.collect();
        talk.out(&serde_json::to_string_pretty(&listed)?)?;
        return Ok(Outcome::Done);
    }
    let lines: Vec<String> = entries.iter().map(|(id, one)| line(id, one)).collect();
    if !lines.is_empty() {
        talk.out(&lines.join("\n"))?;
    }
    Ok(Outcome::Done)
}

/// Returns the entry that is meant, or says which there are.
fn entry<'a, T>(entries: &'a BTreeMap<String, T>, id: &str, kind: &str) -> anyhow::Result<&'a T> {
    entries.get(id).ok_or_else(|| {
        let known = entries.keys().map(String::as_str);
        let help = suggestion(id, known)
            .unwrap_or_else(|| format!("`cirtkit {kind} list` names what there is"));
        Usage(format!("there is no {kind} {}; {help}", shown(id))).into()
    })
}

/// Hands on all stages of a dossier, the last one last.
fn with_stages<T>(
    dir: &Path,
    global: &Global,
    tell: impl FnOnce(&[&Dossier]) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let mut desk = Desk::open(global)?;
    let StageRead {
        dossier, earlier, ..
    } = desk.dossier(dir, None, global.lang.as_deref())?;
    let mut stages: Vec<&Dossier> = earlier.iter().map(|(_, dossier)| dossier).collect();
    stages.push(&dossier);
    tell(&stages)
}

/// Returns the language to tell the register in: the one asked for, else the dossier's first. A head
/// that cannot be read has none.
fn lang(dir: &Path, global: &Global) -> String {
    let head = crate::dossier::read_head(dir, &mut Diagnostics::default());
    head.map_or_else(
        || global.lang.clone().unwrap_or_else(|| "en".into()),
        |head| desk::language_of(&head, global.lang.as_deref()),
    )
}

fn day(flag: &str, given: Option<&str>) -> anyhow::Result<Option<Date>> {
    let read = |text: &str| {
        let date = Date::parse(text);
        date.ok_or_else(|| Usage(format!("`{flag}` takes a day such as 2026-06-03")).into())
    };
    given.map(read).transpose()
}

fn label(given: Option<&str>) -> anyhow::Result<Option<Tlp>> {
    given.map(super::report::ceiling).transpose()
}

/// Returns lines of a heading and what stands under it; none where nothing does.
fn block(heading: &str, lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        return lines;
    }
    let lines = lines.into_iter().map(|line| format!("  {line}"));
    std::iter::once(format!("{heading}:"))
        .chain(lines)
        .collect()
}

/// Returns what is known of an entry, one fact a line, those unknown left out.
fn facts<const N: usize>(id: &str, facts: [(&str, Option<String>); N]) -> Vec<String> {
    let known = facts.into_iter();
    let known = known.filter_map(|(name, fact)| Some(format!("  {name:<12} {}", fact?)));
    std::iter::once(id.to_string()).chain(known).collect()
}

/// Returns the lines of where a person or a meeting comes up.
fn appearances(found: &Comes<'_>, dossier: &Dossier, nowhere: &str) -> Vec<String> {
    let (register, notes) = (&dossier.register, &found.notes);
    let nowhere = (found.usage.is_empty() && notes.is_empty()).then(|| nowhere.to_string());
    let found = &found.usage;
    let meeting = |id: &&str| {
        let date = register.meetings.get(*id).and_then(|one| one.date);
        date.map_or_else(|| id.to_string(), |date| format!("{id}, {date}"))
    };
    let said = |said: &Said<'_>| format!("{}: {}", said.stage, said.questions.join(", "));
    let mut lines = block("took part in", found.meetings.iter().map(meeting).collect());
    lines.extend(block("said", found.responses.iter().map(said).collect()));
    let gave = found.evidence.iter().map(ToString::to_string).collect();
    lines.extend(block("handed over", gave));
    lines.extend(block("noted", notes::lines(notes, dossier.head.tlp)));
    lines.extend(nowhere);
    lines
}
