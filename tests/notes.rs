//! The room's notes from the first line typed to the question they are filed under: by arguments, from
//! a pipe, and in a pseudo-terminal.

#![allow(clippy::unwrap_used)] // A test that cannot go on should stop.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder with the dossier `land`, with one assessor, one meeting and one person.
struct Desk {
    home: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self {
            home: tempfile::tempdir().unwrap(),
        };
        let made = desk.run(&["new", "land", "--country", "LS"]);
        assert_eq!(made.status.code(), Some(0));
        let head = fs::read_to_string(desk.path("land/dossier.toml")).unwrap();
        let head = head.replace("[assessors]", "[assessors]\nAM = { name = \"A. M.\" }\n#");
        fs::write(desk.path("land/dossier.toml"), head).unwrap();
        fs::write(
            desk.path("land/register.toml"),
            "[people.p-one]\nname = \"P. One\"\ninstitution = \"Authority\"\ntype = \"regulator\"\n\n\
             [meetings.workshop]\ntitle = \"Workshop\"\n",
        )
        .unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cirtkit"));
        command.args(arguments).current_dir(self.home.path());
        for name in [
            "CIRTKIT_QUESTIONNAIRES",
            "CIRTKIT_TEMPLATES",
            "CIRTKIT_LANG",
            "NO_COLOR",
        ] {
            command.env_remove(name);
        }
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command with these bytes on a pipe, and then its end.
    fn piped(&self, arguments: &[&str], bytes: &[u8]) -> Output {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let bytes = bytes.to_vec();
        let writer = std::thread::spawn(move || drop(input.write_all(&bytes)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        output
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path("land/notes.toml")).unwrap()
    }

    fn notes(&self) -> Vec<toml::Table> {
        let file: toml::Table = self.text().parse().unwrap();
        let list = file["note"].as_array().unwrap();
        list.iter()
            .map(|one| one.as_table().unwrap().clone())
            .collect()
    }

    /// The question of each note, by its id.
    fn questions(&self) -> Vec<(String, Option<String>)> {
        let word = |note: &toml::Table, key: &str| Some(note.get(key)?.as_str()?.to_string());
        let notes = self.notes();
        let pairs = notes
            .iter()
            .map(|note| (word(note, "id").unwrap(), word(note, "question")));
        pairs.collect()
    }

    fn check(&self) -> (Option<i32>, String) {
        let output = self.run(&["check", "land"]);
        (output.status.code(), told(&output))
    }
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn good(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", told(output));
}

// ------------------------------------------------------------------------------ taking notes

#[test]
fn a_note_from_the_arguments_bears_all_that_was_said_about_it() {
    let desk = Desk::new();
    let output = desk.run(&[
        "note",
        "land",
        "The",
        "decree",
        "\"exists\"",
        "--meeting",
        "workshop",
        "--respondent",
        "p-one",
        "--question",
        "legal-mandate",
        "--note-lang",
        "en",
        "--tlp",
        "RED",
        "--by",
        "AM",
        "--date",
        "2026-06-03",
    ]);
    good(&output);
    assert_eq!(out(&output), "n-1\n");
    let text = desk.text();
    let (head, rest) = text.split_once("last = 1\n").unwrap();
    assert!(head.starts_with("# Notes from the room"), "{text}");
    assert_eq!(
        rest.trim_start(),
        "[[note]]\nid = \"n-1\"\ntext = 'The decree \"exists\"'\n"
            .replace('\'', "\"")
            .replace("\"exists\"\"", "\\\"exists\\\"\"")
            + "lang = \"en\"\nmeeting = \"workshop\"\nrespondent = \"p-one\"\nquestion = \"legal-mandate\"\n\
               stage = \"assessment\"\ntlp = \"RED\"\nby = \"AM\"\ndate = 2026-06-03\n"
    );
    // The question of the line goes before that of the option.
    good(&desk.run(&[
        "note",
        "land",
        "@funding-setup",
        "No",
        "money",
        "--question",
        "legal-mandate",
    ]));
    assert_eq!(
        desk.questions()[1],
        ("n-2".into(), Some("funding-setup".into()))
    );
    assert_eq!(desk.notes()[1]["text"].as_str(), Some("No money"));
    assert_eq!(desk.check().0, Some(0), "{}", desk.check().1);
}

#[test]
fn a_wrong_id_never_loses_a_line() {
    let desk = Desk::new();
    let output = desk.piped(
        &[
            "note",
            "land",
            "--meeting",
            "workshp",
            "--respondent",
            "p-on",
            "--question",
            "legal-mandat",
        ],
        "one\n\n@legal-mandat two secret\n@funding-setup three\n@funding-setup\n@! four\n"
            .as_bytes(),
    );
    good(&output);
    assert_eq!(out(&output), "n-1\nn-2\nn-3\nn-4\nn-5\n");
    let told = told(&output);
    for part in [
        "kept without a meeting: there is no meeting `workshp`; did you mean `workshop`?",
        "kept without a respondent: there is no person or meeting `p-on`; did you mean `p-one`?",
        "kept unfiled: there is no question `legal-mandat`; did you mean `legal-mandate`?",
        "line 3: kept as it is, unfiled: there is no question `legal-mandat`; did you mean",
        "line 5: kept as it is, unfiled: nothing is noted behind `funding-setup`",
        "line 6: kept as it is, unfiled: there is no question what stands here",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    assert!(!told.contains("secret"), "{told}");
    let notes = desk.notes();
    let texts: Vec<_> = notes
        .iter()
        .map(|note| note["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        texts,
        [
            "one",
            "@legal-mandat two secret",
            "three",
            "@funding-setup",
            "@! four"
        ]
    );
    let filed: Vec<_> = desk
        .questions()
        .into_iter()
        .filter(|(_, to)| to.is_some())
        .collect();
    assert_eq!(filed, [("n-3".into(), Some("funding-setup".into()))]);
    assert_eq!(desk.check().0, Some(0), "{}", desk.check().1);

    // A wrong stage: kept for every stage.
    good(&desk.run(&[
        "note",
        "land",
        "@legal-mandate",
        "five",
        "--stage",
        "assesment",
    ]));
    let last = desk.notes().pop().unwrap();
    assert!(
        !last.contains_key("stage") && !last.contains_key("question"),
        "{last:?}"
    );
    // What is no id is refused before a line is read.
    for (flag, value) in [
        ("--tlp", "PINK"),
        ("--date", "soon"),
        ("--by", "ZZ"),
        ("--note-lang", "?"),
    ] {
        let output = desk.piped(&["note", "land", flag, value], b"lost?\n");
        assert_eq!(output.status.code(), Some(2), "{flag}");
    }
    assert_eq!(desk.notes().len(), 6);
}

#[test]
fn bytes_that_are_no_utf_8_are_read_as_latin_1() {
    let desk = Desk::new();
    let output = desk.piped(
        &["note", "land"],
        b"\xef\xbb\xbfd\xc3\xa9cret\r\nd\xe9cret n\xb0 12\r\n\x00a\x1b[2Jb",
    );
    good(&output);
    let told = told(&output);
    assert!(
        told.contains("line 2: this is no UTF-8 and is read as Latin-1"),
        "{told}"
    );
    assert!(!told.contains("line 1") && !told.contains("cret"), "{told}");
    let texts: Vec<_> = desk
        .notes()
        .iter()
        .map(|note| note["text"].as_str().unwrap().to_string())
        .collect();
    assert_eq!(texts, ["décret", "décret n° 12", "\0a\u{1b}[2Jb"]);
    let list = desk.run(&["notes", "land", "--list"]);
    assert!(!out(&list).contains('\u{1b}'), "a note moved the cursor");
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let mut command = desk.command(&["note", "land"]);
        command.arg(std::ffi::OsStr::from_bytes(b"\xe9tat"));
        good(&command.output().unwrap());
        assert_eq!(desk.notes()[3]["text"].as_str(), Some("état"));
    }
}

#[cfg(unix)]
#[test]
fn a_closed_stdout_loses_no_note() {
    let desk = Desk::new();
    let mut command = desk.command(&["note", "land"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take().unwrap());
    let mut input = child.stdin.take().unwrap();
    for number in 0..5 {
        writeln!(input, "note {number}").unwrap();
        input.flush().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(30));
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    good(&output);
    assert!(told(&output).is_empty(), "{}", told(&output));
    assert_eq!(desk.notes().len(), 5);
}

#[test]
fn a_note_that_cannot_be_saved_is_told_and_nothing_is_changed() {
    let desk = Desk::new();
    fs::write(desk.path("land/notes.toml"), "a = = 1\n").unwrap();
    for input in [&["note", "land", "secret"][..], &["note", "land"]] {
        let output = desk.piped(input, b"secret\nsecret too\n");
        assert_eq!(output.status.code(), Some(3));
        let told = told(&output);
        assert!(told.contains("not saved: "), "{told}");
        assert!(told.contains("notes.toml`: line 1, column 5"), "{told}");
        assert!(!told.contains("secret"), "{told}");
    }
    assert_eq!(desk.text(), "a = = 1\n");
    // The other commands go on without the notes.
    let status = desk.run(&["status", "land"]);
    good(&status);
    assert!(told(&status).contains("not all notes could be read"));
    good(&desk.run(&["trace", "land", "legal-mandate"]));
    let list = desk.run(&["notes", "land", "--list"]);
    assert_eq!(list.status.code(), Some(3));
    assert!(told(&list).contains("notes.toml:1:5"), "{}", told(&list));
    fs::write(desk.path("land/notes.toml"), "last = 9223372036854775807\n").unwrap();
    let output = desk.run(&["note", "land", "one more"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(told(&output).contains("`last` in"), "{}", told(&output));
}

#[test]
fn a_line_that_no_file_can_hold_takes_no_other_with_it() {
    let desk = Desk::new();
    let mut lines = b"one\n".to_vec();
    lines.extend(vec![b'a'; (4 << 20) - 200]);
    lines.extend(b"\nthree\n");
    let output = desk.piped(&["note", "land"], &lines);
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert!(
        told(&output).contains("1 note is not saved: `land/notes.toml` would be larger"),
        "{}",
        told(&output)
    );
    assert!(!told(&output).contains("aaaa"));
    let texts: Vec<_> = desk
        .notes()
        .iter()
        .map(|note| note["text"].as_str().unwrap().to_string())
        .collect();
    assert!(texts.starts_with(&["one".into()]), "{texts:?}");
    // A line without an end is not taken into memory.
    let output = desk.piped(&["note", "land"], &vec![b'a'; 9 << 20]);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        told(&output).contains("a line is longer than"),
        "{}",
        told(&output)
    );
}

#[test]
fn nobody_is_asked_without_a_terminal() {
    let desk = Desk::new();
    let output = desk.run(&["notes", "land"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        told(&output).contains("--file n-3=QUESTION"),
        "{}",
        told(&output)
    );
    let output = desk.run(&["notes", "land", "--no-input", "--plain"]);
    assert_eq!(output.status.code(), Some(2));
    // A pipe is no question: it is read.
    good(&desk.run(&["note", "land", "--no-input"]));
    good(&desk.piped(&["note", "land", "--no-input"], b"one\n"));
    assert_eq!(desk.notes().len(), 1);
}

#[test]
fn two_writers_at_once_lose_no_note() {
    let desk = Desk::new();
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let desk = &desk;
            scope.spawn(move || {
                for number in 0..4 {
                    let text = format!("{writer}-{number} a\n{writer}-{number} b\n");
                    good(&desk.piped(&["note", "land"], text.as_bytes()));
                }
            });
        }
    });
    let notes = desk.notes();
    assert_eq!(notes.len(), 24);
    let ids: Vec<String> = desk.questions().into_iter().map(|(id, _)| id).collect();
    let wanted: Vec<String> = (1..=24).map(|number| format!("n-{number}")).collect();
    assert_eq!(ids, wanted);
    let texts: std::collections::BTreeSet<_> = notes
        .iter()
        .map(|note| note["text"].as_str().unwrap())
        .collect();
    assert_eq!(texts.len(), 24);
}

#[test]
fn a_number_is_never_used_twice_and_what_a_person_wrote_stays() {
    let desk = Desk::new();
    good(&desk.piped(&["note", "land"], b"one\ntwo\nthree\n"));
    // The last note is deleted by hand, the file is saved by an editor of another system.
    let text = desk.text();
    let (kept, _) = text.split_once("\n[[note]]\nid = \"n-3\"").unwrap();
    let by_hand = format!("\u{feff}{kept}\n# the rest of the morning").replace('\n', "\r\n");
    fs::write(desk.path("land/notes.toml"), &by_hand).unwrap();
    let output = desk.run(&["note", "land", "four"]);
    assert_eq!(out(&output), "n-4\n");
    let after = desk.text();
    assert!(
        after.starts_with(&by_hand.replace("last = 3", "last = 4")),
        "{after:?}"
    );
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());

    good(&desk.run(&[
        "notes",
        "land",
        "--file",
        "n-1=legal-mandate",
        "--file",
        "n-4=funding-setup",
    ]));
    let filed = desk.text();
    assert_eq!(
        filed
            .replace("question = \"legal-mandate\"\r\n", "")
            .replace("question = \"funding-setup\"\r\n", ""),
        after
    );
    good(&desk.run(&["notes", "land", "--file", "n-1=", "--file", "n-4="]));
    assert_eq!(desk.text(), after);
}

// ------------------------------------------------------------------------------------ filing

#[test]
fn filing_by_script_is_all_or_none() {
    let desk = Desk::new();
    good(&desk.piped(&["note", "land"], b"one secret\ntwo\n"));
    let before = desk.text();
    for (pairs, wanted) in [
        (
            ["n-1=legal-mandate", "n-3=funding-setup"],
            "there is no note `n-3`",
        ),
        (
            ["n-1=legal-mandate", "n-2=funding-setu"],
            "there is no question `funding-setu` in the stage `assessment`; did you mean `funding-setup`?",
        ),
        (
            ["n-1=legal-mandate", "n-1=funding-setup"],
            "`n-1` is filed twice",
        ),
        (
            ["n-1=legal-mandate", "n-2"],
            "`--file` takes a note and a question",
        ),
    ] {
        let output = desk.run(&["notes", "land", "--file", pairs[0], "--file", pairs[1]]);
        assert_eq!(output.status.code(), Some(2), "{wanted}");
        let told = told(&output);
        assert!(told.contains(wanted) && !told.contains("secret"), "{told}");
        assert_eq!(desk.text(), before);
    }
    // Two notes with one id cannot be told apart.
    fs::write(desk.path("land/notes.toml"), before.replace("n-2", "n-1")).unwrap();
    let output = desk.run(&["notes", "land", "--file", "n-1=legal-mandate"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        told(&output).contains("two notes bear the id `n-1`"),
        "{}",
        told(&output)
    );
    // A note of every stage takes the stage of its question.
    fs::write(
        desk.path("land/notes.toml"),
        before.replace("stage = \"assessment\"\n", ""),
    )
    .unwrap();
    good(&desk.run(&["notes", "land", "--file", "n-1=legal-mandate"]));
    assert_eq!(desk.notes()[0]["stage"].as_str(), Some("assessment"));
    let list = desk.run(&["notes", "land", "--list"]);
    assert!(
        out(&list).starts_with("n-1   legal-mandate  one secret ("),
        "{}",
        out(&list)
    );
    let open = desk.run(&["notes", "land", "--open"]);
    assert!(out(&open).starts_with("n-2   –  two ("), "{}", out(&open));
}

/// What was noted in a workshop, in the order in which people spoke, with the question it is about.
const WORKSHOP: [(&str, &str); 20] = [
    (
        "L’ARCEP a perdu trois ingénieurs cette année : les banques paient le double",
        "people-retention",
    ),
    (
        "Décret 2019-112 toujours en vigueur, ne désigne aucune équipe",
        "legal-instruments",
    ),
    (
        "La nuit personne ne décroche, l’opérateur appelle le portable du directeur",
        "incident-night-contact",
    ),
    (
        "le budjet de fonctionnement n’est pas inscrit dans la loi de finances",
        "funding-yearly-budget",
    ),
    (
        "Le Premier ministre suit le dossier en personne",
        "political-sponsor",
    ),
    (
        "LES BANQUES NE SIGNALERONT RIEN SANS GARANTIE DE CONFIDENTIALITE",
        "constituency-trust",
    ),
    (
        "Radio communautaire en langues locales, c’est là que les gens écoutent",
        "awareness-languages",
    ),
    (
        "Aucune loi n’oblige à signaler un incident",
        "legal-reporting-duty",
    ),
    (
        "Coupures d’électricité deux fois par semaine, groupe électrogène en panne",
        "technical-premises",
    ),
    (
        "L’université ouvre un master de sécurité en octobre",
        "people-training",
    ),
    (
        "La police ouvre un dossier papier, pas de transmission à l’équipe",
        "national-police",
    ),
    (
        "Banque mondiale : 2 M USD pour la mise en place, accord non signé",
        "funding-setup",
    ),
    (
        "liste des opérateurs critiques : jamais publiée, critères inconnus",
        "critical-identification",
    ),
    (
        "Deux rançongiciels au Trésor en 2025, un site du ministère défiguré",
        "incident-count",
    ),
    (
        "Le plan national de crise ignore les cyberattaques",
        "national-crisis",
    ),
    (
        "On a participé une fois à un exercice régional avec les pays voisins",
        "international-exercises",
    ),
    (
        "Pas de registre, les incidents sont notés dans un tableur",
        "incident-register",
    ),
    (
        "@host-preferred Tout le monde cite l’autorité de régulation, sauf la Défense",
        "host-preferred",
    ),
    (
        "Comité de pilotage : trois réunions prévues, aucune tenue",
        "host-governance",
    ),
    (
        "Comment les citoyens signalent une arnaque ? Un numéro vert, fermé le week-end",
        "awareness-channel",
    ),
];

#[test]
fn a_workshop_in_jumbled_order_ends_under_the_right_questions() {
    use cirtkit::content::Content;
    use cirtkit::diagnostic::Diagnostics;
    use cirtkit::search::Index;

    let desk = Desk::new();
    let lines: Vec<&str> = WORKSHOP.iter().map(|(line, _)| *line).collect();
    let output = desk.piped(
        &["note", "land", "--lang", "fr", "--meeting", "workshop"],
        (lines.join("\n") + "\n").as_bytes(),
    );
    good(&output);
    assert_eq!(out(&output).lines().count(), 20);
    let status = desk.run(&["status", "land"]);
    assert!(
        out(&status).contains("19 notes from the room wait to be filed"),
        "{}",
        out(&status)
    );

    // A person picks from the five that are offered, or looks for words of their own.
    let content = Content::shipped();
    let load = |lang| {
        let mut found = Diagnostics::default();
        let pack = cirtkit::pack::load(&content, "assessment", 1, lang, &mut found);
        pack.unwrap().questionnaire
    };
    let index = Index::new(&[load("en"), load("fr")]);
    let mut picked = String::new();
    let mut missed = Vec::new();
    for (line, question) in WORKSHOP.iter().filter(|(line, _)| !line.starts_with('@')) {
        let typed = if *question == "incident-count" {
            "incidents graves"
        } else {
            line
        };
        let offered = index.search(typed, 5);
        if typed != *line {
            picked += &format!("{typed}\n");
        }
        match offered.iter().position(|id| id == question) {
            Some(at) => picked += &format!("{}\n", at + 1),
            None => missed.push(format!("{line}: {question} is not in {offered:?}")),
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    let output = desk.piped(
        &["notes", "land", "--plain", "--lang", "fr"],
        picked.as_bytes(),
    );
    good(&output);
    let said = told(&output);
    assert!(
        said.contains("Notes classées : 19 ; en attente : 0."),
        "{said}"
    );
    let wanted: Vec<(String, Option<String>)> = WORKSHOP
        .iter()
        .zip(1..)
        .map(|((_, question), number)| (format!("n-{number}"), Some(question.to_string())))
        .collect();
    assert_eq!(desk.questions(), wanted);
    assert_eq!(desk.check().0, Some(0), "{}", desk.check().1);
    let status = desk.run(&["status", "land"]);
    assert!(!out(&status).contains("from the room"), "{}", out(&status));
}

#[test]
fn the_walk_takes_words_ids_and_leaves_what_is_not_sure() {
    let desk = Desk::new();
    good(&desk.piped(&["note", "land"], "xyzzy\nqwerty\nabc\ndef\n".as_bytes()));
    let output = desk.piped(
        &["notes", "land", "--plain"],
        b"police\n\n1\nfunding-setup\ns\nq\n",
    );
    good(&output);
    let said = told(&output);
    assert!(said.contains("no question shares these words"), "{said}");
    assert!(said.contains("n-1 is filed to national-police"), "{said}");
    assert!(said.contains("Notes filed: 2; waiting: 2."), "{said}");
    assert!(!said.contains('\u{1b}'), "{said}");
    assert_eq!(
        desk.questions(),
        [
            ("n-1".into(), Some("national-police".into())),
            ("n-2".into(), Some("funding-setup".into())),
            ("n-3".into(), None),
            ("n-4".into(), None),
        ]
    );
}

// ------------------------------------------------------------------------- where notes are seen

#[test]
fn notes_are_shown_where_they_are_filed_and_change_no_report() {
    let desk = Desk::new();
    good(&desk.run(&[
        "answer",
        "land",
        "legal-mandate",
        "2",
        "--date",
        "2026-06-03",
    ]));
    let report = |name: &str| {
        for format in ["md", "html", "json"] {
            let output = desk.run(&[
                "report",
                "land",
                "--format",
                format,
                "--date",
                "2026-07-01",
                "--out",
                name,
            ]);
            good(&output);
        }
        let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(desk.path(name))
            .unwrap()
            .map(|one| one.unwrap().path())
            .map(|path| {
                (
                    path.file_name().unwrap().to_string_lossy().into_owned(),
                    fs::read(path).unwrap(),
                )
            })
            .collect();
        files.sort();
        files
    };
    let before = report("before");
    let text = "A \u{1b}[2Jdecree.";
    good(&desk.run(&[
        "note",
        "land",
        text,
        "--question",
        "legal-mandate",
        "--tlp",
        "RED",
        "--date",
        "2026-06-03",
    ]));
    good(&desk.run(&["note", "land", "one that waits"]));
    assert_eq!(report("after"), before);
    assert!(before.len() >= 3);

    let noted = "A [2Jdecree. (2026-06-03, AM, TLP:RED)";
    let traced = desk.run(&["trace", "land", "legal-mandate"]);
    assert!(
        out(&traced).contains(&format!("noted n-1: {noted}")),
        "{}",
        out(&traced)
    );
    let other = desk.run(&["trace", "land", "funding-setup"]);
    assert!(!out(&other).contains("noted"), "{}", out(&other));
    let asked = desk.piped(
        &["ask", "land", "--plain", "--question", "legal-mandate"],
        b"",
    );
    assert!(
        told(&asked).contains(&format!("Noted in the room:\n  - {noted}\n")),
        "{}",
        told(&asked)
    );
    let status = desk.run(&["status", "land"]);
    assert!(
        out(&status).contains("\n1 note from the room waits to be filed\n"),
        "{}",
        out(&status)
    );
    assert!(
        told(&status).contains("`cirtkit notes land` files the notes"),
        "{}",
        told(&status)
    );
}

#[test]
fn check_tells_what_is_wrong_with_notes_and_where() {
    let desk = Desk::new();
    let note = |lines: &str| format!("\n[[note]]\n{lines}\n");
    let text = String::from("last = 2\n")
        + &note("id = \"n-1\"\ntext = \"secret\"\nmeeting = \"workshp\"\nrespondent = \"p-none\"")
        + &note(
            "id = \"n-1\"\ntext = \"secret\"\nquestion = \"legal-mandat\"\nstage = \"assessment\"\nby = \"ZZ\"",
        )
        + &note("id = \"n-02\"\ntext = \"secret\"\nstage = \"desing\"\nlang = \"fran cais\"");
    fs::write(desk.path("land/notes.toml"), text).unwrap();
    let (code, told) = desk.check();
    assert_eq!(code, Some(1), "{told}");
    for (what, line) in [
        ("there is no meeting `workshp` [unknown-meeting]", 6),
        ("there is no person or meeting `p-none` [unknown-person]", 7),
        ("two notes share the id `n-1` [duplicate-id]", 10),
        ("there is no question `legal-mandat` [unknown-question]", 12),
        (
            "a note bears the initials `ZZ` of nobody in this dossier [unknown-assessor]",
            14,
        ),
        ("`n-02` is no id of a note [bad-id]", 17),
        (
            "there is no stage `desing` with a questionnaire [unknown-stage]",
            19,
        ),
        (
            "the language of a note is no language tag [bad-language]",
            20,
        ),
    ] {
        let what = format!("{what}\n  --> land/notes.toml:{line}:1\n");
        assert!(told.contains(&what), "{what}\n{told}");
    }
    assert!(!told.contains("secret"), "{told}");
    assert!(told.contains("7 errors, 1 warning"), "{told}");
    // A note whose question is unknown still waits to be filed, and can be.
    let open = desk.run(&["notes", "land", "--open"]);
    assert!(
        out(&open).contains("n-1   – (there is no question `legal-mandat`)  secret"),
        "{}",
        out(&open)
    );

    for (text, code) in [
        ("note = 1\n", "wrong-type"),
        ("notes = []\n", "unknown-key"),
        ("[[note]]\nid = \"n-1\"\n", "missing-key"),
        (
            "[[note]]\nid = \"n-1\"\ntext = \"secret\"\nmeting = \"a\"\n",
            "unknown-key",
        ),
        (
            "[[note]]\nid = \"n-1\"\ntext = \"secret\"\ntlp = \"PINK\"\n",
            "unknown-word",
        ),
        ("last = \"x\"\n", "wrong-type"),
        ("[[note]\n", "toml-syntax"),
    ] {
        fs::write(desk.path("land/notes.toml"), text).unwrap();
        let (status, told) = desk.check();
        assert_eq!(status, Some(1), "{text}\n{told}");
        assert!(
            told.contains(code) && told.contains("land/notes.toml:"),
            "{text}\n{told}"
        );
        assert!(!told.contains("secret"), "{told}");
    }
}

// -------------------------------------------------------------------------- at a terminal

#[cfg(unix)]
mod terminal {
    use rexpect::process::WaitStatus;
    use rexpect::session::{PtySession, spawn_command};

    use super::*;

    fn at_terminal(desk: &Desk, arguments: &[&str], term: &str) -> PtySession {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cirtkit"));
        command.args(arguments).current_dir(desk.home.path());
        command.env_remove("CIRTKIT_LANG").env("TERM", term);
        spawn_command(command, Some(20_000)).unwrap()
    }

    /// As rexpect shows it, which takes each byte for a letter.
    fn bytes(text: &str) -> String {
        text.bytes().map(char::from).collect()
    }

    fn at(session: &mut PtySession, texts: &[&str], keys: &str) {
        for text in texts {
            if let Err(problem) = session.exp_string(&bytes(text)) {
                panic!("waited for {text:?}: {problem}");
            }
        }
        session.send(keys).unwrap();
        session.flush().unwrap();
    }

    fn done(session: &mut PtySession, wanted: i32) -> String {
        let rest = session.exp_eof().unwrap();
        match session.process().wait().unwrap() {
            WaitStatus::Exited(_, code) => assert_eq!(code, wanted, "{rest}"),
            other => panic!("{other:?} after {rest}"),
        }
        rest
    }

    #[test]
    fn each_line_is_saved_at_once() {
        let desk = Desk::new();
        let mut session = at_terminal(&desk, &["note", "land", "--meeting", "workshop"], "xterm");
        let s = &mut session;
        at(s, &["Ctrl-D ends.", "note> "], "Le décret existe\r");
        at(s, &["n-1", "note> "], "@funding-setup rien\r");
        at(s, &["n-2", "note> "], "@funding-stup rien non plus\r");
        at(s, &["did you mean `funding-setup`?", "n-3", "note> "], "\r");
        assert_eq!(desk.notes().len(), 3);
        at(s, &["note> "], "\u{4}");
        let rest = done(s, 0);
        assert!(rest.contains("Notes saved: 3."), "{rest}");
        assert_eq!(desk.notes()[0]["text"].as_str(), Some("Le décret existe"));
        assert_eq!(desk.questions()[1].1.as_deref(), Some("funding-setup"));
        assert_eq!(desk.questions()[2].1, None);
    }

    #[test]
    fn a_note_that_cannot_be_saved_stays_in_hand() {
        let desk = Desk::new();
        fs::write(desk.path("land/notes.toml"), "a = = 1\n").unwrap();
        let mut session = at_terminal(&desk, &["note", "land"], "xterm");
        let s = &mut session;
        at(s, &["note> "], "one\r");
        at(
            s,
            &["line 1, column 5", "in hand, not saved yet: 1", "note> "],
            "two\r",
        );
        at(s, &["in hand, not saved yet: 2", "note> "], "\u{4}");
        at(s, &["in hand, not saved yet: 2", "note> "], "");
        fs::write(desk.path("land/notes.toml"), "# mended\n").unwrap();
        at(s, &[], "\r");
        at(s, &["n-1", "n-2", "note> "], "\u{4}");
        done(s, 0);
        assert_eq!(desk.notes().len(), 2);

        // Who leaves with notes in hand says so twice.
        fs::write(desk.path("land/notes.toml"), "a = = 1\n").unwrap();
        let mut session = at_terminal(&desk, &["note", "land"], "xterm");
        let s = &mut session;
        at(s, &["note> "], "three\r");
        at(s, &["in hand, not saved yet: 1", "note> "], "\u{4}");
        at(s, &["in hand, not saved yet: 1", "note> "], "\u{4}");
        let rest = done(s, 3);
        assert!(rest.contains("1 note is not saved"), "{rest}");
    }

    #[test]
    fn a_wrong_id_is_refused_while_nothing_is_typed() {
        let desk = Desk::new();
        for flags in [
            ["--meeting", "workshp"],
            ["--question", "legal-mandat"],
            ["--stage", "x"],
        ] {
            let mut session =
                at_terminal(&desk, &[&["note", "land"], &flags[..]].concat(), "xterm");
            let rest = done(&mut session, 2);
            assert!(!rest.contains("note> "), "{rest}");
        }
        let mut session = at_terminal(&desk, &["note", "land", "--no-input"], "xterm");
        let rest = done(&mut session, 2);
        assert!(rest.contains("needs a terminal"), "{rest}");
    }

    #[test]
    fn the_walk_with_a_cursor() {
        let desk = Desk::new();
        let lines = "Pas de mandat juridique pour l’équipe\nxyzzy\nabc\nla fin\n";
        good(&desk.piped(&["note", "land"], lines.as_bytes()));
        let mut session = at_terminal(&desk, &["notes", "land"], "xterm-256color");
        let s = &mut session;
        // The best suggestion, by its digit or by Enter.
        at(
            s,
            &["1/4", "mandat juridique", "[legal-mandate]", "stop here"],
            "1",
        );
        at(
            s,
            &[
                "n-1 is filed to legal-mandate",
                "2/4",
                "xyzzy",
                "File under",
                "stop here",
            ],
            "\r",
        );
        at(s, &["Words or id"], "police\r");
        at(s, &["[national-police]", "stop here"], "\r");
        // Skip one, stop at the last.
        let down = "\u{1b}[B";
        at(
            s,
            &["n-2 is filed", "3/4", "stop here"],
            &format!("{down}\r"),
        );
        at(s, &["4/4", "stop here"], "\u{1b}[A\r");
        let rest = done(s, 0);
        assert!(rest.contains("Notes filed: 2; waiting: 2."), "{rest}");
        assert_eq!(desk.questions()[0].1.as_deref(), Some("legal-mandate"));
        assert_eq!(desk.questions()[1].1.as_deref(), Some("national-police"));
        // The same on a poor terminal, line by line.
        let mut session = at_terminal(&desk, &["notes", "land", "--lang", "fr"], "dumb");
        let s = &mut session;
        at(s, &["1/2", "Un numéro"], "funding-setup\r");
        at(
            s,
            &["n-3 classée sous funding-setup", "2/2", "Un numéro"],
            "\u{4}",
        );
        let rest = done(s, 0);
        assert!(rest.contains("en attente : 1."), "{rest}");
    }
}
