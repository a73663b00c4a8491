//! Instances of a series given up together: this one and the later ones, or all that are ahead.

use super::change::{Found, for_giving_up, given_up, held, keep_given_up, load, stale};
use super::make::text_faults;
use super::reading::views;
use super::{find, thing_of};
use crate::act::{Act, Cx, No, Stop, offers};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{BookingId, Instant, Refusal, SeriesId};
use instruments::booking::{Booking, State};
use instruments::rules::Rules;
use instruments::series::Scope;
use std::collections::BTreeSet;
use store::Hold;

/// Gives up several instances of a series at once.
#[derive(serde::Serialize)]
pub struct CancelSeries {
    /// The instance that was looked at, in the version that was seen.
    pub booking: BookingId,
    pub version: u64,
    pub scope: Scope,
    pub reason: String,
    #[serde(skip)]
    holds: BTreeSet<String>,
}

impl CancelSeries {
    /// The version that was seen, and a reason that may be empty.
    pub fn new(
        (booking, version): (BookingId, u64),
        scope: Scope,
        reason: impl Into<String>,
    ) -> Self {
        Self { booking, version, scope, reason: reason.into(), holds: BTreeSet::new() }
    }
}

/// An instance that was not given up, and why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct InstanceKept {
    pub booking: BookingId,
    pub starts_at: Instant,
    pub why: Vec<Refusal>,
}

/// What became of the instances of a series.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SeriesEnded {
    pub series: SeriesId,
    pub cancelled: Vec<BookingId>,
    pub kept: Vec<InstanceKept>,
}

/// The instance that was looked at, and those that are to be given up with the rules of each.
pub struct Facts {
    found: Found,
    series: Option<SeriesId>,
    all: Vec<(Booking, (Rules, bool))>,
}

/// Whether an instance is among those that are given up: of the same person, ahead, and in the scope.
fn is_meant(scope: Scope, chosen: &Booking, it: &Booking, now: Instant) -> bool {
    let is_open = matches!(it.state, State::Pending | State::Confirmed) && it.span.start() > now;
    is_open && it.person == chosen.person && scope.has((it.span, it.is_detached), chosen.span)
}

impl Act for CancelSeries {
    const ACT: A = A::ChangeBooking;
    type Facts = Facts;
    type Plan = (Facts, Vec<(u64, Booking)>, Vec<InstanceKept>, SeriesId);
    type Outcome = SeriesEnded;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.holds = held(city, self.booking)?.into_iter().collect();
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.holds.iter().map(Hold::on).collect()
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        let found = load(cx, self.booking)?;
        let series = found.booking.series;
        let mut meant = match series {
            Some(id) => store::booking::of_series(cx.tx, id)?,
            None => Vec::new(),
        };
        meant.retain(|it| is_meant(self.scope, &found.booking, it, cx.now));
        let judged = for_giving_up(cx, &found.it, &meant)?;
        Ok(Facts { all: meant.into_iter().zip(judged).collect(), found, series })
    }

    fn thing(&self, facts: &Facts) -> Thing {
        facts.found.thing.clone()
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = text_faults("", "", (false, &self.reason));
        no.extend(stale(&facts.found.booking, self.version));
        let series = facts.series.ok_or_else(|| vec![Refusal::not_found()])?;
        let (mut next, mut kept) = (Vec::new(), Vec::new());
        for (booking, judged) in &facts.all {
            match given_up((booking, &facts.found.it), judged, &self.reason, cx) {
                Ok(it) => next.push((booking.version, it)),
                Err(why) => kept.push(InstanceKept {
                    booking: booking.id,
                    starts_at: booking.span.start(),
                    why,
                }),
            }
        }
        if next.is_empty() && kept.is_empty() {
            no.push(Refusal::new(base::Class::Refused, "series-none-ahead"));
        }
        // Nothing could be given up: the reasons of the first are the answer.
        if next.is_empty()
            && let Some(first) = kept.first()
        {
            no.extend(first.why.iter().cloned());
        }
        if no.is_empty() { Ok((facts, next, kept, series)) } else { Err(no) }
    }

    fn save(
        &self,
        (facts, next, kept, series): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<SeriesEnded, Stop> {
        for (before, booking) in &next {
            keep_given_up(cx, &facts.found.it, (*before, booking))?;
        }
        let cancelled = next.iter().map(|(_, booking)| booking.id).collect();
        Ok(SeriesEnded { series, cancelled, kept })
    }
}

impl City {
    /// The instances of the series that a booking belongs to, as far as the reader sees them, in order.
    pub fn booking_series(
        &self,
        asker: &Asker,
        id: BookingId,
    ) -> Result<Vec<super::BookingView>, No> {
        self.read(asker, |rx| {
            let (booking, it) = find(rx.tx, id)?;
            rx.may(A::LookAtBooking, &thing_of(&booking, &it, &rx.actor))?;
            let Some(series) = booking.series else { return Ok(Vec::new()) };
            let found = store::booking::of_series(rx.tx, series)?;
            views(rx, found, |booking, it, actor| {
                offers(actor, A::LookAtBooking, &thing_of(booking, it, actor))
            })
        })
    }
}
