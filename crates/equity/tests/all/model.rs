//! A slow second telling of exits: every choice of every class is tried.
//!
//! Nothing is shared with the engine: caps are found by trying every set of claims that may have
//! reached theirs, and decisions by asking of every class whether the other choice pays more.

use equity::exit::{Claim, Divided, Kind};

/// An exact fraction of small numbers.
pub type Exact = (i128, i128);

fn less((a, b): Exact, (c, d): Exact) -> bool {
    a * d < c * b
}

fn decides(claim: &Claim) -> bool {
    !matches!(claim.kind, Kind::Ordinary)
}

/// What every claim gets, first and rest less strike, when these become ordinary.
pub fn payoffs(proceeds: i64, claims: &[Claim], ordinary: &[bool]) -> Option<Vec<(Exact, Exact)>> {
    let n = claims.len();
    let mut first: Vec<Exact> = vec![(0, 1); n];
    let mut left: Exact = (proceeds.into(), 1);
    let rank = |at: usize| match claims[at].kind {
        Kind::Preferred { rank, first, .. } if !ordinary[at] => Some((rank, i128::from(first))),
        _ => None,
    };
    for wanted in 0..10 {
        let own: Vec<(usize, i128)> = (0..n)
            .filter_map(|at| rank(at).filter(|(it, _)| *it == wanted).map(|(_, sum)| (at, sum)))
            .collect();
        let due: i128 = own.iter().map(|(_, sum)| sum).sum();
        if due == 0 {
            continue;
        }
        let is_short = less(left, (due, 1));
        for (at, sum) in own {
            first[at] = if is_short { (left.0 * sum, left.1 * due) } else { (sum, 1) };
        }
        left = if is_short { (0, 1) } else { (left.0 - due * left.1, left.1) };
    }
    let strikes: i128 = (0..n).filter(|at| ordinary[*at]).map(|at| strike(&claims[at])).sum();
    let sum = left.0 / left.1 + strikes;
    let takes = |at: usize| match claims[at].kind {
        Kind::Ordinary => true,
        Kind::Preferred { shares_in_rest, .. } => ordinary[at] || shares_in_rest,
        Kind::Options { .. } => ordinary[at],
    };
    let room = |at: usize| match claims[at].kind {
        Kind::Preferred { first: own, most: Some(most), .. } if !ordinary[at] => {
            // Only where its preference is paid whole can anything be left.
            Some(i128::from(most) - i128::from(own))
        }
        _ => None,
    };
    for set in 0..1_u32 << n {
        let in_set = |at: usize| set & (1 << at) != 0;
        if (0..n).any(|at| in_set(at) && !(takes(at) && room(at).is_some())) {
            continue;
        }
        let capped: i128 = (0..n).filter(|at| in_set(*at)).filter_map(room).sum();
        let shares: i128 = (0..n)
            .filter(|at| takes(*at) && !in_set(*at))
            .map(|at| i128::from(claims[at].shares))
            .sum();
        let rest = sum - capped;
        if rest < 0 || shares == 0 && rest > 0 {
            continue;
        }
        let worth: Exact = (rest, shares.max(1));
        let fits = (0..n).filter(|at| takes(*at)).all(|at| {
            let Some(room) = room(at) else { return true };
            let part = (worth.0 * i128::from(claims[at].shares), worth.1);
            // With no share left to take, those at their cap could take no less.
            let is_reached = shares == 0 || !less(part, (room, 1));
            if in_set(at) { is_reached } else { !less((room, 1), part) }
        });
        if fits {
            let rest = (0..n).map(|at| {
                if in_set(at) {
                    (room(at).expect("in the set"), 1)
                } else if takes(at) {
                    (worth.0 * i128::from(claims[at].shares), worth.1)
                } else {
                    (0, 1)
                }
            });
            let rest = rest.enumerate().map(|(at, (a, b))| {
                let strike = if ordinary[at] { strike(&claims[at]) } else { 0 };
                (a - strike * b, b)
            });
            return Some(first.into_iter().zip(rest).collect());
        }
    }
    None
}

fn strike(claim: &Claim) -> i128 {
    match claim.kind {
        Kind::Options { strike } => strike.into(),
        _ => 0,
    }
}

pub fn total(((a, b), (c, d)): (Exact, Exact)) -> Exact {
    (a * d + c * b, b * d)
}

/// Whether nobody gains by deciding otherwise alone.
///
/// A choice whose payoffs do not come to the proceeds (nobody could take the rest) is none.
pub fn is_equilibrium(proceeds: i64, claims: &[Claim], ordinary: &[bool]) -> bool {
    let Some(paid) = payoffs(proceeds, claims, ordinary) else { return false };
    (0..claims.len()).filter(|at| decides(&claims[*at])).all(|at| {
        let mut other = ordinary.to_vec();
        other[at] = !other[at];
        // Whoever's turning round leaves a rest to nobody could have had it.
        payoffs(proceeds, claims, &other).is_none_or(|it| !less(total(paid[at]), total(it[at])))
    })
}

/// Every equilibrium there is.
pub fn equilibria(proceeds: i64, claims: &[Claim]) -> Vec<Vec<bool>> {
    let n = claims.len();
    let all = (0..1_u32 << n).map(|set| (0..n).map(|at| set & (1 << at) != 0).collect::<Vec<_>>());
    let is_choice = |it: &Vec<bool>| claims.iter().zip(it).all(|(claim, is)| decides(claim) || *is);
    all.filter(is_choice).filter(|it| is_equilibrium(proceeds, claims, it)).collect()
}

/// Judges a division: whole, fair to the unit, and everybody's best choice.
pub fn referee(proceeds: i64, claims: &[Claim], divided: &Divided) -> Result<(), String> {
    let sum: i64 = divided.payouts.iter().map(|it| it.net).sum();
    if sum != proceeds {
        return Err(format!("{sum} of {proceeds} are paid"));
    }
    let ordinary: Vec<bool> = divided.payouts.iter().map(|it| it.is_ordinary).collect();
    if !is_equilibrium(proceeds, claims, &ordinary) {
        return Err(format!("somebody gains by deciding otherwise: {ordinary:?}"));
    }
    let exact = payoffs(proceeds, claims, &ordinary).ok_or("no payoffs")?;
    for (payout, (first, rest)) in divided.payouts.iter().zip(exact) {
        let is_near = |found: i64, (a, b): Exact| (i128::from(found) * b - a).abs() < b;
        if !is_near(payout.first, first) || !is_near(payout.rest - payout.strike, rest) {
            return Err(format!("{payout:?} is not {first:?} and {rest:?}"));
        }
        if payout.net < 0 || payout.net != payout.first + payout.rest - payout.strike {
            return Err(format!("{payout:?} does not add up"));
        }
    }
    Ok(())
}
