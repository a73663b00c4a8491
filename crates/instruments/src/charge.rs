//! Charges: what a booking, the use that followed, samples and work cost, to the cent.
//!
//! A line is counted minute by minute, each at the tariff of its day, and rounded half up once.
//! Every part keeps its minutes, price and reduction, so that a statement can show the sum.

use crate::tariff::{Counted, LateFee, Local, Missed, Mode, Tariff, Unit, Way, valid_on};
use crate::voucher::Chain;
use crate::words_of;
use base::{
    ChargeId, Date, Instant, InstrumentId, OrganisationId, PersonId, Reference, Refusal, Span,
};
use ledger::rounding::Rounding;

const MINUTE_US: i64 = 60_000_000;
const HOUR_MINUTES: i64 = 60;
const DAY_MINUTES: i64 = 24 * HOUR_MINUTES;
/// Exact amounts are kept in parts of a minor unit: minutes of an hour times basis points.
const PARTS: i128 = 60 * 10_000;
/// Local time changes on quarters of an hour in every zone of our days.
const QUARTER_MINUTES: i64 = 15;
/// The longest span that is priced: a year.
pub const SPAN_MINUTES_MAX: i64 = 366 * DAY_MINUTES;
/// Lines besides time on one charge at most.
pub const EXTRAS_MAX: usize = 100;

words_of! {
    /// Where a line of a statement stands.
    State {
        Posted = "posted",
        /// Somebody asks for a change; nothing of it is collected meanwhile.
        Disputed = "disputed",
        /// Taken back by another line.
        Reversed = "reversed",
        /// Takes another line back.
        Reversal = "reversal",
    }

    /// Why minutes are not charged.
    Free {
        /// The instrument stood still.
        Outage = "outage",
        /// Somebody else booked the time that was given up.
        Resold = "resold",
        /// Staff lets them off.
        Waived = "waived",
    }

    /// What is charged besides time.
    ExtraKind {
        Samples = "samples",
        Item = "item",
        Consumables = "consumables",
        Staff = "staff",
        /// An answer to a question before or after the use.
        Answer = "answer",
    }
}

/// What happened, and to whom it is priced.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    pub class: &'a str,
    pub way: Way,
    pub booked: Option<Span>,
    /// Nothing where the booking was missed or nobody came.
    pub used: Option<Span>,
    pub free: &'a [(Span, Free)],
    pub extras: &'a [Extra],
    /// Minutes of setting up before and of cleaning up after.
    pub buffers: [u32; 2],
}

impl<'a> Ask<'a> {
    /// A booking as it is estimated before it is used: all of it is.
    pub fn estimate(class: &'a str, way: Way, booked: Span) -> Self {
        let (booked, used) = (Some(booked), Some(booked));
        Self { class, way, booked, used, free: &[], extras: &[], buffers: [0, 0] }
    }
}

/// Something charged besides time.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Extra {
    pub kind: ExtraKind,
    pub label: String,
    pub quantity: u32,
    pub amount: i64,
}

/// A line of a statement as kept. It never changes but for its state.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Kept {
    pub id: ChargeId,
    pub reference: Reference,
    pub instrument: Option<InstrumentId>,
    pub unit: OrganisationId,
    pub customer: OrganisationId,
    /// Who caused it.
    pub person: PersonId,
    /// The use or service order, by its id.
    pub subject: String,
    pub project: String,
    pub class: String,
    pub line: Line,
    pub chain: Chain,
    pub state: State,
    /// The line that this one takes back.
    pub reverses: Option<ChargeId>,
    pub day: Date,
    pub at: Instant,
}

impl Kept {
    /// The line that takes this one back.
    pub fn reversal(&self, id: ChargeId, reference: Reference, day: Date, at: Instant) -> Self {
        let Chain { list, class_discount, subsidy, voucher, pays } = self.chain;
        let chain = Chain {
            list: -list,
            class_discount: -class_discount,
            subsidy: -subsidy,
            voucher: -voucher,
            pays: -pays,
        };
        let (state, reverses) = (State::Reversal, Some(self.id));
        Self { id, reference, chain, state, reverses, day, at, ..self.clone() }
    }

    /// The month of its statement: `2026-03`.
    pub fn month(&self) -> String {
        month_of(self.day)
    }
}

/// The month of a day as statements name it.
pub fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Minutes at one price.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Part {
    pub span: Span,
    pub minutes: u32,
    /// The first day of the tariff that priced them.
    pub tariff: Date,
    pub unit: Unit,
    /// Of one hour or day, before the reduction.
    pub price: i64,
    /// Basis points of the price that are charged.
    pub share_bp: u32,
    /// Where they cost nothing.
    pub free: Option<Free>,
}

/// A line of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Line {
    pub mode: Mode,
    pub parts: Vec<Part>,
    /// For the minutes.
    pub time: i64,
    pub setup: i64,
    pub extras: Vec<Extra>,
    /// What the minimum adds.
    pub raised: i64,
    /// What the owner bears.
    pub subsidy: i64,
}

impl Line {
    /// Before the subsidy.
    pub fn gross(&self) -> i64 {
        let extras: i64 = self.extras.iter().map(|extra| extra.amount).sum();
        self.time + self.setup + extras + self.raised
    }

    /// What is left to pay before vouchers.
    pub fn net(&self) -> i64 {
        self.gross() - self.subsidy
    }

    /// Minutes that were charged.
    pub fn minutes(&self) -> i64 {
        let charged = self.parts.iter().filter(|part| part.free.is_none());
        charged.map(|part| i64::from(part.minutes)).sum()
    }
}

/// Prices a booking and its use by the tariffs of its class and way.
///
/// Refuses with `no-tariff` and the first day that none covers.
pub fn line(
    tariffs: &[Tariff],
    ask: &Ask<'_>,
    local: &dyn Fn(Instant) -> Local,
) -> Result<Line, Refusal> {
    let Some(first) = ask.booked.or(ask.used) else { return bare(ask) };
    let tariff = tariff_on(tariffs, ask, local(first.start()).date)?;
    let extended =
        |span: Span| if tariff.bills_buffers { widened(span, ask.buffers) } else { span };
    let on = |span: Option<Span>| match span {
        None => bare(ask),
        Some(span) => priced(tariffs, tariff, ask, extended(span), local),
    };
    let used = match (ask.used, tariff.missed) {
        (None, Missed::Booked) => ask.booked,
        (used, _) => used,
    };
    let Some(booked) = ask.booked else { return on(used) };
    match tariff.mode {
        Mode::Usage => on(used),
        Mode::Reservation => on(Some(booked)),
        Mode::Overage => {
            let end = ask.used.map_or(booked.end(), |used| used.end().max(booked.end()));
            on(Span::new(booked.start(), end))
        }
        Mode::Larger => {
            let (booked, used) = (on(Some(booked))?, on(ask.used)?);
            Ok(if used.net() > booked.net() { used } else { booked })
        }
    }
}

/// The line of the class that costs least; then the base class, then the first by name.
///
/// Refuses as [`line`] does where no class of the customer has a tariff.
pub fn cheapest(
    tariffs: &[Tariff],
    classes: &[String],
    base: &str,
    ask: &Ask<'_>,
    local: &dyn Fn(Instant) -> Local,
) -> Result<(String, Line), Refusal> {
    let (mut found, mut refused) = (Vec::new(), Refusal::invalid("no-tariff"));
    for class in classes {
        match line(tariffs, &Ask { class, ..ask.clone() }, local) {
            Ok(line) => found.push((line.net(), class != base, class, line)),
            Err(refusal) => refused = refusal,
        }
    }
    found.sort_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
    found.into_iter().next().map(|(.., class, line)| (class.clone(), line)).ok_or(refused)
}

/// What a cancellation costs; nothing where it came in time.
pub fn cancellation(
    tariffs: &[Tariff],
    ask: &Ask<'_>,
    cancelled_at: Instant,
    local: &dyn Fn(Instant) -> Local,
) -> Result<Option<Line>, Refusal> {
    let Some(booked) = ask.booked else { return Ok(None) };
    let tariff = tariff_on(tariffs, ask, local(booked.start()).date)?;
    let notice_us = booked.start().micros() - cancelled_at.micros();
    let is_late = |within: u32| notice_us <= i64::from(within) * MINUTE_US;
    let Some(late) = tariff.late.filter(|late| is_late(late.within_minutes)) else {
        return Ok(None);
    };
    let whole = priced(tariffs, tariff, ask, booked, local)?;
    if late.fee == LateFee::Booked {
        return Ok(Some(whole));
    }
    // A fixed fee shrinks with the minutes that found another user, as a price does.
    let all = i128::from(minutes_of(booked));
    let left = i128::from(late.amount) * i128::from(whole.minutes());
    let time = Rounding::HalfUp.quotient(left, all).expect("no more than the fee");
    Ok(Some(Line { mode: tariff.mode, parts: whole.parts, time, ..Line::default() }))
}

/// Minutes of a span: both ends cut to the whole minute, one at least.
pub fn minutes_of(span: Span) -> i64 {
    let [start, end] = cut(span);
    end - start
}

/// Samples at a price each, with a minimum and an addition for urgency in basis points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Samples {
    pub price: i64,
    pub minimum: i64,
    pub counted: Counted,
    pub urgent_bp: u32,
}

impl Samples {
    /// What they cost: the addition comes before the minimum.
    pub fn cost(&self, all: u32, successful: u32, is_urgent: bool) -> i64 {
        let count = match self.counted {
            Counted::All => all,
            Counted::Successful => successful.min(all),
        };
        let share = 10_000 + if is_urgent { i128::from(self.urgent_bp) } else { 0 };
        let exact = i128::from(self.price) * i128::from(count) * share;
        let cost = Rounding::HalfUp.quotient(exact, 10_000).expect("prices and counts are bounded");
        if all == 0 { 0 } else { cost.max(self.minimum) }
    }
}

/// Parts of an amount by percentage over projects, in basis points of the whole.
///
/// Refuses with `split-not-whole` where they are not 100 % together.
pub fn split(amount: i64, shares_bp: &[u64]) -> Result<Vec<i64>, Refusal> {
    let whole: u64 = shares_bp.iter().sum();
    let parts = ledger::split::split(amount, shares_bp).filter(|_| whole == 10_000);
    parts.ok_or_else(|| Refusal::invalid("split-not-whole").on("shares"))
}

fn tariff_on<'a>(tariffs: &'a [Tariff], ask: &Ask<'_>, day: Date) -> Result<&'a Tariff, Refusal> {
    valid_on(tariffs, ask.class, ask.way, day)
        .ok_or_else(|| Refusal::invalid("no-tariff").with("on", base::Value::On(day)))
}

/// A line without time: what was delivered besides it.
fn bare(ask: &Ask<'_>) -> Result<Line, Refusal> {
    Ok(Line { extras: ask.extras.to_vec(), ..Line::default() })
}

fn widened(span: Span, buffers: [u32; 2]) -> Span {
    let start = span.start().plus_seconds(-60 * i64::from(buffers[0]));
    let end = span.end().plus_seconds(60 * i64::from(buffers[1]));
    Span::new(start, end).expect("a span that grows stays one")
}

/// The line of a span: `tariff` gives what is once for the line, each minute has its own.
fn priced(
    tariffs: &[Tariff],
    tariff: &Tariff,
    ask: &Ask<'_>,
    span: Span,
    local: &dyn Fn(Instant) -> Local,
) -> Result<Line, Refusal> {
    let counted = match tariff.unit {
        Unit::Hour => by_hour(tariffs, ask, span, local)?,
        Unit::Day => by_day(tariffs, ask, span, local)?,
    };
    let mut line = Line { mode: tariff.mode, extras: ask.extras.to_vec(), ..Line::default() };
    line.time = rounded(counted.amount, PARTS);
    line.parts = counted.parts;
    let mut borne = [counted.subsidy, PARTS];
    if line.minutes() > 0 {
        line.setup = tariff.setup;
        let exact = counted.amount + i128::from(line.gross() - line.time) * PARTS;
        line.raised = (tariff.minimum - line.gross()).max(0);
        if line.raised > 0 && exact > 0 {
            // The subsidy keeps its ratio to the price that the minimum replaces.
            borne = [counted.subsidy * i128::from(tariff.minimum), exact];
        }
    }
    line.subsidy = rounded(borne[0], borne[1]).min(line.gross());
    Ok(line)
}

fn rounded(dividend: i128, divisor: i128) -> i64 {
    Rounding::HalfUp.quotient(dividend, divisor).expect("prices and spans are bounded")
}

/// Exact amounts in parts of a minor unit, and where they come from.
#[derive(Default)]
struct Sum {
    amount: i128,
    subsidy: i128,
    parts: Vec<Part>,
}

/// Whole minutes since the epoch at both ends, one apart at least.
fn cut(span: Span) -> [i64; 2] {
    let minute = |at: Instant| at.micros().div_euclid(MINUTE_US);
    let start = minute(span.start());
    [start, minute(span.end()).max(start + 1)]
}

fn at_minute(minute: i64) -> Instant {
    Instant::from_micros(minute * MINUTE_US)
}

/// Why a minute is free; spans of freedom are cut to the minute as charged ones are.
fn free_at(free: &[(Span, Free)], minute: i64) -> Option<Free> {
    let holds = |span: Span| {
        let [start, end] = [span.start(), span.end()].map(|at| at.micros().div_euclid(MINUTE_US));
        (start..end).contains(&minute)
    };
    free.iter().find(|(span, _)| holds(*span)).map(|(_, why)| *why)
}

fn bounded([start, end]: [i64; 2]) -> Result<[i64; 2], Refusal> {
    if end - start > SPAN_MINUTES_MAX {
        return Err(Refusal::invalid("charge-span-too-long").number("days", 366));
    }
    Ok([start, end])
}

fn by_hour(
    tariffs: &[Tariff],
    ask: &Ask<'_>,
    span: Span,
    local: &dyn Fn(Instant) -> Local,
) -> Result<Sum, Refusal> {
    let [start, end] = bounded(cut(span))?;
    let (mut sum, mut served) = (Sum::default(), 0);
    let mut minute = start;
    while minute < end {
        let wall = local(at_minute(minute));
        let tariff = tariff_on(tariffs, ask, wall.date)?;
        let quarter = (minute.div_euclid(QUARTER_MINUTES) + 1) * QUARTER_MINUTES;
        let mut wall = wall;
        for one in minute..quarter.min(end) {
            let free = free_at(ask.free, one);
            let (price, share_bp) = (tariff.step_after(served).price, tariff.share_at(wall));
            if free.is_none() {
                served += 1;
                sum.amount += i128::from(price) * i128::from(share_bp);
                sum.subsidy += i128::from(tariff.subsidy) * i128::from(share_bp);
            }
            let (span, from) = (minute_span(one), tariff.from);
            let unit = Unit::Hour;
            sum.grow(Part { span, minutes: 1, tariff: from, unit, price, share_bp, free });
            wall.minute += 1;
        }
        minute = quarter.min(end);
    }
    Ok(sum)
}

fn by_day(
    tariffs: &[Tariff],
    ask: &Ask<'_>,
    span: Span,
    local: &dyn Fn(Instant) -> Local,
) -> Result<Sum, Refusal> {
    let [start, end] = bounded(cut(span))?;
    let charged: Vec<i64> =
        (start..end).filter(|minute| free_at(ask.free, *minute).is_none()).collect();
    let (mut sum, mut served) = (Sum::default(), 0);
    for block in charged.chunks(usize::try_from(DAY_MINUTES).expect("a day is short")) {
        let (first, last) = (block[0], block[block.len() - 1]);
        let wall = local(at_minute(first));
        let tariff = tariff_on(tariffs, ask, wall.date)?;
        let (price, share_bp) = (tariff.step_after(served).price, tariff.share_at(wall));
        // A block is a whole day, an hour's sixty minutes in the parts that hours are kept in.
        let share = i128::from(share_bp) * 60;
        sum.amount += i128::from(price) * share;
        sum.subsidy += i128::from(tariff.subsidy) * share;
        let span = Span::new(at_minute(first), at_minute(last + 1)).expect("a block has a minute");
        let minutes = u32::try_from(block.len()).expect("a day is short");
        let (unit, free) = (Unit::Day, None);
        sum.parts.push(Part { span, minutes, tariff: tariff.from, unit, price, share_bp, free });
        served += u64::from(minutes);
    }
    Ok(sum)
}

fn minute_span(minute: i64) -> Span {
    Span::new(at_minute(minute), at_minute(minute + 1)).expect("a minute is not empty")
}

impl Sum {
    /// Adds minutes, to the last part where they are priced alike.
    fn grow(&mut self, part: Part) {
        match self.parts.last_mut() {
            Some(last) if last.is_priced_like(&part) => {
                last.minutes += part.minutes;
                last.span = Span::new(last.span.start(), part.span.end()).expect("time goes on");
            }
            _ => self.parts.push(part),
        }
    }
}

impl Part {
    fn is_priced_like(&self, next: &Self) -> bool {
        self.span.end() == next.span.start()
            && (self.tariff, self.price, self.share_bp, self.free)
                == (next.tariff, next.price, next.share_bp, next.free)
    }
}

#[cfg(test)]
mod tests;
