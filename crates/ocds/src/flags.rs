//! Red flags: indicators over plain processes that make an officer look twice.
//!
//! The definitions follow open-contracting/cardinal-rs:docs/cli/indicators; in sales the highest bid is
//! the best, so that "lowest" reads "highest". A flag is no finding of fault. Every flag names what was
//! found, the limit it met, and the bids, organisations and processes to look at; what was left out of an
//! indicator is listed with the reason. Lots of one process are looked at one by one.
//!
//! Limits that no setting gives come from the values themselves: Q1 − 1.5·IQR and Q3 + 1.5·IQR, with the
//! quartiles of [`QUARTILES`]. Where the quartiles are equal, a value has to lie outside and not at the
//! limit: else all equal values would be flagged.

use base::{Instant, Money};

use crate::process::{Method, Process};

mod bidder;
mod case;
mod price;
mod spread;

pub use spread::{QUARTILES, Share, Spread};

/// An indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// Bids could be sent in for too short a time.
    R003,
    /// One bidder in a competitive procedure.
    R018,
    /// The second best price is very close to the winning one.
    R024,
    /// Many valid bids that hardly ever win.
    R025,
    /// Different bidders bid the same price.
    R028,
    /// The winning bid was received after the deadline: here it must be impossible, so that a flag is a
    /// defect of the program or of its data.
    R030,
    /// All bidders but the winner were disqualified.
    R035,
    /// The best bid was disqualified where the price alone decides.
    R036,
    /// An unusual share of bids was disqualified.
    R038,
    /// A winner of an unusual variety of goods.
    R048,
    /// The second best price is very far from the winning one.
    R058,
}

/// What counts as unusual. Limits that are none come from the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// R003: so many whole days are enough.
    pub submission_days_min: i64,
    /// R018: procedures in which several bidders are expected.
    pub competitive: Vec<Method>,
    /// R024: flagged at this difference and below.
    pub difference_low: Option<Share>,
    /// R058: flagged at this difference and above.
    pub difference_high: Option<Share>,
    /// R025: flagged at this share of won bids and below.
    pub won_low: Option<Share>,
    /// R035: so many others have to be disqualified.
    pub disqualified_min: usize,
    /// R038: flagged at this share of disqualified bids and above.
    pub disqualified_high: Option<Share>,
    /// R038: bidders with fewer bids are left out.
    pub bids_min: usize,
    /// R038: holders with fewer processes are left out.
    pub processes_min: usize,
    /// R048: flagged at so many classes and above.
    pub variety_high: Option<u32>,
    /// R048: so many signs of a classification make its class; four are a subclass of IPC and CPC.
    pub class_signs: usize,
    /// Limits are taken from no fewer values than this.
    pub values_min: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            submission_days_min: 15,
            competitive: vec![Method::Open, Method::Selective],
            difference_low: None,
            difference_high: None,
            won_low: None,
            disqualified_min: 1,
            disqualified_high: None,
            bids_min: 2,
            processes_min: 2,
            variety_high: None,
            class_signs: 4,
            values_min: 4,
        }
    }
}

/// All that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// In the order of codes, then of the input.
    pub flags: Vec<Flag>,
    pub exclusions: Vec<Exclusion>,
    /// The values that limits were taken from, in short.
    pub spreads: Vec<(Code, Spread)>,
}

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    pub code: Code,
    pub subject: Subject,
    pub found: Figure,
    /// What `found` met; none where any case at all is one.
    pub limit: Option<Figure>,
    pub evidence: Evidence,
}

/// Whom or what a flag is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A process by its number, and the lot where it has several.
    Process { number: String, lot: Option<String> },
    /// An organisation that sells or buys.
    Holder(String),
    /// An organisation that bids.
    Bidder(String),
    /// The indicator as a whole.
    All,
}

/// A figure with what it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    Count(u32),
    /// Whole days.
    Days(i64),
    Share(Share),
    Money(Money),
    Moment(Instant),
}

/// Where to look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    pub bids: Vec<String>,
    pub organisations: Vec<String>,
    /// Numbers of processes.
    pub processes: Vec<String>,
}

/// Something an indicator did not look at, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    pub code: Code,
    pub subject: Subject,
    pub why: Why,
}

/// Why something was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The price is fixed in advance.
    FixedPrice,
    /// Other things than the price decide.
    NotPriceAlone,
    /// Bids are in several currencies.
    OtherCurrency,
    /// A bid or the award has no amount, or none above zero.
    NoAmount,
    /// There is no active award.
    NoAward,
    /// There are several active awards.
    SeveralAwards,
    /// Several bid or won together.
    Jointly,
    /// The winner has no valid bid.
    NoWinningBid,
    /// Nobody else has a valid bid.
    NoOtherBid,
    /// The winner's bid is not the best.
    NotBest,
    /// These bids were disqualified or withdrawn; the others were looked at.
    InvalidBids(Vec<String>),
    /// There are too few values to take a limit from.
    FewValues(usize),
    /// There are too few bids or processes of this one.
    FewOfThem(usize),
}

/// Every flag over these processes.
pub fn flags(processes: &[Process], settings: &Settings) -> Findings {
    let cases: Vec<_> = processes.iter().flat_map(case::cases).collect();
    let mut found = Findings::default();
    price::submission(processes, settings, &mut found);
    for case in &cases {
        price::single(case, settings, &mut found);
        price::same_price(case, &mut found);
        price::late(case, &mut found);
        price::others_disqualified(case, settings, &mut found);
        price::best_disqualified(case, &mut found);
    }
    price::differences(&cases, settings, &mut found);
    bidder::losing(&cases, settings, &mut found);
    bidder::disqualified(processes, &cases, settings, &mut found);
    bidder::variety(&cases, settings, &mut found);
    found.flags.sort_by_key(|flag| flag.code);
    found.exclusions.sort_by_key(|exclusion| exclusion.code);
    found
}

impl Code {
    /// `R024`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::R003 => "R003",
            Self::R018 => "R018",
            Self::R024 => "R024",
            Self::R025 => "R025",
            Self::R028 => "R028",
            Self::R030 => "R030",
            Self::R035 => "R035",
            Self::R036 => "R036",
            Self::R038 => "R038",
            Self::R048 => "R048",
            Self::R058 => "R058",
        }
    }
}

impl Findings {
    fn exclude(&mut self, code: Code, subject: Subject, why: Why) {
        self.exclusions.push(Exclusion { code, subject, why });
    }

    /// The limit a setting gives, or the fence of the values; none and an exclusion for too few.
    fn limit(
        &mut self,
        (code, side): (Code, Side),
        given: Option<Share>,
        values: &[Share],
        settings: &Settings,
    ) -> Option<Limit> {
        let at = |share| Limit { side, share, is_inside: true };
        if let Some(share) = given {
            return Some(at(share));
        }
        if values.len() < settings.values_min {
            // Where nothing was there to be looked at, there is nothing to say.
            if !values.is_empty() {
                self.exclude(code, Subject::All, Why::FewValues(values.len()));
            }
            return None;
        }
        let spread = Spread::of(values)?;
        self.spreads.push((code, spread));
        let share = match side {
            Side::Low => spread.lower,
            Side::High => spread.upper,
        };
        Some(Limit { is_inside: spread.q1 < spread.q3, ..at(share) })
    }
}

#[derive(Clone, Copy)]
enum Side {
    Low,
    High,
}

#[derive(Clone, Copy)]
struct Limit {
    side: Side,
    share: Share,
    /// Whether the limit itself is flagged.
    is_inside: bool,
}

impl Limit {
    fn is_met(self, found: Share) -> bool {
        match self.side {
            _ if found == self.share => self.is_inside,
            Side::Low => found < self.share,
            Side::High => found > self.share,
        }
    }
}
