//! Rounds of an auction as open data tells them: every offer that stood at the end of a turn, and what
//! each round brought.

use auction::protocol::{read_line, read_rules};
use auction::{Event, Input, RoundStage, Table};
use base::{Instant, Span};
use std::collections::BTreeMap;
use store::open_data::Bid;
use store::{StoreError, Tx};
use trading::lot::Lot;

/// One round: its turns, how many offers they brought, the best that stood after it.
pub(super) struct Told {
    pub span: Span,
    pub n_bids: u32,
    pub best: Option<i64>,
}

/// The course of a lot whose rounds are over.
#[derive(Default)]
pub(super) struct Course {
    pub bids: Vec<Bid>,
    pub rounds: Vec<Told>,
}

/// Runs the entries of a lot again and notes what showed at the end of each stage.
pub(super) fn of(tx: &mut Tx<'_>, lot: &Lot) -> Result<Course, StoreError> {
    let damaged = || StoreError::Damaged(format!("the rules of {}", lot.id));
    let text = store::lot::rules(tx, lot.id)?;
    if text.is_empty() {
        return Ok(Course::default());
    }
    let rules = read_rules(&text).ok_or_else(damaged)?;
    let unit = rules.unit.clone();
    let mut event = Event::open(rules).map_err(|_| damaged())?;
    let mut watch = Watch {
        course: Course::default(),
        received: BTreeMap::new(),
        stood: BTreeMap::new(),
        looked: Instant::from_micros(0),
        from: None,
        n_bids: 0,
        ends_at: lot.terms.closes,
    };
    for (_, line) in store::lot::lines(tx, lot.id, 0, lot.course.n_entries)? {
        let entry = read_line(&line, &unit).ok_or_else(damaged)?;
        watch.until(&mut event, entry.received);
        if event.apply(&entry).is_ok()
            && let Input::Bid { bidder, .. } = entry.input
        {
            watch.received.insert(bidder.0, entry.received);
        }
    }
    Ok(watch.course)
}

struct Watch {
    course: Course,
    /// When the last bid of each came in.
    received: BTreeMap<u32, Instant>,
    stood: BTreeMap<u32, i64>,
    /// Up to where it looked.
    looked: Instant,
    /// When the round began, and how many offers it brought.
    from: Option<Instant>,
    n_bids: u32,
    ends_at: Instant,
}

impl Watch {
    /// Goes from stage to stage up to an instant.
    fn until(&mut self, event: &mut Event, to: Instant) {
        while let Some(before) = event.table(0, self.looked) {
            let at = before.until;
            if before.stage == RoundStage::Over || at > to {
                return;
            }
            event.advance(at);
            let after = event.table(0, at).filter(|after| *after != before);
            // Where it stands still, it is looked at again when it goes on.
            let Some(after) = after else { return };
            self.note(&before, &after, at);
            self.looked = at;
        }
    }

    fn note(&mut self, before: &Table, after: &Table, at: Instant) {
        let best = after.offers.first();
        for (bidder, amount) in &after.offers {
            if self.stood.insert(bidder.0, *amount) == Some(*amount) {
                continue;
            }
            self.n_bids += 1;
            self.course.bids.push(Bid {
                bidder: bidder.0,
                amount: Some(*amount),
                price: best.map(|(_, best)| *best),
                leader: best.map(|(best, _)| best.0),
                received: self.received.get(&bidder.0).copied().unwrap_or(at),
                ends_at: self.ends_at,
            });
        }
        let is_last = before.stage == RoundStage::Turn && after.round != before.round;
        if let Some(span) = self.from.filter(|_| is_last).and_then(|from| Span::new(from, at)) {
            let best = best.map(|(_, best)| *best);
            self.course.rounds.push(Told { span, n_bids: self.n_bids, best });
        }
        if after.stage == RoundStage::Turn && (is_last || before.stage != RoundStage::Turn) {
            (self.from, self.n_bids) = (Some(at), 0);
        }
    }
}
