//! Cuts and insertions: the last step of an edit, from places to a text.

use std::ops::Range;

/// Cuts and insertions, by the places of the text before any of them.
#[derive(Default)]
pub(super) struct Splices(Vec<(Range<usize>, String)>);

impl Splices {
    pub(super) fn insert(&mut self, at: usize, written: String) {
        self.0.push((at..at, written));
    }

    pub(super) fn replace(&mut self, bytes: Range<usize>, written: String) {
        self.0.push((bytes, written));
    }

    /// The text with all of them made; none if two overlap.
    pub(super) fn apply(mut self, text: &str) -> Option<String> {
        self.0.sort_by_key(|(bytes, _)| (bytes.start, bytes.end));
        let mut out = String::with_capacity(text.len() + 256);
        let mut at = 0;
        for (bytes, written) in &self.0 {
            out.push_str(text.get(at..bytes.start)?);
            out.push_str(written);
            at = bytes.end;
        }
        out.push_str(text.get(at..)?);
        Some(out)
    }
}
