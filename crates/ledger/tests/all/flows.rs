//! Flows of the city with the figures of ledger.md 13.

use crate::world::*;
use ledger::Limit::{DebitsWithinCredits as DC, Free};
use ledger::account::{BankAccount, Keeps};
use ledger::rounding::{Rate, Rounding};
use ledger::split::split;
use ledger::*;

const BANK: u128 = 40;

fn with_bank(limits: &[Limit]) -> World {
    let mut world = World::new(limits);
    let bank = BankAccount {
        institution: "Bank of Chongqing".to_owned(),
        holder: "org_exchange".to_owned(),
        keeps: Keeps::Deposits,
        masked_number: "**** 0188".to_owned(),
        is_custodian: true,
    };
    let ask = OpenAccount {
        purpose: Some(Purpose::Bank),
        side: Side::Debit,
        bank: Some(bank),
        ..opening(BANK, Free)
    };
    world.books.open(&ask, "org_operator", world.now).expect("opens");
    world
}

/// The same with the word of the bank.
fn proved(ask: Ask, reference: &str) -> Ask {
    let evidence = Evidence { grade: Grade::E2, reference: reference.to_owned() };
    Ask { refs: References { evidence: Some(evidence), ..ask.refs.clone() }, ..ask }
}

#[test]
fn deposits_of_three_bidders_until_the_contract() {
    // A1 to A3 deposit claims of A, B, C; A4 lot 7; A5 owed to the seller.
    let mut w = with_bank(&[DC, DC, DC, DC, DC]);
    let fen = 5_000_000;
    for n in 1..=3 {
        w.want(proved(mv(n, BANK, n, fen), &format!("in-{n}")), 0);
        w.want(mv(10 + n, n, 4, fen).pending(86_400 * 30), 0);
    }
    assert_eq!(w.counters(BANK), [0, 15_000_000, 0, 0]);
    assert_eq!(w.counters(4), [0, 0, 15_000_000, 0]);
    // The result stands: C is free, B stays as standby.
    w.want(void(20, 13), 0);
    assert_eq!(w.account(3).state.counters.shown(Side::Credit).available, fen);
    assert_eq!(w.account(2).state.counters.shown(Side::Credit).available, 0);
    // Signature: B is free, A's deposit becomes part of the price.
    let signing =
        [void(21, 12).with(Flags::LINKED), post_all(22, 11).with(Flags::LINKED), mv(23, 4, 5, fen)];
    w.chain(&signing, &[0, 0, 0]);
    // Refunds wait for the bank without a time limit, then carry its word.
    for n in [2, 3] {
        w.want(mv(30 + n, n, BANK, fen).pending(0), 0);
        w.wait(86_400 * 40);
        w.sweep();
        assert_eq!(w.books.hold(id(30 + n)).map(|hold| hold.state), Some(HoldState::Waiting));
        w.want(post_all(40 + n, 30 + n), 309);
        w.want(proved(post_all(40 + n, 30 + n), &format!("out-{n}")), 0);
    }
    let bank = w.account(BANK).state.counters.shown(Side::Debit).balance;
    assert_eq!((bank, w.account(5).state.counters.shown(Side::Credit).balance), (fen, fen));
    // The default decided twice would be one forfeiture: the hold is gone.
    w.want(post_all(50, 11), 409);
}

#[test]
fn a_bill_with_a_voucher_is_one_chain() {
    // Tariff steps 50, 45, 40, 39 an hour: ten hours cost 432.00.
    assert_eq!(2 * 5_000 + 3 * 4_500 + 2 * 4_000 + 3 * 3_900, 43_200);
    let half = Rate::parse("0.5").expect("a rate");
    let subsidy = |bill: i64| {
        half.of(bill, Rounding::Down).map(|part| part.min(20_000).min(18_000)).expect("in range")
    };
    assert_eq!((subsidy(43_200), subsidy(54_000)), (18_000, 18_000));
    // A1 voucher of F, A2 redeemed at P (both VOU); A3 prepayment of F, A4 owed to P, A5 owed by F.
    let open = || {
        let mut w = World::new(&[Free, Free, DC, DC, Free]);
        let vouchers = Book::parse("VOU:2026").expect("a book");
        for (n, limit) in [(61, DC), (62, Free), (63, Free)] {
            let ask = OpenAccount { book: Some(vouchers.clone()), ..opening(n, limit) };
            w.books.open(&ask, "org_operator", w.now).expect("opens");
        }
        let in_vouchers = move |ask: Ask| Ask { book: Some(vouchers.clone()), ..ask };
        w.want(in_vouchers(mv(1, 63, 61, 20_000)), 0);
        w.fill(3, [32_000, 0, 0, 0]);
        let booking = [
            in_vouchers(mv(2, 61, 62, 18_000)).pending(86_400 * 15).with(Flags::LINKED),
            mv(3, 3, 4, 32_000).pending(86_400 * 15),
        ];
        w.chain(&booking, &[0, 0]);
        w
    };
    let mut w = open();
    w.chain(&[post(4, 2, 18_000).with(Flags::LINKED), post(5, 3, 25_200)], &[0, 0]);
    assert_eq!(w.account(3).state.counters.shown(Side::Credit).available, 6_800);
    assert_eq!((w.counters(62)[0], w.counters(4)[0]), (18_000, 25_200));
    // One leg fails, none is done.
    let mut w = open();
    w.chain(&[post(4, 2, 18_000).with(Flags::LINKED), post(5, 3, 32_001)], &[102, 407]);
    assert_eq!((w.counters(62)[0], w.counters(4)[0]), (0, 0));
    // A bill of 540.00: the excess becomes a receivable.
    let bill = [
        post(4, 2, 18_000).with(Flags::LINKED),
        post_all(5, 3).with(Flags::LINKED),
        mv(6, 5, 4, 4_000),
    ];
    w.chain(&bill, &[0, 0, 0]);
    assert_eq!((w.counters(4)[0], w.counters(5)[1]), (36_000, 4_000));
}

#[test]
fn a_voucher_expires_but_not_what_is_held_of_it() {
    // A1 pool, A2 voucher of F, A3 redeemed, A4 expired.
    let mut w = World::new(&[Free, DC, Free, Free]);
    w.want(mv(1, 1, 2, 20_000), 0);
    w.want(mv(2, 2, 3, 5_000).pending(0), 0);
    w.moves(all(mv(3, 2, 4, 0)).with(Flags::BALANCING_DEBIT), 15_000);
    w.want(post(4, 2, 4_000), 0);
    w.moves(all(mv(5, 2, 4, 0)).with(Flags::BALANCING_DEBIT), 1_000);
    assert_eq!(w.counters(2), [20_000, 20_000, 0, 0]);
    assert_eq!(w.counters(3)[0] + w.counters(4)[0], 20_000);
}

#[test]
fn an_award_is_drawn_in_parts_and_gives_back_the_rest() {
    // A1 budget, A2 fund of the year, A3 award 17, A4 bank of the fund (its own book keeping).
    let mut w = World::new(&[Free, DC, DC, Free]);
    w.want(mv(1, 1, 2, 100_000_000), 0);
    // Offered and unsigned: after thirty days the money is free with nobody acting.
    w.want(mv(2, 2, 3, 30_000_000).pending(86_400 * 30), 0);
    w.wait(86_400 * 30);
    w.want(mv(3, 2, 3, 100_000_000).pending(86_400 * 30), 0);
    w.want(void(4, 3), 0);
    // Offered and signed.
    w.want(mv(5, 2, 3, 30_000_000).pending(86_400 * 30), 0);
    w.want(post_all(6, 5), 0);
    w.want(mv(7, 3, 4, 30_000_001).pending(0), 520);
    for (n, draw) in [(10, 12_000_000), (12, 15_000_000)] {
        w.want(mv(n, 3, 4, draw).pending(0), 0);
        w.want(post_all(n + 1, n), 0);
    }
    w.moves(all(mv(20, 3, 2, 0)).with(Flags::BALANCING_DEBIT), 3_000_000);
    assert_eq!(w.account(2).state.counters.shown(Side::Credit).balance, 73_000_000);
    assert_eq!(w.account(3).state.counters.shown(Side::Credit).balance, 0);
}

#[test]
fn royalties_are_distributed_to_the_cent() {
    let rate = Rate::parse("0.03").expect("a rate");
    let due = rate.of(333_333_333, Rounding::HalfEven).expect("in range").max(8_000_000);
    assert_eq!(due, 10_000_000);
    let net = due - 1_234_567;
    let floor = Rate::parse("0.5").and_then(|half| half.of(net, Rounding::Ceiling));
    let inventors = floor.expect("in range");
    assert_eq!((net, inventors, net - inventors), (8_765_433, 4_382_717, 4_382_716));
    let parts = split(inventors, &[5, 3, 2]).expect("weights");
    assert_eq!(parts, [2_191_359, 1_314_815, 876_543]);
    // A1 royalties received, A2 costs, A3 institute, A4 to A6 inventors: one chain out of A1.
    let mut w = World::new(&[DC, Free, Free, Free, Free, Free]);
    w.fill(1, [due, 0, 0, 0]);
    let mut chain: Vec<Ask> = vec![mv(1, 1, 2, 1_234_567), mv(2, 1, 3, net - inventors)];
    chain.extend((4..).zip(&parts).map(|(n, part)| mv(n, 1, n, *part)));
    let last = chain.len() - 1;
    for link in &mut chain[..last] {
        *link = link.clone().with(Flags::LINKED);
    }
    w.chain(&chain, &[0; 5]);
    assert_eq!(w.account(1).state.counters.shown(Side::Credit).balance, 0);
}

#[test]
fn shares_are_held_and_a_missed_milestone_gives_them_back() {
    // A1 unissued, A2 founder, A3 inventor.
    let mut w = World::new(&[DC, DC, DC]);
    w.fill(1, [10_000_000, 0, 0, 0]);
    w.want(mv(1, 1, 2, 5_100_000), 0);
    w.want(mv(2, 1, 3, 1_500_000).pending(0), 0);
    let left = |w: &World| w.account(1).state.counters.shown(Side::Credit).available;
    assert_eq!(left(&w), 3_400_000);
    w.want(void(3, 2), 0);
    assert_eq!(left(&w), 4_900_000);
    // Pending tranches get no dividend: posted balances alone are weights.
    let posted = |w: &World, n| u64::try_from(w.counters(n)[0]).expect("not negative");
    assert_eq!(split(100, &[posted(&w, 2), posted(&w, 3)]), Some(vec![100, 0]));
}
