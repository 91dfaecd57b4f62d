//! Merges two copies of a dossier, record by record, and drops nothing.
//!
//! `shape` knows which parts of a file are records, `text` merges one file and `notes` and `replan` the
//! two that are no tables of records, [`kept`](kept()) is how a side that was not taken stays findable.
//! All of that is pure. `folder` reads the files of a copy; `copies` knows the names that programs which
//! keep folders in step give to a file that two people changed.

mod conflict;
mod copies;
mod folder;
mod kept;
mod notes;
mod replan;
mod shape;
mod text;

pub use conflict::{Choice, Conflict};
pub use copies::{ConflictCopy, check, conflict_copies, join, original};
pub use folder::{
    Copy, Document, Incoming, follow_documents, gather, incoming, merge_into, merge_text,
    place_documents,
};
pub use kept::{Kept, kept, undecided};
pub use shape::Kind;
pub use text::{Merged, Sides, What, merge};
