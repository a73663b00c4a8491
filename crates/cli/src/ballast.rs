//! A file that can be given up when the disk is full: room to mend things in.
//!
//! A full disk does not even let SQLite delete (measured), so something else has to make room. The
//! content is random, so that a file system that packs or shares blocks cannot cheat.

use crate::exit::Failure;
use base::Chance;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use store::disk;

/// How large it is, unless somebody says otherwise.
pub const BYTES: u64 = 256 << 20;
/// Bytes drawn at once.
const CHUNK_BYTES: usize = 1 << 16;

/// Where it lies: beside the database.
pub fn path(folder: &Path) -> PathBuf {
    folder.join("ballast")
}

/// How large the one that is there is.
pub fn bytes(folder: &Path) -> u64 {
    std::fs::metadata(path(folder)).map_or(0, |file| file.len())
}

/// Makes it if it is not there and there is plenty of room, and says whether it did. Room for three
/// of them above the mark has to be there, so that one that was given up does not come back at once.
pub fn keep(
    folder: &Path,
    wanted: u64,
    low_water_bytes: u64,
    chance: &mut dyn Chance,
) -> std::io::Result<bool> {
    if wanted == 0 || bytes(folder) == wanted {
        return Ok(false);
    }
    let room = disk::room(folder)?;
    if room.bytes_free < low_water_bytes.saturating_add(wanted.saturating_mul(3)) {
        return Ok(false);
    }
    let partial = folder.join("ballast.partial");
    let mut file =
        OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&partial)?;
    let (mut left, mut chunk) = (wanted, vec![0; CHUNK_BYTES]);
    while left > 0 {
        chance.fill(&mut chunk);
        let n = usize::try_from(left).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
        file.write_all(chunk.get(..n).unwrap_or_default())?;
        left = left.saturating_sub(u64::try_from(n).unwrap_or(left));
    }
    file.sync_all()?;
    std::fs::rename(&partial, path(folder))?;
    File::open(folder)?.sync_all()?;
    Ok(true)
}

/// Gives it up, and says how many bytes that freed.
pub fn release(folder: &Path) -> Result<u64, Failure> {
    let path = path(folder);
    let freed = bytes(folder);
    match std::fs::remove_file(&path) {
        Ok(()) => Ok(freed),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(Failure::file(&path, &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::chance::SeededChance;

    #[test]
    fn ballast_is_kept_given_up_and_not_forced_on_a_full_disk() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut chance = SeededChance::new(1);
        let mut keep = |wanted, mark| keep(folder.path(), wanted, mark, &mut chance);
        assert!(!keep(0, 0).expect("nothing asked"));
        assert!(!keep(1_000, u64::MAX - 1).expect("no room"));
        assert!(keep(100_000, 0).expect("made"));
        assert!(!keep(100_000, 0).expect("there"));
        assert_eq!(bytes(folder.path()), 100_000);
        let content = std::fs::read(path(folder.path())).expect("read");
        assert!(content.chunks(1_000).any(|chunk| chunk.iter().any(|byte| *byte != 0)));
        assert_ne!(content[..1_000], content[99_000..], "nothing to pack");
        assert_eq!(release(folder.path()).expect("released"), 100_000);
        assert_eq!(release(folder.path()).expect("nothing there"), 0);
    }
}
