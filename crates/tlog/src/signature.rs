//! One signature line of a note: `— name base64(id ‖ bytes)`.

use std::fmt;
use std::str::FromStr;

use crate::checkpoint::NoteError;
use crate::text;

/// A signature line; nothing is known about it until a policy has verified it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

impl Signature {
    pub(crate) fn new(name: String, id: [u8; 4], bytes: Vec<u8>) -> Self {
        Self { name, id, bytes }
    }

    /// The name of the key that claims to have signed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The short number of that key.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// What the key is said to have signed with.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl FromStr for Signature {
    type Err = NoteError;

    /// Reads a line without its line break, as witnesses answer it.
    fn from_str(line: &str) -> Result<Self, NoteError> {
        let parts = line.strip_prefix("— ").and_then(|rest| rest.split_once(' '));
        let (name, base64) = parts.ok_or(NoteError::BadSignatureLine)?;
        let bytes = text::decode(base64).ok_or(NoteError::BadSignatureLine)?;
        let (id, bytes) = bytes.split_first_chunk().ok_or(NoteError::BadSignatureLine)?;
        if !text::is_name(name) || bytes.is_empty() {
            return Err(NoteError::BadSignatureLine);
        }
        Ok(Self { name: name.to_owned(), id: *id, bytes: bytes.to_vec() })
    }
}

impl fmt::Display for Signature {
    /// Writes the line without its line break.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "— {} {}", self.name, text::encode(&[self.id.as_slice(), &self.bytes].concat()))
    }
}
