//! Giving a booking to somebody else.

use super::listed;
use super::shape::{AnswerJson, BookingJson};
use crate::operation::{Answer, Operation, schema_of};
use crate::reply;
use crate::shape::{ListJson, id};
use access::Act as A;
use app::No;
use app::booking::{OfferBooking, TakeBooking};
use base::{OrganisationId, PersonId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) static OFFERED: Operation = Operation {
    answer: Answer::json::<ListJson<BookingJson>>(200),
    ..Operation::list(
        "booking-offered",
        "/api/v1/bookings/offered",
        A::ListBookings,
        |request| OFFERED.answer(request),
        |call| Ok(listed(&call.city().bookings_offered(call.asker())?)),
    )
};

/// To whom a booking is offered.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BookingOffer")]
pub struct OfferJson {
    pub version: u64,
    /// Left out, the offer is taken back.
    #[serde(default)]
    pub person: Option<String>,
}

pub(super) static OFFER: Operation = Operation {
    request: Some(schema_of::<OfferJson>()),
    answer: Answer::json::<AnswerJson>(200),
    ..Operation::post(
        "booking-offer",
        "/api/v1/bookings/{id}/offer",
        A::ChangeBooking,
        |request| OFFER.answer(request),
        |call| {
            let ask: OfferJson = call.body()?;
            let mut no = Vec::new();
            let to = ask.person.as_deref().and_then(|it| id::<PersonId>("person", it, &mut no));
            if !no.is_empty() {
                return Err(No(no));
            }
            let act = OfferBooking::new(call.id("id")?, ask.version, to);
            Ok(reply::json(&AnswerJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};

/// The answer to an offered booking.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BookingTaking")]
pub struct TakeJson {
    pub version: u64,
    /// Whether it is taken over; else the offer is over.
    pub takes: bool,
    #[serde(default)]
    pub organisation: Option<String>,
    #[serde(default)]
    pub project: String,
}

pub(super) static TAKE: Operation = Operation {
    request: Some(schema_of::<TakeJson>()),
    answer: Answer::json::<AnswerJson>(200),
    ..Operation::post(
        "booking-take",
        "/api/v1/bookings/{id}/acceptance",
        A::KeepWishes,
        |request| TAKE.answer(request),
        |call| {
            let ask: TakeJson = call.body()?;
            let mut no = Vec::new();
            let organisation = ask.organisation.as_deref();
            let organisation =
                organisation.and_then(|it| id::<OrganisationId>("organisation", it, &mut no));
            if !no.is_empty() {
                return Err(No(no));
            }
            let mut act = TakeBooking::new(call.id("id")?, ask.version, ask.takes);
            (act.organisation, act.project) = (organisation, ask.project);
            Ok(reply::json(&AnswerJson::from(call.city().perform(call.asker(), act)?)))
        },
    )
};
