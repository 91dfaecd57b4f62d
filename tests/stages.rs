//! What the ITU programme asks of each stage is served by the shipped questionnaires.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use cirtkit::content::Content;
use cirtkit::diagnostic::Diagnostics;
use cirtkit::model::Questionnaire;
use cirtkit::pack;

/// The work streams of the establishment (DiploFoundation/AU-GFCE course KM4 on the ITU framework).
const WORK_STREAMS: [&str; 8] = [
    "capability-development",
    "deployment",
    "testing",
    "customisation-and-tuning",
    "training",
    "operations",
    "handover",
    "closure",
];

/// The domains of the readiness assessment: this project's own list of twelve.
const DOMAINS: [&str; 12] = [
    "political-will",
    "legal-and-mandate",
    "host-and-governance",
    "constituency-and-trust",
    "incident-handling-today",
    "technical-base",
    "people-and-skills",
    "funding",
    "national-cooperation",
    "international-cooperation",
    "awareness",
    "critical-infrastructure",
];

fn questionnaire(id: &str, lang: &str) -> Questionnaire {
    let mut found = Diagnostics::default();
    let pack = pack::load(&Content::shipped(), id, 1, lang, &mut found).unwrap();
    assert!(found.is_empty(), "{}", found.to_text());
    pack.questionnaire
}

/// Counts the questions by the domain of their section.
fn by_domain(questionnaire: &Questionnaire) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for section in &questionnaire.sections {
        *counts.entry(section.domain.as_str()).or_default() += section.questions.len();
    }
    counts
}

#[test]
fn every_stage_has_a_questionnaire_of_thirty_questions_or_more_in_both_languages() {
    let content = Content::shipped();
    for stage in pack::stages(&content) {
        for lang in ["en", "fr"] {
            let count = questionnaire(&stage, lang).questions().count();
            assert!(count >= 30, "{stage} has {count} questions in {lang}");
        }
    }
}

/// No required section rests on a single question.
#[test]
fn every_required_section_rests_on_two_questions_or_more() {
    let stages = questionnaire("assessment", "en").words.stages;
    for stage in stages.iter().filter(|stage| stage.id != "assessment") {
        let questionnaire = questionnaire(&stage.questionnaire, "en");
        let counts = by_domain(&questionnaire);
        for section in &stage.required_sections {
            let count = counts.get(section.as_str()).copied().unwrap_or(0);
            assert!(
                count >= 2,
                "{}: {section} rests on {count} questions",
                stage.id
            );
        }
    }
}

#[test]
fn the_assessment_covers_its_domains_and_the_establishment_its_work_streams() {
    let assessment = questionnaire("assessment", "en");
    let establishment = questionnaire("establishment", "en");
    for domain in DOMAINS {
        assert!(by_domain(&assessment).contains_key(domain), "{domain}");
    }
    for stream in WORK_STREAMS {
        let count = by_domain(&establishment).get(stream).copied().unwrap_or(0);
        assert!(count >= 2, "{stream} rests on {count} questions");
    }
}

/// A suggestion comes from a question that exists, in an earlier stage, and of a kind that can be
/// carried over.
#[test]
fn every_suggestion_comes_from_an_earlier_question_that_fits() {
    use cirtkit::model::question::Kind;
    let stages = pack::stages(&Content::shipped());
    for (place, stage) in stages.iter().enumerate() {
        let later = questionnaire(stage, "en");
        for question in later.questions() {
            let Some((from, id)) = question
                .prefill
                .as_deref()
                .and_then(|text| text.split_once(':'))
            else {
                continue;
            };
            let before = stages.iter().position(|one| one == from).unwrap();
            assert!(
                before < place,
                "{}: {from} is no earlier stage",
                question.id
            );
            let earlier = questionnaire(from, "en");
            let source = earlier
                .question(id)
                .unwrap_or_else(|| panic!("{from}:{id}"));
            let words = question.kind == Kind::Text && source.kind == Kind::SelectOne;
            assert!(
                question.kind == source.kind || words,
                "{} from {id}",
                question.id
            );
            for option in source.options.iter().filter(|_| !words) {
                let same = question.label(&option.id).is_some();
                assert!(same, "{} lacks the option {}", question.id, option.id);
            }
        }
    }
}

/// A dossier whose assessment has one answer and whose design has begun.
fn two_stages() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write(
        "dossier.toml",
        "schema = 1\ncountry = \"LS\"\ntlp = \"GREEN\"\n[stages.assessment]\nstate = \"final\"\n\
         [stages.design]\nstate = \"under-way\"\n",
    );
    write(
        "assessment.toml",
        "[answers.host-preferred]\nvalue = \"regulator\"\ntlp = \"AMBER\"\nanswered = 2026-06-03\n",
    );
    dir
}

/// Runs the program and returns its exit code and everything it said.
fn run(dir: &std::path::Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_cirtkit"))
        .current_dir(dir)
        .args(arguments)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn a_suggestion_is_no_answer_until_it_is_confirmed_and_a_changed_source_is_flagged() {
    let dir = two_stages();
    let report = ["report", "--lang", "en", "--format", "md", "--out", "-"];
    let (_, before) = run(dir.path(), &report);
    assert!(before.contains("nobody has taken it up here"), "{before}");
    assert!(!dir.path().join("design.toml").exists());

    let confirm = [
        "answer",
        ".",
        "positioning-host",
        "--confirm",
        "--date",
        "2026-10-02",
    ];
    assert_eq!(run(dir.path(), &confirm).0, Some(0));
    let design = std::fs::read_to_string(dir.path().join("design.toml")).unwrap();
    assert!(
        design.contains("value = \"regulator\"\nsource = \"assessment:host-preferred#"),
        "{design}"
    );
    assert_eq!(run(dir.path(), &["check"]).1, "0 errors, 0 warnings\n");

    let change = [
        "answer",
        ".",
        "host-preferred",
        "university",
        "--stage",
        "assessment",
    ];
    assert_eq!(run(dir.path(), &change).0, Some(0));
    let (code, told) = run(dir.path(), &["check"]);
    assert_eq!(code, Some(0));
    assert!(told.contains("[source-changed]"), "{told}");
    let now = std::fs::read_to_string(dir.path().join("design.toml")).unwrap();
    assert_eq!(
        now, design,
        "the later stage's answer stays as it was confirmed"
    );

    // An answer of one's own confirms nothing any more.
    let own = [
        "answer",
        ".",
        "positioning-host",
        "egov-agency",
        "--date",
        "2026-10-03",
    ];
    assert_eq!(run(dir.path(), &own).0, Some(0));
    assert_eq!(run(dir.path(), &["check"]).1, "0 errors, 0 warnings\n");
}

#[test]
fn a_confirmed_answer_bears_the_label_of_its_source() {
    let dir = two_stages();
    let confirm = [
        "answer",
        ".",
        "positioning-host",
        "--confirm",
        "--date",
        "2026-10-02",
    ];
    assert_eq!(run(dir.path(), &confirm).0, Some(0));
    let report = |label: &str| {
        let arguments = [
            "report",
            "--lang",
            "en",
            "--format",
            "md",
            "--out",
            "-",
            "--max-tlp",
            label,
        ];
        run(dir.path(), &arguments).1
    };
    let regulator = "with the telecommunications regulator";
    assert!(report("AMBER").contains(regulator));
    assert!(!report("GREEN").contains("telecommunications regulator"));
}

#[test]
fn the_reply_of_the_government_stands_with_its_recommendation() {
    let dir = two_stages();
    let head = dir.path().join("dossier.toml");
    let mut text = std::fs::read_to_string(&head).unwrap();
    text.push_str(
        "[stages.assessment.replies.take-decision]\nreply = \"deferred\"\ndate = 2026-09-10\n",
    );
    std::fs::write(&head, &text).unwrap();
    std::fs::write(
        dir.path().join("assessment.toml"),
        "[answers.political-decision]\nvalue = 0\n",
    )
    .unwrap();
    let arguments = [
        "report",
        "--stage",
        "assessment",
        "--lang",
        "en",
        "--format",
        "md",
        "--out",
        "-",
    ];
    let (_, report) = run(dir.path(), &arguments);
    assert!(
        report.contains("*Reply of the Government:* deferred, 10 September 2026."),
        "{report}"
    );

    std::fs::write(&head, text.replace("take-decision", "take-decisions")).unwrap();
    let (code, told) = run(dir.path(), &arguments);
    assert_eq!(code, Some(3));
    assert!(told.contains("did you mean `take-decision`?"), "{told}");
}

/// Who was appointed after a report was final does not enter it.
#[test]
fn a_role_holds_from_the_stage_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let head = |role: &str| {
        let role = format!("[stages.design.roles]\n{role} = \"the head\"\nhost = \"the Office\"\n");
        let text = format!(
            "schema = 1\ncountry = \"LS\"\n[roles]\nhost = \"a host\"\n\
             [stages.assessment]\nstate = \"final\"\n[stages.design]\nstate = \"draft\"\n{role}"
        );
        std::fs::write(folder.path().join("dossier.toml"), text).unwrap();
    };
    let read = |stage: &str| {
        let mut found = Diagnostics::default();
        let head = cirtkit::dossier::read_head(folder.path(), &mut found).unwrap();
        let questionnaire = questionnaire(stage, "en");
        let read = cirtkit::dossier::read(folder.path(), head, stage, &questionnaire, &mut found);
        (read.map(|dossier| dossier.head.roles), found)
    };
    head("cirt-head");
    for (stage, host, named) in [
        ("assessment", "a host", false),
        ("design", "the Office", true),
        ("establishment", "the Office", true),
    ] {
        let (roles, found) = read(stage);
        let roles = roles.unwrap_or_else(|| panic!("{}", found.to_text()));
        assert_eq!(roles["host"].get("en").0, host, "{stage}");
        assert_eq!(roles.contains_key("cirt-head"), named, "{stage}");
    }
    head("cirt-hed");
    let (_, found) = read("assessment");
    let told = found.to_text();
    assert!(
        told.contains("unknown-role") && told.contains("dossier.toml:10:1"),
        "{told}"
    );
    assert!(told.contains("cirt-head"), "{told}");
}
