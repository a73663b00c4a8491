//! What people do with rooms: book them, give that up, come in and leave.

use super::around::{Around, Known, present};
use super::{find, held, tell};
use crate::account::sign_in_required;
use crate::act::{Act, Cx, No, Stop};
use crate::booking::refusals;
use crate::city::City;
use access::{Act as A, Thing};
use base::{AreaBookingId, AreaId, Class, Instant, PersonId, Refusal, Span};
use instruments::area::{Area, Booking, Facts, cancel, chain, problems, zone};
use instruments::problem::{Code, Problem};
use instruments::rules::Rules;
use instruments::setting::Level;
use store::{Hold, StoreError, Tx};

/// Bookings of rooms of one person that one act looks at.
const OWN_MAX: usize = 500;

/// What the rooms say to somebody, with the hours and days of their owner.
fn around(
    tx: &mut Tx<'_>,
    (it, all): (&Area, &[Area]),
    person: PersonId,
    reach: Span,
) -> Result<Around, StoreError> {
    let (layer, _) = store::booking_rule::layer(tx, Level::Unit, &it.owner.to_string())?;
    let rules = Rules::of(&[(Level::Unit, layer)]);
    let zone = zone(&chain(all, it.id));
    let is_staff = store::area::operates(tx, it.id, person)?;
    let site = (&rules.site_hours.value, &zone, &rules.days.value);
    let known = Known::load(tx, (all, [it.id].into()), (Some(person), site.0), (reach, None))?;
    Ok(known.around((all, it.id), is_staff, site))
}

/// Books a room for oneself.
#[derive(serde::Serialize)]
pub struct BookArea {
    pub area: AreaId,
    pub start: Instant,
    pub end: Instant,
    #[serde(skip)]
    holds: Vec<Hold>,
}

impl BookArea {
    /// From one moment to another.
    pub fn new(area: AreaId, (start, end): (Instant, Instant)) -> Self {
        Self { area, start, end, holds: Vec::new() }
    }
}

/// What a change of such a booking tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AreaBooked {
    pub booking: AreaBookingId,
    pub area: AreaId,
    pub version: u64,
    pub stands: bool,
    pub starts_at: Instant,
    pub ends_at: Instant,
}

impl AreaBooked {
    fn of(it: &Booking) -> Self {
        Self {
            booking: it.id,
            area: it.area,
            version: it.version,
            stands: !it.is_cancelled,
            starts_at: it.span.start(),
            ends_at: it.span.end(),
        }
    }
}

/// What a booking of a room is decided from.
pub struct Wanted {
    it: Area,
    person: PersonId,
    around: Around,
    own: Vec<Span>,
}

impl Act for BookArea {
    const ACT: A = A::BookArea;
    type Facts = Wanted;
    type Plan = (Area, Booking);
    type Outcome = AreaBooked;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.holds = held(city, self.area)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.holds.clone()
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Wanted, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let (it, all) = find(cx.tx, self.area)?;
        let minute = Span::new(cx.now, cx.now.plus_seconds(60)).expect("a minute has a length");
        // A time that is none is refused by the domain; nothing has to be known of it.
        let longest = 400 * 86_400;
        let span = Span::new(self.start, self.end);
        let reach =
            span.filter(|it| it.end().seconds_since(it.start()) < longest).unwrap_or(minute);
        let around = around(cx.tx, (&it, &all), person, reach)?;
        let own = store::area::booked(cx.tx, person, reach, OWN_MAX)?.into_iter();
        let own = own.filter(|own| own.area == it.id && !own.is_cancelled).map(|own| own.span);
        Ok(Wanted { own: own.collect(), it, person, around })
    }

    fn thing(&self, facts: &Wanted) -> Thing {
        Thing::of(facts.it.owner)
    }

    fn decide(&self, facts: Wanted, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let Wanted { it, person, around, own } = facts;
        let known = Facts { rooms: &around.rooms, open: around.open, own: &own };
        let no = problems(&known, (self.start, self.end), cx.now);
        let span = Span::new(self.start, self.end).filter(|_| no.is_empty());
        let span = span.ok_or_else(|| refusals(&no))?;
        let id = cx.city.with_chance(|chance| AreaBookingId::new(cx.now, chance));
        let booking = Booking { id, area: it.id, person, is_cancelled: false, span, version: 1 };
        Ok((it, booking))
    }

    fn save(&self, (it, booking): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<AreaBooked, Stop> {
        store::area::book(cx.tx, &booking, cx.now)?;
        let body = serde_json::json!({
            "booking": booking.id,
            "person": booking.person,
            "starts_at": booking.span.start(),
            "ends_at": booking.span.end(),
        });
        tell(cx, (it.id, it.owner, it.version), ("area-booked", "confirmed"), body);
        Ok(AreaBooked::of(&booking))
    }
}

/// Gives a booking of a room up.
#[derive(serde::Serialize)]
pub struct CancelAreaBooking {
    pub booking: AreaBookingId,
    pub version: u64,
    #[serde(skip)]
    holds: Vec<Hold>,
}

impl CancelAreaBooking {
    /// For the version that was seen.
    pub fn new(booking: AreaBookingId, version: u64) -> Self {
        Self { booking, version, holds: Vec::new() }
    }
}

impl Act for CancelAreaBooking {
    const ACT: A = A::BookArea;
    type Facts = (Area, Booking, Option<Span>);
    type Plan = (Area, Booking);
    type Outcome = AreaBooked;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let id = self.booking;
        let found = city.store().read(|tx| store::area::booking(tx, id))?;
        self.holds = match found {
            Some(it) => held(city, it.area)?,
            None => Vec::new(),
        };
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.holds.clone()
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let found = store::area::booking(cx.tx, self.booking)?;
        // Whose it is nobody else learns.
        let booking = found.filter(|it| it.person == person).ok_or_else(Refusal::not_found)?;
        let (it, all) = find(cx.tx, booking.area)?;
        let resting = match it.sheet.needs_booking {
            true => store::area::resting(cx.tx, person, booking.span)?,
            false => Vec::new(),
        };
        let rests = |(span, area): &(Span, AreaId)| {
            let is_inside = chain(&all, *area).iter().any(|around| around.id == it.id);
            is_inside && booking.span.holds(span.start())
        };
        let resting = resting.into_iter().find(rests).map(|(span, _)| span);
        Ok((it, booking, resting))
    }

    fn thing(&self, (it, ..): &Self::Facts) -> Thing {
        Thing::of(it.owner)
    }

    fn decide(
        &self,
        (it, booking, resting): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        Ok((it, cancel(&booking, self.version, resting, cx.now)?))
    }

    fn save(&self, (it, booking): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<AreaBooked, Stop> {
        if !store::area::give_up(cx.tx, booking.id, self.version, cx.now)? {
            return Err(Problem::new(Code::Stale)
                .number("version", booking.version)
                .refusal()
                .into());
        }
        let body = serde_json::json!({ "booking": booking.id, "person": booking.person });
        tell(cx, (it.id, it.owner, it.version), ("area-booking-cancelled", "cancelled"), body);
        Ok(AreaBooked::of(&booking))
    }
}

/// What coming and leaving tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AreaEntered {
    pub area: AreaId,
    pub is_present: bool,
    /// People there now.
    pub present: u64,
}

/// Says that one came into a room.
#[derive(serde::Serialize)]
pub struct EnterArea {
    pub area: AreaId,
    #[serde(skip)]
    holds: Vec<Hold>,
}

impl EnterArea {
    /// The room.
    pub fn new(area: AreaId) -> Self {
        Self { area, holds: Vec::new() }
    }
}

impl Act for EnterArea {
    const ACT: A = A::BookArea;
    type Facts = (Area, PersonId, bool, usize, bool);
    type Plan = (Area, PersonId, usize);
    type Outcome = AreaEntered;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.holds = held(city, self.area)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        self.holds.clone()
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let (it, all) = find(cx.tx, self.area)?;
        let minute = Span::new(cx.now, cx.now.plus_seconds(60)).expect("a minute has a length");
        let around = around(cx.tx, (&it, &all), person, minute)?;
        let is_open = around.open.is_none_or(|open| open.holds(cx.now));
        let there = present(cx.tx, &all, &[it.id])?.remove(&it.id).unwrap_or_default();
        let is_there = there.contains(&person);
        Ok((it, person, is_there, there.len(), is_open))
    }

    fn thing(&self, (it, ..): &Self::Facts) -> Thing {
        Thing::of(it.owner)
    }

    fn decide(
        &self,
        (it, person, is_there, n, is_open): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        if is_there {
            no.push(Refusal::new(Class::Conflict, "area-there"));
        }
        if !is_open {
            no.push(Problem::new(Code::SiteClosed).at("at", cx.now).refusal());
        }
        if no.is_empty() { Ok((it, person, n)) } else { Err(no) }
    }

    fn save(&self, (it, person, n): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<AreaEntered, Stop> {
        store::area::enter(cx.tx, (it.id, person), cx.now)?;
        let body = serde_json::json!({ "person": person });
        tell(cx, (it.id, it.owner, it.version), ("area-entered", "there"), body);
        let present = u64::try_from(n + 1).unwrap_or(u64::MAX);
        Ok(AreaEntered { area: it.id, is_present: true, present })
    }
}

/// Says that one left a room.
#[derive(serde::Serialize)]
pub struct LeaveArea {
    pub area: AreaId,
}

impl Act for LeaveArea {
    const ACT: A = A::BookArea;
    type Facts = (Area, PersonId, usize);
    type Plan = (Area, PersonId, usize);
    type Outcome = AreaEntered;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let (it, all) = find(cx.tx, self.area)?;
        let there = present(cx.tx, &all, &[it.id])?.remove(&it.id).unwrap_or_default();
        Ok((it, person, there.len()))
    }

    fn thing(&self, (it, ..): &Self::Facts) -> Thing {
        Thing::of(it.owner)
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        Ok(facts)
    }

    fn save(&self, (it, person, n): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<AreaEntered, Stop> {
        if !store::area::leave(cx.tx, (it.id, person), cx.now)? {
            return Err(Refusal::new(Class::Conflict, "area-not-there").into());
        }
        let body = serde_json::json!({ "person": person });
        tell(cx, (it.id, it.owner, it.version), ("area-left", "away"), body);
        let present = u64::try_from(n.saturating_sub(1)).unwrap_or(u64::MAX);
        Ok(AreaEntered { area: it.id, is_present: false, present })
    }
}
