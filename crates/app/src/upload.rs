//! Files as runs remember them, and runs that were interrupted.

use crate::act::No;
use crate::city::City;
use base::{ImportId, PersonId};
use sha2::{Digest, Sha256};
use store::import::FileRead;

impl City {
    /// Runs that were going on when the program ended, each with the person it acts for.
    pub fn running_imports(&self) -> Result<Vec<(ImportId, PersonId)>, No> {
        Ok(self.store().read(|tx| {
            let mut found = Vec::new();
            for id in store::import::unfinished(tx)? {
                let run = store::import::find(tx, id)?;
                found.extend(run.and_then(|run| run.person).map(|person| (id, person)));
            }
            Ok(found)
        })?)
    }
}

/// What a run remembers of a file that was handed in.
pub fn file_read(name: &str, format: &str, bytes: &[u8]) -> FileRead {
    FileRead {
        name: name.to_owned(),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        sha256: store::log::hex(&Sha256::digest(bytes)),
        format: format.to_owned(),
    }
}
