//! Tariffs: what an hour on an instrument costs whom, from which day on.
//!
//! A tariff is valid in `[from, until)`, days of the instrument's site. Of one instrument, class
//! of customers and way of serving no two are valid on one day; the one of the day on which a
//! minute is served prices it.

use crate::words_of;
use base::{Date, Instant, InstrumentId, Refusal, TariffId};
use ledger::rounding::Rounding;

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;
/// Steps or windows of one tariff at most.
pub const PARTS_MAX: usize = 24;
/// Characters of the code of a class.
pub const CLASS_CHARS_MAX: usize = 40;
/// The highest price of one hour or day: ten million yuan.
pub const PRICE_MAX: i64 = 1_000_000_000;

words_of! {
    /// What is charged of a booking and of the use that followed it.
    Mode {
        /// What was booked.
        Reservation = "reservation",
        /// What was used.
        Usage = "usage",
        /// What was booked, and what was used past its end.
        Overage = "overage",
        /// The larger amount of booked and used.
        Larger = "larger",
    }

    /// How the owner serves a customer, in the words of the national platform.
    Way {
        /// The customer works at the instrument: 占用.
        Own = "own",
        /// The owner's staff helps: 技术.
        Technical = "technical",
        /// The owner's staff does the work: 委托.
        Commissioned = "commissioned",
        /// From afar: 远程共享.
        Remote = "remote",
        Other = "other",
    }

    /// What a price is for.
    Unit {
        Hour = "hour",
        /// A started block of 24 hours.
        Day = "day",
    }

    /// Days on which a window applies; public holidays are no working days.
    Days {
        Every = "every",
        Working = "working",
        NonWorking = "non-working",
    }

    /// What a missed booking costs.
    Missed {
        Nothing = "nothing",
        /// What was booked.
        Booked = "booked",
    }

    /// The fee of a late cancellation.
    LateFee {
        /// What was booked.
        Booked = "booked",
        /// The amount of the tariff.
        Fixed = "fixed",
    }

    /// Which samples are charged.
    Counted {
        All = "all",
        Successful = "successful",
    }
}

/// A tariff. Amounts are minor units of the city's currency.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tariff {
    /// The class of customers, by its code.
    pub class: String,
    pub way: Way,
    pub mode: Mode,
    /// The first day.
    pub from: Date,
    /// The first day on which it is no longer valid.
    pub until: Option<Date>,
    pub unit: Unit,
    /// Prices by what was served before: never empty, the first from 0 minutes on.
    pub steps: Vec<Step>,
    /// Reductions by hour and day; the first that applies counts.
    pub windows: Vec<Window>,
    /// Once for every use.
    pub setup: i64,
    /// What a line costs at least, before the subsidy.
    pub minimum: i64,
    /// What the owner bears of each hour or day, reduced as the price is.
    pub subsidy: i64,
    /// The price of one staff hour.
    pub staff: i64,
    pub missed: Missed,
    pub late: Option<Late>,
    /// Whether setup and clean-up minutes are charged like others.
    pub bills_buffers: bool,
}

/// A tariff as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: TariffId,
    pub instrument: InstrumentId,
    pub tariff: Tariff,
    pub set_at: Instant,
}

/// A price from so many minutes of one use on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Step {
    pub from_minutes: u32,
    /// Of one hour or day.
    pub price: i64,
}

/// A reduction at some hours; where `until` is not after `from`, it reaches into the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Window {
    /// The days on which its minutes lie.
    pub days: Days,
    /// Minutes after local midnight.
    pub from: u16,
    pub until: u16,
    /// Basis points off the price.
    pub off_bp: u32,
}

/// What a cancellation costs within so many minutes before the start, the limit included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Late {
    pub within_minutes: u32,
    pub fee: LateFee,
    /// Of a fixed fee.
    pub amount: i64,
}

/// A minute as the wall clock of a site shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    pub date: Date,
    /// Minutes after local midnight.
    pub minute: u16,
    /// Whether the owner's calendar calls the day a working day.
    pub is_working: bool,
}

impl Local {
    /// At a fixed offset from UTC in minutes, with Monday to Friday as working days.
    pub fn at(instant: Instant, offset_minutes: i32) -> Self {
        let wall = instant.datetime_at(offset_minutes);
        let minute = u16::try_from(i32::from(wall.hour()) * 60 + i32::from(wall.minute()));
        Self {
            date: wall.date(),
            minute: minute.expect("an hour is below 24"),
            is_working: wall.date().weekday().to_monday_one_offset() < 6,
        }
    }
}

impl Window {
    /// Whether it applies at that minute.
    pub fn holds(&self, local: Local) -> bool {
        let is_day = match self.days {
            Days::Every => true,
            Days::Working => local.is_working,
            Days::NonWorking => !local.is_working,
        };
        let is_hour = if self.from < self.until {
            (self.from..self.until).contains(&local.minute)
        } else {
            local.minute >= self.from || local.minute < self.until
        };
        is_day && is_hour
    }
}

impl Tariff {
    /// A tariff of one price an hour, for a class, from a day on.
    pub fn flat(class: &str, mode: Mode, from: Date, price: i64) -> Self {
        Self {
            class: class.to_owned(),
            way: Way::Own,
            mode,
            from,
            until: None,
            unit: Unit::Hour,
            steps: vec![Step { from_minutes: 0, price }],
            windows: Vec::new(),
            setup: 0,
            minimum: 0,
            subsidy: 0,
            staff: 0,
            missed: Missed::Nothing,
            late: None,
            bills_buffers: false,
        }
    }

    /// Whether it is valid on that day of the site.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// Whether there is a day on which both would price the same minute.
    pub fn overlaps(&self, other: &Self) -> bool {
        let starts_before = |until: Option<Date>, from: Date| until.is_none_or(|end| from < end);
        self.class == other.class
            && self.way == other.way
            && starts_before(self.until, other.from)
            && starts_before(other.until, self.from)
    }

    /// The step that prices the minute after so many served.
    pub fn step_after(&self, minutes: u64) -> Step {
        let first = *self.steps.first().expect("a tariff has a step");
        let begun = |step: &&Step| u64::from(step.from_minutes) <= minutes;
        self.steps.iter().rev().find(begun).copied().unwrap_or(first)
    }

    /// Basis points of the price that are left at that minute.
    pub fn share_at(&self, local: Local) -> u32 {
        let window = self.windows.iter().find(|window| window.holds(local));
        window.map_or(10_000, |window| 10_000_u32.saturating_sub(window.off_bp))
    }

    /// Everything that is wrong with it, by field.
    pub fn flaws(&self) -> Vec<Refusal> {
        let mut flaws = Vec::new();
        if self.class.trim().is_empty() {
            flaws.push(Refusal::invalid("tariff-class-missing").on("class"));
        } else if let Err(no) = base::text::required_line("class", &self.class, CLASS_CHARS_MAX) {
            flaws.push(no);
        }
        if self.until.is_some_and(|until| until <= self.from) {
            flaws.push(Refusal::invalid("tariff-span-backwards").on("until"));
        }
        let is_rising = self.steps.windows(2).all(|two| two[0].from_minutes < two[1].from_minutes);
        let is_from_zero = self.steps.first().is_some_and(|step| step.from_minutes == 0);
        if !is_rising || !is_from_zero || self.steps.len() > PARTS_MAX {
            flaws.push(Refusal::invalid("tariff-steps").on("steps").number("most", PARTS_MAX));
        }
        let is_wrong = |window: &Window| {
            window.from >= DAY_MINUTES || window.until > DAY_MINUTES || window.off_bp > 10_000
        };
        if self.windows.len() > PARTS_MAX || self.windows.iter().any(is_wrong) {
            flaws.push(Refusal::invalid("tariff-windows").on("windows").number("most", PARTS_MAX));
        }
        flaws.extend(self.amounts_out_of_range());
        flaws
    }

    fn amounts_out_of_range(&self) -> Vec<Refusal> {
        let late = self.late.map_or(0, |late| late.amount);
        let steps = self.steps.iter().map(|step| ("price", step.price));
        let others = [
            ("setup", self.setup),
            ("minimum", self.minimum),
            ("subsidy", self.subsidy),
            ("staff", self.staff),
            ("late_amount", late),
        ];
        let wrong = steps.chain(others).filter(|(_, amount)| !(0..=PRICE_MAX).contains(amount));
        let mut flaws: Vec<Refusal> =
            wrong.map(|(field, _)| Refusal::invalid("tariff-amount").on(field)).collect();
        let lowest = self.steps.iter().map(|step| step.price).min().unwrap_or(0);
        if self.subsidy > lowest {
            flaws.push(Refusal::invalid("tariff-subsidy-above-price").on("subsidy"));
        }
        flaws
    }

    /// What so many staff minutes cost, rounded half up.
    pub fn staff_cost(&self, minutes: u32) -> i64 {
        Rounding::HalfUp
            .quotient(i128::from(self.staff) * i128::from(minutes), 60)
            .expect("a price and minutes are bounded")
    }
}

/// Why a tariff cannot stand beside the ones that are kept: the first of them that it overlaps.
pub fn beside<'a>(kept: impl IntoIterator<Item = &'a Tariff>, new: &Tariff) -> Result<(), Refusal> {
    match kept.into_iter().find(|other| other.overlaps(new)) {
        None => Ok(()),
        Some(other) => Err(Refusal::new(base::Class::Conflict, "tariff-overlap")
            .on("from")
            .with("from", base::Value::On(other.from))),
    }
}

/// The tariff that prices a minute of that day for a class.
pub fn valid_on<'a>(tariffs: &'a [Tariff], class: &str, way: Way, day: Date) -> Option<&'a Tariff> {
    let fits =
        |tariff: &&Tariff| tariff.class == class && tariff.way == way && tariff.is_valid_on(day);
    tariffs.iter().find(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn spanning(from: &str, until: Option<&str>) -> Tariff {
        let until = until.map(day);
        Tariff { until, ..Tariff::flat("external", Mode::Usage, day(from), 6_000) }
    }

    #[test]
    fn touching_tariffs_stand_beside_each_other_and_overlapping_ones_do_not() {
        let kept = [spanning("2026-01-01", Some("2026-07-01"))];
        assert_eq!(beside(&kept, &spanning("2026-07-01", None)), Ok(()));
        let refusal = beside(&kept, &spanning("2026-06-30", None)).expect_err("overlaps");
        assert_eq!(
            (refusal.code.as_ref(), refusal.field.as_deref()),
            ("tariff-overlap", Some("from"))
        );
        let other = Tariff { class: "internal".to_owned(), ..spanning("2026-06-30", None) };
        assert_eq!(beside(&kept, &other), Ok(()));
        let other = Tariff { way: Way::Commissioned, ..spanning("2026-06-30", None) };
        assert_eq!(beside(&kept, &other), Ok(()));
        // Two ways to meter one use would price one minute twice.
        let other = Tariff { mode: Mode::Overage, ..spanning("2026-06-30", None) };
        assert!(beside(&kept, &other).is_err());
    }

    #[test]
    fn a_day_has_one_tariff() {
        let both = [spanning("2026-01-01", Some("2026-07-01")), spanning("2026-07-01", None)];
        let from = |on: &str| valid_on(&both, "external", Way::Own, day(on)).map(|it| it.from);
        assert_eq!(from("2026-06-30"), Some(day("2026-01-01")));
        assert_eq!(from("2026-07-01"), Some(day("2026-07-01")));
        assert_eq!(from("2025-12-31"), None);
        assert_eq!(valid_on(&both, "internal", Way::Own, day("2026-07-01")), None);
    }

    #[test]
    fn windows_wrap_midnight_and_know_their_days() {
        let at = |minute, is_working| Local { date: day("2026-03-06"), minute, is_working };
        let night = Window { days: Days::Every, from: 1_320, until: 360, off_bp: 5_000 };
        assert!(night.holds(at(1_320, true)) && night.holds(at(359, false)));
        assert!(!night.holds(at(360, true)) && !night.holds(at(1_319, true)));
        let weekend = Window { days: Days::NonWorking, from: 0, until: 1_440, off_bp: 2_500 };
        assert!(weekend.holds(at(0, false)) && !weekend.holds(at(0, true)));
        let working = Window { days: Days::Working, ..weekend };
        assert!(!working.holds(at(0, false)) && working.holds(at(1_439, true)));
    }

    #[test]
    fn all_flaws_are_told_at_once() {
        let mut tariff = spanning("2026-01-01", Some("2026-01-01"));
        assert_eq!(spanning("2026-01-01", None).flaws(), []);
        tariff.class = " ".to_owned();
        tariff.steps = vec![Step { from_minutes: 5, price: -1 }];
        tariff.windows = vec![Window { days: Days::Every, from: 1_440, until: 1, off_bp: 1 }];
        tariff.minimum = PRICE_MAX + 1;
        let codes: Vec<String> = tariff.flaws().iter().map(|it| it.code.to_string()).collect();
        let want = [
            "tariff-class-missing",
            "tariff-span-backwards",
            "tariff-steps",
            "tariff-windows",
            "tariff-amount",
            "tariff-amount",
            "tariff-subsidy-above-price",
        ];
        assert_eq!(codes, want);
        tariff = spanning("2026-01-01", None);
        tariff.class = "x".repeat(CLASS_CHARS_MAX + 1);
        assert_eq!(tariff.flaws()[0].code, "text-too-long");
        tariff = spanning("2026-01-01", None);
        tariff.subsidy = 6_001;
        assert_eq!(tariff.flaws().len(), 1);
    }

    #[test]
    fn staff_time_is_rounded_half_up() {
        let tariff = Tariff { staff: 10_001, ..spanning("2026-01-01", None) };
        assert_eq!(
            [0, 30, 60, 90].map(|minutes| tariff.staff_cost(minutes)),
            [0, 5_001, 10_001, 15_002]
        );
    }

    proptest! {
        #[test]
        fn tariffs_that_stand_beside_each_other_never_price_one_day_twice(
            spans in prop::collection::vec((0_i64..200, 1_i64..80, any::<bool>()), 1..12),
        ) {
            let first = day("2026-01-01");
            let after = |days: i64| (0..days).fold(first, |it, _| it.tomorrow().expect("a day"));
            let mut kept: Vec<Tariff> = Vec::new();
            for (from, length, is_open) in spans {
                let mut tariff = Tariff::flat("a", Mode::Usage, after(from), 1);
                tariff.until = (!is_open).then(|| after(from + length));
                if beside(&kept, &tariff).is_ok() {
                    kept.push(tariff);
                }
            }
            for on in 0..300 {
                let valid = kept.iter().filter(|tariff| tariff.is_valid_on(after(on))).count();
                prop_assert!(valid <= 1);
            }
        }
    }
}
