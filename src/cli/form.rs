//! `cirtkit form`: what a type of stakeholder fills in before the visit.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::desk::Desk;
use super::output::{self, Mode, Written};
use super::report::{refused, templates};
use super::talk::Talk;
use super::{Global, Outcome, Usage};
use crate::diagnostic::{shown, suggestion};
use crate::model::Questionnaire;
use crate::render::{self, seal};
use crate::report::{self, FormScope};
use crate::scoring;

/// Write the form that a type of stakeholder fills in before the visit
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit form lesotho --for regulator --lang fr --out regulateur.csv     to fill in\n  \
    cirtkit form lesotho --for bank --format html --out banks.html          to print\n  \
    cirtkit answer lesotho - --respondent m-example < regulateur.csv        when it comes back")]
pub(super) struct FormArgs {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The type of stakeholder that is asked
    #[arg(long = "for", value_name = "TYPE")]
    stakeholder: String,
    /// How it is filled in
    #[arg(long, value_name = "FORM", default_value = "csv")]
    format: Format,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// Only this section
    #[arg(long, value_name = "ID")]
    section: Option<String>,
    /// Only the rapid assessment's questions
    #[arg(long)]
    core: bool,
    /// The file to write, or - for stdout; one that says something else is never written over
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
}

/// The forms of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for a spreadsheet, which `answer` takes back
    Csv,
    /// Markdown
    Md,
    /// A page to print
    Html,
}

impl FormArgs {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let mut desk = Desk::open(global)?;
        let templates = templates(&desk)?;
        let (read, language) =
            desk.told(&self.dir, self.stage.as_deref(), global.lang.as_deref())?;
        let questionnaire = read.questionnaire;
        known_stakeholder(questionnaire, &self.stakeholder)?;
        if let Some(section) = &self.section {
            known_section(questionnaire, section)?;
        }
        let score = scoring::score(questionnaire, &read.dossier);
        let scope = FormScope {
            stakeholder: &self.stakeholder,
            section: self.section.as_deref(),
            core: self.core,
        };
        let form = report::form(questionnaire, &read.dossier, &score, &language, scope);
        if form.is_empty() {
            talk.say(&format!("nothing is asked of `{}` here", self.stakeholder));
            return Ok(Outcome::Done);
        }
        let text = match self.format {
            Format::Csv => render::form::table(&form, &report::tongue(&language), &language),
            Format::Md => {
                let text = render::form::markdown(&form, &templates).map_err(refused)?;
                seal::seal(&text, render::Format::Markdown)
            }
            Format::Html => {
                let text = render::form::html(&form, &templates).map_err(refused)?;
                seal::seal(&text, render::Format::Html)
            }
        };
        if self.out == Path::new("-") {
            talk.bytes(text.as_bytes())?;
            return Ok(Outcome::Done);
        }
        let shown = self.out.display();
        let written = output::write(&self.out, &text, Mode::Write)?;
        if let Written::Kept(beside) = written {
            let beside = beside.display();
            talk.say(&format!(
                "{shown} says something else and was kept; the new form stands in {beside}"
            ));
            return Ok(Outcome::Found);
        }
        talk.say(&format!("{shown}"));
        Ok(Outcome::Done)
    }
}

/// Refuses a type of stakeholder that nobody knows.
pub(super) fn known_stakeholder(questionnaire: &Questionnaire, kind: &str) -> anyhow::Result<()> {
    if questionnaire.words.stakeholder(kind).is_some() {
        return Ok(());
    }
    let stakeholders = questionnaire.words.stakeholders.iter();
    let known: Vec<&str> = stakeholders.map(|one| one.id.as_str()).collect();
    let help = suggestion(kind, known.iter().copied())
        .unwrap_or_else(|| format!("the types are {}", known.join(", ")));
    let message = format!("there is no stakeholder type {}; {help}", shown(kind));
    Err(Usage(message).into())
}

fn known_section(questionnaire: &Questionnaire, id: &str) -> anyhow::Result<()> {
    let mut known = questionnaire.sections.iter().map(|one| one.id.as_str());
    if known.clone().any(|known| known == id) {
        return Ok(());
    }
    let help = suggestion(id, known.by_ref()).map_or_else(String::new, |help| format!("; {help}"));
    Err(Usage(format!("there is no section {}{help}", shown(id))).into())
}
