//! The real clock and real chance: the only places where the program looks at either.

use base::{Chance, Instant};
use parking_lot::Mutex;
use std::sync::Arc;

/// Steps back of the wall clock below this are drift, not news.
const ALARM_MICROS: i64 = 500_000;

/// What a clock is made from.
type Source = Box<dyn Fn() -> (i64, i64) + Send + Sync>;

/// A clock that never goes back: when the wall clock is set back, time goes on as it passes.
#[derive(Clone)]
pub struct RealClock(Arc<Kept>);

struct Kept {
    /// Microseconds of the wall, and of a counter that only runs forward.
    source: Source,
    state: Mutex<State>,
}

struct State {
    /// What is added to the counter.
    ahead: i64,
    last: i64,
    n_alarms: u64,
    is_behind: bool,
}

impl RealClock {
    /// The clock of this machine.
    #[expect(clippy::disallowed_methods, reason = "this is the binary's one reading of the clock")]
    pub fn start() -> Self {
        let began = std::time::Instant::now();
        Self::with(Box::new(move || {
            let wall = std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
            (wall, i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX))
        }))
    }

    fn with(source: Source) -> Self {
        let (wall, counter) = source();
        let state = State { ahead: wall - counter, last: wall, n_alarms: 0, is_behind: false };
        Self(Arc::new(Kept { source, state: Mutex::new(state) }))
    }

    /// From now on never earlier than this: what a log already holds stays in the past.
    pub fn not_before(&self, moment: Instant) {
        let mut state = self.0.state.lock();
        let (_, counter) = (self.0.source)();
        state.ahead = state.ahead.max(moment.micros() - counter);
    }

    /// How often the wall clock was set back.
    pub fn n_alarms(&self) -> u64 {
        self.0.state.lock().n_alarms
    }

    fn read(&self) -> Instant {
        let mut state = self.0.state.lock();
        let (wall, counter) = (self.0.source)();
        // The wall may jump ahead, and then time does; it never pulls time back.
        state.ahead = state.ahead.max(wall - counter);
        let now = (counter + state.ahead).max(state.last);
        let behind = now - wall;
        if behind > ALARM_MICROS && !state.is_behind {
            state.n_alarms += 1;
            tracing::error!(behind_ms = behind / 1_000, "the wall clock was set back");
        }
        state.is_behind = behind > ALARM_MICROS;
        state.last = now;
        Instant::from_micros(now)
    }
}

impl app::Clock for RealClock {
    fn now(&self) -> Instant {
        self.read()
    }
}

/// Chance from the operating system.
pub struct RealChance;

impl Chance for RealChance {
    fn fill(&mut self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the system gives random bytes: nothing is safe without");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::Clock;
    use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

    #[test]
    fn time_never_goes_back_and_a_step_is_told_once() {
        let wall = Arc::new(AtomicI64::new(1_000_000_000));
        let counter = Arc::new(AtomicI64::new(0));
        let (w, c) = (Arc::clone(&wall), Arc::clone(&counter));
        let clock = RealClock::with(Box::new(move || (w.load(Relaxed), c.load(Relaxed))));
        let pass = |micros: i64| {
            wall.fetch_add(micros, Relaxed);
            counter.fetch_add(micros, Relaxed);
            clock.now().micros()
        };
        assert_eq!(pass(0), 1_000_000_000);
        assert_eq!(pass(10), 1_000_000_010);
        // An hour back: ten microseconds of work are still ten microseconds.
        wall.fetch_sub(3_600_000_000, Relaxed);
        assert_eq!(pass(10), 1_000_000_020);
        assert_eq!(pass(10), 1_000_000_030);
        assert_eq!(clock.n_alarms(), 1);
        // Set right again, and then ahead.
        wall.fetch_add(3_600_000_000, Relaxed);
        assert_eq!(pass(10), 1_000_000_040);
        wall.fetch_add(5_000_000, Relaxed);
        assert_eq!(pass(0), 1_005_000_040);
        wall.fetch_sub(60_000_000, Relaxed);
        pass(1);
        assert_eq!(clock.n_alarms(), 2);
        clock.not_before(Instant::from_micros(9_000_000_000));
        assert!(pass(1) >= 9_000_000_000);
    }

    #[test]
    fn chance_differs() {
        assert_ne!(RealChance.bytes32(), RealChance.bytes32());
    }
}
