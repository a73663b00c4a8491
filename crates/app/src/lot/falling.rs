//! Lots with a falling price: what is going on now.

use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use crate::lot::reading::{allowed, own_alias};
use crate::lot::room::event_of;
use auction::Phase;
use base::{Class, Instant, LotId, Refusal};
use std::collections::BTreeMap;
use store::lot::Told;
use trading::falling::Falling;
use trading::lot::{Lot, LotState};

/// Bids that are looked through for the last of each.
const BIDS_MAX: usize = 10_000;

/// What is going on in a lot with a falling price.
#[derive(Clone, Debug)]
pub struct FallingView {
    pub terms: Falling,
    pub phase: Phase,
    /// Until when, as far as it is known.
    pub until: Instant,
    /// The stage of the falling price, and the price that is shown.
    pub stage: Option<u32>,
    pub price: i64,
    /// The number of the one who stopped it.
    pub stopper: Option<u32>,
    /// Whether it is the reader.
    pub is_own: bool,
    /// The own bid of this part: for these eyes alone.
    pub own: Option<i64>,
    /// The last bid of each, the highest first: empty until the lot is over.
    pub bids: Vec<LastBid>,
}

/// What somebody offered in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastBid {
    pub bidder: u32,
    pub amount: i64,
    pub received: Instant,
}

/// The last bid of each that stood in the end, the highest first and of equal ones the earlier; the one who stopped
/// the price is bound to that price whatever else was taken back.
fn last_bids(all: &[Told], stopper: Option<u32>) -> Vec<LastBid> {
    let mut standing: BTreeMap<u32, Vec<LastBid>> = BTreeMap::new();
    for it in all {
        let own = standing.entry(it.bidder).or_default();
        let keeps = usize::from(stopper == Some(it.bidder));
        match (it.kind.as_str(), it.amount) {
            ("exclude", _) => own.clear(),
            (kind, amount) => {
                own.truncate(keeps);
                let (bidder, received) = (it.bidder, it.received);
                let bid = amount.filter(|_| kind == "bid");
                own.extend(bid.map(|amount| LastBid { bidder, amount, received }));
            }
        }
    }
    let mut last: Vec<LastBid> = standing.values().filter_map(|own| own.last().copied()).collect();
    last.sort_by_key(|it| (std::cmp::Reverse(it.amount), it.received, it.bidder));
    last
}

fn falling_of(lot: &Lot) -> Result<Falling, Refusal> {
    let no = || Refusal::new(Class::Refused, "lot-not-falling");
    lot.terms.way.falling().copied().ok_or_else(no)
}

impl City {
    /// What is going on in a lot with a falling price.
    pub fn lot_falling(&self, asker: &Asker, id: LotId) -> Result<FallingView, No> {
        self.read(asker, |rx| {
            let (lot, _) = allowed(rx, id)?;
            let terms = falling_of(&lot)?;
            let now = rx.now;
            let kept = rx.city.rooms().view(&lot, now);
            let view = match kept {
                Some(view) => view,
                None => event_of(rx.tx, &lot)?.view(0, now).expect("a lot's event has one lot"),
            };
            let own = own_alias(rx, &lot)?;
            let (phase, until) = view.phase.unwrap_or((Phase::Over, lot.course.ends_at));
            let stopper = view.leader.map(|bidder| bidder.0);
            let bids = match own {
                Some(alias) => store::lot::of_bidder(rx.tx, id, alias, 20)?,
                None => Vec::new(),
            };
            let last =
                bids.iter().find(|it| it.is_accepted && matches!(&*it.kind, "bid" | "take-back"));
            let last = last.filter(|it| it.kind == "bid").and_then(|it| it.amount);
            let is_over =
                matches!(lot.state, LotState::Sold | LotState::Signed | LotState::Unsuccessful);
            let bids = match is_over {
                true => last_bids(&store::lot::bids(rx.tx, id, BIDS_MAX)?, stopper),
                false => Vec::new(),
            };
            Ok(FallingView {
                price: view.price.unwrap_or(lot.terms.start),
                stage: view.stage,
                is_own: own.is_some() && own == stopper,
                own: last,
                bids,
                terms,
                phase,
                until,
                stopper,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(n: u64, kind: &str, bidder: u32, amount: Option<i64>) -> Told {
        let at = Instant::from_micros(i64::try_from(n).expect("few"));
        Told {
            n,
            received: at,
            kind: kind.to_owned(),
            bidder,
            via: String::new(),
            is_accepted: true,
            is_shown: false,
            amount,
            price: None,
            leader: None,
            ends_at: at,
        }
    }

    fn check(all: &[Told], want: &[(u32, i64)]) {
        let found: Vec<(u32, i64)> =
            last_bids(all, Some(1)).iter().map(|it| (it.bidder, it.amount)).collect();
        assert_eq!(found, want);
    }

    #[test]
    fn the_last_bid_of_each_counts_and_the_stopper_is_bound() {
        let stop = told(1, "bid", 1, Some(90));
        let all = [stop.clone(), told(2, "bid", 2, Some(95)), told(3, "bid", 3, Some(91))];
        check(&all, &[(2, 95), (3, 91), (1, 90)]);
        let more = [told(4, "bid", 3, Some(95)), told(5, "take-back", 2, None)];
        check(&[&all[..], &more].concat(), &[(3, 95), (1, 90)]);
        let last = [told(6, "bid", 1, Some(99)), told(7, "bid", 1, Some(97))];
        check(&[&all[..], &last].concat(), &[(1, 97), (2, 95), (3, 91)]);
        let back = [told(6, "bid", 1, Some(99)), told(7, "take-back", 1, None)];
        check(&[&all[..], &back].concat(), &[(2, 95), (3, 91), (1, 90)]);
        check(&[&all[..], &[told(8, "exclude", 2, None)]].concat(), &[(3, 91), (1, 90)]);
        check(
            &[stop, told(2, "bid", 2, Some(95)), told(3, "bid", 3, Some(95))],
            &[(2, 95), (3, 95), (1, 90)],
        );
    }
}
