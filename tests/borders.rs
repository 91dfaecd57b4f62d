//! What crosses the border between two stages, and what may not: suggestions with their source, labels,
//! changes of the source, the government's replies; nothing that is withheld; nothing back to an
//! earlier stage.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::path::Path;

use cirtkit::dossier::{leaks, withhold};
use cirtkit::model::dossier::{LocalText, Reply, Verdict};
use cirtkit::model::{Date, Dossier, Kind, Question, Questionnaire, State, Tlp, Value};
use cirtkit::plan::Judged;
use cirtkit::render::Format;
use cirtkit::report::Report;
use proptest::prelude::*;

use common::road::{Country, Dice, Road, STAGES, Wanted, road};

/// So many cases, and no file of failures beside the tests.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..ProptestConfig::default()
    }
}

/// A suggestion of the shipped questionnaires: the later question and the earlier one.
struct Border {
    stage: &'static str,
    question: &'static Question,
    from: &'static str,
    source: &'static Question,
}

/// Every suggestion that crosses a border.
fn borders() -> Vec<Border> {
    let english = road("en");
    let mut borders = Vec::new();
    for stage in STAGES {
        for question in english.questionnaire(stage).questions() {
            let Some((from, id)) = question
                .prefill
                .as_deref()
                .and_then(|one| one.split_once(':'))
            else {
                continue;
            };
            let from = *STAGES.iter().find(|stage| **stage == from).unwrap();
            let source = english.questionnaire(from).question(id).unwrap();
            borders.push(Border {
                stage,
                question,
                from,
                source,
            });
        }
    }
    assert!(borders.len() >= 10, "few suggestions are left");
    borders
}

const THEN: &str = "2026-06-03";

/// Both stages, with every gate open and the earlier question answered, so that it suggests something.
fn suggested(border: &Border, turn: u64) -> Country {
    let mut country = Country::new(&[border.from, border.stage]);
    for stage in [border.from, border.stage] {
        for question in road("en").questionnaire(stage).questions() {
            if question.kind == Kind::Level && question.id != border.question.id {
                country.set_level(stage, &question.id, 3);
            }
        }
    }
    answer_source(&mut country, border, turn);
    country
}

/// Answers the earlier question, each turn otherwise.
fn answer_source(country: &mut Country, border: &Border, turn: u64) {
    let questionnaire = road("en").questionnaire(border.from);
    let mut dice = Dice::new(turn);
    let value = match border.source.kind {
        Kind::Table => {
            let rows = (0..3).map(|_| {
                let mut row = dice.row(questionnaire, border.source);
                for column in &border.source.columns {
                    // Whole rows, so that each of them can be carried.
                    while !row.contains_key(&column.id) {
                        row.extend(dice.row(questionnaire, border.source));
                    }
                }
                row
            });
            Value::Table(rows.collect())
        }
        Kind::SelectMultiple => {
            let first = usize::try_from(turn).unwrap() % 2;
            let options = border.source.options.iter().skip(first).take(2);
            Value::Choices(options.map(|one| one.id.clone()).collect())
        }
        Kind::SelectOne => {
            let at = usize::try_from(turn).unwrap() % 2;
            Value::Choice(border.source.options[at].id.clone())
        }
        _ => dice.value(questionnaire, border.source),
    };
    let answer = country.set(border.from, &border.source.id, value);
    answer.answered = Date::parse(THEN);
}

fn report(road: &Road, country: &Country, stage: &str) -> Report {
    road.report(country, stage, &Wanted::own(road, stage))
}

/// The text of the chapter in which a question stands.
fn chapter(road: &Road, country: &Country, border: &Border) -> String {
    let questionnaire = road.questionnaire(border.stage);
    let domain = &questionnaire
        .section_of(&border.question.id)
        .unwrap()
        .domain;
    road.page(country, border.stage).section(domain)
}

fn standing_of(report: &Report, question: &str) -> Option<String> {
    let earlier = report.answers[question].earlier.as_ref();
    earlier.map(|earlier| earlier.standing.clone())
}

#[test]
fn a_suggestion_is_told_with_source_and_date_and_counts_for_nothing() {
    for (border, turn) in borders().iter().zip(0..) {
        let id = &border.question.id;
        let country = suggested(border, turn);
        let mut without = country.clone();
        without.answers.remove(border.from);
        for lang in ["en", "fr"] {
            let road = road(lang);
            let with = report(road, &country, border.stage);
            let view = &with.answers[id];
            assert_eq!(view.state, "not-asked", "{id}");
            assert_eq!((&view.text, view.rows.len()), (&None, 0), "{id}");
            let earlier = view
                .earlier
                .as_ref()
                .unwrap_or_else(|| panic!("{id} has no suggestion"));
            assert_eq!(earlier.standing, "open", "{id}");
            assert_eq!(earlier.question, border.source.id);
            // Levels, findings and figures are those of a dossier in which nobody suggested anything.
            let bare = report(road, &without, border.stage);
            let counted = |report: &Report| {
                serde_json::to_string(&(&report.tally.answered, &report.findings, &report.figures))
                    .unwrap()
            };
            assert_eq!(counted(&with), counted(&bare), "{id}");

            let text = chapter(road, &country, border);
            let stage = &road
                .questionnaire("design")
                .words
                .stage(border.from)
                .unwrap()
                .title;
            let date = road.language.date(Date::parse(THEN).unwrap());
            for part in [stage, &date, &format!("[{}]", border.source.id)] {
                assert!(
                    text.contains(part.as_str()),
                    "{id} {lang}: no {part} in\n{text}"
                );
            }
        }
    }
}

#[test]
fn what_is_confirmed_is_an_answer_until_its_source_changes() {
    for (border, turn) in borders().iter().zip(0..) {
        let id = &border.question.id;
        let mut country = suggested(border, turn);
        country.confirm(border.stage, id);
        let before = country.clone();
        for lang in ["en", "fr"] {
            let road = road(lang);
            let confirmed = report(road, &country, border.stage);
            assert_eq!(confirmed.answers[id].state, "answered", "{id}");
            assert_eq!(
                standing_of(&confirmed, id).as_deref(),
                Some("confirmed"),
                "{id} {lang}"
            );
        }
        // Another value, of the kind that makes another suggestion.
        answer_source(&mut country, border, turn + 1);
        for lang in ["en", "fr"] {
            let road = road(lang);
            let changed = report(road, &country, border.stage);
            assert_eq!(
                standing_of(&changed, id).as_deref(),
                Some("changed"),
                "{id} {lang}"
            );
            let (was, is) = (
                &chapter(road, &before, border),
                &chapter(road, &country, border),
            );
            assert_ne!(was, is, "{id} {lang}: the change is not told");
            // The answer itself stays as it was confirmed.
            assert_eq!(
                country.answers[border.stage][id].value,
                before.answers[border.stage][id].value
            );
        }
    }
}

/// A source that is answered no more leaves the confirmed answer flagged, not gone.
#[test]
fn a_source_that_is_withdrawn_flags_what_was_confirmed() {
    for (border, turn) in borders().iter().zip(0..) {
        let id = &border.question.id;
        let mut country = suggested(border, turn);
        country.confirm(border.stage, id);
        let answer = country.answer(border.from, &border.source.id);
        answer.state = State::Unknown;
        answer.value = None;
        let read = road("en").read(&country, border.stage);
        let (_, dossier) = read.last().unwrap();
        assert!(dossier.source_changed(id), "{id}");
        assert_eq!(dossier.answer(id).state, State::Answered);
        for lang in ["en", "fr"] {
            let road = road(lang);
            let changed = report(road, &country, border.stage);
            assert_eq!(
                standing_of(&changed, id).as_deref(),
                Some("changed"),
                "{id}"
            );
            let text = chapter(road, &country, border);
            assert!(
                text.contains(&format!("[{}]", border.source.id)),
                "{id}: {text}"
            );
        }
    }
}

// ---- labels ----

fn last(country: &Country, stage: &str) -> Dossier {
    road("en").read(country, stage).pop().unwrap().1
}

#[test]
fn a_confirmed_answer_bears_the_label_of_its_source_over_every_border() {
    for (border, turn) in borders().iter().zip(0..) {
        let id = &border.question.id;
        for label in [Tlp::Amber, Tlp::AmberStrict, Tlp::Red] {
            let mut country = suggested(border, turn);
            country.confirm(border.stage, id);
            country.answer(border.from, &border.source.id).tlp = Some(label);
            let dossier = last(&country, border.stage);
            assert_eq!(dossier.label(dossier.answer(id)), label, "{id}");
            let shown = withhold(&dossier, Tlp::Green);
            assert!(!shown.suggestions.contains_key(id), "{id}");
            // What is written to be published bears its own label alone.
            if !border.question.public {
                assert_eq!(shown.answer(id).state, State::Withheld, "{id}");
            }

            // An answer of one's own takes nothing over.
            country.answer(border.stage, id).source = None;
            let dossier = last(&country, border.stage);
            assert_eq!(dossier.label(dossier.answer(id)), Tlp::Green, "{id}");
        }
    }
}

/// The label stays where the earlier stage takes back its answer and not the label: what was confirmed
/// still says what was said in confidence.
#[test]
fn a_source_that_is_withdrawn_takes_no_label_away() {
    for (border, turn) in borders().iter().zip(0..) {
        let id = &border.question.id;
        let mut country = suggested(border, turn);
        country.confirm(border.stage, id);
        let answer = country.answer(border.from, &border.source.id);
        answer.tlp = Some(Tlp::Red);
        for state in [State::Unknown, State::Declined, State::NotApplicable] {
            let answer = country.answer(border.from, &border.source.id);
            answer.state = state;
            answer.value = None;
            let dossier = last(&country, border.stage);
            assert_eq!(
                dossier.label(dossier.answer(id)),
                Tlp::Red,
                "{id} {state:?}"
            );
        }
    }
}

/// From the assessment to the enhancement, each confirming what the one before confirmed.
#[test]
fn a_label_is_inherited_down_the_whole_line() {
    let chain = [
        ("assessment", "funding-secured-until"),
        ("design", "budget-secured-until"),
        ("establishment", "closure-money-until"),
        ("enhancement", "plan-secured-until"),
    ];
    let mut country = Country::new(&STAGES);
    country.set_level("assessment", "funding-setup", 3);
    country.set_level("design", "budget-approval", 3);
    country.set_level("establishment", "closure-running-money", 3);
    let until = Value::Date(Date::parse("2029-12-31").unwrap());
    country
        .set("assessment", "funding-secured-until", until)
        .tlp = Some(Tlp::AmberStrict);
    for (stage, question) in &chain[1..] {
        country.confirm(stage, question);
    }
    for (stage, question) in chain {
        let dossier = last(&country, stage);
        assert_eq!(
            dossier.label(dossier.answer(question)),
            Tlp::AmberStrict,
            "{stage}"
        );
        assert!(!dossier.source_changed(question), "{stage}");
    }
    for lang in ["en", "fr"] {
        let road = road(lang);
        let day = road.language.date(Date::parse("2029-12-31").unwrap());
        for (stage, _) in chain {
            assert!(
                road.markdown(&country, stage, None).contains(&day),
                "{stage}"
            );
            assert!(
                !road
                    .markdown(&country, stage, Some(Tlp::Amber))
                    .contains(&day),
                "{stage}"
            );
        }
    }
}

// ---- withholding over the borders ----

const LABELS: [Option<Tlp>; 5] = [
    None,
    None,
    Some(Tlp::Amber),
    Some(Tlp::AmberStrict),
    Some(Tlp::Red),
];
const CEILINGS: [Tlp; 4] = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict];

/// All stages answered, much of it labelled, much of it confirmed from the stage before.
fn labelled_country(dice: &mut Dice) -> Country {
    let mut country = Country::new(&STAGES);
    if dice.one_in(2) {
        country = country.with_harbour();
    }
    let borders = borders();
    for stage in STAGES {
        let questionnaire = road("en").questionnaire(stage);
        for question in questionnaire.questions() {
            let state = *dice.pick(&[
                State::Answered,
                State::Answered,
                State::Answered,
                State::Unknown,
                State::NotAsked,
            ]);
            let mut answer = dice.answer(questionnaire, question, state);
            answer.tlp = *dice.pick(&LABELS);
            *country.answer(stage, &question.id) = answer;
        }
        for border in borders.iter().filter(|border| border.stage == stage) {
            if !dice.one_in(3) {
                country.try_confirm(stage, &border.question.id);
            }
        }
    }
    country
}

/// Changes what readers up to a ceiling may not see of the stages before this one; labels stay.
fn change_earlier(
    country: &Country,
    stage: &str,
    ceiling: Tlp,
    dice: &mut Dice,
) -> (Country, usize) {
    let mut changed = country.clone();
    let mut count = 0;
    for (questionnaire, dossier) in road("en").read(country, stage) {
        if dossier.stage == stage {
            break;
        }
        for (id, answer) in &dossier.answers {
            let published = answer.public && answer.tlp.is_none_or(|own| own <= ceiling);
            if dossier.label(answer) <= ceiling || published || dice.one_in(3) {
                continue;
            }
            let state = *dice.pick(&[
                State::Answered,
                State::Answered,
                State::Unknown,
                State::NotApplicable,
                State::NotAsked,
            ]);
            let question = questionnaire.question(id).unwrap();
            let mut other = dice.answer(questionnaire, question, state);
            other.tlp = answer.tlp;
            other.source = answer.source.clone();
            *changed.answer(&dossier.stage, id) = other;
            count += 1;
        }
    }
    (changed, count)
}

proptest! {
    #![proptest_config(cases(10))]

    /// Non-interference over the borders: what is withheld of an earlier stage changes no byte of a
    /// later one's reports.
    #[test]
    fn what_is_withheld_of_an_earlier_stage_changes_no_byte_of_a_later_report(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        let country = labelled_country(&mut dice);
        let stage = *dice.pick(&STAGES[1..]);
        let ceiling = *dice.pick(&CEILINGS);
        let lang = *dice.pick(&["en", "fr"]);
        let road = road(lang);
        let (changed, count) = change_earlier(&country, stage, ceiling, &mut dice);
        prop_assert!(count > 0, "nothing is withheld");
        for report in road.reports_of(stage) {
            let wanted = Wanted { report: report.id.clone(), ceiling: Some(ceiling), period: None };
            let before = road.render(&country, stage, &wanted, &Format::ALL);
            let after = road.render(&changed, stage, &wanted, &Format::ALL);
            for (before, after) in before.iter().zip(&after) {
                let differs = before.lines().zip(after.lines()).find(|(one, other)| one != other);
                prop_assert!(before == after, "{} up to {ceiling:?}: {differs:#?}", report.id);
            }
        }
    }

    /// What a later stage says changes no byte of an earlier one's reports.
    #[test]
    fn a_later_stage_never_changes_an_earlier_report(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        let country = labelled_country(&mut dice);
        let at = dice.roll(3);
        let lang = *dice.pick(&["en", "fr"]);
        let road = road(lang);
        let mut other = country.clone();
        for later in &STAGES[at + 1..] {
            other.answers.remove(*later);
            let questionnaire = road.questionnaire(later);
            for question in questionnaire.questions() {
                let mut answer = dice.answer(questionnaire, question, State::Answered);
                answer.tlp = *dice.pick(&LABELS);
                *other.answer(later, &question.id) = answer;
            }
        }
        let stage = STAGES[at];
        for report in road.reports_of(stage) {
            let ceiling = *dice.pick(&[None, Some(Tlp::Green), Some(Tlp::Amber)]);
            let wanted = Wanted { report: report.id.clone(), ceiling, period: None };
            let documents = |country: &Country| road.render(country, stage, &wanted, &Format::ALL);
            prop_assert!(documents(&country) == documents(&other), "{stage}: {}", report.id);
        }
    }
}

/// Whether an earlier answer applies, and so suggests something, may hang on one that is withheld.
#[test]
fn a_withheld_gate_of_an_earlier_stage_is_not_seen_in_a_later_report() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write(
        "dossier.toml",
        "schema = 1\ncountry = \"LS\"\ntlp = \"GREEN\"\n[stages.design]\nstate = \"final\"\n\
         [stages.establishment]\nstate = \"under-way\"\n",
    );
    write(
        "establishment.toml",
        "[answers.closure-running-money]\nvalue = 2\n",
    );
    let made = |approval: u8| {
        let design = format!(
            "[answers.budget-approval]\nvalue = {approval}\ntlp = \"RED\"\n\
             [answers.budget-secured-until]\nvalue = 2029-12-31\n"
        );
        write("design.toml", &design);
        let report = ["report", "--lang", "en", "--format", "md", "--out", "-"];
        let green = [&report[..], &["--max-tlp", "GREEN"]].concat();
        let (whole, shown) = (run(dir.path(), &report), run(dir.path(), &green));
        assert_eq!((whole.0, shown.0), (Some(0), Some(0)));
        (whole.1, shown.1)
    };
    let (closed, open) = (made(0), made(3));
    assert_ne!(closed.0, open.0);
    assert_eq!(closed.1, open.1);
}

/// The change above is no empty talk: what may be seen of an earlier stage is seen in the later one.
#[test]
fn what_may_be_seen_of_an_earlier_stage_changes_the_later_report() {
    let country = labelled_country(&mut Dice::new(3));
    let (changed, _) = change_earlier(&country, "design", Tlp::Green, &mut Dice::new(4));
    let road = road("en");
    let shown = |country: &Country| road.markdown(country, "design", None);
    assert_ne!(shown(&country), shown(&changed));
}

// ---- the self-check ----

fn whole_and_shown(country: &Country, stage: &str, ceiling: Tlp) -> (Vec<Dossier>, Vec<Dossier>) {
    let read = road("en").read(country, stage);
    let whole: Vec<Dossier> = read.into_iter().map(|(_, dossier)| dossier).collect();
    let shown = whole.iter().map(|one| withhold(one, ceiling)).collect();
    (whole, shown)
}

proptest! {
    #![proptest_config(cases(48))]

    /// What is withheld in one stage and typed again in another is found, whichever comes first.
    #[test]
    fn a_withheld_text_of_another_stage_is_found(
        from in 0..4usize, within in 0..4usize, place in 0..3usize, upper in any::<bool>(),
    ) {
        const SECRET: &str = "the director is to be replaced in spring";
        let mut country = Country::new(&STAGES);
        let answer = country.answer(STAGES[from], &first_level(STAGES[from]));
        answer.tlp = Some(Tlp::AmberStrict);
        match place {
            0 => answer.note = Some(SECRET.into()),
            1 => answer.reason = Some(LocalText::from(SECRET)),
            _ => answer.reason = Some(LocalText::ByLang([("fr".to_string(), SECRET.to_string())].into())),
        }
        let (whole, shown) = whole_and_shown(&country, "enhancement", Tlp::Amber);
        prop_assert!(leaks(&whole, &shown).is_empty());
        let again = if upper { SECRET.to_uppercase() } else { SECRET.replace(' ', "\n ") };
        let second = country.answer(STAGES[within], &second_level(STAGES[within]));
        second.note = Some(format!("It is said that {again}."));
        let (whole, shown) = whole_and_shown(&country, "enhancement", Tlp::Amber);
        let found = leaks(&whole, &shown);
        prop_assert_eq!(found.len(), 1, "{:?}", found);
        prop_assert_eq!(&found[0].withheld, &format!("answers.{}", first_level(STAGES[from])));
        prop_assert_eq!(&found[0].within, &format!("answers.{}", second_level(STAGES[within])));
    }
}

fn levels(questionnaire: &'static Questionnaire) -> impl Iterator<Item = &'static Question> {
    questionnaire
        .questions()
        .filter(|question| question.kind == Kind::Level)
}

fn first_level(stage: &str) -> String {
    levels(road("en").questionnaire(stage))
        .next()
        .unwrap()
        .id
        .clone()
}

fn second_level(stage: &str) -> String {
    levels(road("en").questionnaire(stage))
        .nth(1)
        .unwrap()
        .id
        .clone()
}

/// Runs the program and returns its exit code and everything it said.
fn run(dir: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_cirtkit"))
        .current_dir(dir)
        .args(arguments)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn the_program_refuses_a_report_that_gives_an_earlier_stage_away() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write(
        "dossier.toml",
        "schema = 1\ncountry = \"LS\"\ntlp = \"GREEN\"\n[stages.assessment]\nstate = \"final\"\n\
         [stages.design]\nstate = \"under-way\"\n",
    );
    write(
        "assessment.toml",
        "[answers.host-governance]\nvalue = 1\ntlp = \"RED\"\nnote = \"\"\"The Director of Waves resigned.\"\"\"\n",
    );
    write(
        "design.toml",
        "[answers.positioning-governance]\nvalue = 1\nnote = \"As the director of waves resigned. Another follows.\"\n",
    );
    let assessment = std::fs::read(dir.path().join("assessment.toml")).unwrap();
    let report = ["report", "--lang", "en", "--format", "md", "--out", "-"];
    let green = [&report[..], &["--max-tlp", "GREEN"]].concat();
    let (code, told) = run(dir.path(), &green);
    assert_eq!(code, Some(3), "{told}");
    assert!(
        told.contains("[withheld-leak]") && told.contains("answers.positioning-governance"),
        "{told}"
    );
    assert!(!told.contains("resigned"), "{told}");
    assert_eq!(run(dir.path(), &report).0, Some(0));
    assert_eq!(
        std::fs::read(dir.path().join("assessment.toml")).unwrap(),
        assessment
    );
}

// ---- replies ----

/// Both stages, with an assessment that recommends much.
fn recommended() -> Country {
    let mut country = Country::new(&STAGES[..3]);
    for question in levels(road("en").questionnaire("assessment")) {
        country.set_level("assessment", &question.id, 0);
    }
    country
}

#[test]
fn each_reply_is_carried_into_every_later_stage() {
    let country = recommended();
    let read = road("en").read(&country, "assessment");
    let judged = Judged::new(read[0].0, read[0].1.clone());
    let actions: Vec<_> = judged.plan.actions.iter().take(5).collect();
    let replies = [
        Verdict::Accepted,
        Verdict::Partly,
        Verdict::Deferred,
        Verdict::Rejected,
    ];
    let mut replied = country.clone();
    let record = replied.head.stages.get_mut("assessment").unwrap();
    for (action, reply) in actions.iter().zip(replies) {
        let reply = Reply {
            reply,
            date: Date::parse("2026-09-10"),
            by: Some("the Council of Elders".into()),
            words: Some("So be it".into()),
        };
        record.replies.insert(action.recommendation.clone(), reply);
    }
    for lang in ["en", "fr"] {
        let road = road(lang);
        let day = road.language.date(Date::parse("2026-09-10").unwrap());
        for stage in ["design", "establishment"] {
            let view = report(road, &replied, stage);
            let carried = &view.earlier[0].recommendations;
            assert_eq!(carried.len(), judged.plan.actions.len());
            let words: Vec<_> = carried
                .iter()
                .map(|one| one.reply.as_ref().map(|r| r.reply.as_str()))
                .collect();
            assert_eq!(
                words[..5],
                [
                    Some("accepted"),
                    Some("partly"),
                    Some("deferred"),
                    Some("rejected"),
                    None
                ]
            );
            for (one, action) in carried.iter().zip(&judged.plan.actions) {
                assert_eq!(one.id, action.recommendation);
                assert_eq!(one.number, format!("R-{}", action.number));
            }
            // In the last stage before, the table gives each; further back, a sentence counts them.
            let text = road.page(&replied, stage).section("earlier-stages");
            assert_ne!(
                text,
                road.page(&country, stage).section("earlier-stages"),
                "{stage}"
            );
            if stage == "design" {
                assert_eq!(text.matches("the Council of Elders").count(), 4, "{text}");
                assert!(text.contains(&day) && text.contains("So be it"), "{text}");
            }
        }
    }
}

/// A row that takes up a recommendation is named beside it, and one of another stage is not.
#[test]
fn the_row_that_answers_a_recommendation_is_named_beside_it() {
    let mut country = recommended();
    let read = road("en").read(&country, "assessment");
    let judged = Judged::new(read[0].0, read[0].1.clone());
    let wanted = judged.plan.actions[1].recommendation.clone();
    let row = |serves: &str| {
        let cells = [
            ("line", Value::Text("Pay".into())),
            ("serves", Value::Reference(format!("assessment:{serves}"))),
        ];
        cells.map(|(id, value)| (id.to_string(), value)).into()
    };
    let rows = vec![
        row(&judged.plan.actions[0].recommendation),
        row(&wanted),
        row(&wanted),
    ];
    country.set("design", "budget-yearly", Value::Table(rows));
    let view = report(road("fr"), &country, "design");
    for one in &view.earlier[0].recommendations {
        let rows: &[&str] = match &one.id {
            id if *id == wanted => &["Budget sur cinq ans, lignes 2 et 3"],
            id if *id == judged.plan.actions[0].recommendation => &["Budget sur cinq ans, ligne 1"],
            _ => &[],
        };
        assert_eq!(one.taken_up, rows, "{}", one.id);
    }
}
