//! Rates and rounding: a rate is an exact decimal, a result is minor units at once.
//!
//! How to round is a parameter of the contract or scheme, never a default.

/// Digits behind the point of a rate at most.
pub const PLACES_MAX: u32 = 12;
/// A rate of one.
const ONE: i128 = 1_000_000_000_000;

/// How a result between two minor units is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Halves to the even neighbour.
    HalfEven,
    /// Halves away from zero.
    HalfUp,
    /// Toward zero.
    Down,
    /// Toward plus infinity: floors in law.
    Ceiling,
    /// Toward minus infinity: caps.
    Floor,
}

impl Rounding {
    pub const ALL: [Self; 5] =
        [Self::HalfEven, Self::HalfUp, Self::Down, Self::Ceiling, Self::Floor];

    /// The name in contracts and schemes.
    pub fn code(self) -> &'static str {
        match self {
            Self::HalfEven => "half-even",
            Self::HalfUp => "half-up",
            Self::Down => "down",
            Self::Ceiling => "ceiling",
            Self::Floor => "floor",
        }
    }

    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == code)
    }

    /// A quotient as a whole number, unless it is out of range. The divisor is above zero.
    pub fn quotient(self, dividend: i128, divisor: i128) -> Option<i64> {
        assert!(divisor > 0, "a divisor is above zero");
        let (down, rest) = (dividend / divisor, dividend % divisor);
        let away = if dividend < 0 { -1 } else { 1 };
        // The rest is smaller than the divisor, so this comparison with a half cannot overflow.
        let half = rest.abs().cmp(&(divisor - rest.abs()));
        let is_away = rest != 0
            && match self {
                Self::Down => false,
                Self::Ceiling => dividend > 0,
                Self::Floor => dividend < 0,
                Self::HalfUp => half.is_ge(),
                Self::HalfEven => half.is_gt() || (half.is_eq() && down % 2 != 0),
            };
        i64::try_from(if is_away { down + away } else { down }).ok()
    }
}

/// An exact decimal with at most twelve digits behind the point: a tariff, a percentage, a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(i128);

impl Rate {
    /// Reads a decimal text such as `0.03`.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let places = usize::try_from(PLACES_MAX).expect("few digits");
        let is_fine = !whole.is_empty() && plain(whole) && plain(part) && !digits.ends_with('.');
        if !is_fine || part.len() > places || whole.len() > 18 {
            return None;
        }
        let joined = format!("{whole}{part:0<places$}");
        joined.parse().ok().map(|scaled: i128| Self(sign * scaled))
    }

    /// So many minor units at this rate, unless out of range.
    pub fn of(self, minor: i64, rounding: Rounding) -> Option<i64> {
        rounding.quotient(self.0.checked_mul(i128::from(minor))?, ONE)
    }

    /// The rate itself in units of so many places, unless out of range.
    pub fn round(self, places: u32, rounding: Rounding) -> Option<i64> {
        let divisor = 10_i128.checked_pow(PLACES_MAX.checked_sub(places)?)?;
        rounding.quotient(self.0, divisor)
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.abs() / ONE, self.0.abs() % ONE);
        let part = format!("{part:012}");
        match part.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            part => write!(f, "{sign}{whole}.{part}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_page() {
        let check = |value: &str, want: [i64; 5]| {
            let rate = Rate::parse(value).expect(value);
            for (mode, want) in Rounding::ALL.into_iter().zip(want) {
                assert_eq!(rate.round(2, mode), Some(want), "{value} {mode:?}");
            }
        };
        check("0.505", [50, 51, 50, 51, 50]);
        check("1.005", [100, 101, 100, 101, 100]);
        check("-0.505", [-50, -51, -50, -50, -51]);
        check("0.5049999", [50, 50, 50, 51, 50]);
        check("0.515", [52, 52, 51, 52, 51]);
        check("7", [700; 5]);
    }

    #[test]
    fn royalties_are_exact() {
        // Base 3,333,333.33 at 3 %; net 87,654.33, of which half goes to inventors, rounded up.
        let three = Rate::parse("0.03").expect("a rate");
        assert_eq!(three.of(333_333_333, Rounding::HalfEven), Some(10_000_000));
        let half = Rate::parse("0.5").expect("a rate");
        assert_eq!(half.of(8_765_433, Rounding::Ceiling), Some(4_382_717));
    }

    #[test]
    fn rates_read_back_and_refuse_what_they_cannot_hold() {
        for text in ["0", "0.03", "-1.5", "123456789012345678.123456789012", "0.000000000001"] {
            assert_eq!(Rate::parse(text).map(|rate| rate.to_string()).as_deref(), Some(text));
        }
        for wrong in ["", "-", ".5", "1.", "1e3", "0.0000000000001", "1234567890123456789", "+1"] {
            assert_eq!(Rate::parse(wrong), None, "{wrong}");
        }
        let large = Rate::parse("999999999999999999").expect("a rate");
        assert_eq!(large.of(i64::MAX, Rounding::Down), None);
        assert_eq!(large.round(2, Rounding::Down), None);
        for mode in Rounding::ALL {
            assert_eq!(Rounding::parse(mode.code()), Some(mode));
        }
    }
}
