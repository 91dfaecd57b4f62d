//! `cirtkit reconcile`: from what people said to the assessor's conclusion, with dissent on record.

use std::path::PathBuf;

use clap::Args;

use super::desk::{self, Desk};
use super::prompt::{self, Words};
use super::talk::Talk;
use super::walk::{self, Manner, Walk};
use super::{Global, Outcome};
use crate::interview::{Filter, Interview};
use crate::model::{Dossier, Question, Questionnaire};
use crate::scoring::{Standing, score};
use crate::voices::{self, Why};

/// Draw conclusions from what people said, and keep dissent on record
///
/// Walks the questions on which somebody was heard and no conclusion is drawn yet, or on which positions
/// are apart: levels by two or more, another choice, yes against no. Shows who said what with which
/// evidence. What was said stays as it is; the conclusion bears the mark of dissent.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit reconcile lesotho               walk what waits for a conclusion\n  \
    cirtkit reconcile lesotho --list        only list it\n  \
    cirtkit reconcile lesotho --question host-preferred")]
pub(super) struct Reconcile {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// Only this section
    #[arg(long, value_name = "ID")]
    section: Option<String>,
    /// Only this question, settled or not
    #[arg(long, value_name = "ID")]
    question: Option<String>,
    /// Also what is settled and bears the mark of dissent
    #[arg(long)]
    all: bool,
    /// List what waits and ask nothing
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    manner: Manner,
}

impl Reconcile {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        if !self.list {
            self.manner.may_ask(
                "reconcile",
                global,
                "`cirtkit reconcile --list` lists what waits, `cirtkit answer DIR QUESTION VALUE --dissent` records a conclusion",
            )?;
        }
        let mut desk = Desk::open(global)?;
        let read = desk.dossier(&self.dir, self.stage.as_deref(), global.lang.as_deref())?;
        let questionnaire = read.questionnaire.clone();
        let dossier = read.dossier;
        desk::mention_warnings(&read.found, &self.dir, talk);
        let sections = questionnaire.sections.iter().map(|one| one.id.as_str());
        walk::known("section", self.section.as_ref(), sections)?;
        let questions = questionnaire.questions().map(|one| one.id.as_str());
        walk::known("question", self.question.as_ref(), questions)?;
        let words = Words::load(&desk.content, &questionnaire.lang)?;
        let waiting = self.waiting(&questionnaire, &dossier);
        if waiting.is_empty() {
            talk.say(&words.get("reconcile-nothing"));
            return Ok(Outcome::Done);
        }
        let only = waiting.iter().map(|(one, _)| one.id.clone()).collect();
        let filter = Filter {
            only: Some(only),
            ..Filter::default()
        };
        let mut interview = Interview::new(&questionnaire, dossier.clone(), filter).naming();
        if self.list {
            let lines: Vec<String> = waiting
                .iter()
                .flat_map(|(question, why)| {
                    let heard = interview.heard(&question.id);
                    let mut lines = vec![format!("{}  {}", question.id, question.text)];
                    lines.extend(why.map(|why| {
                        format!("  {}", words.get(&format!("reconcile-{}", why.word())))
                    }));
                    lines.extend(prompt::heard_lines(&heard, question, &words));
                    let held = dossier.answers.get(&question.id);
                    lines.extend(
                        held.map(|held| prompt::present_entry(held, question, &words))
                            .unwrap_or_default(),
                    );
                    lines
                })
                .collect();
            talk.out(&lines.join("\n"))?;
            return Ok(Outcome::Done);
        }
        let walk = Walk {
            file: self.dir.join(format!("{}.toml", dossier.stage)),
            stage: dossier.stage.clone(),
            by: desk::initials(&dossier.head, self.manner.by.as_deref())?,
            hears: false,
            marks: true,
            dir: self.dir.clone(),
        };
        let mut prompter = self.manner.prompter(&words);
        let count = waiting.len().to_string();
        prompter.tell(&words.say("reconcile-start", &[("count", &count)]))?;
        walk.run(
            &mut desk,
            &questionnaire,
            &mut interview,
            prompter.as_mut(),
            &words,
        )?;
        let lang = Some(questionnaire.lang.as_str());
        let now = desk.dossier(&self.dir, Some(&dossier.stage), lang)?.dossier;
        let left = voices::waiting(&questionnaire, &now, &score(&questionnaire, &now));
        prompter.tell(&match left.len() {
            0 => words.get("reconcile-done"),
            left => words.say("reconcile-left", &[("count", &left.to_string())]),
        })?;
        Ok(Outcome::Done)
    }

    /// Lists what to walk, each with the reason, where it waits.
    fn waiting<'q>(
        &self,
        questionnaire: &'q Questionnaire,
        dossier: &Dossier,
    ) -> Vec<(&'q Question, Option<Why>)> {
        let score = score(questionnaire, dossier);
        let section = |question: &Question| {
            let section = questionnaire.section_of(&question.id);
            section.map(|section| section.id.as_str()) == self.section.as_deref()
        };
        let all = questionnaire.questions();
        all.filter(|one| score.standing(&one.id) == Standing::Open)
            .filter(|one| self.section.is_none() || section(one))
            .filter(|one| self.question.as_ref().is_none_or(|id| *id == one.id))
            .map(|one| (one, voices::waits(dossier, &one.id)))
            .filter(|(one, why)| {
                let disputed = || voices::disagree(dossier, &one.id);
                why.is_some() || self.question.is_some() || (self.all && disputed())
            })
            .collect()
    }
}
