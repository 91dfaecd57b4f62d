//! The names that programs which keep folders in step give to a file that two people changed at once.

use std::path::Path;
use std::sync::Arc;

use super::folder::{known_name, parents};
use super::kept::{UNDECIDED, kept};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown};
use crate::files;

/// A file that such a program left beside the one it is a copy of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictCopy {
    /// Its path within the dossier.
    pub file: String,
    /// The file of the dossier that it is a copy of.
    pub of: String,
}

/// Finds the conflict copies in a dossier; what cannot be looked at has none.
pub fn conflict_copies(root: &Path, stages: &[String]) -> Vec<ConflictCopy> {
    let mut found = Vec::new();
    for folder in parents(root) {
        let at = match folder.as_str() {
            "" => root.to_owned(),
            folder => root.join(folder),
        };
        for path in files::list_in(root, &at).unwrap_or_default() {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let file = join(&folder, name);
            let original = original(&folder, name, stages).filter(|_| path.is_file());
            found.extend(original.map(|of| ConflictCopy { file, of }));
        }
    }
    found
}

/// Warns of the conflict copies in a dossier, and of what a merge left undecided.
pub fn check(root: &Path, stages: &[String], found: &mut Diagnostics) {
    for copy in conflict_copies(root, stages) {
        let path = root.join(&copy.file).display().to_string();
        let message = format!(
            "this looks like a copy of `{}` that two people changed at once; nothing is read from it",
            copy.of
        );
        let help = format!(
            "`cirtkit merge \"{}\" \"{path}\"` brings it in",
            root.display()
        );
        let place = Place::file(path);
        found.push(Diagnostic::warning("conflict-copy", place, message).help(help));
    }
    for folder in parents(root) {
        let at = match folder.as_str() {
            "" => root.to_owned(),
            folder => root.join(folder),
        };
        for path in files::list_in(root, &at).unwrap_or_default() {
            let name = path.file_name().and_then(|name| name.to_str());
            if name.is_some_and(|name| known_name(&folder, name, stages)) {
                undecided(root, &path, found);
            }
        }
    }
}

/// Warns of what is undecided in one file; one that cannot be read is told where it is read.
fn undecided(root: &Path, path: &Path, found: &mut Diagnostics) {
    let text = files::read_text_in(root, path, files::TOML_LIMIT).unwrap_or_default();
    if !text.contains(UNDECIDED) {
        return;
    }
    let name: Arc<str> = Arc::from(path.display().to_string());
    let kept = kept(&text).unwrap_or_default();
    for one in kept.iter().filter(|one| one.undecided) {
        let message = format!("a merge left {} undecided", shown(&one.path));
        let help = format!(
            "`cirtkit merge \"{}\"` asks which side stays",
            root.display()
        );
        let place = Place::at(&name, &text, one.at);
        found.push(Diagnostic::warning("merge-undecided", place, message).help(help));
    }
}

/// Returns the path of a file in a folder of a dossier.
pub fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_string(),
        folder => format!("{folder}/{name}"),
    }
}

/// Returns the file that a file of this name is a copy of.
pub fn original(folder: &str, name: &str, stages: &[String]) -> Option<String> {
    let known = |stem: &str| {
        let name = format!("{stem}.toml");
        known_name(folder, &name, stages).then(|| join(folder, &name))
    };
    let stem = name.strip_suffix(".toml")?;
    if known_name(folder, name, stages) || name.starts_with('.') {
        return None;
    }
    // Copied by hand: macOS, Google Drive, Windows.
    for before in ["Copy of ", "Copie de ", "copie de ", "copy of "] {
        if let Some(of) = stem.strip_prefix(before).and_then(known) {
            return Some(of);
        }
    }
    // Cut at every place, the longest name first: `2026-05-PC2` is a copy of May.
    let cuts = stem.char_indices().map(|(at, _)| at).rev();
    for (stem, rest) in cuts.filter_map(|at| stem.split_at_checked(at)) {
        if let Some(of) = known(stem).filter(|_| left_over(rest)) {
            return Some(of);
        }
    }
    None
}

/// Tells whether this is what such a program writes behind a name.
fn left_over(rest: &str) -> bool {
    // Syncthing; ownCloud of old; Dropbox, Nextcloud and Google Drive; OneDrive and Windows.
    if [".sync-conflict-", "_conflict-", " - "]
        .iter()
        .any(|start| rest.starts_with(start))
    {
        return true;
    }
    if rest.trim_start().starts_with('(') {
        return rest.ends_with(')');
    }
    if let Some(machine) = rest.strip_prefix('-') {
        return machine.starts_with(|first: char| first.is_alphabetic());
    }
    let word = rest.strip_prefix(' ').unwrap_or_default();
    let number = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    number
        || ["copy", "copie"]
            .iter()
            .any(|start| word.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_conflict_copies_are_known() {
        let stages = ["assessment".to_string(), "design".to_string()];
        let of = |folder: &str, name: &str| original(folder, name, &stages);
        for name in [
            "assessment (conflicted copy 2026-06-03).toml",
            "assessment (AM's conflicted copy 2026-06-03).toml",
            "assessment (Copie en conflit de AM 2026-06-03).toml",
            "assessment (copie en conflit 2026-06-03 101010).toml",
            "assessment (Case Conflict 1).toml",
            "assessment_conflict-20260603-101010.toml",
            "assessment.sync-conflict-20260603-101010-ABCDEFG.toml",
            "assessment-PC2.toml",
            "assessment-DESKTOP-4711.toml",
            "assessment (1).toml",
            "assessment(1).toml",
            "assessment 2.toml",
            "assessment copie.toml",
            "assessment - Copie (2).toml",
            "Copie de assessment.toml",
            "Copy of assessment.toml",
        ] {
            assert_eq!(of("", name).as_deref(), Some("assessment.toml"), "{name}");
            let said = of("responses/m-example", name);
            assert_eq!(said.as_deref(), Some("responses/m-example/assessment.toml"));
        }
        let may = of("progress", "2026-05-PC2.toml");
        assert_eq!(may.as_deref(), Some("progress/2026-05.toml"));
        let plan = of("progress", "plan (1).toml");
        assert_eq!(plan.as_deref(), Some("progress/plan.toml"));
        for (folder, name) in [
            ("", "assessment.toml"),
            ("", "assessments.toml"),
            ("", "assessment (1).pdf"),
            ("", "enhancement (1).toml"),
            ("", "2026-05 (1).toml"),
            ("progress", "2026-05-06.toml"),
            ("progress", "2026-13.toml"),
            ("responses/m-example", "dossier (1).toml"),
            ("reports", "assessment (1).toml"),
        ] {
            assert_eq!(of(folder, name), None, "{folder}/{name}");
        }
    }
}
