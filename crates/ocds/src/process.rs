//! The plain process: what happened between a listing and the last payment, step by step.
//!
//! It knows more than may be published (every bid with its bidder); [`crate::releases`] writes what is
//! public of it, [`crate::flags`] looks at all of it. Ids are texts of the caller's; they never change.

use base::{Bilingual, Instant, Lang, Money, Span};

/// One public process and its history.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Process {
    /// The part of the `ocid` behind the prefix; never changed and never used again.
    pub number: String,
    /// The language of plain fields; the other one goes beside them.
    pub lang: Lang,
    pub direction: Direction,
    /// Everybody who takes part, known to the public or not.
    pub organisations: Vec<Organisation>,
    /// Who sells, or who buys: the side that holds the process.
    pub holder: String,
    /// Who runs it, where that is somebody else.
    pub organiser: Option<String>,
    /// In the order of time, no two at one moment.
    pub steps: Vec<Step>,
}

/// Whether bidders want to pay the most or to be paid the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Direction {
    /// A technology, licence or asset is sold; the highest bid is the best.
    Sale,
    /// Something is bought or commissioned; the lowest bid is the best.
    Purchase,
}

/// An organisation; not all of them ever appear in a release.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Organisation {
    pub id: String,
    pub name: Bilingual,
    pub identifier: Option<Identifier>,
    pub address: Address,
}

/// An entry in a register, such as the unified social credit code.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Identifier {
    pub scheme: String,
    pub id: String,
    pub legal_name: String,
}

/// Where an organisation is; empty texts are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Address {
    pub locality: String,
    pub region: String,
    pub country: String,
}

/// Something that happened, and when it was made public.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Step {
    pub at: Instant,
    pub what: What,
}

/// What a step tells.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum What {
    /// A technology was listed, or a need was published; nothing is to be had yet.
    Listed(Listing),
    /// Bids are asked for.
    Announced(Tender),
    /// What is asked for has changed; the tender as it is now.
    Amended { tender: Tender, why: Bilingual },
    /// Bids are in, and the auction, if there was one, is over.
    Closed(Closing),
    /// It was called off before an award.
    CalledOff { why: Bilingual },
    /// An award, or the same award in another state.
    Awarded(Award),
    /// A contract was signed.
    Signed(Contract),
    /// A contract was changed; the contract as it is now.
    Changed { contract: Contract, why: Bilingual },
    /// Milestones and payments of a contract; known ones are told anew, others added.
    Performed { contract: String, milestones: Vec<Milestone>, payments: Vec<Payment> },
    /// A contract ended, by its time or before.
    Ended { contract: String },
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Listing {
    pub title: Bilingual,
    pub description: Bilingual,
    pub documents: Vec<Document>,
}

/// What bidders are told. There is no reserve price in it: it is not public.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tender {
    pub title: Bilingual,
    pub description: Bilingual,
    pub method: Method,
    /// The way of dealing in words: "English auction", "negotiation".
    pub method_details: Bilingual,
    pub criteria: Criteria,
    /// A sale's starting price, or the most that a purchase may cost.
    pub value: Option<Money>,
    /// When bids may come in.
    pub submission: Span,
    pub enquiries: Option<Span>,
    pub eligibility: Bilingual,
    pub items: Vec<Item>,
    pub lots: Vec<Lot>,
    pub documents: Vec<Document>,
    /// Where the electronic auction takes place.
    pub auction_url: Option<String>,
}

/// Who may bid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Method {
    Open,
    Selective,
    Limited,
    Direct,
}

/// What decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Criteria {
    /// The price alone.
    Price,
    /// The price is fixed in advance; other things decide.
    FixedPrice,
    /// Price and other things are scored.
    Rated,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Item {
    pub id: String,
    pub description: Bilingual,
    pub classification: Option<Classification>,
    pub lot: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Classification {
    /// Such as `IPC`, `CPC`, `UNSPSC`.
    pub scheme: String,
    pub id: String,
    pub description: String,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Lot {
    pub id: String,
    pub title: Bilingual,
    pub value: Option<Money>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Document {
    pub id: String,
    /// A code of `documentType`, which is open: `tenderNotice`, `technicalSpecifications`.
    pub kind: String,
    pub title: Bilingual,
    pub url: String,
    pub published: Instant,
    /// The media type.
    pub format: String,
}

/// Everything that was bid. Amounts and numbers of it are published; bidders and single bids are not.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Closing {
    pub bids: Vec<Bid>,
    pub auctions: Vec<Auction>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Bid {
    pub id: String,
    pub lot: Option<String>,
    /// One, or several who bid together.
    pub bidders: Vec<String>,
    pub value: Option<Money>,
    pub received: Instant,
    pub state: BidState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum BidState {
    Valid,
    Disqualified,
    Withdrawn,
}

/// An auction as it went.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Auction {
    pub id: String,
    pub lot: Option<String>,
    pub url: Option<String>,
    /// A word for the mode: `english`, `hybrid`, `sealedFirstPrice`.
    pub method: String,
    pub start: Option<Money>,
    pub step: Option<Money>,
    /// From the opening to the end as it was, extensions included.
    pub span: Span,
    pub n_extensions: u32,
    pub rounds: Vec<Round>,
}

/// A round, or a stretch between two extensions of the end.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Round {
    pub id: String,
    pub span: Span,
    pub n_bids: u32,
    /// The best bid when it ended.
    pub best: Option<Money>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Award {
    pub id: String,
    pub lot: Option<String>,
    pub state: AwardState,
    pub at: Instant,
    pub value: Option<Money>,
    pub winners: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum AwardState {
    Pending,
    Active,
    Cancelled,
    Unsuccessful,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Contract {
    pub id: String,
    pub award: String,
    pub title: Bilingual,
    pub signed: Instant,
    pub span: Option<Span>,
    pub value: Option<Money>,
    pub documents: Vec<Document>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Milestone {
    pub id: String,
    pub title: Bilingual,
    /// A code of `milestoneType`, which is open: `delivery`, `payment`.
    pub kind: String,
    pub due: Option<Instant>,
    pub met: Option<Instant>,
    pub state: MilestoneState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum MilestoneState {
    Scheduled,
    Met,
    NotMet,
    PartiallyMet,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Payment {
    pub id: String,
    pub at: Instant,
    pub value: Money,
    pub payer: String,
    pub payee: String,
}

impl Process {
    /// The latest tender that was announced, if any was.
    pub fn tender(&self) -> Option<&Tender> {
        self.steps.iter().rev().find_map(|step| match &step.what {
            What::Announced(tender) | What::Amended { tender, .. } => Some(tender),
            _ => None,
        })
    }

    /// The latest closing.
    pub fn closing(&self) -> Option<&Closing> {
        self.steps.iter().rev().find_map(|step| match &step.what {
            What::Closed(closing) => Some(closing),
            _ => None,
        })
    }

    /// Every award as it stands now, in the order they were first made.
    pub fn awards(&self) -> Vec<&Award> {
        let mut awards: Vec<&Award> = Vec::new();
        for step in &self.steps {
            let What::Awarded(award) = &step.what else { continue };
            match awards.iter_mut().find(|known| known.id == award.id) {
                Some(known) => *known = award,
                None => awards.push(award),
            }
        }
        awards
    }
}

impl Tender {
    pub(crate) fn has_lot(&self, id: &str) -> bool {
        self.lots.iter().any(|lot| lot.id == id)
    }
}

impl Method {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Selective => "selective",
            Self::Limited => "limited",
            Self::Direct => "direct",
        }
    }
}

impl Criteria {
    /// A code of `awardCriteria`, which is open.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Price => "priceOnly",
            Self::FixedPrice => "qualityOnly",
            Self::Rated => "ratedCriteria",
        }
    }
}

impl AwardState {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Cancelled => "cancelled",
            Self::Unsuccessful => "unsuccessful",
        }
    }
}

impl MilestoneState {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Met => "met",
            Self::NotMet => "notMet",
            Self::PartiallyMet => "partiallyMet",
        }
    }
}
