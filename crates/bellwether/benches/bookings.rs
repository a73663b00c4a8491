//! The instruments of a city: the week of all, the week of one, free time, and bookings a second over HTTP.
//!
//! `cargo bench --bench bookings`; arguments: instruments (1200), bookings (100000), service records of one
//! year (1000000). Nine weeks are filled, of which the readings ask for the last. CPU is that of server and client together. With
//! `BELLWETHER_TEST_POSTGRES` set the same runs on PostgreSQL. Aims: issue and section 20 of the field's page.

#[path = "acts/wire.rs"]
mod wire;

use access::{Role, Scope};
use app::Asker;
use app::account::CreateToken;
use app::booking::BookAsk;
use app::instrument::CreateInstrument;
use base::{Bilingual, InstrumentId};
use instruments::service_record::{Evidence, FUND_SOURCES, Kind, Purpose, Record};
use instruments::sheet::Sheet;
use instruments::tariff::Way;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use wire::{Client, served};
use worlds::{Database, On, World};

const WEEKS: usize = 9;
const CLIENTS: usize = 64;
const RUN_FOR: Duration = Duration::from_secs(5);
const LOOKS: usize = 40;
/// Service records that one commit writes.
const RECORDS_AT_ONCE: usize = 10_000;

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn clock() -> Instant {
    Instant::now()
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|it| it.parse::<usize>().ok());
    let n_instruments = arguments.next().unwrap_or(1_200);
    let n_bookings = arguments.next().unwrap_or(100_000);
    let n_records = arguments.next().unwrap_or(1_000_000);
    for on in [On::Sqlite, On::Postgres] {
        let Some(database) = Database::fresh(on) else { continue };
        let world = World::in_database(database);
        let (instruments, people) = entered(&world, n_instruments);
        let started = clock();
        fill(&world, &instruments, &people, n_bookings);
        println!(
            "{on:?}: {n_bookings} bookings of {n_instruments} instruments in {:.0} s",
            started.elapsed().as_secs_f64()
        );
        let (_runtime, port) = served(&world);
        let keys: Vec<String> = people.iter().map(|who| key(&world, who)).collect();
        readings(on, &world, (port, &keys[0]), instruments[7]);
        let (rate, n_all) = race(&world, port, &keys, &instruments);
        println!(
            "{on:?}: {rate:.0} durable bookings/s by {CLIENTS} over HTTP ({n_all}), aim 3000 on SQLite"
        );
        year(on, &world, &instruments, n_records);
    }
}

fn entered(world: &World, n: usize) -> (Vec<InstrumentId>, Vec<Asker>) {
    let unit = world.organisation("Institute of Powders");
    let keeper = world.person("keeper", unit, Role::TransferOfficer);
    let firm = world.organisation("Firm");
    let people = (0..CLIENTS).map(|n| world.person(&format!("booker{n}"), firm, Role::FirmMember));
    let people: Vec<Asker> = people.collect();
    let instruments = (0..n).map(|n| {
        let name = Bilingual::new(format!("Diffractometer {n}"), format!("衍射仪 {n}"));
        let sheet = Sheet { name, ..Sheet::default() };
        let act = CreateInstrument { owner: unit, is_hidden: false, sheet };
        world.city.perform(&keeper, act).expect("entered").instrument
    });
    (instruments.collect(), people)
}

/// Nine weeks, one after another, as they would come to be: every hour of the working day in turn.
fn fill(world: &World, instruments: &[InstrumentId], people: &[Asker], n_bookings: usize) {
    for week in 0..WEEKS {
        let n = n_bookings / WEEKS;
        let hour = 3_600 * 1_000_000;
        let start = base::Instant::from_micros((world.city.now().micros() / hour + 1) * hour);
        std::thread::scope(|scope| {
            for (own, who) in people.iter().enumerate() {
                scope.spawn(move || {
                    for one in (own..n).step_by(people.len()) {
                        let turn = i64::try_from(one / instruments.len()).expect("few");
                        let from = start.plus_seconds((turn / 2 * 24 + turn % 2 * 5) * 3_600);
                        let to = from.plus_seconds(2 * 3_600);
                        let ask = BookAsk::new(instruments[one % instruments.len()], from, to);
                        world.city.book(who, ask).expect("booked");
                    }
                });
            }
        });
        if week + 1 < WEEKS {
            world.clock.pass(7 * 86_400);
        }
    }
}

fn key(world: &World, who: &Asker) -> String {
    let scopes = Scope::ALL.into_iter().collect();
    let act = CreateToken { person: None, name: "load".to_owned(), scopes, days: 9 };
    world.city.perform(who, act).expect("a key").secret
}

/// CPU and time of each reading, over one connection.
fn readings(on: On, world: &World, (port, key): (u16, &str), one: InstrumentId) {
    let week = format!("/instruments/{one}/week");
    let asked = [
        ("week of all instruments (aim 60 ms)", "/api/v1/instruments/week".to_owned()),
        ("week of all as a page", "/instruments/week".to_owned()),
        ("week page of one (aim 5 ms)", week),
        ("free time over all (aim 20 ms)", "/api/v1/instruments/free?minutes=120".to_owned()),
    ];
    let mut client = Client::to(port, key);
    let n_rows = client.get("/api/v1/instruments/week")["data"].as_array().map_or(0, Vec::len);
    println!("{on:?}: the week has {n_rows} instruments");
    for (what, path) in asked {
        let before = world.city.store().n_statements();
        let size = client.bytes("GET", &path, "", "").len();
        let n_statements = world.city.store().n_statements() - before;
        let (cpu, started) = (cpu_seconds(), clock());
        for _ in 0..LOOKS {
            let _ = client.bytes("GET", &path, "", "");
        }
        let each = |seconds: f64| seconds * 1_000.0 / LOOKS as f64;
        println!(
            "{on:?}: {what}: {:.1} ms of CPU, {:.1} ms, {n_statements} statements, {} kB",
            each(cpu_seconds() - cpu),
            each(started.elapsed().as_secs_f64()),
            size / 1_000
        );
    }
}

/// Everybody books free quarters of two hundred instruments, as fast as they are answered.
fn race(world: &World, port: u16, keys: &[String], instruments: &[InstrumentId]) -> (f64, u64) {
    let some = &instruments[..instruments.len().min(200)];
    let hour = 3_600 * 1_000_000;
    // Behind everything that was filled in.
    let start = base::Instant::from_micros((world.city.now().micros() / hour + 24 * 8) * hour);
    let (next, n_all) = (AtomicI64::new(0), AtomicU64::new(0));
    let started = clock();
    std::thread::scope(|scope| {
        for key in keys {
            let (next, n_all) = (&next, &n_all);
            scope.spawn(move || {
                let mut client = Client::to(port, key);
                while started.elapsed() < RUN_FOR {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let place = usize::try_from(n).expect("few") % some.len();
                    let turn = n / i64::try_from(some.len()).expect("few");
                    let from = start.plus_seconds(turn * 900);
                    let body = serde_json::json!({
                        "start": from.rfc3339(),
                        "end": from.plus_seconds(900).rfc3339(),
                    });
                    let path = format!("/api/v1/instruments/{}/bookings", some[place]);
                    let once = format!("idempotency-key: booking-{n}\r\n");
                    let told = client.ask("POST", &path, &once, &body.to_string());
                    assert!(told["code"].is_null(), "{told}");
                    n_all.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let n_all = n_all.load(Ordering::Relaxed);
    (n_all as f64 / started.elapsed().as_secs_f64(), n_all)
}

/// The figures of a year, read from tables.
fn year(on: On, world: &World, instruments: &[InstrumentId], n_records: usize) {
    let of_year = world.city.year(world.city.now());
    let period = app::service_record::year(of_year).expect("a year");
    let unit = world.city.organisation_named("Institute of Powders").expect("known");
    let instruments = std::sync::Arc::new(instruments.to_vec());
    for first in (0..n_records).step_by(RECORDS_AT_ONCE) {
        let rows = first..n_records.min(first + RECORDS_AT_ONCE);
        let instruments = std::sync::Arc::clone(&instruments);
        let written = world.city.store().write("records", move |tx| {
            for n in rows.clone() {
                let place = instruments[n % instruments.len()];
                let start = period.start().plus_seconds(30 * i64::try_from(n).expect("few"));
                let kept = store::service_record::Kept {
                    record: record(n, place, unit, start),
                    names: std::collections::BTreeMap::new(),
                    subject: String::new(),
                    answer: None,
                    said: String::new(),
                    at: start,
                    is_reversed: false,
                };
                store::service_record::add(tx, &kept)?;
            }
            Ok(())
        });
        written.expect("written");
    }
    let office = world.person("office", world.hall, Role::AgencyOfficer);
    for _ in 0..3 {
        let (before, cpu, started) = (world.city.store().n_statements(), cpu_seconds(), clock());
        let figures = world.city.year_figures(&office, of_year).expect("figures");
        println!(
            "{on:?}: figures of {} records of {} instruments: {:.2} s, {:.2} s of CPU, {} statements (aim 2 s)",
            figures.total.records,
            figures.instruments.len(),
            started.elapsed().as_secs_f64(),
            cpu_seconds() - cpu,
            world.city.store().n_statements() - before
        );
    }
}

/// An hour or two, one in five for somebody else.
fn record(
    n: usize,
    instrument: InstrumentId,
    unit: base::OrganisationId,
    start: base::Instant,
) -> Record {
    let small = i64::try_from(n % 5).expect("few");
    let bits = u128::try_from(n).expect("few") + 1;
    Record {
        id: base::ServiceRecordId::from_bits(bits),
        instrument: Some(instrument),
        unit,
        customer: Some(unit),
        kind: Kind::Service,
        way: Way::Own,
        purpose: Purpose::Research,
        span: base::Span::new(start, start.plus_seconds(1_800 + small * 1_200)).expect("forward"),
        preparation_minutes: 10,
        clearing_minutes: 5,
        samples: 1,
        paid_customer: 6_000,
        paid_unit: 0,
        paid_voucher: 0,
        is_external: small == 0,
        fund_source: FUND_SOURCES,
        has_agreement: false,
        opinion: None,
        strength: Evidence::Strong,
        reverses: None,
    }
}

/// Seconds of CPU that this process has had (proc(5): utime and stime, in hundredths).
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(')').next().unwrap_or("");
    let ticks = |n: usize| -> f64 {
        after.split_whitespace().nth(n).and_then(|it| it.parse().ok()).unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) / 100.0
}
