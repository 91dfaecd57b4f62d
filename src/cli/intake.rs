//! `cirtkit answer DIR -`: takes in a form that was filled in and sent back.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;

use anyhow::Context;

use super::answer::response_file;
use super::desk::{self, Desk};
use super::talk::Talk;
use super::{Global, Outcome, Refused, Usage};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::dossier::record::{self, Change};
use crate::dossier::save::Lock;
use crate::files::TOML_LIMIT;
use crate::intake::{self, Asked, Held, Reply, Tongue};
use crate::model::dossier::{Answers, Head};
use crate::model::{Date, Questionnaire, Tlp};
use crate::pack;
use crate::report;
use crate::sheet::{self, SheetError};

/// What is to be taken in, and how.
pub(super) struct Order {
    pub(super) dir: PathBuf,
    pub(super) respondent: String,
    pub(super) stage: Option<String>,
    /// The language of the replies, where it is not that of the form.
    pub(super) lang: Option<String>,
    pub(super) tlp: Option<Tlp>,
    pub(super) by: Option<String>,
    pub(super) date: Option<Date>,
    pub(super) held: Held,
    pub(super) as_words: bool,
    pub(super) dry_run: bool,
}

impl Order {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let bytes = input()?;
        let text = sheet::decode(&bytes).map_err(refusal)?;
        let mut desk = Desk::open(global)?;
        let head = desk::read_head(&self.dir, &mut Diagnostics::default())?;
        let stage = desk.stage(&head, self.stage.as_deref())?;
        let by = desk::initials(&head, self.by.as_deref())?;
        let tongues = tongues(&desk, &head, &stage)?;
        let filled = intake::recognise(&text, &tongues).map_err(Refused)?;
        let tag = &filled.tongue.tag;
        // Held from here on, so that what is on record now is what is written over or beneath.
        let lock = match self.dry_run {
            true => None,
            false => Some(Lock::wait(&self.dir)?),
        };
        let read = desk.dossier(&self.dir, Some(&stage), Some(tag))?;
        let (questionnaire, dossier) = (read.questionnaire.clone(), read.dossier);
        let file = response_file(&dossier.register, &self.respondent, &stage)?;
        let language = desk::language(&desk.content, tag)?;
        let elsewhere = elsewhere(&mut desk, &stage, &questionnaire, tag, &filled.ids())?;
        let taken = intake::read(
            &filled,
            Asked {
                questionnaire: &questionnaire,
                given: &report::given(&questionnaire, &dossier, &language),
                lead: &report::leads(&questionnaire, &dossier, &language),
                elsewhere: &elsewhere,
                currency: dossier.head.currency.as_deref(),
                as_words: self.as_words,
            },
        );
        let nothing = Answers::default();
        let mut said = dossier.responses.iter();
        let said = said.find(|said| said.respondent == self.respondent);
        let settled = intake::settle(
            &taken.replies,
            said.map_or(&nothing, |said| &said.answers),
            self.held,
        );
        let mut found = taken.found;
        found.extend(settled.found);
        if found.has_errors() {
            talk.say("nothing was recorded; mend these in the form and give it again");
            return Err(Refused(found).into());
        }
        talk.diagnostics(&found);
        if text.windows {
            talk.say("the form is not in UTF-8 and was read as Windows-1252; look at the accents");
        }
        let stamp = |(question, change): (String, Change)| {
            let lang = self.lang.as_ref().unwrap_or(tag);
            let lang = change.note.as_ref().map(|_| lang.clone());
            let change = Change {
                lang: change.lang.or(lang),
                tlp: self.tlp,
                answered: self.date,
                by: by.clone(),
                ..change
            };
            (question, change)
        };
        let changes: Vec<(String, Change)> = settled.changes.into_iter().map(stamp).collect();
        let path = self.dir.join(file);
        if let Some(lock) = &lock
            && !changes.is_empty()
        {
            record::save_all(lock, &path, &changes)?;
        }
        drop(lock);
        let shown = path.display();
        match (changes.len(), self.dry_run) {
            (0, _) => talk.say("there is nothing new in the form; nothing was written"),
            (many, true) => talk.say(&format!(
                "replies that would be recorded in {shown}: {many}; nothing was written"
            )),
            (many, false) => talk.say(&format!("replies recorded in {shown}: {many}")),
        }
        if settled.same > 0 {
            talk.say(&format!(
                "replies that are on record already: {}",
                settled.same
            ));
        }
        let person = dossier.register.people.contains_key(&self.respondent);
        self.tell_documents(&taken.replies, person, talk);
        Ok(Outcome::Done)
    }

    /// Tells which notes name a document, so that it is registered.
    fn tell_documents(&self, replies: &[Reply], person: bool, talk: &Talk) {
        let named = replies.iter().filter(|reply| reply.document);
        let named: Vec<String> = named.map(|reply| format!("`{}`", reply.question)).collect();
        if named.is_empty() {
            return;
        }
        let from = match person {
            true => format!(" --from {}", self.respondent),
            false => String::new(),
        };
        talk.say(&format!(
            "documents are named in the notes on {}; `cirtkit evidence add {} --title TITLE{from}` registers each",
            named.join(", "),
            self.dir.display()
        ));
    }
}

/// Reads the form from the input, up to what a file of a dossier may hold.
fn input() -> anyhow::Result<Vec<u8>> {
    if io::stdin().is_terminal() {
        let message = "`answer DIR -` reads a filled form from its input; add `< filled.csv`";
        return Err(Usage(message.into()).into());
    }
    let mut bytes = Vec::new();
    let mut some = io::stdin().lock().take(TOML_LIMIT + 1);
    some.read_to_end(&mut bytes)
        .context("the input cannot be read")?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > TOML_LIMIT {
        let message = format!("the form is larger than {TOML_LIMIT} bytes");
        let help = "split it, or take away the columns that are not the form's";
        return Err(bad(message, help).into());
    }
    Ok(bytes)
}

fn bad(message: String, help: &str) -> Refused {
    let mut found = Diagnostics::default();
    found.push(Diagnostic::error("bad-form", Place::default(), message).help(help));
    Refused(found)
}

fn refusal(problem: SheetError) -> Refused {
    let help = match problem {
        SheetError::NoText => {
            "save the form from the spreadsheet as `CSV UTF-8` and give that file"
        }
        SheetError::Workbook | SheetError::Utf16 | SheetError::NotUtf8 { .. } => {
            "open it with the spreadsheet, save it as `CSV UTF-8` and give that file"
        }
    };
    bad(problem.to_string(), help)
}

/// Returns what forms say in every language that the questionnaire speaks, the dossier's own first.
fn tongues(desk: &Desk, head: &Head, stage: &str) -> anyhow::Result<Vec<Tongue>> {
    let (id, edition) = desk::pinned(head, stage);
    let spoken = pack::languages(&desk.content, &id, edition);
    let mut tags = desk.languages();
    tags.retain(|tag| spoken.contains(tag));
    let own = |tag: &String| head.languages.iter().position(|one| one == tag);
    tags.sort_by_key(|tag| own(tag).unwrap_or(usize::MAX));
    let tongue = |tag: &String| Ok(report::tongue(&desk::language(&desk.content, tag)?));
    tags.iter().map(tongue).collect()
}

/// Returns which other stage asks the questions that this one does not.
fn elsewhere(
    desk: &mut Desk,
    stage: &str,
    questionnaire: &Questionnaire,
    lang: &str,
    ids: &[String],
) -> anyhow::Result<BTreeMap<String, String>> {
    let mut stages = BTreeMap::new();
    if ids.iter().all(|id| questionnaire.question(id).is_some()) {
        return Ok(stages);
    }
    for (id, edition) in pack::editions(&desk.content) {
        if id == stage
            || !pack::languages(&desk.content, &id, edition)
                .iter()
                .any(|one| one == lang)
        {
            continue;
        }
        let pack = desk.pack(&id, edition, lang)?;
        let asked = pack.questionnaire.questions();
        stages.extend(asked.map(|question| (question.id.clone(), id.clone())));
    }
    Ok(stages)
}
