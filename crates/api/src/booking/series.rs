//! Bookings that repeat.

use super::shape::{AskJson, ProblemJson, SpanJson, choice};
use crate::operation::{Answer, Operation, schema_of};
use crate::reply;
use crate::shape::Moment;
use access::Act as A;
use app::booking::{CancelSeries, SeriesAsk};
use base::Refusal;
use calendar::{Every, Recurrence, Until, Weekdays};
use instruments::series::{Mode, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A repetition of a booking.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BookingSeries")]
pub struct SeriesJson {
    /// The first instance; its `dry_run` judges all and books none.
    pub first: AskJson,
    /// `days`, `weeks`, `months` or `months_nth`.
    pub every: String,
    /// After how many of them it repeats.
    pub step: u16,
    /// Of weeks: the days, Monday is 1 and Sunday is 7.
    #[serde(default)]
    pub weekdays: Vec<u8>,
    /// Of months by weekday: which one of the month; -1 is the last.
    #[serde(default)]
    pub nth: i8,
    /// The last day, or how many: one of the two.
    #[serde(default)]
    pub until: Option<String>,
    #[serde(default)]
    pub count: Option<u16>,
    /// `all` books all or nothing, `skip` leaves out what cannot be had.
    pub mode: String,
}

/// One instance as it was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BookingInstance")]
pub struct InstanceJson {
    #[serde(flatten)]
    pub span: SpanJson,
    /// The booking, where it was made.
    pub booking: Option<String>,
    pub problems: Vec<ProblemJson>,
}

/// What became of a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BookingSeriesMade")]
pub struct SeriesMadeJson {
    pub series: String,
    pub booked: u64,
    pub instances: Vec<InstanceJson>,
}

impl SeriesJson {
    fn repeats(&self) -> Result<Recurrence, Refusal> {
        let mask = self.weekdays.iter().filter(|day| (1..=7).contains(*day));
        let mask = mask.fold(0, |mask, day| mask | (1 << (day - 1)));
        let every = match self.every.as_str() {
            "days" => Every::Days(self.step),
            "weeks" => Every::Weeks(self.step, Weekdays(mask)),
            "months" => Every::Months(self.step),
            "months_nth" => Every::MonthsNth(self.step, self.nth),
            _ => return Err(choice("every")),
        };
        let until = match (&self.until, self.count) {
            (None, Some(count)) => Until::Count(count),
            (Some(text), None) => Until::Date(base::time::read_date(text).ok_or_else(|| {
                let unread = Refusal::invalid("date-unreadable").on("until");
                unread.term("field", "booking-page-day")
            })?),
            _ => return Err(choice("until")),
        };
        Ok(Recurrence { every, until })
    }
}

pub(super) static SERIES: Operation = Operation {
    request: Some(schema_of::<SeriesJson>()),
    answer: Answer::json::<SeriesMadeJson>(200),
    ..Operation::post(
        "booking-series",
        "/api/v1/instruments/{id}/booking-series",
        A::BookTime,
        |request| SERIES.answer(request),
        |call| {
            let asked: SeriesJson = call.body()?;
            let first = asked.first.read(call.id("id")?)?;
            let mode = Mode::parse(&asked.mode).ok_or_else(|| choice("mode"))?;
            let repeats = asked.repeats()?;
            let ask = SeriesAsk { first, repeats, mode, is_rehearsal: asked.first.dry_run };
            let done = call.city().book_series(call.asker(), ask)?;
            let instances = done.instances.iter().map(|one| InstanceJson {
                span: SpanJson { start: one.starts_at.rfc3339(), end: one.ends_at.rfc3339() },
                booking: one.booking.map(|id| id.to_string()),
                problems: one.problems.iter().map(ProblemJson::from).collect(),
            });
            let instances = instances.collect();
            let (series, booked) = (done.series.to_string(), done.n_booked);
            Ok(reply::json(&SeriesMadeJson { series, booked, instances }))
        },
    )
};

/// Which bookings of a series are given up.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BookingSeriesCancellation")]
pub struct SeriesCancelJson {
    /// Of the booking in the address.
    pub version: u64,
    /// `this`, `later` for it and those after it, or `all` that are ahead.
    pub scope: String,
    #[serde(default)]
    pub reason: String,
}

/// A booking that was not given up, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BookingSeriesKept")]
pub struct KeptJson {
    pub booking: String,
    #[schemars(with = "Moment")]
    pub start: String,
    /// The codes of the reasons.
    pub why: Vec<String>,
}

/// What became of the bookings of a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BookingSeriesEnded")]
pub struct SeriesEndedJson {
    pub series: String,
    pub cancelled: Vec<String>,
    pub kept: Vec<KeptJson>,
}

pub(super) static CANCEL_SERIES: Operation = Operation {
    request: Some(schema_of::<SeriesCancelJson>()),
    answer: Answer::json::<SeriesEndedJson>(200),
    ..Operation::post(
        "booking-series-cancel",
        "/api/v1/bookings/{id}/series-cancellation",
        A::ChangeBooking,
        |request| CANCEL_SERIES.answer(request),
        |call| {
            let ask: SeriesCancelJson = call.body()?;
            let scope = Scope::parse(&ask.scope).ok_or_else(|| choice("scope"))?;
            let act = CancelSeries::new((call.id("id")?, ask.version), scope, ask.reason);
            let done = call.city().perform(call.asker(), act)?;
            for booking in &done.cancelled {
                call.city().settle_booking_of(*booking);
            }
            let kept = done.kept.iter().map(|it| KeptJson {
                booking: it.booking.to_string(),
                start: it.starts_at.rfc3339(),
                why: it.why.iter().map(|no| no.code.to_string()).collect(),
            });
            Ok(reply::json(&SeriesEndedJson {
                series: done.series.to_string(),
                kept: kept.collect(),
                cancelled: done.cancelled.iter().map(ToString::to_string).collect(),
            }))
        },
    )
};
