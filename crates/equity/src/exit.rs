//! Exits: who gets how much when the company is sold or wound up.
//!
//! Preferences are paid by rank; what is left goes to ordinary shares, to classes that gave up
//! their preference for ordinary shares, and to participating ones up to their cap. Options that
//! are worth more than their strike are exercised, and the strike comes in.
//!
//! Each class decides for itself. A class has a threshold, the worth of an ordinary share from
//! which giving up is better than keeping: its preference or cap, or its strike, for one ordinary
//! share. Beginning with nobody, the class with the lowest threshold gives up as long as an
//! ordinary share is worth more than that. The result is an equilibrium: nobody gains by deciding
//! otherwise alone, since the claims of all together rise with the worth of a share, so that it
//! has one value at which they come to the proceeds. A class that is indifferent keeps what it has.

use crate::class::Participation;
use crate::flaw::{Flaw, Flaws};
use crate::table::{Table, one};
use crate::{LINE_MAX, Minor, Shares};
use base::Date;
use ledger::split::split;
use std::cmp::Ordering;

/// What one class, or one grant of options, may claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub key: String,
    /// As ordinary shares; what it shares in the rest by.
    pub shares: Shares,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Ordinary,
    /// Paid first, by rank; sharing in the rest too, without limit or up to a sum in all.
    Preferred {
        first: Minor,
        rank: u32,
        shares_in_rest: bool,
        most: Option<Minor>,
    },
    /// To be paid for when they are exercised.
    Options {
        strike: Minor,
    },
}

/// What a claim gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    pub key: String,
    /// Whether it became ordinary: converted, or exercised.
    pub is_ordinary: bool,
    pub first: Minor,
    pub rest: Minor,
    /// Paid in by options.
    pub strike: Minor,
    /// first + rest − strike.
    pub net: Minor,
}

/// An exit: every payout, and what an ordinary share is worth, as an exact fraction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divided {
    pub payouts: Vec<Payout>,
    /// Minor units for shares; nothing where no ordinary share exists.
    pub worth: Option<(i128, i128)>,
}

/// Claims of one exit at most.
pub const CLAIMS_MAX: usize = 1_000;

impl Claim {
    /// From which worth of an ordinary share becoming ordinary is better; never for ordinary ones
    /// and for those that share in the rest without limit.
    fn threshold(&self) -> Option<(i128, i128)> {
        let for_each = match self.kind {
            Kind::Ordinary => return None,
            Kind::Preferred { shares_in_rest: true, most: None, .. } => return None,
            Kind::Preferred { shares_in_rest: true, most: Some(most), .. } => most,
            Kind::Preferred { first, .. } => first,
            Kind::Options { strike } => strike,
        };
        (self.shares > 0).then(|| (for_each.into(), self.shares.into()))
    }

    fn strike(&self) -> Minor {
        match self.kind {
            Kind::Options { strike } => strike,
            _ => 0,
        }
    }

    fn flaws(&self, n: usize, flaws: &mut Flaws) {
        let is_sum = |sum: i64| (0..=LINE_MAX).contains(&sum);
        flaws.when(!is_sum(self.shares), format!("claims.{n}.shares"), "beyond");
        let is_fine = match self.kind {
            Kind::Ordinary => true,
            Kind::Preferred { first, most, .. } => {
                is_sum(first) && most.is_none_or(|most| is_sum(most) && most >= first)
            }
            Kind::Options { strike } => is_sum(strike),
        };
        flaws.when(!is_fine, format!("claims.{n}"), "beyond");
    }
}

/// Divides proceeds: what is left for shares after debts, taxes and costs.
///
/// Errors: sums out of range, or proceeds that nobody can claim.
pub fn divide(proceeds: Minor, claims: &[Claim]) -> Result<Divided, Vec<Flaw>> {
    let mut flaws = Flaws::default();
    flaws.when(!(0..=LINE_MAX).contains(&proceeds), "proceeds", "beyond");
    flaws.when(claims.len() > CLAIMS_MAX, "claims", "too-many");
    for (n, claim) in claims.iter().enumerate().take(CLAIMS_MAX) {
        claim.flaws(n, &mut flaws);
    }
    flaws.or(())?;
    let ordinary = decide(proceeds, claims);
    pay(proceeds, claims, &ordinary)
}

/// Which claims become ordinary: by their thresholds, the lowest first.
fn decide(proceeds: Minor, claims: &[Claim]) -> Vec<bool> {
    let mut ordinary: Vec<bool> = claims.iter().map(|it| it.kind == Kind::Ordinary).collect();
    let mut order: Vec<(usize, (i128, i128))> = claims
        .iter()
        .enumerate()
        .filter_map(|(at, claim)| claim.threshold().map(|threshold| (at, threshold)))
        .collect();
    order.sort_by(|(_, a), (_, b)| compare(*a, *b));
    for (at, threshold) in order {
        let rest = Rest::of(proceeds, claims, &ordinary);
        // With money left and no share to take it, a share is worth more than any threshold.
        let is_better = match rest.worth() {
            Some(worth) => compare(worth, threshold).is_gt(),
            None => rest.sum > 0,
        };
        if !is_better {
            break;
        }
        ordinary[at] = true;
    }
    ordinary
}

/// What is left after preferences, and who shares in it.
struct Rest {
    /// Less what capped claims took.
    sum: i128,
    shares: i128,
    /// By claim: the preference paid, and for a claim that reached its cap what it took of the rest.
    first: Vec<Minor>,
    capped: Vec<Option<Minor>>,
    takes: Vec<bool>,
}

impl Rest {
    fn of(proceeds: Minor, claims: &[Claim], ordinary: &[bool]) -> Self {
        let strikes = claims.iter().zip(ordinary).filter(|(_, is)| **is);
        let strikes: i128 = strikes.map(|(claim, _)| i128::from(claim.strike())).sum();
        let first = preferences(proceeds, claims, ordinary);
        let paid: i128 = first.iter().copied().map(i128::from).sum();
        let takes = claims.iter().zip(ordinary).map(|(claim, is)| match claim.kind {
            Kind::Ordinary => true,
            Kind::Preferred { shares_in_rest, .. } => *is || shares_in_rest,
            Kind::Options { .. } => *is,
        });
        let takes: Vec<bool> = takes.collect();
        let capped = vec![None; claims.len()];
        let sum = i128::from(proceeds) + strikes - paid;
        let mut rest = Self { sum, shares: 0, first, capped, takes };
        rest.shares = rest.open(claims);
        while rest.cap(claims, ordinary) {}
        rest
    }

    /// Shares of those that take and have not reached a cap.
    fn open(&self, claims: &[Claim]) -> i128 {
        let open = claims.iter().enumerate().filter(|(at, _)| self.is_open(*at));
        open.map(|(_, claim)| i128::from(claim.shares)).sum()
    }

    fn is_open(&self, at: usize) -> bool {
        self.takes[at] && self.capped[at].is_none()
    }

    /// Stops claims at their cap, which leaves more to the others; whether it stopped any.
    fn cap(&mut self, claims: &[Claim], ordinary: &[bool]) -> bool {
        let Some(worth) = self.worth() else { return false };
        let mut stopped = Vec::new();
        for (at, claim) in claims.iter().enumerate().filter(|(at, _)| !ordinary[*at]) {
            let Kind::Preferred { most: Some(most), .. } = claim.kind else { continue };
            let room = most - self.first[at];
            let is_over = || compare((i128::from(room), i128::from(claim.shares)), worth).is_lt();
            if self.is_open(at) && claim.shares > 0 && is_over() {
                stopped.push((at, room));
            }
        }
        for (at, room) in &stopped {
            self.capped[*at] = Some(*room);
            self.sum -= i128::from(*room);
        }
        self.shares = self.open(claims);
        !stopped.is_empty()
    }

    fn worth(&self) -> Option<(i128, i128)> {
        (self.shares > 0).then_some((self.sum, self.shares))
    }
}

/// Preferences of those that keep them: rank after rank, within one by their sums.
fn preferences(proceeds: Minor, claims: &[Claim], ordinary: &[bool]) -> Vec<Minor> {
    let keeps = |at: usize| match claims[at].kind {
        Kind::Preferred { first, rank, .. } if !ordinary[at] => Some((rank, first)),
        _ => None,
    };
    let mut ranks: Vec<u32> =
        (0..claims.len()).filter_map(|at| keeps(at).map(|(rank, _)| rank)).collect();
    ranks.sort_unstable();
    ranks.dedup();
    let mut paid = vec![0; claims.len()];
    let mut left = proceeds;
    for rank in ranks {
        let weights: Vec<u64> = (0..claims.len())
            .map(|at| match keeps(at) {
                Some((own, first)) if own == rank => u64::try_from(first).unwrap_or(0),
                _ => 0,
            })
            .collect();
        let due: i128 = weights.iter().copied().map(i128::from).sum();
        let sum = i64::try_from(due.min(left.into())).expect("no more than is left");
        for (to, part) in paid.iter_mut().zip(split(sum, &weights).unwrap_or_default()) {
            *to += part;
        }
        left -= sum;
    }
    paid
}

/// Pays by the decisions that were taken.
fn pay(proceeds: Minor, claims: &[Claim], ordinary: &[bool]) -> Result<Divided, Vec<Flaw>> {
    let rest = Rest::of(proceeds, claims, ordinary);
    let weights: Vec<u64> = claims
        .iter()
        .enumerate()
        .map(
            |(at, claim)| {
                if rest.is_open(at) { u64::try_from(claim.shares).unwrap_or(0) } else { 0 }
            },
        )
        .collect();
    let sum = i64::try_from(rest.sum).map_err(|_| one("proceeds", "too-large"))?;
    let parts = match split(sum, &weights) {
        Some(parts) => parts,
        None if sum == 0 => vec![0; claims.len()],
        // Every claim is paid what it can get, and something is left.
        None => return Err(one("claims", "nobody")),
    };
    let payouts = claims.iter().enumerate().map(|(at, claim)| {
        let rest_part = rest.capped[at].unwrap_or(parts[at]);
        let strike = if ordinary[at] { claim.strike() } else { 0 };
        Payout {
            key: claim.key.clone(),
            is_ordinary: ordinary[at],
            first: rest.first[at],
            rest: rest_part,
            strike,
            net: rest.first[at] + rest_part - strike,
        }
    });
    Ok(Divided { payouts: payouts.collect(), worth: rest.worth() })
}

/// Compares two fractions exactly, however large; denominators are above zero.
///
/// Whole parts first, then the rests turned over: as Euclid divides, so nothing overflows.
pub(crate) fn compare((a, b): (i128, i128), (c, d): (i128, i128)) -> Ordering {
    match (a.div_euclid(b)).cmp(&c.div_euclid(d)) {
        Ordering::Equal => {}
        other => return other,
    }
    match (a.rem_euclid(b), c.rem_euclid(d)) {
        (0, 0) => Ordering::Equal,
        (0, _) => Ordering::Less,
        (_, 0) => Ordering::Greater,
        // r/b < s/d exactly where d/s < b/r.
        (r, s) => compare((d, s), (b, r)),
    }
}

/// The claims of a table on a day: one for each class, one for each grant that could be exercised.
///
/// `None` where a sum is out of range.
pub fn claims(table: &Table, on: Date) -> Option<Vec<Claim>> {
    let mut claims = Vec::new();
    for (key, class) in &table.classes {
        let issued = table.issued(key);
        // By class and not by holder: a fraction of a share that conversion leaves is the class's.
        let kind = match &class.preference {
            None => Kind::Ordinary,
            Some(it) => {
                let (first, most) = it.amounts(issued)?;
                let shares_in_rest = it.participation != Participation::None;
                Kind::Preferred { first, rank: it.rank, shares_in_rest, most }
            }
        };
        claims.push(Claim { key: key.clone(), shares: class.as_ordinary(issued)?, kind });
    }
    for (key, granted) in &table.grants {
        let shares = granted.exercisable(on);
        if shares > 0 {
            let strike = granted.grant.strike.cost(shares)?;
            let key = format!("grant:{key}");
            claims.push(Claim { key, shares, kind: Kind::Options { strike } });
        }
    }
    Some(claims)
}

/// What every holder gets in all, in the order of entry; grants' holders too.
pub fn by_holder(table: &Table, divided: &Divided) -> Vec<(String, Minor)> {
    let mut sums: Vec<(String, Minor)> =
        table.holders.iter().map(|holder| (holder.clone(), 0)).collect();
    for payout in &divided.payouts {
        if let Some(key) = payout.key.strip_prefix("grant:") {
            let Some(granted) = table.grants.get(key) else { continue };
            let holder = &granted.grant.holder;
            match sums.iter_mut().find(|(it, _)| it == holder) {
                Some((_, sum)) => *sum += payout.net,
                None => sums.push((holder.clone(), payout.net)),
            }
            continue;
        }
        let weights: Vec<u64> = table
            .holders
            .iter()
            .map(|it| u64::try_from(table.position(it, &payout.key).shares).unwrap_or(0))
            .collect();
        let parts = split(payout.net, &weights).unwrap_or_default();
        for ((_, sum), part) in sums.iter_mut().zip(parts) {
            *sum += part;
        }
    }
    sums
}
