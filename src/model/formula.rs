//! What is reckoned out of the answers: parameters with their source, and formulas.
//!
//! A parameter is a number that stands in no answer; a formula is an
//! [`expression`](super::expression) over parameters, answers and other formulas.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Stands in a unit for the currency of the dossier.
pub const CURRENCY: &str = "{currency}";

/// How many formulas may stand on each other in a row.
pub const MAX_CHAIN: usize = 16;

/// A number that formulas reckon with: a default with its source, or a local price without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameter {
    /// The id: lower-case words with hyphens; no formula or question shares it.
    pub id: String,
    /// What it is, as a noun phrase.
    pub text: String,
    /// Its unit; `{currency}` stands for the currency of the dossier.
    pub unit: String,
    /// The default as an exact decimal; absent where only the dossier can know it.
    pub value: Option<String>,
    /// Who says so; needed with a value.
    #[serde(default)]
    pub source: String,
    /// The year of the source; needed with a value.
    pub year: Option<u32>,
}

/// A figure of the report and how it is reckoned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Formula {
    /// The id: lower-case words with hyphens; no parameter or question shares it.
    pub id: String,
    /// What it is, as a noun phrase.
    pub text: String,
    /// Its unit; `{currency}` alone makes it an amount with two decimals.
    pub unit: String,
    /// The expression.
    pub expression: String,
    /// Whether it is told in the annex alone, where every figure stands with its arithmetic.
    #[serde(default)]
    pub annex: bool,
}

/// Amounts of a table, added up by the choices of one column and by its columns of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Breakdown {
    /// The id: lower-case words with hyphens; no parameter, formula or question shares it.
    pub id: String,
    /// What it is, as a noun phrase.
    pub text: String,
    /// The table question.
    pub table: String,
    /// The select-one column that the rows are added up by.
    pub by: String,
    /// The columns of money.
    pub columns: Vec<String>,
}

/// What others spent or advise, told beside a figure for comparison: no formula can name it, so it is
/// never part of a total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Benchmark {
    /// The id: lower-case words with hyphens.
    pub id: String,
    /// The formula it stands beside.
    pub beside: String,
    /// What it is, as a noun phrase.
    pub text: String,
    /// Its unit, a foreign currency among them.
    pub unit: String,
    /// The number, or the lower end of the range, as an exact decimal.
    pub low: String,
    /// The upper end of the range.
    pub high: Option<String>,
    /// Where and for whom it holds.
    pub note: String,
    /// Who says so.
    pub source: String,
    /// The year of the figure.
    pub year: u32,
}

impl Formula {
    /// Tells whether its value is an amount of money.
    pub fn is_money(&self) -> bool {
        self.unit == CURRENCY
    }
}

/// Reads an exact decimal: an optional minus, digits, and digits behind a point.
pub fn exact(text: &str) -> Option<Decimal> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let plain = match unsigned.split_once('.') {
        Some((whole, places)) => digits(whole) && digits(places),
        None => digits(unsigned),
    };
    Decimal::from_str_exact(text).ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exact_decimals_are_read() {
        assert_eq!(exact("-12.50"), Some(Decimal::new(-1250, 2)));
        for wrong in [
            "", "-", "1_000", "1e3", "+1", ".5", "5.", "1,5", "NaN", " 1",
        ] {
            assert_eq!(exact(wrong), None, "{wrong}");
        }
        assert_eq!(exact(&"9".repeat(40)), None);
    }
}
