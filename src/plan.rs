//! Rules to findings, findings to recommendations, recommendations to a roadmap in months.
//!
//! The fourth arrow of the road. The assessor's pen is applied here, between rules and roadmap. It hands on ids and numbers, no sentences: `report` tells them in a
//! language. Many findings may call for one recommendation; a recommendation that nothing calls for
//! is not in the plan, and whoever waited for it waits for what it waited for.

mod pen;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use crate::formula::{self, Figure};
use crate::model::drafting::Drafting;
use crate::model::rule::Priority;
use crate::model::{Dossier, Questionnaire, Severity};
use crate::scoring::{Score, Standing, holds};

use pen::Step;
pub use pen::{Loosened, Pen, Why};

/// A rule that spoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its number, from 1, in the order of the questionnaire.
    pub number: usize,
    /// The rule, or the id of one of the assessor's own.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// The section of its first question.
    pub section: String,
    /// The questions it rests on.
    pub questions: Vec<String>,
    /// The recommendation it calls for.
    pub recommendation: Option<String>,
    /// What the findings that it took in called for.
    pub also: Vec<String>,
    /// Whether it is the assessor's own.
    pub own: bool,
}

/// A recommendation that findings call for, placed on the roadmap: an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Its number.
    pub number: Number,
    /// The recommendation.
    pub recommendation: String,
    /// The numbers of the findings that call for it.
    pub findings: Vec<usize>,
    /// The phase.
    pub phase: u32,
    /// The first month, from 1.
    pub start: u32,
    /// The last month.
    pub end: u32,
    /// The actions that must be done before, as recommendation ids.
    pub after: Vec<String>,
    /// How urgent it is.
    pub priority: Priority,
    /// Whether it is the assessor's own.
    pub own: bool,
}

/// The number of an action as reports print it behind `R-`: `4`, or `4.2` for one that stands under another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    /// From 1, in the order of the roadmap.
    pub head: usize,
    /// From 1 among those under the same head, in the order of the roadmap; 0 for the head.
    pub sub: usize,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sub {
            0 => write!(f, "{}", self.head),
            sub => write!(f, "{}.{sub}", self.head),
        }
    }
}

impl FromStr for Number {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        let (head, sub) = text.split_once('.').unwrap_or((text, "0"));
        Ok(Self {
            head: head.parse()?,
            sub: sub.parse()?,
        })
    }
}

/// What follows from a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The findings, in the order of the questionnaire.
    pub findings: Vec<Finding>,
    /// The actions, in the order of the roadmap.
    pub actions: Vec<Action>,
    /// The months that the phases leave idle before the first action; they are not counted.
    pub idle: u32,
    /// What the assessor left out or merged.
    pub pen: Pen,
}

impl Plan {
    /// Returns the action that a recommendation became.
    pub fn action(&self, recommendation: &str) -> Option<&Action> {
        let is = |action: &&Action| action.recommendation == recommendation;
        self.actions.iter().find(is)
    }
}

/// One stage of a dossier with what follows from its answers.
#[derive(Debug, Clone)]
pub struct Judged<'a> {
    /// What was asked.
    pub questionnaire: &'a Questionnaire,
    /// What was answered, as far as it may be shown.
    pub dossier: Dossier,
    /// Levels, ranges, coverage.
    pub score: Score,
    /// Findings and actions.
    pub plan: Plan,
}

impl<'a> Judged<'a> {
    /// Scores a stage and draws its plan.
    pub fn new(questionnaire: &'a Questionnaire, dossier: Dossier) -> Self {
        let score = crate::scoring::score(questionnaire, &dossier);
        let plan = plan(questionnaire, &dossier, &score);
        Self {
            questionnaire,
            dossier,
            score,
            plan,
        }
    }
}

/// Draws the plan of one stage.
pub fn plan(questionnaire: &Questionnaire, dossier: &Dossier, score: &Score) -> Plan {
    let mut pen = Pen::default();
    let mut findings = findings(questionnaire, dossier, score, &mut pen);
    let drafting = &dossier.drafting;
    let (actions, idle) = actions(questionnaire, drafting, &mut findings, &mut pen);
    Plan {
        findings,
        actions,
        idle,
        pen,
    }
}

fn findings(
    questionnaire: &Questionnaire,
    dossier: &Dossier,
    score: &Score,
    pen: &mut Pen,
) -> Vec<Finding> {
    let order: BTreeMap<&str, usize> = questionnaire
        .questions()
        .map(|one| one.id.as_str())
        .zip(0..)
        .collect();
    let rules = &questionnaire.rules;
    let figures = match rules.iter().any(|rule| !rule.when.formulas().is_empty()) {
        true => formula::figures(questionnaire, dossier, score),
        false => Vec::new(),
    };
    let find = |id: &str| figures.iter().find(|figure| figure.formula == id);
    let value = |id: &str| find(id)?.value.as_ref().ok().copied();
    let mut spoken = Vec::new();
    for rule in rules {
        let mut questions = rule.when.questions();
        for id in rule.when.formulas() {
            rests_on(id, &find, &mut questions);
        }
        let inert = |id: &&str| score.standing(id) != Standing::Open;
        let speaks = || holds(&rule.when, questionnaire, dossier, &value) == Some(true);
        if questions.iter().all(inert) || !speaks() {
            continue;
        }
        let place = questions
            .iter()
            .filter_map(|id| order.get(id))
            .min()
            .copied();
        let first = questions
            .iter()
            .min_by_key(|id| order.get(*id).copied().unwrap_or(usize::MAX));
        let section = first.and_then(|id| questionnaire.section_of(id));
        let finding = Finding {
            number: 0,
            rule: rule.id.clone(),
            severity: rule.severity,
            section: section.map_or_else(String::new, |section| section.id.clone()),
            questions: questions.iter().map(ToString::to_string).collect(),
            recommendation: rule.recommend.clone(),
            also: Vec::new(),
            own: false,
        };
        spoken.push((place.unwrap_or(usize::MAX), finding));
    }
    let mut spoken = pen::findings(spoken, &order, questionnaire, &dossier.drafting, pen);
    spoken.sort_by_key(|(place, _)| *place);
    let numbered = spoken.into_iter().zip(1..);
    numbered
        .map(|((_, finding), number)| Finding { number, ..finding })
        .collect()
}

/// Adds the questions that a figure is reckoned from, directly or through other figures.
fn rests_on<'f>(id: &str, find: &dyn Fn(&str) -> Option<&'f Figure>, questions: &mut Vec<&'f str>) {
    let mut open: Vec<&Figure> = find(id).into_iter().collect();
    let mut seen: Vec<&str> = Vec::new();
    while let Some(figure) = open.pop() {
        if seen.contains(&figure.formula.as_str()) {
            continue;
        }
        seen.push(&figure.formula);
        for question in &figure.questions {
            if !questions.contains(&question.as_str()) {
                questions.push(question);
            }
        }
        open.extend(figure.formulas.iter().filter_map(|id| find(id)));
    }
}

/// Returns the actions in their order, and the idle months that were taken off. The findings are told
/// into what the recommendation that they call for was merged.
fn actions(
    questionnaire: &Questionnaire,
    drafting: &Drafting,
    findings: &mut [Finding],
    pen: &mut Pen,
) -> (Vec<Action>, u32) {
    let steps = pen::steps(questionnaire, drafting);
    let mut called: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for finding in findings.iter() {
        for id in finding.recommendation.iter().chain(&finding.also) {
            if steps.contains_key(id.as_str()) {
                let calls = called.entry(id.clone()).or_default();
                if !calls.contains(&finding.number) {
                    calls.push(finding.number);
                }
            }
        }
    }
    for id in drafting.own_recommendations.keys() {
        called.entry(id.clone()).or_default();
    }
    let merged = pen::recommendations(&mut called, &steps, drafting, pen);
    for finding in findings {
        let into = finding
            .recommendation
            .as_ref()
            .and_then(|id| merged.get(id));
        if let Some(into) = into {
            finding.recommendation = Some(into.clone());
        }
    }
    let mut roadmap = Roadmap {
        questionnaire,
        steps: &steps,
        called: &called,
        merged: &merged,
        placed: BTreeMap::new(),
        pen,
    };
    let mut order: Vec<(&str, &Step)> = called
        .keys()
        .filter_map(|id| steps.get_key_value(id.as_str()))
        .map(|(id, step)| (*id, step))
        .collect();
    order.sort_by_key(|(_, step)| step.order);
    for (id, _) in &order {
        roadmap.place(id);
    }
    let mut placed = roadmap.placed;
    let mut actions: Vec<Action> = Vec::new();
    for (id, step) in order {
        let Some(Placed { end, after }) = placed.remove(id) else {
            continue;
        };
        actions.push(Action {
            number: Number::default(),
            recommendation: id.to_string(),
            findings: called.get(id).cloned().unwrap_or_default(),
            phase: step.phase,
            start: end + 1 - step.months.max(1),
            end,
            after,
            priority: step.priority,
            own: step.own,
        });
    }
    // Month 1 is the month of the first action, in whatever phase it stands.
    let starts = actions.iter().map(|action| action.start);
    let idle = starts.min().unwrap_or(1) - 1;
    for action in &mut actions {
        action.start -= idle;
        action.end -= idle;
    }
    actions.sort_by_key(|action| (action.start, action.phase, action.priority, action.end));
    let under = |id: &str| {
        let under = questionnaire.recommendation(id)?.under.as_deref()?;
        Some(merged.get(under).map_or(under, String::as_str))
    };
    (numbered(actions, &under), idle)
}

/// Numbers actions that stand in the order of the roadmap, and puts each behind the one it stands under. Where
/// that one is not in the plan, the first of those under it takes its place.
fn numbered<'q>(actions: Vec<Action>, under: &dyn Fn(&str) -> Option<&'q str>) -> Vec<Action> {
    let family = |id: &str| {
        let mut family = id.to_string();
        let mut seen = BTreeSet::new();
        // A merge may put one that others stand under below a third one.
        while let Some(above) = under(&family).filter(|above| seen.insert(*above)) {
            family = above.to_string();
        }
        family
    };
    let families: Vec<String> = actions
        .iter()
        .map(|one| family(&one.recommendation))
        .collect();
    let planned: BTreeSet<&str> = actions
        .iter()
        .map(|one| one.recommendation.as_str())
        .collect();
    let mut heads: BTreeMap<&str, &str> = BTreeMap::new();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for (action, family) in actions.iter().zip(&families) {
        let id = action.recommendation.as_str();
        let first = planned.get(family.as_str()).copied().unwrap_or(id);
        if *heads.entry(family).or_insert(first) == id {
            numbers.insert(family, numbers.len() + 1);
        }
    }
    let mut subs: BTreeMap<&str, usize> = BTreeMap::new();
    let mut numbered: Vec<Action> = Vec::new();
    for (action, family) in actions.iter().zip(&families) {
        let mut number = Number {
            head: numbers.get(family.as_str()).copied().unwrap_or_default(),
            sub: 0,
        };
        if heads.get(family.as_str()) != Some(&action.recommendation.as_str()) {
            let sub = subs.entry(family).or_default();
            *sub += 1;
            number.sub = *sub;
        }
        numbered.push(Action {
            number,
            ..action.clone()
        });
    }
    numbered.sort_by_key(|action| action.number);
    numbered
}

/// Places recommendations in months: none before its phase begins, none before what it waits for.
struct Roadmap<'a> {
    questionnaire: &'a Questionnaire,
    steps: &'a BTreeMap<&'a str, Step>,
    called: &'a BTreeMap<String, Vec<usize>>,
    /// Into what the merged ones went.
    merged: &'a BTreeMap<String, String>,
    placed: BTreeMap<String, Placed>,
    pen: &'a mut Pen,
}

/// Where a recommendation stands.
#[derive(Debug, Clone)]
struct Placed {
    /// The last month.
    end: u32,
    /// What it waits for.
    after: Vec<String>,
}

impl Roadmap<'_> {
    /// Places a recommendation, and before it what it waits for. `pack check` refuses circles; one that
    /// a merge makes is opened where it would close.
    fn place(&mut self, id: &str) {
        if self.placed.contains_key(id) {
            return;
        }
        let mut open: Vec<(String, Vec<String>, usize)> = Vec::new();
        let mut waiting: BTreeSet<String> = BTreeSet::new();
        let mut next = Some(id.to_string());
        loop {
            if let Some(id) = next.take() {
                let before = self.before(&id);
                waiting.insert(id.clone());
                open.push((id, before, 0));
            }
            let Some((id, before, at)) = open.last_mut() else {
                return;
            };
            if let Some(one) = before.get(*at) {
                if waiting.contains(one) {
                    let loosened = Loosened {
                        recommendation: id.clone(),
                        before: one.clone(),
                        why: Why::Circle,
                    };
                    self.pen.loosened.push(loosened);
                    before.remove(*at);
                    continue;
                }
                *at += 1;
                if !self.placed.contains_key(one) {
                    next = Some(one.clone());
                }
                continue;
            }
            let Some((id, after, _)) = open.pop() else {
                return;
            };
            waiting.remove(&id);
            let step = self.steps.get(id.as_str());
            let phase = step.and_then(|step| {
                let mut phases = self.questionnaire.phases.iter();
                phases.find(|phase| phase.number == step.phase)
            });
            let ends = after
                .iter()
                .filter_map(|id| Some(self.placed.get(id)?.end + 1));
            let start = ends.fold(phase.map_or(1, |phase| phase.from_month), u32::max);
            let end = start + step.map_or(1, |step| step.months.max(1)) - 1;
            self.placed.insert(id, Placed { end, after });
        }
    }

    /// Returns what a recommendation waits for among those in the plan, looking through the others.
    fn before(&mut self, id: &str) -> Vec<String> {
        let mut before: Vec<String> = Vec::new();
        let after = |id: &str| self.steps.get(id).map_or(&[][..], |step| &step.after);
        let mut open: Vec<&str> = after(id).iter().rev().map(String::as_str).collect();
        let mut seen = BTreeSet::new();
        while let Some(one) = open.pop() {
            if !seen.insert(one) {
                continue;
            }
            let standing = self.merged.get(one).map_or(one, String::as_str);
            if standing != id && self.called.contains_key(standing) {
                if !before.iter().any(|known| known == standing) {
                    before.push(standing.to_string());
                }
                continue;
            }
            if self
                .pen
                .dropped_recommendations
                .iter()
                .any(|gone| gone == one)
            {
                self.pen.loosened.push(Loosened {
                    recommendation: id.to_string(),
                    before: one.to_string(),
                    why: Why::Dropped,
                });
            }
            open.extend(after(one).iter().rev().map(String::as_str));
        }
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Recommendation;
    use crate::model::questionnaire::Words;
    use crate::model::rule::Phase;

    fn recommendation(id: &str, phase: u32, months: u32, after: &[&str]) -> Recommendation {
        let after: Vec<String> = after.iter().map(|id| format!("{id:?}")).collect();
        toml::from_str(&format!(
            "id = {id:?}\ntitle = \"t\"\ntext = \"t\"\nowner = \"host\"\npriority = \"high\"\n\
             phase = {phase}\nduration-months = {months}\neffort = \"S\"\nafter = [{}]\n",
            after.join(", ")
        ))
        .expect("a recommendation")
    }

    /// Places recommendations, of which those called are named; returns `(id, start, end)`.
    fn placed(list: Vec<Recommendation>, called: &[&str]) -> Vec<(String, u32, u32)> {
        let phase = |number, from_month| Phase {
            number,
            title: String::new(),
            aim: String::new(),
            from_month,
        };
        let questionnaire = Questionnaire {
            id: "assessment".into(),
            edition: 1,
            title: String::new(),
            lang: "en".into(),
            sections: Vec::new(),
            phases: vec![phase(1, 1), phase(2, 7)],
            rules: Vec::new(),
            recommendations: list,
            targets: Vec::new(),
            parameters: Vec::new(),
            formulas: Vec::new(),
            breakdowns: Vec::new(),
            benchmarks: Vec::new(),
            appraisal: None,
            words: Words::default(),
        };
        let finding = |id: &&str| Finding {
            number: 1,
            rule: String::new(),
            severity: Severity::Major,
            section: String::new(),
            questions: Vec::new(),
            recommendation: Some((*id).to_string()),
            also: Vec::new(),
            own: false,
        };
        let mut findings: Vec<Finding> = called.iter().map(finding).collect();
        let (drafting, mut pen) = (Drafting::default(), Pen::default());
        let (actions, _) = actions(&questionnaire, &drafting, &mut findings, &mut pen);
        let place = |action: Action| (action.recommendation, action.start, action.end);
        actions.into_iter().map(place).collect()
    }

    #[test]
    fn an_action_waits_for_what_it_needs_and_for_its_phase() {
        let list = vec![
            recommendation("train", 2, 3, &["hire"]),
            recommendation("hire", 1, 8, &["decide"]),
            recommendation("decide", 1, 2, &[]),
            recommendation("rooms", 2, 1, &["decide"]),
        ];
        let all = ["train", "hire", "decide", "rooms"];
        let wanted = [
            ("decide", 1, 2),
            ("hire", 3, 10),
            ("rooms", 7, 7),
            ("train", 11, 13),
        ];
        let wanted = wanted.map(|(id, start, end)| (id.to_string(), start, end));
        assert_eq!(placed(list, &all), wanted);
    }

    #[test]
    fn what_is_not_called_for_is_looked_through() {
        let list = vec![
            recommendation("decide", 1, 2, &[]),
            recommendation("hire", 1, 8, &["decide"]),
            recommendation("train", 1, 1, &["hire"]),
        ];
        let wanted = [("decide", 1, 2), ("train", 3, 3)];
        let wanted = wanted.map(|(id, start, end)| (id.to_string(), start, end));
        assert_eq!(placed(list, &["decide", "train"]), wanted);
    }

    /// The numbers of those called, of a list in which some stand under others.
    fn numbers(list: &[(&str, Option<&str>)], called: &[&str]) -> Vec<(String, String)> {
        let actions = called.iter().map(|id| Action {
            number: Number::default(),
            recommendation: (*id).into(),
            findings: Vec::new(),
            phase: 1,
            start: 1,
            end: 1,
            after: Vec::new(),
            priority: Priority::High,
            own: false,
        });
        let under = |id: &str| list.iter().find(|(one, _)| *one == id)?.1;
        numbered(actions.collect(), &under)
            .into_iter()
            .map(|one| (one.number.to_string(), one.recommendation))
            .collect()
    }

    #[test]
    fn an_action_stands_behind_the_one_it_stands_under() {
        let list = [
            ("hire", None),
            ("pay", Some("hire")),
            ("loan", Some("hire")),
            ("rooms", None),
        ];
        let told = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let pairs = pairs.iter();
            pairs.map(|(n, id)| ((*n).into(), (*id).into())).collect()
        };
        assert_eq!(
            numbers(&list, &["pay", "rooms", "hire", "loan"]),
            told(&[
                ("1", "rooms"),
                ("2", "hire"),
                ("2.1", "pay"),
                ("2.2", "loan")
            ])
        );
        // The first one takes the place of a head that nothing calls for.
        assert_eq!(
            numbers(&list, &["loan", "rooms", "pay"]),
            told(&[("1", "loan"), ("1.1", "pay"), ("2", "rooms")])
        );
        assert_eq!("2.1".parse(), Ok(Number { head: 2, sub: 1 }));
        assert_eq!("12".parse(), Ok(Number { head: 12, sub: 0 }));
    }

    #[test]
    fn month_one_is_that_of_the_first_action() {
        let list = vec![recommendation("rooms", 2, 2, &[])];
        assert_eq!(placed(list, &["rooms"]), [("rooms".to_string(), 1, 2)]);
    }
}
