//! A recommendation can be told, owned, placed in a phase, and is called for.

use super::Check;
use crate::model::Recommendation;

impl Check<'_> {
    pub(super) fn recommendation(&mut self, one: &Recommendation) {
        let questionnaire = &self.pack.questionnaire;
        let key = format!("recommendation {}", one.id);
        let at = |name: &str| format!("{key}.{name}");
        self.id("recommendation", &one.id, None);
        if self.placeholders(&at("title"), &one.title, false) {
            self.error(
                "otherwise-open",
                &at("title"),
                "a title may not ask for an answer",
                "put it into `text`",
            );
        }
        let open = self.placeholders(&at("text"), &one.text, false);
        self.otherwise(&key, open, one.otherwise.as_deref());
        self.role(&at("owner"), &one.owner);
        for role in &one.with {
            self.role(&at("with"), role);
        }
        let mut phases = questionnaire.phases.iter();
        if !phases.any(|phase| phase.number == one.phase) {
            self.error(
                "unknown-phase",
                &at("phase"),
                format!("there is no phase {}", one.phase),
                "phases stand in questionnaire.toml",
            );
        }
        if !(1..=60).contains(&one.duration_months) {
            self.error(
                "bad-duration",
                &at("duration-months"),
                "a duration is 1 to 60 months",
                "cut a longer one into two recommendations",
            );
        }
        let services = &questionnaire.words.services;
        for service in &one.services {
            if !services.contains_key(service) {
                let known = services.keys().map(String::as_str);
                self.unknown(
                    "unknown-service",
                    &at("services"),
                    "service",
                    service,
                    known,
                );
            }
        }
        for before in &one.after {
            let other = self.find_recommendation(&at("after"), before);
            if other.is_some_and(|other| other.phase > one.phase) {
                self.error(
                    "phase-order",
                    &at("after"),
                    format!("`{}` waits for `{before}` of a later phase", one.id),
                    "move one of them to another phase",
                );
            }
        }
        if let Some(under) = &one.under {
            let other = self.find_recommendation(&at("under"), under);
            if under == &one.id || other.is_some_and(|other| other.under.is_some()) {
                self.error(
                    "under-under",
                    &at("under"),
                    format!("`{under}` stands under another one itself"),
                    "name one that stands alone",
                );
            }
        }
        let mut rules = questionnaire.rules.iter();
        if !rules.any(|rule| rule.recommend.as_deref() == Some(&one.id)) {
            self.warn(
                "recommendation-unreachable",
                &key,
                format!("no rule calls for `{}`", one.id),
                "add a rule, or remove it",
            );
        }
    }
}
