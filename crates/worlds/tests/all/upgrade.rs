//! Rows written under the first schema are opened by today's program; newer ones are refused.
//!
//! `data/schema-0001.jsonl` is a small city as the first schema kept it, one row a line.

use app::backup::{FORMAT, LogState, MANIFEST, Manifest, ROWS};
use app::{Asker, durable};
use base::Instant;
use std::path::{Path, PathBuf};
use store::copy::{Snapshot, Target};
use store::dialect::Engine;
use store::{Place, Store, StoreError, log, migrate};
use worlds::{Database, On, World};

fn now() -> Instant {
    Instant::parse_rfc3339("2026-12-01T01:00:00Z").expect("a moment")
}

fn lines() -> Vec<serde_json::Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/schema-0001.jsonl");
    let text = std::fs::read_to_string(path).expect("the rows");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn key() -> tlog::VerifierKey {
    let lines = lines();
    let key = lines[0]["verifier_key"].as_str().expect("a key");
    key.parse().expect("readable")
}

fn value(json: &serde_json::Value) -> rusqlite::types::Value {
    use rusqlite::types::Value;
    match json {
        serde_json::Value::Number(number) => Value::Integer(number.as_i64().expect("whole")),
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Object(bytes) => {
            let hex = bytes["hex"].as_str().expect("hexadecimal");
            let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("a byte");
            Value::Blob((0..hex.len()).step_by(2).map(byte).collect())
        }
        other => panic!("{other}"),
    }
}

/// A SQLite file with the first migration alone, and the rows in it.
fn old_file(folder: &Path) -> PathBuf {
    let file = folder.join(ROWS);
    let rows = rusqlite::Connection::open(&file).expect("a file");
    rows.execute_batch(
        "create table schema_versions (n integer not null primary key, at integer not null) strict;
         insert into schema_versions values (1, 0);",
    )
    .expect("the table of versions");
    for statement in migrate::step(Engine::Sqlite, 1) {
        rows.execute_batch(&statement).expect("the first schema");
    }
    for line in lines().iter().skip(1) {
        let row = line["row"].as_object().expect("a row");
        let names: Vec<String> = row.keys().map(|name| format!("\"{name}\"")).collect();
        let places = vec!["?"; names.len()].join(", ");
        let table = line["table"].as_str().expect("a table");
        let sql = format!("insert into {table} ({}) values ({places})", names.join(", "));
        let values = rusqlite::params_from_iter(row.values().map(value));
        rows.execute(&sql, values).expect("a row of then");
    }
    file
}

/// The same rows as old as that, in this database.
fn old_city(on: On) -> Option<Database> {
    let database = Database::fresh(on)?;
    match &database.place {
        Place::Folder(folder) => {
            old_file(folder);
        }
        Place::Postgres(url) => {
            let scratch = tempfile::tempdir().expect("a folder");
            let mut rows = Snapshot::of_file(&old_file(scratch.path())).expect("the file");
            let mut target = Target::postgres(url, 1, now()).expect("empty");
            target.take(&mut rows, &[], &mut |_, _| true).expect("copied");
            target.finish(&mut |_, _| true).expect("whole");
        }
    }
    Some(database)
}

/// What the city of then has to be after any upgrade.
fn check(place: &Place) {
    let city = World::city_since(place, 3, now());
    let report = app::verify::verify(city.store(), Some(&key()), |_| {}).expect("whole");
    assert_eq!((report.n_entries >= 12, report.n_rows), (true, 2), "{report:?}");
    let schema = city.store().read(store::health::schema).expect("a number");
    assert_eq!(schema, migrate::newest());
    let rows = city.store().read(|tx| store::technology::after(tx, "", 10)).expect("rows");
    let mut titles: Vec<(String, String, u64)> = rows
        .iter()
        .map(|row| (row.content.title.en.clone(), row.content.title.zh.clone(), row.version))
        .collect();
    titles.sort();
    let told = |en: &str, zh: &str, version| (en.to_owned(), zh.to_owned(), version);
    assert_eq!(titles, [told("Dryer", "干燥机", 2), told("Sorter", "分选机", 1)]);
    // Reading and acting go on.
    let operator = Asker::person(city.row().expect("a city").operator);
    city.index_all().expect("the index follows");
    let profile = parties::organisation::Profile {
        kind: parties::OrganisationKind::Institute,
        name: base::Bilingual::new("Later", "后来"),
        short: base::Bilingual::default(),
        credit_code: String::new(),
        region: base::Bilingual::default(),
        about: base::Bilingual::default(),
        invented: true,
    };
    let act = app::organisation::CreateOrganisation { profile, aliases: Vec::new() };
    city.perform(&operator, act).expect("an act of today");
    for _ in 0..200 {
        if city.store().read(log::n_waiting).expect("a count") == 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    app::verify::verify(city.store(), Some(&key()), |_| {}).expect("still whole");
}

#[test]
fn rows_of_the_first_schema_are_opened_by_todays_program() {
    for on in [On::Sqlite, On::Postgres] {
        let Some(database) = old_city(on) else { continue };
        check(&database.place);
        // Again, as at the next start.
        let rows = Store::open(&database.place, &store::Options::default(), now());
        assert!(rows.is_ok(), "{on:?}: {:?}", rows.err());
    }
}

#[test]
fn a_backup_of_the_first_schema_is_checked_and_restored() {
    let parent = tempfile::tempdir().expect("a folder");
    let from = parent.path().join("old");
    std::fs::create_dir(&from).expect("made");
    old_file(&from);
    let mut rows = Snapshot::of_file(&from.join(ROWS)).expect("the file");
    let (size, root) = log::head(&mut rows.tx()).expect("read").expect("a head");
    let root: [u8; 32] = root.try_into().expect("a root");
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        program: "0.1.0".to_owned(),
        engine: "SQLite".to_owned(),
        made_at: now().rfc3339(),
        schema: 1,
        store_id: String::new(),
        origin: "fucheng.example/log".to_owned(),
        verifier_key: Some(key().to_string()),
        log: LogState { size, root: tlog::Hash(root).to_base64(), waiting: 0 },
        checkpoint: None,
        withheld: Vec::new(),
        tables: rows.sums(&mut |_, _| true).expect("sums"),
        files: vec![durable::sum(&from, ROWS).expect("a sum")],
        lost: Vec::new(),
    };
    drop(rows);
    std::fs::write(from.join(MANIFEST), serde_json::to_vec(&manifest).expect("JSON"))
        .expect("written");
    for on in [On::Sqlite, On::Postgres] {
        let Some(target) = Database::fresh(on) else { continue };
        let scratch = parent.path().join("scratch");
        let checked = app::restore::check(&from, Some(&key()), &scratch, now(), &mut |_, _| {});
        let _ = std::fs::remove_dir_all(&scratch);
        let checked = checked.expect("good");
        let staged =
            app::restore::stage(&from, checked, &target.place, None, now(), &mut |_, _| true);
        let staged = staged.expect("staged");
        let city = World::city_since(&staged.place, 4, now());
        let operator = Asker::person(city.row().expect("a city").operator);
        let key = key();
        city.end_restore(&operator, &staged.manifest, Some(&key), &mut |_, _| {}).expect("ended");
        drop(city);
        staged.settle().expect("settled");
        check(&target.place);
    }
}

#[test]
fn an_older_program_refuses_newer_rows_and_changes_nothing() {
    for on in [On::Sqlite, On::Postgres] {
        let Some(database) = Database::fresh(on) else { continue };
        let world = World::in_database(database);
        world.settle();
        let place = world.database.place.clone();
        let World { city, database, .. } = world;
        drop(city);
        let newer = i64::try_from(migrate::newest()).expect("few") + 1;
        let text = format!("insert into schema_versions (n, at) values ({newer}, 0)");
        match &place {
            Place::Folder(folder) => {
                let file = rusqlite::Connection::open(Place::sqlite_file(folder)).expect("open");
                file.execute_batch(&text).expect("planted");
            }
            Place::Postgres(url) => {
                let client = postgres::Client::connect(url, postgres::NoTls);
                client.expect("PostgreSQL").batch_execute(&text).expect("planted");
            }
        }
        let sums = || {
            let mut rows = Snapshot::of(&place).expect("a snapshot");
            let mut sums = rows.sums(&mut |_, _| true).expect("sums");
            sums.retain(|table| table.name != "leases");
            sums
        };
        let before = sums();
        let refused = Store::open(&place, &store::Options::default(), now());
        let Err(StoreError::Newer { found, known }) = refused else { panic!("opened") };
        assert_eq!((found, known), (migrate::newest() + 1, migrate::newest()));
        assert_eq!(sums(), before, "{on:?}");
        drop(database);
    }
}
