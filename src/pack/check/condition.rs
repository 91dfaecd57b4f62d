//! A condition's questions exist, and its tests fit their kinds.

use rust_decimal::Decimal;

use super::Check;
use crate::model::condition::{Condition, Scalar, Subject, Test};
use crate::model::question::{Kind, MAX_LEVEL, Question};

impl Check<'_> {
    /// Checks that a condition's questions exist and that its tests fit their kinds.
    pub(super) fn condition(&mut self, condition: &Condition, key: &str) {
        let mut tests = Vec::new();
        condition.visit(&mut |subject, test| tests.push((subject, test)));
        for (subject, test) in tests {
            let id = match subject {
                Subject::Question(id) => id,
                Subject::Formula(id) => {
                    self.find_formula(key, id);
                    continue;
                }
            };
            let Some(question) = self.find_question(key, id) else {
                continue;
            };
            if !fits(test, question.kind) {
                self.error(
                    "condition-kind",
                    key,
                    format!("this test does not fit `{id}`"),
                    "`is` goes with choices and yes-no, `is-any` with choices, `at-least` and `below` with levels and numbers",
                );
                continue;
            }
            self.choices(test, question, key);
            if let (Test::AtLeast(bound) | Test::Below(bound), Kind::Level) = (test, question.kind)
                && !(Decimal::ONE..=Decimal::from(MAX_LEVEL)).contains(bound)
            {
                self.error(
                    "condition-kind",
                    key,
                    "a level is compared with 1 to 4",
                    "every level is at least 0, and none is above 4",
                );
            }
        }
    }

    /// Checks that the choices a test names are the question's.
    fn choices(&mut self, test: &Test, question: &Question, key: &str) {
        let choices = match test {
            Test::Is(Scalar::Choice(one)) => std::slice::from_ref(one),
            Test::IsAny(list) => list.as_slice(),
            _ => &[],
        };
        for one in choices {
            if question.label(one).is_none() {
                let known = question.options.iter().map(|option| option.id.as_str());
                self.unknown("unknown-choice", key, "choice", one, known);
            }
        }
    }
}

fn fits(test: &Test, kind: Kind) -> bool {
    match test {
        Test::Is(Scalar::YesNo(_)) => kind == Kind::YesNo,
        Test::Is(Scalar::Choice(_)) | Test::IsAny(_) => {
            matches!(kind, Kind::SelectOne | Kind::SelectMultiple)
        }
        Test::AtLeast(_) | Test::Below(_) => {
            matches!(kind, Kind::Level | Kind::Integer | Kind::Decimal)
        }
        Test::Answered(_) => true,
    }
}
