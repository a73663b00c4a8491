//! Index files without waiting for the disk.
//!
//! The log is the truth and the index is built from it, so a power cut may cost the index but no
//! data: files carry checksums, which are read at every start, and a damaged index starts anew.
//! A killed program loses nothing: what it wrote is in the system's memory already.
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};

/// Numbers the drafts of files that are replaced in one step, whichever folder they are in.
static DRAFTS: AtomicU64 = AtomicU64::new(0);

/// A folder of index files.
#[derive(Clone, Debug)]
pub(crate) struct Unsynced {
    root: PathBuf,
    mapped: MmapDirectory,
}

impl Unsynced {
    pub(crate) fn open(root: &Path) -> crate::error::Result<Self> {
        let mapped = MmapDirectory::open(root).map_err(tantivy::TantivyError::from)?;
        Ok(Self { root: root.to_owned(), mapped })
    }
}

impl Directory for Unsynced {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.mapped.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.mapped.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.mapped.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let opened = OpenOptions::new().write(true).create_new(true).open(self.root.join(path));
        let file = opened.map_err(|fault| match fault.kind() {
            ErrorKind::AlreadyExists => OpenWriteError::FileAlreadyExists(path.to_owned()),
            _ => OpenWriteError::wrap_io_error(fault, path.to_owned()),
        })?;
        Ok(BufWriter::new(Box::new(Plain(file))))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.mapped.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        // A draft of its own each time: a merge of a writer just closed may be at the same file.
        let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
        let whole = self.root.join(path);
        let mut draft = whole.clone().into_os_string();
        draft.push(format!(".{number}.new"));
        std::fs::write(&draft, data)?;
        std::fs::rename(&draft, whole)
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.mapped.acquire_lock(lock)
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// A file that is complete when it is closed.
struct Plain(File);

impl Write for Plain {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl TerminatingWrite for Plain {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.0.flush()
    }
}
