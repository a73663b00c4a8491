//! Labels of things, clearances of people, and the one rule that compares them.
//!
//! Laws, tested below: dominance is a partial order; the least upper bound is commutative,
//! associative, idempotent, and readable exactly by those who may read both parts.
//! Source of the rule: lattice-based access control (Denning 1976).

use crate::Instant;
use std::collections::BTreeSet;

/// How widely a thing may be known.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    #[default]
    Public,
    Registered,
    Members,
    Restricted,
}

impl Level {
    /// All levels, the widest first.
    pub const ALL: [Self; 4] = [Self::Public, Self::Registered, Self::Members, Self::Restricted];

    /// 0 for public to 3 for restricted, as stored.
    pub fn number(self) -> i64 {
        match self {
            Self::Public => 0,
            Self::Registered => 1,
            Self::Members => 2,
            Self::Restricted => 3,
        }
    }

    /// Reads the stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.number() == number)
    }

    /// The word of the programming interface.
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Registered => "registered",
            Self::Members => "members",
            Self::Restricted => "restricted",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }
}

/// The label of a thing.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Label {
    pub level: Level,
    /// All of them must be held by the reader.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub compartments: BTreeSet<String>,
    /// Need-to-know lists; the reader must stand on all of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub readers: BTreeSet<String>,
    /// ISO 3166 codes of the jurisdictions allowed; `None` allows every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdictions: Option<BTreeSet<String>>,
}

impl Label {
    /// The label that everybody may read.
    pub fn public() -> Self {
        Self::default()
    }

    /// A bare level.
    pub fn at(level: Level) -> Self {
        Self { level, ..Self::default() }
    }

    /// Whether everybody may read it.
    pub fn is_public(&self) -> bool {
        *self == Self::public()
    }

    /// The smallest label that protects both parts.
    pub fn least_upper_bound(&self, other: &Self) -> Self {
        let jurisdictions = match (&self.jurisdictions, &other.jurisdictions) {
            (None, either) | (either, None) => either.clone(),
            (Some(a), Some(b)) => Some(a & b),
        };
        Self {
            level: self.level.max(other.level),
            compartments: &self.compartments | &other.compartments,
            readers: &self.readers | &other.readers,
            jurisdictions,
        }
    }

    /// Whether this label protects at least as much as the other does.
    pub fn dominates(&self, other: &Self) -> bool {
        self.least_upper_bound(other) == *self
    }

    /// Whether looking at it is itself an event: a level of members or above, or a compartment.
    pub fn is_watched(&self) -> bool {
        self.level >= Level::Members || !self.compartments.is_empty() || !self.readers.is_empty()
    }

    /// The one written form: equal labels have equal texts, so that a list of passing gates can
    /// stand for the rule in SQL and in the index.
    pub fn gate(&self) -> String {
        let join = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join("+");
        let jurisdictions = match &self.jurisdictions {
            None => "*".to_owned(),
            Some(set) => join(set),
        };
        let (compartments, readers) = (join(&self.compartments), join(&self.readers));
        format!("{}:{compartments}:{readers}:{jurisdictions}", self.level.number())
    }

    /// Reads a gate back; `None` for anything that `gate` would not write.
    pub fn from_gate(gate: &str) -> Option<Self> {
        let parts: Vec<&str> = gate.split(':').collect();
        let [level, compartments, readers, jurisdictions] = parts.as_slice() else { return None };
        let set = |text: &str| -> BTreeSet<String> {
            text.split('+').filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        let label = Self {
            level: level.parse().ok().and_then(Level::from_number)?,
            compartments: set(compartments),
            readers: set(readers),
            jurisdictions: (*jurisdictions != "*").then(|| set(jurisdictions)),
        };
        (label.gate() == gate).then_some(label)
    }
}

/// Whether a word may name a compartment, a list or a jurisdiction inside a label.
pub fn is_label_word(word: &str) -> bool {
    (1..=32).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// What a person is cleared for.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Clearance {
    pub level: Level,
    #[serde(default)]
    pub compartments: BTreeSet<String>,
    #[serde(default)]
    pub lists: BTreeSet<String>,
    /// ISO 3166 code of the jurisdiction that binds the person; empty when unknown.
    #[serde(default)]
    pub jurisdiction: String,
    #[serde(default)]
    pub valid_from: Option<Instant>,
    #[serde(default)]
    pub valid_to: Option<Instant>,
}

impl Clearance {
    /// What somebody unknown is cleared for.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// The clearance as it counts at this moment: outside its dates it is worth nothing.
    pub fn at(&self, now: Instant) -> Self {
        let begun = self.valid_from.is_none_or(|from| from <= now);
        let lasts = self.valid_to.is_none_or(|to| now < to);
        if begun && lasts {
            self.clone()
        } else {
            Self { jurisdiction: self.jurisdiction.clone(), ..Self::nobody() }
        }
    }

    /// The rule: level, every compartment, every list, and the jurisdiction.
    pub fn may_read(&self, label: &Label) -> bool {
        label.level <= self.level
            && label.compartments.is_subset(&self.compartments)
            && label.readers.is_subset(&self.lists)
            && label.jurisdictions.as_ref().is_none_or(|set| set.contains(&self.jurisdiction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(words: &str) -> BTreeSet<String> {
        words.chars().map(|c| c.to_string()).collect()
    }

    fn label(level: i64, compartments: &str, readers: &str) -> Label {
        Label {
            level: Level::from_number(level).expect("a level"),
            compartments: set(compartments),
            readers: set(readers),
            jurisdictions: None,
        }
    }

    fn person(level: i64, compartments: &str, lists: &str) -> Clearance {
        Clearance {
            level: Level::from_number(level).expect("a level"),
            compartments: set(compartments),
            lists: set(lists),
            ..Clearance::nobody()
        }
    }

    #[test]
    fn the_table_of_examples_holds() {
        assert!(person(3, "AB", "1").may_read(&label(3, "A", "")));
        assert!(!person(3, "A", "").may_read(&label(2, "AB", "")));
        assert!(!person(2, "AB", "1").may_read(&label(3, "", "")));
        assert!(!person(3, "AB", "1").may_read(&label(1, "", "12")));
        let expired = Clearance { valid_to: Some(Instant::from_micros(5)), ..person(3, "A", "1") };
        assert!(!expired.at(Instant::from_micros(5)).may_read(&label(1, "", "")));
        assert!(expired.at(Instant::from_micros(4)).may_read(&label(1, "", "")));
        let both = label(1, "A", "1").least_upper_bound(&label(2, "B", ""));
        assert_eq!(both, label(2, "AB", "1"));
    }

    fn some_label() -> impl Strategy<Value = Label> {
        let words = || proptest::collection::btree_set("[a-c]", 0..3);
        (0..4i64, words(), words(), proptest::option::of(words())).prop_map(
            |(level, compartments, readers, jurisdictions)| Label {
                level: Level::from_number(level).expect("a level"),
                compartments,
                readers,
                jurisdictions,
            },
        )
    }

    fn some_person() -> impl Strategy<Value = Clearance> {
        let words = || proptest::collection::btree_set("[a-c]", 0..4);
        (0..4i64, words(), words(), "[a-c]?").prop_map(
            |(level, compartments, lists, jurisdiction)| Clearance {
                level: Level::from_number(level).expect("a level"),
                compartments,
                lists,
                jurisdiction,
                valid_from: None,
                valid_to: None,
            },
        )
    }

    proptest! {
        #[test]
        fn the_laws_hold(a in some_label(), b in some_label(), c in some_label(), p in some_person()) {
            let lub = |x: &Label, y: &Label| x.least_upper_bound(y);
            prop_assert_eq!(lub(&a, &b), lub(&b, &a));
            prop_assert_eq!(lub(&a, &lub(&b, &c)), lub(&lub(&a, &b), &c));
            prop_assert_eq!(lub(&a, &a), a.clone());
            prop_assert!(lub(&a, &b).dominates(&a));
            prop_assert_eq!(p.may_read(&lub(&a, &b)), p.may_read(&a) && p.may_read(&b));
            prop_assert_eq!(Label::from_gate(&a.gate()), Some(a.clone()));
            if a.dominates(&b) && b.dominates(&a) { prop_assert_eq!(a, b); }
        }
    }
}
