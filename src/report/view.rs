//! What a template sees. Field names are snake case and stable within a context version.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::progress::ProgressView;

/// A number with its words: `31`, and its CLDR plural category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Count {
    /// The number.
    pub n: u64,
    /// As the language writes it.
    pub text: String,
    /// The plural category, such as `one` or `other`.
    pub plural: &'static str,
}

/// Everything one report may say.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Report {
    /// The version of these names.
    pub context: u32,
    /// The report's id, such as `assessment-report`.
    pub report: String,
    /// The language tag.
    pub lang: String,
    /// The direction of the script: `ltr` or `rtl`.
    pub dir: &'static str,
    /// The fixed words of the language, by key.
    pub words: BTreeMap<String, String>,
    /// The country.
    pub country: CountryView,
    /// The dossier's own title.
    pub dossier_title: Option<String>,
    /// The stage.
    pub stage: StageView,
    /// The day the report bears, in words.
    pub date: Option<String>,
    /// The label, and the ceiling of this view.
    pub tlp: TlpView,
    /// Who led and wrote it.
    pub assessors: Vec<AssessorView>,
    /// What the mission did.
    pub mission: MissionView,
    /// How the questions stand.
    pub tally: TallyView,
    /// The sections of the questionnaire, in their order.
    pub sections: Vec<SectionView>,
    /// Every question by its id.
    pub answers: BTreeMap<String, AnswerView>,
    /// The ids of the questions of the country profile.
    pub profile: Vec<String>,
    /// The findings that are no strengths, in the order of the questionnaire.
    pub findings: Vec<FindingView>,
    /// What there is to build on.
    pub strengths: Vec<FindingView>,
    /// The recommendations, in the order of the roadmap.
    pub recommendations: Vec<RecommendationView>,
    /// The phases of the roadmap that hold actions.
    pub phases: Vec<PhaseView>,
    /// The last month of the roadmap, where there is one.
    pub months: Option<Count>,
    /// The targets that the dossier names.
    pub targets: Vec<TargetView>,
    /// Where the people and institutions met do not agree.
    pub disagreements: Vec<DisagreementView>,
    /// The figures that are reckoned out of the answers, in the order of their formulas.
    pub figures: Vec<FigureView>,
    /// Amounts by who pays or by kind, and by year.
    pub breakdowns: Vec<BreakdownView>,
    /// The comparison of the candidates, where the stage has one and candidates are named.
    pub appraisal: Option<AppraisalView>,
    /// The stages before this one, in their order, with what they recommended.
    pub earlier: Vec<EarlierStageView>,
    /// What is least certain, the weightiest first.
    pub uncertain: Vec<UncertainView>,
    /// What the government decided at the end of this stage.
    pub decision: Option<DecisionView>,
    /// The people met, by type of stakeholder.
    pub stakeholders: Vec<StakeholderView>,
    /// The meetings.
    pub meetings: Vec<MeetingView>,
    /// The evidence, numbered.
    pub evidence: Vec<EvidenceView>,
    /// The stages of the dossier.
    pub stages: Vec<StageView>,
    /// What was withheld, by section.
    pub ledger: Vec<LedgerView>,
    /// The assessors' hand: what they wrote themselves, left out or took together.
    pub hand: HandView,
    /// The plan and the monthly records, where there are any; up to the month that is reported.
    pub progress: Option<ProgressView>,
    /// What this report was made from.
    pub colophon: Colophon,
}

/// The country's name in the forms that a sentence needs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CountryView {
    /// The code.
    pub code: String,
    /// The bare name.
    pub name: String,
    /// With its article.
    pub the: String,
    /// After "of".
    pub of: String,
    /// After "in".
    pub within: String,
}

/// A stage: its state, its dates, the questionnaire it was read with.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StageView {
    /// The id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it gives.
    pub output: String,
    /// The state's id.
    pub state: String,
    /// The state in words.
    pub state_text: String,
    /// The date of the state.
    pub date: Option<String>,
    /// `full` or `core`.
    pub scope: String,
    /// The questionnaire's title.
    pub questionnaire: String,
    /// The questionnaire's edition.
    pub edition: u32,
    /// Where an older report stands.
    pub link: Option<String>,
}

/// The label that every page bears.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TlpView {
    /// Such as `TLP:AMBER`.
    pub label: String,
    /// The ceiling that was asked for, such as `TLP:GREEN`.
    pub ceiling: Option<String>,
    /// Who may see it, in words.
    pub meaning: String,
}

/// An assessor.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AssessorView {
    /// The initials.
    pub initials: String,
    /// The name.
    pub name: String,
    /// The organisation.
    pub organisation: Option<String>,
    /// Whether they lead the stage.
    pub lead: bool,
}

/// What the mission did.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MissionView {
    /// The people met.
    pub people: Count,
    /// Their institutions.
    pub institutions: Count,
    /// The meetings held.
    pub meetings: Count,
    /// The pieces of evidence.
    pub evidence: Count,
    /// The first day of a meeting.
    pub from: Option<String>,
    /// The last day of a meeting.
    pub to: Option<String>,
}

/// How questions stand, with the shares in words.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TallyView {
    /// The questions that apply.
    pub applicable: Count,
    /// Those answered.
    pub answered: Count,
    /// Those nobody could answer.
    pub unknown: Count,
    /// Those somebody would not answer.
    pub declined: Count,
    /// Those not asked.
    pub not_asked: Count,
    /// Those above the ceiling.
    pub withheld: Count,
    /// Those that make no sense here.
    pub not_applicable: Count,
    /// Those whose gate is closed.
    pub closed: Count,
    /// Those out of scope.
    pub out_of_scope: Count,
    /// The levels given.
    pub levels: Count,
    /// The levels that rest on more than words.
    pub on_evidence: Count,
    /// The share answered, where any question applies.
    pub coverage: Option<String>,
    /// The share of levels on evidence, where any level was given.
    pub evidence_share: Option<String>,
}

/// A section of the questionnaire.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SectionView {
    /// The id.
    pub id: String,
    /// Its place, from 1.
    pub number: usize,
    /// The title.
    pub title: String,
    /// What it looks at.
    pub about: String,
    /// The level, where anything scored is answered.
    pub level: Option<String>,
    /// The level in tenths.
    pub tenths: Option<u64>,
    /// The lowest it can be.
    pub low: Option<String>,
    /// The lowest, in tenths.
    pub low_tenths: u64,
    /// The highest it can be.
    pub high: Option<String>,
    /// The highest, in tenths.
    pub high_tenths: u64,
    /// How its questions stand.
    pub tally: TallyView,
    /// The ids of its questions, in their order.
    pub questions: Vec<String>,
    /// The numbers of its findings, such as `F-3`.
    pub findings: Vec<String>,
    /// The terms of its level, so that a reader can add them up again.
    pub terms: Vec<TermView>,
    /// The sum of level times weight, over the terms that have a level.
    pub sum: u64,
    /// The sum of their weights.
    pub weights: u64,
}

/// One term of a level.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TermView {
    /// The question's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its weight.
    pub weight: u64,
    /// The level that counts.
    pub level: Option<u8>,
    /// Level times weight.
    pub product: Option<u64>,
    /// Whether it counts as 0 because it does not apply yet.
    pub closed: bool,
}

/// A note with its language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NoteView {
    /// The text, in Markdown.
    pub markdown: String,
    /// The language tag, where it is another than the report's.
    pub foreign: Option<String>,
    /// The language's name in the report's language, where it is another.
    pub language: Option<String>,
}

/// A citation of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CitationView {
    /// Such as `E-07`.
    pub number: String,
    /// Where in it.
    pub at: Option<String>,
}

/// A question and its answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AnswerView {
    /// The id.
    pub id: String,
    /// The section's id.
    pub section: String,
    /// The kind.
    pub kind: String,
    /// What it is about.
    pub title: String,
    /// `answered`, `unknown`, `declined`, `not-applicable`, `not-asked`, `withheld`, `closed` or
    /// `out-of-scope`.
    pub state: String,
    /// The state in words.
    pub state_text: String,
    /// The level of a level question.
    pub level: Option<u8>,
    /// The answer in words: the level's statement, the choice, the number, the date.
    pub text: Option<String>,
    /// The sentence that tells it.
    pub sentence: Option<String>,
    /// The columns of a table.
    pub columns: Vec<ColumnView>,
    /// The rows of a table, one text for each column.
    pub rows: Vec<Vec<String>>,
    /// Of a table whose first column is a choice, its id row by row; else empty.
    pub keys: Vec<String>,
    /// The confidence's id: `reported`, `observed`, `documented`, `verified`.
    pub confidence: String,
    /// The confidence in words.
    pub confidence_text: String,
    /// The assessor's note.
    pub note: Option<NoteView>,
    /// Why there is no answer.
    pub reason: Option<String>,
    /// The language of the note, the reason and typed words, where it is another than the report's;
    /// else empty.
    pub foreign: String,
    /// The evidence cited.
    pub citations: Vec<CitationView>,
    /// The question's id and the evidence cited, as it stands in brackets.
    pub cite: String,
    /// The label, such as `TLP:AMBER`, where it is narrower than the dossier's.
    pub tlp: Option<String>,
    /// Whether people disagree.
    pub dissent: bool,
    /// Whether it is level 3 or more without the evidence it requires.
    pub unproven: bool,
    /// What was said, by respondent.
    pub said: Vec<SaidView>,
    /// When it was recorded.
    pub answered: Option<String>,
    /// The initials of who recorded it.
    pub by: Option<String>,
    /// What an earlier stage found, where this question takes it up.
    pub earlier: Option<EarlierView>,
}

/// What an earlier stage found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EarlierView {
    /// The stage's name.
    pub stage: String,
    /// The question's id there.
    pub question: String,
    /// The answer in words, where it is no table.
    pub text: Option<String>,
    /// When it was recorded.
    pub date: Option<String>,
    /// `open`: not taken up yet; `confirmed`; `own`: answered afresh; `changed`: confirmed, and the
    /// source has changed since.
    pub standing: String,
    /// Of a table, the first cells of the rows that this stage's answer does not have.
    pub left_out: Vec<String>,
}

/// A stage before this one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EarlierStageView {
    /// The stage.
    pub stage: StageView,
    /// What the government decided at its end.
    pub decision: Option<DecisionView>,
    /// Its recommendations, in the order of its roadmap.
    pub recommendations: Vec<CarriedView>,
    /// Its answers that are written to be published, by question id.
    pub public: BTreeMap<String, AnswerView>,
}

/// A recommendation of an earlier stage, and what became of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CarriedView {
    /// Such as `R-6`, as in the report of that stage.
    pub number: String,
    /// The id.
    pub id: String,
    /// The imperative that heads it.
    pub title: String,
    /// The institution that owns it.
    pub owner: String,
    /// What the government says to it.
    pub reply: Option<ReplyView>,
    /// The rows of this stage that answer it, such as `budget-yearly.3`.
    pub taken_up: Vec<String>,
}

/// The comparison of candidates.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AppraisalView {
    /// The ids of its three tables.
    pub questions: Vec<String>,
    /// The criteria.
    pub criteria: Vec<CriterionView>,
    /// The candidates: the best first where they are ranked.
    pub candidates: Vec<CandidateView>,
    /// The highest score.
    pub most: u32,
    /// Over how many years costs are added up.
    pub years: Count,
    /// Whether the dossier asks for a ranking.
    pub asked: bool,
    /// Whether the candidates are ranked.
    pub ranked: bool,
    /// The id and the evidence of the criteria, as it stands in brackets.
    pub cite_criteria: String,
    /// The ids and the evidence of candidates and scores, as it stands in brackets.
    pub cite: String,
}

/// A criterion.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CriterionView {
    /// Its name.
    pub name: String,
    /// Its weight.
    pub weight: Option<u64>,
    /// Its share of all weights.
    pub share: Option<String>,
}

/// A candidate.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CandidateView {
    /// The institution.
    pub institution: String,
    /// What speaks for it.
    pub strengths: Option<String>,
    /// What speaks against it.
    pub weaknesses: Option<String>,
    /// The cost of setting up.
    pub set_up: Option<String>,
    /// The cost of one year.
    pub yearly: Option<String>,
    /// The cost over the years.
    pub total: Option<String>,
    /// The scores, in the order of the criteria.
    pub marks: Vec<MarkView>,
    /// The sum of score times weight, where the candidates are ranked.
    pub sum: Option<u64>,
    /// The sum of the weights.
    pub weights: Option<u64>,
    /// The weighted mean of the scores, to two decimals, where the candidates are ranked.
    pub points: Option<String>,
    /// The rank.
    pub rank: Option<u64>,
}

/// A score.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MarkView {
    /// The score; none where nobody gave one.
    pub score: Option<u64>,
    /// Why.
    pub reason: Option<String>,
}

/// A column of a table.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ColumnView {
    /// The heading.
    pub label: String,
    /// Whether its cells are numbers.
    pub numeric: bool,
}

/// What one respondent said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SaidView {
    /// Who, by type of institution or as the meeting.
    pub who: String,
    /// The position in words, where one was taken.
    pub position: Option<String>,
    /// The level, where one was given.
    pub level: Option<u8>,
    /// What was said.
    pub note: Option<NoteView>,
}

/// A finding.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingView {
    /// Such as `F-12`; strengths are numbered among the findings.
    pub number: String,
    /// The rule's id, or that of one of the assessors' own.
    pub id: String,
    /// `critical`, `major`, `minor` or `strength`.
    pub severity: String,
    /// The severity in words.
    pub severity_text: String,
    /// What was found.
    pub text: String,
    /// The text's language, where it is another than the report's; else empty.
    pub foreign: String,
    /// Whether the assessors wrote the text.
    pub drafted: bool,
    /// The section's id.
    pub section: String,
    /// The ids of the questions it rests on, and their evidence, as it stands in brackets.
    pub cite: String,
    /// The recommendation it calls for, such as `R-6`.
    pub recommendation: Option<String>,
}

/// A recommendation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecommendationView {
    /// Such as `R-6`, or `R-6.2` for an action that stands under another one.
    pub number: String,
    /// The number of the one it stands under.
    pub under: Option<String>,
    /// The id.
    pub id: String,
    /// The imperative that heads it.
    pub title: String,
    /// Who does what.
    pub text: String,
    /// The language of title and text, where it is another than the report's; else empty.
    pub foreign: String,
    /// Whether the assessors wrote title or text.
    pub drafted: bool,
    /// The institution that owns it, or that it is to be designated.
    pub owner: String,
    /// The same inside a sentence or brackets: with a small letter where it is no name.
    pub owner_inside: String,
    /// Whether an institution holds the owner's role.
    pub owner_known: bool,
    /// Who takes part, in words.
    pub with: Option<String>,
    /// `high`, `medium` or `low`.
    pub priority: String,
    /// The priority in words.
    pub priority_text: String,
    /// The phase.
    pub phase: u32,
    /// The first month.
    pub start: u32,
    /// The last month.
    pub end: u32,
    /// The months in words, "month 3", "months 2 to 4"; with the days where the assessors gave any.
    pub months: String,
    /// The work in words; empty where the assessors gave none for one of their own.
    pub effort: String,
    /// What it costs, where the assessors say so.
    pub cost: Option<String>,
    /// What must be done before, such as `R-1`.
    pub after: Vec<String>,
    /// The services it serves, in words.
    pub services: Option<String>,
    /// The findings that call for it, such as `F-3`.
    pub findings: Vec<String>,
    /// The findings' numbers and questions, as they stand in brackets.
    pub cite: String,
    /// What the government says to it.
    pub reply: Option<ReplyView>,
}

/// What the government says to a recommendation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReplyView {
    /// `accepted`, `partly`, `deferred` or `rejected`.
    pub reply: String,
    /// The reply in words.
    pub text: String,
    /// Who replied.
    pub by: Option<String>,
    /// When.
    pub date: Option<String>,
    /// In its own words.
    pub words: Option<String>,
}

/// A phase of the roadmap.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PhaseView {
    /// Its number.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// What stands at its end.
    pub aim: String,
    /// Its months in words.
    pub months: String,
    /// The numbers of its actions, such as `R-6`.
    pub actions: Vec<String>,
}

/// How the levels stand to a target.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TargetView {
    /// The id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether a body outside this project published it.
    pub official: bool,
    /// Who set it.
    pub source: String,
    /// When.
    pub year: u32,
    /// What it is good for.
    pub note: String,
    /// How many levels it requires here.
    pub required: Count,
    /// How many are reached.
    pub reached: Count,
    /// The steps that are missing.
    pub steps: Count,
    /// What is missing, the cheapest first.
    pub gaps: Vec<GapView>,
}

/// A level below the target's.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GapView {
    /// The question's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The level.
    pub level: Option<u8>,
    /// The level required.
    pub required: u8,
    /// What would have to be true.
    pub statement: String,
    /// The titles of the questions that must be raised first.
    pub gates: Option<String>,
}

/// A question on which those asked do not agree.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DisagreementView {
    /// The question's id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// What the assessor concludes, in words.
    pub conclusion: Option<String>,
    /// The positions, each with who holds it.
    pub positions: Vec<PositionView>,
    /// Whether the assessor marked it, where no positions stand in the responses.
    pub marked: bool,
    /// The evidence and id, as it stands in brackets.
    pub cite: String,
}

/// A position and who holds it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PositionView {
    /// What is held.
    pub what: String,
    /// The statement of a level that is held.
    pub statement: Option<String>,
    /// Who holds it, by type of institution.
    pub who: String,
    /// Whether it differs from the assessor's conclusion.
    pub against: bool,
}

/// A figure that is reckoned out of the answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FigureView {
    /// The formula's id.
    pub id: String,
    /// What it is.
    pub text: String,
    /// The unit; the currency's code for an amount.
    pub unit: String,
    /// The number alone, where nothing is wanted.
    pub value: Option<String>,
    /// The number with its unit, as a sentence says it: `USD 1,200.00`, `11 posts`.
    pub told: Option<String>,
    /// The expression, as the questionnaire writes it.
    pub expression: String,
    /// The arithmetic, such as `168 × 52 / 1,650 × 2 = 10.59 → 11`.
    pub steps: Vec<String>,
    /// What has to be known before there is a value.
    pub wanted: Vec<String>,
    /// Whether it is told in the annex alone.
    pub annex: bool,
    /// The parameters that were used.
    pub parameters: Vec<ParameterView>,
    /// The ids of the questions that were used.
    pub questions: Vec<String>,
    /// The ids of the figures it stands on.
    pub formulas: Vec<String>,
    /// What others spent or advise, for comparison only.
    pub benchmarks: Vec<BenchmarkView>,
}

/// Amounts of a table by the choices of one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BreakdownView {
    /// The id.
    pub id: String,
    /// What it is.
    pub text: String,
    /// The heading of the column that the rows are added up by.
    pub by: String,
    /// The currency.
    pub currency: String,
    /// The headings of the columns of money.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<BreakdownRow>,
    /// The total of each column.
    pub totals: Vec<String>,
    /// The total of all.
    pub total: Option<String>,
    /// What has to be known before there are amounts.
    pub wanted: Vec<String>,
    /// The id of the table and its evidence, as it stands in brackets.
    pub cite: String,
}

/// The amounts of one choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BreakdownRow {
    /// The choice's id.
    pub id: String,
    /// The choice in words.
    pub label: String,
    /// An amount for each column, without the currency.
    pub cells: Vec<String>,
    /// Their total.
    pub total: String,
}

/// What others spent or advise: never part of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BenchmarkView {
    /// The id.
    pub id: String,
    /// What it is.
    pub text: String,
    /// The number or the range, with its unit.
    pub told: String,
    /// Where and for whom it holds.
    pub note: String,
    /// Who says so.
    pub source: String,
    /// The year of the figure.
    pub year: u32,
}

/// A number that a figure is reckoned with and that stands in no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ParameterView {
    /// The id.
    pub id: String,
    /// What it is.
    pub text: String,
    /// The unit.
    pub unit: String,
    /// The number, where it is known.
    pub value: Option<String>,
    /// Who gives the default, where the default is used.
    pub source: Option<String>,
    /// The year of the source.
    pub year: Option<u32>,
    /// Whether the dossier gives the number.
    pub own: bool,
}

/// Something that is not certain.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UncertainView {
    /// The question's id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The section's title.
    pub section: String,
    /// Why it is uncertain, as an id: `unknown`, `declined`, `not-asked`, `withheld`, `unproven`,
    /// `disputed` or `reported`.
    pub why: String,
    /// Why, in words.
    pub why_text: String,
    /// The reason on record.
    pub reason: Option<String>,
    /// The reason's language, where it is another than the report's; else empty.
    pub foreign: String,
}

/// What the government decided.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DecisionView {
    /// What.
    pub what: String,
    /// By whom.
    pub by: String,
    /// When.
    pub date: Option<String>,
    /// The evidence, such as `E-07`.
    pub evidence: Option<String>,
}

/// The people met of one type of stakeholder.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StakeholderView {
    /// The type, in the plural.
    pub kind: String,
    /// The institutions, each once.
    pub institutions: String,
    /// How many people.
    pub people: Count,
    /// The names of those who agreed to be named, with their function.
    pub named: Option<String>,
}

/// A meeting.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MeetingView {
    /// What it was.
    pub title: String,
    /// When.
    pub date: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// How many took part.
    pub participants: Count,
}

/// A piece of evidence.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EvidenceView {
    /// Such as `E-07`.
    pub number: String,
    /// What it is.
    pub title: String,
    /// The title's language, where it is another than the report's.
    pub foreign: Option<String>,
    /// The date it bears.
    pub date: Option<String>,
    /// When it was received.
    pub received: Option<String>,
    /// Whether a copy was kept.
    pub kept: bool,
    /// Its label.
    pub tlp: String,
    /// The ids of the questions that cite it.
    pub cited_by: Vec<String>,
}

/// How many answers of a section were withheld.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LedgerView {
    /// The section's title.
    pub section: String,
    /// How many.
    pub withheld: Count,
}

/// What the assessors wrote, left out or took together.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HandView {
    /// How many texts of this report they wrote.
    pub texts: Count,
    /// How many findings and recommendations are their own.
    pub own: Count,
    /// Their executive summary.
    pub summary: Option<NoteView>,
    /// Where it stands: `before` or `after` the tool's, or `replace`, in its place.
    pub summary_mode: String,
    /// The decision asked, in their words.
    pub decision: Option<NoteView>,
    /// What stands before and after each section of the questionnaire, and each of `method`,
    /// `recommendations` and `roadmap`, by id.
    pub around: BTreeMap<String, AroundView>,
    /// What they left out or took together.
    pub left_out: Vec<LeftOutView>,
}

/// The assessors' text around a section.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AroundView {
    /// Behind its heading.
    pub before: Option<NoteView>,
    /// At its end.
    pub after: Option<NoteView>,
}

/// A finding or recommendation of the questionnaire that does not stand in the report by itself.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LeftOutView {
    /// `finding` or `recommendation`.
    pub kind: String,
    /// The id.
    pub id: String,
    /// What the finding says, or the title of the recommendation, in the tool's words.
    pub text: String,
    /// What took it in, such as `F-3` or `R-6`; none where it is left out.
    pub into: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The reason's language, where it is another than the report's; else empty.
    pub foreign: String,
}

/// What a report was made from.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Colophon {
    /// The questionnaire's id.
    pub questionnaire: String,
    /// Its edition.
    pub edition: u32,
    /// The template.
    pub template: String,
    /// The context version.
    pub context: u32,
    /// The version of cirtkit.
    pub cirtkit: String,
    /// SHA-256 over what this report shows.
    pub digest: String,
    /// The texts that are not translated into this language.
    pub untranslated: Count,
}
