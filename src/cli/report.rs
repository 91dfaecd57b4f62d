//! `cirtkit report`: the road from a dossier to its documents.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde::Deserialize;

use super::desk::{self, Desk};
use super::output::{self, Mode, Written};
use super::talk::Talk;
use super::{Global, Outcome, Refused, Usage};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown, suggestion};
use crate::dossier::{self, Giveaway, Known, anonymous, giveaways, leaks, withhold};
use crate::model::{Date, Dossier, Month, Questionnaire, Tlp};
use crate::plan::Judged;
use crate::prefill::withhold_all;
use crate::render::{self, Format, template::Templates};
use crate::report::{self, Language, Naming, Options, Report};
use crate::source::Source;

/// Write the reports
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit report examplia                         every language of the dossier, Markdown and HTML\n  \
    cirtkit report examplia --lang fr --format html\n  \
    cirtkit report examplia --max-tlp GREEN         what a wider circle may see\n  \
    cirtkit report examplia --anonymous             nobody consulted can be told apart\n  \
    cirtkit report examplia --lang en --format md --out - | less")]
pub(super) struct ReportArgs {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The stage, or all [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// The report, or all that can be made of the stage [default: the stage's own]
    #[arg(long, value_name = "NAME")]
    report: Option<String>,
    /// The month of a monthly report, such as 2026-05 [default: the last one recorded]
    #[arg(long, value_name = "YYYY-MM")]
    period: Option<String>,
    /// Formats, with commas: md, html, json
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "md,html"
    )]
    format: Vec<String>,
    /// Withhold everything above this label: CLEAR, GREEN, AMBER, AMBER+STRICT
    #[arg(long, value_name = "LABEL")]
    max_tlp: Option<String>,
    /// Name nobody: a type with fewer than three institutions becomes other stakeholders, and a name in a
    /// note that would be shown is refused
    #[arg(long)]
    anonymous: bool,
    /// Tell by name and institution what those said who agreed to be named
    #[arg(long, conflicts_with = "anonymous")]
    name_respondents: bool,
    /// The folder to write to, or - for stdout [default: DIR/reports]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The day the report bears, such as 2026-07-10 [default: the stage's]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Write nothing; exit 1 where a report is missing or out of date
    #[arg(long)]
    check: bool,
    /// Move reports that were edited by hand to a backup and write them anew
    #[arg(long, conflicts_with = "check")]
    force: bool,
}

impl ReportArgs {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let order = Order {
            stage: self.stage.clone(),
            report: self.report.clone(),
            langs: global.lang.iter().cloned().collect(),
            formats: formats(&self.format)?,
            ceiling: self.max_tlp.as_deref().map(ceiling).transpose()?,
            date: day(self.date.as_deref())?,
            period: self.period.as_deref().map(period).transpose()?,
            naming: match (self.anonymous, self.name_respondents) {
                (true, _) => Naming::Anonymous,
                (_, true) => Naming::ByName,
                _ => Naming::ByType,
            },
        };
        let mut desk = Desk::open(global)?;
        let (documents, warnings) = make(&mut desk, &self.dir, &order)?;
        if self.out.as_deref() == Some(Path::new("-")) {
            let [document] = documents.as_slice() else {
                return Err(Usage(
                    "`--out -` prints one document: name one `--lang` and one `--format`".into(),
                )
                .into());
            };
            talk.bytes(document.text.as_bytes())?;
            return Ok(Outcome::Done);
        }
        let folder = self.out.unwrap_or_else(|| self.dir.join("reports"));
        let mode = match (self.check, self.force) {
            (true, _) => Mode::Check,
            (_, true) => Mode::Force,
            _ => Mode::Write,
        };
        let outcome = write_all(&documents, &folder, mode, talk)?;
        desk::mention_warnings(&warnings, &self.dir, talk);
        Ok(outcome)
    }
}

/// Which reports to make of a dossier.
#[derive(Debug, Clone, Default)]
pub(super) struct Order {
    pub(super) stage: Option<String>,
    pub(super) report: Option<String>,
    /// The languages; the dossier's own where empty.
    pub(super) langs: Vec<String>,
    pub(super) formats: Vec<Format>,
    pub(super) ceiling: Option<Tlp>,
    pub(super) date: Option<Date>,
    /// The month of a monthly report.
    pub(super) period: Option<Month>,
    /// How it tells who said what.
    pub(super) naming: Naming,
}

/// A document that is ready to be written.
#[derive(Debug, Clone)]
pub(super) struct Document {
    pub(super) name: String,
    pub(super) text: String,
}

/// The head of a report's folder: `report.toml`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ReportFile {
    id: String,
    scope: ReportScope,
    /// The stages it can be made of.
    stages: Vec<String>,
    /// The label above which nothing may stand in it, whatever is asked for.
    ceiling: Option<Tlp>,
    context: u32,
    #[serde(rename = "title")]
    _title: std::collections::BTreeMap<String, String>,
}

/// What a report tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ReportScope {
    /// A stage: its own report.
    Stage,
    /// A stage, beside its own report.
    Companion,
    /// A month of a stage.
    Period,
}

/// Makes every document of an order: the road itself.
pub(super) fn make(
    desk: &mut Desk,
    dir: &Path,
    order: &Order,
) -> anyhow::Result<(Vec<Document>, Diagnostics)> {
    let mut found = Diagnostics::default();
    let head = desk::read_head(dir, &mut found)?;
    let stages = match order.stage.as_deref() {
        Some("all") => desk.stages(&head),
        named => vec![desk.stage(&head, named)?],
    };
    let templates = templates(desk)?;
    let reports = report_files(desk)?;
    let mut documents = Vec::new();
    let mut warnings = Diagnostics::default();
    if let Some(named) = order.report.as_deref() {
        known(&reports, &stages, named)?;
    }
    for (number, stage) in stages.iter().enumerate() {
        desk.has_edition(dir, &head, stage)?;
        let langs = if order.langs.is_empty() {
            &head.languages
        } else {
            &order.langs
        };
        let later = stages.get(number + 1..).unwrap_or_default();
        let mut told = Diagnostics::default();
        for report in chosen(&reports, stage, later, order.report.as_deref())? {
            for period in periods(desk, dir, stage, report, order)? {
                for lang in langs {
                    let language = spoken(desk, lang, order)?;
                    let wanted = Wanted { report, period };
                    let made = build(desk, dir, stage, wanted, &language, order)?;
                    let texts =
                        render::render(&made.0, &templates, &order.formats).map_err(refused)?;
                    let named = |(text, format): (String, &Format)| Document {
                        name: file_name(wanted, lang, order, *format),
                        text,
                    };
                    documents.extend(texts.into_iter().zip(&order.formats).map(named));
                    // Every language tells the same.
                    told = made.1;
                }
            }
        }
        warnings.extend(told);
    }
    Ok((documents, warnings))
}

/// A report, and the month it tells of.
#[derive(Clone, Copy)]
struct Wanted<'r> {
    report: &'r ReportFile,
    period: Option<Month>,
}

/// Returns the months that a report is made for: those that are asked for, which have a record, of all
/// reports every month, else the last one; of a report that is no monthly one, once.
fn periods(
    desk: &mut Desk,
    dir: &Path,
    stage: &str,
    report: &ReportFile,
    order: &Order,
) -> anyhow::Result<Vec<Option<Month>>> {
    if report.scope != ReportScope::Period {
        if order.period.is_some() && order.report.as_deref() != Some("all") {
            let message = "`--period` is for the report of a month; add `--report progress-report`";
            return Err(Usage(message.into()).into());
        }
        return Ok(vec![None]);
    }
    let dossier = desk.dossier(dir, Some(stage), None)?.dossier;
    let dossier = match order.ceiling {
        Some(ceiling) => withhold(&dossier, ceiling),
        None => dossier,
    };
    let progress = dossier.progress.as_ref();
    let months: Vec<Month> = progress
        .into_iter()
        .flat_map(|progress| progress.records.keys().copied())
        .collect();
    let Some(asked) = order.period else {
        let all = order.report.as_deref() == Some("all");
        let last = months.len().saturating_sub(1);
        let wanted = months.get(if all { 0 } else { last }..).unwrap_or_default();
        return Ok(match wanted {
            [] => vec![None],
            months => months.iter().copied().map(Some).collect(),
        });
    };
    if months.contains(&asked) {
        return Ok(vec![Some(asked)]);
    }
    let months: Vec<String> = months.iter().map(Month::to_string).collect();
    let help = match months.as_slice() {
        [] => String::from("no month is recorded"),
        months => format!("the months recorded are {}", months.join(", ")),
    };
    Err(Usage(format!("there is no record of {asked}; {help}")).into())
}

/// The name of a document: a view up to a ceiling never stands in the place of the whole, nor one without
/// names, or with more of them, in that of the usual one.
fn file_name(wanted: Wanted<'_>, lang: &str, order: &Order, format: Format) -> String {
    let month = wanted.period.map(|month| format!(".{month}"));
    let circle = order.ceiling;
    let circle = circle.map(|label| format!(".{}", label.word().to_lowercase()));
    let naming = match order.naming {
        Naming::ByType => "",
        Naming::Anonymous => ".anonymous",
        Naming::ByName => ".named",
    };
    format!(
        "{}{}.{lang}{}{naming}.{}",
        wanted.report.id,
        month.unwrap_or_default(),
        circle.unwrap_or_default(),
        format.ending()
    )
}

/// Reads a language of reports; one that was asked for and is not there is a wrong use.
fn spoken(desk: &Desk, lang: &str, order: &Order) -> anyhow::Result<Language> {
    let known = desk.languages();
    if order.langs.iter().any(|asked| asked == lang) && !known.iter().any(|one| one == lang) {
        let lang = shown(lang);
        let known = known.join(", ");
        let message = format!("there are no reports in {lang}; the languages are {known}");
        return Err(Usage(message).into());
    }
    desk::language(&desk.content, lang)
}

/// The road itself: from a dossier to its report in one language.
fn build(
    desk: &mut Desk,
    dir: &Path,
    stage: &str,
    wanted: Wanted<'_>,
    language: &Language,
    order: &Order,
) -> anyhow::Result<(Report, Diagnostics)> {
    let untranslated = desk.untranslated(dir, stage, language.tag())?;
    let read = desk.dossier(dir, Some(stage), Some(language.tag()))?;
    let mut stages = read.earlier;
    stages.push((read.questionnaire, read.dossier));
    let ceilings = [order.ceiling, wanted.report.ceiling];
    let ceiling = ceilings.into_iter().flatten().min();
    let Some((questionnaire, whole)) = stages.last().cloned() else {
        anyhow::bail!("no stage was read");
    };
    if let Some(ceiling) = ceiling {
        show_up_to(&mut stages, ceiling)?;
    }
    let shown: Vec<Dossier> = stages.iter().map(|(_, dossier)| dossier.clone()).collect();
    if order.naming == Naming::Anonymous {
        for (questionnaire, dossier) in &mut stages {
            *dossier = anonymous(dossier, questionnaire);
        }
    }
    let mut earlier: Vec<Judged<'_>> = stages
        .into_iter()
        .map(|(questionnaire, dossier)| Judged::new(questionnaire, dossier))
        .collect();
    let stage = earlier.pop().context("a stage was read")?;
    let options = Options {
        report: wanted.report.id.clone(),
        date: order.date,
        ceiling,
        period: wanted.period,
        untranslated,
        naming: order.naming,
    };
    let report = report::build(&stage, &earlier, language, &options);
    if order.naming == Naming::Anonymous {
        names_nobody(
            dir,
            &giveaways(questionnaire, &whole, &shown, &report.printed()),
        )?;
    }
    Ok((report, read.found))
}

/// Refuses where a text that is shown tells who somebody is.
fn names_nobody(dir: &Path, giveaways: &[Giveaway]) -> anyhow::Result<()> {
    let mut found = Diagnostics::default();
    for one in giveaways {
        let keys: Vec<&str> = one.keys.iter().map(String::as_str).collect();
        let known = match one.known {
            Known::Name => "name",
            Known::Institution => "institution",
        };
        let person = shown(&one.person);
        let within = match keys.as_slice() {
            [] => String::from("this file"),
            keys => format!("`{}`", keys.join(".")),
        };
        let (place, within) = match one.file.as_str() {
            "" => (Place::default(), format!("{within} of the report")),
            file => (dossier::place_in(dir, file, &keys), within),
        };
        let message = format!("{within} would be printed, with the {known} of {person}");
        found.push(Diagnostic::error("respondent-named", place, message).help(
            "say it without, as in “one ministry”; or give the text a label of its own \
                 and add `--max-tlp`",
        ));
    }
    desk::refuse_errors(found)
}

/// Withholds what is above a ceiling, and refuses where a text that is shown gives it away.
fn show_up_to(stages: &mut [(&Questionnaire, Dossier)], ceiling: Tlp) -> anyhow::Result<()> {
    let dossiers = |stages: &[(&Questionnaire, Dossier)]| -> Vec<Dossier> {
        stages.iter().map(|(_, dossier)| dossier.clone()).collect()
    };
    let whole = dossiers(stages);
    withhold_all(stages, ceiling);
    let shown = dossiers(stages);
    let mut found = Diagnostics::default();
    for leak in leaks(&whole, &shown) {
        let message = format!(
            "what is withheld from `{}` stands word for word in `{}`, which would be shown",
            leak.withheld, leak.within
        );
        found.push(
            Diagnostic::error("withheld-leak", Place::default(), message)
                .help("take it out there, or give that text a narrower label"),
        );
    }
    desk::refuse_errors(found)
}

/// Compiles all report templates.
pub(super) fn templates(desk: &Desk) -> anyhow::Result<Templates> {
    const ROOT: &str = "report-templates/";
    let files = desk
        .content
        .under(ROOT)
        .filter(|(name, _)| !name.ends_with(".toml"));
    let sources = files.map(|(name, file)| (name[ROOT.len()..].to_string(), file.text.to_string()));
    Templates::new(sources).map_err(|problems| {
        let mut found = Diagnostics::default();
        for problem in problems.0 {
            found.push(template_diagnostic(problem));
        }
        Refused(found).into()
    })
}

fn template_diagnostic(problem: render::template::TemplateError) -> Diagnostic {
    let mut place = Place::file(format!("report-templates/{}", problem.template));
    place.line = problem.line.unwrap_or(0);
    place.column = usize::from(problem.line.is_some());
    let diagnostic = Diagnostic::error("template", place, problem.message);
    match problem.help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

pub(super) fn refused(problem: render::template::TemplateError) -> anyhow::Error {
    let mut found = Diagnostics::default();
    found.push(template_diagnostic(problem));
    Refused(found).into()
}

/// Reads the heads of all reports.
fn report_files(desk: &Desk) -> anyhow::Result<Vec<ReportFile>> {
    let mut found = Diagnostics::default();
    let mut reports = Vec::new();
    for (name, file) in desk.content.under("report-templates/") {
        if !name.ends_with("/report.toml") {
            continue;
        }
        let read = Source::parse(name, &file.text, &mut found)
            .and_then(|source| source.read_all::<ReportFile>(&mut found));
        let Some(report) = read else { continue };
        if report.context != report::CONTEXT {
            let message = format!(
                "this template was written for context {}; this cirtkit has {}",
                report.context,
                report::CONTEXT
            );
            found.push(Diagnostic::error(
                "newer-context",
                Place::file(name),
                message,
            ));
        }
        reports.push(report);
    }
    desk::refuse_errors(found)?;
    Ok(reports)
}

/// Returns the id of a stage's own report.
pub(super) fn own_report(desk: &Desk, stage: &str) -> anyhow::Result<Option<String>> {
    let reports = report_files(desk)?;
    let own = |one: &&ReportFile| {
        one.scope == ReportScope::Stage && one.stages.iter().any(|known| known == stage)
    };
    Ok(reports.iter().find(own).map(|one| one.id.clone()))
}

/// Refuses the name of a report that none of these stages has.
fn known(reports: &[ReportFile], stages: &[String], named: &str) -> anyhow::Result<()> {
    let fits = |report: &&ReportFile| report.stages.iter().any(|one| stages.contains(one));
    let mut fitting = reports.iter().filter(fits);
    if named == "all" || fitting.clone().any(|report| report.id == named) {
        return Ok(());
    }
    let stage = match stages {
        [one] => format!("stage `{one}` has"),
        _ => String::from("these stages have"),
    };
    let help = suggestion(named, fitting.by_ref().map(|report| report.id.as_str()));
    let help = help.map_or_else(String::new, |help| format!("; {help}"));
    Err(Usage(format!("{stage} no report {}{help}", shown(named))).into())
}

/// Returns the reports of a stage that are meant: the one named, all of them, else the stage's own. What
/// can be made of several stages is made of the last one that is asked for.
fn chosen<'r>(
    reports: &'r [ReportFile],
    stage: &str,
    later: &[String],
    named: Option<&str>,
) -> anyhow::Result<Vec<&'r ReportFile>> {
    let own = |report: &&ReportFile| report.scope == ReportScope::Stage;
    let fits = |report: &&ReportFile| {
        report.stages.iter().any(|one| one == stage)
            && !report.stages.iter().any(|one| later.contains(one))
    };
    let mut fitting: Vec<&ReportFile> = reports.iter().filter(fits).collect();
    match named {
        None => {
            fitting.retain(own);
            fitting.truncate(1);
            anyhow::ensure!(!fitting.is_empty(), "stage `{stage}` has no report");
        }
        Some("all") => fitting.sort_by_key(|report| !own(report)),
        Some(named) => fitting.retain(|report| report.id == named),
    }
    Ok(fitting)
}

/// Writes documents into a folder and tells what became of each.
pub(super) fn write_all(
    documents: &[Document],
    folder: &Path,
    mode: Mode,
    talk: &Talk,
) -> anyhow::Result<Outcome> {
    // Everything is written before anything is said: a closed pipe stops the talk, not the work.
    let mut written = Vec::new();
    for document in documents {
        let path = folder.join(&document.name);
        let became = output::write(&path, &document.text, mode)?;
        written.push((path, became));
    }
    let found = |(_, became): &(_, Written)| {
        matches!(became, Written::Stale | Written::Edited | Written::Kept(_))
    };
    let outcome = if written.iter().any(found) {
        Outcome::Found
    } else {
        Outcome::Done
    };
    for (path, became) in written {
        tell(&path, &became, talk)?;
    }
    Ok(outcome)
}

/// Tells what became of one document.
fn tell(path: &Path, became: &Written, talk: &Talk) -> anyhow::Result<()> {
    let shown = path.display().to_string();
    match became {
        Written::New => talk.out(&shown)?,
        Written::Unchanged => talk.say(&format!("{shown} is up to date")),
        Written::Stale => {
            talk.out(&shown)?;
            talk.say("  is missing or out of date: run the same command without `--check`");
        }
        Written::Edited => {
            talk.out(&shown)?;
            talk.say("  was edited by hand: it stays as it is, unless `--force` replaces it and keeps a backup");
        }
        Written::Kept(beside) => {
            talk.out(&beside.display().to_string())?;
            talk.say(&format!(
                "  {shown} was edited by hand and stays; the new one stands beside it (`--force` replaces it and keeps a backup)"
            ));
        }
        Written::Moved(backup) => {
            talk.out(&shown)?;
            talk.say(&format!(
                "  the one edited by hand is now {}",
                backup.display()
            ));
        }
    }
    Ok(())
}

fn period(text: &str) -> anyhow::Result<Month> {
    let month = Month::parse(text);
    month.ok_or_else(|| Usage("`--period` takes a month such as 2026-05".into()).into())
}

fn formats(names: &[String]) -> anyhow::Result<Vec<Format>> {
    let mut formats = Vec::new();
    for name in names {
        let format = Format::parse(name.trim());
        let format = format.ok_or_else(|| {
            Usage(format!(
                "there is no format {}; the formats are md, html, json",
                shown(name)
            ))
        })?;
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    Ok(formats)
}

/// Reads a TLP label from the command line.
pub(super) fn ceiling(text: &str) -> anyhow::Result<Tlp> {
    let help = "the labels are CLEAR, GREEN, AMBER, AMBER+STRICT, RED";
    Tlp::parse(text).ok_or_else(|| Usage(format!("{} is no TLP label; {help}", shown(text))).into())
}

/// Returns the day the report bears: the one given, else that of SOURCE_DATE_EPOCH, else none.
fn day(given: Option<&str>) -> anyhow::Result<Option<Date>> {
    if let Some(given) = given {
        let date = Date::parse(given)
            .ok_or_else(|| Usage("`--date` takes a day such as 2026-07-10".into()))?;
        return Ok(Some(date));
    }
    let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH") else {
        return Ok(None);
    };
    let seconds = epoch.to_str().and_then(|text| text.parse::<i64>().ok());
    let date = seconds.and_then(Date::from_epoch);
    let date =
        date.ok_or_else(|| Usage("SOURCE_DATE_EPOCH is no count of seconds since 1970".into()))?;
    Ok(Some(date))
}
