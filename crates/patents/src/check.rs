//! Check digits of application numbers.

const CN_WEIGHTS: [u32; 12] = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];

/// A number whose check digit is wrong, with both digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckFault {
    /// The number as given.
    pub number: String,
    /// The check digit found.
    pub found: char,
    /// The check digit that belongs to the number.
    pub expected: char,
}

/// The check digit of a Chinese application number: 12 digits, or 8 before October 2003.
///
/// The sum of the digits, weighted 2 to 9 over and over, modulo 11; ten is written X.
pub fn cn_check_digit(digits: &str) -> Option<char> {
    if !matches!(digits.len(), 8 | 12) {
        return None;
    }
    let mut sum = 0;
    for (digit, weight) in digits.chars().zip(CN_WEIGHTS) {
        sum += digit.to_digit(10)? * weight;
    }
    match sum % 11 {
        10 => Some('X'),
        rest => char::from_digit(rest, 10),
    }
}

/// The check digit of a European application number of 8 digits.
///
/// Every second digit is doubled and its own digits added, as on bank cards.
pub fn ep_check_digit(digits: &str) -> Option<char> {
    if digits.len() != 8 {
        return None;
    }
    let mut sum = 0;
    for (digit, weight) in digits.chars().zip([1, 2].into_iter().cycle()) {
        let product = digit.to_digit(10)? * weight;
        sum += product / 10 + product % 10;
    }
    char::from_digit((10 - sum % 10) % 10, 10)
}

/// Tests a Chinese application number such as `202111286633.X` or `ZL202111286633.X`.
///
/// Returns it in its normal form, with dot and check digit; one without check digit gets its own.
/// `None` means that the text is no such number at all.
pub fn check_cn_application(text: &str) -> Option<Result<String, CheckFault>> {
    let plain = text.trim().to_ascii_uppercase();
    let plain = plain.strip_prefix("ZL").or(plain.strip_prefix("CN")).unwrap_or(&plain).trim();
    if let Some(normal) = from_standard(plain) {
        return Some(Ok(normal));
    }
    check(plain, cn_check_digit, &[12, 8])
}

/// `202111286633.X` from `102021001286633`: the office's standard form parts type, year, serial.
fn from_standard(plain: &str) -> Option<String> {
    let is_standard = plain.len() == 15 && plain.bytes().all(|byte| byte.is_ascii_digit());
    let sort = plain.get(..2).filter(|sort| is_standard && matches!(*sort, "10" | "20" | "30"))?;
    let (year, filling) = (plain.get(2..6)?, plain.get(6..8)?);
    if filling != "00" {
        return None;
    }
    let digits = format!("{year}{}{}", sort.get(..1)?, plain.get(8..)?);
    cn_check_digit(&digits).map(|check| format!("{digits}.{check}"))
}

/// Tests a European application number such as `01963450.0`, as for China.
pub fn check_ep_application(text: &str) -> Option<Result<String, CheckFault>> {
    let plain = text.trim().to_ascii_uppercase();
    let plain = plain.strip_prefix("EP").unwrap_or(&plain);
    check(plain.trim(), ep_check_digit, &[8])
}

fn check(
    plain: &str,
    digit_of: fn(&str) -> Option<char>,
    lengths: &[usize],
) -> Option<Result<String, CheckFault>> {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (digits, found) = match plain.split_once('.') {
        Some((digits, check)) => (digits, Some(check)),
        None if lengths.contains(&plain.len()) => (plain, None),
        None => {
            let at = plain.len().checked_sub(1)?;
            (plain.get(..at)?, plain.get(at..))
        }
    };
    if !lengths.contains(&digits.len()) || !is_digits(digits) {
        return None;
    }
    let expected = digit_of(digits)?;
    let normal = format!("{digits}.{expected}");
    let Some(found) = found else { return Some(Ok(normal)) };
    let mut chars = found.chars();
    let (Some(found), None) = (chars.next(), chars.next()) else { return None };
    if !found.is_ascii_digit() && found != 'X' {
        return None;
    }
    if found == expected {
        return Some(Ok(normal));
    }
    Some(Err(CheckFault { number: plain.to_owned(), found, expected }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [&str; 6] = [
        "202111286633.X",
        "202110991218.8",
        "201410408762.5",
        "200880114428.1",
        "201480000986.0",
        "202180002433.9",
    ];

    #[test]
    fn good_numbers_pass() {
        for number in GOOD {
            assert_eq!(check_cn_application(number), Some(Ok(number.to_owned())));
            let bare = number.replace('.', "");
            assert_eq!(check_cn_application(&bare), Some(Ok(number.to_owned())));
            let zl = format!("ZL {}", number.to_lowercase());
            assert_eq!(check_cn_application(&zl), Some(Ok(number.to_owned())));
        }
        assert_eq!(check_ep_application("01963450.0"), Some(Ok("01963450.0".to_owned())));
        assert_eq!(check_ep_application("EP04768329"), Some(Ok("04768329.7".to_owned())));
    }

    #[test]
    fn the_standard_form_is_the_same_number() {
        for (standard, normal) in
            [("102021001286633", "202111286633.X"), ("CN102015000163325", "201510163325.6")]
        {
            assert_eq!(check_cn_application(standard), Some(Ok(normal.to_owned())));
        }
    }

    #[test]
    fn any_turned_digit_is_refused_with_both_checks() {
        for number in GOOD {
            for at in (0..12).chain([13]) {
                let mut turned: Vec<char> = number.chars().collect();
                let old = turned[at];
                for new in '0'..='9' {
                    if new == old {
                        continue;
                    }
                    turned[at] = new;
                    let text: String = turned.iter().collect();
                    let refused = check_cn_application(&text).unwrap().unwrap_err();
                    assert_ne!(refused.found, refused.expected, "{text}");
                }
            }
        }
        let refused = check_cn_application("202111286633.1").unwrap().unwrap_err();
        assert_eq!((refused.found, refused.expected), ('1', 'X'));
    }

    #[test]
    fn what_is_no_number_is_not_judged() {
        for text in ["", ".", "X", "20211128663.X", "2021112866334.X", "202111286633.XX", "äöü"]
        {
            assert_eq!(check_cn_application(text), None, "{text}");
        }
    }
}
