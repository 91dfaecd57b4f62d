//! What is wrong with a template, in words for whoever wrote it.
//!
//! Beside the road. minijinja's own errors may quote a value; these are made from the kind of the
//! error and the words of the template alone.

use std::collections::BTreeMap;
use std::fmt;

use minijinja::{Error, ErrorKind};

/// What is wrong with a template. Holds words of the template, never a value of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// The template's name.
    pub template: String,
    /// The line, if it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.message, self.template)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for TemplateError {}

impl TemplateError {
    /// An error of a whole template; without help where that is empty.
    pub(super) fn new(template: &str, message: impl Into<String>, help: &str) -> Self {
        TemplateError {
            template: template.to_owned(),
            line: None,
            message: message.into(),
            help: (!help.is_empty()).then(|| help.to_owned()),
        }
    }
}

/// Everything that is wrong with a set of templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateErrors(pub Vec<TemplateError>);

impl fmt::Display for TemplateErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if nth > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for TemplateErrors {}

/// A refusal of our own: what is wrong, and what to do. Both fixed, so that no value gets in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusal {
    message: &'static str,
    help: &'static str,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl std::error::Error for Refusal {}

pub(super) const IS_NONE: Refusal = Refusal {
    message: "is absent here and can't be printed",
    help: "ask first: `{% if x is none %}`",
};
pub(super) const IS_BOOL: Refusal = Refusal {
    message: "is a yes or no and can't be printed",
    help: "write the words: `{% if x %}`",
};
pub(super) const IS_DONE: Refusal = Refusal {
    message: "is formatted already",
    help: "use the filter on the value itself",
};
pub(super) const NOT_TEXT: Refusal = Refusal {
    message: "is neither text nor a number and can't be printed",
    help: "name a field of it, or loop over it",
};
pub(super) const ONLY_MARKDOWN: Refusal = Refusal {
    message: "makes Markdown and can't be used here",
    help: "use it in a template whose name ends in `.md`",
};

pub(super) fn refuse(refusal: Refusal) -> Error {
    Error::from(ErrorKind::InvalidOperation).with_source(refusal)
}

/// Says what went wrong from the error's kind and the template's source alone.
///
/// An error's own detail may quote a value; it is used only where it can't.
pub(super) fn explain(
    error: &Error,
    name: &str,
    sources: &BTreeMap<String, String>,
) -> TemplateError {
    let mut innermost = error;
    let mut refusal = None;
    let mut next = std::error::Error::source(error);
    while let Some(source) = next {
        match source.downcast_ref::<Error>() {
            Some(inner) if inner.name().is_some() => innermost = inner,
            _ => refusal = refusal.or(source.downcast_ref::<Refusal>()),
        }
        next = source.source();
    }
    let template = innermost.name().unwrap_or(name);
    let expression = sources
        .get(template)
        .and_then(|source| excerpt(source, innermost));
    let quoted = match &expression {
        Some(expression) => format!("`{expression}`"),
        None => "a value".to_owned(),
    };
    let detail = innermost.detail().unwrap_or_default();
    let (message, help) = match (innermost.kind(), refusal) {
        (_, Some(refusal)) => (format!("{quoted} {}", refusal.message), refusal.help),
        (ErrorKind::UndefinedError, _) => (
            format!("{quoted} is not a name that this template can see"),
            "check the spelling; what may be absent is none, never missing",
        ),
        (ErrorKind::TemplateNotFound, _) if innermost.name().is_none() => (
            format!("there is no template `{name}`"),
            "`cirtkit pack list` names them",
        ),
        (ErrorKind::TemplateNotFound, _) => (
            format!("{quoted} names a template that is not there, or of another kind"),
            "names start at the templates' folder, and both must end alike",
        ),
        (ErrorKind::UnknownFilter, _) => (
            format!("{quoted}: there is no such filter"),
            "there is no `safe` or `default`; the module `template` lists what there is",
        ),
        (ErrorKind::UnknownTest | ErrorKind::UnknownFunction | ErrorKind::UnknownMethod, _) => (
            format!("{quoted}: there is no such test, function or method"),
            "check the spelling",
        ),
        (ErrorKind::OutOfFuel, _) => (
            "the template runs too long".to_owned(),
            "look for a loop that does more than it should",
        ),
        (ErrorKind::InvalidOperation, _) if detail.starts_with("recursion limit") => (
            "the templates nest too deep".to_owned(),
            "look for a macro or an include that leads back to itself",
        ),
        // Only compiling gives this, and then there are no values yet.
        (ErrorKind::SyntaxError, _) => (format!("the template can't be read: {detail}"), ""),
        (kind, _) => (
            format!("{quoted} does not work with these values: {kind}"),
            "",
        ),
    };
    TemplateError {
        line: innermost.line(),
        ..TemplateError::new(template, message, help)
    }
}

/// Returns the words of the template that an error points at, shortened to one line: the name that
/// is not there, else the whole tag, since an error may point at a filter alone.
fn excerpt(source: &str, error: &Error) -> Option<String> {
    let range = error
        .range()
        .filter(|range| source.get(range.clone()).is_some());
    let text = match range {
        Some(range) if error.kind() == ErrorKind::UndefinedError => &source[range],
        Some(range) => {
            let before = &source[..range.start];
            let start = before
                .rfind("{{")
                .max(before.rfind("{%"))
                .unwrap_or(range.start);
            let rest = &source[start..];
            let end = rest.find("}}").into_iter().chain(rest.find("%}")).min();
            rest.get(..end.map_or(rest.len(), |end| end + 2))?
        }
        None => source.lines().nth(error.line()?.checked_sub(1)?)?,
    };
    let text = text.trim().lines().next()?.trim();
    let short: String = text.chars().take(80).collect();
    let cut = if short.len() < text.len() { "…" } else { "" };
    (!short.is_empty()).then(|| short + cut)
}
