//! What the rooms around an instrument say about a time in them.

use base::{AreaId, BookingId, Instant, OrganisationId, PersonId, Span};
use calendar::{Days, Hours, Spans, Zone};
use instruments::Instrument;
use instruments::area::{self, Area, Expected};
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

impl Around {
    /// Of an instrument, with the hours of its building; asks no statement where it stands in no room.
    pub(crate) fn load(
        tx: &mut Tx<'_>,
        (it, person): (&Instrument, PersonId),
        site: (&Hours, &Zone, &Days),
        reach: Span,
        except: Option<BookingId>,
    ) -> Result<Self, StoreError> {
        let Some(id) = it.area else { return Ok(Self::outside(site, reach)) };
        let all = store::area::of_owner(tx, it.owner)?;
        let of = (all.as_slice(), [id].into());
        let known = Known::load(tx, of, (Some(person), site.0), (reach, except))?;
        Ok(known.around((&all, id), it.is_operated_by(person), site))
    }

    /// Of what stands in no room: the hours of its building alone.
    pub(crate) fn outside((hours, zone, days): (&Hours, &Zone, &Days), reach: Span) -> Self {
        let open = area::open(&[], &[], hours, (zone, days, reach));
        Self { open, ..Self::default() }
    }
}

/// What is asked about rooms within a span, once for whatever stands in them.
pub(crate) struct Known {
    person: Option<PersonId>,
    reach: Span,
    expected: Vec<Expected>,
    /// What they may enter always, and what they booked.
    entered: Vec<AreaId>,
    own: Vec<(AreaId, Span)>,
}

impl Known {
    /// Of these rooms among all of their owners, in at most three statements.
    pub(crate) fn load(
        tx: &mut Tx<'_>,
        (all, of): (&[Area], BTreeSet<AreaId>),
        (person, site): (Option<PersonId>, &Hours),
        (reach, except): (Span, Option<BookingId>),
    ) -> Result<Self, StoreError> {
        let expected = store::area::expected(tx, &area::counted(all, &of), reach, except)?;
        let around = || of.iter().flat_map(|id| area::chain(all, *id));
        let is_ever_shut = !site.is_always() || around().any(|it| !it.sheet.hours.is_always());
        let entered = match person.filter(|_| is_ever_shut) {
            Some(person) => store::area::entered(tx, person)?,
            None => Vec::new(),
        };
        let own = match person {
            Some(person) => own(tx, around(), person, reach)?,
            None => Vec::new(),
        };
        Ok(Self { person, reach, expected, entered, own })
    }

    /// What one of them says. Nobody in particular books no room: that is not held against them.
    pub(crate) fn around(
        &self,
        (all, id): (&[Area], AreaId),
        is_staff: bool,
        (hours, zone, days): (&Hours, &Zone, &Days),
    ) -> Around {
        let around = area::chain(all, id);
        let booked = area::booked(&around, &self.own);
        Around {
            rooms: area::rooms(all, (id, self.person, is_staff), &self.expected),
            open: area::open(&around, &self.entered, hours, (zone, days, self.reach)),
            booked: booked.filter(|_| self.person.is_some()),
        }
    }
}

/// Live bookings of rooms, asked for only where one of these wants them.
fn own<'a>(
    tx: &mut Tx<'_>,
    mut around: impl Iterator<Item = &'a Area>,
    person: PersonId,
    reach: Span,
) -> Result<Vec<(AreaId, Span)>, StoreError> {
    if !around.any(|it| it.sheet.needs_booking) {
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
    let own = own(tx, around.iter().copied(), person, minute)?;
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
