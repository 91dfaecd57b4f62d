//! How people and institutions are written: the phrases that a search for them looks for.

use std::collections::BTreeSet;

use crate::spelling;

/// One way to write an institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// Words in plain letters.
    Phrase(String),
    /// A short form, exactly as it is typed.
    Exact(String),
}

impl Form {
    /// Tells whether it stands in a text, whose phrase is `line`.
    pub(super) fn stands_in(&self, text: &str, line: &str) -> bool {
        match self {
            Self::Phrase(phrase) => line.contains(phrase),
            Self::Exact(word) => text
                .split(|c: char| !c.is_alphanumeric())
                .any(|one| one == word),
        }
    }
}

/// Titles before a name, in plain letters.
const TITLES: [&str; 19] = [
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "professor",
    "sir",
    "dame",
    "hon",
    "eng",
    "m",
    "mm",
    "mme",
    "mlle",
    "me",
    "pr",
    "monsieur",
    "madame",
];

/// The fewest letters of a surname that is looked for by itself.
const SURNAME: usize = 4;

/// Returns the phrases that name a person: the surname alone where it is long enough and no common word
/// here; the whole name, either way round; the surname behind a title or an initial.
pub(super) fn names_of(name: &str, common: &BTreeSet<String>) -> Vec<String> {
    let (last, first) = match name.split_once(',') {
        Some((last, first)) => (Some(last), first),
        None => (None, name),
    };
    let titled = |word: &&str| {
        let plain = spelling::words(word);
        !plain.is_empty() && !matches!(plain.as_slice(), [one] if TITLES.contains(&one.as_str()))
    };
    let mut given: Vec<&str> = first.split_whitespace().filter(titled).collect();
    let last: Vec<&str> = match last {
        Some(last) => last.split_whitespace().filter(titled).collect(),
        None => {
            let loud = |word: &&str| {
                word.chars().filter(|c| c.is_alphabetic()).count() > 1
                    && !word.chars().any(char::is_lowercase)
            };
            let long = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() > 1;
            let caps: Vec<&str> = given.iter().copied().filter(loud).collect();
            let last = if caps.is_empty() || caps.len() == given.len() {
                given.iter().copied().rfind(long).into_iter().collect()
            } else {
                caps
            };
            given.retain(|word| !last.contains(word));
            last
        }
    };
    let join = |words: &[&str]| spelling::phrase(&words.join(" "));
    let surname = join(&last);
    let letters = surname.chars().filter(|c| c.is_alphanumeric()).count();
    let mut phrases = Vec::new();
    if letters >= SURNAME && !common.contains(&surname) {
        phrases.push(surname.clone());
    }
    if letters > 0 {
        let (given, last) = (given.join(" "), last.join(" "));
        if !given.is_empty() {
            phrases.push(join(&[&given, &last]));
            phrases.push(join(&[&last, &given]));
        }
        // What is no sign by itself is one behind a title or an initial: Mme Sy, P. Ba.
        let initial: String = spelling::phrase(&given).chars().skip(1).take(1).collect();
        let titles = TITLES.into_iter().chain([initial.as_str()]);
        let titles = titles.filter(|title| !title.is_empty());
        phrases.extend(titles.map(|title| format!(" {title}{surname}")));
    }
    phrases
}

/// Articles before the name of an institution, in plain letters.
const ARTICLES: [&str; 5] = ["the", "le", "la", "les", "l"];

/// Returns the words of a name without its article.
pub(super) fn bare(name: &str) -> Vec<String> {
    let words = spelling::words(name);
    let article = words.first();
    let article = article.is_some_and(|one| ARTICLES.contains(&one.as_str()));
    words.into_iter().skip(usize::from(article)).collect()
}

/// Returns the ways to write an institution: its whole name, what stands before a comma or a bracket, and
/// a short form in brackets.
pub(super) fn forms(name: &str) -> Vec<Form> {
    let short = |text: &str| {
        let one = !text.is_empty() && text.chars().all(char::is_alphanumeric);
        let loud = !text.chars().any(char::is_lowercase) && text.chars().count() > 1;
        one && (loud || text.chars().count() < SURNAME)
    };
    let mut forms = Vec::new();
    let mut add = |text: &str, least: usize| {
        let words = bare(text);
        let form = match short(text) {
            true => Form::Exact(text.to_string()),
            false => Form::Phrase(format!(" {} ", words.join(" "))),
        };
        if words.len() >= least && !forms.contains(&form) {
            forms.push(form);
        }
    };
    add(name.trim(), 1);
    let head = name.split([',', '(', ';']).next().unwrap_or_default();
    add(head.trim(), 2);
    let bracket = name
        .split('(')
        .nth(1)
        .and_then(|rest| rest.split(')').next());
    if let Some(bracket) = bracket.map(str::trim).filter(|text| short(text)) {
        add(bracket, 1);
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(name: &str) -> Vec<String> {
        let common = [" staff ".to_string()].into();
        let names = names_of(name, &common);
        names.iter().map(|name| name.trim().to_string()).collect()
    }

    #[test]
    fn a_surname_is_found_however_the_name_is_written() {
        let hannah = names("Dr Hannah Quillmore");
        assert_eq!(
            hannah[..3],
            ["quillmore", "hannah quillmore", "quillmore hannah"]
        );
        assert!(hannah.contains(&"h quillmore".into()));
        assert_eq!(names("KABORÉ Aminata")[0], "kabore");
        assert_eq!(names("Diallo, Mariam")[0], "diallo");
        assert_eq!(names("Okri P.")[0], "okri");
        assert_eq!(names("Jo Baker-Lind")[0], "baker lind");
    }

    #[test]
    fn a_short_or_common_surname_is_a_sign_beside_another_only() {
        let sy = names("Awa Sy");
        assert_eq!(sy[..2], ["awa sy", "sy awa"]);
        for words in ["mme sy", "a sy"] {
            assert!(sy.contains(&words.into()), "{words}");
        }
        assert!(!sy.contains(&"sy".into()));
        assert_eq!(names("Kim Staff")[0], "kim staff");
        assert!(names("").is_empty() && names("Dr").is_empty());
    }

    #[test]
    fn an_institution_has_a_long_and_a_short_form() {
        let phrase = |text: &str| Form::Phrase(format!(" {text} "));
        assert_eq!(
            forms("The Harbour Board (HB)"),
            [
                phrase("harbour board hb"),
                phrase("harbour board"),
                Form::Exact("HB".into())
            ]
        );
        assert_eq!(
            forms("Cybercrime Unit, National Police"),
            [
                phrase("cybercrime unit national police"),
                phrase("cybercrime unit")
            ]
        );
        assert_eq!(forms("ANS"), [Form::Exact("ANS".into())]);
        assert_eq!(forms("L’Office"), [phrase("office")]);
    }
}
