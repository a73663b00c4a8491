//! Calling a lot off: it waits for appeals, one that is right lets the lot go on, one that is wrong
//! does not; and where nobody takes part nobody is waited for.

use crate::lot::{Firm, Hall, code};
use app::lot::{CallOffLot, HaltLot, LodgeComplaint, MoveComplaint, WithdrawLot, deposit_account};
use app::{Asker, No};
use base::{ComplaintId, LotId};
use trading::cancellation::{CancellationState, STANDSTILL_SECONDS};
use trading::complaint::ComplaintState;
use trading::lot::LotState;
use worlds::on_both;

fn call_off(hall: &Hall<'_>, lot: LotId, grounds: &str) -> Result<(), No> {
    let act = CallOffLot::new(lot, "costs-cut".to_owned(), grounds.to_owned());
    hall.world.city.perform(&hall.clerk, act).map(|_| ())
}

fn appeal(hall: &Hall<'_>, lot: LotId, firm: &Firm) -> ComplaintId {
    let text = "The costs are those of last year.".to_owned();
    let act = LodgeComplaint { lot, organisation: firm.organisation, text };
    hall.world.city.perform(&firm.who, act).expect("lodged");
    let all = hall.world.city.lot(&firm.who, lot).expect("seen").complaints;
    all.last().expect("the own one").0.id
}

fn decide(hall: &Hall<'_>, (lot, complaint): (LotId, ComplaintId), to: &str) -> Result<(), No> {
    let reply = if to == "accept" { "" } else { "We looked at the books." }.to_owned();
    let act = MoveComplaint { lot, complaint, to: to.to_owned(), reply };
    hall.world.city.perform(&hall.clerk, act).map(|_| ())
}

fn state(hall: &Hall<'_>, lot: LotId) -> CancellationState {
    let view = hall.world.city.lot(&Asker::nobody(), lot).expect("seen");
    view.cancellation.expect("asked for").state
}

on_both! {
    // Scenario 44: the appeal wins, and the auction goes on with its end moved by as long as it stood.
    fn an_appeal_that_is_right_lets_the_auction_go_on(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        hall.open(lot);
        assert_eq!(hall.bid(lot, &ada, 1_500_000), "1000000 true");
        let before = hall.lot(lot).course;
        call_off(&hall, lot, "The budget of the year is spent.").expect("asked for");
        assert_eq!(code(&call_off(&hall, lot, "Again.").expect_err("once")), "lot-cancellation-pending");
        assert_eq!((hall.lot(lot).state, state(&hall, lot)), (LotState::Open, CancellationState::Pending));
        assert_eq!(hall.bid(lot, &bo, 1_600_000), "lot-halted");
        let act = HaltLot { lot, goes_on: true };
        let no = world.city.perform(&hall.clerk, act).expect_err("it waits for appeals");
        assert_eq!(code(&no), "lot-cancellation-pending");
        world.clock.pass(1_000);
        let id = appeal(&hall, lot, &bo);
        // As long as it is open nothing is called off, however late it gets.
        world.clock.pass(STANDSTILL_SECONDS + 1_000);
        world.city.tend_lots().expect("tended");
        assert_eq!(state(&hall, lot), CancellationState::Pending);
        decide(&hall, (lot, id), "accept").expect("accepted");
        world.clock.pass(1_000);
        decide(&hall, (lot, id), "satisfy").expect("right");
        assert_eq!(state(&hall, lot), CancellationState::Unsuccessful);
        let own = world.city.lot(&bo.who, lot).expect("seen").complaints;
        assert_eq!(own[0].0.state, ComplaintState::Resolved, "acted on by the same act");
        let after = hall.lot(lot);
        assert_eq!((after.state, after.course.is_halted), (LotState::Open, false));
        assert_eq!(after.course.ends_at.seconds_since(before.ends_at), STANDSTILL_SECONDS + 3_000);
        assert_eq!((after.course.price, after.course.leader), (before.price, before.leader));
        assert_eq!(hall.bid(lot, &bo, 1_600_000), "1510000 true", "every bid stands");
        hall.close(lot);
        assert_eq!(hall.lot(lot).state, LotState::Sold);
        hall.sound(lot, &[&ada, &bo]);
    }

    // Scenario 44, the other way: the appeal is wrong, and the cancellation takes effect.
    fn an_appeal_that_is_wrong_delays_a_cancellation_and_no_more(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        hall.open(lot);
        assert_eq!(hall.bid(lot, &ada, 1_500_000), "1000000 true");
        call_off(&hall, lot, "The budget of the year is spent.").expect("asked for");
        let id = appeal(&hall, lot, &bo);
        decide(&hall, (lot, id), "accept").expect("accepted");
        decide(&hall, (lot, id), "decline").expect("wrong");
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::Open, "the others still may");
        assert!(hall.lot(lot).course.is_halted, "and it stands still for them");
        world.clock.pass(STANDSTILL_SECONDS - 1);
        world.city.tend_lots().expect("tended");
        assert_eq!(state(&hall, lot), CancellationState::Pending);
        world.clock.pass(2);
        world.city.tend_lots().expect("tended");
        assert_eq!((hall.lot(lot).state, state(&hall, lot)), (LotState::CalledOff, CancellationState::Active));
        assert_eq!(hall.lot(lot).course.n_bids, 1, "bids stay in the record");
        for firm in [&ada, &bo] {
            assert_eq!(hall.balance(deposit_account(lot, firm.organisation)), (50_000, 0));
        }
        hall.sound(lot, &[&ada, &bo]);
        world.city.tend_lots().expect("tended");
    }

    fn a_cancellation_keeps_the_doors_shut_and_gives_the_time_back(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let ada = hall.firm(lot, "ada", true);
        let before = hall.lot(lot).terms;
        call_off(&hall, lot, "The seller is being merged.").expect("asked for");
        world.clock.pass(3_700);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::Announced, "it does not open meanwhile");
        let id = appeal(&hall, lot, &ada);
        decide(&hall, (lot, id), "accept").expect("accepted");
        decide(&hall, (lot, id), "satisfy").expect("right");
        let after = hall.lot(lot).terms;
        assert_eq!(after.opens, before.opens.plus_seconds(3_700));
        assert_eq!(after.closes, before.closes.plus_seconds(3_700));
        // A second one is possible, and takes effect by time alone.
        call_off(&hall, lot, "The merger is in the register.").expect("asked for");
        world.clock.pass(STANDSTILL_SECONDS);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::CalledOff);
        let no = call_off(&hall, lot, "Once more.").expect_err("it is over");
        assert_eq!(code(&no), "lot-closed");
    }

    fn where_nobody_takes_part_nobody_is_waited_for(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        call_off(&hall, lot, "Nobody asked for it.").expect("called off");
        assert_eq!((hall.lot(lot).state, state(&hall, lot)), (LotState::CalledOff, CancellationState::Active));
        // What its seller takes back meanwhile is withdrawn, and stays so.
        let lot = hall.announce(hall.terms());
        hall.asks(lot, "ada", true);
        call_off(&hall, lot, "Nobody needs it.").expect("asked for");
        world.city.perform(&hall.officer, WithdrawLot::new(lot)).expect("withdrawn");
        world.clock.pass(STANDSTILL_SECONDS);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::Withdrawn);
    }
}
