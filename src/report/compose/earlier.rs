//! The stages before this one: what they recommended, what the government replied, and which rows of this
//! stage take it up.

use super::{Builder, number_evidence};
use crate::model::{Question, Value};
use crate::plan::Judged;
use crate::report::fill::Teller;
use crate::report::view::{AnswerView, CarriedView, EarlierStageView};
use crate::scoring::Standing;

impl Builder<'_> {
    pub(super) fn earlier_stages(&self) -> Vec<EarlierStageView> {
        let stages = self.t.earlier.iter().enumerate();
        stages
            .map(|(place, stage)| {
                let before = self.t.earlier.get(..place).unwrap_or_default();
                self.earlier_stage(stage, before)
            })
            .collect()
    }

    fn earlier_stage(&self, stage: &Judged<'_>, before: &[Judged<'_>]) -> EarlierStageView {
        let dossier = &crate::dossier::of_stage(&stage.dossier);
        let then = Builder {
            t: Teller::new(stage, dossier, before, self.t.language),
            plan: &stage.plan,
            // Evidence bears the number of this report.
            evidence: number_evidence(self.t.dossier),
            options: self.options,
        };
        let actions = stage.plan.actions.iter();
        let recommendations = actions.filter_map(|action| {
            let one = then.recommendation(action)?;
            Some(CarriedView {
                taken_up: self.rows_for(&stage.dossier.stage, &one.id),
                number: one.number,
                id: one.id,
                title: one.title,
                owner: one.owner,
                reply: one.reply,
            })
        });
        let public = stage.questionnaire.questions().filter(|one| one.public);
        let answer = |question: &Question| -> (String, AnswerView) {
            (question.id.clone(), then.answer(question))
        };
        EarlierStageView {
            stage: then.stage(&stage.dossier.stage),
            decision: then.decision(),
            recommendations: recommendations.collect(),
            public: public.map(answer).collect(),
        }
    }

    /// Returns the rows of this stage that answer a recommendation, table by table, with the table's name.
    fn rows_for(&self, stage: &str, recommendation: &str) -> Vec<String> {
        let wanted = format!("{stage}:{recommendation}");
        let mut found = Vec::new();
        for question in self.t.questionnaire.questions() {
            let open = self.t.score.standing(&question.id) == Standing::Open;
            let value = &self.t.dossier.answer(&question.id).value;
            let Some(Value::Table(rows)) = value.as_ref().filter(|_| open) else {
                continue;
            };
            let answers = |value: &Value| matches!(value, Value::Reference(to) if *to == wanted);
            let rows = rows.iter().zip(1..);
            let numbers: Vec<usize> = rows
                .filter(|(row, _)| row.values().any(answers))
                .map(|(_, number)| number)
                .collect();
            let rows = self.t.row_numbers(&numbers);
            let holes = [
                ("question", question.text.as_str()),
                ("rows", rows.as_str()),
            ];
            match numbers.len() {
                0 => {}
                1 => found.push(self.t.language.say("taken-up-row", &holes)),
                _ => found.push(self.t.language.say("taken-up-rows", &holes)),
            }
        }
        found
    }
}
