//! Every text that a person typed into a dossier, with the place it stands in: what the searches for
//! withheld words and for names walk through.

use crate::model::dossier::{LocalText, StageRecord};
use crate::model::drafting::PieceId;
use crate::model::{Answers, Dossier, Progress, Value};

/// A text that a person typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Typed<'d> {
    /// The file, relative to the dossier.
    pub(super) file: String,
    /// The keys in the file.
    pub(super) keys: Vec<String>,
    /// The table, as a message names it, such as `answers.host-preferred`.
    pub(super) table: String,
    /// The text itself.
    pub(super) text: &'d str,
    /// Whether it says something by itself: a cell of a table is often but a name that many know.
    pub(super) whole: bool,
    /// Whether it is written to be published.
    pub(super) public: bool,
    /// Whether it may tell what somebody said: what was said itself, the assessor's notes and reasons, and
    /// the pen where it tells what was found.
    pub(super) voice: bool,
}

/// What is gathered out of one file.
struct Texts<'d> {
    file: String,
    /// What a message puts before the keys of a table.
    prefix: String,
    list: Vec<Typed<'d>>,
}

impl<'d> Texts<'d> {
    fn of(file: String, prefix: &str) -> Self {
        Self {
            file,
            prefix: prefix.to_string(),
            list: Vec::new(),
        }
    }

    /// Adds a text under a key of a table, and returns it.
    fn add(&mut self, table: &[&str], key: &str, text: &'d str) -> Option<&mut Typed<'d>> {
        let keys = table.iter().chain([&key]).filter(|key| !key.is_empty());
        self.list.push(Typed {
            file: self.file.clone(),
            keys: keys.map(|key| (*key).to_string()).collect(),
            table: format!("{}{}", self.prefix, table.join("."))
                .trim_end()
                .to_string(),
            text,
            whole: true,
            public: false,
            voice: false,
        });
        self.list.last_mut()
    }

    /// Adds a text of every language.
    fn local(&mut self, table: &[&str], key: &str, text: Option<&'d LocalText>, whole: bool) {
        for text in text.into_iter().flat_map(LocalText::all) {
            if let Some(typed) = self.add(table, key, text) {
                typed.whole = whole;
            }
        }
    }
}

/// Returns what says something of the country, the people and their work: all that may have to be
/// withheld.
pub(super) fn texts(dossier: &Dossier) -> Vec<Typed<'_>> {
    let mut list = register(dossier);
    let file = format!("{}.toml", dossier.stage);
    list.extend(answers(&dossier.answers, Texts::of(file, ""), false));
    for response in &dossier.responses {
        let folder = format!("responses/{}", response.respondent);
        let file = format!("{folder}/{}.toml", dossier.stage);
        let texts = Texts::of(file, &format!("{folder} "));
        list.extend(answers(&response.answers, texts, true));
    }
    list.extend(dossier.progress.iter().flat_map(progress));
    list.extend(drafting(dossier));
    list
}

/// Returns what else is typed and may be printed: the head, and the places in evidence.
pub(super) fn others(dossier: &Dossier) -> Vec<Typed<'_>> {
    let head = &dossier.head;
    let mut texts = Texts::of("dossier.toml".into(), "");
    texts.local(&[], "title", head.title.as_ref(), true);
    for (role, text) in &head.roles {
        texts.local(&["roles"], role, Some(text), false);
    }
    for (stage, record) in &head.stages {
        decided(stage, record, &mut texts);
    }
    let mut list = texts.list;
    let file = format!("{}.toml", dossier.stage);
    let mut texts = Texts::of(file, "");
    for (id, answer) in &dossier.answers {
        for citation in &answer.evidence {
            let table = ["answers", id];
            texts.local(&table, "evidence", citation.at.as_ref(), true);
        }
    }
    list.extend(texts.list);
    list
}

/// Walks what a government decided and replied.
fn decided<'d>(stage: &str, record: &'d StageRecord, texts: &mut Texts<'d>) {
    if let Some(decision) = &record.decision {
        let table = ["stages", stage, "decision"];
        texts.local(&table, "what", Some(&decision.what), true);
        texts.local(&table, "by", Some(&decision.by), false);
    }
    for (id, reply) in &record.replies {
        let table = ["stages", stage, "replies", id];
        texts.local(&table, "words", reply.words.as_ref(), true);
        texts.local(&table, "by", reply.by.as_ref(), false);
    }
    for (role, text) in &record.roles {
        texts.local(&["stages", stage, "roles"], role, Some(text), false);
    }
    if let Some(link) = &record.link {
        texts.add(&["stages", stage], "link", link);
    }
}

fn register(dossier: &Dossier) -> Vec<Typed<'_>> {
    let mut texts = Texts::of("register.toml".into(), "");
    let register = &dossier.register;
    for (id, person) in &register.people {
        texts.add(&["people", id], "name", &person.name);
    }
    for (id, meeting) in &register.meetings {
        texts.local(&["meetings", id], "title", Some(&meeting.title), true);
    }
    for (id, evidence) in &register.evidence {
        texts.local(&["evidence", id], "title", Some(&evidence.title), true);
    }
    texts.list
}

/// Walks answers: those of the assessor, or what somebody `said`.
fn answers<'d>(answers: &'d Answers, mut texts: Texts<'d>, said: bool) -> Vec<Typed<'d>> {
    for (id, answer) in answers {
        let table = ["answers", id];
        let first = texts.list.len();
        if let Some(text) = &answer.note {
            texts.add(&table, "note", text);
        }
        texts.local(&table, "reason", answer.reason.as_ref(), true);
        let voices = texts.list.len();
        match &answer.value {
            Some(Value::Text(text)) => texts.local(&table, "value", Some(text), true),
            Some(Value::Table(rows)) => {
                for cell in rows.iter().flat_map(|row| row.values()) {
                    if let Value::Text(text) = cell {
                        texts.local(&table, "value", Some(text), false);
                    }
                }
            }
            _ => {}
        }
        for (at, typed) in texts.list.iter_mut().enumerate().skip(first) {
            typed.public = answer.public;
            typed.voice = said || at < voices && !answer.public;
        }
    }
    texts.list
}

/// Walks the texts of the plan and of the records. The title of a package and the name of a body are
/// known to many and are no secret by themselves.
fn progress(progress: &Progress) -> Vec<Typed<'_>> {
    let mut list = Vec::new();
    if let Some(plan) = &progress.plan {
        let mut texts = Texts::of("progress/plan.toml".into(), "progress/plan ");
        let approved = plan.baseline.approved_by.as_ref();
        texts.local(&["baseline"], "approved-by", approved, false);
        for (id, one) in &plan.work_packages {
            let table = ["work-packages", id];
            texts.local(&table, "title", Some(&one.title), false);
            texts.local(&table, "proof", one.proof.as_ref(), true);
        }
        for one in &plan.re_plans {
            texts.local(&["re-plan"], "", Some(&one.reason), true);
            texts.local(&["re-plan"], "", one.approved_by.as_ref(), false);
        }
        list.extend(texts.list);
    }
    for (month, record) in &progress.records {
        let file = format!("progress/{month}.toml");
        let mut texts = Texts::of(file, &format!("progress/{month} "));
        texts.local(&[], "summary", record.summary.as_ref(), true);
        for (id, one) in &record.work_packages {
            let told = [
                ("done", &one.done),
                ("next", &one.next),
                ("blocked-by", &one.blocked_by),
            ];
            for (key, text) in told {
                texts.local(&["work-packages", id], key, text.as_ref(), true);
            }
        }
        for (id, one) in &record.risks {
            let told = [
                ("text", Some(&one.text)),
                ("effect", one.effect.as_ref()),
                ("response", one.response.as_ref()),
            ];
            for (key, text) in told {
                texts.local(&["risks", id], key, text, true);
            }
        }
        for (id, one) in &record.reservations {
            texts.local(&["reservations", id], "what", Some(&one.what), true);
        }
        for (id, one) in &record.decisions {
            texts.local(&["decisions", id], "what", Some(&one.what), true);
        }
        list.extend(texts.list);
    }
    list
}

fn drafting(dossier: &Dossier) -> Vec<Typed<'_>> {
    let mut list = Vec::new();
    for piece in dossier.drafting.pieces() {
        let file = super::drafting_file(&dossier.stage);
        let mut texts = Texts::of(file, "");
        let path = piece.id.path();
        let words = piece.texts.iter().flat_map(|texts| texts.values());
        for text in words {
            texts.add(&path, "", text);
        }
        texts.local(&path, "reason", piece.reason, true);
        texts.local(&path, "owner", piece.owner, false);
        for typed in &mut texts.list {
            typed.table = format!("drafting {}", piece.id);
            typed.voice = narrates(&piece.id);
        }
        list.extend(texts.list);
    }
    list
}

/// Tells whether a piece tells what was found, and may so tell from whom; the others tell what is to be
/// done, and by whom.
fn narrates(piece: &PieceId) -> bool {
    match piece {
        PieceId::Summary | PieceId::Section(..) | PieceId::Finding(_) | PieceId::OwnFinding(_) => {
            true
        }
        PieceId::Decision | PieceId::Recommendation(_) | PieceId::OwnRecommendation(_) => false,
    }
}
