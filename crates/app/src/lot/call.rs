//! Keys of trustees that are called in by letter: before the list is frozen, once bidding has ended,
//! and when the time runs out. Each call is made once for each end.

use crate::act::No;
use crate::city::City;
use crate::mail::follow_lot::{KeyCall, calls};
use base::{Instant, LotId, PersonId};
use store::StoreError;
use trading::lot::Lot;
use trading::sealing::Trustee;

/// Lots that one look takes.
const LOTS_MAX: usize = 50;
/// How long before the opening a missing key is called in, in seconds.
const REGISTER_SECONDS: i64 = 86_400;

impl City {
    /// Calls in every key whose time has come.
    pub(crate) fn call_keys(&self, now: Instant) -> Result<(), No> {
        let until = now.plus_seconds(REGISTER_SECONDS);
        let opening = self.store().read(|tx| store::lot_call::opening(tx, until, LOTS_MAX))?;
        for id in opening {
            self.call_in(id, KeyCall::Register, now)?;
        }
        for call in [KeyCall::Publish, KeyCall::Deadline] {
            let word = call.word();
            let waiting =
                self.store().read(|tx| store::lot_call::waiting(tx, word, now, LOTS_MAX))?;
            for id in waiting {
                self.call_in(id, call, now)?;
            }
        }
        Ok(())
    }

    fn call_in(&self, id: LotId, call: KeyCall, now: Instant) -> Result<(), No> {
        let found = self.store().read(|tx| {
            let Some(lot) = store::lot::find(tx, id)? else { return Ok(None) };
            let known = store::sealing::trustees(tx, id)?;
            Ok(Some((lot, known)))
        })?;
        let Some((lot, known)) = found else { return Ok(()) };
        let waits = match call {
            KeyCall::Register => is_new(&lot, now),
            KeyCall::Publish => false,
            KeyCall::Deadline => !is_near(&lot, now),
        };
        if waits {
            return Ok(());
        }
        self.queue_letters(calls(&lot, call, &missing(&lot, call, &known)))?;
        let ends_at = lot.course.ends_at;
        let note = move |tx: &mut store::Tx<'_>| -> Result<(), StoreError> {
            store::lot_call::called(tx, id, call.word(), ends_at)
        };
        Ok(self.store().write("call a key in", note)?)
    }
}

/// Whether its trustees were named within the hour, and have more than an hour left.
fn is_new(lot: &Lot, now: Instant) -> bool {
    let hour = |from: Instant, until: Instant| until.seconds_since(from) < 3_600;
    hour(lot.changed_at, now) && !hour(now, lot.terms.frozen_from())
}

/// Whether a quarter of the time for the keys is left, or less.
fn is_near(lot: &Lot, now: Instant) -> bool {
    let Some(sealing) = lot.terms.way.sealing() else { return true };
    let quarter = i64::from(sealing.keys_hours) * 900;
    now >= sealing.until(lot.course.ends_at).plus_seconds(-quarter)
}

/// Trustees who have yet to do what is called for.
fn missing(lot: &Lot, call: KeyCall, known: &[Trustee]) -> Vec<PersonId> {
    let Some(sealing) = lot.terms.way.sealing() else { return Vec::new() };
    let has_done = |it: &Trustee| call == KeyCall::Register || it.published_at.is_some();
    let is_missing =
        |person: &PersonId| !known.iter().any(|it| it.person == *person && has_done(it));
    sealing.trustees.iter().map(|seat| seat.person).filter(is_missing).collect()
}
