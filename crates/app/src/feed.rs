//! The change feed: what happened to the things a reader may see, in the order of the log, once.
//!
//! Cursors are opaque: a reader cannot count from them what is hidden.

use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Actor, Thing};
use base::{Instant, Label, OrganisationId, Refusal, TechnologyId};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use store::log::Entry;
use store::{StoreError, Tx};

/// One change as a reader of the feed gets it.
#[derive(Clone, Debug)]
pub struct Item {
    pub cursor: String,
    pub kind: String,
    pub at: Instant,
    pub thing: String,
    pub version: u64,
    pub state: String,
}

/// A page of the feed.
#[derive(Clone, Debug)]
pub struct FeedPage {
    pub items: Vec<Item>,
    /// Ask again from here.
    pub next: String,
    /// Whether the end of the log was reached.
    pub is_end: bool,
}

/// Entries read for one page at most, so that a long run of hidden ones ends too.
const ENTRIES_READ_MAX: usize = 5_000;

impl City {
    /// Changes after a cursor, oldest first; without one from the beginning.
    ///
    /// A state feed (`latest`) gives each thing once in a page, with its last change.
    pub fn feed(
        &self,
        asker: &Asker,
        after: Option<&str>,
        limit: usize,
        latest: bool,
    ) -> Result<FeedPage, No> {
        let secret = self.row()?.secret.clone();
        let mut position = match after {
            None | Some("") => 0,
            Some(cursor) => read_cursor(&secret, cursor)
                .ok_or_else(|| Refusal::invalid("cursor-unreadable").on("after"))?,
        };
        let limit = limit.clamp(1, base::limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            let mut items: Vec<Item> = Vec::new();
            let mut n_read = 0;
            let mut is_end = false;
            let mut last_shown = position;
            while items.len() < limit && n_read < ENTRIES_READ_MAX && !is_end {
                let entries = store::log::entries_after(rx.tx, position, 500)?;
                is_end = entries.len() < 500;
                for entry in entries {
                    if items.len() == limit {
                        is_end = false;
                        break;
                    }
                    position = entry.seq;
                    n_read += 1;
                    let Some(item) = item_of(rx.tx, &rx.actor, &secret, &entry)? else { continue };
                    if latest {
                        items.retain(|known| known.thing != item.thing);
                    }
                    last_shown = entry.seq;
                    items.push(item);
                }
            }
            // At the end the cursor stays at what was shown: one that moved on past hidden entries
            // would tell when they were written.
            let next = if is_end { last_shown } else { position };
            Ok(FeedPage { items, next: cursor(&secret, next), is_end })
        })
    }
}

/// What somebody gets of an entry, if anything.
pub(crate) fn item_of(
    tx: &mut Tx<'_>,
    actor: &Actor,
    secret: &[u8],
    entry: &Entry,
) -> Result<Option<Item>, StoreError> {
    let header = &entry.header;
    let Some(id) = thing_in_feed(entry) else { return Ok(None) };
    let Some((owner, state, label, _)) = store::technology::standing(tx, id)? else {
        return Ok(None);
    };
    if !shows(actor, (&header.gate, &header.state), (owner, state, label)) {
        return Ok(None);
    }
    Ok(Some(Item {
        cursor: cursor(secret, entry.seq),
        kind: header.kind.clone(),
        at: header.at,
        thing: id.to_string(),
        version: header.version,
        state: header.state.clone(),
    }))
}

/// Whether somebody may know of a change, by the thing of then (its gate and state) and of now.
pub(crate) fn shows(
    actor: &Actor,
    (gate, state_then): (&str, &str),
    (owner, state, label): (OrganisationId, &'static str, Label),
) -> bool {
    // The label of then counts too: what was hidden when it happened stays so.
    let then = Label::from_gate(gate).is_some_and(|label| actor.clearance.may_read(&label));
    let now = Thing { owner: Some(owner), state, label, ..Thing::default() };
    then && is_told(state_then) && crate::act::may(actor, A::ReadFeed, &now).is_ok()
}

/// Whether a change that left its thing in this state is told to anybody.
pub(crate) fn is_told(state: &str) -> bool {
    matches!(state, "confirmed" | "withdrawn")
}

pub(crate) fn thing_in_feed(entry: &Entry) -> Option<TechnologyId> {
    let kind = entry.header.kind.as_str();
    if kind.starts_with("technology-") || kind == "label-raised" {
        return TechnologyId::parse(&entry.header.thing).ok();
    }
    if kind.starts_with("listing-") {
        let body = entry.body_json();
        return body["technology"].as_str().and_then(|text| TechnologyId::parse(text).ok());
    }
    None
}

/// Four rounds of a Feistel network over the number: a permutation that only the store can undo.
pub(crate) fn cursor(secret: &[u8], seq: u64) -> String {
    let (mut left, mut right) = halves(seq);
    for round in 0..4_u8 {
        (left, right) = (right, left ^ half_of(secret, round, right));
    }
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&left.to_be_bytes());
    bytes[4..8].copy_from_slice(&right.to_be_bytes());
    bytes[8..].copy_from_slice(&half_of(secret, 9, left ^ right).to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn read_cursor(secret: &[u8], text: &str) -> Option<u64> {
    let bytes: [u8; 12] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let half =
        |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let (mut left, mut right, check) = (half(0), half(4), half(8));
    if half_of(secret, 9, left ^ right) != check {
        return None;
    }
    for round in (0..4_u8).rev() {
        (left, right) = (right ^ half_of(secret, round, left), left);
    }
    Some((u64::from(left) << 32) | u64::from(right))
}

fn halves(seq: u64) -> (u32, u32) {
    let bytes = seq.to_be_bytes();
    let half =
        |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    (half(0), half(4))
}

fn half_of(secret: &[u8], round: u8, half: u32) -> u32 {
    let mixed = Sha256::new()
        .chain_update(b"feed cursor")
        .chain_update(secret)
        .chain_update([round])
        .chain_update(half.to_be_bytes())
        .finalize();
    u32::from_be_bytes([mixed[0], mixed[1], mixed[2], mixed[3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_only_with_the_secret() {
        for seq in [0, 1, 2, 255, 1 << 33, u64::MAX >> 1] {
            let text = cursor(b"a secret", seq);
            assert_eq!(read_cursor(b"a secret", &text), Some(seq));
            assert_eq!(read_cursor(b"another", &text), None);
        }
        assert_eq!(read_cursor(b"a secret", "junk"), None);
        assert_ne!(cursor(b"a secret", 1)[..6], cursor(b"a secret", 2)[..6]);
    }
}
