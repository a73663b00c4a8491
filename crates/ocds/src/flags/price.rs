//! Indicators that look at one lot: time, number of bidders, prices, disqualifications.

use super::case::{Case, bidders};
use super::{Code, Evidence, Figure, Findings, Flag, Settings, Share, Side, Subject, Why};
use crate::process::{Bid, BidState, Criteria, Method, Process};

const DAY_SECONDS: i64 = 86_400;

/// R003, for each process that bidders were asked in.
pub(super) fn submission(processes: &[Process], settings: &Settings, found: &mut Findings) {
    for process in processes {
        let Some(tender) = process.tender().filter(|it| it.method != Method::Direct) else {
            continue;
        };
        let days = tender.submission.end().seconds_since(tender.submission.start()) / DAY_SECONDS;
        if days < settings.submission_days_min {
            found.flags.push(Flag {
                code: Code::R003,
                subject: Subject::Process { number: process.number.clone(), lot: None },
                found: Figure::Days(days),
                limit: Some(Figure::Days(settings.submission_days_min)),
                evidence: Evidence::default(),
            });
        }
    }
}

/// R018.
pub(super) fn single(case: &Case<'_>, settings: &Settings, found: &mut Findings) {
    let submitted: Vec<&Bid> = case.submitted().collect();
    let bidders = bidders(submitted.iter().copied());
    let is_one = match submitted.first() {
        // Several who bid together are one.
        Some(first) => bidders.len() == first.bidders.len(),
        None => false,
    };
    if case.is_closed && is_one && settings.competitive.contains(&case.tender.method) {
        found.flags.push(flag(case, Code::R018, Figure::Count(1), None, submitted));
    }
}

/// R028: valid bids of different bidders at one price.
pub(super) fn same_price(case: &Case<'_>, found: &mut Findings) {
    if case.tender.criteria == Criteria::FixedPrice {
        return found.exclude(Code::R028, case.subject(), Why::FixedPrice);
    }
    note_invalid(case, Code::R028, found);
    let valid: Vec<&Bid> = case.in_state(BidState::Valid).collect();
    let is_twin = |bid: &&&Bid| {
        valid.iter().any(|other| {
            bid.value.is_some()
                && bid.value == other.value
                && !bid.bidders.iter().any(|bidder| other.bidders.contains(bidder))
        })
    };
    let twins: Vec<&Bid> = valid.iter().filter(is_twin).copied().collect();
    if let Some(amount) = twins.first().and_then(|bid| bid.value) {
        found.flags.push(flag(case, Code::R028, Figure::Money(amount), None, twins));
    }
}

/// R030.
pub(super) fn late(case: &Case<'_>, found: &mut Findings) {
    for award in &case.awards {
        let own = case.in_state(BidState::Valid);
        let own = own.filter(|bid| bid.bidders.iter().any(|bidder| award.winners.contains(bidder)));
        // Where prices cannot be compared, a winner with a bid in time is given the benefit.
        let bid = match case.best(own.clone()) {
            Ok(best) => best.map(|(bid, _)| bid),
            Err(_) => own.min_by_key(|bid| bid.received),
        };
        let Some(bid) = bid.filter(|bid| bid.received > case.deadline) else { continue };
        let limit = Some(Figure::Moment(case.deadline));
        found.flags.push(flag(case, Code::R030, Figure::Moment(bid.received), limit, vec![bid]));
    }
}

/// R035.
pub(super) fn others_disqualified(case: &Case<'_>, settings: &Settings, found: &mut Findings) {
    let valid = bidders(case.in_state(BidState::Valid));
    let winners = case.awards.iter().flat_map(|award| &award.winners).map(String::as_str).collect();
    if valid.len() != 1 || valid != winners {
        return;
    }
    let others: Vec<&Bid> = case
        .in_state(BidState::Disqualified)
        .filter(|bid| !bid.bidders.iter().any(|bidder| valid.contains(bidder.as_str())))
        .collect();
    let n_others = bidders(others.iter().copied()).len();
    if n_others >= settings.disqualified_min.max(1) {
        let limit = Some(Figure::Count(count(settings.disqualified_min.max(1))));
        found.flags.push(flag(case, Code::R035, Figure::Count(count(n_others)), limit, others));
    }
}

/// R036.
pub(super) fn best_disqualified(case: &Case<'_>, found: &mut Findings) {
    let mut look = || {
        if case.awards.is_empty() {
            return Err(Why::NoAward);
        }
        case.price_alone()?;
        let all: Vec<&Bid> = case.submitted().collect();
        let Some((best, amount)) = case.best(all.iter().copied())? else { return Ok(()) };
        let valid = case.best(case.in_state(BidState::Valid))?;
        let is_beaten = valid.is_none_or(|(_, valid)| case.is_better(amount, valid));
        if best.state == BidState::Disqualified && is_beaten {
            let limit = valid.map(|(_, amount)| Figure::Money(amount));
            found.flags.push(flag(case, Code::R036, Figure::Money(amount), limit, vec![best]));
        }
        Ok(())
    };
    if let Err(why) = look()
        && case.is_closed
    {
        found.exclude(Code::R036, case.subject(), why);
    }
}

/// R024 and R058: how far the best price of another bidder is from the winning one.
pub(super) fn differences(cases: &[Case<'_>], settings: &Settings, found: &mut Findings) {
    let mut differences = Vec::new();
    for case in cases.iter().filter(|case| case.is_closed) {
        match difference(case) {
            Ok((share, bids)) => {
                for code in [Code::R024, Code::R058] {
                    note_invalid(case, code, found);
                }
                differences.push((case, share, bids));
            }
            Err(why) => {
                for code in [Code::R024, Code::R058] {
                    found.exclude(code, case.subject(), why.clone());
                }
            }
        }
    }
    let values: Vec<Share> = differences.iter().map(|(_, share, _)| *share).collect();
    let kinds = [
        (Code::R024, Side::Low, settings.difference_low),
        (Code::R058, Side::High, settings.difference_high),
    ];
    for (code, side, given) in kinds {
        let Some(limit) = found.limit((code, side), given, &values, settings) else { continue };
        for (case, share, bids) in &differences {
            if limit.is_met(*share) {
                let met = Some(Figure::Share(limit.share));
                found.flags.push(flag(case, code, Figure::Share(*share), met, bids.to_vec()));
            }
        }
    }
}

fn difference<'a>(case: &Case<'a>) -> Result<(Share, [&'a Bid; 2]), Why> {
    case.price_alone()?;
    let won = case.won()?;
    let others = case.in_state(BidState::Valid);
    let others = others.filter(|bid| !bid.bidders.iter().any(|bidder| bidder == won.winner));
    let (second, amount) = case.best(others)?.ok_or(Why::NoOtherBid)?;
    if case.is_better(amount, won.amount) {
        return Err(Why::NotBest);
    }
    if won.amount.minor <= 0 {
        return Err(Why::NoAmount);
    }
    let apart = amount.minor.checked_sub(won.amount.minor).ok_or(Why::NoAmount)?;
    let share = Share::of(apart.saturating_abs(), won.amount.minor).ok_or(Why::NoAmount)?;
    Ok((share, [won.bid, second]))
}

fn note_invalid(case: &Case<'_>, code: Code, found: &mut Findings) {
    let invalid = case.invalid();
    if !invalid.is_empty() {
        found.exclude(code, case.subject(), Why::InvalidBids(invalid));
    }
}

pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn flag(
    case: &Case<'_>,
    code: Code,
    found: Figure,
    limit: Option<Figure>,
    bids: Vec<&Bid>,
) -> Flag {
    let organisations = bidders(bids.iter().copied()).into_iter().map(str::to_owned).collect();
    let evidence = Evidence {
        bids: bids.iter().map(|bid| bid.id.clone()).collect(),
        organisations,
        processes: vec![case.process.number.clone()],
    };
    Flag { code, subject: case.subject(), found, limit, evidence }
}
