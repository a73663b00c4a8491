//! What files are called and what they hang on. Their bytes are in the file store.

use crate::{Row, StoreError, Tx, args, statements};
use base::{FileId, Instant, OrganisationId, PersonId};

statements! {
    ADD = "insert into files (id, hash, size, name, kind, person, kept_at, thing, place, owner, named_at)
           values ($1, $2, $3, $4, $5, $6, $7, '', '', '', 0)";
    FIND = "select id, hash, size, name, kind, person, kept_at, thing, place, owner, named_at
            from files where id = $1";
    NAME = "update files set thing = $2, place = $3, owner = $4, named_at = $5
            where id = $1 and thing = ''";
    OF_THING = "select id, hash, size, name, kind, person, kept_at, thing, place, owner, named_at
                from files where thing = $1 order by named_at, id limit $2";
    OF_PERSON = "select id, hash, size, name, kind, person, kept_at, thing, place, owner, named_at
                 from files where person = $1 and (kept_at, id) > ($2, $3)
                 order by kept_at, id limit $4";
    WAITING_OF = "select count(*), coalesce(cast(sum(size) as bigint), 0)
                  from files where person = $1 and thing = ''";
    OWNED = "select coalesce(cast(sum(size) as bigint), 0) from files where owner = $1 and owner <> ''";
    DROP = "delete from files where id = $1 and thing = ''";
    DROP_OLD = "delete from files where thing = '' and kept_at < $1";
    IS_NAMED = "select 1 from files where hash = $1 limit 1";
    HASHES = "select hash, size from files where hash > $1 group by hash, size order by hash limit $2";
    TOTALS = "select count(*), coalesce(cast(sum(size) as bigint), 0) from files";
    FORGET_PERSON = "update files set name = cast($2 as text) || '.' || kind where person = $1";
    DROP_WAITING = "delete from files where person = $1 and thing = ''";
    LAST_SWEEP = "select coalesce(max(n), 0) from file_sweeps";
    BEGIN_SWEEP = "insert into file_sweeps (n, hash, is_done) values ($1, $2, false)";
    END_SWEEP = "update file_sweeps set is_done = true where n = $1";
    SWEPT_SINCE = "select 1 from file_sweeps
                   where hash = $1 and (n > $2 or is_done = false) limit 1";
    OPEN_SWEEPS = "select n, hash from file_sweeps where is_done = false order by n limit $1";
    FORGET_SWEEPS = "delete from file_sweeps where is_done = true and n < $1";
}

/// A file as somebody handed it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub id: FileId,
    /// SHA-256, 64 hexadecimal digits.
    pub hash: String,
    pub bytes: u64,
    pub name: String,
    /// A word of the kinds that are taken.
    pub kind: String,
    /// Who handed it in.
    pub person: PersonId,
    pub kept_at: Instant,
    /// What it hangs on, once an act has named it.
    pub named: Option<Named>,
}

/// What a file hangs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The id of a case or of another thing.
    pub thing: String,
    /// Where at that thing: `move-3`.
    pub place: String,
    /// Whose room it takes up.
    pub owner: OrganisationId,
    pub at: Instant,
}

/// Keeps what somebody handed in; nothing names it yet.
pub fn add(tx: &mut Tx<'_>, file: &File) -> Result<(), StoreError> {
    let row =
        args![file.id, &file.hash, file.bytes, &file.name, &file.kind, file.person, file.kept_at,]
            .to_vec();
    tx.later(&ADD, &row)
}

/// The file of this id.
pub fn find(tx: &mut Tx<'_>, id: FileId) -> Result<Option<File>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Hangs a file on a thing; false when something names it already, or it is gone.
pub fn name(tx: &mut Tx<'_>, id: FileId, named: &Named) -> Result<bool, StoreError> {
    let row = args![id, &named.thing, &named.place, named.owner, named.at].to_vec();
    Ok(tx.run(&NAME, &row)? == 1)
}

/// The files of a thing, oldest first.
pub fn of_thing(tx: &mut Tx<'_>, thing: &str, limit: usize) -> Result<Vec<File>, StoreError> {
    tx.rows(&OF_THING, args![thing, limit])?.iter().map(read).collect()
}

/// The files that a person handed in, oldest first, after one of them.
pub fn of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    after: Option<(Instant, FileId)>,
    limit: usize,
) -> Result<Vec<File>, StoreError> {
    let (at, id) = after.map_or((-1, String::new()), |(at, id)| (at.micros(), id.to_string()));
    tx.rows(&OF_PERSON, args![person, at, id, limit])?.iter().map(read).collect()
}

/// How many files of a person nothing names yet, and their bytes.
pub fn waiting_of(tx: &mut Tx<'_>, person: PersonId) -> Result<(u64, u64), StoreError> {
    two_counts(tx.row(&WAITING_OF, args![person])?)
}

/// The bytes that an organisation's files have.
pub fn bytes_of(tx: &mut Tx<'_>, owner: OrganisationId) -> Result<u64, StoreError> {
    tx.row(&OWNED, args![owner])?.map_or(Ok(0), |row| row.count(0))
}

/// Drops a file that nothing names; false when something does.
pub fn drop_waiting(tx: &mut Tx<'_>, id: FileId) -> Result<bool, StoreError> {
    Ok(tx.run(&DROP, args![id])? == 1)
}

/// Drops what was handed in before a moment and never named.
pub fn drop_old(tx: &mut Tx<'_>, before: Instant) -> Result<u64, StoreError> {
    tx.run(&DROP_OLD, args![before])
}

/// Whether any file has this content.
pub fn is_named(tx: &mut Tx<'_>, hash: &str) -> Result<bool, StoreError> {
    Ok(tx.row(&IS_NAMED, args![hash])?.is_some())
}

/// Every content once with its length, by hash, after one of them.
pub fn hashes(
    tx: &mut Tx<'_>,
    after: &str,
    limit: usize,
) -> Result<Vec<(String, u64)>, StoreError> {
    let rows = tx.rows(&HASHES, args![after, limit])?;
    rows.iter().map(|row| Ok((row.text(0)?, row.count(1)?))).collect()
}

/// How many files there are, and how many bytes were handed in.
pub fn totals(tx: &mut Tx<'_>) -> Result<(u64, u64), StoreError> {
    two_counts(tx.row(&TOTALS, args![])?)
}

/// Forgets what a person called files, and drops those that nothing names.
pub fn forget_person(tx: &mut Tx<'_>, person: PersonId, plain: &str) -> Result<(), StoreError> {
    tx.later(&DROP_WAITING, args![person])?;
    tx.later(&FORGET_PERSON, args![person, plain])
}

/// The number of the sweep that was begun last.
pub fn last_sweep(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.row(&LAST_SWEEP, args![])?.map_or(Ok(0), |row| row.count(0))
}

/// Notes that the bytes of this hash will be taken away; says the number.
pub fn begin_sweep(tx: &mut Tx<'_>, hash: &str) -> Result<u64, StoreError> {
    let n = last_sweep(tx)? + 1;
    tx.later(&BEGIN_SWEEP, args![n, hash])?;
    Ok(n)
}

/// Notes that they are gone.
pub fn end_sweep(tx: &mut Tx<'_>, n: u64) -> Result<(), StoreError> {
    tx.later(&END_SWEEP, args![n])
}

/// Whether the bytes of this hash may have been taken away after the sweep of this number.
pub fn swept_since(tx: &mut Tx<'_>, hash: &str, n: u64) -> Result<bool, StoreError> {
    Ok(tx.row(&SWEPT_SINCE, args![hash, n])?.is_some())
}

/// Sweeps that were begun and not ended.
pub fn open_sweeps(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<(u64, String)>, StoreError> {
    let rows = tx.rows(&OPEN_SWEEPS, args![limit])?;
    rows.iter().map(|row| Ok((row.count(0)?, row.text(1)?))).collect()
}

/// Forgets ended sweeps before this number.
pub fn forget_sweeps(tx: &mut Tx<'_>, before: u64) -> Result<u64, StoreError> {
    tx.run(&FORGET_SWEEPS, args![before])
}

fn two_counts(row: Option<Row>) -> Result<(u64, u64), StoreError> {
    row.map_or(Ok((0, 0)), |row| Ok((row.count(0)?, row.count(1)?)))
}

fn read(row: &Row) -> Result<File, StoreError> {
    let thing = row.text(7)?;
    let named = match thing.is_empty() {
        true => None,
        false => Some(Named {
            thing,
            place: row.text(8)?,
            owner: row.parsed(9, |text| OrganisationId::parse(text).ok())?,
            at: row.instant(10)?,
        }),
    };
    Ok(File {
        id: row.parsed(0, |text| FileId::parse(text).ok())?,
        hash: row.text(1)?,
        bytes: row.count(2)?,
        name: row.text(3)?,
        kind: row.text(4)?,
        person: row.parsed(5, |text| PersonId::parse(text).ok())?,
        kept_at: row.instant(6)?,
        named,
    })
}
