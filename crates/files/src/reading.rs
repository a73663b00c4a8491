//! A file on its way out, its hash counted along.

use crate::FilesError;
use crate::place::Hash;
use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt};
use object_store::GetResult;
use sha2::{Digest, Sha256};

/// How a file was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    Whole,
    /// Its bytes are not those of its hash.
    Damaged,
    Missing,
}

/// A file that is being read. Its last bytes are given out only when all of them were right, so
/// that nobody takes a damaged file for a whole one.
pub struct Reading {
    hash: Hash,
    bytes: u64,
    chunks: BoxStream<'static, object_store::Result<Bytes>>,
    hasher: Sha256,
    held: Option<Bytes>,
    is_over: bool,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reading({}, {} bytes)", self.hash, self.bytes)
    }
}

impl Reading {
    pub(crate) fn open(found: GetResult, hash: Hash) -> Result<Self, FilesError> {
        let bytes = found.meta.size;
        let chunks = found.into_stream();
        let hasher = Sha256::new();
        Ok(Self { hash, bytes, chunks, hasher, held: None, is_over: false })
    }

    /// Its length, as the place says.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next bytes; [`FilesError::Damaged`] instead of the last where they are not right.
    pub async fn next(&mut self) -> Result<Option<Bytes>, FilesError> {
        if self.is_over {
            return Ok(None);
        }
        while let Some(chunk) = self.chunks.next().await {
            let chunk = chunk?;
            self.hasher.update(&chunk);
            if let Some(before) = self.held.replace(chunk) {
                return Ok(Some(before));
            }
        }
        self.is_over = true;
        if self.hasher.clone().finalize()[..] != self.hash.0 {
            self.held = None;
            return Err(FilesError::Damaged);
        }
        Ok(self.held.take())
    }
}
