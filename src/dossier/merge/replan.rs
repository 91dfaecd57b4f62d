//! Merges the re-plans of a plan: a list in the order of their days, one for each.

use super::conflict::{Choice, Conflict};
use super::text::{Merger, Verdict, What, verdict};
use crate::dossier::edit::{self, EditError, Parsed, Slot, Tree};

const LIST: &str = "re-plan";

/// The re-plans with their days; none where a day is missing or stands twice.
fn dated(tree: &Tree) -> Option<Vec<(String, Tree)>> {
    let list = match tree.get(&[LIST.to_string()]) {
        None => return Some(Vec::new()),
        Some(Tree::List(list)) => list,
        Some(_) => return None,
    };
    let mut dated: Vec<(String, Tree)> = Vec::new();
    for one in list {
        match one.table()?.get("date")? {
            Tree::Date(day) if dated.iter().all(|(known, _)| known != day) => {
                dated.push((day.clone(), one.clone()));
            }
            _ => return None,
        }
    }
    Some(dated)
}

fn at(list: &[(String, Tree)], day: &str) -> Option<usize> {
    list.iter().position(|(one, _)| one == day)
}

impl Merger<'_> {
    /// Merges the re-plans day by day; where they cannot be told apart by their days it says so, and the
    /// list is one record.
    pub(super) fn re_plans(&mut self) -> Result<bool, EditError> {
        let array = [LIST.to_string()];
        let (Some(mine), Some(theirs)) = (dated(&self.mine), dated(&self.theirs)) else {
            return Ok(false);
        };
        if mine.is_empty() || theirs.is_empty() {
            return Ok(false);
        }
        let base = self.base.as_ref().map(dated);
        let known = base.is_some();
        let base = base.flatten().unwrap_or_default();
        let before = self.mark();
        let mut days: Vec<String> = mine
            .iter()
            .chain(&theirs)
            .map(|(day, _)| day.clone())
            .collect();
        days.sort();
        days.dedup();
        let one = |list: &[(String, Tree)], day: &str| -> Option<Tree> {
            at(list, day)
                .and_then(|at| list.get(at))
                .map(|(_, it)| it.clone())
        };
        let mut now = mine.clone();
        for day in days {
            let (here, there) = (one(&mine, &day), one(&theirs, &day));
            let path = vec![LIST.to_string(), day.clone()];
            let mut choice = match verdict(
                here.as_ref(),
                there.as_ref(),
                one(&base, &day).as_ref(),
                known,
            ) {
                Verdict::Stay => continue,
                Verdict::Conflict => None,
                Verdict::Add => Some(What::Added),
                Verdict::Take => Some(What::Taken),
                Verdict::Drop => Some(What::Removed),
            };
            if choice.is_none() {
                let lines = |list: &[(String, Tree)], text: &Parsed<'_>| {
                    let path = at(list, &day).map(|at| [LIST.to_string(), at.to_string()]);
                    path.and_then(|path| text.body(&path)).unwrap_or_default()
                };
                let conflict = Conflict {
                    kind: self.kind,
                    path: path.clone(),
                    my_lines: lines(&mine, &self.my_text),
                    their_lines: lines(&theirs, &self.their_text),
                    mine: here.clone(),
                    theirs: there.clone(),
                };
                choice = match self.settled(&conflict) {
                    Some(Choice::Theirs) => Some(What::Taken),
                    Some(_) => continue,
                    None => match self.put_to(&conflict)? {
                        Choice::Theirs => Some(What::Decided(Choice::Theirs)),
                        _ => continue,
                    },
                };
            }
            let from = at(&theirs, &day);
            let there_now = at(&now, &day);
            let result = match (from, there_now) {
                (Some(from), Some(to)) => {
                    let slot = Slot::Instead(to);
                    edit::graft_element(&self.text, self.sides.theirs, &array, from, slot)
                }
                (Some(from), None) => {
                    let later = now.iter().position(|(one, _)| *one > day);
                    let slot = later.map_or(Slot::Last, Slot::Before);
                    edit::graft_element(&self.text, self.sides.theirs, &array, from, slot)
                }
                (None, Some(to)) => edit::cut_element(&self.text, &array, to),
                (None, None) => continue,
            };
            let Ok(text) = result else {
                // Lists in brackets have no lines of their own.
                self.back(before);
                return Ok(false);
            };
            self.text = text;
            match (there, there_now) {
                (Some(there), Some(to)) => {
                    if let Some(slot) = now.get_mut(to) {
                        *slot = (day.clone(), there);
                    }
                }
                (Some(there), None) => {
                    let later = now.iter().position(|(one, _)| *one > day);
                    now.insert(later.unwrap_or(now.len()), (day.clone(), there));
                }
                (None, Some(to)) => drop(now.remove(to)),
                (None, None) => {}
            }
            if let Some(what) = choice.filter(|what| !matches!(what, What::Decided(_))) {
                self.done.push((path, what));
            }
        }
        let list: Vec<Tree> = now.into_iter().map(|(_, one)| one).collect();
        let list = (!list.is_empty()).then_some(Tree::List(list));
        self.wanted.put(&array, list);
        Ok(true)
    }
}
