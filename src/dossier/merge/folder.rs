//! Reads the files of a copy of a dossier, and lays those of two copies side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::conflict::{Choice, Conflict};
use super::shape::Kind;
use super::text::{Merged, Sides, merge};
use crate::diagnostic::Diagnostics;
use crate::dossier::edit::{self, Edit, EditError, Literal, Tree};
use crate::dossier::read::text_of;
use crate::dossier::save::{self, Lock, SaveError};
use crate::files;
use crate::model::Month;
use crate::source::Source;

/// How deep folders beneath `evidence/` are looked into.
const DEPTH: u32 = 8;

/// The files of a copy.
#[derive(Debug, Clone, Default)]
pub struct Copy {
    /// Where it stands.
    pub root: PathBuf,
    /// The texts of its files, by their paths within it.
    pub files: BTreeMap<String, String>,
    /// The documents that it holds, by their paths within it.
    pub evidence: BTreeSet<String>,
    /// What else stands in it, and no command reads.
    pub others: Vec<String>,
}

/// A file that comes from the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// The file that receives it, by its path within the dossier.
    pub file: String,
    /// Its text; none where it was taken away there.
    pub theirs: Option<String>,
    /// What both were made from, where it is known.
    pub base: Option<String>,
}

/// Tells whether a command reads a file of this name in this folder of a dossier.
pub(super) fn known_name(folder: &str, name: &str, stages: &[String]) -> bool {
    let Some(stem) = name.strip_suffix(".toml") else {
        return false;
    };
    let stage = || stages.iter().any(|stage| stage == stem);
    match folder {
        "" => ["dossier", "register", "notes"].contains(&stem) || stage(),
        "drafting" => stage(),
        "progress" => stem == "plan" || Month::parse(stem).is_some(),
        _ => {
            folder
                .strip_prefix("responses/")
                .is_some_and(files::safe_name)
                && stage()
        }
    }
}

/// Returns the folders of a dossier in which files of its own stand, by their paths within it.
pub(super) fn parents(root: &Path) -> Vec<String> {
    let mut parents = vec![String::new()];
    let there = |name: &str| {
        let path = root.join(name);
        path.is_dir() && !path.is_symlink()
    };
    parents.extend(
        ["drafting", "progress"]
            .map(String::from)
            .into_iter()
            .filter(|name| there(name)),
    );
    if there("responses") {
        for path in files::list_in(root, &root.join("responses")).unwrap_or_default() {
            let name = path.file_name().and_then(|name| name.to_str());
            let name = name.filter(|name| files::safe_name(name));
            parents.extend(
                name.map(|name| format!("responses/{name}"))
                    .filter(|name| there(name)),
            );
        }
    }
    parents
}

/// Reads the files of a copy; broken TOML is told with its place.
pub fn gather(root: &Path, stages: &[String], found: &mut Diagnostics) -> Option<Copy> {
    let errors = found.errors();
    let mut copy = Copy {
        root: root.to_owned(),
        ..Copy::default()
    };
    for folder in parents(root) {
        let at = match folder.as_str() {
            "" => root.to_owned(),
            folder => root.join(folder),
        };
        let paths = match files::list_in(root, &at) {
            Ok(paths) => paths,
            Err(problem) => {
                found.push(problem.diagnostic("unreadable-file", &at.display().to_string()));
                continue;
            }
        };
        for path in paths {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let file = super::copies::join(&folder, name);
            if known_name(&folder, name, stages) {
                let text = text_of(root, &path, found);
                let shown = path.display().to_string();
                let sound = text.filter(|text| Source::parse(&shown, text, found).is_some());
                copy.files.extend(sound.map(|text| (file, text)));
                continue;
            }
            let own = ["drafting", "progress", "responses", "evidence", "reports"].contains(&name);
            let copied = super::copies::original(&folder, name, stages).is_some();
            if !(name.starts_with('.') || folder.is_empty() && own && path.is_dir() || copied) {
                copy.others.push(file);
            }
        }
    }
    documents(root, "evidence", DEPTH, &mut copy);
    // The register may name a document that stands elsewhere in the dossier.
    let register = copy.files.get("register.toml");
    let register = register.and_then(|text| edit::tree(text).ok());
    for (_, file) in register.iter().flat_map(registered) {
        let there = files::confined(root, &file).is_ok_and(|path| path.is_file());
        if there && !file.starts_with('.') {
            copy.others.retain(|other| *other != file);
            copy.evidence.insert(file);
        }
    }
    (found.errors() == errors).then_some(copy)
}

fn documents(root: &Path, folder: &str, depth: u32, copy: &mut Copy) {
    let at = root.join(folder);
    if !at.is_dir() || at.is_symlink() {
        return;
    }
    for path in files::list_in(root, &at).unwrap_or_default() {
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(name) = name.filter(|name| !name.starts_with('.')) else {
            continue;
        };
        let file = format!("{folder}/{name}");
        match files::confined(root, &file) {
            Ok(path) if path.is_file() => drop(copy.evidence.insert(file)),
            Ok(path) if path.is_dir() && depth > 0 => documents(root, &file, depth - 1, copy),
            _ => copy.others.push(file),
        }
    }
}

/// Returns the documents that a register names, each with the path of its entry.
fn registered(register: &Tree) -> Vec<(Vec<String>, String)> {
    let key = "evidence".to_string();
    let entries = register
        .get(std::slice::from_ref(&key))
        .and_then(Tree::table);
    let entries = entries.into_iter().flatten();
    let file = |(id, entry): (&String, &Tree)| {
        let file = entry.table()?.get("file")?.text()?.to_string();
        Some((vec![key.clone(), id.clone()], file))
    };
    entries.filter_map(file).collect()
}

/// Lays the files of two copies side by side, the register before what cites it.
pub fn incoming(mine: &Copy, theirs: &Copy, base: Option<&Copy>) -> Vec<Incoming> {
    let mut list = Vec::new();
    let first = ["dossier.toml", "register.toml", "notes.toml"].map(String::from);
    let rest = mine.files.keys().chain(theirs.files.keys());
    let rest: BTreeSet<&String> = rest.filter(|file| !first.contains(file)).collect();
    for file in first.iter().chain(rest) {
        let here = mine.files.get(file);
        let there = theirs.files.get(file);
        let before = base.and_then(|base| base.files.get(file));
        let same = |one: &String, other: &String| match (edit::tree(one), edit::tree(other)) {
            (Ok(one), Ok(other)) => one.same(&other),
            _ => false,
        };
        let unchanged = |side: Option<&String>| side.zip(before).is_some_and(|(a, b)| same(a, b));
        // Of a file that neither side was made from, nothing stood in it.
        let base = base.map(|_| before.cloned().unwrap_or_default());
        match (here, there) {
            (Some(_), Some(_)) => list.push(Incoming {
                file: file.clone(),
                theirs: there.cloned(),
                base,
            }),
            // What was taken away here and changed there comes back whole: nothing is dropped.
            (None, Some(_)) if !unchanged(there) => list.push(Incoming {
                file: file.clone(),
                theirs: there.cloned(),
                base: None,
            }),
            (Some(_), None) if unchanged(here) => list.push(Incoming {
                file: file.clone(),
                theirs: None,
                base,
            }),
            _ => {}
        }
    }
    list
}

/// Merges a file of the locked dossier with one that comes in, and saves it.
pub fn merge_into(
    lock: &Lock,
    incoming: &Incoming,
    theirs: &str,
    choose: &mut dyn FnMut(&Conflict) -> Choice,
) -> Result<Merged, SaveError> {
    let mut outcome = None;
    let path = lock.dossier().join(&incoming.file);
    save::rewrite(&path, lock, |path, old| {
        let merged =
            merge_text(incoming, old, theirs, choose).map_err(|source| SaveError::Edit {
                path: path.to_owned(),
                source,
            })?;
        let text = merged.text.clone();
        outcome = Some(merged);
        Ok::<_, SaveError>(text)
    })?;
    outcome.ok_or(SaveError::Outside { path })
}

/// Merges what comes in with the text of a file, and writes nothing.
pub fn merge_text(
    incoming: &Incoming,
    mine: &str,
    theirs: &str,
    choose: &mut dyn FnMut(&Conflict) -> Choice,
) -> Result<Merged, EditError> {
    let sides = Sides {
        mine,
        theirs,
        base: incoming.base.as_deref(),
    };
    merge(Kind::of(&incoming.file), sides, false, choose)
}

/// Where a document of the other copy goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its path there.
    pub there: String,
    /// Its path here.
    pub here: String,
    /// Whether its bytes stand here already.
    pub stands: bool,
}

/// Says where each document of the other copy goes: under its own name, or, where other bytes have that
/// name here, under one with a number. What cannot be read has no place, and is told.
pub fn place_documents(
    mine: &Copy,
    theirs: &Copy,
    base: Option<&Copy>,
) -> (Vec<Document>, Vec<String>) {
    let digest = |copy: &Copy, file: &str| {
        let path = files::confined(&copy.root, file).ok()?;
        files::digest(&path).ok()
    };
    // Names that differ in capitals alone are one name on some systems.
    let lower = |name: &str| name.to_lowercase();
    let here: BTreeMap<String, &String> = mine
        .evidence
        .iter()
        .map(|file| (lower(file), file))
        .collect();
    let mut taken: BTreeSet<String> = theirs.evidence.iter().map(|file| lower(file)).collect();
    let (mut placed, mut refused) = (Vec::new(), Vec::new());
    for there in &theirs.evidence {
        let Some(bytes) = digest(theirs, there) else {
            refused.push(there.clone());
            continue;
        };
        let before = base.filter(|base| base.evidence.contains(there));
        let gone = !here.contains_key(&lower(there));
        if gone && before.and_then(|base| digest(base, there)).as_ref() == Some(&bytes) {
            continue;
        }
        let (folder, name) = there.rsplit_once('/').unwrap_or(("", there));
        let (stem, ending) = match name.rfind('.') {
            Some(at) if at > 0 => name.split_at(at),
            _ => (name, ""),
        };
        let numbered = (2_u32..).map(|number| format!("{stem}-{number}{ending}"));
        let names = std::iter::once(name.to_string()).chain(numbered);
        for (name, own) in names.zip(std::iter::once(true).chain(std::iter::repeat(false))) {
            let file = super::copies::join(folder, &name);
            let known = here.get(&lower(&file));
            let same = known.is_some_and(|known| digest(mine, known).as_ref() == Some(&bytes));
            let stands = match known {
                Some(_) if !same => continue,
                Some(_) => true,
                None if !own && taken.contains(&lower(&file)) => continue,
                None => false,
            };
            taken.insert(lower(&file));
            placed.push(Document {
                there: there.clone(),
                here: known.map_or(file, |known| (*known).clone()),
                stands,
            });
            break;
        }
    }
    (placed, refused)
}

/// Returns the other side's register with the names that its documents have here.
pub fn follow_documents(register: &str, documents: &[Document]) -> Result<String, EditError> {
    let mut text = register.to_owned();
    for (table, file) in registered(&edit::tree(register)?) {
        let moved = |one: &&Document| one.there == file && one.here != file;
        if let Some(document) = documents.iter().find(moved) {
            let edit = Edit {
                table,
                set: vec![("file".into(), Literal::Text(document.here.clone()))],
                remove: Vec::new(),
            };
            text = edit::apply(&text, &edit)?;
        }
    }
    Ok(text)
}
