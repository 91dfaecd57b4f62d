//! Reads the files of a pack.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::de::DeValue;

use super::overlay::{self, Overlay, SharedOverlay};
use super::{Framework, Pack};
use crate::content::Content;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::model::question::AnswerSet;
use crate::model::questionnaire::{
    AppraisalTables, CountryName, Role, Section, Stage, Stakeholder, Words,
};
use crate::model::rule::{Phase, Target};
use crate::model::{
    Benchmark, Breakdown, Formula, Parameter, Question, Questionnaire, Recommendation, Rule,
};
use crate::source::Source;

/// The version of the questionnaire format that this cirtkit reads.
pub(super) const SCHEMA: u32 = 1;

/// The head of a questionnaire: `questionnaire.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct HeadFile {
    /// The version of the file format.
    schema: u32,
    /// The id, which is the folder's.
    id: String,
    /// The edition, which is the folder's.
    edition: u32,
    /// The stage it serves.
    stage: String,
    /// The title.
    title: String,
    /// The language its texts are written in.
    source_lang: String,
    /// The sections, in their order.
    sections: Vec<String>,
    /// The phases of the roadmap.
    #[serde(default, rename = "phase")]
    phases: Vec<Phase>,
    /// The tables of an options appraisal.
    appraisal: Option<AppraisalTables>,
}

/// A framework's items: ids and names only.
#[derive(Debug, Deserialize)]
struct FrameworkFile {
    framework: FrameworkHead,
    item: Vec<FrameworkItem>,
}

#[derive(Debug, Deserialize)]
struct FrameworkHead {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    steward: String,
}

#[derive(Debug, Deserialize)]
struct FrameworkItem {
    id: String,
    name: String,
    fr: Option<String>,
}

/// What `formulas.toml` holds.
#[derive(Debug, Default)]
struct Reckoning {
    parameters: Vec<Parameter>,
    formulas: Vec<Formula>,
    breakdowns: Vec<Breakdown>,
    benchmarks: Vec<Benchmark>,
}

/// Reads packs out of content, noting every problem and every place.
pub(super) struct Reader<'c> {
    content: &'c Content,
    found: &'c mut Diagnostics,
    places: BTreeMap<String, Place>,
}

impl<'c> Reader<'c> {
    pub(super) fn new(content: &'c Content, found: &'c mut Diagnostics) -> Self {
        let places = BTreeMap::new();
        Self {
            content,
            found,
            places,
        }
    }

    /// Returns the language a questionnaire was written in.
    pub(super) fn source_lang(&mut self, id: &str, edition: u32) -> Option<String> {
        let name = format!("questionnaires/{id}/{edition}/questionnaire.toml");
        self.whole::<HeadFile>(&name).map(|head| head.source_lang)
    }

    /// Returns the ids of the stages, in their order.
    pub(super) fn stages(&mut self) -> Vec<String> {
        let stages: Vec<Stage> = self.entries("questionnaires/stages.toml", "stage");
        stages.into_iter().map(|stage| stage.id).collect()
    }

    pub(super) fn pack(mut self, id: &str, edition: u32, lang: &str) -> Option<Pack> {
        let root = format!("questionnaires/{id}/{edition}");
        let name = format!("{root}/questionnaire.toml");
        if self.content.text(&name).is_none() {
            self.missing_edition(id, edition);
            return None;
        }
        let answer_sets: Vec<AnswerSet> =
            self.entries("questionnaires/answer-sets.toml", "answer-set");
        let head = self.head(&name, id, edition);
        let Some(head) = head else {
            self.tell_the_rest(&root, &answer_sets);
            return None;
        };
        let mut sections = Vec::new();
        for section in &head.sections {
            let name = format!("{root}/sections/{section}.toml");
            sections.extend(self.section(&name, &answer_sets));
        }
        let (words, frameworks) = self.words(lang);
        let reckoning = self.formulas(&format!("{root}/formulas.toml"));
        let mut questionnaire = Questionnaire {
            id: head.id,
            edition: head.edition,
            title: head.title,
            lang: lang.to_string(),
            sections,
            phases: head.phases,
            rules: self.entries(&format!("{root}/rules.toml"), "rule"),
            recommendations: self
                .entries(&format!("{root}/recommendations.toml"), "recommendation"),
            targets: self.targets(&format!("{root}/targets/")),
            parameters: reckoning.parameters,
            formulas: reckoning.formulas,
            breakdowns: reckoning.breakdowns,
            benchmarks: reckoning.benchmarks,
            appraisal: head.appraisal,
            words,
        };
        let mut lacks = Vec::new();
        let before = self.found.errors();
        if lang != head.source_lang {
            let own: Overlay = self.overlay(&format!("{root}/lang/{lang}"));
            let shared: SharedOverlay = self.overlay(&format!("questionnaires/lang/{lang}"));
            lacks.extend(overlay::apply(&mut questionnaire, &own).0);
            lacks.extend(overlay::apply_shared(&mut questionnaire, &shared, answer_sets).0);
            let broken = self.found.errors() > before;
            // What a broken overlay lacks is not known yet.
            lacks.retain(|(_, lack)| !(broken && *lack == overlay::Lack::Missing));
            let place = Place::file(format!("{root}/lang/{lang}"));
            self.places.insert("lang".into(), place);
        }
        Some(Pack {
            questionnaire,
            source_lang: head.source_lang,
            frameworks,
            lacks,
            places: self.places,
        })
    }

    fn missing_edition(&mut self, id: &str, edition: u32) {
        let known: Vec<String> = super::editions(self.content)
            .iter()
            .map(|(id, edition)| format!("`{id}` edition {edition}"))
            .collect();
        let place = Place::file(format!("questionnaires/{id}/{edition}"));
        let message = format!("there is no questionnaire `{id}` edition {edition}");
        self.found.push(
            Diagnostic::error("unknown-questionnaire", place, message)
                .help(format!("there is {}", known.join(", "))),
        );
    }

    /// Reads the head, and refuses one of another version or folder.
    fn head(&mut self, name: &str, id: &str, edition: u32) -> Option<HeadFile> {
        let text = self.text(name)?;
        let source = Source::parse(name, text, self.found)?;
        self.places
            .insert("questionnaire".into(), source.find(&["phase"]));
        let head: HeadFile = source.read_all(self.found)?;
        if head.schema != SCHEMA {
            let place = source.find(&["schema"]);
            let message = format!(
                "`{name}` has schema {}; this cirtkit reads schema {SCHEMA}",
                head.schema
            );
            self.found.push(
                Diagnostic::error("newer-schema", place, message)
                    .help("it was made by a newer version: install that, nothing was changed"),
            );
            return None;
        }
        if head.id != id || head.edition != edition || head.stage != id {
            let place = source.find(&["id"]);
            let message = format!(
                "`id`, `stage` and `edition` must be those of the folder: `{id}`, {edition}"
            );
            self.found.push(
                Diagnostic::error("wrong-folder", place, message)
                    .help("rename the folder, or write its names here"),
            );
            return None;
        }
        Some(head)
    }

    /// Tells what is wrong with the other files of a questionnaire whose head cannot be used.
    fn tell_the_rest(&mut self, root: &str, answer_sets: &[AnswerSet]) {
        let folder = format!("{root}/sections/");
        let content = self.content;
        for (name, _) in content.under(&folder) {
            self.section(name, answer_sets);
        }
        self.entries::<Rule>(&format!("{root}/rules.toml"), "rule");
        self.entries::<Recommendation>(&format!("{root}/recommendations.toml"), "recommendation");
        self.targets(&format!("{root}/targets/"));
        self.formulas(&format!("{root}/formulas.toml"));
    }

    /// Reads parameters, formulas, breakdowns and benchmarks; a questionnaire without the file has none.
    fn formulas(&mut self, name: &str) -> Reckoning {
        let mut read = Reckoning::default();
        let Some(text) = self.content.text(name) else {
            return read;
        };
        let Some(source) = Source::parse(name, text, self.found) else {
            return read;
        };
        for (key, node) in source.tree() {
            match key.get_ref().as_ref() {
                "parameter" => read.parameters = self.list(&source, node, "parameter"),
                "formula" => read.formulas = self.list(&source, node, "formula"),
                "breakdown" => read.breakdowns = self.list(&source, node, "breakdown"),
                "benchmark" => read.benchmarks = self.list(&source, node, "benchmark"),
                other => {
                    let known = ["parameter", "formula", "breakdown", "benchmark"];
                    self.unknown_table(&source, other, &known);
                }
            }
        }
        read
    }

    fn section(&mut self, name: &str, sets: &[AnswerSet]) -> Option<Section> {
        let text = self.text(name)?;
        let source = Source::parse(name, text, self.found)?;
        let mut section: Option<Section> = None;
        let mut questions = Vec::new();
        for (key, node) in source.tree() {
            match key.get_ref().as_ref() {
                "section" => section = source.read(node, self.found),
                "question" => questions = self.list(&source, node, "question"),
                other => self.unknown_table(&source, other, &["section", "question"]),
            }
        }
        let Some(mut section) = section else {
            let message = "`[section]` is missing or wrong";
            self.found.push(
                Diagnostic::error("missing-key", Place::file(name), message)
                    .help("add `[section]` with id, title, domain and about"),
            );
            return None;
        };
        self.places
            .insert(format!("section {}", section.id), source.find(&["section"]));
        section.questions = questions;
        for question in &mut section.questions {
            self.use_answer_set(question, sets);
        }
        Some(section)
    }

    /// Gives a question and its columns the options of the shared sets that they name.
    fn use_answer_set(&mut self, question: &mut Question, sets: &[AnswerSet]) {
        let own = (&question.answer_set, &mut question.options, "answer-set");
        let columns = question.columns.iter_mut();
        let columns = columns.map(|one| (&one.answer_set, &mut one.options, "column"));
        for (wanted, options, key) in std::iter::once(own).chain(columns) {
            let Some(wanted) = wanted else { continue };
            if let Some(set) = sets.iter().find(|set| set.id == *wanted) {
                options.clone_from(&set.options);
            } else {
                let key = format!("question {}.{key}", question.id);
                let place = self.places.get(&key).cloned().unwrap_or_default();
                let known = sets.iter().map(|set| set.id.as_str());
                self.found.push(
                    Diagnostic::error(
                        "unknown-answer-set",
                        place,
                        format!("there is no answer set `{wanted}`"),
                    )
                    .suggest(wanted, known),
                );
            }
        }
    }

    fn targets(&mut self, folder: &str) -> Vec<Target> {
        let content = self.content;
        let mut targets = Vec::new();
        for (name, file) in content.under(folder) {
            let Some(source) = Source::parse(name, &file.text, self.found) else {
                continue;
            };
            let Some(target) = source.read_all::<Target>(self.found) else {
                continue;
            };
            let entry = format!("target {}", target.id);
            for id in target.levels.keys() {
                let key = format!("{entry}.{id}");
                self.places.insert(key, source.find(&["levels", id]));
            }
            self.places.insert(entry, source.find(&["id"]));
            targets.push(target);
        }
        targets
    }

    /// Reads the shared words in one language, and the ids of the frameworks' items.
    fn words(&mut self, lang: &str) -> (Words, Vec<Framework>) {
        let mut words = Words {
            stages: self.entries::<Stage>("questionnaires/stages.toml", "stage"),
            stakeholders: self
                .entries::<Stakeholder>("questionnaires/stakeholders.toml", "stakeholder"),
            roles: self.entries::<Role>("questionnaires/roles.toml", "role"),
            countries: self.countries(lang),
            targets: self.target_ids(),
            services: BTreeMap::new(),
            parameters: self.ids_of("formulas.toml", "parameter", false),
            recommendations: self.ids_of("recommendations.toml", "recommendation", true),
        };
        let names: Vec<String> = self
            .content
            .under("questionnaires/frameworks/")
            .map(|(name, _)| name.to_string())
            .collect();
        let mut frameworks = Vec::new();
        for name in names {
            let Some(framework) = self.whole::<FrameworkFile>(&name) else {
                continue;
            };
            let FrameworkFile {
                framework: head,
                item: list,
            } = framework;
            if head.id == "first" {
                for item in &list {
                    let translated = item.fr.as_ref().filter(|_| lang == "fr");
                    let name = translated.unwrap_or(&item.name);
                    words.services.insert(item.id.clone(), name.clone());
                }
            }
            frameworks.push(Framework {
                id: head.id,
                title: head.title,
                version: head.version,
                steward: head.steward,
                items: list.into_iter().map(|one| (one.id, one.name)).collect(),
            });
        }
        (words, frameworks)
    }

    /// Returns the ids of the targets of all questionnaires; what is wrong with one is told where its
    /// questionnaire is read.
    fn target_ids(&self) -> Vec<String> {
        let files = self.content.under("questionnaires/");
        let targets = files.filter(|(name, _)| name.contains("/targets/"));
        let mut ignored = Diagnostics::default();
        targets
            .filter_map(|(name, file)| {
                let source = Source::parse(name, &file.text, &mut ignored)?;
                Some(source.tree().get("id")?.get_ref().as_str()?.to_string())
            })
            .collect()
    }

    /// Returns the ids of one kind of entry in all questionnaires, behind the questionnaire's own id and
    /// a colon where `with_stage`; what is wrong with one is told where its questionnaire is read.
    fn ids_of(&self, file: &str, kind: &str, with_stage: bool) -> BTreeSet<String> {
        let files = self.content.under("questionnaires/");
        let mut ignored = Diagnostics::default();
        let mut ids = BTreeSet::new();
        for (name, text) in files {
            // questionnaires/<stage>/<edition>/<file>
            let parts: Vec<&str> = name.split('/').collect();
            let [_, stage, _, last] = parts.as_slice() else {
                continue;
            };
            if *last != file {
                continue;
            }
            let Some(source) = Source::parse(name, &text.text, &mut ignored) else {
                continue;
            };
            let list = source.tree().get(kind);
            let Some(DeValue::Array(list)) = list.map(toml::Spanned::get_ref) else {
                continue;
            };
            let id = |one: &crate::source::Node<'_>| {
                let id = one.get_ref().as_table()?.get("id")?.get_ref().as_str()?;
                Some(match with_stage {
                    true => format!("{stage}:{id}"),
                    false => id.to_string(),
                })
            };
            ids.extend(list.iter().filter_map(id));
        }
        ids
    }

    fn countries(&mut self, lang: &str) -> BTreeMap<String, CountryName> {
        let name = format!("questionnaires/countries/{lang}.toml");
        let fallback = "questionnaires/countries/en.toml";
        let known = self.content.text(&name).is_some();
        self.whole(if known { &name } else { fallback })
            .unwrap_or_default()
    }

    /// Reads all overlay files of one language and merges them.
    fn overlay<T: overlay::Merge + DeserializeOwned + Default>(&mut self, folder: &str) -> T {
        let names: Vec<String> = self
            .content
            .under(folder)
            .map(|(name, _)| name.to_string())
            .filter(|name| {
                name[folder.len()..].starts_with('/') || name[folder.len()..] == *".toml"
            })
            .collect();
        let mut merged = T::default();
        for name in names {
            let Some(text) = self.text(&name) else {
                continue;
            };
            let Some(source) = Source::parse(&name, text, self.found) else {
                continue;
            };
            for (kind, node) in source.tree() {
                let DeValue::Table(entries) = node.get_ref() else {
                    continue;
                };
                for (id, _) in entries {
                    let key = format!("lang {kind} {id}", kind = kind.get_ref(), id = id.get_ref());
                    self.places
                        .entry(key)
                        .or_insert_with(|| source.place(&id.span()));
                }
            }
            if let Some(part) = source.read_all::<T>(self.found) {
                merged.merge(part);
            }
        }
        merged
    }

    /// Reads the entries of an array of tables, noting the places of each and of its keys.
    fn entries<T: DeserializeOwned>(&mut self, name: &str, kind: &str) -> Vec<T> {
        let Some(text) = self.text(name) else {
            return Vec::new();
        };
        let Some(source) = Source::parse(name, text, self.found) else {
            return Vec::new();
        };
        let mut entries = Vec::new();
        for (key, node) in source.tree() {
            if key.get_ref() == kind {
                entries = self.list(&source, node, kind);
            } else {
                self.unknown_table(&source, key.get_ref(), &[kind]);
            }
        }
        entries
    }

    fn list<T: DeserializeOwned>(
        &mut self,
        source: &Source<'_>,
        node: &crate::source::Node<'_>,
        kind: &str,
    ) -> Vec<T> {
        let DeValue::Array(items) = node.get_ref() else {
            let place = source.place(&node.span());
            let message = format!("expected `[[{kind}]]`");
            self.found
                .push(Diagnostic::error("wrong-type", place, message));
            return Vec::new();
        };
        let mut entries = Vec::new();
        for item in items {
            self.note_places(source, item, kind);
            entries.extend(source.read::<T>(item, self.found));
        }
        entries
    }

    fn note_places(&mut self, source: &Source<'_>, item: &crate::source::Node<'_>, kind: &str) {
        let DeValue::Table(table) = item.get_ref() else {
            return;
        };
        let Some(id) = table.get("id").and_then(|id| id.get_ref().as_str()) else {
            return;
        };
        let entry = format!("{kind} {id}");
        if let Some(first) = self.places.get(&entry) {
            let span = table.get("id").map_or(item.span(), toml::Spanned::span);
            let message = format!("two entries share the id `{id}` (first: {first})");
            self.found.push(
                Diagnostic::error("duplicate-id", source.place(&span), message)
                    .help("give one of them a new id"),
            );
            return;
        }
        for (key, value) in table {
            let span = value.span();
            self.places
                .insert(format!("{entry}.{}", key.get_ref()), source.place(&span));
        }
        let place = table.get("id").map_or(item.span(), toml::Spanned::span);
        self.places.insert(entry, source.place(&place));
    }

    fn unknown_table(&mut self, source: &Source<'_>, key: &str, right: &[&str]) {
        let place = source.find(&[key]);
        self.found.push(
            Diagnostic::error("unknown-key", place, format!("unknown key `{key}`"))
                .suggest(key, right.iter().copied()),
        );
    }

    /// Reads a whole file into a type.
    fn whole<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let text = self.text(name)?;
        Source::parse(name, text, self.found)?.read_all(self.found)
    }

    fn text(&mut self, name: &str) -> Option<&'c str> {
        let content = self.content;
        let text = content.text(name);
        if text.is_none() {
            self.found.push(
                Diagnostic::error("missing-file", Place::file(name), "this file is missing")
                    .help("add it, or take its name out of the file that asks for it"),
            );
        }
        text
    }
}
