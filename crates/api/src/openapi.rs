//! The OpenAPI 3.1 document, generated from the table of operations and from nothing else.

use crate::operation::Operation;
use crate::operations::operations;
use crate::problem::ProblemJson;
use crate::query::Parameter;
use base::Lang;
use edge::Body;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The document about every operation; `public_url` is the address of the city.
pub fn openapi(public_url: &str, lang: Lang) -> Value {
    document(public_url, lang, operations())
}

/// The document about one noun alone: what its snapshot holds.
pub fn openapi_of(noun: &str, public_url: &str, lang: Lang) -> Value {
    document(public_url, lang, operations().filter(|operation| operation.noun() == noun))
}

fn document(
    public_url: &str,
    lang: Lang,
    operations: impl Iterator<Item = &'static Operation>,
) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    let mut nouns: Vec<&str> = Vec::new();
    let mut statuses: Vec<u16> = Vec::new();
    for operation in operations {
        if !nouns.contains(&operation.noun()) {
            nouns.push(operation.noun());
        }
        statuses.extend(errors_of(operation));
        let methods = paths.entry(operation.route.path).or_insert_with(|| json!({}));
        methods[operation.route.method.to_lowercase()] = described(operation, lang, &mut generator);
    }
    statuses.sort_unstable();
    statuses.dedup();
    let problem = generator.subschema_for::<ProblemJson>().to_value();
    let responses: Map<String, Value> = statuses
        .iter()
        .map(|status| (response_name(*status).to_owned(), response(*status, lang, &problem)))
        .collect();
    let tag = |noun: &&str| {
        let description = words::say(lang, &format!("api-noun-{noun}"));
        json!({ "name": noun, "description": description })
    };
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": words::say(lang, "api-title"),
            "version": "1",
            "description": words::say(lang, "api-lead"),
        },
        "servers": [{ "url": public_url }],
        "tags": nouns.iter().map(tag).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "responses": responses,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": words::say(lang, "api-key-text"),
                },
            },
        },
    })
}

fn described(operation: &Operation, lang: Lang, generator: &mut SchemaGenerator) -> Value {
    let mut found = json!({
        "operationId": operation.id,
        "tags": [operation.noun()],
        "summary": words::say(lang, &format!("api-{}", operation.id)),
        "parameters": parameters(operation, lang),
        "responses": responses(operation, lang, generator),
        "security": security(operation),
    });
    if let Some(schema_of) = operation.request {
        let media = match operation.route.body {
            Body::Upload | Body::Files => "multipart/form-data",
            _ => "application/json",
        };
        found["requestBody"] = json!({
            "required": !operation.is_body_optional,
            "content": { media: { "schema": schema_of(generator) } },
        });
    }
    found
}

/// Who may come without a key: everybody, where nothing changes and the act is not one's own.
fn security(operation: &Operation) -> Value {
    let scope = if operation.is_open { Vec::new() } else { vec![scope_of(operation)] };
    let keyed = json!({ "key": scope });
    if operation.needs_key() { json!([keyed]) } else { json!([{}, keyed]) }
}

pub(crate) fn scope_of(operation: &Operation) -> &'static str {
    operation.route.act.row().scope.word()
}

fn parameters(operation: &Operation, lang: Lang) -> Vec<Value> {
    let said = |name: &str| {
        let key = format!("api-parameter-{}", name.to_lowercase().replace('_', "-"));
        words::say(lang, &key)
    };
    let text = |name: &str, place: &str, is_required: bool| {
        json!({
            "name": name,
            "in": place,
            "required": is_required,
            "description": said(name),
            "schema": { "type": "string" },
        })
    };
    let in_query = |parameter: &Parameter| {
        json!({
            "name": parameter.name,
            "in": "query",
            "required": parameter.is_required,
            "description": said(parameter.name),
            "schema": parameter.schema(),
        })
    };
    let mut found: Vec<Value> =
        path_names(operation.route.path).map(|name| text(name, "path", true)).collect();
    found.extend(operation.query.iter().map(in_query));
    found.push(json!({
        "name": "lang",
        "in": "query",
        "required": false,
        "description": said("lang"),
        "schema": { "type": "string", "enum": ["en", "zh"] },
    }));
    if operation.changes() {
        let mut key = text("Idempotency-Key", "header", true);
        key["schema"] = json!({
            "type": "string",
            "minLength": 1,
            "maxLength": base::limits::KEY_CHARS_MAX,
        });
        found.push(key);
    }
    if operation.takes_version {
        found.push(text("If-Match", "header", false));
    }
    found
}

/// The names in the braces of a path.
pub(crate) fn path_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn responses(operation: &Operation, lang: Lang, generator: &mut SchemaGenerator) -> Value {
    let answer = &operation.answer;
    let schema = match answer.schema {
        Some(schema_of) => schema_of(generator).to_value(),
        None if answer.media == "application/json" => json!({ "type": "object" }),
        None => json!({ "type": "string" }),
    };
    let mut found = json!({
        answer.status.to_string(): {
            "description": words::say(lang, "api-done"),
            "content": { answer.media: { "schema": schema } },
        },
    });
    for status in errors_of(operation) {
        let name = response_name(status);
        found[status.to_string()] = json!({ "$ref": format!("#/components/responses/{name}") });
    }
    found
}

/// Every status with which an operation may say no.
fn errors_of(operation: &Operation) -> Vec<u16> {
    let precondition = operation.takes_version.then_some(412);
    operation.errors.iter().copied().chain(precondition).collect()
}

/// The name of a status among the components; its words are `api-problem-…`.
pub(crate) fn response_name(status: u16) -> &'static str {
    match status {
        400 => "Unreadable",
        401 => "SignIn",
        403 => "NotAllowed",
        404 => "NotFound",
        409 => "Conflict",
        412 => "Precondition",
        413 => "TooLarge",
        422 => "Invalid",
        429 => "TooMany",
        500 => "OwnFault",
        503 => "Busy",
        504 => "Unknown",
        507 => "ReadOnly",
        _ => "Other",
    }
}

/// The word of a status in `words`.
pub(crate) fn status_word(status: u16) -> &'static str {
    match status {
        400 => "unreadable",
        401 => "sign-in",
        403 => "not-allowed",
        404 => "not-found",
        409 | 412 => "conflict",
        413 => "too-large",
        422 => "invalid",
        429 => "too-many",
        500 => "own-fault",
        503 => "busy",
        504 => "unknown",
        507 => "read-only",
        _ => "other",
    }
}

fn response(status: u16, lang: Lang, problem: &Value) -> Value {
    let mut found = json!({
        "description": words::say(lang, &format!("api-problem-{}", status_word(status))),
        "content": { "application/problem+json": { "schema": problem } },
    });
    let header = match status {
        401 => "WWW-Authenticate",
        429 | 503 | 507 => "Retry-After",
        _ => return found,
    };
    found["headers"] = json!({ header: { "schema": { "type": "string" } } });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::NOUNS;
    use std::path::PathBuf;

    const ADDRESS: &str = "https://city.example";

    #[test]
    fn each_noun_is_published_as_reviewed() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("openapi");
        let mut wrong = Vec::new();
        for noun in NOUNS.iter().map(|operations| operations[0].noun()) {
            let shown = openapi_of(noun, ADDRESS, Lang::En);
            let text = format!("{}\n", serde_json::to_string_pretty(&shown).unwrap());
            let file = folder.join(format!("{noun}.json"));
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(&file, text).unwrap();
            } else if std::fs::read_to_string(&file).unwrap_or_default() != text {
                wrong.push(noun);
            }
        }
        assert!(wrong.is_empty(), "changed: {wrong:?}; run again with BLESS=1 and review");
    }

    #[test]
    fn there_is_no_snapshot_of_a_noun_that_is_gone() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("openapi");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let noun = name.trim_end_matches(".json");
            assert!(NOUNS.iter().any(|operations| operations[0].noun() == noun), "{name}");
        }
    }

    fn each_value<'v>(value: &'v Value, each: &mut dyn FnMut(&'v str, &'v Value)) {
        match value {
            Value::Object(parts) => {
                for (name, part) in parts {
                    each(name, part);
                    each_value(part, each);
                }
            }
            Value::Array(parts) => parts.iter().for_each(|part| each_value(part, each)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_resolves() {
        let whole = openapi(ADDRESS, Lang::En);
        let parts = NOUNS.iter().map(|noun| openapi_of(noun[0].noun(), ADDRESS, Lang::Zh));
        for document in parts.chain([whole]) {
            let mut n_references = 0;
            each_value(&document, &mut |name, value| {
                if let ("$ref", Some(address)) = (name, value.as_str()) {
                    n_references += 1;
                    let pointer = address.strip_prefix('#').expect("inside the document");
                    assert!(document.pointer(pointer).is_some(), "{address}");
                }
            });
            assert!(n_references > 0);
        }
    }

    #[test]
    fn every_word_of_the_document_is_written() {
        for lang in Lang::ALL {
            let text = openapi(ADDRESS, lang).to_string();
            let missing: Vec<&str> =
                text.split('⟦').skip(1).filter_map(|rest| rest.split('⟧').next()).collect();
            assert!(missing.is_empty(), "{lang:?}: {missing:?}");
        }
    }

    #[test]
    fn every_operation_names_the_errors_it_can_give() {
        for operation in operations() {
            let mut owed = vec![401, 413, 422, 429, 500, 503];
            if !operation.is_open {
                owed.push(403);
            }
            if operation.route.path.contains('{') {
                owed.push(404);
            }
            if operation.changes() {
                owed.extend([400, 404, 409, 413, 504, 507]);
            }
            for status in owed {
                assert!(operation.errors.contains(&status), "{}: {status}", operation.id);
            }
            for status in operation.errors {
                assert_ne!(response_name(*status), "Other", "{}: {status}", operation.id);
            }
        }
    }

    #[test]
    fn every_operation_is_documented_whole() {
        for operation in operations() {
            let is_json = operation.answer.media == "application/json";
            let is_document = operation.noun() == "document";
            assert!(
                !is_json || is_document || operation.answer.schema.is_some(),
                "{}",
                operation.id
            );
            assert!(operation.route.path.starts_with("/api"), "{}", operation.id);
            let takes_json =
                matches!(operation.route.body, Body::Json | Body::Upload | Body::Files);
            assert!(takes_json || operation.request.is_none(), "{}", operation.id);
            assert!(!operation.takes_version || operation.changes(), "{}", operation.id);
        }
    }

    #[test]
    fn what_comes_in_names_no_field_that_is_unknown() {
        let whole = openapi(ADDRESS, Lang::En);
        for (path, methods) in whole["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let Some(content) = operation["requestBody"]["content"].as_object() else {
                    continue;
                };
                let schema = content.values().next().unwrap()["schema"]["$ref"].as_str().unwrap();
                let schema = whole.pointer(&schema[1..]).unwrap();
                assert_eq!(schema["additionalProperties"], false, "{method} {path}");
            }
        }
    }
}
