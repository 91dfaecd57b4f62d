//! Arrays of tables, as `[[note]]`: new ones at the end of the file, and changes within one.
//!
//! The lines below one header, up to the next, are a text of their own: a change within it is an edit
//! of that text, put back in its place. The whole is read back, and exactly that one element differs.

use super::map::{Head, Map};
use super::tree::Tree;
use super::{BYTE_ORDER_MARK, Edit, EditError, Literal, apply, literal, parse};

/// The keys and values of a new element, in the order in which they are written.
pub type Element = Vec<(String, Literal)>;

/// Returns the text with elements added to an array of tables, at the end and a blank line apart;
/// every other byte is as it was.
pub fn append(text: &str, list: &str, new: &[Element]) -> Result<String, EditError> {
    let damaged = || EditError::Damaged {
        path: literal::spell_key(list),
    };
    let bad = |pair: &&(String, Literal)| !pair.1.dates_hold();
    if let Some((key, _)) = new.iter().flatten().find(bad) {
        return Err(EditError::BadDate { key: key.clone() });
    }
    let document = parse(text)?;
    let newline = Map::of(text, &document).ok_or_else(damaged)?.newline;
    let path = [list.to_owned()];
    let mut wanted = Tree::of(&document);
    let mut elements = match wanted.get(&path) {
        None => Vec::new(),
        Some(Tree::List(elements)) => elements.clone(),
        Some(_) => return Err(damaged()),
    };
    let mut out = text.to_owned();
    for element in new {
        let content = out.trim_start_matches(BYTE_ORDER_MARK);
        if !content.is_empty() && !content.ends_with('\n') {
            out += newline;
        }
        let last = out.trim_start_matches(BYTE_ORDER_MARK).lines().next_back();
        if last.is_some_and(|line| !line.trim().is_empty()) {
            out += newline;
        }
        out += &format!("[[{}]]{newline}", literal::spell_key(list));
        let room = literal::Room {
            newline,
            indent: "",
        };
        for (key, value) in element {
            let (key, value) = (literal::spell_key(key), value.spell(Some(room)));
            out += &format!("{key} = {value}{newline}");
        }
        elements.push(Literal::InlineTable(element.clone()).tree());
    }
    if !new.is_empty() {
        wanted.put(&path, Some(Tree::List(elements)));
    }
    proven(out, &wanted).ok_or_else(damaged)
}

/// Returns the text with one element of an array of tables edited, counted from 0; every other byte
/// is as it was.
pub fn within(text: &str, list: &str, at: usize, edit: &Edit) -> Result<String, EditError> {
    let damaged = || EditError::Damaged {
        path: literal::spell_key(list),
    };
    let document = parse(text)?;
    let map = Map::of(text, &document).ok_or_else(damaged)?;
    let mut heads = map.heads.iter().enumerate();
    let of_list = |(_, head): &(usize, &Head<'_>)| head.path == [list];
    let (place, head) = heads.by_ref().filter(of_list).nth(at).ok_or_else(damaged)?;
    let start = map.line_end(head.span.end).1;
    let end = match map.heads.get(place + 1) {
        Some(next) => map.line_start(next.span.start),
        None => text.len(),
    };
    let inside = text.get(start..end).ok_or_else(damaged)?;
    // What is not the element's own, as the header of a table beneath it, is left to a person.
    let edited = apply(inside, edit)?;
    let mut out = text.get(..start).ok_or_else(damaged)?.to_owned();
    if !out.ends_with('\n') && !edited.is_empty() {
        out += map.newline;
    }
    out += &edited;
    out += text.get(end..).ok_or_else(damaged)?;

    let path = [list.to_owned()];
    let mut wanted = Tree::of(&document);
    let Some(Tree::List(elements)) = wanted.get(&path) else {
        return Err(damaged());
    };
    let mut elements = elements.clone();
    let element = elements.get_mut(at).ok_or_else(damaged)?;
    let mut keys = edit.table.clone();
    for (key, value) in &edit.set {
        keys.push(key.clone());
        element.put(&keys, Some(value.tree()));
        keys.pop();
    }
    for key in &edit.remove {
        keys.push(key.clone());
        element.put(&keys, None);
        keys.pop();
    }
    wanted.put(&path, Some(Tree::List(elements)));
    proven(out, &wanted).ok_or_else(damaged)
}

/// Returns a text that says what is wanted.
fn proven(text: String, wanted: &Tree) -> Option<String> {
    let found = Tree::of(&parse(&text).ok()?);
    (found == *wanted).then_some(text)
}
