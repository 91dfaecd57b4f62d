//! Asks which question a note is filed to: with a cursor, or line by line.

use std::io::{self, Write};

use super::terminal::TerminalPrompter;
use super::{PlainPrompter, Words, plain, width};
use crate::interview::PromptError;

/// What is shown for one note.
pub(in crate::cli) struct Sheet<'a> {
    /// Which of how many it is, its id, when and where.
    pub(in crate::cli) head: &'a str,
    /// The note.
    pub(in crate::cli) text: &'a str,
    /// The questions that it may be about, as `(id, title)`, the best first.
    pub(in crate::cli) found: &'a [(String, String)],
}

/// What the assessor chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Choice {
    /// The question of this place in the list.
    Found(usize),
    /// Look for these words, or take this id.
    Search(String),
    /// Leave it unfiled.
    Skip,
    /// Stop here.
    Quit,
}

/// Shows a note and brings a choice.
pub(in crate::cli) trait Picker {
    /// Asks for one note.
    fn pick(&mut self, sheet: &Sheet<'_>) -> Result<Choice, PromptError>;
}

/// Works line by line: for screen readers, poor terminals and pipes.
pub(in crate::cli) struct PlainPicker {
    words: Words,
    prompter: PlainPrompter,
}

impl PlainPicker {
    pub(in crate::cli) fn new(words: Words) -> Self {
        let prompter = PlainPrompter::new(words.clone());
        Self { words, prompter }
    }
}

impl Picker for PlainPicker {
    fn pick(&mut self, sheet: &Sheet<'_>) -> Result<Choice, PromptError> {
        show(sheet)?;
        let mut err = io::stderr();
        for ((id, title), number) in sheet.found.iter().zip(1..) {
            writeln!(err, "  {number}  {title}  [{id}]")?;
        }
        if sheet.found.is_empty() {
            writeln!(err, "  {}", self.words.get("note-nothing-found"))?;
        }
        loop {
            let Some(line) = self.prompter.line(&self.words.get("note-pick"))? else {
                return Ok(Choice::Quit);
            };
            let number = line.parse::<usize>().ok();
            match (line.as_str(), number) {
                ("", _) => {}
                ("s", _) => return Ok(Choice::Skip),
                ("q", _) => return Ok(Choice::Quit),
                (_, Some(number)) if (1..=sheet.found.len()).contains(&number) => {
                    return Ok(Choice::Found(number - 1));
                }
                _ => return Ok(Choice::Search(line)),
            }
        }
    }
}

/// Moves a cursor: for terminals.
pub(in crate::cli) struct TerminalPicker {
    words: Words,
    prompter: TerminalPrompter,
}

impl TerminalPicker {
    pub(in crate::cli) fn new(words: Words) -> Self {
        let prompter = TerminalPrompter::new(words.clone());
        Self { words, prompter }
    }
}

impl Picker for TerminalPicker {
    fn pick(&mut self, sheet: &Sheet<'_>) -> Result<Choice, PromptError> {
        show(sheet)?;
        let found = sheet.found.iter().zip(1..);
        let mut items: Vec<String> = found
            .map(|((id, title), number)| format!("{number} {title}  [{id}]"))
            .collect();
        for key in ["note-search", "note-skip", "quit"] {
            items.push(format!("· {}", self.words.get(key)));
        }
        loop {
            let chosen = self.prompter.select(&self.words.get("note-file"), &items)?;
            match chosen.checked_sub(sheet.found.len()) {
                None => return Ok(Choice::Found(chosen)),
                Some(1) => return Ok(Choice::Skip),
                Some(0) => {
                    let typed = self.prompter.input(&self.words.get("note-search-for"))?;
                    if !typed.trim().is_empty() {
                        return Ok(Choice::Search(typed.trim().to_owned()));
                    }
                }
                Some(_) => return Ok(Choice::Quit),
            }
        }
    }
}

/// Shows the note at the terminal's width.
fn show(sheet: &Sheet<'_>) -> io::Result<()> {
    let options = textwrap::Options::new(width())
        .initial_indent("  ")
        .subsequent_indent("  ")
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let mut err = io::stderr();
    writeln!(err, "\n{}", plain(sheet.head))?;
    writeln!(err, "{}", textwrap::fill(&plain(sheet.text), &options))
}
