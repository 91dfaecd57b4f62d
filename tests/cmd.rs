//! Transcripts of the command line: what is typed, what is told, how it ends.
//!
//! Each file of `tests/cmd` is a story in a folder of its own; the README's blocks are run as well.
//! `TRYCMD=overwrite cargo test --test cmd` writes down what is told now: read the difference.

#![allow(clippy::unwrap_used)] // A test that cannot go on should stop.

use std::path::Path;
use std::process::Command;

fn cases() -> trycmd::TestCases {
    let cases = trycmd::TestCases::new();
    cases.register_bin("cirtkit", Path::new(env!("CARGO_BIN_EXE_cirtkit")));
    // Help is wrapped at the width of the terminal; a test has none.
    cases.env("COLUMNS", "100");
    cases
}

#[test]
fn transcripts() {
    cases().case("tests/cmd/*.trycmd").case("tests/cmd/*.toml");
}

#[test]
fn the_blocks_of_the_readme() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    assert!(readme.contains("\n$ cirtkit "), "no block to run");
    cases().case("README.md");
}

/// The names of the subcommands that a help text lists.
fn subcommands(arguments: &[&str]) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cirtkit"));
    let help = command.args(arguments).arg("-h").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let names = list
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    names.map(String::from).collect()
}

#[test]
fn the_reference_names_every_command() {
    let reference = std::fs::read_to_string("tests/cmd/reference.trycmd").unwrap();
    let mut names = subcommands(&[]);
    for group in ["pack", "person", "meeting", "evidence"] {
        let below = subcommands(&[group]);
        names.extend(below.iter().map(|name| format!("{group} {name}")));
    }
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        let line = format!("\n$ cirtkit {name} --help\n");
        assert!(
            reference.contains(&line),
            "tests/cmd/reference.trycmd lacks {line}"
        );
    }
}
