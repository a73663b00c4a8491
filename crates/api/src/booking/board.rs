//! The week of all instruments.

use super::shape::SpanJson;
use crate::operation::{Answer, Call, Operation};
use crate::query::{Kind, Parameter};
use crate::reply;
use crate::shape::TextJson;
use access::Act as A;
use app::No;
use app::booking::BoardRow;
use base::{OrganisationId, Refusal};
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is taken of an instrument in the week.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InstrumentWeekRow")]
pub struct RowJson {
    pub instrument: String,
    pub name: TextJson,
    pub owner: String,
    pub seats: u16,
    pub zone: String,
    pub taken: Vec<SpanJson>,
    pub outages: Vec<SpanJson>,
}

impl RowJson {
    fn of(row: &BoardRow) -> Self {
        Self {
            instrument: row.instrument.to_string(),
            name: TextJson::from(&row.name),
            owner: row.owner.to_string(),
            seats: row.seats,
            zone: row.zone.clone(),
            taken: row.taken.iter().map(|(span, _)| (*span).into()).collect(),
            outages: row.outages.iter().map(|span| (*span).into()).collect(),
        }
    }
}

/// A week of all instruments that take bookings, in the zone of the city.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AllInstrumentsWeek")]
pub struct BoardJson {
    pub monday: String,
    #[serde(flatten)]
    pub span: SpanJson,
    pub data: Vec<RowJson>,
}

pub(super) static BOARD: Operation = Operation {
    query: &[
        Parameter::new("day", Kind::Text),
        Parameter::new("q", Kind::Text),
        Parameter::new("owner", Kind::Text),
    ],
    answer: Answer::json::<BoardJson>(200),
    ..Operation::list(
        "booking-board",
        "/api/v1/instruments/week",
        A::ListInstruments,
        |request| BOARD.answer(request),
        board,
    )
};

fn board(call: &Call<'_>) -> Result<Reply, No> {
    let query = &call.query;
    let day = match query.text("day") {
        "" => None,
        text => Some(base::time::read_date(text).ok_or_else(|| {
            Refusal::invalid("date-unreadable").on("day").term("field", "booking-page-day")
        })?),
    };
    let owner = match query.text("owner") {
        "" => None,
        text => Some(OrganisationId::parse(text).map_err(|_| Refusal::not_found().on("owner"))?),
    };
    let words: String = query.text("q").chars().take(base::limits::QUERY_CHARS_MAX).collect();
    let found = call.city().board(call.asker(), (&words, owner), day)?;
    Ok(reply::json(&BoardJson {
        monday: found.monday.to_string(),
        span: found.span.into(),
        data: found.rows.iter().map(RowJson::of).collect(),
    }))
}
