//! Whether the files of the register are still what they were.

use std::path::Path;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::files;
use crate::model::dossier::{Evidence, Register};
use crate::source::Source;

/// Tells the files of the register that are not what they were when they were registered. They are
/// read from the first byte to the last, so this is asked for, not done by every reader.
pub fn check_digests(root: &Path, found: &mut Diagnostics) {
    let path = super::path(root);
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

/// Tells whether a text is a SHA-256 in hexadecimal digits.
pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
