//! What holds of every file: samples made by chance, edited, and read back.

use proptest::prelude::*;

use super::super::comment::comments;
use super::sample::{IDS, KEYS, Sample, sample};
use super::*;

fn nasty_text() -> impl Strategy<Value = String> {
    let char = prop_oneof![
        3 => prop::sample::select(vec!['"', '\\', '\n', '\r', ' ', '\t', '\'', '#', '\0', '\u{7f}', '\u{85}', '\u{2028}', 'é', 'u']),
        1 => any::<char>(),
    ];
    prop::collection::vec(char, 0..12).prop_map(|chars| chars.into_iter().collect())
}

fn literal() -> impl Strategy<Value = Literal> {
    let leaf = prop_oneof![
        nasty_text().prop_map(Literal::Text),
        any::<i64>().prop_map(Literal::Integer),
        any::<bool>().prop_map(Literal::Boolean),
        (0..9999, 1..13, 1..29)
            .prop_map(|(y, m, d)| Literal::Date(format!("{y:04}-{m:02}-{d:02}"))),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let pairs = prop::collection::btree_map(nasty_text(), inner.clone(), 0..4)
            .prop_map(|pairs| pairs.into_iter().collect::<Vec<_>>())
            .boxed();
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Literal::List),
            prop::collection::vec(pairs.clone(), 0..4).prop_map(Literal::Rows),
            pairs.prop_map(Literal::InlineTable),
        ]
    })
}

fn comments_are_kept(before: &str, after: &str) {
    for number in 1.. {
        let comment = format!("# c{number};");
        if !before.contains(&comment) {
            break;
        }
        assert_eq!(
            after.matches(&comment).count(),
            1,
            "{comment}\n{before}\n-----\n{after}"
        );
    }
}

fn others_are_kept(sample: &Sample, id: usize, after: &str) {
    assert_eq!(
        sample.text.starts_with(BYTE_ORDER_MARK),
        after.starts_with(BYTE_ORDER_MARK)
    );
    for (at, chunk) in &sample.chunks {
        let chunk = chunk.trim_end_matches(['\r', '\n']);
        assert!(
            *at == id || after.contains(chunk),
            "{}\n-----\n{after}",
            sample.text
        );
    }
    comments_are_kept(&sample.text, after);
}

proptest! {
    #[test]
    fn setting_reads_back_and_leaves_the_rest(
        bytes in prop::collection::vec(any::<u8>(), 0..160),
        id in 0..5usize, key in 0..4usize, first in literal(), second in literal(),
    ) {
        let sample = sample(&bytes);
        let table = vec!["answers".to_owned(), IDS.get(id).unwrap_or(&"new one").to_string()];
        let at = [table.clone(), vec![KEYS[key].to_owned()]].concat();
        let set = |text: &str, literal: &Literal| {
            apply(text, &Edit { table: table.clone(), set: vec![(KEYS[key].to_owned(), literal.clone())], remove: vec![] })
        };
        prop_assert!(parse(&sample.text).is_ok(), "{}", sample.text);
        let one = set(&sample.text, &first);
        prop_assert!(one.is_ok(), "{:?}\n{}", one, sample.text);
        let one = one.unwrap();
        prop_assert_eq!(value_at(&one, &at), Some(first.tree()));
        others_are_kept(&sample, id, &one);
        let two = set(&one, &second).unwrap();
        prop_assert_eq!(value_at(&two, &at), Some(second.tree()));
        prop_assert_eq!(set(&two, &first).unwrap(), one);
    }

    #[test]
    fn replacing_changes_no_byte_outside_the_value(
        bytes in prop::collection::vec(any::<u8>(), 0..160), literal in literal(),
    ) {
        let sample = sample(&bytes);
        let document = parse(&sample.text).unwrap();
        let map = Map::of(&sample.text, &document).unwrap();
        for pair in &map.pairs {
            let Ok(one) = apply(&sample.text, &Edit {
                table: pair.path[..pair.path.len() - 1].iter().map(ToString::to_string).collect(),
                set: vec![(pair.path.last().unwrap().to_string(), literal.clone())],
                remove: vec![],
            }) else {
                // Rows have no address.
                prop_assert!(pair.path.contains(&"value") && pair.path.last() != Some(&"value"));
                continue;
            };
            let start = if comments(&sample.text[pair.span.clone()]).is_empty() {
                pair.span.start
            } else {
                map.line_start(pair.key.start)
            };
            prop_assert!(one.starts_with(&sample.text[..start]));
            prop_assert!(one.ends_with(&sample.text[pair.span.end..]));
        }
    }

    #[test]
    fn removing_takes_one_key_only(
        bytes in prop::collection::vec(any::<u8>(), 0..160), id in 0..4usize, key in 0..KEYS.len(),
    ) {
        let sample = sample(&bytes);
        let table = vec!["answers".to_owned(), IDS[id].to_owned()];
        let key = KEYS[key].to_string();
        let after = apply(&sample.text, &Edit { table: table.clone(), set: vec![], remove: vec![key.clone()] });
        prop_assert!(after.is_ok(), "{:?}\n{}", after, sample.text);
        let after = after.unwrap();
        let gone = table.into_iter().chain([key]).collect::<Vec<_>>();
        prop_assert_eq!(value_at(&after, &gone), None);
        others_are_kept(&sample, id, &after);
    }

    #[test]
    fn any_text_comes_back(note in nasty_text(), crlf in any::<bool>(), tail in any::<bool>()) {
        let newline = if crlf { "\r\n" } else { "\n" };
        let before = format!("[a]{newline}note = 1{}", if tail { newline } else { "" });
        let after = set(&before, "a", "note", Literal::Text(note.clone()));
        prop_assert_eq!(value_at(&after, &path("a.note")), Some(Tree::Text(note)));
        if crlf {
            prop_assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
        }
    }

    #[test]
    fn any_bytes_are_an_error_not_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = apply(&text, &edit("answers.a", &[("value", TWO)], &["note"]));
    }

    #[test]
    fn any_tokens_are_an_error_not_a_panic(tokens in prop::collection::vec(prop::sample::select(vec![
        "[", "]", "[[", "]]", "{", "}", "\"", "'", "\"\"\"", "'''", "\n", "\r\n", "\r", " ", "\t", "#", "=", ".", ",",
        "answers", "a", "value", "answers.a", "[answers.a]\n", "[[answers.a.value]]\n", "value = 1\n", "\u{feff}", "\\",
        "1", "1e9", "nan", "2026-06-03", "true", "[answers]\n", "a.value = 1\n", "answers.a.value = 2\n", "{ value = 1 }", "é",
    ]), 0..24), literal in literal()) {
        let text = tokens.concat();
        for key in ["value", "note"] {
            if let Ok(after) = apply(&text, &edit("answers.a", &[(key, literal.clone())], &[])) {
                prop_assert_eq!(value_at(&after, &path("answers.a").into_iter().chain([key.to_owned()]).collect::<Vec<_>>()), Some(literal.tree()));
            }
            let _ = apply(&text, &edit("answers.a", &[], &[key]));
        }
    }
}
