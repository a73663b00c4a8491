//! Indicators that look at organisations over all processes.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{Case, bidders};
use super::price::count;
use super::spread::quartile;
use super::{Code, Evidence, Figure, Findings, Flag, Settings, Share, Side, Subject, Why};
use crate::process::{Bid, BidState, Process};

/// How often a bidder took part, and with what success.
#[derive(Default)]
struct Tally<'a> {
    n: u32,
    n_hits: u32,
    bids: Vec<&'a str>,
    processes: BTreeSet<&'a str>,
}

impl<'a> Tally<'a> {
    fn add(&mut self, process: &'a Process, bid: &'a Bid, is_hit: bool) {
        self.n += 1;
        self.n_hits += u32::from(is_hit);
        self.bids.push(&bid.id);
        self.processes.insert(&process.number);
    }

    fn share(&self) -> Option<Share> {
        Share::of(self.n_hits.into(), self.n.into())
    }

    fn evidence(&self, organisation: &str) -> Evidence {
        let owned = |text: &&str| (*text).to_owned();
        Evidence {
            bids: self.bids.iter().map(owned).collect(),
            organisations: vec![organisation.to_owned()],
            processes: self.processes.iter().map(owned).collect(),
        }
    }
}

/// R025: a bidder with as many lots bid for as a quarter of all has, or more, and an unusually low
/// share of them won. Bids of one bidder for one lot count once: who raises in an auction bids on.
pub(super) fn losing(cases: &[Case<'_>], settings: &Settings, found: &mut Findings) {
    let mut tallies: BTreeMap<&str, Tally<'_>> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.is_closed) {
        let winner = match case.winner() {
            Ok(winner) => winner,
            Err(why) => {
                found.exclude(Code::R025, case.subject(), why);
                continue;
            }
        };
        if case.in_state(BidState::Valid).any(|bid| bid.bidders.len() != 1) {
            found.exclude(Code::R025, case.subject(), Why::Jointly);
            continue;
        }
        let mut met = BTreeSet::new();
        for bid in case.in_state(BidState::Valid) {
            for bidder in bid.bidders.iter().filter(|bidder| met.insert(bidder.as_str())) {
                let tally = tallies.entry(bidder).or_default();
                tally.add(case.process, bid, bidder == winner);
            }
        }
    }
    let shares: Vec<Share> = tallies.values().filter_map(Tally::share).collect();
    let limit = found.limit((Code::R025, Side::Low), settings.won_low, &shares, settings);
    let Some(limit) = limit else { return };
    let mut counts: Vec<Share> = tallies.values().map(|tally| Share::whole(tally.n)).collect();
    counts.sort_unstable();
    let Some(many) = quartile(&counts, 3) else { return };
    for (bidder, tally) in &tallies {
        let Some(share) = tally.share() else { continue };
        if Share::whole(tally.n) >= many && limit.is_met(share) {
            found.flags.push(Flag {
                code: Code::R025,
                subject: Subject::Bidder((*bidder).to_owned()),
                found: Figure::Share(share),
                limit: Some(Figure::Share(limit.share)),
                evidence: tally.evidence(bidder),
            });
        }
    }
}

/// R038, for those who hold processes and for those who bid.
pub(super) fn disqualified(
    processes: &[Process],
    cases: &[Case<'_>],
    settings: &Settings,
    found: &mut Findings,
) {
    let mut holders: BTreeMap<&str, Tally<'_>> = BTreeMap::new();
    let mut all: BTreeMap<&str, Tally<'_>> = BTreeMap::new();
    for case in cases {
        for bid in case.submitted() {
            let is_hit = bid.state == BidState::Disqualified;
            let holder = holders.entry(&case.process.holder).or_default();
            holder.add(case.process, bid, is_hit);
            for bidder in bidders([bid].into_iter()) {
                all.entry(bidder).or_default().add(case.process, bid, is_hit);
            }
        }
    }
    let n_closed = |holder: &str| {
        let own = processes.iter().filter(|process| process.holder == holder);
        own.filter(|process| process.closing().is_some()).count()
    };
    let few_processes = |id: &str, _: &Tally<'_>| {
        let n = n_closed(id);
        (n < settings.processes_min).then_some(n)
    };
    let few_bids = |_: &str, tally: &Tally<'_>| {
        let n = tally.bids.len();
        (n < settings.bids_min).then_some(n)
    };
    disqualified_of(&holders, Subject::Holder, few_processes, (settings, found));
    disqualified_of(&all, Subject::Bidder, few_bids, (settings, found));
}

fn disqualified_of(
    tallies: &BTreeMap<&str, Tally<'_>>,
    subject: impl Fn(String) -> Subject,
    few: impl Fn(&str, &Tally<'_>) -> Option<usize>,
    (settings, found): (&Settings, &mut Findings),
) {
    let mut looked_at = Vec::new();
    for (id, tally) in tallies {
        match (few(id, tally), tally.share()) {
            (None, Some(share)) => looked_at.push((*id, tally, share)),
            (Some(n), _) => {
                found.exclude(Code::R038, subject((*id).to_owned()), Why::FewOfThem(n));
            }
            _ => {}
        }
    }
    let shares: Vec<Share> = looked_at.iter().map(|(_, _, share)| *share).collect();
    let limit =
        found.limit((Code::R038, Side::High), settings.disqualified_high, &shares, settings);
    let Some(limit) = limit else { return };
    for (id, tally, share) in looked_at {
        if tally.n_hits > 0 && limit.is_met(share) {
            found.flags.push(Flag {
                code: Code::R038,
                subject: subject(id.to_owned()),
                found: Figure::Share(share),
                limit: Some(Figure::Share(limit.share)),
                evidence: tally.evidence(id),
            });
        }
    }
}

/// What a bidder won: classes of goods, each with its scheme, and where.
#[derive(Default)]
struct Goods<'a> {
    classes: BTreeSet<(&'a str, String)>,
    processes: BTreeSet<&'a str>,
}

impl Goods<'_> {
    fn variety(&self) -> u32 {
        count(self.classes.len())
    }
}

/// R048: how many classes of goods a bidder won.
pub(super) fn variety(cases: &[Case<'_>], settings: &Settings, found: &mut Findings) {
    let mut won: BTreeMap<&str, Goods<'_>> = BTreeMap::new();
    for case in cases {
        for award in &case.awards {
            let [winner] = award.winners.as_slice() else {
                found.exclude(Code::R048, case.subject(), Why::Jointly);
                continue;
            };
            let Goods { classes, processes } = won.entry(winner).or_default();
            processes.insert(&case.process.number);
            let lot = award.lot.as_deref();
            let items = case.tender.items.iter();
            let items = items
                .filter(|item| lot.is_none() || item.lot.is_none() || item.lot.as_deref() == lot);
            for class in items.filter_map(|item| item.classification.as_ref()) {
                let signs = class.id.chars().filter(|sign| !sign.is_whitespace());
                let own: String = signs.take(settings.class_signs).collect();
                classes.insert((class.scheme.as_str(), own.to_uppercase()));
            }
        }
    }
    won.retain(|_, goods| !goods.classes.is_empty());
    let values: Vec<Share> = won.values().map(|goods| Share::whole(goods.variety())).collect();
    let given = settings.variety_high.map(Share::whole);
    let Some(limit) = found.limit((Code::R048, Side::High), given, &values, settings) else {
        return;
    };
    for (id, goods) in &won {
        if limit.is_met(Share::whole(goods.variety())) {
            found.flags.push(Flag {
                code: Code::R048,
                subject: Subject::Bidder((*id).to_owned()),
                found: Figure::Count(goods.variety()),
                limit: Some(Figure::Share(limit.share)),
                evidence: Evidence {
                    bids: Vec::new(),
                    organisations: vec![(*id).to_owned()],
                    processes: goods.processes.iter().map(|it| (*it).to_owned()).collect(),
                },
            });
        }
    }
}
