//! After the hammer: the best bidder signs or fails, the second waits, a deposit is forfeited once.
//!
//! Two awards run beside each other. Deadlines come in as instants from the calendar of the exchange.

use crate::entry::Bidder;
use crate::outcome::{Sale, Winner};
use base::Instant;

/// The award of one lot to one of two bidders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Award {
    state: AwardState,
    best: Winner,
    standby: Option<Winner>,
    /// The standby left, with his deposit.
    has_left: bool,
}

/// Where the award stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwardState {
    /// The best bidder has until then to sign.
    Best { until: Instant },
    /// The best failed; the second has a fresh clock.
    Standby { until: Instant },
    /// Signed by this bidder.
    Signed { by: Winner },
    /// Nobody signed.
    Unsuccessful,
}

/// What happens to an award.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwardMove {
    /// The bidder whose turn it is signs.
    Sign,
    /// His time is over; `standby_until` is the fresh clock of the second.
    Expire { standby_until: Instant },
    /// The organiser rejects him, with a document; the deposit goes back.
    Reject { standby_until: Instant },
    /// The waiting second leaves.
    Leave,
}

/// What the ledger has to do with a deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepositMove {
    Apply(Bidder),
    Release(Bidder),
    Forfeit(Bidder),
}

/// Why a move is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwardRefused {
    /// Signed, or without success: nothing moves any more.
    Over,
    /// The time to sign is over.
    Late { until: Instant },
    /// The time to sign is not over.
    NotOver { until: Instant },
    /// Nobody waits any more.
    NoStandby,
}

impl Award {
    /// Begins with the first winner of a sale, who has until then to sign.
    pub fn begin(sale: &Sale, winner: usize, until: Instant) -> Option<Self> {
        let best = *sale.winners.get(winner)?;
        let state = AwardState::Best { until };
        Some(Self { state, best, standby: sale.standby, has_left: false })
    }

    /// Goes on from where the award of a sale was left, as rows have it; `has_left` says whether the
    /// second went.
    pub fn resume(sale: &Sale, state: AwardState, has_left: bool) -> Option<Self> {
        let best = *sale.winners.first()?;
        Some(Self { state, best, standby: sale.standby, has_left })
    }

    /// Where it stands.
    pub fn state(&self) -> AwardState {
        self.state
    }

    /// Makes a move at an instant; what the ledger has to do comes back, each thing once.
    pub fn apply(
        &mut self,
        made: AwardMove,
        now: Instant,
    ) -> Result<Vec<DepositMove>, AwardRefused> {
        let (holder, until, is_first) = match self.state {
            AwardState::Best { until } => (self.best, until, true),
            AwardState::Standby { until } => {
                (self.standby.ok_or(AwardRefused::NoStandby)?, until, false)
            }
            AwardState::Signed { .. } | AwardState::Unsuccessful => return Err(AwardRefused::Over),
        };
        let waiting = self.standby.filter(|_| is_first && !self.has_left);
        match made {
            AwardMove::Sign if now >= until => Err(AwardRefused::Late { until }),
            AwardMove::Sign => {
                self.state = AwardState::Signed { by: holder };
                let applied = DepositMove::Apply(holder.bidder);
                let released = waiting.map(|it| DepositMove::Release(it.bidder));
                Ok([applied].into_iter().chain(released).collect())
            }
            AwardMove::Expire { .. } if now < until => Err(AwardRefused::NotOver { until }),
            AwardMove::Expire { standby_until } => {
                self.pass_on(waiting, standby_until);
                Ok(vec![DepositMove::Forfeit(holder.bidder)])
            }
            AwardMove::Reject { standby_until } => {
                self.pass_on(waiting, standby_until);
                Ok(vec![DepositMove::Release(holder.bidder)])
            }
            AwardMove::Leave => {
                let leaver = waiting.ok_or(AwardRefused::NoStandby)?;
                self.has_left = true;
                Ok(vec![DepositMove::Release(leaver.bidder)])
            }
        }
    }

    fn pass_on(&mut self, waiting: Option<Winner>, until: Instant) {
        self.state = match waiting {
            Some(_) => AwardState::Standby { until },
            None => AwardState::Unsuccessful,
        };
    }
}
