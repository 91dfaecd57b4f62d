//! TOML to a [`Questionnaire`]: reading, translating, checking.
//!
//! The second arrow of the road. It is handed [`Content`] and hands on a
//! questionnaire in one language. It knows no country and no answer.

pub mod check;
pub mod coverage;
pub mod overlay;
pub mod placeholder;
mod read;
pub mod schema;

use std::collections::BTreeMap;

use crate::content::Content;
use crate::diagnostic::{Diagnostics, Place};
use crate::model::Questionnaire;

/// A framework of somebody else's: ids and names of its items, and who keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// The id, such as `sim3`.
    pub id: String,
    /// The title.
    pub title: String,
    /// The version.
    pub version: String,
    /// Who keeps it.
    pub steward: String,
    /// The items, as `(id, name)`.
    pub items: Vec<(String, String)>,
}

/// A questionnaire with the places of its entries, so that a check can point at them.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The questionnaire, in the language that was asked for.
    pub questionnaire: Questionnaire,
    /// The language it was written in.
    pub source_lang: String,
    /// The frameworks that questions may refer to.
    pub frameworks: Vec<Framework>,
    /// What the translation into the questionnaire's language lacks, by entry.
    pub lacks: Vec<(String, overlay::Lack)>,
    places: BTreeMap<String, Place>,
}

impl Pack {
    /// Returns the place of an entry, such as `question legal-mandate`, or of one of its keys, such as
    /// `question legal-mandate.levels`; of the nearest known one above.
    pub fn place(&self, key: &str) -> Place {
        let mut key = key;
        loop {
            if let Some(place) = self.places.get(key) {
                return place.clone();
            }
            match key.rfind(['.', ' ']) {
                Some(end) => key = &key[..end],
                None => return Place::file(format!("questionnaires/{}", self.questionnaire.id)),
            }
        }
    }
}

/// Reads a questionnaire in one language. Every problem is pushed; none comes back where the files
/// cannot be read at all.
pub fn load(
    content: &Content,
    id: &str,
    edition: u32,
    lang: &str,
    found: &mut Diagnostics,
) -> Option<Pack> {
    read::Reader::new(content, found).pack(id, edition, lang)
}

/// Returns the languages that a questionnaire exists in: its source language, then its overlays'.
pub fn languages(content: &Content, id: &str, edition: u32) -> Vec<String> {
    let mut found = Diagnostics::default();
    let source = read::Reader::new(content, &mut found).source_lang(id, edition);
    let mut languages: Vec<String> = source.into_iter().collect();
    let folder = format!("questionnaires/{id}/{edition}/lang/");
    for (name, _) in content.under(&folder) {
        let tag = name[folder.len()..]
            .split(['/', '.'])
            .next()
            .unwrap_or_default();
        if !tag.is_empty() && !languages.iter().any(|known| known == tag) {
            languages.push(tag.to_string());
        }
    }
    languages
}

/// Returns the questionnaires that there are, with their editions, in the order of their ids.
pub fn editions(content: &Content) -> Vec<(String, u32)> {
    content
        .under("questionnaires/")
        .filter_map(|(name, _)| {
            let mut parts = name.split('/').skip(1);
            let (id, edition, file) = (parts.next()?, parts.next()?, parts.next()?);
            (file == "questionnaire.toml" && parts.next().is_none())
                .then(|| Some((id.to_string(), edition.parse().ok()?)))?
        })
        .collect()
}

/// Reads the newest edition of each stage's questionnaire in its source language, in the order of the stages.
pub fn of_stages(content: &Content, found: &mut Diagnostics) -> Vec<Pack> {
    let editions = editions(content);
    let mut packs = Vec::new();
    for stage in stages(content) {
        let of_stage = editions.iter().filter(|(id, _)| *id == stage);
        let Some((id, edition)) = of_stage.max_by_key(|(_, edition)| *edition) else {
            continue;
        };
        let source = languages(content, id, *edition).into_iter().next();
        let lang = source.unwrap_or_else(|| String::from("en"));
        packs.extend(load(content, id, *edition, &lang, found));
    }
    packs
}

/// Returns the ids of the stages, in their order.
pub fn stages(content: &Content) -> Vec<String> {
    let mut found = Diagnostics::default();
    read::Reader::new(content, &mut found).stages()
}
