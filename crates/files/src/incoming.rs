//! A file on its way in: counted, hashed and written part by part.

use crate::FilesError;
use crate::place::{Files, Hash};
use bytes::Bytes;
use object_store::path::Path as At;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};

/// Bytes at the beginning of a file that its kind is told by.
const HEAD_BYTES: usize = 8 << 10;
/// Bytes at its end: the directory of an archive lies there.
const TAIL_BYTES: usize = 256 << 10;

/// A file that is whole and durable.
#[derive(Clone, Debug)]
pub struct Stored {
    pub hash: Hash,
    pub bytes: u64,
    /// The first bytes, from which its kind is told.
    pub head: Vec<u8>,
    /// The last bytes; of a small file all of it.
    pub tail: Vec<u8>,
}

/// A file that is coming in. What is given up, by [`Incoming::abandon`] or by the end of the
/// process, leaves nothing that anybody can name.
pub struct Incoming {
    files: Files,
    at: At,
    bytes_max: u64,
    hasher: Sha256,
    bytes: u64,
    head: Vec<u8>,
    tail: Vec<u8>,
    waiting: Vec<Bytes>,
    n_waiting: usize,
    upload: Option<Box<dyn MultipartUpload>>,
}

impl Incoming {
    pub(crate) fn new(files: Files, at: At, bytes_max: u64) -> Self {
        Self {
            files,
            at,
            bytes_max,
            hasher: Sha256::new(),
            bytes: 0,
            head: Vec::new(),
            tail: Vec::new(),
            waiting: Vec::new(),
            n_waiting: 0,
            upload: None,
        }
    }

    /// Its first bytes and its last so far.
    pub fn ends(&self) -> (&[u8], &[u8]) {
        let from = self.tail.len().saturating_sub(TAIL_BYTES);
        (&self.head, &self.tail[from..])
    }

    /// Takes more of it. The first byte too many ends it: nothing of it is written.
    pub async fn write(&mut self, chunk: Bytes) -> Result<(), FilesError> {
        self.bytes += chunk.len() as u64;
        if self.bytes > self.bytes_max {
            return Err(FilesError::TooLarge { most: self.bytes_max });
        }
        self.hasher.update(&chunk);
        self.remember_ends(&chunk);
        self.n_waiting += chunk.len();
        self.waiting.push(chunk);
        if self.n_waiting >= self.files.part_bytes() {
            self.send().await?;
        }
        Ok(())
    }

    fn remember_ends(&mut self, chunk: &[u8]) {
        let room = HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend_from_slice(&chunk[..chunk.len().min(room)]);
        self.tail.extend_from_slice(chunk);
        // Twice the length is let grow, so that bytes are not moved with every chunk.
        if self.tail.len() > 2 * TAIL_BYTES {
            self.tail.drain(..self.tail.len() - TAIL_BYTES);
        }
    }

    fn take_waiting(&mut self) -> PutPayload {
        self.n_waiting = 0;
        self.waiting.drain(..).collect()
    }

    async fn send(&mut self) -> Result<(), FilesError> {
        let part = self.take_waiting();
        let upload = match &mut self.upload {
            Some(upload) => upload,
            none => none.insert(self.files.store().put_multipart(&self.at).await?),
        };
        upload.put_part(part).await?;
        Ok(())
    }

    /// Makes it durable under its hash. Only afterwards is the hash told.
    pub async fn finish(mut self) -> Result<Stored, FilesError> {
        let hash = Hash(self.hasher.clone().finalize().into());
        match self.close(&hash).await {
            Ok(()) => {
                let from = self.tail.len().saturating_sub(TAIL_BYTES);
                let tail = self.tail.split_off(from);
                Ok(Stored { hash, bytes: self.bytes, head: self.head, tail })
            }
            Err(error) => {
                self.abandon().await;
                Err(error)
            }
        }
    }

    async fn close(&mut self, hash: &Hash) -> Result<(), FilesError> {
        if self.upload.is_none() {
            let whole = self.take_waiting();
            return self.files.put(hash, whole).await;
        }
        if self.n_waiting > 0 {
            self.send().await?;
        }
        let Some(upload) = &mut self.upload else { return Ok(()) };
        upload.complete().await?;
        self.upload = None;
        self.files.settle(&self.at, hash).await
    }

    /// Gives it up; what was written of it goes.
    pub async fn abandon(mut self) {
        // What could not be taken away now is taken away with what is left of others.
        if let Some(upload) = &mut self.upload {
            let _ = upload.abort().await;
        }
    }
}
