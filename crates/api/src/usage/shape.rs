//! The published shapes of uses, prices, lines and vouchers.

use crate::feedback::FeedbackJson;
use crate::shape::{Day, Moment, MoneyJson, OneOf, date, word};
use app::No;
use app::charge::{ChargeChanged, Statement};
use app::tariff::TariffChanged;
use app::usage::{UseChanged, UseRow};
use app::voucher::VoucherRow;
use base::{Currency, Money, Refusal};
use instruments::charge::{Kept as Charge, Part};
use instruments::start::Pass;
use instruments::tariff::{
    Days, Kept as KeptTariff, Late, LateFee, Missed, Mode, Step, Tariff, Unit, Way, Window,
};
use instruments::usage::Source;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) fn money(minor: i64) -> MoneyJson {
    Money::new(minor, Currency::CNY).into()
}

fn nothing() -> MoneyJson {
    money(0)
}

/// What an hour or day on an instrument costs a class of customers, from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentPrice")]
pub struct TariffJson {
    /// `internal`, `external`, or a class of the unit.
    pub class: String,
    #[schemars(with = "OneOf<Way>")]
    pub way: String,
    /// What is charged of booking and use.
    #[schemars(with = "OneOf<Mode>")]
    pub mode: String,
    #[schemars(with = "Day")]
    pub from: String,
    /// The first day on which it is no longer valid; null while it has no end.
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub until: Option<String>,
    #[schemars(with = "OneOf<Unit>")]
    pub unit: String,
    pub steps: Vec<StepJson>,
    #[serde(default)]
    pub windows: Vec<WindowJson>,
    #[serde(default = "nothing")]
    pub setup: MoneyJson,
    #[serde(default = "nothing")]
    pub minimum: MoneyJson,
    /// Borne by the owner, of each hour or day.
    #[serde(default = "nothing")]
    pub subsidy: MoneyJson,
    /// One hour of staff.
    #[serde(default = "nothing")]
    pub staff: MoneyJson,
    /// Whether a missed booking is charged as booked.
    #[serde(default)]
    pub charges_missed: bool,
    #[serde(default)]
    pub late: Option<LateJson>,
    /// Whether setting up and cleaning up is charged like other minutes.
    #[serde(default)]
    pub charges_buffers: bool,
}

/// A price from so many minutes of one use on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentPriceStep")]
pub struct StepJson {
    pub from_minutes: u32,
    pub price: MoneyJson,
}

/// A reduction at some hours of some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentPriceWindow")]
pub struct WindowJson {
    #[schemars(with = "OneOf<Days>")]
    pub days: String,
    /// Minutes after local midnight.
    pub from: u16,
    pub until: u16,
    /// Hundredths of a percent off the price.
    pub off_bp: u32,
}

/// What a late cancellation costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentLateFee")]
pub struct LateJson {
    /// Minutes before the start, this one included.
    pub within_minutes: u32,
    /// Null for the whole price of the booking.
    #[serde(default)]
    pub fee: Option<MoneyJson>,
}

impl TariffJson {
    fn of(it: &Tariff) -> Self {
        let step =
            |step: &Step| StepJson { from_minutes: step.from_minutes, price: money(step.price) };
        let window = |it: &Window| WindowJson {
            days: it.days.word().to_owned(),
            from: it.from,
            until: it.until,
            off_bp: it.off_bp,
        };
        let late = |it: Late| LateJson {
            within_minutes: it.within_minutes,
            fee: (it.fee == LateFee::Fixed).then(|| money(it.amount)),
        };
        Self {
            class: it.class.clone(),
            way: it.way.word().to_owned(),
            mode: it.mode.word().to_owned(),
            from: it.from.to_string(),
            until: it.until.map(|day| day.to_string()),
            unit: it.unit.word().to_owned(),
            steps: it.steps.iter().map(step).collect(),
            windows: it.windows.iter().map(window).collect(),
            setup: money(it.setup),
            minimum: money(it.minimum),
            subsidy: money(it.subsidy),
            staff: money(it.staff),
            charges_missed: it.missed == Missed::Booked,
            late: it.late.map(late),
            charges_buffers: it.bills_buffers,
        }
    }

    /// The tariff, or everything that cannot be read.
    pub(crate) fn read(self) -> Result<Tariff, No> {
        let mut no: Vec<Refusal> = Vec::new();
        let way = word::<Way>("way", &self.way, &mut no);
        let mode = word::<Mode>("mode", &self.mode, &mut no);
        let unit = word::<Unit>("unit", &self.unit, &mut no);
        let from = date("from", &self.from, &mut no);
        let until = self.until.as_ref().and_then(|text| date("until", text, &mut no));
        let steps = self.steps.iter().enumerate().map(|(n, step)| Step {
            from_minutes: step.from_minutes,
            price: minor(&format!("steps.{n}.price"), &step.price, &mut no),
        });
        let steps = steps.collect();
        let windows = self.windows.iter().enumerate().map(|(n, it)| Window {
            days: word(&format!("windows.{n}.days"), &it.days, &mut no).unwrap_or_default(),
            from: it.from,
            until: it.until,
            off_bp: it.off_bp,
        });
        let windows = windows.collect();
        let amounts = [
            ("setup", &self.setup),
            ("minimum", &self.minimum),
            ("subsidy", &self.subsidy),
            ("staff", &self.staff),
        ];
        let [setup, minimum, subsidy, staff] =
            amounts.map(|(field, sum)| minor(field, sum, &mut no));
        let late = self.late.as_ref().map(|it| Late {
            within_minutes: it.within_minutes,
            fee: if it.fee.is_some() { LateFee::Fixed } else { LateFee::Booked },
            amount: it.fee.as_ref().map_or(0, |sum| minor("late.fee", sum, &mut no)),
        });
        let (Some(way), Some(mode), Some(unit), Some(from), []) =
            (way, mode, unit, from, no.as_slice())
        else {
            return Err(No(no));
        };
        let missed = if self.charges_missed { Missed::Booked } else { Missed::Nothing };
        let (class, bills_buffers) = (self.class.trim().to_owned(), self.charges_buffers);
        Ok(Tariff {
            class,
            way,
            mode,
            from,
            until,
            unit,
            steps,
            windows,
            setup,
            minimum,
            subsidy,
            staff,
            missed,
            late,
            bills_buffers,
        })
    }
}

/// Minor units of the city's currency.
fn minor(field: &str, sum: &MoneyJson, no: &mut Vec<Refusal>) -> i64 {
    match sum.read(field, no) {
        Some(money) if money.currency == Currency::CNY => money.minor,
        Some(_) => {
            no.push(Refusal::invalid("tariff-amount").on(field.to_owned()));
            0
        }
        None => 0,
    }
}

/// A price with its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InstrumentPriceRow")]
pub struct TariffRowJson {
    pub id: String,
    pub price: TariffJson,
}

impl TariffRowJson {
    pub(crate) fn of(it: &KeptTariff) -> Self {
        Self { id: it.id.to_string(), price: TariffJson::of(&it.tariff) }
    }
}

/// The first day on which a price is no longer valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentPriceEnd")]
pub struct TariffEndJson {
    #[schemars(with = "Day")]
    pub until: String,
}

/// What became of a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InstrumentPriceChanged")]
pub struct TariffChangedJson {
    pub id: String,
    pub instrument: String,
}

impl From<TariffChanged> for TariffChangedJson {
    fn from(done: TariffChanged) -> Self {
        Self { id: done.tariff.to_string(), instrument: done.instrument.to_string() }
    }
}

/// A use, with the lines it cost where it is shown alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InstrumentUse")]
pub struct UseJson {
    pub id: String,
    pub instrument: String,
    pub unit: String,
    pub organisation: String,
    pub person: String,
    pub project: String,
    #[schemars(with = "OneOf<Way>")]
    pub way: String,
    #[schemars(with = "OneOf<Source>")]
    pub source: String,
    #[schemars(with = "Moment")]
    pub started_at: String,
    /// Null while it runs.
    #[schemars(with = "Option<Moment>")]
    pub stopped_at: Option<String>,
    /// The end proposed where nobody ended it in time.
    #[schemars(with = "Option<Moment>")]
    pub proposed_end: Option<String>,
    /// The booking that it followed, and what was booked.
    pub booking: Option<String>,
    #[schemars(with = "Option<Moment>")]
    pub booked_from: Option<String>,
    #[schemars(with = "Option<Moment>")]
    pub booked_until: Option<String>,
    /// How it kept to its booking: `normal`, `late`, `left_early`, `overtime`,
    /// `late_and_left_early` or `late_and_overtime`.
    pub kept: Option<String>,
    /// What its user was asked about it; null where nothing was asked.
    pub feedback: Option<FeedbackJson>,
    pub version: u64,
    pub charges: Vec<ChargeJson>,
}

impl UseJson {
    pub(crate) fn of(row: &UseRow, charges: &[Charge]) -> Self {
        let it = &row.kept;
        Self {
            id: it.id.to_string(),
            instrument: it.instrument.to_string(),
            unit: it.unit.to_string(),
            organisation: it.organisation.to_string(),
            person: it.person.to_string(),
            project: it.project.clone(),
            way: it.way.word().to_owned(),
            source: it.source.word().to_owned(),
            started_at: it.started_at.rfc3339(),
            stopped_at: it.stopped_at.map(base::Instant::rfc3339),
            proposed_end: row.proposed.map(base::Instant::rfc3339),
            booking: it.booking.map(|id| id.to_string()),
            booked_from: row.booked.map(|span| span.start().rfc3339()),
            booked_until: row.booked.map(|span| span.end().rfc3339()),
            kept: row.punctuality.map(|kept| kept.code().to_owned()),
            feedback: row.feedback.as_ref().map(FeedbackJson::of),
            version: it.version,
            charges: charges.iter().map(ChargeJson::of).collect(),
        }
    }
}

/// How a use begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentUseStart")]
pub struct StartJson {
    /// Who pays.
    pub organisation: String,
    #[serde(default)]
    pub project: String,
    #[serde(default)]
    #[schemars(with = "Option<OneOf<Way>>")]
    pub way: Option<String>,
    /// Left out: `client`.
    #[serde(default)]
    #[schemars(with = "Option<OneOf<Source>>")]
    pub source: Option<String>,
    #[serde(default)]
    pub voucher: Option<String>,
    /// What staff lets pass, and why.
    #[serde(default)]
    #[schemars(with = "Vec<OneOf<Pass>>")]
    pub overrides: Vec<String>,
    #[serde(default)]
    pub reason: String,
}

/// How a use ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentUseEnd")]
pub struct StopJson {
    /// When it really ended, entered by staff; left out for now.
    #[serde(default)]
    #[schemars(with = "Option<Moment>")]
    pub ended_at: Option<String>,
    #[serde(default)]
    pub note: String,
}

/// A use that nobody recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InstrumentUseEntered")]
pub struct EnterJson {
    pub organisation: String,
    #[schemars(with = "Moment")]
    pub from: String,
    #[schemars(with = "Moment")]
    pub until: String,
    #[serde(default)]
    pub project: String,
    #[serde(default)]
    #[schemars(with = "Option<OneOf<Way>>")]
    pub way: Option<String>,
    pub reason: String,
}

/// What became of a use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InstrumentUseChanged")]
pub struct UseChangedJson {
    pub id: String,
    pub instrument: String,
    pub is_running: bool,
    pub version: u64,
    /// The line that charges it.
    pub charge: Option<String>,
    pub pays: MoneyJson,
}

impl From<UseChanged> for UseChangedJson {
    fn from(done: UseChanged) -> Self {
        Self {
            id: done.id.to_string(),
            instrument: done.instrument.to_string(),
            is_running: done.is_running,
            version: done.version,
            charge: done.charge.map(|id| id.to_string()),
            pays: money(done.pays),
        }
    }
}

/// A line of a statement, from the list price to what the customer pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceCharge")]
pub struct ChargeJson {
    pub id: String,
    pub reference: String,
    pub instrument: Option<String>,
    pub unit: String,
    pub customer: String,
    /// The use or order it is for.
    pub subject: String,
    pub project: String,
    pub class: String,
    #[schemars(with = "OneOf<Mode>")]
    pub mode: String,
    pub parts: Vec<PartJson>,
    pub list: MoneyJson,
    pub class_discount: MoneyJson,
    pub subsidy: MoneyJson,
    pub voucher: MoneyJson,
    pub pays: MoneyJson,
    /// `posted`, `disputed`, `reversed` or `reversal`.
    pub state: String,
    pub reverses: Option<String>,
    #[schemars(with = "Day")]
    pub day: String,
}

/// Minutes at one price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceChargePart")]
pub struct PartJson {
    #[schemars(with = "Moment")]
    pub from: String,
    #[schemars(with = "Moment")]
    pub until: String,
    pub minutes: u32,
    pub price: MoneyJson,
    #[schemars(with = "OneOf<Unit>")]
    pub unit: String,
    /// Hundredths of a percent of the price that are charged.
    pub share_bp: u32,
    /// Why these minutes cost nothing: `outage`, `resold`, `waived`; null where they do.
    pub free: Option<String>,
}

impl PartJson {
    pub(crate) fn of(part: &Part) -> Self {
        Self {
            from: part.span.start().rfc3339(),
            until: part.span.end().rfc3339(),
            minutes: part.minutes,
            price: money(part.price),
            unit: part.unit.word().to_owned(),
            share_bp: part.share_bp,
            free: part.free.map(|why| why.word().to_owned()),
        }
    }
}

impl ChargeJson {
    pub(crate) fn of(it: &Charge) -> Self {
        Self {
            id: it.id.to_string(),
            reference: it.reference.to_string(),
            instrument: it.instrument.map(|id| id.to_string()),
            unit: it.unit.to_string(),
            customer: it.customer.to_string(),
            subject: it.subject.clone(),
            project: it.project.clone(),
            class: it.class.clone(),
            mode: it.line.mode.word().to_owned(),
            parts: it.line.parts.iter().map(PartJson::of).collect(),
            list: money(it.chain.list),
            class_discount: money(it.chain.class_discount),
            subsidy: money(it.chain.subsidy),
            voucher: money(it.chain.voucher),
            pays: money(it.chain.pays),
            state: it.state.word().to_owned(),
            reverses: it.reverses.map(|id| id.to_string()),
            day: it.day.to_string(),
        }
    }
}

/// A monthly statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceStatement")]
pub struct StatementJson {
    pub unit: String,
    pub customer: String,
    /// `2026-03`.
    pub month: String,
    pub lines: Vec<ChargeJson>,
    pub pays: MoneyJson,
    pub disputed: MoneyJson,
    /// What the books say is owed altogether; nothing for who sees the own lines alone.
    pub owed: Option<MoneyJson>,
}

impl StatementJson {
    pub(crate) fn of(it: &Statement) -> Self {
        Self {
            unit: it.unit.0.to_string(),
            customer: it.customer.0.to_string(),
            month: it.month.clone(),
            lines: it.lines.iter().map(|(line, _)| ChargeJson::of(line)).collect(),
            pays: money(it.pays),
            disputed: money(it.disputed),
            owed: it.owed.map(|owed| money(owed.balance)),
        }
    }
}

/// What is wrong with a line. Without a span, nothing should have been charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ServiceDispute")]
pub struct DisputeJson {
    #[serde(default)]
    #[schemars(with = "Option<Moment>")]
    pub from: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<Moment>")]
    pub until: Option<String>,
    pub reason: String,
}

/// How a request about a line is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ServiceDisputeDecision")]
pub struct DecisionJson {
    pub grants: bool,
    #[serde(default)]
    pub note: String,
}

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ServiceChargeChanged")]
pub struct ChargeChangedJson {
    pub charge: String,
    pub dispute: String,
    pub state: String,
    /// The line that stands in its place.
    pub instead: Option<String>,
}

impl From<ChargeChanged> for ChargeChangedJson {
    fn from(done: ChargeChanged) -> Self {
        Self {
            charge: done.charge.to_string(),
            dispute: done.adjustment.to_string(),
            state: done.state,
            instead: done.instead.map(|id| id.to_string()),
        }
    }
}

/// A voucher and what is left of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Voucher")]
pub struct VoucherJson {
    pub id: String,
    pub reference: String,
    pub programme: String,
    pub holder: String,
    pub amount: MoneyJson,
    pub left: MoneyJson,
    /// Hundredths of a percent of a price that it pays.
    pub share_bp: u32,
    pub cap_claim: MoneyJson,
    pub cap_year: MoneyJson,
    #[schemars(with = "Day")]
    pub last: String,
    /// `issued`, `expired` or `revoked`.
    pub state: String,
    pub version: u64,
}

impl VoucherJson {
    pub(crate) fn of(row: &VoucherRow) -> Self {
        let it = &row.voucher;
        Self {
            id: it.id.to_string(),
            reference: it.reference.to_string(),
            programme: it.programme.clone(),
            holder: it.terms.holder.to_string(),
            amount: money(it.amount),
            left: money(row.left),
            share_bp: it.terms.share_bp,
            cap_claim: money(it.terms.cap_claim),
            cap_year: money(it.terms.cap_year),
            last: it.terms.last.to_string(),
            state: it.state.word().to_owned(),
            version: it.version,
        }
    }
}
