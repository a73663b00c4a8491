//! Vouchers and what of them was held, redeemed, claimed and paid.

use crate::contract::or_empty;
use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use base::{OrganisationId, PersonId, RedemptionId, Reference, VoucherId};
use instruments::voucher::{Kept, KeptRedemption, Redemption, Stage, State, Terms};

statements! {
    ADD = "insert into vouchers (id, reference, holder, programme, terms, amount, state, last_day,
               issued_by, issued_at, version)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)";
    CHANGE = "update vouchers set state = $3, version = $2 + 1 where id = $1 and version = $2";
    FIND = "select v.id, v.reference, v.programme, v.terms, v.amount, v.state, v.issued_at, v.version,
                v.holder
            from vouchers v where v.id = $1";
    USED = "select cast(coalesce(sum(amount), 0) as bigint) from voucher_redemptions
            where voucher = $1 and year = $2 and stage <> 'released'";
    ADD_REDEMPTION = "insert into voucher_redemptions (id, voucher, unit, subject, stage, amount,
                          year, evidence, version, at)
                      values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)";
    CHANGE_REDEMPTION = "update voucher_redemptions set stage = $3, amount = $4, evidence = $5,
                             version = $2 + 1
                         where id = $1 and version = $2";
    REDEMPTION = "select r.id, r.voucher, r.unit, r.subject, r.stage, r.amount, r.year, r.evidence,
                      r.version, r.at
                  from voucher_redemptions r where r.id = $1";
    REDEMPTIONS = "select r.id, r.voucher, r.unit, r.subject, r.stage, r.amount, r.year, r.evidence,
                       r.version, r.at
                   from voucher_redemptions r where r.voucher = $1 order by r.id desc limit $2";
    OF_SUBJECT = "select r.id, r.voucher, r.unit, r.subject, r.stage, r.amount, r.year, r.evidence,
                      r.version, r.at
                  from voucher_redemptions r where r.subject = $1 and r.stage <> 'released'";
    GIVE_HOLDER = "update vouchers set holder = $2 where holder = $1";
    GIVE_UNIT = "update voucher_redemptions set unit = $2 where unit = $1";
}

const COLUMNS: Columns<'static> = Columns {
    owner: "v.holder",
    desk: "v.holder",
    person: "v.issued_by",
    state: "v.state",
    gate: crate::gate::MEMBERS_SQL,
};

/// Adds a voucher.
pub fn add(tx: &mut Tx<'_>, it: &Kept, by: Option<PersonId>) -> Result<(), StoreError> {
    crate::gate::add(tx, crate::gate::MEMBERS)?;
    let row = [
        it.id.into(),
        (&it.reference).into(),
        it.terms.holder.into(),
        (&it.programme).into(),
        crate::json(&it.terms),
        it.amount.into(),
        it.state.word().into(),
        it.terms.last.to_string().into(),
        or_empty(by).into(),
        it.issued_at.into(),
    ];
    tx.later(&ADD, &row)
}

/// Writes the state of a voucher that is still of this version.
pub fn change(tx: &mut Tx<'_>, it: &Kept, version: u64) -> Result<bool, StoreError> {
    Ok(tx.run(&CHANGE, args![it.id, version, it.state.word()])? == 1)
}

/// One voucher.
pub fn find(tx: &mut Tx<'_>, id: VoucherId) -> Result<Option<Kept>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Vouchers that pass a filter before an id, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    before: Option<VoucherId>,
    limit: usize,
) -> Result<Vec<Kept>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let seen = composer.filter(filter, COLUMNS);
    let place = match before {
        None => "1 = 1".to_owned(),
        Some(id) => format!("v.id < {}", composer.bind(id)),
    };
    let limit = composer.bind(limit);
    let sql = format!(
        "select v.id, v.reference, v.programme, v.terms, v.amount, v.state, v.issued_at, v.version, v.holder \
         from vouchers v where {seen} and {place} order by v.id desc limit {limit}"
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Kept, StoreError> {
    Ok(Kept {
        id: row.parsed(0, |text| VoucherId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        programme: row.text(2)?,
        terms: Terms {
            holder: row.parsed(8, |text| OrganisationId::parse(text).ok())?,
            ..row.json(3)?
        },
        amount: row.int(4)?,
        state: row.parsed(5, State::parse)?,
        issued_at: row.instant(6)?,
        version: row.count(7)?,
    })
}

/// What counts against the cap of a year.
pub fn used_in(tx: &mut Tx<'_>, id: VoucherId, year: i16) -> Result<i64, StoreError> {
    tx.row(&USED, args![id, i64::from(year)])?.map_or(Ok(0), |row| row.int(0))
}

/// Keeps the use of a voucher.
pub fn add_redemption(tx: &mut Tx<'_>, it: &KeptRedemption) -> Result<(), StoreError> {
    let row = [
        it.id.into(),
        it.voucher.into(),
        it.unit.into(),
        (&it.subject).into(),
        it.redemption.stage.word().into(),
        it.redemption.amount.into(),
        i64::from(it.year).into(),
        crate::json(&it.evidence),
        it.at.into(),
    ];
    tx.later(&ADD_REDEMPTION, &row)
}

/// Writes stage, amount and evidence of one that is still of this version.
pub fn change_redemption(
    tx: &mut Tx<'_>,
    it: &KeptRedemption,
    version: u64,
) -> Result<bool, StoreError> {
    let row = [
        it.id.into(),
        version.into(),
        it.redemption.stage.word().into(),
        it.redemption.amount.into(),
        crate::json(&it.evidence),
    ];
    Ok(tx.run(&CHANGE_REDEMPTION, &row)? == 1)
}

/// One use of a voucher.
pub fn redemption(tx: &mut Tx<'_>, id: RedemptionId) -> Result<Option<KeptRedemption>, StoreError> {
    tx.row(&REDEMPTION, args![id])?.as_ref().map(read_redemption).transpose()
}

/// Uses of a voucher, newest first.
pub fn redemptions(
    tx: &mut Tx<'_>,
    id: VoucherId,
    limit: usize,
) -> Result<Vec<KeptRedemption>, StoreError> {
    tx.rows(&REDEMPTIONS, args![id, limit])?.iter().map(read_redemption).collect()
}

/// What pays a part of one use or order.
pub fn of_subject(tx: &mut Tx<'_>, subject: &str) -> Result<Option<KeptRedemption>, StoreError> {
    tx.row(&OF_SUBJECT, args![subject])?.as_ref().map(read_redemption).transpose()
}

fn read_redemption(row: &Row) -> Result<KeptRedemption, StoreError> {
    Ok(KeptRedemption {
        id: row.parsed(0, |text| RedemptionId::parse(text).ok())?,
        voucher: row.parsed(1, |text| VoucherId::parse(text).ok())?,
        unit: row.parsed(2, |text| OrganisationId::parse(text).ok())?,
        subject: row.text(3)?,
        redemption: Redemption { stage: row.parsed(4, Stage::parse)?, amount: row.int(5)? },
        year: i16::try_from(row.int(6)?).unwrap_or(i16::MAX),
        evidence: row.json(7)?,
        version: row.count(8)?,
        at: row.instant(9)?,
    })
}

/// What belonged to one organisation belongs to another.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    into: OrganisationId,
) -> Result<(), StoreError> {
    tx.later(&GIVE_HOLDER, args![from, into])?;
    tx.later(&GIVE_UNIT, args![from, into])
}
