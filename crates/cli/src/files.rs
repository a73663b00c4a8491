//! The files that a caller named: folders are walked in the order of their names.

use crate::exit::Failure;
use crate::import::nothing_found;
use crate::io::CommandIo;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use store::import::FileRead;

/// Folders within folders at most.
const DEPTH_MAX: usize = 64;
/// Bytes of a file by which its format is known.
const HEAD_BYTES: usize = 64 * 1024;

/// A file to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    /// As the caller wrote it, for reports.
    pub name: String,
}

/// Every file behind these paths: files as they are, folders whole, in the order of their names.
/// What begins with a dot inside a folder is left out.
pub fn gather(paths: &[PathBuf], io: &dyn CommandIo) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for typed in paths {
        walk(&io.surroundings().path(typed), typed, 0, &mut found)?;
    }
    if found.is_empty() { Err(nothing_found()) } else { Ok(found) }
}

fn walk(path: &Path, name: &Path, depth: usize, found: &mut Vec<Found>) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::file(path, &error);
    if !std::fs::metadata(path).map_err(fail)?.is_dir() {
        found.push(Found { path: path.to_owned(), name: name.display().to_string() });
        return Ok(());
    }
    if depth >= DEPTH_MAX {
        return Ok(());
    }
    let mut inside =
        std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(fail)?;
    inside.sort_by_key(std::fs::DirEntry::file_name);
    for entry in inside {
        let file = entry.file_name();
        // A link inside a folder may lead in circles or out of it.
        let is_link = entry.file_type().map_err(fail)?.is_symlink();
        if !is_link && !file.to_string_lossy().starts_with('.') {
            walk(&entry.path(), &name.join(&file), depth + 1, found)?;
        }
    }
    Ok(())
}

impl Found {
    /// What is kept about the file: size, hash and format. One that cannot be read has none; the
    /// reader says why.
    pub fn read(&self) -> FileRead {
        self.hashed().unwrap_or_else(|_| FileRead {
            name: self.name.clone(),
            bytes: 0,
            sha256: String::new(),
            format: "unreadable".to_owned(),
        })
    }

    fn hashed(&self) -> std::io::Result<FileRead> {
        let mut file = File::open(&self.path)?;
        let mut hash = Sha256::new();
        let mut head = Vec::with_capacity(HEAD_BYTES);
        let mut n_bytes: u64 = 0;
        let mut buffer = vec![0; HEAD_BYTES];
        loop {
            let n = file.read(&mut buffer)?;
            let Some(part) = buffer.get(..n).filter(|part| !part.is_empty()) else { break };
            hash.update(part);
            n_bytes += u64::try_from(n).unwrap_or(0);
            let room = HEAD_BYTES - head.len();
            head.extend_from_slice(part.get(..room.min(n)).unwrap_or(part));
        }
        Ok(FileRead {
            name: self.name.clone(),
            bytes: n_bytes,
            sha256: store::log::hex(&hash.finalize()),
            format: papers::detect(&head, &self.name).name().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;
    use crate::io::Kept;

    #[test]
    fn folders_are_walked_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["b/2.csv", "b/10.csv", "a.csv", ".hidden", "b/.git/x"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            std::fs::write(path, "title_en,trl,key\nx,5,y\n").expect("written");
        }
        std::os::unix::fs::symlink(folder.path(), folder.path().join("b/loop")).expect("linked");
        let io = Kept::new(folder.path().parent().expect("a parent"));
        let typed = PathBuf::from(folder.path().file_name().expect("a name"));
        let found = gather(std::slice::from_ref(&typed), &io).expect("found");
        let names: Vec<String> = found.iter().map(|file| file.name.clone()).collect();
        let want = ["a.csv", "b/10.csv", "b/2.csv"];
        assert_eq!(names, want.map(|name| typed.join(name).display().to_string()));
        let read = found[0].read();
        assert_eq!((read.bytes, read.format.as_str()), (23, "table"));
        let gone = gather(&[PathBuf::from("nowhere")], &io).expect_err("missing");
        assert_eq!(gone.exit, Exit::NotFound);
        let empty = folder.path().join("empty");
        std::fs::create_dir(&empty).expect("made");
        assert_eq!(gather(&[empty], &io).expect_err("nothing").exit, Exit::NotFound);
    }
}
