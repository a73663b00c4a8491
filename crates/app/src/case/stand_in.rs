//! Stand-ins: somebody may do another's tasks for a time, by that other's right.
//!
//! What the giver can no longer do, the stand-in cannot do either; both count for the rule of
//! distinct people. Nobody gives what they have as a stand-in themselves.

use super::{PROCESSES, process_of, rights};
use crate::account::sign_in_required;
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::person::event;
use access::{Act as A, Actor, Thing};
use base::{Bilingual, Class, Instant, PersonId, Refusal, Span, StandInId};
use cases::{Delegation, Giver, Process, Rights, Who};
use std::collections::BTreeMap;
use store::case::Case;
use store::stand_in::StandIn;
use store::{Hold, StoreError, Tx};

/// Stand-ins that somebody may have named at a time, now or for later.
pub const STAND_INS_MAX: usize = 50;

/// Stand-ins of one person, with the names of everybody in them.
#[derive(Clone, Debug, Default)]
pub struct StandIns {
    /// Those that the reader named.
    pub given: Vec<StandIn>,
    /// Those in which the reader stands in.
    pub held: Vec<StandIn>,
    pub names: BTreeMap<PersonId, Bilingual>,
    /// Processes with tasks that the reader could give.
    pub processes: Vec<&'static Process>,
}

/// What naming a stand-in tells its caller.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Named {
    pub stand_ins: Vec<StandInId>,
}

/// Names a stand-in for one's own tasks of some processes.
#[derive(serde::Serialize)]
pub struct NameStandIn {
    pub to: PersonId,
    /// Names of processes.
    pub processes: Vec<String>,
    /// `None` begins at once.
    pub from: Option<Instant>,
    /// The first moment at which it is over.
    pub until: Instant,
}

/// What is known before a stand-in is named.
pub struct Facts {
    giver: Actor,
    to: Option<Actor>,
    live: Vec<StandIn>,
}

impl Act for NameStandIn {
    const ACT: A = A::NameStandIn;
    type Facts = Facts;
    type Plan = Vec<Delegation>;
    type Outcome = Named;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.to)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        let giver = cx.actor.person.ok_or_else(sign_in_required)?;
        let policy = cx.city.settings().second_factor;
        let to = crate::asker::resolve(cx.tx, crate::Who::Person(self.to), cx.now, policy)?;
        let live = store::stand_in::of_giver(cx.tx, giver, cx.now, STAND_INS_MAX + 1)?;
        // The roles held now, not those of a key's scopes: a stand-in is given by the person.
        Ok(Facts { giver: cx.actor.clone(), to: to.person.is_some().then_some(to), live })
    }

    fn thing(&self, facts: &Facts) -> Thing {
        Thing { person: facts.giver.person, ..Thing::default() }
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Vec<Delegation>, Vec<Refusal>> {
        let giver = facts.giver.person.ok_or_else(|| vec![sign_in_required()])?;
        let from = self.from.unwrap_or(cx.now);
        let Some(lasts) = Span::new(from, self.until) else {
            return Err(vec![Refusal::invalid("case-stand-in-backwards").on("until")]);
        };
        let mut problems = Vec::new();
        if self.processes.is_empty() {
            problems.push(Refusal::invalid("case-stand-in-no-process").on("processes"));
        }
        if facts.live.len() + self.processes.len() > STAND_INS_MAX {
            let many = Refusal::new(Class::Refused, "case-stand-ins-too-many");
            problems.push(many.number("most", STAND_INS_MAX));
        }
        let mut delegations = Vec::new();
        for name in &self.processes {
            let Some(process) = process_of(name) else {
                let unknown = Refusal::invalid("case-no-such-process").on("processes");
                problems.push(unknown.text("found", name));
                continue;
            };
            match self.delegation(process, &facts, (giver, lasts), cx.now) {
                Ok(delegation) => delegations.push(delegation),
                Err(reasons) => problems.extend(reasons),
            }
        }
        problems.dedup();
        if problems.is_empty() { Ok(delegations) } else { Err(problems) }
    }

    fn save(&self, plan: Vec<Delegation>, cx: &mut Cx<'_, '_>) -> Result<Named, Stop> {
        let mut stand_ins = Vec::with_capacity(plan.len());
        for delegation in plan {
            let id = cx.city.with_chance(|chance| StandInId::new(cx.now, chance));
            let it = StandIn { id, delegation, created_at: cx.now, ended_at: None };
            store::stand_in::add(cx.tx, &it)?;
            tell(cx, "stand-in-named", &it);
            stand_ins.push(id);
        }
        Ok(Named { stand_ins })
    }
}

impl NameStandIn {
    fn delegation(
        &self,
        process: &'static Process,
        facts: &Facts,
        (giver, lasts): (PersonId, Span),
        now: Instant,
    ) -> Result<Delegation, Vec<Refusal>> {
        let own = everywhere(&facts.giver);
        let given = cases::delegable(process, &own);
        // Also an unknown person is told as unfit: nobody learns who has an account.
        let fit = |task: &&cases::Task| {
            facts.to.as_ref().is_some_and(|to| shares_role(&facts.giver, to, task.who))
        };
        let tasks: Vec<String> =
            given.iter().copied().filter(fit).map(|task| task.name.to_owned()).collect();
        let is_unfit = tasks.is_empty() && !given.is_empty();
        let delegation =
            Delegation { giver, to: self.to, process: process.name.to_owned(), tasks, lasts };
        let mut reasons = cases::delegate(process, &delegation, &own, now);
        let is_self = self.to == giver;
        if is_unfit && !is_self {
            reasons.retain(|reason| reason.code != "case-delegation-empty");
            let unfit = Refusal::new(Class::Refused, "case-stand-in-unfit").on("to");
            reasons.push(unfit.term("process", cases::term::process_term(process.name)));
        } else if given.is_empty() {
            reasons.retain(|reason| reason.code != "case-delegation-empty");
            let none = Refusal::new(Class::Refused, "case-stand-in-nothing").on("processes");
            reasons.push(none.term("process", cases::term::process_term(process.name)));
        }
        let is_twice = facts.live.iter().any(|it| {
            it.delegation.to == self.to
                && it.delegation.process == process.name
                && it.delegation.lasts.overlaps(lasts)
        });
        if is_twice {
            let twice = Refusal::new(Class::Conflict, "case-stand-in-twice").on("processes");
            reasons.push(twice.term("process", cases::term::process_term(process.name)));
        }
        if reasons.is_empty() { Ok(delegation) } else { Err(reasons) }
    }
}

/// Tells both people of it.
fn tell(cx: &mut Cx<'_, '_>, kind: &str, it: &StandIn) {
    let given = &it.delegation;
    let body = serde_json::json!({
        "giver": given.giver,
        "to": given.to,
        "process": given.process,
        "from": given.lasts.start().rfc3339(),
        "until": given.lasts.end().rfc3339(),
    });
    for person in [given.giver, given.to] {
        event(cx, kind, person, body.clone());
    }
}

/// The roles of somebody in any organisation at all.
fn everywhere(actor: &Actor) -> Rights {
    let words: Vec<&'static str> = actor.roles.iter().map(|(_, role)| role.word()).collect();
    Rights { desk: words.clone(), owner: words }
}

/// Whether both hold one of these roles in one organisation.
fn shares_role(a: &Actor, b: &Actor, who: &[Who]) -> bool {
    let counts = |word: &str| {
        who.iter().any(|who| matches!(who, Who::Role(role) | Who::OwnerRole(role) if *role == word))
    };
    a.roles.iter().any(|place| counts(place.1.word()) && b.roles.contains(place))
}

/// Ends a stand-in before its time.
#[derive(serde::Serialize)]
pub struct EndStandIn {
    pub stand_in: StandInId,
}

impl Act for EndStandIn {
    const ACT: A = A::EndStandIn;
    type Facts = (StandIn, Option<PersonId>);
    type Plan = StandIn;
    type Outcome = Named;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = store::stand_in::find(cx.tx, self.stand_in)?.ok_or_else(Refusal::not_found)?;
        let both = [it.delegation.giver, it.delegation.to];
        // To everybody else it is not there.
        let own = cx.actor.person.filter(|person| both.contains(person));
        own.ok_or_else(Refusal::not_found)?;
        Ok((it, own))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing { person: facts.1, ..Thing::default() }
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<StandIn, Vec<Refusal>> {
        Ok(facts.0)
    }

    fn save(&self, it: StandIn, cx: &mut Cx<'_, '_>) -> Result<Named, Stop> {
        // One that is over already stays as it is.
        if store::stand_in::end(cx.tx, it.id, cx.now)? {
            tell(cx, "stand-in-ended", &it);
        }
        Ok(Named { stand_ins: vec![it.id] })
    }
}

impl City {
    /// The stand-ins of the asker: named and held, now or later.
    pub fn stand_ins(&self, asker: &Asker) -> Result<StandIns, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListStandIns, &Thing::own(person))?;
            let given = store::stand_in::of_giver(rx.tx, person, rx.now, STAND_INS_MAX)?;
            let held = store::stand_in::of_person(rx.tx, person, rx.now, STAND_INS_MAX)?;
            let people: Vec<PersonId> = given
                .iter()
                .chain(&held)
                .flat_map(|it| [it.delegation.giver, it.delegation.to])
                .collect();
            let names = store::person::names_of(rx.tx, &people)?;
            let own = everywhere(&rx.actor);
            let may_give =
                |process: &&&Process| cases::delegable(process, &own).iter().any(by_role);
            let processes = PROCESSES.iter().filter(may_give).copied().collect();
            Ok(StandIns { given, held, names, processes })
        })
    }
}

fn by_role(task: &&'static cases::Task) -> bool {
    task.who.iter().any(|who| matches!(who, Who::Role(_) | Who::OwnerRole(_)))
}

/// For whom this person stands in now.
pub(crate) fn live(
    tx: &mut Tx<'_>,
    person: PersonId,
    now: Instant,
) -> Result<Vec<StandIn>, StoreError> {
    let mut found = store::stand_in::of_person(tx, person, now, STAND_INS_MAX)?;
    found.retain(|it| it.delegation.lasts.holds(now));
    Ok(found)
}

/// The giver as the engine asks, with the roles that count for this case now: none for somebody who
/// is shut out or may no longer read it.
pub(crate) fn giver(
    tx: &mut Tx<'_>,
    city: &City,
    case: &Case,
    delegation: Delegation,
    now: Instant,
) -> Result<Giver, StoreError> {
    let who = crate::Who::Person(delegation.giver);
    let actor = crate::asker::resolve(tx, who, now, city.settings().second_factor)?;
    let may_read = actor.person.is_some() && actor.clearance.may_read(&case.label);
    let rights = if may_read { rights(&actor, case.owner, case.desk) } else { Rights::default() };
    Ok(Giver { delegation, rights })
}
