//! Addresses that an organisation has told of changes: which events, how patient, until when.

use base::{Instant, Refusal, limits};
use std::collections::BTreeSet;

/// Kinds of events that can be wanted: what the change feed gives, no other.
pub const KINDS: [&str; 11] = [
    "technology-confirmed",
    "technology-revised",
    "technology-released",
    "technology-imported",
    "technology-restored",
    "technology-withdrawn",
    "technology-owner-changed",
    "label-raised",
    "listing-created",
    "listing-revised",
    "listing-withdrawn",
];
/// The kind of what is sent only to see whether it arrives; always wanted.
pub const TEST: &str = "test";

/// Seconds until the next attempt of one delivery, by how many there were (the schedule that the
/// Standard Webhooks specification gives as an example). Afterwards it is given up.
pub const PAUSES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// Seconds for which a receiver is left alone after failures in a row, whatever waits for it.
const RESTS: [i64; 5] = [5, 60, 300, 1_800, 3_600];
/// Seconds after which a delivery is given up, however often it was tried.
pub const ENDS_SECONDS: i64 = 4 * 86_400;
/// Seconds of failures without one success after which a webhook is switched off.
pub const FAILING_SECONDS: i64 = 5 * 86_400;
/// Seconds for which the secret before signs too.
pub const OVERLAP_SECONDS: i64 = 86_400;

crate::words_of! {
    /// Whether a webhook is told anything: people pause it, the program switches it off for a
    /// [`Reason`].
    State {
        On = "on",
        Paused = "paused",
        Off = "off",
    }

    /// Why the program switched a webhook off: nothing but failures for days; an answer that it is
    /// no more (410); more waits for it than is kept; who set it up may not look after it any more.
    Reason {
        Failing = "failing",
        Gone = "gone",
        Full = "full",
        Owner = "owner",
    }

    /// Where one delivery stands; delivered means that the receiver took it.
    DeliveryState {
        Waiting = "waiting",
        Delivered = "delivered",
        GivenUp = "given-up",
    }
}

/// What a webhook wants, as somebody asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Ask {
    pub url: String,
    pub kinds: BTreeSet<String>,
}

impl Ask {
    /// Everything wrong with it but what only the network knows.
    pub fn problems(&self) -> Vec<Refusal> {
        let mut no = Vec::new();
        let most = limits::WEBHOOK_ADDRESS_CHARS_MAX;
        let n_chars = self.url.chars().count();
        if self.url.is_empty() {
            no.push(Refusal::invalid("field-required").on("url").term("field", "field-url"));
        } else if n_chars > most {
            let refusal = Refusal::invalid("text-too-long").on("url").term("field", "field-url");
            no.push(refusal.number("most", most).number("found", n_chars));
        }
        if self.kinds.is_empty() {
            no.push(Refusal::invalid("webhook-needs-kind").on("kinds"));
        }
        for kind in self.kinds.iter().filter(|kind| !KINDS.contains(&kind.as_str())).take(10) {
            let refusal =
                Refusal::invalid("choice-unknown").on("kinds").term("field", "field-kinds");
            let found: String = kind.chars().take(100).collect();
            no.push(refusal.text("found", found).text("known", KINDS.join(", ")));
        }
        no
    }
}

/// When a delivery is tried next after so many attempts, or never.
pub fn next_attempt(n_attempts: u64, now: Instant, ends_at: Instant) -> Option<Instant> {
    let at = usize::try_from(n_attempts).ok()?.checked_sub(1)?;
    let next = now.plus_seconds(*PAUSES.get(at)?);
    (next < ends_at).then_some(next)
}

/// Until when a receiver is left alone after so many failures in a row.
pub fn rests_until(n_failures: u64, now: Instant) -> Instant {
    let at = usize::try_from(n_failures.saturating_sub(1)).unwrap_or(usize::MAX);
    now.plus_seconds(RESTS[at.min(RESTS.len() - 1)])
}

/// Whether a receiver has failed for so long that it is switched off.
pub fn is_hopeless(failing_since: Instant, now: Instant) -> bool {
    failing_since.micros() > 0 && now.seconds_since(failing_since) >= FAILING_SECONDS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(1_000_000).plus_seconds(seconds)
    }

    #[test]
    fn pauses_grow_and_end() {
        let mut all = 0;
        for n in 1..=PAUSES.len() as u64 {
            let next = next_attempt(n, at(0), at(ENDS_SECONDS)).expect("another attempt");
            let pause = next.seconds_since(at(0));
            assert!(pause > 0);
            all += pause;
        }
        assert!(all > 3 * 86_400 && all < ENDS_SECONDS, "{all} s of trying");
        assert!(PAUSES.is_sorted() && RESTS.is_sorted());
        assert_eq!(next_attempt(0, at(0), at(1)), None, "nothing was tried");
        assert_eq!(next_attempt(10, at(0), at(ENDS_SECONDS)), None);
        assert_eq!(next_attempt(1, at(0), at(5)), None, "too late by then");
        assert_eq!(next_attempt(1, at(0), at(6)), Some(at(5)));
        assert_eq!(rests_until(1, at(0)), at(5));
        assert_eq!(rests_until(99, at(0)), at(3_600));
        assert!(!is_hopeless(Instant::from_micros(0), at(FAILING_SECONDS)));
        assert!(!is_hopeless(at(0), at(FAILING_SECONDS - 1)));
        assert!(is_hopeless(at(0), at(FAILING_SECONDS)));
    }

    #[test]
    fn all_that_is_wrong_is_said() {
        let codes = |url: &str, kinds: &[&str]| {
            let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
            let ask = Ask { url: url.to_owned(), kinds };
            ask.problems().into_iter().map(|no| no.code.into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(codes("https://a.example", &["technology-confirmed"]), [""; 0]);
        assert_eq!(codes("", &[]), ["field-required", "webhook-needs-kind"]);
        assert_eq!(codes(&"x".repeat(501), &["test"]), ["text-too-long", "choice-unknown"]);
    }
}
