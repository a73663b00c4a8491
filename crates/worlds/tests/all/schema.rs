//! Every statement is prepared on both engines; both schemas say the same.

use worlds::{Database, On};

#[test]
fn every_statement_is_prepared_on_sqlite() {
    let database = Database::fresh(On::Sqlite).expect("SQLite is built in");
    drop(worlds::World::in_database(database).city);
    let database = Database::fresh(On::Sqlite).expect("SQLite is built in");
    let now = base::Instant::from_micros(0);
    let rows = store::Store::open(&database.place, &store::Options::default(), now);
    drop(rows.expect("a store"));
    let file = store::Place::sqlite_file(database.folder());
    let connection = rusqlite::Connection::open(file).expect("the file");
    let mut n = 0;
    for statement in store::all_statements() {
        let sql = statement.sql.replace('$', "?");
        let prepared = connection.prepare(&sql);
        assert!(prepared.is_ok(), "{}: {:?}", statement.name, prepared.err());
        n += 1;
    }
    assert!(n > 80, "only {n} statements are listed");
}

#[test]
fn every_statement_is_prepared_on_postgres() {
    let Some(database) = Database::fresh(On::Postgres) else { return };
    let now = base::Instant::from_micros(0);
    let rows = store::Store::open(&database.place, &store::Options::default(), now);
    drop(rows.expect("a store"));
    let store::Place::Postgres(url) = &database.place else { panic!("PostgreSQL") };
    let mut client = postgres::Client::connect(url, postgres::NoTls).expect("PostgreSQL");
    for statement in store::all_statements() {
        let prepared = client.prepare(statement.sql);
        assert!(prepared.is_ok(), "{}: {:?}", statement.name, prepared.err());
    }
}

#[test]
fn opening_twice_migrates_once() {
    for on in [On::Sqlite, On::Postgres] {
        let Some(database) = Database::fresh(on) else { continue };
        for seconds in 0..2 {
            let now = base::Instant::from_micros(seconds);
            let rows = store::Store::open(&database.place, &store::Options::default(), now);
            assert!(rows.is_ok(), "{on:?}: {:?}", rows.err());
        }
    }
}
