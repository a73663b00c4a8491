//! Letters some days before somebody's access to a unit's instruments or a qualification ends: one for each
//! end, to its person alone.

use super::follow_booking::name_of;
use super::{BOOKING, Letter, To};
use crate::act::No;
use crate::city::City;
use base::{Instant, InstrumentId, OrganisationId, PersonId};
use instruments::qualification::Grant;
use instruments::training::counts_until;
use std::collections::BTreeSet;
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
                let owners: Vec<OrganisationId> = found.iter().map(|it| it.owner).collect();
                let names = store::organisation::names_of(tx, &owners)?;
                for it in &found {
                    let Some(unit) = names.get(&it.owner.to_string()) else { continue };
                    let cause = format!("access-ends:{}:{}", it.owner, it.ends.micros());
                    letters.push(
                        Letter::new(&BOOKING, To::Person(it.person), cause, "booking-access-ends")
                            .fact("unit", super::Fact::Name(unit.clone()))
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
            let letters = self.store().read(|tx| of_qualifications(tx, &found, now))?;
            n += self.queue_letters(letters)?;
        }
    }
}

/// How long before its end a qualification is told of. Each use moves the end of one that lives by uses:
/// a short one would be told of each time, were the whole window looked at.
fn told_seconds(grant: &Grant, ends: Instant) -> i64 {
    let most = TOLD_DAYS * 86_400;
    match grant.ends == Some(ends) {
        true => most,
        false => most.min(i64::from(grant.lives_days) * 86_400 / 2),
    }
}

/// The letters of qualifications that end within a time; where the same was told before, none is new.
fn of_qualifications(
    tx: &mut Tx<'_>,
    found: &[(InstrumentId, store::booking_rule::Qualification)],
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let near = |(id, it): &(InstrumentId, store::booking_rule::Qualification)| {
        let ends = counts_until(&it.grant)?;
        let is_near = now < ends && ends <= now.plus_seconds(told_seconds(&it.grant, ends));
        is_near.then_some((*id, it.person, ends))
    };
    let near: Vec<(InstrumentId, PersonId, Instant)> = found.iter().filter_map(near).collect();
    let ids: BTreeSet<InstrumentId> = near.iter().map(|(id, ..)| *id).collect();
    let known = store::instrument::these(tx, &ids.into_iter().collect::<Vec<_>>())?;
    let mut letters = Vec::new();
    for (id, person, ends) in near {
        let Some(instrument) = known.get(&id).filter(|it| it.retired.is_none()) else { continue };
        let cause = format!("qualification-ends:{id}:{}", ends.micros());
        letters.push(
            Letter::new(&BOOKING, To::Person(person), cause, "booking-qualification-ends")
                .fact("instrument", name_of(instrument))
                .fact("until", ends)
                .path(format!("/instruments/{id}/qualifications"))
                .until(ends),
        );
    }
    Ok(letters)
}
