//! Lots with a falling price: what is going on now.

use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use crate::lot::reading::{allowed, own_alias};
use crate::lot::room::event_of;
use auction::Phase;
use base::{Class, Instant, LotId, Refusal};
use trading::falling::Falling;
use trading::lot::Lot;

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
            Ok(FallingView {
                price: view.price.unwrap_or(lot.terms.start),
                stage: view.stage,
                is_own: own.is_some() && own == stopper,
                own: last,
                terms,
                phase,
                until,
                stopper,
            })
        })
    }
}
