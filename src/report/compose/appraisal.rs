//! The comparison of the candidates in words and numbers.

use rust_decimal::Decimal;

use super::Builder;
use crate::appraisal::{Candidate, Mark, appraise};
use crate::report::view::{AppraisalView, CandidateView, CriterionView, MarkView};

impl Builder<'_> {
    pub(super) fn appraisal(&self) -> Option<AppraisalView> {
        let t = &self.t;
        let tables = t.questionnaire.appraisal.as_ref()?;
        let appraisal = appraise(t.questionnaire, t.dossier, t.score)?;
        let whole: u64 = appraisal.criteria.iter().filter_map(|one| one.weight).sum();
        let criteria = appraisal.criteria.iter().map(|one| CriterionView {
            name: self.local(&one.name),
            weight: one.weight,
            share: one
                .weight
                .and_then(|weight| t.language.locale.percent(weight, whole)),
        });
        let candidates = appraisal.candidates.iter();
        Some(AppraisalView {
            questions: vec![
                tables.candidates.clone(),
                tables.criteria.clone(),
                tables.scores.clone(),
            ],
            criteria: criteria.collect(),
            candidates: candidates.map(|one| self.candidate(one)).collect(),
            most: tables.most,
            years: t.language.count(u64::from(appraisal.years)),
            asked: appraisal.asked,
            ranked: appraisal.is_ranked(),
            cite_criteria: self.cite(std::slice::from_ref(&tables.criteria)),
            cite: self.cite(&[tables.candidates.clone(), tables.scores.clone()]),
        })
    }

    fn candidate(&self, one: &Candidate) -> CandidateView {
        let locale = &self.t.language.locale;
        let money = |amount: &Option<(Decimal, String)>| {
            let (amount, currency) = amount.as_ref()?;
            locale.money(&amount.to_string(), currency)
        };
        let mark = |mark: &Option<Mark>| MarkView {
            score: mark.as_ref().map(|mark| mark.score),
            reason: mark
                .as_ref()
                .and_then(|mark| Some(self.local(mark.reason.as_ref()?))),
        };
        CandidateView {
            institution: self.local(&one.institution),
            strengths: one.strengths.as_ref().map(|text| self.local(text)),
            weaknesses: one.weaknesses.as_ref().map(|text| self.local(text)),
            set_up: money(&one.set_up),
            yearly: money(&one.yearly),
            total: money(&one.total),
            marks: one.marks.iter().map(mark).collect(),
            sum: one.points.map(|points| points.num),
            weights: one.points.map(|points| points.den),
            points: one
                .points
                .and_then(|points| locale.fraction(points.num, points.den, 2)),
            rank: one.rank.and_then(|rank| u64::try_from(rank).ok()),
        }
    }
}
