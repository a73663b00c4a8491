//! Another mail address for one's own account: the one of before counts until the new one is confirmed.

use crate::person::email;
use base::{Class, Instant, Refusal};

/// Seconds for which the link to the new address is good.
pub const LINK_SECONDS: i64 = 24 * 3600;
/// Changes that one person may ask for in an hour: each sends a letter to somebody.
pub const ASKED_MAX: u64 = 5;
/// The hour in which they are counted.
pub const HOUR_SECONDS: i64 = 3600;

/// Reads the address that somebody wants. Whether others have it is not asked here, and not told.
pub fn ask(
    typed: &str,
    current: &str,
    (n_asked, counted_until): (u64, Instant),
    now: Instant,
) -> Result<String, Vec<Refusal>> {
    let mut problems = Vec::new();
    if now < counted_until && n_asked >= ASKED_MAX {
        let seconds = counted_until.seconds_since(now) + 1;
        problems.push(Refusal::new(Class::TooMany, "too-many").number("seconds", seconds));
        return Err(problems);
    }
    match email(typed) {
        Ok(address) if address == current => {
            problems.push(Refusal::invalid("address-same").on("address"));
            Err(problems)
        }
        Ok(address) => Ok(address),
        Err(refusal) => {
            problems.push(refusal.on("address"));
            Err(problems)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_another_one_and_not_asked_for_too_often() {
        let at = Instant::from_micros;
        let check = |typed: &str, counted, expect: Result<&str, &str>| {
            let found = ask(typed, "wu@city.example", counted, at(10));
            let found = found.map_err(|no| no[0].code.to_string());
            assert_eq!(found, expect.map(str::to_owned).map_err(str::to_owned), "{typed}");
        };
        let none = (0, at(0));
        check(" New@City.example ", none, Ok("new@city.example"));
        check("WU@city.example", none, Err("address-same"));
        check("wu", none, Err("person-email-unreadable"));
        check("new@city.example", (ASKED_MAX, at(11)), Err("too-many"));
        check("new@city.example", (ASKED_MAX, at(10)), Ok("new@city.example"));
        check("new@city.example", (ASKED_MAX - 1, at(11)), Ok("new@city.example"));
    }
}
