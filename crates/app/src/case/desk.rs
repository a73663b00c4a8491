//! Which organisation's people handle the cases of a process.

use super::{PROCESSES, acts::one, process_of};
use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{Label, OrganisationId, Refusal};
use cases::Process;
use parties::Organisation;
use store::Hold;

/// The desk that handles a process: the one named, else the city's office, else the owner itself.
/// Cases that run already stay where they are.
pub(crate) fn desk_for(
    cx: &mut Cx<'_, '_>,
    process: &str,
    owner: OrganisationId,
) -> Result<OrganisationId, Stop> {
    if let Some(named) = store::case::desk(cx.tx, process)? {
        return Ok(named);
    }
    Ok(store::city::office(cx.tx)?.unwrap_or(owner))
}

/// Names the organisation whose desk handles a process from now on. Cases that run stay where they
/// are.
#[derive(serde::Serialize)]
pub struct SetDesk {
    pub process: String,
    /// `None` leaves it to the city's office.
    pub organisation: Option<OrganisationId>,
}

/// Who handles the cases of a process.
#[derive(Clone, Debug)]
pub struct Desk {
    pub process: &'static Process,
    /// The organisation that is named; `None` where the city's office has it.
    pub organisation: Option<Organisation>,
}

impl Act for SetDesk {
    const ACT: A = A::SetDesk;
    type Facts = Option<Organisation>;
    type Plan = Option<Organisation>;
    type Outcome = Option<OrganisationId>;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(format!("desk-{}", self.process))]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let Some(organisation) = self.organisation else { return Ok(None) };
        let found = store::organisation::find(cx.tx, organisation)?;
        Ok(Some(found.ok_or_else(Refusal::not_found)?))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        facts.as_ref().map_or_else(Thing::open, |found| Thing::of(found.id))
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        if process_of(&self.process).is_none() {
            let refusal = Refusal::invalid("case-no-such-process").on("process");
            return Err(one(refusal.text("found", &*self.process)));
        }
        Ok(facts)
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Self::Outcome, Stop> {
        let id = plan.as_ref().map(|plan| plan.id);
        match id {
            Some(id) => store::case::set_desk(cx.tx, &self.process, id)?,
            None => store::case::clear_desk(cx.tx, &self.process)?,
        }
        let about = About {
            thing: id.map_or_else(|| cx.act.to_string(), |id| id.to_string()),
            version: plan.as_ref().map_or(0, |plan| plan.version),
            owner: id,
            label: &Label::public(),
            state: "",
        };
        cx.event("desk-set", about, serde_json::json!({ "process": self.process }));
        Ok(id)
    }
}

impl City {
    /// Who handles which process.
    pub fn desks(&self, asker: &Asker) -> Result<Vec<Desk>, No> {
        self.read(asker, |rx| {
            rx.may(A::ListOrganisations, &Thing::open())?;
            let named = store::case::desks(rx.tx)?;
            let mut desks = Vec::with_capacity(PROCESSES.len());
            for process in PROCESSES.iter().copied() {
                let of = named.iter().find(|(name, _)| name == process.name);
                let organisation = match of {
                    Some((_, id)) => store::organisation::find(rx.tx, *id)?,
                    None => None,
                };
                desks.push(Desk { process, organisation });
            }
            Ok(desks)
        })
    }
}
