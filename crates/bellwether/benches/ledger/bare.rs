//! What the same disk and the same server do without us: a bare loop of SQLite, a posting function of
//! PostgreSQL.

use crate::{clock, open};
use rusqlite::{Connection, params};
use std::process::Command;
use std::time::Duration;
use worlds::World;

/// Two updates and one row a transfer, so many to a commit, full sync: the raw loop of ledger.md 17.
pub fn sqlite(batch: usize, run_for: Duration) -> f64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let connection = Connection::open(folder.path().join("bare.db")).expect("a file");
    connection.pragma_update(None, "journal_mode", "wal").expect("wal");
    connection.pragma_update(None, "synchronous", "full").expect("full");
    connection
        .execute_batch(
            "create table accounts (id integer primary key, d integer not null, c integer not null);
             create table transfers (id integer primary key, debit integer not null,
                 credit integer not null, amount integer not null);",
        )
        .expect("tables");
    for n in 0..10 {
        connection.execute("insert into accounts values (?1, 0, 0)", [n]).expect("an account");
    }
    let mut n = 0_i64;
    let started = clock();
    while started.elapsed() < run_for {
        connection.execute_batch("begin immediate").expect("begun");
        for _ in 0..batch {
            n += 1;
            let (debit, credit) = (n % 10, (n + 1) % 10);
            let run = |sql: &str, args: &[i64]| {
                let mut sql = connection.prepare_cached(sql).expect("prepared");
                sql.execute(rusqlite::params_from_iter(args)).expect("executed");
            };
            run("update accounts set d = d + 1 where id = ?1", &[debit]);
            run("update accounts set c = c + 1 where id = ?1", &[credit]);
            let mut sql = connection
                .prepare_cached("insert into transfers values (?1, ?2, ?3, 1)")
                .expect("prepared");
            sql.execute(params![n, debit, credit]).expect("kept");
        }
        connection.execute_batch("commit").expect("committed");
    }
    n as f64 / started.elapsed().as_secs_f64()
}

/// What a lean function would do on our own tables: both accounts locked in their order, the
/// transfer, two legs, two accounts. No log, no key, no rights.
const FUNCTION: &str = "
create or replace function bare_post(debit_id text, credit_id text, n bigint) returns void as $$
declare
    a ledger_accounts; b ledger_accounts; t text; now_us bigint;
begin
    perform 1 from ledger_accounts where id in (debit_id, credit_id) order by id for update;
    select * into a from ledger_accounts where id = debit_id;
    select * into b from ledger_accounts where id = credit_id;
    if a.bound = 'debits' and a.debits_pending + a.debits_posted + 1 > a.credits_posted then
        raise exception 'exceeds credits';
    end if;
    t := 'bare-' || n::text || '-' || pg_backend_pid()::text || '-' || clock_timestamp()::text;
    now_us := (extract(epoch from clock_timestamp()) * 1000000)::bigint;
    insert into ledger_transfers values (t, a.book, debit_id, credit_id, 1, '', 1, 0, 0, '', 'act_bare',
        '', '', '', '', '2026-03-02', now_us, 0);
    insert into ledger_legs values (debit_id, a.version + 1, t, 'debit', 'posted', 1, now_us,
        a.debits_pending, a.debits_posted + 1, a.credits_pending, a.credits_posted);
    insert into ledger_legs values (credit_id, b.version + 1, t, 'credit', 'posted', 1, now_us,
        b.debits_pending, b.debits_posted, b.credits_pending, b.credits_posted + 1);
    update ledger_accounts set debits_posted = debits_posted + 1, version = version + 1,
        touched_at = now_us where id = debit_id;
    update ledger_accounts set credits_posted = credits_posted + 1, version = version + 1,
        touched_at = now_us where id = credit_id;
end $$ language plpgsql;";

/// The rate of that function under `pgbench`; none where the program is absent.
pub fn plpgsql(world: &World, run_for: Duration) -> Option<f64> {
    let url = world.database.url()?.to_owned();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let made = Command::new("psql").args(["-q", "-c", FUNCTION, &url]).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("skipped: psql absent");
        return None;
    }
    let mut files = Vec::new();
    for n in 0..100 {
        let (a, b) = (open(world), open(world));
        let file = folder.path().join(format!("{n}.sql"));
        let line = format!("\\set r random(1, 1000000000)\nselect bare_post('{a}', '{b}', :r);\n");
        std::fs::write(&file, line).expect("written");
        files.push("-f".to_owned());
        files.push(format!("{}@1", file.display()));
    }
    let seconds = run_for.as_secs().max(1).to_string();
    let run = Command::new("pgbench")
        .args(["-n", "-M", "prepared", "-c", "12", "-j", "2", "-T", &seconds])
        .args(files)
        .arg(&url)
        .output();
    let Ok(run) = run else {
        println!("skipped: pgbench absent");
        return None;
    };
    let said = String::from_utf8_lossy(&run.stdout);
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = "));
    let rate = rate.and_then(|rest| rest.split(' ').next()?.parse().ok());
    if rate.is_none() {
        panic!("pgbench: {}", String::from_utf8_lossy(&run.stderr));
    }
    rate
}
