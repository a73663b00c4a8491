//! Verifying the log: every leaf, body, tile and checkpoint, and the rows against their last event.
//!
//! Reports the first difference with its number. Reads only; works on a live city and on a backup.

use crate::act::No;
use crate::city::City;
use base::TechnologyId;
use std::collections::HashMap;
use store::log::Entry;
use store::{Store, StoreError};
use tlog::{Frontier, Hash, Policy, SignedCheckpoint, Tile};

/// What was checked, when all of it was right.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Report {
    pub n_entries: u64,
    pub n_erased: u64,
    pub n_checkpoints: u64,
    pub n_rows: u64,
    pub root: String,
    /// Events that wait for their number.
    pub n_waiting: u64,
}

/// The first thing that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Damage {
    /// The number of the entry, 0 where none can be named.
    pub seq: u64,
    /// Stable: `entry-missing`, `header-changed`, `leaf-changed`, `body-changed`, `tile-changed`,
    /// `root-changed`, `checkpoint-changed`, `row-changed`.
    pub code: &'static str,
    pub text: String,
}

/// Why no report could be given.
#[derive(Debug)]
pub enum Failed {
    Damage(Damage),
    Store(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged(text) => {
                Self::Damage(Damage { seq: 0, code: "header-changed", text })
            }
            error => Self::Store(error),
        }
    }
}

fn damage<T>(seq: u64, code: &'static str, text: impl Into<String>) -> Result<T, Failed> {
    Err(Failed::Damage(Damage { seq, code, text: text.into() }))
}

/// Entries read at once.
const CHUNK: usize = 2_000;

impl City {
    /// Verifies this city's log with the city's own key.
    pub fn verify_log(&self, progress: impl FnMut(u64)) -> Result<Result<Report, Damage>, No> {
        let key = self.verifier_key()?;
        match verify(self.store(), Some(&key), progress) {
            Ok(report) => Ok(Ok(report)),
            Err(Failed::Damage(damage)) => Ok(Err(damage)),
            Err(Failed::Store(error)) => Err(error.into()),
        }
    }
}

/// Verifies a log; with a key, its checkpoints' signatures too.
pub fn verify(
    store: &Store,
    key: Option<&tlog::VerifierKey>,
    mut progress: impl FnMut(u64),
) -> Result<Report, Failed> {
    let head = store.read(store::log::head)?;
    let (size, stored_root) = head.unwrap_or((0, Hash::EMPTY.0.to_vec()));
    let checkpoints = store.read(|tx| store::log::checkpoints(tx, 0, 1_000_000))?;
    let mut walk = Walk { frontier: Frontier::new(), newest: HashMap::new(), n_erased: 0 };
    let mut points = checkpoints.iter().peekable();
    loop {
        let done = walk.frontier.size();
        let limit = usize::try_from(size - done.min(size)).unwrap_or(CHUNK).min(CHUNK);
        if limit == 0 {
            break;
        }
        let entries = store.read(|tx| store::log::entries_after(tx, done, limit))?;
        if entries.is_empty() {
            return damage(done + 1, "entry-missing", "the log ends before its head says");
        }
        for entry in &entries {
            for tile in walk.entry(entry)? {
                check_tile(store, entry.seq, &tile)?;
            }
            while points.peek().is_some_and(|point| point.size == entry.seq) {
                let point = points.next().expect("peeked");
                check_checkpoint(point, &walk.frontier, key)?;
            }
        }
        progress(walk.frontier.size());
    }
    if let Some(point) = points.next() {
        return damage(point.size, "entry-missing", "a checkpoint signs more entries than exist");
    }
    let beyond = store.read(|tx| store::log::entries_after(tx, size, 1))?;
    if let Some(entry) = beyond.first()
        && store.read(store::log::head)?.is_none_or(|(now, _)| entry.seq > now)
    {
        return damage(entry.seq, "root-changed", "an entry lies beyond the head of the log");
    }
    if size > 0 && walk.frontier.root().0.to_vec() != stored_root {
        return damage(size, "root-changed", "the root kept is not the root of the entries");
    }
    let n_rows = check_rows(store, &walk.newest)?;
    Ok(Report {
        n_entries: size,
        n_erased: walk.n_erased,
        n_checkpoints: u64::try_from(checkpoints.len()).unwrap_or(u64::MAX),
        n_rows,
        root: walk.frontier.root().to_base64(),
        n_waiting: store.read(store::log::n_waiting)?,
    })
}

struct Walk {
    frontier: Frontier,
    /// For each technology the newest version in the log, its digest and where it stands.
    newest: HashMap<TechnologyId, (u64, String, u64)>,
    n_erased: u64,
}

impl Walk {
    fn entry(&mut self, entry: &Entry) -> Result<Vec<Tile>, Failed> {
        let seq = entry.seq;
        let want = self.frontier.size() + 1;
        if seq != want {
            return damage(want, "entry-missing", format!("entry {want} is missing"));
        }
        let header = &entry.header;
        if header.seq != seq {
            return damage(seq, "header-changed", format!("the header says {}", header.seq));
        }
        let (kind, thing, at) = &entry.columns;
        if (kind, thing, *at) != (&header.kind, &header.thing, header.at) {
            return damage(seq, "header-changed", "the columns beside the header differ from it");
        }
        let leaf = Hash::leaf(entry.header_text.as_bytes());
        if leaf.0.to_vec() != entry.leaf {
            return damage(seq, "leaf-changed", "the header does not give the leaf kept");
        }
        match &entry.body {
            None => self.n_erased += 1,
            Some((salt, body)) => {
                let salt: [u8; 32] = match salt.as_slice().try_into() {
                    Ok(salt) => salt,
                    Err(_) => return damage(seq, "body-changed", "the salt is not 32 bytes"),
                };
                let commitment = tlog::commitment(&salt, body.as_bytes());
                if store::log::hex(&commitment.0) != header.commitment {
                    return damage(seq, "body-changed", "the body is not what was committed to");
                }
            }
        }
        self.note_version(entry);
        Ok(self.frontier.append(leaf))
    }

    fn note_version(&mut self, entry: &Entry) {
        let header = &entry.header;
        if !header.kind.starts_with("technology-") && header.kind != "label-raised" {
            return;
        }
        let body = entry.body_json();
        let digest = body["digest"].as_str().unwrap_or_default().to_owned();
        if let Ok(id) = TechnologyId::parse(&header.thing) {
            self.newest.insert(id, (header.version, digest, entry.seq));
        }
    }
}

fn check_tile(store: &Store, seq: u64, tile: &Tile) -> Result<(), Failed> {
    use tlog::HashSource;
    let kept = store.read(|tx| store::log::Tables::new(tx).tile(tile.level, tile.index))?;
    if kept.as_ref() == Some(tile) {
        return Ok(());
    }
    damage(seq, "tile-changed", format!("tile {}/{} differs", tile.level, tile.index))
}

fn check_checkpoint(
    point: &store::log::StoredCheckpoint,
    frontier: &Frontier,
    key: Option<&tlog::VerifierKey>,
) -> Result<(), Failed> {
    let seq = point.size;
    let changed = |text: String| damage(seq, "checkpoint-changed", text);
    let note = match SignedCheckpoint::parse(point.note.as_bytes()) {
        Ok(note) => note,
        Err(error) => return changed(error.to_string()),
    };
    let root = frontier.root();
    if note.checkpoint().size() != seq || note.checkpoint().root() != root {
        return changed(format!("the checkpoint of size {seq} signs another tree"));
    }
    if root.0.to_vec() != point.root {
        return changed("the root beside the checkpoint differs from it".to_owned());
    }
    let Some(key) = key else { return Ok(()) };
    let policy = match Policy::new(key.clone(), Vec::new(), 0) {
        Ok(policy) => policy,
        Err(error) => return changed(error.to_string()),
    };
    match note.verify(&policy) {
        Ok(_) => Ok(()),
        Err(error) => changed(error.to_string()),
    }
}

/// Each technology's row stands at the version of its last event, with the content of then.
fn check_rows(
    store: &Store,
    newest: &HashMap<TechnologyId, (u64, String, u64)>,
) -> Result<u64, Failed> {
    let mut after = String::new();
    let mut n_rows = 0;
    loop {
        let rows = store.read(|tx| store::technology::after(tx, &after, 500))?;
        let Some(last) = rows.last() else { return Ok(n_rows) };
        after = last.id.to_string();
        for row in &rows {
            n_rows += 1;
            let Some((version, digest, seq)) = newest.get(&row.id) else {
                // Written after the walk read the end of the log.
                if is_new(store, row.id)? {
                    continue;
                }
                return damage(0, "row-changed", format!("{} has no event", row.id));
            };
            let found = store::technology::digest(&row.content);
            let differs = row.version == *version && !digest.is_empty() && found != *digest;
            if differs || row.version < *version {
                return damage(
                    *seq,
                    "row-changed",
                    format!("{} is not as its last event says", row.id),
                );
            }
        }
    }
}

fn is_new(store: &Store, id: TechnologyId) -> Result<bool, Failed> {
    for _ in 0..100 {
        if !store.read(|tx| store::log::entries_of(tx, &id.to_string(), 1))?.is_empty() {
            return Ok(true);
        }
        // On PostgreSQL a row can be read before its event has a number.
        if store.read(store::log::n_waiting)? == 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    Ok(!store.read(|tx| store::log::entries_of(tx, &id.to_string(), 1))?.is_empty())
}
