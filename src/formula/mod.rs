//! Formulas to figures: staffing and money out of answers and parameters, with every step.
//!
//! Stands beside `plan` on the road. A figure has a value, or the list of what it wants; its steps
//! hold exact numbers, so that `report` can write them in a language. Nothing is rounded here but
//! where a formula says `ceil`.

mod breakdown;
mod reckon;
mod step;

use rust_decimal::Decimal;

use crate::model::formula::exact;
use crate::model::{Dossier, Questionnaire, Value};
use crate::scoring::Score;

pub use breakdown::{Table, break_down};
pub use step::{Piece, Step, printed};

/// What stands in the way of a figure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// A parameter without a default, which the dossier does not give.
    Parameter(String),
    /// A question without a number for an answer.
    Question(String),
    /// An empty cell of a table.
    Cell {
        /// The question.
        question: String,
        /// The row, from 1.
        row: usize,
        /// The column.
        column: String,
    },
    /// An amount in another currency than the dossier's.
    Currency {
        /// The question.
        question: String,
        /// The currency of the amount.
        currency: String,
    },
    /// A formula divides by zero.
    DivisionByZero(String),
    /// A formula passes the largest number.
    Overflow(String),
    /// A formula waits for itself or cannot be read: `pack check` refuses such.
    Broken(String),
}

/// One formula, reckoned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The formula.
    pub formula: String,
    /// The exact value, or what is wanted.
    pub value: Result<Decimal, Vec<Lack>>,
    /// The arithmetic, step by step; none where something is wanted.
    pub steps: Vec<Step>,
    /// The parameters that were used, in their order of use.
    pub parameters: Vec<String>,
    /// The questions that were used.
    pub questions: Vec<String>,
    /// The formulas that were used.
    pub formulas: Vec<String>,
}

/// Reckons all formulas of a questionnaire, in their order.
pub fn figures(questionnaire: &Questionnaire, dossier: &Dossier, score: &Score) -> Vec<Figure> {
    let mut reckoner = reckon::Reckoner::new(questionnaire, dossier, score);
    let formulas = questionnaire.formulas.iter();
    formulas
        .map(|formula| reckoner.figure(&formula.id))
        .collect()
}

/// Reckons one formula, and those it stands on.
pub fn figure(questionnaire: &Questionnaire, dossier: &Dossier, score: &Score, id: &str) -> Figure {
    reckon::Reckoner::new(questionnaire, dossier, score).figure(id)
}

/// Returns the value of a parameter: the dossier's, else the default.
pub fn parameter(questionnaire: &Questionnaire, dossier: &Dossier, id: &str) -> Option<Decimal> {
    let own = dossier.head.parameters.get(id).map(String::as_str);
    let default = || questionnaire.parameter(id)?.value.as_deref();
    exact(own.or_else(default)?)
}

/// Returns the currency that amounts are added up in: the dossier's, else that of the first answer
/// that holds an amount.
pub fn currency<'d>(questionnaire: &Questionnaire, dossier: &'d Dossier) -> Option<&'d str> {
    fn of(value: &Value) -> Option<&str> {
        match value {
            Value::Money(_, currency) => Some(currency),
            Value::Table(rows) => rows.iter().flat_map(|row| row.values()).find_map(of),
            _ => None,
        }
    }
    let answers = questionnaire
        .questions()
        .filter_map(|question| dossier.answers.get(&question.id)?.value.as_ref());
    let own = dossier.head.currency.as_deref();
    own.or_else(|| answers.into_iter().find_map(of))
}
