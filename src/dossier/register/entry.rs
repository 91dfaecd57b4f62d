//! A new entry: its id, its spelling, and the way into the file.

use thiserror::Error;

use crate::diagnostic::{Diagnostics, Place, shown};
use crate::dossier::edit::{self, Edit, Literal};
use crate::dossier::id;
use crate::dossier::save::{self, Lock, SaveError};
use crate::dossier::value::local;
use crate::model::dossier::{Evidence, Meeting, Person, Register};
use crate::model::{Date, Tlp};
use crate::source::Source;

/// A new entry of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Somebody who was met.
    Person(Person),
    /// A meeting that was held.
    Meeting(Meeting),
    /// A document that was handed over or seen.
    Evidence(Evidence),
}

/// Why an entry was not added; the register is as it was.
#[derive(Debug, Error)]
pub enum AddError {
    /// The register cannot be read as it stands.
    #[error("{}", .0.to_text())]
    Unreadable(Diagnostics),
    /// What was given is no id.
    #[error("an id is lower-case words and digits joined by hyphens, such as `m-example`")]
    NotAnId,
    /// Another entry has the id.
    #[error("`{id}` is taken at {place}; give another id, or none to get a new one")]
    Taken {
        /// The id.
        id: String,
        /// The entry that has it.
        place: Place,
    },
    /// The entry names a person whom the register does not hold.
    #[error("there is no person {}", shown(.id))]
    UnknownPerson {
        /// The id.
        id: String,
        /// The people there are.
        known: Vec<String>,
    },
    /// It cannot be saved.
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// Adds an entry to the register of the locked dossier, and returns its id: the one given, else one
/// made from its name.
///
/// The file is read again before it is saved: it holds what it held, and the entry.
pub fn add(lock: &Lock, entry: &Entry, id: Option<&str>) -> Result<String, AddError> {
    if id.is_some_and(|id| !id::acceptable(id)) {
        return Err(AddError::NotAnId);
    }
    let mut added = String::new();
    save::rewrite(&super::path(lock.dossier()), lock, |path, old| {
        let mut found = Diagnostics::default();
        let name = path.display().to_string();
        let source = Source::parse(&name, old, &mut found);
        let register = source
            .as_ref()
            .and_then(|source| source.read_all(&mut found));
        let (Some(source), Some(register), false) = (source, register, found.has_errors()) else {
            return Err(AddError::Unreadable(found));
        };
        added = new_id(entry, id, &register, &source)?;
        let failed = |source| SaveError::Edit {
            path: path.to_owned(),
            source,
        };
        let table = vec![entry.table().to_string(), added.clone()];
        let edit = Edit {
            table: table.clone(),
            set: entry.pairs(),
            remove: Vec::new(),
        };
        let new = edit::apply(old, &edit).map_err(failed)?;
        match toml::from_str::<Register>(new.trim_start_matches('\u{feff}')) {
            Ok(read) if read == entry.put_into(register, &added) => Ok(new),
            _ => {
                let path = table.join(".");
                Err(failed(edit::EditError::Damaged { path }).into())
            }
        }
    })?;
    Ok(added)
}

/// Returns the id that an entry gets, if all is there that it refers to.
fn new_id(
    entry: &Entry,
    id: Option<&str>,
    register: &Register,
    source: &Source<'_>,
) -> Result<String, AddError> {
    let people = &register.people;
    if let Some(id) = entry.people().find(|id| !people.contains_key(*id)) {
        let known = people.keys().cloned().collect();
        let id = id.to_string();
        return Err(AddError::UnknownPerson { id, known });
    }
    // People and meetings share the folders of `responses/`.
    let taken = |id: &str| match entry {
        Entry::Evidence(_) => register.evidence.contains_key(id).then_some("evidence"),
        _ if people.contains_key(id) => Some("people"),
        _ => register.meetings.contains_key(id).then_some("meetings"),
    };
    let Some(id) = id else {
        let free = |id: &str| taken(id).is_some();
        return Ok(id::unique(entry.name(), entry.word(), free));
    };
    match taken(id) {
        None => Ok(id.to_string()),
        Some(table) => Err(AddError::Taken {
            id: id.to_string(),
            place: source.find(&[table, id]),
        }),
    }
}

impl Entry {
    fn table(&self) -> &'static str {
        match self {
            Self::Person(_) => "people",
            Self::Meeting(_) => "meetings",
            Self::Evidence(_) => "evidence",
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Meeting(_) => "meeting",
            Self::Evidence(_) => "evidence",
        }
    }

    /// Returns what the id is made from: of a text by language the English, else the first.
    fn name(&self) -> &str {
        match self {
            Self::Person(person) => &person.name,
            Self::Meeting(meeting) => meeting.title.get("en").0,
            Self::Evidence(evidence) => evidence.title.get("en").0,
        }
    }

    /// Walks the ids of the people it names.
    fn people(&self) -> impl Iterator<Item = &str> {
        let (many, one) = match self {
            Self::Person(_) => ([].as_slice(), None),
            Self::Meeting(meeting) => (meeting.participants.as_slice(), None),
            Self::Evidence(evidence) => ([].as_slice(), evidence.from.as_deref()),
        };
        many.iter().map(String::as_str).chain(one)
    }

    /// Returns what is written, in the order of the manual. Consent is always written: who reads the
    /// file sees that it was asked.
    fn pairs(&self) -> Vec<(String, Literal)> {
        let text = |text: &String| Literal::Text(text.clone());
        let label = |label: Tlp| Literal::Text(label.word().into());
        let date = |date: Date| Literal::Date(date.to_string());
        let pairs = match self {
            Self::Person(person) => vec![
                ("name", Some(text(&person.name))),
                ("institution", Some(local(&person.institution))),
                ("type", Some(text(&person.kind))),
                ("function", person.function.as_ref().map(local)),
                ("consent", Some(Literal::Boolean(person.consent))),
                ("tlp", person.tlp.map(label)),
            ],
            Self::Meeting(meeting) => {
                let participants: Vec<_> = meeting.participants.iter().map(text).collect();
                let some = !participants.is_empty();
                vec![
                    ("title", Some(local(&meeting.title))),
                    ("date", meeting.date.map(date)),
                    ("place", meeting.place.as_ref().map(local)),
                    ("participants", some.then_some(Literal::List(participants))),
                    ("tlp", meeting.tlp.map(label)),
                ]
            }
            Self::Evidence(evidence) => vec![
                ("title", Some(local(&evidence.title))),
                ("date", evidence.date.map(date)),
                ("from", evidence.from.as_ref().map(text)),
                ("received", evidence.received.map(date)),
                ("file", evidence.file.as_ref().map(text)),
                ("sha256", evidence.sha256.as_ref().map(text)),
                ("kept", evidence.kept.map(Literal::Boolean)),
                ("tlp", evidence.tlp.map(label)),
            ],
        };
        let written = |(key, literal): (&str, Option<Literal>)| Some((key.to_string(), literal?));
        pairs.into_iter().filter_map(written).collect()
    }

    fn put_into(&self, mut register: Register, id: &str) -> Register {
        let id = id.to_string();
        match self.clone() {
            Self::Person(person) => drop(register.people.insert(id, person)),
            Self::Meeting(meeting) => drop(register.meetings.insert(id, meeting)),
            Self::Evidence(evidence) => drop(register.evidence.insert(id, evidence)),
        }
        register
    }
}
