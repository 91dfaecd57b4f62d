//! Merges one file: record by record, and nothing else is touched.
//!
//! A record that only the other side has is added, one that is the same passes, one that differs is a
//! conflict. With a common ancestor, what changed on one side alone follows that side. What is made has
//! been read again: it says what was decided, or there is an error.

use std::collections::{BTreeMap, BTreeSet};

use super::conflict::{Choice, Conflict, STAMP, agreed};
use super::kept::{self, Kept};
use super::shape::Kind;
use crate::dossier::edit::{self, Edit, EditError, Literal, Parsed, Remark, Tree};

/// The texts of one file.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// What stands here, and receives.
    pub mine: &'a str,
    /// What stands there.
    pub theirs: &'a str,
    /// What both were made from, where it is known.
    pub base: Option<&'a str>,
}

/// What happened to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It came from the other side.
    Added,
    /// It came from the other side under another id.
    AddedAs(String),
    /// It was changed there alone.
    Taken,
    /// It was taken away there, and unchanged here.
    Removed,
    /// Both say the same; only who recorded it and when differs.
    Agreed,
    /// A conflict was decided.
    Decided(Choice),
}

/// A file after the merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Its text.
    pub text: String,
    /// What happened to which record.
    pub done: Vec<(Vec<String>, What)>,
    /// What is not decided.
    pub open: Vec<Conflict>,
}

/// Merges the texts of one file. Each conflict is put to `choose`; what is left for later stays as it is
/// here, and with `write_down` the other side is kept beside it as undecided.
pub fn merge(
    kind: Kind,
    sides: Sides<'_>,
    write_down: bool,
    choose: &mut dyn FnMut(&Conflict) -> Choice,
) -> Result<Merged, EditError> {
    let mut merger = Merger::new(kind, sides, write_down, choose)?;
    if sides.mine.is_empty() && sides.base.is_none() {
        // A file that is not here comes as it is, to the last byte.
        merger.tell_added(&[]);
        return Ok(Merged {
            text: sides.theirs.to_owned(),
            done: merger.done,
            open: Vec::new(),
        });
    }
    merger.walk(&[])?;
    merger.finish()
}

/// One merge under way.
pub(super) struct Merger<'a> {
    pub(super) kind: Kind,
    pub(super) sides: Sides<'a>,
    pub(super) my_text: Parsed<'a>,
    pub(super) their_text: Parsed<'a>,
    pub(super) mine: Tree,
    pub(super) theirs: Tree,
    pub(super) base: Option<Tree>,
    /// The text as far as it is merged.
    pub(super) text: String,
    /// What it is to say in the end.
    pub(super) wanted: Tree,
    my_remarks: Vec<Remark>,
    their_remarks: Vec<Remark>,
    my_kept: Vec<Kept>,
    their_kept: Vec<Kept>,
    added: Vec<Vec<String>>,
    /// Comments to be written above records.
    notes: Vec<(Vec<String>, Vec<String>)>,
    /// Records that have another path here than there.
    pub(super) moved: BTreeMap<Vec<String>, Vec<String>>,
    write_down: bool,
    choose: &'a mut dyn FnMut(&Conflict) -> Choice,
    pub(super) done: Vec<(Vec<String>, What)>,
    open: Vec<Conflict>,
}

impl<'a> Merger<'a> {
    fn new(
        kind: Kind,
        sides: Sides<'a>,
        write_down: bool,
        choose: &'a mut dyn FnMut(&Conflict) -> Choice,
    ) -> Result<Self, EditError> {
        let (my_text, their_text) = (Parsed::of(sides.mine)?, Parsed::of(sides.theirs)?);
        let (mine, theirs) = (my_text.tree(), their_text.tree());
        let my_remarks = edit::remarks(sides.mine)?;
        let their_remarks = edit::remarks(sides.theirs)?;
        Ok(Self {
            kind,
            sides,
            my_text,
            their_text,
            wanted: mine.clone(),
            mine,
            theirs,
            base: sides.base.map(edit::tree).transpose()?,
            text: sides.mine.to_owned(),
            my_kept: Kept::among(&my_remarks),
            their_kept: Kept::among(&their_remarks),
            my_remarks,
            their_remarks,
            added: Vec::new(),
            notes: Vec::new(),
            moved: BTreeMap::new(),
            write_down,
            choose,
            done: Vec::new(),
            open: Vec::new(),
        })
    }

    /// Merges the table at a path key by key.
    fn walk(&mut self, path: &[String]) -> Result<(), EditError> {
        let keys = |tree: &Tree| -> Vec<String> {
            let table = tree.get(path).and_then(Tree::table);
            table.map_or_else(Vec::new, |table| table.keys().cloned().collect())
        };
        let keys: BTreeSet<String> = keys(&self.mine)
            .into_iter()
            .chain(keys(&self.theirs))
            .collect();
        for key in keys {
            let mut path = path.to_vec();
            path.push(key);
            let tables = [&self.mine, &self.theirs]
                .iter()
                .all(|tree| tree.get(&path).is_some_and(|one| one.table().is_some()));
            match (self.kind, path.as_slice()) {
                (Kind::Notes, [one]) if one == "notes" || one == "last" => {}
                (Kind::Plan, [one]) if one == "re-plan" && self.re_plans()? => {}
                _ if tables && self.kind.opens(&path) => self.walk(&path)?,
                _ => self.record(&path)?,
            }
        }
        match (self.kind, path) {
            (Kind::Notes, []) => self.running_notes(),
            _ => Ok(()),
        }
    }

    /// Decides about one record.
    pub(super) fn record(&mut self, path: &[String]) -> Result<(), EditError> {
        let mine = self.mine.get(path).cloned();
        let theirs = self.theirs.get(path).cloned();
        let base = self.base.as_ref().and_then(|base| base.get(path)).cloned();
        match verdict(
            mine.as_ref(),
            theirs.as_ref(),
            base.as_ref(),
            self.base.is_some(),
        ) {
            Verdict::Stay => {
                // Somebody decided by hand what was undecided.
                let path = edit::dotted(path);
                let decided = |one: &Kept| {
                    let of_it = one.undecided && one.path == path;
                    of_it && theirs.as_ref().is_some_and(|theirs| one.says(theirs))
                };
                if self.sides.mine != self.sides.theirs && self.my_kept.iter().any(decided) {
                    self.text = kept::settle(&self.text, &path)?;
                    self.my_kept.retain(|one| !decided(one));
                    self.their_kept.retain(|one| !decided(one));
                }
                Ok(())
            }
            Verdict::Add => {
                // What was taken away here and comes back is undecided no more.
                let spelt = edit::dotted(path);
                self.text = kept::settle(&self.text, &spelt)?;
                self.my_kept
                    .retain(|one| !one.undecided || one.path != spelt);
                self.add(path);
                self.tell_added(path);
                Ok(())
            }
            Verdict::Take => {
                self.done.push((path.to_vec(), What::Taken));
                self.take(path)
            }
            Verdict::Drop => {
                self.done.push((path.to_vec(), What::Removed));
                self.drop(path)
            }
            Verdict::Conflict => {
                let conflict = Conflict {
                    kind: self.kind,
                    path: path.to_vec(),
                    my_lines: self.my_text.body(path).unwrap_or_default(),
                    their_lines: self.their_text.body(path).unwrap_or_default(),
                    mine,
                    theirs,
                };
                match self.settled(&conflict) {
                    Some(Choice::Theirs) => self.turn(&conflict),
                    Some(_) => Ok(()),
                    None => self.decide(conflict),
                }
            }
        }
    }

    /// Notes down which records came with what was added.
    fn tell_added(&mut self, path: &[String]) {
        let within = self.theirs.get(path).and_then(Tree::table);
        let within = within.filter(|_| self.kind.opens(path));
        let keys: Vec<String> = within
            .into_iter()
            .flat_map(|it| it.keys().cloned())
            .collect();
        // The number of the last note follows the notes.
        let count = self.kind == Kind::Notes && path.first().is_some_and(|key| key == "last");
        if keys.is_empty() && !path.is_empty() && !count {
            self.done.push((path.to_vec(), What::Added));
        }
        for key in keys {
            let mut path = path.to_vec();
            path.push(key);
            self.tell_added(&path);
        }
    }

    /// Tells whether a conflict was decided by an earlier merge, here or there, or is none: both say the
    /// same.
    pub(super) fn settled(&mut self, conflict: &Conflict) -> Option<Choice> {
        let (mine, theirs) = (conflict.mine.as_ref()?, conflict.theirs.as_ref()?);
        let path = edit::dotted(&conflict.path);
        let decided = |kept: &[Kept], record: &Tree| {
            let mut of_it = kept.iter().filter(|one| one.path == path && !one.undecided);
            of_it.any(|one| one.says(record))
        };
        if decided(&self.my_kept, theirs) {
            return Some(Choice::Mine);
        }
        if decided(&self.their_kept, mine) {
            self.done.push((conflict.path.clone(), What::Taken));
            return Some(Choice::Theirs);
        }
        if conflict.question().is_some() {
            let first = agreed(mine, theirs)?;
            let other = match first {
                Choice::Mine => &conflict.their_lines,
                _ => &conflict.my_lines,
            };
            let stamp = |line: &&str| {
                let key = line.split('=').next().unwrap_or_default().trim();
                STAMP.contains(&key)
            };
            let stamp: Vec<&str> = other.lines().filter(stamp).collect();
            let also = format!("# also: {}", stamp.join(", "));
            let known = self
                .my_remarks
                .iter()
                .any(|one| one.text.trim_end() == also);
            let new = !known && !stamp.is_empty();
            if new || first == Choice::Theirs {
                self.done.push((conflict.path.clone(), What::Agreed));
            }
            if new {
                self.note(&conflict.path, vec![also]);
            }
            return Some(first);
        }
        None
    }

    /// Puts a conflict to who decides, and does it.
    pub(super) fn decide(&mut self, conflict: Conflict) -> Result<(), EditError> {
        match self.put_to(&conflict)? {
            Choice::Theirs => self.turn(&conflict),
            Choice::Dissent => {
                let mut key = conflict.path.clone();
                self.set(&key, "dissent", Literal::Boolean(true))?;
                key.push("dissent".into());
                self.wanted.put(&key, Some(Tree::Boolean(true)));
                Ok(())
            }
            Choice::Mine | Choice::Later => Ok(()),
        }
    }

    /// Puts a conflict to who decides, and keeps the side that is not taken.
    pub(super) fn put_to(&mut self, conflict: &Conflict) -> Result<Choice, EditError> {
        let choice = match (self.choose)(conflict) {
            Choice::Dissent if conflict.question().is_none() || conflict.mine.is_none() => {
                Choice::Mine
            }
            choice => choice,
        };
        let path = edit::dotted(&conflict.path);
        if choice != Choice::Later {
            self.text = kept::settle(&self.text, &path)?;
            let stays = |one: &Kept| !one.undecided || one.path != path;
            self.my_kept.retain(stays);
            self.their_kept.retain(stays);
        }
        let (lines, side) = match choice {
            Choice::Theirs => (&conflict.my_lines, &conflict.mine),
            _ => (&conflict.their_lines, &conflict.theirs),
        };
        let undecided = choice == Choice::Later;
        if let Some(side) = side.as_ref().filter(|_| !undecided || self.write_down) {
            let kept = Kept::new(path, lines.clone(), undecided);
            let there =
                |one: &Kept| one.path == kept.path && one.undecided == undecided && one.says(side);
            if !self.my_kept.iter().any(there) {
                self.note(&conflict.path, kept.comments());
            }
        }
        match choice {
            Choice::Later => self.open.push(conflict.clone()),
            choice => self
                .done
                .push((conflict.path.clone(), What::Decided(choice))),
        }
        Ok(choice)
    }

    /// Notes down comments to be written above a record.
    fn note(&mut self, path: &[String], comments: Vec<String>) {
        let path = match self.wanted.get(path) {
            // The day of a re-plan is no key of its file.
            None => path.get(..1).unwrap_or_default(),
            Some(_) => path,
        };
        self.notes.push((path.to_vec(), comments));
    }

    /// Returns a mark to come back to with [`Self::back`].
    pub(super) fn mark(&self) -> (String, [usize; 3]) {
        let counts = [self.done.len(), self.open.len(), self.notes.len()];
        (self.text.clone(), counts)
    }

    /// Takes back what was done since the mark.
    pub(super) fn back(&mut self, (text, [done, open, notes]): (String, [usize; 3])) {
        self.text = text;
        self.done.truncate(done);
        self.open.truncate(open);
        self.notes.truncate(notes);
    }

    /// Brings a record to what stands on the other side.
    fn turn(&mut self, conflict: &Conflict) -> Result<(), EditError> {
        let path = &conflict.path;
        match (&conflict.mine, &conflict.theirs) {
            (None, _) => {
                self.add(path);
                Ok(())
            }
            (_, None) => self.drop(path),
            _ => self.take(path),
        }
    }

    /// Notes down that a record comes as it stands on the other side.
    pub(super) fn add(&mut self, path: &[String]) {
        self.wanted.put(path, self.theirs.get(path).cloned());
        self.added.push(path.to_vec());
    }

    fn set(&mut self, table: &[String], key: &str, literal: Literal) -> Result<(), EditError> {
        let edit = Edit {
            table: table.to_vec(),
            set: vec![(key.to_string(), literal)],
            remove: Vec::new(),
        };
        self.text = edit::apply(&self.text, &edit)?;
        Ok(())
    }

    /// Brings what stands at a path to what the other side says; what says the same stays as it is spelt.
    pub(super) fn take(&mut self, path: &[String]) -> Result<(), EditError> {
        let (Some(mine), Some(theirs)) = (self.mine.get(path), self.theirs.get(path)) else {
            return Ok(());
        };
        if mine.same(theirs) {
            return Ok(());
        }
        let (mine, theirs) = (mine.clone(), theirs.clone());
        self.wanted.put(path, Some(theirs.clone()));
        if let (Some(mine), Some(theirs)) = (mine.table(), theirs.table()) {
            for key in theirs.keys() {
                let mut path = path.to_vec();
                path.push(key.clone());
                match mine.get(key) {
                    Some(_) => self.take(&path)?,
                    None => self.put(&path)?,
                }
            }
            let gone = mine.keys().filter(|key| !theirs.contains_key(*key));
            let edit = Edit {
                table: path.to_vec(),
                set: Vec::new(),
                remove: gone.cloned().collect(),
            };
            self.text = edit::apply(&self.text, &edit)?;
            return Ok(());
        }
        self.put(path)
    }

    /// Writes the value of a path as the other side spells it.
    fn put(&mut self, path: &[String]) -> Result<(), EditError> {
        let literal = self.their_text.spelt(path);
        match (literal, path.split_last()) {
            (Some(literal), Some((key, table))) => self.set(table, key, literal),
            _ => Ok(()),
        }
    }

    fn drop(&mut self, path: &[String]) -> Result<(), EditError> {
        let Some((key, table)) = path.split_last() else {
            return Ok(());
        };
        self.wanted.put(path, None);
        let edit = Edit {
            table: table.to_vec(),
            set: Vec::new(),
            remove: vec![key.clone()],
        };
        self.text = edit::apply(&self.text, &edit)?;
        Ok(())
    }

    /// Writes what was added and every comment, and proves that the text says what was decided.
    fn finish(mut self) -> Result<Merged, EditError> {
        let added = std::mem::take(&mut self.added);
        self.text = edit::graft(&self.text, self.sides.theirs, &added)?;
        let notes = std::mem::take(&mut self.notes);
        let notes: Vec<_> = notes.into_iter().map(|(at, it)| (Some(at), it)).collect();
        self.text = edit::put_remarks(&self.text, &notes)?;
        self.comments()?;
        let found = edit::tree(&self.text)?;
        if !lean(&found).same(&lean(&self.wanted)) {
            let path = String::from(".");
            return Err(EditError::Damaged { path });
        }
        Ok(Merged {
            text: self.text,
            done: self.done,
            open: self.open,
        })
    }

    /// Brings every comment of either side that the text lacks, beside what it stood by.
    fn comments(&mut self) -> Result<(), EditError> {
        let there = edit::remarks(&self.text)?;
        let there_kept = Kept::among(&there);
        let texts: BTreeSet<&str> = there.iter().map(|one| one.text.trim_end()).collect();
        let base = self.sides.base.map(edit::remarks).transpose()?;
        let base: BTreeSet<&str> = base
            .iter()
            .flatten()
            .map(|one| one.text.trim_end())
            .collect();
        // What somebody took the `#` away from is there, and in use.
        let lines: BTreeSet<&str> = self.text.lines().map(str::trim).collect();
        let lacking = |remark: &&Remark| {
            let text = remark.text.trim_end();
            let words = text.trim_start_matches('#').trim();
            let in_use = !words.is_empty() && lines.contains(words);
            !words.is_empty() && !in_use && !texts.contains(text) && !kept::belongs(text)
        };
        let mut new: Vec<(Option<Vec<String>>, Vec<String>)> = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mine = self.my_remarks.iter().map(|one| (one, false));
        let theirs = self.their_remarks.iter().map(|one| (one, true));
        for (remark, comes) in mine.chain(theirs).filter(|(one, _)| lacking(one)) {
            let text = remark.text.trim_end();
            if comes && base.contains(text) || !seen.insert(text) {
                continue;
            }
            let by = remark.by.clone().map(|by| self.moved_to(by));
            match new.last_mut() {
                Some((last, texts)) if *last == by => texts.push(text.to_owned()),
                _ => new.push((by, vec![text.to_owned()])),
            }
        }
        let mine = self.my_kept.iter().map(|one| (one, &self.my_remarks));
        let theirs = self.their_kept.iter();
        let theirs = theirs.map(|one| (one, &self.their_remarks));
        for (kept, remarks) in mine.chain(theirs) {
            let known = |one: &Kept| (&one.path, &one.body) == (&kept.path, &kept.body);
            if !there_kept.iter().any(known) {
                let by = remarks.iter().find(|one| one.at == kept.at);
                let by = by.and_then(|one| one.by.clone());
                new.push((by.map(|by| self.moved_to(by)), kept.comments()));
            }
        }
        self.text = edit::put_remarks(&self.text, &new)?;
        Ok(())
    }

    /// Returns where what stands at a path there stands here.
    fn moved_to(&self, path: Vec<String>) -> Vec<String> {
        for (there, here) in &self.moved {
            if path.starts_with(there) {
                let rest = path.get(there.len()..).unwrap_or_default();
                return here.iter().chain(rest).cloned().collect();
            }
        }
        path
    }
}

/// What is to be done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Stay,
    Add,
    Take,
    Drop,
    Conflict,
}

/// Compares a record on both sides, and with what it was before, where that is known.
pub(super) fn verdict(
    mine: Option<&Tree>,
    theirs: Option<&Tree>,
    base: Option<&Tree>,
    known: bool,
) -> Verdict {
    let alike = |one: Option<&Tree>, other: Option<&Tree>| match (one, other) {
        (Some(one), Some(other)) => one.same(other),
        (None, None) => true,
        _ => false,
    };
    if alike(mine, theirs) {
        return Verdict::Stay;
    }
    match (mine, theirs) {
        (None, Some(_)) if base.is_none() => Verdict::Add,
        (Some(_), None) if base.is_none() => Verdict::Stay,
        _ if known && alike(theirs, base) => Verdict::Stay,
        (Some(_), None) if alike(mine, base) => Verdict::Drop,
        _ if known && alike(mine, base) => Verdict::Take,
        _ => Verdict::Conflict,
    }
}

/// What a text says without tables that hold nothing: a header may outlive its last key, or go with it.
fn lean(tree: &Tree) -> Tree {
    match tree {
        Tree::Table(table) => {
            let lean = table.iter().map(|(key, tree)| (key.clone(), lean(tree)));
            let empty = |tree: &Tree| tree.table().is_some_and(BTreeMap::is_empty);
            Tree::Table(lean.filter(|(_, tree)| !empty(tree)).collect())
        }
        other => other.clone(),
    }
}
