//! Bookings over both databases: judged once, kept once, whoever races; and what a reader may see.

use access::Role;
use app::booking::{
    BookAsk, BookingChanged, CancelBooking, DecideBooking, DeclareOutage, EndOutage, FreeAsk,
    GrantQualification, MakeCalendarLink, MoveBooking, RevokeCalendarLink, SetBookingRules, Target,
    WithdrawQualification,
};
use app::instrument::CreateInstrument;
use app::{Asker, City, No};
use base::{Bilingual, Instant, InstrumentId, OrganisationId, PersonId, Refusal, Span, Value};
use calendar::seats::Taken;
use instruments::booking::State;
use instruments::outage::Over;
use instruments::problem::Code;
use instruments::qualification::{Grade, Way};
use instruments::rules::{Approval, Layer};
use instruments::setting::Set;
use instruments::sheet::Sheet;
use std::sync::Barrier;
use worlds::{World, on_both};

const HOUR: i64 = 3_600;

pub fn codes(no: &No) -> Vec<&str> {
    no.0.iter().map(|refusal| refusal.code.as_ref()).collect()
}

pub fn person(asker: &Asker) -> PersonId {
    let app::Who::Person(person) = asker.who else { panic!("a person") };
    person
}

/// A unit with an instrument and its staff, and firms that want its time.
pub struct Lab<'a> {
    pub world: &'a World,
    pub unit: OrganisationId,
    pub keeper: Asker,
    pub staff: Asker,
    pub ada: Asker,
    pub bo: Asker,
    pub it: InstrumentId,
    /// A full hour of the next day.
    pub start: Instant,
}

impl<'a> Lab<'a> {
    pub fn new(world: &'a World) -> Self {
        Self::with_seats(world, 1)
    }

    pub fn with_seats(world: &'a World, seats: u32) -> Self {
        let unit = world.organisation("Institute of Powders");
        let keeper = world.person("keeper", unit, Role::TransferOfficer);
        let staff = world.person("staff", unit, Role::Member);
        let firm = world.organisation("Firm");
        let (ada, bo) = (
            world.person("ada", firm, Role::FirmMember),
            world.person("bo", firm, Role::FirmMember),
        );
        let sheet = Sheet {
            name: Bilingual::new("X-ray diffractometer", "X射线衍射仪"),
            operators: vec![person(&staff)],
            seats,
            ..Sheet::default()
        };
        let act = CreateInstrument { owner: unit, is_hidden: false, sheet };
        let it = world.city.perform(&keeper, act).expect("entered").instrument;
        let now = world.city.now().micros();
        let hour = HOUR * 1_000_000;
        let start = Instant::from_micros((now / hour + 25) * hour);
        Self { world, unit, keeper, staff, ada, bo, it, start }
    }

    pub fn city(&self) -> &City {
        &self.world.city
    }

    pub fn at(&self, minutes: i64) -> Instant {
        self.start.plus_seconds(minutes * 60)
    }

    pub fn ask(&self, from: i64, until: i64) -> BookAsk {
        BookAsk::new(self.it, self.at(from), self.at(until))
    }

    pub fn book(&self, who: &Asker, from: i64, until: i64) -> Result<BookingChanged, No> {
        self.city().book(who, self.ask(from, until))
    }

    pub fn rules(&self, version: u64, rules: Layer) {
        let act = SetBookingRules { target: Target::Instrument(self.it), version, rules };
        self.city().perform(&self.keeper, act).expect("set");
    }

    pub fn state(&self, done: &BookingChanged) -> State {
        let found = self.city().booking(&self.keeper, done.booking).expect("seen");
        found.booking.state
    }

    /// Whatever was tried, no seat is given twice.
    pub fn audit(&self, seats: usize) {
        let whole = Span::new(self.at(-100_000), self.at(1_000_000)).expect("a span");
        let taken = self.city().store().read(|tx| store::booking::taken(tx, self.it, whole, None));
        let taken: Vec<Taken> = taken.expect("read");
        for (n, one) in taken.iter().enumerate() {
            for other in &taken[n + 1..] {
                assert!(
                    one.seat != other.seat || !one.span.overlaps(other.span),
                    "{one:?} {other:?}"
                );
            }
        }
        let most = calendar::seats::busiest(taken.iter().map(|one| one.span), whole).0;
        assert!(most <= seats, "{most} of {seats}");
    }
}

pub fn set<T>(value: T) -> Option<Set<T>> {
    Some(Set::open(value))
}

fn value<'a>(no: &'a No, name: &str) -> Option<&'a Value> {
    let first: &Refusal = no.0.first()?;
    first.values.iter().find(|(own, _)| own == name).map(|(_, value)| value)
}

/// Everybody at one instant, over as many handles as there are.
fn race(
    lab: &Lab<'_>,
    cities: &[City],
    n: usize,
    (from, until): (i64, i64),
) -> Vec<Result<BookingChanged, No>> {
    let barrier = Barrier::new(n);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n)
            .map(|own| {
                let (barrier, lab) = (&barrier, lab);
                let city = &cities[own % cities.len()];
                let who = if own % 2 == 0 { &lab.ada } else { &lab.bo };
                scope.spawn(move || {
                    barrier.wait();
                    city.book(who, lab.ask(from, until))
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    })
}

on_both! {
    /// Scenarios 1 and 2: also over two handles where the database takes them.
    fn one_slot_has_one_winner(world) {
        let lab = Lab::new(world);
        let mut cities = vec![world.city.clone()];
        if world.database.url().is_some() {
            cities.push(world.reopened(77));
        }
        for round in 0..4 {
            let (from, until) = (round * 60, round * 60 + 60);
            let answers = race(&lab, &cities, 64, (from, until));
            let won: Vec<_> = answers.iter().filter(|answer| answer.is_ok()).collect();
            assert_eq!(won.len(), 1, "round {round}");
            for no in answers.iter().filter_map(|answer| answer.as_ref().err()) {
                assert_eq!(codes(no), ["booking-overlap"]);
                assert_eq!(value(no, "at"), Some(&Value::At(lab.at(from))));
                assert_eq!(value(no, "until"), Some(&Value::At(lab.at(until))));
            }
        }
        lab.audit(1);
    }

    /// Scenario 3.
    fn five_seats_have_five_winners(world) {
        let lab = Lab::with_seats(world, 5);
        let answers = race(&lab, std::slice::from_ref(&world.city), 64, (0, 60));
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 5);
        for no in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            assert_eq!(codes(no), ["booking-over-capacity"]);
        }
        lab.audit(5);
        // Two seats that are free half of the time each are one seat for all of it.
        let cancel = |who: &Asker, done: &BookingChanged| {
            lab.city().perform(who, CancelBooking::new(done.booking, 1, "")).expect("cancelled")
        };
        let first = answers.iter().flatten().next().expect("a winner");
        cancel(&lab.keeper, first);
        let early = lab.book(&lab.ada, 0, 30).expect("booked");
        assert_eq!(codes(&lab.book(&lab.bo, 0, 60).expect_err("full")), ["booking-over-capacity"]);
        lab.book(&lab.bo, 30, 60).expect("booked");
        cancel(&lab.ada, &early);
        lab.audit(5);
    }

    /// Scenario 4.
    fn one_key_books_once(world) {
        let lab = Lab::new(world);
        let keyed = lab.ada.clone().keyed("the same");
        let first = lab.book(&keyed, 0, 60).expect("booked");
        assert_eq!(lab.book(&keyed, 0, 60).expect("again"), first);
        let other = lab.book(&keyed, 60, 120).expect_err("another body");
        assert_eq!(codes(&other), ["key-reused"]);
        assert_eq!(lab.city().own_bookings(&lab.ada, lab.at(-60)).expect("listed").len(), 1);
    }

    /// Beneath the act the schema refuses rows that would overlap, whoever writes them.
    fn the_schema_refuses_what_passes_the_act(world) {
        let lab = Lab::new(world);
        let done = lab.book(&lab.ada, 0, 60).expect("booked");
        let write = |seat: u16, from: i64, until: i64| {
            let span = Span::new(lab.at(from), lab.at(until)).expect("a span");
            let (it, holder) = (lab.it, store::booking::Holder::Booking(done.booking));
            let errand = store::Errand { name: "past the act", ..store::Errand::default() };
            world.city.store().perform(errand, Box::new(move |tx: &mut store::Tx<'_>, part: store::Part| {
                if matches!(part, store::Part::Act) {
                    store::booking::take(tx, it, holder, &[Taken { seat, span }])?;
                }
                Ok(store::End::Keep)
            }))
        };
        for (from, until) in [(0, 60), (-30, 1), (59, 90), (10, 20), (-10, 100)] {
            let no = write(1, from, until).expect_err("refused");
            let told = no.to_string();
            assert!(told.contains("booking_times"), "{from}–{until}: {told}");
        }
        write(1, 60, 90).expect("touching is free");
        write(1, -30, 0).expect("touching is free");
        write(2, 0, 60).expect("another seat");
    }

    /// Scenarios 21 and 22.
    fn a_move_that_fails_keeps_the_old_time(world) {
        let lab = Lab::new(world);
        let (first, second) =
            (lab.book(&lab.ada, 0, 60).expect("booked"), lab.book(&lab.bo, 60, 120).expect("booked"));
        let shift = |who: &Asker, version: u64, from: i64, until: i64| {
            let act = MoveBooking::new(first.booking, version, (lab.at(from), lab.at(until)));
            lab.city().perform(who, act)
        };
        assert_eq!(codes(&shift(&lab.ada, 1, 30, 90).expect_err("taken")), ["booking-overlap"]);
        let still = lab.city().booking(&lab.ada, first.booking).expect("seen").booking;
        assert_eq!((still.version, still.span.start()), (1, lab.at(0)));
        let moved = shift(&lab.ada, 1, -30, 45).expect("moved");
        assert_eq!((moved.version, moved.starts_at, moved.ends_at), (2, lab.at(-30), lab.at(45)));
        assert_eq!(codes(&shift(&lab.ada, 1, 0, 45).expect_err("old")), ["booking-stale"]);
        // Somebody else's booking is not there; staff move it.
        assert_eq!(codes(&shift(&lab.bo, 2, 0, 45).expect_err("hidden")), ["not-found"]);
        shift(&lab.staff, 2, 0, 60).expect("staff");
        lab.audit(1);
        let _ = second;
    }

    /// Scenarios 18, 19 and 7: problems come together, and only staff let them pass.
    fn rules_are_told_together_and_set_aside_by_staff(world) {
        let lab = Lab::new(world);
        lab.rules(0, Layer {
            most_minutes: set(30),
            needs_qualification: set(true),
            ..Layer::default()
        });
        let no = lab.book(&lab.ada, 0, 60).expect_err("refused");
        assert_eq!(codes(&no), ["booking-not-qualified", "booking-too-long"]);
        let passing = |ask: BookAsk, passes: &[Code]| BookAsk {
            passes: passes.to_vec(),
            reason: "A visit of the ministry".to_owned(),
            ..ask
        };
        let ask = passing(lab.ask(0, 60), &[Code::TooLong]);
        assert_eq!(codes(&lab.city().book(&lab.ada, ask).expect_err("no staff")), ["booking-not-allowed"]);
        let ask = passing(lab.ask(0, 60), &[Code::TooLong]);
        assert_eq!(codes(&lab.city().book(&lab.staff, ask).expect_err("one left")), ["booking-not-qualified"]);
        let ask = passing(lab.ask(0, 60), &[Code::TooLong, Code::NotQualified]);
        let done = lab.city().book(&lab.staff, ask).expect("booked");
        let passed: Vec<Code> = done.warnings.iter().map(|problem| problem.code).collect();
        assert_eq!(passed, [Code::NotQualified, Code::TooLong]);
        // The rules that were read are those that are set: an old version is refused.
        let act = SetBookingRules { target: Target::Instrument(lab.it), version: 0, rules: Layer::default() };
        assert_eq!(codes(&lab.city().perform(&lab.keeper, act).expect_err("old")), ["version-conflict"]);
        let act = SetBookingRules { target: Target::Instrument(lab.it), version: 1, rules: Layer::default() };
        assert_eq!(codes(&lab.city().perform(&lab.ada, act).expect_err("a firm")), ["not-allowed"]);
    }

    /// A qualification lets in, and its withdrawal keeps out.
    fn a_qualification_lets_in(world) {
        let lab = Lab::new(world);
        lab.rules(0, Layer { needs_qualification: set(true), ..Layer::default() });
        let grant = |grade| GrantQualification {
            instrument: lab.it,
            person: person(&lab.ada),
            grade,
            way: Way::Course,
            lives_days: 0,
            ends: None,
            hours: calendar::Hours::default(),
            reason: "Course of March".to_owned(),
        };
        assert!(lab.city().perform(&lab.ada, grant(Grade::Full)).is_err());
        lab.city().perform(&lab.staff, grant(Grade::Supervised)).expect("granted");
        assert_eq!(codes(&lab.book(&lab.ada, 0, 60).expect_err("too low")), ["booking-not-qualified"]);
        lab.city().perform(&lab.staff, grant(Grade::Full)).expect("granted");
        lab.book(&lab.ada, 0, 60).expect("booked");
        let (instrument, person) = (lab.it, person(&lab.ada));
        let act = WithdrawQualification { instrument, person, reason: "Left".to_owned() };
        lab.city().perform(&lab.staff, act).expect("withdrawn");
        assert_eq!(codes(&lab.book(&lab.ada, 60, 120).expect_err("gone")), ["booking-not-qualified"]);
    }

    /// Scenarios 26, 27 and 28: a request holds its time, is answered by somebody else, or lapses.
    fn a_request_holds_its_time_until_it_is_answered(world) {
        let lab = Lab::new(world);
        lab.rules(0, Layer {
            approval: set(Approval::External),
            most_minutes: set(60),
            may_ask: set(true),
            ..Layer::default()
        });
        let pending = lab.book(&lab.ada, 0, 60).expect("asked");
        assert_eq!(pending.state, "pending");
        assert_eq!(codes(&lab.book(&lab.bo, 30, 60).expect_err("held")), ["booking-overlap"]);
        let waiting = lab.city().bookings_to_decide(&lab.staff).expect("listed");
        assert_eq!(waiting.len(), 1);
        assert!(lab.city().bookings_to_decide(&lab.bo).expect("listed").is_empty());
        let decide = |who: &Asker, agrees| {
            let act = DecideBooking::new(pending.booking, 1, (agrees, "Fine".to_owned()));
            lab.city().perform(who, act)
        };
        assert!(decide(&lab.ada, true).is_err());
        assert_eq!(decide(&lab.staff, true).expect("agreed").state, "confirmed");
        // What a rule refuses becomes a request that names it.
        let long = BookAsk { asks: true, ..lab.ask(60, 180) };
        let asked = lab.city().book(&lab.ada, long).expect("asked");
        let view = lab.city().booking(&lab.ada, asked.booking).expect("seen");
        assert_eq!(view.booking.asked.iter().map(|it| it.code).collect::<Vec<_>>(), [Code::TooLong]);
        // Nobody answers: at its time it is free again, however late the timer is.
        world.clock.pass(20 * HOUR);
        assert_eq!(lab.city().tend_bookings().expect("tended"), 0);
        world.clock.pass(60 * HOUR);
        assert_eq!(lab.city().tend_bookings().expect("tended"), 1);
        assert_eq!(lab.state(&asked), State::Lapsed);
        assert_eq!(lab.city().tend_bookings().expect("tended"), 0);
    }

    /// Scenario 33: one mark, also where the timer was down.
    fn a_missed_booking_is_marked_once(world) {
        let lab = Lab::new(world);
        lab.rules(0, Layer { missed_after_minutes: set(15), ..Layer::default() });
        let done = lab.book(&lab.ada, 0, 240).expect("booked");
        world.clock.pass(lab.at(10).seconds_since(lab.city().now()));
        assert_eq!(lab.city().tend_bookings().expect("tended"), 0);
        world.clock.pass(50 * 60);
        assert_eq!(lab.city().tend_bookings().expect("tended"), 1);
        assert_eq!(lab.city().tend_bookings().expect("tended"), 0);
        assert_eq!(lab.state(&done), State::Missed);
        lab.book(&lab.bo, 120, 180).expect("the time is free again");
    }

    /// Scenarios 9 and 34.
    fn an_outage_refuses_or_displaces(world) {
        let lab = Lab::new(world);
        let done = lab.book(&lab.ada, 0, 60).expect("booked");
        let declare = |over| {
            DeclareOutage::new(lab.it, "New tube", (lab.at(-60), lab.at(120)), over)
        };
        let no = lab.city().perform(&lab.ada, declare(Over::Displace)).expect_err("a firm");
        assert_eq!(codes(&no), ["not-allowed"]);
        let no = lab.city().perform(&lab.staff, declare(Over::Refuse)).expect_err("booked");
        assert_eq!(codes(&no), ["outage-over-bookings"]);
        let down = lab.city().perform(&lab.staff, declare(Over::Displace)).expect("declared");
        assert_eq!(down.displaced, 1);
        assert_eq!(lab.state(&done), State::Displaced);
        assert_eq!(codes(&lab.book(&lab.bo, 30, 90).expect_err("down")), ["booking-outage"]);
        lab.book(&lab.bo, 120, 180).expect("after it");
        let act = EndOutage { outage: down.outage, version: down.version };
        lab.city().perform(&lab.staff, act).expect("called off");
        lab.book(&lab.bo, 30, 90).expect("free again");
    }

    /// Scenario 15, and 11: counts of a firm and of a day are kept under races too.
    fn quotas_are_shared(world) {
        use instruments::quota::{Measure, Period, Quota, What, Who};
        let lab = Lab::new(world);
        let quota = Quota {
            who: Who::Organisation,
            what: What::Unit,
            measure: Measure::Minutes,
            period: Period::Future,
            hours: calendar::Hours::default(),
            limit: 120,
        };
        let rules = Layer { quotas: set(vec![quota]), ..Layer::default() };
        let act = SetBookingRules { target: Target::Unit(lab.unit), version: 0, rules };
        lab.city().perform(&lab.keeper, act).expect("set");
        lab.book(&lab.ada, 0, 60).expect("booked");
        lab.book(&lab.bo, 60, 120).expect("booked");
        let no = lab.book(&lab.bo, 180, 240).expect_err("over");
        assert_eq!(codes(&no), ["booking-quota"]);
        assert_eq!(value(&no, "used"), Some(&Value::Number(120)));
    }

    /// Scenario 23: what is hidden is not there.
    fn a_hidden_instrument_tells_nothing(world) {
        let lab = Lab::new(world);
        let sheet = Sheet { name: Bilingual::new("Secret", ""), ..Sheet::default() };
        let act = CreateInstrument { owner: lab.unit, is_hidden: true, sheet };
        let hidden = lab.city().perform(&lab.keeper, act).expect("entered").instrument;
        let ask = BookAsk::new(hidden, lab.at(0), lab.at(60));
        let absent = BookAsk::new(InstrumentId::from_bits(7), lab.at(0), lab.at(60));
        let of = |ask: &BookAsk| lab.city().book(&lab.ada, ask.clone()).expect_err("not there");
        assert_eq!(of(&ask), of(&absent));
        let week = |id| lab.city().instrument_week(&lab.ada, id, None).expect_err("not there");
        assert_eq!(week(hidden), week(InstrumentId::from_bits(7)));
        let free = |who: &Asker| {
            let ask = FreeAsk {
                words: String::new(),
                from: lab.at(0),
                until: lab.at(600),
                minutes: 30,
                limit: 50,
            };
            lab.city().free_slots(who, &ask).expect("searched").len()
        };
        assert_eq!(free(&lab.ada), 1);
    }

    /// A refusal offers what passes, and a search finds the first time of each instrument.
    fn free_time_is_found(world) {
        let lab = Lab::new(world);
        lab.book(&lab.bo, 0, 120).expect("booked");
        let checked = lab.city().check_booking(&lab.ada, &lab.ask(30, 90)).expect("checked");
        assert_eq!(checked.verdict.codes(), ["overlap"]);
        assert_eq!(checked.free.len(), 3);
        for span in &checked.free {
            let ask = BookAsk::new(lab.it, span.start(), span.end());
            assert!(lab.city().check_booking(&lab.ada, &ask).expect("checked").verdict.is_fine());
        }
        let ask = FreeAsk {
            words: "衍射".to_owned(),
            from: lab.at(0),
            until: lab.at(600),
            minutes: 45,
            limit: 10,
        };
        let found = lab.city().free_slots(&lab.ada, &ask).expect("searched");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].instrument, found[0].span.start()), (lab.it, lab.at(120)));
        let week = lab.city().instrument_week(&lab.ada, lab.it, None).expect("a week");
        assert!(week.may_book && week.pieces.iter().all(|piece| piece.booking.is_none()));
    }

    /// Scenario 52: a calendar keeps its ids, counts its changes, and shuts when it is revoked.
    fn a_calendar_shows_what_its_person_may_see_now(world) {
        let lab = Lab::new(world);
        let done = lab.book(&lab.ada, 0, 60).expect("booked");
        let make = |instrument| MakeCalendarLink { name: "Phone".to_owned(), instrument, unit: None, is_duty: false };
        let own = lab.city().perform(&lab.ada, make(None)).expect("made");
        let other = lab.city().perform(&lab.bo, make(Some(lab.it))).expect("made");
        let before = lab.city().calendar(&own.secret).expect("read");
        assert_eq!(before.bookings.len(), 1);
        assert!(before.bookings[0].is_own);
        let foreign = lab.city().calendar(&other.secret).expect("read");
        assert!(!foreign.shows_people && foreign.bookings[0].person.is_empty());
        let act = MoveBooking::new(done.booking, 1, (lab.at(60), lab.at(120)));
        lab.city().perform(&lab.ada, act).expect("moved");
        let after = lab.city().calendar(&own.secret).expect("read");
        let (was, is) = (&before.bookings[0].booking, &after.bookings[0].booking);
        assert_eq!(was.id, is.id);
        assert!(is.sequence > was.sequence);
        let act = RevokeCalendarLink { link: own.link };
        lab.city().perform(&lab.ada, act).expect("revoked");
        assert_eq!(codes(&lab.city().calendar(&own.secret).expect_err("shut")), ["not-found"]);
        assert_eq!(codes(&lab.city().calendar("bwc_nothing").expect_err("none")), ["not-found"]);
    }

    /// Scenario 25.
    fn a_series_skips_or_books_nothing(world) {
        use app::booking::SeriesAsk;
        use calendar::{Every, Recurrence, Until};
        use instruments::series::Mode;
        let lab = Lab::new(world);
        let rules = Layer { horizon_days: set(0), ..Layer::default() };
        lab.rules(0, rules);
        let week = 7 * 24 * 60;
        for n in [3, 7] {
            lab.book(&lab.bo, n * week + 30, n * week + 60).expect("booked");
        }
        let zone = calendar::Zone::china();
        let day = calendar::Weekdays::one(zone.date(lab.at(0)).weekday());
        let ask = |mode| SeriesAsk {
            repeats: Recurrence { every: Every::Weeks(1, day), until: Until::Count(10) },
            first: lab.ask(0, 60),
            mode,
            is_rehearsal: false,
        };
        let none = lab.city().book_series(&lab.ada, ask(Mode::AllOrNothing)).expect("told");
        assert_eq!((none.n_booked, none.instances.len()), (0, 10));
        let some = lab.city().book_series(&lab.ada, ask(Mode::SkipConflicts)).expect("booked");
        assert_eq!(some.n_booked, 8);
        let refused: Vec<usize> =
            (0..10).filter(|n| some.instances[*n].booking.is_none()).collect();
        assert_eq!(refused, [3, 7]);
        assert_eq!(some.instances[3].problems[0].code, Code::Overlap);
        lab.audit(1);
    }

    /// A cancelled booking frees its time; late is late.
    fn cancelling_frees_and_tells_when_it_was_late(world) {
        let lab = Lab::new(world);
        lab.rules(0, Layer { late_cancel_minutes: set(24 * 60 * 30), ..Layer::default() });
        let done = lab.book(&lab.ada, 0, 60).expect("booked");
        let act = CancelBooking::new(done.booking, 1, "");
        assert_eq!(lab.city().perform(&lab.ada, act).expect("cancelled").state, "cancelled_late");
        lab.book(&lab.bo, 0, 60).expect("free again");
        let act = CancelBooking::new(done.booking, 2, "");
        let no = lab.city().perform(&lab.ada, act).expect_err("over");
        assert_eq!(codes(&no), ["booking-closed"]);
    }
}
