//! The rules of an event: written down before it opens, and frozen with a digest.

use crate::side::{Minor, Side};
use crate::step::Steps;
use base::Instant;

/// Microseconds.
pub(crate) type Micros = i64;

/// Everything that decides an event besides its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// What the event is called: one line, no control characters.
    pub name: String,
    pub side: Side,
    pub unit: Unit,
    pub mode: Mode,
    pub admission: Admission,
    /// Bidders with a live offer without whom a lot is not sold: 1 or 2.
    pub bidders_min: u32,
    /// Until when terms may be edited; each edit makes offers unconfirmed.
    pub edits_until: Option<Instant>,
    /// Whether the extension of one lot extends every lot that still runs.
    pub is_joined: bool,
    pub lots: Vec<Lot>,
}

/// The currency and how many digits its amounts have behind the point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// `CNY`, or `-` where no currency is named.
    pub code: String,
    pub digits: u8,
}

/// One thing for sale, or to be bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// One line, no control characters.
    pub name: String,
    /// The first admissible price; the initial price of a falling one.
    pub start: Minor,
    /// The price without which the owner need not sell.
    pub reserve: Option<Minor>,
    /// What the rules commit to of such a price where nobody may know it before the end: see
    /// [`crate::commit`].
    pub commitment: Option<[u8; 32]>,
    pub opens: Instant,
    /// The planned end; rounds and falling prices follow their own timetable from `opens`.
    pub closes: Instant,
    /// The price at which the first bidder may end it before any bid.
    pub buy_now: Option<Minor>,
    /// The deposit that must be held for this lot before a bid.
    pub deposit: Option<Minor>,
}

/// How the price is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    English(English),
    Rounds(Rounds),
    Hybrid(Hybrid),
    Sealed(Sealed),
}

/// Open rising bids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct English {
    /// Whether an amount is the bidder's limit, up to which the engine bids for him.
    pub is_proxy: bool,
    pub steps: Steps,
    pub soft_close: Option<SoftClose>,
    /// How long a lot runs at least.
    pub running_us_min: Micros,
}

/// Late bids move the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoftClose {
    /// How long before the end a bid moves it: strictly less is left.
    pub window_us: Micros,
    pub stretch: Stretch,
    /// How far beyond the planned end the end may go.
    pub cap_us: Option<Micros>,
    /// How often the end may move.
    pub extensions_max: Option<u32>,
}

/// Where a late bid moves the end to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// To one window after the bid.
    Reset,
    /// To one window after the former end.
    Add,
}

/// Three sealed turns for everybody, the worst offer first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rounds {
    pub n_rounds: u32,
    /// Before the first turn.
    pub pause_us: Micros,
    pub turn_us: Micros,
    /// Between two rounds.
    pub between_us: Micros,
    /// Held against the bidder's own offer.
    pub steps: Steps,
}

/// A falling price, then sealed bids above it, then the best bid of the one who stopped it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hybrid {
    pub pause_us: Micros,
    /// Falls after the initial price.
    pub n_stages: u32,
    pub stage_us: Micros,
    /// What each stage takes off, in basis points of the initial price.
    pub fall_bp: u32,
    pub sealed_pause_us: Micros,
    pub sealed_us: Micros,
    pub best_pause_us: Micros,
    pub best_us: Micros,
}

/// One sealed bid from each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub pricing: Pricing,
    pub replacing: Replacing,
}

/// What the winner of a sealed auction pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pricing {
    /// His own bid.
    First,
    /// The best bid that did not win, or the reserve: one price for all `n_winners`.
    Second { n_winners: u32 },
}

/// Whether a sealed bid may be replaced before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replacing {
    /// It may, and loses its place.
    Allowed,
    Final,
}

/// Who may bid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Whoever an entry names: for replays of files.
    Open,
    /// Whom an admission entered.
    Listed,
}

/// SHA-256 of the canonical text of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

const SECOND_US: Micros = 1_000_000;
const MINUTE_US: Micros = 60 * SECOND_US;

impl Rounds {
    /// Two-minute turns of a purchase, as the ProZorro timetable has them.
    pub fn purchase(steps: Steps) -> Self {
        Self::timed(2 * MINUTE_US, steps)
    }

    /// Three-minute turns of a sale, as the Prozorro.Sale timetable for leases has them.
    pub fn sale(steps: Steps) -> Self {
        Self::timed(3 * MINUTE_US, steps)
    }

    fn timed(turn_us: Micros, steps: Steps) -> Self {
        Self { n_rounds: 3, pause_us: 5 * MINUTE_US, turn_us, between_us: turn_us, steps }
    }

    /// How long all turns of so many bidders take from the opening.
    pub fn length_us(&self, n_bidders: u32) -> Micros {
        let n_turns = i64::from(self.n_rounds) * i64::from(n_bidders);
        let turns = n_turns.saturating_mul(self.turn_us);
        let pauses = i64::from(self.n_rounds.saturating_sub(1)).saturating_mul(self.between_us);
        self.pause_us.saturating_add(turns).saturating_add(pauses)
    }
}

impl Default for Hybrid {
    /// 80 falls of one percent, five minutes each, as the Dutch auctions of ProZorro have them.
    fn default() -> Self {
        Self {
            pause_us: 30 * SECOND_US,
            n_stages: 80,
            stage_us: 5 * MINUTE_US,
            fall_bp: 100,
            sealed_pause_us: 20 * SECOND_US,
            sealed_us: 10 * MINUTE_US,
            best_pause_us: 20 * SECOND_US,
            best_us: 5 * MINUTE_US,
        }
    }
}

impl Hybrid {
    /// The price shown in a stage: always a share of the initial one, rounded half up, so that
    /// nothing drifts.
    pub fn price(&self, initial: Minor, stage: u32) -> Minor {
        let left = 10_000 - i128::from(self.fall_bp) * i128::from(stage);
        let exact = i128::from(initial) * left.max(0);
        Minor::try_from((exact + 5_000) / 10_000).unwrap_or(Minor::MAX)
    }

    /// How long the falling part takes at most, from the opening.
    pub(crate) fn falling_us(&self) -> Micros {
        let stages = (i64::from(self.n_stages) + 1).saturating_mul(self.stage_us);
        self.pause_us.saturating_add(stages)
    }
}
