//! Tells the plan and the monthly records: dates, days, money and who is asked for what.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Builder, key};
use crate::model::dossier::LocalText;
use crate::model::progress::{Payer, RePlan, Reservation, Risk, WantedDecision};
use crate::model::{Date, Month, Progress};
use crate::progress::{
    Carried, End, Gap, PackageStatus, Status, Totals, at, is_overdue, likelihood_change,
};
use crate::report::progress::*;

impl Builder<'_> {
    pub(super) fn progress(&self) -> Option<ProgressView> {
        let progress = self.t.dossier.progress.as_ref()?;
        let period = self.options.period.or(progress.last_month());
        // Without a record the plan stands as it was last changed.
        let planned = progress.plan.as_ref().map(|plan| {
            let last = plan.re_plans.last().map(|one| one.date);
            Month::of(last.unwrap_or(plan.baseline.date))
        });
        let day = period.or(planned);
        let status = day.map(|month| at(progress, month));
        let told = Told {
            builder: self,
            progress,
            status: status.as_ref(),
            currency: self.t.dossier.head.currency.as_deref(),
        };
        Some(told.view(period))
    }
}

/// A month that is told in one language.
struct Told<'a> {
    builder: &'a Builder<'a>,
    progress: &'a Progress,
    status: Option<&'a Status<'a>>,
    currency: Option<&'a str>,
}

impl<'a> Told<'a> {
    fn view(&self, period: Option<Month>) -> ProgressView {
        let status = self.status;
        let record = status.and_then(|status| status.record);
        let by = record.and_then(|record| record.by.as_ref());
        let head = &self.builder.t.dossier.head;
        let known = by.and_then(|by| head.assessors.get(by));
        let plan = self.progress.plan.as_ref();
        let packages = status.map_or(&[][..], |status| &status.packages);
        let nothing = Totals::default();
        let money = status.map_or(&nothing, |status| &status.money);
        ProgressView {
            period: period.map(|month| self.month(month)),
            next: period.map(|month| self.month(month.next())),
            before: status
                .and_then(|status| status.before)
                .map(|month| self.month(month)),
            recorded: record.map(|record| self.date(record.recorded)),
            by: known.map(|one| one.name.clone()),
            summary: record.and_then(|record| self.maybe(record.summary.as_ref())),
            baseline: plan.map(|plan| BaselineView {
                date: self.date(plan.baseline.date),
                approved_by: self.maybe(plan.baseline.approved_by.as_ref()),
                evidence: self.evidence(plan.baseline.evidence.as_deref()),
            }),
            re_plans: self.re_plans(),
            records: self.count(self.progress.records.len()),
            withheld: self.count(self.progress.withheld.len()),
            gaps: status.map_or_else(Vec::new, |status| {
                status.gaps.iter().map(|gap| self.gap(*gap)).collect()
            }),
            packages: packages.iter().map(|one| self.package(one)).collect(),
            money: self.money(money),
            payers: status.map_or_else(Vec::new, |status| {
                status
                    .payers
                    .iter()
                    .map(|(payer, money)| self.payer(*payer, money))
                    .collect()
            }),
            risks: status.map_or_else(Vec::new, |status| {
                status
                    .risks
                    .iter()
                    .map(|one| self.risk(one, status))
                    .collect()
            }),
            reservations: status.map_or_else(Vec::new, |status| {
                status
                    .reservations
                    .iter()
                    .map(|one| self.reservation(one, status))
                    .collect()
            }),
            decisions: status.map_or_else(Vec::new, |status| {
                status
                    .decisions
                    .iter()
                    .map(|one| self.decision(one, status))
                    .collect()
            }),
        }
    }

    fn package(&self, one: &PackageStatus<'_>) -> PackageView {
        let status = self.status;
        let percent = |percent: u8| self.percent(u64::from(percent), 100);
        let next = status.map(|status| status.period.next());
        let in_next = |day: Option<Date>| day.map(Month::of) == next && next.is_some();
        let end = self.date_of(one.end);
        let ends = one.end.day().filter(|_| !one.is_done());
        let begun = one.percent.is_some_and(|percent| percent > 0);
        let start = one.planned.as_ref().map(|planned| planned.start);
        let over = |day: Date| status.is_some_and(|status| day <= status.period.last());
        let planned_end = one.planned.as_ref().map(|planned| planned.end);
        let stream = one.baseline.map(|package| package.stream.clone());
        let freed_by = status.map_or_else(Vec::new, |status| self.freed_by(one.id, status));
        let cited = one.record.map_or(&[][..], |record| &record.evidence);
        let cited: Vec<String> = cited
            .iter()
            .filter_map(|id| self.evidence(Some(id)))
            .collect();
        PackageView {
            id: one.id.to_string(),
            title: self.title(one.id),
            stream_text: stream.as_ref().and_then(|stream| self.stream(stream)),
            stream,
            owner: one.baseline.map(|package| self.role(&package.owner)),
            proof: one
                .baseline
                .and_then(|package| self.maybe(package.proof.as_ref())),
            state: String::from(match one.percent {
                None if !start.is_none_or(over) => "to-come",
                None => "unreported",
                Some(0) => "not-begun",
                Some(100) => "done",
                Some(_) => "under-way",
            }),
            reported: one.record.is_some(),
            percent: one.percent,
            percent_text: one.percent.and_then(percent),
            percent_before: one.percent_before,
            percent_before_text: one.percent_before.and_then(percent),
            done: one
                .record
                .and_then(|record| self.maybe(record.done.as_ref())),
            next: one
                .record
                .and_then(|record| self.maybe(record.next.as_ref())),
            blocked_by: one.blocked.map(|(by, _)| self.text(by)),
            blocked_since: one.blocked.map(|(_, since)| self.month(since)),
            freed_by,
            start: start.map(|day| self.date(day)),
            baseline_end: one.baseline.map(|package| self.date(package.end)),
            planned_end: planned_end.map(|day| self.date(day)),
            replanned: planned_end != one.baseline.map(|package| package.end),
            end_kind: String::from(match one.end {
                End::Done(_) => "done",
                End::Forecast(_) => "forecast",
                End::Planned(_) => "planned",
                End::Overdue(_) => "overdue",
                End::Unknown => "unknown",
            }),
            end,
            begins_next: in_next(start) && !begun,
            ends_next: in_next(ends),
            late_to_begin: start.is_some_and(over) && !begun,
            slip: one.slip.map(|days| self.days(days)),
            moved: one.moved.map(|days| self.days(days)),
            baseline_cost: one.baseline_cost.and_then(|amount| self.amount(amount)),
            cost: one.cost.and_then(|amount| self.amount(amount)),
            spent: one.spent.and_then(|amount| self.amount(amount)),
            expected_cost: one.expected_cost().and_then(|amount| self.amount(amount)),
            payer: one.payer().map(|payer| self.payer_word(Some(payer))),
            cite: (!cited.is_empty()).then(|| cited.join(", ")),
        }
    }

    fn date_of(&self, end: End) -> Option<String> {
        let day = match end {
            End::Overdue(day) => Some(day),
            other => other.day(),
        };
        day.map(|day| self.date(day))
    }

    /// Returns those who can set a package free by a decision that is wanted, each once.
    fn freed_by(&self, id: &str, status: &Status<'_>) -> Vec<RoleView> {
        let wanted = status.decisions.iter().filter(|one| !one.over);
        let frees = wanted.filter(|one| one.now.frees.iter().any(|freed| freed == id));
        let mut roles: Vec<RoleView> = Vec::new();
        for role in frees.map(|one| self.role(&one.now.by)) {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        roles
    }

    fn re_plans(&self) -> Vec<RePlanView> {
        let (Some(plan), Some(status)) = (&self.progress.plan, self.status) else {
            return Vec::new();
        };
        // What each package was before the re-plan that is told.
        let mut packages = plan.work_packages.clone();
        let mut views = Vec::new();
        for one in &status.re_plans {
            let mut changes = Vec::new();
            for (id, change) in &one.work_packages {
                let Some(package) = packages.get_mut(id) else {
                    continue;
                };
                let moved = |new: Option<Date>, old: Date| new.filter(|new| *new != old);
                let (start, end) = (
                    moved(change.start, package.start),
                    moved(change.end, package.end),
                );
                let cost = change
                    .cost
                    .clone()
                    .filter(|cost| Some(cost) != package.cost.as_ref());
                let payer = change.payer.filter(|payer| Some(*payer) != package.payer);
                let before = cost.as_ref().and(package.cost.as_ref());
                changes.push(ChangeView {
                    id: id.clone(),
                    title: self.title(id),
                    start_before: start.map(|_| self.date(package.start)),
                    start: start.map(|day| self.date(day)),
                    end_before: end.map(|_| self.date(package.end)),
                    end: end.map(|day| self.date(day)),
                    cost_before: before.and_then(|cost| self.amount(cost.amount)),
                    cost: cost.as_ref().and_then(|cost| self.amount(cost.amount)),
                    payer: payer.map(|payer| self.payer_word(Some(payer))),
                });
                package.start = start.unwrap_or(package.start);
                package.end = end.unwrap_or(package.end);
                package.cost = cost.or(package.cost.take());
                package.payer = payer.or(package.payer);
            }
            views.push(self.re_plan(one, changes, status));
        }
        views
    }

    fn re_plan(&self, one: &RePlan, changes: Vec<ChangeView>, status: &Status<'_>) -> RePlanView {
        RePlanView {
            date: self.date(one.date),
            new: status.before.is_some_and(|before| one.date > before.last()),
            reason: self.text(&one.reason),
            approved_by: self.maybe(one.approved_by.as_ref()),
            evidence: self.evidence(one.evidence.as_deref()),
            changes,
        }
    }

    fn risk(&self, one: &Carried<'_, Risk>, status: &Status<'_>) -> RiskView {
        let likelihood = key(&one.now.likelihood);
        let change = match likelihood_change(one) {
            None => "same",
            Some((before, now)) if now > before => "likelier",
            Some(_) => "less-likely",
        };
        RiskView {
            id: one.id.to_string(),
            text: self.text(&one.now.text),
            likelihood_text: self.word(&format!("likelihood-{likelihood}")),
            likelihood,
            change: change.to_string(),
            effect: self.maybe(one.now.effect.as_ref()),
            response: self.maybe(one.now.response.as_ref()),
            owner: one.now.owner.as_ref().map(|role| self.role(role)),
            since: self.month(one.first),
            new: one.first == status.period && !one.over,
            closed: one.over,
        }
    }

    fn reservation(&self, one: &Carried<'_, Reservation>, status: &Status<'_>) -> ReservationView {
        ReservationView {
            id: one.id.to_string(),
            what: self.text(&one.now.what),
            owner: one.now.owner.as_ref().map(|role| self.role(role)),
            due: one.now.due.map(|day| self.date(day)),
            since: self.month(one.first),
            new: one.first == status.period && !one.over,
            closed: one.over,
        }
    }

    fn decision(
        &self,
        one: &Carried<'_, WantedDecision>,
        status: &Status<'_>,
    ) -> WantedDecisionView {
        WantedDecisionView {
            id: one.id.to_string(),
            what: self.text(&one.now.what),
            by: self.role(&one.now.by),
            until: one.now.until.map(|day| self.date(day)),
            overdue: is_overdue(one.now, status.period),
            frees: one.now.frees.iter().map(|id| self.title(id)).collect(),
            taken: one.now.taken.map(|day| self.date(day)),
            since: self.month(one.first),
            new: one.first == status.period,
        }
    }

    fn money(&self, totals: &Totals) -> MoneyView {
        let amount = |sum: Option<Decimal>| sum.and_then(|sum| self.amount(sum));
        let difference = |one: Option<Decimal>, other: Option<Decimal>| {
            one.zip(other).map(|(one, other)| one.saturating_sub(other))
        };
        let sign = |difference: Option<Decimal>| match difference {
            Some(days) if days.is_zero() => 0,
            Some(days) if days.is_sign_negative() => -1,
            Some(_) => 1,
            None => 0,
        };
        let beyond = difference(totals.expected, totals.planned);
        let before = self.status.and_then(|status| status.before);
        let since = totals.spent.filter(|_| before.is_some());
        let since =
            since.map(|spent| spent.saturating_sub(totals.spent_before.unwrap_or_default()));
        MoneyView {
            baseline: amount(totals.baseline),
            planned: amount(totals.planned),
            spent: amount(totals.spent),
            spent_since: amount(since),
            spent_share: self.share(totals.spent, totals.planned),
            expected: amount(totals.expected),
            difference: amount(beyond.map(|beyond| beyond.abs())),
            more: sign(beyond),
            replanned: sign(difference(totals.planned, totals.baseline)),
            packages: self.count(totals.packages),
            unplanned: self.count(totals.unplanned),
            unspent: self.count(totals.unspent),
        }
    }

    /// Returns a share in whole per cent, rounded half up.
    fn share(&self, part: Option<Decimal>, whole: Option<Decimal>) -> Option<String> {
        let (part, whole) = part.zip(whole)?;
        let share = part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?;
        let share = share.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        self.percent(u64::try_from(share).ok()?, 100)
    }

    fn payer(&self, payer: Option<Payer>, money: &Totals) -> PayerView {
        PayerView {
            id: payer.map_or_else(|| String::from("none"), |payer| key(&payer)),
            text: self.payer_word(payer),
            money: self.money(money),
        }
    }

    fn payer_word(&self, payer: Option<Payer>) -> String {
        let payer = payer.map_or_else(|| String::from("none"), |payer| key(&payer));
        self.word(&format!("payer-{payer}"))
    }

    /// Writes an amount: whole where it is whole, else with two places at the least.
    fn amount(&self, amount: Decimal) -> Option<String> {
        let mut amount = amount.normalize();
        if amount.scale() > 0 {
            amount.rescale(amount.scale().max(2));
        }
        let written = self.status.and_then(|status| status.currency);
        let currency = self.currency.or(written)?;
        self.builder
            .t
            .language
            .locale
            .money(&amount.to_string(), currency)
    }

    fn days(&self, days: i64) -> DaysView {
        let count = self.builder.t.language.count(days.unsigned_abs());
        let sign = match days {
            0 => "",
            1.. => "+",
            _ => "−",
        };
        DaysView {
            n: days,
            text: format!("{sign}{}", count.text),
            days: count,
        }
    }

    fn percent(&self, part: u64, whole: u64) -> Option<String> {
        self.builder.t.language.locale.percent(part, whole)
    }

    fn gap(&self, gap: Gap) -> MonthsView {
        MonthsView {
            first: self.month(gap.first),
            last: self.month(gap.last),
            months: self.builder.t.language.count(gap.months()),
        }
    }

    fn month(&self, month: Month) -> MonthView {
        let language = self.builder.t.language;
        let text = language.month(month);
        MonthView {
            id: month.to_string(),
            of: language.of(&text),
            text,
        }
    }

    fn role(&self, id: &str) -> RoleView {
        let language = self.builder.t.language;
        let (the, _) = self.builder.t.role(id);
        RoleView {
            id: id.to_string(),
            of: language.of(&the),
            to: language.to(&the),
            name: language.bare(&the).to_string(),
            the,
        }
    }

    fn title(&self, id: &str) -> TextView {
        let plan = self.progress.plan.as_ref();
        match plan.and_then(|plan| plan.work_packages.get(id)) {
            Some(package) => self.text(&package.title),
            None => TextView {
                text: id.to_string(),
                foreign: String::new(),
            },
        }
    }

    fn stream(&self, domain: &str) -> Option<String> {
        let mut sections = self.builder.t.questionnaire.sections.iter();
        let section = sections.find(|section| section.domain == domain)?;
        Some(section.title.clone())
    }

    fn maybe(&self, text: Option<&LocalText>) -> Option<TextView> {
        text.filter(|text| !text.is_blank())
            .map(|text| self.text(text))
    }

    fn text(&self, text: &LocalText) -> TextView {
        let (words, lang) = text.get(self.builder.t.language.tag());
        TextView {
            // A line break would end a list item or a cell.
            text: words.split_whitespace().collect::<Vec<_>>().join(" "),
            foreign: self.builder.foreign(lang).unwrap_or_default(),
        }
    }

    fn evidence(&self, id: Option<&str>) -> Option<String> {
        self.builder.number_of(id?).map(String::from)
    }

    fn date(&self, date: Date) -> String {
        self.builder.t.language.date(date)
    }

    fn count(&self, n: usize) -> crate::report::Count {
        self.builder
            .t
            .language
            .count(u64::try_from(n).unwrap_or(u64::MAX))
    }

    fn word(&self, key: &str) -> String {
        self.builder.t.language.word(key)
    }
}
