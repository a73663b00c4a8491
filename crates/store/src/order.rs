//! Payment orders and how they stand.

use crate::filter::{Columns, Composer};
use crate::{Composed, Row, StoreError, Tx, args, statements};
use access::Filter;
use banking::{Order, OrderState};
use base::{
    AccountId, Currency, Date, Instant, Label, OrderId, OrganisationId, PersonId, Reference,
    TransferId,
};

statements! {
    ADD = "insert into payment_orders (id, reference, bank, account, owner, currency, amount, payee,
               payee_account, payee_bank, source, purpose, subject, state, hold, drafted_by,
               drafted_at, approved_by, approved_at, sent_at, moved_at, due_on, keeper,
               bank_reference, reason, version, gate)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                   $19, $20, $21, $22, $23, $24, $25, $26, $27)";
    FIND = "select id, reference, bank, account, owner, currency, amount, payee, payee_account,
                payee_bank, source, purpose, subject, state, hold, drafted_by, drafted_at,
                approved_by, approved_at, sent_at, moved_at, due_on, keeper, bank_reference, reason,
                version, gate
            from payment_orders where id = $1";
    CHANGE = "update payment_orders set state = $3, hold = $4, approved_by = $5, approved_at = $6,
                  sent_at = $7, moved_at = $8, keeper = $9, bank_reference = $10, reason = $11,
                  version = $12
              where id = $1 and version = $2";
    AT_BANK = "select id, reference, bank, account, owner, currency, amount, payee, payee_account,
                   payee_bank, source, purpose, subject, state, hold, drafted_by, drafted_at,
                   approved_by, approved_at, sent_at, moved_at, due_on, keeper, bank_reference,
                   reason, version, gate
               from payment_orders
               where bank = $1 and state in ('sent', 'acknowledged', 'in-doubt')
               order by id limit $2";
    N_OPEN = "select count(*) from payment_orders
              where state in ('drafted', 'approved', 'sent', 'acknowledged', 'in-doubt')";
    N_LATE = "select count(*) from payment_orders
              where state in ('drafted', 'approved', 'sent', 'acknowledged', 'in-doubt')
                  and due_on < $1";
}

/// An order with its label.
#[derive(Clone, Debug)]
pub struct KeptOrder {
    pub order: Order,
    pub label: Label,
}

/// Adds an order.
pub fn add(tx: &mut Tx<'_>, kept: &KeptOrder) -> Result<(), StoreError> {
    let order = &kept.order;
    let gate = kept.label.gate();
    crate::gate::add(tx, &gate)?;
    let row = [
        order.id.into(),
        order.reference.as_str().to_owned().into(),
        order.bank.into(),
        order.account.into(),
        order.owner.into(),
        order.currency.code().into(),
        order.minor.into(),
        order.payee.clone().into(),
        order.payee_account.clone().into(),
        order.payee_bank.clone().into(),
        order.source.clone().into(),
        order.purpose.clone().into(),
        order.subject.clone().into(),
        order.state.word().into(),
        order.hold.map(|id| id.to_string()).unwrap_or_default().into(),
        order.drafted.0.into(),
        order.drafted.1.into(),
        approver(order).into(),
        order.approved.map_or(0, |(_, at)| at.micros()).into(),
        order.sent_at.map_or(0, Instant::micros).into(),
        order.moved_at.into(),
        order.due_on.to_string().into(),
        order.keeper.map(|id| id.to_string()).unwrap_or_default().into(),
        order.bank_reference.clone().into(),
        order.reason.clone().into(),
        order.version.into(),
        gate.into(),
    ];
    tx.later(&ADD, &row)
}

fn approver(order: &Order) -> String {
    order.approved.map(|(id, _)| id.to_string()).unwrap_or_default()
}

/// Changes how an order stands, only as the version before.
pub fn change(tx: &mut Tx<'_>, order: &Order) -> Result<(), StoreError> {
    let row = [
        order.id.into(),
        order.version.saturating_sub(1).into(),
        order.state.word().into(),
        order.hold.map(|id| id.to_string()).unwrap_or_default().into(),
        approver(order).into(),
        order.approved.map_or(0, |(_, at)| at.micros()).into(),
        order.sent_at.map_or(0, Instant::micros).into(),
        order.moved_at.into(),
        order.keeper.map(|id| id.to_string()).unwrap_or_default().into(),
        order.bank_reference.clone().into(),
        order.reason.clone().into(),
        order.version.into(),
    ];
    match tx.run(&CHANGE, &row)? {
        1 => Ok(()),
        _ => Err(StoreError::Retry(format!("{} was changed meanwhile", order.id))),
    }
}

/// One order.
pub fn find(tx: &mut Tx<'_>, id: OrderId) -> Result<Option<KeptOrder>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// Orders that a bank account has sent and that have not ended.
pub fn at_bank(
    tx: &mut Tx<'_>,
    bank: AccountId,
    limit: usize,
) -> Result<Vec<KeptOrder>, StoreError> {
    tx.rows(&AT_BANK, args![bank, limit])?.iter().map(read).collect()
}

/// How many are open, and how many of them are late on a day.
pub fn counts(tx: &mut Tx<'_>, on: Date) -> Result<(u64, u64), StoreError> {
    let open = tx.row(&N_OPEN, &[])?.map_or(Ok(0), |row| row.count(0))?;
    let late = tx.row(&N_LATE, args![on.to_string()])?.map_or(Ok(0), |row| row.count(0))?;
    Ok((open, late))
}

/// Orders in some states, the one due first before the others, after one of the page before.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    states: &[OrderState],
    after: Option<(Date, OrderId)>,
    limit: usize,
) -> Result<Vec<KeptOrder>, StoreError> {
    if filter.is_never() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let columns =
        Columns { owner: "owner", desk: "''", person: "''", state: "state", gate: "gate" };
    let mut parts = vec![
        composer.filter(filter, columns),
        composer.any_of("state", states.iter().map(|state| state.word())),
    ];
    if let Some((due, id)) = after {
        let (due, id) = (composer.bind(due.to_string()), composer.bind(id));
        parts.push(format!("(due_on > {due} or (due_on = {due} and id > {id}))"));
    }
    let sql = format!(
        "select id, reference, bank, account, owner, currency, amount, payee, payee_account,
             payee_bank, source, purpose, subject, state, hold, drafted_by, drafted_at,
             approved_by, approved_at, sent_at, moved_at, due_on, keeper, bank_reference, reason,
             version, gate
         from payment_orders where {} order by due_on, id limit {limit}",
        parts.join(" and ")
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

fn moment(row: &Row, at: usize) -> Result<Option<Instant>, StoreError> {
    Ok(Some(row.instant(at)?).filter(|at| at.micros() != 0))
}

fn person(row: &Row, at: usize) -> Result<Option<PersonId>, StoreError> {
    match row.text(at)?.is_empty() {
        true => Ok(None),
        false => row.parsed(at, |text| PersonId::parse(text).ok()).map(Some),
    }
}

fn read(row: &Row) -> Result<KeptOrder, StoreError> {
    let account = |at| row.parsed(at, |text| AccountId::parse(text).ok());
    let hold = match row.text(14)?.is_empty() {
        true => None,
        false => Some(row.parsed(14, |text| TransferId::parse(text).ok())?),
    };
    let approved = match (person(row, 17)?, moment(row, 18)?) {
        (Some(who), Some(at)) => Some((who, at)),
        _ => None,
    };
    let order = Order {
        id: row.parsed(0, |text| OrderId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        bank: account(2)?,
        account: account(3)?,
        owner: row.parsed(4, |text| OrganisationId::parse(text).ok())?,
        currency: row.parsed(5, Currency::parse)?,
        minor: row.int(6)?,
        payee: row.text(7)?,
        payee_account: row.text(8)?,
        payee_bank: row.text(9)?,
        source: row.text(10)?,
        purpose: row.text(11)?,
        subject: row.text(12)?,
        state: row.parsed(13, OrderState::parse)?,
        hold,
        drafted: (row.parsed(15, |text| PersonId::parse(text).ok())?, row.instant(16)?),
        approved,
        sent_at: moment(row, 19)?,
        moved_at: row.instant(20)?,
        due_on: row.parsed(21, |text| text.parse().ok())?,
        keeper: person(row, 22)?,
        bank_reference: row.text(23)?,
        reason: row.text(24)?,
        version: row.count(25)?,
    };
    Ok(KeptOrder { order, label: row.parsed(26, Label::from_gate)? })
}
