//! The timer of wait lists. It asks "due by now", so that a run that comes late finds all, once.

use super::join::{give_back, held};
use super::{BookWish, ServeFreed, WishChanged, about, keep, not_due, told};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{Instant, Refusal, WishId};
use instruments::Instrument;
use instruments::wait::{State, Wish, is_live};
use store::Hold;

/// Wishes and times that one run looks at.
const RUN_MAX: usize = 200;

/// What one run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitsTended {
    pub n_offered: u64,
    pub n_ended: u64,
    pub n_booked: u64,
}

/// Ends an offer that nobody answered, or a wish whose time is over.
#[derive(serde::Serialize)]
pub struct EndWish {
    pub wish: WishId,
    #[serde(skip)]
    holds: Vec<Hold>,
}

impl EndWish {
    /// The wish.
    pub fn new(wish: WishId) -> Self {
        Self { wish, holds: Vec::new() }
    }
}

impl Act for EndWish {
    const ACT: A = A::TendBookings;
    type Facts = (Wish, Instrument, Option<Instant>);
    type Plan = (Wish, Instrument);
    type Outcome = WishChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.holds = held(city, self.wish)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.holds.clone()
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let wish = store::wait::find(cx.tx, self.wish)?.ok_or_else(not_due)?;
        let it = about(cx, &wish)?;
        let right = store::wait::right(cx.tx, wish.id)?.map(|(_, until)| until);
        Ok((wish, it, right))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (wish, it, right): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let is_due = match wish.state {
            State::Offered => wish.offer.is_none_or(|offer| !is_live(offer.until, cx.now)),
            State::Waiting => {
                wish.within.end() <= cx.now || right.is_some_and(|until| until <= cx.now)
            }
            _ => false,
        };
        if is_due { Ok((wish, it)) } else { Err(vec![not_due()]) }
    }

    fn save(&self, (wish, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<WishChanged, Stop> {
        // What somebody declined before has lapsed for nobody.
        let offer = wish.offer.filter(|_| wish.state == State::Offered);
        let next = Wish { offer, ..wish.next(State::Expired) };
        keep(cx, &next)?;
        give_back(cx, &wish)?;
        let kind = if offer.is_some() { "wait-lapsed" } else { "wait-expired" };
        told(cx, &it, &next, kind);
        Ok(WishChanged::of(&next))
    }
}

impl City {
    /// Ends what is over, offers what became free, and books for those who want no question.
    pub fn tend_waits(&self) -> Result<WaitsTended, No> {
        let timer = Asker::person(self.row()?.operator);
        let now = self.now();
        let mut done = WaitsTended::default();
        let ended = self.store().read(|tx| {
            let mut ended = store::wait::to_expire(tx, now, RUN_MAX)?;
            ended.extend(store::wait::over(tx, now, RUN_MAX)?);
            Ok(ended)
        })?;
        for wish in ended {
            // Another node may have been faster, or its person.
            done.n_ended += u64::from(self.perform(&timer, EndWish::new(wish)).is_ok());
        }
        for freed in self.store().read(|tx| store::wait::freed(tx, RUN_MAX))? {
            let act = ServeFreed { freed: freed.id, instrument: freed.instrument };
            done.n_offered += self.perform(&timer, act).unwrap_or(0);
        }
        for wish in self.store().read(|tx| store::wait::at_once(tx, now, RUN_MAX))? {
            done.n_booked += u64::from(self.perform(&timer, BookWish::new(wish)).is_ok());
        }
        Ok(done)
    }
}
