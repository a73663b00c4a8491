//! Uses of instruments, their prices, the lines they cost, vouchers.

pub(crate) mod shape;

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, id, moment, word};
use access::Act as A;
use app::No;
use app::charge::{DecideAdjustment, DisputeCharge};
use app::tariff::{EndTariff, SetTariff};
use app::usage::{EnterUse, StartUse, StopUse};
use base::{ChargeId, InstrumentId, OrganisationId, Refusal, Span, UseId, VoucherId};
use edge::Reply;
use instruments::adjustment::Wish;
use instruments::start::Pass;
use instruments::tariff::Way;
use instruments::usage::Source;
use shape::{
    ChargeChangedJson, ChargeJson, DecisionJson, DisputeJson, EnterJson, StartJson, StatementJson,
    StopJson, TariffChangedJson, TariffEndJson, TariffJson, TariffRowJson, UseChangedJson, UseJson,
    VoucherJson,
};

/// The operations of prices.
pub(crate) static TARIFFS: &[&Operation] = &[&TARIFF_LIST, &TARIFF_SET, &TARIFF_END];
/// The operations of uses.
pub(crate) static USES: &[&Operation] = &[&USE_LIST, &USE_LOOK, &USE_START, &USE_STOP, &USE_ENTER];
/// The operations of lines.
pub(crate) static CHARGES: &[&Operation] =
    &[&CHARGE_STATEMENT, &CHARGE_LOOK, &CHARGE_DISPUTE, &CHARGE_DECIDE];
/// The operations of vouchers.
pub(crate) static VOUCHERS: &[&Operation] = &[&VOUCHER_LIST, &VOUCHER_LOOK];

static TARIFF_LIST: Operation = Operation {
    answer: Answer::json::<ListJson<TariffRowJson>>(200),
    ..Operation::look(
        "tariff-list",
        "/api/v1/instruments/{id}/tariffs",
        A::LookAtInstrument,
        |request| TARIFF_LIST.answer(request),
        |call| {
            let found = call.city().tariffs(call.asker(), call.id("id")?)?;
            let data = found.tariffs.iter().map(TariffRowJson::of).collect();
            Ok(reply::json(&ListJson::<TariffRowJson> { data, next: None }))
        },
    )
};

static TARIFF_SET: Operation = Operation {
    request: Some(schema_of::<TariffJson>()),
    answer: Answer::json::<TariffChangedJson>(201),
    ..Operation::post(
        "tariff-set",
        "/api/v1/instruments/{id}/tariffs",
        A::SetTariff,
        |request| TARIFF_SET.answer(request),
        |call| {
            let instrument: InstrumentId = call.id("id")?;
            let tariff = call.body::<TariffJson>()?.read()?;
            let act = SetTariff { instrument, tariff };
            let done = call.city().perform(call.asker(), act)?;
            let path = format!("/api/v1/instruments/{instrument}/tariffs");
            Ok(reply::created(call, &path, &TariffChangedJson::from(done)))
        },
    )
};

static TARIFF_END: Operation = Operation {
    request: Some(schema_of::<TariffEndJson>()),
    answer: Answer::json::<TariffChangedJson>(200),
    ..Operation::post(
        "tariff-end",
        "/api/v1/instruments/{id}/tariffs/{tariff}/end",
        A::SetTariff,
        |request| TARIFF_END.answer(request),
        |call| {
            let (instrument, tariff) = (call.id("id")?, call.id("tariff")?);
            let ask: TariffEndJson = call.body()?;
            let mut no = Vec::new();
            let until = crate::shape::date("until", &ask.until, &mut no);
            let Some(until) = until else { return Err(No(no)) };
            let act = EndTariff { instrument, tariff, until };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&TariffChangedJson::from(done)))
        },
    )
};

static USE_LIST: Operation = Operation {
    query: &[
        limit(200),
        Parameter::new("after", Kind::Text),
        Parameter::new("instrument", Kind::Text),
    ],
    answer: Answer::json::<ListJson<UseJson>>(200),
    ..Operation::list(
        "use-list",
        "/api/v1/uses",
        A::ListUses,
        |request| USE_LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let after = call.query.some("after").and_then(|text| id::<UseId>("after", text, &mut no));
    let instrument = call.query.some("instrument");
    let instrument = instrument.and_then(|text| id::<InstrumentId>("instrument", text, &mut no));
    if !no.is_empty() {
        return Err(No(no));
    }
    let limit = call.query.limit(LIMIT);
    let page = call.city().uses(call.asker(), (instrument, after), limit)?;
    let data = page.rows.iter().map(|row| UseJson::of(row, &[])).collect();
    let next = reply::next(call, page.next.map(|id| id.to_string()));
    Ok(reply::json(&ListJson { data, next }))
}

static USE_LOOK: Operation = Operation {
    answer: Answer::json::<UseJson>(200),
    ..Operation::look(
        "use-look",
        "/api/v1/uses/{id}",
        A::LookAtUse,
        |request| USE_LOOK.answer(request),
        |call| {
            let view = call.city().use_view(call.asker(), call.id("id")?)?;
            Ok(reply::json(&UseJson::of(&view.row, &view.charges)))
        },
    )
};

static USE_START: Operation = Operation {
    request: Some(schema_of::<StartJson>()),
    answer: Answer::json::<UseChangedJson>(201),
    ..Operation::post(
        "use-start",
        "/api/v1/instruments/{id}/uses",
        A::StartUse,
        |request| USE_START.answer(request),
        start,
    )
};

fn start(call: &Call<'_>) -> Result<Reply, No> {
    let instrument = call.id("id")?;
    let ask: StartJson = call.body()?;
    let mut no = Vec::new();
    let organisation = id::<OrganisationId>("organisation", &ask.organisation, &mut no);
    let way = ask.way.as_ref().and_then(|text| word::<Way>("way", text, &mut no));
    let source = ask.source.as_ref().and_then(|text| word::<Source>("source", text, &mut no));
    let voucher = ask.voucher.as_ref().and_then(|text| id::<VoucherId>("voucher", text, &mut no));
    let read = |text: &String| word::<Pass>("overrides", text, &mut no);
    let passes: Vec<Pass> = ask.overrides.iter().take(10).filter_map(read).collect();
    let (Some(organisation), []) = (organisation, no.as_slice()) else { return Err(No(no)) };
    let act = StartUse {
        instrument,
        organisation,
        project: ask.project,
        way: way.unwrap_or_default(),
        source: source.unwrap_or(Source::Client),
        voucher,
        passes,
        reason: ask.reason,
    };
    let done = call.city().start_use(call.asker(), act)?;
    let path = format!("/api/v1/uses/{}", done.id);
    Ok(reply::created(call, &path, &UseChangedJson::from(done)))
}

static USE_STOP: Operation = Operation {
    request: Some(schema_of::<StopJson>()),
    answer: Answer::json::<UseChangedJson>(200),
    ..Operation::post(
        "use-stop",
        "/api/v1/uses/{id}/end",
        A::StopUse,
        |request| USE_STOP.answer(request),
        |call| {
            let use_ = call.id("id")?;
            let ask: StopJson = call.body_or_default()?;
            let mut no = Vec::new();
            let ended = ask.ended_at.as_ref().map(|text| moment("ended_at", text, &mut no));
            let act = match ended {
                None => StopUse::new(use_),
                Some(Some(at)) => StopUse::at(use_, at, &ask.note),
                Some(None) => return Err(No(no)),
            };
            Ok(reply::json(&UseChangedJson::from(call.city().stop_use(call.asker(), act)?)))
        },
    )
};

static USE_ENTER: Operation = Operation {
    request: Some(schema_of::<EnterJson>()),
    answer: Answer::json::<UseChangedJson>(201),
    ..Operation::post(
        "use-enter",
        "/api/v1/instruments/{id}/past-uses",
        A::EnterUse,
        |request| USE_ENTER.answer(request),
        enter,
    )
};

fn enter(call: &Call<'_>) -> Result<Reply, No> {
    let instrument = call.id("id")?;
    let ask: EnterJson = call.body()?;
    let mut no = Vec::new();
    let organisation = id::<OrganisationId>("organisation", &ask.organisation, &mut no);
    let span = span(&ask.from, &ask.until, &mut no);
    let way = ask.way.as_ref().and_then(|text| word::<Way>("way", text, &mut no));
    let (Some(organisation), Some(span), []) = (organisation, span, no.as_slice()) else {
        return Err(No(no));
    };
    let mut act = EnterUse::new(instrument, organisation, span);
    (act.project, act.reason) = (ask.project, ask.reason);
    act.way = way.unwrap_or_default();
    let done = call.city().perform(call.asker(), act)?;
    let path = format!("/api/v1/uses/{}", done.id);
    Ok(reply::created(call, &path, &UseChangedJson::from(done)))
}

fn span(from: &str, until: &str, no: &mut Vec<Refusal>) -> Option<Span> {
    let (start, end) = (moment("from", from, no)?, moment("until", until, no)?);
    let span = Span::new(start, end);
    if span.is_none() {
        no.push(Refusal::invalid("charge-span-backwards").on("until"));
    }
    span
}

static CHARGE_STATEMENT: Operation = Operation {
    answer: Answer::json::<StatementJson>(200),
    ..Operation::look(
        "charge-statement",
        "/api/v1/statements/{unit}/{customer}/{month}",
        A::ListCharges,
        |request| CHARGE_STATEMENT.answer(request),
        |call| {
            let both = (call.id("unit")?, call.id("customer")?);
            let month: String = call.id("month")?;
            let found = call.city().service_statement(call.asker(), both, &month)?;
            Ok(reply::json(&StatementJson::of(&found)))
        },
    )
};

static CHARGE_LOOK: Operation = Operation {
    answer: Answer::json::<ChargeJson>(200),
    ..Operation::look(
        "charge-look",
        "/api/v1/charges/{id}",
        A::LookAtCharge,
        |request| CHARGE_LOOK.answer(request),
        |call| {
            let view = call.city().charge(call.asker(), call.id("id")?)?;
            Ok(reply::json(&ChargeJson::of(&view.charge)))
        },
    )
};

static CHARGE_DISPUTE: Operation = Operation {
    request: Some(schema_of::<DisputeJson>()),
    answer: Answer::json::<ChargeChangedJson>(201),
    ..Operation::post(
        "charge-dispute",
        "/api/v1/charges/{id}/disputes",
        A::DisputeCharge,
        |request| CHARGE_DISPUTE.answer(request),
        |call| {
            let charge: ChargeId = call.id("id")?;
            let ask: DisputeJson = call.body()?;
            let mut no = Vec::new();
            let wish = match (&ask.from, &ask.until) {
                (None, None) => Some(Wish::Waive),
                (from, until) => {
                    let text = |it: &Option<String>| it.clone().unwrap_or_default();
                    span(&text(from), &text(until), &mut no).map(Wish::Span)
                }
            };
            let Some(wish) = wish else { return Err(No(no)) };
            let act = DisputeCharge { charge, wish, reason: ask.reason };
            let done = call.city().perform(call.asker(), act)?;
            let path = format!("/api/v1/charges/{charge}");
            Ok(reply::created(call, &path, &ChargeChangedJson::from(done)))
        },
    )
};

static CHARGE_DECIDE: Operation = Operation {
    request: Some(schema_of::<DecisionJson>()),
    answer: Answer::json::<ChargeChangedJson>(200),
    ..Operation::post(
        "charge-decide",
        "/api/v1/charges/{id}/disputes/{adjustment}/decision",
        A::DecideAdjustment,
        |request| CHARGE_DECIDE.answer(request),
        |call| {
            let (charge, adjustment) = (call.id("id")?, call.id("adjustment")?);
            let ask: DecisionJson = call.body()?;
            let act = DecideAdjustment::new(charge, adjustment, ask.grants, &ask.note);
            Ok(reply::json(&ChargeChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static VOUCHER_LIST: Operation = Operation {
    query: &[limit(200), Parameter::new("after", Kind::Text)],
    answer: Answer::json::<ListJson<VoucherJson>>(200),
    ..Operation::list(
        "voucher-list",
        "/api/v1/vouchers",
        A::ListVouchers,
        |request| VOUCHER_LIST.answer(request),
        |call| {
            let mut no = Vec::new();
            let after = call.query.some("after");
            let after = after.and_then(|text| id::<VoucherId>("after", text, &mut no));
            if !no.is_empty() {
                return Err(No(no));
            }
            let limit = call.query.limit(LIMIT);
            let (rows, next, _) = call.city().vouchers(call.asker(), after, limit)?;
            let data = rows.iter().map(VoucherJson::of).collect();
            let next = reply::next(call, next.map(|id| id.to_string()));
            Ok(reply::json(&ListJson { data, next }))
        },
    )
};

static VOUCHER_LOOK: Operation = Operation {
    answer: Answer::json::<VoucherJson>(200),
    ..Operation::look(
        "voucher-look",
        "/api/v1/vouchers/{id}",
        A::LookAtVoucher,
        |request| VOUCHER_LOOK.answer(request),
        |call| {
            let view = call.city().voucher(call.asker(), call.id("id")?)?;
            Ok(reply::json(&VoucherJson::of(&view.row)))
        },
    )
};
