//! The data folder: who holds it, where its parts lie, and the key that signs the log.

use crate::exit::{Exit, Failure};
use base::{Chance, Class, Instant, Refusal};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The folder of commands that name none.
pub const DEFAULT: &str = "bellwether-data";
/// The folder of the demonstration.
pub const DEMO: &str = "demo-data";

/// A data folder held by this process; the hold ends with it, however the process ends.
#[derive(Debug)]
pub struct Held {
    folder: PathBuf,
    /// Keeps the lock.
    _lock: File,
}

/// What trying to hold a folder gives.
pub enum Hold {
    Held(Held),
    /// Another process works in it.
    Taken,
}

impl Held {
    /// Makes the folder, for its owner alone, and holds it.
    pub fn take(folder: &Path) -> Result<Hold, Failure> {
        let fail = |error: std::io::Error| Failure::file(folder, &error);
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(fail)?;
        let folder = folder.canonicalize().map_err(fail)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(folder.join("lock"))
            .map_err(|error| Failure::file(&folder, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Hold::Held(Self { folder, _lock: lock })),
            Err(std::fs::TryLockError::WouldBlock) => Ok(Hold::Taken),
            Err(std::fs::TryLockError::Error(error)) => Err(Failure::file(&folder, &error)),
        }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The folder of the full-text index.
pub fn index(folder: &Path) -> PathBuf {
    folder.join("index")
}

/// An index belongs to one store: that of another one, or of none, is removed.
pub fn keep_index_of(folder: &Path, index: &Path, store_id: &str) -> Result<(), Failure> {
    let mark = folder.join("index.store");
    let kept = std::fs::read_to_string(&mark).unwrap_or_default();
    if kept.trim() == store_id && !store_id.is_empty() {
        return Ok(());
    }
    if index.exists() {
        std::fs::remove_dir_all(index).map_err(|error| Failure::file(index, &error))?;
    }
    if store_id.is_empty() {
        return Ok(());
    }
    std::fs::write(&mark, store_id).map_err(|error| Failure::file(&mark, &error))
}

/// Where failures of the store are written down.
pub fn failures(folder: &Path) -> PathBuf {
    folder.join("failures")
}

/// Failures of the store within an hour after which a city stays closed.
pub const FAILURES_MAX: usize = 3;

/// Writes a failure of the store down, as far as that is possible.
pub fn note_failure(folder: &Path, now: Instant) {
    let file = OpenOptions::new().create(true).append(true).open(failures(folder));
    let _ = file.and_then(|mut file| writeln!(file, "{}", now.rfc3339()));
}

/// Refuses to go on where the store has failed too often of late.
pub fn check_failures(folder: &Path, now: Instant) -> Result<(), Failure> {
    let path = failures(folder);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let times = text.lines().filter_map(Instant::parse_rfc3339);
    let n_late = times.filter(|at| now.seconds_since(*at) < 3_600).count();
    if n_late < FAILURES_MAX {
        return Ok(());
    }
    let reason = Refusal::new(Class::Refused, "cli-failed-often").number("count", n_late);
    Err(Failure::new(Exit::Damage, reason.text("path", path.display().to_string())))
}

/// Where commands reach the running server.
pub fn socket(folder: &Path) -> PathBuf {
    folder.join("socket")
}

fn key_file(folder: &Path) -> PathBuf {
    folder.join("log.key")
}

/// The seed of the key that signs the log, if the folder has one.
pub fn log_seed(folder: &Path) -> Result<Option<[u8; 32]>, Failure> {
    let path = key_file(folder);
    match std::fs::read(&path) {
        Ok(bytes) => {
            let seed = bytes.try_into().map_err(|_| {
                let reason = Refusal::new(Class::Refused, "cli-log-key-unreadable");
                Failure::from(reason.text("path", path.display().to_string()))
            })?;
            Ok(Some(seed))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::file(&path, &error)),
    }
}

/// Draws the seed of a new city's log and keeps it for the owner alone. One that is there stays:
/// what it has signed must remain checkable.
pub fn make_log_seed(folder: &Path, chance: &mut dyn Chance) -> Result<[u8; 32], Failure> {
    if let Some(seed) = log_seed(folder)? {
        return Ok(seed);
    }
    let seed = chance.bytes32();
    write_secret(&key_file(folder), &seed)?;
    Ok(seed)
}

/// Writes a new file that only its owner may read, durable before this returns.
pub fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::file(path, &error);
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(fail)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(fail)?;
    if let Some(folder) = path.parent() {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(fail)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::chance::SeededChance;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_folder_is_held_once() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("a/b");
        let Ok(Hold::Held(held)) = Held::take(&folder) else { panic!("free") };
        assert!(matches!(Held::take(&folder), Ok(Hold::Taken)));
        let mode = std::fs::metadata(held.folder()).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        drop(held);
        assert!(matches!(Held::take(&folder), Ok(Hold::Held(_))));
    }

    #[test]
    fn a_store_that_fails_often_stays_closed() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |seconds| Instant::from_micros(1_800_000_000_000_000).plus_seconds(seconds);
        for seconds in [0, 10, 20] {
            assert!(check_failures(folder.path(), at(30)).is_ok());
            note_failure(folder.path(), at(seconds));
        }
        let refused = check_failures(folder.path(), at(30)).expect_err("three times");
        assert_eq!(refused.exit, Exit::Damage);
        assert!(check_failures(folder.path(), at(3_601)).is_ok());
    }

    #[test]
    fn an_index_of_another_store_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let index = index(folder.path());
        let keep = |id: &str| {
            std::fs::create_dir_all(&index).expect("made");
            keep_index_of(folder.path(), &index, id).expect("looked at");
            index.exists()
        };
        assert!(!keep("a"));
        assert!(keep("a"));
        assert!(!keep("b"));
        assert!(!keep(""));
    }

    #[test]
    fn the_log_key_is_made_once_for_the_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(log_seed(folder.path()).expect("readable"), None);
        let seed = make_log_seed(folder.path(), &mut SeededChance::new(1)).expect("written");
        let again = make_log_seed(folder.path(), &mut SeededChance::new(2)).expect("kept");
        assert_eq!(seed, again);
        let file = std::fs::metadata(key_file(folder.path())).expect("there");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        std::fs::write(key_file(folder.path()), b"short").expect("written");
        assert!(log_seed(folder.path()).is_err());
    }
}
