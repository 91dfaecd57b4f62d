//! Who said what, and where those asked do not agree or nothing is certain.

use std::collections::BTreeMap;

use super::Builder;
use crate::model::question::Kind;
use crate::model::{Question, Value};
use crate::report::language::capital;
use crate::report::view::*;
use crate::scoring::Standing;
use crate::voices;

impl Builder<'_> {
    /// Names a respondent by type of institution, or as the meeting.
    pub(super) fn who(&self, respondent: &str) -> String {
        let register = &self.t.dossier.register;
        if let Some(person) = register.people.get(respondent) {
            let kind = self.t.questionnaire.words.stakeholder(&person.kind);
            return kind.map_or_else(|| person.kind.clone(), |kind| kind.title.clone());
        }
        let meeting = register.meetings.get(respondent);
        let title = meeting.map_or_else(String::new, |meeting| self.local(&meeting.title));
        self.t.language.say("the-meeting", &[("title", &title)])
    }

    pub(super) fn said(&self, question: &Question) -> Vec<SaidView> {
        let responses = self.t.dossier.responses.iter();
        responses
            .filter_map(|response| {
                let said = response.answers.get(&question.id)?;
                let position = said
                    .value
                    .as_ref()
                    .and_then(|value| self.position(question, value));
                let view = SaidView {
                    who: capital(&self.who(&response.respondent)),
                    position,
                    level: said.level(),
                    note: self.note(said),
                };
                (view.position.is_some() || view.note.is_some()).then_some(view)
            })
            .collect()
    }

    /// Says a position in words: "level 2", a choice, yes or no.
    pub(super) fn position(&self, question: &Question, value: &Value) -> Option<String> {
        match value {
            Value::Level(level) => Some(
                self.t
                    .language
                    .say("level-n", &[("level", &level.to_string())]),
            ),
            value => self.t.value(question, value),
        }
    }

    /// Tells whether there is dissent: levels two or more apart, a different choice or yes and no, or
    /// the assessor's mark.
    pub(super) fn disagree(&self, question: &Question) -> bool {
        voices::disagree(self.t.dossier, &question.id)
    }

    pub(super) fn disagreements(&self) -> Vec<DisagreementView> {
        let open = |question: &&Question| self.t.score.standing(&question.id) == Standing::Open;
        let disputed = self
            .t
            .questionnaire
            .questions()
            .filter(open)
            .filter(|question| self.disagree(question));
        disputed
            .map(|question| self.disagreement(question))
            .collect()
    }

    pub(super) fn disagreement(&self, question: &Question) -> DisagreementView {
        let answer = self.t.dossier.answer(&question.id);
        let conclusion = answer
            .value
            .as_ref()
            .and_then(|value| self.position(question, value));
        let mut positions: Vec<(PositionView, Vec<String>)> = Vec::new();
        for response in &self.t.dossier.responses {
            let said = response.answers.get(&question.id);
            let Some(value) = said.and_then(|said| said.value.as_ref()) else {
                continue;
            };
            let Some(what) = self.position(question, value) else {
                continue;
            };
            let who = self.who(&response.respondent);
            match positions.iter_mut().find(|(view, _)| view.what == what) {
                Some((_, all)) if all.contains(&who) => {}
                Some((_, all)) => all.push(who),
                None => {
                    let level = matches!(value, Value::Level(_));
                    let view = PositionView {
                        against: conclusion.as_ref().is_some_and(|held| *held != what),
                        statement: self.t.value(question, value).filter(|_| level),
                        who: String::new(),
                        what,
                    };
                    positions.push((view, vec![who]));
                }
            }
        }
        let positions = positions.into_iter().map(|(view, who)| PositionView {
            who: self.t.language.locale.list(&who),
            ..view
        });
        DisagreementView {
            id: question.id.clone(),
            title: question.text.clone(),
            conclusion: conclusion.clone(),
            positions: positions.collect(),
            marked: answer.dissent,
            cite: self.cite(std::slice::from_ref(&question.id)),
        }
    }

    /// Lists what is least certain: first what carries most weight.
    pub(super) fn uncertain(&self, answers: &BTreeMap<String, AnswerView>) -> Vec<UncertainView> {
        let mut list = Vec::new();
        for section in &self.t.questionnaire.sections {
            for question in &section.questions {
                let Some(view) = answers.get(&question.id) else {
                    continue;
                };
                let (rank, why) = match view.state.as_str() {
                    "unknown" | "declined" | "withheld" | "not-asked" => (0, view.state.as_str()),
                    "answered" if view.unproven => (1, "unproven"),
                    "answered" if view.dissent => (2, "disputed"),
                    "answered" if view.level.is_some() && view.confidence == "reported" => {
                        (3, "reported")
                    }
                    _ => continue,
                };
                let weight = question.weight * 2
                    + u32::from(question.core)
                    + u32::from(question.kind == Kind::Level) * 2;
                let entry = UncertainView {
                    id: question.id.clone(),
                    title: question.text.clone(),
                    section: section.title.clone(),
                    why: why.to_string(),
                    why_text: self.t.language.word(&format!("why-{why}")),
                    reason: view.reason.clone(),
                    foreign: view.foreign.clone(),
                };
                list.push((rank, u32::MAX - weight, entry));
            }
        }
        list.sort_by_key(|(rank, weight, _)| (*rank, *weight));
        list.into_iter().map(|(_, _, entry)| entry).collect()
    }
}
