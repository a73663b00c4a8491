//! Enquiries about a technology: cases of its owner's transfer officer, never lost.

use crate::act::{Act, Cx, Stop};
use crate::case::{self, CaseMoved, Opening};
use access::{Act as A, Thing};
use base::{OrganisationId, PersonId, Refusal, TechnologyId};
use trading::enquiry::{ENQUIRY, Enquiry};
use trading::technology::Technology;

/// Asks the owner of a technology something.
#[derive(serde::Serialize)]
pub struct Enquire {
    pub technology: TechnologyId,
    pub enquiry: Enquiry,
}

/// What an enquiry needs to know.
pub struct Facts {
    technology: Technology,
    desk: OrganisationId,
    /// In whose name the case is opened where nobody is signed in: the installation's own account.
    office: PersonId,
}

impl Act for Enquire {
    const ACT: A = A::Enquire;
    type Facts = Facts;
    type Plan = (Facts, Enquiry);
    type Outcome = CaseMoved;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        let technology = crate::technology::find(cx, self.technology)?;
        let desk = case::desk_for(cx, trading::enquiry::NAME, technology.owner)?;
        let city = store::city::find(cx.tx)?.ok_or_else(Refusal::not_found)?;
        Ok(Facts { technology, desk, office: city.operator })
    }

    fn thing(&self, facts: &Facts) -> Thing {
        crate::technology::thing_of(&facts.technology)
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut enquiry = self.enquiry.clone();
        let mut reasons = Vec::new();
        match parties::person::email(&enquiry.email) {
            Ok(email) => enquiry.email = email,
            Err(_) if cx.actor.person.is_some() && enquiry.email.trim().is_empty() => {}
            Err(refusal) => reasons.push(refusal),
        }
        match enquiry.checked() {
            Ok(enquiry) if reasons.is_empty() => Ok((facts, enquiry)),
            checked => {
                reasons.extend(checked.err().unwrap_or_default());
                Err(reasons)
            }
        }
    }

    fn save(&self, (facts, enquiry): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<CaseMoved, Stop> {
        // What people write is for the owner and the office, whatever the technology's own label.
        let members = base::Label::at(base::Level::Registered);
        let label = facts.technology.label.least_upper_bound(&members);
        let opening = Opening {
            process: &ENQUIRY,
            kind: "EQ",
            thing: facts.technology.id.to_string(),
            owner: facts.technology.owner,
            desk: facts.desk,
            opener: cx.actor.person.unwrap_or(facts.office),
            label: &label,
            documents: Vec::new(),
            matter: serde_json::to_value(&enquiry).expect("an enquiry has text keys only"),
        };
        let case = case::open(cx, opening)?;
        Ok(CaseMoved { technology: Some(facts.technology.id), ..CaseMoved::of(&case) })
    }
}

/// The enquiry of a case.
pub fn enquiry_of(case: &store::case::Case) -> Option<Enquiry> {
    serde_json::from_value(case.matter.clone()).ok()
}
