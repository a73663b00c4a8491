//! `kill -9` while money moves: every transfer that was answered is there, and no chain is half there.
//!
//! The test starts itself as a child that posts chains of three and prints each one it was answered.

use crate::ledger::Books;
use app::ledger::{Amount, Move, PostTransfers, Request};
use app::{Asker, City, Who};
use base::{AccountId, PersonId, TransferId};
use ledger::Limit;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use worlds::{Database, On, World};

const CHAINS: usize = 600;
const CALLERS: usize = 32;
const TRIES: usize = 20;
const PLACE: &str = "BELLWETHER_MONEY_KILL_PLACE";

/// The n-th chain, the same whenever it is asked again: from the first account through the second
/// to the third, and one unit held.
fn chain(city: &City, who: &Asker, accounts: &[AccountId; 3], n: usize) -> bool {
    let id = |leg: usize| TransferId::from_bits(1_000 + (n * 3 + leg) as u128);
    let does = |from: usize, to: usize, hold: Option<u32>| Move::Transfer {
        debit: accounts[from],
        credit: accounts[to],
        amount: Amount::Exactly(1 + n as i64),
        book: "CNY".to_owned(),
        hold_seconds: hold,
        balancing: (false, false),
    };
    let asked = vec![
        Request::new(id(0), does(0, 1, None), 1),
        Request::new(id(1), does(1, 2, None), 1),
        Request::new(id(2), does(0, 2, Some(0)), 1),
    ];
    city.perform(who, PostTransfers::new(asked)).is_ok()
}

/// Not a test by itself: the child, when its place is told; otherwise nothing.
#[test]
fn child() {
    let Ok(told) = std::env::var(PLACE) else { return };
    let parts: Vec<&str> = told.split(' ').collect();
    let [place, person, a, b, c] = parts.as_slice() else { panic!("place, person, accounts") };
    let city = World::city_at(&store::Place::parse(place), 77);
    let who = Asker::person(PersonId::parse(person).expect("a person"));
    let accounts = [a, b, c].map(|id| AccountId::parse(id).expect("an account"));
    let (city, who, accounts) = (&city, &who, &accounts);
    std::thread::scope(|scope| {
        for caller in 0..CALLERS {
            scope.spawn(move || {
                for n in (caller..CHAINS).step_by(CALLERS) {
                    if (0..TRIES).any(|_| chain(city, who, accounts, n)) {
                        let mut out = std::io::stderr().lock();
                        let _ = writeln!(out, "acknowledged {n}");
                    }
                }
            });
        }
    });
}

/// How many of a chain's three transfers are there.
fn there(city: &City, n: usize) -> usize {
    let is_there = |leg: &usize| {
        let id = TransferId::from_bits(1_000 + (n * 3 + leg) as u128);
        city.store().read(|tx| store::ledger::transfer(tx, id)).expect("rows").is_some()
    };
    (0..3).filter(is_there).count()
}

fn round(on: On, kill_after: usize) -> Option<()> {
    let world = World::in_database(Database::fresh(on)?);
    let accounts = {
        let books = Books::new(&world);
        [books.open(Limit::Free), books.open(Limit::DebitsWithinCredits), books.open(Limit::Free)]
    };
    let operator = world.operator();
    let Who::Person(person) = operator.who else { panic!("a person") };
    let World { city, database, .. } = world;
    drop(city);
    let place = match &database.place {
        store::Place::Folder(folder) => folder.display().to_string(),
        store::Place::Postgres(url) => url.clone(),
    };
    let [a, b, c] = accounts;
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "ledger_kill::child", "--nocapture", "--test-threads=1"])
        .env(PLACE, format!("{place} {person} {a} {b} {c}"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a child");
    let lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let mut acknowledged: Vec<usize> = Vec::new();
    for line in lines.map_while(Result::ok) {
        acknowledged
            .extend(line.strip_prefix("acknowledged ").and_then(|n| n.parse::<usize>().ok()));
        if acknowledged.len() == kill_after {
            child.kill().expect("killed");
        }
    }
    let _ = child.wait();
    let city = World::city_at(&database.place, 78);
    for n in &acknowledged {
        assert_eq!(there(&city, *n), 3, "{on:?}: {n} was answered");
    }
    for n in 0..CHAINS {
        assert!(matches!(there(&city, n), 0 | 3), "{on:?}: {n} is half there");
    }
    assert_eq!(city.check_books().expect("checked"), [], "{on:?}");
    for n in 0..CHAINS {
        assert!(chain(&city, &operator, &accounts, n), "{on:?}: {n} asked again");
    }
    let sum: i64 = (0..CHAINS as i64).map(|n| n + 1).sum();
    let shown = |id| city.ledger_account(&operator, id).expect("an account").shown;
    assert_eq!((shown(b).balance, shown(c).balance), (0, sum), "{on:?}: nothing twice");
    assert_eq!(shown(c).announced, sum, "{on:?}: every hold once");
    assert_eq!(city.check_books().expect("checked"), [], "{on:?}");
    Some(())
}

#[test]
fn soak_a_killed_process_leaves_no_money_half_moved() {
    let n_rounds = if std::env::var_os("BELLWETHER_SOAK").is_some() { 30 } else { 2 };
    let mut dice = testkit::Dice::new(20_260_303);
    for on in [On::Sqlite, On::Postgres] {
        for _ in 0..n_rounds {
            let kill_after = 1 + dice.below(CHAINS - 100);
            if round(on, kill_after).is_none() {
                break;
            }
        }
    }
}
