//! The engine against the slow model, over many seeded auctions; and what it would not miss.

use super::common::OPENS_US;
use super::dice::{N_MODES, auction};
use super::model::{Answer, Fault, Model};
use crate::*;

/// Auctions of the gate: a tenth of what the long run makes.
const N_GATE: u64 = 10_000;
const N_SOAK: u64 = 100_000;

/// Plays one auction on both; the first difference, in words.
fn difference(seed: u64, fault: Fault, seen: &mut Seen) -> Option<String> {
    let (rules, entries) = auction(seed);
    let mut event = Event::open(rules.clone()).unwrap_or_else(|it| panic!("{seed}: {it:?}"));
    let mut model = Model::new(&rules, fault);
    for entry in &entries {
        let before = event.end(0);
        let taken = event.apply(entry);
        let ours: Answer =
            taken.as_ref().map(|it| (it.price, it.leader)).map_err(|refused| refused.code);
        let theirs = model.apply(entry);
        if ours != theirs {
            return Some(format!("{seed}: {entry:?}: {ours:?}, the model {theirs:?}"));
        }
        if let Mode::English(_) = rules.mode {
            let end = event.end(0).map(|end| end.micros() - OPENS_US);
            if end != Some(model.end()) {
                return Some(format!("{seed}: {entry:?}: {end:?}, the model {}", model.end()));
            }
            assert!(taken.is_ok() || event.end(0) == before, "{seed}: a refused entry moved");
        }
        match ours {
            Ok(_) => seen.n_accepted += 1,
            Err(code) => seen.note(code),
        }
    }
    if event.outcome(0) != model.outcome.as_ref() {
        let (ours, theirs) = (event.outcome(0), &model.outcome);
        return Some(format!("{seed}: {ours:?}, the model {theirs:?}"));
    }
    if event.fates(0) != model.fates {
        return Some(format!("{seed}: {:?}, the model {:?}", event.fates(0), model.fates));
    }
    if let Some(Outcome::Sold(sale)) = event.outcome(0) {
        seen.n_sold += 1;
        seen.n_tied += usize::from(sale.tie.is_some());
    }
    None
}

/// What happened in a series, so that a series in which nothing happens fails.
#[derive(Default)]
struct Seen {
    n_accepted: usize,
    n_sold: usize,
    n_tied: usize,
    codes: Vec<(Code, usize)>,
}

impl Seen {
    fn note(&mut self, code: Code) {
        match self.codes.iter_mut().find(|(it, _)| *it == code) {
            Some((_, n)) => *n += 1,
            None => self.codes.push((code, 1)),
        }
    }
}

#[test]
fn soak_the_engine_and_the_slow_model_agree() {
    let n = if std::env::var_os("BELLWETHER_SOAK").is_some() { N_SOAK } else { N_GATE };
    let mut seen = Seen::default();
    for seed in 0..n {
        if let Some(difference) = difference(seed, Fault::None, &mut seen) {
            panic!("{difference}");
        }
    }
    let n = usize::try_from(n).unwrap();
    let (n_sold, n_tied) = (seen.n_sold, seen.n_tied);
    assert!(n_sold > n / 5 && n_tied > n / 100, "{n_sold} sold, {n_tied} by a tie-break");
    assert!(seen.n_accepted > 5 * n, "accepted {}", seen.n_accepted);
    // Every rule that a single lot can run into was run into.
    for code in [
        Code::UnknownBidder,
        Code::Excluded,
        Code::DepositMissing,
        Code::DepositAsIs,
        Code::Closed,
        Code::NotOpen,
        Code::Late,
        Code::NotOver,
        Code::Pause,
        Code::StageOver,
        Code::Stopped,
        Code::NotYourTurn,
        Code::NotHere,
        Code::BidStands,
        Code::NoBid,
        Code::Final,
        Code::NotAnAmount,
        Code::Leading,
        Code::LimitNotRaised,
        Code::UnderStart,
        Code::UnderStep,
        Code::NotShown,
        Code::NotAbove,
        Code::NoBuyNow,
    ] {
        let n = seen.codes.iter().find(|(it, _)| *it == code).map_or(0, |(_, n)| *n);
        assert!(n > 0, "{code:?} was never met");
    }
}

#[test]
fn planted_faults_are_noticed() {
    let check = |fault: Fault| {
        let mut seen = Seen::default();
        let n_auctions = 3_000 * u64::try_from(N_MODES).unwrap();
        let found = (0..n_auctions).find_map(|seed| difference(seed, fault, &mut seen));
        assert!(found.is_some(), "{fault:?} went unnoticed");
    };
    for fault in [
        Fault::RefusedBidExtends,
        Fault::LaterWinsTies,
        Fault::StaleStep,
        Fault::EndIsInTime,
        Fault::CapFromMovingEnd,
        Fault::PriceBeyondLimit,
        Fault::LeaderRaiseExtends,
        Fault::StepAgainstLeader,
        Fault::ReserveForgotten,
        Fault::DepositForgotten,
        Fault::PriorityForgotten,
        Fault::SecondPaysHisBid,
        Fault::ReplacingKeepsPlace,
        Fault::AnybodysTurn,
        Fault::BestTurnsFirst,
        Fault::DriftingPrice,
        Fault::DutchWinnerSealsToo,
        Fault::EqualIsAbove,
        Fault::ExcludedStays,
        Fault::TakenBackStays,
        Fault::StandbyKeepsNothing,
    ] {
        check(fault);
    }
}
