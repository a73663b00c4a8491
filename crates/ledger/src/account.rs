//! Accounts: what they count, what limits them, how one is opened.
//!
//! An account is never deleted and nothing about it changes but its counters and whether it is
//! closed.

use crate::{Amount, Book, Why};
use base::{AccountId, Instant, TransferId};

/// The side on which an account's balance is shown as positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Debit,
    Credit,
}

/// What an account may not exceed. The two limits exclude each other and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    Free,
    /// A credit balance that must not go below zero; held debits count.
    DebitsWithinCredits,
    /// A debit balance that must not go below zero; held credits count.
    CreditsWithinDebits,
}

/// What an account is for (ledger.md 13); its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// One real account at one licensed institution.
    Bank,
    /// Claims of those who paid a deposit.
    Deposit,
    /// What a lot of an auction holds.
    Lot,
    /// What is owed to somebody.
    Payable,
    /// What somebody owes.
    Receivable,
    /// What came and could not be matched.
    Suspense,
    /// A prepayment for instruments.
    Instrument,
    Voucher,
    Budget,
    Fund,
    Award,
    Royalty,
    Shares,
    Dividend,
    /// A limit or a lock: no money.
    Memorandum,
    /// Zero before and after each chain that uses it.
    Control,
}

impl Purpose {
    pub const ALL: [Self; 16] = [
        Self::Bank,
        Self::Deposit,
        Self::Lot,
        Self::Payable,
        Self::Receivable,
        Self::Suspense,
        Self::Instrument,
        Self::Voucher,
        Self::Budget,
        Self::Fund,
        Self::Award,
        Self::Royalty,
        Self::Shares,
        Self::Dividend,
        Self::Memorandum,
        Self::Control,
    ];

    /// The short name in rows and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Deposit => "dep",
            Self::Lot => "lot",
            Self::Payable => "pay",
            Self::Receivable => "rcv",
            Self::Suspense => "susp",
            Self::Instrument => "inst",
            Self::Voucher => "vou",
            Self::Budget => "budget",
            Self::Fund => "fund",
            Self::Award => "award",
            Self::Royalty => "roy",
            Self::Shares => "shr",
            Self::Dividend => "div",
            Self::Memorandum => "memo",
            Self::Control => "ctl",
        }
    }

    /// Reads the short name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }

    /// The side on which such accounts grow.
    pub fn side(self) -> Side {
        match self {
            Self::Bank | Self::Receivable => Side::Debit,
            _ => Side::Credit,
        }
    }
}

/// The real account that an account of purpose [`Purpose::Bank`] stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankAccount {
    /// The licensed institution.
    pub institution: String,
    /// Whose account it is in law: an organisation's id as text.
    pub holder: String,
    pub keeps: Keeps,
    /// The number with all but a few digits hidden.
    pub masked_number: String,
    /// Whether the institution is licensed to keep other people's money.
    pub is_custodian: bool,
}

/// Whose money a bank account keeps, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// The holder's own money.
    Own,
    Deposits,
    SupervisedCollection,
    Escrow,
}

impl Keeps {
    pub const ALL: [Self; 4] =
        [Self::Own, Self::Deposits, Self::SupervisedCollection, Self::Escrow];

    /// The short name in rows.
    pub fn code(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Deposits => "deposits",
            Self::SupervisedCollection => "supervised-collection",
            Self::Escrow => "escrow",
        }
    }

    /// Reads the short name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|keeps| keeps.code() == code)
    }
}

/// The four counters; each only grows but for what is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    pub debits_pending: Amount,
    pub debits_posted: Amount,
    pub credits_pending: Amount,
    pub credits_posted: Amount,
}

impl Counters {
    /// What a page shows: balance, what is held of it, what is left, what is announced.
    pub fn shown(&self, side: Side) -> Shown {
        let (d, c) = (self.debits_posted.minor(), self.credits_posted.minor());
        let (out, into) = (self.debits_pending.minor(), self.credits_pending.minor());
        // Both counters are at least zero, so that neither difference can leave the range.
        let (balance, held, announced) = match side {
            Side::Debit => (d - c, into, out),
            Side::Credit => (c - d, out, into),
        };
        Shown { balance, held, available: balance.saturating_sub(held), announced }
    }

    /// Debits, held ones included, unless they grow out of range.
    pub fn debits(&self) -> Option<Amount> {
        self.debits_pending.plus(self.debits_posted)
    }

    /// Credits, held ones included, unless they grow out of range.
    pub fn credits(&self) -> Option<Amount> {
        self.credits_pending.plus(self.credits_posted)
    }

    /// What may still be debited while debits stay within posted credits.
    pub fn debit_headroom(&self) -> Amount {
        self.debits().map_or(Amount::ZERO, |debits| self.credits_posted.less(debits))
    }

    /// What may still be credited while credits stay within posted debits.
    pub fn credit_headroom(&self) -> Amount {
        self.credits().map_or(Amount::ZERO, |credits| self.debits_posted.less(credits))
    }
}

/// A balance as pages show it, in minor units of the account's own side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    pub balance: i64,
    pub held: i64,
    pub available: i64,
    /// Held by others in its favour; never spendable.
    pub announced: i64,
}

/// What never changes about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenAccount {
    pub id: AccountId,
    pub book: Option<Book>,
    pub purpose: Option<Purpose>,
    /// Whose account it is: an organisation's or person's id as text.
    pub owner: Option<String>,
    /// What it is about: the id of a lot, an award, a scheme as text.
    pub subject: Option<String>,
    pub side: Side,
    pub limit: Limit,
    pub bank: Option<BankAccount>,
}

/// One account of one book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub book: Book,
    pub purpose: Purpose,
    pub owner: Option<String>,
    pub subject: Option<String>,
    pub side: Side,
    pub limit: Limit,
    pub bank: Option<BankAccount>,
    pub opened_at: Instant,
    pub state: State,
}

/// What moves on an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    pub counters: Counters,
    /// The hold that closed it; voided or expired, it opens the account again.
    pub closed_by: Option<TransferId>,
    /// Changes so far: the order of its legs.
    pub version: i64,
    /// The instant of its last leg.
    pub touched_at: Option<Instant>,
}

impl OpenAccount {
    /// The account this opens. `known` is what its id names already, `operator` whoever runs the
    /// platform and must never hold other people's money.
    ///
    /// # Errors
    /// [`Why::Exists`] where the same account is open already, else the first fault.
    pub fn decide(
        &self,
        known: Option<&Account>,
        operator: &str,
        now: Instant,
    ) -> Result<Account, Why> {
        if is_reserved(self.id) {
            return Err(Why::IdReserved);
        }
        if let Some(known) = known {
            return Err(self.compare(known));
        }
        let book = self.book.clone().ok_or(Why::BookMissing)?;
        let purpose = self.purpose.ok_or(Why::CodeMissing)?;
        self.custody(purpose, operator)?;
        Ok(Account {
            id: self.id,
            book,
            purpose,
            owner: self.owner.clone(),
            subject: self.subject.clone(),
            side: self.side,
            limit: self.limit,
            bank: self.bank.clone(),
            opened_at: now,
            state: State::default(),
        })
    }

    fn compare(&self, known: &Account) -> Why {
        let differs = [
            (self.limit != known.limit || self.side != known.side, Why::OtherFlags),
            (self.owner != known.owner, Why::OtherAct),
            (self.subject != known.subject, Why::OtherCase),
            (self.bank != known.bank, Why::OtherEvidence),
            (self.book.as_ref() != Some(&known.book), Why::OtherBook),
            (self.purpose != Some(known.purpose), Why::OtherCode),
        ];
        differs.into_iter().find_map(|(is, why)| is.then_some(why)).unwrap_or(Why::Exists)
    }

    /// The city records money and never holds it: the notice of six agencies in force since
    /// 2025-06-15 forbids pooling of funds by whoever runs a platform (ledger.md 1).
    fn custody(&self, purpose: Purpose, operator: &str) -> Result<(), Why> {
        let fine = match (&self.bank, purpose) {
            (None, Purpose::Bank) => false,
            (None, _) => true,
            (Some(bank), Purpose::Bank) => {
                let is_named = ![&bank.institution, &bank.holder, &bank.masked_number]
                    .iter()
                    .any(|text| text.trim().is_empty());
                let is_own = bank.keeps == Keeps::Own;
                is_named && (is_own || (bank.holder != operator && bank.is_custodian))
            }
            (Some(_), _) => false,
        };
        if fine { Ok(()) } else { Err(Why::CustodyForbidden) }
    }
}

/// No account is called by no bits or by all.
pub(crate) fn is_reserved(id: AccountId) -> bool {
    matches!(id.bits(), 0 | u128::MAX)
}

impl Account {
    /// Whether so much more on the debit side breaks its limit.
    pub fn debits_exceed_credits(&self, amount: Amount) -> bool {
        let counters = &self.state.counters;
        let after = counters.debits().and_then(|debits| debits.plus(amount));
        self.limit == Limit::DebitsWithinCredits
            && after.is_none_or(|after| after > counters.credits_posted)
    }

    /// Whether so much more on the credit side breaks its limit.
    pub fn credits_exceed_debits(&self, amount: Amount) -> bool {
        let counters = &self.state.counters;
        let after = counters.credits().and_then(|credits| credits.plus(amount));
        self.limit == Limit::CreditsWithinDebits
            && after.is_none_or(|after| after > counters.debits_posted)
    }

    /// Whether it stands for a real account at a bank.
    pub fn is_bank(&self) -> bool {
        self.purpose == Purpose::Bank
    }

    /// Whether its limit holds as it stands.
    pub fn is_within_limit(&self) -> bool {
        !self.debits_exceed_credits(Amount::ZERO) && !self.credits_exceed_debits(Amount::ZERO)
    }

    /// The name in exports: purpose, then what it is about or whose it is.
    pub fn name(&self) -> String {
        let of = self.subject.as_ref().or(self.owner.as_ref());
        let of = of.cloned().unwrap_or_else(|| self.id.to_string());
        format!("{}/{of}", self.purpose.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Currency;

    fn asked() -> OpenAccount {
        OpenAccount {
            id: AccountId::from_bits(7),
            book: Some(Book::Money(Currency::CNY)),
            purpose: Some(Purpose::Bank),
            owner: Some("org_a".to_owned()),
            subject: None,
            side: Side::Debit,
            limit: Limit::Free,
            bank: Some(BankAccount {
                institution: "Bank of Chongqing".to_owned(),
                holder: "org_a".to_owned(),
                keeps: Keeps::Deposits,
                masked_number: "6222 **** 0188".to_owned(),
                is_custodian: true,
            }),
        }
    }

    fn check(change: impl FnOnce(&mut OpenAccount), want: Result<(), Why>) {
        let mut ask = asked();
        change(&mut ask);
        let got = ask.decide(None, "org_operator", Instant::from_micros(1)).map(|_| ());
        assert_eq!(got, want, "{ask:?}");
    }

    fn bank(ask: &mut OpenAccount) -> &mut BankAccount {
        ask.bank.as_mut().expect("a bank account")
    }

    #[test]
    fn the_operator_never_holds_the_money_of_others() {
        check(|_| (), Ok(()));
        check(|ask| bank(ask).holder = "org_operator".to_owned(), Err(Why::CustodyForbidden));
        check(|ask| bank(ask).is_custodian = false, Err(Why::CustodyForbidden));
        let own = |ask: &mut OpenAccount| {
            *bank(ask) = BankAccount {
                holder: "org_operator".to_owned(),
                keeps: Keeps::Own,
                is_custodian: false,
                ..bank(ask).clone()
            };
        };
        check(own, Ok(()));
        check(|ask| bank(ask).masked_number = " ".to_owned(), Err(Why::CustodyForbidden));
        check(|ask| ask.bank = None, Err(Why::CustodyForbidden));
        check(|ask| ask.purpose = Some(Purpose::Deposit), Err(Why::CustodyForbidden));
        check(|ask| ask.id = AccountId::from_bits(0), Err(Why::IdReserved));
        check(|ask| ask.book = None, Err(Why::BookMissing));
        check(|ask| ask.purpose = None, Err(Why::CodeMissing));
    }

    #[test]
    fn opening_again_says_what_differs() {
        let now = Instant::from_micros(1);
        let known = asked().decide(None, "org_operator", now).expect("opens");
        let check = |change: fn(&mut OpenAccount), want: Why| {
            let mut ask = asked();
            change(&mut ask);
            assert_eq!(ask.decide(Some(&known), "org_operator", now), Err(want));
        };
        check(|_| (), Why::Exists);
        check(|ask| ask.limit = Limit::DebitsWithinCredits, Why::OtherFlags);
        check(|ask| ask.owner = None, Why::OtherAct);
        check(|ask| ask.subject = Some("x".to_owned()), Why::OtherCase);
        check(|ask| ask.bank = None, Why::OtherEvidence);
        check(|ask| ask.book = Some(Book::Money(Currency::USD)), Why::OtherBook);
        check(|ask| ask.purpose = Some(Purpose::Payable), Why::OtherCode);
    }

    #[test]
    fn what_is_held_is_not_available_and_what_is_announced_never_counts() {
        let of = |minor| Amount::new(minor).expect("an amount");
        let counters = Counters {
            debits_pending: of(100),
            debits_posted: of(300),
            credits_pending: of(1_000),
            credits_posted: of(500),
        };
        let shown = counters.shown(Side::Credit);
        assert_eq!(shown, Shown { balance: 200, held: 100, available: 100, announced: 1_000 });
        let shown = counters.shown(Side::Debit);
        assert_eq!(shown, Shown { balance: -200, held: 1_000, available: -1_200, announced: 100 });
        assert_eq!(counters.debit_headroom(), of(100));
        assert_eq!(counters.credit_headroom(), of(0));
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::parse(purpose.code()), Some(purpose));
        }
        for keeps in Keeps::ALL {
            assert_eq!(Keeps::parse(keeps.code()), Some(keeps));
        }
    }
}
