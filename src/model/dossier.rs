//! What one country's dossier holds.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drafting::{Drafting, Piece};
use super::progress::{MonthlyRecord, Progress, WorkPlan};
use super::questionnaire::CountryName;
use super::{Date, Tlp};

/// A text of the dossier's own: one for all languages, or one for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a text, or a table with one text for each language"
)]
pub enum LocalText {
    /// The same in every language.
    Plain(String),
    /// One for each language tag.
    ByLang(BTreeMap<String, String>),
}

impl From<&str> for LocalText {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_string())
    }
}

impl LocalText {
    /// Walks the texts of all languages.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let (one, many) = match self {
            Self::Plain(text) => (Some(text.as_str()), None),
            Self::ByLang(texts) => (None, Some(texts.values().map(String::as_str))),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    /// Tells whether it says nothing in any language.
    pub fn is_blank(&self) -> bool {
        self.all().all(|text| text.trim().is_empty())
    }

    /// Returns the text and its language: the one asked for, else English, else the first; the
    /// language is none where the text is the same in all.
    pub fn get(&self, lang: &str) -> (&str, Option<&str>) {
        match self {
            Self::Plain(text) => (text, None),
            Self::ByLang(texts) => texts
                .get_key_value(lang)
                .or_else(|| texts.get_key_value("en"))
                .or_else(|| texts.iter().next())
                .map_or(("", None), |(lang, text)| (text, Some(lang))),
        }
    }
}

/// How sure an answer is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Somebody said so.
    Reported,
    /// The assessor saw it.
    Observed,
    /// A document says so.
    Documented,
    /// The assessor checked it against a second source.
    Verified,
}

/// Where a question stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It has a value.
    Answered,
    /// It was asked and nobody could say.
    Unknown,
    /// It was asked and nobody would say.
    Declined,
    /// It makes no sense here; it leaves the denominator and has a reason.
    NotApplicable,
    /// It was not asked.
    #[default]
    NotAsked,
    /// It is above the ceiling of this view; it counts like unknown.
    Withheld,
}

/// The value of an answer, by the question's kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A level, 0 to 4.
    Level(u8),
    /// The id of a choice.
    Choice(String),
    /// The ids of choices, in the order given.
    Choices(Vec<String>),
    /// Yes or no.
    YesNo(bool),
    /// Words, for all languages or one text for each.
    Text(LocalText),
    /// A whole number.
    Integer(i64),
    /// An exact decimal.
    Decimal(Decimal),
    /// An exact amount and its ISO 4217 currency.
    Money(Decimal, String),
    /// A day.
    Date(Date),
    /// Rows; each has its cells by column id.
    Table(Vec<BTreeMap<String, Value>>),
    /// A recommendation, as `assessment:secure-money`.
    Reference(String),
}

/// A piece of evidence that an answer cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// The id in the register.
    pub id: String,
    /// Where in it, such as `art. 4`.
    pub at: Option<LocalText>,
}

/// What the assessor concludes for one question, or what one respondent said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// Where the question stands.
    pub state: State,
    /// The value, where it is answered.
    pub value: Option<Value>,
    /// Why it has no value; needed for not-applicable.
    pub reason: Option<LocalText>,
    /// How sure it is, where the assessor says.
    pub confidence: Option<Confidence>,
    /// A note, in Markdown.
    pub note: Option<String>,
    /// The language of the note.
    pub lang: Option<String>,
    /// The evidence it cites.
    pub evidence: Vec<Citation>,
    /// Its own label.
    pub tlp: Option<Tlp>,
    /// Whether the assessor marked dissent.
    pub dissent: bool,
    /// When it was answered.
    pub answered: Option<Date>,
    /// Whose initials it bears.
    pub by: Option<String>,
    /// The earlier answer that it confirms.
    pub source: Option<Source>,
    /// The label that the earlier answer has now, whether or not it is still answered.
    pub inherited: Option<Tlp>,
    /// Whether its question asks for a text to be published.
    pub public: bool,
}

impl Answer {
    /// Returns how sure it is: what the assessor says, else documented where evidence is cited, else
    /// reported.
    pub fn sureness(&self) -> Confidence {
        self.confidence.unwrap_or(if self.evidence.is_empty() {
            Confidence::Reported
        } else {
            Confidence::Documented
        })
    }

    /// Tells whether it rests on more than words: seen, documented or verified.
    pub fn rests_on_evidence(&self) -> bool {
        self.sureness() > Confidence::Reported
    }

    /// Returns the level, where it has one.
    pub fn level(&self) -> Option<u8> {
        match self.value {
            Some(Value::Level(level)) => Some(level),
            _ => None,
        }
    }
}

/// Where a confirmed suggestion came from: written as `assessment:host-preferred#1a2b3c4d`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The earlier stage.
    pub stage: String,
    /// Its question.
    pub question: String,
    /// The digest of its answer at the time of the confirmation.
    pub digest: String,
}

impl Source {
    /// Reads the written form.
    pub fn parse(text: &str) -> Option<Self> {
        let (place, digest) = text.split_once('#')?;
        let (stage, question) = place.split_once(':')?;
        let whole = super::is_id(stage) && super::is_id(question) && digest.len() == 8;
        whole.then(|| Self {
            stage: stage.into(),
            question: question.into(),
            digest: digest.into(),
        })
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}#{}", self.stage, self.question, self.digest)
    }
}

/// What an earlier stage found: shown beside a question, and no answer until it is confirmed.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Where it comes from, as it stands now.
    pub source: Source,
    /// The value, in the kind of this stage's question.
    pub value: Value,
    /// The label of the earlier answer.
    pub tlp: Tlp,
    /// When it was recorded.
    pub date: Option<Date>,
}

/// The answers of one stage, by question id.
pub type Answers = BTreeMap<String, Answer>;

/// What one person or meeting said in one stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The id of the person or meeting.
    pub respondent: String,
    /// What was said, by question id.
    pub answers: Answers,
}

/// The state of a stage.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum StageState {
    /// The government asked for it.
    Requested,
    /// It has a date.
    Planned,
    /// It has begun.
    UnderWay,
    /// A draft report exists.
    Draft,
    /// The draft is out for comment.
    ForComment,
    /// The report is final.
    Final,
    /// The country accepted it.
    Accepted,
    /// The country accepted it with reservations.
    AcceptedWithReservations,
    /// It is halted.
    Suspended,
}

/// What the government decided at the end of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Decision {
    /// What was decided.
    pub what: LocalText,
    /// By whom.
    pub by: LocalText,
    /// When.
    pub date: Option<Date>,
    /// The evidence of it.
    pub evidence: Option<String>,
}

/// What the government says to a recommendation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It will be done.
    Accepted,
    /// A part of it will be done.
    Partly,
    /// It will be decided later.
    Deferred,
    /// It will not be done.
    Rejected,
}

/// The government's reply to one recommendation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reply {
    /// What it says.
    pub reply: Verdict,
    /// When.
    pub date: Option<Date>,
    /// Who replied.
    pub by: Option<LocalText>,
    /// In its own words.
    pub words: Option<LocalText>,
}

/// Which questions are in scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// All.
    #[default]
    Full,
    /// The rapid assessment's.
    Core,
}

/// One stage of the dossier: its state, its dates, and the questionnaire it pins.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StageRecord {
    /// The questionnaire; the stage's own where absent.
    pub questionnaire: Option<String>,
    /// The edition it is read with.
    #[serde(default = "first")]
    pub edition: u32,
    /// Which questions are in scope.
    #[serde(default)]
    pub scope: Scope,
    /// How far it is.
    pub state: StageState,
    /// When it was requested.
    pub requested: Option<Date>,
    /// When it was planned.
    pub planned: Option<Date>,
    /// When it began.
    pub under_way: Option<Date>,
    /// When the draft was written.
    pub draft: Option<Date>,
    /// When the draft went out for comment.
    pub for_comment: Option<Date>,
    /// When the report became final.
    #[serde(rename = "final")]
    pub finished: Option<Date>,
    /// When the country accepted it.
    pub accepted: Option<Date>,
    /// When the country accepted it with reservations.
    pub accepted_with_reservations: Option<Date>,
    /// When it was halted.
    pub suspended: Option<Date>,
    /// The initials of who leads it.
    pub lead: Option<String>,
    /// What the government decided.
    pub decision: Option<Decision>,
    /// Where an older report stands.
    pub link: Option<String>,
    /// The government's replies, by the recommendation's id.
    #[serde(default)]
    pub replies: BTreeMap<String, Reply>,
    /// The institutions that hold owner roles from this stage on, added to those of the dossier or in
    /// their place: who was appointed after a report was final does not enter it.
    #[serde(default)]
    pub roles: BTreeMap<String, LocalText>,
}

fn first() -> u32 {
    1
}

impl StageRecord {
    /// Returns the date of the present state.
    pub fn date(&self) -> Option<Date> {
        match self.state {
            StageState::Requested => self.requested,
            StageState::Planned => self.planned,
            StageState::UnderWay => self.under_way,
            StageState::Draft => self.draft,
            StageState::ForComment => self.for_comment,
            StageState::Final => self.finished,
            StageState::Accepted => self.accepted,
            StageState::AcceptedWithReservations => self.accepted_with_reservations,
            StageState::Suspended => self.suspended,
        }
    }
}

/// Who writes the answers down.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Assessor {
    /// The name, as the report prints it.
    pub name: String,
    /// The organisation.
    pub organisation: Option<LocalText>,
}

/// The head of a dossier: `dossier.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Head {
    /// The version of the file format; this cirtkit reads 1.
    pub schema: u32,
    /// The ISO 3166-1 alpha-2 code, or a user-assigned one with `country-name`.
    pub country: String,
    /// The title of the dossier.
    pub title: Option<LocalText>,
    /// The languages its reports are made in.
    #[serde(default = "english")]
    pub languages: Vec<String>,
    /// The label of everything that bears none.
    #[serde(default)]
    pub tlp: Tlp,
    /// The ISO 4217 currency of amounts that name none.
    pub currency: Option<String>,
    /// The targets that the levels are held against.
    #[serde(default)]
    pub targets: Vec<String>,
    /// The country's name by language, where the code is user-assigned.
    #[serde(default)]
    pub country_name: BTreeMap<String, CountryName>,
    /// The institutions that hold the owner roles, each with its article. In a dossier that was read
    /// for a stage, those that the stages up to it name are laid over.
    #[serde(default)]
    pub roles: BTreeMap<String, LocalText>,
    /// What is known here of the parameters of formulas, by id: exact decimals, written as strings.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// What the country asks of the appraisal of its candidates.
    pub appraisal: Option<AppraisalWish>,
    /// The assessors by initials.
    #[serde(default)]
    pub assessors: BTreeMap<String, Assessor>,
    /// The stages that have begun or are planned.
    #[serde(default)]
    pub stages: BTreeMap<String, StageRecord>,
}

/// What the country asks of the appraisal of its candidates: `[appraisal]` of `dossier.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AppraisalWish {
    /// Whether the candidates are added up and ranked; scores, pros and cons are told in any case.
    #[serde(default)]
    pub rank: bool,
    /// Over how many years the cost of a candidate is added up, 1 to 20.
    #[serde(default = "five")]
    pub years: u32,
}

impl Default for AppraisalWish {
    fn default() -> Self {
        Self {
            rank: false,
            years: five(),
        }
    }
}

fn five() -> u32 {
    5
}

fn english() -> Vec<String> {
    vec![String::from("en")]
}

/// A person who was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The institution.
    pub institution: LocalText,
    /// The stakeholder type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The function.
    pub function: Option<LocalText>,
    /// Whether they agreed to be named; no by default.
    #[serde(default)]
    pub consent: bool,
    /// Their own label.
    pub tlp: Option<Tlp>,
}

/// A meeting that was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Meeting {
    /// What it was.
    pub title: LocalText,
    /// When it was.
    pub date: Option<Date>,
    /// Where it was.
    pub place: Option<LocalText>,
    /// The ids of the people who took part.
    #[serde(default)]
    pub participants: Vec<String>,
    /// Its own label.
    pub tlp: Option<Tlp>,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Evidence {
    /// What it is.
    pub title: LocalText,
    /// The date it bears.
    pub date: Option<Date>,
    /// The id of the person who gave it.
    pub from: Option<String>,
    /// When it was received.
    pub received: Option<Date>,
    /// The file, relative to the dossier.
    pub file: Option<String>,
    /// The SHA-256 of the file when it was registered, in 64 hexadecimal digits.
    pub sha256: Option<String>,
    /// `false`: it was seen and not kept.
    pub kept: Option<bool>,
    /// Its own label.
    pub tlp: Option<Tlp>,
}

/// The register: `register.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Register {
    /// The people, by id.
    #[serde(default)]
    pub people: BTreeMap<String, Person>,
    /// The meetings, by id.
    #[serde(default)]
    pub meetings: BTreeMap<String, Meeting>,
    /// The evidence, by id.
    #[serde(default)]
    pub evidence: BTreeMap<String, Evidence>,
}

impl Register {
    /// Lists the stakeholder types of a person, or of those who took part in a meeting.
    pub fn kinds_of(&self, respondent: &str) -> Vec<String> {
        let kind = |id: &String| Some(self.people.get(id)?.kind.clone());
        let mut kinds: Vec<String> = match self.meetings.get(respondent) {
            Some(meeting) => meeting.participants.iter().filter_map(kind).collect(),
            None => kind(&respondent.to_string()).into_iter().collect(),
        };
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}

/// One stage of a country's dossier, as read: the head, the register, answers and responses.
#[derive(Debug, Clone, PartialEq)]
pub struct Dossier {
    /// The head.
    pub head: Head,
    /// The register.
    pub register: Register,
    /// The stage that was read.
    pub stage: String,
    /// The assessor's answers of the stage.
    pub answers: Answers,
    /// What was said in the stage, in the order of the respondents' ids.
    pub responses: Vec<Response>,
    /// What earlier stages found, by the question it is suggested for.
    pub suggestions: BTreeMap<String, Suggestion>,
    /// The plan and the monthly records, where the stage has such files.
    pub progress: Option<Progress>,
    /// What the assessor wrote over it.
    pub drafting: Drafting,
}

impl Dossier {
    /// Returns the record of the stage that was read.
    pub fn record(&self) -> Option<&StageRecord> {
        self.head.stages.get(&self.stage)
    }

    /// Returns the answer to a question; one that was not asked where there is none.
    pub fn answer(&self, question: &str) -> &Answer {
        static NOT_ASKED: Answer = Answer {
            state: State::NotAsked,
            value: None,
            reason: None,
            confidence: None,
            note: None,
            lang: None,
            evidence: Vec::new(),
            tlp: None,
            dissent: false,
            answered: None,
            by: None,
            source: None,
            inherited: None,
            public: false,
        };
        self.answers.get(question).unwrap_or(&NOT_ASKED)
    }

    /// Returns the label of the work plan: the highest of the dossier's, its own, and that of the
    /// evidence it cites.
    pub fn plan_label(&self, plan: &WorkPlan) -> Tlp {
        self.with_evidence(plan.tlp, plan.evidence())
    }

    /// Returns the label of a monthly record, likewise.
    pub fn record_label(&self, record: &MonthlyRecord) -> Tlp {
        self.with_evidence(record.tlp, record.evidence())
    }

    fn with_evidence<'a>(&self, own: Option<Tlp>, cited: impl Iterator<Item = &'a str>) -> Tlp {
        let evidence = cited.filter_map(|id| self.register.evidence.get(id)?.tlp);
        evidence.chain(own).fold(self.head.tlp, Tlp::max)
    }

    /// Returns the label of an answer: the highest of the dossier's, its own, its evidence's, and that
    /// of the earlier answer it confirms.
    pub fn label(&self, answer: &Answer) -> Tlp {
        let evidence = answer
            .evidence
            .iter()
            .filter_map(|citation| self.register.evidence.get(&citation.id))
            .filter_map(|evidence| evidence.tlp);
        evidence
            .chain(answer.tlp)
            .chain(answer.inherited)
            .fold(self.head.tlp, Tlp::max)
    }

    /// Returns the label of what the assessor wrote: the highest of the dossier's, its own, and those of
    /// the answers it rests on.
    pub fn draft_label(&self, piece: &Piece<'_>) -> Tlp {
        let beneath = piece.beneath.iter().filter_map(|id| self.answers.get(id));
        let labels = beneath.map(|answer| self.label(answer)).chain(piece.tlp);
        labels.fold(self.head.tlp, Tlp::max)
    }

    /// Tells whether the earlier answer that a question's answer confirms has changed since.
    pub fn source_changed(&self, question: &str) -> bool {
        let source = self.answer(question).source.as_ref();
        let now = self
            .suggestions
            .get(question)
            .map(|suggestion| &suggestion.source);
        source.is_some_and(|source| now != Some(source))
    }
}
