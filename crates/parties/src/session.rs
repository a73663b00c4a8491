//! How long a sign-in, a key and a link last.

use base::Instant;

/// Seconds without a request after which a session ends.
pub const IDLE_SECONDS: i64 = 30 * 60;
/// The same for officers and administrators.
pub const IDLE_SECONDS_OFFICER: i64 = 15 * 60;
/// Seconds after which a session ends whatever happens.
pub const ABSOLUTE_SECONDS: i64 = 12 * 60 * 60;
/// Seconds for which a proof of identity counts as fresh.
pub const FRESH_SECONDS: i64 = 5 * 60;
/// Sessions of one person at a time.
pub const SESSIONS_MAX: usize = 5;
/// Seconds that an invitation lasts.
pub const INVITATION_SECONDS: i64 = 7 * 24 * 60 * 60;
/// Seconds that a password reset lasts.
pub const RESET_SECONDS: i64 = 30 * 60;
/// Days that a key of the programming interface may last at most.
pub const TOKEN_DAYS_MAX: i64 = 366;
/// How often "last seen" is written down, so that reading a page is rarely a write.
pub const SEEN_EVERY_SECONDS: i64 = 60;

/// A session as it counts now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    pub seen_at: Instant,
    pub fresh_at: Instant,
    pub ends_at: Instant,
}

/// Whether a session still lives.
pub fn lives(times: Times, is_officer: bool, now: Instant) -> bool {
    let idle = if is_officer { IDLE_SECONDS_OFFICER } else { IDLE_SECONDS };
    now < times.ends_at && now < times.seen_at.plus_seconds(idle)
}

/// Whether the proof of identity is fresh.
pub fn is_fresh(times: Times, now: Instant) -> bool {
    now < times.fresh_at.plus_seconds(FRESH_SECONDS)
}

/// How long a bucket is shut after so many wrong tries: five are free, then 1, 2, 4 … seconds up
/// to a quarter of an hour.
pub fn pause_seconds(n_wrong: u64) -> i64 {
    match n_wrong {
        0..=4 => 0,
        n => {
            1_i64.checked_shl(u32::try_from((n - 5).min(10)).unwrap_or(10)).unwrap_or(900).min(900)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_idle_or_old() {
        let at = |seconds: i64| Instant::from_micros(0).plus_seconds(seconds);
        let times = Times { seen_at: at(100), fresh_at: at(0), ends_at: at(2_000) };
        assert!(lives(times, false, at(1_899)) && !lives(times, false, at(1_900)));
        assert!(lives(times, true, at(999)) && !lives(times, true, at(1_000)));
        let old = Times { seen_at: at(1_999), ..times };
        assert!(!lives(old, false, at(2_000)));
        assert!(is_fresh(times, at(299)) && !is_fresh(times, at(300)));
    }

    #[test]
    fn pauses_grow_and_stop_growing() {
        let pauses: Vec<i64> = [0, 4, 5, 6, 7, 14, 15, 99].map(pause_seconds).to_vec();
        assert_eq!(pauses, [0, 0, 1, 2, 4, 512, 900, 900]);
    }
}
