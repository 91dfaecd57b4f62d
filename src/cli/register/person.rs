//! `cirtkit person`: the people who were met.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Comes, ListArgs, Listed, ShowArgs, texts};
use crate::cli::desk::Desk;
use crate::cli::notes;
use crate::cli::talk::Talk;
use crate::cli::{Global, Outcome, Usage};
use crate::diagnostic::{shown, suggestion};
use crate::dossier::register::Entry;
use crate::dossier::save::Lock;
use crate::dossier::usage;
use crate::model::dossier;

/// Add, list and show the people who were met
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit person add lesotho --name 'M. Example' --institution 'Communications Authority' --type regulator\n  \
    cirtkit person list lesotho\n  \
    cirtkit person show lesotho m-example")]
pub(in crate::cli) struct Person {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a person to the register and print the new id
    Add(Add),
    /// List the people of the register
    List(ListArgs),
    /// Show a person, and where they come up
    Show(ShowArgs),
}

#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit person add lesotho --name 'M. Example' --institution 'Communications Authority' --type regulator\n  \
    cirtkit person add lesotho --name 'É. Exemple' --institution en='Ministry of ICT' --institution fr='Ministère des TIC' --type ministry --consent")]
struct Add {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The id [default: made from the name]
    id: Option<String>,
    /// The name
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// The institution; once for each language as en=TEXT
    #[arg(long, value_name = "TEXT", required = true)]
    institution: Vec<String>,
    /// The stakeholder type: `cirtkit pack show assessment` lists them
    #[arg(long = "type", value_name = "TYPE")]
    kind: String,
    /// The function; once for each language as en=TEXT
    #[arg(long, value_name = "TEXT")]
    function: Vec<String>,
    /// They agreed to be named in reports
    #[arg(long)]
    consent: bool,
    /// Their own TLP label
    #[arg(long, value_name = "LABEL")]
    tlp: Option<String>,
}

impl Person {
    pub(in crate::cli) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        match self.command {
            Command::Add(args) => args.run(global, talk),
            Command::List(args) => {
                let lang = super::lang(&args.dir, global);
                let people = super::read_register(&args.dir)?.people;
                super::list(&people, args.json, talk, |id, one| {
                    let consent = if one.consent { "" } else { "; not to be named" };
                    let institution = one.institution.get(&lang).0;
                    format!("{id}  {}, {institution} ({}){consent}", one.name, one.kind)
                })
            }
            Command::Show(args) => show(&args, global, talk),
        }
    }
}

impl Add {
    fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        super::read_head(&self.dir)?;
        let mut desk = Desk::open(global)?;
        let words = &desk.pack("assessment", 1, "en")?.questionnaire.words;
        if words.stakeholder(&self.kind).is_none() {
            let known: Vec<&str> = words
                .stakeholders
                .iter()
                .map(|one| one.id.as_str())
                .collect();
            let help = suggestion(&self.kind, known.iter().copied())
                .unwrap_or_else(|| format!("the types are {}", known.join(", ")));
            return Err(Usage(format!(
                "there is no stakeholder type {}; {help}",
                shown(&self.kind)
            ))
            .into());
        }
        let person = dossier::Person {
            name: texts::line("--name", &self.name)?,
            institution: texts::local("--institution", &self.institution)?,
            kind: self.kind,
            function: texts::optional("--function", &self.function)?,
            consent: self.consent,
            tlp: super::label(self.tlp.as_deref())?,
        };
        let lock = Lock::wait(&self.dir)?;
        super::add(
            &lock,
            &Entry::Person(person),
            self.id.as_deref(),
            None,
            talk,
        )
    }
}

fn show(args: &ShowArgs, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
    let lang = super::lang(&args.dir, global);
    let notes = notes::beside(&args.dir, talk);
    super::with_stages(&args.dir, global, |stages| {
        let Some(dossier) = stages.last() else {
            return Ok(Outcome::Done);
        };
        let register = &dossier.register;
        let id = args.id.as_str();
        let entry = super::entry(&register.people, id, "person")?;
        let usage = Comes {
            usage: usage::of_respondent(stages, id),
            notes: notes.of(id),
        };
        if args.json {
            let listed = Listed { id, entry, usage };
            talk.out(&serde_json::to_string_pretty(&listed)?)?;
            return Ok(Outcome::Done);
        }
        let text = |text: &dossier::LocalText| text.get(&lang).0.to_string();
        let consent = if entry.consent { "yes" } else { "no" };
        let mut lines = super::facts(
            id,
            [
                ("name", Some(entry.name.clone())),
                ("institution", Some(text(&entry.institution))),
                ("type", Some(entry.kind.clone())),
                ("function", entry.function.as_ref().map(text)),
                ("to be named", Some(consent.into())),
                ("tlp", entry.tlp.map(|label| label.word().into())),
            ],
        );
        lines.extend(super::appearances(&usage, dossier, "comes up nowhere yet"));
        talk.out(&lines.join("\n"))?;
        Ok(Outcome::Done)
    })
}
