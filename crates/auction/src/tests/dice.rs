//! Random auctions from a seed: small numbers, so that ties, edges and refusals are frequent.

use super::common::*;
use crate::*;
use testkit::Dice;

/// Which mode a seed is about.
pub(crate) const N_MODES: usize = 5;

/// Rules and entries of one seed.
pub(crate) fn auction(seed: u64) -> (Rules, Vec<Entry>) {
    let mut dice = Dice::new(seed);
    let mode = usize::try_from(seed % N_MODES as u64).unwrap();
    let rules = rules_of(mode, &mut dice);
    let entries = entries_of(mode, &rules, &mut dice);
    (rules, entries)
}

fn number(dice: &mut Dice, from: i64, below: i64) -> i64 {
    from + i64::try_from(dice.below(usize::try_from(below - from).unwrap())).unwrap()
}

fn chance(dice: &mut Dice, percent: usize) -> bool {
    dice.below(100) < percent
}

/// A lot runs a hundred seconds.
const CLOSES: i64 = 100 * SECOND;

fn rules_of(mode: usize, dice: &mut Dice) -> Rules {
    let steps = match dice.below(4) {
        0 => Steps::one(Step::Fixed(number(dice, 1, 4))),
        1 => Steps::one(Step::Share(1_000)),
        2 => Steps::new(vec![(0, Step::Fixed(1)), (20, Step::Fixed(3)), (40, Step::Fixed(7))]),
        _ => Steps::new(vec![(0, Step::Fixed(2)), (30, Step::Share(1_000))]),
    };
    let soft_close = chance(dice, 80).then(|| SoftClose {
        window_us: number(dice, 1, 10) * SECOND,
        stretch: if chance(dice, 70) { Stretch::Reset } else { Stretch::Add },
        cap_us: chance(dice, 60).then(|| number(dice, 0, 30) * SECOND),
        extensions_max: chance(dice, 20).then_some(2),
    });
    let n_winners = u32::try_from(number(dice, 1, 4)).unwrap();
    let replacing = if chance(dice, 80) { Replacing::Allowed } else { Replacing::Final };
    let n_rounds = u32::try_from(number(dice, 1, 4)).unwrap();
    let turns = Rounds {
        n_rounds,
        pause_us: 5 * SECOND,
        turn_us: 4 * SECOND,
        between_us: 3 * SECOND,
        steps: steps.clone(),
    };
    let hybrid = Hybrid {
        pause_us: 2 * SECOND,
        n_stages: 8,
        stage_us: 5 * SECOND,
        fall_bp: 1_000,
        sealed_pause_us: 2 * SECOND,
        sealed_us: 20 * SECOND,
        best_pause_us: 2 * SECOND,
        best_us: 10 * SECOND,
    };
    let english = |is_proxy| {
        let (steps, soft_close) = (steps.clone(), soft_close.clone());
        Mode::English(English { is_proxy, steps, soft_close, running_us_min: 0 })
    };
    let mode = match mode {
        0 => english(false),
        1 => english(true),
        2 if chance(dice, 50) => Mode::Sealed(Sealed { pricing: Pricing::First, replacing }),
        2 => Mode::Sealed(Sealed { pricing: Pricing::Second { n_winners }, replacing }),
        3 => Mode::Rounds(turns),
        _ => Mode::Hybrid(hybrid),
    };
    let is_hybrid = matches!(mode, Mode::Hybrid(_));
    let side = if chance(dice, 70) || is_hybrid { Side::Sale } else { Side::Purchase };
    let start = if side == Side::Sale { number(dice, 1, 20) } else { number(dice, 40, 60) };
    let reserve = chance(dice, 40).then(|| match side {
        Side::Sale => start + number(dice, 0, 25),
        Side::Purchase => start - number(dice, 0, 25),
    });
    let is_english = matches!(mode, Mode::English(_));
    let buy_now = (is_english && chance(dice, 15)).then(|| match side {
        Side::Sale => start + 30,
        Side::Purchase => start - 30,
    });
    let deposit = chance(dice, 50).then_some(500);
    let lot = Lot { reserve, buy_now, deposit, ..lot(start, CLOSES) };
    let bidders_min = if chance(dice, 70) { 1 } else { 2 };
    Rules { side, bidders_min, admission: Admission::Listed, ..rules(mode, vec![lot]) }
}

/// When entries come: most of them near an edge.
fn moments(mode: usize, n: usize, dice: &mut Dice) -> Vec<i64> {
    let mut moments: Vec<i64> = (0..n)
        .map(|_| match dice.below(4) {
            _ if mode == 3 => number(dice, -8, 160) * SECOND / 2,
            _ if mode == 4 => number(dice, -2, 95) * SECOND,
            0 => number(dice, -2, 100) * SECOND,
            1 => CLOSES - number(dice, -3, 12) * SECOND,
            2 => CLOSES - number(dice, -20, 12) * SECOND + number(dice, -1, 2),
            _ => CLOSES + number(dice, -10, 40) * SECOND / 2,
        })
        .collect();
    moments.sort_unstable();
    // What arrives together may be entered in another order; stages are drained before the next.
    if mode < 3 {
        for place in 1..moments.len() {
            if chance(dice, 15) {
                moments.swap(place - 1, place);
            }
        }
    }
    moments
}

fn entries_of(mode: usize, rules: &Rules, dice: &mut Dice) -> Vec<Entry> {
    let n_bidders = number(dice, 1, 6);
    let bidders: Vec<Bidder> = (1..=n_bidders).map(|n| Bidder(u32::try_from(n).unwrap())).collect();
    let mut inputs: Vec<(i64, Input)> = Vec::new();
    for bidder in &bidders {
        let rank = chance(dice, 25).then(|| u8::try_from(number(dice, 1, 3)).unwrap());
        if chance(dice, 95) {
            inputs.push((-100 * SECOND, Input::Admit { bidder: *bidder, rank }));
        }
        if chance(dice, 90) {
            inputs.push((-50 * SECOND, Input::HoldDeposit { lot: 0, bidder: *bidder }));
        }
    }
    let n = dice.below(40);
    for us in moments(mode, n, dice) {
        inputs.push((us, input(rules, us, &bidders, dice)));
    }
    let last = inputs.iter().map(|(us, _)| *us).max().unwrap_or(0);
    inputs.push((last.max(CLOSES + 1_000 * SECOND), Input::Close { lot: 0 }));
    (1..)
        .zip(inputs)
        .map(|(sequence, (us, input))| Entry { sequence, received: at(us), input })
        .collect()
}

fn input(rules: &Rules, us: i64, bidders: &[Bidder], dice: &mut Dice) -> Input {
    let (lot, bidder) = (0, *dice.pick(bidders));
    match dice.below(100) {
        0..2 => Input::Exclude { bidder },
        2..6 => Input::TakeBack { lot, bidder },
        6..8 => Input::Buy { lot, bidder },
        8..10 => Input::FreeDeposit { lot, bidder },
        10..12 => Input::HoldDeposit { lot, bidder },
        12 => Input::Close { lot },
        _ => {
            let mut stage = None;
            // Round numbers meet each other.
            let is_round = chance(dice, 50);
            let mut amount = number(dice, -1, 70);
            if is_round {
                amount = amount / 10 * 10;
            }
            if let Mode::Hybrid(hybrid) = &rules.mode
                && chance(dice, 15)
            {
                let now = u32::try_from((us - hybrid.pause_us) / hybrid.stage_us).unwrap_or(0);
                // Some clicks are meant for the stage before.
                let late = u32::from(chance(dice, 20));
                let now = now.min(hybrid.n_stages).saturating_sub(late);
                stage = chance(dice, 80).then_some(now);
                amount = hybrid.price(rules.lots[0].start, now);
            }
            Input::Bid { lot, bidder, amount, stage }
        }
    }
}
