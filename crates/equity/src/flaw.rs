//! What has to be mended before something can be done, field by field.

/// One thing to mend. All are given at once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flaw {
    /// The field, such as `price.instalments.0.amount`.
    pub field: String,
    /// What is wrong with it, in lower case with hyphens: `absent`, `beyond`, `out-of-order`.
    pub code: &'static str,
}

/// Every code there is. Whoever shows flaws to people has a sentence for each.
pub const CODES: &[&str] = &[
    "absent",
    "approval-absent",
    "below-nothing",
    "beyond",
    "locked",
    "nobody",
    "not-earned",
    "not-over",
    "not-the-strike",
    "not-whole",
    "notice-absent",
    "notice-not-over",
    "objection-open",
    "out-of-order",
    "over-authorised",
    "over-discount",
    "over-holder-max",
    "over-pool",
    "payments-do-not-add-up",
    "pool-overdrawn",
    "same",
    "settled",
    "shares-do-not-add-up",
    "too-few",
    "too-large",
    "too-many",
    "twice",
    "under-floor",
    "under-price",
    "unfit",
    "unknown",
    "unreadable",
    "valuation-absent",
    "valuation-old",
];

/// Collects flaws.
#[derive(Default)]
pub(crate) struct Flaws(pub(crate) Vec<Flaw>);

impl Flaws {
    pub(crate) fn when(&mut self, is_wrong: bool, field: impl Into<String>, code: &'static str) {
        debug_assert!(CODES.contains(&code), "{code} is not listed");
        if is_wrong {
            self.0.push(Flaw { field: field.into(), code });
        }
    }

    /// What to answer: the value, or everything that is wrong.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Vec<Flaw>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("our own sources") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => sources(&path, found),
                false => found.push(path),
            }
        }
    }

    #[test]
    fn every_code_is_given_somewhere() {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let read = |path: &PathBuf| std::fs::read_to_string(path).expect("our own source");
        let others = files.iter().filter(|it| !it.ends_with("flaw.rs"));
        let text: String = others.map(read).collect();
        let missing = CODES.iter().filter(|code| !text.contains(&format!("\"{code}\"")));
        assert_eq!(missing.collect::<Vec<_>>(), Vec::<&&str>::new());
        assert!(CODES.is_sorted());
    }
}
