//! Sealed lots in tables: trustees with their keys, the published list, what was handed in.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, LotId, OrganisationId, PersonId};
use trading::sealing::{Listed, Seal, SealState, Sealing, Trustee};

statements! {
    UNSEAT = "delete from lot_seats where lot = $1";
    SEAT = "insert into lot_seats (lot, person) values ($1, $2)
            on conflict (lot, person) do nothing";
    REGISTER = "insert into lot_trustees (lot, person, organisation, public_key, registered_at, secret,
                    published_at, n_early)
                values ($1, $2, $3, $4, $5, '', 0, 0)
                on conflict (lot, person) do update
                    set organisation = $3, public_key = $4, registered_at = $5";
    PUBLISH = "update lot_trustees set secret = $3, published_at = $4
               where lot = $1 and person = $2 and secret = ''";
    COUNT_EARLY = "update lot_trustees set n_early = n_early + 1 where lot = $1 and person = $2";
    TRUSTEES = "select lot, person, organisation, public_key, registered_at, secret, published_at,
                    n_early
                from lot_trustees where lot = $1 order by person limit 200";
    LIST = "insert into lot_sealings (lot, list, digest, frozen_at, opened_at)
            values ($1, $2, $3, $4, 0)";
    LISTED = "select list, digest, frozen_at, opened_at from lot_sealings where lot = $1";
    OPENED = "update lot_sealings set opened_at = $2 where lot = $1 and opened_at = 0";
    TO_UNSEAL = "select l.id from lots l join lot_sealings s on s.lot = l.id
                 where l.state = 'open' and l.ends_at <= $1 and l.is_halted = false
                 order by l.ends_at, l.id limit $2";
    ADD_SEAL = "insert into lot_seals (lot, bidder, version, entry, received, commitment, state,
                    reason, amount)
                values ($1, $2, $3, $4, $5, $6, 'standing', '', null)";
    END_SEAL = "update lot_seals set state = $3 where lot = $1 and bidder = $2 and state = 'standing'";
    OPEN_SEAL = "update lot_seals set state = $4, reason = $5, amount = $6
                 where lot = $1 and bidder = $2 and version = $3 and state = 'standing'";
    SEALS = "select lot, bidder, version, entry, received, commitment, state, reason, amount
             from lot_seals where lot = $1 and state in ('standing', 'opened', 'failed')
             order by entry limit $2";
    SEALS_OF = "select lot, bidder, version, entry, received, commitment, state, reason, amount
                from lot_seals where lot = $1 and bidder = $2 order by version desc limit $3";
    LAST_VERSION = "select version from lot_seals where lot = $1 and bidder = $2
                    order by version desc limit 1";
    ADD_FILE = "insert into lot_seal_files (lot, bidder, version, file) values ($1, $2, $3, $4)
                on conflict (lot, bidder, version) do nothing";
    FILE = "select file from lot_seal_files where lot = $1 and bidder = $2 and version = $3";
    DROP_FILES = "delete from lot_seal_files where lot = $1 and bidder = $2 and version <= $3";
}

/// Notes who keeps a key of a lot by its terms, in the place of whoever did.
pub fn seat(tx: &mut Tx<'_>, lot: LotId, terms: Option<&Sealing>) -> Result<(), StoreError> {
    tx.later(&UNSEAT, args![lot])?;
    for seat in terms.into_iter().flat_map(|it| &it.trustees) {
        tx.later(&SEAT, args![lot, seat.person])?;
    }
    Ok(())
}

/// Keeps the public half of a trustee's key; a later one of the same person takes its place.
pub fn register(tx: &mut Tx<'_>, it: &Trustee) -> Result<(), StoreError> {
    let row = args![it.lot, it.person, it.organisation, &it.public_key, it.registered_at];
    tx.later(&REGISTER, row)
}

/// Keeps the published private half; once.
pub fn publish(
    tx: &mut Tx<'_>,
    lot: LotId,
    person: PersonId,
    secret: &str,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&PUBLISH, args![lot, person, secret, now])? == 1)
}

/// Counts a private half that was shown too early; nothing of it is kept.
pub fn count_early(tx: &mut Tx<'_>, lot: LotId, person: PersonId) -> Result<(), StoreError> {
    tx.later(&COUNT_EARLY, args![lot, person])
}

/// Everybody who has registered a key for a lot.
pub fn trustees(tx: &mut Tx<'_>, lot: LotId) -> Result<Vec<Trustee>, StoreError> {
    let read = |row: &Row| {
        let (secret, published) = (row.text(5)?, row.instant(6)?);
        Ok(Trustee {
            lot: row.parsed(0, |text| LotId::parse(text).ok())?,
            person: row.parsed(1, |text| PersonId::parse(text).ok())?,
            organisation: row.parsed(2, |text| OrganisationId::parse(text).ok())?,
            public_key: row.text(3)?,
            registered_at: row.instant(4)?,
            published_at: Some(published).filter(|_| !secret.is_empty()),
            secret: Some(secret).filter(|secret| !secret.is_empty()),
            n_early: row.count(7)?,
        })
    };
    tx.rows(&TRUSTEES, args![lot])?.iter().map(read).collect()
}

/// Publishes the list of trustees of a lot; once.
pub fn list(
    tx: &mut Tx<'_>,
    lot: LotId,
    (list, digest): (&str, &str),
    now: Instant,
) -> Result<(), StoreError> {
    tx.later(&LIST, args![lot, list, digest, now])
}

/// The published list.
pub fn listed(tx: &mut Tx<'_>, lot: LotId) -> Result<Option<Listed>, StoreError> {
    let read = |row: Row| {
        let opened = row.instant(3)?;
        Ok(Listed {
            list: row.text(0)?,
            digest: row.text(1)?,
            frozen_at: row.instant(2)?,
            opened_at: Some(opened).filter(|at| at.micros() != 0),
        })
    };
    tx.row(&LISTED, args![lot])?.map(read).transpose()
}

/// Notes that the bids of a lot are open.
pub fn opened(tx: &mut Tx<'_>, lot: LotId, now: Instant) -> Result<(), StoreError> {
    tx.later(&OPENED, args![lot, now])
}

/// Sealed lots whose end has passed by then and that still wait for keys.
pub fn to_unseal(tx: &mut Tx<'_>, ended: Instant, limit: usize) -> Result<Vec<LotId>, StoreError> {
    let rows = tx.rows(&TO_UNSEAL, args![ended, limit])?;
    rows.iter().map(|row| row.parsed(0, |text| LotId::parse(text).ok())).collect()
}

/// Adds a bid that was received, with its file; the one before stands no more, and its file is gone.
pub fn add_seal(tx: &mut Tx<'_>, seal: &Seal, file: &str) -> Result<(), StoreError> {
    end_seal(tx, seal.lot, seal.bidder, SealState::Replaced)?;
    let (bidder, version) = (i64::from(seal.bidder), i64::from(seal.version));
    let row = args![seal.lot, bidder, version, seal.entry, seal.received, &seal.commitment];
    tx.later(&ADD_SEAL, row)?;
    add_file(tx, seal, file)
}

/// Keeps the file of a bid where it is missing.
pub fn add_file(tx: &mut Tx<'_>, seal: &Seal, file: &str) -> Result<(), StoreError> {
    let (bidder, version) = (i64::from(seal.bidder), i64::from(seal.version));
    tx.later(&ADD_FILE, args![seal.lot, bidder, version, file])
}

/// The standing bid of a bidder stands no more, and its file is gone.
pub fn end_seal(
    tx: &mut Tx<'_>,
    lot: LotId,
    bidder: u32,
    becomes: SealState,
) -> Result<(), StoreError> {
    let last = last_version(tx, lot, bidder)?;
    let bidder = i64::from(bidder);
    tx.later(&END_SEAL, args![lot, bidder, becomes.word()])?;
    tx.later(&DROP_FILES, args![lot, bidder, i64::from(last)])
}

/// What the opening found of a bid: its amount, or why it did not open.
pub fn open_seal(tx: &mut Tx<'_>, seal: &Seal, found: Result<i64, &str>) -> Result<(), StoreError> {
    let (state, reason, amount) = match found {
        Ok(amount) => (SealState::Opened, "", Some(amount)),
        Err(reason) => (SealState::Failed, reason, None),
    };
    let (bidder, version) = (i64::from(seal.bidder), i64::from(seal.version));
    let row = args![seal.lot, bidder, version, state.word(), reason, amount];
    match tx.run(&OPEN_SEAL, row)? {
        1 => Ok(()),
        _ => Err(StoreError::Retry(format!("bid {} was changed meanwhile", seal.entry))),
    }
}

/// The bids that stand, or stood at the end, in the order they were received.
pub fn seals(tx: &mut Tx<'_>, lot: LotId, limit: usize) -> Result<Vec<Seal>, StoreError> {
    tx.rows(&SEALS, args![lot, limit])?.iter().map(read_seal).collect()
}

/// The bids of one bidder, newest first.
pub fn seals_of(
    tx: &mut Tx<'_>,
    lot: LotId,
    bidder: u32,
    limit: usize,
) -> Result<Vec<Seal>, StoreError> {
    tx.rows(&SEALS_OF, args![lot, i64::from(bidder), limit])?.iter().map(read_seal).collect()
}

/// The number of a bidder's last bid; 0 for none.
pub fn last_version(tx: &mut Tx<'_>, lot: LotId, bidder: u32) -> Result<u32, StoreError> {
    let row = tx.row(&LAST_VERSION, args![lot, i64::from(bidder)])?;
    row.map_or(Ok(0), |row| small(&row, 0))
}

/// The file of a bid; none where it was dropped, or a backup did not hold it.
pub fn file(
    tx: &mut Tx<'_>,
    lot: LotId,
    bidder: u32,
    version: u32,
) -> Result<Option<String>, StoreError> {
    let row = tx.row(&FILE, args![lot, i64::from(bidder), i64::from(version)])?;
    row.map(|row| row.text(0)).transpose()
}

fn small(row: &Row, at: usize) -> Result<u32, StoreError> {
    u32::try_from(row.int(at)?).map_err(|_| StoreError::Damaged(format!("column {at}")))
}

fn read_seal(row: &Row) -> Result<Seal, StoreError> {
    Ok(Seal {
        lot: row.parsed(0, |text| LotId::parse(text).ok())?,
        bidder: small(row, 1)?,
        version: small(row, 2)?,
        entry: row.count(3)?,
        received: row.instant(4)?,
        commitment: row.text(5)?,
        state: row.parsed(6, SealState::parse)?,
        reason: row.text(7)?,
        amount: row.int_or_none(8)?,
    })
}
