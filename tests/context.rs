//! The contract with template writers: names are only added within a context version.

use serde_json::Value;

/// Writes the tree of names that a template sees, one line for each.
fn tree(schema: &Value, root: &Value, depth: usize, lines: &mut Vec<String>) {
    let schema = resolve(schema, root);
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return;
    };
    for (name, property) in properties {
        lines.push(format!(
            "{}{name}: {}",
            "  ".repeat(depth),
            kind(property, root)
        ));
        tree(inner(property, root), root, depth + 1, lines);
    }
}

fn resolve<'v>(schema: &'v Value, root: &'v Value) -> &'v Value {
    let name = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|path| path.strip_prefix("#/$defs/"));
    name.map_or(schema, |name| &root["$defs"][name])
}

/// Returns what stands inside a list, a map or an optional value.
fn inner<'v>(schema: &'v Value, root: &'v Value) -> &'v Value {
    let schema = resolve(schema, root);
    let optional = schema.get("anyOf").and_then(|list| list.get(0));
    let inside = schema
        .get("items")
        .or(schema
            .get("additionalProperties")
            .filter(|one| one.is_object()))
        .or(optional);
    inside.map_or(schema, |inside| self::inner(inside, root))
}

fn kind(schema: &Value, root: &Value) -> String {
    if let Some(list) = schema.get("anyOf").and_then(Value::as_array) {
        return format!("{} or none", kind(&list[0], root));
    }
    let schema = resolve(schema, root);
    match schema.get("type") {
        Some(Value::String(word)) if word == "array" => {
            format!("list of {}", kind(&schema["items"], root))
        }
        Some(Value::String(word)) if word == "object" => {
            let map = schema
                .get("additionalProperties")
                .is_some_and(Value::is_object);
            String::from(if map { "map" } else { "object" })
        }
        Some(Value::String(word)) => word.clone(),
        Some(Value::Array(words)) => format!("{} or none", words[0].as_str().unwrap_or_default()),
        _ => String::from("any"),
    }
}

#[test]
fn the_names_that_a_template_sees_are_only_added_to() {
    let schema = schemars::schema_for!(cirtkit::report::Report).to_value();
    let mut lines = vec![format!("context {}", cirtkit::report::CONTEXT)];
    tree(&schema, &schema, 0, &mut lines);
    insta::assert_snapshot!(lines.join("\n"));
}
