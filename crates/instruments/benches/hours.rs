//! How long the machine hours of a year take over the ledger of services, and the scores that come of
//! them. `cargo bench -p instruments --bench hours`; arguments: rows (1000000), instruments (1200),
//! rounds (5).
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use base::{Instant, InstrumentId, OrganisationId, ServiceRecordId, Span};
use instruments::machine_hours::{Caps, Hours, Overlap, by_instrument};
use instruments::scheme::{Inputs, university_form};
use instruments::service_record::{Evidence, FUND_SOURCES, Kind, Purpose, Record};
use instruments::tariff::Way;

const CAPS: Caps = Caps { preparation: 60, clearing: 60 };
const YEAR_SECONDS: i64 = 365 * 86_400;

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|it| it.parse::<u64>().ok());
    let n_rows = arguments.next().unwrap_or(1_000_000);
    let n_instruments = arguments.next().unwrap_or(1_200).max(1);
    let n_rounds = arguments.next().unwrap_or(5);
    let rows: Vec<Record> = (0..n_rows).map(|n| row(n, n_instruments)).collect();
    let start = Instant::from_micros(0);
    let period = Span::new(start, start.plus_seconds(YEAR_SECONDS)).expect("a year");
    for round in 1..=n_rounds {
        let began = std::time::Instant::now();
        let by = by_instrument(&rows, (CAPS, Overlap::Union), period);
        let total = by.values().copied().fold(Hours::default(), Hours::plus);
        let hours_ms = began.elapsed().as_millis();
        let began = std::time::Instant::now();
        let form = university_form("2026-01-01".parse().expect("a day"));
        let scored = by.values().filter(|hours| form.score(&inputs(hours)).is_ok()).count();
        assert_eq!(scored, by.len(), "every instrument has its inputs");
        let scores_ms = began.elapsed().as_millis();
        println!(
            "round {round}: {n_rows} rows, {} instruments, {} effective minutes: hours {hours_ms} ms, \
             scores {scores_ms} ms",
            by.len(),
            total.effective
        );
    }
}

/// A row of the year: an hour or two, spread by a fixed rule, one in five for somebody else.
fn row(n: u64, n_instruments: u64) -> Record {
    let small = |number: u64| i64::try_from(number).expect("a small number");
    let start = Instant::from_micros(0).plus_seconds(small(n * 7_919 % 31_000_000));
    let end = start.plus_seconds(1_800 + small(n % 5) * 1_200);
    Record {
        id: ServiceRecordId::from_bits(u128::from(n) + 1),
        instrument: Some(InstrumentId::from_bits(u128::from(n % n_instruments) + 1)),
        unit: OrganisationId::from_bits(1),
        customer: Some(OrganisationId::from_bits(2)),
        kind: Kind::Service,
        way: Way::Own,
        purpose: Purpose::Research,
        span: Span::new(start, end).expect("it ends after it begins"),
        preparation_minutes: 10,
        clearing_minutes: 5,
        samples: 1,
        paid_customer: 6_000,
        paid_unit: 0,
        paid_voucher: 0,
        is_external: n.is_multiple_of(5),
        fund_source: FUND_SOURCES,
        has_agreement: false,
        opinion: None,
        strength: Evidence::Strong,
        reverses: None,
    }
}

fn inputs(hours: &Hours) -> Inputs {
    let rows = [
        ("effective_minutes", hours.effective),
        ("quota", 1_400),
        ("independent", 3),
        ("guided", 5),
        ("shown", 30),
        ("results_points", 40),
        ("income_points", 50),
        ("functions_points", 10),
    ];
    rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
