//! Adjustments: charges of a past period are changed on request, by somebody else, in time.
//!
//! The request names what shall be; approval writes a reversing line and a new one, and nothing
//! that was written changes.

use crate::words_of;
use base::{AdjustmentId, ChargeId, Class, Date, Instant, PersonId, Refusal, Span, Value};

/// Months after which a period is locked.
pub const LOCK_MONTHS: i32 = 3;

words_of! {
    /// Where a request stands.
    State {
        Asked = "asked",
        Granted = "granted",
        Declined = "declined",
        Withdrawn = "withdrawn",
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wish {
    /// Another span of use, in the past.
    Span(Span),
    /// Nothing is to be paid.
    Waive,
}

/// A request as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: AdjustmentId,
    pub charge: ChargeId,
    pub wish: Wish,
    pub reason: String,
    pub asked_by: PersonId,
    pub asked_at: Instant,
    pub state: State,
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<Instant>,
    pub note: String,
}

/// Until when an adjustment may be asked for; the earlier of both limits counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Limits {
    /// Days after the charge.
    pub rolling_days: u32,
    /// The last day of the next month.
    pub day_of_next_month: i8,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rolling_days: 30, day_of_next_month: 10 }
    }
}

impl Limits {
    /// The last day on which a charge of that day may be disputed.
    pub fn last_day(&self, charged: Date) -> Date {
        let rolling = (0..self.rolling_days).fold(charged, |day, _| day.tomorrow().unwrap_or(day));
        let next = next_month(charged.first_of_month());
        let day = self.day_of_next_month.clamp(1, next.days_in_month());
        let fixed = Date::new(next.year(), next.month(), day).unwrap_or(rolling);
        rolling.min(fixed)
    }
}

fn next_month(first: Date) -> Date {
    first.last_of_month().tomorrow().unwrap_or(first)
}

/// Whether the period of that day is locked: nothing in it changes any more.
pub fn is_locked(charged: Date, today: Date) -> bool {
    let mut open = charged.first_of_month();
    for _ in 0..=LOCK_MONTHS {
        open = next_month(open);
    }
    today >= open
}

/// Lets a request be made: in time, about the past, with a reason.
pub fn ask(
    wish: &Wish,
    reason: &str,
    (charged, today): (Date, Date),
    limits: Limits,
    now: Instant,
) -> Result<(), Vec<Refusal>> {
    let mut against = Vec::new();
    let last = limits.last_day(charged);
    if today > last || is_locked(charged, today) {
        let refusal = Refusal::new(Class::Refused, "adjustment-too-late");
        against.push(refusal.with("last", Value::On(last)));
    }
    if matches!(wish, Wish::Span(span) if span.end() > now) {
        against.push(Refusal::invalid("adjustment-not-past").on("until"));
    }
    if reason.trim().is_empty() {
        against.push(Refusal::invalid("adjustment-reason-missing").on("reason"));
    }
    if against.is_empty() { Ok(()) } else { Err(against) }
}

/// Lets somebody decide: not the author, not the one who pays, not twice.
pub fn decide(state: State, involved: &[PersonId], decider: PersonId) -> Result<(), Refusal> {
    if state != State::Asked {
        return Err(Refusal::new(Class::Conflict, "adjustment-decided"));
    }
    if involved.contains(&decider) {
        return Err(Refusal::new(Class::NotAllowed, "adjustment-own"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn the_stricter_limit_counts() {
        let check = |charged: &str, rolling_days, day_of_next_month, want: &str| {
            let limits = Limits { rolling_days, day_of_next_month };
            assert_eq!(limits.last_day(day(charged)), day(want), "{charged}");
        };
        check("2026-03-05", 30, 10, "2026-04-04");
        check("2026-03-25", 30, 10, "2026-04-10");
        check("2026-12-31", 30, 5, "2027-01-05");
        check("2026-01-15", 90, 31, "2026-02-28");
        check("2026-03-05", 0, 10, "2026-03-05");
    }

    #[test]
    fn periods_lock_after_three_months() {
        assert!(!is_locked(day("2026-03-01"), day("2026-06-30")));
        assert!(is_locked(day("2026-03-31"), day("2026-07-01")));
    }

    #[test]
    fn a_request_is_in_time_about_the_past_and_reasoned() {
        let now = Instant::parse_rfc3339("2026-03-20T00:00:00Z").expect("a moment");
        let codes = |wish: &Wish, reason: &str, today: &str| -> Vec<String> {
            let days = (day("2026-03-05"), day(today));
            let against = ask(wish, reason, days, Limits::default(), now).err().unwrap_or_default();
            against.iter().map(|refusal| refusal.code.to_string()).collect()
        };
        let future = Wish::Span(Span::new(now, now.plus_seconds(1)).expect("a span"));
        assert_eq!(codes(&Wish::Waive, "power cut", "2026-04-04"), [""; 0]);
        assert_eq!(codes(&Wish::Waive, "power cut", "2026-04-05"), ["adjustment-too-late"]);
        let all = ["adjustment-too-late", "adjustment-not-past", "adjustment-reason-missing"];
        assert_eq!(codes(&future, " ", "2026-04-05"), all);
    }

    #[test]
    fn nobody_decides_on_his_own_request_and_nobody_twice() {
        let person = PersonId::from_bits;
        let code = |it: Result<(), Refusal>| it.err().map(|refusal| refusal.code.to_string());
        assert_eq!(decide(State::Asked, &[person(1)], person(2)), Ok(()));
        let own = code(decide(State::Asked, &[person(1), person(2)], person(2)));
        assert_eq!(own.as_deref(), Some("adjustment-own"));
        let again = code(decide(State::Granted, &[person(1)], person(2)));
        assert_eq!(again.as_deref(), Some("adjustment-decided"));
    }
}
