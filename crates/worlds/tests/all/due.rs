//! What auctions and contracts wait for, on the desk of whoever has to act, over both databases.

use crate::contract::{draft, offer, sign};
use crate::lot::Hall;
use crate::sealing::{bid, end, keepers, publish, register, terms};
use app::Asker;
use app::contract::DraftFrom;
use app::lot::{AgreeToLot, ReviseLot};
use trading::lot::Terms;
use worlds::{World, on_both};

/// The words of what waits, in their order; the number in the bar counts them.
fn dues(world: &World, asker: &Asker) -> Vec<&'static str> {
    let desk = world.city.desk(asker).expect("a desk");
    let words: Vec<&str> = desk.dues.iter().map(|due| due.act.word()).collect();
    let counted = world.city.desk_count(asker).expect("a count");
    assert_eq!(counted, desk.n_waiting(), "the bar counts what the desk lists");
    assert!(counted >= words.len() as u64);
    words
}

on_both! {
    fn the_desk_tells_each_what_an_auction_waits_for(world) {
        let hall = Hall::new(world);
        let keepers = keepers(world, 3);
        let lot = hall.announce(terms(&hall, &keepers, "first"));
        let none: [&str; 0] = [];
        assert_eq!(dues(world, &keepers[0].who), ["register-key"]);
        register(&hall, lot, &keepers[0]).expect("registered");
        assert_eq!(dues(world, &keepers[0].who), none);
        let ada = hall.asks(lot, "ada", true);
        assert_eq!(dues(world, &ada.who), none, "the office decides first");
        hall.admit(lot, &ada).expect("admitted");
        assert_eq!(dues(world, &ada.who), ["pay-deposit"]);
        let due = &world.city.desk(&ada.who).expect("a desk").dues[0];
        assert_eq!(due.until, Some(hall.lot(lot).terms.closes));
        hall.pay(lot, &ada, "ada").expect("paid in");
        assert_eq!(dues(world, &ada.who), none);
        // Terms that change wait for the bidder's word, and a trustee who is new for the own key.
        let before = hall.lot(lot).terms;
        let act = ReviseLot { lot, version: 1, terms: Terms { sign_days: 30, ..before } };
        world.city.perform(&hall.officer, act).expect("revised");
        assert_eq!(dues(world, &ada.who), ["agree"]);
        let act = AgreeToLot { lot, organisation: ada.organisation, terms: 2 };
        world.city.perform(&ada.who, act).expect("agreed");
        assert_eq!(dues(world, &ada.who), none);
        for keeper in &keepers[1..] {
            register(&hall, lot, keeper).expect("registered");
        }
        hall.open(lot);
        assert_eq!(dues(world, &keepers[0].who), none, "no key is due before the end");
        bid(&hall, lot, &ada, 1, "123456 CNY");
        end(&hall, lot);
        assert_eq!(dues(world, &keepers[2].who), ["publish-key"]);
        publish(&hall, lot, &keepers[0]);
        assert_eq!(dues(world, &keepers[0].who), none);
        publish(&hall, lot, &keepers[2]);
        world.city.tend_lots().expect("tended");
        assert_eq!(dues(world, &keepers[1].who), none, "they are open");
        // The award: both sides know that a contract is due, and then whose turn it is.
        assert_eq!(dues(world, &ada.who), ["await-contract"]);
        assert_eq!(dues(world, &hall.officer), ["offer-contract"]);
        let contract = draft(world, &hall.officer, DraftFrom::Lot(lot)).expect("drafted");
        assert_eq!(dues(world, &hall.officer), ["offer-contract"], "nobody has it before them");
        offer(world, &hall.officer, contract).expect("offered");
        assert_eq!((dues(world, &ada.who), dues(world, &hall.officer)), (vec!["sign"], vec!["sign"]));
        assert_eq!(dues(world, &keepers[0].who), none, "it is nobody else's");
        sign(world, &ada.who, contract).expect("signed");
        assert_eq!(dues(world, &ada.who), none);
        sign(world, &hall.officer, contract).expect("signed");
        assert_eq!(dues(world, &hall.officer), none);
    }
}
