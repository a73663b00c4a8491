//! As much of JSON Schema (draft 4) as the release schema uses, to hold our check against it.

use serde_json::{Map, Value};

pub struct Schema(Value);

impl Schema {
    pub fn new(schema: Value) -> Self {
        Self(schema)
    }

    /// Paths and what is wrong there.
    pub fn problems(&self, value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        self.part(&self.0, value, "", &mut found);
        found
    }

    fn part(&self, part: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
        if let Some(to) = part.get("$ref").and_then(Value::as_str) {
            let part = self.0.pointer(to.strip_prefix('#').unwrap()).unwrap();
            return self.part(part, value, path, found);
        }
        for (keyword, wanted) in part.as_object().unwrap() {
            let fits = match keyword.as_str() {
                "type" => is_of(wanted, value),
                "enum" => wanted.as_array().unwrap().contains(value),
                "minLength" => value
                    .as_str()
                    .is_none_or(|it| it.chars().count() as u64 >= wanted.as_u64().unwrap()),
                "minItems" => {
                    value.as_array().is_none_or(|it| it.len() as u64 >= wanted.as_u64().unwrap())
                }
                "uniqueItems" => value.as_array().is_none_or(|it| {
                    it.iter().enumerate().all(|(n, item)| !it[..n].contains(item))
                }),
                "format" => {
                    value.as_str().is_none_or(|it| has_format(wanted.as_str().unwrap(), it))
                }
                "required" => wanted.as_array().unwrap().iter().all(|name| {
                    value.as_object().is_none_or(|it| it.contains_key(name.as_str().unwrap()))
                }),
                "properties" | "patternProperties" | "items" => true,
                "title" | "description" | "id" | "$schema" | "definitions" | "codelist" => true,
                "openCodelist" | "deprecated" | "default" | "versionId" => true,
                "wholeListMerge" | "omitWhenMerged" => true,
                other => panic!("{other} is not known"),
            };
            if !fits {
                found.push(format!("{path}: {keyword}"));
            }
        }
        match value {
            Value::Object(named) => self.named(part, named, path, found),
            Value::Array(items) => {
                for (n, item) in items.iter().enumerate() {
                    if let Some(part) = part.get("items") {
                        self.part(part, item, &format!("{path}/{n}"), found);
                    }
                }
            }
            _ => {}
        }
    }

    fn named(&self, part: &Value, named: &Map<String, Value>, path: &str, found: &mut Vec<String>) {
        let patterns = part.get("patternProperties").and_then(Value::as_object);
        for (name, value) in named {
            let path = format!("{path}/{name}");
            if let Some(part) = part.get("properties").and_then(|all| all.get(name)) {
                self.part(part, value, &path, found);
            }
            // The patterns are all of one make: a name, a low line, and a language.
            let base = name.split_once('_').map(|(base, _)| format!("({base}_"));
            for (pattern, part) in patterns.into_iter().flatten() {
                if base.as_ref().is_some_and(|base| pattern.contains(base)) {
                    self.part(part, value, &path, found);
                }
            }
        }
    }
}

fn is_of(wanted: &Value, value: &Value) -> bool {
    let fits = |name: &Value| match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other} is not known"),
    };
    wanted.as_array().map_or_else(|| fits(wanted), |all| all.iter().any(fits))
}

fn has_format(name: &str, text: &str) -> bool {
    match name {
        "date-time" => {
            let shape: String =
                text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
            shape.starts_with("0000-00-00T00:00:00")
                && (shape.ends_with('Z') || shape.ends_with("+00:00") || shape.ends_with("-00:00"))
        }
        "uri" => text.split_once(':').is_some_and(|(scheme, rest)| {
            !scheme.is_empty() && !rest.is_empty() && !text.contains([' ', '<', '>'])
        }),
        other => panic!("{other} is not known"),
    }
}
