//! Invitations into organisations: whom, as what, until when.

use crate::{Row, StoreError, Tx, args, statements};
use access::Role;
use base::{Instant, InvitationId, Lang, OrganisationId};

statements! {
    ADD = "insert into invitations (id, secret, organisation, email, role, lang, invited_by,
                                    is_accepted, created_at, ends_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    FIND = "select id, organisation, email, role, lang, invited_by, is_accepted, created_at, ends_at
            from invitations where id = $1";
    BY_SECRET = "select id, organisation, email, role, lang, invited_by, is_accepted, created_at,
                     ends_at
                 from invitations where secret = $1";
    WAITING = "select id, organisation, email, role, lang, invited_by, is_accepted, created_at,
                   ends_at
               from invitations
               where organisation = $1 and ends_at > $2 and is_accepted = $3
               order by id limit $4";
    ACCEPT = "update invitations set is_accepted = $2, email = '' where id = $1";
    DROP_ONE = "delete from invitations where id = $1";
    SWEEP = "delete from invitations where ends_at <= $1";
}

/// An invitation.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: InvitationId,
    pub organisation: OrganisationId,
    pub email: String,
    pub role: Role,
    pub lang: Lang,
    /// The id of who invited.
    pub invited_by: String,
    pub is_accepted: bool,
    pub created_at: Instant,
    pub ends_at: Instant,
}

/// Keeps an invitation under the digest of its link.
pub fn add(tx: &mut Tx<'_>, digest: &str, it: &Invitation) -> Result<(), StoreError> {
    let row = [
        it.id.into(),
        digest.into(),
        it.organisation.into(),
        (&it.email).into(),
        it.role.word().into(),
        it.lang.tag().into(),
        (&it.invited_by).into(),
        it.is_accepted.into(),
        it.created_at.into(),
        it.ends_at.into(),
    ];
    tx.later(&ADD, &row)
}

/// One invitation.
pub fn find(tx: &mut Tx<'_>, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The invitation of a link.
pub fn by_secret(tx: &mut Tx<'_>, digest: &str) -> Result<Option<Invitation>, StoreError> {
    tx.row(&BY_SECRET, args![digest])?.as_ref().map(read).transpose()
}

/// Invitations of an organisation that nobody has accepted yet.
pub fn waiting(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    now: Instant,
    limit: usize,
) -> Result<Vec<Invitation>, StoreError> {
    tx.rows(&WAITING, args![organisation, now, false, limit])?.iter().map(read).collect()
}

/// Notes that it was accepted, and forgets the address.
pub fn accept(tx: &mut Tx<'_>, id: InvitationId) -> Result<(), StoreError> {
    tx.later(&ACCEPT, args![id, true])
}

/// Takes an invitation back.
pub fn drop_one(tx: &mut Tx<'_>, id: InvitationId) -> Result<(), StoreError> {
    tx.later(&DROP_ONE, args![id])
}

/// Forgets invitations whose time is over.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Result<u64, StoreError> {
    tx.run(&SWEEP, args![now])
}

fn read(row: &Row) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: row.parsed(0, |text| InvitationId::parse(text).ok())?,
        organisation: row.parsed(1, |text| OrganisationId::parse(text).ok())?,
        email: row.text(2)?,
        role: row.parsed(3, Role::parse)?,
        lang: row.lang(4)?,
        invited_by: row.text(5)?,
        is_accepted: row.bool(6)?,
        created_at: row.instant(7)?,
        ends_at: row.instant(8)?,
    })
}
