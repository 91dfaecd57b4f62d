//! Reads a dossier's files; every problem is told with its place, and nothing is thrown away.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;
use toml::de::DeValue;

use super::{drafting, progress, register, value};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown};
use crate::files;
use crate::model::dossier::{Citation, Head, LocalText, Register, Response, Source as Origin};
use crate::model::formula::exact;
use crate::model::question::EvidenceWanted;
use crate::model::{
    Answer, Answers, Confidence, Date, Dossier, Drafting, Question, Questionnaire, State, Tlp,
    Value,
};
use crate::source::{Node, Source};

/// A file of answers: `assessment.toml`, and `responses/<person or meeting>/assessment.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AnswersFile {
    /// The answers, by question id.
    #[serde(default)]
    pub answers: BTreeMap<String, AnswerForm>,
}

/// One answer as it stands in a file. Its `value` is taken out before and read by the question's kind.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(transform = add_value)]
pub struct AnswerForm {
    state: Option<StateForm>,
    reason: Option<LocalText>,
    confidence: Option<Confidence>,
    note: Option<String>,
    lang: Option<String>,
    #[serde(default)]
    evidence: Vec<CitationForm>,
    tlp: Option<Tlp>,
    #[serde(default)]
    dissent: bool,
    answered: Option<Date>,
    by: Option<String>,
    /// The earlier answer that this one confirms, such as `assessment:host-preferred#1a2b3c4d`.
    source: Option<String>,
}

/// Adds `value` to the schema of an answer: serde does not read it here.
fn add_value(schema: &mut schemars::Schema) {
    let properties = schema
        .get_mut("properties")
        .and_then(serde_json::Value::as_object_mut);
    if let Some(properties) = properties {
        let description =
            "0 to 4, a choice id, a list of them, true or false, text, a number, a date, or rows";
        properties.insert(
            "value".into(),
            serde_json::json!({ "description": description }),
        );
    }
}

/// The states that a file may write down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum StateForm {
    Unknown,
    Declined,
    NotApplicable,
}

/// A citation: an id, or an id with the spot.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected an evidence id, or { id = \"…\", at = \"…\" }"
)]
enum CitationForm {
    Id(String),
    Spot(SpotForm),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SpotForm {
    id: String,
    at: Option<LocalText>,
}

impl From<CitationForm> for Citation {
    fn from(form: CitationForm) -> Self {
        match form {
            CitationForm::Id(id) => Self { id, at: None },
            CitationForm::Spot(SpotForm { id, at }) => Self { id, at },
        }
    }
}

/// Tells whether a folder holds a dossier.
pub fn is_dossier(root: &Path) -> bool {
    root.is_dir() && stands(&root.join("dossier.toml"))
}

/// Reads the head of a dossier: the first thing, since it names the questionnaire.
pub fn read_head(root: &Path, found: &mut Diagnostics) -> Option<Head> {
    let path = root.join("dossier.toml");
    if !stands(&path) {
        let place = Place::file(root.display().to_string());
        found.push(
            Diagnostic::error(
                "no-dossier",
                place,
                "there is no dossier here: `dossier.toml` is missing",
            )
            .help("name a dossier's folder, or make one with `cirtkit new DIR --country LS`"),
        );
        return None;
    }
    let name = path.display().to_string();
    let text = text_of(root, &path, found)?;
    let source = Source::parse(&name, &text, found)?;
    // The version is looked at first: a newer file may hold keys that are unknown here.
    let schema = source
        .tree()
        .get("schema")
        .and_then(|node| node.get_ref().as_integer())
        .and_then(|number| number.as_str().parse::<u32>().ok());
    if let Some(schema) = schema.filter(|schema| *schema != super::SCHEMA) {
        let message = format!(
            "`{name}` has schema {schema}; this cirtkit reads schema {}",
            super::SCHEMA
        );
        found.push(
            Diagnostic::error("newer-schema", source.find(&["schema"]), message)
                .help("it was made by a newer version: install that, nothing was changed"),
        );
        return None;
    }
    let head: Head = source.read_all(found)?;
    check_head(&head, &source, found);
    Some(head)
}

fn check_head(head: &Head, source: &Source<'_>, found: &mut Diagnostics) {
    let two_letters =
        head.country.len() == 2 && head.country.bytes().all(|byte| byte.is_ascii_uppercase());
    if !two_letters {
        let message = format!("{} is no country code", shown(&head.country));
        found.push(
            Diagnostic::error("unknown-country", source.find(&["country"]), message)
                .help("use the two capital letters of ISO 3166-1, such as `LS`"),
        );
    }
    let currency = head.currency.as_deref().unwrap_or("USD");
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        found.push(
            Diagnostic::error(
                "bad-currency",
                source.find(&["currency"]),
                "expected a currency of ISO 4217",
            )
            .help("use its three capital letters, such as `USD`"),
        );
    }
    let years = head.appraisal.unwrap_or_default().years;
    if !(1..=20).contains(&years) {
        found.push(
            Diagnostic::error(
                "bad-years",
                source.find(&["appraisal", "years"]),
                "an appraisal adds up 1 to 20 years",
            )
            .help("5 is usual"),
        );
    }
    for (id, stage) in &head.stages {
        let Some(lead) = &stage.lead else { continue };
        if !head.assessors.contains_key(lead) {
            let place = source.find(&["stages", id, "lead"]);
            found.push(
                Diagnostic::warning(
                    "unknown-assessor",
                    place,
                    format!("{} is no assessor of this dossier", shown(lead)),
                )
                .help(format!("add `[assessors.{lead}]` with a name")),
            );
        }
    }
}

/// Returns the place of keys of `dossier.toml`; the whole file where they are absent.
pub fn place_in_head(root: &Path, keys: &[&str]) -> Place {
    place_in(root, "dossier.toml", keys)
}

/// Returns the place of keys in a file of a dossier; the whole file where they are absent.
pub fn place_in(root: &Path, file: &str, keys: &[&str]) -> Place {
    let path = root.join(file);
    let name = path.display().to_string();
    let text = files::read_text_in(root, &path, files::TOML_LIMIT).unwrap_or_default();
    let mut ignored = Diagnostics::default();
    let source = Source::parse(&name, &text, &mut ignored);
    source.map_or_else(|| Place::file(name.as_str()), |source| source.find(keys))
}

/// Reads one stage of a dossier. Every problem is pushed; none comes back where a file cannot be read
/// at all. A caller that goes on to a report stops where an error was pushed.
pub fn read(
    root: &Path,
    mut head: Head,
    stage: &str,
    questionnaire: &Questionnaire,
    found: &mut Diagnostics,
) -> Option<Dossier> {
    let errors = found.errors();
    let drafting = drafting::read(root, &head, stage, questionnaire, found);
    check_words(root, &head, questionnaire, &drafting, found);
    head.roles = roles_of(&head, stage, questionnaire);
    let register = register::read(root, &head, questionnaire, found)?;
    let reader = Reader {
        root,
        head: &head,
        register: &register,
        questionnaire,
    };
    let name = format!("{stage}.toml");
    let answers = reader.answers(&root.join(&name), found)?;
    reader.want_evidence(&answers, &root.join(&name), found);
    let responses = reader.responses(root, &name, found)?;
    let has_progress = |stage: &crate::model::questionnaire::Stage| stage.progress;
    let progress = if questionnaire.words.stage(stage).is_some_and(has_progress) {
        progress::read(root, &head, &register, questionnaire, found)
    } else {
        None
    };
    if found.errors() > errors {
        return None;
    }
    Some(Dossier {
        head,
        register,
        stage: stage.to_string(),
        answers,
        responses,
        suggestions: BTreeMap::new(),
        progress,
        drafting,
    })
}

/// Reads one answer from the lines of its table, to be shown; what is wrong with it is told elsewhere.
pub fn read_answer(
    lines: &str,
    head: &Head,
    register: &Register,
    question: &Question,
    questionnaire: &Questionnaire,
) -> Option<Answer> {
    let reader = Reader {
        root: Path::new(""),
        head,
        register,
        questionnaire,
    };
    let mut ignored = Diagnostics::default();
    let source = Source::parse("", lines, &mut ignored)?;
    let table = toml::Spanned::new(0..lines.len(), DeValue::Table(source.tree().clone()));
    let place = Place::file("");
    reader.answer(&question.id, &table, &source, &place, &mut ignored)
}

/// Reads a file of a dossier; one that leads out of the folder is refused.
pub(super) fn text_of(root: &Path, path: &Path, found: &mut Diagnostics) -> Option<String> {
    match files::read_text_in(root, path, files::TOML_LIMIT) {
        Ok(text) => {
            if text.is_empty() {
                let place = Place::file(path.display().to_string());
                let message = "this file holds not a single byte";
                let help = "a power cut or a full disk may have emptied it: look for a copy, or delete it if it was empty before";
                found.push(Diagnostic::warning("empty-file", place, message).help(help));
            }
            Some(text)
        }
        Err(problem) => {
            found.push(problem.diagnostic("unreadable-file", &path.display().to_string()));
            None
        }
    }
}

/// Tells whether something stands there, be it a link that leads nowhere or a file that may not be
/// looked at: reading it tells why.
pub(super) fn stands(path: &Path) -> bool {
    let absent = |problem: std::io::Error| problem.kind() == std::io::ErrorKind::NotFound;
    !path.symlink_metadata().is_err_and(absent)
}

/// Returns who holds each role at a stage: those of the dossier, and over them what each stage up to
/// this one names.
fn roles_of(
    head: &Head,
    stage: &str,
    questionnaire: &Questionnaire,
) -> BTreeMap<String, LocalText> {
    let mut roles = head.roles.clone();
    let order = questionnaire.words.stages.iter().map(|one| one.id.as_str());
    let last = order.clone().position(|one| one == stage);
    for stage in order.take(last.map_or(0, |at| at + 1)) {
        if let Some(record) = head.stages.get(stage) {
            roles.extend(record.roles.clone());
        }
    }
    roles
}

/// Checks the words of the head that only a questionnaire knows.
fn check_words(
    root: &Path,
    head: &Head,
    questionnaire: &Questionnaire,
    drafting: &Drafting,
    found: &mut Diagnostics,
) {
    let place = |keys: &[&str]| place_in_head(root, keys);
    let words = &questionnaire.words;
    if !words.countries.contains_key(&head.country) && head.country_name.is_empty() {
        let message = format!("{} is no country of ISO 3166-1", shown(&head.country));
        found.push(
            Diagnostic::error("unknown-country", place(&["country"]), message)
                .suggest(&head.country, words.countries.keys().map(String::as_str))
                .help("for a user-assigned code add `[country-name.en]` with name, the, of and in"),
        );
    }
    let mut check_role = |keys: &[&str], role: &str| {
        if words.role(role).is_none() {
            let message = format!("there is no role {}", shown(role));
            found.push(
                Diagnostic::error("unknown-role", place(keys), message)
                    .suggest(role, words.roles.iter().map(|one| one.id.as_str())),
            );
        }
    };
    for role in head.roles.keys() {
        check_role(&["roles", role], role);
    }
    for (stage, record) in &head.stages {
        for role in record.roles.keys() {
            check_role(&["stages", stage, "roles", role], role);
        }
    }
    for (id, value) in &head.parameters {
        if !words.parameters.contains(id) {
            let message = format!("there is no parameter {}", shown(id));
            let known = words.parameters.iter().map(String::as_str);
            found.push(
                Diagnostic::error("unknown-parameter", place(&["parameters", id]), message)
                    .help("`formulas.toml` of a questionnaire defines the parameters")
                    .suggest(id, known),
            );
        }
        if exact(value).is_none() {
            let message = format!("the value of {} is no exact decimal", shown(id));
            found.push(
                Diagnostic::error("bad-parameter", place(&["parameters", id]), message)
                    .help("write digits in quotation marks, such as \"1650\" or \"0.15\""),
            );
        }
    }
    for stage in head.stages.keys() {
        if words.stage(stage).is_none() {
            let message = format!("there is no stage {}", shown(stage));
            found.push(
                Diagnostic::error("unknown-stage", place(&["stages", stage]), message)
                    .suggest(stage, words.stages.iter().map(|one| one.id.as_str())),
            );
        }
    }
    let replies = head
        .stages
        .get(&questionnaire.id)
        .map(|stage| &stage.replies);
    for id in replies.into_iter().flat_map(|replies| replies.keys()) {
        let own = &drafting.own_recommendations;
        if questionnaire.recommendation(id).is_none() && !own.contains_key(id) {
            let known = questionnaire
                .recommendations
                .iter()
                .map(|one| one.id.as_str());
            let place = place(&["stages", &questionnaire.id, "replies", id]);
            let message = format!("there is no recommendation {}", shown(id));
            found.push(
                Diagnostic::error("unknown-recommendation", place, message).suggest(id, known),
            );
        }
    }
    for target in &head.targets {
        if !words.targets.contains(target) {
            let message = format!("there is no target {}", shown(target));
            let known = words.targets.iter().map(String::as_str);
            found.push(
                Diagnostic::error("unknown-target", place(&["targets"]), message)
                    .suggest(target, known),
            );
        }
    }
}

/// Reads answers with a questionnaire in hand.
struct Reader<'a> {
    root: &'a Path,
    head: &'a Head,
    register: &'a Register,
    questionnaire: &'a Questionnaire,
}

impl Reader<'_> {
    /// Reads a file of answers; a missing one holds none.
    fn answers(&self, path: &Path, found: &mut Diagnostics) -> Option<Answers> {
        if !stands(path) {
            return Some(Answers::new());
        }
        let text = text_of(self.root, path, found)?;
        let source = Source::parse(&path.display().to_string(), &text, found)?;
        let mut answers = Answers::new();
        for (key, node) in source.tree() {
            let place = source.place(&key.span());
            match (key.get_ref().as_ref(), node.get_ref()) {
                ("answers", DeValue::Table(table)) => {
                    for (id, node) in table {
                        let place = source.place(&id.span());
                        let answer = self.answer(id.get_ref(), node, &source, &place, found);
                        answers.extend(answer.map(|answer| (id.get_ref().to_string(), answer)));
                    }
                }
                ("answers", _) => {
                    found.push(Diagnostic::error(
                        "wrong-type",
                        place,
                        "expected tables `[answers.QUESTION]`",
                    ));
                }
                (other, _) => found.push(
                    Diagnostic::error(
                        "unknown-key",
                        place,
                        format!("unknown key {}", shown(other)),
                    )
                    .help("answers stand under `[answers.QUESTION]`"),
                ),
            }
        }
        Some(answers)
    }

    fn answer(
        &self,
        id: &str,
        node: &Node<'_>,
        source: &Source<'_>,
        place: &Place,
        found: &mut Diagnostics,
    ) -> Option<Answer> {
        let Some(question) = self.questionnaire.question(id) else {
            let message = format!("there is no question {}", shown(id));
            found.push(
                Diagnostic::error("unknown-question", place.clone(), message).suggest(
                    id,
                    self.questionnaire.questions().map(|one| one.id.as_str()),
                ),
            );
            return None;
        };
        let mut rest = node.clone();
        let value = match rest.get_mut() {
            DeValue::Table(table) => table.remove("value"),
            _ => None,
        };
        let form: AnswerForm = source.read(&rest, found)?;
        let currency = self.head.currency.as_deref();
        let value: Option<Value> = match value {
            Some(node) => Some(value::read(question, &node, currency, source, found)?),
            None => None,
        };
        let state = match (form.state, &value) {
            (Some(_), Some(_)) => {
                found.push(
                    Diagnostic::error(
                        "value-and-state",
                        place.clone(),
                        format!("`{id}` has a value and a state"),
                    )
                    .help("keep `value` if it is answered, else keep `state` with its reason"),
                );
                return None;
            }
            (Some(StateForm::Unknown), None) => State::Unknown,
            (Some(StateForm::Declined), None) => State::Declined,
            (Some(StateForm::NotApplicable), None) => State::NotApplicable,
            (None, Some(_)) => State::Answered,
            (None, None) => State::NotAsked,
        };
        if state == State::NotApplicable && form.reason.as_ref().is_none_or(LocalText::is_blank) {
            found.push(
                Diagnostic::error("missing-reason", place.clone(), format!("`{id}` is not applicable without a reason"))
                    .help("add `reason = \"…\"`: not applicable leaves the denominator, and the report says why"),
            );
        }
        let answer = Answer {
            state,
            value,
            reason: form.reason,
            confidence: form.confidence,
            note: form.note,
            lang: form.lang,
            evidence: form.evidence.into_iter().map(Citation::from).collect(),
            tlp: form.tlp,
            dissent: form.dissent,
            answered: form.answered,
            by: form.by,
            source: form.source.as_deref().and_then(Origin::parse),
            inherited: None,
            public: question.public,
        };
        if form.source.is_some() && answer.source.is_none() {
            found.push(
                Diagnostic::error(
                    "bad-source",
                    place.clone(),
                    format!("the source of `{id}` cannot be read"),
                )
                .help("`cirtkit ask` writes it; remove the line if the answer is your own"),
            );
        }
        self.cross_check(id, &answer, place, found);
        Some(answer)
    }

    /// Flags the conclusions that need evidence and cite none; what people said needs none.
    fn want_evidence(&self, answers: &Answers, path: &Path, found: &mut Diagnostics) {
        let unseen = |question: &&Question| {
            let answer = answers.get(&question.id);
            let high = answer
                .is_some_and(|answer| answer.level() >= Some(3) && answer.evidence.is_empty());
            high && question.evidence == EvidenceWanted::Required
        };
        let questions: Vec<&Question> = self.questionnaire.questions().filter(unseen).collect();
        if questions.is_empty() {
            return;
        }
        let text = text_of(self.root, path, found).unwrap_or_default();
        let Some(source) = Source::parse(&path.display().to_string(), &text, found) else {
            return;
        };
        for question in questions {
            let id = &question.id;
            let place = source.find(&["answers", id]);
            found.push(
                Diagnostic::warning(
                    "evidence-missing",
                    place,
                    format!("`{id}` is level 3 or more and cites no evidence"),
                )
                .help(format!("ask for: {}", question.evidence_hint)),
            );
        }
    }

    /// Checks what an answer refers to.
    fn cross_check(&self, id: &str, answer: &Answer, place: &Place, found: &mut Diagnostics) {
        let rows = match &answer.value {
            Some(Value::Table(rows)) => rows.as_slice(),
            _ => &[],
        };
        let known = &self.questionnaire.words.recommendations;
        for cell in rows.iter().flat_map(|row| row.values()) {
            let Value::Reference(wanted) = cell else {
                continue;
            };
            if !known.contains(wanted) {
                let message = format!(
                    "`{id}` refers to {}, which is no recommendation",
                    shown(wanted)
                );
                found.push(
                    Diagnostic::error("unknown-recommendation", place.clone(), message)
                        .suggest(wanted, known.iter().map(String::as_str)),
                );
            }
        }
        for citation in &answer.evidence {
            if !self.register.evidence.contains_key(&citation.id) {
                let message = format!(
                    "`{id}` cites evidence {} that the register does not hold",
                    shown(&citation.id)
                );
                found.push(
                    Diagnostic::error("unknown-evidence", place.clone(), message).suggest(
                        &citation.id,
                        self.register.evidence.keys().map(String::as_str),
                    ),
                );
            }
        }
        if let Some(by) = answer
            .by
            .as_ref()
            .filter(|by| !self.head.assessors.contains_key(*by))
        {
            let message = format!(
                "`{id}` bears the initials {} of nobody in this dossier",
                shown(by)
            );
            found.push(
                Diagnostic::warning("unknown-assessor", place.clone(), message)
                    .suggest(by, self.head.assessors.keys().map(String::as_str)),
            );
        }
        if answer
            .lang
            .as_ref()
            .is_some_and(|lang| !crate::model::is_language(lang))
        {
            found.push(
                Diagnostic::error(
                    "bad-language",
                    place.clone(),
                    format!("the language of `{id}` is no language tag"),
                )
                .help("write it as `en`, `fr`, `pt-br`"),
            );
        }
    }

    /// Reads what was said: one folder for each person or meeting.
    fn responses(&self, root: &Path, name: &str, found: &mut Diagnostics) -> Option<Vec<Response>> {
        let folder = root.join("responses");
        if !folder.exists() {
            return Some(Vec::new());
        }
        let mut paths: Vec<PathBuf> = match std::fs::read_dir(&folder) {
            Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
            Err(_) => {
                let place = Place::file(folder.display().to_string());
                found.push(Diagnostic::error(
                    "unreadable-file",
                    place,
                    "this folder cannot be read",
                ));
                return None;
            }
        };
        paths.sort();
        let mut responses = Vec::new();
        for path in paths {
            let Some(respondent) = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
            else {
                continue;
            };
            if respondent.starts_with('.') || !path.is_dir() {
                continue;
            }
            let known = |id: &String| {
                self.register.people.contains_key(id) || self.register.meetings.contains_key(id)
            };
            if !known(&respondent) {
                let place = Place::file(path.display().to_string());
                let message = format!(
                    "{} is no person or meeting of the register",
                    shown(&respondent)
                );
                let ids = self
                    .register
                    .people
                    .keys()
                    .chain(self.register.meetings.keys());
                found.push(
                    Diagnostic::error("unknown-person", place, message)
                        .suggest(&respondent, ids.map(String::as_str)),
                );
                continue;
            }
            let answers = self.answers(&path.join(name), found)?;
            responses.push(Response {
                respondent,
                answers,
            });
        }
        Some(responses)
    }
}
