//! Keys that come in after the end: when they are too early, whose they are, and when it is enough.

use crate::trustees::{TrusteeKey, Trustees};
use base::Instant;

/// The opening of one auction.
#[derive(Clone, Debug)]
pub struct Opening {
    trustees: Trustees,
    ends: Instant,
    /// Until when a threshold of keys has to be in.
    until: Instant,
    keys: Vec<TrusteeKey>,
}

/// Where an opening stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpeningState {
    /// Bidding goes on.
    Sealed { ends: Instant },
    /// Keys are awaited: so many of so many are in.
    Waiting { have: u8, need: u8, until: Instant },
    /// Every bid opens.
    Open,
    /// Too few keys came in time: the auction is void, and deposits go back.
    Void,
}

/// Why a key is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRefused {
    /// Bidding goes on: the key must stay with its trustee.
    Early { ends: Instant },
    /// The time for keys is over.
    Late { until: Instant },
    /// The key is of no trustee of this auction.
    Unknown,
    /// The trustee's key is in already.
    Repeated,
}

impl Opening {
    /// An opening that begins when bidding ends, and has to be done until a deadline.
    pub fn new(trustees: Trustees, ends: Instant, until: Instant) -> Self {
        Self { trustees, ends, until, keys: Vec::new() }
    }

    /// Takes the key of a trustee; its place in the list comes back.
    pub fn hand_in(&mut self, key: TrusteeKey, now: Instant) -> Result<u8, KeyRefused> {
        if now < self.ends {
            return Err(KeyRefused::Early { ends: self.ends });
        }
        // What is open stays open, and later keys add nothing, but a rehearsal may want all.
        if now >= self.until && self.state(now) != OpeningState::Open {
            return Err(KeyRefused::Late { until: self.until });
        }
        let is_ours = key.auction() == self.trustees.auction();
        let place = self.trustees.place_of(&key).filter(|_| is_ours);
        let place = place.ok_or(KeyRefused::Unknown)?;
        if self.keys.iter().any(|it| it.public() == key.public()) {
            return Err(KeyRefused::Repeated);
        }
        self.keys.push(key);
        Ok(place)
    }

    /// Where it stands.
    pub fn state(&self, now: Instant) -> OpeningState {
        let need = self.trustees.threshold();
        let have = u8::try_from(self.keys.len()).unwrap_or(u8::MAX);
        match () {
            () if now < self.ends => OpeningState::Sealed { ends: self.ends },
            () if have >= need => OpeningState::Open,
            () if now >= self.until => OpeningState::Void,
            () => OpeningState::Waiting { have, need, until: self.until },
        }
    }

    /// The keys that came in.
    pub fn keys(&self) -> &[TrusteeKey] {
        &self.keys
    }

    /// Whose keys are awaited.
    pub fn trustees(&self) -> &Trustees {
        &self.trustees
    }
}
