//! What nothing names goes after a while; and every file that something names is looked at.
//!
//! A sweep says in the rows which content it takes away before it does, and when it has. An upload
//! of the same content that went on meanwhile finds that in its own transaction and is refused, so
//! that a row never names bytes that a sweep took.

use crate::act::No;
use crate::city::City;
use base::{Class, Instant, Refusal};
use files::{Condition, FilesError, Found, Hash};

/// How long an upload may wait to be named, and bytes for a row.
pub const GRACE_SECONDS: i64 = 24 * 3_600;
/// Contents that one sweep takes away at most; the next goes on.
const SWEPT_MAX: usize = 10_000;
/// How long one sweep keeps others away.
const LEASE_SECONDS: i64 = 3_600;
/// Ended sweeps that are remembered: more than go on while one file comes in.
const REMEMBERED: u64 = 1_000_000;
/// Contents checked between two questions to the rows.
const CHUNK: usize = 500;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Uploads that nothing named in time.
    pub uploads: u64,
    /// Contents taken away.
    pub contents: u64,
    /// Beginnings of files that never became whole.
    pub incoming: u64,
}

/// What a check of all files found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub n: u64,
    pub bytes: u64,
    pub troubles: Vec<Trouble>,
}

/// A file that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub hash: String,
    pub bytes: u64,
    /// Whether there is something, but not what the hash says.
    pub is_damaged: bool,
}

fn away(error: &FilesError) -> No {
    tracing::error!(%error, "the file store did not answer");
    Refusal::new(Class::Busy, "file-store-away").into()
}

impl City {
    /// Takes away what nothing has named for a day.
    pub fn sweep_files(&self) -> Result<Swept, No> {
        let now = self.now();
        let node = self.with_chance(|chance| store::log::hex(&chance.bytes32()[..8]));
        let until = now.plus_seconds(LEASE_SECONDS);
        if !self.lease_of_sweep(&node, until, now)? {
            return Ok(Swept::default());
        }
        let swept = self.sweep_under_lease(now);
        // The lease ends with the sweep, whatever came of it.
        self.lease_of_sweep(&node, now.plus_seconds(-1), now)?;
        swept
    }

    fn lease_of_sweep(&self, node: &str, until: Instant, now: Instant) -> Result<bool, No> {
        let node = node.to_owned();
        let taken = self.store().write("lease of a file sweep", move |tx| {
            store::lease::take(tx, "file-sweep", &node, until, now)
        })?;
        Ok(taken.is_some())
    }

    fn sweep_under_lease(&self, now: Instant) -> Result<Swept, No> {
        let before = now.plus_seconds(-GRACE_SECONDS);
        let files = &self.shelf().files;
        let uploads = self.store().write("sweep uploads", move |tx| {
            let last = store::file::last_sweep(tx)?;
            store::file::forget_sweeps(tx, last.saturating_sub(REMEMBERED))?;
            store::file::drop_old(tx, before)
        })?;
        // What a process that ended was taking away is taken away now.
        for (n, hash) in self.store().read(|tx| store::file::open_sweeps(tx, SWEPT_MAX))? {
            self.take_away(n, &hash)?;
        }
        let mut old: Vec<Found> = Vec::new();
        let is_old = |found: &Found| found.written_at < before.micros();
        files
            .each(&mut |found| old.extend(Some(found).filter(is_old)))
            .map_err(|error| away(&error))?;
        let mut contents = 0;
        for found in old {
            if contents == SWEPT_MAX as u64 {
                break;
            }
            contents += u64::from(self.sweep_one(&found.hash)?);
        }
        let incoming = files.clear_incoming(before.micros()).map_err(|error| away(&error))?;
        Ok(Swept { uploads, contents, incoming })
    }

    fn sweep_one(&self, hash: &Hash) -> Result<bool, No> {
        let text = hash.to_string();
        // Most contents are named: they are passed over without a write.
        if self.store().read(|tx| store::file::is_named(tx, &text))? {
            return Ok(false);
        }
        let wanted = text.clone();
        let begun = self.store().write("begin a file sweep", move |tx| {
            if store::file::is_named(tx, &wanted)? {
                return Ok(None);
            }
            store::file::begin_sweep(tx, &wanted).map(Some)
        })?;
        let Some(n) = begun else { return Ok(false) };
        self.take_away(n, &text)?;
        Ok(true)
    }

    fn take_away(&self, n: u64, hash: &str) -> Result<(), No> {
        if let Some(hash) = Hash::parse(hash) {
            self.shelf().files.remove(hash).map_err(|error| away(&error))?;
        }
        self.store().write("end a file sweep", move |tx| store::file::end_sweep(tx, n))?;
        Ok(())
    }

    /// Reads every file that a row names and says which are damaged or missing.
    pub fn check_files(&self, mut told: impl FnMut(u64)) -> Result<Checked, No> {
        let mut checked = Checked::default();
        let mut after = String::new();
        loop {
            let chunk = self.store().read(|tx| store::file::hashes(tx, &after, CHUNK))?;
            let Some((last, _)) = chunk.last() else { return Ok(checked) };
            after.clone_from(last);
            for (hash, bytes) in chunk {
                let found = match Hash::parse(&hash) {
                    Some(hash) => self.shelf().files.check(hash, bytes),
                    None => Ok(Condition::Missing),
                };
                checked.n += 1;
                checked.bytes += bytes;
                told(checked.n);
                match found.map_err(|error| away(&error))? {
                    Condition::Whole => {}
                    wrong => {
                        let is_damaged = wrong == Condition::Damaged;
                        checked.troubles.push(Trouble { hash, bytes, is_damaged });
                    }
                }
            }
        }
    }
}
