//! Tells the figures of the formulas: value, arithmetic, parameters with their source, and what is
//! wanted where there is no value.

use rust_decimal::Decimal;

use super::Builder;
use crate::formula::{self, Figure, Lack, printed};
use crate::model::formula::CURRENCY;
use crate::model::{Benchmark, Breakdown, Formula};
use crate::pack::placeholder::Unit;
use crate::report::fill::Teller;
use crate::report::view::{BenchmarkView, BreakdownRow, BreakdownView, FigureView, ParameterView};

impl Teller<'_> {
    /// Returns the figures in the order of their formulas.
    pub(super) fn figures(&self) -> Vec<FigureView> {
        let figures = formula::figures(self.questionnaire, self.dossier, self.score);
        let formulas = self.questionnaire.formulas.iter();
        formulas
            .zip(&figures)
            .map(|(formula, figure)| self.figure(formula, figure))
            .collect()
    }

    /// Says the value of one formula; none where something is wanted for it.
    pub(in crate::report) fn figure_told(&self, id: &str, unit: Unit) -> Option<String> {
        let formula = self.questionnaire.formula(id)?;
        let figure = formula::figure(self.questionnaire, self.dossier, self.score, id);
        let value = *figure.value.as_ref().ok()?;
        match unit {
            Unit::With => Some(self.told(formula, value)),
            Unit::Without => Some(self.digits(&printed(value, formula.is_money()))),
        }
    }

    /// Says a value with its unit.
    fn told(&self, formula: &Formula, value: Decimal) -> String {
        let digits = printed(value, formula.is_money());
        let amount = self.currency().filter(|_| formula.is_money());
        let amount = amount.and_then(|currency| self.language.locale.money(&digits, currency));
        amount.unwrap_or_else(|| self.with_unit(&self.digits(&digits), &self.unit(&formula.unit)))
    }

    fn figure(&self, formula: &Formula, figure: &Figure) -> FigureView {
        let money = formula.is_money();
        let unit = self.unit(&formula.unit);
        let exact = figure.value.as_ref().ok();
        let value = exact.map(|value| self.digits(&printed(*value, money)));
        let wanted = figure.value.as_ref().err().into_iter().flatten();
        FigureView {
            id: formula.id.clone(),
            text: formula.text.clone(),
            told: exact.map(|value| self.told(formula, *value)),
            value,
            unit,
            expression: formula.expression.trim().to_string(),
            steps: figure
                .steps
                .iter()
                .map(|step| step.text(|digits| self.digits(digits)))
                .collect(),
            wanted: self.all_wanted(&wanted.collect::<Vec<_>>()),
            annex: formula.annex,
            parameters: figure
                .parameters
                .iter()
                .filter_map(|id| self.parameter(id))
                .collect(),
            questions: figure.questions.clone(),
            formulas: figure.formulas.clone(),
            benchmarks: self
                .questionnaire
                .benchmarks
                .iter()
                .filter(|one| one.beside == formula.id)
                .map(|one| self.benchmark(one))
                .collect(),
        }
    }

    fn benchmark(&self, one: &Benchmark) -> BenchmarkView {
        let low = self.digits(&one.low);
        let range = match &one.high {
            Some(high) => {
                let holes = [("low", low.as_str()), ("high", &self.digits(high))];
                self.language.say("number-range", &holes)
            }
            None => low,
        };
        BenchmarkView {
            id: one.id.clone(),
            text: one.text.clone(),
            told: self.with_unit(&range, &one.unit),
            note: one.note.clone(),
            source: one.source.clone(),
            year: one.year,
        }
    }

    fn parameter(&self, id: &str) -> Option<ParameterView> {
        let one = self.questionnaire.parameter(id)?;
        let value: Option<Decimal> = formula::parameter(self.questionnaire, self.dossier, id);
        let own = self.dossier.head.parameters.contains_key(id);
        Some(ParameterView {
            id: one.id.clone(),
            text: one.text.clone(),
            unit: self.unit(&one.unit),
            value: value.map(|value| self.digits(&value.to_string())),
            source: Some(one.source.clone()).filter(|source| !own && !source.is_empty()),
            year: one.year.filter(|_| !own),
            own,
        })
    }

    /// Says what stands in the way of a figure: the rows that lack the same cell are told together.
    fn all_wanted(&self, lacks: &[&Lack]) -> Vec<String> {
        let mut cells: Vec<(&str, &str, Vec<usize>)> = Vec::new();
        let mut others = Vec::new();
        for lack in lacks {
            let Lack::Cell {
                question,
                row,
                column,
            } = lack
            else {
                others.push(self.wanted(lack));
                continue;
            };
            let same = |one: &&mut (&str, &str, Vec<usize>)| one.0 == question && one.1 == column;
            match cells.iter_mut().find(same) {
                Some((_, _, rows)) => rows.push(*row),
                None => cells.push((question, column, vec![*row])),
            }
        }
        let cells = cells.iter();
        let mut wanted: Vec<String> = cells
            .map(|(question, column, rows)| self.cells_wanted(question, column, rows))
            .collect();
        wanted.extend(others);
        wanted
    }

    fn cells_wanted(&self, id: &str, column: &str, rows: &[usize]) -> String {
        let question = self.questionnaire.question(id);
        let label = question.and_then(|one| Some(one.column(column)?.label.as_str()));
        let title = question.map_or(id, |one| one.text.as_str());
        let holes = [
            ("row", self.row_numbers(rows)),
            ("column", label.unwrap_or(column).to_string()),
            ("question", title.to_string()),
        ];
        let holes = holes.each_ref().map(|(key, text)| (*key, text.as_str()));
        match rows {
            [_] => self.language.say("wanted-cell", &holes),
            _ => self.language.say("wanted-cells", &holes),
        }
    }

    /// Returns the numbers of rows as a list in words.
    pub(super) fn row_numbers(&self, rows: &[usize]) -> String {
        let number = |row: &usize| {
            let row = i64::try_from(*row).unwrap_or(i64::MAX);
            self.language.locale.integer(row)
        };
        let numbers: Vec<String> = rows.iter().map(number).collect();
        self.language.locale.list(&numbers)
    }

    /// Says what stands in the way of a figure.
    fn wanted(&self, lack: &Lack) -> String {
        let title = |id: &str| {
            let question = self.questionnaire.question(id);
            question.map_or_else(|| id.to_string(), |one| one.text.clone())
        };
        let figure = |id: &str| {
            let formula = self.questionnaire.formula(id);
            formula.map_or_else(|| id.to_string(), |one| one.text.clone())
        };
        let language = self.language;
        match lack {
            Lack::Parameter(id) => match self.questionnaire.parameter(id) {
                Some(one) => format!("{} ({})", one.text, self.unit(&one.unit)),
                None => id.clone(),
            },
            Lack::Question(id) => title(id),
            Lack::Cell {
                question,
                row,
                column,
            } => self.cells_wanted(question, column, &[*row]),
            Lack::Currency { question, currency } => {
                let holes = [
                    ("currency", currency.as_str()),
                    ("question", &title(question)),
                ];
                language.say("wanted-currency", &holes)
            }
            Lack::DivisionByZero(id) => language.say("wanted-divisor", &[("figure", &figure(id))]),
            Lack::Overflow(id) => language.say("wanted-smaller", &[("figure", &figure(id))]),
            Lack::Broken(id) => language.say("wanted-mended", &[("figure", &figure(id))]),
        }
    }

    fn currency(&self) -> Option<&str> {
        formula::currency(self.questionnaire, self.dossier)
    }

    /// Returns a unit with the dossier's currency in it.
    fn unit(&self, unit: &str) -> String {
        let currency = self.currency().unwrap_or_default();
        unit.replace(CURRENCY, currency).trim().to_string()
    }

    fn digits(&self, digits: &str) -> String {
        let written = self.language.locale.decimal(digits);
        written.unwrap_or_else(|| digits.to_string())
    }
}

impl Builder<'_> {
    /// Returns the amounts of the stage by who pays or by kind, and by year.
    pub(super) fn breakdowns(&self) -> Vec<BreakdownView> {
        let all = self.t.questionnaire.breakdowns.iter();
        all.filter_map(|one| self.breakdown(one)).collect()
    }

    fn breakdown(&self, one: &Breakdown) -> Option<BreakdownView> {
        let t = &self.t;
        let question = t.questionnaire.question(&one.table)?;
        let by = question.column(&one.by)?;
        let label = |id: &String| Some(question.column(id)?.label.clone());
        let mut view = BreakdownView {
            id: one.id.clone(),
            text: one.text.clone(),
            by: by.label.clone(),
            currency: t.currency().unwrap_or_default().to_string(),
            columns: one.columns.iter().filter_map(label).collect(),
            rows: Vec::new(),
            totals: Vec::new(),
            total: None,
            wanted: Vec::new(),
            cite: self.cite(std::slice::from_ref(&one.table)),
        };
        let digits = |amount: &Decimal| t.digits(&printed(*amount, true));
        match formula::break_down(one, t.questionnaire, t.dossier, t.score) {
            Ok(table) => {
                let rows = table.rows.iter().zip(&table.row_totals);
                view.rows = rows
                    .map(|((id, amounts), total)| BreakdownRow {
                        id: id.clone(),
                        label: by.label(id).unwrap_or(id).to_string(),
                        cells: amounts.iter().map(digits).collect(),
                        total: digits(total),
                    })
                    .collect();
                view.totals = table.column_totals.iter().map(digits).collect();
                view.total = Some(digits(&table.total));
            }
            Err(lacks) => view.wanted = lacks.iter().map(|lack| t.wanted(lack)).collect(),
        }
        Some(view)
    }
}
