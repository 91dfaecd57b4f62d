//! One line of arithmetic, with its numbers still exact.

use rust_decimal::{Decimal, RoundingStrategy};

/// A piece of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Signs, the same in every language.
    Sign(&'static str),
    /// A number.
    Number(Decimal),
    /// An amount of money, which is the result of a formula.
    Money(Decimal),
}

/// One line of arithmetic, such as `168 × 52 / 1,650 = 5.29 → 6`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step(pub Vec<Piece>);

impl Step {
    /// Writes the line; `number` writes digits such as `1650.5` in a language.
    pub fn text(&self, number: impl Fn(&str) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Sign(sign) => (*sign).to_string(),
            Piece::Number(value) => number(&printed(*value, false)),
            Piece::Money(value) => number(&printed(*value, true)),
        };
        self.0.iter().map(piece).collect()
    }
}

/// Rounds for print, half away from zero: a whole number has no decimals, money else exactly two, all
/// else at most two.
pub fn printed(value: Decimal, money: bool) -> String {
    let mut rounded = value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    if rounded.fract().is_zero() {
        return rounded.trunc().to_string();
    }
    if money {
        rounded.rescale(2);
        return rounded.to_string();
    }
    // An entered number keeps the digits it came with.
    if value.scale() <= 2 {
        value
    } else {
        rounded.normalize()
    }
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_at_print_only() {
        let third = Decimal::ONE / Decimal::from(3);
        assert_eq!(printed(third, false), "0.33");
        assert_eq!(printed(Decimal::new(600, 2), true), "6");
        assert_eq!(printed(Decimal::new(65, 1), true), "6.50");
        assert_eq!(printed(Decimal::new(1005, 3), true), "1.01");
        assert_eq!(printed(Decimal::new(150, 2), false), "1.50");
        assert_eq!(printed(Decimal::new(2999, 3), false), "3");
    }
}
