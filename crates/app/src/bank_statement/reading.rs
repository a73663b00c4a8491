//! Reading statements: what each line would be taken for, what stands unmatched, whether the
//! recorded balance is the bank's.

use crate::act::{No, Stop, offers};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::contract::Receivable;
use crate::ledger::Account;
use access::{Act as A, Actor, Thing};
use banking::matching::{Expected, Matched, match_lines};
use base::{
    AccountId, BankStatementId, Bilingual, ContractId, Date, Instant, LotId, OrderId, Reference,
    Refusal, TransferId, limits,
};
use std::collections::BTreeSet;
use store::bank_statement::{BankLine, BankStatement, LineState};
use store::{StoreError, Tx};

/// Payments that lines are held beside.
const EXPECTED_MAX: usize = 5_000;
/// Days after which an order that was sent is no longer found by its amount alone.
const WINDOW_DAYS: i64 = 40;

const YEAR_DAYS: i64 = 366;

/// The day so many days after a moment.
fn day(at: Instant, days: i64) -> Date {
    at.plus_seconds(days * 86_400).date_at(words::CITY_OFFSET_MINUTES)
}

/// What a line would be taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// The execution of an order, found by its number or by amount and account.
    Order {
        order: OrderId,
        version: u64,
        reference: String,
        by_number: bool,
    },
    /// The deposit of a bidder.
    Deposit {
        lot: LotId,
        bidder: u32,
        reference: String,
    },
    /// A payment of a contract: an instalment, or the royalty of a period.
    Payment {
        contract: ContractId,
        /// As [`Receivable`] names it.
        what: String,
        /// Its place in the plan, from 1.
        n: usize,
        reference: String,
    },
    /// It names a payment and has another amount.
    AmountDiffers {
        reference: String,
    },
    /// It fits so many.
    Ambiguous(usize),
    Nothing,
}

/// A line and what it would be, or became.
#[derive(Clone, Debug)]
pub struct LineView {
    pub line: BankLine,
    /// For a line that waits.
    pub proposal: Option<Proposal>,
}

/// One statement with a page of its lines.
#[derive(Clone, Debug)]
pub struct StatementView {
    pub statement: BankStatement,
    pub account: Account,
    pub lines: Vec<LineView>,
    /// The place after which the next page goes on.
    pub next: Option<u64>,
    pub n_brought: u64,
    pub bringer: Bilingual,
}

/// An unmatched line.
#[derive(Clone, Debug)]
pub struct AsideRow {
    pub line: BankLine,
    pub account: Option<Account>,
    /// Days since it was put aside.
    pub age_days: i64,
}

/// A page of them, the oldest first.
#[derive(Clone, Debug)]
pub struct AsidePage {
    pub rows: Vec<AsideRow>,
    pub next: Option<(Instant, BankStatementId, u64)>,
}

/// Whether what is recorded of a bank account is what its bank says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reconciled {
    /// No statement was ever taken.
    Never,
    /// Even at the end of this day.
    Even(Date),
    /// Off by so much at the newest statement; even the last time at the end of this day.
    Off { difference: i64, since: Option<Date> },
}

/// The payments that lines of a statement may be.
enum Payment {
    Order { order: OrderId, version: u64, reference: String },
    Deposit { lot: LotId, bidder: u32, reference: String },
    Contract(Receivable),
}

/// The letters that contracts' references begin with.
const CONTRACT: &str = "CT";

/// The contracts that lines of money that came in name, each once.
fn named(lines: &[BankLine]) -> BTreeSet<Reference> {
    let is_between = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    let words = lines
        .iter()
        .filter(|line| line.minor > 0)
        .flat_map(|line| line.order.split(is_between).chain(line.text.split(is_between)));
    let reference = |word: &str| {
        let stem: Vec<&str> = word.split('-').take(4).collect();
        Reference::parse(&stem.join("-")).filter(|it| it.as_str().starts_with(CONTRACT))
    };
    words.filter_map(reference).collect()
}

/// What is open of the contracts that lines name, and whose payments the reader may confirm: a contract tells its
/// payer to name it.
fn of_contracts(
    tx: &mut Tx<'_>,
    (statement, actor): (&BankStatement, &Actor),
    (lines, book): (&[BankLine], &str),
) -> Result<Vec<(Expected, Payment)>, StoreError> {
    let mut all = Vec::new();
    for reference in named(lines).iter().take(EXPECTED_MAX) {
        let Some(kept) = store::contract::by_reference(tx, reference)? else { continue };
        let is_theirs = offers(actor, A::ConfirmPayment, &crate::contract::office_thing(&kept));
        if !is_theirs || kept.current().price.currency.code() != book {
            continue;
        }
        let near = statement.brought.1;
        for open in crate::contract::open_items(tx, &kept, day(near, 0))? {
            let expected = Expected {
                id: format!("{reference}-{}", open.n),
                order: Some(reference.to_string()),
                minor: open.open,
                counterparty_account: None,
                days: (day(near, -YEAR_DAYS), day(near, YEAR_DAYS)),
            };
            all.push((expected, Payment::Contract(open)));
        }
    }
    Ok(all)
}

/// What bidders are told to name when they pay in.
pub fn deposit_reference(lot: &Reference, bidder: u32) -> String {
    format!("{lot}-{bidder}")
}

fn expected(
    tx: &mut Tx<'_>,
    (statement, actor): (&BankStatement, &Actor),
    lines: &[BankLine],
) -> Result<Vec<(Expected, Payment)>, StoreError> {
    let mut all = Vec::new();
    for kept in store::order::at_bank(tx, statement.account, EXPECTED_MAX)? {
        let order = kept.order;
        let sent = order.sent_at.unwrap_or(order.moved_at);
        let account = Some(order.payee_account.clone()).filter(|text| !text.is_empty());
        all.push((
            Expected {
                id: order.id.to_string(),
                order: Some(order.reference.to_string()),
                minor: -order.minor,
                counterparty_account: account,
                days: (day(sent, 0), day(sent, WINDOW_DAYS)),
            },
            Payment::Order {
                order: order.id,
                version: order.version,
                reference: order.reference.to_string(),
            },
        ));
    }
    let Some(bank) = store::ledger::account(tx, statement.account)? else { return Ok(all) };
    let book = bank.account.book.to_string();
    for wanted in store::bank_statement::deposits_wanted(tx, &book, EXPECTED_MAX)? {
        let reference = deposit_reference(&wanted.reference, wanted.bidder);
        // Found by its number alone, whenever it was paid.
        let near = statement.brought.1;
        all.push((
            Expected {
                id: reference.clone(),
                order: Some(reference.clone()),
                minor: wanted.minor,
                counterparty_account: None,
                days: (day(near, -YEAR_DAYS), day(near, YEAR_DAYS)),
            },
            Payment::Deposit { lot: wanted.lot, bidder: wanted.bidder, reference },
        ));
    }
    all.extend(of_contracts(tx, (statement, actor), (lines, &book))?);
    Ok(all)
}

fn told(line: &BankLine) -> banking::Line {
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    banking::Line {
        at: 0,
        value_date: line.value_date,
        booked_on: None,
        minor: line.minor,
        is_reversal: false,
        reference: some(&line.reference),
        order: some(&line.order),
        counterparty: some(&line.counterparty),
        counterparty_account: some(&line.counterparty_account),
        text: line.text.clone(),
    }
}

/// What lines that wait would be taken for, all of them held beside all payments at once.
pub(super) fn proposals(
    tx: &mut Tx<'_>,
    (statement, actor): (&BankStatement, &Actor),
    lines: Vec<BankLine>,
) -> Result<Vec<(BankLine, Proposal)>, StoreError> {
    let all = expected(tx, (statement, actor), &lines)?;
    let expected: Vec<Expected> = all.iter().map(|(one, _)| one.clone()).collect();
    let as_told: Vec<banking::Line> = lines.iter().map(told).collect();
    let matched = match_lines(&as_told, &expected, &BTreeSet::new());
    let of = |place: usize, by_number: bool| match &all[place].1 {
        Payment::Order { order, version, reference } => Proposal::Order {
            order: *order,
            version: *version,
            reference: reference.clone(),
            by_number,
        },
        Payment::Deposit { lot, bidder, reference } => {
            Proposal::Deposit { lot: *lot, bidder: *bidder, reference: reference.clone() }
        }
        Payment::Contract(open) => Proposal::Payment {
            contract: open.contract,
            what: open.what.clone(),
            n: open.n,
            reference: open.reference.to_string(),
        },
    };
    let proposal = |matched: &Matched| match matched {
        Matched::ByOrder(place) => of(*place, true),
        Matched::ByAmount(place) => of(*place, false),
        Matched::AmountDiffers(place) => {
            let reference = expected[*place].order.clone().unwrap_or_default();
            Proposal::AmountDiffers { reference }
        }
        Matched::Ambiguous(n) => Proposal::Ambiguous(*n),
        Matched::Seen | Matched::Unknown => Proposal::Nothing,
    };
    let proposals: Vec<Proposal> = matched.iter().map(proposal).collect();
    Ok(lines.into_iter().zip(proposals).collect())
}

fn keeper(rx: &mut Rx<'_, '_>) -> Result<(), Stop> {
    rx.may(A::ListBankStatements, &Thing::open()).map(|_| ())
}

impl City {
    /// One statement with lines after a place, and what they would be taken for.
    pub fn bank_statement(
        &self,
        asker: &Asker,
        id: BankStatementId,
        after: u64,
        limit: usize,
    ) -> Result<StatementView, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            keeper(rx)?;
            let statement =
                store::bank_statement::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let mut lines = store::bank_statement::lines(rx.tx, id, after, limit + 1)?;
            let is_more = lines.len() > limit;
            lines.truncate(limit);
            let next = lines.last().map(|line| line.n).filter(|_| is_more);
            // Whether a line is ambiguous depends on every other line that waits.
            let waiting = store::bank_statement::brought(rx.tx, id, super::LINES_MAX)?;
            let n_brought = waiting.len() as u64;
            let proposed = proposals(rx.tx, (&statement, &rx.actor), waiting)?;
            let view = |line: BankLine| {
                let found = proposed.iter().find(|(waiting, _)| waiting.n == line.n);
                let proposal = found.map(|(_, proposal)| proposal.clone());
                LineView { proposal, line }
            };
            let lines = lines.into_iter().map(view).collect();
            let account = crate::ledger::one(rx, statement.account)?;
            let bringer = store::person::find(rx.tx, statement.brought.0)?;
            let bringer = bringer.map(|it| it.name).unwrap_or_default();
            Ok(StatementView { statement, account, lines, next, n_brought, bringer })
        })
    }

    /// Statements of an account, the newest first.
    pub fn bank_statements(
        &self,
        asker: &Asker,
        account: AccountId,
        limit: usize,
    ) -> Result<Vec<BankStatement>, No> {
        self.read(asker, |rx| {
            keeper(rx)?;
            let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
            Ok(store::bank_statement::of_account(rx.tx, account, limit)?)
        })
    }

    /// Lines that stand unmatched, the oldest first.
    pub fn lines_aside(
        &self,
        asker: &Asker,
        after: Option<(Instant, BankStatementId, u64)>,
        limit: usize,
    ) -> Result<AsidePage, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            keeper(rx)?;
            let mut lines = store::bank_statement::aside(rx.tx, after, limit + 1)?;
            let is_more = lines.len() > limit;
            lines.truncate(limit);
            let place = |line: &BankLine| {
                (line.aside_at.unwrap_or(Instant::from_micros(0)), line.statement, line.n)
            };
            let next = lines.last().map(place).filter(|_| is_more);
            let ids: Vec<AccountId> = lines.iter().map(|line| line.account).collect();
            let accounts = crate::ledger::visible(rx, &ids)?;
            let now = rx.now;
            let row = |line: BankLine| AsideRow {
                account: accounts.get(&line.account).cloned(),
                age_days: line.aside_at.map_or(0, |at| now.seconds_since(at) / 86_400),
                line,
            };
            Ok(AsidePage { rows: lines.into_iter().map(row).collect(), next })
        })
    }

    /// One line, for whoever keeps the books.
    pub fn bank_line(&self, asker: &Asker, id: BankStatementId, n: u64) -> Result<BankLine, No> {
        self.read(asker, |rx| {
            keeper(rx)?;
            Ok(store::bank_statement::line(rx.tx, id, n)?.ok_or_else(Refusal::not_found)?)
        })
    }

    /// Whether what is recorded of an account is what its bank says.
    pub fn reconciled(&self, asker: &Asker, account: AccountId) -> Result<Reconciled, No> {
        self.read(asker, |rx| {
            crate::ledger::find(rx, account)?;
            let (told, even) = store::bank_statement::last_taken(rx.tx, account)?;
            let day = |it: &BankStatement| it.closing.map(|(_, day)| day);
            let since = even.as_ref().and_then(day);
            Ok(match told {
                None => Reconciled::Never,
                Some(told) if told.difference != 0 => {
                    Reconciled::Off { difference: told.difference, since }
                }
                Some(told) => day(&told).map_or(Reconciled::Never, Reconciled::Even),
            })
        })
    }

    /// The transfer that a line became, where it became one.
    pub fn transfer_of_line(line: &BankLine) -> Option<TransferId> {
        match line.state {
            LineState::Settled => line.settled,
            _ => line.transfer,
        }
    }
}
