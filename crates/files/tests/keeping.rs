//! Files taken in, read and swept, in a folder and in memory behind the same trait.

use bytes::Bytes;
use files::{Condition, Files, FilesError, Place};
use object_store::memory::InMemory;
use std::path::Path;
use std::sync::Arc;

const MOST: u64 = 64 << 20;

/// Both places, with parts small enough that a file has many.
fn both(check: impl Fn(&Files, Option<&Path>)) {
    let folder = tempfile::tempdir().expect("a folder");
    let files = Files::open(&Place::Folder(folder.path().join("files"))).expect("opened");
    check(&files, Some(&folder.path().join("files")));
    let memory = Arc::new(InMemory::new());
    check(&Files::over(Place::Memory, memory, 1_000).expect("opened"), None);
}

fn keep(files: &Files, name: &str, bytes: &[u8]) -> files::Stored {
    files.keep(name, MOST, &mut &*bytes).expect("kept")
}

fn all(files: &Files) -> Vec<String> {
    let mut found = Vec::new();
    files.each(&mut |one| found.push(format!("{} {}", one.hash, one.bytes))).expect("listed");
    found.sort();
    found
}

/// Every file below a folder, whatever its name.
fn on_disk(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("read") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path.display().to_string()),
            }
        }
    }
    found
}

#[test]
fn a_file_is_read_as_it_came_under_the_hash_of_its_bytes() {
    both(|files, _| {
        let abc = keep(files, "a", b"abc");
        // The vector of FIPS 180-4.
        let want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(abc.hash.to_string(), want);
        assert_eq!(files::Hash::parse(want), Some(abc.hash));
        for n in [0, 1, 999, 1_000, 1_001, 1 << 20, (3 << 20) + 17] {
            let bytes: Vec<u8> = (0..n).map(|at| (at % 251) as u8).collect();
            let stored = keep(files, "b", &bytes);
            assert_eq!(stored.bytes, n as u64);
            assert!(bytes.ends_with(&stored.tail) && bytes.starts_with(&stored.head));
            let mut read = Vec::new();
            assert_eq!(files.copy_to(stored.hash, &mut read).expect("read"), n as u64);
            assert!(read == bytes, "{n} bytes");
            assert_eq!(files.check(stored.hash, n as u64).expect("checked"), Condition::Whole);
        }
    });
}

#[test]
fn equal_content_is_one_file_and_what_is_gone_is_missing() {
    both(|files, _| {
        let bytes = vec![7; 5_000];
        let hash = keep(files, "a", &bytes).hash;
        assert_eq!(keep(files, "b", &bytes).hash, hash);
        assert_eq!(all(files), [format!("{hash} 5000")]);
        files.remove(hash).expect("removed");
        files.remove(hash).expect("nothing to remove");
        assert!(!files.has(hash).expect("asked"));
        assert!(matches!(files.open_file(hash), Err(FilesError::Missing)));
        assert_eq!(files.check(hash, 5_000).expect("checked"), Condition::Missing);
    });
}

#[test]
fn one_byte_too_many_ends_it_and_leaves_nothing() {
    both(|files, folder| {
        let most = 3 << 20;
        let mut endless = std::io::repeat(1);
        match files.keep("long", most, &mut endless) {
            Err(FilesError::TooLarge { most: told }) => assert_eq!(told, most),
            other => panic!("{other:?}"),
        }
        assert!(all(files).is_empty());
        if let Some(folder) = folder {
            assert!(on_disk(folder).is_empty());
        }
        let just = vec![1; usize::try_from(most).expect("small")];
        assert_eq!(files.keep("just", most, &mut &*just).expect("kept").bytes, most);
    });
}

#[test]
fn many_at_once_with_one_content_end_as_one_whole_file() {
    both(|files, folder| {
        let bytes: Vec<u8> = (0..2_500_000_u32).map(|at| (at % 241) as u8).collect();
        std::thread::scope(|scope| {
            for n in 0..8 {
                let bytes = &bytes;
                scope.spawn(move || keep(files, &format!("n{n}"), bytes));
            }
        });
        assert_eq!(all(files).len(), 1);
        let hash = keep(files, "again", &bytes).hash;
        assert_eq!(files.check(hash, 2_500_000).expect("checked"), Condition::Whole);
        if let Some(folder) = folder {
            assert_eq!(on_disk(folder).len(), 1, "nothing is left beside it");
        }
    });
}

#[test]
fn a_damaged_file_is_never_given_out_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = Files::open(&Place::Folder(folder.path().to_owned())).expect("opened");
    let bytes = vec![3; 2_000_000];
    let hash = keep(&files, "a", &bytes).hash;
    let path = on_disk(folder.path()).pop().expect("one file");
    for (at, is_cut) in [(0, false), (1_999_999, false), (1_000, true)] {
        let mut odd = bytes.clone();
        if is_cut {
            odd.truncate(at)
        } else {
            odd[at] ^= 1
        }
        std::fs::write(&path, &odd).expect("written");
        assert_eq!(files.check(hash, 2_000_000).expect("checked"), Condition::Damaged);
        let mut read = Vec::new();
        let done = files.copy_to(hash, &mut read);
        assert!(matches!(done, Err(FilesError::Damaged)), "{done:?}");
        assert!(read.len() < odd.len(), "the last bytes are held back");
    }
    // The same content sent again mends it.
    assert_eq!(keep(&files, "b", &bytes).hash, hash);
    assert_eq!(files.check(hash, 2_000_000).expect("checked"), Condition::Whole);
}

#[test]
fn what_came_in_half_is_cleared_by_its_age() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place::Folder(folder.path().to_owned());
    let files = Files::open(&place).expect("opened");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let mut half = files.incoming("half", MOST);
        half.write(Bytes::from(vec![1; 3 << 20])).await.expect("written");
        // As after the end of the process: nobody gives it up.
        std::mem::forget(half);
    });
    assert!(!on_disk(folder.path()).is_empty());
    assert!(all(&files).is_empty(), "it has no name yet");
    let whole = keep(&files, "whole", b"whole");
    let future = i64::MAX;
    assert_eq!(files.clear_incoming(0).expect("cleared"), 0, "it may still become whole");
    assert_eq!(files.clear_incoming(future).expect("cleared"), 1);
    assert_eq!(on_disk(folder.path()).len(), 1);
    assert!(files.has(whole.hash).expect("asked"));
    files.probe("probe").expect("it takes files");
    assert_eq!(on_disk(folder.path()).len(), 1);
}

#[test]
fn files_that_come_and_go_meanwhile_do_not_disturb_a_sweep() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = Files::open(&Place::Folder(folder.path().to_owned())).expect("opened");
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let (files, is_over) = (&files, &is_over);
            scope.spawn(move || {
                for n in 0.. {
                    if is_over.load(std::sync::atomic::Ordering::Relaxed) {
                        break;
                    }
                    let kept = keep(files, &format!("{thread}-{n}"), &[thread, (n % 7) as u8]);
                    files.remove(kept.hash).expect("removed");
                }
            });
        }
        // Nothing is as old as this: each file is only looked at.
        let cleared: Vec<_> = (0..2_000).map(|_| files.clear_incoming(0)).collect();
        let listed: Vec<_> = (0..500).map(|_| files.each(&mut |_| {})).collect();
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        for n in cleared {
            assert_eq!(n.expect("cleared"), 0);
        }
        listed.into_iter().for_each(|done| done.expect("listed"));
    });
}
