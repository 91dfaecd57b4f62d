//! cirtkit: from a country's answers to its national CIRT readiness report, offline.
//!
//! Data takes one road, and each step is a function from values to a value:
//!
//! ```text
//! content ── pack ──── Questionnaire ─┐
//!                                     ├─ scoring ─ plan ─┐
//! dossier ── withhold ─── Dossier ────┴──────────────────┴─ report ─ Report ─ render ─ Markdown, HTML, JSON
//! ```
//!
//! Only `cli`, `content`, `files` and the saving half of `dossier` touch the world outside.

pub mod appraisal;
pub mod cli;
pub mod content;
pub mod diagnostic;
pub mod dossier;
pub mod drafting;
pub mod files;
pub mod formula;
pub mod intake;
pub mod interview;
pub mod model;
pub mod pack;
pub mod plan;
pub mod prefill;
pub mod progress;
pub mod render;
pub mod report;
pub mod scoring;
pub mod search;
pub mod sheet;
pub mod source;
pub mod spelling;
pub mod voices;
