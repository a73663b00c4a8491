//! Bookings tied to their uses and charges, over both databases: the door knows the booking, its end
//! finishes it, what is lost is charged once and less when somebody else takes it.

use access::Role;
use app::booking::{
    BookAsk, BookingChanged, CancelBooking, ConfirmNotice, DeclareOutage, GrantQualification,
    SetBookingRules, Target,
};
use app::instrument::CreateInstrument;
use app::tariff::{EXTERNAL, SetTariff};
use app::usage::{StartUse, StopUse, UseChanged, owed_account};
use app::{Asker, No};
use base::{Bilingual, ChargeId, Instant, InstrumentId, OrganisationId, PersonId, UseId};
use instruments::booking::{Kept, State};
use instruments::charge::{Free, State as Stands};
use instruments::outage::Over;
use instruments::qualification::{Grade, Way as By};
use instruments::rules::Layer;
use instruments::setting::Set;
use instruments::sheet::Sheet;
use instruments::tariff::{Late, LateFee, Missed, Mode, Tariff, Way};
use instruments::usage::Source;
use worlds::{World, on_both};

pub fn codes(no: &No) -> String {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
}

pub fn person(asker: &Asker) -> PersonId {
    let app::Who::Person(person) = asker.who else { panic!("a person") };
    person
}

pub fn set<T>(value: T) -> Option<Set<T>> {
    Some(Set::open(value))
}

/// A unit with an instrument, and two people of a firm.
pub struct Lab<'a> {
    pub world: &'a World,
    pub unit: OrganisationId,
    pub firm: OrganisationId,
    pub keeper: Asker,
    pub ada: Asker,
    pub bo: Asker,
    pub it: InstrumentId,
    /// 09:00 of tomorrow at the site.
    pub start: Instant,
}

impl<'a> Lab<'a> {
    pub fn new(world: &'a World) -> Self {
        let (unit, firm) = (world.organisation("Institute"), world.organisation("Firm"));
        let keeper = world.person("keeper", unit, Role::TransferOfficer);
        let staff = world.person("staff", unit, Role::Member);
        let sheet = Sheet {
            name: Bilingual::new("Furnace", "炉"),
            operators: vec![person(&staff)],
            ..Sheet::default()
        };
        let act = CreateInstrument { owner: unit, is_hidden: false, sheet };
        let it = world.city.perform(&keeper, act).expect("entered").instrument;
        let zone = calendar::Zone::china();
        let tomorrow = calendar::zone::add_days(zone.date(world.city.now()), 1);
        Self {
            world,
            unit,
            firm,
            keeper,
            ada: world.person("ada", firm, Role::FirmMember),
            bo: world.person("bo", firm, Role::FirmMember),
            it,
            start: zone.at_minute(tomorrow, 9 * 60),
        }
    }

    pub fn at(&self, minutes: i64) -> Instant {
        self.start.plus_seconds(minutes * 60)
    }

    /// Lets time pass until a minute of the day.
    pub fn until(&self, minutes: i64) {
        let micros = self.at(minutes).micros() - self.world.city.now().micros();
        assert!(micros >= 0, "time runs forward");
        self.world.clock.pass(micros.unsigned_abs().div_ceil(1_000_000).cast_signed());
    }

    pub fn price(&self, change: impl FnOnce(&mut Tariff)) {
        let today = base::WorkingDays::china().date(self.world.city.now());
        let mut tariff = Tariff::flat(EXTERNAL, Mode::Usage, today, 6_000);
        change(&mut tariff);
        let act = SetTariff { instrument: self.it, tariff };
        self.world.city.perform(&self.keeper, act).expect("priced");
    }

    pub fn rules(&self, version: u64, rules: Layer) {
        let act = SetBookingRules { target: Target::Instrument(self.it), version, rules };
        self.world.city.perform(&self.keeper, act).expect("set");
    }

    pub fn book(&self, who: &Asker, from: i64, until: i64) -> Result<BookingChanged, No> {
        self.world.city.book(who, BookAsk::new(self.it, self.at(from), self.at(until)))
    }

    pub fn start(&self, who: &Asker) -> Result<UseId, No> {
        let act = StartUse {
            instrument: self.it,
            organisation: self.firm,
            project: String::new(),
            way: Way::Own,
            source: Source::Kiosk,
            voucher: None,
            passes: Vec::new(),
            reason: String::new(),
        };
        self.world.city.start_use(who, act).map(|done| done.id)
    }

    pub fn stop(&self, who: &Asker, id: UseId) -> UseChanged {
        self.world.city.stop_use(who, StopUse::new(id)).expect("ended")
    }

    pub fn seen(&self, done: &BookingChanged) -> app::booking::BookingView {
        self.world.city.booking(&self.keeper, done.booking).expect("seen")
    }

    pub fn charge(&self, id: ChargeId) -> instruments::charge::Kept {
        self.world.city.charge(&self.keeper, id).expect("seen").charge
    }

    pub fn owed(&self) -> i64 {
        let account = owed_account(self.unit, self.firm);
        let found = self.world.city.ledger_account(&self.world.operator(), account);
        found.map_or(0, |found| found.shown.balance)
    }

    pub fn sound(&self) {
        assert_eq!(self.world.city.check_books().expect("checked"), []);
    }
}

on_both! {
    fn a_booking_is_taken_up_and_finished_by_its_use(world) {
        let lab = Lab::new(world);
        lab.price(|tariff| tariff.mode = Mode::Reservation);
        lab.rules(0, Layer { needs_booking: set(true), cleanup_minutes: set(15), ..Layer::default() });
        assert_eq!(codes(&lab.start(&lab.ada).expect_err("no booking")), "use-not-booked");
        let done = lab.book(&lab.ada, 0, 120).expect("booked");
        let early = lab.start(&lab.ada).expect_err("a day early");
        assert_eq!(codes(&early), "use-before-booking");
        lab.until(-15);
        let id = lab.start(&lab.ada).expect("a quarter of an hour early");
        assert_eq!(lab.seen(&done).booking.state, State::InUse);
        assert_eq!(codes(&lab.start(&lab.bo).expect_err("taken")), "use-in-use use-not-booked");
        lab.until(60);
        let ended = lab.stop(&lab.ada, id);
        // Two hours were reserved, whatever was used.
        assert_eq!(ended.pays, 12_000);
        let seen = lab.seen(&done);
        let end = seen.end.expect("it ended");
        assert_eq!((seen.booking.state, end.kept), (State::Finished, Some(Kept::LeftEarly)));
        let used = seen.used.expect("it was used");
        assert_eq!(used.first.seconds_since(lab.at(-15)), 0);
        assert_eq!(used.last.map(|last| last.seconds_since(lab.at(60))), Some(0));
        // What is left is free for others, after the cleaning.
        let no = lab.book(&lab.bo, 60, 90).expect_err("cleaning");
        assert_eq!(codes(&no), "booking-overlap booking-in-past");
        lab.book(&lab.bo, 75, 105).expect("given back");
        let own = world.city.own_bookings(&lab.ada, lab.at(-600)).expect("a list");
        assert_eq!(own.iter().filter_map(|view| view.used).count(), 1);
        let uses = world.city.uses(&lab.keeper, (None, None), 10).expect("a page").rows;
        assert_eq!(uses[0].booked.map(|span| span.end()), Some(lab.at(120)));
        assert_eq!(uses[0].punctuality, Some(Kept::LeftEarly));
        lab.sound();
    }

    /// Section 11, the row 15–16 booked, 15:15–16:15 used, at 60 an hour.
    fn a_use_is_charged_by_the_mode_of_its_tariff(world) {
        let lab = Lab::new(world);
        let modes = [
            (Mode::Reservation, 6_000), (Mode::Usage, 6_000), (Mode::Overage, 7_500), (Mode::Larger, 6_000),
        ];
        let today = base::WorkingDays::china().date(world.city.now());
        for (n, (mode, pays)) in (0_i64..).zip(modes) {
            let sheet = Sheet { name: Bilingual::new("Oven", "烘箱"), ..Sheet::default() };
            let act = CreateInstrument { owner: lab.unit, is_hidden: false, sheet };
            let it = world.city.perform(&lab.keeper, act).expect("entered").instrument;
            let tariff = Tariff::flat(EXTERNAL, mode, today, 6_000);
            world.city.perform(&lab.keeper, SetTariff { instrument: it, tariff }).expect("priced");
            let lab = Lab { it, keeper: lab.keeper.clone(), ada: lab.ada.clone(), bo: lab.bo.clone(), ..lab };
            let from = n * 120;
            let done = lab.book(&lab.ada, from, from + 60).expect("booked");
            lab.until(from + 15);
            let id = lab.start(&lab.ada).expect("begun");
            lab.until(from + 75);
            assert_eq!(lab.stop(&lab.ada, id).pays, pays, "{mode}");
            assert_eq!(lab.seen(&done).end.and_then(|end| end.kept), Some(Kept::LateAndOvertime));
        }
        lab.sound();
    }

    /// Scenario 35, and a missed booking.
    fn what_is_lost_is_charged_once_and_less_when_resold(world) {
        let lab = Lab::new(world);
        let late = Some(Late { within_minutes: 180, fee: LateFee::Booked, amount: 0 });
        lab.price(|tariff| (tariff.late, tariff.missed) = (late, Missed::Booked));
        lab.rules(0, Layer { missed_after_minutes: set(15), ..Layer::default() });
        let early = lab.book(&lab.ada, 300, 360).expect("booked");
        let given_up = lab.book(&lab.ada, 0, 60).expect("booked");
        let missed = lab.book(&lab.ada, 120, 240).expect("booked");
        lab.until(-60);
        let cancel = |done: &BookingChanged| {
            let act = CancelBooking::new(done.booking, 1, "");
            world.city.perform(&lab.ada, act).expect("given up");
        };
        cancel(&early);
        cancel(&given_up);
        assert_eq!(lab.seen(&early).booking.state, State::Cancelled);
        assert_eq!(lab.seen(&given_up).booking.state, State::CancelledLate);
        assert_eq!(world.city.settle_bookings().expect("settled"), 1);
        assert_eq!(world.city.settle_bookings().expect("once"), 0);
        assert_eq!(lab.owed(), 6_000);
        // The own firm's own person again does not count, another one does.
        lab.book(&lab.ada, 0, 30).expect("free again");
        assert_eq!(world.city.settle_bookings().expect("looked at"), 1);
        assert_eq!(lab.owed(), 6_000);
        world.clock.pass(1);
        lab.book(&lab.bo, 30, 60).expect("free again");
        assert_eq!(world.city.settle_bookings().expect("half of it"), 1);
        assert_eq!(lab.owed(), 3_000);
        let end = lab.seen(&given_up).end.expect("settled");
        assert_eq!(end.resold_minutes, 30);
        let line = lab.charge(end.fee.expect("a line"));
        let free: Vec<_> = line.line.parts.iter().map(|part| (part.minutes, part.free)).collect();
        assert_eq!(free, [(30, None), (30, Some(Free::Resold))]);
        // The statement shows the first line, what took it back, and what is left.
        let month = instruments::charge::month_of(line.day);
        let statement = world.city.service_statement(&lab.keeper, (lab.unit, lab.firm), &month);
        let states: Vec<_> =
            statement.expect("a statement").lines.iter().map(|(line, _)| line.state).collect();
        // The two that one act writes have no order between them.
        assert_eq!((states.len(), states[0]), (3, Stands::Reversed));
        assert!(states.contains(&Stands::Reversal) && states.contains(&Stands::Posted));
        // Nobody comes to the other one.
        lab.until(140);
        world.city.tend_bookings().expect("tended");
        assert_eq!(lab.seen(&missed).booking.state, State::Missed);
        world.city.settle_bookings().expect("settled");
        let fee = lab.seen(&missed).end.and_then(|end| end.fee).expect("a line");
        assert_eq!(lab.charge(fee).chain.pays, 12_000);
        world.clock.pass(1);
        lab.book(&lab.bo, 150, 240).expect("released at once");
        world.city.settle_bookings().expect("settled");
        // Ninety of the two hours were taken: half an hour is left.
        let fee = lab.seen(&missed).end.and_then(|end| end.fee).expect("a line");
        assert_eq!(lab.charge(fee).chain.pays, 3_000);
        lab.sound();
    }

    /// Scenario 34: an outage costs nobody anything, and stops what runs.
    fn an_outage_stops_a_use_and_its_later_minutes_are_free(world) {
        let lab = Lab::new(world);
        lab.price(|tariff| (tariff.mode, tariff.missed) = (Mode::Reservation, Missed::Booked));
        let used = lab.book(&lab.ada, 0, 120).expect("booked");
        let after = lab.book(&lab.bo, 120, 180).expect("booked");
        lab.until(0);
        let id = lab.start(&lab.ada).expect("begun");
        lab.until(30);
        let span = (lab.at(30), lab.at(600));
        let mut act = DeclareOutage::new(lab.it, "The pump failed", span, Over::Displace);
        act.is_planned = false;
        assert_eq!(world.city.perform(&lab.keeper, act).expect("declared").displaced, 1);
        lab.until(45);
        assert_eq!(world.city.halt_uses().expect("halted"), 1);
        assert_eq!(world.city.halt_uses().expect("once"), 0);
        let view = world.city.use_view(&lab.ada, id).expect("seen");
        assert_eq!(view.row.kept.stopped_at, Some(lab.at(30)));
        // Of two reserved hours half an hour could be used.
        assert_eq!(view.charges[0].chain.pays, 3_000);
        assert_eq!(lab.seen(&used).booking.state, State::Finished);
        assert_eq!(codes(&lab.start(&lab.bo).expect_err("down")), "use-outage");
        assert_eq!(lab.seen(&after).booking.state, State::Displaced);
        assert_eq!(world.city.settle_bookings().expect("nothing"), 0);
        assert_eq!(lab.owed(), 3_000);
        lab.sound();
    }

    /// Scenario 37, both halves.
    fn a_level_that_ends_at_ten_is_asked_again_at_the_door(world) {
        let lab = Lab::new(world);
        let old = lab.book(&lab.ada, 720, 840).expect("from nine to eleven in the evening");
        let needs = Layer { needs_qualification: set(true), ..Layer::default() };
        lab.rules(0, needs);
        let grant = GrantQualification {
            instrument: lab.it,
            person: person(&lab.ada),
            grade: Grade::OfficeHours,
            way: By::Course,
            lives_days: 0,
            ends: None,
            hours: calendar::Hours::daily(calendar::Weekdays::ALL, 8 * 60, 22 * 60),
            reason: "course of March".to_owned(),
        };
        world.city.perform(&lab.keeper, grant).expect("granted");
        let no = lab.book(&lab.ada, 720 + 1_440, 840 + 1_440).expect_err("past ten");
        assert_eq!(codes(&no), "booking-not-qualified");
        lab.until(790);
        assert_eq!(codes(&lab.start(&lab.ada).expect_err("ten past ten")), "use-not-qualified");
        assert_eq!(lab.seen(&old).booking.state, State::Confirmed);
    }

    fn who_booked_comes_first_and_pays_as_booked(world) {
        let lab = Lab::new(world);
        let other = world.organisation("Other firm");
        let cy = world.person("cy", other, Role::FirmMember);
        lab.book(&lab.ada, 0, 60).expect("booked");
        lab.until(5);
        assert_eq!(codes(&lab.start(&lab.bo).expect_err("booked")), "use-booked-by-other");
        let act = StartUse {
            instrument: lab.it,
            organisation: other,
            project: String::new(),
            way: Way::Own,
            source: Source::Kiosk,
            voucher: None,
            passes: Vec::new(),
            reason: String::new(),
        };
        assert_eq!(codes(&world.city.perform(&cy, act).expect_err("booked")), "use-booked-by-other");
        let id = lab.start(&lab.ada).expect("begun");
        lab.until(10);
        lab.stop(&lab.ada, id);
        lab.start(&lab.bo).expect("the rest was given back");
    }

    /// The engine asks for facts that are kept elsewhere: a notice that was read, bookings that were lost,
    /// a price for the customer.
    fn what_the_rules_ask_about_a_person_is_known(world) {
        let lab = Lab::new(world);
        let city = &world.city;
        let tries = |from: i64| {
            lab.book(&lab.ada, from, from + 60).map_or_else(|no| codes(&no), |_| "booked".to_owned())
        };
        let sheet = city.instrument(&lab.keeper, lab.it).expect("seen").instrument;
        let notice = Bilingual::new("Wear goggles", "请戴护目镜");
        let act = app::instrument::ReviseInstrument {
            instrument: lab.it,
            version: sheet.version,
            sheet: Sheet { notice, ..sheet.sheet },
        };
        city.perform(&lab.keeper, act).expect("revised");
        let missed = set(15);
        let rules = Layer { needs_notice: set(true), missed_after_minutes: missed, ..Layer::default() };
        lab.rules(0, rules.clone());
        assert_eq!(tries(0), "booking-notice-unread");
        city.perform(&lab.ada, ConfirmNotice { instrument: lab.it }).expect("read");
        assert_eq!(tries(0), "booked");
        assert_eq!(tries(120), "booked");
        lab.until(150);
        assert_eq!(city.tend_bookings().expect("tended"), 2);
        lab.rules(1, Layer { least_credit: set(60), ..rules.clone() });
        assert_eq!(tries(300), "booked", "two missed leave sixty");
        lab.until(330);
        assert_eq!(city.tend_bookings().expect("tended"), 1);
        assert_eq!(tries(600), "booking-credit-low");
        lab.rules(2, rules);
        lab.price(|tariff| tariff.class = "teaching".to_owned());
        assert_eq!(tries(600), "booking-no-tariff");
    }
}
