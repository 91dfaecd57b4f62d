//! What an earlier stage found, as suggestions for a later one: layer 4, beside `plan`.
//!
//! A suggestion is no answer until somebody confirms it; the confirmed answer remembers what it
//! confirmed, so that a later change of the source is noticed. The earlier stage is never written.

use sha2::{Digest, Sha256};

use crate::model::dossier::{Source, Suggestion};
use crate::model::question::{Column, Kind};
use crate::model::{Dossier, Question, Questionnaire, State, Tlp, Value};
use crate::scoring::{Standing, score};

/// Adds to a dossier what an earlier stage suggests for its open and confirmed questions, and the labels
/// that the confirmed ones inherit.
pub fn suggest(
    dossier: &mut Dossier,
    questionnaire: &Questionnaire,
    earlier: &Dossier,
    earlier_questionnaire: &Questionnaire,
) {
    inherit_labels(dossier, earlier);
    let score = score(earlier_questionnaire, earlier);
    for question in questionnaire.questions() {
        let Some((stage, id)) = question
            .prefill
            .as_deref()
            .and_then(|text| text.split_once(':'))
        else {
            continue;
        };
        let Some(asked) = earlier_questionnaire
            .question(id)
            .filter(|_| stage == earlier.stage)
        else {
            continue;
        };
        let answer = earlier.answer(id);
        if answer.state != State::Answered || score.standing(id) != Standing::Open {
            continue;
        }
        let Some(value) = answer
            .value
            .as_ref()
            .and_then(|value| carried(question, asked, value))
        else {
            continue;
        };
        let source = Source {
            stage: stage.to_string(),
            question: id.to_string(),
            digest: digest(&value),
        };
        let suggestion = Suggestion {
            source,
            value,
            tlp: earlier.label(answer),
            date: answer.answered,
        };
        dossier.suggestions.insert(question.id.clone(), suggestion);
    }
}

/// Takes out of every stage what is above a ceiling, then suggests again out of what is left: whether an
/// earlier stage suggests something may hang on an answer that is withheld.
pub fn withhold_all(stages: &mut [(&Questionnaire, Dossier)], ceiling: Tlp) {
    for (_, dossier) in stages.iter_mut() {
        *dossier = crate::dossier::withhold(dossier, ceiling);
        dossier.suggestions.clear();
    }
    for later in 1..stages.len() {
        let (before, rest) = stages.split_at_mut(later);
        let Some((questionnaire, dossier)) = rest.first_mut() else {
            continue;
        };
        for (earlier_questionnaire, earlier) in before.iter() {
            suggest(dossier, questionnaire, earlier, earlier_questionnaire);
        }
    }
}

/// Gives each confirmed answer the label of what it confirms: also of an earlier answer that suggests
/// nothing any more, since what it said in confidence still stands here.
fn inherit_labels(dossier: &mut Dossier, earlier: &Dossier) {
    for answer in dossier.answers.values_mut() {
        let source = answer.source.as_ref();
        if let Some(source) = source.filter(|source| source.stage == earlier.stage) {
            answer.inherited = Some(earlier.label(earlier.answer(&source.question)));
        }
    }
}

/// Returns an earlier value in the kind of the later question, where it fits.
fn carried(question: &Question, asked: &Question, value: &Value) -> Option<Value> {
    let known = |id: &String| question.label(id).is_some();
    let fits = match value {
        Value::Choice(id) if question.kind == Kind::Text => {
            return asked.label(id).map(|label| Value::Text(label.into()));
        }
        Value::Choice(id) => known(id),
        Value::Choices(ids) => ids.iter().all(known),
        Value::Table(rows) if question.kind == Kind::Table => {
            return projected(question, asked, rows);
        }
        _ => true,
    };
    (fits && question.kind == asked.kind).then(|| value.clone())
}

/// Returns the rows of an earlier table under the columns that the later one takes from it: those of the
/// same id, or of the id that `from` names, and of the same kind. A row that gives nothing to a column
/// which a row needs is left out.
fn projected(question: &Question, asked: &Question, rows: &[Row]) -> Option<Value> {
    let taken = |column: &&Column| {
        let from = asked.column(column.from.as_ref().unwrap_or(&column.id));
        from.is_some_and(|from| from.kind == column.kind)
    };
    let columns: Vec<&Column> = question.columns.iter().filter(taken).collect();
    let cell = |row: &Row, column: &Column| {
        let value = row.get(column.from.as_ref().unwrap_or(&column.id))?;
        match value {
            Value::Choice(id) if column.label(id).is_none() => None,
            other => Some((column.id.clone(), other.clone())),
        }
    };
    let needed = |row: &Row| {
        let mut needed = question.columns.iter().filter(|column| column.required);
        !row.is_empty() && needed.all(|column| row.contains_key(&column.id))
    };
    let row = |row: &Row| columns.iter().filter_map(|one| cell(row, one)).collect();
    let rows: Vec<Row> = rows.iter().map(row).filter(needed).collect();
    (!rows.is_empty()).then_some(Value::Table(rows))
}

type Row = std::collections::BTreeMap<String, Value>;

/// Returns the digest of a value: the first eight hexadecimal digits of the SHA-256 of its text.
fn digest(value: &Value) -> String {
    let text = format!("{:?}", crate::dossier::literal(value));
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(text: &str) -> Question {
        toml::from_str(text).expect("a question")
    }

    #[test]
    fn a_choice_is_carried_where_the_option_exists_and_as_words_into_a_text() {
        let options = "[[option]]\nid = \"a\"\nlabel = \"the first\"\n";
        let asked = question(&format!(
            "id = \"x-y\"\nkind = \"select-one\"\ntext = \"t\"\n{options}"
        ));
        let text = question("id = \"x-z\"\nkind = \"text\"\ntext = \"t\"");
        let choice = Value::Choice("a".into());
        assert_eq!(carried(&asked, &asked, &choice), Some(choice.clone()));
        assert_eq!(
            carried(&text, &asked, &choice),
            Some(Value::Text("the first".into()))
        );
        assert_eq!(carried(&asked, &asked, &Value::Choice("b".into())), None);
    }

    #[test]
    fn a_source_is_read_back_and_a_changed_value_has_another_digest() {
        let source = Source {
            stage: "assessment".into(),
            question: "host-preferred".into(),
            digest: digest(&Value::Level(2)),
        };
        assert_eq!(Source::parse(&source.to_string()), Some(source));
        assert_ne!(digest(&Value::Level(2)), digest(&Value::Level(3)));
    }
}
