//! Searches what an anonymous report would print for the people of the register and their institutions:
//! the net beneath [`anonymous`](super::anonymous), for what a person typed into a note.
//!
//! A name counts wherever it stands. An institution counts in what tells somebody's words: in responses, and
//! in the assessor's notes and reasons. Elsewhere an institution that the dossier itself is about, as the
//! holder of a role, as the one who decides or as a cell of a table, is a subject and no voice.

use std::collections::BTreeSet;

use super::names::{Form, bare, forms, names_of};
use super::typed::{self, Typed};
use crate::model::dossier::{LocalText, Person};
use crate::model::{Dossier, Questionnaire};
use crate::spelling;

/// A text of a report, as it would be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// Where it stands in the report, such as `answers.legal-mandate.note.markdown`.
    pub at: String,
    /// The text.
    pub text: String,
}

/// What of a person is known from a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// The name.
    Name,
    /// The institution.
    Institution,
}

/// A text that tells who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Giveaway {
    /// The person's id in the register.
    pub person: String,
    /// What is known of them.
    pub known: Known,
    /// The file, relative to the dossier; empty where it was found in the report alone.
    pub file: String,
    /// The keys in the file, or the place in the report.
    pub keys: Vec<String>,
}

/// Searches everything of a stage and those before it that `printed` would print. `whole` are the dossiers
/// before anything was withheld, for their register; `shown` those that are told, before they are made
/// anonymous, since only they know where a text stands.
pub fn giveaways(
    questionnaire: &Questionnaire,
    whole: &Dossier,
    shown: &[Dossier],
    printed: &[Printed],
) -> Vec<Giveaway> {
    let printed: Vec<(&str, String)> = printed
        .iter()
        .map(|one| (one.at.as_str(), spelling::phrase(&one.text)))
        .collect();
    let is_printed = |text: &str| printed.iter().any(|(_, line)| line.contains(text));
    let watched = Watched::of(whole, shown, questionnaire);
    let mut found = BTreeSet::new();
    let mut explained: Vec<(String, String)> = Vec::new();
    for dossier in shown {
        for typed in typed::texts(dossier)
            .into_iter()
            .chain(typed::others(dossier))
        {
            // Who was met, and in which meeting, is never printed as it was typed.
            let first = typed.keys.first().map(String::as_str);
            if typed.file == "register.toml" && first != Some("evidence") {
                continue;
            }
            let line = spelling::phrase(typed.text);
            let hits = watched.hits(&typed, &line);
            if hits.is_empty() || !is_printed(&line) {
                continue;
            }
            for (person, known) in hits {
                explained.push((person.clone(), line.clone()));
                found.insert(Giveaway {
                    person,
                    known,
                    file: typed.file.clone(),
                    keys: typed.keys.clone(),
                });
            }
        }
    }
    // Whatever way a name took into the report, it is not printed.
    for (at, line) in &printed {
        for person in watched.named(line) {
            let told = |(who, text): &(String, String)| *who == person && line.contains(text);
            if !explained.iter().any(told) {
                found.insert(Giveaway {
                    person,
                    known: Known::Name,
                    file: String::new(),
                    keys: vec![(*at).to_string()],
                });
            }
        }
    }
    found.into_iter().collect()
}

/// What is looked for.
struct Watched {
    /// By person, the phrases that name them.
    names: Vec<(String, Vec<String>)>,
    /// By person, the ways to write their institution, and whether the dossier is about it.
    institutions: Vec<(String, Vec<Form>, bool)>,
}

impl Watched {
    fn of(whole: &Dossier, shown: &[Dossier], questionnaire: &Questionnaire) -> Self {
        let asked = asked(questionnaire);
        let common = common(whole, &asked);
        let names = whole.register.people.iter();
        let names = names
            .map(|(id, person)| (id.clone(), names_of(&person.name, &common)))
            .collect();
        let subjects = Subjects::of(shown);
        let asked = spelling::phrase(&asked.join(" . "));
        // Whom the mission met after the end of a stage said nothing in it.
        let met = super::of_stage(whole).register.people;
        let institutions = met.iter().filter_map(|(id, person)| {
            let forms: Vec<Form> = person.institution.all().flat_map(forms).collect();
            if is_the_team(person, whole, questionnaire, &asked) {
                return None;
            }
            let subject = forms.iter().any(|form| subjects.hold(form));
            Some((id.clone(), forms, subject))
        });
        Self {
            names,
            institutions: institutions.collect(),
        }
    }

    fn named(&self, line: &str) -> Vec<String> {
        let names = self.names.iter();
        let names = names.filter(|(_, phrases)| phrases.iter().any(|one| line.contains(one)));
        names.map(|(id, _)| id.clone()).collect()
    }

    fn hits(&self, typed: &Typed<'_>, line: &str) -> Vec<(String, Known)> {
        let named = self.named(line).into_iter();
        let mut hits: Vec<(String, Known)> = named.map(|id| (id, Known::Name)).collect();
        for (id, forms, subject) in &self.institutions {
            let counts = typed.voice || !subject && !typed.public;
            if counts && forms.iter().any(|form| form.stands_in(typed.text, line)) {
                hits.push((id.clone(), Known::Institution));
            }
        }
        hits
    }
}

/// Returns the words that are no sign of a person here: those that the questionnaire writes with a small
/// letter, and those of the country, of institutions, roles and places.
fn common(dossier: &Dossier, asked: &[&str]) -> BTreeSet<String> {
    let words = asked
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphabetic()));
    let small = words.filter(|word| word.starts_with(char::is_lowercase));
    let register = &dossier.register;
    let people = register.people.values();
    let names = people.flat_map(|person| person.institution.all());
    let places = register.meetings.values();
    let places = places.filter_map(|one| one.place.as_ref());
    let roles = dossier.head.roles.values();
    let names = names.chain(places.chain(roles).flat_map(LocalText::all));
    let country = dossier.head.country_name.values();
    let names = names.chain(country.map(|name| name.name.as_str()));
    let named = names.flat_map(spelling::words);
    let small = small.flat_map(spelling::words);
    small.chain(named).map(|word| format!(" {word} ")).collect()
}

/// Returns what the questionnaire says when it asks, and what it and its stages are called.
fn asked(questionnaire: &Questionnaire) -> Vec<&str> {
    let mut texts = vec![questionnaire.title.as_str()];
    for stage in &questionnaire.words.stages {
        texts.extend([stage.title.as_str(), &stage.output]);
    }
    for question in questionnaire.questions() {
        texts.extend([
            question.text.as_str(),
            &question.why,
            &question.evidence_hint,
        ]);
        texts.extend([question.say.as_str(), &question.say_yes, &question.say_no]);
        let long = question.probes.iter().chain(&question.levels);
        texts.extend(long.map(String::as_str));
        texts.extend(question.options.iter().map(|one| one.label.as_str()));
        texts.extend(question.columns.iter().map(|one| one.label.as_str()));
    }
    texts
}

/// Tells whether a person speaks for the team that the questionnaire itself speaks of by the same name.
fn is_the_team(
    person: &Person,
    dossier: &Dossier,
    questionnaire: &Questionnaire,
    asked: &str,
) -> bool {
    let own = dossier.head.country_name.values();
    let known = questionnaire.words.countries.get(&dossier.head.country);
    let country: Vec<String> = own
        .chain(known)
        .flat_map(|one| [&one.of, &one.within, &one.the, &one.name])
        .map(|name| spelling::phrase(name))
        .filter(|name| !name.is_empty())
        .collect();
    let bare = |text: &str| {
        let mut phrase = spelling::phrase(text);
        for name in &country {
            phrase = phrase.replace(name.as_str(), " ");
        }
        let mut words: Vec<&str> = phrase.split_whitespace().collect();
        while words.last().is_some_and(|word| word.len() <= 2) {
            words.pop();
        }
        format!(" {} ", words.join(" "))
    };
    let team = |text: &str| {
        let bare = bare(text);
        bare.trim().contains(' ') && asked.contains(&bare)
    };
    person.kind == "existing-team" && person.institution.all().any(team)
}

/// What the dossiers are about.
#[derive(Default)]
struct Subjects {
    /// Who holds a role, decides and replies.
    roles: Vec<String>,
    /// The cells of tables, and other names.
    cells: BTreeSet<String>,
}

impl Subjects {
    fn of(shown: &[Dossier]) -> Self {
        let mut subjects = Self::default();
        for dossier in shown {
            let mut add = |text: &LocalText| {
                subjects.roles.extend(text.all().map(spelling::phrase));
            };
            let head = &dossier.head;
            head.roles.values().for_each(&mut add);
            for record in head.stages.values() {
                record.roles.values().for_each(&mut add);
                record.decision.iter().for_each(|one| add(&one.by));
                let replies = record.replies.values();
                replies.filter_map(|one| one.by.as_ref()).for_each(&mut add);
            }
            let names = typed::texts(dossier).into_iter();
            let names = names.filter(|typed| !typed.voice && !typed.whole);
            // "Association of Hotels (96 of 240)" is a name with a remark.
            let names = names.flat_map(|typed| {
                let name = typed.text.split('(').next().unwrap_or_default();
                [typed.text, name]
            });
            let names = names.map(|name| format!(" {} ", bare(name).join(" ")));
            subjects.cells.extend(names);
        }
        subjects
    }

    fn hold(&self, form: &Form) -> bool {
        let phrase = match form {
            Form::Phrase(phrase) => phrase.clone(),
            Form::Exact(word) => spelling::phrase(word),
        };
        self.cells.contains(&phrase) || self.roles.iter().any(|one| one.contains(&phrase))
    }
}
