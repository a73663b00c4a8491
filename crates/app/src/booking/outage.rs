//! Outages: declared over bookings or not at all, and ended early.

use super::change::{end, on};
use crate::act::{About, Act, Cx, No, Stop};
use crate::city::City;
use crate::instrument;
use access::{Act as A, Thing};
use base::{Class, Instant, InstrumentId, OutageId, Refusal, Span, limits, text};
use instruments::Instrument;
use instruments::booking::{Booking, State};
use instruments::outage::{Kind, Need, Over, Reach, cascade};
use store::Hold;
use store::booking_rule::Outage;

/// Bookings that one outage displaces at most.
const DISPLACED_MAX: usize = 500;

/// Declares that an instrument cannot be used for a time.
#[derive(serde::Serialize)]
pub struct DeclareOutage {
    pub instrument: InstrumentId,
    pub kind: Kind,
    pub reach: Reach,
    pub title: String,
    pub start: Instant,
    pub end: Instant,
    pub is_planned: bool,
    /// What becomes of bookings under it.
    pub over: Over,
    /// The instruments that need it; found out before the transaction.
    #[serde(skip)]
    needing: Vec<InstrumentId>,
}

impl DeclareOutage {
    /// A planned outage of the whole instrument.
    pub fn new(
        instrument: InstrumentId,
        title: &str,
        span: (Instant, Instant),
        over: Over,
    ) -> Self {
        let (kind, reach, title) = (Kind::Maintenance, Reach::Whole, title.to_owned());
        let ((start, end), needing) = (span, Vec::new());
        Self { instrument, kind, reach, title, start, end, is_planned: true, over, needing }
    }
}

/// What a declaration tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OutageDeclared {
    pub outage: OutageId,
    pub version: u64,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// How many bookings lost their time.
    pub displaced: u64,
    /// The instruments that it reaches besides.
    pub reaches: Vec<InstrumentId>,
}

/// An instrument that an outage reaches, how far, and the bookings under it.
pub struct Reached {
    it: Instrument,
    reach: Reach,
    bookings: Vec<Booking>,
}

impl Act for DeclareOutage {
    const ACT: A = A::DeclareOutage;
    type Facts = (Vec<Reached>, Thing);
    type Plan = (Vec<Reached>, String, Span);
    type Outcome = OutageDeclared;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let id = self.instrument;
        self.needing = city.store().read(|tx| store::booking_rule::needing(tx, id))?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        std::iter::once(self.instrument).chain(self.needing.iter().copied()).map(on).collect()
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        let owner = it.owner;
        let mut reached = vec![(it, self.reach)];
        for id in &self.needing {
            let other = instrument::find(cx, *id)?;
            let needs =
                other.sheet.needs.iter().filter(|need| need.instrument == Some(self.instrument));
            let is_full = needs.map(|need| need.is_full).max();
            // What stands in another house is that house's to close.
            if let Some(is_full) = is_full.filter(|_| other.owner == owner) {
                let reach = cascade(self.reach, &[Need { instrument: *id, is_full }])[0].1;
                reached.push((other, reach));
            }
        }
        let span = Span::new(self.start, self.end);
        let mut facts = Vec::new();
        for (it, reach) in reached {
            let bookings = match span {
                Some(span) if reach == Reach::Whole => {
                    store::booking::of_instrument(cx.tx, it.id, span, DISPLACED_MAX)?
                }
                _ => Vec::new(),
            };
            let bookings = bookings
                .into_iter()
                .filter(|booking| matches!(booking.state, State::Pending | State::Confirmed));
            facts.push(Reached { bookings: bookings.collect(), it, reach });
        }
        Ok((facts, thing))
    }

    fn thing(&self, (_, thing): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (reached, _): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        let title = text::required_line("title", &self.title, limits::TITLE_CHARS_MAX)
            .map_err(|refusal| no.push(refusal))
            .unwrap_or_default();
        let span = Span::new(self.start, self.end).filter(|span| span.end() > cx.now);
        let n: usize = reached.iter().map(|one| one.bookings.len()).sum();
        if n > 0 && self.over == Over::Refuse {
            let refusal = Refusal::new(Class::Conflict, "outage-over-bookings");
            no.push(refusal.on("over").number("count", n));
        }
        match span {
            Some(span) if no.is_empty() => Ok((reached, title, span)),
            Some(_) => Err(no),
            None => {
                no.push(Refusal::invalid("booking-bad-span").on("start"));
                Err(no)
            }
        }
    }

    fn save(
        &self,
        (reached, title, span): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<OutageDeclared, Stop> {
        let by = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let (mut first, mut displaced) = (None, 0);
        let reaches = reached.iter().skip(1).map(|one| one.it.id).collect();
        for one in &reached {
            let outage = Outage {
                id: cx.city.with_chance(|chance| OutageId::new(cx.now, chance)),
                instrument: one.it.id,
                kind: self.kind,
                reach: one.reach,
                title: title.clone(),
                span,
                is_planned: self.is_planned,
                cause: first,
                version: 1,
            };
            store::booking_rule::add_outage(cx.tx, &outage, (by, cx.now))?;
            first = first.or(Some(outage.id));
            for booking in &one.bookings {
                end(cx, &one.it, (booking, State::Displaced), "booking-displaced")?;
                crate::wait::first_right(cx, &one.it, booking)?;
                displaced += 1;
            }
            tell(cx, &one.it, &outage, "outage-declared");
        }
        let outage = first.expect("the instrument itself comes first");
        let (starts_at, ends_at) = (span.start(), span.end());
        Ok(OutageDeclared { outage, version: 1, starts_at, ends_at, displaced, reaches })
    }
}

fn tell(cx: &mut Cx<'_, '_>, it: &Instrument, outage: &Outage, kind: &str) {
    let about = About {
        thing: outage.id.to_string(),
        version: outage.version,
        owner: Some(it.owner),
        label: &it.label,
        state: outage.reach.code(),
    };
    let body = serde_json::json!({
        "instrument": it.id,
        "starts_at": outage.span.start(),
        "ends_at": outage.span.end(),
    });
    cx.event(kind, about, body);
}

/// Ends an outage now, or calls off one that has not begun; what follows from it ends with it.
#[derive(serde::Serialize)]
pub struct EndOutage {
    pub outage: OutageId,
    pub version: u64,
}

impl Act for EndOutage {
    const ACT: A = A::DeclareOutage;
    type Facts = (Outage, Instrument, Thing);
    type Plan = (Outage, Instrument);
    type Outcome = OutageDeclared;

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let outage =
            store::booking_rule::outage(cx.tx, self.outage)?.ok_or_else(Refusal::not_found)?;
        let it = instrument::find(cx, outage.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        Ok((outage, it, thing))
    }

    fn thing(&self, (.., thing): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (outage, it, _): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        if outage.version != self.version {
            return Err(vec![Refusal::new(Class::Conflict, "version-conflict")]);
        }
        if outage.span.end() <= cx.now {
            return Err(vec![Refusal::new(Class::Conflict, "outage-over")]);
        }
        Ok((outage, it))
    }

    fn save(&self, (outage, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<OutageDeclared, Stop> {
        let at = cx.now.max(outage.span.start());
        if !store::booking_rule::end_outage(cx.tx, outage.id, self.version, at)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        if let Some(left) = Span::new(at, outage.span.end()) {
            let others = store::booking_rule::caused(cx.tx, outage.id)?;
            for id in std::iter::once(it.id).chain(others) {
                crate::wait::freed(cx, id, left, true)?;
            }
        }
        tell(cx, &it, &Outage { version: self.version + 1, ..outage.clone() }, "outage-ended");
        Ok(OutageDeclared {
            outage: outage.id,
            version: self.version + 1,
            starts_at: outage.span.start(),
            ends_at: at,
            displaced: 0,
            reaches: Vec::new(),
        })
    }
}
