//! New tables at the end of a text, all with one reading back: for files that grow by many at once.

use super::map::Map;
use super::tree::Tree;
use super::{BYTE_ORDER_MARK, EditError, Literal, literal, parse};

/// A new table: its path, and its keys in the order in which they are written.
pub type NewTable = (Vec<String>, Vec<(String, Literal)>);

/// Returns the text with new tables at its end, a blank line apart, and every other byte as it was.
pub fn append(text: &str, tables: &[NewTable]) -> Result<String, EditError> {
    let pairs = tables.iter().flat_map(|(_, pairs)| pairs);
    if let Some((key, _)) = pairs.clone().find(|(_, value)| !value.dates_hold()) {
        return Err(EditError::BadDate { key: key.clone() });
    }
    let document = parse(text)?;
    let path = tables.first().map_or(&[][..], |(path, _)| path);
    let damaged = || EditError::Damaged {
        path: literal::dotted(path),
    };
    let newline = Map::of(text, &document).ok_or_else(damaged)?.newline;
    let indent = "";
    let mut wanted = Tree::of(&document);
    let mut out = text.to_owned();
    for (path, pairs) in tables {
        let content = out.trim_start_matches(BYTE_ORDER_MARK);
        if !content.is_empty() && !content.ends_with('\n') {
            out += newline;
        }
        let last = out
            .trim_start_matches(BYTE_ORDER_MARK)
            .strip_suffix('\n')
            .map(|content| content.rsplit('\n').next().unwrap_or_default());
        if last.is_some_and(|line| !line.trim().is_empty()) {
            out += newline;
        }
        out += &format!("[{}]{newline}", literal::dotted(path));
        for (key, value) in pairs {
            let value = value.spell(Some(literal::Room { newline, indent }));
            out += &format!("{} = {value}{newline}", literal::spell_key(key));
        }
        if wanted.get(path).is_some() {
            return Err(damaged());
        }
        wanted.put(path, Some(Literal::InlineTable(pairs.clone()).tree()));
    }
    let found = Tree::of(&parse(&out).map_err(|_| damaged())?);
    match found == wanted {
        true => Ok(out),
        false => Err(damaged()),
    }
}
