//! Shows a conflict on the terminal and asks what becomes of it.

use std::path::Path;

use super::super::desk::{self, Desk};
use super::super::prompt::{self, Words, answer_line, plain};
use super::super::talk::Talk;
use crate::diagnostic::Diagnostics;
use crate::dossier::edit::dotted;
use crate::dossier::merge::{Choice, Conflict};
use crate::dossier::{self, register};
use crate::model::dossier::Head;
use crate::model::question::Kind;

/// Shows conflicts with the words of the questionnaire.
pub(super) struct Shower<'a> {
    pub(super) desk: &'a mut Desk,
    pub(super) dir: &'a Path,
    pub(super) head: &'a Head,
    pub(super) lang: Option<&'a str>,
    pub(super) words: &'a Words,
    pub(super) talk: &'a Talk,
}

impl Shower<'_> {
    /// Shows both sides of a conflict.
    pub(super) fn show(&mut self, file: &str, conflict: &Conflict) {
        let sides = self.as_answers(file, conflict);
        let (title, mine, theirs) = sides.unwrap_or_else(|| {
            let keys = conflict.keys();
            let lines = |lines: &str| told(self.words, lines, &keys);
            (
                dotted(&conflict.path),
                lines(&conflict.my_lines),
                lines(&conflict.their_lines),
            )
        });
        self.talk.say(&format!("\n{file}  {title}"));
        self.talk
            .say(&format!("  {} {mine}", self.words.get("merge-mine")));
        self.talk
            .say(&format!("  {} {theirs}", self.words.get("merge-theirs")));
        let fuller = match conflict.fuller() {
            Some(Choice::Theirs) => "merge-fuller-theirs",
            Some(_) => "merge-fuller-mine",
            None => return,
        };
        self.talk.say(&format!("  {}", self.words.get(fuller)));
    }

    /// Asks; none where nothing more is to be asked.
    pub(super) fn choice(&self, conflict: &Conflict) -> anyhow::Result<Option<Choice>> {
        let answer = conflict.question().is_some() && conflict.mine.is_some();
        let key = if answer {
            "merge-ask-answer"
        } else {
            "merge-ask"
        };
        let question = format!("{}:", self.words.get(key));
        loop {
            let Some(typed) = prompt::line(&question)? else {
                return Ok(None);
            };
            return Ok(match typed.as_str() {
                "q" => None,
                "" => Some(Choice::Later),
                "m" => Some(Choice::Mine),
                "t" => Some(Choice::Theirs),
                "d" if answer => Some(Choice::Dissent),
                _ => continue,
            });
        }
    }

    /// Tells the sides as `ask` tells an answer: the question's text, and one line for each side.
    fn as_answers(&mut self, file: &str, conflict: &Conflict) -> Option<(String, String, String)> {
        let id = conflict.question()?;
        let stage = file.rsplit('/').next()?.strip_suffix(".toml")?;
        let (words, head) = (self.words, self.head);
        let (pack, edition) = desk::pinned(head, stage);
        let lang = desk::language_of(head, self.lang);
        let questionnaire = &self.desk.pack(&pack, edition, &lang).ok()?.questionnaire;
        let question = questionnaire.question(id)?;
        let register = register::read_alone(self.dir, &mut Diagnostics::default());
        let register = register.unwrap_or_default();
        let side = |lines: &str, there: bool| {
            if !there {
                return Some(words.get("merge-gone"));
            }
            let read = dossier::read_answer(lines, head, &register, question, questionnaire)?;
            let mut line = answer_line(&read, question, words);
            if question.kind == Kind::Table {
                // Two tables may begin alike and differ in one cell.
                line += &told(words, lines, &["value"]);
            }
            Some(line)
        };
        let mine = side(&conflict.my_lines, conflict.mine.is_some())?;
        let theirs = side(&conflict.their_lines, conflict.theirs.is_some())?;
        Some((format!("{}  [{id}]", question.text), mine, theirs))
    }
}

/// The lines of the file that say something else than the other side, ready for a terminal.
fn told(words: &Words, lines: &str, keys: &[&str]) -> String {
    if lines.is_empty() {
        return words.get("merge-gone");
    }
    let mut wanted = keys.is_empty();
    let mut told = String::new();
    for line in lines.lines() {
        let key = line.split(" = ").next().unwrap_or_default();
        let begins = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if begins && !keys.is_empty() {
            wanted = keys.contains(&key);
        }
        if wanted {
            told += &format!("\n      {}", plain(line));
        }
    }
    told
}
