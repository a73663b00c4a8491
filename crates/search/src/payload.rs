//! What a commit remembers: how far in the log it reaches, and how its text was cut.
use serde::{Deserialize, Serialize};

/// Stored as JSON beside the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payload {
    /// The last log number applied.
    pub(crate) seq: u64,
    pub(crate) analyser: u32,
    /// How often the statistics changed; they are those of the commit itself.
    pub(crate) epoch: u64,
}

impl Payload {
    pub(crate) fn to_text(self) -> String {
        format!(r#"{{"seq":{},"analyser":{},"epoch":{}}}"#, self.seq, self.analyser, self.epoch)
    }

    pub(crate) fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}
