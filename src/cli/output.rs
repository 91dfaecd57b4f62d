//! Writes documents: never over a hand-edited one, never half a file, equal bytes not at all.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::dossier::save;
use crate::files;
use crate::render::seal;

/// The longest report that is looked at before it is replaced, in bytes.
const LIMIT: u64 = 64 * 1024 * 1024;

/// How existing documents are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Write what changed; keep what was edited by hand.
    Write,
    /// Write what changed; move what was edited by hand to a backup.
    Force,
    /// Write nothing; only tell.
    Check,
}

/// What became of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// It was made or made again.
    New,
    /// It was as it should be.
    Unchanged,
    /// It is missing or out of date; nothing was written.
    Stale,
    /// It was edited by hand; nothing was written.
    Edited,
    /// It was edited by hand: it stays, and the new one stands beside it, here.
    Kept(PathBuf),
    /// It was edited by hand and was moved here.
    Moved(PathBuf),
}

/// Writes one sealed document.
pub(super) fn write(path: &Path, document: &str, mode: Mode) -> anyhow::Result<Written> {
    let shown = path.display();
    let old = match files::read_text(path, LIMIT) {
        Ok(old) => Some(old),
        Err(files::FileError::NotFound { .. }) => None,
        Err(files::FileError::Io { source, .. }) if source.kind() == ErrorKind::NotADirectory => {
            None
        }
        // What is no text was not made by this tool: it is treated like a hand-edited file.
        Err(files::FileError::NotUtf8 { .. }) => Some(String::new()),
        Err(problem) => return Err(problem.into()),
    };
    let edited = match &old {
        Some(old) if old == document => return Ok(Written::Unchanged),
        Some(old) => !seal::is_untouched(old),
        None => false,
    };
    if mode == Mode::Check {
        return Ok(if edited {
            Written::Edited
        } else {
            Written::Stale
        });
    }
    make_folder(path)?;
    if !edited {
        save::save(path, document)?;
        return Ok(Written::New);
    }
    if mode == Mode::Write {
        let beside = with_infix(path, "new");
        save::save(&beside, document)?;
        return Ok(Written::Kept(beside));
    }
    let backup = (1..1_000)
        .map(|number| with_infix(path, &format!("edited-{number}")))
        .find(|path| !path.exists());
    let backup =
        backup.with_context(|| format!("`{shown}` has too many backups: move some away"))?;
    // The new one that stood beside the edited one has had its day.
    let _ = std::fs::remove_file(with_infix(path, "new"));
    std::fs::rename(path, &backup)
        .with_context(|| format!("`{shown}` cannot be moved to a backup"))?;
    save::save(path, document)?;
    Ok(Written::Moved(backup))
}

/// Makes the folder that a file is to stand in.
pub(super) fn make_folder(path: &Path) -> anyhow::Result<()> {
    let Some(folder) = path.parent() else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).with_context(|| {
        format!(
            "the folder `{}` cannot be made; name one that may be written, nothing was changed",
            folder.display()
        )
    })
}

/// `report.en.md` with `new` becomes `report.en.new.md`.
fn with_infix(path: &Path, infix: &str) -> PathBuf {
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().into_owned())
        .unwrap_or_default();
    path.with_extension(format!("{infix}.{ending}"))
}
