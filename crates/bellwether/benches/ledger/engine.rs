//! The engine alone, in memory: one by one, in batches, and the check of twenty thousand transfers.

use crate::clock;
use base::{AccountId, Currency, Instant, TransferId};
use ledger::audit::audit;
use ledger::{Amount, Ask, Book, Books, Code, Limit, OpenAccount, Purpose, Side};

const N: u128 = 400_000;
const CHECKED: u128 = 20_000;

fn books() -> Books {
    let mut books = Books::default();
    for n in 1..=10 {
        let opening = OpenAccount {
            id: AccountId::from_bits(n),
            book: Some(Book::Money(Currency::CNY)),
            purpose: Some(Purpose::Payable),
            owner: None,
            subject: None,
            side: Side::Credit,
            limit: if n % 2 == 0 { Limit::Free } else { Limit::DebitsWithinCredits },
            bank: None,
        };
        let account = opening.decide(None, "", Instant::from_micros(1)).expect("opens");
        books.put_account(account);
    }
    books
}

fn ask(n: u128) -> Ask {
    let accounts = (AccountId::from_bits(2 + 2 * (n % 5)), AccountId::from_bits(1 + 2 * (n % 5)));
    let amount = Amount::new(1).expect("an amount");
    Ask::single(
        TransferId::from_bits(1_000 + n),
        accounts,
        amount,
        (Book::Money(Currency::CNY), Code(1)),
    )
}

pub fn measure() {
    for batch in [1, 8_000] {
        let mut books = books();
        let asks: Vec<Ask> = (0..N).map(ask).collect();
        let started = clock();
        for (n, part) in asks.chunks(batch).enumerate() {
            let now = Instant::from_micros(10 + i64::try_from(n).expect("few"));
            let (answers, _) = books.run(part, now);
            assert!(answers.iter().all(|answer| answer.is_success()));
        }
        let rate = N as f64 / started.elapsed().as_secs_f64();
        println!("engine in memory, {batch} a batch: {rate:.0} transfers/s");
    }
    let mut books = books();
    let mut legs = Vec::new();
    for n in 0..CHECKED {
        let now = Instant::from_micros(10 + i64::try_from(n).expect("few"));
        legs.extend(books.run(&[ask(n)], now).1.legs);
    }
    let (accounts, transfers) = (books.accounts(), books.transfers());
    let started = clock();
    let broken = audit(&accounts, &transfers, &[], &legs);
    let took = started.elapsed().as_secs_f64();
    assert_eq!(broken, []);
    println!("verify {CHECKED} transfers: {took:.3} s on one thread (aim 0.2)");
}
