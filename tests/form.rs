//! The form before a visit: sent out, filled in with whatever spreadsheet, and taken back as what was said.
//!
//! Each test runs the program as an assessor would, on a dossier of its own; the laws go through the library.

#![allow(clippy::unwrap_used)] // A test that cannot go on should stop.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::LazyLock;

use cirtkit::content::Content;
use cirtkit::diagnostic::Diagnostics;
use cirtkit::intake::{self, Asked, Column, Held, Tongue};
use cirtkit::model::{Dossier, Questionnaire};
use cirtkit::render::template::Templates;
use cirtkit::report::{self, Form, FormScope, Language};
use cirtkit::{dossier, pack, render, scoring, sheet};
use common::program::{self, Told};
use proptest::prelude::*;
use tempfile::TempDir;

const HEAD: &str = "schema = 1\ncountry = \"LS\"\nlanguages = [\"fr\", \"en\"]\ntlp = \"AMBER\"\ncurrency = \"USD\"\n\
    [assessors.AM]\nname = \"A. Mission\"\norganisation = \"Conseil & Cie\"\n[stages.assessment]\nstate = \"under-way\"\n";

const REGISTER: &str = "[people.p-one]\nname = \"P. One\"\ninstitution = \"Authority\"\ntype = \"regulator\"\n\
    [people.p-two]\nname = \"P. Two\"\ninstitution = \"Authority\"\ntype = \"regulator\"\n\
    [meetings.atelier]\ntitle = \"Atelier\"\ndate = 2026-06-03\nparticipants = [\"p-one\"]\n";

const SECRET: &str = "ZQXSECRET";

/// The answers of `p-one`.
const SAID: &str = "land/responses/p-one/assessment.toml";

struct Desk {
    home: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self::with_head(HEAD)
    }

    fn with_head(head: &str) -> Self {
        let desk = Self {
            home: tempfile::tempdir().unwrap(),
        };
        desk.write("land/dossier.toml", head);
        desk.write("land/register.toml", REGISTER);
        let answers = format!("[answers.legal-mandate]\nvalue = 1\nnote = \"{SECRET}\"\n");
        desk.write("land/assessment.toml", answers);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn run_with(&self, arguments: &[&str], input: &[u8]) -> Told {
        program::run(program::command(self.home.path(), arguments), input)
    }

    /// Runs it, and it must succeed.
    fn done(&self, arguments: &[&str]) -> Told {
        let told = self.run_with(arguments, b"");
        assert_eq!(told.code, Some(0), "{arguments:?}: {}", told.err);
        told
    }

    /// Gives a form back in the name of `p-one`.
    fn give(&self, form: impl AsRef<[u8]>, more: &[&str]) -> Told {
        let date = ["--date", "2026-06-03"];
        let arguments = [
            &["answer", "land", "-", "--respondent", "p-one"],
            &date[..],
            more,
        ];
        let told = self.run_with(&arguments.concat(), form.as_ref());
        assert!(
            !told.err.contains(SECRET) && !told.out.contains(SECRET),
            "{}",
            told.err
        );
        told
    }

    /// The form for regulators, as rows of cells.
    fn sheet(&self, lang: &str) -> Sheet {
        let told = self.done(&["form", "land", "--for", "regulator", "--lang", lang]);
        Sheet::of(&told.out, if lang == "fr" { ';' } else { ',' })
    }

    /// Tells that nothing was recorded.
    fn untouched(&self) {
        assert!(
            !self.path("land/responses").exists(),
            "something was recorded"
        );
    }
}

/// A form as somebody has it open.
#[derive(Clone)]
struct Sheet {
    rows: Vec<Vec<String>>,
    head: usize,
}

impl Sheet {
    fn of(text: &str, separator: char) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let read = sheet::rows(text, separator);
        assert_eq!(read.unclosed, None);
        let rows = read.rows.into_iter();
        let rows: Vec<Vec<String>> = rows
            .map(|row| row.cells.iter().map(ToString::to_string).collect())
            .collect();
        let head = rows.iter().position(|row| row.len() == 11).unwrap();
        Self { rows, head }
    }

    /// Where a column stands, by its place in the form.
    fn at(column: Column) -> usize {
        Column::ALL.iter().position(|one| *one == column).unwrap()
    }

    fn row(&mut self, question: &str) -> &mut Vec<String> {
        let row = self.rows.iter_mut().find(|row| row[0] == question);
        row.unwrap_or_else(|| panic!("{question} is not asked"))
    }

    fn fill(mut self, question: &str, column: Column, words: &str) -> Self {
        self.row(question)[Self::at(column)] = words.into();
        self
    }

    /// Writes it as spreadsheets do: a cell is quoted only where it must be.
    fn save(&self, separator: char, line_end: &str) -> String {
        let cell = |text: &String| match text.contains([separator, '"', '\n', '\r']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text.clone(),
        };
        let width = self.rows.iter().map(Vec::len).max().unwrap();
        let row = |row: &Vec<String>| {
            let mut cells: Vec<String> = row.iter().map(cell).collect();
            cells.resize(width, String::new());
            cells.join(&separator.to_string()) + line_end
        };
        self.rows.iter().map(row).collect()
    }

    fn french(&self) -> String {
        format!("\u{feff}{}", self.save(';', "\r\n"))
    }
}

/// What a regulator wrote, in French.
fn filled(desk: &Desk) -> Sheet {
    desk.sheet("fr")
        .fill(
            "political-sponsor",
            Column::Reply,
            "La ministre,\n« sans doute » ; œuvre d’avril.",
        )
        .fill(
            "political-sponsor",
            Column::Document,
            "Décret 12/2024 ; 2 mai 2024",
        )
        .fill(
            "political-sponsor",
            Column::Instead,
            "Le secrétaire général",
        )
        .fill(
            "host-preferred",
            Column::Value,
            "Régulateur des télécommunications",
        )
        .fill(
            "constituency-sectors",
            Column::Value,
            "– le secteur financier\n– Secteur de l'eau",
        )
        .fill("incident-count", Column::Value, "1 200")
        .fill("incident-night-contact", Column::Value, "Oui")
        .fill("funding-yearly-budget", Column::Value, "365 000,50")
        .fill("funding-secured-until", Column::Value, "31/12/2028")
        .fill(
            "funding-secured-until",
            Column::Reply,
            "Sous réserve du vote.",
        )
        .fill("technical-tools", Column::State, "Non communicable")
        .fill("technical-premises", Column::State, "INCONNU")
        .fill("technical-premises", Column::Reply, "Voir le ministère.")
}

const FILLED: &str = r#"[answers.political-sponsor]
note = """
La ministre,
« sans doute » ; œuvre d’avril.

Document remis (titre, date) : Décret 12/2024 ; 2 mai 2024

Autre personne à consulter : Le secrétaire général"""
lang = "fr"
answered = 2026-06-03
by = "AM"

[answers.host-preferred]
value = "regulator"
answered = 2026-06-03
by = "AM"

[answers.constituency-sectors]
value = ["finance", "water"]
answered = 2026-06-03
by = "AM"

[answers.incident-count]
value = 1200
answered = 2026-06-03
by = "AM"

[answers.incident-night-contact]
value = true
answered = 2026-06-03
by = "AM"

[answers.technical-tools]
state = "declined"
answered = 2026-06-03
by = "AM"

[answers.technical-premises]
state = "unknown"
note = "Voir le ministère."
lang = "fr"
answered = 2026-06-03
by = "AM"

[answers.funding-yearly-budget]
value = "365000.50 USD"
answered = 2026-06-03
by = "AM"

[answers.funding-secured-until]
value = 2028-12-31
note = "Sous réserve du vote."
lang = "fr"
answered = 2026-06-03
by = "AM"
"#;

// ---- out ----

#[test]
fn only_what_the_type_is_asked_and_only_of_the_scope() {
    let desk = Desk::new();
    let ids = |arguments: &[&str]| -> Vec<String> {
        let told = desk.done(&[&["form", "land"], arguments].concat());
        let sheet = Sheet::of(&told.out, ';');
        sheet.rows[sheet.head + 1..]
            .iter()
            .map(|row| row[0].clone())
            .collect()
    };
    let content = Content::shipped();
    let pack = pack::load(&content, "assessment", 1, "en", &mut Diagnostics::default()).unwrap();
    // What hangs on an answer that is not there does not arise yet.
    let arises = desk.done(&["status", "land", "--open"]).out;
    let asked = |kind: &str, core: bool, section: &str| -> Vec<String> {
        let asked = pack.questionnaire.questions().filter(|one| {
            one.ask.iter().any(|one| one == kind)
                && (one.core || !core)
                && one.id.starts_with(section)
                && (one.apply_if.is_none() || arises.contains(&format!("      {}  ", one.id)))
        });
        asked.map(|one| one.id.clone()).collect()
    };
    for kind in ["regulator", "bank", "donor"] {
        assert_eq!(ids(&["--for", kind]), asked(kind, false, ""));
        assert_eq!(ids(&["--for", kind, "--core"]), asked(kind, true, ""));
    }
    let funding = ids(&["--for", "donor", "--section", "funding"]);
    assert_eq!(funding, asked("donor", false, "funding-"));
    // A question that is known not to arise is not sent.
    assert!(funding.contains(&"funding-secured-until".into()));
    desk.write(
        "land/assessment.toml",
        "[answers.funding-setup]\nvalue = 0\n",
    );
    assert!(!ids(&["--for", "donor"]).contains(&"funding-secured-until".into()));
    desk.write("land/dossier.toml", HEAD.to_string() + "scope = \"core\"\n");
    desk.write("land/assessment.toml", "");
    assert_eq!(ids(&["--for", "bank"]), asked("bank", true, ""));
}

#[test]
fn a_wrong_type_or_section_is_told_and_an_empty_form_too() {
    let desk = Desk::new();
    let told = desk.run_with(&["form", "land", "--for", "regulateur"], b"");
    assert_eq!(told.code, Some(2));
    assert!(
        told.err.contains("did you mean `regulator`?"),
        "{}",
        told.err
    );
    let told = desk.run_with(
        &["form", "land", "--for", "bank", "--section", "fundin"],
        b"",
    );
    assert_eq!(told.code, Some(2));
    assert!(told.err.contains("did you mean `funding`?"), "{}", told.err);
    let told = desk.done(&["form", "land", "--for", "registry", "--section", "funding"]);
    assert!(
        told.out.is_empty() && told.err.contains("nothing is asked of `registry`"),
        "{}",
        told.err
    );
}

#[test]
fn a_sheet_is_written_for_the_spreadsheets_of_its_language() {
    let desk = Desk::new();
    let french = desk.done(&["form", "land", "--for", "regulator"]).out;
    assert!(
        french.starts_with("\u{feff}Questionnaire préparatoire\u{a0}: Lesotho\r\n"),
        "{french}"
    );
    assert!(
        french.contains("\r\nIdentifiant;Section;Sujet;"),
        "{french}"
    );
    for words in [
        "A. Mission (Conseil & Cie)",
        "au Lesotho",
        "TLP:AMBER",
        "sans son accord",
        "«\u{a0}inconnu\u{a0}»",
    ] {
        assert!(french.contains(words), "{words}");
    }
    let english = desk
        .done(&["form", "land", "--for", "regulator", "--lang", "en"])
        .out;
    assert!(
        english.contains("\r\nId,Section,Subject,Questions,"),
        "{english}"
    );
    assert!(
        english.contains("names nobody who has not agreed to it"),
        "{english}"
    );
}

/// What a respondent reads holds no level statement, no answer and no note, in any stage or language.
#[test]
fn no_form_holds_a_level_statement_or_an_answer() {
    let mut forms = 0;
    for stage in ["assessment", "design", "establishment", "enhancement"] {
        for lang in ["en", "fr"] {
            let road = Road {
                ..Road::of(stage, lang)
            };
            let levels: Vec<&String> = road
                .questionnaire
                .questions()
                .flat_map(|one| &one.levels)
                .collect();
            for kind in &road.questionnaire.words.stakeholders {
                let form = road.form(&kind.id);
                let mut texts = vec![road.table(&form)];
                if kind.id == "regulator" {
                    texts.push(render::form::markdown(&form, &road.templates).unwrap());
                    texts.push(render::form::html(&form, &road.templates).unwrap());
                }
                for text in texts {
                    forms += usize::from(!form.is_empty());
                    let told = levels.iter().find(|level| text.contains(level.as_str()));
                    assert_eq!(told, None, "{stage} {lang} {}", kind.id);
                }
            }
        }
    }
    assert!(forms > 60, "{forms}");
    let desk = Desk::new();
    desk.write(
        SAID,
        format!("[answers.legal-mandate]\nnote = \"{SECRET}\"\n"),
    );
    for format in ["csv", "md", "html"] {
        let told = desk.done(&["form", "land", "--for", "regulator", "--format", format]);
        assert!(
            told.out.contains("legal-mandate") && !told.out.contains(SECRET),
            "{format}"
        );
    }
}

#[test]
fn a_printed_form_is_one_page_without_script_and_hostile_names_are_text() {
    let hostile = "<script>alert(1)</script> | *a* [b](javascript:c) =1+1";
    let desk = Desk::with_head(&HEAD.replace("A. Mission", hostile));
    let html = desk
        .done(&["form", "land", "--for", "regulator", "--format", "html"])
        .out;
    assert!(
        html.contains("<html lang=\"fr\"") && html.contains("default-src 'none'"),
        "{html}"
    );
    assert!(
        !html.contains("<script") && html.contains("&lt;script&gt;"),
        "{html}"
    );
    assert!(
        html.contains("<article id=\"legal-mandate\">") && html.contains("☐ le régulateur"),
        "{html}"
    );
    assert!(
        html.contains("article, .room { break-inside: avoid; }"),
        "{html}"
    );
    assert!(render::seal::is_untouched(&html));
    let markdown = desk
        .done(&["form", "land", "--for", "regulator", "--format", "md"])
        .out;
    assert!(
        markdown.contains(r"\<script\>alert(1)\</script\> &#124; \*a\* \[b\](javascript:c)"),
        "{markdown}"
    );
    assert!(
        markdown.contains("- ☐ le régulateur des télécommunications\n"),
        "{markdown}"
    );
    assert!(!markdown.contains("\n\n\n"), "{markdown}");
}

#[test]
fn what_begins_like_a_formula_goes_out_as_text() {
    let head = HEAD.replace("country = \"LS\"", "country = \"XE\"");
    let names = "[country-name.fr]\nname = \"=cmd|' /C calc'!A0\"\nthe = \"=x\"\nof = \"=x\"\nin = \"=x\"\n";
    let desk =
        Desk::with_head(&(head.replace("[assessors.AM]", &format!("{names}[assessors.AM]"))));
    desk.write(
        "questionnaires/interface/fr.toml",
        fs::read_to_string(common::root().join("questionnaires/interface/fr.toml")).unwrap(),
    );
    let words = fs::read_to_string(common::root().join("report-templates/lang/fr.toml")).unwrap();
    let words = words.replace("form-for = \"Destinataires", "form-for = \"=Destinataires");
    desk.write("templates/lang/fr.toml", words);
    let told = desk.done(&[
        "form",
        "land",
        "--for",
        "regulator",
        "--templates",
        "templates",
    ]);
    assert!(told.out.contains("\r\n'=Destinataires"), "{}", told.out);
    let sheet = Sheet::of(&told.out, ';');
    let odd = sheet
        .rows
        .iter()
        .flatten()
        .find(|cell| cell.starts_with(['=', '+', '-', '@']));
    assert_eq!(odd, None);
    // And it comes back without a word about the line that it had before it.
    let given = desk.give(sheet.french(), &["--templates", "templates"]);
    assert_eq!(
        given.err,
        "there is nothing new in the form; nothing was written\n"
    );
}

#[test]
fn a_form_that_says_something_else_is_never_written_over() {
    let desk = Desk::new();
    let arguments = ["form", "land", "--for", "regulator", "--out", "out/r.csv"];
    assert!(desk.done(&arguments).out.is_empty());
    let first = desk.read("out/r.csv");
    assert!(first.contains("legal-mandate"));
    desk.done(&arguments);
    desk.write("out/r.csv", first.clone() + SECRET);
    let told = desk.run_with(&arguments, b"");
    assert_eq!(told.code, Some(1), "{}", told.err);
    assert_eq!(desk.read("out/r.csv"), first.clone() + SECRET);
    assert_eq!(desk.read("out/r.new.csv"), first);
}

#[test]
fn a_reader_who_has_enough_is_no_error() {
    let desk = Desk::new();
    let mut command = program::command(desk.home.path(), &["form", "land", "--for", "regulator"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let told = Told::from(child.wait_with_output().unwrap());
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
}

// ---- back ----

#[test]
fn a_french_form_comes_back_as_what_was_said() {
    let desk = Desk::new();
    let before = desk.read("land/assessment.toml");
    let told = desk.give(filled(&desk).french(), &[]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(
        told.err
            .contains("replies recorded in land/responses/p-one/assessment.toml: 9"),
        "{}",
        told.err
    );
    assert!(
        told.err
            .contains("documents are named in the notes on `political-sponsor`"),
        "{}",
        told.err
    );
    assert_eq!(desk.read(SAID), FILLED);
    assert_eq!(
        desk.read("land/assessment.toml"),
        before,
        "the conclusion is another matter"
    );
    assert_eq!(desk.done(&["check", "land"]).err, "0 errors, 0 warnings\n");
    // Given once more it says nothing new.
    let again = desk.give(filled(&desk).french(), &[]);
    assert!(
        again.err.contains("replies that are on record already: 9"),
        "{}",
        again.err
    );
    assert_eq!(desk.read(SAID), FILLED);
}

/// Whatever the spreadsheet makes of it: separator, byte order mark, line ends, encoding, rows and columns.
#[test]
fn every_spreadsheet_brings_the_same() {
    let desk = Desk::new();
    let sheet = filled(&desk);
    let text = |sheet: &Sheet, separator| sheet.save(separator, "\r\n").into_bytes();
    let windows = |text: String| -> Vec<u8> {
        let odd = BTreeMap::from([
            ('’', 0x92),
            ('œ', 0x9c),
            ('–', 0x96),
            ('…', 0x85),
            ('“', 0x93),
            ('”', 0x94),
        ]);
        let byte = |c: char| {
            u8::try_from(u32::from(c))
                .ok()
                .or_else(|| odd.get(&c).copied())
        };
        text.chars().map(|c| byte(c).unwrap_or(b'?')).collect()
    };
    let mut moved = sheet.clone();
    let body = moved.head + 1;
    moved.rows[body..].reverse();
    moved.rows.insert(body + 3, vec![String::new(); 11]);
    for row in &mut moved.rows {
        row.resize(11, String::new());
        row.reverse();
        row.insert(2, String::new());
    }
    let sorted = {
        let mut sorted = sheet.clone();
        sorted.rows.sort();
        sorted
    };
    let ways: Vec<(&str, Vec<u8>)> = vec![
        ("semicolons", text(&sheet, ';')),
        ("tabs", text(&sheet, '\t')),
        ("line feeds", sheet.save(';', "\n").into_bytes()),
        ("an old Mac", sheet.save(';', "\r").into_bytes()),
        (
            "with a hint for Excel",
            format!("sep=;\r\n{}", sheet.save(';', "\r\n")).into_bytes(),
        ),
        ("Windows-1252", windows(sheet.save(';', "\r\n"))),
        ("rows and columns moved", text(&moved, ';')),
        ("sorted with all that stands above", text(&sorted, ';')),
    ];
    for (way, bytes) in ways {
        let told = desk.give(&bytes, &[]);
        assert_eq!(told.code, Some(0), "{way}: {}", told.err);
        assert_eq!(desk.read(SAID), FILLED, "{way}");
        assert!(!told.err.contains("words-outside"), "{way}: {}", told.err);
        assert_eq!(
            told.err.contains("look at the accents"),
            way == "Windows-1252",
            "{way}"
        );
        fs::remove_dir_all(desk.path("land/responses")).unwrap();
    }
    // With commas between the cells, a French number could be an English one: only that is asked again.
    let told = desk.give(text(&sheet, ','), &[]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert_eq!(desk.read(SAID), FILLED);
    fs::remove_dir_all(desk.path("land/responses")).unwrap();
    let odd = sheet.fill("incident-count", Column::Value, "1,200");
    let told = desk.give(text(&odd, ','), &[]);
    assert_eq!(told.code, Some(3));
    assert!(told.err.contains("this can be read as two"), "{}", told.err);
    desk.untouched();
}

#[test]
fn an_english_form_is_known_by_its_headings_and_headings_may_be_ids() {
    let desk = Desk::new();
    let sheet = desk
        .sheet("en")
        .fill("incident-count", Column::Value, "1,200")
        .fill(
            "host-preferred",
            Column::Value,
            "telecommunications regulator",
        )
        .fill("legal-mandate", Column::Reply, "No text.");
    assert_eq!(desk.give(sheet.save(',', "\n"), &[]).code, Some(0));
    let said = desk.read(SAID);
    for line in [
        "value = 1200",
        "value = \"regulator\"",
        "note = \"No text.\"\nlang = \"en\"",
    ] {
        assert!(said.contains(line), "{said}");
    }
    fs::remove_dir_all(desk.path("land/responses")).unwrap();
    let told = desk.give("reply;question\nRien.;legal-mandate\n", &["--lang", "en"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(
        desk.read(SAID).contains("note = \"Rien.\"\nlang = \"en\""),
        "{}",
        desk.read(SAID)
    );
    fs::remove_dir_all(desk.path("land/responses")).unwrap();
    assert_eq!(
        desk.give("question,reply\nlegal-mandate,Rien.\n", &[]).code,
        Some(0)
    );
    assert!(
        desk.read(SAID).contains("lang = \"fr\""),
        "{}",
        desk.read(SAID)
    );
}

#[test]
fn what_is_wrong_is_told_by_cell_all_at_once_and_nothing_is_recorded() {
    let desk = Desk::new();
    let mut sheet = desk
        .sheet("fr")
        .fill(
            "political-sponsor",
            Column::Reply,
            &format!("{SECRET}\nsur deux lignes"),
        )
        .fill(
            "incident-count",
            Column::Value,
            &format!("environ {SECRET}"),
        )
        .fill("host-preferred", Column::Value, SECRET)
        .fill(
            "constituency-sectors",
            Column::Value,
            &format!("le secteur financier ; {SECRET}"),
        )
        .fill(
            "funding-yearly-budget",
            Column::Value,
            &format!("12 {SECRET}"),
        )
        .fill("funding-secured-until", Column::Value, "31/02/2028")
        .fill("technical-tools", Column::State, SECRET)
        .fill("incident-night-contact", Column::Value, "oui")
        .fill("incident-night-contact", Column::State, "inconnu");
    sheet.row("legal-mandate")[0] = "legal-mandat".into();
    sheet.row("legal-reporting-duty")[0] = "design-x".into();
    let mut stray = vec![String::new(); 11];
    stray[Sheet::at(Column::Reply)] = SECRET.into();
    sheet.rows.push(stray);
    let mut twice = sheet.row("incident-night-contact").clone();
    twice[Sheet::at(Column::Value)] = "non".into();
    twice[Sheet::at(Column::State)] = String::new();
    let mut once = twice.clone();
    once[Sheet::at(Column::Value)] = "oui".into();
    once[0] = "national-crisis".into();
    sheet.rows.push(once);
    sheet.rows.push(twice);
    let told = desk.give(sheet.french(), &[]);
    assert_eq!(told.code, Some(3));
    for needle in [
        "[wrong-value]",
        "[unknown-choice]",
        "[unknown-word]",
        "[value-and-state]",
        "[unknown-question]",
        "[reply-without-question]",
        "did you mean `legal-mandate`?",
        "write 2026-06-03, or the day first as in 03/06/2026",
        "the choices are: le ministère chargé du numérique; ",
        "they are `inconnu` and `non communicable`",
    ] {
        assert!(told.err.contains(needle), "{needle}\n{}", told.err);
    }
    assert_eq!(
        told.err.matches("[unknown-choice]").count(),
        2,
        "{}",
        told.err
    );
    assert_eq!(told.err.matches("[wrong-value]").count(), 3, "{}", told.err);
    desk.untouched();

    // The line counts as a text editor does, the cell as the spreadsheet does.
    let number = sheet
        .rows
        .iter()
        .position(|row| row[0] == "incident-count")
        .unwrap()
        + 1;
    let text = sheet.french();
    let line = text[..text.find("\nincident-count;").unwrap()]
        .matches('\n')
        .count()
        + 2;
    let place =
        format!("line {line}, column `Valeur` (H{number}): `incident-count` takes a whole number");
    assert!(
        line > number && told.err.contains(&place),
        "{place}\n{}",
        told.err
    );
}

#[test]
fn two_rows_of_one_question_are_put_together_unless_they_contradict() {
    let desk = Desk::new();
    let mut sheet = desk
        .sheet("fr")
        .fill("incident-night-contact", Column::Value, "oui");
    let mut more = sheet.row("incident-night-contact").clone();
    more[Sheet::at(Column::Reply)] = "Le numéro figure sur le site.".into();
    more[Sheet::at(Column::Value)] = String::new();
    sheet.rows.push(more.clone());
    more[Sheet::at(Column::Reply)] = "Et sur la porte.".into();
    sheet.rows.push(more.clone());
    assert_eq!(desk.give(sheet.french(), &["--dry-run"]).code, Some(0));
    desk.untouched();
    assert!(
        !desk.path("land/.cirtkit").exists(),
        "a dry run leaves nothing behind"
    );
    assert_eq!(desk.give(sheet.french(), &[]).code, Some(0));
    let note = "note = \"\"\"\nLe numéro figure sur le site.\n\nEt sur la porte.\"\"\"\n";
    assert!(
        desk.read(SAID).contains(&format!("value = true\n{note}")),
        "{}",
        desk.read(SAID)
    );
    more[Sheet::at(Column::Value)] = "non".into();
    sheet.rows.push(more);
    let told = desk.give(sheet.french(), &["--replace"]);
    assert_eq!(told.code, Some(3));
    assert!(told.err.contains("[reply-twice]"), "{}", told.err);
}

#[test]
fn a_value_that_does_not_fit_may_be_kept_as_words() {
    let desk = Desk::new();
    let sheet = desk
        .sheet("fr")
        .fill("incident-count", Column::Value, "une douzaine")
        .fill("incident-count", Column::Reply, "De mémoire.")
        .fill("technical-tools", Column::State, "à voir")
        .fill("legal-mandate", Column::Value, "3");
    let told = desk.give(sheet.french(), &[]);
    assert_eq!(told.code, Some(3));
    assert!(told.err.contains("or add `--as-words`"), "{}", told.err);
    desk.untouched();
    let told = desk.give(sheet.french(), &["--as-words"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert_eq!(
        told.err.matches("[kept-as-words]").count(),
        3,
        "{}",
        told.err
    );
    let said = desk.read(SAID);
    for words in [
        "De mémoire.\n\nValeur\u{a0}: une douzaine",
        "À défaut de réponse\u{a0}: à voir",
        "note = \"Valeur\u{a0}: 3\"",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(
        !said.contains("value ="),
        "a level is the assessor's: {said}"
    );
}

#[test]
fn a_formula_in_a_cell_stays_text() {
    let desk = Desk::new();
    let formulas = [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "+33 1 23 45",
        "-5",
        "=HYPERLINK(\"http://x\")",
    ];
    let ids = [
        "political-sponsor",
        "legal-mandate",
        "host-readiness",
        "host-governance",
        "legal-reporting-duty",
        "technical-tools",
    ];
    let mut sheet = desk.sheet("fr");
    for (id, formula) in ids.iter().zip(formulas) {
        sheet = sheet.fill(id, Column::Reply, formula);
    }
    // With the apostrophe that a spreadsheet keeps, or that the form would have put there.
    let marked = sheet
        .clone()
        .fill("legal-mandate", Column::Reply, "'=cmd|' /C calc'!A0");
    for sheet in [sheet, marked] {
        assert_eq!(desk.give(sheet.french(), &[]).code, Some(0));
        let said: toml::Table = desk.read(SAID).parse().unwrap();
        for (id, formula) in ids.iter().zip(formulas) {
            assert_eq!(said["answers"][id]["note"].as_str(), Some(formula));
        }
    }
}

#[test]
fn what_was_typed_beside_the_reply_is_kept_or_told() {
    let desk = Desk::new();
    let probes = |sheet: &mut Sheet, id: &str| sheet.row(id)[Sheet::at(Column::Probes)].clone();
    let mut sheet = desk.sheet("fr");
    let own = probes(&mut sheet, "legal-mandate") + "\nRéponse : le décret.";
    let cut = "– le régulateur des télécommunications";
    let mut sheet =
        sheet
            .fill("legal-mandate", Column::Probes, &own)
            .fill("host-preferred", Column::Form, cut);
    let head = sheet.head;
    sheet.rows[head].push("Mon avis".into());
    sheet.rows[head].push(String::new());
    sheet
        .row("political-sponsor")
        .push("Il faut aller vite.".into());
    let row = sheet.row("political-decision");
    row.resize(12, String::new());
    row.push("Signé ?".into());
    sheet.rows[0].push(format!("Reçu le 3 juin. {SECRET}"));
    let told = desk.give(sheet.french(), &[]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    let said = desk.read(SAID);
    for words in [
        "note = \"Questions\u{a0}: Réponse : le décret.\"",
        "note = \"Mon avis\u{a0}: Il faut aller vite.\"",
        "\u{a0}: Signé ?\"",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(
        told.err
            .contains("line 1, column `Section` (B1): this stands above the headings"),
        "{}",
        told.err
    );
    assert!(
        told.err.contains("it is kept in the note of the question"),
        "{}",
        told.err
    );
    assert!(
        told.err
            .contains("something that the form says here was taken out"),
        "{}",
        told.err
    );
    assert!(!told.err.contains("Mon avis"), "{}", told.err);
}

#[test]
fn what_is_on_record_is_never_lost_in_silence() {
    let desk = Desk::new();
    let record = "# our own\n[answers.legal-mandate]\nnote = \"Said at lunch.\" # he laughed\nlang = \"en\"\nvalue = 2\n\
        [answers.incident-count]\nvalue = 7\n";
    desk.write(SAID, record);
    let sheet = desk
        .sheet("fr")
        .fill("legal-mandate", Column::Reply, "Le décret.")
        .fill("incident-count", Column::Value, "12")
        .fill(
            "host-preferred",
            Column::Value,
            "le régulateur des télécommunications",
        );
    let told = desk.give(sheet.french(), &[]);
    assert_eq!(told.code, Some(3));
    assert_eq!(
        told.err.matches("[reply-differs]").count(),
        2,
        "{}",
        told.err
    );
    assert!(
        told.err.contains("column `Réponse` (G") && told.err.contains("column `Valeur` (H"),
        "{}",
        told.err
    );
    assert_eq!(desk.read(SAID), record);

    // Appended: the words go beneath, the value has to be decided.
    let told = desk.give(sheet.french(), &["--append"]);
    assert_eq!(told.code, Some(3));
    assert_eq!(
        told.err.matches("[reply-differs]").count(),
        1,
        "{}",
        told.err
    );
    assert_eq!(desk.read(SAID), record);
    let words = sheet.clone().fill("incident-count", Column::Value, "7");
    assert_eq!(desk.give(words.french(), &["--append"]).code, Some(0));
    let said = desk.read(SAID);
    let note = "Said at lunch.\n\nLe décret.\"\"\" # he laughed\nlang = \"en\"\nvalue = 2\n";
    assert!(
        said.starts_with("# our own\n") && said.contains(note),
        "{said}"
    );
    assert!(
        said.contains("value = 7\n") && said.contains("value = \"regulator\""),
        "{said}"
    );
    // A second time it stands there already.
    assert_eq!(desk.give(words.french(), &["--append"]).code, Some(0));
    assert_eq!(desk.read(SAID), said);

    assert_eq!(desk.give(sheet.french(), &["--replace"]).code, Some(0));
    let said = desk.read(SAID);
    assert!(
        said.contains("note = \"Le décret.\"") && said.contains("lang = \"fr\""),
        "{said}"
    );
    assert!(
        said.contains("value = 12\n") && !said.contains("Said at lunch"),
        "{said}"
    );
    assert_eq!(desk.done(&["check", "land"]).err, "0 errors, 0 warnings\n");
}

#[test]
fn a_form_of_a_later_stage_goes_to_that_stage() {
    let desk = Desk::with_head(&(HEAD.to_string() + "[stages.design]\nstate = \"under-way\"\n"));
    let told = desk.done(&[
        "form",
        "land",
        "--for",
        "regulator",
        "--stage",
        "assessment",
    ]);
    let sheet = Sheet::of(&told.out, ';').fill("legal-mandate", Column::Reply, "Le décret.");
    // The last stage under way is meant where none is named.
    let told = desk.give(sheet.french(), &[]);
    assert_eq!(told.code, Some(3));
    assert!(
        told.err
            .contains("it is asked in another stage: add `--stage assessment`"),
        "{}",
        told.err
    );
    desk.untouched();
    assert_eq!(
        desk.give(sheet.french(), &["--stage", "assessment"]).code,
        Some(0)
    );
    assert!(desk.read(SAID).contains("Le décret."));
    let told = desk.run_with(
        &[
            "answer",
            "land",
            "-",
            "--respondent",
            "atelier",
            "--stage",
            "assessment",
            "--tlp",
            "RED",
            "--by",
            "AM",
        ],
        sheet.french().as_bytes(),
    );
    assert_eq!(told.code, Some(0), "{}", told.err);
    let said = desk.read("land/responses/atelier/assessment.toml");
    assert!(said.contains("tlp = \"RED\""), "{said}");
}

#[test]
fn what_is_no_form_is_refused_with_the_fix() {
    let desk = Desk::new();
    let french = desk.sheet("fr").french();
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(french.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let large = french.clone() + &";".repeat(4 << 20);
    let open = "question;reply\nlegal-mandate;\"x\nincident-count;y\n".to_string();
    let broken: Vec<u8> = [french.as_bytes(), b"\n\xe9"].concat();
    for (bytes, message) in [
        (b"".to_vec(), "no row has the headings of a form"),
        (b"a;b\nc;d\n".to_vec(), "no row has the headings of a form"),
        (
            b"question;text\nlegal-mandate;x\n".to_vec(),
            "no row has the headings of a form",
        ),
        (
            b"PK\x03\x04\0\0".to_vec(),
            "this is a workbook, not its text",
        ),
        (utf16, "this is text in UTF-16"),
        (b"\x01\0\x02".to_vec(), "this is no text"),
        (large.into_bytes(), "the form is larger than 4194304 bytes"),
        (
            open.into_bytes(),
            "is never closed, so that it swallows what follows",
        ),
        (broken, "is not UTF-8, though the beginning says so"),
    ] {
        let told = desk.give(bytes, &[]);
        assert_eq!(told.code, Some(3), "{message}: {}", told.err);
        assert!(
            told.err.contains(message) && told.err.contains("[bad-form]"),
            "{message}: {}",
            told.err
        );
        assert!(told.err.contains("help: "), "{}", told.err);
        desk.untouched();
    }
    // Beyond fifty wrong cells the rest is counted.
    let many = format!("question;reply\n{}", "x;y\n".repeat(20_000));
    let told = desk.give(many, &[]);
    assert_eq!(told.err.matches("[unknown-question]").count(), 50);
    assert!(
        told.err
            .contains("cells that are not as they should be, beyond those told: 19950"),
        "{}",
        told.err
    );
    // Level after level where words are enough is no error, however many.
    let mut sheet = desk.sheet("fr");
    for _ in 0..60 {
        let row = sheet
            .clone()
            .fill("legal-mandate", Column::Value, "3")
            .row("legal-mandate")
            .clone();
        sheet.rows.push(row);
    }
    let told = desk.give(sheet.french(), &["--dry-run"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(told.err.contains("beyond those told: 10"), "{}", told.err);
}

#[test]
fn wrong_use_is_told() {
    let desk = Desk::new();
    let form = desk.sheet("fr").french();
    let told = |arguments: &[&str]| {
        let arguments = [&["answer", "land", "-"], arguments].concat();
        desk.run_with(&arguments, form.as_bytes())
    };
    for (arguments, message) in [
        (
            &[][..],
            "a form is what somebody said, not the conclusion; add `--respondent ID`",
        ),
        (
            &["--respondent", "p-on"],
            "there is no person or meeting `p-on`; did you mean `p-one`?",
        ),
        (
            &["--respondent", "p-one", "3"],
            "leave out what is for one question",
        ),
        (
            &["--respondent", "p-one", "--state", "unknown"],
            "leave out what is for one question",
        ),
        (
            &["--respondent", "p-one", "--append", "--replace"],
            "cannot be used with",
        ),
        (
            &["--respondent", "p-one", "--date", "demain"],
            "`--date` takes a day",
        ),
        (
            &["--respondent", "p-one", "--note-lang", "en français"],
            "the language of a note is a tag",
        ),
        (
            &["--respondent", "p-one", "--by", "XX"],
            "`XX` is no assessor of this dossier",
        ),
    ] {
        let told = told(arguments);
        assert_eq!(told.code, Some(2), "{arguments:?}: {}", told.err);
        assert!(told.err.contains(message), "{arguments:?}: {}", told.err);
    }
    let told = desk.run_with(&["answer", "land", "legal-mandate", "2", "--replace"], b"");
    assert_eq!(told.code, Some(2));
    assert!(told.err.contains("are for a form"), "{}", told.err);
    desk.untouched();
}

#[cfg(unix)]
#[test]
fn at_a_terminal_the_form_is_asked_for() {
    let desk = Desk::new();
    let arguments = ["answer", "land", "-", "--respondent", "p-one"];
    let mut command = program::command(desk.home.path(), &arguments);
    command.env("TERM", "xterm");
    let mut session = rexpect::session::spawn_command(command, Some(20_000)).unwrap();
    session.exp_string("add `< filled.csv`").unwrap();
    session.exp_eof().unwrap();
}

/// What LibreOffice makes of a date in French, and what may be the month first.
#[test]
fn days_are_read_as_they_were_meant_or_asked_again() {
    let desk = Desk::new();
    let day = |lang: &str, separator: char, typed: &str| {
        let sheet = desk
            .sheet(lang)
            .fill("funding-secured-until", Column::Value, typed);
        desk.give(sheet.save(separator, "\r\n"), &["--replace"])
    };
    for (lang, typed, meant) in [
        ("fr", "03/06/2028", "2028-06-03"),
        ("fr", "31/12/28", "2028-12-31"),
        ("en", "31/12/2029", "2029-12-31"),
        ("en", "2028-06-03", "2028-06-03"),
    ] {
        let told = day(lang, if lang == "fr" { ';' } else { ',' }, typed);
        assert_eq!(told.code, Some(0), "{typed}: {}", told.err);
        assert_eq!(
            told.err.contains("[short-year]"),
            typed == "31/12/28",
            "{}",
            told.err
        );
        assert!(
            desk.read(SAID).contains(&format!("value = {meant}\n")),
            "{}",
            desk.read(SAID)
        );
    }
    for (lang, separator, typed) in [
        ("en", ',', "03/06/2028"),
        ("fr", ',', "03/06/2028"),
        ("en", ';', "3/6/28"),
    ] {
        let told = day(lang, separator, typed);
        assert_eq!(told.code, Some(3), "{lang} {typed}");
        assert!(
            told.err
                .contains("takes a date, and this can be read as two"),
            "{}",
            told.err
        );
    }
}

// ---- laws ----

/// The road from a questionnaire to a form and back, without a terminal.
struct Road {
    questionnaire: Questionnaire,
    dossier: Dossier,
    language: Language,
    templates: Templates,
}

/// The roads of the laws, made once.
static FRENCH: LazyLock<Road> = LazyLock::new(|| Road::new("fr"));
static ENGLISH: LazyLock<Road> = LazyLock::new(|| Road::new("en"));

impl Road {
    fn new(lang: &str) -> Self {
        Self::of("assessment", lang)
    }

    fn of(stage: &str, lang: &str) -> Self {
        let content = Content::shipped();
        let mut found = Diagnostics::default();
        let pack = pack::load(&content, stage, 1, lang, &mut found).unwrap();
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("dossier.toml"), HEAD).unwrap();
        fs::write(home.path().join("register.toml"), REGISTER).unwrap();
        let head = dossier::read_head(home.path(), &mut found).unwrap();
        let dossier = dossier::read(home.path(), head, stage, &pack.questionnaire, &mut found);
        let language = Language::load(&content, lang, &mut found);
        assert!(found.is_empty(), "{}", found.to_text());
        Self {
            questionnaire: pack.questionnaire,
            dossier: dossier.unwrap(),
            language: language.unwrap(),
            templates: common::templates(&content),
        }
    }

    fn form(&self, stakeholder: &str) -> Form {
        let score = scoring::score(&self.questionnaire, &self.dossier);
        let scope = FormScope {
            stakeholder,
            section: None,
            core: false,
        };
        report::form(
            &self.questionnaire,
            &self.dossier,
            &score,
            &self.language,
            scope,
        )
    }

    fn tongue(&self) -> Tongue {
        report::tongue(&self.language)
    }

    fn table(&self, form: &Form) -> String {
        render::form::table(form, &self.tongue(), &self.language)
    }

    /// Takes a form back; what is wrong with it is a failure.
    fn back(&self, text: &str) -> Result<intake::Taken, String> {
        let tongues = [self.tongue()];
        let text = sheet::decode(text.as_bytes()).map_err(|it| it.to_string())?;
        let filled = intake::recognise(&text, &tongues).map_err(|it| it.to_text())?;
        let given = report::given(&self.questionnaire, &self.dossier, &self.language);
        let lead = report::leads(&self.questionnaire, &self.dossier, &self.language);
        let asked = Asked {
            questionnaire: &self.questionnaire,
            given: &given,
            lead: &lead,
            elsewhere: &BTreeMap::new(),
            currency: Some("USD"),
            as_words: false,
        };
        Ok(intake::read(&filled, asked))
    }
}

#[test]
fn every_heading_is_told_from_every_other_in_every_language() {
    let mut all: BTreeMap<String, Column> = BTreeMap::new();
    for lang in ["en", "fr"] {
        let tongue = Road::new(lang).tongue();
        let ids = Column::ALL.map(|one| (one, one.id().to_string()));
        for (column, name) in tongue.headings.into_iter().chain(ids) {
            let known = *all.entry(name.to_lowercase()).or_insert(column);
            assert_eq!(known, column, "{name}");
        }
        for words in [&tongue.unknown, &tongue.declined, &tongue.yes, &tongue.no] {
            assert!(!words.is_empty());
        }
    }
}

#[test]
fn a_form_that_nobody_filled_in_says_nothing() {
    for lang in ["en", "fr"] {
        for stage in ["assessment", "design", "establishment", "enhancement"] {
            let road = Road::of(stage, lang);
            for kind in ["regulator", "ministry", "operator"] {
                let taken = road.back(&road.table(&road.form(kind))).unwrap();
                assert!(taken.replies.is_empty(), "{stage} {lang} {kind}");
                assert!(taken.found.is_empty(), "{}", taken.found.to_text());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever was typed as a reply is in the note, word for word.
    #[test]
    fn words_come_back_as_they_were_typed(
        words in proptest::collection::vec("(?s).{0,12}|[\"';,\\t\\r\\n =+@a-]{0,8}", 8),
        separator in proptest::sample::select(sheet::SEPARATORS.to_vec()),
        guarded in any::<bool>(),
    ) {
        let road = &*FRENCH;
        let mut sheet = Sheet::of(&road.table(&road.form("regulator")), ';');
        let first = sheet.head + 1;
        let mut typed = BTreeMap::new();
        for (row, words) in sheet.rows[first..].iter_mut().zip(&words) {
            let words = words.replace(['\0', '\u{feff}'], "");
            // A spreadsheet may guard what looks like a formula, as the form does, or may not.
            let meant = sheet::unguarded(&words).replace("\r\n", "\n").replace('\r', "\n");
            if !meant.trim().is_empty() {
                typed.insert(row[0].clone(), meant.trim().to_string());
            }
            row[Sheet::at(Column::Reply)] = match guarded {
                true => sheet::guarded(sheet::unguarded(&words)).into_owned(),
                false => words,
            };
        }
        let taken = road.back(&sheet.save(separator, "\r\n")).map_err(TestCaseError::fail)?;
        prop_assert!(taken.found.is_empty(), "{}", taken.found.to_text());
        let notes = taken.replies.into_iter().map(|reply| (reply.question, reply.note.unwrap_or_default()));
        prop_assert_eq!(notes.collect::<BTreeMap<_, _>>(), typed);
    }

    /// Any bytes are taken in or refused, and what is recorded of them a second time is nothing.
    #[test]
    fn no_form_is_too_odd(text in "(question|reply|value|state|legal-mandate|incident-count|=1|\"|;|,|\n|é){0,40}") {
        let road = &*ENGLISH;
        let Ok(taken) = road.back(&text) else { return Ok(()) };
        let none = BTreeMap::new();
        let settled = intake::settle(&taken.replies, &none, Held::Refused);
        prop_assert!(settled.found.is_empty());
    }
}
