//! What people said, taken down without levels, and the conclusion that is drawn from it.

#![allow(clippy::unwrap_used)] // A test that cannot go on should stop.

mod common;

use std::fs;
use std::path::PathBuf;

use common::program::{self, Told};
use tempfile::TempDir;

/// The dossier `land` with three people and a meeting; nothing is answered.
struct Room {
    home: TempDir,
}

impl Room {
    fn new() -> Self {
        let room = Self {
            home: tempfile::tempdir().unwrap(),
        };
        room.done(&["new", "land", "--country", "LS"]);
        for (id, institution, kind) in [
            ("p-one", "The Regulator", "regulator"),
            ("p-two", "The Interior", "police"),
            ("p-three", "The Bankers", "bank"),
        ] {
            room.done(&[
                "person",
                "add",
                "land",
                id,
                "--name",
                id,
                "--institution",
                institution,
                "--type",
                kind,
            ]);
        }
        room.done(&[
            "meeting",
            "add",
            "land",
            "workshop",
            "--title",
            "Workshop",
            "--date",
            "2026-06-03",
            "--participant",
            "p-two",
            "--participant",
            "p-three",
        ]);
        room
    }

    fn run(&self, arguments: &[&str], lines: &[&str]) -> Told {
        let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
        program::run(
            program::command(self.home.path(), arguments),
            input.as_bytes(),
        )
    }

    fn done(&self, arguments: &[&str]) -> Told {
        let told = self.run(arguments, &[]);
        assert_eq!(told.code, Some(0), "{arguments:?}: {}", told.err);
        told
    }

    fn says(&self, who: &str, question: &str, value: &str) {
        self.done(&[
            "answer",
            "land",
            question,
            value,
            "--respondent",
            who,
            "--date",
            "2026-06-03",
        ]);
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join("land").join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    /// What `reconcile --list` names, in its order.
    fn waiting(&self) -> Vec<String> {
        let told = self.done(&["reconcile", "land", "--list"]);
        let heads = told.out.lines().filter(|line| !line.starts_with(' '));
        heads
            .map(|line| line.split(' ').next().unwrap().to_string())
            .collect()
    }
}

#[test]
fn a_respondent_is_asked_probes_and_never_shown_a_level() {
    let room = Room::new();
    room.done(&[
        "answer",
        "land",
        "legal-mandate",
        "1",
        "--note",
        "mine alone",
    ]);
    room.says("p-one", "legal-mandate", "3");
    let told = room.run(
        &[
            "ask",
            "land",
            "--respondent",
            "p-two",
            "--for",
            "police",
            "--plain",
        ],
        &["We were never told.", "u", "The file is gone."],
    );
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(
        told.err.contains("Heard now: The Interior."),
        "{}",
        told.err
    );
    assert!(told.err.contains("Say aloud:"), "{}", told.err);
    // Neither the statements, nor the conclusion, nor what others said.
    for hidden in [
        "Levels (for you",
        "  0 ",
        "mine alone",
        "Said so far",
        "Present answer",
    ] {
        assert!(!told.err.contains(hidden), "{hidden:?} in {}", told.err);
    }
    let said = room.read("responses/p-two/assessment.toml");
    assert!(said.contains("note = \"We were never told.\""), "{said}");
    assert!(said.contains("state = \"unknown\""), "{said}");
    assert!(said.contains("reason = \"The file is gone.\""), "{said}");
    assert!(!said.contains("value ="), "{said}");
    // The conclusion stays what it was.
    assert!(room.read("assessment.toml").contains("mine alone"));
    assert_eq!(room.done(&["check", "land"]).code, Some(0));
}

#[test]
fn who_comes_back_is_asked_what_they_were_not_asked_yet() {
    let room = Room::new();
    let ask = ["ask", "land", "--respondent", "p-one", "--plain"];
    let first = room.run(&ask, &["Words are enough."]);
    let second = room.run(&ask, &[]);
    let number = |told: &Told| {
        let line = told.err.lines().find(|line| line.contains("question "));
        line.unwrap().to_string()
    };
    assert!(second.err.contains("Welcome back: 1 of "), "{}", second.err);
    assert_ne!(number(&first), number(&second));
}

#[test]
fn a_person_is_asked_what_their_type_is_asked_and_a_meeting_what_any_of_its_own_is() {
    let room = Room::new();
    let total = |arguments: &[&str]| -> usize {
        let told = room.run(&[&["ask", "land", "--plain"], arguments].concat(), &[]);
        let place = told.err.lines().find(|line| line.contains("question 1 of"));
        place.unwrap().rsplit(' ').next().unwrap().parse().unwrap()
    };
    let police = total(&["--for", "police"]);
    let bank = total(&["--for", "bank"]);
    let heard = |who| total(&["--respondent", who]);
    assert_eq!(heard("p-two"), police);
    assert_eq!(heard("p-three"), bank);
    let both = heard("workshop");
    assert!(
        both > police && both > bank && both < police + bank,
        "{both}"
    );
    assert!(both < total(&[]));
    let told = room.run(&["ask", "land", "--respondent", "p-tow", "--plain"], &[]);
    assert_eq!(told.code, Some(2));
    assert!(told.err.contains("did you mean `p-two`"), "{}", told.err);
}

#[test]
fn a_position_is_taken_where_a_question_has_one_besides_levels() {
    let room = Room::new();
    let ask = |question, lines: &[&str]| {
        let one = ["--question", question, "--respondent", "p-one", "--plain"];
        let told = room.run(&[&["ask", "land"][..], &one].concat(), lines);
        assert_eq!(told.code, Some(0), "{}", told.err);
    };
    ask("host-preferred", &["We would take it.", "regulator"]);
    ask("incident-night-contact", &["", "no"]);
    ask("incident-count", &["More than we know of.", "many", ""]);
    let said = room.read("responses/p-one/assessment.toml");
    assert!(said.contains("value = \"regulator\""), "{said}");
    assert!(said.contains("value = false"), "{said}");
    assert!(said.contains("note = \"More than we know of.\""), "{said}");
    assert_eq!(said.matches("value =").count(), 2, "{said}");
}

#[test]
fn what_waits_is_what_was_heard_without_a_conclusion_and_what_is_apart() {
    let room = Room::new();
    assert_eq!(room.waiting(), [""; 0]);
    room.says("p-one", "legal-mandate", "1");
    room.says("p-two", "legal-mandate", "2");
    room.says("p-one", "host-preferred", "regulator");
    room.says("p-two", "host-preferred", "interior");
    assert_eq!(room.waiting(), ["legal-mandate", "host-preferred"]);
    // One level apart is no dissent, another choice is.
    room.done(&["answer", "land", "legal-mandate", "1"]);
    room.done(&["answer", "land", "host-preferred", "regulator"]);
    assert_eq!(room.waiting(), ["host-preferred"]);
    let status = room.done(&["status", "land"]);
    assert!(
        status
            .out
            .contains("1 question on which people were heard waits for a conclusion"),
        "{}",
        status.out
    );
    room.done(&[
        "answer",
        "land",
        "host-preferred",
        "regulator",
        "--dissent",
        "--date",
        "2026-06-04",
    ]);
    assert_eq!(room.waiting(), [""; 0]);
    // Somebody else is heard afterwards.
    room.done(&[
        "answer",
        "land",
        "host-preferred",
        "defence",
        "--respondent",
        "p-three",
        "--date",
        "2026-06-05",
    ]);
    assert_eq!(room.waiting(), ["host-preferred"]);
}

#[test]
fn a_conclusion_keeps_every_word_and_bears_the_mark() {
    let room = Room::new();
    room.says("p-one", "legal-mandate", "3");
    room.says("p-two", "legal-mandate", "1");
    room.says("p-one", "people-skills", "1");
    room.says("p-two", "people-skills", "1");
    let before = [
        room.read("responses/p-one/assessment.toml"),
        room.read("responses/p-two/assessment.toml"),
    ];
    let told = room.run(
        &["reconcile", "land", "--plain"],
        &["2", "Neither file was shown.", "1", "Both say so.", "no"],
    );
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(
        told.err.contains("- p-one, The Regulator: level 3"),
        "{}",
        told.err
    );
    assert!(
        told.err.contains("- p-two, The Interior: level 1"),
        "{}",
        told.err
    );
    assert!(told.err.contains("Levels (for you"), "{}", told.err);
    assert!(told.err.contains("Positions are apart"), "{}", told.err);
    assert!(
        told.err.contains("Do they disagree? (yes/no) [no]"),
        "{}",
        told.err
    );
    assert!(
        told.err
            .contains("Nothing waits for a conclusion any more."),
        "{}",
        told.err
    );
    let concluded = room.read("assessment.toml");
    assert_eq!(
        concluded.matches("dissent = true").count(),
        1,
        "{concluded}"
    );
    let after = [
        room.read("responses/p-one/assessment.toml"),
        room.read("responses/p-two/assessment.toml"),
    ];
    assert_eq!(before, after);
    assert_eq!(room.waiting(), [""; 0]);
    let again = room.run(&["reconcile", "land", "--plain"], &[]);
    assert!(
        again.err.contains("nothing waits for a conclusion"),
        "{}",
        again.err
    );
}

#[test]
fn the_mark_can_be_set_and_taken_back_by_hand() {
    let room = Room::new();
    room.says("p-one", "legal-mandate", "1");
    room.says("p-two", "legal-mandate", "2");
    let one = [
        "reconcile",
        "land",
        "--question",
        "legal-mandate",
        "--plain",
    ];
    room.run(&one, &["1", "", "yes"]);
    assert!(room.read("assessment.toml").contains("dissent = true"));
    let told = room.run(&one, &["1", "", "no"]);
    assert!(told.err.contains("[yes]"), "{}", told.err);
    assert!(room.read("assessment.toml").contains("dissent = false"));
}

#[test]
fn without_a_terminal_it_says_what_serves_a_script() {
    let room = Room::new();
    let told = room.run(&["reconcile", "land"], &[]);
    assert_eq!(told.code, Some(2));
    assert!(
        told.err.contains("`cirtkit reconcile --list`"),
        "{}",
        told.err
    );
    let told = room.run(&["reconcile", "land", "--list", "--section", "lega"], &[]);
    assert_eq!(told.code, Some(2));
    assert!(told.err.contains("did you mean `legal`"), "{}", told.err);
}

#[cfg(unix)]
mod terminal {
    use rexpect::session::{PtySession, spawn_command};

    use super::*;

    fn start(room: &Room, arguments: &[&str]) -> PtySession {
        let mut command = program::command(room.home.path(), arguments);
        command.env("TERM", "xterm-256color");
        spawn_command(command, Some(20_000)).unwrap()
    }

    fn at(session: &mut PtySession, texts: &[&str], keys: &str) {
        for text in texts {
            if let Err(problem) = session.exp_string(text) {
                panic!("waited for {text:?}: {problem}");
            }
        }
        session.send(keys).unwrap();
        session.flush().unwrap();
    }

    #[test]
    fn words_that_were_typed_survive_an_interruption() {
        let room = Room::new();
        let mut session = start(
            &room,
            &[
                "ask",
                "land",
                "--respondent",
                "p-one",
                "--question",
                "host-preferred",
            ],
        );
        at(&mut session, &["In their words"], "We would take it.\r");
        at(&mut session, &["Their position", "no position"], "\u{3}");
        session.exp_eof().unwrap();
        let said = room.read("responses/p-one/assessment.toml");
        assert!(said.contains("We would take it."), "{said}");
    }

    #[test]
    fn words_first_then_a_position_then_the_conclusion() {
        let room = Room::new();
        room.done(&[
            "evidence", "add", "land", "letter", "--title", "Letter", "--seen",
        ]);
        room.says("p-two", "host-preferred", "interior");
        let mut session = start(
            &room,
            &[
                "ask",
                "land",
                "--respondent",
                "p-one",
                "--question",
                "host-preferred",
            ],
        );
        let s = &mut session;
        at(s, &["Heard now", "In their words"], "We would take it.\r");
        at(s, &["Their position", "no position"], "2");
        at(s, &["Evidence (ids"], "letter\r");
        let rest = s.exp_eof().unwrap();
        assert!(rest.contains("saved"), "{rest}");
        let said = room.read("responses/p-one/assessment.toml");
        assert!(said.contains("value = \"regulator\""), "{said}");
        assert!(said.contains("evidence = [\"letter\"]"), "{said}");

        let mut session = start(&room, &["reconcile", "land"]);
        let s = &mut session;
        at(
            s,
            &[
                "p-one, The Regulator",
                "We would take it.",
                "letter",
                "p-two",
                "stop here",
            ],
            "2",
        );
        at(s, &["Note (Markdown"], "For the Cabinet to choose.\r");
        at(s, &["Evidence (ids"], "\r");
        let rest = s.exp_eof().unwrap();
        assert!(rest.contains("bears the mark of dissent"), "{rest}");
        assert!(room.read("assessment.toml").contains("dissent = true"));
    }
}

#[test]
fn what_a_person_says_later_stands_beneath_what_they_said_before() {
    let room = Room::new();
    let ask = [
        "ask",
        "land",
        "--respondent",
        "p-one",
        "--question",
        "legal-mandate",
        "--plain",
    ];
    room.run(&ask, &["The decree is enough."]);
    room.run(&ask, &["It is not in force."]);
    let said = room.read("responses/p-one/assessment.toml");
    let first = said.find("The decree is enough.").unwrap();
    let then = said.find("It is not in force.").unwrap();
    assert!(first < then, "{said}");
    // The same words a second time are one.
    room.run(&ask, &["It is not in force."]);
}

#[test]
fn what_is_typed_at_a_table_is_its_first_cell() {
    let room = Room::new();
    let told = room.run(
        &["ask", "land", "--question", "host-candidates", "--plain"],
        &["The Ministry", "strong", "weak", "no", ""],
    );
    assert_eq!(told.code, Some(0), "{}", told.err);
    let saved = room.read("assessment.toml");
    assert!(saved.contains("institution = \"The Ministry\""), "{saved}");
}

#[test]
fn an_answer_of_a_respondent_loses_no_word_unless_it_is_to_be_replaced() {
    let room = Room::new();
    let said = |words: &str, more: &[&str]| {
        let one = [
            "answer",
            "land",
            "legal-mandate",
            "--note",
            words,
            "--respondent",
            "p-one",
        ];
        room.done(&[&one[..], more].concat());
        room.read("responses/p-one/assessment.toml")
    };
    said("First.", &[]);
    let both = said("Second.", &[]);
    assert!(
        both.contains("First.") && both.contains("Second."),
        "{both}"
    );
    let last = said("Third.", &["--replace"]);
    assert!(
        last.contains("Third.") && !last.contains("First."),
        "{last}"
    );
}
