//! New tables at the end, by example.

use super::*;

fn table(dotted: &str, pairs: &[(&str, Literal)]) -> NewTable {
    let pairs = pairs
        .iter()
        .map(|(key, it)| ((*key).to_owned(), it.clone()));
    (path(dotted), pairs.collect())
}

#[test]
fn tables_are_added_at_the_end_with_the_line_ends_of_the_file() {
    let text = |text: &str| Literal::Text(text.to_owned());
    let one = table(
        "notes.n-1",
        &[("text", text("a")), ("n", Literal::Integer(2))],
    );
    let two = table("notes.n-2", &[("text", text("a\nb"))]);
    assert_eq!(
        append("", &[one.clone(), two]),
        Ok(
            "[notes.n-1]\ntext = \"a\"\nn = 2\n\n[notes.n-2]\ntext = \"\"\"\na\nb\"\"\"\n"
                .to_owned()
        )
    );
    // Byte order mark, line ends, a last line without one, and comments stay.
    let before = "\u{feff}# head\r\nlast = 1\r\n[notes.n-0] # c\r\nid = 'x' # d";
    assert_eq!(
        append(before, std::slice::from_ref(&one)),
        Ok(format!(
            "{before}\r\n\r\n[notes.n-1]\r\ntext = \"a\"\r\nn = 2\r\n"
        ))
    );
    assert_eq!(append(before, &[]), Ok(before.to_owned()));
    // What stands there already, or in another form, is left to a person.
    for odd in [
        "notes = {}\n",
        "notes = 1\n",
        "[[notes]]\n",
        "[notes.n-1]\n",
    ] {
        let told = append(odd, std::slice::from_ref(&one));
        assert!(
            matches!(told, Err(EditError::Damaged { .. })),
            "{odd} {told:?}"
        );
    }
    let broken = append("a = = 1\n", &[one]);
    assert!(matches!(broken, Err(EditError::Syntax { line: 1, .. })));
    let bad = table("a", &[("d", Literal::Date("2026-02-30".into()))]);
    assert!(matches!(append("", &[bad]), Err(EditError::BadDate { .. })));
}
