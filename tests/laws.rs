//! Laws that hold for every dossier: of scores, of conditions, of reading, of what a note may do to a
//! report, and of what a withheld answer may do to it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use cirtkit::content::Content;
use cirtkit::diagnostic::Diagnostics;
use cirtkit::dossier;
use cirtkit::model::condition::{Condition, Scalar, Subject, Test};
use cirtkit::model::dossier::{Decision, LocalText, Response};
use cirtkit::model::drafting::{
    Around, Drafting, FindingPen, Passage, PieceId, RecommendationPen, Side, Texts,
};
use cirtkit::model::{
    Answer, Answers, Confidence, Date, Dossier, Kind, Question, Questionnaire, Section, Severity,
    State, Tlp, Value,
};
use cirtkit::render::Format;
use cirtkit::report::Language;
use cirtkit::scoring::{Ratio, Score, SectionScore, Standing, score};
use proptest::collection::vec;
use proptest::prelude::*;

use common::leftovers::leftovers;
use common::page::Page;
use common::{Desk, read, root, tests, tiny_content};

const EXAMPLIA: &str = "questionnaires/samples/examplia";

thread_local! {
    static TINY: Desk = Desk::new(&tiny_content(), "en");
    static SAMPLE: Desk = Desk::new(&Content::shipped(), "en");
    static NOTHING: Dossier = TINY.with(|desk| read(&tests("cases/nothing-answered"), desk.questionnaire()));
}

/// So many cases, and no file of failures beside the tests.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

// ---- scores ----

/// A level question of a made-up questionnaire.
#[derive(Debug, Clone)]
struct Made {
    weight: u32,
    section: usize,
    /// An earlier question and the level it must have.
    gate: Option<(usize, u8)>,
    out: bool,
}

fn made(gates: bool, outs: bool) -> impl Strategy<Value = Vec<Made>> {
    let gate = proptest::option::of((any::<prop::sample::Index>(), 1..=4u8));
    vec((1..=9u32, 0..2usize, gate, any::<bool>()), 2..7).prop_map(move |list| {
        let made = |(at, (weight, section, gate, out))| {
            let gate: Option<(prop::sample::Index, u8)> = gate;
            let gate = gate.filter(|_| gates && at > 0);
            Made {
                weight,
                section,
                gate: gate.map(|(index, bound)| (index.index(at), bound)),
                out: outs && out,
            }
        };
        list.into_iter().enumerate().map(made).collect()
    })
}

fn questionnaire(list: &[Made]) -> Questionnaire {
    let question = |(at, one): (usize, &Made)| -> Question {
        let mut text = format!(
            "id = \"{}\"\nkind = \"level\"\ntext = \"x\"\nweight = {}\n",
            id(at, one),
            one.weight
        );
        if let Some((gate, bound)) = one.gate {
            let gate = id(gate, &list[gate]);
            let closed = if one.out { "out" } else { "zero" };
            let gate = format!("{{ question = \"{gate}\", at-least = {bound} }}");
            writeln!(text, "apply-if = {gate}\nwhen-closed = \"{closed}\"").unwrap();
        }
        toml::from_str(&text).unwrap()
    };
    let section = |number: usize| -> Section {
        let head = format!("id = \"s{number}\"\ntitle = \"x\"\ndomain = \"x\"\nabout = \"x\"\n");
        let questions = list
            .iter()
            .enumerate()
            .filter(|(_, one)| one.section == number);
        Section {
            questions: questions.map(question).collect(),
            ..toml::from_str(&head).unwrap()
        }
    };
    let mut made = TINY.with(|desk| desk.pack.questionnaire.clone());
    made.sections = vec![section(0), section(1)];
    made.rules.clear();
    made.recommendations.clear();
    made.targets.clear();
    made
}

fn id(at: usize, one: &Made) -> String {
    format!("s{}-q{at}", one.section)
}

fn answer() -> impl Strategy<Value = Answer> {
    let open = [
        State::Unknown,
        State::Declined,
        State::NotApplicable,
        State::NotAsked,
        State::Withheld,
    ];
    prop_oneof![
        3 => (0..=4u8).prop_map(level),
        2 => prop::sample::select(open.to_vec()).prop_map(|state| Answer { state, ..Answer::default() }),
    ]
}

fn level(level: u8) -> Answer {
    Answer {
        state: State::Answered,
        value: Some(Value::Level(level)),
        ..Answer::default()
    }
}

fn answered(list: &[Made], answers: &[Answer]) -> Dossier {
    let mut dossier = NOTHING.with(Dossier::clone);
    dossier.head.targets.clear();
    let answers = answers.iter().cloned().zip(0..).take(list.len());
    dossier.answers = answers
        .map(|(answer, at)| (id(at, &list[at]), answer))
        .collect();
    dossier
}

/// The three figures of a section.
fn figures(section: &SectionScore) -> [Option<Ratio>; 3] {
    [section.level, section.low, section.high]
}

/// Tells whether no figure of any section fell; one that was not there before cannot fall.
fn none_fell(before: &Score, after: &Score) -> bool {
    before
        .sections
        .iter()
        .zip(&after.sections)
        .all(|(before, after)| {
            let pairs = figures(before).into_iter().zip(figures(after));
            pairs
                .filter_map(|(before, after)| Some((before?, after?)))
                .all(|(before, after)| after >= before)
        })
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn raising_one_level_never_lowers_a_score_while_the_same_questions_apply(
        list in made(true, true), answers in vec(answer(), 7), raised in any::<prop::sample::Index>(),
    ) {
        let questionnaire = questionnaire(&list);
        let before = answered(&list, &answers);
        let at = raised.index(list.len());
        let Some(now) = before.answer(&id(at, &list[at])).level().filter(|level| *level < 4) else {
            return Ok(());
        };
        let mut answers = answers;
        answers[at] = level(now + 1);
        let (one, two) = (score(&questionnaire, &before), score(&questionnaire, &answered(&list, &answers)));
        prop_assert!(one.standing != two.standing || none_fell(&one, &two), "{one:?}\n{two:?}");
    }

    /// `when-closed = "zero"` sees to it that a closed gate does not flatter, whatever hangs on it.
    #[test]
    fn lowering_a_level_closes_gates_and_never_raises_a_score_where_they_count_as_zero(
        list in made(true, false), answers in vec(answer(), 7), lowered in any::<prop::sample::Index>(),
    ) {
        let questionnaire = questionnaire(&list);
        let before = answered(&list, &answers);
        let at = lowered.index(list.len());
        let Some(now) = before.answer(&id(at, &list[at])).level().filter(|level| *level > 0) else {
            return Ok(());
        };
        let mut answers = answers;
        answers[at] = level(now - 1);
        let (one, two) = (score(&questionnaire, &before), score(&questionnaire, &answered(&list, &answers)));
        for (id, standing) in &one.standing {
            let opened = *standing == Standing::Closed && two.standing(id) == Standing::Open;
            prop_assert!(!opened, "`{id}` applies, since a gate before its gate closed");
        }
        prop_assert!(none_fell(&two, &one), "{one:?}\n{two:?}");
    }

    #[test]
    fn figures_are_in_order_and_shares_are_shares(list in made(true, true), answers in vec(answer(), 7)) {
        let score = score(&questionnaire(&list), &answered(&list, &answers));
        for section in &score.sections {
            let [level, low, high] = figures(section);
            if let (Some(low), Some(high)) = (low, high) {
                prop_assert!(low <= high && high.num <= 4 * high.den);
                prop_assert!(level.is_none_or(|level| low <= level && level <= high), "{section:?}");
            } else {
                prop_assert!(level.is_none() && low.is_none() && high.is_none());
            }
        }
        for tally in score.sections.iter().map(|one| one.tally).chain([score.tally]) {
            prop_assert!(tally.answered <= tally.applicable && tally.on_evidence <= tally.levels);
            let states = tally.answered + tally.unknown + tally.declined + tally.not_asked + tally.withheld;
            prop_assert_eq!(states, tally.applicable);
        }
        let left = score.tally.not_applicable + score.tally.closed + score.tally.out_of_scope;
        prop_assert_eq!(score.tally.applicable + left, u64::try_from(list.len()).unwrap());
    }

    /// The arithmetic is exact, and is that of the terms shown.
    #[test]
    fn a_level_is_the_mean_of_its_terms(list in made(true, true), answers in vec(answer(), 7)) {
        let known = |at: usize| answers[at].state == State::Answered;
        let decided = list.iter().all(|one| one.gate.is_none_or(|(gate, _)| known(gate)));
        for section in score(&questionnaire(&list), &answered(&list, &answers)).sections {
            let sum = |missing: Option<u64>| {
                let terms = section.terms.iter().filter_map(|term| {
                    Some((term.level.map(u64::from).or(missing)? * term.weight, term.weight))
                });
                terms.fold((0, 0), |(num, den), (product, weight)| (num + product, den + weight))
            };
            for (figure, missing) in figures(&section).into_iter().zip([None, Some(0), Some(4)]) {
                let (num, den) = sum(missing);
                // What hangs on an open gate may count for less in the lowest figure.
                if decided || missing.is_none() {
                    prop_assert_eq!(figure, Ratio::new(num, den));
                }
            }
        }
    }

    /// Rounding happens once, half up, and the same in words.
    #[test]
    fn tenths_are_the_exact_quotient_rounded_half_up(num in 0..4_000u64, den in 1..1_000u64) {
        let tenths = Ratio::new(num, den).unwrap().tenths();
        prop_assert!(20 * num >= (2 * tenths).saturating_sub(1) * den && 20 * num < (2 * tenths + 1) * den);
        let mut found = Diagnostics::default();
        let locale = Language::load(&Content::shipped(), "en", &mut found).unwrap().locale;
        let words = locale.fraction(num, den, 1).map(|text| text.replace(',', ""));
        prop_assert_eq!(words, Some(format!("{}.{}", tenths / 10, tenths % 10)));
    }

    /// "The range is where the level lies once the open questions are answered."
    #[test]
    fn the_range_brackets_every_completion(
        list in made(false, false), answers in vec(answer(), 7), filled in vec(0..=4u8, 7),
    ) {
        brackets(&list, &answers, &filled)?;
    }

    /// The same where an open question decides over another's gate, and so over what that one counts.
    #[test]
    fn the_range_brackets_every_completion_of_an_open_gate(
        list in made(true, false), mut answers in vec(answer(), 7), filled in vec(0..=4u8, 7),
    ) {
        // A question that is not applicable and whose gate may yet close is a case of its own.
        for answer in answers.iter_mut().filter(|one| one.state == State::NotApplicable) {
            answer.state = State::Unknown;
        }
        brackets(&list, &answers, &filled)?;
    }
}

fn brackets(list: &[Made], answers: &[Answer], filled: &[u8]) -> Result<(), TestCaseError> {
    let complete: Vec<Answer> = answers
        .iter()
        .zip(filled)
        .map(|(answer, filled)| match answer.state {
            State::Answered | State::NotApplicable => answer.clone(),
            _ => level(*filled),
        })
        .collect();
    let questionnaire = questionnaire(list);
    let open = score(&questionnaire, &answered(list, answers));
    let done = score(&questionnaire, &answered(list, &complete));
    for (open, done) in open.sections.iter().zip(&done.sections) {
        if let (Some(low), Some(level), Some(high)) = (open.low, done.level, open.high) {
            prop_assert!(low <= level && level <= high, "{open:?}\n{done:?}");
        }
    }
    Ok(())
}

/// A gate before a gate: what hangs on a question that does not apply does not apply either.
#[test]
fn a_gate_behind_a_closed_gate_is_closed() {
    let one = |gate| Made {
        weight: 1,
        section: 0,
        gate,
        out: false,
    };
    let list = [one(None), one(Some((0, 2))), one(Some((1, 2)))];
    let questionnaire = questionnaire(&list);
    let scored = |first: u8| {
        score(
            &questionnaire,
            &answered(&list, &[level(first), level(1), level(4)]),
        )
    };
    let (open, closed) = (scored(2), scored(1));
    assert_eq!(figures(&open.sections[0])[0], Ratio::new(3, 3), "2 + 1 + 0");
    assert_eq!(closed.standing("s0-q2"), Standing::Closed);
    assert_eq!(
        figures(&closed.sections[0])[0],
        Ratio::new(1, 3),
        "1 + 0 + 0"
    );
}

/// What is out of scope has no say: no finding rests on it.
#[test]
fn an_answer_out_of_scope_calls_for_nothing() {
    let desk = Desk::new(&tiny_content(), "en");
    let mut dossier = read(&tests("cases/core-scope"), desk.questionnaire());
    dossier.answers.insert("team-night".into(), level(3));
    dossier.answers.insert("team-training".into(), level(0));
    let (_, plan) = desk.judge(&dossier);
    assert!(plan.action("watch-at-night").is_none(), "{plan:?}");
}

// ---- conditions ----

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = (0..4usize, any::<bool>()).prop_map(|(at, wanted)| Condition::Test {
        question: format!("q{at}"),
        test: Test::Is(Scalar::YesNo(wanted)),
    });
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Condition::All),
            vec(inner.clone(), 1..4).prop_map(Condition::Any),
            inner.prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

fn judge(condition: &Condition, known: &[Option<bool>]) -> Option<bool> {
    condition.holds(&|subject, test| {
        let (Subject::Question(id), Test::Is(Scalar::YesNo(wanted))) = (subject, test) else {
            return None;
        };
        known[id[1..].parse::<usize>().ok()?].map(|known| known == *wanted)
    })
}

proptest! {
    #![proptest_config(cases(256))]

    /// What a condition says of some answers it says of all that add to them; with all it decides.
    #[test]
    fn a_condition_never_takes_back_what_it_said(
        condition in condition(), known in vec(any::<Option<bool>>(), 4), rest in vec(any::<bool>(), 4),
    ) {
        let all: Vec<_> = known.iter().zip(&rest).map(|(known, rest)| known.or(Some(*rest))).collect();
        let whole = judge(&condition, &all);
        prop_assert!(whole.is_some());
        let part = judge(&condition, &known);
        prop_assert!(part.is_none() || part == whole);
    }

    #[test]
    fn not_all_and_any_are_each_others_mirror(
        parts in vec(condition(), 1..4), known in vec(any::<Option<bool>>(), 4),
    ) {
        let not = |part: &Condition| Condition::Not(Box::new(part.clone()));
        let not_all = not(&Condition::All(parts.clone()));
        let any_not = Condition::Any(parts.iter().map(not).collect());
        prop_assert_eq!(judge(&not_all, &known), judge(&any_not, &known));
        let mut turned = parts.clone();
        turned.reverse();
        prop_assert_eq!(judge(&Condition::All(turned), &known), judge(&Condition::All(parts.clone()), &known));
        prop_assert_eq!(judge(&not(&not(&parts[0])), &known), judge(&parts[0], &known));
    }
}

// ---- reading ----

/// Stands in the files as an answer; no diagnostic may hold it.
const SECRET: &str = "Zaunkoenig";

const FILES: [&str; 4] = [
    "dossier.toml",
    "register.toml",
    "assessment.toml",
    "responses/m-diallo/assessment.toml",
];

/// Pieces of dossier files, some right, most in the wrong place.
fn tokens() -> impl Strategy<Value = String> {
    let pieces = vec![
        "[answers.mandate-decision]",
        "[answers.mandate-laws]",
        "[[answers.mandate-laws.value]]",
        "[answers.team-host]",
        "[answers.team-sectors]",
        "[answers.money-budget]",
        "[answers.\"the Zaunkoenig question\"]",
        "answers = \"the Zaunkoenig file\"",
        "[people.m-diallo]",
        "[people.\"the Zaunkoenig person\"]",
        "[evidence.decree]",
        "[meetings.operators]",
        "[stages.assessment]",
        "[roles]",
        "schema = 1",
        "schema = \"the Zaunkoenig schema\"",
        "country = \"XP\"",
        "country = \"the Zaunkoenig country\"",
        "languages = [\"the Zaunkoenig tongue\"]",
        "currency = \"the Zaunkoenig coin\"",
        "targets = [\"the Zaunkoenig target\"]",
        "value = 2",
        "value = 5",
        "value = -1",
        "value = 99999999999999999999",
        "value = 1e400",
        "value = \"the Zaunkoenig value\"",
        "value = [\"the Zaunkoenig choice\", 3]",
        "value = [{ title = \"the Zaunkoenig law\", yaer = 2 }, 7]",
        "value = { \"the Zaunkoenig cell\" = \"the Zaunkoenig cell\" }",
        "value = 2026-02-30",
        "value = 2026-06-03T10:00:00Z",
        "state = \"unknown\"",
        "state = \"the Zaunkoenig state\"",
        "state = \"unknown variant `Zaunkoenig`, expected one of `a`\"",
        "dissent = \"unknown field `Zaunkoenig`, expected one of `a`\"",
        "dissent = \"missing field `Zaunkoenig`\"",
        "consent = \"unknown field `Zaunkoenig`, expected one of `a`\"",
        "evidence = \"unknown field `Zaunkoenig`\"",
        "evidence = [\"the Zaunkoenig deed\"]",
        "evidence = [{ id = \"the Zaunkoenig deed\", art = 4 }]",
        "file = \"../the Zaunkoenig deed\"",
        "reason = \"the Zaunkoenig reason\"",
        "note = \"\"\"the Zaunkoenig note",
        "note = 'the Zaunkoenig note",
        "note = \"the \\q Zaunkoenig note\"",
        "note = the Zaunkoenig note",
        "answered = \"the Zaunkoenig day\"",
        "confidence = \"the Zaunkoenig word\"",
        "tlp = \"the Zaunkoenig label\"",
        "lang = \"the Zaunkoenig tongue\"",
        "title = \"the Zaunkoenig title\"",
        "type = \"the Zaunkoenig type\"",
        "name = \"the Zaunkoenig name\"",
        "name = [\"the Zaunkoenig name\"]",
        "institution = { en = 4, fr = \"the Zaunkoenig house\" }",
        "participants = [\"the Zaunkoenig person\"]",
        "\"the Zaunkoenig key\" = 1",
        "the Zaunkoenig key = 1",
        "= \"the Zaunkoenig value\"",
        "\"\"\"",
        "[[",
        "]",
        "\u{feff}",
        "\u{0}",
        "# the Zaunkoenig remark",
    ];
    vec(prop::sample::select(pieces), 0..9).prop_map(|pieces| pieces.join("\n"))
}

/// Copies the dossier of the reports and puts these bytes in place of one of its files.
fn read_with(
    file: &str,
    bytes: &[u8],
    questionnaire: &Questionnaire,
) -> (Option<Dossier>, Diagnostics) {
    let folder = tempfile::tempdir().unwrap();
    for name in FILES {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(tests("cases/report").join(name), path).unwrap();
    }
    fs::write(folder.path().join(file), bytes).unwrap();
    let mut found = Diagnostics::default();
    let dossier = dossier::read_head(folder.path(), &mut found).and_then(|head| {
        dossier::read(folder.path(), head, "assessment", questionnaire, &mut found)
    });
    (dossier, found)
}

fn told_without_the_secret(
    file: &str,
    bytes: &[u8],
    questionnaire: &Questionnaire,
) -> Result<(), TestCaseError> {
    let (dossier, found) = read_with(file, bytes, questionnaire);
    prop_assert!(
        dossier.is_some() || found.has_errors(),
        "refused without a word"
    );
    for one in &found {
        prop_assert!(!one.place.file.is_empty() && !one.code.is_empty() && !one.message.is_empty());
    }
    for told in [found.to_text(), found.to_json()] {
        prop_assert!(!told.contains(SECRET), "{told}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn any_bytes_give_a_diagnostic_and_no_panic(
        file in prop::sample::select(FILES.to_vec()), bytes in vec(any::<u8>(), 0..200),
    ) {
        let questionnaire = &TINY.with(|desk| desk.pack.questionnaire.clone());
        let (dossier, found) = read_with(file, &bytes, questionnaire);
        prop_assert!(dossier.is_some() || found.has_errors());
    }
}

proptest! {
    #![proptest_config(cases(768))]

    #[test]
    fn any_tokens_give_diagnostics_without_an_answer_in_them(
        file in prop::sample::select(FILES.to_vec()), text in tokens(),
    ) {
        let questionnaire = &TINY.with(|desk| desk.pack.questionnaire.clone());
        told_without_the_secret(file, text.as_bytes(), questionnaire)?;
    }
}

/// The parser quotes what it found; that quotation may look like one of its own sentences.
#[test]
fn an_answer_that_looks_like_a_message_is_not_shown() {
    let questionnaire = TINY.with(|desk| desk.pack.questionnaire.clone());
    let mut shown = String::new();
    for line in [
        "dissent = \"unknown field `Zaunkoenig`, expected one of `a`\"",
        "dissent = \"unknown variant `Zaunkoenig`, expected one of `a`\"",
        "dissent = \"missing field `Zaunkoenig`\"",
        "note = [\"unknown field `Zaunkoenig`\"]\nby = 4",
    ] {
        let text = format!("[answers.team-host]\n{line}\n");
        let (_, found) = read_with("assessment.toml", text.as_bytes(), &questionnaire);
        assert!(found.has_errors());
        if found.to_text().contains(SECRET) {
            writeln!(shown, "{line}\n{}\n", found.to_text()).unwrap();
        }
    }
    assert!(shown.is_empty(), "{shown}");
}

// ---- hostile words ----

const HOSTILE: [&str; 52] = [
    "```",
    "\n```\n",
    "~~~\n",
    "<!--",
    "-->",
    "<!-- ",
    "<script>alert(1)</script>",
    "</main>",
    "</blockquote>",
    "<style>",
    "<h2 id=\"key-issues\">",
    "<table><tr><td>",
    "<img src=x onerror=y>",
    "\n\n# Heading\n",
    "\nUnder\n===\n",
    "\nUnder\n---\n",
    "\n\n---\n\n",
    "\n***\n",
    "| a | b |",
    "\n\n| a | b |\n|---|---|\n| c | d |\n\n",
    "|",
    "\\|",
    "\\",
    "[x]: http://example.org \"y\"\n",
    "\n\n[legal]: <javascript:x>\n\n",
    "[text][legal]",
    "![image](data:text/html,x)",
    "<http://x>",
    "[^1]",
    "\n[^1]: note\n",
    "* ",
    "\n* a\n  * b\n    * c\n",
    "\n1. a\n   > b\n     - c\n",
    "> ",
    "\n> > > deep\n",
    "&lt;",
    "&#60;",
    "&amp;",
    "\u{202E}",
    "\u{2067}",
    "\u{200F}",
    "\u{0}",
    "\u{7}",
    "\u{1b}[31m",
    "\u{85}",
    "\u{2028}",
    "\u{10FC00}key-issues:",
    "\u{10FC03}levels:",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{country}",
    "::: {.note}\n",
];

/// A hostile text with letters at both ends, so that it is never blank.
fn hostile() -> impl Strategy<Value = String> {
    vec(prop::sample::select(HOSTILE.to_vec()), 1..6)
        .prop_map(|pieces| format!("Qa{}Zq", pieces.join("b")))
}

/// Puts words into every place of a dossier that takes words.
fn speak(dossier: &mut Dossier, word: &dyn Fn(usize) -> String) {
    let mut at = 0;
    let mut next = || {
        at += 1;
        word(at)
    };
    let said = dossier
        .responses
        .iter_mut()
        .flat_map(|one| one.answers.values_mut());
    for answer in dossier.answers.values_mut().chain(said) {
        if let Some(text) = &mut answer.note {
            *text = next();
        }
        if let Some(text) = &mut answer.reason {
            *text = LocalText::Plain(next());
        }
        match &mut answer.value {
            Some(Value::Text(text)) => *text = LocalText::Plain(next()),
            Some(Value::Table(rows)) => {
                for cell in rows.iter_mut().flat_map(|row| row.values_mut()) {
                    if let Value::Text(text) = cell {
                        *text = LocalText::Plain(next());
                    }
                }
            }
            _ => {}
        }
        for spot in answer.evidence.iter_mut().filter_map(|one| one.at.as_mut()) {
            *spot = LocalText::Plain(next());
        }
    }
    let register = &mut dossier.register;
    for one in register.people.values_mut() {
        one.name = next();
        one.institution = LocalText::Plain(next());
        one.function = Some(LocalText::Plain(next()));
    }
    for one in register.meetings.values_mut() {
        one.title = LocalText::Plain(next());
        one.place = Some(LocalText::Plain(next()));
    }
    for one in register.evidence.values_mut() {
        one.title = LocalText::Plain(next());
    }
    let drafting = &mut dossier.drafting;
    let findings = drafting.findings.values_mut();
    let own = drafting.own_findings.values_mut();
    let texts = findings
        .map(|one| &mut one.text)
        .chain(own.map(|one| &mut one.text));
    let all = drafting.recommendations.values_mut();
    let all = all.flat_map(|one| [&mut one.title, &mut one.text]);
    let own = drafting.own_recommendations.values_mut();
    let own = own.flat_map(|one| [&mut one.title, &mut one.text]);
    for text in texts
        .chain(all)
        .chain(own)
        .flat_map(|texts| texts.values_mut())
    {
        *text = next();
    }
    let dropped = drafting.findings.values_mut();
    for reason in dropped.filter_map(|one| one.reason.as_mut()) {
        *reason = LocalText::Plain(next());
    }
    for owner in drafting
        .recommendations
        .values_mut()
        .filter_map(|one| one.owner.as_mut())
    {
        *owner = LocalText::ByLang([("en".to_string(), next())].into());
    }
    let head = &mut dossier.head;
    head.title = Some(LocalText::Plain(next()));
    for role in head.roles.values_mut() {
        *role = LocalText::Plain(next());
    }
    for one in head.assessors.values_mut() {
        one.name = next();
        one.organisation = Some(LocalText::Plain(next()));
    }
    for stage in head.stages.values_mut() {
        stage.link = Some(next());
        stage.decision = Some(Decision {
            what: LocalText::Plain(next()),
            by: LocalText::Plain(next()),
            date: None,
            evidence: None,
        });
    }
}

/// The blocks of Markdown: headings, tables with their cells, quotations, lists, in their order.
fn markdown_structure(markdown: &str) -> String {
    use comrak::nodes::NodeValue;
    let arena = comrak::Arena::new();
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.footnotes = true;
    let document = comrak::parse_document(&arena, markdown, &options);
    let mut out = String::new();
    for block in document.children() {
        let line = match &block.data().value {
            NodeValue::Heading(heading) => format!("h{}", heading.level),
            NodeValue::Table(table) => {
                let rows = block.children().count();
                format!("  table {} x {rows}", table.num_columns)
            }
            NodeValue::List(_) => format!("  list {}", block.children().count()),
            NodeValue::Paragraph => continue,
            other => format!("  {}", other.xml_node_name()),
        };
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// All words of Markdown as a reader sees them.
fn markdown_text(markdown: &str) -> String {
    use comrak::nodes::NodeValue;
    let arena = comrak::Arena::new();
    let mut options = comrak::Options::default();
    options.extension.table = true;
    let document = comrak::parse_document(&arena, markdown, &options);
    let mut out = String::new();
    for node in document.descendants() {
        match &node.data().value {
            NodeValue::Text(text) => out.push_str(text),
            NodeValue::Code(code) => out.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => out.push(' '),
            value if value.block() => out.push('\n'),
            _ => {}
        }
    }
    out
}

/// What a literal text reads like: white space is one space, a control is a replacement character.
fn as_read(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            ' ' | '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c if c.is_control() || ('\u{10FC00}'..='\u{10FC0F}').contains(&c) => {
                out.push('\u{FFFD}')
            }
            c => out.push(c),
        }
    }
    out
}

/// The dossier of the reports with the numbers that plain words give.
fn report_dossier(desk: &Desk) -> Dossier {
    read(&tests("cases/report"), desk.questionnaire())
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn hostile_words_leave_the_report_as_it_is_built(words in vec(hostile(), 7)) {
        TINY.with(|desk| {
            let mut plain = drafted(report_dossier(desk), desk.questionnaire());
            let mut hostile = plain.clone();
            speak(&mut plain, &|at| format!("Qa{at}Zq"));
            speak(&mut hostile, &|at| words[at % words.len()].clone());
            let both = [Format::Markdown, Format::Html];
            let (plain, hostile) = (desk.render(&plain, &both), desk.render(&hostile, &both));
            prop_assert_eq!(markdown_structure(&plain[0]), markdown_structure(&hostile[0]));
            let (plain, hostile) = (Page::read(&plain[1]), Page::read(&hostile[1]));
            prop_assert_eq!(plain.structure(), hostile.structure());
            for name in ["script", "img", "iframe", "input", "form", "object", "link"] {
                prop_assert!(hostile.whole.all(name).is_empty(), "there is a <{}>", name);
            }
            prop_assert_eq!(plain.whole.all("a").len(), hostile.whole.all("a").len());
            Ok(())
        })?;
    }

    #[test]
    fn escaped_text_reads_as_it_was_written(words in vec(hostile(), 5)) {
        // Marks of direction are closed where the text ends, so they are not in this law.
        let words: Vec<String> = words.iter().map(|word| word.replace(['\u{202E}', '\u{2067}'], "")).collect();
        TINY.with(|desk| {
            let mut dossier = report_dossier(desk);
            let answer = |dossier: &mut Dossier, id: &str, text: &str| {
                dossier.answers.get_mut(id).unwrap().reason = Some(LocalText::Plain(text.to_string()));
            };
            // In a paragraph and in a cell, in a cell alone, in a list, and behind other words.
            answer(&mut dossier, "mandate-date", &words[0]);
            dossier.answers.get_mut("money-remark").unwrap().value = Some(Value::Text(LocalText::Plain(words[1].clone())));
            dossier.register.meetings.get_mut("operators").unwrap().title = LocalText::Plain(words[2].clone());
            dossier.register.evidence.get_mut("decree").unwrap().title = LocalText::Plain(words[3].clone());
            let Some(Value::Table(rows)) = &mut dossier.answers.get_mut("mandate-laws").unwrap().value else {
                panic!("the laws are a table");
            };
            rows[0].insert("title".into(), Value::Text(LocalText::Plain(words[4].clone())));
            let documents = desk.render(&dossier, &[Format::Markdown, Format::Html]);
            let markdown = markdown_text(&documents[0]);
            let html = Page::read(&documents[1]).text();
            for word in &words {
                prop_assert!(markdown.contains(&as_read(word)), "not in Markdown: {word:?}\n{}", as_read(word));
                prop_assert!(html.contains(&as_read(word)), "not in HTML: {word:?}\n{}", as_read(word));
            }
            Ok(())
        })?;
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for (content, folder) in [
        (tiny_content(), tests("cases/report")),
        (Content::shipped(), root().join(EXAMPLIA)),
    ] {
        let make = || {
            let desk = Desk::new(&content, "fr");
            desk.render(&read(&folder, desk.questionnaire()), &Format::ALL)
        };
        assert_eq!(make(), make());
    }
}

// ---- withholding ----

const CEILINGS: [Tlp; 4] = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict];

/// Every word of what is withheld begins with it.
const WITHHELD: &str = "Verhohlen";

/// A small fixed sequence of choices.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn word(&mut self) -> String {
        format!("{WITHHELD}{} # | <b>", self.roll(1000))
    }

    fn text(&mut self) -> LocalText {
        match self.roll(2) {
            0 => LocalText::Plain(self.word()),
            _ => LocalText::ByLang(BTreeMap::from([
                ("en".into(), self.word()),
                ("fr".into(), self.word()),
            ])),
        }
    }

    fn date(&mut self) -> Option<Date> {
        Date::parse(&format!(
            "20{}-0{}-1{}",
            10 + self.roll(60),
            1 + self.roll(9),
            self.roll(9)
        ))
    }

    fn value(&mut self, question: &Question) -> Value {
        let number = i64::try_from(self.roll(4000)).unwrap();
        let option = |dice: &mut Self| {
            let at = dice.roll(u64::try_from(question.options.len()).unwrap());
            question.options[usize::try_from(at).unwrap()].id.clone()
        };
        match question.kind {
            Kind::Level => Value::Level(u8::try_from(self.roll(5)).unwrap()),
            Kind::SelectOne => Value::Choice(option(self)),
            Kind::SelectMultiple => Value::Choices(vec![option(self)]),
            Kind::YesNo => Value::YesNo(self.roll(2) == 0),
            Kind::Text => Value::Text(self.text()),
            Kind::Integer => Value::Integer(number),
            Kind::Decimal => Value::Decimal(number.into()),
            Kind::Money => Value::Money(number.into(), "XAF".into()),
            Kind::Date => Value::Date(self.date().unwrap()),
            Kind::Reference => Value::Reference(format!("{WITHHELD}:{}", self.roll(1000))),
            Kind::Table => {
                let texts = question
                    .columns
                    .iter()
                    .filter(|column| column.kind == Kind::Text);
                let row: BTreeMap<String, Value> = texts
                    .map(|column| (column.id.clone(), Value::Text(self.text())))
                    .collect();
                Value::Table(vec![row; usize::try_from(1 + self.roll(3)).unwrap()])
            }
        }
    }

    /// Changes everything of an answer but its label and the evidence that gives it one.
    fn texts(&mut self) -> Texts {
        let pairs = ["en", "fr"].map(|lang| (lang.to_string(), self.word()));
        pairs.into()
    }

    /// Changes whatever of the pen readers may not see: its words, what it does, and that it is there.
    fn redraft(&mut self, dossier: &Dossier, drafting: &mut Drafting, ceiling: Tlp) {
        let pieces = dossier.drafting.pieces();
        let hidden = pieces
            .iter()
            .filter(|piece| dossier.draft_label(piece) > ceiling);
        for id in hidden.map(|piece| &piece.id) {
            if self.roll(4) == 0 {
                drafting.retain(&|piece| piece.id != *id);
                continue;
            }
            let texts = self.texts();
            let passage = |one: &mut Option<Passage>| {
                if let Some(one) = one {
                    one.text = texts.clone();
                }
            };
            match id {
                PieceId::Summary => passage(&mut drafting.summary),
                PieceId::Decision => passage(&mut drafting.decision),
                PieceId::Section(section, side) => {
                    let around = drafting.sections.get_mut(section).unwrap();
                    match side {
                        Side::Before => passage(&mut around.before),
                        Side::After => passage(&mut around.after),
                    }
                }
                PieceId::Finding(rule) => {
                    let one = drafting.findings.get_mut(rule).unwrap();
                    one.text = texts;
                    one.drop = self.roll(2) == 0;
                    one.reason = Some(self.text());
                    one.merge_into = None;
                    one.severity = Some(Severity::Minor);
                }
                PieceId::Recommendation(id) => {
                    let one = drafting.recommendations.get_mut(id).unwrap();
                    one.text = texts.clone();
                    one.title = texts;
                    one.drop = self.roll(2) == 0;
                    one.reason = Some(self.text());
                    one.owner = Some(LocalText::ByLang(self.texts()));
                    one.due = self.date();
                    one.duration_months = u32::try_from(1 + self.roll(9)).ok();
                }
                PieceId::OwnFinding(id) => drafting.own_findings.get_mut(id).unwrap().text = texts,
                PieceId::OwnRecommendation(id) => {
                    drafting.own_recommendations.get_mut(id).unwrap().title = texts;
                }
            }
        }
    }

    fn change(&mut self, answer: &mut Answer, question: &Question) {
        let states = [
            State::Unknown,
            State::Declined,
            State::NotApplicable,
            State::NotAsked,
        ];
        match self.roll(3) {
            0 => {
                answer.state = states[usize::try_from(self.roll(4)).unwrap()];
                answer.value = None;
            }
            _ => {
                answer.state = State::Answered;
                answer.value = Some(self.value(question));
            }
        }
        answer.note = (self.roll(2) == 0).then(|| self.word());
        answer.reason = (self.roll(2) == 0).then(|| self.text());
        answer.lang = (self.roll(2) == 0).then(|| "fr".to_string());
        answer.confidence = (self.roll(2) == 0).then_some(Confidence::Verified);
        answer.dissent = self.roll(2) == 0;
        answer.answered = self.date();
        answer.by = Some(self.word());
        for citation in &mut answer.evidence {
            citation.at = Some(self.text());
        }
    }
}

/// Changes what readers up to a ceiling may not see, and nothing else.
fn change_withheld(
    dossier: &Dossier,
    questionnaire: &Questionnaire,
    ceiling: Tlp,
    dice: &mut Dice,
) -> Dossier {
    let mut changed = dossier.clone();
    let hidden =
        |own: Option<Tlp>| own.map_or(dossier.head.tlp, |own| own.max(dossier.head.tlp)) > ceiling;
    let people = &dossier.register.people;
    let meetings = &dossier.register.meetings;
    let mut unseen = BTreeSet::new();
    for (id, one) in &mut changed.register.people {
        if hidden(one.tlp) {
            unseen.insert(id.clone());
            one.name = dice.word();
            one.institution = dice.text();
            one.function = Some(dice.text());
            one.consent = dice.roll(2) == 0;
            one.kind = people
                .values()
                .nth(usize::try_from(dice.roll(2)).unwrap())
                .unwrap()
                .kind
                .clone();
        }
    }
    for (id, one) in &mut changed.register.meetings {
        if hidden(one.tlp) {
            unseen.insert(id.clone());
            one.title = dice.text();
            one.date = dice.date();
            one.place = Some(dice.text());
            one.participants.clear();
        } else {
            // Who of the unseen took part is not seen either.
            one.participants
                .retain(|person| !hidden(people[person].tlp) || dice.roll(2) == 0);
        }
    }
    for one in changed.register.evidence.values_mut() {
        if hidden(one.tlp) {
            one.title = dice.text();
            one.date = dice.date();
            one.received = dice.date();
            one.from = None;
            one.file = None;
            one.kept = Some(dice.roll(2) == 0);
        }
    }
    for (id, answer) in &mut changed.answers {
        if dossier.label(answer) > ceiling {
            dice.change(answer, questionnaire.question(id).unwrap());
        }
    }
    for response in &mut changed.responses {
        let whole = unseen.contains(&response.respondent);
        debug_assert!(
            people.contains_key(&response.respondent)
                || meetings.contains_key(&response.respondent)
        );
        for (id, said) in &mut response.answers {
            let label = dossier.label(said).max(dossier.label(dossier.answer(id)));
            if whole || label > ceiling {
                dice.change(said, questionnaire.question(id).unwrap());
            }
        }
        if whole {
            let question = questionnaire
                .questions()
                .nth(usize::try_from(dice.roll(9)).unwrap())
                .unwrap();
            let mut said = Answer::default();
            dice.change(&mut said, question);
            response.answers.insert(question.id.clone(), said);
        }
    }
    dice.redraft(dossier, &mut changed.drafting, ceiling);
    if dossier.head.tlp > ceiling {
        changed.head.title = Some(dice.text());
        for role in questionnaire.words.roles.iter().map(|role| role.id.clone()) {
            changed.head.roles.insert(role, dice.text());
        }
        for one in changed.head.assessors.values_mut() {
            one.name = dice.word();
            one.organisation = Some(dice.text());
        }
        for stage in changed.head.stages.values_mut() {
            stage.link = Some(dice.word());
        }
    }
    for stage in changed.head.stages.values_mut() {
        let cited = |decision: &Decision| {
            let evidence = decision.evidence.as_ref()?;
            Some(hidden(dossier.register.evidence.get(evidence)?.tlp))
        };
        if let Some(decision) = &mut stage.decision
            && (dossier.head.tlp > ceiling || cited(decision) == Some(true))
        {
            decision.what = dice.text();
            decision.by = dice.text();
            decision.date = dice.date();
        }
    }
    changed
}

/// A dossier in which much is labelled: every second answer, and a decision that a letter proves.
fn labelled(mut dossier: Dossier) -> Dossier {
    let labels = [
        None,
        Some(Tlp::Amber),
        None,
        Some(Tlp::AmberStrict),
        None,
        Some(Tlp::Red),
    ];
    for (answer, label) in dossier.answers.values_mut().zip(labels.iter().cycle()) {
        answer.tlp = answer.tlp.max(*label);
    }
    for (person, label) in dossier
        .register
        .people
        .values_mut()
        .zip(labels.iter().cycle())
    {
        person.tlp = person.tlp.max(*label);
        person.consent = true;
    }
    for (meeting, label) in dossier
        .register
        .meetings
        .values_mut()
        .rev()
        .zip(labels.iter().cycle())
    {
        meeting.tlp = meeting.tlp.max(*label);
    }
    let secret = dossier
        .register
        .evidence
        .iter()
        .max_by_key(|(_, one)| one.tlp);
    let secret = secret.map(|(id, _)| id.clone());
    for stage in dossier.head.stages.values_mut() {
        stage.decision = Some(Decision {
            what: LocalText::Plain("To go on.".into()),
            by: LocalText::Plain("the Cabinet".into()),
            date: None,
            evidence: secret.clone(),
        });
    }
    dossier
}

/// A pen on every rule, every second recommendation, every section, the summary and the decision, under all
/// labels in turn.
fn drafted(mut dossier: Dossier, questionnaire: &Questionnaire) -> Dossier {
    let labels = [None, Some(Tlp::Amber), Some(Tlp::Red)];
    let texts = |what: &str| -> Texts {
        let pairs =
            ["en", "fr"].map(|lang| (lang.to_string(), format!("Drafted {what} in {lang}")));
        pairs.into()
    };
    let passage = |what: &str, at: usize, beneath: Vec<String>| Passage {
        text: texts(what),
        tlp: labels[at % 3],
        beneath,
        ..Passage::default()
    };
    let all: Vec<String> = questionnaire
        .questions()
        .map(|one| one.id.clone())
        .collect();
    let drafting = &mut dossier.drafting;
    *drafting = Drafting::default();
    drafting.summary = Some(passage("summary", 0, all[..1].to_vec()));
    drafting.decision = Some(passage("decision", 1, all.clone()));
    for (at, section) in questionnaire.sections.iter().enumerate() {
        let beneath: Vec<String> = section.questions.iter().map(|one| one.id.clone()).collect();
        let around = Around {
            before: Some(passage(
                &format!("before {}", section.id),
                at,
                beneath.clone(),
            )),
            after: Some(passage(&format!("after {}", section.id), at + 1, beneath)),
        };
        drafting.sections.insert(section.id.clone(), around);
    }
    for (at, rule) in questionnaire.rules.iter().enumerate() {
        let pen = FindingPen {
            text: texts(&rule.id),
            drop: at % 4 == 3,
            reason: (at % 4 == 3).then(|| LocalText::Plain(format!("Reason {at}"))),
            tlp: labels[at % 3],
            beneath: rule
                .when
                .questions()
                .into_iter()
                .map(String::from)
                .collect(),
            ..FindingPen::default()
        };
        drafting.findings.insert(rule.id.clone(), pen);
    }
    for (at, one) in questionnaire.recommendations.iter().enumerate().step_by(2) {
        let calls = |rule: &&cirtkit::model::Rule| rule.recommend.as_deref() == Some(&one.id);
        let rules = questionnaire.rules.iter().filter(calls);
        let pen = RecommendationPen {
            title: texts(&format!("title {}", one.id)),
            text: texts(&one.id),
            owner: Some(LocalText::ByLang(texts("owner"))),
            tlp: labels[at % 3],
            beneath: rules
                .flat_map(|rule| rule.when.questions())
                .map(String::from)
                .collect(),
            ..RecommendationPen::default()
        };
        drafting.recommendations.insert(one.id.clone(), pen);
    }
    dossier
}

/// Non-interference, and the second net.
fn withheld_leaves_no_trace(desk: &Desk, dossier: &Dossier, seed: u64) {
    let mut dice = Dice(seed);
    for ceiling in CEILINGS {
        let changed = change_withheld(dossier, desk.questionnaire(), ceiling, &mut dice);
        let before = desk.render_up_to(dossier, Some(ceiling), &Format::ALL);
        let after = desk.render_up_to(&changed, Some(ceiling), &Format::ALL);
        for (nth, format) in Format::ALL.iter().enumerate() {
            assert!(
                !after[nth].contains(WITHHELD),
                "{format:?} up to {ceiling:?} holds what is withheld"
            );
            let differs = before[nth]
                .lines()
                .zip(after[nth].lines())
                .find(|(one, other)| one != other);
            assert!(
                before[nth] == after[nth],
                "{format:?} up to {ceiling:?}: {differs:#?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn what_is_withheld_changes_no_byte_of_the_tiny_report(seed in any::<u64>()) {
        TINY.with(|desk| {
            withheld_leaves_no_trace(desk, &labelled(report_dossier(desk)), seed);
            let drafted = drafted(report_dossier(desk), desk.questionnaire());
            withheld_leaves_no_trace(desk, &labelled(drafted), seed);
        });
    }
}

proptest! {
    #![proptest_config(cases(3))]

    #[test]
    fn what_is_withheld_changes_no_byte_of_the_sample_report(seed in any::<u64>()) {
        SAMPLE.with(|desk| {
            let dossier = read(&root().join(EXAMPLIA), desk.questionnaire());
            withheld_leaves_no_trace(desk, &dossier, seed);
            withheld_leaves_no_trace(desk, &labelled(dossier.clone()), seed);
            let drafted = drafted(dossier, desk.questionnaire());
            withheld_leaves_no_trace(desk, &labelled(drafted), seed);
        });
    }
}

/// Withholding at the narrowest label takes nothing away: the change above is not empty talk.
#[test]
fn what_may_be_shown_is_shown() {
    TINY.with(|desk| {
        let dossier = labelled(report_dossier(desk));
        let mut dice = Dice(7);
        let changed = change_withheld(&dossier, desk.questionnaire(), Tlp::Green, &mut dice);
        let shown =
            |dossier: &Dossier| desk.render_up_to(dossier, Some(Tlp::Red), &[Format::Markdown]);
        assert!(shown(&changed)[0].contains(WITHHELD));
        assert_ne!(shown(&dossier), shown(&changed));
    });
}

/// A name without consent stands in no form of any report, whatever the ceiling.
#[test]
fn nobody_is_named_who_did_not_agree() {
    SAMPLE.with(|desk| {
        let dossier = read(&root().join(EXAMPLIA), desk.questionnaire());
        let documents = desk.render(&dossier, &Format::ALL);
        // Who was met after the end of the stage is not in its report.
        let dossier = cirtkit::dossier::of_stage(&dossier);
        let mut agreed = 0;
        for person in dossier.register.people.values() {
            let surname = person.name.rsplit(' ').next().unwrap();
            agreed += usize::from(person.consent);
            for document in &documents {
                assert_eq!(document.contains(surname), person.consent, "{surname}");
            }
        }
        assert!(agreed > 0 && agreed < dossier.register.people.len());
    });
}

// ---- the five parts of an assessment report ----

/// Returns a part of the tiny report before and after a change.
fn part(id: &str, change: impl Fn(&mut Answers)) -> (String, String) {
    TINY.with(|desk| {
        let before = report_dossier(desk);
        let mut after = before.clone();
        change(&mut after.answers);
        let text = |dossier: &Dossier| Page::read(&desk.html(dossier)).section(id);
        (text(&before), text(&after))
    })
}

fn set(answers: &mut Answers, id: &str, value: Value) {
    let answer = answers.entry(id.to_string()).or_default();
    answer.state = State::Answered;
    answer.value = Some(value);
}

#[test]
fn answers_change_the_key_issues() {
    let (before, after) = part("key-issues", |answers| {
        set(answers, "mandate-decision", Value::Level(4))
    });
    assert!(
        before.contains("No decision to create the team"),
        "{before}"
    );
    assert!(!after.contains("No decision to create the team"), "{after}");
}

#[test]
fn answers_change_the_findings() {
    let (before, after) = part("findings", |answers| {
        set(answers, "team-staff", Value::Integer(77))
    });
    assert!(before.contains("1,250\u{a0}people"), "{before}");
    assert!(
        after.contains("77\u{a0}people") && !after.contains("1,250"),
        "{after}"
    );
}

#[test]
fn answers_change_the_analysis() {
    let (before, after) = part("analysis", |answers| {
        set(answers, "team-night", Value::Level(3))
    });
    assert_ne!(before, after);
    assert!(after.contains("3.0"), "{after}");
}

#[test]
fn answers_change_the_recommendations() {
    let (before, after) = part("recommendations", |answers| {
        set(answers, "mandate-text", Value::Level(3))
    });
    assert!(before.contains("adopts a text"), "{before}");
    assert!(!after.contains("adopts a text"), "{after}");
}

#[test]
fn answers_change_the_phased_implementation_plan() {
    let (before, after) = part("phased-implementation-plan", |answers| {
        set(answers, "mandate-text", Value::Level(3))
    });
    assert!(before.contains("9 to 11"), "{before}");
    assert!(
        after.contains("5 to 7") && !after.contains("9 to 11"),
        "{after}"
    );
}

/// The parts that the stage requires are those tested above, and stand in every report.
#[test]
fn the_required_parts_stand_in_every_report() {
    SAMPLE.with(|desk| {
        let stage = desk.questionnaire().words.stage("assessment").unwrap();
        assert_eq!(
            stage.required_sections,
            [
                "key-issues",
                "findings",
                "analysis",
                "recommendations",
                "phased-implementation-plan"
            ]
        );
        for folder in ["examplia", "lagunie", "soravia"] {
            let folder = root().join("questionnaires/samples").join(folder);
            let page = Page::read(&desk.html(&read(&folder, desk.questionnaire())));
            for id in &stage.required_sections {
                assert!(!page.section(id).trim().is_empty(), "{id}");
            }
        }
    });
}

// ---- nothing left over ----

#[test]
fn no_report_holds_what_a_template_forgot() {
    let mut wrong = String::new();
    for lang in ["en", "fr"] {
        let desk = Desk::new(&Content::shipped(), lang);
        for sample in ["examplia", "lagunie", "soravia"] {
            let folder = root().join("questionnaires/samples").join(sample);
            let dossier = read(&folder, desk.questionnaire());
            let documents = desk.render(&dossier, &[Format::Html, Format::Markdown]);
            for problem in leftovers(&Page::read(&documents[0]), &[desk.questionnaire()]) {
                writeln!(wrong, "{sample}.{lang}: {problem}").unwrap();
            }
            for line in documents[1].lines() {
                let empty = line.starts_with('#') && line.trim_matches(['#', ' ']).is_empty();
                if empty || line.contains('\u{FFFD}') || line.contains("{{") || line.contains("{%")
                {
                    writeln!(wrong, "{sample}.{lang}.md: {line}").unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What a report says of an unanswered dossier is neither a zero nor a blank.
#[test]
fn a_stub_has_no_level_and_no_zero() {
    SAMPLE.with(|desk| {
        let folder = root().join("questionnaires/samples/soravia");
        let report = desk.report(&read(&folder, desk.questionnaire()), None);
        for section in &report.sections {
            assert_eq!((section.tenths, section.level.as_deref()), (None, None));
        }
        assert!(report.findings.is_empty() && report.recommendations.is_empty());
    });
}

/// A folder of a dossier is not changed by reading it.
#[test]
fn reading_changes_no_file() {
    let folder = root().join(EXAMPLIA);
    let bytes = |folder: &Path| -> Vec<Vec<u8>> {
        common::files(folder, ".toml")
            .iter()
            .map(|path| fs::read(path).unwrap())
            .collect()
    };
    let before = bytes(&folder);
    SAMPLE.with(|desk| drop(read(&folder, desk.questionnaire())));
    assert_eq!(before, bytes(&folder));
}

/// What was said is told by the type of institution; responses stay in their order.
#[test]
fn responses_are_in_the_order_of_their_respondents() {
    SAMPLE.with(|desk| {
        let dossier = read(&root().join(EXAMPLIA), desk.questionnaire());
        let names = |list: &[Response]| -> Vec<String> {
            list.iter().map(|one| one.respondent.clone()).collect()
        };
        let mut sorted = names(&dossier.responses);
        sorted.sort();
        assert_eq!(names(&dossier.responses), sorted);
    });
}
