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

pub(crate) fn zero() -> Rate {
    Rate::parse("0").expect("a rate")
}

pub(crate) fn whole() -> Rate {
    Rate::parse("1").expect("a rate")
}

/// Whether a rate lies from nothing to the whole.
pub(crate) fn is_part(rate: Rate) -> bool {
    rate >= zero() && rate <= whole()
}

/// Parts of a whole in the smallest part a rate tells apart: [`WHOLE`] is one.
///
/// `None` beyond some nine million.
pub(crate) fn parts(rate: Rate) -> Option<i128> {
    rate.round(ledger::rounding::PLACES_MAX, Rounding::Down).map(i128::from)
}

/// The rate of so many parts; `None` below nothing.
pub(crate) fn of_parts(parts: i128) -> Option<Rate> {
    if parts < 0 {
        return None;
    }
    Rate::parse(&format!("{}.{:012}", parts / WHOLE, parts % WHOLE))
}

/// One, in those parts.
pub(crate) const WHOLE: i128 = 1_000_000_000_000;

/// A rate as a percentage without needless digits: `12.5%`.
pub fn as_percent(rate: Rate) -> String {
    let Some(parts) = parts(rate) else { return rate.to_string() };
    let (sign, parts) = if parts < 0 { ("-", -parts) } else { ("", parts) };
    let of = WHOLE / 100;
    let digits = format!("{}.{:010}", parts / of, parts % of);
    format!("{sign}{}%", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// A fraction as a percentage with four digits behind the point, halves up: `33.3333`.
pub fn percent(part: i128, of: i128) -> String {
    if of <= 0 || part < 0 {
        return "0.0000".to_owned();
    }
    let scaled = (part * 2_000_000 + of) / (of * 2);
    format!("{}.{:04}", scaled / 10_000, scaled % 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_shown_as_a_percentage() {
        let check = |typed: &str, want: &str| {
            assert_eq!(as_percent(Rate::parse(typed).expect("a rate")), want);
        };
        check("0.5", "50%");
        check("0.125", "12.5%");
        check("1", "100%");
        check("0", "0%");
        check("-0.2", "-20%");
    }
}
