//! `cirtkit note`: takes down what is said, quick enough to type while people speak.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::desk::{self, Desk};
use super::prompt::Words;
use super::talk::Talk;
use super::{Global, Outcome, Refused, Usage};
use crate::diagnostic::{Diagnostics, nearest, shown, suggestion};
use crate::dossier::notes::{self, NoteError};
use crate::dossier::register;
use crate::dossier::save::{Lock, SaveError};
use crate::files::TOML_LIMIT;
use crate::model::dossier::{Head, Register};
use crate::model::note::Note;
use crate::model::{Date, Questionnaire};

/// What a pipe may hold at once, so that lines that came together are saved together.
const CHUNK: usize = 64 * 1024;

/// After how many lines in a row that find no room the rest of a pipe is not tried.
const FULL: usize = 3;

/// How many notes are held while none can be saved.
const MOST_IN_HAND: usize = 10_000;

/// How often a save waits for another process before it gives up: ten seconds in all.
const WAITS: u32 = 5;

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
    text: Vec<OsString>,
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
        let piped = self.text.is_empty() && !io::stdin().is_terminal();
        let typed = self.text.is_empty() && !piped;
        if typed && (global.no_input || !io::stderr().is_terminal()) {
            let message = "`note` needs a text, or notes line by line on its input";
            return Err(Usage(message.into()).into());
        }
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
        let mut like = self.like(&head, &stage, global)?;
        let wrong = self.look_up(&mut like, register.as_ref(), questionnaire);
        if let Some(wrong) = wrong.first().filter(|_| !piped) {
            return Err(Usage(wrong.clone()).into());
        }
        // Who speaks into a pipe is not stopped: what is said is kept without the wrong id.
        for wrong in wrong {
            talk.warn(&words.say("note-without", &[("problem", &wrong)]));
        }
        let mut taker = Taker {
            dir: &self.dir,
            talk,
            questionnaire,
            like,
            words,
            line: 0,
            hand: Vec::new(),
            unprinted: None,
        };
        if !self.text.is_empty() {
            let (text, _) = decoded(self.text.join(&OsString::from(" ")).as_encoded_bytes());
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

    /// Tells what names nothing, and takes it out of the note that all are to be like.
    fn look_up(
        &self,
        like: &mut Note,
        register: Option<&Register>,
        questionnaire: &Questionnaire,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        if let Some(register) = register {
            let meetings = || register.meetings.keys().map(String::as_str);
            let all = || register.people.keys().map(String::as_str).chain(meetings());
            wrong.extend(unknown(
                &mut like.meeting,
                meetings(),
                "meeting",
                "`cirtkit meeting add` adds one",
            ));
            wrong.extend(unknown(
                &mut like.respondent,
                all(),
                "person or meeting",
                "`cirtkit person add` adds one",
            ));
        }
        let questions = questionnaire.questions().map(|one| one.id.as_str());
        wrong.extend(unknown(
            &mut like.question,
            questions,
            "question",
            "`cirtkit status --open` lists them",
        ));
        wrong
    }

    /// Returns the note without its text.
    fn like(&self, head: &Head, stage: &str, global: &Global) -> anyhow::Result<Note> {
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

/// Takes out an id that is not among those known, and says so.
fn unknown<'a>(
    id: &mut Option<String>,
    known: impl Iterator<Item = &'a str>,
    what: &str,
    otherwise: &str,
) -> Option<String> {
    let known: Vec<&str> = known.collect();
    let wrong = id.take_if(|id| !known.contains(&id.as_str()))?;
    let help = suggestion(&wrong, known).unwrap_or_else(|| otherwise.into());
    Some(format!("there is no {what} {}; {help}", shown(&wrong)))
}

/// Takes notes down, each saved before the next is read.
struct Taker<'a> {
    dir: &'a Path,
    talk: &'a Talk,
    questionnaire: &'a Questionnaire,
    like: Note,
    words: Words,
    /// The line of the input that was read last.
    line: u64,
    /// What is taken down and not saved yet, with its line.
    hand: Vec<(u64, Note)>,
    /// The first failure to print an id; no note is lost for it.
    unprinted: Option<anyhow::Error>,
}

impl Taker<'_> {
    /// Takes a note in hand.
    fn take(&mut self, text: &str) {
        if !text.trim().is_empty() {
            let note = self.note(text);
            self.hand.push((self.line, note));
        }
    }

    /// Saves what is in hand with one save, and prints the ids. Where there is no room for all of it,
    /// what there is room for is saved.
    fn save(&mut self) -> Result<(), NoteError> {
        if self.hand.is_empty() {
            return Ok(());
        }
        let lock = Lock::wait(self.dir)?;
        let notes: Vec<Note> = self.hand.iter().map(|(_, note)| note.clone()).collect();
        match notes::add(&lock, &notes) {
            Err(NoteError::Save(SaveError::TooLarge { .. })) if notes.len() > 1 => {
                let mut last = Ok(());
                for (line, note) in std::mem::take(&mut self.hand) {
                    match notes::add(&lock, std::slice::from_ref(&note)) {
                        Ok(ids) => self.print(&ids),
                        Err(problem) => {
                            self.hand.push((line, note));
                            last = Err(problem);
                        }
                    }
                }
                last
            }
            ids => {
                let ids = ids?;
                self.hand.clear();
                self.print(&ids);
                Ok(())
            }
        }
    }

    fn print(&mut self, ids: &[String]) {
        if self.unprinted.is_none() {
            self.unprinted = self.talk.out(&ids.join("\n")).err();
        }
    }

    /// Saves what is in hand, and is patient while another process is at work.
    fn save_at_last(&mut self) -> anyhow::Result<()> {
        for _ in 1..WAITS {
            match self.save() {
                Err(NoteError::Save(SaveError::Locked { .. })) => {}
                saved => return saved.map_err(refusal),
            }
        }
        self.save().map_err(refusal)
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

    /// Takes a note from each line of a pipe; lines that came together are saved together. What cannot
    /// be saved now stays in hand and is tried again; a line that no file may hold is told by its number.
    fn pipe(&mut self) -> anyhow::Result<()> {
        let mut input = BufReader::with_capacity(CHUNK, io::stdin());
        let mut line = Vec::new();
        let (mut odd, mut lost, mut in_a_row) = (0_u64, 0, 0);
        while next_line(&mut input, &mut line)? {
            self.line += 1;
            let (text, latin) = decoded(&line);
            odd += u64::from(latin);
            self.take(&text);
            if input.buffer().contains(&b'\n') {
                continue;
            }
            match self.save() {
                Err(NoteError::Save(problem @ SaveError::TooLarge { .. })) => {
                    lost += self.hand.len();
                    in_a_row += self.hand.len();
                    for (number, _) in std::mem::take(&mut self.hand) {
                        self.talk
                            .warn(&format!("line {number} is not saved: {problem}"));
                    }
                    anyhow::ensure!(
                        in_a_row < FULL,
                        "lines that are not saved: {lost}, and all behind line {}; make room and give them again",
                        self.line
                    );
                }
                Err(problem) if self.hand.len() >= MOST_IN_HAND => {
                    return Err(refusal(problem)).context(self.none_from());
                }
                Ok(()) => in_a_row = 0,
                Err(_) => {}
            }
        }
        let none = self.none_from();
        self.save_at_last().context(none)?;
        if odd > 0 {
            let count = odd.to_string();
            self.talk
                .say(&self.words.say("note-latin", &[("count", &count)]));
        }
        anyhow::ensure!(lost == 0, "lines that are not saved: {lost}");
        Ok(())
    }

    fn none_from(&self) -> String {
        let from = self.hand.first().map_or(self.line, |(number, _)| *number);
        format!("no line from line {from} on is saved; mend that and give them again")
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
            self.take(&text);
            // What cannot be saved stays in hand until it can, or until the person gives up.
            while let Err(problem) = self.save() {
                let problem = refusal(problem);
                self.talk.error(&problem);
                write!(io::stderr(), "{} ", self.words.get("note-in-hand"))?;
                io::stderr().flush()?;
                let mut again = Vec::new();
                if io::stdin().lock().read_until(b'\n', &mut again)? == 0 {
                    return Err(problem);
                }
                // Who goes on typing is heard.
                self.take(&decoded(&again).0);
            }
        }
    }
}

/// Reads the next line; false at the end. Of one that no file may hold only so much is kept that it is
/// refused.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let read = input.take(TOML_LIMIT).read_until(b'\n', line)?;
    while !line.ends_with(b"\n") {
        let rest = input.fill_buf()?;
        let end = rest.iter().position(|byte| *byte == b'\n');
        let skipped = end.map_or(rest.len(), |at| at + 1);
        input.consume(skipped);
        if end.is_some() || skipped == 0 {
            break;
        }
    }
    Ok(read > 0)
}

/// Returns a line as text, and whether it had to be read as Latin-1.
fn decoded(line: &[u8]) -> (String, bool) {
    match std::str::from_utf8(line) {
        Ok(text) => (text.trim_start_matches('\u{feff}').to_string(), false),
        Err(_) => (line.iter().map(|byte| char::from(*byte)).collect(), true),
    }
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
