//! Reads an HTML page back: its headings, tables and quotations, and its text.
//!
//! The reports are written by one writer, well nested and with quoted attributes, so a small reader
//! is enough; where a page is not well nested it says so.

use std::collections::BTreeMap;

/// An element with what is in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) children: Vec<Node>,
}

#[derive(Debug, Clone)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

const VOID: [&str; 5] = ["br", "hr", "meta", "img", "link"];

/// Reads a page; `style` and comments are left out.
pub(crate) fn read(html: &str) -> Element {
    let mut open = vec![Element::default()];
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text(&mut open, &rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").expect("an ended comment").1;
            continue;
        }
        let end = tag_end(rest);
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let ended = open.pop().expect("an open element");
            assert_eq!(ended.name, name, "not well nested before: {:.80}", rest);
            push(&mut open, Node::Element(ended));
            continue;
        }
        let (name, attributes) = attributes(tag);
        if name == "style" {
            rest = rest.split_once("</style>").expect("an ended style").1;
            continue;
        }
        let element = Element {
            name,
            attributes,
            children: Vec::new(),
        };
        if tag.ends_with('/') || VOID.contains(&element.name.as_str()) {
            push(&mut open, Node::Element(element));
        } else {
            open.push(element);
        }
    }
    text(&mut open, rest);
    assert_eq!(
        open.len(),
        1,
        "`{}` is not ended",
        open[open.len() - 1].name
    );
    open.remove(0)
}

fn push(open: &mut [Element], node: Node) {
    open.last_mut()
        .expect("the page itself")
        .children
        .push(node);
}

fn text(open: &mut [Element], raw: &str) {
    if !raw.is_empty() {
        push(open, Node::Text(decode(raw)));
    }
}

/// Returns where a tag ends, quoted attributes apart.
fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    tag.char_indices()
        .find(|(_, c)| {
            quoted ^= *c == '"';
            *c == '>' && !quoted
        })
        .expect("an ended tag")
        .0
}

fn attributes(tag: &str) -> (String, BTreeMap<String, String>) {
    let tag = tag.trim_end_matches('/');
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = BTreeMap::new();
    while let Some((key, tail)) = rest.split_once("=\"") {
        let (value, tail) = tail.split_once('"').expect("an ended attribute");
        attributes.insert(key.trim().to_string(), decode(value));
        rest = tail;
    }
    (name.to_string(), attributes)
}

fn decode(text: &str) -> String {
    let named = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", "\u{a0}");
    named.replace("&amp;", "&")
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Walks every element of this name below, outermost first.
    pub(crate) fn all<'a>(&'a self, name: &str) -> Vec<&'a Element> {
        let mut found = Vec::new();
        for element in self.elements() {
            if element.name == name {
                found.push(element);
            }
            found.extend(element.all(name));
        }
        found
    }

    pub(crate) fn first(&self, name: &str) -> &Element {
        self.all(name)
            .first()
            .unwrap_or_else(|| panic!("there is no <{name}>"))
    }

    /// The text as a reader sees it: white space is one space, blocks are apart.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        self.collect(&mut out);
        out.split([' ', '\n', '\t'])
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn collect(&self, out: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) => {
                    let inline = ["em", "strong", "code", "span", "a", "bdi", "wbr"]
                        .contains(&element.name.as_str());
                    if !inline {
                        out.push('\n');
                    }
                    element.collect(out);
                    if !inline {
                        out.push('\n');
                    }
                }
            }
        }
    }

    fn level(&self) -> Option<u8> {
        let level = self.name.strip_prefix('h')?.parse().ok()?;
        (1..=6).contains(&level).then_some(level)
    }
}

/// A page's report: what stands in `<main>`, boxes around tables taken away.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) whole: Element,
    pub(crate) blocks: Vec<Element>,
}

/// A heading: level, id, words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    pub(crate) level: u8,
    pub(crate) id: String,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn read(html: &str) -> Self {
        let whole = read(html);
        let mut blocks = Vec::new();
        flatten(whole.first("main"), &mut blocks);
        Self { whole, blocks }
    }

    pub(crate) fn headings(&self) -> Vec<Heading> {
        let heading = |block: &Element| {
            Some(Heading {
                level: block.level()?,
                id: block.attribute("id").to_string(),
                text: block.text(),
            })
        };
        self.blocks.iter().filter_map(heading).collect()
    }

    /// The tables that are not inside a quotation: columns and rows of each.
    pub(crate) fn tables(&self) -> Vec<(usize, usize)> {
        let tables = self.blocks.iter().filter(|block| block.name == "table");
        tables
            .map(|table| {
                let rows = table.all("tr");
                let cells = rows.first().map_or(0, |row| row.elements().count());
                for row in &rows {
                    assert_eq!(row.elements().count(), cells, "a row has other columns");
                }
                (cells, rows.len())
            })
            .collect()
    }

    pub(crate) fn count(&self, name: &str) -> usize {
        self.blocks.iter().filter(|one| one.name == name).count()
    }

    pub(crate) fn text(&self) -> String {
        let texts: Vec<String> = self.blocks.iter().map(Element::text).collect();
        texts.join("\n")
    }

    /// The text of a section: from the heading with this id up to the next of its level or above.
    pub(crate) fn section(&self, id: &str) -> String {
        let at = |block: &Element| block.level().is_some() && block.attribute("id") == id;
        let start = self.blocks.iter().position(at);
        let start = start.unwrap_or_else(|| panic!("there is no heading `{id}`"));
        let level = self.blocks[start].level();
        let texts: Vec<String> = self.blocks[start + 1..]
            .iter()
            .take_while(|block| block.level().is_none() || block.level() > level)
            .map(Element::text)
            .collect();
        texts.join("\n")
    }

    /// What a note may not change: headings, tables, quotations and figures of the report, the label
    /// at head and foot.
    pub(crate) fn structure(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            if block.level().is_some() {
                out.push_str(&format!("{} #{}\n", block.name, block.attribute("id")));
            } else if ["blockquote", "figure", "svg", "pre", "hr"].contains(&block.name.as_str()) {
                out.push_str(&format!("  {}\n", block.name));
            } else if block.name == "table" {
                let rows = block.all("tr");
                let cells: Vec<usize> = rows.iter().map(|row| row.elements().count()).collect();
                out.push_str(&format!("  table {cells:?}\n"));
            } else if block.name == "ul" || block.name == "ol" {
                let items = block.elements().count();
                out.push_str(&format!("  {} {items}\n", block.name));
            }
        }
        for edge in ["header", "footer"] {
            let label = self.whole.first(edge);
            out.push_str(&format!("{edge} {}\n", label.text()));
        }
        out
    }
}

fn flatten(element: &Element, blocks: &mut Vec<Element>) {
    for child in element.elements() {
        if ["div", "section", "article"].contains(&child.name.as_str()) {
            flatten(child, blocks);
        } else {
            blocks.push(child.clone());
        }
    }
}
