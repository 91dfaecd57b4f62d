//! Amounts of a table by the choices of one column and by its columns of money, with every total.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Lack;
use crate::model::{Breakdown, Dossier, Questionnaire, Value};
use crate::scoring::{Score, Standing};

/// A breakdown, added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The choices that occur, in the order of the questionnaire, each with an amount for every column.
    pub rows: Vec<(String, Vec<Decimal>)>,
    /// The total of each row.
    pub row_totals: Vec<Decimal>,
    /// The total of each column.
    pub column_totals: Vec<Decimal>,
    /// The total of all.
    pub total: Decimal,
}

/// Adds up a breakdown; what is missing is told and nothing is counted as zero but what the column says.
///
/// # Errors
/// Returns what is wanted before there are amounts.
pub fn break_down(
    one: &Breakdown,
    questionnaire: &Questionnaire,
    dossier: &Dossier,
    score: &Score,
) -> Result<Table, Vec<Lack>> {
    let id = &one.table;
    let unsaid = || vec![Lack::Question(id.clone())];
    let open = score.standing(id) == Standing::Open;
    let question = questionnaire.question(id).filter(|_| open);
    let question = question.ok_or_else(unsaid)?;
    let Some(Value::Table(given)) = &dossier.answer(id).value else {
        return Err(unsaid());
    };
    let by = question.column(&one.by).ok_or_else(unsaid)?;
    let currency = super::currency(questionnaire, dossier);
    let mut lacks = Vec::new();
    let mut sums: BTreeMap<&str, Vec<Decimal>> = BTreeMap::new();
    for (row, number) in given.iter().zip(1..) {
        let empty = |column: &String| Lack::Cell {
            question: id.clone(),
            row: number,
            column: column.clone(),
        };
        let Some(Value::Choice(choice)) = row.get(&one.by) else {
            lacks.push(empty(&one.by));
            continue;
        };
        let sum = sums
            .entry(choice)
            .or_insert_with(|| vec![Decimal::ZERO; one.columns.len()]);
        for (column, sum) in one.columns.iter().zip(sum) {
            match row.get(column) {
                Some(Value::Money(amount, own)) if currency == Some(own) => {
                    match sum.checked_add(*amount) {
                        Some(more) => *sum = more,
                        None => lacks.push(Lack::Overflow(one.id.clone())),
                    }
                }
                Some(Value::Money(_, own)) => lacks.push(Lack::Currency {
                    question: id.clone(),
                    currency: own.clone(),
                }),
                _ if question.counts_as_zero(column, row) => {}
                _ => lacks.push(empty(column)),
            }
        }
    }
    if !lacks.is_empty() {
        lacks.sort();
        lacks.dedup();
        return Err(lacks);
    }
    let choices = by.options.iter().map(|option| &option.id);
    let rows: Vec<(String, Vec<Decimal>)> = choices
        .filter_map(|id| Some((id.clone(), sums.remove(id.as_str())?)))
        .collect();
    let overflow = || vec![Lack::Overflow(one.id.clone())];
    let row_totals: Option<Vec<Decimal>> = rows
        .iter()
        .map(|(_, amounts)| add(amounts.iter().copied()))
        .collect();
    let column_totals: Option<Vec<Decimal>> = (0..one.columns.len())
        .map(|at| {
            add(&mut rows
                .iter()
                .filter_map(|(_, amounts)| amounts.get(at).copied()))
        })
        .collect();
    let row_totals = row_totals.ok_or_else(overflow)?;
    Ok(Table {
        total: add(row_totals.iter().copied()).ok_or_else(overflow)?,
        column_totals: column_totals.ok_or_else(overflow)?,
        rows,
        row_totals,
    })
}

/// Adds up; none past the largest number.
fn add(amounts: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    let mut amounts = amounts;
    amounts.try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount))
}
