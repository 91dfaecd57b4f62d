//! The command line: arguments, terminal, one file for each subcommand.
//!
//! stdout carries the product, stderr the talk. The library below never prints.

mod answer;
mod ask;
mod check;
mod demo;
mod desk;
mod draft;
mod explain;
mod form;
mod intake;
mod merge;
mod new;
mod note;
mod notes;
mod output;
mod pack;
mod prompt;
mod reconcile;
mod register;
mod report;
mod schema;
mod score;
mod status;
mod talk;
mod trace;
mod walk;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};

use talk::Talk;

/// What a command found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done; exit code 0.
    Done,
    /// It looked and found something; exit code 1.
    Found,
}

/// A wrong use of the command line: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// A failure that is a diagnostic: exit code 3.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.to_text())]
struct Refused(crate::diagnostic::Diagnostics);

/// From a country's answers to its national CIRT readiness report
#[derive(Debug, Parser)]
#[command(
    name = "cirtkit",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
#[command(before_help = "Examples:\n  \
    cirtkit demo                          write the sample countries and their reports\n  \
    cirtkit new lesotho --country LS      begin a country's dossier\n  \
    cirtkit ask lesotho                   interview: every open question, saved after each answer\n  \
    cirtkit report lesotho --lang fr      the report, as Markdown and HTML")]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
struct Global {
    /// Lay a folder over the shipped questionnaires, file by file
    #[arg(
        long,
        global = true,
        help_heading = "Everywhere",
        value_name = "DIR",
        env = "CIRTKIT_QUESTIONNAIRES"
    )]
    questionnaires: Option<PathBuf>,
    /// Lay a folder over the shipped report templates, file by file
    #[arg(
        long,
        global = true,
        help_heading = "Everywhere",
        value_name = "DIR",
        env = "CIRTKIT_TEMPLATES"
    )]
    templates: Option<PathBuf>,
    /// Language of questions and reports, such as en or fr [default: the dossier's]
    #[arg(
        long,
        global = true,
        help_heading = "Everywhere",
        value_name = "TAG",
        env = "CIRTKIT_LANG"
    )]
    lang: Option<String>,
    /// When to use colour
    #[arg(
        long,
        global = true,
        help_heading = "Everywhere",
        value_name = "WHEN",
        default_value = "auto"
    )]
    color: talk::Color,
    /// Never ask; fail where an answer would be needed
    #[arg(long, global = true, help_heading = "Everywhere")]
    no_input: bool,
    /// Say nothing but errors
    #[arg(long, global = true, help_heading = "Everywhere")]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the sample dossiers and their reports, ready to open
    Demo(demo::Demo),
    /// Begin a country's dossier
    New(new::New),
    /// Ask each open question in turn, saving after each answer
    Ask(ask::Ask),
    /// Record one answer without a conversation
    Answer(answer::AnswerArgs),
    /// Take down what is said, to be filed to questions later
    Note(note::NoteArgs),
    /// List the running notes and file them to their questions
    Notes(notes::NotesArgs),
    /// Draw conclusions from what people said, and keep dissent on record
    Reconcile(reconcile::Reconcile),
    /// Add, list and show the people who were met
    Person(register::Person),
    /// Add, list and show the meetings that were held
    Meeting(register::Meeting),
    /// Add, list and show evidence, and ask for what is wanted
    Evidence(register::Evidence),
    /// Write the form that a type of stakeholder fills in before the visit
    Form(form::FormArgs),
    /// List what the assessor can write, and write it
    Draft(draft::Draft),
    /// Merge another copy of a dossier into this one, record by record
    Merge(merge::Merge),
    /// Tell what is answered and what is open
    Status(status::Status),
    /// Tell every problem of dossiers
    Check(check::Check),
    /// Print the levels with range, coverage and evidence share
    Score(score::Score),
    /// Show the arithmetic of a section's level, a target, a finding or a figure
    Explain(explain::Explain),
    /// Walk from a recommendation or finding to answers, responses and evidence
    Trace(trace::Trace),
    /// Write the reports
    Report(report::ReportArgs),
    /// Look at, check and copy questionnaires
    Pack(pack::Pack),
    /// Print the JSON Schema of a file
    Schema(schema::Schema),
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    Man,
}

/// Runs the command line and returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    talk::heed_signals();
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        // What holds a space is a text, and no message has that.
        Err(problem) if is_prose(&problem) => {
            let message = "there is one argument too many, or one that begins with `-` and is no flag; put a text into quotes, and `--` before it if it begins with `-`";
            return fail(
                &Usage(message.into()).into(),
                &Talk::new(talk::Color::Auto, false),
            );
        }
        Err(problem) => {
            // clap prints help and version to stdout, the rest to stderr.
            return match problem.print() {
                Ok(()) => u8::try_from(problem.exit_code()).unwrap_or(2),
                Err(closed) => fail(
                    &talk::unwritable(closed),
                    &Talk::new(talk::Color::Auto, false),
                ),
            };
        }
    };
    let talk = Talk::new(cli.global.color, cli.global.quiet);
    let outcome = match cli.command {
        Command::Demo(args) => args.run(&cli.global, &talk),
        Command::New(args) => args.run(&cli.global, &talk),
        Command::Ask(args) => args.run(&cli.global, &talk),
        Command::Answer(args) => args.run(&cli.global, &talk),
        Command::Note(args) => args.run(&cli.global, &talk),
        Command::Notes(args) => args.run(&cli.global, &talk),
        Command::Reconcile(args) => args.run(&cli.global, &talk),
        Command::Person(args) => args.run(&cli.global, &talk),
        Command::Meeting(args) => args.run(&cli.global, &talk),
        Command::Evidence(args) => args.run(&cli.global, &talk),
        Command::Form(args) => args.run(&cli.global, &talk),
        Command::Draft(args) => args.run(&cli.global, &talk),
        Command::Merge(args) => args.run(&cli.global, &talk),
        Command::Status(args) => args.run(&cli.global, &talk),
        Command::Check(args) => args.run(&cli.global, &talk),
        Command::Score(args) => args.run(&cli.global, &talk),
        Command::Explain(args) => args.run(&cli.global, &talk),
        Command::Trace(args) => args.run(&cli.global, &talk),
        Command::Report(args) => args.run(&cli.global, &talk),
        Command::Pack(args) => args.run(&cli.global, &talk),
        Command::Schema(args) => args.run(&talk),
        Command::Completions { shell } => completions(shell, &talk),
        Command::Man => man(&talk),
    };
    match outcome {
        Ok(Outcome::Done) => 0,
        Ok(Outcome::Found) => 1,
        Err(problem) => fail(&problem, &talk),
    }
}

/// Tells whether an argument that is refused may be a text.
fn is_prose(problem: &clap::Error) -> bool {
    use clap::error::{ContextKind, ContextValue};
    let wrong = problem.get(ContextKind::InvalidArg);
    matches!(wrong, Some(ContextValue::String(wrong)) if problem.kind() == clap::error::ErrorKind::UnknownArgument
        && (wrong.contains(char::is_whitespace) || !wrong.starts_with('-')))
}

/// Tells an error and returns its exit code. A closed pipe is no error: the reader had enough.
fn fail(problem: &anyhow::Error, talk: &Talk) -> u8 {
    for cause in problem.chain() {
        if let Some(io) = cause.downcast_ref::<std::io::Error>()
            && io.kind() == std::io::ErrorKind::BrokenPipe
        {
            return 0;
        }
        if matches!(
            cause.downcast_ref::<crate::interview::PromptError>(),
            Some(crate::interview::PromptError::Interrupted)
        ) {
            talk::show_cursor();
            return talk::signalled().unwrap_or(130);
        }
    }
    if let Some(Refused(found)) = problem.downcast_ref::<Refused>() {
        talk.diagnostics(found);
        return 3;
    }
    talk.error(problem);
    if problem.downcast_ref::<Usage>().is_some() {
        2
    } else {
        3
    }
}

fn completions(shell: clap_complete::Shell, talk: &Talk) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "cirtkit", &mut script);
    talk.bytes(&script)?;
    Ok(Outcome::Done)
}

fn man(talk: &Talk) -> anyhow::Result<Outcome> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    talk.bytes(&page)?;
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_of_the_command_line_hold_together() {
        Cli::command().debug_assert();
    }
}
