//! Merges one file for git: `cirtkit merge --driver %O %A %B %P`.
//!
//! The result is written over ours. It has no conflict markers: where both sides changed one record, ours
//! stays, and theirs stands above it as a comment, undecided.

use std::path::PathBuf;

use super::super::talk::Talk;
use super::super::{Outcome, Refused};
use super::wrong;
use crate::diagnostic::Diagnostics;
use crate::dossier::edit::dotted;
use crate::dossier::merge::{Choice, Conflict, Kind, Sides, merge};
use crate::dossier::save;
use crate::files::{self, TOML_LIMIT};
use crate::source::Source;

pub(super) fn run(
    paths: &[PathBuf],
    policy: Option<Choice>,
    talk: &Talk,
) -> anyhow::Result<Outcome> {
    let [ancestor, ours, theirs, path] = paths else {
        return wrong("`--driver` takes four paths: `--driver %O %A %B %P`".into());
    };
    let name = path.display().to_string();
    let mut found = Diagnostics::default();
    let mut read = |path: &PathBuf, side: &str| {
        let shown = format!("{name} ({side})");
        match files::read_text(path, TOML_LIMIT) {
            Ok(text) => Source::parse(&shown, &text, &mut found).map(|_| text.clone()),
            Err(problem) => {
                found.push(problem.diagnostic("unreadable-file", &shown));
                None
            }
        }
    };
    // An ancestor that cannot be read is as good as none; where there was no file it is empty.
    let base = match files::read_text(ancestor, TOML_LIMIT) {
        Ok(text) => Source::parse("", &text, &mut Diagnostics::default()).map(|_| text.clone()),
        Err(_) => None,
    };
    let (mine, other) = (read(ours, "ours"), read(theirs, "theirs"));
    let (Some(mine), Some(other)) = (mine, other) else {
        // Ours stays as it is; git keeps theirs beside it.
        return Err(Refused(found).into());
    };
    let sides = Sides {
        mine: &mine,
        theirs: &other,
        base: base.as_deref(),
    };
    let choose = &mut |_: &Conflict| policy.unwrap_or(Choice::Later);
    let merged = merge(Kind::of(&name), sides, true, choose)?;
    save::save(ours, &merged.text)?;
    for conflict in &merged.open {
        let told = match conflict.theirs {
            Some(_) => "theirs stands as a comment above",
            None => "changed in ours and taken away in theirs",
        };
        talk.say(&format!(
            "{name} {}: conflict, {told}",
            dotted(&conflict.path)
        ));
    }
    if merged.open.is_empty() {
        return Ok(Outcome::Done);
    }
    talk.say("`cirtkit merge DIR` asks what is undecided, then `git add` it");
    Ok(Outcome::Found)
}
