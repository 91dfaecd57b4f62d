//! Merges running notes: two that were taken down under one number are two notes.

use std::collections::{BTreeMap, BTreeSet};

use super::conflict::Conflict;
use super::text::{Merger, Verdict, What, verdict};
use crate::dossier::edit::{self, Edit, EditError, Literal, NewTable, Tree};
use crate::model::note::number;

/// The keys that say where a note is filed; the rest is what was said, by whom and when.
const FILED: [&str; 2] = ["stage", "question"];

fn path(id: &str) -> Vec<String> {
    vec!["notes".into(), id.into()]
}

/// Tells whether two notes are one, wherever it is filed.
fn one_note(one: &Tree, other: &Tree) -> bool {
    let (Some(one), Some(other)) = (one.table(), other.table()) else {
        return one.same(other);
    };
    let within = |one: &BTreeMap<String, Tree>, other: &BTreeMap<String, Tree>| {
        let mut words = one.iter().filter(|(key, _)| !FILED.contains(&key.as_str()));
        words.all(|(key, one)| other.get(key).is_some_and(|other| one.same(other)))
    };
    within(one, other) && within(other, one)
}

fn filed(note: &Tree) -> bool {
    note.table()
        .is_some_and(|note| note.contains_key("question"))
}

impl Merger<'_> {
    /// Merges the notes of both sides, and the number of the last.
    pub(super) fn running_notes(&mut self) -> Result<(), EditError> {
        let notes = |tree: &Tree| -> Vec<(String, Tree)> {
            let table = tree.get(&["notes".to_string()]).and_then(Tree::table);
            let notes = table.into_iter().flatten();
            let mut notes: Vec<_> = notes.map(|(id, it)| (id.clone(), it.clone())).collect();
            notes.sort_by_key(|(id, _)| (number(id).unwrap_or(u32::MAX), id.clone()));
            notes
        };
        let (mine, theirs) = (notes(&self.mine), notes(&self.theirs));
        let there = |list: &[(String, Tree)], id: &str| -> Option<Tree> {
            let found = list.iter().find(|(one, _)| one == id);
            found.map(|(_, note)| note.clone())
        };
        let base = self.base.as_ref().map(&notes).unwrap_or_default();
        // A note here that is one there under the same number is not looked for under another.
        let mut used: BTreeSet<String> = BTreeSet::new();
        let mut away: Vec<(String, Tree)> = Vec::new();
        for (id, note) in &theirs {
            let (here, before) = (there(&mine, id), there(&base, id));
            match here {
                Some(here) if one_note(&here, note) => {
                    used.insert(id.clone());
                    self.filing(id, id, &here, note, before.as_ref())?;
                }
                // One that was there before and was changed on either side.
                _ if before.is_some() => {
                    used.insert(id.clone());
                    self.record(&path(id))?;
                }
                _ => away.push((id.clone(), note.clone())),
            }
        }
        for (id, _) in &mine {
            if there(&theirs, id).is_none() && there(&base, id).is_some() {
                self.record(&path(id))?;
            }
        }
        let highest = |list: &[(String, Tree)]| list.iter().filter_map(|(id, _)| number(id)).max();
        let last = |tree: &Tree| match tree.get(&["last".to_string()]) {
            Some(Tree::Integer(last)) => u32::try_from(*last).unwrap_or(0),
            _ => 0,
        };
        let given = [last(&self.mine), last(&self.theirs)];
        let taken = [highest(&mine), highest(&theirs)];
        let mut top = given
            .into_iter()
            .chain(taken.into_iter().flatten())
            .max()
            .unwrap_or(0);
        let mut new: Vec<NewTable> = Vec::new();
        for (id, note) in &away {
            // One that was there before has its number; what comes later is another, whatever it says.
            let old = |one: &String| there(&base, one).is_some();
            let mut free = mine
                .iter()
                .filter(|(one, _)| !used.contains(one) && !old(one));
            let same = free.find(|(_, one)| one_note(one, note)).cloned();
            if let Some((own, here)) = same {
                used.insert(own.clone());
                self.moved.insert(path(id), path(&own));
                self.filing(&own, id, &here, note, None)?;
                continue;
            }
            if there(&mine, id).is_none() {
                self.add(&path(id));
                self.done.push((path(id), What::Added));
                continue;
            }
            let Some(next) = top.checked_add(1) else {
                let path = edit::dotted(&path(id));
                return Err(EditError::Damaged { path });
            };
            top = next;
            let own = format!("n-{next}");
            let pairs = match self.their_text.spelt(&path(id)) {
                Some(Literal::InlineTable(pairs)) => pairs,
                _ => self.pairs(id)?,
            };
            new.push((path(&own), pairs));
            self.wanted.put(&path(&own), Some(note.clone()));
            self.moved.insert(path(id), path(&own));
            self.done.push((path(id), What::AddedAs(own)));
        }
        self.text = match edit::append(&self.text, &new) {
            Ok(text) => text,
            // Notes in braces take no tables beside them.
            Err(_) => new
                .into_iter()
                .try_fold(self.text.clone(), |text, (table, set)| {
                    let remove = Vec::new();
                    edit::apply(&text, &Edit { table, set, remove })
                })?,
        };
        self.count(top)
    }

    /// The keys of a note that stands in braces.
    fn pairs(&self, id: &str) -> Result<Vec<(String, Literal)>, EditError> {
        let note = self.theirs.get(&path(id)).and_then(Tree::table);
        let mut pairs = Vec::new();
        for key in note.into_iter().flat_map(|note| note.keys()) {
            let mut path = path(id);
            path.push(key.clone());
            let literal = self.their_text.spelt(&path);
            pairs.extend(literal.map(|literal| (key.clone(), literal)));
        }
        Ok(pairs)
    }

    /// Brings the higher of both last numbers, and that of a note that came.
    fn count(&mut self, top: u32) -> Result<(), EditError> {
        let key = vec!["last".to_string()];
        let last = |tree: &Tree| match tree.get(&key) {
            Some(Tree::Integer(last)) => Some(*last),
            _ => None,
        };
        let came = |(_, what): &(Vec<String>, What)| matches!(what, What::Added | What::AddedAs(_));
        let top = self.done.iter().any(came).then_some(i64::from(top));
        let mine = last(&self.mine);
        let higher = mine.max(last(&self.theirs)).max(top);
        let (Some(higher), false) = (higher, higher == mine) else {
            return Ok(());
        };
        let edit = Edit {
            set: vec![("last".to_string(), Literal::Integer(higher))],
            ..Edit::default()
        };
        self.text = edit::apply(&self.text, &edit)?;
        self.wanted.put(&key, Some(Tree::Integer(higher)));
        Ok(())
    }

    /// Merges where one note is filed: a side that filed it goes before one where it waits.
    fn filing(
        &mut self,
        own: &str,
        id: &str,
        here: &Tree,
        note: &Tree,
        before: Option<&Tree>,
    ) -> Result<(), EditError> {
        let known = before.is_some();
        let settled = match verdict(Some(here), Some(note), before, known) {
            Verdict::Stay => return Ok(()),
            Verdict::Take => Some(true),
            _ => match (filed(here), filed(note)) {
                (false, true) => Some(true),
                (true, false) => Some(false),
                _ => None,
            },
        };
        match settled {
            Some(true) => {
                self.done.push((path(own), What::Taken));
                self.file(own, id, note)
            }
            Some(false) => Ok(()),
            None if own == id => self.conflict(id, here, note),
            // Under another number it is no conflict to be shown by one id: the own filing stays.
            None => Ok(()),
        }
    }

    fn conflict(&mut self, id: &str, here: &Tree, note: &Tree) -> Result<(), EditError> {
        let path = path(id);
        let conflict = Conflict {
            kind: self.kind,
            mine: Some(here.clone()),
            theirs: Some(note.clone()),
            my_lines: self.my_text.body(&path).unwrap_or_default(),
            their_lines: self.their_text.body(&path).unwrap_or_default(),
            path,
        };
        match self.settled(&conflict) {
            Some(super::Choice::Theirs) => self.take(&conflict.path),
            Some(_) => Ok(()),
            None => self.decide(conflict),
        }
    }

    /// Files a note here as it is filed there.
    fn file(&mut self, own: &str, id: &str, note: &Tree) -> Result<(), EditError> {
        let mut edit = Edit {
            table: path(own),
            ..Edit::default()
        };
        for key in FILED {
            let mut there = path(id);
            there.push(key.into());
            match self.their_text.spelt(&there) {
                Some(literal) => edit.set.push((key.into(), literal)),
                None => edit.remove.push(key.into()),
            }
        }
        self.text = edit::apply(&self.text, &edit)?;
        self.wanted.put(&path(own), Some(note.clone()));
        Ok(())
    }
}
