//! Where files lie, and what can be done with them there.

use crate::{Bucket, Condition, FilesError, Incoming, Reading, Stored};
use futures_util::StreamExt;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path as At;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// The bytes of a file that are gathered before they are written.
const PART_BYTES: usize = 1 << 20;
/// Bytes read at once from a reader.
const READ_BYTES: usize = 64 << 10;
/// Where files lie that are still coming in.
const INCOMING: &str = "incoming";
/// Where whole files lie, by their hash.
pub const WHOLE: &str = "sha256";

/// Where the files of a city are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Folder(PathBuf),
    /// A bucket of an S3 service. It must answer a reading with what was written last, as all known
    /// services do.
    Bucket(Bucket),
    /// Nowhere but in this process: for tests, and for commands that need no files.
    Memory,
}

/// The SHA-256 of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Reads 64 hexadecimal digits in lower case.
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return None;
        }
        let mut hash = [0; 32];
        for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(Self(hash))
    }

    /// Where the file of this hash lies.
    fn path(&self) -> At {
        let text = self.to_string();
        At::from(format!("{WHOLE}/{}/{text}", &text[..2]))
    }
}

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// A file that lies there.
#[derive(Clone, Debug)]
pub struct Found {
    pub hash: Hash,
    pub bytes: u64,
    /// When it was written for the last time, in microseconds of the epoch by the place's clock.
    pub written_at: i64,
}

/// A handle of the files; cloning gives another.
#[derive(Clone)]
pub struct Files(Arc<Inner>);

struct Inner {
    place: Place,
    store: Arc<dyn ObjectStore>,
    part_bytes: usize,
    /// For callers that are not asynchronous themselves.
    runtime: Option<tokio::runtime::Runtime>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The last handle may go on an asynchronous thread, which must not wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Files({:?})", self.0.place)
    }
}

fn away(error: impl std::fmt::Display) -> FilesError {
    FilesError::Away(error.to_string())
}

impl Files {
    /// Opens the place; a folder is made when it is not there.
    pub fn open(place: &Place) -> Result<Self, FilesError> {
        let store: Arc<dyn ObjectStore> = match place {
            Place::Folder(folder) => {
                for part in [INCOMING, WHOLE] {
                    std::fs::create_dir_all(folder.join(part)).map_err(away)?;
                }
                let store = LocalFileSystem::new_with_prefix(folder)?;
                // Without this the crate leaves what it wrote to the kernel.
                Arc::new(store.with_fsync(true))
            }
            Place::Bucket(bucket) => {
                let store = Arc::new(bucket.open()?);
                return Self::over(place.clone(), store, crate::bucket::PART_BYTES);
            }
            Place::Memory => Arc::new(InMemory::new()),
        };
        Self::over(place.clone(), store, PART_BYTES)
    }

    /// Files in any store that speaks the trait, written in parts of so many bytes.
    pub fn over(
        place: Place,
        store: Arc<dyn ObjectStore>,
        part_bytes: usize,
    ) -> Result<Self, FilesError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(4)
            .thread_name("files")
            .enable_all()
            .build()
            .map_err(away)?;
        Ok(Self(Arc::new(Inner { place, store, part_bytes, runtime: Some(runtime) })))
    }

    /// Where they are.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    pub(crate) fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.0.store
    }

    pub(crate) fn part_bytes(&self) -> usize {
        self.0.part_bytes
    }

    /// Waits for such work. Not for asynchronous threads.
    pub fn wait<R>(&self, work: impl Future<Output = R>) -> R {
        let runtime = self.0.runtime.as_ref().expect("taken when the last handle goes");
        runtime.block_on(work)
    }

    /// Begins to take in a file of at most so many bytes. The name is for the time until it is
    /// whole, and nobody else's.
    pub fn incoming(&self, name: &str, bytes_max: u64) -> Incoming {
        Incoming::new(self.clone(), At::from(format!("{INCOMING}/{name}")), bytes_max)
    }

    /// Takes a file in from a reader and waits until it is durable. Not for asynchronous threads.
    pub fn keep(
        &self,
        name: &str,
        bytes_max: u64,
        from: &mut dyn Read,
    ) -> Result<Stored, FilesError> {
        let mut incoming = self.incoming(name, bytes_max);
        let mut buffer = vec![0; READ_BYTES];
        loop {
            let n = match from.read(&mut buffer) {
                Ok(n) => n,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.wait(incoming.abandon());
                    return Err(away(error));
                }
            };
            if n == 0 {
                return self.wait(incoming.finish());
            }
            let chunk = bytes::Bytes::copy_from_slice(&buffer[..n]);
            if let Err(error) = self.wait(incoming.write(chunk)) {
                self.wait(incoming.abandon());
                return Err(error);
            }
        }
    }

    /// Puts a whole file in its place.
    pub(crate) async fn put(&self, hash: &Hash, bytes: PutPayload) -> Result<(), FilesError> {
        self.0.store.put(&hash.path(), bytes).await?;
        Ok(())
    }

    /// Moves a file that came in to its place; the same content put there twice is one file.
    pub(crate) async fn settle(&self, from: &At, hash: &Hash) -> Result<(), FilesError> {
        self.0.store.rename(from, &hash.path()).await?;
        Ok(())
    }

    /// Opens a file for reading.
    pub async fn read(&self, hash: Hash) -> Result<Reading, FilesError> {
        Reading::open(self.0.store.get(&hash.path()).await?, hash)
    }

    /// Opens a file for reading. Not for asynchronous threads.
    pub fn open_file(&self, hash: Hash) -> Result<Reading, FilesError> {
        self.wait(self.read(hash))
    }

    /// Whether there is a file of this hash; its bytes are not looked at.
    pub fn has(&self, hash: Hash) -> Result<bool, FilesError> {
        match self.wait(self.0.store.head(&hash.path())) {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes a file out, its hash checked on the way; says how many bytes it has.
    pub fn copy_to(&self, hash: Hash, to: &mut dyn Write) -> Result<u64, FilesError> {
        self.wait(async {
            let mut reading = self.read(hash).await?;
            let mut n = 0;
            while let Some(chunk) = reading.next().await? {
                to.write_all(&chunk).map_err(away)?;
                n += chunk.len() as u64;
            }
            Ok(n)
        })
    }

    /// Copies a file to another place, its hash checked on the way; says how many bytes it has. It is
    /// durable there before this returns.
    pub fn copy_into(&self, hash: Hash, to: &Self) -> Result<u64, FilesError> {
        self.wait(async {
            let mut reading = self.read(hash).await?;
            let mut incoming = to.incoming(&hash.to_string(), u64::MAX);
            loop {
                match reading.next().await {
                    Ok(Some(chunk)) => incoming.write(chunk).await?,
                    Ok(None) => return Ok(incoming.finish().await?.bytes),
                    Err(error) => {
                        incoming.abandon().await;
                        return Err(error);
                    }
                }
            }
        })
    }

    /// Where the file of this hash lies, below the place.
    pub fn path_of(hash: Hash) -> String {
        hash.path().to_string()
    }

    /// Reads a file through and says what is wrong with it, if anything.
    pub fn check(&self, hash: Hash, bytes: u64) -> Result<Condition, FilesError> {
        match self.copy_to(hash, &mut std::io::sink()) {
            Ok(n) if n == bytes => Ok(Condition::Whole),
            Ok(_) | Err(FilesError::Damaged) => Ok(Condition::Damaged),
            Err(FilesError::Missing) => Ok(Condition::Missing),
            Err(error) => Err(error),
        }
    }

    /// Every whole file, in no order, given one after another.
    pub fn each(&self, each: &mut dyn FnMut(Found)) -> Result<(), FilesError> {
        self.wait(async {
            let mut found = self.0.store.list(Some(&At::from(WHOLE)));
            while let Some(one) = found.next().await {
                let one = one?;
                let named = one.location.filename().and_then(Hash::parse);
                let Some(hash) = named else { continue };
                let written_at = one.last_modified.timestamp_micros();
                each(Found { hash, bytes: one.size, written_at });
            }
            Ok(())
        })
    }

    /// Takes a file away; one that is not there is none.
    pub fn remove(&self, hash: Hash) -> Result<(), FilesError> {
        match self.wait(self.0.store.delete(&hash.path())) {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes a small file and takes it away again: whether the place takes files at all.
    pub fn probe(&self, name: &str) -> Result<(), FilesError> {
        let at = At::from(format!("{INCOMING}/{name}"));
        self.wait(async {
            self.0.store.put(&at, PutPayload::from_static(b"probe")).await?;
            self.0.store.delete(&at).await?;
            Ok(())
        })
    }

    /// Takes away what came in and never became whole, written before this moment (microseconds of
    /// the epoch); says how many.
    pub fn clear_incoming(&self, before: i64) -> Result<u64, FilesError> {
        let listed = self.wait(async {
            let mut gone = 0;
            let mut found = self.0.store.list(Some(&At::from(INCOMING)));
            while let Some(one) = found.next().await {
                let one = one?;
                if one.last_modified.timestamp_micros() >= before {
                    continue;
                }
                match self.0.store.delete(&one.location).await {
                    Ok(()) => gone += 1,
                    // It became whole since, or was given up.
                    Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Ok::<u64, FilesError>(gone)
        })?;
        let staged = match &self.0.place {
            Place::Folder(folder) => clear_staged(folder, before).map_err(away)?,
            Place::Bucket(_) | Place::Memory => 0,
        };
        Ok(listed + staged)
    }
}

/// The store writes beside the name first, with a `#` behind it, and does not list such files: what
/// a process left of them when it was ended is found here. Files come and go meanwhile.
fn clear_staged(folder: &Path, before: i64) -> std::io::Result<u64> {
    let mut gone = 0;
    let mut folders = vec![folder.join(INCOMING), folder.join(WHOLE)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let Some(kind) = unless_gone(entry.file_type())? else { continue };
            if kind.is_dir() {
                folders.push(entry.path());
                continue;
            }
            let name = entry.file_name();
            let is_staged = name.to_str().and_then(|name| name.rsplit_once('#')).is_some();
            if !is_staged || !kind.is_file() {
                continue;
            }
            let Some(about) = unless_gone(entry.metadata())? else { continue };
            let since = about.modified()?.duration_since(SystemTime::UNIX_EPOCH);
            let micros = i64::try_from(since.unwrap_or_default().as_micros());
            if micros.is_ok_and(|at| at < before) {
                gone += u64::from(unless_gone(std::fs::remove_file(entry.path()))?.is_some());
            }
        }
    }
    Ok(gone)
}

/// What was found out about a file, or nothing when it was renamed or removed meanwhile.
fn unless_gone<T>(found: std::io::Result<T>) -> std::io::Result<Option<T>> {
    match found {
        Ok(it) => Ok(Some(it)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
