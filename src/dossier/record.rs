//! Turns what was decided about one question into the edit of its table.

use std::path::Path;

use super::edit::{self, Edit, Literal, NewTable};
use super::literal;
use super::save::{self, Lock, SaveError};
use super::value::local;
use crate::diagnostic::Diagnostics;
use crate::model::dossier::{Citation, LocalText, Source};
use crate::model::{Confidence, Date, State, Tlp, Value};
use crate::source;

/// What is to be changed about one question; what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// The new value; it ends any other state.
    pub value: Option<Value>,
    /// The new state without a value: unknown, declined or not-applicable; it takes the value away.
    pub state: Option<State>,
    /// Why there is no value.
    pub reason: Option<LocalText>,
    /// How sure it is.
    pub confidence: Option<Confidence>,
    /// The note, in Markdown.
    pub note: Option<String>,
    /// The language of the note.
    pub lang: Option<String>,
    /// The evidence it cites, in place of what it cited before.
    pub evidence: Option<Vec<Citation>>,
    /// Its label.
    pub tlp: Option<Tlp>,
    /// Whether there is dissent.
    pub dissent: Option<bool>,
    /// The day it is recorded.
    pub answered: Option<Date>,
    /// The initials of who records it.
    pub by: Option<String>,
    /// The earlier answer that the value confirms.
    pub source: Option<Source>,
}

impl Change {
    /// Tells whether nothing is to be changed but who and when.
    pub fn is_empty(&self) -> bool {
        let stamped = Self {
            answered: self.answered,
            by: self.by.clone(),
            ..Self::default()
        };
        *self == stamped
    }

    /// Returns the edit of the question's table.
    pub fn edit(&self, question: &str) -> Edit {
        let mut set = Vec::new();
        let mut remove = Vec::new();
        if let Some(value) = &self.value {
            set.push(("value".to_string(), literal(value)));
            remove.extend(["state".to_string(), "reason".to_string()]);
        } else if let Some(state) = self.state.and_then(word) {
            set.push(("state".to_string(), Literal::Text(state.into())));
            remove.push("value".to_string());
        }
        if let Some(reason) = self.reason.as_ref().filter(|_| self.value.is_none()) {
            set.push(("reason".to_string(), local(reason)));
        }
        let mut text = |key: &str, value: &Option<String>| {
            if let Some(value) = value {
                set.push((key.to_string(), Literal::Text(value.clone())));
            }
        };
        text(
            "confidence",
            &self.confidence.map(|one| confidence(one).to_string()),
        );
        text("note", &self.note);
        text("lang", &self.lang);
        text("tlp", &self.tlp.map(|label| label.word().to_string()));
        if let Some(evidence) = &self.evidence {
            let list = evidence.iter().map(citation).collect();
            set.push(("evidence".to_string(), Literal::List(list)));
        }
        if let Some(dissent) = self.dissent {
            set.push(("dissent".to_string(), Literal::Boolean(dissent)));
        }
        match &self.source {
            Some(source) => set.push(("source".to_string(), Literal::Text(source.to_string()))),
            // A value of one's own, or none, confirms nothing.
            None if self.value.is_some() || self.state.is_some() => {
                remove.push("source".to_string())
            }
            None => {}
        }
        if let Some(date) = self.answered {
            set.push(("answered".to_string(), Literal::Date(date.to_string())));
        }
        if let Some(by) = &self.by {
            set.push(("by".to_string(), Literal::Text(by.clone())));
        }
        Edit {
            table: vec!["answers".to_string(), question.to_string()],
            set,
            remove,
        }
    }
}

/// Saves what was decided about several questions in a file of the locked dossier: all of it or nothing,
/// with one save. Questions that the file does not hold yet follow at its end.
pub fn save_all(lock: &Lock, path: &Path, changes: &[(String, Change)]) -> Result<(), SaveError> {
    save::rewrite(path, lock, |path, old| {
        let failed = |source| SaveError::Edit {
            path: path.to_owned(),
            source,
        };
        let source = source::Source::parse("", old, &mut Diagnostics::default());
        let answers = source
            .as_ref()
            .and_then(|source| source.tree().get("answers"));
        let answers = answers.and_then(|node| node.get_ref().as_table());
        let stands =
            |question: &str| answers.is_some_and(|answers| answers.get(question).is_some());
        let (changed, new): (Vec<_>, Vec<_>) =
            changes.iter().partition(|(question, _)| stands(question));
        let mut now = old.to_owned();
        for (question, change) in changed {
            now = edit::apply(&now, &change.edit(question)).map_err(failed)?;
        }
        let edits: Vec<Edit> = new
            .iter()
            .map(|(question, change)| change.edit(question))
            .collect();
        let tables: Vec<NewTable> = edits
            .iter()
            .map(|edit| (edit.table.clone(), edit.set.clone()))
            .collect();
        if let Ok(appended) = edit::append(&now, &tables) {
            return Ok(appended);
        }
        // Answers within braces take no table behind them.
        for edit in &edits {
            now = edit::apply(&now, edit).map_err(failed)?;
        }
        Ok(now)
    })
}

fn citation(citation: &Citation) -> Literal {
    let id = Literal::Text(citation.id.clone());
    match &citation.at {
        None => id,
        Some(at) => {
            Literal::InlineTable(vec![("id".to_string(), id), ("at".to_string(), local(at))])
        }
    }
}

/// Returns the word of a state as a file writes it; none for the states that are not written.
fn word(state: State) -> Option<&'static str> {
    match state {
        State::Unknown => Some("unknown"),
        State::Declined => Some("declined"),
        State::NotApplicable => Some("not-applicable"),
        State::Answered | State::NotAsked | State::Withheld => None,
    }
}

/// Returns the word of a confidence as a file writes it.
fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Reported => "reported",
        Confidence::Observed => "observed",
        Confidence::Documented => "documented",
        Confidence::Verified => "verified",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_a_state_and_a_state_takes_the_value_away() {
        let change = Change {
            value: Some(Value::Level(2)),
            ..Change::default()
        };
        assert_eq!(
            change.edit("legal-mandate").remove,
            ["state", "reason", "source"]
        );
        let change = Change {
            state: Some(State::Unknown),
            ..Change::default()
        };
        assert_eq!(change.edit("legal-mandate").remove, ["value", "source"]);
    }

    #[test]
    fn many_changes_are_saved_at_once_whatever_the_file_looks_like() {
        let said = |words: &str| Change {
            note: Some(words.into()),
            ..Change::default()
        };
        let changes = [
            (String::from("a"), said("new of a")),
            (String::from("b"), said("new of b")),
        ];
        for (before, after) in [
            (
                "",
                "[answers.a]\nnote = \"new of a\"\n\n[answers.b]\nnote = \"new of b\"\n",
            ),
            (
                "# kept\n[answers.b] # too\r\nnote = \"old\" # and this\r\nvalue = 1\r\n",
                "# kept\n[answers.b] # too\r\nnote = \"new of b\" # and this\r\nvalue = 1\r\n\r\n\
                 [answers.a]\r\nnote = \"new of a\"\r\n",
            ),
            (
                "answers = { b = { value = 1 } }\n",
                "answers = { b = { value = 1, note = \"new of b\" }, a = { note = \"new of a\" } }\n",
            ),
        ] {
            let home = tempfile::tempdir().expect("a folder");
            let path = home.path().join("responses/p/assessment.toml");
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(&path, before).expect("a file");
            let lock = Lock::acquire(home.path()).expect("the lock");
            save_all(&lock, &path, &changes).expect("a save");
            assert_eq!(std::fs::read_to_string(&path).expect("a file"), after);
        }
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("assessment.toml");
        std::fs::write(&path, "[answers.b]\nnote = 1 oops\n").expect("a file");
        let lock = Lock::acquire(home.path()).expect("the lock");
        assert!(save_all(&lock, &path, &changes).is_err());
        let kept = std::fs::read_to_string(&path).expect("a file");
        assert_eq!(kept, "[answers.b]\nnote = 1 oops\n");
    }
}
