//! `cirtkit check`: every problem of dossiers, at once.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::desk::{self, Desk};
use super::talk::Talk;
use super::{Global, Outcome, Refused};
use crate::diagnostic::Diagnostics;
use crate::dossier::{merge, notes, register};
use crate::pack;

/// How problems are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    /// For people, on stderr.
    Text,
    /// For programs, on stdout.
    Json,
}

/// Tell every problem of dossiers
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The dossiers
    #[arg(default_value = ".")]
    dirs: Vec<PathBuf>,
    /// How to tell them
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: Form,
}

impl Check {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let mut desk = Desk::open(global)?;
        let mut found = Diagnostics::default();
        for dir in &self.dirs {
            let stages = match desk::read_head(dir, &mut Diagnostics::default()) {
                Ok(head) => desk.stages(&head).into_iter().map(Some).collect(),
                Err(_) => Vec::new(),
            };
            // Without a stage there is still a dossier to look at.
            let stages = if stages.is_empty() {
                vec![None]
            } else {
                stages
            };
            for stage in stages {
                match desk.dossier(dir, stage.as_deref(), global.lang.as_deref()) {
                    Ok(read) => {
                        let (head, register) = (&read.dossier.head, &read.dossier.register);
                        let mut told = read.found;
                        let stage = read.dossier.stage.as_str();
                        notes::check(dir, head, register, stage, read.questionnaire, &mut told);
                        found.extend_new(told);
                    }
                    Err(problem) => match problem.downcast::<Refused>() {
                        Ok(Refused(problems)) => found.extend_new(problems),
                        Err(problem) => return Err(problem),
                    },
                }
            }
            let mut changed = Diagnostics::default();
            let notes = notes::read(dir, &mut changed).notes;
            let filed = notes.values().filter(|note| note.question.is_some());
            let filed: BTreeSet<&String> = filed.filter_map(|note| note.stage.as_ref()).collect();
            for stage in filed {
                // A stage that is not there and a questionnaire that cannot be read are told above.
                let Ok(head) = desk::read_head(dir, &mut Diagnostics::default()) else {
                    continue;
                };
                if let Some(asked) = desk.asked(&head, stage, global.lang.as_deref()) {
                    notes::check_questions(dir, stage, asked, &mut changed);
                }
            }
            register::check_digests(dir, &mut changed);
            merge::check(dir, &pack::stages(&desk.content), &mut changed);
            found.extend_new(changed);
        }
        tell(&found, self.format, talk)
    }
}

/// Tells problems in one form; errors make the outcome.
pub(super) fn tell(found: &Diagnostics, form: Form, talk: &Talk) -> anyhow::Result<Outcome> {
    match form {
        Form::Json => talk.out(&found.to_json())?,
        Form::Text => {
            talk.diagnostics(found);
            let count = |n: usize, word: &str| {
                let plural = if n == 1 { "" } else { "s" };
                format!("{n} {word}{plural}")
            };
            let gap = if found.is_empty() { "" } else { "\n" };
            let errors = count(found.errors(), "error");
            let warnings = count(found.warnings(), "warning");
            talk.say(&format!("{gap}{errors}, {warnings}"));
        }
    }
    Ok(if found.has_errors() {
        Outcome::Found
    } else {
        Outcome::Done
    })
}
