//! From question to question at the terminal, each answer saved at once: for `ask` and `reconcile`.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use super::answer::store;
use super::desk::{self, Desk};
use super::prompt::{PlainPrompter, TerminalPrompter, Words};
use super::{Global, Usage};
use crate::diagnostic::{shown, suggestion};
use crate::dossier::record::Change;
use crate::interview::{Interview, Prompter, Step};
use crate::model::{Answer, Dossier, Question, Questionnaire, State};
use crate::voices;

/// How a conversation is led.
#[derive(Debug, Args)]
pub(super) struct Manner {
    /// Line after line, without moving the cursor; also reads answers from a pipe
    #[arg(long)]
    plain: bool,
    /// Initials of who records [default: the only assessor]
    #[arg(long, value_name = "INITIALS")]
    pub(super) by: Option<String>,
}

impl Manner {
    /// Refuses a conversation where nobody can be asked; `instead` says what serves a script.
    pub(super) fn may_ask(
        &self,
        command: &str,
        global: &Global,
        instead: &str,
    ) -> anyhow::Result<()> {
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if global.no_input || (!terminal && !self.plain) {
            let message = format!("`{command}` needs a terminal\nhelp: {instead}");
            return Err(Usage(message).into());
        }
        Ok(())
    }

    /// Chooses who does the talking.
    pub(super) fn prompter(&self, words: &Words) -> Box<dyn Prompter> {
        if self.plain || std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
            Box::new(PlainPrompter::new(words.clone()))
        } else {
            Box::new(TerminalPrompter::new(words.clone()))
        }
    }
}

/// Where a conversation is recorded.
pub(super) struct Walk {
    /// The dossier's folder.
    pub(super) dir: PathBuf,
    /// The file that takes the answers.
    pub(super) file: PathBuf,
    /// The stage.
    pub(super) stage: String,
    /// Who records.
    pub(super) by: Option<String>,
    /// Whether a respondent's words are taken down: what is said later stands beneath what was said before.
    pub(super) hears: bool,
    /// Whether conclusions are drawn from what was said, so that dissent is marked.
    pub(super) marks: bool,
}

impl Walk {
    /// Asks until nothing is open or the person stops; tells whether the person stopped.
    pub(super) fn run(
        &self,
        desk: &mut Desk,
        questionnaire: &Questionnaire,
        interview: &mut Interview<'_>,
        prompter: &mut dyn Prompter,
        words: &Words,
    ) -> anyhow::Result<bool> {
        let lang = Some(questionnaire.lang.as_str());
        while let Some(card) = interview.card() {
            let Step::Save {
                question,
                mut change,
            } = (match interview.reply(prompter.ask(&card)?) {
                Step::End => return Ok(true),
                Step::Stay => continue,
                save => save,
            })
            else {
                continue;
            };
            if self.marks {
                let now = desk.dossier(&self.dir, Some(&self.stage), lang)?.dossier;
                self.mark(&mut change, card.question, now, prompter, words)?;
            }
            // Somebody may have answered the same question since it was shown.
            let now = desk.dossier(&self.dir, Some(&self.stage), lang)?.dossier;
            let changed = interview.changed_in(&now, &question);
            if changed && !self.hears {
                interview.changed_meanwhile(&question, now);
                prompter.tell(&words.get("changed-meanwhile"))?;
                if let Some(note) = &change.note {
                    prompter.tell(&words.say("typed-before", &[("note", note)]))?;
                }
                continue;
            }
            if self.hears {
                let before = interview.answer_in(&now, &question);
                change.note = beneath(before, change.note.take());
            }
            change.answered = desk::today();
            change.by.clone_from(&self.by);
            if change.note.is_some() {
                change.lang = Some(questionnaire.lang.clone());
            }
            self.save(&question, &change, prompter, words)?;
            interview.saved(desk.dossier(&self.dir, Some(&self.stage), lang)?.dossier);
            prompter.tell(&words.get("saved"))?;
        }
        Ok(false)
    }

    /// Saves an answer. At a terminal one that cannot be saved stays in hand until it can, or is given up.
    fn save(
        &self,
        question: &str,
        change: &Change,
        prompter: &mut dyn Prompter,
        words: &Words,
    ) -> anyhow::Result<()> {
        while let Err(problem) = store(&self.dir, &self.file, question, change) {
            if !std::io::stdin().is_terminal() {
                return Err(problem);
            }
            prompter.tell(&format!("{problem:#}"))?;
            if !prompter.agrees(&words.get("save-again"), true)? {
                return Err(problem);
            }
        }
        Ok(())
    }

    /// Puts dissent on record: what is apart by the rule is marked, anything else where the assessor says so.
    fn mark(
        &self,
        change: &mut Change,
        question: &Question,
        mut dossier: Dossier,
        prompter: &mut dyn Prompter,
        words: &Words,
    ) -> anyhow::Result<()> {
        let conclusion = dossier.answers.entry(question.id.clone()).or_default();
        conclusion.state = change.state.unwrap_or(State::Answered);
        conclusion.value.clone_from(&change.value);
        let marked = conclusion.dissent;
        if voices::differ(&dossier, &question.id) {
            change.dissent = Some(true);
            prompter.tell(&words.get("dissent-kept"))?;
        } else if marked || voices::said(&dossier, &question.id).count() > 1 {
            let dissent = prompter.agrees(&words.get("dissent-mark"), marked)?;
            change.dissent = (dissent != marked).then_some(dissent);
        }
        Ok(())
    }
}

/// Puts what is said now beneath what was said before, so that no word is lost.
pub(super) fn beneath(before: Option<&Answer>, said: Option<String>) -> Option<String> {
    let said = said?;
    match before.and_then(|before| before.note.as_deref()) {
        Some(note) if !note.trim().is_empty() && note.trim() != said.trim() => {
            Some(format!("{}\n\n{said}", note.trim_end()))
        }
        _ => Some(said),
    }
}

/// Checks an id that narrows a conversation.
pub(super) fn known<'k>(
    what: &str,
    given: Option<&String>,
    known: impl Iterator<Item = &'k str>,
) -> anyhow::Result<()> {
    let known: Vec<&str> = known.collect();
    let Some(given) = given.filter(|given| !known.contains(&given.as_str())) else {
        return Ok(());
    };
    let help = suggestion(given, known).map_or_else(String::new, |help| format!("; {help}"));
    Err(Usage(format!("there is no {what} {}{help}", shown(given))).into())
}
