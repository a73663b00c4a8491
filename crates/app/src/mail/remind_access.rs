//! Letters some days before somebody's access to a unit's instruments or a qualification ends: one for each
//! end, to its person alone.

use super::follow_booking::name_of;
use super::{BOOKING, Letter, To};
use crate::act::No;
use crate::city::City;
use base::Instant;
use instruments::training::counts_until;
use store::{StoreError, Tx};

/// Days before an end at which its person is told.
pub const TOLD_DAYS: i64 = 14;
/// Ends that one look takes up.
const A_LOOK: usize = 500;

impl City {
    /// Tells people of the ends of their access and qualifications that are near; says how many letters
    /// are new.
    pub fn remind_of_access(&self) -> Result<usize, No> {
        let now = self.now();
        let within = (now, now.plus_seconds(TOLD_DAYS * 86_400));
        let mut n = 0;
        let mut after = None;
        loop {
            let found =
                self.store().read(|tx| store::agreement::ending(tx, within, after, A_LOOK))?;
            let Some(last) = found.last() else { break };
            after = Some((last.ends, last.person, last.owner));
            let letters = self.store().read(|tx| {
                let mut letters = Vec::new();
                for it in &found {
                    let Some(unit) = store::organisation::find(tx, it.owner)? else { continue };
                    let cause = format!("access-ends:{}:{}", it.owner, it.ends.micros());
                    letters.push(
                        Letter::new(&BOOKING, To::Person(it.person), cause, "booking-access-ends")
                            .fact("unit", super::Fact::Name(unit.profile.name))
                            .fact("until", it.ends)
                            .path(format!("/organisations/{}", it.owner))
                            .until(it.ends),
                    );
                }
                Ok(letters)
            })?;
            n += self.queue_letters(letters)?;
        }
        let mut after = None;
        loop {
            let found =
                self.store().read(|tx| store::booking_rule::lapsing(tx, within, after, A_LOOK))?;
            let Some((instrument, it)) = found.last() else { return Ok(n) };
            after = Some((*instrument, it.person));
            let letters = self.store().read(|tx| of_qualifications(tx, &found, within))?;
            n += self.queue_letters(letters)?;
        }
    }
}

/// The letters of qualifications that end within a time; where the same was told before, none is new.
fn of_qualifications(
    tx: &mut Tx<'_>,
    found: &[(base::InstrumentId, store::booking_rule::Qualification)],
    (now, soon): (Instant, Instant),
) -> Result<Vec<Letter>, StoreError> {
    let mut letters = Vec::new();
    for (id, it) in found {
        let Some(ends) = counts_until(&it.grant).filter(|ends| now < *ends && *ends <= soon) else {
            continue;
        };
        let Some(instrument) = store::instrument::find(tx, *id)? else { continue };
        if instrument.retired.is_some() {
            continue;
        }
        let cause = format!("qualification-ends:{id}:{}", ends.micros());
        letters.push(
            Letter::new(&BOOKING, To::Person(it.person), cause, "booking-qualification-ends")
                .fact("instrument", name_of(&instrument))
                .fact("until", ends)
                .path(format!("/instruments/{id}/qualifications"))
                .until(ends),
        );
    }
    Ok(letters)
}
