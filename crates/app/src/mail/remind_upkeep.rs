//! Letters before upkeep of an instrument is due and before a certificate of its calibration ends: one for
//! each such day, to the people of the instrument.

use super::follow_booking::{deciders, name_of};
use super::{Fact, Letter, TASK, To};
use crate::act::No;
use crate::city::City;
use base::{Date, Instant, InstrumentId, WorkingDays};
use calendar::zone::add_days;
use instruments::upkeep::{Kind, SOON_DAYS};
use store::{StoreError, Tx};

/// Days that one look takes up.
const A_LOOK: usize = 500;
/// Days after which what was due is told of no more.
const LATE_DAYS: i64 = 30;

/// Something that is due at an instrument.
struct Due {
    instrument: InstrumentId,
    /// Of what and of which day: told once.
    cause: String,
    text: &'static str,
    kind: Kind,
    on: Date,
}

impl City {
    /// Tells the people of instruments of what is due soon or since a short while; says how many letters
    /// are new.
    pub fn remind_of_upkeep(&self) -> Result<usize, No> {
        let now = self.now();
        let today = WorkingDays::china().date(now);
        let (from, by) = (add_days(today, -LATE_DAYS), add_days(today, SOON_DAYS));
        let mut n = 0;
        let mut after = None;
        loop {
            let found = self.store().read(|tx| store::upkeep::due(tx, by, after, A_LOOK))?;
            let Some(last) = found.last() else { break };
            after = last.due.map(|due| (due, last.id));
            let due = found.iter().filter_map(|plan| {
                let on = plan.due.filter(|due| *due >= from)?;
                Some(Due {
                    instrument: plan.instrument,
                    cause: format!("upkeep:{}:{on}", plan.id),
                    text: "booking-upkeep-due",
                    kind: plan.kind,
                    on,
                })
            });
            n += self.tell_upkeep(due.collect(), now)?;
        }
        let mut after = None;
        loop {
            let span = (from, by);
            let found = self.store().read(|tx| store::upkeep::ending(tx, span, after, A_LOOK))?;
            let Some(last) = found.last() else { return Ok(n) };
            after = last.until.map(|until| (until, last.id));
            let counts = self.store().read(|tx| {
                let mut counts = Vec::new();
                for record in found.iter().filter(|it| it.kind == Kind::Calibration) {
                    // A certificate in whose place another one stands ends untold.
                    let newest = store::upkeep::calibrated(tx, record.instrument)?;
                    if newest.is_some_and(|newest| newest.id == record.id) {
                        counts.push(record.clone());
                    }
                }
                Ok(counts)
            })?;
            let due = counts.into_iter().filter_map(|record| {
                let on = record.until?;
                Some(Due {
                    instrument: record.instrument,
                    cause: format!("upkeep:{}:{on}", record.id),
                    text: "booking-certificate-ends",
                    kind: record.kind,
                    on,
                })
            });
            n += self.tell_upkeep(due.collect(), now)?;
        }
    }

    fn tell_upkeep(&self, due: Vec<Due>, now: Instant) -> Result<usize, No> {
        let letters = self.store().read(|tx| {
            let mut letters = Vec::new();
            for one in &due {
                letters.extend(letters_of(tx, one, now)?);
            }
            Ok(letters)
        })?;
        self.queue_letters(letters)
    }
}

fn letters_of(tx: &mut Tx<'_>, due: &Due, now: Instant) -> Result<Vec<Letter>, StoreError> {
    let Some(it) = store::instrument::find(tx, due.instrument)? else { return Ok(Vec::new()) };
    if it.retired.is_some() {
        return Ok(Vec::new());
    }
    let letter = |to| {
        Letter::new(&TASK, To::Person(to), due.cause.clone(), due.text)
            .fact("instrument", name_of(&it))
            .fact("kind", Fact::Term(format!("upkeep-kind-{}", due.kind)))
            .fact("on", Fact::Text(due.on.to_string()))
            .path(format!("/instruments/{}/upkeep", it.id))
    };
    Ok(deciders(tx, &it, now)?.into_iter().map(letter).collect())
}
