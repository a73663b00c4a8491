//! How long it takes to merge many releases, six to a process, in processor time of one core. `cargo bench -p ocds`; arguments:
//! number of releases (10000), of rounds (20).
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use ocds::{Rules, compiled, versioned};
use serde_json::{Value, json};

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|it| it.parse::<usize>().ok());
    let n_releases = arguments.next().unwrap_or(10_000);
    let n_rounds = arguments.next().unwrap_or(20);
    let processes: Vec<_> = (0..n_releases / 6).map(process).collect();
    let n_bytes: usize = processes.iter().flatten().map(|it| it.to_string().len()).sum();
    let n_releases = processes.iter().map(Vec::len).sum::<usize>();
    println!("{n_releases} releases of {} processes, {n_bytes} bytes", processes.len());
    let rules = Rules::standard();
    measure("compiled", n_rounds, n_releases, || {
        for releases in &processes {
            std::hint::black_box(compiled(releases, &rules).expect("sound releases"));
        }
    });
    measure("versioned", n_rounds, n_releases, || {
        for releases in &processes {
            std::hint::black_box(versioned(releases, &rules).expect("sound releases"));
        }
    });
    fictional(&rules, n_rounds);
    let lines: Vec<String> = processes.iter().flatten().map(Value::to_string).collect();
    measure("read", n_rounds, n_releases, || {
        for line in &lines {
            let read: Value = serde_json::from_str(line).expect("own text");
            std::hint::black_box(read);
        }
    });
}

/// The sample that the figures of others were measured with, where it is at hand.
fn fictional(rules: &Rules, n_rounds: usize) {
    let Some(file) = testkit::test_data("ocds/fictional-example/1.1/ocds-213czf-000-00001.json")
    else {
        return;
    };
    let text = std::fs::read_to_string(file).expect("a file of the test data");
    let package: Value = serde_json::from_str(&text).expect("JSON");
    let releases = package["releases"].as_array().expect("a list");
    for (name, is_versioned) in [("sample compiled", false), ("sample versioned", true)] {
        measure(name, n_rounds, releases.len() * 1_000, || {
            for _ in 0..1_000 {
                let merge = if is_versioned { versioned } else { compiled };
                std::hint::black_box(merge(releases, rules).expect("sound releases"));
            }
        });
    }
}

fn measure(name: &str, n_rounds: usize, n_releases: usize, mut run: impl FnMut()) {
    let mut took_us: Vec<u64> = (0..n_rounds)
        .map(|_| {
            let (start, start_us) = (std::time::Instant::now(), busy_us());
            run();
            let wall_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
            busy_us().zip(start_us).map_or(wall_us, |(end, start)| end - start)
        })
        .collect();
    took_us.sort_unstable();
    let median_us = took_us.get(n_rounds / 2).copied().unwrap_or(0).max(1);
    let per_second = u64::try_from(n_releases).unwrap_or(0) * 1_000_000 / median_us;
    println!("{name}: {median_us} µs, {per_second} releases/s");
}

/// Microseconds of processor time of this thread, where the kernel tells (Linux); else the clock on the
/// wall is read, and others on the machine are measured too.
fn busy_us() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse::<u64>().ok().map(|busy_ns| busy_ns / 1_000)
}

/// A process from its announcement to its payments, as large as usual ones.
fn process(n: usize) -> Vec<Value> {
    let tags = ["planning", "tender", "tenderAmendment", "award", "contract", "implementation"];
    let parties: Vec<_> = (0..4)
        .map(|p| {
            json!({
                "id": format!("ORG-{p}"), "name": format!("Organisation {p}"), "roles": ["tenderer"],
                "identifier": {"scheme": "CN-USCC", "id": format!("{p}"), "legalName": "Name"},
                "address": {"locality": "A city", "region": "A province", "countryName": "China"},
            })
        })
        .collect();
    let items: Vec<_> = (0..5)
        .map(|i| json!({"id": i.to_string(), "description": "An item", "quantity": i}))
        .collect();
    let release = |(at, tag): (usize, &str)| {
        json!({
            "ocid": format!("ocds-abc123-{n}"),
            "id": format!("{n}-{at}"),
            "date": format!("2026-01-0{}T00:00:00Z", at + 1),
            "tag": [tag],
            "initiationType": "tender",
            "language": "en",
            "parties": parties,
            "buyer": {"id": "ORG-0", "name": "Organisation 0"},
            "tender": {
                "id": "t", "title": format!("A technology, as told by release {at}"),
                "status": if at < 3 { "active" } else { "complete" },
                "procurementMethod": "open", "items": items,
                "value": {"amount": 1_000 * at, "currency": "CNY"},
                "tenderPeriod": {"startDate": "2026-01-01T00:00:00Z", "endDate": "2026-02-01T00:00:00Z"},
                "documents": [{"id": format!("d{at}"), "title": "A document", "format": "application/pdf"}],
            },
            "awards": [{"id": "a", "suppliers": [{"id": "ORG-1", "name": "Organisation 1"}], "items": items}],
            "contracts": [{"id": "c", "awardID": "a", "implementation": {"transactions": [
                {"id": format!("p{at}"), "value": {"amount": at, "currency": "CNY"}},
            ]}}],
        })
    };
    tags.into_iter().enumerate().map(release).collect()
}
