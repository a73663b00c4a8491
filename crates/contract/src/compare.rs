//! Two versions of a contract side by side: clause by clause, and value by value.

use crate::document::{Article, Document};
use base::Bilingual;

/// What became of a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The same text; its number may have moved.
    Kept {
        key: String,
        old: usize,
        new: usize,
    },
    Added {
        key: String,
        new: usize,
    },
    Removed {
        key: String,
        old: usize,
    },
    Changed {
        key: String,
        old: usize,
        new: usize,
        heading: bool,
        paragraphs: Vec<Line>,
    },
}

/// A paragraph of a changed clause, in the order of reading both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Kept(Bilingual),
    Added(Bilingual),
    Removed(Bilingual),
}

/// A term whose value differs; an absent one is the empty text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub name: String,
    pub old: Bilingual,
    pub new: Bilingual,
}

/// Everything that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Clauses in the order of the new version; removed ones where they stood.
    pub clauses: Vec<Change>,
    pub terms: Vec<Moved>,
}

impl Comparison {
    /// Whether both say the same, numbers aside.
    pub fn is_same(&self) -> bool {
        self.terms.is_empty() && self.clauses.iter().all(|it| matches!(it, Change::Kept { .. }))
    }
}

/// Compares an old version with a new one.
pub fn compare(old: &Document, new: &Document) -> Comparison {
    let old_keys: Vec<&str> = old.clauses.iter().map(|it| it.key.as_str()).collect();
    let new_keys: Vec<&str> = new.clauses.iter().map(|it| it.key.as_str()).collect();
    let find = |list: &[Article], key: &str| list.iter().find(|it| it.key == key).cloned();
    let mut clauses = Vec::new();
    let removed_before = |from: usize, until: usize, clauses: &mut Vec<Change>| {
        for key in &old_keys[from..until] {
            if let (Some(it), false) = (find(&old.clauses, key), new_keys.contains(key)) {
                clauses.push(Change::Removed { key: it.key, old: it.number });
            }
        }
    };
    let mut seen = 0;
    for after in &new.clauses {
        let Some(before) = find(&old.clauses, &after.key) else {
            clauses.push(Change::Added { key: after.key.clone(), new: after.number });
            continue;
        };
        let at = old_keys.iter().position(|key| *key == after.key).unwrap_or(seen);
        if at >= seen {
            removed_before(seen, at, &mut clauses);
            seen = at + 1;
        }
        clauses.push(clause(&before, after));
    }
    removed_before(seen, old_keys.len(), &mut clauses);
    Comparison { clauses, terms: terms(old, new) }
}

fn clause(before: &Article, after: &Article) -> Change {
    let texts = |it: &Article| it.paragraphs.iter().map(|it| it.text.clone()).collect::<Vec<_>>();
    let paragraphs = lines(&texts(before), &texts(after));
    let heading = before.heading != after.heading;
    let (key, old, new) = (after.key.clone(), before.number, after.number);
    let is_kept = !heading && paragraphs.iter().all(|it| matches!(it, Line::Kept(_)));
    if is_kept {
        Change::Kept { key, old, new }
    } else {
        Change::Changed { key, old, new, heading, paragraphs }
    }
}

/// The longest common sequence of paragraphs. References to clauses that only moved do differ:
/// the text that is signed is another one.
fn lines(old: &[Bilingual], new: &[Bilingual]) -> Vec<Line> {
    let mut longest = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            longest[i][j] = match a == b {
                true => longest[i + 1][j + 1] + 1,
                false => longest[i + 1][j].max(longest[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut found = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            found.push(Line::Kept(old[i].clone()));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || i < old.len() && longest[i + 1][j] >= longest[i][j + 1] {
            found.push(Line::Removed(old[i].clone()));
            i += 1;
        } else {
            found.push(Line::Added(new[j].clone()));
            j += 1;
        }
    }
    found
}

fn terms(old: &Document, new: &Document) -> Vec<Moved> {
    let value = |document: &Document, name: &str| {
        let line = document.sheet.iter().find(|(it, _)| it == name);
        line.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut names: Vec<&String> = old.sheet.iter().chain(&new.sheet).map(|(it, _)| it).collect();
    names.sort();
    names.dedup();
    let moved = names.into_iter().map(|name| Moved {
        name: name.clone(),
        old: value(old, name),
        new: value(new, name),
    });
    moved.filter(|it| it.old != it.new).collect()
}
