//! Templates: what turns a report's values into Markdown, a chart's into SVG, a body into a page.
//!
//! The only module that knows minijinja. Compiled once, it renders any serialisable value; it opens
//! no file and knows no report. A template may come from anywhere, so its power is small: every
//! value is escaped for the kind of file, whatever the template says, there is no `safe`, work and
//! output are limited, and an error never holds a value of the context.
//!
//! # What a template writer has
//!
//! Blocks: `if`, `for`, `set`, `macro`, `call`, `filter`, `include`, `import`, `extends`, `with`.
//! Block tags take their line with them. Templates are named from the folder of all templates
//! (`lang/fr.md`), and only those with the same extension are within reach of each other.
//!
//! | in `.md` | gives |
//! |---|---|
//! | `note\|prose`, `note\|prose_quote` | an assessor's Markdown, made safe, as blocks; `prose("fr")` if its language is not the page's |
//! | `text\|lang_run("fr")` | inline text marked as being in another language; an empty tag marks nothing |
//! | `text\|cap` | the text with its first letter in upper case and the rest as it is |
//! | `anchor("r-6")` | the id of the heading that it opens |
//! | `figure("levels")` | as a paragraph by itself, the place of a chart; left out in `.md` |
//! | `row_heads()` | in a table's first cell: the first column heads the rows |
//!
//! Of minijinja's own filters these are missing: `safe`, `escape`, `e`, `default`, `d`, `replace`,
//! `split`, `lines`, `list`, `format`, `pprint`, `title`, `capitalize`, and the function `debug`.
//! Only text and numbers can be printed. What may be absent is none: `{% if x is none %}`.
mod error;
mod language;
mod page;

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use minijinja::Environment;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use error::explain;
pub use error::{TemplateError, TemplateErrors};
use language::{environment, kind};
use page::STYLE;
pub use page::{Page, PageWords};

/// How much one rendering may do.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Steps; each 64 bytes that a template makes count as one, so this bounds memory as well.
    fuel: u64,
    /// Bytes of output.
    output: usize,
    /// Nesting; an include or a macro counts about ten.
    depth: usize,
}

const LIMITS: Limits = Limits {
    fuel: 40_000_000,
    output: 16 << 20,
    depth: 200,
};

/// All templates, compiled.
pub struct Templates {
    environment: Environment<'static>,
    sources: BTreeMap<String, String>,
    limits: Limits,
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Templates")
            .field("names", &self.sources.keys())
            .finish_non_exhaustive()
    }
}

impl Templates {
    /// Compiles templates from their names and sources; the error lists all that is wrong.
    ///
    /// A name ends in `.md`, `.html` or `.svg`; `page/style.css` is taken as it is.
    ///
    /// ```
    /// # use cirtkit::render::template::Templates;
    /// let templates = Templates::new([("hello.md", "*{{ country }}*")])?;
    /// let context = std::collections::BTreeMap::from([("country", "Examplia [EX]")]);
    /// assert_eq!(templates.render("hello.md", &context)?, r"*Examplia \[EX\]*");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new<N, S>(sources: impl IntoIterator<Item = (N, S)>) -> Result<Self, TemplateErrors>
    where
        N: Into<String>,
        S: Into<String>,
    {
        let sources = sources
            .into_iter()
            .map(|(name, source)| (name.into(), source.into()));
        Self::with_limits(sources.collect(), LIMITS)
    }

    fn with_limits(
        sources: BTreeMap<String, String>,
        limits: Limits,
    ) -> Result<Self, TemplateErrors> {
        let mut environment = environment(limits);
        let mut errors = Vec::new();
        for (name, source) in &sources {
            if name == STYLE {
                if let Some(nth) = source.lines().position(|line| line.contains('<')) {
                    let message = "a style sheet with a `<` could end the page's style";
                    let error = TemplateError::new(name, message, "write `\\3c` for it");
                    errors.push(TemplateError {
                        line: Some(nth + 1),
                        ..error
                    });
                }
            } else if kind(name).is_none() {
                errors.push(TemplateError::new(
                    name,
                    "a template of a kind that is not known",
                    "the name of a template ends in `.md`, `.html` or `.svg`",
                ));
            } else if let Err(error) = environment.add_template_owned(name.clone(), source.clone())
            {
                errors.push(explain(&error, name, &sources));
            }
        }
        if !errors.is_empty() {
            return Err(TemplateErrors(errors));
        }
        Ok(Templates {
            environment,
            sources,
            limits,
        })
    }

    /// Returns the names of all templates, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(String::as_str)
    }

    /// Renders a template with a value whose fields are the names the template sees.
    pub fn render<T: Serialize>(&self, name: &str, context: &T) -> Result<String, TemplateError> {
        self.render_value(name, Value::from(Serde(context)))
    }

    fn render_value(&self, name: &str, context: Value) -> Result<String, TemplateError> {
        let mut out = Bounded {
            bytes: Vec::new(),
            limit: self.limits.output,
            full: false,
        };
        let rendered = self
            .environment
            .get_template(name)
            .and_then(|template| template.render_captured_to(context, &mut out).map(drop));
        if out.full {
            let limit = self.limits.output;
            return Err(TemplateError::new(
                name,
                format!("the result is too long: more than {limit} bytes"),
                "look for a loop that prints more than it should",
            ));
        }
        rendered.map_err(|error| explain(&error, name, &self.sources))?;
        String::from_utf8(out.bytes)
            .map_err(|_| TemplateError::new(name, "the result is not text", "report this as a bug"))
    }
}

/// Takes what is rendered, up to a limit.
struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
    full: bool,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.limit - self.bytes.len() {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
