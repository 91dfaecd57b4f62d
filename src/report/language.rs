//! One language of reports: its numbers and dates, its fixed words, and what its prepositions do to
//! an article. The words are data: `report-templates/lang/<tag>.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Count;
use super::locale::{Contractions, Habits, Locale};
use crate::content::Content;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::model::{Date, Month};
use crate::source::Source;

/// The file of a language's words.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct LanguageFile {
    /// How numbers, dates and amounts are written.
    numbers: Habits,
    /// What "of" does to a noun phrase, by its first letters.
    of: Contractions,
    /// What "to" does to a noun phrase.
    to: Contractions,
    /// The articles that a bare name loses.
    articles: Vec<String>,
    /// The names of languages.
    languages: BTreeMap<String, String>,
    /// The fixed words.
    words: BTreeMap<String, String>,
}

/// One language of reports.
#[derive(Debug)]
pub struct Language {
    /// Numbers, dates, money, lists, plurals.
    pub locale: Locale,
    of: Contractions,
    to: Contractions,
    articles: Vec<String>,
    languages: BTreeMap<String, String>,
    words: BTreeMap<String, String>,
}

impl Language {
    /// Reads a language; a tag that has no words or no number formats is told.
    pub fn load(content: &Content, tag: &str, found: &mut Diagnostics) -> Option<Self> {
        let name = format!("report-templates/lang/{tag}.toml");
        let Some(text) = content.text(&name) else {
            let message = format!("there are no reports in {}", crate::diagnostic::shown(tag));
            let place = Place::file(name.as_str());
            let tags = tags(content);
            let known = tags.iter().map(String::as_str);
            found.push(Diagnostic::error("unknown-language", place, message).suggest(tag, known));
            return None;
        };
        let source = Source::parse(&name, text, found)?;
        let file: LanguageFile = source.read_all(found)?;
        let locale = match Locale::new(tag, file.numbers) {
            Ok(locale) => locale,
            Err(problem) => {
                let place = source.find(&["numbers", "locale"]);
                found.push(
                    Diagnostic::error("unknown-locale", place, problem.to_string())
                        .help("use a locale of CLDR, such as `en-GB` or `fr`"),
                );
                return None;
            }
        };
        Some(Self {
            locale,
            of: file.of,
            to: file.to,
            articles: file.articles,
            languages: file.languages,
            words: file.words,
        })
    }

    /// Returns the tag.
    pub fn tag(&self) -> &str {
        self.locale.tag()
    }

    /// Tells whether decimals are written with a comma.
    pub fn decimal_comma(&self) -> bool {
        let half = self.locale.decimal("0.5");
        half.is_some_and(|half| half.contains(','))
    }

    /// Returns all fixed words.
    pub fn words(&self) -> &BTreeMap<String, String> {
        &self.words
    }

    /// Returns the words that open the paragraph of the decision asked, as the sentences have them.
    pub fn decision_asked(&self) -> String {
        self.word("decision-asked")
    }

    /// Returns a fixed word; its key in brackets where the language lacks it, so that it is seen.
    pub fn word(&self, key: &str) -> String {
        self.words
            .get(key)
            .cloned()
            .unwrap_or_else(|| format!("[{key}]"))
    }

    /// Returns a fixed sentence with its `{name}` holes filled.
    pub fn say(&self, key: &str, holes: &[(&str, &str)]) -> String {
        let mut text = self.word(key);
        for (name, value) in holes {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    /// Returns the name of a language, or its tag.
    pub fn language(&self, tag: &str) -> String {
        self.languages
            .get(tag)
            .cloned()
            .unwrap_or_else(|| tag.to_string())
    }

    /// Returns a noun phrase after "of".
    pub fn of(&self, phrase: &str) -> String {
        self.of.apply(phrase)
    }

    /// Returns a noun phrase after "to".
    pub fn to(&self, phrase: &str) -> String {
        self.to.apply(phrase)
    }

    /// Returns the articles that a bare name loses.
    pub fn articles(&self) -> &[String] {
        &self.articles
    }

    /// Returns a noun phrase without its article.
    pub fn bare<'p>(&self, phrase: &'p str) -> &'p str {
        let cut = |article: &String| phrase.strip_prefix(article.as_str());
        self.articles.iter().find_map(cut).unwrap_or(phrase)
    }

    /// Returns a number with its words.
    pub fn count(&self, n: u64) -> Count {
        Count {
            n,
            text: self.locale.integer(i64::try_from(n).unwrap_or(i64::MAX)),
            plural: self.locale.plural(n),
        }
    }

    /// Returns a month in words.
    pub fn month(&self, month: Month) -> String {
        let words = self.locale.month(i32::from(month.year), month.month);
        words.unwrap_or_else(|| month.to_string())
    }

    /// Returns a day in words.
    pub fn date(&self, date: Date) -> String {
        let words = self.locale.date(i32::from(date.year), date.month, date.day);
        words.unwrap_or_else(|| date.to_string())
    }
}

/// Returns the tags of the languages that reports can be made in.
pub fn tags(content: &Content) -> Vec<String> {
    const FOLDER: &str = "report-templates/lang/";
    let files = content.under(FOLDER);
    let tags = files.filter_map(|(name, _)| name[FOLDER.len()..].strip_suffix(".toml"));
    tags.map(String::from).collect()
}

/// Returns a text with its first letter in upper case.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
