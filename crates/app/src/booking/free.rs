//! Free time over all instruments at once: the first of each that a booking of this reader would be
//! given, as far as time and place decide.
//!
//! Who is signed in is offered no time that a quota or a qualification's hours refuse, and is told what
//! is to be done first of an instrument that they may not book yet. Prices and notices are judged as it
//! is booked. Taken time, hours and grids are looked through first; whatever else bounds a time is judged by the
//! engine of bookings, and only as far as answers are wanted.

mod trust;

use self::trust::Trust;
use super::reading::{BOOKABLE_MAX, folded};
use super::scene::is_internal;
use crate::act::{No, Stop};
use crate::area::{Around, Known};
use crate::asker::Asker;
use crate::city::{City, Rx};
use access::Act as A;
use base::{AreaId, Bilingual, Instant, InstrumentId, OrganisationId, Span};
use calendar::{Board, Wanted, Zone};
use instruments::accessory::{self, Borrowed};
use instruments::area::Area;
use instruments::policy::{self, Ask, Doing, Facts, Own, Person, Purse, again, is_ever, judge};
use instruments::problem::{Code, Problem, Stage};
use instruments::quota::{Counted, Quota, Who};
use instruments::rules::{Layer, Rules};
use instruments::setting::Level;
use instruments::sheet::Accessory;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use store::booking::{Bookable, Whose};
use store::booking_rule::group_of;

/// Days that one search for free time looks through at most.
const FREE_DAYS_MAX: i64 = 31;
/// Times that one search judges at most.
const TRIES_MAX: usize = 5_000;
/// Days before and after in which own bookings are looked at.
const OWN_DAYS: (i64, i64) = (2, 400);
/// Instruments of one operator that are looked at.
const OPERATED_MAX: usize = 2_000;

/// What free time is looked for.
#[derive(Clone, Debug)]
pub struct FreeAsk {
    pub words: String,
    pub from: Instant,
    pub until: Instant,
    pub minutes: u32,
    pub limit: usize,
}

/// An instrument with its first free time.
#[derive(Clone, Debug)]
pub struct FreeSlot {
    pub instrument: InstrumentId,
    pub name: Bilingual,
    pub owner: Bilingual,
    pub zone: String,
    pub span: Span,
    /// What the reader has to do before they may book it, at that time or any other.
    pub lacks: Vec<Code>,
}

impl City {
    /// The first free time of each instrument, earliest first; after them those for which the reader
    /// lacks something, unless they may not book there at all.
    pub fn free_slots(&self, asker: &Asker, ask: &FreeAsk) -> Result<Vec<FreeSlot>, No> {
        self.read(asker, |rx| {
            let filter = rx.filter(A::ListInstruments)?;
            let from = ask.from.max(rx.now);
            let latest = from.plus_seconds(FREE_DAYS_MAX * 86_400);
            let Some(within) = Span::new(from, ask.until.min(latest)) else {
                return Ok(Vec::new());
            };
            let words: Vec<String> = folded(&ask.words);
            let all = store::booking::bookable(rx.tx, &filter, &words, BOOKABLE_MAX)?;
            let mut taken = by_instrument(&store::booking::taken_of_all(rx.tx, within)?);
            for (id, span) in store::booking_rule::all_outages(rx.tx, within)? {
                // Nobody has a seat while it stands still.
                let seats = all.iter().find(|it| it.id == id).map_or(1, |it| it.seats.max(1));
                let own = taken.entry(id).or_default();
                own.extend(std::iter::repeat_n(span, usize::from(seats)));
            }
            let layers = Layers::read(rx)?;
            let lanes = layers.lanes(&all, &taken, within);
            let reader = Reader::load(rx, &all, &lanes, within)?;
            let search = Search { all: &all, lanes, reader, within, minutes: ask.minutes.max(1) };
            let slots = search.first(ask.limit, rx.now);
            let owners: Vec<OrganisationId> = slots.iter().map(|(n, ..)| all[*n].owner).collect();
            let names = store::organisation::names_of(rx.tx, &owners)?;
            let slot = |(n, span, lacks): Offer| {
                let it = &all[n];
                FreeSlot {
                    instrument: it.id,
                    name: it.name.clone(),
                    owner: names.get(&it.owner.to_string()).cloned().unwrap_or_default(),
                    zone: it.zone.clone(),
                    span,
                    lacks,
                }
            };
            Ok(slots.into_iter().map(slot).collect())
        })
    }
}

/// Rows in the order of their instruments, by instrument.
fn by_instrument(rows: &[(InstrumentId, Span)]) -> BTreeMap<InstrumentId, Vec<Span>> {
    let of_one = rows.chunk_by(|one, next| one.0 == next.0);
    of_one.map(|own| (own[0].0, own.iter().map(|(_, span)| *span).collect())).collect()
}

/// What every level sets, so that the rules of a thousand instruments are few.
struct Layers(BTreeMap<(Level, String), Layer>);

/// Every instrument on the board of its zone: a grid is that of the wall.
#[derive(Default)]
struct Lanes {
    boards: Vec<(Zone, Board)>,
    rules: Vec<Rules>,
    /// By the number of the instrument: its board, its lane there, its rules.
    places: Vec<(usize, usize, usize)>,
}

impl Layers {
    fn read(rx: &mut Rx<'_, '_>) -> Result<Self, Stop> {
        let all = store::booking_rule::all_layers(rx.tx)?;
        Ok(Self(all.into_iter().map(|(level, thing, layer)| ((level, thing), layer)).collect()))
    }

    fn lanes(
        &self,
        all: &[Bookable],
        taken: &BTreeMap<InstrumentId, Vec<Span>>,
        within: Span,
    ) -> Lanes {
        let n_spans = taken.values().map(Vec::len).sum();
        let mut lanes = Lanes::default();
        let mut zones: BTreeMap<&str, usize> = BTreeMap::new();
        let mut known: BTreeMap<(usize, Vec<String>), (usize, usize)> = BTreeMap::new();
        for it in all {
            let board = *zones.entry(it.zone.as_str()).or_insert_with(|| {
                let zone = Zone::named(&it.zone).unwrap_or_else(Zone::china);
                lanes.boards.push((zone, Board::with_room(all.len(), n_spans)));
                lanes.boards.len() - 1
            });
            let (zone, own) = &mut lanes.boards[board];
            let (open, rules) = *known.entry((board, self.key(it))).or_insert_with(|| {
                let rules = self.rules(it);
                let open = own.open(rules.hours.value.within(zone, &rules.days.value, within));
                lanes.rules.push(rules);
                (open, lanes.rules.len() - 1)
            });
            let set = &lanes.rules[rules];
            let buffers =
                (i64::from(set.setup_minutes.value), i64::from(set.cleanup_minutes.value));
            let spans = taken.get(&it.id).map(Vec::as_slice).unwrap_or_default();
            let lane = own.add(open, (it.seats, set.grid.value, buffers), spans.iter().copied());
            lanes.places.push((board, lane, rules));
        }
        lanes
    }

    /// The levels that say anything about an instrument.
    fn key(&self, it: &Bookable) -> Vec<String> {
        let names = [
            (Level::Unit, it.owner.to_string()),
            (Level::Group, group_of(it.owner, &it.group)),
            (Level::Instrument, it.id.to_string()),
        ];
        names.into_iter().filter(|key| self.0.contains_key(key)).map(|(_, thing)| thing).collect()
    }

    fn rules(&self, it: &Bookable) -> Rules {
        let names = [
            (Level::Platform, String::new()),
            (Level::Unit, it.owner.to_string()),
            (Level::Group, group_of(it.owner, &it.group)),
            (Level::Instrument, it.id.to_string()),
        ];
        let layers: Vec<(Level, Layer)> = names
            .into_iter()
            .filter_map(|key| self.0.get(&key).map(|layer| (key.0, layer.clone())))
            .collect();
        Rules::of(&layers)
    }
}

/// What is known of whoever searches, and of the rooms around what is searched.
struct Reader {
    /// The owners to whose people they belong.
    units: BTreeSet<OrganisationId>,
    operated: BTreeSet<InstrumentId>,
    /// Own bookings, where a rule asks for them.
    own: Vec<(InstrumentId, Own)>,
    areas: BTreeMap<OrganisationId, Vec<Area>>,
    rooms: Option<Known>,
    /// What is lent, where some instrument cannot do without an accessory.
    lent: Vec<(OrganisationId, String, Borrowed)>,
    /// Nothing of whom nobody knows.
    trust: Option<Trust>,
}

impl Reader {
    /// Asks nothing where no instrument stands in a room and no rule wants to know.
    fn load(
        rx: &mut Rx<'_, '_>,
        all: &[Bookable],
        lanes: &Lanes,
        within: Span,
    ) -> Result<Self, Stop> {
        let person = rx.actor.person;
        let standing: BTreeSet<(OrganisationId, AreaId)> =
            all.iter().filter_map(|it| Some((it.owner, it.area?))).collect();
        let owners: BTreeSet<OrganisationId> = standing.iter().map(|(owner, _)| *owner).collect();
        let units: BTreeSet<OrganisationId> = rx.actor.roles.iter().map(|(id, _)| *id).collect();
        let internal = |id: &OrganisationId| is_internal(*id, &rx.actor.roles);
        let units: BTreeSet<OrganisationId> = units.into_iter().filter(internal).collect();
        let areas = store::area::of_owners(rx.tx, &owners)?;
        let rooms = match standing.is_empty() {
            true => None,
            false => {
                let every: Vec<Area> = areas.values().flatten().cloned().collect();
                let of = standing.iter().map(|(_, area)| *area).collect();
                let asked = lanes.rules.iter().map(|rules| &rules.site_hours.value);
                let shut = asked.clone().find(|hours| !hours.is_always());
                let site = shut.cloned().unwrap_or_default();
                Some(Known::load(rx.tx, (&every, of), (person, &site), (within, None))?)
            }
        };
        // Only an owner's people operate its instruments.
        let operated = match person.filter(|_| owners.iter().any(|id| units.contains(id))) {
            Some(person) => store::instrument::operated_by(rx.tx, person, OPERATED_MAX)?,
            None => Vec::new(),
        };
        let is_counted = trust::counts(lanes, &[Who::Person]);
        let is_own_asked = is_counted || lanes.rules.iter().any(asks_for_own);
        let own = match person.filter(|_| is_own_asked) {
            Some(person) => {
                let (before, after) = OWN_DAYS;
                let from = within.start().min(rx.now).plus_seconds(-before * 86_400);
                let reach = Span::new(from, within.end().plus_seconds(after * 86_400));
                let reach = trust::reach(lanes, reach.unwrap_or(within), rx.now);
                let here = (InstrumentId::from_bits(0), reach);
                store::booking::counted(rx.tx, &Whose::Person(person), here, None)?
            }
            None => Vec::new(),
        };
        let is_needed = |it: &Accessory| it.is_needed;
        let is_any_needed = all.iter().any(|it| !it.needed.is_empty())
            || lanes.rules.iter().any(|it| it.shared_accessories.value.iter().any(is_needed));
        let lent = match is_any_needed {
            true => store::booking::lent_of_all(rx.tx, within)?,
            false => Vec::new(),
        };
        let operated = operated.into_iter().collect();
        let trust = match person {
            Some(id) => {
                Some(Trust::load(rx, (id, &units), (all, lanes), (own.as_slice(), within))?)
            }
            None => None,
        };
        Ok(Self { units, operated, own, areas, rooms, lent, trust })
    }

    fn around(&self, it: &Bookable, (rules, zone): (&Rules, &Zone), within: Span) -> Around {
        let site = (&rules.site_hours.value, zone, &rules.days.value);
        let areas = self.areas.get(&it.owner).map(Vec::as_slice).unwrap_or_default();
        match (it.area, &self.rooms) {
            (Some(id), Some(known)) => {
                known.around((areas, id), self.operated.contains(&it.id), site)
            }
            _ => Around::outside(site, within),
        }
    }

    /// The accessories without which it is not booked.
    fn accessories(&self, it: &Bookable, rules: &Rules) -> Vec<policy::Accessory> {
        let shared = &rules.shared_accessories;
        let offered = accessory::offered(&it.needed, &shared.value);
        let wanted = accessory::wanted(&offered, &[]);
        if wanted.is_empty() {
            return Vec::new();
        }
        let counts = |(owner, group, own): &(OrganisationId, String, Borrowed)| {
            let is_below = match shared.level {
                Some(Level::Instrument) => false,
                Some(Level::Group) => *owner == it.owner && *group == it.group,
                _ => *owner == it.owner,
            };
            (is_below || own.instrument == it.id).then(|| own.clone())
        };
        let lent: Vec<Borrowed> = self.lent.iter().filter_map(counts).collect();
        accessory::facts((&offered, &shared.value), &wanted, it.id, &lent)
    }

    fn is_external(&self, it: &Bookable) -> bool {
        !self.units.contains(&it.owner)
    }

    fn is_blocked(&self, it: &Bookable) -> bool {
        self.trust.as_ref().is_some_and(|trust| trust.is_blocked(it))
    }

    fn lacks(&self, it: &Bookable, place: (&Rules, &Zone), span: Span) -> Vec<Code> {
        let of = |trust: &Trust| trust.lacks(it, place, (span, self.is_external(it)));
        self.trust.as_ref().map(of).unwrap_or_default()
    }

    fn person(&self, it: &Bookable, place: (&Rules, &Zone), span: Span) -> Person {
        let is_external = self.is_external(it);
        match &self.trust {
            Some(trust) => trust.person(it, place, (span, is_external)),
            None => Person::plain(is_external),
        }
    }

    fn quotas(&self, it: &Bookable, rules: &Rules) -> Vec<(Quota, Vec<Counted>)> {
        self.trust.as_ref().map(|trust| trust.quotas(it, rules)).unwrap_or_default()
    }

    fn own(&self, id: InstrumentId) -> Vec<Own> {
        let here = |(at, own): &(InstrumentId, Own)| Own { is_here: *at == id, ..*own };
        self.own.iter().map(here).collect()
    }
}

/// Whether any rule looks at the person's other bookings.
fn asks_for_own(rules: &Rules) -> bool {
    let counts = [&rules.day_count, &rules.future_count, &rules.future_minutes, &rules.gap_minutes];
    rules.no_self_overlap.value || counts.iter().any(|limit| limit.value > 0)
}

/// The number of an instrument, a time, and what is to be done first.
type Offer = (usize, Span, Vec<Code>);

/// What is known around one instrument, made when it is first looked at.
struct Scene {
    around: Around,
    quotas: Vec<(Quota, Vec<Counted>)>,
}

struct Search<'a> {
    all: &'a [Bookable],
    lanes: Lanes,
    reader: Reader,
    within: Span,
    minutes: u32,
}

impl Search<'_> {
    /// The earliest times that pass, one of each instrument and at most so many; last those of
    /// instruments for which something is to be done first.
    fn first(&self, limit: usize, now: Instant) -> Vec<Offer> {
        let numbers = (0..self.all.len()).filter(|n| {
            is_ever(self.rules(*n), self.minutes) && !self.reader.is_blocked(&self.all[*n])
        });
        let mut next: BinaryHeap<Reverse<(Instant, usize)>> =
            numbers.filter_map(|n| self.from(n, self.within.start())).collect();
        let mut scenes: BTreeMap<usize, Scene> = BTreeMap::new();
        let (mut found, mut lacking, mut tries) = (Vec::new(), Vec::new(), 0);
        while let Some(Reverse((start, n))) = next.pop() {
            if found.len() == limit || tries == TRIES_MAX {
                break;
            }
            let end = calendar::zone::plus_minutes(start, i64::from(self.minutes));
            let Some(span) = Span::new(start, end) else { continue };
            let (it, place) = (&self.all[n], self.place(n));
            let lacks = self.reader.lacks(it, place, span);
            // Enough of these are known; others may come.
            if !lacks.is_empty() && lacking.len() == limit {
                continue;
            }
            tries += 1;
            let scene = scenes.entry(n).or_insert_with(|| Scene {
                around: self.reader.around(it, place, self.within),
                quotas: self.reader.quotas(it, place.0),
            });
            match self.judged(n, scene, span, now) {
                Ok(()) if lacks.is_empty() => found.push((n, span, lacks)),
                Ok(()) => lacking.push((n, span, lacks)),
                Err(Some(later)) => next.extend(self.from(n, later)),
                Err(None) => {}
            }
        }
        found.extend(lacking);
        found.truncate(limit);
        found
    }

    fn place(&self, n: usize) -> (&Rules, &Zone) {
        (self.rules(n), &self.lanes.boards[self.lanes.places[n].0].0)
    }

    fn rules(&self, n: usize) -> &Rules {
        &self.lanes.rules[self.lanes.places[n].2]
    }

    /// The first time of an instrument from a moment on that nobody has.
    fn from(&self, n: usize, at: Instant) -> Option<Reverse<(Instant, usize)>> {
        let (board, lane, _) = self.lanes.places[n];
        let (zone, board) = &self.lanes.boards[board];
        let within = Span::new(at.max(self.within.start()), self.within.end())?;
        let wanted = Wanted { within, minutes: i64::from(self.minutes) };
        let span = board.slots(zone, lane, wanted).next()?;
        Some(Reverse((span.start(), n)))
    }

    /// Whether a time passes all that time and place and quotas decide; else when to try again, if ever.
    fn judged(
        &self,
        n: usize,
        Scene { around, quotas }: &Scene,
        span: Span,
        now: Instant,
    ) -> Result<(), Option<Instant>> {
        let it = &self.all[n];
        let (board, _, rules) = self.lanes.places[n];
        let own = self.reader.own(it.id);
        let accessories = self.reader.accessories(it, self.rules(n));
        let facts = Facts {
            zone: &self.lanes.boards[board].0,
            rules: &self.lanes.rules[rules],
            seats: it.seats.max(1),
            takes_bookings: true,
            actor: policy::Actor::of_public(),
            person: self.reader.person(it, self.place(n), span),
            purse: Purse::default(),
            taken: &[],
            downs: &[],
            rooms: &around.rooms,
            accessories: &accessories,
            site: around.open.clone(),
            own: &own,
            quotas,
            area: around.booked.clone(),
        };
        let (start, end) = (span.start(), span.end());
        let ask = Ask { start, end, doing: Doing::Book, passes: Vec::new(), asks: false };
        let verdict = judge(&facts, &ask, now);
        let is_of_time = |it: &Problem| matches!(it.code.stage().0, Stage::B | Stage::D | Stage::E);
        let against: Vec<Problem> = verdict.problems.into_iter().filter(is_of_time).collect();
        if against.is_empty() { Ok(()) } else { Err(again(&facts, span, &against, now)) }
    }
}
