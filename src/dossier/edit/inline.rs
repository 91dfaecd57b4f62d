//! Keys inside of braces: `a = { value = 1 }`.
//!
//! The same two changes as in `change`, where there are no lines: a new key follows the last
//! one, and a key that goes takes its comma along.

use toml_edit::{InlineTable, Value};

use super::comment::{comments, skip_blank, skip_spaces};
use super::literal::{Literal, dotted, spell_key};
use super::map::Pair;
use super::path::{beneath, starts_with};
use super::splice::Splices;

/// A pair inside braces, with the bytes that belong to it.
struct Member<'a> {
    pair: Pair<'a>,
    start: usize,
    comma: Option<usize>,
}

fn members<'a>(text: &str, table: &'a InlineTable) -> Option<Vec<Member<'a>>> {
    let mut pairs = Vec::new();
    flatten(table, &mut Vec::new(), &mut pairs)?;
    pairs.sort_by_key(|pair| pair.key.start);
    let mut at = table.span()?.start + 1;
    let members = pairs.into_iter().map(|pair| {
        let start = skip_blank(text, at);
        let next = skip_blank(text, pair.span.end);
        let comma = text.get(next..)?.starts_with(',').then_some(next);
        at = next + 1;
        Some(Member { pair, start, comma })
    });
    members.collect()
}

fn flatten<'a>(
    table: &'a InlineTable,
    path: &mut Vec<&'a str>,
    pairs: &mut Vec<Pair<'a>>,
) -> Option<()> {
    for (name, value) in table.iter() {
        path.push(name);
        match value {
            Value::InlineTable(inner) if inner.is_dotted() => flatten(inner, path, pairs)?,
            _ => pairs.push(Pair {
                path: path.clone(),
                key: table.key(name)?.span()?,
                value,
                span: value.span()?,
            }),
        }
        path.pop();
    }
    Some(())
}

/// Sets a value inside braces; returns the comments that stood in what it replaced.
pub(super) fn set_inline<'t>(
    text: &'t str,
    table: &InlineTable,
    path: &[String],
    literal: &Literal,
    splices: &mut Splices,
) -> Option<Vec<&'t str>> {
    let members = members(text, table)?;
    for Member { pair, .. } in &members {
        if pair.path == path {
            splices.replace(pair.span.clone(), literal.spell(None));
            return Some(comments(text.get(pair.span.clone())?));
        }
        if let (Value::InlineTable(inner), true) = (pair.value, beneath(path, &pair.path)) {
            let rest = path.get(pair.path.len()..)?;
            return set_inline(text, inner, rest, literal, splices);
        }
    }

    // Keys that spell out what the value replaces: the first makes room for it.
    if let Some(first) = members
        .iter()
        .position(|member| starts_with(&member.pair.path, path))
    {
        let member = members.get(first)?;
        let bytes = member.start..member.pair.span.end;
        let mut lost = comments(text.get(bytes.clone())?);
        splices.replace(bytes, format!("{} = {}", dotted(path), literal.spell(None)));
        lost.extend(drop_members(text, &members, splices, |at, member| {
            at != first && starts_with(&member.pair.path, path)
        })?);
        return Some(lost);
    }

    // A new key, spelled out as far as its neighbours spell theirs, the rest in braces.
    let parent = path.split_last()?.1;
    let shared = (0..=parent.len()).rev().find(|depth| {
        let start = parent.get(..*depth).unwrap_or_default();
        *depth == 0
            || members
                .iter()
                .any(|member| beneath(&member.pair.path, start))
    })?;
    let mut written = literal.spell(None);
    for key in path.get(shared + 1..)?.iter().rev() {
        written = format!("{{ {} = {written} }}", spell_key(key));
    }
    written = format!("{} = {written}", dotted(path.get(..=shared)?));
    match members.last() {
        Some(last) => splices.insert(last.pair.span.end, format!(", {written}")),
        None => {
            let at = table.span()?.start + 1;
            let tight = text.get(at..)?.starts_with('}');
            splices.insert(at, format!(" {written}{}", if tight { " " } else { "" }));
        }
    }
    Some(Vec::new())
}

/// Removes what stands inside braces at a path; returns the comments that went with it.
pub(super) fn remove_inline<'t>(
    text: &'t str,
    table: &InlineTable,
    path: &[String],
    splices: &mut Splices,
) -> Option<Vec<&'t str>> {
    let members = members(text, table)?;
    for Member { pair, .. } in &members {
        if let (Value::InlineTable(inner), true) = (pair.value, beneath(path, &pair.path)) {
            return remove_inline(text, inner, path.get(pair.path.len()..)?, splices);
        }
    }
    drop_members(text, &members, splices, |_, member| {
        starts_with(&member.pair.path, path)
    })
}

fn drop_members<'t>(
    text: &'t str,
    members: &[Member<'_>],
    splices: &mut Splices,
    goes: impl Fn(usize, &Member<'_>) -> bool,
) -> Option<Vec<&'t str>> {
    let mut lost = Vec::new();
    let mut last_kept = None;
    for (at, member) in members.iter().enumerate() {
        if !goes(at, member) {
            last_kept = Some(member);
            continue;
        }
        let bytes = member.start..member.pair.span.end;
        lost.extend(comments(text.get(bytes.clone())?));
        splices.replace(bytes, String::new());
        if let Some(comma) = member.comma {
            splices.replace(comma..skip_spaces(text, comma + 1), String::new());
        }
    }
    // The last one left may have to give up its comma: TOML 1.0 has no trailing one.
    let open_end = members.last().is_some_and(|member| member.comma.is_none());
    let last_goes = members
        .last()
        .is_some_and(|member| goes(members.len() - 1, member));
    if let (true, true, Some(comma)) = (open_end, last_goes, last_kept.and_then(|it| it.comma)) {
        splices.replace(comma..skip_spaces(text, comma + 1), String::new());
    }
    Some(lost)
}
