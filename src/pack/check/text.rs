//! The placeholders of a text lead somewhere, and a text that may have a gap has another for it.

use super::Check;
use crate::model::question::Kind;
use crate::pack::placeholder::{self, Form, Hole, Wanted};

impl Check<'_> {
    /// Checks that a text's placeholders can be read.
    pub(super) fn parses(&mut self, key: &str, text: &str) -> bool {
        let Err(wrong) = placeholder::parse(text) else {
            return true;
        };
        let message = match wrong.as_str() {
            "{" | "}" => format!("a `{wrong}` stands alone"),
            _ => format!("there is no placeholder `{{{wrong}}}`"),
        };
        self.bad(
            key,
            message,
            "placeholders are {country}, {role.ID}, {answer.QUESTION}, {figure.FORMULA}, with .of, .to, .in, .name, .count or a column",
        );
        false
    }

    /// Checks the holes of a text; tells whether one of them may stay empty.
    ///
    /// `own` says that the text belongs to a question, whose answer is `{answer}`.
    pub(super) fn placeholders(&mut self, key: &str, text: &str, own: bool) -> bool {
        if !self.parses(key, text) {
            return false;
        }
        let mut may_be_empty = false;
        for hole in placeholder::holes(text) {
            match hole {
                Hole::Country(Form::To) => self.bad(
                    key,
                    "{country.to} has no form",
                    "use {country}, {country.of}, {country.in} or {country.name}",
                ),
                Hole::Country(_) => {}
                Hole::Role(id, _) => self.role(key, &id),
                Hole::Own if own => {}
                Hole::Own => self.bad(
                    key,
                    "{answer} stands for a question's own answer, and only `say` has one",
                    "write {answer.QUESTION}",
                ),
                Hole::Figure(id, _) => {
                    may_be_empty = true;
                    self.find_formula(key, &id);
                }
                Hole::Answer(id, wanted) => {
                    may_be_empty = true;
                    self.answer_hole(key, &id, &wanted);
                }
            }
        }
        may_be_empty
    }

    fn answer_hole(&mut self, key: &str, id: &str, wanted: &Wanted) {
        let Some(question) = self.find_question(key, id) else {
            return;
        };
        let table = question.kind == Kind::Table;
        match wanted {
            Wanted::Column(column) if question.column(column).is_none() => {
                let known = question.columns.iter().map(|one| one.id.as_str());
                self.unknown("unknown-column", key, "column", column, known);
            }
            Wanted::Value(_) if table || matches!(question.kind, Kind::Level | Kind::YesNo) => {
                self.bad(
                    key,
                    format!("{{answer.{id}}} has no words of its own"),
                    "name a column of the table, or say it in the sentence",
                );
            }
            Wanted::Count if !table && question.kind != Kind::SelectMultiple => self.bad(
                key,
                format!("{{answer.{id}.count}} counts rows or choices, and `{id}` has none"),
                "write {answer.QUESTION}",
            ),
            _ => {}
        }
    }

    fn bad(&mut self, key: &str, message: impl Into<String>, help: &str) {
        self.error("bad-placeholder", key, message, help);
    }

    /// Checks the text that is printed where an answer is missing.
    pub(super) fn otherwise(&mut self, key: &str, may_be_empty: bool, otherwise: Option<&str>) {
        let own = format!("{key}.otherwise");
        if otherwise.is_some_and(|text| self.placeholders(&own, text, false)) {
            self.error(
                "otherwise-open",
                &own,
                "`otherwise` is printed where an answer is missing and may not ask for one",
                "say it without {answer…} and {figure…}",
            );
        }
        if may_be_empty && otherwise.is_none() {
            self.error(
                "missing-otherwise",
                key,
                "the text asks for an answer that may be missing",
                "add `otherwise`, the text without that answer",
            );
        }
    }
}
