//! Moves a cursor: for terminals (dialoguer).

use std::io::{self, Write};

use dialoguer::console::{self, Key, Term};
use dialoguer::{Input, MultiSelect, Select};

use super::{
    OTHERS, Words, answered, cell_question, evidence, has_position, head, heard, kept, offered,
    other, rows, width, with_reason,
};
use crate::dossier::parse;
use crate::interview::{Card, PromptError, Prompter, Reply};
use crate::model::question::{Column, Kind};
use crate::model::{Question, Value};

/// Shortens the items of a list to one line each: a cursor list must not wrap.
///
/// dialoguer counts the bytes of an item, not its columns, when it clears the list, so a shortened
/// item also has no more bytes than the line has columns.
fn one_line(items: Vec<String>) -> Vec<String> {
    let room = width().saturating_sub(3);
    let short = |item: String| {
        let mut columns = room;
        loop {
            let cut = console::truncate_str(&item, columns, "…");
            if cut.len() <= room || columns < 2 {
                return cut.into_owned();
            }
            columns -= 1;
        }
    };
    items.into_iter().map(short).collect()
}

/// Moves a cursor: for terminals.
pub(in crate::cli) struct TerminalPrompter {
    words: Words,
    /// Whether the person interrupted after words that are still to be saved.
    interrupted: bool,
}

impl TerminalPrompter {
    pub(in crate::cli) fn new(words: Words) -> Self {
        Self {
            words,
            interrupted: false,
        }
    }

    fn select(&self, prompt: &str, items: &[String]) -> Result<usize, PromptError> {
        self.select_from(prompt, items, 0)
    }

    /// Lets one item be chosen: with the arrows, or at once by the digit that it begins with, else by
    /// its place. dialoguer knows no digits, and takes over where the list is longer than the screen.
    fn select_from(
        &self,
        prompt: &str,
        items: &[String],
        start: usize,
    ) -> Result<usize, PromptError> {
        let items = one_line(items.to_vec());
        let term = Term::stderr();
        if items.len() + 2 > usize::from(term.size().0) {
            let list = Select::new().with_prompt(prompt).items(&items);
            let chosen = list.default(start).report(false).interact();
            return chosen.map_err(interrupted);
        }
        let numbered = items.iter().any(|item| item.starts_with('0'));
        let mut at = start.min(items.len().saturating_sub(1));
        term.hide_cursor()?;
        let chosen = loop {
            term.write_line(&format!("{prompt}:"))?;
            for (index, item) in items.iter().enumerate() {
                let mark = if index == at { '>' } else { ' ' };
                term.write_line(&format!("{mark} {item}"))?;
            }
            let key = term.read_key();
            term.clear_last_lines(items.len() + 1)?;
            match key {
                Err(problem) => break Err(interrupted(dialoguer::Error::IO(problem))),
                Ok(Key::Enter | Key::Char(' ')) => break Ok(at),
                Ok(Key::ArrowDown | Key::Tab) => at = (at + 1) % items.len(),
                Ok(Key::ArrowUp | Key::BackTab) => at = (at + items.len() - 1) % items.len(),
                Ok(Key::Char(digit)) => {
                    let by_word = items.iter().position(|item| item.starts_with(digit));
                    let place = digit
                        .to_digit(10)
                        .and_then(|digit| usize::try_from(digit).ok());
                    let by_place = place.and_then(|place| place.checked_sub(1));
                    let chosen = if numbered { by_word } else { by_place };
                    let chosen =
                        chosen.filter(|index| digit.is_ascii_digit() && *index < items.len());
                    if let Some(index) = chosen {
                        break Ok(index);
                    }
                }
                Ok(_) => {}
            }
        };
        term.show_cursor()?;
        chosen
    }

    fn input(&self, prompt: &str) -> Result<String, PromptError> {
        let typed = Input::<String>::new()
            .with_prompt(prompt)
            .allow_empty(true)
            .report(false)
            .interact_text();
        typed.map_err(interrupted)
    }

    /// Offers what can be done instead of answering.
    fn instead(&mut self, give: bool) -> Result<Option<Reply>, PromptError> {
        let mut items: Vec<String> = OTHERS.iter().map(|(_, key)| self.words.get(key)).collect();
        if give {
            items.insert(0, self.words.get("give-answer"));
        }
        let chosen = self.select(&self.words.get("your-choice"), &items)?;
        let chosen = if give {
            chosen.checked_sub(1)
        } else {
            Some(chosen)
        };
        match chosen {
            None => Ok(None),
            Some(index) => self
                .act(OTHERS.get(index).map_or('s', |(letter, _)| *letter))
                .map(Some),
        }
    }

    fn act(&mut self, letter: char) -> Result<Reply, PromptError> {
        let state = match other(letter) {
            Ok(reply) => return Ok(reply),
            Err(state) => state,
        };
        loop {
            let reason = self.input(&self.words.get("reason"))?;
            if let Some(reply) = with_reason(state, &reason) {
                return Ok(reply);
            }
            self.tell(&self.words.get("reason-needed"))?;
        }
    }

    /// Asks whether what an earlier stage found still holds.
    fn confirms(&self, card: &Card<'_>) -> Result<bool, PromptError> {
        if card.suggestion.is_none() {
            return Ok(false);
        }
        let items = [self.words.get("confirm"), self.words.get("give-answer")];
        Ok(self.select(&self.words.get("your-choice"), &items)? == 0)
    }

    /// Asks for the value; none where something else than answering was chosen.
    fn value(&mut self, card: &Card<'_>) -> Result<Result<Value, Reply>, PromptError> {
        let question = card.question;
        match question.kind {
            Kind::Level | Kind::SelectOne | Kind::YesNo => {
                let offered = offered(question.kind, question, None, &self.words);
                let mut items: Vec<String> =
                    offered.iter().map(|(_, label)| label.clone()).collect();
                items.extend(
                    OTHERS
                        .iter()
                        .map(|(_, key)| format!("· {}", self.words.get(key))),
                );
                let prompt = if question.kind == Kind::Level {
                    "your-level"
                } else {
                    "your-choice"
                };
                let present = card
                    .present
                    .as_ref()
                    .and_then(|answer| answer.value.as_ref());
                let start = offered.iter().position(|(value, _)| Some(value) == present);
                let prompt = self.words.get(prompt);
                let chosen = self.select_from(&prompt, &items, start.unwrap_or(0))?;
                match offered.into_iter().nth(chosen) {
                    Some((value, _)) => Ok(Ok(value)),
                    None => {
                        let others = chosen.saturating_sub(items.len() - OTHERS.len());
                        let letter = OTHERS.get(others).map_or('s', |(letter, _)| *letter);
                        self.act(letter).map(Err)
                    }
                }
            }
            Kind::SelectMultiple => {
                if let Some(reply) = self.instead(true)? {
                    return Ok(Err(reply));
                }
                self.marked(question).map(|ids| Ok(Value::Choices(ids)))
            }
            Kind::Table => {
                if let Some(reply) = self.instead(true)? {
                    return Ok(Err(reply));
                }
                rows(self, card, Self::another, Self::cell).map(Ok)
            }
            _ => loop {
                let typed = self.input(&self.words.get("your-text"))?;
                if typed.trim().is_empty() {
                    match self.instead(true)? {
                        Some(reply) => return Ok(Err(reply)),
                        None => continue,
                    }
                }
                match parse(question, &typed, card.currency.as_deref()) {
                    Ok(value) => return Ok(Ok(value)),
                    Err(problem) => self.tell(&problem.to_string())?,
                }
            },
        }
    }

    /// Asks for one cell; none where it is left empty, which a required one may not be.
    fn cell(&mut self, card: &Card<'_>, column: &Column) -> Result<Option<Value>, PromptError> {
        let cell = cell_question(card.question, column);
        loop {
            let offered = offered(column.kind, card.question, Some(column), &self.words);
            if !offered.is_empty() {
                let mut items: Vec<String> =
                    offered.iter().map(|(_, label)| label.clone()).collect();
                items.push("—".into());
                let chosen = self.select(&column.label, &items)?;
                match offered.into_iter().nth(chosen) {
                    None if column.required => self.tell(&self.words.get("cell-needed"))?,
                    choice => return Ok(choice.map(|(value, _)| value)),
                }
                continue;
            }
            let typed = self.input(&column.label)?;
            if typed.trim().is_empty() {
                if !column.required {
                    return Ok(None);
                }
                self.tell(&self.words.get("cell-needed"))?;
                continue;
            }
            match parse(&cell, &typed, card.currency.as_deref()) {
                Ok(value) => return Ok(Some(value)),
                Err(problem) => self.tell(&problem.to_string())?,
            }
        }
    }

    /// Takes down what a person or meeting says: words first, then a position where the question has one.
    fn hear(&mut self, card: &Card<'_>) -> Result<Reply, PromptError> {
        let question = card.question;
        loop {
            let said = self.input(&self.words.get("their-words"))?;
            if said.trim().is_empty()
                && let Some(reply) = self.instead(has_position(question))?
            {
                return Ok(reply);
            }
            let position = match has_position(question) {
                true => self.position(card),
                false => Ok(None),
            };
            let position = kept(position, &said, &mut self.interrupted)?;
            if said.trim().is_empty() && position.is_none() {
                continue;
            }
            let evidence = match self.interrupted {
                true => Vec::new(),
                false => {
                    let cited = self.cited(card).map(Some);
                    kept(cited, &said, &mut self.interrupted)?.unwrap_or_default()
                }
            };
            if let Some(reply) = heard(&said, position, evidence) {
                return Ok(reply);
            }
        }
    }

    /// Asks for the position of a respondent; none where they take none.
    fn position(&mut self, card: &Card<'_>) -> Result<Option<Value>, PromptError> {
        let question = card.question;
        let offered = offered(question.kind, question, None, &self.words);
        if question.kind != Kind::SelectMultiple && !offered.is_empty() {
            let labels = offered.iter().map(|(_, label)| label.clone());
            let items: Vec<String> = labels.chain([self.words.get("no-position")]).collect();
            let chosen = self.select(&self.words.get("their-position"), &items)?;
            return Ok(offered.into_iter().nth(chosen).map(|(value, _)| value));
        }
        if question.kind == Kind::SelectMultiple {
            let chosen = self.marked(question)?;
            return Ok((!chosen.is_empty()).then_some(Value::Choices(chosen)));
        }
        loop {
            let typed = self.input(&self.words.get("their-position-typed"))?;
            if typed.trim().is_empty() {
                return Ok(None);
            }
            match parse(question, &typed, card.currency.as_deref()) {
                Ok(value) => return Ok(Some(value)),
                Err(problem) => self.tell(&problem.to_string())?,
            }
        }
    }

    /// Lets options be marked; returns their ids.
    fn marked(&self, question: &Question) -> Result<Vec<String>, PromptError> {
        let labels = question.options.iter().map(|option| option.label.clone());
        let labels = one_line(labels.collect());
        let marked = MultiSelect::new()
            .with_prompt(self.words.get("your-choices"))
            .items(&labels)
            .report(false)
            .interact();
        let marked = marked.map_err(interrupted)?.into_iter();
        Ok(marked
            .filter_map(|index| Some(question.options.get(index)?.id.clone()))
            .collect())
    }

    /// Asks for the evidence, where the register holds any.
    fn cited(&mut self, card: &Card<'_>) -> Result<Vec<String>, PromptError> {
        if card.evidence.is_empty() {
            return Ok(Vec::new());
        }
        loop {
            let typed = self.input(&self.words.get("evidence"))?;
            match evidence(&typed, card, &self.words) {
                Ok(ids) => return Ok(ids),
                Err(problem) => self.tell(&problem)?,
            }
        }
    }

    fn another(&mut self, rows: usize) -> Result<bool, PromptError> {
        let items = [self.words.get("yes"), self.words.get("no")];
        let prompt = format!("{} ({rows})", self.words.get("add-row"));
        Ok(self.select(&prompt, &items)? == 0)
    }
}

impl Prompter for TerminalPrompter {
    fn ask(&mut self, card: &Card<'_>) -> Result<Reply, PromptError> {
        if self.interrupted {
            return Err(PromptError::Interrupted);
        }
        self.tell(&head(card, &self.words))?;
        if card.respondent.is_some() {
            return self.hear(card);
        }
        let value = match self.confirms(card)? {
            true => None,
            false => match self.value(card)? {
                Ok(value) => Some(value),
                Err(reply) => return Ok(reply),
            },
        };
        let note = self.input(&self.words.get("note"))?;
        let note = Some(note.trim().to_string()).filter(|note| !note.is_empty());
        let evidence = self.cited(card)?;
        Ok(answered(value, note, evidence))
    }

    fn agrees(&mut self, text: &str, proposed: bool) -> Result<bool, PromptError> {
        let items = [self.words.get("yes"), self.words.get("no")];
        Ok(self.select_from(text, &items, usize::from(!proposed))? == 0)
    }

    fn tell(&mut self, text: &str) -> Result<(), PromptError> {
        writeln!(io::stderr(), "{text}")?;
        Ok(())
    }
}

fn interrupted(problem: dialoguer::Error) -> PromptError {
    let dialoguer::Error::IO(problem) = problem;
    match problem.kind() {
        io::ErrorKind::Interrupted => PromptError::Interrupted,
        _ => PromptError::Terminal(problem),
    }
}
