//! The cells of a filled form, and what is told of them.

use super::{Column, Filled, plain};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::sheet::{self, Row};

/// After how many errors, or warnings, the rest is only counted.
const MOST_TOLD: usize = 50;

/// A cell with something in it.
pub(super) struct Cell {
    /// Its column, where the form has it.
    pub(super) column: Option<Column>,
    /// The heading, as the form or the respondent has it.
    pub(super) heading: String,
    /// What stands in it, without the apostrophe that the form may have put there.
    pub(super) words: String,
    /// Where it stands, in words.
    pub(super) place: String,
}

/// Returns the cells of a row that hold something.
pub(super) fn cells(filled: &Filled<'_>, row: &Row<'_>) -> Vec<Cell> {
    let heading = |at: usize| {
        let head = filled.rows.get(filled.head)?.cells.get(at)?;
        Some(words(head).replace('\n', " ")).filter(|heading| !heading.is_empty())
    };
    let cell = |(at, cell): (usize, &std::borrow::Cow<'_, str>)| {
        let column = filled.columns.get(at).copied().flatten();
        let name = sheet::cell_name(row.number, at);
        let ours = column.and_then(|column| filled.tongue.headings.get(&column));
        Cell {
            column,
            place: match ours {
                Some(ours) => format!("line {}, column `{ours}` ({name})", row.line),
                // What stands above a column of the respondent's own is not repeated.
                None => format!("line {} ({name})", row.line),
            },
            heading: ours.cloned().or_else(|| heading(at)).unwrap_or(name),
            words: words(cell),
        }
    };
    let some = row.cells.iter().enumerate();
    let some = some.filter(|(_, cell)| !cell.trim().is_empty());
    some.map(cell).collect()
}

/// Returns a text as it is compared with what the form says. Of what went through Windows-1252 only letters
/// and digits count: each program has its own way with the spaces and dashes that it lacks.
pub(super) fn key(text: &str, windows: bool) -> String {
    if !windows {
        return plain(text);
    }
    let text = plain(&sheet::through_windows(text));
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Returns the words of a cell: line ends of one kind, nothing around them, our apostrophe taken off.
fn words(cell: &str) -> String {
    let text = sheet::unguarded(cell).replace("\r\n", "\n");
    text.replace('\r', "\n").trim().to_string()
}

/// Collects what is told, up to a limit of each sort.
#[derive(Default)]
pub(super) struct Sink {
    found: Diagnostics,
    errors: usize,
    warnings: usize,
}

impl Sink {
    pub(super) fn error(&mut self, code: &'static str, place: &str, what: &str, help: &str) {
        self.errors += 1;
        if self.errors <= MOST_TOLD {
            let message = format!("{place}: {what}");
            self.push(Diagnostic::error(code, Place::default(), message), help);
        }
    }

    pub(super) fn warning(&mut self, code: &'static str, place: &str, what: &str, help: &str) {
        self.warnings += 1;
        if self.warnings <= MOST_TOLD {
            let message = format!("{place}: {what}");
            self.push(Diagnostic::warning(code, Place::default(), message), help);
        }
    }

    fn push(&mut self, diagnostic: Diagnostic, help: &str) {
        self.found.push(match help {
            "" => diagnostic,
            help => diagnostic.help(help),
        });
    }

    /// Tells whether no further error is told.
    pub(super) fn is_full(&self) -> bool {
        self.errors >= MOST_TOLD
    }

    /// Returns what was found, and how much more there is.
    pub(super) fn told(mut self) -> Diagnostics {
        let more = |count: usize| count.saturating_sub(MOST_TOLD);
        let (errors, warnings) = (more(self.errors), more(self.warnings));
        if warnings > 0 {
            let message = format!("cells with words beside a reply, beyond those told: {warnings}");
            self.push(
                Diagnostic::warning("words-outside", Place::default(), message),
                "",
            );
        }
        if errors > 0 {
            let message =
                format!("cells that are not as they should be, beyond those told: {errors}");
            let help = "mend those that are told and give the form again";
            self.push(
                Diagnostic::error("bad-form", Place::default(), message),
                help,
            );
        }
        self.found
    }
}
