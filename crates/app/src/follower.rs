//! Following the log with a position that is a row, moved in the commit of its effect.

use crate::act::No;
use crate::city::City;
use std::time::Duration;

/// Entries behind the log from which on nothing is gathered.
const GATHERED_BEHIND: u64 = 500;
/// How long entries are gathered before a commit.
const GATHER: Duration = Duration::from_millis(500);
/// How long a follower rests after a failure.
const FAILURE_PAUSE: Duration = Duration::from_secs(2);

impl City {
    /// How far a follower has come.
    pub(crate) fn followed_to(&self, name: &str) -> Result<u64, No> {
        Ok(self.store().read(|tx| store::follower::position(tx, name))?)
    }

    /// Follows the log until the store stops. A step deals with some entries after a position and
    /// says how far it came.
    pub(crate) fn follow_rows(&self, name: &str, step: &dyn Fn(u64) -> Result<u64, No>) {
        let committed = self.store().committed().clone();
        let mut known = None;
        while !committed.is_stopped() {
            let position = match known.map_or_else(|| self.followed_to(name), Ok) {
                Ok(position) => position,
                Err(no) => {
                    tracing::warn!(%no, name, "the position of a follower is not known yet");
                    std::thread::sleep(FAILURE_PAUSE);
                    continue;
                }
            };
            known = Some(position);
            if committed.wait_beyond(position, Duration::from_millis(500)) <= position {
                continue;
            }
            if committed.is_read_only() {
                // Nothing is written while the disk is full; the entries stay where they are.
                std::thread::sleep(FAILURE_PAUSE);
                continue;
            }
            match step(position) {
                Ok(upto) => {
                    known = Some(upto);
                    // Far behind, as after an import or at the first start, it does not rest.
                    if committed.size().saturating_sub(upto) < GATHERED_BEHIND {
                        std::thread::sleep(GATHER);
                    }
                }
                Err(no) => {
                    tracing::warn!(%no, name, "a follower did not follow; trying again");
                    known = None;
                    std::thread::sleep(FAILURE_PAUSE);
                }
            }
        }
    }
}
