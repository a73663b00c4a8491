//! The books: transfers a second in the engine and through the one door, each beside a bare loop on the
//! same disk in the same run.
//!
//! `cargo bench --bench ledger`. A number as argument shortens every run to so many seconds; `sqlite` or
//! `postgres` measures that database alone. With
//! `BELLWETHER_TEST_POSTGRES` set, the same acts run on PostgreSQL beside a posting function in PL/pgSQL on the
//! same server. Aims: ledger.md 17 and CONTRACTS 5.

#[path = "ledger/bare.rs"]
mod bare;
#[path = "ledger/engine.rs"]
mod engine;
#[path = "ledger/statement.rs"]
mod statement;

use app::ledger::{Amount, Move, OpenAccount, PostTransfers, Request};
use base::{AccountId, TransferId};
use ledger::{Book, Limit, Purpose};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use worlds::{Database, On, World};

const CALLERS: usize = 256;
/// Transfers of one act where they are batched.
const BATCH: usize = 1_000;

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
pub fn clock() -> Instant {
    Instant::now()
}

fn main() {
    let seconds = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(5);
    let run_for = Duration::from_secs(seconds);
    engine::measure();
    let alone = |name: &str| std::env::args().any(|arg| arg == name);
    for on in [On::Sqlite, On::Postgres] {
        let other = if on == On::Sqlite { "postgres" } else { "sqlite" };
        if alone(other) {
            continue;
        }
        let Some(database) = Database::fresh(on) else { continue };
        let world = World::in_database(database);
        let accounts: Vec<(AccountId, AccountId)> =
            (0..CALLERS).map(|_| (open(&world), open(&world))).collect();
        let one = singles(&world, &accounts[..1], run_for);
        let many = singles(&world, &accounts, run_for);
        let hot: Vec<(AccountId, AccountId)> = accounts
            .iter()
            .enumerate()
            .map(|(n, (a, b))| if n % 10 == 0 { (*a, *b) } else { (*a, accounts[0].1) })
            .collect();
        let hot = singles(&world, &hot, run_for);
        let two_phase = two_phase(&world, &accounts, run_for);
        let batched = batched(&world, accounts[0], run_for);
        println!("{on:?}: one caller {one:.0} transfers/s, {CALLERS} callers {many:.0}/s");
        println!(
            "{on:?}: nine tenths on one account {hot:.0}/s, {:.2} of the load spread evenly",
            hot / many
        );
        println!("{on:?}: two-phase, {CALLERS} callers {two_phase:.0} acts/s");
        println!("{on:?}: {BATCH} an act, one caller {batched:.0} transfers/s");
        match on {
            On::Sqlite => {
                let (single, grouped) = (bare::sqlite(1, run_for), bare::sqlite(BATCH, run_for));
                let group = bare::sqlite(CALLERS, run_for);
                println!(
                    "bare SQLite: one a commit {single:.0}/s, {BATCH} a commit {grouped:.0}/s, {CALLERS} a commit {group:.0}/s"
                );
                println!(
                    "Sqlite: one by one {:.2} of bare (aim 0.5), batched {:.2} (aim 0.2), two-phase {:.2} of a bare group commit of {CALLERS}",
                    one / single,
                    batched / grouped,
                    two_phase / group
                );
                statement::measure(&world);
            }
            On::Postgres => {
                if let Some(peer) = bare::plpgsql(&world, run_for) {
                    println!("PL/pgSQL posting function: {peer:.0} transfers/s with 12 clients");
                    println!("Postgres: {:.2} of the function (aim 1.0)", many / peer);
                }
            }
        }
        assert_eq!(world.city.check_books().expect("checked"), [], "the books are whole");
    }
}

/// An account that anything may move on.
pub fn open(world: &World) -> AccountId {
    let act = OpenAccount {
        account: world.city.new_account_id(),
        book: Book::parse("CNY").expect("a book"),
        purpose: Purpose::Payable,
        owner: world.hall,
        subject: String::new(),
        limit: Limit::Free,
        bank: None,
    };
    world.city.perform(&world.operator(), act).expect("an account").account
}

pub fn request(world: &World, (debit, credit): (AccountId, AccountId), hold: bool) -> Request {
    let does = Move::Transfer {
        debit,
        credit,
        amount: Amount::Exactly(1),
        book: "CNY".to_owned(),
        hold_seconds: hold.then_some(0),
        balancing: (false, false),
    };
    Request::new(world.city.new_transfer_id(), does, 1)
}

/// Acts of one transfer, a caller for each pair of accounts.
fn singles(world: &World, pairs: &[(AccountId, AccountId)], run_for: Duration) -> f64 {
    rate(pairs, run_for, |pair| {
        let act = PostTransfers::new(vec![request(world, pair, false)]);
        world.city.perform(&world.operator(), act).expect("posted");
        1
    })
}

/// Acts that hold, and acts that post what was held.
fn two_phase(world: &World, pairs: &[(AccountId, AccountId)], run_for: Duration) -> f64 {
    rate(pairs, run_for, |pair| {
        let held = request(world, pair, true);
        let hold: TransferId = held.id;
        world.city.perform(&world.operator(), PostTransfers::new(vec![held])).expect("held");
        let post = Move::Post { hold, amount: Amount::All };
        let post = Request::new(world.city.new_transfer_id(), post, 0);
        world.city.perform(&world.operator(), PostTransfers::new(vec![post])).expect("posted");
        2
    })
}

/// Acts of many transfers, one after another.
fn batched(world: &World, pair: (AccountId, AccountId), run_for: Duration) -> f64 {
    rate(&[pair], run_for, |pair| {
        let many = (0..BATCH).map(|_| request(world, pair, false)).collect();
        world.city.perform(&world.operator(), PostTransfers::new(many)).expect("posted");
        BATCH as u64
    })
}

fn rate(
    pairs: &[(AccountId, AccountId)],
    run_for: Duration,
    run: impl Fn((AccountId, AccountId)) -> u64 + Sync,
) -> f64 {
    let n = AtomicU64::new(0);
    let started = clock();
    std::thread::scope(|scope| {
        for pair in pairs {
            let (n, run) = (&n, &run);
            scope.spawn(move || {
                while started.elapsed() < run_for {
                    n.fetch_add(run(*pair), Ordering::Relaxed);
                }
            });
        }
    });
    n.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64()
}
