//! One question and its answer: in words, as a table, with note and citations.

use std::collections::BTreeMap;

use super::{Builder, key};
use crate::model::dossier::Citation;
use crate::model::question::{Column, Kind};
use crate::model::{Answer, Question, State, Value};
use crate::report::language::capital;
use crate::report::view::*;
use crate::scoring::Standing;

impl Builder<'_> {
    pub(super) fn title(&self, question: &str) -> String {
        let known = self.t.questionnaire.question(question);
        known.map_or_else(|| question.to_string(), |question| question.text.clone())
    }

    pub(super) fn answer(&self, question: &Question) -> AnswerView {
        let answer = self.t.dossier.answer(&question.id);
        let standing = self.t.score.standing(&question.id);
        let state = match standing {
            Standing::Closed => String::from("closed"),
            Standing::OutOfScope => String::from("out-of-scope"),
            Standing::Open => key(&answer.state),
        };
        // What does not apply is kept in the file, and neither scored nor printed.
        let inert = Answer::default();
        let answer = if standing == Standing::Open {
            answer
        } else {
            &inert
        };
        let value = answer.value.as_ref();
        let text = value.and_then(|value| self.t.value(question, value));
        let (columns, rows) = self.table(question, value);
        let label = self.t.dossier.label(answer);
        let section = self.t.questionnaire.section_of(&question.id);
        let shown = standing == Standing::Open;
        AnswerView {
            id: question.id.clone(),
            section: section.map_or_else(String::new, |section| section.id.clone()),
            kind: key(&question.kind),
            title: question.text.clone(),
            state_text: self.t.language.word(&format!("state-{state}")),
            state,
            level: answer.level(),
            sentence: self.sentence(question, value, text.as_deref()),
            text: text.as_deref().map(capital),
            columns,
            rows,
            keys: keys(question, value),
            confidence: if value.is_some() {
                key(&answer.sureness())
            } else {
                String::new()
            },
            confidence_text: if value.is_some() {
                self.t
                    .language
                    .word(&format!("confidence-{}", key(&answer.sureness())))
            } else {
                String::new()
            },
            note: self.note(answer),
            reason: answer.reason.as_ref().map(|reason| self.local(reason)),
            foreign: self.foreign(answer.lang.as_deref()).unwrap_or_default(),
            citations: self.citations(&answer.evidence),
            cite: self.cite(std::slice::from_ref(&question.id)),
            tlp: (label > self.t.dossier.head.tlp && value.is_some()).then(|| label.label()),
            dissent: shown && self.disagree(question),
            unproven: self.t.score.unproven.contains(&question.id),
            said: if shown {
                self.said(question)
            } else {
                Vec::new()
            },
            answered: answer.answered.map(|date| self.heard(date)),
            by: answer.by.clone(),
            earlier: self.earlier(question),
        }
    }

    /// Tells what an earlier stage found, and what became of it here.
    fn earlier(&self, question: &Question) -> Option<EarlierView> {
        let dossier = self.t.dossier;
        let suggestion = dossier.suggestions.get(&question.id);
        let answer = dossier.answer(&question.id);
        // What is answered no more in the earlier stage was confirmed all the same.
        let confirmed = answer.source.as_ref();
        let confirmed = confirmed.filter(|_| answer.state == State::Answered);
        let source = suggestion.map(|one| &one.source).or(confirmed)?;
        let standing = match (answer.state, &answer.source) {
            (State::NotAsked, _) => "open",
            (_, None) => "own",
            (_, Some(_)) if dossier.source_changed(&question.id) => "changed",
            (_, Some(_)) => "confirmed",
        };
        let stage = &source.stage;
        let value = suggestion.map(|one| &one.value);
        let date = suggestion.and_then(|one| one.date);
        let words = self.t.questionnaire.words.stage(stage);
        Some(EarlierView {
            stage: words.map_or_else(|| stage.clone(), |words| words.title.clone()),
            question: source.question.clone(),
            text: value.and_then(|value| self.t.value(question, value)),
            date: date.map(|date| self.heard(date)),
            standing: standing.to_string(),
            left_out: value.map_or_else(Vec::new, |value| self.left_out(question, value)),
        })
    }

    /// Returns the first cells of the rows of an earlier table that this stage's answer does not have.
    fn left_out(&self, question: &Question, earlier: &Value) -> Vec<String> {
        let now = self.t.dossier.answer(&question.id).value.as_ref();
        let (Value::Table(earlier), Some(Value::Table(now)), Some(head)) =
            (earlier, now, question.columns.first())
        else {
            return Vec::new();
        };
        // As they are read here: two texts may differ in another language, or by a space that does not break.
        let read = |row: &BTreeMap<String, Value>| {
            let text = self.t.cell(head, row.get(&head.id)?)?;
            Some(text.replace('\u{a0}', " ").to_lowercase())
        };
        let kept = |row: &&BTreeMap<String, Value>| {
            let cell = read(row);
            now.iter().any(|one| read(one) == cell)
        };
        let rows = earlier.iter().filter(|row| !kept(row));
        rows.filter_map(|row| self.t.cell(head, row.get(&head.id)?))
            .collect()
    }

    pub(super) fn sentence(
        &self,
        question: &Question,
        value: Option<&Value>,
        text: Option<&str>,
    ) -> Option<String> {
        match value? {
            Value::Level(_) => text.map(capital),
            Value::YesNo(true) => self.t.fill(&question.say_yes, None),
            Value::YesNo(false) => self.t.fill(&question.say_no, None),
            Value::Table(_) => self.t.fill(&question.say, None),
            _ => self.t.fill(&question.say, text),
        }
        .filter(|sentence| !sentence.is_empty())
    }

    pub(super) fn table(
        &self,
        question: &Question,
        value: Option<&Value>,
    ) -> (Vec<ColumnView>, Vec<Vec<String>>) {
        let Some(Value::Table(rows)) = value else {
            return (Vec::new(), Vec::new());
        };
        let numeric = |kind| matches!(kind, Kind::Integer | Kind::Decimal | Kind::Money);
        // A reference that no row makes is no column for a reader.
        let told = |column: &&Column| {
            column.kind != Kind::Reference || rows.iter().any(|row| row.contains_key(&column.id))
        };
        let told: Vec<&Column> = question.columns.iter().filter(told).collect();
        let columns = told.iter().map(|column| ColumnView {
            label: column.label.clone(),
            numeric: numeric(column.kind),
        });
        let empty = self.t.language.word("empty-cell");
        let row = |row: &BTreeMap<String, Value>| {
            let cell = |column: &&Column| {
                let value = row
                    .get(&column.id)
                    .and_then(|value| self.t.table_cell(column, value));
                value
                    .filter(|text| !text.is_empty())
                    .unwrap_or_else(|| empty.clone())
            };
            told.iter().map(cell).collect()
        };
        (columns.collect(), rows.iter().map(row).collect())
    }

    pub(super) fn note(&self, answer: &Answer) -> Option<NoteView> {
        let markdown = answer
            .note
            .as_ref()
            .filter(|note| !note.trim().is_empty())?;
        let foreign = self.foreign(answer.lang.as_deref());
        Some(NoteView {
            markdown: markdown.clone(),
            language: foreign.as_deref().map(|tag| self.t.language.language(tag)),
            foreign,
        })
    }

    pub(super) fn number_of(&self, evidence: &str) -> Option<&str> {
        let (_, number) = self.evidence.iter().find(|(id, _)| id == evidence)?;
        Some(number)
    }

    pub(super) fn citations(&self, citations: &[Citation]) -> Vec<CitationView> {
        let view = |citation: &Citation| {
            Some(CitationView {
                number: self.number_of(&citation.id)?.to_string(),
                at: citation.at.as_ref().map(|at| self.local(at)),
            })
        };
        citations.iter().filter_map(view).collect()
    }

    /// Says what stands in brackets: the questions' ids, then the evidence they cite.
    pub(super) fn cite(&self, questions: &[String]) -> String {
        let mut evidence: Vec<String> = Vec::new();
        for id in questions {
            if self.t.score.standing(id) != Standing::Open {
                continue;
            }
            for citation in self.citations(&self.t.dossier.answer(id).evidence) {
                let spot = match &citation.at {
                    Some(at) if questions.len() == 1 => format!("{}, {at}", citation.number),
                    _ => citation.number,
                };
                if !evidence.contains(&spot) {
                    evidence.push(spot);
                }
            }
        }
        let semicolon = self.t.language.word("semicolon");
        let mut cite = questions.join(", ");
        for (spot, index) in evidence.iter().zip(0..) {
            cite.push_str(if index == 0 { &semicolon } else { ", " });
            cite.push_str(spot);
        }
        cite
    }
}

/// Returns the choices of a table's first column, row by row; nothing where it is no choice.
fn keys(question: &Question, value: Option<&Value>) -> Vec<String> {
    let (Some(Value::Table(rows)), Some(first)) = (value, question.columns.first()) else {
        return Vec::new();
    };
    let key = |row: &BTreeMap<String, Value>| match row.get(&first.id) {
        Some(Value::Choice(id)) => Some(id.clone()),
        _ => None,
    };
    let keys: Option<Vec<String>> = rows.iter().map(key).collect();
    keys.unwrap_or_default()
}
