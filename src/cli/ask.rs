//! `cirtkit ask`: the interview at the terminal.

use std::path::PathBuf;

use clap::Args;

use super::answer::response_file;
use super::desk::{self, Desk};
use super::notes;
use super::prompt::Words;
use super::talk::Talk;
use super::walk::{self, Manner, Walk};
use super::{Global, Outcome};
use crate::interview::{Filter, Interview};
use crate::model::Questionnaire;
use crate::model::dossier::Register;

/// Ask each open question in turn, saving after each answer
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit ask lesotho                     go on where the last interview stopped\n  \
    cirtkit ask lesotho --section legal --lang fr\n  \
    cirtkit ask lesotho --respondent m-example   take down what one person says, without levels\n  \
    cirtkit ask lesotho --plain             one line after the other, for screen readers")]
pub(super) struct Ask {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// Take down what this person or meeting says, not the conclusion: words first, no levels, and only
    /// the questions that their type of institution is asked
    #[arg(long, value_name = "ID")]
    respondent: Option<String>,
    /// Only this section
    #[arg(long, value_name = "ID")]
    section: Option<String>,
    /// Only this question, answered or not
    #[arg(long, value_name = "ID")]
    question: Option<String>,
    /// Only the rapid assessment's questions
    #[arg(long)]
    core: bool,
    /// Only what this type of stakeholder is asked
    #[arg(long = "for", value_name = "TYPE")]
    stakeholder: Option<String>,
    #[command(flatten)]
    manner: Manner,
}

impl Ask {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        self.manner.may_ask(
            "ask",
            global,
            "to answer from a script use `cirtkit answer DIR QUESTION VALUE`, or `cirtkit ask --plain` with answers line by line",
        )?;
        let mut desk = Desk::open(global)?;
        let read = desk.dossier(&self.dir, self.stage.as_deref(), global.lang.as_deref())?;
        let questionnaire = read.questionnaire.clone();
        let dossier = read.dossier;
        desk::mention_warnings(&read.found, &self.dir, talk);
        desk::mention_merges(&read.found, &self.dir, talk);
        let filter = self.filter(&questionnaire, &dossier.register)?;
        let words = Words::load(&desk.content, &questionnaire.lang)?;
        let file = match &self.respondent {
            None => PathBuf::from(format!("{}.toml", dossier.stage)),
            Some(id) => response_file(&dossier.register, id, &dossier.stage)?,
        };
        let walk = Walk {
            file: self.dir.join(file),
            stage: dossier.stage.clone(),
            by: desk::initials(&dossier.head, self.manner.by.as_deref())?,
            hears: self.respondent.is_some(),
            marks: false,
            dir: self.dir.clone(),
        };
        let mut prompter = self.manner.prompter(&words);
        let notes = notes::beside(&self.dir, talk);
        let mut interview = Interview::new(&questionnaire, dossier, filter).with_notes(notes);
        if let Some(id) = &self.respondent {
            interview = interview.hearing(id);
        }
        let (done, total) = interview.progress();
        if done > 0 {
            let (done, total) = (done.to_string(), total.to_string());
            prompter.tell(&words.say("resumed", &[("done", &done), ("total", &total)]))?;
        }
        let ended = walk.run(
            &mut desk,
            &questionnaire,
            &mut interview,
            prompter.as_mut(),
            &words,
        )?;
        let (done, total) = interview.progress();
        let open = interview.open_in_all();
        let key = match (ended || done < total, open) {
            (true, _) => "stopped",
            (false, _) if self.respondent.is_some() => "heard",
            (false, 0) => "all-done",
            (false, _) => "filter-done",
        };
        let (done, total, open) = (done.to_string(), total.to_string(), open.to_string());
        let holes = [("done", done.as_str()), ("total", &total), ("open", &open)];
        prompter.tell(&words.say(key, &holes))?;
        Ok(Outcome::Done)
    }

    /// Checks the ids of the filter.
    fn filter(&self, questionnaire: &Questionnaire, register: &Register) -> anyhow::Result<Filter> {
        let sections = questionnaire.sections.iter().map(|one| one.id.as_str());
        walk::known("section", self.section.as_ref(), sections)?;
        let questions = questionnaire.questions().map(|one| one.id.as_str());
        walk::known("question", self.question.as_ref(), questions)?;
        let kinds = questionnaire.words.stakeholders.iter();
        let kinds = kinds.map(|one| one.id.as_str());
        walk::known("stakeholder type", self.stakeholder.as_ref(), kinds)?;
        let named: Vec<String> = self.stakeholder.iter().cloned().collect();
        let stakeholders = match (&self.respondent, &self.question) {
            (Some(id), None) if named.is_empty() => register.kinds_of(id),
            _ => named,
        };
        Ok(Filter {
            section: self.section.clone(),
            question: self.question.clone(),
            core: self.core,
            stakeholders,
            only: None,
        })
    }
}
