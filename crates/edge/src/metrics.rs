//! Counters of the process in the text format of Prometheus; no label names an object.

use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

/// Requests by face and class of status, and how long they took.
#[derive(Default)]
pub struct Metrics(Mutex<BTreeMap<(&'static str, u16), Kept>>);

#[derive(Default, Clone)]
struct Kept {
    n: u64,
    micros: u64,
    buckets: [u64; BOUNDS_MS.len()],
}

const BOUNDS_MS: [u64; 8] = [1, 5, 10, 25, 50, 100, 500, 2_000];

impl Metrics {
    /// Counts one answer.
    pub fn count(&self, face: &'static str, status: u16, took: Duration) {
        let mut all = self.0.lock();
        let kept = all.entry((face, status / 100)).or_default();
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        kept.n += 1;
        kept.micros = kept.micros.saturating_add(micros);
        for (bucket, bound) in kept.buckets.iter_mut().zip(BOUNDS_MS) {
            if micros <= bound * 1_000 {
                *bucket += 1;
            }
        }
    }

    /// The counters as text.
    pub fn text(&self) -> String {
        let mut text = String::from("# TYPE bellwether_http_request_ms histogram\n");
        for ((face, class), kept) in &*self.0.lock() {
            let labels = format!("face=\"{face}\",status=\"{class}xx\"");
            for (n, bound) in kept.buckets.iter().zip(BOUNDS_MS) {
                let _ = writeln!(
                    text,
                    "bellwether_http_request_ms_bucket{{{labels},le=\"{bound}\"}} {n}"
                );
            }
            let n = kept.n;
            let _ = writeln!(text, "bellwether_http_request_ms_bucket{{{labels},le=\"+Inf\"}} {n}");
            let _ = writeln!(
                text,
                "bellwether_http_request_ms_sum{{{labels}}} {}",
                kept.micros / 1_000
            );
            let _ = writeln!(text, "bellwether_http_request_ms_count{{{labels}}} {n}");
        }
        text
    }
}
