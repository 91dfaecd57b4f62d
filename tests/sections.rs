//! Each required section of a later stage rests on its answers: change one, and its text changes.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cirtkit::model::dossier::LocalText;
use cirtkit::model::question::Column;
use cirtkit::model::{Date, Kind, Question, Value};
use cirtkit::scoring::{Standing, score};

use common::road::{Country, Road, road};

/// The first or the second answer that a question can have; the first opens what hangs on it.
fn value(question: &Question, second: bool) -> Value {
    let turn = usize::from(second);
    let least = question.min.as_ref().map_or(0, |min| min.parse().unwrap());
    let number = least + if second { 61 } else { 17 };
    match question.kind {
        Kind::Level => Value::Level(if second { 3 } else { 2 }),
        Kind::SelectOne => Value::Choice(question.options[turn].id.clone()),
        Kind::SelectMultiple => Value::Choices(vec![question.options[turn].id.clone()]),
        Kind::YesNo => Value::YesNo(!second),
        Kind::Text => Value::Text(words(second)),
        Kind::Integer => Value::Integer(number),
        Kind::Decimal => Value::Decimal(number.into()),
        Kind::Money => Value::Money(number.into(), "USD".into()),
        Kind::Date => Value::Date(day(second)),
        Kind::Table => {
            let row = |column: &Column| Some((column.id.clone(), cell(column, second)?));
            let row: BTreeMap<String, Value> = question.columns.iter().filter_map(row).collect();
            Value::Table(vec![row])
        }
        Kind::Reference => panic!("a reference stands in a column only"),
    }
}

fn cell(column: &Column, second: bool) -> Option<Value> {
    let number = if second { 4 } else { 3 };
    Some(match column.kind {
        Kind::Text => Value::Text(words(second)),
        Kind::Integer => Value::Integer(number),
        Kind::Decimal => Value::Decimal(number.into()),
        Kind::Money => Value::Money(number.into(), "USD".into()),
        Kind::Date => Value::Date(day(second)),
        Kind::YesNo => Value::YesNo(!second),
        Kind::SelectOne => Value::Choice(column.options[usize::from(second)].id.clone()),
        _ => return None,
    })
}

fn words(second: bool) -> LocalText {
    LocalText::from(if second { "Zaunkoenig" } else { "Goldammer" })
}

fn day(second: bool) -> Date {
    let day = if second { "2031-11-23" } else { "2027-04-12" };
    Date::parse(day).unwrap()
}

/// A stage in which every question has its first answer.
fn answered(road: &Road, stage: &str) -> Country {
    let mut country = Country::new(&[stage]);
    for question in road.questionnaire(stage).questions() {
        country.set(stage, &question.id, value(question, false));
    }
    country
}

/// Changes each answer behind each required section, one at a time, and returns where the text of the
/// section stays as it was.
fn unmoved(road: &Road, stage: &str, change: &dyn Fn(&mut Country, &Question)) -> String {
    let base = answered(road, stage);
    let before = road.page(&base, stage);
    let questionnaire = road.questionnaire(stage);
    let standing = {
        let read = road.read(&base, stage);
        score(questionnaire, &read[0].1)
    };
    let required = &questionnaire.words.stage(stage).unwrap().required_sections;
    let mut wrong = String::new();
    for id in required {
        let text = before.section(id);
        let mut moving = 0;
        let sections = questionnaire
            .sections
            .iter()
            .filter(|one| one.domain == *id);
        for question in sections.flat_map(|section| &section.questions) {
            if standing.standing(&question.id) != Standing::Open {
                continue;
            }
            let mut country = base.clone();
            change(&mut country, question);
            if road.page(&country, stage).section(id) == text {
                writeln!(
                    wrong,
                    "{stage} {}: {id} says the same whatever `{}` is",
                    road.lang, question.id
                )
                .unwrap();
            } else {
                moving += 1;
            }
        }
        if moving < 2 {
            writeln!(
                wrong,
                "{stage} {}: {id} rests on {moving} answers",
                road.lang
            )
            .unwrap();
        }
    }
    wrong
}

/// Another answer moves the section, in both languages.
fn every_answer_moves_its_section(stage: &str) {
    let mut wrong = String::new();
    for lang in ["en", "fr"] {
        wrong += &unmoved(road(lang), stage, &|country, question| {
            country.set(stage, &question.id, value(question, true));
        });
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_answer_moves_its_section_of_the_design() {
    every_answer_moves_its_section("design");
}

#[test]
fn every_answer_moves_its_section_of_the_establishment() {
    every_answer_moves_its_section("establishment");
}

#[test]
fn every_answer_moves_its_section_of_the_enhancement() {
    every_answer_moves_its_section("enhancement");
}

/// The plan and the monthly records stand behind the section on reports as well.
#[test]
fn the_monthly_records_move_the_section_on_reports() {
    for lang in ["en", "fr"] {
        let road = road(lang);
        let base = Country::new(&["establishment"]);
        let mut country = base.clone().with_harbour();
        let reports = |country: &Country| road.page(country, "establishment").section("reports");
        let (without, with) = (reports(&base), reports(&country));
        assert_ne!(without, with);
        let progress = country.progress.as_mut().unwrap();
        let last = *progress.records.keys().next_back().unwrap();
        progress.records.remove(&last);
        assert_ne!(reports(&country), with);
        country.progress.as_mut().unwrap().plan = None;
        assert_ne!(reports(&country), with);
    }
}
