//! What an auction tells: its notice and changes of it, how it went, to whom it was awarded.
//!
//! A limit is nobody's business: of whoever led at the end no more is counted than the price that the
//! room saw. A bidder is named with the award that is signed, and no other ever.

use super::contract::{Signed, Telling};
use super::{Matter, both, lot_rounds, new_awards, party, told_tender};
use crate::city::City;
use crate::lot::Ended;
use base::{Bilingual, Instant, Span};
use ocds::process::{
    Auction, Award, AwardState, Bid, BidState, Classification, Closing, Criteria, Document, Item,
    Listing, Method, Round, Step, Tender, What,
};
use std::collections::BTreeMap;
use store::{StoreError, Tx};
use trading::lot::{BidderState, Lot, LotBidder, LotState, Raise, Way};
use trading::sealing::{Seal, SealState};
use trading::technology::Technology;

/// The one item of a lot, and its documents, by the ids they keep.
const ITEM: &str = "1";
const RULES: &str = "rules";
/// Whoever has the award first, and whoever may follow.
const AWARDS: [&str; 2] = ["1", "2"];

/// Everything that the rows say of a lot.
pub(super) struct Facts {
    pub lot: Lot,
    technology: Technology,
    seller: parties::organisation::Organisation,
    office: Option<parties::organisation::Organisation>,
    bidders: BTreeMap<u32, (LotBidder, parties::organisation::Organisation)>,
    bids: Vec<store::open_data::Bid>,
    /// The rounds of a lot whose bidders took turns.
    rounds: Vec<lot_rounds::Told>,
    moves: Vec<store::lot::Moved>,
    contract: Option<Signed>,
}

impl Facts {
    /// Loads them; bids and bidders only once it is over.
    pub(super) fn of(tx: &mut Tx<'_>, lot: Lot) -> Result<Option<Self>, StoreError> {
        let Some(technology) = store::technology::find(tx, lot.technology)? else {
            return Ok(None);
        };
        let Some(seller) = store::organisation::find(tx, lot.owner)? else { return Ok(None) };
        let office = match store::city::office(tx)? {
            Some(id) => store::organisation::find(tx, id)?,
            None => None,
        };
        let mut bidders = BTreeMap::new();
        let (mut bids, mut rounds, mut moves) = (Vec::new(), Vec::new(), Vec::new());
        if is_over(&lot) {
            for it in store::lot::bidders(tx, lot.id, crate::lot::BIDDERS_MAX)? {
                if let Some(found) = store::organisation::find(tx, it.organisation)? {
                    bidders.insert(it.alias, (it, found));
                }
            }
            bids = match &lot.terms.way {
                Way::Sealed(_) => opened(tx, &lot)?,
                Way::Falling(_) => offered(tx, &lot)?,
                Way::English => store::open_data::bids(tx, lot.id)?,
                Way::Rounds(_) => {
                    let course = lot_rounds::of(tx, &lot)?;
                    rounds = course.rounds;
                    course.bids
                }
            };
            moves = store::lot::moves(tx, lot.id)?;
        }
        let contract = match lot.state {
            LotState::Signed => {
                let all = store::contract::of_lot(tx, lot.id)?;
                Signed::of(tx, all)?
            }
            _ => None,
        };
        Ok(Some(Self { lot, technology, seller, office, bidders, bids, rounds, moves, contract }))
    }

    /// What is to be told of it after these steps.
    pub(super) fn matter(&self, city: &City, told: &[Step], now: Instant) -> Matter {
        let mut organisations = vec![party(&self.seller)];
        let others = self.office.iter().chain(self.bidders.values().map(|(_, it)| it));
        for other in others {
            if organisations.iter().all(|known| known.id != other.id.to_string()) {
                organisations.push(party(other));
            }
        }
        Matter {
            number: self.lot.reference.to_string(),
            kind: "lot",
            thing: self.lot.id.to_string(),
            technology: self.lot.technology,
            title: self.technology.content.title.clone(),
            former: self.lot.former.map(|id| id.to_string()),
            organisations,
            holder: self.seller.id.to_string(),
            organiser: self.office.as_ref().map(|it| it.id.to_string()),
            due: self.due(city, told, now),
        }
    }

    fn due(&self, city: &City, told: &[Step], now: Instant) -> Vec<What> {
        let lot = &self.lot;
        let before = told_tender(told);
        let start = before.map_or(now, |tender| tender.submission.start());
        let mut due = Vec::new();
        match (self.tender(city, start), before) {
            (tender, None) => {
                due.push(What::Listed(self.listing()));
                due.push(What::Announced(tender));
            }
            (tender, Some(before)) if !is_over(lot) && tender != *before => {
                due.push(What::Amended { tender, why: both("open-data-why-changed") });
            }
            _ => {}
        }
        if !is_over(lot) {
            return due;
        }
        let is_told = |wanted: fn(&What) -> bool| told.iter().any(|step| wanted(&step.what));
        if matches!(lot.state, LotState::Withdrawn | LotState::CalledOff) {
            if !is_told(|what| matches!(what, What::CalledOff { .. })) {
                let how = Ended::read(&lot.outcome).map_or_else(String::new, |ended| ended.how);
                due.push(What::CalledOff { why: both(&format!("lot-how-{how}")) });
            }
            return due;
        }
        if !is_told(|what| matches!(what, What::Closed(_))) {
            due.push(What::Closed(self.closing(city)));
        }
        let awards = self.awards();
        let active = awards.iter().rfind(|it| it.state == AwardState::Active).cloned();
        due.extend(new_awards(told, awards));
        if let Some((award, signed)) = active.zip(self.contract.as_ref()) {
            let title = self.title();
            due.extend(signed.due(&award, told, Telling::new(city, &title, &self.seller, now)));
        }
        due
    }

    fn title(&self) -> Bilingual {
        self.technology.content.title.clone()
    }

    fn listing(&self) -> Listing {
        Listing {
            title: self.title(),
            description: self.technology.content.summary.clone(),
            documents: Vec::new(),
        }
    }

    fn tender(&self, city: &City, start: Instant) -> Tender {
        let (lot, content) = (&self.lot, &self.technology.content);
        let here = format!("{}/auctions/{}", city.settings().public_url, lot.id);
        // A lot of one moment cannot be announced: it closes after it opens.
        let until = lot.terms.entered_until().unwrap_or(lot.terms.closes);
        let end = until.max(Instant::from_micros(start.micros() + 1));
        let submission = Span::new(start, end).expect("it ends after it starts");
        let class = content.classes.first().map(|class| Classification {
            scheme: class.scheme.to_uppercase(),
            id: class.symbol.clone(),
            description: String::new(),
        });
        Tender {
            title: self.title(),
            description: content.summary.clone(),
            method: Method::Open,
            method_details: both(&format!("open-data-method-{}", lot.terms.way.method())),
            criteria: Criteria::Price,
            value: Some(lot.terms.money(lot.terms.start)),
            submission,
            enquiries: None,
            eligibility: both("open-data-eligibility"),
            items: vec![Item {
                id: ITEM.to_owned(),
                description: self.title(),
                classification: class,
                lot: None,
            }],
            lots: Vec::new(),
            documents: vec![Document {
                id: RULES.to_owned(),
                kind: "biddingDocuments".to_owned(),
                title: both("open-data-document-rules"),
                url: format!("{here}/rules"),
                published: start,
                format: "text/plain".to_owned(),
            }],
            auction_url: Some(here),
        }
    }

    /// What somebody offered, as far as the room saw it.
    fn value_of(&self, at: usize, last: Option<u32>) -> Option<i64> {
        let bid = self.bids.get(at)?;
        if self.lot.terms.way != Way::English {
            // What was opened was opened for everybody, and what was bid unseen is in the protocol.
            return bid.amount;
        }
        let price = self.lot.course.price;
        if last != Some(bid.bidder) {
            // It was outbid: the price has passed it by.
            return bid.amount.or(bid.price).map(|sum| price.map_or(sum, |price| sum.min(price)));
        }
        let is_last = self.bids.iter().skip(at + 1).all(|later| later.bidder != bid.bidder);
        if is_last { price } else { bid.price.filter(|_| bid.leader == Some(bid.bidder)) }
    }

    fn closing(&self, city: &City) -> Closing {
        let lot = &self.lot;
        let last =
            lot.course.leader.or_else(|| self.ended().and_then(|it| it.winner).map(|it| it.0));
        let bids = self.bids.iter().enumerate().filter_map(|(at, bid)| {
            let (bidder, _) = self.bidders.get(&bid.bidder)?;
            let state = match bidder.state {
                BidderState::Excluded => BidState::Disqualified,
                _ => BidState::Valid,
            };
            Some(Bid {
                id: (at + 1).to_string(),
                lot: None,
                bidders: vec![bidder.organisation.to_string()],
                value: self.value_of(at, last).map(|minor| lot.terms.money(minor)),
                received: bid.received,
                state,
            })
        });
        let bids = bids.collect();
        let auctions = self.auction(city).into_iter().collect();
        Closing { bids, auctions }
    }

    /// The auction in rounds: stretches between two moves of its end.
    fn auction(&self, city: &City) -> Option<Auction> {
        let lot = &self.lot;
        let span = Span::new(lot.terms.opens, lot.course.ends_at)?;
        let step = lot.terms.steps.first().and_then(|(_, raise)| match raise {
            Raise::Fixed(sum) => Some(lot.terms.money(*sum)),
            Raise::Share(_) => None,
        });
        let mut rounds: Vec<Round> = Vec::new();
        let (mut from, mut n_bids, mut best) = (span.start(), 0_u32, None);
        let mut end = lot.terms.closes;
        let mut round = |from: Instant, to: Instant, n_bids: u32, best: Option<i64>| {
            let Some(span) = Span::new(from, to) else { return };
            let id = (rounds.len() + 1).to_string();
            rounds.push(Round { id, span, n_bids, best: best.map(|it| lot.terms.money(it)) });
        };
        let mut n_extensions = 0;
        for told in &self.rounds {
            round(told.span.start(), told.span.end(), told.n_bids, told.best);
        }
        let extending = if self.rounds.is_empty() { self.bids.as_slice() } else { &[] };
        for bid in extending {
            (n_bids, best) = (n_bids + 1, bid.price);
            // A bid that moves the end is the last of its stretch.
            let is_inside = bid.received > from && bid.received < span.end();
            if bid.ends_at > end && is_inside {
                round(from, bid.received, n_bids, best);
                (from, n_bids, end) = (bid.received, 0, bid.ends_at);
                n_extensions += 1;
            }
        }
        if self.rounds.is_empty() {
            round(from, span.end(), n_bids, best);
        }
        Some(Auction {
            id: lot.id.to_string(),
            lot: None,
            url: Some(format!("{}/auctions/{}", city.settings().public_url, lot.id)),
            method: lot.terms.way.method().to_owned(),
            start: Some(lot.terms.money(lot.terms.start)),
            step,
            span,
            n_extensions,
            rounds,
        })
    }

    fn ended(&self) -> Option<Ended> {
        Ended::read(&self.lot.outcome)
    }

    fn awards(&self) -> Vec<Award> {
        let lot = &self.lot;
        let award = |at: usize, state, won: Option<(u32, i64)>| Award {
            id: AWARDS.get(at).copied().unwrap_or("1").to_owned(),
            lot: None,
            state,
            at: lot.changed_at,
            value: won.map(|(_, price)| lot.terms.money(price)),
            winners: match (state, won.and_then(|(alias, _)| self.bidders.get(&alias))) {
                // Named with the signature, and not before.
                (AwardState::Active, Some((it, _))) => vec![it.organisation.to_string()],
                _ => Vec::new(),
            },
        };
        let Some(ended) = self.ended() else { return Vec::new() };
        let Some(winner) = ended.winner else {
            let is_failed = !self.bids.is_empty() && lot.state == LotState::Unsuccessful;
            return is_failed
                .then(|| award(0, AwardState::Unsuccessful, None))
                .into_iter()
                .collect();
        };
        let fell = self.moves.iter().position(|it| matches!(it.kind.as_str(), "expire" | "reject"));
        let Some(fell) = fell else {
            let state = match lot.award.as_str() {
                "signed" => AwardState::Active,
                _ => AwardState::Pending,
            };
            return vec![award(0, state, Some(winner))];
        };
        let mut all = vec![award(0, AwardState::Cancelled, Some(winner))];
        let has_left = self.moves.iter().take(fell).any(|it| it.kind == "leave");
        if let Some(second) = ended.standby.filter(|_| !has_left) {
            let state = match lot.award.as_str() {
                "signed" => AwardState::Active,
                "standby" => AwardState::Pending,
                _ => AwardState::Cancelled,
            };
            all.push(award(1, state, Some(second)));
        }
        all
    }
}

/// The sealed bids that were opened; what did not open has no amount to tell.
fn opened(tx: &mut Tx<'_>, lot: &Lot) -> Result<Vec<store::open_data::Bid>, StoreError> {
    let all = store::sealing::seals(tx, lot.id, crate::lot::BIDDERS_MAX)?;
    let opened = all.into_iter().filter(|seal| seal.state == SealState::Opened);
    let bid = |seal: Seal| store::open_data::Bid {
        bidder: seal.bidder,
        amount: seal.amount,
        price: None,
        leader: None,
        received: seal.received,
        ends_at: lot.course.ends_at,
    };
    Ok(opened.map(bid).collect())
}

/// What was bid while the price fell, above it, and as the last word: each bidder's last.
fn offered(tx: &mut Tx<'_>, lot: &Lot) -> Result<Vec<store::open_data::Bid>, StoreError> {
    let mut best = None;
    let mut all = store::open_data::last_bids(tx, lot.id)?;
    for bid in &mut all {
        best = best.max(bid.amount);
        // Parts that follow each other are no extensions.
        (bid.price, bid.ends_at) = (best, lot.terms.closes);
    }
    Ok(all)
}

/// Whether no bid is taken any more.
fn is_over(lot: &Lot) -> bool {
    !matches!(lot.state, LotState::Announced | LotState::Open)
}
