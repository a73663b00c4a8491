//! Waiting for time of instruments: wishes, what is offered, letters about freed time.

use crate::booking::shape::{AnswerJson, LentJson, ProblemJson, SpanJson, moment};
use crate::operation::{Answer, Operation, schema_of};
use crate::reply;
use crate::shape::{ListJson, Moment, id};
use access::Act as A;
use app::No;
use app::wait::{
    DeclineOffer, JoinWaitList, LeaveWaitList, TakeOffer, UnwatchInstrument, WatchInstrument,
    WishChanged, WishView,
};
use base::{InstrumentId, OrganisationId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&LIST, &JOIN, &TAKE, &DECLINE, &LEAVE, &WATCH, &UNWATCH];

/// Time that is held for somebody who waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WishOffer")]
pub struct OfferJson {
    pub instrument: String,
    #[serde(flatten)]
    pub span: SpanJson,
    /// From then on it is offered to the next.
    #[schemars(with = "Moment")]
    pub until: String,
}

/// A wish for time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Wish")]
pub struct WishJson {
    pub id: String,
    /// `waiting`, `offered`, `served`, `left` or `expired`.
    pub state: String,
    pub version: u64,
    /// Any one of these.
    pub instruments: Vec<String>,
    /// The whole of the time lies in it.
    #[serde(flatten)]
    pub within: SpanJson,
    pub minutes: u32,
    /// Whether it is booked without being asked about again.
    pub at_once: bool,
    #[schemars(with = "Moment")]
    pub joined_at: String,
    /// How many wait before it.
    pub before: u64,
    /// Whether it is the first right of a booking that an outage displaced.
    pub first_right: bool,
    /// What is held for it now.
    pub offer: Option<OfferJson>,
    /// Why it was passed over last.
    pub passed_over: Vec<ProblemJson>,
}

impl From<&WishView> for WishJson {
    fn from(view: &WishView) -> Self {
        let it = &view.wish;
        let offer = it.offer.filter(|_| it.state == instruments::wait::State::Offered);
        Self {
            id: it.id.to_string(),
            state: it.state.code().to_owned(),
            version: it.version,
            instruments: view.instruments.iter().map(|(id, ..)| id.to_string()).collect(),
            within: it.within.into(),
            minutes: it.minutes,
            at_once: it.is_at_once,
            joined_at: it.joined.rfc3339(),
            before: view.n_before as u64,
            first_right: view.is_first_right,
            offer: offer.map(|offer| OfferJson {
                instrument: offer.instrument.to_string(),
                span: offer.span.into(),
                until: offer.until.rfc3339(),
            }),
            passed_over: it.told.iter().map(ProblemJson::from).collect(),
        }
    }
}

static LIST: Operation = Operation {
    answer: Answer::json::<ListJson<WishJson>>(200),
    ..Operation::list(
        "wish-list",
        "/api/v1/wishes",
        A::ListBookings,
        |request| LIST.answer(request),
        |call| {
            let rows = call.city().own_wishes(call.asker())?;
            let data = rows.iter().map(WishJson::from).collect();
            Ok(reply::json(&ListJson { data, next: None }))
        },
    )
};

/// A wish to be entered.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WishAsk")]
pub struct JoinJson {
    /// Any one of these.
    pub instruments: Vec<String>,
    #[serde(default)]
    pub organisation: Option<String>,
    #[schemars(with = "Moment")]
    pub earliest: String,
    #[schemars(with = "Moment")]
    pub latest: String,
    pub minutes: u32,
    /// Books at once instead of offering first.
    #[serde(default)]
    pub at_once: bool,
}

/// What a change of a wish answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WishChanged")]
pub struct ChangedJson {
    pub id: String,
    pub state: String,
    pub version: u64,
}

impl From<WishChanged> for ChangedJson {
    fn from(done: WishChanged) -> Self {
        Self { id: done.wish.to_string(), state: done.state, version: done.version }
    }
}

static JOIN: Operation = Operation {
    request: Some(schema_of::<JoinJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "wish-join",
        "/api/v1/wishes",
        A::KeepWishes,
        |request| JOIN.answer(request),
        |call| {
            let ask: JoinJson = call.body()?;
            let mut no = Vec::new();
            let earliest = moment("earliest", &ask.earliest, &mut no);
            let latest = moment("latest", &ask.latest, &mut no);
            let named = ask.instruments.iter().take(100);
            let instruments: Vec<InstrumentId> =
                named.filter_map(|text| id("instruments", text, &mut no)).collect();
            let organisation = ask.organisation.as_deref();
            let organisation =
                organisation.and_then(|text| id::<OrganisationId>("organisation", text, &mut no));
            if !no.is_empty() {
                return Err(No(no));
            }
            let act = JoinWaitList {
                instruments,
                organisation,
                earliest,
                latest,
                minutes: ask.minutes,
                is_at_once: ask.at_once,
            };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&ChangedJson::from(done)))
        },
    )
};

/// The version of a wish that was seen.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WishVersion")]
pub struct VersionJson {
    pub version: u64,
    /// What the booking is for.
    #[serde(default)]
    pub purpose: String,
    #[serde(default)]
    pub project: String,
    /// What shall be lent with it.
    #[serde(default)]
    pub accessories: Vec<LentJson>,
}

static TAKE: Operation = Operation {
    request: Some(schema_of::<VersionJson>()),
    answer: Answer::json::<AnswerJson>(200),
    ..Operation::post(
        "wish-take",
        "/api/v1/wishes/{id}/acceptance",
        A::KeepWishes,
        |request| TAKE.answer(request),
        |call| {
            let ask: VersionJson = call.body()?;
            let mut act = TakeOffer::new(call.id("id")?, ask.version);
            (act.purpose, act.project) = (ask.purpose, ask.project);
            act.accessories = LentJson::read(&ask.accessories);
            Ok(reply::json(&AnswerJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static DECLINE: Operation = Operation {
    request: Some(schema_of::<VersionJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "wish-decline",
        "/api/v1/wishes/{id}/refusal",
        A::KeepWishes,
        |request| DECLINE.answer(request),
        |call| {
            let ask: VersionJson = call.body()?;
            let act = DeclineOffer::new(call.id("id")?, ask.version);
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

static LEAVE: Operation = Operation {
    request: Some(schema_of::<VersionJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "wish-leave",
        "/api/v1/wishes/{id}/departure",
        A::KeepWishes,
        |request| LEAVE.answer(request),
        |call| {
            let ask: VersionJson = call.body()?;
            let act = LeaveWaitList::new(call.id("id")?, ask.version);
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// What freed time is worth a letter.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FreedTimeWatch")]
pub struct WatchJson {
    pub least_minutes: u32,
    pub days_ahead: u32,
    /// Minutes of the day of the site; 0 and 0 are any hour.
    #[serde(default)]
    pub from_minute: u16,
    #[serde(default)]
    pub to_minute: u16,
}

/// Whether one hears of freed time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FreedTimeWatched")]
pub struct WatchedJson {
    pub watched: bool,
}

static WATCH: Operation = Operation {
    request: Some(schema_of::<WatchJson>()),
    answer: Answer::json::<WatchedJson>(200),
    ..Operation::put(
        "wish-watch",
        "/api/v1/instruments/{id}/watch",
        A::KeepWishes,
        |request| WATCH.answer(request),
        |call| {
            let ask: WatchJson = call.body()?;
            let act = WatchInstrument {
                instrument: call.id("id")?,
                least_minutes: ask.least_minutes,
                days_ahead: ask.days_ahead,
                hours: (ask.from_minute, ask.to_minute),
            };
            call.city().perform(call.asker(), act)?;
            Ok(reply::json(&WatchedJson { watched: true }))
        },
    )
};

static UNWATCH: Operation = Operation {
    answer: Answer::json::<WatchedJson>(200),
    ..Operation::delete(
        "wish-unwatch",
        "/api/v1/instruments/{id}/watch",
        A::KeepWishes,
        |request| UNWATCH.answer(request),
        |call| {
            let act = UnwatchInstrument { instrument: call.id("id")? };
            call.city().perform(call.asker(), act)?;
            Ok(reply::json(&WatchedJson { watched: false }))
        },
    )
};
