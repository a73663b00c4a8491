//! Lots in rounds: whose turn it is, what stands, and for a bidder what the own turn holds.

use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use crate::lot::reading::{allowed, own_alias};
use crate::lot::room::event_of;
use auction::{Bidder, Event, RoundStage, Table};
use base::{Class, Instant, LotId, Refusal};
use store::{StoreError, Tx};
use trading::lot::{Lot, LotState};
use trading::rounds::Rounds;

/// What is going on in a lot of rounds. Bidders are numbers, amounts minor units.
#[derive(Clone, Debug)]
pub struct RoundsView {
    pub terms: Rounds,
    pub stage: RoundStage,
    /// When this stage ends.
    pub until: Instant,
    /// The round that runs or comes next, counted from 1; 0 where none does.
    pub round: u32,
    /// Whose turn it is, or will be after the pause.
    pub turn: Option<u32>,
    /// The order of the turns of this round.
    pub order: Vec<u32>,
    /// What stands, the best first; empty while opening offers come in.
    pub offers: Vec<(u32, i64)>,
    /// The reader's own place, where it takes part.
    pub own: Option<RoundsPlace>,
}

/// Where rounds are, as everybody may know it: it differs with each stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staged {
    pub stage: RoundStage,
    pub until: Instant,
    pub round: u32,
    pub turn: Option<u32>,
}

impl RoundsView {
    /// Where the rounds are.
    pub fn staged(&self) -> Staged {
        Staged { stage: self.stage, until: self.until, round: self.round, turn: self.turn }
    }
}

/// A bidder's own place: for these eyes alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundsPlace {
    pub number: u32,
    /// The own offer that stands.
    pub offer: Option<i64>,
    /// What was typed in the turn that runs; it counts when the turn ends.
    pub typed: Option<i64>,
    /// What a bid of the own turn must be at least.
    pub least: i64,
}

impl RoundsPlace {
    fn of(event: &Event, number: u32, lot: &Lot) -> Self {
        let bidder = Bidder(number);
        let (typed, least) = event.turn_of(0, bidder);
        let offer = event.offer_of(0, bidder);
        Self { number, offer, typed, least: least.unwrap_or(lot.terms.start) }
    }
}

fn rounds_of(lot: &Lot) -> Result<Rounds, Refusal> {
    let no = || Refusal::new(Class::Refused, "lot-not-in-rounds");
    lot.terms.way.rounds().copied().ok_or_else(no)
}

/// The event of a lot as it stands at an instant, and its table.
fn table(
    city: &City,
    tx: &mut Tx<'_>,
    lot: &Lot,
    now: Instant,
) -> Result<(Event, Table), StoreError> {
    let mut event = match city.rooms().event(lot) {
        Some(event) => event,
        None => event_of(tx, lot)?,
    };
    // Before its rules are frozen no time passes for a lot: it may still be moved.
    if lot.state != LotState::Announced {
        event.advance(now);
    }
    let table = event.table(0, now);
    let table = table.ok_or_else(|| StoreError::Damaged(format!("the rules of {}", lot.id)))?;
    Ok((event, table))
}

/// Where the rounds of a lot are; none for other lots.
pub(crate) fn staged(
    city: &City,
    tx: &mut Tx<'_>,
    lot: &Lot,
    now: Instant,
) -> Result<Option<Staged>, StoreError> {
    if lot.terms.way.rounds().is_none() {
        return Ok(None);
    }
    let (_, table) = table(city, tx, lot, now)?;
    let turn = table.turn.map(|bidder| bidder.0);
    Ok(Some(Staged { stage: table.stage, until: table.until, round: table.round, turn }))
}

impl City {
    /// What is going on in a lot of rounds.
    pub fn lot_rounds(&self, asker: &Asker, id: LotId) -> Result<RoundsView, No> {
        self.read(asker, |rx| {
            let (lot, _) = allowed(rx, id)?;
            let terms = rounds_of(&lot)?;
            let (event, table) = table(rx.city, rx.tx, &lot, rx.now)?;
            let number = own_alias(rx, &lot)?;
            Ok(RoundsView {
                terms,
                stage: table.stage,
                until: table.until,
                round: table.round,
                turn: table.turn.map(|bidder| bidder.0),
                order: table.order.iter().map(|bidder| bidder.0).collect(),
                offers: table.offers.iter().map(|(bidder, it)| (bidder.0, *it)).collect(),
                own: number.map(|number| RoundsPlace::of(&event, number, &lot)),
            })
        })
    }
}
