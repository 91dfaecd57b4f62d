//! The comments of a text: what each stands by, and new ones beside the same thing.

use super::comment::places;
use super::map::Map;
use super::path::starts_with;
use super::splice::Splices;
use super::{EditError, parse};

/// A comment, and what it stands by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// From its `#` on.
    pub text: String,
    /// Where it begins, in bytes.
    pub at: usize,
    /// The header or key that it stands above or on the line of; none at the end of the text.
    pub by: Option<Vec<String>>,
}

/// Returns the comments of a text in their order.
pub fn remarks(text: &str) -> Result<Vec<Remark>, EditError> {
    let document = parse(text)?;
    let damaged = || EditError::Damaged {
        path: String::new(),
    };
    let map = Map::of(text, &document).ok_or_else(damaged)?;
    let heads = map.heads.iter().map(|head| (head.span.clone(), &head.path));
    let pairs = map.pairs.iter().map(|pair| (pair.line(), &pair.path));
    let mut things: Vec<_> = heads.chain(pairs).collect();
    things.sort_by_key(|(span, _)| span.start);
    let remark = |place: std::ops::Range<usize>| {
        let next = things.partition_point(|(span, _)| span.start <= place.start);
        let before = next.checked_sub(1).and_then(|at| things.get(at));
        let on = before.filter(|(span, _)| place.start < map.line_end(span.end).1);
        let by = on.or(things.get(next));
        Some(Remark {
            text: text.get(place.clone())?.to_owned(),
            at: place.start,
            by: by.map(|(_, path)| path.iter().map(|key| (*key).to_owned()).collect()),
        })
    };
    Ok(places(text).into_iter().filter_map(remark).collect())
}

/// Writes comments, each on a line of its own, above the header or key at a path; at the end of the text
/// where there is none.
pub fn put_remarks(
    text: &str,
    new: &[(Option<Vec<String>>, Vec<String>)],
) -> Result<String, EditError> {
    let document = parse(text)?;
    let damaged = || EditError::Damaged {
        path: String::new(),
    };
    let map = Map::of(text, &document).ok_or_else(damaged)?;
    let mut splices = Splices::default();
    let mut last = String::new();
    for (by, remarks) in new {
        let heads = map.heads.iter().map(|head| (head.span.start, &head.path));
        let pairs = map.pairs.iter().map(|pair| (pair.key.start, &pair.path));
        let by = by.as_ref();
        let things = heads.chain(pairs);
        let first = things
            .filter(|(_, path)| by.is_some_and(|by| starts_with(path, by)))
            .map(|(start, _)| start)
            .min();
        match first {
            Some(start) => {
                let room = map.room(&(start..start));
                let line = |remark: &String| format!("{}{remark}{}", room.indent, room.newline);
                splices.insert(map.line_start(start), remarks.iter().map(line).collect());
            }
            None => {
                for remark in remarks {
                    last += &format!("{remark}{}", map.newline);
                }
            }
        }
    }
    if !last.is_empty() {
        let open = !text.is_empty() && !text.ends_with('\n');
        let gap = if open { map.newline } else { "" };
        // A comment at the end stands by nothing, so a blank line keeps it from the table above.
        let blank = if text.is_empty() { "" } else { map.newline };
        splices.insert(text.len(), format!("{gap}{blank}{last}"));
    }
    let result = splices.apply(text).ok_or_else(damaged)?;
    match super::tree(&result) {
        Ok(found) if found == super::tree(text)? => Ok(result),
        _ => Err(damaged()),
    }
}
