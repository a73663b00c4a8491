//! The queue before the workers: works in the order they came, but no two of one hold at a time.
//!
//! Two acts that hold the same row would meet in the database, where one waits for the other and
//! then, being serialisable, starts again. Here the second waits before its transaction begins,
//! while the worker takes another work.

use crate::work::Work;
use crate::{Hold, StoreError};
use parking_lot::{Condvar, Mutex};
use std::collections::{BTreeSet, VecDeque};

/// Waiting works looked at for one that is free; those behind wait for the next look.
const LOOKED_AT_MAX: usize = 512;

/// Works that wait, and the holds of those at work.
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    most: usize,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Work>,
    held: BTreeSet<Hold>,
    is_closed: bool,
}

impl Queue {
    /// A queue that takes so many works.
    pub(crate) fn new(most: usize) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), most }
    }

    /// Puts a work at the end, or says at once that too many wait.
    pub(crate) fn put(&self, work: Work) -> Result<(), StoreError> {
        let mut state = self.state.lock();
        if state.is_closed || state.waiting.len() >= self.most {
            return Err(StoreError::Busy);
        }
        state.waiting.push_back(work);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// Waits for a work whose holds nobody has; `None` when the queue is closed and empty.
    pub(crate) fn take(&self) -> Option<Work> {
        let mut state = self.state.lock();
        loop {
            if let Some(at) = state.first_free() {
                let work = state.waiting.remove(at)?;
                state.held.extend(work.holds.iter().cloned());
                return Some(work);
            }
            if state.is_closed && state.waiting.is_empty() {
                return None;
            }
            self.changed.wait(&mut state);
        }
    }

    /// Gives the holds of a work back that is done.
    pub(crate) fn give_back(&self, holds: &[Hold]) {
        if holds.is_empty() {
            return;
        }
        let mut state = self.state.lock();
        for hold in holds {
            state.held.remove(hold);
        }
        drop(state);
        self.changed.notify_all();
    }

    /// No more works are taken in; those that wait are still done.
    pub(crate) fn close(&self) {
        self.state.lock().is_closed = true;
        self.changed.notify_all();
    }

    /// Works that wait.
    pub(crate) fn len(&self) -> usize {
        self.state.lock().waiting.len()
    }
}

impl State {
    /// The first work that shares no hold with those at work or with one that came before it.
    fn first_free(&self) -> Option<usize> {
        let mut before: BTreeSet<&Hold> = BTreeSet::new();
        for (at, work) in self.waiting.iter().take(LOOKED_AT_MAX).enumerate() {
            let is_held = |hold: &Hold| self.held.contains(hold) || before.contains(hold);
            if !work.holds.iter().any(is_held) {
                return Some(at);
            }
            before.extend(&work.holds);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::End;
    use std::time::Duration;

    fn work(name: &'static str, holds: &[&str]) -> Work {
        let holds = holds.iter().map(Hold::on).collect();
        let run = Box::new(|_: &mut crate::Tx<'_>, _| Ok(End::Keep));
        Work::new(name, holds, Duration::from_secs(1), run).0
    }

    #[test]
    fn no_two_of_one_hold_are_at_work() {
        let queue = Queue::new(10);
        for (name, holds) in
            [("a1", vec!["a"]), ("a2", vec!["a"]), ("ab", vec!["a", "b"]), ("b1", vec!["b"])]
        {
            assert!(queue.put(work(name, &holds)).is_ok());
        }
        assert!(queue.put(work("free", &[])).is_ok());
        let first = queue.take().expect("a work");
        assert_eq!(first.name, "a1");
        // `b1` came after `ab`, which waits for `a`: it may not overtake, or `ab` might starve.
        let second = queue.take().expect("a work");
        assert_eq!(second.name, "free");
        queue.give_back(&first.holds);
        let third = queue.take().expect("a work");
        assert_eq!(third.name, "a2");
        queue.give_back(&third.holds);
        let fourth = queue.take().expect("a work");
        assert_eq!(fourth.name, "ab");
        queue.give_back(&fourth.holds);
        queue.close();
        assert_eq!(queue.take().expect("a work").name, "b1");
        assert!(queue.put(work("late", &[])).is_err());
        assert!(queue.take().is_none());
    }

    #[test]
    fn the_queue_is_bounded() {
        let queue = Queue::new(1);
        assert!(queue.put(work("one", &[])).is_ok());
        assert!(matches!(queue.put(work("two", &[])), Err(StoreError::Busy)));
        assert_eq!(queue.len(), 1);
    }
}
