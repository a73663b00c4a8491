//! One sealed bid from each, and how offers are ranked when nobody may bid any more.

use crate::book::{Asker, Offer};
use crate::entry::{Bidder, Taken, Unopened};
use crate::outcome::{Failure, Invalid, Outcome, Sale, TieBreak, Winner};
use crate::refused::{Code, Refused};
use crate::rules::{Lot, Pricing, Replacing, Sealed};
use crate::side::{Minor, Side};
use base::Instant;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub(crate) struct Course {
    envelopes: BTreeMap<u64, Envelope>,
    by_bidder: BTreeMap<Bidder, u64>,
    opens: Instant,
    end: Instant,
}

#[derive(Clone, Debug)]
struct Envelope {
    of: Asker,
    content: Content,
    is_confirmed: bool,
}

#[derive(Clone, Debug)]
enum Content {
    /// The value, as typed in the clear or as opened.
    Known(Minor),
    Closed,
    Failed,
}

#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub rules: &'a Sealed,
    pub side: Side,
    pub lot: &'a Lot,
    pub bidders_min: u32,
}

impl Course {
    pub(crate) fn new(lot: &Lot) -> Self {
        Self {
            envelopes: BTreeMap::new(),
            by_bidder: BTreeMap::new(),
            opens: lot.opens,
            end: lot.closes,
        }
    }

    pub(crate) fn opens(&self) -> Instant {
        self.opens
    }

    pub(crate) fn end(&self) -> Instant {
        self.end
    }

    pub(crate) fn len(&self) -> usize {
        self.envelopes.len()
    }

    pub(crate) fn has(&self, bidder: Bidder) -> bool {
        self.by_bidder.contains_key(&bidder)
    }

    /// Takes a bid: its value, or none where only its commitment is known.
    pub(crate) fn put(
        &mut self,
        terms: Terms<'_>,
        of: &Asker,
        amount: Option<Minor>,
    ) -> Result<Taken, Refused> {
        self.in_time(of.received)?;
        if terms.rules.replacing == Replacing::Final && self.has(of.bidder) {
            return Err(Refused::new(Code::Final));
        }
        if amount.is_some_and(|amount| amount <= 0) {
            return Err(Refused::new(Code::NotAnAmount));
        }
        self.remove(of.bidder);
        let content = amount.map_or(Content::Closed, |it| Content::Known(terms.side.value(it)));
        self.by_bidder.insert(of.bidder, of.sequence);
        let envelope = Envelope { of: *of, content, is_confirmed: true };
        self.envelopes.insert(of.sequence, envelope);
        Ok(Taken { is_silent: true, ..Taken::default() })
    }

    pub(crate) fn take_back(&mut self, of: &Asker) -> Result<Taken, Refused> {
        self.in_time(of.received)?;
        let had = self.remove(of.bidder);
        let taken = Taken { is_silent: true, ..Taken::default() };
        if had { Ok(taken) } else { Err(Refused::new(Code::NoBid)) }
    }

    /// Enters what a sealed bid holds; before the end nothing is opened.
    pub(crate) fn open(
        &mut self,
        terms: Terms<'_>,
        received: Instant,
        sealed: u64,
        amount: Result<Minor, Unopened>,
    ) -> Result<Taken, Refused> {
        if received < self.end {
            return Err(Refused::new(Code::NotOver).at(self.end));
        }
        let closed = |envelope: &&mut Envelope| matches!(envelope.content, Content::Closed);
        let envelope = self.envelopes.get_mut(&sealed).filter(closed);
        let envelope = envelope.ok_or(Refused::new(Code::NoBid))?;
        envelope.content = match amount {
            Ok(amount) if amount > 0 => Content::Known(terms.side.value(amount)),
            Ok(_) | Err(_) => Content::Failed,
        };
        Ok(Taken::default())
    }

    pub(crate) fn unconfirm(&mut self) {
        self.envelopes.values_mut().for_each(|envelope| envelope.is_confirmed = false);
    }

    pub(crate) fn confirm(&mut self, bidder: Bidder) -> bool {
        let sequence = self.by_bidder.get(&bidder);
        let envelope = sequence.and_then(|sequence| self.envelopes.get_mut(sequence));
        let waiting = envelope.filter(|envelope| !envelope.is_confirmed);
        waiting.map(|envelope| envelope.is_confirmed = true).is_some()
    }

    pub(crate) fn exclude(&mut self, bidder: Bidder) {
        self.remove(bidder);
    }

    pub(crate) fn shift(&mut self, since: Instant, us: i64) {
        if self.opens > since {
            self.opens = crate::english::plus(self.opens, us);
        }
        if self.end > since {
            self.end = crate::english::plus(self.end, us);
        }
    }

    pub(crate) fn is_all_open(&self) -> bool {
        !self.envelopes.values().any(|envelope| matches!(envelope.content, Content::Closed))
    }

    /// The envelopes that take no part, each with its reason: shown, not dropped.
    pub(crate) fn invalid(&self, terms: Terms<'_>) -> Vec<Invalid> {
        let why = |envelope: &Envelope| match envelope.content {
            Content::Failed => Some(Code::Unopenable),
            Content::Closed => Some(Code::Unopened),
            Content::Known(_) if !envelope.is_confirmed => Some(Code::Unconfirmed),
            Content::Known(value) => {
                (value < terms.side.value(terms.lot.start)).then_some(Code::UnderStart)
            }
        };
        let invalid = |(sequence, envelope): (&u64, &Envelope)| {
            let code = why(envelope)?;
            Some(Invalid { sequence: *sequence, bidder: envelope.of.bidder, code })
        };
        self.envelopes.iter().filter_map(invalid).collect()
    }

    fn valid(&self, terms: Terms<'_>) -> Vec<Offer> {
        let start = terms.side.value(terms.lot.start);
        let offer = |envelope: &Envelope| match envelope.content {
            Content::Known(value) if envelope.is_confirmed && value >= start => {
                Some(Offer::new(value, &envelope.of))
            }
            _ => None,
        };
        let mut offers: Vec<Offer> = self.envelopes.values().filter_map(offer).collect();
        offers.sort_unstable();
        offers
    }

    pub(crate) fn outcome(&self, terms: Terms<'_>) -> Outcome {
        let offers = self.valid(terms);
        let n = (offers.len(), terms.bidders_min);
        match terms.rules.pricing {
            Pricing::First => ranking(&offers, n, terms.lot, terms.side, None),
            Pricing::Second { n_winners } => {
                let n_winners = usize::try_from(n_winners).unwrap_or(usize::MAX);
                second_price(&offers, n, terms.lot, terms.side, n_winners)
            }
        }
    }

    fn remove(&mut self, bidder: Bidder) -> bool {
        let sequence = self.by_bidder.remove(&bidder);
        sequence.is_some_and(|sequence| self.envelopes.remove(&sequence).is_some())
    }

    fn in_time(&self, received: Instant) -> Result<(), Refused> {
        if received < self.opens {
            return Err(Refused::new(Code::NotOpen).at(self.opens));
        }
        if received >= self.end {
            return Err(Refused::new(Code::Late).at(self.end));
        }
        Ok(())
    }
}

/// The value under which the owner does not sell.
fn floor(lot: &Lot, side: Side) -> Minor {
    let start = side.value(lot.start);
    lot.reserve.map_or(start, |reserve| side.value(reserve).max(start))
}

fn failure(offers: &[Offer], (n, bidders_min): (usize, u32), floor: Minor) -> Option<Failure> {
    let best = offers.first();
    let too_few = n < usize::try_from(bidders_min).unwrap_or(usize::MAX);
    match best {
        None => Some(Failure::NoBid),
        Some(_) if too_few => Some(Failure::TooFewBidders),
        Some(best) if best.value() < floor => Some(Failure::UnderReserve),
        Some(_) => None,
    }
}

/// What decided between two neighbours of a ranking, where their offers are equal.
fn tie(better: &Offer, worse: Option<&Offer>) -> Option<TieBreak> {
    let worse = worse.filter(|worse| worse.value() == better.value())?;
    Some(if better.rank < worse.rank { TieBreak::Priority } else { TieBreak::Earlier })
}

/// The best offer wins and pays itself, or the price that was shown; the second waits.
///
/// `n` counts the bidders with a live offer and how many there must be; offers are ranked.
pub(crate) fn ranking(
    offers: &[Offer],
    n: (usize, u32),
    lot: &Lot,
    side: Side,
    shown: Option<Minor>,
) -> Outcome {
    let reserve = lot.reserve.map_or(Minor::MIN, |reserve| side.value(reserve));
    if let Some(failure) = failure(offers, n, reserve) {
        return Outcome::Unsuccessful(failure);
    }
    let [best, rest @ ..] = offers else { return Outcome::Unsuccessful(Failure::NoBid) };
    let own = |offer: &Offer| Winner { bidder: offer.bidder, price: side.amount(offer.value()) };
    let price = shown.unwrap_or(own(best).price);
    let standby = rest.first().filter(|second| second.value() >= reserve).map(own);
    Outcome::Sold(Sale {
        winners: vec![Winner { bidder: best.bidder, price }],
        standby,
        tie: tie(best, rest.first()),
    })
}

/// The best offers win, and all pay the best one that did not, or the floor.
fn second_price(
    offers: &[Offer],
    n: (usize, u32),
    lot: &Lot,
    side: Side,
    n_winners: usize,
) -> Outcome {
    let floor = floor(lot, side);
    if let Some(failure) = failure(offers, n, floor) {
        return Outcome::Unsuccessful(failure);
    }
    let good = offers.partition_point(|offer| offer.value() >= floor);
    let n_won = good.min(n_winners);
    let price_after = |place: usize| {
        let next = offers.get(place).map_or(floor, |offer| offer.value().max(floor));
        side.amount(next)
    };
    let price = price_after(n_won);
    let (won, rest) = offers.split_at(n_won);
    let winners = won.iter().map(|offer| Winner { bidder: offer.bidder, price }).collect();
    // Had one winner not bid, the next would win and pay what stands after him.
    let standby = rest
        .first()
        .filter(|next| next.value() >= floor)
        .map(|next| Winner { bidder: next.bidder, price: price_after(n_won + 1) });
    let tie = won.last().and_then(|last| tie(last, rest.first()));
    Outcome::Sold(Sale { winners, standby, tie })
}
