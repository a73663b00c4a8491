//! Options: granted out of a pool, earned over months, exercised, or given back.

use crate::flaw::Flaws;
use crate::price::Price;
use crate::{LINE_MAX, Shares};
use base::Date;

/// A grant of options on shares of a pool.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Grant {
    pub key: String,
    pub pool: String,
    pub holder: String,
    pub shares: Shares,
    pub strike: Price,
    pub vesting: Vesting,
    /// Last day on which it can be exercised.
    pub until: Date,
}

/// How a grant is earned: nothing before the cliff, then month by month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Vesting {
    pub start: Date,
    pub cliff_months: u32,
    pub months: u32,
}

/// What became of a grant so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    pub grant: Grant,
    pub exercised: Shares,
    /// Given back to the pool.
    pub returned: Shares,
    /// The day its holder left: nothing is earned after it.
    pub left: Option<Date>,
}

impl Vesting {
    /// Whole months earned by a day; the day of the month counts, the last one where it is short.
    pub fn months_by(&self, on: Date) -> u32 {
        if on < self.start {
            return 0;
        }
        let months = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
        let is_short = on.day() < self.start.day() && on.day() < on.days_in_month();
        let n = months(on) - months(self.start) - i32::from(is_short);
        u32::try_from(n.max(0)).unwrap_or(0)
    }

    /// Shares earned by a day, rounded down; all of them at the end.
    pub fn earned(&self, shares: Shares, on: Date) -> Shares {
        let months = self.months_by(on);
        match months {
            _ if on < self.start || months < self.cliff_months => 0,
            n if n >= self.months => shares,
            n => {
                let product = i128::from(shares) * i128::from(n);
                let earned = product / i128::from(self.months.max(1));
                i64::try_from(earned).expect("no more than all")
            }
        }
    }
}

impl Granted {
    /// Neither exercised nor given back.
    pub fn open(&self) -> Shares {
        self.grant.shares - self.exercised - self.returned
    }

    /// Earned, open, and still to be exercised on a day.
    pub fn exercisable(&self, on: Date) -> Shares {
        if on > self.grant.until {
            return 0;
        }
        let until = self.left.map_or(on, |left| left.min(on));
        let earned = self.grant.vesting.earned(self.grant.shares, until);
        (earned - self.exercised).clamp(0, self.open())
    }
}

impl Grant {
    pub(crate) fn flaws(&self, flaws: &mut Flaws) {
        flaws.when(!(1..=LINE_MAX).contains(&self.shares), "grant.shares", "beyond");
        self.strike.flaws("grant.strike", flaws);
        let vesting = &self.vesting;
        flaws.when(vesting.months > 240, "grant.months", "beyond");
        flaws.when(vesting.cliff_months > vesting.months, "grant.cliff_months", "beyond");
        flaws.when(self.until < vesting.start, "grant.until", "out-of-order");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        base::time::read_date(text).expect("a date")
    }

    #[test]
    fn shares_are_earned_month_by_month_after_the_cliff() {
        let it = Vesting { start: date("2026-01-31"), cliff_months: 12, months: 48 };
        let check = |on: &str, want: Shares| assert_eq!(it.earned(4_800, date(on)), want, "{on}");
        check("2025-12-31", 0);
        check("2027-01-30", 0);
        check("2027-01-31", 1_200);
        // February has no 31st: its last day completes the month.
        check("2027-02-27", 1_200);
        check("2027-02-28", 1_300);
        check("2030-01-30", 4_700);
        check("2030-01-31", 4_800);
        check("2040-01-01", 4_800);
        let at_once = Vesting { start: date("2026-01-31"), cliff_months: 0, months: 0 };
        assert_eq!(at_once.earned(5, date("2026-01-30")), 0);
        assert_eq!(at_once.earned(5, date("2026-01-31")), 5);
        let odd = Vesting { start: date("2026-01-01"), cliff_months: 0, months: 3 };
        let earned = ["2026-02-01", "2026-03-01", "2026-04-01"].map(|on| odd.earned(100, date(on)));
        assert_eq!(earned, [33, 66, 100]);
    }
}
