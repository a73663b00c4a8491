//! Lots with a falling price: what is going on now, and the timer that goes from part to part.

use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::lot::deposit::Accounts;
use crate::lot::enter::{Via, enter_or_refuse};
use crate::lot::reading::{allowed, own_alias};
use crate::lot::room::entry_of;
use crate::lot::tend::finish;
use crate::lot::{LotChanged, find};
use access::{Act as A, Thing};
use auction::protocol::read_rules;
use auction::{Event, Input, Phase, View};
use base::{Class, Instant, LotId, Refusal};
use store::{Hold, StoreError, Tx};
use trading::falling::Falling;
use trading::lot::{Lot, LotState};

/// How late the timer may be before the machine counts as having been away.
const AWAY_SECONDS: i64 = 120;

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

/// The event of a lot, run from its rows.
fn event_of(tx: &mut Tx<'_>, lot: &Lot) -> Result<Event, StoreError> {
    let damaged = || StoreError::Damaged(format!("the rules of {}", lot.id));
    let text = match lot.digest.is_empty() {
        true => lot.terms.rules(&lot.reference.to_string()).text(),
        false => store::lot::rules(tx, lot.id)?,
    };
    let rules = read_rules(&text).ok_or_else(damaged)?;
    let mut event = Event::open(rules).map_err(|_| damaged())?;
    for (n, line) in store::lot::lines(tx, lot.id, 0, lot.course.n_entries)? {
        let entry = entry_of(lot, &event, n, &line)?;
        // The answer is in the line, and the same rules give it again.
        let _ = event.apply(&entry);
    }
    Ok(event)
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

/// Goes on with a lot whose price falls: closes it where nobody may bid any more, ends it where the
/// machine was away too long, and notes when to look again.
#[derive(serde::Serialize)]
pub struct TendFalling {
    pub lot: LotId,
    #[serde(skip)]
    accounts: Accounts,
}

impl TendFalling {
    pub fn new(lot: LotId) -> Self {
        Self { lot, accounts: Accounts::default() }
    }
}

impl Act for TendFalling {
    const ACT: A = A::TendLots;
    type Facts = (Lot, Option<Instant>);
    type Plan = (Lot, Instant);
    type Outcome = LotChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.accounts = Accounts::of_holders(city, self.lot)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.accounts.holds(self.lot)
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        Ok((find(cx, self.lot)?, store::falling::look_at(cx.tx, self.lot)?))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, (lot, at): Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        // Another node was faster, or the lot stands still.
        let due = at.filter(|at| *at <= cx.now);
        match due {
            Some(at) if lot.state == LotState::Open && !lot.course.is_halted => Ok((lot, at)),
            _ => Err(vec![Refusal::new(Class::Conflict, "lot-not-over")]),
        }
    }

    fn save(&self, (mut lot, due): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        let was_away = cx.now.seconds_since(due) > AWAY_SECONDS;
        if was_away {
            let input = Input::Return { lot: 0, away_since: due };
            enter_or_refuse(cx, &mut lot, input, Via::Timer)?;
        }
        let (view, is_over) = self.view(cx, &lot)?;
        match view.phase {
            _ if is_over => finish(cx, &mut lot, &self.accounts)?,
            Some((Phase::Over, _)) => {
                enter_or_refuse(cx, &mut lot, Input::Close { lot: 0 }, Via::Timer)?;
                finish(cx, &mut lot, &self.accounts)?;
            }
            Some((_, until)) => store::falling::look(cx.tx, lot.id, until)?,
            None => {}
        }
        Ok(LotChanged::of(&lot))
    }
}

impl TendFalling {
    /// The lot as it stands, and whether it has ended already.
    fn view(&self, cx: &mut Cx<'_, '_>, lot: &Lot) -> Result<(View, bool), Stop> {
        let city = cx.city.clone();
        let seat = city.rooms().seat(cx, lot)?;
        let event = seat.event();
        let view = event.view(0, cx.now).expect("a lot's event has one lot");
        Ok((view, event.outcome(0).is_some()))
    }
}
