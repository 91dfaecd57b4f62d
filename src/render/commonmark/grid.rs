//! The cells of a table in the report's HTML: which ones are heads, and how they are aligned.
//!
//! A helper of `html`: it keeps count of the cells and says which tags they get.

use comrak::Node;
use comrak::nodes::TableAlignment;

use super::gather;
use crate::render::markers::{self, Part};

/// The table being written.
#[derive(Default)]
pub(super) struct Grid {
    alignments: Vec<TableAlignment>,
    /// Whether the first column heads the rows.
    row_heads: bool,
    /// Whether this is the first row.
    head: bool,
    column: usize,
    /// The tag that ends the cell being written.
    end: &'static str,
}

impl Grid {
    pub(super) fn new(table: Node<'_>, alignments: &[TableAlignment]) -> Self {
        let first = table.first_child().and_then(|row| row.first_child());
        let text = first.map(gather).unwrap_or_default();
        Grid {
            alignments: alignments.to_vec(),
            row_heads: markers::parts(&text).any(|part| part == Part::RowHeads),
            ..Grid::default()
        }
    }

    pub(super) fn start_row(&mut self, head: bool) -> &'static str {
        self.head = head;
        self.column = 0;
        if head { "<thead>\n<tr>" } else { "<tr>" }
    }

    pub(super) fn start_cell(&mut self, cell: Node<'_>) -> String {
        let scope = if self.head {
            has_words(cell).then_some("col")
        } else {
            (self.row_heads && self.column == 0).then_some("row")
        };
        let align = match self.alignments.get(self.column) {
            Some(TableAlignment::Right) => Some("end"),
            Some(TableAlignment::Center) => Some("center"),
            _ => None,
        };
        let classes: Vec<&str> = align
            .into_iter()
            .chain(is_number(cell).then_some("number"))
            .collect();
        let class = match classes.is_empty() {
            true => String::new(),
            false => format!(" class=\"{}\"", classes.join(" ")),
        };
        self.end = if scope.is_some() { "</th>" } else { "</td>" };
        match scope {
            Some(scope) => format!("<th scope=\"{scope}\"{class}>"),
            None => format!("<td{class}>"),
        }
    }

    pub(super) fn end_cell(&mut self) -> &'static str {
        self.column += 1;
        self.end
    }
}

/// Tells whether a cell holds nothing but a short number such as `R-12`, which must not break at its
/// hyphen.
fn is_number(cell: Node<'_>) -> bool {
    let text: String = markers::parts(&gather(cell))
        .filter_map(|part| match part {
            Part::Text(text) => Some(text.to_string()),
            _ => None,
        })
        .collect();
    let (letters, digits) = text.trim().split_once('-').unwrap_or(("", ""));
    let short = |part: &str| !part.is_empty() && part.len() <= 4;
    short(letters)
        && short(digits)
        && letters.bytes().all(|byte| byte.is_ascii_uppercase())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Tells whether a cell holds more than marks and white space.
fn has_words(cell: Node<'_>) -> bool {
    markers::parts(&gather(cell))
        .any(|part| matches!(part, Part::Text(text) if !text.trim().is_empty()))
}
