//! A balance at any instant is that of a replay up to it, and statements fit together.

use crate::random::{LIMITS, request};
use crate::world::*;
use base::{Instant, Span};
use ledger::statement::{Statement, as_of};
use ledger::*;
use testkit::Dice;

fn story(seed: u64) -> (World, Vec<(Instant, Vec<Counters>)>) {
    let mut dice = Dice::new(seed);
    let mut world = World::new(&LIMITS);
    let mut made = Vec::new();
    let mut seen = Vec::new();
    for _ in 0..80 {
        let asks: Vec<Ask> = (0..3).map(|_| request(&mut dice, &mut made)).collect();
        world.run(&asks);
        let all = (1..=7).map(|n| world.account(n).state.counters).collect();
        seen.push((world.now, all));
        world.wait(1);
    }
    (world, seen)
}

fn legs(world: &World, n: u128) -> Vec<Leg> {
    world.legs.iter().filter(|leg| leg.account == acc(n)).cloned().collect()
}

#[test]
fn a_balance_of_any_instant_is_what_it_was() {
    for seed in 0..10 {
        let (world, seen) = story(seed);
        for n in 1..=7 {
            let legs = legs(&world, n);
            assert_eq!(as_of(&legs, Instant::from_micros(0)), Counters::default());
            for (at, all) in &seen {
                let place = usize::try_from(n).expect("small") - 1;
                assert_eq!(as_of(&legs, *at), all[place], "seed {seed} A{n} {at:?}");
            }
        }
    }
}

#[test]
fn statements_of_touching_spans_fit_together() {
    let (world, seen) = story(3);
    let cut = seen[40].0;
    let (from, to) = (Instant::from_micros(0), world.now);
    let of = |n, from, to| {
        let span = Span::new(from, to).expect("a span");
        let find = |id| world.books.transfer(id);
        Statement::of(world.account(n), &legs(&world, n), find, span)
    };
    for n in 1..=7 {
        let (whole, first, second) = (of(n, from, to), of(n, from, cut), of(n, cut, to));
        assert_eq!(first.closing, second.opening);
        assert_eq!(whole.closing, world.account(n).state.counters);
        assert_eq!(whole.lines, [first.lines, second.lines].concat());
        let sums = whole.turnover();
        let counters = whole.closing;
        let want = (counters.debits_posted.minor(), counters.credits_posted.minor());
        assert_eq!(sums, (i128::from(want.0), i128::from(want.1)), "A{n}");
        for line in &whole.lines {
            assert_ne!(line.counterparty, Some(acc(n)));
        }
        let last = whole.lines.last().map(|line| line.after);
        assert_eq!(last.unwrap_or_default(), counters.shown(Side::Credit));
    }
}
