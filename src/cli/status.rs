//! `cirtkit status`: what is answered and what is open.

use std::path::PathBuf;

use clap::Args;

use super::desk::{self, Desk, StageRead};
use super::notes;
use super::talk::Talk;
use super::{Global, Outcome};
use crate::drafting;
use crate::model::State;
use crate::scoring::{Standing, score};
use crate::voices;

/// Tell what is answered and what is open
#[derive(Debug, Args)]
pub(super) struct Status {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// Name every open question
    #[arg(long)]
    open: bool,
}

impl Status {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let mut desk = Desk::open(global)?;
        let StageRead {
            questionnaire,
            dossier,
            found: warnings,
            ..
        } = desk.dossier(&self.dir, self.stage.as_deref(), global.lang.as_deref())?;
        let score = score(questionnaire, &dossier);
        let mut lines = vec![format!(
            "{} · {}",
            dossier.head.country, questionnaire.title
        )];
        for (section, scored) in questionnaire.sections.iter().zip(&score.sections) {
            let tally = scored.tally;
            let open = if tally.not_asked == 0 {
                String::new()
            } else {
                format!("  {} open", tally.not_asked)
            };
            lines.push(format!(
                "  {:<3} of {:<3} {}{open}",
                tally.answered, tally.applicable, section.title
            ));
            if !self.open {
                continue;
            }
            for question in &section.questions {
                let open = score.standing(&question.id) == Standing::Open;
                if open && dossier.answer(&question.id).state == State::NotAsked {
                    lines.push(format!("      {}  {}", question.id, question.text));
                }
            }
        }
        let tally = score.tally;
        lines.push(format!(
            "{} of {} answered, {} unknown, {} declined, {} not asked; {} not applicable, {} closed, {} out of scope",
            tally.answered, tally.applicable, tally.unknown, tally.declined, tally.not_asked, tally.not_applicable, tally.closed, tally.out_of_scope
        ));
        if !score.unproven.is_empty() {
            lines.push(format!(
                "level 3 or more without evidence: {}",
                score.unproven.join(", ")
            ));
        }
        let written = dossier.drafting.pieces().len();
        if written > 0 {
            let stale = drafting::stale(&dossier);
            let stale: Vec<String> = stale.iter().map(ToString::to_string).collect();
            let told = match stale.as_slice() {
                [] => String::from("none stale"),
                stale => format!("{} stale: {}", stale.len(), stale.join(", ")),
            };
            lines.push(format!("{written} pieces by the assessors, {told}"));
        }
        let waiting = voices::waiting(questionnaire, &dossier, &score).len();
        if waiting > 0 {
            let (questions, wait) = match waiting {
                1 => ("question", "waits"),
                _ => ("questions", "wait"),
            };
            lines.push(format!(
                "{waiting} {questions} on which people were heard {wait} for a conclusion"
            ));
        }
        let noted = notes::beside(&self.dir, talk);
        let lang = global.lang.as_deref();
        let unfiled = notes::waiting(&noted, &dossier.head, &mut desk, lang).len();
        if unfiled > 0 {
            let (notes, wait) = match unfiled {
                1 => ("note", "waits"),
                _ => ("notes", "wait"),
            };
            lines.push(format!("{unfiled} running {notes} {wait} for a question"));
        }
        talk.out(&lines.join("\n"))?;
        if unfiled > 0 {
            talk.say(&format!(
                "`cirtkit notes {}` files them",
                self.dir.display()
            ));
        }
        if waiting > 0 {
            talk.say(&format!(
                "`cirtkit reconcile {}` draws conclusions and keeps dissent",
                self.dir.display()
            ));
        }
        desk::mention_warnings(&warnings, &self.dir, talk);
        desk::mention_merges(&warnings, &self.dir, talk);
        if tally.not_asked > 0 {
            talk.say(&format!(
                "`cirtkit ask {}` goes on with the first open question",
                self.dir.display()
            ));
        }
        Ok(Outcome::Done)
    }
}
