//! The assessor's pen: what a person writes over, beside or in place of what the tool says.
//!
//! One file for each stage, `drafting/<stage>.toml`. A piece is one thing that can be written: the
//! summary, the decision asked, the text before or after a section, a finding, a recommendation.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dossier::LocalText;
use super::progress::Money;
use super::rule::{Effort, Priority, Severity};
use super::{Date, Tlp};

/// One text for each language tag.
pub type Texts = BTreeMap<String, String>;

/// Where the assessor's summary stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Before the tool's.
    #[default]
    Before,
    /// After the tool's.
    After,
    /// In place of the tool's, all but the decision asked.
    Replace,
}

/// Paragraphs of the assessor: Markdown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Passage {
    /// The text of each language, in Markdown.
    pub text: Texts,
    /// Of the summary: where it stands.
    pub mode: Option<Mode>,
    /// The questions it rests on; those of its section, or of the whole stage, where absent.
    #[serde(default)]
    pub rests_on: Vec<String>,
    /// Its own label.
    pub tlp: Option<Tlp>,
    /// The digest of the answers it rested on when it was written; `cirtkit draft` writes it.
    pub on: Option<String>,
    /// The questions beneath, as read with the questionnaire.
    #[serde(skip)]
    pub beneath: Vec<String>,
}

/// What stands around a section.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Around {
    /// Behind its heading, before everything else.
    pub before: Option<Passage>,
    /// At its end.
    pub after: Option<Passage>,
}

/// The pen on a finding of the questionnaire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FindingPen {
    /// The text of each language in place of the tool's; one paragraph of plain words.
    #[serde(default)]
    pub text: Texts,
    /// How much it weighs, in the assessor's judgement.
    pub severity: Option<Severity>,
    /// The finding that takes it in.
    pub merge_into: Option<String>,
    /// Whether it is left out; needs a reason.
    #[serde(default)]
    pub drop: bool,
    /// Why it is left out.
    pub reason: Option<LocalText>,
    /// Questions it rests on besides those of its rule.
    #[serde(default)]
    pub rests_on: Vec<String>,
    /// Its own label.
    pub tlp: Option<Tlp>,
    /// The digest of the answers it rested on when it was written; `cirtkit draft` writes it.
    pub on: Option<String>,
    /// The questions beneath, as read with the questionnaire.
    #[serde(skip)]
    pub beneath: Vec<String>,
}

/// The pen on a recommendation of the questionnaire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RecommendationPen {
    /// The imperative of each language that heads it, in place of the tool's.
    #[serde(default)]
    pub title: Texts,
    /// The text of each language in place of the tool's; one paragraph of plain words.
    #[serde(default)]
    pub text: Texts,
    /// The recommendation that takes it in, with the findings that call for it.
    pub merge_into: Option<String>,
    /// Whether it is left out; needs a reason.
    #[serde(default)]
    pub drop: bool,
    /// Why it is left out.
    pub reason: Option<LocalText>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// The phase.
    pub phase: Option<u32>,
    /// Who does it: a role, or one text for each language.
    pub owner: Option<LocalText>,
    /// The day it is to begin.
    pub start: Option<Date>,
    /// The day it is to be done.
    pub due: Option<Date>,
    /// How long it takes, in months, 1 to 60.
    pub duration_months: Option<u32>,
    /// What it costs.
    pub cost: Option<Money>,
    /// Questions it rests on besides those of its rules.
    #[serde(default)]
    pub rests_on: Vec<String>,
    /// Its own label.
    pub tlp: Option<Tlp>,
    /// The digest of the answers it rested on when it was written; `cirtkit draft` writes it.
    pub on: Option<String>,
    /// The questions beneath, as read with the questionnaire.
    #[serde(skip)]
    pub beneath: Vec<String>,
}

/// A finding of the assessor's own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OwnFinding {
    /// The text of each language; one paragraph of plain words.
    pub text: Texts,
    /// How much it weighs; major where absent.
    pub severity: Option<Severity>,
    /// The section it stands in; that of the first question it rests on where absent.
    pub section: Option<String>,
    /// The recommendation it calls for, of the questionnaire or of the assessor's own.
    pub recommend: Option<String>,
    /// The questions it rests on.
    pub rests_on: Vec<String>,
    /// Its own label.
    pub tlp: Option<Tlp>,
    /// The digest of the answers it rested on when it was written; `cirtkit draft` writes it.
    pub on: Option<String>,
}

/// A recommendation of the assessor's own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OwnRecommendation {
    /// The imperative of each language that heads it.
    pub title: Texts,
    /// The text of each language; one paragraph of plain words.
    pub text: Texts,
    /// Who does it: a role, or one text for each language.
    pub owner: LocalText,
    /// Other roles that take part.
    #[serde(default)]
    pub with: Vec<String>,
    /// How urgent it is; medium where absent.
    pub priority: Option<Priority>,
    /// The phase.
    pub phase: u32,
    /// How long it takes, in months, 1 to 60.
    #[serde(default = "one")]
    pub duration_months: u32,
    /// The work it takes.
    pub effort: Option<Effort>,
    /// The recommendations that must be done before.
    #[serde(default)]
    pub after: Vec<String>,
    /// The day it is to begin.
    pub start: Option<Date>,
    /// The day it is to be done.
    pub due: Option<Date>,
    /// What it costs.
    pub cost: Option<Money>,
    /// The questions it rests on.
    pub rests_on: Vec<String>,
    /// Its own label.
    pub tlp: Option<Tlp>,
    /// The digest of the answers it rested on when it was written; `cirtkit draft` writes it.
    pub on: Option<String>,
}

fn one() -> u32 {
    1
}

/// The assessor's pen on one stage: `drafting/<stage>.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Drafting {
    /// The executive summary.
    pub summary: Option<Passage>,
    /// The decision asked.
    pub decision: Option<Passage>,
    /// Text before and after sections, by id.
    #[serde(default)]
    pub sections: BTreeMap<String, Around>,
    /// Findings of the questionnaire, by rule.
    #[serde(default)]
    pub findings: BTreeMap<String, FindingPen>,
    /// Recommendations of the questionnaire, by id.
    #[serde(default)]
    pub recommendations: BTreeMap<String, RecommendationPen>,
    /// Findings of one's own, by id.
    #[serde(default)]
    pub own_findings: BTreeMap<String, OwnFinding>,
    /// Recommendations of one's own, by id.
    #[serde(default)]
    pub own_recommendations: BTreeMap<String, OwnRecommendation>,
}

/// On which side of a section a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Behind its heading.
    Before,
    /// At its end.
    After,
}

impl Side {
    /// Returns the key of the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// The name of a piece.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PieceId {
    /// The executive summary.
    Summary,
    /// The decision asked.
    Decision,
    /// The text on one side of a section.
    Section(String, Side),
    /// A finding of the questionnaire.
    Finding(String),
    /// A finding of one's own.
    OwnFinding(String),
    /// A recommendation of the questionnaire.
    Recommendation(String),
    /// A recommendation of one's own.
    OwnRecommendation(String),
}

impl PieceId {
    /// Reads the written form, such as `section:legal:before` or `finding:no-mandate`.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        let id = |id: &str| super::is_id(id).then(|| id.to_string());
        Some(match parts.as_slice() {
            ["summary"] => Self::Summary,
            ["decision"] => Self::Decision,
            ["section", one, "before"] => Self::Section(id(one)?, Side::Before),
            ["section", one, "after"] => Self::Section(id(one)?, Side::After),
            ["finding", one] => Self::Finding(id(one)?),
            ["own-finding", one] => Self::OwnFinding(id(one)?),
            ["recommendation", one] => Self::Recommendation(id(one)?),
            ["own-recommendation", one] => Self::OwnRecommendation(id(one)?),
            _ => return None,
        })
    }

    /// Returns the path of its table in the file.
    pub fn path(&self) -> Vec<&str> {
        match self {
            Self::Summary => vec!["summary"],
            Self::Decision => vec!["decision"],
            Self::Section(id, side) => vec!["sections", id, side.word()],
            Self::Finding(id) => vec!["findings", id],
            Self::OwnFinding(id) => vec!["own-findings", id],
            Self::Recommendation(id) => vec!["recommendations", id],
            Self::OwnRecommendation(id) => vec!["own-recommendations", id],
        }
    }
}

impl std::fmt::Display for PieceId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Summary => out.write_str("summary"),
            Self::Decision => out.write_str("decision"),
            Self::Section(id, side) => write!(out, "section:{id}:{}", side.word()),
            Self::Finding(id) => write!(out, "finding:{id}"),
            Self::OwnFinding(id) => write!(out, "own-finding:{id}"),
            Self::Recommendation(id) => write!(out, "recommendation:{id}"),
            Self::OwnRecommendation(id) => write!(out, "own-recommendation:{id}"),
        }
    }
}

/// A piece that somebody wrote, as every kind of piece has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'d> {
    /// Its name.
    pub id: PieceId,
    /// Its texts: the words first, then the title.
    pub texts: Vec<&'d Texts>,
    /// Why it is left out, where a reason is given.
    pub reason: Option<&'d LocalText>,
    /// Who does it, in words of the assessor's own.
    pub owner: Option<&'d LocalText>,
    /// Its own label.
    pub tlp: Option<Tlp>,
    /// What it stood on when it was written.
    pub on: Option<&'d str>,
    /// The questions beneath.
    pub beneath: &'d [String],
}

impl Passage {
    fn piece(&self, id: PieceId) -> Piece<'_> {
        Piece {
            id,
            texts: vec![&self.text],
            reason: None,
            owner: None,
            tlp: self.tlp,
            on: self.on.as_deref(),
            beneath: &self.beneath,
        }
    }
}

impl FindingPen {
    fn piece(&self, id: &str) -> Piece<'_> {
        Piece {
            id: PieceId::Finding(id.into()),
            texts: vec![&self.text],
            reason: self.reason.as_ref(),
            owner: None,
            tlp: self.tlp,
            on: self.on.as_deref(),
            beneath: &self.beneath,
        }
    }
}

impl RecommendationPen {
    fn piece(&self, id: &str) -> Piece<'_> {
        Piece {
            id: PieceId::Recommendation(id.into()),
            texts: vec![&self.text, &self.title],
            reason: self.reason.as_ref(),
            owner: self.owner.as_ref(),
            tlp: self.tlp,
            on: self.on.as_deref(),
            beneath: &self.beneath,
        }
    }
}

impl OwnFinding {
    fn piece(&self, id: &str) -> Piece<'_> {
        Piece {
            id: PieceId::OwnFinding(id.into()),
            texts: vec![&self.text],
            reason: None,
            owner: None,
            tlp: self.tlp,
            on: self.on.as_deref(),
            beneath: &self.rests_on,
        }
    }
}

impl OwnRecommendation {
    fn piece(&self, id: &str) -> Piece<'_> {
        Piece {
            id: PieceId::OwnRecommendation(id.into()),
            texts: vec![&self.text, &self.title],
            reason: None,
            owner: Some(&self.owner),
            tlp: self.tlp,
            on: self.on.as_deref(),
            beneath: &self.rests_on,
        }
    }
}

impl Drafting {
    /// Returns the text before or after a section.
    pub fn passage(&self, section: &str, side: Side) -> Option<&Passage> {
        let around = self.sections.get(section)?;
        match side {
            Side::Before => around.before.as_ref(),
            Side::After => around.after.as_ref(),
        }
    }

    /// Returns every piece that somebody wrote: summary, decision, sections, findings, recommendations.
    pub fn pieces(&self) -> Vec<Piece<'_>> {
        let mut pieces = Vec::new();
        pieces.extend(self.summary.iter().map(|one| one.piece(PieceId::Summary)));
        pieces.extend(self.decision.iter().map(|one| one.piece(PieceId::Decision)));
        for section in self.sections.keys() {
            for side in [Side::Before, Side::After] {
                let passage = self.passage(section, side);
                let id = PieceId::Section(section.clone(), side);
                pieces.extend(passage.map(|one| one.piece(id)));
            }
        }
        pieces.extend(self.findings.iter().map(|(id, one)| one.piece(id)));
        pieces.extend(self.own_findings.iter().map(|(id, one)| one.piece(id)));
        pieces.extend(self.recommendations.iter().map(|(id, one)| one.piece(id)));
        let own = self.own_recommendations.iter();
        pieces.extend(own.map(|(id, one)| one.piece(id)));
        pieces
    }

    /// Returns one piece, where somebody wrote it.
    pub fn piece(&self, id: &PieceId) -> Option<Piece<'_>> {
        self.pieces().into_iter().find(|piece| piece.id == *id)
    }

    /// Takes out the pieces that do not hold.
    pub fn retain(&mut self, holds: &dyn Fn(&Piece<'_>) -> bool) {
        let passage = |id: PieceId, one: &mut Option<Passage>| {
            *one = one.take().filter(|one| holds(&one.piece(id)));
        };
        passage(PieceId::Summary, &mut self.summary);
        passage(PieceId::Decision, &mut self.decision);
        self.sections.retain(|id, around| {
            let name = |side| PieceId::Section(id.clone(), side);
            passage(name(Side::Before), &mut around.before);
            passage(name(Side::After), &mut around.after);
            around.before.is_some() || around.after.is_some()
        });
        self.findings.retain(|id, one| holds(&one.piece(id)));
        self.recommendations.retain(|id, one| holds(&one.piece(id)));
        self.own_findings.retain(|id, one| holds(&one.piece(id)));
        let own = &mut self.own_recommendations;
        own.retain(|id, one| holds(&one.piece(id)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_read_back_from_its_name() {
        for name in [
            "summary",
            "decision",
            "section:legal:before",
            "finding:no-mandate",
            "own-finding:two-hosts",
            "recommendation:adopt-mandate",
            "own-recommendation:night-line",
        ] {
            let id = PieceId::parse(name).map(|id| id.to_string());
            assert_eq!(id.as_deref(), Some(name));
        }
        for name in ["section:legal", "finding:", "finding:No mandate", "F-3"] {
            assert_eq!(PieceId::parse(name), None, "{name}");
        }
    }

    #[test]
    fn what_does_not_hold_is_taken_out_piece_by_piece() {
        let text = "[summary]\ntext = { en = \"a\" }\n[sections.legal]\nbefore = { text = { en = \"b\" } }\n\
                    after = { text = { en = \"c\" }, tlp = \"RED\" }\n[findings.x]\ntlp = \"RED\"\n";
        let mut drafting: Drafting = toml::from_str(text).expect("a drafting");
        assert_eq!(drafting.pieces().len(), 4);
        drafting.retain(&|piece| piece.tlp != Some(Tlp::Red));
        let left: Vec<String> = drafting
            .pieces()
            .iter()
            .map(|one| one.id.to_string())
            .collect();
        assert_eq!(left, ["summary", "section:legal:before"]);
    }
}
