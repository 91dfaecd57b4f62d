//! The words of the field as plain types: no input, no output, no clock.
//!
//! What a questionnaire asks ([`question`]), what it concludes ([`rule`]), what a country's dossier
//! holds ([`dossier`]), what was noted in the room ([`note`]), how an establishment goes on ([`progress`]), what
//! the assessor writes over it ([`drafting`]), and the small words they share. The types that stand in files carry
//! their serde names, so that the file formats and their JSON Schemas have one source.

pub mod condition;
pub mod date;
pub mod dossier;
pub mod drafting;
pub mod expression;
pub mod formula;
pub mod note;
pub mod progress;
pub mod question;
pub mod questionnaire;
pub mod rule;
pub mod tlp;

pub use condition::Condition;
pub use date::Date;
pub use dossier::{Answer, Answers, Confidence, Dossier, State, Value};
pub use drafting::Drafting;
pub use expression::Expression;
pub use formula::{Benchmark, Breakdown, Formula, Parameter};
pub use progress::{Month, Progress};
pub use question::{Kind, Question};
pub use questionnaire::{Questionnaire, Section};
pub use rule::{Recommendation, Rule, Severity};
pub use tlp::Tlp;

/// Tells whether a text is a language tag, such as `pt-br`.
pub fn is_language(text: &str) -> bool {
    is_id(&text.to_lowercase())
}

/// Tells whether a text is an id: lower-case words and digits joined by single hyphens.
pub fn is_id(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.split('-').all(plain)
}
