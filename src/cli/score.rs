//! `cirtkit score`: levels with range, coverage and evidence share.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::desk::{self, Desk, StageRead};
use super::talk::Talk;
use super::{Global, Outcome};
use crate::scoring::{Ratio, score};

/// Print the levels with range, coverage and evidence share
#[derive(Debug, Args)]
pub(super) struct Score {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// As JSON, with exact quotients
    #[arg(long)]
    json: bool,
}

impl Score {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let mut desk = Desk::open(global)?;
        let StageRead {
            questionnaire,
            dossier,
            found: warnings,
            ..
        } = desk.dossier(&self.dir, self.stage.as_deref(), global.lang.as_deref())?;
        let score = score(questionnaire, &dossier);
        let sections = questionnaire.sections.iter().zip(&score.sections);
        if self.json {
            let exact = |ratio: Option<Ratio>| {
                ratio.map(|ratio| json!({ "num": ratio.num, "den": ratio.den }))
            };
            let sections: Vec<_> = sections
                .map(|(section, one)| {
                    json!({
                        "section": section.id,
                        "level": exact(one.level),
                        "low": exact(one.low),
                        "high": exact(one.high),
                        "coverage": exact(one.tally.coverage()),
                        "evidence-share": exact(one.tally.evidence_share()),
                    })
                })
                .collect();
            let targets: Vec<_> = score
                .targets
                .iter()
                .map(|target| json!({ "target": target.target, "required": target.required, "reached": target.reached, "steps": target.steps() }))
                .collect();
            let whole = json!({ "sections": sections, "targets": targets });
            talk.out(&serde_json::to_string_pretty(&whole)?)?;
            return Ok(Outcome::Done);
        }
        let mut lines = vec![format!(
            "{:<6} {:<11} {:<9} {:<9} section",
            "level", "range", "answered", "evidence"
        )];
        for (section, one) in sections {
            let level = |ratio: Option<Ratio>| ratio.map_or_else(|| String::from("–"), tenths);
            let share = |ratio: Option<Ratio>| ratio.map_or_else(|| String::from("–"), percent);
            let range = format!("{} – {}", level(one.low), level(one.high));
            lines.push(format!(
                "{:<6} {range:<11} {:<9} {:<9} {}",
                level(one.level),
                share(one.tally.coverage()),
                share(one.tally.evidence_share()),
                section.title
            ));
        }
        for target in &score.targets {
            lines.push(format!(
                "target `{}`: {} of {} levels reached, {} steps missing",
                target.target,
                target.reached,
                target.required,
                target.steps()
            ));
        }
        talk.out(&lines.join("\n"))?;
        desk::mention_warnings(&warnings, &self.dir, talk);
        Ok(Outcome::Done)
    }
}

/// Says a quotient with one decimal, rounded half up.
pub(super) fn tenths(ratio: Ratio) -> String {
    let tenths = ratio.tenths();
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Says a share in whole per cent, rounded half up.
fn percent(ratio: Ratio) -> String {
    let whole = (ratio.num * 200 + ratio.den) / (ratio.den * 2);
    format!("{whole}%")
}
