//! What has to be mended before something can be done, field by field.

/// One thing to mend. All are given at once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flaw {
    /// The field, such as `price.instalments.0.amount`.
    pub field: String,
    /// What is wrong with it, in lower case with hyphens: `absent`, `beyond`, `out-of-order`.
    pub code: &'static str,
}

/// Collects flaws.
#[derive(Default)]
pub(crate) struct Flaws(pub(crate) Vec<Flaw>);

impl Flaws {
    pub(crate) fn when(&mut self, is_wrong: bool, field: impl Into<String>, code: &'static str) {
        if is_wrong {
            self.0.push(Flaw { field: field.into(), code });
        }
    }

    /// What to answer: the value, or everything that is wrong.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Vec<Flaw>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }
}
