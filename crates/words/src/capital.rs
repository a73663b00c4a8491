//! Amounts in capital numerals, as Chinese contracts and receipts carry them beside the figures.
//!
//! Source: rules for filling in bills, annex 1 of the Payment and Settlement Measures (People's
//! Bank of China, 1997): 整 after yuan or jiao, 零 for a gap, none after fen.

use base::{Currency, Money};

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const PLACES: [(u64, &str); 4] = [(1_000, "仟"), (100, "佰"), (10, "拾"), (1, "")];

/// An amount of yuan in capital numerals: `人民币壹仟贰佰叁拾肆元伍角整`. Nothing for other
/// currencies, which have no such form.
pub fn money_capital(money: Money) -> Option<String> {
    if money.currency != Currency::CNY {
        return None;
    }
    let minor = money.minor.unsigned_abs();
    let (yuan, jiao, fen) = (minor / 100, minor / 10 % 10, minor % 10);
    let mut text = String::from("人民币");
    if money.minor < 0 {
        text.push('负');
    }
    if yuan > 0 || minor == 0 {
        text.push_str(&whole(yuan));
        text.push('元');
    }
    if jiao > 0 {
        text.push_str(digit(jiao));
        text.push('角');
    } else if fen > 0 && yuan > 0 {
        text.push('零');
    }
    if fen > 0 {
        text.push_str(digit(fen));
        text.push('分');
    } else {
        text.push('整');
    }
    Some(text)
}

/// A whole number; a gap of any length is one 零.
fn whole(number: u64) -> String {
    const YI: u64 = 100_000_000;
    match (number / YI, number % YI) {
        (0, 0) => "零".to_owned(),
        (0, low) => below_yi(low),
        (high, 0) => format!("{}亿", whole(high)),
        (high, low) if low < YI / 10 => format!("{}亿零{}", whole(high), below_yi(low)),
        (high, low) => format!("{}亿{}", whole(high), below_yi(low)),
    }
}

/// A whole number of at most eight digits, in two groups of four.
fn below_yi(number: u64) -> String {
    let mut text = String::new();
    let mut has_gap = false;
    for (four, group) in [(number / 10_000, "万"), (number % 10_000, "")] {
        for (weight, place) in PLACES {
            let value = four / weight % 10;
            if value == 0 {
                has_gap = true;
                continue;
            }
            if has_gap && !text.is_empty() {
                text.push('零');
            }
            has_gap = false;
            text.push_str(digit(value));
            text.push_str(place);
        }
        if four > 0 {
            text.push_str(group);
        }
    }
    text
}

fn digit(value: u64) -> &'static str {
    usize::try_from(value).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(minor: i64, want: &str) {
        let written = money_capital(Money::new(minor, Currency::CNY));
        assert_eq!(written.as_deref(), Some(format!("人民币{want}").as_str()), "{minor}");
    }

    #[test]
    fn amounts_are_written_as_the_bank_asks() {
        check(0, "零元整");
        check(5, "伍分");
        check(50, "伍角整");
        check(123_450, "壹仟贰佰叁拾肆元伍角整");
        check(140_950, "壹仟肆佰零玖元伍角整");
        check(600_714, "陆仟零柒元壹角肆分");
        check(32_504, "叁佰贰拾伍元零肆分");
        check(10_700_053, "壹拾万零柒仟元伍角叁分");
        check(126_000_000, "壹佰贰拾陆万元整");
        check(1_000_010_000_000, "壹佰亿零壹拾万元整");
        check(100_020_000_000_000, "壹万零贰亿元整");
        check(-100, "负壹元整");
    }

    #[test]
    fn only_yuan_have_capital_numerals() {
        assert_eq!(money_capital(Money::new(100, Currency::USD)), None);
    }
}
