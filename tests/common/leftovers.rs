//! What a template forgot: words that a program prints for nothing, empty cells, brackets that name
//! nothing, headings over nothing.

use std::collections::BTreeSet;

use cirtkit::model::Questionnaire;
use cirtkit::model::question::Choice;

use super::page::{Element, Page};

/// Returns what is wrong with a page that was made with these questionnaires.
pub(crate) fn leftovers(page: &Page, questionnaires: &[&Questionnaire]) -> Vec<String> {
    let mut wrong = Vec::new();
    let text = page.text();
    // Words that a program prints for nothing; "None of the …" is English.
    for word in ["None", "none", "null", "undefined", "NaN", "Some("] {
        for (at, _) in text.match_indices(word) {
            let before = text[..at].chars().next_back();
            let after = &text[at + word.len()..];
            let alone = before.is_none_or(|c| !c.is_alphanumeric())
                && after.chars().next().is_none_or(|c| !c.is_alphanumeric());
            let prose = after.starts_with(' ') && word.eq_ignore_ascii_case("none");
            let sentence = word == "none" && before == Some(' ');
            if alone && !prose && !sentence {
                let start = text[..at]
                    .char_indices()
                    .rev()
                    .nth(30)
                    .map_or(0, |(at, _)| at);
                wrong.push(format!(
                    "`{word}` in “{}”",
                    text[start..].chars().take(70).collect::<String>()
                ));
            }
        }
    }
    // A cell that says nothing else; the row of a total has no words in the columns of words.
    let rows = page.blocks.iter().flat_map(|block| block.all("tr"));
    for row in rows {
        let total = !row.all("strong").is_empty();
        let about = row.text();
        let option = |cell: &str| {
            let questions = questionnaires.iter().flat_map(|one| one.questions());
            let labelled = |option: &Choice| option.label.eq_ignore_ascii_case(cell);
            questions
                .filter(|question| about.contains(&question.text))
                .any(|question| question.options.iter().any(labelled))
        };
        for cell in row.all("td").into_iter().map(Element::text) {
            let empty = cell.is_empty() && !total;
            let bare = ["None", "none", "null", "true", "false"].contains(&cell.as_str());
            if empty || bare && !option(&cell) {
                wrong.push(format!("a cell holds “{cell}”: {about}"));
            }
        }
    }
    // What stands in brackets names questions, evidence, findings; anything else is a missing word.
    for part in text.split('[').skip(1) {
        let inside = part.split(']').next().unwrap_or_default();
        let first = inside
            .split([',', ';', ' ', '\u{a0}', '\u{202f}'])
            .next()
            .unwrap_or_default();
        let number = ["E-", "F-", "R-", "S-"]
            .iter()
            .any(|mark| first.starts_with(mark));
        let known = |one: &&Questionnaire| one.question(first).is_some();
        if !number && !questionnaires.iter().any(known) {
            wrong.push(format!("[{inside}] names nothing"));
        }
    }
    let ids: BTreeSet<&str> = questionnaires.iter().flat_map(|one| ids(one)).collect();
    let mut seen = BTreeSet::new();
    for heading in page.headings() {
        let words = heading.text.as_str();
        if words.is_empty() {
            wrong.push(format!("heading #{} is empty", heading.id));
        }
        if ids.contains(words) || !words.contains(' ') && words.contains('-') {
            wrong.push(format!("heading “{words}” is a bare id"));
        }
        if !seen.insert(heading.id.clone()) || heading.id.is_empty() {
            wrong.push(format!(
                "heading “{words}” has an id like another: {}",
                heading.id
            ));
        }
    }
    for pair in page.blocks.windows(2) {
        let list = ["ul", "ol"].contains(&pair[1].name.as_str());
        if list && (pair[0].name != "p" || !pair[0].text().ends_with([':', '.'])) {
            wrong.push(format!(
                "a list without a leading sentence: {:.60}",
                pair[1].text()
            ));
        }
        let heading = |block: &Element| block.name.len() == 2 && block.name.starts_with('h');
        if heading(&pair[0]) && heading(&pair[1]) && pair[0].name >= pair[1].name {
            wrong.push(format!("nothing stands under “{}”", pair[0].text()));
        }
    }
    wrong
}

/// The ids that a reader should not meet as words.
fn ids(questionnaire: &Questionnaire) -> Vec<&str> {
    let questions = questionnaire.questions().map(|one| one.id.as_str());
    let sections = questionnaire.sections.iter().map(|one| one.id.as_str());
    let rules = questionnaire.rules.iter().map(|one| one.id.as_str());
    let recommendations = questionnaire.recommendations.iter();
    let recommendations = recommendations.map(|one| one.id.as_str());
    let all = questions.chain(sections).chain(rules);
    all.chain(recommendations).collect()
}
