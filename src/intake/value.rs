//! A value as a person types it into a spreadsheet, and as the spreadsheet writes it back.
//!
//! Numbers come with spaces between thousands and a comma or a point, days with the day first, choices in
//! words. What can be read in two ways is refused, never guessed.

use super::{Tongue, plain};
use crate::diagnostic::Diagnostic;
use crate::dossier;
use crate::model::dossier::LocalText;
use crate::model::question::{Choice, Kind};
use crate::model::{Question, Value};

/// How values are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits<'a> {
    pub(super) tongue: &'a Tongue,
    /// The decimal mark, where language and file agree on it.
    pub(super) decimal: Option<char>,
    /// The currency of amounts that name none.
    pub(super) currency: Option<&'a str>,
}

/// Why a value was not read; it never quotes it.
#[derive(Debug)]
pub(super) enum Wrong {
    /// It is none of the choices.
    Choice(String),
    /// It does not fit the question, with the help.
    Value(String, Option<String>),
}

/// Tells whether a question takes a value beside the words of a reply.
pub(super) fn is_wanted(kind: Kind) -> bool {
    !matches!(kind, Kind::Level | Kind::Table | Kind::Reference)
}

/// Reads a value that stands in a cell.
pub(super) fn parse(question: &Question, cell: &str, habits: Habits<'_>) -> Result<Value, Wrong> {
    let two_ways = || {
        let message = format!(
            "`{}` takes a number, and this can be read as two",
            question.id
        );
        let help =
            "write it without a mark between thousands, or with more or fewer decimals than three";
        Wrong::Value(message, Some(help.into()))
    };
    let typed = match question.kind {
        Kind::Text => return Ok(Value::Text(LocalText::from(cell))),
        Kind::SelectOne => return chosen(question, cell, habits).map(Value::Choice),
        Kind::SelectMultiple => return all_chosen(question, cell, habits).map(Value::Choices),
        Kind::YesNo => yes_no(cell, habits.tongue).unwrap_or(cell).to_string(),
        Kind::Integer => {
            let number = number(cell, &question.unit, habits.decimal).map_err(|()| two_ways())?;
            let whole = |number: &str| {
                let (whole, rest) = number.split_once('.')?;
                rest.bytes()
                    .all(|digit| digit == b'0')
                    .then(|| whole.to_string())
            };
            whole(&number).unwrap_or(number)
        }
        Kind::Decimal => number(cell, &question.unit, habits.decimal).map_err(|()| two_ways())?,
        Kind::Money => money(cell, habits.decimal).map_err(|()| two_ways())?,
        Kind::Date => match day(cell, habits.decimal == Some(',')) {
            Ok(day) => day.unwrap_or_else(|| cell.to_string()),
            Err(()) => {
                let message = format!(
                    "`{}` takes a date, and this can be read as two",
                    question.id
                );
                return Err(Wrong::Value(message, Some("write it as 2026-06-03".into())));
            }
        },
        Kind::Level | Kind::Table | Kind::Reference => cell.to_string(),
    };
    dossier::parse(question, &typed, habits.currency).map_err(|problem: Diagnostic| {
        let help = match question.kind {
            Kind::Date => Some("write 2026-06-03, or the day first as in 03/06/2026".into()),
            _ => problem.help,
        };
        Wrong::Value(problem.message, help)
    })
}

fn yes_no(cell: &str, tongue: &Tongue) -> Option<&'static str> {
    let cell = plain(cell);
    let is = |words: &[String]| words.iter().any(|word| plain(word) == cell);
    match (is(&tongue.yes), is(&tongue.no)) {
        (true, _) => Some("yes"),
        (_, true) => Some("no"),
        _ => None,
    }
}

/// Returns the id of the choice that a cell names, by its id or its label.
fn choice<'q>(options: &'q [Choice], cell: &str, tongue: &Tongue) -> Option<&'q str> {
    let bare = |text: &str| {
        let text = plain(
            text.trim()
                .trim_start_matches(['-', '–', '•', '☐', '☒', '☑', ' ']),
        );
        let cut = |article: &String| text.strip_prefix(&plain_article(article)).map(String::from);
        tongue.articles.iter().find_map(cut).unwrap_or(text)
    };
    let wanted = bare(cell);
    let is = |option: &&Choice| plain(&option.id) == plain(cell) || bare(&option.label) == wanted;
    let mut fitting = options.iter().filter(is);
    // Two labels that differ in nothing but an article would be a guess.
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => Some(&one.id),
        _ => None,
    }
}

/// Returns an article as it stands before a word in a plain text.
fn plain_article(article: &str) -> String {
    let space = if article.ends_with(' ') { " " } else { "" };
    plain(article) + space
}

fn no_choice(question: &Question) -> Wrong {
    let labels = question.options.iter().map(|one| one.label.as_str());
    let labels: Vec<&str> = labels.collect();
    Wrong::Choice(format!("the choices are: {}", labels.join("; ")))
}

fn chosen(question: &Question, cell: &str, habits: Habits<'_>) -> Result<String, Wrong> {
    let id = choice(&question.options, cell, habits.tongue);
    id.map(String::from).ok_or_else(|| no_choice(question))
}

/// Reads choices that stand on lines of their own, or with `;` or `,` between them.
fn all_chosen(question: &Question, cell: &str, habits: Habits<'_>) -> Result<Vec<String>, Wrong> {
    let one = |text: &str| choice(&question.options, text, habits.tongue);
    let mut ids: Vec<String> = Vec::new();
    let mut take = |id: &str| {
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_string());
        }
    };
    for piece in cell
        .split(['\n', ';'])
        .filter(|piece| !piece.trim().is_empty())
    {
        if let Some(id) = one(piece) {
            take(id);
            continue;
        }
        for word in piece.split(',').filter(|word| !word.trim().is_empty()) {
            take(one(word).ok_or_else(|| no_choice(question))?);
        }
    }
    match ids.is_empty() {
        true => Err(no_choice(question)),
        false => Ok(ids),
    }
}

/// Writes a number with a point and nothing between thousands. What is no number stays as it is; what can
/// be read as two is an error.
fn number(cell: &str, unit: &str, decimal: Option<char>) -> Result<String, ()> {
    let same = || Ok(cell.to_string());
    let text = cell.trim();
    let text = text.strip_suffix('%').unwrap_or(text).trim_end();
    let text = match unit.trim() {
        "" => text,
        unit => text.strip_suffix(unit).unwrap_or(text),
    };
    let text = text.trim().replace('−', "-");
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    let spaces = [' ', '\u{a0}', '\u{202f}', '’', '\''];
    let groups: Vec<&str> = text.split(spaces).collect();
    let text = groups.concat();
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
    {
        return same();
    }
    // "1 200" is a number, "12 14" are two.
    let (mut whole, last) = (groups.iter().skip(1), groups.last());
    if !whole.all(|group| group.bytes().take_while(u8::is_ascii_digit).count() == 3)
        || last.is_none_or(|last| last.is_empty())
    {
        return same();
    }
    let marks: Vec<(usize, char)> = text
        .match_indices(['.', ','])
        .filter_map(|(at, mark)| Some((at, mark.chars().next()?)))
        .collect();
    let Some(&(at, mark)) = marks.last() else {
        return Ok(format!("{sign}{text}"));
    };
    let (before, after) = (&text[..at], &text[at + 1..]);
    let grouped = |text: &str, mark: char| {
        let mut groups = text.split(mark);
        let first = groups
            .next()
            .is_some_and(|one| (1..=3).contains(&one.len()));
        first && groups.all(|one| one.len() == 3)
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let exact = |whole: &str| match (whole.is_empty(), after.is_empty()) {
        (false, false) => Ok(format!("{sign}{whole}.{after}")),
        _ => same(),
    };
    let other = |one: &(usize, char)| one.1 != mark;
    match marks.len() {
        1 if after.len() == 3
            && (1..=3).contains(&before.len())
            && before != "0"
            && groups.len() == 1 =>
        {
            match decimal {
                Some(decimal) if decimal == mark => exact(before),
                Some('.') => Ok(format!("{sign}{digits}")),
                _ => Err(()),
            }
        }
        1 => exact(before),
        // One kind of mark, more than once, parts thousands.
        _ if !marks.iter().any(other) && grouped(&text, mark) => Ok(format!("{sign}{digits}")),
        _ if marks.iter().filter(|one| one.1 == mark).count() == 1 => {
            let grouping = if mark == '.' { ',' } else { '.' };
            match grouped(before, grouping) {
                true => exact(&before.replace(grouping, "")),
                false => same(),
            }
        }
        _ => same(),
    }
}

/// Writes an amount as number and currency, whichever stood first.
fn money(cell: &str, decimal: Option<char>) -> Result<String, ()> {
    let cell = cell.trim();
    let letters = |c: char| c.is_ascii_alphabetic() || c == '€';
    let code = |text: &str| match text {
        "€" => Some(String::from("EUR")),
        text => (text.len() == 3).then(|| text.to_ascii_uppercase()),
    };
    let front = &cell[..cell.find(|c| !letters(c)).unwrap_or(cell.len())];
    let back = &cell[cell.trim_end_matches(letters).len()..];
    let (amount, currency) = match (code(front), code(back)) {
        (Some(currency), _) => (&cell[front.len()..], Some(currency)),
        (None, Some(currency)) => (&cell[..cell.len() - back.len()], Some(currency)),
        (None, None) => (cell, None),
    };
    let amount = number(amount.trim(), "", decimal)?;
    Ok(match currency {
        Some(currency) => format!("{amount} {currency}"),
        None => amount,
    })
}

/// Writes a day that was typed with the day first, or with a time behind it, in the order of ISO 8601.
/// Only where language and file have the habits of a country that writes the day first is a day taken so
/// that could as well be a month; else that is an error.
fn day(cell: &str, day_first: bool) -> Result<Option<String>, ()> {
    let Some((parts, mark)) = parts(cell) else {
        return Ok(None);
    };
    let [first, second, third] = parts;
    if first.len() == 4 {
        return Ok(Some(format!("{first}-{second:0>2}-{third:0>2}")));
    }
    let month = |text: &str| {
        text.parse::<u8>()
            .is_ok_and(|number| (1..=12).contains(&number))
    };
    // Nobody writes the month first with points.
    if !day_first && mark != '.' && month(first) && month(second) && first != second {
        return Err(());
    }
    let year = match third.len() {
        4 => third.to_string(),
        2 => format!("{}{third}", if third < SHORT_FROM { "20" } else { "19" }),
        _ => return Ok(None),
    };
    Ok(Some(format!("{year}-{second:0>2}-{first:0>2}")))
}

/// The first year that is of the last century where it is written with two digits.
const SHORT_FROM: &str = "80";

/// Tells whether the year of a day is written with two digits.
pub(super) fn has_short_year(cell: &str) -> bool {
    parts(cell).is_some_and(|([first, _, third], _)| first.len() < 4 && third.len() == 2)
}

/// Returns the three numbers of a day, and the mark between them.
fn parts(cell: &str) -> Option<([&str; 3], char)> {
    let cell = cell.trim();
    let (date, time) = cell.split_once([' ', 'T']).unwrap_or((cell, ""));
    if !time.chars().all(|c| c == '0' || c == ':') {
        return None;
    }
    let mark = date.chars().find(|c| "/.-".contains(*c))?;
    let mut parts = date.split(mark);
    let three = [parts.next()?, parts.next()?, parts.next()?];
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (parts.next().is_none() && three.iter().all(digits)).then_some((three, mark))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_as_their_writer_meant_them() {
        let comma = |text: &str| number(text, "", Some(','));
        let point = |text: &str| number(text, "", Some('.'));
        for (typed, meant) in [
            ("38,4", "38.4"),
            ("1 200", "1200"),
            ("1\u{202f}234\u{a0}567,50", "1234567.50"),
            ("1.234.567", "1234567"),
            ("1.234,5", "1234.5"),
            ("12,345", "12.345"),
            ("0.125", "0.125"),
            ("−5", "-5"),
            ("12 %", "12"),
            ("1 234,567", "1234.567"),
        ] {
            assert_eq!(comma(typed), Ok(meant.into()), "{typed}");
        }
        for (typed, meant) in [
            ("1,200", "1200"),
            ("1,234.5", "1234.5"),
            ("38,4", "38.4"),
            ("1.234", "1.234"),
        ] {
            assert_eq!(point(typed), Ok(meant.into()), "{typed}");
        }
        assert_eq!(
            comma("12.345"),
            Err(()),
            "grouped as in German, or a decimal"
        );
        assert_eq!(number("1,234", "", None), Err(()));
        for odd in [
            "environ 12",
            "12 14",
            "1,2,3",
            "",
            ",",
            "5,",
            "1 2345",
            "1.2,3.4",
        ] {
            assert_eq!(comma(odd), Ok(odd.into()), "{odd:?}");
        }
        assert_eq!(number("12 incidents", "incidents", None), Ok("12".into()));
    }

    #[test]
    fn amounts_and_days_are_put_in_order() {
        assert_eq!(
            money("365 000,50 USD", Some(',')),
            Ok("365000.50 USD".into())
        );
        assert_eq!(money("usd 365,000", Some('.')), Ok("365000 USD".into()));
        assert_eq!(money("12 €", None), Ok("12 EUR".into()));
        assert_eq!(money("365000", None), Ok("365000".into()));
        let first = |text: &str| day(text, true);
        for (typed, meant) in [
            ("03/06/2026", "2026-06-03"),
            ("3.6.2026 00:00:00", "2026-06-03"),
            ("2026-6-3", "2026-06-03"),
            ("31/12/28", "2028-12-31"),
            ("1/7/98", "1998-07-01"),
        ] {
            assert_eq!(first(typed), Ok(Some(meant.into())), "{typed}");
        }
        for odd in [
            "juin 2026",
            "",
            "/",
            "1/2",
            "1/2/3/4",
            "//",
            "03/06/2026 14:30",
            "1/2/026",
        ] {
            assert_eq!(first(odd), Ok(None), "{odd}");
        }
        assert_eq!(
            day("03/06/2026", false),
            Err(()),
            "the third of June, or the sixth of March"
        );
        assert_eq!(day("31/12/2026", false), Ok(Some("2026-12-31".into())));
        assert_eq!(day("06/06/2026", false), Ok(Some("2026-06-06".into())));
        assert_eq!(day("3.6.2026", false), Ok(Some("2026-06-03".into())));
        assert!(has_short_year("31/12/28") && !has_short_year("2028-12-31"));
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "\\PC{0,12}|[0-9.,' ’−+%€USD/-]{0,10}") {
            for decimal in [None, Some(','), Some('.')] {
                let _ = number(&text, "", decimal);
                let _ = money(&text, decimal);
            }
            let _ = day(&text, true);
            let _ = has_short_year(&text);
        }

        #[test]
        fn a_french_number_is_its_digits(whole in 0_u64..1_000_000_000, cents in 0_u8..100) {
            let digits = whole.to_string();
            let mut grouped = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at) % 3 == 0 {
                    grouped.push('\u{202f}');
                }
                grouped.push(digit);
            }
            let typed = format!("{grouped},{cents:02}");
            prop_assert_eq!(number(&typed, "", Some(',')), Ok(format!("{digits}.{cents:02}")));
        }
    }
}
