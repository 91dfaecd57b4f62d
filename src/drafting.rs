//! What the assessor's pen stood on, and what became stale: layer 3, beside `scoring`.
//!
//! A piece remembers the digest of the answers beneath it. When they change, the text stays and is
//! flagged. How the pen changes findings and recommendations stands in [`plan`](crate::plan).

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::dossier::literal;
use crate::model::Dossier;
use crate::model::dossier::LocalText;
use crate::model::drafting::{Piece, PieceId};

/// Returns the digest of the answers to some questions: the first eight hexadecimal digits of the
/// SHA-256 of state, value, reason, note, confidence and evidence of each. Who recorded them, and when,
/// is not part of it.
pub fn digest<'q>(dossier: &Dossier, questions: impl IntoIterator<Item = &'q str>) -> String {
    let questions: BTreeSet<&str> = questions.into_iter().collect();
    let mut hash = Sha256::new();
    for id in questions {
        let answer = dossier.answer(id);
        let reason = answer.reason.iter().flat_map(LocalText::all);
        let reason: Vec<&str> = reason.collect();
        let value = answer.value.as_ref().map(literal);
        let evidence = answer.evidence.iter().map(|one| {
            let at: Vec<&str> = one.at.iter().flat_map(LocalText::all).collect();
            (one.id.as_str(), at)
        });
        let evidence: Vec<_> = evidence.collect();
        let said = format!(
            "{id:?} {:?} {value:?} {reason:?} {:?} {:?} {evidence:?}\n",
            answer.state,
            answer.note,
            answer.sureness()
        );
        hash.update(said.as_bytes());
    }
    let digest = hash.finalize();
    let short = digest.iter().take(4);
    short.map(|byte| format!("{byte:02x}")).collect()
}

/// How a piece stands to the answers beneath it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// They are as they were.
    Fresh,
    /// They have changed since.
    Stale,
    /// It was written by hand and does not say what it stood on.
    Unstamped,
}

/// Tells how a piece stands to the answers beneath it.
pub fn freshness(dossier: &Dossier, piece: &Piece<'_>) -> Freshness {
    let now = || digest(dossier, piece.beneath.iter().map(String::as_str));
    match piece.on {
        None => Freshness::Unstamped,
        Some(on) if on == now() => Freshness::Fresh,
        Some(_) => Freshness::Stale,
    }
}

/// Returns the pieces whose answers have changed since they were written.
pub fn stale(dossier: &Dossier) -> Vec<PieceId> {
    let pieces = dossier.drafting.pieces().into_iter();
    let stale = pieces.filter(|piece| freshness(dossier, piece) == Freshness::Stale);
    stale.map(|piece| piece.id).collect()
}
