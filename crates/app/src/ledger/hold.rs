//! Holds whose time is over: the timer frees them in steps, with an entry in the log for each step.

use super::{holds_on, keep};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{AccountId, Refusal, TransferId};
use std::collections::BTreeSet;
use store::Hold;

/// Holds that one act frees.
const HOLDS_A_STEP: usize = 200;

/// Frees holds whose time is over. What was resolved meanwhile is left as it is.
#[derive(serde::Serialize)]
pub struct ExpireHolds {
    pub holds: Vec<TransferId>,
    /// The accounts they stand on.
    pub accounts: BTreeSet<AccountId>,
}

/// What freeing tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Freed {
    pub holds: Vec<TransferId>,
}

impl Act for ExpireHolds {
    const ACT: A = A::ExpireHolds;
    type Facts = ();
    type Plan = ();
    type Outcome = Freed;

    fn holds(&self) -> Vec<Hold> {
        holds_on(&self.accounts)
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, _: &mut Cx<'_, '_>) -> Result<(), Stop> {
        Ok(())
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::open()
    }

    fn decide(&self, (): (), _: &Cx<'_, '_>) -> Result<(), Vec<Refusal>> {
        Ok(())
    }

    fn save(&self, (): (), cx: &mut Cx<'_, '_>) -> Result<Freed, Stop> {
        let mut books = store::ledger_load::load_due(cx.tx, &self.holds)?;
        let changes = books.sweep(cx.now, self.holds.len());
        keep(cx, &books, &changes, "ledger-expired")?;
        Ok(Freed { holds: changes.holds.iter().map(|hold| hold.id).collect() })
    }
}

impl City {
    /// Frees every hold whose time is over, in the name of the installation; says how many.
    pub fn expire_holds(&self) -> Result<usize, No> {
        let timer = Asker::person(self.row()?.operator);
        let mut n = 0;
        loop {
            let now = self.now();
            let due = self.store().read(|tx| store::ledger::due(tx, now, HOLDS_A_STEP))?;
            if due.is_empty() {
                return Ok(n);
            }
            let accounts = due.iter().flat_map(|(_, debit, credit)| [*debit, *credit]).collect();
            let act = ExpireHolds { holds: due.iter().map(|(id, ..)| *id).collect(), accounts };
            let freed = self.perform(&timer, act)?.holds.len();
            n += freed;
            if freed == 0 {
                // Somebody else was faster with all of them, or the rows are broken: next time.
                return Ok(n);
            }
        }
    }
}
