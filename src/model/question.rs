//! What a questionnaire asks.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, Value};

/// The highest level of a level question; the lowest is 0.
pub const MAX_LEVEL: u8 = 4;

/// The kind of a question's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A level from 0 to 4, each with a statement of its own.
    Level,
    /// One of the options.
    SelectOne,
    /// Any number of the options.
    SelectMultiple,
    /// Yes or no.
    YesNo,
    /// Words.
    Text,
    /// A whole number.
    Integer,
    /// An exact decimal, written as a string.
    Decimal,
    /// An amount with its currency, written as a string.
    Money,
    /// A day.
    Date,
    /// Rows under named columns.
    Table,
    /// A recommendation of a stage, written as `assessment:secure-money`; in a table's column only.
    Reference,
}

/// What evidence a question wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceWanted {
    /// None is asked for.
    None,
    /// It helps.
    #[default]
    Welcome,
    /// Level 3 or more without it is flagged.
    Required,
}

/// How a level question counts while its gate is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhenClosed {
    /// As level 0, so that a closed gate does not flatter.
    Zero,
    /// Not at all: it leaves the denominator.
    Out,
}

/// One choice of a question or of a table's column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Choice {
    /// The id that stands in the answers.
    pub id: String,
    /// A noun phrase that fits into the question's `say`, with its article.
    pub label: String,
}

/// A shared set of answers: an entry of `answer-sets.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AnswerSet {
    /// The id, which a choice's `answer-set` names.
    pub id: String,
    /// The options.
    #[serde(rename = "option")]
    pub options: Vec<Choice>,
}

/// One column of a table question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Column {
    /// The key of the cell in a row.
    pub id: String,
    /// The heading of the column.
    pub label: String,
    /// The kind of its cells: text, integer, decimal, money, date, yes-no, select-one or reference.
    pub kind: Kind,
    /// Whether a row needs it.
    #[serde(default)]
    pub required: bool,
    /// Whether its whole numbers are written in groups of three digits; `false` for years.
    #[serde(default = "yes")]
    pub grouping: bool,
    /// Whether an empty cell counts as zero in figures, beside another such cell of its row that is filled:
    /// a line of a budget that costs something in one year costs nothing in the years left empty. A row
    /// with no such cell filled is still wanted.
    #[serde(default)]
    pub zero_beside: bool,
    /// The column of the earlier table that fills it where the question has a `prefill`; the one of the
    /// same id where absent.
    pub from: Option<String>,
    /// The shared set that gives the options.
    pub answer_set: Option<String>,
    /// The choices of a select-one column.
    #[serde(default, rename = "option")]
    pub options: Vec<Choice>,
}

/// One question: one meaning, observable levels, whom to ask, what evidence counts.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Question {
    /// The id: lower-case words with hyphens, prefixed by the section's, never reused.
    pub id: String,
    /// The kind of its answer.
    pub kind: Kind,
    /// What it is about, as a noun phrase.
    pub text: String,
    /// Open questions to say aloud; what respondents hear.
    #[serde(default)]
    pub probes: Vec<String>,
    /// The five statements of a level question, for the assessor only.
    #[serde(default)]
    pub levels: Vec<String>,
    /// Why it is asked.
    #[serde(default)]
    pub why: String,
    /// The stakeholder types to ask.
    #[serde(default)]
    pub ask: Vec<String>,
    /// What evidence is wanted.
    #[serde(default)]
    pub evidence: EvidenceWanted,
    /// Which document to ask for.
    #[serde(default)]
    pub evidence_hint: String,
    /// Whether it belongs to the rapid assessment.
    #[serde(default)]
    pub core: bool,
    /// The weight in the section's level, 1 to 9.
    #[serde(default = "one")]
    pub weight: u32,
    /// Whether it also stands in the report's country profile.
    #[serde(default)]
    pub profile: bool,
    /// Items of frameworks it touches, such as `sim3:O-1`.
    #[serde(default)]
    pub references: Vec<String>,
    /// When it applies; always where absent.
    pub apply_if: Option<Condition>,
    /// How a level question counts while it does not apply.
    pub when_closed: Option<WhenClosed>,
    /// The unit of an integer or a decimal.
    #[serde(default)]
    pub unit: String,
    /// The least integer or decimal that is accepted.
    pub min: Option<String>,
    /// The greatest integer or decimal that is accepted.
    pub max: Option<String>,
    /// The sentence that the report prints, with `{answer}`; for a table the sentence before it.
    #[serde(default)]
    pub say: String,
    /// The sentence for yes.
    #[serde(default)]
    pub say_yes: String,
    /// The sentence for no.
    #[serde(default)]
    pub say_no: String,
    /// The shared set that gives the options.
    pub answer_set: Option<String>,
    /// The options of a choice.
    #[serde(default, rename = "option")]
    pub options: Vec<Choice>,
    /// The columns of a table.
    #[serde(default, rename = "column")]
    pub columns: Vec<Column>,
    /// An earlier stage's question whose answer is shown as a suggestion, as `stage:question`.
    pub prefill: Option<String>,
    /// Whether its answer is written to be published, as in the public description of the team: then
    /// the dossier's label does not hold it back, only a label of its own.
    #[serde(default)]
    pub public: bool,
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
}

impl Question {
    /// Tells how it counts while it does not apply: `out` for what is not scored, else what is
    /// written, else `zero`.
    pub fn closed(&self) -> WhenClosed {
        if self.kind == Kind::Level {
            self.when_closed.unwrap_or(WhenClosed::Zero)
        } else {
            WhenClosed::Out
        }
    }

    /// Returns the label of a choice.
    pub fn label(&self, choice: &str) -> Option<&str> {
        label(&self.options, choice)
    }

    /// Returns a column by its id.
    pub fn column(&self, id: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.id == id)
    }

    /// Tells whether the empty cell of a row counts as zero: the column says so, and another such cell of
    /// the row is filled.
    pub fn counts_as_zero(&self, column: &str, row: &BTreeMap<String, Value>) -> bool {
        let filled = |one: &Column| one.zero_beside && row.contains_key(&one.id);
        self.column(column).is_some_and(|one| one.zero_beside)
            && !row.contains_key(column)
            && self.columns.iter().any(filled)
    }
}

impl Column {
    /// Returns the label of a choice.
    pub fn label(&self, choice: &str) -> Option<&str> {
        label(&self.options, choice)
    }
}

fn label<'a>(options: &'a [Choice], id: &str) -> Option<&'a str> {
    let choice = options.iter().find(|choice| choice.id == id)?;
    Some(&choice.label)
}
