//! Paths of keys: which one lies at or beneath which other.
//!
//! Some come from the edit and own their keys, some from the parser and borrow them.

/// Whether a path starts with the steps of another, or is it.
pub(super) fn starts_with<A: PartialEq<B>, B>(path: &[A], start: &[B]) -> bool {
    path.len() >= start.len() && path.iter().zip(start).all(|(one, other)| one == other)
}

/// Whether a path starts with the steps of another and goes on.
pub(super) fn beneath<A: PartialEq<B>, B>(path: &[A], start: &[B]) -> bool {
    path.len() > start.len() && starts_with(path, start)
}
