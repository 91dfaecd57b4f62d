//! Reads text files and confines paths, for every reader of a dossier.
//!
//! The first step of the road: a path that somebody wrote into a file becomes a path
//! that may be opened, and bytes become text. A dossier is passed from one ministry to
//! the next, so nothing in it is trusted: no path leads out of it, no device is
//! opened, and no file fills the memory.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::diagnostic::{Diagnostic, Place};

/// The most bytes a TOML file may have: 4 MiB.
pub const TOML_LIMIT: u64 = 4 * 1024 * 1024;

/// The most bytes one part of a path may have, as on the common file systems.
const PART_LIMIT: usize = 255;

/// The most letters an id may have that names a folder.
const NAME_LIMIT: usize = 64;

/// Why a file was not read; it never quotes the file.
#[derive(Debug, Error)]
pub enum FileError {
    /// There is no such file.
    #[error("`{path}` does not exist")]
    NotFound {
        /// The file.
        path: PathBuf,
    },
    /// A folder, a device, a pipe or a socket.
    #[error("`{path}` is not a regular file")]
    NotAFile {
        /// The file.
        path: PathBuf,
    },
    /// The file has more bytes than a file of its sort may have.
    #[error("`{path}` is larger than {limit} bytes; split it or make it smaller")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most bytes allowed.
        limit: u64,
    },
    /// The file is not UTF-8.
    #[error("`{path}`:{line}:{column}: not UTF-8; save it again with the encoding UTF-8")]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// Line of the first bad byte, from 1.
        line: usize,
        /// Column of the first bad byte in characters, from 1.
        column: usize,
    },
    /// A symbolic link leads to a file outside of the folder.
    #[error("`{path}` leads out of its folder; put the file itself there")]
    LeadsOut {
        /// The file.
        path: PathBuf,
    },
    /// The system refused.
    #[error("`{path}` cannot be read: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl FileError {
    /// Says it as a diagnostic of the file `name`, at the first bad byte where there is one.
    pub fn diagnostic(&self, code: &'static str, name: &str) -> Diagnostic {
        let mut place = Place::file(name);
        let (message, help) = match self {
            Self::NotFound { .. } => ("this file does not exist".into(), "name one that does"),
            Self::NotAFile { .. } => (
                "this is a folder or a device, not a file".into(),
                "put the file itself there",
            ),
            Self::TooLarge { limit, .. } => (
                format!("this file is larger than {limit} bytes"),
                "split it or make it smaller",
            ),
            Self::NotUtf8 { line, column, .. } => {
                (place.line, place.column) = (*line, *column);
                (
                    "this file is not UTF-8".into(),
                    "save it again with the encoding UTF-8",
                )
            }
            Self::LeadsOut { .. } => (
                "this symbolic link leads out of its folder".into(),
                "put the file itself there",
            ),
            Self::Io { source, .. } => (
                format!("this file cannot be read: {source}"),
                "check who may read it",
            ),
        };
        Diagnostic::error(code, place, message).help(help)
    }
}

/// Why a relative path was not accepted. The path itself is not told: the place leads to it, and it may
/// say what nobody should read in a log.
#[derive(Debug, Error)]
pub enum PathError {
    /// Nothing is written there.
    #[error("the path is empty")]
    Empty,
    /// It starts at a root.
    #[error(
        "the path is absolute; write it from the dossier's folder on, as in `evidence/decree.txt`"
    )]
    Absolute,
    /// A part is empty, `.` or `..`.
    #[error("a part of the path names no file; leave out `.`, `..` and doubled `/`")]
    Part,
    /// A character that not every system can have in a name.
    #[error(
        "the path has a character that not every system allows; part folders by `/` and avoid \\ : * ? \" < > |"
    )]
    Character,
    /// A name that means a device on Windows, ends in a dot or a space, or is too long.
    #[error("a part of the path cannot be a file's name on Windows; rename it")]
    Reserved,
    /// A part is a symbolic link.
    #[error("the path leads over a symbolic link; put the file itself there")]
    Link,
    /// A part that should be a folder is none.
    #[error("a part of the path that should be a folder is a file")]
    NotAFolder,
    /// The system refused to tell.
    #[error("the path cannot be looked up: {source}")]
    Io {
        /// What the system says.
        source: io::Error,
    },
}

/// Returns the text of a regular file; a byte order mark is part of it.
///
/// Links are followed: use [`confined`] or [`read_text_in`] for a path out of a dossier.
pub fn read_text(path: &Path, limit: u64) -> Result<String, FileError> {
    let failed = |source: io::Error| file_error(path, source);
    let too_large = || FileError::TooLarge {
        path: path.to_owned(),
        limit,
    };
    // Looked at before it is opened: opening a pipe would wait for its writer.
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(FileError::NotAFile {
            path: path.to_owned(),
        });
    }
    if metadata.len() > limit {
        return Err(too_large());
    }
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..good).unwrap_or_default();
        let before = String::from_utf8_lossy(before);
        let line = before.rsplit('\n').next().unwrap_or_default();
        FileError::NotUtf8 {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: line.trim_start_matches('\u{feff}').chars().count() + 1,
        }
    })
}

/// Returns the text of a regular file that lies beneath a folder, links followed.
pub fn read_text_in(root: &Path, path: &Path, limit: u64) -> Result<String, FileError> {
    let real_root = fs::canonicalize(root).map_err(|error| file_error(root, error))?;
    let real = fs::canonicalize(path).map_err(|error| file_error(path, error))?;
    if !real.starts_with(&real_root) {
        return Err(FileError::LeadsOut {
            path: path.to_owned(),
        });
    }
    read_text(path, limit)
}

/// Returns the SHA-256 of a regular file in 64 hexadecimal digits; it is never held in memory.
pub fn digest(path: &Path) -> Result<String, FileError> {
    let failed = |source: io::Error| file_error(path, source);
    if !fs::metadata(path).map_err(failed)?.is_file() {
        let path = path.to_owned();
        return Err(FileError::NotAFile { path });
    }
    let mut hasher = Sha256::new();
    io::copy(&mut File::open(path).map_err(failed)?, &mut hasher).map_err(failed)?;
    Ok(hex(hasher))
}

/// Returns what was hashed in 64 hexadecimal digits.
pub(crate) fn hex(hasher: Sha256) -> String {
    let digest = hasher.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns what stands in a folder that lies beneath another one, links followed; in the order of the
/// names.
pub fn list_in(root: &Path, folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let real_root = fs::canonicalize(root).map_err(|error| file_error(root, error))?;
    let real = fs::canonicalize(folder).map_err(|error| file_error(folder, error))?;
    if !real.starts_with(&real_root) {
        return Err(FileError::LeadsOut {
            path: folder.to_owned(),
        });
    }
    let entries = fs::read_dir(folder).map_err(|error| file_error(folder, error))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(|error| file_error(folder, error))?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Returns the path beneath a root that a relative path out of a file names.
///
/// The file need not exist. The rules are those of the strictest system, so that a
/// dossier made on one can be opened on every other; no symbolic link is followed.
pub fn confined(root: &Path, relative: &str) -> Result<PathBuf, PathError> {
    if relative.is_empty() {
        return Err(PathError::Empty);
    }
    if relative.starts_with('/') {
        return Err(PathError::Absolute);
    }
    let foreign = |char: char| char.is_control() || "\\:*?\"<>|".contains(char);
    if relative.contains(foreign) {
        return Err(PathError::Character);
    }
    for part in relative.split('/') {
        if matches!(part, "" | "." | "..") {
            return Err(PathError::Part);
        }
        if part.ends_with(['.', ' ']) || part.len() > PART_LIMIT || is_device(part) {
            return Err(PathError::Reserved);
        }
    }
    refuse_links(root, relative)?;
    Ok(relative
        .split('/')
        .fold(root.to_owned(), |path, part| path.join(part)))
}

/// Tells whether an id may name a folder: ASCII letters, digits, `-` and `_`, at most 64,
/// the first a letter or digit, and no device of Windows.
pub fn safe_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    text.len() <= NAME_LIMIT
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(plain)
        && !is_device(text)
}

pub(crate) fn file_error(path: &Path, source: io::Error) -> FileError {
    let path = path.to_owned();
    match source.kind() {
        ErrorKind::NotFound => FileError::NotFound { path },
        ErrorKind::IsADirectory => FileError::NotAFile { path },
        _ => FileError::Io { path, source },
    }
}

/// Looks at each step from the root on, as far as there is something to look at.
fn refuse_links(root: &Path, relative: &str) -> Result<(), PathError> {
    let mut path = root.to_owned();
    let mut parts = relative.split('/').peekable();
    while let Some(part) = parts.next() {
        path.push(part);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_symlink() => {
                return Err(PathError::Link);
            }
            Ok(metadata) if parts.peek().is_some() && !metadata.is_dir() => {
                return Err(PathError::NotAFolder);
            }
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(source) => {
                return Err(PathError::Io { source });
            }
        }
    }
    Ok(())
}

/// Whether Windows takes a name for a device, whatever its extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_uppercase();
    let numbered = |prefix: &str| {
        let number = stem.strip_prefix(prefix);
        number.is_some_and(|it| {
            let mut chars = it.chars();
            matches!(chars.next(), Some('0'..='9' | '¹' | '²' | '³')) && chars.next().is_none()
        })
    };
    matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) || numbered("COM")
        || numbered("LPT")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_text_with_its_byte_order_mark() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.toml");
        fs::write(&path, "\u{feff}a = 1\r\n").unwrap();
        assert_eq!(read_text(&path, TOML_LIMIT).unwrap(), "\u{feff}a = 1\r\n");
        assert_eq!(read_text(&path, 10).unwrap().len(), 10);
        assert!(matches!(
            read_text(&path, 9),
            Err(FileError::TooLarge { limit: 9, .. })
        ));
        assert!(matches!(
            read_text(dir.path(), 9),
            Err(FileError::NotAFile { .. })
        ));
        let missing = dir.path().join("b.toml");
        assert!(matches!(
            read_text(&missing, 9),
            Err(FileError::NotFound { .. })
        ));
    }

    #[test]
    fn names_the_first_bad_byte() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.toml");
        fs::write(&path, b"\xef\xbb\xbfa\n\xc3\xa9t\xe9 = 1\n").unwrap();
        let error = read_text(&path, TOML_LIMIT).unwrap_err();
        assert!(
            matches!(
                error,
                FileError::NotUtf8 {
                    line: 2,
                    column: 3,
                    ..
                }
            ),
            "{error}"
        );
        fs::write(&path, b"\xef\xbb\xbf\xff").unwrap();
        let error = read_text(&path, TOML_LIMIT).unwrap_err();
        assert!(
            matches!(
                error,
                FileError::NotUtf8 {
                    line: 1,
                    column: 1,
                    ..
                }
            ),
            "{error}"
        );
    }

    #[test]
    fn confines_paths() {
        let root = Path::new("/nowhere");
        assert_eq!(
            confined(root, "evidence/décret 12.txt").unwrap(),
            root.join("evidence").join("décret 12.txt")
        );
        assert!(confined(root, ".hidden/console.txt").is_ok());
        assert!(matches!(confined(root, ""), Err(PathError::Empty)));
        for path in ["/", "/etc/passwd", "//server/share"] {
            assert!(
                matches!(confined(root, path), Err(PathError::Absolute)),
                "{path}"
            );
        }
        for path in [".", "..", "a/..", "../a", "a//b", "a/", "./a", "a/./b"] {
            assert!(
                matches!(confined(root, path), Err(PathError::Part)),
                "{path}"
            );
        }
        for path in [
            "C:/a",
            "c:a",
            "a\\b",
            "\\\\?\\a",
            "a\0",
            "a\nb",
            "a\u{1b}[0m",
            "a\u{85}",
            "a:stream",
            "a?",
        ] {
            let error = confined(root, path).unwrap_err();
            assert!(matches!(error, PathError::Character), "{path:?}");
            assert!(!error.to_string().contains(char::is_control));
        }
        for path in [
            "CON",
            "nul.txt",
            "a/Com1.tar.gz",
            "lpt9 .x",
            "COM¹",
            "a./b",
            "a /b",
            "b.",
            "b ",
            "...",
        ] {
            assert!(
                matches!(confined(root, path), Err(PathError::Reserved)),
                "{path}"
            );
        }
        assert!(confined(root, &"é".repeat(127)).is_ok());
        assert!(confined(root, &"é".repeat(128)).is_err());
    }

    #[test]
    fn a_file_is_no_folder() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a"), "").unwrap();
        assert!(confined(dir.path(), "a").is_ok());
        assert!(matches!(
            confined(dir.path(), "a/b"),
            Err(PathError::NotAFolder)
        ));
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        fs::create_dir(&root).unwrap();
        fs::write(dir.path().join("out.toml"), "secret").unwrap();
        fs::write(root.join("in.toml"), "a = 1").unwrap();
        symlink("../out.toml", root.join("out.toml")).unwrap();
        symlink("in.toml", root.join("link.toml")).unwrap();
        symlink("..", root.join("up")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        for path in [
            "out.toml",
            "link.toml",
            "up/out.toml",
            "dangling",
            "dangling/a",
        ] {
            assert!(
                matches!(confined(&root, path), Err(PathError::Link)),
                "{path}"
            );
        }
        assert_eq!(
            read_text_in(&root, &root.join("link.toml"), 9).unwrap(),
            "a = 1"
        );
        for path in ["out.toml", "up/out.toml"] {
            let error = read_text_in(&root, &root.join(path), 9).unwrap_err();
            assert!(matches!(error, FileError::LeadsOut { .. }), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_sockets_are_not_opened() {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let fifo = dir.path().join("fifo");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        let mut odd = vec![socket, PathBuf::from("/dev/zero")];
        odd.extend(made.is_ok_and(|status| status.success()).then_some(fifo));
        for path in odd {
            assert!(
                matches!(read_text(&path, 9), Err(FileError::NotAFile { .. })),
                "{path:?}"
            );
        }
    }

    #[test]
    fn names_that_are_safe() {
        for name in ["m-diallo", "workshop-0604", "AM", "a_1", "0", "console"] {
            assert!(safe_name(name), "{name}");
        }
        for name in [
            "", ".", "..", "-a", "_a", ".a", "a.b", "a b", "a/b", "é", "con", "LPT1", "a\n",
        ] {
            assert!(!safe_name(name), "{name}");
        }
        assert!(!safe_name(&"a".repeat(65)));
    }

    proptest! {
        #[test]
        fn what_is_confined_stays_inside(path in "[a-zA-Z./\\\\: ~é\\x00-\\x1f]{0,12}") {
            if let Ok(inside) = confined(Path::new("/nowhere"), &path) {
                let rest = inside.strip_prefix("/nowhere").unwrap();
                prop_assert!(rest.components().count() > 0);
                prop_assert!(rest.components().all(|part| matches!(part, std::path::Component::Normal(_))));
            }
        }

        #[test]
        fn safe_names_are_confined(name in "\\PC{0,6}") {
            prop_assert!(!safe_name(&name) || confined(Path::new("/nowhere"), &name).is_ok());
        }
    }
}
