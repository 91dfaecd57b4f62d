//! What goes wrong at a desk: it is told with its place and its fix, and nothing is lost.
//!
//! Each test runs the program as a person would, on a dossier of its own. The notes, reasons and
//! texts of that dossier hold [`SECRET`]: no message may ever repeat it.

#![allow(clippy::unwrap_used)] // A test that cannot go on should stop.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::program::{self, Told};
use tempfile::TempDir;

/// What an answer says, and a message must not.
const SECRET: &str = "ZQXSECRET";

const HEAD: &str = r#"# Lesotho, as a first mission found it.
schema = 1
country = "LS"
languages = ["en"]
tlp = "AMBER"
currency = "USD"
targets = ["house-basic"]

[roles]
lead-ministry = "the Ministry of Communications"

[assessors]
AM = { name = "A. Mokoena", organisation = "Mountain Advisers" }

[stages.assessment]
questionnaire = "assessment"
edition = 1
scope = "full"
state = "final"
final = 2026-07-10
lead = "AM"
"#;

const REGISTER: &str = r#"[people.p-one]
name = "P. One"
institution = "Communications Authority"
type = "regulator"
function = "Director"
consent = false

[meetings.opening]
title = "Opening session"
date = 2026-06-01
participants = ["p-one"]

[evidence.decree]
title = "Decree 12/2024"
date = 2024-05-02
from = "p-one"
received = 2026-06-03
file = "evidence/decree.txt"
"#;

const ANSWERS: &str = r#"# The answers; this remark stays.
[answers.legal-mandate]
value = 1   # a remark at the end of a line
confidence = "documented"
note = "ZQXSECRET, says the legal adviser."
evidence = ["decree"]
answered = 2026-06-01
by = "AM"

[answers.host-preferred]
value = "regulator"
note = "ZQXSECRET, says the operator."
answered = 2026-06-01
by = "AM"

[answers.host-candidates]
value = [{ institution = "ZQXSECRET office", strengths = "ZQXSECRET" }]

[answers.constituency-sectors]
value = ["telecom", "finance"]

[answers.incident-count]
value = 12
note = "ZQXSECRET, says the bank."

[answers.awareness-languages]
value = "ZQXSECRET by radio"

[answers.national-crisis]
state = "not-applicable"
reason = "ZQXSECRET, says the ministry."
"#;

const SAID: &str = r#"[answers.legal-mandate]
value = 2
note = "ZQXSECRET, said aloud."
"#;

/// A dossier in a folder of its own, and the program run beside it.
struct Desk {
    home: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self {
            home: tempfile::tempdir().unwrap(),
        };
        desk.write("land/dossier.toml", HEAD);
        desk.write("land/register.toml", REGISTER);
        desk.write("land/assessment.toml", ANSWERS);
        desk.write("land/responses/p-one/assessment.toml", SAID);
        desk.write("land/evidence/decree.txt", "ZQXSECRET article 4\n");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Puts one text in place of another that must be there.
    fn swap(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "{name} holds no {old:?}");
        self.write(name, text.replacen(old, new, 1));
    }

    fn append(&self, name: &str, more: &str) {
        self.write(name, self.read(name) + more);
    }

    fn command(&self, arguments: &[&str]) -> Command {
        program::command(self.home.path(), arguments)
    }

    fn run(&self, arguments: &[&str]) -> Told {
        let mut command = self.command(arguments);
        Told::from(command.stdin(Stdio::null()).output().unwrap())
    }

    /// Runs a command that must end with 0.
    fn done(&self, arguments: &[&str]) -> Told {
        let told = self.run(arguments);
        assert_eq!(told.code, Some(0), "{arguments:?} said {told:#?}");
        told
    }

    /// Every file below a folder with its bytes; of a link where it leads, of a large file its size.
    fn files(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path(folder), &mut files);
        files
    }

    /// Runs a command that must end with `code`, hold every needle and a fix, give no answer away
    /// and leave the dossier as it was.
    fn refused(&self, arguments: &[&str], code: i32, needles: &[&str]) -> Told {
        let before = self.files("land");
        let told = self.run(arguments);
        assert_eq!(told.code, Some(code), "{arguments:?} said {told:#?}");
        for needle in needles {
            assert!(
                told.err.contains(needle),
                "{arguments:?}: no {needle:?} in {told:#?}"
            );
        }
        // Of a wrong use the needles name the fix, which stands in the same sentence.
        let fix = code == 2 || has_fix(&told.err);
        assert!(fix, "{arguments:?}: no fix in {told:#?}");
        assert!(!told.err.contains(SECRET), "{arguments:?} told {told:#?}");
        assert!(!told.out.contains(SECRET), "{arguments:?} told {told:#?}");
        assert!(!told.err.contains("panicked"), "{arguments:?}: {told:#?}");
        let after = self.files("land");
        let changed: Vec<&PathBuf> = after
            .iter()
            .filter(|(path, bytes)| before.get(*path) != Some(bytes))
            .map(|(path, _)| path)
            .chain(before.keys().filter(|path| !after.contains_key(*path)))
            .collect();
        assert!(changed.is_empty(), "{arguments:?} changed {changed:?}");
        told
    }

    /// A dossier that cannot be used: `check` looked and found (1), everything else refuses (3).
    fn broken(&self, needles: &[&str]) {
        self.refused(&["check", "land"], 1, needles);
        self.refused(&["report", "land"], 3, needles);
        self.refused(
            &["answer", "land", "legal-mandate", "2", "--note", SECRET],
            3,
            needles,
        );
        self.refused(&["ask", "land", "--plain"], 3, needles);
    }
}

/// Tells whether a message says what to do next.
fn has_fix(message: &str) -> bool {
    message.contains("help: ") || message.contains("; ")
}

fn collect(path: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let metadata = fs::symlink_metadata(path).unwrap();
    if metadata.is_symlink() {
        let target = fs::read_link(path).unwrap();
        files.insert(path.into(), target.display().to_string().into());
    } else if metadata.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), files);
        }
    } else if metadata.len() > 1 << 24 {
        files.insert(path.into(), metadata.len().to_string().into());
    } else {
        files.insert(path.into(), fs::read(path).unwrap());
    }
}

// ------------------------------------------------------------------- what stands in the dossier

#[test]
fn the_dossier_of_these_tests_is_sound() {
    let desk = Desk::new();
    let told = desk.done(&["check", "land"]);
    assert!(told.err.contains("0 errors, 0 warnings"), "{told:#?}");
    desk.done(&["report", "land"]);
    let report = desk.read("land/reports/assessment-report.en.md");
    assert!(report.contains(SECRET), "the secret would be told anyway");
}

#[test]
fn no_dossier_here() {
    let desk = Desk::new();
    let needles = ["no dossier here", "cirtkit new"];
    desk.refused(&["check", "elsewhere"], 1, &needles);
    for arguments in [
        &["report", "elsewhere"][..],
        &["status"],
        &["score", "elsewhere"],
        &["explain", "elsewhere", "legal"],
        &["trace", "elsewhere", "R-1"],
        &["answer", "elsewhere", "legal-mandate", "2"],
        &["ask", "elsewhere", "--plain"],
    ] {
        desk.refused(arguments, 3, &needles);
    }
    assert!(!desk.path("elsewhere").exists());
}

#[test]
fn a_file_that_a_power_cut_emptied_is_told() {
    let desk = Desk::new();
    for name in ["assessment.toml", "register.toml", "notes.toml"] {
        let kept = fs::read(desk.path(&format!("land/{name}"))).ok();
        desk.write(&format!("land/{name}"), "");
        let told = desk.run(&["check", "land"]);
        assert!(told.err.contains("[empty-file]"), "{name}: {told:#?}");
        assert!(told.err.contains(name), "{told:#?}");
        match kept {
            Some(text) => fs::write(desk.path(&format!("land/{name}")), text).unwrap(),
            None => fs::remove_file(desk.path(&format!("land/{name}"))).unwrap(),
        }
    }
}

#[test]
fn a_word_too_many_is_never_told() {
    let desk = Desk::new();
    for arguments in [
        &[
            "answer",
            "land",
            "legal-mandate",
            "the",
            "government",
            "is",
            "weak",
        ][..],
        &[
            "answer",
            "land",
            "legal-mandate",
            "the",
            "corrupt-government",
        ],
    ] {
        let told = desk.run(arguments);
        assert_eq!(told.code, Some(2), "{told:#?}");
        assert!(!told.err.contains("government"), "{told:#?}");
        assert!(told.err.contains("one argument too many"), "{told:#?}");
    }
}

#[test]
fn broken_toml() {
    for name in [
        "dossier.toml",
        "register.toml",
        "assessment.toml",
        "responses/p-one/assessment.toml",
    ] {
        let desk = Desk::new();
        let file = format!("land/{name}");
        let line = desk.read(&file).lines().count() + 1;
        desk.append(&file, "broken = \"ZQXSECRET has no end\n");
        desk.broken(&[&format!("{file}:{line}:"), "broken TOML"]);
    }
}

#[test]
fn every_problem_of_a_file_is_told_at_once() {
    let desk = Desk::new();
    desk.swap(
        "land/assessment.toml",
        "value = 12",
        "value = \"ZQXSECRET many\"",
    );
    desk.swap(
        "land/assessment.toml",
        "value = \"regulator\"",
        "value = \"regulatr\"",
    );
    desk.swap("land/assessment.toml", "confidence =", "confidense =");
    let needles = [
        "assessment.toml:4:1",
        "assessment.toml:11:9",
        "assessment.toml:23:9",
    ];
    desk.broken(&needles);
}

#[test]
fn an_unknown_key() {
    for (name, old, new, place) in [
        ("dossier.toml", "currency =", "curency =", "6:1"),
        ("register.toml", "institution =", "instituton =", "3:1"),
        ("assessment.toml", "confidence =", "confidense =", "4:1"),
        (
            "responses/p-one/assessment.toml",
            "note =",
            "notee =",
            "3:1",
        ),
    ] {
        let desk = Desk::new();
        let file = format!("land/{name}");
        desk.swap(&file, old, new);
        let right = format!("did you mean `{}`?", old.trim_end_matches(" ="));
        desk.broken(&[&format!("{file}:{place}"), "unknown key", &right]);
    }
}

#[test]
fn an_unknown_question() {
    let desk = Desk::new();
    desk.swap(
        "land/assessment.toml",
        "answers.legal-mandate",
        "answers.legal-mandat",
    );
    desk.broken(&["land/assessment.toml:2:", "did you mean `legal-mandate`?"]);
    let desk = Desk::new();
    let needles = ["legal-mandat`", "did you mean `legal-mandate`?"];
    desk.refused(&["answer", "land", "legal-mandat", "2"], 2, &needles);
    desk.refused(
        &["ask", "land", "--plain", "--question", "legal-mandat"],
        2,
        &needles,
    );
    desk.refused(&["explain", "land", "legal-mandat"], 2, &needles);
    desk.refused(&["trace", "land", "legal-mandat"], 2, &needles);
    desk.refused(&["pack", "show", "assessment", "legal-mandat"], 2, &needles);
}

#[test]
fn an_unknown_choice() {
    let desk = Desk::new();
    desk.swap(
        "land/assessment.toml",
        "value = \"regulator\"",
        "value = \"regulatr\"",
    );
    desk.broken(&["land/assessment.toml:11:9", "did you mean `regulator`?"]);
    let desk = Desk::new();
    desk.swap("land/assessment.toml", "\"finance\"", "\"finanse\"");
    desk.broken(&["land/assessment.toml:20:", "did you mean `finance`?"]);
    // Prose in the place of an id is an answer, and is not repeated.
    let desk = Desk::new();
    desk.swap(
        "land/assessment.toml",
        "value = \"regulator\"",
        "value = \"the ZQXSECRET office\"",
    );
    desk.broken(&["land/assessment.toml:11:9", "`regulator`"]);
    // What the command line gets wrong is a wrong use of it.
    let desk = Desk::new();
    let needles = ["host-preferred", "did you mean `regulator`?"];
    desk.refused(
        &["answer", "land", "host-preferred", "regulatr"],
        2,
        &needles,
    );
}

#[test]
fn an_unknown_country() {
    let desk = Desk::new();
    desk.swap("land/dossier.toml", "\"LS\"", "\"LZ\"");
    desk.broken(&["land/dossier.toml:3:", "LZ"]);
    let desk = Desk::new();
    desk.swap("land/dossier.toml", "\"LS\"", "\"lesotho\"");
    desk.broken(&["land/dossier.toml:3:", "ISO 3166-1"]);
    desk.refused(&["new", "other", "--country", "LZ"], 2, &["LZ"]);
    assert!(!desk.path("other").exists());
}

#[test]
fn unknown_evidence() {
    let desk = Desk::new();
    desk.swap("land/assessment.toml", "[\"decree\"]", "[\"decre\"]");
    desk.broken(&["land/assessment.toml:", "did you mean `decree`?"]);
    let desk = Desk::new();
    let arguments = [
        "answer",
        "land",
        "legal-mandate",
        "2",
        "--evidence",
        "decre",
    ];
    desk.refused(&arguments, 2, &["decre", "did you mean `decree`?"]);
}

#[test]
fn an_unknown_respondent() {
    let desk = Desk::new();
    let arguments = [
        "answer",
        "land",
        "legal-mandate",
        "2",
        "--respondent",
        "p-on",
    ];
    desk.refused(&arguments, 2, &["p-on", "did you mean `p-one`?"]);
    let arguments = [
        "answer",
        "land",
        "legal-mandate",
        "2",
        "--respondent",
        "../../elsewhere",
    ];
    desk.refused(&arguments, 2, &["no person or meeting"]);
    assert!(!desk.path("elsewhere").exists());
    desk.write("land/responses/p-on/assessment.toml", SAID);
    desk.broken(&["land/responses/p-on", "did you mean `p-one`?"]);
}

#[test]
fn level_5() {
    for wrong in ["5", "-1", "2.5", "\"2\"", "true", "\"ZQXSECRET says two\""] {
        let desk = Desk::new();
        desk.swap(
            "land/assessment.toml",
            "value = 1 ",
            &format!("value = {wrong} "),
        );
        desk.broken(&[
            "land/assessment.toml:3:9",
            "`legal-mandate` takes a level from 0 to 4",
        ]);
    }
    let desk = Desk::new();
    for wrong in ["5", "-1", "ZQXSECRET"] {
        let needles = ["`legal-mandate` takes a level from 0 to 4"];
        desk.refused(&["answer", "land", "legal-mandate", wrong], 2, &needles);
    }
}

#[test]
fn a_text_where_a_number_belongs() {
    let desk = Desk::new();
    desk.swap(
        "land/assessment.toml",
        "value = 12",
        "value = \"ZQXSECRET dozens\"",
    );
    desk.broken(&[
        "land/assessment.toml:23:9",
        "`incident-count` takes a whole number",
    ]);
    let desk = Desk::new();
    for (question, wrong, takes) in [
        ("incident-count", "ZQXSECRET dozens", "a whole number"),
        ("incident-count", "-3", "incident-count"),
        ("technical-internet-share", "ZQXSECRET", "a decimal"),
        ("funding-yearly-budget", "ZQXSECRET", "an amount"),
        ("political-decision-date", "ZQXSECRET", "a date"),
        ("political-decision-date", "2026-02-30", "a date"),
        ("incident-night-contact", "ZQXSECRET", "true or false"),
        ("legal-instruments", "ZQXSECRET", "a list of rows"),
        (
            "legal-instruments",
            "[{ title = \"ZQXSECRET\", year = \"x\" }]",
            "a whole number",
        ),
    ] {
        desk.refused(&["answer", "land", question, wrong], 2, &[question, takes]);
    }
}

#[test]
fn a_missing_reason() {
    let desk = Desk::new();
    desk.swap(
        "land/assessment.toml",
        "reason = \"ZQXSECRET, says the ministry.\"",
        "note = \"ZQXSECRET\"",
    );
    desk.broken(&["land/assessment.toml:29:", "without a reason", "reason = "]);
    let desk = Desk::new();
    for arguments in [
        &[
            "answer",
            "land",
            "legal-mandate",
            "--state",
            "not-applicable",
        ][..],
        &[
            "answer",
            "land",
            "legal-mandate",
            "--state",
            "not-applicable",
            "--reason",
            " ",
        ],
    ] {
        desk.refused(arguments, 2, &["--reason"]);
    }
}

#[test]
fn a_value_and_a_state() {
    let desk = Desk::new();
    desk.swap(
        "land/assessment.toml",
        "state = \"not-applicable\"",
        "state = \"declined\"\nvalue = 2",
    );
    desk.broken(&["land/assessment.toml:29:", "a value and a state"]);
    let desk = Desk::new();
    let arguments = ["answer", "land", "legal-mandate", "2", "--state", "unknown"];
    let told = desk.run(&arguments);
    assert_eq!(told.code, Some(2), "{told:#?}");
    assert_eq!(desk.read("land/assessment.toml"), ANSWERS);
}

#[test]
fn a_dossier_made_by_a_newer_version() {
    let desk = Desk::new();
    desk.swap(
        "land/dossier.toml",
        "schema = 1",
        "schema = 2\nmood = \"new\"",
    );
    desk.broken(&[
        "land/dossier.toml:2:",
        "schema 2",
        "reads schema 1",
        "newer version",
    ]);
}

#[test]
fn a_dossier_of_an_edition_that_is_not_here() {
    let desk = Desk::new();
    desk.swap("land/dossier.toml", "edition = 1", "edition = 9");
    desk.broken(&["land/dossier.toml:", "edition"]);
}

#[test]
fn a_file_of_a_gigabyte() {
    for name in [
        "dossier.toml",
        "register.toml",
        "assessment.toml",
        "responses/p-one/assessment.toml",
    ] {
        let desk = Desk::new();
        let file = fs::File::create(desk.path(&format!("land/{name}"))).unwrap();
        file.set_len(1 << 30).unwrap();
        desk.broken(&[&format!("land/{name}"), "larger than"]);
    }
    let desk = Desk::new();
    desk.write("over/assessment/1/rules.toml", "");
    let file = fs::File::create(desk.path("over/assessment/1/rules.toml")).unwrap();
    file.set_len(1 << 30).unwrap();
    let needles = ["over/assessment/1/rules.toml", "larger than"];
    desk.refused(&["report", "land", "--questionnaires", "over"], 3, &needles);
}

#[test]
fn an_evidence_path_that_leads_out() {
    for path in [
        "../elsewhere.txt",
        "/etc/hostname",
        "evidence/../../elsewhere.txt",
        "C:/x.txt",
    ] {
        let desk = Desk::new();
        desk.write("elsewhere.txt", SECRET);
        desk.swap("land/register.toml", "evidence/decree.txt", path);
        desk.broken(&["land/register.toml:18:", "path", "evidence/"]);
    }
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_in_an_evidence_path() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    desk.write("elsewhere/decree.txt", SECRET);
    fs::remove_file(desk.path("land/evidence/decree.txt")).unwrap();
    symlink(
        "../../elsewhere/decree.txt",
        desk.path("land/evidence/decree.txt"),
    )
    .unwrap();
    desk.broken(&["land/register.toml:18:", "symbolic link"]);
    let desk = Desk::new();
    desk.write("elsewhere/decree.txt", SECRET);
    fs::remove_dir_all(desk.path("land/evidence")).unwrap();
    symlink("../elsewhere", desk.path("land/evidence")).unwrap();
    desk.broken(&["land/register.toml:18:", "symbolic link"]);
}

/// A dossier is passed on: what lies outside of it is none of its business.
#[cfg(unix)]
#[test]
fn a_symbolic_link_in_place_of_a_file_of_the_dossier() {
    use std::os::unix::fs::symlink;
    for (name, up) in [
        ("register.toml", ".."),
        ("assessment.toml", ".."),
        ("responses/p-one/assessment.toml", "../../.."),
    ] {
        let desk = Desk::new();
        let file = format!("land/{name}");
        let text = desk.read(&file);
        desk.write("elsewhere.toml", &text);
        fs::remove_file(desk.path(&file)).unwrap();
        symlink(format!("{up}/elsewhere.toml"), desk.path(&file)).unwrap();
        desk.broken(&[&file, "put the file itself there"]);
        assert_eq!(desk.read("elsewhere.toml"), text);
        fs::remove_file(desk.path("elsewhere.toml")).unwrap();
        desk.broken(&[&file]);
    }
}

#[test]
fn a_file_that_is_not_utf_8() {
    let desk = Desk::new();
    let answers = ANSWERS.replace("value = 12", "value = 12 # caf?");
    let mut bytes = answers.into_bytes();
    let place = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[place] = 0xe9;
    desk.write("land/assessment.toml", bytes);
    desk.broken(&["land/assessment.toml:23:17", "UTF-8"]);
}

// ------------------------------------------------------------------------- what is laid over

#[test]
fn a_folder_laid_over_that_cannot_be_read() {
    let desk = Desk::new();
    for option in ["--questionnaires", "--templates"] {
        desk.refused(&["report", "land", option, "nowhere"], 3, &["nowhere"]);
        desk.refused(&["pack", "list", option, "nowhere"], 3, &["nowhere"]);
        desk.refused(
            &["status", "land", option, "land/dossier.toml"],
            3,
            &["land/dossier.toml"],
        );
    }
    desk.write(
        "over/assessment/1/sections/legal.toml",
        b"[section]\nid = \"l\xe9gal\"\n",
    );
    let needles = ["over/assessment/1/sections/legal.toml:2:8", "UTF-8"];
    desk.refused(&["report", "land", "--questionnaires", "over"], 3, &needles);
    desk.write("looks/assessment-report/parts/method.md", b"caf\xe9\n");
    let needles = ["looks/assessment-report/parts/method.md:1:4", "UTF-8"];
    desk.refused(&["report", "land", "--templates", "looks"], 3, &needles);
}

#[test]
fn a_questionnaire_laid_over_that_is_wrong() {
    let desk = Desk::new();
    desk.done(&[
        "pack",
        "eject",
        "own",
        "--only",
        "questionnaires/assessment/1/rules",
    ]);
    desk.swap(
        "own/questionnaires/assessment/1/rules.toml",
        "severity = ",
        "severty = ",
    );
    let needles = ["rules.toml:", "did you mean `severity`?"];
    let over = ["--questionnaires", "own/questionnaires"];
    desk.refused(&["report", "land", over[0], over[1]], 3, &needles);
    desk.refused(&["pack", "check", over[0], over[1]], 1, &needles);
}

/// Lays a template over with a line added to a part of the report.
fn with_line(desk: &Desk, line: &str) -> usize {
    let part = "report-templates/assessment-report/parts/method.md";
    desk.done(&["pack", "eject", "own", "--only", part]);
    desk.append(&format!("own/{part}"), line);
    desk.read(&format!("own/{part}")).lines().count()
}

#[test]
fn a_misspelt_variable_in_a_template() {
    let desk = Desk::new();
    let line = with_line(&desk, "{{ reprot.country }}\n");
    let needles = [
        &format!("method.md:{line}:")[..],
        "`reprot.country`",
        "spelling",
    ];
    let arguments = ["report", "land", "--templates", "own/report-templates"];
    desk.refused(&arguments, 3, &needles);
}

#[test]
fn a_template_that_is_broken() {
    let desk = Desk::new();
    let line = with_line(&desk, "{% if country %}\n");
    let arguments = ["report", "land", "--templates", "own/report-templates"];
    let told = desk.run(&arguments);
    assert_eq!(told.code, Some(3), "{told:#?}");
    assert!(told.err.contains(&format!("method.md:{line}")), "{told:#?}");
    assert!(!desk.path("land/reports").exists());
}

#[test]
fn a_template_that_runs_for_ever() {
    let desk = Desk::new();
    let line = with_line(
        &desk,
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}\n",
    );
    let needles = [&format!("method.md:{line}:")[..], "too long"];
    let arguments = ["report", "land", "--lang", "en", "--format", "md"];
    let over = ["--templates", "own/report-templates"];
    desk.refused(&[&arguments[..], &over].concat(), 3, &needles);
}

#[test]
fn a_template_that_prints_for_ever() {
    let desk = Desk::new();
    with_line(
        &desk,
        "{% for a in range(100000) %}{{ 'x' * 1000 }}{% endfor %}\n",
    );
    // The limit is one of the whole report, so its file is named, not the line.
    let needles = ["report-templates/assessment-report/", "too long", "loop"];
    let arguments = ["report", "land", "--lang", "en", "--format", "md"];
    let over = ["--templates", "own/report-templates"];
    desk.refused(&[&arguments[..], &over].concat(), 3, &needles);
}

// ---------------------------------------------------------------------- where the output goes

#[test]
fn an_output_folder_that_cannot_be_written() {
    let desk = Desk::new();
    // A folder below a file cannot be made by anybody, root included.
    for out in ["land/dossier.toml/x", "land/dossier.toml"] {
        let told = desk.refused(&["report", "land", "--out", out], 3, &[out]);
        let twice = told.err.matches("os error").count();
        assert!(twice < 2, "a cause is told twice: {told:#?}");
    }
    desk.refused(
        &["new", "land/dossier.toml/x", "--country", "LS"],
        3,
        &["land/dossier.toml/x"],
    );
    desk.refused(
        &["demo", "land/dossier.toml/x"],
        3,
        &["land/dossier.toml/x"],
    );
    desk.refused(
        &["pack", "eject", "land/dossier.toml/x"],
        3,
        &["land/dossier.toml/x"],
    );
}

#[cfg(unix)]
#[test]
fn a_folder_without_the_right_to_write() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    fs::create_dir(desk.path("shut")).unwrap();
    fs::set_permissions(desk.path("shut"), fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(desk.path("shut/probe"), "").is_ok() {
        return; // Root may write everywhere; the test above stands in.
    }
    desk.refused(&["report", "land", "--out", "shut"], 3, &["shut"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_stays() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let answers = desk.path("land/assessment.toml");
    fs::set_permissions(&answers, fs::Permissions::from_mode(0o444)).unwrap();
    let told = desk.run(&["answer", "land", "legal-mandate", "2"]);
    assert_eq!(told.code, Some(3), "{told:#?}");
    assert!(told.err.contains("land/assessment.toml"), "{told:#?}");
    assert_eq!(desk.read("land/assessment.toml"), ANSWERS);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let desk = Desk::new();
    let report = [
        "report", "land", "--lang", "en", "--format", "md", "--out", "-",
    ];
    for arguments in [
        &report[..],
        &["status", "land"],
        &["score", "land"],
        &["man"],
        &["--help"],
    ] {
        let before = desk.files("land");
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = desk.command(arguments).stdout(full).output().unwrap();
        let told = Told::from(output);
        assert_eq!(told.code, Some(3), "{arguments:?} said {told:#?}");
        assert!(
            told.err.to_lowercase().contains("no space left"),
            "{told:#?}"
        );
        assert!(
            has_fix(&told.err) || told.err.contains("make room"),
            "{arguments:?} said {told:#?}"
        );
        assert!(!told.err.contains(SECRET), "{told:#?}");
        assert_eq!(desk.files("land"), before);
    }
}

/// Runs a command whose stdout nobody reads any more.
fn with_closed_pipe(desk: &Desk, arguments: &[&str]) -> Told {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    Told::from(desk.command(arguments).stdout(writer).output().unwrap())
}

#[test]
fn a_stdout_that_was_closed_is_no_error() {
    let desk = Desk::new();
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["report", "--help"],
        &["man"],
        &["completions", "bash"],
        &["schema"],
        &["schema", "answers"],
        &["pack", "list"],
        &["pack", "show", "assessment"],
        &["status", "land"],
        &["status", "land", "--open"],
        &["score", "land"],
        &["explain", "land", "legal"],
        &["trace", "land", "legal-mandate"],
        &["check", "land", "--format", "json"],
        &[
            "report", "land", "--lang", "en", "--format", "md", "--out", "-",
        ],
    ] {
        let told = with_closed_pipe(&desk, arguments);
        assert_eq!(told.code, Some(0), "{arguments:?} said {told:#?}");
        assert_eq!(told.err, "", "{arguments:?}");
    }
}

#[test]
fn what_is_to_be_written_is_written_even_if_nobody_reads_the_names() {
    let desk = Desk::new();
    let told = with_closed_pipe(&desk, &["report", "land"]);
    assert_eq!(told.code, Some(0), "{told:#?}");
    for name in ["assessment-report.en.md", "assessment-report.en.html"] {
        assert!(desk.path("land/reports").join(name).exists(), "no {name}");
    }
    let told = with_closed_pipe(&desk, &["new", "other", "--country", "LS"]);
    assert_eq!(told.code, Some(0), "{told:#?}");
    assert!(desk.path("other/assessment.toml").exists());
    desk.done(&["pack", "eject", "whole"]);
    let told = with_closed_pipe(&desk, &["pack", "eject", "half"]);
    assert_eq!(told.code, Some(0), "{told:#?}");
    assert_eq!(desk.files("half").len(), desk.files("whole").len());
}

// ------------------------------------------------------------------- a terminal, and signals

#[test]
fn asking_needs_a_terminal() {
    let desk = Desk::new();
    let needles = [
        "`ask` needs a terminal",
        "cirtkit answer DIR QUESTION VALUE",
        "--plain",
    ];
    desk.refused(&["ask", "land"], 2, &needles);
    desk.refused(&["ask", "land", "--no-input"], 2, &needles[..2]);
    desk.refused(&["ask", "land", "--plain", "--no-input"], 2, &needles[..2]);
}

#[cfg(unix)]
mod signals {
    use rexpect::process::{Signal, WaitStatus};
    use rexpect::session::{PtySession, spawn_command};

    use super::*;

    const SHOW_CURSOR: &str = "\u{1b}[?25h";
    const HIDE_CURSOR: &str = "\u{1b}[?25l";

    /// Starts an interview in a terminal and waits until it asks for a level.
    fn asking(desk: &Desk, more: &[&str]) -> PtySession {
        let mut command = desk.command(&[&["ask", "land"], more].concat());
        command.env("TERM", "xterm-256color");
        let mut session = spawn_command(command, Some(20_000)).unwrap();
        session.exp_string("political-sponsor").unwrap();
        session
    }

    fn ended(session: &PtySession, code: i32) {
        match session.process().wait().unwrap() {
            WaitStatus::Exited(_, found) => assert_eq!(found, code),
            other => panic!("ended by {other:?}, not with {code}"),
        }
    }

    #[test]
    fn control_c_brings_the_cursor_back() {
        let desk = Desk::new();
        let before = desk.files("land");
        let mut session = asking(&desk, &[]);
        session.exp_string(HIDE_CURSOR).unwrap();
        session.exp_string("stop here").unwrap();
        wait_for_key(&session);
        session.send_control('c').unwrap();
        session.exp_string(SHOW_CURSOR).unwrap();
        let rest = session.exp_eof().unwrap();
        assert!(!rest.contains("error"), "{rest:?}");
        ended(&session, 130);
        assert_eq!(desk.files("land"), before);
    }

    #[test]
    fn control_c_while_a_note_is_typed_saves_nothing_by_half() {
        let desk = Desk::new();
        let before = desk.files("land");
        let mut session = asking(&desk, &[]);
        session.exp_string("stop here").unwrap();
        session.send("\r").unwrap();
        session.flush().unwrap();
        session.exp_string("Note").unwrap();
        session.send("half a note").unwrap();
        session.flush().unwrap();
        session.exp_string("note").unwrap();
        session.send_control('c').unwrap();
        session.exp_eof().unwrap();
        ended(&session, 130);
        assert_eq!(desk.files("land"), before);
    }

    #[test]
    fn each_signal_has_its_exit_code_and_shows_the_cursor() {
        for (signal, code) in [
            (Signal::SIGINT, 130),
            (Signal::SIGTERM, 143),
            (Signal::SIGHUP, 129),
        ] {
            let desk = Desk::new();
            let before = desk.files("land");
            let mut session = asking(&desk, &[]);
            session.exp_string("stop here").unwrap();
            wait_for_key(&session);
            session.process_mut().signal(signal).unwrap();
            session.exp_string(SHOW_CURSOR).unwrap();
            session.exp_eof().unwrap();
            ended(&session, code);
            assert_eq!(desk.files("land"), before);
        }
    }

    #[test]
    fn signals_end_the_plain_interview_too() {
        for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
            let desk = Desk::new();
            let mut session = asking(&desk, &["--plain"]);
            session.exp_string("stop here").unwrap();
            session.process_mut().signal(signal).unwrap();
            session.exp_eof().unwrap();
            ended(&session, code);
        }
    }

    /// The modes of the session's terminal: Linux tells them on its master side too.
    #[cfg(target_os = "linux")]
    fn modes(session: &PtySession) -> String {
        let terminal = session.process().get_file_handle().unwrap();
        let stty = Command::new("stty").arg("-a").stdin(terminal).output();
        String::from_utf8(stty.unwrap().stdout).unwrap()
    }

    /// Waits until the program waits for a key.
    #[cfg(target_os = "linux")]
    fn wait_for_key(session: &PtySession) {
        let begun = std::time::Instant::now();
        while !modes(session).contains("-icanon") {
            assert!(begun.elapsed().as_secs() < 20, "no key is waited for");
        }
    }

    /// Elsewhere a signal may come a little early, which must do no harm either.
    #[cfg(not(target_os = "linux"))]
    fn wait_for_key(_session: &PtySession) {}

    /// While a key is waited for, the terminal is raw; whoever ends the program wants it back.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_terminal_is_given_back_as_it_was() {
        for (signal, code) in [
            (Signal::SIGTERM, 143),
            (Signal::SIGINT, 130),
            (Signal::SIGHUP, 129),
        ] {
            let desk = Desk::new();
            let mut session = asking(&desk, &[]);
            session.exp_string("stop here").unwrap();
            wait_for_key(&session);
            session.process_mut().signal(signal).unwrap();
            session.exp_eof().unwrap();
            ended(&session, code);
            let left = modes(&session);
            assert!(left.contains("icanon"), "{left}");
            assert!(!left.contains("-icanon"), "left raw after {code}: {left}");
            assert!(!left.contains("-isig"), "left raw after {code}: {left}");
        }
    }
}

// ------------------------------------------------------------------------ nothing is lost

#[test]
fn an_answer_changes_no_other_byte() {
    let desk = Desk::new();
    let crlf = ANSWERS.replace('\n', "\r\n");
    let odd = format!("\u{feff}{crlf}\r\n   # a remark at the end, without a line end");
    desk.write("land/assessment.toml", &odd);
    let arguments = [
        "answer",
        "land",
        "legal-mandate",
        "3",
        "--date",
        "2026-06-01",
    ];
    desk.done(&arguments);
    let wanted = odd.replace("value = 1   #", "value = 3   #");
    assert_eq!(desk.read("land/assessment.toml"), wanted);
    // A question that was open: what was there stays, what is added has the file's line ends.
    desk.done(&[
        "answer",
        "land",
        "legal-reporting-duty",
        "2",
        "--date",
        "2026-06-01",
    ]);
    let now = desk.read("land/assessment.toml");
    let (head, tail) = wanted.split_at(wanted.find("\r\n   # a remark at the end").unwrap());
    assert!(now.starts_with(head), "{now}");
    assert!(now.contains(tail.trim()), "{now}");
    assert!(
        now.contains("[answers.legal-reporting-duty]\r\nvalue = 2\r\n"),
        "{now}"
    );
    assert_eq!(
        now.matches('\n').count(),
        now.matches("\r\n").count(),
        "{now}"
    );
    // The same again is nothing at all.
    desk.done(&[
        "answer",
        "land",
        "legal-reporting-duty",
        "2",
        "--date",
        "2026-06-01",
    ]);
    assert_eq!(desk.read("land/assessment.toml"), now);
}

#[test]
fn a_dry_run_writes_nothing() {
    let desk = Desk::new();
    let before = desk.files("land");
    let arguments = [
        "answer",
        "land",
        "legal-mandate",
        "3",
        "--note",
        SECRET,
        "--dry-run",
    ];
    let told = desk.done(&arguments);
    assert!(told.err.contains("nothing was written"), "{told:#?}");
    assert!(!told.err.contains(SECRET), "{told:#?}");
    assert_eq!(desk.files("land"), before);
    // It checks what a real run checks.
    let arguments = ["answer", "land", "legal-mandate", "5", "--dry-run"];
    desk.refused(&arguments, 2, &["a level from 0 to 4"]);
}

#[test]
fn two_at_once_lose_nothing() {
    let desk = Desk::new();
    let shown = desk.done(&["pack", "show", "assessment"]).out;
    let known = shown.lines().filter(|line| line.starts_with("  "));
    let ids: Vec<&str> = known
        .map(|line| line.split_whitespace().next().unwrap())
        .filter(|id| !ANSWERS.contains(&format!("[answers.{id}]")))
        .collect();
    assert!(ids.len() >= 30, "{ids:?}");
    // 20 each: every question has one answer of its own, ten have a second that both write.
    let (first, second) = (&ids[..20], &ids[ids.len() - 20..]);
    let record = |ids: &[&str], who: &str| {
        for id in ids {
            let reason = format!("{who} {id}");
            let flags = [
                "--state",
                "unknown",
                "--reason",
                &reason,
                "--date",
                "2026-06-01",
            ];
            desk.done(&[&["answer", "land", id], &flags[..]].concat());
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| record(first, "one"));
        scope.spawn(|| record(second, "two"));
    });
    let now = desk.read("land/assessment.toml");
    assert!(now.starts_with(ANSWERS), "{now}");
    for id in &ids {
        let (one, two) = (format!("\"one {id}\""), format!("\"two {id}\""));
        let wrote = |ids: &[&str], reason: &str| !ids.contains(id) || now.contains(reason);
        let both = first.contains(id) && second.contains(id);
        let kept = if both {
            now.contains(&one) || now.contains(&two)
        } else {
            wrote(first, &one) && wrote(second, &two)
        };
        assert!(kept, "{id} is lost");
    }
    desk.done(&["check", "land"]);
}

#[test]
fn a_report_edited_by_hand_is_kept() {
    let desk = Desk::new();
    let report = "land/reports/assessment-report.en.md";
    desk.done(&["report", "land"]);
    let made = desk.read(report);
    desk.done(&["report", "land", "--check"]);
    let edited = made.replacen("\n\n", "\n\nThe minister asked for this line.\n\n", 1);
    assert_ne!(edited, made);
    desk.write(report, &edited);

    let told = desk.run(&["report", "land"]);
    assert_eq!(told.code, Some(1), "{told:#?}");
    assert!(told.err.contains("edited by hand"), "{told:#?}");
    assert_eq!(desk.read(report), edited);
    let beside = "land/reports/assessment-report.en.new.md";
    assert!(told.out.contains(beside), "{told:#?}");
    assert_eq!(desk.read(beside), made);

    let told = desk.run(&["report", "land", "--check"]);
    assert_eq!(told.code, Some(1), "{told:#?}");
    assert!(told.out.contains(report), "{told:#?}");
    assert_eq!(desk.read(report), edited);

    let told = desk.done(&["report", "land", "--force"]);
    assert_eq!(desk.read(report), made);
    let backup = "land/reports/assessment-report.en.edited-1.md";
    assert!(told.err.contains(backup), "{told:#?}");
    assert_eq!(desk.read(backup), edited);

    // A second edit gets a backup of its own.
    let again = edited.replace("asked for", "asked again for");
    desk.write(report, &again);
    desk.done(&["report", "land", "--force"]);
    assert_eq!(desk.read(backup), edited);
    assert_eq!(
        desk.read("land/reports/assessment-report.en.edited-2.md"),
        again
    );
    desk.done(&["report", "land", "--check"]);
}

#[test]
fn check_tells_a_report_that_is_missing_or_out_of_date() {
    let desk = Desk::new();
    let told = desk.run(&["report", "land", "--check"]);
    assert_eq!(told.code, Some(1), "{told:#?}");
    assert!(!desk.path("land/reports").exists());
    desk.done(&["report", "land"]);
    let told = desk.done(&["report", "land", "--check"]);
    assert_eq!(told.out, "");
    desk.done(&[
        "answer",
        "land",
        "legal-mandate",
        "4",
        "--date",
        "2026-06-01",
    ]);
    let before = desk.files("land");
    let told = desk.run(&["report", "land", "--check"]);
    assert_eq!(told.code, Some(1), "{told:#?}");
    assert!(
        told.out.contains("land/reports/assessment-report.en.html"),
        "{told:#?}"
    );
    assert_eq!(desk.files("land"), before);
}

#[test]
fn the_same_input_gives_the_same_bytes_and_touches_no_file() {
    let desk = Desk::new();
    let arguments = ["report", "land", "--format", "md,html,json"];
    desk.done(&arguments);
    let before = desk.files("land");
    assert_eq!(
        before
            .keys()
            .filter(|path| path.starts_with(desk.path("land/reports")))
            .count(),
        3
    );
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1 << 30);
    for path in before.keys() {
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(long_ago).unwrap();
    }
    let told = desk.done(&arguments);
    assert_eq!(told.out, "", "nothing is new");
    assert_eq!(desk.files("land"), before);
    for path in before.keys() {
        let modified = fs::metadata(path).unwrap().modified().unwrap();
        assert_eq!(modified, long_ago, "{} was touched", path.display());
    }
    // Neither does the place, the clock's zone or the language of the machine matter.
    let out = desk.path("other place");
    let mut command = desk.command(&["report", "--format", "md,html,json", "--out"]);
    command.arg(&out).arg(desk.path("land"));
    command
        .env("TZ", "Pacific/Kiritimati")
        .env("LANG", "fr_FR.UTF-8")
        .env("LC_ALL", "fr_FR.UTF-8");
    let told = Told::from(command.output().unwrap());
    assert_eq!(told.code, Some(0), "{told:#?}");
    for (path, bytes) in desk.files("other place") {
        let twin = desk.path("land/reports").join(path.file_name().unwrap());
        assert_eq!(
            before.get(&twin),
            Some(&bytes),
            "{} differs",
            path.display()
        );
    }
}

#[test]
fn a_report_says_nothing_about_the_machine() {
    let desk = Desk::new();
    desk.swap(
        "land/dossier.toml",
        "state = \"final\"\nfinal = 2026-07-10\n",
        "state = \"under-way\"\n",
    );
    let mut command = desk.command(&["report", "--format", "md,html,json"]);
    command.arg(desk.path("land"));
    let (home, user, host) = ("/home/zqxhome", "zqxuser", "zqxhost");
    command
        .env("HOME", home)
        .env("USER", user)
        .env("LOGNAME", user);
    command
        .env("USERNAME", user)
        .env("HOSTNAME", host)
        .env("COMPUTERNAME", host);
    let told = Told::from(command.output().unwrap());
    assert_eq!(told.code, Some(0), "{told:#?}");
    let place = desk.home.path().display().to_string();
    let mut traces: Vec<String> = [home, user, host, &place].map(String::from).into();
    traces.extend(std::env::var("HOME").ok().filter(|home| home.len() > 3));
    // A name that is a common word would be found in any text.
    let name = fs::read_to_string("/etc/hostname").unwrap_or_default();
    traces.extend(Some(name.trim().to_string()).filter(|name| name.len() > 9));
    let reports = desk.files("land/reports");
    assert_eq!(reports.len(), 3);
    for (path, bytes) in reports {
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("Lesotho"), "{} is no report", path.display());
        for trace in &traces {
            assert!(!text.contains(trace), "{} holds {trace}", path.display());
        }
    }
}

#[test]
fn a_redacted_report_holds_nothing_of_what_is_withheld() {
    let desk = Desk::new();
    let hidden = ["ZQXNOTE", "ZQXTITLE", "ZQXPERSON", "ZQXHOUSE", "ZQXSAID"];
    desk.swap(
        "land/assessment.toml",
        "note = \"ZQXSECRET, says the operator.\"",
        "note = \"ZQXNOTE\"\ntlp = \"RED\"",
    );
    desk.append(
        "land/register.toml",
        "\n[people.p-two]\nname = \"ZQXPERSON\"\ninstitution = \"ZQXHOUSE\"\ntype = \"police\"\nconsent = true\ntlp = \"RED\"\n\n[evidence.letter]\ntitle = \"ZQXTITLE\"\nkept = false\ntlp = \"RED\"\n",
    );
    desk.swap(
        "land/assessment.toml",
        "[\"decree\"]",
        "[\"decree\", \"letter\"]",
    );
    desk.write(
        "land/responses/p-two/assessment.toml",
        "[answers.legal-reporting-duty]\nnote = \"ZQXSAID\"\n",
    );
    desk.done(&["check", "land"]);
    let arguments = ["report", "land", "--format", "md,html,json"];
    desk.done(&arguments);
    let whole: String = desk
        .files("land/reports")
        .into_values()
        .map(|bytes| String::from_utf8(bytes).unwrap())
        .collect();
    // The full report shows most of it, so its absence below means something.
    for word in ["ZQXNOTE", "ZQXTITLE", "ZQXPERSON", "ZQXHOUSE", SECRET] {
        assert!(whole.contains(word), "the full report has no {word}");
    }
    desk.done(&[&arguments[..], &["--max-tlp", "AMBER", "--out", "wider"]].concat());
    let wider = desk.files("wider");
    let names: Vec<String> = wider
        .keys()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    let wanted =
        ["html", "json", "md"].map(|ending| format!("assessment-report.en.amber.{ending}"));
    assert_eq!(names, wanted);
    for (path, bytes) in wider {
        let text = String::from_utf8(bytes).unwrap();
        for word in hidden {
            assert!(!text.contains(word), "{} holds {word}", path.display());
        }
        // What rests on the letter is withheld with it; the rest is there.
        assert!(
            !text.contains("ZQXSECRET, says the legal adviser"),
            "{}",
            path.display()
        );
        assert!(text.contains("ZQXSECRET"), "{} is empty", path.display());
    }
}

#[test]
fn the_demo_twice_in_a_fresh_folder() {
    let desk = Desk::new();
    let told = desk.done(&["demo", "samples"]);
    assert!(
        told.err
            .contains("samples/examplia/reports/assessment-report.en.html"),
        "{told:#?}"
    );
    let before = desk.files("samples");
    for name in ["en.md", "en.html", "fr.md", "fr.html"] {
        let path = desk.path(&format!(
            "samples/examplia/reports/assessment-report.{name}"
        ));
        assert!(before.contains_key(&path), "no {}", path.display());
    }
    let told = desk.done(&["demo", "samples"]);
    assert_eq!(told.out, "", "nothing is new");
    assert_eq!(desk.files("samples"), before);
    // What somebody changed in a sample is theirs.
    desk.append("samples/examplia/assessment.toml", "# mine\n");
    let told = desk.done(&["demo", "samples"]);
    assert!(told.err.contains("examplia/assessment.toml"), "{told:#?}");
    assert!(
        desk.read("samples/examplia/assessment.toml")
            .ends_with("# mine\n")
    );
    let told = desk.done(&["check", "samples/examplia", "samples/soravia"]);
    assert!(told.err.contains("0 errors"), "{told:#?}");
}

#[test]
fn a_question_added_to_a_file_is_asked_scored_and_reported() {
    let desk = Desk::new();
    let section = "questionnaires/assessment/1/sections/legal.toml";
    desk.done(&["pack", "eject", "own", "--only", section]);
    desk.append(
        &format!("own/{section}"),
        r#"
[[question]]
id = "legal-zebra"
kind = "level"
text = "Zebra crossing for incident data"
probes = ["Who has seen a zebra cross?"]
levels = [
    "No zebra crosses.",
    "One zebra crosses without being told to.",
    "A paper tells where zebras cross.",
    "Zebras cross where the paper says.",
    "Crossings are counted every year.",
]
why = "A zebra that crosses is seen."
ask = ["regulator"]
evidence = "welcome"
evidence-hint = "A photograph of the zebra."
"#,
    );
    let over = ["--questionnaires", "own/questionnaires", "--lang", "en"];
    let with = |arguments: &[&str]| desk.done(&[arguments, &over].concat());

    let listed = with(&["pack", "list"]);
    assert!(
        listed.out.contains(&format!("replaced  {section}")),
        "{listed:#?}"
    );
    let before = with(&["score", "land", "--json"]).out;
    let asked = with(&["status", "land", "--open"]);
    assert!(asked.out.contains("legal-zebra"), "{asked:#?}");

    let mut ask = desk.command(&["ask", "land", "--plain", "--section", "legal"]);
    ask.args(over)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::piped());
    let mut ask = ask.spawn().unwrap();
    // Leave the open ones before it open, then a level and a note.
    let open = asked.out.matches("\n      legal-").count() - 1;
    let typed = format!("{}4\nWe saw the zebra.\n\nq\n", "s\n".repeat(open));
    std::io::Write::write_all(&mut ask.stdin.take().unwrap(), typed.as_bytes()).unwrap();
    let told = Told::from(ask.wait_with_output().unwrap());
    assert_eq!(told.code, Some(0), "{told:#?}");
    assert!(
        told.err.contains("Who has seen a zebra cross?"),
        "{told:#?}"
    );
    assert!(
        desk.read("land/assessment.toml")
            .contains("[answers.legal-zebra]\nvalue = 4")
    );

    assert_ne!(with(&["score", "land", "--json"]).out, before);
    let explained = with(&["explain", "land", "legal"]).out;
    assert!(explained.contains("4 × 1"), "{explained}");
    assert!(
        explained.contains("Zebra crossing for incident data"),
        "{explained}"
    );
    with(&["report", "land"]);
    for ending in ["md", "html"] {
        let report = desk.read(&format!("land/reports/assessment-report.en.{ending}"));
        assert!(
            report.contains("Zebra crossing for incident data"),
            "{ending}"
        );
        assert!(report.contains("We saw the zebra"), "{ending}");
    }
    // Without the folder the answer is one to a question that is not known.
    desk.refused(&["check", "land"], 1, &["legal-zebra", "unknown-question"]);
}

// ------------------------------------------------------------------------- candidates, references

const CANDIDATES: &str = r#"
[answers.positioning-candidates]
value = [{ institution = "ZQXSECRET office", set-up = "100 USD", yearly = "50 USD" }]

[answers.positioning-criteria]
value = [{ criterion = "hires", weight = 2 }, { criterion = "is trusted" }]

[answers.positioning-appraisal]
value = [
  { institution = "ZQXSECRET office", criterion = "hires", score = 3 },
  { institution = "ZQXSECRET office", criterion = "hires", score = 2 },
  { institution = "another", criterion = "hires", score = 2 },
  { institution = "ZQXSECRET office", criterion = "buys", score = 2 },
  { institution = "ZQXSECRET office", criterion = "is trusted", score = 5 },
]
"#;

#[test]
fn what_contradicts_in_the_comparison_of_candidates_is_told_row_by_row() {
    let desk = Desk::new();
    desk.append(
        "land/dossier.toml",
        "\n[appraisal]\nrank = true\n\n[stages.design]\nstate = \"draft\"\ndraft = 2026-10-01\n",
    );
    desk.write("land/design.toml", CANDIDATES);
    let needles = [
        "row 2 of `positioning-criteria` has no weight [appraisal-row]",
        "land/design.toml:5:10",
        "row 2 of `positioning-appraisal` scores what another row scores already",
        "row 3 of `positioning-appraisal` scores an institution that is no candidate",
        "row 4 of `positioning-appraisal` scores on a criterion that is not listed",
        "row 5 of `positioning-appraisal` has a score outside the scale",
        "row 1 of `positioning-candidates` lacks a score on a criterion",
    ];
    // Warnings only: the work goes on, and nothing is ranked.
    desk.refused(&["check", "land"], 0, &needles);
    let told = desk.done(&["explain", "land", "appraisal"]);
    assert!(
        told.out.contains("no points: a score is missing"),
        "{told:?}"
    );
    desk.swap(
        "land/dossier.toml",
        "rank = true",
        "rank = true\nyears = 21",
    );
    desk.broken(&["1 to 20 years [bad-years]", "land/dossier.toml:"]);
}

#[test]
fn a_line_of_the_budget_refers_to_a_recommendation_that_exists() {
    let desk = Desk::new();
    desk.append(
        "land/dossier.toml",
        "\n[stages.design]\nstate = \"draft\"\ndraft = 2026-10-01\n",
    );
    let line = |serves: &str| {
        format!("[answers.budget-yearly]\nvalue = [{{ line = \"pay\", serves = {serves} }}]\n")
    };
    desk.write("land/design.toml", line("\"assessment:secure-mony\""));
    let near = [
        "[unknown-recommendation]",
        "did you mean `assessment:secure-money`?",
    ];
    desk.refused(&["check", "land"], 1, &near);
    desk.write("land/design.toml", line("\"ZQXSECRET said so\""));
    desk.refused(
        &["check", "land"],
        1,
        &["[wrong-value]", "assessment:take-decision"],
    );
    desk.write("land/design.toml", line("\"assessment:secure-money\""));
    desk.done(&["check", "land"]);
}

#[test]
fn a_path_of_evidence_is_not_repeated() {
    let desk = Desk::new();
    desk.swap(
        "land/register.toml",
        "evidence/decree.txt",
        "../ZQXSECRET.txt",
    );
    desk.broken(&["[evidence-path]", "land/register.toml:18:1"]);
}
