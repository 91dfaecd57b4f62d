//! Turns the result of the command line into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(cirtkit::cli::run(std::env::args_os()))
}
