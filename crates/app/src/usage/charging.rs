//! What a use costs and leaves behind: a line, a voucher's part, a row in the ledger of services.

use crate::act::{Cx, Stop};
use crate::city::City;
use crate::tariff::{EXTERNAL, class_of, wall};
use crate::usage::books::{OfVoucher, accounts, post_line};
use base::{
    AccountId, ChargeId, OrganisationId, RedemptionId, Refusal, ServiceRecordId, Span, UseId,
    VoucherId,
};
use instruments::Instrument;
use instruments::charge::{Ask, Free, Kept as Charge, Line, State, cancellation, line};
use instruments::national::List;
use instruments::service_record::{Evidence, FUND_SOURCES, Kind, Purpose, Record};
use instruments::tariff::{Tariff, Way};
use instruments::usage::Kept;
use instruments::voucher::{self, Chain, KeptRedemption, Redemption, Stage};
use std::collections::{BTreeMap, BTreeSet};
use store::service_record::Kept as KeptRecord;

/// Everything that prices a use, loaded before it is decided.
pub struct Charging {
    pub(crate) instrument: Instrument,
    tariffs: Vec<Tariff>,
    class: String,
    voucher: Option<(voucher::Kept, i64)>,
    /// What a booking held of it, which it pays be it over by now.
    held: i64,
}

/// A service that is about to be charged, whatever it came from.
pub struct Delivered<'a> {
    pub(crate) subject: String,
    pub(crate) customer: OrganisationId,
    pub(crate) person: base::PersonId,
    pub(crate) project: &'a str,
    pub(crate) way: Way,
    /// What was booked; nothing where it was used without a booking.
    pub(crate) booked: Option<Span>,
    /// Nothing where nobody came.
    pub(crate) used: Option<Span>,
    /// When the booking was given up late.
    pub(crate) cancelled_at: Option<base::Instant>,
    pub(crate) free: &'a [(Span, Free)],
    /// Minutes of setting up and of cleaning.
    pub(crate) buffers: [u32; 2],
}

impl<'a> Delivered<'a> {
    pub(crate) fn of(it: &'a Kept) -> Self {
        Self {
            subject: it.id.to_string(),
            customer: it.organisation,
            person: it.person,
            project: &it.project,
            way: it.way,
            booked: None,
            used: it.span(),
            cancelled_at: None,
            free: &[],
            buffers: [0, 0],
        }
    }
}

/// The accounts that charging a use may change, found before its act begins.
pub(crate) fn prepare(city: &City, id: UseId) -> Result<BTreeSet<AccountId>, crate::No> {
    let found = city.store().read(|tx| {
        let Some(it) = store::usage::find(tx, id)? else { return Ok(BTreeSet::new()) };
        let mut all = accounts((it.unit, it.organisation), it.voucher);
        if let Some(booking) = it.booking
            && let Some(held) = store::voucher::of_subject(tx, &booking.to_string())?
        {
            all.extend(accounts((it.unit, it.organisation), Some(held.voucher)));
        }
        Ok::<_, store::StoreError>(all)
    })?;
    Ok(found)
}

impl Charging {
    /// Loads what prices a service of an instrument on the day at which it began.
    pub(crate) fn load(
        cx: &mut Cx<'_, '_>,
        instrument: Instrument,
        (customer, at): (OrganisationId, base::Instant),
        voucher: Option<VoucherId>,
    ) -> Result<Self, Stop> {
        let day = wall(&instrument)(at).date;
        let class = class_of(cx.tx, (instrument.owner, customer), day)?;
        let kept = store::tariff::of_instrument(cx.tx, instrument.id)?;
        let voucher = match voucher {
            None => None,
            Some(id) => {
                let found = store::voucher::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
                let year = wall(&instrument)(cx.now).date.year();
                let used = store::voucher::used_in(cx.tx, id, year)?;
                Some((found, used))
            }
        };
        let tariffs = kept.into_iter().map(|it| it.tariff).collect();
        Ok(Self { instrument, tariffs, class, voucher, held: 0 })
    }

    /// The use takes over what its booking holds of the voucher.
    pub(crate) fn take_over(&mut self, cx: &Cx<'_, '_>, held: &KeptRedemption) {
        let year = wall(&self.instrument)(cx.now).date.year();
        if let Some((kept, used)) = &mut self.voucher
            && kept.id == held.voucher
        {
            self.held = held.redemption.amount;
            // Of a year that is over nothing counts against this one's cap.
            if held.year == year {
                *used = (*used - held.redemption.amount).max(0);
            }
        }
    }

    /// The line and the list price; nothing where the instrument is free of charge, or a booking was
    /// given up or missed that costs nothing.
    pub(crate) fn price(&self, it: &Delivered<'_>) -> Result<Option<(Line, i64)>, Refusal> {
        if self.tariffs.is_empty() || it.used.or(it.booked).is_none() {
            return Ok(None);
        }
        let local = wall(&self.instrument);
        let count = |class| {
            let ask = Ask {
                class,
                way: it.way,
                booked: it.booked,
                used: it.used,
                free: it.free,
                extras: &[],
                buffers: it.buffers,
            };
            match it.cancelled_at {
                None => line(&self.tariffs, &ask, &local).map(Some),
                Some(at) => cancellation(&self.tariffs, &ask, at, &local),
            }
        };
        let Some(own) = count(&self.class)?.filter(|own| !own.parts.is_empty()) else {
            return Ok(None);
        };
        let gross = own.gross();
        let list = count(EXTERNAL).ok().flatten().map_or(gross, |list| list.gross());
        Ok(Some((own, list)))
    }

    /// What the voucher pays of an amount; nothing where something stands against it.
    fn voucher_part(&self, it: &Delivered<'_>, amount: i64, today: base::Date) -> i64 {
        let Some((kept, used_year)) = &self.voucher else { return 0 };
        let ask = voucher::Ask {
            customer: it.customer,
            unit: self.instrument.owner,
            related: &[],
            kind: voucher::Kind::Use,
            amount,
            used_year: *used_year,
            today,
        };
        let held = self.held;
        kept.terms
            .hold(kept.state, &ask)
            .unwrap_or_else(|_| kept.terms.part(amount, *used_year).min(held))
    }

    /// Charges a service: line, voucher, books and record, all in the act that ends it.
    pub(crate) fn settle(
        &self,
        cx: &mut Cx<'_, '_>,
        it: &Delivered<'_>,
        evidence: Evidence,
    ) -> Result<Option<Charge>, Stop> {
        let today = wall(&self.instrument)(cx.now).date;
        let priced = self.price(it)?;
        let charge = match priced {
            None => None,
            Some((line, list)) => Some(self.charge(cx, it, (line, list), today)?),
        };
        self.record(cx, it, charge.as_ref(), evidence)?;
        Ok(charge)
    }

    fn charge(
        &self,
        cx: &mut Cx<'_, '_>,
        it: &Delivered<'_>,
        (line, list): (Line, i64),
        today: base::Date,
    ) -> Result<Charge, Stop> {
        let part = self.available(cx, self.voucher_part(it, line.net(), today))?;
        let chain = Chain::new(list, line.gross(), line.subsidy, part);
        if let Some((kept, _)) = self.voucher.as_ref().filter(|_| part > 0) {
            redeem(cx, (kept.id, self.instrument.owner), (&it.subject, part), today.year())?;
        }
        let charge = Charge {
            id: cx.city.with_chance(|chance| ChargeId::new(cx.now, chance)),
            reference: cx.city.reference("CH", cx.now),
            instrument: Some(self.instrument.id),
            unit: self.instrument.owner,
            customer: it.customer,
            person: it.person,
            subject: it.subject.clone(),
            project: it.project.to_owned(),
            class: self.class.clone(),
            line,
            chain,
            state: State::Posted,
            reverses: None,
            day: today,
            at: cx.now,
        };
        store::charge::add(cx.tx, &charge)?;
        post_line(cx, &charge)?;
        Ok(charge)
    }

    /// What of a voucher's part its account still has.
    fn available(&self, cx: &mut Cx<'_, '_>, part: i64) -> Result<i64, Stop> {
        let Some((kept, _)) = self.voucher.as_ref().filter(|_| part > 0) else { return Ok(0) };
        let account = store::ledger::account(cx.tx, super::books::voucher_account(kept.id))?;
        let left = account.map_or(0, |it| it.account.state.counters.debit_headroom().minor());
        Ok(part.min(left))
    }

    fn record(
        &self,
        cx: &mut Cx<'_, '_>,
        it: &Delivered<'_>,
        charge: Option<&Charge>,
        strength: Evidence,
    ) -> Result<(), Stop> {
        let Some(span) = it.used else { return Ok(()) };
        let chain = charge.map(|charge| charge.chain);
        let (unit, is_external) = (self.instrument.owner, it.customer != self.instrument.owner);
        let last = wall(&self.instrument)(span.end().plus_seconds(-1)).date;
        let has_agreement =
            is_external && store::agreement::holds(cx.tx, (unit, it.customer), last)?;
        let record = Record {
            id: cx.city.with_chance(|chance| ServiceRecordId::new(cx.now, chance)),
            instrument: Some(self.instrument.id),
            unit,
            customer: Some(it.customer),
            kind: Kind::Service,
            way: it.way,
            purpose: Purpose::default(),
            span,
            preparation_minutes: 0,
            clearing_minutes: 0,
            samples: 0,
            paid_customer: chain.map_or(0, |chain| chain.pays),
            paid_unit: chain.map_or(0, |chain| chain.subsidy),
            paid_voucher: chain.map_or(0, |chain| chain.voucher),
            is_external,
            fund_source: FUND_SOURCES,
            has_agreement,
            opinion: None,
            strength,
            reverses: None,
        };
        let names = names(cx, &self.instrument, it)?;
        add_record(cx, record, names, &it.subject)
    }
}

fn add_record(
    cx: &mut Cx<'_, '_>,
    record: Record,
    names: BTreeMap<String, String>,
    subject: &str,
) -> Result<(), Stop> {
    let kept = KeptRecord {
        record,
        names,
        subject: subject.to_owned(),
        answer: None,
        said: String::new(),
        at: cx.now,
        is_reversed: false,
    };
    Ok(store::service_record::add(cx.tx, &kept)?)
}

/// Texts of the national platform's columns, as they are known now. Who applied is read with the row, so
/// that nothing of a person lies in it.
fn names(
    cx: &mut Cx<'_, '_>,
    instrument: &Instrument,
    it: &Delivered<'_>,
) -> Result<BTreeMap<String, String>, Stop> {
    let customer = store::organisation::find(cx.tx, it.customer)?;
    let customer = customer
        .map(|found| found.profile.name.best(base::Lang::Zh).0.to_owned())
        .unwrap_or_default();
    let sheet = &instrument.sheet;
    // Where no function is told, what it measures is what was served.
    let measures = sheet.capabilities.iter().map(|it| it.parameter.zh.as_str());
    let measures: Vec<&str> = measures.filter(|name| !name.is_empty()).collect();
    let told = sheet.functions.zh.lines().next().unwrap_or_default();
    let content = if told.is_empty() { measures.join("、") } else { told.to_owned() };
    let known = [
        ("instrument", sheet.name.best(base::Lang::Zh).0.to_owned()),
        ("instrument_number", sheet.numbers.asset.clone()),
        ("content", content),
        ("project", it.project.to_owned()),
        ("unit", customer),
    ];
    let columns: BTreeSet<&str> = List::Record.fields().iter().map(|field| field.key).collect();
    let of = |(key, text): (&str, String)| {
        (columns.contains(key) && !text.is_empty()).then(|| (key.to_owned(), text))
    };
    Ok(known.into_iter().filter_map(of).collect())
}

/// Takes back the rows that were written for a subject.
fn reverse_records(cx: &mut Cx<'_, '_>, subject: &str) -> Result<(), Stop> {
    for kept in store::service_record::of_subject(cx.tx, subject)? {
        if kept.is_reversed || kept.record.reverses.is_some() {
            continue;
        }
        let id = cx.city.with_chance(|chance| ServiceRecordId::new(cx.now, chance));
        let back = kept.record.reversal(id, false)?;
        add_record(cx, back, kept.names, subject)?;
    }
    Ok(())
}

fn redeem(
    cx: &mut Cx<'_, '_>,
    (voucher, unit): (VoucherId, OrganisationId),
    (subject, amount): (&str, i64),
    year: i16,
) -> Result<(), Stop> {
    let id = cx.city.with_chance(|chance| RedemptionId::new(cx.now, chance));
    let kept = KeptRedemption {
        id,
        voucher,
        unit,
        subject: subject.to_owned(),
        redemption: Redemption { stage: Stage::Redeemed, amount },
        year,
        evidence: vec![voucher::Evidence::Record],
        version: 1,
        at: cx.now,
    };
    store::voucher::add_redemption(cx.tx, &kept)?;
    OfVoucher { redemption: id, voucher, unit, amount }.take(cx, Stage::Redeemed)
}

/// Takes a line back and, where a wish says so, charges the service anew.
///
/// The reversing line carries the day of the correction; what a voucher paid goes back to it.
pub(crate) fn reprice(
    cx: &mut Cx<'_, '_>,
    former: &Charge,
    again: Option<(&Charging, &Delivered<'_>)>,
) -> Result<Option<Charge>, Stop> {
    let today = base::WorkingDays::china().date(cx.now);
    let id = cx.city.with_chance(|chance| ChargeId::new(cx.now, chance));
    let reversal = former.reversal(id, cx.city.reference("CH", cx.now), today, cx.now);
    if !store::charge::set_state(cx.tx, former.id, (former.state, State::Reversed))? {
        return Err(Refusal::new(base::Class::Conflict, "adjustment-decided").into());
    }
    store::charge::add(cx.tx, &reversal)?;
    post_line(cx, &reversal)?;
    if let Some(kept) = store::voucher::of_subject(cx.tx, &former.subject)? {
        crate::service_order::release(cx, kept)?;
    }
    reverse_records(cx, &former.subject)?;
    match again {
        None => Ok(None),
        Some((charging, it)) => charging.settle(cx, it, Evidence::Weak),
    }
}
