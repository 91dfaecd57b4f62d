//! `cirtkit ask`: the interview at the terminal.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use super::answer::store;
use super::desk::{self, Desk};
use super::prompt::{PlainPrompter, TerminalPrompter, Words};
use super::talk::Talk;
use super::{Global, Outcome, Usage};
use crate::diagnostic::{Diagnostics, shown, suggestion};
use crate::dossier::notes;
use crate::interview::{Filter, Interview, Prompter, Step};
use crate::model::Questionnaire;

/// Ask each open question in turn, saving after each answer
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit ask lesotho                     go on where the last interview stopped\n  \
    cirtkit ask lesotho --section legal --lang fr\n  \
    cirtkit ask lesotho --plain             one line after the other, for screen readers")]
pub(super) struct Ask {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
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
    /// Line after line, without moving the cursor; also reads answers from a pipe
    #[arg(long)]
    plain: bool,
    /// Initials of who records [default: the only assessor]
    #[arg(long, value_name = "INITIALS")]
    by: Option<String>,
}

impl Ask {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if global.no_input || (!terminal && !self.plain) {
            return Err(Usage(String::from(
                "`ask` needs a terminal\nhelp: to answer from a script use `cirtkit answer DIR QUESTION VALUE`, or `cirtkit ask --plain` with answers line by line",
            ))
            .into());
        }
        let mut desk = Desk::open(global)?;
        let read = desk.dossier(&self.dir, self.stage.as_deref(), global.lang.as_deref())?;
        let questionnaire = read.questionnaire.clone();
        let dossier = read.dossier;
        desk::mention_warnings(&read.found, &self.dir, talk);
        desk::mention_merges(&read.found, &self.dir, talk);
        let filter = self.filter(&questionnaire)?;
        let by = desk::initials(&dossier.head, self.by.as_deref())?;
        let words = Words::load(&desk.content, &questionnaire.lang)?;
        let path = self.dir.join(format!("{}.toml", dossier.stage));
        let stage = dossier.stage.clone();
        let mut prompter: Box<dyn Prompter> =
            if self.plain || std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
                Box::new(PlainPrompter::new(words.clone()))
            } else {
                Box::new(TerminalPrompter::new(words.clone()))
            };
        let notes = notes::read(&self.dir, &mut Diagnostics::default()).unwrap_or_default();
        let mut interview = Interview::new(&questionnaire, dossier, filter).with_notes(notes);
        let (done, total) = interview.progress();
        if done > 0 {
            prompter.tell(&words.say(
                "resumed",
                &[("done", &done.to_string()), ("total", &total.to_string())],
            ))?;
        }
        let mut ended = false;
        while let Some(card) = interview.card() {
            match interview.reply(prompter.ask(&card)?) {
                Step::Save {
                    question,
                    mut change,
                } => {
                    // Somebody may have answered the same question since it was shown.
                    let lang = Some(questionnaire.lang.as_str());
                    let now = desk.dossier(&self.dir, Some(&stage), lang)?.dossier;
                    if now.answer(&question) != interview.known(&question) {
                        interview.changed_meanwhile(&question, now);
                        prompter.tell(&words.get("changed-meanwhile"))?;
                        continue;
                    }
                    change.answered = desk::today();
                    change.by.clone_from(&by);
                    if change.note.is_some() {
                        change.lang = Some(questionnaire.lang.clone());
                    }
                    store(&self.dir, &path, &question, &change)?;
                    interview.saved(desk.dossier(&self.dir, Some(&stage), lang)?.dossier);
                    prompter.tell(&words.get("saved"))?;
                }
                Step::Stay => {}
                Step::End => {
                    ended = true;
                    break;
                }
            }
        }
        let (done, total) = interview.progress();
        let open = interview.open_in_all();
        let key = match (ended || done < total, open) {
            (true, _) => "stopped",
            (false, 0) => "all-done",
            (false, _) => "filter-done",
        };
        let (done, total, open) = (done.to_string(), total.to_string(), open.to_string());
        let holes = [("done", done.as_str()), ("total", &total), ("open", &open)];
        prompter.tell(&words.say(key, &holes))?;
        Ok(Outcome::Done)
    }

    /// Checks the ids of the filter.
    fn filter(&self, questionnaire: &Questionnaire) -> anyhow::Result<Filter> {
        let sections: Vec<&str> = questionnaire
            .sections
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        let questions: Vec<&str> = questionnaire
            .questions()
            .map(|one| one.id.as_str())
            .collect();
        let kinds: Vec<&str> = questionnaire
            .words
            .stakeholders
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        for (what, given, known) in [
            ("section", &self.section, &sections),
            ("question", &self.question, &questions),
            ("stakeholder type", &self.stakeholder, &kinds),
        ] {
            let Some(given) = given.as_deref().filter(|given| !known.contains(given)) else {
                continue;
            };
            let help = suggestion(given, known.iter().copied())
                .map_or_else(String::new, |help| format!("; {help}"));
            return Err(Usage(format!("there is no {what} {}{help}", shown(given))).into());
        }
        Ok(Filter {
            section: self.section.clone(),
            question: self.question.clone(),
            core: self.core,
            stakeholder: self.stakeholder.clone(),
        })
    }
}
