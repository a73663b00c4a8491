//! An instrument: one physical thing or a group of equal seats, its owner, and whether it is shown.
//!
//! What its owner's staff writes about it is its [`Sheet`].

use crate::sheet::Mode;
use crate::{Sheet, words_of};
use base::{Date, Instant, InstrumentId, Label, OrganisationId, PersonId, Reference};

words_of! {
    /// Who may know of it, and whether it still is.
    State {
        /// Its owner's staff and the city's office alone.
        Hidden = "hidden",
        Listed = "listed",
        /// It keeps its page.
        Retired = "retired",
    }
}

/// An instrument as kept.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Instrument {
    pub id: InstrumentId,
    pub reference: Reference,
    /// The unit that owns it.
    pub owner: OrganisationId,
    pub is_hidden: bool,
    pub label: Label,
    /// Counts the changes, from 1.
    pub version: u64,
    pub sheet: Sheet,
    /// The day it went out of use; nothing of it is shared from then on.
    pub retired: Option<Date>,
    pub changed_at: Instant,
}

impl Instrument {
    /// Where it stands: what is hidden stays hidden when it is retired.
    pub fn state(&self) -> State {
        match (self.is_hidden, self.retired) {
            (true, _) => State::Hidden,
            (false, Some(_)) => State::Retired,
            (false, None) => State::Listed,
        }
    }

    /// How it may be asked for; a retired one is not shared.
    pub fn mode(&self) -> Mode {
        match self.retired {
            Some(_) => Mode::NotShared,
            None => self.sheet.mode,
        }
    }

    /// Whether time on it may be booked.
    pub fn takes_bookings(&self) -> bool {
        matches!(self.mode(), Mode::Bookings | Mode::Hybrid)
    }

    /// The IANA zone of its site.
    pub fn zone(&self) -> &str {
        self.sheet.place.zone()
    }

    /// Whether this person is of its staff.
    pub fn is_operated_by(&self, person: PersonId) -> bool {
        self.sheet.operators.contains(&person)
    }
}
