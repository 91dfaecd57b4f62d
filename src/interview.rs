//! What to ask next, and what an answer changes. Pure: a [`Prompter`] does the talking, the caller
//! does the saving.
//!
//! The engine walks the questions that apply, are in scope and pass the filter; it offers each that
//! is open, takes a [`Reply`], hands on the [`Change`] to save, and goes on. Who comes back later
//! starts at the first question that is still open.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::dossier::record::Change;
use crate::model::dossier::{Citation, LocalText, Suggestion};
use crate::model::note::Notes;
use crate::model::{Answer, Dossier, Question, Questionnaire, State, Value};
use crate::scoring::{Standing, score};

/// Which questions to ask.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this section.
    pub section: Option<String>,
    /// Only this question, answered or not.
    pub question: Option<String>,
    /// Only the rapid assessment's.
    pub core: bool,
    /// Only what this type of stakeholder is asked.
    pub stakeholder: Option<String>,
}

/// What is shown for one question.
#[derive(Debug, Clone)]
pub struct Card<'q> {
    /// The section's title.
    pub section: &'q str,
    /// The place among the questions that pass the filter, from 1.
    pub number: usize,
    /// How many pass the filter.
    pub total: usize,
    /// The question.
    pub question: &'q Question,
    /// What respondents said, as `(who, what)`.
    pub said: Vec<(String, String)>,
    /// The running notes that are filed to it, as `(id and who spoke, text)`.
    pub noted: Vec<(String, String)>,
    /// The evidence of the register, as `(id, title)`.
    pub evidence: Vec<(String, String)>,
    /// The currency of amounts that name none.
    pub currency: Option<String>,
    /// What an earlier stage found.
    pub suggestion: Option<Suggestion>,
    /// The present answer, where there is one.
    pub present: Option<Answer>,
}

/// What the assessor replies.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// A value, with a note and evidence where given.
    Answer {
        /// The value.
        value: Value,
        /// The note.
        note: Option<String>,
        /// The ids of the evidence.
        evidence: Vec<String>,
    },
    /// What the earlier stage found still holds.
    Confirm {
        /// The note.
        note: Option<String>,
        /// The ids of the evidence.
        evidence: Vec<String>,
    },
    /// Unknown, declined or not applicable, with the reason.
    State(State, Option<String>),
    /// Go on; the question stays open.
    Skip,
    /// Back to the question before.
    Back,
    /// Stop here.
    Quit,
}

/// Why a prompt gave no reply.
#[derive(Debug, Error)]
pub enum PromptError {
    /// The person interrupted it.
    #[error("interrupted")]
    Interrupted,
    /// The terminal could not be read or written.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] std::io::Error),
}

/// Shows a card and brings a reply.
pub trait Prompter {
    /// Asks one question.
    ///
    /// # Errors
    /// Where the person interrupts, or the terminal fails.
    fn ask(&mut self, card: &Card<'_>) -> Result<Reply, PromptError>;

    /// Says something between two questions.
    ///
    /// # Errors
    /// Where the terminal fails.
    fn tell(&mut self, text: &str) -> Result<(), PromptError>;
}

/// What happened after a reply.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Save this, then go on.
    Save {
        /// The question.
        question: String,
        /// The change.
        change: Box<Change>,
    },
    /// Nothing to save.
    Stay,
    /// The interview is over.
    End,
}

/// An interview under way.
#[derive(Debug, Clone)]
pub struct Interview<'q> {
    questionnaire: &'q Questionnaire,
    filter: Filter,
    dossier: Dossier,
    notes: Notes,
    at: Option<String>,
    history: Vec<String>,
    passed: BTreeSet<String>,
    begun: bool,
}

impl<'q> Interview<'q> {
    /// Begins, or goes on where an earlier one stopped.
    pub fn new(questionnaire: &'q Questionnaire, dossier: Dossier, filter: Filter) -> Self {
        let mut interview = Self {
            questionnaire,
            filter,
            dossier,
            notes: Notes::default(),
            at: None,
            history: Vec::new(),
            passed: BTreeSet::new(),
            begun: false,
        };
        interview.at = interview.next_open();
        interview
    }

    /// Shows these running notes with the questions they are filed to.
    pub fn with_notes(mut self, notes: Notes) -> Self {
        self.notes = notes;
        self
    }

    /// Returns the questions that pass the filter and apply, in their order.
    fn asked(&self) -> Vec<&'q Question> {
        let score = score(self.questionnaire, &self.dossier);
        let filter = &self.filter;
        let sections = self.questionnaire.sections.iter();
        let sections =
            sections.filter(|section| filter.section.as_ref().is_none_or(|id| *id == section.id));
        sections
            .flat_map(|section| &section.questions)
            .filter(|question| score.standing(&question.id) == Standing::Open)
            .filter(|question| filter.question.as_ref().is_none_or(|id| *id == question.id))
            .filter(|question| !filter.core || question.core)
            .filter(|question| {
                filter
                    .stakeholder
                    .as_ref()
                    .is_none_or(|kind| question.ask.contains(kind))
            })
            .collect()
    }

    fn next_open(&self) -> Option<String> {
        let one = self.filter.question.is_some() && !self.begun;
        let open = |question: &&&Question| {
            let state = self.dossier.answer(&question.id).state;
            !self.passed.contains(&question.id) && (one || state == State::NotAsked)
        };
        self.asked()
            .iter()
            .find(open)
            .map(|question| question.id.clone())
    }

    /// Returns what to ask now; none when the interview is over.
    pub fn card(&self) -> Option<Card<'q>> {
        let id = self.at.as_ref()?;
        let asked = self.asked();
        let place = asked.iter().position(|question| question.id == *id)?;
        let question = asked[place];
        let section = self.questionnaire.section_of(id)?;
        let register = &self.dossier.register;
        let lang = &self.questionnaire.lang;
        let who = |respondent: &str| {
            let person = register
                .people
                .get(respondent)
                .map(|one| one.institution.get(lang).0.to_string());
            person.unwrap_or_else(|| respondent.to_string())
        };
        let said = self.dossier.responses.iter().filter_map(|response| {
            let said = response.answers.get(id)?;
            Some((who(&response.respondent), said.note.clone()?))
        });
        let evidence = register.evidence.iter();
        Some(Card {
            section: &section.title,
            number: place + 1,
            total: asked.len(),
            question,
            said: said.collect(),
            noted: self
                .notes
                .on(&self.dossier.stage, id)
                .into_iter()
                .map(|(id, note)| {
                    let headed = note.headed(id, self.dossier.head.tlp, who);
                    (headed, note.text.clone())
                })
                .collect(),
            evidence: evidence
                .map(|(id, one)| (id.clone(), one.title.get(lang).0.to_string()))
                .collect(),
            currency: self.dossier.head.currency.clone(),
            suggestion: self.dossier.suggestions.get(id).cloned(),
            present: self.dossier.answers.get(id).cloned(),
        })
    }

    /// Takes the reply to the present card and moves on.
    pub fn reply(&mut self, reply: Reply) -> Step {
        let Some(id) = self.at.clone() else {
            return Step::End;
        };
        self.begun = true;
        let change = match reply {
            Reply::Quit => {
                self.at = None;
                return Step::End;
            }
            Reply::Back => {
                if let Some(before) = self.history.pop() {
                    self.passed.remove(&before);
                    self.at = Some(before);
                }
                return Step::Stay;
            }
            Reply::Skip => None,
            Reply::State(state, reason) => Some(Change {
                state: Some(state),
                reason: reason.as_deref().map(LocalText::from),
                ..Change::default()
            }),
            Reply::Answer {
                value,
                note,
                evidence,
            } => Some(with(value, note, evidence)),
            Reply::Confirm { note, evidence } => {
                let suggestion = self.dossier.suggestions.get(&id);
                suggestion.map(|suggestion| Change {
                    source: Some(suggestion.source.clone()),
                    ..with(suggestion.value.clone(), note, evidence)
                })
            }
        };
        self.history.push(id.clone());
        self.passed.insert(id.clone());
        match change {
            Some(change) => Step::Save {
                question: id,
                change: Box::new(change),
            },
            None => {
                self.at = self.next_open();
                Step::Stay
            }
        }
    }

    /// Takes the dossier as it stands after a save, and moves to the next open question.
    pub fn saved(&mut self, dossier: Dossier) {
        self.dossier = dossier;
        self.at = self.next_open();
    }

    /// Takes the dossier as somebody else has changed it since the question was shown, and asks the same
    /// question again.
    pub fn changed_meanwhile(&mut self, question: &str, dossier: Dossier) {
        self.dossier = dossier;
        self.passed.remove(question);
        self.history.retain(|passed| passed != question);
        self.at = Some(question.to_string());
    }

    /// Returns the answer that the present card was made from.
    pub fn known(&self, question: &str) -> &Answer {
        self.dossier.answer(question)
    }

    /// Counts the questions that are open whatever the filter.
    pub fn open_in_all(&self) -> usize {
        let all = Self {
            filter: Filter::default(),
            ..self.clone()
        };
        let (done, total) = all.progress();
        total - done
    }

    /// Counts the questions that pass the filter: those answered one way or another, and all.
    pub fn progress(&self) -> (usize, usize) {
        let asked = self.asked();
        let done = asked
            .iter()
            .filter(|question| self.dossier.answer(&question.id).state != State::NotAsked);
        (done.count(), asked.len())
    }
}

/// The change that a value makes, with its note and evidence.
fn with(value: Value, note: Option<String>, evidence: Vec<String>) -> Change {
    let cited = evidence.into_iter().map(|id| Citation { id, at: None });
    let cited: Vec<Citation> = cited.collect();
    Change {
        value: Some(value),
        note,
        evidence: (!cited.is_empty()).then_some(cited),
        ..Change::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Content;
    use crate::diagnostic::Diagnostics;
    use crate::model::dossier::{Head, Register};

    fn questionnaire() -> Questionnaire {
        let mut found = Diagnostics::default();
        let content = Content::shipped();
        let pack = crate::pack::load(&content, "assessment", 1, "en", &mut found);
        pack.expect("the shipped questionnaire").questionnaire
    }

    fn dossier() -> Dossier {
        let head: Head = toml::from_str("schema = 1\ncountry = \"LS\"").expect("a head");
        Dossier {
            head,
            register: Register::default(),
            stage: "assessment".into(),
            answers: [].into(),
            responses: Vec::new(),
            suggestions: [].into(),
            progress: None,
            drafting: Default::default(),
        }
    }

    /// Records a change as a save would.
    fn save(dossier: &Dossier, question: &str, change: &Change) -> Dossier {
        let mut dossier = dossier.clone();
        let answer = Answer {
            state: change.state.unwrap_or(State::Answered),
            value: change.value.clone(),
            ..Answer::default()
        };
        dossier.answers.insert(question.into(), answer);
        dossier
    }

    fn at(interview: &Interview<'_>) -> String {
        interview
            .card()
            .map_or_else(|| "end".into(), |card| card.question.id.clone())
    }

    #[test]
    fn who_skips_goes_on_and_who_goes_back_is_back() {
        let questionnaire = questionnaire();
        let mut interview = Interview::new(&questionnaire, dossier(), Filter::default());
        let first = at(&interview);
        assert_eq!(interview.reply(Reply::Skip), Step::Stay);
        assert_ne!(at(&interview), first);
        assert_eq!(interview.reply(Reply::Back), Step::Stay);
        assert_eq!(at(&interview), first);
        assert_eq!(interview.reply(Reply::Back), Step::Stay);
        assert_eq!(at(&interview), first, "there is nothing before the first");
    }

    #[test]
    fn an_interview_goes_on_at_the_first_open_question() {
        let questionnaire = questionnaire();
        let mut interview = Interview::new(&questionnaire, dossier(), Filter::default());
        let first = at(&interview);
        let reply = Reply::Answer {
            value: Value::Level(0),
            note: None,
            evidence: Vec::new(),
        };
        let Step::Save { question, change } = interview.reply(reply) else {
            panic!("an answer is saved");
        };
        assert_eq!(question, first);
        let saved = save(&dossier(), &question, &change);
        interview.saved(saved.clone());
        let second = at(&interview);
        assert_ne!(second, first);
        let later = Interview::new(&questionnaire, saved, Filter::default());
        assert_eq!(at(&later), second);
        assert_eq!(later.progress().0, 1);
    }

    #[test]
    fn a_low_answer_closes_what_waits_for_it() {
        let questionnaire = questionnaire();
        let total = |level| {
            let change = Change {
                value: Some(Value::Level(level)),
                ..Change::default()
            };
            let dossier = save(&dossier(), "political-decision", &change);
            Interview::new(&questionnaire, dossier, Filter::default())
                .progress()
                .1
        };
        assert_eq!(
            total(0) + 1,
            total(1),
            "the date of a decision is asked once there is one"
        );
    }

    #[test]
    fn a_filter_asks_only_what_it_names() {
        let questionnaire = questionnaire();
        let filter = Filter {
            question: Some("host-preferred".into()),
            ..Filter::default()
        };
        let mut interview = Interview::new(&questionnaire, dossier(), filter);
        assert_eq!(at(&interview), "host-preferred");
        interview.reply(Reply::Skip);
        assert_eq!(at(&interview), "end");
        let core = Filter {
            core: true,
            ..Filter::default()
        };
        let interview = Interview::new(&questionnaire, dossier(), core);
        let wanted = questionnaire
            .questions()
            .filter(|question| question.core)
            .count();
        assert_eq!(interview.progress().1, wanted);
    }

    #[test]
    fn quitting_ends_it() {
        let questionnaire = questionnaire();
        let mut interview = Interview::new(&questionnaire, dossier(), Filter::default());
        assert_eq!(interview.reply(Reply::Quit), Step::End);
        assert_eq!(at(&interview), "end");
    }
}
