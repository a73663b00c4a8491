//! Bulletins: read by all, made by the city's desk.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::saved_search::QuestionJson;
use crate::shape::{ListJson, Moment, NamedJson, OneOf, TextJson, id, word};
use access::Act as A;
use app::No;
use app::bulletin::send::SendBulletin;
use app::bulletin::{
    Bulletin, BulletinChanged, CreateBulletin, Draft, Every, ReviseBulletin, Schedule,
    ScheduleBulletin, State, View, WithdrawBulletin,
};
use base::Refusal;
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&LIST, &LOOK, &CREATE, &REVISE, &SCHEDULE, &SEND, &WITHDRAW];

/// A bulletin in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Bulletin")]
pub struct BulletinJson {
    pub id: String,
    pub reference: String,
    pub url: String,
    pub version: u64,
    #[schemars(with = "OneOf<State>")]
    pub state: String,
    pub title: TextJson,
    pub intro: TextJson,
    /// Null where it was not sent.
    #[schemars(with = "Option<Moment>")]
    pub sent_at: Option<String>,
}

impl BulletinJson {
    fn of(call: &Call<'_>, of: &Bulletin) -> Self {
        let sent_at = Some(of.sent_at).filter(|at| at.micros() > 0);
        Self {
            id: of.id.to_string(),
            reference: of.reference.to_string(),
            url: call.url(&format!("/bulletins/{}", of.id)),
            version: of.version,
            state: of.state.word().to_owned(),
            title: (&of.draft.title).into(),
            intro: (&of.draft.intro).into(),
            sent_at: sent_at.map(base::Instant::rfc3339),
        }
    }
}

/// One result of a bulletin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BulletinItem")]
pub struct ItemJson {
    pub id: String,
    pub reference: String,
    /// Of the version that was sent.
    pub title: TextJson,
    pub owner: NamedJson,
    pub url: String,
}

/// Letters and openings of one department; null stands for subscribers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BulletinCount")]
pub struct CountJson {
    pub department: Option<NamedJson>,
    pub letters: u64,
    pub opened: u64,
}

/// When a bulletin goes out, in the city's time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BulletinSchedule")]
pub struct ScheduleJson {
    #[schemars(with = "OneOf<Every>")]
    pub every: String,
    /// Of the week from 1 (Monday), or of the month; 31 is its last day.
    pub day: i8,
    pub hour: i8,
}

/// What its office sees of a bulletin besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BulletinDesk")]
pub struct DeskJson {
    pub question: Option<QuestionJson>,
    pub departments: Vec<NamedJson>,
    pub to_subscribers: bool,
    pub schedule: Option<ScheduleJson>,
    /// Null where it does not go out by itself.
    #[schemars(with = "Option<Moment>")]
    pub due_at: Option<String>,
    /// Chosen, and not public any more.
    pub gone: usize,
    pub counts: Vec<CountJson>,
    /// Letters still to be made.
    pub waiting: u64,
}

/// A bulletin with its results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BulletinView")]
pub struct ViewJson {
    #[serde(flatten)]
    pub bulletin: BulletinJson,
    pub items: Vec<ItemJson>,
    /// For its office alone; null for everybody else.
    pub desk: Option<DeskJson>,
}

impl ViewJson {
    fn of(call: &Call<'_>, view: &View) -> Self {
        let item = |item: &app::bulletin::Item| ItemJson {
            id: item.summary.id.to_string(),
            reference: item.summary.reference.to_string(),
            title: (&item.title).into(),
            owner: NamedJson::new(item.summary.owner, &item.owner_name),
            url: call.url(&format!("/technologies/{}", item.summary.id)),
        };
        Self {
            bulletin: BulletinJson::of(call, &view.bulletin),
            items: view.items.iter().map(item).collect(),
            desk: view.is_officer.then(|| DeskJson::of(view)),
        }
    }
}

impl DeskJson {
    fn of(view: &View) -> Self {
        let draft = &view.bulletin.draft;
        let count = |count: &app::bulletin::Count| CountJson {
            department: count.organisation.as_ref().map(|(id, name)| NamedJson::new(id, name)),
            letters: count.n_sent,
            opened: count.n_opened,
        };
        let schedule = |of: &Schedule| ScheduleJson {
            every: of.every.word().to_owned(),
            day: of.day,
            hour: of.hour,
        };
        let is_scheduled = view.bulletin.state == State::Scheduled;
        Self {
            question: draft.question.as_ref().map(Into::into),
            departments: view
                .departments
                .iter()
                .map(|(id, name)| NamedJson::new(id, name))
                .collect(),
            to_subscribers: draft.to_subscribers,
            schedule: view.bulletin.schedule.as_ref().map(schedule),
            due_at: is_scheduled.then(|| view.bulletin.due_at.rfc3339()),
            gone: view.n_gone,
            counts: view.counts.iter().map(count).collect(),
            waiting: view.n_waiting,
        }
    }
}

/// What is written and chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BulletinDraft")]
pub struct DraftJson {
    pub title: TextJson,
    pub intro: TextJson,
    /// Ids of public technologies, in their order.
    #[serde(default)]
    pub items: Vec<String>,
    /// Asked at the time of sending.
    #[serde(default)]
    pub question: Option<QuestionJson>,
    /// Ids of organisations.
    #[serde(default)]
    pub departments: Vec<String>,
    #[serde(default)]
    pub to_subscribers: bool,
}

impl DraftJson {
    fn read(self) -> Result<Draft, No> {
        let mut no: Vec<Refusal> = Vec::new();
        let at = |name: &str, at: usize| format!("{name}.{at}");
        let items = self.items.iter().take(100).enumerate();
        let items: Vec<_> =
            items.filter_map(|(n, text)| id(&at("items", n), text, &mut no)).collect();
        let departments = self.departments.iter().take(200).enumerate();
        let departments: Vec<_> =
            departments.filter_map(|(n, text)| id(&at("departments", n), text, &mut no)).collect();
        if !no.is_empty() {
            return Err(No(no));
        }
        Ok(Draft {
            title: self.title.into(),
            intro: self.intro.into(),
            items,
            question: self.question.map(Into::into),
            departments,
            to_subscribers: self.to_subscribers,
        })
    }
}

/// A new bulletin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewBulletin")]
pub struct CreateJson {
    /// The organisation whose desk makes it.
    pub owner: String,
    pub draft: DraftJson,
}

/// Other words or results of a bulletin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RevisedBulletin")]
pub struct ReviseJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    pub draft: DraftJson,
}

/// When a bulletin goes out, or that it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ScheduledBulletin")]
pub struct SetScheduleJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    /// Null makes it a draft again.
    pub schedule: Option<ScheduleJson>,
}

/// The version of a bulletin that was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SeenBulletin")]
pub struct VersionJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
}

/// What a change of a bulletin is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BulletinChanged")]
pub struct ChangedJson {
    pub id: String,
    pub version: u64,
    #[schemars(with = "OneOf<State>")]
    pub state: String,
}

impl From<BulletinChanged> for ChangedJson {
    fn from(of: BulletinChanged) -> Self {
        Self { id: of.bulletin.to_string(), version: of.version, state: of.state.word().to_owned() }
    }
}

static LIST: Operation = Operation {
    query: &[limit(100), Parameter::new("after", Kind::Text)],
    answer: Answer::json::<ListJson<BulletinJson>>(200),
    ..Operation::list(
        "bulletin-list",
        "/api/v1/bulletins",
        A::ListBulletins,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let (after, limit) = (call.query.text("after"), call.query.limit(LIMIT));
    let page = call.city().bulletins(call.asker(), after, limit)?;
    let data = page.sent.iter().map(|one| BulletinJson::of(call, one)).collect();
    Ok(reply::public(&ListJson { data, next: reply::next(call, page.next) }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<ViewJson>(200),
    ..Operation::look(
        "bulletin-look",
        "/api/v1/bulletins/{id}",
        A::LookAtBulletin,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let view = call.city().bulletin(call.asker(), call.id("id")?)?;
    Ok(reply::single(call, view.bulletin.version, &ViewJson::of(call, &view)))
}

static CREATE: Operation = Operation {
    request: Some(schema_of::<CreateJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "bulletin-create",
        "/api/v1/bulletins",
        A::CreateBulletin,
        |request| CREATE.answer(request),
        create,
    )
};

fn create(call: &Call<'_>) -> Result<Reply, No> {
    let ask: CreateJson = call.body()?;
    let mut no: Vec<Refusal> = Vec::new();
    let owner = id("owner", &ask.owner, &mut no).ok_or(No(no))?;
    let act = CreateBulletin { owner, draft: ask.draft.read()? };
    let made = call.city().perform(call.asker(), act)?;
    let path = format!("/api/v1/bulletins/{}", made.bulletin);
    Ok(reply::created(call, &path, &ChangedJson::from(made)))
}

static REVISE: Operation = Operation {
    request: Some(schema_of::<ReviseJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::put(
        "bulletin-revise",
        "/api/v1/bulletins/{id}",
        A::ReviseBulletin,
        |request| REVISE.answer(request),
        revise,
    )
};

fn revise(call: &Call<'_>) -> Result<Reply, No> {
    let bulletin = call.id("id")?;
    let ask: ReviseJson = call.body()?;
    let version = call.version(ask.version)?;
    let act = ReviseBulletin { bulletin, version, draft: ask.draft.read()? };
    Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
}

static SCHEDULE: Operation = Operation {
    request: Some(schema_of::<SetScheduleJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::put(
        "bulletin-schedule",
        "/api/v1/bulletins/{id}/schedule",
        A::ScheduleBulletin,
        |request| SCHEDULE.answer(request),
        schedule,
    )
};

fn schedule(call: &Call<'_>) -> Result<Reply, No> {
    let bulletin = call.id("id")?;
    let ask: SetScheduleJson = call.body()?;
    let version = call.version(ask.version)?;
    let mut no: Vec<Refusal> = Vec::new();
    let schedule = match ask.schedule {
        None => None,
        Some(of) => {
            let every = word::<Every>("schedule.every", &of.every, &mut no).ok_or(No(no))?;
            Some(Schedule { every, day: of.day, hour: of.hour })
        }
    };
    let act = ScheduleBulletin { bulletin, version, schedule };
    Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
}

static SEND: Operation = Operation {
    request: Some(schema_of::<VersionJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::post(
        "bulletin-send",
        "/api/v1/bulletins/{id}/sending",
        A::SendBulletin,
        |request| SEND.answer(request),
        send,
    )
};

fn send(call: &Call<'_>) -> Result<Reply, No> {
    let ask: VersionJson = call.body()?;
    let act = SendBulletin::new(call.id("id")?, call.version(ask.version)?);
    Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
}

static WITHDRAW: Operation = Operation {
    request: Some(schema_of::<VersionJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::post(
        "bulletin-withdraw",
        "/api/v1/bulletins/{id}/withdrawal",
        A::WithdrawBulletin,
        |request| WITHDRAW.answer(request),
        withdraw,
    )
};

fn withdraw(call: &Call<'_>) -> Result<Reply, No> {
    let ask: VersionJson = call.body()?;
    let (bulletin, version) = (call.id("id")?, call.version(ask.version)?);
    let act = WithdrawBulletin { bulletin, version };
    Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
}
