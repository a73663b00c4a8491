//! Bulletins: written and chosen by the city's desk, sent by hand or by a schedule, read by all.
//!
//! Invariants: what a bulletin shows is public now and was public in the version that was sent, so
//! that a label raised later takes it away everywhere; items are frozen in the act that sends; the
//! timer decides by the moment that was due, so that one hour sends once.

pub mod deliver;
pub mod send;

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use access::{Act as A, Thing};
use base::{
    Bilingual, BulletinId, Class, Instant, Label, OrganisationId, Refusal, TechnologyId, limits,
    text,
};
use std::collections::BTreeMap;
use store::Hold;
pub use store::bulletin::Bulletin;
use store::technology::Summary;
pub use trading::bulletin::{Draft, Every, Schedule, State};

/// Bulletins in preparation that a list shows.
const PREPARED_SHOWN_MAX: usize = 50;

/// One result in a bulletin, as everybody may see it now.
#[derive(Clone, Debug)]
pub struct Item {
    pub summary: Summary,
    /// Of the version that was sent, or of today while the bulletin is prepared.
    pub title: Bilingual,
    pub owner_name: Bilingual,
}

/// Letters and openings of one organisation's people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// `None` for subscribers.
    pub organisation: Option<(OrganisationId, Bilingual)>,
    pub n_sent: u64,
    pub n_opened: u64,
}

/// A bulletin with what its reader may see.
#[derive(Clone, Debug)]
pub struct View {
    pub bulletin: Bulletin,
    pub items: Vec<Item>,
    /// Chosen, and not public any more; for officers.
    pub n_gone: usize,
    /// Names of the departments; for officers.
    pub departments: Vec<(OrganisationId, Bilingual)>,
    pub counts: Vec<Count>,
    /// To how many a letter has yet to be made; for officers.
    pub n_waiting: u64,
    pub is_officer: bool,
}

/// A list of bulletins.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// What the reader's organisations prepare; for officers.
    pub prepared: Vec<Bulletin>,
    pub sent: Vec<Bulletin>,
    /// Where the list goes on.
    pub next: Option<String>,
}

/// What access judges of a bulletin; its text and items are public.
pub(crate) fn thing_of(bulletin: &Bulletin) -> Thing {
    Thing { owner: Some(bulletin.owner), state: bulletin.state.word(), ..Thing::default() }
}

impl City {
    /// Bulletins that were sent, newest first, and what the reader's organisations prepare.
    pub fn bulletins(&self, asker: &Asker, after: &str, limit: usize) -> Result<Page, No> {
        let unread = || Refusal::invalid("cursor-unreadable").on("after");
        let after = match after {
            "" => None,
            text => {
                let (at, id) = text.split_once('.').ok_or_else(unread)?;
                let at = at.parse().map(Instant::from_micros).map_err(|_| unread())?;
                Some((at, BulletinId::parse(id).map_err(|_| unread())?))
            }
        };
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            rx.may(A::ListBulletins, &Thing::open())?;
            let mut sent = store::bulletin::sent(rx.tx, after, limit + 1)?;
            let has_more = sent.len() > limit;
            sent.truncate(limit);
            let last = sent.last().filter(|_| has_more);
            let next = last.map(|last| format!("{}.{}", last.sent_at.micros(), last.id));
            let mut prepared = Vec::new();
            if after.is_none() {
                for owner in offices(rx) {
                    prepared.extend(store::bulletin::of_owner(rx.tx, owner, PREPARED_SHOWN_MAX)?);
                }
            }
            Ok(Page { prepared, sent, next })
        })
    }

    /// The organisations for which the asker makes bulletins, with their names.
    pub fn bulletin_offices(&self, asker: &Asker) -> Result<Vec<(OrganisationId, Bilingual)>, No> {
        self.read(asker, |rx| {
            let owners = offices(rx);
            let names = store::organisation::names_of(rx.tx, &owners)?;
            let named =
                |id: OrganisationId| (id, names.get(&id.to_string()).cloned().unwrap_or_default());
            Ok(owners.into_iter().map(named).collect())
        })
    }

    /// One bulletin, as its reader may see it.
    pub fn bulletin(&self, asker: &Asker, id: BulletinId) -> Result<View, No> {
        self.read(asker, |rx| {
            let mut bulletin = store::bulletin::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let is_officer = rx.may(A::LookAtBulletin, &thing_of(&bulletin))? == "officer";
            let (items, n_chosen) = items_of(rx, &bulletin)?;
            let mut view = View {
                n_gone: n_chosen - items.len(),
                departments: Vec::new(),
                counts: Vec::new(),
                n_waiting: 0,
                is_officer,
                items,
                bulletin: bulletin.clone(),
            };
            if is_officer {
                bulletin.draft.items = store::bulletin::chosen(rx.tx, id)?;
                let counts = store::bulletin::counts(rx.tx, id)?;
                let mut named: Vec<OrganisationId> =
                    counts.iter().filter_map(|(organisation, ..)| *organisation).collect();
                named.extend(&bulletin.draft.departments);
                let names = store::organisation::names_of(rx.tx, &named)?;
                let name = |id: OrganisationId| {
                    (id, names.get(&id.to_string()).cloned().unwrap_or_default())
                };
                let count = |(organisation, n_sent, n_opened): (Option<OrganisationId>, _, _)| {
                    Count { organisation: organisation.map(name), n_sent, n_opened }
                };
                view.counts = counts.into_iter().map(count).collect();
                view.departments = bulletin.draft.departments.iter().copied().map(name).collect();
                view.n_waiting = store::bulletin::n_recipients(rx.tx, id)?;
                view.bulletin = bulletin;
            } else {
                view.bulletin.draft =
                    Draft { departments: Vec::new(), question: None, ..bulletin.draft };
                view.n_gone = 0;
            }
            Ok(view)
        })
    }
}

/// Where the reader makes bulletins.
fn offices(rx: &Rx<'_, '_>) -> Vec<OrganisationId> {
    let roles = [access::Role::AgencyOfficer, access::Role::Operator];
    let all = rx.actor.organisations_with(&roles);
    let may =
        |id: &OrganisationId| crate::act::offers(&rx.actor, A::CreateBulletin, &Thing::of(*id));
    all.into_iter().filter(may).collect()
}

/// What everybody may see now of what was chosen, and how much was chosen. Nobody sees more in a
/// bulletin than nobody in particular does.
fn items_of(rx: &mut Rx<'_, '_>, bulletin: &Bulletin) -> Result<(Vec<Item>, usize), Stop> {
    let chosen = store::bulletin::items(rx.tx, bulletin.id)?;
    let ids: Vec<TechnologyId> = chosen.iter().map(|one| one.technology).collect();
    if ids.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let public = [Label::public().gate()];
    let filter = access::filter(&access::Actor::anonymous(), A::ListTechnologies, &public);
    let rows: BTreeMap<TechnologyId, Summary> = store::technology::summaries(rx.tx, &filter, &ids)?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let owners: Vec<OrganisationId> = rows.values().map(|row| row.owner).collect();
    let names = store::organisation::names_of(rx.tx, &owners)?;
    let is_frozen = matches!(bulletin.state, State::Sent | State::Withdrawn);
    let n_chosen = chosen.len();
    let item = |one: store::bulletin::Chosen| {
        let summary = rows.get(&one.technology)?.clone();
        let title = match (is_frozen, one.meant) {
            (false, _) => summary.title.clone(),
            (true, Some((title, label))) if label.is_public() => title,
            (true, _) => return None,
        };
        let owner_name = names.get(&summary.owner.to_string()).cloned().unwrap_or_default();
        Some(Item { summary, title, owner_name })
    };
    Ok((chosen.into_iter().filter_map(item).collect(), n_chosen))
}

/// What a change of a bulletin is told.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct BulletinChanged {
    pub bulletin: BulletinId,
    pub version: u64,
    pub state: State,
}

impl BulletinChanged {
    fn of(bulletin: &Bulletin) -> Self {
        Self { bulletin: bulletin.id, version: bulletin.version, state: bulletin.state }
    }
}

/// Begins a bulletin.
#[derive(serde::Serialize)]
pub struct CreateBulletin {
    pub owner: OrganisationId,
    pub draft: Draft,
}

impl Act for CreateBulletin {
    const ACT: A = A::CreateBulletin;
    type Facts = ();
    type Plan = Draft;
    type Outcome = BulletinChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        store::organisation::find(cx.tx, self.owner)?.ok_or_else(Refusal::not_found)?;
        check_chosen(cx, &self.draft)
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::of(self.owner)
    }

    fn decide(&self, (): (), cx: &Cx<'_, '_>) -> Result<Draft, Vec<Refusal>> {
        checked(&self.draft, cx)
    }

    fn save(&self, draft: Draft, cx: &mut Cx<'_, '_>) -> Result<BulletinChanged, Stop> {
        let person = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let id = cx.city.with_chance(|chance| BulletinId::new(cx.now, chance));
        let bulletin = Bulletin {
            id,
            reference: cx.city.reference("BU", cx.now),
            owner: self.owner,
            state: State::Draft,
            draft,
            schedule: None,
            due_at: Instant::from_micros(0),
            series: None,
            person,
            version: 1,
            created_at: cx.now,
            changed_at: cx.now,
            sent_at: Instant::from_micros(0),
        };
        store::bulletin::add(cx.tx, &bulletin)?;
        choose(cx, id, &bulletin.draft.items)?;
        event(cx, "bulletin-created", &bulletin);
        Ok(BulletinChanged::of(&bulletin))
    }
}

/// The draft with its texts as they are kept, or everything that is wrong with it.
fn checked(draft: &Draft, cx: &Cx<'_, '_>) -> Result<Draft, Vec<Refusal>> {
    let no = draft.problems(cx.city.fields());
    if !no.is_empty() {
        return Err(no);
    }
    let line = |typed: &str| text::line("title", typed, limits::TITLE_CHARS_MAX);
    let block = |typed: &str| text::block("intro", typed, limits::BULLETIN_INTRO_CHARS_MAX);
    let both = |read: &dyn Fn(&str) -> Result<String, Refusal>, of: &Bilingual| match (
        read(&of.en),
        read(&of.zh),
    ) {
        (Ok(en), Ok(zh)) => Ok(Bilingual::new(en, zh)),
        (Err(no), _) | (_, Err(no)) => Err(vec![no]),
    };
    let mut items = Vec::new();
    for id in &draft.items {
        if !items.contains(id) {
            items.push(*id);
        }
    }
    Ok(Draft {
        title: both(&line, &draft.title)?,
        intro: both(&block, &draft.intro)?,
        items,
        ..draft.clone()
    })
}

/// Departments and results have to be there; what is not public is not there for a bulletin.
fn check_chosen(cx: &mut Cx<'_, '_>, draft: &Draft) -> Result<(), Stop> {
    for id in draft.departments.iter().take(trading::bulletin::DEPARTMENTS_MAX) {
        if store::organisation::find(cx.tx, *id)?.is_none() {
            let refusal = Refusal::invalid("organisation-unknown").on("departments");
            return Err(refusal.text("found", id.to_string()).into());
        }
    }
    Ok(())
}

/// Keeps those of the chosen that are public now, with their versions.
fn choose(
    cx: &mut Cx<'_, '_>,
    id: BulletinId,
    items: &[TechnologyId],
) -> Result<Vec<(TechnologyId, u64)>, Stop> {
    let mut kept = Vec::new();
    for item in items {
        if let Some(version) = public_version(cx, *item)? {
            kept.push((*item, version));
        }
    }
    store::bulletin::set_items(cx.tx, id, &kept)?;
    Ok(kept)
}

/// The version of today, if everybody may see it.
fn public_version(cx: &mut Cx<'_, '_>, id: TechnologyId) -> Result<Option<u64>, Stop> {
    let standing = store::technology::standing(cx.tx, id)?;
    let public = standing.filter(|(_, state, label, _)| *state == "confirmed" && label.is_public());
    Ok(public.map(|(.., version)| version))
}

fn load(cx: &mut Cx<'_, '_>, id: BulletinId) -> Result<Bulletin, Stop> {
    let mut found = store::bulletin::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?;
    found.draft.items = store::bulletin::chosen(cx.tx, id)?;
    Ok(found)
}

fn conflict(seen: u64, now: u64) -> Option<Refusal> {
    (seen != now).then(|| {
        let refusal = Refusal::new(Class::Conflict, "version-conflict");
        refusal.number("seen", seen).number("now", now)
    })
}

fn change(cx: &mut Cx<'_, '_>, before: u64, after: &Bulletin) -> Result<(), Stop> {
    if store::bulletin::change(cx.tx, before, after)? {
        return Ok(());
    }
    Err(Refusal::new(Class::Conflict, "version-conflict").into())
}

fn event(cx: &mut Cx<'_, '_>, kind: &str, bulletin: &Bulletin) {
    let label = Label::public();
    let about = About {
        thing: bulletin.id.to_string(),
        version: bulletin.version,
        owner: Some(bulletin.owner),
        label: &label,
        state: bulletin.state.word(),
    };
    cx.event(kind, about, serde_json::Value::Null);
}

/// Changes what a bulletin that was not sent says, holds, and to whom it goes.
#[derive(serde::Serialize)]
pub struct ReviseBulletin {
    pub bulletin: BulletinId,
    pub version: u64,
    pub draft: Draft,
}

impl Act for ReviseBulletin {
    const ACT: A = A::ReviseBulletin;
    type Facts = Bulletin;
    type Plan = (Bulletin, Draft);
    type Outcome = BulletinChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.bulletin)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Bulletin, Stop> {
        let found = load(cx, self.bulletin)?;
        check_chosen(cx, &self.draft)?;
        Ok(found)
    }

    fn thing(&self, facts: &Bulletin) -> Thing {
        thing_of(facts)
    }

    fn decide(&self, before: Bulletin, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no: Vec<Refusal> = conflict(self.version, before.version).into_iter().collect();
        match checked(&self.draft, cx) {
            Ok(draft) if no.is_empty() => Ok((before, draft)),
            Ok(_) => Err(no),
            Err(more) => {
                no.extend(more);
                Err(no)
            }
        }
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<BulletinChanged, Stop> {
        let (before, draft) = plan;
        let version = before.version + 1;
        let after = Bulletin { draft, version, changed_at: cx.now, ..before };
        change(cx, self.version, &after)?;
        choose(cx, after.id, &after.draft.items)?;
        event(cx, "bulletin-revised", &after);
        Ok(BulletinChanged::of(&after))
    }
}

/// Says when a bulletin goes out by itself, or that it does not.
#[derive(serde::Serialize)]
pub struct ScheduleBulletin {
    pub bulletin: BulletinId,
    pub version: u64,
    /// `None` makes it a draft again.
    pub schedule: Option<Schedule>,
}

impl Act for ScheduleBulletin {
    const ACT: A = A::ScheduleBulletin;
    type Facts = Bulletin;
    type Plan = Bulletin;
    type Outcome = BulletinChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.bulletin)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Bulletin, Stop> {
        load(cx, self.bulletin)
    }

    fn thing(&self, facts: &Bulletin) -> Thing {
        thing_of(facts)
    }

    fn decide(&self, before: Bulletin, cx: &Cx<'_, '_>) -> Result<Bulletin, Vec<Refusal>> {
        let mut no: Vec<Refusal> = conflict(self.version, before.version).into_iter().collect();
        no.extend(self.schedule.iter().flat_map(Schedule::problems));
        let offset = cx.city.settings().utc_offset_minutes;
        let due_at = match &self.schedule {
            None => Some(Instant::from_micros(0)),
            Some(schedule) => {
                no.extend(send::unready(&before.draft));
                schedule.next_after(cx.now, offset)
            }
        };
        let Some(due_at) = due_at.filter(|_| no.is_empty()) else { return Err(no) };
        let state = if self.schedule.is_some() { State::Scheduled } else { State::Draft };
        let version = before.version + 1;
        let schedule = self.schedule;
        Ok(Bulletin { state, schedule, due_at, version, changed_at: cx.now, ..before })
    }

    fn save(&self, after: Bulletin, cx: &mut Cx<'_, '_>) -> Result<BulletinChanged, Stop> {
        change(cx, self.version, &after)?;
        event(cx, "bulletin-scheduled", &after);
        Ok(BulletinChanged::of(&after))
    }
}

/// Takes a bulletin back: it is no page any more, and letters that wait do not go out.
#[derive(serde::Serialize)]
pub struct WithdrawBulletin {
    pub bulletin: BulletinId,
    pub version: u64,
}

impl Act for WithdrawBulletin {
    const ACT: A = A::WithdrawBulletin;
    type Facts = Bulletin;
    type Plan = Bulletin;
    type Outcome = BulletinChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.bulletin)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Bulletin, Stop> {
        load(cx, self.bulletin)
    }

    fn thing(&self, facts: &Bulletin) -> Thing {
        thing_of(facts)
    }

    fn decide(&self, before: Bulletin, cx: &Cx<'_, '_>) -> Result<Bulletin, Vec<Refusal>> {
        if let Some(no) = conflict(self.version, before.version) {
            return Err(vec![no]);
        }
        let version = before.version + 1;
        Ok(Bulletin { state: State::Withdrawn, version, changed_at: cx.now, ..before })
    }

    fn save(&self, after: Bulletin, cx: &mut Cx<'_, '_>) -> Result<BulletinChanged, Stop> {
        change(cx, self.version, &after)?;
        store::bulletin::drop_recipients(cx.tx, after.id)?;
        event(cx, "bulletin-withdrawn", &after);
        Ok(BulletinChanged::of(&after))
    }
}
