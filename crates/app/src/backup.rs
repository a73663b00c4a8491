//! Backups: one moment of the city as a folder that says what it must hold.
//!
//! Invariants: a backup is named last, so that a half-made one never stands where a good one is
//! looked for; it holds what is live and nothing that was erased; rows of either database have the
//! same form, so that each can be restored into the other.
//!
//! Absent on purpose: the key that signs the log, and encryption: both are the operator's.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::durable::{self, FileSum};
use access::{Act as A, Thing};
use base::{Class, Instant, Label, Level, Refusal};
use std::fs::File;
use std::path::{Path, PathBuf};
use store::copy::{Snapshot, TableSum, Target, WITHHELD};
use store::{StoreError, Tx, log};
use tlog::Hash;

/// The form of a backup; a later one gets another number.
pub const FORMAT: &str = "bellwether-backup/1";
/// The file that says what the others must be. It is written last.
pub const MANIFEST: &str = "manifest.json";
/// The rows.
pub const ROWS: &str = "bellwether.sqlite";
/// Stands in a backup that is being made.
pub const UNFINISHED: &str = "UNFINISHED";
/// The folder of uploaded files beside the rows.
pub const FILES: &str = "files";
/// Bytes of a manifest at most.
const MANIFEST_BYTES_MAX: u64 = 64 << 20;

/// What a backup holds, and what that must be.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Manifest {
    pub format: String,
    /// The version of the program that made it.
    pub program: String,
    /// The database it was made from.
    pub engine: String,
    /// RFC 3339.
    pub made_at: String,
    pub schema: u64,
    pub store_id: String,
    /// The name of the log.
    pub origin: String,
    /// The key its checkpoints are checked with; absent where the key was not at hand.
    pub verifier_key: Option<String>,
    pub log: LogState,
    /// Signed at this very size, where the key was at hand.
    pub checkpoint: Option<String>,
    /// Tables whose rows are left out.
    pub withheld: Vec<String>,
    pub tables: Vec<TableSum>,
    pub files: Vec<FileSum>,
    /// Contents that rows name and that were missing or damaged when the backup was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<String>,
}

/// How far the log had come.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LogState {
    pub size: u64,
    /// Base64.
    pub root: String,
    /// Events that waited for their number.
    pub waiting: u64,
}

/// Why a backup was not made, not restored, or is not good.
#[derive(Debug)]
pub enum Failed {
    Refused(No),
    /// What is there is not what was written.
    Damaged(Refusal),
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<No> for Failed {
    fn from(no: No) -> Self {
        Self::Refused(no)
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged(said) => {
                Self::Damaged(Refusal::new(Class::Refused, "backup-damaged").text("found", said))
            }
            StoreError::NotEmpty => Refusal::new(Class::Conflict, "backup-target-taken").into(),
            StoreError::Stopped("wal") => Refusal::new(Class::Busy, "backup-too-slow").into(),
            StoreError::Stopped(_) => Refusal::new(Class::Busy, "backup-stopped").into(),
            StoreError::Newer { found, known } => {
                let reason = Refusal::new(Class::Refused, "cli-store-newer");
                reason.number("found", found).number("known", known).into()
            }
            error => {
                let reason = Refusal::new(Class::Unknown, "cli-store-failed");
                reason.text("found", error.to_string()).into()
            }
        }
    }
}

/// What a backup is made of beside the rows.
#[derive(Default)]
pub struct Beside {
    /// Small files with their content: settings without their secrets.
    pub texts: Vec<(String, String)>,
}

impl City {
    /// Makes a backup into a folder that is not there yet. The server goes on meanwhile.
    pub fn back_up(
        &self,
        asker: &Asker,
        to: &Path,
        beside: &Beside,
        told: store::copy::Told<'_>,
    ) -> Result<Manifest, Failed> {
        self.read(asker, |rx| rx.may(A::MakeBackup, &Thing::open()))?;
        let making = Making::begin(to)?;
        let manifest = self.fill_backup(&making.partial, beside, told)?;
        making.end(&manifest)?;
        Ok(manifest)
    }

    fn fill_backup(
        &self,
        partial: &Path,
        beside: &Beside,
        told: store::copy::Told<'_>,
    ) -> Result<Manifest, Failed> {
        let row = self.row()?;
        let now = self.now();
        let mut snapshot = Snapshot::of(self.store().place())?;
        let schema = snapshot.schema()?;
        let head = log::head(&mut snapshot.tx())?;
        let waiting = log::n_waiting(&mut snapshot.tx())?;
        let (size, root) = head.unwrap_or((0, Hash::EMPTY.0.to_vec()));
        let root = hash_of(&root)?;
        let mut target = Target::file(&partial.join(ROWS), schema, now)?;
        target.take(&mut snapshot, &WITHHELD, told)?;
        let contents = contents(&mut snapshot.tx())?;
        // From here on nothing is read from the city's rows, and nothing there is kept waiting.
        drop(snapshot);
        let tables = target.finish(told)?;
        let mut files = vec![durable::sum(partial, ROWS)?];
        for (name, text) in &beside.texts {
            durable::write_new(&partial.join(name), text.as_bytes())?;
            files.push(durable::sum(partial, name)?);
        }
        // Files are durable before a row names them, so those of the moment are all there.
        let carried = carry(&contents, &self.shelf().files, &partial.join(FILES))?;
        files.extend(carried.files);
        // An upload that nobody named in time may be swept meanwhile; it is no loss.
        let mut lost = Vec::new();
        for hash in carried.lost {
            if self.store().read(|tx| store::file::is_named(tx, &hash))? {
                lost.push(hash);
            }
        }
        let is_signed = self.settings().log_seed != [0; 32];
        let checkpoint = is_signed.then(|| self.signed(size, &root.0)).transpose()?;
        let key = is_signed.then(|| self.verifier_key()).transpose()?;
        Ok(Manifest {
            format: FORMAT.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            engine: self.store().engine_version()?,
            made_at: now.rfc3339(),
            schema,
            store_id: row.store_id.clone(),
            origin: row.origin.clone(),
            verifier_key: key.map(|key| key.to_string()),
            log: LogState { size, root: root.to_base64(), waiting },
            checkpoint,
            withheld: WITHHELD.into_iter().map(str::to_owned).collect(),
            tables,
            files,
            lost,
        })
    }

    /// The newest backup that was noted: when, and how many entries of the log it holds.
    pub fn last_backup(&self) -> Result<Option<(Instant, u64)>, No> {
        Ok(self.store().read(last_in)?)
    }
}

/// The newest backup in the log.
pub(crate) fn last_in(tx: &mut Tx<'_>) -> Result<Option<(Instant, u64)>, StoreError> {
    let most = u64::try_from(i64::MAX).unwrap_or(u64::MAX);
    let found = log::entries_of_kind(tx, "backup-made", most, 1)?;
    Ok(found.first().map(|entry| {
        let size = entry.body_json()["size"].as_u64().unwrap_or(0);
        (entry.header.at, size)
    }))
}

/// Every content that rows name, with its length.
pub(crate) fn contents(tx: &mut Tx<'_>) -> Result<Vec<(String, u64)>, StoreError> {
    let mut found: Vec<(String, u64)> = Vec::new();
    loop {
        let after = found.last().map_or("", |(hash, _)| hash).to_owned();
        let chunk = store::file::hashes(tx, &after, CONTENTS_AT_ONCE)?;
        let is_end = chunk.len() < CONTENTS_AT_ONCE;
        found.extend(chunk);
        if is_end {
            return Ok(found);
        }
    }
}

/// Contents asked for at once.
const CONTENTS_AT_ONCE: usize = 1_000;

/// Files that were copied, and those that could not be.
#[derive(Debug, Default)]
pub(crate) struct Carried {
    pub(crate) files: Vec<FileSum>,
    pub(crate) lost: Vec<String>,
}

/// Copies these contents into a folder, each checked by its hash and durable there. One that is
/// damaged is named and keeps nobody from saving the others.
pub(crate) fn carry(
    contents: &[(String, u64)],
    from: &files::Files,
    to: &Path,
) -> Result<Carried, Failed> {
    let mut carried = Carried::default();
    if contents.is_empty() {
        return Ok(carried);
    }
    let failed = |error: files::FilesError| {
        let reason = Refusal::new(Class::Busy, "backup-file-failed");
        Failed::from(reason.text("path", FILES).text("found", error.to_string()))
    };
    let target = files::Files::open(&files::Place::Folder(to.to_owned())).map_err(failed)?;
    for (text, bytes) in contents {
        let copied = match files::Hash::parse(text) {
            Some(hash) => from.copy_into(hash, &target).map(|n| (hash, n)),
            None => Err(files::FilesError::Missing),
        };
        match copied {
            Ok((hash, n)) if n == *bytes => carried.files.push(FileSum {
                path: format!("{FILES}/{}", files::Files::path_of(hash)),
                bytes: n,
                sha256: text.clone(),
            }),
            Ok(_) | Err(files::FilesError::Missing | files::FilesError::Damaged) => {
                carried.lost.push(text.clone());
            }
            Err(error) => return Err(failed(error)),
        }
    }
    // A command on a distant store that was told of no data folder has no files at all.
    if carried.files.is_empty() && matches!(from.place(), files::Place::Memory) {
        return Err(Refusal::new(Class::Refused, "backup-needs-files").into());
    }
    Ok(carried)
}

pub(crate) fn hash_of(bytes: &[u8]) -> Result<Hash, StoreError> {
    let array = bytes.try_into().map_err(|_| StoreError::Damaged("a root of odd length".into()))?;
    Ok(Hash(array))
}

/// A backup that is being made, beside the place where it will stand.
struct Making {
    partial: PathBuf,
    to: PathBuf,
    /// Keeps others from making the same one.
    _lock: File,
}

/// Whether nothing stands there, or an empty folder.
fn is_free(place: &Path) -> Result<bool, Refusal> {
    match std::fs::read_dir(place) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(durable::failed(place, &error)),
    }
}

impl Making {
    fn begin(to: &Path) -> Result<Self, Refusal> {
        let taken = |code, path: &Path| {
            Refusal::new(Class::Conflict, code).text("path", path.display().to_string())
        };
        if !is_free(to)? {
            return Err(taken("backup-place-taken", to));
        }
        let mut name = to.file_name().ok_or_else(|| taken("backup-place-taken", to))?.to_owned();
        name.push(".partial");
        let partial = to.with_file_name(name);
        let mark = partial.join(UNFINISHED);
        if partial.exists() {
            // One that died right after its first step left an empty folder.
            let is_ours = mark.exists() || partial.join(MANIFEST).exists() || is_free(&partial)?;
            if !is_ours {
                return Err(taken("backup-place-taken", &partial));
            }
            // One that died left its lock; one that lives keeps it.
            if let Ok(file) = File::open(&mark)
                && matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock))
            {
                return Err(taken("backup-being-made", &partial));
            }
            std::fs::remove_dir_all(&partial).map_err(|error| durable::failed(&partial, &error))?;
        }
        durable::make_folder(&partial)?;
        durable::write_new(&mark, b"This backup is not whole. Make another, and remove this.\n")?;
        let lock = File::open(&mark).map_err(|error| durable::failed(&mark, &error))?;
        if lock.try_lock().is_err() {
            return Err(taken("backup-being-made", &partial));
        }
        Ok(Self { partial, to: to.to_owned(), _lock: lock })
    }

    fn end(self, manifest: &Manifest) -> Result<(), Refusal> {
        let text = serde_json::to_string_pretty(manifest).expect("our own shapes have text keys");
        durable::write_new(&self.partial.join(MANIFEST), format!("{text}\n").as_bytes())?;
        let mark = self.partial.join(UNFINISHED);
        std::fs::remove_file(&mark).map_err(|error| durable::failed(&mark, &error))?;
        durable::sync_folder(&self.partial)?;
        std::fs::rename(&self.partial, &self.to)
            .map_err(|error| durable::failed(&self.to, &error))?;
        durable::sync_folder(match self.to.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        })
    }
}

/// Reads what a backup says it holds; a half-made one has no say.
pub fn read_manifest(from: &Path) -> Result<Manifest, Failed> {
    let place = from.display().to_string();
    let named = |code| Refusal::new(Class::Refused, code).text("path", &place);
    if !from.is_dir() {
        return Err(Refusal::new(Class::NotFound, "backup-missing").text("path", &place).into());
    }
    let path = from.join(MANIFEST);
    if from.join(UNFINISHED).exists() || !path.exists() {
        return Err(named("backup-unfinished").into());
    }
    let length = std::fs::metadata(&path).map_err(|error| durable::failed(&path, &error))?.len();
    let unreadable =
        |found: String| Failed::Damaged(named("backup-unreadable").text("found", found));
    if length > MANIFEST_BYTES_MAX {
        return Err(unreadable(format!("{length} bytes")));
    }
    let text = std::fs::read(&path).map_err(|error| durable::failed(&path, &error))?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
    if manifest.format != FORMAT {
        return Err(named("backup-format").text("found", manifest.format).into());
    }
    Ok(manifest)
}

/// Writes down in the log that a backup was made.
#[derive(serde::Serialize)]
pub struct NoteBackup {
    pub to: String,
    pub size: u64,
    pub root: String,
    pub n_bytes: u64,
}

/// What noting a backup answers.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Noted {}

impl Act for NoteBackup {
    const ACT: A = A::MakeBackup;
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
        let body = serde_json::json!({
            "to": self.to, "size": self.size, "root": self.root, "bytes": self.n_bytes,
        });
        note(cx, "backup-made", body);
        Ok(Noted {})
    }
}

/// An event about the installation itself.
pub(crate) fn note(cx: &mut Cx<'_, '_>, kind: &str, body: serde_json::Value) {
    let label = Label::at(Level::Restricted);
    let about =
        About { thing: cx.act.to_string(), version: 0, owner: None, label: &label, state: "" };
    cx.event(kind, about, body);
}
