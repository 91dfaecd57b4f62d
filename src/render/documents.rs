//! A request for documents as text to mail, as Markdown, and as a table.

use super::csv;
use super::escape::literal;
use crate::report::{DocumentsWanted, Language};

/// Returns plain text.
pub fn text(wanted: &DocumentsWanted) -> String {
    let mut out = format!("{}\n\n{}\n", wanted.title, wanted.request);
    for group in &wanted.groups {
        out += &format!("\n{}\n", group.title);
        for document in &group.documents {
            out += &format!("- {}\n", document.line);
        }
    }
    out
}

/// Returns CommonMark.
pub fn markdown(wanted: &DocumentsWanted) -> String {
    let (title, request) = (literal(&wanted.title), literal(&wanted.request));
    let mut out = format!("# {title}\n\n{request}\n");
    for group in &wanted.groups {
        out += &format!("\n## {}\n\n", literal(&group.title));
        for document in &group.documents {
            out += &format!("- {}\n", literal(&document.line));
        }
    }
    out
}

/// Returns a table for a spreadsheet, one row for each document and whom to ask for it.
pub fn table(wanted: &DocumentsWanted, language: &Language) -> String {
    let header = vec![
        "stakeholder",
        "question",
        "text",
        "evidence",
        "evidence-hint",
    ];
    let rows = wanted.groups.iter().flat_map(|group| {
        group.documents.iter().map(|one| {
            let (question, about, hint) = (&one.question, &one.about, &one.hint);
            vec![
                group.stakeholder.as_str(),
                question,
                about,
                one.evidence,
                hint,
            ]
        })
    });
    csv::csv(
        csv::separator(language),
        std::iter::once(header).chain(rows),
    )
}
