//! Everything else that a party does to a contract, and what the timer does: refuse, withdraw, give
//! up, perform, give notice, settle, end, lapse.

use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::contract::{ContractChanged, find, line, own_party, refusals, save, thing_of};
use ::contract::Side;
use ::contract::kept::Kept;
use ::contract::signing::{Ground, Step};
use access::{Act as A, Thing};
use base::{Class, ContractId, DealId, Refusal};
use store::Hold;

const DAY_SECONDS: i64 = 86_400;
/// Contracts that one look takes up.
const CONTRACTS_A_LOOK: usize = 100;

/// What a party does.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Turn {
    /// Does not sign what is offered.
    Refuse { why: String },
    /// Takes the own offer back.
    Withdraw { why: String },
    /// Gives a draft up.
    Abandon { why: String },
    /// Says that all is done.
    Perform,
    /// Gives notice of a breach by the other; the contract says how long it may be cured.
    Notify { what: String },
    /// The notice is settled.
    Settle,
    /// Ends it before it is performed.
    End { ground: Ground, why: String },
}

impl Turn {
    /// The kind of what happened.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refuse { .. } => "refused",
            Self::Withdraw { .. } => "taken-back",
            Self::Abandon { .. } => "abandoned",
            Self::Perform => "performed",
            Self::Notify { .. } => "notified",
            Self::Settle => "settled",
            Self::End { .. } => "ended",
        }
    }

    fn text(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::Refuse { why } | Self::Withdraw { why } | Self::Abandon { why } => {
                Some(("why", why))
            }
            Self::Notify { what } => Some(("what", what)),
            Self::End { why, .. } => Some(("why", why)),
            Self::Perform | Self::Settle => None,
        }
    }

    fn step(&self, kept: &Kept, by: &str, text: &str, cx: &Cx<'_, '_>) -> Step {
        let (party, why) = (by.to_owned(), text.to_owned());
        match self {
            Self::Refuse { .. } => Step::Refuse { party, why },
            Self::Withdraw { .. } => Step::Withdraw { party, why },
            Self::Abandon { .. } => Step::Abandon { party, why },
            Self::Perform => Step::Perform { party },
            Self::Settle => Step::Settle { by: party },
            Self::End { ground, .. } => Step::End { by: party, ground: *ground, why },
            Self::Notify { .. } => {
                let others = kept.terms.parties.iter().find(|it| it.key != by);
                let days = i64::from(kept.current().breach.cure_days);
                Step::Notify {
                    by: party,
                    against: others.map(|it| it.key.clone()).unwrap_or_default(),
                    what: why,
                    cure_until: cx.now.plus_seconds(days * DAY_SECONDS),
                }
            }
        }
    }
}

/// Does what a party does, for it.
#[derive(serde::Serialize)]
pub struct MoveContract {
    pub contract: ContractId,
    pub turn: Turn,
    /// The deal that hears of a failure.
    #[serde(skip)]
    deal: Option<DealId>,
}

impl MoveContract {
    pub fn new(contract: ContractId, turn: Turn) -> Self {
        Self { contract, turn, deal: None }
    }

    /// A draft that was given up, and a contract that ended before its time, are told to their deal.
    fn tell(&self, cx: &mut Cx<'_, '_>, kept: &Kept, by: &str, text: &str) -> Result<(), Stop> {
        let Some(deal) = kept.deal else { return Ok(()) };
        let is_ended = match kept.state() {
            "abandoned" => false,
            "terminated" => true,
            _ => return Ok(()),
        };
        let side = match kept.side_of(by) {
            Some(Side::Provider) => "owner",
            _ => "counterparty",
        };
        crate::deal::contract_failed(cx, (deal, side), is_ended, text)
    }
}

impl Act for MoveContract {
    const ACT: A = A::MoveContract;
    type Facts = Kept;
    type Plan = (Kept, String, String);
    type Outcome = ContractChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let found = city.store().read(|tx| store::contract::find(tx, self.contract))?;
        self.deal = found.and_then(|kept| kept.deal);
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds = vec![Hold::on(self.contract)];
        holds.extend(self.deal.map(Hold::on));
        holds
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Kept, Stop> {
        find(cx, self.contract)
    }

    fn thing(&self, kept: &Kept) -> Thing {
        thing_of(kept)
    }

    fn decide(&self, kept: Kept, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let by = own_party(&kept, cx)?;
        let text = match self.turn.text() {
            Some((field, typed)) => line(field, typed).map_err(|refusal| vec![refusal])?,
            None => String::new(),
        };
        let step = self.turn.step(&kept, &by, &text, cx);
        let life = kept.life.take(&step, cx.now).map_err(refusals)?;
        Ok((Kept { life, ..kept }, by, text))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<ContractChanged, Stop> {
        let (mut kept, by, text) = plan;
        let done = save(cx, &mut kept, self.turn.code(), &by, &text)?;
        self.tell(cx, &kept, &by, &text)?;
        Ok(done)
    }
}

/// The time of an offer is over: the timer's act.
#[derive(serde::Serialize)]
pub struct LapseOffer {
    pub contract: ContractId,
}

impl Act for LapseOffer {
    const ACT: A = A::TendContracts;
    type Facts = Kept;
    type Plan = Kept;
    type Outcome = ContractChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.contract)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Kept, Stop> {
        find(cx, self.contract)
    }

    fn thing(&self, _: &Kept) -> Thing {
        Thing::open()
    }

    fn decide(&self, kept: Kept, cx: &Cx<'_, '_>) -> Result<Kept, Vec<Refusal>> {
        // Two nodes look at the same time, and one is later.
        let life = kept.life.take(&Step::Lapse, cx.now);
        let late = |_| vec![Refusal::new(Class::Conflict, "contract-state-unfit")];
        Ok(Kept { life: life.map_err(late)?, ..kept })
    }

    fn save(&self, mut kept: Kept, cx: &mut Cx<'_, '_>) -> Result<ContractChanged, Stop> {
        save(cx, &mut kept, "lapsed", "", "")
    }
}

impl City {
    /// Takes back offers whose time is over; how many there were.
    pub fn tend_contracts(&self) -> Result<usize, No> {
        let now = self.now();
        let due = self.store().read(|tx| store::contract::to_lapse(tx, now, CONTRACTS_A_LOOK))?;
        let timer = Asker::person(self.row()?.operator);
        let mut n_lapsed = 0;
        for contract in due {
            match self.perform(&timer, LapseOffer { contract }) {
                Ok(_) => n_lapsed += 1,
                Err(no) if no.class() == Class::Conflict => {}
                Err(no) => return Err(no),
            }
        }
        Ok(n_lapsed)
    }
}
