//! Levels that can be defended: which questions count, the level of each section with its range, how
//! much of it was answered and how much of that rests on evidence, and what is missing to a target.
//!
//! The third arrow of the road. Everything is exact; rounding is left to whoever prints.
//!
//! The level of a section is the weighted mean of its level questions that apply and are answered. A
//! question whose gate is closed counts as level 0 where it says `when-closed = "zero"`, so that a
//! closed gate does not flatter. The range counts every question without an answer once as 0 and
//! once as 4, and one whose gate is open to doubt as it would count with the gate closed where that
//! is lower. This is the project's own method, not ITU's, OCF's or FIRST's.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::model::condition::{Scalar, Subject, Test};
use crate::model::dossier::Scope;
use crate::model::question::{EvidenceWanted, Kind, MAX_LEVEL, Question, WhenClosed};
use crate::model::rule::Target;
use crate::model::{Answer, Dossier, Questionnaire, State, Value};

/// An exact quotient; it is not reduced, so that its parts can be shown.
#[derive(Debug, Clone, Copy)]
pub struct Ratio {
    /// The dividend.
    pub num: u64,
    /// The divisor, never 0.
    pub den: u64,
}

impl Ratio {
    /// Returns the quotient, or none where there is nothing to divide by.
    pub fn new(num: u64, den: u64) -> Option<Self> {
        (den > 0).then_some(Self { num, den })
    }

    /// Returns it in tenths, rounded half up: 2.35 gives 24.
    pub fn tenths(self) -> u64 {
        (self.num * 20 + self.den) / (self.den * 2)
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(std::cmp::Ordering::Equal)
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        let left = u128::from(self.num) * u128::from(other.den);
        let right = u128::from(other.num) * u128::from(self.den);
        Some(left.cmp(&right))
    }
}

/// Whether a question counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It applies.
    Open,
    /// Its gate is closed.
    Closed,
    /// It is not in the scope of this stage.
    OutOfScope,
}

/// How many questions stand in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// The questions that apply: all below together.
    pub applicable: u64,
    /// Those answered.
    pub answered: u64,
    /// Those that nobody could answer.
    pub unknown: u64,
    /// Those that somebody would not answer.
    pub declined: u64,
    /// Those that were not asked.
    pub not_asked: u64,
    /// Those above the ceiling of this view.
    pub withheld: u64,
    /// Those that make no sense here; they are not among the applicable.
    pub not_applicable: u64,
    /// Those whose gate is closed; they are not among the applicable.
    pub closed: u64,
    /// Those out of scope; they are not among the applicable.
    pub out_of_scope: u64,
    /// The levels that were given.
    pub levels: u64,
    /// The levels that rest on more than words.
    pub on_evidence: u64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.applicable += other.applicable;
        self.answered += other.answered;
        self.unknown += other.unknown;
        self.declined += other.declined;
        self.not_asked += other.not_asked;
        self.withheld += other.withheld;
        self.not_applicable += other.not_applicable;
        self.closed += other.closed;
        self.out_of_scope += other.out_of_scope;
        self.levels += other.levels;
        self.on_evidence += other.on_evidence;
    }

    /// Returns the share of the applicable questions that are answered.
    pub fn coverage(&self) -> Option<Ratio> {
        Ratio::new(self.answered, self.applicable)
    }

    /// Returns the share of the levels that rest on more than words.
    pub fn evidence_share(&self) -> Option<Ratio> {
        Ratio::new(self.on_evidence, self.levels)
    }
}

/// One term of a section's mean, so that the arithmetic can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The question.
    pub question: String,
    /// Its weight.
    pub weight: u64,
    /// The level that counts; none where there is no answer.
    pub level: Option<u8>,
    /// Whether it counts as 0 because its gate is closed.
    pub closed: bool,
    /// How it would count if its gate turned out to be closed; none where the gate is known to be
    /// open.
    pub undecided: Option<WhenClosed>,
}

/// The score of one section.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionScore {
    /// The section.
    pub section: String,
    /// Its level; none where no level question that counts is answered.
    pub level: Option<Ratio>,
    /// The lowest it can be, counting what is missing as 0; none where nothing is scored.
    pub low: Option<Ratio>,
    /// The highest it can be, counting what is missing as 4.
    pub high: Option<Ratio>,
    /// The terms of the mean.
    pub terms: Vec<Term>,
    /// How its questions stand.
    pub tally: Tally,
}

/// What is missing to a target at one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The question.
    pub question: String,
    /// Its level; none where it has no answer.
    pub level: Option<u8>,
    /// The level that the target requires.
    pub required: u8,
    /// The questions that must be raised first, since they keep this one's gate closed, the outermost
    /// first.
    pub gates: Vec<String>,
}

impl Gap {
    /// Returns the steps that are missing, counting a missing answer as 0.
    pub fn steps(&self) -> u8 {
        self.required.saturating_sub(self.level.unwrap_or(0))
    }
}

/// How the levels stand to a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetScore {
    /// The target.
    pub target: String,
    /// How many of its levels count here.
    pub required: u64,
    /// How many of them are reached.
    pub reached: u64,
    /// What is missing: the cheapest path. Fewest steps first, a gate before what it keeps closed.
    pub gaps: Vec<Gap>,
}

impl TargetScore {
    /// Returns the steps of the whole path.
    pub fn steps(&self) -> u64 {
        self.gaps.iter().map(|gap| u64::from(gap.steps())).sum()
    }
}

/// The score of a stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The sections, in their order.
    pub sections: Vec<SectionScore>,
    /// How all questions stand.
    pub tally: Tally,
    /// The targets that the dossier names.
    pub targets: Vec<TargetScore>,
    /// Whether each question counts.
    pub standing: BTreeMap<String, Standing>,
    /// The questions whose level is 3 or more without the evidence that they require.
    pub unproven: Vec<String>,
}

impl Score {
    /// Tells whether a question counts.
    pub fn standing(&self, question: &str) -> Standing {
        self.standing
            .get(question)
            .copied()
            .unwrap_or(Standing::Open)
    }

    /// Returns the score of a section.
    pub fn section(&self, id: &str) -> Option<&SectionScore> {
        self.sections.iter().find(|one| one.section == id)
    }
}

/// Scores one stage of a dossier.
pub fn score(questionnaire: &Questionnaire, dossier: &Dossier) -> Score {
    let scope = dossier.record().map_or(Scope::Full, |record| record.scope);
    let standing: BTreeMap<String, Standing> = questionnaire
        .questions()
        .map(|question| {
            (
                question.id.clone(),
                stand(question, questionnaire, dossier, scope),
            )
        })
        .collect();
    let mut sections = Vec::new();
    let mut tally = Tally::default();
    let mut unproven = Vec::new();
    for section in &questionnaire.sections {
        let scored = score_section(section, questionnaire, dossier, &standing);
        tally.add(scored.tally);
        let weak = section.questions.iter().filter(|question| {
            standing.get(&question.id) == Some(&Standing::Open)
                && is_unproven(question, dossier.answer(&question.id))
        });
        unproven.extend(weak.map(|question| question.id.clone()));
        sections.push(scored);
    }
    let named = |target: &&Target| dossier.head.targets.contains(&target.id);
    let targets = questionnaire
        .targets
        .iter()
        .filter(named)
        .map(|target| score_target(target, questionnaire, dossier, &standing))
        .collect();
    Score {
        sections,
        tally,
        targets,
        standing,
        unproven,
    }
}

/// Tells whether a condition holds for these answers: yes, no, or none where an answer is missing. An
/// answer to a question that does not apply or is out of scope is inert. `figure` gives the value of a
/// formula, where it has one.
pub fn holds(
    condition: &crate::model::Condition,
    questionnaire: &Questionnaire,
    dossier: &Dossier,
    figure: &dyn Fn(&str) -> Option<Decimal>,
) -> Option<bool> {
    let scope = dossier.record().map_or(Scope::Full, |record| record.scope);
    condition.holds(&|subject, test| {
        let id = match subject {
            Subject::Question(id) => id,
            Subject::Formula(id) => return compare(figure(id)?, test),
        };
        let question = questionnaire.question(id)?;
        let standing = stand(question, questionnaire, dossier, scope);
        let answer = dossier.answer(id);
        judge(Some(answer).filter(|_| standing == Standing::Open), test)
    })
}

/// Tells whether a gate is open. A gate asks for answers only, never for figures.
fn opens(
    gate: &crate::model::Condition,
    questionnaire: &Questionnaire,
    dossier: &Dossier,
) -> Option<bool> {
    holds(gate, questionnaire, dossier, &|_| None)
}

fn compare(number: Decimal, test: &Test) -> Option<bool> {
    match test {
        Test::AtLeast(bound) => Some(number >= *bound),
        Test::Below(bound) => Some(number < *bound),
        _ => None,
    }
}

/// Tells whether a question's gate is shut: its condition fails, or it looks at a question whose own
/// gate is shut and nothing else opens it.
fn shut(question: &Question, questionnaire: &Questionnaire, dossier: &Dossier) -> bool {
    let Some(gate) = &question.apply_if else {
        return false;
    };
    match opens(gate, questionnaire, dossier) {
        Some(open) => !open,
        None => gate.questions().into_iter().any(|id| {
            let behind = questionnaire.question(id);
            behind.is_some_and(|behind| shut(behind, questionnaire, dossier))
        }),
    }
}

fn judge(answer: Option<&Answer>, test: &Test) -> Option<bool> {
    let answer = answer?;
    if let Test::Answered(wanted) = test {
        return match answer.state {
            State::Withheld => None,
            state => Some((state == State::Answered) == *wanted),
        };
    }
    let value = answer.value.as_ref()?;
    let number = match value {
        Value::Level(level) => Some(Decimal::from(*level)),
        Value::Integer(number) => Some(Decimal::from(*number)),
        Value::Decimal(number) => Some(*number),
        _ => None,
    };
    let is_one_of = |wanted: &[&String]| match value {
        Value::Choice(choice) => Some(wanted.contains(&choice)),
        Value::Choices(choices) => Some(choices.iter().any(|choice| wanted.contains(&choice))),
        _ => None,
    };
    match test {
        Test::AtLeast(_) | Test::Below(_) => compare(number?, test),
        Test::Is(Scalar::YesNo(wanted)) => match value {
            Value::YesNo(yes) => Some(yes == wanted),
            _ => None,
        },
        Test::Is(Scalar::Choice(wanted)) => is_one_of(&[wanted]),
        Test::IsAny(list) => is_one_of(&list.iter().collect::<Vec<_>>()),
        Test::Answered(_) => None,
    }
}

/// Tells whether an open question's gate may turn out to be closed: it hangs on an answer that is
/// missing, or on a question whose own gate does.
fn doubtful(question: &Question, questionnaire: &Questionnaire, dossier: &Dossier) -> bool {
    let Some(gate) = &question.apply_if else {
        return false;
    };
    opens(gate, questionnaire, dossier).is_none()
        || gate.questions().into_iter().any(|id| {
            let behind = questionnaire.question(id);
            behind.is_some_and(|behind| doubtful(behind, questionnaire, dossier))
        })
}

fn stand(
    question: &Question,
    questionnaire: &Questionnaire,
    dossier: &Dossier,
    scope: Scope,
) -> Standing {
    if scope == Scope::Core && !question.core {
        return Standing::OutOfScope;
    }
    if shut(question, questionnaire, dossier) {
        Standing::Closed
    } else {
        Standing::Open
    }
}

/// Tells whether a level of 3 or more lacks the evidence that its question requires.
fn is_unproven(question: &Question, answer: &Answer) -> bool {
    question.evidence == EvidenceWanted::Required
        && answer.level().is_some_and(|level| level >= 3)
        && answer.evidence.is_empty()
}

fn score_section(
    section: &crate::model::Section,
    questionnaire: &Questionnaire,
    dossier: &Dossier,
    standing: &BTreeMap<String, Standing>,
) -> SectionScore {
    let mut tally = Tally::default();
    let mut terms = Vec::new();
    for question in &section.questions {
        let answer = dossier.answer(&question.id);
        let standing = standing
            .get(&question.id)
            .copied()
            .unwrap_or(Standing::Open);
        tally.add(count(answer, standing));
        let closed = standing == Standing::Closed && question.closed() == WhenClosed::Zero;
        let open = standing == Standing::Open && answer.state != State::NotApplicable;
        if question.kind == Kind::Level && (closed || open) {
            let doubt = open && doubtful(question, questionnaire, dossier);
            terms.push(Term {
                question: question.id.clone(),
                weight: u64::from(question.weight),
                level: if closed { Some(0) } else { answer.level() },
                closed,
                undecided: doubt.then(|| question.closed()),
            });
        }
    }
    let known = || terms.iter().filter(|term| term.level.is_some());
    let sum = known().map(|term| u64::from(term.level.unwrap_or(0)) * term.weight);
    let weights = known().map(|term| term.weight);
    SectionScore {
        section: section.id.clone(),
        level: Ratio::new(sum.sum(), weights.sum()),
        low: bound(&terms, 0),
        high: bound(&terms, u64::from(MAX_LEVEL)),
        terms,
        tally,
    }
}

/// Returns the lowest mean that completing the answers can give, for `missing` 0, or the highest, for
/// `missing` 4. A question whose gate is open to doubt may turn out to count as 0, or not at all.
fn bound(terms: &[Term], missing: u64) -> Option<Ratio> {
    let lowest = missing == 0;
    let level = |term: &Term| match term.undecided {
        Some(WhenClosed::Zero) if lowest => 0,
        _ => term.level.map_or(missing, u64::from),
    };
    let (optional, fixed): (Vec<&Term>, Vec<&Term>) = terms
        .iter()
        .partition(|term| term.undecided == Some(WhenClosed::Out));
    let mut sum: u64 = fixed.iter().map(|term| level(term) * term.weight).sum();
    let mut weights: u64 = fixed.iter().map(|term| term.weight).sum();
    // Those that may leave stay as long as they push the mean further.
    let mut optional: Vec<(u64, u64)> = optional
        .iter()
        .map(|term| (level(term), term.weight))
        .collect();
    optional.sort_unstable();
    if !lowest {
        optional.reverse();
    }
    for (level, weight) in optional {
        let pushes = if lowest {
            level * weights < sum
        } else {
            level * weights > sum
        };
        if weights == 0 || pushes {
            sum += level * weight;
            weights += weight;
        }
    }
    Ratio::new(sum, weights)
}

fn count(answer: &Answer, standing: Standing) -> Tally {
    let mut tally = Tally::default();
    match standing {
        Standing::OutOfScope => tally.out_of_scope = 1,
        Standing::Closed => tally.closed = 1,
        Standing::Open if answer.state == State::NotApplicable => tally.not_applicable = 1,
        Standing::Open => {
            tally.applicable = 1;
            match answer.state {
                State::Answered => {
                    tally.answered = 1;
                    tally.levels = u64::from(answer.level().is_some());
                    tally.on_evidence =
                        u64::from(answer.level().is_some() && answer.rests_on_evidence());
                }
                State::Unknown => tally.unknown = 1,
                State::Declined => tally.declined = 1,
                State::Withheld => tally.withheld = 1,
                State::NotAsked | State::NotApplicable => tally.not_asked = 1,
            }
        }
    }
    tally
}

fn score_target(
    target: &Target,
    questionnaire: &Questionnaire,
    dossier: &Dossier,
    standing: &BTreeMap<String, Standing>,
) -> TargetScore {
    let mut required = 0;
    let mut gaps = Vec::new();
    for question in questionnaire.questions() {
        let Some(wanted) = target.levels.get(&question.id) else {
            continue;
        };
        let answer = dossier.answer(&question.id);
        let standing = standing
            .get(&question.id)
            .copied()
            .unwrap_or(Standing::Open);
        let out = standing == Standing::Closed && question.closed() == WhenClosed::Out;
        if out || standing == Standing::OutOfScope || answer.state == State::NotApplicable {
            continue;
        }
        required += 1;
        let closed = standing == Standing::Closed;
        let level = if closed { Some(0) } else { answer.level() };
        if level.is_none_or(|level| level < *wanted) {
            let gates = question.apply_if.as_ref().filter(|_| closed);
            gaps.push(Gap {
                question: question.id.clone(),
                level,
                required: *wanted,
                gates: gates.map_or_else(Vec::new, |gate| {
                    let mut behind = Vec::new();
                    gates_of(gate, questionnaire, &mut behind);
                    behind
                }),
            });
        }
    }
    gaps.sort_by_key(|gap| (gap.gates.len(), gap.steps()));
    TargetScore {
        target: target.id.clone(),
        required,
        reached: required - u64::try_from(gaps.len()).unwrap_or(required),
        gaps,
    }
}

/// Collects the questions that a gate looks at, and those that their gates look at, outermost first.
fn gates_of(gate: &crate::model::Condition, questionnaire: &Questionnaire, ids: &mut Vec<String>) {
    for id in gate.questions() {
        let question = questionnaire.question(id);
        if let Some(gate) = question.and_then(|question| question.apply_if.as_ref()) {
            gates_of(gate, questionnaire, ids);
        }
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(weight: u64, level: Option<u8>, undecided: Option<WhenClosed>) -> Term {
        Term {
            question: String::new(),
            weight,
            level,
            closed: false,
            undecided,
        }
    }

    fn parts(ratio: Option<Ratio>) -> (u64, u64) {
        ratio.map_or((0, 0), |ratio| (ratio.num, ratio.den))
    }

    #[test]
    fn a_quotient_is_rounded_once_and_half_up() {
        let tenths = |num, den| Ratio::new(num, den).map(Ratio::tenths);
        assert_eq!(tenths(47, 20), Some(24), "2.35 is 2.4");
        assert_eq!(tenths(7, 3), Some(23));
        assert_eq!(tenths(1, 0), None);
        assert_eq!(Ratio::new(1, 2), Ratio::new(2, 4));
    }

    #[test]
    fn what_is_missing_counts_as_nothing_and_as_everything() {
        let terms = [term(3, Some(2), None), term(1, None, None)];
        assert_eq!(parts(bound(&terms, 0)), (6, 4));
        assert_eq!(parts(bound(&terms, 4)), (10, 4));
        assert_eq!(bound(&[], 0), None);
    }

    #[test]
    fn a_gate_in_doubt_counts_closed_where_that_is_lower() {
        let zero = [
            term(1, Some(2), None),
            term(1, Some(4), Some(WhenClosed::Zero)),
        ];
        assert_eq!(parts(bound(&zero, 0)), (2, 2));
        assert_eq!(parts(bound(&zero, 4)), (6, 2));
        // One that would leave the denominator leaves it where it stands in the way.
        let out = [
            term(1, Some(2), None),
            term(1, Some(4), Some(WhenClosed::Out)),
        ];
        assert_eq!(parts(bound(&out, 0)), (2, 1));
        assert_eq!(parts(bound(&out, 4)), (6, 2));
    }

    #[test]
    fn an_answer_that_is_missing_or_withheld_decides_nothing() {
        let below = Test::Below(Decimal::TWO);
        let level = |level| Answer {
            state: State::Answered,
            value: Some(Value::Level(level)),
            ..Answer::default()
        };
        assert_eq!(judge(Some(&level(1)), &below), Some(true));
        assert_eq!(judge(Some(&level(2)), &below), Some(false));
        assert_eq!(judge(Some(&Answer::default()), &below), None);
        assert_eq!(judge(None, &below), None);
        let withheld = Answer {
            state: State::Withheld,
            ..Answer::default()
        };
        assert_eq!(judge(Some(&withheld), &Test::Answered(true)), None);
        assert_eq!(
            judge(Some(&Answer::default()), &Test::Answered(false)),
            Some(true)
        );
    }
}
