//! Steps of an order: what its customer does, and what its unit does.

use super::{OrderChanged, find, money, told};
use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::file::Documents;
use crate::ledger::holds_on;
use crate::usage::books;
use access::{Act as A, Thing};
use base::{
    AccountId, Class, Date, FileId, Refusal, ServiceOrderId, ServiceRequestId, TestItemId,
    VoucherId, WorkingDays,
};
use instruments::charge::{Kept as Charge, State as ChargeState};
use instruments::item::Item;
use instruments::service::{Doing, Facts, KeptSample, Next, Order};
use instruments::service_order::{Manner, Side, State, Step};
use instruments::voucher::{Kept as Voucher, KeptRedemption};
use std::collections::{BTreeMap, BTreeSet};
use store::Hold;
use store::file::Named;
use store::service_order::Move;

/// Where at an order its report hangs.
const REPORT: &str = "report";

/// A step of the customer: takes an answer, cancels, closes with an opinion.
#[derive(serde::Serialize)]
pub struct AnswerOrder {
    pub order: ServiceOrderId,
    pub version: u64,
    pub doing: Doing,
    #[serde(skip)]
    held: Held,
}

/// A step of the unit: from the quote to the report.
#[derive(serde::Serialize)]
pub struct WorkOnOrder {
    pub order: ServiceOrderId,
    pub version: u64,
    pub doing: Doing,
    #[serde(skip)]
    held: Held,
}

impl AnswerOrder {
    pub fn new(order: ServiceOrderId, version: u64, doing: Doing) -> Self {
        Self { order, version, doing, held: Held::default() }
    }
}

impl WorkOnOrder {
    pub fn new(order: ServiceOrderId, version: u64, doing: Doing) -> Self {
        Self { order, version, doing, held: Held::default() }
    }
}

/// What a step may change besides its order, found before its act begins.
#[derive(Default)]
struct Held {
    accounts: BTreeSet<AccountId>,
    request: Option<ServiceRequestId>,
}

impl Held {
    fn of(city: &City, id: ServiceOrderId, doing: &Doing) -> Result<Self, No> {
        let found = city.store().read(|tx| {
            let Some(it) = store::service_order::find(tx, id)? else { return Ok(None) };
            let paid = store::voucher::of_subject(tx, &id.to_string())?;
            Ok::<_, store::StoreError>(Some((it, paid.map(|it| it.voucher))))
        })?;
        let Some((it, paid)) = found else { return Ok(Self::default()) };
        let voucher = paid.or(named(&it, doing));
        let accounts = books::accounts((it.unit, it.customer), voucher);
        Ok(Self { accounts, request: it.request })
    }

    fn holds(&self, order: ServiceOrderId) -> Vec<Hold> {
        let mut holds = holds_on(&self.accounts);
        holds.push(Hold::on(order));
        holds.extend(self.request.map(Hold::on));
        holds
    }
}

fn named(it: &Order, doing: &Doing) -> Option<VoucherId> {
    match doing {
        Doing::Accept { voucher: Some(id) } => Some(*id),
        _ => it.voucher,
    }
}

/// A voucher with what was used of it this year and what its account has left.
pub(super) struct OfVoucher {
    pub kept: Voucher,
    pub used_year: i64,
    pub left: i64,
}

/// Everything that a step is decided from.
pub struct Loaded {
    pub(super) order: Order,
    thing: Thing,
    pub(super) samples: Vec<KeptSample>,
    items: BTreeMap<TestItemId, Item>,
    siblings: Vec<Order>,
    pub(super) voucher: Option<OfVoucher>,
    pub(super) charges: Vec<Charge>,
    pub(super) redemption: Option<KeptRedemption>,
    documents: Documents,
    pub(super) today: Date,
}

/// A step that was decided, with the voucher's part of what it costs.
pub struct Planned {
    pub(super) was: Loaded,
    pub(super) next: Next,
    side: Side,
    pub(super) part: i64,
}

fn load(cx: &mut Cx<'_, '_>, id: ServiceOrderId, doing: &Doing) -> Result<Loaded, Stop> {
    let (order, thing) = find(cx, id)?;
    let today = WorkingDays::china().date(cx.now);
    let samples = store::service_order::samples(cx.tx, id)?;
    let ids: Vec<TestItemId> = order.matter.lines.iter().filter_map(|line| line.item).collect();
    let items = store::item::of_ids(cx.tx, &ids)?;
    let siblings = match order.request {
        Some(request) => store::service_order::of_request(cx.tx, request)?,
        None => vec![order.clone()],
    };
    let subject = id.to_string();
    let charges = store::charge::of_subject(cx.tx, &subject)?;
    let redemption = store::voucher::of_subject(cx.tx, &subject)?;
    let voucher = match redemption.as_ref().map(|it| it.voucher).or(named(&order, doing)) {
        None => None,
        Some(id) => {
            let kept = store::voucher::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let used_year = store::voucher::used_in(cx.tx, id, today.year())?;
            let account = store::ledger::account(cx.tx, books::voucher_account(id))?;
            let left = account.map_or(0, |it| it.account.state.counters.debit_headroom().minor());
            Some(OfVoucher { kept, used_year, left })
        }
    };
    let files: Vec<FileId> = match doing {
        Doing::Report { file, .. } => file.iter().copied().collect(),
        _ => Vec::new(),
    };
    let documents = Documents::load(cx, &files, order.unit)?;
    Ok(Loaded {
        order,
        thing,
        samples,
        items,
        siblings,
        voucher,
        charges,
        redemption,
        documents,
        today,
    })
}

fn decide(
    was: Loaded,
    side: Side,
    (version, doing): (u64, &Doing),
    cx: &Cx<'_, '_>,
) -> Result<Planned, Vec<Refusal>> {
    if was.order.version != version {
        let no = Refusal::new(Class::Conflict, "version-conflict");
        return Err(vec![no.number("seen", version).number("now", was.order.version)]);
    }
    let siblings: Vec<(ServiceOrderId, State)> =
        was.siblings.iter().map(|it| (it.id, it.state)).collect();
    let file = was.documents.files.first().map(|file| (file.id, file.hash.clone()));
    let facts = Facts {
        samples: &was.samples,
        items: &was.items,
        siblings: &siblings,
        file,
        is_disputed: was.charges.iter().any(|it| it.state == ChargeState::Disputed),
        today: was.today,
        now: cx.now,
    };
    let decided = was.order.after(side, doing, &facts);
    let next = was.documents.checked(cx, decided)?;
    let part = match next.step {
        Step::Accept => money::part(&was, &next)?,
        Step::Finish => money::part_after(&was, &next),
        _ => 0,
    };
    Ok(Planned { was, next, side, part })
}

fn save(it: &Planned, cx: &mut Cx<'_, '_>) -> Result<OrderChanged, Stop> {
    let person = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
    let next = &it.next;
    write(cx, next.order.clone(), it.was.order.version)?;
    for (before, sample) in it.was.samples.iter().zip(&next.samples) {
        if before != sample {
            store::service_order::change_sample(cx.tx, sample)?;
        }
        if let Some((act, stands)) = next.handled(sample) {
            let of = (sample.id, act);
            store::service_order::add_custody(cx.tx, of, person, (stands, ""), cx.now)?;
        }
    }
    let moved = Move {
        n: next.order.version,
        step: next.step,
        side: it.side,
        person,
        note: next.note.clone(),
        at: cx.now,
    };
    store::service_order::add_move(cx.tx, next.order.id, &moved)?;
    money::settle(cx, it)?;
    if let Some(file) = it.was.documents.files.first().filter(|_| next.step == Step::Report) {
        let (thing, owner) = (next.order.id.to_string(), next.order.unit);
        let named = Named { thing, place: REPORT.to_owned(), owner, at: cx.now };
        if !store::file::name(cx.tx, file.id, &named)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
    }
    if next.step == Step::Accept {
        not_chosen(cx, it, person)?;
    }
    let report = next.order.matter.report.as_ref().map(|report| report.hash.as_str());
    let report = report.filter(|_| next.step == Step::Report);
    let body = serde_json::json!({ "step": next.step, "side": it.side, "sha256": report });
    told(cx, &next.order, "service-moved", body);
    Ok(OrderChanged::of(&next.order))
}

fn write(cx: &mut Cx<'_, '_>, it: Order, version: u64) -> Result<(), Stop> {
    if !store::service_order::change(cx.tx, &it, version)? {
        return Err(Refusal::new(Class::Conflict, "version-conflict").into());
    }
    Ok(())
}

/// Tells the other laboratories no, in the act that takes one of the answers.
fn not_chosen(cx: &mut Cx<'_, '_>, it: &Planned, person: base::PersonId) -> Result<(), Stop> {
    let order = &it.next.order;
    let compared = order.request.filter(|_| order.matter.manner == Manner::Compare);
    if let Some(request) = compared
        && !store::service_order::choose(cx.tx, request, order.id)?
    {
        return Err(Refusal::new(Class::Conflict, "service-chosen").into());
    }
    for other in it.was.siblings.iter().filter(|other| it.next.not_chosen.contains(&other.id)) {
        let mut next = Order { state: State::Cancelled, ..other.clone() };
        next.matter.times.over = Some(cx.now);
        write(cx, next.clone(), other.version)?;
        next.version += 1;
        let (step, side, note) = (Step::Cancel, Side::Customer, String::new());
        let moved = Move { n: next.version, step, side, person, note, at: cx.now };
        store::service_order::add_move(cx.tx, next.id, &moved)?;
        told(cx, &next, "service-moved", serde_json::json!({ "step": step, "side": side }));
    }
    Ok(())
}

macro_rules! steps {
    ($($name:ident, $act:ident, $side:ident;)*) => {$(
        impl Act for $name {
            const ACT: A = A::$act;
            type Facts = Loaded;
            type Plan = Planned;
            type Outcome = OrderChanged;

            fn prepare(&mut self, city: &City) -> Result<(), No> {
                self.held = Held::of(city, self.order, &self.doing)?;
                Ok(())
            }

            fn holds(&self) -> Vec<Hold> {
                self.held.holds(self.order)
            }

            fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Loaded, Stop> {
                load(cx, self.order, &self.doing)
            }

            fn thing(&self, was: &Loaded) -> Thing {
                was.thing.clone()
            }

            fn decide(&self, was: Loaded, cx: &Cx<'_, '_>) -> Result<Planned, Vec<Refusal>> {
                decide(was, Side::$side, (self.version, &self.doing), cx)
            }

            fn save(&self, it: Planned, cx: &mut Cx<'_, '_>) -> Result<OrderChanged, Stop> {
                save(&it, cx)
            }
        }
    )*};
}

steps! {
    AnswerOrder, AnswerService, Customer;
    WorkOnOrder, WorkOnService, Unit;
}
