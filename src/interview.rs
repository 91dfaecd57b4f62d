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
use crate::voices;

/// Which questions to ask.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this section.
    pub section: Option<String>,
    /// Only this question, answered or not.
    pub question: Option<String>,
    /// Only the rapid assessment's.
    pub core: bool,
    /// Only what one of these types of stakeholder is asked; all where there is none.
    pub stakeholders: Vec<String>,
    /// Only these questions, whatever their state.
    pub only: Option<Vec<String>>,
}

/// What one person or meeting said about the question of a card.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// Who: the institution or the meeting; behind the name where names are asked for.
    pub who: String,
    /// What was said, with its evidence.
    pub answer: Answer,
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
    /// Whose words are taken down, where it is not the conclusion: the institution or the meeting. No level is
    /// shown to them.
    pub respondent: Option<String>,
    /// What people and meetings said.
    pub said: Vec<Heard>,
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
    /// What a person or meeting said, in words, with a position where the question has one besides levels.
    Said {
        /// The words.
        words: Option<String>,
        /// The position.
        position: Option<Value>,
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

    /// Asks for a yes or a no; an empty reply takes the one proposed.
    ///
    /// # Errors
    /// Where the person interrupts, or the terminal fails.
    fn agrees(&mut self, text: &str, proposed: bool) -> Result<bool, PromptError>;

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
    /// Whose words are taken down, where it is not the conclusion.
    respondent: Option<String>,
    /// Whether cards name people.
    named: bool,
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
            respondent: None,
            named: false,
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

    /// Takes down what a person or meeting of the register says, and no conclusion.
    pub fn hearing(mut self, respondent: &str) -> Self {
        self.respondent = Some(respondent.to_string());
        self.at = self.next_open();
        self
    }

    /// Names the people in what was said: for the eyes of the assessor alone.
    pub fn naming(mut self) -> Self {
        self.named = true;
        self
    }

    /// Returns the answer that is asked for: the respondent's, or the conclusion.
    fn answer(&self, question: &str) -> Option<&Answer> {
        answer_in(&self.dossier, self.respondent.as_deref(), question)
    }

    fn state(&self, question: &str) -> State {
        let answer = self.answer(question);
        let state = answer.map_or(State::NotAsked, |answer| answer.state);
        // Words are enough of a respondent; a conclusion has a value or says why not.
        let words = answer.is_some_and(|answer| answer.note.is_some());
        match self.respondent.is_some() && words && state == State::NotAsked {
            true => State::Answered,
            false => state,
        }
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
                let mut kinds = filter.stakeholders.iter();
                filter.stakeholders.is_empty() || kinds.any(|kind| question.ask.contains(kind))
            })
            .filter(|question| {
                let only = filter.only.as_ref();
                only.is_none_or(|only| only.contains(&question.id))
            })
            .collect()
    }

    fn next_open(&self) -> Option<String> {
        let any = self.filter.only.is_some() || (self.filter.question.is_some() && !self.begun);
        let open = |question: &&&Question| {
            let state = self.state(&question.id);
            !self.passed.contains(&question.id) && (any || state == State::NotAsked)
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
        let hearing = self.respondent.is_some();
        let noted = self.notes.on(&self.dossier.stage, id).into_iter();
        let label = self.dossier.head.tlp;
        let noted = noted.map(|(id, note)| {
            let headed = note.headed(id, label, |respondent| self.who(respondent));
            (headed, note.text.clone())
        });
        let suggestion = self.dossier.suggestions.get(id);
        let evidence = register.evidence.iter();
        Some(Card {
            section: &section.title,
            number: place + 1,
            total: asked.len(),
            question,
            respondent: self.respondent.as_deref().map(|id| self.who(id)),
            // Nobody is shown what others said.
            said: match hearing {
                true => Vec::new(),
                false => self.heard(id),
            },
            noted: match hearing {
                true => Vec::new(),
                false => noted.collect(),
            },
            evidence: evidence
                .map(|(id, one)| (id.clone(), one.title.get(lang).0.to_string()))
                .collect(),
            currency: self.dossier.head.currency.clone(),
            suggestion: suggestion.filter(|_| !hearing).cloned(),
            present: self.answer(id).cloned(),
        })
    }

    /// Lists what people and meetings said about a question.
    pub fn heard(&self, question: &str) -> Vec<Heard> {
        let said = voices::said(&self.dossier, question);
        said.map(|(respondent, answer)| Heard {
            who: self.who(respondent),
            answer: answer.clone(),
        })
        .collect()
    }

    /// Says who a respondent is: the institution or the meeting, behind the name where names are asked for.
    fn who(&self, respondent: &str) -> String {
        let register = &self.dossier.register;
        let lang = &self.questionnaire.lang;
        if let Some(person) = register.people.get(respondent) {
            let institution = person.institution.get(lang).0;
            return match self.named {
                true => format!("{}, {institution}", person.name),
                false => institution.to_string(),
            };
        }
        let meeting = register.meetings.get(respondent);
        meeting.map_or_else(
            || respondent.to_string(),
            |meeting| meeting.title.get(lang).0.to_string(),
        )
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
            } => Some(with(Some(value), note, evidence)),
            Reply::Said {
                words,
                position,
                evidence,
            } => Some(with(position, words, evidence)),
            Reply::Confirm { note, evidence } => {
                let suggestion = self.dossier.suggestions.get(&id);
                suggestion.map(|suggestion| Change {
                    source: Some(suggestion.source.clone()),
                    ..with(Some(suggestion.value.clone()), note, evidence)
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

    /// Tells whether the answer that the present card was made from is another one in the dossier as it
    /// stands now.
    pub fn changed_in(&self, now: &Dossier, question: &str) -> bool {
        self.answer_in(now, question) != self.answer(question)
    }

    /// Returns what a dossier holds of the question: the respondent's words, or the conclusion.
    pub fn answer_in<'d>(&self, now: &'d Dossier, question: &str) -> Option<&'d Answer> {
        answer_in(now, self.respondent.as_deref(), question)
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
            .filter(|question| self.state(&question.id) != State::NotAsked);
        (done.count(), asked.len())
    }
}

/// Returns what a respondent said, or the conclusion.
fn answer_in<'d>(
    dossier: &'d Dossier,
    respondent: Option<&str>,
    question: &str,
) -> Option<&'d Answer> {
    match respondent {
        None => dossier.answers.get(question),
        Some(id) => {
            let mut all = dossier.responses.iter();
            all.find(|said| said.respondent == id)?
                .answers
                .get(question)
        }
    }
}

/// The change that a value makes, or words without one, with note and evidence.
fn with(value: Option<Value>, note: Option<String>, evidence: Vec<String>) -> Change {
    let cited = evidence.into_iter().map(|id| Citation { id, at: None });
    let cited: Vec<Citation> = cited.collect();
    Change {
        value,
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
