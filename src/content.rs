//! Where questionnaires and templates come from: compiled in, then folders laid over them.
//!
//! The first arrow of the road. It hands out names and texts and knows nothing of what they mean. A
//! folder given by the user replaces single files and adds new ones; nothing shipped has a private
//! road. A file that is laid over and cannot be read is an error, never a silent fall-back.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};

/// The files that the build compiled in, by name from the repository's root.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The longest file that is read from a folder laid over, in bytes.
pub const FILE_LIMIT: u64 = 4 * 1024 * 1024;

/// The most files that are read from a folder laid over.
const FILES_LIMIT: usize = 5_000;

/// One file: its text, and whether it came from a folder of the user's.
#[derive(Debug, Clone)]
pub struct File {
    /// The text.
    pub text: Cow<'static, str>,
    /// Whether it was compiled in or laid over.
    pub origin: Origin,
}

/// Where a file came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Compiled into the binary.
    Shipped,
    /// From a folder, under a name that nothing shipped has.
    Added,
    /// From a folder, in place of a shipped file.
    Replaced,
}

/// All files by name, such as `questionnaires/stages.toml`.
#[derive(Debug, Clone, Default)]
pub struct Content {
    files: BTreeMap<String, File>,
}

impl Content {
    /// Returns what was compiled in.
    pub fn shipped() -> Self {
        let file = |text: &'static str| File {
            text: Cow::Borrowed(text),
            origin: Origin::Shipped,
        };
        let files = EMBEDDED
            .iter()
            .map(|(name, text)| ((*name).to_string(), file(text)))
            .collect();
        Self { files }
    }

    /// Lays the files of a folder over what is there, under `root` (`questionnaires` or
    /// `report-templates`). Hidden files are passed over. What cannot be read is pushed as an error.
    pub fn lay_over(&mut self, root: &str, folder: &Path, found: &mut Diagnostics) {
        let mut names = Vec::new();
        if let Err(problem) = walk(folder, "", 0, &mut names) {
            let place = Place::file(folder.display().to_string());
            found.push(
                Diagnostic::error(
                    "content-unreadable",
                    place,
                    format!("this folder cannot be read: {problem}"),
                )
                .help("name a folder that exists and that you may read"),
            );
            return;
        }
        names.sort();
        if names
            .iter()
            .any(|name| name.starts_with(&format!("{root}/")))
        {
            let place = Place::file(folder.display().to_string());
            let inner = folder.join(root).display().to_string();
            found.push(
                Diagnostic::error(
                    "content-misplaced",
                    place,
                    "this folder is one level too high",
                )
                .help(format!("name `{inner}`")),
            );
            return;
        }
        for name in names {
            match crate::files::read_text(&folder.join(&name), FILE_LIMIT) {
                Ok(text) => self.insert(&format!("{root}/{name}"), text),
                Err(problem) => {
                    let name = folder.join(&name).display().to_string();
                    found.push(problem.diagnostic("content-unreadable", &name));
                }
            }
        }
    }

    /// Puts one file in, in place of a shipped one of the same name if there is one.
    pub fn insert(&mut self, name: &str, text: String) {
        let origin = match self.files.get(name).map(|file| file.origin) {
            Some(Origin::Shipped | Origin::Replaced) => Origin::Replaced,
            Some(Origin::Added) | None => Origin::Added,
        };
        let text = Cow::Owned(text);
        self.files.insert(name.to_string(), File { text, origin });
    }

    /// Returns the text of a file.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(|file| file.text.as_ref())
    }

    /// Walks the files whose names begin with `prefix`, in the order of their names.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a File)> {
        self.files
            .range(prefix.to_string()..)
            .take_while(move |(name, _)| name.starts_with(prefix))
            .map(|(name, file)| (name.as_str(), file))
    }
}

/// Collects the names of the files below `folder`, with `/` between parts.
fn walk(folder: &Path, prefix: &str, depth: usize, names: &mut Vec<String>) -> std::io::Result<()> {
    if depth > 12 || names.len() > FILES_LIMIT {
        return Err(std::io::Error::other(
            "the folder holds too many files or levels",
        ));
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let below = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{below}/"), depth + 1, names)?;
        } else {
            names.push(below);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_laid_over_replaces_and_says_so() {
        let mut content = Content::shipped();
        content.insert("questionnaires/stages.toml", "x = 1".into());
        content.insert("questionnaires/own.toml", "x = 1".into());
        assert_eq!(content.text("questionnaires/stages.toml"), Some("x = 1"));
        let origin = |name: &str| content.under(name).next().map(|(_, file)| file.origin);
        assert_eq!(origin("questionnaires/stages.toml"), Some(Origin::Replaced));
        assert_eq!(origin("questionnaires/own.toml"), Some(Origin::Added));
    }
}
