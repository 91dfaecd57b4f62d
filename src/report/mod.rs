//! Builds the [`Report`]: everything a template may say, in one language, as plain words.
//!
//! The fifth arrow of the road. It tells ids and numbers in the reader's language and knows nothing
//! of Markdown or HTML: every text here is literal, and the assessor's notes are Markdown that
//! `render` lets through an allow-list. Names are only added within a context version.

mod compose;
mod documents;
mod fill;
mod form;
pub mod language;
pub mod locale;
mod progress;
mod view;

pub use compose::{Naming, Options, build, figures, say, say_finding, say_title};
pub use documents::{DocumentWanted, DocumentsOf, DocumentsWanted, documents_wanted};
pub use form::{Form, FormQuestion, FormScope, FormSection, form, given, leads, tongue};
pub use language::Language;
pub use progress::*;
pub use view::*;

/// The version of the names that a template sees.
pub const CONTEXT: u32 = 1;
