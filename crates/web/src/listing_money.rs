//! Money as people type it: thousands marks, full-width digits, 万 and 亿, a sign or a code.

use base::time::half_width;
use base::{Currency, Money};

/// Reads an amount; nothing typed is no amount.
pub fn read_money(typed: &str, currency: Currency) -> Result<Option<Money>, ()> {
    let plain: String = typed.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    let plain = plain.replace([',', '、', '\'', '¥', '￥', '$', '€', '£'], "");
    let plain = plain.trim_start_matches("人民币").trim_end_matches("人民币");
    let plain = plain.trim_end_matches('整').trim_end_matches('元');
    let plain = match plain.get(..3).filter(|code| Currency::parse(code).is_some()) {
        Some(code) if code == currency.code() => &plain[3..],
        Some(_) => return Err(()),
        None => plain.strip_suffix(currency.code()).unwrap_or(plain),
    };
    if plain.is_empty() {
        return Ok(None);
    }
    let (digits, shift) = match plain.char_indices().next_back() {
        Some((at, '万' | '萬')) => (&plain[..at], 4),
        Some((at, '亿' | '億')) => (&plain[..at], 8),
        _ => (plain, 0),
    };
    let moved = moved(digits, shift).ok_or(())?;
    Money::parse(&moved, currency).map(Some).map_err(|_| ())
}

/// The decimal text with its point so many places further right.
fn moved(digits: &str, shift: usize) -> Option<String> {
    if shift == 0 {
        return Some(digits.to_owned());
    }
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || part.len() > 12 {
        return None;
    }
    let padded = format!("{part:0<shift$}");
    let (in_whole, rest) = padded.split_at(shift);
    let rest = rest.trim_end_matches('0');
    Some(if rest.is_empty() {
        format!("{whole}{in_whole}")
    } else {
        format!("{whole}{in_whole}.{rest}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, want: Result<Option<&str>, ()>) {
        let read = read_money(typed, Currency::CNY);
        let shown = read.map(|money| money.map(Money::decimal));
        assert_eq!(shown, want.map(|text| text.map(str::to_owned)), "{typed}");
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        check("", Ok(None));
        check(" 1,234.50 ", Ok(Some("1234.50")));
        check("￥１２，０００", Ok(Some("12000.00")));
        check("12.5万", Ok(Some("125000.00")));
        check("1.2亿元", Ok(Some("120000000.00")));
        check("0.00005万", Ok(Some("0.50")));
        check("CNY 100", Ok(Some("100.00")));
        check("人民币5万元整", Ok(Some("50000.00")));
        check("USD 100", Err(()));
        check("万", Err(()));
        check("ten", Err(()));
        check("1.005", Err(()));
        check("元", Ok(None));
    }
}
