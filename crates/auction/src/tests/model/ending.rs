//! How the model ends a lot.

use super::{Act, Answer, Fault, Model, Part, Turn, ok};
use crate::*;

impl Model<'_> {
    pub(super) fn close(&mut self, us: i64) -> Answer {
        self.is_open()?;
        let outcome = match &self.rules.mode {
            Mode::English(_) if us < self.end => return Err(Code::NotOver),
            Mode::English(_) => match self.bought {
                Some(bidder) => {
                    let winner = Winner { bidder, price: self.lot().buy_now.unwrap() };
                    Outcome::Sold(Sale { winners: vec![winner], standby: None, tie: None })
                }
                None => self.first_price(&self.live(), self.price),
            },
            Mode::Sealed(_) if us < self.end => return Err(Code::NotOver),
            Mode::Sealed(sealed) => {
                let mut live = self.live();
                live.retain(|it| !self.better(self.lot().start, it.amount.unwrap()));
                match sealed.pricing {
                    Pricing::First => self.first_price(&live, None),
                    Pricing::Second { n_winners } => self.second_price(&live, n_winners),
                }
            }
            Mode::Rounds(rounds) => {
                let (Turn::Over, mut offers) = self.turn(rounds, us) else {
                    return Err(Code::NotOver);
                };
                offers.retain(|it| !self.is_excluded(it.bidder));
                self.first_price(&self.ranked(&offers), None)
            }
            Mode::Hybrid(hybrid) => {
                let Part::Over = self.part(hybrid, us) else { return Err(Code::NotOver) };
                let mut offers = self.live();
                let last = self.best.last().filter(|it| it.amount.is_some()).copied();
                let own = last.or(self.click).filter(|it| !self.is_excluded(it.bidder));
                offers.extend(own);
                self.first_price(&self.ranked(&offers), None)
            }
        };
        self.fates = self.deposits.iter().map(|it| (*it, self.fate(*it, &outcome))).collect();
        self.fates.sort_unstable_by_key(|(bidder, _)| *bidder);
        self.outcome = Some(outcome);
        ok()
    }

    fn fate(&self, bidder: Bidder, outcome: &Outcome) -> Fate {
        let Outcome::Sold(sale) = outcome else { return Fate::Released };
        if sale.winners.iter().any(|it| it.bidder == bidder) {
            return Fate::TowardsPrice;
        }
        let waits = sale.standby.is_some_and(|it| it.bidder == bidder);
        if waits && !self.has(Fault::StandbyKeepsNothing) { Fate::Waiting } else { Fate::Released }
    }

    fn failure(&self, live: &[Act], reserve: Option<Minor>) -> Option<Failure> {
        let reserve = reserve.filter(|_| !self.has(Fault::ReserveForgotten));
        if live.is_empty() {
            return Some(Failure::NoBid);
        }
        if live.len() < usize::try_from(self.rules.bidders_min).unwrap() {
            return Some(Failure::TooFewBidders);
        }
        let under = reserve.is_some_and(|it| self.better(it, live[0].amount.unwrap()));
        under.then_some(Failure::UnderReserve)
    }

    fn tie(&self, place: usize, live: &[Act]) -> Option<TieBreak> {
        let (a, b) = (live.get(place)?, live.get(place + 1)?);
        if a.amount != b.amount {
            return None;
        }
        Some(if a.rank == b.rank { TieBreak::Earlier } else { TieBreak::Priority })
    }

    fn first_price(&self, live: &[Act], shown: Option<Minor>) -> Outcome {
        let reserve = self.lot().reserve;
        if let Some(failure) = self.failure(live, reserve) {
            return Outcome::Unsuccessful(failure);
        }
        let own = |act: &Act| Winner { bidder: act.bidder, price: act.amount.unwrap() };
        let first = own(&live[0]);
        let winners = vec![Winner { price: shown.unwrap_or(first.price), ..first }];
        let good = |it: &&Act| reserve.is_none_or(|at| !self.better(at, it.amount.unwrap()));
        let standby = live.get(1).filter(good).map(own);
        Outcome::Sold(Sale { winners, standby, tie: self.tie(0, live) })
    }

    fn second_price(&self, live: &[Act], n_winners: u32) -> Outcome {
        let start = self.lot().start;
        let floor = self.lot().reserve.filter(|it| self.better(*it, start)).unwrap_or(start);
        if let Some(failure) = self.failure(live, Some(floor)) {
            return Outcome::Unsuccessful(failure);
        }
        let is_good = |it: &&Act| !self.better(floor, it.amount.unwrap());
        let good: Vec<Act> = live.iter().filter(is_good).copied().collect();
        let n_won = good.len().min(usize::try_from(n_winners).unwrap());
        let pays = |after: usize| good.get(after).map_or(floor, |it| it.amount.unwrap());
        let winner = |act: &Act| {
            let own = act.amount.unwrap();
            let price = if self.has(Fault::SecondPaysHisBid) { own } else { pays(n_won) };
            Winner { bidder: act.bidder, price }
        };
        let winners = good[..n_won].iter().map(winner).collect();
        let standby = good.get(n_won);
        let standby = standby.map(|it| Winner { bidder: it.bidder, price: pays(n_won + 1) });
        let tie = if n_won == 0 { None } else { self.tie(n_won - 1, live) };
        Outcome::Sold(Sale { winners, standby, tie })
    }
}
