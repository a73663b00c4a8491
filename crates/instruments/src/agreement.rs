//! Agreements on services: a unit lets a customer's people use its instruments between two days.

use base::{Date, Instant, OrganisationId, Refusal, limits, text};

/// Characters of a number.
pub const NUMBER_CHARS_MAX: usize = 80;

/// An agreement as kept; its number is the unit's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    pub unit: OrganisationId,
    pub customer: OrganisationId,
    pub number: String,
    /// The first day and the last one.
    pub from: Date,
    pub until: Date,
    /// What it is about, and where its text lies.
    pub subject: String,
    /// When it was ended before its last day.
    pub ended_at: Option<Instant>,
}

impl Agreement {
    /// Tidies what was typed, or says all that is wrong with it.
    pub fn read(mut self) -> Result<Self, Vec<Refusal>> {
        let mut no = Vec::new();
        match text::required_line("number", &self.number, NUMBER_CHARS_MAX) {
            Ok(number) => self.number = number,
            Err(refusal) => no.push(refusal),
        }
        match text::line("subject", &self.subject, limits::SUMMARY_CHARS_MAX) {
            Ok(subject) => self.subject = subject,
            Err(refusal) => no.push(refusal),
        }
        if self.until < self.from {
            no.push(Refusal::invalid("agreement-backward").on("until"));
        }
        if self.customer == self.unit {
            no.push(Refusal::invalid("agreement-of-one").on("customer"));
        }
        if no.is_empty() { Ok(self) } else { Err(no) }
    }

    /// Whether it holds on a day, as far as is known now.
    pub fn holds_on(&self, day: Date) -> bool {
        self.ended_at.is_none() && self.from <= day && day <= self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        base::time::read_date(text).expect("a day")
    }

    fn plain() -> Agreement {
        Agreement {
            unit: OrganisationId::from_bits(1),
            customer: OrganisationId::from_bits(2),
            number: " FW-2026-7 ".into(),
            from: day("2026-03-01"),
            until: day("2026-03-31"),
            subject: String::new(),
            ended_at: None,
        }
    }

    fn check(change: impl FnOnce(&mut Agreement), want: &[&str]) {
        let mut it = plain();
        change(&mut it);
        let no = it.read().err().unwrap_or_default();
        let codes: Vec<&str> = no.iter().map(|refusal| refusal.code.as_ref()).collect();
        assert_eq!(codes, want);
    }

    #[test]
    fn what_cannot_be_is_told_at_once() {
        check(|_| {}, &[]);
        check(|it| it.until = it.from, &[]);
        check(
            |it| {
                it.number = " ".into();
                it.until = day("2026-02-28");
                it.customer = it.unit;
            },
            &["field-required", "agreement-backward", "agreement-of-one"],
        );
        assert_eq!(plain().read().expect("sound").number, "FW-2026-7");
    }

    #[test]
    fn it_holds_from_its_first_day_to_its_last_unless_it_was_ended() {
        let holds = |text: &str| plain().holds_on(day(text));
        assert_eq!(
            ["2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"].map(holds),
            [false, true, true, false]
        );
        let ended = Agreement { ended_at: Some(Instant::from_micros(1)), ..plain() };
        assert!(!ended.holds_on(day("2026-03-15")));
    }
}
