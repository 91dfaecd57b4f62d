//! How one language writes numbers, dates, money, lists and counts.
//!
//! Stands beside the building of the report: exact values go in, finished text comes out.
//! It knows nothing of dossiers, templates or labels, and asks neither clock nor environment:
//! the data of CLDR is compiled in (ICU4X), so the same value gives the same bytes everywhere.
//! This file is the only one that names ICU4X.

use std::fmt;

use icu_calendar::{Date, Gregorian};
use icu_datetime::{
    FixedCalendarDateTimeFormatter,
    fieldsets::{YM, YMD},
    parts,
};
use icu_decimal::{
    DecimalFormatter,
    input::{Decimal, SignDisplay},
    options::DecimalFormatterOptions,
};
use icu_list::{
    ListFormatter,
    options::{ListFormatterOptions, ListLength},
};
use icu_plurals::{PluralCategory, PluralRules};
use serde::Deserialize;
use writeable::{Part, PartsWrite, Writeable};

/// Keeps an amount on the line of its currency.
const NO_BREAK_SPACE: char = '\u{a0}';

/// How one language writes numbers, dates, money, lists and counts.
///
/// Built once per report; it can be shared between threads. What a caller hands over as text
/// or as a fraction is exact, and nothing here passes through a floating-point number.
#[derive(Debug)]
pub struct Locale {
    tag: String,
    habits: Habits,
    numbers: DecimalFormatter,
    dates: FixedCalendarDateTimeFormatter<Gregorian, YMD>,
    months: FixedCalendarDateTimeFormatter<Gregorian, YM>,
    lists: ListFormatter,
    plurals: PluralRules,
}

impl Locale {
    /// Returns the locale of a language tag with its habits.
    ///
    /// An error tells what the compiled-in data lacks: a fault of the habits' `locale`.
    pub fn new(tag: &str, habits: Habits) -> Result<Self, LocaleError> {
        let no_data = |cause: &dyn fmt::Display| LocaleError {
            locale: habits.locale.clone(),
            cause: cause.to_string(),
        };
        let locale: icu_locale_core::Locale = habits.locale.parse().map_err(|e| no_data(&e))?;
        let wide = ListFormatterOptions::default().with_length(ListLength::Wide);
        Ok(Self {
            tag: tag.to_owned(),
            numbers: DecimalFormatter::try_new(
                (&locale).into(),
                DecimalFormatterOptions::default(),
            )
            .map_err(|e| no_data(&e))?,
            dates: FixedCalendarDateTimeFormatter::try_new((&locale).into(), YMD::long())
                .map_err(|e| no_data(&e))?,
            months: FixedCalendarDateTimeFormatter::try_new((&locale).into(), YM::long())
                .map_err(|e| no_data(&e))?,
            lists: ListFormatter::try_new_and((&locale).into(), wide).map_err(|e| no_data(&e))?,
            plurals: PluralRules::try_new_cardinal((&locale).into()).map_err(|e| no_data(&e))?,
            habits,
        })
    }

    /// Returns the tag this locale was asked for by, ready for the `lang` of a page.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Tells whether the language runs from right to left, for the `dir` of a page.
    pub fn right_to_left(&self) -> bool {
        self.habits.right_to_left
    }

    /// Returns a whole number with its thousands set apart: `1,000,000`, `1 000 000`.
    pub fn integer(&self, n: i64) -> String {
        self.number(&Decimal::from(n))
    }

    /// Returns an exact decimal, given as digits with an optional minus and point, written out
    /// with every digit it came with: `38.40` is `38.40` and `38,40`.
    ///
    /// None for anything else: an exponent, a plus, a comma, a bare point, no digit.
    pub fn decimal(&self, text: &str) -> Option<String> {
        parse_exact(text).map(|number| self.number(&number))
    }

    /// Returns `numerator / denominator` rounded half up, once, to exactly so many places.
    ///
    /// None where there is nothing to divide by, or where the digits would pass 2^127; 18 places
    /// always fit.
    pub fn fraction(&self, numerator: u64, denominator: u64, places: u8) -> Option<String> {
        let scale = 10_u128.checked_pow(places.into())?;
        let scaled = u128::from(numerator).checked_mul(scale)?;
        let mut number = Decimal::from(half_up(scaled, denominator)?);
        let last = -i16::from(places);
        number.multiply_pow10(last);
        number.pad_end(last);
        Some(self.number(&number))
    }

    /// Returns `numerator / denominator` in whole per cent, rounded half up: `90%`, `90 %`.
    ///
    /// None where there is nothing to divide by.
    pub fn percent(&self, numerator: u64, denominator: u64) -> Option<String> {
        let share = half_up(u128::from(numerator) * 100, denominator)?;
        Some(self.number(&Decimal::from(share)) + &self.habits.percent)
    }

    /// Returns an exact amount with its ISO 4217 code: `USD 412,000`, `412 000 USD`.
    ///
    /// The code and the amount are held together by a no-break space. None where the amount
    /// is not an exact decimal (see [`Locale::decimal`]) or the code not three capitals.
    pub fn money(&self, amount: &str, currency: &str) -> Option<String> {
        let is_code = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
        let amount = self.decimal(amount).filter(|_| is_code)?;
        Some(match self.habits.money {
            Money::CodeFirst => format!("{currency}{NO_BREAK_SPACE}{amount}"),
            Money::AmountFirst => format!("{amount}{NO_BREAK_SPACE}{currency}"),
        })
    }

    /// Returns a date of the Gregorian calendar in words: `3 June 2026`, `1er juin 2026`.
    ///
    /// None where there is no such day, or no such year between 1000 and 9999.
    pub fn date(&self, year: i32, month: u8, day: u8) -> Option<String> {
        if !(1000..=9999).contains(&year) {
            return None;
        }
        let date = Date::try_new_gregorian(year, month, day).ok()?;
        let mut text = DateText {
            text: String::new(),
            day: self.habits.first_of_month.as_deref().filter(|_| day == 1),
        };
        self.dates.format(&date).write_to_parts(&mut text).ok()?;
        Some(text.text)
    }

    /// Returns a month of the Gregorian calendar in words: `May 2026`, `mai 2026`.
    ///
    /// None where there is no such month, or no such year between 1000 and 9999.
    pub fn month(&self, year: i32, month: u8) -> Option<String> {
        if !(1000..=9999).contains(&year) {
            return None;
        }
        let date = Date::try_new_gregorian(year, month, 1).ok()?;
        Some(self.months.format(&date).write_to_string().into_owned())
    }

    /// Returns the items as one phrase: `a, b and c`, `a, b et c`; empty for no items.
    pub fn list<S: AsRef<str>>(&self, items: &[S]) -> String {
        let items = items.iter().map(AsRef::as_ref);
        self.lists.format(items).write_to_string().into_owned()
    }

    /// Returns the CLDR category of a count, which picks the form of a counted word:
    /// `zero`, `one`, `two`, `few`, `many` or `other`.
    ///
    /// French counts 0 and 1 as `one`, and whole millions as `many` ("un million de ...").
    pub fn plural(&self, n: u64) -> &'static str {
        match self.plurals.category_for(n) {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        }
    }

    fn number(&self, number: &Decimal) -> String {
        self.numbers.format(number).write_to_string().into_owned()
    }
}

/// Why there is no locale: the compiled-in data does not have it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the compiled-in language data lacks `{locale}`: {cause}")]
pub struct LocaleError {
    /// The locale that was asked for.
    pub locale: String,
    /// What ICU4X says about it.
    pub cause: String,
}

/// Joins a preposition to a noun phrase that begins with its article, by a language's own
/// table: "de" and "le Lesotho" make "du Lesotho".
///
/// The pairs are data, from `report-templates/lang/<tag>.toml`: a beginning to look for and
/// what to put in its place. They are tried in order and the first that fits wins, so the
/// longer and rarer come first and the empty beginning, which always fits, last.
///
/// ```
/// # use cirtkit::report::locale::Contractions;
/// let of = Contractions::from([("les ", "des "), ("le ", "du "), ("", "de ")]);
/// assert_eq!(of.apply("le ministère"), "du ministère");
/// assert_eq!(of.apply("Djibouti"), "de Djibouti");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Contractions(Vec<(String, String)>);

impl Contractions {
    /// Takes the pairs in the order they are to be tried in.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Returns the phrase behind its preposition; unchanged where no pair fits.
    ///
    /// Capitals count: "Le Monde" is a name, and "Le " is not the beginning "le ".
    pub fn apply(&self, phrase: &str) -> String {
        self.0
            .iter()
            .find_map(|(prefix, replacement)| {
                let rest = phrase.strip_prefix(prefix.as_str())?;
                Some(format!("{replacement}{rest}"))
            })
            .unwrap_or_else(|| phrase.to_owned())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Contractions {
    fn from(pairs: [(&str, &str); N]) -> Self {
        let owned = |(prefix, replacement): (&str, &str)| (prefix.into(), replacement.into());
        Self(pairs.into_iter().map(owned).collect())
    }
}

/// What a language does that the component crates of ICU4X do not tell us: `[numbers]` of
/// `report-templates/lang/<tag>.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Habits {
    /// The locale whose data is used; a region chooses among ways of writing one language.
    pub locale: String,
    /// Whether the script runs from right to left.
    #[serde(default)]
    pub right_to_left: bool,
    /// What follows the number of a percentage, by CLDR's `percentFormat`.
    pub percent: String,
    /// Which stands first in an amount.
    pub money: Money,
    /// The first day of a month where it is an ordinal in running text.
    pub first_of_month: Option<String>,
}

/// Which stands first in an amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Money {
    /// `USD 412,000`.
    CodeFirst,
    /// `412 000 USD`.
    AmountFirst,
}

/// Collects a formatted date, with the day in other words where there are some.
struct DateText<'a> {
    text: String,
    day: Option<&'a str>,
}

impl fmt::Write for DateText<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        Ok(())
    }
}

impl PartsWrite for DateText<'_> {
    type SubPartsWrite = Self;

    fn with_part(
        &mut self,
        part: Part,
        mut write: impl FnMut(&mut Self) -> fmt::Result,
    ) -> fmt::Result {
        match self.day {
            Some(day) if part == parts::DAY => fmt::Write::write_str(self, day),
            _ => write(self),
        }
    }
}

/// Reads `-12.50` and its like; a zero loses its minus and leading zeros go.
fn parse_exact(text: &str) -> Option<Decimal> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let well_formed = match unsigned.split_once('.') {
        Some((whole, places)) => digits(whole) && digits(places),
        None => digits(unsigned),
    };
    let mut number = Decimal::try_from_str(text).ok().filter(|_| well_formed)?;
    number.trim_start();
    Some(number.with_sign_display(SignDisplay::Negative))
}

/// Divides and rounds half up without leaving the integers; none where there is nothing to
/// divide by or the numerator is beyond 2^127.
fn half_up(numerator: u128, denominator: u64) -> Option<u128> {
    let denominator = u128::from(denominator);
    let doubled = numerator.checked_mul(2)?.checked_add(denominator)?;
    doubled.checked_div(denominator.checked_mul(2)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The shipped habits of a language.
    fn habits(tag: &str) -> Habits {
        #[derive(Deserialize)]
        struct File {
            numbers: Habits,
        }
        let content = crate::content::Content::shipped();
        let name = format!("report-templates/lang/{tag}.toml");
        toml::from_str::<File>(content.text(&name).unwrap())
            .unwrap()
            .numbers
    }

    fn en() -> Locale {
        Locale::new("en", habits("en")).unwrap()
    }

    fn fr() -> Locale {
        Locale::new("fr", habits("fr")).unwrap()
    }

    /// Makes the spaces of a text visible: `_` no-break, `'` narrow no-break.
    fn seen(text: impl Into<Option<String>>) -> String {
        let text: Option<String> = text.into();
        text.unwrap_or_else(|| "none".into())
            .replace('\u{a0}', "_")
            .replace('\u{202f}', "'")
    }

    #[test]
    fn a_locale_is_known_by_its_tag() {
        assert_eq!(en().tag(), "en");
        assert_eq!(fr().tag(), "fr");
        assert!(!fr().right_to_left());
    }

    #[test]
    fn a_locale_that_the_data_lacks_is_refused_by_name() {
        for locale in ["", "../en", "!"] {
            let habits = Habits {
                locale: locale.into(),
                ..habits("en")
            };
            assert_eq!(Locale::new("en", habits).unwrap_err().locale, locale);
        }
    }

    #[test]
    fn a_locale_crosses_threads() {
        fn shared<T: Send + Sync + 'static>(_: &T) {}
        shared(&en());
    }

    #[test]
    fn whole_numbers() {
        for (n, english, french) in [
            (0, "0", "0"),
            (7, "7", "7"),
            (999, "999", "999"),
            (1_000, "1,000", "1'000"),
            (1_000_000, "1,000,000", "1'000'000"),
            (-12_345, "-12,345", "-12'345"),
            (
                i64::MIN,
                "-9,223,372,036,854,775,808",
                "-9'223'372'036'854'775'808",
            ),
        ] {
            assert_eq!(seen(en().integer(n)), english);
            assert_eq!(seen(fr().integer(n)), french);
        }
    }

    #[test]
    fn exact_decimals_keep_their_digits() {
        for (text, english, french) in [
            ("38.4", "38.4", "38,4"),
            ("38.40", "38.40", "38,40"),
            ("-1234567.5", "-1,234,567.5", "-1'234'567,5"),
            ("0.05", "0.05", "0,05"),
            ("007.10", "7.10", "7,10"),
            ("-0", "0", "0"),
            ("-0.00", "0.00", "0,00"),
            (
                "123456789012345678901234567890.1",
                "123,456,789,012,345,678,901,234,567,890.1",
                "123'456'789'012'345'678'901'234'567'890,1",
            ),
        ] {
            assert_eq!(seen(en().decimal(text)), english);
            assert_eq!(seen(fr().decimal(text)), french);
        }
    }

    #[test]
    fn what_is_no_exact_decimal_is_refused() {
        for text in [
            "", "-", ".", "1.", ".5", "+1", "--1", "1e3", "1E3", "1,5", "1 000", "1.2.3", "NaN",
            "\u{661}", "1.-2",
        ] {
            assert_eq!(fr().decimal(text), None, "{text:?}");
        }
        assert_eq!(en().decimal(&"9".repeat(100_000)), None);
    }

    #[test]
    fn fractions_round_half_up_once() {
        for (numerator, denominator, places, english, french) in [
            (1, 20, 1, "0.1", "0,1"),  // 0.05
            (1, 21, 1, "0.0", "0,0"),  // 0.0476
            (49, 20, 1, "2.5", "2,5"), // 2.45, which binary fractions cannot hold
            (249, 100, 1, "2.5", "2,5"),
            (244, 100, 1, "2.4", "2,4"),
            (1, 2, 0, "1", "1"),
            (2, 1, 1, "2.0", "2,0"),
            (0, 5, 1, "0.0", "0,0"),
            (2, 3, 3, "0.667", "0,667"),
            (12_345, 1, 1, "12,345.0", "12'345,0"),
        ] {
            assert_eq!(seen(en().fraction(numerator, denominator, places)), english);
            assert_eq!(seen(fr().fraction(numerator, denominator, places)), french);
        }
    }

    #[test]
    fn fractions_stay_exact_at_the_edges() {
        assert_eq!(en().fraction(1, 0, 1), None);
        assert_eq!(en().fraction(u64::MAX, 1, 19), None);
        assert_eq!(en().fraction(1, 1, 255), None);
        assert_eq!(en().fraction(u64::MAX, u64::MAX, 1).as_deref(), Some("1.0"));
        assert_eq!(
            en().fraction(u64::MAX, 1, 18).as_deref(),
            Some("18,446,744,073,709,551,615.000000000000000000")
        );
    }

    #[test]
    fn percentages() {
        for (numerator, denominator, english, french) in [
            (9, 10, "90%", "90'%"),
            (0, 3, "0%", "0'%"),
            (1, 3, "33%", "33'%"),
            (2, 3, "67%", "67'%"),
            (1, 200, "1%", "1'%"), // 0.5
            (1, 201, "0%", "0'%"),
            (25, 2, "1,250%", "1'250'%"),
            (1, 1, "100%", "100'%"),
            (1, 0, "none", "none"),
        ] {
            assert_eq!(seen(en().percent(numerator, denominator)), english);
            assert_eq!(seen(fr().percent(numerator, denominator)), french);
        }
    }

    #[test]
    fn money_stays_on_one_line() {
        for (amount, currency, english, french) in [
            ("412000", "USD", "USD_412,000", "412'000_USD"),
            ("1000000.50", "XOF", "XOF_1,000,000.50", "1'000'000,50_XOF"),
            ("-5", "LSL", "LSL_-5", "-5_LSL"),
            ("412,000", "USD", "none", "none"),
            ("412000", "usd", "none", "none"),
            ("412000", "DOLLARS", "none", "none"),
            ("412000", "é1", "none", "none"),
        ] {
            assert_eq!(seen(en().money(amount, currency)), english);
            assert_eq!(seen(fr().money(amount, currency)), french);
        }
    }

    #[test]
    fn dates() {
        for (year, month, day, english, french) in [
            (2026, 6, 3, "3 June 2026", "3 juin 2026"),
            (2026, 6, 1, "1 June 2026", "1er juin 2026"),
            (2026, 8, 11, "11 August 2026", "11 août 2026"),
            (2026, 12, 31, "31 December 2026", "31 décembre 2026"),
            (2024, 2, 29, "29 February 2024", "29 février 2024"),
            (2026, 2, 29, "none", "none"),
            (2026, 13, 1, "none", "none"),
            (2026, 0, 1, "none", "none"),
            (2026, 1, 0, "none", "none"),
            (999, 1, 1, "none", "none"),
            (1000, 1, 1, "1 January 1000", "1er janvier 1000"),
            (9999, 1, 1, "1 January 9999", "1er janvier 9999"),
            (10_000, 1, 1, "none", "none"),
            (i32::MIN, 1, 1, "none", "none"),
        ] {
            assert_eq!(seen(en().date(year, month, day)), english);
            assert_eq!(seen(fr().date(year, month, day)), french);
        }
    }

    #[test]
    fn lists() {
        let all = ["a", "b", "c"];
        for (count, english, french) in [
            (0, "", ""),
            (1, "a", "a"),
            (2, "a and b", "a et b"),
            (3, "a, b and c", "a, b et c"),
        ] {
            assert_eq!(en().list(&all[..count]), english);
            assert_eq!(fr().list(&all[..count]), french);
        }
        assert_eq!(en().list(&["a".to_owned(), "{0}".to_owned()]), "a and {0}");
    }

    #[test]
    fn plurals() {
        for (n, english, french) in [
            (0, "other", "one"),
            (1, "one", "one"),
            (2, "other", "other"),
            (21, "other", "other"),
            (1_000_000, "other", "many"),
            (1_000_001, "other", "other"),
        ] {
            assert_eq!(en().plural(n), english, "{n}");
            assert_eq!(fr().plural(n), french, "{n}");
        }
    }

    #[test]
    fn contractions_take_the_first_pair_that_fits() {
        let of = Contractions::from([
            ("les ", "des "),
            ("le ", "du "),
            ("la ", "de la "),
            ("l’", "de l’"),
            ("é", "d’é"),
            ("", "de "),
        ]);
        for (phrase, result) in [
            ("les Comores", "des Comores"),
            ("le Lesotho", "du Lesotho"),
            ("la Gambie", "de la Gambie"),
            ("l’Inde", "de l’Inde"),
            ("équipes", "d’équipes"),
            ("Djibouti", "de Djibouti"),
            ("Le Monde", "de Le Monde"),
            ("lesotho", "de lesotho"),
            ("", "de "),
        ] {
            assert_eq!(of.apply(phrase), result);
        }
    }

    #[test]
    fn contractions_without_a_fitting_pair_change_nothing() {
        assert_eq!(Contractions::default().apply("the team"), "the team");
        let of = Contractions::new(vec![("le ".into(), "du ".into())]);
        assert_eq!(of.apply("Cuba"), "Cuba");
    }
}
