//! Wait lists over both databases: who gets freed time, offers that pass on, and letters about it.

use crate::booking::{Lab, codes, person, set};
use crate::mail::{Server, post};
use access::Role;
use app::booking::{
    BookingChanged, CancelBooking, DeclareOutage, EndOutage, GrantQualification, MoveBooking,
};
use app::wait::{
    DeclineOffer, JoinWaitList, LeaveWaitList, TakeOffer, UnwatchInstrument, WaitsTended,
    WatchInstrument, WishView,
};
use app::{Asker, No};
use base::{InstrumentId, WishId};
use instruments::booking::State as BookingState;
use instruments::outage::Over;
use instruments::problem::Code;
use instruments::qualification::{Grade, Way};
use instruments::rules::{Approval, Layer};
use instruments::wait::State;
use std::sync::Arc;
use worlds::{On, World, on_both};

const MINUTE: i64 = 60;

impl Lab<'_> {
    fn join(&self, who: &Asker, (from, until): (i64, i64), minutes: u32) -> WishId {
        self.try_join(who, (from, until), minutes, false).expect("waits")
    }

    fn try_join(
        &self,
        who: &Asker,
        (from, until): (i64, i64),
        minutes: u32,
        is_at_once: bool,
    ) -> Result<WishId, No> {
        let act = JoinWaitList {
            instruments: vec![self.it],
            organisation: None,
            earliest: self.at(from),
            latest: self.at(until),
            minutes,
            is_at_once,
        };
        let done = self.city().perform(who, act)?;
        // Who began first comes first, also where a test's clock stands still.
        self.world.clock.pass(1);
        Ok(done.wish)
    }

    fn tend(&self) -> WaitsTended {
        self.city().tend_waits().expect("tended")
    }

    fn wish(&self, who: &Asker, id: WishId) -> WishView {
        self.city().own_wish(who, id).expect("seen")
    }

    fn stands(&self, who: &Asker, id: WishId) -> State {
        self.wish(who, id).wish.state
    }

    /// What is offered, as minutes from the lab's hour.
    fn offered(&self, who: &Asker, id: WishId) -> Option<(i64, i64)> {
        let wish = self.wish(who, id).wish;
        let offer = wish.offer.filter(|_| wish.state == State::Offered)?;
        let minute = |at: base::Instant| at.seconds_since(self.start) / MINUTE;
        Some((minute(offer.span.start()), minute(offer.span.end())))
    }

    fn take(&self, who: &Asker, id: WishId) -> Result<BookingChanged, No> {
        let version = self.wish(who, id).wish.version;
        self.city().perform(who, TakeOffer::new(id, version))
    }

    fn cancel(&self, who: &Asker, done: &BookingChanged) {
        let act = CancelBooking::new(done.booking, done.version, "");
        self.city().perform(who, act).expect("cancelled");
    }
}

on_both! {
    /// Everything held on a person is theirs to take along: what is waited for too.
    fn what_one_waits_for_is_taken_along(world) {
        let lab = Lab::new(world);
        let own = |who: &Asker| world.city.personal_data(who).expect("own").time;
        let none = own(&lab.ada);
        assert!(none.bookings.is_empty() && none.wishes.is_empty() && none.watches.is_empty());
        let booked = lab.book(&lab.ada, 0, 60).expect("booked");
        lab.book(&lab.bo, 60, 120).expect("booked");
        let wish = lab.try_join(&lab.ada, (60, 120), 60, false).expect("waits");
        let (least_minutes, hours) = (30, (0, 0));
        let act = WatchInstrument { instrument: lab.it, least_minutes, days_ahead: 3, hours };
        world.city.perform(&lab.ada, act).expect("watched");
        let held = own(&lab.ada);
        assert_eq!(held.bookings.iter().map(|it| it.id).collect::<Vec<_>>(), [booked.booking]);
        assert_eq!(held.wishes.iter().map(|it| it.id).collect::<Vec<_>>(), [wish]);
        assert_eq!(held.watches.iter().map(|it| it.0).collect::<Vec<_>>(), [lab.it]);
        assert!(held.uses.is_empty() && held.turns.is_empty());
    }
}

on_both! {
    /// Scenario 29: the first fitting by priority gets it; the unfit keeps its place and is told why.
    fn the_first_fitting_by_priority_gets_it(world) {
        let lab = Lab::new(world);
        let insider = world.person("insider", lab.unit, Role::Member);
        let taken = lab.book(&lab.keeper, 0, 120).expect("booked");
        // Somebody outside was first, but the owner's own people come first; one of them lacks training.
        let outside = lab.join(&lab.ada, (0, 120), 60);
        let unfit = lab.join(&lab.staff, (0, 120), 60);
        let fit = lab.join(&insider, (0, 120), 120);
        assert_eq!(lab.tend(), WaitsTended::default(), "nothing is free");
        assert_eq!(lab.wish(&lab.ada, outside).n_before, 2);
        lab.rules(0, Layer { needs_qualification: set(true), ..Layer::default() });
        for who in [&lab.ada, &insider] {
            let act = GrantQualification {
                instrument: lab.it,
                person: person(who),
                grade: Grade::Full,
                way: Way::Course,
                lives_days: 0,
                ends: None,
                hours: calendar::Hours::default(),
                reason: "Course".to_owned(),
            };
            lab.city().perform(&lab.keeper, act).expect("granted");
        }
        lab.cancel(&lab.keeper, &taken);
        assert_eq!(lab.tend().n_offered, 1);
        assert_eq!(lab.offered(&insider, fit), Some((0, 120)));
        let passed = lab.wish(&lab.staff, unfit).wish;
        let told: Vec<Code> = passed.told.iter().map(|problem| problem.code).collect();
        assert_eq!((passed.state, told), (State::Waiting, vec![Code::NotQualified]));
        assert_eq!(lab.stands(&lab.ada, outside), State::Waiting);
        // The time is held: nobody else gets it, and a run more offers nothing more.
        let no = lab.book(&lab.bo, 0, 30).expect_err("held");
        assert_eq!(codes(&no), ["booking-overlap", "booking-not-qualified"]);
        assert_eq!(lab.tend(), WaitsTended::default());
        let booked = lab.take(&insider, fit).expect("booked");
        assert_eq!((booked.state.as_str(), booked.starts_at), ("confirmed", lab.at(0)));
        assert_eq!(lab.stands(&insider, fit), State::Served);
        lab.audit(1);
    }

    /// Time that is held and bookings that are offered lie on the desk until they are answered or lapse.
    fn what_is_offered_waits_at_the_desk(world) {
        let lab = Lab::new(world);
        let waits = |who: &Asker| {
            let desk = lab.city().desk(who).expect("desk");
            assert_eq!(lab.city().desk_count(who).expect("counted"), desk.n_waiting());
            let offers = desk.bench.offers.iter().map(|(name, _)| name.en.clone());
            (offers.collect::<Vec<_>>(), desk.bench.n_handed)
        };
        let taken = lab.book(&lab.staff, 0, 60).expect("booked");
        let wish = lab.join(&lab.bo, (0, 60), 60);
        lab.tend();
        assert_eq!(waits(&lab.bo), (vec![], 0));
        lab.cancel(&lab.staff, &taken);
        lab.tend();
        let name = lab.city().own_wish(&lab.bo, wish).expect("seen").instruments[0].1.en.clone();
        assert_eq!((waits(&lab.bo), waits(&lab.ada)), ((vec![name], 0), (vec![], 0)));
        let booked = lab.take(&lab.bo, wish).expect("booked");
        assert_eq!(waits(&lab.bo), (vec![], 0));
        // A colleague's booking, as long as it can be taken over.
        let act = app::booking::OfferBooking::new(booked.booking, 1, Some(person(&lab.ada)));
        lab.city().perform(&lab.bo, act).expect("offered");
        assert_eq!((waits(&lab.ada), waits(&lab.bo)), ((vec![], 1), (vec![], 0)));
        world.clock.pass(lab.at(0).seconds_since(lab.city().now()) + 1);
        assert_eq!(waits(&lab.ada), (vec![], 0));
    }

    /// Scenario 30: unanswered for 15 minutes, then the next; a late answer is refused clearly.
    fn an_unanswered_offer_passes_on(world) {
        let lab = Lab::new(world);
        let taken = lab.book(&lab.staff, 0, 60).expect("booked");
        let first = lab.join(&lab.ada, (0, 60), 60);
        let second = lab.join(&lab.bo, (0, 60), 60);
        lab.tend();
        lab.cancel(&lab.staff, &taken);
        lab.tend();
        assert_eq!(lab.offered(&lab.ada, first), Some((0, 60)));
        assert_eq!(codes(&lab.take(&lab.bo, second).expect_err("not theirs")), ["wait-no-offer"]);
        world.clock.pass(15 * MINUTE - 1);
        assert_eq!(lab.tend(), WaitsTended::default());
        world.clock.pass(1);
        // Late by a second, and nobody has tended yet: refused all the same.
        assert_eq!(codes(&lab.take(&lab.ada, first).expect_err("late")), ["wait-offer-over"]);
        let done = lab.tend();
        assert_eq!((done.n_ended, done.n_offered), (1, 1));
        assert_eq!(lab.offered(&lab.bo, second), Some((0, 60)));
        assert_eq!(lab.stands(&lab.ada, first), State::Expired);
        assert_eq!(codes(&lab.take(&lab.ada, first).expect_err("late")), ["wait-offer-over"]);
        lab.take(&lab.bo, second).expect("booked");
        lab.audit(1);
    }

    /// An offer never stands beyond the start of its time, and its minutes can be set.
    fn an_offer_ends_before_its_time_begins(world) {
        let lab = Lab::new(world);
        lab.rules(0, Layer { offer_minutes: set(45), ..Layer::default() });
        let taken = lab.book(&lab.staff, 0, 60).expect("booked");
        let wish = lab.join(&lab.ada, (0, 60), 60);
        lab.tend();
        world.clock.pass(lab.at(-20).seconds_since(lab.city().now()));
        lab.cancel(&lab.staff, &taken);
        lab.tend();
        let until = |id| lab.wish(&lab.ada, id).wish.offer.expect("an offer").until;
        assert_eq!(until(wish), lab.at(0));
        world.clock.pass(20 * MINUTE + 1);
        assert_eq!(lab.tend().n_ended, 1);
        let other = lab.book(&lab.staff, 120, 180).expect("booked");
        let wish = lab.join(&lab.ada, (120, 180), 60);
        lab.tend();
        lab.cancel(&lab.staff, &other);
        lab.tend();
        let left = until(wish).seconds_since(lab.city().now());
        assert!((45 * MINUTE - 5..=45 * MINUTE).contains(&left), "{left} seconds");
    }

    /// Who declines waits on for other time; who leaves does not; either way the next is asked.
    fn declined_time_goes_to_the_next(world) {
        let lab = Lab::new(world);
        let taken = lab.book(&lab.staff, 0, 60).expect("booked");
        let later = lab.book(&lab.staff, 60, 120).expect("booked");
        let first = lab.join(&lab.ada, (0, 120), 60);
        let second = lab.join(&lab.bo, (0, 120), 60);
        lab.tend();
        lab.cancel(&lab.staff, &taken);
        lab.tend();
        let decline = |who: &Asker, id| {
            let version = lab.wish(who, id).wish.version;
            lab.city().perform(who, DeclineOffer::new(id, version))
        };
        let no = lab.city().perform(&lab.bo, DeclineOffer::new(first, 2));
        assert_eq!(codes(&no.expect_err("not theirs")), ["not-found"]);
        decline(&lab.ada, first).expect("declined");
        assert_eq!(codes(&decline(&lab.ada, first).expect_err("again")), ["wait-no-offer"]);
        lab.tend();
        assert_eq!(lab.offered(&lab.bo, second), Some((0, 60)));
        assert_eq!(lab.stands(&lab.ada, first), State::Waiting);
        lab.cancel(&lab.staff, &later);
        lab.tend();
        assert_eq!(lab.offered(&lab.ada, first), Some((60, 120)), "other time than declined");
        let version = lab.wish(&lab.bo, second).wish.version;
        lab.city().perform(&lab.bo, LeaveWaitList::new(second, version)).expect("left");
        lab.tend();
        lab.book(&lab.staff, 0, 60).expect("free again for everybody");
        let no = lab.city().perform(&lab.bo, LeaveWaitList::new(second, version + 1));
        assert_eq!(codes(&no.expect_err("over")), ["wait-over"]);
        lab.audit(1);
    }

    /// Booked at once, judged by the rules of that moment; more than one is served by one time.
    fn who_wants_no_question_is_booked(world) {
        let lab = Lab::new(world);
        let taken = lab.book(&lab.staff, 0, 120).expect("booked");
        let first = lab.try_join(&lab.ada, (0, 120), 60, true).expect("waits");
        let second = lab.try_join(&lab.bo, (0, 120), 60, true).expect("waits");
        lab.tend();
        lab.cancel(&lab.staff, &taken);
        let done = lab.tend();
        assert_eq!((done.n_offered, done.n_booked), (2, 2));
        assert_eq!((lab.stands(&lab.ada, first), lab.stands(&lab.bo, second)), (State::Served, State::Served));
        let own = lab.city().own_bookings(&lab.ada, lab.at(-60)).expect("listed");
        assert_eq!((own.len(), own[0].booking.span.start()), (1, lab.at(0)));
        assert_eq!(own[0].booking.booked_by, person(&lab.ada));
        lab.audit(1);
    }

    /// Scenario 26: a request that lapses frees its time, and whoever waits is served.
    fn a_lapsed_request_serves_the_wait_list(world) {
        let lab = Lab::new(world);
        let rules = Layer { approval: set(Approval::External), decide_hours: set(1), ..Layer::default() };
        lab.rules(0, rules);
        let pending = lab.book(&lab.ada, 0, 60).expect("asked");
        assert_eq!(pending.state, "pending");
        let wish = lab.join(&lab.bo, (0, 60), 60);
        lab.tend();
        assert_eq!(lab.stands(&lab.bo, wish), State::Waiting, "held by the request");
        world.clock.pass(3600);
        assert_eq!(lab.city().tend_bookings().expect("tended"), 1);
        lab.tend();
        assert_eq!(lab.offered(&lab.bo, wish), Some((0, 60)));
    }

    /// What frees time: a move, a shrink, a missed booking, an outage that ends early; once each.
    fn whatever_frees_time_serves(world) {
        let lab = Lab::new(world);
        lab.rules(0, Layer { missed_after_minutes: set(15), ..Layer::default() });
        let moved = lab.book(&lab.staff, 0, 120).expect("booked");
        let wish = lab.join(&lab.ada, (60, 120), 60);
        lab.tend();
        let act = MoveBooking::new(moved.booking, 1, (lab.at(0), lab.at(60)));
        lab.city().perform(&lab.staff, act).expect("shorter");
        lab.tend();
        assert_eq!(lab.offered(&lab.ada, wish), Some((60, 120)));
        lab.take(&lab.ada, wish).expect("booked");
        // A missed one: its rest is given to who waits.
        let missed = lab.book(&lab.bo, 180, 300).expect("booked");
        let wish = lab.join(&lab.ada, (180, 300), 60);
        lab.tend();
        world.clock.pass(lab.at(200).seconds_since(lab.city().now()));
        lab.city().tend_bookings().expect("tended");
        assert_eq!(lab.state(&missed), BookingState::Missed);
        lab.tend();
        assert_eq!(lab.offered(&lab.ada, wish).map(|(from, _)| from >= 200), Some(true));
        // An outage that ends early.
        let down = DeclareOutage::new(lab.it, "Repair", (lab.at(600), lab.at(900)), Over::Refuse);
        let down = lab.city().perform(&lab.staff, down).expect("declared");
        let wish = lab.join(&lab.bo, (600, 900), 60);
        lab.tend();
        assert_eq!(lab.stands(&lab.bo, wish), State::Waiting);
        let act = EndOutage { outage: down.outage, version: down.version };
        lab.city().perform(&lab.staff, act).expect("ended");
        lab.tend();
        assert_eq!(lab.offered(&lab.bo, wish), Some((600, 660)));
        lab.audit(1);
    }

    /// Time that is free already is offered on joining, and a wish whose time is over ends.
    fn joining_finds_what_is_free(world) {
        let lab = Lab::new(world);
        lab.book(&lab.staff, 0, 60).expect("booked");
        let wish = lab.join(&lab.ada, (0, 180), 90);
        lab.tend();
        assert_eq!(lab.offered(&lab.ada, wish), Some((60, 150)));
        let waits = lab.join(&lab.bo, (0, 60), 60);
        lab.tend();
        world.clock.pass(lab.at(60).seconds_since(lab.city().now()) + 1);
        lab.tend();
        assert_eq!(lab.stands(&lab.bo, waits), State::Expired);
        let no = lab.try_join(&lab.bo, (0, 60), 0, false).expect_err("over");
        assert_eq!(codes(&no), ["wait-minutes", "wait-window"]);
    }

    /// Scenario 34: who is displaced holds the first right to the next equal time for a day.
    fn the_displaced_come_first_for_a_day(world) {
        let lab = Lab::new(world);
        let done = lab.book(&lab.ada, 0, 60).expect("booked");
        let rival = lab.join(&lab.staff, (0, 240), 60);
        lab.tend();
        // The rival has the hour after it; the outage takes both hours, and that offer with it.
        assert_eq!(lab.offered(&lab.staff, rival), Some((60, 120)));
        let version = lab.wish(&lab.staff, rival).wish.version;
        lab.city().perform(&lab.staff, LeaveWaitList::new(rival, version)).expect("left");
        let down = DeclareOutage::new(lab.it, "New tube", (lab.at(-6_000), lab.at(120)), Over::Displace);
        let down = lab.city().perform(&lab.staff, down).expect("declared");
        let rival = lab.join(&lab.staff, (0, 240), 60);
        lab.tend();
        assert_eq!(lab.state(&done), BookingState::Displaced);
        let own = lab.city().own_wishes(&lab.ada).expect("listed");
        assert_eq!(own.len(), 1);
        assert!(own[0].is_first_right);
        let id = own[0].wish.id;
        assert_eq!(lab.offered(&lab.ada, id), Some((120, 180)), "the next equal time");
        assert_eq!(lab.offered(&lab.staff, rival), Some((180, 240)), "everybody else comes after");
        let offer = own[0].wish.offer.expect("an offer");
        let left = offer.until.seconds_since(lab.city().now());
        assert!((86_300..=86_400).contains(&left), "{left} seconds of a day");
        let booked = lab.take(&lab.ada, id).expect("booked");
        assert_eq!((booked.state.as_str(), booked.starts_at), ("confirmed", lab.at(120)));
        // Nothing is owed for what was displaced.
        let view = lab.city().booking(&lab.ada, done.booking).expect("seen");
        assert_eq!(view.booking.late_minutes, 0);
        let act = EndOutage { outage: down.outage, version: down.version };
        lab.city().perform(&lab.staff, act).expect("called off");
        lab.tend();
        lab.book(&lab.bo, 0, 60).expect("free again");
        lab.audit(1);
    }

    /// Scenario 36: to an unqualified person nothing changes; to a qualified one it goes, and counts there.
    fn a_booking_is_given_to_somebody_who_may_have_it(world) {
        use app::booking::{OfferBooking, TakeBooking};
        use instruments::quota::{Measure, Period, Quota, What, Who};
        let lab = Lab::new(world);
        let quota = Quota {
            who: Who::Person,
            what: What::Instrument,
            measure: Measure::Minutes,
            period: Period::Future,
            hours: calendar::Hours::default(),
            limit: 60,
        };
        lab.rules(0, Layer {
            needs_qualification: set(true),
            quotas: set(vec![quota]),
            // The recipient is not asked for notice again.
            notice_minutes: set(20),
            ..Layer::default()
        });
        let grant = |who: &Asker| {
            let act = GrantQualification {
                instrument: lab.it,
                person: person(who),
                grade: Grade::Full,
                way: Way::Course,
                lives_days: 0,
                ends: None,
                hours: calendar::Hours::default(),
                reason: "Course".to_owned(),
            };
            lab.city().perform(&lab.keeper, act).expect("granted");
        };
        grant(&lab.ada);
        let done = lab.book(&lab.ada, 0, 60).expect("booked");
        let offer = |who: &Asker, version, to: &Asker| {
            let act = OfferBooking::new(done.booking, version, Some(person(to)));
            lab.city().perform(who, act)
        };
        let take = |who: &Asker, version, takes| {
            lab.city().perform(who, TakeBooking::new(done.booking, version, takes))
        };
        assert_eq!(codes(&offer(&lab.bo, 1, &lab.bo).expect_err("not theirs")), ["not-found"]);
        let no = offer(&lab.ada, 1, &lab.ada).expect_err("oneself");
        assert_eq!(codes(&no), ["booking-transfer-to-oneself"]);
        offer(&lab.ada, 1, &lab.bo).expect("offered");
        assert_eq!(lab.city().bookings_offered(&lab.bo).expect("listed").len(), 1);
        assert_eq!(codes(&take(&lab.staff, 2, true).expect_err("not to them")), ["not-found"]);
        let no = take(&lab.bo, 2, true).expect_err("untrained");
        assert_eq!(codes(&no), ["booking-not-qualified"]);
        let still = lab.city().booking(&lab.ada, done.booking).expect("seen").booking;
        assert_eq!((still.person, still.version), (person(&lab.ada), 2));
        take(&lab.bo, 2, false).expect("declined");
        offer(&lab.ada, 3, &lab.bo).expect("offered again");
        grant(&lab.bo);
        // Their own hour fills their quota; without it they may.
        let other = lab.book(&lab.bo, 60, 120).expect("booked");
        assert_eq!(codes(&take(&lab.bo, 4, true).expect_err("full")), ["booking-quota"]);
        lab.cancel(&lab.bo, &other);
        world.clock.pass(lab.at(-10).seconds_since(lab.city().now()));
        take(&lab.bo, 4, true).expect("taken, ten minutes before");
        let view = lab.city().booking(&lab.bo, done.booking).expect("seen");
        assert!(view.is_own && view.booking.offered_to.is_none());
        assert_eq!(codes(&take(&lab.bo, 5, true).expect_err("over")), ["not-found"]);
        assert!(lab.city().booking(&lab.ada, done.booking).is_err(), "no longer theirs");
        lab.audit(1);
    }

    /// What is hidden cannot be waited for, and looks as if it were not there.
    fn nobody_waits_for_what_is_hidden(world) {
        let lab = Lab::new(world);
        let act = |id: InstrumentId| JoinWaitList {
            instruments: vec![id],
            organisation: None,
            earliest: lab.at(0),
            latest: lab.at(60),
            minutes: 30,
            is_at_once: false,
        };
        let sheet = instruments::sheet::Sheet {
            name: base::Bilingual::new("Secret", ""),
            ..instruments::sheet::Sheet::default()
        };
        let entered = app::instrument::CreateInstrument { owner: lab.unit, is_hidden: true, sheet };
        let hidden = lab.city().perform(&lab.keeper, entered).expect("entered").instrument;
        let of = |id| lab.city().perform(&lab.ada, act(id)).expect_err("not there");
        assert_eq!(of(hidden), of(InstrumentId::from_bits(7)));
        assert_eq!(codes(&lab.city().waiting_for(&lab.ada, lab.it).expect_err("no")), ["not-allowed"]);
        lab.join(&lab.ada, (0, 60), 60);
        assert_eq!(lab.city().waiting_for(&lab.staff, lab.it).expect("listed").len(), 1);
    }
}

/// What came since, about time of instruments: to whom, and what the subject begins with.
fn came(world: &World, server: &Arc<Server>, seen: &mut usize) -> Vec<String> {
    let all = subjects(world, server, seen);
    let of_waits = ["Time is held", "An offer lapsed", "Free again", "Passed over"];
    all.into_iter().filter(|it| of_waits.iter().any(|word| it.contains(word))).collect()
}

/// What came since, of the instruments and units of these tests: to whom, and how the subject begins.
pub fn subjects(world: &World, server: &Arc<Server>, seen: &mut usize) -> Vec<String> {
    loop {
        world.settle();
        world.city.follow_mail().expect("followed");
        if world.city.send_letters(&|| true).expect("a round").n_sent == 0 {
            break;
        }
    }
    let all = server.taken();
    let mut new: Vec<String> = all[*seen..]
        .iter()
        .filter(|it| {
            ["diffractometer", "Furnace", "Institute"].iter().any(|name| it.subject.contains(name))
        })
        .map(|it| {
            let name = it.to_address.split('@').next().unwrap_or("").to_owned();
            format!("{name}: {}", it.subject.split(": ").next().unwrap_or(""))
        })
        .collect();
    *seen = all.len();
    new.sort();
    new
}

/// Scenario 32: letters of freed time go once, after the wait list was served, and not for nothing.
fn letters_of_freed_time(world: &World, server: &Arc<Server>) {
    let lab = Lab::new(world);
    let mut seen = 0;
    let watch = |who: &Asker, least_minutes| {
        let act =
            WatchInstrument { instrument: lab.it, least_minutes, days_ahead: 3, hours: (0, 0) };
        lab.city().perform(who, act).expect("watched");
    };
    watch(&lab.bo, 30);
    came(world, server, &mut seen);
    // Cancelled: who waits is asked, and nobody else hears of it.
    let first = lab.book(&lab.staff, 0, 60).expect("booked");
    let wish = lab.join(&lab.ada, (0, 60), 60);
    lab.tend();
    lab.cancel(&lab.staff, &first);
    lab.tend();
    assert_eq!(came(world, server, &mut seen), ["ada: Time is held for you"]);
    // The offer lapses: now the time is free for all, and is told once.
    world.clock.pass(15 * MINUTE);
    lab.tend();
    lab.tend();
    assert_eq!(came(world, server, &mut seen), ["ada: An offer lapsed", "bo: Free again"]);
    assert_eq!(came(world, server, &mut seen), Vec::<String>::new());
    let _ = wish;
    // A shrink by 5 of 30 wanted minutes is not worth a letter, one by 60 is; an extension frees nothing.
    let shrinks = lab.book(&lab.staff, 120, 240).expect("booked");
    let shift = |version, from, until| {
        let act = MoveBooking::new(shrinks.booking, version, (lab.at(from), lab.at(until)));
        lab.city().perform(&lab.staff, act).expect("moved")
    };
    shift(1, 120, 225);
    lab.tend();
    assert_eq!(came(world, server, &mut seen), Vec::<String>::new());
    shift(2, 120, 255);
    lab.tend();
    assert_eq!(came(world, server, &mut seen), Vec::<String>::new());
    shift(3, 120, 180);
    lab.tend();
    assert_eq!(came(world, server, &mut seen), ["bo: Free again"]);
    // What is past is not told, and who ended it hears nothing.
    lab.city().perform(&lab.bo, UnwatchInstrument { instrument: lab.it }).expect("ended");
    lab.cancel(&lab.staff, &BookingChanged { version: 4, ..shrinks });
    lab.tend();
    assert_eq!(came(world, server, &mut seen), Vec::<String>::new());
}

/// What becomes of a booking is told to its person with the event of a calendar, under one id and with
/// a growing sequence; a request is told to whoever may answer it; each kind can be turned off.
fn letters_of_bookings(world: &World, server: &Arc<Server>) {
    use app::booking::DecideBooking;
    use app::mail::{SetMailWishes, Wish};
    let lab = Lab::new(world);
    let mut seen = 0;
    subjects(world, server, &mut seen);
    let done = lab.book(&lab.ada, 0, 60).expect("booked");
    assert_eq!(subjects(world, server, &mut seen), ["ada: Booked"]);
    let act = MoveBooking::new(done.booking, 1, (lab.at(60), lab.at(120)));
    lab.city().perform(&lab.ada, act).expect("moved");
    assert_eq!(subjects(world, server, &mut seen), ["ada: Moved"]);
    lab.cancel(&lab.ada, &BookingChanged { version: 2, ..done.clone() });
    assert_eq!(subjects(world, server, &mut seen), ["ada: Given up"]);
    let letters = server.taken();
    let events: Vec<_> = letters.iter().filter_map(|letter| letter.event.clone()).collect();
    let told: Vec<(u32, &str)> =
        events.iter().map(|event| (event.sequence, event.status.name())).collect();
    assert_eq!(told, [(0, "CONFIRMED"), (1, "CONFIRMED"), (2, "CANCELLED")]);
    assert!(events.iter().all(|event| event.uid == done.booking.to_string()));
    let rules = Layer { approval: set(Approval::External), ..Layer::default() };
    lab.rules(0, rules);
    let pending = lab.book(&lab.ada, 0, 60).expect("asked");
    let came = subjects(world, server, &mut seen);
    assert_eq!(
        came,
        [
            "ada: Asked for",
            "keeper: A request for X-ray diffractometer",
            "staff: A request for X-ray diffractometer"
        ]
    );
    let act = DecideBooking::new(pending.booking, 1, (true, String::new()));
    lab.city().perform(&lab.staff, act).expect("agreed");
    assert_eq!(subjects(world, server, &mut seen), ["ada: Agreed to"]);
    let down = DeclareOutage::new(lab.it, "Repair", (lab.at(0), lab.at(60)), Over::Displace);
    lab.city().perform(&lab.staff, down).expect("declared");
    assert_eq!(subjects(world, server, &mut seen), ["ada: Out of service"]);
    let wishes = [("booking".to_owned(), Wish::None)].into_iter().collect();
    lab.city().perform(&lab.ada, SetMailWishes { wishes }).expect("turned off");
    lab.tend();
    assert_eq!(subjects(world, server, &mut seen), Vec::<String>::new());
}

mod bookings_are_told {
    use super::*;

    fn on(on: On) {
        let server = Arc::new(Server::default());
        if let Some(world) = World::with_mail(on, post(&server)) {
            letters_of_bookings(&world, &server);
        }
    }

    #[test]
    fn sqlite() {
        on(On::Sqlite);
    }

    #[test]
    fn postgres() {
        on(On::Postgres);
    }
}

mod letters_go_once {
    use super::*;

    fn on(on: On) {
        let server = Arc::new(Server::default());
        if let Some(world) = World::with_mail(on, post(&server)) {
            letters_of_freed_time(&world, &server);
        }
    }

    #[test]
    fn sqlite() {
        on(On::Sqlite);
    }

    #[test]
    fn postgres() {
        on(On::Postgres);
    }
}
