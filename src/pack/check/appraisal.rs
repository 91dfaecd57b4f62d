//! An options appraisal rests on three tables that exist and have the columns it reads.

use super::Check;
use crate::model::question::Kind;

impl Check<'_> {
    /// Checks the tables that `[appraisal]` names.
    pub(super) fn appraisal(&mut self) {
        let Some(tables) = &self.pack.questionnaire.appraisal else {
            return;
        };
        let columns: [(&str, &[(&str, Kind)]); 3] = [
            (
                &tables.candidates,
                &[
                    ("institution", Kind::Text),
                    ("strengths", Kind::Text),
                    ("weaknesses", Kind::Text),
                    ("set-up", Kind::Money),
                    ("yearly", Kind::Money),
                ],
            ),
            (
                &tables.criteria,
                &[("criterion", Kind::Text), ("weight", Kind::Integer)],
            ),
            (
                &tables.scores,
                &[
                    ("institution", Kind::Text),
                    ("criterion", Kind::Text),
                    ("score", Kind::Integer),
                    ("reason", Kind::Text),
                ],
            ),
        ];
        for (id, wanted) in columns {
            let Some(question) = self.find_question("questionnaire", id) else {
                continue;
            };
            for (name, kind) in wanted {
                if question.column(name).is_none_or(|one| one.kind != *kind) {
                    let kind = format!("{kind:?}").to_lowercase();
                    self.error(
                        "bad-appraisal",
                        &format!("question {id}"),
                        format!("the appraisal reads column `{name}` of `{id}`, of kind {kind}"),
                        "add the column, or take `[appraisal]` out of questionnaire.toml",
                    );
                }
            }
        }
        if tables.most == 0 {
            self.error(
                "bad-appraisal",
                "questionnaire",
                "the highest score of an appraisal is at least 1",
                "write `most = 4`",
            );
        }
    }
}
