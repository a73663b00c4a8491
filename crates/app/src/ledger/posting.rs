//! Posting: transfers that succeed or fail together, and taking one back.

use super::{accounts_held, accounts_of, burnt_by, code, holds_on, post};
use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use ::ledger::{Answer, Ask, Asked, Book, Code, Evidence, Flags, Grade, References};
use access::{Act as A, Thing};
use base::{AccountId, CaseId, Class, Date, Instant, Refusal, TransferId, limits};
use std::collections::BTreeSet;
use store::{Hold, Question, StoreError};

/// How much a request asks for, in minor units of its book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Amount {
    Exactly(i64),
    /// All of a hold, or all that a balanced side has left.
    All,
}

/// What a request does.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Move {
    /// Moves value, or holds it for so many seconds (0: without an end).
    Transfer {
        debit: AccountId,
        credit: AccountId,
        amount: Amount,
        /// The book's name, such as `CNY`.
        book: String,
        hold_seconds: Option<u32>,
        /// At most what the debit side, the credit side has left.
        balancing: (bool, bool),
    },
    Post {
        hold: TransferId,
        amount: Amount,
    },
    Void {
        hold: TransferId,
    },
}

/// By what a transfer is shown to be true: how well, and the bank's or document's reference.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Proof {
    /// `E0` to `E3`.
    pub grade: String,
    pub reference: String,
}

/// One request of a chain.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Request {
    /// Chosen and kept by the caller before sending.
    pub id: TransferId,
    pub does: Move,
    /// What it is for; 0 inherits it from the hold.
    pub code: u16,
    pub case: Option<CaseId>,
    pub value_date: Option<Date>,
    pub proof: Option<Proof>,
    pub corrects: Option<TransferId>,
}

impl Request {
    /// A request with nothing but what it does.
    pub fn new(id: TransferId, does: Move, code: u16) -> Self {
        Self { id, does, code, case: None, value_date: None, proof: None, corrects: None }
    }

    /// The same with the word of a bank.
    pub fn proved(self, reference: &str) -> Self {
        let proof = Proof { grade: Grade::E2.code().to_owned(), reference: reference.to_owned() };
        Self { proof: Some(proof), ..self }
    }

    /// The request as the rules take it, or everything unreadable in it.
    fn ask(&self, n: usize) -> Result<Ask, Vec<Refusal>> {
        let mut no = Vec::new();
        let at = |field: &str| format!("transfers.{n}.{field}");
        let mut asked = |amount: Amount| match amount {
            Amount::All => Asked::All,
            Amount::Exactly(minor) => Asked::minor(minor).unwrap_or_else(|| {
                no.push(Refusal::invalid("ledger-amount-negative").on(at("amount")));
                Asked::All
            }),
        };
        let mut ask = match &self.does {
            Move::Transfer { debit, credit, amount, hold_seconds, balancing, .. } => Ask {
                debit: Some(*debit),
                credit: Some(*credit),
                pending: None,
                timeout_s: hold_seconds.unwrap_or(0),
                flags: flags(hold_seconds.is_some(), *balancing),
                ..Ask::post(self.id, self.id, asked(*amount))
            },
            Move::Post { hold, amount } => Ask::post(self.id, *hold, asked(*amount)),
            Move::Void { hold } => Ask::void(self.id, *hold),
        };
        if let Move::Transfer { book, .. } = &self.does {
            ask.book = Book::parse(book);
            if ask.book.is_none() {
                no.push(Refusal::invalid("ledger-book-unknown").on(at("book")));
            }
        }
        let evidence = self.proof.as_ref().map(|proof| {
            let grade = Grade::parse(&proof.grade);
            let length = proof.reference.trim().chars().count();
            let is_fit = (1..=limits::NAME_CHARS_MAX).contains(&length)
                && !proof.reference.chars().any(char::is_control);
            if grade.is_none() || !is_fit {
                no.push(Refusal::invalid("ledger-proof-unfit").on(at("proof")));
            }
            let reference = proof.reference.trim().to_owned();
            Evidence { grade: grade.unwrap_or(Grade::E0), reference }
        });
        ask.code = Code(self.code);
        ask.refs = References {
            act: None,
            case: self.case,
            value_date: self.value_date,
            evidence,
            corrects: self.corrects,
        };
        if no.is_empty() { Ok(ask) } else { Err(no) }
    }
}

fn flags(is_hold: bool, (debit, credit): (bool, bool)) -> Flags {
    let given = [
        (is_hold, Flags::PENDING),
        (debit, Flags::BALANCING_DEBIT),
        (credit, Flags::BALANCING_CREDIT),
    ];
    given.into_iter().filter(|(is, _)| *is).fold(Flags::NONE, |all, (_, flag)| all.and(flag))
}

/// What became of one transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Done {
    pub transfer: TransferId,
    /// What moved or is held, in minor units.
    pub minor: i64,
    pub at: Instant,
    /// Whether it had been done before, just so.
    pub replayed: bool,
}

impl Done {
    pub(super) fn of(transfer: TransferId, answer: &Answer) -> Option<Self> {
        let (amount, at, replayed) = match answer {
            Answer::Created { amount, at } => (amount, at, false),
            Answer::Exists { amount, at } => (amount, at, true),
            Answer::Refused(_) | Answer::AlreadyFailed(_) => return None,
        };
        Some(Self { transfer, minor: amount.minor(), at: *at, replayed })
    }
}

/// What a chain tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Posted {
    pub transfers: Vec<Done>,
}

/// Posts transfers as one chain: all of them or none.
#[derive(serde::Serialize)]
pub struct PostTransfers {
    pub transfers: Vec<Request>,
    /// Accounts that this may change; found before the act begins.
    #[serde(skip)]
    held: BTreeSet<AccountId>,
}

impl PostTransfers {
    pub fn new(transfers: Vec<Request>) -> Self {
        Self { transfers, held: BTreeSet::new() }
    }

    /// The chain, or everything unreadable in it.
    fn asks(&self) -> Result<Vec<Ask>, Vec<Refusal>> {
        if self.transfers.is_empty() {
            return Err(vec![Refusal::invalid("ledger-nothing-asked").on("transfers")]);
        }
        if self.transfers.len() > ::ledger::BATCH_MAX {
            let no = Refusal::invalid("ledger-too-many").on("transfers");
            return Err(vec![no.number("most", ::ledger::BATCH_MAX)]);
        }
        let (mut asks, mut no) = (Vec::with_capacity(self.transfers.len()), Vec::new());
        for (n, request) in self.transfers.iter().enumerate() {
            match request.ask(n) {
                Ok(ask) => asks.push(ask),
                Err(reasons) => no.extend(reasons),
            }
        }
        if !no.is_empty() {
            return Err(no);
        }
        let last = asks.len() - 1;
        for ask in &mut asks[..last] {
            ask.flags = ask.flags.and(Flags::LINKED);
        }
        Ok(asks)
    }
}

impl Act for PostTransfers {
    const ACT: A = A::PostTransfers;
    type Facts = ();
    type Plan = Vec<Ask>;
    type Outcome = Posted;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let asks = self.asks()?;
        self.held = accounts_of(city, asks)?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        holds_on(&self.held)
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn foresees(&self) -> Vec<Question> {
        self.asks().map(|asks| store::ledger_load::foreseen(&asks)).unwrap_or_default()
    }

    fn load(&self, _: &mut Cx<'_, '_>) -> Result<(), Stop> {
        Ok(())
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::open()
    }

    fn decide(&self, (): (), _: &Cx<'_, '_>) -> Result<Vec<Ask>, Vec<Refusal>> {
        self.asks()
    }

    fn save(&self, asks: Vec<Ask>, cx: &mut Cx<'_, '_>) -> Result<Posted, Stop> {
        post(cx, &asks, &self.held)
    }

    fn remember(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        store::ledger::burn(cx.tx, &burnt_by(reasons, cx.now))
    }
}

/// Moves back what a transfer moved. The transfer stays as it was; both name each other.
#[derive(serde::Serialize)]
pub struct ReverseTransfer {
    pub of: TransferId,
    /// The transfer back, chosen and kept by the caller before sending.
    pub id: TransferId,
    pub value_date: Option<Date>,
    /// Needed where a bank account is touched.
    pub proof: Option<Proof>,
    #[serde(skip)]
    held: BTreeSet<AccountId>,
}

impl ReverseTransfer {
    pub fn new(of: TransferId, id: TransferId) -> Self {
        Self { of, id, value_date: None, proof: None, held: BTreeSet::new() }
    }
}

impl Act for ReverseTransfer {
    const ACT: A = A::ReverseTransfer;
    type Facts = (store::ledger::Entry, Vec<store::ledger::Entry>);
    type Plan = Vec<Ask>;
    type Outcome = Posted;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let of = self.of;
        self.held = accounts_held(city, |tx| {
            let entry = store::ledger::transfer(tx, of)?;
            let back = |entry: store::ledger::Entry| {
                Ask::reversal(of, &entry.transfer, Code(code::REVERSAL))
            };
            Ok(entry.map(back).into_iter().collect())
        })?;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds = holds_on(&self.held);
        holds.push(Hold::on(self.of));
        holds
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let entry = store::ledger::transfer(cx.tx, self.of)?.ok_or_else(Refusal::not_found)?;
        Ok((entry, store::ledger::corrections(cx.tx, self.of, limits::PAGE_ROWS_MAX)?))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (entry, corrections): Self::Facts,
        _: &Cx<'_, '_>,
    ) -> Result<Vec<Ask>, Vec<Refusal>> {
        let original = &entry.transfer;
        if !original.is_posted() {
            return Err(vec![Refusal::new(Class::Refused, "ledger-not-posted").on("of")]);
        }
        let is_other_reversal = |one: &store::ledger::Entry| {
            one.transfer.code.0 == code::REVERSAL && one.transfer.id != self.id
        };
        if corrections.iter().any(is_other_reversal) {
            return Err(vec![Refusal::new(Class::Conflict, "ledger-reversed-already").on("of")]);
        }
        // The request's own reader checks its texts; what it moves is the original's.
        let request = Request {
            value_date: self.value_date,
            proof: self.proof.clone(),
            corrects: Some(self.of),
            ..Request::new(self.id, Move::Void { hold: self.of }, code::REVERSAL)
        };
        let refs = request.ask(0)?.refs;
        let ask = Ask::reversal(self.id, original, Code(code::REVERSAL));
        Ok(vec![Ask { refs, ..ask }])
    }

    fn save(&self, asks: Vec<Ask>, cx: &mut Cx<'_, '_>) -> Result<Posted, Stop> {
        post(cx, &asks, &self.held)
    }

    fn remember(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        store::ledger::burn(cx.tx, &burnt_by(reasons, cx.now))
    }
}
