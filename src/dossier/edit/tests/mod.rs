//! Edits by example: the text before, the change, the text after.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod append;
mod laws;
mod sample;

use super::*;

fn path(dotted: &str) -> Vec<String> {
    dotted
        .split('.')
        .filter(|key| !key.is_empty())
        .map(str::to_owned)
        .collect()
}

fn edit(table: &str, set: &[(&str, Literal)], remove: &[&str]) -> Edit {
    Edit {
        table: path(table),
        set: set
            .iter()
            .map(|(key, it)| ((*key).to_owned(), it.clone()))
            .collect(),
        remove: remove.iter().map(|key| (*key).to_owned()).collect(),
    }
}

fn set(text: &str, table: &str, key: &str, literal: Literal) -> String {
    apply(text, &edit(table, &[(key, literal)], &[])).unwrap()
}

fn remove(text: &str, table: &str, key: &str) -> String {
    apply(text, &edit(table, &[], &[key])).unwrap()
}

fn text(text: &str) -> Literal {
    Literal::Text(text.to_owned())
}

fn value_at(source: &str, at: &[String]) -> Option<Tree> {
    Tree::of(&parse(source).unwrap()).get(at).cloned()
}

const TWO: Literal = Literal::Integer(2);

#[test]
fn a_value_is_replaced_and_its_comment_stays() {
    let before = "\u{feff}# top\r\n[answers.a]\n  value = 1 # why\r\nnote = 'x'\n";
    let after = "\u{feff}# top\r\n[answers.a]\n  value = 2 # why\r\nnote = 'x'\n";
    assert_eq!(set(before, "answers.a", "value", TWO), after);
    assert_eq!(
        set(after, "answers.a", "note", text("x")),
        after,
        "same value, same spelling"
    );
}

#[test]
fn a_new_key_goes_beneath_the_last_one() {
    let before = "[answers.a]\r\n  value = 1 # why\r\n\r\n# next\r\n[answers.b]\r\n# empty\r\n";
    assert_eq!(
        set(before, "answers.a", "by", text("AM")),
        "[answers.a]\r\n  value = 1 # why\r\n  by = \"AM\"\r\n\r\n# next\r\n[answers.b]\r\n# empty\r\n"
    );
    assert_eq!(
        set(before, "answers.b", "value", TWO),
        "[answers.a]\r\n  value = 1 # why\r\n\r\n# next\r\n[answers.b]\r\nvalue = 2\r\n# empty\r\n"
    );
    assert_eq!(set("[a]", "a", "value", TWO), "[a]\nvalue = 2\n");
    assert_eq!(
        set("[a]\r\nx = 1", "a", "value", TWO),
        "[a]\r\nx = 1\r\nvalue = 2\r\n"
    );
    assert_eq!(
        set("[a]\nx = [\n 1\n] # e\n[b]\n", "a", "v", TWO),
        "[a]\nx = [\n 1\n] # e\nv = 2\n[b]\n"
    );
}

#[test]
fn a_missing_table_is_appended() {
    let table = "[answers.legal-mandate]\nvalue = 2\n";
    for (before, gap) in [
        ("", ""),
        ("\u{feff}", ""),
        ("# c\n", "\n"),
        ("# c", "\n\n"),
        ("# c\n\n", ""),
    ] {
        assert_eq!(
            set(before, "answers.legal-mandate", "value", TWO),
            format!("{before}{gap}{table}")
        );
    }
    assert_eq!(
        set("answers.a.value = 1\r\n", "answers.b c", "value", TWO),
        "answers.a.value = 1\r\n\r\n[answers.\"b c\"]\r\nvalue = 2\r\n"
    );
}

#[test]
fn a_missing_table_goes_after_the_last_of_its_kind() {
    let new = "[p.b]\nv = 2\n";
    for (above, below) in [
        // The heading of the next kind stays with it.
        ("[p.a]\nx = 1\n", "\n# --- m ---\n\n[m.x]\ny = 1\n"),
        ("[p.a]\nx = 1\n# on a\n", "\n# on x\n[m.x]\ny = 1\n"),
        ("[p.a]\n# on nothing\n", "\n[m.x]\n"),
        ("[p.a]\nx = [\n 1,\n] # e\n", "\n[[m]]\ny = 1\n"),
        ("[m.z]\n\n[p.a]\n[p.a.sub]\nx = 1\n", "\n[m.x]\n"),
        ("[p]\na.x = 1\n", "\n[m.x]\n"),
    ] {
        assert_eq!(
            set(&format!("{above}{below}"), "p.b", "v", TWO),
            format!("{above}\n{new}{below}")
        );
    }
    // Where nothing parts the kinds, a blank line is put between them; line ends are the file's.
    assert_eq!(
        set("[p.a]\r\nx = 1\r\n# on x\r\n[m.x]\r\n", "p.b", "v", TWO),
        "[p.a]\r\nx = 1\r\n\r\n[p.b]\r\nv = 2\r\n\r\n# on x\r\n[m.x]\r\n"
    );
    // The last kind of the file grows at its end, beneath what is noted there.
    assert_eq!(
        set("[m.x]\n\n[p.a]\nx = 1\n\n# end\n", "p.b", "v", TWO),
        "[m.x]\n\n[p.a]\nx = 1\n\n# end\n\n[p.b]\nv = 2\n"
    );
}

#[test]
fn keys_at_the_top_of_the_file() {
    assert_eq!(set("", "", "schema", TWO), "schema = 2\n");
    assert_eq!(set("# c\n", "", "schema", TWO), "# c\nschema = 2\n");
    assert_eq!(
        set("a = 1\n\n[b]\n", "", "schema", TWO),
        "a = 1\nschema = 2\n\n[b]\n"
    );
    assert_eq!(
        set("# t\n\n# b\n[b]\n", "", "schema", TWO),
        "# t\n\nschema = 2\n\n# b\n[b]\n"
    );
    assert_eq!(
        set("\u{feff}[b]\n", "", "schema", TWO),
        "\u{feff}schema = 2\n\n[b]\n"
    );
}

#[test]
fn dotted_keys() {
    let before = "[answers]\n\"a\".value = 1 # c\nb.value = 1\n[answers.c]\nvalue = 3\n";
    assert_eq!(
        apply(
            before,
            &edit("answers.a", &[("value", TWO), ("note", text("n"))], &[])
        )
        .unwrap(),
        "[answers]\n\"a\".value = 2 # c\na.note = \"n\"\nb.value = 1\n[answers.c]\nvalue = 3\n"
    );
    assert_eq!(
        remove(before, "answers.a", "value"),
        "[answers]\n# c\nb.value = 1\n[answers.c]\nvalue = 3\n"
    );
    assert_eq!(
        set(
            "answers.a.value = 1\nanswers.b.value = 1\n",
            "answers.a",
            "note",
            text("n")
        ),
        "answers.a.value = 1\nanswers.a.note = \"n\"\nanswers.b.value = 1\n"
    );
    assert_eq!(remove("answers.a.value = 1", "answers.a", "value"), "");
    assert_eq!(
        set("[a]\nv.x = 1\nv.y = 2 # y", "a", "v", TWO),
        "[a]\nv = 2\n# y"
    );
    assert_eq!(set("[a]\nv.x = 1", "a", "v", TWO), "[a]\nv = 2\n");
}

#[test]
fn inline_tables() {
    let before = "[answers]\na = { value = 1, note = \"# x, }\" } # c\nb = {}\n";
    let with = |a: &str, b: &str| format!("[answers]\na = {a} # c\nb = {b}\n");
    assert_eq!(
        set(before, "answers.a", "value", TWO),
        with("{ value = 2, note = \"# x, }\" }", "{}")
    );
    assert_eq!(
        set(before, "answers.a", "by", text("l\nm")),
        with("{ value = 1, note = \"# x, }\", by = \"l\\nm\" }", "{}")
    );
    assert_eq!(
        remove(before, "answers.a", "value"),
        with("{ note = \"# x, }\" }", "{}")
    );
    assert_eq!(
        remove(before, "answers.a", "note"),
        with("{ value = 1,  }", "{}")
            .replace(",  }", "  }")
            .replace("1  }", "1 }")
    );
    assert_eq!(
        set(before, "answers.b", "value", TWO),
        with("{ value = 1, note = \"# x, }\" }", "{ value = 2 }")
    );
    assert_eq!(
        set(
            "answers = { a.value = 1 }\n",
            "answers.a",
            "note",
            text("n")
        ),
        "answers = { a.value = 1, a.note = \"n\" }\n"
    );
    assert_eq!(
        set("answers = { a.value = 1 }\n", "answers.b", "value", TWO),
        "answers = { a.value = 1, b = { value = 2 } }\n"
    );
    assert_eq!(
        set(
            "answers = { a.v.x = 1, a.v.y = 2, b = 3 }\n",
            "answers.a",
            "v",
            TWO
        ),
        "answers = { a.v = 2, b = 3 }\n"
    );
    assert_eq!(
        remove("a = { x = 1, y = 2, z = 3 }", "a", "z"),
        "a = { x = 1, y = 2 }"
    );
}

#[test]
fn arrays_of_tables_give_way_to_a_value() {
    let rows = "# one\n[[answers.a.value]] # h\nx = 1 # e\n\n[[answers.a.value]]\nx = 2\n\n[answers.b]\nvalue = 1\n";
    assert_eq!(
        set(rows, "answers.a", "value", TWO),
        "# one\n[answers.a]\nvalue = 2\n# h\n# e\n\n[answers.b]\nvalue = 1\n"
    );
    let headed = format!("[answers.a]\nby = \"AM\"\n\n{rows}");
    assert_eq!(
        set(&headed, "answers.a", "value", TWO),
        "[answers.a]\nby = \"AM\"\nvalue = 2\n\n# one\n# h\n# e\n\n[answers.b]\nvalue = 1\n"
    );
    let after = format!("{rows}\n[answers.a]\nby = \"AM\"\n");
    assert_eq!(
        set(&after, "answers.a", "value", TWO),
        "# one\n# h\n# e\n\n[answers.b]\nvalue = 1\n\n[answers.a]\nby = \"AM\"\nvalue = 2\n"
    );
    assert_eq!(
        set(rows, "answers.a", "note", text("n")),
        format!("[answers.a]\nnote = \"n\"\n\n{rows}")
    );
    assert_eq!(
        remove(rows, "answers.a", "value"),
        "# one\n# h\n# e\n\n[answers.b]\nvalue = 1\n"
    );
    let row = |x| vec![("x".to_owned(), Literal::Integer(x))];
    let same = Literal::Rows(vec![row(1), row(2)]);
    assert_eq!(
        set(rows, "answers.a", "value", same.clone()),
        rows,
        "same rows, same spelling"
    );
    assert_eq!(
        set("[a]\n\tv = 1\n", "a", "v", same),
        "[a]\n\tv = [\n\t  { x = 1 },\n\t  { x = 2 },\n\t]\n"
    );
}

#[test]
fn removing_keeps_comments() {
    let before = "[a]\n# above\n  value = [ # in\n 1, '#' ] # end\nby = 'x'\n";
    assert_eq!(
        remove(before, "a", "value"),
        "[a]\n# above\n  # in\n  # end\nby = 'x'\n"
    );
    assert_eq!(
        set(before, "a", "value", TWO),
        "[a]\n# above\n  # in\n  value = 2 # end\nby = 'x'\n"
    );
    assert_eq!(remove(before, "a", "none"), before);
}

#[test]
fn toml_1_1_braces_over_lines() {
    let before = "a = {\n  x = 1, # one\n  y = 2, # two\n}\n";
    assert_eq!(
        set(before, "a", "z", TWO),
        "a = {\n  x = 1, # one\n  y = 2, z = 2, # two\n}\n"
    );
    let after = remove(before, "a", "x");
    assert!(
        after.contains("# one") && after.contains("# two"),
        "{after}"
    );
}

#[test]
fn errors_say_where_and_never_what() {
    let syntax = apply("\u{feff}secret = = 1\n", &edit("a", &[("x", TWO)], &[])).unwrap_err();
    assert!(
        matches!(syntax, EditError::Syntax { line: 1, .. }),
        "{syntax}"
    );
    for source in [
        "[[answers]]\na = 'secret'\n",
        "answers = 'secret'\n",
        "answers = [{ a = 'secret' }]\n",
    ] {
        let error = apply(source, &edit("answers.a", &[("x", TWO)], &[])).unwrap_err();
        assert_eq!(
            error,
            EditError::NotATable {
                path: "answers".to_owned()
            }
        );
    }
    let twice = apply("", &edit("a", &[("x", TWO)], &["x"])).unwrap_err();
    assert_eq!(
        twice,
        EditError::RepeatedKey {
            key: "x".to_owned()
        }
    );
    for date in [
        "2026-02-30",
        "2026-2-3",
        "12:30:00",
        "2026-02-03T00:00",
        "2026-02-03\n",
        "",
    ] {
        let error = apply(
            "",
            &edit("a", &[("x", Literal::Date(date.to_owned()))], &[]),
        )
        .unwrap_err();
        assert_eq!(
            error,
            EditError::BadDate {
                key: "x".to_owned()
            },
            "{date}"
        );
    }
    assert!(
        apply(
            "",
            &edit("a", &[("x", Literal::Date("2024-02-29".to_owned()))], &[])
        )
        .is_ok()
    );
    let row = vec![("x".to_owned(), TWO), ("x".to_owned(), TWO)];
    let error = apply("", &edit("a", &[("v", Literal::InlineTable(row))], &[])).unwrap_err();
    assert!(matches!(error, EditError::Damaged { .. }));
}

#[test]
fn notes_become_blocks() {
    assert_eq!(
        set(
            "[a]\n",
            "a",
            "note",
            text("Decree\n\"\"\"\" \\ \u{0}\t\n tail ")
        ),
        "[a]\nnote = \"\"\"\nDecree\n\"\"\\\"\" \\\\ \\u0000\\t\n tail\\u0020\"\"\"\n"
    );
    assert_eq!(
        set("[a]\r\n", "a", "note", text("one\n two\r\n\nthree\n")),
        "[a]\r\nnote = \"\"\"\r\none\\n\\\r\n\\u0020two\\r\\n\\\r\n\\n\\\r\nthree\\n\\\r\n\"\"\"\r\n"
    );
}
