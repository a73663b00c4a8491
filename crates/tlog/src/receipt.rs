//! Receipts: the file by which a stranger checks off-line that an entry is in the log
//! (C2SP tlog-proof, usually named `.tlog-proof`).
//!
//! The entry is not in the receipt, and the extra bytes are not authenticated: the reader hashes
//! what he holds and hands the leaf to [`Receipt::verify`].

use std::fmt;

use crate::checkpoint::{NoteError, Policy, SignedCheckpoint, Verified};
use crate::hash::{Hash, HashError};
use crate::verify::{VerifyError, verify_inclusion};
use crate::{PROOF_HASHES_MAX, RECEIPT_BYTES_MAX, text};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// The proof that one entry is in the log, not yet verified; its text is the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Bytes for the holder, such as salt and body; nobody vouches for them. Empty when absent.
    pub extra: Vec<u8>,
    /// The place of the entry, counted from 0.
    pub index: u64,
    /// The inclusion proof from the leaf upwards.
    pub proof: Vec<Hash>,
    /// The head of the log that the proof leads to.
    pub checkpoint: SignedCheckpoint,
}

impl Receipt {
    /// Reads a receipt file; nothing in it is believed yet.
    pub fn parse(file: &[u8]) -> Result<Self, ReceiptError> {
        if file.len() > RECEIPT_BYTES_MAX {
            return Err(ReceiptError::TooLong { bytes: file.len() });
        }
        let file = std::str::from_utf8(file).map_err(|_| ReceiptError::NotUtf8)?;
        let (head, note) = file.split_once("\n\n").ok_or(ReceiptError::NoCheckpoint)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(FIRST_LINE) {
            return Err(ReceiptError::NotReceipt);
        }
        let extra = match lines.next_if(|line| line.starts_with("extra ")) {
            Some(line) => read_extra(line)?,
            None => Vec::new(),
        };
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = index.and_then(text::decimal).ok_or(ReceiptError::BadIndex)?;
        let proof = read_hashes(lines)?;
        let checkpoint =
            SignedCheckpoint::parse(note.as_bytes()).map_err(ReceiptError::Checkpoint)?;
        Ok(Self { extra, index, proof, checkpoint })
    }

    /// Checks that the log, by this policy, has this leaf at the receipt's index.
    pub fn verify(&self, leaf: &Hash, policy: &Policy) -> Result<Verified, ReceiptError> {
        let verified = self.checkpoint.verify(policy).map_err(ReceiptError::Checkpoint)?;
        let head = self.checkpoint.checkpoint();
        verify_inclusion(leaf, self.index, head.size(), &self.proof, &head.root())
            .map_err(ReceiptError::Inclusion)?;
        Ok(verified)
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if !self.extra.is_empty() {
            writeln!(f, "extra {}", text::encode(&self.extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", hash.to_base64()))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

fn read_extra(line: &str) -> Result<Vec<u8>, ReceiptError> {
    let extra = line.strip_prefix("extra ").and_then(text::decode);
    extra.filter(|extra| !extra.is_empty()).ok_or(ReceiptError::BadExtra)
}

fn read_hashes<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<Hash>, ReceiptError> {
    let mut proof = Vec::new();
    for line in lines {
        if proof.len() == PROOF_HASHES_MAX {
            return Err(ReceiptError::ProofTooLong);
        }
        proof.push(Hash::from_base64(line).map_err(ReceiptError::BadHash)?);
    }
    Ok(proof)
}

/// Why a file is no receipt, or proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptError {
    /// The file is above the limit of bytes.
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// The file is not UTF-8.
    NotUtf8,
    /// The first line is not that of a receipt.
    NotReceipt,
    /// The extra line is empty or not canonical base64.
    BadExtra,
    /// The index line is absent or not a plain number.
    BadIndex,
    /// A line of the proof is not a hash.
    BadHash(HashError),
    /// The proof has more hashes than the largest tree has levels.
    ProofTooLong,
    /// No blank line is followed by a checkpoint.
    NoCheckpoint,
    /// The checkpoint cannot be read or is not to be believed.
    Checkpoint(NoteError),
    /// The proof does not lead from the leaf to the checkpoint.
    Inclusion(VerifyError),
}

impl fmt::Display for ReceiptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => {
                write!(f, "The receipt has {bytes} bytes, more than {RECEIPT_BYTES_MAX}.")
            }
            Self::NotUtf8 => write!(f, "The receipt is not UTF-8."),
            Self::NotReceipt => write!(f, "A receipt begins with the line {FIRST_LINE}."),
            Self::BadExtra => write!(f, "The extra line is empty or not canonical base64."),
            Self::BadIndex => write!(f, "The index line is absent or not a plain number."),
            Self::BadHash(why) => write!(f, "A line of the proof cannot be read: {why}"),
            Self::ProofTooLong => {
                write!(f, "The proof has more than {PROOF_HASHES_MAX} hashes.")
            }
            Self::NoCheckpoint => write!(f, "The receipt has no checkpoint after a blank line."),
            Self::Checkpoint(why) => write!(f, "The checkpoint is refused: {why}"),
            Self::Inclusion(why) => write!(f, "The entry is not proved: {why}"),
        }
    }
}

impl std::error::Error for ReceiptError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Checkpoint(why) => Some(why),
            Self::Inclusion(why) => Some(why),
            Self::BadHash(why) => Some(why),
            _ => None,
        }
    }
}
