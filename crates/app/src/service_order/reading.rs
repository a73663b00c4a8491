//! What a reader may see of orders: what the own organisation asked for, and what the own unit does.

use super::{operates, thing_of};
use crate::act::{No, Stop, offers};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::usage::{customers_of, label};
use access::{Act as A, Thing};
use base::{
    Bilingual, Date, Instant, OrganisationId, PersonId, Refusal, ServiceOrderId, ServiceRequestId,
    TestItemId, VoucherId, WorkingDays, limits,
};
use instruments::charge::Kept as Charge;
use instruments::item::Mark;
use instruments::rating::Rating;
use instruments::service::{Custody, KeptSample, Order};
use instruments::service_order::{Manner, Side, State, Step};
use instruments::turnaround::{Turnaround, days_between};
use std::collections::BTreeMap;
use store::file::File;
use store::service_order::{Move, Part, Request};

/// Days back that are counted for turnaround.
const COUNTED_DAYS: i64 = 366;
/// Orders that are counted at most.
const COUNTED_MAX: usize = 5_000;

/// An order in a list.
#[derive(Clone, Debug)]
pub struct OrderRow {
    pub order: Order,
    pub customer: Bilingual,
    pub unit: Bilingual,
    /// The next step, where it is one of the reader's.
    pub next: Option<Step>,
    /// What it costs as far as is known.
    pub cost: Option<i64>,
}

/// A page of orders, newest first.
#[derive(Clone, Debug)]
pub struct OrderPage {
    /// Open ones that wait for the reader, the oldest first; on the first page alone.
    pub waiting: Vec<OrderRow>,
    pub rows: Vec<OrderRow>,
    pub next: Option<ServiceOrderId>,
    /// How long tests of the reader's units took.
    pub turnarounds: Vec<UnitTurnaround>,
}

/// How long the tests of one item took.
#[derive(Clone, Debug)]
pub struct UnitTurnaround {
    pub item: TestItemId,
    pub object: Bilingual,
    pub parameter: Bilingual,
    pub turnaround: Turnaround,
}

/// A sample with everybody who had it.
#[derive(Clone, Debug)]
pub struct SampleView {
    pub kept: KeptSample,
    /// Where it stands; empty where it is not here.
    pub stands: String,
    /// From the first to the last, each with who.
    pub chain: Vec<(Custody, Bilingual)>,
}

/// An order as this reader may see it.
#[derive(Clone, Debug)]
pub struct OrderView {
    pub row: OrderRow,
    pub person: Bilingual,
    pub samples: Vec<SampleView>,
    pub moves: Vec<(Move, Bilingual)>,
    pub charges: Vec<Charge>,
    /// The request that it is a part of; for its customer alone.
    pub request: Option<Request>,
    pub report: Option<File>,
    pub may_work: bool,
    pub may_answer: bool,
    /// Vouchers that its customer may name.
    pub vouchers: Vec<(VoucherId, String)>,
    /// Marks that a report of today may carry.
    pub marks: Vec<Mark>,
    /// The day by which the report is promised.
    pub promised: Option<Promised>,
    pub now: Instant,
}

/// By when a report is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promised {
    pub day: Date,
    pub is_late: bool,
}

/// One request to several units, as its customer sees it.
#[derive(Clone, Debug)]
pub struct RequestView {
    pub request: Request,
    /// Where answers are compared: answered ones first, the cheapest of them first.
    pub orders: Vec<(OrderRow, Vec<Mark>)>,
    pub samples: Vec<KeptSample>,
    /// What customers of these laboratories said in the last year, where it may be told.
    pub ratings: BTreeMap<OrganisationId, Rating>,
    pub may_answer: bool,
    pub now: Instant,
}

/// For whom the reader may order, and with which vouchers.
#[derive(Clone, Debug)]
pub struct Choices {
    pub customers: Vec<(OrganisationId, Bilingual)>,
    pub vouchers: Vec<(VoucherId, String)>,
}

impl City {
    /// Orders that the reader may see, newest first, and before them those that wait for the reader.
    pub fn service_orders(
        &self,
        asker: &Asker,
        before: Option<ServiceOrderId>,
        limit: usize,
    ) -> Result<OrderPage, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(crate::account::sign_in_required)?;
            let filter = rx.filter(A::ListServices)?;
            let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
            let operator = match rx.actor.person {
                Some(person) if !store::instrument::operated_by(rx.tx, person, 1)?.is_empty() => {
                    Some(person)
                }
                _ => None,
            };
            let mut part = Part { is_open: false, before, operator };
            let mut rows = store::service_order::list(rx.tx, &filter, &part, limit + 1)?;
            let next = (rows.len() > limit).then(|| rows.pop()).flatten();
            let next = next.and(rows.last().map(|it| it.id));
            seen(rx, &mut rows)?;
            let mut page = OrderPage {
                waiting: Vec::new(),
                rows: named(rx, rows)?,
                next,
                turnarounds: Vec::new(),
            };
            if before.is_none() {
                (part.is_open, part.before) = (true, None);
                let most = limits::PAGE_ROWS_MAX;
                let mut open = store::service_order::list(rx.tx, &filter, &part, most)?;
                seen(rx, &mut open)?;
                let mut waiting = named(rx, open)?;
                waiting.retain(|row| row.next.is_some());
                waiting.reverse();
                page.waiting = waiting;
                page.turnarounds = turnarounds(rx)?;
            }
            Ok(page)
        })
    }

    /// One order.
    pub fn service_order(&self, asker: &Asker, id: ServiceOrderId) -> Result<OrderView, No> {
        self.read(asker, |rx| {
            let order = store::service_order::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let thing = judged(rx, &order)?;
            view(rx, order, &thing).map_err(No::from).map_err(stop)
        })
    }

    /// One request to several units, for its customer.
    pub fn service_request(&self, asker: &Asker, id: ServiceRequestId) -> Result<RequestView, No> {
        self.read(asker, |rx| {
            let request =
                store::service_order::request(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let thing = Thing {
                owner: Some(request.customer),
                person: rx.actor.person.filter(|person| *person == request.person),
                label: label(),
                ..Thing::default()
            };
            rx.may(A::LookAtService, &thing).map_err(|_| Refusal::not_found())?;
            let may_answer = offers(&rx.actor, A::AnswerService, &thing);
            let today = WorkingDays::china().date(rx.now);
            let orders = store::service_order::of_request(rx.tx, id)?;
            let samples = match orders.first() {
                Some(first) => store::service_order::samples(rx.tx, first.id)?,
                None => Vec::new(),
            };
            let mut all = Vec::new();
            for row in named(rx, orders)? {
                let ids: Vec<TestItemId> =
                    row.order.matter.lines.iter().filter_map(|line| line.item).collect();
                let items = store::item::of_ids(rx.tx, &ids)?;
                let marks = row.order.marks_on(&items, today);
                all.push((row, marks));
            }
            if request.manner == Manner::Compare {
                let rank = |(row, marks): &(OrderRow, Vec<Mark>)| {
                    let has_answered =
                        row.order.matter.quote.is_some() && !row.order.state.is_over();
                    let marks = std::cmp::Reverse(marks.len());
                    (!has_answered, row.cost.unwrap_or(i64::MAX), row.order.days(), marks)
                };
                all.sort_by_key(rank);
            }
            let units: Vec<OrganisationId> = all.iter().map(|(row, _)| row.order.unit).collect();
            let ratings = ratings(rx, &units)?;
            Ok(RequestView { request, orders: all, samples, ratings, may_answer, now: rx.now })
        })
    }

    /// For whom the reader may order.
    pub fn service_choices(&self, asker: &Asker) -> Result<Choices, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(crate::account::sign_in_required)?;
            let mut own = customers_of(&rx.actor);
            let may = |id: &OrganisationId| {
                let thing = Thing { owner: Some(*id), label: label(), ..Thing::default() };
                offers(&rx.actor, A::RequestService, &thing)
            };
            own.retain(may);
            let mut names = store::organisation::names_of(rx.tx, &own)?;
            let vouchers = vouchers(rx, &own)?;
            let of = |id: OrganisationId| (id, names.remove(&id.to_string()).unwrap_or_default());
            Ok(Choices { customers: own.into_iter().map(of).collect(), vouchers })
        })
    }
}

/// Leaves the orders that the reader may see: a text may name an instrument that no line does.
fn seen(rx: &mut Rx<'_, '_>, orders: &mut Vec<Order>) -> Result<(), Stop> {
    for order in std::mem::take(orders) {
        let thing = thing_of(&order, false, &rx.actor);
        let passes = rx.may(A::LookAtService, &thing).is_ok();
        if passes || operates(rx.tx, &order, &rx.actor)? {
            orders.push(order);
        }
    }
    Ok(())
}

fn stop(no: No) -> Stop {
    Stop::Refused(no.0)
}

/// What access judges of an order that the reader may see; hidden and absent look the same.
fn judged(rx: &mut Rx<'_, '_>, order: &Order) -> Result<Thing, Stop> {
    let operates = operates(rx.tx, order, &rx.actor)?;
    let thing = thing_of(order, operates, &rx.actor);
    rx.may(A::LookAtService, &thing).map_err(|_| Refusal::not_found())?;
    Ok(thing)
}

/// Whether the reader may see the order on which something hangs.
pub(crate) fn allowed(rx: &mut Rx<'_, '_>, id: ServiceOrderId) -> Result<Order, Stop> {
    let order = store::service_order::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
    judged(rx, &order)?;
    Ok(order)
}

/// How long tests of an item took in the last year; for others than its unit's people only where
/// there were enough of them.
pub(crate) fn turnaround_of(
    rx: &mut Rx<'_, '_>,
    (unit, item): (OrganisationId, TestItemId),
    is_own: bool,
) -> Result<Option<Turnaround>, Stop> {
    let since = rx.now.plus_seconds(-COUNTED_DAYS * 86_400);
    let took = store::service_order::took(rx.tx, (unit, item), since, COUNTED_MAX)?;
    let days = took.into_iter().map(|(from, until)| days(from, until)).collect();
    Ok(Turnaround::of(days).filter(|it| is_own || it.is_told()))
}

/// What customers of these units said in the last year, of those units where enough of them did.
pub(crate) fn ratings(
    rx: &mut Rx<'_, '_>,
    units: &[OrganisationId],
) -> Result<BTreeMap<OrganisationId, Rating>, store::StoreError> {
    let since = rx.now.plus_seconds(-COUNTED_DAYS * 86_400);
    let mut found = store::service_order::rated(rx.tx, units, since)?;
    found.retain(|_, rating| rating.is_told());
    Ok(found)
}

fn days(from: Instant, until: Instant) -> u32 {
    let day = WorkingDays::china();
    days_between(day.date(from), day.date(until))
}

/// How long the tests of every unit took in which the reader works on orders.
fn turnarounds(rx: &mut Rx<'_, '_>) -> Result<Vec<UnitTurnaround>, Stop> {
    let mut units: Vec<OrganisationId> = rx.actor.roles.iter().map(|(id, _)| *id).collect();
    units.sort_unstable();
    units.dedup();
    let since = rx.now.plus_seconds(-COUNTED_DAYS * 86_400);
    let mut all = Vec::new();
    for unit in units {
        let thing = Thing { desk: Some(unit), label: label(), ..Thing::default() };
        if rx.may(A::WorkOnService, &thing).is_err() {
            continue;
        }
        let mut by_item: BTreeMap<TestItemId, Vec<u32>> = BTreeMap::new();
        for (item, from, until) in
            store::service_order::took_by_item(rx.tx, unit, since, COUNTED_MAX)?
        {
            by_item.entry(item).or_default().push(days(from, until));
        }
        let ids: Vec<TestItemId> = by_item.keys().copied().collect();
        let mut items = store::item::of_ids(rx.tx, &ids)?;
        for (item, days) in by_item {
            let sheet = items.remove(&item).map(|it| it.sheet).unwrap_or_default();
            let (object, parameter) = (sheet.object, sheet.parameter);
            if let Some(turnaround) = Turnaround::of(days) {
                all.push(UnitTurnaround { item, object, parameter, turnaround });
            }
        }
    }
    Ok(all)
}

/// Vouchers of these organisations that stand.
fn vouchers(
    rx: &mut Rx<'_, '_>,
    holders: &[OrganisationId],
) -> Result<Vec<(VoucherId, String)>, Stop> {
    let filter = rx.filter(A::ListVouchers)?;
    let issued = instruments::voucher::State::Issued;
    let all = store::voucher::list(rx.tx, &filter, None, limits::PAGE_ROWS)?;
    let fits =
        |it: &instruments::voucher::Kept| it.state == issued && holders.contains(&it.terms.holder);
    let all = all.into_iter().filter(fits);
    Ok(all.map(|it| (it.id, it.reference.to_string())).collect())
}

fn named(rx: &mut Rx<'_, '_>, orders: Vec<Order>) -> Result<Vec<OrderRow>, Stop> {
    let ids: Vec<OrganisationId> = orders.iter().flat_map(|it| [it.customer, it.unit]).collect();
    let names = store::organisation::names_of(rx.tx, &ids)?;
    let name = |id: OrganisationId| names.get(&id.to_string()).cloned().unwrap_or_default();
    let mut rows = Vec::new();
    for order in orders {
        let operates = match order.state.turn() {
            Some(Side::Unit) => operates(rx.tx, &order, &rx.actor)?,
            _ => false,
        };
        let thing = thing_of(&order, operates, &rx.actor);
        let act = match order.state.turn() {
            Some(Side::Unit) => Some(A::WorkOnService),
            Some(_) => Some(A::AnswerService),
            None => None,
        };
        let is_mine = act.is_some_and(|act| offers(&rx.actor, act, &thing));
        let next = order.state.next(order.is_listed()).filter(|_| is_mine);
        let samples = store::service_order::samples(rx.tx, order.id)?;
        let cost = order.cost(&samples);
        let (customer, unit) = (name(order.customer), name(order.unit));
        rows.push(OrderRow { order, customer, unit, next, cost });
    }
    Ok(rows)
}

fn view(rx: &mut Rx<'_, '_>, order: Order, thing: &Thing) -> Result<OrderView, Stop> {
    let id = order.id;
    let may_work = offers(&rx.actor, A::WorkOnService, thing);
    let may_answer = offers(&rx.actor, A::AnswerService, thing);
    let samples = store::service_order::samples(rx.tx, id)?;
    let custody = store::service_order::custody(rx.tx, id)?;
    let moves = store::service_order::moves(rx.tx, id)?;
    let mut people: Vec<PersonId> = custody.iter().map(|it| it.person).collect();
    people.extend(moves.iter().map(|it| it.person));
    people.push(order.person);
    let names = store::person::names_of(rx.tx, &people)?;
    let name = |id: PersonId| names.get(&id).cloned().unwrap_or_default();
    let sample = |kept: KeptSample| {
        let chain: Vec<(Custody, Bilingual)> = custody
            .iter()
            .filter(|it| it.sample == kept.id)
            .map(|it| (it.clone(), name(it.person)))
            .collect();
        let stands = chain.last().map(|(it, _)| it.stands.clone()).unwrap_or_default();
        SampleView { kept, stands, chain }
    };
    let charges = store::charge::of_subject(rx.tx, &id.to_string())?;
    let request = match order.request.filter(|_| may_answer) {
        Some(request) => store::service_order::request(rx.tx, request)?,
        None => None,
    };
    let report = match &order.matter.report {
        Some(report) => store::file::find(rx.tx, report.file)?,
        None => None,
    };
    let vouchers = match order.state {
        State::Quoted if may_answer => vouchers(rx, &[order.customer])?,
        _ => Vec::new(),
    };
    let today = WorkingDays::china().date(rx.now);
    let marks = match order.state {
        State::Tested if may_work => {
            let ids: Vec<TestItemId> =
                order.matter.lines.iter().filter_map(|line| line.item).collect();
            let items = store::item::of_ids(rx.tx, &ids)?;
            order.marks_on(&items, today)
        }
        _ => Vec::new(),
    };
    let promised = promised(&order, today);
    let row = named(rx, vec![order])?.remove(0);
    Ok(OrderView {
        person: name(row.order.person),
        samples: samples.into_iter().map(sample).collect(),
        moves: moves.into_iter().map(|it| (it.clone(), name(it.person))).collect(),
        charges,
        request,
        report,
        may_work,
        may_answer,
        vouchers,
        marks,
        promised,
        now: rx.now,
        row,
    })
}

/// The promise counts from the day on which the samples came.
fn promised(order: &Order, today: Date) -> Option<Promised> {
    let received = order.matter.times.received.filter(|_| order.days() > 0)?;
    let mut day = WorkingDays::china().date(received);
    for _ in 0..order.days() {
        day = day.tomorrow().ok()?;
    }
    let reported = order.matter.times.reported.map(|at| WorkingDays::china().date(at));
    Some(Promised { day, is_late: reported.unwrap_or(today) > day })
}
