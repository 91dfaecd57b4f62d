//! Rows to replies, each cell where it belongs or told.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::{Cell, Sink, cells, key};
use super::value::{self, Habits, Wrong};
use super::{Column, Filled, plain};
use crate::diagnostic::{Diagnostics, suggestion};
use crate::model::question::Kind;
use crate::model::{Question, Questionnaire, State, Value};
use crate::sheet::Row;

/// What was asked, so that what was typed can be told from what the form said.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The questionnaire of the stage.
    pub questionnaire: &'a Questionnaire,
    /// What the form says in the columns that are not filled in, by question.
    pub given: &'a BTreeMap<String, BTreeMap<Column, String>>,
    /// What the form says above the headings.
    pub lead: &'a [String],
    /// The stages that ask what this one does not, by question.
    pub elsewhere: &'a BTreeMap<String, String>,
    /// The currency of amounts that name none.
    pub currency: Option<&'a str>,
    /// Whether a value that does not fit is kept as words.
    pub as_words: bool,
}

/// What was typed for one question.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reply {
    /// The question.
    pub question: String,
    /// The words.
    pub note: Option<String>,
    /// The value.
    pub value: Option<Value>,
    /// Unknown or declined.
    pub state: Option<State>,
    /// Whether a document is named.
    pub document: bool,
    /// Where the words stand, and where the value or the state does.
    pub(super) places: [String; 2],
}

/// What a form brought.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// The replies, in the order of the questionnaire.
    pub replies: Vec<Reply>,
    /// What is wrong, cell by cell.
    pub found: Diagnostics,
}

/// Reads every row of a form.
pub fn read(filled: &Filled<'_>, asked: Asked<'_>) -> Taken {
    let decimal = if filled.tongue.decimal_comma {
        ','
    } else {
        '.'
    };
    let of_file = match filled.separator {
        ';' => Some(','),
        ',' => Some('.'),
        _ => None,
    };
    let mut reader = Reader {
        filled,
        asked,
        habits: Habits {
            tongue: filled.tongue,
            decimal: Some(decimal).filter(|one| of_file.is_none_or(|file| file == *one)),
            currency: asked.currency,
        },
        lead: asked
            .lead
            .iter()
            .map(|line| key(line, filled.windows))
            .collect(),
        replies: Vec::new(),
        sink: Sink::default(),
    };
    for (at, row) in filled.rows.iter().enumerate() {
        match at.cmp(&filled.head) {
            std::cmp::Ordering::Less => reader.above(row),
            std::cmp::Ordering::Equal => {}
            std::cmp::Ordering::Greater => reader.row(row),
        }
    }
    let places = asked.questionnaire.questions().enumerate();
    let places: BTreeMap<&str, usize> = places.map(|(at, one)| (one.id.as_str(), at)).collect();
    let mut replies = reader.replies;
    replies.sort_by_key(|reply| places.get(reply.question.as_str()).copied());
    Taken {
        replies,
        found: reader.sink.told(),
    }
}

struct Reader<'a> {
    filled: &'a Filled<'a>,
    asked: Asked<'a>,
    habits: Habits<'a>,
    lead: BTreeSet<String>,
    replies: Vec<Reply>,
    sink: Sink,
}

impl Reader<'_> {
    /// Tells whether the form itself says this outside of its rows.
    fn is_lead(&self, cell: &Cell) -> bool {
        let sep = plain(&cell.words).starts_with("sep=");
        sep || self.lead.contains(&key(&cell.words, self.filled.windows))
    }

    /// Looks at a row above the headings, where nothing is asked.
    fn above(&mut self, row: &Row<'_>) {
        let cells = cells(self.filled, row);
        let foreign = cells.iter().find(|cell| !self.is_lead(cell));
        if let Some(place) = foreign.map(|cell| cell.place.clone()) {
            self.sink.warning(
                "words-outside",
                &place,
                "this stands above the headings and is not taken in",
                "if it says something, `cirtkit note` takes it down",
            );
        }
    }

    fn row(&mut self, row: &Row<'_>) {
        let cells = cells(self.filled, row);
        let id = cells
            .iter()
            .find(|cell| cell.column == Some(Column::Question));
        let Some(id) = id else {
            // A line of the form's lead that was sorted down here says nothing new.
            if cells.iter().any(|cell| !self.is_lead(cell)) {
                let place = cells.first().map_or("", |cell| &cell.place);
                self.sink.error(
                    "reply-without-question",
                    place,
                    "the row names no question",
                    "copy the id of the question it belongs to into the first column, or empty the row",
                );
            }
            return;
        };
        let questionnaire = self.asked.questionnaire;
        let Some(question) = questionnaire.question(&id.words.to_lowercase()) else {
            if cells.iter().any(|cell| !self.is_lead(cell)) {
                self.unknown_question(id);
            }
            return;
        };
        let mut rest = cells;
        rest.retain(|cell| cell.column != Some(Column::Question));
        // In the order of the form, whatever the order of the columns; what is not of the form stands last.
        rest.sort_by_key(|cell| (cell.column.is_none(), cell.column));
        if let Some(reply) = self.reply(question, &rest) {
            self.add(reply);
        }
    }

    fn unknown_question(&mut self, id: &Cell) {
        let stage = self.asked.elsewhere.get(&id.words.to_lowercase());
        let ids = self.asked.questionnaire.questions();
        let near = || suggestion(&id.words, ids.map(|one| one.id.as_str()));
        let help = match stage {
            // Who is not told any more is not searched for either.
            _ if self.sink.is_full() => String::new(),
            Some(stage) => format!("it is asked in another stage: add `--stage {stage}`"),
            None => near()
                .unwrap_or_else(|| "put back the id that the form had, or empty the row".into()),
        };
        let what = "no question of this stage has this id";
        let place = id.place.clone();
        self.sink.error("unknown-question", &place, what, &help);
    }

    /// Reads the cells of one question; none where nothing was typed.
    fn reply(&mut self, question: &Question, cells: &[Cell]) -> Option<Reply> {
        let mut reply = Reply {
            question: question.id.clone(),
            ..Reply::default()
        };
        let mut note: Vec<String> = Vec::new();
        let mut lines: Vec<String> = Vec::new();
        for cell in cells {
            let words = match cell.column {
                Some(column) if !column.is_filled() => match self.added(question, column, cell) {
                    Some(added) => added,
                    None => continue,
                },
                _ => cell.words.clone(),
            };
            let line = || {
                let line = self.filled.tongue.line.replace("{heading}", &cell.heading);
                line.replace("{text}", &words)
            };
            match cell.column {
                Some(Column::Reply) => note.push(words),
                Some(Column::Value | Column::State) if is_dash(&words) => continue,
                Some(Column::Value) => match self.value(question, cell) {
                    Some(value) => {
                        reply.value = Some(value);
                        reply.places[1].clone_from(&cell.place);
                        continue;
                    }
                    None => lines.push(line()),
                },
                Some(Column::State) => match self.state(cell) {
                    Some(state) => {
                        reply.state = Some(state);
                        reply.places[1].clone_from(&cell.place);
                        continue;
                    }
                    None => lines.push(line()),
                },
                Some(column) => {
                    reply.document |= column == Column::Document;
                    lines.push(line());
                }
                None => lines.push(line()),
            }
            if reply.places[0].is_empty() {
                reply.places[0].clone_from(&cell.place);
            }
        }
        note.append(&mut lines);
        reply.note = Some(note.join("\n\n")).filter(|note| !note.is_empty());
        let some = reply.note.is_some() || reply.value.is_some() || reply.state.is_some();
        some.then_some(reply)
    }

    /// Returns what was typed into a cell that the form had filled: its lines that the form does not have.
    fn added(&mut self, question: &Question, column: Column, cell: &Cell) -> Option<String> {
        let given = self
            .asked
            .given
            .get(&question.id)
            .and_then(|all| all.get(&column));
        let windows = self.filled.windows;
        let key = |text: &str| key(text, windows);
        let given: &str = given.map_or("", String::as_str);
        if key(given) == key(&cell.words) {
            return None;
        }
        let known: BTreeSet<String> = given.lines().map(key).collect();
        let new = cell
            .words
            .lines()
            .filter(|line| !line.trim().is_empty() && !known.contains(&key(line)));
        let new: Vec<&str> = new.collect();
        let (what, help) = match new.as_slice() {
            [] => (
                "something that the form says here was taken out",
                "if that was meant as a reply, write it into the reply",
            ),
            _ => (
                "this was not in the form; it is kept in the note of the question",
                "",
            ),
        };
        self.sink.warning("words-outside", &cell.place, what, help);
        if new.is_empty() {
            return None;
        }
        Some(new.join("\n"))
    }

    /// Reads a value; none where it stays as words.
    fn value(&mut self, question: &Question, cell: &Cell) -> Option<Value> {
        if !value::is_wanted(question.kind) {
            let what = format!(
                "`{}` asks for words alone; this is kept in its note",
                question.id
            );
            self.sink.warning("kept-as-words", &cell.place, &what, "");
            return None;
        }
        let wrong = match value::parse(question, &cell.words, self.habits) {
            Ok(value) => {
                if question.kind == Kind::Date && value::has_short_year(&cell.words) {
                    let what = "the year has two digits and was taken for one from 1980 to 2079";
                    self.sink.warning("short-year", &cell.place, what, "");
                }
                return Some(value);
            }
            Err(wrong) => wrong,
        };
        let (what, help) = match &wrong {
            Wrong::Choice(help) => (
                format!("`{}` has no such choice", question.id),
                Some(help.clone()),
            ),
            Wrong::Value(what, help) => (what.clone(), help.clone()),
        };
        let help = help.unwrap_or_default();
        match wrong {
            _ if self.asked.as_words => self.kept(cell, &what),
            Wrong::Choice(_) => self.sink.error("unknown-choice", &cell.place, &what, &help),
            Wrong::Value(..) => self.sink.error("wrong-value", &cell.place, &what, &help),
        }
        None
    }

    fn kept(&mut self, cell: &Cell, what: &str) {
        let what = format!("{what}; this is kept in the note");
        self.sink.warning("kept-as-words", &cell.place, &what, "");
    }

    fn state(&mut self, cell: &Cell) -> Option<State> {
        let tongue = self.filled.tongue;
        let word = plain(&cell.words);
        let is =
            |words: &[String], id: &str| id == word || words.iter().any(|one| plain(one) == word);
        if is(&tongue.unknown, "unknown") {
            return Some(State::Unknown);
        }
        if is(&tongue.declined, "declined") {
            return Some(State::Declined);
        }
        let what = "this column takes one of two words";
        if self.asked.as_words {
            self.kept(cell, what);
            return None;
        }
        let first = |words: &[String], id: &str| words.first().map_or(id.to_string(), Clone::clone);
        let (unknown, declined) = (
            first(&tongue.unknown, "unknown"),
            first(&tongue.declined, "declined"),
        );
        let help = format!(
            "they are `{unknown}` and `{declined}`; move other words into the reply, or add `--as-words`"
        );
        self.sink.error("unknown-word", &cell.place, what, &help);
        None
    }

    /// Adds a reply to those of other rows of the same question.
    fn add(&mut self, reply: Reply) {
        let place = reply.places[1].clone();
        if reply.value.is_some() && reply.state.is_some() {
            self.both(&place);
            return;
        }
        let before = self
            .replies
            .iter()
            .position(|one| one.question == reply.question);
        let Some(before) = before.and_then(|at| self.replies.get_mut(at)) else {
            self.replies.push(reply);
            return;
        };
        let twice = before.value.is_some() && reply.value.is_some() && before.value != reply.value
            || before.state.is_some() && reply.state.is_some() && before.state != reply.state;
        before.document |= reply.document;
        match (&mut before.note, reply.note) {
            (Some(before), Some(more)) => {
                before.push_str("\n\n");
                before.push_str(&more);
            }
            (None, more) => before.note = more,
            (Some(_), None) => {}
        }
        for (place, other) in before.places.iter_mut().zip(reply.places) {
            if place.is_empty() {
                *place = other;
            }
        }
        before.value = before.value.take().or(reply.value);
        before.state = before.state.take().or(reply.state);
        let both = before.value.is_some() && before.state.is_some();
        if twice {
            let what = "another row says something else of the same question";
            self.sink.error(
                "reply-twice",
                &place,
                what,
                "keep one of the two, and the rest as words",
            );
        }
        if both {
            self.both(&place);
        }
    }

    fn both(&mut self, place: &str) {
        let what = "a value, and a word that says there is none";
        self.sink
            .error("value-and-state", place, what, "empty one of the two cells");
    }
}

/// Tells whether a cell holds a dash for nothing.
fn is_dash(words: &str) -> bool {
    matches!(words, "-" | "–" | "—")
}
