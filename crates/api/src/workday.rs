//! Working days: what the office says of single days, and the time limits that moved with it.

use crate::operation::{Answer, Operation, schema_of};
use crate::reply;
use crate::shape::{Day, ListJson, Moment, OneOf, TextJson, date};
use access::Act as A;
use app::No;
use app::workday::{ChangeWorkday, WorkdayChanged};
use base::{Becomes, Refusal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::workday::Change;

/// The operations of this file.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &CHANGE];

/// A time limit that was counted anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WorkdayMoved")]
pub struct MovedJson {
    /// The reference of the lot whose time to sign it is.
    pub lot: String,
    #[schemars(with = "Moment")]
    pub before: String,
    #[schemars(with = "Moment")]
    pub after: String,
}

/// What the office says of a day; the last word on a day counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WorkdayChange")]
pub struct ChangeJson {
    /// From 1, in the order in which they were said.
    pub number: u64,
    #[schemars(with = "Moment")]
    pub said_at: String,
    #[schemars(with = "Day")]
    pub day: String,
    /// `usual` takes an earlier word back.
    #[schemars(with = "OneOf<Becomes>")]
    pub becomes: String,
    pub reason: TextJson,
    /// Of lots that the one who asks may see.
    pub moved: Vec<MovedJson>,
}

/// A word on a day that has not begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WorkdayWord")]
pub struct WordJson {
    #[schemars(with = "Day")]
    pub day: String,
    #[schemars(with = "OneOf<Becomes>")]
    pub becomes: String,
    #[serde(default)]
    pub reason: TextJson,
}

/// What a word on a day is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WorkdayChanged")]
pub struct ChangedJson {
    pub number: u64,
    #[schemars(with = "Day")]
    pub day: String,
    #[schemars(with = "OneOf<Becomes>")]
    pub becomes: String,
}

impl From<WorkdayChanged> for ChangedJson {
    fn from(of: WorkdayChanged) -> Self {
        Self { number: of.n, day: of.day, becomes: of.becomes.word().to_owned() }
    }
}

static LIST: Operation = Operation {
    answer: Answer::json::<ListJson<ChangeJson>>(200),
    ..Operation::list(
        "workday-list",
        "/api/v1/workdays",
        A::LookAtWorkdays,
        |request| LIST.answer(request),
        |call| {
            let all = call.city().workdays(call.asker())?;
            let moved = |n: u64| {
                let own = all.moved.iter().filter(|it| it.recount.n == n);
                own.map(|it| MovedJson {
                    lot: it.reference.to_string(),
                    before: it.recount.before.rfc3339(),
                    after: it.recount.after.rfc3339(),
                })
                .collect()
            };
            let shown = |it: &Change| ChangeJson {
                number: it.n,
                said_at: it.at.rfc3339(),
                day: it.day.to_string(),
                becomes: it.becomes.word().to_owned(),
                reason: (&it.reason).into(),
                moved: moved(it.n),
            };
            let data = all.changes.iter().map(shown).collect();
            Ok(reply::json(&ListJson { data, next: None }))
        },
    )
};

static CHANGE: Operation = Operation {
    request: Some(schema_of::<WordJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "workday-change",
        "/api/v1/workdays",
        A::KeepWorkdays,
        |request| CHANGE.answer(request),
        |call| {
            let asked: WordJson = call.body()?;
            let mut no: Vec<Refusal> = Vec::new();
            let day = date("day", &asked.day, &mut no);
            let becomes = Becomes::parse(&asked.becomes);
            if becomes.is_none() {
                let unknown = Refusal::invalid("choice-unknown").on("becomes");
                no.push(unknown.term("field", "field-becomes"));
            }
            let (Some(day), Some(becomes)) = (day, becomes) else { return Err(No(no)) };
            let act = ChangeWorkday { day, becomes, reason: asked.reason.into() };
            let done = call.city().change_workday(call.asker(), act)?;
            Ok(reply::json(&ChangedJson::from(done)))
        },
    )
};
