//! Sealed bids: ties, replacing, second prices, opening, edits.

use super::common::*;
use crate::*;

const END: i64 = 24 * HOUR;

fn room(pricing: Pricing, reserve: Option<Minor>) -> Room {
    let asks = Lot { reserve, ..lot(100, END) };
    Room::open(rules(sealed(pricing), vec![asks]))
}

const SECOND_PRICE: Pricing = Pricing::Second { n_winners: 1 };

/// The end of a second-price sale of bids in whole yuan.
fn second(bids: &[Minor], reserve: Minor, n_winners: u32) -> String {
    let mut room = room(Pricing::Second { n_winners }, Some(reserve * 100));
    for (n, bid) in (1..).zip(bids) {
        assert_eq!(room.bid(i64::from(n), n, bid * 100), "ok");
    }
    room.close(END)
}

#[test]
fn second_prices_are_those_of_the_page() {
    // auctions.md 15.
    assert_eq!(second(&[100, 90, 80], 50, 1), "1 at 90.00, 2 at 80.00 waits");
    assert_eq!(second(&[100], 50, 1), "1 at 50.00");
    assert_eq!(second(&[100, 100], 50, 1), "1 at 100.00, 2 at 50.00 waits, earlier");
    assert_eq!(second(&[100, 90], 95, 1), "1 at 95.00");
    assert_eq!(second(&[100, 90], 105, 1), "Unsuccessful(UnderReserve)");
    assert_eq!(second(&[100, 90, 80], 50, 2), "1 at 80.00 and 2 at 80.00, 3 at 50.00 waits");
    assert_eq!(second(&[100, 90], 50, 2), "1 at 50.00 and 2 at 50.00");
    assert_eq!(second(&[100, 40, 90], 50, 2), "1 at 50.00 and 3 at 50.00");
}

#[test]
fn of_equal_bids_the_earlier_received_wins() {
    let mut room = room(Pricing::First, None);
    assert_eq!(room.bid(20, 1, 5_000), "ok");
    assert_eq!(room.bid(10, 2, 5_000), "ok");
    assert_eq!(room.close(END), "2 at 50.00, 1 at 50.00 waits, earlier");
}

#[test]
fn replacing_loses_the_place() {
    let mut room = room(Pricing::First, None);
    room.bid(10, 1, 5_000);
    room.bid(20, 2, 5_000);
    room.bid(30, 1, 5_000);
    assert_eq!(room.close(END), "2 at 50.00, 1 at 50.00 waits, earlier");
}

#[test]
fn a_final_bid_is_final() {
    let replacing = Replacing::Final;
    let mode = Mode::Sealed(Sealed { pricing: Pricing::First, replacing });
    let mut room = Room::open(rules(mode, vec![lot(100, END)]));
    assert_eq!(room.bid(-1, 1, 5_000), "not-open");
    room.bid(10, 1, 5_000);
    assert_eq!(room.bid(11, 1, 6_000), "final");
    assert_eq!(room.bid(END, 2, 6_000), "late");
    assert_eq!(room.take_back(12, 1), "ok");
    assert_eq!(room.take_back(13, 1), "no-bid");
    assert_eq!(room.close(END), "Unsuccessful(NoBid)");
}

#[test]
fn priority_rights_decide_between_equal_sealed_bids() {
    let listed = rules(sealed(Pricing::First), vec![lot(100, END)]);
    let mut room = Room::open(Rules { admission: Admission::Listed, ..listed });
    for (bidder, rank) in [(1, None), (2, Some(2)), (3, Some(1)), (4, Some(1))] {
        room.say(0, Input::Admit { bidder: Bidder(bidder), rank });
    }
    for bidder in 1..=4 {
        room.bid(i64::from(bidder), bidder, 5_000);
    }
    assert_eq!(room.close(END), "3 at 50.00, 4 at 50.00 waits, earlier");
}

#[test]
fn what_does_not_open_is_listed_and_stops_nobody() {
    let mut room = room(Pricing::First, None);
    let seal = |bidder| Input::Seal { lot: 0, bidder: Bidder(bidder), commitment: [7; 32] };
    let open = |sealed, amount| Input::Open { lot: 0, sealed, amount };
    for (us, bidder) in [(1, 1), (2, 2), (3, 3), (4, 4)] {
        assert_eq!(room.say(us, seal(bidder)), "ok");
    }
    assert_eq!(room.say(END - 1, open(1, Ok(9_000))), "not-over");
    assert_eq!(room.close(END), "unopened");
    // The copy of another's bid is nobody's; the original stays good.
    assert_eq!(room.say(END, open(2, Err(Unopened::NotHis))), "ok");
    assert_eq!(room.say(END, open(1, Ok(9_000))), "ok");
    assert_eq!(room.say(END, open(1, Ok(1))), "no-bid");
    assert_eq!(room.say(END, open(3, Err(Unopened::Undecryptable))), "ok");
    assert_eq!(room.say(END, open(4, Ok(99))), "ok");
    assert_eq!(room.close(END), "1 at 90.00");
    let invalid = room.event.invalid(0);
    let listed: Vec<(u64, u32, Code)> =
        invalid.iter().map(|it| (it.sequence, it.bidder.0, it.code)).collect();
    let want = [(2, 2, Code::Unopenable), (3, 3, Code::Unopenable), (4, 4, Code::UnderStart)];
    assert_eq!(listed, want);
}

#[test]
fn lost_keys_free_everybody() {
    let asks = Lot { deposit: Some(100), ..lot(100, END) };
    let listed = rules(sealed(SECOND_PRICE), vec![asks]);
    let mut room = Room::open(Rules { admission: Admission::Listed, ..listed });
    let bidder = Bidder(1);
    room.say(0, Input::Admit { bidder, rank: None });
    room.say(0, Input::HoldDeposit { lot: 0, bidder });
    room.say(1, Input::Seal { lot: 0, bidder, commitment: [7; 32] });
    assert_eq!(room.say(END + HOUR, Input::CallOff { lot: 0, why: CallOff::KeysLost }), "ok");
    assert_eq!(room.event.fates(0), [(bidder, Fate::Released)]);
}

#[test]
fn unconfirmed_bids_take_no_part() {
    let edits_until = Some(at(HOUR));
    let mut room =
        Room::open(Rules { edits_until, ..rules(sealed(Pricing::First), vec![lot(100, END)]) });
    for bidder in 1..=3 {
        room.bid(i64::from(bidder), bidder, 9_000 - i64::from(bidder));
    }
    let edit = |reserve| Input::Edit { lot: 0, terms: LotTerms { start: 200, reserve } };
    assert_eq!(room.say(HOUR - 1, edit(Some(300))), "ok");
    assert_eq!(room.say(HOUR, edit(None)), "edits-over");
    assert_eq!(room.say(2 * HOUR, Input::Confirm { lot: 0, bidder: Bidder(3) }), "ok");
    assert_eq!(room.bid(2 * HOUR, 2, 5_000), "ok");
    assert_eq!(room.say(END, Input::Confirm { lot: 0, bidder: Bidder(1) }), "late");
    assert_eq!(room.close(END), "3 at 89.97, 2 at 50.00 waits");
    assert_eq!(room.event.invalid(0)[0].code, Code::Unconfirmed);
}
