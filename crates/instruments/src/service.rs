//! Service orders as kept: what was asked, answered and delivered, and what follows after a step.
//!
//! Prices are minor units of the city's currency. Money is moved by who saves the order, never here.

mod wish;

pub use wish::{Asked, Wish};

use crate::charge::{Extra, ExtraKind, Samples};
use crate::item::{Item, Mark};
use crate::service_order::{
    Manner, Opinion, Rest, Sample, Side, State, Step, choose, cost, reasoned,
};
use crate::service_record::Purpose;
use crate::tariff::PRICE_MAX;
use crate::words_of;
use base::limits::SUMMARY_CHARS_MAX;
use base::{
    Bilingual, Class, Date, FileId, Instant, InstrumentId, OrganisationId, PersonId, Reference,
    Refusal, SampleId, ServiceOrderId, ServiceRequestId, TestItemId, Value, VoucherId, text,
};
use std::collections::BTreeMap;

/// Things that one order asks for.
pub const LINES_MAX: usize = 20;
/// Days after which a unit may close what its customer left open.
pub const CLOSE_DAYS: i64 = 30;
/// Days that a unit may promise.
pub const DAYS_MAX: u32 = 365;

words_of! {
    /// Where a sample is.
    Whereabouts {
        /// It has not come yet.
        Announced = "announced",
        Here = "here",
        PickedUp = "picked-up",
        Disposed = "disposed",
        /// It went back untested.
        Returned = "returned",
    }

    /// What happened to a sample.
    Handling {
        Received = "received",
        /// Somebody took it, or put it elsewhere.
        Moved = "moved",
        PickedUp = "picked-up",
        Disposed = "disposed",
        Returned = "returned",
    }
}

/// One thing that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Line {
    pub item: Option<TestItemId>,
    pub instrument: Option<InstrumentId>,
    /// The name of it as it was when it was asked for.
    pub what: Bilingual,
    pub standard: String,
    /// Prices of this customer's class; nothing where the unit has to say.
    pub prices: Option<Samples>,
    /// List prices, where the class has others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<Samples>,
    /// Days that the list promises; zero where it does not.
    pub days: u32,
}

/// What a unit says it costs and how long it takes.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Quote {
    pub prices: Samples,
    pub days: u32,
    pub note: String,
}

/// A report as issued.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Report {
    pub file: FileId,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub hash: String,
    pub marks: Vec<Mark>,
    pub day: Date,
}

/// When an order came to each of its states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Times {
    pub submitted: Option<Instant>,
    pub quoted: Option<Instant>,
    pub accepted: Option<Instant>,
    pub received: Option<Instant>,
    pub started: Option<Instant>,
    pub tested: Option<Instant>,
    pub reported: Option<Instant>,
    pub cleared: Option<Instant>,
    pub over: Option<Instant>,
}

/// What was asked, answered and done.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Matter {
    pub title: String,
    /// What is charged; empty for none.
    pub project: String,
    pub purpose: Purpose,
    pub note: String,
    pub is_urgent: bool,
    pub manner: Manner,
    pub lines: Vec<Line>,
    pub quote: Option<Quote>,
    pub report: Option<Report>,
    /// What the customer says beside the opinion.
    pub word: String,
    pub times: Times,
}

/// An order as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: ServiceOrderId,
    pub reference: Reference,
    /// Where the same was asked of several units.
    pub request: Option<ServiceRequestId>,
    pub customer: OrganisationId,
    pub unit: OrganisationId,
    pub person: PersonId,
    pub state: State,
    pub matter: Matter,
    pub voucher: Option<VoucherId>,
    pub opinion: Option<Opinion>,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// A sample as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSample {
    pub id: SampleId,
    pub order: ServiceOrderId,
    /// Counted from 0.
    pub place: usize,
    /// What stands on its label.
    pub code: String,
    pub sample: Sample,
    pub whereabouts: Whereabouts,
}

/// One link of a chain of custody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Custody {
    pub sample: SampleId,
    /// Counted from 1.
    pub n: u64,
    pub act: Handling,
    pub person: PersonId,
    /// Where it stands since.
    pub stands: String,
    pub note: String,
    pub at: Instant,
}

/// What somebody does to an order.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doing {
    Quote(Quote),
    Accept {
        /// The voucher that shall pay a part, named by who accepts.
        voucher: Option<VoucherId>,
    },
    Receive {
        stands: String,
    },
    Start,
    /// Whether the test of each sample gave a result, in their order.
    Finish {
        succeeded: Vec<bool>,
    },
    Report {
        file: Option<FileId>,
        marks: Vec<Mark>,
    },
    Clear {
        note: String,
    },
    Close {
        opinion: Option<Opinion>,
        word: String,
    },
    Reject {
        reason: String,
    },
    Cancel {
        reason: String,
    },
    Return {
        reason: String,
    },
}

/// What has to be known to decide about a step.
pub struct Facts<'a> {
    pub samples: &'a [KeptSample],
    /// The items of its lines as they stand now.
    pub items: &'a BTreeMap<TestItemId, Item>,
    /// Every order of the same request, this one among them.
    pub siblings: &'a [(ServiceOrderId, State)],
    /// The file of a report with its hash, where there is one.
    pub file: Option<(FileId, String)>,
    /// Whether its line in the statement is in dispute.
    pub is_disputed: bool,
    pub today: Date,
    pub now: Instant,
}

/// What follows from a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    pub order: Order,
    pub samples: Vec<KeptSample>,
    /// What happened to each sample, and where it stands since.
    pub handling: Option<(Handling, String)>,
    pub step: Step,
    pub note: String,
    /// Orders of other units that are told no.
    pub not_chosen: Vec<ServiceOrderId>,
}

impl Doing {
    /// The step it is.
    pub fn step(&self) -> Step {
        match self {
            Self::Quote(_) => Step::Quote,
            Self::Accept { .. } => Step::Accept,
            Self::Receive { .. } => Step::Receive,
            Self::Start => Step::Start,
            Self::Finish { .. } => Step::Finish,
            Self::Report { .. } => Step::Report,
            Self::Clear { .. } => Step::Clear,
            Self::Close { .. } => Step::Close,
            Self::Reject { .. } => Step::Reject,
            Self::Cancel { .. } => Step::Cancel,
            Self::Return { .. } => Step::Return,
        }
    }

    /// What is said with it.
    fn note(&self) -> (&'static str, &str) {
        match self {
            Self::Quote(quote) => ("note", &quote.note),
            Self::Receive { stands } => ("stands", stands),
            Self::Clear { note } => ("note", note),
            Self::Close { word, .. } => ("word", word),
            Self::Reject { reason } | Self::Cancel { reason } | Self::Return { reason } => {
                ("reason", reason)
            }
            _ => ("note", ""),
        }
    }
}

impl Order {
    /// What each line costs by its samples: the quote where there is one, list prices otherwise;
    /// nothing while no price is known.
    pub fn prices(&self) -> Option<Vec<(&Line, Samples)>> {
        let lines = &self.matter.lines;
        match &self.matter.quote {
            Some(quote) => Some(vec![(lines.first()?, quote.prices)]),
            None => lines.iter().map(|line| Some((line, line.prices?))).collect(),
        }
    }

    /// What the order costs; nothing while no price is known.
    pub fn cost(&self, samples: &[KeptSample]) -> Option<i64> {
        Some(self.extras(samples)?.iter().map(|extra| extra.amount).sum())
    }

    /// What it would cost by list prices; the same where no class has others or a quote was made.
    pub fn list_cost(&self, samples: &[KeptSample]) -> Option<i64> {
        if self.matter.quote.is_some() {
            return self.cost(samples);
        }
        let all: Vec<Sample> = samples.iter().map(|it| it.sample.clone()).collect();
        let of = |line: &Line| Some(cost(line.list.or(line.prices)?, &all, self.matter.is_urgent));
        self.matter.lines.iter().map(of).sum()
    }

    /// The lines of its charge.
    pub fn extras(&self, samples: &[KeptSample]) -> Option<Vec<Extra>> {
        let all: Vec<Sample> = samples.iter().map(|it| it.sample.clone()).collect();
        let quantity = u32::try_from(all.len()).unwrap_or(u32::MAX);
        let extra = |(line, prices): (&Line, Samples)| {
            let kind = if line.item.is_some() { ExtraKind::Item } else { ExtraKind::Samples };
            let (en, zh) = (line.what.en.as_str(), line.what.zh.as_str());
            let parts: Vec<&str> = [zh, en].into_iter().filter(|part| !part.is_empty()).collect();
            let amount = cost(prices, &all, self.matter.is_urgent);
            Extra { kind, label: parts.join(" / "), quantity, amount }
        };
        Some(self.prices()?.into_iter().map(extra).collect())
    }

    /// Days that are promised; zero for none.
    pub fn days(&self) -> u32 {
        let listed = self.matter.lines.iter().map(|line| line.days).max().unwrap_or(0);
        self.matter.quote.as_ref().map_or(listed, |quote| quote.days)
    }

    /// Whether the unit may take it at list prices, as it was asked for.
    pub fn is_listed(&self) -> bool {
        self.matter.manner == Manner::Each && self.prices().is_some()
    }

    /// Marks that its report may carry on a day: every line is an item inside the scope.
    pub fn marks_on(&self, items: &BTreeMap<TestItemId, Item>, day: Date) -> Vec<Mark> {
        let can = |mark: &Mark| self.carry(items, *mark, day).is_ok();
        Mark::ALL.iter().copied().filter(can).collect()
    }

    fn carry(
        &self,
        items: &BTreeMap<TestItemId, Item>,
        mark: Mark,
        day: Date,
    ) -> Result<(), Refusal> {
        for line in &self.matter.lines {
            match line.item.and_then(|id| items.get(&id)) {
                Some(item) => item.sheet.carry(mark, day)?,
                None => {
                    let no = Refusal::new(Class::Refused, "item-out-of-scope").on("mark");
                    let no = no.term("mark", format!("item-mark-{mark}"));
                    return Err(no.with("on", Value::On(day)));
                }
            }
        }
        Ok(())
    }

    /// Whether its unit may close it for a customer who does not.
    pub fn may_unit_close(&self, now: Instant) -> bool {
        let waits = |at: Instant| now.seconds_since(at) >= CLOSE_DAYS * 86_400;
        self.state == State::Cleared && self.matter.times.cleared.is_some_and(waits)
    }

    /// The order after a step of somebody on a side, or everything that stands against it.
    pub fn after(
        &self,
        side: Side,
        doing: &Doing,
        facts: &Facts<'_>,
    ) -> Result<Next, Vec<Refusal>> {
        let step = doing.step();
        let by = match (side, step) {
            (Side::Unit, Step::Close) if self.may_unit_close(facts.now) => Side::Customer,
            _ => side,
        };
        let state = self.state.after(step, by, false).map_err(|no| vec![no])?;
        let (field, said) = doing.note();
        let mut no = Vec::new();
        no.extend(reasoned(step, said).err());
        let note = text::block(field, said, SUMMARY_CHARS_MAX);
        no.extend(note.as_ref().err().cloned());
        let money = matches!(step, Step::Finish | Step::Cancel | Step::Return);
        if money && facts.is_disputed {
            no.push(Refusal::new(Class::Refused, "service-charge-disputed"));
        }
        let order = Order { state, version: self.version + 1, ..self.clone() };
        let samples = facts.samples.to_vec();
        let note = note.unwrap_or_default();
        let not_chosen = Vec::new();
        let mut next = Next { order, samples, handling: None, step, note, not_chosen };
        next.order.matter.times.note(state, facts.now);
        no.extend(self.work(side, doing, facts, &mut next));
        if no.is_empty() { Ok(next) } else { Err(no) }
    }

    fn work(&self, side: Side, doing: &Doing, facts: &Facts<'_>, next: &mut Next) -> Vec<Refusal> {
        let mut no = Vec::new();
        match doing {
            Doing::Quote(quote) => {
                no.extend(flaws_of_quote(quote));
                let note = next.note.clone();
                next.order.matter.quote = Some(Quote { note, ..quote.clone() });
            }
            Doing::Accept { voucher } => match (self.accept(side, *voucher, facts), *voucher) {
                (Ok(not_chosen), voucher) => {
                    next.not_chosen = not_chosen;
                    next.order.voucher = voucher.or(self.voucher);
                }
                (Err(refusal), _) => no.push(refusal),
            },
            Doing::Receive { .. } => {
                if next.note.is_empty() {
                    let refusal = Refusal::invalid("field-required").on("stands");
                    no.push(refusal.term("field", "field-stands"));
                }
                next.handle(Handling::Received);
            }
            Doing::Finish { succeeded } => {
                if succeeded.len() != facts.samples.len() {
                    no.push(Refusal::invalid("service-succeeded").on("succeeded"));
                }
                for (it, succeeded) in next.samples.iter_mut().zip(succeeded) {
                    it.sample.succeeded = Some(*succeeded);
                }
            }
            Doing::Report { marks, .. } => no.extend(self.report(marks, facts, next)),
            Doing::Clear { .. } => next.clear(),
            Doing::Return { .. } => next.handle(Handling::Returned),
            Doing::Close { opinion, .. } => {
                if opinion.is_none() && side == Side::Customer {
                    let refusal = Refusal::invalid("field-required").on("opinion");
                    no.push(refusal.term("field", "field-opinion"));
                }
                next.order.opinion = *opinion;
                next.order.matter.word.clone_from(&next.note);
            }
            Doing::Start | Doing::Reject { .. } | Doing::Cancel { .. } => {}
        }
        no
    }

    fn accept(
        &self,
        side: Side,
        voucher: Option<VoucherId>,
        facts: &Facts<'_>,
    ) -> Result<Vec<ServiceOrderId>, Refusal> {
        let refused = |code| Err(Refusal::new(Class::Refused, code));
        match side {
            Side::Unit if self.matter.manner == Manner::Compare => refused("service-answer-first"),
            Side::Unit if !self.is_listed() => refused("service-no-price"),
            Side::Unit if voucher.is_some() => refused("service-voucher-of-customer"),
            Side::Customer => choose(self.matter.manner, facts.siblings, self.id),
            _ => Ok(Vec::new()),
        }
    }

    fn report(&self, marks: &[Mark], facts: &Facts<'_>, next: &mut Next) -> Vec<Refusal> {
        let against = |mark: &Mark| self.carry(facts.items, *mark, facts.today).err();
        let mut no: Vec<Refusal> = marks.iter().filter_map(against).collect();
        let Some((file, hash)) = facts.file.clone() else {
            no.push(Refusal::invalid("service-report-missing").on("documents"));
            return no;
        };
        let mut marks = marks.to_vec();
        marks.sort_unstable();
        marks.dedup();
        next.order.matter.report = Some(Report { file, hash, marks, day: facts.today });
        no
    }
}

impl Times {
    fn note(&mut self, state: State, now: Instant) {
        let place = match state {
            State::Draft | State::Approved => return,
            State::Submitted => &mut self.submitted,
            State::Quoted => &mut self.quoted,
            State::Accepted => &mut self.accepted,
            State::Received => &mut self.received,
            State::InTest => &mut self.started,
            State::Tested => &mut self.tested,
            State::Reported => &mut self.reported,
            State::Cleared => &mut self.cleared,
            State::Closed | State::Rejected | State::Cancelled | State::Returned => &mut self.over,
        };
        *place = Some(now);
    }
}

impl Next {
    fn handle(&mut self, act: Handling) {
        let (to, stands) = match act {
            Handling::Received | Handling::Moved => (Whereabouts::Here, self.note.clone()),
            Handling::PickedUp => (Whereabouts::PickedUp, String::new()),
            Handling::Disposed => (Whereabouts::Disposed, String::new()),
            Handling::Returned => (Whereabouts::Returned, String::new()),
        };
        for it in &mut self.samples {
            it.whereabouts = to;
        }
        self.handling = Some((act, stands));
    }

    /// Each sample has the fate that its customer asked for.
    fn clear(&mut self) {
        for it in &mut self.samples {
            it.whereabouts = match it.sample.rest {
                Rest::Return => Whereabouts::PickedUp,
                Rest::Dispose => Whereabouts::Disposed,
            };
        }
        self.handling = Some((Handling::PickedUp, String::new()));
    }

    /// What happened to one sample, where something did.
    pub fn handled(&self, sample: &KeptSample) -> Option<(Handling, &str)> {
        let (act, stands) = self.handling.as_ref()?;
        let act = match sample.whereabouts {
            Whereabouts::Disposed => Handling::Disposed,
            _ => *act,
        };
        Some((act, stands))
    }
}

fn flaws_of_quote(quote: &Quote) -> Vec<Refusal> {
    let mut no = Vec::new();
    for (field, amount) in [("price", quote.prices.price), ("minimum", quote.prices.minimum)] {
        if !(0..=PRICE_MAX).contains(&amount) {
            no.push(Refusal::invalid("tariff-amount").on(field));
        }
    }
    if !(1..=DAYS_MAX).contains(&quote.days) {
        let refusal = Refusal::invalid("number-out-of-range").on("days");
        let refusal = refusal.term("field", "field-days").number("least", 1u32);
        no.push(refusal.number("most", DAYS_MAX));
    }
    no
}

#[cfg(test)]
mod tests;
