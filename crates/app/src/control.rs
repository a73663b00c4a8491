//! Who controls whom: entered and ended by the office, asked wherever a party must not deal with itself.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{Bilingual, Class, Label, OrganisationId, Refusal};
use parties::control::{Control, chain, grounds, jurisdiction, jurisdiction_of};
use parties::{Organisation, organisation};
use std::collections::BTreeMap;
use store::{Hold, StoreError, Tx};

/// What a change tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ControlChanged {
    pub organisation: OrganisationId,
    pub controller: OrganisationId,
}

fn find(cx: &mut Cx<'_, '_>, id: OrganisationId) -> Result<Organisation, Stop> {
    Ok(store::organisation::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

fn told(cx: &mut Cx<'_, '_>, it: &Organisation, controller: OrganisationId, kind: &str) {
    let label = Label::public();
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: Some(it.id),
        label: &label,
        state: "",
    };
    cx.event(kind, about, serde_json::json!({ "controller": controller }));
}

/// Enters that one organisation controls another.
#[derive(serde::Serialize)]
pub struct EnterControl {
    pub organisation: OrganisationId,
    pub controller: OrganisationId,
    /// What it rests on.
    pub grounds: String,
}

impl Act for EnterControl {
    const ACT: A = A::KeepControls;
    type Facts = (Organisation, Vec<OrganisationId>);
    type Plan = (Organisation, Control);
    type Outcome = ControlChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.organisation)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        find(cx, self.controller)?;
        let it = find(cx, self.organisation)?;
        Ok((it, store::control::standing(cx.tx, self.organisation)?))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (it, standing): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        let read = grounds(&self.grounds).unwrap_or_else(|refusal| {
            no.push(refusal);
            String::new()
        });
        if self.controller == self.organisation {
            no.push(Refusal::new(Class::Refused, "control-of-itself").on("controller"));
        }
        if standing.contains(&self.controller) {
            no.push(Refusal::new(Class::Conflict, "control-known").on("controller"));
        }
        if !no.is_empty() {
            return Err(no);
        }
        let control = Control {
            organisation: self.organisation,
            controller: self.controller,
            grounds: read,
            entered_by: cx.actor.person,
            entered_at: cx.now,
            ended_at: None,
        };
        Ok((it, control))
    }

    fn save(&self, (it, control): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<ControlChanged, Stop> {
        store::control::add(cx.tx, &control)?;
        told(cx, &it, self.controller, "organisation-control-entered");
        Ok(ControlChanged { organisation: self.organisation, controller: self.controller })
    }
}

/// Ends such a relation.
#[derive(serde::Serialize)]
pub struct EndControl {
    pub organisation: OrganisationId,
    pub controller: OrganisationId,
}

impl Act for EndControl {
    const ACT: A = A::KeepControls;
    type Facts = Organisation;
    type Plan = Organisation;
    type Outcome = ControlChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.organisation)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Organisation, Stop> {
        find(cx, self.organisation)
    }

    fn thing(&self, _: &Organisation) -> Thing {
        Thing::open()
    }

    fn decide(&self, it: Organisation, _: &Cx<'_, '_>) -> Result<Organisation, Vec<Refusal>> {
        Ok(it)
    }

    fn save(&self, it: Organisation, cx: &mut Cx<'_, '_>) -> Result<ControlChanged, Stop> {
        let pair = (self.organisation, self.controller);
        if !store::control::end(cx.tx, pair, cx.actor.person, cx.now)? {
            return Err(Refusal::not_found().into());
        }
        told(cx, &it, self.controller, "organisation-control-ended");
        Ok(ControlChanged { organisation: self.organisation, controller: self.controller })
    }
}

/// Enters the jurisdiction of an organisation as a register has it; an empty code takes it back.
#[derive(serde::Serialize)]
pub struct EnterJurisdiction {
    pub organisation: OrganisationId,
    /// Two letters of ISO 3166.
    pub jurisdiction: String,
}

/// What that tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct JurisdictionEntered {
    pub organisation: OrganisationId,
    pub jurisdiction: String,
}

impl Act for EnterJurisdiction {
    const ACT: A = A::KeepControls;
    type Facts = Organisation;
    type Plan = (Organisation, String);
    type Outcome = JurisdictionEntered;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.organisation)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Organisation, Stop> {
        find(cx, self.organisation)
    }

    fn thing(&self, _: &Organisation) -> Thing {
        Thing::open()
    }

    fn decide(&self, it: Organisation, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        match jurisdiction(&self.jurisdiction) {
            Ok(code) => Ok((it, code)),
            Err(refusal) => Err(vec![refusal]),
        }
    }

    fn save(&self, (it, code): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Self::Outcome, Stop> {
        store::control::set_jurisdiction(cx.tx, (it.id, &code), cx.actor.person, cx.now)?;
        let label = Label::public();
        let about = About {
            thing: it.id.to_string(),
            version: it.version,
            owner: Some(it.id),
            label: &label,
            state: "",
        };
        let body = serde_json::json!({ "jurisdiction": code });
        cx.event("organisation-jurisdiction-entered", about, body);
        Ok(JurisdictionEntered { organisation: it.id, jurisdiction: code })
    }
}

/// Why a party does not deal with an owner: it is controlled by it. The chain is named, from the
/// party up to the owner.
pub(crate) fn controlled(
    tx: &mut Tx<'_>,
    party: OrganisationId,
    owner: OrganisationId,
) -> Result<Option<Refusal>, StoreError> {
    let found = chain(party, owner, |of| store::control::standing(tx, of))?;
    let Some(path) = found else { return Ok(None) };
    let mut names = Vec::with_capacity(path.len());
    for id in path {
        let name = store::organisation::find(tx, id)?.map(|it| it.profile.name);
        names.push(name.map_or_else(|| id.to_string(), |name| both(&name)));
    }
    let refusal = Refusal::new(Class::Refused, "lot-controlled");
    Ok(Some(refusal.text("chain", names.join(" ← "))))
}

/// A name in both languages, where it has both: refusals are read in either.
fn both(name: &Bilingual) -> String {
    match (name.en.is_empty(), name.zh.is_empty()) {
        (false, false) => format!("{} ({})", name.en, name.zh),
        (true, _) => name.zh.clone(),
        (_, true) => name.en.clone(),
    }
}

/// Who controls an organisation, and who did, with their names.
#[derive(Clone, Debug)]
pub struct ControlView {
    pub organisation: organisation::Organisation,
    pub controls: Vec<Control>,
    pub names: BTreeMap<OrganisationId, Bilingual>,
    /// The jurisdiction that was entered, or empty; and the one that counts.
    pub jurisdiction: (String, Option<String>),
}

impl City {
    /// Who controls an organisation: for the office.
    pub fn controls(&self, asker: &Asker, id: OrganisationId) -> Result<ControlView, No> {
        self.read(asker, |rx| {
            rx.may(A::KeepControls, &Thing::open())?;
            let organisation =
                store::organisation::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let controls = store::control::of(rx.tx, id)?;
            let mut names = BTreeMap::new();
            for it in &controls {
                if let Some(found) = store::organisation::find(rx.tx, it.controller)? {
                    names.insert(it.controller, found.profile.name);
                }
            }
            let (entered, code) = store::control::jurisdiction(rx.tx, id)?;
            let counts = jurisdiction_of(&entered, &code);
            Ok(ControlView { organisation, controls, names, jurisdiction: (entered, counts) })
        })
    }
}
