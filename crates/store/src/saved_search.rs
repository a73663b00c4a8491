//! Searches that people keep, and what each has found so far.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, PersonId, SavedSearchId, TechnologyId};
use trading::saved_search::{Frequency, Question};

/// Due never, until something is found.
pub const NEVER: Instant = Instant::from_micros(i64::MAX);

statements! {
    ADD = "insert into saved_searches (id, person, name, question, frequency, state, since_seq,
                                       due_at, looked_at, version, created_at, changed_at)
           values ($1, $2, $3, $4, $5, 'on', $6, $7, $8, 1, $8, $8)";
    FIND = "select id, person, name, question, frequency, state, since_seq, due_at, looked_at,
                version, created_at, changed_at
            from saved_searches where id = $1";
    OF_PERSON = "select id, person, name, question, frequency, state, since_seq, due_at, looked_at,
                     version, created_at, changed_at
                 from saved_searches where person = $1 order by id desc limit $2";
    COUNT_OF = "select count(*) from saved_searches where person = $1";
    AFTER = "select id, person, name, question, frequency, state, since_seq, due_at, looked_at,
                 version, created_at, changed_at
             from saved_searches where id > $1 order by id limit $2";
    FRESH = "select id, person, name, question, frequency, state, since_seq, due_at, looked_at,
                 version, created_at, changed_at
             from saved_searches where since_seq > 0 order by id limit $1";
    DUE = "select id, person, name, question, frequency, state, since_seq, due_at, looked_at,
               version, created_at, changed_at
           from saved_searches where state = 'on' and due_at <= $1 order by due_at, id limit $2";
    CHANGE = "update saved_searches set name = $3, frequency = $4, state = $5, due_at = $6,
                  version = version + 1, changed_at = $7
              where id = $1 and version = $2";
    PAUSE = "update saved_searches set state = 'paused', due_at = $2, version = version + 1,
                 changed_at = $3
             where id = $1 and state = 'on'";
    LOOKED = "update saved_searches set looked_at = $2 where id = $1 and looked_at < $2";
    SETTLE = "update saved_searches set since_seq = 0 where id = $1 and since_seq > 0";
    WAKE = "update saved_searches set due_at = $2
            where id = $1 and state = 'on' and frequency = 'at-once' and due_at > $2";
    TAKE = "update saved_searches set due_at = $3
            where id = $1 and due_at = $2 and state = 'on'";
    DROP_HITS = "delete from saved_search_hits where search = $1";
    DROP = "delete from saved_searches where id = $1";
    DROP_HITS_OF = "delete from saved_search_hits where search in
                        (select id from saved_searches where person = $1)";
    DROP_OF = "delete from saved_searches where person = $1";
    ADD_HIT = "insert into saved_search_hits (search, technology, found_at, told_at)
               select id, $2, $3, $4 from saved_searches where id = $1
               on conflict (search, technology) do nothing";
    LOSE_HIT = "delete from saved_search_hits where search = $1 and technology = $2";
    UNTOLD = "select technology from saved_search_hits where search = $1 and told_at = 0
              order by technology desc limit $2";
    TELL = "update saved_search_hits set told_at = $3
            where search = $1 and technology = $2 and told_at = 0";
    TELL_ALL = "update saved_search_hits set told_at = $2 where search = $1 and told_at = 0";
    NEW_OF_PERSON = "select h.search, h.technology
                     from saved_searches s join saved_search_hits h
                         on h.search = s.id and h.found_at > s.looked_at
                     where s.person = $1
                     order by h.found_at desc, h.technology desc limit $2";
    FOUND_SINCE = "select technology from saved_search_hits
                   where search = $1 and found_at > $2
                   order by found_at desc, technology desc limit $3";
}

/// A search as it is kept.
#[derive(Clone, Debug)]
pub struct SavedSearch {
    pub id: SavedSearchId,
    pub person: PersonId,
    pub name: String,
    pub question: Question,
    pub frequency: Frequency,
    pub is_paused: bool,
    /// The place in the log up to which it was evaluated when it was saved, until the common
    /// follower has taken it over.
    pub since: Option<u64>,
    /// When it tells next; [`NEVER`] where only something new makes it.
    pub due_at: Instant,
    /// Up to when its person has seen what it found.
    pub looked_at: Instant,
    pub version: u64,
    pub created_at: Instant,
    pub changed_at: Instant,
}

/// Adds a search with everything that it finds now.
pub fn add(
    tx: &mut Tx<'_>,
    search: &SavedSearch,
    found: &[TechnologyId],
) -> Result<(), StoreError> {
    let since = search.since.map_or(0, |seq| seq.saturating_add(1));
    let row = [
        search.id.into(),
        search.person.into(),
        (&search.name).into(),
        crate::json(&search.question),
        search.frequency.word().into(),
        since.into(),
        search.due_at.into(),
        search.created_at.into(),
    ];
    tx.later(&ADD, &row)?;
    for technology in found {
        tx.later(&ADD_HIT, args![search.id, *technology, 0_u64, search.created_at])?;
    }
    Ok(())
}

/// One search.
pub fn find(tx: &mut Tx<'_>, id: SavedSearchId) -> Result<Option<SavedSearch>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The searches of a person, newest first.
pub fn of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<SavedSearch>, StoreError> {
    tx.rows(&OF_PERSON, args![person, limit])?.iter().map(read).collect()
}

/// How many searches a person keeps.
pub fn count_of(tx: &mut Tx<'_>, person: PersonId) -> Result<u64, StoreError> {
    tx.row(&COUNT_OF, args![person])?.map_or(Ok(0), |row| row.count(0))
}

/// Searches after an id in the order of ids, for the follower.
pub fn after(tx: &mut Tx<'_>, id: &str, limit: usize) -> Result<Vec<SavedSearch>, StoreError> {
    tx.rows(&AFTER, args![id, limit])?.iter().map(read).collect()
}

/// Searches that the common follower has yet to take over.
pub fn fresh(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<SavedSearch>, StoreError> {
    tx.rows(&FRESH, args![limit])?.iter().map(read).collect()
}

/// Searches whose alerts are due.
pub fn due(tx: &mut Tx<'_>, now: Instant, limit: usize) -> Result<Vec<SavedSearch>, StoreError> {
    tx.rows(&DUE, args![now, limit])?.iter().map(read).collect()
}

/// Changes name, frequency and whether it is paused; false where another was faster.
pub fn change(
    tx: &mut Tx<'_>,
    before: u64,
    search: &SavedSearch,
    now: Instant,
) -> Result<bool, StoreError> {
    let state = if search.is_paused { "paused" } else { "on" };
    let row = [
        search.id.into(),
        before.into(),
        (&search.name).into(),
        search.frequency.word().into(),
        state.into(),
        search.due_at.into(),
        now.into(),
    ];
    Ok(tx.run(&CHANGE, &row)? == 1)
}

/// Pauses a search; false where it is paused already.
pub fn pause(tx: &mut Tx<'_>, id: SavedSearchId, now: Instant) -> Result<bool, StoreError> {
    Ok(tx.run(&PAUSE, args![id, NEVER, now])? == 1)
}

/// Remembers up to when its person has seen what it found.
pub fn looked(tx: &mut Tx<'_>, id: SavedSearchId, at: Instant) -> Result<(), StoreError> {
    tx.later(&LOOKED, args![id, at])
}

/// The common follower takes a search over.
pub fn settle(tx: &mut Tx<'_>, id: SavedSearchId) -> Result<(), StoreError> {
    tx.later(&SETTLE, args![id])
}

/// Takes in what a search finds now and what it does not find any more, of things that changed.
/// Something new makes a search that tells at once due.
pub fn take_in(
    tx: &mut Tx<'_>,
    id: SavedSearchId,
    found: &[TechnologyId],
    lost: &[TechnologyId],
    now: Instant,
) -> Result<(), StoreError> {
    for technology in lost {
        tx.later(&LOSE_HIT, args![id, *technology])?;
    }
    let mut n_new = 0;
    for technology in found {
        n_new += tx.run(&ADD_HIT, args![id, *technology, now, 0_u64])?;
    }
    if n_new > 0 {
        tx.later(&WAKE, args![id, now])?;
    }
    Ok(())
}

/// Takes the alert of a search that is due, and says when the next is; false where somebody was
/// faster.
pub fn take(
    tx: &mut Tx<'_>,
    id: SavedSearchId,
    (due_at, next_at): (Instant, Instant),
) -> Result<bool, StoreError> {
    Ok(tx.run(&TAKE, args![id, due_at, next_at])? == 1)
}

/// What nobody was told of yet, newest first.
pub fn untold(
    tx: &mut Tx<'_>,
    id: SavedSearchId,
    limit: usize,
) -> Result<Vec<TechnologyId>, StoreError> {
    technologies(&tx.rows(&UNTOLD, args![id, limit])?)
}

/// Remembers that these were told.
pub fn tell(
    tx: &mut Tx<'_>,
    id: SavedSearchId,
    told: &[TechnologyId],
    now: Instant,
) -> Result<(), StoreError> {
    for technology in told {
        tx.later(&TELL, args![id, *technology, now])?;
    }
    Ok(())
}

/// Remembers that everything so far needs no telling.
pub fn tell_all(tx: &mut Tx<'_>, id: SavedSearchId, now: Instant) -> Result<(), StoreError> {
    tx.later(&TELL_ALL, args![id, now])
}

/// What was found after a moment, newest first.
pub fn found_since(
    tx: &mut Tx<'_>,
    id: SavedSearchId,
    since: Instant,
    limit: usize,
) -> Result<Vec<TechnologyId>, StoreError> {
    technologies(&tx.rows(&FOUND_SINCE, args![id, since, limit])?)
}

/// What the searches of a person found since that person last looked, newest first.
pub fn new_of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<(SavedSearchId, TechnologyId)>, StoreError> {
    let read = |row: &Row| {
        let search = row.parsed(0, |text| SavedSearchId::parse(text).ok())?;
        Ok((search, row.parsed(1, |text| TechnologyId::parse(text).ok())?))
    };
    tx.rows(&NEW_OF_PERSON, args![person, limit])?.iter().map(read).collect()
}

/// Removes a search with everything it found.
pub fn remove(tx: &mut Tx<'_>, id: SavedSearchId) -> Result<bool, StoreError> {
    tx.later(&DROP_HITS, args![id])?;
    Ok(tx.run(&DROP, args![id])? == 1)
}

/// Removes every search of a person.
pub(crate) fn drop_of(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&DROP_HITS_OF, args![person])?;
    tx.later(&DROP_OF, args![person])
}

fn technologies(rows: &[Row]) -> Result<Vec<TechnologyId>, StoreError> {
    rows.iter().map(|row| row.parsed(0, |text| TechnologyId::parse(text).ok())).collect()
}

fn read(row: &Row) -> Result<SavedSearch, StoreError> {
    let since = row.count(6)?;
    Ok(SavedSearch {
        id: row.parsed(0, |text| SavedSearchId::parse(text).ok())?,
        person: row.parsed(1, |text| PersonId::parse(text).ok())?,
        name: row.text(2)?,
        question: row.json(3)?,
        frequency: row.parsed(4, Frequency::parse)?,
        is_paused: row.text(5)? == "paused",
        since: since.checked_sub(1),
        due_at: row.instant(7)?,
        looked_at: row.instant(8)?,
        version: row.count(9)?,
        created_at: row.instant(10)?,
        changed_at: row.instant(11)?,
    })
}
