//! Saying no: a value with a reason and a way out.
//!
//! The sentence is in `words` under `refusal-<code>`, its way out under the attribute `help`; the
//! faces render both as an error summary, as problem+json, or as lines of a terminal.

use crate::{Date, Instant, Money};
use std::borrow::Cow;

/// What kind of no it is; faces turn it into a status or an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Class {
    /// Something in the request has to be mended.
    Invalid,
    /// Nobody knows the asker yet.
    SignIn,
    /// The asker is known and may not.
    NotAllowed,
    /// Absent, or hidden: the two are never told apart.
    NotFound,
    /// A rule of the city says no.
    Refused,
    /// Somebody was faster, or the key was used for another act.
    Conflict,
    /// Too large.
    TooLarge,
    /// Too often.
    TooMany,
    /// The disk is nearly full: reading goes on.
    ReadOnly,
    /// Too busy just now.
    Busy,
    /// The outcome is not known; asking again with the same key tells.
    Unknown,
}

/// A value inside a refusal's sentence.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Value {
    Text(String),
    Number(i64),
    Money(Money),
    At(Instant),
    On(Date),
    /// The key of a term in `words`, such as `field-title`.
    Term(String),
}

/// One reason to say no.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Refusal {
    pub class: Class,
    /// Stable, lower case, hyphens: `technology-shares-sum`.
    pub code: Cow<'static, str>,
    /// The field of the form, as named in it: `inventors.2.share`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(Cow<'static, str>, Value)>,
}

impl Refusal {
    /// A reason of this class and code.
    pub fn new(class: Class, code: &'static str) -> Self {
        Self { class, code: Cow::Borrowed(code), field: None, values: Vec::new() }
    }

    /// Something to mend in the request.
    pub fn invalid(code: &'static str) -> Self {
        Self::new(Class::Invalid, code)
    }

    /// Absent or hidden; one answer for both.
    pub fn not_found() -> Self {
        Self::new(Class::NotFound, "not-found")
    }

    /// The field that has to be mended.
    pub fn on(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// A text inside the sentence.
    pub fn text(self, name: &'static str, value: impl Into<String>) -> Self {
        self.with(name, Value::Text(value.into()))
    }

    /// A whole number inside the sentence.
    pub fn number<N: TryInto<i64>>(self, name: &'static str, value: N) -> Self {
        self.with(name, Value::Number(value.try_into().unwrap_or(i64::MAX)))
    }

    /// A term of `words` inside the sentence.
    pub fn term(self, name: &'static str, key: impl Into<String>) -> Self {
        self.with(name, Value::Term(key.into()))
    }

    /// Any value inside the sentence.
    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.values.push((Cow::Borrowed(name), value));
        self
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{} ({field})", self.code),
            None => f.write_str(&self.code),
        }
    }
}
