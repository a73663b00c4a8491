//! Signed checkpoints of the log, and proofs about its entries.

use crate::act::No;
use crate::city::City;
use base::{Class, Refusal};
use store::log::{StoredCheckpoint, Tables};
use tlog::{Checkpoint, Hash, KeyKind, SignedCheckpoint, SigningKey, VerifierKey};

impl City {
    /// The key that signs, named like the log.
    pub(crate) fn signing_key(&self) -> Result<SigningKey, No> {
        let row = self.row()?;
        SigningKey::from_seed(&row.origin, self.settings().log_seed).map_err(|error| {
            tracing::error!(%error, "the log's key cannot be used");
            Refusal::new(Class::Unknown, "own-fault").into()
        })
    }

    /// The key that outsiders check with.
    pub fn verifier_key(&self) -> Result<VerifierKey, No> {
        Ok(self.signing_key()?.verifier(KeyKind::Log))
    }

    /// Signs the log as it stands, unless it was signed at this size already.
    pub fn sign_checkpoint(&self) -> Result<Option<StoredCheckpoint>, No> {
        let (head, last) = self
            .store()
            .read(|tx| Ok((store::log::head(tx)?, store::log::last_checkpoint(tx)?)))?;
        let Some((size, root)) = head else { return Ok(None) };
        if last.as_ref().is_some_and(|last| last.size == size) {
            return Ok(last);
        }
        let note = self.signed(size, &root)?;
        let point = StoredCheckpoint { size, root, note, at: self.now() };
        let kept = point.clone();
        self.store().write("checkpoint", move |tx| store::log::add_checkpoint(tx, &kept))?;
        Ok(Some(point))
    }

    /// The signed note over this head of the log.
    pub(crate) fn signed(&self, size: u64, root: &[u8]) -> Result<String, No> {
        let damaged = || Refusal::new(Class::Unknown, "own-fault");
        let hash: [u8; 32] = root.try_into().map_err(|_| damaged())?;
        let origin = &self.row()?.origin;
        let checkpoint = Checkpoint::new(origin, size, Hash(hash)).map_err(|_| damaged())?;
        let signature = self.signing_key()?.sign(&checkpoint);
        Ok(SignedCheckpoint::new(checkpoint, signature).to_string())
    }

    /// The newest signed checkpoint.
    pub fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, No> {
        Ok(self.store().read(store::log::last_checkpoint)?)
    }

    /// The proof that entry `index` (from 0) is in the tree of this size.
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, No> {
        let proof = self.store().read(|tx| {
            Ok(tlog::inclusion_proof(index, size, &Tables::new(tx)).map_err(|e| e.to_string()))
        })?;
        proof.map_err(|said| out_of_range(&said))
    }

    /// The proof that the tree of one size grew into that of another.
    pub fn consistency_proof(&self, before: u64, after: u64) -> Result<Vec<Hash>, No> {
        let proof = self.store().read(|tx| {
            let read = tlog::consistency_proof(before, after, &Tables::new(tx));
            Ok(read.map_err(|e| e.to_string()))
        })?;
        proof.map_err(|said| out_of_range(&said))
    }
}

fn out_of_range(said: &str) -> No {
    Refusal::invalid("proof-out-of-range").text("found", said.trim_end_matches('.')).into()
}
