//! `cirtkit pack`: look at, check and copy questionnaires and templates.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::check::{Form, tell};
use super::desk::Desk;
use super::output::make_folder;
use super::talk::Talk;
use super::{Global, Outcome, Usage};
use crate::content::Origin;
use crate::diagnostic::{Diagnostics, Severity, shown, suggestion};
use crate::dossier::edit::{self, Edit, Literal};
use crate::dossier::save;
use crate::files;
use crate::model::question::Kind;
use crate::pack::overlay::Lack;
use crate::pack::{self, check};
use crate::report::Language;

/// Look at, check and copy questionnaires
#[derive(Debug, Args)]
pub(super) struct Pack {
    #[command(subcommand)]
    command: PackCommand,
}

#[derive(Debug, Subcommand)]
enum PackCommand {
    /// List questionnaires and languages, and every file that was laid over
    List,
    /// Show a questionnaire, or one of its questions
    Show {
        /// The questionnaire, such as assessment
        id: String,
        /// One question
        question: Option<String>,
        /// The edition
        #[arg(long, default_value_t = 1)]
        edition: u32,
    },
    /// Tell every problem of the questionnaires and templates
    Check {
        /// How to tell them
        #[arg(long, value_name = "FORM", default_value = "text")]
        format: Form,
        /// Treat warnings as errors
        #[arg(long, value_name = "WHAT", value_parser = ["warnings"])]
        deny: Option<String>,
    },
    /// Print which questions serve each item of a framework
    Coverage,
    /// Write the shipped questionnaires and templates into a folder, to start from
    Eject {
        /// The folder
        dir: PathBuf,
        /// Only files whose name begins with this, such as report-templates/lang
        #[arg(long, value_name = "PREFIX")]
        only: Option<String>,
    },
    /// Write a small questionnaire to start from
    New {
        /// The folder that `--questionnaires` will name
        dir: PathBuf,
        /// The id of the questionnaire
        id: String,
    },
    /// Write the hashes of translations that were read against their source
    Stamp {
        /// The language
        lang: String,
    },
}

impl Pack {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let desk = Desk::open(global)?;
        match self.command {
            PackCommand::List => list(&desk, talk),
            PackCommand::Show {
                id,
                question,
                edition,
            } => show(desk, global, &id, edition, question.as_deref(), talk),
            PackCommand::Check { format, deny } => {
                check_all(&desk, global, format, deny.is_some(), talk)
            }
            PackCommand::Coverage => coverage(&desk, talk),
            PackCommand::Eject { dir, only } => eject(&desk, &dir, only.as_deref(), talk),
            PackCommand::New { dir, id } => new(&dir, &id, talk),
            PackCommand::Stamp { lang } => stamp(&desk, global, &lang, talk),
        }
    }
}

fn list(desk: &Desk, talk: &Talk) -> anyhow::Result<Outcome> {
    let mut lines = Vec::new();
    for (id, edition) in pack::editions(&desk.content) {
        let languages = pack::languages(&desk.content, &id, edition).join(", ");
        lines.push(format!("{id} edition {edition}: {languages}"));
    }
    for root in ["questionnaires/", "report-templates/"] {
        for (name, file) in desk.content.under(root) {
            match file.origin {
                Origin::Shipped => {}
                Origin::Added => lines.push(format!("added     {name}")),
                Origin::Replaced => lines.push(format!("replaced  {name}")),
            }
        }
    }
    talk.out(&lines.join("\n"))?;
    Ok(Outcome::Done)
}

fn coverage(desk: &Desk, talk: &Talk) -> anyhow::Result<Outcome> {
    let mut found = Diagnostics::default();
    let packs = pack::of_stages(&desk.content, &mut found);
    super::desk::refuse_errors(found)?;
    talk.out(pack::coverage::coverage(&packs).trim_end())?;
    Ok(Outcome::Done)
}

fn show(
    mut desk: Desk,
    global: &Global,
    id: &str,
    edition: u32,
    question: Option<&str>,
    talk: &Talk,
) -> anyhow::Result<Outcome> {
    let lang = global.lang.as_deref().unwrap_or("en");
    let questionnaire = &desk.pack(id, edition, lang)?.questionnaire;
    let Some(wanted) = question else {
        let mut lines = vec![format!(
            "{} ({id} edition {edition}, {lang})",
            questionnaire.title
        )];
        for section in &questionnaire.sections {
            lines.push(format!("\n{}: {}", section.id, section.title));
            for question in &section.questions {
                let core = if question.core { " core" } else { "" };
                lines.push(format!(
                    "  {:<32} {}{core}  {}",
                    question.id,
                    word(&question.kind),
                    question.text
                ));
            }
        }
        let ids = |list: Vec<&str>| list.join(", ");
        lines.push(format!(
            "\ntargets: {}",
            ids(questionnaire
                .targets
                .iter()
                .map(|one| one.id.as_str())
                .collect())
        ));
        lines.push(format!(
            "stakeholder types: {}",
            ids(questionnaire
                .words
                .stakeholders
                .iter()
                .map(|one| one.id.as_str())
                .collect())
        ));
        lines.push(format!(
            "roles: {}",
            ids(questionnaire
                .words
                .roles
                .iter()
                .map(|one| one.id.as_str())
                .collect())
        ));
        talk.out(&lines.join("\n"))?;
        return Ok(Outcome::Done);
    };
    let Some(question) = questionnaire.question(wanted) else {
        let help = suggestion(wanted, questionnaire.questions().map(|one| one.id.as_str()))
            .unwrap_or_default();
        return Err(Usage(format!("there is no question {}; {help}", shown(wanted))).into());
    };
    let mut lines = vec![
        format!("{}: {}", question.id, question.text),
        format!("why: {}", question.why),
    ];
    lines.extend(
        question
            .probes
            .iter()
            .map(|probe| format!("say aloud: {probe}")),
    );
    lines.extend(
        (0..)
            .zip(&question.levels)
            .map(|(level, text): (u8, _)| format!("level {level}: {text}")),
    );
    lines.extend(
        question
            .options
            .iter()
            .map(|option| format!("option {}: {}", option.id, option.label)),
    );
    for column in &question.columns {
        lines.push(format!(
            "column {}: {} ({})",
            column.id,
            column.label,
            word(&column.kind)
        ));
        lines.extend(
            column
                .options
                .iter()
                .map(|option| format!("  option {}: {}", option.id, option.label)),
        );
    }
    lines.push(format!("ask: {}", question.ask.join(", ")));
    lines.push(format!("evidence: {}", question.evidence_hint));
    if !question.references.is_empty() {
        lines.push(format!("references: {}", question.references.join(", ")));
    }
    talk.out(&lines.join("\n"))?;
    Ok(Outcome::Done)
}

/// Returns the word of a kind as files write it.
fn word(kind: &Kind) -> String {
    let word = serde_json::to_value(kind).ok();
    let word = word.as_ref().and_then(serde_json::Value::as_str);
    word.unwrap_or_default().to_string()
}

/// Finds every problem of all questionnaires in all their languages, and of the templates.
fn check_all(
    desk: &Desk,
    global: &Global,
    form: Form,
    deny: bool,
    talk: &Talk,
) -> anyhow::Result<Outcome> {
    let mut found = check::check_all(&desk.content, global.lang.as_deref());
    for (name, _) in desk.content.under("report-templates/lang/") {
        let tag = name["report-templates/lang/".len()..].strip_suffix(".toml");
        if let Some(tag) = tag {
            Language::load(&desk.content, tag, &mut found);
        }
    }
    if let Err(problem) = super::report::templates(desk) {
        match problem.downcast::<super::Refused>() {
            Ok(super::Refused(problems)) => found.extend(problems),
            Err(problem) => return Err(problem),
        }
    }
    found.sort();
    if deny {
        let mut denied = Diagnostics::default();
        for one in &found {
            let mut one = one.clone();
            one.severity = Severity::Error;
            denied.push(one);
        }
        found = denied;
    }
    tell(&found, form, talk)
}

/// Writes shipped files into a folder; one that exists is never overwritten.
fn eject(desk: &Desk, dir: &Path, only: Option<&str>, talk: &Talk) -> anyhow::Result<Outcome> {
    let mut files = Vec::new();
    for root in ["questionnaires/", "report-templates/"] {
        for (name, file) in desk.content.under(root) {
            let sample = name.starts_with("questionnaires/samples/");
            if !sample && only.is_none_or(|prefix| name.starts_with(prefix)) {
                files.push((dir.join(name), file.text.as_ref()));
            }
        }
    }
    if files.is_empty() {
        return Err(Usage(
            "no shipped file has a name that begins so; try `--only questionnaires/assessment`"
                .into(),
        )
        .into());
    }
    write_new(&files, talk)?;
    let folders = ["questionnaires", "report-templates"];
    let folders = folders
        .into_iter()
        .filter(|folder| dir.join(folder).is_dir());
    let flags = folders.map(|folder| {
        let flag = folder.strip_prefix("report-").unwrap_or(folder);
        format!("--{flag} {}", dir.join(folder).display())
    });
    let flags: Vec<String> = flags.collect();
    talk.say(&format!(
        "\nChange what you like and lay it over with `{}`; files you leave out stay the shipped ones.",
        flags.join(" ")
    ));
    Ok(Outcome::Done)
}

fn write_new(files: &[(PathBuf, &str)], talk: &Talk) -> anyhow::Result<()> {
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(Usage(format!(
            "`{}` exists: name another folder, nothing was changed",
            path.display()
        ))
        .into());
    }
    for (path, text) in files {
        make_folder(path)?;
        save::save(path, text)?;
    }
    for (path, _) in files {
        talk.out(&path.display().to_string())?;
    }
    Ok(())
}

/// Writes a questionnaire of one section and one question that passes the checks.
fn new(dir: &Path, id: &str, talk: &Talk) -> anyhow::Result<Outcome> {
    if !crate::model::is_id(id) {
        return Err(Usage(format!(
            "{} is not an id: lower-case words with hyphens",
            shown(id)
        ))
        .into());
    }
    let root = dir.join(id).join("1");
    let head = HEAD.replace("@ID@", id);
    let files = [
        (root.join("questionnaire.toml"), head.as_str()),
        (root.join("sections").join("start.toml"), SECTION),
        (root.join("rules.toml"), RULES),
        (root.join("recommendations.toml"), RECOMMENDATIONS),
    ];
    write_new(&files, talk)?;
    talk.say(&format!(
        "\n`cirtkit pack check --questionnaires {}` tells what is wrong with it as you go.",
        dir.display()
    ));
    Ok(Outcome::Done)
}

const HEAD: &str = "\
schema = 1
id = \"@ID@\"
edition = 1
stage = \"@ID@\"
title = \"A questionnaire of your own\"
source-lang = \"en\"
sections = [\"start\"]

[[phase]]
number = 1
title = \"Begin\"
aim = \"The first thing is done.\"
from-month = 1
";

const SECTION: &str = "\
[section]
id = \"start\"
title = \"The first section\"
domain = \"political-will\"
about = \"What this section looks at, in one sentence.\"

[[question]]
id = \"start-first\"
kind = \"level\"
text = \"What the question is about, as a noun phrase\"
probes = [\"What would you ask aloud, so that people talk?\"]
levels = [
  \"Nothing of the kind exists.\",
  \"Somebody does it now and then, without being told to.\",
  \"A paper says how it is done, and one institution follows it.\",
  \"All institutions concerned do it, by a rule in force.\",
  \"It is measured every year, and what was found has been mended.\",
]
why = \"What can be done when this is known.\"
ask = [\"ministry\"]
evidence = \"required\"
evidence-hint = \"The paper that says how it is done, with its date.\"
";

const RULES: &str = "\
[[rule]]
id = \"first-missing\"
when = { question = \"start-first\", below = 2 }
severity = \"major\"
finding = \"What is missing {country.in}, in one sentence.\"
recommend = \"do-first\"
";

const RECOMMENDATIONS: &str = "\
[[recommendation]]
id = \"do-first\"
title = \"Do the first thing\"
text = \"{role.lead-ministry} does it, with whom, by what means, with what result one can check.\"
owner = \"lead-ministry\"
priority = \"high\"
phase = 1
duration-months = 3
effort = \"S\"
";

/// Writes the hash of each translated entry whose source has changed since.
fn stamp(desk: &Desk, global: &Global, lang: &str, talk: &Talk) -> anyhow::Result<Outcome> {
    let Some(root) = &global.questionnaires else {
        return Err(Usage(
            "`pack stamp` writes into a folder: name it with `--questionnaires DIR`".into(),
        )
        .into());
    };
    let mut stamped = 0;
    for (id, edition) in pack::editions(&desk.content) {
        let mut found = Diagnostics::default();
        let Some(pack) = pack::load(&desk.content, &id, edition, lang, &mut found) else {
            continue;
        };
        for (key, lack) in &pack.lacks {
            let Lack::Stale(hash) = lack else { continue };
            let place = pack.place(&format!("lang {key}"));
            let Some(name) = place.file.strip_prefix("questionnaires/") else {
                continue;
            };
            let path = root.join(name);
            let text = match files::read_text(&path, files::TOML_LIMIT) {
                Ok(text) => text,
                // An overlay that is shipped and not laid over cannot be written.
                Err(files::FileError::NotFound { .. }) => continue,
                Err(problem) => return Err(problem.into()),
            };
            let (kind, id) = key.split_once(' ').unwrap_or((key, ""));
            let table = if kind == "questionnaire" {
                vec![kind.to_string()]
            } else {
                vec![kind.to_string(), id.to_string()]
            };
            let set = vec![("hash".to_string(), Literal::Text(hash.clone()))];
            let edit = Edit {
                table,
                set,
                remove: Vec::new(),
            };
            save::save(&path, &edit::apply(&text, &edit)?)?;
            stamped += 1;
        }
    }
    talk.say(&format!("{stamped} translations stamped"));
    Ok(Outcome::Done)
}
