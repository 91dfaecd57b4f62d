//! `cirtkit trace`: from a recommendation, finding, figure or row to rule, answers, responses and
//! evidence, over the borders of the stages.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::desk::Desk;
use super::talk::Talk;
use super::{Global, Outcome, Usage};
use crate::diagnostic::{Diagnostics, shown, suggestion};
use crate::dossier::notes;
use crate::drafting::{Freshness, freshness};
use crate::model::drafting::PieceId;
use crate::model::note::Notes;
use crate::model::question::Column;
use crate::model::{Severity, State, Value};
use crate::plan::{Action, Finding, Judged, Number, Why};
use crate::report::{self, Language};

/// Walk from a recommendation, finding, figure or answer to what it rests on
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit trace examplia R-1                  findings, answers, who said what, evidence\n  \
    cirtkit trace examplia no-mandate           one finding\n  \
    cirtkit trace examplia assessment:R-1       the same in an earlier stage\n  \
    cirtkit trace examplia cost-year-4          a figure, and the answers it is reckoned from\n  \
    cirtkit trace examplia budget-yearly.3      a line of the budget, and the answers that asked for it")]
pub(super) struct Trace {
    /// The dossier
    dir: PathBuf,
    /// A recommendation, finding, figure, question or row: its number in the report or its id, behind
    /// the stage and a colon where it is of an earlier one
    id: String,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
}

impl Trace {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let mut desk = Desk::open(global)?;
        let lang = global.lang.as_deref();
        let (read, language) = desk.told(&self.dir, self.stage.as_deref(), lang)?;
        let (stage, earlier) = read.judged();
        let notes = notes::read(&self.dir, &mut Diagnostics::default()).unwrap_or_default();
        let lookup = Lookup {
            stage: &stage,
            earlier: &earlier,
            language: &language,
            notes: &notes,
        };
        match lookup.trace(&self.id) {
            Some(lines) => talk.out(&lines.join("\n"))?,
            None => return Err(lookup.unknown(&self.id)),
        }
        Ok(Outcome::Done)
    }
}

/// What `trace` and `explain` look things up in: a stage, and those before it.
#[derive(Clone, Copy)]
pub(super) struct Lookup<'a> {
    pub(super) stage: &'a Judged<'a>,
    pub(super) earlier: &'a [Judged<'a>],
    pub(super) language: &'a Language,
    pub(super) notes: &'a Notes,
}

impl<'a> Lookup<'a> {
    /// Looks at an earlier stage, with those before that one.
    fn at(self, stage: &str) -> Option<Self> {
        let is = |one: &Judged<'_>| one.dossier.stage == stage;
        let place = self.earlier.iter().position(is)?;
        Some(Self {
            stage: self.earlier.get(place)?,
            earlier: self.earlier.get(..place)?,
            language: self.language,
            notes: self.notes,
        })
    }

    /// Walks down from anything that has an id or a number, here or in an earlier stage.
    fn trace(self, id: &str) -> Option<Vec<String>> {
        if let Some((stage, id)) = id.split_once(':') {
            return match stage == self.stage.dossier.stage {
                true => self.trace_here(id),
                false => self.at(stage)?.trace_here(id),
            };
        }
        self.trace_here(id)
    }

    fn trace_here(self, id: &str) -> Option<Vec<String>> {
        let row = || {
            let (question, row) = id.split_once('.')?;
            self.row(question, row.parse().ok()?)
        };
        let question = || {
            let question = self.stage.questionnaire.question(id)?;
            Some(self.question_lines(&question.id))
        };
        let action = || Some(self.recommendation_lines(self.action(id)?));
        action()
            .or_else(|| self.finding(id))
            .or_else(|| self.left_out(id))
            .or_else(question)
            .or_else(|| self.figure_lines(id, &mut Vec::new()))
            .or_else(row)
    }

    /// Fills the holes of a text.
    fn say(self, text: &str, otherwise: Option<&str>) -> String {
        report::say(self.stage, self.earlier, self.language, text, otherwise)
    }

    pub(super) fn title(self, question: &str) -> String {
        let known = self.stage.questionnaire.question(question);
        known.map_or_else(String::new, |question| question.text.clone())
    }

    /// Finds an action by `R-3` or by its recommendation's id.
    pub(super) fn action(self, id: &str) -> Option<&'a Action> {
        let number = id
            .strip_prefix("R-")
            .and_then(|number| number.parse::<Number>().ok());
        let is = |action: &&Action| Some(action.number) == number || action.recommendation == id;
        self.stage.plan.actions.iter().find(is)
    }

    pub(super) fn recommendation_title(self, id: &str) -> String {
        report::say_title(self.stage, self.earlier, self.language, id)
    }

    /// Walks down from a recommendation.
    fn recommendation_lines(self, action: &Action) -> Vec<String> {
        let id = &action.recommendation;
        let title = self.recommendation_title(id);
        let mut lines = vec![format!("R-{} {id}: {title}", action.number)];
        lines.extend(inside(self.pen_on_recommendation(action)));
        let calls = |finding: &&Finding| action.findings.contains(&finding.number);
        for finding in self.stage.plan.findings.iter().filter(calls) {
            lines.extend(inside(self.finding_lines(finding)));
        }
        lines
    }

    /// Walks down from a finding, by `F-3`, `S-3` or its rule's id.
    pub(super) fn finding(self, id: &str) -> Option<Vec<String>> {
        let number = id.strip_prefix("F-").or_else(|| id.strip_prefix("S-"));
        let number = number.and_then(|number| number.parse::<usize>().ok());
        let is = |finding: &&Finding| Some(finding.number) == number || finding.rule == id;
        let finding = self.stage.plan.findings.iter().find(is)?;
        Some(self.finding_lines(finding))
    }

    fn finding_lines(self, finding: &Finding) -> Vec<String> {
        let text = report::say_finding(self.stage, self.earlier, self.language, finding);
        let by = if finding.own { "own finding" } else { "rule" };
        let mut lines = vec![format!(
            "{} by {by} {}: {text}",
            number(finding),
            finding.rule
        )];
        lines.extend(inside(self.pen_on_finding(finding)));
        for question in &finding.questions {
            lines.extend(inside(self.question_lines(question)));
        }
        lines
    }

    /// Tells what the assessor's pen did to a finding.
    fn pen_on_finding(self, finding: &Finding) -> Vec<String> {
        let drafting = &self.stage.dossier.drafting;
        let id = match finding.own {
            true => PieceId::OwnFinding(finding.rule.clone()),
            false => PieceId::Finding(finding.rule.clone()),
        };
        let mut lines = self.written(&id);
        if let Some(severity) = drafting
            .findings
            .get(&finding.rule)
            .and_then(|one| one.severity)
        {
            lines.push(format!("severity by the assessors: {severity:?}").to_lowercase());
        }
        for (taken, into) in &self.stage.plan.pen.merged_findings {
            if *into == finding.rule {
                lines.push(format!(
                    "takes in {}{}",
                    taken.rule,
                    self.reason(&taken.rule)
                ));
            }
        }
        lines
    }

    /// Tells what the assessor's pen did to a recommendation.
    fn pen_on_recommendation(self, action: &Action) -> Vec<String> {
        let id = &action.recommendation;
        let mut lines = match action.own {
            true => self.written(&PieceId::OwnRecommendation(id.clone())),
            false => self.written(&PieceId::Recommendation(id.clone())),
        };
        let pen = &self.stage.plan.pen;
        for (taken, into) in &pen.merged_recommendations {
            if into == id {
                lines.push(format!("takes in {taken}{}", self.reason(taken)));
            }
        }
        for one in pen.loosened.iter().filter(|one| one.recommendation == *id) {
            lines.push(match one.why {
                Why::Dropped => format!(
                    "waits no more for {}, which the assessors dropped{}",
                    one.before,
                    self.reason(&one.before)
                ),
                Why::Circle => format!(
                    "does not wait for {}: with what was merged, each would wait for the other",
                    one.before
                ),
            });
        }
        if action.own && action.findings.is_empty() {
            let own = self.stage.dossier.drafting.own_recommendations.get(id);
            for question in own.into_iter().flat_map(|own| &own.rests_on) {
                lines.extend(self.question_lines(question));
            }
        }
        lines
    }

    /// Tells that the assessors wrote a piece, and whether it is stale.
    fn written(self, id: &PieceId) -> Vec<String> {
        let dossier = &self.stage.dossier;
        let Some(piece) = dossier.drafting.piece(id) else {
            return Vec::new();
        };
        let mut line = match id {
            PieceId::OwnFinding(_) | PieceId::OwnRecommendation(_) => {
                String::from("of the assessors' own")
            }
            _ if piece.texts.iter().any(|texts| !texts.is_empty()) => {
                String::from("reworded by the assessors")
            }
            _ => String::from("changed by the assessors"),
        };
        if freshness(dossier, &piece) == Freshness::Stale {
            line.push_str(", stale: the answers beneath have changed since");
        }
        vec![line]
    }

    /// Returns the reason of what was dropped or merged, behind a colon.
    fn reason(self, id: &str) -> String {
        let drafting = &self.stage.dossier.drafting;
        let finding = drafting
            .findings
            .get(id)
            .and_then(|one| one.reason.as_ref());
        let reason = finding.or_else(|| drafting.recommendations.get(id)?.reason.as_ref());
        let lang = self.language.tag();
        reason.map_or_else(String::new, |one| format!(": {}", flat(one.get(lang).0)))
    }

    /// Walks down from what the assessors dropped or merged.
    fn left_out(self, id: &str) -> Option<Vec<String>> {
        let pen = &self.stage.plan.pen;
        let merged = pen
            .merged_findings
            .iter()
            .map(|(one, into)| (one, Some(into)));
        let dropped = pen.dropped_findings.iter().map(|one| (one, None));
        if let Some((finding, into)) = merged.chain(dropped).find(|(one, _)| one.rule == id) {
            let became = match into {
                Some(into) => format!("merged by the assessors into {into}"),
                None => String::from("dropped by the assessors"),
            };
            let mut rules = self.stage.questionnaire.rules.iter();
            let text = rules
                .find(|rule| rule.id == id)
                .map_or_else(String::new, |rule| {
                    self.say(&rule.finding, rule.otherwise.as_deref())
                });
            let mut lines = vec![format!("rule {id}: {text}")];
            lines.push(format!("  {became}{}", self.reason(id)));
            for question in &finding.questions {
                lines.extend(inside(self.question_lines(question)));
            }
            return Some(lines);
        }
        let into = pen.merged_recommendations.iter().find(|(one, _)| one == id);
        let became = match into {
            Some((_, into)) => format!("merged by the assessors into {into}"),
            None if pen.dropped_recommendations.iter().any(|one| one == id) => {
                String::from("dropped by the assessors")
            }
            None => return None,
        };
        let one = self.stage.questionnaire.recommendation(id)?;
        let mut lines = vec![format!(
            "recommendation {id}: {}",
            self.say(&one.title, None)
        )];
        lines.push(format!("  {became}{}", self.reason(id)));
        let calls = |finding: &&Finding| finding.recommendation.as_deref() == Some(id);
        for finding in self.stage.plan.findings.iter().filter(calls) {
            lines.extend(inside(self.finding_lines(finding)));
        }
        Some(lines)
    }

    /// Walks down from a figure to the figures and answers it is reckoned from; what was `told` is not
    /// told again.
    fn figure_lines(self, id: &str, told: &mut Vec<String>) -> Option<Vec<String>> {
        let figures = report::figures(self.stage, self.earlier, self.language);
        let figure = figures.iter().find(|one| one.id == id)?;
        let value = figure.told.as_deref().unwrap_or("no value yet");
        let mut lines = vec![format!("figure {id}: {} = {value}", figure.text)];
        if told.contains(&figure.id) {
            lines.push(String::from("  told above"));
            return Some(lines);
        }
        told.push(figure.id.clone());
        for formula in &figure.formulas {
            lines.extend(inside(self.figure_lines(formula, told).unwrap_or_default()));
        }
        for question in &figure.questions {
            if told.contains(question) {
                lines.push(format!("  question {question}, told above"));
                continue;
            }
            told.push(question.clone());
            lines.extend(inside(self.question_lines(question)));
        }
        Some(lines)
    }

    /// Walks down from one row of a table, counted from 1, through the recommendations it answers.
    fn row(self, question: &str, number: usize) -> Option<Vec<String>> {
        let Some(Value::Table(rows)) = &self.stage.dossier.answer(question).value else {
            return None;
        };
        let row = rows.get(number.checked_sub(1)?)?;
        let mut lines = vec![format!("question {question}: {}", self.title(question))];
        lines.push(format!("  row {number}: {}", self.cells(question, row)));
        for reference in references(row) {
            let Some((stage, id)) = reference.split_once(':') else {
                continue;
            };
            let told = self.at(stage).map(|earlier| match earlier.action(id) {
                Some(action) => earlier.recommendation_lines(action),
                None => vec![format!("{id}: {}", earlier.recommendation_title(id))],
            });
            lines.push(format!("  answers {reference}"));
            lines.extend(inside(inside(told.unwrap_or_default())));
        }
        Some(lines)
    }

    fn question_lines(self, id: &str) -> Vec<String> {
        let mut lines = vec![format!("question {id}: {}", self.title(id))];
        lines.extend(inside(self.answer_lines(id)));
        let dossier = &self.stage.dossier;
        let confirmed = dossier.answer(id).source.as_ref();
        let suggested = dossier.suggestions.get(id).map(|one| &one.source);
        if let Some(source) = confirmed.or(suggested) {
            let (stage, question) = (&source.stage, &source.question);
            lines.push(match confirmed {
                Some(_) if dossier.source_changed(id) => {
                    format!("  confirms {stage}:{question}, which has changed since")
                }
                Some(_) => format!("  confirms {stage}:{question}"),
                None if dossier.answer(id).state == State::NotAsked => {
                    format!("  {stage}:{question} suggests, and nobody has confirmed:")
                }
                None => format!("  is of its own; {stage}:{question} said:"),
            });
            let earlier = self.at(stage);
            let told = earlier.map(|earlier| earlier.question_lines(question));
            lines.extend(inside(inside(told.unwrap_or_default())));
        }
        lines
    }

    /// Tells the answer to a question, what respondents said, and the evidence.
    pub(super) fn answer_lines(self, id: &str) -> Vec<String> {
        let dossier = &self.stage.dossier;
        let answer = dossier.answer(id);
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
        let lang = &self.stage.questionnaire.lang;
        let mut lines = vec![format!("answer: {state}{by}{date}")];
        if let Some(Value::Table(rows)) = &answer.value {
            for (row, number) in rows.iter().zip(1..) {
                lines.push(format!("row {number}: {}", self.cells(id, row)));
            }
        }
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
            let evidence = dossier.register.evidence.get(&citation.id);
            let title = evidence.map_or("", |evidence| evidence.title.get(lang).0);
            let at = citation
                .at
                .as_ref()
                .map_or_else(String::new, |at| format!(", {}", at.get(lang).0));
            lines.push(format!("evidence {}{at}: {title}", citation.id));
        }
        for response in &dossier.responses {
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
        let noted = self.notes.on(&dossier.stage, id).into_iter();
        lines.extend(noted.map(|(id, note)| format!("noted {id}: {}", flat(&note.text))));
        lines
    }

    /// Tells the cells of a row in the order of the columns.
    fn cells(self, id: &str, row: &BTreeMap<String, Value>) -> String {
        let question = self.stage.questionnaire.question(id);
        let columns = question.into_iter().flat_map(|question| &question.columns);
        let cell = |column: &Column| {
            let told = match row.get(&column.id)? {
                Value::Choice(choice) => column.label(choice).unwrap_or(choice).to_string(),
                value => self.value(id, value),
            };
            Some(told)
        };
        let cells: Vec<String> = columns.filter_map(cell).collect();
        cells.join(" · ")
    }

    fn value(self, id: &str, value: &Value) -> String {
        let question = self.stage.questionnaire.question(id);
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
            Value::Text(text) => flat(text.get(&self.stage.questionnaire.lang).0),
            Value::Integer(number) => number.to_string(),
            Value::Decimal(number) => number.to_string(),
            Value::Money(amount, currency) => format!("{amount} {currency}"),
            Value::Date(date) => date.to_string(),
            Value::Reference(reference) => reference.clone(),
            Value::Table(rows) => format!("{} rows", rows.len()),
        }
    }

    /// The error for an id that is nothing here.
    pub(super) fn unknown(self, id: &str) -> anyhow::Error {
        let Judged {
            questionnaire,
            score,
            plan,
            ..
        } = self.stage;
        let known = questionnaire
            .questions()
            .map(|one| one.id.as_str())
            .chain(score.sections.iter().map(|one| one.section.as_str()))
            .chain(plan.actions.iter().map(|one| one.recommendation.as_str()))
            .chain(plan.findings.iter().map(|one| one.rule.as_str()))
            .chain(
                plan.pen
                    .dropped_findings
                    .iter()
                    .map(|one| one.rule.as_str()),
            )
            .chain(plan.pen.dropped_recommendations.iter().map(String::as_str))
            .chain(questionnaire.formulas.iter().map(|one| one.id.as_str()));
        let help = suggestion(id, known)
            .unwrap_or_else(|| "the report prints the numbers F-… and R-…".into());
        Usage(format!("there is no {} here; {help}", shown(id))).into()
    }
}

/// Returns the recommendations that a row refers to.
fn references(row: &BTreeMap<String, Value>) -> impl Iterator<Item = &str> {
    row.values().filter_map(|value| match value {
        Value::Reference(reference) => Some(reference.as_str()),
        _ => None,
    })
}

/// Moves lines one step to the right.
fn inside(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| format!("  {line}")).collect()
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
