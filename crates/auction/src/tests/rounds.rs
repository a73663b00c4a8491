//! Three rounds: the timetable, turns, hidden bids, and who moves first.

use super::common::*;
use crate::*;

fn sale() -> Room {
    let mode = Mode::Rounds(Rounds::sale(Steps::one(Step::Fixed(100))));
    Room::open(Rules { bidders_min: 2, ..rules(mode, vec![lot(1_000, HOUR)]) })
}

/// When turn `turn` of round `round` begins in a sale of `n`.
fn turn(n: i64, round: i64, turn: i64) -> i64 {
    5 * MINUTE + round * (n * 3 + 3) * MINUTE + turn * 3 * MINUTE
}

#[test]
fn the_timetable_is_that_of_the_page() {
    // auctions.md 15: a purchase of 2, 3, 5, 9 bidders is announced after 23, 29, 41, 65 minutes,
    // two minutes after the last turn.
    let rounds = Rounds::purchase(Steps::one(Step::Fixed(1)));
    for (n, minutes) in [(2, 23), (3, 29), (5, 41), (9, 65)] {
        assert_eq!(rounds.length_us(n) + 2 * MINUTE, minutes * MINUTE, "{n} bidders");
    }
    let rounds = Rounds::sale(Steps::one(Step::Fixed(1)));
    assert_eq!(rounds.length_us(4), (11 + 9 * 4) * MINUTE);
}

#[test]
fn a_bid_out_of_turn_leaves_no_trace() {
    let mut room = sale();
    room.bid(-2, 1, 1_500);
    room.bid(-1, 2, 1_200);
    assert_eq!(room.bid(1, 1, 5_000), "pause");
    let before = room.event.view(0, at(turn(2, 0, 0)));
    assert_eq!(room.bid(turn(2, 0, 0), 1, 5_000), "not-your-turn");
    room.event.advance(at(turn(2, 0, 0)));
    assert_eq!(room.event.view(0, at(turn(2, 0, 0))), before);
    assert_eq!(room.bid(turn(2, 0, 0), 2, 1_299), "under-step 13.00");
    assert_eq!(room.bid(turn(2, 0, 0), 2, 0), "not-an-amount");
    assert_eq!(room.bid(turn(2, 0, 0), 2, 1_300), "ok");
    // Nothing shows until the turn ends.
    assert_eq!(room.price(), Some(1_500));
    assert_eq!(room.event.offer_of(0, Bidder(2)), Some(1_200));
    room.event.advance(at(turn(2, 0, 1)));
    assert_eq!(room.event.offer_of(0, Bidder(2)), Some(1_300));
}

#[test]
fn what_is_cancelled_in_a_turn_leaves_the_old_offer() {
    let mut room = sale();
    room.bid(-2, 1, 1_500);
    room.bid(-1, 2, 1_200);
    let us = turn(2, 0, 0);
    assert_eq!(room.bid(us, 2, 2_000), "ok");
    assert_eq!(room.bid(us + 1, 2, 3_000), "ok");
    assert_eq!(room.take_back(us + 2, 2), "ok");
    assert_eq!(room.take_back(us + 3, 2), "no-bid");
    let over = turn(2, 2, 2);
    assert_eq!(room.close(over - 1), "not-over");
    assert_eq!(room.close(over), "1 at 15.00, 2 at 12.00 waits");
}

#[test]
fn of_equal_offers_the_later_moves_first_and_ranks_behind() {
    for side in [Side::Sale, Side::Purchase] {
        let steps = Steps::one(Step::Fixed(100));
        let mode = Mode::Rounds(Rounds::sale(steps));
        let rules = Rules { side, bidders_min: 2, ..rules(mode, vec![lot(1_500, HOUR)]) };
        let mut room = Room::open(rules);
        for bidder in [7, 3, 5] {
            room.bid(i64::from(bidder) - 100, bidder, 1_500);
        }
        // Entered as 7, 3, 5, but received as 3, 5, 7.
        for round in 0..3 {
            for (place, bidder) in [7, 5, 3].into_iter().enumerate() {
                let us = turn(3, round, i64::try_from(place).unwrap());
                room.event.advance(at(us));
                let turn = room.event.view(0, at(us)).unwrap().turn;
                assert_eq!(turn, Some((Bidder(bidder), at(us + 3 * MINUTE))), "{side:?} {round}");
            }
        }
        assert_eq!(room.close(turn(3, 2, 3)), "3 at 15.00, 5 at 15.00 waits, earlier");
    }
}

#[test]
fn the_order_is_fixed_anew_for_each_round() {
    let mut room = sale();
    room.bid(-2, 1, 1_500);
    room.bid(-1, 2, 1_200);
    room.bid(turn(2, 0, 0), 2, 1_900);
    let us = turn(2, 1, 0);
    assert_eq!(room.bid(us, 2, 3_000), "not-your-turn");
    assert_eq!(room.bid(us, 1, 2_000), "ok");
    assert_eq!(room.bid(turn(2, 1, 1), 2, 2_500), "ok");
    assert_eq!(room.close(turn(2, 2, 2)), "2 at 25.00, 1 at 20.00 waits");
}

#[test]
fn too_few_or_one_need_no_rounds() {
    let mut room = sale();
    room.bid(-1, 1, 1_500);
    assert_eq!(room.close(0), "Unsuccessful(TooFewBidders)");
    let mode = Mode::Rounds(Rounds::sale(Steps::one(Step::Fixed(100))));
    let mut room = Room::open(rules(mode, vec![lot(1_000, HOUR)]));
    assert_eq!(room.bid(-1, 1, 999), "under-start 10.00");
    assert_eq!(room.bid(-1, 1, 1_000), "ok");
    assert_eq!(room.close(0), "1 at 10.00");
    assert_eq!(sale().close(0), "Unsuccessful(NoBid)");
}

#[test]
fn a_short_absence_is_outlasted_and_a_long_one_is_not() {
    let run = |away_us: i64| {
        let mut room = sale();
        room.bid(-2, 1, 1_500);
        room.bid(-1, 2, 1_200);
        let us = turn(2, 0, 0);
        room.bid(us, 2, 2_000);
        let back = us + MINUTE + away_us;
        assert_eq!(room.say(back, Input::Return { lot: 0, away_since: at(us + MINUTE) }), "ok");
        room
    };
    let mut room = run(120 * SECOND);
    assert_eq!(room.close(turn(2, 2, 2)), "2 at 20.00, 1 at 15.00 waits");
    assert_eq!(run(121 * SECOND).ending(), "Rescheduled");
}

#[test]
fn a_halted_turn_gets_its_time_back() {
    let mut room = sale();
    room.bid(-2, 1, 1_500);
    room.bid(-1, 2, 1_200);
    let us = turn(2, 0, 0);
    room.say(us + MINUTE, Input::Halt { lot: 0 });
    assert_eq!(room.bid(us + HOUR, 2, 2_000), "halted");
    room.say(us + MINUTE + HOUR, Input::GoOn { lot: 0 });
    assert_eq!(room.bid(us + 3 * MINUTE + HOUR - 1, 2, 2_000), "ok");
    assert_eq!(room.close(turn(2, 2, 2) + HOUR), "2 at 20.00, 1 at 15.00 waits");
}

#[test]
fn edited_terms_ask_for_a_new_word_from_everybody() {
    let mode = Mode::Rounds(Rounds::sale(Steps::one(Step::Fixed(100))));
    let edits_until = Some(at(-HOUR));
    let mut room = Room::open(Rules { edits_until, ..rules(mode, vec![lot(1_000, HOUR)]) });
    let edit = |start, reserve| Input::Edit { lot: 0, terms: LotTerms { start, reserve } };
    room.bid(-5 * HOUR, 1, 1_500);
    room.bid(-5 * HOUR, 2, 1_600);
    assert_eq!(room.say(-4 * HOUR, edit(1_100, Some(900))), "bad-terms");
    assert_eq!(room.say(-4 * HOUR, edit(1_100, None)), "ok");
    assert_eq!(room.say(-HOUR, edit(1_200, None)), "edits-over");
    assert_eq!(room.say(-1, Input::Confirm { lot: 0, bidder: Bidder(1) }), "ok");
    assert_eq!(room.say(-1, Input::Confirm { lot: 0, bidder: Bidder(1) }), "no-bid");
    assert_eq!(room.close(0), "1 at 15.00");
}

#[test]
fn whoever_is_shut_out_leaves_an_empty_turn() {
    let mut room = sale();
    for bidder in [1, 2, 3] {
        room.bid(i64::from(bidder) - 10, bidder, 1_000 + i64::from(bidder));
    }
    room.say(turn(3, 0, 0), Input::Exclude { bidder: Bidder(3) });
    let us = turn(3, 1, 0);
    room.event.advance(at(us));
    assert_eq!(room.event.view(0, at(us)).unwrap().turn.unwrap().0, Bidder(3));
    assert_eq!(room.bid(us, 3, 9_000), "excluded");
    assert_eq!(room.bid(turn(3, 1, 1), 1, 2_000), "ok");
    assert_eq!(room.close(turn(3, 2, 3)), "1 at 20.00, 2 at 10.02 waits");
}

#[test]
fn the_table_shows_a_turn_when_it_has_ended() {
    let mut room = sale();
    room.bid(-2, 1, 1_500);
    room.bid(-1, 2, 1_200);
    let see = |room: &mut Room, us: i64| {
        room.event.advance(at(us));
        room.event.table(0, at(us)).unwrap()
    };
    let table = see(&mut room, -1);
    assert_eq!((table.stage, table.until, table.offers.len()), (RoundStage::Offers, at(0), 0));
    let table = see(&mut room, 0);
    assert_eq!((table.stage, table.round, table.n_rounds), (RoundStage::Pause, 1, 3));
    assert_eq!((table.until, table.turn), (at(turn(2, 0, 0)), Some(Bidder(2))));
    assert_eq!(table.order, [Bidder(2), Bidder(1)]);
    assert_eq!(table.offers, [(Bidder(1), 1_500), (Bidder(2), 1_200)]);
    assert_eq!(room.bid(turn(2, 0, 0), 2, 1_900), "ok");
    let hidden = see(&mut room, turn(2, 0, 0) + 1);
    assert_eq!((hidden.stage, hidden.until), (RoundStage::Turn, at(turn(2, 0, 1))));
    assert_eq!(hidden.offers, table.offers);
    // Each sees the own typed bid and the own least alone.
    assert_eq!(room.event.turn_of(0, Bidder(2)), (Some(1_900), Some(1_300)));
    assert_eq!(room.event.turn_of(0, Bidder(1)), (None, Some(1_600)));
    assert_eq!(room.event.turn_of(0, Bidder(3)), (None, None));
    let shown = see(&mut room, turn(2, 0, 1));
    assert_eq!(shown.offers, [(Bidder(2), 1_900), (Bidder(1), 1_500)]);
    assert_eq!(shown.turn, Some(Bidder(1)));
    let over = see(&mut room, turn(2, 2, 2));
    assert_eq!((over.stage, over.round, over.turn), (RoundStage::Over, 0, None));
    assert_eq!(over.until, at(turn(2, 2, 2)));
}
