//! Lines of statements against expected payments.

use banking::Line;
use banking::matching::{Expected, Matched, match_lines};
use base::Date;
use std::collections::BTreeSet;

fn day(n: i8) -> Date {
    Date::new(2026, 3, n).expect("a day")
}

fn line(minor: i64, text: &str, account: &str) -> Line {
    Line {
        at: 1,
        value_date: day(5),
        booked_on: Some(day(5)),
        minor,
        is_reversal: false,
        reference: Some(format!("BK-{text}-{minor}")),
        order: None,
        counterparty: None,
        counterparty_account: (!account.is_empty()).then(|| account.to_owned()),
        text: text.to_owned(),
    }
}

fn expected(minor: i64, order: &str, account: &str) -> Expected {
    Expected {
        id: order.to_owned(),
        order: (!order.is_empty()).then(|| order.to_owned()),
        minor,
        counterparty_account: (!account.is_empty()).then(|| account.to_owned()),
        days: (day(1), day(9)),
    }
}

fn check(lines: &[Line], expected: &[Expected], want: &[Matched]) {
    assert_eq!(match_lines(lines, expected, &BTreeSet::new()), want);
}

#[test]
fn the_order_number_comes_first() {
    let payments = [expected(100, "DEP-7", "A"), expected(100, "DEP-71", "A")];
    check(&[line(100, "for DEP-7, thanks", "")], &payments, &[Matched::ByOrder(0)]);
    check(&[line(100, "DEP-71", "A")], &payments, &[Matched::ByOrder(1)]);
    check(&[line(99, "DEP-7", "A")], &payments, &[Matched::AmountDiffers(0)]);
    check(&[line(100, "DEP-7 DEP-71", "")], &payments, &[Matched::Ambiguous(2)]);
    let named = Line { order: Some("DEP-7".to_owned()), ..line(100, "", "") };
    check(&[named], &payments, &[Matched::ByOrder(0)]);
    // One payment is settled by one line; the second line is no payment of it.
    let twice = [line(100, "DEP-7", ""), line(100, "DEP-7", "")];
    check(&twice, &payments, &[Matched::ByOrder(0), Matched::Unknown]);
}

#[test]
fn payments_of_one_number_are_told_apart_by_their_amount() {
    let payments = [expected(100, "CT-7", ""), expected(40, "CT-7", ""), expected(100, "CT-7", "")];
    check(&[line(40, "CT-7", "")], &payments, &[Matched::ByOrder(1)]);
    check(&[line(41, "CT-7", "")], &payments, &[Matched::AmountDiffers(0)]);
    // Of equal ones the first, and each line another.
    let [first, second, third] = [1, 2, 3].map(|_| line(100, "CT-7", ""));
    let want = [Matched::ByOrder(0), Matched::ByOrder(2), Matched::AmountDiffers(1)];
    check(&[first, second, third], &payments, &want);
    let other = [expected(100, "CT-7", ""), expected(100, "CT-8", "")];
    check(&[line(100, "CT-7 CT-8", "")], &other, &[Matched::Ambiguous(2)]);
}

#[test]
fn amount_account_and_days_come_next_and_never_guess() {
    let payments = [expected(100, "", "62-22 9"), expected(-40, "", "B"), expected(-40, "", "B")];
    check(&[line(100, "", "62229")], &payments, &[Matched::ByAmount(0)]);
    check(&[line(100, "", "")], &payments, &[Matched::Unknown]);
    check(&[line(-100, "", "62229")], &payments, &[Matched::Unknown]);
    check(&[line(-40, "", "B")], &payments, &[Matched::Ambiguous(2)]);
    let two = [line(100, "", "62229"), line(100, "", "62229")];
    check(&two, &payments, &[Matched::Ambiguous(1), Matched::Ambiguous(1)]);
    for (on, want) in [(1, Matched::ByAmount(0)), (9, Matched::ByAmount(0)), (10, Matched::Unknown)]
    {
        let line = Line { booked_on: Some(day(on)), ..line(100, "", "62229") };
        check(&[line], &payments, &[want]);
    }
}

#[test]
fn a_line_seen_before_settles_nothing() {
    let seen = BTreeSet::from(["BK-DEP-7-100".to_owned()]);
    let matched = match_lines(&[line(100, "DEP-7", "")], &[expected(100, "DEP-7", "")], &seen);
    assert_eq!(matched, [Matched::Seen]);
}
