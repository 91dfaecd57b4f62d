//! Walks expressions, and writes down what it does.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::{Figure, Lack, Piece, Step};
use crate::model::expression::{By, Cell, MISSING, Name, Op};
use crate::model::formula::MAX_CHAIN;
use crate::model::{Dossier, Expression, Questionnaire, State, Value};
use crate::scoring::{Score, Standing};

/// How strongly a written part holds together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Sum,
    Product,
    Atom,
}

/// A value, and how it is written.
#[derive(Debug, Clone)]
struct Part {
    value: Decimal,
    pieces: Vec<Piece>,
    rank: Rank,
}

impl Part {
    fn bare(value: Decimal) -> Self {
        let negative = value.is_sign_negative() && !value.is_zero();
        Self {
            value,
            pieces: vec![Piece::Number(value)],
            rank: if negative { Rank::Sum } else { Rank::Atom },
        }
    }

    /// Tells whether it is written as one number.
    fn is_bare(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Number(_)])
    }

    /// Writes it, in parentheses where it would fall apart.
    fn write(self, parentheses: bool, out: &mut Vec<Piece>) {
        if parentheses {
            out.push(Piece::Sign("("));
        }
        out.extend(self.pieces);
        if parentheses {
            out.push(Piece::Sign(")"));
        }
    }
}

type Reckoned = Result<Part, Vec<Lack>>;

/// The row that a `sum` stands at.
#[derive(Clone, Copy)]
struct Row<'a> {
    /// From 1.
    number: usize,
    cells: &'a BTreeMap<String, Value>,
}

pub(super) struct Reckoner<'a> {
    questionnaire: &'a Questionnaire,
    dossier: &'a Dossier,
    score: &'a Score,
    currency: Option<&'a str>,
    done: BTreeMap<String, Figure>,
    /// The figures under way, the innermost last.
    open: Vec<Figure>,
}

impl<'a> Reckoner<'a> {
    pub(super) fn new(
        questionnaire: &'a Questionnaire,
        dossier: &'a Dossier,
        score: &'a Score,
    ) -> Self {
        Self {
            questionnaire,
            dossier,
            score,
            currency: super::currency(questionnaire, dossier),
            done: BTreeMap::new(),
            open: Vec::new(),
        }
    }

    /// Reckons one formula, once.
    pub(super) fn figure(&mut self, id: &str) -> Figure {
        if let Some(done) = self.done.get(id) {
            return done.clone();
        }
        let mut figure = Figure {
            formula: id.to_string(),
            value: Err(vec![Lack::Broken(id.to_string())]),
            steps: Vec::new(),
            parameters: Vec::new(),
            questions: Vec::new(),
            formulas: Vec::new(),
        };
        let under_way = self.open.iter().any(|one| one.formula == id);
        let formula = self.questionnaire.formula(id);
        let (Some(formula), false) = (formula, under_way || self.open.len() >= MAX_CHAIN) else {
            return figure;
        };
        if let Ok(expression) = Expression::parse(&formula.expression) {
            self.open.push(figure.clone());
            let reckoned = self.reckon(&expression, None);
            figure = self.open.pop().unwrap_or(figure);
            match reckoned {
                Ok(part) => {
                    figure.value = Ok(part.value);
                    finish(&mut figure.steps, part, formula.is_money());
                }
                Err(mut lacks) => {
                    lacks.sort();
                    lacks.dedup();
                    figure.value = Err(lacks);
                    figure.steps.clear();
                }
            }
        }
        self.done.insert(id.to_string(), figure.clone());
        figure
    }

    fn note(&mut self, list: fn(&mut Figure) -> &mut Vec<String>, id: &str) {
        if let Some(figure) = self.open.last_mut() {
            let list = list(figure);
            if !list.iter().any(|one| one == id) {
                list.push(id.to_string());
            }
        }
    }

    fn step(&mut self, pieces: Vec<Piece>) {
        if let Some(figure) = self.open.last_mut() {
            figure.steps.push(Step(pieces));
        }
    }

    /// Returns the name of the formula under way.
    fn here(&self) -> String {
        let last = self.open.last();
        last.map_or_else(String::new, |figure| figure.formula.clone())
    }

    fn reckon(&mut self, expression: &Expression, row: Option<Row<'_>>) -> Reckoned {
        match expression {
            Expression::Number(number) => Ok(Part::bare(*number)),
            Expression::Name(name) => self.name(name),
            Expression::Cell(cell) => self.cell(cell, row),
            Expression::Negative(part) => {
                let part = self.reckon(part, row)?;
                let value = -part.value;
                let mut pieces = vec![Piece::Sign("−")];
                let apart = part.rank < Rank::Product;
                part.write(apart, &mut pieces);
                Ok(Part {
                    value,
                    pieces,
                    rank: Rank::Sum,
                })
            }
            Expression::Chain(first, rest) => self.chain(first, rest, row),
            Expression::Sum(table, inside) => self.sum(table, inside),
            Expression::Count(name) => self.count(name),
            Expression::Empty(cell) => self.empty(cell, row),
            Expression::Ceil(part) => {
                let part = self.reckon(part, row)?;
                let (exact, value) = (part.value, part.value.ceil());
                if exact != value || !part.is_bare() {
                    let bare = part.is_bare();
                    let mut pieces = part.pieces;
                    if !bare {
                        pieces.extend([Piece::Sign(" = "), Piece::Number(exact)]);
                    }
                    if exact != value {
                        pieces.extend([Piece::Sign(" → "), Piece::Number(value)]);
                    }
                    self.step(pieces);
                }
                Ok(Part::bare(value))
            }
            Expression::Min(parts) => self.extreme("min(", parts, row, Decimal::min),
            Expression::Max(parts) => self.extreme("max(", parts, row, Decimal::max),
            Expression::First(parts) => self.first(parts, row),
            Expression::Pick {
                by,
                arms,
                otherwise,
            } => {
                let arm = |id: &str| {
                    let arm = arms.iter().find(|(name, _)| name.id == id);
                    arm.map(|(_, arm)| arm)
                };
                let arm = match (self.choice(by, row), by) {
                    (Ok(choice), _) => arm(&choice).or(otherwise.as_deref()),
                    (Err(lacks), By::Cell(_)) => Some(arm(MISSING).ok_or(lacks)?),
                    (Err(lacks), By::Question(_)) => return Err(lacks),
                };
                match arm {
                    Some(arm) => self.reckon(arm, row),
                    None => Err(vec![Lack::Broken(self.here())]),
                }
            }
        }
    }

    fn name(&mut self, name: &Name) -> Reckoned {
        let id = name.id.as_str();
        if self.questionnaire.parameter(id).is_some() {
            self.note(|figure| &mut figure.parameters, id);
            let value = super::parameter(self.questionnaire, self.dossier, id);
            return value
                .map(Part::bare)
                .ok_or_else(|| vec![Lack::Parameter(id.to_string())]);
        }
        if self.questionnaire.formula(id).is_some() {
            self.note(|figure| &mut figure.formulas, id);
            return self.figure(id).value.map(Part::bare);
        }
        let number = self.number(self.answer(id), id);
        self.note(|figure| &mut figure.questions, id);
        match number? {
            Some(number) => Ok(Part::bare(number)),
            None => Err(vec![Lack::Question(id.to_string())]),
        }
    }

    /// Returns what a question was answered with, where it applies.
    fn answer(&self, id: &str) -> Option<&'a Value> {
        let dossier = self.dossier;
        let open = self.score.standing(id) == Standing::Open;
        dossier.answer(id).value.as_ref().filter(|_| open)
    }

    /// Returns the number in a value; none where it holds none.
    fn number(&self, value: Option<&Value>, question: &str) -> Result<Option<Decimal>, Vec<Lack>> {
        Ok(match value {
            Some(Value::Integer(number)) => Some(Decimal::from(*number)),
            Some(Value::Decimal(number)) => Some(*number),
            Some(Value::Money(amount, currency)) => {
                if self.currency != Some(currency) {
                    return Err(vec![Lack::Currency {
                        question: question.to_string(),
                        currency: currency.clone(),
                    }]);
                }
                Some(*amount)
            }
            _ => None,
        })
    }

    fn cell(&mut self, cell: &Cell, row: Option<Row<'_>>) -> Reckoned {
        let value = row.and_then(|row| row.cells.get(&cell.column.id));
        let asked = self.questionnaire.question(&cell.question.id);
        match self.number(value, &cell.question.id)? {
            Some(number) => Ok(Part::bare(number)),
            None => match (asked, row) {
                (Some(asked), Some(row)) if asked.counts_as_zero(&cell.column.id, row.cells) => {
                    Ok(Part::bare(Decimal::ZERO))
                }
                _ => Err(vec![empty(cell, row)]),
            },
        }
    }

    fn choice(&mut self, by: &By, row: Option<Row<'_>>) -> Result<String, Vec<Lack>> {
        match by {
            By::Question(name) => {
                self.note(|figure| &mut figure.questions, &name.id);
                match self.answer(&name.id) {
                    Some(Value::Choice(choice)) => Ok(choice.clone()),
                    _ => Err(vec![Lack::Question(name.id.clone())]),
                }
            }
            By::Cell(cell) => match row.and_then(|row| row.cells.get(&cell.column.id)) {
                Some(Value::Choice(choice)) => Ok(choice.clone()),
                _ => Err(vec![empty(cell, row)]),
            },
        }
    }

    fn chain(
        &mut self,
        first: &Expression,
        rest: &[(Op, Expression)],
        row: Option<Row<'_>>,
    ) -> Reckoned {
        let product = rest.first().is_some_and(|(op, _)| op.is_product());
        let rank = if product { Rank::Product } else { Rank::Sum };
        let mut lacks = Vec::new();
        let mut whole: Option<Decimal> = None;
        let mut pieces = Vec::new();
        match self.reckon(first, row) {
            Ok(part) => {
                whole = Some(part.value);
                let apart = part.rank < rank;
                part.write(apart, &mut pieces);
            }
            Err(more) => lacks.extend(more),
        }
        for (op, part) in rest {
            let part = match self.reckon(part, row) {
                Ok(part) => part,
                Err(more) => {
                    lacks.extend(more);
                    continue;
                }
            };
            pieces.push(Piece::Sign(match op {
                Op::Plus => " + ",
                Op::Minus => " − ",
                Op::Times => " × ",
                Op::Over => " / ",
            }));
            if let Some(value) = whole {
                let joined = self.join(value, *op, part.value);
                whole = joined.as_ref().ok().copied();
                lacks.extend(joined.err());
            }
            let apart = part.rank <= rank;
            part.write(apart, &mut pieces);
        }
        match whole {
            Some(value) if lacks.is_empty() => Ok(Part {
                value,
                pieces,
                rank,
            }),
            _ => Err(lacks),
        }
    }

    fn join(&self, one: Decimal, op: Op, other: Decimal) -> Result<Decimal, Lack> {
        if op == Op::Over && other.is_zero() {
            return Err(Lack::DivisionByZero(self.here()));
        }
        let joined = match op {
            Op::Plus => one.checked_add(other),
            Op::Minus => one.checked_sub(other),
            Op::Times => one.checked_mul(other),
            Op::Over => one.checked_div(other),
        };
        joined.ok_or_else(|| Lack::Overflow(self.here()))
    }

    /// Walks the rows of a table; what one row wants does not hide what the next one wants.
    fn sum(&mut self, table: &Name, inside: &Expression) -> Reckoned {
        self.note(|figure| &mut figure.questions, &table.id);
        let Some(Value::Table(rows)) = self.answer(&table.id) else {
            return Err(vec![Lack::Question(table.id.clone())]);
        };
        let mut lacks = Vec::new();
        let mut total = Decimal::ZERO;
        let mut pieces = Vec::new();
        let mut trivial = rows.len() < 2;
        for (cells, number) in rows.iter().zip(1..) {
            match self.reckon(inside, Some(Row { number, cells })) {
                Ok(part) => {
                    match self.join(total, Op::Plus, part.value) {
                        Ok(sum) => total = sum,
                        Err(lack) => lacks.push(lack),
                    }
                    if !pieces.is_empty() {
                        pieces.push(Piece::Sign(" + "));
                    }
                    trivial &= part.is_bare();
                    let apart = part.rank == Rank::Sum;
                    part.write(apart, &mut pieces);
                }
                Err(more) => lacks.extend(more),
            }
        }
        if !lacks.is_empty() {
            return Err(lacks);
        }
        if !trivial {
            pieces.extend([Piece::Sign(" = "), Piece::Number(total)]);
            self.step(pieces);
        }
        Ok(Part::bare(total))
    }

    fn count(&mut self, name: &Name) -> Reckoned {
        self.note(|figure| &mut figure.questions, &name.id);
        let count = match self.answer(&name.id) {
            Some(Value::Table(rows)) => rows.len(),
            Some(Value::Choices(choices)) => choices.len(),
            _ => return Err(vec![Lack::Question(name.id.clone())]),
        };
        Ok(Part::bare(Decimal::from(
            count.to_u64().unwrap_or(u64::MAX),
        )))
    }

    /// Counts the rows with nothing in a column; of the row that a `sum` stands at, 1 or 0.
    fn empty(&mut self, cell: &Cell, row: Option<Row<'_>>) -> Reckoned {
        if let Some(row) = row {
            let empty = !row.cells.contains_key(&cell.column.id);
            return Ok(Part::bare(Decimal::from(u8::from(empty))));
        }
        self.note(|figure| &mut figure.questions, &cell.question.id);
        let Some(Value::Table(rows)) = self.answer(&cell.question.id) else {
            return Err(vec![Lack::Question(cell.question.id.clone())]);
        };
        let empty = rows.iter().filter(|row| !row.contains_key(&cell.column.id));
        Ok(Part::bare(Decimal::from(
            empty.count().to_u64().unwrap_or(u64::MAX),
        )))
    }

    fn extreme(
        &mut self,
        sign: &'static str,
        parts: &[Expression],
        row: Option<Row<'_>>,
        better: fn(Decimal, Decimal) -> Decimal,
    ) -> Reckoned {
        let mut lacks = Vec::new();
        let mut best: Option<Decimal> = None;
        let mut pieces = vec![Piece::Sign(sign)];
        for part in parts {
            match self.reckon(part, row) {
                Ok(part) => {
                    if best.is_some() {
                        pieces.push(Piece::Sign("; "));
                    }
                    best = Some(best.map_or(part.value, |best| better(best, part.value)));
                    part.write(false, &mut pieces);
                }
                Err(more) => lacks.extend(more),
            }
        }
        pieces.push(Piece::Sign(")"));
        match best {
            Some(value) if lacks.is_empty() => Ok(Part {
                value,
                pieces,
                rank: Rank::Atom,
            }),
            _ => Err(lacks),
        }
    }

    /// The first part that has a value. Only what nobody said makes way for the next: an answer that is
    /// withheld does not, or two circles of readers would see two figures.
    fn first(&mut self, parts: &[Expression], row: Option<Row<'_>>) -> Reckoned {
        let mut lacks = Vec::new();
        for part in parts {
            let before = self.open.last().map_or(0, |figure| figure.steps.len());
            match self.reckon(part, row) {
                Ok(part) => return Ok(part),
                Err(more) => {
                    let unsaid = more.iter().all(|lack| self.is_unsaid(lack));
                    lacks.extend(more);
                    if !unsaid {
                        return Err(lacks);
                    }
                    if let Some(figure) = self.open.last_mut() {
                        figure.steps.truncate(before);
                    }
                }
            }
        }
        Err(lacks)
    }

    fn is_unsaid(&self, lack: &Lack) -> bool {
        match lack {
            Lack::Question(id) => self.dossier.answer(id).state != State::Withheld,
            Lack::Parameter(_) | Lack::Cell { .. } => true,
            _ => false,
        }
    }
}

fn empty(cell: &Cell, row: Option<Row<'_>>) -> Lack {
    Lack::Cell {
        question: cell.question.id.clone(),
        row: row.map_or(0, |row| row.number),
        column: cell.column.id.clone(),
    }
}

/// Writes the last step: the whole with its value, where the steps before do not end with it.
fn finish(steps: &mut Vec<Step>, part: Part, money: bool) {
    let result = match money {
        true => Piece::Money(part.value),
        false => Piece::Number(part.value),
    };
    if !part.is_bare() {
        let mut pieces = part.pieces;
        pieces.extend([Piece::Sign(" = "), result]);
        steps.push(Step(pieces));
        return;
    }
    let ends_so = |step: &Step| step.0.last() == Some(&Piece::Number(part.value));
    match steps.last_mut().filter(|step| ends_so(step)) {
        Some(step) => {
            step.0.pop();
            step.0.push(result);
        }
        None => steps.push(Step(vec![result])),
    }
}
