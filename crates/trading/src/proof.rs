//! What proves that a text is public already.

use base::Date;

/// The proof that a record is public: an office's publication or a source that an officer names.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Proof {
    /// There is none.
    #[default]
    None,
    /// A patent office published it under this number on this day.
    Publication { office: String, number: String, on: Date },
    /// The importing or releasing officer named the public source; the text is kept and shown.
    Source { text: String },
}

impl Proof {
    /// Whether it suffices: nothing left empty.
    pub fn holds(&self) -> bool {
        match self {
            Self::None => false,
            Self::Publication { office, number, .. } => {
                !office.trim().is_empty() && !number.trim().is_empty()
            }
            Self::Source { text } => !text.trim().is_empty(),
        }
    }

    /// The proof in words for people: `EP 1325900, 2003-07-09`, or the source's own text.
    pub fn text(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Publication { office, number, on } => format!("{office} {number}, {on}"),
            Self::Source { text } => text.clone(),
        }
    }
}
