//! Upkeep: what is done at an instrument in a rhythm, certificates of its calibration with the day on which
//! they end, and what people found wrong with it.
//!
//! An instrument without a valid certificate is not refused here: whether a result needs one is the matter
//! of the laboratory. That it has none is shown to everybody.

use crate::words_of;
use base::text::{block, field_term, line, required_line};
use base::{Class, limits};
use base::{Date, FaultId, Instant, InstrumentId, PersonId, Refusal, UpkeepPlanId, UpkeepRecordId};
use calendar::zone::{add_days, add_months};

words_of! {
    /// What is done at an instrument.
    Kind {
        Calibration = "calibration",
        Maintenance = "maintenance",
        /// Between two calibrations, by the house itself.
        Check = "check",
    }
    /// How a fault that was told of stands.
    FaultState {
        Open = "open",
        Mended = "mended",
        /// Nothing was wrong, or it was known already.
        Dismissed = "dismissed",
    }
}

/// Characters of a number of a certificate.
pub const CERTIFICATE_CHARS_MAX: usize = 80;
/// Months between two times at most.
pub const MONTHS_MAX: u32 = 120;
/// Days before something is due from which on it is told.
pub const SOON_DAYS: i64 = 30;

/// What is to be done at an instrument, and by which day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub id: UpkeepPlanId,
    pub instrument: InstrumentId,
    pub kind: Kind,
    pub title: String,
    /// 0 where it is done once.
    pub every_months: u32,
    /// Nothing where it was done once and comes no more.
    pub due: Option<Date>,
    pub version: u64,
    pub ended_at: Option<Instant>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub id: UpkeepRecordId,
    pub instrument: InstrumentId,
    pub plan: Option<UpkeepPlanId>,
    pub kind: Kind,
    pub done: Date,
    /// The laboratory, firm or person.
    pub by: String,
    /// The number of the certificate, of a calibration.
    pub certificate: String,
    /// The last day on which the certificate counts.
    pub until: Option<Date>,
    pub note: String,
    pub recorded_by: PersonId,
    pub recorded_at: Instant,
}

/// What somebody found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub id: FaultId,
    pub instrument: InstrumentId,
    pub person: PersonId,
    pub said: String,
    /// Whether nothing can be done with it, as they say.
    pub is_stopped: bool,
    pub reported_at: Instant,
    pub state: FaultState,
    pub version: u64,
    pub answer: String,
    pub settled: Option<(PersonId, Instant)>,
}

/// How something that ends on a day stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is good for a while.
    Good,
    /// Its day is within [`SOON_DAYS`].
    Soon,
    /// Its day is over.
    Over,
}

/// How something stands whose last good day this is.
pub fn standing(last: Date, today: Date) -> Standing {
    let soon = add_days(today, SOON_DAYS);
    match () {
        () if last < today => Standing::Over,
        () if last <= soon => Standing::Soon,
        () => Standing::Good,
    }
}

fn missing(field: &'static str) -> Refusal {
    Refusal::invalid("field-required").on(field).term("field", field_term(field))
}

impl Plan {
    /// Whether it is still to be done.
    pub fn stands(&self) -> bool {
        self.ended_at.is_none() && self.due.is_some()
    }

    /// What was typed, made plain; everything that is wrong.
    pub fn read(mut self) -> Result<Self, Vec<Refusal>> {
        let mut no = Vec::new();
        match required_line("title", &self.title, limits::TITLE_CHARS_MAX) {
            Ok(title) => self.title = title,
            Err(refusal) => no.push(refusal),
        }
        if self.every_months > MONTHS_MAX {
            let refusal = Refusal::invalid("upkeep-months").on("every_months");
            no.push(refusal.number("most", MONTHS_MAX));
        }
        if no.is_empty() { Ok(self) } else { Err(no) }
    }

    /// The plan once it was done: the next day follows from the certificate where it names its end, else
    /// from the day on which it was done. Nothing where it was done earlier than what the plan knows, unless
    /// its newest day is entered again, which puts a wrong entry right.
    #[must_use]
    pub fn after(&self, done: &Record, is_again: bool) -> Self {
        let by_rhythm = add_months(done.done, self.every_months.into());
        let next = (self.every_months > 0).then(|| done.until.unwrap_or(by_rhythm));
        // A record of long ago moves nothing back.
        let due = match (self.due, next) {
            (Some(due), Some(next)) if !is_again => Some(due.max(next)),
            (_, next) => next,
        };
        Self { due, version: self.version + 1, ..self.clone() }
    }
}

impl Record {
    /// What was typed, made plain; everything that is wrong.
    pub fn read(mut self, today: Date) -> Result<Self, Vec<Refusal>> {
        let mut no = Vec::new();
        let mut put = |kept: &mut String, found: Result<String, Refusal>| match found {
            Ok(text) => *kept = text,
            Err(refusal) => no.push(refusal),
        };
        let (by, note) = (self.by.clone(), self.note.clone());
        let certificate = self.certificate.clone();
        put(&mut self.by, required_line("done_by", &by, limits::NAME_CHARS_MAX));
        put(&mut self.note, block("note", &note, limits::SUMMARY_CHARS_MAX));
        put(&mut self.certificate, line("certificate", &certificate, CERTIFICATE_CHARS_MAX));
        if self.done > today {
            no.push(Refusal::invalid("upkeep-ahead").on("done_on"));
        }
        if self.until.is_some_and(|until| until < self.done) {
            no.push(Refusal::invalid("upkeep-until").on("valid_until"));
        }
        match self.kind {
            Kind::Calibration if self.certificate.is_empty() => no.push(missing("certificate")),
            Kind::Calibration => {}
            // Only a calibration is certified.
            _ if !self.certificate.is_empty() || self.until.is_some() => {
                no.push(Refusal::invalid("upkeep-uncertified").on("certificate"));
            }
            _ => {}
        }
        if no.is_empty() { Ok(self) } else { Err(no) }
    }
}

impl Fault {
    /// What was said, made plain.
    pub fn read(mut self) -> Result<Self, Vec<Refusal>> {
        let said =
            block("trouble", &self.said, limits::SUMMARY_CHARS_MAX).map_err(|no| vec![no])?;
        if said.is_empty() {
            return Err(vec![missing("trouble")]);
        }
        self.said = said;
        Ok(self)
    }

    /// The fault as its people answered it; a dismissal says why.
    pub fn settle(
        &self,
        (state, answer): (FaultState, &str),
        (by, seen): (PersonId, u64),
        now: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        let mut no = Vec::new();
        if self.state != FaultState::Open || self.version != seen {
            no.push(Refusal::new(Class::Conflict, "upkeep-fault-settled"));
        }
        let answer = block("answer", answer, limits::SUMMARY_CHARS_MAX);
        let answer = answer.map_err(|refusal| no.push(refusal)).unwrap_or_default();
        if state == FaultState::Dismissed && answer.is_empty() {
            no.push(missing("answer"));
        }
        if state == FaultState::Open {
            no.push(Refusal::invalid("choice-unknown").on("state").term("field", "field-state"));
        }
        if !no.is_empty() {
            return Err(no);
        }
        let version = self.version + 1;
        Ok(Self { state, answer, version, settled: Some((by, now)), ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Date {
        base::time::read_date(text).expect("a date")
    }

    fn plan(every_months: u32, due: &str) -> Plan {
        Plan {
            id: UpkeepPlanId::from_bits(1),
            instrument: InstrumentId::from_bits(1),
            kind: Kind::Calibration,
            title: "Yearly calibration".to_owned(),
            every_months,
            due: Some(on(due)),
            version: 1,
            ended_at: None,
        }
    }

    fn record(kind: Kind, (done, until): (&str, &str)) -> Record {
        Record {
            id: UpkeepRecordId::from_bits(1),
            instrument: InstrumentId::from_bits(1),
            plan: None,
            kind,
            done: on(done),
            by: "Metrology institute".to_owned(),
            certificate: if kind == Kind::Calibration { "XC-2026-1" } else { "" }.to_owned(),
            until: Some(until).filter(|text| !text.is_empty()).map(on),
            note: String::new(),
            recorded_by: PersonId::from_bits(1),
            recorded_at: Instant::from_micros(0),
        }
    }

    fn check(every_months: u32, done: (&str, &str), want: Option<&str>) {
        let after = plan(every_months, "2026-03-01").after(&record(Kind::Calibration, done), false);
        assert_eq!(after.due, want.map(on), "every {every_months} months, {done:?}");
        assert_eq!(after.version, 2);
    }

    #[test]
    fn the_next_day_follows_from_the_certificate_or_the_rhythm() {
        check(12, ("2026-02-20", ""), Some("2027-02-20"));
        check(12, ("2026-02-20", "2027-02-19"), Some("2027-02-19"));
        // The last day of a month stays one.
        check(6, ("2026-08-31", ""), Some("2027-02-28"));
        // What is done once comes no more, whatever its certificate says.
        check(0, ("2026-02-20", "2028-02-19"), None);
        // What was done long ago and is entered today moves nothing back.
        check(12, ("2024-02-20", ""), Some("2026-03-01"));
        // Its newest day once more puts right what was entered of it.
        let wrong = plan(12, "2036-02-19");
        let right = record(Kind::Calibration, ("2026-02-20", "2027-02-19"));
        assert_eq!(wrong.after(&right, true).due, Some(on("2027-02-19")));
    }

    #[test]
    fn a_day_itself_is_good_and_the_next_is_not() {
        let today = on("2026-03-01");
        for (last, want) in [
            ("2026-02-28", Standing::Over),
            ("2026-03-01", Standing::Soon),
            ("2026-03-31", Standing::Soon),
            ("2026-04-01", Standing::Good),
        ] {
            assert_eq!(standing(on(last), today), want, "{last}");
        }
    }

    fn codes(found: Result<Record, Vec<Refusal>>) -> Vec<String> {
        let no = found.err().unwrap_or_default();
        no.iter().map(|it| format!("{} {}", it.field.as_deref().unwrap_or(""), it.code)).collect()
    }

    #[test]
    fn a_record_says_all_that_is_wrong_with_it() {
        let today = on("2026-03-01");
        let fine = record(Kind::Calibration, ("2026-03-01", "2027-02-28"));
        assert_eq!(codes(fine.clone().read(today)), [""; 0]);
        let empty = Record {
            by: "  ".to_owned(),
            certificate: String::new(),
            done: on("2026-03-02"),
            until: Some(on("2026-03-01")),
            ..fine
        };
        let all = [
            "done_by field-required",
            "done_on upkeep-ahead",
            "valid_until upkeep-until",
            "certificate field-required",
        ];
        assert_eq!(codes(empty.read(today)), all);
        let check = record(Kind::Check, ("2026-02-01", "2027-02-01"));
        assert_eq!(codes(check.read(today)), ["certificate upkeep-uncertified"]);
        assert_eq!(codes(record(Kind::Maintenance, ("2026-02-01", "")).read(today)), [""; 0]);
    }

    #[test]
    fn a_fault_is_settled_once_and_a_dismissal_says_why() {
        let open = Fault {
            id: FaultId::from_bits(1),
            instrument: InstrumentId::from_bits(1),
            person: PersonId::from_bits(2),
            said: "The lamp is dark".to_owned(),
            is_stopped: true,
            reported_at: Instant::from_micros(1),
            state: FaultState::Open,
            version: 1,
            answer: String::new(),
            settled: None,
        };
        let now = Instant::from_micros(9);
        let by = (PersonId::from_bits(3), 1);
        assert!(open.settle((FaultState::Dismissed, " "), by, now).is_err());
        assert!(open.settle((FaultState::Open, "later"), by, now).is_err());
        let mended = open.settle((FaultState::Mended, ""), by, now).expect("mended");
        assert_eq!((mended.version, mended.settled), (2, Some((by.0, now))));
        assert!(mended.settle((FaultState::Mended, ""), (by.0, 2), now).is_err(), "once");
        assert!(open.settle((FaultState::Mended, ""), (by.0, 7), now).is_err(), "as it was seen");
        assert!(Fault { said: " \n".to_owned(), ..open }.read().is_err());
    }
}
