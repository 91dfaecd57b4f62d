//! The roadmap of a readiness assessment makes sense for a weak, a middling and a strong country, and for each sample.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::BTreeSet;

use cirtkit::content::Content;
use cirtkit::model::{Date, Kind, Questionnaire, Value};
use cirtkit::plan::{Action, Judged, Plan};

use common::road::{Country, road};

/// A country in which every level is the same; amounts and counts are small, dates lie ahead.
fn levelled(level: u8) -> Plan {
    let road = road("en");
    let mut country = Country::new(&["assessment"]);
    for question in road.questionnaire("assessment").questions() {
        let value = match question.kind {
            Kind::Level => Value::Level(level),
            Kind::YesNo => Value::YesNo(level > 2),
            Kind::SelectOne => Value::Choice(question.options[0].id.clone()),
            Kind::Integer => Value::Integer(i64::from(level) * 3),
            Kind::Date => Value::Date(Date::parse("2031-04-12").unwrap()),
            _ => continue,
        };
        country.set("assessment", &question.id, value);
    }
    let (questionnaire, dossier) = road.read(&country, "assessment").pop().unwrap();
    Judged::new(questionnaire, dossier).plan
}

/// The plans that are looked at, each with a name.
fn plans() -> Vec<(String, Plan)> {
    let mut plans: Vec<(String, Plan)> = [0, 1, 2, 3]
        .map(|level| (format!("level {level}"), levelled(level)))
        .into();
    let desk = common::Desk::new(&Content::shipped(), "en");
    for sample in ["examplia", "lagunie", "meridia"] {
        let folder = common::root().join("questionnaires/samples").join(sample);
        let dossier = common::read(&folder, desk.questionnaire());
        plans.push((sample.to_string(), desk.judge(&dossier).1));
    }
    plans
}

fn questionnaire() -> &'static Questionnaire {
    road("en").questionnaire("assessment")
}

#[test]
fn the_body_holds_twenty_recommendations_at_most() {
    for (name, plan) in plans() {
        let heads = plan.actions.iter().filter(|one| one.number.sub == 0);
        let heads = heads.count();
        assert!(heads <= 20, "{name}: {heads} recommendations");
    }
    let alone = questionnaire().recommendations.iter();
    assert!(alone.filter(|one| one.under.is_none()).count() <= 20);
}

#[test]
fn the_first_six_months_hold_eight_actions_at_most() {
    for (name, plan) in plans() {
        let early = plan.actions.iter().filter(|one| one.start <= 6 && !one.own);
        let early: Vec<&str> = early.map(|one| one.recommendation.as_str()).collect();
        // A country that has its team counts its months from what is left to do.
        if name == "level 3" {
            continue;
        }
        assert!(early.len() <= 8, "{name}: {early:?}");
    }
}

#[test]
fn nothing_begins_before_what_it_needs() {
    for (name, plan) in plans() {
        for action in &plan.actions {
            for before in &action.after {
                let before = plan.action(before).unwrap();
                assert!(
                    before.end < action.start,
                    "{name}: {} waits for {}",
                    action.recommendation,
                    before.recommendation
                );
            }
        }
    }
}

#[test]
fn decision_host_mandate_people_premises_tools_services_exercises_and_more_come_in_this_order() {
    let order = [
        "take-decision",
        "designate-host",
        "adopt-mandate",
        "train-core-team",
        "prepare-premises",
        "install-tools",
        "open-basic-services",
        "run-first-exercise",
        "add-enhanced-services",
    ];
    for (name, plan) in plans() {
        let placed: Vec<&Action> = order.iter().filter_map(|id| plan.action(id)).collect();
        for pair in placed.windows(2) {
            assert!(
                pair[0].start <= pair[1].start,
                "{name}: {} begins in month {}, {} in month {}",
                pair[0].recommendation,
                pair[0].start,
                pair[1].recommendation,
                pair[1].start
            );
        }
    }
    let weak = levelled(0);
    let all = order.iter().filter(|id| weak.action(id).is_some());
    assert!(all.count() >= 7, "the weak country is spared too much");
}

/// Who is not appointed yet can carry nothing out: what the head of the team owns comes after the appointment.
#[test]
fn nobody_acts_before_they_are_there() {
    for (name, plan) in plans() {
        let Some(appointed) = plan.action("appoint-head") else {
            continue;
        };
        for action in &plan.actions {
            let Some(one) = questionnaire().recommendation(&action.recommendation) else {
                continue;
            };
            if one.owner == "cirt-head" {
                assert!(
                    action.start > appointed.end,
                    "{name}: {} is the head's, who is appointed in month {}",
                    one.id,
                    appointed.end
                );
            }
        }
    }
}

#[test]
fn a_weak_and_a_strong_country_are_not_told_the_same() {
    let ids = |plan: &Plan| -> BTreeSet<String> {
        let actions = plan.actions.iter();
        actions.map(|one| one.recommendation.clone()).collect()
    };
    let (weak, strong) = (ids(&levelled(0)), ids(&levelled(3)));
    let both = weak.intersection(&strong).count();
    assert!(both * 4 < weak.len(), "{both} of {}", weak.len());
}
