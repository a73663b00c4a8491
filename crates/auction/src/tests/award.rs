//! After the hammer: clocks, the standby, and deposits that move once.

use super::common::*;
use crate::*;

const DAY: i64 = 24 * HOUR;

fn award() -> Award {
    let winner = |bidder, price| Winner { bidder: Bidder(bidder), price };
    let sale = Sale { winners: vec![winner(1, 900)], standby: Some(winner(2, 800)), tie: None };
    Award::begin(&sale, 0, at(20 * DAY)).unwrap()
}

const EXPIRE: AwardMove =
    AwardMove::Expire { standby_until: base::Instant::from_micros(OPENS_US + 40 * DAY) };

#[test]
fn a_signature_applies_one_deposit_and_frees_the_other() {
    let mut award = award();
    let moves = award.apply(AwardMove::Sign, at(DAY)).unwrap();
    assert_eq!(moves, [DepositMove::Apply(Bidder(1)), DepositMove::Release(Bidder(2))]);
    assert_eq!(award.apply(AwardMove::Sign, at(DAY)), Err(AwardRefused::Over));
}

#[test]
fn a_default_forfeits_once_and_the_standby_gets_a_fresh_clock() {
    let mut award = award();
    let until = at(20 * DAY);
    assert_eq!(award.apply(EXPIRE, at(20 * DAY - 1)), Err(AwardRefused::NotOver { until }));
    assert_eq!(award.apply(AwardMove::Sign, until), Err(AwardRefused::Late { until }));
    assert_eq!(award.apply(EXPIRE, until), Ok(vec![DepositMove::Forfeit(Bidder(1))]));
    // The timer runs twice: the second clock is the standby's, and it is fresh.
    let fresh = at(40 * DAY);
    assert_eq!(award.apply(EXPIRE, until), Err(AwardRefused::NotOver { until: fresh }));
    assert_eq!(award.apply(AwardMove::Leave, until), Err(AwardRefused::NoStandby));
    let moves = award.apply(AwardMove::Sign, at(39 * DAY));
    assert_eq!(moves, Ok(vec![DepositMove::Apply(Bidder(2))]));
    let by = Winner { bidder: Bidder(2), price: 800 };
    assert_eq!(award.state(), AwardState::Signed { by });
}

#[test]
fn a_standby_that_left_leaves_nobody() {
    let mut award = award();
    assert_eq!(award.apply(AwardMove::Leave, at(1)), Ok(vec![DepositMove::Release(Bidder(2))]));
    assert_eq!(award.apply(AwardMove::Leave, at(2)), Err(AwardRefused::NoStandby));
    let reject = AwardMove::Reject { standby_until: at(40 * DAY) };
    assert_eq!(award.apply(reject, at(DAY)), Ok(vec![DepositMove::Release(Bidder(1))]));
    assert_eq!(award.state(), AwardState::Unsuccessful);
    assert_eq!(award.apply(EXPIRE, at(99 * DAY)), Err(AwardRefused::Over));
}
