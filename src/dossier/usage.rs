//! Where the entries of the register come up in a dossier, over all its stages.

use serde::Serialize;

use crate::model::{Answers, Dossier, Progress};

/// Where a person or a meeting comes up.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Appearances<'d> {
    /// The meetings that the person took part in.
    pub meetings: Vec<&'d str>,
    /// What was said.
    pub responses: Vec<Said<'d>>,
    /// The evidence that the person handed over.
    pub evidence: Vec<&'d str>,
}

/// What was said in one stage.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Said<'d> {
    /// The stage.
    pub stage: &'d str,
    /// The questions that something was said on.
    pub questions: Vec<&'d str>,
}

/// What rests on a piece of evidence.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reliance<'d> {
    /// The assessor's answers.
    pub answers: Vec<Cited<'d>>,
    /// What people said.
    pub responses: Vec<Cited<'d>>,
    /// The stages whose decision it records.
    pub decisions: Vec<&'d str>,
    /// The parts of the plan: `baseline`, or the day of a re-plan.
    pub plan: Vec<String>,
    /// The monthly records.
    pub records: Vec<Recorded<'d>>,
}

/// An answer that cites the evidence.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Cited<'d> {
    /// The stage.
    pub stage: &'d str,
    /// Who said it; none where it is the assessor's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub respondent: Option<&'d str>,
    /// The question.
    pub question: &'d str,
}

/// A monthly record that cites the evidence.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Recorded<'d> {
    /// The month, as `2026-05`.
    pub month: String,
    /// The work package.
    pub work_package: &'d str,
}

impl Reliance<'_> {
    /// Tells whether nothing rests on it.
    pub fn is_empty(&self) -> bool {
        *self == Reliance::default()
    }
}

impl Appearances<'_> {
    /// Tells whether it comes up nowhere.
    pub fn is_empty(&self) -> bool {
        *self == Appearances::default()
    }
}

/// Returns where a person or a meeting comes up in the stages of one dossier.
pub fn of_respondent<'d>(stages: &[&'d Dossier], id: &str) -> Appearances<'d> {
    let mut appearances = Appearances::default();
    // All stages have one register.
    if let Some(register) = stages.last().map(|stage| &stage.register) {
        let took_part = register.meetings.iter();
        let took_part = took_part.filter(|(_, one)| one.participants.iter().any(|one| one == id));
        appearances.meetings = took_part.map(|(id, _)| id.as_str()).collect();
        let gave = register.evidence.iter();
        let gave = gave.filter(|(_, one)| one.from.as_deref() == Some(id));
        appearances.evidence = gave.map(|(id, _)| id.as_str()).collect();
    }
    for stage in stages {
        let said = stage.responses.iter().filter(|said| said.respondent == id);
        let questions: Vec<&str> = said
            .flat_map(|said| said.answers.keys().map(String::as_str))
            .collect();
        if !questions.is_empty() {
            let stage = &stage.stage;
            appearances.responses.push(Said { stage, questions });
        }
    }
    appearances
}

/// Returns what rests on a piece of evidence in the stages of one dossier.
pub fn of_evidence<'d>(stages: &[&'d Dossier], id: &str) -> Reliance<'d> {
    let mut reliance = Reliance::default();
    for stage in stages {
        reliance
            .answers
            .extend(citing(stage, None, &stage.answers, id));
        for said in &stage.responses {
            let respondent = Some(said.respondent.as_str());
            reliance
                .responses
                .extend(citing(stage, respondent, &said.answers, id));
        }
        if let Some(progress) = &stage.progress {
            look_into(progress, id, &mut reliance);
        }
    }
    let records = stages.last().map(|stage| &stage.head.stages);
    for (stage, record) in records.into_iter().flatten() {
        let decision = record.decision.as_ref();
        if decision.and_then(|decision| decision.evidence.as_deref()) == Some(id) {
            reliance.decisions.push(stage);
        }
    }
    reliance
}

fn citing<'d>(
    stage: &'d Dossier,
    respondent: Option<&'d str>,
    answers: &'d Answers,
    id: &str,
) -> Vec<Cited<'d>> {
    let citing = answers
        .iter()
        .filter(|(_, answer)| answer.evidence.iter().any(|citation| citation.id == id));
    let cited = |question: &'d String| Cited {
        stage: &stage.stage,
        respondent,
        question,
    };
    citing.map(|(question, _)| cited(question)).collect()
}

fn look_into<'d>(progress: &'d Progress, id: &str, reliance: &mut Reliance<'d>) {
    if let Some(plan) = &progress.plan {
        if plan.baseline.evidence.as_deref() == Some(id) {
            reliance.plan.push("baseline".into());
        }
        let re_plans = plan.re_plans.iter();
        let re_plans = re_plans.filter(|one| one.evidence.as_deref() == Some(id));
        reliance
            .plan
            .extend(re_plans.map(|one| one.date.to_string()));
    }
    for (month, record) in &progress.records {
        for (work_package, one) in &record.work_packages {
            if one.evidence.iter().any(|one| one == id) {
                let month = month.to_string();
                reliance.records.push(Recorded {
                    month,
                    work_package,
                });
            }
        }
    }
}
