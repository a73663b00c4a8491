//! Shares as whole billionths, quartiles and fences: the same on every machine.

use std::fmt;

/// The quartiles we use: linear between the two nearest values, place (n − 1)·p (Hyndman and Fan 1996,
/// definition 7).
pub const QUARTILES: &str = "hyndman-fan-7";

const WHOLE: i64 = 1_000_000_000;

/// A share or ratio in billionths; further digits are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(i64);

impl Share {
    /// So many billionths.
    pub const fn from_billionths(billionths: i64) -> Self {
        Self(billionths)
    }

    pub const fn billionths(self) -> i64 {
        self.0
    }

    /// `part ÷ whole`; none for a whole of zero, or out of range.
    pub fn of(part: i64, whole: i64) -> Option<Self> {
        let billionths = (i128::from(part) * i128::from(WHOLE)).checked_div(i128::from(whole))?;
        i64::try_from(billionths).ok().map(Self)
    }

    /// A count as a share of one.
    pub fn whole(n: u32) -> Self {
        Self(i64::from(n) * WHOLE)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (
            self.0.unsigned_abs() / WHOLE.unsigned_abs(),
            self.0.unsigned_abs() % WHOLE.unsigned_abs(),
        );
        let digits = format!("{part:09}");
        let digits = digits.trim_end_matches('0');
        match digits {
            "" => write!(to, "{sign}{whole}"),
            _ => write!(to, "{sign}{whole}.{digits}"),
        }
    }
}

/// Quartiles of so many values and the fences around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    pub n: usize,
    pub q1: Share,
    pub q3: Share,
    /// Q1 − 1.5·IQR.
    pub lower: Share,
    /// Q3 + 1.5·IQR.
    pub upper: Share,
}

impl Spread {
    /// The spread of values in any order; none of none.
    pub fn of(values: &[Share]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        let (q1, q3) = (quartile(&sorted, 1)?, quartile(&sorted, 3)?);
        Some(Self::between(values.len(), q1, q3))
    }

    /// The fences around two quartiles.
    pub fn between(n: usize, q1: Share, q3: Share) -> Self {
        let reach = i128::from(q3.0 - q1.0) * 3 / 2;
        let clamped = |value: i128| {
            let bounds = (i128::from(i64::MIN), i128::from(i64::MAX));
            Share(i64::try_from(value.clamp(bounds.0, bounds.1)).expect("clamped to the range"))
        };
        let (lower, upper) = (i128::from(q1.0) - reach, i128::from(q3.0) + reach);
        Self { n, q1, q3, lower: clamped(lower), upper: clamped(upper) }
    }
}

/// The value at so many quarters of sorted values.
pub(super) fn quartile(sorted: &[Share], quarters: usize) -> Option<Share> {
    let place = sorted.len().checked_sub(1)? * quarters;
    let (below, quarters) = (place / 4, i128::try_from(place % 4).ok()?);
    let from = sorted.get(below)?;
    let to = sorted.get(below + 1).unwrap_or(from);
    let part = (i128::from(to.0) - i128::from(from.0)) * quarters / 4;
    i64::try_from(i128::from(from.0) + part).ok().map(Share)
}
