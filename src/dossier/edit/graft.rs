//! Takes what stands in another text over into this one: tables with their comments and their spelling.
//!
//! A table that has headers of its own comes as the lines it is made of, with the comments that touch
//! them. Anything else, such as a key or a table in braces, comes by its value. Either way the result is
//! read back: exactly what was to come has come, or there is an error.

use std::ops::Range;

use toml_edit::{Document, Item, Table, Value};

use super::comment::with_line_ends;
use super::literal::{Literal, Room, Spelt, dotted, spell_key};
use super::map::Map;
use super::path::{beneath, starts_with};
use super::splice::Splices;
use super::tree::Tree;
use super::{BYTE_ORDER_MARK, EditError, parse, step};

/// Where an element of an array of tables goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// Before the element of this number, from 0.
    Before(usize),
    /// In place of the element of this number.
    Instead(usize),
    /// After the last.
    Last,
}

fn damaged(path: &[String]) -> EditError {
    let path = dotted(path);
    EditError::Damaged { path }
}

/// A text that was parsed once, to be looked into often.
#[derive(Debug)]
pub struct Parsed<'t> {
    text: &'t str,
    document: Document<&'t str>,
}

impl<'t> Parsed<'t> {
    /// Parses a text.
    pub fn of(text: &'t str) -> Result<Self, EditError> {
        let document = parse(text)?;
        Ok(Self { text, document })
    }

    /// Returns what the text says.
    pub fn tree(&self) -> Tree {
        Tree::of(&self.document)
    }

    /// Returns what stands at a path in the spelling of the text; none where nothing does.
    pub fn spelt(&self, path: &[String]) -> Option<Literal> {
        item(&self.document, path)?.literal(self.text)
    }

    /// Returns the lines `key = value` of the table at a path, or the one line of a value; none where
    /// nothing stands. An element of an array of tables is named by its number, from 0.
    pub fn body(&self, path: &[String]) -> Option<String> {
        let room = Room {
            newline: "\n",
            indent: "",
        };
        let line = |key: &str, literal: Literal| {
            format!("{} = {}\n", spell_key(key), literal.spell(Some(room)))
        };
        let found = item(&self.document, path)?;
        match found.pairs(self.text) {
            Some(pairs) => Some(pairs.into_iter().map(|(key, it)| line(&key, it)).collect()),
            None => {
                let key = path.last().map_or("", String::as_str);
                found.literal(self.text).map(|literal| line(key, literal))
            }
        }
    }
}

/// Something in a document: what the parser calls an item, an element of an array of tables, or a value
/// inside braces.
#[derive(Clone, Copy)]
enum Found<'a> {
    Item(&'a Item),
    Element(&'a Table),
    Value(&'a Value),
}

impl<'a> From<&'a Item> for Found<'a> {
    fn from(item: &'a Item) -> Self {
        match item {
            Item::Table(table) => Found::Element(table),
            Item::Value(value) => Found::Value(value),
            other => Found::Item(other),
        }
    }
}

fn item<'a>(document: &'a Document<&str>, path: &[String]) -> Option<Found<'a>> {
    let (first, rest) = path.split_first()?;
    let start = Found::from(document.as_table().get(first)?);
    rest.iter().try_fold(start, |found, key| match found {
        Found::Element(table) => Some(Found::from(table.get(key)?)),
        Found::Value(Value::InlineTable(table)) => Some(Found::Value(table.get(key)?)),
        Found::Item(Item::ArrayOfTables(tables)) => {
            Some(Found::Element(tables.get(key.parse().ok()?)?))
        }
        _ => None,
    })
}

impl Found<'_> {
    /// The keys of a table with their values; none where it is no table.
    fn pairs(self, text: &str) -> Option<Vec<(String, Literal)>> {
        match self {
            Found::Element(table) => {
                let pairs = table.iter().filter(|(_, item)| !item.is_none());
                pairs
                    .map(|(key, item)| Some((key.to_owned(), Found::from(item).literal(text)?)))
                    .collect()
            }
            Found::Value(Value::InlineTable(table)) => table
                .iter()
                .map(|(key, value)| Some((key.to_owned(), Found::Value(value).literal(text)?)))
                .collect(),
            _ => None,
        }
    }

    fn literal(self, text: &str) -> Option<Literal> {
        match self {
            Found::Element(_) => self.pairs(text).map(Literal::InlineTable),
            // Keys that spell it out, as in `a.b = 1`: there are no braces to copy.
            Found::Value(Value::InlineTable(table)) if table.is_dotted() => {
                self.pairs(text).map(Literal::InlineTable)
            }
            Found::Value(value) => Some(Literal::Spelt(Spelt {
                text: text.get(value.span()?)?.to_owned(),
                tree: Tree::of_value(value),
            })),
            Found::Item(Item::ArrayOfTables(tables)) => {
                let rows = tables.iter().map(|table| Found::Element(table).pairs(text));
                rows.collect::<Option<_>>().map(Literal::Rows)
            }
            Found::Item(_) => None,
        }
    }
}

/// Takes over what stands at these paths in another text; nothing may stand there yet.
///
/// A new table goes after the last one of its kind, such as `[people.*]`, or to the end.
pub fn graft(text: &str, donor: &str, paths: &[Vec<String>]) -> Result<String, EditError> {
    if paths.is_empty() {
        return Ok(text.to_owned());
    }
    let given = parse(donor)?;
    let donated = Map::of(donor, &given).ok_or_else(|| damaged(&[]))?;
    let said = Tree::of(&given);
    let mut wanted = super::tree(text)?;
    for path in paths {
        let tree = said.get(path).filter(|_| wanted.get(path).is_none());
        let tree = tree.ok_or_else(|| damaged(path))?.clone();
        wanted.put(path, Some(tree));
    }
    let mut paths = paths.to_vec();
    paths.sort_by_cached_key(|path| donated.first(path));
    let paths = paths.as_slice();
    let excerpts: Vec<Option<String>> = paths.iter().map(|path| donated.excerpt(path)).collect();
    let mut now = pasted(text, paths, &excerpts)?;
    let mut rest: Vec<&Vec<String>> = paths.iter().collect();
    match now.as_deref().map(super::tree) {
        Some(Ok(_)) => rest = without(paths, &excerpts),
        _ => now = None,
    }
    let mut now = now.unwrap_or_else(|| text.to_owned());
    for path in rest {
        let literal = item(&given, path).and_then(|found| found.literal(donor));
        let (Some(literal), Some((key, table))) = (literal, path.split_last()) else {
            return Err(damaged(path));
        };
        now = step(&now, table, key, Some(&literal))?;
    }
    match super::tree(&now) {
        Ok(found) if found == wanted => Ok(now),
        _ => Err(damaged(paths.first().map_or(&[][..], Vec::as_slice))),
    }
}

/// The paths that do not come as lines.
fn without<'p>(paths: &'p [Vec<String>], excerpts: &[Option<String>]) -> Vec<&'p Vec<String>> {
    let both = paths.iter().zip(excerpts);
    let some = both.filter(|(_, excerpt)| excerpt.is_none());
    some.map(|(path, _)| path).collect()
}

/// The text with all excerpts in their places.
fn pasted(
    text: &str,
    paths: &[Vec<String>],
    excerpts: &[Option<String>],
) -> Result<Option<String>, EditError> {
    let document = parse(text)?;
    let Some(map) = Map::of(text, &document) else {
        return Ok(None);
    };
    // What goes to one place goes there together, in the order in which it came.
    let mut places: Vec<(usize, String)> = Vec::new();
    for (path, excerpt) in paths.iter().zip(excerpts) {
        let Some(excerpt) = excerpt else { continue };
        let excerpt = with_line_ends(excerpt, map.newline);
        let at = map.after_last_kin(path);
        match places.iter_mut().find(|(place, _)| *place == at) {
            Some((_, lines)) => *lines += &format!("{}{excerpt}", map.newline),
            None => places.push((at, excerpt)),
        }
    }
    let mut splices = Splices::default();
    for (at, lines) in places {
        splices.insert(at, map.apart(at, &lines));
    }
    Ok(splices.apply(text))
}

/// Takes over one element of an array of tables, with its comments.
pub fn graft_element(
    text: &str,
    donor: &str,
    array: &[String],
    element: usize,
    slot: Slot,
) -> Result<String, EditError> {
    let failed = || damaged(array);
    let given = parse(donor)?;
    let excerpt = Map::of(donor, &given)
        .and_then(|map| map.lines(map.elements(array).get(element)?.clone()))
        .ok_or_else(failed)?;
    let list = |tree: &Tree| match tree.get(array) {
        Some(Tree::List(list)) => Some(list.clone()),
        _ => None,
    };
    let new = list(&Tree::of(&given)).and_then(|list| list.get(element).cloned());
    let document = parse(text)?;
    let mut wanted = Tree::of(&document);
    let (mut elements, new) = list(&wanted).zip(new).ok_or_else(failed)?;
    let map = Map::of(text, &document).ok_or_else(failed)?;
    let there = map.elements(array);
    let excerpt = with_line_ends(&excerpt, map.newline);
    let mut splices = Splices::default();
    match slot {
        Slot::Before(at) => {
            let place = there.get(at).ok_or_else(failed)?.start;
            splices.insert(place, format!("{excerpt}{}", map.newline));
            elements.insert(at, new);
        }
        Slot::Instead(at) => {
            splices.replace(there.get(at).ok_or_else(failed)?.clone(), excerpt);
            *elements.get_mut(at).ok_or_else(failed)? = new;
        }
        Slot::Last => {
            let place = there.last().ok_or_else(failed)?.end;
            splices.insert(place, map.apart(place, &excerpt));
            elements.push(new);
        }
    }
    wanted.put(array, Some(Tree::List(elements)));
    let result = splices.apply(text).ok_or_else(failed)?;
    match super::tree(&result) {
        Ok(found) if found == wanted => Ok(result),
        _ => Err(failed()),
    }
}

/// Takes one element of an array of tables away, with the comments that touch it.
pub fn cut_element(text: &str, array: &[String], element: usize) -> Result<String, EditError> {
    let failed = || damaged(array);
    let document = parse(text)?;
    let mut wanted = Tree::of(&document);
    let map = Map::of(text, &document).ok_or_else(failed)?;
    let mut place = map.elements(array).get(element).ok_or_else(failed)?.clone();
    let elements = match wanted.get(array) {
        Some(Tree::List(list)) if element < list.len() => {
            let kept = list.iter().enumerate().filter(|(at, _)| *at != element);
            kept.map(|(_, one)| one.clone()).collect::<Vec<_>>()
        }
        _ => return Err(failed()),
    };
    let left = (!elements.is_empty()).then_some(Tree::List(elements));
    wanted.put(array, left);
    place.start = map.with_blanks_above(place.start);
    let mut splices = Splices::default();
    splices.replace(place, String::new());
    let result = splices.apply(text).ok_or_else(failed)?;
    match super::tree(&result) {
        Ok(found) if found == wanted => Ok(result),
        _ => Err(failed()),
    }
}

impl Map<'_> {
    /// Where the first header or key at or beneath a path stands.
    fn first(&self, path: &[String]) -> usize {
        let heads = self.heads.iter().map(|head| (head.span.start, &head.path));
        let pairs = self.pairs.iter().map(|pair| (pair.key.start, &pair.path));
        let things = heads.chain(pairs);
        let within = things.filter(|(_, at)| starts_with(at, path));
        within.map(|(start, _)| start).min().unwrap_or(usize::MAX)
    }

    /// The lines of a table that has headers of its own, with the comments that touch them.
    fn excerpt(&self, path: &[String]) -> Option<String> {
        let within = |index: &usize| {
            self.heads
                .get(*index)
                .is_some_and(|head| starts_with(&head.path, path))
        };
        let at_home = |pair: &&super::map::Pair<'_>| starts_with(self.block_path(pair), path);
        let mut pairs = self.pairs.iter();
        if !pairs.all(|pair| !starts_with(&pair.path, path) || at_home(&pair)) {
            return None;
        }
        let mut parts: Vec<Range<usize>> = Vec::new();
        let mut last = None;
        for index in (0..self.heads.len()).filter(within) {
            let start = self.with_comments_above(self.heads.get(index)?.span.start);
            let end = self.block_end(index)?;
            match (parts.last_mut(), last) {
                (Some(part), Some(before)) if before + 1 == index => part.end = end,
                _ => parts.push(start..end),
            }
            last = Some(index);
        }
        let parts: Option<Vec<String>> = parts.into_iter().map(|part| self.lines(part)).collect();
        let parts = parts.filter(|parts| !parts.is_empty())?;
        Some(parts.join("\n"))
    }

    /// Lines of the text, the last one ended.
    fn lines(&self, part: Range<usize>) -> Option<String> {
        let mut lines = self.text.get(part)?.to_owned();
        if !lines.ends_with('\n') {
            lines.push('\n');
        }
        Some(lines)
    }

    /// Where a new table goes: after the last of its kind, else to the end.
    fn after_last_kin(&self, path: &[String]) -> usize {
        let kind = path.split_last().map_or(&[][..], |(_, kind)| kind);
        let of_kind =
            |head: &super::map::Head<'_>| !kind.is_empty() && starts_with(&head.path, kind);
        let last = self.heads.iter().rposition(of_kind);
        let last = last.filter(|last| self.heads.len() > last + 1);
        last.and_then(|last| self.block_end(last))
            .unwrap_or(self.text.len())
    }

    /// Lines for a place between two tables or at the end, a blank line apart from both.
    fn apart(&self, at: usize, lines: &str) -> String {
        let newline = self.newline;
        let before = self.text.get(..at).unwrap_or_default();
        let before = before.trim_start_matches(BYTE_ORDER_MARK);
        let mut out = String::new();
        if !before.is_empty() {
            if !before.ends_with('\n') {
                out += newline;
            }
            let last = before.strip_suffix('\n').unwrap_or(before);
            if !last
                .rsplit('\n')
                .next()
                .unwrap_or_default()
                .trim()
                .is_empty()
            {
                out += newline;
            }
        }
        out += lines;
        let (content, _) = self.line_end(at);
        let next = self.text.get(at..content).unwrap_or_default();
        if at < self.text.len() && !next.trim().is_empty() {
            out += newline;
        }
        out
    }

    /// The lines of each element of an array of tables, tables beneath it included.
    fn elements(&self, array: &[String]) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut open = false;
        for (index, head) in self.heads.iter().enumerate() {
            let first = head.path == array;
            open = first || open && beneath(&head.path, array);
            let end = self.block_end(index).unwrap_or(head.span.end);
            match found.last_mut() {
                _ if first => found.push(self.with_comments_above(head.span.start)..end),
                Some(last) if open => last.end = end,
                _ => {}
            }
        }
        found
    }
}
