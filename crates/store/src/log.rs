//! The log in tables: events become numbered entries of a Merkle tree, in the act's own commit on
//! SQLite, by one leased sequencer on PostgreSQL.
//!
//! Invariants: numbers are dense from 1; an entry's header commits to its body, and the tree to the
//! header; a body can be erased without touching the tree.

use crate::dialect::Engine;
use crate::{Row, StoreError, Tx, Value, args};
use base::{ActId, EventId, Instant, OrganisationId, PersonId};
use std::cell::RefCell;
use tlog::{Frontier, Hash, Tile};

crate::statements! {
    ENTER = "insert into log_entries (seq, header, leaf, kind, thing, at)
             values ($1, $2, $3, $4, $5, $6)";
    ENTER_BODY = "insert into log_bodies (seq, salt, body) values ($1, $2, $3)";
    ENTER_TILE = "insert into log_tiles (level, n, hashes) values ($1, $2, $3)
                  on conflict (level, n) do nothing";
    SET_HEAD = "insert into log_head (id, size, root) values (1, $1, $2)
                on conflict (id) do update set size = $1, root = $2";
    HEAD = "select size, root from log_head where id = 1";
    TILE = "select hashes from log_tiles where level = $1 and n = $2";
    LEAVES = "select leaf from log_entries where seq > $1 and seq <= $2 order by seq";
    AFTER = "select e.seq, e.header, b.salt, b.body, e.leaf, e.kind, e.thing, e.at
             from log_entries e left join log_bodies b on b.seq = e.seq
             where e.seq > $1 order by e.seq limit $2";
    BEFORE = "select e.seq, e.header, b.salt, b.body, e.leaf, e.kind, e.thing, e.at
              from log_entries e left join log_bodies b on b.seq = e.seq
              where e.seq < $1 order by e.seq desc limit $2";
    OF_THING = "select e.seq, e.header, b.salt, b.body, e.leaf, e.kind, e.thing, e.at
                from log_entries e left join log_bodies b on b.seq = e.seq
                where e.thing = $1 order by e.seq desc limit $2";
    UNREAD = "select e.seq, e.header, b.salt, b.body, e.leaf, e.kind, e.thing, e.at
              from log_entries e left join log_bodies b on b.seq = e.seq
              where e.thing = $1 and e.seq > (select notices_seq from people where id = $1)
              order by e.seq desc limit $2";
    ABOUT = "select e.seq, e.header, b.salt, b.body, e.leaf, e.kind, e.thing, e.at,
                 (select p.notices_seq from people p where p.id = $1)
             from log_entries e left join log_bodies b on b.seq = e.seq
             where e.thing = $1 order by e.seq desc limit $2";
    OF_KIND = "select e.seq, e.header, b.salt, b.body, e.leaf, e.kind, e.thing, e.at
               from log_entries e left join log_bodies b on b.seq = e.seq
               where e.kind = $1 and e.seq < $2 order by e.seq desc limit $3";
    OF_KINDS = "select thing, '' from log_entries where kind in ($1, $2) and seq > $3
                union all select '', event from log_inbox limit $4";
    OF_EVENT = "select seq from log_entries where thing = $1 and seq > $2 order by seq limit 1";
    ERASE = "delete from log_bodies where seq = $1";
    ADD_CHECKPOINT = "insert into log_checkpoints (size, root, note, at) values ($1, $2, $3, $4)
                      on conflict (size) do nothing";
    CHECKPOINTS = "select size, root, note, at from log_checkpoints where size > $1
                   order by size limit $2";
    LAST_CHECKPOINT = "select size, root, note, at from log_checkpoints order by size desc limit 1";
    WAITING = "select id, event from log_inbox order by ticket, id limit $1";
    LEAVE_INBOX = "delete from log_inbox where id = $1";
    N_WAITING = "select count(*) from log_inbox";
}

/// Only PostgreSQL has the sequence, so this one is prepared there alone.
pub(crate) const ENTER_INBOX: &str =
    "insert into log_inbox (id, ticket, event) values ($1, nextval('log_tickets'), $2)";

/// The same for many at once.
const LEAVE_INBOX_ALL: &str = "delete from log_inbox
    where id in (select jsonb_array_elements_text(cast(cast($1 as text) as jsonb)))";

/// What happened, as an act records it. No personal text outside `body`.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct NewEvent {
    pub id: EventId,
    /// What happened: `technology-confirmed`.
    pub kind: String,
    pub at: Instant,
    pub act: ActId,
    /// The name of the act: `confirm-technology`.
    pub by: String,
    pub actor: Option<PersonId>,
    /// Id of the thing it happened to.
    pub thing: String,
    pub version: u64,
    pub owner: Option<OrganisationId>,
    /// The written form of the thing's label.
    pub gate: String,
    /// The state of the thing after it.
    pub state: String,
    pub salt: [u8; 32],
    pub body: serde_json::Value,
}

/// The part of an entry that the tree hashes and that is never erased.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Header {
    pub seq: u64,
    pub id: EventId,
    pub kind: String,
    pub at: Instant,
    pub act: ActId,
    pub by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<PersonId>,
    pub thing: String,
    pub version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<OrganisationId>,
    pub gate: String,
    pub state: String,
    /// Salted commitment to the body, in hexadecimal.
    pub commitment: String,
}

/// An entry as read back.
#[derive(Clone, Debug)]
pub struct Entry {
    pub seq: u64,
    pub header: Header,
    /// The exact bytes that were hashed.
    pub header_text: String,
    /// Salt and body, unless erased.
    pub body: Option<(Vec<u8>, String)>,
    pub leaf: Vec<u8>,
    /// The columns beside the header, for the verifier.
    pub columns: (String, String, Instant),
}

impl Entry {
    /// The body as JSON; null when erased.
    pub fn body_json(&self) -> serde_json::Value {
        let text = self.body.as_ref().map(|(_, body)| body.as_str());
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(serde_json::Value::Null)
    }
}

/// A signed checkpoint as stored.
#[derive(Clone, Debug)]
pub struct StoredCheckpoint {
    pub size: u64,
    pub root: Vec<u8>,
    pub note: String,
    pub at: Instant,
}

/// Numbers events and keeps the right edge of the tree between commits.
#[derive(Clone)]
pub(crate) struct Sequencer {
    frontier: Frontier,
}

impl Sequencer {
    /// Picks the tree up from the tiles and the entries behind them.
    pub(crate) fn resume(tx: &mut Tx<'_>) -> Result<Self, StoreError> {
        let size = head(tx)?.map_or(0, |(size, _)| size);
        let frontier = resume_frontier(tx, size)?;
        Ok(Self { frontier })
    }

    /// The next number to be given.
    pub(crate) fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Numbers these events and writes entries, bodies, full tiles and the head.
    pub(crate) fn enter(
        &mut self,
        tx: &mut Tx<'_>,
        events: Vec<NewEvent>,
    ) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let (mut bodies, mut tiles) = (Vec::with_capacity(events.len()), Vec::new());
        for event in events {
            let seq = self.frontier.size() + 1;
            let body = serde_json::to_string(&event.body).expect("JSON values serialise");
            let commitment = tlog::commitment(&event.salt, body.as_bytes());
            let header = Header {
                seq,
                id: event.id,
                kind: event.kind,
                at: event.at,
                act: event.act,
                by: event.by,
                actor: event.actor,
                thing: event.thing,
                version: event.version,
                owner: event.owner,
                gate: event.gate,
                state: event.state,
                commitment: hex(&commitment.0),
            };
            let text = serde_json::to_string(&header).expect("a header serialises");
            let leaf = Hash::leaf(text.as_bytes());
            let leaf_bytes = leaf.0.to_vec();
            tx.later(
                &ENTER,
                args![seq, &text, leaf_bytes, &header.kind, &header.thing, header.at],
            )?;
            bodies.push((seq, event.salt, body));
            tiles.extend(self.frontier.append(leaf));
        }
        for (seq, salt, body) in bodies {
            tx.later(&ENTER_BODY, args![seq, salt.to_vec(), body])?;
        }
        for tile in tiles {
            let row = args![u64::from(tile.level), tile.index, tile.to_bytes()].to_vec();
            tx.later(&ENTER_TILE, &row)?;
        }
        let root = self.frontier.root().0.to_vec();
        tx.later(&SET_HEAD, args![self.frontier.size(), root])?;
        Ok(())
    }
}

fn resume_frontier(tx: &mut Tx<'_>, size: u64) -> Result<Frontier, StoreError> {
    Frontier::rebuild(size, &Tables::new(tx))
        .map_err(|error| StoreError::Damaged(format!("the log's tree does not resume: {error}")))
}

/// The tables as a source of hashes for proofs.
pub struct Tables<'t, 'c> {
    tx: RefCell<&'t mut Tx<'c>>,
}

impl<'t, 'c> Tables<'t, 'c> {
    /// Reads through this transaction.
    pub fn new(tx: &'t mut Tx<'c>) -> Self {
        Self { tx: RefCell::new(tx) }
    }
}

impl tlog::HashSource for Tables<'_, '_> {
    type Error = StoreError;

    fn tile(&self, level: u8, index: u64) -> Result<Option<Tile>, StoreError> {
        let row = self.tx.borrow_mut().row(&TILE, args![u64::from(level), index])?;
        row.map(|row| {
            Tile::from_bytes(level, index, &row.bytes(0)?)
                .map_err(|error| StoreError::Damaged(format!("tile {level}/{index}: {error}")))
        })
        .transpose()
    }

    fn leaves(&self, from: u64, to: u64) -> Result<Vec<Hash>, StoreError> {
        let rows = self.tx.borrow_mut().rows(&LEAVES, args![from, to])?;
        rows.iter().map(|row| one_hash(&row.bytes(0)?)).collect()
    }
}

fn one_hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    let array: [u8; 32] = bytes
        .try_into()
        .map_err(|_| StoreError::Damaged("a hash of the log that is not 32 bytes".to_owned()))?;
    Ok(Hash(array))
}

/// Size and root after the last commit; `None` before the first entry.
pub fn head(tx: &mut Tx<'_>) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
    tx.row(&HEAD, &[])?.map(|row| Ok((row.count(0)?, row.bytes(1)?))).transpose()
}

/// Entries after a number, in order, at most `limit`.
pub fn entries_after(tx: &mut Tx<'_>, seq: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
    tx.rows(&AFTER, args![seq, limit])?.iter().map(entry).collect()
}

/// Entries before a number, newest first, at most `limit`.
pub fn entries_before(tx: &mut Tx<'_>, seq: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
    tx.rows(&BEFORE, args![seq, limit])?.iter().map(entry).collect()
}

/// The newest entries about one thing.
pub fn entries_of(tx: &mut Tx<'_>, thing: &str, limit: usize) -> Result<Vec<Entry>, StoreError> {
    tx.rows(&OF_THING, args![thing, limit])?.iter().map(entry).collect()
}

/// The newest entries about a person, each with the number up to which that person has read.
pub fn entries_about(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<(Entry, u64)>, StoreError> {
    let rows = tx.rows(&ABOUT, args![person, limit])?;
    rows.iter().map(|row| Ok((entry(row)?, row.count(8)?))).collect()
}

/// The newest entries about a person that came since that person last said to have read them.
pub fn unread_of(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    tx.rows(&UNREAD, args![person, limit])?.iter().map(entry).collect()
}

/// The newest entries of one kind before a number.
pub fn entries_of_kind(
    tx: &mut Tx<'_>,
    kind: &str,
    before: u64,
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    tx.rows(&OF_KIND, args![kind, before, limit])?.iter().map(entry).collect()
}

/// The things of entries of two kinds after a number, and of events of these kinds that wait for
/// their number; at most `limit`.
pub fn things_of_kinds(
    tx: &mut Tx<'_>,
    kinds: [&str; 2],
    after: u64,
    limit: usize,
) -> Result<Vec<String>, StoreError> {
    let mut things = Vec::new();
    for row in tx.rows(&OF_KINDS, args![kinds[0], kinds[1], after, limit])? {
        let numbered = row.text(0)?;
        if !numbered.is_empty() {
            things.push(numbered);
            continue;
        }
        let waiting: NewEvent = row.json(1)?;
        if kinds.contains(&waiting.kind.as_str()) {
            things.push(waiting.thing);
        }
    }
    Ok(things)
}

/// Whether the log holds an entry of this thing after that number: for pages that wait to show a
/// writer the own act.
pub fn seq_of(tx: &mut Tx<'_>, thing: &str, after: u64) -> Result<Option<u64>, StoreError> {
    tx.row(&OF_EVENT, args![thing, after])?.map(|row| row.count(0)).transpose()
}

/// Erases salt and body of an entry; the tree does not change.
pub fn erase(tx: &mut Tx<'_>, seq: u64) -> Result<(), StoreError> {
    tx.later(&ERASE, args![seq])
}

/// Keeps a signed checkpoint.
pub fn add_checkpoint(tx: &mut Tx<'_>, point: &StoredCheckpoint) -> Result<(), StoreError> {
    let row = args![point.size, point.root.clone(), &point.note, point.at].to_vec();
    tx.later(&ADD_CHECKPOINT, &row)
}

/// Checkpoints above a size, in order.
pub fn checkpoints(
    tx: &mut Tx<'_>,
    above: u64,
    limit: usize,
) -> Result<Vec<StoredCheckpoint>, StoreError> {
    tx.rows(&CHECKPOINTS, args![above, limit])?.iter().map(checkpoint).collect()
}

/// The newest checkpoint.
pub fn last_checkpoint(tx: &mut Tx<'_>) -> Result<Option<StoredCheckpoint>, StoreError> {
    tx.row(&LAST_CHECKPOINT, &[])?.as_ref().map(checkpoint).transpose()
}

/// How many events wait for a number; always 0 on SQLite.
pub fn n_waiting(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.row(&N_WAITING, &[])?.map_or(Ok(0), |row| row.count(0))
}

/// PostgreSQL: takes waiting events in the order of their tickets.
pub(crate) fn take_waiting(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<NewEvent>, StoreError> {
    let rows = tx.rows(&WAITING, args![limit])?;
    let ids = rows.iter().map(|row| row.text(0)).collect::<Result<Vec<_>, _>>()?;
    match tx.engine() {
        _ if ids.is_empty() => {}
        Engine::Postgres => tx.put(LEAVE_INBOX_ALL, &[crate::value::json(&ids)], None)?,
        Engine::Sqlite => {
            for id in ids {
                tx.later(&LEAVE_INBOX, args![id])?;
            }
        }
    }
    rows.iter().map(|row| row.json(1)).collect()
}

/// PostgreSQL: leaves the act's events for the sequencer, after all the act's reads.
pub(crate) fn leave_for_sequencer(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    debug_assert_eq!(tx.engine(), Engine::Postgres);
    for event in std::mem::take(&mut tx.events) {
        let row = [Value::from(event.id), crate::value::json(&event)];
        tx.put(ENTER_INBOX, &row, None)?;
    }
    Ok(())
}

fn entry(row: &Row) -> Result<Entry, StoreError> {
    let header_text = row.text(1)?;
    let header = serde_json::from_str(&header_text).map_err(|error| {
        StoreError::Damaged(format!("header {}: {error}", row.count(0).unwrap_or(0)))
    })?;
    let body = match row.text_or_none(3)? {
        Some(body) => Some((row.bytes(2)?, body)),
        None => None,
    };
    Ok(Entry {
        seq: row.count(0)?,
        header,
        header_text,
        body,
        leaf: row.bytes(4)?,
        columns: (row.text(5)?, row.text(6)?, row.instant(7)?),
    })
}

fn checkpoint(row: &Row) -> Result<StoredCheckpoint, StoreError> {
    Ok(StoredCheckpoint {
        size: row.count(0)?,
        root: row.bytes(1)?,
        note: row.text(2)?,
        at: row.instant(3)?,
    })
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
