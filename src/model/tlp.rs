//! The Traffic Light Protocol, version 2.0 (FIRST, in force since August 2022).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A label, from the widest circle to the narrowest: CLEAR, GREEN, AMBER, AMBER+STRICT, RED.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
pub enum Tlp {
    /// Everybody may see it.
    #[default]
    #[serde(rename = "CLEAR")]
    Clear,
    /// The community may see it, not the public.
    #[serde(rename = "GREEN")]
    Green,
    /// The recipient's organisation and its clients, where they need to know.
    #[serde(rename = "AMBER")]
    Amber,
    /// The recipient's organisation only, where it needs to know.
    #[serde(rename = "AMBER+STRICT")]
    AmberStrict,
    /// The named recipients only.
    #[serde(rename = "RED")]
    Red,
}

impl Tlp {
    /// Every label, from the widest circle to the narrowest.
    pub const ALL: [Self; 5] = [
        Self::Clear,
        Self::Green,
        Self::Amber,
        Self::AmberStrict,
        Self::Red,
    ];

    /// Returns the word of the label, such as `AMBER+STRICT`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Clear => "CLEAR",
            Self::Green => "GREEN",
            Self::Amber => "AMBER",
            Self::AmberStrict => "AMBER+STRICT",
            Self::Red => "RED",
        }
    }

    /// Returns the label as it is printed on a page, such as `TLP:AMBER+STRICT`.
    pub fn label(self) -> String {
        format!("TLP:{}", self.word())
    }

    /// Reads a word, with or without `TLP:` before it, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let upper = text.trim().to_ascii_uppercase();
        let word = upper.strip_prefix("TLP:").unwrap_or(&upper);
        Self::ALL.into_iter().find(|label| label.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_ordered_and_read_back() {
        assert!(
            Tlp::Clear < Tlp::Green && Tlp::Amber < Tlp::AmberStrict && Tlp::AmberStrict < Tlp::Red
        );
        for label in Tlp::ALL {
            assert_eq!(Tlp::parse(&label.label().to_lowercase()), Some(label));
        }
        assert_eq!(Tlp::parse("WHITE"), None);
    }
}
