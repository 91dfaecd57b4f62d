//! The assessor's pen: what it does to findings, roadmap and reports, what makes it stale, and the command
//! that writes it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use cirtkit::content::Content;
use cirtkit::diagnostic::Diagnostics;
use cirtkit::dossier;
use cirtkit::model::drafting::Drafting;
use cirtkit::model::{Dossier, Tlp};
use cirtkit::plan::{Plan, Why};
use cirtkit::render::Format;
use common::page::Page;
use common::{Desk, program, read, root};

const EXAMPLIA: &str = "questionnaires/samples/examplia";

fn desk(lang: &str) -> Desk {
    Desk::new(&Content::shipped(), lang)
}

fn sample(desk: &Desk) -> Dossier {
    read(&root().join(EXAMPLIA), desk.questionnaire())
}

fn drafting(desk: &Desk, dossier: &Dossier, text: &str) -> Drafting {
    let mut found = Diagnostics::default();
    let questionnaire = desk.questionnaire();
    let read = dossier::read_drafting(
        "drafting.toml",
        text,
        &dossier.head,
        questionnaire,
        &mut found,
    );
    assert_eq!(found.errors(), 0, "{}", found.to_text());
    read.unwrap()
}

/// The plan of the sample under another pen.
fn planned(text: &str) -> Plan {
    let desk = desk("en");
    let mut dossier = sample(&desk);
    dossier.drafting = drafting(&desk, &dossier, text);
    desk.judge(&dossier).1
}

fn numbers_are_in_a_row(plan: &Plan) {
    let mut before = (0, 0);
    for action in &plan.actions {
        let number = (action.number.head, action.number.sub);
        let next = [(before.0, before.1 + 1), (before.0 + 1, 0)];
        assert!(next.contains(&number), "{number:?} behind {before:?}");
        before = number;
    }
    let findings: Vec<usize> = plan.findings.iter().map(|one| one.number).collect();
    assert_eq!(findings, (1..=findings.len()).collect::<Vec<_>>());
    for action in &plan.actions {
        for before in &action.after {
            let before = plan.action(before).unwrap();
            assert!(before.end < action.start, "{before:?} {action:?}");
        }
    }
}

// ---- the plan ----

#[test]
fn what_stands_under_a_dropped_one_goes_with_it_unless_the_pen_keeps_it() {
    let drop = "[recommendations.appoint-head]\ndrop = true\nreason = { en = \"Done.\" }\n";
    let child = "fix-pay-and-career";
    let before = planned("");
    let under = before.action("appoint-head").unwrap().number;
    let beneath = before.action(child).unwrap().number;
    assert!(beneath.head == under.head && beneath.sub > 0);
    let gone = planned(drop);
    numbers_are_in_a_row(&gone);
    assert_eq!(gone.action(child), None);
    assert!(
        gone.pen
            .dropped_recommendations
            .contains(&child.to_string())
    );
    let kept = planned(&format!(
        "{drop}[recommendations.{child}]\npriority = \"high\"\n"
    ));
    numbers_are_in_a_row(&kept);
    assert_eq!(kept.action(child).unwrap().number.sub, 0);
}

#[test]
fn what_waited_for_something_dropped_waits_for_what_that_waited_for() {
    let plan =
        planned("[recommendations.designate-host]\ndrop = true\nreason = { en = \"Decided.\" }\n");
    numbers_are_in_a_row(&plan);
    assert_eq!(plan.action("designate-host"), None);
    assert_eq!(plan.pen.dropped_recommendations, ["designate-host"]);
    assert_eq!(
        plan.action("adopt-mandate").unwrap().after,
        ["take-decision"]
    );
    let told = plan
        .pen
        .loosened
        .iter()
        .find(|one| one.recommendation == "adopt-mandate")
        .unwrap();
    assert_eq!(
        (told.before.as_str(), told.why),
        ("designate-host", Why::Dropped)
    );
    // The finding stands, and calls for nothing that is there.
    assert!(
        plan.findings
            .iter()
            .any(|one| one.rule == "host-choice-unconfirmed")
    );
}

#[test]
fn a_merged_recommendation_hands_its_findings_on() {
    let plan = planned(
        "[recommendations.take-decision]\nmerge-into = \"designate-host\"\n\
         [recommendations.appoint-head]\nmerge-into = \"set-steering-committee\"\n",
    );
    numbers_are_in_a_row(&plan);
    let host = plan.action("designate-host").unwrap();
    let of = |rule: &str| plan.findings.iter().find(|one| one.rule == rule).unwrap();
    for rule in ["decision-pending", "host-choice-unconfirmed"] {
        assert!(host.findings.contains(&of(rule).number), "{rule}");
    }
    assert!(host.after.is_empty());
    assert_eq!(
        of("decision-pending").recommendation.as_deref(),
        Some("designate-host")
    );
    // Who waited for the one waits for the other.
    assert_eq!(
        plan.action("secure-money").unwrap().after,
        ["designate-host"]
    );
    let define = plan.action("define-constituency").unwrap();
    assert!(define.after.iter().any(|id| id == "set-steering-committee"));
}

#[test]
fn a_circle_that_a_merge_would_make_is_opened() {
    // The decision is taken in by what waits, through others, for it.
    let plan = planned(
        "[recommendations.take-decision]\nmerge-into = \"open-basic-services\"\n\
         [recommendations.designate-host]\nmerge-into = \"define-constituency\"\n",
    );
    numbers_are_in_a_row(&plan);
    assert!(plan.pen.loosened.iter().any(|one| one.why == Why::Circle));
}

#[test]
fn a_merged_finding_hands_on_its_questions_and_what_it_calls_for() {
    let plan = planned("[findings.no-mandate]\nmerge-into = \"decision-pending\"\n");
    numbers_are_in_a_row(&plan);
    let taker = plan
        .findings
        .iter()
        .find(|one| one.rule == "decision-pending")
        .unwrap();
    assert!(taker.questions.iter().any(|id| id == "legal-mandate"));
    assert_eq!(taker.recommendation.as_deref(), Some("take-decision"));
    let mandate = plan.action("adopt-mandate").unwrap();
    assert!(mandate.findings.contains(&taker.number));
    assert_eq!(plan.pen.merged_findings.len(), 1);
}

#[test]
fn a_finding_merged_into_a_silent_one_stands_by_itself() {
    let plan = planned("[findings.no-mandate]\nmerge-into = \"sponsor-absent\"\n");
    assert!(plan.findings.iter().any(|one| one.rule == "no-mandate"));
    assert!(plan.pen.merged_findings.is_empty());
}

#[test]
fn priority_phase_and_duration_move_an_action() {
    let plan = planned(
        "[recommendations.open-night-contact]\nphase = 2\nduration-months = 5\npriority = \"low\"\n",
    );
    let action = plan.action("open-night-contact").unwrap();
    assert_eq!((action.phase, action.start, action.end), (2, 7, 11));
    numbers_are_in_a_row(&plan);
}

#[test]
fn own_recommendations_in_a_long_row_are_placed() {
    let mut text = String::new();
    for n in 0..3000 {
        let after = if n == 0 {
            String::new()
        } else {
            format!("after = [\"own-{}\"]\n", n - 1)
        };
        text += &format!(
            "[own-recommendations.own-{n}]\ntitle = {{ en = \"t\" }}\ntext = {{ en = \"t\" }}\nowner = \"host\"\n\
             phase = 1\nrests-on = [\"legal-mandate\"]\n{after}"
        );
    }
    let plan = planned(&text);
    assert_eq!(plan.action("own-2999").unwrap().end, 3000);
}

#[test]
fn the_example_of_the_manual_is_read() {
    let manual = fs::read_to_string(root().join("docs/formats.md")).unwrap();
    let pen = manual.split("## The assessor's pen\n").nth(1).unwrap();
    let example = pen.split("```toml\n").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let desk = desk("en");
    let read = drafting(&desk, &sample(&desk), example);
    assert_eq!(read.pieces().len(), 9);
}

// ---- the report ----

/// The words of a document with single spaces, since a paragraph may be broken anywhere.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_sample_bears_a_human_hand_in_both_languages() {
    let words = [
        (
            "en",
            [
                "it lacks one line in one decree",
                "strike one of the two names from article 3",
                "Who hosts the team is the one point",
                "Of the four people who could be assigned to the team",
                "Two rooms are offered by word of mouth",
                "lies in a spreadsheet on one desk",
                "Agree with the bankers how their fraud list",
                "Seven texts of this report are in their own words",
                "left out: a second round of services",
                ": the yearly amount",
                "month 3, by 31 December 2026",
            ],
        ),
        (
            "fr",
            [
                "il lui manque une ligne dans un décret",
                "raye l’un des deux noms de l’article 3",
                "L’organisme d’accueil est le seul point",
                "Des quatre personnes qui pourraient être affectées",
                "Deux locaux sont proposés de vive voix",
                "tient dans un tableur sur un poste",
                "Convenir avec les banquiers",
                "Sept textes de ce rapport sont de leur main",
                "écartée : une deuxième vague",
                "repris dans F-",
                "mois 3, au plus tard le 31 décembre 2026",
            ],
        ),
    ];
    for (lang, wanted) in words {
        let desk = desk(lang);
        let dossier = sample(&desk);
        let mut bare = dossier.clone();
        bare.drafting = Drafting::default();
        let both = |dossier: &Dossier| {
            let made = desk.render(dossier, &[Format::Markdown, Format::Html]);
            [flat(&made[0]), flat(&Page::read(&made[1]).text())]
        };
        let (with, without) = (both(&dossier), both(&bare));
        for words in wanted {
            for (with, without) in with.iter().zip(&without) {
                assert!(with.contains(words), "{lang}: no {words:?}");
                assert!(
                    !without.contains(words),
                    "{lang}: {words:?} without the pen"
                );
            }
        }
        // What was dropped heads nothing, whatever its number would be.
        for dropped in ["Add situational awareness", "Ajouter l’appréciation"] {
            for (at, _) in with[0].match_indices(dropped) {
                let before =
                    with[0][..at].trim_end_matches(|c: char| c == ' ' || c.is_ascii_digit());
                assert!(!before.ends_with("R-"), "{before}");
            }
        }
    }
}

#[test]
fn a_summary_in_place_of_the_tools_leaves_the_decision_asked() {
    let desk = desk("en");
    let mut dossier = sample(&desk);
    let text = "[summary]\nmode = \"replace\"\ntext = { en = \"Mine alone.\" }\n";
    dossier.drafting = drafting(&desk, &dossier, text);
    let markdown = desk.markdown(&dossier);
    let summary = markdown
        .split("\n## ")
        .find(|part| part.starts_with("Executive"))
        .unwrap();
    assert!(summary.contains("Mine alone."));
    assert!(summary.contains("**Decision taken.**"), "{summary}");
    assert!(
        !summary.contains("Least certain") && !summary.contains("| Section |"),
        "{summary}"
    );
}

#[test]
fn a_language_that_is_missing_gets_the_tools_words_or_a_quotation() {
    let desk = desk("fr");
    let mut dossier = sample(&desk);
    let plain = desk.report(
        &{
            let mut bare = dossier.clone();
            bare.drafting = Drafting::default();
            bare
        },
        None,
    );
    let text = "[findings.no-mandate]\ntext = { en = \"Only English.\" }\n\
        [own-findings.mine]\ntext = { en = \"Only English too.\" }\nrests-on = [\"legal-mandate\"]\n\
        [summary]\ntext = { en = \"An English summary.\" }\n\
        [sections.legal]\nafter = { text = { en = \"English around a section.\" } }\n";
    let mut found = Diagnostics::default();
    let questionnaire = desk.questionnaire();
    dossier.drafting =
        dossier::read_drafting("d.toml", text, &dossier.head, questionnaire, &mut found).unwrap();
    let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["draft-language"; 4]);
    let report = desk.report(&dossier, None);
    let find = |id: &str| report.findings.iter().find(|one| one.id == id).unwrap();
    let tool = plain
        .findings
        .iter()
        .find(|one| one.id == "no-mandate")
        .unwrap();
    assert_eq!(find("no-mandate").text, tool.text);
    assert_eq!(
        (find("mine").text.as_str(), find("mine").foreign.as_str()),
        ("Only English too.", "en")
    );
    assert!(report.hand.summary.is_none());
    let html = desk.html(&dossier);
    assert!(html.contains("lang=\"en\""));
    let text = Page::read(&html).text();
    assert!(text.contains("Only English too.") && text.contains("English around a section."));
    assert!(!text.contains("Only English.") && !text.contains("An English summary."));
}

/// The roadmap of the report, the table of actions and the numbers agree whatever the pen does.
#[test]
fn every_number_that_is_cited_stands_in_the_report() {
    let desk = desk("en");
    let report = desk.report(&sample(&desk), None);
    let findings: BTreeSet<&String> = report
        .findings
        .iter()
        .chain(&report.strengths)
        .map(|one| &one.number)
        .collect();
    let actions: BTreeSet<&String> = report
        .recommendations
        .iter()
        .map(|one| &one.number)
        .collect();
    for one in &report.recommendations {
        assert!(
            one.findings.iter().all(|number| findings.contains(number)),
            "{one:?}"
        );
        assert!(
            one.after.iter().all(|number| actions.contains(number)),
            "{one:?}"
        );
    }
    for one in &report.findings {
        assert!(
            one.recommendation
                .iter()
                .all(|number| actions.contains(number)),
            "{one:?}"
        );
    }
    let placed: Vec<&String> = report
        .phases
        .iter()
        .flat_map(|phase| &phase.actions)
        .collect();
    assert_eq!(placed.len(), actions.len());
}

#[test]
fn a_drafted_text_is_withheld_with_what_it_rests_on() {
    let desk = desk("en");
    let dossier = sample(&desk);
    let up_to = |ceiling| {
        desk.render_up_to(&dossier, Some(ceiling), &[Format::Markdown])
            .remove(0)
    };
    // It rests on a visit that is AMBER.
    let rooms = "Two rooms are offered";
    assert!(up_to(Tlp::Amber).contains(rooms));
    let green = up_to(Tlp::Green);
    assert!(!green.contains(rooms) && green.contains("it lacks one"));
    // A label of its own holds back a text that rests on nothing secret.
    let mut own = dossier.clone();
    own.drafting.summary.as_mut().unwrap().tlp = Some(Tlp::Red);
    let shown = desk
        .render_up_to(&own, Some(Tlp::AmberStrict), &[Format::Markdown])
        .remove(0);
    assert!(!shown.contains("it lacks one") && shown.contains("cannot open a national CIRT yet"));
    assert!(desk.markdown(&own).contains("TLP:RED"));
}

#[test]
fn hostile_words_of_the_pen_break_no_report() {
    let hostile = "Qa\n\n# head\n\n```\n<!--\n<script>alert(1)</script>\n\n| a |\n|--|\n\n![i](http://x/y.png)\n\n[a]: http://x\n";
    let desk = desk("en");
    let plain = sample(&desk);
    let mut dossier = plain.clone();
    let around = |text: &str| {
        format!(
            "before = {{ text = {{ en = {text:?} }} }}\nafter = {{ text = {{ en = {text:?} }} }}\n"
        )
    };
    let mut text = format!(
        "[summary]\ntext = {{ en = {hostile:?} }}\n[decision]\ntext = {{ en = {hostile:?} }}\n"
    );
    for section in desk
        .questionnaire()
        .sections
        .iter()
        .map(|one| one.id.as_str())
        .chain(dossier::PARTS)
    {
        text += &format!("[sections.{section}]\n{}", around(hostile));
    }
    text += &format!(
        "[findings.no-mandate]\ntext = {{ en = {hostile:?} }}\n[recommendations.take-decision]\n\
         title = {{ en = {hostile:?} }}\ntext = {{ en = {hostile:?} }}\nowner = {{ en = {hostile:?} }}\n\
         [recommendations.add-enhanced-services]\ndrop = true\nreason = {{ en = {hostile:?} }}\n"
    );
    dossier.drafting = drafting(&desk, &dossier, &text);
    let mut bare = plain;
    bare.drafting = Drafting::default();
    let (bare, page) = (
        Page::read(&desk.html(&bare)),
        Page::read(&desk.html(&dossier)),
    );
    for name in ["script", "img", "iframe"] {
        assert!(page.whole.all(name).is_empty(), "there is a <{name}>");
    }
    for id in [
        "method",
        "findings-legal",
        "recommendations",
        "decision-gates",
        "annex-answers",
        "colophon",
    ] {
        assert_eq!(
            bare.section(id).is_empty(),
            page.section(id).is_empty(),
            "{id}"
        );
        assert!(!page.section(id).is_empty(), "{id} was swallowed");
    }
}

// ---- at the desk ----

/// A copy of the sample, and the program run beside it.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let home = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        copy(&root().join(EXAMPLIA), &home.path("land"));
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn drafting(&self) -> String {
        fs::read_to_string(self.path("land/drafting/assessment.toml")).unwrap()
    }

    fn write(&self, text: &str) {
        fs::write(self.path("land/drafting/assessment.toml"), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        program::command(self.folder.path(), arguments)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(arguments);
        command.stdin(Stdio::null()).output().unwrap()
    }

    /// Runs `draft` on the assessment; returns the code, stdout and stderr.
    fn draft(&self, more: &[&str]) -> (i32, String, String) {
        let made = self.run(&[&["draft", "land", "--stage", "assessment"], more].concat());
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            made.status.code().unwrap(),
            text(made.stdout),
            text(made.stderr),
        )
    }

    fn done(&self, more: &[&str]) -> String {
        let (code, out, err) = self.draft(more);
        assert_eq!(code, 0, "{more:?}: {err}");
        out
    }

    /// The codes and pieces that `check` warns about, without evidence that is missing anyway.
    fn warned(&self) -> Vec<(String, String)> {
        let made = self.run(&["check", "land", "--format", "json"]);
        let list: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
        let list = list.as_array().unwrap().iter();
        let told = list.map(|one| {
            (
                one["code"].as_str().unwrap(),
                one["message"].as_str().unwrap(),
            )
        });
        let told = told.filter(|(code, _)| *code != "evidence-missing");
        let piece = |message: &str| message.split('`').nth(1).unwrap_or_default().to_string();
        told.map(|(code, message)| (code.to_string(), piece(message)))
            .collect()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &to),
            false => drop(fs::copy(&path, &to).unwrap()),
        }
    }
}

#[test]
fn a_change_of_three_answers_leaves_the_hand_and_flags_what_became_stale() {
    let home = Home::new();
    assert_eq!(home.warned(), []);
    let before = home.drafting();
    for (question, more) in [
        (
            "people-skills",
            ["0", "--note", "The one with a real case has left."],
        ),
        (
            "technical-premises",
            ["1", "--note", "A third room was offered, in writing."],
        ),
        ("constituency-trust", ["1", "--confidence", "observed"]),
    ] {
        let by = [
            "--stage",
            "assessment",
            "--by",
            "NB",
            "--date",
            "2026-07-01",
        ];
        let made = home.run(&[&["answer", "land", question], &more[..], &by].concat());
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
    }
    assert_eq!(home.drafting(), before);
    let stale = [
        "section:host:before",
        "finding:premises-missing",
        "finding:skills-missing",
        "own-finding:fraud-list-unshared",
        "own-recommendation:take-over-fraud-list",
    ];
    let told: BTreeSet<(String, String)> = home.warned().into_iter().collect();
    let wanted = stale.map(|piece| ("stale-draft".to_string(), piece.to_string()));
    assert_eq!(told, wanted.into_iter().collect());
    for lang in ["en", "fr"] {
        let report = [
            "report",
            "land",
            "--stage",
            "assessment",
            "--format",
            "md",
            "--out",
            "-",
            "--lang",
            lang,
        ];
        let report = String::from_utf8(home.run(&report).stdout).unwrap();
        let words = match lang {
            "en" => [
                "Of the four people",
                "Two rooms are offered",
                "Who hosts the team",
                "on one desk",
                "lacks one",
            ],
            _ => [
                "Des quatre personnes",
                "Deux locaux sont",
                "est le seul point",
                "sur un poste",
                "il lui manque",
            ],
        };
        for word in words {
            assert!(report.contains(word), "{lang}: {word}");
        }
    }
    let list = home.done(&[]);
    assert!(list.contains("10 written, 5 stale"), "{list}");
    let status = home.run(&["status", "land", "--stage", "assessment"]);
    let status = String::from_utf8(status.stdout).unwrap();
    assert!(
        status.contains("10 pieces by the assessors, 5 stale: section:host:before"),
        "{status}"
    );
    let trace = home.run(&["trace", "land", "skills-missing", "--stage", "assessment"]);
    assert!(
        String::from_utf8(trace.stdout)
            .unwrap()
            .contains("reworded by the assessors, stale")
    );
    // Read again and found good.
    home.done(&["finding:skills-missing", "--stamp"]);
    assert_eq!(home.warned().len(), 4);
}

#[test]
fn a_piece_that_does_not_say_what_it_stands_on_is_never_stale() {
    let home = Home::new();
    home.write("[findings.no-mandate]\ntext = { en = \"Mine.\", fr = \"Le mien.\" }\n");
    let list = home.done(&[]);
    assert!(
        list.contains("1 written, none stale") && list.contains("1 do not say"),
        "{list}"
    );
    home.done(&["--stamp"]);
    assert!(home.drafting().contains("\non = \""), "{}", home.drafting());
    assert!(!home.done(&[]).contains("do not say"));
}

#[test]
fn what_is_written_changes_no_other_byte() {
    let home = Home::new();
    let before = format!("\u{feff}{}", home.drafting().replace('\n', "\r\n"));
    home.write(&before);
    home.done(&[
        "finding:host-choice-unconfirmed",
        "--text",
        "The operators name the Office.",
    ]);
    home.done(&[
        "host-choice-unconfirmed",
        "--lang",
        "fr",
        "--text",
        "Les opérateurs nomment l’Office.",
    ]);
    let after = home.drafting();
    // The new table stands after the last of its kind; before and after it is what stood there.
    let same = |one: (&char, &char)| one.0 == one.1;
    let (old, new): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    let head = old.iter().zip(&new).take_while(|one| same(*one)).count();
    let most = old.len() - head;
    let pairs = old.iter().rev().zip(new.iter().rev());
    let tail = pairs.take_while(|one| same(*one)).count().min(most);
    assert_eq!(head + tail, old.len(), "what stood there stands there");
    let added: String = new[head..new.len() - tail].iter().collect();
    let texts = "text = { en = \"The operators name the Office.\", fr = \"Les opérateurs nomment l’Office.\" }\r\n";
    assert!(
        added.contains(&format!(
            "[findings.host-choice-unconfirmed]\r\n{texts}on = \""
        )),
        "{added:?}"
    );
    assert_eq!(home.warned(), []);
    home.done(&["finding:host-choice-unconfirmed", "--keep"]);
    assert_eq!(home.drafting().trim_end(), before.trim_end());
    // A comment at the end of a line stays beside a new value.
    home.done(&["recommendation:designate-host", "--due", "2026-11-30"]);
    assert!(
        home.drafting()
            .contains("due = 2026-11-30                # the grant, art. 6\r\n")
    );
}

#[test]
fn the_flags_write_what_the_report_then_says() {
    let home = Home::new();
    let night = [
        "R-3",
        "--owner",
        "the night desk",
        "--cost",
        "1200 USD",
        "--due",
        "2026-12-31",
        "--priority",
        "low",
    ];
    home.done(&night);
    home.done(&["R-3", "--owner", "la permanence", "--lang", "fr"]);
    home.done(&[
        "finding:strategy-silent",
        "--drop",
        "--reason",
        "Settled during the mission.",
    ]);
    home.done(&[
        "no-sharing-basis",
        "--merge-into",
        "no-mandate",
        "--reason",
        "One gap, one finding.",
    ]);
    home.done(&[
        "own-finding:one-fibre",
        "--rests-on",
        "technical-premises,technical-tools",
        "--severity",
        "minor",
        "--recommend",
        "prepare-premises",
        "--text",
        "One fibre serves both rooms.",
    ]);
    let out = home.run(&[
        "report",
        "land",
        "--stage",
        "assessment",
        "--format",
        "md",
        "--out",
        "-",
        "--lang",
        "en",
    ]);
    let report = String::from_utf8(out.stdout).unwrap();
    for words in [
        "night desk",
        "USD\u{a0}1,200",
        "by 31 December 2026",
        "left out: Settled during the mission.",
        ": One gap, one finding.",
        "One fibre serves both rooms \\[technical-premises, technical-tools;",
    ] {
        assert!(report.contains(words), "no {words:?}");
    }
    assert!(
        home.drafting()
            .contains("owner = { en = \"the night desk\", fr = \"la permanence\" }")
    );
    let diff = home.done(&["own-finding:one-fibre", "--diff"]);
    assert_eq!(diff, "+ One fibre serves both rooms.\n");
    let trace = home.run(&["trace", "land", "strategy-silent", "--stage", "assessment"]);
    let trace = String::from_utf8(trace.stdout).unwrap();
    assert!(
        trace.contains("dropped by the assessors: Settled during the mission."),
        "{trace}"
    );
}

#[test]
fn the_tools_own_words_are_there_to_start_from() {
    let home = Home::new();
    home.write("");
    // The decision was taken, so that the tool asks for none; without it, it does.
    let head = home.path("land/dossier.toml");
    let text = fs::read_to_string(&head).unwrap();
    let start = text.find("[stages.assessment.decision]").unwrap();
    let end = start + text[start..].find("\n[stages.assessment.replies").unwrap();
    fs::write(&head, format!("{}{}", &text[..start], &text[end..])).unwrap();
    for (lang, summary, decision) in [
        ("en", "cannot open a national CIRT yet", "Sign the decision"),
        (
            "fr",
            "ne peut pas encore mettre en service",
            "Signer la décision",
        ),
    ] {
        home.done(&["summary", "--text", "Mine.", "--lang", lang]);
        home.done(&["decision", "--text", "Mine.", "--lang", lang]);
        let told = home
            .done(&["summary", "--diff", "--lang", lang])
            .replace("\n- ", " ");
        assert!(told.contains(summary), "{lang}: {told}");
        let told = home.done(&["decision", "--diff", "--lang", lang]);
        assert!(told.contains(decision), "{lang}: {told}");
    }
}

#[test]
fn within_its_folder_the_dossier_needs_no_name() {
    let home = Home::new();
    let mut command = home.command(&[
        "draft",
        "F-3",
        "--stage",
        "assessment",
        "--text",
        "Mine.  \nTwo lines.",
    ]);
    let made = command.current_dir(home.path("land")).output().unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    assert!(
        home.drafting()
            .contains("en = \"\"\"\nMine.\nTwo lines.\"\"\""),
        "{}",
        home.drafting()
    );
}

#[test]
fn a_wrong_use_is_told_and_changes_nothing() {
    let home = Home::new();
    let before = home.drafting();
    for (arguments, needle) in [
        (&["F-9999", "--text", "x"][..], "there is no piece `F-9999`"),
        (
            &["finding:no-mandat", "--text", "x"],
            "did you mean `finding:no-mandate`",
        ),
        (
            &["section:legl:before", "--text", "x"],
            "did you mean `section:legal:before`",
        ),
        (&["--text", "x"], "name the piece"),
        (&["R-2", "--owner", "rgulator"], "did you mean `regulator`"),
        (&["R-2", "--phase", "9"], "there is no phase 9"),
        (&["R-2", "--due", "2026-02-30"], "YYYY-MM-DD"),
        (&["R-2", "--priority", "urgent"], "nothing was changed"),
        (&["R-3", "--merge-into", "R-3"], "merged into itself"),
        (&["own-finding:x", "--text", "x"], "rests-on"),
        (&["F-2"], "an editor needs a terminal"),
        (&["F-2", "--stamp"], "nothing is written"),
        (&["F-2", "--text", " "], "an empty text says nothing"),
        (&["F-2", "--text", "-"], "an empty text says nothing"),
    ] {
        let (code, _, err) = home.draft(arguments);
        assert!(code == 2 || code == 3, "{arguments:?}: {code} {err}");
        assert!(err.contains(needle), "{arguments:?}: {err}");
        assert_eq!(home.drafting(), before, "{arguments:?}");
    }
}

/// Whatever can be written stands once in the stage's own report, in every stage and both languages.
#[test]
fn every_stage_tells_what_was_written_around_its_sections() {
    let home = Home::new();
    for stage in ["assessment", "design", "establishment", "enhancement"] {
        let questionnaire = root().join(format!("questionnaires/{stage}/1/sections"));
        let sections = common::files(&questionnaire, ".toml")
            .into_iter()
            .map(|path| {
                let text: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
                text["section"]["id"].as_str().unwrap().to_string()
            });
        let sections: Vec<String> = sections.chain(dossier::PARTS.map(String::from)).collect();
        let mut text = String::from(
            "[summary]\nmode = \"after\"\ntext = { en = \"ZQ-summary\", fr = \"ZQ-summary\" }\n\
             [decision]\ntext = { en = \"ZQ-decision\", fr = \"ZQ-decision\" }\n",
        );
        let mut wanted = vec![String::from("ZQ-summary"), String::from("ZQ-decision")];
        for section in &sections {
            for side in ["before", "after"] {
                let word = format!("ZQ-{section}-{side}-end");
                text += &format!(
                    "[sections.{section}.{side}]\ntext = {{ en = {word:?}, fr = {word:?} }}\n"
                );
                wanted.push(word);
            }
        }
        fs::write(home.path(&format!("land/drafting/{stage}.toml")), text).unwrap();
        for lang in ["en", "fr"] {
            let made = home.run(&[
                "report", "land", "--stage", stage, "--format", "md", "--out", "-", "--lang", lang,
            ]);
            let report = String::from_utf8(made.stdout).unwrap();
            for word in &wanted {
                let times = report.matches(word.as_str()).count();
                assert_eq!(
                    times,
                    1,
                    "{stage} {lang}: {word} {}",
                    String::from_utf8_lossy(&made.stderr)
                );
            }
        }
    }
}

/// A text may be long.
#[test]
fn a_long_text_does_not_exhaust_the_report() {
    let desk = desk("en");
    let mut dossier = sample(&desk);
    let long = "The decree waits and nobody signs ".repeat(600);
    let text = format!(
        "[findings.no-mandate]\ntext = {{ en = {long:?} }}\n[summary]\ntext = {{ en = {long:?} }}\n"
    );
    dossier.drafting = drafting(&desk, &dossier, &text);
    assert!(desk.markdown(&dossier).contains("nobody signs The decree"));
}

/// What is wrong in the file is told with its code and its line, and never with its words.
#[test]
fn every_fault_of_the_file_has_its_code() {
    const OWN: &str = "text = { en = \"ZQXSECRET\", fr = \"ZQXSECRET\" }\n";
    let own = |more: &str| format!("[own-findings.mine]\n{OWN}{more}");
    let full = |more: &str| {
        format!(
            "[own-recommendations.mine]\ntitle = {{ en = \"t\", fr = \"t\" }}\n{OWN}owner = \"host\"\nphase = 1\nrests-on = [\"legal-mandate\"]\n{more}"
        )
    };
    let faults = [
        ("unknown-section", format!("[sections.legl.before]\n{OWN}"), 1),
        ("unknown-section", own("rests-on = [\"legal-mandate\"]\nsection = \"legl\"\n"), 4),
        ("unknown-rule", "[findings.no-mandat]\ndrop = true\n".into(), 1),
        ("unknown-rule", "[findings.no-mandate]\nmerge-into = \"no-such\"\n".into(), 2),
        ("unknown-recommendation", "[recommendations.adopt]\nphase = 1\n".into(), 1),
        ("unknown-question", own("rests-on = [\"legal-mandat\"]\n"), 3),
        ("draft-without-basis", own("rests-on = []\n"), 3),
        ("draft-merge", "[findings.no-mandate]\nmerge-into = \"no-mandate\"\n".into(), 2),
        ("draft-merge", "[findings.no-mandate]\nmerge-into = \"trust-low\"\n[findings.trust-low]\ndrop = true\nreason = \"x\"\n".into(), 2),
        ("missing-reason", "[findings.no-mandate]\ndrop = true\n".into(), 2),
        ("draft-severity", "[findings.no-mandate]\nseverity = \"strength\"\n".into(), 2),
        ("strength-recommends", own("rests-on = [\"legal-mandate\"]\nseverity = \"strength\"\nrecommend = \"adopt-mandate\"\n"), 5),
        ("duplicate-id", format!("[own-findings.no-mandate]\n{OWN}rests-on = [\"legal-mandate\"]\n"), 1),
        ("bad-id", format!("[own-findings.\"ZQXSECRET is\"]\n{OWN}rests-on = [\"legal-mandate\"]\n"), 1),
        ("unknown-role", "[recommendations.adopt-mandate]\nowner = \"nobody\"\n".into(), 2),
        ("unknown-phase", "[recommendations.adopt-mandate]\nphase = 12\n".into(), 2),
        ("bad-duration", "[recommendations.adopt-mandate]\nduration-months = 61\n".into(), 2),
        ("end-before-start", "[recommendations.adopt-mandate]\nstart = 2026-05-01\ndue = 2026-04-01\n".into(), 3),
        ("recommendation-cycle", full("after = [\"mine\"]\n"), 7),
        ("unknown-key", format!("[decision]\nmode = \"after\"\n{OWN}"), 2),
        ("draft-language", "[findings.no-mandate]\ntext = { fr = \"ZQXSECRET\" }\n".into(), 2),
        ("stale-draft", format!("[findings.no-mandate]\n{OWN}on = \"00000000\"\n"), 3),
    ];
    let home = Home::new();
    for (code, text, line) in faults {
        home.write(&text);
        let made = home.run(&["check", "land"]);
        let err = String::from_utf8(made.stderr).unwrap();
        let place = format!("assessment.toml:{line}:");
        let block = err
            .split("\n\n")
            .find(|block| block.contains(&format!("[{code}]")));
        let block = block.unwrap_or_else(|| panic!("{code} is not told: {err}"));
        assert!(
            block.contains(&place) && block.contains("help:"),
            "{code}: {block}"
        );
        assert!(!err.contains("ZQXSECRET"), "{code}: {err}");
    }
    home.write("# nothing\n");
    fs::write(home.path("land/drafting/notes.txt"), "x").unwrap();
    assert_eq!(home.warned()[0].0, "stray-file");
}

#[cfg(unix)]
mod editor {
    use super::*;
    use rexpect::session::{PtySession, spawn_command};
    use std::os::unix::fs::PermissionsExt;

    /// Makes a program that stands for an editor.
    fn editor(home: &Home, script: &str) -> String {
        let path = home.path("editor.sh");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.to_string_lossy().into_owned()
    }

    fn open(home: &Home, piece: &str, editor: &str) -> PtySession {
        let mut command = home.command(&["draft", "land", piece, "--stage", "assessment"]);
        command
            .env("VISUAL", editor)
            .env("TMPDIR", home.path("tmp"));
        fs::create_dir_all(home.path("tmp")).unwrap();
        spawn_command(command, Some(60_000)).unwrap()
    }

    /// Everything that was said until the end.
    fn said(mut session: PtySession) -> String {
        session.exp_eof().unwrap()
    }

    fn left_over(home: &Home) -> Vec<PathBuf> {
        let entries = fs::read_dir(home.path("tmp")).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn a_text_is_opened_changed_and_saved_with_its_difference() {
        let home = Home::new();
        let script = "ls -l \"$1\" > seen; cat \"$1\" >> seen; sed -i 's/No text in force/No text at all/' \"$1\"";
        let told = said(open(&home, "finding:no-mandate", &editor(&home, script)));
        assert!(
            told.contains("+ No text at all") && told.contains("- No text in force"),
            "{told}"
        );
        assert!(
            home.drafting()
                .contains("No text at all gives a national CIRT")
        );
        let seen = fs::read_to_string(home.path("seen")).unwrap();
        assert!(seen.starts_with("-rw-------"), "{seen}");
        assert!(
            seen.contains("<!--\nfinding:no-mandate, in the language `en`."),
            "{seen}"
        );
        assert_eq!(left_over(&home), Vec::<PathBuf>::new());
    }

    #[test]
    fn an_unchanged_or_empty_text_saves_nothing() {
        let home = Home::new();
        let before = home.drafting();
        for script in ["true", ": > \"$1\""] {
            let told = said(open(&home, "R-1", &editor(&home, script)));
            assert!(told.contains("nothing was changed"), "{told}");
            assert_eq!(home.drafting(), before);
        }
        assert_eq!(left_over(&home), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_title_alone_may_be_changed() {
        let home = Home::new();
        let script = "sed -i 's/^Sign the decision.*/Sign it/' \"$1\"";
        said(open(&home, "R-1", &editor(&home, script)));
        let text = home.drafting();
        let table = text
            .split("[recommendations.take-decision]")
            .nth(1)
            .unwrap();
        assert!(
            table.starts_with("\ntitle = { en = \"Sign it\" }\non = "),
            "{table}"
        );
    }

    #[test]
    fn an_editor_that_fails_loses_nothing() {
        let home = Home::new();
        let before = home.drafting();
        let told = said(open(
            &home,
            "finding:no-mandate",
            &editor(&home, "echo typed >> \"$1\"; exit 3"),
        ));
        assert!(
            told.contains("nothing was saved, and your text is kept in"),
            "{told}"
        );
        assert_eq!(home.drafting(), before);
        let kept = left_over(&home);
        assert!(fs::read_to_string(&kept[0]).unwrap().ends_with("typed\n"));
        let told = said(open(&home, "finding:no-mandate", "no-such-editor"));
        assert!(
            told.contains("does not start") && told.contains("VISUAL"),
            "{told}"
        );
    }

    #[test]
    fn a_text_that_cannot_be_saved_is_kept() {
        let home = Home::new();
        let script = "echo more >> \"$1\"; echo 'broken = = 1' >> land/drafting/assessment.toml";
        let told = said(open(&home, "finding:no-mandate", &editor(&home, script)));
        assert!(told.contains("your text is kept in"), "{told}");
        assert_eq!(left_over(&home).len(), 1);
    }
}
