//! Events of several lots: announced, arranged and taken back by the office; read by everybody.

use super::shape::LotJson;
use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, Moment, TextJson, id, moment};
use access::Act as A;
use app::No;
use app::lot_event::{
    AnnounceLotEvent, LotEventChanged, LotEventView, ReviseLotEvent, ScheduleLotEvent,
    WithdrawLotEvent,
};
use base::{LotEventId, LotId, Refusal};
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::lot_event::Content;

/// What is said of an event, and its lots in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LotEventDraft")]
pub struct DraftJson {
    /// The version seen, for a revision; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    pub name: TextJson,
    #[serde(default)]
    pub text: TextJson,
    /// Where it takes place.
    #[serde(default)]
    pub place: TextJson,
    pub lots: Vec<String>,
}

impl DraftJson {
    fn read(self) -> Result<(Option<u64>, Content, Vec<LotId>), No> {
        let mut no: Vec<Refusal> = Vec::new();
        let lots: Vec<LotId> =
            self.lots.iter().filter_map(|lot| id("lots", lot, &mut no)).collect();
        if !no.is_empty() {
            return Err(No(no));
        }
        let content =
            Content { name: self.name.into(), text: self.text.into(), place: self.place.into() };
        Ok((self.version, content, lots))
    }
}

/// When the lots of an event open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LotEventSchedule")]
pub struct ScheduleJson {
    #[serde(default)]
    pub version: Option<u64>,
    /// When the first lot opens.
    #[schemars(with = "Moment")]
    pub first: String,
    /// How much later each next one does.
    pub gap_seconds: u32,
}

/// The version seen of what is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LotEventVersion")]
pub struct VersionJson {
    #[serde(default)]
    pub version: Option<u64>,
}

/// An event; lots that the one who asks may not see are not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LotEvent")]
pub struct LotEventJson {
    pub id: String,
    pub reference: String,
    pub name: TextJson,
    pub text: TextJson,
    pub place: TextJson,
    /// `announced` or `withdrawn`.
    pub state: String,
    pub version: u64,
    /// In their order.
    pub lots: Vec<LotJson>,
}

impl From<&LotEventView> for LotEventJson {
    fn from(of: &LotEventView) -> Self {
        let event = &of.event;
        Self {
            id: event.id.to_string(),
            reference: event.reference.to_string(),
            name: (&event.content.name).into(),
            text: (&event.content.text).into(),
            place: (&event.content.place).into(),
            state: event.state.word().to_owned(),
            version: event.version,
            lots: of.lots.iter().map(|it| LotJson::of(&it.lot, &it.title, of.now)).collect(),
        }
    }
}

/// What a change of an event is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LotEventChanged")]
pub struct LotEventChangedJson {
    pub id: String,
    pub reference: String,
    pub version: u64,
}

impl From<LotEventChanged> for LotEventChangedJson {
    fn from(of: LotEventChanged) -> Self {
        Self { id: of.event.to_string(), reference: of.reference.to_string(), version: of.version }
    }
}

pub(crate) static LIST: Operation = Operation {
    query: &[limit(100), Parameter::new("after", Kind::Text)],
    answer: Answer::json::<ListJson<LotEventJson>>(200),
    ..Operation::list(
        "lot-event-list",
        "/api/v1/lot-events",
        A::ListLotEvents,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let mut no = Vec::new();
    let after = match call.query.text("after") {
        "" => None,
        typed => id::<LotEventId>("after", typed, &mut no),
    };
    if !no.is_empty() {
        return Err(No(no));
    }
    let page = call.city().lot_events(call.asker(), after, call.query.limit(LIMIT))?;
    let data = page.rows.iter().map(LotEventJson::from).collect();
    let next = reply::next(call, page.next.map(|id| id.to_string()));
    Ok(reply::json(&ListJson { data, next }))
}

pub(crate) static LOOK: Operation = Operation {
    answer: Answer::json::<LotEventJson>(200),
    ..Operation::look(
        "lot-event-look",
        "/api/v1/lot-events/{id}",
        A::ListLotEvents,
        |request| LOOK.answer(request),
        |call| {
            let view = call.city().lot_event(call.asker(), call.id("id")?)?;
            Ok(reply::json(&LotEventJson::from(&view)))
        },
    )
};

pub(crate) static ANNOUNCE: Operation = Operation {
    request: Some(schema_of::<DraftJson>()),
    answer: Answer::json::<LotEventChangedJson>(201),
    ..Operation::post(
        "lot-event-announce",
        "/api/v1/lot-events",
        A::KeepLotEvents,
        |request| ANNOUNCE.answer(request),
        |call| {
            let (_, content, lots) = call.body::<DraftJson>()?.read()?;
            let done = call.city().perform(call.asker(), AnnounceLotEvent { content, lots })?;
            let path = format!("/api/v1/lot-events/{}", done.event);
            Ok(reply::created(call, &path, &LotEventChangedJson::from(done)))
        },
    )
};

pub(crate) static REVISE: Operation = Operation {
    request: Some(schema_of::<DraftJson>()),
    answer: Answer::json::<LotEventChangedJson>(200),
    takes_version: true,
    ..Operation::put(
        "lot-event-revise",
        "/api/v1/lot-events/{id}",
        A::KeepLotEvents,
        |request| REVISE.answer(request),
        |call| {
            let event = call.id("id")?;
            let (version, content, lots) = call.body::<DraftJson>()?.read()?;
            let version = call.version(version)?;
            let act = ReviseLotEvent { event, version, content, lots };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&LotEventChangedJson::from(done)))
        },
    )
};

pub(crate) static SCHEDULE: Operation = Operation {
    request: Some(schema_of::<ScheduleJson>()),
    answer: Answer::json::<LotEventChangedJson>(200),
    takes_version: true,
    ..Operation::put(
        "lot-event-schedule",
        "/api/v1/lot-events/{id}/schedule",
        A::KeepLotEvents,
        |request| SCHEDULE.answer(request),
        |call| {
            let event = call.id("id")?;
            let ask: ScheduleJson = call.body()?;
            let version = call.version(ask.version)?;
            let mut no = Vec::new();
            let first = moment("first", &ask.first, &mut no).ok_or(No(no))?;
            let act = ScheduleLotEvent { event, version, first, gap_s: ask.gap_seconds };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&LotEventChangedJson::from(done)))
        },
    )
};

pub(crate) static WITHDRAW: Operation = Operation {
    request: Some(schema_of::<VersionJson>()),
    answer: Answer::json::<LotEventChangedJson>(200),
    takes_version: true,
    ..Operation::post(
        "lot-event-withdraw",
        "/api/v1/lot-events/{id}/withdrawal",
        A::KeepLotEvents,
        |request| WITHDRAW.answer(request),
        |call| {
            let ask: VersionJson = call.body()?;
            let act =
                WithdrawLotEvent { event: call.id("id")?, version: call.version(ask.version)? };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&LotEventChangedJson::from(done)))
        },
    )
};
