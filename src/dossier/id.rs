//! Ids made from names and titles in any script.
//!
//! A person types a name, not an id. What comes out is an id on every system: it names a folder under
//! `responses/`, or a file under `evidence/`.

use crate::files;
use crate::model::is_id;
use crate::spelling;

/// The most letters of an id that is made; one typed by hand may be longer.
const LIMIT: usize = 40;

/// Returns an id made from a name, and unlike all that are taken; `kind` is its word where the name
/// gives none, and comes before one that begins with a digit.
pub(super) fn unique(name: &str, kind: &str, taken: impl Fn(&str) -> bool) -> String {
    let words = slug(name);
    let id = match words.as_str() {
        "" => kind.to_string(),
        _ if acceptable(&words) => words,
        _ => cut(&format!("{kind}-{words}")),
    };
    let numbered = (2_u64..).map(|number| format!("{id}-{number}"));
    let mut ids = std::iter::once(id.clone()).chain(numbered);
    ids.find(|id| !taken(id)).unwrap_or(id)
}

/// Tells whether a text may be the id of an entry of the register.
pub(super) fn acceptable(id: &str) -> bool {
    is_id(id) && files::safe_name(id)
}

/// Returns the lower-case words and digits of a text in any script, joined by hyphens.
pub(super) fn slug(text: &str) -> String {
    cut(&spelling::words(text).join("-"))
}

/// Cuts between two words where that leaves more than half.
fn cut(words: &str) -> String {
    let Some(short) = words.get(..LIMIT).filter(|_| words.len() > LIMIT) else {
        return words.to_string();
    };
    if words.get(LIMIT..).is_some_and(|rest| rest.starts_with('-')) {
        return short.to_string();
    }
    let end = short.rfind('-').filter(|end| *end > LIMIT / 2);
    let short = end.and_then(|end| short.get(..end)).unwrap_or(short);
    short.trim_end_matches('-').to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(name: &str) -> String {
        unique(name, "person", |_| false)
    }

    #[test]
    fn names_of_any_script_give_readable_ids() {
        assert_eq!(id("M. Example"), "m-example");
        assert_eq!(id("Élise Lormont-N’Dour"), "elise-lormont-n-dour");
        assert_eq!(id("E\u{301}lise"), "elise");
        assert_eq!(id("Иван Петров"), "ivan-petrov");
        assert_eq!(id("王小明"), "wang-xiao-ming");
        assert_eq!(id("12/2024 Decree"), "person-12-2024-decree");
        assert_eq!(id("Décret n°12"), "decret-n-12");
        assert_eq!(id("Con"), "person-con");
        assert_eq!(id(" – "), "person");
        assert_eq!(
            id("Law on the security of networks and information systems"),
            "law-on-the-security-of-networks-and"
        );
    }

    #[test]
    fn a_taken_id_gets_a_number() {
        let taken = ["m-example", "m-example-2"];
        let id = unique("M. Example", "person", |id| taken.contains(&id));
        assert_eq!(id, "m-example-3");
    }

    proptest! {
        #[test]
        fn any_name_gives_an_id(name in any::<String>(), kind in "person|meeting|evidence") {
            let id = unique(&name, &kind, |_| false);
            prop_assert!(acceptable(&id), "{id}");
            let second = unique(&name, &kind, |one| one == id);
            prop_assert!(acceptable(&second) && second != id, "{second}");
        }
    }
}
