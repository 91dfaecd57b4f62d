//! Tables for a spreadsheet: UTF-8 with a byte order mark, CRLF, and no cell that is a formula.
//!
//! A text that begins like a formula may run when the file is opened; it gets an apostrophe in front,
//! which makes it text in every spreadsheet.

use crate::report::Language;

/// Returns the mark between cells that a reader's spreadsheet expects: `;` where the language writes
/// decimals with a comma, else `,`.
pub fn separator(language: &Language) -> char {
    match language.locale.decimal("0.5") {
        Some(half) if half.contains(',') => ';',
        _ => ',',
    }
}

/// Writes rows, the first of them the ids of the columns.
pub fn csv<'c>(separator: char, rows: impl IntoIterator<Item = Vec<&'c str>>) -> String {
    let mut out = String::from("\u{feff}");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|text| cell(text, separator)).collect();
        out += &cells.join(&separator.to_string());
        out += "\r\n";
    }
    out
}

fn cell(text: &str, separator: char) -> String {
    let formula = |c: char| "=+-@\t\r\n＝＋－＠".contains(c);
    let text = match text.trim_start_matches(' ').starts_with(formula) {
        true => format!("'{text}"),
        false => text.to_string(),
    };
    let special = |c: char| c == separator || c == '"' || c == ',' || c == ';' || c.is_control();
    if text.contains(special) || text.trim() != text {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cells_are_quoted_and_no_cell_is_a_formula() {
        let rows = [
            vec!["id", "text"],
            vec!["a", "=1+1"],
            vec!["b; c", "say \"no\"\n-"],
        ];
        assert_eq!(
            csv(';', rows),
            "\u{feff}id;text\r\na;'=1+1\r\n\"b; c\";\"say \"\"no\"\"\n-\"\r\n"
        );
        for text in ["+1", "-1", "@a", "\t=1", "  =1", "\r=1", "＝1"] {
            assert!(
                cell(text, ',').trim_start_matches('"').starts_with('\''),
                "{text:?}"
            );
        }
        assert_eq!(cell("a = b", ','), "a = b");
    }

    proptest! {
        #[test]
        fn a_cell_stays_one_cell(text in any::<String>(), other in "[=+@;,\"\n a-]{0,6}") {
            for text in [text, other] {
                let cell = cell(&text, ';');
                let inner = match cell.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
                    Some(inner) => {
                        prop_assert!(!inner.replace("\"\"", "").contains('"'));
                        inner.replace("\"\"", "\"")
                    }
                    None => {
                        prop_assert!(!cell.contains([';', '"', '\n', '\r']));
                        cell
                    }
                };
                prop_assert!(!inner.starts_with(['=', '+', '-', '@', '\t', '\r']));
                let marked = inner.strip_prefix('\'');
                prop_assert!(inner == text || marked == Some(text.as_str()));
            }
        }
    }
}
