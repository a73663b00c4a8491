//! A seeded year of city life beside a slow second telling: bookings, moves, outages, requests, missed ones,
//! uses, changes of the clocks, restarts. Nothing overlaps, no hour is lost, every cent balances.
//!
//! Three weeks here; `cargo xtask soak` lives a year on each database.

use access::Role;
use app::booking::{
    BookAsk, BookingChanged, CancelBooking, DecideBooking, DeclareOutage, EndOutage, MoveBooking,
    SetBookingRules, Target,
};
use app::instrument::CreateInstrument;
use app::tariff::{EXTERNAL, SetTariff};
use app::usage::{StartUse, StopUse, earned_account, owed_account};
use app::{Asker, City, No};
use base::{Bilingual, BookingId, Instant, InstrumentId, OrganisationId, OutageId, Span};
use instruments::booking::State;
use instruments::outage::Over;
use instruments::place::Place;
use instruments::rules::{Approval, Layer};
use instruments::setting::Set;
use instruments::sheet::Sheet;
use instruments::tariff::{Mode, Tariff, Way};
use instruments::usage::Source;
use std::collections::BTreeMap;
use testkit::Dice;
use worlds::{On, World};

const MINUTE: i64 = 60;
const CLEANUP: i64 = 15;
const MISSED_AFTER: i64 = 30;

/// A booking as the second telling remembers it.
#[derive(Clone, Debug)]
struct Told {
    instrument: usize,
    who: usize,
    span: Span,
    state: State,
    version: u64,
    decide_by: Option<Instant>,
    was_used: bool,
}

impl Told {
    fn holds(&self) -> bool {
        matches!(self.state, State::Pending | State::Confirmed | State::InUse)
    }

    /// The time that nobody else can have, cleaning included.
    fn busy(&self) -> Span {
        let until = self.span.end().plus_seconds(CLEANUP * MINUTE);
        Span::new(self.span.start(), until).expect("longer")
    }
}

struct Down {
    instrument: usize,
    span: Span,
    outage: OutageId,
    is_over: bool,
}

/// The instrument at which agreement is asked for.
const ASKING: usize = 2;

struct Year<'a> {
    world: &'a World,
    city: City,
    unit: OrganisationId,
    keeper: Asker,
    people: Vec<(Asker, OrganisationId)>,
    instruments: Vec<(InstrumentId, usize)>,
    bookings: BTreeMap<BookingId, Told>,
    downs: Vec<Down>,
    paid: i64,
    n: BTreeMap<&'static str, usize>,
}

fn first(no: &No) -> &str {
    no.0.first().map_or("", |refusal| refusal.code.as_ref())
}

fn set<T>(value: T) -> Option<Set<T>> {
    Some(Set::open(value))
}

impl<'a> Year<'a> {
    fn new(world: &'a World) -> Self {
        let unit = world.organisation("Institute of Powders");
        let keeper = world.person("keeper", unit, Role::TransferOfficer);
        let firms = [world.organisation("Firm A"), world.organisation("Firm B")];
        let people: Vec<(Asker, OrganisationId)> = (0..6)
            .map(|n| {
                let firm = firms[n % 2];
                (world.person(&format!("year{n}"), firm, Role::FirmMember), firm)
            })
            .collect();
        let instruments: Vec<(InstrumentId, usize)> = [(1, ""), (3, ""), (1, "Europe/Berlin")]
            .iter()
            .enumerate()
            .map(|(n, (seats, zone))| {
                let sheet = Sheet {
                    name: Bilingual::new(format!("Oven {n}"), format!("炉{n}")),
                    seats: u32::try_from(*seats).expect("few"),
                    place: Place { zone: (*zone).to_owned(), ..Place::default() },
                    ..Sheet::default()
                };
                let act = CreateInstrument { owner: unit, is_hidden: false, sheet };
                let it = world.city.perform(&keeper, act).expect("entered").instrument;
                let rules = Layer {
                    cleanup_minutes: set(15),
                    missed_after_minutes: set(30),
                    late_cancel_minutes: set(120),
                    approval: set(if n == ASKING { Approval::External } else { Approval::Never }),
                    ..Layer::default()
                };
                let act = SetBookingRules { target: Target::Instrument(it), version: 0, rules };
                world.city.perform(&keeper, act).expect("set");
                let today = base::WorkingDays::china().date(world.city.now());
                let tariff = Tariff::flat(EXTERNAL, Mode::Usage, today, 6_000);
                let act = SetTariff { instrument: it, tariff };
                world.city.perform(&keeper, act).expect("priced");
                (it, *seats)
            })
            .collect();
        Self {
            world,
            city: world.city.clone(),
            unit,
            keeper,
            people,
            instruments,
            bookings: BTreeMap::new(),
            downs: Vec::new(),
            paid: 0,
            n: BTreeMap::new(),
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.n.entry(what).or_insert(0) += 1;
    }

    /// A quarter of an hour of the next days, and how long.
    fn time(&self, dice: &mut Dice) -> Span {
        let quarter = 15 * MINUTE * 1_000_000;
        let now = self.city.now().micros() / quarter * quarter;
        let ahead = i64::try_from(1 + dice.below(5 * 96)).expect("few");
        let long = i64::try_from(1 + dice.below(24)).expect("few");
        let start = Instant::from_micros(now + ahead * quarter);
        Span::new(start, start.plus_seconds(long * 15 * MINUTE)).expect("a span")
    }

    /// Whose time this would take, by looking at everybody.
    fn in_the_way(&self, instrument: usize, wanted: Span, but: Option<BookingId>) -> Vec<&Told> {
        let until = wanted.end().plus_seconds(CLEANUP * MINUTE);
        let busy = Span::new(wanted.start(), until).expect("longer");
        let others = self.bookings.iter().filter(|(id, _)| Some(**id) != but);
        let others = others.map(|(_, told)| told);
        others
            .filter(|told| told.instrument == instrument && told.holds())
            .filter(|told| told.busy().overlaps(busy))
            .collect()
    }

    fn is_down(&self, instrument: usize, span: Span) -> bool {
        self.downs
            .iter()
            .any(|down| !down.is_over && down.instrument == instrument && down.span.overlaps(span))
    }

    /// Whether an answer is what the second telling expects of this time.
    fn judge(&self, answer: Result<(), &str>, (at, span): (usize, Span), but: Option<BookingId>) {
        let (_, seats) = self.instruments[at];
        let others = self.in_the_way(at, span, but);
        match answer {
            Ok(()) => {
                assert!(!self.is_down(at, span), "{span:?} lies under an outage");
                if seats == 1 {
                    assert!(others.is_empty(), "{span:?} overlaps {others:?}");
                }
                let most = others.iter().map(|told| told.busy().start()).chain([span.start()]);
                for at in most {
                    let there = others.iter().filter(|told| {
                        let busy = told.busy();
                        busy.start() <= at && at < busy.end()
                    });
                    assert!(there.count() < seats, "more than {seats} at {at:?}");
                }
            }
            Err("booking-overlap" | "booking-over-capacity") => {
                assert!(others.len() >= seats, "{span:?} is free: {others:?}");
            }
            Err("booking-outage") => assert!(self.is_down(at, span), "{span:?} has no outage"),
            Err("booking-in-past" | "booking-closed" | "booking-edit-locked") => {}
            Err(other) => panic!("{other} for {span:?}"),
        }
    }

    fn note(&mut self, done: &BookingChanged, (at, who): (usize, usize)) {
        let view = self.city.booking(&self.keeper, done.booking).expect("seen").booking;
        let told = Told {
            instrument: at,
            who,
            span: view.span,
            state: view.state,
            version: view.version,
            decide_by: view.decide_by,
            was_used: self.bookings.get(&done.booking).is_some_and(|told| told.was_used),
        };
        self.bookings.insert(done.booking, told);
    }

    fn book(&mut self, dice: &mut Dice) {
        let (at, who) = (dice.below(self.instruments.len()), dice.below(self.people.len()));
        let span = self.time(dice);
        let ask = BookAsk::new(self.instruments[at].0, span.start(), span.end());
        let answer = self.city.book(&self.people[who].0, ask);
        self.judge(answer.as_ref().map(|_| ()).map_err(first), (at, span), None);
        match answer {
            Ok(done) => {
                self.note(&done, (at, who));
                self.count("booked");
            }
            Err(_) => self.count("refused"),
        }
    }

    /// One that is still to come, if there is any.
    fn one(&self, dice: &mut Dice, state: State) -> Option<(BookingId, Told)> {
        let now = self.city.now();
        let coming = self.bookings.iter();
        let coming: Vec<_> = coming
            .filter(|(_, told)| told.state == state && told.span.start() > now)
            .map(|(id, told)| (*id, told.clone()))
            .collect();
        (!coming.is_empty()).then(|| dice.pick(&coming).clone())
    }

    fn shift(&mut self, dice: &mut Dice) {
        let Some((id, told)) = self.one(dice, State::Confirmed) else { return };
        let span = self.time(dice);
        let version = if dice.below(8) == 0 { told.version + 1 } else { told.version };
        let act = MoveBooking::new(id, version, (span.start(), span.end()));
        let answer = self.city.perform(&self.people[told.who].0, act);
        if version != told.version {
            assert_eq!(answer.as_ref().map_err(first).err(), Some("booking-stale"));
        } else {
            let answer = answer.as_ref().map(|_| ()).map_err(first);
            let minutes = |span: Span| span.end().seconds_since(span.start());
            match answer {
                // Where agreement is asked for, nothing grows beyond what was agreed to.
                Err("booking-move-needs-agreement") => {
                    let is_asked = told.instrument == ASKING;
                    assert!(is_asked && minutes(span) > minutes(told.span), "{span:?}");
                }
                answer => self.judge(answer, (told.instrument, span), Some(id)),
            }
        }
        if let Ok(done) = answer {
            self.note(&done, (told.instrument, told.who));
            self.count("moved");
        }
    }

    fn give_up(&mut self, dice: &mut Dice) {
        let Some((id, told)) = self.one(dice, State::Confirmed) else { return };
        let late = told.span.start().seconds_since(self.city.now()) <= 120 * MINUTE;
        let act = CancelBooking::new(id, told.version, "");
        let done = self.city.perform(&self.people[told.who].0, act).expect("given up");
        let is_down = self.is_down(told.instrument, told.span);
        let wanted = if late && !is_down { "cancelled_late" } else { "cancelled" };
        assert_eq!(done.state, wanted, "{told:?} at {:?}", self.city.now());
        self.note(&done, (told.instrument, told.who));
        self.count("cancelled");
    }

    fn decide(&mut self, dice: &mut Dice) {
        let Some((id, told)) = self.one(dice, State::Pending) else { return };
        let agrees = dice.below(4) != 0;
        let act = DecideBooking::new(id, told.version, (agrees, "Seen".to_owned()));
        match self.city.perform(&self.keeper, act) {
            Ok(done) => {
                self.note(&done, (told.instrument, told.who));
                let wanted = if agrees { State::Confirmed } else { State::Declined };
                assert_eq!(self.bookings[&id].state, wanted);
                self.count("decided");
            }
            Err(no) => assert!(
                told.decide_by.is_some_and(|by| by <= self.city.now()),
                "{no:?} for {told:?}"
            ),
        }
    }

    fn stop_work(&mut self, dice: &mut Dice) {
        let at = dice.below(self.instruments.len());
        let span = self.time(dice);
        let over = if dice.below(2) == 0 { Over::Refuse } else { Over::Displace };
        let times = (span.start(), span.end());
        let act = DeclareOutage::new(self.instruments[at].0, "New tube", times, over);
        let beneath: Vec<BookingId> = self
            .bookings
            .iter()
            .filter(|(_, told)| told.instrument == at && told.holds() && told.span.overlaps(span))
            .map(|(id, _)| *id)
            .collect();
        match self.city.perform(&self.keeper, act) {
            Ok(done) => {
                assert!(over == Over::Displace || beneath.is_empty(), "{beneath:?} lie under it");
                for id in beneath {
                    let told = self.bookings.get_mut(&id).expect("known");
                    told.state = State::Displaced;
                    told.version += 1;
                }
                self.downs.push(Down { instrument: at, span, outage: done.outage, is_over: false });
                self.count("outages");
            }
            Err(no) => assert!(
                !beneath.is_empty() && over == Over::Refuse || self.is_down(at, span),
                "{no:?}"
            ),
        }
    }

    fn work_again(&mut self, dice: &mut Dice) {
        let now = self.city.now();
        let open: Vec<usize> = (0..self.downs.len())
            .filter(|n| !self.downs[*n].is_over && self.downs[*n].span.start() > now)
            .collect();
        if open.is_empty() {
            return;
        }
        let n = *dice.pick(&open);
        let act = EndOutage { outage: self.downs[n].outage, version: 1 };
        self.city.perform(&self.keeper, act).expect("ended");
        self.downs[n].is_over = true;
    }

    /// Somebody comes to an own booking and uses the instrument for a while.
    fn come(&mut self, dice: &mut Dice) {
        let now = self.city.now();
        let there = self.bookings.iter().find(|(_, told)| {
            let span = told.span;
            told.state == State::Confirmed && span.start() <= now && now < span.end()
        });
        let Some((id, told)) = there.map(|(id, told)| (*id, told.clone())) else { return };
        let (who, organisation) = self.people[told.who].clone();
        let act = StartUse {
            instrument: self.instruments[told.instrument].0,
            organisation,
            project: "alloys".to_owned(),
            way: Way::Own,
            source: Source::Kiosk,
            voucher: None,
            passes: Vec::new(),
            reason: String::new(),
        };
        let Ok(begun) = self.city.perform(&who, act) else { return };
        let minutes = i64::try_from(1 + dice.below(90)).expect("few");
        self.world.clock.pass(minutes * MINUTE);
        let done = self.city.perform(&who, StopUse::new(begun.id)).expect("ended");
        self.paid += done.pays;
        let told = self.bookings.get_mut(&id).expect("known");
        told.was_used = true;
        self.reread(id);
        self.count("uses");
    }

    /// Takes over what is kept of one that was used: a use may change its state.
    fn reread(&mut self, id: BookingId) {
        let view = self.city.booking(&self.keeper, id).expect("seen").booking;
        let told = self.bookings.get_mut(&id).expect("known");
        (told.state, told.version, told.span) = (view.state, view.version, view.span);
    }

    /// The timer runs, sometimes late: what it ends is what had to end.
    fn tend(&mut self) {
        self.city.tend_bookings().expect("tended");
        let now = self.city.now();
        let used: Vec<BookingId> =
            self.bookings.iter().filter(|(_, told)| told.was_used).map(|(id, _)| *id).collect();
        used.into_iter().for_each(|id| self.reread(id));
        let mut n_missed = 0;
        let due: Vec<BookingId> = self.bookings.keys().copied().collect();
        for id in due {
            let told = &self.bookings[&id];
            let is_missed = told.state == State::Confirmed
                && !told.was_used
                && told.span.start().plus_seconds(MISSED_AFTER * MINUTE) <= now
                && !self.is_down(told.instrument, told.span);
            let is_lapsed =
                told.state == State::Pending && told.decide_by.is_some_and(|by| by <= now);
            let told = self.bookings.get_mut(&id).expect("known");
            if is_missed {
                (told.state, told.version) = (State::Missed, told.version + 1);
                n_missed += 1;
            } else if is_lapsed {
                (told.state, told.version) = (State::Lapsed, told.version + 1);
            }
        }
        *self.n.entry("missed").or_insert(0) += n_missed;
    }

    /// Every booking is where the second telling has it, and every cent is somewhere.
    fn audit(&self) {
        for (id, told) in &self.bookings {
            let kept = self.city.booking(&self.keeper, *id).expect("kept").booking;
            assert_eq!((kept.state, kept.span), (told.state, told.span), "{id} {told:?}");
            if !told.was_used {
                assert_eq!(kept.version, told.version, "{id} {told:?}");
            }
        }
        let whole = Span::new(Instant::from_micros(0), self.city.now().plus_seconds(90 * 86_400));
        for (n, (it, seats)) in self.instruments.iter().enumerate() {
            let read = |tx: &mut store::Tx<'_>| {
                store::booking::taken(tx, *it, whole.expect("a span"), None)
            };
            let taken = self.city.store().read(read).expect("read");
            for (place, one) in taken.iter().enumerate() {
                for other in &taken[place + 1..] {
                    let is_apart = one.seat != other.seat || !one.span.overlaps(other.span);
                    assert!(is_apart, "{one:?} {other:?} of {n}");
                }
            }
            let spans = taken.iter().map(|one| one.span);
            let most = calendar::seats::busiest(spans, whole.expect("a span")).0;
            assert!(most <= *seats, "{most} of {seats}");
        }
        assert_eq!(self.city.check_books().expect("checked"), []);
        let balance = |account| {
            let found = self.city.ledger_account(&self.world.operator(), account);
            found.map_or(0, |found| found.shown.balance)
        };
        let firms: std::collections::BTreeSet<OrganisationId> =
            self.people.iter().map(|(_, firm)| *firm).collect();
        let owed: i64 = firms.iter().map(|firm| balance(owed_account(self.unit, *firm))).sum();
        assert_eq!(balance(earned_account(self.unit)), owed);
        assert!(owed >= self.paid, "{owed} of {}", self.paid);
    }
}

fn live(on: On, days: i64, seed: u64) {
    let Some(world) = World::on(on) else { return };
    let mut year = Year::new(&world);
    let mut dice = Dice::new(seed);
    let end = world.city.now().plus_seconds(days * 86_400);
    let (mut n_steps, mut n_restarts) = (0_u64, 0);
    while year.city.now() < end {
        n_steps += 1;
        match dice.below(20) {
            0..=6 => year.book(&mut dice),
            7..=8 => year.shift(&mut dice),
            9 => year.give_up(&mut dice),
            10..=11 => year.decide(&mut dice),
            12 => year.stop_work(&mut dice),
            13 => year.work_again(&mut dice),
            14..=16 => year.come(&mut dice),
            _ => {
                let minutes = i64::try_from(1 + dice.below(300)).expect("few");
                world.clock.pass(minutes * MINUTE);
                year.tend();
            }
        }
        if n_steps % 400 == 0 {
            // The program goes away in the middle, and another one takes its place.
            n_restarts += 1;
            year.city = world.reopened(1_000 + n_steps);
        }
        if n_steps % 200 == 0 {
            year.audit();
        }
    }
    year.tend();
    year.audit();
    let n = |what: &str| year.n.get(what).copied().unwrap_or(0);
    println!("{on:?}: {n_steps} steps, {n_restarts} restarts, {:?}", year.n);
    for what in ["booked", "refused", "moved", "cancelled", "decided", "outages", "uses", "missed"]
    {
        assert!(n(what) > 0, "nothing was {what}: {:?}", year.n);
    }
}

#[test]
fn soak_a_year_of_city_life_on_sqlite() {
    live(On::Sqlite, days(), 20_260_301);
}

#[test]
fn soak_a_year_of_city_life_on_postgres() {
    live(On::Postgres, days(), 20_260_302);
}

fn days() -> i64 {
    if std::env::var_os("BELLWETHER_SOAK").is_some() { 366 } else { 21 }
}
