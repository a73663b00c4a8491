//! What is lent with a booking: counted against its stock on every way in, and kept by a move.

use crate::booking::{Lab, codes};
use app::booking::{BookAsk, BookingChanged, CancelBooking, MoveBooking, SeriesAsk};
use app::instrument::ReviseInstrument;
use app::{Asker, No};
use base::{Bilingual, Value};
use calendar::{Every, Recurrence, Until};
use instruments::accessory::Lent;
use instruments::series::Mode;
use instruments::sheet::Accessory;
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
    sheet.accessories = vec![Accessory { name: Bilingual::new("Stage", "加热台"), stock }];
    let act = ReviseInstrument { instrument: lab.it, version: seen.version, sheet };
    lab.city().perform(&lab.keeper, act).expect("revised");
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
}
