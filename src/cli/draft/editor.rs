//! Opens a text in the assessor's editor. Whatever happens, what was typed is not lost.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use tempfile::NamedTempFile;

/// The end of the explanation; what stands above it is not part of the text.
const END: &str = "-->";

/// What came out of an editor; its file is removed with it, unless it is kept.
pub(super) struct Edited {
    file: NamedTempFile,
    text: String,
}

impl Edited {
    /// Returns the words, without the explanation.
    pub(super) fn words(&self) -> String {
        words(&self.text)
    }

    /// Keeps the file and returns its place.
    pub(super) fn keep(self) -> String {
        kept(self.file)
    }
}

fn kept(file: NamedTempFile) -> String {
    let before = file.path().to_path_buf();
    let path = file.keep().map_or(before, |(_, path)| path);
    path.display().to_string()
}

/// Takes the explanation off the top.
fn words(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let rest = match text.trim_start().strip_prefix("<!--") {
        Some(rest) => rest.split_once(END).map_or("", |(_, rest)| rest),
        None => &text,
    };
    rest.trim().to_string()
}

/// Opens a text below an explanation, in a private file, and waits until the editor is done.
pub(super) fn open(heading: &str, text: &str) -> anyhow::Result<Edited> {
    let mut file = tempfile::Builder::new()
        .prefix("cirtkit-")
        .suffix(".md")
        .tempfile()
        .context("no private file can be made for the editor")?;
    // The explanation cannot end itself early.
    let heading = heading.replace(END, "");
    write!(file, "<!--\n{heading}\n{END}\n\n{text}\n")
        .context("the editor's file cannot be written")?;
    file.flush()?;
    let (program, arguments) = editor();
    let run = Command::new(&program)
        .args(&arguments)
        .arg(file.path())
        .status();
    let problem = match run {
        Ok(status) if status.success() => None,
        Ok(status) => Some(format!("the editor ended with {status}")),
        Err(problem) => Some(format!("the editor does not start: {problem}")),
    };
    // Editors that save beside and rename leave another file under the same name.
    let after = read(file.path());
    if let Some(problem) = problem {
        let changed = after
            .as_deref()
            .map(words)
            .is_ok_and(|now| now != text.trim());
        anyhow::ensure!(
            changed,
            "{problem}; nothing was changed; set VISUAL or EDITOR to an editor that works"
        );
        let place = kept(file);
        anyhow::bail!("{problem}; nothing was saved, and your text is kept in {place}");
    }
    match after {
        Ok(text) => Ok(Edited { file, text }),
        Err(problem) => {
            let place = kept(file);
            Err(anyhow::Error::new(problem).context(format!("{place} cannot be read back")))
        }
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

/// Returns the editor and its first arguments: `VISUAL`, else `EDITOR`, else the system's.
fn editor() -> (OsString, Vec<OsString>) {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let system = if cfg!(windows) { "notepad" } else { "vi" };
    let named = set("VISUAL").or_else(|| set("EDITOR"));
    let named = named.unwrap_or_else(|| system.into());
    // A path with blanks is one word; else what follows the first blank are arguments.
    if PathBuf::from(&named).is_file() {
        return (named, Vec::new());
    }
    let Some(text) = named.to_str() else {
        return (named, Vec::new());
    };
    let mut parts = text.split_whitespace().map(OsString::from);
    let program = parts.next().unwrap_or_else(|| system.into());
    (program, parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_explanation_is_no_part_of_the_text() {
        assert_eq!(words("<!--\nhow\n-->\n\nwords -->\n"), "words -->");
        assert_eq!(words("words\r\nmore\r\n"), "words\nmore");
        assert_eq!(words("<!-- all of it"), "");
    }
}
