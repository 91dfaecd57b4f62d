//! Who said what about a question, whether they agree, and what waits for a conclusion.

use crate::model::{Answer, Dossier, Question, Questionnaire, State, Value};
use crate::scoring::{Score, Standing};

/// Lists what people and meetings said about a question, as `(respondent, answer)`.
pub fn said<'d>(
    dossier: &'d Dossier,
    question: &'d str,
) -> impl Iterator<Item = (&'d str, &'d Answer)> {
    let all = dossier.responses.iter();
    all.filter_map(move |one| Some((one.respondent.as_str(), one.answers.get(question)?)))
}

/// Tells whether two positions are apart: levels by two or more, another choice, yes against no.
pub fn apart(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Level(one), Value::Level(other)) => one.abs_diff(*other) >= 2,
        (Value::Choice(one), Value::Choice(other)) => one != other,
        (Value::YesNo(one), Value::YesNo(other)) => one != other,
        _ => false,
    }
}

/// Tells whether what was said is apart, among itself or from the conclusion.
pub fn differ(dossier: &Dossier, question: &str) -> bool {
    let mut values: Vec<&Value> = said(dossier, question)
        .filter_map(|(_, said)| said.value.as_ref())
        .collect();
    if !values.is_empty() {
        values.extend(dossier.answer(question).value.as_ref());
    }
    let mut values = values.iter().enumerate();
    let rest = values.clone();
    values.any(|(at, one)| {
        rest.clone()
            .skip(at + 1)
            .any(|(_, other)| apart(one, other))
    })
}

/// Tells whether there is dissent: positions that are apart, or the assessor's mark.
pub fn disagree(dossier: &Dossier, question: &str) -> bool {
    dossier.answer(question).dissent || differ(dossier, question)
}

/// Why a question waits to be reconciled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Somebody was heard, and no conclusion is drawn.
    NoConclusion,
    /// Positions are apart, and the conclusion does not bear the mark of dissent.
    Differ,
    /// The mark is there, and somebody took another position after the conclusion was drawn.
    SaidSince,
}

impl Why {
    /// Its word, as lists in JSON write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoConclusion => "no-conclusion",
            Self::Differ => "differ",
            Self::SaidSince => "said-since",
        }
    }
}

/// Tells why a question waits, if it does.
pub fn waits(dossier: &Dossier, question: &str) -> Option<Why> {
    said(dossier, question).next()?;
    let conclusion = dossier.answer(question);
    if conclusion.state == State::NotAsked {
        return Some(Why::NoConclusion);
    }
    if !conclusion.dissent {
        return differ(dossier, question).then_some(Why::Differ);
    }
    let held = conclusion.value.as_ref()?;
    let since =
        |said: &Answer| said.answered > conclusion.answered && conclusion.answered.is_some();
    said(dossier, question)
        .any(|(_, said)| since(said) && said.value.as_ref().is_some_and(|value| apart(value, held)))
        .then_some(Why::SaidSince)
}

/// Lists the questions that apply and wait, in the order of the questionnaire.
pub fn waiting<'q>(
    questionnaire: &'q Questionnaire,
    dossier: &Dossier,
    score: &Score,
) -> Vec<(&'q Question, Why)> {
    let open = |question: &&Question| score.standing(&question.id) == Standing::Open;
    let all = questionnaire.questions().filter(open);
    all.filter_map(|question| Some((question, waits(dossier, &question.id)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;
    use crate::model::dossier::{Head, Register, Response};

    /// A dossier in which respondents said something about `q`, and a conclusion stands.
    fn dossier(said: &[Value], conclusion: Option<Answer>) -> Dossier {
        let head: Head = toml::from_str("schema = 1\ncountry = \"LS\"").expect("a head");
        let said = said.iter().zip(0..).map(|(value, n)| Response {
            respondent: format!("p-{n}"),
            answers: [("q".to_string(), answer(value, "2026-06-03"))].into(),
        });
        Dossier {
            head,
            register: Register::default(),
            stage: "assessment".into(),
            answers: conclusion
                .map(|one| ("q".to_string(), one))
                .into_iter()
                .collect(),
            responses: said.collect(),
            suggestions: [].into(),
            progress: None,
            drafting: Default::default(),
        }
    }

    fn answer(value: &Value, day: &str) -> Answer {
        Answer {
            state: State::Answered,
            value: Some(value.clone()),
            answered: Date::parse(day),
            ..Answer::default()
        }
    }

    fn choice(id: &str) -> Value {
        Value::Choice(id.into())
    }

    #[test]
    fn dissent_is_two_levels_another_choice_or_yes_against_no() {
        let cases = [
            (vec![Value::Level(1), Value::Level(2)], false),
            (
                vec![Value::Level(1), Value::Level(2), Value::Level(3)],
                true,
            ),
            (vec![choice("regulator"), choice("regulator")], false),
            (vec![choice("regulator"), choice("interior")], true),
            (vec![Value::YesNo(true), Value::YesNo(false)], true),
            (vec![Value::Integer(3), Value::Integer(30)], false),
            (vec![Value::Level(1)], false),
        ];
        for (said, wanted) in cases {
            assert_eq!(differ(&dossier(&said, None), "q"), wanted, "{said:?}");
        }
    }

    #[test]
    fn the_conclusion_may_be_apart_from_the_one_who_was_heard() {
        let held = answer(&Value::Level(3), "2026-06-04");
        assert!(differ(
            &dossier(&[Value::Level(1)], Some(held.clone())),
            "q"
        ));
        assert!(!differ(&dossier(&[], Some(held)), "q"));
    }

    #[test]
    fn what_was_heard_waits_until_a_conclusion_bears_the_mark() {
        let two = [choice("regulator"), choice("interior")];
        assert_eq!(waits(&dossier(&two, None), "q"), Some(Why::NoConclusion));
        let mut held = answer(&two[0], "2026-06-04");
        assert_eq!(
            waits(&dossier(&two, Some(held.clone())), "q"),
            Some(Why::Differ)
        );
        held.dissent = true;
        assert_eq!(waits(&dossier(&two, Some(held.clone())), "q"), None);
        held.answered = Date::parse("2026-06-02");
        assert_eq!(waits(&dossier(&two, Some(held)), "q"), Some(Why::SaidSince));
        assert_eq!(waits(&dossier(&[], None), "q"), None);
    }
}
