//! Finds the questions that a note may belong to, by the words they share.
//!
//! A word that few questions use weighs more than one that all use, so that the small words of a language
//! need no list. A title weighs more than a probe, and a probe more than a level statement.

use std::collections::BTreeMap;

use crate::model::{Question, Questionnaire};
use crate::spelling;

/// A question that was found, and how well it fits; the higher the better.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The question.
    pub question: String,
    /// The sum of the weights of the words it shares.
    pub score: f64,
}

/// How often at most a word counts within one note.
const MOST_WORDS: usize = 200;

/// The words of every question of a questionnaire in some languages.
#[derive(Debug, Clone)]
pub struct Index {
    /// By question, in order: its words with the highest weight of the places they stand in.
    questions: Vec<(String, BTreeMap<String, f64>)>,
    /// How many questions use a word.
    used: BTreeMap<String, usize>,
}

impl Index {
    /// Reads the questions of one questionnaire, as each of its languages puts them.
    pub fn new(languages: &[&Questionnaire]) -> Self {
        let mut questions: Vec<(String, BTreeMap<String, f64>)> = Vec::new();
        for questionnaire in languages {
            for section in &questionnaire.sections {
                for question in &section.questions {
                    let at = questions.iter().position(|(id, _)| *id == question.id);
                    let at = at.unwrap_or_else(|| {
                        questions.push((question.id.clone(), BTreeMap::new()));
                        questions.len() - 1
                    });
                    let Some((_, words)) = questions.get_mut(at) else {
                        continue;
                    };
                    read(question, &section.title, words);
                }
            }
        }
        let mut used = BTreeMap::new();
        for word in questions.iter().flat_map(|(_, words)| words.keys()) {
            *used.entry(word.clone()).or_insert(0) += 1;
        }
        Self { questions, used }
    }

    /// Returns the questions that fit a text best, at most so many; those that share nothing are left out.
    pub fn search(&self, text: &str, most: usize) -> Vec<Hit> {
        let mut wanted = spelling::words(text);
        wanted.sort();
        wanted.dedup();
        wanted.truncate(MOST_WORDS);
        // Each word of the note with the words of the questions that are like it.
        let like = |word: &String| -> Vec<(&str, f64)> {
            let known = self
                .used
                .keys()
                .map(|one| (one, spelling::likeness(word, one)));
            known
                .filter(|(_, likeness)| *likeness > 0.0)
                .map(|(one, likeness)| (one.as_str(), likeness))
                .collect()
        };
        let wanted: Vec<Vec<(&str, f64)>> = wanted.iter().map(like).collect();
        let all: usize = self.questions.iter().map(|(_, words)| words.len()).sum();
        let average = all.max(1) as f64 / self.questions.len().max(1) as f64;
        let mut hits: Vec<Hit> = self
            .questions
            .iter()
            .map(|(id, words)| {
                let shared: f64 = wanted.iter().map(|like| self.best(like, words)).sum();
                // A question of many words meets more of them by chance.
                let length = words.len() as f64 / average;
                Hit {
                    question: id.clone(),
                    score: shared / (0.6 + 0.4 * length),
                }
            })
            .filter(|hit| hit.score > 0.0)
            .collect();
        // Of two that fit alike the earlier comes first: the sort is stable.
        hits.sort_by(|one, other| other.score.total_cmp(&one.score));
        hits.truncate(most);
        hits
    }

    /// Returns what the best match of one word adds.
    fn best(&self, like: &[(&str, f64)], words: &BTreeMap<String, f64>) -> f64 {
        let all = self.questions.len().max(1) as f64;
        let gain = |(word, likeness): &(&str, f64)| {
            let weight = words.get(*word)?;
            let used = *self.used.get(*word)? as f64;
            Some(weight * likeness * (all / used).ln())
        };
        like.iter().filter_map(gain).fold(0.0, f64::max)
    }
}

/// Adds the words of a question, each with the weight of the best place it stands in.
fn read(question: &Question, section: &str, words: &mut BTreeMap<String, f64>) {
    let mut add = |text: &str, weight: f64| {
        for word in spelling::words(text) {
            let held = words.entry(word).or_insert(0.0);
            *held = held.max(weight);
        }
    };
    add(&question.text, 3.0);
    add(&question.id.replace('-', " "), 2.0);
    add(section, 1.0);
    for probe in &question.probes {
        add(probe, 2.0);
    }
    for level in &question.levels {
        add(level, 1.0);
    }
    add(&question.why, 1.0);
    add(&question.evidence_hint, 1.0);
    for option in &question.options {
        add(&option.label, 1.0);
    }
    for column in &question.columns {
        add(&column.label, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Content;
    use crate::diagnostic::Diagnostics;
    use crate::pack;

    fn index() -> Index {
        let mut found = Diagnostics::default();
        let content = Content::shipped();
        let load = |lang: &str, found: &mut Diagnostics| {
            pack::load(&content, "assessment", 1, lang, found)
                .expect("a pack")
                .questionnaire
        };
        let (english, french) = (load("en", &mut found), load("fr", &mut found));
        Index::new(&[&english, &french])
    }

    #[test]
    fn a_note_finds_its_question_in_either_language() {
        let index = index();
        let first = |text: &str| {
            index
                .search(text, 1)
                .first()
                .map(|hit| hit.question.clone())
        };
        assert_eq!(
            first("qui répond au téléphone la nuit ?").as_deref(),
            Some("incident-night-contact")
        );
        assert_eq!(
            first("nobody answers the telephone at night").as_deref(),
            Some("incident-night-contact")
        );
        assert_eq!(
            first("the grant ends in June, money secured until 2028").as_deref(),
            Some("funding-secured-until")
        );
    }

    #[test]
    fn nothing_is_found_by_nothing_and_by_what_no_question_says() {
        let index = index();
        assert!(index.search("", 5).is_empty());
        assert!(index.search("  ?! ", 5).is_empty());
        assert!(index.search("zzzz qqqq", 5).is_empty());
    }
}
