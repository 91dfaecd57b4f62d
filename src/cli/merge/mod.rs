//! `cirtkit merge`: two copies of a dossier become one.
//!
//! What nobody disputes is saved first, file by file; then each conflict is asked, and saved at once. The
//! lock is held while saving only, so that nobody waits for a person who thinks.

mod driver;
mod list;
mod show;
mod source;

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::Args;

use super::desk::{self, Desk};
use super::prompt::{self, Words};
use super::talk::Talk;
use super::{Global, Outcome, Usage};
use crate::diagnostic::Diagnostics;
use crate::dossier::deposit;
use crate::dossier::merge::{Choice, Conflict, Merged, gather, merge_into, merge_text};
use crate::dossier::save::{self, Lock, SaveError};
use crate::pack;
use list::Listing;
use show::Shower;
use source::{Given, Task};

/// Merge another copy of a dossier into this one, record by record
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit merge lesotho /media/usb/lesotho           what is new comes in, conflicts are asked\n  \
    cirtkit merge lesotho other --dry-run              only list what would happen\n  \
    cirtkit merge lesotho other --no-input             conflicts are listed and left; exit code 1\n  \
    cirtkit merge lesotho 'lesotho/assessment (1).toml'   a copy that a sync program left\n  \
    cirtkit merge lesotho                              all such copies, and what is undecided")]
pub(super) struct Merge {
    /// The dossier that receives
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The other copy, which is only read: a folder, or one file of a dossier [default: the copies that
    /// sync programs left, and what an earlier merge left undecided]
    other: Option<PathBuf>,
    /// The copy that both were made from: then what was changed or taken away on one side follows it
    #[arg(long, value_name = "DIR", requires = "other")]
    base: Option<PathBuf>,
    /// The file of the dossier that OTHER is a copy of, where its name does not tell
    #[arg(long, value_name = "FILE", requires = "other")]
    into: Option<String>,
    /// In every conflict keep what stands here
    #[arg(long, conflicts_with = "theirs")]
    mine: bool,
    /// In every conflict take what stands there
    #[arg(long)]
    theirs: bool,
    /// Write nothing, only list
    #[arg(long)]
    dry_run: bool,
    /// Move a sync program's copy to `.cirtkit/merged` once all of it is in
    #[arg(long)]
    remove: bool,
    /// Ask also where there is no terminal: choices come line by line from a pipe
    #[arg(long)]
    plain: bool,
    /// Merge for git: the ancestor, ours, theirs and the path, as in `--driver %O %A %B %P`
    #[arg(
        long,
        num_args = 4,
        value_names = ["ANCESTOR", "OURS", "THEIRS", "PATH"],
        conflicts_with_all = ["other", "base", "into", "dry_run", "remove", "plain"]
    )]
    driver: Option<Vec<PathBuf>>,
}

impl Merge {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        if let Some(paths) = &self.driver {
            return driver::run(paths, self.policy(), talk);
        }
        let mut desk = Desk::open(global)?;
        let head = desk::read_head(&self.dir, &mut Diagnostics::default())?;
        let stages = pack::stages(&desk.content);
        let mut found = Diagnostics::default();
        let mine = gather(&self.dir, &stages, &mut found);
        let given = Given {
            dir: &self.dir,
            other: self.other.as_deref(),
            base: self.base.as_deref(),
            into: self.into.as_deref(),
        };
        let task = given.task(&head, mine.as_ref(), &stages, &mut found);
        desk::refuse_errors(found)?;
        let Some(task) = task? else {
            talk.say("there is nothing to merge");
            return Ok(Outcome::Done);
        };
        let words = Words::load(
            &desk.content,
            &desk::language_of(&head, global.lang.as_deref()),
        )?;
        let mut listing = Listing::new(talk);
        let saved = self.save(&task, &mut listing);
        let mut open = match saved {
            Ok(open) => open,
            Err(problem) => {
                // What was told is merged; a merge that goes on finds the rest.
                let help = "what is listed is merged; mend this and run the command again";
                return Err(match listing.is_empty() {
                    true => problem,
                    false => problem.context(help),
                });
            }
        };
        let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
        let asks = (terminal || self.plain) && !global.no_input && !self.dry_run;
        if asks && self.policy().is_none() && !open.is_empty() {
            let shower = Shower {
                desk: &mut desk,
                dir: &self.dir,
                head: &head,
                lang: global.lang.as_deref(),
                words: &words,
                talk,
            };
            open = self.ask(&task, open, shower, &mut listing)?;
        }
        for (file, conflict) in &open {
            listing.conflict(&task.incoming(*file).file, conflict)?;
        }
        for file in &task.refused {
            listing.line(file, None, "cannot be read, not taken over")?;
        }
        if !self.dry_run {
            self.put_aside(&task, &open, asks, &words, talk)?;
        }
        listing.sum_up(&self.dir, self.dry_run, open.len());
        if !task.others.is_empty() {
            talk.say(&format!(
                "no command reads these, and they were not taken over: {}",
                task.others.join(", ")
            ));
        }
        let clean = open.is_empty() && task.refused.is_empty();
        Ok(if clean { Outcome::Done } else { Outcome::Found })
    }

    /// What decides every conflict, if something does.
    fn policy(&self) -> Option<Choice> {
        match (self.mine, self.theirs) {
            (true, _) => Some(Choice::Mine),
            (_, true) => Some(Choice::Theirs),
            _ => None,
        }
    }

    /// Saves what nobody disputes, and returns the rest.
    fn save(
        &self,
        task: &Task,
        listing: &mut Listing<'_>,
    ) -> anyhow::Result<Vec<(usize, Conflict)>> {
        let lock = match self.dry_run {
            true => None,
            false => Some(Lock::wait(&self.dir)?),
        };
        for document in task.documents.iter().filter(|one| !one.stands) {
            if let Some(lock) = &lock {
                let source = task.other.join(&document.there);
                deposit::take_over(lock, &source, &document.here)?;
            }
            listing.document(document)?;
        }
        let mut open = Vec::new();
        for (number, incoming) in task.files.iter().map(|one| &one.incoming).enumerate() {
            let Some(theirs) = &incoming.theirs else {
                if let Some(lock) = &lock {
                    save::set_aside(lock, &incoming.file)?;
                }
                listing.line(
                    &incoming.file,
                    None,
                    "taken away there, moved to .cirtkit/merged",
                )?;
                continue;
            };
            let choose = &mut |_: &Conflict| self.policy().unwrap_or(Choice::Later);
            let Merged {
                done, open: left, ..
            } = match &lock {
                Some(lock) => merge_into(lock, incoming, theirs, choose)?,
                None => {
                    let mine = task.mine.get(&incoming.file).map_or("", String::as_str);
                    let path = self.dir.join(&incoming.file);
                    merge_text(incoming, mine, theirs, choose)
                        .map_err(|source| SaveError::Edit { path, source })?
                }
            };
            for (path, what) in &done {
                listing.done(&incoming.file, path, what)?;
            }
            open.extend(left.into_iter().map(|conflict| (number, conflict)));
        }
        Ok(open)
    }

    /// Asks each conflict, saves what is decided, and returns the rest.
    fn ask(
        &self,
        task: &Task,
        open: Vec<(usize, Conflict)>,
        mut shower: Shower<'_>,
        listing: &mut Listing<'_>,
    ) -> anyhow::Result<Vec<(usize, Conflict)>> {
        let count = open.len().to_string();
        let words = shower.words;
        listing.say(&words.say("merge-start", &[("count", &count)]));
        let mut left = Vec::new();
        let mut open = open.into_iter();
        while let Some((number, conflict)) = open.next() {
            let incoming = task.incoming(number);
            shower.show(&incoming.file, &conflict);
            let Some(choice) = shower.choice(&conflict)? else {
                left.push((number, conflict));
                left.extend(open);
                break;
            };
            if choice == Choice::Later {
                left.push((number, conflict));
                continue;
            }
            let lock = Lock::wait(&self.dir)?;
            // Only what was shown is decided.
            let shown = |one: &Conflict| one.path == conflict.path && one.mine == conflict.mine;
            let choose = &mut |one: &Conflict| if shown(one) { choice } else { Choice::Later };
            let theirs = incoming.theirs.as_deref().unwrap_or_default();
            let merged = merge_into(&lock, incoming, theirs, choose)?;
            drop(lock);
            for (path, what) in &merged.done {
                listing.done(&incoming.file, path, what)?;
            }
            if merged.open.iter().any(|one| one.path == conflict.path) {
                listing.say(&words.get("merge-changed"));
                left.push((number, conflict));
            }
        }
        Ok(left)
    }

    /// Moves the copies aside of which all is in, where that is wanted.
    fn put_aside(
        &self,
        task: &Task,
        open: &[(usize, Conflict)],
        asks: bool,
        words: &Words,
        talk: &Talk,
    ) -> anyhow::Result<()> {
        for (number, one) in task.files.iter().enumerate() {
            let Some(copy) = &one.copy else { continue };
            if open.iter().any(|(file, _)| *file == number) {
                continue;
            }
            let question = words.say("merge-aside", &[("file", copy)]);
            let wanted = self.remove
                || asks && {
                    let typed = prompt::line(&question)?.unwrap_or_default();
                    ["y", "yes", "o", "oui"].contains(&typed.to_lowercase().as_str())
                };
            if wanted {
                let lock = Lock::wait(&self.dir)?;
                let place = save::set_aside(&lock, copy)?;
                talk.say(&words.say("merge-moved", &[("file", copy), ("place", &place)]));
            }
        }
        Ok(())
    }
}

/// Refuses the use of the command line.
fn wrong<T>(message: String) -> anyhow::Result<T> {
    Err(Usage(message).into())
}
