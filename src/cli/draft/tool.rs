//! The tool's own words of every piece, as a starting point and for comparison.

use similar::{ChangeTag, TextDiff};

use super::said;
use crate::model::dossier::LocalText;
use crate::model::drafting::{PieceId, Side};
use crate::plan::Judged;
use crate::render::{self, Format, template::Templates};
use crate::report::{self, Language, Options};

/// How wide the difference is printed.
const WIDTH: usize = 78;

/// What the tool says.
pub(super) struct Tool<'a> {
    pub(super) stage: &'a Judged<'a>,
    pub(super) earlier: &'a [Judged<'a>],
    pub(super) language: &'a Language,
    pub(super) templates: &'a Templates,
    pub(super) report: &'a str,
}

impl Tool<'_> {
    fn say(&self, text: &str, otherwise: Option<&str>) -> String {
        report::say(self.stage, self.earlier, self.language, text, otherwise)
    }

    /// Returns the tool's own words; nothing where only the assessor can have any.
    pub(super) fn own(&self, id: &PieceId) -> String {
        let questionnaire = self.stage.questionnaire;
        match id {
            PieceId::Finding(rule) => {
                let rule = questionnaire.rules.iter().find(|one| one.id == *rule);
                rule.map_or_else(String::new, |rule| {
                    self.say(&rule.finding, rule.otherwise.as_deref())
                })
            }
            PieceId::Recommendation(one) => {
                let one = questionnaire.recommendation(one);
                one.map_or_else(String::new, |one| {
                    let text = self.say(&one.text, one.otherwise.as_deref());
                    format!("{}\n\n{text}", self.say(&one.title, None))
                })
            }
            PieceId::Summary => self.summary().unwrap_or_default(),
            PieceId::Decision => {
                let summary = self.summary().unwrap_or_default();
                let head = format!("**{}**", self.language.decision_asked());
                let mut paragraphs = summary.split("\n\n");
                let asked = paragraphs.find_map(|one| one.trim().strip_prefix(&head));
                asked.map_or_else(String::new, |asked| asked.trim().to_string())
            }
            PieceId::Section(..) | PieceId::OwnFinding(_) | PieceId::OwnRecommendation(_) => {
                String::new()
            }
        }
    }

    /// Returns the tool's summary: the report without the pen on it, between the second-level headings.
    fn summary(&self) -> Option<String> {
        let mut stage = self.stage.clone();
        stage.dossier.drafting.summary = None;
        stage.dossier.drafting.decision = None;
        let options = Options {
            report: self.report.to_string(),
            ..Options::default()
        };
        let report = report::build(&stage, self.earlier, self.language, &options);
        let text = render::render(&report, self.templates, &[Format::Markdown]).ok()?;
        let text = text.into_iter().next()?;
        let heads =
            ["executive-summary", "summary"].map(|word| format!("## {}", self.language.word(word)));
        let mut lines = text
            .lines()
            .skip_while(|line| !heads.iter().any(|head| head == line));
        lines.next()?;
        let body: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
        Some(body.join("\n").trim().to_string())
    }

    /// Returns what the assessor wrote in this language; a title first, where there is one.
    pub(super) fn written(&self, id: &PieceId) -> Option<String> {
        let lang = self.language.tag();
        let drafting = &self.stage.dossier.drafting;
        let piece = drafting.piece(id)?;
        let text = piece.texts.first().and_then(|texts| said(texts, lang));
        let title = piece.texts.get(1).and_then(|texts| said(texts, lang));
        match id {
            PieceId::Recommendation(_) | PieceId::OwnRecommendation(_) => {
                if title.is_none() && text.is_none() {
                    return None;
                }
                let own = self.own(id);
                let (own_title, own_text) = split(&own);
                let title = title.map_or(own_title, String::from);
                let text = text.map_or(own_text, String::from);
                Some(format!("{title}\n\n{text}"))
            }
            _ => text.map(String::from),
        }
    }

    /// Returns what an editor opens with.
    pub(super) fn current(&self, id: &PieceId) -> String {
        self.written(id).unwrap_or_else(|| self.own(id))
    }

    /// Explains what the editor opens.
    pub(super) fn heading(&self, id: &PieceId) -> String {
        let lang = self.language.tag();
        let form = match id {
            PieceId::Finding(_) | PieceId::OwnFinding(_) => "One paragraph of plain words.",
            PieceId::Recommendation(_) | PieceId::OwnRecommendation(_) => {
                "The first line is the title; below it one paragraph of plain words."
            }
            PieceId::Section(_, Side::Before) => {
                "Markdown; it stands behind the heading of the section."
            }
            PieceId::Section(_, Side::After) => "Markdown; it stands at the end of the section.",
            PieceId::Summary => {
                "Markdown; `mode` says whether it stands before the tool's, after it or in its place."
            }
            PieceId::Decision => "Markdown; it stands in place of the tool's.",
        };
        let below = self.stage.dossier.drafting.piece(id);
        let reason = below.and_then(|piece| piece.reason.map(|text: &LocalText| text.get(lang).0));
        let out = if reason.is_some() {
            "\nIt is left out or merged now; new words bring it back."
        } else {
            ""
        };
        format!(
            "{id}, in the language `{lang}`. {form}{out}\n\
             Write below this comment. If you leave the text as it is, or empty, nothing is saved."
        )
    }
}

/// Splits a recommendation into its title and its text.
pub(super) fn split(words: &str) -> (String, String) {
    let (title, text) = words.trim().split_once('\n').unwrap_or((words.trim(), ""));
    (title.trim().to_string(), paragraph(text))
}

/// Joins the lines of a paragraph; no-break spaces stay.
pub(super) fn paragraph(text: &str) -> String {
    let lines = text.lines().map(|line| line.trim_matches([' ', '\t']));
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// Tells the difference line by line, in lines of a readable width.
pub(super) fn difference(before: &str, after: &str) -> String {
    let (before, after) = (textwrap::fill(before, WIDTH), textwrap::fill(after, WIDTH));
    let diff = TextDiff::from_lines(&before, &after);
    let lines = diff.iter_all_changes().map(|change| {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        let line = change.value().trim_end_matches(['\n', '\r']);
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        format!("{sign} {line}").trim_end().to_string()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recommendation_is_a_line_and_a_paragraph() {
        let (title, text) = split("Do it\n\nThe Office\n does it.\n");
        assert_eq!(
            (title.as_str(), text.as_str()),
            ("Do it", "The Office does it.")
        );
    }

    #[test]
    fn the_difference_is_told_by_lines() {
        assert_eq!(
            difference("one\ntwo", "one\nthree"),
            "  one\n- two\n+ three"
        );
    }
}
