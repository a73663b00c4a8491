//! Instruments: looked for by what one wants measured, entered and described by their owners.

pub(crate) mod shape;
pub(crate) mod sheet;

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, Words, id};
use access::Act as A;
use app::No;
use app::instrument::{
    CreateInstrument, InstrumentView, MoveInstrument, Order, ReviseInstrument, SearchAsk,
};
use base::{OrganisationId, Refusal};
use edge::Reply;
use instruments::find::Question;
use instruments::place::Point;
use instruments::review::BASE_HOURS;
use instruments::sheet::Mode;
use shape::{
    ChangedJson, CreateJson, InstrumentJson, MoveJson, PageJson, ReviewJson, ReviseJson, RowJson,
    SimilarJson,
};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&LIST, &REVIEW, &LOOK, &SIMILAR, &CREATE, &REVISE, &MOVE];

/// Hours that a year has at most.
const HOURS_OF_A_YEAR: u64 = 8_784;
/// Kilometres around a place at most: half the girth of the earth.
const KILOMETRES_MAX: u64 = 20_100;

static LIST: Operation = Operation {
    query: &[
        Parameter::new("q", Kind::Text),
        Parameter::new("class", Kind::Texts),
        Parameter::new("owner", Kind::Texts),
        Parameter::new("standard", Kind::Text),
        Parameter::new("share_mode", Kind::Words(Mode::all)),
        Parameter::new("latitude", Kind::Text),
        Parameter::new("longitude", Kind::Text),
        Parameter::new("kilometres", Kind::Number { least: 1, most: KILOMETRES_MAX }),
        Parameter::new("retired", Kind::Flag),
        limit(200),
        Parameter::new("after", Kind::Text),
    ],
    answer: Answer::json::<PageJson>(200),
    ..Operation::list(
        "instrument-list",
        "/api/v1/instruments",
        A::ListInstruments,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let query = &call.query;
    let mut no: Vec<Refusal> = Vec::new();
    let typed = query.texts("owner");
    let owners = typed.iter().filter_map(|it| id::<OrganisationId>("owner", it, &mut no)).collect();
    let near = near(call, &mut no);
    // The cursor is the number of the next page: the order of a search knows no other key.
    let page = match query.text("after") {
        "" => 1,
        typed => typed.parse().unwrap_or_else(|_| {
            no.push(Refusal::invalid("cursor-unreadable").on("after"));
            1
        }),
    };
    if !no.is_empty() {
        return Err(No(no));
    }
    let words = query.texts("share_mode");
    let ask = SearchAsk {
        question: Question {
            text: query.text("q").chars().take(base::limits::QUERY_CHARS_MAX).collect(),
            classes: query.texts("class"),
            modes: words.iter().filter_map(|word| Mode::parse(word)).collect(),
            standard: query.text("standard").to_owned(),
            near,
        },
        owners,
        or_most_words: false,
        with_retired: query.flag("retired"),
        order: Order::Fit,
        lang: call.lang(),
        page,
        page_rows: query.limit(LIMIT),
    };
    let found = call.city().instruments(call.asker(), &ask)?;
    let is_more = found.page * ask.page_rows < found.total;
    let next = reply::next(call, is_more.then(|| (found.page + 1).to_string()));
    let data = found.rows.iter().map(RowJson::of).collect();
    let total = u64::try_from(found.total).unwrap_or(u64::MAX);
    Ok(reply::json(&PageJson { data, total, next }))
}

fn near(call: &Call<'_>, no: &mut Vec<Refusal>) -> Option<(Point, u64)> {
    let (latitude, longitude) = (call.query.text("latitude"), call.query.text("longitude"));
    if latitude.is_empty() && longitude.is_empty() {
        return None;
    }
    let Some(point) = Point::parse(latitude, longitude) else {
        no.push(Refusal::invalid("instrument-point").on("latitude"));
        return None;
    };
    let kilometres: u64 = call.query.number("kilometres").unwrap_or(KILOMETRES_MAX);
    Some((point, kilometres * 1_000))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<InstrumentJson>(200),
    ..Operation::look(
        "instrument-look",
        "/api/v1/instruments/{id}",
        A::LookAtInstrument,
        |request| LOOK.answer(request),
        look,
    )
};

fn view(call: &Call<'_>) -> Result<InstrumentView, No> {
    call.city().instrument(call.asker(), call.id("id")?)
}

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let view = view(call)?;
    Ok(reply::single(call, view.instrument.version, &InstrumentJson::of(&view)))
}

static SIMILAR: Operation = Operation {
    answer: Answer::json::<ListJson<SimilarJson>>(200),
    ..Operation::look(
        "instrument-similar",
        "/api/v1/instruments/{id}/similar",
        A::LookAtInstrument,
        |request| SIMILAR.answer(request),
        similar,
    )
};

fn similar(call: &Call<'_>) -> Result<Reply, No> {
    let view = view(call)?;
    let data = view.similar.iter().map(SimilarJson::of).collect();
    Ok(reply::json(&ListJson { data, next: None }))
}

static REVIEW: Operation = Operation {
    query: &[
        Parameter::new("q", Kind::Text),
        Parameter::new("class", Kind::Texts),
        Parameter::new("standard", Kind::Text),
        Parameter::new("latitude", Kind::Text),
        Parameter::new("longitude", Kind::Text),
        Parameter::new("kilometres", Kind::Number { least: 1, most: KILOMETRES_MAX }),
        Parameter::new("base_hours", Kind::Number { least: 1, most: HOURS_OF_A_YEAR }),
    ],
    answer: Answer::json::<ReviewJson>(200),
    ..Operation::look(
        "instrument-review",
        "/api/v1/instruments/review",
        A::ListInstruments,
        |request| REVIEW.answer(request),
        review,
    )
};

fn review(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let near = near(call, &mut no);
    if !no.is_empty() {
        return Err(No(no));
    }
    let query = &call.query;
    let question = Question {
        text: query.text("q").chars().take(base::limits::QUERY_CHARS_MAX).collect(),
        classes: query.texts("class"),
        standard: query.text("standard").to_owned(),
        near,
        ..Question::default()
    };
    let order = if near.is_some() { Order::Distance } else { Order::Fit };
    let lang = call.lang();
    let ask = SearchAsk { question, order, lang, or_most_words: true, ..SearchAsk::default() };
    let base: u32 = query.number("base_hours").unwrap_or(BASE_HOURS);
    let found = call.city().purchase_review(call.asker(), &ask, base)?;
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    Ok(reply::json(&ReviewJson {
        data: found.rows.iter().map(SimilarJson::of).collect(),
        total: count(found.total),
        known: count(found.review.known),
        full: count(found.review.full),
        used_minutes: found.review.used_minutes,
        spare_minutes: found.review.spare_minutes,
        base_hours: found.base_hours,
        lacks_words: found.lacks_words,
    }))
}

static CREATE: Operation = Operation {
    request: Some(schema_of::<CreateJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "instrument-create",
        "/api/v1/instruments",
        A::CreateInstrument,
        |request| CREATE.answer(request),
        create,
    )
};

fn create(call: &Call<'_>) -> Result<Reply, No> {
    let ask: CreateJson = call.body()?;
    let mut no = Vec::new();
    let owner = id::<OrganisationId>("owner", &ask.owner, &mut no);
    let sheet = ask.sheet.read(&mut no);
    let Some(owner) = owner.filter(|_| no.is_empty()) else { return Err(No(no)) };
    let act = CreateInstrument { owner, is_hidden: ask.is_hidden, sheet };
    let done = call.city().perform(call.asker(), act)?;
    let path = format!("/api/v1/instruments/{}", done.instrument);
    Ok(reply::created(call, &path, &ChangedJson::from(done)))
}

static REVISE: Operation = Operation {
    request: Some(schema_of::<ReviseJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::put(
        "instrument-revise",
        "/api/v1/instruments/{id}",
        A::ReviseInstrument,
        |request| REVISE.answer(request),
        revise,
    )
};

fn revise(call: &Call<'_>) -> Result<Reply, No> {
    let instrument = call.id("id")?;
    let ask: ReviseJson = call.body()?;
    let version = call.version(ask.version)?;
    let mut no = Vec::new();
    let sheet = ask.sheet.read(&mut no);
    if !no.is_empty() {
        return Err(No(no));
    }
    let done =
        call.city().perform(call.asker(), ReviseInstrument { instrument, version, sheet })?;
    Ok(reply::json(&ChangedJson::from(done)))
}

static MOVE: Operation = Operation {
    request: Some(schema_of::<MoveJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::post(
        "instrument-move",
        "/api/v1/instruments/{id}/moves",
        A::MoveInstrument,
        |request| MOVE.answer(request),
        moves,
    )
};

fn moves(call: &Call<'_>) -> Result<Reply, No> {
    let instrument = call.id("id")?;
    let ask: MoveJson = call.body()?;
    let version = call.version(ask.version)?;
    let today = call.city().now().date_at(call.city().settings().utc_offset_minutes);
    let mut no = Vec::new();
    let to = ask.read(today, &mut no).filter(|_| no.is_empty()).ok_or(No(no))?;
    let done = call.city().perform(call.asker(), MoveInstrument { instrument, version, to })?;
    Ok(reply::json(&ChangedJson::from(done)))
}
