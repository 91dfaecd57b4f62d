//! Translations: text only, keyed by id, each with a hash of the source text it was made from.
//!
//! A missing text falls back to the source language and is told. A text whose source has changed
//! since is used all the same and told as stale.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::model::formula::CURRENCY;
use crate::model::question::{AnswerSet, Choice, Column};
use crate::model::questionnaire::{Role, Section, Stage, Stakeholder};
use crate::model::rule::{Phase, Target};
use crate::model::{
    Benchmark, Breakdown, Formula, Parameter, Question, Questionnaire, Recommendation, Rule,
};

/// The texts of one entry in another language.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Entry {
    /// The hash of the source texts it was made from; `pack stamp` writes it.
    pub hash: String,
    title: Option<String>,
    about: Option<String>,
    aim: Option<String>,
    note: Option<String>,
    output: Option<String>,
    plural: Option<String>,
    text: Option<String>,
    probes: Option<Vec<String>>,
    levels: Option<Vec<String>>,
    why: Option<String>,
    evidence_hint: Option<String>,
    unit: Option<String>,
    say: Option<String>,
    say_yes: Option<String>,
    say_no: Option<String>,
    finding: Option<String>,
    otherwise: Option<String>,
    options: BTreeMap<String, String>,
    columns: BTreeMap<String, String>,
    column_options: BTreeMap<String, BTreeMap<String, String>>,
}

type Entries = BTreeMap<String, Entry>;

/// The overlay of one questionnaire.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Overlay {
    questionnaire: Option<Entry>,
    sections: Entries,
    questions: Entries,
    rules: Entries,
    recommendations: Entries,
    phases: Entries,
    targets: Entries,
    parameters: Entries,
    formulas: Entries,
    breakdowns: Entries,
    benchmarks: Entries,
}

/// The overlay of the words that all questionnaires share.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct SharedOverlay {
    stages: Entries,
    stakeholders: Entries,
    roles: Entries,
    answer_sets: Entries,
}

/// Joins the overlay files of one language.
pub(super) trait Merge {
    fn merge(&mut self, other: Self);
}

impl Merge for Overlay {
    fn merge(&mut self, other: Self) {
        self.questionnaire = self.questionnaire.take().or(other.questionnaire);
        self.sections.extend(other.sections);
        self.questions.extend(other.questions);
        self.rules.extend(other.rules);
        self.recommendations.extend(other.recommendations);
        self.phases.extend(other.phases);
        self.targets.extend(other.targets);
        self.parameters.extend(other.parameters);
        self.formulas.extend(other.formulas);
        self.breakdowns.extend(other.breakdowns);
        self.benchmarks.extend(other.benchmarks);
    }
}

impl Merge for SharedOverlay {
    fn merge(&mut self, other: Self) {
        self.stages.extend(other.stages);
        self.stakeholders.extend(other.stakeholders);
        self.roles.extend(other.roles);
        self.answer_sets.extend(other.answer_sets);
    }
}

/// An entry whose texts can be translated: it lends its texts by name.
///
/// One list serves three ends: what to hash, what to replace, and what is missing.
trait Translatable {
    fn texts(&mut self) -> Vec<Slot<'_>>;
}

/// One text of an entry, or one list of texts.
enum Slot<'a> {
    One(&'static str, &'a mut String),
    Optional(&'static str, &'a mut Option<String>),
    List(&'static str, &'a mut Vec<String>),
    Choices(&'static str, &'a mut Vec<Choice>),
    Columns(&'a mut Vec<Column>),
}

impl Translatable for Section {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        vec![
            Slot::One("title", &mut self.title),
            Slot::One("about", &mut self.about),
        ]
    }
}

impl Translatable for Question {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        let mut slots = vec![
            Slot::One("text", &mut self.text),
            Slot::List("probes", &mut self.probes),
            Slot::List("levels", &mut self.levels),
            Slot::One("why", &mut self.why),
            Slot::One("evidence-hint", &mut self.evidence_hint),
            Slot::One("say", &mut self.say),
            Slot::One("say-yes", &mut self.say_yes),
            Slot::One("say-no", &mut self.say_no),
            Slot::Columns(&mut self.columns),
        ];
        // A unit of letters is a word; a sign such as % is the same everywhere.
        if self.unit.chars().any(char::is_alphabetic) {
            slots.push(Slot::One("unit", &mut self.unit));
        }
        if self.answer_set.is_none() {
            slots.push(Slot::Choices("options", &mut self.options));
        }
        slots
    }
}

impl Translatable for Rule {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        vec![
            Slot::One("finding", &mut self.finding),
            Slot::Optional("otherwise", &mut self.otherwise),
        ]
    }
}

impl Translatable for Recommendation {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        vec![
            Slot::One("title", &mut self.title),
            Slot::One("text", &mut self.text),
            Slot::Optional("otherwise", &mut self.otherwise),
        ]
    }
}

impl Translatable for Phase {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        vec![
            Slot::One("title", &mut self.title),
            Slot::One("aim", &mut self.aim),
        ]
    }
}

impl Translatable for Target {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        vec![
            Slot::One("title", &mut self.title),
            Slot::One("note", &mut self.note),
        ]
    }
}

impl Translatable for Parameter {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        with_unit(&mut self.text, &mut self.unit)
    }
}

impl Translatable for Formula {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        with_unit(&mut self.text, &mut self.unit)
    }
}

impl Translatable for Breakdown {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        vec![Slot::One("text", &mut self.text)]
    }
}

impl Translatable for Benchmark {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        vec![
            Slot::One("text", &mut self.text),
            Slot::One("unit", &mut self.unit),
            Slot::One("note", &mut self.note),
        ]
    }
}

/// The bare currency is the same everywhere.
fn with_unit<'a>(text: &'a mut String, unit: &'a mut String) -> Vec<Slot<'a>> {
    let mut slots = vec![Slot::One("text", text)];
    if unit != CURRENCY && unit.chars().any(char::is_alphabetic) {
        slots.push(Slot::One("unit", unit));
    }
    slots
}

impl Translatable for Stage {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        vec![
            Slot::One("title", &mut self.title),
            Slot::One("output", &mut self.output),
        ]
    }
}

impl Translatable for Stakeholder {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        vec![
            Slot::One("title", &mut self.title),
            Slot::One("plural", &mut self.plural),
        ]
    }
}

impl Translatable for Role {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        vec![Slot::One("title", &mut self.title)]
    }
}

/// The title of a questionnaire.
struct Title<'a>(&'a mut String);

impl Translatable for Title<'_> {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        vec![Slot::One("title", self.0)]
    }
}

/// The options of an answer set.
struct Options(Vec<Choice>);

impl Translatable for Options {
    fn texts(&mut self) -> Vec<Slot<'_>> {
        vec![Slot::Choices("options", &mut self.0)]
    }
}

/// Returns the hash of an entry's source texts: the first eight hexadecimal digits of their SHA-256.
fn hash(entry: &mut dyn Translatable) -> String {
    let mut digest = Sha256::new();
    let mut add = |text: &str| {
        digest.update(text.as_bytes());
        digest.update([0]);
    };
    for slot in entry.texts() {
        match slot {
            Slot::One(_, text) => add(text),
            Slot::Optional(_, text) => add(text.as_deref().unwrap_or_default()),
            Slot::List(_, list) => list.iter().for_each(|text| add(text)),
            Slot::Choices(_, choices) => choices.iter().for_each(|choice| add(&choice.label)),
            Slot::Columns(columns) => {
                for column in columns {
                    add(&column.label);
                    if column.answer_set.is_none() {
                        column.options.iter().for_each(|choice| add(&choice.label));
                    }
                }
            }
        }
    }
    digest
        .finalize()
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What an overlay lacks: the key of the entry (`questions legal-mandate`), and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// There is no entry.
    Missing,
    /// One of its texts is missing, or has another number of parts than the source.
    Text(String),
    /// It was made from other source texts; the hash it should bear.
    Stale(String),
    /// It has a text that the source does not have.
    Surplus(String),
}

/// Lays one entry's texts over its source texts, and returns what is lacking.
fn lay(entry: &mut dyn Translatable, over: Option<&Entry>) -> Vec<Lack> {
    let wanted = hash(entry);
    let Some(over) = over else {
        let empty = entry.texts().into_iter().all(|slot| match slot {
            Slot::One(_, text) => text.is_empty(),
            Slot::Optional(_, text) => text.is_none(),
            Slot::List(_, list) => list.is_empty(),
            Slot::Choices(_, choices) => choices.is_empty(),
            Slot::Columns(columns) => columns.is_empty(),
        });
        return if empty {
            Vec::new()
        } else {
            vec![Lack::Missing]
        };
    };
    let mut lacks = Vec::new();
    if over.hash != wanted {
        lacks.push(Lack::Stale(wanted));
    }
    let mut used = Vec::new();
    for slot in entry.texts() {
        match slot {
            Slot::One(name, text) => {
                used.push(name);
                match over.single(name) {
                    Some(new) if !text.is_empty() => *text = new.clone(),
                    Some(_) => lacks.push(Lack::Surplus(name.into())),
                    None if !text.is_empty() => lacks.push(Lack::Text(name.into())),
                    None => {}
                }
            }
            Slot::Optional(name, text) => {
                used.push(name);
                match (over.single(name), text.is_some()) {
                    (Some(new), true) => *text = Some(new.clone()),
                    (Some(_), false) => lacks.push(Lack::Surplus(name.into())),
                    (None, true) => lacks.push(Lack::Text(name.into())),
                    (None, false) => {}
                }
            }
            Slot::List(name, list) => {
                used.push(name);
                match over.many(name) {
                    Some(new) if new.len() == list.len() => list.clone_from(new),
                    None if list.is_empty() => {}
                    _ => lacks.push(Lack::Text(name.into())),
                }
            }
            Slot::Choices(name, choices) => {
                used.push(name);
                relabel(choices, &over.options, name, &mut lacks);
            }
            Slot::Columns(columns) => {
                used.extend(["columns", "column-options"]);
                for column in columns {
                    match over.columns.get(&column.id) {
                        Some(label) => column.label.clone_from(label),
                        None => lacks.push(Lack::Text(format!("columns.{}", column.id))),
                    }
                    if column.answer_set.is_some() {
                        continue;
                    }
                    let none = BTreeMap::new();
                    let labels = over.column_options.get(&column.id).unwrap_or(&none);
                    let name = format!("column-options.{}", column.id);
                    relabel(&mut column.options, labels, &name, &mut lacks);
                }
            }
        }
    }
    for name in over.names() {
        if !used.contains(&name) {
            lacks.push(Lack::Surplus(name.into()));
        }
    }
    lacks
}

fn relabel(
    choices: &mut [Choice],
    labels: &BTreeMap<String, String>,
    name: &str,
    lacks: &mut Vec<Lack>,
) {
    for choice in choices.iter_mut() {
        match labels.get(&choice.id) {
            Some(label) => choice.label.clone_from(label),
            None => lacks.push(Lack::Text(format!("{name}.{}", choice.id))),
        }
    }
    for id in labels.keys() {
        if !choices.iter().any(|choice| choice.id == *id) {
            lacks.push(Lack::Surplus(format!("{name}.{id}")));
        }
    }
}

impl Entry {
    fn singles(&self) -> [(&'static str, &Option<String>); 14] {
        [
            ("title", &self.title),
            ("about", &self.about),
            ("aim", &self.aim),
            ("note", &self.note),
            ("output", &self.output),
            ("plural", &self.plural),
            ("text", &self.text),
            ("why", &self.why),
            ("evidence-hint", &self.evidence_hint),
            ("unit", &self.unit),
            ("say", &self.say),
            ("say-yes", &self.say_yes),
            ("say-no", &self.say_no),
            ("finding", &self.finding),
        ]
    }

    fn single(&self, name: &str) -> Option<&String> {
        if name == "otherwise" {
            return self.otherwise.as_ref();
        }
        let named = self.singles().into_iter().find(|(one, _)| *one == name)?;
        named.1.as_ref()
    }

    fn many(&self, name: &str) -> Option<&Vec<String>> {
        match name {
            "probes" => self.probes.as_ref(),
            "levels" => self.levels.as_ref(),
            _ => None,
        }
    }

    /// Returns the names of the texts that the entry has.
    fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = self
            .singles()
            .into_iter()
            .filter(|(_, text)| text.is_some())
            .map(|(name, _)| name)
            .collect();
        names.extend(self.otherwise.as_ref().map(|_| "otherwise"));
        names.extend(self.probes.as_ref().map(|_| "probes"));
        names.extend(self.levels.as_ref().map(|_| "levels"));
        if !self.options.is_empty() {
            names.push("options");
        }
        if !self.columns.is_empty() {
            names.push("columns");
        }
        if !self.column_options.is_empty() {
            names.push("column-options");
        }
        names
    }
}

/// What the overlays of one language lack, by entry, and the ids they hold for nothing.
#[derive(Debug, Clone, Default)]
pub struct Lacks(pub Vec<(String, Lack)>);

impl Lacks {
    fn lay<T: Translatable>(&mut self, kind: &str, id: &str, entry: &mut T, over: Option<&Entry>) {
        let key = format!("{kind} {id}");
        let lacks = lay(entry, over).into_iter().map(|lack| (key.clone(), lack));
        self.0.extend(lacks);
    }

    fn lay_all<T: Translatable>(
        &mut self,
        kind: &str,
        list: &mut [T],
        over: &Entries,
        id: impl Fn(&T) -> String,
    ) {
        for entry in list {
            let id = id(entry);
            self.lay(kind, &id, entry, over.get(&id));
        }
    }

    fn orphans<'a>(&mut self, kind: &str, entries: &Entries, ids: impl Iterator<Item = &'a str>) {
        let ids: Vec<&str> = ids.collect();
        for id in entries.keys().filter(|id| !ids.contains(&id.as_str())) {
            self.0
                .push((format!("{kind} {id}"), Lack::Surplus(String::new())));
        }
    }
}

/// Lays an overlay over a questionnaire in place, and returns what it lacks.
pub(super) fn apply(questionnaire: &mut Questionnaire, over: &Overlay) -> Lacks {
    let mut lacks = Lacks::default();
    let title = over.questionnaire.as_ref();
    lacks.lay(
        "questionnaire",
        "title",
        &mut Title(&mut questionnaire.title),
        title,
    );
    let all = &*questionnaire;
    lacks.orphans(
        "sections",
        &over.sections,
        all.sections.iter().map(|one| one.id.as_str()),
    );
    lacks.orphans(
        "questions",
        &over.questions,
        all.questions().map(|one| one.id.as_str()),
    );
    lacks.orphans(
        "rules",
        &over.rules,
        all.rules.iter().map(|one| one.id.as_str()),
    );
    let ids = all.recommendations.iter().map(|one| one.id.as_str());
    lacks.orphans("recommendations", &over.recommendations, ids);
    let numbers: Vec<String> = all
        .phases
        .iter()
        .map(|one| one.number.to_string())
        .collect();
    lacks.orphans("phases", &over.phases, numbers.iter().map(String::as_str));
    lacks.orphans(
        "targets",
        &over.targets,
        all.targets.iter().map(|one| one.id.as_str()),
    );
    let ids = all.parameters.iter().map(|one| one.id.as_str());
    lacks.orphans("parameters", &over.parameters, ids);
    let ids = all.formulas.iter().map(|one| one.id.as_str());
    lacks.orphans("formulas", &over.formulas, ids);
    let ids = all.breakdowns.iter().map(|one| one.id.as_str());
    lacks.orphans("breakdowns", &over.breakdowns, ids);
    let ids = all.benchmarks.iter().map(|one| one.id.as_str());
    lacks.orphans("benchmarks", &over.benchmarks, ids);
    for section in &mut questionnaire.sections {
        let id = section.id.clone();
        lacks.lay("sections", &id, section, over.sections.get(&id));
        lacks.lay_all(
            "questions",
            &mut section.questions,
            &over.questions,
            |one| one.id.clone(),
        );
    }
    lacks.lay_all("rules", &mut questionnaire.rules, &over.rules, |one| {
        one.id.clone()
    });
    let recommendations = &mut questionnaire.recommendations;
    lacks.lay_all(
        "recommendations",
        recommendations,
        &over.recommendations,
        |one| one.id.clone(),
    );
    let number = |phase: &Phase| phase.number.to_string();
    lacks.lay_all("phases", &mut questionnaire.phases, &over.phases, number);
    lacks.lay_all(
        "targets",
        &mut questionnaire.targets,
        &over.targets,
        |one| one.id.clone(),
    );
    let parameters = &mut questionnaire.parameters;
    lacks.lay_all("parameters", parameters, &over.parameters, |one| {
        one.id.clone()
    });
    let formulas = &mut questionnaire.formulas;
    lacks.lay_all("formulas", formulas, &over.formulas, |one| one.id.clone());
    let breakdowns = &mut questionnaire.breakdowns;
    lacks.lay_all("breakdowns", breakdowns, &over.breakdowns, |one| {
        one.id.clone()
    });
    let benchmarks = &mut questionnaire.benchmarks;
    lacks.lay_all("benchmarks", benchmarks, &over.benchmarks, |one| {
        one.id.clone()
    });
    lacks
}

/// Lays the overlay of the shared words over a questionnaire in place, and returns what it lacks.
pub(super) fn apply_shared(
    questionnaire: &mut Questionnaire,
    over: &SharedOverlay,
    answer_sets: Vec<AnswerSet>,
) -> Lacks {
    let mut lacks = Lacks::default();
    let words = &mut questionnaire.words;
    lacks.orphans(
        "stages",
        &over.stages,
        words.stages.iter().map(|one| one.id.as_str()),
    );
    lacks.orphans(
        "stakeholders",
        &over.stakeholders,
        words.stakeholders.iter().map(|one| one.id.as_str()),
    );
    lacks.orphans(
        "roles",
        &over.roles,
        words.roles.iter().map(|one| one.id.as_str()),
    );
    lacks.orphans(
        "answer-sets",
        &over.answer_sets,
        answer_sets.iter().map(|one| one.id.as_str()),
    );
    lacks.lay_all("stages", &mut words.stages, &over.stages, |one| {
        one.id.clone()
    });
    lacks.lay_all(
        "stakeholders",
        &mut words.stakeholders,
        &over.stakeholders,
        |one| one.id.clone(),
    );
    lacks.lay_all("roles", &mut words.roles, &over.roles, |one| one.id.clone());
    for set in answer_sets {
        let mut options = Options(set.options);
        lacks.lay(
            "answer-sets",
            &set.id,
            &mut options,
            over.answer_sets.get(&set.id),
        );
        let questions = questionnaire
            .sections
            .iter_mut()
            .flat_map(|section| &mut section.questions);
        let of_set = |named: &Option<String>| named.as_ref() == Some(&set.id);
        for question in questions {
            if of_set(&question.answer_set) {
                question.options.clone_from(&options.0);
            }
            let columns = question.columns.iter_mut();
            for column in columns.filter(|column| of_set(&column.answer_set)) {
                column.options.clone_from(&options.0);
            }
        }
    }
    lacks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase() -> Phase {
        Phase {
            number: 1,
            title: "Decide".into(),
            aim: "A host is named.".into(),
            from_month: 1,
        }
    }

    #[test]
    fn a_changed_source_makes_its_translation_stale_and_keeps_it_in_use() {
        let over: Entry = toml::from_str(&format!(
            "hash = \"{}\"\ntitle = \"Décider\"\naim = \"L’organisme d’accueil est désigné.\"",
            hash(&mut phase())
        ))
        .expect("a good entry");
        let mut same = phase();
        assert_eq!(lay(&mut same, Some(&over)), []);
        assert_eq!(same.title, "Décider");
        let mut changed = phase();
        changed.aim = "A host is named and paid.".into();
        assert!(matches!(
            lay(&mut changed, Some(&over)).as_slice(),
            [Lack::Stale(_)]
        ));
        assert_eq!(changed.title, "Décider");
    }

    #[test]
    fn what_is_missing_or_too_much_is_told() {
        let over: Entry = toml::from_str("title = \"Décider\"\nsay = \"x\"").expect("a good entry");
        let mut entry = phase();
        let lacks = lay(&mut entry, Some(&over));
        assert!(lacks.contains(&Lack::Text("aim".into())));
        assert!(lacks.contains(&Lack::Surplus("say".into())));
        assert_eq!(lay(&mut entry, None), [Lack::Missing]);
    }
}
