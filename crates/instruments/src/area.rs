//! Rooms that instruments stand in: who fits, when they are open, who has to be there.
//!
//! A room may lie in another one. Whoever works in the inner one is in all around it, and comes
//! through them: they count, and they have to be open.

use crate::place::ZONE;
use crate::policy::Room;
use crate::problem::{Code, Problem};
use crate::start;
use base::{AreaBookingId, AreaId, Bilingual, Class, Instant, OrganisationId, PersonId, Refusal};
use base::{Span, limits, text};
use calendar::hours::WINDOWS_MAX;
use calendar::{Days, Hours, Spans, Zone};
use std::collections::{BTreeMap, BTreeSet};

/// Rooms of one owner at most.
pub const AREAS_MAX: usize = 500;
/// Rooms that lie one in another at most.
pub const DEPTH_MAX: usize = 8;
/// People at once in one room at most.
pub const CAPACITY_MAX: u16 = 10_000;
/// Hours of one booking of a room at most, and days before it.
pub const BOOKING_HOURS_MAX: i64 = 14 * 24;
pub const AHEAD_DAYS_MAX: i64 = 400;

/// What an owner writes about a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sheet {
    pub name: Bilingual,
    /// People at once; 0 is without a bound.
    pub capacity: u16,
    /// The room around it.
    pub parent: Option<AreaId>,
    /// None at all is always open.
    pub hours: Hours,
    /// Whether people who operate an instrument in it take a place too.
    pub counts_staff: bool,
    /// Whether whoever works in it books the room itself too.
    pub needs_booking: bool,
    /// People who have to be in it before work begins, with whoever begins; 0 and 1 ask nothing.
    pub least_present: u16,
    /// A zone of the IANA database; empty is that of the room around it, or the city's.
    #[serde(default)]
    pub zone: String,
}

/// A room as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    pub id: AreaId,
    pub owner: OrganisationId,
    pub sheet: Sheet,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// Somebody's right to be in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    pub id: AreaBookingId,
    pub area: AreaId,
    pub person: PersonId,
    pub is_cancelled: bool,
    pub span: Span,
    pub version: u64,
}

/// A time for which somebody is expected in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    pub person: PersonId,
    pub area: AreaId,
    pub span: Span,
    /// Whether they operate an instrument there.
    pub is_staff: bool,
}

/// Makes a sheet safe to keep, or says all that stands against it; `all` are the rooms of its owner.
pub fn tidy(mut sheet: Sheet, id: AreaId, all: &[Area]) -> Result<Sheet, Vec<Refusal>> {
    let mut no = Vec::new();
    for value in [&mut sheet.name.en, &mut sheet.name.zh] {
        match text::line("name", value, limits::NAME_CHARS_MAX) {
            Ok(clean) => *value = clean,
            Err(refusal) => no.push(refusal),
        }
    }
    if sheet.name.is_empty() {
        no.push(Refusal::invalid("field-required").on("name").term("field", "field-name"));
    }
    for (field, found) in [("capacity", sheet.capacity), ("least_present", sheet.least_present)] {
        if found > CAPACITY_MAX {
            no.push(Refusal::invalid("area-people").on(field).number("most", CAPACITY_MAX));
        }
    }
    if sheet.capacity > 0 && sheet.least_present > sheet.capacity {
        no.push(Refusal::invalid("area-alone").on("least_present").number("most", sheet.capacity));
    }
    let windows = &sheet.hours.windows;
    if windows.len() > WINDOWS_MAX || !windows.iter().all(|window| window.is_sound()) {
        no.push(Refusal::invalid("booking-rule-unsound").on("hours").text("rule", "hours"));
    }
    sheet.zone = sheet.zone.trim().to_owned();
    if !sheet.zone.is_empty() && Zone::named(&sheet.zone).is_none() {
        let found: String = sheet.zone.chars().take(limits::NAME_CHARS_MAX).collect();
        no.push(Refusal::invalid("instrument-zone").on("zone").text("found", found));
    }
    if let Some(parent) = sheet.parent {
        let around = chain(all, parent);
        if around.is_empty() {
            no.push(Refusal::invalid("choice-unknown").on("parent").term("field", "field-around"));
        } else if around.iter().any(|it| it.id == id) {
            no.push(Refusal::invalid("area-in-itself").on("parent"));
        } else if around.len() + height(all, id) > DEPTH_MAX {
            no.push(Refusal::invalid("area-depth").on("parent").number("most", DEPTH_MAX));
        }
    }
    if no.is_empty() { Ok(sheet) } else { Err(no) }
}

/// A room and those around it, from the inner to the outer; empty where it is not among them.
pub fn chain(all: &[Area], id: AreaId) -> Vec<&Area> {
    let mut found: Vec<&Area> = Vec::new();
    let mut next = Some(id);
    while let Some(area) = next.and_then(|id| all.iter().find(|it| it.id == id)) {
        // What is kept has no circle; a damaged row shall not hang a server.
        if found.len() > DEPTH_MAX || found.iter().any(|own| own.id == area.id) {
            break;
        }
        found.push(area);
        next = area.sheet.parent;
    }
    found
}

/// The zone that the hours of a room are written in: its own, or that of the nearest room around it
/// that names one. `around` is the room and those around it.
pub fn zone(around: &[&Area]) -> Zone {
    let named = around.iter().map(|it| it.sheet.zone.as_str()).find(|zone| !zone.is_empty());
    Zone::named(named.unwrap_or(ZONE)).unwrap_or_else(Zone::china)
}

/// A room with everything in it.
pub fn within(all: &[Area], id: AreaId) -> BTreeSet<AreaId> {
    let is_in = |it: &&Area| chain(all, it.id).iter().any(|around| around.id == id);
    all.iter().filter(is_in).map(|it| it.id).collect()
}

/// Rooms that lie one in another from this one inwards, itself counted.
fn height(all: &[Area], id: AreaId) -> usize {
    let depth = |it: AreaId| chain(all, it).iter().position(|around| around.id == id);
    all.iter().filter_map(|it| depth(it.id)).max().unwrap_or(0) + 1
}

/// The rooms whose people have to be counted for whoever works in one of these.
pub fn counted(all: &[Area], of: &BTreeSet<AreaId>) -> BTreeSet<AreaId> {
    let widest: BTreeSet<AreaId> = of.iter().filter_map(|id| bounded(all, *id)).collect();
    let is_in = |it: &&Area| chain(all, it.id).iter().any(|around| widest.contains(&around.id));
    all.iter().filter(is_in).map(|it| it.id).collect()
}

/// The widest room around this one whose people are bounded, if any: whom to count reaches so far.
pub fn bounded(all: &[Area], id: AreaId) -> Option<AreaId> {
    chain(all, id).iter().rev().find(|it| it.sheet.capacity > 0).map(|it| it.id)
}

/// The bounded rooms that a person would be in, with when others are there. Each person counts once,
/// whatever they booked; whoever is asked about never stands in their own way.
pub fn rooms(
    all: &[Area],
    (id, person, is_staff): (AreaId, Option<PersonId>, bool),
    expected: &[Expected],
) -> Vec<Room> {
    let counted = |area: &&&Area| area.sheet.capacity > 0 && (area.sheet.counts_staff || !is_staff);
    let room = |area: &&Area| {
        let inside = within(all, area.id);
        let mut people: BTreeMap<PersonId, Vec<Span>> = BTreeMap::new();
        for one in expected {
            let counts = area.sheet.counts_staff || !one.is_staff;
            if counts && Some(one.person) != person && inside.contains(&one.area) {
                people.entry(one.person).or_default().push(one.span);
            }
        }
        let once = people.into_values().map(|spans| spans.into_iter().collect::<Spans>());
        let present = once.flat_map(|spans| spans.as_slice().to_vec()).collect();
        Room { limit: area.sheet.capacity, present }
    };
    chain(all, id).iter().filter(counted).map(room).collect()
}

/// When one can get to a room, within a span; nothing where that is always. `site` are the hours of
/// the building, in the zone that is given; those of a room are in its own. Who may enter a room always
/// comes through everything around it.
pub fn open(
    around: &[&Area],
    entered: &[AreaId],
    site: &Hours,
    (site_zone, days, span): (&Zone, &Days, Span),
) -> Option<Spans> {
    let let_in = around.iter().position(|it| entered.contains(&it.id));
    let shut = let_in.unwrap_or(around.len());
    let rooms = (0..shut).filter(|n| !around[*n].sheet.hours.is_always());
    let rooms = rooms.map(|n| around[n].sheet.hours.within(&zone(&around[n..]), days, span));
    let building = Some(site).filter(|site| let_in.is_none() && !site.is_always());
    let building = building.map(|site| site.within(site_zone, days, span));
    rooms.chain(building).reduce(|one, other| one.and(&other))
}

/// The time for which somebody booked every room that wants it; nothing where none does.
pub fn booked(around: &[&Area], own: &[(AreaId, Span)]) -> Option<Spans> {
    let of = |area: &&&Area| -> Spans {
        own.iter().filter(|(id, _)| *id == area.id).map(|(_, span)| *span).collect()
    };
    let wanting = around.iter().filter(|it| it.sheet.needs_booking);
    wanting.map(|area| of(&area)).reduce(|one, other| one.and(&other))
}

/// What the door asks of the rooms around an instrument. `present` are the people in each room now,
/// those in rooms inside of it counted.
pub fn at_the_door(
    around: &[&Area],
    (person, now): (PersonId, Instant),
    own: &[(AreaId, Span)],
    present: &BTreeMap<AreaId, BTreeSet<PersonId>>,
) -> Option<start::Area> {
    let is_booked = booked(around, own).map(|spans| spans.holds(now));
    let watched = around.iter().filter(|it| it.sheet.least_present > 1);
    let people = |area: &&&Area| present.get(&area.id).cloned().unwrap_or_default();
    let counts = watched.map(|area| {
        let there = people(&area);
        let n = u32::try_from(there.len()).unwrap_or(u32::MAX);
        (there.contains(&person), n, u32::from(area.sheet.least_present))
    });
    // The room that lacks most speaks for all.
    let lacking = counts.max_by_key(|(is_there, n, least)| (least.saturating_sub(*n), !is_there));
    match (lacking, is_booked) {
        (None, None) => None,
        (None, is_booked) => {
            Some(start::Area { is_present: true, present: 0, present_min: 0, is_booked })
        }
        (Some((is_present, present, present_min)), is_booked) => {
            Some(start::Area { is_present, present, present_min, is_booked })
        }
    }
}

/// What a booking of a room is judged by.
pub struct Facts<'a> {
    pub rooms: &'a [Room],
    pub open: Option<Spans>,
    /// Own bookings of the same room.
    pub own: &'a [Span],
}

/// Everything that stands against a booking of a room.
pub fn problems(facts: &Facts<'_>, (start, end): (Instant, Instant), now: Instant) -> Vec<Problem> {
    let longest = BOOKING_HOURS_MAX * 3_600;
    let is_fine = |span: &Span| {
        let whole = [span.start(), span.end()].iter().all(|at| at.micros() % 60_000_000 == 0);
        whole && span.end().seconds_since(span.start()) <= longest
    };
    let Some(span) = Span::new(start, end).filter(is_fine) else {
        return vec![Problem::new(Code::BadSpan)];
    };
    let mut problems = Vec::new();
    if let Some(own) = facts.own.iter().find(|own| own.overlaps(span)) {
        let problem = Problem::new(Code::Overlap).at("at", own.start());
        problems.push(problem.at("until", own.end()));
    }
    problems.extend(crate::policy::of_rooms(facts.rooms, facts.open.as_ref(), span));
    if span.end() <= now {
        problems.push(Problem::new(Code::InPast));
    }
    let latest = now.plus_seconds(AHEAD_DAYS_MAX * 86_400);
    if span.start() > latest {
        problems.push(Problem::new(Code::BeyondHorizon).at("latest_start", latest));
    }
    problems
}

/// Whether a booking of a room can be given up: not when it is over, and not while a booking of an
/// instrument in it rests on it.
pub fn cancel(
    it: &Booking,
    version: u64,
    resting: Option<Span>,
    now: Instant,
) -> Result<Booking, Vec<Refusal>> {
    let mut no = Vec::new();
    if it.version != version {
        no.push(Problem::new(Code::Stale).number("version", it.version).refusal());
    }
    if it.is_cancelled || it.span.end() <= now {
        no.push(Problem::new(Code::ClosedBooking).refusal());
    }
    if let Some(span) = resting {
        let refusal = Refusal::new(Class::Refused, "area-booking-needed");
        no.push(refusal.with("at", base::Value::At(span.start())));
    }
    if !no.is_empty() {
        return Err(no);
    }
    Ok(Booking { is_cancelled: true, version: it.version + 1, ..it.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar::Weekdays;

    fn id(n: u128) -> AreaId {
        AreaId::from_bits(n)
    }

    fn who(n: u128) -> PersonId {
        PersonId::from_bits(n)
    }

    /// A room in another one, with people at most.
    fn area(n: u128, parent: u128, capacity: u16) -> Area {
        Area {
            id: id(n),
            owner: OrganisationId::from_bits(1),
            sheet: Sheet {
                name: Bilingual::new(format!("Room {n}"), ""),
                capacity,
                parent: (parent > 0).then(|| id(parent)),
                ..Sheet::default()
            },
            version: 1,
        }
    }

    fn at(hour: i64) -> Instant {
        // A Monday, midnight in China.
        let monday = Instant::parse_rfc3339("2026-03-02T00:00:00+08:00").expect("a moment");
        monday.plus_seconds(hour * 3_600)
    }

    fn span(from: i64, until: i64) -> Span {
        Span::new(at(from), at(until)).expect("a span")
    }

    fn expected(person: u128, area: u128, (from, until): (i64, i64)) -> Expected {
        let (person, area, span) = (who(person), id(area), span(from, until));
        Expected { person, area, span, is_staff: false }
    }

    fn codes(no: Result<Sheet, Vec<Refusal>>) -> Vec<String> {
        no.err().unwrap_or_default().iter().map(|it| it.code.to_string()).collect()
    }

    #[test]
    fn a_room_lies_in_no_circle() {
        let all = [area(1, 0, 0), area(2, 1, 0), area(3, 2, 0)];
        let sheet = |parent| Sheet { parent: Some(id(parent)), ..all[0].sheet.clone() };
        assert_eq!(codes(tidy(sheet(3), id(1), &all)), ["area-in-itself"]);
        assert_eq!(codes(tidy(sheet(1), id(1), &all)), ["area-in-itself"]);
        assert_eq!(codes(tidy(sheet(9), id(1), &all)), ["choice-unknown"]);
        assert_eq!(codes(tidy(sheet(1), id(3), &all)), Vec::<String>::new());
        let deep: Vec<Area> = (1..=8).map(|n| area(n, n - 1, 0)).collect();
        assert_eq!(codes(tidy(sheet(8), id(9), &deep)), ["area-depth"]);
        assert_eq!(codes(tidy(sheet(7), id(9), &deep)), Vec::<String>::new());
        let one = Sheet { capacity: 2, least_present: 3, ..Sheet::default() };
        assert_eq!(codes(tidy(one, id(1), &all)), ["field-required", "area-alone"]);
    }

    #[test]
    fn whoever_is_inside_is_in_everything_around() {
        let all = [area(1, 0, 3), area(2, 1, 1), area(3, 1, 0)];
        let ids = |n| chain(&all, id(n)).iter().map(|it| it.id).collect::<Vec<_>>();
        assert_eq!((ids(2), ids(9)), (vec![id(2), id(1)], vec![]));
        assert_eq!(within(&all, id(1)), [id(1), id(2), id(3)].into());
        assert_eq!((bounded(&all, id(3)), bounded(&all, id(2))), (Some(id(1)), Some(id(1))));
        assert_eq!(counted(&all, &[id(3)].into()), within(&all, id(1)));
        assert!(counted(&[area(1, 0, 0)], &[id(1)].into()).is_empty(), "nobody is counted");
        let others = [
            expected(7, 2, (9, 11)),
            expected(7, 3, (10, 12)),
            expected(8, 3, (9, 10)),
            expected(5, 2, (9, 10)),
        ];
        let found = rooms(&all, (id(2), Some(who(5)), false), &others);
        let told: Vec<_> = found.iter().map(|room| (room.limit, room.present.len())).collect();
        // Seven is one person in the outer room, whatever they booked; five is the one who asks.
        assert_eq!(told, [(1, 1), (3, 2)]);
    }

    #[test]
    fn hours_are_those_of_the_site() {
        let mut all = [area(1, 0, 0), area(2, 1, 0)];
        all[1].sheet.hours = Hours::daily(Weekdays::ALL, 9 * 60, 10 * 60);
        let opens = |all: &[Area]| {
            let frame = (&Zone::china(), &Days::china(), span(0, 24));
            let found = open(&chain(all, id(2)), &[], &Hours::default(), frame);
            found.expect("it has hours").as_slice().to_vec()
        };
        assert_eq!(opens(&all), [span(9, 10)]);
        all[0].sheet.zone = "Asia/Urumqi".to_owned();
        assert_eq!(opens(&all), [span(11, 12)], "two hours later, as the hall around it says");
        all[1].sheet.zone = "Asia/Tokyo".to_owned();
        assert_eq!(opens(&all), [span(8, 9)], "its own zone comes first");
        let named = |zone: &str| {
            let sheet = Sheet { zone: zone.to_owned(), ..all[1].sheet.clone() };
            codes(tidy(sheet, id(2), &all))
        };
        assert_eq!(
            (named(" Asia/Urumqi "), named("Beijing time")),
            (vec![], vec!["instrument-zone".to_owned()])
        );
    }

    #[test]
    fn staff_take_a_place_only_where_the_room_says_so() {
        let mut all = [area(1, 0, 1)];
        let staff = Expected { is_staff: true, ..expected(7, 1, (9, 10)) };
        let present = |all: &[Area], is_staff| {
            let found = rooms(all, (id(1), Some(who(5)), is_staff), &[staff]);
            found.first().map(|room| room.present.len())
        };
        assert_eq!((present(&all, false), present(&all, true)), (Some(0), None));
        all[0].sheet.counts_staff = true;
        assert_eq!((present(&all, false), present(&all, true)), (Some(1), Some(1)));
    }

    #[test]
    fn who_may_enter_a_room_comes_through_all_around_it() {
        let mut all = [area(1, 0, 0), area(2, 1, 0)];
        all[0].sheet.hours = Hours::daily(Weekdays::WORKDAYS, 8 * 60, 20 * 60);
        all[1].sheet.hours = Hours::daily(Weekdays::WORKDAYS, 10 * 60, 22 * 60);
        let (zone, days) = (Zone::china(), Days::default());
        let site = Hours::daily(Weekdays::ALL, 9 * 60, 18 * 60);
        let around = chain(&all, id(2));
        let when = |entered: &[AreaId]| {
            let found = open(&around, entered, &site, (&zone, &days, span(0, 24)));
            found.map(|spans| spans.as_slice().to_vec())
        };
        assert_eq!(when(&[]), Some(vec![span(10, 18)]));
        assert_eq!(when(&[id(1)]), Some(vec![span(10, 22)]));
        assert_eq!(when(&[id(2)]), None);
        let alone = open(&[], &[], &site, (&zone, &days, span(0, 24)));
        assert_eq!(alone.map(|spans| spans.as_slice().to_vec()), Some(vec![span(9, 18)]));
        assert_eq!(open(&[], &[], &Hours::default(), (&zone, &days, span(0, 24))), None);
    }

    #[test]
    fn every_room_that_wants_a_booking_has_to_be_booked() {
        let mut all = [area(1, 0, 0), area(2, 1, 0)];
        let own = [(id(1), span(8, 12)), (id(2), span(10, 14))];
        assert_eq!(booked(&chain(&all, id(2)), &own), None);
        all[1].sheet.needs_booking = true;
        let holds =
            |all: &[Area], hour| booked(&chain(all, id(2)), &own).map(|it| it.holds(at(hour)));
        assert_eq!((holds(&all, 9), holds(&all, 13)), (Some(false), Some(true)));
        all[0].sheet.needs_booking = true;
        assert_eq!((holds(&all, 11), holds(&all, 13)), (Some(true), Some(false)));
    }

    #[test]
    fn the_door_counts_who_is_there() {
        let mut all = [area(1, 0, 0)];
        let door = |all: &[Area], there: &[u128]| {
            let people = there.iter().map(|n| who(*n)).collect();
            let present = [(id(1), people)].into();
            let found = at_the_door(&chain(all, id(1)), (who(5), at(9)), &[], &present);
            found.map(|it| (it.is_present, it.present, it.present_min, it.is_booked))
        };
        assert_eq!(door(&all, &[]), None);
        all[0].sheet.least_present = 2;
        assert_eq!(door(&all, &[5]), Some((true, 1, 2, None)));
        assert_eq!(door(&all, &[5, 6]), Some((true, 2, 2, None)));
        assert_eq!(door(&all, &[6, 7]), Some((false, 2, 2, None)));
        all[0].sheet.least_present = 0;
        all[0].sheet.needs_booking = true;
        assert_eq!(door(&all, &[]), Some((true, 0, 0, Some(false))));
    }

    #[test]
    fn a_room_is_booked_while_it_is_open_and_has_a_place() {
        let full = [Room { limit: 1, present: vec![span(10, 11)] }];
        let facts = |open: Option<Spans>| Facts { rooms: &full, open, own: &[] };
        let day = || Some([span(9, 18)].into_iter().collect::<Spans>());
        let told = |facts: &Facts<'_>, from, until| {
            let found = problems(facts, (at(from), at(until)), at(8));
            found.iter().map(|it| it.code.code()).collect::<Vec<_>>()
        };
        assert!(told(&facts(day()), 11, 18).is_empty());
        assert_eq!(told(&facts(day()), 10, 19), ["over_capacity", "site_closed"]);
        assert_eq!(told(&facts(None), 12, 12), ["bad_span"]);
        assert_eq!(told(&facts(None), 6, 7), ["in_past"]);
        assert_eq!(told(&facts(None), 24 * 401, 24 * 401 + 1), ["beyond_horizon"]);
        let own = [span(12, 13)];
        assert_eq!(told(&Facts { own: &own, ..facts(None) }, 12, 14), ["overlap"]);
    }

    #[test]
    fn what_an_instrument_rests_on_is_not_given_up() {
        let it = Booking {
            id: AreaBookingId::from_bits(1),
            area: id(1),
            person: who(5),
            is_cancelled: false,
            span: span(9, 12),
            version: 1,
        };
        let told = |version, resting, now| {
            let done = cancel(&it, version, resting, at(now));
            done.err().unwrap_or_default().iter().map(|no| no.code.to_string()).collect::<Vec<_>>()
        };
        assert!(told(1, None, 10).is_empty());
        assert_eq!(
            told(2, Some(span(9, 10)), 12),
            ["booking-stale", "booking-closed", "area-booking-needed"]
        );
    }
}
