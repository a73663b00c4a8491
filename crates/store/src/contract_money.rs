//! What contracts brought in: payments, their division, reports of sales, rules, templates.

use crate::contract::{id_or_none, or_empty};
use crate::{Row, StoreError, Tx, args, statements};
use base::{AccountId, ContractId, Currency, Instant, OrganisationId, PersonId};
use contract::kept::{KeptTemplate, Part, Payment, Source, Split};
use contract::royalty::Report;
use contract::rules::Declared;

statements! {
    ADD_PAYMENT = "insert into contract_payments (contract, n, what, amount, source, bank,
                       reference, value_date, at, split)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')";
    PAYMENTS = "select n, what, amount, source, bank, reference, value_date, at, split
                from contract_payments where contract = $1 order by n limit $2";
    DIVIDE = "update contract_payments set split = $3 where contract = $1 and n = $2 and split = ''";
    ADD_PART = "insert into contract_parts (owner, beneficiary, contract, payment, name,
                    is_inventor, currency, gross, withheld, net, at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    PARTS = "select beneficiary, name, is_inventor, contract, payment, currency, gross, withheld,
                 net, at
             from contract_parts where owner = $1 and beneficiary = $2
             order by at desc, contract, payment limit $3";
    PARTS_OF_OWNER = "select beneficiary, name, is_inventor, contract, payment, currency, gross,
                          withheld, net, at
                      from contract_parts where owner = $1
                      order by at desc, contract, payment, beneficiary limit $2";
    ADD_REPORT = "insert into contract_reports (contract, n, period, report, person, at)
                  values ($1, $2, $3, $4, $5, $6)";
    REPORTS = "select report from contract_reports where contract = $1 order by n limit $2";
    ADD_RULES = "insert into income_rules (organisation, n, valid_from, source, rules, person, at)
                 values ($1, $2, $3, $4, $5, $6, $7)";
    RULES = "select n, valid_from, source, rules from income_rules
             where organisation = $1 order by n desc limit $2";
    ADD_TEMPLATE = "insert into contract_templates (name, n, source, note, person, at)
                    values ($1, $2, $3, $4, $5, $6)";
    TEMPLATE = "select name, n, source, note, person, at from contract_templates
                where name = $1 and n = $2";
    TEMPLATES = "select name, n, source, note, person, at from contract_templates
                 order by name, n desc limit $1";
}

/// Payments of one contract at most.
pub const PAYMENTS_MAX: usize = 2_000;
/// Reports of one contract at most.
pub const REPORTS_MAX: usize = 5_000;
/// Rules of one organisation at most.
pub const RULES_MAX: usize = 1_000;

/// Keeps a payment that came in.
pub fn add_payment(tx: &mut Tx<'_>, id: ContractId, it: &Payment) -> Result<(), StoreError> {
    let (bank, reference) = match &it.source {
        Source::Bank { account, reference } => (account.to_string(), reference.clone()),
        Source::Deposit => (String::new(), String::new()),
    };
    let row = args![
        id,
        it.n,
        &it.what,
        it.amount,
        it.source.code(),
        bank,
        reference,
        it.value_date.to_string(),
        it.at
    ];
    tx.later(&ADD_PAYMENT, row)
}

/// The payments of a contract in their order.
pub fn payments(tx: &mut Tx<'_>, id: ContractId) -> Result<Vec<Payment>, StoreError> {
    tx.rows(&PAYMENTS, args![id, PAYMENTS_MAX])?.iter().map(read_payment).collect()
}

fn read_payment(row: &Row) -> Result<Payment, StoreError> {
    let bank = id_or_none(row, 4, |text| AccountId::parse(text).ok())?;
    let split = row.text(8)?;
    Ok(Payment {
        n: row.count(0)?,
        what: row.text(1)?,
        amount: row.int(2)?,
        source: match bank {
            Some(account) => Source::Bank { account, reference: row.text(5)? },
            None => Source::Deposit,
        },
        value_date: row.parsed(6, base::time::read_date)?,
        at: row.instant(7)?,
        split: if split.is_empty() { None } else { Some(row.json(8)?) },
    })
}

/// Writes how a payment was divided, once; false where it is written already.
pub fn divide(tx: &mut Tx<'_>, id: ContractId, n: u64, split: &Split) -> Result<bool, StoreError> {
    Ok(tx.run(&DIVIDE, &[id.into(), n.into(), crate::json(split)])? == 1)
}

/// Keeps what somebody got.
pub fn add_part(tx: &mut Tx<'_>, owner: OrganisationId, it: &Part) -> Result<(), StoreError> {
    let row = [
        owner.into(),
        (&it.beneficiary).into(),
        it.contract.into(),
        it.payment.into(),
        crate::json(&it.name),
        it.is_inventor.into(),
        it.currency.code().into(),
        it.gross.into(),
        it.withheld.into(),
        it.net.into(),
        it.at.into(),
    ];
    tx.later(&ADD_PART, &row)
}

/// What one beneficiary of an organisation got, newest first.
pub fn parts(
    tx: &mut Tx<'_>,
    owner: OrganisationId,
    beneficiary: &str,
    limit: usize,
) -> Result<Vec<Part>, StoreError> {
    tx.rows(&PARTS, args![owner, beneficiary, limit])?.iter().map(read_part).collect()
}

/// What all beneficiaries of an organisation got, newest first.
pub fn parts_of_owner(
    tx: &mut Tx<'_>,
    owner: OrganisationId,
    limit: usize,
) -> Result<Vec<Part>, StoreError> {
    tx.rows(&PARTS_OF_OWNER, args![owner, limit])?.iter().map(read_part).collect()
}

fn read_part(row: &Row) -> Result<Part, StoreError> {
    Ok(Part {
        beneficiary: row.text(0)?,
        name: row.json(1)?,
        is_inventor: row.bool(2)?,
        contract: row.parsed(3, |text| ContractId::parse(text).ok())?,
        payment: row.count(4)?,
        currency: row.parsed(5, Currency::parse)?,
        gross: row.int(6)?,
        withheld: row.int(7)?,
        net: row.int(8)?,
        at: row.instant(9)?,
    })
}

/// Keeps a report of sales after those before.
pub fn add_report(
    tx: &mut Tx<'_>,
    id: ContractId,
    n: usize,
    it: &Report,
    (person, at): (Option<PersonId>, Instant),
) -> Result<(), StoreError> {
    let row = [
        id.into(),
        n.into(),
        i64::from(it.period).into(),
        crate::json(it),
        or_empty(person).into(),
        at.into(),
    ];
    tx.later(&ADD_REPORT, &row)
}

/// The reports of a contract in the order they came in.
pub fn reports(tx: &mut Tx<'_>, id: ContractId) -> Result<Vec<Report>, StoreError> {
    tx.rows(&REPORTS, args![id, REPORTS_MAX])?.iter().map(|row| row.json(0)).collect()
}

/// Keeps rules that an organisation declared.
pub fn add_rules(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    it: &Declared,
    (person, at): (Option<PersonId>, Instant),
) -> Result<(), StoreError> {
    let row = [
        organisation.into(),
        it.n.into(),
        it.from.to_string().into(),
        (&it.source).into(),
        crate::json(&it.rules),
        or_empty(person).into(),
        at.into(),
    ];
    tx.later(&ADD_RULES, &row)
}

/// The rules of an organisation, the last declared first.
pub fn rules(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<Vec<Declared>, StoreError> {
    let read = |row: &Row| {
        Ok(Declared {
            n: row.count(0)?,
            from: row.parsed(1, base::time::read_date)?,
            source: row.text(2)?,
            rules: row.json(3)?,
        })
    };
    tx.rows(&RULES, args![organisation, RULES_MAX])?.iter().map(read).collect()
}

/// Keeps a version of a template.
pub fn add_template(tx: &mut Tx<'_>, it: &KeptTemplate) -> Result<(), StoreError> {
    let row = args![&it.name, it.n, &it.source, &it.note, or_empty(it.by), it.at];
    tx.later(&ADD_TEMPLATE, row)
}

/// A version of a template.
pub fn template(tx: &mut Tx<'_>, name: &str, n: u64) -> Result<Option<KeptTemplate>, StoreError> {
    tx.row(&TEMPLATE, args![name, n])?.as_ref().map(read_template).transpose()
}

/// Templates by name, the last version of each first.
pub fn templates(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<KeptTemplate>, StoreError> {
    tx.rows(&TEMPLATES, args![limit])?.iter().map(read_template).collect()
}

fn read_template(row: &Row) -> Result<KeptTemplate, StoreError> {
    Ok(KeptTemplate {
        name: row.text(0)?,
        n: row.count(1)?,
        source: row.text(2)?,
        note: row.text(3)?,
        by: id_or_none(row, 4, |text| PersonId::parse(text).ok())?,
        at: row.instant(5)?,
    })
}
