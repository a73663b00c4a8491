//! Mergers: an officer takes one organisation into another, and what belongs to it goes there.
//!
//! People, invitations, names, webhooks, imports, files, bulletins, desks, lots, deals and contracts go in the act itself;
//! cases and technologies follow in acts of two hundred, and a job goes on with what a sudden end
//! left. The one that was taken stays as it was, under its id, reference and code: links, codes and
//! the log lead from it to the one into which it went. Nothing of the log is written anew.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::person::{add_place, event as person_event};
use access::{Act as A, Thing};
use base::{Bilingual, Class, Label, MembershipId, OrganisationId, Refusal, limits, text};
use parties::{Organisation, OrganisationKind};
use store::Hold;
pub use store::merger::Counts;
use store::person::Membership;

/// Cases, and technologies, that one act moves.
const AT_ONCE: usize = 200;
/// Organisations that one round goes on with.
const A_ROUND: usize = 20;
/// Characters of a technology's number as its owner keeps it.
const KEY_CHARS_MAX: usize = limits::NAME_CHARS_MAX;

/// Takes an organisation into another.
#[derive(serde::Serialize)]
pub struct MergeOrganisations {
    pub organisation: OrganisationId,
    /// The version that was seen.
    pub version: u64,
    pub into: OrganisationId,
    /// What shows that they are one: a register's notice, an order.
    pub reason: String,
}

/// What became of two organisations.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Merged {
    pub organisation: OrganisationId,
    pub into: OrganisationId,
}

/// An organisation that could be taken into another.
#[derive(Clone, Debug)]
pub struct MergerView {
    pub organisation: Organisation,
    pub counts: Counts,
}

impl Act for MergeOrganisations {
    const ACT: A = A::MergeOrganisations;
    /// The two, and an auction that one of them bids in.
    type Facts = (Organisation, Organisation, Option<String>);
    type Plan = (Organisation, String);
    type Outcome = Merged;

    fn holds(&self) -> Vec<Hold> {
        let both = [self.organisation, self.into];
        both.into_iter().map(Hold::on).chain([Hold::on("administrators")]).collect()
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let mut one = |id, field: &str| {
            let unknown = || {
                let id = OrganisationId::to_string(&id);
                Refusal::new(Class::NotFound, "organisation-unknown").on(field).text("found", id)
            };
            Ok::<_, Stop>(store::organisation::find(cx.tx, id)?.ok_or_else(unknown)?)
        };
        let (from, into) = (one(self.organisation, "organisation")?, one(self.into, "into")?);
        let bids_in = store::merger_deal::bids_in(cx.tx, from.id)?;
        Ok((from, into, bids_in))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::of(facts.0.id)
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let (from, into, bids_in) = facts;
        let mut no = Vec::new();
        let refuse = |code: &'static str| Refusal::new(Class::Refused, code);
        if from.version != self.version {
            let refusal = Refusal::new(Class::Conflict, "version-conflict");
            no.push(refusal.number("seen", self.version).number("now", from.version));
        }
        if from.id == into.id {
            no.push(refuse("merger-same").on("into"));
        }
        if from.merged_into.is_some() {
            no.push(refuse("merger-done"));
        }
        if into.merged_into.is_some() {
            no.push(refuse("merger-into-gone").on("into"));
        }
        if let Some(lot) = bids_in {
            // Its deposit lies under its name until the auction is settled.
            no.push(Refusal::new(Class::Conflict, "merger-bids").text("reference", lot));
        }
        if from.profile.kind == OrganisationKind::Agency {
            no.push(refuse("merger-agency"));
        }
        match text::required_line("reason", &self.reason, limits::SUMMARY_CHARS_MAX) {
            Ok(reason) if no.is_empty() => Ok((from, reason)),
            read => {
                no.extend(read.err());
                Err(no)
            }
        }
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Merged, Stop> {
        let (from, reason) = plan;
        if !store::merger::mark(cx.tx, (from.id, self.version), self.into, cx.now)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        give_people(cx, from.id, self.into)?;
        store::merger::give_rest(cx.tx, from.id, self.into)?;
        let label = Label::public();
        let about = About {
            thing: from.id.to_string(),
            version: self.version + 1,
            owner: Some(self.into),
            label: &label,
            state: "merged",
        };
        cx.event(
            "organisation-merged",
            about,
            serde_json::json!({ "into": self.into, "reason": reason }),
        );
        Ok(Merged { organisation: from.id, into: self.into })
    }
}

/// Everybody has the same place in the other, unless they have it there already.
fn give_people(
    cx: &mut Cx<'_, '_>,
    from: OrganisationId,
    into: OrganisationId,
) -> Result<(), Stop> {
    for (id, person, role, until_at) in store::merger::places(cx.tx, from, cx.now)? {
        store::person::end_membership(cx.tx, id, cx.now)?;
        let body = serde_json::json!({ "role": role.word(), "organisation": from });
        person_event(cx, "membership-ended", person, body);
        let held = store::person::roles(cx.tx, person, cx.now)?;
        if held.iter().any(|(_, at, known)| *at == into && *known == role) {
            continue;
        }
        let id = cx.city.with_chance(|chance| MembershipId::new(cx.now, chance));
        add_place(cx, &Membership { id, person, organisation: into, role, until_at })?;
        let body = serde_json::json!({ "role": role.word(), "organisation": into });
        person_event(cx, "membership-granted", person, body);
    }
    Ok(())
}

/// Moves the next cases and technologies of an organisation that was taken into another.
#[derive(serde::Serialize)]
struct GoOnMerging {
    organisation: OrganisationId,
}

impl Act for GoOnMerging {
    const ACT: A = A::MergeOrganisations;
    type Facts = Organisation;
    type Plan = (Organisation, OrganisationId);
    /// How many things were moved.
    type Outcome = usize;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.organisation)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Organisation, Stop> {
        let found = store::organisation::find(cx.tx, self.organisation)?;
        Ok(found.ok_or_else(Refusal::not_found)?)
    }

    fn thing(&self, facts: &Organisation) -> Thing {
        Thing::of(facts.id)
    }

    fn decide(&self, from: Organisation, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        match from.merged_into {
            Some(into) => Ok((from, into)),
            None => Err(vec![Refusal::not_found()]),
        }
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<usize, Stop> {
        let (from, into) = plan;
        let cases = store::merger::cases(cx.tx, from.id, AT_ONCE)?;
        for case in &cases {
            store::merger::give_case(cx.tx, *case, from.id, into)?;
        }
        let technologies = store::merger::technologies(cx.tx, from.id, AT_ONCE)?;
        for id in &technologies {
            give_technology(cx, *id, &from, into)?;
        }
        Ok(cases.len() + technologies.len())
    }
}

/// A number that the new owner uses already is told apart by the reference of the old one.
fn give_technology(
    cx: &mut Cx<'_, '_>,
    id: base::TechnologyId,
    from: &Organisation,
    into: OrganisationId,
) -> Result<(), Stop> {
    let technology = store::technology::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
    let mut key = technology.key.clone().unwrap_or_default();
    if store::technology::key_taken(cx.tx, into, &key)? {
        key = format!("{}/{key}", from.reference).chars().take(KEY_CHARS_MAX).collect();
    }
    if !store::merger::give_technology(cx.tx, id, (from.id, into), &key, cx.now)? {
        return Ok(());
    }
    let digest = store::technology::digest(&technology.content);
    let about = About {
        thing: id.to_string(),
        version: technology.version,
        owner: Some(into),
        label: &technology.label,
        state: technology.state.word(),
    };
    cx.event(
        "technology-owner-changed",
        about,
        serde_json::json!({ "digest": digest, "from": from.id }),
    );
    Ok(())
}

impl City {
    /// What would go with an organisation that is taken into another.
    pub fn merger(&self, asker: &Asker, id: OrganisationId) -> Result<MergerView, No> {
        self.read(asker, |rx| {
            rx.may(A::MergeOrganisations, &Thing::of(id))?;
            let found = store::organisation::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let counts = store::merger::counts(rx.tx, id, rx.now)?;
            Ok(MergerView { organisation: found, counts })
        })
    }

    /// Takes an organisation into another and moves everything that belongs to it.
    pub fn merge(&self, asker: &Asker, act: MergeOrganisations) -> Result<Merged, No> {
        let done = self.perform(asker, act)?;
        self.go_on_merging(done.organisation)?;
        Ok(done)
    }

    fn go_on_merging(&self, organisation: OrganisationId) -> Result<(), No> {
        let timer = Asker::person(self.row()?.operator);
        while self.perform(&timer, GoOnMerging { organisation })? > 0 {}
        Ok(())
    }

    /// Goes on with mergers that a sudden end left; says how many.
    pub fn finish_mergers(&self) -> Result<usize, No> {
        let left = self.store().read(|tx| store::merger::unfinished(tx, A_ROUND))?;
        for organisation in &left {
            self.go_on_merging(*organisation)?;
        }
        Ok(left.len())
    }

    /// The name of the organisation into which another one was taken, to lead there.
    pub fn merged_into(
        &self,
        organisation: &Organisation,
    ) -> Result<Option<(OrganisationId, Bilingual)>, No> {
        let Some(into) = organisation.merged_into else { return Ok(None) };
        let found = self.store().read(|tx| store::organisation::find(tx, into))?;
        Ok(found.map(|found| (found.id, found.profile.name)))
    }
}
