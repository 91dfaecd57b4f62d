//! The assessor's pen on findings and recommendations: what is left out, taken in, weighed anew or added.
//!
//! A pure function of the findings that the rules gave and of what the assessor wrote. Nothing vanishes:
//! what was left out or taken in stands in [`Pen`], for `trace` and for the report's method.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use crate::model::drafting::{Drafting, OwnFinding};
use crate::model::rule::Priority;
use crate::model::{Questionnaire, Severity};

/// What the assessor's pen took out of a plan, and why something waits no more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pen {
    /// The findings that the assessor dropped; they have no number.
    pub dropped_findings: Vec<Finding>,
    /// The recommendations that findings call for and the assessor dropped.
    pub dropped_recommendations: Vec<String>,
    /// The findings that were taken in by another one, each with that one.
    pub merged_findings: Vec<(Finding, String)>,
    /// The recommendations that were taken in by another one, each with that one.
    pub merged_recommendations: Vec<(String, String)>,
    /// What does not wait any more, for what, and why.
    pub loosened: Vec<Loosened>,
}

/// A dependency that the pen took away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loosened {
    /// The recommendation that waited.
    pub recommendation: String,
    /// What it waited for.
    pub before: String,
    /// Why it waits no more.
    pub why: Why,
}

/// Why a recommendation does not wait for another one any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The other one was dropped.
    Dropped,
    /// With what was merged, they would wait for each other.
    Circle,
}

/// A recommendation as it goes into the roadmap: the questionnaire's, as the pen changed it, or an own one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) phase: u32,
    pub(super) priority: Priority,
    pub(super) months: u32,
    pub(super) after: Vec<String>,
    /// What it stands under.
    pub(super) under: Option<String>,
    pub(super) own: bool,
    /// Its place among the others.
    pub(super) order: usize,
}

/// Returns every recommendation that there can be, by id.
pub(super) fn steps<'a>(
    questionnaire: &'a Questionnaire,
    drafting: &'a Drafting,
) -> BTreeMap<&'a str, Step> {
    let shipped = questionnaire.recommendations.iter().map(|one| {
        let pen = drafting.recommendations.get(&one.id);
        let step = Step {
            phase: pen.and_then(|pen| pen.phase).unwrap_or(one.phase),
            priority: pen.and_then(|pen| pen.priority).unwrap_or(one.priority),
            months: pen
                .and_then(|pen| pen.duration_months)
                .unwrap_or(one.duration_months),
            after: one.after.clone(),
            under: one.under.clone(),
            own: false,
            order: 0,
        };
        (one.id.as_str(), step)
    });
    let own = drafting.own_recommendations.iter().map(|(id, one)| {
        let step = Step {
            phase: one.phase,
            priority: one.priority.unwrap_or(Priority::Medium),
            months: one.duration_months,
            after: one.after.clone(),
            under: None,
            own: true,
            order: 0,
        };
        (id.as_str(), step)
    });
    let all = shipped.chain(own).enumerate();
    all.map(|(order, (id, step))| (id, Step { order, ..step }))
        .collect()
}

/// Applies the pen to the findings, each with its place in the questionnaire.
pub(super) fn findings(
    spoken: Vec<(usize, Finding)>,
    order: &BTreeMap<&str, usize>,
    questionnaire: &Questionnaire,
    drafting: &Drafting,
    pen: &mut Pen,
) -> Vec<(usize, Finding)> {
    let own = drafting.own_findings.iter();
    let own = own.map(|(id, one)| own_finding(id, one, order, questionnaire));
    let mut kept: Vec<(usize, Finding)> = Vec::new();
    for (place, mut finding) in spoken.into_iter().chain(own) {
        let stroke = drafting
            .findings
            .get(&finding.rule)
            .filter(|_| !finding.own);
        if stroke.is_some_and(|one| one.drop) {
            pen.dropped_findings.push(finding);
            continue;
        }
        if let Some(severity) = stroke.and_then(|one| one.severity) {
            finding.severity = severity;
        }
        kept.push((place, finding));
    }
    // What takes in another one must stand itself; else the other one stands alone.
    let standing: BTreeSet<String> = kept.iter().map(|(_, one)| one.rule.clone()).collect();
    let next = |id: &str| drafting.findings.get(id)?.merge_into.as_deref();
    let (merged, mut kept): (Vec<_>, Vec<_>) = kept
        .into_iter()
        .map(|(place, one)| {
            let into = last(&one.rule, &next, &|id| standing.contains(id));
            let into = into.filter(|_| !one.own).map(String::from);
            (into, place, one)
        })
        .partition(|(into, _, _)| into.is_some());
    for (into, _, one) in merged {
        let taker = kept
            .iter_mut()
            .find(|(_, _, taker)| Some(&taker.rule) == into.as_ref());
        let (Some((_, _, taker)), Some(into)) = (taker, into) else {
            continue;
        };
        for question in &one.questions {
            if !taker.questions.contains(question) {
                taker.questions.push(question.clone());
            }
        }
        taker.also.extend(one.recommendation.clone());
        pen.merged_findings.push((one, into));
    }
    kept.into_iter()
        .map(|(_, place, finding)| (place, finding))
        .collect()
}

fn own_finding(
    id: &str,
    own: &OwnFinding,
    order: &BTreeMap<&str, usize>,
    questionnaire: &Questionnaire,
) -> (usize, Finding) {
    let first = own.rests_on.first();
    let section = own.section.clone().or_else(|| {
        let section = questionnaire.section_of(first?)?;
        Some(section.id.clone())
    });
    let place = first.and_then(|id| order.get(id.as_str()));
    let finding = Finding {
        number: 0,
        rule: id.to_string(),
        severity: own.severity.unwrap_or(Severity::Major),
        section: section.unwrap_or_default(),
        questions: own.rests_on.clone(),
        recommendation: own.recommend.clone(),
        also: Vec::new(),
        own: true,
    };
    (place.copied().unwrap_or(usize::MAX), finding)
}

/// Follows a merge to the last one that stands; none where nothing that stands takes it in.
fn last<'d>(
    from: &str,
    next: &dyn Fn(&str) -> Option<&'d str>,
    stands: &dyn Fn(&str) -> bool,
) -> Option<&'d str> {
    let mut seen = BTreeSet::new();
    let mut found = None;
    let mut at = next(from);
    while let Some(into) = at.filter(|into| *into != from && seen.insert(*into)) {
        if stands(into) {
            found = Some(into);
        }
        at = next(into);
    }
    found
}

/// Applies the pen to the recommendations that are called for, each with the numbers of its findings;
/// returns into what each merged one went.
pub(super) fn recommendations(
    called: &mut BTreeMap<String, Vec<usize>>,
    steps: &BTreeMap<&str, Step>,
    drafting: &Drafting,
    pen: &mut Pen,
) -> BTreeMap<String, String> {
    let drops = |id: &str| drafting.recommendations.get(id).is_some_and(|one| one.drop);
    // What stands under a dropped one goes with it, unless the pen says anything about it.
    let goes_with = |id: &str| {
        let under = steps.get(id).and_then(|step| step.under.as_deref());
        !drafting.recommendations.contains_key(id) && under.is_some_and(drops)
    };
    let dropped = |id: &str| drops(id) || goes_with(id);
    let next = |id: &str| drafting.recommendations.get(id)?.merge_into.as_deref();
    let stands = |id: &str| steps.contains_key(id) && !dropped(id);
    let mut into = BTreeMap::new();
    let ids: Vec<String> = called.keys().cloned().collect();
    for id in ids {
        if dropped(&id) {
            called.remove(&id);
            pen.dropped_recommendations.push(id);
        } else if let Some(taker) = last(&id, &next, &stands) {
            let calls = called.remove(&id).unwrap_or_default();
            let all = called.entry(taker.to_string()).or_default();
            all.extend(calls);
            all.sort_unstable();
            all.dedup();
            pen.merged_recommendations
                .push((id.clone(), taker.to_string()));
            into.insert(id, taker.to_string());
        }
    }
    into
}
