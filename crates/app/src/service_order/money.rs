//! What an order costs: charged as it is accepted, changed by what the test gave, taken back where
//! nothing was delivered. A voucher's part is held, then paid with the report, or freed.

use super::step::{Loaded, Planned};
use crate::act::{Cx, Stop};
use crate::tariff::class_of;
use crate::usage::books::{OfVoucher, post_line};
use base::{ChargeId, Class, RedemptionId, Refusal, ServiceRecordId, Span};
use instruments::charge::{Kept as Charge, Line, State as ChargeState};
use instruments::national::List;
use instruments::service::{KeptSample, Next, Order};
use instruments::service_order::{State, Step};
use instruments::service_record::{Evidence, FUND_SOURCES, Kind, Record};
use instruments::tariff::Way;
use instruments::voucher::{self, Chain, KeptRedemption, Redemption, Stage};
use std::collections::{BTreeMap, BTreeSet};
use store::service_record::Kept as KeptRecord;

/// What the voucher pays of an order that is accepted, or why it does not.
pub(super) fn part(was: &Loaded, next: &Next) -> Result<i64, Vec<Refusal>> {
    let Some(voucher) = &was.voucher else { return Ok(0) };
    let order = &next.order;
    let amount = order.cost(&next.samples).unwrap_or(0);
    let ask = voucher::Ask {
        customer: order.customer,
        unit: order.unit,
        related: &[],
        kind: voucher::Kind::Testing,
        amount,
        used_year: voucher.used_year,
        today: was.today,
    };
    let part = voucher.kept.terms.hold(voucher.kept.state, &ask).map_err(|no| {
        no.into_iter().map(|refusal| refusal.on("voucher")).collect::<Vec<Refusal>>()
    })?;
    Ok(part.min(voucher.left))
}

/// What it pays once the test has said what is charged: never more than is held.
pub(super) fn part_after(was: &Loaded, next: &Next) -> i64 {
    let (Some(voucher), Some(kept)) = (&was.voucher, &was.redemption) else { return 0 };
    let amount = next.order.cost(&next.samples).unwrap_or(0);
    let others = voucher.used_year - kept.redemption.amount;
    voucher.kept.terms.part(amount, others).min(kept.redemption.amount)
}

/// Moves the money of a step.
pub(super) fn settle(cx: &mut Cx<'_, '_>, it: &Planned) -> Result<(), Stop> {
    let (was, next) = (&it.was, &it.next);
    match next.step {
        Step::Accept => {
            if it.part > 0 {
                hold(cx, &next.order, it.part)?;
            }
            charge(cx, (&next.order, &next.samples), it.part)
        }
        Step::Finish => shrink(cx, it),
        Step::Report => redeem(cx, was),
        Step::Cancel | Step::Return => {
            for line in was.charges.iter().filter(|line| line.state == ChargeState::Posted) {
                take_back(cx, line)?;
            }
            match &was.redemption {
                Some(kept) => release(cx, kept.clone()),
                None => Ok(()),
            }
        }
        Step::Close => record(cx, was, &next.order),
        _ => Ok(()),
    }
}

/// Adds and posts the line of an order; nothing where it is free.
fn charge(
    cx: &mut Cx<'_, '_>,
    (order, samples): (&Order, &[KeptSample]),
    part: i64,
) -> Result<(), Stop> {
    let extras = order.extras(samples).unwrap_or_default();
    let line = Line { extras, ..Line::default() };
    let gross = line.gross();
    if gross == 0 {
        return Ok(());
    }
    let day = base::WorkingDays::china().date(cx.now);
    let charge = Charge {
        id: cx.city.with_chance(|chance| ChargeId::new(cx.now, chance)),
        reference: cx.city.reference("CH", cx.now),
        instrument: order.matter.lines.iter().find_map(|line| line.instrument),
        unit: order.unit,
        customer: order.customer,
        person: order.person,
        subject: order.id.to_string(),
        project: order.matter.project.clone(),
        class: class_of(cx.tx, (order.unit, order.customer), day)?,
        line,
        chain: Chain::new(order.list_cost(samples).unwrap_or(gross), gross, 0, part),
        state: ChargeState::Posted,
        reverses: None,
        day,
        at: cx.now,
    };
    store::charge::add(cx.tx, &charge)?;
    post_line(cx, &charge)
}

fn take_back(cx: &mut Cx<'_, '_>, line: &Charge) -> Result<(), Stop> {
    let today = base::WorkingDays::china().date(cx.now);
    let id = cx.city.with_chance(|chance| ChargeId::new(cx.now, chance));
    let reversal = line.reversal(id, cx.city.reference("CH", cx.now), today, cx.now);
    let states = (ChargeState::Posted, ChargeState::Reversed);
    if !store::charge::set_state(cx.tx, line.id, states)? {
        return Err(Refusal::new(Class::Refused, "service-charge-disputed").into());
    }
    store::charge::add(cx.tx, &reversal)?;
    post_line(cx, &reversal)
}

/// After the test: where fewer samples are charged, the line is written anew.
fn shrink(cx: &mut Cx<'_, '_>, it: &Planned) -> Result<(), Stop> {
    let next = &it.next;
    let cost = next.order.cost(&next.samples).unwrap_or(0);
    let posted = it.was.charges.iter().find(|line| line.state == ChargeState::Posted);
    // A line that was waived since stays waived.
    let Some(line) = posted.filter(|line| line.line.gross() != cost) else { return Ok(()) };
    take_back(cx, line)?;
    if let Some(kept) = it.was.redemption.as_ref().filter(|kept| kept.redemption.amount != it.part)
    {
        if it.part == 0 {
            release(cx, kept.clone())?;
        } else {
            let redemption = Redemption { amount: it.part, ..kept.redemption.clone() };
            store::voucher::change_redemption(
                cx.tx,
                &KeptRedemption { redemption, ..kept.clone() },
                kept.version,
            )?;
        }
    }
    charge(cx, (&next.order, &next.samples), it.part)
}

fn hold(cx: &mut Cx<'_, '_>, order: &Order, amount: i64) -> Result<(), Stop> {
    let Some(voucher) = order.voucher else { return Ok(()) };
    let id = cx.city.with_chance(|chance| RedemptionId::new(cx.now, chance));
    let kept = KeptRedemption {
        id,
        voucher,
        unit: order.unit,
        subject: order.id.to_string(),
        redemption: Redemption { stage: Stage::Held, amount },
        year: base::WorkingDays::china().date(cx.now).year(),
        evidence: vec![voucher::Evidence::Contract],
        version: 1,
        at: cx.now,
    };
    store::voucher::add_redemption(cx.tx, &kept)?;
    OfVoucher { redemption: id, voucher, unit: order.unit, amount }.take(cx, Stage::Held)
}

/// With the report the voucher pays its part; what was held beyond it is free again.
fn redeem(cx: &mut Cx<'_, '_>, was: &Loaded) -> Result<(), Stop> {
    let Some(kept) = was.redemption.as_ref().filter(|it| it.redemption.stage == Stage::Held) else {
        return Ok(());
    };
    OfVoucher::of(kept).pay_held(cx)?;
    let mut kept = kept.clone();
    let version = kept.version;
    kept.redemption.stage = Stage::Redeemed;
    kept.evidence.push(voucher::Evidence::Result);
    store::voucher::change_redemption(cx.tx, &kept, version)?;
    Ok(())
}

/// Frees what is held for an order, or gives back what was paid.
pub(crate) fn release(cx: &mut Cx<'_, '_>, mut kept: KeptRedemption) -> Result<(), Stop> {
    let of = OfVoucher::of(&kept);
    match kept.redemption.stage {
        Stage::Held => of.free_held(cx)?,
        _ => of.give_back(cx, kept.redemption.amount)?,
    }
    let version = kept.version;
    kept.redemption.stage = Stage::Released;
    store::voucher::change_redemption(cx.tx, &kept, version)?;
    Ok(())
}

/// One row in the ledger of services, with everything that was paid.
fn record(cx: &mut Cx<'_, '_>, was: &Loaded, order: &Order) -> Result<(), Stop> {
    let times = order.matter.times;
    let start = times.started.or(times.received).unwrap_or(cx.now);
    let end = times.tested.unwrap_or(cx.now).max(start.plus_seconds(60));
    let span = Span::new(start, end).ok_or_else(Refusal::not_found)?;
    let posted = was.charges.iter().filter(|line| line.state == ChargeState::Posted);
    let chains: Vec<Chain> = posted.map(|line| line.chain).collect();
    let sum = |of: fn(&Chain) -> i64| chains.iter().map(of).sum::<i64>();
    let record = Record {
        id: cx.city.with_chance(|chance| ServiceRecordId::new(cx.now, chance)),
        instrument: order.matter.lines.iter().find_map(|line| line.instrument),
        unit: order.unit,
        customer: Some(order.customer),
        kind: Kind::Service,
        way: Way::Commissioned,
        purpose: order.matter.purpose,
        span,
        preparation_minutes: 0,
        clearing_minutes: 0,
        samples: u32::try_from(was.samples.len()).unwrap_or(u32::MAX),
        paid_customer: sum(|chain| chain.pays),
        paid_unit: sum(|chain| chain.subsidy),
        paid_voucher: sum(|chain| chain.voucher),
        is_external: order.customer != order.unit,
        fund_source: FUND_SOURCES,
        has_agreement: true,
        opinion: order.opinion,
        strength: Evidence::Supporting,
        reverses: None,
    };
    debug_assert!(order.state == State::Closed, "a service is recorded as its order closes");
    let kept = KeptRecord {
        names: names(cx, order)?,
        record,
        subject: order.id.to_string(),
        answer: None,
        said: String::new(),
        at: cx.now,
        is_reversed: false,
    };
    store::service_record::add(cx.tx, &kept)?;
    if let Some(mut kept) = was.redemption.clone() {
        let version = kept.version;
        kept.evidence.push(voucher::Evidence::Record);
        store::voucher::change_redemption(cx.tx, &kept, version)?;
    }
    Ok(())
}

/// Texts of the national platform's columns, as they are known now. Who applied is read with the row, so
/// that nothing of a person lies in it.
fn names(cx: &mut Cx<'_, '_>, order: &Order) -> Result<BTreeMap<String, String>, Stop> {
    let customer = store::organisation::find(cx.tx, order.customer)?;
    let instrument = match order.matter.lines.iter().find_map(|line| line.instrument) {
        Some(id) => store::instrument::find(cx.tx, id)?,
        None => None,
    };
    let sheet = instrument.map(|it| it.sheet).unwrap_or_default();
    let content = order.matter.lines.first().map(|line| line.what.zh.clone()).unwrap_or_default();
    let known = [
        ("instrument", sheet.name.best(base::Lang::Zh).0.to_owned()),
        ("instrument_number", sheet.numbers.asset.clone()),
        ("content", content),
        ("project", order.matter.project.clone()),
        (
            "unit",
            customer
                .map(|found| found.profile.name.best(base::Lang::Zh).0.to_owned())
                .unwrap_or_default(),
        ),
    ];
    let columns: BTreeSet<&str> = List::Record.fields().iter().map(|field| field.key).collect();
    let of = |(key, text): (&str, String)| {
        (columns.contains(key) && !text.is_empty()).then(|| (key.to_owned(), text))
    };
    Ok(known.into_iter().filter_map(of).collect())
}
