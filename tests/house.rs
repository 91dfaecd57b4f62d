//! House rules that hold the layout together: who may import whom, where an outside crate lives, what
//! the package holds, and that codes, words and their manual stay the same set.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use cirtkit::content::Content;

use common::{check_all, codes, files, product_code, root};

/// The modules with their layers; a module imports from lower ones only.
const LAYERS: [(&str, u8); 24] = [
    ("model", 0),
    ("diagnostic", 0),
    ("content", 1),
    ("files", 1),
    ("source", 1),
    ("sheet", 1),
    ("spelling", 1),
    ("pack", 2),
    ("dossier", 2),
    ("scoring", 3),
    ("drafting", 3),
    ("intake", 3),
    ("search", 3),
    ("voices", 4),
    ("plan", 4),
    ("formula", 4),
    ("appraisal", 4),
    ("prefill", 4),
    ("progress", 4),
    ("interview", 5),
    ("report", 5),
    ("render", 6),
    ("cli", 7),
    ("main", 8),
];

/// Imports within a layer, each with its reason.
const SIDEWAYS: [(&str, &str); 3] = [
    ("plan", "formula"),  // a rule may ask for a figure
    ("content", "files"), // a folder laid over is read with the limits of every reader
    ("pack", "dossier"), // the schemas of the dossier's files are made from the types that read them
];

/// Where an outside crate lives alone; a folder ends in a slash.
const HOMES: [(&str, &str); 20] = [
    ("deunicode", "spelling.rs"),
    ("comrak", "render/commonmark/"),
    ("minijinja", "render/template/"),
    ("toml_edit", "dossier/edit/"),
    ("dialoguer", "cli/"),
    ("similar", "cli/"),
    ("clap", "cli/"),
    ("clap_complete", "cli/"),
    ("clap_mangen", "cli/"),
    ("anyhow", "cli/"),
    ("signal_hook", "cli/"),
    ("icu_calendar", "report/locale.rs"),
    ("icu_datetime", "report/locale.rs"),
    ("icu_decimal", "report/locale.rs"),
    ("icu_list", "report/locale.rs"),
    ("icu_locale_core", "report/locale.rs"),
    ("icu_plurals", "report/locale.rs"),
    ("icu_provider", "report/locale.rs"),
    ("writeable", "report/locale.rs"),
    ("strsim", "diagnostic.rs"),
];

/// The sources of the product: name below `src`, code without comments.
fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let code = |text: String| -> String {
        let lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    };
    files(&src, ".rs")
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(&src)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            (name, code(fs::read_to_string(&path).unwrap()))
        })
        .collect()
}

/// The word at the start of a text.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

#[test]
fn imports_lead_to_lower_layers_only() {
    let layers: BTreeMap<&str, u8> = LAYERS.into();
    let mut wrong = BTreeSet::new();
    for (name, code) in sources() {
        let module = name.split(['/', '.']).next().unwrap();
        if module == "lib" {
            continue;
        }
        let own = *layers
            .get(module)
            .unwrap_or_else(|| panic!("`{module}` has no layer"));
        let mut imported = BTreeSet::new();
        for (at, _) in code.match_indices("crate::") {
            let rest = &code[at + "crate::".len()..];
            match rest.strip_prefix('{') {
                Some(list) => {
                    let list = list.split('}').next().unwrap().split(',');
                    imported.extend(list.map(|part| word(part.trim())));
                }
                None => drop(imported.insert(word(rest))),
            }
        }
        // `cirtkit::` is how the program names the library.
        for other in imported {
            let Some(layer) = layers.get(other) else {
                continue;
            };
            let sideways = SIDEWAYS.contains(&(module, other));
            if other != module && *layer >= own && !sideways {
                wrong.insert(format!("{name} ({own}) imports `{other}` ({layer})"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_module_is_declared_and_has_a_layer() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let declared: BTreeSet<&str> = lib
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let known: BTreeSet<&str> = LAYERS
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| *name != "main")
        .collect();
    assert_eq!(declared, known);
}

#[test]
fn an_outside_crate_lives_in_one_home() {
    let mut wrong = Vec::new();
    for (name, code) in sources() {
        for (outside, home) in HOMES {
            let at_home = name == home || home.ends_with('/') && name.starts_with(home);
            for (at, _) in code.match_indices(&format!("{outside}::")) {
                let before = code[..at].chars().next_back();
                let whole = before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':');
                if whole && !at_home {
                    wrong.push(format!("{name} uses `{outside}`, whose home is {home}"));
                }
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Only the command line, `content`, `files` and the saving half of `dossier` touch the world.
#[test]
fn the_middle_of_the_road_touches_no_file_and_no_clock() {
    let outside = [
        "std::fs",
        "fs::read",
        "File::open",
        "SystemTime",
        "Instant::",
        "std::env",
        "env::var",
        "std::net",
    ];
    let may = |name: &str| {
        name.starts_with("cli/")
            || [
                "main.rs",
                "content.rs",
                "files.rs",
                "dossier/save.rs",
                "dossier/deposit.rs",
                "dossier/read.rs",
            ]
            .contains(&name)
    };
    let mut wrong = Vec::new();
    for (name, _) in sources() {
        let code = product_code(&root().join("src").join(&name));
        let code = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let code: Vec<&str> = code.collect();
        for word in outside {
            if !may(&name) && code.iter().any(|line| line.contains(word)) {
                wrong.push(format!("{name} uses {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_package_holds_what_it_needs_and_nothing_astray() {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let made = Command::new(cargo)
        .args(["package", "--list", "--allow-dirty", "--offline", "--quiet"])
        .current_dir(root())
        .output();
    // Only where there is no cargo at all is there nothing to look at.
    let Ok(made) = made else { return };
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let list = String::from_utf8(made.stdout).unwrap().replace('\\', "/");
    let list: BTreeSet<&str> = list.lines().collect();
    let needed = [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "LICENSE-CC-BY",
        "build.rs",
        "src/main.rs",
        "questionnaires/stages.toml",
        "questionnaires/assessment/1/questionnaire.toml",
        "questionnaires/samples/examplia/dossier.toml",
        "report-templates/assessment-report/report.md",
        "report-templates/page/style.css",
        "docs/diagnostics.md",
    ];
    let missing: Vec<_> = needed
        .iter()
        .filter(|name| !list.iter().any(|path| path.starts_with(*name)))
        .collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
    for folder in ["questionnaires", "report-templates"] {
        for path in files(&root().join(folder), "") {
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            let hidden = name.split('/').any(|part| part.starts_with('.'));
            let made = name.contains("/reports/");
            assert!(
                hidden || made || list.contains(name.as_str()),
                "{name} is not in the package"
            );
        }
    }
    let top: BTreeSet<&str> = [
        ".cargo_vcs_info.json",
        ".gitignore",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Cargo.lock",
        "Cargo.toml",
        "Cargo.toml.orig",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "build.rs",
        "docs",
        "questionnaires",
        "report-templates",
        "src",
        "tests",
        ".ci",
        ".gitattributes",
        "rust-toolchain.toml",
    ]
    .into();
    let astray = |path: &&str| {
        let first = path.split('/').next().unwrap();
        let known = top.contains(first)
            || first.starts_with("LICENSE-CC-BY")
            || first.starts_with("LICENSE");
        let ending = Path::new(path)
            .extension()
            .and_then(|end| end.to_str())
            .unwrap_or_default();
        let made = [
            "orig",
            "bak",
            "swp",
            "new",
            "tmp",
            "log",
            "pdf",
            "proptest-regressions",
        ]
        .contains(&ending);
        !known
            || path.contains("/.cirtkit/")
            || path.contains("/reports/")
            || made && *path != "Cargo.toml.orig"
            || path.ends_with('~')
            || path.contains(".DS_Store")
    };
    let stray: Vec<_> = list.iter().copied().filter(|path| astray(path)).collect();
    assert!(stray.is_empty(), "astray: {stray:?}");
}

// ---- codes ----

#[test]
fn every_code_has_a_paragraph_and_every_paragraph_a_code() {
    let pushed: BTreeSet<String> = files(&root().join("src"), ".rs")
        .iter()
        .flat_map(|path| codes(&product_code(path)))
        .collect();
    let manual = fs::read_to_string(root().join("docs/diagnostics.md")).unwrap();
    let told: Vec<String> = manual
        .lines()
        .filter_map(|line| Some(line.strip_prefix("### `")?.split('`').next()?.to_string()))
        .collect();
    let set: BTreeSet<String> = told.iter().cloned().collect();
    assert_eq!(set.len(), told.len(), "a code has two paragraphs");
    let untold: Vec<_> = pushed.difference(&set).collect();
    let unpushed: Vec<_> = set.difference(&pushed).collect();
    assert!(
        untold.is_empty(),
        "docs/diagnostics.md has no paragraph for {untold:?}"
    );
    assert!(
        unpushed.is_empty(),
        "docs/diagnostics.md tells codes that nothing pushes: {unpushed:?}"
    );
    for paragraph in manual.split("\n### ").skip(1) {
        let (head, body) = paragraph.split_once('\n').unwrap();
        let body = body.split("\n## ").next().unwrap().trim();
        assert!(body.len() > 20, "{head} says nothing");
    }
}

// ---- content ----

#[test]
fn the_shipped_packs_pass_without_a_word() {
    let found = check_all(&Content::shipped());
    assert!(found.is_empty(), "{}", found.to_text());
}

/// Every file that stands in the two folders is compiled in, and none else.
#[test]
fn what_is_compiled_in_is_what_stands_there() {
    let content = Content::shipped();
    for folder in ["questionnaires", "report-templates"] {
        let prefix = format!("{folder}/");
        let inside: BTreeSet<&str> = content.under(&prefix).map(|(name, _)| name).collect();
        let there: BTreeSet<String> = files(&root().join(folder), "")
            .iter()
            .map(|path| {
                path.strip_prefix(root())
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/")
            })
            .filter(|name| {
                !name.split('/').any(|part| part.starts_with('.')) && !name.contains("/reports/")
            })
            .collect();
        let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
        assert_eq!(inside, there);
    }
}

// ---- words ----

fn table(path: &Path) -> toml::Table {
    fs::read_to_string(path).unwrap().parse().unwrap()
}

/// The languages of the reports with their keys of `[words]`.
fn words() -> BTreeMap<String, BTreeSet<String>> {
    files(&root().join("report-templates/lang"), ".toml")
        .iter()
        .map(|path| {
            let words = table(path)["words"]
                .as_table()
                .unwrap()
                .keys()
                .cloned()
                .collect();
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                words,
            )
        })
        .collect()
}

/// The literals that stand behind `before` and end in a quotation mark.
fn literals(text: &str, before: &str) -> Vec<String> {
    let found = text.match_indices(before).filter_map(|(at, _)| {
        let rest = &text[at + before.len()..];
        let word = rest.split('"').next()?;
        Some((word, rest[word.len()..].chars().nth(1)?))
    });
    // A key that is put together out of parts is looked at elsewhere.
    found
        .filter(|(word, after)| {
            !word.is_empty() && !word.contains('{') && [')', ']', ','].contains(after)
        })
        .map(|(word, _)| word.to_string())
        .collect()
}

/// The keys that the templates ask for.
fn asked_by_templates() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for path in files(&root().join("report-templates"), "") {
        let text = fs::read(&path).unwrap();
        let Ok(text) = String::from_utf8(text) else {
            continue;
        };
        if path
            .extension()
            .is_some_and(|end| end == "toml" || end == "css")
        {
            continue;
        }
        keys.extend(literals(&text, "words[\""));
        for (at, _) in text.match_indices("words.") {
            let key = word(&text[at + "words.".len()..]);
            let page = path.ends_with("page/page.html");
            keys.extend((!page && !key.is_empty()).then(|| key.to_string()));
        }
    }
    keys
}

/// The keys that Rust asks for, those with a part that varies written out.
fn asked_by_rust() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut prefixes = BTreeSet::new();
    for (name, code) in sources() {
        if !name.starts_with("report/") && !name.starts_with("render/") {
            continue;
        }
        for call in ["word(\"", "say(\"", "say(\n                    \""] {
            keys.extend(literals(&code, call));
        }
        for (at, _) in code.match_indices("word(&format!(\"") {
            let prefix = code[at + "word(&format!(\"".len()..]
                .split('{')
                .next()
                .unwrap();
            prefixes.insert(prefix.to_string());
        }
    }
    let variants: BTreeMap<&str, Vec<&str>> = BTreeMap::from([
        (
            "state-",
            vec![
                "answered",
                "unknown",
                "declined",
                "not-applicable",
                "not-asked",
                "withheld",
                "closed",
                "out-of-scope",
            ],
        ),
        (
            "stage-",
            vec![
                "requested",
                "planned",
                "under-way",
                "draft",
                "for-comment",
                "final",
                "accepted",
                "accepted-with-reservations",
                "suspended",
            ],
        ),
        (
            "confidence-",
            vec!["reported", "observed", "documented", "verified"],
        ),
        (
            "form-head-",
            cirtkit::intake::Column::ALL.map(|one| one.id()).to_vec(),
        ),
        ("severity-", vec!["critical", "major", "minor", "strength"]),
        ("priority-", vec!["high", "medium", "low"]),
        ("effort-", vec!["s", "m", "l"]),
        ("reply-", vec!["accepted", "partly", "deferred", "rejected"]),
        ("likelihood-", vec!["low", "medium", "high"]),
        (
            "payer-",
            vec!["state", "host", "partner", "in-kind", "open", "none"],
        ),
        (
            "tlp-",
            vec!["clear", "green", "amber", "amber+strict", "red"],
        ),
        (
            "why-",
            vec![
                "unknown",
                "declined",
                "withheld",
                "not-asked",
                "unproven",
                "disputed",
                "reported",
            ],
        ),
    ]);
    for prefix in prefixes {
        let variants = variants.get(prefix.as_str());
        let variants =
            variants.unwrap_or_else(|| panic!("what may follow `{prefix}`? add it to this test"));
        keys.extend(variants.iter().map(|variant| format!("{prefix}{variant}")));
    }
    keys.extend(["yes", "no", "month-one", "month-range", "to-be-designated"].map(String::from));
    keys
}

#[test]
fn every_word_that_is_asked_for_exists_in_every_language() {
    let (templates, rust) = (asked_by_templates(), asked_by_rust());
    assert!(
        templates.len() > 30 && rust.len() > 30,
        "the keys are not found: {templates:?} {rust:?}"
    );
    let languages = words();
    assert!(languages.len() >= 2);
    for (lang, words) in &languages {
        let missing: Vec<_> = templates
            .union(&rust)
            .filter(|key| !words.contains(*key))
            .collect();
        assert!(missing.is_empty(), "{lang}.toml lacks {missing:?}");
    }
    let english = &languages["en"];
    for (lang, words) in &languages {
        let differ: Vec<_> = words.symmetric_difference(english).collect();
        assert!(
            differ.is_empty(),
            "{lang}.toml and en.toml do not hold the same keys: {differ:?}"
        );
    }
    // A word that nobody asks for is a sentence that an editor mends in vain.
    let idle: Vec<_> = english
        .iter()
        .filter(|key| {
            let asked = templates.contains(*key) || rust.contains(*key);
            !asked && !key.starts_with("gloss-")
        })
        .collect();
    assert!(idle.is_empty(), "nobody asks for {idle:?}");
}

/// The sentences of a language are macros; every language has the same, with the same parameters.
#[test]
fn every_sentence_that_is_asked_for_exists_in_every_language() {
    let macros = |path: &Path| -> BTreeMap<String, usize> {
        let text = fs::read_to_string(path).unwrap();
        text.match_indices("macro ")
            .filter(|(at, _)| text[..*at].trim_end().ends_with(['%', '-']))
            .map(|(at, _)| {
                let (name, rest) = text[at + "macro ".len()..].split_once('(').unwrap();
                let parameters = rest.split(')').next().unwrap();
                let count = parameters
                    .split(',')
                    .filter(|one| !one.trim().is_empty())
                    .count();
                (name.trim().to_string(), count)
            })
            .collect()
    };
    let names = |below: &str| root().join("report-templates").join(below);
    // The sentences of the assessment, those of the stages after it, those of the monthly records.
    for (folder, reports) in [
        ("lang", vec!["assessment-report"]),
        (
            "lang/stages",
            vec![
                "design-document",
                "establishment-report",
                "enhancement-report",
            ],
        ),
        (
            "lang/progress",
            vec!["progress-report", "establishment-report"],
        ),
    ] {
        let folder = names(folder);
        let mut said: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for (lang, _) in words() {
            let path = folder.join(format!("{lang}.md"));
            assert!(path.is_file(), "{} is missing", path.display());
            // Each includes the sentences of the one before and adds its own.
            let chain = ["lang", "lang/stages", "lang/progress"];
            let mut all = BTreeMap::new();
            for before in chain.iter().take_while(|before| folder != names(before)) {
                all.extend(macros(&names(before).join(format!("{lang}.md"))));
            }
            all.extend(macros(&path));
            said.insert(lang, all);
        }
        let sentences = &said["en"];
        for (lang, other) in &said {
            assert_eq!(
                sentences,
                other,
                "{lang} and en differ in {}",
                folder.display()
            );
        }
        for report in reports {
            for path in files(&names(report), ".md") {
                let text = fs::read_to_string(&path).unwrap();
                // A part of one report may take the sentences of another.
                let own = text.contains("import \"lang/progress/");
                if own != (folder == names("lang/progress")) && report == "establishment-report" {
                    continue;
                }
                let asked = text
                    .match_indices("say.")
                    .map(|(at, _)| word(&text[at + 4..]));
                let missing: BTreeSet<_> = asked
                    .filter(|name| !sentences.contains_key(*name))
                    .collect();
                assert!(
                    missing.is_empty(),
                    "{}: no language says {missing:?}",
                    path.display()
                );
            }
        }
    }
}

/// The words of the interview.
#[test]
fn every_word_of_the_interview_exists_in_every_language() {
    let languages: Vec<(String, BTreeSet<String>)> =
        files(&root().join("questionnaires/interface"), ".toml")
            .iter()
            .map(|path| {
                (
                    path.display().to_string(),
                    table(path).keys().cloned().collect(),
                )
            })
            .collect();
    let mut asked = BTreeSet::new();
    for (name, code) in sources() {
        if name.starts_with("cli/prompt") || name == "cli/ask.rs" {
            let flat: String = code
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .replace("( \"", "(\"");
            for call in ["words.get(\"", "words.say(\""] {
                asked.extend(literals(&flat, call));
            }
        }
    }
    assert!(asked.len() > 5, "the keys are not found: {asked:?}");
    for (name, words) in &languages {
        assert_eq!(words, &languages[0].1, "{name} holds other keys");
        let missing: Vec<_> = asked.iter().filter(|key| !words.contains(*key)).collect();
        assert!(missing.is_empty(), "{name} lacks {missing:?}");
    }
}

#[test]
fn the_coverage_table_is_what_the_questionnaires_say() {
    let mut found = cirtkit::diagnostic::Diagnostics::default();
    let packs = cirtkit::pack::of_stages(&Content::shipped(), &mut found);
    assert!(found.is_empty(), "{}", found.to_text());
    let told = cirtkit::pack::coverage::coverage(&packs);
    let kept = fs::read_to_string(root().join("docs/coverage.md")).unwrap();
    assert!(
        told == kept,
        "`cargo run -- pack coverage > docs/coverage.md` writes it anew"
    );
}
