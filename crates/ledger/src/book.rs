//! Books: accounts of one book may move value to each other, and to no others.

use base::{Currency, Money};
use std::sync::Arc;

/// Characters of the name inside a book: with its kind it stays a commodity of beancount, which
/// takes 24.
const NAME_CHARS_MAX: usize = 20;

/// One unit of account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Book {
    Money(Currency),
    /// Voucher-yuan of one scheme.
    Voucher(Arc<str>),
    /// Whole shares of one company.
    Shares(Arc<str>),
    /// Yuan of a limit or guarantee: a memorandum, not money.
    Limit(Arc<str>),
    /// Yuan of receivables that one debtor confirmed: a memorandum, not money.
    Receivable(Arc<str>),
}

impl Book {
    /// Reads `CNY`, `VOU:2026a`, `SHR:91510700x`, `LIM:guarantee`, `RCV:…`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(currency) = Currency::parse(text) {
            return Some(Self::Money(currency));
        }
        let (kind, name) = text.split_once(':')?;
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        // Plain-text books want a commodity to begin and end with a letter or digit.
        let has_ends = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.ends_with(|c: char| c.is_ascii_alphanumeric());
        if name.len() > NAME_CHARS_MAX || !is_plain || !has_ends {
            return None;
        }
        let name: Arc<str> = name.into();
        match kind {
            "VOU" => Some(Self::Voucher(name)),
            "SHR" => Some(Self::Shares(name)),
            "LIM" => Some(Self::Limit(name)),
            "RCV" => Some(Self::Receivable(name)),
            _ => None,
        }
    }

    /// Digits behind the point: those of the currency, none for shares, two otherwise.
    pub fn places(&self) -> u32 {
        match self {
            Self::Money(currency) => currency.minor_digits(),
            Self::Shares(_) => 0,
            Self::Voucher(_) | Self::Limit(_) | Self::Receivable(_) => 2,
        }
    }

    /// Minor units as a decimal text with exactly the book's places.
    pub fn decimal(&self, minor: i64) -> String {
        let like = if self.places() == 0 { Currency::JPY } else { Currency::CNY };
        Money::new(minor, like).decimal()
    }

    /// The name as a commodity of plain-text books: letters, digits and hyphens, upper case.
    pub fn commodity(&self) -> String {
        self.to_string().replace([':', '_'], "-").to_ascii_uppercase()
    }
}

impl std::fmt::Display for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Money(currency) => f.write_str(currency.code()),
            Self::Voucher(name) => write!(f, "VOU:{name}"),
            Self::Shares(name) => write!(f, "SHR:{name}"),
            Self::Limit(name) => write!(f, "LIM:{name}"),
            Self::Receivable(name) => write!(f, "RCV:{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_reads_back_and_knows_its_places() {
        let check = |text: &str, places: u32, commodity: &str| {
            let book = Book::parse(text).expect(text);
            assert_eq!((book.to_string().as_str(), book.places()), (text, places));
            assert_eq!(book.commodity(), commodity);
        };
        check("CNY", 2, "CNY");
        check("JPY", 0, "JPY");
        check("VOU:2026A", 2, "VOU-2026A");
        check("SHR:91510700X", 0, "SHR-91510700X");
        check("LIM:guarantee", 2, "LIM-GUARANTEE");
        for wrong in ["", "cny", "ZZZ:a", "VOU:", "VOU:a b", "SHR:公司", "VOU"] {
            assert_eq!(Book::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Book::Shares("X".into()).decimal(5), "5");
        assert_eq!(Book::Money(Currency::CNY).decimal(i64::MIN), "-92233720368547758.08");
    }
}
