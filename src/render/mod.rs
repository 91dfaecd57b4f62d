//! A [`Report`] to Markdown, HTML and JSON.
//!
//! The last arrow of the road. Markdown is the one source: the templates write it with markers for
//! what Markdown cannot say, `.md` is that text without the markers, and HTML is the same text parsed
//! once. Every document ends in a seal, so that a file edited by hand is known as such.

pub mod commonmark;
pub mod csv;
pub mod documents;
pub mod escape;
pub mod form;
pub mod markers;
pub mod seal;
pub mod template;

use serde::Serialize;

use crate::report::Report;
use template::{Page, PageWords, TemplateError, Templates};

/// A form of a report's document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// CommonMark with tables.
    Markdown,
    /// One self-contained page.
    Html,
    /// The report itself.
    Json,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Markdown, Self::Html, Self::Json];

    /// Returns the ending of its files, which is also its name on the command line.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Json => "json",
        }
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.ending() == text)
    }
}

/// Renders a report in several formats; each document is sealed.
///
/// # Errors
/// Returns what is wrong with a template.
pub fn render(
    report: &Report,
    templates: &Templates,
    formats: &[Format],
) -> Result<Vec<String>, TemplateError> {
    let text = formats.iter().any(|format| *format != Format::Json);
    let markdown = if text {
        markdown(report, templates)?
    } else {
        String::new()
    };
    let document = |format: &Format| {
        let document = match format {
            Format::Markdown => markers::strip(&markdown),
            Format::Html => html(report, templates, &markdown)?,
            Format::Json => json(report),
        };
        Ok(seal::seal(&document, *format))
    };
    formats.iter().map(document).collect()
}

fn markdown(report: &Report, templates: &Templates) -> Result<String, TemplateError> {
    let text = templates.render(&format!("{}/report.md", report.report), report)?;
    Ok(tidy(&text))
}

/// Takes away spaces at the ends of lines and more than one blank line in a row: templates leave them.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() && blank {
            continue;
        }
        blank = line.is_empty();
        tidy.push_str(line);
        tidy.push('\n');
    }
    while tidy.ends_with("\n\n") {
        tidy.pop();
    }
    tidy
}

fn html(report: &Report, templates: &Templates, markdown: &str) -> Result<String, TemplateError> {
    let chart = levels(report, templates)?;
    let body = commonmark::to_html(markdown, &|id| (id == "levels").then(|| chart.clone()));
    let word = |key: &str| report.words.get(key).map_or("", String::as_str);
    let title = body
        .contents
        .first()
        .map_or("", |heading| heading.text.as_str());
    templates.page(&Page {
        lang: &report.lang,
        title,
        tlp: &report.tlp.label,
        words: PageWords {
            contents: word("contents"),
            skip: word("skip-to-report"),
        },
        body: &body,
    })
}

fn json(report: &Report) -> String {
    serde_json::to_string_pretty(report).unwrap_or_default()
}

/// What the chart of levels shows.
#[derive(Debug, Serialize)]
struct Chart<'a> {
    id: &'a str,
    title: &'a str,
    description: &'a str,
    none_text: &'a str,
    max: u8,
    rows: Vec<Row<'a>>,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    label: &'a str,
    level: Option<u64>,
    low: u64,
    high: u64,
    level_text: &'a str,
    range_text: String,
}

fn levels(report: &Report, templates: &Templates) -> Result<String, TemplateError> {
    let word = |key: &str| report.words.get(key).map_or("", String::as_str);
    let rows = report.sections.iter().map(|section| Row {
        label: &section.title,
        level: section.tenths,
        low: section.low_tenths,
        high: section.high_tenths,
        level_text: section.level.as_deref().unwrap_or_default(),
        range_text: match (&section.low, &section.high) {
            (Some(low), Some(high)) => format!("{low} – {high}"),
            _ => String::new(),
        },
    });
    let chart = Chart {
        id: "levels",
        title: word("chart-levels-title"),
        description: word("chart-levels-description"),
        none_text: word("not-scored"),
        max: crate::model::question::MAX_LEVEL,
        rows: rows.collect(),
    };
    templates.render("charts/levels.svg", &chart)
}
