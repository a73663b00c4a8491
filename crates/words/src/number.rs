//! Numbers, money, shares and sizes by CLDR.

use base::{Currency, Lang, Money};
use fixed_decimal::Decimal;
use icu_decimal::DecimalFormatter;
use icu_decimal::options::DecimalFormatterOptions;
use icu_locale_core::locale;

// The formatters share nothing between threads, so each thread builds its own, once.
thread_local! {
    static EN: DecimalFormatter = formatter(Lang::En);
    static ZH: DecimalFormatter = formatter(Lang::Zh);
}

/// A whole number with its thousands marked: `12,345`.
pub fn number(lang: Lang, number: i64) -> String {
    write(lang, &Decimal::from(number))
}

/// A number, of which beyond `most` only that it is more is told: `2,000+`.
pub fn number_up_to(lang: Lang, n: u64, most: u64) -> String {
    let number = number(lang, i64::try_from(n.min(most)).unwrap_or(i64::MAX));
    if n > most { number + "+" } else { number }
}

/// A number of so many `digits` behind the point, given in its smallest step: `(1234, 1)` is
/// `123.4`. All digits are written.
pub fn decimal(lang: Lang, steps: i64, digits: u8) -> String {
    let mut decimal = Decimal::from(steps);
    decimal.multiply_pow10(-i16::from(digits));
    write(lang, &decimal)
}

/// An amount in full, with its sign and all minor digits: `¥1,234.50`.
pub fn money(lang: Lang, money: Money) -> String {
    let digits = u8::try_from(money.currency.minor_digits()).unwrap_or(2);
    signed(money.currency, &decimal(lang, money.minor, digits))
}

/// An amount for dashboards: `¥1.24 m` and `¥150 bn`, `124万元` and `1,500亿元`. At most two digits
/// behind the point; the exact figure belongs one press away.
pub fn money_short(lang: Lang, money: Money) -> String {
    let minor_in_one = 10_i128.pow(money.currency.minor_digits());
    let whole = i128::from(money.minor);
    let size = whole.abs() / minor_in_one;
    match lang {
        Lang::En => {
            let (scale, unit) = match size {
                0..10_000 => return self::money(lang, money),
                10_000..1_000_000 => (1_000, " k"),
                1_000_000..1_000_000_000 => (1_000_000, " m"),
                _ => (1_000_000_000, " bn"),
            };
            signed(money.currency, &format!("{}{unit}", scaled(lang, whole, minor_in_one * scale)))
        }
        Lang::Zh => {
            let (scale, unit) = match size {
                0..10_000 => (1, ""),
                10_000..100_000_000 => (10_000, "万"),
                _ => (100_000_000, "亿"),
            };
            let name = crate::say(lang, &format!("label-currency-{}", code(money.currency)));
            format!("{}{unit}{name}", scaled(lang, whole, minor_in_one * scale))
        }
    }
}

/// A share of the whole in hundredths of a per cent: `7150` is `71.5%`.
pub fn percent(lang: Lang, basis_points: i64) -> String {
    format!("{}%", scaled(lang, i128::from(basis_points), 100))
}

/// A size of a file, by powers of 1,024 as desktop systems show it: `64 MB`.
pub fn bytes(lang: Lang, bytes: u64) -> String {
    let bytes = i128::from(bytes);
    let (scale, unit) = match bytes {
        0..1_024 => (1, "B"),
        1_024..1_048_576 => (1_024, "KB"),
        1_048_576..1_073_741_824 => (1_048_576, "MB"),
        _ => (1_073_741_824, "GB"),
    };
    format!("{}\u{a0}{unit}", scaled(lang, bytes, scale))
}

/// The sign before an amount. Two currencies never share one.
pub fn currency_sign(currency: Currency) -> &'static str {
    match currency {
        Currency::CNY => "¥",
        Currency::USD => "US$",
        Currency::EUR => "€",
        Currency::GBP => "£",
        Currency::HKD => "HK$",
        Currency::JPY => "JP¥",
        Currency::CHF => "CHF\u{a0}",
    }
}

fn code(currency: Currency) -> String {
    currency.code().to_ascii_lowercase()
}

fn signed(currency: Currency, written: &str) -> String {
    let sign = currency_sign(currency);
    match written.strip_prefix('-') {
        Some(rest) => format!("-{sign}{rest}"),
        None => format!("{sign}{written}"),
    }
}

/// A quotient with at most two digits behind the point, halves away from zero.
fn scaled(lang: Lang, value: i128, scale: i128) -> String {
    let hundredths = (value.abs() * 200 + scale) / (scale * 2) * value.signum();
    let mut decimal = Decimal::from(hundredths);
    decimal.multiply_pow10(-2);
    decimal.absolute.trim_end();
    write(lang, &decimal)
}

fn write(lang: Lang, decimal: &Decimal) -> String {
    match lang {
        Lang::En => EN.with(|formatter| formatter.format(decimal).to_string()),
        Lang::Zh => ZH.with(|formatter| formatter.format(decimal).to_string()),
    }
}

fn formatter(lang: Lang) -> DecimalFormatter {
    let locale = match lang {
        Lang::En => locale!("en-GB"),
        Lang::Zh => locale!("zh-Hans"),
    };
    DecimalFormatter::try_new(locale.into(), DecimalFormatterOptions::default())
        .expect("number data of both languages is compiled in")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yuan(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    #[test]
    fn numbers_and_amounts_are_written_in_full() {
        for lang in Lang::ALL {
            assert_eq!(number(lang, 1_234_567), "1,234,567");
            assert_eq!(number(lang, -5), "-5");
            assert_eq!(decimal(lang, 945, 2), "9.45");
            assert_eq!(money(lang, yuan(123_450)), "¥1,234.50");
            assert_eq!(money(lang, yuan(-7)), "-¥0.07");
            assert_eq!(money(lang, Money::new(5_000, Currency::JPY)), "JP¥5,000");
            assert_eq!(percent(lang, 7_150), "71.5%");
            assert_eq!(percent(lang, -600), "-6%");
            assert_eq!(bytes(lang, 64 * 1_048_576), "64\u{a0}MB");
            assert_eq!(bytes(lang, 1_536), "1.5\u{a0}KB");
        }
    }

    #[test]
    fn short_amounts_use_the_units_of_the_language() {
        let check = |minor, en: &str, zh: &str| {
            assert_eq!(money_short(Lang::En, yuan(minor)), en);
            assert_eq!(money_short(Lang::Zh, yuan(minor)), zh);
        };
        check(123_450, "¥1,234.50", "1,234.5元");
        check(124_000_000, "¥1.24 m", "124万元");
        check(80_000_000, "¥800 k", "80万元");
        check(15_000_000_000_000, "¥150 bn", "1,500亿元");
        check(-249_300_000_000, "-¥2.49 bn", "-24.93亿元");
        check(i64::MIN, "-¥92,233,720.37 bn", "-922,337,203.69亿元");
        let dollars = Money::new(200_000_000, Currency::USD);
        assert_eq!(money_short(Lang::Zh, dollars), "200万美元");
    }
}
