//! The register grows from the command line: people, meetings, evidence, and what is still wanted.
//!
//! Each test runs the program as an assessor would, on a dossier of its own.

#![allow(clippy::unwrap_used)] // A test that cannot go on should stop.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use tempfile::TempDir;

const HEAD: &str = "schema = 1\ncountry = \"LS\"\nlanguages = [\"en\", \"fr\"]\ntlp = \"AMBER\"\n\
    [stages.assessment]\nstate = \"under-way\"\n";

const REGISTER: &str = "# Who was met.\n\n# --- People ---\n\n[people.p-one]\nname = \"P. One\"\n\
    institution = \"Communications Authority\"\ntype = \"regulator\"\nconsent = true # she said so\n\n\
    # --- Meetings ---\n\n[meetings.opening]\ntitle = \"Opening\"\ndate = 2026-06-01\n\
    participants = [\"p-one\"]\n\n# --- Evidence ---\n\n[evidence.decree]\ntitle = \"Decree 12/2024\"\n\
    from = \"p-one\"\n\n# the end\n";

const ANSWERS: &str =
    "[answers.legal-mandate]\nvalue = 1\nnote = \"ZQXSECRET\"\nevidence = [\"decree\"]\n";

struct Desk {
    home: TempDir,
}

#[derive(Debug)]
struct Told {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let desk = Self { home };
        desk.write("land/dossier.toml", HEAD);
        desk.write("land/register.toml", REGISTER);
        desk.write("land/assessment.toml", ANSWERS);
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

    fn register(&self) -> String {
        self.read("land/register.toml")
    }

    fn run(&self, arguments: &[&str]) -> Told {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cirtkit"));
        command.args(arguments).current_dir(self.home.path());
        for name in [
            "CIRTKIT_QUESTIONNAIRES",
            "CIRTKIT_TEMPLATES",
            "CIRTKIT_LANG",
        ] {
            command.env_remove(name);
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        Told {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that must end with 0, and returns what it printed.
    fn done(&self, arguments: &[&str]) -> String {
        let told = self.run(arguments);
        assert_eq!(told.code, Some(0), "{arguments:?} said {told:#?}");
        told.out
    }

    /// Runs a command that must refuse, say these words, give nothing away and change nothing.
    fn refused(&self, arguments: &[&str], code: i32, needles: &[&str]) {
        let (before, names) = (self.register(), self.evidence());
        let told = self.run(arguments);
        assert_eq!(told.code, Some(code), "{arguments:?} said {told:#?}");
        for needle in needles {
            assert!(told.err.contains(needle), "no {needle:?} in {told:#?}");
        }
        assert!(told.out.is_empty(), "{told:#?}");
        assert!(
            !told.err.contains("ZQXSECRET") && !told.err.contains("panicked"),
            "{told:#?}"
        );
        assert_eq!(
            (self.register(), self.evidence()),
            (before, names),
            "{arguments:?}"
        );
    }

    /// The names of the files under `evidence/`.
    fn evidence(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path("land/evidence")) else {
            return Vec::new();
        };
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut names: Vec<String> = entries.map(|entry| name(entry.unwrap())).collect();
        names.sort();
        names
    }
}

/// A person whom the register does not know yet, and the type of a regulator.
fn person(name: &str) -> [&str; 9] {
    let add = ["person", "add", "land", "--name", name, "--institution"];
    let [a, b, c, d, e, f] = add;
    [a, b, c, d, e, f, "The Authority", "--type", "regulator"]
}

#[test]
fn every_kind_goes_after_the_last_of_its_kind_and_nothing_else_changes() {
    let desk = Desk::new();
    for crlf in [false, true] {
        let ends = |text: &str| match crlf {
            true => format!("\u{feff}{}", text.replace('\n', "\r\n")),
            false => text.to_string(),
        };
        desk.write("land/register.toml", ends(REGISTER));
        assert_eq!(desk.done(&person("Élise N’Dour")), "elise-n-dour\n");
        let out = desk.done(&[
            "meeting",
            "add",
            "land",
            "night",
            "--title",
            "en=Night talk",
            "--title",
            "fr=Entretien",
            "--date",
            "2026-06-02",
            "--place",
            "Maseru",
            "--participant",
            "p-one",
            "--participant",
            "elise-n-dour",
            "--tlp",
            "red",
        ]);
        assert_eq!(out, "night\n");
        let out = desk.done(&[
            "evidence",
            "add",
            "land",
            "--title",
            "Budget act",
            "--date",
            "2026-01-01",
            "--from",
            "elise-n-dour",
            "--received",
            "2026-06-02",
            "--seen",
        ]);
        assert_eq!(out, "budget-act\n");
        let person = "\n[people.elise-n-dour]\nname = \"Élise N’Dour\"\ninstitution = \"The Authority\"\n\
            type = \"regulator\"\nconsent = false\n";
        let meeting = "\n[meetings.night]\ntitle = { en = \"Night talk\", fr = \"Entretien\" }\n\
            date = 2026-06-02\nplace = \"Maseru\"\nparticipants = [\"p-one\", \"elise-n-dour\"]\ntlp = \"RED\"\n";
        let evidence = "\n[evidence.budget-act]\ntitle = \"Budget act\"\ndate = 2026-01-01\n\
            from = \"elise-n-dour\"\nreceived = 2026-06-02\nkept = false\n";
        let expected = REGISTER
            .replace("\n# --- Meetings", &format!("{person}\n# --- Meetings"))
            .replace("\n# --- Evidence", &format!("{meeting}\n# --- Evidence"))
            + evidence;
        assert_eq!(desk.register(), ends(&expected));
    }
    let told = desk.run(&["check", "land"]);
    assert!(told.err.contains("0 errors, 0 warnings"), "{told:#?}");
}

#[test]
fn ids_are_unique_and_people_and_meetings_share_them() {
    let desk = Desk::new();
    assert_eq!(desk.done(&person("P. One")), "p-one-2\n");
    assert_eq!(desk.done(&person("Opening")), "opening-2\n");
    assert_eq!(desk.done(&person("Decree")), "decree\n");
    assert_eq!(desk.done(&person("王小明")), "wang-xiao-ming\n");
    assert_eq!(desk.done(&person("…")), "person\n");
    let meeting = [
        "meeting",
        "add",
        "land",
        "--title",
        "P. One",
        "--date",
        "2026-06-01",
    ];
    assert_eq!(desk.done(&meeting), "p-one-3\n");
    let named = |id| {
        let mut arguments = person("X").to_vec();
        arguments.insert(3, id);
        arguments
    };
    for (taken, header) in [
        ("p-one", "[people.p-one]"),
        ("opening", "[meetings.opening]"),
    ] {
        let register = desk.register();
        let line = register.lines().position(|line| line == header).unwrap() + 1;
        let place = format!("land/register.toml:{line}:");
        desk.refused(&named(taken), 2, &["is taken at", &place, "another id"]);
    }
    for wrong in ["P-One", "con", "a--b", "../x", "1st"] {
        desk.refused(&named(wrong), 2, &["lower-case words and digits"]);
    }
}

#[test]
fn a_person_is_added_to_a_dossier_that_is_in_error_for_want_of_them() {
    let desk = Desk::new();
    let register = REGISTER.replace("[\"p-one\"]", "[\"p-one\", \"m-two\"]");
    desk.write(
        "land/register.toml",
        register.replace("from = \"p-one\"", "from = \"m-two\""),
    );
    desk.write(
        "land/dossier.toml",
        HEAD.to_string()
            + "decision = { what = \"ZQXSECRET\", by = \"X\", evidence = \"minute\" }\n",
    );
    let told = desk.run(&["check", "land"]);
    assert_eq!(told.code, Some(1), "{told:#?}");
    assert_eq!(desk.done(&person("M. Two")), "m-two\n");
    assert_eq!(
        desk.done(&["evidence", "add", "land", "--title", "Minute"]),
        "minute\n"
    );
    let told = desk.run(&["check", "land"]);
    assert!(told.err.contains("0 errors"), "{told:#?}");
}

#[test]
fn what_is_wrong_is_told_with_its_fix_and_changes_nothing() {
    let desk = Desk::new();
    let with = |more: &[&'static str]| [&person("X"), more].concat();
    desk.refused(&person(" "), 2, &["`--name` is empty"]);
    desk.refused(&person("a\nb"), 2, &["one line"]);
    desk.refused(
        &with(&["--tlp", "PINK"]),
        2,
        &["no TLP label", "AMBER+STRICT"],
    );
    desk.refused(
        &with(&["--function", "a", "--function", "b"]),
        2,
        &["`--function en=…"],
    );
    desk.refused(
        &with(&["--function", "en=a", "--function", "en=b"]),
        2,
        &["twice in `en`"],
    );
    let wrong = [
        "person",
        "add",
        "land",
        "--name",
        "X",
        "--institution",
        "Y",
        "--type",
        "regulatr",
    ];
    desk.refused(
        &wrong,
        2,
        &[
            "no stakeholder type `regulatr`",
            "did you mean `regulator`?",
        ],
    );
    let meeting = |date, who| {
        [
            "meeting",
            "add",
            "land",
            "--title",
            "T",
            "--date",
            date,
            "--participant",
            who,
        ]
    };
    desk.refused(
        &meeting("2026-02-30", "p-one"),
        2,
        &["`--date` takes a day"],
    );
    desk.refused(
        &meeting("2026-02-01", "p-won"),
        2,
        &["no person `p-won`", "`p-one`"],
    );
    let evidence = [
        "evidence", "add", "land", "--title", "T", "--from", "opening",
    ];
    desk.refused(&evidence, 2, &["no person `opening`"]);
    for (kind, of) in [
        ("person", "decree"),
        ("meeting", "p-one"),
        ("evidence", "opening"),
    ] {
        desk.refused(&[kind, "show", "land", of], 2, &["there is no", of]);
    }
    for arguments in [
        &person("X")[..],
        &["evidence", "list", "land"],
        &["meeting", "show", "land", "opening"],
    ] {
        let mut arguments = arguments.to_vec();
        arguments[2] = "elsewhere";
        if arguments[1] != "list" {
            desk.refused(&arguments, 3, &["no dossier here", "cirtkit new"]);
        }
        assert!(!desk.path("elsewhere").exists());
    }
    desk.write(
        "land/register.toml",
        format!("{REGISTER}name = \"ZQXSECRET\n"),
    );
    let line = REGISTER.lines().count() + 1;
    desk.refused(
        &person("X"),
        3,
        &[&format!("register.toml:{line}:"), "broken TOML", "help: "],
    );
    desk.write("land/register.toml", REGISTER);
    desk.write(
        "land/dossier.toml",
        HEAD.replace("schema = 1", "schema = 9"),
    );
    desk.refused(&person("X"), 3, &["newer version"]);
}

#[test]
fn a_file_is_copied_under_a_safe_name_and_never_over_another() {
    let desk = Desk::new();
    let add = |title: &str, file: &str| {
        desk.done(&["evidence", "add", "land", "--title", title, "--file", file]);
    };
    desk.write("Décret n° 12: final.PDF", "one");
    add("A", "Décret n° 12: final.PDF");
    add("B", "Décret n° 12: final.PDF");
    desk.write("Décret n° 12: final.PDF", "two");
    add("C", "Décret n° 12: final.PDF");
    assert_eq!(
        desk.evidence(),
        ["decret-n-12-final-2.pdf", "decret-n-12-final.pdf"]
    );
    assert_eq!(desk.read("land/evidence/decret-n-12-final.pdf"), "one");
    let register = desk.register();
    assert_eq!(
        register
            .matches("file = \"evidence/decret-n-12-final.pdf\"")
            .count(),
        2
    );
    let digest = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
    assert_eq!(
        register.matches(&format!("sha256 = \"{digest}\"")).count(),
        2
    );
    // One that stands in the dossier stays where it is.
    desk.write("land/evidence/own name.txt", "three");
    add("D", "land/evidence/own name.txt");
    assert!(desk.register().contains("file = \"evidence/own name.txt\""));
    assert_eq!(desk.evidence().len(), 3);
    let told = desk.run(&["check", "land"]);
    assert!(told.err.contains("0 errors, 0 warnings"), "{told:#?}");
}

#[test]
fn the_copy_goes_away_where_the_register_is_not_saved() {
    let desk = Desk::new();
    desk.write("a.txt", "one");
    let file = |more: &[&'static str]| {
        [
            &["evidence", "add", "land", "--title", "T", "--file", "a.txt"],
            more,
        ]
        .concat()
    };
    desk.refused(&file(&["--from", "nobody"]), 2, &["no person `nobody`"]);
    assert!(!desk.path("land/evidence").exists());
    let taken = [
        "evidence", "add", "land", "decree", "--title", "T", "--file", "a.txt",
    ];
    desk.refused(&taken, 2, &["is taken at"]);
    desk.refused(
        &[
            "evidence", "add", "land", "--title", "T", "--file", "none.txt",
        ],
        3,
        &["does not exist"],
    );
    desk.refused(
        &["evidence", "add", "land", "--title", "T", "--file", "land"],
        3,
        &["not a regular file"],
    );
    desk.refused(&file(&["--seen"]), 2, &["--seen"]);
    assert!(!desk.path("land/evidence").exists());
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out() {
    let desk = Desk::new();
    desk.write("a.txt", "one");
    fs::create_dir(desk.path("outside")).unwrap();
    std::os::unix::fs::symlink(desk.path("outside"), desk.path("land/evidence")).unwrap();
    let add = ["evidence", "add", "land", "--title", "T", "--file", "a.txt"];
    desk.refused(&add, 3, &["symbolic link"]);
    assert_eq!(fs::read_dir(desk.path("outside")).unwrap().count(), 0);
}

#[test]
fn a_changed_file_and_a_wrong_digest_are_told() {
    let desk = Desk::new();
    desk.write("a.txt", "one");
    desk.done(&[
        "evidence", "add", "land", "--title", "Note", "--file", "a.txt",
    ]);
    assert!(
        desk.done(&["evidence", "show", "land", "note"])
            .contains("evidence/a.txt, unchanged")
    );
    desk.write("land/evidence/a.txt", "ZQXSECRET");
    let told = desk.run(&["check", "land"]);
    assert_eq!(told.code, Some(0), "{told:#?}");
    let line = desk
        .register()
        .lines()
        .position(|line| line.starts_with("sha256"))
        .unwrap()
        + 1;
    for needle in [
        "[evidence-changed]",
        &format!("register.toml:{line}:"),
        "`note`",
        "1 warning",
    ] {
        assert!(told.err.contains(needle), "no {needle} in {told:#?}");
    }
    assert!(
        desk.done(&["evidence", "show", "land", "note"])
            .contains("CHANGED")
    );
    // What the help says settles it.
    let (_, digest) = told.err.split_once("write `sha256 = \"").unwrap();
    let digest = &digest[..64];
    let register = desk.register();
    let old = register
        .lines()
        .find(|line| line.starts_with("sha256"))
        .unwrap();
    desk.write(
        "land/register.toml",
        register.replace(old, &format!("sha256 = \"{digest}\"")),
    );
    let told = desk.run(&["check", "land"]);
    assert!(told.err.contains("0 errors, 0 warnings"), "{told:#?}");
    desk.write(
        "land/register.toml",
        register.replace(old, "sha256 = \"ZQXSECRET\""),
    );
    let told = desk.run(&["check", "land"]);
    assert_eq!(told.code, Some(1), "{told:#?}");
    for needle in [
        "[bad-digest]",
        &format!("register.toml:{line}:"),
        "64 hexadecimal digits",
        "help: ",
    ] {
        assert!(told.err.contains(needle), "no {needle} in {told:#?}");
    }
    assert!(!told.err.contains("ZQXSECRET"), "{told:#?}");
}

#[test]
fn show_tells_where_an_entry_comes_up() {
    let desk = Desk::new();
    desk.write(
        "land/responses/p-one/assessment.toml",
        "[answers.legal-mandate]\nvalue = 2\nevidence = [\"decree\"]\n",
    );
    let head = HEAD.to_string()
        + "decision = { what = \"ZQXSECRET\", by = \"X\", evidence = \"decree\" }\n\
        [stages.establishment]\nstate = \"under-way\"\n";
    desk.write("land/dossier.toml", head);
    desk.write(
        "land/progress/plan.toml",
        "[baseline]\ndate = 2026-01-15\nevidence = \"decree\"\n",
    );
    let person = desk.done(&["person", "show", "land", "p-one"]);
    for needle in [
        "to be named  yes",
        "  opening, 2026-06-01",
        "  assessment: legal-mandate",
        "handed over:\n  decree",
    ] {
        assert!(person.contains(needle), "no {needle:?} in {person}");
    }
    let meeting = desk.done(&["meeting", "show", "land", "opening"]);
    assert!(
        meeting.contains("took part:\n  p-one  P. One, Communications Authority"),
        "{meeting}"
    );
    let evidence = desk.done(&["evidence", "show", "land", "decree"]);
    for needle in [
        "answers:\n  assessment:legal-mandate\n",
        "what was said:\n  assessment:legal-mandate, p-one\n",
        "decisions:\n  assessment\n",
        "plan:\n  baseline\n",
    ] {
        assert!(evidence.contains(needle), "no {needle:?} in {evidence}");
    }
    assert!(!(person + &meeting + &evidence).contains("ZQXSECRET"));
    for (kind, id, key) in [
        ("person", "p-one", "responses"),
        ("meeting", "opening", "participants"),
        ("evidence", "decree", "decisions"),
    ] {
        let json: serde_json::Value =
            serde_json::from_str(&desk.done(&[kind, "show", "land", id, "--json"])).unwrap();
        assert_eq!(json["id"], id);
        assert!(json[key].is_array(), "{json}");
        let list: serde_json::Value =
            serde_json::from_str(&desk.done(&[kind, "list", "land", "--json"])).unwrap();
        assert_eq!(list[0]["id"], id);
    }
}

#[test]
fn what_is_wanted_is_what_no_answer_cites() {
    let desk = Desk::new();
    let wanted = |more: &[&str]| desk.done(&[&["evidence", "wanted", "land"], more].concat());
    let all = wanted(&[]);
    assert!(all.starts_with("Documents wanted: Lesotho\n\n"), "{all}");
    assert!(all.contains("\n\nRegulators\n- "), "{all}");
    // The mandate cites its decree.
    let rows = wanted(&["--format", "csv"]);
    assert!(
        !rows.contains(",legal-mandate,") && rows.contains(",legal-reporting-duty,"),
        "{rows}"
    );
    desk.write("land/assessment.toml", "");
    let rows = wanted(&["--format", "csv"]);
    assert!(rows.contains(",legal-mandate,"), "{rows}");
    assert!(
        rows.starts_with("\u{feff}stakeholder,question,text,evidence,evidence-hint\r\n"),
        "{rows}"
    );
    assert!(rows.lines().count() > 50 && !rows.replace("\r\n", "").contains('\n'));
    let french = wanted(&["--format", "csv", "--lang", "fr", "--for", "regulator"]);
    assert!(
        french.starts_with("\u{feff}stakeholder;question;text;"),
        "{french}"
    );
    assert!(
        french
            .lines()
            .skip(1)
            .all(|line| line.starts_with("regulator;")),
        "{french}"
    );
    let page = wanted(&["--format", "md", "--for", "ministry"]);
    assert!(
        page.starts_with("# Documents wanted: Lesotho\n") && page.contains("\n## Ministries\n\n- "),
        "{page}"
    );
    assert_eq!(page.matches("\n## ").count(), 1);
    // What respondents may not read is not there.
    for text in [&all, &rows, &page] {
        assert!(!text.contains("No instrument"), "{text}");
    }
    desk.refused(
        &["evidence", "wanted", "land", "--for", "regulatr"],
        2,
        &["did you mean `regulator`?"],
    );
    // A rapid assessment asks for less.
    desk.write("land/dossier.toml", HEAD.to_string() + "scope = \"core\"\n");
    assert!(wanted(&["--format", "csv"]).lines().count() < rows.lines().count());
}

#[test]
fn two_at_once_both_get_in() {
    let desk = Desk::new();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| desk.done(&person("M. Two")));
        }
    });
    let ids: Vec<String> = (2..=6)
        .map(|number| format!("[people.m-two-{number}]"))
        .collect();
    let register = desk.register();
    assert!(ids.iter().all(|id| register.contains(id)), "{register}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever stood in the register stands there still, byte for byte, and the new entry reads back.
    #[test]
    fn adding_loses_no_byte(
        order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(),
        gap in prop::sample::select(vec!["", "\n", "\n# of nobody\n", "# close\n", "\n\n# far\n\n"]),
        ends in prop::sample::select(vec!["\n", "\r\n"]),
        bom in any::<bool>(),
        cut in any::<bool>(),
        name in "[\\PC&&[^\u{feff}]]{1,20}",
        kind in 0..3_usize,
    ) {
        use cirtkit::dossier::register::{self, Entry};
        use cirtkit::model::dossier::{Evidence, Meeting, Person};
        let blocks = [
            "[people.a]\nname = \"A\" # a\ninstitution = 'I'\ntype = \"bank\"\n",
            "[meetings.m] # m\ntitle = \"M\"\nparticipants = [\n  \"a\", # why\n]\n",
            "[evidence.e]\ntitle = { en = \"E\", fr = \"É\" }\n",
            "[people.b]\nname = '''B\n[people.no]\n'''\ninstitution = \"I\"\ntype = \"bank\"\n",
        ];
        let mut text: String = order.iter().map(|at| format!("{}{gap}", blocks[*at])).collect();
        if cut {
            text.truncate(text.trim_end().len());
        }
        let text = format!("{}{}", if bom { "\u{feff}" } else { "" }, text.replace('\n', ends));
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("register.toml");
        fs::write(&file, &text).unwrap();
        let lock = cirtkit::dossier::save::Lock::acquire(home.path()).unwrap();
        let words = name.as_str().into();
        let entry = match kind {
            0 => Entry::Person(Person {
                name: name.clone(), institution: words, kind: "bank".into(), function: None,
                consent: false, tlp: None,
            }),
            1 => Entry::Meeting(Meeting {
                title: words, date: None, place: None, participants: vec!["b".into()], tlp: None,
            }),
            _ => Entry::Evidence(Evidence {
                title: words, date: None, from: Some("a".into()), received: None, file: None,
                sha256: None, kept: Some(false), tlp: None,
            }),
        };
        let id = register::add(&lock, &entry, None).unwrap();
        let now = fs::read_to_string(&file).unwrap();
        // One piece was put in, nothing taken out.
        let head = text.bytes().zip(now.bytes()).take_while(|(one, other)| one == other).count();
        let tail = text.bytes().rev().zip(now.bytes().rev()).take_while(|(one, other)| one == other).count();
        prop_assert!(head + tail >= text.len(), "{text}\n-----\n{now}");
        let mut found = cirtkit::diagnostic::Diagnostics::default();
        let read = register::read_alone(home.path(), &mut found).unwrap();
        prop_assert!(found.is_empty());
        let there = read.people.contains_key(&id) || read.meetings.contains_key(&id) || read.evidence.contains_key(&id);
        prop_assert!(there && read.people.len() + read.meetings.len() + read.evidence.len() == 5);
    }
}
