//! `cirtkit evidence`: the documents that were handed over, seen, or are still wanted.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::{ListArgs, Listed, ShowArgs, texts};
use crate::cli::desk::Desk;
use crate::cli::form::known_stakeholder;
use crate::cli::talk::Talk;
use crate::cli::{Global, Outcome};
use crate::dossier::deposit::deposit;
use crate::dossier::register::{self, Entry, Standing};
use crate::dossier::save::Lock;
use crate::dossier::usage::{self, Cited, Reliance};
use crate::model::dossier;
use crate::{render, report, scoring};

/// Add, list and show evidence, and ask for what is wanted
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit evidence add lesotho --title 'Decree 12/2024' --from m-example --file ~/Downloads/decree.pdf\n  \
    cirtkit evidence show lesotho decree-12-2024      which answers rest on it\n  \
    cirtkit evidence wanted lesotho --for regulator   what to ask a regulator for")]
pub(in crate::cli) struct Evidence {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a document to the register and print the new id
    Add(Add),
    /// List the evidence of the register
    List(ListArgs),
    /// Show a piece of evidence, and what rests on it
    Show(ShowArgs),
    /// Tell what the questionnaire asks for and nobody has handed over yet
    Wanted(Wanted),
}

#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit evidence add lesotho --title 'Decree 12/2024' --date 2024-05-02 --from m-example --received 2026-06-03 --file decree.pdf\n  \
    cirtkit evidence add lesotho --title en='Cabinet minute' --title fr='Relevé de décisions' --seen --tlp RED")]
struct Add {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The id [default: made from the title]
    id: Option<String>,
    /// What it is; once for each language as en=TEXT
    #[arg(long, value_name = "TEXT", required = true)]
    title: Vec<String>,
    /// The date it bears
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// The person of the register who handed it over
    #[arg(long, value_name = "ID")]
    from: Option<String>,
    /// The day it was received
    #[arg(long, value_name = "DATE")]
    received: Option<String>,
    /// The file; one outside of the dossier is copied into its folder `evidence`
    #[arg(long, value_name = "PATH", conflicts_with = "seen")]
    file: Option<PathBuf>,
    /// It was seen and not kept
    #[arg(long)]
    seen: bool,
    /// Its own TLP label
    #[arg(long, value_name = "LABEL")]
    tlp: Option<String>,
}

/// How the documents wanted are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Plain, to mail
    Text,
    /// Markdown
    Md,
    /// A table for a spreadsheet
    Csv,
}

#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit evidence wanted lesotho --for ministry --lang fr\n  \
    cirtkit evidence wanted lesotho --format csv > wanted.csv")]
struct Wanted {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// Only what this stakeholder type is asked for
    #[arg(long = "for", value_name = "TYPE")]
    stakeholder: Option<String>,
    /// How to tell it
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: Form,
}

impl Evidence {
    pub(in crate::cli) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        match self.command {
            Command::Add(args) => args.run(talk),
            Command::List(args) => {
                let lang = super::lang(&args.dir, global);
                let evidence = super::read_register(&args.dir)?.evidence;
                super::list(&evidence, args.json, talk, |id, one| {
                    let date = one
                        .date
                        .map_or_else(String::new, |date| format!(", {date}"));
                    let place = match (&one.file, one.kept) {
                        (Some(file), _) => format!("; {file}"),
                        (None, Some(false)) => "; seen, not kept".into(),
                        (None, _) => String::new(),
                    };
                    format!("{id}  {}{date}{place}", one.title.get(&lang).0)
                })
            }
            Command::Show(args) => show(&args, global, talk),
            Command::Wanted(args) => args.run(global, talk),
        }
    }
}

impl Add {
    fn run(self, talk: &Talk) -> anyhow::Result<Outcome> {
        super::read_head(&self.dir)?;
        let mut evidence = dossier::Evidence {
            title: texts::local("--title", &self.title)?,
            date: super::day("--date", self.date.as_deref())?,
            from: self.from,
            received: super::day("--received", self.received.as_deref())?,
            file: None,
            sha256: None,
            kept: self.seen.then_some(false),
            tlp: super::label(self.tlp.as_deref())?,
        };
        let lock = Lock::wait(&self.dir)?;
        let deposited = self
            .file
            .as_deref()
            .map(|file| deposit(&lock, file))
            .transpose()?;
        if let Some(deposited) = &deposited {
            evidence.file = Some(deposited.file.clone());
            evidence.sha256 = Some(deposited.sha256.clone());
        }
        let id = self.id.as_deref();
        super::add(&lock, &Entry::Evidence(evidence), id, deposited, talk)
    }
}

impl Wanted {
    fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let mut desk = Desk::open(global)?;
        let lang = global.lang.as_deref();
        let (read, language) = desk.told(&self.dir, self.stage.as_deref(), lang)?;
        let (questionnaire, dossier) = (read.questionnaire, &read.dossier);
        if let Some(kind) = &self.stakeholder {
            known_stakeholder(questionnaire, kind)?;
        }
        let score = scoring::score(questionnaire, dossier);
        let mut wanted = report::documents_wanted(questionnaire, dossier, &score, &language);
        if let Some(kind) = &self.stakeholder {
            wanted.groups.retain(|group| group.stakeholder == *kind);
        }
        let text = match self.format {
            Form::Csv => render::documents::table(&wanted, &language),
            _ if wanted.groups.is_empty() => String::new(),
            Form::Text => render::documents::text(&wanted),
            Form::Md => render::documents::markdown(&wanted),
        };
        talk.bytes(text.as_bytes())?;
        if wanted.groups.is_empty() {
            talk.say("nothing is wanted: every question that asks for evidence cites some");
        }
        Ok(Outcome::Done)
    }
}

fn show(args: &ShowArgs, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
    let lang = super::lang(&args.dir, global);
    super::with_stages(&args.dir, global, |stages| {
        let Some(register) = stages.last().map(|stage| &stage.register) else {
            return Ok(Outcome::Done);
        };
        let id = args.id.as_str();
        let entry = super::entry(&register.evidence, id, "evidence")?;
        let usage = usage::of_evidence(stages, id);
        if args.json {
            let listed = Listed { id, entry, usage };
            talk.out(&serde_json::to_string_pretty(&listed)?)?;
            return Ok(Outcome::Done);
        }
        let text = |text: &dossier::LocalText| text.get(&lang).0.to_string();
        let place = match (&entry.file, entry.kept) {
            (Some(file), _) => Some(file.clone() + standing(&args.dir, entry)),
            (None, Some(false)) => Some("seen, not kept".into()),
            (None, _) => None,
        };
        let mut lines = super::facts(
            id,
            [
                ("title", Some(text(&entry.title))),
                ("date", entry.date.map(|date| date.to_string())),
                ("from", entry.from.clone()),
                ("received", entry.received.map(|date| date.to_string())),
                ("file", place),
                ("sha256", entry.sha256.clone()),
                ("tlp", entry.tlp.map(|label| label.word().into())),
            ],
        );
        lines.extend(reliance(&usage));
        talk.out(&lines.join("\n"))?;
        Ok(Outcome::Done)
    })
}

/// Says how the file stands to what was registered.
fn standing(dir: &Path, evidence: &dossier::Evidence) -> &'static str {
    match register::standing(dir, evidence) {
        None => "",
        Some(Standing::Same) => ", unchanged",
        Some(Standing::Changed { .. }) => ", CHANGED since it was registered",
        Some(Standing::Unreadable(_)) => ", which cannot be read",
    }
}

/// Returns the lines of what rests on a piece of evidence.
fn reliance(usage: &Reliance<'_>) -> Vec<String> {
    let cited = |one: &Cited<'_>| match one.respondent {
        None => format!("{}:{}", one.stage, one.question),
        Some(respondent) => format!("{}:{}, {respondent}", one.stage, one.question),
    };
    let mut lines = super::block("answers", usage.answers.iter().map(cited).collect());
    lines.extend(super::block(
        "what was said",
        usage.responses.iter().map(cited).collect(),
    ));
    let decisions = usage.decisions.iter().map(ToString::to_string).collect();
    lines.extend(super::block("decisions", decisions));
    lines.extend(super::block("plan", usage.plan.clone()));
    let recorded = usage.records.iter();
    let recorded = recorded.map(|one| format!("{}: {}", one.month, one.work_package));
    lines.extend(super::block("monthly records", recorded.collect()));
    if usage.is_empty() {
        lines.push("nothing rests on it yet".into());
    }
    lines
}
