//! Questions to a licensee about reports: late, missing, or hard to believe.
//!
//! A question is no verdict: it names what was found beside what was to be expected, for an
//! officer to ask. Bounds are parameters of the office.

use crate::kind::codes;
use crate::milestone::days_between;
use crate::rates;
use crate::royalty::{Base, Period, Report, Royalty, latest};
use base::Date;
use ledger::rounding::{Rate, Rounding};

codes! {
    /// What to ask about.
    Asked {
        /// No report, so many days after its day.
        Missing = "report-missing",
        /// Handed in so many days after its day.
        Late = "report-late",
        /// Handed in before its period was over.
        Early = "report-early",
        /// A report for a period that the contract does not have.
        OutOfTerm = "report-out-of-term",
        /// Sales after sales came to nothing.
        Stopped = "sales-stopped",
        /// The base is far under the middle of the last periods.
        Fell = "sales-fell",
        /// The base is far over it.
        Rose = "sales-rose",
        /// The very same base as in the period before.
        Same = "sales-same",
        /// More is deducted than the contract allows, or than was sold.
        Deducted = "deductions-high",
        /// The price of a piece is far from that of the period before.
        PriceMoved = "price-moved",
        /// Pieces without sales, or sales without pieces, where both were told before.
        Unmatched = "units-unmatched",
        /// A sum below nothing.
        Negative = "below-nothing",
        /// A later report lowered what an earlier one had said.
        Lowered = "report-lowered",
    }
}

/// When to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Days after its day from which a report is late.
    pub grace_days: u32,
    /// How far the base may move from the middle of the last periods, as a part of it.
    pub moved: Rate,
    /// How far the price of a piece may move from one report to the next.
    pub price_moved: Rate,
    /// Periods that the middle is taken of.
    pub n_middle: usize,
}

impl Bounds {
    /// Our starting values: half, a quarter, four periods, no grace.
    pub fn usual() -> Self {
        Self {
            grace_days: 0,
            moved: Rate::parse("0.5").expect("a rate"),
            price_moved: Rate::parse("0.25").expect("a rate"),
            n_middle: 4,
        }
    }
}

/// One thing to ask a licensee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub period: u32,
    pub asked: Asked,
    /// Days, or minor units, or pieces, by what is asked.
    pub found: i64,
    /// What it is measured against.
    pub expected: i64,
}

/// Everything worth asking on a day, by period.
pub fn questions(
    royalty: &Royalty,
    reports: &[Report],
    bounds: &Bounds,
    on: Date,
) -> Vec<Question> {
    let mut found = Vec::new();
    let mut before: Vec<&Report> = Vec::new();
    for period in royalty.periods(on) {
        let Some(report) = latest(reports, period.number, on) else {
            missing(&period, bounds, on, &mut found);
            continue;
        };
        timing(&period, reports, bounds, &mut found);
        contents(royalty, report, &mut found);
        against(royalty, report, &before, bounds, &mut found);
        lowered(royalty, reports, report, on, &mut found);
        before.push(report);
    }
    let known = reports.iter().filter(|it| it.on <= on && royalty.period(it.period).is_none());
    found.extend(known.map(|it| ask(it.period, Asked::OutOfTerm, it.gross, 0)));
    found
}

fn ask(period: u32, asked: Asked, found: i64, expected: i64) -> Question {
    Question { period, asked, found, expected }
}

fn missing(period: &Period, bounds: &Bounds, on: Date, found: &mut Vec<Question>) {
    let days = i64::from(days_between(period.report_by, on));
    if days > i64::from(bounds.grace_days) {
        found.push(ask(period.number, Asked::Missing, days, 0));
    }
}

/// Only the first report of a period can be late.
fn timing(period: &Period, reports: &[Report], bounds: &Bounds, found: &mut Vec<Question>) {
    let of_it = reports.iter().filter(|it| it.period == period.number);
    let Some(first) = of_it.map(|it| it.on).min() else { return };
    let days = i64::from(days_between(period.report_by, first));
    if days > i64::from(bounds.grace_days) {
        found.push(ask(period.number, Asked::Late, days, 0));
    }
    if first <= period.until {
        let early = i64::from(days_between(first, period.until)) + 1;
        found.push(ask(period.number, Asked::Early, early, 0));
    }
}

fn contents(royalty: &Royalty, report: &Report, found: &mut Vec<Question>) {
    let n = report.period;
    let least = report.gross.min(report.deductions).min(report.units);
    if least < 0 {
        found.push(ask(n, Asked::Negative, least, 0));
    }
    if royalty.base == Base::NetSales {
        let most = royalty.deductible.of(report.gross.max(0), Rounding::Down).unwrap_or(i64::MAX);
        if report.deductions > most {
            found.push(ask(n, Asked::Deducted, report.deductions, most));
        }
    }
}

fn against(
    royalty: &Royalty,
    report: &Report,
    before: &[&Report],
    bounds: &Bounds,
    found: &mut Vec<Question>,
) {
    let Some(last) = before.last() else { return };
    let n = report.period;
    let base = |it: &Report| royalty.base_of(it).unwrap_or(i64::MAX);
    let (now, then) = (base(report), base(last));
    if now == 0 && then > 0 {
        found.push(ask(n, Asked::Stopped, 0, then));
    } else if now == then && now > 0 {
        found.push(ask(n, Asked::Same, now, then));
    }
    let mut others: Vec<i64> =
        before.iter().rev().take(bounds.n_middle.max(1)).map(|it| base(it)).collect();
    others.sort_unstable();
    // Of an even number the lower of the two in the middle: no fraction comes in.
    let middle = others.get((others.len() - 1) / 2).copied().unwrap_or(0);
    if now > 0 && is_far(now, middle, bounds.moved) {
        found.push(ask(n, if now < middle { Asked::Fell } else { Asked::Rose }, now, middle));
    }
    let both = |it: &Report| it.units > 0 && it.gross > 0;
    match (both(last), both(report)) {
        (true, true) => price(report, last, bounds, found),
        (true, false) if report.units > 0 || report.gross > 0 => {
            found.push(ask(n, Asked::Unmatched, report.gross, report.units));
        }
        _ => {}
    }
}

/// The price of a piece, in minor units rounded down for showing; compared exactly.
fn price(report: &Report, last: &Report, bounds: &Bounds, found: &mut Vec<Question>) {
    // now/units against then/units: cross products are compared, so that nothing is rounded.
    let now = i128::from(report.gross) * i128::from(last.units);
    let then = i128::from(last.gross) * i128::from(report.units);
    let off = (now - then).unsigned_abs();
    let parts = u128::from(rates::parts(bounds.price_moved).unwrap_or(u64::MAX));
    // 10¹² times a product of two 63-bit numbers can pass 128 bits: then it is far indeed.
    let is_far = match (off.checked_mul(ONE), then.unsigned_abs().checked_mul(parts)) {
        (Some(off), Some(most)) => off > most,
        (None, _) => off > then.unsigned_abs() / ONE * parts,
        (Some(_), None) => false,
    };
    if is_far {
        let each = |it: &Report| it.gross / it.units;
        found.push(ask(report.period, Asked::PriceMoved, each(report), each(last)));
    }
}

/// Parts of a whole that a rate tells apart.
const ONE: u128 = 1_000_000_000_000;

fn is_far(now: i64, middle: i64, moved: Rate) -> bool {
    let off = now.abs_diff(middle);
    let most = moved.of(middle, Rounding::Down).unwrap_or(i64::MAX);
    middle > 0 && i128::from(off) > i128::from(most)
}

fn lowered(
    royalty: &Royalty,
    reports: &[Report],
    report: &Report,
    on: Date,
    found: &mut Vec<Question>,
) {
    let base = |it: &Report| royalty.base_of(it).unwrap_or(i64::MAX);
    let of_it = reports.iter().filter(|it| it.period == report.period && it.on <= on);
    let most = of_it.map(base).max().unwrap_or(0);
    if base(report) < most {
        found.push(ask(report.period, Asked::Lowered, base(report), most));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::royalty::Every;

    fn date(text: &str) -> Date {
        base::time::read_date(text).expect("a date")
    }

    fn royalty() -> Royalty {
        Royalty {
            base: Base::NetSales,
            rate: Rate::parse("0.05").expect("a rate"),
            rounding: Rounding::HalfUp,
            every: Every::Quarter,
            from: date("2026-01-01"),
            until: Some(date("2026-12-31")),
            report_days: 30,
            pay_days: 15,
            minimum_year: None,
            cap_year: None,
            cap_total: None,
            deductible: Rate::parse("0.2").expect("a rate"),
        }
    }

    fn report(period: u32, on: &str, gross: i64, units: i64) -> Report {
        Report { period, on: date(on), gross, deductions: 0, units, profit: 0 }
    }

    fn check(reports: &[Report], on: &str, want: &[&str]) {
        let found: Vec<String> = questions(&royalty(), reports, &Bounds::usual(), date(on))
            .iter()
            .map(|it| format!("{} {} {}/{}", it.period, it.asked.code(), it.found, it.expected))
            .collect();
        assert_eq!(found, want, "{on}");
    }

    #[test]
    fn what_is_late_or_missing_is_asked() {
        check(&[], "2026-04-30", &[]);
        check(&[], "2026-05-01", &["0 report-missing 1/0"]);
        check(&[report(0, "2026-05-02", 100, 0)], "2026-05-03", &["0 report-late 2/0"]);
        check(&[report(0, "2026-04-30", 100, 0)], "2026-05-03", &[]);
        check(&[report(0, "2026-03-31", 100, 0)], "2026-05-03", &["0 report-early 1/0"]);
        check(&[report(9, "2026-03-31", 100, 0)], "2026-04-01", &["9 report-out-of-term 100/0"]);
    }

    #[test]
    fn what_is_hard_to_believe_is_asked() {
        let first = report(0, "2026-04-10", 10_000, 100);
        let then = |second: Report, want: &[&str]| {
            check(&[first.clone(), second], "2026-07-15", want);
        };
        then(report(1, "2026-07-10", 9_000, 90), &[]);
        then(report(1, "2026-07-10", 5_000, 50), &[]);
        then(report(1, "2026-07-10", 4_999, 50), &["1 sales-fell 4999/10000"]);
        then(report(1, "2026-07-10", 15_001, 150), &["1 sales-rose 15001/10000"]);
        then(report(1, "2026-07-10", 0, 0), &["1 sales-stopped 0/10000"]);
        then(report(1, "2026-07-10", 10_000, 100), &["1 sales-same 10000/10000"]);
        then(report(1, "2026-07-10", 9_000, 120), &[]);
        then(report(1, "2026-07-10", 9_000, 121), &["1 price-moved 74/100"]);
        then(report(1, "2026-07-10", 9_000, 0), &["1 units-unmatched 9000/0"]);
        let mut high = report(1, "2026-07-10", 9_000, 90);
        high.deductions = 1_801;
        then(high, &["1 deductions-high 1801/1800"]);
        then(report(1, "2026-07-10", -5, 0), &["1 below-nothing -5/0", "1 sales-stopped 0/10000"]);
        then(report(0, "2026-07-10", 9_000, 90), &["0 report-lowered 9000/10000"]);
    }
}
