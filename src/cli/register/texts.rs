//! Texts from the command line: one for all languages, or `en=…` once for each.

use std::collections::BTreeMap;

use crate::cli::Usage;
use crate::model::dossier::LocalText;

/// Reads what a flag was given; none where it was not.
pub(super) fn optional(flag: &str, given: &[String]) -> anyhow::Result<Option<LocalText>> {
    (!given.is_empty()).then(|| local(flag, given)).transpose()
}

/// Reads what a flag was given.
pub(super) fn local(flag: &str, given: &[String]) -> anyhow::Result<LocalText> {
    if let [text] = given
        && by_language(text).is_none()
    {
        return Ok(LocalText::Plain(line(flag, text)?));
    }
    let mut texts = BTreeMap::new();
    for text in given {
        let Some((lang, text)) = by_language(text) else {
            let help = format!("`{flag} en=… {flag} fr=…`");
            return Err(Usage(format!(
                "`{flag}` is given more than once: write one text, or one for each language as in {help}"
            ))
            .into());
        };
        if texts.insert(lang.to_string(), line(flag, text)?).is_some() {
            return Err(Usage(format!("`{flag}` is given twice in `{lang}`; keep one")).into());
        }
    }
    Ok(LocalText::ByLang(texts))
}

/// Reads a text of one line.
pub(super) fn line(flag: &str, text: &str) -> anyhow::Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Usage(format!("`{flag}` is empty: give it a text")).into());
    }
    if text.contains(char::is_control) {
        return Err(Usage(format!(
            "`{flag}` takes one line, without control characters"
        ))
        .into());
    }
    Ok(text.to_string())
}

/// Parts `pt-br=Ministério` into tag and text.
fn by_language(text: &str) -> Option<(&str, &str)> {
    let (tag, text) = text.split_once('=')?;
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let small = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    let tagged = (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| (2..=8).contains(&part.len()) && small(part));
    tagged.then_some((tag, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &[&str]) -> Option<LocalText> {
        let given: Vec<String> = given.iter().map(ToString::to_string).collect();
        local("--title", &given).ok()
    }

    #[test]
    fn one_text_or_one_for_each_language() {
        assert_eq!(read(&[" Decree "]), Some("Decree".into()));
        assert_eq!(read(&["budget = 3"]), Some("budget = 3".into()));
        let both = BTreeMap::from([("en", "Decree"), ("fr", "Décret")]);
        let both = both
            .into_iter()
            .map(|(tag, text)| (tag.into(), text.into()));
        let both = LocalText::ByLang(both.collect());
        assert_eq!(read(&["en=Decree", "fr=Décret"]), Some(both));
        for wrong in [["a", "b"], ["en=a", "b"], ["en=a", "en=b"], ["en=a", "fr="]] {
            assert_eq!(read(&wrong), None, "{wrong:?}");
        }
        assert_eq!(read(&["two\nlines"]), None);
    }
}
