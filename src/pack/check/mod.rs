//! Checks a whole pack: what no single entry can know.
//!
//! A compiler for people who write questionnaires: every problem at once, with a code, a place and a
//! fix. What hinders a report is an error; what hinders a good one is a warning.
//!
//! It stands beside the road, behind the reading of a pack. One file for each kind of entry, and one
//! each for what entries share: `condition`, `text` for the placeholders, `circle` for what waits
//! for itself. Here stands the order, and how a problem is told.

mod appraisal;
mod circle;
mod condition;
mod formula;
mod question;
mod recommendation;
mod rule;
mod target;
mod text;
mod translation;
mod wording;

use super::Pack;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, suggestion};
use crate::model::{Question, Recommendation, is_id};

pub use translation::{check_all, check_translation};
pub use wording::{Glossary, glossary};

/// Checks a pack in its source language.
pub fn check(pack: &Pack, found: &mut Diagnostics) {
    let questionnaire = &pack.questionnaire;
    let mut check = Check { pack, found };
    check.words();
    for section in &questionnaire.sections {
        check.id("section", &section.id, None);
        for question in &section.questions {
            check.question(question, &section.id);
        }
    }
    check.gates();
    check.phases();
    for rule in &questionnaire.rules {
        check.rule(rule);
    }
    for recommendation in &questionnaire.recommendations {
        check.recommendation(recommendation);
    }
    check.order();
    check.advice();
    check.targets();
    check.parameters();
    check.formulas();
    check.breakdowns();
    check.benchmarks();
    check.appraisal();
}

struct Check<'p> {
    pack: &'p Pack,
    found: &'p mut Diagnostics,
}

impl<'p> Check<'p> {
    /// Tells an error; without help where that is empty.
    fn error(&mut self, code: &'static str, key: &str, message: impl Into<String>, help: &str) {
        let help = (!help.is_empty()).then(|| help.to_string());
        self.push(Severity::Error, code, key, message.into(), help);
    }

    fn warn(&mut self, code: &'static str, key: &str, message: impl Into<String>, help: &str) {
        let help = (!help.is_empty()).then(|| help.to_string());
        self.push(Severity::Warning, code, key, message.into(), help);
    }

    fn push(
        &mut self,
        severity: Severity,
        code: &'static str,
        key: &str,
        message: String,
        help: Option<String>,
    ) {
        let mut diagnostic = Diagnostic::error(code, self.pack.place(key), message);
        diagnostic.severity = severity;
        diagnostic.help = help;
        self.found.push(diagnostic);
    }

    /// Tells that a name leads nowhere, with the nearest one that does.
    fn unknown<'a>(
        &mut self,
        code: &'static str,
        key: &str,
        what: &str,
        wrong: &str,
        right: impl IntoIterator<Item = &'a str>,
    ) {
        // An entry that is there and cannot be read was told where it stands.
        let kind = what.rsplit(' ').next().unwrap_or(what);
        if self.pack.places.contains_key(&format!("{kind} {wrong}")) && code != "unknown-column" {
            return;
        }
        let message = format!("there is no {what} `{wrong}`");
        let all = || Some(String::from("`cirtkit pack show` lists them"));
        let help = suggestion(wrong, right).or_else(all);
        self.push(Severity::Error, code, key, message, help);
    }

    /// Returns a question by its id, or tells that there is none.
    fn find_question(&mut self, key: &str, id: &str) -> Option<&'p Question> {
        let questionnaire = &self.pack.questionnaire;
        let question = questionnaire.question(id);
        if question.is_none() {
            let known = questionnaire.questions().map(|one| one.id.as_str());
            self.unknown("unknown-question", key, "question", id, known);
        }
        question
    }

    /// Tells where there is no such formula.
    fn find_formula(&mut self, key: &str, id: &str) {
        let questionnaire = &self.pack.questionnaire;
        if questionnaire.formula(id).is_none() {
            let known = questionnaire.formulas.iter().map(|one| one.id.as_str());
            self.unknown("unknown-name", key, "formula", id, known);
        }
    }

    /// Returns a recommendation by its id, or tells that there is none.
    fn find_recommendation(&mut self, key: &str, id: &str) -> Option<&'p Recommendation> {
        let questionnaire = &self.pack.questionnaire;
        let recommendation = questionnaire.recommendation(id);
        if recommendation.is_none() {
            let all = questionnaire.recommendations.iter();
            let known = all.map(|one| one.id.as_str());
            self.unknown("unknown-recommendation", key, "recommendation", id, known);
        }
        recommendation
    }

    /// Tells where there is no such owner role.
    fn role(&mut self, key: &str, id: &str) {
        let words = &self.pack.questionnaire.words;
        if words.role(id).is_none() {
            let known = words.roles.iter().map(|one| one.id.as_str());
            self.unknown("unknown-role", key, "role", id, known);
        }
    }

    fn id(&mut self, kind: &str, id: &str, prefix: Option<&str>) {
        let prefixed = prefix.is_none_or(|prefix| {
            id.strip_prefix(prefix)
                .is_some_and(|rest| rest.starts_with('-'))
        });
        if is_id(id) && prefixed {
            return;
        }
        let mut help = String::from("ids are lower-case words with hyphens");
        if let Some(prefix) = prefix {
            help += &format!(" and begin with `{prefix}-`");
        }
        let message = format!("`{id}` is not an id of a {kind}");
        self.error("bad-id", &format!("{kind} {id}"), message, &help);
    }

    /// The ids of the words that all questionnaires share.
    fn words(&mut self) {
        let words = &self.pack.questionnaire.words;
        for one in &words.stages {
            self.id("stage", &one.id, None);
        }
        for one in &words.stakeholders {
            self.id("stakeholder", &one.id, None);
        }
        for one in &words.roles {
            self.id("role", &one.id, None);
        }
    }

    fn phases(&mut self) {
        let phases = &self.pack.questionnaire.phases;
        let ordered = phases
            .windows(2)
            .all(|pair| pair[0].from_month <= pair[1].from_month);
        let numbered = phases
            .iter()
            .zip(1..)
            .all(|(phase, number)| phase.number == number);
        let from_one = phases.first().is_none_or(|phase| phase.from_month == 1);
        let sane = phases.iter().all(|phase| phase.from_month <= 120);
        if !(ordered && numbered && from_one && sane) {
            self.error(
                "bad-phases",
                "questionnaire",
                "the phases are out of order",
                "number them from 1, let the first begin in month 1, and none before the one before it",
            );
        }
    }
}
