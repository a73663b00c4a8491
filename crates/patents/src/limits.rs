//! How much of a stranger's file is taken in before it is refused.

/// Bounds on one file; each has a refusal that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one document, descriptions and drawings included.
    pub document_bytes: u64,
    /// Bytes that one record may keep in memory.
    pub record_bytes: usize,
    /// Bytes of one run of text that is kept.
    pub text_bytes: usize,
    /// Bytes of one tag or one line of a text format.
    pub tag_bytes: usize,
    /// Elements inside each other.
    pub depth: usize,
    /// Entries of one list of a record: claims, citations, parties, classes.
    pub items: usize,
    /// Warnings beside one record.
    pub warnings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 512 << 20,
            record_bytes: 48 << 20,
            text_bytes: 8 << 20,
            tag_bytes: 64 << 10,
            depth: 128,
            items: 20_000,
            warnings: 100,
        }
    }
}
