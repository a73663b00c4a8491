//! Sealed lots: who opens them together, what was handed in, and when keys are due.
//!
//! The bids themselves are sealed and opened by the engine `sealed`; nothing here knows an amount
//! before the opening.

use crate::words_of;
use auction::{Mode, Pricing, Replacing};
use base::{Class, Instant, LotId, OrganisationId, PersonId, Refusal};
use std::collections::BTreeSet;

/// Trustees of one lot at most; the engine `sealed` takes as many.
pub const TRUSTEES_MAX: usize = 16;
/// The longest time for the keys after the end, in hours.
pub const KEYS_HOURS_MAX: u32 = 240;

words_of! {
    /// What the winner of a sealed lot pays.
    SealedPrice {
        // The own bid.
        First = "first",
        // The best bid that did not win, or the reserve.
        Second = "second",
    }
    /// What became of a sealed bid.
    SealState {
        Standing = "standing",
        Replaced = "replaced",
        TakenBack = "taken-back",
        Excluded = "excluded",
        Opened = "opened",
        Failed = "failed",
    }
}

/// One who keeps a key, for the organisation that answers for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Seat {
    pub person: PersonId,
    pub organisation: OrganisationId,
}

/// The terms of a sealed lot.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sealing {
    /// `first` or `second`.
    pub price: String,
    /// Whether the first bid is final.
    pub is_final: bool,
    /// How many of the trustees open the bids.
    pub threshold: u8,
    /// In their places.
    pub trustees: Vec<Seat>,
    /// How long the trustees have after the end.
    pub keys_hours: u32,
}

impl Sealing {
    /// What the winner pays.
    pub fn pricing(&self) -> SealedPrice {
        SealedPrice::parse(&self.price).unwrap_or(SealedPrice::First)
    }

    pub(crate) fn mode(&self) -> Mode {
        Mode::Sealed(auction::Sealed {
            pricing: match self.pricing() {
                SealedPrice::First => Pricing::First,
                SealedPrice::Second => Pricing::Second { n_winners: 1 },
            },
            replacing: if self.is_final { Replacing::Final } else { Replacing::Allowed },
        })
    }

    /// Everything to mend before a lot can be announced on them.
    pub(crate) fn faults(&self) -> Vec<Refusal> {
        let mut no = Vec::new();
        let n = self.trustees.len();
        if SealedPrice::parse(&self.price).is_none() {
            no.push(Refusal::invalid("choice-unknown").on("price").term("field", "field-price"));
        }
        if !(2..=TRUSTEES_MAX).contains(&n) {
            no.push(
                Refusal::invalid("lot-trustees-number").on("trustees").number("most", TRUSTEES_MAX),
            );
        }
        if self.threshold < 2 || usize::from(self.threshold) > n {
            no.push(Refusal::invalid("lot-threshold-unfit").on("threshold").number("most", n));
        }
        let people: BTreeSet<PersonId> = self.trustees.iter().map(|seat| seat.person).collect();
        let houses: BTreeSet<OrganisationId> =
            self.trustees.iter().map(|seat| seat.organisation).collect();
        if people.len() < n || houses.len() < n {
            no.push(Refusal::invalid("lot-trustees-alike").on("trustees"));
        }
        if !(1..=KEYS_HOURS_MAX).contains(&self.keys_hours) {
            let refusal = Refusal::invalid("lot-keys-hours-unfit").on("keys_hours");
            no.push(refusal.number("most", u64::from(KEYS_HOURS_MAX)));
        }
        no
    }

    /// Until when a threshold of keys has to be in, for a lot that ends then.
    pub fn until(&self, ends: Instant) -> Instant {
        ends.plus_seconds(i64::from(self.keys_hours) * 3_600)
    }

    /// The seat of a person.
    pub fn seat_of(&self, person: PersonId) -> Option<(usize, Seat)> {
        let found = self.trustees.iter().enumerate().find(|(_, seat)| seat.person == person);
        found.map(|(place, seat)| (place + 1, *seat))
    }

    /// Whether a trustee comes from this organisation: it does not bid.
    pub fn has_house(&self, organisation: OrganisationId) -> bool {
        self.trustees.iter().any(|seat| seat.organisation == organisation)
    }
}

/// The refusal of what only sealed lots know.
pub fn not_sealed() -> Refusal {
    Refusal::new(Class::Refused, "lot-not-sealed")
}

/// A trustee's key for one lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trustee {
    pub lot: LotId,
    pub person: PersonId,
    pub organisation: OrganisationId,
    /// The public half, as base64.
    pub public_key: String,
    pub registered_at: Instant,
    /// The published file with the private half.
    pub secret: Option<String>,
    pub published_at: Option<Instant>,
    pub n_early: u64,
}

/// The list of trustees as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub list: String,
    pub digest: String,
    pub frozen_at: Instant,
    pub opened_at: Option<Instant>,
}

/// A sealed bid as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    pub lot: LotId,
    /// The number of the bidder.
    pub bidder: u32,
    pub version: u32,
    /// Its place in the order of the lot.
    pub entry: u64,
    pub received: Instant,
    /// SHA-256 of the file, in hexadecimal.
    pub commitment: String,
    pub state: SealState,
    /// Why it did not open.
    pub reason: String,
    /// Minor units, once it is open.
    pub amount: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(n: u128) -> Seat {
        Seat { person: PersonId::from_bits(n), organisation: OrganisationId::from_bits(n) }
    }

    fn check(change: impl FnOnce(&mut Sealing), want: &[&str]) {
        let mut sealing = Sealing {
            price: "second".to_owned(),
            is_final: false,
            threshold: 2,
            trustees: vec![seat(1), seat(2), seat(3)],
            keys_hours: 24,
        };
        change(&mut sealing);
        let found = sealing.faults();
        let found: Vec<&str> = found.iter().map(|no| no.code.as_ref()).collect();
        assert_eq!(found, want);
    }

    #[test]
    fn trustees_are_several_and_of_different_houses() {
        check(|_| {}, &[]);
        check(|it| it.price.clear(), &["choice-unknown"]);
        check(|it| it.threshold = 1, &["lot-threshold-unfit"]);
        check(|it| it.threshold = 4, &["lot-threshold-unfit"]);
        check(|it| it.trustees.truncate(1), &["lot-trustees-number", "lot-threshold-unfit"]);
        check(
            |it| it.trustees[2].organisation = it.trustees[0].organisation,
            &["lot-trustees-alike"],
        );
        check(|it| it.trustees[2].person = it.trustees[0].person, &["lot-trustees-alike"]);
        check(|it| it.keys_hours = 0, &["lot-keys-hours-unfit"]);
        check(|it| it.keys_hours = 241, &["lot-keys-hours-unfit"]);
    }
}
