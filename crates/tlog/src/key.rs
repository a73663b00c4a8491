//! Keys of logs and witnesses, by name (C2SP signed-note, tlog-cosignature).
//!
//! A secret key never prints itself and is wiped from memory when dropped.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signer, VerifyingKey};

use crate::SIZE_MAX;
use crate::checkpoint::{Checkpoint, NoteError};
use crate::hash::digest;
use crate::signature::Signature;
use crate::text;

/// What a key signs, as its signature type byte says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A log signs its own checkpoints: Ed25519, type 0x01.
    Log,
    /// A witness cosigns checkpoints with a time: Ed25519, type 0x04.
    Witness,
}

impl KeyKind {
    fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Witness => 0x04,
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        [Self::Log, Self::Witness].into_iter().find(|kind| kind.byte() == byte)
    }
}

/// A secret key with its public name.
pub struct SigningKey {
    name: String,
    secret: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// Makes the key of this name from 32 secret random bytes.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<Self, KeyError> {
        if !text::is_name(name) {
            return Err(KeyError::BadName);
        }
        let secret = ed25519_dalek::SigningKey::from_bytes(&seed);
        Ok(Self { name: name.to_owned(), secret })
    }

    /// The name under which the key signs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public half for readers of this key's signatures of that kind.
    pub fn verifier(&self, kind: KeyKind) -> VerifierKey {
        VerifierKey { name: self.name.clone(), kind, key: self.secret.verifying_key() }
    }

    /// Signs a checkpoint as the log.
    pub fn sign(&self, checkpoint: &Checkpoint) -> Signature {
        let bytes = self.secret.sign(checkpoint.body().as_bytes()).to_bytes();
        self.signature(KeyKind::Log, bytes.to_vec())
    }

    /// Signs a statement that was found to be no checkpoint.
    pub(crate) fn sign_statement(&self, body: &str) -> Signature {
        let bytes = self.secret.sign(body.as_bytes()).to_bytes();
        self.signature(KeyKind::Log, bytes.to_vec())
    }

    /// Cosigns a checkpoint as a witness at a time in seconds since 1970.
    pub fn cosign(&self, checkpoint: &Checkpoint, time: u64) -> Result<Signature, NoteError> {
        if time > SIZE_MAX {
            return Err(NoteError::BadTime);
        }
        let message = cosigned(&checkpoint.body(), time);
        let signature = self.secret.sign(message.as_bytes()).to_bytes();
        let bytes = [time.to_be_bytes().as_slice(), &signature].concat();
        Ok(self.signature(KeyKind::Witness, bytes))
    }

    fn signature(&self, kind: KeyKind, bytes: Vec<u8>) -> Signature {
        Signature::new(self.name.clone(), self.verifier(kind).id(), bytes)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A public key with its name and kind; its text is `name+id+base64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    key: VerifyingKey,
}

impl VerifierKey {
    /// The name under which the key signs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the key signs.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The short number by which signature lines name the key.
    pub fn id(&self) -> [u8; 4] {
        let kind = [self.kind.byte()];
        let hash = digest(&[self.name.as_bytes(), b"\n", &kind, self.key.as_bytes()]);
        let [a, b, c, d, ..] = hash.0;
        [a, b, c, d]
    }

    /// The 32 bytes of the public key itself.
    pub fn public_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Whether a signature line claims to be of this key.
    pub(crate) fn claims(&self, signature: &Signature) -> bool {
        signature.name() == self.name && signature.id() == self.id()
    }

    /// Whether the log key signed this text.
    pub(crate) fn signed(&self, body: &str, signature: &[u8]) -> bool {
        self.kind == KeyKind::Log && self.holds(body, signature)
    }

    /// When the witness key cosigned this text, if it did.
    pub(crate) fn cosigned_at(&self, body: &str, signature: &[u8]) -> Option<u64> {
        let (time, signature) = signature.split_first_chunk::<8>()?;
        let time = u64::from_be_bytes(*time);
        let is_true = self.kind == KeyKind::Witness
            && time <= SIZE_MAX
            && self.holds(&cosigned(body, time), signature);
        is_true.then_some(time)
    }

    fn holds(&self, message: &str, signature: &[u8]) -> bool {
        let Ok(signature) = signature.try_into() else { return false };
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.key.verify_strict(message.as_bytes(), &signature).is_ok()
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::BadShape);
        };
        if !text::is_name(name) {
            return Err(KeyError::BadName);
        }
        let bytes = text::decode(key).ok_or(KeyError::BadKey)?;
        let (kind, key) = bytes.split_first().ok_or(KeyError::BadKey)?;
        let kind = KeyKind::from_byte(*kind).ok_or(KeyError::UnknownKind { byte: *kind })?;
        let key = key.try_into().map_err(|_| KeyError::BadKey)?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| KeyError::BadKey)?;
        if key.is_weak() {
            return Err(KeyError::BadKey);
        }
        let key = Self { name: name.to_owned(), kind, key };
        if id != hex(key.id()) {
            return Err(KeyError::IdMismatch);
        }
        Ok(key)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = [self.kind.byte()];
        let key = text::encode(&[kind.as_slice(), self.key.as_bytes()].concat());
        write!(f, "{}+{}+{key}", self.name, hex(self.id()))
    }
}

/// The text a witness signs (C2SP tlog-cosignature).
fn cosigned(body: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{body}")
}

fn hex(id: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(id))
}

/// Why a text is not a key, or a set of keys not a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// The text is not three parts joined by plus signs.
    BadShape,
    /// The name is empty, too long, or holds a space, a plus or a control character.
    BadName,
    /// The key is not base64 of a usable Ed25519 public key.
    BadKey,
    /// The signature type is not one of ours.
    UnknownKind {
        /// The type byte.
        byte: u8,
    },
    /// The id is not that of this name and key.
    IdMismatch,
    /// The log's key is one for cosignatures, or a witness's key one for logs.
    WrongKind {
        /// The name of the key.
        name: String,
    },
    /// Two witnesses share one public key or one name.
    WitnessRepeated {
        /// The name of the second of them.
        name: String,
    },
    /// More witnesses are asked for than there are.
    QuorumTooLarge {
        /// How many witnesses there are.
        n_witnesses: usize,
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadShape => write!(f, "A key is written as name+id+base64."),
            Self::BadName => write!(
                f,
                "A key name has 1 to 255 bytes, without spaces, plus signs or control characters."
            ),
            Self::BadKey => write!(f, "The key is not base64 of a usable Ed25519 public key."),
            Self::UnknownKind { byte } => {
                write!(f, "Signature type 0x{byte:02x} is neither a log's nor a witness's.")
            }
            Self::IdMismatch => write!(f, "The id does not belong to this name and key."),
            Self::WrongKind { name } => {
                write!(f, "The key of {name} is of the wrong signature type for its task.")
            }
            Self::WitnessRepeated { name } => {
                write!(f, "Witness {name} has the name or the key of another witness.")
            }
            Self::QuorumTooLarge { n_witnesses } => {
                write!(f, "The policy asks for more witnesses than its {n_witnesses}.")
            }
        }
    }
}

impl std::error::Error for KeyError {}
