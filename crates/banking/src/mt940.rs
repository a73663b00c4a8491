//! SWIFT MT940, customer statement: tagged fields, with or without the envelope of blocks.
//!
//! Fields as in the SWIFT User Handbook, category 9: 25 account, 28C number, 60 opening, 61 line,
//! 86 its text, 62 closing. Texts of field 86 are read with the subfields `?20` to `?33`, which
//! many banks write, or as they stand.

use crate::LINES_MAX;
use crate::statement::{Balance, Line, Read, Statement, Wrong, text};
use base::{Currency, Date, Money};

/// One field: its tag, its text with continuation lines, and where it begins.
struct Field {
    tag: String,
    text: String,
    at: usize,
}

/// Reads a file of one or more messages.
pub(crate) fn read(file: &str, into: &mut Read) {
    let fields = fields(file);
    if !fields.iter().any(|field| field.tag == "20") {
        into.problem(1, ":20:", Wrong::Missing);
        return;
    }
    let mut messages: Vec<Vec<Field>> = Vec::new();
    for field in fields {
        match messages.last_mut() {
            Some(last) if field.tag != "20" => last.push(field),
            _ => messages.push(vec![field]),
        }
    }
    for message in messages {
        let at = message.first().map_or(1, |field| field.at);
        if let Some(statement) = statement(&message, into) {
            into.take(at, statement);
        }
    }
}

fn fields(file: &str) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut is_open = false;
    for (at, line) in (1..).zip(file.lines()) {
        let line = line.trim_end();
        // The text of a message begins after `{4:` and ends with `-}` or a hyphen alone.
        let line = line.rsplit_once("{4:").map_or(line, |(_, rest)| rest);
        if line == "-" || line.starts_with("-}") {
            is_open = false;
            continue;
        }
        match tagged(line) {
            Some((tag, rest)) => {
                is_open = true;
                fields.push(Field { tag: tag.to_owned(), text: rest.to_owned(), at });
            }
            None if is_open => {
                if let Some(last) = fields.last_mut() {
                    last.text.push('\n');
                    last.text.push_str(line);
                }
            }
            None => {}
        }
    }
    fields
}

fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.strip_prefix(':')?.split_once(':')?;
    let digits = tag.get(..2)?;
    let letter = tag.get(2..)?;
    let is_tag = digits.bytes().all(|byte| byte.is_ascii_digit())
        && letter.len() <= 1
        && letter.bytes().all(|byte| byte.is_ascii_uppercase());
    is_tag.then_some((tag, rest))
}

fn statement(message: &[Field], into: &mut Read) -> Option<Statement> {
    let at = message.first()?.at;
    let find = |tags: &[&str]| message.iter().find(|field| tags.contains(&field.tag.as_str()));
    let Some(opening) = find(&["60F", "60M"]) else {
        into.problem(at, ":60F:", Wrong::Missing);
        return None;
    };
    let (currency, opening) = balance(opening, into)?;
    let closing = find(&["62F", "62M"]).and_then(|field| balance(field, into));
    let first_line = |tag| find(&[tag]).and_then(|field| field.text.lines().next()).unwrap_or("");
    let number = match (first_line("25"), first_line("28C")) {
        (account, number) if !number.is_empty() => format!("{account} {number}"),
        _ => String::new(),
    };
    let mut lines = Vec::new();
    for (n, field) in message.iter().enumerate() {
        if field.tag != "61" {
            continue;
        }
        if into.n_lines() + lines.len() >= LINES_MAX {
            into.problem(field.at, ":61:", Wrong::TooMany);
            break;
        }
        let detail = message.get(n + 1).filter(|next| next.tag == "86");
        match line(field, currency) {
            Ok(line) => lines.push(detail.map_or(line.clone(), |detail| described(line, detail))),
            Err(wrong) => into.problem(field.at, ":61:", wrong),
        }
    }
    Some(Statement {
        account: text(first_line("25")),
        currency,
        number: text(&number),
        opening: Some(opening),
        closing: closing.filter(|(own, _)| *own == currency).map(|(_, closing)| closing),
        lines,
    })
}

/// `C260301CNY1234,50`
fn balance(field: &Field, into: &mut Read) -> Option<(Currency, Balance)> {
    let tag = format!(":{}:", field.tag);
    let read = || {
        let given = field.text.trim();
        let wrong = || Wrong::Amount(text(given));
        let sign = match given.get(..1) {
            Some("C") => 1,
            Some("D") => -1,
            _ => return Err(Wrong::Sign(text(given))),
        };
        let on = day(given.get(1..7).ok_or_else(wrong)?)?;
        let code = given.get(7..10).ok_or_else(wrong)?;
        let currency = Currency::parse(code).ok_or_else(|| Wrong::Currency(code.to_owned()))?;
        let minor = amount(given.get(10..).ok_or_else(wrong)?, currency)?;
        Ok((currency, Balance { minor: sign * minor, on: Some(on) }))
    };
    match read() {
        Ok(read) => Some(read),
        Err(wrong) => {
            into.problem(field.at, &tag, wrong);
            None
        }
    }
}

/// `2603010301RCN1234,50NTRFORDER-7//BANK-9`, with a second line of the bank's own words.
fn line(field: &Field, currency: Currency) -> Result<Line, Wrong> {
    let (first, rest) = field.text.split_once('\n').unwrap_or((&field.text, ""));
    let bad = || Wrong::Amount(text(first));
    let value_date = day(first.get(..6).ok_or_else(bad)?)?;
    let mut at = first.get(6..).ok_or_else(bad)?;
    let mut booked_on = None;
    if let Some(entry) = at.get(..4).filter(|four| four.bytes().all(|b| b.is_ascii_digit())) {
        booked_on = entry_day(entry, value_date);
        at = &at[4..];
    }
    let (sign, is_reversal, taken) = match at.as_bytes() {
        [b'R', b'C', ..] => (-1, true, 2),
        [b'R', b'D', ..] => (1, true, 2),
        [b'C', ..] => (1, false, 1),
        [b'D', ..] => (-1, false, 1),
        _ => return Err(Wrong::Sign(text(first))),
    };
    at = &at[taken..];
    // The third letter of the currency may stand here.
    at = at.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(at);
    let end = at.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(at.len());
    let minor = sign * amount(&at[..end], currency)?;
    // A letter and three more name the kind of transaction; it is not needed.
    let references = at.get(end + 4..).unwrap_or("");
    let (order, bank) = references.split_once("//").unwrap_or((references, ""));
    let given = |part: &str| {
        let part = text(part);
        (!part.is_empty() && part != "NONREF").then_some(part)
    };
    Ok(Line {
        at: field.at,
        value_date,
        booked_on,
        minor,
        is_reversal,
        reference: given(bank),
        order: given(order),
        counterparty: None,
        counterparty_account: None,
        text: text(rest),
    })
}

fn described(line: Line, detail: &Field) -> Line {
    let joined: String = detail.text.lines().collect();
    if !joined.contains('?') {
        return Line { text: text(&format!("{} {}", line.text, detail.text)), ..line };
    }
    let sub = |wanted: &[&str]| {
        let parts = joined.split('?').skip(1).filter_map(|part| part.split_at_checked(2));
        let found: Vec<&str> =
            parts.filter(|(code, _)| wanted.contains(code)).map(|(_, rest)| rest).collect();
        let found = text(&found.join(""));
        (!found.is_empty()).then_some(found)
    };
    let words =
        sub(&["20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "60", "61", "62", "63"]);
    Line {
        text: words.unwrap_or_default(),
        counterparty: sub(&["32", "33"]),
        counterparty_account: sub(&["31"]),
        ..line
    }
}

/// A day `YYMMDD`; years before 80 are of this century.
fn day(text: &str) -> Result<Date, Wrong> {
    let wrong = || Wrong::Date(text.to_owned());
    let part = |range| text.get(range).and_then(|part: &str| part.parse::<i8>().ok());
    let is_plain = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month, day) = match (part(0..2), part(2..4), part(4..6)) {
        (Some(year), Some(month), Some(day)) if is_plain => (i16::from(year), month, day),
        _ => return Err(wrong()),
    };
    Date::new(if year < 80 { 2000 } else { 1900 } + year, month, day).map_err(|_| wrong())
}

/// A day `MMDD` of the year nearest to the value date.
fn entry_day(text: &str, near: Date) -> Option<Date> {
    let month: i8 = text.get(..2)?.parse().ok()?;
    let day: i8 = text.get(2..)?.parse().ok()?;
    let year = match (near.month(), month) {
        (12, 1) => near.year() + 1,
        (1, 12) => near.year() - 1,
        _ => near.year(),
    };
    Date::new(year, month, day).ok()
}

/// An amount with a decimal comma, which always stands there: `1234,5`, `1234,`.
fn amount(given: &str, currency: Currency) -> Result<i64, Wrong> {
    let wrong = || Wrong::Amount(text(given));
    let (whole, part) = given.split_once(',').ok_or_else(wrong)?;
    let plain = if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") };
    let money = Money::parse(&plain, currency).map_err(|_| wrong())?;
    if money.minor < 0 { Err(wrong()) } else { Ok(money.minor) }
}
