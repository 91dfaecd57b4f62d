//! Words of any script in plain letters: for ids that are made, and for what is looked for.

use deunicode::deunicode_with_tofu;

use crate::diagnostic::closeness;

/// Returns the lower-case words and digits of a text in any script, in ASCII and without accents.
pub fn words(text: &str) -> Vec<String> {
    // `n° 12` reads `n 12`, not `ndeg 12`.
    let text = text.replace(['°', 'º'], " ");
    let plain = deunicode_with_tofu(&text, " ").to_ascii_lowercase();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(String::from)
        .collect()
}

/// Returns the words of a text as one line with a space before and after each, so that one phrase can be
/// looked for in another; empty where there are no words.
pub fn phrase(text: &str) -> String {
    match words(text).join(" ") {
        words if words.is_empty() => words,
        words => format!(" {words} "),
    }
}

/// Tells how alike two plain words are, from 0 to 1: the same, of one stem, or one letter off.
pub fn likeness(one: &str, other: &str) -> f64 {
    if one == other {
        return 1.0;
    }
    let shared = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let longer = one.len().max(other.len());
    if shared >= 5 && shared * 3 >= longer * 2 {
        return 0.8;
    }
    let alike = one.len().min(other.len()) >= 5 && closeness(one, other) >= 0.93;
    if alike { 0.6 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_scripts_are_folded() {
        assert_eq!(
            words("Décret n°12, l’équipe"),
            ["decret", "n", "12", "l", "equipe"]
        );
        assert_eq!(words("Иван"), ["ivan"]);
    }

    #[test]
    fn a_stem_and_a_slip_are_alike_and_strangers_are_not() {
        assert_eq!(likeness("signalement", "signalements"), 0.8);
        assert_eq!(likeness("budget", "buget"), 0.6);
        assert_eq!(likeness("banque", "police"), 0.0);
    }
}
