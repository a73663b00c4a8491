//! The audit finds every single wrong number that is planted in good rows.

use crate::random::{LIMITS, request};
use crate::world::*;
use base::TransferId;
use ledger::audit::{Broken, audit};
use ledger::*;
use testkit::Dice;

struct Rows {
    accounts: Vec<Account>,
    transfers: Vec<Transfer>,
    holds: Vec<Hold>,
    legs: Vec<Leg>,
}

fn rows() -> Rows {
    let mut dice = Dice::new(5);
    let mut world = World::new(&LIMITS);
    for n in 1..=7 {
        if ![3, 6].contains(&n) {
            world.fill(n, [500, 20, 0, 0]);
        }
    }
    let mut made = Vec::new();
    for _ in 0..60 {
        let asks: Vec<Ask> = (0..4).map(|_| request(&mut dice, &mut made)).collect();
        world.run(&asks);
    }
    Rows {
        accounts: world.books.accounts().into_iter().cloned().collect(),
        transfers: world.books.transfers().into_iter().cloned().collect(),
        holds: world.holds(),
        legs: world.legs,
    }
}

impl Rows {
    fn audit(&self) -> Vec<Broken> {
        let accounts: Vec<&Account> = self.accounts.iter().collect();
        let transfers: Vec<&Transfer> = self.transfers.iter().collect();
        audit(&accounts, &transfers, &self.holds, &self.legs)
    }
}

fn check(plant: impl FnOnce(&mut Rows), is_meant: fn(&Broken) -> bool) {
    let mut rows = rows();
    assert_eq!(rows.audit(), []);
    plant(&mut rows);
    let found = rows.audit();
    assert!(found.iter().any(is_meant), "{found:?}");
}

fn is_counters(broken: &Broken) -> bool {
    matches!(broken, Broken::Counters { .. })
}

fn more(amount: &mut Amount) {
    *amount = amount.plus(of(1)).expect("room for one");
}

#[test]
fn every_planted_number_is_found() {
    check(|rows| more(&mut rows.accounts[0].state.counters.debits_posted), is_counters);
    check(|rows| more(&mut rows.accounts[1].state.counters.credits_pending), is_counters);
    check(
        |rows| more(&mut rows.accounts[0].state.counters.credits_posted),
        |broken| matches!(broken, Broken::Unbalanced { posted: -1, held: 0, .. }),
    );
    check(
        |rows| {
            // A balance and its transfer together: the books balance, the legs do not.
            let at = rows.transfers.iter().position(|t| t.flags == Flags::NONE).expect("one");
            more(&mut rows.transfers[at].amount);
            let (debit, credit) = (rows.transfers[at].debit, rows.transfers[at].credit);
            for account in &mut rows.accounts {
                if account.id == debit {
                    more(&mut account.state.counters.debits_posted);
                }
                if account.id == credit {
                    more(&mut account.state.counters.credits_posted);
                }
            }
        },
        |broken| matches!(broken, Broken::Legs { .. }),
    );
    check(
        |rows| {
            rows.legs.remove(7);
        },
        |broken| matches!(broken, Broken::Legs { .. }),
    );
    check(|rows| rows.legs[5].version += 1_000, |broken| matches!(broken, Broken::Legs { .. }));
    check(
        |rows| {
            rows.transfers.remove(3);
        },
        is_counters,
    );
}

#[test]
fn every_planted_hold_is_found() {
    let is_hold = |broken: &Broken| matches!(broken, Broken::Hold { .. });
    let waiting = |rows: &Rows| {
        rows.holds.iter().position(|hold| hold.state == HoldState::Waiting).expect("one")
    };
    check(
        |rows| {
            let at = waiting(rows);
            rows.holds[at].state = HoldState::Posted { by: TransferId::from_bits(1) };
        },
        is_hold,
    );
    check(
        |rows| {
            let is_posted = |hold: &Hold| matches!(hold.state, HoldState::Posted { .. });
            let at = rows.holds.iter().position(is_posted).expect("one");
            rows.holds[at].state = HoldState::Waiting;
        },
        is_hold,
    );
    check(
        |rows| {
            let at = waiting(rows);
            rows.holds.remove(at);
        },
        is_hold,
    );
    check(
        |rows| {
            let again = rows.transfers.iter().find(|t| t.flags.has(Flags::POST)).cloned();
            let again = again.expect("one");
            rows.transfers.push(Transfer { id: id(9_999), ..again });
        },
        is_hold,
    );
}

#[test]
fn a_broken_limit_and_a_stray_are_found() {
    check(
        |rows| {
            let is_free = |account: &Account| account.limit == Limit::Free;
            for account in rows.accounts.iter_mut().filter(|account| is_free(account)) {
                account.limit = Limit::DebitsWithinCredits;
            }
        },
        |broken| matches!(broken, Broken::Limit { .. }),
    );
    check(
        |rows| rows.transfers[0].book = Book::parse("USD").expect("a book"),
        |broken| matches!(broken, Broken::Stray { .. }),
    );
}
