//! Winners who did not sign, over both databases: what they may not bid on, and how it is lifted.

use crate::lot::{Firm, Hall, code};
use access::Role;
use app::Asker;
use app::lot::{LiftDefault, RegisterForLot};
use base::LotId;
use trading::lot::{LotState, Terms};
use worlds::on_both;

/// The firm wins and lets the time to sign pass.
fn falls(hall: &Hall<'_>, lot: LotId, firm: &Firm) {
    hall.open(lot);
    assert_eq!(hall.bid(lot, firm, 1_500_000), "1000000 true");
    hall.close(lot);
    hall.pass_award(lot);
    for _ in 0..2 {
        hall.world.city.tend_lots().expect("tended");
    }
    assert_eq!(hall.lot(lot).state, LotState::Unsuccessful);
}

/// A further attempt, an hour from now.
fn next(hall: &Hall<'_>) -> LotId {
    hall.announce(Terms { start: 80_000_000, ..hall.terms() })
}

fn asks(hall: &Hall<'_>, lot: LotId, firm: &Firm) -> String {
    let organisation = firm.organisation;
    let act = RegisterForLot { lot, organisation, terms: 1, stands_by: false };
    match hall.world.city.perform(&firm.who, act) {
        Ok(_) => "asked".to_owned(),
        Err(no) => code(&no),
    }
}

fn lift(hall: &Hall<'_>, who: &Asker, (lot, firm): (LotId, &Firm), reason: &str) -> String {
    let act = LiftDefault { lot, bidder: firm.alias, reason: reason.to_owned() };
    match hall.world.city.perform(who, act) {
        Ok(_) => "lifted".to_owned(),
        Err(no) => code(&no),
    }
}

on_both! {
    fn who_let_an_award_fall_does_not_bid_on_it_again_unless_it_is_lifted(world) {
        let hall = Hall::new(world);
        let first = hall.announce(hall.terms());
        let ada = hall.firm(first, "ada", false);
        assert_eq!(lift(&hall, &hall.clerk, (first, &ada), "too early"), "lot-default-none");
        falls(&hall, first, &ada);
        let second = next(&hall);
        assert_eq!(asks(&hall, second, &ada), "lot-default-same");
        // The form is not offered, and the reason stands in its place.
        let offers = world.city.lot(&ada.who, second).expect("seen").offers;
        assert!(offers.register.is_empty());
        assert_eq!(offers.unfit.expect("a reason").code, "lot-default-same");
        // Somebody else is free to, and so is the firm with what it did not let fall.
        hall.firm(second, "bo", false);
        let beside = hall.beside("another", base::Label::public());
        let other = beside.announce(beside.terms());
        assert_eq!(asks(&beside, other, &ada), "asked");
        // The office alone lifts it, with a reason, once, and nobody for the own house.
        let of = (first, &ada);
        assert_eq!(lift(&hall, &ada.who, of, "please"), "not-allowed");
        assert_eq!(lift(&hall, &hall.officer, of, "please"), "not-allowed");
        assert_eq!(lift(&hall, &hall.clerk, of, " "), "field-required");
        let own = world.person("own", world.hall, Role::AgencyOfficer);
        world.grant(&own, ada.organisation, Role::Member);
        assert_eq!(lift(&hall, &own, of, "mine"), "lot-own-bidder");
        let seen = |lot| world.city.lot_bidders(&hall.clerk, lot).expect("seen");
        let fell = seen(first).remove(0).default.expect("it fell");
        assert!(fell.lifted.is_none());
        assert_eq!(lift(&hall, &hall.clerk, of, " The bank was closed. "), "lifted");
        assert_eq!(lift(&hall, &hall.clerk, of, "again"), "lot-default-none");
        let lifted = seen(first).remove(0).default.and_then(|it| it.lifted);
        assert_eq!(lifted.expect("lifted").1, "The bank was closed.");
        assert_eq!(asks(&hall, second, &ada), "asked");
        assert!(seen(second).iter().all(|it| it.default.is_none()));
    }

    fn who_let_three_awards_fall_bids_on_nothing_for_a_year(world) {
        let hall = Hall::new(world);
        let names = ["two", "three", "four", "five", "six"];
        let others = names.map(|name| hall.beside(name, base::Label::public()));
        let lot = hall.announce(hall.terms());
        let ada = hall.firm(lot, "ada", false);
        let own = |lot| {
            let seen = world.city.lot(&ada.who, lot).expect("seen").own.expect("a place");
            Firm { who: ada.who.clone(), organisation: ada.organisation, alias: seen.bidder.alias }
        };
        // Asked for long before it opens, and decided long after.
        let opens = world.city.now().plus_seconds(200 * 86_400);
        let closes = opens.plus_seconds(3_600);
        let far = others[3].announce(Terms { opens, closes, ..others[3].terms() });
        assert_eq!(asks(&others[3], far, &ada), "asked");
        falls(&hall, lot, &ada);
        for beside in &others[..2] {
            let lot = beside.announce(beside.terms());
            assert_eq!(asks(beside, lot, &ada), "asked");
            let firm = own(lot);
            beside.admit(lot, &firm).expect("admitted");
            beside.pay(lot, &firm, "ada").expect("paid in");
            falls(beside, lot, &firm);
        }
        let lot = others[2].announce(others[2].terms());
        assert_eq!(asks(&others[2], lot, &ada), "lot-default-often");
        let no = others[3].admit(far, &own(far)).expect_err("not any more");
        assert_eq!(code(&no), "lot-default-often");
        world.clock.pass(366 * 86_400);
        let late = others[4].announce(others[4].terms());
        assert_eq!(asks(&others[4], late, &ada), "asked");
    }
}
