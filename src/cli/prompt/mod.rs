//! What both prompters share: the words, what is shown above a prompt, what can be done instead of
//! answering.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use dialoguer::console::Term;

mod plain;
mod terminal;

pub(super) use plain::PlainPrompter;
pub(super) use terminal::TerminalPrompter;

use crate::content::Content;
use crate::diagnostic::{Diagnostics, nearest};
use crate::interview::{Card, Heard, PromptError, Reply};
use crate::model::question::{Column, Kind};
use crate::model::{Answer, Question, State, Value};
use crate::source::Source;

/// The words of the interview in one language: `questionnaires/interface/<tag>.toml`.
#[derive(Debug, Clone)]
pub(super) struct Words(BTreeMap<String, String>);

impl Words {
    /// Reads them; English where the language has none.
    pub(super) fn load(content: &Content, lang: &str) -> anyhow::Result<Self> {
        let mut found = Diagnostics::default();
        let name = format!("questionnaires/interface/{lang}.toml");
        let fallback = "questionnaires/interface/en.toml";
        let name = if content.text(&name).is_some() {
            name
        } else {
            fallback.to_string()
        };
        let text = content.text(&name).unwrap_or_default();
        let words =
            Source::parse(&name, text, &mut found).and_then(|source| source.read_all(&mut found));
        super::desk::refuse_errors(found)?;
        Ok(Self(words.unwrap_or_default()))
    }

    pub(super) fn get(&self, key: &str) -> String {
        self.0
            .get(key)
            .cloned()
            .unwrap_or_else(|| format!("[{key}]"))
    }

    pub(super) fn say(&self, key: &str, holes: &[(&str, &str)]) -> String {
        let mut text = self.get(key);
        for (name, value) in holes {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

/// A line as it was typed.
pub(super) struct Typed {
    /// What stands in it.
    pub(super) line: Vec<u8>,
    /// Whether nothing comes after it.
    pub(super) ended: bool,
}

impl Typed {
    /// Reads a line. Ctrl-D ends also where a terminal hands it on as a character.
    pub(super) fn read() -> io::Result<Self> {
        let mut line = Vec::new();
        let mut ended = io::stdin().lock().read_until(b'\n', &mut line)? == 0;
        if let Some(at) = line.iter().position(|byte| *byte == 4) {
            line.truncate(at);
            ended = true;
        }
        Ok(Self { line, ended })
    }

    /// Returns the line; none where there is nothing more.
    pub(super) fn some(self) -> Option<Vec<u8>> {
        let blank = self.line.trim_ascii().is_empty();
        (!self.ended || !blank).then_some(self.line)
    }
}

/// What can be done instead of answering, with its letter and its word.
const OTHERS: [(char, &str); 6] = [
    ('s', "skip"),
    ('u', "unknown"),
    ('d', "declined"),
    ('x', "not-applicable"),
    ('b', "back"),
    ('q', "quit"),
];

/// What a letter of [`OTHERS`] stands for: a reply at once, or a state that wants a reason.
fn other(letter: char) -> Result<Reply, State> {
    match letter {
        'u' => Err(State::Unknown),
        'd' => Err(State::Declined),
        'x' => Err(State::NotApplicable),
        'b' => Ok(Reply::Back),
        'q' => Ok(Reply::Quit),
        _ => Ok(Reply::Skip),
    }
}

/// Returns the reply of a state with its reason; none where the state needs a reason and has none.
fn with_reason(state: State, reason: &str) -> Option<Reply> {
    let reason = Some(reason.trim().to_string()).filter(|reason| !reason.is_empty());
    let enough = reason.is_some() || state != State::NotApplicable;
    enough.then_some(Reply::State(state, reason))
}

/// The reply with a value, or the one that confirms a suggestion where there is none.
fn answered(value: Option<Value>, note: Option<String>, evidence: Vec<String>) -> Reply {
    match value {
        Some(value) => Reply::Answer {
            value,
            note,
            evidence,
        },
        None => Reply::Confirm { note, evidence },
    }
}

/// Returns what is shown above the prompt: place, probes, why, evidence wanted, what was said, and
/// the statements of a level question.
fn head(card: &Card<'_>, words: &Words) -> String {
    let question = card.question;
    let number = card.number.to_string();
    let total = card.total.to_string();
    let place = [
        ("section", card.section),
        ("number", &number),
        ("total", &total),
    ];
    let mut lines = vec![
        String::new(),
        words.say("progress", &place),
        format!("{}  [{}]", question.text, question.id),
    ];
    if let Some(who) = &card.respondent {
        lines.push(words.say("hearing", &[("who", who)]));
    }
    if !question.probes.is_empty() {
        lines.push(words.get("say-aloud"));
        lines.extend(question.probes.iter().map(|probe| format!("  - {probe}")));
    }
    lines.push(format!("{} {}", words.get("why"), question.why));
    if question.public {
        lines.push(words.get("published"));
    }
    if !question.evidence_hint.is_empty() {
        lines.push(format!(
            "{} {}",
            words.get("ask-for"),
            question.evidence_hint
        ));
    }
    if !card.said.is_empty() {
        lines.push(words.get("was-said"));
        lines.extend(heard_lines(&card.said, question, words));
    }
    if !card.noted.is_empty() {
        lines.push(words.get("was-noted"));
        let noted = card.noted.iter();
        lines.extend(noted.map(|(id, text)| format!("  - {}: {}", plain(id), plain(text))));
    }
    if question.kind == Kind::Table {
        let labels: Vec<&str> = question
            .columns
            .iter()
            .map(|one| one.label.as_str())
            .collect();
        lines.push(format!("{} {}", words.get("columns"), labels.join(", ")));
    }
    if let Some(suggestion) = &card.suggestion {
        let place = format!("{}:{}", suggestion.source.stage, suggestion.source.question);
        let date = suggestion
            .date
            .map_or_else(String::new, |date| date.to_string());
        let value = told(&suggestion.value, question, words);
        let holes = [
            ("value", value.as_str()),
            ("source", &place),
            ("date", &date),
        ];
        lines.push(words.say("suggested", &holes));
    }
    if let Some(present) = &card.present {
        lines.extend(present_lines(present, question, words));
    }
    if question.kind == Kind::Level && card.respondent.is_none() {
        lines.push(words.get("levels"));
        let levels = (0u8..).zip(&question.levels);
        lines.extend(levels.map(|(level, text)| format!("  {level} {text}")));
    }
    let options = textwrap::Options::new(width())
        .subsequent_indent("    ")
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let wrapped: Vec<String> = lines
        .iter()
        .map(|line| textwrap::fill(line, &options))
        .collect();
    format!("{}\n", wrapped.join("\n"))
}

/// Tells what people and meetings said, one line for each.
pub(super) fn heard_lines(said: &[Heard], question: &Question, words: &Words) -> Vec<String> {
    let line = |heard| format!("  - {}", heard_line(heard, question, words));
    said.iter().map(line).collect()
}

/// Tells what one person or meeting said.
fn heard_line(heard: &Heard, question: &Question, words: &Words) -> String {
    let said = answer_line(&heard.answer, question, words);
    words.say("heard-line", &[("who", &heard.who), ("what", &said)])
}

/// Tells whether a respondent is asked for a position besides words: a choice, a number, a date. A level is
/// for the assessor, and rows are told in words.
fn has_position(question: &Question) -> bool {
    !matches!(question.kind, Kind::Level | Kind::Text | Kind::Table)
}

/// Passes a reply on. An interruption after words were typed ends the conversation only once these are saved.
fn kept<T>(
    reply: Result<Option<T>, PromptError>,
    said: &str,
    interrupted: &mut bool,
) -> Result<Option<T>, PromptError> {
    match reply {
        Err(PromptError::Interrupted) if !said.trim().is_empty() => {
            *interrupted = true;
            Ok(None)
        }
        reply => reply,
    }
}

/// What was heard, as a reply; none where nothing was said.
fn heard(words: &str, position: Option<Value>, evidence: Vec<String>) -> Option<Reply> {
    let words = Some(words.trim().to_string()).filter(|words| !words.is_empty());
    (words.is_some() || position.is_some()).then_some(Reply::Said {
        words,
        position,
        evidence,
    })
}

/// Tells a value in one line.
fn told(value: &Value, question: &Question, words: &Words) -> String {
    let label = |id: &String| question.label(id).unwrap_or(id).to_string();
    match value {
        Value::Level(level) => level.to_string(),
        Value::Choice(id) => label(id),
        Value::Choices(ids) => ids.iter().map(label).collect::<Vec<_>>().join(", "),
        Value::YesNo(yes) => words.get(if *yes { "yes" } else { "no" }),
        Value::Text(text) => plain(text.get(&words.get("tag")).0),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Money(amount, currency) => format!("{amount} {currency}"),
        Value::Date(date) => date.to_string(),
        Value::Reference(text) => text.clone(),
        Value::Table(rows) => {
            let count = words.say("rows", &[("count", &rows.len().to_string())]);
            let heads: Vec<String> = rows
                .iter()
                .filter_map(|row| head_of(row, question, words))
                .collect();
            match heads.is_empty() {
                true => count,
                false => words.say(
                    "rows-named",
                    &[
                        ("rows", &count),
                        ("heads", &heads.join(&words.get("semicolon"))),
                    ],
                ),
            }
        }
    }
}

/// Tells the first cell of a row, by which a person knows it again.
fn head_of(row: &BTreeMap<String, Value>, question: &Question, words: &Words) -> Option<String> {
    let column = question.columns.first()?;
    let value = row.get(&column.id)?;
    Some(told(value, &cell_question(question, column), words))
}

/// Tells the present answer as an entry of a list.
pub(super) fn present_entry(answer: &Answer, question: &Question, words: &Words) -> Vec<String> {
    let lines = present_parts(answer, question, words);
    let line = |parts: Vec<String>| words.say("conclusion", &[("answer", &parts.join(" · "))]);
    lines
        .map(|parts| format!("  = {}", line(parts)))
        .into_iter()
        .collect()
}

/// Tells the present answer: its value, its note and its evidence, which stay unless they are replaced.
fn present_lines(answer: &Answer, question: &Question, words: &Words) -> Vec<String> {
    let parts = present_parts(answer, question, words);
    let line = |parts: Vec<String>| {
        let answer = parts.join(" · ");
        words.say("present", &[("answer", answer.trim_end_matches('.'))])
    };
    parts.map(line).into_iter().collect()
}

/// Returns value, note and evidence of the present answer; none where it has neither.
fn present_parts(answer: &Answer, question: &Question, words: &Words) -> Option<Vec<String>> {
    let value = answer
        .value
        .as_ref()
        .map(|value| told(value, question, words));
    let evidence: Vec<&str> = answer.evidence.iter().map(|one| one.id.as_str()).collect();
    let evidence = (!evidence.is_empty()).then(|| evidence.join(", "));
    let note = answer.note.as_deref().map(plain);
    let parts: Vec<String> = value.into_iter().chain(note).chain(evidence).collect();
    (!parts.is_empty()).then_some(parts)
}

/// Tells an answer in one line: what it says, its note and evidence, who recorded it and when.
pub(super) fn answer_line(answer: &Answer, question: &Question, words: &Words) -> String {
    let value = answer.value.as_ref().map(|value| match value {
        Value::Level(level) => words.say("level", &[("level", &level.to_string())]),
        value => told(value, question, words),
    });
    let state = match answer.state {
        State::Unknown => Some("unknown"),
        State::Declined => Some("declined"),
        State::NotApplicable => Some("not-applicable"),
        State::Answered | State::NotAsked | State::Withheld => None,
    };
    let lang = words.get("tag");
    let reason = answer
        .reason
        .as_ref()
        .map(|reason| plain(reason.get(&lang).0));
    let note = answer.note.as_deref().map(plain);
    let evidence: Vec<&str> = answer.evidence.iter().map(|one| one.id.as_str()).collect();
    let evidence = (!evidence.is_empty()).then(|| evidence.join(", "));
    let date = answer.answered.map(|date| date.to_string());
    let stamp: Vec<String> = answer.by.iter().map(|by| plain(by)).chain(date).collect();
    let parts = value.into_iter().chain(state.map(|state| words.get(state)));
    let parts: Vec<String> = parts.chain(reason).chain(note).chain(evidence).collect();
    match stamp.is_empty() {
        true => parts.join(" · "),
        false => format!("{} ({})", parts.join(" · "), stamp.join(", ")),
    }
}

/// Reads one line behind a prompt; none at the end of the input.
pub(super) fn line(prompt: &str) -> anyhow::Result<Option<String>> {
    write!(io::stderr(), "{prompt} ")?;
    io::stderr().flush()?;
    let Some(line) = Typed::read()?.some() else {
        writeln!(io::stderr())?;
        return Ok(None);
    };
    Ok(Some(String::from_utf8_lossy(&line).trim().to_string()))
}

/// How wide a line may be: the terminal's width, within what is pleasant to read.
fn width() -> usize {
    usize::from(Term::stderr().size().1).clamp(30, 100)
}

/// One line without control characters: what is shown on a terminal must not move its cursor.
pub(super) fn plain(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    flat.chars().filter(|c| !c.is_control()).collect()
}

/// Returns the values a single choice offers, with their labels.
fn offered(
    kind: Kind,
    question: &Question,
    column: Option<&Column>,
    words: &Words,
) -> Vec<(Value, String)> {
    let options = column.map_or(&question.options, |column| &column.options);
    match kind {
        Kind::Level => {
            let levels = (0u8..).zip(&question.levels);
            levels
                .map(|(level, text)| (Value::Level(level), format!("{level}  {text}")))
                .collect()
        }
        Kind::SelectOne | Kind::SelectMultiple => options
            .iter()
            .map(|option| (Value::Choice(option.id.clone()), option.label.clone()))
            .collect(),
        Kind::YesNo => vec![
            (Value::YesNo(true), words.get("yes")),
            (Value::YesNo(false), words.get("no")),
        ],
        _ => Vec::new(),
    }
}

/// Splits evidence ids and refuses those that the register does not hold.
fn evidence(typed: &str, card: &Card<'_>, words: &Words) -> Result<Vec<String>, String> {
    let ids: Vec<String> = typed
        .split([',', ' '])
        .filter(|id| !id.is_empty())
        .map(String::from)
        .collect();
    for id in &ids {
        if !card.evidence.iter().any(|(known, _)| known == id) {
            let known: Vec<&str> = card.evidence.iter().map(|(id, _)| id.as_str()).collect();
            let problem = words.say("evidence-unknown", &[("id", id)]);
            return Err(match nearest(id, &known) {
                Some(near) => format!("{problem}: {}", words.say("did-you-mean", &[("id", near)])),
                None => format!("{problem}: {}", known.join(", ")),
            });
        }
    }
    Ok(ids)
}

/// A question that stands for one cell of a table, so that cells are read like answers.
fn cell_question(question: &Question, column: &Column) -> Question {
    Question {
        kind: column.kind,
        options: column.options.clone(),
        columns: Vec::new(),
        min: None,
        max: None,
        ..question.clone()
    }
}

/// Asks for the rows of a table: `more` asks whether there is another, `cell` asks for one cell.
fn rows<P>(
    prompter: &mut P,
    card: &Card<'_>,
    more: impl Fn(&mut P, usize) -> Result<bool, PromptError>,
    cell: impl Fn(&mut P, &Card<'_>, &Column) -> Result<Option<Value>, PromptError>,
) -> Result<Value, PromptError> {
    let mut rows = Vec::new();
    while more(prompter, rows.len())? {
        let mut row = BTreeMap::new();
        for column in &card.question.columns {
            if let Some(value) = cell(prompter, card, column)? {
                row.insert(column.id.clone(), value);
            }
        }
        rows.push(row);
    }
    Ok(Value::Table(rows))
}
