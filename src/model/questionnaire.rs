//! A whole questionnaire in one language, as `pack` hands it on.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rule::{Phase, Target};
use super::{Benchmark, Breakdown, Formula, Parameter, Question, Recommendation, Rule};

/// One section: a domain of the stage, and its questions in order.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Section {
    /// The id, which prefixes the ids of its questions.
    pub id: String,
    /// The title.
    pub title: String,
    /// The domain of the ITU stage it covers.
    pub domain: String,
    /// What it looks at, in one sentence.
    pub about: String,
    /// The questions.
    #[serde(skip)]
    pub questions: Vec<Question>,
}

/// One stage of the ITU programme.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stage {
    /// The id: assessment, design, establishment, enhancement.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it gives.
    pub output: String,
    /// The questionnaire that serves it.
    pub questionnaire: String,
    /// The parts that its report must hold.
    #[serde(default)]
    pub required_sections: Vec<String>,
    /// Whether it has a plan and monthly records under `progress/`.
    #[serde(default)]
    pub progress: bool,
}

/// The tables of an options appraisal: `[appraisal]` of `questionnaire.toml`. Their columns bear the
/// names that stand here in brackets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AppraisalTables {
    /// The candidates [institution, strengths, weaknesses, set-up, yearly].
    pub candidates: String,
    /// The criteria with their weights [criterion, weight].
    pub criteria: String,
    /// The scores [institution, criterion, score, reason].
    pub scores: String,
    /// The highest score; the lowest is 0.
    pub most: u32,
}

/// A type of stakeholder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stakeholder {
    /// The id.
    pub id: String,
    /// One of them, with its article.
    pub title: String,
    /// Several of them.
    pub plural: String,
}

/// An owner role of recommendations.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Role {
    /// The id.
    pub id: String,
    /// Its name, with its article.
    pub title: String,
}

/// How one language writes a country's name inside a sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CountryName {
    /// The bare name: `Gambia`, `Gambie`.
    pub name: String,
    /// As subject or object: `the Gambia`, `la Gambie`.
    pub the: String,
    /// `of the Gambia`, `de la Gambie`.
    pub of: String,
    /// `in the Gambia`, `en Gambie`.
    #[serde(rename = "in")]
    pub within: String,
}

/// Words that all questionnaires share, in one language.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// The stages, in their order.
    pub stages: Vec<Stage>,
    /// The types of stakeholders.
    pub stakeholders: Vec<Stakeholder>,
    /// The owner roles.
    pub roles: Vec<Role>,
    /// The countries' names, by ISO 3166-1 alpha-2 code.
    pub countries: BTreeMap<String, CountryName>,
    /// The ids of the targets of all questionnaires.
    pub targets: Vec<String>,
    /// The services of the FIRST framework, by id.
    pub services: BTreeMap<String, String>,
    /// The ids of the parameters of all questionnaires, which one dossier may hold together.
    pub parameters: BTreeSet<String>,
    /// The recommendations of all questionnaires, as `assessment:take-decision`.
    pub recommendations: BTreeSet<String>,
}

/// A questionnaire in one language: what is asked, and what follows.
#[derive(Debug, Clone)]
pub struct Questionnaire {
    /// The id, which is the stage's.
    pub id: String,
    /// The edition, from 1.
    pub edition: u32,
    /// The title.
    pub title: String,
    /// The language of its texts.
    pub lang: String,
    /// The sections, in their order.
    pub sections: Vec<Section>,
    /// The phases of the roadmap, in their order.
    pub phases: Vec<Phase>,
    /// The rules.
    pub rules: Vec<Rule>,
    /// The recommendations.
    pub recommendations: Vec<Recommendation>,
    /// The targets.
    pub targets: Vec<Target>,
    /// The numbers that the formulas reckon with.
    pub parameters: Vec<Parameter>,
    /// The figures that are reckoned out of the answers.
    pub formulas: Vec<Formula>,
    /// The amounts that are told by who pays, or by kind, and by year.
    pub breakdowns: Vec<Breakdown>,
    /// What stands beside the figures for comparison.
    pub benchmarks: Vec<Benchmark>,
    /// How candidates are appraised, where the stage does so.
    pub appraisal: Option<AppraisalTables>,
    /// The shared words.
    pub words: Words,
}

impl Questionnaire {
    /// Walks all questions, section by section.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.sections.iter().flat_map(|section| &section.questions)
    }

    /// Returns a question by its id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions().find(|question| question.id == id)
    }

    /// Returns the section of a question.
    pub fn section_of(&self, question: &str) -> Option<&Section> {
        let holds = |section: &&Section| section.questions.iter().any(|one| one.id == question);
        self.sections.iter().find(holds)
    }

    /// Returns a recommendation by its id.
    pub fn recommendation(&self, id: &str) -> Option<&Recommendation> {
        self.recommendations.iter().find(|one| one.id == id)
    }

    /// Returns a parameter by its id.
    pub fn parameter(&self, id: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|one| one.id == id)
    }

    /// Returns a formula by its id.
    pub fn formula(&self, id: &str) -> Option<&Formula> {
        self.formulas.iter().find(|one| one.id == id)
    }
}

impl Words {
    /// Returns the title of an owner role.
    pub fn role(&self, id: &str) -> Option<&str> {
        let role = self.roles.iter().find(|role| role.id == id)?;
        Some(&role.title)
    }

    /// Returns a type of stakeholder.
    pub fn stakeholder(&self, id: &str) -> Option<&Stakeholder> {
        self.stakeholders.iter().find(|one| one.id == id)
    }

    /// Returns a stage.
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }
}
