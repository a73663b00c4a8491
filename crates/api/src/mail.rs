//! Letters: the outbox for those who look after the machines, and which letters one wants.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit, shortened};
use crate::reply;
use crate::shape::{ListJson, Moment, OneOf, TextJson};
use access::Act as A;
use app::No;
use app::mail::{LetterRow, RetryLetter, SetMailWishes, State, Wish};
use base::{LetterId, Refusal};
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &RETRY, &WISHES, &SET];

/// A letter, without what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Letter")]
pub struct LetterJson {
    pub id: String,
    /// `task`, `security` and so on.
    pub kind: String,
    /// The name of the person it goes to; empty for somebody who is no person here.
    pub name: TextJson,
    pub address: String,
    /// In the language that was asked for.
    pub subject: String,
    #[schemars(with = "OneOf<State>")]
    pub state: String,
    pub attempts: u64,
    #[schemars(with = "Moment")]
    pub created_at: String,
    /// When it is tried next; null where it is not.
    #[schemars(with = "Option<Moment>")]
    pub next_at: Option<String>,
    /// What went wrong last: a sentence, or what the server said.
    pub error: String,
}

impl LetterJson {
    fn of(call: &Call<'_>, row: &LetterRow) -> Self {
        let is_ours = row.error.starts_with("mail-error-");
        let waits = row.state == State::Waiting;
        Self {
            id: row.id.to_string(),
            kind: row.kind.clone(),
            name: (&row.name).into(),
            address: row.address.clone(),
            subject: row.subject.clone(),
            state: row.state.word().to_owned(),
            attempts: row.attempts,
            created_at: row.created_at.rfc3339(),
            next_at: waits.then(|| row.next_at.rfc3339()),
            error: if is_ours { words::say(call.lang(), &row.error) } else { row.error.clone() },
        }
    }
}

static LIST: Operation = Operation {
    query: &[
        Parameter::new("state", Kind::Word(|| State::ALL.map(State::word).to_vec())),
        limit(100),
        Parameter::new("after", Kind::Text),
    ],
    answer: Answer::json::<ListJson<LetterJson>>(200),
    ..Operation::list(
        "mail-list",
        "/api/v1/operations/letters",
        A::ListLetters,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let limit = call.query.limit(LIMIT);
    let state = call.query.some("state").and_then(State::parse);
    let after = match call.query.some("after") {
        None => None,
        Some(text) => {
            let unknown = || Refusal::invalid("cursor-unreadable").on("after");
            Some(LetterId::parse(text).map_err(|_| unknown())?)
        }
    };
    let page = call.city().outbox(call.asker(), call.lang(), state, after, limit)?;
    let data = page.rows.iter().map(|row| LetterJson::of(call, row)).collect();
    let next = page.next.map(|id| id.to_string());
    Ok(reply::json(&ListJson { data, next: reply::next(call, next) }))
}

/// What was tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LetterChanged")]
pub struct ChangedJson {
    pub id: String,
}

static RETRY: Operation = Operation {
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "mail-retry",
        "/api/v1/operations/letters/{id}/retry",
        A::RetryLetter,
        |request| RETRY.answer(request),
        retry,
    )
    .taking(edge::Body::None)
};

fn retry(call: &Call<'_>) -> Result<Reply, No> {
    let letter = call.id("id")?;
    let changed = call.city().perform(call.asker(), RetryLetter { letter })?;
    Ok(reply::json(&ChangedJson { id: changed.letter.to_string() }))
}

/// Which letters one wants, by kind; kinds that always come are not among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MailWishes")]
pub struct WishesJson {
    #[schemars(with = "BTreeMap<String, OneOf<Wish>>")]
    pub wishes: BTreeMap<String, String>,
}

fn wishes_now(call: &Call<'_>) -> Result<WishesJson, No> {
    let wishes = call.city().mail_wishes(call.asker())?;
    let word = |(kind, wish): (&app::mail::Kind, Wish)| (kind.name.to_owned(), wish.word().into());
    Ok(WishesJson { wishes: wishes.into_iter().map(word).collect() })
}

static WISHES: Operation = Operation {
    answer: Answer::json::<WishesJson>(200),
    ..Operation::list(
        "mail-wishes",
        "/api/v1/account/mail",
        A::SetMailWishes,
        |request| WISHES.answer(request),
        wishes,
    )
};

fn wishes(call: &Call<'_>) -> Result<Reply, No> {
    Ok(reply::json(&wishes_now(call)?))
}

static SET: Operation = Operation {
    request: Some(schema_of::<WishesJson>()),
    answer: Answer::json::<WishesJson>(200),
    ..Operation::put(
        "mail-set",
        "/api/v1/account/mail",
        A::SetMailWishes,
        |request| SET.answer(request),
        set,
    )
};

fn set(call: &Call<'_>) -> Result<Reply, No> {
    let (mut wishes, mut no) = (BTreeMap::new(), Vec::new());
    // A list longer than there are kinds names some that are none; the first of them are told.
    for (kind, typed) in call.body::<WishesJson>()?.wishes.into_iter().take(100) {
        match Wish::parse(&typed) {
            Some(wish) => {
                wishes.insert(kind, wish);
            }
            None => {
                let known = Wish::ALL.map(Wish::word).join(", ");
                let refusal = Refusal::invalid("choice-unknown").on(kind.clone());
                let refusal = refusal.term("field", "mail-wishes-title");
                no.push(refusal.text("found", shortened(&typed)).text("known", known));
            }
        }
    }
    if !no.is_empty() {
        return Err(No(no));
    }
    call.city().perform(call.asker(), SetMailWishes { wishes })?;
    Ok(reply::json(&wishes_now(call)?))
}
