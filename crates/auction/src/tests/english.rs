//! English auctions: limits, steps, late bids, priority rights, cancellation.

use super::common::*;
use crate::*;

const END: i64 = 24 * HOUR;

fn plain(window_us: i64, cap_us: Option<i64>) -> Room {
    let steps = Steps::one(Step::Fixed(100));
    Room::open(rules(english(false, steps, soft(window_us, cap_us)), vec![lot(1_000, END)]))
}

fn listed(bidders: &[(u32, Option<u8>)], lots: Vec<Lot>) -> Room {
    let mode = english(false, Steps::one(Step::Fixed(100)), soft(5 * MINUTE, None));
    let mut room = Room::open(Rules { admission: Admission::Listed, ..rules(mode, lots) });
    for (bidder, rank) in bidders {
        let said = room.say(0, Input::Admit { bidder: Bidder(*bidder), rank: *rank });
        assert_eq!(said, "ok");
    }
    room
}

#[test]
fn a_bid_in_the_last_second_moves_the_end_by_exactly_one_window() {
    let mut room = plain(5 * MINUTE, None);
    assert_eq!(room.bid(END - SECOND, 1, 1_000), "ok 10.00 by 1");
    assert_eq!(room.end_us(), END - SECOND + 5 * MINUTE);
}

#[test]
fn the_edges_of_the_window_are_pinned() {
    // auctions.md 15: time left 301, 300, 299.999 and 0 seconds.
    let left = |us: i64| {
        let mut room = plain(300 * SECOND, None);
        let bid = Input::Bid { lot: 0, bidder: Bidder(1), amount: 1_000, stage: None };
        let taken = room.take(END - us, bid);
        (taken.map(|taken| taken.extension).map_err(|it| (it.code, it.at)), room.end_us())
    };
    assert_eq!(left(301 * SECOND), (Ok(Extension::None), END));
    assert_eq!(left(300 * SECOND), (Ok(Extension::AtTheEdge), END));
    let to = END - 299_999_000 + 300 * SECOND;
    assert_eq!(left(299_999_000), (Ok(Extension::Moved { from: at(END), to: at(to) }), to));
    assert_eq!(left(0), (Err((Code::Late, Some(at(END)))), END));
    assert_eq!(left(-SECOND), (Err((Code::Late, Some(at(END)))), END));
}

#[test]
fn a_bid_that_arrived_in_time_counts_however_late_it_is_committed() {
    let mut room = plain(SECOND, Some(0));
    assert_eq!(room.bid(END - 10, 1, 1_000), "ok 10.00 by 1");
    // Refused at the end; what arrived a millisecond before the end is entered after it.
    assert_eq!(room.bid(END, 3, 5_000), "late");
    assert_eq!(room.bid(END - 1_000, 2, 1_100), "ok 11.00 by 2");
    assert_eq!(room.close(END), "2 at 11.00, 1 at 10.00 waits");
    assert_eq!(room.bid(END - 500, 1, 1_300), "closed");
}

#[test]
fn a_refused_bid_moves_nothing() {
    let mut room = plain(5 * MINUTE, None);
    room.bid(HOUR, 1, 1_000);
    for (bidder, amount, said) in [
        (2, 1_099, "under-step 11.00"),
        (2, 0, "not-an-amount"),
        (2, -5, "not-an-amount"),
        (1, 9_000, "leading"),
    ] {
        assert_eq!(room.bid(END - 1, bidder, amount), said);
        assert_eq!((room.end_us(), room.price(), room.leader()), (END, Some(1_000), Some(1)));
    }
}

#[test]
fn the_cap_binds_and_bids_go_on_under_it() {
    // auctions.md 15: end 10:28, window 5 min, cap 10:30, bid 10:27.
    let mut room = plain(5 * MINUTE, Some(2 * MINUTE));
    assert_eq!(room.bid(END - MINUTE, 1, 1_000), "ok 10.00 by 1");
    assert_eq!(room.end_us(), END + 2 * MINUTE);
    let late = Input::Bid { lot: 0, bidder: Bidder(2), amount: 1_100, stage: None };
    let taken = room.take(END + 2 * MINUTE - SECOND, late).unwrap();
    assert_eq!(taken.extension, Extension::AtTheCap);
    assert_eq!(room.end_us(), END + 2 * MINUTE);
    assert_eq!(room.close(END + 2 * MINUTE), "2 at 11.00, 1 at 10.00 waits");
}

#[test]
fn extensions_may_add_and_may_be_counted() {
    let close = SoftClose {
        window_us: MINUTE,
        stretch: Stretch::Add,
        cap_us: None,
        extensions_max: Some(2),
    };
    let mode = english(false, Steps::one(Step::Fixed(1)), Some(close));
    let mut room = Room::open(rules(mode, vec![lot(1, HOUR)]));
    for (n, want) in [(1, MINUTE), (2, 2 * MINUTE), (3, 2 * MINUTE)] {
        let us = room.end_us() - SECOND;
        room.bid(us, n, i64::from(n));
        assert_eq!(room.end_us(), HOUR + want, "extension {n}");
    }
}

#[test]
fn limits_lead_to_the_prices_of_the_page() {
    // auctions.md 15: the table of 2003, start 99.
    let mode = english(true, steps_2003(), soft(5 * MINUTE, None));
    let mut room = Room::open(rules(mode, vec![lot(9_900, END)]));
    assert_eq!(room.bid(1, 1, 20_000), "ok 99.00 by 1");
    let second = Input::Bid { lot: 0, bidder: Bidder(2), amount: 15_000, stage: None };
    let taken = room.take(2, second).unwrap();
    assert_eq!((taken.price, taken.leader), (Some(15_250), Some(Bidder(1))));
    assert_eq!(taken.automatic, [(Bidder(2), 15_000), (Bidder(1), 15_250)]);
    let third = Input::Bid { lot: 0, bidder: Bidder(3), amount: 20_100, stage: None };
    let taken = room.take(3, third).unwrap();
    assert_eq!((taken.price, taken.leader), (Some(20_100), Some(Bidder(3))));
    assert_eq!(taken.automatic, [(Bidder(1), 20_000), (Bidder(3), 20_100)]);
    assert_eq!(room.bid(4, 4, 20_100), "under-step 203.50");
    assert_eq!(room.close(END), "3 at 201.00, 1 at 200.00 waits");
}

#[test]
fn equal_limits_stay_with_the_earlier_at_the_whole_limit() {
    let mode = english(true, steps_2003(), None);
    let mut room = Room::open(rules(mode, vec![lot(100, END)]));
    room.bid(1, 1, 20_000);
    assert_eq!(room.bid(2, 2, 20_000), "ok 200.00 by 1");
    // The leader raises his limit: he never outbids himself.
    assert_eq!(room.bid(3, 1, 50_000), "ok 200.00 by 1");
    assert_eq!(room.close(END), "1 at 200.00, 2 at 200.00 waits");
}

#[test]
fn equal_limits_name_the_tie_break() {
    let mode = english(true, steps_2003(), None);
    let mut room = Room::open(rules(mode, vec![lot(100, END)]));
    room.bid(1, 1, 20_000);
    room.bid(2, 2, 20_000);
    assert_eq!(room.close(END), "1 at 200.00, 2 at 200.00 waits, earlier");
}

#[test]
fn a_leader_raises_in_silence() {
    let mode = english(true, steps_2003(), soft(5 * MINUTE, None));
    let mut room = Room::open(rules(mode, vec![lot(9_900, END)]));
    room.bid(1, 1, 20_000);
    let raise = Input::Bid { lot: 0, bidder: Bidder(1), amount: 30_000, stage: None };
    let taken = room.take(END - SECOND, raise).unwrap();
    assert!(taken.is_silent && taken.automatic.is_empty());
    assert_eq!((room.end_us(), room.price()), (END, Some(9_900)));
    assert_eq!(room.event.offer_of(0, Bidder(1)), Some(30_000));
    assert_eq!(room.bid(END - 1, 1, 30_000), "limit-not-raised 300.01");
    assert_eq!(room.bid(END - 1, 1, 10_000), "limit-not-raised 300.01");
}

#[test]
fn a_capped_price_stays_when_its_leader_raises() {
    let mode = english(true, steps_2003(), None);
    let mut room = Room::open(rules(mode, vec![lot(9_900, END)]));
    room.bid(1, 1, 20_000);
    room.bid(2, 2, 20_100);
    assert_eq!(room.bid(3, 2, 90_000), "ok 201.00 by 2");
}

#[test]
fn a_covered_reserve_is_the_price() {
    let mode = english(true, steps_2003(), None);
    let with_reserve = Lot { reserve: Some(15_000), ..lot(9_900, END) };
    let mut room = Room::open(rules(mode.clone(), vec![with_reserve.clone()]));
    assert_eq!(room.bid(1, 1, 12_000), "ok 99.00 by 1");
    assert_eq!(room.bid(2, 1, 20_000), "ok 150.00 by 1");
    assert_eq!(room.close(END), "1 at 150.00");
    let mut room = Room::open(rules(mode, vec![with_reserve]));
    room.bid(1, 1, 12_000);
    assert_eq!(room.close(END), "Unsuccessful(UnderReserve)");
}

#[test]
fn a_share_as_step_is_at_least_one_unit() {
    let steps = Steps::one(Step::Share(1_000));
    let mut room = Room::open(rules(english(false, steps, None), vec![lot(1, END)]));
    room.bid(1, 1, 1);
    assert_eq!(room.bid(2, 2, 1), "under-step 0.02");
    assert_eq!(room.bid(2, 2, 2), "ok 0.02 by 2");
}

#[test]
fn a_priority_right_wins_at_an_equal_price_until_it_is_topped() {
    let holders = [(1, None), (2, Some(2)), (3, Some(1)), (4, Some(1))];
    let mut room = listed(&holders, vec![lot(1_000, END)]);
    assert_eq!(room.bid(1, 1, 1_000), "ok 10.00 by 1");
    assert_eq!(room.bid(2, 2, 1_000), "ok 10.00 by 2");
    assert_eq!(room.bid(3, 1, 1_000), "under-step 11.00");
    assert_eq!(room.bid(4, 3, 1_000), "ok 10.00 by 3");
    // The same rank: the earlier stays. A lower one: neither.
    assert_eq!(room.bid(5, 4, 1_000), "under-step 11.00");
    assert_eq!(room.bid(6, 2, 1_000), "under-step 11.00");
    assert_eq!(room.close(END), "3 at 10.00, 2 at 10.00 waits, priority");

    let mut room = listed(&holders, vec![lot(1_000, END)]);
    room.bid(1, 1, 1_000);
    room.bid(2, 3, 1_000);
    room.bid(3, 1, 1_100);
    assert_eq!(room.bid(4, 3, 1_050), "under-step 11.00");
    assert_eq!(room.close(END), "1 at 11.00, 3 at 10.00 waits");
}

#[test]
fn a_deposit_counts_for_its_lot_alone() {
    let asks = Lot { deposit: Some(5_000), ..lot(1_000, END) };
    let mut room = listed(&[(1, None), (2, None)], vec![asks.clone(), asks]);
    let bidder = Bidder(1);
    let other = |amount| Input::Bid { lot: 1, bidder, amount, stage: None };
    assert_eq!(room.say(0, Input::HoldDeposit { lot: 0, bidder }), "ok");
    assert_eq!(room.say(0, Input::HoldDeposit { lot: 0, bidder }), "deposit-as-is");
    assert_eq!(room.say(1, other(1_000)), "deposit-missing 50.00");
    // Given back at his wish: the next bid waits for a new one.
    assert_eq!(room.say(2, Input::FreeDeposit { lot: 0, bidder }), "ok");
    assert_eq!(room.bid(3, 1, 1_000), "deposit-missing 50.00");
    assert_eq!(room.say(4, Input::HoldDeposit { lot: 0, bidder }), "ok");
    assert_eq!(room.bid(5, 1, 1_000), "ok 10.00 by 1");
    assert_eq!(room.say(6, Input::FreeDeposit { lot: 0, bidder }), "bid-stands");
    assert_eq!(room.say(7, Input::HoldDeposit { lot: 0, bidder: Bidder(2) }), "ok");
    assert_eq!(room.close(END), "1 at 10.00");
    let fates = [(Bidder(1), Fate::TowardsPrice), (Bidder(2), Fate::Released)];
    assert_eq!(room.event.fates(0), fates);
}

#[test]
fn rules_with_an_empty_deposit_do_not_open() {
    let mode = english(false, Steps::one(Step::Fixed(1)), None);
    let asks = Lot { deposit: Some(0), ..lot(1_000, END) };
    let wrong = Rules { admission: Admission::Listed, ..rules(mode, vec![asks]) };
    let flaw = Flaw { field: "lots.0.deposit".to_owned(), code: "zero" };
    assert_eq!(Event::open(wrong).unwrap_err(), [flaw]);
}

#[test]
fn a_lot_shorter_than_its_rules_ask_does_not_open() {
    let english = English {
        is_proxy: false,
        steps: Steps::new(vec![(5, Step::Fixed(0)), (5, Step::Share(0))]),
        soft_close: None,
        running_us_min: 24 * HOUR,
    };
    let flaws = Event::open(rules(Mode::English(english), vec![lot(1, HOUR)])).unwrap_err();
    let fields: Vec<String> = flaws.iter().map(|it| format!("{} {}", it.field, it.code)).collect();
    let want = ["steps.0 zero", "steps.1 zero", "steps.1 out-of-order", "lots.0.closes too-short"];
    assert_eq!(fields, want);
}

#[test]
fn a_lot_with_a_bid_is_not_withdrawn_but_cancelled_alone() {
    let mut room = listed(&[(1, None)], vec![lot(1_000, END), lot(1_000, END)]);
    room.bid(1, 1, 1_000);
    assert_eq!(room.say(2, Input::Withdraw { lot: 0 }), "bid-stands");
    assert_eq!(room.say(3, Input::CallOff { lot: 0, why: CallOff::ForceMajeure }), "ok");
    assert_eq!(room.ending(), "CalledOff(ForceMajeure)");
    assert_eq!(room.bid(4, 1, 2_000), "closed");
    assert_eq!(room.event.outcome(1), None);
    let sibling = Input::Bid { lot: 1, bidder: Bidder(1), amount: 1_000, stage: None };
    assert_eq!(room.say(5, sibling), "ok 10.00 by 1");
    let mut room = listed(&[(1, None)], vec![lot(1_000, END)]);
    assert_eq!(room.say(1, Input::Withdraw { lot: 0 }), "ok");
    assert_eq!(room.ending(), "Withdrawn");
}

#[test]
fn a_halt_keeps_the_doors_shut_and_shifts_the_ends() {
    // A complaint is accepted before the start, and decided two hours after it.
    let mut room = plain(5 * MINUTE, Some(HOUR));
    assert_eq!(room.say(-HOUR, Input::Halt { lot: 0 }), "ok");
    assert_eq!(room.bid(1, 1, 1_000), "halted");
    assert_eq!(room.close(END), "halted");
    assert_eq!(room.say(2 * HOUR, Input::GoOn { lot: 0 }), "ok");
    assert_eq!(room.bid(2 * HOUR + 1, 1, 1_000), "not-open");
    assert_eq!(room.bid(3 * HOUR, 1, 1_000), "ok 10.00 by 1");
    assert_eq!(room.end_us(), END + 3 * HOUR);
    // A pending cancellation that is lost: the running lot gets its time back, the cap as well.
    assert_eq!(room.say(4 * HOUR, Input::Halt { lot: 0 }), "ok");
    assert_eq!(room.say(4 * HOUR, Input::Halt { lot: 0 }), "halted");
    assert_eq!(room.say(5 * HOUR, Input::GoOn { lot: 0 }), "ok");
    assert_eq!(room.say(5 * HOUR, Input::GoOn { lot: 0 }), "not-halted");
    assert_eq!(room.end_us(), END + 4 * HOUR);
    assert_eq!(room.bid(END + 4 * HOUR - 1, 2, 1_100), "ok 11.00 by 2");
    assert_eq!(room.end_us(), END + 4 * HOUR - 1 + 5 * MINUTE);
}

#[test]
fn a_banned_leader_leaves_price_and_standing_to_the_others() {
    let mode = english(true, steps_2003(), None);
    let mut room = Room::open(rules(mode, vec![lot(9_900, END)]));
    room.bid(1, 1, 15_000);
    room.bid(2, 2, 20_000);
    room.bid(3, 3, 18_000);
    assert_eq!((room.price(), room.leader()), (Some(18_250), Some(2)));
    assert_eq!(room.say(4, Input::Exclude { bidder: Bidder(2) }), "ok");
    assert_eq!((room.price(), room.leader()), (Some(15_250), Some(3)));
    assert_eq!(room.bid(5, 2, 90_000), "excluded");
    assert_eq!(room.say(6, Input::Exclude { bidder: Bidder(2) }), "excluded");
    room.say(6, Input::Exclude { bidder: Bidder(1) });
    assert_eq!((room.price(), room.leader()), (Some(9_900), Some(3)));
    room.say(7, Input::Exclude { bidder: Bidder(3) });
    assert_eq!((room.price(), room.leader()), (None, None));
    assert_eq!(room.close(END), "Unsuccessful(NoBid)");
}

#[test]
fn a_result_outlasts_its_winner() {
    let mut room = plain(5 * MINUTE, None);
    room.bid(1, 1, 1_000);
    room.bid(2, 2, 1_100);
    assert_eq!(room.close(END), "2 at 11.00, 1 at 10.00 waits");
    room.say(END + 1, Input::Exclude { bidder: Bidder(2) });
    assert_eq!(room.ending(), "2 at 11.00, 1 at 10.00 waits");
    assert_eq!(room.close(END + 2), "closed");
}

#[test]
fn the_number_of_bidders_is_a_rule() {
    let mode = english(false, Steps::one(Step::Fixed(100)), None);
    let two = Rules { bidders_min: 2, ..rules(mode, vec![lot(1_000, END)]) };
    let mut room = Room::open(two);
    assert_eq!(room.close(END - 1), "not-over");
    room.bid(1, 1, 1_000);
    assert_eq!(room.close(END), "Unsuccessful(TooFewBidders)");
    let mut room = plain(5 * MINUTE, None);
    assert_eq!(room.close(END), "Unsuccessful(NoBid)");
}

#[test]
fn the_fixed_price_dies_with_the_first_bid() {
    let mode = english(false, Steps::one(Step::Fixed(100)), None);
    let offers = Lot { buy_now: Some(9_000), ..lot(1_000, END) };
    let buy = |bidder| Input::Buy { lot: 0, bidder: Bidder(bidder) };
    let mut room = Room::open(rules(mode.clone(), vec![offers.clone()]));
    assert_eq!(room.say(HOUR, buy(1)), "ok 90.00 by 1");
    assert_eq!(room.say(HOUR, buy(2)), "late");
    assert_eq!(room.close(HOUR), "1 at 90.00");
    let mut room = Room::open(rules(mode, vec![offers]));
    room.bid(1, 1, 1_000);
    assert_eq!(room.say(2, buy(2)), "no-buy-now");
}

#[test]
fn joined_lots_end_together() {
    let steps = Steps::one(Step::Fixed(100));
    let mode = english(false, steps, soft(5 * MINUTE, Some(7 * MINUTE)));
    let lots = vec![lot(1_000, END), lot(1_000, END), lot(1_000, HOUR)];
    let mut room = Room::open(Rules { is_joined: true, ..rules(mode, lots) });
    room.bid(END - MINUTE, 1, 1_000);
    let end = |room: &Room, lot| room.event.end(lot).unwrap();
    assert_eq!(end(&room, 0), at(END + 4 * MINUTE));
    assert_eq!(end(&room, 1), at(END + 4 * MINUTE));
    assert_eq!(end(&room, 2), at(HOUR), "what has ended stays ended");
}

#[test]
fn purchases_run_downwards() {
    let mode = english(true, Steps::one(Step::Fixed(100)), None);
    let asks = Lot { reserve: Some(8_000), ..lot(10_000, END) };
    let mut room = Room::open(Rules { side: Side::Purchase, ..rules(mode, vec![asks]) });
    assert_eq!(room.bid(1, 1, 10_001), "under-start 100.00");
    assert_eq!(room.bid(1, 1, 7_000), "ok 80.00 by 1");
    assert_eq!(room.bid(2, 2, 7_950), "under-step 79.00");
    assert_eq!(room.bid(2, 2, 7_500), "ok 74.00 by 1");
    assert_eq!(room.bid(3, 3, 7_000), "ok 70.00 by 1");
    assert_eq!(room.close(END), "1 at 70.00, 3 at 70.00 waits, earlier");
}

#[test]
fn entries_come_in_order_and_name_what_exists() {
    let mut room = listed(&[(1, None)], vec![lot(1_000, END)]);
    assert_eq!(room.bid(1, 2, 1_000), "unknown-bidder");
    assert_eq!(room.say(1, Input::Admit { bidder: Bidder(1), rank: None }), "known-bidder");
    assert_eq!(room.say(1, Input::Close { lot: 7 }), "unknown-lot");
    let stale = Entry { sequence: 1, received: at(2), input: Input::Close { lot: 0 } };
    assert_eq!(room.event.apply(&stale).unwrap_err().code, Code::OutOfOrder);
    let open = Input::Open { lot: 0, sealed: 1, amount: Ok(1) };
    assert_eq!(room.say(END, open), "not-here");
    assert_eq!(room.take_back(1, 1), "no-bid");
    room.bid(1, 1, 1_000);
    assert_eq!(room.take_back(2, 1), "bid-stands");
}
