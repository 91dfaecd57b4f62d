//! The samples as the demo writes them: four stages of one country are one story, and its reports are
//! snapshots. To accept new words: `INSTA_UPDATE=always cargo test --test story`, then read the difference.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use common::page::Page;
use common::{program, root};
use toml::{Table, Value};

const EXAMPLIA: &str = "questionnaires/samples/examplia";

/// Writes the samples and their reports into a folder of their own.
fn demo() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let told = program::run(program::command(folder.path(), &["demo", "demo"]), b"");
    assert_eq!(told.code, Some(0), "{}", told.err);
    folder
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
}

fn table(name: &str) -> Table {
    read(&root().join(EXAMPLIA).join(name)).parse().unwrap()
}

/// What a sample concludes on a question.
fn value(stage: &str, question: &str) -> Value {
    table(&format!("{stage}.toml"))["answers"][question]["value"].clone()
}

fn rows(stage: &str, question: &str) -> Vec<Table> {
    let rows = value(stage, question);
    let row = |row: &Value| row.as_table().unwrap().clone();
    rows.as_array().unwrap().iter().map(row).collect()
}

fn cell(row: &Table, column: &str) -> String {
    row[column].as_str().unwrap().to_string()
}

#[test]
fn the_reports_of_the_samples_are_as_they_were_read() {
    let folder = demo();
    let report = |sample: &str, name: &str| {
        let file = format!("demo/{sample}/reports/{name}.md");
        common::snapshot!(
            "story",
            format!("{sample}.{name}.md"),
            read(&folder.path().join(file))
        );
    };
    for name in [
        "design-document.en",
        "establishment-report.en",
        "enhancement-report.en",
        "progress-report.2028-03.en",
        "rfc2350.en",
    ] {
        report("examplia", name);
    }
    for name in [
        "design-document.fr",
        "establishment-report.fr",
        "progress-report.2026-05.fr",
    ] {
        report("lagunie", name);
    }
    report("meridia", "assessment-report.en");
    report("soravia", "design-document.fr");
}

#[test]
fn the_host_of_the_assessment_is_the_host_of_the_design() {
    assert_eq!(
        value("assessment", "host-preferred"),
        value("design", "positioning-host")
    );
}

#[test]
fn the_services_of_the_design_are_those_that_were_tested() {
    let designed = rows("design", "services-offered");
    let tested: BTreeMap<String, String> = rows("establishment", "testing-services")
        .iter()
        .map(|row| (cell(row, "service"), cell(row, "result")))
        .collect();
    let names: BTreeSet<String> = designed.iter().map(|row| cell(row, "service")).collect();
    assert_eq!(names, tested.keys().cloned().collect());
    for row in designed.iter().filter(|row| cell(row, "tier") == "basic") {
        let result = &tested[&cell(row, "service")];
        assert!(result.starts_with("passed"), "{row:?}: {result}");
    }
}

/// Each reservation stood in a monthly record before the day of the acceptance, and the certificate names
/// that month.
#[test]
fn the_certificate_lists_the_reservations_that_the_months_announced() {
    let months: BTreeMap<String, Table> = fs::read_dir(root().join(EXAMPLIA).join("progress"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("20"))
        .map(|name| {
            let record = table(&format!("progress/{name}"));
            (name.trim_end_matches(".toml").to_string(), record)
        })
        .collect();
    assert!(months.len() >= 3);
    let accepted = value("establishment", "acceptance-date").to_string();
    let folder = demo();
    let file = "demo/examplia/reports/establishment-report.en.html";
    let page = Page::read(&read(&folder.path().join(file)));
    let certificate = page.section("acceptance-certificate");
    let listed = rows("establishment", "closure-reservations");
    assert!(listed.len() >= 3);
    for row in listed {
        let id = cell(&row, "announced");
        let since = months.iter().find(|(_, record)| {
            let announced = record.get("reservations").and_then(Value::as_table);
            announced.is_some_and(|all| all.contains_key(&id))
        });
        let (month, _) = since.unwrap_or_else(|| panic!("no month announced {id}"));
        assert!(*month < accepted, "{id} was announced in {month}");
        let what = row["what"]["en"].as_str().unwrap();
        assert!(certificate.contains(what), "{what}:\n{certificate}");
        let (year, number) = month.split_once('-').unwrap();
        let name = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ][number.parse::<usize>().unwrap() - 1];
        assert!(certificate.contains(&format!("{name} {year}")), "{id}");
    }
}

/// The sentences of a report in Markdown, without numbers and citations, but for its method and its annexes.
fn sentences(report: &str) -> BTreeSet<String> {
    let apart = ["Method", "Méthode", "Annex", "Annexe"];
    let mut sentences = BTreeSet::new();
    for section in report.split("\n## ").skip(1) {
        if apart.iter().any(|word| section.starts_with(word)) {
            continue;
        }
        let prose = section.lines().skip(1);
        for line in prose.filter(|line| !line.starts_with(['|', '#'])) {
            let mut cited = false;
            let text: String = line
                .chars()
                .filter(|letter| {
                    cited = (cited || *letter == '[') && *letter != ']';
                    !cited && !letter.is_ascii_digit() && !"*>_]\\".contains(*letter)
                })
                .collect();
            for sentence in text.split_inclusive(['.', '?', '!']) {
                if sentence.split_whitespace().count() > 4 {
                    sentences.insert(sentence.trim().to_string());
                }
            }
        }
    }
    sentences
}

#[test]
fn no_two_countries_are_told_in_the_same_sentences() {
    let folder = demo();
    for lang in ["en", "fr"] {
        let told = ["examplia", "lagunie", "meridia"].map(|sample| {
            let file = format!("demo/{sample}/reports/assessment-report.{lang}.md");
            (sample, sentences(&read(&folder.path().join(file))))
        });
        for (one, of_one) in &told {
            assert!(of_one.len() > 100, "{one} {lang}: {}", of_one.len());
            for (other, of_other) in told.iter().filter(|(other, _)| other > one) {
                let both = of_one.intersection(of_other).count();
                let least = of_one.len().min(of_other.len());
                assert!(
                    both * 100 <= least * 40,
                    "{one} and {other} share {both} of {least} sentences in {lang}"
                );
            }
        }
    }
}
