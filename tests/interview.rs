//! The interview as a person meets it: in a pseudo-terminal, on a poor terminal, and from a pipe.

#![allow(clippy::unwrap_used)] // A test that cannot go on should stop.

mod common;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use common::program;
use tempfile::TempDir;

/// A folder with the dossier `land`, as `new` makes it, and one document in its register.
struct Desk {
    home: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self {
            home: tempfile::tempdir().unwrap(),
        };
        let made = desk.command(&["new", "land", "--country", "LS"]).output();
        assert_eq!(made.unwrap().status.code(), Some(0));
        let register = desk.path("land/register.toml");
        let text = fs::read_to_string(&register).unwrap();
        let decree = "\n[evidence.decree-12]\ntitle = \"Decree 12/2024\"\nkept = false\n";
        fs::write(register, text + decree).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        program::command(self.home.path(), arguments)
    }

    /// Runs `ask --plain` with these lines on a pipe, and then its end.
    fn piped(&self, more: &[&str], lines: &[&str]) -> Output {
        let mut command = self.command(&[&["ask", "land", "--plain"], more].concat());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut typed = lines.join("\n");
        if !lines.is_empty() {
            typed.push('\n');
        }
        // A program that ended early has closed the pipe; what it said tells why.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// The answers without the head that `new` writes and with every day as DAY.
    fn answers(&self) -> String {
        let text = fs::read_to_string(self.path("land/assessment.toml")).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let day = |line: &str| match line.strip_prefix("answered = ") {
            Some(day) => {
                assert_eq!(day.len(), "2026-06-03".len(), "{line}");
                String::from("answered = DAY")
            }
            None => line.to_string(),
        };
        let lines: Vec<String> = lines.map(day).collect();
        lines.join("\n").trim().to_string()
    }

    fn clean(&self) {
        let checked = self.command(&["check", "land"]).output().unwrap();
        let told = String::from_utf8(checked.stderr).unwrap();
        assert_eq!(checked.status.code(), Some(0), "{told}");
        assert!(told.contains("0 errors"), "{told}");
    }
}

fn words(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// How often a text stands in another.
fn times(text: &str, word: &str) -> usize {
    text.matches(word).count()
}

// ------------------------------------------------------------------------------ from a pipe

#[test]
fn a_pipe_answers_line_by_line_and_its_end_is_a_clean_stop() {
    let desk = Desk::new();
    let output = desk.piped(
        &[],
        &[
            "2",
            "The minister, *twice*.",
            "decree-21", // not in the register: asked again
            "decree-12",
            "7", // no level: asked again
            "1",
            "",
            "",
            "2026-09-10",
            "",
            "",
            "s", // stays open
            "u",
            "Nobody had the list.",
            "x",
            "", // not applicable needs a reason: asked again
            "The King rules by decree.",
            "d",
            "",
        ],
    );
    let told = words(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(output.stdout.is_empty());
    assert!(told.contains("did you mean `decree-12`?"), "{told}");
    assert!(told.contains("takes a level from 0 to 4"), "{told}");
    assert!(told.contains("Not applicable needs a reason"), "{told}");
    assert_eq!(times(&told, "saved\n"), 6, "{told}");
    assert!(
        told.trim_end().ends_with("`cirtkit ask` goes on here."),
        "{told}"
    );
    assert!(!told.contains('\u{1b}'), "a pipe got escape codes: {told}");
    assert_eq!(
        desk.answers(),
        r#"[answers.political-sponsor]
value = 2
note = "The minister, *twice*."
lang = "en"
evidence = ["decree-12"]
answered = DAY

[answers.political-decision]
value = 1
answered = DAY

[answers.political-decision-date]
value = 2026-09-10
answered = DAY

[answers.political-request]
state = "unknown"
reason = "Nobody had the list."
answered = DAY

[answers.political-calendar]
state = "not-applicable"
reason = "The King rules by decree."
answered = DAY

[answers.political-programmes]
state = "declined"
answered = DAY"#
    );
    desk.clean();

    // It goes on at the first question that is open: the one that was left so.
    let output = desk.piped(&[], &["0", ""]);
    let told = words(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("Welcome back: 6 of "), "{told}");
    let asked = told.find("National cybersecurity strategy").unwrap();
    let next = told.find("Public services that would be missed").unwrap();
    assert!(asked < next, "{told}");
    assert!(!told.contains("Sponsor at the top"), "{told}");
    assert!(
        desk.answers()
            .contains("[answers.political-strategy]\nvalue = 0\n")
    );
}

#[test]
fn an_empty_pipe_changes_nothing() {
    let desk = Desk::new();
    let before = fs::read(desk.path("land/assessment.toml")).unwrap();
    let output = desk.piped(&[], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert!(words(&output).contains("Stopped: 0 of "));
    assert_eq!(fs::read(desk.path("land/assessment.toml")).unwrap(), before);
}

#[test]
fn every_kind_takes_what_its_line_says() {
    let desk = Desk::new();
    for (question, typed, value) in [
        ("political-sponsor", "3", "3"),
        ("host-preferred", "2", "\"regulator\""),
        ("host-preferred", "undecided", "\"undecided\""),
        (
            "constituency-sectors",
            "1, 3",
            "[\"government\", \"finance\"]",
        ),
        (
            "constituency-sectors",
            "energy,water",
            "[\"energy\", \"water\"]",
        ),
        ("incident-count", "12", "12"),
        ("incident-night-contact", "1", "true"),
        ("incident-night-contact", "no", "false"),
        ("technical-internet-share", "38.4", "\"38.4\""),
        ("funding-yearly-budget", "365000 USD", "\"365000 USD\""),
        (
            "awareness-languages",
            "Sesotho and English; radio",
            "\"Sesotho and English; radio\"",
        ),
    ] {
        let output = desk.piped(&["--question", question], &[typed, "", ""]);
        let told = words(&output);
        assert_eq!(output.status.code(), Some(0), "{told}");
        assert_eq!(times(&told, "saved\n"), 1, "{question} {typed}: {told}");
        let wanted = format!("[answers.{question}]\nvalue = {value}\n");
        assert!(
            desk.answers().contains(&wanted),
            "{wanted} {}",
            desk.answers()
        );
    }
    desk.clean();
}

/// What a letter is said to do is what it does, in a question where `n` could also mean no.
#[test]
fn each_letter_does_what_the_prompt_says() {
    for (word, state) in [
        ("not applicable here", "not-applicable"),
        ("asked, nobody could say", "unknown"),
        ("declined to answer", "declined"),
    ] {
        for question in [
            "incident-night-contact",
            "political-sponsor",
            "awareness-languages",
        ] {
            let desk = Desk::new();
            let told = words(&desk.piped(&["--question", question], &[]));
            let (before, _) = told.split_once(&format!(" {word}")).unwrap();
            let letter = before.chars().next_back().unwrap().to_string();
            let lines = [&letter, "Nobody is there at night.", "", ""];
            let output = desk.piped(&["--question", question], &lines);
            assert_eq!(output.status.code(), Some(0), "{}", words(&output));
            let wanted = format!("[answers.{question}]\nstate = \"{state}\"\n");
            assert!(
                desk.answers().contains(&wanted),
                "`{letter}` gave {}",
                desk.answers()
            );
        }
    }
}

/// Who cannot see a cursor list needs the columns named, in words or one after the other.
#[test]
fn a_plain_table_names_its_columns() {
    let desk = Desk::new();
    let lines = [
        "[{ title = \"Act 9/2016\", year = 2016, status = \"in-force\", names-team = false }]",
        "",
        "",
    ];
    let told = words(&desk.piped(&["--question", "legal-instruments"], &lines));
    for column in ["Title", "Year", "Status", "Names the team"] {
        assert!(told.contains(column), "no {column} in {told}");
    }
}

#[test]
fn a_filter_asks_only_what_fits_it() {
    let desk = Desk::new();
    let skips = ["s"; 300];
    let asked = |more: &[&str]| {
        let output = desk.piped(more, &skips);
        assert_eq!(output.status.code(), Some(0), "{}", words(&output));
        let told = words(&output);
        let (_, first) = told.split_once("question 1 of ").unwrap();
        let total: usize = first.split_whitespace().next().unwrap().parse().unwrap();
        assert_eq!(times(&told, "Why:"), total, "{told}");
        (total, told)
    };
    let (all, _) = asked(&[]);
    let (core, _) = asked(&["--core"]);
    let (legal, told) = asked(&["--section", "legal"]);
    let (bank, _) = asked(&["--for", "bank"]);
    assert_eq!(legal, times(&told, "  [legal-"));
    assert!(legal >= 4, "{legal}");
    assert!(
        told.contains("Legal basis and mandate") && !told.contains("Political will"),
        "{told}"
    );
    assert!(
        core < all && bank < all && legal < core,
        "{all} {core} {legal} {bank}"
    );
    let output = desk.piped(&["--for", "banc"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(words(&output).contains("did you mean `bank`?"));
}

#[test]
fn what_was_said_is_shown_before_the_assessor_concludes() {
    let desk = Desk::new();
    let register = fs::read_to_string(desk.path("land/register.toml")).unwrap();
    let person = "\n[people.p-one]\nname = \"P. One\"\ninstitution = \"Communications Authority\"\ntype = \"regulator\"\n";
    fs::write(desk.path("land/register.toml"), register + person).unwrap();
    let said = [
        "answer",
        "land",
        "political-sponsor",
        "3",
        "--respondent",
        "p-one",
    ];
    let note = ["--note", "The minister\u{1b}[2J speaks for it."];
    let output = desk.command(&[&said[..], &note].concat()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    let told = words(&desk.piped(&["--question", "political-sponsor"], &[]));
    assert!(
        told.contains("Communications Authority: level 3 · The minister"),
        "{told}"
    );
    assert!(
        !told.contains('\u{1b}'),
        "a note moved the cursor: {told:?}"
    );
}

// -------------------------------------------------------------------------- at a terminal

#[cfg(unix)]
mod terminal {
    use rexpect::process::WaitStatus;
    use rexpect::session::{PtySession, spawn_command};

    use super::*;

    const DOWN: &str = "\u{1b}[B";
    const UP: &str = "\u{1b}[A";

    fn ask(desk: &Desk, more: &[&str], term: &str) -> PtySession {
        let mut command = desk.command(&[&["ask", "land"], more].concat());
        command.env("TERM", term);
        spawn_command(command, Some(20_000)).unwrap()
    }

    /// As rexpect shows it, which takes each byte for a letter.
    fn bytes(text: &str) -> String {
        text.bytes().map(char::from).collect()
    }

    /// Waits for each text in turn, then presses keys.
    fn at(session: &mut PtySession, texts: &[&str], keys: &str) {
        for text in texts {
            if let Err(problem) = session.exp_string(&bytes(text)) {
                panic!("waited for {text:?}: {problem}");
            }
        }
        session.send(keys).unwrap();
        session.flush().unwrap();
    }

    /// Waits for a list to be complete, goes down so many lines, and confirms.
    fn choose(session: &mut PtySession, texts: &[&str], down: usize) {
        at(session, texts, &format!("{}\r", DOWN.repeat(down)));
    }

    fn done(session: &mut PtySession) -> String {
        let rest = session.exp_eof().unwrap();
        match session.process().wait().unwrap() {
            WaitStatus::Exited(_, code) => assert_eq!(code, 0, "{rest}"),
            other => panic!("{other:?} after {rest}"),
        }
        rest
    }

    #[test]
    fn a_first_hour_and_the_next() {
        let desk = Desk::new();
        let mut session = ask(&desk, &["--section", "political"], "xterm-256color");
        let s = &mut session;
        let note = "Note (Markdown";
        let evidence = "Evidence (ids";

        // A level by arrow keys, with a note and a document.
        choose(s, &["question 1 of ", "Sponsor at the top", "stop here"], 2);
        at(s, &[note], "Minister *alone*, no \"file\".\r");
        at(s, &[evidence], "decree-21\r");
        at(s, &["did you mean `decree-12`?", evidence], "decree-12\r");

        choose(
            s,
            &["saved", "Decision to create a national CIRT", "stop here"],
            1,
        );
        at(s, &[note], "\r");
        at(s, &[evidence], "\r");

        // A date: a wrong one is told and asked again.
        at(s, &["Date of the decision", "Your answer"], "2026-02-30\r");
        at(s, &["takes a date", "Your answer"], "2026-09-10\r");
        at(s, &[note], "\r");
        at(s, &[evidence], "\r");

        // Leave one open.
        choose(s, &["National cybersecurity strategy", "stop here"], 5);

        // An empty line offers what else can be done; the last of it is to stop.
        at(s, &["Who asked for this assessment", "Your answer"], "\r");
        at(s, &["stop here"], &format!("{UP}\r"));
        let rest = done(s);
        assert!(rest.contains("Stopped: 3 of "), "{rest}");

        let mut session = ask(&desk, &["--section", "legal"], "xterm-256color");
        let s = &mut session;
        // A table with one row: text, number, choice, yes or no.
        choose(
            s,
            &["Laws, decrees and circulars", "give an answer", "stop here"],
            0,
        );
        choose(s, &["Add a row? (0)", "no"], 0);
        at(s, &["Title"], "Decree 12/2024\r");
        at(s, &["Year"], "2024\r");
        choose(s, &["Status", "in force", "draft"], 1);
        choose(s, &["Names the team", "yes", "no"], 0);
        choose(s, &["Add a row? (1)", "no"], 1);
        at(s, &[note], "\r");
        at(s, &[evidence], "\r");

        // Not applicable, which needs a reason.
        choose(s, &["Legal mandate of the national CIRT", "stop here"], 8);
        at(s, &["Reason"], "\r");
        at(
            s,
            &["needs a reason", "Reason"],
            "The King rules by decree.\r",
        );

        // One back, and forth again without a change.
        choose(s, &["Duty to report incidents", "stop here"], 9);
        choose(s, &["Legal mandate of the national CIRT", "stop here"], 5);

        // The last line of the list is reached upwards.
        at(
            s,
            &["Duty to report incidents", "stop here"],
            &format!("{UP}\r"),
        );
        let rest = done(s);
        assert!(rest.contains("Stopped: 2 of "), "{rest}");

        assert_eq!(
            desk.answers(),
            r#"[answers.political-sponsor]
value = 2
note = "Minister *alone*, no \"file\"."
lang = "en"
evidence = ["decree-12"]
answered = DAY

[answers.political-decision]
value = 1
answered = DAY

[answers.political-decision-date]
value = 2026-09-10
answered = DAY

[answers.legal-instruments]
value = [
  { names-team = true, status = "adopted", title = "Decree 12/2024", year = 2024 },
]
answered = DAY

[answers.legal-mandate]
state = "not-applicable"
reason = "The King rules by decree."
answered = DAY"#
        );
        desk.clean();

        // The next hour begins with the question that was left open.
        let mut session = ask(&desk, &[], "xterm-256color");
        let s = &mut session;
        choose(
            s,
            &[
                "Welcome back: 5 of ",
                "National cybersecurity strategy",
                "stop here",
            ],
            4,
        );
        at(s, &[note], "\r");
        at(s, &[evidence], "\r");
        at(s, &["saved", "Who asked for", "Your answer"], "\r");
        at(s, &["stop here"], &format!("{UP}\r"));
        assert!(done(s).contains("Stopped: 6 of "));
        assert!(
            desk.answers()
                .contains("[answers.political-strategy]\nvalue = 4\n")
        );
    }

    #[test]
    fn each_other_kind_has_its_own_way() {
        let desk = Desk::new();
        let answer = |question: &str, steps: &dyn Fn(&mut PtySession), value: &str| {
            let mut session = ask(&desk, &["--question", question], "xterm-256color");
            steps(&mut session);
            at(&mut session, &["Note (Markdown"], "\r");
            at(&mut session, &["Evidence (ids"], "\r");
            let rest = done(&mut session);
            assert!(rest.contains("saved"), "{question}: {rest}");
            let wanted = format!("[answers.{question}]\nvalue = {value}\n");
            assert!(
                desk.answers().contains(&wanted),
                "{wanted}{}",
                desk.answers()
            );
        };
        answer(
            "host-preferred",
            &|s| choose(s, &["the telecommunications regulator", "stop here"], 1),
            "\"regulator\"",
        );
        answer(
            "constituency-sectors",
            &|s| {
                choose(s, &["give an answer", "stop here"], 0);
                // Mark the first and the third.
                at(
                    s,
                    &["Space marks", "the financial sector"],
                    &format!(" {DOWN}{DOWN} \r"),
                );
            },
            "[\"government\", \"finance\"]",
        );
        answer(
            "incident-count",
            &|s| {
                at(s, &["Your answer"], "dozens\r");
                at(s, &["takes a whole number", "Your answer"], "12\r");
            },
            "12",
        );
        answer(
            "incident-night-contact",
            &|s| choose(s, &["yes", "no", "stop here"], 1),
            "false",
        );
        answer(
            "funding-yearly-budget",
            &|s| at(s, &["Your answer"], "365000 USD\r"),
            "\"365000 USD\"",
        );
        answer(
            "awareness-languages",
            &|s| {
                // An empty line offers more choices; the first goes back to the answer.
                at(s, &["Your answer"], "\r");
                choose(s, &["give an answer", "stop here"], 0);
                at(s, &["Your answer (empty"], "Sesotho, by radio\r");
            },
            "\"Sesotho, by radio\"",
        );
        desk.clean();
    }

    /// An id is there to be copied or said aloud.
    #[test]
    fn an_id_is_not_broken_at_the_end_of_a_line() {
        let desk = Desk::new();
        for question in [
            "political-strategy",
            "critical-identification",
            "critical-readiness",
        ] {
            let mut session = ask(&desk, &["--question", question], "xterm-256color");
            let told = session.exp_string("Say aloud").unwrap();
            assert!(told.contains(&format!("[{question}]")), "{told}");
            at(&mut session, &["stop here"], &format!("{UP}\r"));
            done(&mut session);
        }
    }

    #[test]
    fn a_poor_terminal_gets_the_plain_interview() {
        let desk = Desk::new();
        let mut session = ask(&desk, &[], "dumb");
        let s = &mut session;
        at(
            s,
            &["Sponsor at the top", "A number, an answer, or a letter"],
            "2\n",
        );
        at(s, &["Note (Markdown"], "Typed on a poor terminal.\n");
        at(s, &["Evidence (ids"], "\n");
        let told = s.exp_string("Decision to create a national CIRT").unwrap();
        assert!(told.contains("saved"), "{told}");
        at(s, &["A number, an answer, or a letter"], "q\n");
        let rest = done(s);
        assert!(rest.contains("Stopped: 1 of "), "{rest}");
        assert!(!(told + &rest).contains('\u{1b}'), "escape codes");
        assert!(
            desk.answers()
                .contains("note = \"Typed on a poor terminal.\"")
        );
    }

    #[test]
    fn the_end_of_input_at_a_terminal_is_a_clean_stop() {
        let desk = Desk::new();
        let mut session = ask(&desk, &["--plain"], "xterm-256color");
        at(&mut session, &["A number, an answer, or a letter"], "");
        session.send_control('d').unwrap();
        assert!(done(&mut session).contains("Stopped: 0 of "));
    }

    #[test]
    fn the_interview_speaks_french() {
        let desk = Desk::new();
        let mut session = ask(&desk, &["--lang", "fr"], "xterm-256color");
        let s = &mut session;
        choose(
            s,
            &[
                "question 1 sur ",
                "À dire à voix haute",
                "Pourquoi",
                "Votre niveau",
                "s’arrêter là",
            ],
            3,
        );
        at(
            s,
            &["Note (Markdown, vide si aucune)"],
            "Reçus par la ministre, « deux fois ».\r",
        );
        at(s, &["Justificatifs"], "decree-12\r");
        at(s, &["enregistré", "s’arrêter là"], &format!("{UP}\r"));
        let rest = done(s);
        assert!(rest.contains("`cirtkit ask` reprendra ici."), "{rest}");
        assert!(!rest.contains("1 questions"), "one is no plural: {rest}");
        assert_eq!(
            desk.answers(),
            r#"[answers.political-sponsor]
value = 3
note = "Reçus par la ministre, « deux fois »."
lang = "fr"
evidence = ["decree-12"]
answered = DAY"#
        );
    }

    /// Two interviews of one dossier, and an edit by hand between two answers.
    #[test]
    fn an_edit_from_outside_is_not_lost() {
        let desk = Desk::new();
        let mut session = ask(&desk, &["--section", "people"], "xterm-256color");
        let s = &mut session;
        at(s, &["Persons who can be assigned", "Your answer"], "");
        let recorded = desk
            .command(&[
                "answer",
                "land",
                "people-pool",
                "--state",
                "unknown",
                "--reason",
                "By another hand.",
            ])
            .output();
        assert_eq!(recorded.unwrap().status.code(), Some(0));
        at(s, &[], "4\r");
        at(s, &["Note (Markdown"], "\r");
        at(s, &["Evidence (ids"], "\r");
        // The question that was answered meanwhile is not asked again.
        let between = s.exp_string("Time to fill a specialist").unwrap();
        assert!(!between.contains("Specialists in information"), "{between}");
        at(s, &["Your answer"], "\r");
        at(s, &["stop here"], &format!("{UP}\r"));
        assert!(done(s).contains("Stopped: 2 of "));
        let answers = desk.answers();
        assert!(answers.contains("By another hand."), "{answers}");
        assert!(
            answers.contains("[answers.people-available]\nvalue = 4\n"),
            "{answers}"
        );
    }

    /// What is read off the list is what is recorded: a digit chooses, it does not leave the cursor on 0.
    #[test]
    fn a_digit_chooses_its_level_at_once() {
        let desk = Desk::new();
        let mut session = ask(&desk, &["--question", "people-skills"], "xterm-256color");
        let s = &mut session;
        at(s, &["Your level:", "stop here"], "3");
        at(s, &["Note (Markdown"], "\r");
        at(s, &["Evidence (ids"], "\r");
        done(s);
        let answers = desk.answers();
        assert!(
            answers.contains("[answers.people-skills]\nvalue = 3\n"),
            "{answers}"
        );
    }

    #[test]
    fn an_answer_that_changed_since_it_was_shown_is_asked_again() {
        let desk = Desk::new();
        let mut session = ask(&desk, &["--question", "people-skills"], "xterm-256color");
        let s = &mut session;
        at(s, &["Your level:", "stop here"], "");
        let other = [
            "answer",
            "land",
            "people-skills",
            "1",
            "--note",
            "By another hand.",
        ];
        let recorded = desk.command(&other).output().unwrap();
        assert_eq!(recorded.status.code(), Some(0));
        at(s, &[], "4");
        at(s, &["Note (Markdown"], "Mine.\r");
        at(s, &["Evidence (ids"], "\r");
        // Nothing was overwritten; the card comes again with what stands there now.
        at(
            s,
            &[
                "nothing was overwritten",
                "Present answer: 1 · By another hand.",
                "stop here",
            ],
            &format!("{UP}\r"),
        );
        let answers = desk.answers();
        assert!(
            answers.contains("value = 1\n") && answers.contains("By another hand."),
            "{answers}"
        );
        assert!(!answers.contains("Mine."), "{answers}");
    }
}
