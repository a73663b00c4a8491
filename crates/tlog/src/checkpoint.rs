//! Tree heads as signed notes (C2SP tlog-checkpoint, signed-note, tlog-cosignature).
//!
//! A checkpoint has exactly three lines, no extension lines. A parsed note is only a claim:
//! [`SignedCheckpoint::verify`] makes it knowledge, by the keys of a [`Policy`].

use std::fmt;

use crate::hash::{Hash, HashError};
use crate::key::{KeyError, KeyKind, VerifierKey};
use crate::signature::Signature;
use crate::{NOTE_BYTES_MAX, SIGNATURES_MAX, SIZE_MAX, text};

/// The head of a log at one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

impl Checkpoint {
    /// Makes the head of the log `origin`, which is named as its key is.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, NoteError> {
        if !text::is_name(origin) {
            return Err(NoteError::BadOrigin);
        }
        if size > SIZE_MAX {
            return Err(NoteError::BadSize);
        }
        if size == 0 && root != Hash::EMPTY {
            return Err(NoteError::RootOfNothing);
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// The name of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries the log has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree of that size.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The three lines that are signed, each with its line break.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }

    /// Reads the three lines of a body, each with its line break.
    pub fn parse(body: &str) -> Result<Self, NoteError> {
        let mut lines = body.strip_suffix('\n').ok_or(NoteError::NotThreeLines)?.split('\n');
        let three = (lines.next(), lines.next(), lines.next(), lines.next());
        let (Some(origin), Some(size), Some(root), None) = three else {
            return Err(NoteError::NotThreeLines);
        };
        let size = text::decimal(size).ok_or(NoteError::BadSize)?;
        let root = Hash::from_base64(root).map_err(NoteError::BadRoot)?;
        Self::new(origin, size, root)
    }
}

/// A checkpoint with the signatures it came with, not yet verified; its text is the note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    signatures: Vec<Signature>,
}

impl SignedCheckpoint {
    /// Joins a checkpoint with its first signature, usually the log's.
    pub fn new(checkpoint: Checkpoint, signature: Signature) -> Self {
        Self { checkpoint, signatures: vec![signature] }
    }

    /// Adds a signature, usually a witness's.
    pub fn add(&mut self, signature: Signature) -> Result<(), NoteError> {
        if self.signatures.len() >= SIGNATURES_MAX {
            return Err(NoteError::TooManySignatures);
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// Reads a note; the signatures are kept as claims.
    pub fn parse(note: &[u8]) -> Result<Self, NoteError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(NoteError::TooLong { bytes: note.len() });
        }
        let note = std::str::from_utf8(note).map_err(|_| NoteError::NotUtf8)?;
        if note.chars().any(|c| c.is_control() && c != '\n') {
            return Err(NoteError::ControlCharacter);
        }
        let (body, lines) = note.rsplit_once("\n\n").ok_or(NoteError::NoSignatures)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::NoSignatures)?;
        if lines.split('\n').nth(SIGNATURES_MAX).is_some() {
            return Err(NoteError::TooManySignatures);
        }
        let signatures = lines.split('\n').map(str::parse).collect::<Result<_, _>>()?;
        let checkpoint = Checkpoint::parse(&format!("{body}\n"))?;
        Ok(Self { checkpoint, signatures })
    }

    /// The checkpoint as claimed: nobody may act on it before it is verified.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The signature lines as claimed, known or not.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Checks every signature of a key the policy knows, and that the policy is satisfied.
    ///
    /// Signatures of unknown keys are ignored; one wrong signature of a known key refuses all.
    pub fn verify(&self, policy: &Policy) -> Result<Verified, NoteError> {
        if self.checkpoint.origin != policy.log.name() {
            return Err(NoteError::OriginMismatch { expected: policy.log.name().to_owned() });
        }
        let body = self.checkpoint.body();
        let mut is_logged = false;
        let mut cosignatures: Vec<Cosignature> = Vec::new();
        for signature in &self.signatures {
            let wrong = || NoteError::WrongSignature { name: signature.name().to_owned() };
            if policy.log.claims(signature) {
                is_logged = policy.log.signed(&body, signature.bytes());
                is_logged.then_some(()).ok_or_else(wrong)?;
            }
            if let Some(witness) = policy.witnesses.iter().find(|key| key.claims(signature)) {
                let time = witness.cosigned_at(&body, signature.bytes()).ok_or_else(wrong)?;
                count(&mut cosignatures, witness.name(), time);
            }
        }
        if !is_logged {
            return Err(NoteError::LogDidNotSign);
        }
        let (found, needed) = (cosignatures.len(), policy.at_least);
        if found < needed {
            return Err(NoteError::TooFewWitnesses { found, needed });
        }
        Ok(Verified { cosignatures })
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.checkpoint.body())?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

/// Counts a witness once, by its latest time.
fn count(cosignatures: &mut Vec<Cosignature>, witness: &str, time: u64) {
    match cosignatures.iter_mut().find(|known| known.witness == witness) {
        Some(known) => known.time = known.time.max(time),
        None => cosignatures.push(Cosignature { witness: witness.to_owned(), time }),
    }
}

/// Whose signatures are believed: the log's, and those of some of the witnesses.
#[derive(Clone, Debug)]
pub struct Policy {
    log: VerifierKey,
    witnesses: Vec<VerifierKey>,
    at_least: usize,
}

impl Policy {
    /// Asks for the log and for at least so many of these witnesses, each with a key of its own.
    pub fn new(
        log: VerifierKey,
        witnesses: Vec<VerifierKey>,
        at_least: usize,
    ) -> Result<Self, KeyError> {
        if log.kind() != KeyKind::Log {
            return Err(KeyError::WrongKind { name: log.name().to_owned() });
        }
        if let Some(key) = witnesses.iter().find(|key| key.kind() != KeyKind::Witness) {
            return Err(KeyError::WrongKind { name: key.name().to_owned() });
        }
        // A cosignature does not contain the witness's name: one key under two names would count
        // twice (C2SP tlog-cosignature).
        for (at, key) in witnesses.iter().enumerate() {
            let is_same = |other: &VerifierKey| {
                other.public_bytes() == key.public_bytes() || other.name() == key.name()
            };
            if witnesses.iter().take(at).any(is_same) {
                return Err(KeyError::WitnessRepeated { name: key.name().to_owned() });
            }
        }
        if at_least > witnesses.len() {
            return Err(KeyError::QuorumTooLarge { n_witnesses: witnesses.len() });
        }
        Ok(Self { log, witnesses, at_least })
    }
}

/// What verifying a checkpoint established beyond its truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The known witnesses that cosigned, in the order of the note.
    pub cosignatures: Vec<Cosignature>,
}

/// A witness saw this head as the latest of its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosignature {
    /// The name of the witness.
    pub witness: String,
    /// When, in seconds since 1970, by the clock of the witness.
    pub time: u64,
}

/// Why a note is no checkpoint, or not one to be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteError {
    /// The note is above the limit of bytes.
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// The note is not UTF-8.
    NotUtf8,
    /// The note holds a control character other than a line break.
    ControlCharacter,
    /// After the last blank line there are no signature lines, or the last one is not ended.
    NoSignatures,
    /// The note has more than 64 signatures.
    TooManySignatures,
    /// A signature line is not a dash, a name and base64 of an id and a signature.
    BadSignatureLine,
    /// The body is not origin, size and root, each on one line.
    NotThreeLines,
    /// A statement is not made of whole lines, or could be read as a checkpoint.
    NotStatement,
    /// The origin is empty, too long, or holds a space, a plus or a control character.
    BadOrigin,
    /// The size is not a plain decimal number up to 2^63 - 1.
    BadSize,
    /// The root is not a hash.
    BadRoot(HashError),
    /// The size is zero, but the root is not that of nothing.
    RootOfNothing,
    /// The time of a cosignature is above 2^63 - 1.
    BadTime,
    /// The checkpoint is of another log.
    OriginMismatch {
        /// The log the policy is about.
        expected: String,
    },
    /// A known key did not make the signature under its name.
    WrongSignature {
        /// The name of the key.
        name: String,
    },
    /// The log's own signature is absent.
    LogDidNotSign,
    /// Fewer known witnesses cosigned than the policy asks for.
    TooFewWitnesses {
        /// How many did.
        found: usize,
        /// How many are asked for.
        needed: usize,
    },
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => {
                write!(f, "The note has {bytes} bytes, more than {NOTE_BYTES_MAX}.")
            }
            Self::NotUtf8 => write!(f, "The note is not UTF-8."),
            Self::ControlCharacter => write!(f, "The note holds a control character."),
            Self::NoSignatures => write!(f, "The note does not end with signature lines."),
            Self::TooManySignatures => {
                write!(f, "The note has more than {SIGNATURES_MAX} signatures.")
            }
            Self::BadSignatureLine => {
                write!(f, "A signature line is not a dash, a key name and canonical base64.")
            }
            Self::NotThreeLines => write!(f, "A checkpoint has an origin, a size and a root."),
            Self::NotStatement => {
                write!(f, "A statement has whole lines, none empty, and is no checkpoint.")
            }
            Self::BadOrigin => write!(f, "The origin is not a name of a log."),
            Self::BadSize => write!(f, "The size is not a plain number up to 2^63 - 1."),
            Self::BadRoot(why) => write!(f, "The root cannot be read: {why}"),
            Self::RootOfNothing => write!(f, "The log is empty, but its root is not."),
            Self::BadTime => write!(f, "The time of a cosignature is above 2^63 - 1."),
            Self::OriginMismatch { expected } => {
                write!(f, "The checkpoint is not of the log {expected}.")
            }
            Self::WrongSignature { name } => write!(f, "The signature of {name} is wrong."),
            Self::LogDidNotSign => write!(f, "The log has not signed the checkpoint."),
            Self::TooFewWitnesses { found, needed } => {
                write!(f, "Of the {needed} witnesses needed, {found} have cosigned.")
            }
        }
    }
}

impl std::error::Error for NoteError {}
