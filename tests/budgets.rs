//! What a reader of the design document can add up: five years by payer, by kind and by year; and what
//! has no payer, no money or no price.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::BTreeMap;

use cirtkit::model::{Date, Value};
use cirtkit::plan::Judged;
use cirtkit::report::{BreakdownView, Report};
use proptest::prelude::*;
use rust_decimal::Decimal;

use common::page::Page;
use common::road::{Country, Road, Wanted, road};

const STAGE: &str = "design";
const PAYERS: [&str; 5] = ["state", "host", "partner", "in-kind", "open"];

/// A line of the budget: payer, kind, cents of five years.
type Line = (Option<&'static str>, &'static str, Vec<u32>);

fn line(payers: Vec<Option<&'static str>>) -> impl Strategy<Value = Line> {
    let cents = prop_oneof![Just(0u32), 1..100u32, any::<u32>()];
    (
        prop::sample::select(payers),
        prop::sample::select(vec!["capital", "recurrent"]),
        proptest::collection::vec(cents, 5),
    )
}

fn named() -> Vec<Option<&'static str>> {
    PAYERS.map(Some).to_vec()
}

fn budget(lines: &[Line]) -> Country {
    let mut country = Country::new(&[STAGE]);
    let row = |(payer, kind, cents): &Line| -> BTreeMap<String, Value> {
        let mut row = BTreeMap::from([
            ("line".to_string(), Value::Text("Pay".into())),
            ("kind".to_string(), Value::Choice((*kind).into())),
        ]);
        row.extend(payer.map(|payer| ("payer".to_string(), Value::Choice(payer.into()))));
        for (year, cents) in (1..).zip(cents) {
            let amount = Decimal::new(i64::from(*cents), 2);
            row.insert(format!("year-{year}"), Value::Money(amount, "USD".into()));
        }
        row
    };
    let rows = lines.iter().map(row).collect();
    country.set(STAGE, "budget-yearly", Value::Table(rows));
    country
}

fn report(road: &Road, country: &Country) -> Report {
    road.report(country, STAGE, &Wanted::own(road, STAGE))
}

/// Reads an amount back as a reader of this language would.
fn amount(lang: &str, text: &str) -> Decimal {
    let plain: String = match lang {
        "en" => text.replace(',', ""),
        _ => text.replace(',', "."),
    };
    let digits = |c: &char| c.is_ascii_digit() || *c == '.';
    plain
        .chars()
        .filter(digits)
        .collect::<String>()
        .parse()
        .unwrap()
}

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

/// The sum of the years, from the first of these on, of lines that have no payer.
fn open(lines: &[Line], from: usize) -> u64 {
    let open = lines.iter().filter(|(payer, _, _)| *payer == Some("open"));
    open.flat_map(|(_, _, cents)| &cents[from..])
        .map(|cents| u64::from(*cents))
        .sum()
}

/// The totals of a table of amounts, as they are written: each row's, each column's, the whole.
fn written(lang: &str, table: &BreakdownView) -> (Vec<Decimal>, Vec<Decimal>, Decimal) {
    let read = |text: &String| amount(lang, text);
    let rows: Vec<Vec<Decimal>> = table
        .rows
        .iter()
        .map(|row| row.cells.iter().map(read).collect())
        .collect();
    let totals: Vec<Decimal> = table.rows.iter().map(|row| read(&row.total)).collect();
    for (row, total) in rows.iter().zip(&totals) {
        assert_eq!(row.iter().sum::<Decimal>(), *total, "a row of {}", table.id);
    }
    let columns: Vec<Decimal> = table.totals.iter().map(read).collect();
    for (at, column) in columns.iter().enumerate() {
        let sum: Decimal = rows.iter().map(|row| row[at]).sum();
        assert_eq!(sum, *column, "a column of {}", table.id);
    }
    (totals, columns, read(table.total.as_ref().unwrap()))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// What is printed adds up, in both languages: by payer and by kind the same, year by year.
    #[test]
    fn what_is_printed_adds_up(lines in proptest::collection::vec(line(named()), 1..7)) {
        let country = budget(&lines);
        for lang in ["en", "fr"] {
            let report = report(road(lang), &country);
            let table = |id: &str| report.breakdowns.iter().find(|one| one.id == id).unwrap();
            let (by_payer, years, total) = written(lang, table("budget-by-payer"));
            let (by_kind, same_years, same_total) = written(lang, table("budget-by-kind"));
            prop_assert_eq!(&years, &same_years);
            for sum in [
                same_total,
                years.iter().sum(),
                by_payer.iter().sum(),
                by_kind.iter().sum(),
            ] {
                prop_assert_eq!(sum, total);
            }
            let figure = report.figures.iter().find(|one| one.id == "cost-five-years").unwrap();
            prop_assert_eq!(amount(lang, figure.value.as_ref().unwrap()), total);
            let cents: u64 = lines.iter().flat_map(|one| &one.2).map(|cents| u64::from(*cents)).sum();
            prop_assert_eq!(total, Decimal::from(cents) / Decimal::from(100));
        }
    }

    /// A gap in a later year is a finding exactly where a line without a payer costs something then, be
    /// it a cent; all is paid exactly where none does in any year.
    #[test]
    fn a_gap_in_a_later_year_is_a_finding(lines in proptest::collection::vec(line(named()), 0..4)) {
        let country = budget(&lines);
        prop_assert_eq!(speaks(&country, "budget-gap-later"), open(&lines, 1) > 0);
        let cost = lines.iter().flat_map(|one| &one.2).any(|cents| *cents > 0);
        prop_assert_eq!(speaks(&country, "budget-gap-none"), cost && open(&lines, 0) == 0);
    }

    /// A line of which nobody wrote down the payer is told as wanted, and no total passes over it.
    #[test]
    fn a_line_without_a_payer_is_wanted(
        lines in proptest::collection::vec(line(named()), 0..3), cents in proptest::collection::vec(1..999u32, 5),
    ) {
        let mut lines = lines;
        lines.push((None, "recurrent", cents));
        let country = budget(&lines);
        prop_assert!(!speaks(&country, "budget-gap-none"));
        for (lang, payer) in [("en", "Payer in row"), ("fr", "Payeur")] {
            let road = road(lang);
            let report = report(road, &country);
            let table = report.breakdowns.iter().find(|one| one.id == "budget-by-payer").unwrap();
            prop_assert!(table.rows.is_empty() && !table.wanted.is_empty());
            let text = road.page(&country, STAGE).section("staffing-and-cost");
            prop_assert!(text.contains(payer), "{lang}: {text}");
        }
    }
}

/// The gap is told with its years, and calls for an action.
#[test]
fn the_finding_on_a_gap_names_each_year() {
    let country = budget(&[
        (Some("state"), "recurrent", vec![100_000; 5]),
        (Some("open"), "recurrent", vec![0, 0, 1_250_050, 0, 40]),
    ]);
    for (lang, amounts) in [
        (
            "en",
            [
                "USD 12,500.90",
                "USD 16,500.90",
                "USD 12,500.50 in year 3",
                "USD 0.40 in year 5",
            ],
        ),
        (
            "fr",
            [
                "12 500,90 USD",
                "16 500,90 USD",
                "12 500,50 USD",
                "0,40 USD",
            ],
        ),
    ] {
        let report = report(road(lang), &country);
        let finding = report
            .findings
            .iter()
            .find(|one| one.cite.contains("budget-yearly"))
            .unwrap();
        let text = finding.text.replace(['\u{a0}', '\u{202f}'], " ");
        for amount in amounts {
            assert!(text.contains(amount), "{amount}: {text}");
        }
        assert!(finding.recommendation.is_some());
    }
}

/// Money that ends is a finding wherever a date is on record, until the finance ministry has reviewed it.
#[test]
fn money_that_ends_is_a_finding() {
    for (approval, date, stands) in [
        (None, true, true),
        (Some(0), true, false),
        (Some(1), true, true),
        (Some(2), true, true),
        (Some(3), true, true),
        (Some(4), true, false),
        (Some(3), false, false),
    ] {
        let mut country = Country::new(&[STAGE]);
        if let Some(level) = approval {
            country.set_level(STAGE, "budget-approval", level);
        }
        if date {
            let until = Date::parse("2029-12-31").unwrap();
            country.set(STAGE, "budget-secured-until", Value::Date(until));
        }
        // Without a level of the approval nothing is known of it, and the rule is silent.
        let stands = stands && approval.is_some();
        assert_eq!(
            speaks(&country, "money-ends"),
            stands,
            "{approval:?} {date}"
        );
        let text = road("en").page(&country, STAGE).text();
        assert_eq!(
            text.contains("beyond 31 December 2029"),
            stands,
            "{approval:?}"
        );
    }
}

/// Without local prices the chapter gives quantities and says which figures are wanted; a benchmark
/// from elsewhere never stands in for one.
#[test]
fn without_local_prices_there_are_quantities_and_what_is_wanted() {
    let mut country = Country::new(&[STAGE]);
    country.set(
        STAGE,
        "services-hours",
        Value::Choice("round-the-clock".into()),
    );
    country.set(STAGE, "personnel-seats", Value::Integer(2));
    let posts =
        [("Head", 1, "lead"), ("Duty officer", 8, "junior")].map(|(role, number, seniority)| {
            BTreeMap::from([
                ("role".to_string(), Value::Text(role.into())),
                ("number".to_string(), Value::Integer(number)),
                ("seniority".to_string(), Value::Choice(seniority.into())),
            ])
        });
    country.set(STAGE, "personnel-posts", Value::Table(posts.to_vec()));
    let told = |country: &Country, lang: &str| {
        let text = road(lang).page(country, STAGE).section("staffing-and-cost");
        text.replace(['\u{a0}', '\u{202f}'], " ")
    };
    for (lang, quantity) in [("en", "108 person-months"), ("fr", "108 mois-personnes")] {
        let questionnaire = road(lang).questionnaire(STAGE);
        let wanted = |id: &str| {
            let text = &questionnaire.parameter(id).unwrap().text;
            text.replace(['\u{a0}', '\u{202f}'], " ")
        };
        let text = told(&country, lang);
        assert!(text.contains(quantity), "{lang}: {text}");
        for id in ["pay-junior", "pay-lead", "rent", "connectivity"] {
            assert!(text.contains(&wanted(id)), "{id} {lang}: {text}");
        }
        assert!(
            !text.contains(&wanted("pay-senior")),
            "{lang}: nobody has that seniority"
        );

        let mut priced = country.clone();
        for (id, price) in [
            ("pay-junior", "450"),
            ("pay-lead", "1500.50"),
            ("rent", "850"),
            ("connectivity", "1200"),
        ] {
            priced.head.parameters.insert(id.into(), price.into());
        }
        let text = told(&priced, lang);
        for id in ["pay-junior", "pay-lead"] {
            assert!(!text.contains(&wanted(id)), "{id} {lang}: {text}");
        }
        // 12 × (1,500.50 + 8 × 450) = 61,206.
        let pay = if lang == "en" {
            "USD 61,206"
        } else {
            "61 206 USD"
        };
        assert!(text.contains(pay), "{lang}: {text}");
    }
    // Nothing is priced, so no amount of money stands in the chapter but in the comparison.
    let page = road("en").page(&country, STAGE);
    assert_eq!(amounts_outside(&page), 0);
}

/// Counts the amounts that stand outside the comparison with others.
fn amounts_outside(page: &Page) -> usize {
    let text = page
        .section("staffing-and-cost")
        .replace(&page.section("comparison"), "");
    let amount = |(at, _): &(usize, &str)| {
        let rest = text[at + 3..].trim_start_matches(['\u{a0}', ' ']);
        rest.starts_with(|c: char| c.is_ascii_digit())
    };
    text.match_indices("USD").filter(amount).count()
}
