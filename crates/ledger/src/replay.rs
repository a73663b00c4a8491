//! The same id again: the same content is a success, other content says what differs.

use crate::{Answer, Ask, Asked, Flags, References, Transfer, Why};
use base::TransferId;

/// Compares a request with what its id names. Fields are asked in the order of ledger.md 6: flags,
/// pending id, timeout, debit account, credit account, amount, references, book, code. The instant
/// is the server's and never compared.
///
/// A link is the same only as a link of the same chain, so that a chain is repeated whole or not at
/// all.
pub(crate) fn compare(
    ask: &Ask,
    kept: &Transfer,
    hold: Option<&Transfer>,
    chain: Option<TransferId>,
) -> Answer {
    let inherits = hold.is_some();
    let left_out = |is_none: bool| inherits && is_none;
    let differs = [
        (ask.flags != kept.flags || chain != kept.chain, Why::OtherFlags),
        (ask.pending != kept.pending, Why::OtherPendingId),
        (ask.timeout_s != kept.timeout_s, Why::OtherTimeout),
        (!left_out(ask.debit.is_none()) && ask.debit != Some(kept.debit), Why::OtherDebitAccount),
        (
            !left_out(ask.credit.is_none()) && ask.credit != Some(kept.credit),
            Why::OtherCreditAccount,
        ),
        (!is_same_amount(ask, kept, hold), Why::OtherAmount),
        (!left_out(ask.refs.act.is_none()) && ask.refs.act != kept.refs.act, Why::OtherAct),
        (!left_out(ask.refs.case.is_none()) && ask.refs.case != kept.refs.case, Why::OtherCase),
        (!is_same_evidence(&ask.refs, kept, inherits), Why::OtherEvidence),
        (!left_out(ask.book.is_none()) && ask.book.as_ref() != Some(&kept.book), Why::OtherBook),
        (!left_out(ask.code.0 == 0) && ask.code != kept.code, Why::OtherCode),
    ];
    match differs.into_iter().find_map(|(is, why)| is.then_some(why)) {
        Some(why) => Answer::Refused(why),
        None => Answer::Exists { amount: kept.amount, at: kept.at },
    }
}

/// A balancing transfer is the same where it asked for at least what moved; "all" is the same
/// where all of the hold was posted.
fn is_same_amount(ask: &Ask, kept: &Transfer, hold: Option<&Transfer>) -> bool {
    match (ask.amount, hold) {
        (Asked::Exactly(asked), _) if ask.flags.is_balancing() => asked >= kept.amount,
        (Asked::Exactly(asked), _) => asked == kept.amount,
        (Asked::All, Some(hold)) => hold.amount == kept.amount,
        (Asked::All, None) => ask.flags.is_balancing() && !ask.flags.has(Flags::POST),
    }
}

fn is_same_evidence(asked: &References, kept: &Transfer, inherits: bool) -> bool {
    let left_out = |is_none: bool| inherits && is_none;
    let is_same_day = asked.value_date.is_none_or(|day| day == kept.value_date);
    is_same_day
        && (left_out(asked.evidence.is_none()) || asked.evidence == kept.refs.evidence)
        && (left_out(asked.corrects.is_none()) || asked.corrects == kept.refs.corrects)
}
