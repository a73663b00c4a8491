//! Cancellations of lots: asked for with a reason of a closed list and grounds that everybody reads,
//! open to appeal, and only then in effect (auctions.md 5 and 9).

use crate::words_of;
use base::{Instant, LotId, PersonId};

/// How long whoever takes part may appeal, in seconds: two days, as after a decision on a complaint.
pub const STANDSTILL_SECONDS: i64 = 2 * 86_400;

words_of! {
    /// Where a cancellation stands.
    CancellationState {
        // It may be appealed against; the lot stands still.
        Pending = "pending",
        // The lot was called off.
        Active = "active",
        // An appeal won; the lot went on.
        Unsuccessful = "unsuccessful",
    }
}

/// A cancellation as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    pub lot: LotId,
    /// Counts the cancellations of the lot, from 1.
    pub n: u64,
    /// The word of the reason.
    pub why: String,
    pub grounds: String,
    pub asked_by: PersonId,
    pub asked_at: Instant,
    /// Until when appeals are taken; while one is open it waits longer.
    pub until: Instant,
    pub state: CancellationState,
    /// When it took effect or fell; the epoch before that.
    pub ended_at: Instant,
}

impl Cancellation {
    /// Whether it still waits.
    pub fn is_pending(&self) -> bool {
        self.state == CancellationState::Pending
    }

    /// Whether a complaint of this moment is an appeal against it.
    pub fn is_appealed_by(&self, lodged_at: Instant) -> bool {
        self.is_pending() && lodged_at >= self.asked_at
    }
}
