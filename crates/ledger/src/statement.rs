//! Statements: what happened on an account in a span, with the balance after each line.
//!
//! Nothing is summed over: each leg keeps the counters after it, so that a balance at any instant
//! is the last leg up to it, and a page of a long statement needs no earlier page.

use crate::account::Shown;
use crate::{Account, Amount, Code, Counters, Evidence, Leg, LegKind, Side, Transfer};
use base::{AccountId, ActId, CaseId, Date, Instant, Span, TransferId};

/// A page of what happened on one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub account: AccountId,
    pub span: Span,
    /// Counters before the first line.
    pub opening: Counters,
    pub lines: Vec<Line>,
    /// Counters after the last line.
    pub closing: Counters,
}

/// One line, with everything needed to drill down from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub version: i64,
    pub transfer: TransferId,
    /// The other account; `None` where whoever reads may not see it.
    pub counterparty: Option<AccountId>,
    pub kind: LegKind,
    pub side: Side,
    /// Posted, held or freed; always as a positive number, its direction is the side.
    pub amount: Amount,
    pub code: Code,
    pub at: Instant,
    /// Shown beside the instant where the two are of different days.
    pub value_date: Date,
    pub act: Option<ActId>,
    pub case: Option<CaseId>,
    pub chain: Option<TransferId>,
    pub corrects: Option<TransferId>,
    pub evidence: Option<Evidence>,
    /// The balance after the line, on the account's own side.
    pub after: Shown,
}

/// The counters of an account at an instant: those of its last leg up to then, all its legs given
/// in their order.
pub fn as_of(legs: &[Leg], at: Instant) -> Counters {
    let n_before = legs.partition_point(|leg| leg.at <= at);
    n_before.checked_sub(1).map(|last| legs[last].counters).unwrap_or_default()
}

impl Line {
    /// The line of a leg. Of an expiry the transfer is the hold itself.
    pub fn of(account: &Account, leg: &Leg, transfer: &Transfer) -> Self {
        let counterparty =
            if transfer.debit == account.id { transfer.credit } else { transfer.debit };
        Self {
            version: leg.version,
            transfer: transfer.id,
            counterparty: Some(counterparty),
            kind: leg.kind,
            side: leg.side,
            amount: leg.amount,
            code: transfer.code,
            at: leg.at,
            value_date: transfer.value_date,
            act: transfer.refs.act,
            case: transfer.refs.case,
            chain: transfer.chain,
            corrects: transfer.refs.corrects,
            evidence: transfer.refs.evidence.clone(),
            after: leg.counters.shown(account.side),
        }
    }
}

impl Statement {
    /// The statement of a span from all legs of an account in their order, which names each
    /// transfer they are of.
    pub fn of<'a>(
        account: &Account,
        legs: &[Leg],
        transfer: impl Fn(TransferId) -> Option<&'a Transfer>,
        span: Span,
    ) -> Self {
        let before = legs.partition_point(|leg| leg.at < span.start());
        let until = legs.partition_point(|leg| leg.at < span.end());
        let counters =
            |n: usize| n.checked_sub(1).map(|last| legs[last].counters).unwrap_or_default();
        let line = |leg: &Leg| Some(Line::of(account, leg, transfer(leg.transfer)?));
        Self {
            account: account.id,
            span,
            opening: counters(before),
            lines: legs[before..until].iter().filter_map(line).collect(),
            closing: counters(until),
        }
    }

    /// Turnover of posted debits and credits.
    pub fn turnover(&self) -> (i128, i128) {
        let of = |side| {
            let posted = self.lines.iter().filter(|line| line.kind == LegKind::Posted);
            posted
                .filter(|line| line.side == side)
                .map(|line| i128::from(line.amount.minor()))
                .sum()
        };
        (of(Side::Debit), of(Side::Credit))
    }
}
