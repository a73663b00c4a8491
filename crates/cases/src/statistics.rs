//! Service times: how long finished tasks took, in working days.

use crate::moving::Closed;
use base::WorkingDays;

/// Service times of one task, or of whole cases. Exact: no figure is a mean or a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceTimes {
    /// How many were done.
    pub count: usize,
    /// Half of them took so many working days or less.
    pub median_days: i64,
    /// Nine of ten took so many working days or less.
    pub p90_days: i64,
    /// How many of them had a deadline.
    pub n_due: usize,
    /// How many of those were done after it.
    pub n_late: usize,
}

impl ServiceTimes {
    /// Of a hundred with a deadline, how many were late; `None` where none had a deadline. Rounded
    /// up, so that a few late ones never look like none.
    pub fn late_percent(&self) -> Option<usize> {
        (self.n_due > 0).then(|| (self.n_late * 100).div_ceil(self.n_due))
    }
}

/// The service times of what was done among these; `None` where nothing was. What closed undone
/// does not count, and neither do days of a stopped clock.
pub fn service_times(closed: &[Closed], days: &WorkingDays) -> Option<ServiceTimes> {
    let done: Vec<&Closed> = closed.iter().filter(|closed| closed.is_done).collect();
    let mut took: Vec<i64> = done.iter().map(|closed| closed.days(days)).collect();
    took.sort_unstable();
    let due = || done.iter().filter_map(|closed| Some((closed.closed_at, closed.due_at?)));
    Some(ServiceTimes {
        count: took.len(),
        median_days: rank(&took, 50)?,
        p90_days: rank(&took, 90)?,
        n_due: due().count(),
        n_late: due().filter(|(closed_at, due_at)| due_at < closed_at).count(),
    })
}

impl Closed {
    /// The working days it took, without those of a stopped clock; never below zero.
    pub fn days(&self, days: &WorkingDays) -> i64 {
        (days.between(self.opened_at, self.closed_at) - self.stopped_days).max(0)
    }
}

/// The smallest of the sorted values that at least so many of a hundred do not exceed.
fn rank(sorted: &[i64], percent: usize) -> Option<i64> {
    let place = (sorted.len() * percent).div_ceil(100);
    sorted.get(place.checked_sub(1)?).copied()
}
