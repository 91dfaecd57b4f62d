//! The form that is sent before a visit: what one type of stakeholder is asked, and room for the replies.
//!
//! A respondent reads it, so it holds no level statement, no answer and no note.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Language;
use super::fill::country_name;
use super::language::capital;
use crate::intake::{Column, Tongue};
use crate::model::question::Kind;
use crate::model::{Dossier, Question, Questionnaire};
use crate::scoring::{Score, Standing};

/// Which questions a form holds.
#[derive(Debug, Clone, Copy)]
pub struct FormScope<'a> {
    /// The type of stakeholder that is asked.
    pub stakeholder: &'a str,
    /// Only this section.
    pub section: Option<&'a str>,
    /// Only the rapid assessment's questions.
    pub core: bool,
}

/// A form in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Form {
    /// The language tag.
    pub lang: String,
    /// The heading.
    pub title: String,
    /// Who asks whom, why, and what becomes of it.
    pub lead: Vec<String>,
    /// How a sheet is filled in.
    pub lead_sheet: Vec<String>,
    /// How paper is filled in.
    pub lead_paper: Vec<String>,
    /// The label that the replies bear, as `TLP:AMBER`.
    pub tlp: String,
    /// The fixed words of the language.
    pub words: BTreeMap<String, String>,
    /// The sections that have a question, in their order.
    pub sections: Vec<FormSection>,
}

/// One section of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormSection {
    /// The title.
    pub title: String,
    /// The questions.
    pub questions: Vec<FormQuestion>,
}

/// One question of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormQuestion {
    /// The place in the form, from 1.
    pub number: usize,
    /// The id.
    pub id: String,
    /// What it is about.
    pub text: String,
    /// The questions to answer.
    pub probes: Vec<String>,
    /// Which document is wanted; may be empty.
    pub evidence_hint: String,
    /// What the value looks like, or that words are enough.
    pub form: String,
    /// Whether a value is asked for beside the words.
    pub has_value: bool,
    /// Whether the reply is one line for each of several things.
    pub has_rows: bool,
    /// The choices, where there are any.
    pub choices: Vec<String>,
}

/// Builds the form of one type of stakeholder: the questions in scope that ask it and are not known not to
/// arise.
pub fn form(
    questionnaire: &Questionnaire,
    dossier: &Dossier,
    score: &Score,
    language: &Language,
    scope: FormScope<'_>,
) -> Form {
    let mut number = 0;
    let mut sections = Vec::new();
    for section in &questionnaire.sections {
        if scope.section.is_some_and(|id| id != section.id) {
            continue;
        }
        let asked = section.questions.iter().filter(|question| {
            score.standing(&question.id) == Standing::Open
                && question.ask.iter().any(|kind| kind == scope.stakeholder)
                && (question.core || !scope.core)
        });
        let mut next = |question| {
            number += 1;
            in_form(question, number, dossier, language)
        };
        let questions: Vec<FormQuestion> = asked.map(&mut next).collect();
        if !questions.is_empty() {
            sections.push(FormSection {
                title: section.title.clone(),
                questions,
            });
        }
    }
    let tongue = tongue(language);
    let head = |column| tongue.headings.get(&column).map_or("", String::as_str);
    let first = |words: &[String]| words.first().cloned().unwrap_or_default();
    let (unknown, declined) = (first(&tongue.unknown), first(&tongue.declined));
    let state = ("state", head(Column::State));
    let holes = [
        ("unknown", unknown.as_str()),
        ("declined", &declined),
        state,
    ];
    let no_reply = language.say("form-no-reply", &holes);
    let keep = [("id", head(Column::Question))];
    Form {
        lang: language.tag().to_string(),
        title: title(questionnaire, dossier, language),
        lead: lead(questionnaire, dossier, language, scope.stakeholder),
        lead_sheet: vec![no_reply, language.say("form-keep", &keep)],
        lead_paper: vec![language.word("form-tick")],
        tlp: label(dossier),
        words: language.words().clone(),
        sections,
    }
}

/// Returns what a form says in the columns that are not filled in, for every question of the questionnaire.
pub fn given(
    questionnaire: &Questionnaire,
    dossier: &Dossier,
    language: &Language,
) -> BTreeMap<String, BTreeMap<Column, String>> {
    let mut given = BTreeMap::new();
    for section in &questionnaire.sections {
        for question in &section.questions {
            let question = in_form(question, 0, dossier, language);
            let cells = Column::ALL.into_iter().filter(|column| !column.is_filled());
            let cells = cells.map(|column| (column, question.cell(column, &section.title)));
            given.insert(question.id.clone(), cells.collect());
        }
    }
    given
}

/// Returns what the forms of every type of stakeholder say above their headings.
pub fn leads(questionnaire: &Questionnaire, dossier: &Dossier, language: &Language) -> Vec<String> {
    let score = crate::scoring::score(questionnaire, dossier);
    let of = |kind: &crate::model::questionnaire::Stakeholder| {
        let scope = FormScope {
            stakeholder: &kind.id,
            section: Some(""),
            core: false,
        };
        let form = form(questionnaire, dossier, &score, language, scope);
        form.above()
    };
    let kinds = &questionnaire.words.stakeholders;
    kinds.iter().flat_map(of).collect()
}

impl Form {
    /// Returns the lines above the headings of a sheet.
    pub fn above(&self) -> Vec<String> {
        let lines = self.lead.iter().chain(&self.lead_sheet);
        std::iter::once(&self.title).chain(lines).cloned().collect()
    }

    /// Tells whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }
}

impl FormQuestion {
    /// Returns what the form writes into a cell; nothing where the respondent writes.
    pub fn cell(&self, column: Column, section: &str) -> String {
        match column {
            Column::Question => self.id.clone(),
            Column::Section => section.to_string(),
            Column::Text => self.text.clone(),
            Column::Probes => self.probes.join("\n"),
            Column::EvidenceHint => self.evidence_hint.clone(),
            Column::Form => {
                let choices = self.choices.iter().map(|choice| format!("\n– {choice}"));
                self.form.clone() + &choices.collect::<String>()
            }
            _ => String::new(),
        }
    }
}

/// Returns what a form says in a language, and how its readers write.
pub fn tongue(language: &Language) -> Tongue {
    let heading = |column: Column| {
        let name = language.word(&format!("form-head-{}", column.id()));
        (column, name)
    };
    let list = |words: String| {
        let words = words.split(',').map(str::trim);
        words
            .filter(|word| !word.is_empty())
            .map(String::from)
            .collect()
    };
    Tongue {
        tag: language.tag().to_string(),
        headings: Column::ALL.map(heading).into(),
        unknown: list(language.word("form-unknown")),
        declined: list(language.word("form-declined")),
        yes: list(language.word("form-yes")),
        no: list(language.word("form-no")),
        articles: language.articles().to_vec(),
        line: language.word("form-line"),
        decimal_comma: language.decimal_comma(),
    }
}

fn title(questionnaire: &Questionnaire, dossier: &Dossier, language: &Language) -> String {
    let country = country_name(questionnaire, dossier, language.tag()).name;
    language.say("form-title", &[("country", &country)])
}

fn label(dossier: &Dossier) -> String {
    format!("TLP:{}", dossier.head.tlp.word())
}

/// Says who asks whom, why, and what becomes of the replies.
fn lead(
    questionnaire: &Questionnaire,
    dossier: &Dossier,
    language: &Language,
    stakeholder: &str,
) -> Vec<String> {
    let words = &questionnaire.words;
    let kind = words.stakeholder(stakeholder);
    let kind = kind.map_or("", |kind| kind.plural.as_str());
    let stage = words
        .stage(&dossier.stage)
        .map_or("", |stage| stage.title.as_str());
    let within = country_name(questionnaire, dossier, language.tag()).within;
    let tlp = dossier.head.tlp.word().to_lowercase();
    let meaning = language.word(&format!("tlp-{tlp}"));
    let label = label(dossier);
    let kept = [("label", label.as_str()), ("meaning", &meaning)];
    let who = language.locale.list(&assessors(dossier, language));
    let from = match who.as_str() {
        "" => language.say("form-stage", &[("stage", stage)]),
        who => language.say("form-who", &[("who", who), ("stage", stage)]),
    };
    vec![
        language.say("form-for", &[("whom", kind)]),
        from,
        language.say("form-request", &[("within", &within)]),
        language.say("form-use", &kept),
    ]
}

/// Returns who leads the stage, else everyone who assesses.
fn assessors(dossier: &Dossier, language: &Language) -> Vec<String> {
    let all = &dossier.head.assessors;
    let lead = dossier.record().and_then(|record| record.lead.as_ref());
    let lead = lead.and_then(|initials| all.get(initials));
    let named = |one: &crate::model::dossier::Assessor| match &one.organisation {
        Some(organisation) => format!("{} ({})", one.name, organisation.get(language.tag()).0),
        None => one.name.clone(),
    };
    match lead {
        Some(lead) => vec![named(lead)],
        None => all.values().map(named).collect(),
    }
}

fn in_form(
    question: &Question,
    number: usize,
    dossier: &Dossier,
    language: &Language,
) -> FormQuestion {
    let choices = match question.kind {
        Kind::SelectOne | Kind::SelectMultiple => &question.options[..],
        _ => &[],
    };
    FormQuestion {
        number,
        id: question.id.clone(),
        text: capital(&question.text),
        probes: question.probes.clone(),
        evidence_hint: question.evidence_hint.clone(),
        form: value_form(question, dossier, language),
        has_value: !matches!(
            question.kind,
            Kind::Level | Kind::Table | Kind::Text | Kind::Reference
        ),
        has_rows: question.kind == Kind::Table,
        choices: choices.iter().map(|one| one.label.clone()).collect(),
    }
}

/// Says what goes under the value; a level is never asked of a respondent.
fn value_form(question: &Question, dossier: &Dossier, language: &Language) -> String {
    let with_unit = |number: String| match question.unit.as_str() {
        "" => number,
        unit => language.say("form-unit", &[("number", &number), ("unit", unit)]),
    };
    match question.kind {
        Kind::Level | Kind::Text | Kind::Reference => language.word("form-in-words"),
        Kind::Table => {
            let columns = question.columns.iter().map(|one| one.label.as_str());
            let columns: Vec<&str> = columns.collect();
            let columns = columns.join(&language.word("semicolon"));
            language.say("form-rows", &[("columns", &columns)])
        }
        Kind::SelectOne => language.word("form-one-of"),
        Kind::SelectMultiple => language.word("form-any-of"),
        Kind::YesNo => {
            let (yes, no) = (language.word("yes"), language.word("no"));
            language.say("form-yes-no", &[("yes", &yes), ("no", &no)])
        }
        Kind::Integer => with_unit(language.word("form-integer")),
        Kind::Decimal => with_unit(language.word("form-decimal")),
        Kind::Money => match &dossier.head.currency {
            Some(currency) => language.say("form-money", &[("currency", currency)]),
            None => {
                let example = language.locale.money("365000", "USD").unwrap_or_default();
                language.say("form-money-any", &[("example", &example)])
            }
        },
        Kind::Date => language.word("form-date"),
    }
}
