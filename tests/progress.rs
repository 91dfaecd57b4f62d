//! The plan and the monthly records of an establishment: what is read, what is reckoned, what is told.
//!
//! `tests/progress/harbour` is a small dossier with six work packages and records of February, April,
//! May and June 2026; that of June is labelled AMBER. What is reckoned from it by hand stands beside
//! each test. To accept new words: `INSTA_UPDATE=always cargo test --test progress`, then read the
//! difference.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use cirtkit::content::Content;
use cirtkit::diagnostic::Diagnostics;
use cirtkit::dossier::{self, leaks, withhold};
use cirtkit::model::dossier::LocalText;
use cirtkit::model::progress::{Money, MonthlyRecord, PackageRecord, Payer, WorkPlan};
use cirtkit::model::{Date, Dossier, Month, Progress, Questionnaire, Tlp};
use cirtkit::pack;
use cirtkit::plan::Judged;
use cirtkit::progress::{self, End, PackageStatus, Status};
use cirtkit::render::template::Templates;
use cirtkit::render::{self, Format};
use cirtkit::report::{self, Language, Options};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use rust_decimal::Decimal;
use tempfile::TempDir;

use common::page::Page;
use common::{files, templates, tests};

/// The establishment in one language.
struct Desk {
    questionnaire: Questionnaire,
    language: Language,
    templates: Templates,
}

thread_local! {
    static ENGLISH: Desk = Desk::new("en");
    static FRENCH: Desk = Desk::new("fr");
}

impl Desk {
    fn new(lang: &str) -> Self {
        let content = Content::shipped();
        let mut found = Diagnostics::default();
        let pack = pack::load(&content, "establishment", 1, lang, &mut found);
        let language = Language::load(&content, lang, &mut found);
        assert!(found.is_empty(), "{}", found.to_text());
        Self {
            questionnaire: pack.unwrap().questionnaire,
            language: language.unwrap(),
            templates: templates(&content),
        }
    }

    /// Reads the establishment of a dossier, and everything that is told of it.
    fn read(&self, folder: &Path) -> (Option<Dossier>, Diagnostics) {
        let mut found = Diagnostics::default();
        let head = dossier::read_head(folder, &mut found);
        let dossier = head.and_then(|head| {
            dossier::read(
                folder,
                head,
                "establishment",
                &self.questionnaire,
                &mut found,
            )
        });
        found.sort();
        (dossier, found)
    }

    fn harbour(&self) -> Dossier {
        self.read(&tests("progress/harbour")).0.unwrap()
    }

    fn report(&self, dossier: &Dossier, options: &Options) -> report::Report {
        let stage = Judged::new(&self.questionnaire, dossier.clone());
        report::build(&stage, &[], &self.language, options)
    }

    fn render(&self, dossier: &Dossier, options: &Options, formats: &[Format]) -> Vec<String> {
        let report = self.report(dossier, options);
        render::render(&report, &self.templates, formats)
            .unwrap_or_else(|problem| panic!("{problem}: {:?}", problem.help))
    }

    /// The progress report of a month in Markdown.
    fn month(&self, dossier: &Dossier, period: Option<Month>) -> String {
        let options = monthly(period, None);
        self.render(dossier, &options, &[Format::Markdown])
            .remove(0)
    }
}

fn monthly(period: Option<Month>, ceiling: Option<Tlp>) -> Options {
    Options {
        report: "progress-report".into(),
        period,
        ceiling,
        ..Options::default()
    }
}

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn amount(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

fn progress_of(dossier: &Dossier) -> &Progress {
    dossier.progress.as_ref().unwrap()
}

fn package<'s, 'p>(status: &'s Status<'p>, id: &str) -> &'s PackageStatus<'p> {
    status.packages.iter().find(|one| one.id == id).unwrap()
}

// ---- the arithmetic ----

#[test]
fn slips_are_the_days_between_the_dates() {
    let dossier = ENGLISH.with(Desk::harbour);
    let status = progress::at(progress_of(&dossier), month("2026-05"));
    let slips = |id: &str| (package(&status, id).slip, package(&status, id).moved);
    // 31 March to 12 May: 30 days of April and 12 of May. April had expected 10 May.
    assert_eq!(slips("premises"), (Some(42), Some(2)));
    // 30 April to 28 May. April had expected 20 May.
    assert_eq!(slips("procurement"), (Some(28), Some(8)));
    // 31 May to 15 July: 30 days of June and 15 of July. April had no forecast, so the plan of April
    // counts, which the re-plan of 4 May does not change.
    assert_eq!(slips("customs"), (Some(45), Some(45)));
    // 30 June to 31 August. April had expected 30 June.
    assert_eq!(slips("recruitment"), (Some(62), Some(62)));
    // No record speaks of these: the plan stands.
    assert_eq!(slips("connectivity"), (Some(0), Some(0)));
    assert_eq!(slips("training"), (Some(0), Some(0)));
    assert_eq!(
        package(&status, "connectivity").end,
        End::Planned(day("2026-06-15"))
    );
    assert_eq!(
        package(&status, "premises").end,
        End::Done(Some(day("2026-05-12")))
    );

    // In June the lines are overdue: 15 days from 15 to 30 June, and no day is known. The re-plan of
    // 10 June moves the training by 61 days, from 30 September to 30 November.
    let status = progress::at(progress_of(&dossier), month("2026-06"));
    let lines = package(&status, "connectivity");
    assert_eq!(
        (lines.end, lines.slip, lines.moved),
        (End::Overdue(day("2026-06-15")), Some(15), None)
    );
    let training = package(&status, "training");
    assert_eq!((training.slip, training.moved), (Some(61), Some(61)));
}

#[test]
fn money_is_added_exactly_and_by_payer() {
    let dossier = ENGLISH.with(Desk::harbour);
    let status = progress::at(progress_of(&dossier), month("2026-05"));
    let money = &status.money;
    // 46400 + 75000 + 4000.50 + 30000 + 18000
    assert_eq!(money.baseline, amount("173400.50"));
    // The re-plan of 4 May: 6000 in place of 4000.50.
    assert_eq!(money.planned, amount("175400"));
    // 47500.25 + 76200 + 500, and 2000 of the recruitment, which stand since April.
    assert_eq!(money.spent, amount("126200.25"));
    // 40000 + 30000 + 2000
    assert_eq!(money.spent_before, amount("72000"));
    // Premises 47500.25, since more was spent than planned; 78000 as April forecast; 6500; 30000; 18000.
    assert_eq!(money.expected, amount("180000.25"));
    let payers: Vec<_> = status
        .payers
        .iter()
        .map(|(payer, money)| (*payer, money.planned, money.spent, money.expected))
        .collect();
    assert_eq!(
        payers,
        [
            // customs and recruitment
            (
                Some(Payer::State),
                amount("36000"),
                amount("2500"),
                amount("36500")
            ),
            (
                Some(Payer::Host),
                amount("46400"),
                amount("47500.25"),
                amount("47500.25")
            ),
            (
                Some(Payer::Partner),
                amount("75000"),
                amount("76200"),
                amount("78000")
            ),
            // Nothing is on record as spent on the training, which is not the same as zero.
            (Some(Payer::Open), amount("18000"), None, amount("18000")),
        ]
    );
    // What is given in kind has no figure and is in no sum.
    assert_eq!((money.packages, money.unplanned, money.unspent), (5, 0, 0));
    // In February 10 % of the purchase was done, and nobody wrote what it had cost.
    let first = progress::at(progress_of(&dossier), month("2026-02"));
    assert_eq!(
        (first.money.spent, first.money.unspent),
        (amount("10000"), 1)
    );
    assert_eq!((first.before, first.record.is_some()), (None, true));
}

#[test]
fn what_is_not_mentioned_is_carried_forward_until_it_is_over() {
    let dossier = ENGLISH.with(Desk::harbour);
    let at = |period: &str| {
        let status = progress::at(progress_of(&dossier), month(period));
        let risks: Vec<_> = status
            .risks
            .iter()
            .map(|one| (one.id.to_string(), one.first.to_string(), one.over))
            .collect();
        let decisions: Vec<_> = status
            .decisions
            .iter()
            .map(|one| {
                (
                    one.id.to_string(),
                    progress::is_overdue(one.now, status.period),
                    one.over,
                )
            })
            .collect();
        (risks, decisions)
    };
    let (risks, decisions) = at("2026-05");
    let told = |id: &str, first: &str, over| (id.to_string(), first.to_string(), over);
    assert_eq!(
        risks,
        [
            told("pay", "2026-04", false),
            told("storage", "2026-05", false),
            told("power", "2026-02", true),
        ]
    );
    // 15 May is over at the end of May; 30 June is not; the second room was given on 20 May.
    let wanted = |id: &str, overdue, over| (id.to_string(), overdue, over);
    assert_eq!(
        decisions,
        [
            wanted("sign-exemption", true, false),
            wanted("special-grade", false, false),
            wanted("second-room", false, true),
        ]
    );
    // What was over in May is told no more in June, and what June does not mention stands.
    let (risks, decisions) = at("2026-06");
    let ids: Vec<&str> = risks.iter().map(|(id, ..)| id.as_str()).collect();
    assert_eq!(ids, ["pay", "storage"]);
    let ids: Vec<&str> = decisions.iter().map(|(id, ..)| id.as_str()).collect();
    assert_eq!(ids, ["special-grade", "sign-exemption"]);
}

#[test]
fn a_block_counts_from_the_record_that_first_told_it() {
    let dossier = ENGLISH.with(Desk::harbour);
    let since = |period: &str, id: &str| {
        let status = progress::at(progress_of(&dossier), month(period));
        let blocked = package(&status, id).blocked;
        blocked.map(|(_, since)| since.to_string())
    };
    assert_eq!(since("2026-05", "customs").as_deref(), Some("2026-04"));
    assert_eq!(since("2026-05", "recruitment").as_deref(), Some("2026-05"));
    assert_eq!(since("2026-05", "premises"), None);
    // June says nothing of the recruitment, so it stands as it stood.
    assert_eq!(since("2026-06", "recruitment").as_deref(), Some("2026-05"));
}

#[test]
fn months_without_a_record_are_known() {
    let dossier = ENGLISH.with(Desk::harbour);
    let mut progress = progress_of(&dossier).clone();
    let gaps = |progress: &Progress, period: &str| -> Vec<(String, String, u64)> {
        let status = progress::at(progress, month(period));
        let gaps = status.gaps.iter();
        gaps.map(|gap| (gap.first.to_string(), gap.last.to_string(), gap.months()))
            .collect()
    };
    let gap = |first: &str, last: &str, months| (first.to_string(), last.to_string(), months);
    assert_eq!(gaps(&progress, "2026-02"), []);
    assert_eq!(gaps(&progress, "2026-06"), [gap("2026-03", "2026-03", 1)]);
    progress.records.remove(&month("2026-04"));
    assert_eq!(gaps(&progress, "2026-06"), [gap("2026-03", "2026-04", 2)]);
}

// ---- what is told ----

#[test]
fn the_progress_report_of_may_in_both_languages() {
    for (lang, desk) in [("en", &ENGLISH), ("fr", &FRENCH)] {
        desk.with(|desk| {
            let dossier = desk.harbour();
            let told = desk.month(&dossier, Some(month("2026-05")));
            common::snapshot!("progress", format!("may.{lang}.md"), told);
        });
    }
}

#[test]
fn the_first_report_and_one_with_an_overdue_package() {
    for (lang, desk) in [("en", &ENGLISH), ("fr", &FRENCH)] {
        desk.with(|desk| {
            let dossier = desk.harbour();
            let first = desk.month(&dossier, Some(month("2026-02")));
            common::snapshot!("progress", format!("february.{lang}.md"), first);
            let last = desk.month(&dossier, Some(month("2026-06")));
            common::snapshot!("progress", format!("june.{lang}.md"), last);
        });
    }
}

/// Without a plan, without a record, without either, and where all is above the ceiling.
#[test]
fn what_is_not_there_is_said_in_sentences() {
    for (lang, desk) in [("en", &ENGLISH), ("fr", &FRENCH)] {
        desk.with(|desk| {
            let whole = desk.harbour();
            let mut no_plan = whole.clone();
            no_plan.progress.as_mut().unwrap().plan = None;
            let mut no_record = whole.clone();
            no_record.progress.as_mut().unwrap().records.clear();
            let mut nothing = whole.clone();
            nothing.progress = None;
            let mut told = String::new();
            let period = Some(month("2026-05"));
            for (name, dossier, period) in [
                ("no plan", &no_plan, period),
                ("no record", &no_record, None),
                ("nothing", &nothing, None),
            ] {
                let document = desk.month(dossier, period);
                told += &format!("=== {name} ===\n{document}\n");
            }
            let clear = withhold(&whole, Tlp::Clear);
            let options = monthly(None, Some(Tlp::Clear));
            let document = desk.render(&clear, &options, &[Format::Markdown]).remove(0);
            told += &format!("=== all withheld ===\n{document}\n");
            common::snapshot!("progress", format!("nothing.{lang}.md"), told);
        });
    }
}

#[test]
fn the_report_of_the_establishment_sets_the_plan_against_the_records() {
    for (lang, desk) in [("en", &ENGLISH), ("fr", &FRENCH)] {
        desk.with(|desk| {
            let dossier = desk.harbour();
            let options = Options {
                report: "establishment-report".into(),
                ..Options::default()
            };
            let formats = [Format::Markdown, Format::Html];
            let documents = desk.render(&dossier, &options, &formats);
            let page = Page::read(&documents[1]);
            let reports = page
                .headings()
                .into_iter()
                .position(|one| one.id == "reports");
            let actual = page
                .headings()
                .into_iter()
                .position(|one| one.id == "plan-against-actual");
            assert!(
                reports.is_some() && reports < actual,
                "it stands in its chapter"
            );
            let (_, part) = documents[0].split_once("\n### ").unwrap();
            let part = part.split("\n## ").next().unwrap();
            common::snapshot!("progress", format!("plan-against-actual.{lang}.md"), part);
        });
    }
}

/// The two languages have one structure, and a figure in one is the same figure in the other.
#[test]
fn the_languages_say_the_same() {
    let pages = [&ENGLISH, &FRENCH].map(|desk| {
        desk.with(|desk| {
            let options = monthly(Some(month("2026-05")), None);
            let html = desk
                .render(&desk.harbour(), &options, &[Format::Html])
                .remove(0);
            Page::read(&html)
        })
    });
    let [english, french] = &pages;
    let skeleton = |page: &Page| -> Vec<(u8, String)> {
        page.headings()
            .into_iter()
            .map(|one| (one.level, one.id))
            .collect()
    };
    assert_eq!(skeleton(english), skeleton(french));
    assert_eq!(english.tables(), french.tables());
    for name in ["li", "ul", "ol", "p"] {
        assert_eq!(
            english.whole.all(name).len(),
            french.whole.all(name).len(),
            "{name}"
        );
    }
}

// ---- what is read ----

/// The dossier in a folder of its own, to be changed.
struct Copy(TempDir);

impl Copy {
    fn new() -> Self {
        let copy = Self(tempfile::tempdir().unwrap());
        let from = tests("progress/harbour");
        for path in files(&from, ".toml") {
            let to = copy.0.path().join(path.strip_prefix(&from).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(&path, to).unwrap();
        }
        copy
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn swap(&self, name: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.0.path().join(name)).unwrap();
        assert!(text.contains(old), "{name} holds no {old:?}");
        self.write(name, &text.replacen(old, new, 1));
    }

    /// What is told beyond the month that is missing in every such dossier: place, code, message.
    fn told(&self) -> Vec<String> {
        let (dossier, found) = ENGLISH.with(|desk| desk.read(self.0.path()));
        assert_eq!(dossier.is_none(), found.has_errors());
        let root = format!("{}/", self.0.path().display());
        let text = found.to_text();
        assert!(!text.contains("ZQXHIDDEN"), "{text}");
        let known = |told: &String| told.starts_with("progress/2026-04.toml:1:1 month-missing");
        let tell = |one: &cirtkit::diagnostic::Diagnostic| {
            // Of a value that is wrong the message itself says what belongs there.
            let said = ["wrong-type", "wrong-value", "unknown-word", "unknown-key"];
            assert!(
                one.help.is_some() || said.contains(&one.code),
                "no fix: {one}"
            );
            let place = one.place.to_string().replace('\\', "/").replace(&root, "");
            format!("{place} {} {}", one.code, one.message)
        };
        found.iter().map(tell).filter(|told| !known(told)).collect()
    }
}

/// One change in one file, and what is told of it.
#[test]
fn what_is_wrong_is_told_with_its_place() {
    let plan = "progress/plan.toml";
    let (april, may) = ("progress/2026-04.toml", "progress/2026-05.toml");
    let cases = [
        // The plan.
        (plan, "date = 2026-01-15\n", ""),
        (plan, "\"plan-approved\"", "\"plan-aproved\""),
        (plan, "stream = \"training\"", "stream = \"trainings\""),
        (plan, "owner = \"operators\"", "owner = \"operator\""),
        (
            plan,
            "after = [\"procurement\"]",
            "after = [\"procurment\"]",
        ),
        (
            plan,
            "payer = \"partner\"",
            "payer = \"partner\"\nafter = [\"customs\"]",
        ),
        (plan, "start = 2026-05-01", "start = 2026-04-29"),
        (plan, "end = 2026-04-30", "end = 2026-01-30"),
        (plan, "end = 2026-04-30", "end = 2026-04-31"),
        (plan, "end = 2026-04-30", "end = \"ZQXHIDDEN\""),
        (plan, "cost = \"75000 USD\"", "cost = \"75000 EUR\""),
        (plan, "cost = \"75000 USD\"", "cost = \"ZQXHIDDEN USD\""),
        (plan, "cost = \"75000 USD\"", "cost = \"-75000 USD\""),
        (plan, "payer = \"open\"", "payer = \"opne\""),
        (plan, "date = 2026-05-04", "date = 2026-01-04"),
        (plan, "date = 2026-06-10", "date = 2026-05-03"),
        (
            plan,
            "[re-plan.work-packages.training]",
            "[re-plan.work-packages.trainings]",
        ),
        (plan, "start = 2026-09-01", "start = 2026-12-01"),
        (plan, "proof =", "prof ="),
        (plan, "[work-packages.training]", "[work-packages.Training]"),
        // The records.
        (may, "recorded = 2026-06-01\n", ""),
        (may, "recorded = 2026-06-01", "recorded = 2026-04-30"),
        (april, "recorded = 2026-05-02", "recorded = 2026-06-02"),
        (may, "by = \"HT\"", "by = \"TH\""),
        (may, "tlp", "TLP"),
        (may, "[work-packages.customs]", "[work-packages.custom]"),
        (may, "percent = 10\n", "percent = 101\n"),
        (may, "percent = 10\n", "percent = \"ZQXHIDDEN\"\n"),
        (may, "percent = 10\n", ""),
        (may, "\"packing-list\"", "\"packing\""),
        (
            may,
            "forecast-end = 2026-05-28",
            "forecast-end = 2026-06-28",
        ),
        (
            may,
            "forecast-end = 2026-07-15",
            "forecast-end = 2026-05-30",
        ),
        (
            may,
            "spent = \"76200\"",
            "spent = \"76200\"\nblocked-by = \"ZQXHIDDEN\"",
        ),
        (may, "\"6500 USD\"", "\"400 USD\""),
        (may, "\"6500 USD\"", "\"6500 XAF\""),
        (may, "percent = 20", "percent = 15"),
        (may, "spent = \"76200\"", "spent = \"29999.99\""),
        (may, "likelihood = \"high\"", "likelihood = \"hihg\""),
        (may, "owner = \"cabinet\"", "owner = \"cabinett\""),
        (
            may,
            "[reservations.night-line]",
            "[reservations.\"night line\"]",
        ),
        (may, "by = \"cabinet\"", "by = \"cabinett\""),
        (may, "taken = 2026-05-20", "taken = 2026-06-20"),
        (april, "frees = [\"customs\"]", "frees = [\"custom\"]"),
    ];
    let mut told = String::new();
    for (name, old, new) in cases {
        let copy = Copy::new();
        if old == "tlp" {
            copy.swap(name, "by = ", &format!("{new} = \"AMBER\"\nby = "));
        } else {
            copy.swap(name, old, new);
        }
        let (old, new) = (old.escape_debug(), new.escape_debug());
        told += &format!("{name}: {old}  =>  {new}\n");
        copy.told()
            .iter()
            .for_each(|line| told += &format!("    {line}\n"));
    }
    common::snapshot!("progress", "wrong", told);
}

#[test]
fn files_that_do_not_belong_there_are_told() {
    let copy = Copy::new();
    copy.write("progress/2026-13.toml", "");
    copy.write("progress/mai.toml", "");
    copy.write("progress/2026-05.toml.bak", "ZQXHIDDEN");
    copy.write("progress/.2026-05.toml.swp", "ZQXHIDDEN");
    fs::create_dir(copy.0.path().join("progress/2026")).unwrap();
    assert_eq!(
        copy.told(),
        [
            "progress/2026 stray-file nothing here is read from this file",
            "progress/2026-05.toml.bak stray-file nothing here is read from this file",
            "progress/2026-13.toml bad-month `2026-13` is no month",
            "progress/mai.toml bad-month `mai` is no month",
        ]
    );
    let copy = Copy::new();
    fs::create_dir(copy.0.path().join("progress/2026-07.toml")).unwrap();
    assert_eq!(
        copy.told(),
        ["progress/2026-07.toml unreadable-file this is a folder or a device, not a file"]
    );
}

#[test]
fn records_without_a_plan_and_a_plan_without_records_are_read() {
    let copy = Copy::new();
    fs::remove_file(copy.0.path().join("progress/plan.toml")).unwrap();
    assert_eq!(
        copy.told(),
        ["progress/2026-02.toml:4:2 record-without-plan there are monthly records and no plan"]
    );
    let copy = Copy::new();
    for month in ["2026-02", "2026-04", "2026-05", "2026-06"] {
        fs::remove_file(copy.0.path().join(format!("progress/{month}.toml"))).unwrap();
    }
    assert_eq!(copy.told(), [""; 0]);
    fs::remove_file(copy.0.path().join("progress/plan.toml")).unwrap();
    let (dossier, _) = ENGLISH.with(|desk| desk.read(copy.0.path()));
    assert_eq!(dossier.unwrap().progress, None);
}

#[test]
fn a_dossier_without_a_currency_takes_that_of_the_first_amount() {
    let copy = Copy::new();
    copy.swap("dossier.toml", "currency = \"USD\"\n", "");
    let told = copy.told();
    // The plan begins in the order of its ids: customs, without a currency, comes first.
    assert_eq!(
        told[0],
        "progress/plan.toml:30:1 other-currency an amount without a currency"
    );
    copy.swap(
        "progress/plan.toml",
        "cost = \"4000.50\"",
        "cost = \"4000.50 USD\"",
    );
    assert_eq!(copy.told(), [""; 0]);
    ENGLISH.with(|desk| {
        let dossier = desk.read(copy.0.path()).0.unwrap();
        let told = desk.month(&dossier, Some(month("2026-05")));
        assert!(
            told.contains(
                "| **Total** | USD 175,400 | USD 126,200.25 | USD 180,000.25 |"
                    .replace("USD ", "USD\u{a0}")
                    .as_str()
            ),
            "{told}"
        );
    });
}

/// The examples of the manual are what is read.
#[test]
fn the_manual_shows_what_is_read() {
    let manual = fs::read_to_string(common::root().join("docs/formats.md")).unwrap();
    let block = |before: &str| {
        let rest = manual.split(before).nth(1).unwrap();
        let block = rest.split("```toml\n").nth(1).unwrap();
        block.split("```").next().unwrap().to_string()
    };
    let plan: WorkPlan = toml::from_str(&block("\n`progress/plan.toml`:")).unwrap();
    assert!(plan.work_packages.contains_key("customs") && plan.re_plans.len() == 1);
    let record: MonthlyRecord = toml::from_str(&block("\n`progress/2026-05.toml`:")).unwrap();
    assert!(record.decisions.contains_key("sign-exemption"));
    assert!(record.reservations.contains_key("night-line") && record.risks.contains_key("storage"));
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_is_not_read() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    fs::write(
        outside.path().join("2026-07.toml"),
        "recorded = 2026-08-01\n",
    )
    .unwrap();
    let copy = Copy::new();
    symlink(
        outside.path().join("2026-07.toml"),
        copy.0.path().join("progress/2026-07.toml"),
    )
    .unwrap();
    let told = "unreadable-file this symbolic link leads out of its folder";
    assert_eq!(copy.told(), [format!("progress/2026-07.toml {told}")]);

    let copy = Copy::new();
    fs::remove_dir_all(copy.0.path().join("progress")).unwrap();
    symlink(outside.path(), copy.0.path().join("progress")).unwrap();
    assert_eq!(copy.told(), [format!("progress {told}")]);
}

#[test]
fn a_plan_in_a_long_circle_is_told_and_does_not_run_for_ever() {
    use std::fmt::Write as _;
    let mut plan = String::from("[baseline]\ndate = 2026-01-15\n");
    for at in 0..3000 {
        let after = (at + 1) % 3000;
        writeln!(
            plan,
            "[work-packages.p{at}]\ntitle = \"x\"\nstream = \"testing\"\nowner = \"host\"\n\
             start = 2026-02-01\nend = 2026-02-01\nafter = [\"p{after}\"]"
        )
        .unwrap();
    }
    let copy = Copy::new();
    fs::remove_dir_all(copy.0.path().join("progress")).unwrap();
    fs::create_dir(copy.0.path().join("progress")).unwrap();
    copy.write("progress/plan.toml", &plan);
    let told = copy.told();
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("package-cycle work packages wait for each other: `p0`, `p1`"),
        "{told:?}"
    );
    assert!(told[0].ends_with("and more"), "{told:?}");
}

// ---- withholding ----

/// The record of June is AMBER: up to GREEN it is not there, but for its number.
#[test]
fn a_record_above_the_ceiling_is_gone_and_counted() {
    ENGLISH.with(|desk| {
        let whole = desk.harbour();
        let shown = withhold(&whole, Tlp::Green);
        assert_eq!(
            leaks(std::slice::from_ref(&whole), std::slice::from_ref(&shown)),
            []
        );
        let progress = progress_of(&shown);
        assert_eq!(progress.last_month(), Some(month("2026-05")));
        assert_eq!(progress.withheld.len(), 1);
        let options = monthly(progress.last_month(), Some(Tlp::Green));
        let told = desk.render(&shown, &options, &Format::ALL).concat();
        assert!(
            !told.contains("ZQXHIDDEN") && !told.contains("June 2026, written"),
            "{told}"
        );
        let options = Options {
            report: "establishment-report".into(),
            ceiling: Some(Tlp::Green),
            ..Options::default()
        };
        let told = desk.render(&shown, &options, &[Format::Markdown]).concat();
        assert!(
            told.contains("One monthly record up to this month is labelled higher"),
            "{told}"
        );
        assert!(!told.contains("ZQXHIDDEN"));
        // Above the whole dossier nothing is left, be it a plan or a record.
        let clear = withhold(&whole, Tlp::Clear);
        assert_eq!(progress_of(&clear).plan, None);
        assert!(progress_of(&clear).records.is_empty());
        assert_eq!(withhold(&whole, Tlp::Red), whole);
    });
}

#[test]
fn a_plan_bears_the_label_of_its_evidence() {
    let mut whole = ENGLISH.with(Desk::harbour);
    let shown = withhold(&whole, Tlp::Green);
    assert!(progress_of(&shown).plan.is_some());
    whole
        .register
        .evidence
        .get_mut("plan-approved")
        .unwrap()
        .tlp = Some(Tlp::AmberStrict);
    let shown = withhold(&whole, Tlp::Green);
    assert_eq!(progress_of(&shown).plan, None);
    // Nothing of the plan is left in the records' report: no title, no date.
    let told = ENGLISH.with(|desk| {
        let options = monthly(Some(month("2026-05")), Some(Tlp::Green));
        desk.render(&shown, &options, &[Format::Markdown]).concat()
    });
    assert!(
        !told.contains("Purchase of servers") && !told.contains("31 March 2026"),
        "{told}"
    );
    assert!(told.contains("This version shows no plan"), "{told}");
}

#[test]
fn a_withheld_text_in_a_record_that_is_shown_is_found() {
    let mut whole = ENGLISH.with(Desk::harbour);
    let may = whole
        .progress
        .as_mut()
        .unwrap()
        .records
        .get_mut(&month("2026-05"))
        .unwrap();
    may.work_packages.get_mut("customs").unwrap().done = Some(LocalText::from(
        "They say: zqxhidden  letter of the\nTreasury.",
    ));
    let shown = withhold(&whole, Tlp::Green);
    let found = leaks(&[whole], &[shown]);
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.withheld.as_str(), one.within.as_str()))
        .collect();
    assert_eq!(
        told,
        [(
            "progress/2026-06 work-packages.customs",
            "progress/2026-05 work-packages.customs"
        )]
    );
}

/// Puts a word into every text of a plan and of a record.
fn speak(
    progress: &mut Progress,
    months: impl Fn(Month) -> bool,
    plan: bool,
    word: &mut dyn FnMut() -> String,
) {
    let mut say = |text: &mut Option<LocalText>| *text = Some(LocalText::Plain(word()));
    if let Some(plan) = progress.plan.as_mut().filter(|_| plan) {
        say(&mut plan.baseline.approved_by);
        for one in plan.work_packages.values_mut() {
            say(&mut one.proof);
        }
        for one in &mut plan.re_plans {
            say(&mut one.approved_by);
        }
    }
    for (_, record) in progress
        .records
        .iter_mut()
        .filter(|(month, _)| months(**month))
    {
        say(&mut record.summary);
        for one in record.work_packages.values_mut() {
            say(&mut one.done);
            say(&mut one.next);
            if one.percent < 100 {
                say(&mut one.blocked_by);
            }
        }
        for one in record.risks.values_mut() {
            say(&mut one.effect);
            say(&mut one.response);
        }
    }
    let mut say = |text: &mut LocalText| *text = LocalText::Plain(word());
    if let Some(plan) = progress.plan.as_mut().filter(|_| plan) {
        for one in plan.work_packages.values_mut() {
            say(&mut one.title);
        }
        for one in &mut plan.re_plans {
            say(&mut one.reason);
        }
    }
    for (_, record) in progress
        .records
        .iter_mut()
        .filter(|(month, _)| months(**month))
    {
        record.risks.values_mut().for_each(|one| say(&mut one.text));
        record
            .reservations
            .values_mut()
            .for_each(|one| say(&mut one.what));
        record
            .decisions
            .values_mut()
            .for_each(|one| say(&mut one.what));
    }
}

const HOSTILE: [&str; 24] = [
    "\n```\n",
    "<!--",
    "<script>alert(1)</script>",
    "</main>",
    "<h2 id=\"decisions\">",
    "<table><tr><td>",
    "\n\n# Heading\n",
    "\nUnder\n---\n",
    "\n\n| a | b |\n|---|---|\n| c | d |\n\n",
    "|",
    "\\|",
    "\\",
    "**",
    "](http://example.org)",
    "![image](data:text/html,x)",
    "\n* a\n  * b\n",
    "\n1. a\n",
    "\n> quote\n",
    "&lt;",
    "\u{202E}",
    "\u{2067}",
    "\u{0}",
    "\u{10FC00}changes:",
    "{{ 7 * 7 }}{% raw %}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_words_leave_the_report_as_it_is_built(
        words in vec(vec(prop::sample::select(HOSTILE.to_vec()), 1..5), 7), french in any::<bool>(),
    ) {
        let words: Vec<String> = words.iter().map(|pieces| format!("Qa{}Zq", pieces.join("b"))).collect();
        let desk = if french { &FRENCH } else { &ENGLISH };
        desk.with(|desk| {
            let pages = [None, Some(&words)].map(|words| {
                let mut dossier = desk.harbour();
                let mut at = 0;
                let mut next = || {
                    at += 1;
                    words.map_or_else(|| format!("Qa{at}Zq"), |words| words[at % words.len()].clone())
                };
                speak(dossier.progress.as_mut().unwrap(), |_| true, true, &mut next);
                let months = [Some("2026-05"), Some("2026-06"), None];
                months.map(|period| {
                    let mut options = monthly(period.map(month), None);
                    if period.is_none() {
                        options.report = "establishment-report".into();
                    }
                    Page::read(&desk.render(&dossier, &options, &[Format::Html]).remove(0))
                })
            });
            let [plain, hostile] = pages;
            for (plain, hostile) in plain.iter().zip(&hostile) {
                prop_assert_eq!(plain.structure(), hostile.structure());
                for name in ["script", "img", "iframe", "input", "form", "object", "link"] {
                    prop_assert!(hostile.whole.all(name).is_empty(), "there is a <{}>", name);
                }
                for name in ["a", "li", "strong", "em", "td"] {
                    prop_assert_eq!(plain.whole.all(name).len(), hostile.whole.all(name).len(), "{}", name);
                }
            }
            Ok(())
        })?;
    }

    /// Whatever a withheld record or plan says, no byte of what is shown changes.
    #[test]
    fn what_is_withheld_changes_no_byte(word in "[a-z]{9,20}", percent in 0..=100u8, spent in 0..1_000_000i64, plan in any::<bool>()) {
        ENGLISH.with(|desk| {
            let mut whole = desk.harbour();
            if plan {
                whole.progress.as_mut().unwrap().plan.as_mut().unwrap().tlp = Some(Tlp::Red);
            }
            let mut other = whole.clone();
            let progress = other.progress.as_mut().unwrap();
            let mut at = 0;
            let mut next = || {
                at += 1;
                format!("{word} {at}")
            };
            let june = month("2026-06");
            speak(progress, |month| month == june, plan, &mut next);
            let record = progress.records.get_mut(&june).unwrap();
            record.recorded = day("2026-07-09");
            record.by = None;
            record.decisions.clear();
            for one in record.work_packages.values_mut() {
                one.percent = percent;
                one.spent = Money::parse(&spent.to_string());
                one.forecast_end = Some(day("2027-01-01"));
            }
            if plan {
                let plan = progress.plan.as_mut().unwrap();
                plan.re_plans.clear();
                plan.work_packages.remove("training");
            }
            for (report, period) in [("progress-report", Some("2026-05")), ("establishment-report", None)] {
                let shown = [&whole, &other].map(|dossier| {
                    let shown = withhold(dossier, Tlp::Green);
                    let mut options = monthly(period.map(month), Some(Tlp::Green));
                    options.report = report.into();
                    desk.render(&shown, &options, &Format::ALL)
                });
                prop_assert_eq!(&shown[0], &shown[1]);
            }
            Ok(())
        })?;
    }

    /// What is written after a month changes nothing in its report.
    #[test]
    fn a_later_record_or_re_plan_changes_no_byte(later in record(), gap in 1..4i32, amber in any::<bool>()) {
        ENGLISH.with(|desk| {
            let whole = desk.harbour();
            let may = month("2026-05");
            let mut other = whole.clone();
            let progress = other.progress.as_mut().unwrap();
            progress.records.retain(|month, _| *month <= may);
            let mut after = may;
            (0..gap).for_each(|_| after = after.next());
            let tlp = amber.then_some(Tlp::Red);
            progress.records.insert(after, MonthlyRecord { tlp, ..later });
            let plan = progress.plan.as_mut().unwrap();
            plan.re_plans.retain(|one| one.date <= may.last());
            let told = [&whole, &other].map(|dossier| {
                desk.render(dossier, &monthly(Some(may), None), &Format::ALL)
            });
            prop_assert_eq!(&told[0], &told[1]);
            Ok(())
        })?;
    }
}

/// A record with some packages of the dossier.
fn record() -> impl Strategy<Value = MonthlyRecord> {
    let ids = [
        "premises",
        "procurement",
        "customs",
        "recruitment",
        "connectivity",
        "training",
    ];
    let money = || proptest::option::of((0..10_000_000i64, 0..=4u32));
    let date = proptest::option::of((2026..2028u16, 1..=12u8, 1..=28u8));
    let package = (0..=100u8, money(), money(), date).prop_map(|(percent, spent, cost, end)| {
        let money = |(units, scale)| Money {
            amount: Decimal::new(units, scale),
            currency: None,
        };
        PackageRecord {
            percent,
            spent: spent.map(money),
            forecast_cost: cost.map(money),
            forecast_end: end.map(|(year, month, day)| Date { year, month, day }),
            ..PackageRecord::default()
        }
    });
    let packages = btree_map(
        prop::sample::select(ids.map(String::from).to_vec()),
        package,
        0..6,
    );
    packages.prop_map(|work_packages| {
        let mut record: MonthlyRecord = toml::from_str("recorded = 2026-07-02").unwrap();
        record.work_packages = work_packages;
        record
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// The sum of each column is the sum of its rows, and the sums by payer make up the whole.
    #[test]
    fn totals_agree_with_their_rows(records in vec(record(), 1..4)) {
        let mut progress = ENGLISH.with(|desk| progress_of(&desk.harbour()).clone());
        let mut at = month("2026-06");
        for record in records {
            progress.records.insert(at, record);
            at = at.next();
        }
        let status = progress::at(&progress, at.previous());
        let add = |parts: Vec<Option<Decimal>>| parts.into_iter().flatten().reduce(|one, other| one + other);
        let rows = |pick: fn(&PackageStatus<'_>) -> Option<Decimal>| add(status.packages.iter().map(pick).collect());
        let by_payer = |pick: fn(&progress::Totals) -> Option<Decimal>| add(status.payers.iter().map(|(_, one)| pick(one)).collect());
        let money = &status.money;
        prop_assert_eq!(money.spent, rows(|one| one.spent));
        prop_assert_eq!(money.planned, rows(|one| one.cost));
        prop_assert_eq!(money.baseline, rows(|one| one.baseline_cost));
        prop_assert_eq!(money.expected, rows(|one| one.expected_cost()));
        prop_assert_eq!(money.spent, by_payer(|one| one.spent));
        prop_assert_eq!(money.spent_before, by_payer(|one| one.spent_before));
        prop_assert_eq!(money.planned, by_payer(|one| one.planned));
        prop_assert_eq!(money.expected, by_payer(|one| one.expected));
        prop_assert_eq!(money.packages, status.payers.iter().map(|(_, one)| one.packages).sum::<usize>());
        for one in &status.packages {
            prop_assert!(one.expected_cost() >= one.spent);
        }
    }

    #[test]
    fn a_record_after_the_month_changes_nothing(later in record(), months in 1..30i32) {
        let whole = ENGLISH.with(|desk| progress_of(&desk.harbour()).clone());
        let june = month("2026-06");
        let mut other = whole.clone();
        let mut after = june;
        (0..months).for_each(|_| after = after.next());
        other.records.insert(after, later);
        prop_assert_eq!(progress::at(&whole, june), progress::at(&other, june));
    }

    /// Any bytes in any file of `progress/` give diagnostics, and no panic.
    #[test]
    fn any_record_gives_diagnostics_and_no_panic(
        lines in vec(prop::sample::select(vec![
            "recorded = 2026-06-01", "recorded = 1", "by = 3", "[work-packages]", "[work-packages.customs]",
            "[work-packages.\"\"]", "percent = 50", "percent = -1", "percent = 99999999999999999999", "spent = \"\"",
            "spent = 5", "spent = \"79228162514264337593543950335 USD\"", "forecast-end = 2026-06-01T10:00:00",
            "[risks.a]", "text = {}", "text = { en = 1 }", "likelihood = \"high\"", "[decisions.a.b]", "what = \"x\"",
            "[[re-plan]]", "re-plan = 3", "[baseline]", "date = 2026-01-01", "\"", "\u{feff}", "= =",
        ]), 0..12), plan in any::<bool>(),
    ) {
        let copy = Copy::new();
        copy.write(if plan { "progress/plan.toml" } else { "progress/2026-05.toml" }, &lines.join("\n"));
        copy.told();
    }
}

// ---- the command line ----

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cirtkit"))
        .current_dir(folder)
        .args(arguments)
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn the_command_writes_one_file_for_each_month_and_language() {
    let copy = Copy::new();
    let folder = copy.0.path();
    let (code, told) = run(
        folder,
        &[
            "report",
            "--report",
            "progress-report",
            "--period",
            "2026-05",
            "--format",
            "md,html,json",
        ],
    );
    assert_eq!(code, Some(0), "{told}");
    for name in ["en.md", "en.html", "en.json", "fr.md", "fr.html", "fr.json"] {
        let path = folder
            .join("reports")
            .join(format!("progress-report.2026-05.{name}"));
        assert!(path.is_file(), "{name}: {told}");
    }
    // Without a month it is the last one recorded; up to GREEN that is May.
    let (code, told) = run(
        folder,
        &[
            "report",
            "--report",
            "progress-report",
            "--lang",
            "fr",
            "--format",
            "html",
        ],
    );
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("progress-report.2026-06.fr.html"), "{told}");
    let (code, told) = run(
        folder,
        &[
            "report",
            "--report",
            "progress-report",
            "--lang",
            "fr",
            "--format",
            "html",
            "--max-tlp",
            "GREEN",
        ],
    );
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("progress-report.2026-05.fr.green.html"),
        "{told}"
    );
    // The stage's own report is still the one that is made by default.
    let (code, told) = run(folder, &["report", "--lang", "en", "--format", "md"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("establishment-report.en.md"), "{told}");
}

#[test]
fn a_wrong_use_is_told() {
    let copy = Copy::new();
    let folder = copy.0.path();
    let wrong = |arguments: &[&str], needle: &str| {
        let (code, told) = run(folder, &[&["report"], arguments].concat());
        assert_eq!(code, Some(2), "{arguments:?}: {told}");
        assert!(told.contains(needle), "{arguments:?}: {told}");
        assert!(
            !folder.join("reports").exists(),
            "{arguments:?} wrote something"
        );
    };
    let monthly = ["--report", "progress-report"];
    wrong(
        &[&monthly[..], &["--period", "2026-03"]].concat(),
        "there is no record of 2026-03; the months recorded are 2026-02, 2026-04, 2026-05, 2026-06",
    );
    wrong(
        &[&monthly[..], &["--period", "2026-06", "--max-tlp", "GREEN"]].concat(),
        "there is no record of 2026-06; the months recorded are 2026-02, 2026-04, 2026-05",
    );
    wrong(
        &[&monthly[..], &["--period", "mai"]].concat(),
        "`--period` takes a month such as 2026-05",
    );
    wrong(&["--period", "2026-05"], "add `--report progress-report`");
    fs::remove_dir_all(folder.join("progress")).unwrap();
    wrong(
        &[&monthly[..], &["--period", "2026-05"]].concat(),
        "no month is recorded",
    );
}
