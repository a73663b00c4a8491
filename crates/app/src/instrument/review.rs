//! Before an instrument is bought: what there is of its kind nearby and how far it is used; and when one
//! instrument is taken, for programs that ask for nothing else.

use super::reading::busy;
use super::{Found, SearchAsk, Similar, allowed};
use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use access::Act as A;
use base::{Instant, InstrumentId, Span};
use calendar::Spans;
use instruments::Instrument;
use instruments::booking::State;
use instruments::outage::Reach;
use instruments::review::Review;

/// Instruments that one review lists.
pub const REVIEWED_MAX: usize = 100;
/// Days ahead for which is told when an instrument is taken.
const BUSY_DAYS: i64 = 60;
/// Bookings of that time.
const BUSY_MAX: usize = 2_000;

/// What there is of what somebody wants to buy.
#[derive(Clone, Debug)]
pub struct Reviewed {
    pub rows: Vec<Similar>,
    /// How many were found altogether; a review lists the first hundred.
    pub total: usize,
    /// Whether nothing has every word, and this is what has most of them.
    pub lacks_words: bool,
    pub review: Review,
    pub base_hours: u32,
    pub now: Instant,
}

/// When an instrument is taken, and no word about by whom.
#[derive(Clone, Debug)]
pub struct BusyTimes {
    pub instrument: Instrument,
    pub within: Span,
    pub busy: Spans,
    /// The beginning of this hour: what is asked again within it is the same to the byte.
    pub stamp: Instant,
}

impl City {
    /// The instruments that a question finds and how far they are used, against the hours of a year that
    /// count as full use.
    pub fn purchase_review(
        &self,
        asker: &Asker,
        ask: &SearchAsk,
        base_hours: u32,
    ) -> Result<Reviewed, No> {
        let ask = SearchAsk { page: 1, page_rows: REVIEWED_MAX, ..ask.clone() };
        let found = self.instruments(asker, &ask)?;
        self.read(asker, |rx| {
            let all: Vec<&Instrument> = found.rows.iter().map(|it| &it.instrument).collect();
            let known = busy(rx, &all)?;
            let of = |it: Found| Similar { busy: known.get(&it.instrument.id).copied(), found: it };
            let rows: Vec<Similar> = found.rows.into_iter().map(of).collect();
            // Of what is booked and never used nobody tells when it is used.
            let used = rows.iter().map(|it| {
                let told = it.busy.filter(|it| it.used_minutes > 0 || it.booked_minutes == 0);
                told.map(|busy| busy.used_minutes)
            });
            Ok(Reviewed {
                review: Review::of(used, base_hours),
                rows,
                total: found.total,
                lacks_words: found.lacks_words,
                base_hours,
                now: rx.now,
            })
        })
    }

    /// When an instrument is taken or out of service in the next sixty days.
    pub fn instrument_busy(&self, asker: &Asker, id: InstrumentId) -> Result<BusyTimes, No> {
        self.read(asker, |rx| {
            let (it, _) = allowed(rx, id, A::LookAtInstrument)?;
            let stamp = Instant::from_micros(rx.now.micros() - rx.now.micros().rem_euclid(HOUR_US));
            let until = stamp.plus_seconds(BUSY_DAYS * 86_400);
            let within = Span::new(stamp, until).ok_or_else(base::Refusal::not_found)?;
            let booked = store::booking::of_instrument(rx.tx, id, within, BUSY_MAX)?;
            // What is not known is not called free.
            let last = booked.get(BUSY_MAX - 1).map(|last| last.span.start());
            let within = last.and_then(|last| Span::new(stamp, last)).unwrap_or(within);
            let holds = |state: State| state.holds_time() || state == State::Finished;
            let mut spans: Vec<Span> =
                booked.iter().filter(|it| holds(it.state)).map(|it| it.busy()).collect();
            spans.extend(store::wait::held(rx.tx, id, within)?);
            let full = Spans::of_depth(&spans, crate::booking::scene::seats_of(&it).into());
            let downs = store::booking_rule::outages(rx.tx, id, within)?;
            let downs = downs.iter().filter(|it| it.reach == Reach::Whole).map(|it| it.span);
            let busy: Spans = full.as_slice().iter().copied().chain(downs).collect();
            Ok(BusyTimes { instrument: it, within, busy: busy.within(within), stamp })
        })
    }
}

const HOUR_US: i64 = 3_600_000_000;
