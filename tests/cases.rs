//! Case files: a tiny frozen pack, a small dossier for each case, and what must come out of it.
//!
//! `tests/cases/pack` is the pack; every other folder there is a dossier. The score and the plan of a
//! case stand beside it, with the arithmetic, so that a reader can reckon them by hand. The full
//! reports of `tests/cases/report` and of the sample are snapshots too. To accept new words:
//! `INSTA_UPDATE=always cargo test --test cases`, then read the difference.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;

use cirtkit::content::Content;
use cirtkit::dossier::withhold;
use cirtkit::model::{Dossier, Tlp};
use cirtkit::plan::Plan;
use cirtkit::render::{Format, seal};
use cirtkit::scoring::{Ratio, Score, SectionScore, Standing, Tally, TargetScore};

use common::page::{Heading, Page};
use common::{Desk, read, root, tests};

#[test]
fn cases_score_and_plan_as_written() {
    let desk = Desk::new(&common::tiny_content(), "en");
    for (name, folder) in common::folders(&tests("cases")) {
        if name == "pack" || name == "report" {
            continue;
        }
        let mut dossier = read(&folder, desk.questionnaire());
        if name == "withheld" {
            dossier = withhold(&dossier, Tlp::Green);
        }
        let (score, plan) = desk.judge(&dossier);
        common::snapshot!("cases", name, told(&dossier, &score, &plan));
    }
}

/// Writes a score and a plan so that they can be reckoned again.
fn told(dossier: &Dossier, score: &Score, plan: &Plan) -> String {
    let mut out = String::new();
    for section in &score.sections {
        tell_section(section, score, &mut out);
    }
    writeln!(out, "all: {}\n", states(&score.tally)).unwrap();
    for target in &score.targets {
        tell_target(target, &mut out);
    }
    if !score.unproven.is_empty() {
        writeln!(out, "unproven: {}\n", score.unproven.join(", ")).unwrap();
    }
    for one in &plan.findings {
        let calls = one.recommendation.as_deref().unwrap_or("nothing");
        let (number, rule, severity) = (one.number, &one.rule, one.severity);
        let questions = one.questions.join(", ");
        writeln!(
            out,
            "finding {number} {rule}, {severity:?} ({questions}) calls for {calls}"
        )
        .unwrap();
    }
    if plan.findings.is_empty() {
        out.push_str("no finding\n");
    }
    for one in &plan.actions {
        let (number, id, phase) = (one.number, &one.recommendation, one.phase);
        write!(
            out,
            "action {number} {id}: months {} to {}, phase {phase}",
            one.start, one.end
        )
        .unwrap();
        writeln!(
            out,
            ", for findings {:?}, after {:?}",
            one.findings, one.after
        )
        .unwrap();
    }
    if plan.actions.is_empty() {
        out.push_str("no action\n");
    }
    let inert: Vec<&str> = dossier
        .answers
        .keys()
        .map(String::as_str)
        .filter(|id| score.standing(id) != Standing::Open)
        .collect();
    if !inert.is_empty() {
        writeln!(out, "inert answers: {}", inert.join(", ")).unwrap();
    }
    out
}

fn tell_section(section: &SectionScore, score: &Score, out: &mut String) {
    let part = |ratio: Option<Ratio>| match ratio {
        Some(ratio) => {
            let tenths = ratio.tenths();
            format!(
                "{}.{} = {}/{}",
                tenths / 10,
                tenths % 10,
                ratio.num,
                ratio.den
            )
        }
        None => "none".to_string(),
    };
    let (level, low, high) = (part(section.level), part(section.low), part(section.high));
    writeln!(
        out,
        "{}: level {level}; lowest {low}; highest {high}",
        section.section
    )
    .unwrap();
    for term in &section.terms {
        let level = term
            .level
            .map_or("?".to_string(), |level| level.to_string());
        let closed = if term.closed {
            "  (its gate is closed)"
        } else {
            ""
        };
        writeln!(
            out,
            "    {} x {level}  {}{closed}",
            term.weight, term.question
        )
        .unwrap();
    }
    for (id, standing) in &score.standing {
        let here = id.starts_with(&format!("{}-", section.section));
        let told = section.terms.iter().any(|term| term.question == *id);
        if here && !told && *standing == Standing::Closed {
            writeln!(out, "        {id}  (closed, out of the count)").unwrap();
        }
    }
    writeln!(out, "    {}\n", states(&section.tally)).unwrap();
}

fn states(tally: &Tally) -> String {
    let mut out = format!("{} of {} answered", tally.answered, tally.applicable);
    let others = [
        ("unknown", tally.unknown),
        ("declined", tally.declined),
        ("not asked", tally.not_asked),
        ("withheld", tally.withheld),
        ("not applicable", tally.not_applicable),
        ("closed", tally.closed),
        ("out of scope", tally.out_of_scope),
    ];
    for (name, count) in others.into_iter().filter(|(_, count)| *count > 0) {
        write!(out, ", {count} {name}").unwrap();
    }
    write!(
        out,
        "; {} of {} levels on evidence",
        tally.on_evidence, tally.levels
    )
    .unwrap();
    out
}

fn tell_target(target: &TargetScore, out: &mut String) {
    let (reached, required, steps) = (target.reached, target.required, target.steps());
    writeln!(
        out,
        "target {}: {reached} of {required} reached, {steps} steps",
        target.target
    )
    .unwrap();
    for gap in &target.gaps {
        let from = gap.level.map_or("?".to_string(), |level| level.to_string());
        write!(out, "    {} {from} to {}", gap.question, gap.required).unwrap();
        match gap.gates.as_slice() {
            [] => out.push('\n'),
            gates => writeln!(out, ", once {} is raised", gates.join(", ")).unwrap(),
        }
    }
    out.push('\n');
}

// ---- whole reports of the tiny pack ----

#[test]
fn the_tiny_report_in_english_and_french() {
    for lang in ["en", "fr"] {
        let desk = Desk::new(&common::tiny_content(), lang);
        let dossier = read(&tests("cases/report"), desk.questionnaire());
        let documents = desk.render(&dossier, &Format::ALL);
        for (document, format) in documents.iter().zip(Format::ALL) {
            assert!(seal::is_untouched(document));
            match format {
                Format::Markdown => {
                    common::snapshot!("cases", format!("report.{lang}.md"), document)
                }
                Format::Html if lang == "en" => {
                    common::snapshot!("cases", "report.en.html", document)
                }
                Format::Html | Format::Json => {}
            }
        }
    }
}

/// What a wider circle gets: the ledger, and nothing of what was withheld.
#[test]
fn the_tiny_report_up_to_green() {
    let desk = Desk::new(&common::tiny_content(), "en");
    let dossier = read(&tests("cases/report"), desk.questionnaire());
    let text = desk.render_up_to(&dossier, Some(Tlp::Green), &[Format::Markdown]);
    for withheld in [
        "Okrington",
        "Office of Waves",
        "Letter of the Office",
        "regulator is",
    ] {
        assert!(!text[0].contains(withheld), "{withheld}");
    }
    common::snapshot!("cases", "report.en.green.md", &text[0]);
}

#[test]
fn a_stub_report_says_that_nothing_is_known() {
    let desk = Desk::new(&common::tiny_content(), "en");
    let dossier = read(&tests("cases/nothing-answered"), desk.questionnaire());
    common::snapshot!("cases", "report.stub.en.md", desk.markdown(&dossier));
}

#[test]
fn the_tiny_report_has_one_structure_in_both_languages() {
    same_structure(&common::tiny_content(), &tests("cases/report"));
}

// ---- the sample ----

const EXAMPLIA: &str = "questionnaires/samples/examplia";

#[test]
fn the_sample_report_in_english() {
    let desk = Desk::new(&Content::shipped(), "en");
    let dossier = read(&root().join(EXAMPLIA), desk.questionnaire());
    common::snapshot!("cases", "examplia.en.md", desk.markdown(&dossier));
}

#[test]
fn the_sample_report_in_french_has_the_structure_of_the_english_one() {
    let headings = same_structure(&Content::shipped(), &root().join(EXAMPLIA));
    let lines: Vec<String> = headings
        .iter()
        .map(|one| {
            format!(
                "{} {} {{#{}}}",
                "#".repeat(one.level.into()),
                one.text,
                one.id
            )
        })
        .collect();
    common::snapshot!("cases", "examplia.fr.headings", lines.join("\n"));
}

/// Compares the English and the French page of a dossier and returns the French headings.
fn same_structure(content: &Content, folder: &std::path::Path) -> Vec<Heading> {
    let pages = ["en", "fr"].map(|lang| {
        let desk = Desk::new(content, lang);
        let dossier = read(folder, desk.questionnaire());
        Page::read(&desk.html(&dossier))
    });
    let skeleton = |page: &Page| -> Vec<(u8, String)> {
        let headings = page.headings().into_iter();
        headings.map(|one| (one.level, one.id)).collect()
    };
    let [english, french] = &pages;
    assert_eq!(skeleton(english), skeleton(french));
    assert_eq!(english.tables(), french.tables());
    for name in ["figure", "blockquote", "ul", "ol"] {
        assert_eq!(english.count(name), french.count(name), "{name}");
    }
    assert_eq!(
        english.whole.all("svg").len(),
        french.whole.all("svg").len()
    );
    assert!(!english.whole.all("svg").is_empty(), "there is no chart");
    let figures = |page: &Page| -> Vec<Vec<String>> {
        // A figure in one language is the same figure in the other, its separators apart.
        let numeric = |table: &common::page::Element| -> Vec<String> {
            let cells = table.all("td").into_iter().map(|cell| cell.text());
            let figure = |text: &String| {
                text.starts_with(|c: char| c.is_ascii_digit())
                    && text
                        .chars()
                        .all(|c| c.is_ascii_digit() || ",. \u{a0}\u{202f}".contains(c))
            };
            let digits = |text: String| text.chars().filter(char::is_ascii_digit).collect();
            cells.filter(figure).map(digits).collect()
        };
        let tables = page.blocks.iter().filter(|block| block.name == "table");
        tables.map(numeric).collect()
    };
    assert_eq!(figures(english), figures(french));
    french.headings()
}
