//! Files that are kept when the power goes: written, synced, named last.

use base::{Class, Refusal};
use sha2::{Digest, Sha256};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Bytes read at once.
const CHUNK_BYTES: usize = 1 << 20;

/// What a file held.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FileSum {
    /// Below the folder, with forward slashes.
    pub path: String,
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: String,
}

/// The refusal for a file that cannot be read or written.
pub fn failed(path: &Path, error: &std::io::Error) -> Refusal {
    let class = match error.kind() {
        std::io::ErrorKind::NotFound => Class::NotFound,
        std::io::ErrorKind::PermissionDenied => Class::NotAllowed,
        _ => Class::Busy,
    };
    let path = path.display().to_string();
    Refusal::new(class, "backup-file-failed").text("path", path).text("found", error.to_string())
}

/// Makes a folder for its owner alone, with those above it.
pub fn make_folder(path: &Path) -> Result<(), Refusal> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| failed(path, &error))
}

/// Makes the names in a folder durable.
pub fn sync_folder(path: &Path) -> Result<(), Refusal> {
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.map_err(|error| failed(path, &error))
}

/// Writes a new file for its owner alone, durable before this returns.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Refusal> {
    let fail = |error: std::io::Error| failed(path, &error);
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(fail)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(fail)
}

/// Length and hash of a file below a folder.
pub fn sum(folder: &Path, name: &str) -> Result<FileSum, Refusal> {
    pour(folder, name, &mut std::io::sink())
}

/// Copies a file to a new one, durable before this returns, and says what it held.
pub fn copy(folder: &Path, name: &str, to: &Path) -> Result<FileSum, Refusal> {
    let fail = |error: std::io::Error| failed(to, &error);
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(fail)?;
    let sum = pour(folder, name, &mut file)?;
    file.sync_all().map_err(fail)?;
    Ok(sum)
}

fn pour(folder: &Path, name: &str, to: &mut dyn Write) -> Result<FileSum, Refusal> {
    let path = folder.join(name);
    let fail = |error: std::io::Error| failed(&path, &error);
    let mut file = File::open(&path).map_err(fail)?;
    let (mut hash, mut bytes, mut chunk) = (Sha256::new(), 0_u64, vec![0; CHUNK_BYTES]);
    loop {
        let n = file.read(&mut chunk).map_err(fail)?;
        let read = chunk.get(..n).unwrap_or_default();
        if read.is_empty() {
            break;
        }
        hash.update(read);
        to.write_all(read).map_err(fail)?;
        bytes = bytes.saturating_add(u64::try_from(n).unwrap_or(0));
    }
    Ok(FileSum { path: name.to_owned(), bytes, sha256: store::log::hex(&hash.finalize()) })
}

/// Every plain file below a folder, by name; links are not followed.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Refusal> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        let entries = match std::fs::read_dir(&next) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(&next, &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| failed(&next, &error))?;
            let kind = entry.file_type().map_err(|error| failed(&entry.path(), &error))?;
            if kind.is_dir() {
                waiting.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A path below a folder as text; `None` for one that leads out of it.
pub fn below(text: &str) -> Option<&Path> {
    let path = Path::new(text);
    let is_plain = |part: std::path::Component<'_>| matches!(part, std::path::Component::Normal(_));
    (!text.is_empty() && path.components().all(is_plain)).then_some(path)
}
