//! `cirtkit note`: takes down what is said, quick enough to type while people speak.

mod bytes;
mod like;
mod taker;

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;

use bytes::decoded;
use like::{Wrong, look_up};
use taker::Taker;

use super::desk::{self, Desk};
use super::prompt::Words;
use super::talk::Talk;
use super::{Global, Outcome, Refused, Usage};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::dossier::is_dossier;
use crate::dossier::notes::NoteError;
use crate::dossier::register;

/// Take down what is said, to be filed to questions later
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    cirtkit note lesotho --meeting workshop-0603            line after line, until Ctrl-D\n  \
    cirtkit note lesotho 'Nobody answers at night, says the bank'\n  \
    cirtkit note lesotho '@funding-setup the grant lapses in December'\n  \
    cirtkit note 'Nobody answers at night'                  inside the dossier's folder\n  \
    cirtkit note lesotho --meeting workshop-0603 < transcript.txt")]
pub(super) struct NoteArgs {
    /// The dossier [default: the folder you are in]. What is no dossier's folder is the note's
    /// beginning; only a note of one word needs the folder before it
    #[arg(allow_hyphen_values = true)]
    dir: Option<OsString>,
    /// The note; left out, every line of a pipe or typed at the prompt is one. A line may begin with
    /// the question it belongs to, as in `@funding-setup the grant lapses`; in quotes it may begin with
    /// `-` as well
    #[arg(allow_hyphen_values = true)]
    text: Option<OsString>,
    /// The rest of the note, where it is not in quotes
    words: Vec<OsString>,
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
        let given = self.text.iter().chain(&self.words).cloned().collect();
        let (dir, text, here) = parted(self.dir.as_deref(), given)?;
        let piped = text.is_empty() && !io::stdin().is_terminal();
        let typed = text.is_empty() && !piped;
        if typed && (global.no_input || !io::stderr().is_terminal()) {
            let message = "`note` needs a text, or notes line by line on its input";
            return Err(Usage(message.into()).into());
        }
        let mut desk = Desk::open(global)?;
        // What is wrong elsewhere in the dossier is no reason to lose what is being said.
        let mut found = Diagnostics::default();
        let head = crate::dossier::read_head(&dir, &mut found).ok_or(Refused(found))?;
        let register = register::read_alone(&dir, &mut Diagnostics::default());
        let lang = desk::language_of(&head, global.lang.as_deref());
        let words = Words::load(&desk.content, &lang)?;
        let mut wrong = Wrong::default();
        let stage = wrong.kept(desk.stage(&head, self.stage.as_deref()));
        let pinned = stage.as_ref().map(|stage| desk::pinned(&head, stage));
        let questionnaire = pinned.and_then(|(id, edition)| {
            let pack = desk.pack(&id, edition, &lang);
            wrong.kept(pack.map(|pack| pack.questionnaire.clone()))
        });
        let given = questionnaire.as_ref().and(global.lang.as_deref());
        let mut like = self.like(&head, stage.as_deref(), given, &mut wrong);
        // Only what comes from a pipe cannot be given again.
        if !piped && let Some(problem) = wrong.refused() {
            return Err(problem);
        }
        look_up(
            &mut like,
            register.as_ref(),
            questionnaire.as_ref(),
            &mut wrong,
        );
        if let Some(wrong) = wrong.ids.first().filter(|_| typed) {
            return Err(Usage(wrong.clone()).into());
        }
        wrong.tell(talk, &words);
        let mut taker = Taker {
            dir: &dir,
            talk,
            questionnaire: questionnaire.as_ref(),
            like,
            words,
            line: 0,
            hand: Vec::new(),
            unprinted: None,
        };
        if !text.is_empty() {
            if here {
                talk.say(&taker.words.get("note-here"));
            }
            let (text, _) = decoded(text.join(&OsString::from(" ")).as_encoded_bytes());
            taker.take(&text);
            taker.save_at_last()?;
        } else if piped {
            taker.pipe()?;
        } else {
            taker.prompt()?;
        }
        match taker.unprinted {
            Some(problem) => Err(problem),
            None => Ok(Outcome::Done),
        }
    }
}

/// Tells the dossier from the note, and whether the dossier is the folder one is in. What is no folder may
/// be the note, so that no message has it.
fn parted(
    dir: Option<&OsStr>,
    mut text: Vec<OsString>,
) -> anyhow::Result<(PathBuf, Vec<OsString>, bool)> {
    let here = PathBuf::from(".");
    let Some(first) = dir else {
        return Ok((here, text, false));
    };
    let folder = Path::new(first);
    let named = is_dossier(folder) || folder.is_dir() && !is_dossier(&here);
    let prose = |word: &OsStr| word.to_string_lossy().contains(char::is_whitespace);
    if !named && text.is_empty() && !prose(first) {
        let message = "the first argument is no dossier's folder, and one word may be a folder misspelt; \
            for a note of one word, or of a pipe, name the folder before it, such as `cirtkit note . WORD`";
        return Err(Usage(message.into()).into());
    }
    if !named {
        text.insert(0, first.to_owned());
    }
    if text
        .first()
        .is_some_and(|word| is_flag(word) && !prose(word))
    {
        let message = "the note begins like a flag that there is not; `cirtkit note --help` lists them, \
            and a note in quotes may begin with anything";
        return Err(Usage(message.into()).into());
    }
    if !named && !is_dossier(&here) {
        let message = "neither the first argument nor the folder you are in is a dossier's";
        let mut found = Diagnostics::default();
        found.push(
            Diagnostic::error("no-dossier", Place::file("."), message)
                .help("name the dossier's folder before the note: `cirtkit note DIR TEXT`"),
        );
        return Err(Refused(found).into());
    }
    Ok(match named {
        true => (folder.to_owned(), text, false),
        false => (here, text, true),
    })
}

/// Tells whether a word looks like a flag.
fn is_flag(word: &OsStr) -> bool {
    let word = word.to_string_lossy();
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-'));
    name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Returns what a failure of the notes is at the command line.
pub(super) fn refusal(problem: NoteError) -> anyhow::Error {
    match problem {
        NoteError::Unreadable(found) => Refused(found).into(),
        NoteError::Unknown { .. } => {
            Usage(format!("{problem}; `cirtkit notes DIR --list` lists them")).into()
        }
        NoteError::Save(problem) => problem.into(),
        problem => problem.into(),
    }
}
