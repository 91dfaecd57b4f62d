//! A parameter has a number with a source, and a formula can be reckoned: it parses, and every name in
//! it leads to something that fits.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use super::circle::Edges;
use crate::model::expression::{By, Cell, MISSING, Name};
use crate::model::formula::{MAX_CHAIN, exact};
use crate::model::question::Choice;
use crate::model::{Expression, Kind, Question};

impl<'p> Check<'p> {
    pub(super) fn parameters(&mut self) {
        for one in &self.pack.questionnaire.parameters {
            let key = format!("parameter {}", one.id);
            self.id("parameter", &one.id, None);
            self.alone("parameter", &one.id);
            let Some(value) = &one.value else { continue };
            if exact(value).is_none() {
                self.error(
                    "bad-parameter",
                    &format!("{key}.value"),
                    format!("the value of `{}` is no exact decimal", one.id),
                    "write digits in quotation marks, such as \"1650\" or \"0.15\"",
                );
            }
            if one.source.trim().is_empty() || one.year.is_none_or(|year| year < 1990) {
                self.error(
                    "number-without-source",
                    &key,
                    format!("`{}` has a value without source or year", one.id),
                    "say who gives this number and when, or take `value` out: then the dossier must give it",
                );
            }
        }
    }

    pub(super) fn formulas(&mut self) {
        let questionnaire = &self.pack.questionnaire;
        let mut parsed = Vec::new();
        for one in &questionnaire.formulas {
            self.id("formula", &one.id, None);
            self.alone("formula", &one.id);
            let key = format!("formula {}.expression", one.id);
            match Expression::parse(&one.expression) {
                Ok(expression) => parsed.push((one.id.as_str(), key, expression)),
                Err(problem) => self.bad_formula(&key, &problem.message, problem.at),
            }
        }
        let mut edges: Edges<'_> = BTreeMap::new();
        for (id, key, expression) in &parsed {
            let mut inside = Vec::new();
            expression.walk(&mut |part| inside.push(part));
            for part in inside {
                self.part(key, part);
                if let Expression::Name(name) = part
                    && questionnaire.formula(&name.id).is_some()
                {
                    edges.entry(id).or_default().push(&name.id);
                }
            }
        }
        if !self.formula_order(&edges) {
            return;
        }
        for (id, key, _) in &parsed {
            if stands_on_more(id, &edges, MAX_CHAIN) {
                let message = format!("more than {MAX_CHAIN} formulas stand on each other");
                self.bad_formula(key, &message, 1);
            }
        }
    }

    /// A breakdown adds up columns of money by a column of choices.
    pub(super) fn breakdowns(&mut self) {
        for one in &self.pack.questionnaire.breakdowns {
            let key = format!("breakdown {}", one.id);
            self.id("breakdown", &one.id, None);
            self.alone("breakdown", &one.id);
            let Some(question) = self.find_question(&format!("{key}.table"), &one.table) else {
                continue;
            };
            let wanted = std::iter::once((&one.by, Kind::SelectOne));
            let columns = one.columns.iter().map(|id| (id, Kind::Money));
            for (id, kind) in wanted.chain(columns) {
                match question.column(id) {
                    Some(column) if column.kind == kind => {}
                    Some(_) => self.error(
                        "bad-formula",
                        &key,
                        format!("`{id}` is not of the kind that a breakdown adds up"),
                        "`by` is a column of choices, and `columns` are columns of money",
                    ),
                    None => {
                        let known = question.columns.iter().map(|one| one.id.as_str());
                        self.unknown("unknown-column", &key, "column", id, known);
                    }
                }
            }
        }
    }

    /// A benchmark stands beside a formula and has a number with a source.
    pub(super) fn benchmarks(&mut self) {
        for one in &self.pack.questionnaire.benchmarks {
            let key = format!("benchmark {}", one.id);
            self.id("benchmark", &one.id, None);
            self.find_formula(&format!("{key}.beside"), &one.beside);
            let low = exact(&one.low);
            let high = one.high.as_deref().map(exact);
            let ordered = match (low, high) {
                (Some(low), Some(Some(high))) => low < high,
                (Some(_), None) => true,
                _ => false,
            };
            if !ordered {
                self.error(
                    "bad-parameter",
                    &key,
                    format!("`{}` has no range of exact decimals", one.id),
                    "write `low`, and `high` above it or none, as digits in quotation marks",
                );
            }
            if one.source.trim().is_empty() || one.year < 1990 {
                self.error(
                    "number-without-source",
                    &key,
                    format!("`{}` has a value without source or year", one.id),
                    "say who gives this number and for which year",
                );
            }
        }
    }

    fn bad_formula(&mut self, key: &str, message: &str, at: usize) {
        self.error(
            "bad-formula",
            key,
            format!("{message} (character {at} of the expression)"),
            "docs/formats.md, section `formulas.toml`, shows what an expression may hold",
        );
    }

    /// One name means one thing: `explain` and the expressions find a formula by its id alone.
    fn alone(&mut self, kind: &str, id: &str) {
        let others = [
            "parameter",
            "section",
            "question",
            "target",
            "rule",
            "recommendation",
        ];
        let places = &self.pack.places;
        let other = others
            .iter()
            .filter(|other| **other != kind)
            .find(|other| places.contains_key(&format!("{other} {id}")));
        if let Some(other) = other {
            self.error(
                "duplicate-id",
                &format!("{kind} {id}"),
                format!("a {kind} and a {other} share the id `{id}`"),
                &format!("give the {kind} another id"),
            );
        }
    }

    /// Checks one part by itself; what stands inside it is walked to later.
    fn part(&mut self, key: &str, part: &Expression) {
        match part {
            Expression::Name(name) => self.number_name(key, name),
            Expression::Cell(cell) => {
                if let Some((kind, _)) = self.column(key, cell)
                    && !is_number(kind)
                {
                    let message = format!("`{}` is no column of numbers", cell.column.id);
                    self.bad_formula(key, &message, cell.column.at);
                }
            }
            Expression::Empty(cell) => drop(self.column(key, cell)),
            Expression::Count(name) => {
                let question = self.find_question(key, &name.id);
                let countable =
                    |one: &Question| matches!(one.kind, Kind::Table | Kind::SelectMultiple);
                if question.is_some_and(|one| !countable(one)) {
                    let message = format!("`{}` has neither rows nor choices", name.id);
                    self.bad_formula(key, &message, name.at);
                }
            }
            Expression::Pick {
                by,
                arms,
                otherwise,
            } => {
                let (name, found) = match by {
                    By::Question(name) => {
                        let question = self.find_question(key, &name.id);
                        let found = question.map(|one| (one.kind, one.options.as_slice()));
                        (name, found)
                    }
                    By::Cell(cell) => (&cell.column, self.column(key, cell)),
                };
                let Some((kind, options)) = found else { return };
                if kind != Kind::SelectOne {
                    let message = format!("`{}` has no single choice to pick by", name.id);
                    self.bad_formula(key, &message, name.at);
                    return;
                }
                let cell = matches!(by, By::Cell(_));
                for (choice, _) in arms {
                    if choice.id == MISSING && cell {
                        continue;
                    }
                    if !options.iter().any(|option| option.id == choice.id) {
                        let known = options.iter().map(|option| option.id.as_str());
                        self.unknown("unknown-choice", key, "choice", &choice.id, known);
                    }
                }
                let named = |option: &&Choice| arms.iter().any(|(name, _)| name.id == option.id);
                let missing = options.iter().find(|option| !named(option));
                if let (Some(missing), None) = (missing, otherwise) {
                    let message = format!("`pick` says nothing of `{}`", missing.id);
                    self.bad_formula(key, &message, name.at);
                }
            }
            _ => {}
        }
    }

    /// A name by itself is a parameter, a formula, or a question with a number for an answer.
    fn number_name(&mut self, key: &str, name: &Name) {
        let questionnaire = &self.pack.questionnaire;
        let id = name.id.as_str();
        if questionnaire.parameter(id).is_some() || questionnaire.formula(id).is_some() {
            return;
        }
        match questionnaire.question(id) {
            Some(question) if is_number(question.kind) => {}
            Some(_) => {
                let message = format!("the answer to `{id}` is no number");
                self.bad_formula(key, &message, name.at);
            }
            None => {
                let numbers = questionnaire.questions().filter(|one| is_number(one.kind));
                let known = numbers
                    .map(|one| one.id.as_str())
                    .chain(questionnaire.parameters.iter().map(|one| one.id.as_str()))
                    .chain(questionnaire.formulas.iter().map(|one| one.id.as_str()));
                let what = "parameter, formula or question";
                self.unknown("unknown-name", key, what, id, known);
            }
        }
    }

    /// Returns the kind and the choices of a column, or tells that there is none.
    fn column(&mut self, key: &str, cell: &Cell) -> Option<(Kind, &'p [Choice])> {
        let question = self.find_question(key, &cell.question.id)?;
        let column = question.column(&cell.column.id);
        if column.is_none() {
            let known = question.columns.iter().map(|one| one.id.as_str());
            self.unknown("unknown-column", key, "column", &cell.column.id, known);
        }
        column.map(|column| (column.kind, column.options.as_slice()))
    }
}

/// Tells whether a row of formulas that begins with this one is longer than `most`.
fn stands_on_more(id: &str, edges: &Edges<'_>, most: usize) -> bool {
    let mut row: BTreeSet<&str> = BTreeSet::from([id]);
    for _ in 0..most {
        let below = row.iter().filter_map(|id| edges.get(id)).flatten();
        row = below.copied().collect();
    }
    !row.is_empty()
}

fn is_number(kind: Kind) -> bool {
    matches!(kind, Kind::Integer | Kind::Decimal | Kind::Money)
}
