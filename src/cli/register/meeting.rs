//! `cirtkit meeting`: the meetings that were held.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Comes, ListArgs, Listed, ShowArgs, texts};
use crate::cli::notes;
use crate::cli::talk::Talk;
use crate::cli::{Global, Outcome};
use crate::dossier::register::Entry;
use crate::dossier::save::Lock;
use crate::dossier::usage;
use crate::model::dossier;

/// Add, list and show the meetings that were held
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit meeting add lesotho --title 'Workshop with operators' --date 2026-06-03 --participant m-example\n  \
    cirtkit meeting list lesotho\n  \
    cirtkit meeting show lesotho workshop-with-operators")]
pub(in crate::cli) struct Meeting {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a meeting to the register and print the new id
    Add(Add),
    /// List the meetings of the register
    List(ListArgs),
    /// Show a meeting, and what was said there
    Show(ShowArgs),
}

#[derive(Debug, Args)]
#[command(before_help = "Example:\n  \
    cirtkit meeting add lesotho workshop-0603 --title en=Workshop --title fr=Atelier --date 2026-06-03 --participant m-example --participant e-exemple")]
struct Add {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The id [default: made from the title]
    id: Option<String>,
    /// What it was; once for each language as en=TEXT
    #[arg(long, value_name = "TEXT", required = true)]
    title: Vec<String>,
    /// The day
    #[arg(long, value_name = "DATE")]
    date: String,
    /// Where it was; once for each language as en=TEXT
    #[arg(long, value_name = "TEXT")]
    place: Vec<String>,
    /// A person of the register who took part, once for each
    #[arg(long, value_name = "ID")]
    participant: Vec<String>,
    /// Its own TLP label
    #[arg(long, value_name = "LABEL")]
    tlp: Option<String>,
}

impl Meeting {
    pub(in crate::cli) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        match self.command {
            Command::Add(args) => args.run(talk),
            Command::List(args) => {
                let lang = super::lang(&args.dir, global);
                let meetings = super::read_register(&args.dir)?.meetings;
                super::list(&meetings, args.json, talk, |id, one| {
                    let date = one
                        .date
                        .map_or_else(String::new, |date| format!("{date}  "));
                    let present = match one.participants.len() {
                        0 => String::new(),
                        many => format!("; {many} took part"),
                    };
                    format!("{id}  {date}{}{present}", one.title.get(&lang).0)
                })
            }
            Command::Show(args) => show(&args, global, talk),
        }
    }
}

impl Add {
    fn run(self, talk: &Talk) -> anyhow::Result<Outcome> {
        super::read_head(&self.dir)?;
        let mut participants = self.participant;
        let mut seen = std::collections::BTreeSet::new();
        participants.retain(|id| seen.insert(id.clone()));
        let meeting = dossier::Meeting {
            title: texts::local("--title", &self.title)?,
            date: super::day("--date", Some(&self.date))?,
            place: texts::optional("--place", &self.place)?,
            participants,
            tlp: super::label(self.tlp.as_deref())?,
        };
        let lock = Lock::wait(&self.dir)?;
        super::add(
            &lock,
            &Entry::Meeting(meeting),
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
        let entry = super::entry(&register.meetings, id, "meeting")?;
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
        let mut lines = super::facts(
            id,
            [
                ("title", Some(text(&entry.title))),
                ("date", entry.date.map(|date| date.to_string())),
                ("place", entry.place.as_ref().map(text)),
                ("tlp", entry.tlp.map(|label| label.word().into())),
            ],
        );
        let person = |id: &String| {
            let person = register.people.get(id);
            let of =
                |one: &dossier::Person| format!("{id}  {}, {}", one.name, text(&one.institution));
            person.map_or_else(|| id.clone(), of)
        };
        let present = entry.participants.iter().map(person).collect();
        lines.extend(super::block("took part", present));
        lines.extend(super::appearances(
            &usage,
            dossier,
            "nothing is recorded as said there yet",
        ));
        talk.out(&lines.join("\n"))?;
        Ok(Outcome::Done)
    })
}
