//! What is still owed under contracts, by how late it is: read from items and what cleared them, never
//! from a flag.

use crate::act::{No, offers};
use crate::asker::Asker;
use crate::city::City;
use crate::contract::payment::{ROYALTY, transfer};
use crate::contract::royalty::royalties;
use crate::contract::{income_account, thing_for};
use ::contract::kept::{Kept, Payment};
use ::contract::plan::Due;
use ::ledger::Amount;
use ::ledger::clearing::{Item, ageing, clear};
use access::Act as A;
use base::{Bilingual, ContractId, Currency, Date, OrganisationId, Reference};
use std::collections::BTreeMap;

/// Contracts that one list looks through, the last changed first.
const CONTRACTS_MAX: usize = 2_000;
/// Contracts read at a time.
const A_LOOK: usize = 200;
/// States in which something may be owed still.
const STATES: &[&str] = &["in-force", "breached", "performed", "terminated"];

/// Something that is owed under a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receivable {
    pub contract: ContractId,
    pub reference: Reference,
    pub creditor: OrganisationId,
    pub debtor: OrganisationId,
    /// The key of an instalment, or `royalty-3` for a period.
    pub what: String,
    /// Its place in the plan, from 1.
    pub n: usize,
    pub currency: Currency,
    pub amount: i64,
    /// What is left of it.
    pub open: i64,
    pub due: Date,
    /// Days past its day; below nothing before it.
    pub late_days: i32,
}

/// What is owed, as a reader may see it.
#[derive(Clone, Debug)]
pub struct Receivables {
    pub on: Date,
    /// For each currency: not due, 1–30, 31–60, 61–90 and more than 90 days late.
    pub ages: Vec<(Currency, [i128; 5])>,
    /// What is open, the oldest first.
    pub rows: Vec<Receivable>,
    pub names: BTreeMap<String, Bilingual>,
    /// Whether older contracts were not looked at.
    pub is_cut: bool,
}

/// The items of a contract with what cleared them.
fn items(
    kept: &Kept,
    payments: &[Payment],
    reports: Vec<::contract::royalty::Report>,
    on: Date,
) -> Vec<(String, Item)> {
    let mut found = Vec::new();
    let mut add = |what: String, amount: i64, due: Date| {
        let (Some(sum), n) = (Amount::new(amount).filter(|_| amount > 0), found.len() as u64)
        else {
            return;
        };
        let mut item = Item {
            transfer: transfer(kept.id, n, &format!("owed {what}")),
            account: income_account(kept.id),
            party: kept.acquirer.to_string(),
            amount: sum,
            cleared: Amount::ZERO,
            due: Some(due),
        };
        for payment in payments.iter().filter(|it| it.what == what) {
            settle(&mut item, kept, payment);
        }
        found.push((what, item));
    };
    for owed in kept.owed(payments, on) {
        if let Due::On(due) = owed.expected.due {
            add(owed.expected.key, owed.expected.amount, due);
        }
    }
    for (due, _) in royalties(kept, reports, payments, on).map(|it| it.dues).unwrap_or_default() {
        add(format!("{ROYALTY}{}", due.period.number), due.due, due.period.pay_by);
    }
    found
}

/// What is open of one contract that binds, the first due first; whether it came in meanwhile is asked again by
/// whoever confirms it.
pub(crate) fn open_items(
    tx: &mut store::Tx<'_>,
    kept: &Kept,
    on: Date,
) -> Result<Vec<Receivable>, store::StoreError> {
    if kept.bound.is_none() {
        return Ok(Vec::new());
    }
    let payments = store::contract_money::payments(tx, kept.id)?;
    let reports = store::contract_money::reports(tx, kept.id)?;
    let all = items(kept, &payments, reports, on);
    let open =
        (1..).zip(all).filter_map(|(n, (what, item))| receivable(kept, (n, what), &item, on));
    let mut open: Vec<Receivable> = open.collect();
    open.sort_by_key(|it| (it.due, it.n));
    Ok(open)
}

/// A payment settles what is open of an item, and no more.
fn settle(item: &mut Item, kept: &Kept, payment: &Payment) {
    let Some(came) = Amount::new(payment.amount) else { return };
    let whole = Item {
        transfer: transfer(kept.id, payment.n, "paid"),
        amount: came,
        cleared: Amount::ZERO,
        due: None,
        ..item.clone()
    };
    let most = item.open().min(came);
    if let Ok(clearing) = clear(item, &whole, most) {
        let cleared = item.cleared.minor() + clearing.amount.minor();
        item.cleared = Amount::new(cleared).unwrap_or(item.amount);
    }
}

impl City {
    /// What is owed under contracts that the asker may see.
    pub fn receivables(&self, asker: &Asker) -> Result<Receivables, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(crate::account::sign_in_required)?;
            let filter = rx.filter(A::ListContracts)?;
            let on = rx.now.date_at(rx.city.settings().utc_offset_minutes);
            let mut by_currency: BTreeMap<&'static str, (Currency, Vec<Item>)> = BTreeMap::new();
            let (mut rows, mut before, mut n_seen) = (Vec::new(), None, 0);
            loop {
                let all = store::contract::list(rx.tx, &filter, STATES, before, A_LOOK)?;
                n_seen += all.len();
                before = all.last().map(|it| (it.changed_at, it.id));
                let is_last = all.len() < A_LOOK;
                let is_seen =
                    |it: &Kept| offers(&rx.actor, A::LookAtContract, &thing_for(it, &rx.actor));
                for kept in all.into_iter().filter(is_seen).collect::<Vec<_>>() {
                    let payments = store::contract_money::payments(rx.tx, kept.id)?;
                    let reports = store::contract_money::reports(rx.tx, kept.id)?;
                    let currency = kept.current().price.currency;
                    let all = items(&kept, &payments, reports, on);
                    for (n, (what, item)) in (1..).zip(all) {
                        rows.extend(receivable(&kept, (n, what), &item, on));
                        let own = by_currency.entry(currency.code());
                        own.or_insert((currency, Vec::new())).1.push(item);
                    }
                }
                if is_last || n_seen >= CONTRACTS_MAX {
                    break;
                }
            }
            rows.sort_by(|a, b| (a.due, &a.reference).cmp(&(b.due, &b.reference)));
            let parties: Vec<OrganisationId> =
                rows.iter().flat_map(|it| [it.creditor, it.debtor]).collect();
            let names = store::organisation::names_of(rx.tx, &parties)?;
            let ages = by_currency.into_values().map(|(it, items)| (it, ageing(&items, on)));
            Ok(Receivables {
                on,
                ages: ages.collect(),
                rows,
                names,
                is_cut: n_seen >= CONTRACTS_MAX,
            })
        })
    }
}

fn receivable(
    kept: &Kept,
    (n, what): (usize, String),
    item: &Item,
    on: Date,
) -> Option<Receivable> {
    let (open, due) = (item.open().minor(), item.due?);
    (open > 0).then(|| Receivable {
        contract: kept.id,
        reference: kept.reference.clone(),
        creditor: kept.provider,
        debtor: kept.acquirer,
        what,
        n,
        currency: kept.current().price.currency,
        amount: item.amount.minor(),
        open,
        due,
        late_days: (on - due).get_days(),
    })
}
