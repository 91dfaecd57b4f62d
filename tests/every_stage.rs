//! Every stage builds every report that can be made of it: whatever the state of its answers, whatever
//! the stages before it hold, up to whatever label.
//!
//! `CIRTKIT_SOAK=2000 cargo test --release --test every_stage` goes through so many random dossiers in
//! place of the few of a normal run.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cirtkit::model::dossier;
use cirtkit::model::{Answer, Kind, Question, Questionnaire, State, Tlp};
use cirtkit::render::Format;
use proptest::prelude::*;

use common::leftovers::leftovers;
use common::page::Page;
use common::road::{Country, Dice, Road, STAGES, STATES, Wanted, road};

/// Builds every report of a stage and returns what is wrong with it.
fn build_all(road: &Road, country: &Country, stage: &str, ceiling: Option<Tlp>) -> String {
    let mut wrong = String::new();
    for report in road.reports_of(stage) {
        let wanted = Wanted {
            report: report.id.clone(),
            ceiling,
            period: None,
        };
        let documents = road.render(country, stage, &wanted, &[Format::Html, Format::Markdown]);
        let known: Vec<&Questionnaire> = STAGES.iter().map(|id| road.questionnaire(id)).collect();
        let mut problems = leftovers(&Page::read(&documents[0]), &known);
        // The monthly report is short: there a list may stand under its heading.
        problems.retain(|one| !report.monthly || !one.starts_with("a list without"));
        problems.extend(
            documents[1]
                .lines()
                .filter(|line| odd(line))
                .map(String::from),
        );
        for problem in problems {
            writeln!(wrong, "{stage} {}.{}: {problem}", report.id, road.lang).unwrap();
        }
    }
    wrong
}

/// A line of Markdown that a template left half written.
fn odd(line: &str) -> bool {
    let empty = line.starts_with('#') && line.trim_matches(['#', ' ']).is_empty();
    let holes = [
        "{{",
        "{%",
        "{answer",
        "{figure",
        "{role",
        "{country",
        "{currency",
        "\u{FFFD}",
    ];
    empty || holes.iter().any(|hole| line.contains(hole))
}

/// An answer in a state; a withheld one is an answer above the ceiling of [`CEILING`].
fn in_state(
    dice: &mut Dice,
    questionnaire: &Questionnaire,
    question: &Question,
    state: State,
) -> Answer {
    if state != State::Withheld {
        return dice.answer(questionnaire, question, state);
    }
    let answer = dice.answer(questionnaire, question, State::Answered);
    Answer {
        tlp: Some(Tlp::Red),
        ..answer
    }
}

const CEILING: Option<Tlp> = Some(Tlp::Amber);

/// Answers every question of the stages before, so that they suggest and recommend something.
fn with_earlier(country: &mut Country, stage: &str, dice: &mut Dice) {
    for before in STAGES.iter().take_while(|one| **one != stage) {
        let questionnaire = road("en").questionnaire(before);
        for question in questionnaire.questions() {
            *country.answer(before, &question.id) =
                dice.answer(questionnaire, question, State::Answered);
        }
    }
}

/// Every question of every stage stands once in each of the six states, beside others in others.
fn every_question_in_every_state(road: &Road) {
    let mut wrong = String::new();
    for stage in STAGES {
        let questionnaire = road.questionnaire(stage);
        for turn in 0..STATES.len() {
            let mut dice = Dice::new(u64::try_from(turn).unwrap());
            let mut country = Country::new(&STAGES);
            if turn % 2 == 0 {
                with_earlier(&mut country, stage, &mut dice);
                country = country.with_harbour();
            }
            for (question, place) in questionnaire.questions().zip(turn..) {
                let state = STATES[place % STATES.len()];
                *country.answer(stage, &question.id) =
                    in_state(&mut dice, questionnaire, question, state);
            }
            wrong += &build_all(road, &country, stage, CEILING);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_question_in_every_state_builds_in_english() {
    every_question_in_every_state(road("en"));
}

#[test]
fn every_question_in_every_state_builds_in_french() {
    every_question_in_every_state(road("fr"));
}

/// All questions of one kind in one state, the others answered.
fn every_kind_in_every_state(stages: &[&str]) {
    let mut wrong = String::new();
    let mut turn = 0;
    for stage in stages {
        let questionnaire = road("en").questionnaire(stage);
        let mut kinds: Vec<Kind> = Vec::new();
        for question in questionnaire.questions() {
            if !kinds.contains(&question.kind) {
                kinds.push(question.kind);
            }
        }
        for kind in kinds {
            for state in &STATES[1..] {
                let state = *state;
                turn += 1;
                let road = road(["en", "fr"][turn % 2]);
                let mut dice = Dice::new(u64::try_from(turn).unwrap());
                let mut country = Country::new(&STAGES);
                for question in questionnaire.questions() {
                    let state = [State::Answered, state][usize::from(question.kind == kind)];
                    *country.answer(stage, &question.id) =
                        in_state(&mut dice, questionnaire, question, state);
                }
                let problems = build_all(road, &country, stage, CEILING);
                if !problems.is_empty() {
                    writeln!(wrong, "{kind:?} {state:?}: {problems}").unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_kind_in_every_state_builds_in_the_first_stages() {
    every_kind_in_every_state(&STAGES[..2]);
}

#[test]
fn every_kind_in_every_state_builds_in_the_last_stages() {
    every_kind_in_every_state(&STAGES[2..]);
}

// ---- random dossiers ----

/// How many random dossiers: few, or as many as the environment says.
fn cases() -> ProptestConfig {
    let soak = std::env::var("CIRTKIT_SOAK").ok();
    ProptestConfig {
        cases: soak.and_then(|cases| cases.parse().ok()).unwrap_or(10),
        failure_persistence: None,
        max_shrink_iters: 0,
        ..ProptestConfig::default()
    }
}

const LABELS: [Option<Tlp>; 6] = [
    None,
    None,
    None,
    Some(Tlp::Amber),
    Some(Tlp::AmberStrict),
    Some(Tlp::Red),
];

/// A country about which anything may be known.
fn random_country(dice: &mut Dice) -> Country {
    let mut begun: Vec<&str> = STAGES.to_vec();
    begun.retain(|_| !dice.one_in(5));
    let mut country = Country::new(&begun);
    country.head.tlp = *dice.pick(&[Tlp::Clear, Tlp::Green, Tlp::Amber]);
    if dice.one_in(2) {
        country = country.with_harbour();
    }
    if dice.one_in(3) {
        country.head.targets = road("en").questionnaire("design").words.targets.clone();
    }
    if dice.one_in(3) {
        let wish = dossier::AppraisalWish {
            rank: dice.one_in(2),
            years: 3,
        };
        country.head.appraisal = Some(wish);
    }
    if dice.one_in(3) {
        for id in &road("en").questionnaire("design").words.parameters {
            if dice.one_in(2) {
                country
                    .head
                    .parameters
                    .insert(id.clone(), format!("{}.50", dice.roll(2000)));
            }
        }
    }
    for stage in begun {
        let questionnaire = road("en").questionnaire(stage);
        let record = country.head.stages.get_mut(stage).unwrap();
        if dice.one_in(4) {
            record.scope = dossier::Scope::Core;
        }
        if dice.one_in(3) {
            record.state = dossier::StageState::Final;
            record.finished = Some(dice.date());
        }
        for one in &questionnaire.recommendations {
            if dice.one_in(3) {
                record.replies.insert(one.id.clone(), random_reply(dice));
            }
        }
        // How much is answered differs from dossier to dossier, none and all among them.
        let share = dice.roll(5);
        for question in questionnaire.questions() {
            let state = match dice.roll(4) < share {
                true => State::Answered,
                false => *dice.pick(&STATES[1..5]),
            };
            let mut answer = dice.answer(questionnaire, question, state);
            answer.tlp = *dice.pick(&LABELS);
            *country.answer(stage, &question.id) = answer;
        }
        for question in questionnaire.questions() {
            if dice.one_in(3) {
                confirm(&mut country, stage, &question.id);
            }
        }
    }
    country
}

/// Confirms what is suggested, where something is.
fn confirm(country: &mut Country, stage: &str, question: &str) {
    let asked = road("en").questionnaire(stage).question(question);
    if asked.is_some_and(|asked| asked.prefill.is_some()) {
        country.try_confirm(stage, question);
    }
}

fn random_reply(dice: &mut Dice) -> dossier::Reply {
    use dossier::Verdict::{Accepted, Deferred, Partly, Rejected};
    dossier::Reply {
        reply: *dice.pick(&[Accepted, Partly, Deferred, Rejected]),
        date: dice.one_in(2).then(|| dice.date()),
        by: dice.one_in(2).then(|| dice.text()),
        words: dice.one_in(2).then(|| dice.text()),
    }
}

proptest! {
    #![proptest_config(cases())]

    /// Whatever is answered, in whatever stage, up to whatever label: the reports are whole, and hold
    /// no word of an answer that is withheld.
    #[test]
    fn any_dossier_builds_and_gives_nothing_away(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        let country = random_country(&mut dice);
        let lang = *dice.pick(&["en", "fr"]);
        let road = road(lang);
        let stage = *dice.pick(&STAGES);
        let ceiling = *dice.pick(&[None, Some(Tlp::Clear), Some(Tlp::Green), Some(Tlp::Amber), Some(Tlp::AmberStrict)]);
        let wrong = build_all(road, &country, stage, ceiling);
        prop_assert!(wrong.is_empty(), "{}", wrong);
        let Some(ceiling) = ceiling else { return Ok(()) };
        let secret = secret_words(road, &country, stage, ceiling);
        for report in road.reports_of(stage) {
            let wanted = Wanted { report: report.id.clone(), ceiling: Some(ceiling), period: None };
            for document in road.render(&country, stage, &wanted, &Format::ALL) {
                let shown: Vec<&String> = secret.iter().filter(|word| document.contains(*word)).collect();
                prop_assert!(shown.is_empty(), "{} of {}: {:?}", report.id, stage, shown);
            }
        }
    }
}

/// The words that stand in answers above a ceiling and in no others, in this stage and those before.
fn secret_words(road: &Road, country: &Country, stage: &str, ceiling: Tlp) -> BTreeSet<String> {
    let (mut open, mut secret) = (BTreeSet::new(), BTreeSet::new());
    for (_, dossier) in road.read(country, stage) {
        for answer in dossier.answers.values() {
            if dossier.label(answer) <= ceiling {
                open.extend(words_of(answer));
                continue;
            }
            secret.extend(words_of(answer));
            if answer.public && answer.tlp.is_none_or(|own| own <= ceiling) {
                // Of what is published the value alone is seen.
                open.extend(words_of(&answer.value));
            }
        }
    }
    secret.difference(&open).cloned().collect()
}

/// The made-up words in an answer or a value.
fn words_of(answer: &impl std::fmt::Debug) -> Vec<String> {
    let text = format!("{answer:?}");
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| word.starts_with("Wort"))
        .map(String::from)
        .collect()
}

// ---- nothing answered ----

/// The texts of the required sections of a report.
fn required<'r>(road: &'r Road, stage: &str, page: &Page) -> Vec<(&'r str, String)> {
    let words = &road.questionnaire(stage).words;
    let sections = &words.stage(stage).unwrap().required_sections;
    let text = |id: &'r String| (id.as_str(), page.section(id));
    sections.iter().map(text).collect()
}

/// Where nothing is known each required section says so in a sentence, and gives no figure for it.
#[test]
fn a_stage_of_which_nothing_is_known_says_so_in_every_required_section() {
    for stage in STAGES {
        for lang in ["en", "fr"] {
            let road = road(lang);
            for country in [
                Country::new(&[]),
                Country::new(&[stage]),
                Country::new(&STAGES),
            ] {
                let page = road.page(&country, stage);
                for (id, text) in required(road, stage, &page) {
                    let first = text.lines().next().unwrap_or_default();
                    let sentence = first.ends_with('.') && first.contains(' ');
                    assert!(sentence, "{stage} {lang} {id}: {text}");
                    // The sections of a later stage are its questions.
                    let none = ["None of the ", "Neither of the ", "Aucune des "];
                    let says = none.iter().any(|none| text.contains(none));
                    assert!(says || stage == "assessment", "{stage} {lang} {id}: {text}");
                    let zero = |word: &str| ["0", "0.0", "0,0", "0%", "0\u{a0}%"].contains(&word);
                    let words = text.split([' ', '\n', '(', ')', ';']);
                    let words = words.map(|word| word.trim_end_matches(['.', ',']));
                    let zeros: Vec<&str> = words.filter(|word| zero(word)).collect();
                    assert!(zeros.is_empty(), "{stage} {lang} {id}: {text}");
                }
                let report = road.report(&country, stage, &Wanted::own(road, stage));
                assert!(
                    report
                        .sections
                        .iter()
                        .all(|section| section.tenths.is_none())
                );
                assert!(report.findings.is_empty() && report.recommendations.is_empty());
                assert!(report.figures.iter().all(|figure| figure.value.is_none()));
                let wrong = build_all(road, &country, stage, None);
                assert!(wrong.is_empty(), "{wrong}");
            }
        }
    }
}
