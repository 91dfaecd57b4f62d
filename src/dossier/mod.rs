//! A country's dossier on disk: reading with places, withholding, making anonymous, editing without losing
//! a byte, saving safely.
//!
//! [`read`], [`withhold`] and [`anonymous`] feed the road; [`edit`] and [`save`] are used by whoever records an
//! answer, [`register`] and [`deposit`] by whoever registers a person, a meeting or a document. The TOML files are the truth. The folder `.cirtkit` holds the lock, and later the journal.

mod anonymous;
pub mod deposit;
mod drafting;
pub mod edit;
mod giveaway;
mod id;
pub mod merge;
mod names;
pub mod notes;
mod progress;
mod read;
pub mod record;
pub mod register;
pub mod save;
mod stage;
mod typed;
pub mod usage;
mod value;
mod withhold;

pub use anonymous::{OTHERS, anonymous};
pub use drafting::{PARTS, drafting_file, read_drafting};
pub use giveaway::{Giveaway, Known, Printed, giveaways};
pub use read::{AnswersFile, is_dossier, place_in, place_in_head, read, read_answer, read_head};
pub use stage::{of_month, of_stage};
pub use value::{literal, parse};
pub use withhold::{Leak, leaks, withhold};

/// The version of the dossier format that this cirtkit reads and writes.
pub const SCHEMA: u32 = 1;
