//! Anonymity that holds: whoever the people are, an anonymous report is the same; what gives one of them
//! away stops it; and by name stands only who agreed.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use cirtkit::content::Content;
use cirtkit::dossier;
use cirtkit::model::dossier::{LocalText, Meeting, Person, Response};
use cirtkit::model::{Answer, Date, Dossier, State, Value};
use cirtkit::plan::Judged;
use cirtkit::render::{self, Format};
use cirtkit::report::{self, Naming, Options, Report};
use proptest::prelude::*;

use common::program::{Told, command, run};
use common::road::Dice;
use common::{Desk, read, root, tests, tiny_content};

const EXAMPLIA: &str = "questionnaires/samples/examplia";

thread_local! {
    static TINY: Desk = Desk::new(&tiny_content(), "en");
    static SAMPLE: Desk = Desk::new(&Content::shipped(), "en");
    static FRENCH: Desk = Desk::new(&Content::shipped(), "fr");
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// The report of a dossier, as the program makes it.
fn told(desk: &Desk, dossier: &Dossier, naming: Naming) -> Report {
    let dossier = match naming {
        Naming::Anonymous => dossier::anonymous(dossier, desk.questionnaire()),
        _ => dossier.clone(),
    };
    let options = Options {
        report: "assessment-report".into(),
        naming,
        ..Options::default()
    };
    let stage = Judged::new(desk.questionnaire(), dossier);
    report::build(&stage, &[], &desk.language, &options)
}

fn documents(desk: &Desk, dossier: &Dossier, naming: Naming) -> Vec<String> {
    render::render(&told(desk, dossier, naming), &desk.templates, &Format::ALL).unwrap()
}

fn sample(desk: &Desk) -> Dossier {
    read(&root().join(EXAMPLIA), desk.questionnaire())
}

// ---- dossiers of any people ----

/// The types of the people made up here.
const KINDS: [&str; 4] = ["operator", "bank", "ministry", "regulator"];

/// Peoples a dossier: up to a dozen persons of a few types, some of one institution, meetings of any of
/// them, and what they said on the questions of the questionnaire.
fn peopled(mut dossier: Dossier, desk: &Desk, dice: &mut Dice) -> Dossier {
    dossier.register.people.clear();
    dossier.register.meetings.clear();
    let people = 1 + dice.roll(12);
    for number in 0..people {
        let kind = *dice.pick(&KINDS);
        let house = dice.roll(6);
        let person = Person {
            name: format!("Name{number} Zuname{number}"),
            institution: LocalText::Plain(format!("Haus {kind} {house}")),
            kind: kind.into(),
            function: Some("Amt".into()),
            consent: dice.one_in(2),
            tlp: None,
        };
        dossier
            .register
            .people
            .insert(format!("p-{number}"), person);
    }
    let ids: Vec<String> = dossier.register.people.keys().cloned().collect();
    for number in 0..dice.roll(4) {
        let mut participants = ids.clone();
        participants.retain(|_| dice.one_in(3));
        let meeting = Meeting {
            title: format!("Sitzung {number}").as_str().into(),
            date: Date::parse(&format!("2026-06-0{}", 1 + dice.roll(9))),
            place: Some("Ort".into()),
            participants,
            tlp: None,
        };
        dossier
            .register
            .meetings
            .insert(format!("m-{number}"), meeting);
    }
    for one in dossier.register.evidence.values_mut() {
        one.from = dice.one_in(2).then(|| dice.pick(&ids).clone());
    }
    let meetings = dossier.register.meetings.keys();
    let respondents: BTreeSet<String> = ids.iter().chain(meetings).cloned().collect();
    let questionnaire = desk.questionnaire();
    let mut said = |respondent: String| {
        let asked = questionnaire.questions().filter(|_| dice.one_in(3));
        let asked: Vec<_> = asked.collect();
        let answers = asked.into_iter().map(|question| {
            let mut answer = dice.answer(questionnaire, question, State::Answered);
            // Few notes, so that many are alike.
            answer.note = dice.one_in(2).then(|| format!("Wort {}", dice.roll(3)));
            (question.id.clone(), answer)
        });
        let answers = answers.collect();
        Response {
            respondent,
            answers,
        }
    };
    dossier.responses = respondents.into_iter().map(&mut said).collect();
    dossier
}

/// Every word of a new name begins with it.
const SECRET: &str = "Verborgen";

/// Makes other people of them all: names, ids, functions, consent, institutions of other names, and two of a
/// type who change houses. How many institutions a type has stays.
fn other_people(dossier: &Dossier, dice: &mut Dice) -> Dossier {
    let mut other = dossier.clone();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let mut houses: BTreeMap<String, LocalText> = BTreeMap::new();
    let register = &dossier.register;
    for id in register.people.keys().chain(register.meetings.keys()) {
        // The tail is not in the order of the old ids.
        let tail = dice.roll(1_000_000);
        ids.insert(id.clone(), format!("verborgen-{tail}-{}", ids.len()));
    }
    let new = |id: &String| ids[id].clone();
    other.register.people.clear();
    for (id, person) in &register.people {
        let known = houses.len();
        let house = format!("{:?}", person.institution);
        let house = houses.entry(house).or_insert_with(|| match dice.roll(2) {
            0 => LocalText::Plain(format!("{SECRET}haus {known}x")),
            _ => LocalText::ByLang(BTreeMap::from([
                ("en".into(), format!("{SECRET}haus {known}e")),
                ("fr".into(), format!("{SECRET}haus {known}f")),
            ])),
        });
        let person = Person {
            name: format!("{SECRET} {SECRET}sohn{}", dice.roll(1000)),
            institution: house.clone(),
            function: dice.one_in(2).then(|| SECRET.into()),
            consent: dice.one_in(2),
            ..person.clone()
        };
        other.register.people.insert(new(id), person);
    }
    let all: Vec<String> = other.register.people.keys().cloned().collect();
    let (one, two) = (dice.pick(&all).clone(), dice.pick(&all).clone());
    let [first, second] = [&one, &two].map(|id| other.register.people[id].clone());
    if first.kind == second.kind {
        let house = |id: &String, house: LocalText, other: &mut Dossier| {
            other.register.people.get_mut(id).unwrap().institution = house;
        };
        house(&one, second.institution, &mut other);
        house(&two, first.institution, &mut other);
    }
    other.register.meetings.clear();
    for (id, meeting) in &register.meetings {
        let meeting = Meeting {
            title: LocalText::Plain(format!("{SECRET} {}", dice.roll(1000))),
            place: dice.one_in(2).then(|| SECRET.into()),
            participants: meeting.participants.iter().rev().map(new).collect(),
            ..meeting.clone()
        };
        other.register.meetings.insert(new(id), meeting);
    }
    for one in other.register.evidence.values_mut() {
        one.from = one.from.as_ref().map(new);
    }
    for one in &mut other.responses {
        one.respondent = new(&one.respondent);
    }
    // As they are read.
    other.responses.sort_by_key(|one| one.respondent.clone());
    other
}

fn same(desk: &Desk, one: &Dossier, other: &Dossier) {
    let before = documents(desk, one, Naming::Anonymous);
    let after = documents(desk, other, Naming::Anonymous);
    for (nth, format) in Format::ALL.iter().enumerate() {
        let lines = before[nth].lines().zip(after[nth].lines());
        let differs = lines.into_iter().find(|(one, other)| one != other);
        assert!(before[nth] == after[nth], "{format:?}: {differs:#?}");
        assert!(!after[nth].contains(SECRET), "{format:?}");
        assert!(
            !after[nth].to_lowercase().contains("verborgen"),
            "{format:?}"
        );
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn who_the_people_are_changes_no_byte(seed in any::<u64>()) {
        TINY.with(|desk| {
            let mut dice = Dice::new(seed);
            let dossier = read(&tests("cases/report"), desk.questionnaire());
            let dossier = peopled(dossier, desk, &mut dice);
            let other = other_people(&dossier, &mut dice);
            same(desk, &dossier, &other);
            let made = |dossier: &Dossier| dossier::anonymous(dossier, desk.questionnaire());
            assert!(made(&dossier) == made(&other), "what is built differs");
        });
    }

    #[test]
    fn two_who_change_their_ids_change_no_byte(seed in any::<u64>()) {
        TINY.with(|desk| {
            let mut dice = Dice::new(seed);
            let dossier = read(&tests("cases/report"), desk.questionnaire());
            let dossier = peopled(dossier, desk, &mut dice);
            let ids: Vec<String> = dossier.register.people.keys().cloned().collect();
            let (one, two) = (dice.pick(&ids).clone(), dice.pick(&ids).clone());
            same(desk, &dossier, &swapped(&dossier, &one, &two));
        });
    }

    #[test]
    fn no_type_of_fewer_than_three_institutions_is_told(seed in any::<u64>()) {
        TINY.with(|desk| {
            let mut dice = Dice::new(seed);
            let dossier = read(&tests("cases/report"), desk.questionnaire());
            let dossier = peopled(dossier, desk, &mut dice);
            let shown = dossier::anonymous(&dossier, desk.questionnaire());
            let mut types: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
            for person in shown.register.people.values() {
                let houses = types.entry(&person.kind).or_default();
                houses.insert(format!("{:?}", person.institution));
            }
            let all: BTreeSet<&String> = types.values().flatten().collect();
            if all.len() >= 3 {
                assert!(types.values().all(|houses| houses.len() >= 3), "{types:#?}");
                let said = |dossier: &Dossier| -> usize {
                    dossier.responses.iter().map(|one| one.answers.len()).sum()
                };
                assert_eq!(said(&shown), said(&dossier), "all that was said is told");
            } else {
                assert_eq!(types.keys().collect::<Vec<_>>(), [&dossier::OTHERS]);
                assert!(shown.responses.is_empty());
            }
            assert_eq!(shown.register.people.len(), dossier.register.people.len());
        });
    }
}

proptest! {
    #![proptest_config(cases(3))]

    #[test]
    fn who_the_people_are_changes_no_byte_of_the_sample(seed in any::<u64>()) {
        SAMPLE.with(|desk| {
            let mut dice = Dice::new(seed);
            let dossier = sample(desk);
            let other = other_people(&dossier, &mut dice);
            same(desk, &dossier, &other);
        });
    }
}

/// The same people with each other's ids.
fn swapped(dossier: &Dossier, one: &str, two: &str) -> Dossier {
    let mut other = dossier.clone();
    let new = |id: &str| match id {
        id if id == one => two.to_string(),
        id if id == two => one.to_string(),
        id => id.to_string(),
    };
    let people = &dossier.register.people;
    other.register.people = people
        .iter()
        .map(|(id, person)| (new(id), person.clone()))
        .collect();
    for meeting in other.register.meetings.values_mut() {
        meeting.participants.iter_mut().for_each(|id| *id = new(id));
    }
    for response in &mut other.responses {
        response.respondent = new(&response.respondent);
    }
    other.responses.sort_by_key(|one| one.respondent.clone());
    other
}

/// The change above is not empty talk: the usual report tells it.
#[test]
fn the_usual_report_tells_who_the_people_are() {
    TINY.with(|desk| {
        let dossier = read(&tests("cases/report"), desk.questionnaire());
        let other = other_people(&dossier, &mut Dice::new(7));
        for naming in [Naming::ByType, Naming::ByName] {
            let [one, two] = [&dossier, &other].map(|dossier| documents(desk, dossier, naming));
            assert_ne!(one, two);
            assert!(two[0].contains(SECRET));
        }
    });
}

// ---- small circles ----

fn person(kind: &str, institution: &str) -> Person {
    Person {
        name: "N. Name".into(),
        institution: institution.into(),
        kind: kind.into(),
        function: None,
        consent: false,
        tlp: None,
    }
}

/// A dossier of these people, each of whom said the same.
fn of(desk: &Desk, people: &[(&str, &str)]) -> Dossier {
    let mut dossier = sample(desk);
    dossier.register.people.clear();
    dossier.register.meetings.clear();
    dossier.responses.clear();
    let question = String::from("legal-mandate");
    for (number, (kind, institution)) in people.iter().enumerate() {
        let id = format!("p-{number:02}");
        let person = person(kind, institution);
        dossier.register.people.insert(id.clone(), person);
        let answer = Answer {
            state: State::Answered,
            value: Some(Value::Level(2)),
            ..Answer::default()
        };
        dossier.responses.push(Response {
            respondent: id,
            answers: [(question.clone(), answer)].into(),
        });
    }
    dossier
}

/// The types that a report tells, with their people and institutions.
fn types(desk: &Desk, people: &[(&str, &str)]) -> Vec<String> {
    let report = told(desk, &of(desk, people), Naming::Anonymous);
    let said = report.answers.values().flat_map(|one| &one.said);
    let said: BTreeSet<&str> = said.map(|one| one.who.as_str()).collect();
    let types = report.stakeholders.iter();
    let types = types.map(|one| format!("{} {}/{}", one.kind, one.people.n, one.institutions));
    types.chain([format!("{said:?}")]).collect()
}

#[test]
fn a_type_is_counted_by_its_institutions_in_any_spelling() {
    SAMPLE.with(|desk| {
        let bank = [("bank", "A Bank"), ("bank", "B Bank"), ("bank", "C Bank")];
        let told = types(desk, &bank);
        assert_eq!(
            told,
            ["Banking institutions 3/3", "{\"A banking institution\"}"]
        );
        // Three people of two banks: nobody can be told apart, so nothing that was said is told.
        let two = [("bank", "A Bank"), ("bank", "a  BANK"), ("bank", "B Bank")];
        assert_eq!(types(desk, &two), ["Other stakeholders 3/2", "{}"]);
        let words =
            "does not tell what was said, since fewer than three institutions were consulted.";
        assert!(documents(desk, &of(desk, &two), Naming::Anonymous)[0].contains(words));
        assert!(!documents(desk, &of(desk, &bank), Naming::Anonymous)[0].contains(words));
    });
}

#[test]
fn small_types_are_told_together_and_never_so_that_one_stands_out() {
    SAMPLE.with(|desk| {
        let bank = [("bank", "A"), ("bank", "B"), ("bank", "C"), ("bank", "D")];
        let operator = [("operator", "E"), ("operator", "F"), ("operator", "G")];
        let small = [("ministry", "H"), ("regulator", "I"), ("donor", "J")];
        let all = [&bank[..], &operator, &small].concat();
        assert_eq!(
            types(desk, &all),
            [
                "Telecommunications operators 3/3",
                "Banking institutions 4/4",
                "Other stakeholders 3/3",
                "{\"A banking institution\", \"A telecommunications operator\", \"Other stakeholders\"}"
            ]
        );
        // Two others would be told apart by whoever knows one of them: the smallest type joins them.
        let fewer = [&bank[..], &operator, &small[..2]].concat();
        assert_eq!(
            types(desk, &fewer),
            [
                "Banking institutions 4/4",
                "Other stakeholders 5/5",
                "{\"A banking institution\", \"Other stakeholders\"}"
            ]
        );
    });
}

#[test]
fn a_meeting_is_told_by_its_month_and_its_types() {
    for (desk, expected) in [
        (
            &SAMPLE,
            [
                "June 2026: Telecommunications operators and other stakeholders (5 participants)",
                "Participants of a meeting (telecommunications operators and other stakeholders): level 1",
                "types with fewer than three institutions are told together as other stakeholders",
            ],
        ),
        (
            &FRENCH,
            [
                "juin 2026\u{a0}: Opérateurs de télécommunications et autres parties prenantes (5\u{a0}participants)",
                "Des participants à une réunion (opérateurs de télécommunications et autres parties prenantes)\u{a0}: niveau 1",
                "les catégories qui comptent moins de trois institutions y sont réunies, comme autres parties prenantes",
            ],
        ),
    ] {
        desk.with(|desk| {
            let documents = documents(desk, &sample(desk), Naming::Anonymous);
            for words in expected {
                assert!(documents[0].contains(words), "{words}");
            }
            let day = |document: &String| {
                [
                    "Session with operators",
                    "Séance avec",
                    "2026-06-03",
                    "2026, Port-Clair",
                ]
                .iter()
                .find(|words| document.contains(**words))
                .copied()
            };
            assert_eq!(documents.iter().find_map(day), None);
        });
    }
}

/// No name of anyone met stands in an anonymous report of the sample, no agreement counts, and what they said
/// is there.
#[test]
fn the_sample_names_nobody_and_says_what_was_said() {
    SAMPLE.with(|desk| {
        let dossier = sample(desk);
        let documents = documents(desk, &dossier, Naming::Anonymous);
        for person in dossier.register.people.values() {
            let surname = person.name.rsplit(' ').next().unwrap();
            for document in &documents {
                assert!(!document.contains(surname), "{surname}");
            }
        }
        assert!(documents[0].contains("Put it on the radio or do not bother."));
        let report = told(desk, &dossier, Naming::Anonymous);
        assert_eq!(report.mission.agreed.n, 0);
        assert!(report.stakeholders.iter().all(|one| one.named.is_none()));
        assert!(!documents[0].contains("agreed to be named"));
    });
}

// ---- by name ----

#[test]
fn by_name_stands_who_agreed_and_nobody_else() {
    SAMPLE.with(|desk| {
        let dossier = sample(desk);
        let documents = documents(desk, &dossier, Naming::ByName);
        let said = "Dr Hannah Quillmore (University of Port-Clair): level 3.";
        assert!(documents[0].contains(said));
        assert!(documents[0].contains("One of the fourteen people consulted agreed to be named."));
        let met = dossier::of_stage(&dossier).register.people;
        for person in met.values().filter(|one| !one.consent) {
            let surname = person.name.rsplit(' ').next().unwrap();
            assert!(
                documents.iter().all(|one| !one.contains(surname)),
                "{surname}"
            );
        }
        let usual = &self::documents(desk, &dossier, Naming::ByType)[0];
        assert!(!usual.contains("Dr Hannah Quillmore (University of Port-Clair)"));
        assert!(usual.contains("A university or research body: level 3."));
    });
}

// ---- the program ----

/// A dossier on disk, to which files are written.
fn land() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let register = "\
        [people.m-orvane]\nname = \"Marie ORVANNE\"\ntype = \"ministry\"\n\
        institution = { en = \"Ministry of Waves\", fr = \"Ministère des Ondes\" }\n\
        [people.j-baker]\nname = \"Jo Baker-Lind\"\ninstitution = \"Rivage Bank (RB)\"\ntype = \"bank\"\n\
        [people.k-price]\nname = \"Kim Staff\"\ninstitution = \"The Harbour Board\"\ntype = \"infrastructure\"\n";
    for (name, text) in [
        (
            "dossier.toml",
            "schema = 1\ncountry = \"LS\"\n[roles]\nlead-ministry = \"the Ministry of Waves\"\n\
             [stages.assessment]\nstate = \"under-way\"\n",
        ),
        ("register.toml", register),
    ] {
        fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn report(dir: &Path, more: &[&str]) -> Told {
    let base = ["report", "--lang", "en", "--format", "md", "--out", "-"];
    run(command(dir, &[&base[..], more].concat()), b"")
}

/// Whether a report with this note of the assessor is refused.
fn refused(note: &str) -> bool {
    let dir = land();
    let text = format!("[answers.legal-mandate]\nvalue = 1\nnote = \"{note}\"\n");
    write(dir.path(), "assessment.toml", &text);
    let told = report(dir.path(), &["--anonymous"]);
    assert!(matches!(told.code, Some(0 | 3)), "{}", told.err);
    told.code == Some(3)
}

#[test]
fn a_name_or_an_institution_in_a_note_stops_the_report_and_tells_the_place() {
    let dir = land();
    let said =
        "[answers.legal-mandate]\nvalue = 2\nnote = \"As Orvanné of the ministry told Jim.\"\n";
    write(dir.path(), "responses/j-baker/assessment.toml", said);
    let told = report(dir.path(), &["--anonymous"]);
    assert_eq!(told.code, Some(3), "{}", told.err);
    for words in [
        "[respondent-named]",
        "responses/j-baker/assessment.toml:3:",
        "`answers.legal-mandate.note`",
        "the name of `m-orvane`",
        "help: ",
    ] {
        assert!(told.err.contains(words), "{words}: {}", told.err);
    }
    assert!(!told.err.contains("told Jim"), "{}", told.err);
    assert!(told.out.is_empty());
    // The usual report is made of the same notes.
    assert_eq!(report(dir.path(), &[]).code, Some(0));
    assert_eq!(report(dir.path(), &["--name-respondents"]).code, Some(0));
    // `--check` looks as well, and writes nothing.
    let check = ["report", "--check", "--anonymous"];
    assert_eq!(run(command(dir.path(), &check), b"").code, Some(3));
    assert!(!dir.path().join("reports").exists());
    // The fix: a label of its own and a ceiling, or other words.
    let label = format!("{said}tlp = \"AMBER\"\n");
    write(dir.path(), "responses/j-baker/assessment.toml", &label);
    let green = report(dir.path(), &["--anonymous", "--max-tlp", "GREEN"]);
    assert_eq!(green.code, Some(0), "{}", green.err);
}

#[test]
fn names_are_found_in_every_form_that_people_use() {
    for note in [
        "Marie Orvanne said so.",
        "orvanne said so",
        "Said ORVANNE Marie.",
        "(Mme Orvanné)",
        "d’Orvanne",
        "Baker-Lind knows",
        "*Baker Lind* knows",
        "Kim Staff agrees",
        "K. Staff agrees",
        "Mr Staff agrees",
        "the ministry of waves says no",
        "le Ministère des ondes",
        "RB pays",
        "Rivage Bank pays",
        "the Harbour Board",
    ] {
        assert!(refused(note), "{note}");
    }
    for note in [
        "Marie said so.",
        "the staff is away",
        "a baker",
        "the ministry says no",
        "rb",
        "a bank on the shore",
        "orvannesque",
    ] {
        assert!(!refused(note), "{note}");
    }
}

/// An institution that the dossier is about may be named where nobody speaks; a name may not.
#[test]
fn an_institution_is_no_voice_where_it_is_the_subject() {
    let dir = land();
    let table = |institution: &str, strengths: &str| {
        let text = format!(
            "[[answers.host-candidates.value]]\ninstitution = \"{institution}\"\nstrengths = \"{strengths}\"\n"
        );
        write(dir.path(), "assessment.toml", &text);
        report(dir.path(), &["--anonymous"]).code
    };
    assert_eq!(table("Ministry of Waves", "has the money"), Some(0));
    assert_eq!(table("The Harbour Board", "never sleeps"), Some(0));
    assert_eq!(
        table("Somebody", "better than the Ministry of Waves"),
        Some(0)
    );
    assert_eq!(
        table("Somebody", "wished for by the Harbour Board"),
        Some(3)
    );
    assert_eq!(table("Kim Staff", "is there"), Some(3));
    // The role's holder speaks in no note, and in nothing that tells what was found.
    let draft = |piece: &str| {
        let text = format!("[{piece}]\ntext.en = \"\"\"The Ministry of Waves.\"\"\"\n");
        write(dir.path(), "drafting/assessment.toml", &text);
        report(dir.path(), &["--anonymous"]).code
    };
    assert_eq!(table("Ministry of Waves", "has the money"), Some(0));
    assert_eq!(draft("decision"), Some(0));
    assert_eq!(draft("summary"), Some(3));
    assert_eq!(draft("sections.legal.before"), Some(3));
}

/// What is kept in the file and not printed stops nothing.
#[test]
fn only_what_would_be_printed_is_searched() {
    let dir = land();
    write(
        dir.path(),
        "notes.toml",
        "last = 1\n[notes.n-1]\ntext = \"Orvanne says no\"\nrespondent = \"m-orvane\"\n",
    );
    let french = "[answers.funding-yearly-budget]\nstate = \"unknown\"\n\
                  reason = { en = \"nobody knows\", fr = \"Orvanne ne sait pas\" }\n";
    write(dir.path(), "assessment.toml", french);
    let told = report(dir.path(), &["--anonymous"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    let mut other = command(dir.path(), &["report", "--lang", "fr", "--anonymous"]);
    other.args(["--format", "md", "--out", "-"]);
    assert_eq!(run(other, b"").code, Some(3));
}

#[test]
fn a_version_without_names_never_stands_in_the_place_of_the_usual_one() {
    let dir = land();
    let made = |more: &[&str]| {
        let base = ["report", "--lang", "en", "--format", "html"];
        run(command(dir.path(), &[&base[..], more].concat()), b"").out
    };
    assert!(made(&[]).ends_with("assessment-report.en.html\n"));
    assert!(made(&["--anonymous"]).ends_with("assessment-report.en.anonymous.html\n"));
    assert!(made(&["--name-respondents"]).ends_with("assessment-report.en.named.html\n"));
    let green = made(&["--anonymous", "--max-tlp", "GREEN"]);
    assert!(green.ends_with("assessment-report.en.green.anonymous.html\n"));
    let both = ["report", "--anonymous", "--name-respondents"];
    assert_eq!(run(command(dir.path(), &both), b"").code, Some(2));
}

/// Every report of every sample can be told anonymously, in every language of its dossier.
#[test]
fn every_report_of_the_samples_can_be_told_anonymously() {
    let dir = tempfile::tempdir().unwrap();
    let told = |sample: &str, more: &[&str]| {
        let folder = root().join("questionnaires/samples").join(sample);
        let made = ["report", folder.to_str().unwrap(), "--format", "md"];
        let made = [&made[..], &["--anonymous", "--out", sample], more].concat();
        let told = run(command(dir.path(), &made), b"");
        assert_eq!(told.code, Some(0), "{sample}: {}", told.err);
        told.out.lines().count()
    };
    assert_eq!(told("examplia", &["--stage", "assessment"]), 2);
    for sample in ["examplia", "lagunie", "meridia", "soravia"] {
        assert!(told(sample, &["--stage", "all", "--report", "all"]) > 1);
    }
}
