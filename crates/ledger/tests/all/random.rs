//! Random batches against the slow model, and the proof that they would notice a mistake.

use crate::model::{Fault, Model};
use crate::world::*;
use ledger::audit::audit;
use ledger::*;
use testkit::Dice;

pub(crate) const LIMITS: [Limit; 7] = [
    Limit::Free,
    Limit::DebitsWithinCredits,
    Limit::CreditsWithinDebits,
    Limit::DebitsWithinCredits,
    Limit::DebitsWithinCredits,
    Limit::CreditsWithinDebits,
    Limit::Free,
];

/// One request: mostly sensible, of few accounts and ids, so that everything meets everything.
pub(crate) fn request(dice: &mut Dice, made: &mut Vec<u128>) -> Ask {
    let account = |dice: &mut Dice| {
        let is_absent = dice.below(40) == 0;
        1 + dice.below(LIMITS.len() + usize::from(is_absent))
    };
    let (debit, credit) = (account(dice) as u128, account(dice) as u128);
    let amount = match dice.below(60) {
        0 => i64::MAX - i64::try_from(dice.below(3)).expect("small"),
        1..=4 => 0,
        _ => i64::try_from(dice.below(60)).expect("small"),
    };
    let is_again = !made.is_empty() && dice.below(6) == 0;
    let n = if is_again { *dice.pick(made) } else { 100 + made.len() as u128 };
    made.push(n);
    let back = 1 + dice.below(12).min(made.len() - 1);
    let hold = made[made.len() - back];
    let mut ask = match dice.below(10) {
        0 | 1 => post(n, hold, amount),
        2 => post_all(n, hold),
        3 => void(n, hold),
        _ => mv(n, debit, credit, amount),
    };
    if !ask.flags.resolves() {
        let timeout = [0, 1, 2, 5][dice.below(4)];
        if dice.below(2) == 0 {
            ask = ask.pending(timeout);
        } else if dice.below(30) == 0 {
            ask.timeout_s = timeout;
        }
        for flag in [Flags::BALANCING_DEBIT, Flags::BALANCING_CREDIT] {
            if dice.below(6) == 0 {
                ask = ask.with(flag);
            }
        }
        for flag in [Flags::CLOSING_DEBIT, Flags::CLOSING_CREDIT] {
            if dice.below(25) == 0 {
                ask = ask.with(flag);
            }
        }
        if dice.below(12) == 0 {
            ask = all(ask);
        }
    }
    if dice.below(4) == 0 { ask.with(Flags::LINKED) } else { ask }
}

/// Lives one seeded life in both; gives how many requests it had, or where they parted.
fn live(seed: u64, n_batches: usize, fault: Option<Fault>) -> Result<usize, String> {
    let mut dice = Dice::new(seed);
    let mut world = World::new(&LIMITS);
    let mut model = Model::new(&LIMITS, fault);
    let mut made = Vec::new();
    let mut n = 0;
    for batch in 0..n_batches {
        let mut asks: Vec<Ask> =
            (0..=dice.below(5)).map(|_| request(&mut dice, &mut made)).collect();
        if dice.below(8) == 0 {
            asks.extend(asks.clone());
        }
        if dice.below(3) == 0 {
            // Whole and half seconds, so that some moments are exactly the end of a hold.
            let half = i64::try_from(dice.below(4)).expect("small") * 500_000;
            world.now = base::Instant::from_micros(world.now.micros() + half);
        }
        n += asks.len();
        let (answers, changes) = world.books.run(&asks, world.now);
        world.legs.extend(changes.legs);
        let got: Vec<u16> = answers.iter().map(|answer| answer.number()).collect();
        let want = model.run(&asks, world.now);
        if got != want {
            return Err(format!("seed {seed} batch {batch}: {got:?} {want:?} {asks:#?}"));
        }
        if dice.below(20) == 0 {
            let changes = world.books.sweep(world.now, 1_000);
            world.legs.extend(changes.legs);
            model.free(world.now, None);
        }
        for n in 1..=LIMITS.len() as u128 {
            let [d, c, dp, cp] = model.sums(acc(n));
            let got = world.counters(n).map(i128::from);
            if got != [c, d, cp, dp] {
                return Err(format!("seed {seed} batch {batch}: A{n} {got:?} {asks:?}"));
            }
        }
    }
    let books = &world.books;
    let found = audit(&books.accounts(), &books.transfers(), &world.holds(), &world.legs);
    if found.is_empty() { Ok(n) } else { Err(format!("seed {seed}: {found:?}")) }
}

#[test]
fn the_engine_agrees_with_the_slow_model() {
    for seed in 0..400 {
        if let Err(why) = live(seed, 60, None) {
            panic!("{why}");
        }
    }
}

/// Ten million requests; a fiftieth of them in the gate.
#[test]
fn soak_ten_million_requests_in_engine_and_model() {
    let is_long = std::env::var_os("BELLWETHER_SOAK").is_some();
    let wanted = if is_long { 10_000_000 } else { 200_000 };
    let (mut n, mut seed) = (0, 10_000);
    while n < wanted {
        // Lives of every length, so that some have many holds that are over.
        let length = 20 + usize::try_from(seed % 7).expect("small") * 20;
        n += live(seed, length, None).unwrap_or_else(|why| panic!("{why}"));
        seed += 1;
    }
    println!("{n} requests in {} lives", seed - 10_000);
}

#[test]
fn every_planted_fault_is_noticed() {
    for fault in Fault::ALL {
        let noticed = (0..120).find_map(|seed| live(seed, 60, Some(fault)).err());
        assert!(noticed.is_some(), "{fault:?} went unnoticed");
    }
}

#[test]
fn a_batch_twice_is_a_batch_once() {
    for seed in 500..560 {
        let mut dice = Dice::new(seed);
        let mut world = World::new(&LIMITS);
        world.fill(2, [500, 0, 0, 0]);
        let mut made = Vec::new();
        let asks: Vec<Ask> = (0..40).map(|_| request(&mut dice, &mut made)).collect();
        let (first, _) = world.run(&asks);
        let before = world.books.clone();
        let (again, changes) = world.run(&asks);
        for (one, two) in first.iter().zip(&again) {
            match one {
                Answer::Created { amount, at } => {
                    assert_eq!(*two, Answer::Exists { amount: *amount, at: *at }, "seed {seed}");
                }
                Answer::Refused(why) if why.is_transient() => {
                    assert!(!two.is_success(), "seed {seed}: {two:?}");
                }
                _ => {}
            }
        }
        // What was merely badly said may be said better now; nothing that stood has changed.
        for kept in before.transfers() {
            assert_eq!(world.books.transfer(kept.id), Some(kept));
        }
        assert!(changes.transfers.iter().all(|new| {
            first.iter().zip(&asks).any(|(answer, ask)| ask.id == new.id && !answer.is_success())
        }));
    }
}

#[test]
fn transfers_that_do_not_meet_may_come_in_any_order() {
    for seed in 0..40 {
        let mut dice = Dice::new(seed);
        // Free accounts alone: nothing is refused, so nothing depends on order.
        let mut asks: Vec<Ask> = (0..60)
            .map(|n| {
                let (debit, credit) = (1 + dice.below(5), 1 + dice.below(4));
                let credit = if credit == debit { 5 } else { credit };
                let amount = i64::try_from(dice.below(1_000)).expect("small");
                mv(n + 1, debit as u128, credit.min(5) as u128, amount)
            })
            .filter(|ask| ask.debit != ask.credit)
            .collect();
        let counters = |asks: &[Ask]| {
            let mut world = World::new(&[Limit::Free; 5]);
            world.chain(asks, &vec![0; asks.len()]);
            (1..=5).map(|n| world.counters(n)).collect::<Vec<_>>()
        };
        let want = counters(&asks);
        for n in (1..asks.len()).rev() {
            asks.swap(n, dice.below(n + 1));
        }
        assert_eq!(counters(&asks), want, "seed {seed}");
    }
}

#[test]
fn the_same_requests_make_the_same_books() {
    let run = || {
        let mut dice = Dice::new(77);
        let mut world = World::new(&LIMITS);
        let mut made = Vec::new();
        let mut story = Vec::new();
        for _ in 0..200 {
            let asks: Vec<Ask> = (0..6).map(|_| request(&mut dice, &mut made)).collect();
            world.wait(1);
            story.push(world.books.run(&asks, world.now));
        }
        format!("{story:?}")
    };
    assert_eq!(run(), run());
}
