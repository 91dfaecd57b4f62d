//! TOML text to typed values, with the place of everything.
//!
//! serde stops at the first problem; a person wants all of them. [`Source::read`] therefore notes a
//! problem, takes the key that caused it out of the tree, and reads again. What it says never holds
//! the value that was found, only what was expected.

use std::ops::Range;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown, suggestion};

/// The most problems that are told of one value.
const PROBLEMS_LIMIT: usize = 50;

/// A value of the tree with its place.
pub type Node<'t> = Spanned<DeValue<'t>>;

/// What a path leads through.
enum Inside<'a, 't> {
    Table(&'a DeTable<'t>),
    List(&'a [Node<'t>]),
}

/// A parsed TOML file that knows where everything stands.
#[derive(Debug)]
pub struct Source<'t> {
    file: Arc<str>,
    text: &'t str,
    tree: DeTable<'t>,
    /// The first byte of every line: a questionnaire notes the places of all its keys.
    lines: Vec<usize>,
}

impl<'t> Source<'t> {
    /// Parses a file's text. Broken TOML is told with every place the parser finds, and gives none.
    pub fn parse(file: &str, text: &'t str, found: &mut Diagnostics) -> Option<Self> {
        let file: Arc<str> = Arc::from(file);
        let (tree, problems) = DeTable::parse_recoverable(text);
        if problems.is_empty() {
            let tree = tree.into_inner();
            let after = |(at, _): (usize, &str)| at + 1;
            let lines = std::iter::once(0).chain(text.match_indices('\n').map(after));
            let lines = lines.collect();
            return Some(Self {
                file,
                text,
                tree,
                lines,
            });
        }
        for problem in problems.iter().take(PROBLEMS_LIMIT) {
            let offset = problem.span().map_or(0, |span| span.start);
            let message = format!("broken TOML: {}", problem.message());
            found.push(
                Diagnostic::error("toml-syntax", Place::at(&file, text, offset), message)
                    .help("nothing was changed: mend this line and run the command again"),
            );
        }
        None
    }

    /// Returns the tree.
    pub fn tree(&self) -> &DeTable<'t> {
        &self.tree
    }

    /// Returns the place of a span.
    pub fn place(&self, span: &Range<usize>) -> Place {
        let line = self.lines.partition_point(|start| *start <= span.start);
        let start = line.checked_sub(1).and_then(|line| self.lines.get(line));
        let start = start.copied().unwrap_or(0);
        let place = Place::at(
            &self.file,
            self.text.get(start..).unwrap_or_default(),
            span.start - start,
        );
        Place {
            line: line.max(1),
            ..place
        }
    }

    /// Returns the place of what stands under these keys; of the nearest one above where it is absent.
    /// Below a list a key is a number, from 0.
    pub fn find(&self, path: &[&str]) -> Place {
        let mut place = Place::file(Arc::clone(&self.file));
        let mut inside = Inside::Table(&self.tree);
        for key in path {
            let (span, value) = match inside {
                Inside::Table(table) => match table.get_key_value(*key) {
                    Some((name, value)) => (name.span(), value),
                    None => break,
                },
                Inside::List(list) => match key.parse().ok().and_then(|at: usize| list.get(at)) {
                    Some(value) => (value.span(), value),
                    None => break,
                },
            };
            place = self.place(&span);
            inside = match value.get_ref() {
                DeValue::Table(table) => Inside::Table(table),
                DeValue::Array(list) => Inside::List(list),
                _ => break,
            };
        }
        place
    }

    /// Reads the whole file into a type.
    pub fn read_all<T: DeserializeOwned>(&self, found: &mut Diagnostics) -> Option<T> {
        let whole = Spanned::new(0..self.text.len(), DeValue::Table(self.tree.clone()));
        self.read(&whole, found)
    }

    /// Reads a value of the tree into a type; every problem in it is told. Where the wrong keys can be
    /// left out the rest comes back, so that a caller can go on and tell more.
    pub fn read<T: DeserializeOwned>(&self, node: &Node<'t>, found: &mut Diagnostics) -> Option<T> {
        let mut node = node.clone();
        let mut removed: Vec<String> = Vec::new();
        for _ in 0..PROBLEMS_LIMIT {
            let problem = match T::deserialize(ValueDeserializer::from(node.clone())) {
                Ok(value) => return Some(value),
                Err(problem) => problem,
            };
            let span = problem.span().unwrap_or_else(|| node.span());
            let message = problem.message();
            let missing = named(message, "missing field `");
            // A key that was taken out because its value was wrong is not missing as well.
            if !missing.is_some_and(|name| removed.iter().any(|gone| gone == name)) {
                found.push(self.explain(message, &span));
            }
            if missing.is_some() {
                return None;
            }
            removed.push(take_out(&mut node, &span)?);
        }
        None
    }

    /// Turns serde's message into ours, without the value it may quote.
    fn explain(&self, message: &str, span: &Range<usize>) -> Diagnostic {
        let place = self.place(span);
        let error = |code, text: String| Diagnostic::error(code, place.clone(), text);
        let right = || -> Vec<&str> {
            let list = message
                .split_once(", expected ")
                .map_or("", |(_, list)| list);
            list.split('`').skip(1).step_by(2).collect()
        };
        if let Some(key) = named(message, "unknown field `") {
            let diagnostic = error("unknown-key", format!("unknown key {}", shown(key)));
            return match suggestion(key, right()) {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            };
        }
        if let Some(word) = named(message, "unknown variant `") {
            let diagnostic = error("unknown-word", format!("{} is not known here", shown(word)));
            return match suggestion(word, right()) {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            };
        }
        if let Some(key) = named(message, "missing field `") {
            return error("missing-key", format!("`{key}` is missing"))
                .help(format!("add `{key} = …` here"));
        }
        if message.starts_with("invalid") {
            let expected = message
                .split_once(", expected ")
                .map_or("something else", |(_, word)| word);
            return error("wrong-type", format!("expected {}", plain(expected)));
        }
        // What remains was written by this crate and quotes nothing.
        error("wrong-value", message.to_string())
    }
}

/// Says a Rust type in words.
fn plain(expected: &str) -> &str {
    match expected {
        "a string" | "string" | "borrowed string" => "a text in quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list in [ ]",
        "a map" => "a table",
        "u8" | "u16" | "u32" | "u64" | "i64" => "a whole number",
        other if other.starts_with("struct ") => "a table",
        other => other.strip_prefix("expected ").unwrap_or(other),
    }
}

/// Returns the name that a message of serde's begins with. Only its beginning is looked at: further on
/// it may quote what was found.
fn named<'m>(message: &'m str, before: &str) -> Option<&'m str> {
    let rest = message.strip_prefix(before)?;
    rest.split_once('`').map(|(word, _)| word)
}

/// Removes the innermost entry whose key or value stands at this span, and returns its key.
fn take_out(node: &mut Node<'_>, span: &Range<usize>) -> Option<String> {
    match node.get_mut() {
        DeValue::Table(table) => {
            let mut inside = None;
            for (key, value) in table.iter_mut() {
                if value.span() != *span && key.span() != *span {
                    if let Some(name) = take_out(value, span) {
                        return Some(name);
                    }
                    continue;
                }
                inside = Some(key.get_ref().to_string());
            }
            let name = inside?;
            table.remove(name.as_str());
            Some(name)
        }
        DeValue::Array(list) => list.iter_mut().find_map(|item| take_out(item, span)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Sample {
        name: String,
        size: u32,
        colour: Option<Colour>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "kebab-case")]
    enum Colour {
        Red,
        Green,
    }

    fn problems(text: &str) -> Vec<String> {
        let mut found = Diagnostics::default();
        if let Some(source) = Source::parse("a.toml", text, &mut found) {
            source.read_all::<Sample>(&mut found);
        }
        found.sort();
        found
            .iter()
            .map(|one| format!("{} {} {}", one.place, one.code, one.message))
            .collect()
    }

    #[test]
    fn every_problem_is_told_at_once_with_its_place() {
        assert_eq!(
            problems("nmae = 1\nsize = \"secret words\"\ncolour = \"grene\"\n"),
            [
                "a.toml:1:1 unknown-key unknown key `nmae`",
                "a.toml:1:1 missing-key `name` is missing",
                "a.toml:2:8 wrong-type expected a whole number",
                "a.toml:3:10 unknown-word `grene` is not known here",
            ]
        );
    }

    #[test]
    fn broken_toml_is_told_with_its_line() {
        let told = problems("name = \"a\nsize = 1\n");
        assert!(told[0].starts_with("a.toml:1:"), "{told:?}");
    }

    #[test]
    fn a_place_below_a_list_is_found_by_its_number() {
        let mut found = Diagnostics::default();
        let text = "[[plan]]\ndate = 1\n\n[[plan]]\ndate = 2\n";
        let source = Source::parse("a.toml", text, &mut found).expect("sound TOML");
        let place = |path: &[&str]| source.find(path).to_string();
        assert_eq!(place(&["plan", "1", "date"]), "a.toml:5:1");
        assert_eq!(place(&["plan", "1", "nothing"]), "a.toml:4:1");
        assert_eq!(place(&["plan", "2"]), "a.toml:1:3");
    }

    #[test]
    fn a_byte_order_mark_is_no_key() {
        assert!(problems("\u{feff}name = \"a\"\nsize = 1\n").is_empty());
    }
}
