//! Works line by line: for screen readers, poor terminals and pipes.

use std::io::{self, ErrorKind, Write};

use super::{
    OTHERS, Typed, Words, answered, cell_question, evidence, has_position, head, heard, kept,
    offered, other, rows, with_reason,
};
use crate::dossier::parse;
use crate::interview::{Card, PromptError, Prompter, Reply};
use crate::model::question::{Column, Kind};
use crate::model::{Question, Value};

/// Works line by line: for screen readers, poor terminals and pipes.
pub(in crate::cli) struct PlainPrompter {
    words: Words,
    /// Whether the input has come to its end.
    ended: bool,
    /// Whether the person interrupted after words that are still to be saved.
    interrupted: bool,
    /// A line that was typed before its prompt came.
    ahead: Option<String>,
}

impl PlainPrompter {
    pub(in crate::cli) fn new(words: Words) -> Self {
        Self {
            words,
            ended: false,
            interrupted: false,
            ahead: None,
        }
    }

    /// Reads one line; none at the end of the input.
    fn line(&mut self, prompt: &str) -> Result<Option<String>, PromptError> {
        let mut err = io::stderr();
        write!(err, "{prompt} ")?;
        err.flush()?;
        if let Some(line) = self.ahead.take() {
            writeln!(err, "{line}")?;
            return Ok(Some(line));
        }
        let Some(line) = Typed::read()?.some() else {
            self.ended = true;
            return Ok(None);
        };
        let line = String::from_utf8(line);
        let line = line.map_err(|problem| io::Error::new(ErrorKind::InvalidData, problem))?;
        Ok(Some(line.trim().to_string()))
    }

    fn act(&mut self, letter: char) -> Result<Reply, PromptError> {
        let state = match other(letter) {
            Ok(reply) => return Ok(reply),
            Err(state) => state,
        };
        let prompt = format!("{}:", self.words.get("reason"));
        while let Some(reason) = self.line(&prompt)? {
            if let Some(reply) = with_reason(state, &reason) {
                return Ok(reply);
            }
            self.tell(&self.words.get("reason-needed"))?;
        }
        Ok(Reply::Quit)
    }

    /// Returns the numbered choices; a level question's statements stand above already.
    fn choices(&self, question: &Question) -> Vec<String> {
        let offered = match question.kind {
            Kind::Level => Vec::new(),
            kind => offered(kind, question, None, &self.words),
        };
        let numbered = offered.into_iter().zip(1u32..);
        numbered
            .map(|((_, label), number)| format!("{number}  {label}"))
            .collect()
    }

    /// Takes numbers of the list for ids, and leaves everything else as typed.
    fn typed(question: &Question, typed: &str) -> String {
        let id = |word: &str| match word.trim().parse::<usize>() {
            Ok(number) if number >= 1 => question
                .options
                .get(number - 1)
                .map(|option| option.id.clone()),
            _ => None,
        };
        match question.kind {
            Kind::SelectOne => id(typed).unwrap_or_else(|| typed.to_string()),
            Kind::SelectMultiple => {
                let words = typed
                    .split(',')
                    .map(|word| id(word).unwrap_or_else(|| word.trim().to_string()));
                words.collect::<Vec<_>>().join(",")
            }
            Kind::YesNo if typed == "1" => "yes".into(),
            Kind::YesNo if typed == "2" => "no".into(),
            _ => typed.to_string(),
        }
    }

    /// Asks for one cell; an empty line leaves it empty, which a required one may not be.
    fn cell(&mut self, card: &Card<'_>, column: &Column) -> Result<Option<Value>, PromptError> {
        let cell = cell_question(card.question, column);
        let offered = offered(column.kind, card.question, Some(column), &self.words);
        let labels: Vec<String> = (1u32..)
            .zip(&offered)
            .map(|(number, (_, label))| format!("{number} {label}"))
            .collect();
        let choices = if labels.is_empty() {
            String::new()
        } else {
            format!(" ({})", labels.join(", "))
        };
        let prompt = format!("{}{choices}:", column.label);
        loop {
            let typed = self.line(&prompt)?.unwrap_or_default();
            if typed.is_empty() && !column.required {
                return Ok(None);
            }
            if typed.is_empty() {
                self.tell(&self.words.get("cell-needed"))?;
                if self.ended {
                    return Err(PromptError::Interrupted);
                }
                continue;
            }
            match parse(&cell, &Self::typed(&cell, &typed), card.currency.as_deref()) {
                Ok(value) => return Ok(Some(value)),
                Err(problem) => self.tell(&problem.to_string())?,
            }
        }
    }

    /// Returns what can be typed in place of an answer, as one list.
    fn letters(&self) -> String {
        OTHERS
            .map(|(letter, key)| format!("{letter} {}", self.words.get(key)))
            .join(", ")
    }

    /// Returns the letter of [`OTHERS`] that a line consists of.
    fn letter(line: &str) -> Option<char> {
        let mut chars = line.chars();
        let (letter, None) = (chars.next()?, chars.next()) else {
            return None;
        };
        OTHERS
            .iter()
            .any(|(other, _)| *other == letter)
            .then_some(letter)
    }

    /// Takes down what a person or meeting says: words first, then a position where the question has one.
    fn hear(&mut self, card: &Card<'_>) -> Result<Reply, PromptError> {
        let question = card.question;
        let letters = self.letters();
        let prompt = self.words.say("plain-words", &[("letters", &letters)]);
        loop {
            let Some(said) = self.line(&prompt)? else {
                return Ok(Reply::Quit);
            };
            if let Some(letter) = Self::letter(&said) {
                return self.act(letter);
            }
            let position = match has_position(question) {
                true => self.position(card),
                false => Ok(None),
            };
            let position = kept(position, &said, &mut self.interrupted)?;
            if said.is_empty() && position.is_none() {
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

    /// Asks for the position of a respondent; none where the line is empty.
    fn position(&mut self, card: &Card<'_>) -> Result<Option<Value>, PromptError> {
        let question = card.question;
        for label in self.choices(question) {
            self.tell(&format!("  {label}"))?;
        }
        let prompt = format!("{}:", self.words.get("their-position-typed"));
        while let Some(typed) = self.line(&prompt)?.filter(|typed| !typed.is_empty()) {
            let currency = card.currency.as_deref();
            match parse(question, &Self::typed(question, &typed), currency) {
                Ok(value) => return Ok(Some(value)),
                Err(problem) => self.tell(&problem.to_string())?,
            }
        }
        Ok(None)
    }

    /// Asks for the evidence, where the register holds any.
    fn cited(&mut self, card: &Card<'_>) -> Result<Vec<String>, PromptError> {
        while !card.evidence.is_empty() {
            let Some(typed) = self.line(&format!("{}:", self.words.get("evidence")))? else {
                break;
            };
            match evidence(&typed, card, &self.words) {
                Ok(ids) => return Ok(ids),
                Err(problem) => self.tell(&problem)?,
            }
        }
        Ok(Vec::new())
    }

    fn another(&mut self, rows: usize) -> Result<bool, PromptError> {
        if rows == 0 {
            return Ok(true);
        }
        let prompt = format!(
            "{} ({}/{})",
            self.words.get("add-row"),
            self.words.get("yes"),
            self.words.get("no")
        );
        let line = self.line(&prompt)?.unwrap_or_default().to_lowercase();
        Ok(line.starts_with(['y', 'o']))
    }
}

impl Prompter for PlainPrompter {
    fn ask(&mut self, card: &Card<'_>) -> Result<Reply, PromptError> {
        let question = card.question;
        if self.interrupted {
            return Err(PromptError::Interrupted);
        }
        self.tell(&head(card, &self.words))?;
        if card.respondent.is_some() {
            return self.hear(card);
        }
        for label in self.choices(question) {
            self.tell(&format!("  {label}"))?;
        }
        let letters = self.letters();
        let letters = match card.suggestion {
            Some(_) => format!("c {}, {letters}", self.words.get("confirm")),
            None => letters,
        };
        let prompt = self.words.say("plain-prompt", &[("letters", &letters)]);
        let value = loop {
            let Some(line) = self.line(&prompt)? else {
                return Ok(Reply::Quit);
            };
            if line == "c" && card.suggestion.is_some() {
                break None;
            }
            if let Some(letter) = Self::letter(&line) {
                return self.act(letter);
            }
            if line.is_empty() && question.kind != Kind::Table {
                continue;
            }
            if question.kind == Kind::Table && !line.starts_with('[') {
                // What was typed is the first cell.
                self.ahead = Some(line).filter(|line| !line.is_empty());
                let value = rows(self, card, Self::another, Self::cell)?;
                break Some(value);
            }
            match parse(
                question,
                &Self::typed(question, &line),
                card.currency.as_deref(),
            ) {
                Ok(value) => break Some(value),
                Err(problem) => self.tell(&problem.to_string())?,
            }
        };
        let note = self
            .line(&format!("{}:", self.words.get("note")))?
            .filter(|note| !note.is_empty());
        let cited = self.cited(card)?;
        Ok(answered(value, note, cited))
    }

    fn agrees(&mut self, text: &str, proposed: bool) -> Result<bool, PromptError> {
        let (yes, no) = (self.words.get("yes"), self.words.get("no"));
        let usual = if proposed { &yes } else { &no };
        let prompt = format!("{text} ({yes}/{no}) [{usual}]");
        let line = self.line(&prompt)?.unwrap_or_default().to_lowercase();
        Ok(match line.as_str() {
            "" => proposed,
            line => line.starts_with(['y', 'o']),
        })
    }

    fn tell(&mut self, text: &str) -> Result<(), PromptError> {
        writeln!(io::stderr(), "{text}")?;
        Ok(())
    }
}
