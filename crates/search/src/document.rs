//! What the index is told about a thing.

/// One thing as it is found: its texts, its facts, its label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What it is: `technology`, `demand` …
    pub kind: String,
    /// Unique within its kind.
    pub id: String,
    /// Of two documents with one kind and id, the higher version stands.
    pub version: u64,
    /// The log number of the change; lists without words show the newest first.
    pub seq: u64,
    /// The digest of its label; a reader passes some gates.
    pub gate: String,
    /// The organisation it belongs to.
    pub owner: String,
    /// Where it stands in its life, for filters and reaches.
    pub state: String,
    /// Whether everybody may see it: only such documents are counted for scores and spelling.
    pub public: bool,
    /// The title as shown.
    pub title: String,
    /// The title in the other language, or nothing.
    pub title_other: String,
    /// The text; attachments join it.
    pub body: String,
    /// Identifiers in their canonical form.
    pub numbers: Vec<String>,
    /// IPC or CPC symbols; a prefix finds them.
    pub classes: Vec<String>,
    /// The field of technology, as a facet.
    pub field: String,
    /// The district or city, as a facet.
    pub region: String,
    /// Technology readiness, 1 to 9.
    pub trl: Option<u8>,
    /// The states of its rights: granted, pending …
    pub right_status: Vec<String>,
    /// How it may be had: licence, sale …
    pub deal_modes: Vec<String>,
    /// The year it is filed under.
    pub year: Option<u16>,
    /// The owner's name, which is searched too.
    pub owner_name: String,
}

/// One change, as the log tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The thing is now like this.
    Put(Box<Document>),
    /// The thing is gone, as of this version.
    Remove { kind: String, id: String, version: u64 },
}

impl Change {
    /// The thing is now like this.
    pub fn put(document: Document) -> Self {
        Self::Put(Box::new(document))
    }

    pub(crate) fn key(&self) -> String {
        match self {
            Self::Put(document) => key(&document.kind, &document.id),
            Self::Remove { kind, id, .. } => key(kind, id),
        }
    }

    pub(crate) fn version(&self) -> u64 {
        match self {
            Self::Put(document) => document.version,
            Self::Remove { version, .. } => *version,
        }
    }
}

/// Id and kind as one text, which sorts by id first; the separator occurs in neither.
pub(crate) fn key(kind: &str, id: &str) -> String {
    format!("{id}\u{1f}{kind}")
}

/// Kind and id of a key.
pub(crate) fn parts_of_key(key: &str) -> (&str, &str) {
    key.rsplit_once('\u{1f}').map_or(("", key), |(id, kind)| (kind, id))
}
