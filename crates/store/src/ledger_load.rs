//! What a batch of transfers is decided over, loaded in rounds: what is known by its name first, then
//! what those rows name. A round is one way to the database and back, however much it asks.

use crate::ledger::{
    ACCOUNT, BURNT, DUE_OF_CREDIT, DUE_OF_DEBIT, Due, FIRST_DUE, HAS_REFERENCE, HOLD, TRANSFER,
    read_account, read_burnt, read_due, read_hold, read_transfer,
};
use crate::tx::Question;
use crate::{Row, StoreError, Tx};
use base::{AccountId, Instant, TransferId};
use ledger::{Ask, Book, Books, EXPIRIES_MAX, Flags};
use std::collections::{BTreeMap, BTreeSet};

/// Minutes from UTC of the days of the books.
const CITY_MINUTES: i32 = 480;

/// Accounts that requests name.
pub fn named(asks: &[Ask]) -> BTreeSet<AccountId> {
    asks.iter().flat_map(|ask| [ask.debit, ask.credit]).flatten().collect()
}

/// What [`load`] will ask first.
pub fn foreseen(asks: &[Ask]) -> Vec<Question> {
    let mut loading = Loading::default();
    loading.want(Wanted::FirstDue);
    for ask in asks {
        loading.want_of(ask);
    }
    for book in asks.iter().filter_map(|ask| ask.book.clone()) {
        loading.want(Wanted::Through(book));
    }
    loading.next.iter().map(Wanted::asks).collect()
}

/// Accounts that requests may change: those they name, those of the holds they resolve, and those
/// on the other side of holds that are over.
pub fn touched(
    tx: &mut Tx<'_>,
    asks: &[Ask],
    now: Instant,
) -> Result<BTreeSet<AccountId>, StoreError> {
    let mut named = named(asks);
    let mut asked: Vec<Question> = vec![(&FIRST_DUE, Vec::new())];
    asked.extend(asks.iter().filter_map(|ask| ask.pending).map(|id| Wanted::Transfer(id).asks()));
    let answers = tx.several(&asked)?;
    for row in answers.iter().skip(1).flatten() {
        let held = read_transfer(row)?.transfer;
        named.extend([held.debit, held.credit]);
    }
    let first = answers.first().and_then(|found| found.first());
    let first_due = first.map(|row| row.instant(0)).transpose()?;
    if first_due.is_some_and(|first| first <= now) {
        let due = due_of(tx, &named, now)?;
        named.extend(due.iter().flat_map(|(_, debit, credit)| [*debit, *credit]));
    }
    Ok(named)
}

/// Holds of some accounts whose time is over, at most so many of each side of each as one act frees.
fn due_of(
    tx: &mut Tx<'_>,
    accounts: &BTreeSet<AccountId>,
    now: Instant,
) -> Result<Vec<Due>, StoreError> {
    let of = |account: &AccountId| vec![(*account).into(), now.into(), EXPIRIES_MAX.into()];
    let both = |account| [(&DUE_OF_DEBIT, of(account)), (&DUE_OF_CREDIT, of(account))];
    let asked: Vec<Question> = accounts.iter().flat_map(both).collect();
    tx.several(&asked)?.iter().flatten().map(read_due).collect()
}

/// Loads what a batch is decided over. `held` are the accounts that the act may change: holds that
/// are due on others too are left to the timer. Where one writer is hold enough, that is every account.
pub fn load(
    tx: &mut Tx<'_>,
    asks: &[Ask],
    held: &BTreeSet<AccountId>,
    now: Instant,
) -> Result<Books, StoreError> {
    let mut loading = Loading::default();
    loading.want(Wanted::FirstDue);
    let named = asks.iter().filter_map(|ask| Some((ask.book.clone()?, is_past(ask, now))));
    let named = gathered(named);
    for (book, _) in named.iter().filter(|(_, is_past)| !**is_past) {
        loading.want(Wanted::Through(book.clone()));
    }
    for ask in asks {
        loading.want_of(ask);
    }
    loading.settle(tx)?;
    seals(tx, asks, &mut loading, now)?;
    if loading.first_due.is_some_and(|first| first <= now) {
        let holds_all = tx.is_only_writer();
        let accounts = loading.asked_accounts();
        for (id, debit, credit) in due_of(tx, &accounts, now)? {
            if holds_all || (held.contains(&debit) && held.contains(&credit)) {
                loading.want(Wanted::Transfer(id));
                loading.want(Wanted::Hold(id));
            }
        }
        loading.settle(tx)?;
    }
    references(tx, asks, &mut loading.books)?;
    Ok(loading.books)
}

/// Tells the books which references of banks stand already on the accounts of these requests.
fn references(tx: &mut Tx<'_>, asks: &[Ask], books: &mut Books) -> Result<(), StoreError> {
    let mut named = BTreeSet::new();
    for ask in asks {
        let inherited = ask.pending.and_then(|hold| books.transfer(hold));
        let evidence = ask.refs.evidence.as_ref();
        let evidence = evidence.or_else(|| inherited.and_then(|held| held.refs.evidence.as_ref()));
        let Some(evidence) = evidence else { continue };
        let accounts =
            [ask.debit, ask.credit, inherited.map(|t| t.debit), inherited.map(|t| t.credit)];
        let pair = |account| (account, evidence.reference.clone());
        named.extend(accounts.into_iter().flatten().map(pair));
    }
    let asked = named.iter().map(|(account, reference)| -> Question {
        (&HAS_REFERENCE, vec![(*account).into(), reference.into()])
    });
    let asked: Vec<Question> = asked.collect();
    let answers = tx.several(&asked)?;
    for ((account, reference), found) in named.into_iter().zip(answers) {
        if !found.is_empty() {
            books.put_reference(account, reference);
        }
    }
    Ok(())
}

/// Tells the books which months are sealed. Who names a day of a month that is over takes the row of
/// the book first, so that the month is not sealed meanwhile.
fn seals(
    tx: &mut Tx<'_>,
    asks: &[Ask],
    loading: &mut Loading,
    now: Instant,
) -> Result<(), StoreError> {
    let named = asks.iter().filter_map(|ask| {
        let held = ask.pending.and_then(|hold| loading.books.transfer(hold)).map(|hold| &hold.book);
        Some((ask.book.as_ref().or(held)?.clone(), is_past(ask, now)))
    });
    for (book, is_past) in gathered(named) {
        if is_past {
            crate::month::take(tx, &book)?;
        } else if loading.asked.contains(&Wanted::Through(book.clone())) {
            continue;
        }
        if let Some(day) = crate::month::through(tx, &book)? {
            loading.books.seal(book, day);
        }
    }
    Ok(())
}

/// Whether a request names a day of a month that is over.
fn is_past(ask: &Ask, now: Instant) -> bool {
    let today = now.date_at(CITY_MINUTES);
    let day = ask.refs.value_date;
    day.is_some_and(|day| (day.year(), day.month()) < (today.year(), today.month()))
}

/// Books with whether any request names a past month of them.
fn gathered(named: impl Iterator<Item = (Book, bool)>) -> BTreeMap<Book, bool> {
    let mut books = BTreeMap::new();
    for (book, is_past) in named {
        *books.entry(book).or_insert(false) |= is_past;
    }
    books
}

/// Loads holds that are over, with their accounts.
pub fn load_due(tx: &mut Tx<'_>, holds: &[TransferId]) -> Result<Books, StoreError> {
    let mut loading = Loading::default();
    for id in holds {
        loading.want(Wanted::Transfer(*id));
        loading.want(Wanted::Hold(*id));
    }
    loading.settle(tx)?;
    Ok(loading.books)
}

/// A row that a batch needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    Account(AccountId),
    /// With its accounts, its hold, and the hold it resolved.
    Transfer(TransferId),
    /// After its transfer.
    Hold(TransferId),
    Burnt(TransferId),
    /// When the time of the first hold is over: mostly it is not yet.
    FirstDue,
    /// The last sealed day.
    Through(Book),
}

impl Wanted {
    fn asks(&self) -> Question {
        match self {
            Self::Account(id) => (&ACCOUNT, vec![(*id).into()]),
            Self::Transfer(id) => (&TRANSFER, vec![(*id).into()]),
            Self::Hold(id) => (&HOLD, vec![(*id).into()]),
            Self::Burnt(id) => (&BURNT, vec![(*id).into()]),
            Self::FirstDue => (&FIRST_DUE, Vec::new()),
            Self::Through(book) => crate::month::asks_through(book),
        }
    }
}

/// Rows on their way into the books, each asked for once.
#[derive(Default)]
struct Loading {
    books: Books,
    asked: BTreeSet<Wanted>,
    next: Vec<Wanted>,
    first_due: Option<Instant>,
}

impl Loading {
    fn want(&mut self, wanted: Wanted) {
        if self.asked.insert(wanted.clone()) {
            self.next.push(wanted);
        }
    }

    /// What one request is decided over.
    fn want_of(&mut self, ask: &Ask) {
        self.want(Wanted::Transfer(ask.id));
        self.want(Wanted::Burnt(ask.id));
        for id in [ask.debit, ask.credit].into_iter().flatten() {
            self.want(Wanted::Account(id));
        }
        if let Some(hold) = ask.pending {
            self.want(Wanted::Transfer(hold));
            self.want(Wanted::Hold(hold));
        }
    }

    fn asked_accounts(&self) -> BTreeSet<AccountId> {
        let account = |wanted: &Wanted| match wanted {
            Wanted::Account(id) => Some(*id),
            _ => None,
        };
        self.asked.iter().filter_map(account).collect()
    }

    /// Asks until nothing more is named.
    fn settle(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        while !self.next.is_empty() {
            let round = std::mem::take(&mut self.next);
            let asked: Vec<Question> = round.iter().map(Wanted::asks).collect();
            let answers = tx.several(&asked)?;
            for (wanted, found) in round.into_iter().zip(&answers) {
                self.put(wanted, found.first())?;
            }
        }
        Ok(())
    }

    fn put(&mut self, wanted: Wanted, found: Option<&Row>) -> Result<(), StoreError> {
        match (wanted, found) {
            (Wanted::Account(_), Some(row)) => self.books.put_account(read_account(row)?.account),
            (Wanted::Burnt(_), Some(row)) => self.books.put_burnt(read_burnt(row)?),
            (Wanted::FirstDue, Some(row)) => self.first_due = Some(row.instant(0)?),
            (Wanted::Through(book), found @ Some(_)) => {
                if let Some(day) = crate::month::read_through(found)? {
                    self.books.seal(book, day);
                }
            }
            (Wanted::Hold(_), Some(row)) => self.books.put_hold(read_hold(row)?),
            (Wanted::Transfer(id), Some(row)) => {
                let transfer = read_transfer(row)?.transfer;
                self.want(Wanted::Account(transfer.debit));
                self.want(Wanted::Account(transfer.credit));
                if transfer.flags.has(Flags::PENDING) {
                    self.want(Wanted::Hold(id));
                }
                if let Some(hold) = transfer.pending {
                    self.want(Wanted::Transfer(hold));
                    self.want(Wanted::Hold(hold));
                }
                self.books.put_transfer(transfer);
            }
            (Wanted::Hold(id), None) => {
                let of = self.books.transfer(id);
                if of.is_some_and(|transfer| transfer.flags.has(Flags::PENDING)) {
                    return Err(StoreError::Damaged(format!("{id} has lost its hold")));
                }
            }
            (_, None) => {}
        }
        Ok(())
    }
}
