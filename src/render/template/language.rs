//! What a template may do: its syntax, its filters and functions, and how its values are escaped.
//!
//! Built once, when the templates are compiled. Little of minijinja is left; what is added makes
//! Markdown and marks.

use std::borrow::Cow;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};

use super::Limits;
use super::error::{IS_BOOL, IS_DONE, IS_NONE, NOT_TEXT, ONLY_MARKDOWN, refuse};
use crate::render::{commonmark, escape, markers};

/// Filters that would let a value through, hide a misspelt name, or spoil another language.
const NO_FILTERS: [&str; 13] = [
    "safe",
    "escape",
    "e",
    "default",
    "d",
    "replace",
    "split",
    "lines",
    "list",
    "format",
    "pprint",
    "title",
    "capitalize",
];

/// What a template writes, and so how values are escaped in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Markdown,
    Xml,
}

pub(super) fn kind(name: &str) -> Option<Kind> {
    match name.rsplit_once('.')?.1 {
        "md" => Some(Kind::Markdown),
        "html" | "svg" => Some(Kind::Xml),
        _ => None,
    }
}

pub(super) fn environment(limits: Limits) -> Environment<'static> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    if let Ok(syntax) = syntax {
        environment.set_syntax(syntax);
    }
    environment.set_debug(false);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(limits.fuel));
    environment.set_recursion_limit(limits.depth);
    // Any name but "none": what macros and set blocks return is then not escaped again.
    environment.set_auto_escape_callback(|_| AutoEscape::Custom(Cow::Borrowed("cirtkit")));
    environment.set_formatter(print);
    // Markdown that slipped into HTML would not be escaped for it.
    environment.set_path_join_callback(|name, parent| {
        let extension = |name: &str| name.rsplit_once('.').map(|(_, end)| end.to_owned());
        Cow::Borrowed(if extension(name) == extension(parent) {
            name
        } else {
            ""
        })
    });
    for filter in NO_FILTERS {
        environment.remove_filter(filter);
    }
    environment.remove_global("debug");

    environment.add_filter(
        "prose",
        |state: &mut State, note: &Value, lang: Option<&str>| {
            let note = raw(state, note)?;
            let written = commonmark::prose_in(note, lang.unwrap_or_default());
            Ok::<_, Error>(Value::from_safe_string(written))
        },
    );
    environment.add_filter(
        "prose_quote",
        |state: &mut State, note: &Value, lang: Option<&str>| {
            let note = raw(state, note)?;
            let quote = commonmark::prose_quote_in(note, lang.unwrap_or_default());
            Ok::<_, Error>(Value::from_safe_string(quote))
        },
    );
    environment.add_filter("lang_run", |state: &mut State, text: &Value, tag: &str| {
        in_markdown(state)?;
        let text = state.format(text.clone())?;
        Ok::<_, Error>(Value::from_safe_string(markers::lang_run(&text, tag)))
    });
    environment.add_filter("cap", |text: &Value| match text.as_str() {
        Some(plain) if text.is_safe() => Ok(Value::from_safe_string(capitalised(plain))),
        Some(plain) => Ok(Value::from(capitalised(plain))),
        None => Err(refuse(NOT_TEXT)),
    });
    environment.add_function("anchor", |state: &mut State, id: &str| {
        in_markdown(state).map(|()| Value::from_safe_string(markers::anchor(id)))
    });
    environment.add_function("figure", |state: &mut State, id: &str| {
        in_markdown(state).map(|()| Value::from_safe_string(markers::figure(id)))
    });
    environment.add_function("row_heads", |state: &mut State| {
        in_markdown(state).map(|()| Value::from_safe_string(markers::row_heads()))
    });
    environment
}

/// Prints a value, escaped for the template's kind, whatever `autoescape` says.
fn print(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let text = match value.kind() {
        ValueKind::String if value.is_safe() => {
            return Ok(out.write_str(value.as_str().unwrap_or_default())?);
        }
        ValueKind::String => Cow::Borrowed(value.as_str().unwrap_or_default()),
        ValueKind::Number => Cow::Owned(value.to_string()),
        ValueKind::Undefined => return Err(ErrorKind::UndefinedError.into()),
        ValueKind::None => return Err(refuse(IS_NONE)),
        ValueKind::Bool => return Err(refuse(IS_BOOL)),
        _ => return Err(refuse(NOT_TEXT)),
    };
    let escaped = match kind(state.name()) {
        Some(Kind::Markdown) => escape::literal(&text),
        Some(Kind::Xml) => escape::xml(&text),
        None => return Err(refuse(NOT_TEXT)),
    };
    Ok(out.write_str(&escaped)?)
}

/// Returns the text of a value that was not formatted yet.
fn raw<'v>(state: &State, value: &'v Value) -> Result<&'v str, Error> {
    in_markdown(state)?;
    match value.as_str() {
        _ if value.is_undefined() => Err(ErrorKind::UndefinedError.into()),
        _ if value.is_none() => Err(refuse(IS_NONE)),
        _ if value.is_safe() => Err(refuse(IS_DONE)),
        Some(text) => Ok(text),
        None => Err(refuse(NOT_TEXT)),
    }
}

fn in_markdown(state: &State) -> Result<(), Error> {
    match kind(state.name()) {
        Some(Kind::Markdown) => Ok(()),
        _ => Err(refuse(ONLY_MARKDOWN)),
    }
}

/// Puts the first letter in upper case; a number, a mark or an escape before it stays.
fn capitalised(text: &str) -> String {
    let lead = text.len() - markers::after_marks(text).len();
    let first = text[lead..]
        .char_indices()
        .find(|(_, c)| c.is_alphanumeric() || matches!(c, '&' | '<'));
    match first {
        Some((at, c)) if c.is_alphabetic() => {
            let at = lead + at;
            let upper: String = c.to_uppercase().collect();
            format!("{}{upper}{}", &text[..at], &text[at + c.len_utf8()..])
        }
        _ => text.to_owned(),
    }
}
