//! Rooms that instruments stand in: what their owner says of them, and what people do in them.

use crate::booking::shape::SpanJson;
use crate::operation::{Answer, Operation, schema_of};
use crate::reply;
use crate::shape::{ListJson, Moment, TextJson, id, moment};
use access::Act as A;
use app::No;
use app::area::{
    AdmitPerson, AreaBooked, AreaChanged, AreaEntered, BookArea, CancelAreaBooking, CreateArea,
    EnterArea, LeaveArea, PlaceInstrument, ReviseArea,
};
use base::{AreaId, PersonId};
use calendar::hours::Window;
use calendar::{Hours, Weekdays};
use instruments::area::{Area, Sheet};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&LIST, &CREATE, &LOOK, &REVISE, &PLACE, &ADMIT, &SHUT_OUT, &BOOK, &CANCEL, &ENTER, &LEAVE];

/// Hours on some days of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AreaHours")]
pub struct HoursJson {
    /// Monday is 1.
    pub days: Vec<u8>,
    /// Minutes after midnight; it closes on the next day where the second is not after the first.
    pub from: u16,
    pub to: u16,
}

impl HoursJson {
    fn of(window: &Window) -> Self {
        let days = window.days.each().map(|day| day.to_monday_one_offset().unsigned_abs());
        Self { days: days.collect(), from: window.from, to: window.to }
    }

    fn read(&self) -> Window {
        let known = self.days.iter().filter(|day| (1..=7).contains(*day));
        let days = Weekdays(known.fold(0, |all, day| all | 1 << (day - 1)));
        Window { days, from: self.from, to: self.to, grid: None }
    }
}

/// What an owner says of a room.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AreaSheet")]
pub struct SheetJson {
    pub name: TextJson,
    /// People at once; 0 is without a bound.
    #[serde(default)]
    pub capacity: u16,
    /// The room around it.
    #[serde(default)]
    pub parent: Option<String>,
    /// None at all is always open.
    #[serde(default)]
    pub hours: Vec<HoursJson>,
    /// Whether people who operate an instrument in it take a place too.
    #[serde(default)]
    pub counts_staff: bool,
    /// Whether whoever works in it books the room itself too.
    #[serde(default)]
    pub needs_booking: bool,
    /// People who have to be in it before work begins, with whoever begins.
    #[serde(default)]
    pub least_present: u16,
    /// A zone of the IANA database; empty is that of the room around it, or the city's.
    #[serde(default)]
    pub zone: String,
}

impl SheetJson {
    fn of(it: &Sheet) -> Self {
        Self {
            name: TextJson::from(&it.name),
            capacity: it.capacity,
            parent: it.parent.map(|id| id.to_string()),
            hours: it.hours.windows.iter().map(HoursJson::of).collect(),
            counts_staff: it.counts_staff,
            needs_booking: it.needs_booking,
            least_present: it.least_present,
            zone: it.zone.clone(),
        }
    }

    fn read(self) -> Result<Sheet, No> {
        let mut no = Vec::new();
        let parent = self.parent.as_deref().and_then(|it| id::<AreaId>("parent", it, &mut no));
        if !no.is_empty() {
            return Err(No(no));
        }
        Ok(Sheet {
            name: self.name.into(),
            capacity: self.capacity,
            parent,
            hours: Hours { windows: self.hours.iter().map(HoursJson::read).collect() },
            counts_staff: self.counts_staff,
            needs_booking: self.needs_booking,
            least_present: self.least_present,
            zone: self.zone,
        })
    }
}

/// A room.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Area")]
pub struct AreaJson {
    pub id: String,
    pub owner: String,
    pub version: u64,
    pub sheet: SheetJson,
}

impl AreaJson {
    fn of(it: &Area) -> Self {
        Self {
            id: it.id.to_string(),
            owner: it.owner.to_string(),
            version: it.version,
            sheet: SheetJson::of(&it.sheet),
        }
    }
}

/// A room with what the reader has to do with it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AreaView")]
pub struct ViewJson {
    pub area: AreaJson,
    /// The rooms around it, from the inner to the outer.
    pub around: Vec<String>,
    pub instruments: Vec<String>,
    pub own: Vec<BookedJson>,
    pub is_present: bool,
    /// People there now.
    pub present: u64,
    /// Who may enter always; for whoever keeps the room.
    pub entrants: Vec<EntrantJson>,
}

/// Somebody who may enter while it is closed, and why.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AreaEntrant")]
pub struct EntrantJson {
    pub person: String,
    pub reason: String,
}

/// A booking of a room.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AreaBooking")]
pub struct BookedJson {
    pub id: String,
    pub area: String,
    pub version: u64,
    pub stands: bool,
    #[serde(flatten)]
    pub span: SpanJson,
}

impl From<AreaBooked> for BookedJson {
    fn from(it: AreaBooked) -> Self {
        let (start, end) = (it.starts_at.rfc3339(), it.ends_at.rfc3339());
        Self {
            id: it.booking.to_string(),
            area: it.area.to_string(),
            version: it.version,
            stands: it.stands,
            span: SpanJson { start, end },
        }
    }
}

/// What a change answers.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AreaChanged")]
pub struct ChangedJson {
    pub id: String,
    pub version: u64,
}

impl From<AreaChanged> for ChangedJson {
    fn from(done: AreaChanged) -> Self {
        Self { id: done.area.to_string(), version: done.version }
    }
}

static LIST: Operation = Operation {
    answer: Answer::json::<ListJson<AreaJson>>(200),
    ..Operation::look(
        "area-list",
        "/api/v1/organisations/{id}/areas",
        A::LookAtArea,
        |request| LIST.answer(request),
        |call| {
            let view = call.city().areas(call.asker(), call.id("id")?)?;
            let data = view.areas.iter().map(AreaJson::of).collect();
            Ok(reply::json(&ListJson { data, next: None }))
        },
    )
};

static CREATE: Operation = Operation {
    request: Some(schema_of::<SheetJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "area-create",
        "/api/v1/organisations/{id}/areas",
        A::KeepAreas,
        |request| CREATE.answer(request),
        |call| {
            let sheet = call.body::<SheetJson>()?.read()?;
            let act = CreateArea { owner: call.id("id")?, sheet };
            let done = call.city().perform(call.asker(), act)?;
            let path = format!("/api/v1/areas/{}", done.area);
            Ok(reply::created(call, &path, &ChangedJson::from(done)))
        },
    )
};

static LOOK: Operation = Operation {
    answer: Answer::json::<ViewJson>(200),
    ..Operation::look(
        "area-look",
        "/api/v1/areas/{id}",
        A::LookAtArea,
        |request| LOOK.answer(request),
        |call| {
            let view = call.city().area(call.asker(), call.id("id")?)?;
            let own = view.own.iter().map(|it| BookedJson {
                id: it.id.to_string(),
                area: it.area.to_string(),
                version: it.version,
                stands: !it.is_cancelled,
                span: it.span.into(),
            });
            let entrants = view.entrants.iter().map(|(it, _)| EntrantJson {
                person: it.person.to_string(),
                reason: it.reason.clone(),
            });
            Ok(reply::json(&ViewJson {
                area: AreaJson::of(&view.area),
                around: view.around.iter().map(|it| it.id.to_string()).collect(),
                instruments: view.instruments.iter().map(|(id, _)| id.to_string()).collect(),
                own: own.collect(),
                is_present: view.is_present,
                present: u64::try_from(view.present).unwrap_or(u64::MAX),
                entrants: entrants.collect(),
            }))
        },
    )
};

/// A room anew, for the version that was seen.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AreaRevision")]
pub struct ReviseJson {
    pub version: u64,
    pub sheet: SheetJson,
}

static REVISE: Operation = Operation {
    request: Some(schema_of::<ReviseJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::put(
        "area-revise",
        "/api/v1/areas/{id}",
        A::KeepAreas,
        |request| REVISE.answer(request),
        |call| {
            let ask: ReviseJson = call.body()?;
            let act = ReviseArea::new(call.id("id")?, ask.version, ask.sheet.read()?);
            Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// The room in which an instrument stands; none where it is null.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentArea")]
pub struct PlaceJson {
    pub area: Option<String>,
}

static PLACE: Operation = Operation {
    request: Some(schema_of::<PlaceJson>()),
    answer: Answer::json::<PlaceJson>(200),
    ..Operation::put(
        "area-place",
        "/api/v1/instruments/{id}/area",
        A::KeepAreas,
        |request| PLACE.answer(request),
        |call| {
            let (ask, mut no) = (call.body::<PlaceJson>()?, Vec::new());
            let area = ask.area.as_deref().and_then(|it| id::<AreaId>("area", it, &mut no));
            if !no.is_empty() {
                return Err(No(no));
            }
            let act = PlaceInstrument { instrument: call.id("id")?, area };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&PlaceJson { area: done.area.map(|id| id.to_string()) }))
        },
    )
};

/// Whether somebody may enter always.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AreaAdmission")]
pub struct AdmittedJson {
    pub person: String,
    pub stands: bool,
}

static ADMIT: Operation = Operation {
    request: Some(schema_of::<EntrantJson>()),
    answer: Answer::json::<AdmittedJson>(200),
    ..Operation::post(
        "area-admit",
        "/api/v1/areas/{id}/entrants",
        A::KeepAreas,
        |request| ADMIT.answer(request),
        |call| {
            let (ask, mut no) = (call.body::<EntrantJson>()?, Vec::new());
            let Some(person) = id::<PersonId>("person", &ask.person, &mut no) else {
                return Err(No(no));
            };
            let (area, reason) = (call.id("id")?, ask.reason);
            let act = AdmitPerson { area, person, is_let_in: true, reason };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&AdmittedJson { person: done.person.to_string(), stands: done.stands }))
        },
    )
};

static SHUT_OUT: Operation = Operation {
    answer: Answer::json::<AdmittedJson>(200),
    ..Operation::delete(
        "area-shut-out",
        "/api/v1/areas/{id}/entrants/{person}",
        A::KeepAreas,
        |request| SHUT_OUT.answer(request),
        |call| {
            let (area, person, reason) = (call.id("id")?, call.id("person")?, String::new());
            let act = AdmitPerson { area, person, is_let_in: false, reason };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&AdmittedJson { person: done.person.to_string(), stands: done.stands }))
        },
    )
};

/// A time in a room.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AreaBookingAsk")]
pub struct BookJson {
    #[schemars(with = "Moment")]
    pub start: String,
    #[schemars(with = "Moment")]
    pub end: String,
}

static BOOK: Operation = Operation {
    request: Some(schema_of::<BookJson>()),
    answer: Answer::json::<BookedJson>(200),
    ..Operation::post(
        "area-book",
        "/api/v1/areas/{id}/bookings",
        A::BookArea,
        |request| BOOK.answer(request),
        |call| {
            let (ask, mut no) = (call.body::<BookJson>()?, Vec::new());
            let span = (moment("start", &ask.start, &mut no), moment("end", &ask.end, &mut no));
            let (Some(start), Some(end)) = span else { return Err(No(no)) };
            let act = BookArea::new(call.id("id")?, (start, end));
            Ok(reply::json(&BookedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// The version that was seen.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AreaBookingVersion")]
pub struct VersionJson {
    pub version: u64,
}

static CANCEL: Operation = Operation {
    request: Some(schema_of::<VersionJson>()),
    answer: Answer::json::<BookedJson>(200),
    ..Operation::post(
        "area-cancel",
        "/api/v1/area-bookings/{id}/cancellation",
        A::BookArea,
        |request| CANCEL.answer(request),
        |call| {
            let version = call.body::<VersionJson>()?.version;
            let act = CancelAreaBooking::new(call.id("id")?, version);
            Ok(reply::json(&BookedJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// Whether one is in a room, and how many are.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AreaPresence")]
pub struct PresenceJson {
    pub is_present: bool,
    pub present: u64,
}

impl From<AreaEntered> for PresenceJson {
    fn from(it: AreaEntered) -> Self {
        Self { is_present: it.is_present, present: it.present }
    }
}

static ENTER: Operation = Operation {
    answer: Answer::json::<PresenceJson>(200),
    ..Operation::put(
        "area-enter",
        "/api/v1/areas/{id}/presence",
        A::BookArea,
        |request| ENTER.answer(request),
        |call| {
            let act = EnterArea::new(call.id("id")?);
            Ok(reply::json(&PresenceJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
    .taking(edge::Body::None)
};

static LEAVE: Operation = Operation {
    answer: Answer::json::<PresenceJson>(200),
    ..Operation::delete(
        "area-leave",
        "/api/v1/areas/{id}/presence",
        A::BookArea,
        |request| LEAVE.answer(request),
        |call| {
            let act = LeaveArea { area: call.id("id")? };
            Ok(reply::json(&PresenceJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};
