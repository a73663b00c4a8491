//! Two versions side by side, field by field.

use crate::Content;
use serde_json::Value;
use std::collections::BTreeMap;

/// One field that differs. Lists are compared by place: `inventors.1.share`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Change {
    pub field: String,
    /// `None` where there was nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl Change {
    /// A field that had one text and has another.
    pub fn of(field: &str, before: &str, after: &str) -> Self {
        let some = |text: &str| Some(text.to_owned());
        Self { field: field.to_owned(), before: some(before), after: some(after) }
    }
}

/// The order in which a reader meets the fields.
const ORDER: [&str; 21] = [
    "title",
    "summary",
    "description",
    "applications",
    "benefits",
    "keywords",
    "encumbrances",
    "field",
    "classes",
    "trl",
    "stage",
    "mode",
    "inventors",
    "rights",
    "export",
    "contact",
    "related",
    "notes",
    "other_titles",
    "invented",
    "holder",
];

/// What differs between two contents, in the order of the form.
pub fn contents(before: &Content, after: &Content) -> Vec<Change> {
    if before == after {
        return Vec::new();
    }
    differences(before, after)
}

/// What differs between two stored shapes.
pub(crate) fn differences(
    before: &impl serde::Serialize,
    after: &impl serde::Serialize,
) -> Vec<Change> {
    let (before, after) = (leaves(before), leaves(after));
    let mut fields: Vec<&Path> = before.keys().chain(after.keys()).collect();
    fields.sort_unstable();
    fields.dedup();
    let change = |path: &Path| {
        let (before, after) = (before.get(path), after.get(path));
        (before != after).then(|| Change {
            field: path.text(),
            before: before.cloned(),
            after: after.cloned(),
        })
    };
    fields.into_iter().filter_map(change).collect()
}

/// A path sorts by the order of the form, then numbers by value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Path(usize, Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Place(usize),
    Name(String),
}

impl Path {
    fn text(&self) -> String {
        let step = |step: &Step| match step {
            Step::Place(place) => place.to_string(),
            Step::Name(name) => name.clone(),
        };
        self.1.iter().map(step).collect::<Vec<_>>().join(".")
    }
}

fn leaves<T: serde::Serialize>(of: &T) -> BTreeMap<Path, String> {
    let value = serde_json::to_value(of).expect("a stored shape has text keys only");
    let mut found = BTreeMap::new();
    walk(&value, &mut Vec::new(), &mut found);
    found
}

fn walk(value: &Value, steps: &mut Vec<Step>, found: &mut BTreeMap<Path, String>) {
    let mut leaf = |text: String| {
        let rank = match steps.first() {
            Some(Step::Name(name)) => ORDER.iter().position(|known| known == name),
            _ => None,
        };
        found.insert(Path(rank.unwrap_or(ORDER.len()), steps.clone()), text);
    };
    match value {
        Value::Null => {}
        Value::Bool(false) => {}
        Value::Bool(true) => leaf("true".to_owned()),
        Value::Number(number) => leaf(number.to_string()),
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => leaf(text.clone()),
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                steps.push(Step::Place(place));
                walk(item, steps, found);
                steps.pop();
            }
        }
        Value::Object(parts) => {
            for (name, part) in parts {
                steps.push(Step::Name(name.clone()));
                walk(part, steps, found);
                steps.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Class, Inventor, Share};

    #[test]
    fn changes_come_in_the_order_of_the_form() {
        let mut before = Content::default();
        before.title.en = "Old".to_owned();
        before.classes = vec![Class::default(); 11];
        let mut after = before.clone();
        after.title.en = "New".to_owned();
        after.classes[10].symbol = "B64D 1/00".to_owned();
        after.classes[2].symbol = "A01B 1/00".to_owned();
        after.inventors = vec![Inventor { share: Some(Share::WHOLE), ..Inventor::default() }];
        after.invented = true;
        let changes = contents(&before, &after);
        let fields: Vec<&str> = changes.iter().map(|change| &*change.field).collect();
        let want =
            ["title.en", "classes.2.symbol", "classes.10.symbol", "inventors.0.share", "invented"];
        assert_eq!(fields, want);
        assert_eq!(changes[0], Change::of("title.en", "Old", "New"));
        assert_eq!(changes[3].before, None);
        assert_eq!(changes[3].after.as_deref(), Some("100"));
    }

    #[test]
    fn equal_contents_differ_in_nothing() {
        assert_eq!(contents(&Content::default(), &Content::default()), []);
    }
}
