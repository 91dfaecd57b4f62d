//! The wording of a language: renderings that its glossary refuses, and the spaces and apostrophes that its
//! typography asks for. It reads the lines of the files as they stand, so that a problem has its place.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::content::Content;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::source::Source;

/// What a language wants and refuses: `questionnaires/glossary/<tag>.toml`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Glossary {
    /// The terms of the field.
    #[serde(default)]
    pub term: Vec<Term>,
    /// The marks and the space in front of them.
    #[serde(default)]
    pub mark: Vec<Mark>,
    /// The letters that quotes are made of, opening and closing, and the space inside.
    pub quotes: Option<Quotes>,
    /// What stands for an apostrophe between two letters.
    pub apostrophe: Option<char>,
}

/// A term, as the source language has it and as this language says it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Term {
    /// The term in English.
    pub en: String,
    /// How it is said, the usual rendering first.
    pub wanted: Vec<String>,
    /// How it is not said: words in small letters, found whatever their case, as whole words.
    #[serde(default)]
    pub refused: Vec<String>,
    /// Phrases in which a refused rendering is right.
    #[serde(default)]
    pub except: Vec<String>,
    /// What a translator should know.
    pub note: Option<String>,
}

/// A mark of punctuation.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Mark {
    /// The mark.
    pub mark: char,
    /// The space that stands in front of it.
    pub before: char,
}

/// Quotes with a space inside.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Quotes {
    /// The opening one.
    pub open: char,
    /// The closing one.
    pub close: char,
    /// The space behind the opening one and in front of the closing one.
    pub inside: char,
}

/// Reads the glossary of a language, where it has one.
pub fn glossary(content: &Content, lang: &str, found: &mut Diagnostics) -> Option<Glossary> {
    let name = format!("questionnaires/glossary/{lang}.toml");
    let text = content.text(&name)?;
    Source::parse(&name, text, found)?.read_all(found)
}

/// Checks every text that is written in a language which has a glossary, in questionnaires and report templates.
pub(super) fn check_wording(content: &Content, only: Option<&str>, found: &mut Diagnostics) {
    let tags: Vec<String> = content
        .under("questionnaires/glossary/")
        .filter_map(|(name, _)| Some(name.rsplit('/').next()?.strip_suffix(".toml")?.to_string()))
        .filter(|tag| only.is_none_or(|only| only == tag))
        .collect();
    for tag in tags {
        let Some(glossary) = glossary(content, &tag, found) else {
            continue;
        };
        for root in ["questionnaires/", "report-templates/"] {
            let all = content.under(root).filter(|(name, _)| is_in(name, &tag));
            for (name, file) in all {
                glossary.check(name, &file.text, found);
            }
        }
    }
}

/// Tells whether a file is written in a language: it, or a folder it lies in, bears the tag.
fn is_in(name: &str, tag: &str) -> bool {
    let apart = ["questionnaires/samples/", "questionnaires/glossary/"];
    if apart.iter().any(|folder| name.starts_with(folder)) {
        return false;
    }
    let mut parts = name.split('/');
    let file = parts.next_back().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    stem == tag || parts.any(|part| part == tag)
}

impl Glossary {
    /// Checks one file.
    fn check(&self, name: &str, text: &str, found: &mut Diagnostics) {
        let file: Arc<str> = name.into();
        let text = match name.ends_with(".md") {
            true => without_code(text),
            false => text.to_string(),
        };
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            // Comments and the heads of tables are no texts.
            if name.ends_with(".md") || !line.trim_start().starts_with(['#', '[']) {
                for (at, mut told) in self.line(&without_key(line, name)) {
                    told.place = Place::at(&file, &text, start + at);
                    found.push(told);
                }
            }
            start += line.len();
        }
    }

    /// What is wrong in one line, with its offset; the place is the caller's to say.
    fn line(&self, line: &str) -> Vec<(usize, Diagnostic)> {
        let mut wrong = Vec::new();
        let plain: String = line.to_lowercase().replace(['\u{a0}', '\u{202f}'], " ");
        // Offsets hold where lower case and plain spaces keep the length of each letter; else the line is meant.
        let place = |at: usize| match plain.len() == line.len() {
            true => at,
            false => 0,
        };
        for term in &self.term {
            for refused in &term.refused {
                let excepted = |at: usize| {
                    let mut phrases = term.except.iter();
                    phrases.any(|phrase| {
                        let mut all = plain.match_indices(phrase.as_str());
                        all.any(|(from, _)| (from..from + phrase.len()).contains(&at))
                    })
                };
                for at in whole(&plain, refused).filter(|at| !excepted(*at)) {
                    let message = format!("`{refused}` is refused for “{}”", term.en);
                    let told = Diagnostic::warning("refused-term", Place::default(), message);
                    wrong.push((
                        place(at),
                        told.help(format!("write {}", list(&term.wanted))),
                    ));
                }
            }
        }
        self.typography(line, &mut wrong);
        wrong
    }

    fn typography(&self, line: &str, wrong: &mut Vec<(usize, Diagnostic)>) {
        let letters: Vec<(usize, char)> = line.char_indices().collect();
        let at = |index: Option<usize>| Some(letters.get(index?)?.1);
        for (index, (offset, letter)) in letters.iter().enumerate() {
            let before = at(index.checked_sub(1));
            let after = at(Some(index + 1));
            let mut tell = |message: String, space: char| {
                let told = Diagnostic::warning("typography", Place::default(), message);
                let help = format!("write U+{:04X} there", u32::from(space));
                wrong.push((*offset, told.help(help)));
            };
            if let Some(mark) = self.mark.iter().find(|one| one.mark == *letter) {
                // A mark inside code, an address, a time or a key is no mark of a sentence.
                let ends =
                    after.is_none_or(|after| after.is_whitespace() || "\"»)*_".contains(after));
                let spaced = before.is_some_and(|before| is_space(before) && before != mark.before);
                let bare = before
                    .is_some_and(|before| before.is_alphanumeric() || "»)}`”’".contains(before));
                if ends && (spaced || bare) {
                    tell(
                        format!("`{letter}` has the wrong space in front of it, or none"),
                        mark.before,
                    );
                }
            }
            if let Some(quotes) = &self.quotes {
                if *letter == quotes.open && after != Some(quotes.inside) {
                    tell(
                        format!("`{letter}` has the wrong space behind it, or none"),
                        quotes.inside,
                    );
                }
                if *letter == quotes.close && before != Some(quotes.inside) {
                    tell(
                        format!("`{letter}` has the wrong space in front of it, or none"),
                        quotes.inside,
                    );
                }
            }
            let between =
                before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic);
            if let Some(right) = self.apostrophe.filter(|_| *letter == '\'' && between) {
                tell("an apostrophe is a straight stroke".into(), right);
            }
        }
    }
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{202f}')
}

/// Where a phrase stands in a text as whole words.
fn whole<'t>(text: &'t str, phrase: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(phrase)
        .filter(move |(at, found)| {
            let before = text[..*at].chars().next_back();
            let after = text[at + found.len()..].chars().next();
            let joins = |letter: Option<char>| {
                letter.is_some_and(|letter| {
                    letter.is_alphanumeric() || letter == '-' || letter == '_'
                })
            };
            !joins(before) && !joins(after)
        })
        .map(|(at, _)| at)
}

/// Renderings as a list with "or".
fn list(wanted: &[String]) -> String {
    let quoted: Vec<String> = wanted.iter().map(|one| format!("“{one}”")).collect();
    quoted.join(" or ")
}

/// A line of a TOML file without the key that it begins with; any other line as it is.
fn without_key(line: &str, name: &str) -> String {
    let (key, text) = match line.split_once('=') {
        Some((key, text)) if name.ends_with(".toml") => (key, text),
        _ => return line.to_string(),
    };
    let is_key = |letter: char| letter.is_ascii_alphanumeric() || "-_. ".contains(letter);
    match key.chars().all(is_key) {
        true => format!("{}{text}", "~".repeat(key.len() + 1)),
        false => line.to_string(),
    }
}

/// A template without its code: output becomes letters, since a word may end in it, statements and comments
/// become signs that no rule looks for. Offsets and line ends stay.
fn without_code(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let opens = ["{{", "{%", "{#"].into_iter().zip(["}}", "%}", "#}"]);
        let found = opens.filter_map(|(open, close)| Some((rest.find(open)?, close)));
        let Some((start, close)) = found.min() else {
            break;
        };
        let end = rest[start..].find(close);
        let end = end.map_or(rest.len(), |at| start + at + close.len());
        plain.push_str(&rest[..start]);
        let fill = if close == "}}" { "x" } else { "~" };
        for letter in rest[start..end].chars() {
            match letter {
                '\n' => plain.push('\n'),
                letter => plain.push_str(&fill.repeat(letter.len_utf8())),
            }
        }
        rest = &rest[end..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn french() -> Glossary {
        let mut found = Diagnostics::default();
        let read = glossary(&Content::shipped(), "fr", &mut found);
        assert!(found.is_empty(), "{}", found.to_text());
        read.expect("the French glossary")
    }

    fn codes(line: &str) -> Vec<&'static str> {
        french()
            .line(line)
            .into_iter()
            .map(|(_, told)| told.code)
            .collect()
    }

    #[test]
    fn a_refused_rendering_is_found_as_a_word_and_not_where_it_is_right() {
        assert_eq!(codes("Le CIRT de chaque pays"), ["refused-term"]);
        assert_eq!(codes("circonscription"), ["refused-term"]);
        assert_eq!(codes("Cela met en évidence un écart"), [""; 0]);
        assert_eq!(codes("L’évidence a été remise"), ["refused-term"]);
        assert_eq!(
            codes("l’équipe CIRT nationale et sa communauté desservie"),
            [""; 0]
        );
    }

    #[test]
    fn marks_quotes_and_apostrophes_have_their_space() {
        for right in [
            "Qui décide\u{202f}? Personne\u{202f};",
            "Deux mots\u{a0}: «\u{a0}ici\u{a0}»",
            "à 10:30, https://example.org, assessment:question",
            "why = \"l’État\"",
        ] {
            assert_eq!(codes(right), [""; 0], "{right}");
        }
        for wrong in [
            "Qui décide ?",
            "Qui décide\u{a0}?",
            "Qui décide?",
            "Deux mots :",
            "Deux mots\u{202f}:",
            "« ici\u{a0}»",
            "l'État",
        ] {
            assert_eq!(codes(wrong), ["typography"], "{wrong}");
        }
    }

    #[test]
    fn code_of_a_template_is_no_text_and_keeps_its_place() {
        let text = "{# a ? #}\n{{ x ? y }}\u{202f}; {% if a ? %}é";
        let plain = without_code(text);
        assert_eq!(plain.len(), text.len());
        assert_eq!(plain.matches('?').count(), 0);
        assert!(plain.ends_with('é'));
    }
}
