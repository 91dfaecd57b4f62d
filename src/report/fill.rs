//! Fills the holes of a text and says values in words.

use super::compose::titled;
use super::language::{Language, capital};
use crate::model::question::{Column, Question};
use crate::model::questionnaire::CountryName;
use crate::model::{Dossier, Questionnaire, State, Value};
use crate::pack::placeholder::{self, Form, Hole, Piece, Wanted};
use crate::plan::Judged;
use crate::scoring::{Score, Standing};

/// What is needed to say anything about this dossier in this language.
pub(super) struct Teller<'a> {
    pub(super) questionnaire: &'a Questionnaire,
    pub(super) dossier: &'a Dossier,
    pub(super) score: &'a Score,
    /// The stages before this one.
    pub(super) earlier: &'a [Judged<'a>],
    pub(super) language: &'a Language,
    pub(super) country: CountryName,
}

impl<'a> Teller<'a> {
    /// Tells of a stage; `dossier` is what of it belongs to the report.
    pub(super) fn new(
        stage: &'a Judged<'a>,
        dossier: &'a Dossier,
        earlier: &'a [Judged<'a>],
        language: &'a Language,
    ) -> Self {
        let country = country_name(stage.questionnaire, dossier, language.tag());
        Self {
            questionnaire: stage.questionnaire,
            dossier,
            score: &stage.score,
            earlier,
            language,
            country,
        }
    }

    /// Returns a stage: this one or one before it.
    fn judged(&self, stage: &str) -> Option<&'a Judged<'a>> {
        self.earlier.iter().find(|one| one.dossier.stage == stage)
    }

    /// Says which recommendation an answer refers to: its number in its report and its title; its id
    /// where the stage is not at hand.
    fn reference(&self, reference: &str) -> String {
        let found = reference.split_once(':').and_then(|(stage, id)| {
            let judged = self.judged(stage)?;
            let drafting = &judged.dossier.drafting;
            let title = titled(drafting, id, self.language.tag()).or_else(|| {
                let one = judged.questionnaire.recommendation(id)?;
                let teller = Teller::new(judged, &judged.dossier, &[], self.language);
                Some(teller.fill_or(&one.title, None))
            })?;
            Some(match judged.plan.action(id) {
                Some(action) => format!("R-{} {title}", action.number),
                None => title,
            })
        });
        found.unwrap_or_else(|| reference.to_string())
    }

    /// Fills a text, or `otherwise` where a hole's answer is missing; the first letter becomes a
    /// capital.
    pub(super) fn fill_or(&self, text: &str, otherwise: Option<&str>) -> String {
        let filled = self
            .fill(text, None)
            .or_else(|| self.fill(otherwise?, None));
        filled.unwrap_or_else(|| text.to_string())
    }

    /// Fills a text; none where a hole's answer is missing. `own` stands for `{answer}`.
    pub(super) fn fill(&self, text: &str, own: Option<&str>) -> Option<String> {
        let mut filled = String::new();
        for piece in placeholder::parse(text).ok()? {
            match piece {
                Piece::Words(words) => filled.push_str(&words),
                Piece::Hole(hole) => {
                    let words = self.hole(&hole, own)?;
                    let begins = filled.trim_end().ends_with(['.', '!', '?']);
                    filled.push_str(&if begins { capital(&words) } else { words });
                }
            }
        }
        Some(capital(&filled))
    }

    fn hole(&self, hole: &Hole, own: Option<&str>) -> Option<String> {
        Some(match hole {
            Hole::Country(form) => match form {
                Form::The | Form::To => self.country.the.clone(),
                Form::Of => self.country.of.clone(),
                Form::In => self.country.within.clone(),
                Form::Name => self.country.name.clone(),
            },
            Hole::Role(id, form) => self.form(&self.role(id).0, *form),
            // The sentence has its own full stop.
            Hole::Own => own?.trim_end_matches('.').to_string(),
            Hole::Answer(id, wanted) => self.answer_hole(id, wanted)?,
            Hole::Figure(id, unit) => self.figure_told(id, *unit)?,
        })
    }

    fn form(&self, phrase: &str, form: Form) -> String {
        match form {
            Form::The | Form::In => phrase.to_string(),
            Form::Of => self.language.of(phrase),
            Form::To => self.language.to(phrase),
            Form::Name => self.language.bare(phrase).to_string(),
        }
    }

    /// Returns who holds a role, with the article, and whether the dossier says so.
    pub(super) fn role(&self, id: &str) -> (String, bool) {
        match self.dossier.head.roles.get(id) {
            Some(institution) => (institution.get(self.language.tag()).0.to_string(), true),
            None => {
                let title = self.questionnaire.words.role(id).unwrap_or(id);
                (title.to_string(), false)
            }
        }
    }

    fn answer_hole(&self, id: &str, wanted: &Wanted) -> Option<String> {
        let question = self.questionnaire.question(id)?;
        let answer = self.dossier.answer(id);
        if self.score.standing(id) != Standing::Open || answer.state != State::Answered {
            return None;
        }
        let value = answer.value.as_ref()?;
        match wanted {
            Wanted::Value(form) => {
                let words = self.value(question, value)?;
                Some(self.form(words.trim_end_matches('.'), *form))
            }
            Wanted::Count => {
                let count = match value {
                    Value::Table(rows) => rows.len(),
                    Value::Choices(ids) => ids.len(),
                    _ => return None,
                };
                Some(self.language.count(u64::try_from(count).ok()?).text)
            }
            Wanted::Column(column) => {
                let column = question.column(column)?;
                let Value::Table(rows) = value else {
                    return None;
                };
                let mut cells: Vec<String> = Vec::new();
                for cell in rows
                    .iter()
                    .filter_map(|row| self.cell(column, row.get(&column.id)?))
                {
                    if !cells.contains(&cell) {
                        cells.push(cell);
                    }
                }
                (!cells.is_empty()).then(|| self.language.locale.list(&cells))
            }
        }
    }

    /// Says a value in words; none for a table, which is no phrase.
    pub(super) fn value(&self, question: &Question, value: &Value) -> Option<String> {
        Some(match value {
            Value::Level(level) => question.levels.get(usize::from(*level))?.clone(),
            Value::Choice(id) => question.label(id)?.to_string(),
            Value::Choices(ids) if ids.is_empty() => self.language.word("none-chosen"),
            Value::Choices(ids) => {
                let labels: Vec<&str> = ids.iter().filter_map(|id| question.label(id)).collect();
                self.language.locale.list(&labels)
            }
            Value::Integer(_) | Value::Decimal(_) => {
                self.with_unit(&self.plain(value)?, &question.unit)
            }
            other => self.plain(other)?,
        })
    }

    /// Says the value of a cell inside a sentence.
    pub(super) fn cell(&self, column: &Column, value: &Value) -> Option<String> {
        match value {
            Value::Choice(id) => Some(column.label(id)?.to_string()),
            Value::Integer(number) if !column.grouping => Some(number.to_string()),
            other => self.plain(other),
        }
    }

    /// Says the value of a cell in a table: a choice stands alone there and gets a capital.
    pub(super) fn table_cell(&self, column: &Column, value: &Value) -> Option<String> {
        let text = self.cell(column, value)?;
        match value {
            Value::Choice(_) | Value::YesNo(_) => Some(capital(&text)),
            _ => Some(text),
        }
    }

    fn plain(&self, value: &Value) -> Option<String> {
        let locale = &self.language.locale;
        Some(match value {
            Value::YesNo(yes) => self.language.word(if *yes { "yes" } else { "no" }),
            Value::Text(text) => text.get(self.language.tag()).0.trim().to_string(),
            Value::Integer(number) => locale.integer(*number),
            Value::Decimal(number) => locale.decimal(&number.to_string())?,
            Value::Money(amount, currency) => locale.money(&amount.to_string(), currency)?,
            Value::Date(date) => self.language.date(*date),
            Value::Reference(reference) => self.reference(reference),
            Value::Level(_) | Value::Choice(_) | Value::Choices(_) | Value::Table(_) => {
                return None;
            }
        })
    }

    pub(super) fn with_unit(&self, number: &str, unit: &str) -> String {
        match unit {
            "" => number.to_string(),
            "%" => self.language.say("per-cent", &[("number", number)]),
            unit => format!("{number}\u{a0}{unit}"),
        }
    }
}

/// Returns the country's name: the dossier's own where it gives one, else that of the shared words.
pub(super) fn country_name(
    questionnaire: &Questionnaire,
    dossier: &Dossier,
    lang: &str,
) -> CountryName {
    let own = &dossier.head.country_name;
    let own = own
        .get(lang)
        .or_else(|| own.get("en"))
        .or_else(|| own.values().next());
    let known = || questionnaire.words.countries.get(&dossier.head.country);
    own.or_else(known).cloned().unwrap_or_else(|| CountryName {
        name: dossier.head.country.clone(),
        the: dossier.head.country.clone(),
        of: dossier.head.country.clone(),
        within: dossier.head.country.clone(),
    })
}
