//! Reads iCalendar texts of others, for imports of bookings: bounded, and loud about what it cannot read.

use super::event::Status;
use crate::recurrence::{Every, Recurrence, Until};
use crate::{Weekdays, Zone};
use base::{Date, Instant, Span};
use jiff::civil::{DateTime, Time, Weekday};

/// Bytes of one text at most.
pub const BYTES_MAX: usize = 8 * 1024 * 1024;
/// Events of one text at most.
pub const EVENTS_MAX: usize = 20_000;
/// Components inside one another at most.
const DEPTH_MAX: usize = 8;

/// Why a text is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    TooLarge,
    TooMany,
    /// The line, from 1, that is no content line or closes what is not open.
    Line(usize),
}

/// One line: its name, its parameters and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    pub name: String,
    pub parameters: Vec<(String, String)>,
    pub value: String,
}

/// What stands between a `BEGIN` and its `END`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Component {
    pub name: String,
    pub line: usize,
    pub properties: Vec<Property>,
    pub parts: Vec<Component>,
}

/// An event as it was found; what could not be read is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The line its text begins in, from 1, folds undone.
    pub line: usize,
    pub uid: String,
    pub sequence: u32,
    pub span: Option<Span>,
    pub status: Status,
    pub summary: String,
    pub description: String,
    pub location: String,
    /// The mail address of the first one who takes part, or nothing.
    pub attendee: String,
    /// Its rule of repetition, or the rule's text where it is one that we do not follow.
    pub repeats: Option<Result<Recurrence, String>>,
}

impl Component {
    fn value(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    fn text(&self, name: &str) -> String {
        self.value(name).map(|property| unescape(&property.value)).unwrap_or_default()
    }
}

/// Reads the components of a text.
pub fn parse(text: &str) -> Result<Vec<Component>, Unreadable> {
    if text.len() > BYTES_MAX {
        return Err(Unreadable::TooLarge);
    }
    let (mut done, mut open) = (Vec::new(), Vec::<Component>::new());
    let mut n_parts = 0;
    let plain = super::write::unfold(text.trim_start_matches('\u{feff}'));
    for (n, line) in plain.lines().enumerate() {
        let n = n + 1;
        if line.trim().is_empty() {
            continue;
        }
        let property = property(line).ok_or(Unreadable::Line(n))?;
        match property.name.as_str() {
            "BEGIN" if open.len() < DEPTH_MAX => {
                n_parts += 1;
                let name = property.value.trim().to_ascii_uppercase();
                open.push(Component { name, line: n, ..Component::default() });
            }
            "BEGIN" => return Err(Unreadable::Line(n)),
            "END" => {
                let whole = open.pop().ok_or(Unreadable::Line(n))?;
                if !whole.name.eq_ignore_ascii_case(property.value.trim()) {
                    return Err(Unreadable::Line(n));
                }
                open.last_mut().map_or(&mut done, |outer| &mut outer.parts).push(whole);
            }
            _ => open.last_mut().ok_or(Unreadable::Line(n))?.properties.push(property),
        }
        if n_parts > EVENTS_MAX * 2 {
            return Err(Unreadable::TooMany);
        }
    }
    if let Some(left) = open.first() {
        return Err(Unreadable::Line(left.line));
    }
    Ok(done)
}

/// Reads the events of a text; times without a zone are those of `home`.
pub fn events(text: &str, home: &Zone) -> Result<Vec<Found>, Unreadable> {
    let calendars = parse(text)?;
    let parts = calendars.iter().filter(|part| part.name == "VCALENDAR");
    let found: Vec<Found> = parts
        .flat_map(|calendar| &calendar.parts)
        .filter(|part| part.name == "VEVENT")
        .map(|part| event(part, home))
        .collect();
    if found.len() > EVENTS_MAX { Err(Unreadable::TooMany) } else { Ok(found) }
}

fn event(part: &Component, home: &Zone) -> Found {
    let start = part.value("DTSTART").and_then(|property| moment(property, home));
    let end = part.value("DTEND").and_then(|property| moment(property, home));
    let long = part.value("DURATION").and_then(|property| duration(&property.value));
    let end = end.or_else(|| Some(start?.plus_seconds(long?)));
    let status = match part.text("STATUS").to_ascii_uppercase().as_str() {
        "TENTATIVE" => Status::Tentative,
        "CANCELLED" => Status::Cancelled,
        _ => Status::Confirmed,
    };
    Found {
        line: part.line,
        uid: part.text("UID"),
        sequence: part.text("SEQUENCE").trim().parse().unwrap_or(0),
        span: start.zip(end).and_then(|(start, end)| Span::new(start, end)),
        status,
        summary: part.text("SUMMARY"),
        description: part.text("DESCRIPTION"),
        location: part.text("LOCATION"),
        attendee: attendee(part),
        repeats: part.value("RRULE").map(|rule| {
            let first = start.map(|at| home.date(at));
            first.and_then(|first| repeats(&rule.value, home, first)).ok_or(rule.value.clone())
        }),
    }
}

/// `mailto:` and the address; programs write it in any case.
fn attendee(part: &Component) -> String {
    let text = part.value("ATTENDEE").map(|property| property.value.trim()).unwrap_or_default();
    let is_mail = text.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    if is_mail { text[7..].trim().to_owned() } else { String::new() }
}

fn property(line: &str) -> Option<Property> {
    let (mut is_quoted, mut cut) = (false, None);
    for (at, c) in line.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            ':' if !is_quoted => {
                cut = Some(at);
                break;
            }
            _ => {}
        }
    }
    let (head, value) = (&line[..cut?], &line[cut? + 1..]);
    let mut parts = split_outside_quotes(head, ';').into_iter();
    let name = parts.next()?.to_ascii_uppercase();
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let parameters: Vec<(String, String)> = parts
        .filter_map(|part| part.split_once('='))
        .map(|(key, value)| (key.to_ascii_uppercase(), value.trim_matches('"').to_owned()))
        .collect();
    is_name(&name).then(|| Property { name, parameters, value: value.to_owned() })
}

fn split_outside_quotes(text: &str, at: char) -> Vec<&str> {
    let mut is_quoted = false;
    text.split(move |c: char| {
        is_quoted ^= c == '"';
        c == at && !is_quoted
    })
    .collect()
}

/// A text for people with its escapes undone.
pub fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

/// A date or a date with time: in UTC, in a named zone, or in the zone of home.
fn moment(property: &Property, home: &Zone) -> Option<Instant> {
    let value = property.value.trim();
    let (date, time) = value.split_once('T').unwrap_or((value, ""));
    let part = |text: &str, from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    if date.len() != 8 {
        return None;
    }
    let small = |n: Option<i16>| n.and_then(|n| i8::try_from(n).ok());
    let date =
        Date::new(part(date, 0, 4)?, small(part(date, 4, 6))?, small(part(date, 6, 8))?).ok()?;
    let clock = time.trim_end_matches('Z');
    let time_of_day = match clock.len() {
        0 => Time::midnight(),
        6 => {
            let at = |from| small(part(clock, from, from + 2));
            // A leap second is the second before it.
            Time::new(at(0)?, at(2)?, at(4)?.min(59), 0).ok()?
        }
        _ => return None,
    };
    let wall = DateTime::from_parts(date, time_of_day);
    if time.ends_with('Z') {
        return Zone::named("UTC").map(|utc| utc.at(wall));
    }
    let named = property.parameters.iter().find(|(key, _)| key == "TZID");
    // Some programs write a path before the name of the zone.
    let zone = named.and_then(|(_, name)| {
        Zone::named(name).or_else(|| {
            let parts: Vec<&str> = name.rsplitn(3, '/').collect();
            Zone::named(&format!("{}/{}", parts.get(1)?, parts.first()?))
        })
    });
    match (named, zone) {
        (Some(_), None) => None,
        (_, zone) => Some(zone.as_ref().unwrap_or(home).at(wall)),
    }
}

/// Seconds of `P1DT2H30M`, above zero and below a year.
fn duration(text: &str) -> Option<i64> {
    let rest = text.trim().trim_start_matches('+').strip_prefix('P')?;
    let (mut total, mut number) = (0i64, String::new());
    for c in rest.chars() {
        let unit = match c {
            '0'..='9' if number.len() < 8 => {
                number.push(c);
                continue;
            }
            'T' if number.is_empty() => continue,
            'W' => 604_800,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        total += number.parse::<i64>().ok()?.checked_mul(unit)?;
        number.clear();
    }
    (number.is_empty() && (1..=31_622_400).contains(&total)).then_some(total)
}

/// The rules that our own series know; `None` for every other.
fn repeats(rule: &str, home: &Zone, first: Date) -> Option<Recurrence> {
    let mut step = 1u16;
    let (mut freq, mut until, mut days, mut nth) = ("", None, None, None);
    for part in rule.split(';') {
        let (key, value) = part.split_once('=')?;
        match key {
            "FREQ" => freq = value,
            "INTERVAL" => step = value.parse().ok()?,
            "COUNT" => until = Some(Until::Count(value.parse().ok()?)),
            "UNTIL" => {
                let property =
                    Property { name: String::new(), parameters: vec![], value: value.to_owned() };
                until = Some(Until::Date(home.date(moment(&property, home)?)));
            }
            "BYDAY" if value.len() > 2 && !value.contains(',') => {
                let (number, day) = value.split_at(value.len() - 2);
                (weekday(day)? == first.weekday()).then_some(())?;
                nth = Some(number.parse::<i8>().ok()?);
            }
            "BYDAY" => {
                let each = value.split(',').map(|day| weekday(day).map(|day| Weekdays::one(day).0));
                days = Some(Weekdays(
                    each.collect::<Option<Vec<u8>>>()?.into_iter().fold(0, |a, b| a | b),
                ));
            }
            "BYMONTHDAY" => (value.parse() == Ok(first.day())).then_some(())?,
            "WKST" => (value == "MO").then_some(())?,
            _ => return None,
        }
    }
    let every = match (freq, days, nth) {
        ("DAILY", None, None) => Every::Days(step),
        ("WEEKLY", days, None) => {
            Every::Weeks(step, days.unwrap_or(Weekdays::one(first.weekday())))
        }
        ("MONTHLY", None, None) => Every::Months(step),
        ("MONTHLY", None, Some(nth)) => Every::MonthsNth(step, nth),
        _ => return None,
    };
    Some(Recurrence { every, until: until? })
}

fn weekday(code: &str) -> Option<Weekday> {
    const CODES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let at = CODES.iter().position(|own| *own == code)?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(lines: &str) -> Found {
        let text = format!(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        events(&text, &Zone::china()).expect("it is read").remove(0)
    }

    #[test]
    fn times_are_read_in_their_zone() {
        let check = |lines: &str, want: Option<&str>| {
            let start = one(lines).span.map(|span| span.start().rfc3339());
            assert_eq!(start.as_deref(), want, "{lines}");
        };
        let nine = Some("2026-03-02T01:00:00.000000Z");
        check("DTSTART:20260302T090000\r\nDTEND:20260302T100000", nine);
        check("DTSTART:20260302T010000Z\r\nDURATION:PT1H30M", nine);
        check("DTSTART;TZID=Europe/Berlin:20260302T020000\r\nDURATION:P1D", nine);
        check(
            "DTSTART;TZID=\"/vendor/20260101/Europe/Berlin\":20260302T020000\r\nDURATION:P1D",
            nine,
        );
        check("DTSTART;TZID=Nowhere:20260302T020000\r\nDURATION:P1D", None);
        check("DTSTART:20260302T250000\r\nDURATION:P1D", None);
        check("DTSTART:20260302T090000\r\nDTEND:20260302T080000", None);
    }

    #[test]
    fn rules_that_we_follow_are_read_and_others_are_told() {
        let rule = |text: &str| {
            one(&format!("DTSTART:20260302T090000\r\nDURATION:PT1H\r\nRRULE:{text}")).repeats
        };
        assert_eq!(
            rule("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4"),
            Some(Ok(Recurrence {
                every: Every::Weeks(1, Weekdays(0b000_0101)),
                until: Until::Count(4)
            }))
        );
        assert_eq!(
            rule("FREQ=MONTHLY;BYDAY=1MO;UNTIL=20260601T000000Z"),
            Some(Ok(Recurrence {
                every: Every::MonthsNth(1, 1),
                until: Until::Date("2026-06-01".parse().expect("a date"))
            }))
        );
        for foreign in ["FREQ=SECONDLY;COUNT=4", "FREQ=DAILY", "FREQ=DAILY;BYHOUR=3;COUNT=2"] {
            assert_eq!(rule(foreign), Some(Err(foreign.to_owned())));
        }
    }

    #[test]
    fn what_is_no_calendar_names_its_line() {
        assert_eq!(parse("BEGIN:VCALENDAR\nnonsense\nEND:VCALENDAR"), Err(Unreadable::Line(2)));
        assert_eq!(parse("BEGIN:A\nEND:B"), Err(Unreadable::Line(2)));
        assert_eq!(parse("BEGIN:A\n"), Err(Unreadable::Line(1)));
        assert_eq!(parse("END:A\n"), Err(Unreadable::Line(1)));
        let deep = "BEGIN:A\n".repeat(DEPTH_MAX + 1);
        assert_eq!(parse(&deep), Err(Unreadable::Line(DEPTH_MAX + 1)));
    }

    proptest! {
        /// Nothing that comes from outside makes the reader fall over.
        #[test]
        fn any_text_is_read_or_refused(text in "(?s).{0,400}", value in "[0-9TZ:;=P,A-Z-]{0,60}") {
            let _ = events(&text, &Zone::china());
            let _ = one(&format!("DTSTART:{value}\r\nDTEND:{value}\r\nDURATION:{value}\r\nRRULE:{value}"));
        }
    }
}
