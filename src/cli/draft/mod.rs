//! `cirtkit draft`: the assessor's pen.

mod editor;
mod list;
mod tool;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;

use super::desk::{self, Desk};
use super::talk::Talk;
use super::{Global, Outcome, Usage};
use crate::diagnostic::{Diagnostics, Severity, shown, suggestion};
use crate::dossier::edit::{self, Edit, Literal};
use crate::dossier::{self, save};
use crate::drafting::{Freshness, digest, freshness};
use crate::files;
use crate::model::Drafting;
use crate::model::dossier::LocalText;
use crate::model::drafting::{PieceId, Texts};
use crate::plan::{Judged, Number};
use tool::Tool;

/// List what the assessor can write, and write it
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit draft examplia                     what can be written, what is, and what is stale\n  \
    cirtkit draft examplia F-3                 open a finding in your editor\n  \
    cirtkit draft examplia summary --lang fr   the summary, in French\n  \
    cirtkit draft examplia F-3 --diff          the tool's words against yours\n  \
    cirtkit draft examplia F-9 --drop --reason 'Settled during the mission'\n  \
    cirtkit draft examplia R-2 --owner regulator --due 2026-12-31\n  \
    cirtkit draft examplia own-finding:one-list --rests-on incident-register --text 'One list.'")]
pub(super) struct Draft {
    /// The dossier
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// What to write: summary, decision, section:ID:before, section:ID:after, F-3, R-2, finding:ID,
    /// recommendation:ID, own-finding:ID, own-recommendation:ID; all are listed where it is left out
    piece: Option<String>,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// The words, instead of an editor; - reads them from stdin
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    text: Option<String>,
    /// The imperative that heads a recommendation
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Of the summary: before, after or replace
    #[arg(long, value_name = "WORD")]
    mode: Option<String>,
    /// Leave it out; needs a reason
    #[arg(long, requires = "reason", conflicts_with_all = ["merge_into", "keep"])]
    drop: bool,
    /// Why it is left out or merged
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Let another finding or recommendation take it in
    #[arg(long, value_name = "ID", conflicts_with = "keep")]
    merge_into: Option<String>,
    /// Keep the tool's: take everything away that was written on it
    #[arg(long)]
    keep: bool,
    /// critical, major or minor
    #[arg(long, value_name = "WORD")]
    severity: Option<String>,
    /// high, medium or low
    #[arg(long, value_name = "WORD")]
    priority: Option<String>,
    /// The phase
    #[arg(long, value_name = "N")]
    phase: Option<u32>,
    /// Who does it: a role, or a name
    #[arg(long, value_name = "ROLE")]
    owner: Option<String>,
    /// The day it is to begin
    #[arg(long, value_name = "DATE")]
    start: Option<String>,
    /// The day it is to be done
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    /// How long it takes
    #[arg(long, value_name = "MONTHS")]
    duration_months: Option<u32>,
    /// What it costs, such as '46400 USD'
    #[arg(long, value_name = "AMOUNT")]
    cost: Option<String>,
    /// The questions it rests on, with commas
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    rests_on: Vec<String>,
    /// The recommendation that an own finding calls for
    #[arg(long, value_name = "ID")]
    recommend: Option<String>,
    /// Its own TLP label
    #[arg(long, value_name = "LABEL")]
    tlp: Option<String>,
    /// Note that it stands on the answers as they are now; without a piece, of all that do not say so
    #[arg(long)]
    stamp: bool,
    /// Print the tool's words against yours, and change nothing
    #[arg(long)]
    diff: bool,
}

/// What is to be changed in the table of one piece.
#[derive(Debug, Clone, Default)]
struct Strokes {
    set: Vec<(String, Literal)>,
    remove: Vec<String>,
    /// Texts by key, in one language.
    texts: Vec<(&'static str, String)>,
    keep: bool,
}

impl Strokes {
    fn is_empty(&self) -> bool {
        self.set.is_empty() && self.remove.is_empty() && self.texts.is_empty() && !self.keep
    }

    fn text(&mut self, key: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.set
                .push((key.to_string(), Literal::Text(value.clone())));
        }
    }
}

impl Draft {
    pub(super) fn run(mut self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        // In the dossier's own folder its name may be left out.
        let alone = self
            .dir
            .to_str()
            .filter(|name| self.piece.is_none() && names_a_piece(name));
        if let Some(piece) = alone.map(String::from).filter(|_| !self.dir.exists()) {
            self.piece = Some(piece);
            self.dir = PathBuf::from(".");
        }
        let mut desk = Desk::open(global)?;
        let templates = super::report::templates(&desk)?;
        let head = desk::read_head(&self.dir, &mut Diagnostics::default())?;
        let stage = desk.stage(&head, self.stage.as_deref())?;
        let report = super::report::own_report(&desk, &stage)?.unwrap_or_default();
        let (read, language) = desk.told(&self.dir, Some(&stage), global.lang.as_deref())?;
        let warnings = read.found.clone();
        let (stage, earlier) = read.judged();
        let tool = Tool {
            stage: &stage,
            earlier: &earlier,
            language: &language,
            templates: &templates,
            report: &report,
        };
        let pen = Pen {
            dir: &self.dir,
            stage: &stage,
            lang: language.tag(),
        };
        let Some(named) = &self.piece else {
            if !self.strokes(&stage)?.is_empty() || self.text.is_some() || self.diff {
                let message = "name the piece that this is about; `cirtkit draft DIR` lists them";
                return Err(Usage(message.into()).into());
            }
            if self.stamp {
                return pen.stamp_all(talk);
            }
            talk.out(&list::list(&tool, &pen.file()).join("\n"))?;
            desk::mention_warnings(&warnings, &self.dir, talk);
            return Ok(Outcome::Done);
        };
        let id = found(named, &stage)?;
        if self.diff {
            return show_diff(&tool, &id, talk);
        }
        let mut strokes = self.strokes(&stage)?;
        if let Some(text) = &self.text {
            strokes.texts.push(("text", typed(text)?));
        }
        if self.stamp && strokes.is_empty() {
            return pen.stamp(&id, talk);
        }
        if !strokes.is_empty() {
            pen.write(&id, &strokes)?;
            let file = pen.file();
            talk.say(&match strokes.keep {
                true => format!("`{id}` is the tool's again; {file} holds nothing of it"),
                false => format!("`{id}` is written in {file}"),
            });
            return Ok(Outcome::Done);
        }
        if global.no_input || !std::io::stdin().is_terminal() {
            let message = format!(
                "an editor needs a terminal: give the words with `--text TEXT`, or by `--text -` from stdin, or write them into {}",
                pen.file()
            );
            return Err(Usage(message).into());
        }
        edit_piece(&tool, &pen, &id, talk)
    }

    /// Returns what the flags change.
    fn strokes(&self, stage: &Judged<'_>) -> anyhow::Result<Strokes> {
        let mut strokes = Strokes {
            keep: self.keep,
            ..Strokes::default()
        };
        if let Some(title) = &self.title {
            strokes.texts.push(("title", title.clone()));
        }
        if self.drop {
            strokes.set.push(("drop".into(), Literal::Boolean(true)));
            strokes.remove.push("merge-into".into());
        }
        if let Some(into) = &self.merge_into {
            let into = match found(into, stage)? {
                PieceId::Finding(id) | PieceId::OwnFinding(id) => id,
                PieceId::Recommendation(id) | PieceId::OwnRecommendation(id) => id,
                _ => into.clone(),
            };
            strokes.set.push(("merge-into".into(), Literal::Text(into)));
            strokes.remove.push("drop".into());
        }
        if let Some(reason) = &self.reason {
            strokes.texts.push(("reason", reason.clone()));
        }
        strokes.text("mode", self.mode.as_ref());
        strokes.text("severity", self.severity.as_ref());
        strokes.text("priority", self.priority.as_ref());
        strokes.text("cost", self.cost.as_ref());
        strokes.text("recommend", self.recommend.as_ref());
        for (key, date) in [("start", &self.start), ("due", &self.due)] {
            if let Some(date) = date {
                strokes.set.push((key.into(), Literal::Date(date.clone())));
            }
        }
        for (key, number) in [
            ("phase", self.phase),
            ("duration-months", self.duration_months),
        ] {
            if let Some(number) = number {
                strokes
                    .set
                    .push((key.into(), Literal::Integer(number.into())));
            }
        }
        if let Some(owner) = &self.owner {
            let role = stage.questionnaire.words.role(owner).is_some();
            match role || crate::model::is_id(owner) {
                true => strokes.text("owner", Some(owner)),
                false => strokes.texts.push(("owner", owner.clone())),
            }
        }
        if !self.rests_on.is_empty() {
            let list = self.rests_on.iter().map(|id| Literal::Text(id.clone()));
            strokes
                .set
                .push(("rests-on".into(), Literal::List(list.collect())));
        }
        if let Some(label) = &self.tlp {
            let label = super::report::ceiling(label)?;
            strokes
                .set
                .push(("tlp".into(), Literal::Text(label.word().into())));
        }
        Ok(strokes)
    }
}

/// Tells whether a word looks like the name or the number of a piece.
fn names_a_piece(word: &str) -> bool {
    let numbered = word.split_once('-').is_some_and(|(letter, number)| {
        ["F", "S", "R"].contains(&letter) && number.parse::<Number>().is_ok()
    });
    numbered || PieceId::parse(word).is_some()
}

/// Reads a text from the command line, or from stdin; one that says nothing is refused.
fn typed(text: &str) -> anyhow::Result<String> {
    let text = match text {
        "-" => from_stdin()?,
        text => text.to_string(),
    };
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.trim_end_matches([' ', '\t']))
        .collect();
    let text = lines.join("\n").trim_end().to_string();
    if text.trim().is_empty() {
        let message = "an empty text says nothing; `--keep` takes away what was written";
        return Err(Usage(message.into()).into());
    }
    Ok(text)
}

fn from_stdin() -> anyhow::Result<String> {
    let mut read = String::new();
    let limit = files::TOML_LIMIT;
    std::io::Read::read_to_string(&mut std::io::Read::take(std::io::stdin(), limit), &mut read)?;
    Ok(read)
}

/// Finds a piece by its name, its number in the report, or the id of a finding or recommendation.
fn found(named: &str, stage: &Judged<'_>) -> anyhow::Result<PieceId> {
    let finding = |one: &crate::plan::Finding| match one.own {
        true => PieceId::OwnFinding(one.rule.clone()),
        false => PieceId::Finding(one.rule.clone()),
    };
    let action = |one: &crate::plan::Action| match one.own {
        true => PieceId::OwnRecommendation(one.recommendation.clone()),
        false => PieceId::Recommendation(one.recommendation.clone()),
    };
    let (plan, questionnaire) = (&stage.plan, stage.questionnaire);
    let drafting = &stage.dossier.drafting;
    let number = |letter: &str| named.strip_prefix(letter)?.parse::<usize>().ok();
    let by_number = number("F-").or(number("S-"));
    let told = by_number.and_then(|number| {
        let is = |one: &&crate::plan::Finding| one.number == number;
        plan.findings.iter().find(is).map(finding)
    });
    let placed = named
        .strip_prefix("R-")
        .and_then(|number| number.parse::<Number>().ok());
    let placed = placed.and_then(|number| {
        let is = |one: &&crate::plan::Action| one.number == number;
        plan.actions.iter().find(is).map(action)
    });
    if let Some(id) = told.or(placed) {
        return Ok(id);
    }
    let rule = |id: &str| questionnaire.rules.iter().any(|one| one.id == id);
    let sections = questionnaire.sections.iter().map(|one| one.id.as_str());
    let sections: Vec<&str> = sections.chain(dossier::PARTS).collect();
    let known = match PieceId::parse(named) {
        Some(PieceId::Finding(id)) if !rule(&id) => None,
        Some(PieceId::Recommendation(id)) if questionnaire.recommendation(&id).is_none() => None,
        Some(PieceId::Section(id, _)) if !sections.contains(&id.as_str()) => None,
        Some(id) => Some(id),
        None if rule(named) => Some(PieceId::Finding(named.into())),
        None if questionnaire.recommendation(named).is_some() => {
            Some(PieceId::Recommendation(named.into()))
        }
        None if drafting.own_findings.contains_key(named) => {
            Some(PieceId::OwnFinding(named.into()))
        }
        None if drafting.own_recommendations.contains_key(named) => {
            Some(PieceId::OwnRecommendation(named.into()))
        }
        None => None,
    };
    known.ok_or_else(|| {
        let rules = questionnaire
            .rules
            .iter()
            .map(|one| format!("finding:{}", one.id));
        let all = questionnaire.recommendations.iter();
        let all = all.map(|one| format!("recommendation:{}", one.id));
        let around = sections
            .iter()
            .flat_map(|id| ["before", "after"].map(|side| format!("section:{id}:{side}")));
        let words = ["summary", "decision"].map(String::from);
        let names: Vec<String> = rules.chain(all).chain(around).chain(words).collect();
        let help = suggestion(named, names.iter().map(String::as_str))
            .unwrap_or_else(|| "`cirtkit draft DIR` lists the pieces".into());
        Usage(format!("there is no piece {}; {help}", shown(named))).into()
    })
}

/// Writes into the file of one stage.
struct Pen<'a> {
    dir: &'a Path,
    stage: &'a Judged<'a>,
    lang: &'a str,
}

impl Pen<'_> {
    fn path(&self) -> PathBuf {
        self.dir
            .join(dossier::drafting_file(&self.stage.dossier.stage))
    }

    fn file(&self) -> String {
        self.path().display().to_string()
    }

    fn text(&self) -> anyhow::Result<String> {
        match files::read_text_in(self.dir, &self.path(), files::TOML_LIMIT) {
            Ok(text) => Ok(text),
            Err(files::FileError::NotFound { .. }) => Ok(String::new()),
            Err(problem) => Err(problem.into()),
        }
    }

    /// Reads what the file would say, and refuses what is wrong in it.
    fn check(&self, text: &str) -> anyhow::Result<Drafting> {
        let mut problems = Diagnostics::default();
        let name = self.file();
        let head = &self.stage.dossier.head;
        let questionnaire = self.stage.questionnaire;
        let drafting = dossier::read_drafting(&name, text, head, questionnaire, &mut problems);
        let error = problems.iter().find(|one| one.severity == Severity::Error);
        if let Some(error) = error {
            let help = error
                .help
                .as_ref()
                .map_or_else(String::new, |help| format!("; {help}"));
            return Err(Usage(format!("{}{help}; nothing was changed", error.message)).into());
        }
        drafting.ok_or_else(|| anyhow::anyhow!("{name} cannot be read; nothing was changed"))
    }

    /// Writes strokes of one piece with the digest of the answers beneath it, and saves them.
    fn write(&self, id: &PieceId, strokes: &Strokes) -> anyhow::Result<()> {
        let old = self.text()?;
        let mut edits = Vec::new();
        let path: Vec<String> = id.path().into_iter().map(String::from).collect();
        if strokes.keep {
            let mut table = path.clone();
            let key = table.pop().unwrap_or_default();
            edits.push(Edit {
                table,
                remove: vec![key],
                ..Edit::default()
            });
        } else {
            let drafting = self.check_old(&old);
            let table = Edit {
                table: path.clone(),
                set: strokes.set.clone(),
                remove: strokes.remove.clone(),
            };
            edits.push(table);
            for (key, text) in &strokes.texts {
                let known = drafting.as_ref().is_some_and(|one| holds(one, id, key));
                edits.push(self.text_edit(&path, key, text, known));
            }
        }
        let mut new = apply(&old, &edits)?;
        let drafting = self.check(&new)?;
        if let Some(piece) = drafting.piece(id) {
            let beneath = piece.beneath.iter().map(String::as_str);
            let on = digest(&self.stage.dossier, beneath);
            let stamp = Edit {
                table: path,
                set: vec![("on".into(), Literal::Text(on))],
                remove: Vec::new(),
            };
            new = apply(&new, std::slice::from_ref(&stamp))?;
            edits.push(stamp);
            self.check(&new)?;
        }
        self.save(&edits)
    }

    /// What the file says now, where it can be read.
    fn check_old(&self, text: &str) -> Option<Drafting> {
        let mut problems = Diagnostics::default();
        let head = &self.stage.dossier.head;
        let questionnaire = self.stage.questionnaire;
        dossier::read_drafting(&self.file(), text, head, questionnaire, &mut problems)
    }

    /// One line goes beside the others in braces, more lines into a table of their own.
    fn text_edit(&self, path: &[String], key: &str, text: &str, known: bool) -> Edit {
        let literal = Literal::Text(text.to_string());
        if known || text.contains('\n') {
            let mut table = path.to_vec();
            table.push(key.to_string());
            return Edit {
                table,
                set: vec![(self.lang.to_string(), literal)],
                remove: Vec::new(),
            };
        }
        let inline = Literal::InlineTable(vec![(self.lang.to_string(), literal)]);
        Edit {
            table: path.to_vec(),
            set: vec![(key.to_string(), inline)],
            remove: Vec::new(),
        }
    }

    fn save(&self, edits: &[Edit]) -> anyhow::Result<()> {
        let lock = save::Lock::wait(self.dir)?;
        Ok(save::edit_file_at_once(&self.path(), &lock, edits)?)
    }

    /// Stamps a piece with the answers beneath it as they are now.
    fn stamp(&self, id: &PieceId, talk: &Talk) -> anyhow::Result<Outcome> {
        let Some(piece) = self.stage.dossier.drafting.piece(id) else {
            return Err(Usage(format!(
                "nothing is written on `{id}`, so there is nothing to stamp"
            ))
            .into());
        };
        let beneath = piece.beneath.iter().map(String::as_str);
        let on = digest(&self.stage.dossier, beneath);
        self.save(&[stamped(id, on)])?;
        talk.say(&format!("`{id}` stands on the answers as they are now"));
        Ok(Outcome::Done)
    }

    /// Stamps all pieces that do not say what they stand on.
    fn stamp_all(&self, talk: &Talk) -> anyhow::Result<Outcome> {
        let dossier = &self.stage.dossier;
        let pieces = dossier.drafting.pieces();
        let bare = pieces
            .iter()
            .filter(|piece| freshness(dossier, piece) == Freshness::Unstamped);
        let edits: Vec<Edit> = bare
            .map(|piece| {
                let beneath = piece.beneath.iter().map(String::as_str);
                stamped(&piece.id, digest(dossier, beneath))
            })
            .collect();
        if !edits.is_empty() {
            self.save(&edits)?;
        }
        talk.say(&format!("{} pieces are stamped", edits.len()));
        Ok(Outcome::Done)
    }
}

fn stamped(id: &PieceId, on: String) -> Edit {
    Edit {
        table: id.path().into_iter().map(String::from).collect(),
        set: vec![("on".into(), Literal::Text(on))],
        remove: Vec::new(),
    }
}

fn apply(text: &str, edits: &[Edit]) -> anyhow::Result<String> {
    let mut now = text.to_string();
    for edit in edits {
        now = edit::apply(&now, edit)?;
    }
    Ok(now)
}

/// Tells whether a piece has a text under a key, in whatever language.
fn holds(drafting: &Drafting, id: &PieceId, key: &str) -> bool {
    let Some(piece) = drafting.piece(id) else {
        return false;
    };
    let some = |at: usize| piece.texts.get(at).is_some_and(|texts| !texts.is_empty());
    match key {
        "text" => some(0),
        "title" => some(1),
        // What is the same in all languages is written anew.
        "owner" => matches!(piece.owner, Some(LocalText::ByLang(_))),
        _ => matches!(piece.reason, Some(LocalText::ByLang(_))),
    }
}

/// Opens a piece in the editor, and saves what came out of it.
fn edit_piece(
    tool: &Tool<'_>,
    pen: &Pen<'_>,
    id: &PieceId,
    talk: &Talk,
) -> anyhow::Result<Outcome> {
    let before = tool.current(id);
    let head = tool.heading(id);
    let edited = editor::open(&head, &before)?;
    let words = edited.words();
    if words.is_empty() || words == before.trim() {
        talk.say("nothing was changed");
        return Ok(Outcome::Done);
    }
    let mut strokes = Strokes::default();
    match id {
        PieceId::Recommendation(_) | PieceId::OwnRecommendation(_) => {
            let (title, text) = tool::split(&words);
            let (old_title, old_text) = tool::split(&before);
            if title != old_title {
                strokes.texts.push(("title", title));
            }
            if text != old_text {
                strokes.texts.push(("text", text));
            }
        }
        PieceId::Finding(_) | PieceId::OwnFinding(_) => {
            strokes.texts.push(("text", tool::paragraph(&words)));
        }
        _ => strokes.texts.push(("text", words.clone())),
    }
    // Whoever rewords what was left out wants to see it again.
    if matches!(id, PieceId::Finding(_) | PieceId::Recommendation(_)) {
        strokes.remove = ["drop", "merge-into", "reason"].map(String::from).into();
    }
    if let Err(problem) = pen.write(id, &strokes) {
        let place = edited.keep();
        let told = format!("your text is kept in {place}");
        return match problem.downcast::<Usage>() {
            Ok(Usage(message)) => Err(Usage(format!("{message}; {told}")).into()),
            Err(problem) => Err(problem.context(told)),
        };
    }
    talk.out(&tool::difference(&before, &words))?;
    talk.say(&format!("`{id}` is written in {}", pen.file()));
    Ok(Outcome::Done)
}

fn show_diff(tool: &Tool<'_>, id: &PieceId, talk: &Talk) -> anyhow::Result<Outcome> {
    let (own, written) = (tool.own(id), tool.written(id));
    let Some(written) = written else {
        talk.say(&format!("nothing is written on `{id}` in this language"));
        return Ok(Outcome::Done);
    };
    talk.out(&tool::difference(&own, &written))?;
    Ok(Outcome::Done)
}

/// Returns a text in one language, where it says something.
fn said<'t>(texts: &'t Texts, lang: &str) -> Option<&'t str> {
    let text = texts.get(lang)?.trim();
    (!text.is_empty()).then_some(text)
}
