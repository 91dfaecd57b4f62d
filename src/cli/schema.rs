//! `cirtkit schema`: JSON Schemas of the files.

use clap::Args;

use super::talk::Talk;
use super::{Outcome, Usage};
use crate::diagnostic::{shown, suggestion};
use crate::pack::schema::{NAMES, schema};

/// Print the JSON Schema of a file
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// The file's kind; all kinds are listed where it is left out
    name: Option<String>,
}

impl Schema {
    pub(super) fn run(self, talk: &Talk) -> anyhow::Result<Outcome> {
        let Some(name) = self.name else {
            let lines: Vec<String> = NAMES
                .iter()
                .map(|(name, file)| format!("{name:<16} {file}"))
                .collect();
            talk.out(&lines.join("\n"))?;
            return Ok(Outcome::Done);
        };
        let Some(schema) = schema(&name) else {
            let help = suggestion(&name, NAMES.iter().map(|(name, _)| *name)).unwrap_or_default();
            return Err(Usage(format!("there is no schema {}; {help}", shown(&name))).into());
        };
        talk.out(&serde_json::to_string_pretty(&schema)?)?;
        Ok(Outcome::Done)
    }
}
