//! Reads the plan and the monthly records of an establishment: `progress/plan.toml` and one file for
//! each month.
//!
//! What cannot be used is an error. What contradicts itself, or an earlier month, is a warning: the
//! report is made all the same, and says what was written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::merge;
use super::read::{stands, text_of};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown};
use crate::files;
use crate::model::dossier::{Head, Register};
use crate::model::progress::{Money, MonthlyRecord, PackageRecord, WorkPlan};
use crate::model::{Date, Month, Progress, Questionnaire, is_id};
use crate::source::Source;

/// The file of the plan.
const PLAN: &str = "plan.toml";

/// The most circles that are told of one plan.
const CIRCLES: usize = 20;

/// Reads what stands in `progress/`; none where there is neither a plan nor a record.
pub(super) fn read(
    root: &Path,
    head: &Head,
    register: &Register,
    questionnaire: &Questionnaire,
    found: &mut Diagnostics,
) -> Option<Progress> {
    let files = list(root, found)?;
    let plan = files.plan.as_ref();
    let plan = plan.and_then(|file| Some((Source::parse(&file.name, &file.text, found)?, file)));
    let plan = plan.map(|(source, _)| (source.read_all::<WorkPlan>(found), source));
    let mut records = Vec::new();
    for (month, file) in &files.months {
        let Some(source) = Source::parse(&file.name, &file.text, found) else {
            continue;
        };
        if let Some(record) = source.read_all::<MonthlyRecord>(found) {
            records.push((*month, record, source));
        }
    }
    let mut checker = Checker {
        head,
        register,
        questionnaire,
        plan: plan.as_ref().and_then(|(plan, _)| plan.as_ref()),
        currency: head.currency.clone(),
        found,
    };
    if let Some((Some(plan), source)) = &plan {
        checker.plan(plan, source);
    }
    for (month, record, source) in &records {
        checker.record(*month, record, source);
    }
    // Beside a record that cannot be read, every other would look wrong.
    if records.len() == files.months.len() {
        checker.sequence(&records);
    }
    if let (None, Some((_, _, source))) = (&files.plan, records.first()) {
        let message = "there are monthly records and no plan";
        checker.warn(
            "record-without-plan",
            source.find(&["work-packages"]),
            message.into(),
            "write `progress/plan.toml`: without it nothing can be late, and no cost is planned",
        );
    }
    let plan = plan.and_then(|(plan, _)| plan);
    let records: BTreeMap<Month, MonthlyRecord> = records
        .into_iter()
        .map(|(month, record, _)| (month, record))
        .collect();
    let some = plan.is_some() || !records.is_empty();
    some.then_some(Progress {
        plan,
        records,
        withheld: BTreeSet::new(),
    })
}

/// A file that was read.
struct Text {
    name: String,
    text: String,
}

/// The files of `progress/`.
#[derive(Default)]
struct Files {
    plan: Option<Text>,
    months: BTreeMap<Month, Text>,
}

fn list(root: &Path, found: &mut Diagnostics) -> Option<Files> {
    let folder = root.join("progress");
    if !stands(&folder) {
        return None;
    }
    let paths = match files::list_in(root, &folder) {
        Ok(paths) => paths,
        Err(problem) => {
            found.push(problem.diagnostic("unreadable-file", &folder.display().to_string()));
            return None;
        }
    };
    let mut files = Files::default();
    for path in paths {
        let Some(name) = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
        else {
            continue;
        };
        // A copy that a program left is told with the others of the dossier.
        if name.starts_with('.') || merge::original("progress", &name, &[]).is_some() {
            continue;
        }
        let place = Place::file(path.display().to_string());
        let Some(stem) = name.strip_suffix(".toml") else {
            found.push(
                Diagnostic::warning("stray-file", place, "nothing here is read from this file")
                    .help("records are named after their month, such as `2026-05.toml`; put documents under `evidence/`"),
            );
            continue;
        };
        let month = Month::parse(stem);
        if month.is_none() && name != PLAN {
            let message = format!("{} is no month", shown(stem));
            found.push(Diagnostic::error("bad-month", place, message).help(
                "name the file after its month, such as `2026-05.toml`; the plan is `plan.toml`",
            ));
            continue;
        }
        let Some(text) = text_of(root, &path, found) else {
            continue;
        };
        let text = Text {
            name: path.display().to_string(),
            text,
        };
        match month {
            Some(month) => drop(files.months.insert(month, text)),
            None => files.plan = Some(text),
        }
    }
    Some(files)
}

/// A record with its month and its file.
type Recorded<'t> = (Month, MonthlyRecord, Source<'t>);

/// Looks at what the files refer to, and at what contradicts itself.
struct Checker<'a> {
    head: &'a Head,
    register: &'a Register,
    questionnaire: &'a Questionnaire,
    plan: Option<&'a WorkPlan>,
    /// The dossier's currency, else the first that was written.
    currency: Option<String>,
    found: &'a mut Diagnostics,
}

impl Checker<'_> {
    fn error(&mut self, code: &'static str, place: Place, message: String, help: &str) {
        let diagnostic = Diagnostic::error(code, place, message);
        self.found.push(diagnostic.help(help));
    }

    fn warn(&mut self, code: &'static str, place: Place, message: String, help: &str) {
        let diagnostic = Diagnostic::warning(code, place, message);
        self.found.push(diagnostic.help(help));
    }

    fn plan(&mut self, plan: &WorkPlan, source: &Source<'_>) {
        self.cited(plan.baseline.evidence.as_deref(), || {
            source.find(&["baseline", "evidence"])
        });
        for (id, one) in &plan.work_packages {
            let place = |key: &str| source.find(&["work-packages", id, key]);
            self.id(id, || source.find(&["work-packages", id]));
            self.stream(&one.stream, || place("stream"));
            self.role(&one.owner, || place("owner"));
            self.money(one.cost.as_ref(), || place("cost"));
            self.period(id, one.start, one.end, || place("end"));
            for before in &one.after {
                self.package(before, || place("after"));
            }
        }
        for (at, one) in plan.re_plans.iter().enumerate() {
            let at_text = at.to_string();
            let place =
                |keys: &[&str]| source.find(&[&["re-plan", at_text.as_str()][..], keys].concat());
            self.cited(one.evidence.as_deref(), || place(&["evidence"]));
            let before = at.checked_sub(1).and_then(|at| plan.re_plans.get(at));
            let (last, what) = match before {
                Some(before) => (before.date, "the re-plan before it"),
                None => (plan.baseline.date, "the baseline"),
            };
            if one.date < last {
                let message = format!("this re-plan is older than {what}");
                let help = "re-plans stand in the order of their dates, after the baseline";
                self.error("re-plan-order", place(&["date"]), message, help);
            }
            for (id, change) in &one.work_packages {
                let keys = ["work-packages", id.as_str()];
                self.package(id, || place(&keys));
                self.money(change.cost.as_ref(), || place(&[keys[0], keys[1], "cost"]));
                if (change.start.is_some() || change.end.is_some())
                    && let Some(now) = plan.package_on(id, one.date)
                {
                    self.period(id, now.start, now.end, || place(&keys));
                }
            }
        }
        self.circles(plan, source);
        for (id, one) in &plan.work_packages {
            for (before, other) in one
                .after
                .iter()
                .filter_map(|id| plan.work_packages.get_key_value(id))
            {
                if one.start < other.end {
                    let message =
                        format!("`{id}` starts before `{before}`, which it waits for, ends");
                    let place = source.find(&["work-packages", id, "start"]);
                    self.warn(
                        "package-order",
                        place,
                        message,
                        "move the start, or take it out of `after`",
                    );
                }
            }
        }
    }

    fn record(&mut self, month: Month, record: &MonthlyRecord, source: &Source<'_>) {
        if record.recorded < month.first() {
            let message = format!("the record of {month} was written down before that month began");
            let help =
                "`recorded` is the day it was written down; the month stands in the file's name";
            self.error(
                "recorded-too-early",
                source.find(&["recorded"]),
                message,
                help,
            );
        }
        if let Some(by) = record
            .by
            .as_ref()
            .filter(|by| !self.head.assessors.contains_key(*by))
        {
            let message = format!(
                "the record of {month} bears the initials {} of nobody in this dossier",
                shown(by)
            );
            let known = self.head.assessors.keys().map(String::as_str);
            let diagnostic = Diagnostic::warning("unknown-assessor", source.find(&["by"]), message)
                .help("add them to `[assessors]` in dossier.toml");
            self.found.push(diagnostic.suggest(by, known));
        }
        for (id, one) in &record.work_packages {
            self.package_record(month, id, one, source);
        }
        for (id, one) in &record.risks {
            self.id(id, || source.find(&["risks", id]));
            if let Some(owner) = &one.owner {
                self.role(owner, || source.find(&["risks", id, "owner"]));
            }
        }
        for (id, one) in &record.reservations {
            self.id(id, || source.find(&["reservations", id]));
            if let Some(owner) = &one.owner {
                self.role(owner, || source.find(&["reservations", id, "owner"]));
            }
        }
        for (id, one) in &record.decisions {
            self.id(id, || source.find(&["decisions", id]));
            self.role(&one.by, || source.find(&["decisions", id, "by"]));
            for freed in &one.frees {
                self.package(freed, || source.find(&["decisions", id, "frees"]));
            }
            if one.taken.is_some_and(|taken| taken > record.recorded) {
                let place = source.find(&["decisions", id, "taken"]);
                let message =
                    format!("`{id}` was taken after the day this record was written down");
                self.contradiction(
                    place,
                    message,
                    "`taken` is the day of the decision; leave it out until then",
                );
            }
        }
    }

    fn package_record(&mut self, month: Month, id: &str, one: &PackageRecord, source: &Source<'_>) {
        let place = |key: &str| source.find(&["work-packages", id, key]);
        self.id(id, || source.find(&["work-packages", id]));
        self.package(id, || source.find(&["work-packages", id]));
        self.money(one.spent.as_ref(), || place("spent"));
        self.money(one.forecast_cost.as_ref(), || place("forecast-cost"));
        for cited in &one.evidence {
            self.cited(Some(cited), || place("evidence"));
        }
        let done = one.percent == 100;
        let end = month.last();
        if done && one.blocked_by.is_some() {
            let message = format!("`{id}` is done and blocked at once");
            self.contradiction(
                place("blocked-by"),
                message,
                "take out `blocked-by`, or lower `percent`",
            );
        }
        if done && one.forecast_end.is_some_and(|day| day > end) {
            let message = format!("`{id}` is done, and its end lies after the month");
            self.contradiction(
                place("forecast-end"),
                message,
                "for 100 % `forecast-end` is the day it was done",
            );
        }
        if !done && one.forecast_end.is_some_and(|day| day <= end) {
            let message =
                format!("`{id}` is not done at the end of the month, and was to be by then");
            self.contradiction(
                place("forecast-end"),
                message,
                "write the end as it is seen now, or `percent = 100`",
            );
        }
        if let (Some(spent), Some(forecast)) = (&one.spent, &one.forecast_cost)
            && forecast.amount < spent.amount
        {
            let message = format!("more is spent on `{id}` than it is to have cost in the end");
            self.contradiction(
                place("forecast-cost"),
                message,
                "`spent` counts from the beginning; mend the one that is wrong",
            );
        }
    }

    fn contradiction(&mut self, place: Place, message: String, help: &str) {
        self.warn("contradictory-record", place, message, help);
    }

    /// Looks at each record beside those before it.
    fn sequence(&mut self, records: &[Recorded<'_>]) {
        let mut last: BTreeMap<&str, (u8, Month)> = BTreeMap::new();
        let mut spent: BTreeMap<&str, (&Money, Month)> = BTreeMap::new();
        let mut before: Option<(Month, Date)> = None;
        for (month, record, source) in records {
            if let Some((earlier, recorded)) = before {
                self.gap(earlier, *month, source);
                if record.recorded < recorded {
                    let message =
                        format!("the record of {month} was written down before that of {earlier}");
                    let help = "mend the date, or the name of the file";
                    self.warn(
                        "recorded-out-of-order",
                        source.find(&["recorded"]),
                        message,
                        help,
                    );
                }
            }
            before = Some((*month, record.recorded));
            for (id, one) in &record.work_packages {
                let place = |key: &str| source.find(&["work-packages", id, key]);
                if let Some((percent, earlier)) = last.insert(id, (one.percent, *month))
                    && one.percent < percent
                {
                    let message = format!("`percent` of `{id}` is lower than in {earlier}");
                    self.warn(
                        "progress-falls",
                        place("percent"),
                        message,
                        "mend it, or say in `done` why work was lost",
                    );
                }
                let Some(now) = &one.spent else { continue };
                if let Some((money, earlier)) = spent.insert(id, (now, *month))
                    && now.amount < money.amount
                {
                    let message = format!("`spent` of `{id}` is lower than in {earlier}");
                    self.warn(
                        "progress-falls",
                        place("spent"),
                        message,
                        "`spent` counts from the beginning, not from the month before",
                    );
                }
            }
        }
    }

    fn gap(&mut self, before: Month, month: Month, source: &Source<'_>) {
        let (first, last) = (before.next(), month.previous());
        let message = match month.since(before) {
            ..=1 => return,
            2 => format!("there is no record of {first}"),
            months => format!(
                "there is no record of the {} months from {first} to {last}",
                months - 1
            ),
        };
        let help = format!("write `progress/{first}.toml`; the report tells the month as missing");
        self.warn("month-missing", source.find(&["recorded"]), message, &help);
    }

    fn period(&mut self, id: &str, start: Date, end: Date, place: impl Fn() -> Place) {
        if end < start {
            let message = format!("`{id}` ends before it starts");
            self.error(
                "end-before-start",
                place(),
                message,
                "mend `start` or `end`",
            );
        }
    }

    fn id(&mut self, id: &str, place: impl Fn() -> Place) {
        if !is_id(id) {
            let message = format!("{} is not an id", shown(id));
            self.error(
                "bad-id",
                place(),
                message,
                "ids are lower-case words with hyphens",
            );
        }
    }

    fn package(&mut self, id: &str, place: impl Fn() -> Place) {
        let Some(plan) = self.plan else { return };
        let known = &plan.work_packages;
        if known.contains_key(id) || !is_id(id) {
            return;
        }
        let message = format!("the plan has no work package {}", shown(id));
        let diagnostic = Diagnostic::error("unknown-package", place(), message)
            .help("`[work-packages.ID]` in progress/plan.toml defines one");
        self.found
            .push(diagnostic.suggest(id, known.keys().map(String::as_str)));
    }

    fn stream(&mut self, stream: &str, place: impl Fn() -> Place) {
        let domains: BTreeSet<&str> = self
            .questionnaire
            .sections
            .iter()
            .map(|section| section.domain.as_str())
            .collect();
        if !domains.contains(stream) {
            let message = format!("there is no work stream {}", shown(stream));
            let diagnostic = Diagnostic::error("unknown-stream", place(), message);
            self.found.push(diagnostic.suggest(stream, domains));
        }
    }

    fn role(&mut self, role: &str, place: impl Fn() -> Place) {
        let words = &self.questionnaire.words;
        if words.role(role).is_none() {
            let message = format!("there is no role {}", shown(role));
            let known = words.roles.iter().map(|one| one.id.as_str());
            let diagnostic = Diagnostic::error("unknown-role", place(), message);
            self.found.push(diagnostic.suggest(role, known));
        }
    }

    fn cited(&mut self, id: Option<&str>, place: impl Fn() -> Place) {
        let evidence = &self.register.evidence;
        let Some(id) = id.filter(|id| !evidence.contains_key(*id)) else {
            return;
        };
        let message = format!(
            "this cites evidence {} that the register does not hold",
            shown(id)
        );
        let diagnostic = Diagnostic::error("unknown-evidence", place(), message)
            .help("add it to `register.toml`");
        self.found
            .push(diagnostic.suggest(id, evidence.keys().map(String::as_str)));
    }

    /// Amounts are added up, so they are all of one currency.
    fn money(&mut self, money: Option<&Money>, place: impl Fn() -> Place) {
        let Some(money) = money else { return };
        match (&self.currency, &money.currency) {
            (Some(known), Some(written)) if known != written => {
                let message = format!("an amount in {written} beside amounts in {known}");
                let help = format!(
                    "amounts are never added across currencies: write it in {known}, and the rate in a text"
                );
                self.error("other-currency", place(), message, &help);
            }
            (None, None) => {
                let help = "write \"46400 USD\", or set `currency` in dossier.toml";
                self.error(
                    "other-currency",
                    place(),
                    "an amount without a currency".into(),
                    help,
                );
            }
            (None, Some(written)) => self.currency = Some(written.clone()),
            _ => {}
        }
    }

    /// Tells the packages that wait for themselves.
    fn circles(&mut self, plan: &WorkPlan, source: &Source<'_>) {
        let mut left: BTreeMap<&str, BTreeSet<&str>> = plan
            .work_packages
            .iter()
            .map(|(id, one)| {
                let after = one
                    .after
                    .iter()
                    .filter(|id| plan.work_packages.contains_key(*id));
                (id.as_str(), after.map(String::as_str).collect())
            })
            .collect();
        for _ in 0..CIRCLES {
            settle(&mut left);
            let Some(circle) = circle(&left) else { return };
            let shown: Vec<String> = circle.iter().take(8).map(|id| format!("`{id}`")).collect();
            let more = if circle.len() > 8 { " and more" } else { "" };
            let message = format!(
                "work packages wait for each other: {}{more}",
                shown.join(", ")
            );
            let place = source.find(&["work-packages", circle[0], "after"]);
            self.error(
                "package-cycle",
                place,
                message,
                "take one of them out of an `after`",
            );
            circle.iter().for_each(|id| drop(left.remove(id)));
            left.values_mut()
                .for_each(|after| after.retain(|id| !circle.contains(id)));
        }
    }
}

/// Takes out what waits for nothing, and what waited only for that.
fn settle(left: &mut BTreeMap<&str, BTreeSet<&str>>) {
    let mut free: Vec<&str> = left
        .iter()
        .filter(|(_, after)| after.is_empty())
        .map(|(id, _)| *id)
        .collect();
    let mut waiting: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, after) in left.iter() {
        after
            .iter()
            .for_each(|before| waiting.entry(before).or_default().push(id));
    }
    while let Some(id) = free.pop() {
        left.remove(id);
        for waits in waiting.remove(id).unwrap_or_default() {
            let Some(after) = left.get_mut(waits) else {
                continue;
            };
            after.remove(id);
            if after.is_empty() {
                free.push(waits);
            }
        }
    }
}

/// Returns a circle among packages that all wait for one of them; it begins with its first id.
fn circle<'p>(left: &BTreeMap<&'p str, BTreeSet<&'p str>>) -> Option<Vec<&'p str>> {
    let mut path: Vec<&str> = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut at = *left.keys().next()?;
    while seen.insert(at, path.len()).is_none() {
        path.push(at);
        at = *left.get(at)?.iter().next()?;
    }
    let start = path.iter().position(|id| *id == at)?;
    let mut circle = path.split_off(start);
    let first = circle
        .iter()
        .enumerate()
        .min_by_key(|(_, id)| **id)
        .map_or(0, |(at, _)| at);
    circle.rotate_left(first);
    Some(circle)
}
