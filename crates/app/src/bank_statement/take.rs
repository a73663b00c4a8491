//! Taking the lines of a statement: each becomes an execution, a deposit, or unmatched; then the
//! recorded balance is held beside the bank's.

use super::reading::{Proposal, proposals};
use super::{LINES_MAX, ParkLine, StatementMoved, find, told};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::contract::ConfirmPayment;
use crate::lot::ReceiveDeposit;
use crate::order::MoveOrder;
use access::{Act as A, Thing};
use base::{BankStatementId, Class, Date, Instant, Refusal};
use store::Hold;
use store::bank_statement::{BankLine, BankStatement, StatementState};

/// How long before its value day a transfer may have been recorded and still count as later than a
/// statement's end, in seconds.
const EARLY_SECONDS: i64 = 62 * 86_400;

/// What became of the lines of a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Taken {
    pub n_orders: usize,
    pub n_deposits: usize,
    /// Payments of contracts.
    pub n_payments: usize,
    pub n_aside: usize,
    /// What is recorded less what the bank says; 0 where it says nothing.
    pub difference: i64,
}

/// Ends the taking of a statement and holds the recorded balance beside the bank's.
#[derive(serde::Serialize)]
pub struct CloseStatement {
    pub statement: BankStatementId,
}

/// The first moment of the day after a day in the city.
fn start_of(day: Date, offset_minutes: i32) -> Option<Instant> {
    let midnight = Instant::parse_rfc3339(&format!("{day}T00:00:00Z"))?;
    Some(midnight.plus_seconds(-i64::from(offset_minutes) * 60))
}

impl Act for CloseStatement {
    const ACT: A = A::TakeStatement;
    type Facts = (BankStatement, u64, i64);
    type Plan = (BankStatement, i64);
    type Outcome = Taken;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.statement)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let statement = find(cx, self.statement)?;
        let n_brought = store::bank_statement::n_brought(cx.tx, self.statement)?;
        let kept =
            store::ledger::account(cx.tx, statement.account)?.ok_or_else(Refusal::not_found)?;
        let shown = kept.account.state.counters.shown(kept.account.side);
        let difference = match statement.closing {
            None => 0,
            Some((closing, day)) => {
                let offset = cx.city.settings().utc_offset_minutes;
                let start = start_of(day, offset).unwrap_or(Instant::from_micros(0));
                let since = start.plus_seconds(-EARLY_SECONDS);
                let later =
                    store::bank_statement::moved_later(cx.tx, statement.account, since, day)?;
                shown.balance.saturating_sub(later).saturating_sub(closing)
            }
        };
        Ok((statement, n_brought, difference))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (statement, n_brought, difference): Self::Facts,
        _: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        if statement.state != StatementState::Brought {
            return Err(vec![Refusal::new(Class::Conflict, "bank-statement-taken")]);
        }
        if n_brought > 0 {
            let no = Refusal::new(Class::Refused, "bank-lines-wait");
            return Err(vec![no.number("count", n_brought)]);
        }
        Ok((statement, difference))
    }

    fn save(
        &self,
        (statement, difference): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<Taken, Stop> {
        let (id, state) = (statement.id, StatementState::Taken);
        store::bank_statement::set_state(cx.tx, id, state, difference, cx.now)?;
        let body = serde_json::json!({ "account": statement.account, "difference": difference });
        told(cx, id, "bank-statement-taken", body);
        Ok(Taken { difference, ..Taken::default() })
    }
}

impl City {
    /// Takes every line of a statement that waits, one act each, and then holds the balances beside
    /// each other. What was interrupted goes on where it stood when it is asked for again.
    pub fn take_statement(&self, asker: &Asker, id: BankStatementId) -> Result<Taken, No> {
        let asker = Asker { key: None, ..asker.clone() };
        let lines = self.read(&asker, |rx| {
            rx.may(A::TakeStatement, &Thing::open())?;
            let statement =
                store::bank_statement::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            if statement.state != StatementState::Brought {
                return Err(Refusal::new(Class::Conflict, "bank-statement-taken").into());
            }
            let lines = store::bank_statement::brought(rx.tx, id, LINES_MAX)?;
            Ok(proposals(rx.tx, (&statement, &rx.actor), lines)?)
        })?;
        let mut taken = Taken::default();
        for (line, proposal) in lines {
            self.take_line(&asker, &line, &proposal, &mut taken)?;
        }
        let Taken { difference, .. } = self.perform(&asker, CloseStatement { statement: id })?;
        Ok(Taken { difference, ..taken })
    }

    /// One line: what it was thought to be, and where that is no longer so, unmatched.
    fn take_line(
        &self,
        asker: &Asker,
        line: &BankLine,
        proposal: &Proposal,
        taken: &mut Taken,
    ) -> Result<(), No> {
        let on = Some(line.value_date);
        let done = match proposal {
            Proposal::Order { order, version, .. } => {
                let act = MoveOrder::executed(*order, *version, &line.reference, on);
                Some((self.perform(asker, act).map(|_| ()), &mut taken.n_orders))
            }
            Proposal::Deposit { lot, bidder, .. } => {
                let reference = line.reference.clone();
                let mut act = ReceiveDeposit::new(*lot, *bidder, line.account, reference);
                act.value_date = on;
                Some((self.perform(asker, act).map(|_| ()), &mut taken.n_deposits))
            }
            Proposal::Payment { contract, what, .. } => {
                let act = ConfirmPayment {
                    contract: *contract,
                    what: what.clone(),
                    amount: line.minor,
                    bank: line.account,
                    reference: line.reference.clone(),
                    value_date: on,
                };
                Some((self.perform(asker, act).map(|_| ()), &mut taken.n_payments))
            }
            Proposal::Nothing | Proposal::AmountDiffers { .. } | Proposal::Ambiguous(_) => None,
        };
        match done {
            Some((Ok(()), n)) => {
                *n += 1;
                return Ok(());
            }
            // Whatever it was has changed meanwhile, or refuses it: somebody looks.
            Some((Err(no), _)) if matches!(no.class(), Class::Refused | Class::Conflict) => {}
            Some((Err(no), _)) => return Err(no),
            None => {}
        }
        let park = ParkLine::new(line.statement, line.n);
        match self.perform(asker, park) {
            Ok(StatementMoved { .. }) => taken.n_aside += 1,
            Err(no) if no.class() == Class::Conflict => {}
            Err(no) => return Err(no),
        }
        Ok(())
    }
}
