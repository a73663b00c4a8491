//! Alerts of saved searches: a follower of the log asks what a change means for each search, and a
//! timer tells its person.
//!
//! Invariants: what a search found is kept in the commit that moves the follower, so that nothing is
//! missed and nothing found twice, whenever the program ends; an alert is taken by a comparison with
//! the moment it was due, in the commit that queues its letter; each search is asked with the rights
//! that its person has at that moment, and the letter asks once more when it is sent.

use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::mail::{ALERT, Letter, To};
use crate::saved_search::{SavedSearch, stop_path};
use base::{Instant, SavedSearchId, TechnologyId, limits};
use store::saved_search::NEVER;
use store::{StoreError, Tx};

/// The name under which the follower keeps its position.
pub const NAME: &str = "alerts";
/// Entries that one round takes in.
const ENTRIES_AT_ONCE: usize = 500;
/// Searches asked before what they found is written down.
const SEARCHES_AT_ONCE: usize = 50;
/// Alerts that one round looks at.
const ALERTS_A_ROUND: usize = 200;
/// Finds that one letter is about; more are on the page of the search.
const TOLD_MAX: usize = 200;

/// What a change means for one search.
struct Effect {
    search: SavedSearchId,
    found: Vec<TechnologyId>,
    lost: Vec<TechnologyId>,
}

impl City {
    /// Brings every saved search up to what the index knows of the log.
    pub fn follow_alerts(&self) -> Result<(), No> {
        self.settle_fresh()?;
        while self.alerts_next()? {}
        Ok(())
    }

    /// Searches that were saved since: where the follower was ahead of the index that answered
    /// then, what changed between is asked once more.
    fn settle_fresh(&self) -> Result<(), No> {
        let position = self.store().read(|tx| store::follower::position(tx, NAME))?;
        if self.index().position() < position {
            return Ok(());
        }
        let fresh = self.store().read(|tx| store::saved_search::fresh(tx, SEARCHES_AT_ONCE))?;
        for search in fresh {
            let changed = self.changed_between(search.since.unwrap_or(position), position)?;
            let effect = self.effect(&search, &changed)?;
            let (id, now) = (search.id, self.now());
            self.store().write("settle saved search", move |tx| {
                // Had the follower moved on, what it took in since would be missing here.
                if store::follower::position(tx, NAME)? == position {
                    take_in(tx, &effect, now)?;
                    store::saved_search::settle(tx, id)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The technologies that entries after `from` up to `upto` touch.
    fn changed_between(&self, from: u64, upto: u64) -> Result<Vec<TechnologyId>, No> {
        let mut changed = std::collections::BTreeSet::new();
        let mut from = from;
        while from < upto {
            let entries =
                self.store().read(|tx| store::log::entries_after(tx, from, ENTRIES_AT_ONCE))?;
            let Some(last) = entries.last() else { break };
            from = last.seq;
            let touched = crate::follow::touched(&entries);
            changed.extend(touched.into_iter().filter(|(_, seq)| *seq <= upto).map(|(id, _)| id));
        }
        Ok(changed.into_iter().collect())
    }

    /// Takes the next entries; false at the end of what the index knows.
    fn alerts_next(&self) -> Result<bool, No> {
        let indexed = self.index().position();
        let (position, mut entries) = self.store().read(|tx| {
            let position = store::follower::position(tx, NAME)?;
            Ok((position, store::log::entries_after(tx, position, ENTRIES_AT_ONCE)?))
        })?;
        entries.retain(|entry| entry.seq <= indexed);
        let Some(upto) = entries.last().map(|entry| entry.seq) else { return Ok(false) };
        let changed: Vec<TechnologyId> = crate::follow::touched(&entries).into_keys().collect();
        if !changed.is_empty() && !self.ask_all(&changed, position)? {
            return Ok(false);
        }
        let now = self.now();
        Ok(self.store().write("follow with alerts", move |tx| {
            if store::follower::position(tx, NAME)? != position {
                return Ok(false);
            }
            store::follower::advance(tx, NAME, upto, now)?;
            Ok(true)
        })?)
    }

    /// Asks every search what it makes of what changed; false where another node was faster. Asking
    /// again does no harm: what was found once is found once.
    fn ask_all(&self, changed: &[TechnologyId], position: u64) -> Result<bool, No> {
        let mut after = String::new();
        loop {
            let searches =
                self.store().read(|tx| store::saved_search::after(tx, &after, SEARCHES_AT_ONCE))?;
            let Some(last) = searches.last() else { return Ok(true) };
            after = last.id.to_string();
            let mut effects = Vec::with_capacity(searches.len());
            for search in &searches {
                effects.push(self.effect(search, changed)?);
            }
            let now = self.now();
            let is_first = self.store().write("saved searches found", move |tx| {
                if store::follower::position(tx, NAME)? != position {
                    return Ok(false);
                }
                for effect in &effects {
                    take_in(tx, effect, now)?;
                }
                Ok(true)
            })?;
            if !is_first {
                return Ok(false);
            }
        }
    }

    /// What a search makes of these, with the rights that its person has now. Somebody who is shut
    /// out finds nothing.
    fn effect(&self, search: &SavedSearch, changed: &[TechnologyId]) -> Result<Effect, No> {
        let (mut found, mut lost) = (Vec::new(), Vec::new());
        if !changed.is_empty() {
            self.read(&Asker::person(search.person), |rx| {
                if rx.actor.person.is_none() {
                    return Ok(());
                }
                for chunk in changed.chunks(100) {
                    found.extend(self.found_by(rx, &search.question, Some(chunk), chunk.len())?);
                }
                lost.extend(changed.iter().copied().filter(|id| !found.contains(id)));
                Ok(())
            })?;
        }
        Ok(Effect { search: search.id, found, lost })
    }

    /// Queues the letters of alerts that are due; says how many.
    pub fn send_alerts(&self) -> Result<usize, No> {
        let now = self.now();
        let due = self.store().read(|tx| store::saved_search::due(tx, now, ALERTS_A_ROUND))?;
        let mut n = 0;
        for search in due {
            n += usize::from(self.alert(&search, now)?);
        }
        Ok(n)
    }

    /// Tells one person what a search found; whether there was anything.
    fn alert(&self, search: &SavedSearch, now: Instant) -> Result<bool, No> {
        let told = self.read(&Asker::person(search.person), |rx| {
            if rx.actor.person.is_none() {
                return Ok(Vec::new());
            }
            let most = limits::SAVED_SEARCH_HITS_MAX;
            let untold = store::saved_search::untold(rx.tx, search.id, most)?;
            // What is out of reach now waits: nobody is told of it, or that it is there.
            let told = crate::saved_search::visible(rx, &untold)?;
            Ok::<_, Stop>(told)
        })?;
        let offset = self.settings().utc_offset_minutes;
        let next_at = search.frequency.next_after(now, offset).unwrap_or(NEVER);
        let letter = match told.is_empty() {
            true => None,
            false => Some(self.prepare_letter(letter(search, &told), now)?),
        };
        let (id, due_at) = (search.id, search.due_at);
        Ok(self.store().write("alert", move |tx| {
            if !store::saved_search::take(tx, id, (due_at, next_at))? {
                return Ok(false);
            }
            store::saved_search::tell(tx, id, &told, now)?;
            let queued: Vec<_> = letter.iter().collect();
            for letter in &queued {
                crate::mail::put_all(tx, std::slice::from_ref(*letter))?;
            }
            Ok(!queued.is_empty())
        })?)
    }
}

fn letter(search: &SavedSearch, told: &[TechnologyId]) -> Letter {
    let cause = format!("alert:{}:{}", search.id, search.due_at.micros());
    let told = told.iter().take(TOLD_MAX).map(|id| (*id, 0)).collect();
    // Not the name of the search: it is its person's own words, and need not be public.
    Letter::new(&ALERT, To::Person(search.person), cause, "alert")
        .technologies(told)
        .stop(stop_path(search.id))
        .path(format!("/searches/{}", search.id))
}

fn take_in(tx: &mut Tx<'_>, effect: &Effect, now: Instant) -> Result<(), StoreError> {
    store::saved_search::take_in(tx, effect.search, &effect.found, &effect.lost, now)
}
