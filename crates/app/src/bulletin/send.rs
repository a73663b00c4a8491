//! Sending a bulletin: its items are frozen, and everybody it goes to is written down.

use super::{Bulletin, BulletinChanged, Draft, State, change, conflict, event, load, thing_of};
use super::{choose, public_version};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{Bilingual, BulletinId, Class, Instant, Lang, Refusal, TechnologyId, limits};
use std::collections::BTreeSet;
use store::Hold;
use store::bulletin::Recipient;

/// Finds of a question that are looked through for those that no earlier issue held.
const FINDS_MAX: usize = 1_000;
/// Bulletins that one round sends.
const DUE_A_ROUND: usize = 20;

/// Why a bulletin cannot go out, as far as it says itself.
pub(super) fn unready(draft: &Draft) -> Vec<Refusal> {
    let mut no = Vec::new();
    if draft.items.is_empty() && draft.question.is_none() {
        no.push(Refusal::new(Class::Refused, "bulletin-empty").on("items"));
    }
    if draft.departments.is_empty() && !draft.to_subscribers {
        no.push(Refusal::new(Class::Refused, "bulletin-to-nobody").on("departments"));
    }
    no
}

/// What the question of a bulletin finds now for nobody in particular, newest first.
pub(super) fn found(city: &City, id: BulletinId) -> Result<Vec<TechnologyId>, No> {
    let bulletin = city.store().read(|tx| store::bulletin::find(tx, id))?;
    let Some(question) = bulletin.and_then(|bulletin| bulletin.draft.question) else {
        return Ok(Vec::new());
    };
    city.read(&Asker::nobody(), |rx| {
        let mut found = city.found_by(rx, &question, None, FINDS_MAX)?;
        found.reverse();
        Ok(found)
    })
}

/// Everybody a bulletin goes to, each once; the department named first has the count.
fn recipients(cx: &mut Cx<'_, '_>, bulletin: &Bulletin) -> Result<Vec<Recipient>, Stop> {
    let most = limits::BULLETIN_RECIPIENTS_MAX + 1;
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for named in &bulletin.draft.departments {
        let organisation = &crate::registration::living(cx.tx, *named)?;
        for person in store::bulletin::members(cx.tx, *organisation, cx.now, most)? {
            if seen.insert(person.to_string()) {
                all.push(Recipient {
                    bulletin: bulletin.id,
                    recipient: person.to_string(),
                    lang: Lang::default(),
                    subscription: String::new(),
                    organisation: organisation.to_string(),
                });
            }
        }
    }
    if bulletin.draft.to_subscribers {
        for (id, recipient, lang) in store::subscriber::confirmed(cx.tx, most)? {
            if seen.insert(recipient.clone()) {
                let subscription = id.to_string();
                let organisation = String::new();
                let bulletin = bulletin.id;
                all.push(Recipient { bulletin, recipient, lang, subscription, organisation });
            }
        }
    }
    if all.len() >= most {
        let refusal = Refusal::new(Class::Refused, "bulletin-too-many-recipients");
        return Err(refusal.number("most", limits::BULLETIN_RECIPIENTS_MAX).into());
    }
    Ok(all)
}

/// The items as they are frozen: what was chosen, then what was found and no earlier issue held.
fn contents(
    cx: &mut Cx<'_, '_>,
    bulletin: &Bulletin,
    found: &[TechnologyId],
) -> Result<Vec<TechnologyId>, Stop> {
    let mut items = bulletin.draft.items.clone();
    let series = bulletin.series.unwrap_or(bulletin.id);
    for id in found {
        if items.len() >= limits::BULLETIN_ITEMS_MAX {
            break;
        }
        if !items.contains(id) && !store::bulletin::was_in_series(cx.tx, series, *id)? {
            items.push(*id);
        }
    }
    let mut public = Vec::with_capacity(items.len());
    for id in items {
        if public_version(cx, id)?.is_some() {
            public.push(id);
        }
    }
    Ok(public)
}

/// Freezes what goes out and writes down to whom.
fn let_go(cx: &mut Cx<'_, '_>, sent: &Bulletin, items: &[TechnologyId]) -> Result<(), Stop> {
    choose(cx, sent.id, items)?;
    for recipient in recipients(cx, sent)? {
        store::bulletin::add_recipient(cx.tx, &recipient)?;
    }
    event(cx, "bulletin-sent", sent);
    Ok(())
}

/// Sends a bulletin now.
#[derive(serde::Serialize)]
pub struct SendBulletin {
    pub bulletin: BulletinId,
    pub version: u64,
    #[serde(skip)]
    found: Vec<TechnologyId>,
}

impl SendBulletin {
    /// Sends this version.
    pub fn new(bulletin: BulletinId, version: u64) -> Self {
        Self { bulletin, version, found: Vec::new() }
    }
}

impl Act for SendBulletin {
    const ACT: A = A::SendBulletin;
    type Facts = (Bulletin, Vec<TechnologyId>);
    type Plan = (Bulletin, Vec<TechnologyId>);
    type Outcome = BulletinChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.bulletin)]
    }

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.found = found(city, self.bulletin)?;
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let bulletin = load(cx, self.bulletin)?;
        let items = contents(cx, &bulletin, &self.found)?;
        Ok((bulletin, items))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        thing_of(&facts.0)
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let (before, items) = facts;
        let mut no: Vec<Refusal> = conflict(self.version, before.version).into_iter().collect();
        no.extend(unready(&before.draft));
        if items.is_empty() && !no.iter().any(|refusal| refusal.code == "bulletin-empty") {
            no.push(Refusal::new(Class::Refused, "bulletin-empty").on("items"));
        }
        if !no.is_empty() {
            return Err(no);
        }
        let version = before.version + 1;
        let at = cx.now;
        Ok((Bulletin { state: State::Sent, version, sent_at: at, changed_at: at, ..before }, items))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<BulletinChanged, Stop> {
        let (sent, items) = plan;
        change(cx, self.version, &sent)?;
        let_go(cx, &sent, &items)?;
        Ok(BulletinChanged::of(&sent))
    }
}

/// Sends what is scheduled, when its hour has come: a bulletin chosen by hand goes out itself; one
/// with a question stays, and what is new goes out as an issue of it.
#[derive(serde::Serialize)]
pub struct SendDueBulletin {
    pub bulletin: BulletinId,
    /// The hour that came.
    pub due_at: Instant,
    #[serde(skip)]
    found: Vec<TechnologyId>,
}

impl Act for SendDueBulletin {
    const ACT: A = A::SendDueBulletin;
    type Facts = (Bulletin, Vec<TechnologyId>);
    type Plan = Option<(Bulletin, Vec<TechnologyId>)>;
    /// What was sent; nothing where nothing was new.
    type Outcome = Option<BulletinId>;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.bulletin)]
    }

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.found = found(city, self.bulletin)?;
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let bulletin = load(cx, self.bulletin)?;
        let items = contents(cx, &bulletin, &self.found)?;
        Ok((bulletin, items))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let (bulletin, items) = facts;
        let is_due = bulletin.state == State::Scheduled && bulletin.due_at == self.due_at;
        Ok(is_due.then_some((bulletin, items)))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Option<BulletinId>, Stop> {
        let Some((before, items)) = plan else { return Ok(None) };
        let offset = cx.city.settings().utc_offset_minutes;
        let next = before.schedule.and_then(|schedule| schedule.next_after(cx.now, offset));
        let due_at = next.unwrap_or(store::saved_search::NEVER);
        let (seen, version) = (before.version, before.version + 1);
        if before.draft.question.is_none() && !items.is_empty() {
            let (sent_at, state) = (cx.now, State::Sent);
            let sent = Bulletin { state, version, sent_at, changed_at: cx.now, ..before };
            change(cx, seen, &sent)?;
            let_go(cx, &sent, &items)?;
            return Ok(Some(sent.id));
        }
        let after = Bulletin { due_at, version, changed_at: cx.now, ..before.clone() };
        change(cx, seen, &after)?;
        if items.is_empty() {
            event(cx, "bulletin-passed-over", &after);
            return Ok(None);
        }
        let issue = issue(cx, &before);
        store::bulletin::add(cx.tx, &issue)?;
        let_go(cx, &issue, &items)?;
        Ok(Some(issue.id))
    }
}

/// One issue of a scheduled bulletin, named after its day.
fn issue(cx: &mut Cx<'_, '_>, of: &Bulletin) -> Bulletin {
    let day = cx.now.date_at(cx.city.settings().utc_offset_minutes);
    let dated = |lang: Lang| format!("{} · {}", of.draft.title.get(lang), words::date(lang, day));
    let title = Bilingual::new(dated(Lang::En), dated(Lang::Zh));
    Bulletin {
        id: cx.city.with_chance(|chance| BulletinId::new(cx.now, chance)),
        reference: cx.city.reference("BU", cx.now),
        state: State::Sent,
        draft: Draft { title, items: Vec::new(), ..of.draft.clone() },
        schedule: None,
        due_at: Instant::from_micros(0),
        series: Some(of.id),
        version: 1,
        created_at: cx.now,
        changed_at: cx.now,
        sent_at: cx.now,
        ..of.clone()
    }
}

impl City {
    /// Sends every scheduled bulletin whose hour has come; says how many went out. One that cannot
    /// be sent is told to the log of the program and holds up no other.
    pub fn send_due_bulletins(&self) -> Result<usize, No> {
        let timer = Asker::person(self.row()?.operator);
        let now = self.now();
        let due = self.store().read(|tx| store::bulletin::due(tx, now, DUE_A_ROUND))?;
        if !due.is_empty() && self.store().may_be_beyond(self.index().position()) {
            // What was released in the last second is in the issue too.
            let end = self.store().read(store::log::head)?.map_or(0, |(size, _)| size);
            if self.index().position() < end {
                return Ok(0);
            }
        }
        let mut n = 0;
        for (bulletin, due_at) in due {
            let key = format!("bulletin-{bulletin}-{}", due_at.micros());
            let act = SendDueBulletin { bulletin, due_at, found: Vec::new() };
            match self.perform(&timer.clone().keyed(key), act) {
                Ok(sent) => n += usize::from(sent.is_some()),
                Err(no) => tracing::warn!(%no, %bulletin, "a bulletin was not sent"),
            }
        }
        Ok(n)
    }
}
