//! The log: dense under concurrent writers, and every planted fault is reported.

use access::Role;
use app::verify::{Damage, Failed, verify};
use base::{Label, Level};
use std::sync::atomic::{AtomicBool, Ordering};
use worlds::{Database, On, World, on_both};

/// Writes an event in an act of its own.
fn write_one(world: &World, n: u64) {
    let city = &world.city;
    let now = city.now();
    let (id, act, salt) = city.with_chance(|chance| {
        (base::EventId::new(now, chance), base::ActId::new(now, chance), chance.bytes32())
    });
    let event = store::NewEvent {
        id,
        kind: "tested".to_owned(),
        at: now,
        act,
        by: "test".to_owned(),
        actor: None,
        thing: format!("thing-{n}"),
        version: n,
        owner: None,
        gate: Label::public().gate(),
        state: String::new(),
        salt,
        body: serde_json::json!({ "n": n }),
    };
    let written = city.store().write("test", move |tx| {
        tx.record(event.clone());
        Ok(())
    });
    written.expect("written");
}

on_both! {
    fn a_reader_beside_eight_writers_misses_nothing(world) {
        const EACH: u64 = 60;
        let done = AtomicBool::new(false);
        let seen = std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut seen: Vec<u64> = Vec::new();
                let mut last_round = false;
                loop {
                    let after = seen.last().copied().unwrap_or(0);
                    let read = world.city.store().read(|tx| store::log::entries_after(tx, after, 50));
                    seen.extend(read.expect("entries").iter().map(|entry| entry.seq));
                    if last_round {
                        return seen;
                    }
                    if done.load(Ordering::SeqCst) {
                        world.settle();
                        last_round = seen.len() as u64 >= 8 * EACH;
                    }
                }
            });
            let writers: Vec<_> = (0..8_u64)
                .map(|writer| scope.spawn(move || {
                    for n in 0..EACH {
                        write_one(world, writer * EACH + n);
                    }
                }))
                .collect();
            for writer in writers {
                writer.join().expect("no panic");
            }
            done.store(true, Ordering::SeqCst);
            reader.join().expect("no panic")
        });
        let n = seen.len() as u64;
        assert!(n > 8 * EACH, "the city's own entries come on top");
        assert_eq!(seen, (1..=n).collect::<Vec<_>>(), "dense and in order");
    }

    fn a_sound_log_verifies_with_its_checkpoints(world) {
        fill(world);
        let report = world.city.verify_log(|_| ()).expect("read").expect("sound");
        assert!(report.n_entries > 300 && report.n_checkpoints >= 2 && report.n_rows >= 2);
    }

    fn an_erased_body_leaves_the_log_sound(world) {
        fill(world);
        world.city.store().write("erase", |tx| store::log::erase(tx, 5)).expect("erased");
        let report = world.city.verify_log(|_| ()).expect("read").expect("sound");
        assert_eq!(report.n_erased, 1);
    }

    fn proofs_come_from_the_tables(world) {
        fill(world);
        let point = world.city.sign_checkpoint().expect("signed").expect("entries exist");
        let entry = world.city.store().read(|tx| store::log::entries_after(tx, 41, 1));
        let leaf: [u8; 32] = entry.expect("entry")[0].leaf.clone().try_into().expect("32 bytes");
        let proof = world.city.inclusion_proof(41, point.size).expect("a proof");
        let root = tlog::Hash(point.root.clone().try_into().expect("32 bytes"));
        tlog::verify_inclusion(&tlog::Hash(leaf), 41, point.size, &proof, &root).expect("included");
        assert!(world.city.inclusion_proof(point.size + 1, point.size).is_err());
    }
}

/// More than one tile of entries, two checkpoints, two technologies.
fn fill(world: &World) {
    let owner = world.organisation("Institute");
    let officer = world.person("officer", owner, Role::TransferOfficer);
    world.technology(&officer, owner, "Laser", Label::public());
    world.draft(&officer, owner, "Maser", Label::at(Level::Members));
    world.settle();
    world.city.sign_checkpoint().expect("signed");
    for n in 0..300 {
        write_one(world, n);
    }
    world.settle();
    world.city.sign_checkpoint().expect("signed");
}

/// Plants a fault with plain SQL behind the program's back and says what the verifier reports.
fn planted(fault: &str) -> Damage {
    let database = Database::fresh(On::Sqlite).expect("SQLite is built in");
    let world = World::in_database(database);
    fill(&world);
    let file = store::Place::sqlite_file(world.database.folder());
    let connection = rusqlite::Connection::open(file).expect("the file");
    connection.execute_batch("pragma foreign_keys = off").expect("off");
    connection.execute_batch(fault).expect("the fault is planted");
    let key = world.city.verifier_key().expect("a key");
    match verify(world.city.store(), Some(&key), |_| ()) {
        Err(Failed::Damage(damage)) => damage,
        Err(Failed::Store(error)) => panic!("{error}"),
        Ok(_) => panic!("not noticed: {fault}"),
    }
}

#[test]
fn every_planted_fault_is_named() {
    let check = |fault: &str, seq: u64, code: &str| {
        let damage = planted(fault);
        assert_eq!((damage.seq, damage.code), (seq, code), "{fault}: {}", damage.text);
    };
    let flip = "substr(header, 1, 20) || 'X' || substr(header, 22)";
    let damage = planted(&format!("update log_entries set header = {flip} where seq = 9"));
    assert!(matches!(damage.code, "header-changed" | "leaf-changed"), "{damage:?}");
    check("update log_bodies set body = body || ' ' where seq = 12", 12, "body-changed");
    check("update log_bodies set salt = zeroblob(32) where seq = 12", 12, "body-changed");
    check("update log_entries set leaf = zeroblob(32) where seq = 12", 12, "leaf-changed");
    check("update log_entries set kind = 'other' where seq = 12", 12, "header-changed");
    check("delete from log_entries where seq = 20", 20, "entry-missing");
    check(
        "delete from log_entries where seq = (select max(seq) from log_entries)",
        last(),
        "entry-missing",
    );
    // Two entries change places, with everything beside them.
    check(
        "update log_entries set seq = 100000 where seq = 30;
         update log_entries set seq = 30 where seq = 31;
         update log_entries set seq = 31 where seq = 100000;",
        30,
        "header-changed",
    );
    check("update log_tiles set hashes = zeroblob(8192) where level = 0", 256, "tile-changed");
    check("update log_head set root = zeroblob(32)", last(), "root-changed");
    let damage = planted("update log_checkpoints set note = replace(note, 'testing', 'tasting')");
    assert_eq!(damage.code, "checkpoint-changed");
    let damage =
        planted("update technology_versions set content = replace(content, 'Maser', 'Taser')");
    assert_eq!(damage.code, "row-changed");
}

/// The number of entries that `fill` leaves.
fn last() -> u64 {
    let database = Database::fresh(On::Sqlite).expect("SQLite is built in");
    let world = World::in_database(database);
    fill(&world);
    world.city.store().committed().size()
}
