//! `cirtkit demo`: the sample countries and their reports, ready to open.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use super::desk::Desk;
use super::output::{Mode, make_folder};
use super::report::{Document, Order, make, write_all};
use super::talk::Talk;
use super::{Global, Outcome};
use crate::dossier::save;
use crate::files;
use crate::render::Format;

/// Write the sample dossiers and their reports, ready to open
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// The folder to write to
    #[arg(default_value = "cirtkit-demo")]
    dir: PathBuf,
}

const SAMPLES: &str = "questionnaires/samples/";

impl Demo {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let mut desk = Desk::open(global)?;
        let mut samples: Vec<String> = Vec::new();
        for (name, file) in desk.content.under(SAMPLES) {
            let relative = &name[SAMPLES.len()..];
            write_sample(&self.dir, relative, &file.text, talk)?;
            let sample = relative.split('/').next().unwrap_or_default();
            if !samples.iter().any(|known| known == sample) {
                samples.push(sample.to_string());
            }
        }
        let mut documents = Vec::new();
        for sample in &samples {
            let order = Order {
                stage: Some(String::from("all")),
                report: Some(String::from("all")),
                formats: vec![Format::Markdown, Format::Html],
                ..Order::default()
            };
            let (made, _) = make(&mut desk, &self.dir.join(sample), &order)?;
            documents.extend(made.into_iter().map(|document| Document {
                name: format!("{sample}/reports/{}", document.name),
                ..document
            }));
        }
        let outcome = write_all(&documents, &self.dir, Mode::Write, talk)?;
        let mut pages = documents
            .iter()
            .filter(|document| document.name.ends_with(".html"));
        let first = pages.next().map(|page| self.dir.join(&page.name));
        if let Some(page) = first {
            talk.say(&format!("\nOpen {} in a browser.", page.display()));
        }
        Ok(outcome)
    }
}

/// Writes one file of a sample; one that was changed since stays as it is.
fn write_sample(dir: &Path, relative: &str, text: &str, talk: &Talk) -> anyhow::Result<()> {
    let path = dir.join(relative);
    match files::read_text(&path, files::TOML_LIMIT) {
        Ok(old) if old == text => return Ok(()),
        Ok(_) => {
            talk.say(&format!(
                "{} was changed and stays as it is",
                path.display()
            ));
            return Ok(());
        }
        Err(files::FileError::NotFound { .. }) => {}
        Err(files::FileError::Io { source, .. }) if source.kind() == ErrorKind::NotADirectory => {}
        Err(problem) => return Err(problem.into()),
    }
    make_folder(&path)?;
    save::save(&path, text)?;
    Ok(())
}
