//! The page around a report: its label, its words, its style sheet.
//!
//! The last step to HTML, and the one place where markup enters a template as it is.

use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::{TemplateError, Templates};
use crate::render::commonmark::Body;
use crate::render::markers;

/// The page around a report's body and its style sheet.
const PAGE: &str = "page/page.html";
pub(super) const STYLE: &str = "page/style.css";

/// The TLP labels with the class and the colour that the page shows them in.
const LABELS: [(&str, &str, &str); 5] = [
    ("TLP:RED", "tlp-red", "#FF2B2B"),
    ("TLP:AMBER+STRICT", "tlp-amber", "#FFC000"),
    ("TLP:AMBER", "tlp-amber", "#FFC000"),
    ("TLP:GREEN", "tlp-green", "#33FF00"),
    ("TLP:CLEAR", "tlp-clear", "#FFFFFF"),
];

/// A page for [`Templates::page`].
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// The language tag of the report.
    pub lang: &'a str,
    /// The title of the browser's window.
    pub title: &'a str,
    /// One of the five TLP labels, as `TLP:AMBER`.
    pub tlp: &'a str,
    /// The page's own words, in the report's language.
    pub words: PageWords<'a>,
    /// The report.
    pub body: &'a Body,
}

/// The few words that the page itself says.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct PageWords<'a> {
    /// The title of the table of contents.
    pub contents: &'a str,
    /// The link that skips to the report.
    pub skip: &'a str,
}

impl Templates {
    /// Renders the page around a report.
    ///
    /// The body and the style sheet are the only values that ever enter a template as they are:
    /// the body was written by [`to_html`](crate::render::commonmark::to_html), the style sheet is a template itself.
    pub fn page(&self, page: &Page<'_>) -> Result<String, TemplateError> {
        let refused = |message| TemplateError::new(PAGE, message, "");
        let label = LABELS.iter().find(|(label, ..)| *label == page.tlp);
        let (label, class, colour) =
            label.ok_or_else(|| refused("the label is none of the five of TLP"))?;
        let style = self
            .sources
            .get(STYLE)
            .ok_or_else(|| refused("there is no `page/style.css`"))?;
        let html = &page.body.html;
        let (lead, rest) = html.split_at(html.find("<h2").unwrap_or(0));
        let context = Value::from_pairs([
            ("lang", Value::from(page.lang)),
            ("dir", Value::from(markers::direction(page.lang))),
            ("title", Value::from(page.title)),
            ("tlp_label", Value::from(*label)),
            ("tlp_class", Value::from(*class)),
            ("tlp_colour", Value::from(*colour)),
            ("words", Value::from(Serde(&page.words))),
            ("contents", Value::from(Serde(&page.body.contents))),
            ("style", Value::from_safe_string(style.clone())),
            ("lead", Value::from_safe_string(lead.to_owned())),
            ("body", Value::from_safe_string(rest.to_owned())),
        ]);
        self.render_value(PAGE, context)
    }
}
