//! The engine's state of running lots, kept in memory beside the chain of entries it stands for.

use crate::act::Cx;
use auction::protocol::{read_line, read_rules};
use auction::{Entry, Event};
use base::LotId;
use parking_lot::Mutex;
use std::collections::HashMap;
use store::{StoreError, Tx};
use trading::lot::Lot;

/// Lots kept in memory; where there are more, all are forgotten and read anew.
const ROOMS_MAX: usize = 256;
/// After so many entries a state is put aside, so that after a rollback little has to be run again.
const ASIDE_ENTRIES: u64 = 512;
/// Entries read at a time.
const LINES_A_TIME: u64 = 2_000;

/// States by lot. A state is taken out while it is used.
#[derive(Default)]
pub(crate) struct Rooms(Mutex<HashMap<LotId, Kept>>);

/// What stands for a lot up to an entry.
#[derive(Clone)]
struct Stand {
    n: u64,
    chain: String,
    event: Event,
}

struct Kept {
    now: Stand,
    aside: Option<Stand>,
}

/// The state of one lot in the hands of an act. Dropped, it goes back: what it says of itself is
/// compared with the row before it is used again, so that a state whose transaction was undone is
/// found out.
pub(crate) struct Seat<'a> {
    rooms: &'a Rooms,
    lot: LotId,
    kept: Option<Kept>,
}

impl Rooms {
    /// The state that agrees with the row of a lot.
    pub(crate) fn seat<'a>(
        &'a self,
        cx: &mut Cx<'_, '_>,
        lot: &Lot,
    ) -> Result<Seat<'a>, StoreError> {
        let kept = self.0.lock().remove(&lot.id);
        let kept = match kept {
            Some(kept)
                if kept.now.n == lot.course.n_entries && kept.now.chain == lot.course.chain =>
            {
                kept
            }
            kept => caught_up(cx, lot, kept)?,
        };
        Ok(Seat { rooms: self, lot: lot.id, kept: Some(kept) })
    }

    /// What the state that is kept says at an instant; none where it does not agree with the row.
    pub(crate) fn view(&self, lot: &Lot, now: base::Instant) -> Option<auction::View> {
        let rooms = self.0.lock();
        let kept = rooms.get(&lot.id).map(|kept| &kept.now);
        let kept = kept.filter(|it| it.n == lot.course.n_entries && it.chain == lot.course.chain);
        kept.and_then(|it| it.event.view(0, now))
    }

    /// The state that is kept; none where it does not agree with the row.
    pub(crate) fn event(&self, lot: &Lot) -> Option<Event> {
        let rooms = self.0.lock();
        let kept = rooms.get(&lot.id).map(|kept| &kept.now);
        let kept = kept.filter(|it| it.n == lot.course.n_entries && it.chain == lot.course.chain);
        kept.map(|it| it.event.clone())
    }

    /// Forgets a lot that has ended.
    pub(crate) fn forget(&self, lot: LotId) {
        self.0.lock().remove(&lot);
    }
}

impl Seat<'_> {
    pub(crate) fn event(&self) -> &Event {
        &self.kept.as_ref().expect("taken on drop alone").now.event
    }

    /// The state to be changed. Until it is said where it stands it agrees with no row, so that an
    /// entry which was applied and not written is found out.
    pub(crate) fn event_mut(&mut self) -> &mut Event {
        let now = &mut self.kept.as_mut().expect("taken on drop alone").now;
        "changing".clone_into(&mut now.chain);
        &mut now.event
    }

    /// Says up to which entry the state stands now.
    pub(crate) fn stands_at(&mut self, n: u64, chain: &str) {
        let kept = self.kept.as_mut().expect("taken on drop alone");
        kept.now.n = n;
        chain.clone_into(&mut kept.now.chain);
        if n.is_multiple_of(ASIDE_ENTRIES) {
            kept.aside = Some(kept.now.clone());
        }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let Some(kept) = self.kept.take() else { return };
        let mut rooms = self.rooms.0.lock();
        if rooms.len() >= ROOMS_MAX {
            rooms.clear();
        }
        rooms.insert(self.lot, kept);
    }
}

/// Runs what the rows have beyond a state that was kept and is still true, or everything.
fn caught_up(cx: &mut Cx<'_, '_>, lot: &Lot, kept: Option<Kept>) -> Result<Kept, StoreError> {
    let mut stand = None;
    for known in kept.into_iter().flat_map(|kept| [Some(kept.now), kept.aside]).flatten() {
        let is_before = known.n > 0 && known.n <= lot.course.n_entries;
        if is_before && store::lot::chain_at(cx.tx, lot.id, known.n)?.as_ref() == Some(&known.chain)
        {
            stand = Some(known);
            break;
        }
    }
    let mut stand = match stand {
        Some(stand) => stand,
        None => Stand { n: 0, chain: String::new(), event: opened(cx, lot)? },
    };
    while stand.n < lot.course.n_entries {
        let upto = lot.course.n_entries.min(stand.n + LINES_A_TIME);
        let lines = store::lot::lines(cx.tx, lot.id, stand.n, upto)?;
        if lines.is_empty() {
            return Err(StoreError::Damaged(format!("{} lacks entry {}", lot.id, stand.n + 1)));
        }
        for (n, line) in lines {
            let entry = entry_of(lot, &stand.event, n, &line)?;
            // The answer is in the line, and the same rules give it again.
            let _ = stand.event.apply(&entry);
            stand.n = n;
        }
    }
    stand.chain.clone_from(&lot.course.chain);
    Ok(Kept { aside: Some(stand.clone()), now: stand })
}

/// The event of a lot, run from its rows.
pub(crate) fn event_of(tx: &mut Tx<'_>, lot: &Lot) -> Result<Event, StoreError> {
    let damaged = || StoreError::Damaged(format!("the rules of {}", lot.id));
    let text = match lot.digest.is_empty() {
        true => lot.terms.rules(&lot.reference.to_string()).text(),
        false => store::lot::rules(tx, lot.id)?,
    };
    let rules = read_rules(&text).ok_or_else(damaged)?;
    let mut event = Event::open(rules).map_err(|_| damaged())?;
    for (n, line) in store::lot::lines(tx, lot.id, 0, lot.course.n_entries)? {
        let entry = entry_of(lot, &event, n, &line)?;
        // The answer is in the line, and the same rules give it again.
        let _ = event.apply(&entry);
    }
    Ok(event)
}

/// The event of a lot before its first entry.
fn opened(cx: &mut Cx<'_, '_>, lot: &Lot) -> Result<Event, StoreError> {
    let damaged = || StoreError::Damaged(format!("the rules of {}", lot.id));
    let text = store::lot::rules(cx.tx, lot.id)?;
    let rules = read_rules(&text).ok_or_else(damaged)?;
    let event = Event::open(rules).map_err(|_| damaged())?;
    if event.digest().to_string() != lot.digest {
        return Err(damaged());
    }
    Ok(event)
}

/// An entry as its row has it.
pub(crate) fn entry_of(lot: &Lot, event: &Event, n: u64, line: &str) -> Result<Entry, StoreError> {
    read_line(line, &event.rules().unit)
        .filter(|entry| entry.sequence == n)
        .ok_or_else(|| StoreError::Damaged(format!("entry {n} of {}", lot.id)))
}
