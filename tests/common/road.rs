//! The whole road in one language: every stage with its questionnaire, every report with its template,
//! and dossiers made up in memory that go through all stages.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cirtkit::content::Content;
use cirtkit::diagnostic::Diagnostics;
use cirtkit::dossier;
use cirtkit::model::dossier::{Head, LocalText, Register};
use cirtkit::model::question::Column;
use cirtkit::model::{
    Answer, Answers, Date, Dossier, Kind, Month, Progress, Question, Questionnaire, State, Tlp,
    Value,
};
use cirtkit::pack;
use cirtkit::plan::Judged;
use cirtkit::prefill;
use cirtkit::render::template::Templates;
use cirtkit::render::{self, Format};
use cirtkit::report::{self, Language, Options, Report};
use rust_decimal::Decimal;

use super::page::Page;

/// The stages, in their order.
pub(crate) const STAGES: [&str; 4] = ["assessment", "design", "establishment", "enhancement"];

/// The states in which an answer can stand.
pub(crate) const STATES: [State; 6] = [
    State::Answered,
    State::Unknown,
    State::Declined,
    State::NotApplicable,
    State::NotAsked,
    State::Withheld,
];

/// A report of the shipped templates, as its `report.toml` has it.
#[derive(Debug, Clone)]
pub(crate) struct ReportHead {
    pub(crate) id: String,
    pub(crate) stages: Vec<String>,
    pub(crate) ceiling: Option<Tlp>,
    pub(crate) monthly: bool,
}

/// Everything that one language of reports needs, for all stages, loaded once.
pub(crate) struct Road {
    pub(crate) lang: &'static str,
    questionnaires: Vec<Questionnaire>,
    pub(crate) language: Language,
    templates: Templates,
    pub(crate) reports: Vec<ReportHead>,
}

/// The road in a language that is shipped.
pub(crate) fn road(lang: &str) -> &'static Road {
    static ENGLISH: OnceLock<Road> = OnceLock::new();
    static FRENCH: OnceLock<Road> = OnceLock::new();
    match lang {
        "en" => ENGLISH.get_or_init(|| Road::new("en")),
        _ => FRENCH.get_or_init(|| Road::new("fr")),
    }
}

impl Road {
    fn new(lang: &'static str) -> Self {
        let content = Content::shipped();
        let mut found = Diagnostics::default();
        let questionnaires = STAGES
            .iter()
            .map(|stage| pack::load(&content, stage, 1, lang, &mut found).unwrap())
            .map(|pack| pack.questionnaire)
            .collect();
        let language = Language::load(&content, lang, &mut found).unwrap();
        assert!(found.is_empty(), "{}", found.to_text());
        Self {
            lang,
            questionnaires,
            language,
            templates: super::templates(&content),
            reports: report_heads(&content),
        }
    }

    pub(crate) fn questionnaire(&self, stage: &str) -> &Questionnaire {
        let at = STAGES.iter().position(|one| *one == stage).unwrap();
        &self.questionnaires[at]
    }

    /// The reports that can be made of a stage; its own first.
    pub(crate) fn reports_of(&self, stage: &str) -> Vec<&ReportHead> {
        let made = |report: &&ReportHead| report.stages.iter().any(|one| one == stage);
        let mut reports: Vec<_> = self.reports.iter().filter(made).collect();
        reports.sort_by_key(|report| (report.monthly, report.stages.len()));
        reports
    }

    /// The stage's own report.
    pub(crate) fn own_report(&self, stage: &str) -> &ReportHead {
        self.reports_of(stage)[0]
    }

    /// Reads the stages of a country up to this one, with what each suggests for those after it.
    pub(crate) fn read(&self, country: &Country, stage: &str) -> Vec<(&Questionnaire, Dossier)> {
        let mut read: Vec<(&Questionnaire, Dossier)> = Vec::new();
        for id in STAGES {
            let begun = country.head.stages.contains_key(id);
            if id != stage && !begun {
                continue;
            }
            let questionnaire = self.questionnaire(id);
            let mut dossier = country.stage(id, questionnaire);
            for (before, earlier) in &read {
                prefill::suggest(&mut dossier, questionnaire, earlier, before);
            }
            read.push((questionnaire, dossier));
            if id == stage {
                return read;
            }
        }
        panic!("there is no stage `{stage}`");
    }

    /// The report of a stage, as the program makes it: every stage withheld up to the narrower of both
    /// ceilings.
    pub(crate) fn report(&self, country: &Country, stage: &str, wanted: &Wanted) -> Report {
        let mut stages = self.read(country, stage);
        let head = self.reports.iter().find(|one| one.id == wanted.report);
        let ceilings = [wanted.ceiling, head.unwrap().ceiling];
        let ceiling = ceilings.into_iter().flatten().min();
        if let Some(ceiling) = ceiling {
            prefill::withhold_all(&mut stages, ceiling);
        }
        let judged = |(questionnaire, dossier)| Judged::new(questionnaire, dossier);
        let mut earlier: Vec<Judged<'_>> = stages.into_iter().map(judged).collect();
        let last = earlier.pop().unwrap();
        let options = Options {
            report: wanted.report.to_string(),
            ceiling,
            period: wanted.period,
            ..Options::default()
        };
        report::build(&last, &earlier, &self.language, &options)
    }

    /// The documents of a report in some formats.
    pub(crate) fn render(
        &self,
        country: &Country,
        stage: &str,
        wanted: &Wanted,
        formats: &[Format],
    ) -> Vec<String> {
        let report = self.report(country, stage, wanted);
        render::render(&report, &self.templates, formats)
            .unwrap_or_else(|problem| panic!("{stage} {wanted:?}: {problem}: {:?}", problem.help))
    }

    /// The stage's own report as a page.
    pub(crate) fn page(&self, country: &Country, stage: &str) -> Page {
        let wanted = Wanted::own(self, stage);
        Page::read(&self.render(country, stage, &wanted, &[Format::Html])[0])
    }

    /// The stage's own report in Markdown, up to a ceiling.
    pub(crate) fn markdown(&self, country: &Country, stage: &str, ceiling: Option<Tlp>) -> String {
        let wanted = Wanted {
            ceiling,
            ..Wanted::own(self, stage)
        };
        self.render(country, stage, &wanted, &[Format::Markdown])
            .remove(0)
    }
}

/// Which report, up to which label, of which month.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) report: String,
    pub(crate) ceiling: Option<Tlp>,
    pub(crate) period: Option<Month>,
}

impl Wanted {
    pub(crate) fn own(road: &Road, stage: &str) -> Self {
        Self {
            report: road.own_report(stage).id.clone(),
            ..Self::default()
        }
    }
}

fn report_heads(content: &Content) -> Vec<ReportHead> {
    let files = content
        .under("report-templates/")
        .filter(|(name, _)| name.ends_with("/report.toml"));
    files
        .map(|(_, file)| {
            let head: toml::Table = file.text.parse().unwrap();
            let text = |key: &str| head.get(key).and_then(toml::Value::as_str);
            let stages = head["stages"].as_array().unwrap();
            ReportHead {
                id: text("id").unwrap().to_string(),
                stages: stages
                    .iter()
                    .map(|stage| stage.as_str().unwrap().to_string())
                    .collect(),
                ceiling: text("ceiling").map(|label| Tlp::parse(label).unwrap()),
                monthly: text("scope") == Some("period"),
            }
        })
        .collect()
}

/// A country's dossier in memory: its head, its register, the answers of its stages.
#[derive(Debug, Clone)]
pub(crate) struct Country {
    pub(crate) head: Head,
    pub(crate) register: Register,
    pub(crate) answers: BTreeMap<String, Answers>,
    pub(crate) progress: Option<Progress>,
}

impl Country {
    /// Lesotho with these stages, all under way, nothing answered.
    pub(crate) fn new(stages: &[&str]) -> Self {
        let mut text = String::from(
            "schema = 1\ncountry = \"LS\"\nlanguages = [\"en\", \"fr\"]\ntlp = \"GREEN\"\n\
             currency = \"USD\"\n",
        );
        for stage in stages {
            text.push_str(&format!("[stages.{stage}]\nstate = \"under-way\"\n"));
        }
        Self {
            head: toml::from_str(&text).unwrap(),
            register: Register::default(),
            answers: BTreeMap::new(),
            progress: None,
        }
    }

    fn stage(&self, id: &str, questionnaire: &Questionnaire) -> Dossier {
        let mut answers = self.answers.get(id).cloned().unwrap_or_default();
        for (id, answer) in &mut answers {
            // As the reader of a dossier does.
            answer.public = questionnaire.question(id).is_some_and(|one| one.public);
        }
        Dossier {
            head: self.head.clone(),
            register: self.register.clone(),
            stage: id.to_string(),
            answers,
            responses: Vec::new(),
            suggestions: BTreeMap::new(),
            progress: self.progress.clone().filter(|_| id == "establishment"),
            drafting: Default::default(),
        }
    }

    pub(crate) fn answer(&mut self, stage: &str, question: &str) -> &mut Answer {
        let answers = self.answers.entry(stage.to_string()).or_default();
        answers.entry(question.to_string()).or_default()
    }

    pub(crate) fn set(&mut self, stage: &str, question: &str, value: Value) -> &mut Answer {
        let answer = self.answer(stage, question);
        answer.state = State::Answered;
        answer.value = Some(value);
        answer
    }

    pub(crate) fn set_level(&mut self, stage: &str, question: &str, level: u8) {
        self.set(stage, question, Value::Level(level));
    }

    /// Confirms what an earlier stage suggests for a question.
    pub(crate) fn confirm(&mut self, stage: &str, question: &str) {
        assert!(self.try_confirm(stage, question), "nothing is suggested");
    }

    /// Confirms what is suggested for a question, and tells whether something is.
    pub(crate) fn try_confirm(&mut self, stage: &str, question: &str) -> bool {
        let read = road("en").read(self, stage);
        let (_, dossier) = read.last().unwrap();
        let Some(suggestion) = dossier.suggestions.get(question).cloned() else {
            return false;
        };
        self.set(stage, question, suggestion.value).source = Some(suggestion.source);
        true
    }

    /// Adds the plan and the monthly records of `tests/progress/harbour`, with the register they cite.
    pub(crate) fn with_harbour(mut self) -> Self {
        let harbour = harbour();
        self.register = harbour.register.clone();
        self.progress = harbour.progress.clone();
        self
    }
}

/// The small dossier of the monthly records.
pub(crate) fn harbour() -> &'static Dossier {
    static HARBOUR: OnceLock<Dossier> = OnceLock::new();
    HARBOUR.get_or_init(|| {
        let folder = super::tests("progress/harbour");
        let mut found = Diagnostics::default();
        let questionnaire = road("en").questionnaire("establishment");
        let head = dossier::read_head(&folder, &mut found).unwrap();
        dossier::read(&folder, head, "establishment", questionnaire, &mut found).unwrap()
    })
}

/// A small fixed sequence of choices.
#[derive(Debug, Clone)]
pub(crate) struct Dice {
    state: u64,
    words: u64,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            state: seed,
            words: 0,
        }
    }

    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let sides = u64::try_from(sides).unwrap();
        usize::try_from((self.state >> 33) % sides).unwrap()
    }

    pub(crate) fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    pub(crate) fn pick<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.roll(list.len())]
    }

    /// A word that stands nowhere else.
    pub(crate) fn word(&mut self) -> String {
        self.words += 1;
        let tail = self.roll(1_000_000);
        format!("Wort{}q{tail}x", self.words)
    }

    pub(crate) fn text(&mut self) -> LocalText {
        if self.one_in(2) {
            return LocalText::Plain(self.word());
        }
        let texts = ["en", "fr"].map(|lang| (lang.to_string(), self.word()));
        LocalText::ByLang(texts.into())
    }

    pub(crate) fn date(&mut self) -> Date {
        let day = format!(
            "20{}-{:02}-{:02}",
            10 + self.roll(60),
            1 + self.roll(12),
            1 + self.roll(28)
        );
        Date::parse(&day).unwrap()
    }

    fn amount(&mut self) -> Decimal {
        Decimal::new(i64::try_from(self.roll(9_000_000)).unwrap(), 2)
    }

    /// An answer to a question that its reader would accept.
    pub(crate) fn value(&mut self, questionnaire: &Questionnaire, question: &Question) -> Value {
        let bound = |text: &Option<String>| text.as_ref().map(|text| text.parse::<i64>().unwrap());
        let least = bound(&question.min).unwrap_or(0);
        let most = bound(&question.max).unwrap_or(least + 3000);
        let span = usize::try_from(most - least + 1).unwrap();
        match question.kind {
            Kind::Level => Value::Level(u8::try_from(self.roll(5)).unwrap()),
            Kind::SelectOne => Value::Choice(self.pick(&question.options).id.clone()),
            Kind::SelectMultiple => {
                let mut chosen = question.options.clone();
                chosen.retain(|_| self.one_in(3));
                Value::Choices(chosen.into_iter().map(|one| one.id).collect())
            }
            Kind::YesNo => Value::YesNo(self.one_in(2)),
            Kind::Text => Value::Text(self.text()),
            Kind::Integer => Value::Integer(least + i64::try_from(self.roll(span)).unwrap()),
            Kind::Decimal => {
                let whole = least + i64::try_from(self.roll(span)).unwrap();
                Value::Decimal(whole.into())
            }
            Kind::Money => Value::Money(self.amount(), self.currency()),
            Kind::Date => Value::Date(self.date()),
            Kind::Reference => panic!("a reference stands in a column only"),
            Kind::Table => {
                let rows = self.roll(4);
                Value::Table(
                    (0..rows)
                        .map(|_| self.row(questionnaire, question))
                        .collect(),
                )
            }
        }
    }

    fn currency(&mut self) -> String {
        let other = self.one_in(20);
        String::from(if other { "EUR" } else { "USD" })
    }

    pub(crate) fn row(
        &mut self,
        questionnaire: &Questionnaire,
        question: &Question,
    ) -> BTreeMap<String, Value> {
        let mut row = BTreeMap::new();
        for column in &question.columns {
            if column.required || !self.one_in(5) {
                row.insert(column.id.clone(), self.cell(questionnaire, column));
            }
        }
        row
    }

    fn cell(&mut self, questionnaire: &Questionnaire, column: &Column) -> Value {
        let number = i64::try_from(self.roll(2100)).unwrap();
        match column.kind {
            Kind::Text => Value::Text(self.text()),
            Kind::Integer => Value::Integer(number),
            Kind::Decimal => Value::Decimal(number.into()),
            Kind::Money => Value::Money(self.amount(), self.currency()),
            Kind::Date => Value::Date(self.date()),
            Kind::YesNo => Value::YesNo(self.one_in(2)),
            Kind::SelectOne => Value::Choice(self.pick(&column.options).id.clone()),
            Kind::Reference => {
                let known: Vec<&String> = questionnaire.words.recommendations.iter().collect();
                Value::Reference((*self.pick(&known)).clone())
            }
            Kind::Level | Kind::SelectMultiple | Kind::Table => panic!("no kind of a column"),
        }
    }

    /// An answer in a state, with the words that such an answer may bear.
    pub(crate) fn answer(
        &mut self,
        questionnaire: &Questionnaire,
        question: &Question,
        state: State,
    ) -> Answer {
        let answered = state == State::Answered;
        let bare = state == State::Withheld;
        Answer {
            state,
            value: answered.then(|| self.value(questionnaire, question)),
            reason: (state == State::NotApplicable || !answered && !bare && self.one_in(2))
                .then(|| self.text()),
            note: (!bare && self.one_in(3)).then(|| self.word()),
            lang: (!bare && self.one_in(6)).then(|| String::from("fr")),
            dissent: !bare && self.one_in(8),
            answered: (!bare && self.one_in(2)).then(|| self.date()),
            ..Answer::default()
        }
    }
}
