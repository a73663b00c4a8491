//! Machine hours: what is counted of service records in a period.
//!
//! Spans are clipped at both ends of the period. Hours of an instrument are the union of its
//! spans, seat hours their sum. Everything is whole minutes.

use crate::service_record::{Kind, Record};
use crate::words_of;
use base::{Instant, InstrumentId, Span};
use std::collections::BTreeMap;

const MINUTE_US: i64 = 60_000_000;

words_of! {
    /// How spans that overlap are counted.
    Overlap {
        /// Each minute once.
        Union = "union",
        /// Each span whole.
        Sum = "sum",
    }
}

/// What a scheme allows of each use besides the test itself, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Caps {
    pub preparation: u32,
    pub clearing: u32,
}

/// Minutes and amounts of one instrument, unit or city in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Hours {
    /// Services and teaching, for anybody.
    pub effective: i64,
    /// For customers of other legal entities.
    pub external: i64,
    pub teaching: i64,
    pub training: i64,
    pub maintenance: i64,
    pub records: i64,
    pub samples: i64,
    /// Minor units, by where the customer stands.
    pub income_internal: i64,
    pub income_external: i64,
}

impl Hours {
    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            effective: self.effective + other.effective,
            external: self.external + other.external,
            teaching: self.teaching + other.teaching,
            training: self.training + other.training,
            maintenance: self.maintenance + other.maintenance,
            records: self.records + other.records,
            samples: self.samples + other.samples,
            income_internal: self.income_internal + other.income_internal,
            income_external: self.income_external + other.income_external,
        }
    }

    /// Basis points of the effective hours that served others; nothing without effective hours.
    pub fn share_bp(&self) -> Option<i64> {
        (self.effective > 0).then(|| {
            let exact = i128::from(self.external) * 10_000;
            let rounding = ledger::rounding::Rounding::HalfUp;
            rounding.quotient(exact, i128::from(self.effective)).expect("a part of the whole")
        })
    }
}

/// What is counted of a service record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub instrument: Option<InstrumentId>,
    pub kind: Kind,
    pub is_external: bool,
    pub span: Span,
    pub preparation_minutes: u32,
    pub clearing_minutes: u32,
    pub samples: u32,
    /// Minor units, whoever paid them.
    pub amount: i64,
}

impl From<&Record> for Counted {
    fn from(record: &Record) -> Self {
        Self {
            instrument: record.instrument,
            kind: record.kind,
            is_external: record.is_external,
            span: record.span,
            preparation_minutes: record.preparation_minutes,
            clearing_minutes: record.clearing_minutes,
            samples: record.samples,
            amount: record.amount(),
        }
    }
}

/// The span that counts: preparation and clearing within their caps, clipped to the period.
fn counted(record: &Counted, caps: Caps, period: Span) -> Option<Span> {
    let over = |minutes: u32, cap: u32| 60 * i64::from(minutes.saturating_sub(cap));
    let start =
        record.span.start().plus_seconds(over(record.preparation_minutes, caps.preparation));
    let end = record.span.end().plus_seconds(-over(record.clearing_minutes, caps.clearing));
    clip(Span::new(start, end)?, period)
}

/// The part of a span inside a period.
pub fn clip(span: Span, period: Span) -> Option<Span> {
    Span::new(span.start().max(period.start()), span.end().min(period.end()))
}

/// Minutes of spans, whichever way overlaps count.
pub fn minutes(spans: &[Span], overlap: Overlap) -> i64 {
    let length = |from: Instant, until: Instant| (until.micros() - from.micros()) / MINUTE_US;
    if overlap == Overlap::Sum {
        return spans.iter().map(|span| length(span.start(), span.end())).sum();
    }
    let mut ordered = spans.to_vec();
    ordered.sort_unstable_by_key(|span| (span.start(), span.end()));
    let (mut total, mut reached) = (0, Instant::from_micros(i64::MIN));
    for span in ordered {
        let from = span.start().max(reached);
        if from < span.end() {
            total += length(from, span.end());
            reached = span.end();
        }
    }
    total
}

/// Spans of one instrument by what they were spent on.
#[derive(Default)]
struct Spans {
    effective: Vec<Span>,
    external: Vec<Span>,
    teaching: Vec<Span>,
    training: Vec<Span>,
    maintenance: Vec<Span>,
    rest: Hours,
}

/// Hours of each instrument in a period, from rows that stand. Rows without an instrument are
/// counted apart, by orders and not by hours.
pub struct Counting {
    caps: Caps,
    period: Span,
    found: BTreeMap<InstrumentId, Spans>,
}

impl Counting {
    pub fn new(caps: Caps, period: Span) -> Self {
        Self { caps, period, found: BTreeMap::new() }
    }

    /// Counts one row.
    pub fn take(&mut self, record: &Counted) {
        let Some(instrument) = record.instrument else { return };
        let spans = self.found.entry(instrument).or_default();
        spans.take(record, counted(record, self.caps, self.period), self.period);
    }

    /// What was counted.
    pub fn hours(self, overlap: Overlap) -> BTreeMap<InstrumentId, Hours> {
        self.found.into_iter().map(|(id, spans)| (id, spans.hours(overlap))).collect()
    }
}

/// The same of rows that are at hand.
pub fn by_instrument<'a>(
    records: impl IntoIterator<Item = &'a Record>,
    (caps, overlap): (Caps, Overlap),
    period: Span,
) -> BTreeMap<InstrumentId, Hours> {
    let mut counting = Counting::new(caps, period);
    for record in records {
        counting.take(&record.into());
    }
    counting.hours(overlap)
}

impl Spans {
    fn take(&mut self, record: &Counted, span: Option<Span>, period: Span) {
        if let Some(span) = span {
            match record.kind {
                Kind::Service => self.effective.push(span),
                Kind::Teaching => self.teaching.push(span),
                Kind::Training => self.training.push(span),
                Kind::Maintenance => self.maintenance.push(span),
            }
            if record.kind == Kind::Service && record.is_external {
                self.external.push(span);
            }
        }
        // Income and samples belong to the period in which the service ended.
        let last = Instant::from_micros(record.span.end().micros() - 1);
        if period.holds(last) {
            self.rest.records += 1;
            self.rest.samples += i64::from(record.samples);
            match record.is_external {
                true => self.rest.income_external += record.amount,
                false => self.rest.income_internal += record.amount,
            }
        }
    }

    fn hours(&self, overlap: Overlap) -> Hours {
        let both = [self.effective.as_slice(), self.teaching.as_slice()].concat();
        Hours {
            effective: minutes(&both, overlap),
            external: minutes(&self.external, overlap),
            teaching: minutes(&self.teaching, overlap),
            training: minutes(&self.training, overlap),
            maintenance: minutes(&self.maintenance, overlap),
            ..self.rest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service_record::tests::record;
    use proptest::prelude::*;

    const CAPS: Caps = Caps { preparation: 30, clearing: 20 };

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(text).expect("a moment")
    }

    fn year(year: u32) -> Span {
        let first = |year: u32| at(&format!("{year}-01-01T00:00:00+08:00"));
        Span::new(first(year), first(year + 1)).expect("a year")
    }

    fn of(records: &[Record], overlap: Overlap, period: Span) -> Hours {
        let found = by_instrument(records, (CAPS, overlap), period);
        found.into_values().fold(Hours::default(), Hours::plus)
    }

    #[test]
    fn a_use_over_new_year_counts_in_both_years() {
        let night = [record(1, "2026-12-31T22:00:00+08:00", "2027-01-01T04:00:00+08:00")];
        let hours = |of_year| of(&night, Overlap::Union, year(of_year));
        assert_eq!((hours(2026).effective, hours(2027).effective), (120, 240));
        assert_eq!((hours(2026).records, hours(2027).records), (0, 1));
        assert_eq!((hours(2026).income_external, hours(2027).income_external), (0, 12_000));
        assert_eq!(hours(2028), Hours::default());
    }

    #[test]
    fn overlapping_seats_are_one_instrument_hour() {
        let two = [
            record(1, "2026-03-05T09:00:00+08:00", "2026-03-05T11:00:00+08:00"),
            record(2, "2026-03-05T10:00:00+08:00", "2026-03-05T12:00:00+08:00"),
        ];
        assert_eq!(of(&two, Overlap::Union, year(2026)).effective, 180);
        assert_eq!(of(&two, Overlap::Sum, year(2026)).effective, 240);
    }

    #[test]
    fn preparation_and_clearing_count_up_to_their_caps() {
        let mut one = record(1, "2026-03-05T09:00:00+08:00", "2026-03-05T12:00:00+08:00");
        (one.preparation_minutes, one.clearing_minutes) = (30, 20);
        assert_eq!(of(&[one.clone()], Overlap::Union, year(2026)).effective, 180);
        (one.preparation_minutes, one.clearing_minutes) = (50, 30);
        assert_eq!(of(&[one.clone()], Overlap::Union, year(2026)).effective, 150);
        (one.preparation_minutes, one.clearing_minutes) = (200, 200);
        assert_eq!(of(&[one], Overlap::Union, year(2026)).effective, 0);
    }

    #[test]
    fn kinds_are_hours_of_their_own() {
        let kinds = [Kind::Service, Kind::Teaching, Kind::Training, Kind::Maintenance];
        let row = |(n, kind): (usize, Kind)| {
            let hour = |hour: usize| format!("2026-03-05T{hour:02}:00:00+08:00");
            let id = u128::try_from(n).expect("few");
            Record { kind, is_external: n == 0, ..record(id, &hour(9 + n), &hour(10 + n)) }
        };
        let rows: Vec<Record> = kinds.into_iter().enumerate().map(row).collect();
        let hours = of(&rows, Overlap::Union, year(2026));
        assert_eq!((hours.effective, hours.external, hours.teaching), (120, 60, 60));
        assert_eq!((hours.training, hours.maintenance, hours.records), (60, 60, 4));
        assert_eq!(hours.share_bp(), Some(5_000));
        assert_eq!(Hours::default().share_bp(), None);
    }

    proptest! {
        /// A peer counts whole uses where they end; clipped ones add up over any cut of time.
        #[test]
        fn two_periods_together_count_what_one_does(
            rows in prop::collection::vec((0_i64..2_000, 1_i64..600), 1..20), cut in 1_i64..2_600,
        ) {
            let minute = |n: i64| at("2026-01-01T00:00:00+08:00").plus_seconds(60 * n);
            let span = |from, until| Span::new(minute(from), minute(until)).expect("a span");
            let spans: Vec<Span> = rows.iter().map(|(from, n)| span(*from, from + n)).collect();
            let within = |period: Span| -> Vec<Span> {
                spans.iter().filter_map(|span| clip(*span, period)).collect()
            };
            for overlap in Overlap::ALL {
                let whole = minutes(&spans, *overlap);
                let parts = [span(-1, cut), span(cut, 2_601)].map(|it| minutes(&within(it), *overlap));
                prop_assert_eq!(parts[0] + parts[1], whole);
            }
            let union = (0..2_600).filter(|n| spans.iter().any(|span| span.holds(minute(*n)))).count();
            prop_assert_eq!(Ok(minutes(&spans, Overlap::Union)), i64::try_from(union));
        }
    }
}
