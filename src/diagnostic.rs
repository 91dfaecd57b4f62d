//! What is wrong, where, and what to do next.
//!
//! Every reader and check pushes into a [`Diagnostics`] sink and goes on, so that one run tells every
//! problem. A diagnostic names a file, a line and a column; it never holds the text of an answer,
//! since an answer may be a country's secret.

use std::fmt::Write as _;
use std::sync::Arc;

use serde::Serialize;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; the product is made all the same.
    Warning,
    /// The input cannot be used as it stands.
    Error,
}

/// A spot in a file: lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file, as the user named it or relative to the pack.
    pub file: Arc<str>,
    /// The line, or 0 where the whole file is meant.
    pub line: usize,
    /// The column, or 0 where the whole file is meant.
    pub column: usize,
}

impl Place {
    /// Returns the place that means a whole file.
    pub fn file(name: impl Into<Arc<str>>) -> Self {
        Self {
            file: name.into(),
            line: 0,
            column: 0,
        }
    }

    /// Returns the place of a byte offset in a text.
    pub fn at(file: &Arc<str>, text: &str, offset: usize) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            file: Arc::clone(file),
            line: before.matches('\n').count() + 1,
            column: before[start..]
                .trim_start_matches('\u{feff}')
                .chars()
                .count()
                + 1,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line == 0 {
            return out.write_str(&self.file);
        }
        write!(out, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One problem: a stable kebab-case code, a sentence, a place, and the fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The stable code, listed in `docs/diagnostics.md`.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop, no answer text.
    pub message: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Diagnostic {
    /// Makes an error.
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            place,
            help: None,
        }
    }

    /// Makes a warning.
    pub fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, place, message)
        }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds "did you mean" for a wrong word where one of the right ones is near, else lists them.
    #[must_use]
    pub fn suggest<'a>(self, wrong: &str, right: impl IntoIterator<Item = &'a str>) -> Self {
        match suggestion(wrong, right) {
            Some(help) => self.help(help),
            None => self,
        }
    }
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(out, "{severity}: {} [{}]", self.message, self.code)?;
        if !self.place.file.is_empty() {
            write!(out, "\n  --> {}", self.place)?;
        }
        if let Some(help) = &self.help {
            write!(out, "\nhelp: {help}")?;
        }
        Ok(())
    }
}

/// Tells how near two words are, from 0 to 1, where one may be the other misspelt.
pub fn closeness(one: &str, other: &str) -> f64 {
    strsim::jaro_winkler(one, other)
}

/// Returns the right word that is near a wrong one.
pub fn nearest<'a>(wrong: &str, right: &[&'a str]) -> Option<&'a str> {
    let near = right
        .iter()
        .map(|word| (closeness(wrong, word), *word))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    near.map(|(_, word)| word)
}

/// Returns the help for a wrong word: the nearest right one, or all of them where they are few.
pub fn suggestion<'a>(wrong: &str, right: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let right: Vec<&str> = right.into_iter().collect();
    if let Some(word) = nearest(wrong, &right) {
        return Some(format!("did you mean `{word}`?"));
    }
    if right.is_empty() || right.len() > 20 {
        return None;
    }
    if let [only] = right.as_slice() {
        return Some(format!("there is only `{only}`"));
    }
    let mut help = String::from("it is one of");
    for (index, word) in right.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(help, "{comma} `{word}`");
    }
    Some(help)
}

/// Shows a wrong word in a message where it looks like an id, and hides it where it may be prose.
pub fn shown(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_+.:".contains(c);
    if !word.is_empty() && word.len() <= 40 && word.chars().all(plain) {
        format!("`{word}`")
    } else {
        String::from("`…`")
    }
}

/// A sink of diagnostics, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds all of another sink.
    pub fn extend(&mut self, other: Self) {
        self.list.extend(other.list);
    }

    /// Adds what of another sink is not here yet.
    pub fn extend_new(&mut self, other: Self) {
        for one in other.list {
            if !self.list.contains(&one) {
                self.list.push(one);
            }
        }
    }

    /// Tells whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.errors() > 0
    }

    /// Counts the errors.
    pub fn errors(&self) -> usize {
        let error = |one: &&Diagnostic| one.severity == Severity::Error;
        self.list.iter().filter(error).count()
    }

    /// Counts the warnings.
    pub fn warnings(&self) -> usize {
        self.list.len() - self.errors()
    }

    /// Tells whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Walks what was found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// Sorts by file, line and column, so that a reader walks each file once.
    pub fn sort(&mut self) {
        self.list.sort_by(|one, other| one.place.cmp(&other.place));
    }

    /// Returns the text form: one block for each, a blank line between.
    pub fn to_text(&self) -> String {
        let blocks: Vec<String> = self.list.iter().map(ToString::to_string).collect();
        blocks.join("\n\n")
    }

    /// Returns the JSON form: one array of objects.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&self.list).unwrap_or_else(|_| String::from("[]"))
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_from_one() {
        let file: Arc<str> = Arc::from("a.toml");
        assert_eq!(
            Place::at(&file, "é = 1\nçà = 2\n", 12).to_string(),
            "a.toml:2:4"
        );
    }

    #[test]
    fn prose_is_never_shown() {
        assert_eq!(shown("partialy"), "`partialy`");
        assert_eq!(shown("the decree was leaked"), "`…`");
    }

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_gets_the_list() {
        assert_eq!(
            suggestion("partialy", ["yes", "partly", "partially"]).as_deref(),
            Some("did you mean `partially`?")
        );
        assert_eq!(
            suggestion("zzz", ["yes", "no"]).as_deref(),
            Some("it is one of `yes`, `no`")
        );
    }
}
