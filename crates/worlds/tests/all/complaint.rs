//! Complaints against lots: what stands still, for how long, and who may know.

use crate::lot::{Firm, Hall, code};
use app::lot::{HaltLot, LodgeComplaint, MoveComplaint, SignAward, WithdrawComplaint};
use app::{Asker, No};
use base::{ComplaintId, LotId};
use trading::complaint::ComplaintState;
use trading::lot::LotState;
use worlds::on_both;

fn lodge(hall: &Hall<'_>, lot: LotId, firm: &Firm) -> Result<ComplaintId, No> {
    let text = "The notice names another patent.".to_owned();
    let act = LodgeComplaint { lot, organisation: firm.organisation, text };
    hall.world.city.perform(&firm.who, act)?;
    let all = hall.world.city.lot(&firm.who, lot)?.complaints;
    Ok(all.last().expect("the own one").0.id)
}

fn moves(
    hall: &Hall<'_>,
    who: &Asker,
    (lot, complaint): (LotId, ComplaintId),
    (to, reply): (&str, &str),
) -> Result<(), No> {
    let act = MoveComplaint { lot, complaint, to: to.to_owned(), reply: reply.to_owned() };
    hall.world.city.perform(who, act).map(|_| ())
}

on_both! {
    // Scenario 43: accepted, it does not start; won, everything moves by as long.
    fn an_accepted_complaint_keeps_the_doors_shut(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let ada = hall.firm(lot, "ada", true);
        let before = hall.lot(lot).terms;
        let id = lodge(&hall, lot, &ada).expect("lodged");
        assert_eq!(code(&lodge(&hall, lot, &ada).expect_err("one at a time")), "complaint-known");
        // A form alone stops nothing that runs; the office looks into it, and gives its reasons.
        assert_eq!(world.city.lot(&ada.who, lot).expect("seen").stands_still, (false, true));
        moves(&hall, &hall.clerk, (lot, id), ("accept", "")).expect("accepted");
        let again = moves(&hall, &hall.clerk, (lot, id), ("accept", "")).expect_err("once");
        assert_eq!(code(&again), "complaint-moved");
        world.clock.pass(3_700);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::Announced, "the door is shut");
        let why = moves(&hall, &hall.clerk, (lot, id), ("satisfy", "")).expect_err("why?");
        assert_eq!(code(&why), "field-required");
        moves(&hall, &hall.clerk, (lot, id), ("satisfy", "It does.")).expect("right");
        moves(&hall, &hall.clerk, (lot, id), ("resolve", "Corrected.")).expect("acted on");
        let after = hall.lot(lot).terms;
        assert_eq!(after.opens, before.opens.plus_seconds(3_700));
        assert_eq!(after.closes, before.closes.plus_seconds(3_700));
        world.clock.pass(3_600);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::Open);
        let own = world.city.lot(&ada.who, lot).expect("seen").complaints;
        assert_eq!((own[0].0.state, own[0].0.reply.as_str()), (ComplaintState::Resolved, "Corrected."));
    }

    fn a_running_lot_stands_still_from_acceptance_on(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        hall.open(lot);
        let end = hall.lot(lot).course.ends_at;
        let (first, second) = (
            lodge(&hall, lot, &ada).expect("lodged"),
            lodge(&hall, lot, &bo).expect("lodged"),
        );
        assert_eq!(hall.bid(lot, &ada, 1_500_000), "1000000 true", "it runs on");
        moves(&hall, &hall.clerk, (lot, first), ("accept", "")).expect("accepted");
        assert!(hall.lot(lot).course.is_halted);
        let halt = HaltLot { lot, goes_on: true };
        let no = world.city.perform(&hall.clerk, halt).expect_err("a complaint stands");
        assert_eq!(code(&no), "lot-standstill");
        world.clock.pass(100);
        moves(&hall, &hall.clerk, (lot, second), ("accept", "")).expect("accepted");
        moves(&hall, &hall.clerk, (lot, first), ("decline", "It does not.")).expect("declined");
        assert!(hall.lot(lot).course.is_halted, "the other one stands");
        world.clock.pass(200);
        let act = WithdrawComplaint { lot, complaint: second, organisation: bo.organisation };
        world.city.perform(&bo.who, act).expect("taken back");
        let after = hall.lot(lot).course;
        assert!(!after.is_halted);
        assert_eq!(after.ends_at.seconds_since(end), 300, "no time is lost");
    }

    fn an_award_stands_still_from_the_complaint_on(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        hall.open(lot);
        hall.bid(lot, &ada, 1_500_000);
        hall.bid(lot, &bo, 1_400_000);
        hall.close(lot);
        let until = hall.lot(lot).award_until;
        world.clock.pass(86_400);
        let id = lodge(&hall, lot, &bo).expect("lodged");
        let no = world.city.perform(&hall.officer, SignAward::new(lot)).expect_err("it stands still");
        assert_eq!(code(&no), "lot-standstill");
        world.clock.pass(30 * 86_400);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).award, "best", "nobody loses the award meanwhile");
        moves(&hall, &hall.clerk, (lot, id), ("dismiss", "No reason given.")).expect("dismissed");
        assert_eq!(hall.lot(lot).award_until, until.plus_seconds(30 * 86_400));
        world.city.perform(&hall.officer, SignAward::new(lot)).expect("signed");
        assert_eq!(code(&lodge(&hall, lot, &bo).expect_err("late")), "complaint-too-late");
    }

    fn a_complaint_is_for_its_sender_and_the_office_alone(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        let id = lodge(&hall, lot, &ada).expect("lodged");
        let seen = |who: &Asker| world.city.lot(who, lot).expect("seen").complaints.len();
        assert_eq!((seen(&ada.who), seen(&hall.clerk)), (1, 1));
        assert_eq!((seen(&bo.who), seen(&hall.officer), seen(&Asker::nobody())), (0, 0, 0));
        // The other bidder neither takes it back nor learns that it is there.
        let act = WithdrawComplaint { lot, complaint: id, organisation: bo.organisation };
        assert_eq!(code(&world.city.perform(&bo.who, act).expect_err("not theirs")), "not-found");
        let no = moves(&hall, &ada.who, (lot, id), ("accept", "")).expect_err("not the office");
        assert_eq!(code(&no), "not-allowed");
        // Who belongs to one side decides nothing.
        let own = world.person("sider", ada.organisation, access::Role::AgencyOfficer);
        let no = moves(&hall, &own, (lot, id), ("accept", "")).expect_err("one side");
        assert!(["complaint-own-house", "not-allowed"].contains(&code(&no).as_str()), "{}", code(&no));
        // Who has not asked to bid complains elsewhere.
        let firm = world.organisation("Firm far");
        let far = world.person("far", firm, access::Role::FirmMember);
        let act = LodgeComplaint { lot, organisation: firm, text: "No.".to_owned() };
        let no = world.city.perform(&far, act).expect_err("no bidder");
        assert_eq!(code(&no), "complaint-not-a-bidder");
    }
}
