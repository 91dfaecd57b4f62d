//! The register: who was met, in which meetings, and what they handed over.
//!
//! It is read alone or with the dossier it belongs to, and grows by one entry at a time. An entry is
//! added without a look at the rest of the dossier, since that may be in error for want of the entry.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::edit::{self, Edit, Literal};
use super::id;
use super::read::{stands, text_of};
use super::save::{self, Lock, SaveError};
use super::value::local;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown};
use crate::files;
use crate::model::dossier::{Evidence, Head, Meeting, Person, Register};
use crate::model::{Date, Questionnaire, Tlp};
use crate::source::Source;

const FILE: &str = "register.toml";

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

/// Returns the file of a dossier's register.
pub fn path(root: &Path) -> PathBuf {
    root.join(FILE)
}

/// Reads the register and nothing else; a missing one is empty. What it refers to is not looked at.
pub fn read_alone(root: &Path, found: &mut Diagnostics) -> Option<Register> {
    let path = path(root);
    if !stands(&path) {
        return Some(Register::default());
    }
    let text = text_of(root, &path, found)?;
    Source::parse(&path.display().to_string(), &text, found)?.read_all(found)
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
    save::rewrite(&path(lock.dossier()), lock, |path, old| {
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

/// Reads the register of a dossier and checks what it refers to, and what the head refers to in it.
pub(super) fn read(
    root: &Path,
    head: &Head,
    questionnaire: &Questionnaire,
    found: &mut Diagnostics,
) -> Option<Register> {
    let path = path(root);
    if !stands(&path) {
        return Some(Register::default());
    }
    let text = text_of(root, &path, found)?;
    let source = Source::parse(&path.display().to_string(), &text, found)?;
    let register: Register = source.read_all(found)?;
    check_ids(&register, &source, found);
    check_people(&register, &source, questionnaire, found);
    for (id, one) in &register.evidence {
        check_file(root, id, one, &source, found);
    }
    check_decisions(root, head, &register, found);
    Some(register)
}

fn check_ids(register: &Register, source: &Source<'_>, found: &mut Diagnostics) {
    let ids = register.people.keys().map(|id| ("people", id));
    let ids = ids.chain(register.meetings.keys().map(|id| ("meetings", id)));
    for (table, id) in ids.chain(register.evidence.keys().map(|id| ("evidence", id))) {
        // Such an id also names a folder under `responses/`, on every system.
        if !id::acceptable(id) {
            let message = format!("{} is not an id", shown(id));
            found.push(
                Diagnostic::error("bad-id", source.find(&[table, id]), message)
                    .help("ids are lower-case words with hyphens"),
            );
        }
        if table == "meetings" && register.people.contains_key(id) {
            let message = format!("a person and a meeting share the id `{id}`");
            found.push(
                Diagnostic::error("duplicate-id", source.find(&[table, id]), message)
                    .help("give the meeting another id"),
            );
        }
    }
}

/// Checks the types of the people, and the people whom meetings and evidence name.
fn check_people(
    register: &Register,
    source: &Source<'_>,
    questionnaire: &Questionnaire,
    found: &mut Diagnostics,
) {
    let words = &questionnaire.words;
    for (id, one) in &register.people {
        if words.stakeholder(&one.kind).is_none() {
            let place = source.find(&["people", id, "type"]);
            let message = format!("there is no stakeholder type {}", shown(&one.kind));
            let known = words.stakeholders.iter().map(|one| one.id.as_str());
            found.push(
                Diagnostic::error("unknown-stakeholder", place, message).suggest(&one.kind, known),
            );
        }
    }
    let mut check = |keys: &[&str], id: &str| {
        if !register.people.contains_key(id) {
            let message = format!("there is no person {}", shown(id));
            let known = register.people.keys().map(String::as_str);
            found.push(
                Diagnostic::error("unknown-person", source.find(keys), message).suggest(id, known),
            );
        }
    };
    for (id, one) in &register.meetings {
        for participant in &one.participants {
            check(&["meetings", id, "participants"], participant);
        }
    }
    for (id, one) in &register.evidence {
        if let Some(from) = &one.from {
            check(&["evidence", id, "from"], from);
        }
    }
}

/// Checks where the file of a piece of evidence stands, and how its digest is written.
fn check_file(
    root: &Path,
    id: &str,
    evidence: &Evidence,
    source: &Source<'_>,
    found: &mut Diagnostics,
) {
    let digest = evidence.sha256.as_deref();
    if digest.is_some_and(|digest| !is_digest(digest)) {
        found.push(
            Diagnostic::error(
                "bad-digest",
                source.find(&["evidence", id, "sha256"]),
                "a SHA-256 has 64 hexadecimal digits",
            )
            .help("take the line out, or write what `sha256sum` says of the file"),
        );
    }
    let Some(file) = &evidence.file else { return };
    let place = source.find(&["evidence", id, "file"]);
    match files::confined(root, file) {
        Err(problem) => found.push(
            Diagnostic::error("evidence-path", place, problem.to_string())
                .help("put the file under `evidence/` and name it with a relative path"),
        ),
        Ok(path) if !path.is_file() => found.push(
            Diagnostic::warning(
                "evidence-file-missing",
                place,
                "this file is not in the dossier",
            )
            .help("copy it there, or write `kept = false` if it was seen and not kept"),
        ),
        Ok(_) => {}
    }
}

fn check_decisions(root: &Path, head: &Head, register: &Register, found: &mut Diagnostics) {
    for (id, stage) in &head.stages {
        let decision = stage.decision.as_ref();
        let cited = decision.and_then(|decision| decision.evidence.as_deref());
        let Some(cited) = cited.filter(|cited| !register.evidence.contains_key(*cited)) else {
            continue;
        };
        let place = Place::file(root.join("dossier.toml").display().to_string());
        let message = format!(
            "the decision on `{id}` cites evidence {} that the register does not hold",
            shown(cited)
        );
        let known = register.evidence.keys().map(String::as_str);
        found.push(Diagnostic::error("unknown-evidence", place, message).suggest(cited, known));
    }
}

/// Tells the files of the register that are not what they were when they were registered. They are
/// read from the first byte to the last, so this is asked for, not done by every reader.
pub fn check_digests(root: &Path, found: &mut Diagnostics) {
    let path = path(root);
    let name = path.display().to_string();
    let text = files::read_text_in(root, &path, files::TOML_LIMIT).unwrap_or_default();
    // What else is wrong with the register is told by whoever reads the dossier.
    let mut ignored = Diagnostics::default();
    let Some(source) = Source::parse(&name, &text, &mut ignored) else {
        return;
    };
    let register: Register = source.read_all(&mut ignored).unwrap_or_default();
    for (id, one) in &register.evidence {
        match standing(root, one) {
            None | Some(Standing::Same) => {}
            Some(Standing::Changed { now }) => found.push(
                Diagnostic::warning(
                    "evidence-changed",
                    source.find(&["evidence", id, "sha256"]),
                    format!("the file of `{id}` has changed since it was registered"),
                )
                .help(format!(
                    "bring the old file back; if the new one is right, write `sha256 = \"{now}\"`"
                )),
            ),
            Some(Standing::Unreadable(problem)) => found.push(problem),
        }
    }
}

/// How the file of a piece of evidence stands to the digest in the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is what it was.
    Same,
    /// It has changed.
    Changed {
        /// Its digest now.
        now: String,
    },
    /// It cannot be read.
    Unreadable(Diagnostic),
}

/// Compares the file of a piece of evidence with its digest; none where there is nothing to compare.
pub fn standing(root: &Path, evidence: &Evidence) -> Option<Standing> {
    let digest = evidence.sha256.as_deref();
    let digest = digest.filter(|digest| is_digest(digest))?;
    let path = files::confined(root, evidence.file.as_deref()?).ok()?;
    if !path.is_file() {
        return None;
    }
    Some(match files::digest(&path) {
        Ok(now) if now.eq_ignore_ascii_case(digest) => Standing::Same,
        Ok(now) => Standing::Changed { now },
        Err(problem) => {
            let name = path.display().to_string();
            Standing::Unreadable(problem.diagnostic("unreadable-file", &name))
        }
    })
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
