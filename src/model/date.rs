//! A day of the calendar, as a dossier states it.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A day of the Gregorian calendar, from year 1 on; in files a TOML date, in JSON `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
}

impl Date {
    /// Reads `YYYY-MM-DD`; none where it is not a day of the calendar.
    pub fn parse(text: &str) -> Option<Self> {
        let date: toml::value::Date = text
            .parse::<toml::value::Datetime>()
            .ok()
            .and_then(day_only)?;
        Self::new(date.year, date.month, date.day)
    }

    /// Returns the day of a count of seconds since 1970-01-01, as `SOURCE_DATE_EPOCH` gives it.
    pub fn from_epoch(seconds: i64) -> Option<Self> {
        // Howard Hinnant's days-to-civil algorithm (public domain).
        let days = seconds.div_euclid(86_400) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let small = |number: i64| u8::try_from(number).ok();
        Self::new(u16::try_from(year).ok()?, small(month)?, small(day)?)
    }

    /// Returns the days since 1970-01-01: the difference of two is the days between them.
    pub fn days(self) -> i64 {
        // Howard Hinnant's days-from-civil algorithm (public domain).
        let month = i64::from(self.month);
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let days = days_in(year, month)?;
        (year > 0 && (1..=days).contains(&day)).then_some(Self { year, month, day })
    }
}

/// Returns the days of a month; none where there is no such month.
pub(super) fn days_in(year: u16, month: u8) -> Option<u8> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    Some(match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    })
}

fn day_only(moment: toml::value::Datetime) -> Option<toml::value::Date> {
    if moment.time.is_some() {
        None
    } else {
        moment.date
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let moment = toml::value::Datetime::deserialize(deserializer).map_err(|problem| {
            // A date that is not there is no wrong date.
            if problem.to_string().starts_with("missing field") {
                return problem;
            }
            serde::de::Error::custom("expected a date such as 2026-06-03, without quotes")
        })?;
        day_only(moment)
            .and_then(|date| Self::new(date.year, date.month, date.day))
            .ok_or_else(|| {
                serde::de::Error::custom(
                    "expected a day of the calendar such as 2026-06-03, without a time",
                )
            })
    }
}

impl JsonSchema for Date {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_read() {
        assert_eq!(
            Date::parse("2028-02-29")
                .map(|date| date.to_string())
                .as_deref(),
            Some("2028-02-29")
        );
        assert_eq!(Date::parse("2026-02-29"), None);
        assert_eq!(Date::parse("2026-06-03T10:00:00"), None);
        assert_eq!(Date::parse("3 June"), None);
    }

    #[test]
    fn an_epoch_becomes_its_day() {
        assert_eq!(Date::from_epoch(0), Date::parse("1970-01-01"));
        assert_eq!(Date::from_epoch(1_772_236_799), Date::parse("2026-02-27"));
        assert_eq!(Date::from_epoch(-1), Date::parse("1969-12-31"));
    }

    #[test]
    fn a_day_is_as_many_days_after_1970_as_an_epoch_makes_it() {
        for days in (-700_000..2_000_000).step_by(997) {
            let date = Date::from_epoch(days * 86_400).expect("a day");
            assert_eq!(date.days(), days, "{date}");
        }
    }
}
