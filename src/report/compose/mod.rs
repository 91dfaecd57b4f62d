//! Puts the [`Report`] together out of the questionnaire, the dossier, the score and the plan.

mod advice;
mod answers;
mod appraisal;
mod earlier;
mod figures;
mod hand;
mod progress;
mod register;
mod sections;
mod voices;

pub(super) use hand::titled;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::fill::Teller;
use super::language::Language;
use super::view::*;
use crate::model::dossier::{Scope, StageRecord, StageState};
use crate::model::{Date, Dossier, Month, Severity, State, Tlp};
use crate::plan::{Finding, Judged, Number, Plan};

/// What a report is made with besides its inputs.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The template's id, such as `assessment-report`.
    pub report: String,
    /// The day the report bears in place of the stage's.
    pub date: Option<Date>,
    /// The ceiling of this view; the dossier was withheld up to it.
    pub ceiling: Option<Tlp>,
    /// The month that is reported, in a report of a month; in others the last recorded one is.
    pub period: Option<Month>,
    /// How many texts are not translated into the report's language.
    pub untranslated: u64,
}

/// Builds the report of one stage; `earlier` are the stages before it, in their order. Every dossier is
/// what may be shown: see [`withhold_all`](crate::prefill::withhold_all).
pub fn build(
    stage: &Judged<'_>,
    earlier: &[Judged<'_>],
    language: &Language,
    options: &Options,
) -> Report {
    match options.period {
        Some(period) => {
            let dossier = crate::dossier::of_month(&stage.dossier, period);
            let month = Judged::new(stage.questionnaire, dossier);
            composed(&month, &[], language, options)
        }
        None => composed(stage, earlier, language, options),
    }
}

fn composed(
    stage: &Judged<'_>,
    earlier: &[Judged<'_>],
    language: &Language,
    options: &Options,
) -> Report {
    let dossier = &crate::dossier::of_stage(&stage.dossier);
    let builder = Builder {
        t: Teller::new(stage, dossier, earlier, language),
        plan: &stage.plan,
        evidence: number_evidence(dossier),
        options,
    };
    let mut report = builder.report();
    let json = serde_json::to_string(&report).unwrap_or_default();
    let digest = Sha256::digest(json.as_bytes());
    report.colophon.digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    report
}

/// Says a text of the questionnaire with its holes filled, or `otherwise` where an answer is missing.
pub fn say(
    stage: &Judged<'_>,
    earlier: &[Judged<'_>],
    language: &Language,
    text: &str,
    otherwise: Option<&str>,
) -> String {
    let teller = Teller::new(stage, &stage.dossier, earlier, language);
    teller.fill_or(text, otherwise)
}

/// Says a finding as its report does: in the assessors' words where they wrote it, else in the tool's.
pub fn say_finding(
    stage: &Judged<'_>,
    earlier: &[Judged<'_>],
    language: &Language,
    finding: &Finding,
) -> String {
    if let Some(words) = hand::words_of(stage, finding, language.tag()) {
        return words;
    }
    let mut rules = stage.questionnaire.rules.iter();
    let rule = rules.find(|rule| rule.id == finding.rule);
    rule.map_or_else(String::new, |rule| {
        say(
            stage,
            earlier,
            language,
            &rule.finding,
            rule.otherwise.as_deref(),
        )
    })
}

/// Says the title of a recommendation as its report does.
pub fn say_title(
    stage: &Judged<'_>,
    earlier: &[Judged<'_>],
    language: &Language,
    recommendation: &str,
) -> String {
    if let Some(title) = hand::titled(&stage.dossier.drafting, recommendation, language.tag()) {
        return title;
    }
    let one = stage.questionnaire.recommendation(recommendation);
    one.map_or_else(String::new, |one| {
        say(stage, earlier, language, &one.title, None)
    })
}

/// Tells the figures that the formulas of a questionnaire give for a dossier.
pub fn figures(stage: &Judged<'_>, earlier: &[Judged<'_>], language: &Language) -> Vec<FigureView> {
    let teller = Teller::new(stage, &stage.dossier, earlier, language);
    teller.figures()
}

/// Numbers the evidence in the order in which it was received, then by id.
fn number_evidence(dossier: &Dossier) -> Vec<(String, String)> {
    let mut ids: Vec<_> = dossier.register.evidence.iter().collect();
    ids.sort_by_key(|(id, one)| (one.received.is_none(), one.received, (*id).clone()));
    let numbered = ids.into_iter().zip(1..);
    numbered
        .map(|((id, _), number)| (id.clone(), format!("E-{number:02}")))
        .collect()
}

struct Builder<'a> {
    t: Teller<'a>,
    plan: &'a Plan,
    /// The evidence's ids with their numbers, in their order.
    evidence: Vec<(String, String)>,
    options: &'a Options,
}

impl Builder<'_> {
    fn report(&self) -> Report {
        let Teller {
            questionnaire,
            dossier,
            language,
            country,
            ..
        } = &self.t;
        let answers: BTreeMap<String, AnswerView> = questionnaire
            .questions()
            .map(|question| (question.id.clone(), self.answer(question)))
            .collect();
        let (strengths, findings): (Vec<_>, Vec<_>) = self
            .plan
            .findings
            .iter()
            .map(|finding| self.finding(finding))
            .partition(|finding| finding.severity == "strength");
        let recommendations: Vec<RecommendationView> = self
            .plan
            .actions
            .iter()
            .filter_map(|action| self.recommendation(action))
            .collect();
        let told: Vec<FindingView> = findings.iter().chain(&strengths).cloned().collect();
        let hand = self.hand(&told, &recommendations);
        let disagreements = self.disagreements();
        let date = self.options.date.or_else(|| self.day());
        let progress = self.progress();
        Report {
            context: super::CONTEXT,
            report: self.options.report.clone(),
            lang: language.tag().to_string(),
            dir: if language.locale.right_to_left() {
                "rtl"
            } else {
                "ltr"
            },
            words: language.words().clone(),
            country: CountryView {
                code: dossier.head.country.clone(),
                name: country.name.clone(),
                the: country.the.clone(),
                of: country.of.clone(),
                within: country.within.clone(),
            },
            dossier_title: dossier
                .head
                .title
                .as_ref()
                .map(|title| title.get(language.tag()).0.to_string()),
            stage: self.stage(&dossier.stage),
            date: date.map(|date| language.date(date)),
            tlp: self.tlp(),
            assessors: self.assessors(),
            mission: self.mission(),
            tally: self.tally(&self.t.score.tally),
            sections: self.sections(),
            profile: questionnaire
                .questions()
                .filter(|one| one.profile)
                .map(|one| one.id.clone())
                .collect(),
            uncertain: self.uncertain(&answers),
            answers,
            findings,
            strengths,
            recommendations,
            phases: self.phases(),
            months: self
                .plan
                .actions
                .iter()
                .map(|action| u64::from(action.end))
                .max()
                .map(|n| language.count(n)),
            targets: self
                .t
                .score
                .targets
                .iter()
                .filter_map(|target| self.target(target))
                .collect(),
            disagreements,
            figures: self.t.figures(),
            breakdowns: self.breakdowns(),
            appraisal: self.appraisal(),
            earlier: self.earlier_stages(),
            decision: self.decision(),
            stakeholders: self.stakeholders(),
            meetings: self.meetings(),
            evidence: self.evidence_list(),
            stages: questionnaire
                .words
                .stages
                .iter()
                .filter(|stage| dossier.head.stages.contains_key(&stage.id))
                .map(|stage| self.stage(&stage.id))
                .collect(),
            ledger: self.ledger(),
            hand,
            progress,
            colophon: Colophon {
                questionnaire: questionnaire.id.clone(),
                edition: questionnaire.edition,
                template: self.options.report.clone(),
                context: super::CONTEXT,
                cirtkit: env!("CARGO_PKG_VERSION").to_string(),
                digest: String::new(),
                untranslated: language.count(self.options.untranslated),
            },
        }
    }

    /// Returns the day of the report: of a month the day its record was written down; of a stage that is
    /// over the day it ended, of one under way the day of its last answer or record.
    fn day(&self) -> Option<Date> {
        let records = self.t.dossier.progress.as_ref().map(|one| &one.records);
        let recorded = |month: Month| Some(records?.get(&month)?.recorded);
        if let Some(day) = self.options.period.and_then(recorded) {
            return Some(day);
        }
        let record = self.t.dossier.record();
        let over = record.is_some_and(|record| record.state >= StageState::Final);
        let answers = self.t.dossier.answers.values();
        let last = answers.filter_map(|answer| answer.answered);
        let monthly = records.into_iter().flat_map(|records| records.values());
        let last = last.chain(monthly.map(|one| one.recorded)).max();
        let date = record.and_then(StageRecord::date);
        if over { date } else { date.max(last) }
    }

    fn local(&self, text: &crate::model::dossier::LocalText) -> String {
        text.get(self.t.language.tag()).0.to_string()
    }

    /// Returns a language tag where it is another than the report's.
    fn foreign(&self, lang: Option<&str>) -> Option<String> {
        lang.filter(|lang| *lang != self.t.language.tag())
            .map(String::from)
    }

    fn stage(&self, id: &str) -> StageView {
        let words = self.t.questionnaire.words.stage(id);
        let record = self.t.dossier.head.stages.get(id);
        let state = record.map_or_else(String::new, |record| key(&record.state));
        let scope = record.map_or(Scope::Full, |record| record.scope);
        StageView {
            id: id.to_string(),
            title: words.map_or_else(|| id.to_string(), |stage| stage.title.clone()),
            output: words.map_or_else(String::new, |stage| stage.output.clone()),
            state_text: match state.as_str() {
                "" => self.t.language.word("stage-unrecorded"),
                state => self.t.language.word(&format!("stage-{state}")),
            },
            state,
            date: record
                .and_then(StageRecord::date)
                .map(|date| self.t.language.date(date)),
            scope: key(&scope),
            questionnaire: self.t.questionnaire.title.clone(),
            edition: record.map_or(self.t.questionnaire.edition, |record| record.edition),
            link: record.and_then(|record| record.link.clone()),
        }
    }

    /// The label of the page is the narrowest of everything that is shown.
    fn tlp(&self) -> TlpView {
        let dossier = self.t.dossier;
        let answers = dossier
            .answers
            .values()
            .filter(|answer| answer.state != State::Withheld);
        let labels = answers
            .map(|answer| dossier.label(answer))
            .chain(
                dossier
                    .responses
                    .iter()
                    .flat_map(|said| said.answers.values())
                    .map(|said| dossier.label(said)),
            )
            .chain(dossier.register.people.values().filter_map(|one| one.tlp))
            .chain(dossier.register.meetings.values().filter_map(|one| one.tlp))
            .chain(dossier.register.evidence.values().filter_map(|one| one.tlp));
        let progress = dossier.progress.iter();
        let plans = progress.clone().filter_map(|one| one.plan.as_ref());
        let records = progress.flat_map(|one| one.records.values());
        let labels = labels
            .chain(plans.map(|plan| dossier.plan_label(plan)))
            .chain(records.map(|record| dossier.record_label(record)));
        let drafted = dossier.drafting.pieces();
        let labels = labels.chain(drafted.iter().map(|piece| dossier.draft_label(piece)));
        let label = labels.fold(dossier.head.tlp, Tlp::max);
        TlpView {
            label: label.label(),
            ceiling: self.options.ceiling.map(Tlp::label),
            meaning: self
                .t
                .language
                .word(&format!("tlp-{}", label.word().to_lowercase())),
        }
    }

    fn assessors(&self) -> Vec<AssessorView> {
        let lead = self
            .t
            .dossier
            .record()
            .and_then(|record| record.lead.as_deref());
        let view = |(initials, one): (&String, &crate::model::dossier::Assessor)| AssessorView {
            initials: initials.clone(),
            name: one.name.clone(),
            organisation: one.organisation.as_ref().map(|text| self.local(text)),
            lead: lead == Some(initials),
        };
        let mut assessors: Vec<AssessorView> =
            self.t.dossier.head.assessors.iter().map(view).collect();
        assessors.sort_by_key(|one| !one.lead);
        assessors
    }

    fn mission(&self) -> MissionView {
        let register = &self.t.dossier.register;
        let count = |n: usize| self.t.language.count(u64::try_from(n).unwrap_or(u64::MAX));
        let mut institutions: Vec<String> = register
            .people
            .values()
            .map(|one| self.local(&one.institution))
            .collect();
        institutions.sort();
        institutions.dedup();
        let days = || register.meetings.values().filter_map(|one| one.date);
        MissionView {
            people: count(register.people.len()),
            institutions: count(institutions.len()),
            meetings: count(register.meetings.len()),
            evidence: count(register.evidence.len()),
            from: days().min().map(|date| self.t.language.date(date)),
            to: days().max().map(|date| self.t.language.date(date)),
        }
    }
}

fn finding_number(finding: &Finding) -> String {
    match finding.severity {
        Severity::Strength => format!("S-{}", finding.number),
        _ => format!("F-{}", finding.number),
    }
}

fn recommendation_number(number: Number) -> String {
    format!("R-{number}")
}

/// Returns the word of an enumeration as files write it.
fn key<T: serde::Serialize>(word: &T) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
