//! The published shapes of bookings.

use super::estimate::EstimateJson;
use crate::shape::{Moment, OneOf, TextJson, id};
use app::No;
use app::booking::{BookAsk, BookingChanged, BookingView, Checked};
use base::{Instant, InstrumentId, OrganisationId, PersonId, Refusal, Span, VoucherId};
use instruments::accessory::Lent;
use instruments::approval::{Stage, Step};
use instruments::problem::{Code, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Half-open: the end is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Span")]
pub struct SpanJson {
    #[schemars(with = "Moment")]
    pub start: String,
    #[schemars(with = "Moment")]
    pub end: String,
}

impl From<Span> for SpanJson {
    fn from(span: Span) -> Self {
        Self { start: span.start().rfc3339(), end: span.end().rfc3339() }
    }
}

/// A reason, the same on every way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BookingProblem")]
pub struct ProblemJson {
    /// `overlap`, `too_long` and so on.
    pub code: String,
    pub params: BTreeMap<String, String>,
    /// The rule it comes from, and the level that set it.
    pub rule: Option<String>,
    pub level: Option<String>,
    /// Who may let it pass: `none`, `staff` or `manager`.
    #[serde(rename = "override")]
    pub pass: String,
    /// Whether somebody may ask for it instead, where the owner allows that.
    pub ask: bool,
}

impl From<&Problem> for ProblemJson {
    fn from(problem: &Problem) -> Self {
        let told = problem.told();
        Self {
            code: told.code.to_owned(),
            params: told.params.into_iter().map(|(name, text)| (name.to_owned(), text)).collect(),
            rule: told.rule.map(str::to_owned),
            level: told.level.map(str::to_owned),
            pass: told.pass.to_owned(),
            ask: told.ask,
        }
    }
}

/// So many pieces of an accessory, named as the instrument's sheet names it: in English, or in Chinese
/// where it has no English name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BookingAccessory")]
pub struct LentJson {
    pub name: String,
    pub count: u16,
}

impl LentJson {
    pub(crate) fn read(all: &[Self]) -> Vec<Lent> {
        let lent = |it: &Self| Lent { name: it.name.clone(), count: it.count };
        all.iter().map(lent).collect()
    }
}

impl From<&Lent> for LentJson {
    fn from(it: &Lent) -> Self {
        Self { name: it.name.clone(), count: it.count }
    }
}

/// A step of agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BookingStep")]
pub struct StepJson {
    #[schemars(with = "OneOf<Step>")]
    pub step: String,
    /// Who agreed, and when; null until somebody did.
    pub agreed_by: Option<String>,
    #[schemars(with = "Option<Moment>")]
    pub agreed_at: Option<String>,
}

impl From<&Stage> for StepJson {
    fn from(it: &Stage) -> Self {
        Self {
            step: it.step.word().to_owned(),
            agreed_by: it.agreed.map(|(by, _)| by.to_string()),
            agreed_at: it.agreed.map(|(_, at)| at.rfc3339()),
        }
    }
}

/// A booking as its person and the instrument's people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Booking")]
pub struct BookingJson {
    pub id: String,
    pub reference: String,
    pub instrument: String,
    pub instrument_name: TextJson,
    pub person: String,
    pub organisation: Option<String>,
    /// `pending`, `confirmed`, `in_use`, `finished`, `cancelled`, `cancelled_late`, `displaced`,
    /// `missed`, `declined`, `withdrawn` or `lapsed`.
    pub state: String,
    pub version: u64,
    #[serde(flatten)]
    pub span: SpanJson,
    /// The zone of the site, in which rules are judged.
    pub zone: String,
    pub purpose: String,
    pub project: String,
    /// What is lent with it.
    pub accessories: Vec<LentJson>,
    /// Until when a request waits for an answer.
    #[schemars(with = "Option<Moment>")]
    pub decide_by: Option<String>,
    /// Who agrees to it, in order; empty where the owner's people do in one step.
    pub steps: Vec<StepJson>,
    /// Whose turn it is.
    #[schemars(with = "Option<OneOf<Step>>")]
    pub turn: Option<String>,
    /// What somebody is asked to let pass.
    pub asked: Vec<ProblemJson>,
    /// Minutes given up so late that they may be charged.
    pub late_minutes: i64,
    /// When it was used; the end is null while it runs.
    #[schemars(with = "Option<Moment>")]
    pub used_from: Option<String>,
    #[schemars(with = "Option<Moment>")]
    pub used_until: Option<String>,
    /// How its use kept to it: `normal`, `late`, `left_early`, `overtime`, `late_and_left_early` or
    /// `late_and_overtime`.
    pub kept: Option<String>,
    /// The line that charges it without a use, and the minutes that somebody else booked since.
    pub fee: Option<String>,
    pub resold_minutes: u64,
    /// What it is going to cost, while it stands; null in lists.
    pub estimate: Option<EstimateJson>,
}

impl BookingJson {
    pub(super) fn of(view: &BookingView) -> Self {
        let (it, end) = (&view.booking, view.end.as_ref());
        Self {
            id: it.id.to_string(),
            reference: it.reference.to_string(),
            instrument: it.instrument.to_string(),
            instrument_name: TextJson::from(&view.instrument),
            person: it.person.to_string(),
            organisation: it.organisation.map(|id| id.to_string()),
            state: it.state.code().to_owned(),
            version: it.version,
            span: it.span.into(),
            zone: view.zone.clone(),
            purpose: it.purpose.clone(),
            project: it.project.clone(),
            accessories: it.accessories.iter().map(LentJson::from).collect(),
            decide_by: it.decide_by.map(Instant::rfc3339),
            steps: it.steps.iter().map(StepJson::from).collect(),
            turn: it.turn().map(|step| step.word().to_owned()),
            asked: it.asked.iter().map(ProblemJson::from).collect(),
            late_minutes: it.late_minutes,
            used_from: view.used.map(|used| used.first.rfc3339()),
            used_until: view.used.and_then(|used| used.last).map(Instant::rfc3339),
            kept: end.and_then(|end| end.kept).map(|kept| kept.code().to_owned()),
            fee: end.and_then(|end| end.fee).map(|id| id.to_string()),
            resold_minutes: end.map_or(0, |end| end.resold_minutes),
            estimate: None,
        }
    }
}

/// What a change of a booking answers; with `dry_run` what it would answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BookingAnswer")]
pub struct AnswerJson {
    /// Absent in a check.
    pub id: Option<String>,
    pub reference: Option<String>,
    pub state: Option<String>,
    pub version: Option<u64>,
    /// Why it would be refused; only in a check.
    pub problems: Vec<ProblemJson>,
    pub warnings: Vec<ProblemJson>,
    /// What would become a request.
    pub asked: Vec<ProblemJson>,
    /// Free times nearby that pass all rules, where this one does not.
    pub free: Vec<SpanJson>,
    /// What it would cost; only in a check.
    pub estimate: Option<EstimateJson>,
}

impl From<BookingChanged> for AnswerJson {
    fn from(done: BookingChanged) -> Self {
        Self {
            id: Some(done.booking.to_string()),
            reference: Some(done.reference.to_string()),
            state: Some(done.state),
            version: Some(done.version),
            problems: Vec::new(),
            warnings: done.warnings.iter().map(ProblemJson::from).collect(),
            asked: Vec::new(),
            free: Vec::new(),
            estimate: None,
        }
    }
}

impl From<Checked> for AnswerJson {
    fn from(checked: Checked) -> Self {
        let list = |problems: &[Problem]| problems.iter().map(ProblemJson::from).collect();
        Self {
            id: None,
            reference: None,
            state: None,
            version: None,
            problems: list(&checked.verdict.problems),
            warnings: list(&checked.verdict.warnings),
            asked: list(&checked.verdict.asked),
            estimate: Some(EstimateJson::of(&checked.estimate)),
            free: checked.free.into_iter().map(SpanJson::from).collect(),
        }
    }
}

/// A week: what is open, taken and out of service, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InstrumentWeek")]
pub struct WeekJson {
    pub zone: String,
    pub monday: String,
    pub seats: u16,
    pub open: Vec<SpanJson>,
    pub taken: Vec<TakenJson>,
    pub outages: Vec<SpanJson>,
}

/// Taken time, with its buffers; the booking is told to its person and the instrument's people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TakenTime")]
pub struct TakenJson {
    #[serde(flatten)]
    pub span: SpanJson,
    pub booking: Option<String>,
    pub is_pending: bool,
}

/// A wish for an instrument's time.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BookingAsk")]
pub struct AskJson {
    #[schemars(with = "Moment")]
    pub start: String,
    #[schemars(with = "Moment")]
    pub end: String,
    /// For whom; the asker where it is left out.
    #[serde(default)]
    pub person: Option<String>,
    #[serde(default)]
    pub organisation: Option<String>,
    #[serde(default)]
    pub purpose: String,
    #[serde(default)]
    pub project: String,
    /// What shall be lent with it.
    #[serde(default)]
    pub accessories: Vec<LentJson>,
    /// Codes that staff let pass, and why.
    #[serde(default)]
    pub overrides: Vec<String>,
    #[serde(default)]
    pub reason: String,
    /// Asks the owner for what rules refuse, where they may be asked.
    #[serde(default)]
    pub ask: bool,
    /// A voucher of the organisation that shall pay a part.
    #[serde(default)]
    pub voucher: Option<String>,
    /// Answers without booking.
    #[serde(default)]
    pub dry_run: bool,
}

pub(crate) fn moment(field: &'static str, text: &str, no: &mut Vec<Refusal>) -> Instant {
    Instant::parse_rfc3339(text).unwrap_or_else(|| {
        let unread = Refusal::invalid("date-unreadable").on(field);
        no.push(unread.term("field", "booking-field-start"));
        Instant::from_micros(0)
    })
}

pub(super) fn overrides(texts: &[String], no: &mut Vec<Refusal>) -> Vec<Code> {
    let read = |text: &String| Code::parse(text).ok_or_else(|| choice("overrides"));
    let read: Result<Vec<Code>, Refusal> = texts.iter().take(100).map(read).collect();
    read.map_err(|refusal| no.push(refusal)).unwrap_or_default()
}

pub(super) fn choice(field: &'static str) -> Refusal {
    let refusal = Refusal::invalid("choice-unknown").on(field);
    refusal.term("field", base::text::field_term("reason"))
}

impl AskJson {
    pub(super) fn read(&self, instrument: InstrumentId) -> Result<BookAsk, No> {
        let mut no = Vec::new();
        let (start, end) =
            (moment("start", &self.start, &mut no), moment("end", &self.end, &mut no));
        let person = self.person.as_deref().and_then(|it| id::<PersonId>("person", it, &mut no));
        let organisation = self.organisation.as_deref();
        let organisation =
            organisation.and_then(|it| id::<OrganisationId>("organisation", it, &mut no));
        let voucher =
            self.voucher.as_deref().and_then(|it| id::<VoucherId>("voucher", it, &mut no));
        let passes = overrides(&self.overrides, &mut no);
        if !no.is_empty() {
            return Err(No(no));
        }
        Ok(BookAsk {
            person,
            organisation,
            purpose: self.purpose.clone(),
            project: self.project.clone(),
            passes,
            reason: self.reason.clone(),
            asks: self.ask,
            voucher,
            accessories: LentJson::read(&self.accessories),
            ..BookAsk::new(instrument, start, end)
        })
    }
}
