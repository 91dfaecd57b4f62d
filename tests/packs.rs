//! Packs that must pass and packs that must fail: each is a folder laid over `tests/packs/base`.
//!
//! A folder under `invalid` is named after the code that it provokes (`code` or `code--variant`); what
//! is told of it stands beside it. To accept new words: `INSTA_UPDATE=always cargo test --test packs`,
//! then read the difference.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use cirtkit::diagnostic::Diagnostics;
use cirtkit::pack;

/// What is told of a case: of reading it and of checking it.
fn problems(case: &Path) -> Diagnostics {
    checked(&[&common::tests("packs/base"), case])
}

fn checked(folders: &[&Path]) -> Diagnostics {
    let (content, mut found) = common::laid_over(folders);
    found.extend(common::check_all(&content));
    found
}

/// The text form, with places from the questionnaires' folder on.
fn told(found: &Diagnostics) -> String {
    let folder = common::root().display().to_string();
    let text = found.to_text().replace(&folder, "[repository]");
    let (errors, warnings) = (found.errors(), found.warnings());
    format!("{text}\n\n{errors} errors, {warnings} warnings")
}

fn codes(found: &Diagnostics) -> BTreeSet<&'static str> {
    found.iter().map(|one| one.code).collect()
}

#[test]
fn good_packs_pass() {
    for (name, case) in common::folders(&common::tests("packs/valid")) {
        let found = problems(&case);
        assert!(found.is_empty(), "{name}:\n{}", found.to_text());
    }
    // The pack of the case files stands alone.
    let found = checked(&[&common::tests("cases/pack")]);
    assert!(found.is_empty(), "{}", found.to_text());
}

#[test]
fn bad_packs_are_told_with_code_place_and_fix() {
    let mut wrong = String::new();
    for (name, case) in common::folders(&common::tests("packs/invalid")) {
        let found = problems(&case);
        let code = name.split("--").next().unwrap();
        if code != "many-at-once" && !codes(&found).contains(code) {
            writeln!(wrong, "{name}: tells {:?}", codes(&found)).unwrap();
        }
        insta::with_settings!({
            snapshot_path => "packs/invalid",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name.as_str(), told(&found));
        });
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Nothing but the case's own problem is told, so that a reader is not led astray.
#[test]
fn a_bad_pack_is_told_for_what_is_wrong_with_it_alone() {
    // A recommendation that lost its rule and a level that lost its advice are true all the same.
    let follows = ["question-without-advice", "recommendation-unreachable"];
    let mut wrong = String::new();
    for (name, case) in common::folders(&common::tests("packs/invalid")) {
        let code = name.split("--").next().unwrap();
        let found = problems(&case);
        let mut others = codes(&found);
        others.retain(|one| *one != code && !follows.contains(one));
        if code != "many-at-once" && !others.is_empty() {
            writeln!(wrong, "{name}: also {others:?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// One run shows everything, also where the first file is wrong.
#[test]
fn many_problems_are_told_at_once() {
    let told = |case: &str| codes(&problems(&common::tests(&format!("packs/invalid/{case}"))));
    let wanted = [
        "bad-duration",
        "bad-id",
        "bad-phases",
        "bad-placeholder",
        "bad-weight",
        "level-statements",
        "missing-options",
        "unknown-recommendation",
        "unknown-reference",
        "unknown-role",
        "unknown-word",
        "wrong-type",
    ];
    let missing: Vec<_> = wanted
        .into_iter()
        .filter(|code| !told("many-at-once").contains(code))
        .collect();
    assert!(missing.is_empty(), "not told: {missing:?}");
    let head = told("many-at-once--head");
    assert!(
        head.contains("unknown-key") && head.contains("wrong-type"),
        "a typing error in questionnaire.toml hides what is wrong in its sections: {head:?}"
    );
}

/// "Code, severity, file, line, column, fix": what is told says where, and what to do.
#[test]
fn every_problem_has_a_line_and_a_fix() {
    // A file that is not there or cannot be read at all has no line.
    let whole_files = [
        "missing-file",
        "content-unreadable",
        "content-misplaced",
        "translation-missing",
    ];
    let mut wrong = BTreeSet::new();
    for (name, case) in common::folders(&common::tests("packs/invalid")) {
        for one in &problems(&case) {
            let section = name == "missing-key--section";
            if one.place.line == 0 && !whole_files.contains(&one.code) && !section {
                wrong.insert(format!("{}: no line in {}", one.code, one.place));
            }
            if one.code.starts_with("translation-") && !one.place.file.contains("/lang/") {
                wrong.insert(format!("{}: told of {}", one.code, one.place));
            }
            // "expected …" is the fix; of many keys none is near.
            let says_it = one.message.starts_with("expected") || one.code == "unknown-key";
            if one.help.is_none() && !says_it {
                wrong.insert(format!("{}: no fix", one.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", Vec::from_iter(wrong).join("\n"));
}

#[test]
fn an_edition_that_is_not_there_is_told_with_those_that_are() {
    let (content, _) = common::laid_over(&[&common::tests("packs/base")]);
    let mut found = Diagnostics::default();
    assert!(pack::load(&content, "assessment", 7, "en", &mut found).is_none());
    insta::assert_snapshot!(found.to_text(), @r"
    error: there is no questionnaire `assessment` edition 7 [unknown-questionnaire]
      --> questionnaires/assessment/7
    help: there is `assessment` edition 1
    ");
}

#[test]
fn every_code_of_the_pack_has_a_case() {
    let mut pushed = BTreeSet::new();
    let sources = common::files(&common::root().join("src/pack"), ".rs");
    let more = ["src/content.rs", "src/source.rs"].map(|name| common::root().join(name));
    for path in sources.iter().chain(&more) {
        pushed.extend(common::codes(&common::product_code(path)));
    }
    assert!(pushed.len() > 50, "the codes are not found: {pushed:?}");
    let cases = common::folders(&common::tests("packs/invalid"));
    let named: BTreeSet<String> = cases
        .iter()
        .map(|(name, _)| name.split("--").next().unwrap().to_string())
        .chain(["unknown-questionnaire".to_string()])
        .collect();
    let missing: Vec<_> = pushed.difference(&named).collect();
    assert!(
        missing.is_empty(),
        "no case in tests/packs/invalid: {missing:?}"
    );
}

/// The JSON form says the same as the text form.
#[test]
fn the_json_form_holds_code_severity_place_and_help() {
    let found = problems(&common::tests("packs/invalid/many-at-once"));
    let list: serde_json::Value = serde_json::from_str(&found.to_json()).unwrap();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), found.iter().count());
    for (json, one) in list.iter().zip(&found) {
        assert_eq!(json["code"], one.code);
        assert_eq!(json["file"], *one.place.file);
        assert_eq!(json["line"], one.place.line);
        assert_eq!(json["column"], one.place.column);
        assert_eq!(
            json.get("help").and_then(|help| help.as_str()),
            one.help.as_deref()
        );
        assert!(json["severity"] == "error" || json["severity"] == "warning");
    }
}
