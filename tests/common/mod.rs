//! What the library's tests share: the road in one call, and a reader of what comes out of it.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, reason = "a helper of tests may stop the test")]

pub(crate) mod leftovers;
pub(crate) mod page;
pub(crate) mod program;
pub(crate) mod road;

use std::fs;
use std::path::{Path, PathBuf};

use cirtkit::content::Content;
use cirtkit::diagnostic::Diagnostics;
use cirtkit::dossier;
use cirtkit::model::{Dossier, Questionnaire, Tlp};
use cirtkit::pack::{self, Pack};
use cirtkit::plan::{Judged, Plan, plan};
use cirtkit::render::template::Templates;
use cirtkit::render::{self, Format};
use cirtkit::report::{self, Language, Options, Report};
use cirtkit::scoring::{Score, score};

/// Compares a text with the snapshot of this name in a folder of `tests`, the style, the version and
/// digests left out.
#[allow(unused_macros, reason = "each test binary uses its own part")]
macro_rules! snapshot {
    ($folder:expr, $name:expr, $text:expr) => {
        insta::with_settings!({
            snapshot_path => $folder,
            prepend_module_to_snapshot => false,
            omit_expression => true,
            filters => vec![
                ("[0-9a-f]{64}", "[digest]"),
                (r"cirtkit \d+\.\d+\.\d+", "cirtkit [version]"),
                (r"(?s)<style>.*?</style>", "<style>[style]</style>"),
            ],
        }, {
            insta::assert_snapshot!($name, $text);
        })
    };
}
#[allow(unused_imports, reason = "each test binary uses its own part")]
pub(crate) use snapshot;

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A path below `tests`.
pub(crate) fn tests(below: &str) -> PathBuf {
    root().join("tests").join(below)
}

/// Content of these folders of questionnaires alone, one laid over the other.
pub(crate) fn laid_over(folders: &[&Path]) -> (Content, Diagnostics) {
    let (mut content, mut found) = (Content::default(), Diagnostics::default());
    for folder in folders {
        content.lay_over("questionnaires", folder, &mut found);
    }
    (content, found)
}

/// The tiny frozen pack of `tests/cases`, with the shipped templates.
pub(crate) fn tiny_content() -> Content {
    let (mut content, found) = laid_over(&[&tests("cases/pack")]);
    assert!(found.is_empty(), "{}", found.to_text());
    for (name, file) in Content::shipped().under("report-templates/") {
        content.insert(name, file.text.to_string());
    }
    content
}

/// Checks every questionnaire of some content in every language, as `pack check` does.
pub(crate) fn check_all(content: &Content) -> Diagnostics {
    pack::check::check_all(content, None)
}

/// The folders below a folder, in the order of their names.
pub(crate) fn folders(of: &Path) -> Vec<(String, PathBuf)> {
    let mut folders: Vec<_> = fs::read_dir(of)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| (name_of(&path), path))
        .collect();
    folders.sort();
    folders
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// All files below a folder with this ending, in order.
pub(crate) fn files(below: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The product's own code of one source file, without its tests.
pub(crate) fn product_code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let tests = |at: &usize| {
        text[*at..]
            .lines()
            .take(12)
            .any(|line| line.starts_with("mod "))
    };
    let mut ends = text.match_indices("\n#[cfg(test)]\n").map(|(at, _)| at + 1);
    let end = ends.find(tests).unwrap_or(text.len());
    text[..end].to_string()
}

/// The diagnostic codes that a piece of source pushes: kebab-case words that come first in a call of
/// `error`, `warning`, `warn`, `unknown` or `refuse`, or in the tuple of a match arm.
pub(crate) fn codes(source: &str) -> Vec<String> {
    let mut codes = Vec::new();
    for (open, _) in source.match_indices('(') {
        let Some(literal) = source[open + 1..].trim_start().strip_prefix('"') else {
            continue;
        };
        let word = literal.split('"').next().unwrap_or_default();
        let kebab = !word.is_empty()
            && word
                .split('-')
                .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()));
        let before = source[..open].trim_end_matches("::<()>").trim_end();
        let name_at = before
            .rfind(|c: char| !c.is_alphanumeric() && c != '_')
            .map_or(0, |at| at + 1);
        let called = matches!(
            &before[name_at..],
            "error" | "warning" | "warn" | "unknown" | "refuse"
        );
        let attribute = before[..name_at].ends_with("#[");
        let arm = before.ends_with("=>") && word.contains('-');
        if kebab && (called && !attribute || arm) {
            codes.push(word.to_string());
        }
    }
    codes.sort();
    codes.dedup();
    codes
}

/// Compiles all report templates of some content.
pub(crate) fn templates(content: &Content) -> Templates {
    const ROOT: &str = "report-templates/";
    let sources = content
        .under(ROOT)
        .filter(|(name, _)| !name.ends_with(".toml") && !name.ends_with(".keep"))
        .map(|(name, file)| (name[ROOT.len()..].to_string(), file.text.to_string()));
    Templates::new(sources).unwrap()
}

/// A pack in one language; it must load without a problem.
pub(crate) fn load(content: &Content, lang: &str) -> Pack {
    let mut found = Diagnostics::default();
    let pack = pack::load(content, "assessment", 1, lang, &mut found);
    assert!(found.is_empty(), "{}", found.to_text());
    pack.unwrap()
}

/// The assessment stage of a dossier; it must read without an error.
pub(crate) fn read(folder: &Path, questionnaire: &Questionnaire) -> Dossier {
    let mut found = Diagnostics::default();
    let dossier = dossier::read_head(folder, &mut found)
        .and_then(|head| dossier::read(folder, head, "assessment", questionnaire, &mut found));
    dossier.unwrap_or_else(|| panic!("{}", found.to_text()))
}

/// Everything that one language of reports needs, loaded once.
pub(crate) struct Desk {
    pub(crate) pack: Pack,
    pub(crate) language: Language,
    pub(crate) templates: Templates,
}

impl Desk {
    pub(crate) fn new(content: &Content, lang: &str) -> Self {
        let mut found = Diagnostics::default();
        let language = Language::load(content, lang, &mut found);
        assert!(found.is_empty(), "{}", found.to_text());
        Self {
            pack: load(content, lang),
            language: language.unwrap(),
            templates: templates(content),
        }
    }

    pub(crate) fn questionnaire(&self) -> &Questionnaire {
        &self.pack.questionnaire
    }

    pub(crate) fn judge(&self, dossier: &Dossier) -> (Score, Plan) {
        let score = score(self.questionnaire(), dossier);
        let plan = plan(self.questionnaire(), dossier, &score);
        (score, plan)
    }

    pub(crate) fn report(&self, dossier: &Dossier, ceiling: Option<Tlp>) -> Report {
        let dossier = match ceiling {
            Some(ceiling) => dossier::withhold(dossier, ceiling),
            None => dossier.clone(),
        };
        let options = Options {
            report: "assessment-report".into(),
            ceiling,
            ..Options::default()
        };
        let stage = Judged::new(self.questionnaire(), dossier);
        report::build(&stage, &[], &self.language, &options)
    }

    pub(crate) fn render(&self, dossier: &Dossier, formats: &[Format]) -> Vec<String> {
        self.render_up_to(dossier, None, formats)
    }

    pub(crate) fn render_up_to(
        &self,
        dossier: &Dossier,
        ceiling: Option<Tlp>,
        formats: &[Format],
    ) -> Vec<String> {
        let report = self.report(dossier, ceiling);
        render::render(&report, &self.templates, formats)
            .unwrap_or_else(|problem| panic!("{problem}: {:?}", problem.help))
    }

    pub(crate) fn html(&self, dossier: &Dossier) -> String {
        self.render(dossier, &[Format::Html]).remove(0)
    }

    pub(crate) fn markdown(&self, dossier: &Dossier) -> String {
        self.render(dossier, &[Format::Markdown]).remove(0)
    }
}
