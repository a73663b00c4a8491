//! Technologies: created, revised, confirmed and withdrawn by the owner's transfer officer; looked
//! at by whoever may.

use crate::act::{About, Act, Cx, No, Stop, offers};
use crate::asker::Asker;
use crate::city::{City, Rx};
use access::{Act as A, Thing};
use base::{EventId, Instant, Label, OrganisationId, PersonId, Refusal, TechnologyId};
use parties::Organisation;
use store::technology::By;
use store::{Hold, NewEvent};
use trading::Proof;
use trading::compare::Change;
use trading::listing::Listing;
use trading::technology::change::{
    CreateFacts, CreateTechnology as CreateAsk, Facts, Plan, ReviseTechnology as ReviseAsk,
    confirm, create, raise_label, revise, withdraw,
};
use trading::technology::{Content, Source, Technology};

/// Versions shown on one page.
pub const VERSIONS_MAX: usize = 200;

/// What access judges of a technology.
pub fn thing_of(technology: &Technology) -> Thing {
    Thing {
        owner: Some(technology.owner),
        state: technology.state.word(),
        label: technology.label.clone(),
        ..Thing::default()
    }
}

/// Which acts this reader may do here: the buttons of the page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offers {
    pub revise: bool,
    pub confirm: bool,
    pub withdraw: bool,
    pub raise_label: bool,
    pub list: bool,
    pub see_looks: bool,
}

/// A technology as this reader may see it.
pub struct View {
    pub technology: Technology,
    pub owner: Organisation,
    pub listings: Vec<Listing>,
    /// The name of the view: `public`, `owner`, `officer`, `emergency`.
    pub view: &'static str,
    /// What lets the reader in who has no right of their own.
    pub entered: Option<crate::emergency::Entered>,
    pub offers: Offers,
    pub is_stale: bool,
    /// The log number up to which the search index has come, and the newest of this thing.
    pub is_indexed: bool,
}

/// One version beside another.
pub struct Comparison {
    pub technology: Technology,
    pub owner: Organisation,
    pub before: u64,
    pub after: u64,
    pub changes: Vec<Change>,
    /// The name of the view, as of the technology itself.
    pub view: &'static str,
}

/// A version as the history shows it.
pub struct VersionView {
    pub version: u64,
    pub state: String,
    pub label: Option<Label>,
    /// Only for the owner and officers.
    pub person: Option<(PersonId, base::Bilingual)>,
    pub note: String,
    pub at: Instant,
}

impl City {
    /// Looks at one technology. A look at a watched label is in the log before this returns.
    pub fn technology(&self, asker: &Asker, id: TechnologyId) -> Result<View, No> {
        let (view, person) = self.read(asker, |rx| {
            let (technology, (view, entered)) = let_in(rx, id, A::LookAtTechnology)?;
            let owner = store::organisation::find(rx.tx, technology.owner)?
                .ok_or_else(Refusal::not_found)?;
            let mut listings = store::listing::of_technology(rx.tx, id)?;
            if view == "public" {
                listings.retain(|listing| listing.state.word() == "offered");
            }
            let offers = offers_for(rx, &technology);
            let is_stale = technology.is_stale(rx.now);
            let view = View {
                technology,
                owner,
                listings,
                view,
                entered,
                offers,
                is_stale,
                is_indexed: true,
            };
            Ok((view, rx.actor.person))
        })?;
        let seen = (&view.technology.label, id.to_string());
        self.note_entry(asker, person, view.entered, seen)?;
        let position = self.index().position();
        let is_indexed = position >= self.store().committed().size();
        Ok(View { is_indexed, ..view })
    }

    /// The history of one technology.
    pub fn versions(
        &self,
        asker: &Asker,
        id: TechnologyId,
    ) -> Result<(View, Vec<VersionView>), No> {
        let view = self.technology(asker, id)?;
        let versions = self.read(asker, |rx| {
            let (_, (may_see, _)) = let_in(rx, id, A::LookAtVersions)?;
            let rows = store::technology::versions(rx.tx, id, VERSIONS_MAX)?;
            let writers: Vec<PersonId> = rows.iter().filter_map(|row| row.person).collect();
            let names = store::person::names_of(rx.tx, &writers)?;
            let mut shown = Vec::new();
            for row in rows {
                let label = Label::from_gate(&row.gate);
                // A version from before a label was raised still obeys the label of today, which
                // `allowed` asked; one whose own label is higher is left out.
                if !label.as_ref().is_some_and(|label| rx.actor.clearance.may_read(label)) {
                    continue;
                }
                if may_see == "public" && row.state != "confirmed" && row.state != "withdrawn" {
                    continue;
                }
                let known = row.person.filter(|_| may_see != "public");
                let person = known.and_then(|id| names.get(&id).map(|name| (id, name.clone())));
                let (version, state, note, at) = (row.version, row.state, row.note, row.at);
                shown.push(VersionView { version, state, label, person, note, at });
            }
            Ok(shown)
        })?;
        Ok((view, versions))
    }

    /// What changed between two versions.
    pub fn compare_versions(
        &self,
        asker: &Asker,
        id: TechnologyId,
        before: u64,
        after: u64,
    ) -> Result<Comparison, No> {
        let (view, shown) = self.versions(asker, id)?;
        let changes = self.changes_between(asker, id, &shown, (before, after))?;
        Ok(Comparison {
            technology: view.technology,
            owner: view.owner,
            before,
            after,
            changes,
            view: view.view,
        })
    }

    /// What changed between two versions of a history that was looked at just now.
    pub fn changes_between(
        &self,
        asker: &Asker,
        id: TechnologyId,
        shown: &[VersionView],
        (before, after): (u64, u64),
    ) -> Result<Vec<Change>, No> {
        let is_shown = |wanted: u64| shown.iter().any(|version| version.version == wanted);
        if !is_shown(before) || !is_shown(after) {
            return Err(Refusal::not_found().into());
        }
        self.read(asker, |rx| {
            let old = store::technology::version(rx.tx, id, before)?;
            let new = store::technology::version(rx.tx, id, after)?;
            let (Some((old, _)), Some((new, _))) = (old, new) else {
                return Err(Refusal::not_found().into());
            };
            Ok(trading::compare::contents(&old, &new))
        })
    }

    /// Records looks at watched things, durable before anything is shown; nothing to do for others.
    pub fn note_looks(
        &self,
        asker: &Asker,
        person: Option<PersonId>,
        seen: &[(&Label, String)],
    ) -> Result<(), No> {
        let watched: Vec<(String, String)> = seen
            .iter()
            .filter(|(label, _)| label.is_watched())
            .map(|(label, id)| (id.clone(), label.gate()))
            .collect();
        let Some((thing, gate)) = watched.first().cloned() else { return Ok(()) };
        let now = self.now();
        let (id, act, salt) = self.with_chance(|chance| {
            (EventId::new(now, chance), base::ActId::new(now, chance), chance.bytes32())
        });
        let things: Vec<&str> = watched.iter().map(|(id, _)| id.as_str()).collect();
        let event = NewEvent {
            id,
            kind: "looked".to_owned(),
            at: now,
            act,
            by: A::LookAtTechnology.word(),
            actor: person,
            thing,
            version: 0,
            owner: None,
            gate,
            state: "looked".to_owned(),
            salt,
            body: serde_json::json!({ "things": things, "network": asker.network }),
        };
        self.store().write("note look", move |tx| {
            tx.record(event.clone());
            Ok(())
        })?;
        Ok(())
    }
}

/// The technology and the view this reader gets of it.
pub(crate) fn allowed(
    rx: &mut Rx<'_, '_>,
    id: TechnologyId,
    act: A,
) -> Result<(Technology, &'static str), Stop> {
    let found = store::technology::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
    let view = rx.may(act, &thing_of(&found))?;
    Ok((found, view))
}

/// The same also for whom it was opened in an emergency.
fn let_in(
    rx: &mut Rx<'_, '_>,
    id: TechnologyId,
    act: A,
) -> Result<(Technology, crate::emergency::Entry), Stop> {
    let found = store::technology::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
    let entry = crate::emergency::entry(rx, act, &id.to_string(), &thing_of(&found))?;
    Ok((found, entry))
}

fn offers_for(rx: &Rx<'_, '_>, technology: &Technology) -> Offers {
    let thing = thing_of(technology);
    let may = |act| offers(&rx.actor, act, &thing);
    Offers {
        revise: may(A::ReviseTechnology),
        confirm: may(A::ConfirmTechnology),
        withdraw: may(A::WithdrawTechnology),
        raise_label: may(A::RaiseLabel),
        list: may(A::CreateListing),
        see_looks: technology.label.is_watched() && may(A::ListLooks),
    }
}

/// What a change of a technology tells its caller.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Changed {
    pub technology: TechnologyId,
    pub reference: base::Reference,
    pub version: u64,
    /// False when there was nothing to change.
    pub changed: bool,
}

/// Saves a plan and records its event; the digest in the event is what the verifier compares.
pub(crate) fn save_plan(
    cx: &mut Cx<'_, '_>,
    before: Option<u64>,
    plan: Plan,
    kind: &str,
    note: &str,
) -> Result<Changed, Stop> {
    let technology = plan.technology;
    let outcome = |changed| Changed {
        technology: technology.id,
        reference: technology.reference.clone(),
        version: technology.version,
        changed,
    };
    if before == Some(technology.version) {
        return Ok(outcome(false));
    }
    let by = By { person: cx.actor.person, act: cx.act, note: note.to_owned() };
    let saved = match before {
        None => store::technology::add(cx.tx, &technology, &by).map(|()| true)?,
        Some(version) => store::technology::change(cx.tx, version, &technology, &by)?,
    };
    if !saved {
        let refusal = Refusal::new(base::Class::Conflict, "version-conflict");
        return Err(refusal.number("seen", before.unwrap_or(0)).number("now", 0).into());
    }
    let fields: Vec<&str> = plan.changes.iter().map(|change| change.field.as_str()).collect();
    let digest = store::technology::digest(&technology.content);
    let body = serde_json::json!({ "digest": digest, "fields": fields });
    let about = About {
        thing: technology.id.to_string(),
        version: technology.version,
        owner: Some(technology.owner),
        label: &technology.label,
        state: technology.state.word(),
    };
    cx.event(kind, about, body);
    Ok(outcome(true))
}

pub(crate) fn find(cx: &mut Cx<'_, '_>, id: TechnologyId) -> Result<Technology, Stop> {
    Ok(store::technology::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

/// Creates a technology as a draft of its owner.
#[derive(serde::Serialize)]
pub struct CreateTechnology {
    pub owner: OrganisationId,
    pub content: Content,
    /// Members when left out; public only with proof of publication.
    pub label: Option<Label>,
    /// The owner's own number, or empty.
    pub key: String,
    /// The public source that the officer names, or empty.
    pub public_source: String,
}

impl Act for CreateTechnology {
    const ACT: A = A::CreateTechnology;
    type Facts = (OrganisationId, bool);
    type Plan = Plan;
    type Outcome = Changed;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let owner = store::organisation::find(cx.tx, self.owner)?.ok_or_else(Refusal::not_found)?;
        Ok((owner.id, store::technology::key_taken(cx.tx, self.owner, self.key.trim())?))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::of(facts.0)
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Plan, Vec<Refusal>> {
        let source = public_source(&self.public_source)?;
        let proof = source
            .as_ref()
            .map_or(Proof::None, |source| Proof::Source { text: source.name.clone() });
        let ask = CreateAsk {
            id: cx.city.with_chance(|chance| TechnologyId::new(cx.now, chance)),
            reference: cx.city.reference("TE", cx.now),
            owner: self.owner,
            key: Some(self.key.clone()).filter(|key| !key.trim().is_empty()),
            content: self.content.clone(),
            label: self.label.clone(),
            proof,
            source,
        };
        let fields = cx.city.fields();
        let facts = CreateFacts { fields, key_taken: facts.1, marking_released: false };
        // Nobody may label a thing beyond what they could read themselves: it would vanish.
        let plan = create(&facts, ask, cx.now)?;
        if !cx.actor.clearance.may_read(&plan.technology.label) {
            return Err(vec![Refusal::invalid("label-above-clearance").on("label")]);
        }
        Ok(plan)
    }

    fn save(&self, plan: Plan, cx: &mut Cx<'_, '_>) -> Result<Changed, Stop> {
        save_plan(cx, None, plan, "technology-created", "")
    }
}

fn public_source(typed: &str) -> Result<Option<Source>, Vec<Refusal>> {
    let name = base::text::line("public_source", typed, base::limits::SUMMARY_CHARS_MAX)
        .map_err(|refusal| vec![refusal])?;
    Ok((!name.is_empty()).then(|| Source { name, ..Source::default() }))
}

/// Revises what is said about a technology.
#[derive(serde::Serialize)]
pub struct ReviseTechnology {
    pub technology: TechnologyId,
    /// The version that the writer saw.
    pub version: u64,
    pub content: Content,
    pub note: String,
}

impl Act for ReviseTechnology {
    const ACT: A = A::ReviseTechnology;
    type Facts = Technology;
    type Plan = Plan;
    type Outcome = Changed;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.technology)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Technology, Stop> {
        find(cx, self.technology)
    }

    fn thing(&self, facts: &Technology) -> Thing {
        thing_of(facts)
    }

    fn decide(&self, before: Technology, cx: &Cx<'_, '_>) -> Result<Plan, Vec<Refusal>> {
        base::text::line("note", &self.note, base::limits::SUMMARY_CHARS_MAX)
            .map_err(|refusal| vec![refusal])?;
        let facts = facts(&before, cx.city);
        let ask = ReviseAsk { version: self.version, content: self.content.clone(), source: None };
        revise(&facts, ask, cx.now)
    }

    fn save(&self, plan: Plan, cx: &mut Cx<'_, '_>) -> Result<Changed, Stop> {
        save_plan(cx, Some(self.version), plan, "technology-revised", self.note.trim())
    }
}

fn facts<'a>(technology: &'a Technology, city: &'a City) -> Facts<'a> {
    Facts { technology, fields: city.fields(), marking_released: false, has_desk: false }
}

/// Confirms that what is said is right today; a draft becomes visible to those its label allows.
#[derive(serde::Serialize)]
pub struct ConfirmTechnology {
    pub technology: TechnologyId,
    pub version: u64,
}

impl Act for ConfirmTechnology {
    const ACT: A = A::ConfirmTechnology;
    type Facts = Technology;
    type Plan = Plan;
    type Outcome = Changed;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.technology)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Technology, Stop> {
        find(cx, self.technology)
    }

    fn thing(&self, facts: &Technology) -> Thing {
        thing_of(facts)
    }

    fn decide(&self, before: Technology, cx: &Cx<'_, '_>) -> Result<Plan, Vec<Refusal>> {
        confirm(&facts(&before, cx.city), self.version, cx.now)
    }

    fn save(&self, plan: Plan, cx: &mut Cx<'_, '_>) -> Result<Changed, Stop> {
        save_plan(cx, Some(self.version), plan, "technology-confirmed", "")
    }
}

/// Withdraws a technology with a reason that its readers see.
#[derive(serde::Serialize)]
pub struct WithdrawTechnology {
    pub technology: TechnologyId,
    pub version: u64,
    pub reason: String,
}

impl Act for WithdrawTechnology {
    const ACT: A = A::WithdrawTechnology;
    type Facts = Technology;
    type Plan = Plan;
    type Outcome = Changed;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.technology)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Technology, Stop> {
        find(cx, self.technology)
    }

    fn thing(&self, facts: &Technology) -> Thing {
        thing_of(facts)
    }

    fn decide(&self, before: Technology, cx: &Cx<'_, '_>) -> Result<Plan, Vec<Refusal>> {
        withdraw(&facts(&before, cx.city), self.version, &self.reason, cx.now)
    }

    fn save(&self, plan: Plan, cx: &mut Cx<'_, '_>) -> Result<Changed, Stop> {
        save_plan(cx, Some(self.version), plan, "technology-withdrawn", self.reason.trim())
    }
}

/// Raises the label of a technology; lowering is for release review alone.
#[derive(serde::Serialize)]
pub struct RaiseLabel {
    pub technology: TechnologyId,
    pub version: u64,
    pub label: Label,
}

impl Act for RaiseLabel {
    const ACT: A = A::RaiseLabel;
    type Facts = Technology;
    type Plan = Plan;
    type Outcome = Changed;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.technology)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Technology, Stop> {
        find(cx, self.technology)
    }

    fn thing(&self, facts: &Technology) -> Thing {
        thing_of(facts)
    }

    fn decide(&self, before: Technology, cx: &Cx<'_, '_>) -> Result<Plan, Vec<Refusal>> {
        let plan = raise_label(&facts(&before, cx.city), self.version, self.label.clone(), cx.now)?;
        if !cx.actor.clearance.may_read(&self.label) {
            return Err(vec![Refusal::invalid("label-above-clearance").on("label")]);
        }
        Ok(plan)
    }

    fn save(&self, plan: Plan, cx: &mut Cx<'_, '_>) -> Result<Changed, Stop> {
        save_plan(cx, Some(self.version), plan, "label-raised", "")
    }
}
