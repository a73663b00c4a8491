//! Who wants to hear of freed time on an instrument.

use crate::account::sign_in_required;
use crate::act::{Act, Cx, Stop};
use crate::instrument;
use access::{Act as A, Thing};
use base::{Class, InstrumentId, PersonId, Refusal};
use instruments::Instrument;
use instruments::wait::Notice;

/// Instruments that one person watches at most.
pub(super) const WATCHES_MAX: usize = 100;

/// Asks for letters about freed time, or changes what is worth one.
#[derive(serde::Serialize)]
pub struct WatchInstrument {
    pub instrument: InstrumentId,
    pub least_minutes: u32,
    pub days_ahead: u32,
    /// Minutes of the day of the site between which it is worth telling; 0 and 0 are always.
    pub hours: (u16, u16),
}

impl Act for WatchInstrument {
    const ACT: A = A::KeepWishes;
    type Facts = (PersonId, Instrument, usize);
    type Plan = (PersonId, Notice);
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        crate::act::may(&cx.actor, A::LookAtInstrument, &thing)
            .map_err(|_| Refusal::not_found())?;
        let watched = store::wait::watched(cx.tx, person, WATCHES_MAX)?;
        let others = watched.iter().filter(|(id, _)| *id != self.instrument).count();
        Ok((person, it, others))
    }

    fn thing(&self, (person, ..): &Self::Facts) -> Thing {
        Thing::own(*person)
    }

    fn decide(
        &self,
        (person, it, n): Self::Facts,
        _: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let notice = Notice {
            least_minutes: self.least_minutes,
            days_ahead: self.days_ahead,
            hours: self.hours,
        };
        let mut no = notice.check();
        if n >= WATCHES_MAX {
            no.push(Refusal::new(Class::Refused, "wait-watches-many").number("most", WATCHES_MAX));
        }
        if !it.takes_bookings() {
            no.push(Refusal::new(Class::Refused, "booking-no-bookings"));
        }
        if no.is_empty() { Ok((person, notice)) } else { Err(no) }
    }

    fn save(&self, (person, notice): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        Ok(store::wait::watch(cx.tx, self.instrument, person, notice, cx.now)?)
    }
}

/// Wants no such letters any more.
#[derive(serde::Serialize)]
pub struct UnwatchInstrument {
    pub instrument: InstrumentId,
}

impl Act for UnwatchInstrument {
    const ACT: A = A::KeepWishes;
    type Facts = PersonId;
    type Plan = PersonId;
    type Outcome = ();

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<PersonId, Stop> {
        Ok(cx.actor.person.ok_or_else(sign_in_required)?)
    }

    fn thing(&self, person: &PersonId) -> Thing {
        Thing::own(*person)
    }

    fn decide(&self, person: PersonId, _: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        Ok(person)
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        match store::wait::unwatch(cx.tx, self.instrument, person)? {
            true => Ok(()),
            false => Err(Refusal::not_found().into()),
        }
    }
}
