//! A filled form that came back: rows of a spreadsheet to what a person or meeting said.
//!
//! [`recognise`] finds the headings, whatever the separator, the language and the order of the columns;
//! [`read`] turns each row into a [`Reply`]; [`settle`] holds the replies against what was recorded of the
//! same respondent before. All three are pure. What was typed is either in a reply or told with its cell,
//! and no message holds the text of a cell.

mod cell;
mod reply;
mod settle;
mod value;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::sheet::{self, Row, Text};

pub use reply::{Asked, Reply, Taken, read};
pub use settle::{Held, Settled, settle};

/// A column of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The id of the question.
    Question,
    /// The title of its section.
    Section,
    /// What it is about.
    Text,
    /// The questions to answer.
    Probes,
    /// Which document is wanted.
    EvidenceHint,
    /// What goes under the value.
    Form,
    /// The reply in words.
    Reply,
    /// The value.
    Value,
    /// Why there is no reply: unknown or declined.
    State,
    /// A document that is handed over.
    Document,
    /// Who else can be asked.
    Instead,
}

impl Column {
    /// Every column, in the order of the form.
    pub const ALL: [Self; 11] = [
        Self::Question,
        Self::Section,
        Self::Text,
        Self::Probes,
        Self::EvidenceHint,
        Self::Form,
        Self::Reply,
        Self::Value,
        Self::State,
        Self::Document,
        Self::Instead,
    ];

    /// Returns the id, which a heading may be in every language.
    pub fn id(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Section => "section",
            Self::Text => "text",
            Self::Probes => "probes",
            Self::EvidenceHint => "evidence-hint",
            Self::Form => "form",
            Self::Reply => "reply",
            Self::Value => "value",
            Self::State => "state",
            Self::Document => "document",
            Self::Instead => "instead",
        }
    }

    /// Tells whether the respondent fills it in.
    pub fn is_filled(self) -> bool {
        self >= Self::Reply
    }
}

/// What a form says in one language, and how its readers write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tongue {
    /// The language tag.
    pub tag: String,
    /// The headings.
    pub headings: BTreeMap<Column, String>,
    /// The words for a question that nobody can answer; the first is the one that the form asks for.
    pub unknown: Vec<String>,
    /// The words for a question that somebody may not answer.
    pub declined: Vec<String>,
    /// The words for yes.
    pub yes: Vec<String>,
    /// The words for no.
    pub no: Vec<String>,
    /// The articles that a choice may be written without.
    pub articles: Vec<String>,
    /// A line of a note about one column, with `{heading}` and `{text}`.
    pub line: String,
    /// Whether decimals are written with a comma.
    pub decimal_comma: bool,
}

/// A form whose headings were found.
#[derive(Debug, Clone)]
pub struct Filled<'t> {
    /// The language of the headings.
    pub tongue: &'t Tongue,
    rows: Vec<Row<'t>>,
    /// Which of the rows holds the headings.
    head: usize,
    columns: Vec<Option<Column>>,
    separator: char,
    windows: bool,
}

impl Filled<'_> {
    /// Returns the ids of the questions, as they stand in the form.
    pub fn ids(&self) -> Vec<String> {
        let at = self
            .columns
            .iter()
            .position(|one| *one == Some(Column::Question));
        let rows = self.rows.iter().skip(self.head + 1);
        let cells = rows.filter_map(|row| row.cells.get(at?));
        let ids = cells.map(|cell| cell.trim().to_lowercase());
        ids.filter(|id| !id.is_empty()).collect()
    }
}

/// Finds the headings of a form: the row that holds the most of them, with the id of the question and
/// something to fill in. Where they are the ids alone, the first language is taken for theirs.
///
/// # Errors
/// Where there are none, or a quotation mark swallows the rest.
pub fn recognise<'t>(text: &'t Text<'t>, tongues: &'t [Tongue]) -> Result<Filled<'t>, Diagnostics> {
    let refused = |message: String, help: &str| {
        let mut found = Diagnostics::default();
        found.push(Diagnostic::error("bad-form", Place::default(), message).help(help));
        found
    };
    let names = Names::new(tongues);
    let mut best: Option<(usize, Filled<'t>, Option<usize>)> = None;
    for separator in sheet::SEPARATORS {
        let read = sheet::rows(&text.text, separator);
        let heads = read.rows.iter().enumerate();
        let heads = heads.filter_map(|(at, row)| Some((at, names.read(&row.cells)?)));
        // Of two rows that know as many the first is the one.
        let Some((head, found)) = heads.rev().max_by_key(|(_, found)| found.known) else {
            continue;
        };
        if best
            .as_ref()
            .is_some_and(|(known, ..)| *known >= found.known)
        {
            continue;
        }
        let filled = Filled {
            tongue: found.tongue,
            rows: read.rows,
            head,
            columns: found.columns,
            separator,
            windows: text.windows,
        };
        best = Some((found.known, filled, read.unclosed));
    }
    match best {
        Some((.., Some(line))) => Err(refused(
            format!(
                "a quotation mark on line {line} is never closed, so that it swallows what follows"
            ),
            "save the sheet again as CSV from the spreadsheet, or close the mark",
        )),
        Some((_, filled, None)) => Ok(filled),
        None => Err(refused(
            "no row has the headings of a form".into(),
            "keep the row of headings that `cirtkit form` writes, with the ids of the questions; \
             cells are parted by `;`, `,` or tabs",
        )),
    }
}

/// The names that headings may have.
struct Names<'t> {
    /// The ids, and the headings of every language.
    all: BTreeMap<String, Column>,
    /// The headings of each language.
    own: Vec<(&'t Tongue, BTreeMap<String, Column>)>,
}

struct Headings<'t> {
    tongue: &'t Tongue,
    columns: Vec<Option<Column>>,
    known: usize,
}

impl<'t> Names<'t> {
    fn new(tongues: &'t [Tongue]) -> Self {
        let of = |tongue: &'t Tongue| {
            let names = tongue.headings.iter();
            (
                tongue,
                names.map(|(column, name)| (plain(name), *column)).collect(),
            )
        };
        let own: Vec<(&Tongue, BTreeMap<String, Column>)> = tongues.iter().map(of).collect();
        let ids = Column::ALL.map(|one| (one.id().to_string(), one));
        let all = own.iter().flat_map(|(_, names)| names.clone());
        Self {
            all: ids.into_iter().chain(all).collect(),
            own,
        }
    }

    /// Reads a row as headings, in the language that knows the most of them.
    fn read(&self, cells: &[Cow<'_, str>]) -> Option<Headings<'t>> {
        let cells: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
        if cells
            .iter()
            .filter(|cell| self.all.contains_key(*cell))
            .count()
            < 2
        {
            return None;
        }
        // An id is a heading in every language, and speaks for none.
        let speaks = |cell: &String, column: &Column| cell != column.id();
        let known_in = |names: &BTreeMap<String, Column>| {
            let known = cells
                .iter()
                .filter_map(|cell| Some((cell, names.get(cell)?)));
            known.filter(|(cell, column)| speaks(cell, column)).count()
        };
        // Of two languages that know as many the first is the one.
        let (tongue, own) = self
            .own
            .iter()
            .rev()
            .max_by_key(|(_, names)| known_in(names))?;
        let mut columns: Vec<Option<Column>> = Vec::new();
        for cell in &cells {
            // A heading of the form's own language stands before the same word of another.
            let column = own.get(cell).or_else(|| self.all.get(cell)).copied();
            columns.push(column.filter(|one| !columns.contains(&Some(*one))));
        }
        let is = |test: fn(Column) -> bool| columns.iter().flatten().any(|one| test(*one));
        let complete = is(|one| one == Column::Question) && is(Column::is_filled);
        let known = columns.iter().flatten().count();
        complete.then_some(Headings {
            tongue,
            columns,
            known,
        })
    }
}

/// Returns a text as it is compared: lower case, single spaces, one kind of apostrophe and dash.
fn plain(text: &str) -> String {
    let text = sheet::unguarded(text).to_lowercase();
    let text = text.replace(['\'', 'ʼ'], "’").replace(['‑', '–', '—'], "-");
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}
