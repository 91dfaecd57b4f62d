//! Candidates compared on weighted criteria: layer 4, beside `plan`.
//!
//! Three tables of one stage give the candidates with pros, cons and cost, the criteria with the weights
//! that the country agreed on, and a score for each. Points are the weighted mean of the scores; they
//! and the ranks exist only where the dossier asks for them and no score is missing, since a rank with a
//! gap in it would be invented.

use rust_decimal::Decimal;

use crate::model::dossier::LocalText;
use crate::model::questionnaire::AppraisalTables;
use crate::model::{Dossier, Questionnaire, State, Value};
use crate::scoring::{Ratio, Score, Standing};

/// The comparison of the candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct Appraisal {
    /// The criteria, in their order.
    pub criteria: Vec<Criterion>,
    /// The candidates: the best first where they are ranked, else in their order.
    pub candidates: Vec<Candidate>,
    /// Over how many years costs are added up.
    pub years: u32,
    /// Whether the dossier asks for a ranking.
    pub asked: bool,
    /// What is contradictory or missing.
    pub problems: Vec<Problem>,
}

/// What candidates are compared on.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// Its name.
    pub name: LocalText,
    /// Its weight, from 1.
    pub weight: Option<u64>,
}

/// One candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The institution.
    pub institution: LocalText,
    /// What speaks for it.
    pub strengths: Option<LocalText>,
    /// What speaks against it.
    pub weaknesses: Option<LocalText>,
    /// The cost of setting the team up there.
    pub set_up: Option<(Decimal, String)>,
    /// The cost of one year of running.
    pub yearly: Option<(Decimal, String)>,
    /// The cost over the years: setting up, and each year of running.
    pub total: Option<(Decimal, String)>,
    /// The score on each criterion, in the order of the criteria.
    pub marks: Vec<Option<Mark>>,
    /// The weighted mean of the scores, where it may be told.
    pub points: Option<Ratio>,
    /// The rank, from 1; equal points share one.
    pub rank: Option<usize>,
}

/// The score of one candidate on one criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The score.
    pub score: u64,
    /// Why.
    pub reason: Option<LocalText>,
}

/// Something in the tables that contradicts or is missing; it never holds a text of theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The question whose table it is.
    pub question: String,
    /// The row, from 1.
    pub row: usize,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It scores an institution that is no candidate.
    NoCandidate,
    /// It scores on a criterion that is not listed.
    NoCriterion,
    /// Its score is outside the scale.
    OffScale,
    /// It scores what another row scores already.
    Twice,
    /// Its weight is not 1 or more.
    NoWeight,
    /// Its candidate has no score on one of the criteria.
    Unscored,
}

type Row = std::collections::BTreeMap<String, Value>;

/// Compares the candidates of a stage; none where its questionnaire has no appraisal or nobody named a
/// candidate.
pub fn appraise(
    questionnaire: &Questionnaire,
    dossier: &Dossier,
    score: &Score,
) -> Option<Appraisal> {
    let tables = questionnaire.appraisal.as_ref()?;
    let rows = |id: &str| -> &[Row] {
        let answer = dossier.answer(id);
        let open = score.standing(id) == Standing::Open && answer.state == State::Answered;
        match &answer.value {
            Some(Value::Table(rows)) if open => rows,
            _ => &[],
        }
    };
    let wish = dossier.head.appraisal.unwrap_or_default();
    let mut appraisal = Appraisal {
        criteria: Vec::new(),
        candidates: Vec::new(),
        years: wish.years,
        asked: wish.rank,
        problems: Vec::new(),
    };
    for (row, number) in rows(&tables.criteria).iter().zip(1..) {
        let weight = match row.get("weight") {
            Some(Value::Integer(weight)) => u64::try_from(*weight).ok().filter(|one| *one > 0),
            _ => None,
        };
        if weight.is_none() {
            appraisal.problem(&tables.criteria, number, Fault::NoWeight);
        }
        if let Some(name) = text(row, "criterion") {
            appraisal.criteria.push(Criterion { name, weight });
        }
    }
    for row in rows(&tables.candidates) {
        let Some(institution) = text(row, "institution") else {
            continue;
        };
        let (set_up, yearly) = (money(row, "set-up"), money(row, "yearly"));
        appraisal.candidates.push(Candidate {
            institution,
            strengths: text(row, "strengths"),
            weaknesses: text(row, "weaknesses"),
            total: total(set_up.as_ref(), yearly.as_ref(), wish.years),
            set_up,
            yearly,
            marks: vec![None; appraisal.criteria.len()],
            points: None,
            rank: None,
        });
    }
    if appraisal.candidates.is_empty() {
        return None;
    }
    for (row, number) in rows(&tables.scores).iter().zip(1..) {
        if let Err(fault) = appraisal.mark(row, tables) {
            appraisal.problem(&tables.scores, number, fault);
        }
    }
    for number in 1..=appraisal.candidates.len() {
        let candidate = &appraisal.candidates[number - 1];
        if candidate.marks.iter().any(Option::is_none) {
            appraisal.problem(&tables.candidates, number, Fault::Unscored);
        }
    }
    appraisal.rank();
    Some(appraisal)
}

impl Appraisal {
    /// Tells whether the candidates have ranks.
    pub fn is_ranked(&self) -> bool {
        self.candidates.iter().any(|one| one.rank.is_some())
    }

    fn problem(&mut self, question: &str, row: usize, fault: Fault) {
        self.problems.push(Problem {
            question: question.to_string(),
            row,
            fault,
        });
    }

    /// Enters one score.
    fn mark(&mut self, row: &Row, tables: &AppraisalTables) -> Result<(), Fault> {
        let candidate = text(row, "institution")
            .and_then(|name| {
                let mut all = self.candidates.iter_mut();
                all.find(|one| same(&one.institution, &name))
            })
            .ok_or(Fault::NoCandidate)?;
        let place = text(row, "criterion")
            .and_then(|name| self.criteria.iter().position(|one| same(&one.name, &name)))
            .ok_or(Fault::NoCriterion)?;
        let score = match row.get("score") {
            Some(Value::Integer(score)) => u64::try_from(*score).map_err(|_| Fault::OffScale)?,
            // A row without a score says why there is none.
            _ => return Ok(()),
        };
        if score > u64::from(tables.most) {
            return Err(Fault::OffScale);
        }
        let reason = text(row, "reason");
        match candidate.marks.get_mut(place) {
            Some(mark @ None) => *mark = Some(Mark { score, reason }),
            _ => return Err(Fault::Twice),
        }
        Ok(())
    }

    /// Adds up and ranks, where the dossier asks for it and nothing is missing.
    fn rank(&mut self) {
        let weights: Option<Vec<u64>> = self.criteria.iter().map(|one| one.weight).collect();
        let Some(weights) = weights.filter(|weights| !weights.is_empty() && self.asked) else {
            return;
        };
        let whole = weights.iter().sum();
        let points = |one: &Candidate| {
            let marks = one.marks.iter().zip(&weights);
            let sum: Option<u64> = marks
                .map(|(mark, weight)| Some(mark.as_ref()?.score * weight))
                .sum();
            Ratio::new(sum?, whole)
        };
        let all: Option<Vec<Ratio>> = self.candidates.iter().map(points).collect();
        let Some(all) = all else { return };
        for (candidate, points) in self.candidates.iter_mut().zip(&all) {
            candidate.points = Some(*points);
            candidate.rank = Some(1 + all.iter().filter(|other| *other > points).count());
        }
        self.candidates.sort_by_key(|one| one.rank);
    }
}

/// Adds up the cost of setting up and of so many years of running, in one currency.
fn total(
    set_up: Option<&(Decimal, String)>,
    yearly: Option<&(Decimal, String)>,
    years: u32,
) -> Option<(Decimal, String)> {
    let ((set_up, one), (yearly, other)) = (set_up?, yearly?);
    let running = yearly.checked_mul(Decimal::from(years))?;
    let total = set_up.checked_add(running).filter(|_| one == other)?;
    Some((total, one.clone()))
}

fn text(row: &Row, column: &str) -> Option<LocalText> {
    match row.get(column) {
        Some(Value::Text(text)) if !text.is_blank() => Some(text.clone()),
        _ => None,
    }
}

fn money(row: &Row, column: &str) -> Option<(Decimal, String)> {
    match row.get(column) {
        Some(Value::Money(amount, currency)) => Some((*amount, currency.clone())),
        _ => None,
    }
}

/// Tells whether two texts name the same thing: they agree in one language.
fn same(one: &LocalText, other: &LocalText) -> bool {
    one.all()
        .any(|text| other.all().any(|second| text.trim() == second.trim()))
}
