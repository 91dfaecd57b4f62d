//! What was noted in the room: running notes, filed to questions or waiting to be.
//!
//! Notes are the assessor's own paper: no report reads them, and a [`Dossier`](super::Dossier) does
//! not hold them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Date, Tlp};

/// One note: an entry `[[note]]` of `notes.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Note {
    /// `n-` and a number that is never used twice.
    pub id: String,
    /// What was noted.
    pub text: String,
    /// The language of the text.
    pub lang: Option<String>,
    /// The meeting in which it was noted.
    pub meeting: Option<String>,
    /// The person or meeting that said it.
    pub respondent: Option<String>,
    /// The question it is filed to; it waits to be filed where absent.
    pub question: Option<String>,
    /// The stage it belongs to; every stage where absent.
    pub stage: Option<String>,
    /// Its own label.
    pub tlp: Option<Tlp>,
    /// The initials of who noted it.
    pub by: Option<String>,
    /// The day it was noted.
    pub date: Option<Date>,
}

impl Note {
    /// Tells whether it belongs to a stage.
    pub fn is_of(&self, stage: &str) -> bool {
        self.stage.as_deref().is_none_or(|own| own == stage)
    }
}

/// The notes of a dossier: `notes.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Notes {
    /// The last number that was given to a note, so that none is used twice.
    #[serde(default)]
    pub last: u64,
    /// The notes, in the order in which they were taken.
    #[serde(default, rename = "note")]
    pub list: Vec<Note>,
}

impl Notes {
    /// Walks the notes that are filed to a question of a stage.
    pub fn filed_to<'n>(
        &'n self,
        stage: &'n str,
        question: &'n str,
    ) -> impl Iterator<Item = &'n Note> {
        let filed = move |note: &&Note| note.question.as_deref() == Some(question);
        self.list
            .iter()
            .filter(move |note| note.is_of(stage) && filed(note))
    }

    /// Walks the notes that wait to be filed.
    pub fn waiting(&self) -> impl Iterator<Item = &Note> {
        self.list.iter().filter(|note| note.question.is_none())
    }

    /// Returns a note by its id.
    pub fn get(&self, id: &str) -> Option<&Note> {
        self.list.iter().find(|note| note.id == id)
    }
}
