//! The numeric scenarios S1 to S12 of ledger.md 11, with its answers and counters.

use crate::world::*;
use base::{ActId, CaseId, Instant};
use ledger::Limit::{CreditsWithinDebits as CD, DebitsWithinCredits as DC, Free};
use ledger::*;

#[test]
fn the_limit_counts_what_is_held() {
    let mut world = World::new(&[DC, Free]);
    world.fill(1, [500, 300, 1_000, 100]);
    let mut other = World::new(&[DC, Free]);
    other.fill(1, [500, 300, 1_000, 100]);
    let mut third = World::new(&[DC, Free]);
    third.fill(1, [500, 300, 1_000, 100]);
    world.want(mv(1, 1, 2, 100), 0);
    assert_eq!(world.account(1).state.counters.shown(Side::Credit).available, 0);
    other.want(mv(1, 1, 2, 101), 520);
    other.want(mv(1, 1, 2, 1), 212);
    third.want(mv(1, 1, 2, 100).pending(0), 0);
    third.want(post(2, 1, 60), 0);
    assert_eq!(third.counters(1), [500, 360, 1_000, 100]);
    assert_eq!(third.account(1).state.counters.shown(Side::Credit).available, 40);
}

#[test]
fn s1_two_phase() {
    let mut w = World::new(&[Free, Free]);
    w.want(mv(1, 1, 2, 15), 0);
    let holds = [(2, 15, 1_000), (3, 15, 50), (4, 15, 1), (5, 7, 50), (6, 1, 0), (7, 1, 0)];
    for (n, amount, timeout) in holds {
        w.want(mv(n, 1, 2, amount).pending(timeout), 0);
    }
    assert_eq!((w.counters(1), w.counters(2)), ([0, 15, 0, 54], [15, 0, 54, 0]));
    w.wait(1);
    w.want(post(20, 2, 13), 0);
    w.want(post(20, 2, 13), 200);
    for other in [14, 12, 0] {
        w.want(post(20, 2, other), 206);
    }
    w.want(void_of(20, 2, 13), 201);
    w.want(post(20, 3, 13), 202);
    let with = |change: fn(&mut References)| {
        let mut ask = post(20, 2, 13);
        change(&mut ask.refs);
        ask
    };
    w.want(with(|refs| refs.act = Some(ActId::from_bits(1))), 207);
    w.want(with(|refs| refs.case = Some(CaseId::from_bits(1))), 208);
    w.want(with(|refs| refs.corrects = Some(id(1))), 209);
    w.want(post(21, 1, 15), 402);
    w.want(void_of(22, 3, 16), 407);
    w.want(void_of(22, 3, 14), 408);
    w.want(post(22, 2, 13), 409);
    w.want(void_of(22, 3, 15), 0);
    w.want(post(23, 3, 15), 410);
    w.want(void(24, 4), 411);
    w.want(post(25, 5, 8), 407);
    w.moves(post_all(25, 5), 7);
    for (ask, want) in [(post(25, 5, 7), 200), (post_all(25, 5), 200), (post(25, 5, 6), 206)] {
        w.want(ask, want);
    }
    w.want(post(25, 5, 8), 206);
    w.want(post(25, 5, 0), 206);
    w.moves(post_all(26, 6), 1);
    for (ask, want) in [(post(26, 6, 1), 200), (post_all(26, 6), 200), (post(26, 6, 0), 206)] {
        w.want(ask, want);
    }
    w.want(post(26, 6, 2), 206);
    w.moves(post(27, 7, 0), 0);
    w.want(post(27, 7, 0), 200);
    w.want(post(27, 7, 1), 206);
    assert_eq!((w.counters(1), w.counters(2)), ([0, 36, 0, 0], [36, 0, 0, 0]));
}

#[test]
fn s2_expiry() {
    let mut w = World::new(&[Free, Free]);
    for (n, timeout) in [(10, 0), (11, 1), (12, 2), (13, 3)] {
        let amount = i64::try_from(n).expect("small");
        w.want(mv(n, 1, 2, amount).pending(timeout), 0);
    }
    for held in [46, 35, 23, 10] {
        w.sweep();
        assert_eq!(w.counters(1), [0, 0, 0, held]);
        w.wait(1);
    }
    w.moves(post_all(20, 10), 10);
    for n in [11, 12, 13] {
        w.want(post_all(20 + n, n), 411);
        assert_eq!(w.books.transfer(id(20 + n)), None);
    }
    assert_eq!(w.counters(1), [0, 10, 0, 0]);
}

#[test]
fn a_hold_ends_at_its_very_instant() {
    let mut w = World::new(&[Free, Free]);
    w.want(mv(1, 1, 2, 5).pending(60), 0);
    w.want(mv(2, 1, 2, 5).pending(60), 0);
    let end = w.now.plus_seconds(60);
    w.now = Instant::from_micros(end.micros() - 1);
    w.want(post_all(3, 1), 0);
    w.now = end;
    w.want(post_all(4, 2), 411);
}

#[test]
fn money_of_an_ended_hold_is_there_in_the_same_batch() {
    let mut w = World::new(&[DC, Free]);
    w.fill(1, [100, 0, 0, 0]);
    w.want(mv(1, 1, 2, 100).pending(60), 0);
    w.wait(59);
    w.want(mv(2, 1, 2, 1), 520);
    w.wait(1);
    let changes = w.chain(&[mv(3, 1, 2, 100)], &[0]);
    let kinds: Vec<LegKind> = changes.legs.iter().map(|leg| leg.kind).collect();
    use LegKind::{Expired, Posted};
    assert_eq!(kinds, [Expired, Expired, Posted, Posted]);
    // The sweep stands although the request beside it is refused.
    w.want(mv(4, 99, 1, 50), 0);
    w.want(mv(5, 1, 2, 50).pending(1), 0);
    w.wait(1);
    let changes = w.chain(&[mv(6, 1, 2, 51)], &[520]);
    assert_eq!((changes.legs.len(), changes.holds.len()), (2, 1));
}

#[test]
fn s3_balancing() {
    let mut w = World::new(&[DC, CD, Free]);
    w.fill(1, [10, 0, 0, 1]);
    w.fill(2, [0, 10, 2, 0]);
    let debit = |n, ask| mv(n, 1, 3, ask).with(Flags::BALANCING_DEBIT);
    let credit = |n, ask| mv(n, 3, 2, ask).with(Flags::BALANCING_CREDIT);
    w.moves(debit(1, 3), 3);
    w.moves(debit(2, 13), 6);
    w.moves(debit(3, 1), 0);
    w.moves(credit(4, 3), 3);
    w.moves(credit(5, 13), 5);
    w.moves(credit(6, 1), 0);
    for (ask, want) in [(2, 206), (0, 206), (3, 200), (4, 200)] {
        w.want(debit(1, ask), want);
    }
    w.want(debit(2, 6), 200);
    w.want(all(debit(2, 0)), 200);
    assert_eq!(w.counters(1), [10, 9, 0, 1]);
    assert_eq!(w.counters(2), [8, 10, 2, 0]);
    assert_eq!(w.counters(3), [9, 8, 0, 0]);
}

#[test]
fn s4_balancing_meets_the_other_limit() {
    let mut w = World::new(&[DC, Free]);
    w.fill(1, [4, 0, 0, 0]);
    w.fill(2, [0, 5, 0, 0]);
    w.want(mv(1, 1, 2, 10).with(Flags::BALANCING_CREDIT), 520);
    w.moves(mv(2, 1, 2, 10).with(Flags::BALANCING_DEBIT), 4);
}

#[test]
fn s5_both_ways() {
    let mut w = World::new(&[DC, CD, Free]);
    w.fill(1, [20, 0, 0, 0]);
    w.fill(2, [0, 10, 0, 0]);
    w.fill(3, [0, 99, 0, 0]);
    let both = Flags::BALANCING_DEBIT.and(Flags::BALANCING_CREDIT);
    for (n, to, ask, moved) in
        [(1, 2, 1, 1), (2, 2, 12, 9), (3, 2, 1, 0), (4, 3, 12, 10), (5, 3, 1, 0)]
    {
        w.moves(mv(n, 1, to, ask).with(both), moved);
    }
}

#[test]
fn s6_balancing_holds() {
    let mut w = World::new(&[DC, CD]);
    w.fill(1, [10, 0, 0, 0]);
    w.fill(2, [0, 10, 0, 0]);
    let both = Flags::BALANCING_DEBIT.and(Flags::BALANCING_CREDIT);
    for (n, ask, held) in [(1, 3, 3), (2, 13, 7), (3, 1, 0)] {
        w.moves(mv(n, 1, 2, ask).with(both).pending(0), held);
    }
    w.want(post(4, 1, 3), 0);
    w.want(post(5, 2, 5), 0);
    assert_eq!(w.counters(1), [10, 8, 0, 0]);
}

#[test]
fn s7_a_chain_undone_within_a_batch() {
    let mut w = World::new(&[DC, Free]);
    w.fill(1, [20, 0, 0, 0]);
    let no_book = Ask { book: None, ..mv(2, 1, 2, 5) };
    let chain = [mv(1, 1, 2, 15).with(Flags::LINKED), no_book, mv(3, 1, 2, 15)];
    let changes = w.chain(&chain, &[102, 113, 0]);
    assert_eq!((changes.transfers.len(), changes.legs.len()), (1, 2));
    assert_eq!(w.counters(1), [20, 15, 0, 0]);
}

#[test]
fn s8_burnt_inside_a_chain() {
    let mut w = World::new(&[Free, Free, CD]);
    w.fill(2, [0, 40, 0, 0]);
    let chain = |first: u128, amount: i64| {
        [
            mv(first, 1, 2, amount).with(Flags::LINKED),
            mv(first + 1, 2, 3, 1).with(Flags::BALANCING_DEBIT).with(Flags::LINKED).pending(0),
            void(first + 2, first + 1),
        ]
    };
    // 41 - 40 = 1 of headroom on A2, which A3 may not take.
    w.chain(&chain(1, 41), &[102, 521, 102]);
    w.chain(&[mv(1, 1, 2, 0), mv(2, 1, 2, 0), mv(3, 1, 2, 0)], &[0, 212, 0]);
    w.chain(&chain(11, 40), &[0, 0, 0]);
    assert_eq!(w.counters(2), [40, 40, 0, 0]);
}

#[test]
fn s9_three_sources() {
    let run = |third: i64, want: [u16; 6]| {
        // A1 sets up, A2 limits, A3 to A5 are sources, A6 the target.
        let mut w = World::new(&[CD, DC, DC, DC, DC, Free]);
        for (n, has) in [(3, 40), (4, 40), (5, third)] {
            w.fill(n, [has, 0, 0, 0]);
        }
        let both = Flags::BALANCING_DEBIT.and(Flags::BALANCING_CREDIT).and(Flags::LINKED);
        let chain = [
            mv(1, 1, 2, 100).with(Flags::LINKED),
            mv(2, 3, 1, 100).with(both),
            mv(3, 4, 1, 100).with(both),
            mv(4, 5, 1, 100).with(both),
            mv(5, 1, 6, 100).with(Flags::LINKED),
            all(mv(6, 2, 1, 0)).with(Flags::BALANCING_CREDIT),
        ];
        w.chain(&chain, &want);
        w
    };
    let w = run(21, [0; 6]);
    assert_eq!([w.counters(3)[1], w.counters(4)[1], w.counters(5)[1]], [40, 40, 20]);
    let w = run(19, [102, 102, 102, 102, 102, 520]);
    assert_eq!(w.counters(6), [0; 4]);
}

#[test]
fn s10_closing() {
    let mut w = World::new(&[Free, Free]);
    w.want(mv(1, 1, 2, 15), 0);
    let closing = |n, flag| mv(n, 1, 2, 0).with(flag);
    w.want(closing(2, Flags::CLOSING_DEBIT), 112);
    w.want(closing(2, Flags::CLOSING_DEBIT).pending(0), 0);
    assert_eq!(w.account(1).state.closed_by, Some(id(2)));
    w.want(mv(3, 1, 2, 5), 305);
    w.want(mv(3, 1, 2, 5), 212);
    w.want(mv(4, 2, 1, 5), 306);
    w.want(post_all(5, 2), 305);
    w.want(void(6, 2), 0);
    assert_eq!(w.account(1).state.closed_by, None);
    w.want(mv(7, 1, 2, 5), 0);
    assert_eq!(w.counters(1)[1], 20);
    w.want(mv(8, 1, 2, 10).pending(1), 0);
    w.want(mv(9, 1, 2, 10).pending(0), 0);
    w.want(closing(10, Flags::CLOSING_CREDIT).pending(2), 0);
    w.want(post_all(11, 9), 306);
    w.want(void(12, 9), 0);
    w.wait(1);
    w.sweep();
    assert_eq!((w.counters(1)[3], w.account(2).state.closed_by), (0, Some(id(10))));
    w.wait(1);
    w.sweep();
    assert_eq!(w.account(2).state.closed_by, None);
    w.want(mv(13, 1, 2, 1), 0);
}

#[test]
fn s11_a_burnt_id_stays_burnt() {
    let mut w = World::new(&[DC, Free]);
    w.want(mv(1, 1, 2, 10), 520);
    let at = w.now;
    w.fill(1, [10, 0, 0, 0]);
    w.wait(5);
    let (answers, changes) = w.run(&[mv(1, 1, 2, 10)]);
    let burnt = Burnt { id: id(1), why: Why::ExceedsCredits, at };
    assert_eq!((answers, changes), (vec![Answer::AlreadyFailed(burnt)], Changes::default()));
    w.want(mv(2, 1, 2, 10), 0);
}

#[test]
fn s12_import() {
    let at = Instant::from_micros;
    let mut books = Books::default();
    for (n, opened) in [(1, 1), (2, 2)] {
        books.open(&opening(n, Free), "org_operator", at(opened)).expect("opens");
    }
    let mut want = |ask: Ask, instant: i64, want: u16| {
        let ask = Ask { instant: Some(at(instant)), ..ask.with(Flags::IMPORTED) };
        let (answers, _) = books.run(&[ask], at(10));
        assert_eq!(answers[0].number(), want, "{instant}");
    };
    for (instant, number) in [(0, 104), (i64::MAX, 104), (99, 104), (10, 104), (2, 308), (1, 308)] {
        want(mv(1, 1, 2, 5), instant, number);
    }
    want(mv(1, 1, 2, 5), 4, 0);
    want(mv(2, 1, 2, 5), 3, 308);
    want(mv(2, 1, 2, 5), 4, 308);
    for (instant, number) in [(4, 200), (5, 200), (6, 200), (99, 104)] {
        want(mv(1, 1, 2, 5), instant, number);
    }
    want(mv(3, 1, 2, 5).pending(1), 5, 308);
    want(mv(3, 1, 2, 5).pending(0), 5, 0);
    let mixed =
        [Ask { instant: Some(at(6)), ..mv(4, 1, 2, 1).with(Flags::IMPORTED) }, mv(5, 1, 2, 1)];
    let (answers, _) = books.run(&mixed, at(10));
    let numbers: Vec<u16> = answers.iter().map(|answer| answer.number()).collect();
    assert_eq!(numbers, [0, 103]);
}

#[test]
fn chains_answer_as_one() {
    let link = |n, amount| mv(n, 1, 2, amount).with(Flags::LINKED);
    let mut w = World::new(&[DC, Free]);
    w.fill(1, [50, 0, 0, 0]);
    // The third of five is bad: its own code, four times chain_failed, nothing in the books.
    let five = [link(1, 10), link(2, 10), link(3, 31), link(4, 10), mv(5, 1, 2, 10)];
    let changes = w.chain(&five, &[102, 102, 520, 102, 102]);
    assert_eq!((changes.transfers, changes.legs, changes.accounts), (vec![], vec![], vec![]));
    assert_eq!(changes.burnt.len(), 1);
    // Open at the end: 101 on the last, and a bad link keeps its own code.
    w.chain(&[link(1, 10), link(2, 10)], &[102, 101]);
    w.chain(&[link(1, 10), link(3, 1), link(2, 10)], &[102, 212, 101]);
    // A chain is repeated whole, and links do not pass for single transfers.
    let chain = [link(1, 10), link(2, 10), mv(6, 1, 2, 10)];
    w.chain(&chain, &[0, 0, 0]);
    let changes = w.chain(&chain, &[200, 200, 200]);
    assert_eq!(changes, Changes::default());
    w.want(mv(6, 1, 2, 10), 201);
    w.chain(&[link(7, 1), link(2, 10), mv(6, 1, 2, 10)], &[102, 201, 102]);
    assert_eq!(w.books.transfer(id(2)).and_then(|link| link.chain), Some(id(1)));
    assert_eq!(w.counters(1), [50, 30, 0, 0]);
}

#[test]
fn a_hold_is_renewed_in_one_chain() {
    let mut w = World::new(&[DC, Free]);
    w.fill(1, [10, 0, 0, 0]);
    w.want(mv(1, 1, 2, 10).pending(60), 0);
    let renewal = [void(2, 1).with(Flags::LINKED), mv(3, 1, 2, 10).pending(120)];
    w.chain(&renewal, &[0, 0]);
    assert_eq!(w.counters(1), [10, 0, 0, 10]);
    w.wait(119);
    w.want(post_all(4, 3), 0);
}

#[test]
fn an_upper_and_a_lower_bound_on_one_account() {
    // A1 source, A2 target, A3 control, A4 operator: the target keeps at most 100.
    let run = |amount: i64, want: [u16; 5]| {
        let mut w = World::new(&[DC, DC, CD, Free]);
        w.fill(1, [200, 0, 0, 0]);
        let chain = [
            mv(1, 1, 2, amount).with(Flags::LINKED),
            mv(2, 3, 4, 100).with(Flags::LINKED),
            all(mv(3, 2, 3, 0).pending(0)).with(Flags::BALANCING_DEBIT).with(Flags::LINKED),
            void(4, 3).with(Flags::LINKED),
            mv(5, 4, 3, 100),
        ];
        w.chain(&chain, &want);
        (w.counters(2), w.counters(3))
    };
    assert_eq!(run(100, [0; 5]), ([100, 0, 0, 0], [100, 100, 0, 0]));
    assert_eq!(run(101, [102, 102, 521, 102, 102]), ([0; 4], [0; 4]));
}

#[test]
fn a_reversal_leaves_the_original() {
    let mut w = World::new(&[Free, Free]);
    w.want(mv(1, 1, 2, 70), 0);
    let original = w.books.transfer(id(1)).cloned().expect("kept");
    let back = Ask::reversal(id(2), &original, Code(9));
    w.want(back.clone(), 0);
    w.want(back, 200);
    assert_eq!(w.books.transfer(id(1)), Some(&original));
    assert_eq!(w.books.transfer(id(2)).and_then(|back| back.refs.corrects), Some(id(1)));
    assert_eq!((w.counters(1), w.counters(2)), ([70, 70, 0, 0], [70, 70, 0, 0]));
}

#[test]
fn amounts_at_the_edge_never_wrap() {
    let max = i64::MAX;
    let check = |fill: [i64; 4], n: u128, ask: Ask, want: u16| {
        let mut w = World::new(&[Free, Free, Free]);
        w.fill(n, fill);
        w.want(ask, want);
    };
    // c, d, cp, dp of the account at the edge.
    check([0, 0, 0, max], 1, mv(1, 1, 2, 1).pending(0), 501);
    check([0, 0, max, 0], 2, mv(1, 1, 2, 1).pending(0), 502);
    check([0, max, 0, 0], 1, mv(1, 1, 2, 1), 503);
    check([max, 0, 0, 0], 2, mv(1, 1, 2, 1), 504);
    check([0, 1, 0, max - 1], 1, mv(1, 1, 2, 1), 505);
    check([1, 0, max - 1, 0], 2, mv(1, 1, 2, 1), 506);
    check([0, 0, 0, max - 1], 1, mv(1, 1, 2, 1), 0);
    let mut w = World::new(&[Free, Free]);
    w.now = Instant::from_micros(max - 5);
    w.want(mv(1, 1, 2, 1).pending(1), 507);
    w.want(mv(2, 1, 2, max), 0);
    w.want(mv(3, 2, 1, max), 0);
    assert_eq!(w.counters(1), [max, max, 0, 0]);
}

#[test]
fn a_clock_that_steps_back_turns_no_order() {
    let mut w = World::new(&[Free, Free]);
    w.want(mv(1, 1, 2, 1), 0);
    w.wait(-5);
    w.want(mv(2, 1, 2, 1), 0);
    let at = |n| w.books.transfer(id(n)).map(|transfer| transfer.at);
    assert_eq!(at(1), at(2));
}
