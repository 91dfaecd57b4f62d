//! Replies held against what was recorded of the same respondent before.

use super::Reply;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::dossier::record::Change;
use crate::model::dossier::Answers;
use crate::model::{Answer, State};

/// What becomes of a reply where something else is on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It is told, and nothing is recorded.
    Refused,
    /// Its words go beneath those on record; a value on record stays, and another one is told.
    Appended,
    /// It takes the place of what is on record.
    Replacing,
}

/// What is to be recorded.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// The changes by question, without who and when.
    pub changes: Vec<(String, Change)>,
    /// How many replies are on record already.
    pub same: usize,
    /// The replies that say something else than what is on record.
    pub found: Diagnostics,
}

/// Settles what is to be recorded of some replies.
pub fn settle(replies: &[Reply], before: &Answers, held: Held) -> Settled {
    let mut settled = Settled::default();
    let nothing = Answer::default();
    for reply in replies {
        let old = before.get(&reply.question).unwrap_or(&nothing);
        let change = settled.change(reply, old, held);
        if change.is_empty() {
            settled.same += 1;
        } else {
            settled.changes.push((reply.question.clone(), change));
        }
    }
    settled
}

impl Settled {
    fn change(&mut self, reply: &Reply, old: &Answer, held: Held) -> Change {
        let mut change = Change::default();
        if let Some(note) = &reply.note {
            let known = old.note.as_deref().unwrap_or_default();
            if known.trim().is_empty() || held == Held::Replacing && known != note {
                change.note = Some(note.clone());
            } else if !holds(known, note) {
                match held {
                    Held::Appended => {
                        change.note = Some(format!("{}\n\n{note}", known.trim_end()));
                        // The note goes on in the language that it began in.
                        change.lang.clone_from(&old.lang);
                    }
                    _ => self.differs(
                        reply,
                        &reply.places[0],
                        "add `--append` to put the words beneath, or `--replace`",
                    ),
                }
            }
        }
        let recorded = old.value.is_some() || is_stated(old.state);
        let same = reply.value.is_some() && reply.value == old.value
            || reply.state.is_some_and(|state| state == old.state);
        if (reply.value.is_some() || reply.state.is_some()) && !same {
            if recorded && held != Held::Replacing {
                let help = "keep one of the two in the form, or add `--replace`";
                self.differs(reply, &reply.places[1], help);
            } else {
                change.value.clone_from(&reply.value);
                change.state = reply.state;
            }
        }
        change
    }

    fn differs(&mut self, reply: &Reply, place: &str, help: &str) {
        let message = format!(
            "{place}: something else is on record of `{}` from the same respondent",
            reply.question
        );
        let diagnostic = Diagnostic::error("reply-differs", Place::default(), message);
        self.found.push(diagnostic.help(help));
    }
}

fn is_stated(state: State) -> bool {
    matches!(
        state,
        State::Unknown | State::Declined | State::NotApplicable
    )
}

/// Tells whether a note holds these words as paragraphs of their own.
fn holds(note: &str, words: &str) -> bool {
    let found = note.match_indices(words);
    found.into_iter().any(|(at, _)| {
        let (before, after) = (&note[..at], &note[at + words.len()..]);
        let starts = before.trim().is_empty() || before.ends_with("\n\n");
        starts && (after.trim().is_empty() || after.starts_with("\n\n"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Value;

    fn on_record(note: &str, value: Option<i64>) -> Answers {
        let answer = Answer {
            state: value.map_or(State::NotAsked, |_| State::Answered),
            value: value.map(Value::Integer),
            note: Some(note.into()),
            ..Answer::default()
        };
        [(String::from("q"), answer)].into()
    }

    fn reply(note: Option<&str>, value: Option<i64>) -> Reply {
        Reply {
            question: "q".into(),
            note: note.map(String::from),
            value: value.map(Value::Integer),
            ..Reply::default()
        }
    }

    #[test]
    fn what_is_on_record_passes_and_what_is_not_is_never_put_over_it() {
        let before = on_record("said at lunch\n\nwritten later", Some(3));
        for words in [
            "said at lunch",
            "written later",
            "said at lunch\n\nwritten later",
        ] {
            let settled = settle(&[reply(Some(words), Some(3))], &before, Held::Refused);
            assert!(
                settled.changes.is_empty() && settled.found.is_empty(),
                "{words}"
            );
            assert_eq!(settled.same, 1);
        }
        let settled = settle(&[reply(Some("at lunch"), Some(4))], &before, Held::Refused);
        assert_eq!(settled.found.errors(), 2);
    }

    #[test]
    fn words_go_beneath_and_a_value_only_where_there_is_none() {
        let before = on_record("one", None);
        let settled = settle(&[reply(Some("two"), Some(4))], &before, Held::Appended);
        assert!(settled.found.is_empty());
        let (_, change) = &settled.changes[0];
        assert_eq!(change.note.as_deref(), Some("one\n\ntwo"));
        assert_eq!(change.value, Some(Value::Integer(4)));
        let before = on_record("one", Some(3));
        let settled = settle(&[reply(None, Some(4))], &before, Held::Appended);
        assert_eq!(
            settled.found.errors(),
            1,
            "a value is not replaced by appending"
        );
        let settled = settle(&[reply(Some("two"), Some(4))], &before, Held::Replacing);
        assert!(settled.found.is_empty());
        assert_eq!(settled.changes[0].1.note.as_deref(), Some("two"));
    }
}
