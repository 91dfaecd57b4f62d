//! A target says who set it and when, and asks for levels of level questions.

use super::Check;
use crate::model::question::{Kind, MAX_LEVEL};

impl Check<'_> {
    pub(super) fn targets(&mut self) {
        let questionnaire = &self.pack.questionnaire;
        for target in &questionnaire.targets {
            let key = format!("target {}", target.id);
            self.id("target", &target.id, None);
            if target.source.is_empty() || target.year < 1990 {
                self.error(
                    "number-without-source",
                    &key,
                    format!("`{}` has no source or year", target.id),
                    "say who set these levels and when",
                );
            }
            for (id, level) in &target.levels {
                let at = format!("{key}.{id}");
                let question = questionnaire.question(id);
                if question.is_none_or(|one| one.kind != Kind::Level) {
                    let levels = questionnaire
                        .questions()
                        .filter(|one| one.kind == Kind::Level);
                    let known = levels.map(|one| one.id.as_str());
                    self.unknown("unknown-question", &at, "level question", id, known);
                }
                if !(1..=MAX_LEVEL).contains(level) {
                    let message = format!("`{id}` asks for a level that is not 1 to 4");
                    self.error(
                        "bad-level",
                        &at,
                        message,
                        "write 1, 2, 3 or 4, or leave the question out",
                    );
                }
            }
        }
    }
}
