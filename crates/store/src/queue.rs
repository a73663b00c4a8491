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

    /// Waits for works whose holds nobody has, of which no two share one; none when the queue is closed
    /// and empty. More than one, up to `most`, only of those that may share a transaction.
    pub(crate) fn take(&self, most: usize) -> Vec<Work> {
        let mut state = self.state.lock();
        loop {
            let taken = state.take(most);
            if !taken.is_empty() || (state.is_closed && state.waiting.is_empty()) {
                return taken;
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
    /// The first works that share no hold with those at work, with one that came before them, or with
    /// each other.
    fn take(&mut self, most: usize) -> Vec<Work> {
        let (mut before, mut taken) = (BTreeSet::new(), Vec::new());
        let (mut at, mut n_looked) = (0, 0);
        while taken.len() < most && n_looked < LOOKED_AT_MAX {
            let Some(work) = self.waiting.get(at) else { break };
            n_looked += 1;
            let is_held = |hold: &Hold| self.held.contains(hold) || before.contains(hold);
            let shares = taken.is_empty() || work.read_committed;
            if work.holds.iter().any(is_held) || !shares {
                before.extend(work.holds.iter().cloned());
                at += 1;
                continue;
            }
            let Some(work) = self.waiting.remove(at) else { break };
            self.held.extend(work.holds.iter().cloned());
            let is_alone = !work.read_committed;
            taken.push(work);
            if is_alone {
                break;
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::{End, Errand};
    use std::time::Duration;

    fn work(name: &'static str, holds: &[&str]) -> Work {
        let holds = holds.iter().map(Hold::on).collect();
        let run = Box::new(|_: &mut crate::Tx<'_>, _| Ok(End::Keep));
        let errand = Errand { name, holds, ..Errand::default() };
        Work::new(errand, Duration::from_secs(1), run).0
    }

    fn names(works: &[Work]) -> Vec<&'static str> {
        works.iter().map(|work| work.name).collect()
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
        let first = queue.take(9);
        assert_eq!(names(&first), ["a1"]);
        // `b1` came after `ab`, which waits for `a`: it may not overtake, or `ab` might starve.
        assert_eq!(names(&queue.take(9)), ["free"]);
        for next in ["a2", "ab"] {
            queue.give_back(&[Hold::on("a"), Hold::on("b")]);
            assert_eq!(names(&queue.take(9)), [next]);
        }
        queue.give_back(&[Hold::on("a"), Hold::on("b")]);
        queue.close();
        assert_eq!(names(&queue.take(9)), ["b1"]);
        assert!(queue.put(work("late", &[])).is_err());
        assert!(queue.take(9).is_empty());
    }

    #[test]
    fn works_that_may_share_a_transaction_come_together() {
        let queue = Queue::new(10);
        let shared = [
            ("a1", true, "a"),
            ("s", false, "s"),
            ("a2", true, "a"),
            ("b", true, "b"),
            ("c", true, "c"),
        ];
        for (name, read_committed, hold) in shared {
            assert!(queue.put(Work { read_committed, ..work(name, &[hold]) }).is_ok());
        }
        // Neither the one that wants to be alone nor the one that waits for `a`.
        assert_eq!(names(&queue.take(2)), ["a1", "b"]);
        assert_eq!(names(&queue.take(2)), ["s"]);
        assert_eq!(names(&queue.take(2)), ["c"]);
        queue.give_back(&[Hold::on("a")]);
        assert_eq!(names(&queue.take(2)), ["a2"]);
    }

    #[test]
    fn the_queue_is_bounded() {
        let queue = Queue::new(1);
        assert!(queue.put(work("one", &[])).is_ok());
        assert!(matches!(queue.put(work("two", &[])), Err(StoreError::Busy)));
        assert_eq!(queue.len(), 1);
    }
}
