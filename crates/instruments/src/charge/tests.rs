//! The vectors of instruments.md 11, each to the cent.

use super::*;
use crate::tariff::{Days, Late, Step, Window};
use proptest::prelude::*;

const CHINA: i32 = 480;

fn wall(at: Instant) -> Local {
    Local::at(at, CHINA)
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// A span on the wall clock of China: `2026-03-05 15:00` to `2026-03-05 16:00`.
fn span(from: &str, until: &str) -> Span {
    let at = |text: &str| {
        let seconds = if text.len() == 16 { ":00" } else { "" };
        let text = format!("{}{seconds}+08:00", text.replace(' ', "T"));
        Instant::parse_rfc3339(&text).expect("a moment")
    };
    Span::new(at(from), at(until)).expect("a span")
}

/// Thursday, 5 March 2026.
fn thursday(from: &str, until: &str) -> Span {
    span(&format!("2026-03-05 {from}"), &format!("2026-03-05 {until}"))
}

fn flat(price: i64, mode: Mode) -> Tariff {
    Tariff::flat("external", mode, day("2026-01-01"), price)
}

fn charge(tariff: &Tariff, booked: Option<Span>, used: Option<Span>) -> Line {
    let tariffs = [tariff.clone()];
    line(&tariffs, &ask(booked, used), &wall).expect("a tariff covers the day")
}

fn ask(booked: Option<Span>, used: Option<Span>) -> Ask<'static> {
    let (class, way, free, extras) = ("external", Way::Own, &[], &[]);
    Ask { class, way, booked, used, free, extras, buffers: [0, 0] }
}

fn used_for(tariff: &Tariff, minutes: i64) -> Line {
    let start = thursday("09:00", "09:01").start();
    charge(tariff, None, Span::new(start, start.plus_seconds(60 * minutes)))
}

const EVENING: Window = Window { days: Days::Every, from: 1_020, until: 1_260, off_bp: 2_000 };
const MODES: [Mode; 4] = [Mode::Reservation, Mode::Usage, Mode::Overage, Mode::Larger];

/// The table of modes: booked, used, four amounts in yuan, three with the minimum, three subsidies.
type Row = (&'static str, &'static str, [i64; 4], [i64; 3], [i64; 3]);
const TABLE: [Row; 8] = [
    ("15:00-16:00", "15:00-16:00", [60, 60, 60, 60], [100, 100, 100], [20, 20, 20]),
    ("15:00-16:00", "15:15-15:45", [60, 30, 60, 60], [100, 100, 100], [20, 10, 20]),
    ("15:00-16:00", "15:00-16:15", [60, 75, 75, 75], [100, 100, 100], [20, 25, 25]),
    ("15:00-16:00", "15:15-16:15", [60, 60, 75, 60], [100, 100, 100], [20, 20, 25]),
    ("16:00-18:00", "16:00-18:00", [108, 108, 108, 108], [108, 108, 108], [36, 36, 36]),
    ("16:00-18:00", "16:00-18:15", [108, 120, 120, 120], [108, 120, 120], [36, 40, 40]),
    ("16:00-18:00", "16:15-17:45", [108, 81, 108, 108], [108, 100, 108], [36, 27, 36]),
    ("16:00-18:00", "16:15-18:15", [108, 105, 120, 108], [108, 105, 120], [36, 35, 40]),
];

fn of_row(text: &str) -> Option<Span> {
    let (from, until) = text.split_once('-').expect("a span");
    Some(thursday(from, until))
}

#[test]
fn every_row_of_the_table_of_modes() {
    for (booked, used, amounts, with_minimum, subsidies) in TABLE {
        let row = format!("{booked} {used}");
        let spans = (of_row(booked), of_row(used));
        let plain = |mode| Tariff { windows: vec![EVENING], ..flat(6_000, mode) };
        for (mode, want) in MODES.into_iter().zip(amounts) {
            assert_eq!(charge(&plain(mode), spans.0, spans.1).net(), want * 100, "{row} {mode}");
        }
        for (mode, want) in MODES.into_iter().zip(with_minimum) {
            let tariff = Tariff { minimum: 10_000, ..plain(mode) };
            assert_eq!(charge(&tariff, spans.0, spans.1).net(), want * 100, "{row} {mode}");
        }
        for (mode, want) in MODES.into_iter().zip(subsidies) {
            let line = charge(&Tariff { subsidy: 2_000, ..plain(mode) }, spans.0, spans.1);
            assert_eq!(line.subsidy, want * 100, "{row} {mode}");
            assert_eq!(line.gross() - line.subsidy, line.net());
        }
    }
}

#[test]
fn both_ends_are_cut_to_the_minute_and_one_is_charged_at_least() {
    let check = |from, until, want| {
        assert_eq!(minutes_of(thursday(from, until)), want, "{from} {until}");
    };
    check("04:17:30", "04:18:42", 1);
    check("12:00:00", "12:02:50", 2);
    check("12:00:10", "12:00:20", 1);
    check("12:00:50", "12:01:10", 1);
}

#[test]
fn evenings_and_weekends_have_their_prices() {
    let weekend = Window { days: Days::NonWorking, from: 0, until: 1_440, off_bp: 2_500 };
    let evening = Window { days: Days::Every, from: 1_020, until: 540, off_bp: 1_000 };
    let windows = vec![weekend, evening];
    let tariff = Tariff { windows, subsidy: 1_500, ..flat(6_000, Mode::Usage) };
    assert_eq!(charge(&tariff, None, of_row("16:00-18:00")).gross(), 11_400);
    let night = span("2026-03-06 16:00", "2026-03-07 02:00");
    let line = charge(&tariff, None, Some(night));
    assert_eq!((line.gross(), line.subsidy), (52_800, 13_200));
    let shares: Vec<_> = line.parts.iter().map(|part| (part.minutes, part.share_bp)).collect();
    assert_eq!(shares, [(60, 10_000), (420, 9_000), (120, 7_500)]);
}

#[test]
fn rates_are_not_rounded_by_the_minute() {
    assert_eq!(used_for(&flat(3_100, Mode::Usage), 13).net(), 672);
    let saturday = span("2026-03-07 10:00", "2026-03-07 10:13");
    let weekend = Window { days: Days::NonWorking, from: 0, until: 1_440, off_bp: 2_500 };
    let tariff = Tariff { windows: vec![weekend], ..flat(3_100, Mode::Usage) };
    assert_eq!(charge(&tariff, None, Some(saturday)).net(), 504);
    assert_eq!(used_for(&flat(7_320, Mode::Usage), 50).net(), 6_100);
    let tariff = Tariff { subsidy: 700, ..flat(2_500, Mode::Usage) };
    let line = used_for(&tariff, 70);
    assert_eq!((line.gross(), line.subsidy), (2_917, 817));
    // A peer rounds the price of a minute: 8.6083335 and 5.0000001.
    assert_eq!(used_for(&flat(1_033, Mode::Usage), 50).net(), 861);
    assert_eq!(used_for(&flat(600, Mode::Usage), 50).net(), 500);
}

#[test]
fn the_subsidy_keeps_its_ratio_under_the_minimum() {
    let tariff = Tariff { minimum: 3_000, subsidy: 1_000, ..flat(6_000, Mode::Usage) };
    let of = |minutes| {
        let line = used_for(&tariff, minutes);
        (line.gross(), line.subsidy)
    };
    assert_eq!(of(29), (3_000, 500));
    assert_eq!(of(31), (3_100, 517));
    let free = Tariff { minimum: 3_000, ..flat(0, Mode::Usage) };
    assert_eq!(used_for(&free, 29).net(), 3_000);
}

#[test]
fn steps_price_what_was_served_before() {
    let steps = |prices: [i64; 4]| {
        let from = [0, 120, 300, 420];
        let both = from.into_iter().zip(prices);
        let steps = both.map(|(from_minutes, price)| Step { from_minutes, price }).collect();
        Tariff { steps, ..flat(0, Mode::Usage) }
    };
    assert_eq!(used_for(&steps([5_000, 4_500, 4_000, 3_900]), 600).net(), 43_200);
    // A peer's own example adds this up to 305.
    assert_eq!(used_for(&steps([4_500, 3_700, 3_000, 2_700]), 600).net(), 34_200);
}

#[test]
fn days_are_charged_as_they_start() {
    let tariff = Tariff { unit: Unit::Day, ..flat(30_000, Mode::Usage) };
    assert_eq!(used_for(&tariff, 1).net(), 30_000);
    assert_eq!(used_for(&tariff, 24 * 60).net(), 30_000);
    assert_eq!(used_for(&tariff, 24 * 60 + 1).net(), 60_000);
}

#[test]
fn a_late_cancellation_costs_up_to_the_limit_and_an_early_one_nothing() {
    let booked = thursday("15:00", "16:00");
    let late = |fee| Some(Late { within_minutes: 180, fee, amount: 500 });
    let at = |text: &str| thursday(text, "23:00").start();
    let check = |fee, cancelled: &str, want: Option<i64>| {
        let tariffs = [Tariff { late: late(fee), ..flat(6_000, Mode::Usage) }];
        let line = cancellation(&tariffs, &ask(Some(booked), None), at(cancelled), &wall);
        assert_eq!(line.expect("a tariff").map(|line| line.net()), want, "{cancelled}");
    };
    check(LateFee::Fixed, "12:00", Some(500));
    check(LateFee::Fixed, "11:59:59", None);
    check(LateFee::Booked, "12:00", Some(6_000));
    check(LateFee::Booked, "14:59", Some(6_000));
    check(LateFee::Booked, "11:00", None);
    let tariffs = [flat(6_000, Mode::Usage)];
    let line = cancellation(&tariffs, &ask(Some(booked), None), at("14:59"), &wall);
    assert_eq!(line, Ok(None), "a tariff without a fee");
}

#[test]
fn a_missed_booking_costs_what_the_tariff_says() {
    let booked = Some(thursday("15:00", "16:00"));
    assert_eq!(charge(&flat(6_000, Mode::Usage), booked, None).net(), 0);
    let tariff = Tariff { missed: Missed::Booked, ..flat(6_000, Mode::Usage) };
    assert_eq!(charge(&tariff, booked, None).net(), 6_000);
    assert_eq!(charge(&flat(6_000, Mode::Reservation), booked, None).net(), 6_000);
}

#[test]
fn minutes_after_an_outage_and_minutes_sold_again_are_free() {
    let used = thursday("15:00", "17:00");
    let tariffs = [Tariff { minimum: 1_000, setup: 200, ..flat(6_000, Mode::Usage) }];
    let out = [(thursday("15:45:30", "18:00"), Free::Outage)];
    let stopped = Ask { free: &out, ..ask(None, Some(used)) };
    let line = line(&tariffs, &stopped, &wall).expect("a tariff");
    assert_eq!((line.time, line.setup, line.minutes()), (4_500, 200, 45));
    assert_eq!(line.parts.last().and_then(|part| part.free), Some(Free::Outage));
    // 120 minutes missed at 60 an hour of which 60 found another user.
    let tariffs = [Tariff { missed: Missed::Booked, ..flat(6_000, Mode::Usage) }];
    let resold = [(thursday("16:00", "17:00"), Free::Resold)];
    let missed = Ask { free: &resold, ..ask(Some(used), None) };
    assert_eq!(super::line(&tariffs, &missed, &wall).map(|line| line.net()), Ok(6_000));
}

#[test]
fn a_late_cancel_whose_hour_is_rebooked_costs_nothing_and_shows_why() {
    let booked = thursday("15:00", "16:00");
    let resold = [(booked, Free::Resold)];
    for fee in [LateFee::Booked, LateFee::Fixed] {
        let late = Some(Late { within_minutes: 180, fee, amount: 500 });
        let tariffs = [Tariff { late, minimum: 1_000, setup: 50, ..flat(6_000, Mode::Usage) }];
        let ask = Ask { free: &resold, ..ask(Some(booked), None) };
        let line = cancellation(&tariffs, &ask, thursday("14:00", "15:00").start(), &wall);
        let line = line.expect("a tariff").expect("a fee line");
        assert_eq!((line.net(), line.parts[0].free), (0, Some(Free::Resold)), "{fee}");
    }
}

#[test]
fn samples_cost_by_count_success_and_urgency() {
    let samples =
        Samples { price: 8_000, minimum: 30_000, counted: Counted::All, urgent_bp: 5_000 };
    assert_eq!(samples.cost(7, 7, false), 56_000);
    assert_eq!(samples.cost(3, 3, false), 30_000);
    let samples = Samples { counted: Counted::Successful, ..samples };
    assert_eq!(samples.cost(5, 4, false), 32_000);
    assert_eq!(samples.cost(5, 4, true), 48_000);
    assert_eq!(samples.cost(0, 0, true), 0);
}

#[test]
fn a_tariff_that_changes_at_midnight_prices_each_part() {
    let old = Tariff { until: Some(day("2026-07-01")), ..flat(6_000, Mode::Usage) };
    let new = Tariff { from: day("2026-07-01"), ..flat(9_000, Mode::Usage) };
    let used = span("2026-06-30 23:00", "2026-07-01 00:30");
    let tariffs = [old.clone(), new];
    let line = line(&tariffs, &ask(None, Some(used)), &wall).expect("both days are covered");
    assert_eq!(line.net(), 6_000 + 4_500);
    let parts: Vec<_> = line.parts.iter().map(|part| (part.tariff, part.minutes)).collect();
    assert_eq!(parts, [(day("2026-01-01"), 60), (day("2026-07-01"), 30)]);
    let refusal = super::line(&[old], &ask(None, Some(used)), &wall).expect_err("a day is bare");
    assert_eq!(refusal.code, "no-tariff");
    assert_eq!(refusal.values[0].1, base::Value::On(day("2026-07-01")));
}

#[test]
fn the_odd_cent_goes_to_the_largest_remainder() {
    assert_eq!(split(10_001, &[3_333, 3_333, 3_334]), Ok(vec![3_333, 3_333, 3_335]));
    assert_eq!(split(10_001, &[3_333, 3_333]).expect_err("66.66 %").code, "split-not-whole");
    assert!(split(10_001, &[]).is_err());
}

#[test]
fn of_several_classes_the_cheapest_then_the_base_then_the_first_by_name() {
    let of = |class: &str, price| Tariff { class: class.to_owned(), ..flat(price, Mode::Usage) };
    let hour = Some(thursday("15:00", "16:00"));
    let check = |prices: [i64; 3], want: &str| {
        let tariffs = [of("base", prices[0]), of("member", prices[1]), of("city", prices[2])];
        let classes = ["member", "none", "city", "base"].map(str::to_owned);
        let found = cheapest(&tariffs, &classes, "base", &ask(None, hour), &wall);
        assert_eq!(found.expect("three fit").0, want, "{prices:?}");
    };
    check([300, 200, 100], "city");
    check([100, 100, 100], "base");
    check([300, 100, 100], "city");
    let classes = ["none".to_owned()];
    let refusal = cheapest(&[], &classes, "base", &ask(None, hour), &wall).expect_err("no tariff");
    assert_eq!(refusal.code, "no-tariff");
}

#[test]
fn setting_up_and_cleaning_up_is_charged_where_the_tariff_says_so() {
    let tariffs = |bills_buffers| [Tariff { bills_buffers, ..flat(6_000, Mode::Usage) }];
    let hour = Some(thursday("15:00", "16:00"));
    let ask = Ask { buffers: [10, 20], ..ask(None, hour) };
    assert_eq!(line(&tariffs(false), &ask, &wall).map(|line| line.net()), Ok(6_000));
    assert_eq!(line(&tariffs(true), &ask, &wall).map(|line| line.net()), Ok(9_000));
}

#[test]
fn work_besides_time_counts_before_the_minimum() {
    let kind = ExtraKind::Consumables;
    let extras = [Extra { kind, label: "grid".to_owned(), quantity: 2, amount: 1_500 }];
    let tariffs = [Tariff { minimum: 5_000, ..flat(6_000, Mode::Usage) }];
    let ask = Ask { extras: &extras, ..ask(None, Some(thursday("15:00", "15:30"))) };
    let found = line(&tariffs, &ask, &wall).expect("a tariff");
    assert_eq!((found.time, found.raised, found.net()), (3_000, 500, 5_000));
    let bare = line(&[], &Ask { used: None, ..ask }, &wall).expect("no minute needs a tariff");
    assert_eq!(bare.net(), 1_500);
}

proptest! {
    /// Charging a span in two pieces differs by no more than one rounding from charging it whole.
    #[test]
    fn a_line_is_the_sum_of_its_minutes(
        start in 0_i64..2_000, first in 1_i64..900, second in 1_i64..900,
        price in 0_i64..100_000, off_bp in 0_u32..10_001, from in 0_u16..1_440, until in 0_u16..1_440,
    ) {
        let window = Window { days: Days::Working, from, until, off_bp };
        let tariff = Tariff { windows: vec![window], ..flat(price, Mode::Usage) };
        let at = |minute: i64| thursday("00:00", "00:01").start().plus_seconds(60 * (start + minute));
        let of = |from, until| charge(&tariff, None, Span::new(at(from), at(until)));
        let whole = of(0, first + second);
        let pieces = of(0, first).net() + of(first, first + second).net();
        prop_assert!((whole.net() - pieces).abs() <= 1);
        prop_assert_eq!(whole.minutes(), first + second);
        // Minutes counted one by one, by the wall clock of each.
        let exact: i128 = (0..first + second).map(|minute| {
            let share = tariff.share_at(wall(at(minute)));
            i128::from(price) * i128::from(share)
        }).sum();
        prop_assert_eq!(Some(whole.net()), Rounding::HalfUp.quotient(exact, PARTS));
    }

    #[test]
    fn free_minutes_and_charged_minutes_are_all_minutes(
        length in 1_i64..600, from in 0_i64..600, free in 1_i64..600,
    ) {
        let at = |minute: i64| thursday("00:00", "00:01").start().plus_seconds(60 * minute);
        let out = [(Span::new(at(from), at(from + free)).expect("a span"), Free::Outage)];
        let used = Span::new(at(0), at(length));
        let ask = Ask { free: &out, ..ask(None, used) };
        let found = line(&[flat(6_000, Mode::Usage)], &ask, &wall).expect("a tariff");
        let all: i64 = found.parts.iter().map(|part| i64::from(part.minutes)).sum();
        prop_assert_eq!(all, length);
        let outside = length - (from + free).min(length) + from.min(length);
        prop_assert_eq!(found.minutes(), outside);
        prop_assert_eq!(found.net(), outside * 100);
    }
}
