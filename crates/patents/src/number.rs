//! Numbers of documents: one normal form for each office, and a key to find them by.
use crate::check::{self, CheckFault};

/// What a number counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// Published documents and granted patents.
    #[default]
    Publication,
    /// Applications.
    Application,
}

/// A number that somebody typed, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedNumber {
    /// The office, a code of ST.3.
    pub office: String,
    /// The number in its normal form.
    pub number: String,
    /// The kind, if one was typed.
    pub kind: Option<String>,
    /// Whether an application or a publication is numbered.
    pub role: Role,
}

impl ParsedNumber {
    /// The key under which records are found, the same as [`crate::DocNumber::key`].
    pub fn key(&self) -> String {
        key(&self.office, &self.number, self.role)
    }
}

/// Why a typed number is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// It has no form that any office uses.
    Unreadable,
    /// It could belong to several offices.
    OfficeMissing,
    /// Its check digit is wrong.
    CheckDigit(CheckFault),
}

/// Codes of ST.3 that documents and people write before numbers.
const OFFICES: &str = "AD AE AG AL AM AO AP AR AT AU AZ BA BB BD BE BG BH BN BO BR BW BX BY BZ \
    CA CH CL CN CO CR CS CU CY CZ DD DE DK DM DO DZ EA EC EE EG EM EP ES FI FR GB GC GD GE GH GR \
    GT HK HN HR HU IB ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KP KR KW KZ LA LB LI LK LR LT LU \
    LV LY MA MC MD ME MG MK MN MO MT MU MW MX MY MZ NA NG NI NL NO NP NZ OA OM PA PE PG PH PK PL \
    PT PY QA RO RS RU RW SA SC SD SE SG SI SK SM SU SV SY TH TJ TM TN TR TT TW TZ UA UG US UY UZ \
    VE VN WO XN YE YU ZA ZM ZW";

/// Whether `code` is a code of ST.3.
pub fn is_office(code: &str) -> bool {
    code.len() == 2 && OFFICES.split_ascii_whitespace().any(|office| office == code)
}

/// The key of a number: office and number; a stroke between them marks an application.
pub(crate) fn key(office: &str, number: &str, role: Role) -> String {
    let bare: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
    match role {
        Role::Publication => format!("{office}{bare}"),
        Role::Application => format!("{office}/{bare}"),
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The normal form of a number as a document of `office` writes it.
pub(crate) fn normal(office: &str, raw: &str, role: Role) -> String {
    let plain: String = raw.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = plain.to_uppercase();
    if let Some(international) = plain.strip_prefix("PCT/") {
        return pct(international).unwrap_or(plain);
    }
    let plain = plain.strip_prefix(office).filter(|_| !office.is_empty()).unwrap_or(&plain);
    match (office, role) {
        ("US", Role::Publication) => us_publication(plain),
        ("US", Role::Application) => us_application(plain),
        ("EP", Role::Publication) => format!("{:0>7}", digits(plain)),
        ("WO", Role::Publication) => wo_publication(plain).unwrap_or_else(|| plain.to_owned()),
        ("CN", Role::Publication) => digits(plain),
        (_, Role::Application) => plain.replace(',', ""),
        _ => plain.chars().filter(|c| !matches!(c, ',' | '.')).collect(),
    }
}

/// `D0435854`, `D. 271298`, `06337117`, `2001/0000044`, and DOCDB's `2001000044`.
fn us_publication(plain: &str) -> String {
    let letters: String = plain.chars().take_while(char::is_ascii_alphabetic).collect();
    let number = digits(plain);
    let is_year = |text: &str| text.starts_with("20");
    match (letters.as_str(), number.len()) {
        ("", 11) if is_year(&number) => number,
        ("", 10) if is_year(&number) => {
            let (year, serial) = number.split_at(4);
            format!("{year}0{serial}")
        }
        _ => format!("{letters}{}", number.trim_start_matches('0')),
    }
}

/// Series and serial number, from `09/413215` and from the `201514865040` of other offices.
fn us_application(plain: &str) -> String {
    let all = digits(plain);
    let is_dated = all.len() == 12 && (all.starts_with("19") || all.starts_with("20"));
    all.get(4..).filter(|_| is_dated).map_or_else(|| all.clone(), str::to_owned)
}

/// Four digits of year and six of number, from `02020444`, `9812345`, `2005/012345`.
fn wo_publication(plain: &str) -> Option<String> {
    let (year, serial) = match plain.split_once('/') {
        Some((year, serial)) => (digits(year), digits(serial)),
        None => {
            let all = digits(plain);
            let at = if all.len() == 10 { 4 } else { 2 };
            (all.get(..at)?.to_owned(), all.get(at..)?.to_owned())
        }
    };
    let fits = (1..=6).contains(&serial.len()) && matches!(year.len(), 2 | 4);
    fits.then(|| format!("{}{serial:0>6}", four_digit_year(&year)))
}

/// The treaty is of 1978: later pairs of digits are of the last century.
fn four_digit_year(year: &str) -> String {
    match year.len() {
        2 if year >= "78" => format!("19{year}"),
        2 => format!("20{year}"),
        _ => year.to_owned(),
    }
}

/// `PCT/JP2001/007711` from `JP01/07711`, `JP2001/007711` or `JP0107711`.
fn pct(rest: &str) -> Option<String> {
    let office = rest.get(..2).filter(|office| office.chars().all(|c| c.is_ascii_uppercase()))?;
    let tail = rest.get(2..)?.trim_start_matches('/');
    let (year, serial) = match tail.split_once('/') {
        Some((year, serial)) => (year, serial),
        None => tail.split_at_checked(if tail.len() == 10 { 4 } else { 2 })?,
    };
    let fits = is_digits(year) && is_digits(serial) && matches!(year.len(), 2 | 4);
    let fits = fits && serial.len() <= 6;
    fits.then(|| format!("PCT/{office}{}/{serial:0>6}", four_digit_year(year)))
}

/// Takes a typed number apart: `US 6,337,117 B1`, `EP 1325900`, `ZL202111286633.X`,
/// `WO 2005/012345 A1`, `PCT/JP01/07711`, `US 09/413,215`.
///
/// Full-width letters and digits are read too. Without an office only forms are taken that no
/// second office uses.
pub fn parse_number(text: &str) -> Result<ParsedNumber, NumberFault> {
    let plain: String = text.trim().chars().take(64).map(half_width).collect();
    let plain = plain.to_ascii_uppercase();
    if let Some(rest) = plain.strip_prefix("PCT") {
        let rest: String = rest.trim_start_matches(['/', ' ']).split_whitespace().collect();
        let number = pct(&rest).ok_or(NumberFault::Unreadable)?;
        return Ok(application("WO", number));
    }
    if let Some(rest) = plain.strip_prefix("ZL") {
        return chinese_application(rest).unwrap_or(Err(NumberFault::Unreadable));
    }
    let named = plain.get(..2).filter(|office| is_office(office));
    let rest = plain.get(2..).unwrap_or_default().trim_start_matches([' ', '-', ':', '.']);
    match named {
        Some(office) if begins_number(office, rest) => of_office(office, rest),
        _ => without_office(&plain),
    }
}

fn half_width(c: char) -> char {
    match u32::from(c) {
        point @ 0xFF01..=0xFF5E => char::from_u32(point - 0xFEE0).unwrap_or(c),
        0x3000 => ' ',
        _ => c,
    }
}

fn begins_number(office: &str, rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_ascii_digit()) || office == "US" && us_letters(rest).is_some()
}

/// The letters of designs, reissues, plants and the like before a number.
fn us_letters(rest: &str) -> Option<&str> {
    let at = rest.find(|c: char| !c.is_ascii_alphabetic())?;
    let (letters, after) = rest.split_at(at);
    let is_known = matches!(letters, "D" | "RE" | "PP" | "H" | "T" | "AI" | "RX" | "X");
    let after = after.trim_start_matches(['.', ' ']);
    (is_known && after.starts_with(|c: char| c.is_ascii_digit())).then_some(letters)
}

fn application(office: &str, number: String) -> ParsedNumber {
    ParsedNumber { office: office.to_owned(), number, kind: None, role: Role::Application }
}

fn chinese_application(rest: &str) -> Option<Result<ParsedNumber, NumberFault>> {
    let bare: String = rest.chars().filter(|c| !c.is_whitespace()).collect();
    let checked = check::check_cn_application(&bare)?;
    Some(checked.map(|number| application("CN", number)).map_err(NumberFault::CheckDigit))
}

/// Splits off a kind such as `B1` or `A`.
fn split_kind(rest: &str) -> (&str, Option<String>) {
    let trimmed = rest.trim_end();
    let without_digit = trimmed.strip_suffix(|c: char| c.is_ascii_digit()).unwrap_or(trimmed);
    for stem in [without_digit, trimmed] {
        if let Some(body) = stem.strip_suffix(|c: char| c.is_ascii_uppercase()) {
            let is_body = body.trim_end().ends_with(|c: char| c.is_ascii_digit());
            if let (true, Some(kind)) = (is_body, trimmed.get(body.len()..)) {
                return (body.trim_end(), Some(kind.to_owned()));
            }
        }
    }
    (trimmed, None)
}

fn of_office(office: &str, rest: &str) -> Result<ParsedNumber, NumberFault> {
    if office == "CN"
        && let Some(found) = chinese_application(rest)
    {
        // Nine digits are a publication unless the dot of a check digit stands there.
        if rest.contains('.') || digits(rest).len() >= 12 {
            return found;
        }
    }
    let (body, kind) = split_kind(rest);
    let body: String = body.chars().filter(|c| !matches!(c, ' ' | ',')).collect();
    let n_digits = digits(&body).len();
    if n_digits == 0 || n_digits > 20 {
        return Err(NumberFault::Unreadable);
    }
    if kind.is_none() && office == "US" && is_us_application(&body) {
        return Ok(application("US", digits(&body)));
    }
    if kind.is_none() && office == "EP" && (body.contains('.') || n_digits == 8) {
        let checked = check::check_ep_application(&body).ok_or(NumberFault::Unreadable)?;
        let number = checked.map_err(NumberFault::CheckDigit)?;
        return Ok(application("EP", number));
    }
    let role = Role::Publication;
    Ok(ParsedNumber { office: office.to_owned(), number: normal(office, &body, role), kind, role })
}

/// Series and serial number: `09/413215`.
fn is_us_application(body: &str) -> bool {
    body.split_once('/').is_some_and(|(series, serial)| {
        series.len() == 2 && serial.len() == 6 && is_digits(series) && is_digits(serial)
    })
}

fn without_office(plain: &str) -> Result<ParsedNumber, NumberFault> {
    let bare: String = plain.chars().filter(|c| !matches!(c, ' ' | ',')).collect();
    let is_long = digits(&bare).len() >= 12;
    if is_long && let Some(found) = chinese_application(&bare) {
        return found;
    }
    let is_us_year = |(year, serial): (&str, &str)| {
        year.len() == 4 && year.starts_with("20") && serial.len() >= 7
    };
    let looks_american = us_letters(plain).is_some()
        || is_us_application(&bare)
        || plain.contains(',')
        || bare.split_once('/').is_some_and(is_us_year);
    if looks_american {
        return of_office("US", plain);
    }
    if let Some((front, _)) = bare.split_once('.')
        && front.len() == 8
    {
        let chinese = chinese_application(&bare).and_then(Result::ok);
        let european = of_office("EP", &bare).ok();
        return match (european, chinese) {
            (Some(only), None) | (None, Some(only)) => Ok(only),
            _ => Err(NumberFault::OfficeMissing),
        };
    }
    let has_digits = bare.bytes().filter(u8::is_ascii_digit).count() >= 4;
    let is_plain = bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'/');
    Err(if has_digits && is_plain { NumberFault::OfficeMissing } else { NumberFault::Unreadable })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let shown = match parse_number(text) {
            Ok(number) => {
                format!("{} {}", number.key(), number.kind.unwrap_or_default()).trim().to_owned()
            }
            Err(NumberFault::CheckDigit(fault)) => {
                format!("{} is not {}", fault.found, fault.expected)
            }
            Err(fault) => format!("{fault:?}"),
        };
        assert_eq!(shown, expect, "{text}");
    }

    #[test]
    fn american_numbers() {
        check("US 6,337,117 B1", "US6337117 B1");
        check("us06337117", "US6337117");
        check("6,337,117", "US6337117");
        check("US D435,854 S1", "USD435854 S1");
        check("USD0435854", "USD435854");
        check("D. 271298", "USD271298");
        check("US RE 12345 E", "USRE12345 E");
        check("US 2001/0000044 A1", "US20010000044 A1");
        check("US2001000044", "US20010000044");
        check("US 09/413,215", "US/09413215");
        check("13/033,085", "US/13033085");
    }

    #[test]
    fn european_chinese_and_international_numbers() {
        check("EP 1 325 900 A1", "EP1325900 A1");
        check("EP0000002", "EP0000002");
        check("EP01963450.0", "EP/019634500");
        check("EP01963450", "EP/019634500");
        check("EP01963450.1", "1 is not 0");
        check("ZL 202111286633.X", "CN/202111286633X");
        check("CN202111286633X", "CN/202111286633X");
        check("２０２１１１２８６６３３．Ｘ", "CN/202111286633X");
        check("202111286633.1", "1 is not X");
        check("CN 114123456 A", "CN114123456 A");
        check("CN1234567C", "CN1234567 C");
        check("WO02020444", "WO2002020444");
        check("WO 2005/012345 A1", "WO2005012345 A1");
        check("WO 98/12345", "WO1998012345");
        check("PCT/JP01/07711", "WO/PCTJP2001007711");
        check("PCT/US2016049186", "WO/PCTUS2016049186");
        check("PCT/CN2020/123456", "WO/PCTCN2020123456");
        check("DE 92 16 791 U1", "DE9216791 U1");
        check("JP2000-273711A", "JP2000273711 A");
    }

    #[test]
    fn what_could_be_anything_is_not_guessed() {
        check("1325900", "OfficeMissing");
        check("", "Unreadable");
        check("dye laser", "Unreadable");
        check("US", "Unreadable");
        check("Ж12", "Unreadable");
    }
}
