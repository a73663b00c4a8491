//! What the rooms around an instrument say about a time in them.

use base::{AreaId, BookingId, Instant, OrganisationId, PersonId, Span};
use calendar::{Days, Hours, Spans, Zone};
use instruments::Instrument;
use instruments::area::{self, Area};
use instruments::policy::Room;
use instruments::start;
use std::collections::{BTreeMap, BTreeSet};
use store::{StoreError, Tx};

/// Bookings of rooms of one person that are looked at.
const OWN_MAX: usize = 500;

/// What is held by whatever takes or frees a place in a room of this owner.
pub(crate) fn hold_of(owner: OrganisationId) -> String {
    format!("areas of {owner}")
}

/// What the rooms say; nothing at all where there are none.
#[derive(Default)]
pub(crate) struct Around {
    pub rooms: Vec<Room>,
    /// When one can get there; nothing where that is always.
    pub open: Option<Spans>,
    /// For when the person booked the rooms; nothing where none wants it.
    pub booked: Option<Spans>,
}

/// Who asks about a room.
#[derive(Clone, Copy)]
pub(crate) struct Visitor {
    pub person: PersonId,
    pub is_staff: bool,
}

impl Around {
    /// Of an instrument, with the hours of its building; asks no statement where it stands in no room.
    pub(crate) fn load(
        tx: &mut Tx<'_>,
        (it, person): (&Instrument, PersonId),
        site: (&Hours, &Zone, &Days),
        reach: Span,
        except: Option<BookingId>,
    ) -> Result<Self, StoreError> {
        let (hours, zone, days) = site;
        let Some(id) = it.area else {
            let open = area::open(&[], &[], hours, (zone, days, reach));
            return Ok(Self { open, ..Self::default() });
        };
        let all = store::area::of_owner(tx, it.owner)?;
        let visitor = Visitor { person, is_staff: it.is_operated_by(person) };
        Self::of(tx, (&all, id), visitor, site, (reach, except))
    }

    /// Of a room.
    pub(crate) fn of(
        tx: &mut Tx<'_>,
        (all, id): (&[Area], AreaId),
        visitor: Visitor,
        (hours, zone, days): (&Hours, &Zone, &Days),
        (reach, except): (Span, Option<BookingId>),
    ) -> Result<Self, StoreError> {
        let around = area::chain(all, id);
        let widest = area::bounded(all, id);
        let inside = widest.map(|id| area::within(all, id)).unwrap_or_default();
        let expected = store::area::expected(tx, &inside, reach, except)?;
        let is_ever_shut =
            around.iter().any(|it| !it.sheet.hours.is_always()) || !hours.is_always();
        let entered = match is_ever_shut {
            true => store::area::entered(tx, visitor.person)?,
            false => Vec::new(),
        };
        let own = own(tx, &around, visitor.person, reach)?;
        Ok(Self {
            rooms: area::rooms(all, (id, visitor.person, visitor.is_staff), &expected),
            open: area::open(&around, &entered, hours, (zone, days, reach)),
            booked: area::booked(&around, &own),
        })
    }
}

/// Live bookings of rooms, asked for only where one of these wants them.
fn own(
    tx: &mut Tx<'_>,
    around: &[&Area],
    person: PersonId,
    reach: Span,
) -> Result<Vec<(AreaId, Span)>, StoreError> {
    if !around.iter().any(|it| it.sheet.needs_booking) {
        return Ok(Vec::new());
    }
    let own = store::area::booked(tx, person, reach, OWN_MAX)?;
    let live = own.into_iter().filter(|it| !it.is_cancelled);
    Ok(live.map(|it| (it.area, it.span)).collect())
}

/// What the door of an instrument asks about its rooms.
pub(crate) fn at_the_door(
    tx: &mut Tx<'_>,
    (it, person): (&Instrument, PersonId),
    now: Instant,
) -> Result<Option<start::Area>, StoreError> {
    let Some(id) = it.area else { return Ok(None) };
    let all = store::area::of_owner(tx, it.owner)?;
    let around = area::chain(&all, id);
    let minute = Span::new(now, now.plus_seconds(60)).expect("a minute has a length");
    let own = own(tx, &around, person, minute)?;
    let watched: Vec<AreaId> =
        around.iter().filter(|it| it.sheet.least_present > 1).map(|it| it.id).collect();
    let present = present(tx, &all, &watched)?;
    Ok(area::at_the_door(&around, (person, now), &own, &present))
}

/// Who is in these rooms now, those in rooms inside of them counted.
pub(super) fn present(
    tx: &mut Tx<'_>,
    all: &[Area],
    of: &[AreaId],
) -> Result<BTreeMap<AreaId, BTreeSet<PersonId>>, StoreError> {
    let inside: BTreeMap<AreaId, BTreeSet<AreaId>> =
        of.iter().map(|id| (*id, area::within(all, *id))).collect();
    let every: BTreeSet<AreaId> = inside.values().flatten().copied().collect();
    let there = store::area::present(tx, &every)?;
    let people = |rooms: &BTreeSet<AreaId>| -> BTreeSet<PersonId> {
        rooms.iter().filter_map(|id| there.get(id)).flatten().copied().collect()
    };
    Ok(inside.iter().map(|(id, rooms)| (*id, people(rooms))).collect())
}
