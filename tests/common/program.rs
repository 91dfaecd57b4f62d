//! The program as an assessor runs it, and what it said.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What the environment of a developer could say otherwise.
const APART: [&str; 7] = [
    "CIRTKIT_QUESTIONNAIRES",
    "CIRTKIT_TEMPLATES",
    "CIRTKIT_LANG",
    "SOURCE_DATE_EPOCH",
    "NO_COLOR",
    "VISUAL",
    "EDITOR",
];

/// What the program said, and how it ended.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Told {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The program in a folder, with an environment of its own.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cirtkit"));
    command.args(arguments).current_dir(folder);
    for name in APART {
        command.env_remove(name);
    }
    command
}

/// Runs it with this on its input, and then the end of it.
pub(crate) fn run(mut command: Command, input: &[u8]) -> Told {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    // A program that ended early has closed the pipe; what it said tells why.
    let _ = child.stdin.take().unwrap().write_all(input);
    Told::from(child.wait_with_output().unwrap())
}
