//! How an establishment goes on: its plan, what was planned anew, and a record for each month.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::dossier::LocalText;
use super::formula::exact;
use super::{Date, Tlp, date};

/// A month of the Gregorian calendar, from year 1000 to 9999: `2026-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The year.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: u8,
}

impl Month {
    /// Reads `YYYY-MM`; none where it is not a month of the calendar.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits =
            |part: &str, len| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let (year, month) = (year.parse().ok()?, month.parse().ok()?);
        (year >= 1000 && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// Returns the month that a day lies in.
    pub fn of(date: Date) -> Self {
        Self {
            year: date.year,
            month: date.month,
        }
    }

    /// Returns its first day.
    pub fn first(self) -> Date {
        Date {
            year: self.year,
            month: self.month,
            day: 1,
        }
    }

    /// Returns its last day.
    pub fn last(self) -> Date {
        Date {
            day: date::days_in(self.year, self.month).unwrap_or(28),
            ..self.first()
        }
    }

    /// Returns the month after.
    pub fn next(self) -> Self {
        Self::nth(self.number() + 1)
    }

    /// Returns the month before.
    pub fn previous(self) -> Self {
        Self::nth(self.number() - 1)
    }

    /// Counts the months from another one up to this one; negative where it comes before.
    pub fn since(self, other: Self) -> i32 {
        self.number() - other.number()
    }

    fn number(self) -> i32 {
        i32::from(self.year) * 12 + i32::from(self.month) - 1
    }

    fn nth(number: i32) -> Self {
        let year = u16::try_from(number.div_euclid(12)).unwrap_or(u16::MAX);
        let month = u8::try_from(number.rem_euclid(12)).unwrap_or(0) + 1;
        Self { year, month }
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:04}-{:02}", self.year, self.month)
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| Error::custom("expected a month such as \"2026-05\""))
    }
}

impl JsonSchema for Month {
    fn schema_name() -> Cow<'static, str> {
        "Month".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[1-9][0-9]{3}-(0[1-9]|1[0-2])$" })
    }
}

/// An exact amount that is not negative, written as `"46400 USD"` or `"46400"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// The amount.
    pub amount: Decimal,
    /// The ISO 4217 currency; the dossier's where none is written.
    pub currency: Option<String>,
}

impl Money {
    /// The largest amount that is read; sums of such amounts stay exact.
    const LIMIT: i64 = 1_000_000_000_000_000;

    /// Reads the written form.
    pub fn parse(text: &str) -> Option<Self> {
        let (amount, currency) = match text.trim().split_once(' ') {
            Some((amount, currency)) => (amount, Some(currency.trim())),
            None => (text.trim(), None),
        };
        let code = |code: &str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        let amount = exact(amount)?;
        let fits = !amount.is_sign_negative()
            && amount <= Decimal::from(Self::LIMIT)
            && amount.scale() <= 4
            && currency.is_none_or(code);
        fits.then(|| Self {
            amount,
            currency: currency.map(String::from),
        })
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.amount)?;
        match &self.currency {
            Some(currency) => write!(out, " {currency}"),
            None => Ok(()),
        }
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = Money;
            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("an amount in quotes, such as \"46400 USD\"")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Money, E> {
                let read = Money::parse(text);
                read.ok_or_else(|| E::custom("expected an amount such as \"46400 USD\""))
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Money, E> {
                self.visit_str(&number.to_string())
            }
        }
        deserializer.deserialize_any(Written)
    }
}

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9]+(\\.[0-9]{1,4})?( [A-Z]{3})?$" })
    }
}

/// Who pays for a work package.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Payer {
    /// The State.
    State,
    /// The host institution.
    Host,
    /// A partner.
    Partner,
    /// It is given in kind.
    InKind,
    /// Nobody has agreed to pay yet.
    Open,
}

/// How likely a risk is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Likelihood {
    /// It may come.
    Low,
    /// It is as likely as not.
    Medium,
    /// It is to be expected.
    High,
}

/// The plan as it was approved at the beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Baseline {
    /// The day it was approved.
    pub date: Date,
    /// By whom.
    pub approved_by: Option<LocalText>,
    /// The evidence of it.
    pub evidence: Option<String>,
}

/// A part of the work that has an owner, a beginning and an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WorkPackage {
    /// What it is.
    pub title: LocalText,
    /// The work stream: the domain of a section of the stage's questionnaire.
    pub stream: String,
    /// The owner role.
    pub owner: String,
    /// The first day.
    pub start: Date,
    /// The last day.
    pub end: Date,
    /// What it is to cost.
    pub cost: Option<Money>,
    /// Who pays.
    pub payer: Option<Payer>,
    /// The packages that must be done before.
    #[serde(default)]
    pub after: Vec<String>,
    /// How one sees that it is done.
    pub proof: Option<LocalText>,
}

/// What a re-plan changes of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PackageChange {
    /// The new first day.
    pub start: Option<Date>,
    /// The new last day.
    pub end: Option<Date>,
    /// The new cost.
    pub cost: Option<Money>,
    /// The new payer.
    pub payer: Option<Payer>,
}

/// A change of the plan, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RePlan {
    /// The day from which it holds.
    pub date: Date,
    /// Why.
    pub reason: LocalText,
    /// By whom it was approved.
    pub approved_by: Option<LocalText>,
    /// The evidence of it.
    pub evidence: Option<String>,
    /// What changes, by package.
    #[serde(default)]
    pub work_packages: BTreeMap<String, PackageChange>,
}

/// The plan of an establishment: `progress/plan.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WorkPlan {
    /// Its own label.
    pub tlp: Option<Tlp>,
    /// The plan as it was approved.
    pub baseline: Baseline,
    /// The work packages, by id.
    #[serde(default)]
    pub work_packages: BTreeMap<String, WorkPackage>,
    /// What was planned anew since, in the order of the dates.
    #[serde(default, rename = "re-plan")]
    pub re_plans: Vec<RePlan>,
}

impl WorkPlan {
    /// Walks the ids of the evidence it cites.
    pub fn evidence(&self) -> impl Iterator<Item = &str> {
        let re_plans = self.re_plans.iter().map(|one| &one.evidence);
        let cited = std::iter::once(&self.baseline.evidence).chain(re_plans);
        cited.filter_map(Option::as_deref)
    }

    /// Returns a package as it was planned up to the end of a day.
    pub fn package_on(&self, id: &str, day: Date) -> Option<WorkPackage> {
        let mut package = self.work_packages.get(id)?.clone();
        for change in self.re_plans.iter().filter(|one| one.date <= day) {
            let Some(change) = change.work_packages.get(id) else {
                continue;
            };
            package.start = change.start.unwrap_or(package.start);
            package.end = change.end.unwrap_or(package.end);
            package.cost = change.cost.clone().or(package.cost);
            package.payer = change.payer.or(package.payer);
        }
        Some(package)
    }
}

/// How one package stands at the end of a month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PackageRecord {
    /// How much of it is done, 0 to 100.
    #[serde(deserialize_with = "percent")]
    #[schemars(range(max = 100))]
    pub percent: u8,
    /// What was done in the month.
    pub done: Option<LocalText>,
    /// What comes in the month after.
    pub next: Option<LocalText>,
    /// What keeps it from going on.
    pub blocked_by: Option<LocalText>,
    /// What was spent from the beginning up to the end of the month.
    pub spent: Option<Money>,
    /// When it will be done, as seen now; for 100 % the day it was done.
    pub forecast_end: Option<Date>,
    /// What it will have cost in the end.
    pub forecast_cost: Option<Money>,
    /// The evidence it cites.
    #[serde(default)]
    pub evidence: Vec<String>,
}

fn percent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let number = i64::deserialize(deserializer)?;
    let percent = u8::try_from(number).ok().filter(|percent| *percent <= 100);
    percent.ok_or_else(|| D::Error::custom("expected a whole number from 0 to 100"))
}

/// What may go wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Risk {
    /// What it is.
    pub text: LocalText,
    /// How likely it is.
    pub likelihood: Likelihood,
    /// What it would do.
    pub effect: Option<LocalText>,
    /// What is done about it.
    pub response: Option<LocalText>,
    /// The role that watches it.
    pub owner: Option<String>,
    /// It has passed or come true and is no longer a risk.
    #[serde(default)]
    pub closed: bool,
}

/// What will stay open at the acceptance, announced before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reservation {
    /// What it is.
    pub what: LocalText,
    /// The role that lifts it.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<Date>,
    /// It is settled and will not stand at the acceptance.
    #[serde(default)]
    pub closed: bool,
}

/// A decision that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WantedDecision {
    /// What is to be decided.
    pub what: LocalText,
    /// The role that decides.
    pub by: String,
    /// By when.
    pub until: Option<Date>,
    /// The packages that it sets free.
    #[serde(default)]
    pub frees: Vec<String>,
    /// The day it was taken.
    pub taken: Option<Date>,
}

/// What was written down of one month: `progress/2026-05.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MonthlyRecord {
    /// The day it was written down.
    pub recorded: Date,
    /// The initials of who wrote it.
    pub by: Option<String>,
    /// Its own label.
    pub tlp: Option<Tlp>,
    /// The month in two or three sentences.
    pub summary: Option<LocalText>,
    /// How the packages stand, by id.
    #[serde(default)]
    pub work_packages: BTreeMap<String, PackageRecord>,
    /// The risks, by id.
    #[serde(default)]
    pub risks: BTreeMap<String, Risk>,
    /// The reservations that are announced, by id.
    #[serde(default)]
    pub reservations: BTreeMap<String, Reservation>,
    /// The decisions wanted, by id.
    #[serde(default)]
    pub decisions: BTreeMap<String, WantedDecision>,
}

impl MonthlyRecord {
    /// Walks the ids of the evidence it cites.
    pub fn evidence(&self) -> impl Iterator<Item = &str> {
        let packages = self.work_packages.values();
        packages.flat_map(|one| one.evidence.iter().map(String::as_str))
    }
}

/// The plan and the monthly records of an establishment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// The plan, where there is one.
    pub plan: Option<WorkPlan>,
    /// The records, by month.
    pub records: BTreeMap<Month, MonthlyRecord>,
    /// The months whose records are above the ceiling of this view; only their number is told.
    pub withheld: BTreeSet<Month>,
}

impl Progress {
    /// Tells whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.plan.is_none() && self.records.is_empty() && self.withheld.is_empty()
    }

    /// Returns the last month that has a record.
    pub fn last_month(&self) -> Option<Month> {
        self.records.keys().next_back().copied()
    }

    /// Returns what was known at the end of a month: the records up to it, and the re-plans.
    pub fn up_to(&self, period: Month) -> Self {
        let mut known = self.clone();
        known.records.retain(|month, _| *month <= period);
        known.withheld.retain(|month| *month <= period);
        if let Some(plan) = &mut known.plan {
            plan.re_plans.retain(|one| one.date <= period.last());
        }
        known
    }

    /// Walks the ids of the evidence that the plan and the records cite.
    pub fn evidence(&self) -> impl Iterator<Item = &str> {
        let plan = self.plan.iter().flat_map(WorkPlan::evidence);
        plan.chain(self.records.values().flat_map(MonthlyRecord::evidence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        Month::parse(text).expect("a month")
    }

    #[test]
    fn only_months_of_the_calendar_are_read() {
        assert_eq!(month("2026-05").to_string(), "2026-05");
        for wrong in [
            "2026-13",
            "2026-00",
            "2026-5",
            "26-05",
            "0999-01",
            "+026-05",
            "2026-05-01",
            "mai",
        ] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn months_are_ordered_and_counted() {
        assert!(month("2025-12") < month("2026-01"));
        assert_eq!(month("2025-12").next(), month("2026-01"));
        assert_eq!(month("2026-01").previous(), month("2025-12"));
        assert_eq!(month("2027-02").since(month("2026-11")), 3);
        assert_eq!(month("2028-02").last().to_string(), "2028-02-29");
        assert_eq!(Month::of(month("2026-04").last()), month("2026-04"));
    }

    #[test]
    fn an_amount_is_exact_and_not_negative() {
        let read = |text| Money::parse(text).map(|money| money.to_string());
        assert_eq!(read("46400.50 USD").as_deref(), Some("46400.50 USD"));
        assert_eq!(read("46400").as_deref(), Some("46400"));
        for wrong in [
            "-1 USD",
            "1e3",
            "46,400 USD",
            "46400 usd",
            "46400 US",
            "",
            "1000000000000001",
            "0.00001",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_re_plan_holds_from_its_day() {
        let plan: WorkPlan = toml::from_str(
            "[baseline]\ndate = 2026-01-15\n\
             [work-packages.a]\ntitle = \"A\"\nstream = \"s\"\nowner = \"host\"\nstart = 2026-02-01\nend = 2026-04-30\ncost = \"10 USD\"\n\
             [[re-plan]]\ndate = 2026-05-04\nreason = \"late\"\n[re-plan.work-packages.a]\nend = 2026-07-15\n",
        )
        .expect("a plan");
        let end = |day: &str| {
            let day = Date::parse(day).expect("a day");
            plan.package_on("a", day)
                .expect("a package")
                .end
                .to_string()
        };
        assert_eq!(end("2026-05-03"), "2026-04-30");
        assert_eq!(end("2026-05-04"), "2026-07-15");
    }
}
