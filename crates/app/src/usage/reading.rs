//! What a reader may see of uses: the own ones, those of the own organisation, those of the own
//! unit's instruments.

use crate::act::{No, offers};
use crate::asker::Asker;
use crate::city::City;
use crate::instrument::allowed;
use crate::usage::{customers_of, thing_of};
use access::{Act as A, Thing};
use base::{
    Bilingual, Instant, InstrumentId, OrganisationId, Refusal, Span, UseId, VoucherId, limits,
};
use instruments::Instrument;
use instruments::charge::Kept as Charge;
use instruments::tariff::Kept as Tariff;
use instruments::usage::{Kept, OPEN_HOURS_MAX, proposed_end};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// A use in a list.
#[derive(Clone, Debug)]
pub struct UseRow {
    pub kept: Kept,
    pub instrument: Bilingual,
    pub organisation: Bilingual,
    pub person: Bilingual,
    /// The end proposed where it ran too long without a stop.
    pub proposed: Option<Instant>,
    /// What was booked.
    pub booked: Option<Span>,
    /// How it kept to that, once it is over.
    pub punctuality: Option<instruments::booking::Kept>,
    /// What its user was asked about it.
    pub feedback: Option<instruments::feedback::Asked>,
}

/// A page of uses, newest first.
#[derive(Clone, Debug)]
pub struct UsePage {
    pub rows: Vec<UseRow>,
    pub next: Option<UseId>,
}

/// A use with what was charged for it.
#[derive(Clone, Debug)]
pub struct UseView {
    pub row: UseRow,
    pub charges: Vec<Charge>,
    pub may_stop: bool,
    /// Whether the reader is asked about it and has said nothing yet.
    pub may_answer: bool,
    /// Whether the reader may say when it ended.
    pub is_staff: bool,
    pub now: Instant,
}

/// A use that runs, as the instrument's own page shows it.
#[derive(Clone, Debug)]
pub struct Running {
    pub kept: Kept,
    /// Whether the reader may end it.
    pub may_stop: bool,
    /// The name of the user, for whoever may know it.
    pub person: Option<Bilingual>,
}

/// The page at an instrument.
#[derive(Clone, Debug)]
pub struct Kiosk {
    pub instrument: Instrument,
    pub running: Vec<Running>,
    /// Organisations for which the reader may begin.
    pub customers: Vec<(OrganisationId, Bilingual)>,
    /// Vouchers that may pay a part.
    pub vouchers: Vec<(VoucherId, String)>,
    /// Whether the reader operates the instrument or answers for it, and whether a relay switches it.
    pub is_staff: bool,
    pub has_relay: bool,
    /// The reader's booking for now, or the next one; whether a use begun now takes it up, and what it
    /// holds.
    pub booked: Option<(base::BookingId, Span)>,
    pub is_due: bool,
    pub held: Option<VoucherId>,
    /// What is valid today.
    pub tariffs: Vec<Tariff>,
    pub now: Instant,
}

impl City {
    /// Uses that the reader may see, of one instrument or all, newest first.
    pub fn uses(
        &self,
        asker: &Asker,
        (instrument, before): (Option<InstrumentId>, Option<UseId>),
        limit: usize,
    ) -> Result<UsePage, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(crate::account::sign_in_required)?;
            let filter = rx.filter(A::ListUses)?;
            let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
            let mut rows = store::usage::list(rx.tx, &filter, (instrument, before), limit + 1)?;
            let next = (rows.len() > limit).then(|| rows.pop()).flatten();
            let next = next.and(rows.last().map(|it| it.id));
            Ok(UsePage { rows: named(rx, rows)?, next })
        })
    }

    /// One use.
    pub fn use_view(&self, asker: &Asker, id: UseId) -> Result<UseView, No> {
        self.read(asker, |rx| {
            let kept = store::usage::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let instrument = store::instrument::find(rx.tx, kept.instrument)?;
            let thing = thing_of(&kept, instrument.as_ref(), &rx.actor);
            let view = rx.may(A::LookAtUse, &thing).map_err(|_| Refusal::not_found())?;
            let charges = store::charge::of_subject(rx.tx, &kept.id.to_string())?;
            let runs = kept.stopped_at.is_none();
            let may_stop = runs && offers(&rx.actor, A::StopUse, &thing);
            let operates =
                instrument.zip(rx.actor.person).is_some_and(|(found, me)| found.is_operated_by(me));
            let row = named(rx, vec![kept])?.remove(0);
            let is_staff = view == "unit" || operates;
            let me = rx.actor.person;
            let may_answer = row.feedback.as_ref().is_some_and(|it| it.against(me).is_none());
            Ok(UseView { row, charges, may_stop, may_answer, is_staff, now: rx.now })
        })
    }

    /// The page at an instrument: what runs, and with what the reader may begin.
    pub fn kiosk(&self, asker: &Asker, id: InstrumentId) -> Result<Kiosk, No> {
        self.read(asker, |rx| {
            let (instrument, _) = allowed(rx, id, A::LookAtInstrument)?;
            let mut running = Vec::new();
            for kept in store::usage::running(rx.tx, id)? {
                let thing = thing_of(&kept, Some(&instrument), &rx.actor);
                let may_look = rx.may(A::LookAtUse, &thing).is_ok();
                let person = match may_look {
                    true => store::person::names_of(rx.tx, &[kept.person])?.remove(&kept.person),
                    false => None,
                };
                let may_stop = offers(&rx.actor, A::StopUse, &thing);
                running.push(Running { kept, may_stop, person });
            }
            let mut own = customers_of(&rx.actor);
            let may = |id: &OrganisationId| {
                let (owner, label) = (Some(*id), crate::usage::label());
                let thing =
                    Thing { owner, desk: Some(instrument.owner), label, ..Thing::default() };
                offers(&rx.actor, A::StartUse, &thing)
            };
            own.retain(may);
            let mut names = store::organisation::names_of(rx.tx, &own)?;
            let of = |id: OrganisationId| (id, names.remove(&id.to_string()).unwrap_or_default());
            let customers: Vec<(OrganisationId, Bilingual)> = own.into_iter().map(of).collect();
            let day = crate::tariff::wall(&instrument)(rx.now).date;
            let mut tariffs = store::tariff::of_instrument(rx.tx, id)?;
            tariffs.retain(|it| it.tariff.is_valid_on(day));
            let own: Vec<OrganisationId> = customers.iter().map(|(id, _)| *id).collect();
            let kind = instruments::voucher::Kind::Use;
            let vouchers = crate::voucher::usable(rx, (instrument.owner, kind), &own)?;
            let (booked, is_due, held) = match rx.actor.person {
                Some(person) => at_the_door(rx.tx, (&instrument, person), rx.now)?,
                None => (None, false, None),
            };
            let is_staff = crate::booking::is_staff(&instrument, &rx.actor)
                || crate::booking::is_manager(&instrument, &rx.actor);
            let has_relay = store::relay::find(rx.tx, id)?.is_some();
            let now = rx.now;
            Ok(Kiosk {
                instrument,
                running,
                customers,
                vouchers,
                is_staff,
                has_relay,
                booked,
                is_due,
                held,
                tariffs,
                now,
            })
        })
    }
}

/// Somebody's booking for now, and the voucher that it holds.
fn at_the_door(
    tx: &mut store::Tx<'_>,
    (it, person): (&Instrument, base::PersonId),
    now: Instant,
) -> Result<AtTheDoor, store::StoreError> {
    let own = crate::booking::tie::coming(tx, (it, person), now)?;
    let (rules, _) = crate::booking::scene::rules_of(tx, it)?;
    let Some(found) = instruments::tie::at_the_door(&own, rules.early_minutes.value, now) else {
        return Ok((None, false, None));
    };
    let is_due = instruments::tie::is_due(found.span, rules.early_minutes.value, now);
    let held = crate::booking::fund::held(tx, found.id)?.map(|held| held.voucher);
    Ok((Some((found.id, found.span)), is_due, held))
}

type AtTheDoor = (Option<(base::BookingId, Span)>, bool, Option<VoucherId>);

fn named(
    rx: &mut crate::city::Rx<'_, '_>,
    rows: Vec<Kept>,
) -> Result<Vec<UseRow>, crate::act::Stop> {
    let organisations: Vec<OrganisationId> = rows.iter().map(|it| it.organisation).collect();
    let people: Vec<base::PersonId> = rows.iter().map(|it| it.person).collect();
    let organisations = store::organisation::names_of(rx.tx, &organisations)?;
    let people = store::person::names_of(rx.tx, &people)?;
    let mut instruments: BTreeMap<InstrumentId, Bilingual> = BTreeMap::new();
    for it in &rows {
        if let Entry::Vacant(place) = instruments.entry(it.instrument) {
            let found = store::instrument::find(rx.tx, it.instrument)?;
            place.insert(found.map(|found| found.sheet.name).unwrap_or_default());
        }
    }
    let booked: Vec<base::BookingId> = rows.iter().filter_map(|it| it.booking).collect();
    let spans = store::tie::spans(rx.tx, &booked)?;
    let (_, ends) = store::tie::used_and_ended(rx.tx, &booked)?;
    let over = rows.iter().filter(|it| it.stopped_at.is_some()).map(|it| it.id);
    let over: Vec<UseId> = over.collect();
    let mut asked = store::feedback::of_uses(rx.tx, &over)?;
    let day_s = 3_600 * OPEN_HOURS_MAX;
    let now = rx.now;
    let mut row = |kept: Kept| UseRow {
        instrument: instruments.get(&kept.instrument).cloned().unwrap_or_default(),
        organisation: organisations
            .get(&kept.organisation.to_string())
            .cloned()
            .unwrap_or_default(),
        person: people.get(&kept.person).cloned().unwrap_or_default(),
        proposed: (kept.stopped_at.is_none() && now.seconds_since(kept.started_at) >= day_s)
            .then(|| {
                let booked = kept.booking.and_then(|id| spans.get(&id));
                proposed_end(&kept.told(), booked.map(|span| span.end()), None, now)
            })
            .flatten(),
        booked: kept.booking.and_then(|id| spans.get(&id).copied()),
        punctuality: kept.booking.and_then(|id| ends.get(&id)).and_then(|end| end.kept),
        feedback: asked.remove(&kept.id),
        kept,
    };
    Ok(rows.into_iter().map(&mut row).collect())
}
