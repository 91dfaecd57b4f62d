//! Takes out of a dossier what a circle of readers may not see, before anything is computed from it.
//!
//! Non-interference: whatever a withheld value, title or name was, what comes after is the same. A
//! withheld answer stays as the bare fact that there is one, so that the ledger can count it.

use std::collections::BTreeSet;

use super::typed::{self, Typed};
use crate::model::dossier::Response;
use crate::model::drafting::Piece;
use crate::model::{Answer, Answers, Dossier, Progress, State, Tlp};

/// Returns the dossier as readers up to `ceiling` may see it.
pub fn withhold(dossier: &Dossier, ceiling: Tlp) -> Dossier {
    let hidden =
        |own: Option<Tlp>| own.map_or(dossier.head.tlp, |own| own.max(dossier.head.tlp)) > ceiling;
    let mut shown = dossier.clone();
    let register = &mut shown.register;
    register.people.retain(|_, person| !hidden(person.tlp));
    register.meetings.retain(|_, meeting| !hidden(meeting.tlp));
    register
        .evidence
        .retain(|_, evidence| !hidden(evidence.tlp));
    let people: BTreeSet<String> = register.people.keys().cloned().collect();
    for meeting in register.meetings.values_mut() {
        meeting.participants.retain(|id| people.contains(id));
    }
    for evidence in register.evidence.values_mut() {
        evidence.from = evidence.from.take().filter(|id| people.contains(id));
    }
    shown.answers = dossier
        .answers
        .iter()
        .map(|(id, answer)| {
            let kept = match dossier.label(answer) > ceiling {
                true if is_public(answer, ceiling) => published(answer),
                true => bare(),
                false => answer.clone(),
            };
            (id.clone(), kept)
        })
        .collect();
    let known = |id: &String| {
        shown.register.people.contains_key(id) || shown.register.meetings.contains_key(id)
    };
    shown.responses = dossier
        .responses
        .iter()
        .filter(|response| known(&response.respondent))
        .map(|response| Response {
            respondent: response.respondent.clone(),
            answers: responses_up_to(dossier, &response.answers, ceiling),
        })
        .collect();
    shown
        .suggestions
        .retain(|_, suggestion| suggestion.tlp <= ceiling);
    if let Some(progress) = &mut shown.progress {
        withhold_progress(progress, dossier, ceiling);
    }
    shown.progress = shown.progress.filter(|progress| !progress.is_empty());
    let drafted = |piece: &Piece<'_>| dossier.draft_label(piece) <= ceiling;
    shown.drafting.retain(&drafted);
    for stage in shown.head.stages.values_mut() {
        let evidence = stage
            .decision
            .as_ref()
            .and_then(|decision| decision.evidence.as_ref());
        if evidence.is_some_and(|id| !shown.register.evidence.contains_key(id)) {
            stage.decision = None;
        }
    }
    if dossier.head.tlp > ceiling {
        withhold_head(&mut shown, ceiling);
    }
    shown
}

/// Tells whether an answer was written to be published, and bears no label of its own against it.
fn is_public(answer: &Answer, ceiling: Tlp) -> bool {
    answer.public && answer.tlp.is_none_or(|own| own <= ceiling)
}

/// What is published of an answer: the answer alone, without note, evidence, source and dissent.
fn published(answer: &Answer) -> Answer {
    Answer {
        state: answer.state,
        value: answer.value.clone(),
        public: true,
        ..Answer::default()
    }
}

/// A withheld answer: that it exists, and nothing of it.
fn bare() -> Answer {
    Answer {
        state: State::Withheld,
        ..Answer::default()
    }
}

/// What was said bears at least the label of the conclusion drawn from it.
fn responses_up_to(dossier: &Dossier, answers: &Answers, ceiling: Tlp) -> Answers {
    answers
        .iter()
        .filter(|(id, said)| dossier.label(said).max(dossier.label(dossier.answer(id))) <= ceiling)
        .map(|(id, said)| (id.clone(), said.clone()))
        .collect()
}

/// The plan and each record are shown as a whole or not at all; of the records withheld only their
/// number is known.
fn withhold_progress(progress: &mut Progress, dossier: &Dossier, ceiling: Tlp) {
    let plan = progress.plan.take();
    progress.plan = plan.filter(|plan| dossier.plan_label(plan) <= ceiling);
    let withheld = &mut progress.withheld;
    progress.records.retain(|month, record| {
        let open = dossier.record_label(record) <= ceiling;
        open || !withheld.insert(*month)
    });
}

/// The whole dossier is above the ceiling: only that there is one, and in which state, remains.
fn withhold_head(shown: &mut Dossier, ceiling: Tlp) {
    shown.head.title = None;
    shown.head.roles.clear();
    shown.head.parameters.clear();
    shown.head.appraisal = None;
    shown.head.assessors.clear();
    for stage in shown.head.stages.values_mut() {
        stage.decision = None;
        stage.replies.clear();
        stage.roles.clear();
        stage.link = None;
        stage.lead = None;
    }
    // What remains bears the narrowest label that these readers may see.
    shown.head.tlp = ceiling;
}

/// Something withheld that stands word for word in a text that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// The table of what is withheld, such as `people.k-orne`.
    pub withheld: String,
    /// The table of the text that gives it away, such as `answers.host-preferred`.
    pub within: String,
}

/// The shortest text that is searched for, in bytes: shorter ones are no secret by themselves.
const SECRET: usize = 8;

/// Searches what is shown for what was withheld: a second net, for what a person typed in the wrong
/// place. Everything that a report says comes from these texts; the stages of one dossier are searched
/// together, since a later report tells of the earlier ones.
pub fn leaks(whole: &[Dossier], shown: &[Dossier]) -> Vec<Leak> {
    let open: Vec<Searched> = shown.iter().flat_map(searched).collect();
    let hidden = whole
        .iter()
        .flat_map(searched)
        .filter(|text| text.whole && text.words.len() >= SECRET && !open.contains(text));
    let mut leaks = Vec::new();
    for secret in hidden {
        for text in &open {
            // A text for the public may name a document that the public does not get.
            if text.public && secret.table.starts_with("evidence.") {
                continue;
            }
            let leak = Leak {
                withheld: secret.table.clone(),
                within: text.table.clone(),
            };
            if text.words.contains(&secret.words) && !leaks.contains(&leak) {
                leaks.push(leak);
            }
        }
    }
    leaks
}

/// A text as it is searched.
#[derive(Debug, PartialEq, Eq)]
struct Searched {
    /// The table it stands in.
    table: String,
    /// Its words, in lower case and with single spaces.
    words: String,
    /// Whether it says something by itself.
    whole: bool,
    /// Whether it is written to be published: it may name a document that is itself withheld.
    public: bool,
}

fn searched(dossier: &Dossier) -> Vec<Searched> {
    let lower = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").to_lowercase()
    };
    let searched = |typed: Typed<'_>| Searched {
        words: lower(typed.text),
        table: typed.table,
        whole: typed.whole,
        public: typed.public,
    };
    typed::texts(dossier).into_iter().map(searched).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Value;
    use crate::model::dossier::{Evidence, Head, LocalText, Register};

    fn dossier() -> Dossier {
        let head: Head =
            toml::from_str("schema = 1\ncountry = \"LS\"\ntlp = \"GREEN\"").expect("a head");
        let title = LocalText::Plain("Letter of the Minister".into());
        let letter = Evidence {
            title,
            date: None,
            from: None,
            received: None,
            file: None,
            sha256: None,
            kept: None,
            tlp: Some(Tlp::Amber),
        };
        let answer = |note: &str, tlp| Answer {
            state: State::Answered,
            value: Some(Value::Level(1)),
            note: Some(note.into()),
            tlp,
            ..Answer::default()
        };
        Dossier {
            head,
            register: Register {
                evidence: [("letter".into(), letter)].into(),
                ..Register::default()
            },
            stage: "assessment".into(),
            answers: [
                ("a".into(), answer("said in the open", None)),
                (
                    "b".into(),
                    answer("told in private", Some(Tlp::AmberStrict)),
                ),
            ]
            .into(),
            responses: Vec::new(),
            suggestions: [].into(),
            progress: None,
            drafting: Default::default(),
        }
    }

    #[test]
    fn what_is_above_the_ceiling_is_gone_and_counted() {
        let shown = withhold(&dossier(), Tlp::Green);
        assert!(shown.register.evidence.is_empty());
        assert_eq!(shown.answer("a").state, State::Answered);
        assert_eq!(shown.answer("b"), &bare());
        assert_eq!(withhold(&dossier(), Tlp::Red), dossier());
    }

    #[test]
    fn a_public_answer_passes_alone_unless_its_own_label_holds_it_back() {
        let mut whole = dossier();
        if let Some(answer) = whole.answers.get_mut("a") {
            answer.public = true;
            answer.dissent = true;
        }
        let shown = withhold(&whole, Tlp::Clear);
        let answer = shown.answer("a");
        assert_eq!(answer.value, Some(Value::Level(1)));
        assert_eq!((&answer.note, answer.dissent), (&None, false));
        if let Some(answer) = whole.answers.get_mut("a") {
            answer.tlp = Some(Tlp::Green);
        }
        assert_eq!(withhold(&whole, Tlp::Clear).answer("a"), &bare());
    }

    #[test]
    fn a_dossier_above_the_ceiling_shows_no_answer() {
        let shown = withhold(&dossier(), Tlp::Clear);
        assert!(
            shown
                .answers
                .values()
                .all(|answer| answer.state == State::Withheld)
        );
        assert_eq!(shown.head.tlp, Tlp::Clear);
    }

    fn leaks_up_to_green(whole: &Dossier) -> Vec<Leak> {
        let shown = withhold(whole, Tlp::Green);
        leaks(std::slice::from_ref(whole), &[shown])
    }

    #[test]
    fn a_withheld_title_in_a_shown_note_is_found() {
        let mut whole = dossier();
        assert_eq!(leaks_up_to_green(&whole), []);
        if let Some(answer) = whole.answers.get_mut("a") {
            answer.note = Some("see the letter of the\nminister".into());
        }
        let found = leaks_up_to_green(&whole);
        assert_eq!(
            found,
            [Leak {
                withheld: "evidence.letter".into(),
                within: "answers.a".into()
            }]
        );
    }
}
