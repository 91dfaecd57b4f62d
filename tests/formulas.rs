//! The figures of the design: each formula with its arithmetic written out by hand.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fs;
use std::sync::OnceLock;

use cirtkit::content::Content;
use cirtkit::diagnostic::Diagnostics;
use cirtkit::dossier::{self, withhold};
use cirtkit::formula::{self, Lack};
use cirtkit::model::{Dossier, Questionnaire, Tlp};
use cirtkit::pack;
use cirtkit::plan::Judged;
use cirtkit::report::{self, FigureView, Language};
use cirtkit::scoring::score;
use proptest::prelude::*;
use rust_decimal::Decimal;

const HEAD: &str = r#"schema = 1
country = "LS"
tlp = "AMBER"
currency = "USD"

[stages.design]
questionnaire = "design"
edition = 1
state = "draft"
draft = 2026-06-19
"#;

/// Two seats round the clock; the house's own productive hours are not known.
const DESIGN: &str = r#"
[answers.services-hours]
value = "round-the-clock"

[answers.personnel-seats]
value = 2

[answers.personnel-posts]
value = [
  { role = "Head", number = 1, seniority = "lead" },
  { role = "Analyst", number = 3, seniority = "experienced" },
  { role = "Duty officer", number = 8, seniority = "junior" },
]

[answers.tools-list]
value = [
  { item = "Laptop", quantity = 12, unit-price = "1450.50", paid-by = "partner" },
  { item = "Server", quantity = 2, unit-price = "9800", paid-by = "state" },
  { item = "Rack", quantity = 1, unit-price = "700", paid-by = "in-kind" },
]

[answers.budget-approval]
value = 2

[answers.budget-yearly]
value = [
  { line = "Pay", kind = "recurrent", payer = "state", year-1 = "60000", year-2 = "120000", year-3 = "120000", year-4 = "126000", year-5 = "126000" },
  { line = "Equipment", kind = "capital", payer = "partner", year-1 = "37706", year-2 = "0", year-3 = "0", year-4 = "0", year-5 = "0" },
  { line = "Rooms", kind = "capital", payer = "host", year-1 = "15000", year-2 = "0", year-3 = "0", year-4 = "0", year-5 = "0" },
  { line = "Licences", kind = "recurrent", payer = "open", year-1 = "0", year-2 = "8000.25", year-3 = "8000.25", year-4 = "8000.25", year-5 = "8000.25" },
  { line = "Rooms lent", kind = "recurrent", payer = "in-kind", year-1 = "600", year-2 = "1200", year-3 = "1200", year-4 = "1200", year-5 = "1200" },
]

[answers.personnel-training]
value = [
  { skill = "Triage", role = "Analyst", persons = 3, cost = "4500" },
  { skill = "Forensics", role = "Analyst", persons = 1, cost = "2250.50" },
]
"#;

const PRICES: &str = r#"
[parameters]
pay-junior = "450"
pay-experienced = "800"
pay-lead = "1500"
rent = "850"
connectivity = "1200.50"
import-tax = "15"
"#;

fn questionnaire(lang: &str) -> &'static Questionnaire {
    static BOTH: OnceLock<[Questionnaire; 2]> = OnceLock::new();
    let load = |lang: &str| {
        let mut found = Diagnostics::default();
        let pack = pack::load(&Content::shipped(), "design", 1, lang, &mut found).unwrap();
        assert!(found.is_empty(), "{}", found.to_text());
        pack.questionnaire
    };
    let [english, french] = BOTH.get_or_init(|| [load("en"), load("fr")]);
    if lang == "en" { english } else { french }
}

/// Reads a dossier out of the text of its two files, or tells what is wrong with it.
fn try_read(head: &str, design: &str) -> Result<Dossier, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("dossier.toml"), head).unwrap();
    fs::write(folder.path().join("design.toml"), design).unwrap();
    let mut found = Diagnostics::default();
    let read = dossier::read_head(folder.path(), &mut found).and_then(|head| {
        dossier::read(
            folder.path(),
            head,
            "design",
            questionnaire("en"),
            &mut found,
        )
    });
    read.ok_or_else(|| found.to_text())
}

fn read(head: &str, design: &str) -> Dossier {
    try_read(head, design).unwrap_or_else(|problems| panic!("{problems}"))
}

fn views(dossier: &Dossier, lang: &str) -> Vec<FigureView> {
    let questionnaire = questionnaire(lang);
    let mut found = Diagnostics::default();
    let language = Language::load(&Content::shipped(), lang, &mut found).unwrap();
    let stage = Judged::new(questionnaire, dossier.clone());
    report::figures(&stage, &[], &language)
}

fn view(dossier: &Dossier, lang: &str, id: &str) -> FigureView {
    let mut views = views(dossier, lang).into_iter();
    views.find(|one| one.id == id).unwrap()
}

fn lacks(dossier: &Dossier, id: &str) -> Vec<Lack> {
    let questionnaire = questionnaire("en");
    let score = score(questionnaire, dossier);
    let mut figures = formula::figures(questionnaire, dossier, &score).into_iter();
    let figure = figures.find(|one| one.formula == id).unwrap();
    figure.value.err().unwrap_or_default()
}

fn value(dossier: &Dossier, id: &str) -> Decimal {
    let questionnaire = questionnaire("en");
    let score = score(questionnaire, dossier);
    let mut figures = formula::figures(questionnaire, dossier, &score).into_iter();
    let figure = figures.find(|one| one.formula == id).unwrap();
    figure.value.unwrap()
}

#[test]
fn every_formula_by_hand() {
    let dossier = read(&format!("{HEAD}{PRICES}"), DESIGN);
    let by_hand: &[(&str, &str, &[&str])] = &[
        ("coverage-hours", "168\u{a0}hours a week", &["24 × 7 = 168"]),
        (
            "shift-relief",
            "5.29\u{a0}people",
            &["168 × 52 / 1,650 = 5.29"],
        ),
        (
            "posts-needed",
            "11\u{a0}posts",
            &["168 × 52 / 1,650 × 2 = 10.59 → 11"],
        ),
        ("posts-designed", "12\u{a0}posts", &["1 + 3 + 8 = 12"]),
        (
            "person-months",
            "144\u{a0}person-months",
            &["12 × 12 = 144"],
        ),
        // 1,500 + 2,400 + 3,600 = 7,500 a month.
        (
            "pay-year",
            "USD\u{a0}90,000",
            &[
                "1 × 1,500 + 3 × 800 + 8 × 450 = 7,500",
                "12 × 7,500 = 90,000",
            ],
        ),
        // 2,050.50 a month are 24,606 a year.
        (
            "running-year",
            "USD\u{a0}114,606",
            &["90,000 + 12 × (850 + 1,200.50) = 114,606"],
        ),
        // 17,406 + 19,600 + 700.
        (
            "equipment",
            "USD\u{a0}37,706",
            &["12 × 1,450.50 + 2 × 9,800 + 1 × 700 = 37,706"],
        ),
        (
            "equipment-state",
            "USD\u{a0}19,600",
            &["0 + 2 × 9,800 + 0 = 19,600"],
        ),
        (
            "equipment-partner",
            "USD\u{a0}17,406",
            &["12 × 1,450.50 + 0 + 0 = 17,406"],
        ),
        (
            "equipment-in-kind",
            "USD\u{a0}700",
            &["0 + 0 + 1 × 700 = 700"],
        ),
        // 37,706 and 15 % of it, 5,655.90.
        (
            "equipment-taxed",
            "USD\u{a0}43,361.90",
            &["37,706 × (100 + 15) / 100 = 43,361.90"],
        ),
        (
            "cost-year-1",
            "USD\u{a0}113,306",
            &["60,000 + 37,706 + 15,000 + 0 + 600 = 113,306"],
        ),
        (
            "cost-year-2",
            "USD\u{a0}129,200.25",
            &["120,000 + 0 + 0 + 8,000.25 + 1,200 = 129,200.25"],
        ),
        (
            "cost-year-3",
            "USD\u{a0}129,200.25",
            &["120,000 + 0 + 0 + 8,000.25 + 1,200 = 129,200.25"],
        ),
        (
            "cost-year-4",
            "USD\u{a0}135,200.25",
            &["126,000 + 0 + 0 + 8,000.25 + 1,200 = 135,200.25"],
        ),
        (
            "cost-year-5",
            "USD\u{a0}135,200.25",
            &["126,000 + 0 + 0 + 8,000.25 + 1,200 = 135,200.25"],
        ),
        (
            "cost-five-years",
            "USD\u{a0}642,107",
            &["113,306 + 129,200.25 + 129,200.25 + 135,200.25 + 135,200.25 = 642,107"],
        ),
        // 60,000 + 2 × 120,000 + 2 × 126,000.
        (
            "cost-state",
            "USD\u{a0}552,000",
            &["(60,000 + 120,000 + 120,000 + 126,000 + 126,000) + 0 + 0 + 0 + 0 = 552,000"],
        ),
        (
            "cost-host",
            "USD\u{a0}15,000",
            &["0 + 0 + (15,000 + 0 + 0 + 0 + 0) + 0 + 0 = 15,000"],
        ),
        (
            "cost-partner",
            "USD\u{a0}37,706",
            &["0 + (37,706 + 0 + 0 + 0 + 0) + 0 + 0 + 0 = 37,706"],
        ),
        // 4 × 8,000.25.
        (
            "cost-open",
            "USD\u{a0}32,001",
            &["0 + 0 + 0 + (0 + 8,000.25 + 8,000.25 + 8,000.25 + 8,000.25) + 0 = 32,001"],
        ),
        // 37,706 + 15,000.
        (
            "cost-capital",
            "USD\u{a0}52,706",
            &["0 + (37,706 + 0 + 0 + 0 + 0) + (15,000 + 0 + 0 + 0 + 0) + 0 + 0 = 52,706"],
        ),
        // 552,000 + 32,001 + 5,400.
        (
            "cost-recurrent",
            "USD\u{a0}589,401",
            &[
                "(60,000 + 120,000 + 120,000 + 126,000 + 126,000) + 0 + 0 + (0 + 8,000.25 + 8,000.25 + 8,000.25 + 8,000.25) + (600 + 1,200 + 1,200 + 1,200 + 1,200) = 589,401",
            ],
        ),
        // 600 + 4 × 1,200.
        (
            "cost-in-kind",
            "USD\u{a0}5,400",
            &["0 + 0 + 0 + 0 + (600 + 1,200 + 1,200 + 1,200 + 1,200) = 5,400"],
        ),
        ("gap-year-1", "USD\u{a0}0", &["0 + 0 + 0 + 0 + 0 = 0"]),
        (
            "gap-year-2",
            "USD\u{a0}8,000.25",
            &["0 + 0 + 0 + 8,000.25 + 0 = 8,000.25"],
        ),
        (
            "gap-year-3",
            "USD\u{a0}8,000.25",
            &["0 + 0 + 0 + 8,000.25 + 0 = 8,000.25"],
        ),
        (
            "gap-year-4",
            "USD\u{a0}8,000.25",
            &["0 + 0 + 0 + 8,000.25 + 0 = 8,000.25"],
        ),
        (
            "gap-year-5",
            "USD\u{a0}8,000.25",
            &["0 + 0 + 0 + 8,000.25 + 0 = 8,000.25"],
        ),
        // All that is open, since nothing is in year 1.
        (
            "gap-later-years",
            "USD\u{a0}32,001",
            &["8,000.25 + 8,000.25 + 8,000.25 + 8,000.25 = 32,001"],
        ),
        (
            "cost-later-years",
            "USD\u{a0}528,801",
            &["129,200.25 + 129,200.25 + 135,200.25 + 135,200.25 = 528,801"],
        ),
        (
            "training-cost",
            "USD\u{a0}6,750.50",
            &["4,500 + 2,250.50 = 6,750.50"],
        ),
    ];
    let views = views(&dossier, "en");
    assert_eq!(views.len(), by_hand.len(), "a formula has no case");
    for (view, (id, told, steps)) in views.iter().zip(by_hand) {
        assert_eq!(view.id, *id);
        assert_eq!(view.wanted, Vec::<String>::new(), "{id}");
        assert_eq!(view.told.as_deref(), Some(*told), "{id}");
        assert_eq!(view.steps, *steps, "{id}");
    }
}

/// Six services of which each has another fate, one waiver without a name, and three lots.
const ESTABLISHMENT: &str = r#"
[answers.capability-posts]
value = [
  { post = "Head", planned = 1, filled = 1 },
  { post = "Analyst", planned = 4, filled = 2 },
]

[answers.testing-services]
value = [
  { service = "isim-information-security-incident-report-acceptance", result = "passed" },
  { service = "isim-information-security-incident-analysis", result = "passed-with-reservation" },
  { service = "isim-information-security-incident-coordination", result = "failed" },
  { service = "sa-communication", result = "waived", waived-by = "the committee" },
  { service = "kt-exercises", result = "waived" },
  { service = "kt-awareness-building" },
]

[answers.closure-reservations]
value = [
  { what = "No night line", lifted = 2026-05-04 },
  { what = "One zone" },
  { what = "No policy" },
]

[answers.deployment-orders]
value = [
  { lot = "Works", amount = "46400.50 USD" },
  { lot = "Servers", amount = "59000 USD" },
  { lot = "Licences", amount = "12000 USD" },
]
"#;

#[test]
fn every_formula_of_the_establishment_by_hand() {
    let by_hand: &[(&str, &str, &str)] = &[
        ("posts-planned", "1 + 4 = 5", "5"),
        ("posts-filled", "1 + 2 = 3", "3"),
        ("posts-vacant", "5 − 3 = 2", "2"),
        ("tests-passed", "1 + 0 + 0 + 0 + 0 + 0 = 1", "1"),
        ("tests-reserved", "0 + 1 + 0 + 0 + 0 + 0 = 1", "1"),
        ("tests-failed", "0 + 0 + 1 + 0 + 0 + 0 = 1", "1"),
        ("tests-waived", "0 + 0 + 0 + 1 + 1 + 0 = 2", "2"),
        ("tests-without-result", "1", "1"),
        ("waivers-named", "2 − 1 = 1", "1"),
        ("waivers-unnamed", "0 + 0 + 0 + 0 + 1 + 0 = 1", "1"),
        ("reservations-listed", "3", "3"),
        ("reservations-open", "2", "2"),
        (
            "orders-total",
            "46,400.50 + 59,000 + 12,000 = 117,400.50",
            "USD\u{a0}117,400.50",
        ),
    ];
    let content = Content::shipped();
    let mut found = Diagnostics::default();
    let pack = pack::load(&content, "establishment", 1, "en", &mut found).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let head = HEAD.replace("design", "establishment");
    fs::write(folder.path().join("dossier.toml"), head).unwrap();
    fs::write(folder.path().join("establishment.toml"), ESTABLISHMENT).unwrap();
    let head = dossier::read_head(folder.path(), &mut found).unwrap();
    let questionnaire = &pack.questionnaire;
    let stage = "establishment";
    let read = dossier::read(folder.path(), head, stage, questionnaire, &mut found);
    let judged = Judged::new(
        questionnaire,
        read.unwrap_or_else(|| panic!("{}", found.to_text())),
    );
    let language = Language::load(&content, "en", &mut found).unwrap();
    let views = report::figures(&judged, &[], &language);
    assert_eq!(views.len(), by_hand.len(), "a formula has no case");
    for (view, (id, step, told)) in views.iter().zip(by_hand) {
        assert_eq!(view.id, *id);
        assert_eq!(view.steps, [*step], "{id}");
        assert_eq!(view.told.as_deref(), Some(*told), "{id}");
    }
}

fn broken_down(dossier: &Dossier, id: &str) -> Result<formula::Table, Vec<Lack>> {
    let questionnaire = questionnaire("en");
    let one = questionnaire.breakdowns.iter().find(|one| one.id == id);
    let score = score(questionnaire, dossier);
    formula::break_down(one.unwrap(), questionnaire, dossier, &score)
}

/// By payer: 60,000 of pay; 37,706 of equipment; 15,000 of rooms; 600 of rooms lent; nothing of licences.
#[test]
fn who_pays_in_the_first_year_by_hand() {
    let table = broken_down(&read(HEAD, DESIGN), "budget-by-payer").unwrap();
    let first: Vec<(&str, String)> = table
        .rows
        .iter()
        .map(|(payer, years)| (payer.as_str(), years[0].normalize().to_string()))
        .collect();
    let by_hand = [
        ("state", "60000"),
        ("host", "15000"),
        ("partner", "37706"),
        ("in-kind", "600"),
        ("open", "0"),
    ];
    assert_eq!(first, by_hand.map(|(payer, sum)| (payer, sum.to_string())));
    assert_eq!(table.column_totals[0], Decimal::from(113_306));
}

/// A line without a payer or with an empty year is told, not counted as nothing.
#[test]
fn a_hole_in_the_budget_gives_no_table() {
    let hole = DESIGN.replace(
        "payer = \"host\", year-1 = \"15000\",",
        "year-1 = \"15000\",",
    );
    let lacks = broken_down(&read(HEAD, &hole), "budget-by-payer").unwrap_err();
    assert_eq!(
        lacks,
        [Lack::Cell {
            question: "budget-yearly".into(),
            row: 3,
            column: "payer".into()
        }]
    );
    let other = DESIGN.replace("year-1 = \"15000\"", "year-1 = \"15000 EUR\"");
    let lacks = broken_down(&read(HEAD, &other), "budget-by-payer").unwrap_err();
    assert!(
        matches!(lacks.as_slice(), [Lack::Currency { .. }]),
        "{lacks:?}"
    );
}

/// What is left empty beside a filled year is the same as a zero; a line without any amount is wanted, and
/// its rows are told together.
#[test]
fn an_empty_year_beside_a_filled_one_costs_nothing() {
    let whole = read(HEAD, DESIGN);
    let bare = DESIGN.replace(
        ", year-2 = \"0\", year-3 = \"0\", year-4 = \"0\", year-5 = \"0\"",
        "",
    );
    assert_ne!(bare, DESIGN);
    let bare = read(HEAD, &bare);
    for id in ["budget-by-payer", "budget-by-kind"] {
        assert_eq!(broken_down(&bare, id), broken_down(&whole, id));
    }
    assert_eq!(
        value(&bare, "cost-five-years"),
        value(&whole, "cost-five-years")
    );
    let hollow = DESIGN
        .replace(
            "year-1 = \"15000\", year-2 = \"0\", year-3 = \"0\", year-4 = \"0\", year-5 = \"0\" ",
            "",
        )
        .replace(
            "year-1 = \"37706\", year-2 = \"0\", year-3 = \"0\", year-4 = \"0\", year-5 = \"0\" ",
            "",
        );
    let hollow = read(HEAD, &hollow);
    assert_eq!(
        view(&hollow, "en", "cost-year-1").wanted,
        ["Year 1 in rows 2 and 3 of: Budget for five years"]
    );
    assert!(broken_down(&hollow, "budget-by-payer").is_err());
}

#[test]
fn the_other_coverage_hours() {
    for (hours, step, posts) in [
        ("office-hours", "40 × 52 / 1,650 × 2 = 2.52 → 3", "3"),
        ("extended", "84 × 52 / 1,650 × 2 = 5.29 → 6", "6"),
    ] {
        let dossier = read(HEAD, &DESIGN.replace("round-the-clock", hours));
        let view = view(&dossier, "en", "posts-needed");
        assert_eq!(view.steps, [step]);
        assert_eq!(view.value.as_deref(), Some(posts));
    }
}

#[test]
fn an_answer_and_the_dossier_come_before_a_default() {
    let own = format!("{HEAD}[parameters]\nproductive-hours = \"1600\"\n");
    let default = view(&read(HEAD, DESIGN), "en", "posts-needed");
    let parameter = default.parameters.first().unwrap();
    assert_eq!((parameter.own, parameter.year), (false, Some(2026)));
    assert!(parameter.source.is_some());
    let by_dossier = view(&read(&own, DESIGN), "en", "posts-needed");
    assert_eq!(by_dossier.steps, ["168 × 52 / 1,600 × 2 = 10.92 → 11"]);
    let parameter = by_dossier.parameters.first().unwrap();
    assert_eq!((parameter.own, &parameter.source), (true, &None));
    let answered = format!("{DESIGN}[answers.personnel-hours]\nvalue = 1456\n");
    let by_answer = view(&read(&own, &answered), "en", "posts-needed");
    // 8,736 hours of a year, cut by 1,456, are 6 people a seat: a whole number, nothing is rounded.
    assert_eq!(by_answer.steps, ["168 × 52 / 1,456 × 2 = 12"]);
    assert!(by_answer.parameters.is_empty());
}

#[test]
fn without_local_prices_there_are_quantities_and_what_is_wanted() {
    let dossier = read(HEAD, DESIGN);
    let months = view(&dossier, "en", "person-months");
    assert_eq!(months.told.as_deref(), Some("144\u{a0}person-months"));
    let pay = view(&dossier, "en", "pay-year");
    assert_eq!((&pay.value, &pay.told), (&None, &None));
    assert!(pay.steps.is_empty());
    assert_eq!(
        pay.wanted,
        [
            "Monthly cost of an experienced post, charges of the employer included (USD a month)",
            "Monthly cost of a junior post, charges of the employer included (USD a month)",
            "Monthly cost of a lead post, charges of the employer included (USD a month)",
        ]
    );
    let running = view(&dossier, "en", "running-year");
    assert_eq!(running.wanted.len(), 5, "{:?}", running.wanted);
}

#[test]
fn nothing_is_counted_as_zero_that_nobody_said() {
    let empty = read(HEAD, "");
    for view in views(&empty, "en") {
        assert!(
            view.value.is_none() && !view.wanted.is_empty(),
            "{}",
            view.id
        );
    }
    let cut = DESIGN
        .replace(", unit-price = \"9800\"", "")
        .replace("quantity = 1, ", "");
    let dossier = read(HEAD, &cut);
    assert_eq!(
        view(&dossier, "en", "equipment").wanted,
        [
            "Unit price in row 2 of: Hardware, software and licences",
            "Quantity in row 3 of: Hardware, software and licences",
        ]
    );
    // What a partner pays is known all the same.
    assert_eq!(value(&dossier, "equipment-partner"), Decimal::from(17_406));
    let state = Lack::Cell {
        question: "tools-list".into(),
        row: 2,
        column: "unit-price".into(),
    };
    assert_eq!(lacks(&dossier, "equipment-state"), [state]);
}

#[test]
fn division_by_zero_overflow_and_foreign_amounts_are_told() {
    let zero = format!("{DESIGN}[answers.personnel-hours]\nvalue = 0\n");
    let dossier = read(HEAD, &zero);
    let told = Lack::DivisionByZero("shift-relief".into());
    assert_eq!(lacks(&dossier, "shift-relief"), [told]);
    let many = "79228162514264337593543950335";
    let large = DESIGN.replace("\"9800\"", &format!("\"{many}\""));
    let dossier = read(HEAD, &large);
    assert_eq!(
        lacks(&dossier, "equipment"),
        [Lack::Overflow("equipment".into())]
    );
    let foreign = DESIGN.replace("\"9800\"", "\"9800 EUR\"");
    let dossier = read(HEAD, &foreign);
    assert_eq!(
        view(&dossier, "en", "equipment").wanted,
        ["amounts in one currency, without EUR, in: Hardware, software and licences"]
    );
}

/// A withheld answer does not make way for a default, and a withheld dossier gives none of its prices.
#[test]
fn what_is_withheld_is_wanted() {
    let answered = format!("{DESIGN}[answers.personnel-hours]\nvalue = 1456\ntlp = \"RED\"\n");
    let whole = read(&format!("{HEAD}{PRICES}"), &answered);
    let shown = withhold(&whole, Tlp::Amber);
    let wanted = [Lack::Question("personnel-hours".into())];
    assert_eq!(lacks(&shown, "posts-needed"), wanted);
    assert!(withhold(&whole, Tlp::Green).head.parameters.is_empty());
}

#[test]
fn french_writes_the_same_figures_its_own_way() {
    let dossier = read(&format!("{HEAD}{PRICES}"), DESIGN);
    let posts = view(&dossier, "fr", "posts-needed");
    assert_eq!(posts.steps, ["168 × 52 / 1\u{202f}650 × 2 = 10,59 → 11"]);
    assert_eq!(posts.told.as_deref(), Some("11\u{a0}postes"));
    let taxed = view(&dossier, "fr", "equipment-taxed");
    assert_eq!(taxed.told.as_deref(), Some("43\u{202f}361,90\u{a0}USD"));
}

#[test]
fn a_wrong_parameter_of_a_dossier_is_told() {
    let wrong = format!("{HEAD}[parameters]\npay-junor = \"1\"\nrent = \"8,50\"\n");
    let told = try_read(&wrong, "").unwrap_err();
    for part in [
        "there is no parameter `pay-junor` [unknown-parameter]",
        "dossier.toml:12:1",
        "did you mean `pay-junior`?",
        "the value of `rent` is no exact decimal [bad-parameter]",
        "dossier.toml:13:1",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("8,50"));
}

/// One dossier holds the parameters of all its stages, so that every stage must know them.
#[test]
fn the_parameters_of_the_design_are_known_in_every_stage() {
    let mut found = Diagnostics::default();
    for stage in pack::stages(&Content::shipped()) {
        let pack = pack::load(&Content::shipped(), &stage, 1, "en", &mut found).unwrap();
        assert!(
            pack.questionnaire.words.parameters.contains("rent"),
            "{stage}"
        );
    }
}

/// A formula on a circle, and one on top of too many others, has no value and does no harm.
#[test]
fn what_pack_check_refuses_is_told_and_does_no_harm() {
    let mut questionnaire = questionnaire("en").clone();
    let dossier = read(HEAD, "");
    let template = questionnaire.formulas.first().unwrap().clone();
    let formula = |id: String, expression: String| cirtkit::model::Formula {
        id,
        expression,
        ..template.clone()
    };
    questionnaire.formulas = (0..200)
        .map(|n| formula(format!("f{n}"), vec![format!("f{}", n + 1); 40].join(" + ")))
        .collect();
    questionnaire
        .formulas
        .push(formula("f200".into(), "f0 + 1".into()));
    questionnaire
        .formulas
        .push(formula("odd".into(), "1 +".into()));
    let score = score(&questionnaire, &dossier);
    for figure in formula::figures(&questionnaire, &dossier, &score) {
        let lacks = figure.value.unwrap_err();
        assert!(lacks.iter().all(|lack| matches!(lack, Lack::Broken(_))));
    }
}

fn row(payer: &str, kind: &str, cents: &[u32]) -> String {
    let years: Vec<String> = (1..)
        .zip(cents)
        .map(|(year, cents)| format!("year-{year} = \"{}.{:02}\"", cents / 100, cents % 100))
        .collect();
    let years = years.join(", ");
    format!("{{ line = \"x\", payer = \"{payer}\", kind = \"{kind}\", {years} }}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any expression gives a value with steps or says what is wanted.
    #[test]
    fn any_expression_is_reckoned_or_told(
        words in proptest::collection::vec(
            prop::sample::select(vec![
                "79228162514264337593543950335", "0.0000000000000000000000000001", "0", "3",
                "personnel-seats", "rent", "posts-needed", "nothing", "tools-list.quantity",
                "tools-list.unit-price", "+", "-", "*", "/", "+", "*", "(", ")", ",", "sum(", ")",
                "ceil(", ")", "count( tools-list )", "min(", "first(",
                "pick(services-hours, extended = 1, else = 2)",
            ]),
            1..12,
        )
    ) {
        let mut questionnaire = questionnaire("en").clone();
        let one = questionnaire.formulas.last_mut().unwrap();
        one.expression = words.join(" ");
        let dossier = read(HEAD, DESIGN);
        let score = score(&questionnaire, &dossier);
        for figure in formula::figures(&questionnaire, &dossier, &score) {
            match figure.value {
                Ok(_) => prop_assert!(!figure.steps.is_empty()),
                Err(lacks) => prop_assert!(!lacks.is_empty() && figure.steps.is_empty()),
            }
            for step in figure.steps {
                step.text(str::to_string);
            }
        }
    }

    /// The five years cost the same by year, by payer and by kind.
    #[test]
    fn totals_by_year_by_payer_and_by_kind_agree(
        rows in proptest::collection::vec(
            (
                prop::sample::select(vec!["state", "host", "partner", "in-kind", "open"]),
                prop::sample::select(vec!["capital", "recurrent"]),
                proptest::collection::vec(any::<u32>(), 5),
            ),
            0..8,
        )
    ) {
        let rows: Vec<String> = rows
            .iter()
            .map(|(payer, kind, cents)| row(payer, kind, cents))
            .collect();
        let dossier = read(
            HEAD,
            &format!("[answers.budget-yearly]\nvalue = [{}]\n", rows.join(", ")),
        );
        let total = value(&dossier, "cost-five-years");
        let payers = ["cost-state", "cost-host", "cost-partner", "cost-in-kind", "cost-open"];
        let by_payer: Decimal = payers.iter().map(|id| value(&dossier, id)).sum();
        let by_kind = value(&dossier, "cost-capital") + value(&dossier, "cost-recurrent");
        prop_assert_eq!(by_payer, total);
        prop_assert_eq!(by_kind, total);
        let gap: Decimal = (1..=5).map(|year| value(&dossier, &format!("gap-year-{year}"))).sum();
        prop_assert_eq!(gap, value(&dossier, "cost-open"));
        for id in ["budget-by-payer", "budget-by-kind"] {
            let table = broken_down(&dossier, id).unwrap();
            prop_assert_eq!(table.total, total);
            prop_assert_eq!(table.row_totals.iter().sum::<Decimal>(), total);
            prop_assert_eq!(table.column_totals.iter().sum::<Decimal>(), total);
            for (year, sum) in (1..).zip(&table.column_totals) {
                prop_assert_eq!(*sum, value(&dossier, &format!("cost-year-{year}")));
            }
            for ((choice, _), sum) in table.rows.iter().zip(&table.row_totals) {
                prop_assert_eq!(*sum, value(&dossier, &format!("cost-{choice}")));
            }
        }
        let later = value(&dossier, "cost-later-years") + value(&dossier, "cost-year-1");
        prop_assert_eq!(later, total);
    }
}
