//! Durable acts a second, beside a bare loop of the same statements in the same run.
//!
//! `cargo bench --bench acts`. The act is a revision of a technology: it asks who it is,
//! looks for its key, loads, decides, updates the row, keeps a version, its answer and its event.
//! With `BELLWETHER_TEST_POSTGRES` set, the same act runs on PostgreSQL too. Then the same comes in over
//! HTTP: as many connections, each with a request of the programming interface at a time.

#[path = "acts/http.rs"]
mod http;
#[path = "acts/wire.rs"]
mod wire;

use access::Role;
use app::Asker;
use app::technology::ReviseTechnology;
use base::{Label, Level, TechnologyId};
use rusqlite::{Connection, params_from_iter};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use worlds::{Database, On, World};

const CALLERS: usize = 256;
const RUN_FOR: Duration = Duration::from_secs(5);

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn clock() -> Instant {
    Instant::now()
}

fn main() {
    for on in [On::Sqlite, On::Postgres] {
        let Some(database) = Database::fresh(on) else { continue };
        let world = World::in_database(database);
        let (rate, latencies) = through_perform(&world);
        let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize];
        println!(
            "{on:?}: {rate:.0} acts/s with {CALLERS} callers, p50 {:.1} ms, p99 {:.1} ms",
            at(0.5),
            at(0.99)
        );
        let asked = http::through_http(&world);
        println!("{on:?}: {asked:.0} acts/s over {CALLERS} connections of HTTP");
        if on == On::Sqlite {
            let bare = bare_loop(CALLERS);
            let single = bare_loop(1);
            println!(
                "Sqlite: bare group commit of {CALLERS}: {bare:.0}/s; a commit each: {single:.0}/s"
            );
            println!(
                "Sqlite: {:.2} of the bare loop, over HTTP {:.2}, {:.1} times a commit each",
                rate / bare,
                asked / bare,
                rate / single
            );
        } else if let Some(peer) = pgbench() {
            let (here, asked) = (rate / peer, asked / peer);
            println!(
                "Postgres: pgbench {peer:.0}/s with the same statements: {here:.2}, \
                 over HTTP {asked:.2}"
            );
        }
    }
}

/// The rate through the one door, and every latency in milliseconds, sorted.
fn through_perform(world: &World) -> (f64, Vec<f64>) {
    let owner = world.organisation("Institute");
    let officer = world.person("officer", owner, Role::TransferOfficer);
    let ids: Vec<TechnologyId> = (0..CALLERS)
        .map(|n| {
            let title = format!("Technology {n}");
            world.draft(&officer, owner, &title, Label::at(Level::Members)).technology
        })
        .collect();
    let n_done = AtomicU64::new(0);
    let started = clock();
    let mut latencies: Vec<f64> = std::thread::scope(|scope| {
        let threads: Vec<_> = ids
            .iter()
            .map(|id| {
                let (officer, n_done) = (officer.clone(), &n_done);
                scope.spawn(move || revise_until(world, &officer, *id, started, n_done))
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    let took = started.elapsed().as_secs_f64();
    latencies.sort_by(f64::total_cmp);
    (n_done.load(Ordering::Relaxed) as f64 / took, latencies)
}

fn revise_until(
    world: &World,
    officer: &Asker,
    id: TechnologyId,
    started: Instant,
    n_done: &AtomicU64,
) -> Vec<f64> {
    let mut took = Vec::new();
    let mut version = 1;
    while started.elapsed() < RUN_FOR {
        let act = ReviseTechnology {
            technology: id,
            version,
            content: World::content(&format!("Technology at {version}")),
            note: String::new(),
        };
        let keyed = officer.clone().keyed(format!("{id}-{version}"));
        let asked = clock();
        version = world.city.perform(&keyed, act).expect("revised").version;
        took.push(asked.elapsed().as_secs_f64() * 1_000.0);
        n_done.fetch_add(1, Ordering::Relaxed);
    }
    took
}

/// The same statements on the same disk, `batch` acts to a commit, nothing else around them.
fn bare_loop(batch: usize) -> f64 {
    let database = Database::fresh(On::Sqlite).expect("SQLite is built in");
    let world = World::in_database(database);
    let owner = world.organisation("Institute");
    let officer = world.person("officer", owner, Role::TransferOfficer);
    let app::Who::Person(person) = officer.who else { panic!("a person") };
    let ids: Vec<TechnologyId> = (0..CALLERS)
        .map(|n| {
            world.draft(&officer, owner, &format!("T {n}"), Label::at(Level::Members)).technology
        })
        .collect();
    let file = store::Place::sqlite_file(world.database.folder());
    let connection = Connection::open(file).expect("the file");
    connection.pragma_update(None, "synchronous", "full").expect("full");
    connection.pragma_update(None, "wal_autocheckpoint", 0).expect("off");
    connection
        .set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .expect("a setting of SQLite");
    connection.set_prepared_statement_cache_capacity(64);
    let content = String::from_utf8(World::content("Technology at 1").to_bytes()).expect("text");
    let mut seq = i64::try_from(world.city.store().committed().size()).expect("few");
    let mut n = 0_u64;
    let started = clock();
    while started.elapsed() < RUN_FOR {
        connection.execute_batch("begin immediate").expect("begun");
        for at in 0..batch {
            let id = ids[at % ids.len()].to_string();
            seq += 1;
            n += 1;
            one_act(&connection, &person.to_string(), &id, &content, seq);
        }
        let mut sql = connection
            .prepare_cached("update log_head set size = ?1, root = ?2 where id = 1")
            .expect("prepared");
        sql.execute(rusqlite::params![seq, vec![7_u8; 32]]).expect("the head moves");
        drop(sql);
        connection.execute_batch("commit").expect("committed");
    }
    n as f64 / started.elapsed().as_secs_f64()
}

/// What one revision says to the database, in its order.
fn one_act(connection: &Connection, person: &str, id: &str, content: &str, seq: i64) {
    let t = |text: &str| text.to_owned();
    connection.execute_batch("savepoint act").expect("a savepoint");
    run(connection, "person::FIND", &[t(person)]);
    run(connection, "person::ROLES", &[t(person), t("5")]);
    run(connection, "person::CLEARANCE", &[t(person)]);
    run(connection, "key::FIND", &[t(person), t("revise-technology"), seq.to_string()]);
    run(connection, "technology::FIND", &[t(id)]);
    run(connection, "gate::ADD", &[t("2:::*")]);
    let mut sql = connection
        .prepare_cached(
            "update technologies set version = version + 1, title_en = ?2, title_zh = ?3,
             summary_en = ?4, summary_zh = ?5, field = ?6, trl = 6, year = 2021, digest = ?7,
             changed_at = ?8 where id = ?1 and version > 0",
        )
        .expect("prepared");
    let digest = "0".repeat(64);
    sql.execute(rusqlite::params![
        id,
        "Technology",
        "",
        "What it is",
        "",
        "materials",
        digest,
        seq
    ])
    .expect("updated");
    let mut sql = connection
        .prepare_cached(
            "insert into technology_versions
             (technology, version, content, digest, gate, state, person, act, note, at)
             values (?1, ?2, ?3, ?4, '2:::*', 'drafted', ?5, 'act_x', '', ?2)",
        )
        .expect("prepared");
    sql.execute(rusqlite::params![id, seq + 1_000, content, digest, person]).expect("kept");
    let mut sql = connection
        .prepare_cached(
            "insert into act_keys (person, act, key, digest, answer, at)
             values (?1, 'revise', ?2, ?3, ?4, ?5)",
        )
        .expect("prepared");
    let key = seq.to_string();
    sql.execute(rusqlite::params![person, key, digest, "x".repeat(150), seq]).expect("kept");
    let mut sql = connection
        .prepare_cached(
            "insert into log_entries (seq, header, leaf, kind, thing, at)
             values (?1, ?2, ?3, 'technology-revised', ?4, ?1)",
        )
        .expect("prepared");
    sql.execute(rusqlite::params![seq, "h".repeat(500), vec![7_u8; 32], id]).expect("entered");
    let mut sql = connection
        .prepare_cached("insert into log_bodies (seq, salt, body) values (?1, ?2, ?3)")
        .expect("prepared");
    sql.execute(rusqlite::params![seq, vec![7_u8; 32], "b".repeat(120)]).expect("entered");
    connection.execute_batch("release act").expect("released");
}

/// The rate of `pgbench` with the statements of the act, as many clients as we have workers; none
/// where the program is absent. Each of its scripts revises a technology of its own.
fn pgbench() -> Option<f64> {
    let world = World::in_database(Database::fresh(On::Postgres)?);
    let owner = world.organisation("Institute of peers");
    let officer = world.person("peer", owner, Role::TransferOfficer);
    let app::Who::Person(person) = officer.who else { panic!("a person") };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = Vec::new();
    for n in 0..100 {
        let title = format!("Peer {n}");
        let made = world.draft(&officer, owner, &title, Label::at(Level::Members));
        world.settle();
        let file = folder.path().join(format!("{n}.sql"));
        std::fs::write(&file, script(&person.to_string(), &made.technology.to_string()))
            .expect("written");
        files.push("-f".to_owned());
        files.push(format!("{}@1", file.display()));
    }
    // Without the city nobody numbers what the peer leaves in the inbox.
    let World { city, database, .. } = world;
    drop(city);
    let seconds = RUN_FOR.as_secs().to_string();
    let run = std::process::Command::new("pgbench")
        .args(["-n", "-M", "prepared", "-c", "12", "-j", "2", "-T", &seconds])
        .args(files)
        .arg(database.url()?)
        .output();
    let Ok(run) = run else {
        println!("skipped: pgbench absent");
        return None;
    };
    let said = String::from_utf8_lossy(&run.stdout);
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = "));
    let Some(rate) = rate.and_then(|rest| rest.split(' ').next()?.parse().ok()) else {
        panic!("pgbench: {}", String::from_utf8_lossy(&run.stderr));
    };
    Some(rate)
}

/// The statements of one revision for `pgbench`, in their order.
fn script(person: &str, id: &str) -> String {
    let find = |name: &str, args: &[&str]| {
        let found = store::all_statements()
            .find(|statement| statement.name.ends_with(&format!("::{name}")))
            .expect("a statement of this name");
        let mut sql = found.sql.split_whitespace().collect::<Vec<_>>().join(" ");
        for (at, arg) in args.iter().enumerate().rev() {
            sql = sql.replace(&format!("${}", at + 1), arg);
        }
        format!("{sql};\n")
    };
    let q = |text: &str| format!("'{text}'");
    let content = String::from_utf8(World::content("Technology at 1").to_bytes()).expect("text");
    let content = content.replace('\'', "''").replace(':', ";");
    let long = |n: usize| q(&"x".repeat(n));
    let (person, id, digest) = (q(person), q(id), q(&"0".repeat(64)));
    let mut lines = vec!["\\set r random(1000, 1000000000000)\n".to_owned()];
    lines.push("begin isolation level read committed;\n".to_owned());
    lines.push(find("tx::HOLD", &[&id]));
    lines.push(find("person::FIND", &[&person]));
    lines.push(find("person::ROLES", &[&person, "5"]));
    lines.push(find("person::CLEARANCE", &[&person]));
    lines.push(find("key::FIND", &[&person, "'revise-technology'", "(:r)::text"]));
    lines.push(find("technology::FIND", &[&id]));
    lines.push(find("gate::ADD", &["'2:::*'"]));
    lines.push(format!(
        "update technologies set version = version + 1, title_en = 'T', summary_en = 'What it is',
         field = 'materials', trl = 6, year = 2021, digest = {digest}, changed_at = :r
         where id = {id} and version > 0;\n"
    ));
    lines.push(find(
        "technology::ADD_VERSION",
        &[&id, ":r", &q(&content), &digest, "'2:::*'", "'drafted'", &person, "'act_x'", "''", ":r"],
    ));
    lines.push(find(
        "key::KEEP",
        &[&person, "'revise-technology'", "(:r)::text", &digest, &long(150), ":r"],
    ));
    lines.push(format!(
        "insert into log_inbox (id, ticket, event)
         values ((:r)::text || '-' || :client_id, nextval('log_tickets'), {});\n",
        long(700)
    ));
    lines.push("commit;\n".to_owned());
    lines.concat().lines().map(str::trim).collect::<Vec<_>>().join("\n") + "\n"
}

/// Runs a statement of the program by the end of its name.
fn run(connection: &Connection, name: &str, args: &[String]) {
    let found = store::all_statements()
        .find(|statement| statement.name.ends_with(&format!("::{name}")))
        .expect("a statement of this name");
    let mut sql = connection.prepare_cached(&found.sql.replace('$', "?")).expect("prepared");
    if sql.column_count() == 0 {
        sql.execute(params_from_iter(args)).expect("executed");
        return;
    }
    let mut rows = sql.query(params_from_iter(args)).expect("queried");
    while rows.next().expect("a row").is_some() {}
}
