//! The field tree of a city: what a technology is about. Loaded from outside, never built in.
//!
//! Invariants: every key stands once, every parent exists, no field lies inside itself.

use base::{Bilingual, Refusal};
use std::collections::BTreeMap;

/// Fields that one tree may hold.
const FIELDS_MAX: usize = 5_000;
/// Fields above one another.
const DEPTH_MAX: usize = 8;

/// One field of the tree.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Field {
    pub key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    pub name: Bilingual,
}

/// The tree: fields in their given order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldTree {
    fields: Vec<Field>,
    place_by_key: BTreeMap<String, usize>,
}

impl FieldTree {
    /// The tree of these fields, or every reason why they are none.
    pub fn new(fields: Vec<Field>) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut place_by_key = BTreeMap::new();
        if fields.len() > FIELDS_MAX {
            refusals.push(Refusal::invalid("field-tree-too-large").number("most", FIELDS_MAX));
            return Err(refusals);
        }
        for (place, field) in fields.iter().enumerate() {
            if field.key.is_empty() || place_by_key.insert(field.key.clone(), place).is_some() {
                refusals.push(Refusal::invalid("field-tree-key").text("key", &*field.key));
            }
        }
        for field in &fields {
            let Some(parent) = &field.parent else { continue };
            if !place_by_key.contains_key(parent) {
                let refusal = Refusal::invalid("field-tree-parent").text("key", &*field.key);
                refusals.push(refusal.text("parent", parent));
            }
        }
        let tree = Self { fields, place_by_key };
        for field in &tree.fields {
            if tree.path(&field.key).len() > DEPTH_MAX {
                let refusal = Refusal::invalid("field-tree-depth").text("key", &*field.key);
                refusals.push(refusal.number("most", DEPTH_MAX));
            }
        }
        if refusals.is_empty() { Ok(tree) } else { Err(refusals) }
    }

    /// All fields in their given order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field of this key.
    pub fn get(&self, key: &str) -> Option<&Field> {
        self.place_by_key.get(key).and_then(|place| self.fields.get(*place))
    }

    /// From the top field down to this one; empty for an unknown key.
    pub fn path(&self, key: &str) -> Vec<&Field> {
        let mut path = Vec::new();
        let mut next = self.get(key);
        while let Some(field) = next {
            path.push(field);
            // One more than allowed is enough to tell that a tree is too deep, or a ring.
            if path.len() > DEPTH_MAX {
                break;
            }
            next = field.parent.as_deref().and_then(|parent| self.get(parent));
        }
        path.reverse();
        path
    }

    /// The fields directly below this one.
    pub fn children(&self, key: &str) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.parent.as_deref() == Some(key))
    }

    /// The top fields.
    pub fn roots(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.parent.is_none())
    }

    /// Whether the field is the other one or lies below it.
    pub fn is(&self, key: &str, above: &str) -> bool {
        self.path(key).iter().any(|field| field.key == above)
    }

    /// The field whose key or name in either language this is; small and capital letters agree.
    pub fn find(&self, text: &str) -> Option<&Field> {
        let wanted = text.trim().to_lowercase();
        self.get(&wanted).or_else(|| {
            self.fields.iter().find(|field| {
                field.name.en.to_lowercase() == wanted || field.name.zh.to_lowercase() == wanted
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(lines: &str) -> Result<FieldTree, Vec<Refusal>> {
        let field = |line: &str| {
            let (key, parent) = line.split_once('<').unwrap_or((line, ""));
            let parent = (!parent.is_empty()).then(|| parent.to_owned());
            Field { key: key.to_owned(), parent, name: Bilingual::new(key.to_uppercase(), "名") }
        };
        FieldTree::new(lines.split_whitespace().map(field).collect())
    }

    fn check_refused(lines: &str, want: &str) {
        let refusals = tree(lines).expect_err("a reason");
        let codes: Vec<&str> = refusals.iter().map(|refusal| &*refusal.code).collect();
        assert_eq!(codes.join(" "), want, "{lines}");
    }

    #[test]
    fn a_tree_knows_what_lies_where() {
        let tree = tree("a b<a c<b d").expect("a tree");
        let path: Vec<&str> = tree.path("c").iter().map(|field| &*field.key).collect();
        assert_eq!(path, ["a", "b", "c"]);
        assert!(tree.is("c", "a") && tree.is("a", "a") && !tree.is("a", "c"));
        assert_eq!(tree.children("a").count(), 1);
        assert_eq!(tree.roots().count(), 2);
        assert!(tree.path("x").is_empty());
        assert_eq!(tree.find(" C ").map(|field| &*field.key), Some("c"));
    }

    #[test]
    fn a_broken_tree_is_refused_with_every_reason() {
        check_refused("a a", "field-tree-key");
        check_refused("a<z b<y", "field-tree-parent field-tree-parent");
        check_refused("a<b b<a", "field-tree-depth field-tree-depth");
    }
}
