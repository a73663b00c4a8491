//! How a lot ended, told once and kept as it was told.

use auction::{Failure, Outcome, Sale, TieBreak, Winner};
use base::Refusal;
use trading::lot::{Lot, LotState};

/// How a lot ended. Bidders are numbers, prices minor units.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ended {
    /// `sold`, `no-bid`, `too-few-bidders`, `under-reserve`, `withdrawn`, `rescheduled`, or the
    /// word of a reason for calling it off.
    pub how: String,
    pub winner: Option<(u32, i64)>,
    pub standby: Option<(u32, i64)>,
    /// `priority` or `earlier`, where offers were equal.
    pub tie: Option<String>,
}

impl Ended {
    /// What the engine found.
    pub(crate) fn of(outcome: &Outcome) -> Self {
        let none = |how: &str| Self { how: how.to_owned(), winner: None, standby: None, tie: None };
        let of = |it: &Winner| (it.bidder.0, it.price);
        match outcome {
            Outcome::Sold(sale) => Self {
                winner: sale.winners.first().map(of),
                standby: sale.standby.as_ref().map(of),
                tie: sale.tie.map(|tie| match tie {
                    TieBreak::Priority => "priority".to_owned(),
                    TieBreak::Earlier => "earlier".to_owned(),
                }),
                ..none("sold")
            },
            Outcome::Unsuccessful(Failure::NoBid) => none("no-bid"),
            Outcome::Unsuccessful(Failure::TooFewBidders) => none("too-few-bidders"),
            Outcome::Unsuccessful(Failure::UnderReserve) => none("under-reserve"),
            Outcome::Withdrawn => none("withdrawn"),
            Outcome::Rescheduled => none("rescheduled"),
            Outcome::CalledOff(why) => none(crate::lot::cancellation::word_of(*why)),
        }
    }

    /// As it was told.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).expect("an outcome has text keys")
    }

    /// The sale that an award goes on from.
    pub(crate) fn sale(&self) -> Result<Sale, Refusal> {
        let winner = |(bidder, price)| Winner { bidder: auction::Bidder(bidder), price };
        let first =
            self.winner.ok_or_else(|| Refusal::new(base::Class::Refused, "lot-not-sold"))?;
        let standby = self.standby.map(winner);
        Ok(Sale { winners: vec![winner(first)], standby, tie: None })
    }
}

/// The state in which an outcome leaves a lot.
pub(crate) fn state_after(outcome: &Outcome) -> LotState {
    match outcome {
        Outcome::Sold(_) => LotState::Sold,
        Outcome::Unsuccessful(_) | Outcome::Rescheduled => LotState::Unsuccessful,
        Outcome::Withdrawn => LotState::Withdrawn,
        Outcome::CalledOff(_) => LotState::CalledOff,
    }
}

/// The outcome of a lot that has one.
pub(crate) fn ended(lot: &Lot) -> Option<Ended> {
    Ended::read(&lot.outcome)
}
