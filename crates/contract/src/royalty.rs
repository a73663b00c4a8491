//! Royalties: what is owed on reported sales, with minimum and caps, period by period.
//!
//! Order of reckoning, fixed here: rate on the base; the cap of the year; at the end of a contract
//! year the rest up to its minimum, to which what was earned in it is credited; last the cap of
//! the whole contract. Invariant: over whole years the sum is
//! min(cap, Σ clamp(earned in the year, minimum, cap of the year)).

use crate::flaw::Flaws;
use crate::kind::codes;
use crate::milestone::plus_days;
use crate::{Minor, rates};
use base::Date;
use ledger::rounding::{Rate, Rounding};

codes! {
    /// On what a royalty is reckoned.
    Base {
        /// Sales less what may be deducted.
        NetSales = "net-sales",
        GrossSales = "gross-sales",
        /// Pieces; the rate is minor units for each.
        Units = "units",
        /// Operating profit; a loss counts as nothing.
        Profit = "profit",
    }
}

codes! {
    /// How often the licensee reports.
    Every {
        Month = "month",
        Quarter = "quarter",
        HalfYear = "half-year",
        Year = "year",
    }
}

impl Every {
    pub fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::HalfYear => 6,
            Self::Year => 12,
        }
    }

    fn in_year(self) -> u32 {
        12 / self.months()
    }
}

/// A running royalty.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Royalty {
    pub base: Base,
    #[serde(with = "rates::text")]
    pub rate: Rate,
    #[serde(with = "rates::rounding")]
    pub rounding: Rounding,
    pub every: Every,
    /// First day of the first period, at most the 28th of its month.
    pub from: Date,
    /// Last day on which sales count; the last period may be shorter.
    #[serde(default)]
    pub until: Option<Date>,
    /// Days from the end of a period to its report, and from there to the payment.
    pub report_days: u32,
    pub pay_days: u32,
    /// At least so much for each contract year; less for one cut short, by its periods.
    #[serde(default)]
    pub minimum_year: Option<Minor>,
    #[serde(default)]
    pub cap_year: Option<Minor>,
    #[serde(default)]
    pub cap_total: Option<Minor>,
    /// The part of gross sales that may be deducted at most.
    #[serde(default = "rates::whole", with = "rates::text")]
    pub deductible: Rate,
}

/// What a licensee reports of one period. The last one handed in for a period counts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Report {
    /// From 0, in the order of time.
    pub period: u32,
    pub on: Date,
    pub gross: Minor,
    #[serde(default)]
    pub deductions: Minor,
    #[serde(default)]
    pub units: Minor,
    /// Negative where it is a loss.
    #[serde(default)]
    pub profit: Minor,
}

/// A period of reporting; both days belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub number: u32,
    pub from: Date,
    pub until: Date,
    pub report_by: Date,
    pub pay_by: Date,
    /// The contract year it lies in, from 0, and whether it ends that year.
    pub year: u32,
    pub ends_year: bool,
}

/// What one period comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub period: Period,
    pub reported: Option<Date>,
    /// What the rate was applied to.
    pub base: Minor,
    pub earned: Minor,
    /// Added to reach the year's minimum.
    pub topped_up: Minor,
    /// Taken off by caps.
    pub cut: Minor,
    /// earned + topped_up − cut.
    pub due: Minor,
}

/// Periods of one contract that are reckoned at most: a hundred years of months.
pub const PERIODS_MAX: u32 = 1_200;

impl Royalty {
    pub(crate) fn flaws(&self, flaws: &mut Flaws) {
        let field = |name: &str| format!("price.royalty.{name}");
        let is_share = self.base != Base::Units;
        let is_fine = self.rate > rates::zero() && (!is_share || self.rate <= rates::whole());
        flaws.when(!is_fine, field("rate"), "beyond");
        flaws.when(!rates::is_part(self.deductible), field("deductible"), "beyond");
        flaws.when(self.from.day() > 28, field("from"), "beyond");
        flaws.when(self.until.is_some_and(|it| it < self.from), field("until"), "out-of-order");
        flaws.when(self.report_days > 366, field("report_days"), "beyond");
        flaws.when(self.pay_days > 366, field("pay_days"), "beyond");
        for (name, sum) in [
            ("minimum_year", self.minimum_year),
            ("cap_year", self.cap_year),
            ("cap_total", self.cap_total),
        ] {
            flaws.when(sum.is_some_and(|it| it <= 0), field(name), "beyond");
        }
        let is_over = |least: Option<Minor>, most: Option<Minor>| {
            least.zip(most).is_some_and(|(least, most)| least > most)
        };
        flaws.when(
            is_over(self.minimum_year, self.cap_year),
            field("minimum_year"),
            "out-of-order",
        );
        flaws.when(is_over(self.cap_year, self.cap_total), field("cap_year"), "out-of-order");
    }

    /// The periods that have ended before a day, in their order.
    pub fn periods(&self, before: Date) -> Vec<Period> {
        (0..PERIODS_MAX)
            .map_while(|number| self.period(number))
            .take_while(|period| period.until < before)
            .collect()
    }

    /// One period; none after the last.
    pub fn period(&self, number: u32) -> Option<Period> {
        let from = plus_months(self.from, number.checked_mul(self.every.months())?)?;
        if self.until.is_some_and(|last| from > last) {
            return None;
        }
        let next =
            plus_months(self.from, number.checked_add(1)?.checked_mul(self.every.months())?)?;
        let whole = next.yesterday().ok()?;
        let until = self.until.map_or(whole, |last| last.min(whole));
        let report_by = plus_days(until, self.report_days);
        let n_year = self.every.in_year();
        Some(Period {
            number,
            from,
            until,
            report_by,
            pay_by: plus_days(report_by, self.pay_days),
            year: number / n_year,
            ends_year: (number + 1).is_multiple_of(n_year)
                || self.until.is_some_and(|last| last <= whole),
        })
    }

    /// What a report's royalty is reckoned on, never negative.
    pub fn base_of(&self, report: &Report) -> Option<Minor> {
        let base = match self.base {
            Base::GrossSales => report.gross,
            Base::Units => report.units,
            Base::Profit => report.profit,
            Base::NetSales => {
                let most = self.deductible.of(report.gross.max(0), Rounding::Down)?;
                report.gross.checked_sub(report.deductions.clamp(0, most))?
            }
        };
        Some(base.max(0))
    }

    /// What is owed for every period that ended before `on`, by the reports handed in by then.
    ///
    /// `None` where a sum grows out of range. A period without a report has earned nothing yet; its
    /// year's minimum is owed all the same.
    pub fn reckon(&self, reports: &[Report], on: Date) -> Option<Vec<Due>> {
        let mut sums = Sums::default();
        let mut dues = Vec::new();
        for period in self.periods(on) {
            let report = latest(reports, period.number, on);
            let base = report.map_or(Some(0), |report| self.base_of(report))?;
            let earned = self.rate.of(base, self.rounding)?;
            dues.push(sums.next(self, period, report.map(|it| it.on), (base, earned))?);
        }
        Some(dues)
    }

    /// A year's minimum, by the part of its periods that there were.
    fn minimum_of(&self, n_periods: u32) -> Option<Minor> {
        let Some(minimum) = self.minimum_year else { return Some(0) };
        let product = i128::from(minimum) * i128::from(n_periods);
        self.rounding.quotient(product, i128::from(self.every.in_year()))
    }
}

/// The report that counts for a period on a day.
pub(crate) fn latest(reports: &[Report], period: u32, on: Date) -> Option<&Report> {
    // Of two on one day the later in the list counts: `max_by_key` gives the last of equals.
    reports.iter().filter(|it| it.period == period && it.on <= on).max_by_key(|it| it.on)
}

/// What has been owed so far.
#[derive(Default)]
struct Sums {
    year: u32,
    in_year: Minor,
    n_in_year: u32,
    total: Minor,
}

impl Sums {
    fn next(
        &mut self,
        royalty: &Royalty,
        period: Period,
        reported: Option<Date>,
        (base, earned): (Minor, Minor),
    ) -> Option<Due> {
        if period.year != self.year {
            *self = Self { year: period.year, total: self.total, ..Self::default() };
        }
        self.n_in_year += 1;
        let room_year = room(royalty.cap_year, self.in_year);
        let after_year = earned.min(room_year);
        let reached = self.in_year.checked_add(after_year)?;
        let topped_up = match period.ends_year {
            true => royalty.minimum_of(self.n_in_year)?.saturating_sub(reached).max(0),
            false => 0,
        };
        self.in_year = reached.checked_add(topped_up)?;
        let due = after_year.checked_add(topped_up)?.min(room(royalty.cap_total, self.total));
        self.total = self.total.checked_add(due)?;
        let cut = earned.checked_add(topped_up)?.checked_sub(due)?;
        Some(Due { period, reported, base, earned, topped_up, cut, due })
    }
}

/// What a cap leaves.
fn room(cap: Option<Minor>, used: Minor) -> Minor {
    cap.map_or(Minor::MAX, |cap| cap.saturating_sub(used).max(0))
}

/// What later reports changed: period and difference, to be posted and never to be overwritten.
pub fn differences(before: &[Due], after: &[Due]) -> Vec<(u32, Minor)> {
    let old = |number: u32| before.iter().find(|it| it.period.number == number).map(|it| it.due);
    after
        .iter()
        .filter_map(|it| {
            let old = old(it.period.number)?;
            (old != it.due).then(|| (it.period.number, it.due.saturating_sub(old)))
        })
        .collect()
}

/// So many months later; the day is one that every month has.
fn plus_months(date: Date, months: u32) -> Option<Date> {
    let at = u32::from(date.month().unsigned_abs()) - 1 + months;
    let year = date.year().checked_add(i16::try_from(at / 12).ok()?)?;
    Date::new(year, i8::try_from(at % 12 + 1).ok()?, date.day()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::Dice;

    pub(crate) fn date(text: &str) -> Date {
        base::time::read_date(text).expect("a date")
    }

    fn royalty() -> Royalty {
        Royalty {
            base: Base::NetSales,
            rate: Rate::parse("0.03").expect("a rate"),
            rounding: Rounding::HalfEven,
            every: Every::Quarter,
            from: date("2026-01-01"),
            until: None,
            report_days: 30,
            pay_days: 15,
            minimum_year: None,
            cap_year: None,
            cap_total: None,
            deductible: rates::whole(),
        }
    }

    fn report(period: u32, gross: Minor) -> Report {
        let on = date("2026-01-01");
        Report { period, on, gross, deductions: 0, units: 0, profit: 0 }
    }

    #[test]
    fn the_vector_of_the_ledger_page() {
        // Base 3,333,333.33 at 3 % is 100,000.00, above the minimum of 80,000.00.
        let yearly = Royalty { every: Every::Year, minimum_year: Some(8_000_000), ..royalty() };
        let dues = yearly.reckon(&[report(0, 333_333_333)], date("2027-01-01")).expect("in range");
        assert_eq!((dues[0].earned, dues[0].topped_up, dues[0].due), (10_000_000, 0, 10_000_000));
        let poor = yearly.reckon(&[report(0, 100_000_000)], date("2027-01-01")).expect("in range");
        assert_eq!(
            (poor[0].earned, poor[0].topped_up, poor[0].due),
            (3_000_000, 5_000_000, 8_000_000)
        );
    }

    #[test]
    fn periods_have_their_days() {
        let cut = Royalty { until: Some(date("2027-02-10")), ..royalty() };
        let periods = cut.periods(date("2030-01-01"));
        let shown: Vec<String> = periods
            .iter()
            .map(|it| format!("{}..{} {}", it.from, it.until, it.ends_year))
            .collect();
        assert_eq!(
            shown,
            [
                "2026-01-01..2026-03-31 false",
                "2026-04-01..2026-06-30 false",
                "2026-07-01..2026-09-30 false",
                "2026-10-01..2026-12-31 true",
                "2027-01-01..2027-02-10 true",
            ]
        );
        assert_eq!(periods[0].report_by, date("2026-04-30"));
        assert_eq!(periods[0].pay_by, date("2026-05-15"));
        assert_eq!(royalty().periods(date("2026-03-31")), []);
        assert_eq!(royalty().periods(date("2026-04-01")).len(), 1);
    }

    #[test]
    fn deductions_have_a_bound_and_losses_count_as_nothing() {
        let bounded = Royalty { deductible: Rate::parse("0.1").expect("a rate"), ..royalty() };
        let of = |royalty: &Royalty, report: &Report| royalty.base_of(report).expect("in range");
        let it = Report { deductions: 5_000, ..report(0, 10_000) };
        assert_eq!(of(&bounded, &it), 9_000);
        assert_eq!(of(&royalty(), &it), 5_000);
        let profit = Royalty { base: Base::Profit, ..royalty() };
        assert_eq!(of(&profit, &Report { profit: -5, ..it }), 0);
    }

    #[test]
    fn a_later_report_counts_and_the_difference_is_told() {
        let royalty = royalty();
        let first = report(0, 100_000);
        let mended = Report { on: date("2026-09-01"), ..report(0, 90_000) };
        let before = royalty.reckon(std::slice::from_ref(&first), date("2026-07-01"));
        let reports = [first, mended];
        // The mended one is not known in August.
        assert_eq!(royalty.reckon(&reports, date("2026-07-01")), before);
        let after = royalty.reckon(&reports, date("2026-10-01")).expect("in range");
        assert_eq!(differences(&before.expect("in range"), &after), [(0, -300)]);
    }

    #[test]
    fn whole_years_come_to_the_clamped_sum() {
        let mut dice = Dice::new(29);
        for _ in 0..2_000 {
            let mut it = royalty();
            it.every = *dice.pick(Every::ALL);
            let n_years = 1 + dice.below(4);
            let some = |dice: &mut Dice, most: usize| {
                (dice.below(2) == 0).then(|| i64::try_from(1 + dice.below(most)).expect("small"))
            };
            it.minimum_year = some(&mut dice, 40).map(|sum| sum * 12);
            it.cap_year = some(&mut dice, 900).map(|cap| cap.max(it.minimum_year.unwrap_or(0)));
            it.cap_total = some(&mut dice, 2_000).map(|cap| cap.max(it.cap_year.unwrap_or(0)));
            let n = n_years * usize::try_from(it.every.in_year()).expect("few");
            let mut reports = Vec::new();
            for period in 0..u32::try_from(n).expect("few") {
                if dice.below(5) > 0 {
                    reports.push(report(period, i64::try_from(dice.below(9_000)).expect("small")));
                }
            }
            let on =
                plus_months(it.from, u32::try_from(n_years * 12).expect("few")).expect("a day");
            let dues = it.reckon(&reports, on).expect("in range");
            assert_eq!(dues.len(), n);
            let mut want = 0;
            for year in 0..n_years {
                let of_year = |due: &&Due| usize::try_from(due.period.year).expect("few") == year;
                let earned: Minor = dues.iter().filter(of_year).map(|due| due.earned).sum();
                let most = it.cap_year.unwrap_or(Minor::MAX);
                want += earned.min(most).max(it.minimum_year.unwrap_or(0));
            }
            let total: Minor = dues.iter().map(|due| due.due).sum();
            assert_eq!(total, want.min(it.cap_total.unwrap_or(Minor::MAX)), "{it:?}");
            for due in &dues {
                assert_eq!(due.due, due.earned + due.topped_up - due.cut);
                assert!(due.due >= 0 && due.cut >= 0 && due.topped_up >= 0, "{due:?}");
            }
        }
    }
}
