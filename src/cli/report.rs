//! `cirtkit report`: the road from a dossier to its documents.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;

use super::desk::{self, Desk};
use super::output::{self, Mode, Written};
use super::talk::Talk;
use super::{Global, Outcome, Refused, Usage};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown, suggestion};
use crate::dossier::{leaks, withhold};
use crate::model::{Date, Dossier, Month, Progress, Tlp};
use crate::plan::plan;
use crate::render::{self, Format, template::Templates};
use crate::report::{self, Language, Options, Report};
use crate::scoring::score;
use crate::source::Source;

/// Write the reports
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit report examplia                         every language of the dossier, Markdown and HTML\n  \
    cirtkit report examplia --lang fr --format html\n  \
    cirtkit report examplia --max-tlp GREEN         what a wider circle may see\n  \
    cirtkit report examplia --lang en --format md --out - | less")]
pub(super) struct ReportArgs {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The stage, or all [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// The report [default: the stage's own]
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
            period: self.period.as_deref().map(period).transpose()?,
            langs: global.lang.iter().cloned().collect(),
            formats: formats(&self.format)?,
            ceiling: self.max_tlp.as_deref().map(ceiling).transpose()?,
            date: day(self.date.as_deref())?,
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
    /// The month of a monthly report; the last one recorded where there is none.
    pub(super) period: Option<Month>,
    /// The languages; the dossier's own where empty.
    pub(super) langs: Vec<String>,
    pub(super) formats: Vec<Format>,
    pub(super) ceiling: Option<Tlp>,
    pub(super) date: Option<Date>,
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
    scope: String,
    stage: String,
    context: u32,
    #[serde(rename = "title")]
    _title: std::collections::BTreeMap<String, String>,
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
    let mut documents = Vec::new();
    let mut warnings = Diagnostics::default();
    for stage in &stages {
        desk.has_edition(dir, &head, stage)?;
        let template = template_of(desk, stage, order)?;
        let langs = if order.langs.is_empty() {
            &head.languages
        } else {
            &order.langs
        };
        let mut told = Diagnostics::default();
        for lang in langs {
            let language = spoken(desk, lang, order)?;
            let made = build(desk, dir, stage, &template, &language, order)?;
            let texts = render::render(&made.0, &templates, &order.formats).map_err(refused)?;
            let report = template.file(&made.0);
            let named = |(text, format): (String, &Format)| Document {
                name: file_name(&report, lang, order.ceiling, *format),
                text,
            };
            documents.extend(texts.into_iter().zip(&order.formats).map(named));
            // Every language tells the same.
            told = made.1;
        }
        warnings.extend(told);
    }
    Ok((documents, warnings))
}

/// The name of a document: a view up to a ceiling never stands in the place of the whole.
fn file_name(report: &str, lang: &str, ceiling: Option<Tlp>, format: Format) -> String {
    let circle = ceiling.map(|label| format!(".{}", label.word().to_lowercase()));
    format!(
        "{report}.{lang}{}.{}",
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
    template: &Template,
    language: &Language,
    order: &Order,
) -> anyhow::Result<(Report, Diagnostics)> {
    let untranslated = desk.untranslated(dir, stage, language.tag())?;
    let (questionnaire, whole, told) = desk.dossier(dir, Some(stage), Some(language.tag()))?;
    let dossier = match order.ceiling {
        Some(ceiling) => shown_up_to(&whole, ceiling)?,
        None => whole,
    };
    let score = score(questionnaire, &dossier);
    let plan = plan(questionnaire, &dossier, &score);
    let options = Options {
        report: template.id.clone(),
        date: order.date,
        ceiling: order.ceiling,
        period: match template.monthly {
            true => month_of(&dossier, order.period)?,
            false => None,
        },
        untranslated,
    };
    Ok((
        report::build(questionnaire, &dossier, &score, &plan, language, &options),
        told,
    ))
}

/// Returns the month of a monthly report: the one asked for, which must have a record, else the last.
fn month_of(dossier: &Dossier, asked: Option<Month>) -> anyhow::Result<Option<Month>> {
    let progress = dossier.progress.as_ref();
    let recorded = progress.map(|progress| &progress.records);
    let Some(asked) = asked else {
        return Ok(progress.and_then(Progress::last_month));
    };
    if recorded.is_some_and(|records| records.contains_key(&asked)) {
        return Ok(Some(asked));
    }
    let months = recorded.into_iter().flat_map(|records| records.keys());
    let months: Vec<String> = months.map(Month::to_string).collect();
    let help = match months.as_slice() {
        [] => String::from("no month is recorded"),
        months => format!("the months recorded are {}", months.join(", ")),
    };
    Err(Usage(format!("there is no record of {asked}; {help}")).into())
}

/// Withholds what is above a ceiling, and refuses where a text that is shown gives it away.
fn shown_up_to(whole: &Dossier, ceiling: Tlp) -> anyhow::Result<Dossier> {
    let shown = withhold(whole, ceiling);
    let mut found = Diagnostics::default();
    for leak in leaks(whole, &shown) {
        let message = format!(
            "what is withheld from `{}` stands word for word in `{}`, which would be shown",
            leak.withheld, leak.within
        );
        found.push(
            Diagnostic::error("withheld-leak", Place::default(), message)
                .help("take it out there, or give that text a narrower label"),
        );
    }
    desk::refuse_errors(found)?;
    Ok(shown)
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

fn refused(problem: render::template::TemplateError) -> anyhow::Error {
    let mut found = Diagnostics::default();
    found.push(template_diagnostic(problem));
    Refused(found).into()
}

/// A report that is to be made.
struct Template {
    id: String,
    /// Whether it is the report of a month.
    monthly: bool,
}

impl Template {
    /// Returns what the files of a report begin with: of a month, the month stands in it.
    fn file(&self, report: &Report) -> String {
        let progress = report.progress.as_ref().filter(|_| self.monthly);
        match progress.and_then(|progress| progress.period.as_ref()) {
            Some(period) => format!("{}.{}", self.id, period.id),
            None => self.id.clone(),
        }
    }
}

/// Returns the report that is meant: the one named, else the stage's own.
fn template_of(desk: &Desk, stage: &str, order: &Order) -> anyhow::Result<Template> {
    let named = order.report.as_deref();
    let mut found = Diagnostics::default();
    let mut known = Vec::new();
    for (name, file) in desk.content.under("report-templates/") {
        if !name.ends_with("/report.toml") {
            continue;
        }
        let read = Source::parse(name, &file.text, &mut found)
            .and_then(|source| source.read_all::<ReportFile>(&mut found));
        if let Some(report) = read {
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
            known.push(report);
        }
    }
    desk::refuse_errors(found)?;
    let monthly = |report: &ReportFile| report.scope == "period";
    let fits = |report: &&ReportFile| {
        let meant = report.scope == "stage" || named.is_some() && monthly(report);
        meant && report.stage == stage
    };
    let chosen = match named {
        Some(named) => known
            .iter()
            .find(|report| report.id == named && fits(report)),
        None => known.iter().find(fits),
    };
    match (chosen, named) {
        (Some(report), _) if order.period.is_some() && !monthly(report) => Err(Usage(
            "`--period` is for the report of a month; add `--report progress-report`".into(),
        )
        .into()),
        (Some(report), _) => Ok(Template {
            id: report.id.clone(),
            monthly: monthly(report),
        }),
        (None, Some(named)) => {
            let ids = known.iter().filter(fits).map(|report| report.id.as_str());
            let help = suggestion(named, ids).map_or_else(String::new, |help| format!("; {help}"));
            Err(Usage(format!(
                "stage `{stage}` has no report {}{help}",
                shown(named)
            ))
            .into())
        }
        (None, None) => anyhow::bail!("there is no report for stage `{stage}`"),
    }
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
