//! A rule has a finding that can be told, and calls for a recommendation unless it praises.

use std::collections::BTreeSet;

use super::Check;
use crate::model::question::Kind;
use crate::model::{Rule, Severity};

impl Check<'_> {
    pub(super) fn rule(&mut self, rule: &Rule) {
        let key = format!("rule {}", rule.id);
        self.id("rule", &rule.id, None);
        self.condition(&rule.when, &format!("{key}.when"));
        let open = self.placeholders(&format!("{key}.finding"), &rule.finding, false);
        self.otherwise(&key, open, rule.otherwise.as_deref());
        match (&rule.recommend, rule.severity == Severity::Strength) {
            (Some(id), false) => {
                self.find_recommendation(&format!("{key}.recommend"), id);
            }
            (None, true) => {}
            (Some(_), true) => self.error(
                "strength-recommends",
                &key,
                "a strength calls for no recommendation",
                "remove `recommend`",
            ),
            (None, false) => self.error(
                "missing-key",
                &key,
                format!("`{}` recommends nothing", rule.id),
                "name a recommendation, or set severity = \"strength\"",
            ),
        }
    }

    /// Every level question reaches a recommendation.
    pub(super) fn advice(&mut self) {
        let questionnaire = &self.pack.questionnaire;
        let advised: BTreeSet<&str> = questionnaire
            .rules
            .iter()
            .filter(|rule| rule.recommend.is_some())
            .flat_map(|rule| rule.when.questions())
            .collect();
        for question in questionnaire.questions() {
            if question.kind == Kind::Level && !advised.contains(question.id.as_str()) {
                self.warn(
                    "question-without-advice",
                    &format!("question {}", question.id),
                    format!("no rule turns `{}` into advice", question.id),
                    "add a rule that recommends something when the level is low",
                );
            }
        }
    }
}
