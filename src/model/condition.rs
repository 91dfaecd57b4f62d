//! When a question applies and when a rule speaks.
//!
//! Conditions stay small so that they can be checked, drawn and translated. They are three-valued: a
//! condition on a question that nobody has answered, or on a figure that cannot be reckoned, is neither
//! true nor false.

use std::borrow::Cow;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A checked condition on the answers of one stage.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "ConditionForm")]
pub enum Condition {
    /// Every part holds.
    All(Vec<Condition>),
    /// At least one part holds.
    Any(Vec<Condition>),
    /// The part does not hold.
    Not(Box<Condition>),
    /// What one question's answer must be.
    Test {
        /// The question's id.
        question: String,
        /// What its answer must be.
        test: Test,
    },
    /// What a figure must be; in rules only.
    Figure {
        /// The formula's id.
        formula: String,
        /// At least, or below a number.
        test: Test,
    },
}

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// The answer to a question.
    Question(&'a str),
    /// The value of a formula.
    Formula(&'a str),
}

/// What one answer must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// The choice, or yes or no.
    Is(Scalar),
    /// One of these choices; of a list of choices at least one.
    IsAny(Vec<String>),
    /// A level or a number of at least this.
    AtLeast(Decimal),
    /// A level or a number below this.
    Below(Decimal),
    /// It is answered, or it is not.
    Answered(bool),
}

/// A choice id, or yes (`true`) or no (`false`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a choice id, or true or false")]
pub enum Scalar {
    /// Yes or no.
    YesNo(bool),
    /// The id of a choice.
    Choice(String),
}

/// A condition as it stands in a file: `{ question, is | is-any | at-least | below | answered }`,
/// `{ formula, at-least | below }`, or `all`, `any` or `not`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConditionForm {
    question: Option<String>,
    formula: Option<String>,
    is: Option<Scalar>,
    is_any: Option<Vec<String>>,
    at_least: Option<Number>,
    below: Option<Number>,
    answered: Option<bool>,
    all: Option<Vec<ConditionForm>>,
    any: Option<Vec<ConditionForm>>,
    not: Option<Box<ConditionForm>>,
}

/// A whole number, or a decimal written as a string.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a whole number, or a decimal in quotes"
)]
enum Number {
    Whole(i64),
    Decimal(String),
}

impl Number {
    fn exact(self) -> Result<Decimal, String> {
        match self {
            Self::Whole(number) => Ok(Decimal::from(number)),
            Self::Decimal(text) => text
                .parse()
                .map_err(|_| String::from("expected a decimal such as \"38.5\"")),
        }
    }
}

const WRONG: &str = "expected `question` with exactly one of `is`, `is-any`, `at-least`, `below`, \
                     `answered`, or `formula` with `at-least` or `below`, or exactly one of `all`, \
                     `any`, `not`";

impl TryFrom<ConditionForm> for Condition {
    type Error = String;

    fn try_from(form: ConditionForm) -> Result<Self, String> {
        let parts = |list: Vec<ConditionForm>| -> Result<Vec<Self>, String> {
            if list.is_empty() {
                return Err("expected at least one condition in the list".into());
            }
            list.into_iter().map(Self::try_from).collect()
        };
        let mut tests = Vec::new();
        tests.extend(form.is.map(Test::Is));
        tests.extend(form.is_any.map(Test::IsAny));
        tests.extend(
            form.at_least
                .map(Number::exact)
                .transpose()?
                .map(Test::AtLeast),
        );
        tests.extend(form.below.map(Number::exact).transpose()?.map(Test::Below));
        tests.extend(form.answered.map(Test::Answered));
        let test = tests.pop();
        if !tests.is_empty() {
            return Err(WRONG.into());
        }
        if let (Some(formula), None) = (&form.formula, &form.question) {
            let alone = form.all.is_none() && form.any.is_none() && form.not.is_none();
            return match test {
                Some(test @ (Test::AtLeast(_) | Test::Below(_))) if alone => Ok(Self::Figure {
                    formula: formula.clone(),
                    test,
                }),
                _ => Err("expected `formula` with exactly one of `at-least`, `below`".into()),
            };
        }
        match (
            form.question,
            test,
            form.formula.is_none(),
            form.all,
            form.any,
            form.not,
        ) {
            (Some(question), Some(test), true, None, None, None) => {
                Ok(Self::Test { question, test })
            }
            (None, None, true, Some(list), None, None) => parts(list).map(Self::All),
            (None, None, true, None, Some(list), None) => parts(list).map(Self::Any),
            (None, None, true, None, None, Some(part)) => {
                Self::try_from(*part).map(|part| Self::Not(Box::new(part)))
            }
            _ => Err(WRONG.into()),
        }
    }
}

impl JsonSchema for Condition {
    fn schema_name() -> Cow<'static, str> {
        "Condition".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        ConditionForm::json_schema(generator)
    }
}

impl Condition {
    /// Calls `visit` for everything that the condition looks at, with its test.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(Subject<'a>, &'a Test)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.visit(visit)),
            Self::Not(part) => part.visit(visit),
            Self::Test { question, test } => visit(Subject::Question(question), test),
            Self::Figure { formula, test } => visit(Subject::Formula(formula), test),
        }
    }

    /// Returns the ids of the questions that the condition looks at, each once, in their order.
    pub fn questions(&self) -> Vec<&str> {
        let mut ids = Vec::new();
        self.visit(&mut |subject, _| {
            if let Subject::Question(id) = subject
                && !ids.contains(&id)
            {
                ids.push(id);
            }
        });
        ids
    }

    /// Returns the ids of the formulas that the condition looks at, in their order.
    pub fn formulas(&self) -> Vec<&str> {
        let mut ids = Vec::new();
        self.visit(&mut |subject, _| {
            if let Subject::Formula(id) = subject {
                ids.push(id);
            }
        });
        ids
    }

    /// Tells whether the condition holds: yes, no, or none where an answer is missing that would
    /// decide it. `test` judges a single subject.
    pub fn holds(&self, test: &dyn Fn(Subject<'_>, &Test) -> Option<bool>) -> Option<bool> {
        match self {
            Self::Test {
                question,
                test: wanted,
            } => test(Subject::Question(question), wanted),
            Self::Figure {
                formula,
                test: wanted,
            } => test(Subject::Formula(formula), wanted),
            Self::Not(part) => part.holds(test).map(|holds| !holds),
            Self::All(parts) => decide(parts, false, test),
            Self::Any(parts) => decide(parts, true, test),
        }
    }
}

/// One part that equals `decisive` decides; else a missing one leaves it open.
fn decide(
    parts: &[Condition],
    decisive: bool,
    test: &dyn Fn(Subject<'_>, &Test) -> Option<bool>,
) -> Option<bool> {
    let mut open = false;
    for part in parts {
        match part.holds(test) {
            Some(holds) if holds == decisive => return Some(decisive),
            Some(_) => {}
            None => open = true,
        }
    }
    if open { None } else { Some(!decisive) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Condition, String> {
        #[derive(Deserialize)]
        struct Holder {
            when: Condition,
        }
        toml::from_str::<Holder>(&format!("when = {text}"))
            .map(|holder| holder.when)
            .map_err(|error| error.message().to_string())
    }

    #[test]
    fn a_missing_answer_leaves_a_condition_open_unless_another_decides() {
        let when =
            read(r#"{ any = [{ question = "a", below = 2 }, { question = "b", is = true }] }"#)
                .expect("a good condition");
        let judge = |b: Option<bool>| {
            when.holds(&|subject, _| b.filter(|_| subject == Subject::Question("b")))
        };
        assert_eq!(judge(Some(true)), Some(true));
        assert_eq!(judge(Some(false)), None);
        assert_eq!(when.questions(), ["a", "b"]);
    }

    #[test]
    fn two_tests_or_none_are_refused() {
        assert!(read(r#"{ question = "a", below = 2, at-least = 1 }"#).is_err());
        assert!(read(r#"{ question = "a" }"#).is_err());
        assert!(read("{ all = [] }").is_err());
        assert!(read(r#"{ question = "a", belw = 2 }"#).is_err());
        assert!(read(r#"{ formula = "a", is = "b" }"#).is_err());
        assert!(read(r#"{ formula = "a", question = "b", below = 2 }"#).is_err());
    }

    #[test]
    fn a_figure_is_compared_with_a_number() {
        let when = read(r#"{ formula = "gap", at-least = 1 }"#).expect("a good condition");
        assert_eq!(when.formulas(), ["gap"]);
        assert!(when.questions().is_empty());
    }
}
