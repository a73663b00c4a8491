//! Holders: entered once under a key, by either side; an organisation, a person, or a name.

use crate::act::{Act, Cx, Stop};
use crate::venture::{find, thing_of, told};
use access::{Act as A, Thing};
use base::{Bilingual, Class, OrganisationId, PersonId, Refusal, VentureId, limits, text};
use store::Hold;
use trading::venture::{HOLDERS_MAX, Holder, Venture, VentureState};

/// Who it is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum NewHolder {
    Organisation(OrganisationId),
    /// Somebody with a place at the institute or the company.
    Person(PersonId),
    /// Somebody without an account.
    Named(Bilingual),
}

/// Enters a holder, so that shares can be issued to it.
#[derive(serde::Serialize)]
pub struct EnterHolder {
    pub venture: VentureId,
    pub holder: NewHolder,
    /// Whether its shares are the state's.
    pub is_state: bool,
}

/// What entering tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Entered {
    pub venture: VentureId,
    pub holder: u64,
    pub key: String,
}

/// The venture, its holders, and whether the one to be entered is known to it.
pub struct Found {
    venture: Venture,
    holders: Vec<Holder>,
    is_known: bool,
}

impl EnterHolder {
    fn matches(&self, it: &Holder) -> bool {
        match &self.holder {
            NewHolder::Organisation(id) => it.organisation == Some(*id),
            NewHolder::Person(id) => it.person == Some(*id),
            NewHolder::Named(_) => false,
        }
    }

    fn name(&self) -> Result<Bilingual, Vec<Refusal>> {
        let NewHolder::Named(name) = &self.holder else { return Ok(Bilingual::default()) };
        let most = limits::NAME_CHARS_MAX;
        let mut no = Vec::new();
        let mut side = |field: &str, typed: &str| {
            text::line(field, typed, most).unwrap_or_else(|refusal| {
                no.push(refusal);
                String::new()
            })
        };
        let name = Bilingual::new(side("name.en", &name.en), side("name.zh", &name.zh));
        if no.is_empty() && name.en.is_empty() && name.zh.is_empty() {
            let required = Refusal::invalid("field-required").on("name");
            no.push(required.term("field", "field-name"));
        }
        if no.is_empty() { Ok(name) } else { Err(no) }
    }
}

impl Act for EnterHolder {
    const ACT: A = A::EnterHolder;
    type Facts = Found;
    type Plan = (Venture, Holder);
    type Outcome = Entered;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.venture)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Found, Stop> {
        let venture = find(cx, self.venture)?;
        let holders = store::venture::holders(cx.tx, self.venture, HOLDERS_MAX)?;
        let is_known = match &self.holder {
            NewHolder::Organisation(id) => {
                let found = store::organisation::find(cx.tx, *id)?;
                found.is_some_and(|it| it.merged_into.is_none())
            }
            NewHolder::Person(id) => {
                let places = store::person::roles(cx.tx, *id, cx.now)?;
                let sides = [venture.owner, venture.company];
                places.iter().any(|(_, organisation, _)| sides.contains(organisation))
            }
            NewHolder::Named(_) => true,
        };
        Ok(Found { venture, holders, is_known })
    }

    fn thing(&self, found: &Found) -> Thing {
        thing_of(&found.venture)
    }

    fn decide(&self, found: Found, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let Found { venture, holders, is_known } = found;
        let mut no = Vec::new();
        if venture.state == VentureState::Withdrawn {
            no.push(Refusal::new(Class::Conflict, "venture-withdrawn"));
        }
        if holders.len() >= HOLDERS_MAX {
            let full = Refusal::new(Class::Refused, "venture-holders-full");
            no.push(full.number("most", HOLDERS_MAX));
        }
        if !is_known {
            no.push(Refusal::invalid("venture-holder-elsewhere").on("holder"));
        }
        if holders.iter().any(|it| self.matches(it)) {
            no.push(Refusal::new(Class::Conflict, "venture-holder-known").on("holder"));
        }
        let name = self.name().unwrap_or_else(|reasons| {
            no.extend(reasons);
            Bilingual::default()
        });
        if !no.is_empty() {
            return Err(no);
        }
        let (organisation, person) = match &self.holder {
            NewHolder::Organisation(id) => (Some(*id), None),
            NewHolder::Person(id) => (None, Some(*id)),
            NewHolder::Named(_) => (None, None),
        };
        let n = 1 + holders.iter().map(|it| it.n).max().unwrap_or(0);
        let is_state = self.is_state && organisation.is_some();
        let (id, name) = (venture.id, name);
        Ok((venture, Holder { venture: id, n, organisation, person, name, is_state }))
    }

    fn save(&self, (venture, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Entered, Stop> {
        store::venture::add_holder(cx.tx, &it, cx.now)?;
        told(cx, &venture, "venture-holder-entered", serde_json::json!({ "holder": it.n }));
        Ok(Entered { venture: venture.id, holder: it.n, key: it.key() })
    }
}
