//! The rules of one request, in the order of ledger.md 7: the first that applies is the answer.

use crate::account::is_reserved;
use crate::replay;
use crate::{
    Account, Amount, Answer, Ask, Asked, Book, Books, Evidence, Flags, Grade, HoldState,
    References, Transfer, Why,
};
use base::{AccountId, Instant, TransferId};

/// Minutes from UTC of the civil day of value dates: China has one time zone.
const CHINA_MINUTES: i32 = 480;

/// Where in its batch a request stands.
pub(crate) struct Place {
    pub now: Instant,
    pub step: u32,
    /// The chain it is a link of.
    pub chain: Option<TransferId>,
    /// Whether the batch is one of history.
    pub is_import: bool,
}

/// What is to be done about a request.
pub(crate) enum Verdict {
    Do(Box<Plan>),
    Done(Answer),
}

/// A transfer to keep, and what it does to its accounts.
pub(crate) struct Plan {
    pub transfer: Transfer,
    pub does: Does,
}

/// What a transfer does to its accounts; `held` is all that the hold kept.
#[derive(Clone, Copy)]
pub(crate) enum Does {
    Move,
    Hold,
    Post { hold: TransferId, held: Amount },
    Void { hold: TransferId, held: Amount },
}

impl Books {
    /// Judges one request over the rows as they stand.
    pub(crate) fn judge(&self, ask: &Ask, place: &Place) -> Verdict {
        if let Err(why) = shape(ask, place) {
            return Verdict::Done(Answer::Refused(why));
        }
        if let Some(kept) = self.transfers.get(&ask.id) {
            let hold = kept.pending.and_then(|id| self.transfers.get(&id));
            return Verdict::Done(replay::compare(ask, kept, hold, place.chain));
        }
        if let Some(burnt) = self.burnt.get(&ask.id) {
            return Verdict::Done(Answer::AlreadyFailed(*burnt));
        }
        let plan = match ask.flags {
            flags if flags.conflict() || asks_all_of_nothing(ask) => Err(Why::FlagsConflict),
            flags if flags.resolves() => self.resolving(ask, place),
            _ => self.moving(ask, place),
        };
        match plan {
            Ok(plan) => Verdict::Do(Box::new(plan)),
            Err(why) => Verdict::Done(Answer::Refused(why)),
        }
    }

    /// A transfer or hold of its own.
    fn moving(&self, ask: &Ask, place: &Place) -> Result<Plan, Why> {
        let (debit, credit) = (usable(ask.debit)?, usable(ask.credit)?);
        let is_hold = ask.flags.has(Flags::PENDING);
        refuse(debit == credit, Why::SameAccount)?;
        refuse(ask.pending.is_some(), Why::PendingIdWrong)?;
        refuse(!is_hold && ask.timeout_s > 0, Why::TimeoutOnlyForPending)?;
        refuse(!is_hold && ask.flags.is_closing(), Why::ClosingMustBePending)?;
        let book = ask.book.as_ref().ok_or(Why::BookMissing)?;
        refuse(ask.code.0 == 0, Why::CodeMissing)?;
        let debit = self.accounts.get(&debit).ok_or(Why::DebitAccountNotFound)?;
        let credit = self.accounts.get(&credit).ok_or(Why::CreditAccountNotFound)?;
        refuse(debit.book != credit.book, Why::BooksDiffer)?;
        refuse(*book != debit.book, Why::BookMismatch)?;
        let mut transfer = kept(ask, place, (debit.id, credit.id), book.clone());
        self.recorded(ask, &transfer, [debit, credit])?;
        refuse(debit.state.closed_by.is_some(), Why::DebitAccountClosed)?;
        refuse(credit.state.closed_by.is_some(), Why::CreditAccountClosed)?;
        transfer.amount = balanced(ask, debit, credit);
        overflow(&transfer, debit, credit)?;
        refuse(debit.debits_exceed_credits(transfer.amount), Why::ExceedsCredits)?;
        refuse(credit.credits_exceed_debits(transfer.amount), Why::ExceedsDebits)?;
        Ok(Plan { transfer, does: if is_hold { Does::Hold } else { Does::Move } })
    }

    /// Posting or voiding of a hold. Neither looks for accounts nor fails on a limit: the hold did.
    fn resolving(&self, ask: &Ask, place: &Place) -> Result<Plan, Why> {
        let pending = ask.pending.filter(|id| *id != ask.id && !matches!(id.bits(), 0 | u128::MAX));
        let pending = pending.ok_or(Why::PendingIdWrong)?;
        refuse(ask.timeout_s > 0, Why::TimeoutOnlyForPending)?;
        let held = self.transfers.get(&pending).ok_or(Why::PendingNotFound)?;
        let hold = self.holds.get(&pending).ok_or(Why::NotPending)?;
        let differs = |asked: Option<AccountId>, is| asked.is_some_and(|asked| asked != is);
        refuse(differs(ask.debit, held.debit), Why::PendingOtherDebitAccount)?;
        refuse(differs(ask.credit, held.credit), Why::PendingOtherCreditAccount)?;
        let is_other_book = ask.book.as_ref().is_some_and(|book| *book != held.book);
        refuse(is_other_book, Why::PendingOtherBook)?;
        refuse(ask.code.0 != 0 && ask.code != held.code, Why::PendingOtherCode)?;
        let amount = match ask.amount {
            Asked::All => held.amount,
            Asked::Exactly(amount) => amount,
        };
        let is_post = ask.flags.has(Flags::POST);
        refuse(amount > held.amount, Why::ExceedsPendingAmount)?;
        refuse(!is_post && amount < held.amount, Why::PendingAmountDiffers)?;
        match hold.state {
            HoldState::Posted { .. } => return Err(Why::AlreadyPosted),
            HoldState::Voided { .. } => return Err(Why::AlreadyVoided),
            HoldState::Expired { .. } => return Err(Why::Expired),
            HoldState::Waiting => {}
        }
        refuse(hold.expires_at.is_some_and(|end| end <= place.now), Why::Expired)?;
        let debit = self.accounts.get(&held.debit).expect("a hold stands on an account");
        let credit = self.accounts.get(&held.credit).expect("a hold stands on an account");
        let mut transfer = kept(ask, place, (held.debit, held.credit), held.book.clone());
        transfer.code = held.code;
        transfer.amount = amount;
        inherit(&mut transfer.refs, &held.refs);
        self.recorded(ask, &transfer, [debit, credit])?;
        refuse(is_post && debit.state.closed_by.is_some(), Why::DebitAccountClosed)?;
        refuse(is_post && credit.state.closed_by.is_some(), Why::CreditAccountClosed)?;
        let (hold, held) = (hold.id, held.amount);
        let does = if is_post { Does::Post { hold, held } } else { Does::Void { hold, held } };
        Ok(Plan { transfer, does })
    }

    /// Whether the books may take it down: no sealed month, history in order, a bank's word for
    /// what touches a bank account.
    fn recorded(&self, ask: &Ask, transfer: &Transfer, both: [&Account; 2]) -> Result<(), Why> {
        let sealed = self.sealed.get(&transfer.book);
        let is_void = ask.flags.has(Flags::VOID);
        refuse(
            !is_void && sealed.is_some_and(|day| transfer.value_date <= *day),
            Why::PeriodSealed,
        )?;
        if ask.flags.has(Flags::IMPORTED) {
            let is_later = self.newest.is_none_or(|newest| transfer.at > newest)
                && both.iter().all(|account| transfer.at > account.opened_at);
            refuse(!is_later || ask.timeout_s > 0, Why::ImportOrder)?;
        }
        let banks = self.evidenced(transfer);
        if banks.is_empty() {
            return Ok(());
        }
        let evidence = transfer.refs.evidence.as_ref().filter(|evidence| is_of_a_bank(evidence));
        let evidence = evidence.ok_or(Why::EvidenceMissing)?;
        let is_used = |id: AccountId| self.references.contains(&(id, evidence.reference.clone()));
        refuse(banks.into_iter().any(is_used), Why::EvidenceUsed)
    }
}

fn refuse(is: bool, why: Why) -> Result<(), Why> {
    if is { Err(why) } else { Ok(()) }
}

/// What is wrong in the request itself, before anybody asks whether it was there already.
fn shape(ask: &Ask, place: &Place) -> Result<(), Why> {
    let is_imported = ask.flags.has(Flags::IMPORTED);
    refuse(is_imported != place.is_import, Why::ImportMixed)?;
    let is_in_range = match ask.instant {
        None => !is_imported,
        Some(at) => is_imported && at.micros() > 0 && at.micros() < i64::MAX && at < place.now,
    };
    refuse(!is_in_range, Why::InstantNotAllowed)?;
    refuse(ask.flags.has_reserved(), Why::ReservedFlag)?;
    refuse(matches!(ask.id.bits(), 0 | u128::MAX), Why::IdReserved)
}

/// "All" is all of something: of a hold, or of what an account has left.
fn asks_all_of_nothing(ask: &Ask) -> bool {
    ask.amount == Asked::All && !ask.flags.resolves() && !ask.flags.is_balancing()
}

fn usable(id: Option<AccountId>) -> Result<AccountId, Why> {
    id.filter(|id| !is_reserved(*id)).ok_or(Why::AccountIdReserved)
}

fn is_of_a_bank(evidence: &Evidence) -> bool {
    evidence.grade >= Grade::E2 && !evidence.reference.trim().is_empty()
}

/// What a transfer keeps of its request; the amount is found out later.
fn kept(ask: &Ask, place: &Place, accounts: (AccountId, AccountId), book: Book) -> Transfer {
    let at = ask.instant.unwrap_or(place.now);
    Transfer {
        id: ask.id,
        book,
        debit: accounts.0,
        credit: accounts.1,
        amount: Amount::ZERO,
        pending: ask.pending,
        code: ask.code,
        timeout_s: ask.timeout_s,
        flags: ask.flags,
        chain: place.chain,
        refs: ask.refs.clone(),
        value_date: ask.refs.value_date.unwrap_or_else(|| at.date_at(CHINA_MINUTES)),
        at,
        step: place.step,
    }
}

/// References left out are those of the hold; its value date is not: money moves on its own day.
fn inherit(refs: &mut References, held: &References) {
    refs.act = refs.act.or(held.act);
    refs.case = refs.case.or(held.case);
    refs.corrects = refs.corrects.or(held.corrects);
    if refs.evidence.is_none() {
        refs.evidence.clone_from(&held.evidence);
    }
}

/// What moves: what is asked, or what the balanced sides have left of it.
fn balanced(ask: &Ask, debit: &Account, credit: &Account) -> Amount {
    let mut amount = match ask.amount {
        Asked::Exactly(amount) => amount,
        Asked::All => Amount::MAX,
    };
    if ask.flags.has(Flags::BALANCING_DEBIT) {
        amount = amount.min(debit.state.counters.debit_headroom());
    }
    if ask.flags.has(Flags::BALANCING_CREDIT) {
        amount = amount.min(credit.state.counters.credit_headroom());
    }
    amount
}

fn overflow(transfer: &Transfer, debit: &Account, credit: &Account) -> Result<(), Why> {
    let (of, to) = (&debit.state.counters, &credit.state.counters);
    let grows = |counter: Amount, why| counter.plus(transfer.amount).map(|_| ()).ok_or(why);
    if transfer.flags.has(Flags::PENDING) {
        grows(of.debits_pending, Why::OverflowDebitsPending)?;
        grows(to.credits_pending, Why::OverflowCreditsPending)?;
    }
    grows(of.debits_posted, Why::OverflowDebitsPosted)?;
    grows(to.credits_posted, Why::OverflowCreditsPosted)?;
    let all = |sum: Option<Amount>, why| {
        sum.and_then(|sum| sum.plus(transfer.amount)).map(|_| ()).ok_or(why)
    };
    all(of.debits(), Why::OverflowDebits)?;
    all(to.credits(), Why::OverflowCredits)?;
    let micros = i64::from(transfer.timeout_s).checked_mul(1_000_000);
    let end = micros.and_then(|micros| transfer.at.micros().checked_add(micros));
    refuse(end.is_none(), Why::OverflowTimeout)
}
