//! The record of an event: what it says, and that nothing in it can be changed.

use super::common::*;
use super::dice::auction;
use crate::protocol::{Wrong, check, digest_of, write, write_public};
use crate::*;
use expect_test::expect;

fn entries(inputs: Vec<(i64, Input)>) -> Vec<Entry> {
    (1..)
        .zip(inputs)
        .map(|(sequence, (us, input))| Entry { sequence, received: at(us), input })
        .collect()
}

fn small() -> String {
    let mode = english(true, Steps::one(Step::Fixed(100)), soft(5 * MINUTE, Some(HOUR)));
    let bid = |bidder, amount| Input::Bid { lot: 0, bidder: Bidder(bidder), amount, stage: None };
    let asked = vec![
        (1, bid(71, 2_000)),
        (2, bid(34, 900)),
        (HOUR - 5 * MINUTE, bid(34, 1_500)),
        (HOUR - MINUTE, bid(71, 3_000)),
        (HOUR - SECOND, bid(34, 3_000)),
        (2 * HOUR, Input::Close { lot: 0 }),
    ];
    write(rules(mode, vec![lot(1_000, HOUR)]), &entries(asked)).unwrap()
}

#[test]
fn a_protocol_reads_like_this() {
    expect![[r#"
        bellwether auction protocol 1
        limits whole
        rules sha256 f8619889ee1d14b9d37ba703323f02650f7856ea4c3ae07acc58545559702711
        bellwether auction rules 1
        name Spring sale
        side sale
        unit CNY 2
        mode english
        proxy yes
        steps 0.00=1.00
        soft-close 300000000 reset 3600000000 -
        running-us-min 0
        admission open
        bidders-min 1
        edits-until -
        joined no
        lot 1 A patent
        start 10.00
        reserve -
        opens 2026-03-02T02:00:00.000000Z
        closes 2026-03-02T03:00:00.000000Z
        buy-now -
        deposit -
        entries 6
        1 2026-03-02T02:00:00.000001Z bid lot 1 bidder 71 amount 20.00 => accepted, price 10.00, leader 71, automatic 71 10.00
        2 2026-03-02T02:00:00.000002Z bid lot 1 bidder 34 amount 9.00 => refused under-step, needed 11.00
        3 2026-03-02T02:55:00.000000Z bid lot 1 bidder 34 amount 15.00 => accepted, price 16.00, leader 71, no extension at the edge, automatic 34 15.00, automatic 71 16.00
        4 2026-03-02T02:59:00.000000Z bid lot 1 bidder 71 amount 30.00 => accepted, price 16.00, leader 71, silent
        5 2026-03-02T02:59:59.000000Z bid lot 1 bidder 34 amount 30.00 => accepted, price 30.00, leader 71, end moved from 2026-03-02T03:00:00.000000Z to 2026-03-02T03:04:59.000000Z, automatic 34 30.00, automatic 71 30.00
        6 2026-03-02T04:00:00.000000Z close lot 1 => accepted
        results
        lot 1 sold, end 2026-03-02T03:04:59.000000Z
        winner bidder 71 price 30.00
        standby bidder 34 price 30.00
        tie broken by arrival
        digest sha256 454df3a59839e70a6e70711227491c02b9000acb8c30ab18dcc0c734e67f0eaf
    "#]]
    .assert_eq(&small());
}

/// Every byte of a small protocol, changed in every bit, and cut off after every byte.
#[test]
fn no_byte_can_be_changed() {
    let whole = small();
    assert!(check(&whole).is_ok());
    for place in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone().into_bytes();
            bytes[place] ^= 1 << bit;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert!(check(&changed).is_err(), "byte {place}, bit {bit}:\n{changed}");
        }
        if let Some(cut) = whole.get(..place) {
            assert!(check(cut).is_err(), "cut after byte {place}");
        }
    }
    assert!(check(&format!("{whole}\n")).is_err());
    assert!(check(&format!("{whole}x")).is_err());
}

#[test]
fn a_changed_amount_fails_where_it_stands() {
    let whole = small();
    let (line, _) =
        whole.lines().enumerate().find(|(_, line)| line.contains("amount 20.00")).unwrap();
    let changed = whole.replace("amount 20.00", "amount 21.00");
    // The bid itself is accepted as before; the price that follows from it is not the same.
    match check(&changed) {
        Err(Wrong::Differs { line: found, .. }) => assert!(found > line, "{found}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_kind_of_auction_reads_back() {
    for seed in 0..500 {
        let (rules, entries) = auction(seed);
        let text = write(rules.clone(), &entries).unwrap();
        let checked = check(&text).unwrap_or_else(|wrong| panic!("{seed}: {wrong}\n{text}"));
        assert_eq!(checked.event.rules(), &rules);
        assert_eq!(checked.n_entries, entries.len());
        assert_eq!(checked.digest, digest_of(&text));
    }
}

#[test]
fn every_kind_of_entry_reads_back() {
    let bidder = Bidder(4_000_000_000);
    let lot = 0;
    let inputs = vec![
        Input::Admit { bidder, rank: None },
        Input::Admit { bidder: Bidder(1), rank: Some(2) },
        Input::HoldDeposit { lot, bidder },
        Input::FreeDeposit { lot, bidder },
        Input::Bid { lot, bidder, amount: -5, stage: Some(3) },
        Input::Seal { lot, bidder, commitment: [0xa5; 32] },
        Input::Confirm { lot, bidder },
        Input::TakeBack { lot, bidder },
        Input::Buy { lot, bidder },
        Input::Edit { lot, terms: LotTerms { start: 5, reserve: Some(7) } },
        Input::Edit { lot, terms: LotTerms { start: 5, reserve: None } },
        Input::Exclude { bidder },
        Input::Halt { lot },
        Input::GoOn { lot },
        Input::Withdraw { lot: 9 },
        Input::Return { lot, away_since: at(-7) },
        Input::Open { lot, sealed: 6, amount: Ok(500) },
        Input::Open { lot, sealed: 6, amount: Err(Unopened::NotHis) },
        Input::Open { lot, sealed: 6, amount: Err(Unopened::Undecryptable) },
        Input::Open { lot, sealed: 6, amount: Err(Unopened::Unreadable) },
        Input::CallOff { lot: 9, why: CallOff::NoDemand },
        Input::CallOff { lot: 9, why: CallOff::CannotBeMended },
        Input::CallOff { lot: 9, why: CallOff::ForceMajeure },
        Input::CallOff { lot: 9, why: CallOff::CostsCut },
        Input::CallOff { lot: 9, why: CallOff::NoOffer },
        Input::Close { lot },
        Input::CallOff { lot, why: CallOff::KeysLost },
    ];
    let n = inputs.len();
    let moments = (0_i64..).map(|n| n * HOUR);
    let asked = entries(moments.zip(inputs).collect());
    let rules = rules(sealed(Pricing::First), vec![super::common::lot(100, 20 * HOUR)]);
    let text = write(rules, &asked).unwrap();
    assert_eq!(check(&text).unwrap().n_entries, n);
}

#[test]
fn the_numbers_of_a_protocol_name_nobody() {
    // Numbers are the caller's, drawn by chance; the text holds them and nothing else of a bidder.
    let text = small();
    let with = |number: &str| text.lines().filter(|line| line.contains(number)).count();
    assert!(with("bidder 71") > 0 && with("bidder 34") > 0);
    let words = text.split(|c: char| !c.is_ascii_alphabetic());
    assert!(words.filter(|word| !word.is_empty()).all(|word| word.len() < 20));
}

#[test]
fn a_public_protocol_shows_no_limit_beyond_its_price() {
    let mode = english(true, Steps::one(Step::Fixed(100)), None);
    let bid = |bidder, amount| Input::Bid { lot: 0, bidder: Bidder(bidder), amount, stage: None };
    let asked = vec![
        (1, bid(71, 7_777)),
        (2, bid(34, 1_500)),
        (3, bid(71, 8_888)),
        (4, bid(71, 5_555)),
        (5, bid(34, 3_000)),
        (HOUR, Input::Close { lot: 0 }),
    ];
    let (rules, asked) = (rules(mode, vec![lot(1_000, HOUR)]), entries(asked));
    let whole = write(rules.clone(), &asked).unwrap();
    let public = write_public(rules, &asked).unwrap();
    assert!(whole.contains("77.77") && whole.contains("88.89"));
    for secret in ["77.7", "88.8", "55.5"] {
        assert!(!public.contains(secret), "{public}");
    }
    let results =
        |text: &str| text.split_once("results\n").unwrap().1.lines().next().unwrap().to_owned();
    assert_eq!(results(&whole), results(&public));
    assert!(public.contains("winner bidder 71 price 31.00"));
    assert!(public.contains("limits as seen in the room"));
    check(&public).unwrap();
}

/// Over many auctions with limits: what is published gives the same answers to whoever is left in
/// it, the same results and the same fates, and holds no amount that the room has not seen.
#[test]
fn what_is_withheld_changes_no_answer() {
    let mut n_withheld = 0;
    for seed in (1..12_000).step_by(super::dice::N_MODES) {
        let (rules, entries) = auction(seed);
        let text = write_public(rules.clone(), &entries).unwrap();
        let public = check(&text).unwrap_or_else(|wrong| panic!("{seed}: {wrong}")).event;
        let mut whole = Event::open(rules.clone()).unwrap();
        let answers: Vec<_> = entries.iter().map(|entry| whole.apply(entry)).collect();
        assert_eq!(public.outcome(0), whole.outcome(0), "{seed}");
        assert_eq!(public.fates(0), whole.fates(0), "{seed}");
        assert_eq!(public.end(0), whole.end(0), "{seed}");
        let lines: Vec<&str> = text.lines().filter(|line| line.contains(" => ")).collect();
        n_withheld += entries.len() - lines.len();
        let full = write(rules, &entries).unwrap();
        for (entry, answer) in entries.iter().zip(&answers) {
            let begins = format!("{} ", entry.sequence);
            let same = |text: &str| {
                let line = text.lines().find(|it| it.starts_with(&begins) && it.contains(" => "));
                line.map(|it| it.split_once(" => ").unwrap().1.to_owned())
            };
            let (ours, theirs) = (same(&full), same(&text));
            if let Some(theirs) = theirs {
                assert_eq!(ours.unwrap(), theirs, "{seed}: {entry:?}");
            } else {
                let is_quiet = match answer {
                    Ok(taken) => taken.is_silent,
                    Err(refused) => refused.code == Code::LimitNotRaised,
                };
                assert!(is_quiet, "{seed}: {entry:?} is missing");
            }
        }
    }
    assert!(n_withheld > 100, "{n_withheld}");
}
