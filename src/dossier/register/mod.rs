//! The register: who was met, in which meetings, and what they handed over.
//!
//! It is read alone or with the dossier it belongs to, and grows by one entry at a time. An entry is
//! added without a look at the rest of the dossier, since that may be in error for want of the entry.

mod check;
mod digest;
mod entry;

use std::path::{Path, PathBuf};

use super::read::{stands, text_of};
use crate::diagnostic::Diagnostics;
use crate::model::Questionnaire;
use crate::model::dossier::{Head, Register};
use crate::source::Source;

pub use digest::{Standing, check_digests, standing};
pub use entry::{AddError, Entry, add};

/// Returns the file of a dossier's register.
pub fn path(root: &Path) -> PathBuf {
    root.join("register.toml")
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
    check::ids(&register, &source, found);
    check::people(&register, &source, questionnaire, found);
    for (id, one) in &register.evidence {
        check::file(root, id, one, &source, found);
    }
    check::decisions(root, head, &register, found);
    Some(register)
}
