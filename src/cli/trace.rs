//! `cirtkit trace`: from a recommendation or finding to rule, answers, responses and evidence.

use std::path::PathBuf;

use clap::Args;

use super::desk::Desk;
use super::talk::Talk;
use super::{Global, Outcome, Usage};
use crate::diagnostic::{shown, suggestion};
use crate::model::{Dossier, Questionnaire, Severity, State, Value};
use crate::plan::{Action, Finding, Plan, plan};
use crate::report::{self, Language};
use crate::scoring::{Score, score};

/// Walk from a recommendation or finding to answers, responses and evidence
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:\n  cirtkit trace examplia R-1\n  cirtkit trace examplia no-mandate"
)]
pub(super) struct Trace {
    /// The dossier
    dir: PathBuf,
    /// A recommendation, a finding or a question: its number in the report, or its id
    id: String,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
}

impl Trace {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let mut desk = Desk::open(global)?;
        let lang = global.lang.as_deref();
        let (questionnaire, dossier, language) =
            desk.told(&self.dir, self.stage.as_deref(), lang)?;
        let lookup = Lookup::new(questionnaire, &dossier, &language);
        let text = lookup
            .recommendation(&self.id)
            .or_else(|| lookup.finding(&self.id));
        let question = || {
            questionnaire
                .question(&self.id)
                .map(|question| lookup.question_lines(&question.id).join("\n"))
        };
        match text.or_else(question) {
            Some(text) => talk.out(&text)?,
            None => return Err(lookup.unknown(&self.id)),
        }
        Ok(Outcome::Done)
    }
}

/// What `trace` and `explain` look things up in.
pub(super) struct Lookup<'a> {
    pub(super) questionnaire: &'a Questionnaire,
    pub(super) dossier: &'a Dossier,
    pub(super) score: Score,
    pub(super) plan: Plan,
    pub(super) language: &'a Language,
}

impl<'a> Lookup<'a> {
    /// Scores a dossier and draws its plan.
    pub(super) fn new(
        questionnaire: &'a Questionnaire,
        dossier: &'a Dossier,
        language: &'a Language,
    ) -> Self {
        let score = score(questionnaire, dossier);
        let plan = plan(questionnaire, dossier, &score);
        Self {
            questionnaire,
            dossier,
            score,
            plan,
            language,
        }
    }
}

impl Lookup<'_> {
    /// Fills the holes of a text.
    fn say(&self, text: &str, otherwise: Option<&str>) -> String {
        let Self {
            questionnaire,
            dossier,
            score,
            language,
            ..
        } = self;
        report::say(questionnaire, dossier, score, language, text, otherwise)
    }

    pub(super) fn title(&self, question: &str) -> String {
        let known = self.questionnaire.question(question);
        known.map_or_else(String::new, |question| question.text.clone())
    }

    /// Finds an action by `R-3` or by its recommendation's id.
    pub(super) fn action(&self, id: &str) -> Option<&Action> {
        let number = id
            .strip_prefix("R-")
            .and_then(|number| number.parse::<usize>().ok());
        let is = |action: &&Action| Some(action.number) == number || action.recommendation == id;
        self.plan.actions.iter().find(is)
    }

    /// Walks down from a recommendation.
    fn recommendation(&self, id: &str) -> Option<String> {
        let action = self.action(id)?;
        let one = self.questionnaire.recommendation(&action.recommendation)?;
        let mut lines = vec![format!("R-{} {}: {}", action.number, one.id, one.title)];
        for finding in self
            .plan
            .findings
            .iter()
            .filter(|finding| action.findings.contains(&finding.number))
        {
            lines.extend(
                self.finding_lines(finding)
                    .into_iter()
                    .map(|line| format!("  {line}")),
            );
        }
        Some(lines.join("\n"))
    }

    /// Walks down from a finding, by `F-3`, `S-3` or its rule's id.
    pub(super) fn finding(&self, id: &str) -> Option<String> {
        let number = id.strip_prefix("F-").or_else(|| id.strip_prefix("S-"));
        let number = number.and_then(|number| number.parse::<usize>().ok());
        let is = |finding: &&Finding| Some(finding.number) == number || finding.rule == id;
        let finding = self.plan.findings.iter().find(is)?;
        Some(self.finding_lines(finding).join("\n"))
    }

    fn finding_lines(&self, finding: &Finding) -> Vec<String> {
        let rule = self
            .questionnaire
            .rules
            .iter()
            .find(|rule| rule.id == finding.rule);
        let text = rule.map_or_else(String::new, |rule| {
            let otherwise = rule.otherwise.as_deref();
            self.say(&rule.finding, otherwise)
        });
        let mut lines = vec![format!(
            "{} by rule {}: {text}",
            number(finding),
            finding.rule
        )];
        for question in &finding.questions {
            lines.extend(
                self.question_lines(question)
                    .into_iter()
                    .map(|line| format!("  {line}")),
            );
        }
        lines
    }

    fn question_lines(&self, id: &str) -> Vec<String> {
        let mut lines = vec![format!("question {id}: {}", self.title(id))];
        lines.extend(
            self.answer_lines(id)
                .into_iter()
                .map(|line| format!("  {line}")),
        );
        lines
    }

    /// Tells the answer to a question, what respondents said, and the evidence.
    pub(super) fn answer_lines(&self, id: &str) -> Vec<String> {
        let answer = self.dossier.answer(id);
        let state = match answer.state {
            State::Answered => answer
                .value
                .as_ref()
                .map_or_else(String::new, |value| self.value(id, value)),
            State::Unknown => String::from("unknown"),
            State::Declined => String::from("declined"),
            State::NotApplicable => String::from("not applicable"),
            State::NotAsked => String::from("not asked"),
            State::Withheld => String::from("withheld"),
        };
        let by = answer
            .by
            .as_ref()
            .map_or_else(String::new, |by| format!(", by {by}"));
        let date = answer
            .answered
            .map_or_else(String::new, |date| format!(", {date}"));
        let lang = &self.questionnaire.lang;
        let mut lines = vec![format!("answer: {state}{by}{date}")];
        lines.extend(
            answer
                .reason
                .iter()
                .map(|reason| format!("reason: {}", flat(reason.get(lang).0))),
        );
        lines.extend(
            answer
                .note
                .iter()
                .map(|note| format!("note: {}", flat(note))),
        );
        for citation in &answer.evidence {
            let evidence = self.dossier.register.evidence.get(&citation.id);
            let title = evidence.map_or("", |evidence| evidence.title.get(lang).0);
            let at = citation
                .at
                .as_ref()
                .map_or_else(String::new, |at| format!(", {}", at.get(lang).0));
            lines.push(format!("evidence {}{at}: {title}", citation.id));
        }
        for response in &self.dossier.responses {
            let Some(said) = response.answers.get(id) else {
                continue;
            };
            let value = said.value.as_ref().map(|value| self.value(id, value));
            let words: Vec<String> = value
                .into_iter()
                .chain(said.note.as_ref().map(|note| flat(note)))
                .collect();
            lines.push(format!(
                "said by {}: {}",
                response.respondent,
                words.join(": ")
            ));
        }
        lines
    }

    fn value(&self, id: &str, value: &Value) -> String {
        let question = self.questionnaire.question(id);
        let label = |choice: &String| {
            question
                .and_then(|question| question.label(choice))
                .unwrap_or(choice)
                .to_string()
        };
        match value {
            Value::Level(level) => {
                let statement =
                    question.and_then(|question| question.levels.get(usize::from(*level)));
                format!("level {level}, {}", statement.map_or("", String::as_str))
            }
            Value::Choice(choice) => label(choice),
            Value::Choices(choices) => choices.iter().map(label).collect::<Vec<_>>().join(", "),
            Value::YesNo(yes) => String::from(if *yes { "yes" } else { "no" }),
            Value::Text(text) => flat(text.get(&self.questionnaire.lang).0),
            Value::Integer(number) => number.to_string(),
            Value::Decimal(number) => number.to_string(),
            Value::Money(amount, currency) => format!("{amount} {currency}"),
            Value::Date(date) => date.to_string(),
            Value::Table(rows) => format!("{} rows", rows.len()),
        }
    }

    /// The error for an id that is nothing here.
    pub(super) fn unknown(&self, id: &str) -> anyhow::Error {
        let questions = self.questionnaire.questions().map(|one| one.id.as_str());
        let known = questions
            .chain(self.score.sections.iter().map(|one| one.section.as_str()))
            .chain(
                self.plan
                    .actions
                    .iter()
                    .map(|one| one.recommendation.as_str()),
            )
            .chain(self.plan.findings.iter().map(|one| one.rule.as_str()))
            .chain(
                self.questionnaire
                    .formulas
                    .iter()
                    .map(|one| one.id.as_str()),
            );
        let help = suggestion(id, known)
            .unwrap_or_else(|| "the report prints the numbers F-… and R-…".into());
        Usage(format!("there is no {} here; {help}", shown(id))).into()
    }
}

/// Returns a finding's number as the report prints it.
pub(super) fn number(finding: &Finding) -> String {
    let letter = if finding.severity == Severity::Strength {
        'S'
    } else {
        'F'
    };
    format!("{letter}-{}", finding.number)
}

/// One line without control characters.
fn flat(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control()).collect()
}
