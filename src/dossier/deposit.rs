//! Puts a file that somebody handed over into the dossier, and tells whether it is still the same.
//!
//! A copy never takes the place of another file, and goes away again where it is not registered.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::id;
use super::save::{Lock, SaveError, save_error, slashed, sync_folder};
use crate::files::{self, FileError};

const FOLDER: &str = "evidence";

/// The copy while it is made; only whoever holds the lock makes one.
const TEMPORARY: &str = ".deposit.cirtkit-tmp";

/// A file in the dossier that is about to be registered.
///
/// Unless it is [kept](Self::keep), a copy that was made for it is removed again.
#[derive(Debug)]
pub struct Deposit {
    /// The file, relative to the dossier.
    pub file: String,
    /// Its SHA-256, in 64 hexadecimal digits.
    pub sha256: String,
    /// What was made for it: a copy, and the folder it stands in.
    made: Vec<PathBuf>,
}

impl Deposit {
    /// Lets the copy stay, since it is registered, and returns the file relative to the dossier.
    pub fn keep(mut self) -> String {
        self.made.clear();
        std::mem::take(&mut self.file)
    }
}

impl Drop for Deposit {
    fn drop(&mut self) {
        take_away(&self.made);
    }
}

/// Hashes a file and, where it stands outside of the locked dossier, copies it into `evidence/` under
/// a name that every system allows.
///
/// A file of the same name and the same bytes is used as it is; beside one of other bytes the copy gets
/// a number.
pub fn deposit(lock: &Lock, source: &Path) -> Result<Deposit, SaveError> {
    let root = lock.dossier();
    if let Some((file, path)) = inside(root, source)? {
        let sha256 = files::digest(&path).map_err(SaveError::Read)?;
        let made = Vec::new();
        return Ok(Deposit { file, sha256, made });
    }
    let folder = files::confined(root, FOLDER)?;
    let mut made = Vec::new();
    if !folder.is_dir() {
        fs::create_dir(&folder).map_err(|error| save_error(&folder, error))?;
        made.push(folder.clone());
    }
    let placed = place(root, &folder, source);
    let (file, sha256, copy) = placed.inspect_err(|_| take_away(&made))?;
    made.extend(copy);
    Ok(Deposit { file, sha256, made })
}

/// Copies a file of another copy of the dossier to a place within the locked one where nothing stands.
pub fn take_over(lock: &Lock, source: &Path, file: &str) -> Result<(), SaveError> {
    let path = files::confined(lock.dossier(), file)?;
    if path.symlink_metadata().is_ok() {
        return Err(SaveError::NotAFile { path });
    }
    let folder = path.parent().unwrap_or(lock.dossier()).to_owned();
    fs::create_dir_all(&folder).map_err(|error| save_error(&folder, error))?;
    let temporary = folder.join(TEMPORARY);
    if temporary.symlink_metadata().is_ok() {
        // Left over from a copy that was cut short.
        fs::remove_file(&temporary).map_err(|error| save_error(&temporary, error))?;
    }
    let moved = copy(source, &temporary).and_then(|_| {
        let moved = fs::rename(&temporary, &path).and_then(|()| sync_folder(&path));
        moved.map_err(|error| save_error(&path, error))
    });
    if moved.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    moved
}

/// Removes what was made, the last first; what cannot be removed is in nobody's way.
fn take_away(made: &[PathBuf]) {
    for path in made.iter().rev() {
        let _ = match path.is_dir() {
            true => fs::remove_dir(path),
            false => fs::remove_file(path),
        };
    }
}

/// Returns the place of a file that stands in the dossier already, if its path can be registered.
fn inside(root: &Path, source: &Path) -> Result<Option<(String, PathBuf)>, SaveError> {
    let real = |path: &Path| {
        let real = fs::canonicalize(path);
        real.map_err(|error| SaveError::Read(files::file_error(path, error)))
    };
    let place = match real(source)?.strip_prefix(real(root.join(".").as_path())?) {
        Ok(within) => slashed(within),
        Err(_) => None,
    };
    let place = place.filter(|place| !place.starts_with('.'));
    Ok(place.and_then(|place| {
        let path = files::confined(root, &place).ok()?;
        Some((place, path))
    }))
}

/// Copies a file and gives the copy a name of its own; no copy is left where its bytes are there already.
fn place(
    root: &Path,
    folder: &Path,
    source: &Path,
) -> Result<(String, String, Option<PathBuf>), SaveError> {
    let temporary = folder.join(TEMPORARY);
    if temporary.symlink_metadata().is_ok() {
        // Left over from a copy that was cut short.
        fs::remove_file(&temporary).map_err(|error| save_error(&temporary, error))?;
    }
    let named = copy(source, &temporary).and_then(|sha256| {
        let (name, there) = free_name(folder, source, &sha256)?;
        let path = files::confined(root, &format!("{FOLDER}/{name}"))?;
        Ok((name, sha256, path, there))
    });
    let moved = named.and_then(|(name, sha256, path, there)| {
        let file = format!("{FOLDER}/{name}");
        if there {
            return Ok((file, sha256, None));
        }
        let moved = fs::rename(&temporary, &path).and_then(|()| sync_folder(&path));
        moved.map_err(|error| save_error(&path, error))?;
        Ok((file, sha256, Some(path)))
    });
    if !matches!(moved, Ok((_, _, Some(_)))) {
        let _ = fs::remove_file(&temporary);
    }
    moved
}

/// Copies a file piece by piece, and returns the SHA-256 of what was copied.
fn copy(source: &Path, target: &Path) -> Result<String, SaveError> {
    let unreadable = |error| SaveError::Read(files::file_error(source, error));
    // Looked at before it is opened: opening a pipe would wait for its writer.
    if !fs::metadata(source).map_err(unreadable)?.is_file() {
        let path = source.to_owned();
        return Err(SaveError::Read(FileError::NotAFile { path }));
    }
    let mut from = File::open(source).map_err(unreadable)?;
    let unwritable = |error| save_error(target, error);
    let mut options = OpenOptions::new();
    let options = options.write(true).create_new(true);
    let mut to = options.open(target).map_err(unwritable)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = match from.read(&mut buffer) {
            Ok(length) => length,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(unreadable(error)),
        };
        let piece = buffer.get(..length).unwrap_or_default();
        if piece.is_empty() {
            break;
        }
        hasher.update(piece);
        to.write_all(piece).map_err(unwritable)?;
    }
    to.sync_all().map_err(unwritable)?;
    Ok(files::hex(hasher))
}

/// Returns a name that nothing in the folder has, or that of the same bytes, and whether these are
/// there already. Names that differ in capitals alone are one name on some systems.
fn free_name(folder: &Path, source: &Path, sha256: &str) -> Result<(String, bool), SaveError> {
    let there = files::list_in(folder, folder).map_err(SaveError::Read)?;
    let name = |path: &Path| {
        path.file_name()
            .and_then(|name| name.to_str().map(String::from))
    };
    let there: Vec<String> = there.iter().filter_map(|path| name(path)).collect();
    let (stem, ending) = safe_name(source);
    for number in 1_u64.. {
        let name = match number {
            1 => format!("{stem}{ending}"),
            _ => format!("{stem}-{number}{ending}"),
        };
        let mut same = there
            .iter()
            .filter(|one| one.eq_ignore_ascii_case(&name))
            .peekable();
        if same.peek().is_none() {
            return Ok((name, false));
        }
        // Of a link or a folder there is no telling whose bytes it holds.
        let regular = |path: &Path| path.symlink_metadata().is_ok_and(|it| it.is_file());
        for one in same {
            let path = folder.join(one);
            if regular(&path) && files::digest(&path).is_ok_and(|digest| digest == sha256) {
                return Ok((one.clone(), true));
            }
        }
    }
    Ok((format!("{stem}{ending}"), false))
}

/// Returns a stem and an ending, with its dot, that every system allows in a file's name.
fn safe_name(source: &Path) -> (String, String) {
    let part = |part: Option<&std::ffi::OsStr>| {
        let part = part.unwrap_or_default().to_string_lossy();
        id::slug(&part)
    };
    let stem = id::unique(&part(source.file_stem()), "document", |_| false);
    let ending = part(source.extension()).replace('-', "");
    match ending.get(..ending.len().min(10)) {
        Some(ending) if !ending.is_empty() => (stem, format!(".{ending}")),
        _ => (stem, String::new()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let paths = files::list_in(folder, folder).unwrap();
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        paths.iter().map(name).collect()
    }

    #[test]
    fn names_are_safe_on_every_system() {
        let name = |path: &str| {
            let (stem, ending) = safe_name(Path::new(path));
            stem + &ending
        };
        assert_eq!(
            name("Décret n° 12/Décret 12:2024.PDF"),
            "decret-12-2024.pdf"
        );
        assert_eq!(name("con.txt"), "document-con.txt");
        assert_eq!(name(".env"), "env");
        assert_eq!(name("приказ.docx"), "prikaz.docx");
        assert_eq!(name("2024.tar.gz"), "document-2024-tar.gz");
    }

    #[test]
    fn a_copy_is_never_put_over_another_and_goes_if_it_is_not_kept() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("land");
        fs::create_dir(&root).unwrap();
        let lock = Lock::acquire(&root).unwrap();
        let (source, folder) = (home.path().join("Decree.PDF"), root.join("evidence"));
        fs::write(&source, "one").unwrap();
        drop(deposit(&lock, &source).unwrap());
        assert!(!folder.exists());
        let first = deposit(&lock, &source).unwrap();
        let one = first.sha256.clone();
        assert_eq!(first.file, "evidence/decree.pdf");
        first.keep();
        // The same bytes once more: the file that is there stays there.
        let again = deposit(&lock, &source).unwrap();
        assert_eq!(
            (again.file.as_str(), &again.sha256),
            ("evidence/decree.pdf", &one)
        );
        drop(again);
        fs::write(&source, "two").unwrap();
        let second = deposit(&lock, &source).unwrap();
        assert_eq!(second.file, "evidence/decree-2.pdf");
        assert_eq!(names(&folder), ["decree-2.pdf", "decree.pdf"]);
        drop(second);
        assert_eq!(names(&folder), ["decree.pdf"]);
        // One that stands in the dossier stays where it is.
        fs::write(root.join("evidence/Loi 3.pdf"), "three").unwrap();
        let there = deposit(&lock, &root.join("evidence/Loi 3.pdf")).unwrap();
        assert_eq!(there.file, "evidence/Loi 3.pdf");
        drop(there);
        assert_eq!(names(&folder), ["Loi 3.pdf", "decree.pdf"]);
        assert!(deposit(&lock, &root.join("evidence")).is_err());
        assert!(deposit(&lock, &home.path().join("none")).is_err());
    }
}
