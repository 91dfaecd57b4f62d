//! A record that two sides say differently, and what can be decided about it.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::Kind;
use crate::dossier::edit::Tree;

/// The keys that say who recorded an answer and when, not what.
pub(super) const STAMP: [&str; 2] = ["answered", "by"];

/// A record that two sides say differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The sort of the file it stands in.
    pub kind: Kind,
    /// Its path, such as `["answers", "legal-mandate"]`.
    pub path: Vec<String>,
    /// What stands here; none where it was taken away here.
    pub mine: Option<Tree>,
    /// What stands there; none where it was taken away there.
    pub theirs: Option<Tree>,
    /// The lines of what stands here.
    pub my_lines: String,
    /// The lines of what stands there.
    pub their_lines: String,
}

/// What is decided about a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// What stands here stays.
    Mine,
    /// What stands there comes in its place.
    Theirs,
    /// What stands here stays, marked as disputed; for answers.
    Dissent,
    /// Nothing yet.
    Later,
}

impl Conflict {
    /// Returns the id of the question, where the record is an answer.
    pub fn question(&self) -> Option<&str> {
        match (self.kind, self.path.as_slice()) {
            (Kind::Answers, [answers, id]) if answers == "answers" => Some(id),
            _ => None,
        }
    }

    /// Returns the keys that the sides say differently; none where it is no table on both.
    pub fn keys<'s>(&'s self) -> Vec<&'s str> {
        let table = |side: &'s Option<Tree>| side.as_ref().and_then(Tree::table);
        let (Some(mine), Some(theirs)) = (table(&self.mine), table(&self.theirs)) else {
            return Vec::new();
        };
        let keys: BTreeSet<&str> = mine
            .keys()
            .chain(theirs.keys())
            .map(String::as_str)
            .collect();
        let differs = |key: &&str| match (mine.get(*key), theirs.get(*key)) {
            (Some(one), Some(other)) => !one.same(other),
            _ => true,
        };
        keys.into_iter().filter(differs).collect()
    }

    /// Tells whether one side says all that the other says, and more; who and when aside.
    pub fn fuller(&self) -> Option<Choice> {
        let (mine, theirs) = (self.mine.as_ref()?.table()?, self.theirs.as_ref()?.table()?);
        let within = |one: &BTreeMap<String, Tree>, other: &BTreeMap<String, Tree>| {
            let mut said = one.iter().filter(|(key, _)| !STAMP.contains(&key.as_str()));
            said.all(|(key, one)| other.get(key).is_some_and(|other| one.same(other)))
        };
        match (within(mine, theirs), within(theirs, mine)) {
            (true, false) => Some(Choice::Theirs),
            (false, true) => Some(Choice::Mine),
            _ => None,
        }
    }
}

/// Tells which of two answers is kept where they differ in nothing but who recorded them and when: the one
/// that was there first, so that both sides keep the same.
pub(super) fn agreed(mine: &Tree, theirs: &Tree) -> Option<Choice> {
    let said = |tree: &Tree| {
        let mut table = tree.table()?.clone();
        table.retain(|key, _| !STAMP.contains(&key.as_str()));
        Some(Tree::Table(table))
    };
    if !said(mine)?.same(&said(theirs)?) {
        return None;
    }
    let stamp = |tree: &Tree| {
        STAMP.map(|key| match tree.table().and_then(|table| table.get(key)) {
            Some(Tree::Date(word) | Tree::Text(word)) => (0, word.clone()),
            Some(_) => (1, String::new()),
            None => (2, String::new()),
        })
    };
    match stamp(mine) <= stamp(theirs) {
        true => Some(Choice::Mine),
        false => Some(Choice::Theirs),
    }
}
