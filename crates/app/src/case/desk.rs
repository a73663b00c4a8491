//! Which organisation's people handle the cases of a process.

use super::{acts::one, process_of};
use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{Label, OrganisationId, Refusal};
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

/// Names the organisation whose desk handles a process from now on.
#[derive(serde::Serialize)]
pub struct SetDesk {
    pub process: String,
    pub organisation: OrganisationId,
}

impl Act for SetDesk {
    const ACT: A = A::SetDesk;
    type Facts = Organisation;
    type Plan = Organisation;
    type Outcome = OrganisationId;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(format!("desk-{}", self.process))]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Organisation, Stop> {
        let found = store::organisation::find(cx.tx, self.organisation)?;
        Ok(found.ok_or_else(Refusal::not_found)?)
    }

    fn thing(&self, facts: &Organisation) -> Thing {
        Thing::of(facts.id)
    }

    fn decide(&self, facts: Organisation, _: &Cx<'_, '_>) -> Result<Organisation, Vec<Refusal>> {
        if process_of(&self.process).is_none() {
            let refusal = Refusal::invalid("case-no-such-process").on("process");
            return Err(one(refusal.text("found", &*self.process)));
        }
        Ok(facts)
    }

    fn save(&self, plan: Organisation, cx: &mut Cx<'_, '_>) -> Result<OrganisationId, Stop> {
        store::case::set_desk(cx.tx, &self.process, plan.id)?;
        let about = About {
            thing: plan.id.to_string(),
            version: plan.version,
            owner: Some(plan.id),
            label: &Label::public(),
            state: "",
        };
        cx.event("desk-set", about, serde_json::json!({ "process": self.process }));
        Ok(plan.id)
    }
}

impl City {
    /// The desks that are named, by process.
    pub fn desks(&self, asker: &Asker) -> Result<Vec<(String, OrganisationId)>, No> {
        self.read(asker, |rx| {
            rx.may(A::ListOrganisations, &Thing::open())?;
            Ok(store::case::desks(rx.tx)?)
        })
    }
}
