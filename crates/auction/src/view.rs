//! What everybody may see of a lot.

use crate::entry::Bidder;
use crate::side::Minor;
use base::Instant;

/// What is going on in a lot whose price falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The first price is not shown yet.
    Before,
    Falling,
    /// The price was stopped; sealed bids come next.
    SealedPause,
    Sealed,
    /// Somebody bid above it; the last word comes next.
    BestPause,
    Best,
    /// Nobody may bid any more.
    Over,
}

/// What everybody may see of a lot, and what only the room's own pages use (`turn`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub opens: Instant,
    /// The end as it stands now.
    pub end: Instant,
    pub price: Option<Minor>,
    pub leader: Option<Bidder>,
    /// Bids that were accepted.
    pub n_bids: u64,
    /// What somebody who does not lead must bid at least, where the mode shows one.
    pub least: Option<Minor>,
    /// The stage of a falling price.
    pub stage: Option<u32>,
    /// The part of a lot whose price falls, and until when it lasts.
    pub phase: Option<(Phase, Instant)>,
    /// Whose turn it is, and until when.
    pub turn: Option<(Bidder, Instant)>,
    pub is_halted: bool,
    pub is_closed: bool,
}
