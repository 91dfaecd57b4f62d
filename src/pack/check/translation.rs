//! A pack in another language than its source: what the overlays lack, and their placeholders.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, check, wording};
use crate::content::Content;
use crate::diagnostic::Diagnostics;
use crate::pack::overlay::Lack;
use crate::pack::placeholder::{self, Hole, Wanted};
use crate::pack::{self, Pack};

/// Finds every problem of all questionnaires, in their source language and in all others, or only in
/// one other: what `pack check` tells.
pub fn check_all(content: &Content, only: Option<&str>) -> Diagnostics {
    let mut found = Diagnostics::default();
    for (id, edition) in pack::editions(content) {
        let languages = pack::languages(content, &id, edition);
        let lang = languages.first().map_or("en", String::as_str);
        let Some(source) = pack::load(content, &id, edition, lang, &mut found) else {
            continue;
        };
        check(&source, &mut found);
        let others = languages.iter().skip(1);
        for lang in others.filter(|lang| only.is_none_or(|only| only == *lang)) {
            let mut again = Diagnostics::default();
            if let Some(translated) = pack::load(content, &id, edition, lang, &mut again) {
                check_translation(&translated, &source, &mut found);
            }
            // Problems of the source were told above.
            for problem in &again {
                if !found.iter().any(|known| known == problem) {
                    found.push(problem.clone());
                }
            }
        }
    }
    wording::check_wording(content, only, &mut found);
    found.sort();
    found
}

/// Checks a pack in another language than its source: what the overlays lack, and their placeholders.
pub fn check_translation(pack: &Pack, source: &Pack, found: &mut Diagnostics) {
    let lang = &pack.questionnaire.lang;
    let mut check = Check { pack, found };
    for (key, lack) in &pack.lacks {
        check.lack(key, lack);
    }
    let original = texts(source);
    for (key, list) in texts(pack) {
        let place = format!("lang {key}");
        for (index, text) in list.iter().enumerate() {
            if !check.parses(&place, text) {
                continue;
            }
            let other = original.get(&key).and_then(|list| list.get(index));
            if other.is_some_and(|other| subjects(other) != subjects(text)) {
                check.warn(
                    "translation-placeholders",
                    &place,
                    format!("`{lang}` of {key} speaks of other things than the source"),
                    "use the same placeholders; only their forms (.of, .to, .in) may differ",
                );
            }
        }
    }
}

impl Check<'_> {
    fn lack(&mut self, key: &str, lack: &Lack) {
        let lang = &self.pack.questionnaire.lang;
        let (code, message, help) = match lack {
            Lack::Missing => (
                "translation-missing",
                format!("`{lang}` has no entry for {key}"),
                String::from("add it under the overlay's table"),
            ),
            Lack::Text(name) => (
                "translation-incomplete",
                format!("`{lang}` lacks `{name}` of {key}, or has another number of parts"),
                String::from("translate it as the source has it"),
            ),
            Lack::Stale(hash) => (
                "translation-stale",
                format!("`{lang}` of {key} was made from another source text"),
                format!(
                    "read it against the source, then write `hash = \"{hash}\"` (`cirtkit pack stamp {lang}` does so for all)"
                ),
            ),
            Lack::Surplus(name) if name.is_empty() => (
                "translation-surplus",
                format!("`{lang}` has {key}, which the source does not have"),
                String::from("remove it, or mend its id"),
            ),
            Lack::Surplus(name) => (
                "translation-surplus",
                format!("`{lang}` has `{name}` of {key}, which the source does not have"),
                String::from("remove it"),
            ),
        };
        self.warn(code, &format!("lang {key}"), message, &help);
    }
}

/// The texts that may have placeholders, by entry and always in the same order.
fn texts(pack: &Pack) -> BTreeMap<String, Vec<&str>> {
    let questionnaire = &pack.questionnaire;
    let mut texts = BTreeMap::new();
    for one in questionnaire.questions() {
        let list: Vec<&str> = vec![&one.say, &one.say_yes, &one.say_no];
        texts.insert(format!("questions {}", one.id), list);
    }
    for one in &questionnaire.rules {
        let otherwise = one.otherwise.as_deref().unwrap_or_default();
        texts.insert(format!("rules {}", one.id), vec![&one.finding, otherwise]);
    }
    for one in &questionnaire.recommendations {
        let otherwise = one.otherwise.as_deref().unwrap_or_default();
        let list: Vec<&str> = vec![&one.title, &one.text, otherwise];
        texts.insert(format!("recommendations {}", one.id), list);
    }
    texts
}

/// What the holes of a text speak of, whatever their form.
fn subjects(text: &str) -> BTreeSet<String> {
    let subject = |hole| match hole {
        Hole::Country(_) => String::from("country"),
        Hole::Role(id, _) => format!("role {id}"),
        Hole::Answer(id, Wanted::Value(_)) => format!("answer {id}"),
        Hole::Answer(id, Wanted::Count) => format!("count {id}"),
        Hole::Answer(id, Wanted::Column(column)) => format!("answer {id} {column}"),
        Hole::Figure(id, _) => format!("figure {id}"),
        Hole::Own => String::from("answer"),
    };
    placeholder::holes(text).into_iter().map(subject).collect()
}
