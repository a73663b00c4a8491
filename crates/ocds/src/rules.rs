//! Merge rules: which fields are left out of merged releases and which lists are replaced whole.
//!
//! The rules of the standard come from the field table of this crate ([`Rules::standard`]); those of
//! any other version or extension from its release schema ([`Rules::of_schema`]).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::standard::{Field, Kind, Of};

/// Levels of a schema that are followed; the released ones have fewer than ten.
const LEVELS_MAX: usize = 16;

/// The rules of one version of the standard, with its extensions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    pub(crate) root: Fields,
}

/// The rules below one object. A field that is not named is merged by what it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields(BTreeMap<String, Rule>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Left out of what is merged.
    Omit,
    /// A list that the later release replaces whole.
    Whole,
    /// An object or a list of objects with rules of its own.
    Below(Fields),
}

impl Fields {
    pub(crate) fn get(&self, name: &str) -> Option<&Rule> {
        self.0.get(name)
    }
}

impl Rules {
    /// The rules of OCDS 1.1.5 with the extensions this crate writes (bids, lots, techniques and our
    /// own auctions). Version 1.1.5 changed no field and no rule of 1.1.4.
    pub fn standard() -> Self {
        Self { root: of_table(crate::standard::fields(Of::Release)) }
    }

    /// The rules in a release schema, with its references within the file followed. The spellings of
    /// 1.0 (`mergeStrategy` of `ocdsOmit` and `ocdsVersion`) are read as well.
    pub fn of_schema(schema: &Value) -> Self {
        Self { root: properties(schema, schema, 0) }
    }

    /// Every rule as a path and `omit` or `whole`, in the order of paths.
    pub fn listed(&self) -> Vec<(String, &'static str)> {
        let mut found = Vec::new();
        list(&self.root, "", &mut found);
        found
    }
}

fn list(fields: &Fields, above: &str, found: &mut Vec<(String, &'static str)>) {
    for (name, rule) in &fields.0 {
        let path = format!("{above}/{name}");
        match rule {
            Rule::Omit => found.push((path, "omit")),
            Rule::Whole => found.push((path, "whole")),
            Rule::Below(fields) => list(fields, &path, found),
        }
    }
}

fn of_table(fields: &[Field]) -> Fields {
    let rule = |field: &Field| match field.kind {
        _ if field.is_omitted => Some(Rule::Omit),
        Kind::Texts | Kind::Codes(_) | Kind::Whole(_) => Some(Rule::Whole),
        Kind::One(of) | Kind::Many(of) => Some(Rule::Below(of_table(crate::standard::fields(of)))),
        _ => None,
    };
    Fields(fields.iter().filter_map(|field| Some((field.name.to_owned(), rule(field)?))).collect())
}

/// Lays an extension's part of a release schema over a schema (JSON Merge Patch, RFC 7396), so that
/// [`Rules::of_schema`] knows its lists.
pub fn extend(schema: &mut Value, extension: &Value) {
    let Value::Object(parts) = extension else {
        *schema = extension.clone();
        return;
    };
    if !schema.is_object() {
        *schema = Value::Object(serde_json::Map::new());
    }
    let Value::Object(into) = schema else { return };
    for (name, part) in parts {
        if part.is_null() {
            into.remove(name);
        } else {
            extend(into.entry(name.clone()).or_insert(Value::Null), part);
        }
    }
}

fn properties(whole: &Value, part: &Value, level: usize) -> Fields {
    let Some(Value::Object(named)) = resolved(whole, part).get("properties") else {
        return Fields::default();
    };
    let rule = |part| rule(whole, resolved(whole, part), level);
    Fields(named.iter().filter_map(|(name, part)| Some((name.clone(), rule(part)?))).collect())
}

/// The rule of one property. Leaving out wins over everything; a whole list over what is in it.
fn rule(whole: &Value, part: &Value, level: usize) -> Option<Rule> {
    let says = |flag: &str, strategy: &str| {
        part.get(flag) == Some(&Value::Bool(true))
            || part.get("mergeStrategy").and_then(Value::as_str) == Some(strategy)
    };
    if level > LEVELS_MAX {
        return None;
    }
    if says("omitWhenMerged", "ocdsOmit") {
        return Some(Rule::Omit);
    }
    if is_of(part, "array") {
        let Some(items) = part.get("items").map(|items| resolved(whole, items)) else {
            return says("wholeListMerge", "ocdsVersion").then_some(Rule::Whole);
        };
        let typed = items.get("type").is_some();
        let is_plain = typed && types(items).any(|name| name != "object");
        let named = items.get("properties");
        let lacks_id = typed && named.is_some_and(|named| named.get("id").is_none());
        if says("wholeListMerge", "ocdsVersion") || is_plain || lacks_id {
            return Some(Rule::Whole);
        }
        return Some(Rule::Below(properties(whole, items, level + 1)));
    }
    let is_object = part.get("properties").is_some();
    is_object.then(|| Rule::Below(properties(whole, part, level + 1)))
}

/// The part itself, or what its reference within the same file names.
fn resolved<'a>(whole: &'a Value, part: &'a Value) -> &'a Value {
    let named = part.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
    named.and_then(|pointer| whole.pointer(pointer)).unwrap_or(part)
}

fn is_of(part: &Value, name: &str) -> bool {
    types(part).any(|own| own == name)
}

fn types(part: &Value) -> impl Iterator<Item = &str> {
    let (one, many) = match part.get("type") {
        Some(Value::String(name)) => (Some(name.as_str()), None),
        Some(Value::Array(names)) => (None, Some(names)),
        _ => (None, None),
    };
    one.into_iter().chain(many.into_iter().flatten().filter_map(Value::as_str))
}
