//! Payment orders: documents for a bank. The city pays nobody; only the bank's answer moves money
//! in the books.
//!
//! Somebody drafts an order and another person approves it, which holds the money without an end:
//! silence is not a refusal. Executed posts the hold with the bank's reference, rejected gives it
//! back, and an order in doubt keeps its hold for as long as the doubt lasts.

use base::Reference;
use base::{
    AccountId, Currency, Date, Instant, Money, OrderId, OrganisationId, PersonId, TransferId,
};

/// One order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    /// What the bank is told to name, and what statement lines are matched by.
    pub reference: Reference,
    /// The account at a bank that it is paid from.
    pub bank: AccountId,
    /// The account of the books that is debited.
    pub account: AccountId,
    /// Whose money it is.
    pub owner: OrganisationId,
    pub currency: Currency,
    pub minor: i64,
    pub payee: String,
    /// The payee's account; empty where it goes back to where a payment came from.
    pub payee_account: String,
    pub payee_bank: String,
    /// The bank's reference of the payment that it returns; empty for none.
    pub source: String,
    pub purpose: String,
    /// The lot or other matter it is about; empty for none.
    pub subject: String,
    pub state: OrderState,
    /// The hold that approval made.
    pub hold: Option<TransferId>,
    pub drafted: (PersonId, Instant),
    pub approved: Option<(PersonId, Instant)>,
    pub sent_at: Option<Instant>,
    /// When its state changed last.
    pub moved_at: Instant,
    /// The day by which it shall be executed.
    pub due_on: Date,
    /// Who looks after it until it is done.
    pub keeper: Option<PersonId>,
    /// The bank's own reference of the execution.
    pub bank_reference: String,
    /// Why it was rejected, dropped or is in doubt.
    pub reason: String,
    pub version: u64,
}

impl Order {
    /// Whether it returns what was paid in for a matter, as after an auction.
    pub fn is_refund(&self) -> bool {
        !self.source.is_empty() && !self.subject.is_empty()
    }

    /// What is paid.
    pub fn money(&self) -> Money {
        Money::new(self.minor, self.currency)
    }
}

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderState {
    Drafted,
    Approved,
    Sent,
    Acknowledged,
    InDoubt,
    Executed,
    Rejected,
    Dropped,
}

impl OrderState {
    /// All of them, in the order of their course.
    pub const ALL: [Self; 8] = [
        Self::Drafted,
        Self::Approved,
        Self::Sent,
        Self::Acknowledged,
        Self::InDoubt,
        Self::Executed,
        Self::Rejected,
        Self::Dropped,
    ];

    /// Those in which somebody still has to do something.
    pub const OPEN: [Self; 5] =
        [Self::Drafted, Self::Approved, Self::Sent, Self::Acknowledged, Self::InDoubt];

    /// Its word in rows and addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Approved => "approved",
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
            Self::InDoubt => "in-doubt",
            Self::Executed => "executed",
            Self::Rejected => "rejected",
            Self::Dropped => "dropped",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether somebody still has to do something.
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// Whether a line of a statement may be its execution.
    pub fn is_at_bank(self) -> bool {
        matches!(self, Self::Sent | Self::Acknowledged | Self::InDoubt)
    }

    /// Whether money is held for it.
    pub fn is_held(self) -> bool {
        self == Self::Approved || self.is_at_bank()
    }
}

/// What is done to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderStep {
    Approve,
    Send,
    Acknowledge,
    Doubt,
    Execute,
    Reject,
    Drop,
}

impl OrderStep {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Approve,
        Self::Send,
        Self::Acknowledge,
        Self::Doubt,
        Self::Execute,
        Self::Reject,
        Self::Drop,
    ];

    /// Its word in rows and forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Send => "send",
            Self::Acknowledge => "acknowledge",
            Self::Doubt => "doubt",
            Self::Execute => "execute",
            Self::Reject => "reject",
            Self::Drop => "drop",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.word() == word)
    }

    /// The state that it leads to from another; `None` where it is not a step of that state.
    pub fn from(self, state: OrderState) -> Option<OrderState> {
        use OrderState::{
            Acknowledged, Approved, Drafted, Dropped, Executed, InDoubt, Rejected, Sent,
        };
        match (self, state) {
            (Self::Approve, Drafted) => Some(Approved),
            (Self::Send, Approved) => Some(Sent),
            (Self::Acknowledge, Sent | InDoubt) => Some(Acknowledged),
            (Self::Doubt, Sent | Acknowledged) => Some(InDoubt),
            (Self::Execute, Sent | Acknowledged | InDoubt) => Some(Executed),
            (Self::Reject, Sent | Acknowledged | InDoubt) => Some(Rejected),
            // What a bank has not seen yet can be taken back; what it has seen, only it ends.
            (Self::Drop, Drafted | Approved) => Some(Dropped),
            _ => None,
        }
    }

    /// Whether it needs a reason.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Doubt | Self::Reject | Self::Drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_open_order_can_end_and_no_ended_one_moves() {
        for state in OrderState::ALL {
            assert_eq!(OrderState::parse(state.word()), Some(state));
            let next: Vec<OrderState> =
                OrderStep::ALL.into_iter().filter_map(|step| step.from(state)).collect();
            assert_eq!(!next.is_empty(), state.is_open(), "{state:?}");
        }
        for step in OrderStep::ALL {
            assert_eq!(OrderStep::parse(step.word()), Some(step));
        }
    }

    #[test]
    fn only_the_bank_ends_what_the_bank_has_seen() {
        for state in OrderState::ALL.into_iter().filter(|state| state.is_at_bank()) {
            assert_eq!(OrderStep::Drop.from(state), None);
            assert_eq!(OrderStep::Execute.from(state), Some(OrderState::Executed));
            assert_eq!(OrderStep::Reject.from(state), Some(OrderState::Rejected));
        }
        assert_eq!(OrderStep::Execute.from(OrderState::Approved), None, "nothing was sent");
        assert_eq!(OrderStep::Execute.from(OrderState::Rejected), None, "a late line is unmatched");
        assert_eq!(OrderStep::Send.from(OrderState::Drafted), None, "nobody approved it");
    }
}
