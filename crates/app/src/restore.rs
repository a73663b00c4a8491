//! From a backup to a city again: checked before a row is believed, into an empty place only.

use crate::act::{Act, Cx, Stop};
use crate::asker::Asker;
use crate::backup::{Failed, MANIFEST, Manifest, Noted, ROWS, note, read_manifest};
use crate::city::City;
use crate::durable;
use crate::verify::{self, Report, verify};
use access::{Act as A, Thing};
use base::{Class, Instant, Refusal};
use std::path::{Path, PathBuf};
use store::copy::{Snapshot, Target};
use store::{Place, Store, log, migrate};
use tlog::{Policy, SignedCheckpoint, VerifierKey};

/// The folder inside a data folder where a restored city stands until it is known to be whole.
const STAGE: &str = "restoring";

/// What checking a backup found, when all of it was right.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Checked {
    pub manifest: Manifest,
    pub report: Report,
    /// Whether the checkpoint was checked with a key from elsewhere than the backup itself.
    pub has_own_key: bool,
}

fn damaged<T>(code: &'static str, what: &str, found: impl Into<String>) -> Result<T, Failed> {
    let reason = Refusal::new(Class::Refused, code).text("path", what).text("found", found.into());
    Err(Failed::Damaged(reason))
}

/// Checks a backup where it lies: every file, the whole log, the signed checkpoint. `scratch` takes
/// a copy of rows whose schema is older than ours, or whose events wait for their numbers.
pub fn check(
    from: &Path,
    key: Option<&VerifierKey>,
    scratch: &Path,
    now: Instant,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Checked, Failed> {
    let manifest = read_manifest(from)?;
    check_files(from, &manifest)?;
    if manifest.schema > migrate::newest() {
        let newer = store::StoreError::Newer { found: manifest.schema, known: migrate::newest() };
        return Err(newer.into());
    }
    let known = known_key(&manifest, key)?;
    // Events that wait are numbered when rows are opened for writing, which happens to a copy.
    let is_ready = manifest.schema == migrate::newest() && manifest.log.waiting == 0;
    let report = if is_ready {
        let rows = Store::look(&from.join(ROWS))?;
        check_log(&rows, &manifest, known.as_ref(), progress)?
    } else {
        durable::make_folder(scratch)?;
        durable::copy(from, ROWS, &scratch.join(ROWS))?;
        let rows =
            Store::open(&Place::Folder(scratch.to_owned()), &store::Options::default(), now)?;
        check_log(&rows, &manifest, known.as_ref(), progress)?
    };
    check_checkpoint(&manifest, known.as_ref())?;
    Ok(Checked { manifest, report, has_own_key: key.is_some() })
}

fn check_files(from: &Path, manifest: &Manifest) -> Result<(), Failed> {
    if !manifest.files.iter().any(|file| file.path == ROWS) {
        return damaged("backup-unreadable", MANIFEST, ROWS);
    }
    for wanted in &manifest.files {
        if durable::below(&wanted.path).is_none() {
            return damaged("backup-unreadable", MANIFEST, wanted.path.as_str());
        }
        match durable::sum(from, &wanted.path) {
            Ok(found) if found == *wanted => {}
            Ok(found) if found.bytes != wanted.bytes => {
                return damaged("backup-file-length", &wanted.path, found.bytes.to_string());
            }
            Ok(found) => return damaged("backup-file-changed", &wanted.path, found.sha256),
            Err(refusal) if refusal.class == Class::NotFound => {
                return damaged("backup-file-missing", &wanted.path, "");
            }
            Err(refusal) => return Err(refusal.into()),
        }
    }
    Ok(())
}

/// The key given, else the one the backup names: that one proves no more than that the backup
/// agrees with itself.
fn known_key(
    manifest: &Manifest,
    key: Option<&VerifierKey>,
) -> Result<Option<VerifierKey>, Failed> {
    if key.is_some() {
        return Ok(key.cloned());
    }
    let Some(text) = &manifest.verifier_key else { return Ok(None) };
    match text.parse() {
        Ok(key) => Ok(Some(key)),
        Err(_) => damaged("backup-unreadable", MANIFEST, text.as_str()),
    }
}

fn check_log(
    rows: &Store,
    manifest: &Manifest,
    key: Option<&VerifierKey>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Failed> {
    let all = manifest.log.size;
    let report = verify(rows, key, |done| progress(done, all)).map_err(|failed| match failed {
        verify::Failed::Store(error) => error.into(),
        verify::Failed::Damage(damage) => {
            let reason = Refusal::new(Class::Refused, "cli-log-damaged")
                .text("number", damage.seq.to_string())
                .text("code", damage.code)
                .text("found", damage.text);
            Failed::Damaged(reason)
        }
    })?;
    // Events that waited have got their numbers when the rows were opened for writing.
    let has_grown = manifest.log.waiting > 0 && report.n_entries > all;
    let root = rows.read(|tx| Ok(tlog::root_at(all, &log::Tables::new(tx)).ok()))?;
    let is_same = root.is_some_and(|root| root.to_base64() == manifest.log.root);
    if !is_same || (report.n_entries != all && !has_grown) {
        return damaged("backup-log-differs", ROWS, report.n_entries.to_string());
    }
    Ok(report)
}

fn check_checkpoint(manifest: &Manifest, key: Option<&VerifierKey>) -> Result<(), Failed> {
    let (Some(note), Some(key)) = (&manifest.checkpoint, key) else { return Ok(()) };
    let bad = |found: String| damaged("backup-checkpoint", MANIFEST, found);
    let note = match SignedCheckpoint::parse(note.as_bytes()) {
        Ok(note) => note,
        Err(error) => return bad(error.to_string()),
    };
    let policy = match Policy::new(key.clone(), Vec::new(), 0) {
        Ok(policy) => policy,
        Err(error) => return bad(error.to_string()),
    };
    if let Err(error) = note.verify(&policy) {
        return bad(error.to_string());
    }
    let head = note.checkpoint();
    if (head.size(), head.root().to_base64()) != (manifest.log.size, manifest.log.root.clone()) {
        return bad(head.size().to_string());
    }
    Ok(())
}

/// Rows that are restored, and not yet in their place.
pub struct Staged {
    /// Where a city can be opened on them now.
    pub place: Place,
    pub manifest: Manifest,
    /// The data folder of a city on SQLite.
    folder: Option<PathBuf>,
    from: PathBuf,
    beside: Option<PathBuf>,
}

/// Whether nothing of a city is at a place yet.
pub fn check_empty(place: &Place) -> Result<(), Failed> {
    if let Place::Folder(folder) = place
        && Place::sqlite_file(folder).exists()
    {
        return Err(store::StoreError::NotEmpty.into());
    }
    Ok(())
}

/// Brings the rows of a checked backup to an empty place, or beside it. `beside` is the data folder
/// that takes the files.
pub fn stage(
    from: &Path,
    checked: Checked,
    to: &Place,
    beside: Option<&Path>,
    now: Instant,
    told: store::copy::Told<'_>,
) -> Result<Staged, Failed> {
    check_empty(to)?;
    let manifest = checked.manifest;
    let (place, folder) = match to {
        Place::Folder(folder) => {
            let stage = folder.join(STAGE);
            if stage.exists() {
                std::fs::remove_dir_all(&stage).map_err(|error| durable::failed(&stage, &error))?;
            }
            durable::make_folder(&stage)?;
            let found = durable::copy(from, ROWS, &stage.join(ROWS))?;
            if !manifest.files.contains(&found) {
                return damaged("backup-file-changed", ROWS, found.sha256);
            }
            (Place::Folder(stage), Some(folder.clone()))
        }
        Place::Postgres(url) => {
            let mut rows = Snapshot::of_file(&from.join(ROWS))?;
            let mut target = Target::postgres(url, manifest.schema, now)?;
            let sums = target.take(&mut rows, &[], told)?;
            if sums != manifest.tables {
                return damaged("backup-file-changed", ROWS, "");
            }
            target.finish(told)?;
            (to.clone(), None)
        }
    };
    let beside = beside.map(Path::to_owned);
    Ok(Staged { place, manifest, folder, from: from.to_owned(), beside })
}

impl Staged {
    /// Puts everything in its place; the city opened on the stage has to be closed by now.
    pub fn settle(self) -> Result<Manifest, Failed> {
        if let Some(beside) = &self.beside {
            for file in self.manifest.files.iter().filter(|file| file.path != ROWS) {
                bring(&self.from, &file.path, beside)?;
            }
        }
        let Some(folder) = &self.folder else { return Ok(self.manifest) };
        let stage = folder.join(STAGE);
        let wal = stage.join(format!("{ROWS}-wal"));
        if std::fs::metadata(&wal).is_ok_and(|file| file.len() > 0) {
            return damaged("backup-still-open", ROWS, "");
        }
        let to = folder.join(ROWS);
        durable::sync_folder(&stage)?;
        std::fs::rename(stage.join(ROWS), &to).map_err(|error| durable::failed(&to, &error))?;
        durable::sync_folder(folder)?;
        std::fs::remove_dir_all(&stage).map_err(|error| durable::failed(&stage, &error))?;
        Ok(self.manifest)
    }
}

/// Copies a file of the backup; one that is there already stays, be it settings or the same file.
fn bring(from: &Path, name: &str, to: &Path) -> Result<(), Failed> {
    let target = to.join(name);
    if target.exists() {
        return Ok(());
    }
    if let Some(parent) = target.parent() {
        durable::make_folder(parent)?;
    }
    durable::copy(from, name, &target)?;
    if let Some(parent) = target.parent() {
        durable::sync_folder(parent)?;
    }
    Ok(())
}

impl City {
    /// Ends a restore on the stage: checks the log as it stands now, ends every session, and writes
    /// down what happened.
    pub fn end_restore(
        &self,
        asker: &Asker,
        manifest: &Manifest,
        key: Option<&VerifierKey>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Report, Failed> {
        let store = self.store();
        for _ in 0..600 {
            if store.read(log::n_waiting)? == 0 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let known = known_key(manifest, key)?;
        let report = check_log(store, manifest, known.as_ref(), progress)?;
        let act = NoteRestore {
            made_at: manifest.made_at.clone(),
            size: manifest.log.size,
            root: manifest.log.root.clone(),
        };
        self.perform(asker, act)?;
        Ok(report)
    }
}

/// Writes down in the log that the city was restored, and ends every session.
#[derive(serde::Serialize)]
pub struct NoteRestore {
    pub made_at: String,
    pub size: u64,
    pub root: String,
}

impl Act for NoteRestore {
    const ACT: A = A::RestoreCity;
    type Facts = ();
    type Plan = ();
    type Outcome = Noted;

    fn load(&self, _: &mut Cx<'_, '_>) -> Result<(), Stop> {
        Ok(())
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::open()
    }

    fn decide(&self, (): (), _: &Cx<'_, '_>) -> Result<(), Vec<Refusal>> {
        Ok(())
    }

    fn save(&self, (): (), cx: &mut Cx<'_, '_>) -> Result<Noted, Stop> {
        let n_sessions = store::session::end_everything(cx.tx)?;
        let body = serde_json::json!({
            "made_at": self.made_at, "size": self.size, "root": self.root, "sessions": n_sessions,
        });
        note(cx, "city-restored", body);
        Ok(Noted {})
    }
}
