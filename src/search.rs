//! Finds the questions that a note may be about, by its words.
//!
//! Pure: questionnaires go in, in as many languages as there are, and ids come out, the best first.
//! Words are compared without accents and case; a word that begins alike or is spelt alike counts
//! too, somewhat less. A word that many questions share says little, one that few have says much.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::likeness;
use crate::model::{Question, Questionnaire, Section};

/// How much a word counts by where it stands.
const TITLE: f64 = 3.0;
const ID: f64 = 2.0;
const PROBE: f64 = 1.5;
const OTHER: f64 = 1.0;
const WHY: f64 = 0.7;

/// How soon more of the same word adds nothing, and how much a long question is held back (BM25).
const ENOUGH: f64 = 1.2;
const LENGTH: f64 = 0.5;

/// Words that say nothing about what a sentence is about, folded.
const EMPTY: &[&str] = &[
    "a", "about", "all", "an", "and", "any", "are", "as", "at", "au", "aucun", "aucune", "aussi",
    "aux", "avec", "be", "been", "by", "c", "can", "ce", "ces", "cet", "cette", "chez", "comme",
    "d", "dans", "de", "des", "deux", "did", "do", "does", "du", "elle", "elles", "en", "est",
    "et", "ete", "etre", "fait", "for", "from", "had", "has", "have", "he", "his", "how", "ici",
    "il", "ils", "in", "into", "is", "it", "its", "j", "je", "l", "la", "le", "les", "leur",
    "leurs", "lui", "m", "mais", "meme", "moi", "n", "ne", "no", "non", "not", "notre", "nous",
    "of", "on", "only", "ont", "or", "ou", "our", "par", "pas", "plus", "pour", "qu", "quand",
    "que", "quel", "quelle", "quelles", "quels", "qui", "quoi", "s", "sa", "sans", "se", "ses",
    "si", "sommes", "son", "sont", "sous", "sur", "t", "that", "the", "their", "them", "there",
    "they", "this", "to", "tous", "tout", "toute", "toutes", "tres", "un", "une", "us", "vers",
    "vos", "votre", "vous", "was", "we", "were", "what", "when", "where", "which", "who", "will",
    "with", "y", "you", "your",
];

/// The words of some questions.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// The questions, in their order.
    ids: Vec<String>,
    /// How much is said about each.
    lengths: Vec<f64>,
    /// Where each word stands, and how much it counts there.
    words: BTreeMap<String, BTreeMap<usize, f64>>,
}

impl Index {
    /// Takes the questions of one questionnaire, given in each of its languages.
    pub fn new<'q>(languages: impl IntoIterator<Item = &'q Questionnaire>) -> Self {
        let mut index = Self::default();
        for questionnaire in languages {
            for section in &questionnaire.sections {
                for question in &section.questions {
                    index.add(section, question);
                }
            }
        }
        index
    }

    fn add(&mut self, section: &Section, question: &Question) {
        let known = self.ids.iter().position(|id| *id == question.id);
        let at = known.unwrap_or(self.ids.len());
        if known.is_none() {
            self.ids.push(question.id.clone());
            self.lengths.push(0.0);
            self.take(at, &question.id, ID);
        }
        self.take(at, &question.text, TITLE);
        self.take(at, &section.title, OTHER);
        self.take(at, &question.why, WHY);
        self.take(at, &question.evidence_hint, OTHER);
        for text in &question.probes {
            self.take(at, text, PROBE);
        }
        let options = question.options.iter().map(|one| &one.label);
        let columns = question.columns.iter().map(|one| &one.label);
        for text in options.chain(columns).chain(&question.levels) {
            self.take(at, text, OTHER);
        }
    }

    fn take(&mut self, at: usize, text: &str, weight: f64) {
        for word in words(text) {
            if let Some(length) = self.lengths.get_mut(at) {
                *length += 1.0;
            }
            *self.words.entry(word).or_default().entry(at).or_default() += weight;
        }
    }

    /// Returns the ids of the questions that a text may be about, the best first; those that share
    /// nothing with it are left out. The id of a question finds that question first.
    pub fn search(&self, text: &str, most: usize) -> Vec<&str> {
        let said: BTreeSet<String> = words(text).into_iter().collect();
        let mut scores = vec![0.0; self.ids.len()];
        for word in &said {
            self.score(word, &mut scores);
        }
        let named = |id: &str| {
            let mut parts = text.split(|c: char| c.is_whitespace() || c == '@' || c == ',');
            parts.any(|part| part == id)
        };
        for (id, score) in self.ids.iter().zip(&mut scores) {
            if named(id) {
                *score = f64::MAX;
            }
        }
        let mut found: Vec<(f64, &str)> = scores
            .into_iter()
            .zip(self.ids.iter().map(String::as_str))
            .filter(|(score, _)| *score > 0.0)
            .collect();
        // A stable sort: questions that score alike stay in their order.
        found.sort_by(|one, other| other.0.total_cmp(&one.0));
        found.into_iter().take(most).map(|(_, id)| id).collect()
    }

    /// Adds what one word says about each question.
    fn score(&self, word: &str, scores: &mut [f64]) {
        let mut counts = vec![0.0_f64; self.ids.len()];
        for (known, places) in &self.words {
            let alike = alike(word, known);
            if alike == 0.0 {
                continue;
            }
            for (at, weight) in places {
                if let Some(count) = counts.get_mut(*at) {
                    *count = count.max(weight * alike);
                }
            }
        }
        let all = as_float(self.ids.len());
        let having = as_float(counts.iter().filter(|count| **count > 0.0).count());
        let rare = (1.0 + (all - having + 0.5) / (having + 0.5)).ln();
        let mean = self.lengths.iter().sum::<f64>() / all.max(1.0);
        for ((count, length), score) in counts.iter().zip(&self.lengths).zip(scores) {
            let long = 1.0 - LENGTH + LENGTH * length / mean.max(1.0);
            *score += rare * count * (ENOUGH + 1.0) / (count + ENOUGH * long);
        }
    }
}

/// Returns the words of a text that say something, without accents and case.
fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let parts = folded.split(|c: char| !c.is_alphanumeric());
    parts
        .filter(|word| !word.is_empty() && !EMPTY.contains(word))
        .map(String::from)
        .collect()
}

/// Returns how much a word says about another, from 0 to 1.
fn alike(one: &str, other: &str) -> f64 {
    if one == other {
        return 1.0;
    }
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    // Numbers are the same or they are not.
    if short.chars().count() < 4 || one.contains(|c: char| c.is_ascii_digit()) {
        return 0.0;
    }
    if long.starts_with(short) {
        return if long.len() - short.len() <= 2 {
            0.95
        } else {
            0.8
        };
    }
    let shared = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    let shared = shared.count();
    if shared >= 5 && shared * 3 >= long.chars().count() * 2 {
        return 0.75;
    }
    if short.chars().count() >= 5 && likeness(one, other) >= 0.93 {
        return 0.6;
    }
    0.0
}

/// Folds letters: small, without accents, ligatures written out.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => out.push('a'),
            'ç' | 'ć' | 'č' => out.push('c'),
            'ď' | 'đ' => out.push('d'),
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => out.push('e'),
            'ğ' => out.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => out.push('i'),
            'ł' => out.push('l'),
            'ñ' | 'ń' | 'ň' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => out.push('o'),
            'ř' => out.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => out.push('s'),
            'ť' | 'ţ' | 'ț' => out.push('t'),
            'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ź' | 'ż' | 'ž' => out.push('z'),
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            // Accents that stand apart from their letter.
            '\u{300}'..='\u{36f}' => {}
            other => out.push(other),
        }
    }
    out
}

fn as_float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Content;
    use crate::diagnostic::Diagnostics;

    fn index() -> Index {
        let content = Content::shipped();
        let load = |lang| {
            let mut found = Diagnostics::default();
            let pack = crate::pack::load(&content, "assessment", 1, lang, &mut found);
            pack.expect("the shipped questionnaire").questionnaire
        };
        Index::new(&[load("en"), load("fr")])
    }

    #[test]
    fn accents_case_and_ligatures_do_not_count() {
        assert_eq!(
            words("L’ÉTAT de la Sœur, déjà !"),
            ["etat", "soeur", "deja"]
        );
        assert_eq!(words("de\u{301}cret"), ["decret"]);
    }

    #[test]
    fn endings_and_slips_of_spelling_count_somewhat_less() {
        assert_eq!(alike("decret", "decret"), 1.0);
        assert!(alike("decret", "decrets") > alike("juridique", "juridiction"));
        assert!(alike("budget", "bugdet") > 0.0);
        assert_eq!(alike("2024", "2025"), 0.0);
        assert_eq!(alike("loi", "lois"), 0.0);
        assert_eq!(alike("", "decret"), 0.0);
    }

    #[test]
    fn an_id_finds_its_question_first() {
        let index = index();
        assert_eq!(index.ids.len(), 44);
        for id in &index.ids {
            assert_eq!(index.search(id, 5).first().copied(), Some(id.as_str()));
        }
    }

    #[test]
    fn a_title_in_either_language_finds_its_question() {
        let content = Content::shipped();
        let index = index();
        for lang in ["en", "fr"] {
            let mut found = Diagnostics::default();
            let pack = crate::pack::load(&content, "assessment", 1, lang, &mut found);
            let questionnaire = pack.expect("the shipped questionnaire").questionnaire;
            for question in questionnaire.questions() {
                let best = index.search(&question.text.to_uppercase(), 3);
                assert!(
                    best.contains(&question.id.as_str()),
                    "{}: {best:?}",
                    question.id
                );
            }
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_is_shared() {
        let index = index();
        assert!(index.search("", 5).is_empty());
        assert!(index.search("xyzzy ? — 'de la", 5).is_empty());
        assert!(Index::default().search("budget", 5).is_empty());
    }
}
