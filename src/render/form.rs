//! A form for respondents as a sheet to fill in, and as Markdown and HTML to print.

use super::commonmark::Body;
use super::csv;
use super::template::{Page, PageWords, TemplateError, Templates};
use super::{markers, tidy};
use crate::intake::{Column, Tongue};
use crate::report::{Form, Language};

/// Returns a table for a spreadsheet: what is said to the respondent, a blank row, the headings, and a row
/// for each question.
pub fn table(form: &Form, tongue: &Tongue, language: &Language) -> String {
    let mut rows: Vec<Vec<String>> = form.above().into_iter().map(|line| vec![line]).collect();
    rows.push(vec![String::new()]);
    let heading = |column| tongue.headings.get(&column).cloned().unwrap_or_default();
    rows.push(Column::ALL.into_iter().map(heading).collect());
    for section in &form.sections {
        for question in &section.questions {
            let cells = Column::ALL.into_iter();
            let cells = cells.map(|column| question.cell(column, &section.title));
            rows.push(cells.collect());
        }
    }
    let rows = rows
        .iter()
        .map(|row| row.iter().map(String::as_str).collect());
    csv::csv(csv::separator(language), rows)
}

/// Returns CommonMark.
///
/// # Errors
/// Returns what is wrong with the template.
pub fn markdown(form: &Form, templates: &Templates) -> Result<String, TemplateError> {
    let text = templates.render("form/form.md", form)?;
    Ok(markers::strip(&tidy(&text)))
}

/// Returns one page, with the head and the look of a report.
///
/// # Errors
/// Returns what is wrong with a template.
pub fn html(form: &Form, templates: &Templates) -> Result<String, TemplateError> {
    let body = Body {
        html: templates.render("form/form.html", form)?,
        contents: Vec::new(),
    };
    let word = |key: &str| form.words.get(key).map_or("", String::as_str);
    templates.page(&Page {
        lang: &form.lang,
        title: &form.title,
        tlp: &form.tlp,
        words: PageWords {
            contents: word("contents"),
            skip: word("skip-to-form"),
        },
        body: &body,
    })
}
