//! The falling price, sealed bids above it, and the best bid of the one who stopped it.

use super::common::*;
use crate::*;

const FALLS: i64 = 30 * SECOND;
const STAGE: i64 = 5 * MINUTE;

fn room(initial: Minor) -> Room {
    Room::open(rules(Mode::Hybrid(Hybrid::default()), vec![lot(initial, 10 * HOUR)]))
}

#[test]
fn shown_prices_are_shares_of_the_initial_one() {
    let hybrid = Hybrid::default();
    // auctions.md 15.
    let check = |initial, stage, want| assert_eq!(hybrid.price(initial, stage), want, "{stage}");
    check(100_000_000, 1, 99_000_000);
    check(100_000_000, 80, 20_000_000);
    for (stage, want) in [(0, 123_457), (1, 122_222), (2, 120_988), (3, 119_753), (80, 24_691)] {
        check(123_457, stage, want);
    }
    check(33, 0, 33);
    check(33, 80, 7);
    assert_eq!(hybrid.falling_us(), 30 * SECOND + 405 * MINUTE);
}

#[test]
fn of_two_clicks_exactly_one_wins_and_the_other_is_told() {
    let mut room = room(100_000);
    let us = FALLS + 3 * STAGE + 1;
    assert_eq!(room.click(us, 1, 97_000, 3), "ok 970.00 by 1");
    assert_eq!(room.click(us, 2, 97_000, 3), "stopped");
}

#[test]
fn a_click_for_the_former_stage_is_told_the_shown_price() {
    let mut room = room(100_000);
    assert_eq!(room.click(FALLS - 1, 1, 100_000, 0), "pause");
    let us = FALLS + STAGE;
    assert_eq!(room.click(us, 1, 100_000, 0), "stage-over 990.00");
    assert_eq!(room.click(us, 1, 99_500, 1), "not-shown 990.00");
    assert_eq!(room.click(us, 1, 99_000, 1), "ok 990.00 by 1");
}

#[test]
fn without_a_sealed_bid_the_stopper_has_won() {
    let mut room = room(100_000);
    room.click(FALLS, 1, 100_000, 0);
    assert_eq!(room.close(FALLS + 20 * SECOND + 10 * MINUTE - 1), "not-over");
    assert_eq!(room.close(FALLS + 20 * SECOND + 10 * MINUTE), "1 at 1000.00");
}

#[test]
fn the_three_parts_follow_each_other() {
    let mut room = room(100_000);
    let click = FALLS + 80 * STAGE + STAGE - 1;
    assert_eq!(room.click(click, 1, 20_000, 80), "ok 200.00 by 1");
    let sealed = click + 20 * SECOND;
    assert_eq!(room.bid(sealed - 1, 2, 20_100), "stopped");
    assert_eq!(room.bid(sealed, 2, 20_000), "not-above 200.01");
    assert_eq!(room.bid(sealed, 1, 50_000), "not-your-turn");
    assert_eq!(room.bid(sealed, 2, 25_000), "ok");
    assert_eq!(room.bid(sealed + 1, 3, 30_000), "ok");
    assert_eq!(room.bid(sealed + 2, 3, 26_000), "ok");
    assert_eq!(room.bid(sealed + 3, 4, 90_000), "ok");
    assert_eq!(room.take_back(sealed + 4, 4), "ok");
    assert_eq!(room.take_back(sealed + 5, 1), "bid-stands");
    let best = sealed + 10 * MINUTE + 20 * SECOND;
    assert_eq!(room.bid(best - 1, 1, 30_000), "pause");
    assert_eq!(room.bid(best, 2, 30_000), "not-your-turn");
    assert_eq!(room.bid(best, 1, 20_000), "not-above 200.01");
    assert_eq!(room.bid(best, 1, 26_000), "ok");
    let over = best + 5 * MINUTE;
    // auctions.md 4.7: the whole takes 7 h 1 min 10 s where the click ends the last stage.
    assert_eq!(over, 7 * HOUR + MINUTE + 10 * SECOND - 1);
    assert_eq!(room.bid(over, 1, 90_000), "late");
    assert_eq!(room.close(over - 1), "not-over");
    assert_eq!(room.close(over), "3 at 260.00, 1 at 260.00 waits, earlier");
}

#[test]
fn nobody_clicks() {
    let mut room = room(100_000);
    let over = FALLS + 81 * STAGE;
    assert_eq!(room.click(over, 1, 20_000, 80), "late");
    assert_eq!(room.close(over), "Unsuccessful(NoBid)");
}

#[test]
fn newcomers_come_until_the_price_is_stopped() {
    let mode = Mode::Hybrid(Hybrid::default());
    let listed = Rules { admission: Admission::Listed, ..rules(mode, vec![lot(1_000, HOUR)]) };
    let mut room = Room::open(listed);
    let admit = |bidder| Input::Admit { bidder: Bidder(bidder), rank: None };
    assert_eq!(room.say(FALLS, admit(1)), "ok");
    assert_eq!(room.click(FALLS, 1, 1_000, 0), "ok 10.00 by 1");
    assert_eq!(room.say(FALLS + 1, admit(2)), "admission-over");
}

#[test]
fn a_halted_price_stands_still_and_falls_on_afterwards() {
    let mut room = room(100_000);
    let us = FALLS + 2 * STAGE + MINUTE;
    let shown = |room: &Room, us: i64| room.event.view(0, at(us)).unwrap().price;
    assert_eq!(shown(&room, us), Some(98_000));
    room.say(us, Input::Halt { lot: 0 });
    assert_eq!(shown(&room, us + HOUR), Some(98_000));
    assert_eq!(room.click(us + HOUR, 1, 98_000, 2), "halted");
    room.say(us + HOUR, Input::GoOn { lot: 0 });
    assert_eq!(shown(&room, us + HOUR + 4 * MINUTE - 1), Some(98_000));
    assert_eq!(room.click(us + HOUR + 4 * MINUTE, 1, 98_000, 2), "stage-over 970.00");
    assert_eq!(room.click(us + HOUR + 4 * MINUTE, 1, 97_000, 3), "ok 970.00 by 1");
}
