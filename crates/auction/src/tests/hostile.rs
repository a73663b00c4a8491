//! Entries that nobody means well with: any kind, any number, any instant, in any order.
//!
//! Nothing panics, and what must hold after every entry holds.

use super::common::*;
use super::dice;
use crate::protocol::{check, write};
use crate::*;
use base::Instant;
use testkit::Dice;

const N_GATE: u64 = 3_000;
const N_SOAK: u64 = 30_000;

fn number(dice: &mut Dice) -> i64 {
    match dice.below(12) {
        0 => i64::MAX,
        1 => i64::MIN,
        2 => -1,
        3 => 0,
        4 => i64::from_ne_bytes(dice.roll().to_ne_bytes()),
        _ => i64::try_from(dice.below(80)).unwrap(),
    }
}

fn instant(dice: &mut Dice) -> Instant {
    match dice.below(12) {
        0 => Instant::from_micros(number(dice)),
        _ => at(i64::try_from(dice.below(240)).unwrap() * SECOND - 20 * SECOND),
    }
}

fn input(dice: &mut Dice, sequence: u64) -> Input {
    let lot = if dice.below(30) == 0 { usize::MAX } else { dice.below(2) };
    let bidder = Bidder(u32::try_from(dice.below(5)).unwrap());
    let unopened = [Unopened::Undecryptable, Unopened::NotHis, Unopened::Unreadable];
    match dice.below(60) {
        0 => Input::Admit { bidder, rank: Some(1) },
        1 => Input::HoldDeposit { lot, bidder },
        2 => Input::FreeDeposit { lot, bidder },
        3..6 => Input::Seal { lot, bidder, commitment: [7; 32] },
        6..9 => {
            let sealed = sequence.saturating_sub(u64::try_from(dice.below(30)).unwrap());
            let is_good = dice.below(3) > 0;
            let amount = if is_good { Ok(number(dice)) } else { Err(*dice.pick(&unopened)) };
            Input::Open { lot, sealed, amount }
        }
        9 => Input::Buy { lot, bidder },
        10 => Input::TakeBack { lot, bidder },
        11 => Input::Confirm { lot, bidder },
        12 => {
            let reserve = (dice.below(2) == 0).then(|| number(dice));
            Input::Edit { lot, terms: LotTerms { start: number(dice), reserve } }
        }
        13 => Input::Exclude { bidder },
        14 => Input::Halt { lot },
        15..17 => Input::GoOn { lot },
        17 => Input::Withdraw { lot },
        18 if dice.below(3) == 0 => Input::CallOff { lot, why: CallOff::NoDemand },
        19 => Input::Return { lot, away_since: instant(dice) },
        20 => Input::Close { lot },
        _ => {
            let stage = (dice.below(9) == 0).then(|| u32::try_from(dice.below(90)).unwrap());
            Input::Bid { lot, bidder, amount: number(dice), stage }
        }
    }
}

/// Two lots of a kind, under rules that the dice made.
fn rules(seed: u64, dice: &mut Dice) -> Rules {
    let (rules, _) = dice::auction(seed);
    let lots = vec![rules.lots[0].clone(), rules.lots[0].clone()];
    let edits_until = Some(instant(dice));
    let is_joined = matches!(rules.mode, Mode::English(_)) && dice.below(2) == 0;
    Rules { lots, edits_until, is_joined, ..rules }
}

#[test]
fn soak_hostile_entries_break_nothing() {
    let n = if std::env::var_os("BELLWETHER_SOAK").is_some() { N_SOAK } else { N_GATE };
    let mut n_accepted = 0;
    for seed in 0..n {
        let mut dice = Dice::new(seed ^ 0xbad);
        let rules = rules(seed, &mut dice);
        let mut event = Event::open(rules.clone()).unwrap();
        let mut entries: Vec<Entry> = (1..=5)
            .map(|n| {
                let bidder = Bidder(u32::try_from(n).unwrap() - 1);
                let input = Input::Admit { bidder, rank: None };
                Entry { sequence: n, received: at(-20 * SECOND), input }
            })
            .collect();
        for sequence in 6..80 {
            let stale = if dice.below(40) == 0 { 3 } else { sequence };
            let input = input(&mut dice, sequence);
            entries.push(Entry { sequence: stale, received: instant(&mut dice), input });
        }
        for entry in &entries {
            let held = [event.outcome(0).cloned(), event.outcome(1).cloned()];
            n_accepted += usize::from(event.apply(entry).is_ok());
            for (lot, held) in held.into_iter().enumerate() {
                holds(&event, lot, entry, held.as_ref());
            }
        }
        // Whatever was entered can be written down and run again.
        let text = write(rules, &entries).unwrap();
        check(&text).unwrap_or_else(|wrong| panic!("{seed}: {wrong}"));
    }
    assert!(n_accepted > usize::try_from(n).unwrap() * 8, "{n_accepted}");
}

/// What must be true of a lot after any entry.
fn holds(event: &Event, lot: usize, entry: &Entry, before: Option<&Outcome>) {
    let view = event.view(lot, entry.received).unwrap();
    assert_eq!(view.is_closed, event.outcome(lot).is_some());
    if before.is_some() {
        assert_eq!(event.outcome(lot), before, "a result stands: {entry:?}");
    }
    let side = event.rules().side;
    if let (Mode::English(_), Some(leader), Some(price)) =
        (&event.rules().mode, view.leader, view.price)
    {
        let limit = event.offer_of(lot, leader).unwrap();
        let is_within = side.value(price) <= side.value(limit);
        assert!(is_within, "a price within its leader's limit: {price}, {limit}");
    }
    let fates = event.fates(lot);
    let mut bidders: Vec<Bidder> = fates.iter().map(|(bidder, _)| *bidder).collect();
    bidders.dedup();
    assert_eq!(bidders.len(), fates.len(), "a deposit has one fate");
    if let Some(Outcome::Sold(sale)) = event.outcome(lot) {
        let n_kept = fates.iter().filter(|(_, fate)| *fate == Fate::TowardsPrice).count();
        assert!(n_kept <= sale.winners.len());
        for winner in &sale.winners {
            // A lot that starts at nothing may go for nothing; nobody is ever paid to take it.
            assert!(winner.price >= 0, "{sale:?}");
        }
        if event.rules().lots[lot].deposit.is_some() {
            assert_eq!(n_kept, sale.winners.len(), "every winner's deposit is held");
        }
    }
}
