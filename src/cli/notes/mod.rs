//! The room's notes at the desk: [`take`] takes them, [`file`] lists them and files them under
//! questions, and the other commands look here for what is noted.

pub(super) mod file;
mod hand;
mod line;
pub(super) mod take;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Refused;
use super::desk::{self, Desk};
use super::talk::Talk;
use crate::diagnostic::Diagnostics;
use crate::dossier::notes;
use crate::model::dossier::Head;
use crate::model::{Note, Notes};

/// The questions of stages, by the stage.
pub(super) type Questions = BTreeMap<String, BTreeSet<String>>;

/// Returns the ids of the questions that a stage of a dossier asks.
fn questions_of(
    desk: &mut Desk,
    dir: &Path,
    head: &Head,
    stage: &str,
) -> anyhow::Result<BTreeSet<String>> {
    desk.has_edition(dir, head, stage)?;
    let (id, edition) = desk::pinned(head, stage);
    let lang = desk.spoken(&id, edition, desk::language_of(head, None));
    let pack = desk.pack(&id, edition, &lang)?;
    let ids = pack.questionnaire.questions().map(|one| one.id.clone());
    Ok(ids.collect())
}

/// Returns the questions of the dossier's stages and of those that notes name.
pub(super) fn known(
    desk: &mut Desk,
    dir: &Path,
    head: &Head,
    notes: &Notes,
) -> anyhow::Result<Questions> {
    let mut questions = Questions::new();
    if notes.list.is_empty() {
        return Ok(questions);
    }
    let mut stages: BTreeSet<String> = desk.stages(head).into_iter().collect();
    let named = notes.list.iter().filter_map(|note| note.stage.as_ref());
    let named: Vec<&String> = named.collect();
    stages.extend(
        named
            .into_iter()
            .filter(|one| desk.stage(head, Some(one)).is_ok())
            .cloned(),
    );
    for stage in stages {
        let ids = questions_of(desk, dir, head, &stage)?;
        questions.insert(stage, ids);
    }
    Ok(questions)
}

/// Tells whether a note waits to be filed: it names no question, or none that its stage asks.
fn waits(note: &Note, questions: &Questions) -> bool {
    let Some(question) = &note.question else {
        return true;
    };
    let mut own = questions.iter().filter(|(stage, _)| note.is_of(stage));
    !own.any(|(_, ids)| ids.contains(question))
}

/// Counts the notes that wait to be filed.
pub(super) fn waiting(desk: &mut Desk, dir: &Path, talk: &Talk) -> anyhow::Result<usize> {
    let notes = lenient(dir, talk);
    if notes.list.is_empty() {
        return Ok(0);
    }
    let head = desk::read_head(dir, &mut Diagnostics::default())?;
    let questions = known(desk, dir, &head, &notes)?;
    let waiting = notes.list.iter().filter(|note| waits(note, &questions));
    Ok(waiting.count())
}

/// Reads what can be read of the notes: a command that only shows them goes on without the rest.
pub(super) fn lenient(dir: &Path, talk: &Talk) -> Notes {
    let mut found = Diagnostics::default();
    let notes = notes::read(dir, &mut found);
    mention_problems(&found, dir, talk);
    notes.unwrap_or_default()
}

/// Reads what can be read of the notes, without a word.
pub(super) fn present(dir: &Path) -> Notes {
    notes::read(dir, &mut Diagnostics::default()).unwrap_or_default()
}

/// Says in one line that there are problems, where there are any; what is sound was read.
fn mention_problems(found: &Diagnostics, dir: &Path, talk: &Talk) {
    if found.has_errors() {
        let dir = dir.display();
        talk.say(&format!(
            "not all notes could be read: `cirtkit check {dir}` tells why"
        ));
    }
}

/// Tells everything that is wrong with the notes of a dossier.
pub(super) fn check(desk: &mut Desk, dir: &Path, found: &mut Diagnostics) -> anyhow::Result<()> {
    // A head that cannot be read is told by whoever reads the stages.
    let Ok(head) = desk::read_head(dir, &mut Diagnostics::default()) else {
        return Ok(());
    };
    let notes = present(dir);
    let questions = match known(desk, dir, &head, &notes) {
        Ok(questions) => questions,
        Err(problem) => match problem.downcast::<Refused>() {
            Ok(Refused(problems)) => {
                found.extend_new(problems);
                return Ok(());
            }
            Err(problem) => return Err(problem),
        },
    };
    let register = notes::register(dir);
    let known = notes::Known {
        head: &head,
        register: &register,
        questions: &questions,
    };
    let mut told = Diagnostics::default();
    notes::check(dir, known, &mut told);
    found.extend_new(told);
    Ok(())
}

/// One note in one line, with who, when and where in parentheses.
pub(super) fn told(note: &Note) -> String {
    let date = note.date.map(|date| date.to_string());
    let label = note.tlp.map(|label| format!("TLP:{}", label.word()));
    let parts = [&date, &note.by, &note.meeting, &note.respondent, &label];
    let parts: Vec<&str> = parts.into_iter().filter_map(Option::as_deref).collect();
    let about = match parts.is_empty() {
        true => String::new(),
        false => format!(" ({})", flat(&parts.join(", "))),
    };
    format!("{}{about}", flat(&note.text))
}

/// One line without control characters.
fn flat(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control()).collect()
}
