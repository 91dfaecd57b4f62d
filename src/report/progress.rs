//! What a template sees of the plan and the monthly records of an establishment.

use schemars::JsonSchema;
use serde::Serialize;

use super::view::Count;

/// A text that a person typed, with its language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TextView {
    /// The words.
    pub text: String,
    /// The language tag, where it is another than the report's; else empty.
    pub foreign: String,
}

/// A month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MonthView {
    /// Such as `2026-05`.
    pub id: String,
    /// Such as `May 2026`.
    pub text: String,
    /// After "of".
    pub of: String,
}

/// Months one after another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MonthsView {
    /// The first.
    pub first: MonthView,
    /// The last.
    pub last: MonthView,
    /// How many they are.
    pub months: Count,
}

/// Who holds a role, in the forms that a sentence needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoleView {
    /// The role's id.
    pub id: String,
    /// With its article.
    pub the: String,
    /// After "of".
    pub of: String,
    /// After "to".
    pub to: String,
    /// Without its article.
    pub name: String,
}

/// A number of days, later or earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DaysView {
    /// The days; later is more than zero.
    pub n: i64,
    /// How many they are, without a sign.
    pub days: Count,
    /// With a sign, as a table writes it.
    pub text: String,
}

/// How an establishment stands at the end of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProgressView {
    /// The month that is reported, where any record is shown.
    pub period: Option<MonthView>,
    /// The month after it.
    pub next: Option<MonthView>,
    /// The last month before it that has a record.
    pub before: Option<MonthView>,
    /// The day its record was written down.
    pub recorded: Option<String>,
    /// Who wrote it down.
    pub by: Option<String>,
    /// The month in the writer's own sentences.
    pub summary: Option<TextView>,
    /// The plan as it was approved.
    pub baseline: Option<BaselineView>,
    /// What was planned anew up to the end of the month.
    pub re_plans: Vec<RePlanView>,
    /// The records up to this month.
    pub records: Count,
    /// The records up to this month that are above the ceiling.
    pub withheld: Count,
    /// The months without a record since the first one.
    pub gaps: Vec<MonthsView>,
    /// The packages, in the order of their first days as planned.
    pub packages: Vec<PackageView>,
    /// The money of all packages.
    pub money: MoneyView,
    /// The money by payer.
    pub payers: Vec<PayerView>,
    /// The risks that are open, and those closed in this month.
    pub risks: Vec<RiskView>,
    /// The reservations that are announced, and those settled in this month.
    pub reservations: Vec<ReservationView>,
    /// The decisions that are wanted, and those taken since the record before.
    pub decisions: Vec<WantedDecisionView>,
}

/// The plan as it was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BaselineView {
    /// The day.
    pub date: String,
    /// By whom.
    pub approved_by: Option<TextView>,
    /// The evidence, such as `E-07`.
    pub evidence: Option<String>,
}

/// A change of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RePlanView {
    /// The day.
    pub date: String,
    /// Whether it came after the record before.
    pub new: bool,
    /// Why.
    pub reason: TextView,
    /// By whom it was approved.
    pub approved_by: Option<TextView>,
    /// The evidence, such as `E-07`.
    pub evidence: Option<String>,
    /// What changed, by package.
    pub changes: Vec<ChangeView>,
}

/// What a re-plan changed of a package; each pair holds what was planned before and since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChangeView {
    /// The package's id.
    pub id: String,
    /// Its title.
    pub title: TextView,
    /// The first day before, where it changed.
    pub start_before: Option<String>,
    /// The first day since.
    pub start: Option<String>,
    /// The last day before, where it changed.
    pub end_before: Option<String>,
    /// The last day since.
    pub end: Option<String>,
    /// The cost before, where it changed and there was one.
    pub cost_before: Option<String>,
    /// The cost since.
    pub cost: Option<String>,
    /// The payer since, in words.
    pub payer: Option<String>,
}

/// A work package at the end of the month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PackageView {
    /// The id.
    pub id: String,
    /// What it is; the id where the plan does not hold it.
    pub title: TextView,
    /// The work stream's id.
    pub stream: Option<String>,
    /// The work stream in words.
    pub stream_text: Option<String>,
    /// Who owns it.
    pub owner: Option<RoleView>,
    /// How one sees that it is done.
    pub proof: Option<TextView>,
    /// `done`, `under-way`, `not-begun`; where no record mentions it, `to-come` before its first day as
    /// planned and `unreported` from then on.
    pub state: String,
    /// Whether this month's record mentions it.
    pub reported: bool,
    /// How much is done.
    pub percent: Option<u8>,
    /// The same in words.
    pub percent_text: Option<String>,
    /// How much was done at the record before.
    pub percent_before: Option<u8>,
    /// The same in words.
    pub percent_before_text: Option<String>,
    /// What was done in the month.
    pub done: Option<TextView>,
    /// What comes next.
    pub next: Option<TextView>,
    /// What keeps it from going on.
    pub blocked_by: Option<TextView>,
    /// The first record that says so without a break.
    pub blocked_since: Option<MonthView>,
    /// Those who can set it free by a decision that is wanted of them.
    pub freed_by: Vec<RoleView>,
    /// The first day, as planned now.
    pub start: Option<String>,
    /// The last day, as first planned.
    pub baseline_end: Option<String>,
    /// The last day, as planned now.
    pub planned_end: Option<String>,
    /// Whether a re-plan moved the last day.
    pub replanned: bool,
    /// How its end is known: `done`, `forecast`, `planned`, `overdue` or `unknown`.
    pub end_kind: String,
    /// The day it was done or will be done, as known; of one overdue the day that is over.
    pub end: Option<String>,
    /// Whether it begins in the month after, by the plan.
    pub begins_next: bool,
    /// Whether it ends in the month after, by forecast or plan.
    pub ends_next: bool,
    /// Whether it should have begun, and no record says that it has.
    pub late_to_begin: bool,
    /// The days behind the plan as first approved; of one overdue the days so far.
    pub slip: Option<DaysView>,
    /// The days by which its end moved since the record before.
    pub moved: Option<DaysView>,
    /// The cost as first planned.
    pub baseline_cost: Option<String>,
    /// The cost as planned now.
    pub cost: Option<String>,
    /// What was spent up to the end of the month.
    pub spent: Option<String>,
    /// What it will have cost: the forecast, else the plan, and never less than was spent.
    pub expected_cost: Option<String>,
    /// Who pays, in words.
    pub payer: Option<String>,
    /// The evidence that this month's record cites, as it stands in brackets.
    pub cite: Option<String>,
}

/// Sums of money; each is none where no package gives a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MoneyView {
    /// As first planned.
    pub baseline: Option<String>,
    /// As planned now.
    pub planned: Option<String>,
    /// Spent.
    pub spent: Option<String>,
    /// Spent since the record before.
    pub spent_since: Option<String>,
    /// The share of the planned cost that is spent.
    pub spent_share: Option<String>,
    /// Expected in the end.
    pub expected: Option<String>,
    /// What is expected beyond the plan or below it, without a sign.
    pub difference: Option<String>,
    /// 1 where more is expected than planned, -1 where less is, else 0.
    pub more: i8,
    /// 1 where more is planned now than first, -1 where less is, else 0.
    pub replanned: i8,
    /// The packages with any figure.
    pub packages: Count,
    /// Those that the plan gives no cost.
    pub unplanned: Count,
    /// Those that have begun and of which nobody wrote what was spent.
    pub unspent: Count,
}

/// The money of one payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PayerView {
    /// `state`, `host`, `partner`, `in-kind`, `open` or `none`.
    pub id: String,
    /// In words.
    pub text: String,
    /// The money.
    pub money: MoneyView,
}

/// A risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RiskView {
    /// The id.
    pub id: String,
    /// What it is.
    pub text: TextView,
    /// `low`, `medium` or `high`.
    pub likelihood: String,
    /// The likelihood in words.
    pub likelihood_text: String,
    /// `likelier`, `less-likely` or `same`, beside the record before.
    pub change: String,
    /// What it would do.
    pub effect: Option<TextView>,
    /// What is done about it.
    pub response: Option<TextView>,
    /// Who watches it.
    pub owner: Option<RoleView>,
    /// The month in which it was first told.
    pub since: MonthView,
    /// Whether it was first told in this month.
    pub new: bool,
    /// Whether it is closed since this month.
    pub closed: bool,
}

/// A reservation that will stand at the acceptance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReservationView {
    /// The id.
    pub id: String,
    /// What it is.
    pub what: TextView,
    /// Who lifts it.
    pub owner: Option<RoleView>,
    /// By when.
    pub due: Option<String>,
    /// The month in which it was first announced.
    pub since: MonthView,
    /// Whether it was first announced in this month.
    pub new: bool,
    /// Whether it is settled since this month.
    pub closed: bool,
}

/// A decision that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WantedDecisionView {
    /// The id.
    pub id: String,
    /// What is to be decided.
    pub what: TextView,
    /// Who decides.
    pub by: RoleView,
    /// By when.
    pub until: Option<String>,
    /// Whether that day is over.
    pub overdue: bool,
    /// The titles of the packages that it sets free.
    pub frees: Vec<TextView>,
    /// The day it was taken.
    pub taken: Option<String>,
    /// The month in which it was first asked for.
    pub since: MonthView,
    /// Whether it was first asked for in this month.
    pub new: bool,
}
