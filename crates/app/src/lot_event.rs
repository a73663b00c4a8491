//! Events of several lots: announced and arranged by the office, registered for on one page.

use crate::act::{About, Act, Cx, No, Stop, offers};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::lot::{Ended, LotChanged, RegisterForLot, thing_of};
use access::{Act as A, Thing};
use base::{
    Bilingual, Class, Instant, Label, LotEventId, LotId, OrganisationId, Reference, Refusal, limits,
};
use std::collections::BTreeMap;
use store::{Hold, Tx};
use trading::lot::{BidderState, Lot, LotState, Terms};
use trading::lot_event::{Content, LOTS_MAX, LotEvent, LotEventState, order_faults, staggered};

/// What a change of an event tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LotEventChanged {
    pub event: LotEventId,
    pub reference: Reference,
    pub version: u64,
}

impl LotEventChanged {
    fn of(it: &LotEvent) -> Self {
        Self { event: it.id, reference: it.reference.clone(), version: it.version }
    }
}

fn told(cx: &mut Cx<'_, '_>, it: &LotEvent, kind: &str) {
    let label = Label::public();
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: None,
        label: &label,
        state: it.state.word(),
    };
    cx.event(kind, about, serde_json::json!({}));
}

fn conflict() -> Refusal {
    Refusal::new(Class::Conflict, "version-conflict")
}

fn find(cx: &mut Cx<'_, '_>, id: LotEventId) -> Result<LotEvent, Stop> {
    Ok(store::lot_event::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

/// The lots of a list in its order; one that this reader may not see is not there.
fn lots_of(cx: &mut Cx<'_, '_>, ids: &[LotId]) -> Result<Vec<Lot>, Stop> {
    let mut lots = Vec::with_capacity(ids.len());
    for id in ids.iter().take(LOTS_MAX) {
        let lot = store::lot::find(cx.tx, *id)?.ok_or_else(Refusal::not_found)?;
        let may = crate::act::may(&cx.actor, A::LookAtLot, &thing_of(&lot));
        may.map_err(|_| Refusal::not_found())?;
        lots.push(lot);
    }
    Ok(lots)
}

/// What stands against lots that come into an event.
fn newcomers(
    tx: &mut Tx<'_>,
    lots: &[Lot],
    event: Option<LotEventId>,
) -> Result<Vec<Refusal>, Stop> {
    let mut no = Vec::new();
    for lot in lots {
        let at = store::lot_event::of_lot(tx, lot.id)?;
        if at.is_some() && at == event {
            continue;
        }
        let on = |code| {
            let refusal = Refusal::new(Class::Refused, code).on("lots");
            refusal.text("lot", lot.reference.to_string())
        };
        if at.is_some() {
            no.push(on("lot-event-elsewhere"));
        }
        if lot.state != LotState::Announced {
            no.push(on("lot-event-not-announced"));
        }
    }
    Ok(no)
}

fn holds(event: Option<LotEventId>, lots: &[LotId]) -> Vec<Hold> {
    let event = event.into_iter().map(Hold::on);
    event.chain(lots.iter().copied().map(Hold::on)).collect()
}

/// Announces an event with its lots, in their order.
#[derive(serde::Serialize)]
pub struct AnnounceLotEvent {
    pub content: Content,
    pub lots: Vec<LotId>,
}

impl Act for AnnounceLotEvent {
    const ACT: A = A::KeepLotEvents;
    type Facts = Vec<Refusal>;
    type Plan = LotEvent;
    type Outcome = LotEventChanged;

    fn holds(&self) -> Vec<Hold> {
        holds(None, &self.lots)
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Vec<Refusal>, Stop> {
        let lots = lots_of(cx, &self.lots)?;
        newcomers(cx.tx, &lots, None)
    }

    fn thing(&self, _: &Vec<Refusal>) -> Thing {
        Thing::open()
    }

    fn decide(&self, against: Vec<Refusal>, cx: &Cx<'_, '_>) -> Result<LotEvent, Vec<Refusal>> {
        let content = checked(&self.content, &self.lots, against)?;
        Ok(LotEvent {
            id: cx.city.with_chance(|chance| LotEventId::new(cx.now, chance)),
            reference: cx.city.reference("LE", cx.now),
            content,
            state: LotEventState::Announced,
            version: 1,
            made_at: cx.now,
            changed_at: cx.now,
        })
    }

    fn save(&self, it: LotEvent, cx: &mut Cx<'_, '_>) -> Result<LotEventChanged, Stop> {
        store::lot_event::add(cx.tx, &it, cx.actor.person)?;
        store::lot_event::place(cx.tx, it.id, &self.lots)?;
        told(cx, &it, "lot-event-announced");
        Ok(LotEventChanged::of(&it))
    }
}

/// What was typed, or every problem with it and with the lots.
fn checked(
    content: &Content,
    lots: &[LotId],
    against: Vec<Refusal>,
) -> Result<Content, Vec<Refusal>> {
    let read = content.parse();
    let mut no = order_faults(lots);
    no.extend(against);
    match read {
        Ok(content) if no.is_empty() => Ok(content),
        Ok(_) => Err(no),
        Err(first) => Err(first.into_iter().chain(no).collect()),
    }
}

/// Changes what is said of an event, which lots it has, and their order.
#[derive(serde::Serialize)]
pub struct ReviseLotEvent {
    pub event: LotEventId,
    pub version: u64,
    pub content: Content,
    pub lots: Vec<LotId>,
}

/// An event at a version that was seen.
fn at_version(it: LotEvent, version: u64, now: Instant) -> Result<LotEvent, Vec<Refusal>> {
    if it.version != version {
        return Err(vec![conflict()]);
    }
    if it.state != LotEventState::Announced {
        return Err(vec![Refusal::new(Class::Conflict, "lot-event-withdrawn")]);
    }
    Ok(LotEvent { changed_at: now, ..it })
}

fn changed(cx: &mut Cx<'_, '_>, mut it: LotEvent, kind: &str) -> Result<LotEventChanged, Stop> {
    if !store::lot_event::change(cx.tx, it.version, &it)? {
        return Err(conflict().into());
    }
    it.version += 1;
    told(cx, &it, kind);
    Ok(LotEventChanged::of(&it))
}

impl Act for ReviseLotEvent {
    const ACT: A = A::KeepLotEvents;
    type Facts = (LotEvent, Vec<Refusal>);
    type Plan = LotEvent;
    type Outcome = LotEventChanged;

    fn holds(&self) -> Vec<Hold> {
        holds(Some(self.event), &self.lots)
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = find(cx, self.event)?;
        let lots = lots_of(cx, &self.lots)?;
        let against = newcomers(cx.tx, &lots, Some(self.event))?;
        Ok((it, against))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (it, against): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<LotEvent, Vec<Refusal>> {
        let it = at_version(it, self.version, cx.now)?;
        let content = checked(&self.content, &self.lots, against)?;
        Ok(LotEvent { content, ..it })
    }

    fn save(&self, it: LotEvent, cx: &mut Cx<'_, '_>) -> Result<LotEventChanged, Stop> {
        store::lot_event::place(cx.tx, it.id, &self.lots)?;
        changed(cx, it, "lot-event-revised")
    }
}

/// Opens the lots of an event one after the other: the first then, each next one a gap later. Bidders
/// agree to the new times.
#[derive(serde::Serialize)]
pub struct ScheduleLotEvent {
    pub event: LotEventId,
    pub version: u64,
    pub first: Instant,
    /// Seconds.
    pub gap_s: u32,
}

impl Act for ScheduleLotEvent {
    const ACT: A = A::KeepLotEvents;
    type Facts = (LotEvent, Vec<Lot>);
    type Plan = (LotEvent, Vec<Lot>);
    type Outcome = LotEventChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.event)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = find(cx, self.event)?;
        let ids = store::lot_event::lots(cx.tx, it.id)?;
        Ok((it, lots_of(cx, &ids)?))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, (it, lots): Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let it = at_version(it, self.version, cx.now)?;
        let terms = staggered(&lots, (self.first, self.gap_s), cx.now)?;
        let moved = |(lot, terms): (Lot, Terms)| {
            let mut course = lot.course.clone();
            course.ends_at = terms.closes;
            Lot { terms, course, changed_at: cx.now, ..lot }
        };
        Ok((it, lots.into_iter().zip(terms).map(moved).collect()))
    }

    fn save(&self, (it, lots): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotEventChanged, Stop> {
        for mut lot in lots {
            // Somebody froze or changed it meanwhile: the act runs again, or says so.
            if !store::lot::change_terms(cx.tx, &lot, lot.terms_version)? {
                return Err(conflict().into());
            }
            lot.terms_version += 1;
            crate::lot::told_revised(cx, &lot);
        }
        changed(cx, it, "lot-event-revised")
    }
}

/// Takes an event back; its lots stay what they are.
#[derive(serde::Serialize)]
pub struct WithdrawLotEvent {
    pub event: LotEventId,
    pub version: u64,
}

impl Act for WithdrawLotEvent {
    const ACT: A = A::KeepLotEvents;
    type Facts = LotEvent;
    type Plan = LotEvent;
    type Outcome = LotEventChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.event)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<LotEvent, Stop> {
        find(cx, self.event)
    }

    fn thing(&self, _: &LotEvent) -> Thing {
        Thing::open()
    }

    fn decide(&self, it: LotEvent, cx: &Cx<'_, '_>) -> Result<LotEvent, Vec<Refusal>> {
        let it = at_version(it, self.version, cx.now)?;
        Ok(LotEvent { state: LotEventState::Withdrawn, ..it })
    }

    fn save(&self, it: LotEvent, cx: &mut Cx<'_, '_>) -> Result<LotEventChanged, Stop> {
        // Its lots may come into another.
        store::lot_event::place(cx.tx, it.id, &[])?;
        changed(cx, it, "lot-event-withdrawn")
    }
}

/// One lot of an event.
#[derive(Clone, Debug)]
pub struct EventLot {
    pub lot: Lot,
    pub title: Bilingual,
    pub owner_name: Bilingual,
    /// How it ended.
    pub ended: Option<Ended>,
    /// The reader's own place: the number, and what became of the wish.
    pub own: Option<(u32, BidderState)>,
    /// Organisations of the reader that may still ask to bid.
    pub register: Vec<OrganisationId>,
}

/// An event as this reader may see it: lots that they may not see are not there.
#[derive(Clone, Debug)]
pub struct LotEventView {
    pub event: LotEvent,
    pub lots: Vec<EventLot>,
    /// The organisations for which the reader may ask, by name.
    pub houses: BTreeMap<OrganisationId, Bilingual>,
    /// Whether the reader keeps events.
    pub keeps: bool,
    pub now: Instant,
}

impl LotEventView {
    /// When its first lot opens and its last one ends, as planned now.
    pub fn span(&self) -> Option<(Instant, Instant)> {
        let opens = self.lots.iter().map(|it| it.lot.terms.opens).min()?;
        Some((opens, self.lots.iter().map(|it| it.lot.course.ends_at).max()?))
    }
}

fn seen(rx: &mut Rx<'_, '_>, event: LotEvent) -> Result<LotEventView, Stop> {
    let mut lots = Vec::new();
    let mut houses = BTreeMap::new();
    for id in store::lot_event::lots(rx.tx, event.id)? {
        let Some(lot) = store::lot::find(rx.tx, id)? else { continue };
        if !offers(&rx.actor, A::LookAtLot, &thing_of(&lot)) {
            continue;
        }
        let technology = store::technology::find(rx.tx, lot.technology)?;
        let owner = store::organisation::find(rx.tx, lot.owner)?;
        let own = crate::lot::own_bidder(rx, &lot)?.map(|own| (own.alias, own.state));
        let mut register = Vec::new();
        if own.is_none() && lot.takes_bidders(rx.now) {
            for (id, name) in crate::lot::may_register(rx, &lot)?.0 {
                houses.insert(id, name);
                register.push(id);
            }
        }
        lots.push(EventLot {
            title: technology.map(|it| it.content.title).unwrap_or_default(),
            owner_name: owner.map(|it| it.profile.name).unwrap_or_default(),
            ended: Ended::read(&lot.outcome),
            own,
            register,
            lot,
        });
    }
    let keeps = offers(&rx.actor, A::KeepLotEvents, &Thing::open());
    Ok(LotEventView { event, lots, houses, keeps, now: rx.now })
}

/// A page of events, and whether the reader keeps them.
#[derive(Clone, Debug)]
pub struct LotEventPage {
    pub rows: Vec<LotEventView>,
    pub next: Option<LotEventId>,
    pub keeps: bool,
}

impl City {
    /// Announced events after one in the list, the newest first.
    pub fn lot_events(
        &self,
        asker: &Asker,
        after: Option<LotEventId>,
        limit: usize,
    ) -> Result<LotEventPage, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            rx.may(A::ListLotEvents, &Thing::open())?;
            let mut found = store::lot_event::newest(rx.tx, after, limit + 1)?;
            let is_more = found.len() > limit;
            found.truncate(limit);
            let next = found.last().map(|it| it.id).filter(|_| is_more);
            let rows = found.into_iter().map(|it| seen(rx, it)).collect::<Result<Vec<_>, _>>()?;
            let keeps = offers(&rx.actor, A::KeepLotEvents, &Thing::open());
            Ok(LotEventPage { rows, next, keeps })
        })
    }

    /// One event.
    pub fn lot_event(&self, asker: &Asker, id: LotEventId) -> Result<LotEventView, No> {
        self.read(asker, |rx| {
            rx.may(A::ListLotEvents, &Thing::open())?;
            let event = store::lot_event::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            seen(rx, event)
        })
    }

    /// The event of a lot that the reader may see.
    pub fn event_of_lot(&self, asker: &Asker, lot: LotId) -> Result<Option<LotEvent>, No> {
        self.read(asker, |rx| {
            rx.may(A::ListLotEvents, &Thing::open())?;
            let found = store::lot::find(rx.tx, lot)?;
            let seen = found.filter(|it| offers(&rx.actor, A::LookAtLot, &thing_of(it)));
            let Some(lot) = seen else { return Ok(None) };
            match store::lot_event::of_lot(rx.tx, lot.id)? {
                Some(id) => Ok(store::lot_event::find(rx.tx, id)?),
                None => Ok(None),
            }
        })
    }

    /// Asks to bid on several lots for one organisation: each is an act of its own, and a lot that does
    /// not take the organisation keeps no other waiting. What became of each, in their order.
    pub fn register_for_lots(
        &self,
        asker: &Asker,
        (organisation, stands_by): (OrganisationId, bool),
        lots: &[(LotId, u64)],
    ) -> Vec<(LotId, Result<LotChanged, No>)> {
        let ask = |(lot, terms): &(LotId, u64)| {
            let act = RegisterForLot { lot: *lot, organisation, terms: *terms, stands_by };
            let key = asker.key.as_ref().map(|key| format!("{key}-{lot}"));
            let asker = Asker { key, ..asker.clone() };
            (*lot, self.perform(&asker, act))
        };
        lots.iter().take(LOTS_MAX).map(ask).collect()
    }
}
