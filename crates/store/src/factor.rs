//! Second factors, recovery codes, sign-ins that wait for a code, recoveries that wait for a
//! second administrator. Secrets are sealed by the caller; codes are kept as digests.

use crate::{Row, StoreError, Tx, args, statements};
use base::{Instant, PersonId};
use parties::factor::{Proofing, Recovery};

statements! {
    FIND = "select f.secret, f.last_step, f.created_at,
                (select count(*) from recovery_codes c where c.person = f.person and c.used_at = 0),
                r.person, r.started_by, r.proofing, r.reason, r.started_at
            from factors f left join factor_recoveries r on r.person = f.person
            where f.person = $1";
    SET = "insert into factors (person, secret, last_step, created_at) values ($1, $2, $3, $4)
           on conflict (person) do update
               set secret = $2, last_step = $3, created_at = $4";
    USE_STEP = "update factors set last_step = $2 where person = $1 and last_step < $2";
    DROP = "delete from factors where person = $1";
    ADD_CODE = "insert into recovery_codes (person, digest, used_at) values ($1, $2, 0)";
    HAS_CODE = "select used_at from recovery_codes where person = $1 and digest = $2";
    USE_CODE = "update recovery_codes set used_at = $3
                where person = $1 and digest = $2 and used_at = 0";
    DROP_CODES = "delete from recovery_codes where person = $1";
    ADD_HALF = "insert into sign_ins (secret, person, agent, network, n_wrong, ends_at)
                values ($1, $2, $3, $4, 0, $5)";
    FIND_HALF = "select person, agent, network, n_wrong, ends_at from sign_ins where secret = $1";
    COUNT_HALF = "update sign_ins set n_wrong = n_wrong + 1 where secret = $1";
    DROP_HALF = "delete from sign_ins where secret = $1";
    DROP_HALVES = "delete from sign_ins where person = $1";
    SWEEP_HALVES = "delete from sign_ins where ends_at < $1";
    START = "insert into factor_recoveries (person, started_by, proofing, reason, started_at)
             values ($1, $2, $3, $4, $5)
             on conflict (person) do update
                 set started_by = $2, proofing = $3, reason = $4, started_at = $5";
    FIND_RECOVERY = "select person, started_by, proofing, reason, started_at
                     from factor_recoveries where person = $1";
    RECOVERIES = "select person, started_by, proofing, reason, started_at
                  from factor_recoveries where started_at > $1 order by started_at, person
                  limit $2";
    OWN_RECOVERY = "select person, started_by, proofing, reason, started_at
                    from factor_recoveries where person = $1 and started_at > $2";
    END_RECOVERY = "delete from factor_recoveries where person = $1";
}

/// A person's second factor as kept.
#[derive(Clone, Debug)]
pub struct Factor {
    /// The sealed secret.
    pub sealed: Vec<u8>,
    /// The highest step whose code was used.
    pub last_step: u64,
    pub created_at: Instant,
    /// Recovery codes that were not used yet.
    pub n_codes: u64,
    /// Somebody says that it is lost, now or once.
    pub recovery: Option<Recovery>,
}

/// A sign-in that waits for its code.
#[derive(Clone, Debug)]
pub struct Half {
    pub person: PersonId,
    pub agent: String,
    pub network: String,
    pub n_wrong: u64,
    pub ends_at: Instant,
}

/// A person's second factor, if there is one.
pub fn find(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Factor>, StoreError> {
    tx.row(&FIND, args![person])?
        .map(|row| {
            Ok(Factor {
                sealed: row.bytes(0)?,
                last_step: row.count(1)?,
                created_at: row.instant(2)?,
                n_codes: row.count(3)?,
                recovery: match row.text_or_none(4)? {
                    Some(_) => {
                        let rest = row.0.get(4..).unwrap_or_default().to_vec();
                        Some(read_recovery(&Row(rest))?)
                    }
                    None => None,
                },
            })
        })
        .transpose()
}

/// Keeps a new factor in place of the one before, if there was one.
pub fn set(
    tx: &mut Tx<'_>,
    person: PersonId,
    sealed: Vec<u8>,
    step: u64,
    now: Instant,
) -> Result<(), StoreError> {
    tx.later(&SET, args![person, sealed, step, now])
}

/// Notes the step whose code was used; false when a code of it or of a later one was used before.
pub fn use_step(tx: &mut Tx<'_>, person: PersonId, step: u64) -> Result<bool, StoreError> {
    Ok(tx.run(&USE_STEP, args![person, step])? == 1)
}

/// Drops a person's factor, codes, half-finished sign-ins and open recovery.
pub fn drop_all(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    for statement in [&DROP, &DROP_CODES, &DROP_HALVES, &END_RECOVERY] {
        tx.later(statement, args![person])?;
    }
    Ok(())
}

/// Replaces a person's recovery codes by these digests.
pub fn set_codes(tx: &mut Tx<'_>, person: PersonId, digests: &[String]) -> Result<(), StoreError> {
    tx.later(&DROP_CODES, args![person])?;
    for digest in digests {
        tx.later(&ADD_CODE, args![person, digest])?;
    }
    Ok(())
}

/// Whether a recovery code of this digest is there and was not used.
pub fn has_code(tx: &mut Tx<'_>, person: PersonId, digest: &str) -> Result<bool, StoreError> {
    let used_at = tx.row(&HAS_CODE, args![person, digest])?.map(|row| row.int(0)).transpose()?;
    Ok(used_at == Some(0))
}

/// Uses a recovery code up; false when it was used before.
pub fn use_code(
    tx: &mut Tx<'_>,
    person: PersonId,
    digest: &str,
    now: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.run(&USE_CODE, args![person, digest, now])? == 1)
}

/// Keeps a half-finished sign-in under the digest of its secret, in place of earlier ones.
pub fn add_half(tx: &mut Tx<'_>, digest: &str, half: &Half) -> Result<(), StoreError> {
    tx.later(&DROP_HALVES, args![half.person])?;
    let row = args![digest, half.person, &half.agent, &half.network, half.ends_at].to_vec();
    tx.later(&ADD_HALF, &row)
}

/// The half-finished sign-in of this secret.
pub fn find_half(tx: &mut Tx<'_>, digest: &str) -> Result<Option<Half>, StoreError> {
    tx.row(&FIND_HALF, args![digest])?
        .map(|row| {
            Ok(Half {
                person: row.parsed(0, |text| PersonId::parse(text).ok())?,
                agent: row.text(1)?,
                network: row.text(2)?,
                n_wrong: row.count(3)?,
                ends_at: row.instant(4)?,
            })
        })
        .transpose()
}

/// Counts a wrong code of a half-finished sign-in.
pub fn count_half(tx: &mut Tx<'_>, digest: &str) -> Result<(), StoreError> {
    tx.later(&COUNT_HALF, args![digest])
}

/// Ends a half-finished sign-in.
pub fn drop_half(tx: &mut Tx<'_>, digest: &str) -> Result<(), StoreError> {
    tx.later(&DROP_HALF, args![digest])
}

/// Forgets half-finished sign-ins that ended before a moment.
pub fn sweep(tx: &mut Tx<'_>, before: Instant) -> Result<u64, StoreError> {
    tx.run(&SWEEP_HALVES, args![before])
}

/// Keeps that a recovery was started, in place of one that is over.
pub fn start_recovery(tx: &mut Tx<'_>, recovery: &Recovery) -> Result<(), StoreError> {
    let row = args![
        recovery.person,
        recovery.started_by,
        recovery.proofing.word(),
        &recovery.reason,
        recovery.started_at,
    ]
    .to_vec();
    tx.later(&START, &row)
}

/// The recovery of a person's factor, in time or over.
pub fn recovery(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Recovery>, StoreError> {
    tx.row(&FIND_RECOVERY, args![person])?.as_ref().map(read_recovery).transpose()
}

/// Recoveries started after a moment, oldest first.
pub fn recoveries(
    tx: &mut Tx<'_>,
    after: Instant,
    limit: usize,
) -> Result<Vec<Recovery>, StoreError> {
    tx.rows(&RECOVERIES, args![after, limit])?.iter().map(read_recovery).collect()
}

/// The recovery of one's own factor, started after a moment.
pub fn own_recoveries(
    tx: &mut Tx<'_>,
    person: PersonId,
    after: Instant,
) -> Result<Vec<Recovery>, StoreError> {
    tx.rows(&OWN_RECOVERY, args![person, after])?.iter().map(read_recovery).collect()
}

/// Ends a recovery.
pub fn end_recovery(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.later(&END_RECOVERY, args![person])
}

fn read_recovery(row: &Row) -> Result<Recovery, StoreError> {
    Ok(Recovery {
        person: row.parsed(0, |text| PersonId::parse(text).ok())?,
        started_by: row.parsed(1, |text| PersonId::parse(text).ok())?,
        proofing: row.parsed(2, Proofing::parse)?,
        reason: row.text(3)?,
        started_at: row.instant(4)?,
    })
}
