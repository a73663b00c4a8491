//! Limits on how often: token buckets by person when signed in, by network when not.

use access::Rate;
use base::{Class, Instant, Refusal};
use parking_lot::Mutex;
use std::collections::HashMap;

/// How many at once, and how many a minute, for one bucket.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub burst: u32,
    pub per_minute: u32,
}

/// The limits of an installation; the starting values let a campus work behind one address.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    pub read: Limit,
    pub search: Limit,
    pub write: Limit,
    pub export: Limit,
    pub sign_in: Limit,
    /// Bids in auctions.
    pub bid: Limit,
    /// Multiplies every limit for somebody unknown, whose network many may share.
    pub shared_network_factor: u32,
    /// Registrations of firms that one network may send in an hour, and one mail address.
    pub registrations_of_network: u32,
    pub registrations_of_address: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            read: Limit { burst: 200, per_minute: 1_200 },
            search: Limit { burst: 100, per_minute: 600 },
            write: Limit { burst: 60, per_minute: 240 },
            export: Limit { burst: 10, per_minute: 10 },
            sign_in: Limit { burst: 30, per_minute: 30 },
            bid: Limit { burst: 120, per_minute: 600 },
            shared_network_factor: 5,
            registrations_of_network: 20,
            registrations_of_address: 3,
        }
    }
}

/// Buckets kept at most; beyond it those not used for a minute are forgotten, which only forgives,
/// and whoever is new shares one bucket with everybody new.
const BUCKETS_MAX: usize = 100_000;
/// The bucket of those for whom there is no bucket of their own.
const OTHERS: &str = "others";

/// All buckets of this process.
#[derive(Default)]
pub struct Buckets(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    buckets: HashMap<(Rate, String), Bucket>,
    swept_at: Option<Instant>,
}

impl Kept {
    /// The name of the bucket of somebody; sweeps at most once a second, as it looks at each.
    fn name(&mut self, rate: Rate, who: &str, now: Instant) -> (Rate, String) {
        let own = (rate, who.to_owned());
        if self.buckets.len() < BUCKETS_MAX || self.buckets.contains_key(&own) {
            return own;
        }
        if self.swept_at.is_none_or(|at| now.seconds_since(at) >= 1) {
            self.swept_at = Some(now);
            self.buckets.retain(|_, bucket| now.seconds_since(bucket.at) < 60);
        }
        if self.buckets.len() < BUCKETS_MAX { own } else { (rate, OTHERS.to_owned()) }
    }
}

#[derive(Clone, Copy)]
struct Bucket {
    /// Millionths of a request left.
    left: i64,
    at: Instant,
}

impl Buckets {
    /// Takes one request out of a bucket, or says after how many seconds to come again.
    pub fn take(
        &self,
        limits: &Limits,
        rate: Rate,
        who: &str,
        is_known: bool,
        now: Instant,
    ) -> Result<(), Refusal> {
        let limit = match rate {
            Rate::Read => limits.read,
            Rate::Search => limits.search,
            Rate::Write => limits.write,
            Rate::Export => limits.export,
            Rate::SignIn => limits.sign_in,
            Rate::Bid => limits.bid,
        };
        let factor = if is_known { 1 } else { i64::from(limits.shared_network_factor.max(1)) };
        let full = i64::from(limit.burst.max(1)) * factor * 1_000_000;
        let per_minute = i64::from(limit.per_minute.max(1)) * factor;
        let mut kept = self.0.lock();
        let name = kept.name(rate, who, now);
        let bucket = kept.buckets.entry(name).or_insert(Bucket { left: full, at: now });
        let micros = (now.micros() - bucket.at.micros()).clamp(0, 3_600_000_000);
        bucket.left = (bucket.left + micros * per_minute / 60).min(full);
        bucket.at = now;
        if bucket.left < 1_000_000 {
            let wait = (1_000_000 - bucket.left) * 60 / per_minute / 1_000_000 + 1;
            return Err(Refusal::new(Class::TooMany, "too-many").number("seconds", wait));
        }
        bucket.left -= 1_000_000;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let buckets = Buckets::default();
        let limits = Limits {
            write: Limit { burst: 2, per_minute: 60 },
            shared_network_factor: 2,
            ..Limits::default()
        };
        let at = |seconds| Instant::from_micros(0).plus_seconds(seconds);
        let take = |who: &str, known, now| buckets.take(&limits, Rate::Write, who, known, now);
        assert!(take("wu", true, at(0)).is_ok() && take("wu", true, at(0)).is_ok());
        let refusal = take("wu", true, at(0)).expect_err("empty");
        assert_eq!(refusal.code, "too-many");
        assert!(take("li", true, at(0)).is_ok(), "others have their own");
        assert!(take("wu", true, at(1)).is_ok() && take("wu", true, at(1)).is_err());
        let shared = (0..4).filter(|_| take("10.0.0.0/24", false, at(0)).is_ok()).count();
        assert_eq!(shared, 4);
    }

    #[test]
    fn buckets_are_bounded() {
        let buckets = Buckets::default();
        let limits = Limits { read: Limit { burst: 1, per_minute: 1 }, ..Limits::default() };
        let now = Instant::from_micros(0);
        let take = |n: usize, now| buckets.take(&limits, Rate::Read, &n.to_string(), true, now);
        let n_taken = (0..BUCKETS_MAX + 5_000).filter(|n| take(*n, now).is_ok()).count();
        assert_eq!(n_taken, BUCKETS_MAX + 1, "newcomers share one bucket");
        assert_eq!(buckets.0.lock().buckets.len(), BUCKETS_MAX + 1);
        assert!(take(7, now).is_err(), "nobody gets a fresh bucket by flooding");
        assert!(take(BUCKETS_MAX + 9_000, now.plus_seconds(61)).is_ok());
        assert_eq!(buckets.0.lock().buckets.len(), 1);
    }
}
