//! Working days over both databases: a holiday that is added moves the time to sign, in the open; nothing
//! that was announced comes earlier.

use crate::lot::{Firm, Hall, code};
use app::Asker;
use app::workday::ChangeWorkday;
use base::{Becomes, Bilingual, Date, LotId};
use worlds::{World, on_both};

fn say(world: &World, who: &Asker, day: Date, becomes: Becomes) -> Result<u64, String> {
    let reason = Bilingual::new("City festival", "城市节日");
    let act = ChangeWorkday { day, becomes, reason };
    world.city.change_workday(who, act).map(|done| done.n).map_err(|no| code(&no))
}

/// A lot that two firms bid on, the first of which has the award.
fn sold<'a>(hall: &Hall<'a>) -> (LotId, Firm, Firm) {
    let lot = hall.announce(hall.terms());
    let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
    hall.open(lot);
    hall.bid(lot, &ada, 1_500_000);
    hall.bid(lot, &bo, 1_400_000);
    hall.close(lot);
    (lot, ada, bo)
}

/// The first working day that many days or more from now.
fn working(world: &World, days_ahead: i64) -> Date {
    let china = base::WorkingDays::china();
    let from = world.city.now().plus_seconds(days_ahead * 86_400);
    china.date(china.add(from, 1))
}

on_both! {
    fn a_holiday_that_is_added_moves_deadlines_in_the_open(world) {
        let hall = Hall::new(world);
        let (lot, ada, bo) = sold(&hall);
        let china = base::WorkingDays::china();
        let before = hall.lot(lot).award_until;
        assert_eq!(before, china.add(world.city.now(), 20), "twenty working days");
        // Only the office has a word, with a reason, on a day that has not begun.
        let day = working(world, 5);
        assert_eq!(say(world, &ada.who, day, Becomes::Rest), Err("not-allowed".to_owned()));
        let today = china.date(world.city.now());
        assert_eq!(say(world, &hall.clerk, today, Becomes::Rest), Err("workday-past".to_owned()));
        assert_eq!(say(world, &hall.clerk, day, Becomes::Work), Err("workday-as-is".to_owned()));
        let far = working(world, 4_000);
        assert_eq!(say(world, &hall.clerk, far, Becomes::Rest), Err("workday-too-far".to_owned()));
        let act = ChangeWorkday { day, becomes: Becomes::Rest, reason: Bilingual::default() };
        let no = world.city.change_workday(&hall.clerk, act).expect_err("no reason");
        assert_eq!((code(&no).as_str(), no.0[0].field.as_deref()), ("field-required", Some("reason")));
        assert_eq!(hall.lot(lot).award_until, before, "nothing was changed");
        assert_eq!(say(world, &hall.clerk, day, Becomes::Rest), Ok(1));
        let after = hall.lot(lot).award_until;
        assert_eq!(after, china.add(before, 1), "a working day later");
        // The change, the old and the new instant are public: in the calendar, on the lot, in the log.
        let all = world.city.workdays(&Asker::nobody()).expect("public");
        assert_eq!((all.changes.len(), all.changes[0].day), (1, day));
        let told: Vec<_> = all.moved.iter().map(|it| (it.recount.before, it.recount.after)).collect();
        assert_eq!(told, [(before, after)]);
        let view = world.city.lot(&Asker::nobody(), lot).expect("public");
        assert_eq!((view.recounts[0].0.before, view.recounts[0].0.after), (before, after));
        assert_eq!(view.recounts[0].1.reason.zh, "城市节日");
        let kinds = |kind: &str| {
            let read = world.city.store().read(|tx| store::log::entries_after(tx, 0, 10_000));
            let all = read.expect("a log");
            all.into_iter().filter(|it| it.header.kind == kind).count()
        };
        assert_eq!((kinds("workday-changed"), kinds("lot-award-recounted")), (1, 1));
        // Looked at again nothing moves; taken back it does not come earlier than announced.
        world.city.tend_lots().expect("tended");
        assert_eq!(say(world, &hall.clerk, day, Becomes::Usual), Ok(2));
        assert_eq!(hall.lot(lot).award_until, after);
        assert_eq!(world.city.lot(&Asker::nobody(), lot).expect("seen").recounts.len(), 1);
        // The second has as many working days, by the calendar as it is then.
        let second = working(world, 45);
        assert_eq!(say(world, &hall.clerk, second, Becomes::Rest), Ok(3));
        hall.pass_award(lot);
        for _ in 0..2 {
            world.city.tend_lots().expect("tended");
        }
        let kept = hall.lot(lot);
        assert_eq!(kept.award, "standby");
        let days = china.clone().with(second, Becomes::Rest);
        assert_eq!(kept.award_until, days.add(kept.changed_at, 20));
        assert_eq!(kept.days_seen, 3);
        hall.sound(lot, &[&ada, &bo]);
    }

    fn an_award_that_was_not_counted_anew_does_not_expire(world) {
        let hall = Hall::new(world);
        let (lot, _, _) = sold(&hall);
        let until = hall.lot(lot).award_until;
        let due = || {
            let found = world.city.store().read(|tx| store::lot::to_expire(tx, until, 100));
            found.expect("a read")
        };
        assert_eq!(due(), [lot]);
        let reason = Bilingual::new("City festival", "城市节日");
        // Said, and no node has counted anew: it is behind, as where many are.
        let act = ChangeWorkday { day: working(world, 5), becomes: Becomes::Rest, reason };
        world.city.perform(&hall.clerk, act).expect("said");
        assert_eq!(due(), []);
        world.city.tend_lots().expect("tended");
        assert_eq!(due(), [], "it ends a working day later");
        hall.pass_award(lot);
        assert_eq!(world.city.tend_lots().expect("tended").n_expired, 1);
    }

    fn a_hidden_lot_moves_unseen(world) {
        let level = base::Label::at(base::Level::Members);
        let hall = Hall::labelled(world, level);
        let lot = hall.announce(hall.terms());
        let ada = hall.firm(lot, "ada", true);
        hall.open(lot);
        hall.bid(lot, &ada, 1_500_000);
        hall.close(lot);
        let before = hall.lot(lot).award_until;
        say(world, &hall.clerk, working(world, 3), Becomes::Rest).expect("said");
        assert!(hall.lot(lot).award_until > before);
        let all = world.city.workdays(&Asker::nobody()).expect("public");
        assert_eq!((all.changes.len(), all.moved.len()), (1, 0));
        assert_eq!(world.city.workdays(&ada.who).expect("seen").moved.len(), 1);
    }
}
