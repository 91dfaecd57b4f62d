//! What is to be merged: a copy of the whole dossier, one file of it, or what lies in the dossier itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::super::desk;
use super::wrong;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown};
use crate::dossier::edit::{self, Tree};
use crate::dossier::merge::{
    self, Copy, Document, Incoming, conflict_copies, follow_documents, gather, original,
    place_documents,
};
use crate::files::{self, TOML_LIMIT};
use crate::model::dossier::Head;
use crate::source::Source;

/// What the command line names.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) dir: &'a Path,
    pub(super) other: Option<&'a Path>,
    pub(super) base: Option<&'a Path>,
    pub(super) into: Option<&'a str>,
}

/// A file to be merged.
pub(super) struct OneFile {
    pub(super) incoming: Incoming,
    /// The copy within the dossier that it comes from, if it is one.
    pub(super) copy: Option<String>,
}

/// All that is to be merged.
#[derive(Default)]
pub(super) struct Task {
    pub(super) other: PathBuf,
    pub(super) files: Vec<OneFile>,
    pub(super) documents: Vec<Document>,
    /// Documents that cannot be read.
    pub(super) refused: Vec<String>,
    /// What no command reads.
    pub(super) others: Vec<String>,
    /// The texts that stand here.
    pub(super) mine: BTreeMap<String, String>,
}

impl Task {
    /// Returns a file by its number. The numbers come from [`Self::files`].
    pub(super) fn incoming(&self, number: usize) -> &Incoming {
        static NONE: Incoming = Incoming {
            file: String::new(),
            theirs: None,
            base: None,
        };
        self.files.get(number).map_or(&NONE, |one| &one.incoming)
    }
}

impl Given<'_> {
    /// Finds out what is to be merged; none where there is nothing. What cannot be read is pushed.
    pub(super) fn task(
        self,
        head: &Head,
        mine: Option<&Copy>,
        stages: &[String],
        found: &mut Diagnostics,
    ) -> anyhow::Result<Option<Task>> {
        let Some(other) = self.other else {
            return self.left_over(mine, stages, found);
        };
        let same = |one: &Path| match (fs::canonicalize(self.dir), fs::canonicalize(one)) {
            (Ok(here), Ok(there)) => here == there,
            _ => false,
        };
        if same(other) {
            return wrong(format!(
                "`{}` is the dossier itself; name another copy of it",
                other.display()
            ));
        }
        let task = if other.is_file() {
            self.one_file(head, other, stages, found)?
        } else {
            if self.into.is_some() {
                return wrong(
                    "`--into` goes with one file; a folder says itself what is what".into(),
                );
            }
            self.folder(head, mine, other, stages, found)?
        };
        Ok(task.map(|mut task| {
            task.mine = mine.map(|mine| mine.files.clone()).unwrap_or_default();
            task
        }))
    }

    fn folder(
        self,
        head: &Head,
        mine: Option<&Copy>,
        other: &Path,
        stages: &[String],
        found: &mut Diagnostics,
    ) -> anyhow::Result<Option<Task>> {
        let there = desk::read_head(other, &mut Diagnostics::default())?;
        self.fits(head, &there, other, stages)?;
        let base = match self.base {
            None => None,
            Some(base) => {
                let before = desk::read_head(base, &mut Diagnostics::default())?;
                self.fits(head, &before, base, stages)?;
                gather(base, stages, found)
            }
        };
        let theirs = gather(other, stages, found);
        let (Some(mine), Some(mut theirs)) = (mine, theirs) else {
            return Ok(None);
        };
        let (documents, refused) = place_documents(mine, &theirs, base.as_ref());
        if let Some(register) = theirs.files.get_mut("register.toml") {
            *register = follow_documents(register, &documents)?;
        }
        let files = merge::incoming(mine, &theirs, base.as_ref());
        let files = files.into_iter().map(|incoming| OneFile {
            incoming,
            copy: None,
        });
        Ok(Some(Task {
            other: other.to_owned(),
            files: files.collect(),
            documents,
            refused,
            others: theirs.others,
            mine: BTreeMap::new(),
        }))
    }

    /// Refuses a dossier that is no copy of this one.
    fn fits(
        self,
        head: &Head,
        there: &Head,
        other: &Path,
        stages: &[String],
    ) -> anyhow::Result<()> {
        let other = other.display();
        if head.country != there.country {
            return wrong(format!(
                "`{other}` is a dossier of {}, and `{}` one of {}; only copies of one dossier can be merged",
                shown(&there.country),
                self.dir.display(),
                shown(&head.country)
            ));
        }
        for stage in stages {
            let both = head.stages.contains_key(stage) && there.stages.contains_key(stage);
            let (here, there) = (desk::pinned(head, stage), desk::pinned(there, stage));
            if both && here != there {
                let told =
                    |(id, edition): (String, u32)| format!("{} edition {edition}", shown(&id));
                return wrong(format!(
                    "`{stage}` is answered with {} here and with {} in `{other}`, where the same id may ask something else; bring `{stage}` to one edition in both, then merge",
                    told(here),
                    told(there)
                ));
            }
        }
        Ok(())
    }

    /// One file: a copy that a sync program left, or one that came by itself.
    fn one_file(
        self,
        head: &Head,
        other: &Path,
        stages: &[String],
        found: &mut Diagnostics,
    ) -> anyhow::Result<Option<Task>> {
        let real = |path: &Path| fs::canonicalize(path).ok();
        let within = real(other)
            .zip(real(&self.dir.join(".")))
            .and_then(|(file, dir)| {
                let within = file.strip_prefix(dir).ok()?.to_str()?.replace('\\', "/");
                (!within.starts_with('.')).then_some(within)
            });
        let name = other
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let of = within.as_deref().and_then(|within| {
            let (folder, name) = within.rsplit_once('/').unwrap_or(("", within));
            original(folder, name, stages)
        });
        let known = |file: &str| {
            // Any file that a copy could be of is one of the dossier's own.
            let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
            let stem = name.strip_suffix(".toml")?;
            original(folder, &format!("{stem} (1).toml"), stages)
        };
        // A file of another copy stands in the same folder there: what was said is never taken for what
        // was concluded.
        let folder = match &within {
            None => real(other).map(|path| folder_of(&path)),
            Some(_) => None,
        };
        let by_name = || {
            let folder = folder.as_deref()?;
            let file = merge::join(folder, name);
            known(&file).or_else(|| original(folder, name, stages))
        };
        let file = match self.into {
            Some(into) => match known(&into.replace('\\', "/")) {
                Some(file) => file,
                None => {
                    return wrong(format!(
                        "{} is no file of a dossier; write it as in `assessment.toml` or `responses/m-example/assessment.toml`",
                        shown(into)
                    ));
                }
            },
            None => match of.clone().or_else(by_name) {
                Some(file) => file,
                None => {
                    let message = "the name of this file does not tell which file of the dossier it is a copy of; add `--into FILE`, such as `--into assessment.toml`";
                    return wrong(message.into());
                }
            },
        };
        if within.as_deref() == Some(file.as_str()) {
            return wrong(format!(
                "`{file}` is the dossier's own; name another copy of it"
            ));
        }
        let theirs = read(other, found);
        // Of a file that neither side was made from, nothing stood in it.
        let base = self.base.map(|base| base.join(&file));
        let base = base.map(|base| match base.is_file() {
            true => read(&base, found).unwrap_or_default(),
            false => String::new(),
        });
        let Some(theirs) = theirs else {
            return Ok(None);
        };
        if file == "dossier.toml" {
            head_fits(head, &theirs, other, found)?;
        }
        let incoming = Incoming {
            file,
            theirs: Some(theirs),
            base,
        };
        let copy = within.filter(|_| of.is_some());
        Ok(Some(Task {
            files: vec![OneFile { incoming, copy }],
            ..Task::default()
        }))
    }

    /// What lies in the dossier itself: copies that sync programs left, and what is undecided.
    fn left_over(
        self,
        mine: Option<&Copy>,
        stages: &[String],
        found: &mut Diagnostics,
    ) -> anyhow::Result<Option<Task>> {
        let Some(mine) = mine else { return Ok(None) };
        let mut task = Task {
            mine: mine.files.clone(),
            ..Task::default()
        };
        for copy in conflict_copies(self.dir, stages) {
            let theirs = read(&self.dir.join(&copy.file), found);
            task.files.extend(theirs.map(|theirs| OneFile {
                incoming: Incoming {
                    file: copy.of,
                    theirs: Some(theirs),
                    base: None,
                },
                copy: Some(copy.file),
            }));
        }
        for (file, text) in &mine.files {
            let undecided = merge::undecided(text)?;
            task.files.extend(undecided.map(|theirs| OneFile {
                incoming: Incoming {
                    file: file.clone(),
                    theirs: Some(theirs),
                    base: None,
                },
                copy: None,
            }));
        }
        Ok((!task.files.is_empty()).then_some(task))
    }
}

/// Returns the folder of a dossier that a file stands in, by the names of those it stands in.
fn folder_of(path: &Path) -> String {
    let names: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    match names.as_slice() {
        [.., "responses", who, _] => format!("responses/{who}"),
        [.., folder @ ("drafting" | "progress"), _] => (*folder).to_string(),
        _ => String::new(),
    }
}

/// Refuses a head of another country, or of a newer version.
fn head_fits(
    head: &Head,
    theirs: &str,
    other: &Path,
    found: &mut Diagnostics,
) -> anyhow::Result<()> {
    let tree = edit::tree(theirs)?;
    let key = |key: &str| tree.get(&[key.to_string()]).cloned();
    if let Some(Tree::Integer(schema)) = key("schema")
        && schema != i64::from(crate::dossier::SCHEMA)
    {
        let place = Place::file(other.display().to_string());
        let message = format!(
            "this file has schema {schema}; this cirtkit reads schema {}",
            crate::dossier::SCHEMA
        );
        found.push(
            Diagnostic::error("newer-schema", place, message)
                .help("it was made by a newer version: install that, nothing was changed"),
        );
    }
    match key("country") {
        Some(Tree::Text(country)) if country != head.country => wrong(format!(
            "`{}` is of {}, and the dossier of {}; only copies of one dossier can be merged",
            other.display(),
            shown(&country),
            shown(&head.country)
        )),
        _ => Ok(()),
    }
}

/// Reads one file of TOML; what is wrong is pushed.
pub(super) fn read(path: &Path, found: &mut Diagnostics) -> Option<String> {
    let name = path.display().to_string();
    match files::read_text(path, TOML_LIMIT) {
        Ok(text) => {
            let sound = Source::parse(&name, &text, found).is_some();
            sound.then_some(text)
        }
        Err(problem) => {
            found.push(problem.diagnostic("unreadable-file", &name));
            None
        }
    }
}
