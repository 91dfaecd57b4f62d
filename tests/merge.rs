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
        for (way, choice) in [
            ("left", Choice::Later),
            ("mine", Choice::Mine),
            ("theirs", Choice::Theirs),
        ] {
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
            assert!(
                base.is_some() || twice.done.is_empty(),
                "{name} {way}: {:?}",
                twice.done
            );
        }
        snapshot!("merge", name.as_str(), told);
    }
}

/// What holds for every pair of files.
mod laws {
    use std::collections::BTreeMap;

    use cirtkit::dossier::edit::{self, Tree};
    use cirtkit::dossier::merge::{Choice, Kept, Kind, Merged, Sides, kept, merge};
    use proptest::prelude::*;

    /// Records by id, each with its keys and values as TOML.
    type Records = BTreeMap<String, BTreeMap<String, String>>;

    const WAYS: [Choice; 4] = [Choice::Later, Choice::Mine, Choice::Theirs, Choice::Dissent];

    /// A sort of file, and the table that its records stand in.
    const SORTS: [(Kind, &str); 5] = [
        (Kind::Answers, "answers"),
        (Kind::Register, "evidence"),
        (Kind::Notes, "notes"),
        (Kind::Month, "risks"),
        (Kind::Plan, "re-plan"),
    ];

    fn value() -> impl Strategy<Value = String> {
        prop::sample::select(vec![
            "1",
            "2",
            "2.5",
            "true",
            "2026-06-03",
            "\"a # b \\\" [c]\"",
            "'it # is'",
            "\"\"\"\nfirst # \"\"\n\nlast\"\"\"",
            "[ 'a', \"]#\" ]",
            "{ q = 'x, }', r.s = 2 }",
            "[{ id = \"x\", at = \"y\" }, { id = \"z\" }]",
        ])
        .prop_map(String::from)
    }

    fn record() -> impl Strategy<Value = BTreeMap<String, String>> {
        let key =
            prop::sample::select(vec!["value", "note", "by", "answered", "stage", "question"]);
        prop::collection::btree_map(key.prop_map(String::from), value(), 1..4)
    }

    fn records() -> impl Strategy<Value = Records> {
        prop::collection::btree_map("n-[1-6]", record(), 0..5)
    }

    /// Spells records as a file, by the bytes of some dice; comments are the side's own.
    fn spell(sort: usize, records: &Records, dice: &[u8], side: &str) -> String {
        let mut dice = dice.iter().copied().cycle();
        let mut roll = move |sides: u8| dice.next().unwrap_or(0) % sides;
        let (kind, table) = SORTS[sort];
        let mut comments = 0;
        let mut comment = || {
            comments += 1;
            format!("# {side} {comments} \"'[x] = {{")
        };
        let mut out = String::new();
        let dotted = kind != Kind::Plan && roll(4) == 0;
        if kind == Kind::Notes && roll(2) == 0 {
            out += &format!("last = {}\n", 6 + roll(3));
        }
        if dotted {
            out += &format!("[{table}]\n");
        }
        for (id, record) in records {
            for _ in 0..roll(3) {
                out += &match roll(2) {
                    0 => String::from("\n"),
                    _ => format!("{}\n", comment()),
                };
            }
            let key = |key: &String, roll: u8| match roll {
                0 => format!("\"{key}\""),
                _ => key.clone(),
            };
            match (dotted, kind) {
                (true, _) if roll(2) == 0 => {
                    let pairs = record.iter().map(|(key, value)| format!("{key} = {value}"));
                    let pairs: Vec<String> = pairs.collect();
                    out += &format!("{id} = {{ {} }}\n", pairs.join(" , "));
                }
                (true, _) => {
                    for (key, value) in record {
                        out += &format!("{id}.{key}={value}\n");
                    }
                }
                (_, Kind::Plan) => {
                    let day = id.trim_start_matches("n-");
                    out += &format!("[[re-plan]]\ndate = 2026-05-0{day}\n");
                    for (key, value) in record {
                        out += &format!("{key} = {value}\n");
                    }
                    out += "[re-plan.work-packages.x]\nend = 2027-01-01\n";
                }
                _ => {
                    out += &format!("[{table}.{id}]\n");
                    for (name, value) in record {
                        let tail = match roll(4) {
                            0 => format!("   {}", comment()),
                            _ => String::new(),
                        };
                        out += &format!("{}  = {value}{tail}\n", key(name, roll(3)));
                    }
                }
            }
        }
        if roll(3) == 0 {
            out += &format!("{}\n", comment());
        }
        if roll(3) == 0 {
            out = out.trim_end_matches('\n').to_string();
        }
        if roll(4) == 0 {
            out = out.replace('\n', "\r\n");
        }
        if roll(4) == 0 {
            out.insert(0, '\u{feff}');
        }
        out
    }

    fn merged(sort: usize, mine: &str, theirs: &str, base: Option<&str>, way: Choice) -> Merged {
        let sides = Sides { mine, theirs, base };
        merge(SORTS[sort].0, sides, true, &mut |_| way)
            .unwrap_or_else(|problem| panic!("{problem}\n{mine}\n====\n{theirs}"))
    }

    /// The records of a file, with their paths; re-plans by their days.
    fn said(sort: usize, text: &str) -> Vec<(String, Tree)> {
        let table = SORTS[sort].1;
        let tree = edit::tree(text).unwrap();
        match tree.get(&[table.to_string()]) {
            Some(Tree::Table(table)) => {
                let records = table.iter();
                let path = |id: &String| format!("{}.{id}", SORTS[sort].1);
                records.map(|(id, it)| (path(id), it.clone())).collect()
            }
            Some(Tree::List(list)) => {
                let day = |one: &Tree| match one.get(&["date".to_string()]) {
                    Some(Tree::Date(day)) => format!("re-plan.{day}"),
                    _ => String::new(),
                };
                list.iter().map(|one| (day(one), one.clone())).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A record without what may differ in silence: who and when, and where a note is filed.
    fn core(sort: usize, record: &Tree) -> Tree {
        let Tree::Table(table) = record else {
            return record.clone();
        };
        let mut table = table.clone();
        let silent: &[&str] = match SORTS[sort].0 {
            Kind::Answers => &["answered", "by"],
            Kind::Notes => &["stage", "question"],
            _ => &[],
        };
        table.retain(|key, _| !silent.contains(&key.as_str()));
        Tree::Table(table)
    }

    /// Tells whether a record stands in a text, or is kept in it as a comment.
    fn stands(sort: usize, text: &str, path: &str, record: &Tree) -> bool {
        let wanted = core(sort, record);
        let notes = SORTS[sort].0 == Kind::Notes;
        let mut records = said(sort, text).into_iter();
        let there =
            records.any(|(at, one)| (notes || at == path) && core(sort, &one).same(&wanted));
        let says = |one: &Kept| {
            let body = edit::tree(&one.body);
            one.path == path && body.is_ok_and(|body| core(sort, &body).same(&wanted))
        };
        there || kept(text).unwrap().iter().any(says)
    }

    fn comments(text: &str) -> Vec<String> {
        let remarks = edit::remarks(text).unwrap();
        remarks
            .iter()
            .map(|one| one.text.trim_end().to_string())
            .collect()
    }

    fn is_within(lines: &str, text: &str) -> bool {
        let mut there = text.trim_start_matches('\u{feff}').lines();
        let mut lines = lines.trim_start_matches('\u{feff}').lines();
        lines.all(|line| there.any(|one| one == line))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn with_itself_nothing_changes(
            sort in 0..SORTS.len(), records in records(), dice in prop::collection::vec(any::<u8>(), 8..40),
        ) {
            let text = spell(sort, &records, &dice, "one");
            for way in WAYS {
                let one = merged(sort, &text, &text, None, way);
                prop_assert_eq!(&one.text, &text);
                prop_assert!(one.done.is_empty() && one.open.is_empty());
                prop_assert_eq!(&merged(sort, &text, &text, Some(&text), way).text, &text);
            }
        }

        #[test]
        fn the_order_does_not_matter_where_nothing_conflicts(
            sort in 0..SORTS.len(), all in records(), sides in prop::collection::vec(0..3u8, 6),
            dice in prop::collection::vec(any::<u8>(), 8..40), other in prop::collection::vec(any::<u8>(), 8..40),
        ) {
            let of = |side: u8| -> Records {
                let picked = all.iter().zip(&sides);
                picked.filter(|(_, one)| **one != side).map(|((id, it), _)| (id.clone(), it.clone())).collect()
            };
            let mine = spell(sort, &of(0), &dice, "mine");
            let theirs = spell(sort, &of(1), &other, "theirs");
            let one = merged(sort, &mine, &theirs, None, Choice::Later);
            let two = merged(sort, &theirs, &mine, None, Choice::Later);
            prop_assert!(one.open.is_empty() && two.open.is_empty(), "{mine}\n====\n{theirs}");
            let (first, second) = (said(sort, &one.text), said(sort, &two.text));
            // Two notes that say the same in every key are one, whatever their numbers.
            let mut distinct: Vec<Tree> = Vec::new();
            for (_, record) in said(sort, &mine).iter().chain(&said(sort, &theirs)) {
                let core = core(sort, record);
                distinct.extend((!distinct.iter().any(|one| one.same(&core))).then_some(core));
            }
            let least = match SORTS[sort].0 {
                Kind::Notes => distinct.len(),
                _ => all.len(),
            };
            prop_assert!((least..=all.len()).contains(&first.len()), "{mine}\n====\n{theirs}\n====\n{}", one.text);
            if SORTS[sort].0 != Kind::Notes {
                prop_assert_eq!(&first.iter().map(|(at, _)| at).collect::<Vec<_>>(), &second.iter().map(|(at, _)| at).collect::<Vec<_>>());
            }
            for (path, record) in first {
                prop_assert!(stands(sort, &two.text, &path, &record), "{path}\n{}\n====\n{}", one.text, two.text);
            }
            // A note may be filed there; no other record changes in silence.
            let notes = SORTS[sort].0 == Kind::Notes;
            prop_assert!(notes || is_within(&mine, &one.text), "{mine}\n====\n{}", one.text);
        }

        #[test]
        fn nothing_is_lost_and_once_more_changes_nothing(
            sort in 0..SORTS.len(), mine in records(), theirs in records(),
            dice in prop::collection::vec(any::<u8>(), 8..40), other in prop::collection::vec(any::<u8>(), 8..40),
        ) {
            let mine = spell(sort, &mine, &dice, "mine");
            let theirs = spell(sort, &theirs, &other, "theirs");
            for way in WAYS {
                let one = merged(sort, &mine, &theirs, None, way);
                for (path, record) in said(sort, &mine).into_iter().chain(said(sort, &theirs)) {
                    let dissent = way == Choice::Dissent && kept(&one.text).unwrap().iter().any(|kept| kept.path == path);
                    prop_assert!(dissent || stands(sort, &one.text, &path, &record), "{way:?} {path}\n{mine}\n====\n{theirs}\n====\n{}", one.text);
                }
                let there = comments(&one.text);
                for comment in comments(&mine).into_iter().chain(comments(&theirs)) {
                    prop_assert!(there.contains(&comment), "{way:?} {comment}\n{mine}\n====\n{theirs}\n====\n{}", one.text);
                }
                let twice = merged(sort, &one.text, &theirs, None, way);
                prop_assert_eq!(&twice.text, &one.text, "{:?}\n{}\n====\n{}", way, mine, theirs);
                prop_assert!(twice.done.is_empty(), "{:?} {:?}", way, twice.done);
            }
        }

        #[test]
        fn with_an_ancestor_the_side_that_changed_is_followed(
            sort in 0..SORTS.len(), mine in records(), theirs in records(),
            dice in prop::collection::vec(any::<u8>(), 8..40), other in prop::collection::vec(any::<u8>(), 8..40),
        ) {
            let mine = spell(sort, &mine, &dice, "mine");
            let theirs = spell(sort, &theirs, &other, "theirs");
            // Nothing changed there: everything stays, to the last byte.
            let stays = merged(sort, &mine, &theirs, Some(&theirs), Choice::Later);
            if SORTS[sort].0 != Kind::Notes {
                prop_assert_eq!(&stays.text, &mine);
            }
            // Nothing changed here: all is as it is there.
            let follows = merged(sort, &mine, &theirs, Some(&mine), Choice::Later);
            prop_assert!(follows.open.is_empty());
            let (now, there) = (said(sort, &follows.text), said(sort, &theirs));
            prop_assert_eq!(now.len(), there.len(), "{}\n====\n{}\n====\n{}", mine, theirs, follows.text);
            for ((at, one), (path, other)) in now.iter().zip(&there) {
                prop_assert!(at == path && one.same(other), "{at} {path}\n{}", follows.text);
            }
        }

        #[test]
        fn no_text_makes_it_panic(mine in "[\\[\\]a-c.=\"'{}#|\n\r ]{0,40}", theirs in "[\\[\\]a-c.=\"'{}#|\n\r ]{0,40}", sort in 0..SORTS.len()) {
            let sides = Sides { mine: &mine, theirs: &theirs, base: Some(&mine) };
            let _ = merge(SORTS[sort].0, sides, true, &mut |_| Choice::Theirs);
            let sides = Sides { base: None, ..sides };
            if let Ok(merged) = merge(SORTS[sort].0, sides, true, &mut |_| Choice::Mine) {
                prop_assert!(edit::tree(&merged.text).is_ok());
            }
        }
    }
}
