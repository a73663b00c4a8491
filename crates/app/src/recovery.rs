//! Getting over a lost second factor: one security administrator proofs the person and says how,
//! another confirms. The person and every administrator of that kind see it on their desks, and
//! nothing of it opens an account: the password is still asked.
//!
//! The owner of the machine can reset a factor by command, as the operator's account: an act like
//! any other, in the log and told to the person.

use crate::account::sign_in_required;
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::person::{PersonChanged, event, find};
use access::{Act as A, Role, Thing};
use base::{Bilingual, Class, Instant, PersonId, Refusal, limits};
use parties::Person;
use parties::factor::{self, Proofing, RECOVERY_SECONDS, Recovery, RecoveryFacts};
use store::Hold;

/// A recovery that waits, with the names of those it is about.
#[derive(Clone, Debug)]
pub struct WaitingRecovery {
    pub recovery: Recovery,
    pub person: Bilingual,
    pub started_by: Bilingual,
    /// Until when it waits.
    pub ends_at: Instant,
    /// Whether the asker is another administrator than the one who started it.
    pub may_confirm: bool,
}

impl City {
    /// Recoveries that wait for a second security administrator; for others, the one of their own
    /// factor.
    pub fn waiting_recoveries(&self, asker: &Asker) -> Result<Vec<WaitingRecovery>, No> {
        self.read(asker, |rx| {
            let own = rx.actor.person.ok_or_else(sign_in_required)?;
            waiting(rx, own)
        })
    }
}

/// What waits for this reader among recoveries.
pub(crate) fn waiting(
    rx: &mut crate::city::Rx<'_, '_>,
    own: PersonId,
) -> Result<Vec<WaitingRecovery>, Stop> {
    let after = rx.now.plus_seconds(-RECOVERY_SECONDS);
    let is_administrator = rx.actor.holds(&[Role::SecurityAdministrator]);
    let found = if is_administrator {
        store::factor::recoveries(rx.tx, after, limits::PAGE_ROWS)?
    } else {
        store::factor::own_recoveries(rx.tx, own, after)?
    };
    let people: Vec<PersonId> = found.iter().flat_map(|one| [one.person, one.started_by]).collect();
    let names = store::person::names_of(rx.tx, &people)?;
    let named = |id: &PersonId| names.get(id).cloned().unwrap_or_default();
    let view = |recovery: Recovery| WaitingRecovery {
        person: named(&recovery.person),
        started_by: named(&recovery.started_by),
        ends_at: recovery.started_at.plus_seconds(RECOVERY_SECONDS),
        may_confirm: is_administrator && recovery.started_by != own && recovery.person != own,
        recovery,
    };
    Ok(found.into_iter().map(view).collect())
}

/// What is known of a person whose factor is lost.
pub struct LostFacts {
    person: Person,
    thing: Thing,
    has_factor: bool,
    open: Option<Recovery>,
}

fn load(cx: &mut Cx<'_, '_>, id: PersonId) -> Result<LostFacts, Stop> {
    let (person, thing) = find(cx, id)?;
    let has_factor = store::factor::find(cx.tx, id)?.is_some();
    let open = store::factor::recovery(cx.tx, id)?;
    Ok(LostFacts { person, thing, has_factor, open })
}

fn changed(person: PersonId) -> PersonChanged {
    PersonChanged::of(person)
}

/// Starts the recovery of a lost factor, after the person was proofed.
#[derive(serde::Serialize)]
pub struct StartFactorRecovery {
    pub person: PersonId,
    pub proofing: Proofing,
    pub reason: String,
}

impl Act for StartFactorRecovery {
    const ACT: A = A::StartFactorRecovery;
    type Facts = LostFacts;
    type Plan = Recovery;
    type Outcome = PersonChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.person)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<LostFacts, Stop> {
        load(cx, self.person)
    }

    fn thing(&self, facts: &LostFacts) -> Thing {
        facts.thing.clone()
    }

    fn decide(&self, facts: LostFacts, cx: &Cx<'_, '_>) -> Result<Recovery, Vec<Refusal>> {
        let known = RecoveryFacts { has_factor: facts.has_factor, open: facts.open.as_ref() };
        let reason = factor::start_recovery(&known, &self.reason, cx.now)?;
        let started_by = cx.actor.person.ok_or_else(|| vec![sign_in_required()])?;
        Ok(Recovery {
            person: facts.person.id,
            started_by,
            proofing: self.proofing,
            reason,
            started_at: cx.now,
        })
    }

    fn save(&self, recovery: Recovery, cx: &mut Cx<'_, '_>) -> Result<PersonChanged, Stop> {
        store::factor::start_recovery(cx.tx, &recovery)?;
        let body = serde_json::json!({
            "proofing": recovery.proofing.word(), "reason": recovery.reason,
        });
        event(cx, "factor-recovery-started", recovery.person, body);
        Ok(changed(recovery.person))
    }
}

/// Confirms a recovery: the factor is gone, and every session with it.
#[derive(serde::Serialize)]
pub struct ConfirmFactorRecovery {
    pub person: PersonId,
    /// The recovery that was looked at: one started since is another.
    pub started_at: Instant,
}

impl Act for ConfirmFactorRecovery {
    const ACT: A = A::ConfirmFactorRecovery;
    type Facts = LostFacts;
    type Plan = Recovery;
    type Outcome = PersonChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.person)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<LostFacts, Stop> {
        load(cx, self.person)
    }

    fn thing(&self, facts: &LostFacts) -> Thing {
        facts.thing.clone()
    }

    fn decide(&self, facts: LostFacts, cx: &Cx<'_, '_>) -> Result<Recovery, Vec<Refusal>> {
        let open = facts.open.filter(|open| open.started_at == self.started_at);
        let gone = || vec![Refusal::new(Class::Refused, "factor-recovery-over")];
        let open = open.ok_or_else(gone)?;
        let by = cx.actor.person.ok_or_else(|| vec![sign_in_required()])?;
        factor::confirm_recovery(&open, by, cx.now)?;
        Ok(open)
    }

    fn save(&self, recovery: Recovery, cx: &mut Cx<'_, '_>) -> Result<PersonChanged, Stop> {
        drop_factor(cx, recovery.person)?;
        let body = serde_json::json!({
            "proofing": recovery.proofing.word(), "started_by": recovery.started_by,
        });
        event(cx, "factor-recovered", recovery.person, body);
        Ok(changed(recovery.person))
    }
}

/// The factor, its codes and every session go; the password stays.
fn drop_factor(cx: &mut Cx<'_, '_>, person: PersonId) -> Result<(), Stop> {
    store::factor::drop_all(cx.tx, person)?;
    store::session::end_all(cx.tx, person, None, cx.now)?;
    Ok(())
}

/// Stops a recovery: an administrator who doubts it, or the person whose factor is not lost.
#[derive(serde::Serialize)]
pub struct RefuseFactorRecovery {
    pub person: PersonId,
    pub started_at: Instant,
}

impl Act for RefuseFactorRecovery {
    const ACT: A = A::RefuseFactorRecovery;
    type Facts = LostFacts;
    type Plan = PersonId;
    type Outcome = PersonChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.person)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<LostFacts, Stop> {
        load(cx, self.person)
    }

    fn thing(&self, facts: &LostFacts) -> Thing {
        facts.thing.clone()
    }

    fn decide(&self, facts: LostFacts, _: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        let is_same = |open: &Recovery| open.started_at == self.started_at;
        if facts.open.as_ref().is_some_and(is_same) {
            return Ok(facts.person.id);
        }
        Err(vec![Refusal::new(Class::Refused, "factor-recovery-over")])
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<PersonChanged, Stop> {
        store::factor::end_recovery(cx.tx, person)?;
        event(cx, "factor-recovery-refused", person, serde_json::Value::Null);
        Ok(changed(person))
    }
}

/// Resets a factor from the machine itself, as the operator's account; no page has it.
#[derive(serde::Serialize)]
pub struct ResetFactor {
    pub person: PersonId,
}

impl Act for ResetFactor {
    const ACT: A = A::ResetFactor;
    type Facts = LostFacts;
    type Plan = PersonId;
    type Outcome = PersonChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.person)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<LostFacts, Stop> {
        load(cx, self.person)
    }

    fn thing(&self, facts: &LostFacts) -> Thing {
        facts.thing.clone()
    }

    fn decide(&self, facts: LostFacts, _: &Cx<'_, '_>) -> Result<PersonId, Vec<Refusal>> {
        if facts.has_factor {
            return Ok(facts.person.id);
        }
        Err(vec![Refusal::new(Class::Refused, "factor-absent")])
    }

    fn save(&self, person: PersonId, cx: &mut Cx<'_, '_>) -> Result<PersonChanged, Stop> {
        drop_factor(cx, person)?;
        event(cx, "factor-reset", person, serde_json::Value::Null);
        Ok(changed(person))
    }
}
