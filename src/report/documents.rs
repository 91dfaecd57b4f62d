//! The documents that a questionnaire asks for and nobody has handed over yet, by whom to ask.

use super::Language;
use super::fill::country_name;
use super::language::capital;
use crate::model::question::EvidenceWanted;
use crate::model::{Dossier, Question, Questionnaire};
use crate::scoring::{Score, Standing};

/// A request for documents in one language. It holds no level statement and no answer: respondents
/// may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentsWanted {
    /// The heading.
    pub title: String,
    /// The sentence that asks for them.
    pub request: String,
    /// What is wanted of each type of stakeholder.
    pub groups: Vec<DocumentsOf>,
}

/// What is wanted of one type of stakeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentsOf {
    /// The id of the type; empty where the questionnaire names none.
    pub stakeholder: String,
    /// The type, in the plural.
    pub title: String,
    /// What is wanted, in the order of the questionnaire.
    pub documents: Vec<DocumentWanted>,
}

/// One document that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentWanted {
    /// The question that it would prove.
    pub question: String,
    /// What the question is about.
    pub about: String,
    /// `required` or `welcome`.
    pub evidence: &'static str,
    /// Which document to ask for.
    pub hint: String,
    /// What it is about and which document, as one line.
    pub line: String,
}

/// Gathers what is wanted: the questions in scope that apply, ask for evidence, and cite none yet,
/// neither in the conclusion nor in what people said.
pub fn documents_wanted(
    questionnaire: &Questionnaire,
    dossier: &Dossier,
    score: &Score,
    language: &Language,
) -> DocumentsWanted {
    let open: Vec<&Question> = questionnaire
        .questions()
        .filter(|question| score.standing(&question.id) == Standing::Open)
        .filter(|question| is_wanted(question, dossier))
        .collect();
    let group = |stakeholder: &str, title: &str, asks: &dyn Fn(&Question) -> bool| {
        let documents = open.iter().filter(|question| asks(question));
        let documents: Vec<_> = documents.map(|one| document(one, language)).collect();
        (!documents.is_empty()).then(|| DocumentsOf {
            stakeholder: stakeholder.to_string(),
            title: capital(title),
            documents,
        })
    };
    let of = |type_of: &crate::model::questionnaire::Stakeholder| {
        let asks = |question: &Question| question.ask.contains(&type_of.id);
        group(&type_of.id, &type_of.plural, &asks)
    };
    let groups = questionnaire.words.stakeholders.iter().filter_map(of);
    let anyone = language.word("documents-of-anyone");
    let rest = group("", &anyone, &|question| question.ask.is_empty());
    let country = country_name(questionnaire, dossier, language.tag()).name;
    DocumentsWanted {
        title: language.say("documents-title", &[("country", &country)]),
        request: language.word("documents-request"),
        groups: groups.chain(rest).collect(),
    }
}

fn is_wanted(question: &Question, dossier: &Dossier) -> bool {
    let said = dossier.responses.iter();
    let said = said.filter_map(|said| said.answers.get(&question.id));
    let mut answers = said.chain(dossier.answers.get(&question.id));
    let cited = answers.any(|answer| !answer.evidence.is_empty());
    let asked = question.evidence != EvidenceWanted::None && !question.evidence_hint.is_empty();
    let applies = dossier.answer(&question.id).state != crate::model::State::NotApplicable;
    asked && applies && !cited
}

fn document(question: &Question, language: &Language) -> DocumentWanted {
    let (about, hint) = (capital(&question.text), question.evidence_hint.clone());
    DocumentWanted {
        question: question.id.clone(),
        evidence: match question.evidence {
            EvidenceWanted::Required => "required",
            EvidenceWanted::None | EvidenceWanted::Welcome => "welcome",
        },
        line: language.say("documents-line", &[("about", &about), ("document", &hint)]),
        about,
        hint,
    }
}
