//! Signed statements that are no tree heads (C2SP signed-note), such as the seal of a protocol.
//!
//! They are signed with the same key as checkpoints; a statement that could be read as a
//! checkpoint is refused on both sides, so that neither ever passes for the other.

use crate::checkpoint::{Checkpoint, NoteError};
use crate::key::{SigningKey, VerifierKey};
use crate::signature::Signature;
use std::fmt;

/// A statement with the one signature of the log's key; its text is the note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    body: String,
    signature: Signature,
}

impl Note {
    /// Signs lines of text, each with its line break.
    pub fn sign(body: &str, key: &SigningKey) -> Result<Self, NoteError> {
        is_statement(body)?;
        Ok(Self { body: body.to_owned(), signature: key.sign_statement(body) })
    }

    /// Reads a note with exactly one signature; nothing in it is believed yet.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        let (body, line) = note.rsplit_once("\n\n").ok_or(NoteError::NoSignatures)?;
        let line = line.strip_suffix('\n').ok_or(NoteError::NoSignatures)?;
        let body = format!("{body}\n");
        is_statement(&body)?;
        Ok(Self { body, signature: line.parse()? })
    }

    /// The lines as claimed.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Checks that this key signed the lines.
    pub fn verify(&self, key: &VerifierKey) -> Result<(), NoteError> {
        let is_signed =
            key.claims(&self.signature) && key.signed(&self.body, self.signature.bytes());
        let name = || self.signature.name().to_owned();
        is_signed.then_some(()).ok_or_else(|| NoteError::WrongSignature { name: name() })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n", self.body, self.signature)
    }
}

/// Whether a text may be signed as a statement: whole lines, none empty, no checkpoint.
fn is_statement(body: &str) -> Result<(), NoteError> {
    if body.chars().any(|c| c.is_control() && c != '\n') {
        return Err(NoteError::ControlCharacter);
    }
    let is_whole = body.ends_with('\n') && !body.starts_with('\n') && !body.contains("\n\n");
    if !is_whole || Checkpoint::parse(body).is_ok() {
        return Err(NoteError::NotStatement);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Hash, KeyKind};

    fn key() -> SigningKey {
        SigningKey::from_seed("city.example/log", [7; 32]).expect("a key")
    }

    #[test]
    fn what_is_signed_reads_back_and_nothing_else_does() {
        let note = Note::sign("statement\nof two lines\n", &key()).expect("signed");
        let text = note.to_string();
        let verifier = key().verifier(KeyKind::Log);
        assert_eq!(Note::parse(&text), Ok(note));
        for place in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[place] ^= 1 << bit;
                let Ok(changed) = String::from_utf8(bytes) else { continue };
                let believed = Note::parse(&changed).and_then(|note| note.verify(&verifier));
                assert!(believed.is_err(), "byte {place}, bit {bit}: {changed}");
            }
        }
    }

    #[test]
    fn a_statement_is_no_checkpoint() {
        let head = Checkpoint::new("city.example/log", 1, Hash([1; 32])).expect("a head");
        assert_eq!(Note::sign(&head.body(), &key()), Err(NoteError::NotStatement));
        let signed = crate::SignedCheckpoint::new(head.clone(), key().sign(&head));
        assert_eq!(Note::parse(&signed.to_string()), Err(NoteError::NotStatement));
        for wrong in ["", "\n", "a", "a\n\nb\n", "\na\n", "a\u{7}\n"] {
            assert!(Note::sign(wrong, &key()).is_err(), "{wrong:?}");
        }
    }
}
