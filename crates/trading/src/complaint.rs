//! Complaints against an auction: who may not go on while they stand, and how they end.
//!
//! From its acceptance on a complaint keeps the lot standing still; from its arrival on it keeps the
//! award from being signed or lost. So nobody stops a running auction by a form alone, and nobody's
//! time to sign runs while it is open whether the sale holds (auctions.md 9).

use base::{ComplaintId, Instant, LotId, OrganisationId, PersonId, Refusal, limits, text};

/// Characters of a complaint, and of what is answered.
pub const TEXT_CHARS_MAX: usize = 4_000;

/// Where a complaint stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComplaintState {
    /// It came in.
    Pending,
    /// It is looked into.
    Accepted,
    /// It is right, and has to be acted on.
    Satisfied,
    /// It was acted on.
    Resolved,
    /// It was looked into and is wrong.
    Declined,
    /// It is none that can be looked into.
    Invalid,
    /// It was taken back.
    Withdrawn,
}

/// What is done to a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComplaintMove {
    Accept,
    Dismiss,
    Satisfy,
    Decline,
    Resolve,
    Withdraw,
}

impl ComplaintState {
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Accepted,
        Self::Satisfied,
        Self::Resolved,
        Self::Declined,
        Self::Invalid,
        Self::Withdrawn,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Satisfied => "satisfied",
            Self::Resolved => "resolved",
            Self::Declined => "declined",
            Self::Invalid => "invalid",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether the lot stands still for it.
    pub fn stops_lot(self) -> bool {
        matches!(self, Self::Accepted | Self::Satisfied)
    }

    /// Whether nothing happens to the award for it.
    pub fn stops_award(self) -> bool {
        self == Self::Pending || self.stops_lot()
    }

    /// The state after a move, where it can be made.
    pub fn after(self, made: ComplaintMove) -> Option<Self> {
        match (self, made) {
            (Self::Pending, ComplaintMove::Accept) => Some(Self::Accepted),
            (Self::Pending, ComplaintMove::Dismiss) => Some(Self::Invalid),
            (Self::Accepted, ComplaintMove::Satisfy) => Some(Self::Satisfied),
            (Self::Accepted, ComplaintMove::Decline) => Some(Self::Declined),
            (Self::Satisfied, ComplaintMove::Resolve) => Some(Self::Resolved),
            (Self::Pending | Self::Accepted, ComplaintMove::Withdraw) => Some(Self::Withdrawn),
            _ => None,
        }
    }

    /// What the office may do now.
    pub fn moves(self) -> &'static [ComplaintMove] {
        match self {
            Self::Pending => &[ComplaintMove::Accept, ComplaintMove::Dismiss],
            Self::Accepted => &[ComplaintMove::Satisfy, ComplaintMove::Decline],
            Self::Satisfied => &[ComplaintMove::Resolve],
            _ => &[],
        }
    }
}

impl ComplaintMove {
    pub const ALL: [Self; 6] =
        [Self::Accept, Self::Dismiss, Self::Satisfy, Self::Decline, Self::Resolve, Self::Withdraw];

    pub fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Dismiss => "dismiss",
            Self::Satisfy => "satisfy",
            Self::Decline => "decline",
            Self::Resolve => "resolve",
            Self::Withdraw => "withdraw",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|made| made.word() == word)
    }

    /// Whether it is said why.
    pub fn needs_reply(self) -> bool {
        !matches!(self, Self::Accept | Self::Withdraw)
    }
}

/// A complaint as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub id: ComplaintId,
    pub lot: LotId,
    pub organisation: OrganisationId,
    pub person: PersonId,
    pub text: String,
    pub state: ComplaintState,
    /// What was answered last.
    pub reply: String,
    pub lodged_at: Instant,
    /// Since when the award has stood still without a break, for this one or others.
    pub stands_since: Instant,
    /// Since when the lot itself has; none before it was accepted.
    pub stopped_since: Option<Instant>,
    pub changed_at: Instant,
    pub version: u64,
}

/// A text of a complaint or of its answer, safe to keep.
pub fn checked(field: &str, typed: &str, is_needed: bool) -> Result<String, Refusal> {
    let read = text::block(field, typed, TEXT_CHARS_MAX).map_err(|no| no.on(field.to_owned()))?;
    if read.is_empty() && is_needed {
        let no = Refusal::invalid("field-required").on(field.to_owned());
        return Err(no.term("field", text::field_term(field)));
    }
    if let Some(pattern) = crate::marking::find(&read) {
        return Err(crate::marking::refusal(field, field, pattern));
    }
    Ok(read)
}

/// Complaints of one lot that may be open at once.
pub const OPEN_MAX: usize = limits::PAGE_ROWS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_takes_its_ways_and_no_other() {
        let ways = [
            ("pending", "accept", "accepted"),
            ("pending", "dismiss", "invalid"),
            ("pending", "withdraw", "withdrawn"),
            ("accepted", "satisfy", "satisfied"),
            ("accepted", "decline", "declined"),
            ("accepted", "withdraw", "withdrawn"),
            ("satisfied", "resolve", "resolved"),
        ];
        for state in ComplaintState::ALL {
            assert_eq!(ComplaintState::parse(state.word()), Some(state));
            for made in ComplaintMove::ALL {
                assert_eq!(ComplaintMove::parse(made.word()), Some(made));
                let way = ways.iter().find(|it| (it.0, it.1) == (state.word(), made.word()));
                let after = state.after(made).map(ComplaintState::word);
                assert_eq!(after, way.map(|it| it.2), "{state:?} {made:?}");
                let is_offered = state.moves().contains(&made);
                assert_eq!(is_offered, way.is_some() && made != ComplaintMove::Withdraw);
            }
        }
    }

    #[test]
    fn what_stops_a_lot_stops_its_award() {
        let stopping = |stops: fn(ComplaintState) -> bool| {
            ComplaintState::ALL.into_iter().filter(move |it| stops(*it)).map(ComplaintState::word)
        };
        let lot: Vec<_> = stopping(ComplaintState::stops_lot).collect();
        let award: Vec<_> = stopping(ComplaintState::stops_award).collect();
        assert_eq!(lot, ["accepted", "satisfied"]);
        assert_eq!(award, ["pending", "accepted", "satisfied"]);
    }
}
