//! One's own wish for bulletins. An address without an account subscribes on the page.

use crate::operation::{Answer, Call, Operation};
use crate::reply;
use access::Act as A;
use app::No;
use app::account::sign_in_required;
use app::subscriber::{EndSubscription, SubscribeToBulletins};
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LOOK, &START, &END];

/// Whether one gets bulletins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Subscription")]
pub struct SubscriptionJson {
    /// Null where one does not.
    pub id: Option<String>,
}

fn now(call: &Call<'_>) -> Result<Reply, No> {
    if call.asker().snapshot.as_ref().is_none_or(|actor| actor.person.is_none()) {
        return Err(sign_in_required().into());
    }
    let own = call.city().own_subscription(call.asker())?;
    Ok(reply::json(&SubscriptionJson { id: own.map(|id| id.to_string()) }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<SubscriptionJson>(200),
    ..Operation::list(
        "subscription-look",
        "/api/v1/account/subscription",
        A::SubscribeToBulletins,
        |request| LOOK.answer(request),
        now,
    )
};

static START: Operation = Operation {
    answer: Answer::json::<SubscriptionJson>(200),
    ..Operation::put(
        "subscription-start",
        "/api/v1/account/subscription",
        A::SubscribeToBulletins,
        |request| START.answer(request),
        start,
    )
    .taking(edge::Body::None)
};

fn start(call: &Call<'_>) -> Result<Reply, No> {
    let act = SubscribeToBulletins { address: String::new(), lang: call.lang() };
    call.city().perform(call.asker(), act)?;
    now(call)
}

static END: Operation = Operation {
    answer: Answer::json::<SubscriptionJson>(200),
    ..Operation::delete(
        "subscription-end",
        "/api/v1/account/subscription",
        A::EndSubscription,
        |request| END.answer(request),
        end,
    )
};

fn end(call: &Call<'_>) -> Result<Reply, No> {
    if let Some(subscription) = call.city().own_subscription(call.asker())? {
        let act = EndSubscription { subscription, mark: String::new() };
        call.city().perform(call.asker(), act)?;
    }
    now(call)
}
