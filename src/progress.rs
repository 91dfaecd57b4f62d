//! From the plan and the monthly records to how things stand at the end of a month.
//!
//! Stands beside `plan` on the road and hands on dates, days and exact amounts, no sentences. What was
//! written after the month is not looked at: the report of a month stays what it was. A package that a
//! record does not mention stands as in the last one that does; so do risks, reservations and
//! decisions, until they are closed or taken.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::model::dossier::LocalText;
use crate::model::progress::{
    Likelihood, Money, MonthlyRecord, PackageRecord, Payer, RePlan, Reservation, Risk,
    WantedDecision, WorkPackage, WorkPlan,
};
use crate::model::{Date, Month, Progress};

/// How an establishment stands at the end of a month.
#[derive(Debug, Clone, PartialEq)]
pub struct Status<'p> {
    /// The month.
    pub period: Month,
    /// Its record, where there is one.
    pub record: Option<&'p MonthlyRecord>,
    /// The last month before it that has a record.
    pub before: Option<Month>,
    /// The months without a record, between the first record and this month.
    pub gaps: Vec<Gap>,
    /// The re-plans up to the end of the month, in their order.
    pub re_plans: Vec<&'p RePlan>,
    /// The packages, in the order of their first days as planned.
    pub packages: Vec<PackageStatus<'p>>,
    /// The currency that is written beside the first amount.
    pub currency: Option<&'p str>,
    /// The money of all packages.
    pub money: Totals,
    /// The money by payer; none stands for packages that name none.
    pub payers: Vec<(Option<Payer>, Totals)>,
    /// The risks that are open, and those closed in this month; the likeliest first.
    pub risks: Vec<Carried<'p, Risk>>,
    /// The reservations that are announced, and those settled in this month; the soonest first.
    pub reservations: Vec<Carried<'p, Reservation>>,
    /// The decisions that are wanted, and those of which this month's record says that they were taken;
    /// the soonest first.
    pub decisions: Vec<Carried<'p, WantedDecision>>,
}

/// Months one after another that have no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The first.
    pub first: Month,
    /// The last.
    pub last: Month,
}

impl Gap {
    /// Counts the months.
    pub fn months(self) -> u64 {
        u64::try_from(self.last.since(self.first) + 1).unwrap_or(0)
    }
}

/// When a package ends, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It is done; on which day, where that was written down.
    Done(Option<Date>),
    /// It will end on this day, as forecast.
    Forecast(Date),
    /// No other day is known than that of the plan.
    Planned(Date),
    /// The day it was to end is over, and no other is known.
    Overdue(Date),
    /// Neither plan nor record gives a day.
    Unknown,
}

impl End {
    /// Returns the day, where there is one that still holds.
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Done(day) => day,
            Self::Forecast(day) | Self::Planned(day) => Some(day),
            Self::Overdue(_) | Self::Unknown => None,
        }
    }
}

/// How one package stands at the end of a month.
#[derive(Debug, Clone, PartialEq)]
pub struct PackageStatus<'p> {
    /// The id.
    pub id: &'p str,
    /// As it was planned first.
    pub baseline: Option<&'p WorkPackage>,
    /// As it is planned now.
    pub planned: Option<WorkPackage>,
    /// What this month's record says of it.
    pub record: Option<&'p PackageRecord>,
    /// How much is done, where any record says so.
    pub percent: Option<u8>,
    /// How much was done at the record before.
    pub percent_before: Option<u8>,
    /// When it ends.
    pub end: End,
    /// When it was to end, as seen at the record before.
    pub end_before: Option<End>,
    /// The days by which it ends later than first planned; fewer than it will be where it is overdue.
    pub slip: Option<i64>,
    /// The days by which its end moved since the record before.
    pub moved: Option<i64>,
    /// What was spent.
    pub spent: Option<Decimal>,
    /// What was spent at the record before.
    pub spent_before: Option<Decimal>,
    /// What it was to cost as first planned.
    pub baseline_cost: Option<Decimal>,
    /// What it is to cost as planned now.
    pub cost: Option<Decimal>,
    /// What it will have cost, as forecast.
    pub forecast_cost: Option<Decimal>,
    /// What keeps it from going on, and since which record.
    pub blocked: Option<(&'p LocalText, Month)>,
}

impl PackageStatus<'_> {
    /// Tells whether it is done.
    pub fn is_done(&self) -> bool {
        self.percent == Some(100)
    }

    /// Returns what it is expected to cost: the forecast, else the plan, and never less than was spent.
    pub fn expected_cost(&self) -> Option<Decimal> {
        let expected = self.forecast_cost.or(self.cost);
        expected.max(self.spent)
    }

    /// Returns who pays, as planned now.
    pub fn payer(&self) -> Option<Payer> {
        self.planned.as_ref()?.payer
    }
}

/// Sums over packages; a sum is none where no package gives a figure, for what is missing is no zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// As first planned.
    pub baseline: Option<Decimal>,
    /// As planned now.
    pub planned: Option<Decimal>,
    /// Spent.
    pub spent: Option<Decimal>,
    /// Spent at the record before.
    pub spent_before: Option<Decimal>,
    /// Expected in the end.
    pub expected: Option<Decimal>,
    /// The packages with any figure.
    pub packages: usize,
    /// Those of them that the plan gives no cost.
    pub unplanned: usize,
    /// Those that have begun and of which no record says what was spent.
    pub unspent: usize,
}

impl Totals {
    fn add(&mut self, one: &PackageStatus<'_>) {
        let Some(expected) = one.expected_cost() else {
            return;
        };
        let add = |sum: &mut Option<Decimal>, part: Option<Decimal>| {
            let both = sum.zip(part).map(|(sum, part)| sum.saturating_add(part));
            *sum = both.or(*sum).or(part);
        };
        add(&mut self.baseline, one.baseline_cost);
        add(&mut self.planned, one.cost);
        add(&mut self.spent, one.spent);
        add(&mut self.spent_before, one.spent_before);
        add(&mut self.expected, Some(expected));
        self.packages += 1;
        self.unplanned += usize::from(one.cost.is_none());
        let begun = one.percent.is_some_and(|percent| percent > 0);
        self.unspent += usize::from(begun && one.spent.is_none());
    }
}

/// Something that is carried forward from record to record.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried<'p, T> {
    /// The id.
    pub id: &'p str,
    /// As the last record says that mentions it.
    pub now: &'p T,
    /// As it stood at the record before.
    pub before: Option<&'p T>,
    /// The month in which it first stood in a record.
    pub first: Month,
    /// Whether it is over since this month.
    pub over: bool,
}

/// Returns how things stand at the end of a month.
pub fn at(progress: &Progress, period: Month) -> Status<'_> {
    let before = progress.records.range(..period).next_back();
    let before = before.map(|(month, _)| *month);
    let plan = progress.plan.as_ref();
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    ids.extend(
        plan.iter()
            .flat_map(|plan| plan.work_packages.keys())
            .map(String::as_str),
    );
    for (_, record) in progress.records.range(..=period) {
        ids.extend(record.work_packages.keys().map(String::as_str));
    }
    let mut packages: Vec<PackageStatus<'_>> = ids
        .into_iter()
        .map(|id| package(progress, id, period, before))
        .collect();
    packages.sort_by_key(|one| {
        let planned = one.planned.as_ref();
        (planned.is_none(), planned.map(|one| (one.start, one.end)))
    });
    let mut money = Totals::default();
    let mut payers: BTreeMap<(bool, Option<Payer>), Totals> = BTreeMap::new();
    for one in &packages {
        money.add(one);
        let payer = one.payer();
        payers.entry((payer.is_none(), payer)).or_default().add(one);
    }
    payers.retain(|_, totals| totals.packages > 0);
    let re_plans = plan.iter().flat_map(|plan| &plan.re_plans);
    let mut risks = carried(
        progress,
        period,
        before,
        |record| &record.risks,
        |one| one.closed,
    );
    risks.sort_by_key(|one| (one.over, std::cmp::Reverse(one.now.likelihood), one.first));
    let mut reservations = carried(
        progress,
        period,
        before,
        |record| &record.reservations,
        |one| one.closed,
    );
    reservations.sort_by_key(|one| (one.over, one.now.due.is_none(), one.now.due, one.first));
    let mut decisions = carried(
        progress,
        period,
        before,
        |record| &record.decisions,
        |one| one.taken.is_some(),
    );
    decisions.sort_by_key(|one| (one.over, one.now.until.is_none(), one.now.until, one.first));
    Status {
        period,
        record: progress.records.get(&period),
        before,
        gaps: gaps(progress, period),
        re_plans: re_plans.filter(|one| one.date <= period.last()).collect(),
        packages,
        currency: currency(progress, period),
        money,
        payers: payers
            .into_iter()
            .map(|((_, payer), totals)| (payer, totals))
            .collect(),
        risks,
        reservations,
        decisions,
    }
}

/// What the records up to a month say of a package.
#[derive(Default)]
struct Known<'p> {
    percent: Option<u8>,
    spent: Option<Decimal>,
    forecast_end: Option<Date>,
    forecast_cost: Option<Decimal>,
    blocked: Option<(&'p LocalText, Month)>,
}

impl<'p> Known<'p> {
    fn up_to(progress: &'p Progress, id: &str, month: Month) -> Self {
        let mut known = Self::default();
        for (month, record) in progress.records.range(..=month) {
            let Some(one) = record.work_packages.get(id) else {
                continue;
            };
            let done = one.percent == 100;
            known.percent = Some(one.percent);
            known.spent = amount(one.spent.as_ref()).or(known.spent);
            known.forecast_cost = amount(one.forecast_cost.as_ref()).or(known.forecast_cost);
            // An older forecast is no day on which it was done.
            known.forecast_end = one.forecast_end.or(known.forecast_end.filter(|_| !done));
            let since = known.blocked.map_or(*month, |(_, since)| since);
            known.blocked = one
                .blocked_by
                .as_ref()
                .filter(|_| !done)
                .map(|by| (by, since));
        }
        known
    }

    fn end(&self, planned: Option<Date>, month: Month) -> End {
        if self.percent == Some(100) {
            return End::Done(self.forecast_end);
        }
        let ahead = |day: &Date| *day > month.last();
        match (self.forecast_end, planned) {
            (Some(day), _) if ahead(&day) => End::Forecast(day),
            (_, Some(day)) if ahead(&day) => End::Planned(day),
            (Some(day), _) | (None, Some(day)) => End::Overdue(day),
            (None, None) => End::Unknown,
        }
    }
}

fn amount(money: Option<&Money>) -> Option<Decimal> {
    money.map(|money| money.amount)
}

fn package<'p>(
    progress: &'p Progress,
    id: &'p str,
    period: Month,
    before: Option<Month>,
) -> PackageStatus<'p> {
    let plan = progress.plan.as_ref();
    let planned_at = |month: Month| plan.and_then(|plan| plan.package_on(id, month.last()));
    let baseline = plan.and_then(|plan: &WorkPlan| plan.work_packages.get(id));
    let planned = planned_at(period);
    let known = Known::up_to(progress, id, period);
    let earlier = before.map(|month| (month, Known::up_to(progress, id, month)));
    let end = known.end(planned.as_ref().map(|one| one.end), period);
    let end_before = earlier.as_ref().map(|(month, known)| {
        let planned = planned_at(*month).map(|one| one.end);
        known.end(planned, *month)
    });
    // What is overdue has slipped by the days up to the end of the month, and goes on slipping.
    let reached = match end {
        End::Overdue(_) => Some(period.last()),
        other => other.day(),
    };
    let days = |one: Date, other: Date| one.days() - other.days();
    let slip = reached.zip(baseline).map(|(day, plan)| days(day, plan.end));
    let moved = end.day().zip(end_before.and_then(End::day));
    let record = progress.records.get(&period);
    PackageStatus {
        id,
        record: record.and_then(|record| record.work_packages.get(id)),
        percent: known.percent,
        percent_before: earlier.as_ref().and_then(|(_, known)| known.percent),
        end,
        end_before,
        slip,
        moved: moved.map(|(now, before)| days(now, before)),
        spent: known.spent,
        spent_before: earlier.as_ref().and_then(|(_, known)| known.spent),
        baseline_cost: baseline.and_then(|one| amount(one.cost.as_ref())),
        cost: planned.as_ref().and_then(|one| amount(one.cost.as_ref())),
        forecast_cost: known.forecast_cost,
        blocked: known.blocked,
        baseline,
        planned,
    }
}

/// Carries forward what the records hold under one table, until it is over.
fn carried<'p, T>(
    progress: &'p Progress,
    period: Month,
    before: Option<Month>,
    table: impl Fn(&'p MonthlyRecord) -> &'p BTreeMap<String, T>,
    over: impl Fn(&T) -> bool,
) -> Vec<Carried<'p, T>> {
    let mut all: BTreeMap<&str, Carried<'p, T>> = BTreeMap::new();
    for (month, record) in progress.records.range(..=period) {
        // What was over before is told no more; where it comes back, it is new.
        all.retain(|_, one| !one.over);
        for (id, now) in table(record) {
            let one = all.entry(id).or_insert_with(|| Carried {
                id,
                now,
                before: None,
                first: *month,
                over: false,
            });
            one.now = now;
            one.over = over(now);
        }
        if Some(*month) == before {
            all.values_mut().for_each(|one| one.before = Some(one.now));
        }
    }
    if !progress.records.contains_key(&period) {
        all.retain(|_, one| !one.over);
    }
    all.into_values().collect()
}

fn gaps(progress: &Progress, period: Month) -> Vec<Gap> {
    let months: Vec<Month> = progress
        .records
        .range(..=period)
        .map(|(month, _)| *month)
        .collect();
    let pairs = months.windows(2).filter(|pair| pair[1].since(pair[0]) > 1);
    let gap = |pair: &[Month]| Gap {
        first: pair[0].next(),
        last: pair[1].previous(),
    };
    pairs.map(gap).collect()
}

/// Returns the currency of the first amount that names one.
fn currency(progress: &Progress, period: Month) -> Option<&str> {
    let plan = progress.plan.iter();
    let planned = plan.clone().flat_map(|plan| plan.work_packages.values());
    let planned = planned.filter_map(|one| one.cost.as_ref());
    let re_plans = plan.flat_map(|plan| &plan.re_plans);
    let known = re_plans.filter(|one| one.date <= period.last());
    let changed = known.flat_map(|one| one.work_packages.values());
    let changed = changed.filter_map(|one| one.cost.as_ref());
    let records = progress.records.range(..=period);
    let recorded = records.flat_map(|(_, one)| one.work_packages.values());
    let recorded = recorded.flat_map(|one| [one.spent.as_ref(), one.forecast_cost.as_ref()]);
    let mut all = planned.chain(changed).chain(recorded.flatten());
    all.find_map(|money| money.currency.as_deref())
}

/// Tells whether a decision is wanted and its day is over at the end of a month.
pub fn is_overdue(decision: &WantedDecision, period: Month) -> bool {
    decision.taken.is_none() && decision.until.is_some_and(|until| until <= period.last())
}

/// Returns whether a risk became likelier or less likely since the record before; none where it stayed.
pub fn likelihood_change(risk: &Carried<'_, Risk>) -> Option<(Likelihood, Likelihood)> {
    let before = risk.before?.likelihood;
    (before != risk.now.likelihood).then_some((before, risk.now.likelihood))
}
