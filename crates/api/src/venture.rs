//! Ventures: technology for shares, the register of shares, statements, dividends, exits.

pub(crate) mod entry;
pub(crate) mod shape;
pub(crate) mod value;

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, date, id};
use access::Act as A;
use app::No;
use app::venture::{
    ContributeTechnology, DeclareDividend, EnterHolder, EnterShares, GiveNotice, NewHolder,
    ObjectToVenture, OpenVenture, ReviseVenture, SetVentureRules, SettleDuty, WithdrawVenture,
};
use base::{Currency, Refusal, VentureId};
use edge::Reply;
use entry::{EventJson, Reading};
use equity::dividend::{Declared, First, Withheld};
use shape::{
    ChangedJson, DeclareJson, DeclaredJson, DifferenceJson, EnteredJson, EntryJson, ExitJson,
    HoldingJson, NewHolderJson, NoteJson, OpenJson, PlanJson, RowJson, RulesJson, StatementJson,
    VentureJson, VersionJson,
};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[
    &LIST,
    &HOLDINGS,
    &RULES,
    &SET_RULES,
    &LOOK,
    &ENTRIES,
    &STATEMENT,
    &EXIT,
    &OPEN,
    &REVISE,
    &WITHDRAW,
    &HOLDER,
    &NOTICE,
    &OBJECT,
    &SETTLE,
    &CONTRIBUTE,
    &ENTER,
    &PREVIEW,
    &DECLARE,
];

static LIST: Operation = Operation {
    query: &[limit(100), Parameter::new("after", Kind::Text)],
    answer: Answer::json::<ListJson<RowJson>>(200),
    ..Operation::list(
        "venture-list",
        "/api/v1/ventures",
        A::ListVentures,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let after = match call.query.text("after") {
        "" => None,
        typed => id::<VentureId>("after", typed, &mut no),
    };
    if !no.is_empty() {
        return Err(No(no));
    }
    let page = call.city().ventures(call.asker(), after, call.query.limit(LIMIT))?;
    let data = page.rows.iter().map(RowJson::of).collect();
    let next = reply::next(call, page.next.map(|id| id.to_string()));
    Ok(reply::json(&ListJson { data, next }))
}

static HOLDINGS: Operation = Operation {
    answer: Answer::json::<ListJson<HoldingJson>>(200),
    ..Operation::list(
        "venture-holdings",
        "/api/v1/holdings",
        A::ListHoldings,
        |request| HOLDINGS.answer(request),
        |call| {
            let data = call.city().holdings(call.asker())?.iter().map(HoldingJson::of).collect();
            Ok(reply::json(&ListJson::<HoldingJson> { data, next: None }))
        },
    )
};

static RULES: Operation = Operation {
    answer: Answer::json::<RulesJson>(200),
    ..Operation::list(
        "venture-rules",
        "/api/v1/venture-rules",
        A::LookAtVentureRules,
        |request| RULES.answer(request),
        |call| Ok(reply::json(&RulesJson::of(&call.city().venture_rules(call.asker())?))),
    )
};

static SET_RULES: Operation = Operation {
    request: Some(schema_of::<RulesJson>()),
    answer: Answer::json::<RulesJson>(200),
    ..Operation::put(
        "venture-set-rules",
        "/api/v1/venture-rules",
        A::SetVentureRules,
        |request| SET_RULES.answer(request),
        |call| {
            let rules = call.body::<RulesJson>()?.read()?;
            call.city().perform(call.asker(), SetVentureRules { rules })?;
            Ok(reply::json(&RulesJson::of(&call.city().venture_rules(call.asker())?)))
        },
    )
};

static LOOK: Operation = Operation {
    answer: Answer::json::<VentureJson>(200),
    ..Operation::look(
        "venture-look",
        "/api/v1/ventures/{id}",
        A::LookAtVenture,
        |request| LOOK.answer(request),
        |call| {
            let view = call.city().venture(call.asker(), call.id("id")?)?;
            Ok(reply::json(&VentureJson::of(&view)))
        },
    )
};

static ENTRIES: Operation = Operation {
    query: &[limit(200), Parameter::new("entry", Kind::Number { least: 0, most: 1_000_000 })],
    answer: Answer::json::<ListJson<EntryJson>>(200),
    ..Operation::look(
        "venture-entries",
        "/api/v1/ventures/{id}/entries",
        A::LookAtVenture,
        |request| ENTRIES.answer(request),
        |call| {
            let view = call.city().venture(call.asker(), call.id("id")?)?;
            let after = call.query.number("entry").unwrap_or(0);
            let later = view.register.entries.iter().filter(|it| it.n > after);
            let data = later.take(call.query.limit(LIMIT));
            let currency = view.venture().currency;
            let data = data.map(|it| EntryJson::of(it, currency)).collect();
            Ok(reply::json(&ListJson::<EntryJson> { data, next: None }))
        },
    )
};

static STATEMENT: Operation = Operation {
    answer: Answer::json::<StatementJson>(200),
    ..Operation::look(
        "venture-statement",
        "/api/v1/ventures/{id}/holders/{holder}",
        A::LookAtHolding,
        |request| STATEMENT.answer(request),
        |call| {
            let holder = call.id("holder")?;
            let found = call.city().venture_statement(call.asker(), call.id("id")?, holder)?;
            Ok(reply::json(&StatementJson::of(&found)))
        },
    )
};

static EXIT: Operation = Operation {
    query: &[Parameter::new("proceeds", Kind::Text)],
    answer: Answer::json::<ExitJson>(200),
    ..Operation::look(
        "venture-exit",
        "/api/v1/ventures/{id}/exit",
        A::LookAtVenture,
        |request| EXIT.answer(request),
        exit,
    )
};

fn exit(call: &Call<'_>) -> Result<Reply, No> {
    let venture = call.id("id")?;
    let currency = currency(call, venture)?;
    let mut reading = Reading::new(currency);
    let sum = reading.sum("proceeds", call.query.text("proceeds"));
    let proceeds = reading.end(sum)?;
    let found = call.city().venture_exit(call.asker(), venture, proceeds)?;
    Ok(reply::json(&ExitJson::of(&found, currency)))
}

/// The currency of a venture that the asker may see.
fn currency(call: &Call<'_>, venture: VentureId) -> Result<Currency, No> {
    Ok(call.city().venture(call.asker(), venture)?.venture().currency)
}

fn changed(done: app::venture::VentureChanged) -> Reply {
    reply::json(&ChangedJson::from(done))
}

static OPEN: Operation = Operation {
    request: Some(schema_of::<OpenJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "venture-open",
        "/api/v1/technologies/{id}/ventures",
        A::OpenVenture,
        |request| OPEN.answer(request),
        open,
    )
};

fn open(call: &Call<'_>) -> Result<Reply, No> {
    let technology = call.id("id")?;
    let ask: OpenJson = call.body()?;
    let mut no = Vec::new();
    let company = id("company", &ask.company, &mut no);
    let currency = crate::shape::word("currency", &ask.currency, &mut no);
    let (Some(company), Some(currency)) = (company, currency) else { return Err(No(no)) };
    let act = OpenVenture { technology, company, currency };
    let done = call.city().perform(call.asker(), act)?;
    let path = format!("/api/v1/ventures/{}", done.venture);
    Ok(reply::created(call, &path, &ChangedJson::from(done)))
}

static REVISE: Operation = Operation {
    request: Some(schema_of::<PlanJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::put(
        "venture-revise",
        "/api/v1/ventures/{id}/plan",
        A::ReviseVenture,
        |request| REVISE.answer(request),
        revise,
    )
};

fn revise(call: &Call<'_>) -> Result<Reply, No> {
    let venture = call.id("id")?;
    let ask: PlanJson = call.body()?;
    let version = call.version(ask.version)?;
    let currency = currency(call, venture)?;
    let valuation = ask.valuation.as_ref().map(|it| it.read(currency)).transpose()?;
    let offer = ask.offer.as_ref().map(|it| it.read(currency)).transpose()?;
    let act = ReviseVenture { venture, version, valuation, offer };
    Ok(changed(call.city().perform(call.asker(), act)?))
}

static WITHDRAW: Operation = Operation {
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "venture-withdraw",
        "/api/v1/ventures/{id}/withdrawal",
        A::WithdrawVenture,
        |request| WITHDRAW.answer(request),
        |call| {
            let act = WithdrawVenture { venture: call.id("id")? };
            Ok(changed(call.city().perform(call.asker(), act)?))
        },
    )
};

static HOLDER: Operation = Operation {
    request: Some(schema_of::<NewHolderJson>()),
    answer: Answer::json::<EnteredJson>(201),
    ..Operation::post(
        "venture-holder",
        "/api/v1/ventures/{id}/holders",
        A::EnterHolder,
        |request| HOLDER.answer(request),
        holder,
    )
};

fn holder(call: &Call<'_>) -> Result<Reply, No> {
    let venture = call.id("id")?;
    let ask: NewHolderJson = call.body()?;
    let mut no = Vec::new();
    let holder = match (&ask.organisation, &ask.person) {
        (Some(text), _) => id("organisation", text, &mut no).map(NewHolder::Organisation),
        (None, Some(text)) => id("person", text, &mut no).map(NewHolder::Person),
        (None, None) => Some(NewHolder::Named(ask.name())),
    };
    let Some(holder) = holder else { return Err(No(no)) };
    let act = EnterHolder { venture, holder, is_state: ask.is_state };
    let done = call.city().perform(call.asker(), act)?;
    let path = format!("/api/v1/ventures/{venture}/holders/{}", done.holder);
    Ok(reply::created(call, &path, &EnteredJson { number: done.holder, key: done.key }))
}

static NOTICE: Operation = Operation {
    request: Some(schema_of::<NoteJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "venture-notice",
        "/api/v1/ventures/{id}/notices",
        A::GiveNotice,
        |request| NOTICE.answer(request),
        |call| {
            let ask: NoteJson = call.body()?;
            let act = GiveNotice { venture: call.id("id")?, duty: ask.duty };
            Ok(changed(call.city().perform(call.asker(), act)?))
        },
    )
};

static OBJECT: Operation = Operation {
    request: Some(schema_of::<NoteJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "venture-object",
        "/api/v1/ventures/{id}/objections",
        A::ObjectToVenture,
        |request| OBJECT.answer(request),
        |call| {
            let ask: NoteJson = call.body()?;
            let act =
                ObjectToVenture { venture: call.id("id")?, duty: ask.duty, reason: ask.reason };
            Ok(changed(call.city().perform(call.asker(), act)?))
        },
    )
};

static SETTLE: Operation = Operation {
    request: Some(schema_of::<NoteJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "venture-settle",
        "/api/v1/ventures/{id}/settlements",
        A::SettleDuty,
        |request| SETTLE.answer(request),
        settle,
    )
};

fn settle(call: &Call<'_>) -> Result<Reply, No> {
    let venture = call.id("id")?;
    let ask: NoteJson = call.body()?;
    let mut no: Vec<Refusal> = Vec::new();
    let approved_on = ask.approved_on.as_ref().map(|day| date("approved_on", day, &mut no));
    if !no.is_empty() {
        return Err(No(no));
    }
    let approved_on = approved_on.flatten();
    let act = SettleDuty { venture, duty: ask.duty, approved_on, reason: ask.reason };
    Ok(changed(call.city().perform(call.asker(), act)?))
}

static CONTRIBUTE: Operation = Operation {
    request: Some(schema_of::<VersionJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "venture-contribute",
        "/api/v1/ventures/{id}/contribution",
        A::ContributeTechnology,
        |request| CONTRIBUTE.answer(request),
        |call| {
            let version = call.body::<VersionJson>()?.version;
            let act = ContributeTechnology { venture: call.id("id")?, version };
            Ok(changed(call.city().perform(call.asker(), act)?))
        },
    )
};

static ENTER: Operation = Operation {
    request: Some(schema_of::<EventJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "venture-enter",
        "/api/v1/ventures/{id}/entries",
        A::EnterShares,
        |request| ENTER.answer(request),
        |call| {
            let venture = call.id("id")?;
            let ask: EventJson = call.body()?;
            let event = ask.read(currency(call, venture)?)?;
            let act = EnterShares { venture, seen: ask.seen, event };
            Ok(changed(call.city().perform(call.asker(), act)?))
        },
    )
};

static PREVIEW: Operation = Operation {
    request: Some(schema_of::<EventJson>()),
    answer: Answer::json::<ListJson<DifferenceJson>>(200),
    ..Operation::post(
        "venture-preview",
        "/api/v1/ventures/{id}/entry-previews",
        A::EnterShares,
        |request| PREVIEW.answer(request),
        |call| {
            let venture = call.id("id")?;
            let event = call.body::<EventJson>()?.read(currency(call, venture)?)?;
            let (before, after) = call.city().preview_shares(call.asker(), venture, &event)?;
            let data = DifferenceJson::of(&before, &after);
            Ok(reply::json(&ListJson { data, next: None }))
        },
    )
};

static DECLARE: Operation = Operation {
    request: Some(schema_of::<DeclareJson>()),
    answer: Answer::json::<DeclaredJson>(200),
    ..Operation::post(
        "venture-declare",
        "/api/v1/ventures/{id}/dividends",
        A::DeclareDividend,
        |request| DECLARE.answer(request),
        declare,
    )
};

fn declare(call: &Call<'_>) -> Result<Reply, No> {
    let venture = call.id("id")?;
    let ask: DeclareJson = call.body()?;
    let mut it = Reading::new(currency(call, venture)?);
    let total = it.sum("total", &ask.total);
    let mut first = Vec::new();
    for (n, own) in ask.first.iter().enumerate() {
        let each = own.each.read(&format!("first.{n}.each"), &mut it);
        first.push(First { class: own.class.clone(), each });
    }
    let mut withheld = std::collections::BTreeMap::new();
    for own in &ask.withheld {
        let rate = it.rate(&format!("withheld.{}", own.holder), &own.rate);
        withheld.insert(own.holder.clone(), Withheld(rate));
    }
    let declared = it.end(Declared { total, first, rest: ask.rest, withheld })?;
    let done = call.city().perform(call.asker(), DeclareDividend { venture, declared })?;
    Ok(reply::json(&DeclaredJson { number: done.dividend, entry: done.entry }))
}
