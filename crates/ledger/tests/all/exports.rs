//! Exports read back by a small reader: every commodity sums to zero, every account to its books.

use crate::random::{LIMITS, request};
use crate::world::*;
use base::{Currency, Date};
use ledger::export::{Extract, accounts_csv, beancount, hledger, transfers_csv};
use ledger::*;
use std::collections::BTreeMap;
use testkit::Dice;

/// A world with two books, chains, holds and awkward names.
fn world() -> World {
    let mut dice = Dice::new(9);
    let mut world = World::new(&LIMITS);
    world.fill(2, [1_000, 0, 0, 0]);
    let vouchers = Book::parse("VOU:2026A").expect("a book");
    for (n, subject) in [(21, "a \"quoted\", name; x"), (22, "=1+1\nsecond 编号")] {
        let ask = OpenAccount {
            book: Some(vouchers.clone()),
            purpose: Some(Purpose::Voucher),
            subject: Some(subject.to_owned()),
            ..opening(n, Limit::Free)
        };
        world.books.open(&ask, "org_operator", world.now).expect("opens");
    }
    let in_vouchers = |n, amount| Ask { book: Some(vouchers.clone()), ..mv(n, 21, 22, amount) };
    let chain = [in_vouchers(50, 18_000).with(Flags::LINKED), mv(51, 4, 7, 5).pending(0)];
    world.chain(
        &chain[..1].iter().cloned().chain([mv(52, 1, 7, 25_200)]).collect::<Vec<_>>(),
        &[0, 0],
    );
    let refs = References {
        evidence: Some(Evidence { grade: Grade::E1, reference: "=cmd, \"x\"\n".to_owned() }),
        value_date: Date::new(1970, 3, 1).ok(),
        ..References::default()
    };
    world.want(Ask { refs, ..mv(53, 7, 1, 7) }, 0);
    let mut made = Vec::new();
    for _ in 0..80 {
        let asks: Vec<Ask> = (0..4).map(|_| request(&mut dice, &mut made)).collect();
        world.run(&asks);
        world.wait(40_000);
    }
    world
}

fn extract(world: &World, write: impl Fn(&Extract) -> String) -> String {
    let (accounts, transfers) = (world.books.accounts(), world.books.transfers());
    let opening = BTreeMap::new();
    write(&Extract {
        title: "Books of a \"city\"",
        accounts: &accounts,
        transfers: &transfers,
        opening: &opening,
        opened_on: None,
    })
}

/// Sums of the lines that are postings, by account name and commodity.
fn sums(text: &str, indent: &str) -> BTreeMap<(String, String), i128> {
    let mut sums = BTreeMap::new();
    for line in text.lines() {
        let Some(line) = line.strip_prefix(indent).filter(|line| !line.starts_with([' ', ';']))
        else {
            continue;
        };
        let Some((name, amount)) = line.split_once("  ").filter(|(name, _)| !name.contains(' '))
        else {
            continue;
        };
        let (digits, commodity) = amount.split_once(' ').expect("an amount and its commodity");
        let minor: i128 = digits.replace('.', "").parse().expect("a number");
        let key = (name.to_ascii_lowercase().replace('-', "_"), commodity.replace('"', ""));
        *sums.entry(key).or_default() += minor;
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

fn wanted(world: &World) -> BTreeMap<(String, String), i128> {
    let accounts = world.books.accounts();
    let of = accounts.iter().map(|account| {
        let counters = &account.state.counters;
        let root =
            if account.purpose == Purpose::Voucher { "equity:vou" } else { "liabilities:pay" };
        let sum = i128::from(counters.debits_posted.minor())
            - i128::from(counters.credits_posted.minor());
        ((format!("{root}:{}", account.id), account.book.commodity()), sum)
    });
    of.filter(|(_, sum)| *sum != 0).collect()
}

#[test]
fn a_journal_of_hledger_sums_to_the_books() {
    let world = world();
    let text = extract(&world, hledger);
    let sums = sums(&text, "    ");
    assert_eq!(sums, wanted(&world));
    for commodity in ["CNY", "VOU-2026A"] {
        let of = sums.iter().filter(|((_, own), _)| own == commodity);
        assert_eq!(of.map(|(_, sum)| *sum).sum::<i128>(), 0, "{commodity}");
    }
    assert!(text.contains("1970-03-01=1970-01-01 * (trf_"), "value date, then the day of record");
    assert!(!text.contains("second 编号\n ;"), "a name stays on its line");
}

#[test]
fn a_file_of_beancount_sums_to_the_books_and_says_so() {
    let world = world();
    let text = extract(&world, beancount);
    assert_eq!(sums(&text, "  "), wanted(&world));
    let asserted = text.lines().filter(|line| line.contains(" balance ")).count();
    let moved = world.books.accounts().len();
    assert!(asserted > 5 && asserted <= moved, "{asserted} of {moved}");
    let names = text.lines().filter_map(|line| line.split_once(" open "));
    for (_, name) in names {
        let name = name.split(' ').next().expect("a name");
        for segment in name.split(':') {
            assert!(segment.starts_with(|c: char| c.is_ascii_uppercase()), "{name}");
            assert!(segment.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{name}");
        }
    }
}

#[test]
fn an_extract_of_a_part_begins_with_what_stood_before() {
    let world = world();
    let (accounts, transfers) = (world.books.accounts(), world.books.transfers());
    let (early, late) = transfers.split_at(transfers.len() / 2);
    let none = BTreeMap::new();
    let of = |transfers, opening, opened_on| Extract {
        title: "part",
        accounts: &accounts,
        transfers,
        opening,
        opened_on,
    };
    // Nothing of a chain is cut apart here: a half is as good as any.
    let opening: BTreeMap<_, i64> = of(early, &none, None)
        .closing()
        .into_iter()
        .map(|(id, minor)| (id, i64::try_from(minor).expect("small")))
        .collect();
    let text = hledger(&of(late, &opening, Date::new(1970, 1, 1).ok()));
    assert_eq!(sums(&text, "    "), wanted(&world));
}

#[test]
fn tables_hold_no_formula_and_one_row_each() {
    let world = world();
    let rows = extract(&world, accounts_csv);
    assert!(rows.contains("\"'=1+1\nsecond 编号\""), "{rows}");
    let rows = extract(&world, transfers_csv);
    assert!(rows.contains("\"'=cmd, \"\"x\"\"\n\""), "{rows}");
    let singles = rows.lines().filter(|line| line.starts_with("trf_")).count();
    assert_eq!(singles, world.books.transfers().len());
    assert!(rows.contains(",252.00,single,") && rows.contains(",180.00,single,"));
    assert_eq!(CNY, Book::Money(Currency::CNY));
}
