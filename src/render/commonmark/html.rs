//! The report's Markdown to HTML, from a short list of elements.
//!
//! Behind the templates: their text is parsed once, markers become ids, language runs and figures,
//! and what is not on the list comes out as text.

use std::collections::HashSet;

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{ListType, NodeValue};
use comrak::{Arena, Node, parse_document};
use serde::Serialize;

use super::grid::Grid;
use super::{gather, options};
use crate::render::escape;
use crate::render::markers::{self, Part};

/// A report's HTML without the page around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// The HTML of the blocks.
    pub html: String,
    /// The headings in order.
    pub contents: Vec<Heading>,
}

/// A heading, for a table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Heading {
    /// The level, 1 to 6.
    pub level: u8,
    /// The id to link to, unique in the report.
    pub id: String,
    /// The text without markup.
    pub text: String,
}

/// Turns a report's internal Markdown into HTML.
///
/// A heading's id comes from its anchor mark, else from a count (`s-1`), never from its words.
/// `figures` gives the SVG that replaces a chart's mark and is trusted; a chart it does not know
/// is left out. HTML in the Markdown comes out as text, images as their alternative text, and
/// links only to pages, mail addresses and places in the report.
pub fn to_html(markdown: &str, figures: &dyn Fn(&str) -> Option<String>) -> Body {
    let arena = Arena::with_capacity(markdown.len() / 16);
    let root = parse_document(&arena, markdown, &options());
    let mut html = Html::new(figures);
    html.out.reserve(markdown.len() * 2);
    for edge in root.traverse() {
        match edge {
            NodeEdge::Start(node) => html.start(node),
            NodeEdge::End(node) => html.end(node),
        }
    }
    Body {
        html: html.out,
        contents: html.contents,
    }
}

/// The writer of HTML.
struct Html<'f> {
    figures: &'f dyn Fn(&str) -> Option<String>,
    out: String,
    contents: Vec<Heading>,
    ids: HashSet<String>,
    counted: usize,
    /// Tables since the last heading.
    tables: usize,
    /// The table being written.
    grid: Grid,
    /// Nesting of inline elements, and where language runs were opened in it.
    depth: usize,
    runs: Vec<usize>,
    /// Within how many images.
    image: usize,
    /// Whether the links being written have a place to go to.
    links: Vec<bool>,
    /// A paragraph that was replaced by a chart.
    skip: bool,
}

impl<'f> Html<'f> {
    fn new(figures: &'f dyn Fn(&str) -> Option<String>) -> Self {
        Html {
            figures,
            out: String::new(),
            contents: Vec::new(),
            ids: HashSet::new(),
            counted: 0,
            tables: 0,
            grid: Grid::default(),
            depth: 0,
            runs: Vec::new(),
            image: 0,
            links: Vec::new(),
            skip: false,
        }
    }

    fn start(&mut self, node: Node<'_>) {
        if self.skip {
            return;
        }
        match &node.data().value {
            NodeValue::BlockQuote => self.put("<blockquote>\n"),
            NodeValue::List(list) if list.list_type == ListType::Bullet => self.put("<ul>\n"),
            NodeValue::List(list) if list.start == 1 => self.put("<ol>\n"),
            NodeValue::List(list) => self.put(&format!("<ol start=\"{}\">\n", list.start)),
            NodeValue::Item(_) => self.put("<li>"),
            NodeValue::CodeBlock(code) => {
                self.put("<pre><code>");
                self.text(&code.literal);
                self.close("</code></pre>\n");
            }
            NodeValue::HtmlBlock(html) => {
                self.put("<p>");
                self.text(html.literal.trim_end());
                self.close("</p>\n");
            }
            NodeValue::Paragraph => self.paragraph(node),
            NodeValue::Heading(heading) => self.heading(node, heading.level),
            NodeValue::ThematicBreak => self.put("<hr>\n"),
            NodeValue::Table(table) => {
                self.grid = Grid::new(node, &table.alignments);
                self.table();
            }
            NodeValue::TableRow(head) => {
                let tag = self.grid.start_row(*head);
                self.put(tag);
            }
            NodeValue::TableCell => {
                let tag = self.grid.start_cell(node);
                self.put(&tag);
            }
            NodeValue::Image(_) => self.image += 1,
            NodeValue::Text(text) => self.text(text),
            NodeValue::HtmlInline(text) => self.text(text),
            NodeValue::SoftBreak => self.out.push('\n'),
            NodeValue::LineBreak if self.image == 0 => self.put("<br>\n"),
            NodeValue::Code(code) if self.image > 0 => self.text(&code.literal),
            NodeValue::Code(code) => {
                self.open("<code>");
                self.text(&code.literal);
                self.close("</code>");
            }
            _ if self.image > 0 => {}
            NodeValue::Emph => self.open("<em>"),
            NodeValue::Strong => self.open("<strong>"),
            NodeValue::Link(link) => {
                let goes = may_link(&link.url);
                self.links.push(goes);
                let tag = match goes {
                    true => format!("<a href=\"{}\">", escape::xml(&link.url)),
                    false => String::new(),
                };
                self.open(&tag);
            }
            _ => {}
        }
    }

    fn end(&mut self, node: Node<'_>) {
        match &node.data().value {
            NodeValue::Paragraph if std::mem::take(&mut self.skip) => {}
            _ if self.skip => {}
            NodeValue::BlockQuote => self.put("</blockquote>\n"),
            NodeValue::List(list) => self.put(match list.list_type {
                ListType::Bullet => "</ul>\n",
                ListType::Ordered => "</ol>\n",
            }),
            NodeValue::Item(_) => self.put("</li>\n"),
            NodeValue::Paragraph if is_tight(node) => {
                self.close_runs();
                if node.next_sibling().is_some() {
                    self.out.push('\n');
                }
            }
            NodeValue::Paragraph => self.close("</p>\n"),
            NodeValue::Heading(heading) => self.close(&format!("</h{}>\n", heading.level)),
            NodeValue::Table(_) => {
                let body = node.children().nth(1).is_some();
                self.put(if body { "</tbody>\n" } else { "" });
                self.put("</table></div>\n");
            }
            NodeValue::TableRow(head) => {
                self.put("</tr>\n");
                if *head {
                    let body = node.next_sibling().is_some();
                    self.put("</thead>\n");
                    self.put(if body { "<tbody>\n" } else { "" });
                }
            }
            NodeValue::TableCell => {
                let tag = self.grid.end_cell();
                self.close(tag);
            }
            NodeValue::Image(_) => self.image = self.image.saturating_sub(1),
            _ if self.image > 0 => {}
            NodeValue::Emph => self.close("</em>"),
            NodeValue::Strong => self.close("</strong>"),
            NodeValue::Link(_) => {
                let goes = self.links.pop().unwrap_or_default();
                self.close(if goes { "</a>" } else { "" });
            }
            _ => {}
        }
    }

    fn put(&mut self, html: &str) {
        self.out.push_str(html);
    }

    fn paragraph(&mut self, node: Node<'_>) {
        let only = node
            .first_child()
            .filter(|child| child.next_sibling().is_none());
        if let Some(child) = only
            && let NodeValue::Text(text) = &child.data().value
            && let Some(id) = markers::is_figure(text)
        {
            self.skip = true;
            if let Some(svg) = (self.figures)(id) {
                self.put(&format!("<figure>\n{}\n</figure>\n", svg.trim()));
            }
        } else if !is_tight(node) {
            self.put("<p>");
        }
    }

    fn heading(&mut self, node: Node<'_>, level: u8) {
        let marked = gather(node);
        let (mut text, mut anchor) = (String::new(), None);
        for part in markers::parts(&marked) {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Anchor(id) if !id.is_empty() => anchor = Some(id.to_owned()),
                _ => {}
            }
        }
        let id = anchor.unwrap_or_else(|| {
            self.counted += 1;
            format!("s-{}", self.counted)
        });
        let mut unique = id.clone();
        let mut nth = 1;
        while !self.ids.insert(unique.clone()) {
            nth += 1;
            unique = format!("{id}-{nth}");
        }
        self.put(&format!("<h{level} id=\"{unique}\">"));
        self.contents.push(Heading {
            level,
            id: unique,
            text,
        });
        self.tables = 0;
    }

    /// Opens a table within a box that scrolls, named after the heading above it.
    fn table(&mut self) {
        self.tables += 1;
        self.put("<div class=\"table\" tabindex=\"0\"");
        if let Some(heading) = self.contents.last() {
            let label = escape::xml(&heading.text);
            let nth = match self.tables {
                1 => String::new(),
                nth => format!(" ({nth})"),
            };
            self.put(&format!(" role=\"region\" aria-label=\"{label}{nth}\""));
        }
        self.put("><table>\n");
    }

    /// Opens an inline element.
    fn open(&mut self, tag: &str) {
        self.put(tag);
        self.depth += 1;
    }

    /// Closes an element and the language runs that were opened within it.
    fn close(&mut self, tag: &str) {
        self.close_runs();
        self.depth = self.depth.saturating_sub(1);
        self.put(tag);
    }

    fn close_runs(&mut self) {
        while self.runs.pop_if(|depth| *depth >= self.depth).is_some() {
            self.put("</span>");
        }
    }

    /// Writes text, and turns language marks into elements.
    fn text(&mut self, text: &str) {
        for part in markers::parts(text) {
            match part {
                Part::Text(text) => self.put(&escape::xml(text)),
                Part::Run(tag) if self.image == 0 => {
                    let dir = markers::direction(tag);
                    self.put(&format!("<span lang=\"{tag}\" dir=\"{dir}\">"));
                    self.runs.push(self.depth);
                }
                Part::RunEnd if self.runs.pop_if(|depth| *depth == self.depth).is_some() => {
                    self.put("</span>");
                }
                _ => {}
            }
        }
    }
}

/// Tells whether a paragraph stands in an item of a tight list, and so without a tag of its own.
fn is_tight(paragraph: Node<'_>) -> bool {
    paragraph
        .parent()
        .filter(|item| matches!(item.data().value, NodeValue::Item(_)))
        .and_then(|item| item.parent())
        .is_some_and(|list| matches!(&list.data().value, NodeValue::List(list) if list.tight))
}

/// Tells whether a link may lead there: a page, a mail address, a place in the report or beside it.
fn may_link(url: &str) -> bool {
    let scheme = url.split(['/', '?', '#']).next().unwrap_or_default();
    match scheme.split_once(':') {
        None => !url.is_empty(),
        Some((scheme, _)) => ["http", "https", "mailto"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(markdown: &str) -> String {
        to_html(markdown, &|_| None).html
    }

    #[test]
    fn html_has_ids_scopes_runs_and_figures() {
        let markdown = format!(
            "# Report\n\n## {}Legal & more\n\n{}\n\n| {}Section | Level |\n|---|--:|\n| Law | 1.1 |\n\n\
             | | b |\n|---|---|\n\n## {}Twice\n\nSaid {}, **x**.\n\n<b>raw</b> [l](javascript:x) [m](#a) ![i](e)\n\n{}\n",
            markers::anchor("legal"),
            markers::figure("levels"),
            markers::row_heads(),
            markers::anchor("legal"),
            markers::lang_run("سلام", "ar"),
            markers::figure("other"),
        );
        let body = to_html(&markdown, &|id| {
            (id == "levels").then(|| "<svg/>".to_owned())
        });
        assert_eq!(
            body.html,
            "<h1 id=\"s-1\">Report</h1>\n<h2 id=\"legal\">Legal &amp; more</h2>\n\
             <figure>\n<svg/>\n</figure>\n\
             <div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Legal &amp; more\"><table>\n\
             <thead>\n<tr><th scope=\"col\">Section</th><th scope=\"col\" class=\"end\">Level</th></tr>\n</thead>\n\
             <tbody>\n<tr><th scope=\"row\">Law</th><td class=\"end\">1.1</td></tr>\n</tbody>\n</table></div>\n\
             <div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Legal &amp; more (2)\"><table>\n\
             <thead>\n<tr><td></td><th scope=\"col\">b</th></tr>\n</thead>\n</table></div>\n\
             <h2 id=\"legal-2\">Twice</h2>\n<p>Said <span lang=\"ar\" dir=\"rtl\">سلام</span>, <strong>x</strong>.</p>\n\
             <p>&lt;b&gt;raw&lt;/b&gt; l <a href=\"#a\">m</a> i</p>\n"
        );
        let ids: Vec<_> = body
            .contents
            .iter()
            .map(|h| (h.level, h.id.as_str(), h.text.as_str()))
            .collect();
        assert_eq!(
            ids,
            [
                (1, "s-1", "Report"),
                (2, "legal", "Legal & more"),
                (2, "legal-2", "Twice")
            ]
        );
    }

    #[test]
    fn lists_and_runs_nest_well() {
        assert_eq!(
            html("- a\n- b\n  - c"),
            "<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n"
        );
        assert_eq!(
            html("3. a\n\n4. b"),
            "<ol start=\"3\">\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ol>\n"
        );
        let crossed = format!("**{} b", markers::lang_run("a** c", "fr"));
        assert_eq!(
            html(&crossed),
            "<p><strong><span lang=\"fr\" dir=\"ltr\">a</span></strong> c b</p>\n"
        );
    }

    #[test]
    fn links_lead_to_harmless_places_only() {
        for url in [
            "javascript:x",
            "JavaScript:x",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc",
            "",
        ] {
            assert!(!may_link(url), "{url}");
        }
        for url in [
            "https://x.ex",
            "HTTP://x",
            "mailto:a@x.ex",
            "#r-6",
            "annex.html",
            "a/b:c",
        ] {
            assert!(may_link(url), "{url}");
        }
    }
}
