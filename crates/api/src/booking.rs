//! Bookings: an instrument's week, booking and checking, moving, giving up, answering; rules, outages
//! and qualifications.

mod board;
mod estimate;
mod hand;
mod rule;
mod series;
pub(crate) mod shape;

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, Parameter};
use crate::reply;
use crate::shape::{ListJson, Moment};
use access::Act as A;
use app::No;
use app::booking::{BookingView, CancelBooking, DecideBooking, MoveBooking};
use base::Refusal;
use edge::Reply;
use estimate::EstimateJson;
use hand::{OFFER, OFFERED, TAKE};
use rule::{END_OUTAGE, FREE, OUTAGE, OUTAGES, QUALIFY, RULES, SET_RULES};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use series::{CANCEL_SERIES, SERIES};
use shape::{AnswerJson, AskJson, BookingJson, LentJson, TakenJson, WeekJson, moment, overrides};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[
    &WEEK,
    &BOOK,
    &LIST,
    &WAITING,
    &LOOK,
    &MOVE,
    &CANCEL,
    &DECIDE,
    &OFFERED,
    &OFFER,
    &TAKE,
    &RULES,
    &SET_RULES,
    &FREE,
    &board::BOARD,
    &OUTAGES,
    &OUTAGE,
    &END_OUTAGE,
    &QUALIFY,
    &SERIES,
    &CANCEL_SERIES,
];

static WEEK: Operation = Operation {
    query: &[Parameter::new("day", Kind::Text)],
    answer: Answer::json::<WeekJson>(200),
    ..Operation::look(
        "booking-week",
        "/api/v1/instruments/{id}/week",
        A::LookAtInstrument,
        |request| WEEK.answer(request),
        week,
    )
};

fn week(call: &Call<'_>) -> Result<Reply, No> {
    let day = match call.query.text("day") {
        "" => None,
        text => Some(base::time::read_date(text).ok_or_else(|| {
            Refusal::invalid("date-unreadable").on("day").term("field", "booking-page-day")
        })?),
    };
    let view = call.city().instrument_week(call.asker(), call.id("id")?, day)?;
    let taken = view.pieces.iter().map(|piece| TakenJson {
        span: piece.span.into(),
        booking: piece.booking.map(|id| id.to_string()),
        is_pending: piece.is_pending,
    });
    Ok(reply::json(&WeekJson {
        zone: view.zone.name().to_owned(),
        monday: view.monday.to_string(),
        seats: view.seats,
        open: view.open.as_slice().iter().map(|span| (*span).into()).collect(),
        taken: taken.collect(),
        outages: view.outages.iter().map(|outage| outage.span.into()).collect(),
    }))
}

static BOOK: Operation = Operation {
    request: Some(schema_of::<AskJson>()),
    answer: Answer::json::<AnswerJson>(201),
    ..Operation::post(
        "booking-book",
        "/api/v1/instruments/{id}/bookings",
        A::BookTime,
        |request| BOOK.answer(request),
        |call| {
            let asked: AskJson = call.body()?;
            let ask = asked.read(call.id("id")?)?;
            if asked.dry_run {
                let checked = call.city().check_booking(call.asker(), &ask)?;
                return Ok(reply::json(&AnswerJson::from(checked)));
            }
            let done = call.city().book(call.asker(), ask)?;
            let path = format!("/api/v1/bookings/{}", done.booking);
            Ok(reply::created(call, &path, &AnswerJson::from(done)))
        },
    )
};

pub(super) fn listed(rows: &[BookingView]) -> Reply {
    let data = rows.iter().map(BookingJson::of).collect();
    reply::json(&ListJson { data, next: None })
}

static LIST: Operation = Operation {
    query: &[Parameter::new("from", Kind::Text)],
    answer: Answer::json::<ListJson<BookingJson>>(200),
    ..Operation::list(
        "booking-list",
        "/api/v1/bookings",
        A::ListBookings,
        |request| LIST.answer(request),
        |call| {
            let mut no = Vec::new();
            let from = match call.query.text("from") {
                "" => call.request.now,
                text => moment("from", text, &mut no),
            };
            if !no.is_empty() {
                return Err(No(no));
            }
            Ok(listed(&call.city().own_bookings(call.asker(), from)?))
        },
    )
};

static WAITING: Operation = Operation {
    answer: Answer::json::<ListJson<BookingJson>>(200),
    ..Operation::list(
        "booking-waiting",
        "/api/v1/bookings/waiting",
        A::ListBookings,
        |request| WAITING.answer(request),
        |call| Ok(listed(&call.city().bookings_to_decide(call.asker())?)),
    )
};

static LOOK: Operation = Operation {
    answer: Answer::json::<BookingJson>(200),
    ..Operation::look(
        "booking-look",
        "/api/v1/bookings/{id}",
        A::LookAtBooking,
        |request| LOOK.answer(request),
        |call| {
            let id = call.id("id")?;
            let view = call.city().booking(call.asker(), id)?;
            let cost = call.city().booking_cost(call.asker(), id)?;
            let estimate = cost.as_ref().map(EstimateJson::of);
            Ok(reply::json(&BookingJson { estimate, ..BookingJson::of(&view) }))
        },
    )
};

/// A new time for the version that was seen.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BookingMove")]
pub struct MoveJson {
    pub version: u64,
    #[schemars(with = "Moment")]
    pub start: String,
    #[schemars(with = "Moment")]
    pub end: String,
    #[serde(default)]
    pub overrides: Vec<String>,
    #[serde(default)]
    pub reason: String,
    /// What shall be lent with it from now on; what was, where it is left out.
    #[serde(default)]
    pub accessories: Option<Vec<LentJson>>,
}

static MOVE: Operation = Operation {
    request: Some(schema_of::<MoveJson>()),
    answer: Answer::json::<AnswerJson>(200),
    ..Operation::post(
        "booking-move",
        "/api/v1/bookings/{id}/moves",
        A::ChangeBooking,
        |request| MOVE.answer(request),
        |call| {
            let ask: MoveJson = call.body()?;
            let mut no = Vec::new();
            let (start, end) =
                (moment("start", &ask.start, &mut no), moment("end", &ask.end, &mut no));
            let passes = overrides(&ask.overrides, &mut no);
            if !no.is_empty() {
                return Err(No(no));
            }
            let mut act = MoveBooking::new(call.id("id")?, ask.version, (start, end));
            (act.passes, act.reason) = (passes, ask.reason);
            act.accessories = ask.accessories.as_deref().map(LentJson::read);
            Ok(reply::json(&AnswerJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// A version and a reason.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BookingCancellation")]
pub struct CancelJson {
    pub version: u64,
    #[serde(default)]
    pub reason: String,
}

static CANCEL: Operation = Operation {
    request: Some(schema_of::<CancelJson>()),
    answer: Answer::json::<AnswerJson>(200),
    ..Operation::post(
        "booking-cancel",
        "/api/v1/bookings/{id}/cancellation",
        A::ChangeBooking,
        |request| CANCEL.answer(request),
        |call| {
            let ask: CancelJson = call.body()?;
            let act = CancelBooking::new(call.id("id")?, ask.version, ask.reason);
            let done = call.city().perform(call.asker(), act)?;
            // What it cost, or held of a voucher, is settled at once; the timer does it too.
            call.city().settle_booking_of(done.booking);
            Ok(reply::json(&AnswerJson::from(done)))
        },
    )
};

/// An answer to a request.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BookingDecision")]
pub struct DecideJson {
    pub version: u64,
    pub agrees: bool,
    #[serde(default)]
    pub reason: String,
}

static DECIDE: Operation = Operation {
    request: Some(schema_of::<DecideJson>()),
    answer: Answer::json::<AnswerJson>(200),
    ..Operation::post(
        "booking-decide",
        "/api/v1/bookings/{id}/decision",
        A::DecideBooking,
        |request| DECIDE.answer(request),
        |call| {
            let ask: DecideJson = call.body()?;
            let act = DecideBooking::new(call.id("id")?, ask.version, (ask.agrees, ask.reason));
            Ok(reply::json(&AnswerJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};
