//! Decimals as they were typed, and the scale on which all of them are whole.

use super::on_line;
use base::Refusal;
use std::cmp::Ordering;

/// Digits of a decimal at most: what is longer was not written by a person or a clock.
const DIGITS_MAX: usize = 30;

/// An exact decimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    /// As typed, for complaints.
    typed: String,
    digits: i128,
    /// How many of the digits stand behind the point; the last of them is not zero.
    places: u32,
}

impl Decimal {
    /// Reads `12`, `-12.50`, `1.25e-3`.
    pub(super) fn parse(typed: &str) -> Option<Self> {
        let plain = typed.trim();
        let (mantissa, exponent) = match plain.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (plain, 0),
        };
        let (sign, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, mantissa),
        };
        let (whole, part) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some(both) => both,
            None => (mantissa, ""),
        };
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_wrong = whole.is_empty() || !is_digits(whole) || !is_digits(part);
        if is_wrong || whole.len() + part.len() > DIGITS_MAX {
            return None;
        }
        let mut digits: i128 = format!("{whole}{part}").parse().ok()?;
        let mut places = i32::try_from(part.len()).ok()?.checked_sub(exponent)?;
        if places.unsigned_abs() > 60 {
            return None;
        }
        while places < 0 {
            digits = digits.checked_mul(10)?;
            places += 1;
        }
        while places > 0 && digits % 10 == 0 {
            digits /= 10;
            places -= 1;
        }
        let places = u32::try_from(places).ok()?;
        Some(Self { typed: plain.to_owned(), digits: sign * digits, places })
    }

    /// The complaint that this cannot be used.
    pub(super) fn unusable(&self, file: &str, line: u64, column: &str) -> Refusal {
        unusable(&self.typed, file, line, column)
    }

    /// The whole part, rounded away from zero.
    fn whole(&self) -> i128 {
        let mut whole = self.digits.abs();
        for _ in 0..self.places {
            whole /= 10;
        }
        whole + 1
    }
}

/// The complaint that a field is no usable number.
pub(super) fn unusable(typed: &str, file: &str, line: u64, column: &str) -> Refusal {
    on_line("auction-file-number", file, line).text("column", column).text("found", typed)
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    /// By value, however many places each has.
    fn cmp(&self, other: &Self) -> Ordering {
        let places = self.places.max(other.places);
        let raised = |it: &Self| {
            let factor = 10_i128.checked_pow(places - it.places)?;
            it.digits.checked_mul(factor)
        };
        match (raised(self), raised(other)) {
            (Some(a), Some(b)) => a.cmp(&b),
            // One of them is so large that the other cannot come near it.
            _ => {
                (self.digits.signum() * self.whole()).cmp(&(other.digits.signum() * other.whole()))
            }
        }
    }
}

/// How many digits behind the point make everything whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale(u32);

impl Scale {
    /// The least scale within bounds on which all are whole; what needs more is found later.
    pub(super) fn of<'a>(
        all: impl Iterator<Item = &'a Decimal>,
        bounds: std::ops::RangeInclusive<u32>,
    ) -> Self {
        let needed = all.map(|it| it.places).max().unwrap_or(0);
        Self(needed.clamp(*bounds.start(), *bounds.end()))
    }

    /// The same, but no finer than lets the largest of them stay within so many units.
    pub(super) fn fitting<'a>(
        all: impl Iterator<Item = &'a Decimal> + Clone,
        bounds: std::ops::RangeInclusive<u32>,
        units_max: i128,
    ) -> Self {
        let least = *bounds.start();
        let Self(mut digits) = Self::of(all.clone(), bounds);
        let largest = all.map(Decimal::whole).max().unwrap_or(1);
        while digits > least && largest.saturating_mul(10_i128.pow(digits)) > units_max {
            digits -= 1;
        }
        Self(digits)
    }

    /// The decimal in units of this scale; none where it is not whole or does not fit.
    pub(super) fn units(self, of: &Decimal) -> Option<i64> {
        let factor = 10_i128.checked_pow(self.0.checked_sub(of.places)?)?;
        i64::try_from(of.digits.checked_mul(factor)?).ok()
    }

    /// The whole units below the decimal.
    ///
    /// Only where a file has more digits than the clock has ticks is anything lost, and then the
    /// order of times is still that of all their digits.
    pub(super) fn floor(self, of: &Decimal) -> Option<i64> {
        match of.places.checked_sub(self.0) {
            None | Some(0) => self.units(of),
            Some(more) => i64::try_from(of.digits.div_euclid(10_i128.checked_pow(more)?)).ok(),
        }
        .filter(|units| i128::from(*units).abs() <= 2 * super::TICKS_MAX)
    }

    pub(super) fn digits_u8(self) -> u8 {
        u8::try_from(self.0).expect("scales are small")
    }

    /// Ticks of so many microseconds.
    pub(super) fn of_micros(self, us: i64) -> i64 {
        us.saturating_mul(10_i64.pow(self.0.saturating_sub(6)))
    }

    /// Units as a decimal text with at least so many places, and no zero more.
    pub(super) fn decimal(self, units: i64, places_min: u32) -> String {
        let unit = ::auction::Unit { code: "-".to_owned(), digits: self.digits_u8() };
        let mut text = unit.decimal(units);
        let mut places = self.0;
        while places > places_min && text.ends_with('0') {
            text.pop();
            places -= 1;
        }
        text.trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> Decimal {
        Decimal::parse(typed).unwrap_or_else(|| panic!("{typed}"))
    }

    #[test]
    fn decimals_are_exact() {
        let check = |typed: &str, digits: i128, places: u32| {
            let decimal = read(typed);
            assert_eq!((decimal.digits, decimal.places), (digits, places), "{typed}");
        };
        check("0.30", 3, 1);
        check("152.50", 1525, 1);
        check("-7", -7, 0);
        check("1.25e-3", 125, 5);
        check("2E3", 2_000, 0);
        check("604799.99999999994", 60_479_999_999_999_994, 11);
        for wrong in ["", ".5", "1.", "1,000", "+1", "nan", "1e", "--1", "1.2.3", "１"] {
            assert_eq!(Decimal::parse(wrong), None, "{wrong}");
        }
        assert!(read("0.1") < read("0.11") && read("-1") < read("0"));
        assert_eq!(read("1.10").cmp(&read("1.1")), Ordering::Equal);
    }

    #[test]
    fn a_scale_makes_all_whole() {
        let all = [read("1.5"), read("0.125"), read("3")];
        let scale = Scale::of(all.iter(), 2..=12);
        assert_eq!(scale, Scale(3));
        assert_eq!(scale.units(&all[0]), Some(1_500));
        assert_eq!(scale.units(&read("0.0001")), None);
        assert_eq!(scale.decimal(1_500, 2), "1.50");
        assert_eq!(scale.decimal(125, 2), "0.125");
        assert_eq!(scale.decimal(3_000, 0), "3");
        let fine = [read("604800"), read("0.00000000000000000001")];
        let clock = Scale::fitting(fine.iter(), 6..=12, super::super::TICKS_MAX);
        assert_eq!(clock, Scale(11));
        assert_eq!(clock.floor(&fine[1]), Some(0));
    }
}
