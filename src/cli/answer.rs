//! `cirtkit answer`: records one answer without a conversation.

use std::path::{Path, PathBuf};

use clap::Args;

use super::desk::{self, Desk, StageRead};
use super::intake;
use super::talk::Talk;
use super::walk;
use super::{Global, Outcome, Usage};
use crate::diagnostic::{shown, suggestion};
use crate::dossier::record::Change;
use crate::dossier::{self, save};
use crate::intake::Held;
use crate::model::dossier::{Citation, LocalText, Register};
use crate::model::{Confidence, Date, State};
use crate::voices;

/// Record one answer without a conversation
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit answer lesotho legal-mandate 2 --note 'Decree 12/2024, art. 4' --evidence decree-12-2024\n  \
    cirtkit answer lesotho constituency-sectors telecom,finance\n  \
    cirtkit answer lesotho funding-setup --state unknown --reason 'Budget act not published'\n  \
    cirtkit answer lesotho host-preferred regulator --respondent m-example\n  \
    cirtkit answer lesotho - --respondent m-example < filled.csv    a form that came back")]
pub(super) struct AnswerArgs {
    /// The dossier
    dir: PathBuf,
    /// The question; - takes in a form of `cirtkit form` that was filled in, from the input
    question: String,
    /// The value: a level, a choice, choices with commas, yes or no, a number, a date, an amount, or
    /// rows as a TOML list
    #[arg(allow_hyphen_values = true)]
    value: Option<String>,
    /// Confirm what an earlier stage found, in place of a value
    #[arg(long, conflicts_with_all = ["value", "state", "respondent"])]
    confirm: bool,
    /// A note, in Markdown
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The language of the note
    #[arg(long, value_name = "TAG")]
    note_lang: Option<String>,
    /// unknown, declined or not-applicable, in place of a value
    #[arg(long, value_name = "STATE", conflicts_with = "value")]
    state: Option<String>,
    /// Why there is no value
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Evidence of the register, once for each; in place of what was cited before
    #[arg(long, value_name = "ID")]
    evidence: Vec<String>,
    /// reported, observed, documented or verified
    #[arg(long, value_name = "WORD")]
    confidence: Option<String>,
    /// The answer's own TLP label
    #[arg(long, value_name = "LABEL")]
    tlp: Option<String>,
    /// Mark that people disagree
    #[arg(long)]
    dissent: bool,
    /// Record it as what this person or meeting said, not as the conclusion
    #[arg(long, value_name = "ID")]
    respondent: Option<String>,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// Initials of who records it [default: the only assessor]
    #[arg(long, value_name = "INITIALS")]
    by: Option<String>,
    /// The day it is recorded [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Of a form: put its words beneath those that are on record of the same respondent
    #[arg(long, conflicts_with = "replace")]
    append: bool,
    /// Put what is said in place of what is on record of the same respondent; otherwise the words of a
    /// note stand beneath it, and a form that differs is refused
    #[arg(long)]
    replace: bool,
    /// Of a form: keep a value that does not fit as words, and tell it
    #[arg(long)]
    as_words: bool,
    /// Check everything and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl AnswerArgs {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        if self.question == "-" {
            return self.form(global, talk);
        }
        if self.append || self.as_words || (self.replace && self.respondent.is_none()) {
            let message = "`--append` and `--as-words` are for a form, `--replace` also for one respondent: `cirtkit answer DIR -`";
            return Err(Usage(message.into()).into());
        }
        let mut desk = Desk::open(global)?;
        let StageRead {
            questionnaire,
            dossier,
            ..
        } = desk.dossier(&self.dir, self.stage.as_deref(), global.lang.as_deref())?;
        let Some(question) = questionnaire.question(&self.question) else {
            let known = questionnaire.questions().map(|one| one.id.as_str());
            let help = suggestion(&self.question, known)
                .unwrap_or_else(|| "`cirtkit pack show assessment` lists them".into());
            return Err(Usage(format!(
                "there is no question {}; {help}",
                shown(&self.question)
            ))
            .into());
        };
        let currency = dossier.head.currency.as_deref();
        let value = self
            .value
            .as_deref()
            .map(|typed| dossier::parse(question, typed, currency));
        let value = value.transpose().map_err(|problem| {
            let help = problem
                .help
                .map_or_else(String::new, |help| format!("; {help}"));
            Usage(format!("{}{help}", problem.message))
        })?;
        let state = self.state.as_deref().map(state).transpose()?;
        if state == Some(State::NotApplicable)
            && self
                .reason
                .as_deref()
                .is_none_or(|reason| reason.trim().is_empty())
        {
            return Err(Usage("not-applicable needs `--reason`: it leaves the denominator, and the report says why".into()).into());
        }
        for id in &self.evidence {
            let known = &dossier.register.evidence;
            if !known.contains_key(id) {
                let help = suggestion(id, known.keys().map(String::as_str))
                    .unwrap_or_else(|| "`cirtkit evidence add` registers it".into());
                return Err(Usage(format!("there is no evidence {}; {help}", shown(id))).into());
            }
        }
        let earlier = dossier
            .suggestions
            .get(&self.question)
            .filter(|_| self.confirm);
        if self.confirm && earlier.is_none() {
            return Err(Usage(format!(
                "no earlier stage suggests an answer to `{}`",
                self.question
            ))
            .into());
        }
        let mut change = Change {
            source: earlier.map(|one| one.source.clone()),
            value: earlier.map_or(value, |one| Some(one.value.clone())),
            state,
            reason: self.reason.as_deref().map(LocalText::from),
            note: self.note.clone(),
            lang: match (&self.note, &self.note_lang) {
                (None, None) => None,
                _ => self.language(global)?,
            },
            confidence: self.confidence.as_deref().map(confidence).transpose()?,
            evidence: (!self.evidence.is_empty()).then(|| {
                self.evidence
                    .iter()
                    .map(|id| Citation {
                        id: id.clone(),
                        at: None,
                    })
                    .collect()
            }),
            tlp: self
                .tlp
                .as_deref()
                .map(super::report::ceiling)
                .transpose()?,
            dissent: self.dissent.then_some(true),
            ..Change::default()
        };
        if change.is_empty() {
            return Err(Usage(
                "nothing to record: give a VALUE, or a flag such as `--state unknown` or `--note`"
                    .into(),
            )
            .into());
        }
        change.answered = self.day()?;
        change.by = desk::initials(&dossier.head, self.by.as_deref())?;
        let file = match &self.respondent {
            None => PathBuf::from(format!("{}.toml", dossier.stage)),
            Some(id) => response_file(&dossier.register, id, &dossier.stage)?,
        };
        if let Some(id) = self.respondent.as_ref().filter(|_| !self.replace) {
            let said = voices::said(&dossier, &self.question);
            let before = said.into_iter().find(|(who, _)| who == id);
            change.note = walk::beneath(before.map(|(_, answer)| answer), change.note.take());
        }
        let path = self.dir.join(file);
        if self.dry_run {
            talk.say(&format!(
                "`{}` would be recorded in {}; nothing was written",
                self.question,
                path.display()
            ));
            return Ok(Outcome::Done);
        }
        store(&self.dir, &path, &self.question, &change)?;
        talk.say(&format!(
            "`{}` is recorded in {}",
            self.question,
            path.display()
        ));
        Ok(Outcome::Done)
    }

    /// Takes in a form.
    fn form(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let Some(respondent) = self.respondent.clone() else {
            let message = "a form is what somebody said, not the conclusion; add `--respondent ID`";
            return Err(Usage(message.into()).into());
        };
        let one = self.value.is_some()
            || self.confirm
            || self.note.is_some()
            || self.state.is_some()
            || self.reason.is_some()
            || !self.evidence.is_empty()
            || self.confidence.is_some()
            || self.dissent;
        if one {
            let message = "a form brings its own values, notes and states; leave out what is for one question";
            return Err(Usage(message.into()).into());
        }
        let order = intake::Order {
            respondent,
            lang: self.language(global)?,
            tlp: self
                .tlp
                .as_deref()
                .map(super::report::ceiling)
                .transpose()?,
            date: self.day()?,
            held: match (self.append, self.replace) {
                (_, true) => Held::Replacing,
                (true, _) => Held::Appended,
                _ => Held::Refused,
            },
            as_words: self.as_words,
            dry_run: self.dry_run,
            dir: self.dir,
            stage: self.stage,
            by: self.by,
        };
        order.run(global, talk)
    }

    /// Returns the language of the note, where one is named.
    fn language(&self, global: &Global) -> anyhow::Result<Option<String>> {
        let named = self.note_lang.as_ref().or(global.lang.as_ref());
        match named.filter(|tag| !crate::model::is_id(&tag.to_lowercase())) {
            None => Ok(named.cloned()),
            Some(_) => {
                let message = "the language of a note is a tag such as `en`, `fr` or `pt-br`";
                Err(Usage(message.into()).into())
            }
        }
    }

    /// Returns the day it is recorded.
    fn day(&self) -> anyhow::Result<Option<Date>> {
        let given = self.date.as_deref().map(|date| {
            Date::parse(date).ok_or_else(|| Usage("`--date` takes a day such as 2026-06-03".into()))
        });
        Ok(given.transpose()?.or_else(desk::today))
    }
}

/// Returns the file, below the dossier, of what a person or meeting said.
pub(super) fn response_file(register: &Register, id: &str, stage: &str) -> anyhow::Result<PathBuf> {
    if !register.people.contains_key(id) && !register.meetings.contains_key(id) {
        let known = register.people.keys().chain(register.meetings.keys());
        let help = suggestion(id, known.map(String::as_str)).unwrap_or_else(|| {
            "`cirtkit person add` or `cirtkit meeting add` registers them".into()
        });
        let message = format!("there is no person or meeting {}; {help}", shown(id));
        return Err(Usage(message).into());
    }
    let folder = Path::new("responses").join(id);
    Ok(folder.join(format!("{stage}.toml")))
}

/// Saves a change of one question under the dossier's lock.
pub(super) fn store(
    dir: &Path,
    path: &Path,
    question: &str,
    change: &Change,
) -> anyhow::Result<()> {
    let lock = save::Lock::wait(dir)?;
    save::edit_file(path, &lock, &change.edit(question))?;
    Ok(())
}

fn state(word: &str) -> anyhow::Result<State> {
    Ok(match word {
        "unknown" => State::Unknown,
        "declined" => State::Declined,
        "not-applicable" => State::NotApplicable,
        _ => {
            return Err(Usage(format!(
                "{} is no state; the states are unknown, declined, not-applicable",
                shown(word)
            ))
            .into());
        }
    })
}

fn confidence(word: &str) -> anyhow::Result<Confidence> {
    Ok(match word {
        "reported" => Confidence::Reported,
        "observed" => Confidence::Observed,
        "documented" => Confidence::Documented,
        "verified" => Confidence::Verified,
        _ => {
            return Err(Usage(format!(
                "{} is no confidence; the words are reported, observed, documented, verified",
                shown(word)
            ))
            .into());
        }
    })
}
