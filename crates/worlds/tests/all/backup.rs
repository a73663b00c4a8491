//! Backups while writers go on, restored into either database; moves there and back.

use access::Role;
use app::backup::{Beside, Failed, MANIFEST, Manifest, ROWS, UNFINISHED};
use app::restore::stage;
use app::technology::CreateTechnology;
use app::transfer::transfer;
use app::{Asker, City};
use base::{Instant, Label, Lang, Level, OrganisationId};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use store::copy::{Snapshot, TableSum};
use store::{Place, Store};
use worlds::{Database, On, World, on_both};

fn now() -> Instant {
    Instant::parse_rfc3339("2026-03-04T01:00:00Z").expect("a moment")
}

fn create(city: &City, officer: &Asker, owner: OrganisationId, n: usize) -> bool {
    let act = CreateTechnology {
        owner,
        content: World::content(&format!("Kept {n}")),
        label: Some(Label::at(Level::Members)),
        key: String::new(),
        public_source: String::new(),
    };
    city.perform(&officer.clone().keyed(format!("kept-{n}")), act).is_ok()
}

pub(crate) fn back_up(world: &World, to: &Path) -> Result<Manifest, Failed> {
    let beside = Beside::default();
    world.city.back_up(&world.operator(), to, &beside, &mut |_, _| true)
}

fn code(failed: &Failed) -> String {
    match failed {
        Failed::Refused(no) => no.0[0].code.to_string(),
        Failed::Damaged(refusal) => refusal.code.to_string(),
    }
}

/// Restores into a place, and gives the city that stands there.
fn restore(from: &Path, to: &Database, key: &tlog::VerifierKey) -> City {
    let scratch = tempfile::tempdir().expect("a folder");
    let checked =
        app::restore::check(from, Some(key), &scratch.path().join("rows"), now(), &mut |_, _| {});
    let checked = checked.expect("a good backup");
    let staged = stage(from, checked, &to.place, Some(to.folder()), now(), &mut |_, _| true);
    let staged = staged.expect("an empty place");
    let city = World::city_at(&staged.place, 5);
    let operator = Asker::person(city.row().expect("a city").operator);
    city.end_restore(&operator, &staged.manifest, Some(key), &mut |_, _| {}).expect("restored");
    drop(city);
    staged.settle().expect("in its place");
    World::city_at(&to.place, 6)
}

fn titles(city: &City) -> BTreeSet<String> {
    let (mut found, mut after) = (BTreeSet::new(), String::new());
    loop {
        let rows = city.store().read(|tx| store::technology::after(tx, &after, 500));
        let rows = rows.expect("rows");
        let Some(last) = rows.last() else { return found };
        after = last.id.to_string();
        found.extend(rows.iter().map(|row| row.content.title.en.clone()));
    }
}

on_both! {
    fn a_backup_under_load_holds_what_was_acknowledged_before_it(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let received = world.city.receive_all("a.txt", &mut &b"a file"[..]).expect("received");
        let kept = world.city.keep_received(&officer, &received).expect("kept").file;
        let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let acknowledged = parking_lot::Mutex::new(BTreeSet::new());
        let to = world.database.folder().join("backup");
        let before = std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if create(&world.city, &officer, owner, n) {
                            acknowledged.lock().insert(format!("Kept {n}"));
                        }
                    }
                });
            }
            while acknowledged.lock().len() < 300 {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            let before: BTreeSet<String> = acknowledged.lock().clone();
            let made = back_up(world, &to);
            let n_meanwhile = acknowledged.lock().len() - before.len();
            stop.store(true, Ordering::Relaxed);
            made.expect("a backup");
            assert!(n_meanwhile > 0, "writers went on meanwhile");
            before
        });
        assert!(!to.join(UNFINISHED).exists() && to.join(MANIFEST).exists());
        let key = world.city.verifier_key().expect("a key");
        for on in [On::Sqlite, On::Postgres] {
            let Some(target) = Database::fresh(on) else { continue };
            let city = restore(&to, &target, &key);
            assert!(before.is_subset(&titles(&city)), "what was acknowledged before is there");
            let report = city.verify_log(|_| {}).expect("verified").expect("whole");
            assert!(report.n_rows >= 300, "{report:?}");
            let kinds = city.store().read(|tx| {
                store::log::entries_of_kind(tx, "city-restored", 1 << 40, 5)
            });
            assert_eq!(kinds.expect("read").len(), 1, "the log says so");
            let row = city.file(&officer, kept).expect("its row");
            let file = format!("files/sha256/{}/{}", &row.hash[..2], row.hash);
            let file = std::fs::read(target.folder().join(file)).expect("the file");
            assert_eq!(file, b"a file");
            assert!(create(&city, &officer, owner, 1_000_000), "the city goes on");
            let again = check_and_stage(&to, &target);
            assert_eq!(again.as_deref(), Some("backup-target-taken"), "into an empty place only");
        }
    }

    fn what_opens_doors_is_not_carried_and_all_else_is(world) {
        world.settle();
        let to = app::mail::To::Address("a@b.example".to_owned(), Lang::En);
        let letter = app::mail::Letter::new(&app::mail::INVITATION, to, "x", "invitation");
        let letter = letter.path("/set-password/").secret("bwl_told-once");
        world.city.queue_letters(vec![letter]).expect("a letter with a secret");
        plant_doors(&world.database.place, &world.operator);
        let live = sums(&world.database.place);
        let to = world.database.folder().join("doors");
        let made = back_up(world, &to).expect("a backup");
        assert_eq!(made.withheld, store::copy::WITHHELD);
        for table in &live {
            let kept = made.tables.iter().find(|kept| kept.name == table.name);
            let kept = kept.expect("every table of the schema is in the backup");
            if store::copy::WITHHELD.contains(&table.name.as_str()) {
                assert_eq!((table.rows > 0, kept.rows), (true, 0), "{}", table.name);
            } else if table.name != "leases" {
                assert_eq!(kept, table);
            }
        }
        let key = world.city.verifier_key().expect("a key");
        for on in [On::Sqlite, On::Postgres] {
            let Some(target) = Database::fresh(on) else { continue };
            drop(restore(&to, &target, &key));
            let found = sums(&target.place);
            let of = |name: &str| found.iter().find(|table| table.name == name).expect("a table");
            assert_eq!((of("sessions").rows, of("one_time_links").rows, of("sign_ins").rows), (0, 0, 0));
            for name in ["factors", "case_times"] {
                let before = live.iter().find(|table| table.name == name).expect("a table");
                assert_eq!((of(name), before.rows), (before, 1), "{on:?}");
            }
        }
    }

    fn a_table_nobody_knows_is_never_left_out_silently(world) {
        world.settle();
        plant(&world.database.place, true);
        let to = world.database.folder().join("planted");
        let refused = format!("{:?}", back_up(world, &to).expect_err("nobody knows the table"));
        assert!(refused.contains("planted"), "{refused}");
        assert!(!to.exists(), "no backup without it");
        plant(&world.database.place, false);
        back_up(world, &to).expect("a backup");
    }

    fn what_is_wrong_with_a_backup_is_named(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        assert!(create(&world.city, &officer, owner, 1));
        world.settle();
        let to = world.database.folder().join("good");
        let made = back_up(world, &to).expect("a backup");
        assert_eq!(made.log.waiting, 0);
        assert!(made.tables.iter().any(|table| table.name == "technologies" && table.rows == 1));
        assert!(made.tables.iter().any(|table| table.name == "sessions" && table.rows == 0));
        let taken = back_up(world, &to).expect_err("it is there");
        assert_eq!(code(&taken), "backup-place-taken");
        let may_not = world.city.back_up(&officer, &world.database.folder().join("x"),
            &Beside::default(), &mut |_, _| true);
        assert_eq!(code(&may_not.expect_err("an officer")), "not-allowed");
        // One that died is recognised, refused, and made way for.
        let half = world.database.folder().join("half.partial");
        std::fs::create_dir(&half).expect("made");
        std::fs::write(half.join(UNFINISHED), b"").expect("written");
        assert_eq!(checked(&half).as_deref(), Some("backup-unfinished"));
        back_up(world, &world.database.folder().join("half")).expect("made anew");
        // So is one that died before it wrote anything.
        std::fs::create_dir(world.database.folder().join("none.partial")).expect("made");
        back_up(world, &world.database.folder().join("none")).expect("made anew");
        // Somebody else's folder is left alone.
        let foreign = world.database.folder().join("other.partial");
        std::fs::create_dir(&foreign).expect("made");
        std::fs::write(foreign.join("letter.txt"), b"Dear").expect("written");
        let refused = back_up(world, &world.database.folder().join("other"));
        assert_eq!(code(&refused.expect_err("not ours")), "backup-place-taken");

        assert_eq!(checked(&to), None);
        let rows = to.join(ROWS);
        let good = std::fs::read(&rows).expect("read");
        let mut flipped = good.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        std::fs::write(&rows, &flipped).expect("written");
        assert_eq!(checked(&to).as_deref(), Some("backup-file-changed"));
        std::fs::write(&rows, &good[..good.len() - 100]).expect("written");
        assert_eq!(checked(&to).as_deref(), Some("backup-file-length"));
        std::fs::remove_file(&rows).expect("removed");
        assert_eq!(checked(&to).as_deref(), Some("backup-file-missing"));
        std::fs::write(&rows, &good).expect("written");
        let text = std::fs::read_to_string(to.join(MANIFEST)).expect("read");
        let retold = |from: &str, to_text: &str| {
            assert!(text.contains(from), "{from}");
            std::fs::write(to.join(MANIFEST), text.replace(from, to_text)).expect("written");
            checked(&to)
        };
        let size = format!("\"size\": {}", made.log.size);
        assert_eq!(retold(&size, "\"size\": 3").as_deref(), Some("backup-log-differs"));
        let schema = format!("\"schema\": {}", made.schema);
        assert_eq!(retold(&schema, "\"schema\": 4000").as_deref(), Some("cli-store-newer"));
        assert_eq!(retold("testing.example/log\\n", "other.example/log\\n").as_deref(),
            Some("backup-checkpoint"));
        assert_eq!(retold(ROWS, "../secret").as_deref(), Some("backup-unreadable"));
        // The wrong key is found out too.
        std::fs::write(to.join(MANIFEST), &text).expect("written");
        let seed = tlog::SigningKey::from_seed("testing.example/log", [9; 32]).expect("a key");
        let other = seed.verifier(tlog::KeyKind::Log);
        let found = app::restore::check(&to, Some(&other), &world.database.folder().join("s"), now(), &mut |_, _| {});
        assert!(matches!(found, Err(Failed::Damaged(_))));
    }

    fn moved_there_and_back_everything_is_equal(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        for n in 0..300 {
            assert!(create(&world.city, &officer, owner, n));
        }
        world.settle();
        world.city.sign_checkpoint().expect("signed");
        // A table that no program knows yet goes along as well.
        plant(&world.database.place, true);
        let before = sums(&world.database.place);
        let other = match world.database.place {
            Place::Folder(_) => On::Postgres,
            Place::Postgres(_) => On::Sqlite,
        };
        let (Some(there), Some(back)) =
            (Database::fresh(other), Database::fresh(on_of(&world.database.place))) else { return };
        let refused = transfer(&world.database.place, &there.place, now(), &mut |_, _| true);
        let said = format!("{:?}", refused.expect_err("a table is missing there"));
        assert!(said.contains("planted"), "{said}");
        plant(&world.database.place, false);
        assert!(before.iter().any(|table| table.name == "planted"), "the table is seen");
        let without = settled(before);
        let moved = transfer(&world.database.place, &there.place, now(), &mut |_, _| true);
        let moved = moved.expect("moved");
        assert_eq!(moved.root_from, moved.root_to);
        assert_eq!(moved.from, moved.to);
        assert_eq!(settled(moved.from), without);
        let again = transfer(&world.database.place, &there.place, now(), &mut |_, _| true);
        assert_eq!(code(&again.expect_err("taken")), "backup-target-taken");
        let home = transfer(&there.place, &back.place, now(), &mut |_, _| true).expect("back");
        assert_eq!(settled(sums(&back.place)), without);
        assert_eq!(home.root_to, moved.root_to);
        let city = World::city_at(&back.place, 9);
        let report = city.verify_log(|_| {}).expect("verified").expect("whole");
        assert_eq!(report.root, home.root_to);
        assert!(create(&city, &officer, owner, 2_000_000));
    }

    fn an_interrupted_move_leaves_nothing(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        assert!(create(&world.city, &officer, owner, 1));
        world.settle();
        for on in [On::Sqlite, On::Postgres] {
            let Some(target) = Database::fresh(on) else { continue };
            let mut n = 0;
            let stopped = transfer(&world.database.place, &target.place, now(), &mut |_, _| {
                n += 1;
                n < 4
            });
            assert_eq!(code(&stopped.expect_err("stopped")), "backup-stopped");
            transfer(&world.database.place, &target.place, now(), &mut |_, _| true)
                .expect("the same again");
        }
    }
}

fn on_of(place: &Place) -> On {
    match place {
        Place::Folder(_) => On::Sqlite,
        Place::Postgres(_) => On::Postgres,
    }
}

fn sums(place: &Place) -> Vec<TableSum> {
    Snapshot::of(place).expect("a snapshot").sums(&mut |_, _| true).expect("sums")
}

/// Without what was planted, and without the lease that a sequencer at work renews all the time.
fn settled(mut sums: Vec<TableSum>) -> Vec<TableSum> {
    sums.retain(|table| !["planted", "leases"].contains(&table.name.as_str()));
    sums
}

/// Adds a table behind the program's back, or removes it.
fn plant(place: &Place, there: bool) {
    let text = if there {
        "create table planted (id bigint not null primary key); insert into planted values (7);"
    } else {
        "drop table planted;"
    };
    run_sql(place, text);
}

/// A row in every table that a backup leaves out, and rows with bytes and truth in others.
fn plant_doors(place: &Place, operator: &base::PersonId) {
    let (bytes, ends) = match place {
        Place::Folder(_) => ("x'00ff41'", 4_000_000_000_000_000_u64),
        Place::Postgres(_) => ("'\\x00ff41'", 4_000_000_000_000_000),
    };
    let text = format!(
        "insert into sessions
             (id, person, secret, agent, network, created_at, seen_at, fresh_at, ends_at, factor_at)
             values ('s', '{operator}', 'x', '', '', 1, 1, 1, {ends}, 0);
         insert into one_time_links (secret, person, created_at, ends_at)
             values ('planted', '{operator}', 1, {ends});
         insert into sign_ins (secret, person, agent, network, n_wrong, ends_at)
             values ('planted', '{operator}', '', '', 0, {ends});
         insert into attempts (bucket, n, until_at) values ('planted', 1, {ends});
         insert into lot_seal_files (lot, bidder, version, file) values ('planted', 1, 1, 'f');
         insert into identity_returns (id, ends_at) values ('planted', {ends});
         insert into factors (person, secret, last_step, created_at)
             values ('{operator}', {bytes}, 5, 1);
         insert into case_times (process, task, case_id, n, owner, desk, closed_at, days, is_late)
             values ('p', 't', 'c', 1, 'o', 'd', 1, 2, true);"
    );
    run_sql(place, &text);
}

pub(crate) fn run_sql(place: &Place, text: &str) {
    match place {
        Place::Folder(folder) => {
            let file = rusqlite::Connection::open(Place::sqlite_file(folder)).expect("the file");
            file.execute_batch(text).expect("planted");
        }
        Place::Postgres(url) => {
            let mut client = postgres::Client::connect(url, postgres::NoTls).expect("PostgreSQL");
            client.batch_execute(text).expect("planted");
        }
    }
}

fn checked(from: &Path) -> Option<String> {
    let scratch = tempfile::tempdir().expect("a folder");
    let found =
        app::restore::check(from, None, &scratch.path().join("rows"), now(), &mut |_, _| {});
    found.err().map(|failed| code(&failed))
}

fn check_and_stage(from: &Path, to: &Database) -> Option<String> {
    let scratch = tempfile::tempdir().expect("a folder");
    let checked =
        app::restore::check(from, None, &scratch.path().join("rows"), now(), &mut |_, _| {});
    let staged = stage(from, checked.expect("good"), &to.place, None, now(), &mut |_, _| true);
    staged.err().map(|failed| code(&failed))
}

/// A copy takes every table that the schema has, and sets every sequence.
#[test]
fn every_table_has_a_key_and_every_sequence_is_known() {
    for on in [On::Sqlite, On::Postgres] {
        let Some(database) = Database::fresh(on) else { continue };
        let world = World::in_database(database);
        let tables = world.city.store().read(store::health::tables).expect("tables");
        assert!(tables.len() > 25, "{tables:?}");
        let read: Vec<String> =
            sums(&world.database.place).into_iter().map(|table| table.name).collect();
        assert_eq!(read, tables);
        let sequences = world.city.store().read(store::health::sequences).expect("sequences");
        if on == On::Postgres {
            assert_eq!(sequences, store::health::known_sequences());
        }
        for table in store::copy::WITHHELD {
            assert!(tables.iter().any(|known| known == table), "{table}");
        }
        // Tables of every migration are among them.
        for table in ["technologies", "factors", "recovery_codes", "cases", "case_takers"] {
            assert!(tables.iter().any(|known| known == table), "{table}");
        }
    }
}

/// Events of PostgreSQL that waited for their number in a backup get it when it is opened.
#[test]
fn events_that_waited_are_numbered_when_restored() {
    let Some(database) = Database::fresh(On::Postgres) else { return };
    let world = World::in_database(database);
    world.settle();
    let size = world.city.store().committed().size();
    // The sequencer is kept away while an event is left behind.
    let Place::Postgres(url) = &world.database.place else { panic!("PostgreSQL") };
    let mut client = postgres::Client::connect(url, postgres::NoTls).expect("PostgreSQL");
    let mut lock = client.transaction().expect("begun");
    lock.batch_execute("lock table leases in exclusive mode").expect("locked");
    let owner = world.organisation("Late");
    let to = world.database.folder().join("waiting");
    let made = back_up(&world, &to).expect("a backup");
    assert_eq!((made.log.size, made.log.waiting), (size, 1));
    drop(lock);
    let key = world.city.verifier_key().expect("a key");
    for on in [On::Sqlite, On::Postgres] {
        let Some(target) = Database::fresh(on) else { continue };
        let city = restore(&to, &target, &key);
        let entries = city.store().read(|tx| store::log::entries_of(tx, &owner.to_string(), 5));
        assert_eq!(entries.expect("read").len(), 1, "{on:?}");
        city.verify_log(|_| {}).expect("verified").expect("whole");
    }
}

/// A restore opens the copy for looking without touching it.
#[test]
fn looking_changes_nothing() {
    let database = Database::fresh(On::Sqlite).expect("SQLite is built in");
    let world = World::in_database(database);
    let to = world.database.folder().join("looked");
    back_up(&world, &to).expect("a backup");
    let before = std::fs::read(to.join(ROWS)).expect("read");
    let rows = Store::look(&to.join(ROWS)).expect("looked at");
    assert!(rows.write("never", |_| Ok(())).is_err());
    drop(rows);
    assert_eq!(std::fs::read(to.join(ROWS)).expect("read"), before);
    let names: Vec<_> = std::fs::read_dir(&to).expect("read").filter_map(Result::ok).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}
