//! `kill -9` while files come in: every one that was acknowledged is whole, and what else is left
//! lying there is named by nothing.
//!
//! The test starts itself as a child that takes files in and prints each that it acknowledged.

use access::Role;
use app::{Asker, Who};
use base::PersonId;
use files::{Condition, Hash};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use worlds::{Database, On, World};

const PLACE: &str = "BELLWETHER_FILE_KILL_PLACE";
const CALLERS: usize = 8;
/// Some fit into one part of a file, others take several.
const BYTES: [usize; 4] = [900, 200_000, 1_100_000, 3_300_000];

fn bytes_of(caller: usize, n: usize) -> Vec<u8> {
    // Every tenth is what another caller sends too.
    let caller = if n.is_multiple_of(10) { 0 } else { caller };
    let seed = caller * 7_919 + n;
    let length = BYTES[n % BYTES.len()];
    let body = (0..length).map(|at| b'a' + ((at.wrapping_mul(31) ^ seed) % 26) as u8);
    [format!("{caller}.{n}\n").into_bytes(), body.collect()].concat()
}

/// Not a test by itself: the child, when its place is told; otherwise nothing.
#[test]
fn child() {
    let Ok(told) = std::env::var(PLACE) else { return };
    let parts: Vec<&str> = told.split(' ').collect();
    let [place, folder, person] = parts.as_slice() else { panic!("place, folder, person") };
    let place = store::Place::parse(place);
    let city = &World::city_with_files(&place, 77, Path::new(folder));
    let who = &Asker::person(PersonId::parse(person).expect("a person"));
    std::thread::scope(|scope| {
        for caller in 0..CALLERS {
            scope.spawn(move || {
                for n in 0.. {
                    let bytes = bytes_of(caller, n);
                    let Ok(received) = city.receive_all("a.txt", &mut &*bytes) else { continue };
                    let Ok(kept) = city.keep_received(who, &received) else { continue };
                    let mut out = std::io::stderr().lock();
                    let _ = writeln!(out, "acknowledged {} {}", kept.file, received.hash);
                    drop(out);
                    // Taken back, so that a child may go on for long.
                    if n % 3 == 0 {
                        let act = app::file::DropFile { file: kept.file };
                        let mut out = std::io::stderr().lock();
                        let _ = writeln!(out, "dropping {}", kept.file);
                        drop(out);
                        let _ = city.perform(who, act);
                    }
                }
            });
        }
    });
}

/// Every file below a folder.
fn on_disk(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("read");
    let each = entries.map(|entry| {
        let path = entry.expect("an entry").path();
        if path.is_dir() { on_disk(&path) } else { 1 }
    });
    each.sum()
}

/// One round; `None` where there is no such database.
fn round(on: On, kill_after: usize) -> Option<()> {
    let world = World::in_database(Database::fresh(on)?);
    let owner = world.organisation("Institute");
    let officer = world.person("officer", owner, Role::TransferOfficer);
    let Who::Person(person) = officer.who else { panic!("a person") };
    let World { city, database, .. } = world;
    drop(city);
    let folder = tempfile::tempdir().expect("a folder");
    let place = match &database.place {
        store::Place::Folder(folder) => folder.display().to_string(),
        store::Place::Postgres(url) => url.clone(),
    };
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "file_kill::child", "--nocapture", "--test-threads=1"])
        .env(PLACE, format!("{place} {} {person}", folder.path().display()))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a child");
    let lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let (mut kept, mut dropped) = (Vec::new(), BTreeSet::new());
    for line in lines.map_while(Result::ok) {
        let parts: Vec<&str> = line.split(' ').collect();
        match parts.as_slice() {
            ["acknowledged", file, hash] => {
                kept.push(((*file).to_owned(), Hash::parse(hash).expect("a hash")));
            }
            ["dropping", file] => drop(dropped.insert((*file).to_owned())),
            _ => {}
        }
        if kept.len() == kill_after {
            child.kill().expect("killed");
        }
    }
    let _ = child.wait();
    assert!(kept.len() >= kill_after, "the child ended before it was killed: {}", kept.len());
    let city = World::city_with_files(&database.place, 78, folder.path());
    let files = &city.shelf().files;
    for (file, hash) in &kept {
        let id = base::FileId::parse(file).expect("an id");
        let row = city.store().read(|tx| store::file::find(tx, id)).expect("read");
        if dropped.contains(file) {
            continue;
        }
        let row = row.unwrap_or_else(|| panic!("{on:?}: {file} was acknowledged"));
        let found = files.check(*hash, row.bytes).expect("checked");
        assert_eq!(found, Condition::Whole, "{on:?}: {file}");
    }
    // No row names bytes that are not there, acknowledged or not.
    assert_eq!(city.check_files(|_| {}).expect("checked").troubles, []);
    // What else is there is named by nothing and goes with time.
    let mut whole = 0;
    files.each(&mut |_| whole += 1).expect("listed");
    let before = on_disk(folder.path());
    assert!(before >= whole);
    let begun = files.clear_incoming(i64::MAX).expect("cleared");
    assert_eq!(on_disk(folder.path()), whole, "{begun} beginnings were all that was left");
    Some(())
}

#[test]
fn a_killed_process_loses_no_acknowledged_file() {
    let mut dice = testkit::Dice::new(20_261_122);
    for on in [On::Sqlite, On::Postgres] {
        for _ in 0..3 {
            if round(on, 1 + dice.below(60)).is_none() {
                break;
            }
        }
    }
}
