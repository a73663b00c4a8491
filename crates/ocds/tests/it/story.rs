//! A sale from its listing to the last payment, told as a plain process.

use base::{Bilingual, Currency, Instant, Lang, Money, Span};
use ocds::process::*;

pub const PREFIX: &str = "ocds-abc123";

/// So many days after the beginning of March 2026, at eight in the morning.
pub fn day(n: i64) -> Instant {
    Instant::parse_rfc3339("2026-03-01T08:00:00Z").unwrap().plus_seconds(n * 86_400)
}

pub fn span(from: i64, to: i64) -> Span {
    Span::new(day(from), day(to)).unwrap()
}

pub fn yuan(minor: i64) -> Option<Money> {
    Some(Money::new(minor, Currency::CNY))
}

pub fn both(en: &str, zh: &str) -> Bilingual {
    Bilingual::new(en, zh)
}

pub fn organisation(id: &str, name: &str) -> Organisation {
    let identifier = Identifier {
        scheme: "CN-SCC".to_owned(),
        id: format!("9100{id}"),
        legal_name: format!("{name} Co., Ltd."),
    };
    Organisation {
        id: id.to_owned(),
        name: both(name, ""),
        identifier: Some(identifier),
        address: Address { country: "China".to_owned(), ..Address::default() },
    }
}

pub fn tender() -> Tender {
    Tender {
        title: both("A patent for thin films", "薄膜专利"),
        description: both("One patent and its know-how.", ""),
        method: Method::Open,
        method_details: both("English auction", "英式竞价"),
        criteria: Criteria::Price,
        value: yuan(5_000_000),
        submission: span(10, 30),
        enquiries: Some(span(10, 20)),
        eligibility: Bilingual::default(),
        items: vec![Item {
            id: "i1".to_owned(),
            description: both("Patent", "专利"),
            classification: Some(Classification {
                scheme: "IPC".to_owned(),
                id: "H01L 21/02".to_owned(),
                description: String::new(),
            }),
            lot: Some("l1".to_owned()),
        }],
        lots: vec![Lot { id: "l1".to_owned(), title: both("Whole", ""), value: yuan(5_000_000) }],
        documents: vec![document("d1")],
        auction_url: Some("https://example.org/auctions/7".to_owned()),
    }
}

pub fn document(id: &str) -> Document {
    Document {
        id: id.to_owned(),
        kind: "tenderNotice".to_owned(),
        title: both("Notice", "公告"),
        url: format!("https://example.org/documents/{id}"),
        published: day(9),
        format: "application/pdf".to_owned(),
    }
}

pub fn bid(id: &str, bidder: &str, minor: i64) -> Bid {
    Bid {
        id: id.to_owned(),
        lot: Some("l1".to_owned()),
        bidders: vec![bidder.to_owned()],
        value: yuan(minor),
        received: day(25),
        state: BidState::Valid,
    }
}

fn closing() -> Closing {
    let round = |id: &str, from, to, minor| Round {
        id: id.to_owned(),
        span: span(from, to),
        n_bids: 3,
        best: yuan(minor),
    };
    let auction = Auction {
        id: "x1".to_owned(),
        lot: Some("l1".to_owned()),
        url: Some("https://example.org/auctions/7".to_owned()),
        method: "english".to_owned(),
        start: yuan(5_000_000),
        step: yuan(50_000),
        span: span(24, 26),
        n_extensions: 1,
        rounds: vec![round("r1", 24, 25, 6_123_450), round("r2", 25, 26, 6_400_000)],
    };
    let mut disqualified = bid("b4", "loser-c", 9_911_111);
    disqualified.state = BidState::Disqualified;
    let bids = vec![
        bid("b1", "loser-a", 5_171_717),
        bid("b2", "winner", 6_400_000),
        bid("b3", "loser-b", 6_343_434),
        disqualified,
    ];
    Closing { bids, auctions: vec![auction] }
}

pub fn award(state: AwardState) -> Award {
    Award {
        id: "a1".to_owned(),
        lot: Some("l1".to_owned()),
        state,
        at: day(31),
        value: yuan(6_400_000),
        winners: vec!["winner".to_owned()],
    }
}

pub fn contract() -> Contract {
    Contract {
        id: "c1".to_owned(),
        award: "a1".to_owned(),
        title: both("Transfer", "转让合同"),
        signed: day(40),
        span: Some(span(40, 400)),
        value: yuan(6_400_000),
        documents: vec![],
    }
}

fn milestone(met: Option<Instant>) -> Milestone {
    Milestone {
        id: "m1".to_owned(),
        title: both("Know-how handed over", ""),
        kind: "delivery".to_owned(),
        due: Some(day(60)),
        met,
        state: if met.is_some() { MilestoneState::Met } else { MilestoneState::Scheduled },
    }
}

fn payment(id: &str, at: i64, minor: i64) -> Payment {
    let value = Money::new(minor, Currency::CNY);
    let [payer, payee] = ["winner", "institute"].map(str::to_owned);
    Payment { id: id.to_owned(), at: day(at), value, payer, payee }
}

/// The whole story, with every kind of step but a calling off.
pub fn sale() -> Process {
    let mut amended = tender();
    amended.description = Bilingual::default();
    amended.enquiries = None;
    amended.submission = span(10, 24);
    let mut changed = contract();
    changed.span = None;
    let listing = Listing {
        title: both("Thin films", "薄膜"),
        description: both("What it does.", "用途。"),
        documents: vec![document("d0")],
    };
    let performed = |met, payment| What::Performed {
        contract: "c1".to_owned(),
        milestones: vec![milestone(met)],
        payments: vec![payment],
    };
    let steps = [
        (1, What::Listed(listing)),
        (9, What::Announced(tender())),
        (12, What::Amended { tender: amended, why: both("An earlier end.", "提前截止。") }),
        (27, What::Closed(closing())),
        (31, What::Awarded(award(AwardState::Pending))),
        (36, What::Awarded(award(AwardState::Active))),
        (40, What::Signed(contract())),
        (50, What::Changed { contract: changed, why: both("No fixed term.", "") }),
        (61, performed(None, payment("p1", 55, 3_200_000))),
        (70, performed(Some(day(62)), payment("p2", 69, 3_200_000))),
        (400, What::Ended { contract: "c1".to_owned() }),
    ];
    Process {
        number: "7".to_owned(),
        lang: Lang::En,
        direction: Direction::Sale,
        organisations: ["institute", "office", "winner", "loser-a", "loser-b", "loser-c"]
            .map(|id| organisation(id, &format!("Name of {id}")))
            .to_vec(),
        holder: "institute".to_owned(),
        organiser: Some("office".to_owned()),
        steps: steps.into_iter().map(|(at, what)| Step { at: day(at), what }).collect(),
    }
}
