//! Emergencies as those read them who asked, decide, audit, or are told.

use super::matter::{Matter, TOLD_MAX};
use super::{owners, reads_all, thing_of};
use crate::account::sign_in_required;
use crate::act::{No, Stop, may, offers};
use crate::asker::Asker;
use crate::city::{City, Rx};
use access::{Act as A, Actor, Role, Thing};
use base::{Bilingual, EmergencyId, Instant, Label, Level, OrganisationId, PersonId, Refusal};
use parties::emergency::{Emergency, Standing, State, WAIT_SECONDS};
use std::collections::{BTreeMap, BTreeSet};
use store::emergency::Scope;
use store::{StoreError, Tx};

/// What was opened, as it is linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    Case(base::CaseId),
    Technology(base::TechnologyId),
}

/// An emergency as this reader may see it.
#[derive(Clone, Debug)]
pub struct View {
    pub emergency: Emergency,
    pub standing: Standing,
    pub names: BTreeMap<PersonId, Bilingual>,
    /// Whose matter was opened.
    pub owner: Option<(OrganisationId, Bilingual)>,
    /// Who was told; only for those who decide and audit, and not in lists.
    pub told: Vec<PersonId>,
    /// Where the matter is, not in lists: for the asker while it is open and for whoever may see it anyway.
    pub shown: Option<Shown>,
    pub may_decide: bool,
    pub may_end: bool,
    /// The name of the view: `asker`, `officer`, `owner`, `told`.
    pub view: &'static str,
}

/// A page of emergencies, newest first.
#[derive(Clone, Debug, Default)]
pub struct ListPage {
    pub rows: Vec<View>,
    pub next: Option<(Instant, EmergencyId)>,
    /// Whether the reader may ask for one.
    pub may_ask: bool,
}

impl City {
    /// One emergency: for whoever asked, decides, audits, answers for the matter, or was told of it.
    pub fn emergency(&self, asker: &Asker, id: EmergencyId) -> Result<View, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(sign_in_required)?;
            let it = store::emergency::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let view = views(rx, vec![it])?.pop().ok_or_else(Refusal::not_found)?;
            whole(rx, view)
        })
    }

    /// A page of the emergencies that the reader may see.
    pub fn emergencies(
        &self,
        asker: &Asker,
        after: Option<(Instant, EmergencyId)>,
        limit: usize,
    ) -> Result<ListPage, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListEmergencies, &Thing::open())?;
            let scope = Scope {
                all: reads_all(&rx.actor),
                person: Some(person),
                owners: owners(&rx.actor),
            };
            let limit = limit.clamp(1, base::limits::PAGE_ROWS_MAX);
            let mut found = store::emergency::list(rx.tx, &scope, after, limit + 1)?;
            let has_more = found.len() > limit;
            found.truncate(limit);
            let next = found.last().filter(|_| has_more).map(|last| (last.asked_at, last.id));
            // The list asks what the look asks: a label that rose hides the row from its owner's
            // officers too.
            let rows = views(rx, found)?;
            let may_ask = offers(&rx.actor, A::AskForEmergency, &Thing::own(person));
            Ok(ListPage { rows, next, may_ask })
        })
    }
}

/// Since when requests and recoveries wait for a security administrator.
pub(crate) fn decided_since(now: Instant) -> (Instant, Instant) {
    let since = |seconds: i64| now.plus_seconds(-seconds);
    (since(WAIT_SECONDS), since(parties::factor::RECOVERY_SECONDS))
}

/// What waits for this reader's decision.
pub(crate) fn waiting(rx: &mut Rx<'_, '_>) -> Result<Vec<View>, Stop> {
    if !rx.actor.holds(&[Role::SecurityAdministrator]) {
        return Ok(Vec::new());
    }
    let since = rx.now.plus_seconds(-WAIT_SECONDS);
    let found = store::emergency::waiting(rx.tx, since, base::limits::PAGE_ROWS)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut views = views(rx, found)?;
    views.retain(|view| view.may_decide);
    Ok(views)
}

/// What access judges for this reader: to those who answer for its owner the matter's own label
/// counts, as it is now.
pub(super) fn thing_for(
    tx: &mut Tx<'_>,
    it: &Emergency,
    actor: &Actor,
    now: Instant,
) -> Result<Thing, StoreError> {
    let labels = labels(tx, std::slice::from_ref(it), actor)?;
    Ok(judged(it, &labels, actor, now))
}

/// The labels of what was opened, where this reader has to obey them.
fn labels(
    tx: &mut Tx<'_>,
    found: &[Emergency],
    actor: &Actor,
) -> Result<BTreeMap<String, Label>, StoreError> {
    if reads_all(actor) {
        return Ok(BTreeMap::new());
    }
    let others = found.iter().filter(|it| actor.person != Some(it.person));
    let things: Vec<String> =
        others.filter_map(|it| it.opening()).map(|opening| opening.thing.clone()).collect();
    store::emergency::labels(tx, &things)
}

fn judged(it: &Emergency, labels: &BTreeMap<String, Label>, actor: &Actor, now: Instant) -> Thing {
    let thing = thing_of(it, now);
    let is_own = actor.person == Some(it.person);
    match it.opening().filter(|_| !is_own && !reads_all(actor)) {
        None => thing,
        Some(opening) => {
            let label = labels.get(&opening.thing).cloned();
            Thing { label: label.unwrap_or_else(|| Label::at(Level::Restricted)), ..thing }
        }
    }
}

/// Those of these that the reader may see, with the names of everybody in them: five statements,
/// however many there are.
fn views(rx: &mut Rx<'_, '_>, found: Vec<Emergency>) -> Result<Vec<View>, Stop> {
    let actor = rx.actor.clone();
    let person = actor.person.ok_or_else(sign_in_required)?;
    let labels = labels(rx.tx, &found, &actor)?;
    let ids: Vec<EmergencyId> = found.iter().map(|it| it.id).collect();
    // Who reads all of them reads those of which they were told besides.
    let told = match reads_all(&actor) {
        true => BTreeSet::new(),
        false => store::emergency::told_of(rx.tx, person, &ids)?,
    };
    let mut shown = Vec::new();
    for it in found {
        let thing = judged(&it, &labels, &actor, rx.now);
        let own = Thing { person: Some(person), ..thing.clone() };
        let is_told = told.contains(&it.id) && may(&actor, A::LookAtEmergency, &own).is_ok();
        let told = is_told.then_some("told");
        if let Some(view) = may(&actor, A::LookAtEmergency, &thing).ok().or(told) {
            shown.push((it, thing, view));
        }
    }
    let people: Vec<PersonId> = shown.iter().flat_map(|(it, ..)| people_of(it)).collect();
    let names = store::person::names_of(rx.tx, &people)?;
    let owners: Vec<OrganisationId> =
        shown.iter().filter_map(|(it, ..)| it.opening().map(|opening| opening.owner)).collect();
    let owners = match owners.is_empty() {
        true => BTreeMap::new(),
        false => store::organisation::names_of(rx.tx, &owners)?,
    };
    let view = |(it, thing, view): (Emergency, Thing, &'static str)| {
        let standing = it.standing(rx.now);
        let is_waiting = standing == Standing::Waiting;
        let may_end = offers(&actor, A::EndEmergency, &thing)
            && (standing == Standing::Running || (is_waiting && it.person == person));
        let own: Vec<PersonId> = people_of(&it);
        View {
            standing,
            names: own.iter().filter_map(|id| Some((*id, names.get(id)?.clone()))).collect(),
            owner: it.opening().map(|opening| {
                let name = owners.get(&opening.owner.to_string()).cloned();
                (opening.owner, name.unwrap_or_default())
            }),
            told: Vec::new(),
            shown: None,
            may_decide: is_waiting && offers(&actor, A::GrantEmergency, &thing),
            may_end,
            view,
            emergency: it,
        }
    };
    Ok(shown.into_iter().map(view).collect())
}

/// Everybody who did something to it.
fn people_of(it: &Emergency) -> Vec<PersonId> {
    let mut people = vec![it.person];
    people.extend(it.opening().map(|opening| opening.by));
    match &it.state {
        State::Ended { by, .. } | State::Refused { by, .. } | State::Withdrawn { by, .. } => {
            people.push(*by);
        }
        State::Asked | State::Opened(_) => {}
    }
    people
}

/// One of them with whom it was told and where the matter is.
fn whole(rx: &mut Rx<'_, '_>, view: View) -> Result<View, Stop> {
    let it = &view.emergency;
    let told = match view.view {
        "officer" => store::emergency::told(rx.tx, it.id, TOLD_MAX)?,
        _ => Vec::new(),
    };
    let mut names = view.names;
    names.extend(store::person::names_of(rx.tx, &told)?);
    let matter = match it.opening() {
        Some(opening) => Matter::of_id(rx.tx, &opening.thing)?,
        None => None,
    };
    let shown = match matter {
        None => None,
        Some(matter) => {
            let thing = matter.thing();
            let sees = may(&rx.actor, matter.look(), &thing).is_ok()
                || super::entered(rx, &matter.id(), &thing)?.is_some();
            sees.then_some(match matter {
                Matter::Case(case) => Shown::Case(case.id),
                Matter::Technology(technology) => Shown::Technology(technology.id),
            })
        }
    };
    Ok(View { names, told, shown, ..view })
}
