//! Open rising bids, with or without limits, and an end that late bids move.

use crate::book::{Asker, Book, Offer};
use crate::entry::{Extension, Taken};
use crate::outcome::{Outcome, Winner};
use crate::refused::{Code, Refused};
use crate::rules::{English, Lot, SoftClose, Stretch};
use crate::sealed::ranking;
use crate::side::{Minor, Side};
use base::Instant;

#[derive(Clone, Debug)]
pub(crate) struct Course {
    book: Book,
    /// The value that is shown; none before the first bid.
    price: Option<Minor>,
    opens: Instant,
    end: Instant,
    cap: Option<Instant>,
    n_extensions: u32,
    bought: Option<Winner>,
}

/// What stays the same for every bid on a lot.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub rules: &'a English,
    pub side: Side,
    pub lot: &'a Lot,
}

impl Course {
    pub(crate) fn new(rules: &English, lot: &Lot) -> Self {
        // The cap is counted from the planned end, once: counted from the moving end it never binds.
        let cap_us = rules.soft_close.as_ref().and_then(|soft| soft.cap_us);
        Self {
            book: Book::default(),
            price: None,
            opens: lot.opens,
            end: lot.closes,
            cap: cap_us.map(|us| plus(lot.closes, us)),
            n_extensions: 0,
            bought: None,
        }
    }

    pub(crate) fn price(&self) -> Option<Minor> {
        self.price
    }

    pub(crate) fn book(&self) -> &Book {
        &self.book
    }

    pub(crate) fn opens(&self) -> Instant {
        self.opens
    }

    pub(crate) fn end(&self) -> Instant {
        self.end
    }

    pub(crate) fn is_bought(&self) -> bool {
        self.bought.is_some()
    }

    /// The least value that somebody who does not lead may bid.
    pub(crate) fn least(&self, terms: Terms<'_>) -> Minor {
        match self.price {
            None => terms.side.value(terms.lot.start),
            Some(price) => terms.rules.steps.over(price, terms.side),
        }
    }

    pub(crate) fn bid(
        &mut self,
        terms: Terms<'_>,
        of: &Asker,
        amount: Minor,
    ) -> Result<Taken, Refused> {
        self.in_time(of.received)?;
        if amount <= 0 {
            return Err(Refused::new(Code::NotAnAmount));
        }
        let value = terms.side.value(amount);
        let leader = self.book.best().copied();
        match leader {
            Some(leader) if leader.bidder == of.bidder => self.raise(terms, of, value, leader),
            _ => self.rise(terms, of, value, leader),
        }
    }

    /// The leader raises his limit: the price stays where it is, and so does the end.
    fn raise(
        &mut self,
        terms: Terms<'_>,
        of: &Asker,
        value: Minor,
        leader: Offer,
    ) -> Result<Taken, Refused> {
        if !terms.rules.is_proxy {
            return Err(Refused::new(Code::Leading));
        }
        if value <= leader.value() {
            let needed = terms.side.amount(leader.value().saturating_add(1));
            return Err(Refused::new(Code::LimitNotRaised).needs(needed));
        }
        self.book.put(Offer::new(value, of));
        let before = self.price;
        // Only a reserve that the new limit covers moves the price: it is what a sale costs then.
        if let Some(reserve) = covered(terms, value) {
            self.price = self.price.max(Some(reserve));
        }
        let taken = self.taken(terms.side, Extension::None);
        Ok(Taken { is_silent: self.price == before, ..taken })
    }

    /// Anybody else bids.
    fn rise(
        &mut self,
        terms: Terms<'_>,
        of: &Asker,
        value: Minor,
        leader: Option<Offer>,
    ) -> Result<Taken, Refused> {
        let least = self.least(terms);
        // The holder of a priority right needs only the price itself against whoever has none.
        let outranks = leader.is_some_and(|leader| of.rank < leader.rank);
        let equals = outranks && self.price == Some(value);
        if value < least && !equals {
            let code = if self.price.is_none() { Code::UnderStart } else { Code::UnderStep };
            let below = self.price.filter(|price| outranks && value < *price);
            return Err(Refused::new(code).needs(terms.side.amount(below.unwrap_or(least))));
        }
        let before = self.price;
        self.book.put(Offer::new(value, of));
        self.price =
            if terms.rules.is_proxy { before.max(self.standing(terms)) } else { Some(value) };
        let automatic = self.exchange(terms, of, value, (leader, before));
        let extension = match &terms.rules.soft_close {
            Some(soft) => self.extend(soft, of.received),
            None => Extension::None,
        };
        Ok(Taken { automatic, ..self.taken(terms.side, extension) })
    }

    /// The value that the limits in the book lead to: the second with a step, within the best.
    fn standing(&self, terms: Terms<'_>) -> Option<Minor> {
        let best = self.book.best()?.value();
        let start = terms.side.value(terms.lot.start);
        let asked = match self.book.second() {
            None => start,
            Some(second) => terms.rules.steps.over(second.value(), terms.side).max(start),
        };
        let price = asked.min(best);
        Some(covered(terms, best).map_or(price, |reserve| price.max(reserve)))
    }

    /// The bids that the engine made for the two whose limits met.
    fn exchange(
        &self,
        terms: Terms<'_>,
        of: &Asker,
        value: Minor,
        (former, before): (Option<Offer>, Option<Minor>),
    ) -> Vec<(crate::Bidder, Minor)> {
        let (true, Some(price)) = (terms.rules.is_proxy, self.price) else { return Vec::new() };
        let shown = |value: Minor| terms.side.amount(value);
        let leads = self.book.best().is_some_and(|best| best.bidder == of.bidder);
        match former {
            None => vec![(of.bidder, shown(price))],
            Some(former) if !leads => {
                vec![(of.bidder, shown(value)), (former.bidder, shown(price))]
            }
            Some(former) => {
                let answered = before.is_none_or(|before| former.value() > before);
                let answer = answered.then(|| (former.bidder, shown(former.value())));
                answer.into_iter().chain([(of.bidder, shown(price))]).collect()
            }
        }
    }

    fn extend(&mut self, soft: &SoftClose, received: Instant) -> Extension {
        let left_us = self.end.micros().saturating_sub(received.micros());
        if left_us > soft.window_us {
            return Extension::None;
        }
        if left_us == soft.window_us {
            return Extension::AtTheEdge;
        }
        if soft.extensions_max.is_some_and(|most| self.n_extensions >= most) {
            return Extension::AtTheCap;
        }
        let base = match soft.stretch {
            Stretch::Reset => received,
            Stretch::Add => self.end,
        };
        let wanted = plus(base, soft.window_us);
        let to = self.cap.map_or(wanted, |cap| wanted.min(cap));
        if to <= self.end {
            return Extension::AtTheCap;
        }
        let from = std::mem::replace(&mut self.end, to);
        self.n_extensions += 1;
        Extension::Moved { from, to }
    }

    /// Another lot of a joined event was extended: this one runs as long, within its own cap.
    pub(crate) fn join(&mut self, received: Instant, to: Instant) {
        let to = self.cap.map_or(to, |cap| to.min(cap));
        if received < self.end && !self.is_bought() {
            self.end = self.end.max(to);
        }
    }

    pub(crate) fn buy(&mut self, terms: Terms<'_>, of: &Asker) -> Result<Taken, Refused> {
        self.in_time(of.received)?;
        let Some(price) = terms.lot.buy_now.filter(|_| self.book.is_empty()) else {
            return Err(Refused::new(Code::NoBuyNow));
        };
        let value = terms.side.value(price);
        self.book.put(Offer::new(value, of));
        self.price = Some(value);
        self.end = of.received;
        self.bought = Some(Winner { bidder: of.bidder, price });
        Ok(self.taken(terms.side, Extension::None))
    }

    /// Takes a bidder's offers out, in the open: price and standing follow from what is left.
    pub(crate) fn exclude(&mut self, terms: Terms<'_>, bidder: crate::Bidder) {
        if self.book.remove(bidder).is_none() {
            return;
        }
        self.price = match terms.rules.is_proxy {
            true => self.standing(terms),
            false => self.book.best().map(Offer::value),
        };
    }

    /// A hidden reserve is known now: where the best limit covers it, it is what a sale costs.
    pub(crate) fn reveal(&mut self, terms: Terms<'_>) -> Taken {
        if terms.rules.is_proxy && self.bought.is_none() {
            self.price = self.price.max(self.standing(terms));
        }
        self.taken(terms.side, Extension::None)
    }

    pub(crate) fn shift(&mut self, since: Instant, us: i64) {
        if self.opens > since {
            self.opens = plus(self.opens, us);
        }
        self.end = plus(self.end, us);
        self.cap = self.cap.map(|cap| plus(cap, us));
    }

    pub(crate) fn outcome(&self, terms: Terms<'_>, bidders_min: u32) -> Outcome {
        if let Some(winner) = self.bought {
            let sale = crate::Sale { winners: vec![winner], standby: None, tie: None };
            return Outcome::Sold(sale);
        }
        let offers: Vec<Offer> = self.book.iter().copied().take(2).collect();
        let price = self.price.map(|price| terms.side.amount(price));
        let n = self.book.len();
        ranking(&offers, (n, bidders_min), terms.lot, terms.side, price)
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

    fn taken(&self, side: Side, extension: Extension) -> Taken {
        Taken {
            price: self.price.map(|price| side.amount(price)),
            leader: self.book.best().map(|best| best.bidder),
            extension,
            ..Taken::default()
        }
    }
}

/// The reserve as a value, where this limit covers it.
fn covered(terms: Terms<'_>, best: Minor) -> Option<Minor> {
    terms.lot.reserve.map(|reserve| terms.side.value(reserve)).filter(|reserve| best >= *reserve)
}

pub(crate) fn plus(at: Instant, us: i64) -> Instant {
    Instant::from_micros(at.micros().saturating_add(us))
}
