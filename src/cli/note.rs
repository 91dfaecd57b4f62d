//! `cirtkit note`: takes down what is said, quick enough to type while people speak.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::desk::{self, Desk};
use super::prompt::Words;
use super::talk::Talk;
use super::{Global, Outcome, Refused, Usage};
use crate::diagnostic::{Diagnostics, nearest, shown, suggestion};
use crate::dossier::notes::{self, NoteError};
use crate::dossier::register;
use crate::dossier::save::Lock;
use crate::model::dossier::{Head, Register};
use crate::model::note::Note;
use crate::model::{Date, Questionnaire};

/// Take down what is said, to be filed to questions later
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit note lesotho --meeting workshop-0603            line after line, until Ctrl-D\n  \
    cirtkit note lesotho 'Nobody answers at night, says the bank'\n  \
    cirtkit note lesotho '@funding-setup the grant lapses in December'\n  \
    cirtkit note lesotho --meeting workshop-0603 < transcript.txt")]
pub(super) struct NoteArgs {
    /// The dossier
    dir: PathBuf,
    /// The note; left out, every line of a pipe or typed at the prompt is one. A line may begin with
    /// the question it belongs to, as in `@funding-setup the grant lapses`
    text: Vec<String>,
    /// The meeting it is said in
    #[arg(long, value_name = "ID")]
    meeting: Option<String>,
    /// The person or meeting that says it
    #[arg(long, value_name = "ID")]
    respondent: Option<String>,
    /// File it to this question at once
    #[arg(long, value_name = "ID")]
    question: Option<String>,
    /// The stage [default: the last one under way]
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// The language it is taken down in [default: the dossier's first]
    #[arg(long, value_name = "TAG")]
    note_lang: Option<String>,
    /// The note's own TLP label
    #[arg(long, value_name = "LABEL")]
    tlp: Option<String>,
    /// Initials of who takes it down [default: the only assessor]
    #[arg(long, value_name = "INITIALS")]
    by: Option<String>,
    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
}

impl NoteArgs {
    pub(super) fn run(self, global: &Global, talk: &Talk) -> anyhow::Result<Outcome> {
        let mut desk = Desk::open(global)?;
        // What is wrong elsewhere in the dossier is no reason to lose what is being said.
        let mut found = Diagnostics::default();
        let head = crate::dossier::read_head(&self.dir, &mut found).ok_or(Refused(found))?;
        let register = register::read_alone(&self.dir, &mut Diagnostics::default());
        let stage = desk.stage(&head, self.stage.as_deref())?;
        let (id, edition) = desk::pinned(&head, &stage);
        let lang = desk::language_of(&head, global.lang.as_deref());
        let words = Words::load(&desk.content, &lang)?;
        let questionnaire = &desk.pack(&id, edition, &lang)?.questionnaire;
        let like = self.like(&head, register.as_ref(), questionnaire, &stage, global)?;
        let mut taker = Taker {
            dir: &self.dir,
            talk,
            questionnaire,
            like,
            words,
            unprinted: None,
        };
        if !self.text.is_empty() {
            taker.take(&self.text.join(" "))?;
        } else if !io::stdin().is_terminal() {
            taker.pipe(io::stdin().lock())?;
        } else if global.no_input {
            let message = "`note` needs a text, or notes line by line on its input";
            return Err(Usage(message.into()).into());
        } else {
            taker.prompt()?;
        }
        match taker.unprinted {
            Some(problem) => Err(problem),
            None => Ok(Outcome::Done),
        }
    }

    /// Returns the note without its text; what it names is looked up before anything is typed.
    fn like(
        &self,
        head: &Head,
        register: Option<&Register>,
        questionnaire: &Questionnaire,
        stage: &str,
        global: &Global,
    ) -> anyhow::Result<Note> {
        if let Some(register) = register {
            let meetings = || register.meetings.keys().map(String::as_str);
            let all = || register.people.keys().map(String::as_str).chain(meetings());
            known(
                self.meeting.as_deref(),
                meetings(),
                "meeting",
                "`cirtkit meeting add` adds one",
            )?;
            known(
                self.respondent.as_deref(),
                all(),
                "person or meeting",
                "`cirtkit person add` adds one",
            )?;
        }
        let questions = questionnaire.questions().map(|one| one.id.as_str());
        known(
            self.question.as_deref(),
            questions,
            "question",
            "`cirtkit status --open` lists them",
        )?;
        let tlp = self
            .tlp
            .as_deref()
            .map(super::report::ceiling)
            .transpose()?;
        let given = self.date.as_deref().map(|date| {
            Date::parse(date).ok_or_else(|| Usage("`--date` takes a day such as 2026-06-03".into()))
        });
        let lang = self.note_lang.as_deref().or(global.lang.as_deref());
        Ok(Note {
            text: String::new(),
            lang: Some(desk::language_of(head, lang)),
            meeting: self.meeting.clone(),
            respondent: self.respondent.clone(),
            stage: Some(stage.to_string()),
            question: self.question.clone(),
            tlp,
            date: given.transpose()?.or_else(desk::today),
            by: desk::initials(head, self.by.as_deref())?,
        })
    }
}

/// Refuses an id that is not among those known.
fn known<'a>(
    id: Option<&str>,
    known: impl Iterator<Item = &'a str>,
    what: &str,
    otherwise: &str,
) -> anyhow::Result<()> {
    let known: Vec<&str> = known.collect();
    let Some(id) = id.filter(|id| !known.contains(id)) else {
        return Ok(());
    };
    let help = suggestion(id, known).unwrap_or_else(|| otherwise.into());
    Err(Usage(format!("there is no {what} {}; {help}", shown(id))).into())
}

/// Takes notes down, each saved before the next is read.
struct Taker<'a> {
    dir: &'a Path,
    talk: &'a Talk,
    questionnaire: &'a Questionnaire,
    like: Note,
    words: Words,
    /// The first failure to print an id; no note is lost for it.
    unprinted: Option<anyhow::Error>,
}

impl Taker<'_> {
    /// Saves one note and prints its id.
    fn take(&mut self, text: &str) -> anyhow::Result<()> {
        let note = self.note(text);
        let id = save(self.dir, &note)?;
        if let Err(problem) = self.talk.out(&id) {
            self.unprinted.get_or_insert(problem);
        }
        Ok(())
    }

    /// Reads the question that a line may begin with. A wrong one costs no word of the note.
    fn note(&self, line: &str) -> Note {
        let mut note = self.like.clone();
        note.text = line.trim().to_string();
        let Some((id, text)) = line
            .trim()
            .strip_prefix('@')
            .and_then(|rest| rest.split_once(char::is_whitespace))
        else {
            return note;
        };
        if self.questionnaire.question(id).is_some() {
            note.question = Some(id.to_string());
            note.text = text.trim().to_string();
        } else {
            let known = self.questionnaire.questions().map(|one| one.id.as_str());
            let near = nearest(id, &known.collect::<Vec<_>>()).map(|near| {
                let near = self.words.say("did-you-mean", &[("id", near)]);
                format!("; {near}")
            });
            let question = [("question", shown(id))];
            let question = question.each_ref().map(|(key, text)| (*key, text.as_str()));
            let told = self.words.say("note-question", &question);
            self.talk
                .say(&format!("{told}{}", near.unwrap_or_default()));
        }
        note
    }

    fn pipe(&mut self, mut input: impl BufRead) -> anyhow::Result<()> {
        let mut line = Vec::new();
        let mut odd = 0_u64;
        while input.read_until(b'\n', &mut line)? > 0 {
            let (text, latin) = decoded(&line);
            odd += u64::from(latin);
            if !text.trim().is_empty() {
                self.take(&text)?;
            }
            line.clear();
        }
        if odd > 0 {
            let count = odd.to_string();
            self.talk
                .say(&self.words.say("note-latin", &[("count", &count)]));
        }
        Ok(())
    }

    fn prompt(&mut self) -> anyhow::Result<()> {
        self.talk.say(&self.words.get("note-start"));
        let mut line = Vec::new();
        loop {
            write!(io::stderr(), "> ")?;
            io::stderr().flush()?;
            line.clear();
            if io::stdin().lock().read_until(b'\n', &mut line)? == 0 {
                writeln!(io::stderr())?;
                return Ok(());
            }
            let (text, _) = decoded(&line);
            if text.trim().is_empty() {
                continue;
            }
            // What cannot be saved stays in hand until it can, or until the person gives up.
            while let Err(problem) = self.take(&text) {
                self.talk.error(&problem);
                write!(io::stderr(), "{} ", self.words.get("note-in-hand"))?;
                io::stderr().flush()?;
                let mut again = Vec::new();
                if io::stdin().lock().read_until(b'\n', &mut again)? == 0 {
                    return Err(problem);
                }
            }
        }
    }
}

/// Returns a line as text, and whether it had to be read as Latin-1.
fn decoded(line: &[u8]) -> (String, bool) {
    match std::str::from_utf8(line) {
        Ok(text) => (text.trim_start_matches('\u{feff}').to_string(), false),
        Err(_) => (line.iter().map(|byte| char::from(*byte)).collect(), true),
    }
}

fn save(dir: &Path, note: &Note) -> anyhow::Result<String> {
    let lock = Lock::wait(dir)?;
    notes::add(&lock, note).map_err(refusal)
}

/// Returns what a failure of the notes is at the command line.
pub(super) fn refusal(problem: NoteError) -> anyhow::Error {
    match problem {
        NoteError::Unreadable(found) => Refused(found).into(),
        NoteError::Unknown { .. } => {
            Usage(format!("{problem}; `cirtkit notes DIR --list` lists them")).into()
        }
        NoteError::Save(problem) => problem.into(),
    }
}
