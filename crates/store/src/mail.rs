//! Letters: made once for a cause and a recipient, taken by one sender at a time, kept for a while.

use crate::{Row, StoreError, Tx, Value, args, statements};
use base::{Instant, Lang, LetterId, PersonId};

statements! {
    ADD = "insert into letters (id, cause, recipient, lang, kind, content, state, attempts, next_at,
                                ends_at, error, created_at, changed_at)
           values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $8, $8)
           on conflict (cause, recipient) do nothing";
    ADD_SECRET = "insert into letter_secrets (letter, sealed) values ($1, $2)";
    SECRET = "select sealed from letter_secrets where letter = $1";
    DROP_SECRET = "delete from letter_secrets where letter = $1";
    FIND = "select id, cause, recipient, lang, kind, content, state, attempts, next_at, ends_at,
                error, created_at, changed_at
            from letters where id = $1";
    DUE = "select id, cause, recipient, lang, kind, content, state, attempts, next_at, ends_at,
               error, created_at, changed_at
           from letters where state = 'waiting' and next_at <= $1 order by next_at, id limit $2";
    CLAIM = "update letters set attempts = attempts + 1, next_at = $3, changed_at = $4
             where id = $1 and attempts = $2 and state = 'waiting'";
    END = "update letters set state = $3, error = $4, changed_at = $5
           where id = $1 and attempts = $2 and state = 'waiting'";
    POSTPONE = "update letters set next_at = $3, error = $4, changed_at = $5
                where id = $1 and attempts = $2 and state = 'waiting'";
    RETRY = "update letters set state = 'waiting', next_at = $2, error = '',
                 ends_at = case when ends_at < $3 then $3 else ends_at end, changed_at = $2
             where id = $1 and state in ('waiting', 'given-up')";
    LAPSED_SECRETS = "delete from letter_secrets where letter in
                          (select id from letters
                           where state in ('waiting', 'given-up') and ends_at <= $1)";
    LAPSE = "update letters set state = 'given-up', error = $2, changed_at = $1
             where state = 'waiting' and ends_at <= $1";
    SWEEP = "delete from letters where state <> 'waiting' and changed_at < $1";
    NEWEST = "select id, cause, recipient, lang, kind, content, state, attempts, next_at, ends_at,
                  error, created_at, changed_at
              from letters where id < $1 order by id desc limit $2";
    NEWEST_OF_STATE = "select id, cause, recipient, lang, kind, content, state, attempts, next_at,
                           ends_at, error, created_at, changed_at
                       from letters where state = $3 and id < $1 order by id desc limit $2";
    OF_RECIPIENT = "select id, cause, recipient, lang, kind, content, state, attempts, next_at,
                        ends_at, error, created_at, changed_at
                    from letters where recipient = $1 order by id desc limit $2";
    COUNTS = "select state, count(*) from letters group by state";
    QUEUE = "select count(*), coalesce(min(created_at), 0), coalesce(max(attempts), 0)
             from letters where state = 'waiting'";
    N_GIVEN_UP = "select count(*) from letters where state = 'given-up'";
    WISHES = "select kind, wish from mail_wishes where person = $1 order by kind";
    SET_WISH = "insert into mail_wishes (person, kind, wish) values ($1, $2, $3)
                on conflict (person, kind) do update set wish = $3";
    DROP_WISHES = "delete from mail_wishes where person = $1";
    DROP_SECRETS_OF = "delete from letter_secrets where letter in
                           (select id from letters where recipient = $1)";
    DROP_OF = "delete from letters where recipient = $1";
    OPEN_TASK = "select 1 from case_tasks where case_id = $1 and task = $2 and opened_at = $3";
    ADMINISTRATORS = "select distinct m.person from memberships m join people p on p.id = m.person
                      where m.role = $1 and m.from_at <= $2 and m.until_at > $2
                        and p.state = 'active'
                      order by m.person limit $3";
    HOLDERS = "select distinct m.person from memberships m join people p on p.id = m.person
               where m.organisation = $1 and m.role = $2 and m.from_at <= $3 and m.until_at > $3
                 and p.state = 'active'
               order by m.person limit $4";
}

/// Where a letter stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Not sent yet; perhaps tried.
    Waiting,
    /// The mail server took it.
    Sent,
    /// Refused for good, or too late.
    GivenUp,
    /// Not wanted any more before it was sent.
    Dropped,
}

impl State {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::GivenUp, Self::Dropped];

    /// The word of the column and of the programming interface.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::GivenUp => "given-up",
            Self::Dropped => "dropped",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A letter as it is kept.
#[derive(Clone, Debug)]
pub struct Letter {
    pub id: LetterId,
    /// What brought it about; with the recipient it is there once.
    pub cause: String,
    /// A person's id, or an address.
    pub recipient: String,
    /// For an address; a person's own language counts when it is sent.
    pub lang: Lang,
    pub kind: String,
    /// The stored shape belongs to `app`.
    pub content: serde_json::Value,
    pub state: State,
    pub attempts: u64,
    /// When it is tried next; whoever takes it moves this on first.
    pub next_at: Instant,
    /// After this moment it is worth nothing.
    pub ends_at: Instant,
    /// What went wrong last.
    pub error: String,
    pub created_at: Instant,
    pub changed_at: Instant,
}

/// Adds a letter; false where this cause has made one for this recipient already.
pub fn add(tx: &mut Tx<'_>, letter: &Letter, sealed: Option<&[u8]>) -> Result<bool, StoreError> {
    let row = [
        letter.id.into(),
        (&letter.cause).into(),
        (&letter.recipient).into(),
        letter.lang.tag().into(),
        (&letter.kind).into(),
        crate::json(&letter.content),
        letter.state.word().into(),
        letter.created_at.into(),
        letter.ends_at.into(),
        (&letter.error).into(),
    ];
    if tx.run(&ADD, &row)? == 0 {
        return Ok(false);
    }
    if let Some(sealed) = sealed {
        tx.later(&ADD_SECRET, &[letter.id.into(), Value::Bytes(sealed.to_vec())])?;
    }
    Ok(true)
}

/// One letter.
pub fn find(tx: &mut Tx<'_>, id: LetterId) -> Result<Option<Letter>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The sealed secret of a letter, while it has one.
pub fn secret(tx: &mut Tx<'_>, id: LetterId) -> Result<Option<Vec<u8>>, StoreError> {
    tx.row(&SECRET, args![id])?.map(|row| row.bytes(0)).transpose()
}

/// Letters whose turn has come, longest waiting first.
pub fn due(tx: &mut Tx<'_>, now: Instant, limit: usize) -> Result<Vec<Letter>, StoreError> {
    tx.rows(&DUE, args![now, limit])?.iter().map(read).collect()
}

/// Takes a letter for one attempt, until `next_at`: nobody else takes it before. False where
/// somebody was faster.
pub fn claim(
    tx: &mut Tx<'_>,
    letter: &Letter,
    next_at: Instant,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&CLAIM, args![letter.id, letter.attempts, next_at, now])? == 1)
}

/// Ends a letter that was taken with this attempt. Its secret goes, unless it was given up and may
/// be tried again. False where another attempt has begun since.
pub fn end(
    tx: &mut Tx<'_>,
    (id, attempts): (LetterId, u64),
    state: State,
    error: &str,
    now: Instant,
) -> Result<bool, StoreError> {
    if tx.run(&END, args![id, attempts, state.word(), error, now])? == 0 {
        return Ok(false);
    }
    if state != State::GivenUp {
        tx.later(&DROP_SECRET, args![id])?;
    }
    Ok(true)
}

/// Leaves a letter that was taken with this attempt for later.
pub fn postpone(
    tx: &mut Tx<'_>,
    (id, attempts): (LetterId, u64),
    next_at: Instant,
    error: &str,
    now: Instant,
) -> Result<(), StoreError> {
    tx.later(&POSTPONE, args![id, attempts, next_at, error, now])
}

/// Has a letter tried again now and for a while; false where it is sent or dropped. The count of
/// attempts goes on, so that an attempt under way knows that it is not the last one.
pub fn retry(
    tx: &mut Tx<'_>,
    id: LetterId,
    now: Instant,
    until: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&RETRY, args![id, now, until])? == 1)
}

/// Gives up what has waited for too long.
pub fn lapse(tx: &mut Tx<'_>, now: Instant, error: &str) -> Result<u64, StoreError> {
    tx.later(&LAPSED_SECRETS, args![now])?;
    tx.run(&LAPSE, args![now, error])
}

/// Forgets letters that ended before a moment.
pub fn sweep(tx: &mut Tx<'_>, before: Instant) -> Result<u64, StoreError> {
    tx.run(&SWEEP, args![before])
}

/// Letters before an id, newest first; of one state or of all.
pub fn list(
    tx: &mut Tx<'_>,
    state: Option<State>,
    before: Option<LetterId>,
    limit: usize,
) -> Result<Vec<Letter>, StoreError> {
    let before = before.map_or_else(|| "m".to_owned(), |id| id.to_string());
    let rows = match state {
        None => tx.rows(&NEWEST, args![before, limit])?,
        Some(state) => tx.rows(&NEWEST_OF_STATE, args![before, limit, state.word()])?,
    };
    rows.iter().map(read).collect()
}

/// The newest letters to a person.
pub fn of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: usize,
) -> Result<Vec<Letter>, StoreError> {
    tx.rows(&OF_RECIPIENT, args![person, limit])?.iter().map(read).collect()
}

/// How many letters there are of each state.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<(State, u64)>, StoreError> {
    tx.rows(&COUNTS, &[])?
        .iter()
        .map(|row| Ok((row.parsed(0, State::parse)?, row.count(1)?)))
        .collect()
}

/// The letters that wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    pub n: u64,
    /// When the oldest was made.
    pub oldest: Option<Instant>,
    /// How often the one that was tried most was tried.
    pub attempts_max: u64,
}

/// How many letters wait, and since when.
pub fn queue(tx: &mut Tx<'_>) -> Result<Queue, StoreError> {
    let Some(row) = tx.row(&QUEUE, &[])? else { return Ok(Queue::default()) };
    let n = row.count(0)?;
    let oldest = (n > 0).then(|| row.instant(1)).transpose()?;
    Ok(Queue { n, oldest, attempts_max: row.count(2)? })
}

/// How many letters were given up and are kept still.
pub fn n_given_up(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.row(&N_GIVEN_UP, &[])?.map_or(Ok(0), |row| row.count(0))
}

/// What a person wants otherwise, by kind.
pub fn wishes(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<(String, String)>, StoreError> {
    tx.rows(&WISHES, args![person])?.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
}

/// Remembers how a person wants letters of a kind.
pub fn set_wish(
    tx: &mut Tx<'_>,
    person: PersonId,
    kind: &str,
    wish: &str,
) -> Result<(), StoreError> {
    tx.later(&SET_WISH, args![person, kind, wish])
}

/// Drops every letter to a person, and every wish.
pub(crate) fn drop_of(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&DROP_SECRETS_OF, args![person])?;
    tx.later(&DROP_OF, args![person])?;
    tx.later(&DROP_WISHES, args![person])
}

/// Whether a task of a case that was opened then is still open.
pub fn is_task_open(
    tx: &mut Tx<'_>,
    case: base::CaseId,
    task: &str,
    opened_at: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.row(&OPEN_TASK, args![case, task, opened_at])?.is_some())
}

/// Active people who hold a role now: in one organisation, or in any.
pub fn holders(
    tx: &mut Tx<'_>,
    organisation: Option<base::OrganisationId>,
    role: &str,
    now: Instant,
    limit: usize,
) -> Result<Vec<PersonId>, StoreError> {
    let rows = match organisation {
        Some(organisation) => tx.rows(&HOLDERS, args![organisation, role, now, limit])?,
        None => tx.rows(&ADMINISTRATORS, args![role, now, limit])?,
    };
    rows.iter().map(|row| row.parsed(0, |text| PersonId::parse(text).ok())).collect()
}

fn read(row: &Row) -> Result<Letter, StoreError> {
    Ok(Letter {
        id: row.parsed(0, |text| LetterId::parse(text).ok())?,
        cause: row.text(1)?,
        recipient: row.text(2)?,
        lang: row.lang(3)?,
        kind: row.text(4)?,
        content: row.json(5)?,
        state: row.parsed(6, State::parse)?,
        attempts: row.count(7)?,
        next_at: row.instant(8)?,
        ends_at: row.instant(9)?,
        error: row.text(10)?,
        created_at: row.instant(11)?,
        changed_at: row.instant(12)?,
    })
}
