//! All refusals in their order: one request with every fault at once, repaired one by one.

use crate::world::*;
use base::{AccountId, Date, Instant, TransferId};
use ledger::Limit::{CreditsWithinDebits as CD, DebitsWithinCredits as DC, Free};
use ledger::account::{BankAccount, Keeps};
use ledger::*;

fn bank(n: u128) -> OpenAccount {
    OpenAccount {
        purpose: Some(Purpose::Bank),
        side: Side::Debit,
        bank: Some(BankAccount {
            institution: "Bank of Chongqing".to_owned(),
            holder: "org_a".to_owned(),
            keeps: Keeps::Own,
            masked_number: "**** 0188".to_owned(),
            is_custodian: false,
        }),
        ..opening(n, Free)
    }
}

/// An answer, and the repair after it.
type Step = (u16, fn(&mut World, &mut Ask));

/// Runs a request after each repair.
fn walk(w: &mut World, ask: &mut Ask, steps: &[Step]) {
    for (want, repair) in steps {
        let (answers, _) = w.run(std::slice::from_ref(ask));
        assert_eq!(answers[0].number(), *want, "{ask:?}");
        repair(w, ask);
    }
}

/// A fresh id after a refusal that burns it.
fn anew(ask: &mut Ask) {
    ask.id = TransferId::from_bits(ask.id.bits() + 1);
}

#[test]
fn a_moving_request_is_repaired_in_the_order_of_the_table() {
    let mut w = World::new(&[DC, CD, Free]);
    w.books.open(&bank(4), "org_operator", w.now).expect("opens");
    let usd = OpenAccount { book: Book::parse("USD"), ..opening(5, Free) };
    w.books.open(&usd, "org_operator", w.now).expect("opens");
    w.want(mv(700, 99, 3, 1), 0);
    w.want(mv(701, 1, 3, 1), 520);
    let mut ask = Ask {
        id: id(0),
        debit: None,
        credit: None,
        amount: Asked::minor(50).expect("an amount"),
        pending: Some(id(1)),
        book: None,
        code: Code(0),
        timeout_s: 3,
        flags: Flags::from_bits(1 << 15).and(Flags::LINKED).and(Flags::POST).and(Flags::VOID),
        instant: Some(Instant::from_micros(1)),
        refs: References::default(),
    };
    walk(
        &mut w,
        &mut ask,
        &[
            (101, |_, ask| ask.flags = ask.flags.without(Flags::LINKED)),
            (104, |_, ask| ask.instant = None),
            (105, |_, ask| ask.flags = ask.flags.without(Flags::from_bits(1 << 15))),
            (106, |_, ask| ask.id = TransferId::from_bits(u128::MAX)),
            (106, |_, ask| ask.id = id(700)),
            (201, |_, ask| ask.id = id(701)),
            (212, |_, ask| ask.id = id(800)),
            (107, |_, ask| ask.flags = Flags::CLOSING_DEBIT),
            (108, |_, ask| ask.debit = Some(acc(200))),
            (108, |_, ask| ask.credit = Some(AccountId::from_bits(u128::MAX))),
            (108, |_, ask| ask.credit = Some(acc(200))),
            (109, |_, ask| ask.credit = Some(acc(201))),
            (110, |_, ask| ask.pending = None),
            (111, |_, ask| ask.timeout_s = 0),
            (112, |_, ask| ask.flags = Flags::NONE),
            (113, |_, ask| ask.book = Some(Book::Money(base::Currency::EUR))),
            (114, |_, ask| ask.code = Code(7)),
            (301, |_, ask| {
                anew(ask);
                ask.debit = Some(acc(1));
            }),
            (302, |_, ask| {
                anew(ask);
                ask.credit = Some(acc(5));
            }),
            (303, |_, ask| ask.credit = Some(acc(4))),
            (304, |w, ask| {
                ask.book = Some(CNY);
                w.books.seal(CNY, Date::new(1970, 1, 1).expect("a day"));
            }),
            (307, |w, _| w.now = w.now.plus_seconds(86_400)),
            (309, |_, ask| {
                ask.refs.evidence =
                    Some(Evidence { grade: Grade::E2, reference: "BK-1".to_owned() });
            }),
            (520, |_, ask| anew(ask)),
        ],
    );
}

#[test]
fn an_imported_request_is_asked_for_its_order_before_its_evidence() {
    let mut w = World::new(&[Free]);
    w.books.open(&bank(4), "org_operator", w.now).expect("opens");
    w.wait(86_400 * 2);
    let mut ask = Ask {
        instant: Some(Instant::from_micros(10_000_000)),
        ..mv(1, 4, 1, 5).with(Flags::IMPORTED)
    };
    w.books.seal(CNY, Date::new(1970, 1, 1).expect("a day"));
    walk(
        &mut w,
        &mut ask,
        &[
            (307, |_, ask| ask.refs.value_date = Date::new(1970, 1, 2).ok()),
            (308, |_, ask| ask.instant = Some(Instant::from_micros(10_000_001))),
            (309, |_, ask| {
                ask.refs.evidence =
                    Some(Evidence { grade: Grade::E3, reference: "BK-1".to_owned() });
            }),
            (0, |_, ask| ask.refs.value_date = None),
            // Its own value date then was another.
            (200, |_, ask| ask.refs.value_date = Date::new(1970, 1, 3).ok()),
            (209, |_, _| ()),
        ],
    );
}

#[test]
fn limits_come_last_and_closing_before_overflow() {
    let max = i64::MAX;
    let mut w = World::new(&[DC, CD, Free]);
    w.want(mv(1, 99, 1, max), 0);
    w.want(mv(2, 1, 3, max), 0);
    w.want(mv(3, 3, 2, 0).pending(0).with(Flags::CLOSING_CREDIT), 0);
    w.want(mv(4, 1, 3, 0).pending(0).with(Flags::CLOSING_DEBIT), 0);
    let mut ask = mv(10, 1, 2, 5);
    walk(
        &mut w,
        &mut ask,
        &[
            (305, |w, ask| {
                anew(ask);
                w.want(void(5, 4), 0);
            }),
            (306, |w, ask| {
                anew(ask);
                w.want(void(6, 3), 0);
            }),
            // The first account has no room for more debits; a fresh one has no money.
            (503, |w, ask| {
                w.books.open(&opening(7, DC), "org_operator", w.now).expect("opens");
                ask.debit = Some(acc(7));
            }),
            (520, |w, ask| {
                anew(ask);
                w.want(mv(20, 1, 7, 0), 0);
                ask.debit = Some(acc(99));
            }),
            (503, |_, ask| ask.debit = Some(acc(3))),
            (521, |_, ask| anew(ask)),
        ],
    );
}

#[test]
fn a_resolving_request_is_repaired_in_the_order_of_the_table() {
    let mut w = World::new(&[Free, Free, Free]);
    w.books.open(&bank(4), "org_operator", w.now).expect("opens");
    w.want(mv(1, 4, 2, 50).pending(60), 0);
    w.want(mv(2, 1, 2, 5), 0);
    let refs = References {
        evidence: Some(Evidence { grade: Grade::E2, reference: "BK-1".to_owned() }),
        ..References::default()
    };
    w.want(Ask { refs, ..mv(3, 4, 2, 5) }, 0);
    let mut ask = Ask {
        debit: Some(acc(200)),
        credit: Some(acc(200)),
        book: Book::parse("USD"),
        code: Code(9),
        timeout_s: 5,
        pending: None,
        flags: Flags::POST.and(Flags::BALANCING_DEBIT),
        ..post(100, 1, 51)
    };
    walk(
        &mut w,
        &mut ask,
        &[
            (107, |_, ask| ask.flags = Flags::POST),
            (110, |_, ask| ask.pending = Some(id(0))),
            (110, |_, ask| ask.pending = Some(ask.id)),
            (110, |_, ask| ask.pending = Some(id(900))),
            (111, |_, ask| ask.timeout_s = 0),
            (401, |_, ask| {
                anew(ask);
                ask.pending = Some(id(2));
            }),
            (402, |_, ask| ask.pending = Some(id(1))),
            (403, |_, ask| ask.debit = Some(acc(4))),
            (404, |_, ask| ask.credit = None),
            (405, |_, ask| ask.book = Some(CNY)),
            (406, |_, ask| ask.code = Code(1)),
            (407, |_, ask| ask.flags = Flags::VOID),
            (407, |_, ask| ask.amount = Asked::minor(49).expect("an amount")),
            (408, |w, ask| {
                ask.flags = Flags::POST;
                w.books.seal(CNY, Date::new(1970, 1, 1).expect("a day"));
            }),
            (307, |_, ask| ask.refs.value_date = Date::new(1970, 1, 2).ok()),
            (309, |_, ask| {
                ask.refs.evidence =
                    Some(Evidence { grade: Grade::E1, reference: "BK-2".to_owned() });
            }),
            (309, |_, ask| {
                ask.refs.evidence =
                    Some(Evidence { grade: Grade::E2, reference: "BK-1".to_owned() });
            }),
            (311, |_, ask| {
                ask.refs.evidence =
                    Some(Evidence { grade: Grade::E2, reference: "BK-2".to_owned() });
            }),
            (0, |_, ask| ask.id = id(150)),
            (409, |w, _| w.now = w.now.plus_seconds(60)),
            (409, |_, _| ()),
        ],
    );
}

#[test]
fn a_hold_on_a_bank_account_needs_no_bank_yet() {
    let mut w = World::new(&[Free]);
    w.books.open(&bank(4), "org_operator", w.now).expect("opens");
    w.want(mv(1, 1, 4, 5).pending(0), 0);
    w.want(void(2, 1), 0);
    w.want(mv(3, 1, 4, 5), 309);
}

#[test]
fn replays_name_what_differs_in_order() {
    let mut w = World::new(&[Free, Free, Free]);
    let first = mv(1, 1, 2, 10).pending(60);
    w.want(first.clone(), 0);
    let mut ask = Ask {
        flags: Flags::NONE,
        pending: Some(id(9)),
        timeout_s: 61,
        debit: Some(acc(3)),
        credit: Some(acc(3)),
        amount: Asked::minor(11).expect("an amount"),
        book: Book::parse("USD"),
        code: Code(2),
        refs: References {
            act: Some(base::ActId::from_bits(1)),
            case: Some(base::CaseId::from_bits(1)),
            corrects: Some(id(5)),
            ..References::default()
        },
        ..first
    };
    walk(
        &mut w,
        &mut ask,
        &[
            (201, |_, ask| ask.flags = Flags::PENDING),
            (202, |_, ask| ask.pending = None),
            (203, |_, ask| ask.timeout_s = 60),
            (204, |_, ask| ask.debit = Some(acc(1))),
            (205, |_, ask| ask.credit = Some(acc(2))),
            (206, |_, ask| ask.amount = Asked::minor(10).expect("an amount")),
            (207, |_, ask| ask.refs.act = None),
            (208, |_, ask| ask.refs.case = None),
            (209, |_, ask| ask.refs.corrects = None),
            (210, |_, ask| ask.book = Some(CNY)),
            (211, |_, ask| ask.code = Code(1)),
            (200, |_, _| ()),
        ],
    );
}
