//! What is lent with a booking: counted against its stock on every way in, and kept by a move.

use crate::area::another;
use crate::booking::{Lab, codes, set};
use app::booking::{
    BookAsk, BookingChanged, CalendarBrought, CalendarRow, CancelBooking, FreeAsk, MoveBooking,
    SeriesAsk, SetBookingRules, Target,
};
use app::instrument::ReviseInstrument;
use app::wait::{JoinWaitList, TakeOffer};
use app::{Asker, No};
use base::{Bilingual, InstrumentId, Value};
use calendar::{Every, Recurrence, Until};
use instruments::accessory::Lent;
use instruments::rules::Layer;
use instruments::series::Mode;
use instruments::sheet::Accessory;
use instruments::wait::State;
use worlds::on_both;

fn lent(name: &str, count: u16) -> Vec<Lent> {
    vec![Lent { name: name.to_owned(), count }]
}

/// Three seats that share two stages.
fn lab(world: &worlds::World) -> Lab<'_> {
    let lab = Lab::with_seats(world, 3);
    stock(&lab, 2);
    lab
}

fn stock(lab: &Lab<'_>, stock: u32) {
    let seen = lab.city().instrument(&lab.keeper, lab.it).expect("seen").instrument;
    let mut sheet = seen.sheet.clone();
    sheet.accessories =
        vec![Accessory { name: Bilingual::new("Stage", "加热台"), stock, is_needed: false }];
    let act = ReviseInstrument { instrument: lab.it, version: seen.version, sheet };
    lab.city().perform(&lab.keeper, act).expect("revised");
}

/// So many holders for all instruments of the unit.
fn share(lab: &Lab<'_>, stock: u32) {
    let name = Bilingual::new("Holder", "样品杆");
    let shared = vec![Accessory { name, stock, is_needed: false }];
    let rules = Layer { shared_accessories: set(shared), ..Layer::default() };
    let act = SetBookingRules { target: Target::Unit(lab.unit), version: 0, rules };
    lab.city().perform(&lab.keeper, act).expect("set");
}

fn book(
    lab: &Lab<'_>,
    who: &Asker,
    (from, until): (i64, i64),
    count: u16,
) -> Result<BookingChanged, No> {
    let ask = BookAsk { accessories: lent("Stage", count), ..lab.ask(from, until) };
    lab.city().book(who, ask)
}

fn kept(lab: &Lab<'_>, done: &BookingChanged) -> Vec<Lent> {
    lab.city().booking(&lab.keeper, done.booking).expect("seen").booking.accessories
}

on_both! {
    fn stock_is_counted_at_every_instant(world) {
        let lab = lab(world);
        let first = book(&lab, &lab.ada, (0, 60), 1).expect("one of two");
        assert_eq!(kept(&lab, &first), lent("Stage", 1));
        let no = book(&lab, &lab.bo, (30, 90), 2).expect_err("one is left");
        assert_eq!(codes(&no), ["booking-accessory-short"]);
        let said = |name: &str| no.0[0].values.iter().find(|(own, _)| own == name).map(|(_, it)| it.clone());
        assert_eq!(said("name"), Some(Value::Text("Stage".to_owned())));
        assert_eq!(said("free"), Some(Value::Number(1)));
        book(&lab, &lab.bo, (60, 120), 2).expect("they do not meet");
        book(&lab, &lab.bo, (0, 60), 1).expect("the other one");
        // Whoever wants none is not asked about it.
        lab.book(&lab.staff, 0, 120).expect("a seat is free");
        let gone = lab.ask(600, 660);
        let gone = BookAsk { accessories: lent("Lamp", 1), ..gone };
        let no = lab.city().book(&lab.ada, gone).expect_err("the sheet has none");
        assert_eq!(codes(&no), ["booking-accessory-short"]);
    }

    fn a_move_keeps_what_is_lent_and_can_change_it(world) {
        let lab = lab(world);
        let mine = book(&lab, &lab.ada, (0, 60), 2).expect("both");
        book(&lab, &lab.bo, (120, 180), 1).expect("later");
        let to = |from, until| (lab.at(from), lab.at(until));
        let act = MoveBooking::new(mine.booking, 1, to(120, 180));
        let no = lab.city().perform(&lab.ada, act).expect_err("one is lent then");
        assert_eq!(codes(&no), ["booking-accessory-short"]);
        assert_eq!(kept(&lab, &mine), lent("Stage", 2));
        // Its own pieces do not stand in its way.
        let act = MoveBooking::new(mine.booking, 1, to(30, 90));
        let moved = lab.city().perform(&lab.ada, act).expect("moved");
        assert_eq!((moved.version, kept(&lab, &mine)), (2, lent("Stage", 2)));
        let mut fewer = MoveBooking::new(mine.booking, 2, to(120, 180));
        fewer.accessories = Some(lent("Stage", 1));
        lab.city().perform(&lab.ada, fewer).expect("one is enough");
        assert_eq!(kept(&lab, &mine), lent("Stage", 1));
        // What is given up is free again.
        let cancel = CancelBooking::new(mine.booking, 3, "");
        lab.city().perform(&lab.ada, cancel).expect("cancelled");
        book(&lab, &lab.ada, (120, 180), 1).expect("free again");
    }

    fn a_move_is_judged_by_the_stock_of_today(world) {
        let lab = lab(world);
        let mine = book(&lab, &lab.ada, (0, 60), 2).expect("both");
        stock(&lab, 1);
        let act = MoveBooking::new(mine.booking, 1, (lab.at(120), lab.at(180)));
        let no = lab.city().perform(&lab.ada, act).expect_err("one is broken");
        assert_eq!(codes(&no), ["booking-accessory-short"]);
    }

    fn a_series_counts_beside_itself(world) {
        let lab = lab(world);
        book(&lab, &lab.bo, (24 * 60, 25 * 60), 1).expect("one of two");
        let first = BookAsk { accessories: lent("Stage", 2), ..lab.ask(0, 60) };
        let repeats = Recurrence { every: Every::Days(1), until: Until::Count(3) };
        let ask = SeriesAsk { first, repeats, mode: Mode::SkipConflicts, is_rehearsal: false };
        let made = lab.city().book_series(&lab.ada, ask).expect("booked");
        let problems: Vec<_> = made
            .instances
            .iter()
            .map(|it| it.problems.iter().map(|it| it.code.code()).collect::<Vec<_>>())
            .collect();
        assert_eq!(problems, [vec![], vec!["accessory_short"], vec![]]);
    }

    fn what_a_unit_shares_is_counted_over_its_instruments(world) {
        let lab = lab(world);
        let other = another(&lab);
        share(&lab, 2);
        let holders = |it: InstrumentId, who: &Asker, (from, until): (i64, i64), count| {
            let ask = BookAsk::new(it, lab.at(from), lab.at(until));
            lab.city().book(who, BookAsk { accessories: lent("Holder", count), ..ask })
        };
        holders(lab.it, &lab.ada, (0, 120), 1).expect("one of two");
        let no = holders(other, &lab.bo, (60, 90), 2).expect_err("one is left in the unit");
        assert_eq!(codes(&no), ["booking-accessory-short"]);
        holders(other, &lab.bo, (60, 120), 1).expect("the other");
        let no = holders(lab.it, &lab.staff, (90, 105), 1).expect_err("both are lent");
        assert_eq!(codes(&no), ["booking-accessory-short"]);
        holders(lab.it, &lab.staff, (120, 180), 2).expect("they do not meet");
        // The own stage of an instrument is nobody else's.
        book(&lab, &lab.ada, (300, 360), 2).expect("both stages");
        let ask = BookAsk::new(other, lab.at(300), lab.at(360));
        let ask = BookAsk { accessories: lent("Stage", 1), ..ask };
        let no = lab.city().book(&lab.bo, ask).expect_err("it has none");
        assert_eq!(codes(&no), ["booking-accessory-short"]);
    }

    fn two_instruments_do_not_both_get_the_last_piece(world) {
        let lab = Lab::new(world);
        let other = another(&lab);
        share(&lab, 1);
        let tries = [(&lab.ada, lab.it), (&lab.bo, other)];
        let won: Vec<bool> = std::thread::scope(|scope| {
            let lab = &lab;
            let one = |(who, it)| {
                let ask = BookAsk::new(it, lab.at(0), lab.at(60));
                let ask = BookAsk { accessories: lent("Holder", 1), ..ask };
                scope.spawn(move || lab.city().book(who, ask).is_ok())
            };
            let running = tries.map(one);
            running.into_iter().map(|one| one.join().expect("answered")).collect()
        });
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
    }

    fn what_is_obligatory_comes_along_on_every_way(world) {
        let lab = Lab::with_seats(world, 3);
        let seen = lab.city().instrument(&lab.keeper, lab.it).expect("seen").instrument;
        let mut sheet = seen.sheet.clone();
        let name = Bilingual::new("Holder", "样品杆");
        sheet.accessories = vec![Accessory { name, stock: 2, is_needed: true }];
        let act = ReviseInstrument { instrument: lab.it, version: seen.version, sheet };
        lab.city().perform(&lab.keeper, act).expect("revised");
        let first = lab.book(&lab.ada, 0, 60).expect("booked");
        assert_eq!(kept(&lab, &first), lent("Holder", 1));
        // A calendar takes one a row, or as many as are named for it.
        let row = |from, until| CalendarRow {
            line: 1,
            span: Some((lab.at(from), lab.at(until))),
            purpose: String::new(),
            email: String::new(),
            fault: String::new(),
        };
        let rows = vec![row(0, 60), row(30, 90), row(120, 180)];
        let bring = |rows, accessories| {
            let way = (Mode::SkipConflicts, false);
            lab.city().bring_bookings(&lab.bo, lab.it, (rows, accessories), way).expect("read")
        };
        let told = bring(rows, Vec::new());
        let short = |told: &CalendarBrought| -> Vec<bool> { told.rows.iter().map(|row| row.is_fine).collect() };
        assert_eq!(short(&told), [true, false, true]);
        assert_eq!(told.rows[1].problems[0].code.code(), "accessory_short");
        assert_eq!(short(&bring(vec![row(120, 150), row(240, 300)], lent("Holder", 2))), [false, true]);
        // Nobody is offered time in which there is none: neither by a search nor from the wait list.
        let (from, until) = (lab.at(0), lab.at(600));
        let ask = FreeAsk { words: String::new(), from, until, minutes: 60, limit: 9 };
        let found = lab.city().free_slots(&lab.ada, &ask).expect("searched");
        assert_eq!(found[0].span.start(), lab.at(60), "a seat is free before, a holder is not");
        let act = JoinWaitList {
            instruments: vec![lab.it],
            organisation: None,
            earliest: lab.at(0),
            latest: lab.at(60),
            minutes: 60,
            is_at_once: false,
        };
        let wish = lab.city().perform(&lab.staff, act).expect("waits").wish;
        lab.city().tend_waits().expect("tended");
        let stands = || lab.city().own_wish(&lab.staff, wish).expect("seen");
        assert_eq!(stands().wish.state, State::Waiting);
        let cancel = CancelBooking::new(first.booking, 1, "");
        lab.city().perform(&lab.ada, cancel).expect("cancelled");
        lab.city().tend_waits().expect("tended");
        let view = stands();
        assert_eq!((view.wish.state, view.accessories.len()), (State::Offered, 1));
        let take = |count| {
            let mut act = TakeOffer::new(wish, view.wish.version);
            act.accessories = lent("Holder", count);
            lab.city().perform(&lab.staff, act)
        };
        assert_eq!(codes(&take(2).expect_err("one is left")), ["booking-accessory-short"]);
        let done = take(1).expect("taken");
        assert_eq!(kept(&lab, &done), lent("Holder", 1));
    }
}
