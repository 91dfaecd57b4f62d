//! The sections of the questionnaire: levels, terms, tallies.

use super::{Builder, finding_number};
use crate::report::view::*;
use crate::scoring::{Ratio, SectionScore, Tally, Term};

impl Builder<'_> {
    pub(super) fn tally(&self, tally: &Tally) -> TallyView {
        let count = |n| self.t.language.count(n);
        let share = |ratio: Option<Ratio>| {
            ratio.and_then(|ratio| self.t.language.locale.percent(ratio.num, ratio.den))
        };
        TallyView {
            applicable: count(tally.applicable),
            answered: count(tally.answered),
            unknown: count(tally.unknown),
            declined: count(tally.declined),
            not_asked: count(tally.not_asked),
            withheld: count(tally.withheld),
            not_applicable: count(tally.not_applicable),
            closed: count(tally.closed),
            out_of_scope: count(tally.out_of_scope),
            levels: count(tally.levels),
            on_evidence: count(tally.on_evidence),
            coverage: share(tally.coverage()),
            evidence_share: share(tally.evidence_share()),
        }
    }

    pub(super) fn sections(&self) -> Vec<SectionView> {
        let sections = self.t.questionnaire.sections.iter().zip(1..);
        sections
            .filter_map(|(section, number)| {
                let score = self.t.score.section(&section.id)?;
                let findings = self
                    .plan
                    .findings
                    .iter()
                    .filter(|finding| finding.section == section.id);
                let say = |ratio: Option<Ratio>| {
                    ratio.and_then(|ratio| self.t.language.locale.fraction(ratio.num, ratio.den, 1))
                };
                let known = || score.terms.iter().filter(|term| term.level.is_some());
                Some(SectionView {
                    id: section.id.clone(),
                    number,
                    title: section.title.clone(),
                    about: section.about.clone(),
                    level: say(score.level),
                    tenths: score.level.map(Ratio::tenths),
                    low: say(score.low),
                    low_tenths: score.low.map_or(0, Ratio::tenths),
                    high: say(score.high),
                    high_tenths: score.high.map_or(0, Ratio::tenths),
                    tally: self.tally(&score.tally),
                    questions: section.questions.iter().map(|one| one.id.clone()).collect(),
                    findings: findings.map(finding_number).collect(),
                    terms: self.terms(score),
                    sum: known()
                        .map(|term| term.weight * u64::from(term.level.unwrap_or(0)))
                        .sum(),
                    weights: known().map(|term| term.weight).sum(),
                })
            })
            .collect()
    }

    pub(super) fn terms(&self, score: &SectionScore) -> Vec<TermView> {
        let view = |term: &Term| TermView {
            id: term.question.clone(),
            title: self.title(&term.question),
            weight: term.weight,
            level: term.level,
            product: term.level.map(|level| u64::from(level) * term.weight),
            closed: term.closed,
        };
        score.terms.iter().map(view).collect()
    }
}
