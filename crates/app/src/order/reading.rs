//! Reading payment orders: the list by day, one order, its document.

use super::thing_of;
use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::ledger::Account;
use access::Act as A;
use banking::pain::{Payer, pain001};
use banking::{Order, OrderState};
use base::{Bilingual, Class, Date, OrderId, OrganisationId, PersonId, Refusal, limits};
use std::collections::BTreeMap;
use store::order::KeptOrder;

/// Which orders a list wants: those in some states.
#[derive(Clone, Debug)]
pub struct OrdersWanted {
    pub states: Vec<OrderState>,
    pub after: Option<OrderId>,
}

/// One order in a list.
#[derive(Clone, Debug)]
pub struct OrderRow {
    pub order: Order,
    pub owner_name: Bilingual,
    /// Who looks after it.
    pub keeper: Option<Bilingual>,
    /// Days since it was drafted.
    pub age_days: i64,
    pub is_late: bool,
}

/// A page of orders, the one due first before the others.
#[derive(Clone, Debug)]
pub struct OrderPage {
    pub rows: Vec<OrderRow>,
    pub next: Option<OrderId>,
}

/// One order with everything a page says of it.
#[derive(Clone, Debug)]
pub struct OrderView {
    pub row: OrderRow,
    /// Its accounts, where the reader may see them.
    pub bank: Option<Account>,
    pub account: Option<Account>,
    pub drafter: Bilingual,
    pub approver: Option<Bilingual>,
    /// `officer` or `owner`; an owner sees no number of an account.
    pub view: &'static str,
}

fn names(rx: &mut Rx<'_, '_>, ids: &[PersonId]) -> Result<BTreeMap<PersonId, Bilingual>, Stop> {
    let mut known = BTreeMap::new();
    for id in ids {
        if !known.contains_key(id)
            && let Some(found) = store::person::find(rx.tx, *id)?
        {
            known.insert(*id, found.name);
        }
    }
    Ok(known)
}

fn today(rx: &Rx<'_, '_>) -> Date {
    rx.now.date_at(rx.city.settings().utc_offset_minutes)
}

fn rows(rx: &mut Rx<'_, '_>, kept: Vec<KeptOrder>) -> Result<Vec<OrderRow>, Stop> {
    let owners: Vec<OrganisationId> = kept.iter().map(|kept| kept.order.owner).collect();
    let owners = store::organisation::names_of(rx.tx, &owners)?;
    let keepers: Vec<PersonId> = kept.iter().filter_map(|kept| kept.order.keeper).collect();
    let keepers = names(rx, &keepers)?;
    let (now, today) = (rx.now, today(rx));
    let row = |kept: KeptOrder| {
        let order = kept.order;
        OrderRow {
            owner_name: owners.get(&order.owner.to_string()).cloned().unwrap_or_default(),
            keeper: order.keeper.and_then(|id| keepers.get(&id).cloned()),
            age_days: now.seconds_since(order.drafted.1) / 86_400,
            is_late: order.state.is_open() && order.due_on < today,
            order,
        }
    };
    Ok(kept.into_iter().map(row).collect())
}

fn allowed(rx: &mut Rx<'_, '_>, id: OrderId) -> Result<(KeptOrder, &'static str), Stop> {
    let kept = store::order::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
    let view = rx.may(A::LookAtOrder, &thing_of(&kept)).map_err(|_| Refusal::not_found())?;
    Ok((kept, view))
}

impl City {
    /// Orders in some states that the asker may see.
    pub fn orders(
        &self,
        asker: &Asker,
        wanted: &OrdersWanted,
        limit: usize,
    ) -> Result<OrderPage, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            let filter = rx.filter(A::ListOrders)?;
            let after = match wanted.after {
                Some(id) => {
                    let (kept, _) = allowed(rx, id)?;
                    Some((kept.order.due_on, kept.order.id))
                }
                None => None,
            };
            let mut found = store::order::list(rx.tx, &filter, &wanted.states, after, limit + 1)?;
            let is_more = found.len() > limit;
            found.truncate(limit);
            let next = found.last().map(|kept| kept.order.id).filter(|_| is_more);
            Ok(OrderPage { rows: rows(rx, found)?, next })
        })
    }

    /// One order.
    pub fn order(&self, asker: &Asker, id: OrderId) -> Result<OrderView, No> {
        self.read(asker, |rx| {
            let (kept, view) = allowed(rx, id)?;
            let order = kept.order.clone();
            let people: Vec<PersonId> = [Some(order.drafted.0), order.approved.map(|(id, _)| id)]
                .into_iter()
                .flatten()
                .collect();
            let people = names(rx, &people)?;
            let mut accounts = crate::ledger::visible(rx, &[order.bank, order.account])?;
            let mut row = rows(rx, vec![kept])?.pop().ok_or_else(Refusal::not_found)?;
            if view != "officer" {
                row.order.payee_account.clear();
                row.keeper = None;
            }
            Ok(OrderView {
                row,
                bank: accounts.remove(&order.bank),
                account: accounts.remove(&order.account),
                drafter: people.get(&order.drafted.0).cloned().unwrap_or_default(),
                approver: order.approved.and_then(|(id, _)| people.get(&id).cloned()),
                view,
            })
        })
    }

    /// The document of an approved order for the bank, and the name of its file.
    pub fn order_document(&self, asker: &Asker, id: OrderId) -> Result<(String, String), No> {
        self.read(asker, |rx| {
            let (kept, view) = allowed(rx, id)?;
            let order = &kept.order;
            if view != "officer" {
                return Err(Refusal::not_found().into());
            }
            if order.approved.is_none() {
                return Err(Refusal::new(Class::Refused, "order-not-approved").into());
            }
            let bank = store::ledger::account(rx.tx, order.bank)?.ok_or_else(Refusal::not_found)?;
            let real = bank.account.bank.as_ref().ok_or_else(Refusal::not_found)?;
            let holder = match real.holder.parse::<OrganisationId>() {
                Ok(id) => store::organisation::find(rx.tx, id)?.map(|it| it.profile.name),
                Err(_) => None,
            };
            let name = holder
                .map_or_else(|| real.holder.clone(), |name| name.best(base::Lang::Zh).0.to_owned());
            let payer = Payer {
                name: &name,
                institution: &real.institution,
                masked_number: &real.masked_number,
            };
            let at = order.approved.map_or(rx.now, |(_, at)| at);
            Ok((pain001(order, &payer, at), format!("{}.xml", order.reference)))
        })
    }

    /// How many orders are open, and how many of them are late; for those who keep the books.
    pub fn order_counts(&self, asker: &Asker) -> Result<(u64, u64), No> {
        self.read(asker, |rx| {
            rx.may(A::DraftOrder, &access::Thing::open())?;
            let today = today(rx);
            Ok(store::order::counts(rx.tx, today)?)
        })
    }
}
