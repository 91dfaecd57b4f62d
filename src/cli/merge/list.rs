//! Lists what a merge does: files and ids on stdout, never what an answer says.

use std::path::Path;

use super::Talk;
use crate::dossier::edit::dotted;
use crate::dossier::merge::{Choice, Conflict, Document, What};

/// The list, and how much of each.
pub(super) struct Listing<'a> {
    talk: &'a Talk,
    added: usize,
    taken: usize,
    removed: usize,
    agreed: usize,
    decided: usize,
    documents: usize,
    lines: usize,
}

impl<'a> Listing<'a> {
    pub(super) fn new(talk: &'a Talk) -> Self {
        Self {
            talk,
            added: 0,
            taken: 0,
            removed: 0,
            agreed: 0,
            decided: 0,
            documents: 0,
            lines: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines == 0
    }

    /// Prints one line: a file, what in it, and what became of it.
    pub(super) fn line(
        &mut self,
        file: &str,
        path: Option<&[String]>,
        what: &str,
    ) -> anyhow::Result<()> {
        self.lines += 1;
        let path = path.filter(|path| !path.is_empty()).map(dotted);
        let path = path.map_or_else(String::new, |path| format!(" {path}"));
        self.talk.out(&format!("{file}{path}: {what}"))
    }

    /// Prints where a document of the other side came to stand.
    pub(super) fn document(&mut self, document: &Document) -> anyhow::Result<()> {
        self.documents += 1;
        match document.there == document.here {
            true => self.line(&document.here, None, "added"),
            false => {
                let told = format!("other bytes than here, added as {}", document.here);
                self.line(&document.there, None, &told)
            }
        }
    }

    /// Prints what happened to a record.
    pub(super) fn done(&mut self, file: &str, path: &[String], what: &What) -> anyhow::Result<()> {
        let (count, told) = match what {
            What::Added => (&mut self.added, "added".into()),
            What::AddedAs(id) => (&mut self.added, format!("added as {id}")),
            What::Taken => (&mut self.taken, "changed there, taken".into()),
            What::Removed => (&mut self.removed, "taken away there, removed".into()),
            What::Agreed => (&mut self.agreed, "the same on both sides".into()),
            What::Decided(choice) => {
                let told = match choice {
                    Choice::Theirs => "theirs taken, mine kept as a comment",
                    Choice::Dissent => "mine stays with dissent, theirs kept as a comment",
                    _ => "mine stays, theirs kept as a comment",
                };
                (&mut self.decided, told.into())
            }
        };
        *count += 1;
        self.line(file, Some(path), &told)
    }

    /// Prints a conflict that is left.
    pub(super) fn conflict(&mut self, file: &str, conflict: &Conflict) -> anyhow::Result<()> {
        let mut told = String::from("conflict");
        match (&conflict.mine, &conflict.theirs) {
            (None, _) => told += ", taken away here and changed there",
            (_, None) => told += ", changed here and taken away there",
            _ => {
                let keys = conflict.keys();
                if !keys.is_empty() {
                    told += &format!(" in {}", keys.join(", "));
                }
            }
        }
        told += match conflict.fuller() {
            Some(Choice::Theirs) => "; theirs says all of mine and more",
            Some(_) => "; mine says all of theirs and more",
            None => "",
        };
        self.line(file, Some(&conflict.path), &told)
    }

    pub(super) fn say(&self, text: &str) {
        self.talk.say(text);
    }

    /// Says how much of each there was.
    pub(super) fn sum_up(&self, dir: &Path, dry: bool, conflicts: usize) {
        let counts = [
            (self.added, "added"),
            (
                self.documents,
                if self.documents == 1 {
                    "document"
                } else {
                    "documents"
                },
            ),
            (self.taken, "taken"),
            (self.removed, "removed"),
            (self.agreed, "the same but for who and when"),
            (self.decided, "decided"),
            (
                conflicts,
                if conflicts == 1 {
                    "conflict"
                } else {
                    "conflicts"
                },
            ),
        ];
        let some = counts.iter().filter(|(count, _)| *count > 0);
        let told: Vec<String> = some
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let told = match told.is_empty() && self.lines == 0 {
            true => String::from("nothing to merge: all of it is here"),
            false => told.join(", "),
        };
        if !told.is_empty() {
            self.talk.say(&told);
        }
        if dry {
            self.talk.say("nothing was written");
        } else if conflicts > 0 {
            self.talk.say(&format!(
                "what is in conflict stays as it is in {}; run the command at a terminal, or with `--mine` or `--theirs`",
                dir.display()
            ));
        } else if self.lines > 0 {
            self.talk.say(&format!(
                "`cirtkit check {}` looks at the whole",
                dir.display()
            ));
        }
    }
}
