//! How long tests really take: from the day the samples came to the day of the report.

use base::Date;

/// Orders of an item below which nothing is told to others: a single order would show.
pub const TOLD_FROM: usize = 5;

/// Days by rank: the smallest number of days within which so many of the orders were reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Turnaround {
    pub n_orders: usize,
    /// Within this many days half of them were reported.
    pub median_days: u32,
    /// Within this many days nine of ten were.
    pub ninetieth_days: u32,
}

impl Turnaround {
    /// Of orders by the days each took; nothing where there is none.
    pub fn of(mut days: Vec<u32>) -> Option<Self> {
        days.sort_unstable();
        let rank = |percent: usize| {
            let place = (days.len() * percent).div_ceil(100).max(1);
            days.get(place - 1).copied()
        };
        let (median_days, ninetieth_days) = (rank(50)?, rank(90)?);
        Some(Self { n_orders: days.len(), median_days, ninetieth_days })
    }

    /// Whether it may be told to everybody.
    pub fn is_told(&self) -> bool {
        self.n_orders >= TOLD_FROM
    }
}

/// Days from receipt to report; on the same day none.
pub fn days_between(received: Date, reported: Date) -> u32 {
    let span = reported.since(received).map_or(0, |span| span.get_days());
    u32::try_from(span).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_and_nine_of_ten() {
        let check = |days: &[u32], want: Option<(u32, u32)>| {
            let found = Turnaround::of(days.to_vec());
            assert_eq!(found.map(|it| (it.median_days, it.ninetieth_days)), want, "{days:?}");
        };
        check(&[], None);
        check(&[4], Some((4, 4)));
        check(&[9, 1], Some((1, 9)));
        check(&[5, 3, 4, 2, 1], Some((3, 5)));
        check(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], Some((5, 9)));
        let told = |n: usize| Turnaround::of(vec![1; n]).is_some_and(|it| it.is_told());
        assert!(!told(4) && told(5));
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let day = |text: &str| -> Date { text.parse().expect("a date") };
        assert_eq!(days_between(day("2026-02-27"), day("2026-03-02")), 3);
        assert_eq!(days_between(day("2025-12-31"), day("2026-12-31")), 365);
        assert_eq!(days_between(day("2026-03-02"), day("2026-03-02")), 0);
    }
}
