//! What belongs to a stage that is over, and what to the report of one month.

use std::collections::BTreeSet;

use crate::model::dossier::{StageRecord, StageState};
use crate::model::{Date, Dossier, Month};

/// Returns the dossier as it stood when its stage ended: without meetings and evidence of later days,
/// and without the people who are known from those alone. What the stage itself cites stays. A stage
/// that is not over keeps everything.
pub fn of_stage(dossier: &Dossier) -> Dossier {
    let mut stage = dossier.clone();
    let Some(end) = dossier.record().and_then(end) else {
        return stage;
    };
    let said = dossier.responses.iter();
    let answers = said.clone().flat_map(|said| said.answers.values());
    let cited = answers
        .chain(dossier.answers.values())
        .flat_map(|answer| &answer.evidence);
    let mut cited: BTreeSet<&str> = cited.map(|citation| citation.id.as_str()).collect();
    let decision = dossier.record().and_then(|record| record.decision.as_ref());
    cited.extend(decision.and_then(|decision| decision.evidence.as_deref()));
    let progress = dossier.progress.iter();
    cited.extend(progress.flat_map(crate::model::Progress::evidence));
    let spoke: BTreeSet<&str> = said.map(|said| said.respondent.as_str()).collect();

    let in_time = |date: Option<Date>| date.is_none_or(|date| date <= end);
    let register = &mut stage.register;
    register
        .evidence
        .retain(|id, one| cited.contains(id.as_str()) || in_time(one.received));
    register
        .meetings
        .retain(|id, one| spoke.contains(id.as_str()) || in_time(one.date));
    let known = |register: &crate::model::dossier::Register| -> BTreeSet<String> {
        let met = register
            .meetings
            .values()
            .flat_map(|one| one.participants.iter());
        let gave = register
            .evidence
            .values()
            .filter_map(|one| one.from.as_ref());
        met.chain(gave).cloned().collect()
    };
    let (before, all) = (known(register), known(&dossier.register));
    register
        .people
        .retain(|id, _| spoke.contains(id.as_str()) || before.contains(id) || !all.contains(id));
    stage
}

/// Returns what the report of a month tells of a dossier: the plan, the records up to that month, and
/// the evidence that they cite. Neither a label nor a citation of anything else reaches it.
pub fn of_month(dossier: &Dossier, month: Month) -> Dossier {
    let mut told = dossier.clone();
    told.progress = told.progress.map(|progress| progress.up_to(month));
    told.answers.clear();
    told.responses.clear();
    told.suggestions.clear();
    told.drafting = crate::model::Drafting::default();
    told.register.people.clear();
    told.register.meetings.clear();
    let progress = told.progress.iter();
    let cited: BTreeSet<&str> = progress
        .flat_map(crate::model::Progress::evidence)
        .collect();
    let evidence = &mut told.register.evidence;
    evidence.retain(|id, _| cited.contains(id.as_str()));
    told
}

/// Returns the last date of a stage that is over.
fn end(record: &StageRecord) -> Option<Date> {
    let over = matches!(
        record.state,
        StageState::Final | StageState::Accepted | StageState::AcceptedWithReservations
    );
    let dates = [
        record.finished,
        record.accepted,
        record.accepted_with_reservations,
    ];
    dates.into_iter().flatten().max().filter(|_| over)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dossier::{Head, Register};

    fn dossier(state: &str) -> Dossier {
        let head = format!(
            "schema = 1\ncountry = \"LS\"\n[stages.assessment]\nstate = \"{state}\"\nfinal = 2025-03-14\n"
        );
        let head: Head = toml::from_str(&head).expect("a head");
        let register: Register = toml::from_str(
            "[people.a]\nname = \"A\"\ninstitution = \"I\"\ntype = \"bank\"\n\
             [people.b]\nname = \"B\"\ninstitution = \"J\"\ntype = \"bank\"\n\
             [meetings.early]\ntitle = \"E\"\ndate = 2025-01-16\nparticipants = [\"a\"]\n\
             [meetings.late]\ntitle = \"L\"\ndate = 2026-06-11\nparticipants = [\"a\", \"b\"]\n\
             [evidence.late]\ntitle = \"D\"\nreceived = 2026-06-11\nfrom = \"b\"\n",
        )
        .expect("a register");
        Dossier {
            head,
            register,
            stage: "assessment".into(),
            answers: [].into(),
            responses: Vec::new(),
            suggestions: [].into(),
            progress: None,
            drafting: Default::default(),
        }
    }

    #[test]
    fn what_came_after_the_end_of_a_stage_is_not_its_own() {
        let stage = of_stage(&dossier("final"));
        assert_eq!(
            stage.register.meetings.keys().collect::<Vec<_>>(),
            ["early"]
        );
        assert_eq!(stage.register.people.keys().collect::<Vec<_>>(), ["a"]);
        assert!(stage.register.evidence.is_empty());
    }

    #[test]
    fn a_month_is_told_out_of_its_records_and_what_they_cite() {
        let record = |evidence: &str| -> crate::model::progress::MonthlyRecord {
            let text = format!(
                "recorded = 2026-06-01\n[work-packages.x]\npercent = 1\nevidence = [\"{evidence}\"]\n"
            );
            toml::from_str(&text).expect("a record")
        };
        let month = |text: &str| Month::parse(text).expect("a month");
        let mut whole = dossier("under-way");
        let records = [
            (month("2026-05"), record("late")),
            (month("2026-06"), record("other")),
        ];
        whole.progress = Some(crate::model::Progress {
            records: records.into(),
            ..Default::default()
        });
        let told = of_month(&whole, month("2026-05"));
        assert_eq!(told.register.evidence.keys().collect::<Vec<_>>(), ["late"]);
        assert!(told.register.people.is_empty() && told.register.meetings.is_empty());
        assert_eq!(told.progress.map(|one| one.records.len()), Some(1));
        let before = of_month(&whole, month("2026-04"));
        assert!(before.register.evidence.is_empty());
    }

    #[test]
    fn a_stage_under_way_keeps_everything() {
        assert_eq!(of_stage(&dossier("under-way")), dossier("under-way"));
    }
}
