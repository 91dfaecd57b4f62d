//! Two assessors come together in the evening: copies of a dossier in two folders, in git, and in a folder
//! that a sync program keeps. Each test runs the program as they would.

#![allow(clippy::unwrap_used)] // A test that cannot go on should stop.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::program::{self, Told};
use tempfile::TempDir;

const HEAD: &str = "schema = 1\ncountry = \"LS\"\nlanguages = [\"en\"]\ntlp = \"GREEN\"\n\
    [assessors.AM]\nname = \"A. Mission\"\n[assessors.HT]\nname = \"H. Two\"\n\
    [stages.assessment]\nstate = \"under-way\"\n";

const REGISTER: &str = "[people.p-one]\nname = \"P. One\"\ninstitution = \"Authority\"\ntype = \"regulator\"\n\
    \n[evidence.decree]\ntitle = \"Decree\"\nfile = \"evidence/decree.txt\"\n";

/// What nobody may read in a list or an error.
const SECRET: &str = "the minister said no";

struct Desk {
    home: TempDir,
}

impl Desk {
    /// Two copies of one dossier: `mine` and `theirs`.
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let desk = Self { home };
        for copy in ["mine", "theirs"] {
            desk.write(&format!("{copy}/dossier.toml"), HEAD);
            desk.write(&format!("{copy}/register.toml"), REGISTER);
            desk.write(&format!("{copy}/evidence/decree.txt"), "a decree\n");
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        program::command(self.home.path(), arguments)
    }

    fn run(&self, arguments: &[&str]) -> Told {
        program::run(self.command(arguments), b"")
    }

    fn done(&self, arguments: &[&str]) -> Told {
        let told = self.run(arguments);
        assert_eq!(told.code, Some(0), "{told:?}");
        told
    }

    /// Each side answers one question for itself and the mandate otherwise than the other.
    fn answered() -> Self {
        let desk = Self::new();
        desk.write(
            "mine/assessment.toml",
            "# ours\n[answers.legal-mandate]\nvalue = 2   # read in the gazette\nanswered = 2026-06-03\nby = \"AM\"\n",
        );
        let theirs = format!(
            "[answers.legal-mandate]\nvalue = 3\nnote = \"{SECRET}\"\nanswered = 2026-06-04\nby = \"HT\"\n\
             \n# asked at night\n[answers.political-decision]\nvalue = 1\nby = \"HT\"\n"
        );
        desk.write("theirs/assessment.toml", &theirs);
        desk
    }
}

/// Every file beneath a folder with its bytes; the tool's own working files left out.
fn bytes(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = common::files(folder, "").into_iter();
    let own = |path: &PathBuf| path.to_string_lossy().contains(".cirtkit");
    let files = files.filter(|path| !own(path));
    files
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

#[test]
fn what_only_the_other_side_has_comes_in_and_the_other_side_is_not_touched() {
    let desk = Desk::new();
    desk.write(
        "theirs/responses/p-one/assessment.toml",
        "[answers.legal-mandate]\nvalue = 1\n",
    );
    desk.write(
        "theirs/drafting/assessment.toml",
        "[summary]\ntext = { en = \"Words.\" }\n",
    );
    desk.write(
        "theirs/notes.toml",
        "last = 1\n\n[notes.n-1]\ntext = \"One\"\n",
    );
    desk.write(
        "mine/notes.toml",
        "last = 1\n\n[notes.n-1]\ntext = \"Two\"\n",
    );
    desk.write("theirs/evidence/decree.txt", "another decree\n");
    desk.write("theirs/evidence/annex/list.txt", "a list\n");
    desk.write("theirs/letter.docx", "a letter\n");
    let register = format!(
        "{REGISTER}\n[evidence.list]\ntitle = \"List\"\nfile = \"evidence/annex/list.txt\"\n"
    );
    desk.write("theirs/register.toml", &register);
    let before = bytes(&desk.path("theirs"));
    let dry = desk.run(&["merge", "mine", "theirs", "--dry-run"]);
    assert!(dry.err.contains("nothing was written"), "{}", dry.err);
    assert!(!desk.path("mine/.cirtkit").exists() && !desk.path("mine/drafting").exists());
    let told = desk.run(&["merge", "mine", "theirs"]);
    assert_eq!(told.out, dry.out);
    // The decree of the same name is another one: both are kept, and which one counts is asked.
    assert_eq!(
        told.out,
        "evidence/annex/list.txt: added\n\
         evidence/decree.txt: other bytes than here, added as evidence/decree-2.txt\n\
         register.toml evidence.list: added\n\
         notes.toml notes.n-1: added as n-2\n\
         drafting/assessment.toml summary: added\n\
         responses/p-one/assessment.toml answers.legal-mandate: added\n\
         register.toml evidence.decree: conflict in file\n"
    );
    assert_eq!(told.code, Some(1));
    assert!(
        told.err.contains("not taken over: letter.docx"),
        "{}",
        told.err
    );
    assert_eq!(bytes(&desk.path("theirs")), before);
    assert!(!desk.path("theirs/.cirtkit").exists());
    assert_eq!(desk.read("mine/evidence/decree.txt"), "a decree\n");
    assert_eq!(desk.read("mine/evidence/decree-2.txt"), "another decree\n");
    assert_eq!(
        desk.read("mine/notes.toml"),
        "last = 2\n\n[notes.n-1]\ntext = \"Two\"\n\n[notes.n-2]\ntext = \"One\"\n"
    );
    desk.done(&["check", "mine"]);
    let theirs = desk.done(&["merge", "mine", "theirs", "--theirs"]);
    assert!(
        theirs.out.contains("evidence.decree: theirs taken"),
        "{}",
        theirs.out
    );
    assert!(
        desk.read("mine/register.toml")
            .contains("\"evidence/decree-2.txt\"")
    );
    let again = desk.done(&["merge", "mine", "theirs"]);
    assert!(
        again.out.is_empty() && again.err.contains("nothing to merge"),
        "{again:?}"
    );
}

#[test]
fn a_copy_merged_with_itself_changes_no_byte() {
    let samples = common::root().join("questionnaires/samples");
    for (name, sample) in common::folders(&samples) {
        let home = tempfile::tempdir().unwrap();
        for copy in ["mine", "theirs"] {
            for (path, text) in bytes(&sample) {
                let to = home
                    .path()
                    .join(copy)
                    .join(path.strip_prefix(&sample).unwrap());
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::write(to, text).unwrap();
            }
        }
        let before = bytes(&home.path().join("mine"));
        let merge = ["merge", "mine", "theirs"];
        let told = program::run(program::command(home.path(), &merge), b"");
        assert_eq!(
            (told.code, told.out.as_str()),
            (Some(0), ""),
            "{name}: {told:?}"
        );
        assert_eq!(bytes(&home.path().join("mine")), before, "{name}");
    }
}

#[test]
fn conflicts_are_listed_without_a_word_of_them_and_all_else_is_merged() {
    let desk = Desk::answered();
    let told = desk.run(&["merge", "mine", "theirs", "--no-input"]);
    assert_eq!(told.code, Some(1));
    assert_eq!(
        told.out,
        "assessment.toml answers.political-decision: added\n\
         assessment.toml answers.legal-mandate: conflict in answered, by, note, value\n"
    );
    assert!(!format!("{told:?}").contains(SECRET), "{told:?}");
    let text = desk.read("mine/assessment.toml");
    assert!(
        text.starts_with("# ours\n[answers.legal-mandate]\nvalue = 2   # read in the gazette\n")
    );
    assert!(
        text.ends_with(
            "\n# asked at night\n[answers.political-decision]\nvalue = 1\nby = \"HT\"\n"
        )
    );
    // By script: one side for all, and the other is kept.
    let told = desk.done(&["merge", "mine", "theirs", "--theirs"]);
    assert_eq!(
        told.out,
        "assessment.toml answers.legal-mandate: theirs taken, mine kept as a comment\n"
    );
    let text = desk.read("mine/assessment.toml");
    let kept = "# kept from a merge: answers.legal-mandate\n#| value = 2\n#| answered = 2026-06-03\n#| by = \"AM\"\n[answers.legal-mandate]\nvalue = 3   # read in the gazette\n";
    assert!(text.contains(kept), "{text}");
    desk.done(&["check", "mine"]);
    // The other side learns that it was decided.
    desk.done(&["merge", "theirs", "mine"]);
    let trace = desk.done(&["trace", "theirs", "legal-mandate"]).out;
    assert!(trace.contains("answer: level 3"), "{trace}");
}

#[test]
fn an_ancestor_tells_what_was_changed_and_what_was_taken_away() {
    let desk = Desk::answered();
    desk.write("base/dossier.toml", HEAD);
    desk.write("base/register.toml", REGISTER);
    desk.write("base/assessment.toml", &desk.read("mine/assessment.toml"));
    desk.write(
        "base/drafting/assessment.toml",
        "[summary]\ntext = { en = \"Words.\" }\n",
    );
    desk.write(
        "mine/drafting/assessment.toml",
        "[summary]\ntext = { en = \"Words.\" }\n",
    );
    let told = desk.done(&["merge", "mine", "theirs", "--base", "base"]);
    assert!(
        told.out
            .contains("answers.legal-mandate: changed there, taken"),
        "{}",
        told.out
    );
    assert!(
        told.out
            .contains("drafting/assessment.toml: taken away there"),
        "{}",
        told.out
    );
    assert!(!desk.path("mine/drafting/assessment.toml").exists());
    assert!(
        desk.path("mine/.cirtkit/merged/drafting-assessment.toml")
            .is_file()
    );
    assert!(
        desk.read("mine/assessment.toml")
            .contains("value = 3   # read in the gazette")
    );
}

#[test]
fn what_is_no_other_copy_is_refused_and_nothing_is_written() {
    let desk = Desk::answered();
    let before = bytes(&desk.path("mine"));
    let refused = |arguments: &[&str], code: i32, words: &str| {
        let told = desk.run(&[&["merge", "mine"], arguments].concat());
        assert_eq!(told.code, Some(code), "{told:?}");
        assert!(told.err.contains(words), "{words}: {}", told.err);
        assert!(!told.err.contains(SECRET), "{}", told.err);
        assert_eq!(bytes(&desk.path("mine")), before, "{words}");
    };
    fs::create_dir(desk.path("empty")).unwrap();
    refused(&["empty"], 3, "[no-dossier]");
    refused(&["nowhere"], 3, "[no-dossier]");
    refused(&["mine"], 2, "is the dossier itself");
    refused(&["theirs/../mine/."], 2, "is the dossier itself");
    refused(&["mine/assessment.toml"], 2, "does not tell which file");
    refused(
        &["mine/assessment.toml", "--into", "assessment.toml"],
        2,
        "is the dossier's own",
    );
    refused(&["theirs/evidence/decree.txt"], 2, "--into");
    refused(
        &["theirs/assessment.toml", "--into", "reports/x.md"],
        2,
        "is no file of a dossier",
    );
    desk.write("other/dossier.toml", &HEAD.replace("LS", "NA"));
    refused(&["other"], 2, "`other` is a dossier of `NA`");
    refused(&["other/dossier.toml"], 2, "is of `NA`");
    desk.write(
        "newer/dossier.toml",
        &HEAD.replace("schema = 1", "schema = 2"),
    );
    refused(&["newer"], 3, "[newer-schema]");
    refused(&["newer/dossier.toml"], 3, "[newer-schema]");
    let edition = HEAD.replace("state =", "edition = 2\nstate =");
    desk.write("edition/dossier.toml", &edition);
    refused(&["edition"], 2, "where the same id may ask something else");
    desk.write("broken/dossier.toml", HEAD);
    desk.write(
        "broken/assessment.toml",
        &format!("[answers.x]\nnote = \"{SECRET}\nvalue = 1\n"),
    );
    refused(&["broken"], 3, "broken/assessment.toml:2:");
    refused(&["theirs", "--mine", "--theirs"], 2, "cannot be used with");
    desk.write("mine/register.toml", "a = = 1\n");
    let told = desk.run(&["merge", "mine", "theirs"]);
    assert_eq!(told.code, Some(3));
    assert!(told.err.contains("mine/register.toml:1:"), "{}", told.err);
    desk.write("mine/register.toml", REGISTER);
    let lock = cirtkit::dossier::save::Lock::acquire(&desk.path("mine")).unwrap();
    refused(&["theirs"], 3, "another cirtkit is at work");
    drop(lock);
}

/// A file in the middle that cannot be written: those before it are merged and whole, it is as it was, and
/// the next run does the rest.
#[cfg(unix)]
#[test]
fn a_merge_that_fails_half_way_is_finished_by_the_next() {
    let desk = Desk::answered();
    desk.write(
        "theirs/notes.toml",
        "last = 1\n\n[notes.n-1]\ntext = \"One\"\n",
    );
    desk.write(
        "theirs/design.toml",
        "[answers.mandate-text]\nstate = \"unknown\"\n",
    );
    fs::write(desk.path("mine/elsewhere"), "").unwrap();
    let kept = desk.read("mine/assessment.toml");
    fs::rename(desk.path("mine/assessment.toml"), desk.path("kept")).unwrap();
    fs::create_dir(desk.path("mine/.assessment.toml.cirtkit-tmp")).unwrap();
    desk.write("mine/assessment.toml", &kept);
    let told = desk.run(&["merge", "mine", "theirs"]);
    assert_eq!(told.code, Some(3), "{told:?}");
    assert_eq!(told.out, "notes.toml notes.n-1: added\n");
    assert!(
        told.err.contains("what is listed is merged"),
        "{}",
        told.err
    );
    assert_eq!(desk.read("mine/assessment.toml"), kept);
    fs::remove_dir(desk.path("mine/.assessment.toml.cirtkit-tmp")).unwrap();
    let told = desk.run(&["merge", "mine", "theirs"]);
    assert!(
        told.out
            .starts_with("assessment.toml answers.political-decision: added\ndesign.toml"),
        "{}",
        told.out
    );
}

#[test]
fn conflict_copies_are_noticed_merged_and_put_aside_when_asked() {
    let desk = Desk::answered();
    let name = "mine/assessment (conflicted copy 2026-06-03).toml";
    fs::rename(desk.path("theirs/assessment.toml"), desk.path(name)).unwrap();
    let said = "[answers.legal-mandate]\nvalue = 1\n";
    desk.write(
        "mine/responses/p-one/assessment.sync-conflict-20260603-101010-ABCDEFG.toml",
        said,
    );
    desk.write("mine/progress/2026-05-PC2.toml", "recorded = 2026-06-01\n");
    let check = desk.done(&["check", "mine"]);
    assert_eq!(
        check.err.matches("[conflict-copy]").count(),
        3,
        "{}",
        check.err
    );
    let status = desk.done(&["status", "mine"]);
    assert!(
        status
            .err
            .contains("3 files were changed by two people at once"),
        "{}",
        status.err
    );
    let ask = program::run(desk.command(&["ask", "mine", "--plain"]), b"q\n");
    assert!(
        ask.err
            .contains("3 files were changed by two people at once"),
        "{}",
        ask.err
    );
    // One of them, by the command that `check` prints.
    let told = desk.run(&["merge", "mine", name]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(
        told.out
            .starts_with("assessment.toml answers.political-decision: added\n"),
        "{}",
        told.out
    );
    assert!(desk.path(name).exists());
    // A copy that is not all in stays, even where removing was asked for.
    desk.run(&["merge", "mine", name, "--remove"]);
    assert!(desk.path(name).exists());
    // All of them.
    let told = desk.done(&["merge", "mine", "--mine", "--remove"]);
    assert!(
        told.out.contains("progress/2026-05.toml recorded: added"),
        "{}",
        told.out
    );
    assert_eq!(desk.read("mine/responses/p-one/assessment.toml"), said);
    assert!(!desk.path(name).exists());
    let aside = desk.path("mine/.cirtkit/merged/assessment (conflicted copy 2026-06-03).toml");
    assert!(fs::read_to_string(aside).unwrap().contains(SECRET));
    assert!(!desk.done(&["check", "mine"]).err.contains("conflict-copy"));
    let told = desk.done(&["merge", "mine"]);
    assert!(
        told.err.contains("there is nothing to merge"),
        "{}",
        told.err
    );
    // A file of another copy goes where it stands there, not among the conclusions.
    desk.write(
        "theirs/responses/p-one/design.toml",
        "[answers.x-y]\nvalue = 1\n",
    );
    desk.done(&["merge", "mine", "theirs/responses/p-one/design.toml"]);
    assert!(desk.path("mine/responses/p-one/design.toml").exists());
    assert!(!desk.path("mine/design.toml").exists());
    // A file that came by mail says where it belongs.
    desk.write("mail/p-one.toml", said);
    desk.done(&[
        "merge",
        "mine",
        "mail/p-one.toml",
        "--into",
        "responses/p-one/assessment.toml",
    ]);
}

/// Works in a git repository as an assessor would.
mod git {
    use super::*;

    fn git(desk: &Desk, arguments: &[&str]) -> Told {
        let mut command = Command::new("git");
        command.current_dir(desk.path("repo")).args(arguments);
        for (name, value) in [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_SYSTEM", "/dev/null"),
            ("GIT_AUTHOR_NAME", "A"),
            ("GIT_AUTHOR_EMAIL", "a@example.org"),
            ("GIT_COMMITTER_NAME", "A"),
            ("GIT_COMMITTER_EMAIL", "a@example.org"),
        ] {
            command.env(name, value);
        }
        Told::from(command.output().unwrap())
    }

    fn well(desk: &Desk, arguments: &[&str]) {
        let told = git(desk, arguments);
        assert_eq!(told.code, Some(0), "{arguments:?}: {told:?}");
    }

    /// A repository with one dossier, and the two lines of the manual.
    fn repository() -> Option<Desk> {
        // Only where there is no git at all is there nothing to look at.
        Command::new("git").arg("--version").output().ok()?;
        let desk = Desk::new();
        for file in ["dossier.toml", "register.toml", "evidence/decree.txt"] {
            desk.write(
                &format!("repo/our land/{file}"),
                &desk.read(&format!("mine/{file}")),
            );
        }
        desk.write(
            "repo/our land/assessment.toml",
            "[answers.legal-mandate]\nvalue = 1\n",
        );
        desk.write("repo/.gitattributes", "*.toml merge=cirtkit\n");
        well(&desk, &["init", "-q", "-b", "main"]);
        let driver = format!(
            "'{}' merge --driver %O %A %B %P",
            env!("CARGO_BIN_EXE_cirtkit")
        );
        well(&desk, &["config", "merge.cirtkit.driver", &driver]);
        well(&desk, &["add", "."]);
        well(&desk, &["commit", "-qm", "begin"]);
        Some(desk)
    }

    #[test]
    fn git_merges_by_records() {
        let Some(desk) = repository() else { return };
        let file = "repo/our land/assessment.toml";
        well(&desk, &["checkout", "-qb", "theirs"]);
        let text = desk.read(file);
        desk.write(
            file,
            &format!("{text}\n[answers.political-decision]\nvalue = 2\n"),
        );
        well(&desk, &["commit", "-qam", "theirs"]);
        well(&desk, &["checkout", "-q", "main"]);
        desk.write(
            file,
            &format!("{text}\n[answers.host-preferred]\nvalue = \"regulator\"\n"),
        );
        well(&desk, &["commit", "-qam", "ours"]);
        // Both added at one place: to git alone that would be a conflict.
        well(&desk, &["merge", "-q", "theirs", "-m", "together"]);
        let text = desk.read(file);
        assert!(
            text.contains("political-decision") && text.contains("host-preferred"),
            "{text}"
        );
        assert!(!text.contains("<<<<"), "{text}");
    }

    #[test]
    fn what_git_cannot_decide_stays_valid_loses_nothing_and_is_asked() {
        let Some(desk) = repository() else { return };
        let file = "repo/our land/assessment.toml";
        well(&desk, &["checkout", "-qb", "theirs"]);
        desk.write(
            file,
            "[answers.legal-mandate]\nvalue = 3\nnote = \"Theirs\"\n",
        );
        well(&desk, &["commit", "-qam", "theirs"]);
        well(&desk, &["checkout", "-q", "main"]);
        desk.write(file, "[answers.legal-mandate]\nvalue = 2\n");
        well(&desk, &["commit", "-qam", "ours"]);
        let told = git(&desk, &["merge", "theirs"]);
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(told.out.contains("CONFLICT"), "{told:?}");
        assert_eq!(
            desk.read(file),
            "# undecided from a merge: answers.legal-mandate\n#| value = 3\n#| note = \"Theirs\"\n\
             [answers.legal-mandate]\nvalue = 2\n"
        );
        let check = desk.done(&["check", "repo/our land"]);
        assert!(check.err.contains("[merge-undecided]"), "{}", check.err);
        assert!(check.err.contains("assessment.toml:1:1"), "{}", check.err);
        let asked = desk.command(&["merge", "repo/our land", "--plain", "--lang", "fr"]);
        let told = program::run(asked, b"d\n");
        assert_eq!(told.code, Some(0), "{told:?}");
        assert_eq!(
            desk.read(file),
            "# kept from a merge: answers.legal-mandate\n#| value = 3\n#| note = \"Theirs\"\n\
             [answers.legal-mandate]\nvalue = 2\ndissent = true\n"
        );
        well(&desk, &["commit", "-qam", "together"]);
        assert!(
            !desk
                .done(&["check", "repo/our land"])
                .err
                .contains("merge-undecided")
        );
    }

    #[test]
    fn what_one_side_took_away_and_the_other_changed_is_not_lost() {
        let Some(desk) = repository() else { return };
        let one = "[answers.legal-mandate]\nvalue = 1\n";
        let two = "\n[answers.host-preferred]\nvalue = \"regulator\"\n";
        let file = "repo/our land/assessment.toml";
        desk.write("o", &format!("{one}{two}"));
        desk.write(
            "b",
            &format!("{one}{}", two.replace("regulator", "ministry")),
        );
        desk.write(file, one);
        let driver = ["merge", "--driver", "o", file, "b", "land/assessment.toml"];
        let told = desk.run(&driver);
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(
            desk.read(file).contains("#| value = \"ministry\""),
            "{}",
            desk.read(file)
        );
        desk.done(&["merge", "repo/our land"]);
        assert_eq!(
            desk.read(file),
            format!("{one}{}", two.replace("regulator", "ministry"))
        );
        // The other way round ours stays, and git hears that it is not decided.
        desk.write(
            "a",
            &format!("{one}{}", two.replace("regulator", "ministry")),
        );
        desk.write("b", one);
        let told = desk.run(&["merge", "--driver", "o", "a", "b", "land/assessment.toml"]);
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(told.err.contains("taken away in theirs"), "{}", told.err);
        assert!(desk.read("a").contains("ministry"));
    }

    #[test]
    fn a_broken_side_is_told_by_its_path_and_ours_stays() {
        let Some(desk) = repository() else { return };
        desk.write("o", "");
        desk.write("a", "[answers.x]\nvalue = 1\n");
        desk.write("b", &format!("[answers.x]\nnote = \"{SECRET}\n"));
        let driver = ["merge", "--driver", "o", "a", "b", "land/assessment.toml"];
        let told = desk.run(&driver);
        assert_eq!(told.code, Some(3), "{told:?}");
        assert!(
            told.err.contains("land/assessment.toml (theirs):2:"),
            "{}",
            told.err
        );
        assert!(!told.err.contains(SECRET), "{}", told.err);
        assert_eq!(desk.read("a"), "[answers.x]\nvalue = 1\n");
        assert_eq!(desk.run(&["merge", "--driver", "o", "a"]).code, Some(2));
    }
}

#[cfg(unix)]
mod terminal {
    use rexpect::session::{PtySession, spawn_command};

    use super::*;

    fn start(desk: &Desk, arguments: &[&str]) -> PtySession {
        let mut command = desk.command(arguments);
        command.env("TERM", "xterm");
        spawn_command(command, Some(20_000)).unwrap()
    }

    #[test]
    fn each_conflict_is_shown_with_both_sides_and_saved_at_once() {
        let desk = Desk::answered();
        let more = "\n[answers.host-preferred]\nvalue = \"regulator\"\n";
        let mine = desk.read("mine/assessment.toml") + more;
        desk.write("mine/assessment.toml", &mine);
        let theirs =
            desk.read("theirs/assessment.toml") + more + "note = \"The regulator is tired.\"\n";
        desk.write("theirs/assessment.toml", &theirs);
        let mut s = start(&desk, &["merge", "mine", "theirs"]);
        s.exp_string("Conflicts: 2.").unwrap();
        s.exp_string("[host-preferred]").unwrap();
        s.exp_string("mine: ").unwrap();
        s.exp_string("theirs: ").unwrap();
        s.exp_string("The regulator is tired.").unwrap();
        s.exp_string("Theirs says all that mine says, and more.")
            .unwrap();
        s.exp_string("q stops: ").unwrap();
        s.send_line("x").unwrap();
        s.exp_string("q stops: ").unwrap();
        s.send_line("t").unwrap();
        s.exp_string("theirs taken, mine kept as a comment")
            .unwrap();
        s.exp_string("[legal-mandate]").unwrap();
        s.exp_string("mine: level 2 (AM, 2026-06-03)").unwrap();
        s.exp_string(&format!("{SECRET} (HT, 2026-06-04)")).unwrap();
        s.exp_string("q stops: ").unwrap();
        // What was decided is saved before the next is.
        assert!(
            desk.read("mine/assessment.toml")
                .contains("The regulator is tired.")
        );
        s.send_line("d").unwrap();
        s.exp_string("mine stays with dissent").unwrap();
        s.exp_eof().unwrap();
        let text = desk.read("mine/assessment.toml");
        assert!(text.contains("by = \"AM\"\ndissent = true\n"), "{text}");
        assert!(text.contains(&format!("#| note = \"{SECRET}\"")), "{text}");
        let again = desk.done(&["merge", "mine", "theirs"]);
        assert_eq!(again.out, "");
    }

    #[test]
    fn an_answer_that_changes_while_it_is_asked_is_not_decided() {
        let desk = Desk::answered();
        let mut s = start(&desk, &["merge", "mine", "theirs"]);
        s.exp_string("q stops: ").unwrap();
        // The lock is free while a person thinks.
        desk.done(&["answer", "mine", "legal-mandate", "4"]);
        s.send_line("t").unwrap();
        s.exp_string("Somebody has changed this").unwrap();
        s.exp_string("conflict in").unwrap();
        s.exp_eof().unwrap();
        assert!(desk.read("mine/assessment.toml").contains("value = 4"));
    }

    #[test]
    fn what_is_left_for_later_stays_and_the_exit_code_says_so() {
        let desk = Desk::answered();
        let mut s = start(&desk, &["merge", "mine", "theirs", "--lang", "fr"]);
        s.exp_string("signale le d").unwrap();
        s.exp_string("remet").unwrap();
        s.send_line("").unwrap();
        s.exp_string("conflict in answered, by, note, value")
            .unwrap();
        s.exp_eof().unwrap();
        let status = s.process().wait().unwrap();
        assert!(
            format!("{status:?}").contains("Exited") && format!("{status:?}").contains(", 1)"),
            "{status:?}"
        );
        assert!(
            desk.read("mine/assessment.toml")
                .contains("value = 2   # read")
        );
    }

    #[test]
    fn a_copy_is_put_aside_when_the_question_is_answered_with_yes() {
        let desk = Desk::answered();
        let name = "mine/assessment (1).toml";
        desk.write(name, "[answers.people-retention]\nvalue = 1\n");
        let mut s = start(&desk, &["merge", "mine", name]);
        s.exp_string("Move it to `.cirtkit/merged`? (y/n)").unwrap();
        s.send_line("n").unwrap();
        s.exp_eof().unwrap();
        assert!(desk.path(name).exists());
        let mut s = start(&desk, &["merge", "mine"]);
        s.exp_string("(y/n)").unwrap();
        s.send_line("y").unwrap();
        s.exp_string("is now `.cirtkit/merged/assessment (1).toml`")
            .unwrap();
        s.exp_eof().unwrap();
        assert!(!desk.path(name).exists());
    }
}
