//! Arrays of tables: added to, and changed within.

use super::*;

fn text(key: &str, value: &str) -> (String, Literal) {
    (key.to_owned(), Literal::Text(value.to_owned()))
}

fn change(set: &[(String, Literal)], remove: &[&str]) -> Edit {
    Edit {
        table: Vec::new(),
        set: set.to_vec(),
        remove: remove.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn elements_are_added_at_the_end() {
    let one = vec![text("id", "n-1"), ("d".to_owned(), Literal::Integer(2))];
    let two = vec![text("text", "a\nb")];
    assert_eq!(
        append("", "note", &[one.clone(), two.clone()]),
        Ok("[[note]]\nid = \"n-1\"\nd = 2\n\n[[note]]\ntext = \"\"\"\na\nb\"\"\"\n".to_owned())
    );
    // Byte order mark, line ends, a last line without one, and comments stay.
    let before = "\u{feff}# head\r\nlast = 1\r\n[[note]] # c\r\nid = 'x' # d";
    assert_eq!(
        append(before, "note", std::slice::from_ref(&one)),
        Ok(format!(
            "{before}\r\n\r\n[[note]]\r\nid = \"n-1\"\r\nd = 2\r\n"
        ))
    );
    assert_eq!(append(before, "note", &[]), Ok(before.to_owned()));
    // What is written in another form, or is not that kind of thing, is left to a person.
    for odd in [
        "note = []\n",
        "note = [{ id = 1 }]\n",
        "note = 1\n",
        "[note]\n",
    ] {
        let told = append(odd, "note", std::slice::from_ref(&one));
        assert!(matches!(told, Err(EditError::Damaged { .. })), "{told:?}");
    }
    let broken = append("a = = 1\n", "note", &[one]);
    assert!(matches!(broken, Err(EditError::Syntax { line: 1, .. })));
}

#[test]
fn one_element_is_changed_and_no_other_byte() {
    let before = "# head\nlast = 3\n\n[[note]]\nid = \"a\" # first\n\n# on b\n  [[note]] # here\n  id = \"b\"\n  question = \"x\" # why\n\n[[note]]\n\n[[note]]";
    assert_eq!(
        within(before, "note", 0, &change(&[text("question", "q")], &[])),
        Ok(before.replacen("# first\n", "# first\nquestion = \"q\"\n", 1))
    );
    assert_eq!(
        within(before, "note", 1, &change(&[text("question", "y")], &[])),
        Ok(before.replace("\"x\"", "\"y\""))
    );
    assert_eq!(
        within(before, "note", 1, &change(&[], &["question"])),
        Ok(before.replace("  question = \"x\" # why\n", "  # why\n"))
    );
    assert_eq!(
        within(before, "note", 3, &change(&[text("id", "d")], &[])),
        Ok(format!("{before}\nid = \"d\"\n"))
    );
    assert_eq!(
        within(before, "note", 2, &change(&[], &["id"])),
        Ok(before.to_owned())
    );
    let beyond = within(before, "note", 4, &change(&[], &["id"]));
    assert!(matches!(beyond, Err(EditError::Damaged { .. })));
    let inline = within("note = [{ id = 1 }]\n", "note", 0, &change(&[], &["id"]));
    assert!(matches!(inline, Err(EditError::Damaged { .. })));
}
