//! The side that was not taken, kept as a comment above the record that was.
//!
//! ```toml
//! # kept from a merge: answers.legal-mandate
//! #| value = 3
//! #| by = "HT"
//! [answers.legal-mandate]
//! value = 2
//! ```
//!
//! It stands where it will be looked for, travels with the file, survives every save like any comment, and
//! tells a later merge that this was decided. Where nobody could be asked, the first line says `undecided`.

use crate::dossier::edit::{self, EditError, Remark, Tree};

const KEPT: &str = "# kept from a merge: ";
pub(super) const UNDECIDED: &str = "# undecided from a merge: ";
const LINE: &str = "#|";

/// A side that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The path of its record, as TOML spells it, such as `answers.legal-mandate`.
    pub path: String,
    /// Whether nobody has decided yet.
    pub undecided: bool,
    /// Where it begins, in bytes.
    pub at: usize,
    /// Its lines of TOML, relative to the record.
    pub body: String,
}

impl Kept {
    /// Makes one of a record that is not taken.
    pub(super) fn new(path: String, body: String, undecided: bool) -> Self {
        Self {
            path,
            undecided,
            at: 0,
            body,
        }
    }

    /// Finds those of a text among its comments.
    pub(super) fn among(remarks: &[Remark]) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        let mut open = false;
        for remark in remarks {
            let kept = remark.text.strip_prefix(KEPT);
            let undecided = remark.text.strip_prefix(UNDECIDED);
            if let Some(path) = kept.or(undecided) {
                found.push(Self {
                    at: remark.at,
                    ..Self::new(path.trim().into(), String::new(), undecided.is_some())
                });
                open = true;
                continue;
            }
            let line = remark.text.strip_prefix(LINE);
            match (found.last_mut(), line) {
                (Some(last), Some(line)) if open => {
                    last.body += line.strip_prefix(' ').unwrap_or(line);
                    last.body.push('\n');
                }
                _ => open = false,
            }
        }
        found
    }

    /// Returns its lines as comments.
    pub(super) fn comments(&self) -> Vec<String> {
        let first = if self.undecided { UNDECIDED } else { KEPT };
        let mut lines = vec![format!("{first}{}", self.path)];
        let body = self.body.lines();
        lines.extend(body.map(|line| match line {
            "" => String::from(LINE),
            line => format!("{LINE} {line}"),
        }));
        lines
    }

    /// Tells whether it says the same as a record does.
    pub(super) fn says(&self, record: &Tree) -> bool {
        let Ok(Tree::Table(said)) = edit::tree(&self.body) else {
            return false;
        };
        if record.table().is_some() {
            return Tree::Table(said).same(record);
        }
        // A value beneath a table: its own key is the only one.
        said.len() == 1 && said.values().all(|said| said.same(record))
    }
}

/// Tells whether a comment belongs to a side that was kept.
pub(super) fn belongs(comment: &str) -> bool {
    [KEPT, UNDECIDED, LINE]
        .iter()
        .any(|start| comment.starts_with(start))
}

/// Returns the sides that were kept in a text.
pub fn kept(text: &str) -> Result<Vec<Kept>, EditError> {
    Ok(Kept::among(&edit::remarks(text)?))
}

/// Returns what a text says is undecided as a side to merge with; none where nothing is.
pub fn undecided(text: &str) -> Result<Option<String>, EditError> {
    let there = edit::tree(text)?;
    let mut side = String::new();
    for one in kept(text)?.into_iter().filter(|one| one.undecided) {
        let Some(path) = path_of(&one.path) else {
            continue;
        };
        let Some((key, table)) = path.split_last() else {
            continue;
        };
        let list = matches!(there.get(table), Some(Tree::List(_)));
        let value = match edit::tree(&one.body).as_ref().map(Tree::table) {
            Ok(Some(said)) => said.len() == 1 && said.contains_key(key),
            _ => continue,
        };
        let value = value && there.get(&path).is_none_or(|it| it.table().is_none());
        side += &match (list, value) {
            (true, _) => format!("[[{}]]\n{}\n", edit::dotted(table), one.body),
            (_, true) if table.is_empty() => format!("{}\n", one.body),
            (_, true) => format!("[{}]\n{}\n", edit::dotted(table), one.body),
            _ => format!("[{}]\n{}\n", one.path, one.body),
        };
    }
    // Two that cannot stand in one text are left to the one who edits it.
    let sound = !side.is_empty() && edit::tree(&side).is_ok();
    Ok(sound.then_some(side))
}

/// Reads a path as TOML spells it.
fn path_of(spelt: &str) -> Option<Vec<String>> {
    let mut tree = &edit::tree(&format!("{spelt} = 1")).ok()?;
    let mut path = Vec::new();
    while let Some((key, inner)) = tree.table().and_then(|table| table.iter().next()) {
        path.push(key.clone());
        tree = inner;
    }
    Some(path)
}

/// Takes what is undecided about a record out of a text, since it is decided now.
pub(super) fn settle(text: &str, path: &str) -> Result<String, EditError> {
    if !text.contains(UNDECIDED) {
        return Ok(text.to_owned());
    }
    let remarks = edit::remarks(text)?;
    let mut out = text.to_owned();
    let mut cut: Vec<(usize, usize)> = Vec::new();
    let mut open = false;
    for remark in &remarks {
        let begins = remark.text.strip_prefix(UNDECIDED);
        open = match begins {
            Some(of) => of.trim() == path,
            None => open && remark.text.starts_with(LINE),
        };
        if open {
            let before = text.get(..remark.at).unwrap_or_default();
            let start = before.rfind('\n').map_or(remark.at, |at| at + 1);
            let rest = text.get(remark.at..).unwrap_or_default();
            let end = rest.find('\n').map_or(text.len(), |at| remark.at + at + 1);
            cut.push((start, end));
        }
    }
    for (start, end) in cut.into_iter().rev() {
        out.replace_range(start..end, "");
    }
    Ok(out)
}
