//! What a questionnaire concludes: rules give findings, recommendations gather them, targets measure.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Condition;

/// How much a finding weighs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The team cannot open while it stands: a key issue.
    Critical,
    /// The team opens and soon suffers.
    Major,
    /// To be mended in its turn.
    Minor,
    /// Something to build on.
    Strength,
}

/// What was seen, and what it calls for.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rule {
    /// The id, which `trace` and `explain` take.
    pub id: String,
    /// When the rule speaks.
    pub when: Condition,
    /// How much its finding weighs.
    pub severity: Severity,
    /// The finding's text, with placeholders.
    pub finding: String,
    /// The text where a placeholder's answer is missing.
    pub otherwise: Option<String>,
    /// The recommendation it calls for; a strength calls for none.
    pub recommend: Option<String>,
}

/// How urgent a recommendation is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// First.
    High,
    /// Next.
    Medium,
    /// Then.
    Low,
}

/// The work a recommendation takes: S up to 1 person-month, M up to 4, L more (this project's bands).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Effort {
    /// Up to one person-month.
    S,
    /// Up to four person-months.
    M,
    /// More than four person-months.
    L,
}

/// Who does what by when.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Recommendation {
    /// The id.
    pub id: String,
    /// The imperative that heads it.
    pub title: String,
    /// Two to four sentences, with placeholders.
    pub text: String,
    /// The text where a placeholder's answer is missing.
    pub otherwise: Option<String>,
    /// The role that has the power to do it.
    pub owner: String,
    /// Other roles that take part.
    #[serde(default)]
    pub with: Vec<String>,
    /// How urgent it is.
    pub priority: Priority,
    /// The phase, from 1.
    pub phase: u32,
    /// How long it takes, in months, 1 to 60.
    pub duration_months: u32,
    /// The work it takes.
    pub effort: Effort,
    /// The recommendations that must be done before.
    #[serde(default)]
    pub after: Vec<String>,
    /// The recommendation whose text it stands under as an action, where that one is called for too.
    pub under: Option<String>,
    /// The FIRST services it serves.
    #[serde(default)]
    pub services: Vec<String>,
}

/// One phase of the roadmap.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Phase {
    /// Its number, from 1.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// What stands at its end, in one sentence.
    pub aim: String,
    /// The first month in which its actions may start, from 1.
    pub from_month: u32,
}

/// A named set of required levels.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Target {
    /// The id, which a dossier's `targets` names.
    pub id: String,
    /// The title.
    pub title: String,
    /// Whether a body outside this project published it.
    pub official: bool,
    /// Who set it.
    pub source: String,
    /// When.
    pub year: u32,
    /// What it is good for.
    #[serde(default)]
    pub note: String,
    /// The required level of each question.
    pub levels: BTreeMap<String, u8>,
}
