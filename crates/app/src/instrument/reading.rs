//! What a reader may see of one instrument.

use crate::act::{No, Stop, offers};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::instrument::search::{Found, alike};
use crate::instrument::{Classes, allowed, thing_of};
use access::{Act as A, Thing};
use base::{Bilingual, FileId, Instant, InstrumentId, OrganisationId, PersonId, Refusal, Span};
use instruments::Instrument;
use std::collections::BTreeMap;

/// Versions that one page shows.
const VERSIONS_MAX: usize = 200;
/// Parts of one instrument that its page names.
const COMPONENTS_MAX: usize = 100;
/// People or instruments to choose from in a form.
const CHOICES_MAX: usize = 500;
/// Instruments of the same kind that a page names.
pub const ALIKE_MAX: usize = 12;
/// Days ahead that are counted as booked, and days back as used.
const BOOKED_DAYS: i64 = 30;
const USED_DAYS: i64 = 365;

/// Which acts this reader may do here: the buttons of the page.
#[derive(Clone, Copy, Debug, Default)]
pub struct InstrumentOffers {
    pub revise: bool,
    /// Showing, hiding, retiring.
    pub moves: bool,
}

/// How busy an instrument is, as far as bookings and uses tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Busy {
    /// Minutes booked in the next 30 days.
    pub booked_minutes: u64,
    /// Minutes used in the last 365 days.
    pub used_minutes: u64,
}

/// One of the same kind, and how busy it is.
#[derive(Clone, Debug)]
pub struct Similar {
    pub found: Found,
    /// Nothing where its owner keeps no record here.
    pub busy: Option<Busy>,
}

/// An instrument as this reader may see it.
#[derive(Clone, Debug)]
pub struct InstrumentView {
    pub instrument: Instrument,
    pub owner_name: Bilingual,
    /// The code that names the owner to the state; for the owner's identifier in PIDINST.
    pub owner_code: String,
    /// The name of the view: `owner`, `staff`, `officer`, `public`.
    pub view: &'static str,
    pub offers: InstrumentOffers,
    pub classes: Classes,
    /// Who operates it; for people who are signed in.
    pub operators: Vec<(PersonId, Bilingual)>,
    pub parent: Option<(InstrumentId, Bilingual)>,
    pub components: Vec<(InstrumentId, Bilingual)>,
    pub similar: Vec<Similar>,
    pub busy: Option<Busy>,
    /// The calibration that counts.
    pub calibrated: Option<instruments::upkeep::Record>,
    pub now: Instant,
}

/// A version as the history shows it.
#[derive(Clone, Debug)]
pub struct VersionView {
    pub version: u64,
    pub state: String,
    pub person: Option<Bilingual>,
    pub at: Instant,
}

impl City {
    /// One instrument.
    pub fn instrument(&self, asker: &Asker, id: InstrumentId) -> Result<InstrumentView, No> {
        self.read(asker, |rx| {
            let (instrument, view) = allowed(rx, id, A::LookAtInstrument)?;
            let owner = store::organisation::find(rx.tx, instrument.owner)?
                .ok_or_else(Refusal::not_found)?;
            let thing = thing_of(&instrument, &rx.actor);
            let may = |act| offers(&rx.actor, act, &thing);
            let offers = InstrumentOffers {
                revise: may(A::ReviseInstrument),
                moves: may(A::MoveInstrument),
            };
            let operators = operators(rx, &instrument)?;
            let filter = rx.filter(A::ListInstruments)?;
            let parent: Vec<InstrumentId> = instrument.sheet.parent.into_iter().collect();
            let parent = store::instrument::many(rx.tx, &filter, &parent)?;
            let components: Vec<InstrumentId> =
                store::instrument::components(rx.tx, id, COMPONENTS_MAX)?
                    .into_iter()
                    .map(|(id, _)| id)
                    .collect();
            let components = store::instrument::many(rx.tx, &filter, &components)?;
            let named = |it: Instrument| (it.id, it.sheet.name);
            let (similar, busy) = similar(rx, &instrument)?;
            Ok(InstrumentView {
                owner_name: owner.profile.name,
                owner_code: owner.profile.credit_code,
                view,
                offers,
                classes: Classes::read(rx.tx)?,
                operators,
                parent: parent.into_iter().next().map(named),
                components: components.into_iter().map(named).collect(),
                similar,
                busy,
                calibrated: store::upkeep::calibrated(rx.tx, id)?,
                now: rx.now,
                instrument,
            })
        })
    }

    /// The history of an instrument, newest first.
    pub fn instrument_versions(
        &self,
        asker: &Asker,
        id: InstrumentId,
    ) -> Result<Vec<VersionView>, No> {
        self.read(asker, |rx| {
            let (_, view) = allowed(rx, id, A::LookAtInstrument)?;
            let mut rows = store::instrument::versions(rx.tx, id, VERSIONS_MAX)?;
            if view == "public" {
                rows.retain(|row| row.state != "hidden");
            }
            let people: Vec<PersonId> = rows.iter().filter_map(|row| row.person).collect();
            let names = store::person::names_of(rx.tx, &people)?;
            let known = |person: Option<PersonId>| match view {
                "public" => None,
                _ => person.and_then(|id| names.get(&id).cloned()),
            };
            let shown = rows.into_iter().map(|row| VersionView {
                version: row.version,
                state: row.state,
                person: known(row.person),
                at: row.at,
            });
            Ok(shown.collect())
        })
    }

    /// The instrument of this reference, or the one its owner knows under this inventory number.
    pub fn instrument_referred(&self, asker: &Asker, typed: &str) -> Result<InstrumentId, No> {
        self.read(asker, |rx| {
            let found = match InstrumentId::parse(typed) {
                Ok(id) => Some(id),
                Err(_) => store::instrument::by_reference(rx.tx, typed)?,
            };
            let id = found.ok_or_else(Refusal::not_found)?;
            allowed(rx, id, A::LookAtInstrument)?;
            Ok(id)
        })
    }

    /// Owners for whom the reader may enter instruments.
    pub fn instrument_owners(&self, asker: &Asker) -> Result<Vec<(OrganisationId, Bilingual)>, No> {
        self.read(asker, |rx| {
            let all = store::organisation::names(rx.tx)?;
            let actor = &rx.actor;
            let may = |id| offers(actor, A::CreateInstrument, &Thing::of(id));
            Ok(all.into_iter().filter(|(id, _)| may(*id)).collect())
        })
    }

    /// Who may be named as the staff of an instrument, and the owner's other instruments: for
    /// whoever writes its sheet.
    #[expect(clippy::type_complexity, reason = "two lists of names, taken apart at once")]
    pub fn instrument_choices(
        &self,
        asker: &Asker,
        id: InstrumentId,
    ) -> Result<(Vec<(PersonId, Bilingual)>, Vec<(InstrumentId, Bilingual)>), No> {
        self.read(asker, |rx| {
            let (it, _) = allowed(rx, id, A::ReviseInstrument)?;
            let there = store::person::of_organisation(rx.tx, (it.owner, rx.now), "", CHOICES_MAX)?;
            // Somebody with two roles stands there twice, one after the other.
            let mut people: Vec<(PersonId, Bilingual)> =
                there.into_iter().map(|(person, ..)| (person.id, person.name)).collect();
            people.dedup_by_key(|(id, _)| *id);
            let filter = rx.filter(A::ListInstruments)?;
            let part = store::instrument::Part { owner: Some(it.owner), ..Default::default() };
            let others = store::instrument::slim(rx.tx, &filter, &part, CHOICES_MAX)?;
            let others = others.into_iter().filter(|one| one.id != id);
            Ok((people, others.map(|one| (one.id, one.name)).collect()))
        })
    }

    /// What the reader operates.
    pub fn operated_instruments(&self, asker: &Asker) -> Result<Vec<Instrument>, No> {
        self.read(asker, |rx| {
            let Some(person) = rx.actor.person else { return Ok(Vec::new()) };
            let ids = store::instrument::operated_by(rx.tx, person, base::limits::PAGE_ROWS_MAX)?;
            let mut found = Vec::new();
            for id in ids {
                found.extend(store::instrument::find(rx.tx, id)?);
            }
            let actor = rx.actor.clone();
            found.retain(|it| offers(&actor, A::LookAtInstrument, &thing_of(it, &actor)));
            Ok(found)
        })
    }

    /// A picture of an instrument, for whoever sees the instrument.
    pub fn instrument_picture(
        &self,
        asker: &Asker,
        id: InstrumentId,
        file: FileId,
    ) -> Result<crate::file::Opened, No> {
        self.read(asker, |rx| {
            let (it, _) = allowed(rx, id, A::LookAtInstrument)?;
            match it.sheet.photographs.iter().any(|picture| picture.file == file) {
                true => Ok(()),
                false => Err(Refusal::not_found().into()),
            }
        })?;
        self.open_file(asker, file)
    }
}

fn operators(rx: &mut Rx<'_, '_>, it: &Instrument) -> Result<Vec<(PersonId, Bilingual)>, Stop> {
    if rx.actor.person.is_none() {
        return Ok(Vec::new());
    }
    let names = store::person::names_of(rx.tx, &it.sheet.operators)?;
    let named = |id: &PersonId| names.get(id).map(|name| (*id, name.clone()));
    Ok(it.sheet.operators.iter().filter_map(named).collect())
}

/// Others of the same kind, and how busy they and it are.
fn similar(rx: &mut Rx<'_, '_>, it: &Instrument) -> Result<(Vec<Similar>, Option<Busy>), Stop> {
    let found = alike(rx, it, ALIKE_MAX)?;
    let all: Vec<&Instrument> =
        found.iter().map(|found| &found.instrument).chain(std::iter::once(it)).collect();
    let busy = busy(rx, &all)?;
    let own = busy.get(&it.id).copied();
    let of = |found: Found| Similar { busy: busy.get(&found.instrument.id).copied(), found };
    Ok((found.into_iter().map(of).collect(), own))
}

/// How busy instruments are. Of one on which nobody can book time and nobody checked in, nothing is known.
pub(super) fn busy(
    rx: &mut Rx<'_, '_>,
    all: &[&Instrument],
) -> Result<BTreeMap<InstrumentId, Busy>, store::StoreError> {
    let ids: Vec<InstrumentId> = all.iter().map(|it| it.id).collect();
    let ahead = Span::new(rx.now, rx.now.plus_seconds(BOOKED_DAYS * 86_400));
    let booked = match ahead {
        Some(ahead) => store::booking::minutes_taken(rx.tx, &ids, ahead)?,
        None => BTreeMap::new(),
    };
    let since = rx.now.plus_seconds(-USED_DAYS * 86_400);
    let used = store::usage::minutes_used(rx.tx, &ids, since)?;
    let of = |it: &&Instrument| {
        let (booked, used) = (booked.get(&it.id), used.get(&it.id));
        let is_known = it.takes_bookings() || booked.is_some() || used.is_some();
        let busy = Busy {
            booked_minutes: booked.copied().unwrap_or(0),
            used_minutes: used.copied().unwrap_or(0),
        };
        is_known.then_some((it.id, busy))
    };
    Ok(all.iter().filter_map(of).collect())
}
