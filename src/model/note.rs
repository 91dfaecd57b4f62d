//! Running notes: what was said in the room, in the order in which it was said.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Date, Tlp};

/// One running note. It is filed to a question, or waits to be; no report prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Note {
    /// What was said, as it was taken down.
    pub text: String,
    /// The language it was taken down in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// The meeting it was said in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meeting: Option<String>,
    /// The person or meeting that said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub respondent: Option<String>,
    /// The stage of the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The question it is filed to; none while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Its own label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Tlp>,
    /// The day it was taken down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// The initials of who took it down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

impl Note {
    /// Returns the id with who spoke, where, and the label where it is narrower than the dossier's, as in
    /// `n-4 (m-example, workshop-0603, TLP:RED)`.
    pub fn headed(&self, id: &str, dossier: Tlp, who: impl Fn(&str) -> String) -> String {
        let meeting = self.meeting.iter();
        let meeting = meeting.filter(|one| Some(*one) != self.respondent.as_ref());
        let label = self.tlp.filter(|label| *label > dossier);
        let known = self.respondent.iter().chain(meeting).map(|one| who(one));
        let known: Vec<String> = known.chain(label.map(Tlp::label)).collect();
        match known.is_empty() {
            true => id.to_string(),
            false => format!("{id} ({})", known.join(", ")),
        }
    }
}

/// The running notes of a dossier: `notes.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Notes {
    /// The highest number that was ever given, so that none is given twice.
    #[serde(default)]
    pub last: u32,
    /// The notes, by id: `n-1`, `n-2`, and so on.
    #[serde(default)]
    pub notes: BTreeMap<String, Note>,
}

impl Notes {
    /// Returns the notes in the order of their numbers.
    pub fn in_order(&self) -> Vec<(&str, &Note)> {
        let mut notes: Vec<(&str, &Note)> = self
            .notes
            .iter()
            .map(|(id, note)| (id.as_str(), note))
            .collect();
        notes.sort_by_key(|(id, _)| (number(id).unwrap_or(u32::MAX), id.to_string()));
        notes
    }

    /// Returns the notes that wait for a question: those without one, and those filed to one that nobody
    /// asks, as `asked` tells of a note's stage and question.
    pub fn waiting(&self, mut asked: impl FnMut(Option<&str>, &str) -> bool) -> Vec<(&str, &Note)> {
        let mut notes = self.in_order();
        notes.retain(|(_, note)| match &note.question {
            Some(question) => !asked(note.stage.as_deref(), question),
            None => true,
        });
        notes
    }

    /// Returns the notes of one question of a stage, in their order.
    pub fn on<'n>(&'n self, stage: &str, question: &str) -> Vec<(&'n str, &'n Note)> {
        let mut notes = self.in_order();
        notes.retain(|(_, note)| {
            note.question.as_deref() == Some(question)
                && note.stage.as_deref().is_none_or(|one| one == stage)
        });
        notes
    }

    /// Returns what a person or a meeting said, in order, and what was said in that meeting.
    pub fn of<'n>(&'n self, who: &str) -> Vec<(&'n str, &'n Note)> {
        let mut notes = self.in_order();
        notes.retain(|(_, note)| {
            let named = [note.respondent.as_deref(), note.meeting.as_deref()];
            named.contains(&Some(who))
        });
        notes
    }

    /// Returns the number that the next note gets.
    pub fn next(&self) -> u32 {
        let highest = self.notes.keys().filter_map(|id| number(id)).max();
        self.last.max(highest.unwrap_or(0)).saturating_add(1)
    }
}

/// Returns the number in an id such as `n-12`.
pub fn number(id: &str) -> Option<u32> {
    let digits = id.strip_prefix("n-")?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_in_the_order_of_their_numbers_and_no_number_is_given_twice() {
        let notes: Notes = toml::from_str(
            "last = 12\n[notes.n-10]\ntext = \"c\"\n[notes.n-2]\ntext = \"b\"\nquestion = \"x-y\"\n[notes.n-1]\ntext = \"a\"\n",
        )
        .expect("notes");
        let ids = |notes: Vec<(&str, &Note)>| -> Vec<String> {
            notes.iter().map(|(id, _)| id.to_string()).collect()
        };
        assert_eq!(ids(notes.in_order()), ["n-1", "n-2", "n-10"]);
        assert_eq!(ids(notes.waiting(|_, _| true)), ["n-1", "n-10"]);
        assert_eq!(ids(notes.waiting(|_, _| false)), ["n-1", "n-2", "n-10"]);
        assert_eq!(ids(notes.on("assessment", "x-y")), ["n-2"]);
        assert_eq!(notes.next(), 13);
        assert_eq!(number("n-07"), None);
        assert_eq!(number("n-"), None);
        assert_eq!(number("m-1"), None);
    }
}
