//! A few accounts and a hand-driven clock.

use base::{AccountId, Currency, Instant, TransferId};
use ledger::audit::audit;
use ledger::*;

pub(crate) const CNY: Book = Book::Money(Currency::CNY);

/// Accounts A1, A2, …; A99 pays whatever a scenario starts with.
pub(crate) struct World {
    pub(crate) books: Books,
    pub(crate) now: Instant,
    pub(crate) legs: Vec<Leg>,
    spare: u128,
}

pub(crate) fn acc(n: u128) -> AccountId {
    AccountId::from_bits(n)
}

pub(crate) fn id(n: u128) -> TransferId {
    TransferId::from_bits(n)
}

pub(crate) fn of(minor: i64) -> Amount {
    Amount::new(minor).expect("an amount")
}

/// Moves so much from A(debit) to A(credit) under this id.
pub(crate) fn mv(n: u128, debit: u128, credit: u128, amount: i64) -> Ask {
    Ask::single(id(n), (acc(debit), acc(credit)), of(amount), (CNY, Code(1)))
}

/// The same, of everything.
pub(crate) fn all(ask: Ask) -> Ask {
    Ask { amount: Asked::All, ..ask }
}

pub(crate) fn post(n: u128, hold: u128, amount: i64) -> Ask {
    Ask::post(id(n), id(hold), Asked::Exactly(of(amount)))
}

pub(crate) fn post_all(n: u128, hold: u128) -> Ask {
    Ask::post(id(n), id(hold), Asked::All)
}

pub(crate) fn void(n: u128, hold: u128) -> Ask {
    Ask::void(id(n), id(hold))
}

pub(crate) fn void_of(n: u128, hold: u128, amount: i64) -> Ask {
    Ask { amount: Asked::Exactly(of(amount)), ..void(n, hold) }
}

pub(crate) fn opening(n: u128, limit: Limit) -> OpenAccount {
    OpenAccount {
        id: acc(n),
        book: Some(CNY),
        purpose: Some(Purpose::Payable),
        owner: None,
        subject: Some(format!("a{n}")),
        side: Side::Credit,
        limit,
        bank: None,
    }
}

impl World {
    /// Accounts A1 … with these limits, at ten seconds.
    pub(crate) fn new(limits: &[Limit]) -> Self {
        let now = Instant::from_micros(10_000_000);
        let mut world = Self { books: Books::default(), now, legs: Vec::new(), spare: 1_000_000 };
        for (n, limit) in (1..).zip(limits) {
            world.books.open(&opening(n, *limit), "org_operator", now).expect("opens");
        }
        world.books.open(&opening(99, Limit::Free), "org_operator", now).expect("opens");
        world
    }

    /// Brings an account to these counters by transfers with A99: c, d, cp, dp.
    pub(crate) fn fill(&mut self, n: u128, [c, d, cp, dp]: [i64; 4]) {
        self.spare += 10;
        let at = self.spare;
        let credits = [mv(at, 99, n, c), mv(at + 2, 99, n, cp).pending(0)];
        let debits = [mv(at + 1, n, 99, d), mv(at + 3, n, 99, dp).pending(0)];
        let is_credit_first = self.account(n).limit != Limit::CreditsWithinDebits;
        let order = if is_credit_first { [credits, debits] } else { [debits, credits] };
        for ask in
            order.into_iter().flatten().filter(|ask| ask.amount != Asked::minor(0).expect("0"))
        {
            self.want(ask, 0);
        }
    }

    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now = self.now.plus_seconds(seconds);
    }

    pub(crate) fn sweep(&mut self) -> Changes {
        let changes = self.books.sweep(self.now, 1_000);
        self.legs.extend(changes.legs.clone());
        self.sound();
        changes
    }

    /// Runs a batch, audits the books after it, and gives the answers.
    pub(crate) fn run(&mut self, asks: &[Ask]) -> (Vec<Answer>, Changes) {
        let (answers, changes) = self.books.run(asks, self.now);
        self.legs.extend(changes.legs.clone());
        self.sound();
        (answers, changes)
    }

    /// Runs a batch that answers with these numbers; 0 is created, 200 exists.
    pub(crate) fn chain(&mut self, asks: &[Ask], want: &[u16]) -> Changes {
        let (answers, changes) = self.run(asks);
        let numbers: Vec<u16> = answers.iter().map(|answer| answer.number()).collect();
        assert_eq!(numbers, want, "{answers:?}");
        changes
    }

    pub(crate) fn want(&mut self, ask: Ask, want: u16) {
        self.chain(&[ask], &[want]);
    }

    /// Runs one request that moves this amount.
    pub(crate) fn moves(&mut self, ask: Ask, amount: i64) {
        let (answers, _) = self.run(&[ask]);
        assert_eq!(answers, [Answer::Created { amount: of(amount), at: self.now }]);
    }

    pub(crate) fn account(&self, n: u128) -> &Account {
        self.books.account(acc(n)).expect("an account")
    }

    /// Counters of an account: c, d, cp, dp.
    pub(crate) fn counters(&self, n: u128) -> [i64; 4] {
        let of = self.account(n).state.counters;
        [of.credits_posted, of.debits_posted, of.credits_pending, of.debits_pending]
            .map(Amount::minor)
    }

    pub(crate) fn holds(&self) -> Vec<Hold> {
        let all = self.books.transfers();
        all.iter().filter_map(|transfer| self.books.hold(transfer.id).copied()).collect()
    }

    pub(crate) fn sound(&self) {
        let found =
            audit(&self.books.accounts(), &self.books.transfers(), &self.holds(), &self.legs);
        assert_eq!(found, []);
    }
}
