//! JSON Schemas of the files, made from the types that read them.

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

use super::overlay::Overlay;
use super::read::HeadFile;
use crate::model::dossier::{Head, Register};
use crate::model::note::Notes;
use crate::model::progress::{MonthlyRecord, WorkPlan};
use crate::model::question::AnswerSet;
use crate::model::questionnaire::{Role, Stage, Stakeholder};
use crate::model::rule::Target;
use crate::model::{Drafting, Formula, Parameter, Question, Recommendation, Rule, Section};

/// The names that `cirtkit schema` takes, each with the file it describes.
pub const NAMES: &[(&str, &str)] = &[
    ("dossier", "dossier.toml"),
    ("register", "register.toml"),
    ("notes", "notes.toml"),
    ("answers", "assessment.toml and responses/*/assessment.toml"),
    ("progress-plan", "progress/plan.toml"),
    (
        "progress-record",
        "progress/2026-05.toml, one for each month",
    ),
    ("drafting", "drafting/assessment.toml, one for each stage"),
    (
        "questionnaire",
        "questionnaires/<id>/<edition>/questionnaire.toml",
    ),
    ("section", "questionnaires/<id>/<edition>/sections/*.toml"),
    ("rules", "questionnaires/<id>/<edition>/rules.toml"),
    (
        "recommendations",
        "questionnaires/<id>/<edition>/recommendations.toml",
    ),
    ("glossary", "questionnaires/glossary/<tag>.toml"),
    ("formulas", "questionnaires/<id>/<edition>/formulas.toml"),
    ("target", "questionnaires/<id>/<edition>/targets/*.toml"),
    (
        "translation",
        "questionnaires/<id>/<edition>/lang/<tag>/*.toml",
    ),
    ("answer-sets", "questionnaires/answer-sets.toml"),
    ("stages", "questionnaires/stages.toml"),
    ("stakeholders", "questionnaires/stakeholders.toml"),
    ("roles", "questionnaires/roles.toml"),
];

/// Returns the JSON Schema (2020-12) of a file format, or none where the name is not known.
pub fn schema(name: &str) -> Option<Value> {
    Some(match name {
        "dossier" => of::<Head>(),
        "register" => of::<Register>(),
        "notes" => of::<Notes>(),
        "answers" => of::<crate::dossier::AnswersFile>(),
        "progress-plan" => of::<WorkPlan>(),
        "progress-record" => of::<MonthlyRecord>(),
        "drafting" => of::<Drafting>(),
        "questionnaire" => of::<HeadFile>(),
        "section" => {
            let mut whole = list::<Question>("question");
            let mut generator = generator();
            whole["properties"]["section"] = generator.subschema_for::<Section>().to_value();
            whole["required"] = json!(["section", "question"]);
            let definitions = generator.take_definitions(true);
            for (name, definition) in definitions {
                whole["$defs"][name] = definition;
            }
            whole
        }
        "glossary" => of::<crate::pack::check::Glossary>(),
        "rules" => list::<Rule>("rule"),
        "recommendations" => list::<Recommendation>("recommendation"),
        "formulas" => {
            let mut whole = list::<Formula>("formula");
            let parameters = list::<Parameter>("parameter");
            whole["properties"]["parameter"] = parameters["properties"]["parameter"].clone();
            whole["required"] = json!([]);
            if let Some(definitions) = parameters["$defs"].as_object() {
                for (name, definition) in definitions {
                    whole["$defs"][name] = definition.clone();
                }
            }
            whole
        }
        "target" => of::<Target>(),
        "translation" => of::<Overlay>(),
        "answer-sets" => list::<AnswerSet>("answer-set"),
        "stages" => list::<Stage>("stage"),
        "stakeholders" => list::<Stakeholder>("stakeholder"),
        "roles" => list::<Role>("role"),
        _ => return None,
    })
}

fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().into_generator()
}

fn of<T: JsonSchema>() -> Value {
    let schema: Schema = generator().into_root_schema_for::<T>();
    schema.to_value()
}

/// A file that holds an array of tables under one key.
fn list<T: JsonSchema>(key: &str) -> Value {
    let mut generator = generator();
    let item = generator.subschema_for::<T>();
    let definitions = generator.take_definitions(true);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": { key: { "type": "array", "items": item } },
        "required": [key],
        "additionalProperties": false,
        "$defs": definitions,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_schema_and_no_other_has() {
        for (name, _) in NAMES {
            assert!(schema(name).is_some(), "{name}");
        }
        assert_eq!(schema("nothing"), None);
    }
}
