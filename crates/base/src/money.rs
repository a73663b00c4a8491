//! Money: whole minor units beside an ISO 4217 currency. Never a float.

/// A currency of ISO 4217 that the city trades in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Currency {
    CNY,
    USD,
    EUR,
    GBP,
    HKD,
    JPY,
    CHF,
}

impl Currency {
    /// All of them, the city's own first.
    pub const ALL: [Self; 7] =
        [Self::CNY, Self::USD, Self::EUR, Self::GBP, Self::HKD, Self::JPY, Self::CHF];

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        match self {
            Self::CNY => "CNY",
            Self::USD => "USD",
            Self::EUR => "EUR",
            Self::GBP => "GBP",
            Self::HKD => "HKD",
            Self::JPY => "JPY",
            Self::CHF => "CHF",
        }
    }

    /// Reads the three-letter code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code() == code)
    }

    /// How many digits stand behind the point (ISO 4217, column "minor unit").
    pub fn minor_digits(self) -> u32 {
        match self {
            Self::JPY => 0,
            _ => 2,
        }
    }
}

/// An amount of one currency in minor units (fen, cents).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMoney {
    Unreadable,
    TooManyDigits,
    TooLarge,
}

impl Money {
    /// An amount in minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads a decimal text such as `1234.50`; thousands marks and full-width digits are
    /// the business of the face.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, NotMoney> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(part) || digits.ends_with('.') {
            return Err(NotMoney::Unreadable);
        }
        let places = usize::try_from(currency.minor_digits()).expect("few digits");
        if part.len() > places {
            return Err(NotMoney::TooManyDigits);
        }
        let joined = format!("{whole}{part:0<places$}");
        let minor: i64 = joined.parse().map_err(|_| NotMoney::TooLarge)?;
        Ok(Self::new(sign * minor, currency))
    }

    /// The decimal text with all its digits: `1234.50`.
    pub fn decimal(self) -> String {
        let digits = self.currency.minor_digits();
        let scale = 10_u64.pow(digits);
        let sign = if self.minor < 0 { "-" } else { "" };
        let (whole, part) = (self.minor.unsigned_abs() / scale, self.minor.unsigned_abs() % scale);
        match digits {
            0 => format!("{sign}{whole}"),
            _ => {
                let width = usize::try_from(digits).expect("few digits");
                format!("{sign}{whole}.{part:0>width$}")
            }
        }
    }

    /// The sum, unless currencies differ or it grows out of range.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        (self.currency == other.currency)
            .then(|| self.minor.checked_add(other.minor))
            .flatten()
            .map(|minor| Self::new(minor, self.currency))
    }
}

/// The published shape of money: `{"amount":"1234.50","currency":"CNY"}`.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    amount: String,
    currency: Currency,
}

impl serde::Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Shape { amount: self.decimal(), currency: self.currency }.serialize(to)
    }
}

impl<'de> serde::Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let shape = Shape::deserialize(from)?;
        Self::parse(&shape.amount, shape.currency)
            .map_err(|_| serde::de::Error::custom("not an amount of this currency"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: Result<i64, NotMoney>) {
        assert_eq!(Money::parse(text, Currency::CNY).map(|money| money.minor), want, "{text}");
    }

    #[test]
    fn amounts_are_read_exactly() {
        check("1234.50", Ok(123_450));
        check("0.01", Ok(1));
        check("-7", Ok(-700));
        check("1.005", Err(NotMoney::TooManyDigits));
        check("92233720368547758.07", Ok(i64::MAX));
        check("92233720368547758.08", Err(NotMoney::TooLarge));
        for wrong in ["", "-", ".5", "1.", "1e3", "１", "1,000", "+1"] {
            check(wrong, Err(NotMoney::Unreadable));
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for minor in [0, 1, -1, 99, -100, 123_450] {
            for currency in Currency::ALL {
                let money = Money::new(minor, currency);
                assert_eq!(Money::parse(&money.decimal(), currency), Ok(money));
            }
        }
    }
}
