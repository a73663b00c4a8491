//! Taking a case back as a whole.

use crate::moving::{Move, Moved};
use crate::refuse;
use crate::running::Case;
use crate::taker::{Taker, is_one_of, unsure};
use crate::taking::{not_current, read_reason};
use base::{Instant, Refusal, WorkingDays};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Withdrawing {
    /// The version of the case that the person saw.
    pub expected_version: u64,
    /// Empty where none is given.
    pub reason: String,
}

/// Withdraws the case, or says every reason why not. No stand-in may: a delegation is for tasks.
pub fn withdraw(
    case: &Case<'_>,
    taker: &Taker,
    withdrawing: &Withdrawing,
    now: Instant,
    days: &WorkingDays,
) -> Result<Moved, Vec<Refusal>> {
    let mut reasons = not_current(case, withdrawing.expected_version)?;
    let withdrawal = case.process().withdrawal;
    let Some(withdrawal) = withdrawal.filter(|with| with.from.contains(&case.state().name)) else {
        reasons.push(refuse::withdrawal_closed(case));
        return Err(reasons);
    };
    if !is_one_of(case, withdrawal.who, None, taker.person, &taker.rights) {
        reasons.push(refuse::move_not_yours());
    }
    reasons.extend(taker.on_behalf_of.as_ref().map(|_| refuse::stand_in_not_allowed()));
    reasons.extend(unsure(withdrawal.sureness, taker.sureness));
    let (reason, refused) = read_reason(withdrawal.reason, &withdrawing.reason);
    reasons.extend(refused);
    if !reasons.is_empty() {
        return Err(reasons);
    }
    let mut next = Move::new(case, now, days);
    next.keep(reason, serde_json::Map::new());
    next.go(withdrawal.to, None);
    Ok(next.moved())
}
