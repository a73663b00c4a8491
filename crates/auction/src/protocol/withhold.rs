//! Entries as the public may see them: no limit above what its bidder's bids have shown already.
//!
//! Limits are private for ever (auctions.md 1), and a result does not depend on how far the winner
//! would have gone. So a limit is cut down to the highest amount that the room has seen of it: the
//! highest price while its bidder led, or the limit itself where he was outbid. A raise that says
//! nothing new then is left out. What is left gives the same answers and the same results.

use crate::entry::{Bidder, Entry, Input, Taken};
use crate::event::Event;
use crate::flaw::Flaw;
use crate::refused::{Code, Refused};
use crate::rules::{Mode, Rules};
use crate::side::Minor;
use std::collections::BTreeMap;

/// What the room has seen of each bidder on each lot, on the scale where more is better.
#[derive(Default)]
struct Seen(BTreeMap<(usize, Bidder), Minor>);

impl Seen {
    fn note(&mut self, lot: usize, bidder: Bidder, value: Minor) {
        let seen = self.0.entry((lot, bidder)).or_insert(value);
        *seen = value.max(*seen);
    }
}

/// How the answer to a bid depends on its amount.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// Accepted, and what it says may be more than anybody saw.
    Counted,
    /// Refused because it was too low, so that it hides nothing.
    Low,
    /// Refused for another reason, whatever it said.
    Blind,
    /// A leader's raise that was none; its answer would tell his limit.
    Telling,
}

/// The entries to publish. Other modes than English with limits are returned as they are.
pub(super) fn withhold(rules: &Rules, entries: &[Entry]) -> Result<Vec<Entry>, Vec<Flaw>> {
    let is_proxy = matches!(&rules.mode, Mode::English(english) if english.is_proxy);
    if !is_proxy {
        return Ok(entries.to_vec());
    }
    let (seen, weights) = watch(rules, entries)?;
    let mut shown = Seen::default();
    let published = |(entry, weight): (&Entry, &Weight)| match entry.input {
        Input::Bid { lot, bidder, amount, stage } => {
            let amount = publish(rules, &seen, &mut shown, (lot, bidder, amount), *weight)?;
            let input = Input::Bid { lot, bidder, amount, stage };
            Some(Entry { input, ..entry.clone() })
        }
        _ => Some(entry.clone()),
    };
    Ok(entries.iter().zip(&weights).filter_map(published).collect())
}

/// The amount to publish of a bid; none where it says nothing new.
fn publish(
    rules: &Rules,
    seen: &Seen,
    shown: &mut Seen,
    (lot, bidder, amount): (usize, Bidder, Minor),
    weight: Weight,
) -> Option<Minor> {
    let side = rules.side;
    let cap = seen.0.get(&(lot, bidder)).copied();
    match weight {
        Weight::Telling => None,
        Weight::Low => Some(amount),
        Weight::Blind if amount <= 0 => Some(amount),
        Weight::Blind => {
            let start = rules.lots.get(lot).map_or(0, |lot| lot.start);
            let most = cap.unwrap_or_else(|| side.value(start.max(1)));
            Some(side.amount(side.value(amount).min(most)))
        }
        Weight::Counted => {
            let value = cap.map_or(side.value(amount), |cap| side.value(amount).min(cap));
            let before = shown.0.get(&(lot, bidder)).copied();
            let is_new = before.is_none_or(|before| before < value);
            shown.note(lot, bidder, value);
            is_new.then(|| side.amount(value))
        }
    }
}

/// Runs the entries and watches what each answer shows.
fn watch(rules: &Rules, entries: &[Entry]) -> Result<(Seen, Vec<Weight>), Vec<Flaw>> {
    let mut event = Event::open(rules.clone())?;
    let (mut seen, mut weights) = (Seen::default(), Vec::new());
    for entry in entries {
        let leaders = leaders(&event, rules, entry);
        let spent = spent(&event, entry);
        let answer = event.apply(entry);
        weights.push(match &answer {
            Ok(_) => Weight::Counted,
            Err(Refused { code: Code::LimitNotRaised, .. }) => Weight::Telling,
            Err(Refused { code: Code::UnderStart | Code::UnderStep, .. }) => Weight::Low,
            Err(_) => Weight::Blind,
        });
        if let (Input::Bid { lot, bidder, amount, .. }, Ok(taken)) = (&entry.input, &answer) {
            let former = leaders.get(*lot).copied().flatten();
            note(&mut seen, &event, (*lot, *bidder, *amount), former, taken);
            // Who leads at his whole limit and raises it leads by more than a tie from then on.
            if let (true, Some(price)) = (taken.is_silent, spent) {
                seen.note(*lot, *bidder, rules.side.value(price).saturating_add(1));
            }
        }
        // An exclusion moves the prices of every lot.
        for lot in 0..rules.lots.len() {
            if let Some(view) = event.view(lot, entry.received)
                && let (Some(leader), Some(price)) = (view.leader, view.price)
            {
                seen.note(lot, leader, rules.side.value(price));
            }
        }
    }
    Ok((seen, weights))
}

/// The price, where it is all that the one who bids has offered so far.
fn spent(event: &Event, entry: &Entry) -> Option<Minor> {
    let Input::Bid { lot, bidder, .. } = entry.input else { return None };
    let price = event.view(lot, entry.received)?.price?;
    (event.offer_of(lot, bidder) == Some(price)).then_some(price)
}

fn leaders(event: &Event, rules: &Rules, entry: &Entry) -> Vec<Option<Bidder>> {
    let leader = |lot| event.view(lot, entry.received).and_then(|view| view.leader);
    (0..rules.lots.len()).map(leader).collect()
}

fn note(
    seen: &mut Seen,
    event: &Event,
    (lot, bidder, amount): (usize, Bidder, Minor),
    former: Option<Bidder>,
    taken: &Taken,
) {
    let side = event.rules().side;
    if taken.leader != Some(bidder) {
        seen.note(lot, bidder, side.value(amount));
    }
    // Who was outbid has shown his whole limit.
    if let Some(former) = former.filter(|former| taken.leader != Some(*former))
        && let Some(limit) = event.offer_of(lot, former)
    {
        seen.note(lot, former, side.value(limit));
    }
}
