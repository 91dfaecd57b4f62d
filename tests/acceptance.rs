//! The operational acceptance: what the tests of the services, the points and the reservations make of
//! the certificate, and what comes before what.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::BTreeMap;

use cirtkit::model::{Date, Kind, Value};
use cirtkit::plan::Judged;
use proptest::prelude::*;

use common::page::Page;
use common::road::{Country, harbour, road};

const STAGE: &str = "establishment";

fn day(text: &str) -> Value {
    Value::Date(Date::parse(text).unwrap())
}

fn text(words: &str) -> Value {
    Value::Text(words.into())
}

fn choice(id: &str) -> Value {
    Value::Choice(id.into())
}

fn row(cells: &[(&str, Value)]) -> BTreeMap<String, Value> {
    let cells = cells.iter().cloned();
    cells.map(|(id, value)| (id.to_string(), value)).collect()
}

/// An establishment in which every level is at 3 and every point of the acceptance is met.
fn ready() -> Country {
    let mut country = Country::new(&[STAGE]);
    for question in road("en").questionnaire(STAGE).questions() {
        match question.kind {
            Kind::Level => country.set_level(STAGE, &question.id, 3),
            Kind::YesNo => drop(country.set(STAGE, &question.id, Value::YesNo(true))),
            _ => {}
        }
    }
    country.set(STAGE, "acceptance-decision", choice("pending"));
    country
}

/// A service tested: the result, and who waived.
type Tested = (Option<&'static str>, Option<&'static str>);

/// Puts tests of services into the table.
fn tested(country: &mut Country, tests: &[Tested]) {
    let questionnaire = road("en").questionnaire(STAGE);
    let services = &questionnaire.question("testing-services").unwrap().columns[0].options;
    let rows = tests
        .iter()
        .zip(services)
        .map(|((result, waived_by), service)| {
            let mut cells = vec![("service", choice(&service.id))];
            cells.extend(result.map(|result| ("result", choice(result))));
            cells.extend(waived_by.map(|name| ("waived-by", text(name))));
            row(&cells)
        });
    country.set(STAGE, "testing-services", Value::Table(rows.collect()));
}

/// Puts reservations into the list: what, when lifted, and under which id it was announced.
fn reserved(country: &mut Country, list: &[(&str, Option<&str>, Option<&str>)]) {
    let rows = list.iter().map(|(what, lifted, announced)| {
        let mut cells = vec![("what", text(what)), ("owner", text("the host"))];
        cells.extend(lifted.map(|lifted| ("lifted", day(lifted))));
        cells.extend(announced.map(|id| ("announced", text(id))));
        row(&cells)
    });
    country.set(STAGE, "closure-reservations", Value::Table(rows.collect()));
}

/// The rules that speak.
fn rules(country: &Country) -> Vec<String> {
    let (questionnaire, dossier) = road("en").read(country, STAGE).pop().unwrap();
    let judged = Judged::new(questionnaire, dossier);
    judged
        .plan
        .findings
        .into_iter()
        .map(|one| one.rule)
        .collect()
}

fn speaks(country: &Country, rule: &str) -> bool {
    rules(country).iter().any(|one| one == rule)
}

/// The chapter on acceptance, which ends in the certificate or in what stands in its way.
fn chapter(country: &Country, lang: &str) -> Page {
    road(lang).page(country, STAGE)
}

fn has(page: &Page, heading: &str) -> bool {
    page.headings().iter().any(|one| one.id == heading)
}

/// Tells whether a certificate is printed; it, or what stands in its way, is there in both languages.
fn certified(country: &Country) -> bool {
    let printed = ["en", "fr"].map(|lang| {
        let page = chapter(country, lang);
        let printed = has(&page, "acceptance-certificate");
        assert_ne!(
            printed,
            has(&page, "in-the-way"),
            "one of both stands in {lang}"
        );
        printed
    });
    assert_eq!(printed[0], printed[1]);
    printed[0]
}

#[test]
fn where_all_is_ready_the_certificate_is_printed_without_reservation() {
    let mut country = ready();
    tested(
        &mut country,
        &[(Some("passed"), None), (Some("passed"), None)],
    );
    assert!(certified(&country));
    let text = chapter(&country, "en").section("acceptance-certificate");
    assert!(
        text.contains("No reservation follows from the findings."),
        "{text}"
    );
    assert!(text.contains("Signatures:"), "{text}");
}

/// Each point by itself: unanswered or at its lowest, it stands in the way or stands as a reservation.
#[test]
fn each_point_of_the_acceptance_stands_in_the_way_or_stands_as_a_reservation() {
    let english = road("en").questionnaire(STAGE);
    let acceptance = english
        .sections
        .iter()
        .find(|one| one.id == "acceptance")
        .unwrap();
    for question in &acceptance.questions {
        let lowest = match question.kind {
            Kind::Level => Value::Level(0),
            Kind::YesNo => Value::YesNo(false),
            _ => continue,
        };
        let mut country = ready();
        country.answers.get_mut(STAGE).unwrap().remove(&question.id);
        assert!(!certified(&country), "{}", question.id);
        for lang in ["en", "fr"] {
            let title = &road(lang)
                .questionnaire(STAGE)
                .question(&question.id)
                .unwrap()
                .text;
            let way = chapter(&country, lang).section("in-the-way");
            assert!(
                way.contains(title.as_str()),
                "{} is not named: {way}",
                question.id
            );
        }

        country.set(STAGE, &question.id, lowest);
        let (id, page) = (&question.id, chapter(&country, "en"));
        if certified(&country) {
            let text = page.section("acceptance-certificate");
            let minor = *id == "acceptance-rfc2350";
            assert_eq!(
                text.contains("No reservation follows"),
                minor,
                "{id}: {text}"
            );
        } else {
            assert!(
                page.section("in-the-way").contains(&format!("[{id}]")),
                "{id}"
            );
        }
    }
}

// ---- the tests of the services ----

const RESULTS: [Option<&str>; 5] = [
    Some("passed"),
    Some("passed-with-reservation"),
    Some("failed"),
    Some("waived"),
    None,
];

fn test() -> impl Strategy<Value = Tested> {
    let name = prop::sample::select(vec![None, Some("the Minister"), Some("the Head")]);
    (prop::sample::select(RESULTS.to_vec()), name)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whatever else stands in the table, a failed test, a waiver without a name and a service without
    /// a result are told, each exactly where it is; and how many there are.
    #[test]
    fn what_is_wrong_with_a_test_is_told(tests in proptest::collection::vec(test(), 0..6)) {
        let mut country = ready();
        tested(&mut country, &tests);
        let count = |which: &dyn Fn(&Tested) -> bool| {
            tests.iter().filter(|test| which(test)).count()
        };
        let counts = [
            ("services-failed-test", "tests-failed", count(&|one| one.0 == Some("failed"))),
            ("waiver-unnamed", "waivers-unnamed", count(&|one| *one == (Some("waived"), None))),
            ("tests-unrecorded", "tests-without-result", count(&|one| one.0.is_none())),
        ];
        let spoken = rules(&country);
        let road = road("en");
        let report = road.report(&country, STAGE, &common::road::Wanted::own(road, STAGE));
        for (rule, figure, n) in counts {
            prop_assert_eq!(spoken.iter().any(|one| one == rule), n > 0, "{}", rule);
            let figure = report.figures.iter().find(|one| one.id == figure).unwrap();
            prop_assert_eq!(figure.value.clone(), Some(n.to_string()), "{}", figure.id);
        }
        let figure = |id: &str| -> usize {
            let figure = report.figures.iter().find(|one| one.id == id).unwrap();
            figure.value.as_ref().unwrap().parse().unwrap()
        };
        let named = count(&|one| one.0 == Some("waived") && one.1.is_some());
        prop_assert_eq!(figure("waivers-named"), named);
        let all = ["tests-passed", "tests-reserved", "tests-failed", "tests-waived", "tests-without-result"];
        prop_assert_eq!(all.map(figure).iter().sum::<usize>(), tests.len());
    }
}

/// The certificate does not pass over a test in silence: it lists what is wrong as a reservation.
#[test]
fn a_test_that_is_not_passed_stands_in_the_certificate() {
    let cases: [(&[Tested], &str, &str); 3] = [
        (
            &[(Some("passed"), None), (Some("failed"), None)],
            "has failed its test so far",
            "un service essayé a échoué",
        ),
        (
            &[
                (Some("passed"), Some("the Minister")),
                (Some("waived"), None),
            ],
            "whoever gave the waiver",
            "celui qui les a accordées",
        ),
        (
            &[(Some("failed"), None), (None, None)],
            "without the result of a test",
            "sans résultat d’essai",
        ),
    ];
    for (tests, english, french) in cases {
        let mut country = ready();
        tested(&mut country, tests);
        assert!(certified(&country));
        for (lang, words) in [("en", english), ("fr", french)] {
            let text = chapter(&country, lang).section("acceptance-certificate");
            let text = text.replace(['\u{a0}', '\u{202f}'], " ");
            assert!(text.to_lowercase().contains(words), "{words}: {text}");
        }
    }
    // A waiver under a name and a pass with a reservation are told in the table, not as reservations.
    let mut country = ready();
    tested(
        &mut country,
        &[
            (Some("waived"), Some("the Minister")),
            (Some("passed-with-reservation"), None),
        ],
    );
    let page = chapter(&country, "en");
    assert!(page.section("testing").contains("the Minister"));
    let text = page.section("acceptance-certificate");
    assert!(text.contains("No reservation follows"), "{text}");
}

// ---- provisional, then final ----

#[test]
fn the_final_acceptance_is_asked_for_only_after_the_provisional_one() {
    for (decision, follows) in [
        (None, false),
        (Some("pending"), false),
        (Some("deferred"), false),
        (Some("refused"), false),
        (Some("accepted"), true),
        (Some("accepted-with-reservations"), true),
    ] {
        let mut country = ready();
        country
            .answers
            .get_mut(STAGE)
            .unwrap()
            .remove("acceptance-decision");
        if let Some(decision) = decision {
            country.set(STAGE, "acceptance-decision", choice(decision));
        }
        country.set(STAGE, "acceptance-final-decision", choice("granted"));
        country.set(STAGE, "acceptance-final-date", day("2029-04-02"));
        for lang in ["en", "fr"] {
            let road = road(lang);
            let page = road.page(&country, STAGE);
            let date = road.language.date(Date::parse("2029-04-02").unwrap());
            // An answer that does not apply is kept in the file and printed nowhere.
            let told = page.text().contains(&date);
            assert_eq!(told, follows || decision.is_none(), "{decision:?} {lang}");
            if decision == Some("refused") {
                assert!(has(&page, "in-the-way"));
            }
        }
    }
}

#[test]
fn open_reservations_stand_against_the_final_acceptance() {
    let open = ("Generator for the rooms", None, None);
    let lifted = ("Second line", Some("2028-02-01"), None);
    for (list, stands) in [
        (vec![open], true),
        (vec![lifted], false),
        (vec![lifted, open], true),
    ] {
        let mut country = ready();
        country.set(
            STAGE,
            "acceptance-decision",
            choice("accepted-with-reservations"),
        );
        reserved(&mut country, &list);
        assert!(!speaks(&country, "final-with-open-reservations"));
        assert_eq!(speaks(&country, "reservations-lifted"), !stands);
        for (decision, granted) in [("granted", true), ("deferred", false), ("pending", false)] {
            country.set(STAGE, "acceptance-final-decision", choice(decision));
            let spoken = speaks(&country, "final-with-open-reservations");
            assert_eq!(spoken, stands && granted, "{decision} {list:?}");
        }
        // What is open is counted in the certificate.
        let text = chapter(&country, "en").section("acceptance-certificate");
        let count = match (list.len(), stands) {
            (1, true) => "none is lifted",
            (1, false) => "it is lifted",
            _ => "one is not lifted",
        };
        assert!(text.contains(count), "{text}");
        for (what, _, _) in &list {
            assert!(text.contains(what), "{text}");
        }
    }
}

#[test]
fn what_was_granted_with_open_reservations_stands_in_the_certificate_as_a_reservation() {
    let mut country = ready();
    country.set(
        STAGE,
        "acceptance-decision",
        choice("accepted-with-reservations"),
    );
    country.set(STAGE, "acceptance-final-decision", choice("granted"));
    country.set(STAGE, "acceptance-final-date", day("2029-04-02"));
    reserved(&mut country, &[("Generator for the rooms", None, None)]);
    let text = chapter(&country, "en").section("acceptance-certificate");
    assert!(text.contains("Not every reservation is lifted"), "{text}");
    reserved(
        &mut country,
        &[("Generator for the rooms", Some("2029-03-01"), None)],
    );
    let text = chapter(&country, "en").section("acceptance-certificate");
    assert!(!text.contains("Not every reservation is lifted"), "{text}");
}

// ---- what the monthly records announced ----

#[test]
fn the_certificate_names_the_month_in_which_a_reservation_was_announced() {
    let progress = harbour().progress.as_ref().unwrap();
    let announced: BTreeMap<&String, _> = progress
        .records
        .iter()
        .rev()
        .flat_map(|(month, record)| {
            record
                .reservations
                .iter()
                .map(|(id, one)| (id, (*month, one)))
        })
        .collect();
    assert!(!announced.is_empty(), "the sample announces nothing");
    for (id, (month, one)) in &announced {
        let mut country = ready().with_harbour();
        reserved(
            &mut country,
            &[
                ("Something else", None, None),
                ("What was announced", None, Some(id)),
            ],
        );
        for lang in ["en", "fr"] {
            let road = road(lang);
            let certificate = road.page(&country, STAGE).section("acceptance-certificate");
            let month = road.language.month(*month);
            let rows: Vec<&str> = certificate.lines().collect();
            let table = rows
                .iter()
                .find(|line| line.contains("What was announced"))
                .unwrap();
            assert!(
                table.to_lowercase().contains(&month.to_lowercase()),
                "{id} {lang}: {table}"
            );
            // It is on the list, so it is not told again below.
            let what = one.what.get(lang).0;
            let again = rows.iter().filter(|line| line.contains(what)).count();
            assert_eq!(again, 0, "{id} {lang}: {certificate}");
        }
        // One that nobody listed is told as such, with its month, while it is open.
        let mut country = ready().with_harbour();
        country
            .answers
            .get_mut(STAGE)
            .unwrap()
            .remove("closure-reservations");
        let certificate = chapter(&country, "en").section("acceptance-certificate");
        let report = {
            let road = road("en");
            road.report(&country, STAGE, &common::road::Wanted::own(road, STAGE))
        };
        let view = report.progress.unwrap();
        let view = view.reservations.iter().find(|one| one.id == **id).unwrap();
        assert_eq!(
            certificate.contains(&view.what.text),
            !view.closed,
            "{id}: {certificate}"
        );
    }
}
