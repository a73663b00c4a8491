//! Rates as texts in stored shapes: the ledger's exact decimals know no serde.

use ledger::rounding::{Rate, Rounding};
use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// For `#[serde(with = "rates::text")]`.
pub(crate) mod text {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(rate: &Rate, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(rate)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Rate, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        Rate::parse(&text).ok_or_else(|| D::Error::custom("not a rate"))
    }
}

/// For `#[serde(with = "rates::rounding")]`.
pub(crate) mod rounding {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(mode: &Rounding, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(mode.code())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Rounding, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        Rounding::parse(&text).ok_or_else(|| D::Error::custom("not a way to round"))
    }
}

/// Whether a rate lies from nothing to the whole.
pub(crate) fn is_part(rate: Rate) -> bool {
    rate >= zero() && rate <= whole()
}

pub(crate) fn zero() -> Rate {
    Rate::parse("0").expect("a rate")
}

pub(crate) fn whole() -> Rate {
    Rate::parse("1").expect("a rate")
}

/// Parts of a whole, in the smallest part a rate tells apart: 10¹² is the whole.
pub(crate) fn parts(rate: Rate) -> Option<u64> {
    rate.round(ledger::rounding::PLACES_MAX, Rounding::Down).and_then(|it| u64::try_from(it).ok())
}

/// Reads a percentage: `3.5` is `0.035`. At most ten digits behind the point, nothing below zero.
pub fn read_percent(typed: &str) -> Option<Rate> {
    let plain: String = typed.trim().chars().map(base::time::half_width).collect();
    let rate = Rate::parse(plain.strip_suffix('%').unwrap_or(&plain).trim_end())?;
    let parts = rate.round(10, Rounding::Down).filter(|it| *it >= 0)?;
    Rate::parse(&format!("{}.{:012}", parts / ONE, parts % ONE))
}

const ONE: i64 = 1_000_000_000_000;

/// A rate as a percentage: `0.035` is `3.5`.
pub fn percent(rate: Rate) -> String {
    let Some(parts) = rate.round(ledger::rounding::PLACES_MAX, Rounding::Down) else {
        return rate.to_string();
    };
    let sign = if parts < 0 { "-" } else { "" };
    let (whole, rest) =
        (parts.unsigned_abs() / 10_000_000_000, parts.unsigned_abs() % 10_000_000_000);
    let rest = format!("{rest:010}");
    match rest.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        rest => format!("{sign}{whole}.{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_shown_as_percentages() {
        let check = |rate: &str, want: &str| {
            assert_eq!(percent(Rate::parse(rate).expect("a rate")), want, "{rate}");
        };
        check("0.035", "3.5");
        check("1", "100");
        check("0", "0");
        check("-0.5", "-50");
        check("0.000000000001", "0.0000000001");
        for typed in ["3.5", "100", "0", "0.0000000001", "３．５％"] {
            let shown = percent(read_percent(typed).expect("a rate"));
            let plain: String = typed.chars().map(base::time::half_width).collect();
            assert_eq!(shown, plain.trim_end_matches('%'));
        }
        assert_eq!(read_percent("-1"), None);
        assert_eq!(parts(whole()), Some(1_000_000_000_000));
        assert!(is_part(whole()) && is_part(zero()));
        assert!(!is_part(Rate::parse("1.1").expect("a rate")));
    }
}
