//! Rules to findings, findings to recommendations, recommendations to a roadmap in months.
//!
//! The fourth arrow of the road. It hands on ids and numbers, no sentences: `report` tells them in a
//! language. Many findings may call for one recommendation; a recommendation that nothing calls for
//! is not in the plan, and whoever waited for it waits for what it waited for.

use std::collections::BTreeMap;

use crate::formula::{self, Figure};
use crate::model::{Dossier, Questionnaire, Recommendation, Severity};
use crate::scoring::{Score, Standing, holds};

/// A rule that spoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its number, from 1, in the order of the questionnaire.
    pub number: usize,
    /// The rule.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// The section of its first question.
    pub section: String,
    /// The questions it rests on.
    pub questions: Vec<String>,
    /// The recommendation it calls for.
    pub recommendation: Option<String>,
}

/// A recommendation that findings call for, placed on the roadmap: an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Its number, from 1, in the order of the roadmap.
    pub number: usize,
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
    let findings = findings(questionnaire, dossier, score);
    let (actions, idle) = actions(questionnaire, &findings);
    Plan {
        findings,
        actions,
        idle,
    }
}

fn findings(questionnaire: &Questionnaire, dossier: &Dossier, score: &Score) -> Vec<Finding> {
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
        };
        spoken.push((place.unwrap_or(usize::MAX), finding));
    }
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

/// Returns the actions in their order, and the idle months that were taken off.
fn actions(questionnaire: &Questionnaire, findings: &[Finding]) -> (Vec<Action>, u32) {
    let calls = |one: &Recommendation| -> Vec<usize> {
        let by = |finding: &&Finding| finding.recommendation.as_deref() == Some(&one.id);
        findings
            .iter()
            .filter(by)
            .map(|finding| finding.number)
            .collect()
    };
    let called: BTreeMap<&str, Vec<usize>> = questionnaire
        .recommendations
        .iter()
        .map(|one| (one.id.as_str(), calls(one)))
        .filter(|(_, calls)| !calls.is_empty())
        .collect();
    let mut roadmap = Roadmap {
        questionnaire,
        called: &called,
        ends: BTreeMap::new(),
    };
    let mut actions: Vec<(Action, &Recommendation)> = Vec::new();
    for one in &questionnaire.recommendations {
        let Some(calls) = called.get(one.id.as_str()) else {
            continue;
        };
        let end = roadmap.end(one);
        let action = Action {
            number: 0,
            recommendation: one.id.clone(),
            findings: calls.clone(),
            phase: one.phase,
            start: end + 1 - one.duration_months.max(1),
            end,
            after: roadmap.before(one),
        };
        actions.push((action, one));
    }
    // Month 1 is the month of the first action, in whatever phase it stands.
    let idle = actions
        .iter()
        .map(|(action, _)| action.start)
        .min()
        .unwrap_or(1)
        - 1;
    for (action, _) in &mut actions {
        action.start -= idle;
        action.end -= idle;
    }
    actions.sort_by_key(|(action, one)| (action.start, one.phase, one.priority, action.end));
    let numbered = actions.into_iter().zip(1..);
    let numbered = numbered.map(|((action, _), number)| Action { number, ..action });
    (numbered.collect(), idle)
}

/// Places recommendations in months: none before its phase begins, none before what it waits for.
struct Roadmap<'a> {
    questionnaire: &'a Questionnaire,
    called: &'a BTreeMap<&'a str, Vec<usize>>,
    ends: BTreeMap<&'a str, u32>,
}

impl<'a> Roadmap<'a> {
    /// Returns the last month of a recommendation. `pack check` refuses circles.
    fn end(&mut self, one: &'a Recommendation) -> u32 {
        if let Some(end) = self.ends.get(one.id.as_str()) {
            return *end;
        }
        let phase = self
            .questionnaire
            .phases
            .iter()
            .find(|phase| phase.number == one.phase);
        let mut start = phase.map_or(1, |phase| phase.from_month);
        for id in self.before(one) {
            if let Some(before) = self.questionnaire.recommendation(&id) {
                start = start.max(self.end(before) + 1);
            }
        }
        let end = start + one.duration_months.max(1) - 1;
        self.ends.insert(&one.id, end);
        end
    }

    /// Returns what a recommendation waits for among those in the plan, looking through the others.
    fn before(&self, one: &Recommendation) -> Vec<String> {
        let mut before = Vec::new();
        let mut open: Vec<&str> = one.after.iter().rev().map(String::as_str).collect();
        let mut seen = Vec::new();
        while let Some(id) = open.pop() {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            if self.called.contains_key(id) {
                before.push(id.to_string());
            } else if let Some(other) = self.questionnaire.recommendation(id) {
                open.extend(other.after.iter().rev().map(String::as_str));
            }
        }
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        };
        let findings: Vec<Finding> = called.iter().map(finding).collect();
        let (actions, _) = actions(&questionnaire, &findings);
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

    #[test]
    fn month_one_is_that_of_the_first_action() {
        let list = vec![recommendation("rooms", 2, 2, &[])];
        assert_eq!(placed(list, &["rooms"]), [("rooms".to_string(), 1, 2)]);
    }
}
