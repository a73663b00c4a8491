//! Exact parts of a hundred: shares of inventors, running royalties.
//!
//! Invariant: whole ten-thousandths of a percent, never a float, never above a million of percent.

/// A percentage in ten-thousandths: `33.3333` is 333,333.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u32);

/// What part of an invention is an inventor's.
pub type Share = Percent;

/// Why a text is not a percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPercent {
    Unreadable,
    /// More than four digits behind the point.
    TooManyDigits,
    /// More than a hundred.
    TooLarge,
}

impl std::fmt::Display for NotPercent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "not a percentage",
            Self::TooManyDigits => "more than four digits behind the point",
            Self::TooLarge => "more than a hundred percent",
        })
    }
}

impl std::error::Error for NotPercent {}

const PARTS_PER_PERCENT: u32 = 10_000;

impl Percent {
    pub const ZERO: Self = Self(0);
    /// All of it.
    pub const WHOLE: Self = Self(100 * PARTS_PER_PERCENT);

    /// So many ten-thousandths of a percent, unless they are more than a hundred percent.
    pub fn from_parts(parts: u32) -> Option<Self> {
        (parts <= Self::WHOLE.0).then_some(Self(parts))
    }

    /// Ten-thousandths of a percent.
    pub fn parts(self) -> u32 {
        self.0
    }

    /// Reads `33.3333`, with or without a percent sign, also in full-width digits.
    pub fn parse(typed: &str) -> Result<Self, NotPercent> {
        let plain: String = typed.trim().chars().map(base::time::half_width).collect();
        let plain = plain.strip_suffix('%').unwrap_or(&plain).trim_end();
        let (whole, part) = plain.split_once('.').unwrap_or((plain, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) {
            return Err(NotPercent::Unreadable);
        }
        let part = part.trim_end_matches('0');
        if part.len() > 4 {
            return Err(NotPercent::TooManyDigits);
        }
        let parts = format!("{whole}{part:0<4}").parse().map_err(|_| NotPercent::TooLarge)?;
        Self::from_parts(parts).ok_or(NotPercent::TooLarge)
    }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&decimal(u64::from(self.0)))
    }
}

impl serde::Serialize for Percent {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Percent {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// How a sum of shares stands to the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sum {
    /// No share was given.
    None,
    /// Exactly a hundred.
    Whole,
    /// So much is missing, as decimal text.
    Missing(String),
    /// So much is too much, as decimal text.
    Over(String),
}

/// Adds shares up and compares with a hundred, exactly.
pub fn sum(shares: impl IntoIterator<Item = Share>) -> Sum {
    let mut found = None;
    for share in shares {
        let before: u64 = found.unwrap_or(0);
        found = Some(before.saturating_add(u64::from(share.0)));
    }
    let whole = u64::from(Share::WHOLE.0);
    match found {
        None => Sum::None,
        Some(found) if found == whole => Sum::Whole,
        Some(found) if found < whole => Sum::Missing(decimal(whole - found)),
        Some(found) => Sum::Over(decimal(found - whole)),
    }
}

/// Ten-thousandths as the shortest exact decimal text.
fn decimal(parts: u64) -> String {
    let scale = u64::from(PARTS_PER_PERCENT);
    let (whole, part) = (parts / scale, parts % scale);
    let text = format!("{whole}.{part:04}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, want: Result<u32, NotPercent>) {
        assert_eq!(Percent::parse(text).map(Percent::parts), want, "{text}");
    }

    #[test]
    fn percentages_are_read_exactly() {
        check("33.3333", Ok(333_333));
        check(" ５０％ ", Ok(500_000));
        check("100", Ok(1_000_000));
        check("0.10000", Ok(1_000));
        check("99.99995", Err(NotPercent::TooManyDigits));
        check("100.0001", Err(NotPercent::TooLarge));
        check("99999999999", Err(NotPercent::TooLarge));
        for wrong in ["", "-1", "1,5", ".5", "5.", "1e1", "50 %x"] {
            check(wrong, Err(NotPercent::Unreadable));
        }
    }

    #[test]
    fn a_sum_names_what_is_missing_or_over() {
        let of = |texts: &[&str]| {
            sum(texts.iter().map(|text| Share::parse(text).expect("a share")).collect::<Vec<_>>())
        };
        assert_eq!(of(&[]), Sum::None);
        assert_eq!(of(&["60", "40"]), Sum::Whole);
        assert_eq!(of(&["60", "39.9"]), Sum::Missing("0.1".to_owned()));
        assert_eq!(of(&["100", "0.0001"]), Sum::Over("0.0001".to_owned()));
        assert_eq!(of(&["0"]), Sum::Missing("100".to_owned()));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(parts in 0..=1_000_000_u32) {
            let share = Share::from_parts(parts).expect("in range");
            prop_assert_eq!(Share::parse(&share.to_string()), Ok(share));
        }

        #[test]
        fn cutting_the_whole_into_parts_sums_to_the_whole(
            mut cuts in proptest::collection::vec(0..=1_000_000_u32, 0..20),
            slip in 1..1_000_u32,
        ) {
            cuts.extend([0, 1_000_000]);
            cuts.sort_unstable();
            let share = |parts| Share::from_parts(parts).expect("in range");
            let mut shares: Vec<Share> =
                cuts.windows(2).map(|pair| share(pair[1] - pair[0])).collect();
            prop_assert_eq!(sum(shares.clone()), Sum::Whole);
            shares.push(share(slip));
            prop_assert_eq!(sum(shares), Sum::Over(share(slip).to_string()));
        }
    }
}
