//! Saves a dossier's files, one writer at a time, and never half a file.
//!
//! The only part of the library that writes into a dossier. A save writes the new text
//! beside the old file, waits until it is on the disk and only then renames it over the
//! old one: whatever happens, the file is the old one or the new one. The lock is held
//! for as long as the [`Lock`] lives. `.cirtkit/journal` is left free for the journal.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use thiserror::Error;

use super::edit::{self, Edit, EditError};
use crate::files::{self, FileError, PathError, TOML_LIMIT};

const PRIVATE_FOLDER: &str = ".cirtkit";

/// How often, and how long apart, a save waits for another process to be done.
const TRIES: u32 = 100;
const PAUSE: std::time::Duration = std::time::Duration::from_millis(20);

/// Why something was not saved; it never quotes an answer. The old file is as it was.
#[derive(Debug, Error)]
pub enum SaveError {
    /// Another process holds the lock.
    #[error("another cirtkit is at work in `{path}`; wait until it is done, nothing was changed")]
    Locked {
        /// The dossier.
        path: PathBuf,
    },
    /// A symbolic link stands where a file is to be written.
    #[error("`{path}` is a symbolic link; put the file itself there, nothing was changed")]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// A folder or a device stands where a file is to be written.
    #[error("`{path}` is not a regular file; move it away, nothing was changed")]
    NotAFile {
        /// What stands there.
        path: PathBuf,
    },
    /// The file is not in the dossier that is locked, or its name is not allowed.
    #[error("`{path}` is no file of the dossier that is locked; nothing was changed")]
    Outside {
        /// The file.
        path: PathBuf,
    },
    /// The path of a file in the dossier cannot be accepted.
    #[error("{0}; nothing was changed")]
    Path(#[from] PathError),
    /// The folder is not there, or not any more.
    #[error("`{path}` is gone; has the dossier been moved? nothing was saved")]
    Gone {
        /// The file or folder.
        path: PathBuf,
    },
    /// The file or its folder may not be written.
    #[error(
        "`{path}` may not be written; check who may write there, and whether another program has it open, nothing was changed"
    )]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The disk, or the share of it that one user may fill, is full.
    #[error("no space left for `{path}`; make room and save again, the old file is unharmed")]
    NoSpace {
        /// The file.
        path: PathBuf,
    },
    /// The edited file would be larger than a file that can be read again.
    #[error("`{path}` would be larger than {limit} bytes; nothing was changed")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most bytes allowed.
        limit: u64,
    },
    /// The file to be edited cannot be read.
    #[error("{0}; nothing was changed")]
    Read(#[source] FileError),
    /// The file cannot be edited.
    #[error("`{path}`: {source}")]
    Edit {
        /// The file.
        path: PathBuf,
        /// Why.
        source: EditError,
    },
    /// The system refused.
    #[error("`{path}` cannot be saved: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// The right to write into one dossier; given back when it is dropped.
#[derive(Debug)]
pub struct Lock {
    dossier: PathBuf,
    /// Closing it gives the lock back, also when the process dies.
    _file: File,
}

impl Lock {
    /// Takes the lock of a dossier, or says that another process holds it.
    ///
    /// Makes the folder `.cirtkit` if it is missing, with a `.gitignore` that keeps it
    /// out of git.
    pub fn acquire(dossier: &Path) -> Result<Lock, SaveError> {
        let shown = if dossier == Path::new("") {
            Path::new(".")
        } else {
            dossier
        };
        let folder = dossier.join(PRIVATE_FOLDER);
        match fs::create_dir(&folder) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(save_error(shown, error)),
        }
        let metadata = fs::symlink_metadata(&folder).map_err(|error| save_error(&folder, error))?;
        if metadata.is_symlink() {
            return Err(SaveError::Link { path: folder });
        }
        if !metadata.is_dir() {
            return Err(SaveError::NotAFile { path: folder });
        }

        let path = folder.join("lock");
        look_at(&path)?;
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let file = options
            .open(&path)
            .map_err(|error| save_error(&path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(SaveError::Locked {
                    path: shown.to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(save_error(&path, error)),
        }

        let ignore = folder.join(".gitignore");
        if look_at(&ignore)?.is_none() {
            fs::write(&ignore, "*\n").map_err(|error| save_error(&ignore, error))?;
        }
        Ok(Lock {
            dossier: dossier.to_owned(),
            _file: file,
        })
    }

    /// Takes the lock, waiting up to two seconds for another process to be done.
    pub fn wait(dossier: &Path) -> Result<Lock, SaveError> {
        for _ in 0..TRIES {
            match Self::acquire(dossier) {
                Err(SaveError::Locked { .. }) => std::thread::sleep(PAUSE),
                lock => return lock,
            }
        }
        Self::acquire(dossier)
    }

    /// Returns the dossier's folder, as it was given.
    pub fn dossier(&self) -> &Path {
        &self.dossier
    }
}

/// Writes a text to a file, wholly or not at all; a file that says the same is not touched.
///
/// The folder must exist. The permissions of an old file are kept, and one that may not
/// be written is not replaced.
pub fn save(path: &Path, text: &str) -> Result<(), SaveError> {
    let failed = |error: io::Error| save_error(path, error);
    let old = look_at(path)?;
    if let Some(old) = &old {
        let same_length = u64::try_from(text.len()).is_ok_and(|length| length == old.len());
        if same_length && fs::read(path).map_err(failed)? == text.as_bytes() {
            return Ok(());
        }
        if old.permissions().readonly() {
            return Err(SaveError::ReadOnly {
                path: path.to_owned(),
            });
        }
    }

    let temporary = temporary_for(path)?;
    if look_at(&temporary)?.is_some() {
        // Left over from a save that was cut short.
        fs::remove_file(&temporary).map_err(failed)?;
    }
    let permissions = old.map(|metadata| metadata.permissions());
    let written =
        write_new(&temporary, text, permissions).and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        // The first error is the one to tell; a file left over is overwritten next time.
        let _ = fs::remove_file(&temporary);
        return Err(save_error(path, error));
    }
    sync_folder(path).map_err(failed)
}

/// Makes one edit in a file of the locked dossier; a missing file starts empty.
pub fn edit_file(path: &Path, lock: &Lock, edit: &Edit) -> Result<(), SaveError> {
    edit_file_at_once(path, lock, std::slice::from_ref(edit))
}

/// Makes several edits in a file of the locked dossier, all of them or none; see [`edit_file`].
pub fn edit_file_at_once(path: &Path, lock: &Lock, edits: &[Edit]) -> Result<(), SaveError> {
    rewrite(path, lock, |path, old| {
        let mut new = old.to_owned();
        for edit in edits {
            new = edit::apply(&new, edit).map_err(|source| SaveError::Edit {
                path: path.to_owned(),
                source,
            })?;
        }
        Ok(new)
    })
}

/// Changes the text of a file of the locked dossier; a missing file starts empty.
///
/// The file is read again right before, so that what changed since is kept. A missing
/// folder within the dossier is made.
pub fn rewrite<E: From<SaveError>>(
    path: &Path,
    lock: &Lock,
    change: impl FnOnce(&Path, &str) -> Result<String, E>,
) -> Result<(), E> {
    let relative = path.strip_prefix(&lock.dossier).unwrap_or(Path::new(""));
    let outside = || SaveError::Outside {
        path: path.to_owned(),
    };
    let relative = slashed(relative).ok_or_else(outside)?;
    let path = files::confined(&lock.dossier, &relative).map_err(SaveError::Path)?;

    let old = match files::read_text(&path, TOML_LIMIT) {
        Ok(text) => text,
        Err(FileError::NotFound { .. }) => String::new(),
        Err(error) => return Err(SaveError::Read(error).into()),
    };
    let new = change(&path, &old)?;
    if new == old {
        return Ok(());
    }
    if u64::try_from(new.len()).unwrap_or(u64::MAX) > TOML_LIMIT {
        let limit = TOML_LIMIT;
        return Err(SaveError::TooLarge { path, limit }.into());
    }
    if !lock.dossier.join(".").is_dir() {
        let path = lock.dossier.clone();
        return Err(SaveError::Gone { path }.into());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| save_error(folder, error))?;
    }
    Ok(save(&path, &new)?)
}

/// Moves a file of the locked dossier into `.cirtkit/merged`, since all of it stands elsewhere, and returns
/// where it is now, relative to the dossier.
pub fn set_aside(lock: &Lock, file: &str) -> Result<String, SaveError> {
    let from = files::confined(&lock.dossier, file).map_err(SaveError::Path)?;
    look_at(&from)?;
    let folder = format!("{PRIVATE_FOLDER}/merged");
    let at = files::confined(&lock.dossier, &folder).map_err(SaveError::Path)?;
    fs::create_dir_all(&at).map_err(|error| save_error(&at, error))?;
    let name = file.replace('/', "-");
    let numbered = (2_u32..).map(|number| format!("{number}-{name}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    let free = |name: &String| at.join(name).symlink_metadata().is_err();
    let name = names.find(free).unwrap_or(name);
    let to = at.join(&name);
    fs::rename(&from, &to).map_err(|error| save_error(&from, error))?;
    sync_folder(&from).map_err(|error| save_error(&from, error))?;
    Ok(format!("{folder}/{name}"))
}

/// What stands at a path, if anything; only a regular file may.
fn look_at(path: &Path) -> Result<Option<fs::Metadata>, SaveError> {
    let path_buf = || path.to_owned();
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(SaveError::Link { path: path_buf() }),
        Ok(metadata) if !metadata.is_file() => Err(SaveError::NotAFile { path: path_buf() }),
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(save_error(path, error)),
    }
}

/// `.assessment.toml.cirtkit-tmp` beside `assessment.toml`.
fn temporary_for(path: &Path) -> Result<PathBuf, SaveError> {
    let name = path.file_name().ok_or_else(|| SaveError::NotAFile {
        path: path.to_owned(),
    })?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(".cirtkit-tmp");
    Ok(path.with_file_name(hidden))
}

/// Writes a file that must not exist yet, and waits until it is on the disk.
fn write_new(path: &Path, text: &str, permissions: Option<fs::Permissions>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if permissions.is_some() {
        // Closed to others until it has the old file's permissions.
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut file = options.open(path)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Waits until the folder knows the new name; some file systems cannot, and need not.
#[cfg(unix)]
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Unsupported | ErrorKind::InvalidInput
            ) =>
        {
            Ok(())
        }
        result => result,
    }
}

/// Windows keeps its folders by itself.
#[cfg(not(unix))]
pub(super) fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// A path of plain parts, written with `/`.
pub(super) fn slashed(path: &Path) -> Option<String> {
    let parts = path.components().map(|part| match part {
        Component::Normal(part) => part.to_str(),
        _ => None,
    });
    let parts: Vec<&str> = parts.collect::<Option<_>>()?;
    (!parts.is_empty()).then(|| parts.join("/"))
}

pub(super) fn save_error(path: &Path, source: io::Error) -> SaveError {
    let path = path.to_owned();
    match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::StaleNetworkFileHandle => {
            SaveError::Gone { path }
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => SaveError::ReadOnly { path },
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => SaveError::NoSpace { path },
        _ => SaveError::Io { path, source },
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::super::edit::Literal;
    use super::*;

    fn set(table: &[&str], key: &str, value: i64) -> Edit {
        Edit {
            table: table.iter().map(ToString::to_string).collect(),
            set: vec![(key.to_owned(), Literal::Integer(value))],
            remove: vec![],
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn one_writer_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let lock = Lock::acquire(dir.path()).unwrap();
        assert!(matches!(
            Lock::acquire(dir.path()),
            Err(SaveError::Locked { .. })
        ));
        drop(lock);
        assert!(Lock::acquire(dir.path()).is_ok());
        let folder = dir.path().join(".cirtkit");
        assert_eq!(names(&folder), [".gitignore", "lock"]);
        assert_eq!(
            fs::read_to_string(folder.join(".gitignore")).unwrap(),
            "*\n"
        );
        let gone = Lock::acquire(&dir.path().join("none"));
        assert!(matches!(gone, Err(SaveError::Gone { .. })));
    }

    #[test]
    fn saves_whole_files_and_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("assessment.toml");
        save(&path, "a = 1\n").unwrap();
        fs::write(
            dir.path().join(".assessment.toml.cirtkit-tmp"),
            "stale and longer",
        )
        .unwrap();
        save(&path, "a = 2\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "a = 2\n");
        assert_eq!(names(dir.path()), ["assessment.toml"]);
        let folder = save(dir.path(), "a = 1\n");
        assert!(matches!(folder, Err(SaveError::NotAFile { .. })));
        let gone = save(&dir.path().join("none").join("a.toml"), "a = 1\n");
        assert!(matches!(gone, Err(SaveError::Gone { .. })), "{gone:?}");
    }

    #[test]
    fn equal_bytes_are_not_touched() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.toml");
        save(&path, "a = 1\n").unwrap();
        let then = std::time::SystemTime::UNIX_EPOCH;
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(then)
            .unwrap();
        save(&path, "a = 1\n").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), then);
        save(&path, "a = 2\n").unwrap();
        assert_ne!(fs::metadata(&path).unwrap().modified().unwrap(), then);
    }

    #[test]
    fn a_file_that_may_not_be_written_is_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.toml");
        save(&path, "a = 1\n").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions.clone()).unwrap();
        assert!(matches!(
            save(&path, "a = 2\n"),
            Err(SaveError::ReadOnly { .. })
        ));
        assert_eq!(fs::read_to_string(&path).unwrap(), "a = 1\n");
        assert_eq!(names(dir.path()), ["a.toml"]);
        #[cfg(not(unix))]
        {
            #[allow(clippy::permissions_set_readonly_false)]
            permissions.set_readonly(false);
            fs::set_permissions(&path, permissions).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_kept() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.toml");
        save(&path, "a = 1\n").unwrap();
        for mode in [0o600, 0o664, 0o640] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            save(&path, &format!("a = {mode}\n")).unwrap();
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
                mode
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("other"), "other").unwrap();
        symlink("other", at("a.toml")).unwrap();
        symlink("other", at(".b.toml.cirtkit-tmp")).unwrap();
        for name in ["a.toml", "b.toml"] {
            assert!(
                matches!(save(&at(name), "x = 1\n"), Err(SaveError::Link { .. })),
                "{name}"
            );
        }
        assert_eq!(fs::read_to_string(at("other")).unwrap(), "other");
        assert!(!at("b.toml").exists());

        let lock = Lock::acquire(dir.path()).unwrap();
        let edited = edit_file(&at("a.toml"), &lock, &set(&["a"], "x", 1));
        assert!(matches!(edited, Err(SaveError::Path(PathError::Link))));
        drop(lock);
        fs::remove_dir_all(at(".cirtkit")).unwrap();
        fs::create_dir(at("elsewhere")).unwrap();
        symlink("elsewhere", at(".cirtkit")).unwrap();
        assert!(matches!(
            Lock::acquire(dir.path()),
            Err(SaveError::Link { .. })
        ));
        assert!(names(&at("elsewhere")).is_empty());
    }

    /// A folder that may not be written and a full disk, for those who are not root.
    #[cfg(target_os = "linux")]
    #[test]
    fn faults_of_the_disk_are_told_apart() {
        let kinds = [
            (ErrorKind::ReadOnlyFilesystem, "may not be written"),
            (ErrorKind::PermissionDenied, "may not be written"),
            (ErrorKind::StorageFull, "no space left"),
            (ErrorKind::NotFound, "gone"),
            (ErrorKind::TimedOut, "cannot be saved"),
        ];
        for (kind, told) in kinds {
            let error = save_error(Path::new("a.toml"), kind.into());
            assert!(error.to_string().contains(told), "{error}");
        }
        let proc = save(Path::new("/proc/cirtkit.toml"), "a = 1\n");
        assert!(proc.is_err());
    }

    #[test]
    fn edits_under_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let lock = Lock::acquire(dir.path()).unwrap();
        assert_eq!(lock.dossier(), dir.path());
        let path = dir
            .path()
            .join("responses")
            .join("m-diallo")
            .join("assessment.toml");
        edit_file(&path, &lock, &set(&["answers", "a"], "value", 1)).unwrap();
        let mut text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, "[answers.a]\nvalue = 1\n");
        text.push_str("# by hand\n");
        fs::write(&path, &text).unwrap();
        edit_file(&path, &lock, &set(&["answers", "a"], "value", 2)).unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "[answers.a]\nvalue = 2\n# by hand\n"
        );

        fs::write(&path, "secret = = 1\n").unwrap();
        let broken = edit_file(&path, &lock, &set(&["answers", "a"], "value", 3)).unwrap_err();
        assert!(
            broken.to_string().contains("assessment.toml`: line 1"),
            "{broken}"
        );
        assert!(!broken.to_string().contains("secret"), "{broken}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "secret = = 1\n");

        let nothing = dir.path().join("responses").join("nobody").join("a.toml");
        let remove = Edit {
            table: vec!["answers".to_owned()],
            set: vec![],
            remove: vec!["a".to_owned()],
        };
        edit_file(&nothing, &lock, &remove).unwrap();
        assert!(!dir.path().join("responses").join("nobody").exists());

        for path in [
            dir.path().join("..").join("a.toml"),
            PathBuf::from("a.toml"),
            dir.path().to_owned(),
        ] {
            let outside = edit_file(&path, &lock, &set(&["a"], "value", 3));
            assert!(
                matches!(outside, Err(SaveError::Outside { .. })),
                "{outside:?}"
            );
        }
    }

    // Windows does not let go of a folder with an open file.
    #[cfg(unix)]
    #[test]
    fn a_dossier_that_vanished_is_not_made_again() {
        let dir = tempfile::tempdir().unwrap();
        let dossier = dir.path().join("lesotho");
        fs::create_dir(&dossier).unwrap();
        let lock = Lock::acquire(&dossier).unwrap();
        fs::rename(&dossier, dir.path().join("moved")).unwrap();
        let gone = edit_file(&dossier.join("a.toml"), &lock, &set(&["a"], "value", 1));
        assert!(matches!(gone, Err(SaveError::Gone { .. })), "{gone:?}");
        assert!(!dossier.exists());
    }

    #[test]
    fn a_file_does_not_grow_beyond_what_can_be_read() {
        let dir = tempfile::tempdir().unwrap();
        let lock = Lock::acquire(dir.path()).unwrap();
        let path = dir.path().join("a.toml");
        let edit = Edit {
            table: vec!["a".to_owned()],
            set: vec![("note".to_owned(), Literal::Text("x".repeat(5 << 20)))],
            remove: vec![],
        };
        let large = edit_file(&path, &lock, &edit);
        assert!(
            matches!(large, Err(SaveError::TooLarge { .. })),
            "{large:?}"
        );
        assert!(!path.exists());
    }
}
