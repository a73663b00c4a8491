//! The change feed: what happened to the things a reader may see, once, in the order of the log.

use crate::operation::{Answer, Call, Operation};
use crate::query::{Kind, Parameter, limit};
use crate::reply;
use crate::shape::{Moment, NextJson};
use access::Act as A;
use app::No;
use app::feed::Item;
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&READ];

/// Rows of a page where nothing is said.
const LIMIT: u64 = 100;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FeedItem")]
pub struct ItemJson {
    /// Opaque; going on after this item starts here.
    pub cursor: String,
    /// `technology-confirmed`, `listing-created`, `technology-withdrawn` and so on.
    pub kind: String,
    #[schemars(with = "Moment")]
    pub at: String,
    /// The technology that it is about.
    pub technology: String,
    /// Where it is read.
    pub uri: String,
    pub version: u64,
    /// Its state after the change.
    pub state: String,
}

impl ItemJson {
    fn of(call: &Call<'_>, item: &Item) -> Self {
        Self {
            cursor: item.cursor.clone(),
            kind: item.kind.clone(),
            at: item.at.rfc3339(),
            technology: item.thing.clone(),
            uri: call.url(&format!("/api/v1/technologies/{}", item.thing)),
            version: item.version,
            state: item.state.clone(),
        }
    }
}

/// Changes, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Feed")]
pub struct FeedJson {
    pub data: Vec<ItemJson>,
    /// Always there: ask again from here, now or later.
    pub next: NextJson,
    /// Whether nothing more is there now.
    pub is_end: bool,
}

static READ: Operation = Operation {
    query: &[
        Parameter::new("after", Kind::Text),
        limit(1_000),
        Parameter::new("mode", Kind::Word(|| vec!["state", "event"])),
    ],
    answer: Answer::json::<FeedJson>(200),
    ..Operation::list(
        "feed-read",
        "/api/v1/feed",
        A::ReadFeed,
        |request| READ.answer(request),
        read,
    )
};

fn read(call: &Call<'_>) -> Result<Reply, No> {
    let is_state = call.query.text("mode") != "event";
    let limit = call.query.limit(LIMIT);
    let page = call.city().feed(call.asker(), call.query.some("after"), limit, is_state)?;
    let query = call.query.with("after", &page.next);
    let uri = call.url(&format!("/api/v1/feed?{query}"));
    let shown = FeedJson {
        data: page.items.iter().map(|item| ItemJson::of(call, item)).collect(),
        next: NextJson { cursor: page.next, uri },
        is_end: page.is_end,
    };
    Ok(reply::unchanged_is_free(call, &shown))
}
