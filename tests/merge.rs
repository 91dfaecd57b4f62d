//! Two copies of one dossier become one: what nobody disputes passes, nothing is dropped, and what was
//! not touched stays byte for byte.

#![allow(clippy::unwrap_used)] // A test that cannot go on should stop.

mod common;

use std::fmt::Write;
use std::fs;

use cirtkit::dossier::edit;
use cirtkit::dossier::merge::{Choice, Kind, Sides, merge};
use common::{folders, snapshot};

/// Each folder of `tests/merge` is a case: `mine`, `theirs`, perhaps `base`; decided in all three ways.
#[test]
fn cases() {
    for (name, folder) in folders(&common::tests("merge")) {
        let text = |side: &str| fs::read_to_string(folder.join(format!("{side}.toml"))).ok();
        let (mine, theirs, base) = (text("mine").unwrap(), text("theirs").unwrap(), text("base"));
        let kind = match name.as_str() {
            "notes" => Kind::Notes,
            "dossier" => Kind::Dossier,
            "plan" => Kind::Plan,
            _ => Kind::Answers,
        };
        let mut told = String::new();
        for (way, choice) in [("left", Choice::Later), ("mine", Choice::Mine), ("theirs", Choice::Theirs)] {
            let sides = Sides {
                mine: &mine,
                theirs: &theirs,
                base: base.as_deref(),
            };
            let merged = merge(kind, sides, true, &mut |_| choice).unwrap();
            writeln!(told, "==== {way}").unwrap();
            for (path, what) in &merged.done {
                writeln!(told, "{}: {what:?}", edit::dotted(path)).unwrap();
            }
            for conflict in &merged.open {
                let keys = conflict.keys().join(", ");
                writeln!(told, "{}: open ({keys})", edit::dotted(&conflict.path)).unwrap();
            }
            writeln!(told, "----\n{}", merged.text).unwrap();
            // Once more, and nothing happens.
            let again = Sides {
                mine: &merged.text,
                ..sides
            };
            let twice = merge(kind, again, true, &mut |_| choice).unwrap();
            assert_eq!(twice.text, merged.text, "{name} {way}");
            assert!(base.is_some() || twice.done.is_empty(), "{name} {way}: {:?}", twice.done);
        }
        snapshot!("merge", name.as_str(), told);
    }
}
