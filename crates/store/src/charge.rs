//! Lines of statements, and the requests to change them.

use crate::contract::{id_or_none, or_empty};
use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use base::{AdjustmentId, ChargeId, InstrumentId, OrganisationId, PersonId, Reference};
use instruments::adjustment;
use instruments::charge::{Kept, State};
use instruments::voucher::Chain;

statements! {
    ADD = "insert into charges (id, reference, instrument, unit, customer, person, subject, project,
               class, line, list, class_discount, subsidy, voucher, pays, state, reverses, on_day,
               month, at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                   $19, $20)";
    FIND = "select c.id, c.reference, c.instrument, c.unit, c.customer, c.person, c.subject,
                c.project, c.class, c.line, c.list, c.class_discount, c.subsidy, c.voucher, c.pays,
                c.state, c.reverses, c.on_day, c.at
            from charges c where c.id = $1";
    OF_SUBJECT = "select c.id, c.reference, c.instrument, c.unit, c.customer, c.person, c.subject,
                      c.project, c.class, c.line, c.list, c.class_discount, c.subsidy, c.voucher,
                      c.pays, c.state, c.reverses, c.on_day, c.at
                  from charges c where c.subject = $1 order by c.id limit 100";
    SET_STATE = "update charges set state = $3 where id = $1 and state = $2";
    STATEMENT = "select c.id, c.reference, c.instrument, c.unit, c.customer, c.person, c.subject,
                     c.project, c.class, c.line, c.list, c.class_discount, c.subsidy, c.voucher,
                     c.pays, c.state, c.reverses, c.on_day, c.at
                 from charges c where c.customer = $1 and c.month = $2 and c.unit = $3
                   and ($4 = '' or c.person = $4)
                 order by c.id limit $5";
    ADD_ADJUSTMENT = "insert into charge_adjustments (id, charge, wish, reason, asked_by, asked_at,
                          state, decided_by, decided_at, note)
                      values ($1, $2, $3, $4, $5, $6, 'asked', '', null, '')";
    ADJUSTMENT = "select id, charge, wish, reason, asked_by, asked_at, state, decided_by, decided_at,
                      note
                  from charge_adjustments where id = $1";
    ADJUSTMENTS = "select id, charge, wish, reason, asked_by, asked_at, state, decided_by,
                       decided_at, note
                   from charge_adjustments where charge = $1 order by id limit 100";
    DECIDE = "update charge_adjustments set state = $2, decided_by = $3, decided_at = $4, note = $5
              where id = $1 and state = 'asked'";
    GIVE_UNIT = "update charges set unit = $2 where unit = $1";
    GIVE_CUSTOMER = "update charges set customer = $2 where customer = $1";
}

/// Lines of one statement at most.
pub const LINES_MAX: usize = 5_000;

const COLUMNS: Columns<'static> = Columns {
    owner: "c.customer",
    desk: "c.unit",
    person: "c.person",
    state: "c.state",
    gate: crate::gate::MEMBERS_SQL,
};

/// Adds a line.
pub fn add(tx: &mut Tx<'_>, it: &Kept) -> Result<(), StoreError> {
    crate::gate::add(tx, crate::gate::MEMBERS)?;
    let chain = it.chain;
    let row = [
        it.id.into(),
        (&it.reference).into(),
        or_empty(it.instrument).into(),
        it.unit.into(),
        it.customer.into(),
        it.person.into(),
        (&it.subject).into(),
        (&it.project).into(),
        (&it.class).into(),
        crate::json(&it.line),
        chain.list.into(),
        chain.class_discount.into(),
        chain.subsidy.into(),
        chain.voucher.into(),
        chain.pays.into(),
        it.state.word().into(),
        or_empty(it.reverses).into(),
        it.day.to_string().into(),
        it.month().into(),
        it.at.into(),
    ];
    tx.later(&ADD, &row)
}

/// One line.
pub fn find(tx: &mut Tx<'_>, id: ChargeId) -> Result<Option<Kept>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Lines for one use or order, in their order.
pub fn of_subject(tx: &mut Tx<'_>, subject: &str) -> Result<Vec<Kept>, StoreError> {
    tx.rows(&OF_SUBJECT, args![subject])?.iter().map(read).collect()
}

/// Moves a line from one state to another; false where it is in another one.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: ChargeId,
    (from, to): (State, State),
) -> Result<bool, StoreError> {
    Ok(tx.run(&SET_STATE, args![id, from.word(), to.word()])? == 1)
}

/// The lines of a customer at a unit in a month: all, or those that one person caused.
pub fn statement(
    tx: &mut Tx<'_>,
    customer: OrganisationId,
    (unit, month): (OrganisationId, &str),
    only: Option<PersonId>,
) -> Result<Vec<Kept>, StoreError> {
    let row = args![customer, month, unit, or_empty(only), LINES_MAX];
    tx.rows(&STATEMENT, row)?.iter().map(read).collect()
}

/// A month of a customer at a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    pub customer: OrganisationId,
    pub unit: OrganisationId,
    /// `2026-03`.
    pub month: String,
    pub lines: u64,
    /// What counts, and what is in dispute.
    pub pays: i64,
    pub disputed: i64,
}

/// Months that have lines which pass a filter, newest first.
pub fn months(tx: &mut Tx<'_>, filter: &Filter, limit: usize) -> Result<Vec<Month>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let seen = composer.filter(filter, COLUMNS);
    let limit = composer.bind(limit);
    let sql = format!(
        "select c.customer, c.unit, c.month, count(*), \
         cast(sum(case when c.state = 'disputed' then 0 else c.pays end) as bigint), \
         cast(sum(case when c.state = 'disputed' then c.pays else 0 end) as bigint) \
         from charges c where {seen} group by c.customer, c.unit, c.month \
         order by c.month desc, c.customer, c.unit limit {limit}"
    );
    let read = |row: &Row| {
        Ok(Month {
            customer: row.parsed(0, |text| OrganisationId::parse(text).ok())?,
            unit: row.parsed(1, |text| OrganisationId::parse(text).ok())?,
            month: row.text(2)?,
            lines: row.count(3)?,
            pays: row.int(4)?,
            disputed: row.int(5)?,
        })
    };
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Kept, StoreError> {
    Ok(Kept {
        id: row.parsed(0, |text| ChargeId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        instrument: id_or_none(row, 2, |text| InstrumentId::parse(text).ok())?,
        unit: row.parsed(3, |text| OrganisationId::parse(text).ok())?,
        customer: row.parsed(4, |text| OrganisationId::parse(text).ok())?,
        person: row.parsed(5, |text| PersonId::parse(text).ok())?,
        subject: row.text(6)?,
        project: row.text(7)?,
        class: row.text(8)?,
        line: row.json(9)?,
        chain: Chain {
            list: row.int(10)?,
            class_discount: row.int(11)?,
            subsidy: row.int(12)?,
            voucher: row.int(13)?,
            pays: row.int(14)?,
        },
        state: row.parsed(15, State::parse)?,
        reverses: id_or_none(row, 16, |text| ChargeId::parse(text).ok())?,
        day: row.parsed(17, base::time::read_date)?,
        at: row.instant(18)?,
    })
}

/// Keeps a request to change a line.
pub fn add_adjustment(tx: &mut Tx<'_>, it: &adjustment::Kept) -> Result<(), StoreError> {
    let wish = crate::json(&it.wish);
    let row = [
        it.id.into(),
        it.charge.into(),
        wish,
        (&it.reason).into(),
        it.asked_by.into(),
        it.asked_at.into(),
    ];
    tx.later(&ADD_ADJUSTMENT, &row)
}

/// One request.
pub fn adjustment(
    tx: &mut Tx<'_>,
    id: AdjustmentId,
) -> Result<Option<adjustment::Kept>, StoreError> {
    tx.row(&ADJUSTMENT, args![id])?.as_ref().map(read_adjustment).transpose()
}

/// Requests about a line, the first asked first.
pub fn adjustments(tx: &mut Tx<'_>, id: ChargeId) -> Result<Vec<adjustment::Kept>, StoreError> {
    tx.rows(&ADJUSTMENTS, args![id])?.iter().map(read_adjustment).collect()
}

/// Writes how a request was decided, once; false where it was already.
pub fn decide(tx: &mut Tx<'_>, it: &adjustment::Kept) -> Result<bool, StoreError> {
    let by = or_empty(it.decided_by);
    let row = args![it.id, it.state.word(), by, it.decided_at, &it.note];
    Ok(tx.run(&DECIDE, row)? == 1)
}

fn read_adjustment(row: &Row) -> Result<adjustment::Kept, StoreError> {
    Ok(adjustment::Kept {
        id: row.parsed(0, |text| AdjustmentId::parse(text).ok())?,
        charge: row.parsed(1, |text| ChargeId::parse(text).ok())?,
        wish: row.json(2)?,
        reason: row.text(3)?,
        asked_by: row.parsed(4, |text| PersonId::parse(text).ok())?,
        asked_at: row.instant(5)?,
        state: row.parsed(6, adjustment::State::parse)?,
        decided_by: id_or_none(row, 7, |text| PersonId::parse(text).ok())?,
        decided_at: row.instant_or_none(8)?,
        note: row.text(9)?,
    })
}

/// What belonged to one organisation belongs to another.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    into: OrganisationId,
) -> Result<(), StoreError> {
    tx.later(&GIVE_UNIT, args![from, into])?;
    tx.later(&GIVE_CUSTOMER, args![from, into])
}
