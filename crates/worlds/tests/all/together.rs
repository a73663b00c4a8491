//! Acts that wait at the same time may share a transaction; each ends as it would by itself.

use crate::ledger::{Books, code};
use base::AccountId;
use ledger::Limit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::{End, Errand, Part, StoreError, Tx};
use worlds::{World, on_both};

/// More than there are connections that perform acts.
const BUSY: usize = 24;
const PAIRS: usize = 36;

fn errand(name: &'static str) -> Errand {
    Errand { name, read_committed: true, ..Errand::default() }
}

/// Keeps everybody who performs acts busy until so many wait, runs them all, and then goes on.
fn together(world: &World, n: usize, run: impl Fn(usize) + Sync) {
    let is_free = Arc::new(AtomicBool::new(false));
    let store = world.city.store();
    std::thread::scope(|scope| {
        for _ in 0..BUSY {
            let is_free = Arc::clone(&is_free);
            scope.spawn(move || {
                let stand = move |_: &mut Tx<'_>, _: Part| {
                    while !is_free.load(Ordering::Relaxed) {
                        std::thread::sleep(Duration::from_millis(2));
                    }
                    Ok(End::Keep)
                };
                let errand = Errand { read_committed: false, ..errand("stand") };
                store.perform(errand, Box::new(stand)).expect("stood");
            });
        }
        for own in 0..n {
            let run = &run;
            scope.spawn(move || run(own));
        }
        // A writer that takes several at once leaves fewer that are seen to wait.
        for _ in 0..500 {
            if store.n_waiting() >= n {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        is_free.store(true, Ordering::Relaxed);
    });
}

on_both! {
    fn what_waits_together_ends_as_if_alone(world) {
        let books = Books::new(world);
        let open = |limit| books.open(limit);
        let pairs: Vec<(AccountId, AccountId)> =
            (0..PAIRS).map(|_| (open(Limit::Free), open(Limit::Free))).collect();
        let poor = (open(Limit::DebitsWithinCredits), open(Limit::Free));
        let (too_much, twice) = (books.mv(poor, 9), books.mv((open(Limit::Free), open(Limit::Free)), 7));
        let n_before = n_posted(world);
        together(world, PAIRS + 5, |own| match own {
            own if own < PAIRS => {
                books.done(&[books.mv(pairs[own], 5)]);
            }
            own if own < PAIRS + 2 => {
                books.done(std::slice::from_ref(&twice));
            }
            own if own < PAIRS + 3 => {
                let no = books.run(std::slice::from_ref(&too_much)).expect_err("refused");
                assert_eq!(code(&no), "ledger-exceeds-credits");
            }
            own if own < PAIRS + 4 => {
                let stumble = |tx: &mut Tx<'_>, _: Part| {
                    store::gate::add(tx, "3:P::*")?;
                    panic!("planted")
                };
                let no = world.city.store().perform(errand("stumble"), Box::new(stumble));
                assert!(matches!(no, Err(StoreError::Panicked(_))), "{no:?}");
            }
            // It reads what it has written before.
            _ => {
                let write = |tx: &mut Tx<'_>, _: Part| {
                    store::gate::add(tx, "3:Q::*")?;
                    assert!(store::gate::known(tx)?.contains(&"3:Q::*".to_owned()));
                    Ok(End::Keep)
                };
                world.city.store().perform(errand("write"), Box::new(write)).expect("written");
            }
        });
        for (debit, credit) in pairs {
            assert_eq!((books.shown(debit).0.abs(), books.shown(credit).0.abs()), (5, 5));
        }
        assert_eq!(books.version(poor.0), 0);
        assert_eq!(books.refused(std::slice::from_ref(&too_much)), "ledger-id-already-failed", "burnt");
        assert!(books.done(&[twice]).transfers[0].replayed);
        assert_eq!(n_posted(world) - n_before, PAIRS + 1, "an event each, and none twice");
        let gates = world.city.store().read(store::gate::known).expect("read");
        assert!(gates.contains(&"3:Q::*".to_owned()) && !gates.contains(&"3:P::*".to_owned()));
        books.sound();
    }

    /// Where one fails in the database itself, those beside it are done all the same.
    fn a_neighbour_that_fails_harms_nobody(world) {
        let books = Books::new(world);
        let pairs: Vec<(AccountId, AccountId)> =
            (0..PAIRS).map(|_| (books.open(Limit::Free), books.open(Limit::Free))).collect();
        together(world, PAIRS, |own| {
            if own % 12 == 6 {
                // A row that refers to nothing.
                let fail = |tx: &mut Tx<'_>, _: Part| {
                    let nobody = base::PersonId::from_bits(7);
                    let (none, at) = (base::Clearance::nobody(), base::Instant::from_micros(1));
                    store::person::set_clearance(tx, nobody, &none, "nobody", at)?;
                    Ok(End::Keep)
                };
                let no = world.city.store().perform(errand("fail"), Box::new(fail));
                assert!(matches!(no, Err(StoreError::Constraint(_))), "{no:?}");
            } else {
                books.done(&[books.mv(pairs[own], 5)]);
            }
        });
        for (own, (debit, _)) in pairs.iter().enumerate() {
            assert_eq!(books.shown(*debit).0.abs(), if own % 12 == 6 { 0 } else { 5 });
        }
        books.sound();
    }
}

/// Events of posted chains so far.
fn n_posted(world: &World) -> usize {
    let store = world.city.store();
    while store.read(store::log::n_waiting).expect("a count") > 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let posted = |tx: &mut Tx<'_>| store::log::entries_of_kind(tx, "ledger-posted", 1 << 40, 1_000);
    store.read(posted).expect("entries").len()
}
