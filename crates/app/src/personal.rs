//! Everything that is held on a person, for that person: as a page and as a file.

use crate::account::sign_in_required;
use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{Bilingual, Clearance, Instant, InstrumentId, PersonId, Refusal, Span, limits};
use instruments::booking::Booking;
use instruments::turn::Turn;
use instruments::wait::{Notice, Wish};
use parties::Person;
use parties::factor::Recovery;
use std::collections::BTreeMap;
use store::identity::Identity;
use store::log::Entry;
use store::person::Place;
use store::session::Session;
use store::token::Token;

/// Entries of the log that one export holds at most, for what was done and what was recorded each.
pub const ENTRIES_MAX: usize = 20_000;
/// Entries read at a time.
const CHUNK: usize = 2_000;

/// What is held on a person.
#[derive(Clone, Debug)]
pub struct PersonalData {
    pub person: Person,
    /// Where the person can be called.
    pub telephone: Option<String>,
    /// Places held once or now, with the names of the organisations.
    pub places: Vec<(Place, Bilingual)>,
    pub clearance: Option<Clearance>,
    /// Since when there is a second factor, and how many recovery codes are left.
    pub factor: Option<(Instant, u64)>,
    pub recovery: Option<Recovery>,
    /// Accounts at other providers that are linked.
    pub identities: Vec<Identity>,
    pub sessions: Vec<Session>,
    pub tokens: Vec<Token>,
    /// Letters to the person that are kept still, newest first.
    pub letters: Vec<store::mail::Letter>,
    /// Which letters the person wants otherwise, by kind.
    pub mail_wishes: Vec<(String, String)>,
    /// What the person handed in, oldest first.
    pub files: Vec<store::file::File>,
    /// Searches that the person keeps, newest first.
    pub saved_searches: Vec<store::saved_search::SavedSearch>,
    /// Wishes for bulletins: of the account, and of its address.
    pub subscriptions: Vec<store::subscriber::Subscriber>,
    /// Webhooks that the person answers for, newest first.
    pub webhooks: Vec<store::webhook::Webhook>,
    /// Shares that the person holds, or is to hold.
    pub holdings: Vec<store::venture::Holding>,
    /// Emergency access that the person asked for, newest first.
    pub emergencies: Vec<parties::emergency::Emergency>,
    /// What the person booked, used and waits for at instruments.
    pub time: AtInstruments,
    /// A mail address that waits for its link.
    pub address: Option<store::address::Wanted>,
    /// What the log says about the person, oldest first.
    pub about: Vec<Record>,
    /// What the person did, oldest first.
    pub by: Vec<Record>,
    /// Whether the log holds more than fits.
    pub is_cut: bool,
    pub at: Instant,
}

/// What a person booked, used and waits for at instruments.
#[derive(Clone, Debug, Default)]
pub struct AtInstruments {
    /// In the order of their time.
    pub bookings: Vec<Booking>,
    /// Newest first.
    pub uses: Vec<instruments::usage::Kept>,
    /// Newest first.
    pub wishes: Vec<Wish>,
    /// Instruments of whose freed time the person wants to hear.
    pub watches: Vec<(InstrumentId, Notice)>,
    /// Places in live queues.
    pub turns: Vec<Turn>,
    /// Until when the person has access to the instruments of units that set an end.
    pub access: Vec<store::agreement::AccessEnd>,
    /// What the person was asked about uses and answered, newest first.
    pub feedback: Vec<instruments::feedback::Asked>,
    /// Faults of instruments that the person told of, newest first.
    pub faults: Vec<instruments::upkeep::Fault>,
    /// Bookings of rooms, stays in them, newest first, and those that may be entered always.
    pub area_bookings: Vec<instruments::area::Booking>,
    pub visits: Vec<store::area::Visit>,
    pub entries: Vec<store::area::Entrant>,
}

impl AtInstruments {
    fn load(tx: &mut store::Tx<'_>, id: PersonId) -> Result<Self, store::StoreError> {
        let always = Span::new(Instant::from_micros(0), Instant::from_micros(i64::MAX));
        let always = always.expect("time goes on");
        Ok(Self {
            bookings: store::booking::of_person(tx, id, always, ENTRIES_MAX)?,
            uses: store::usage::of_person(tx, id, ENTRIES_MAX)?,
            wishes: store::wait::of_person(tx, id, Instant::from_micros(0), CHUNK)?,
            watches: store::wait::watched(tx, id, CHUNK)?,
            turns: store::turn::of_person(tx, id, CHUNK)?,
            access: store::agreement::access_of(tx, id, CHUNK)?,
            feedback: store::feedback::of_person(tx, id, ENTRIES_MAX)?,
            faults: store::upkeep::of_person(tx, id, ENTRIES_MAX)?,
            area_bookings: store::area::booked(tx, id, always, ENTRIES_MAX)?,
            visits: store::area::visits(tx, id, ENTRIES_MAX)?,
            entries: store::area::entries(tx, id, CHUNK)?,
        })
    }
}

/// An entry of the log as its person may see it.
#[derive(Clone, Debug)]
pub struct Record {
    pub seq: u64,
    pub at: Instant,
    pub kind: String,
    pub thing: String,
    /// Null where it was erased, or is about something else than the person.
    pub body: serde_json::Value,
}

impl City {
    /// Everything held on the asker; recorded as an export.
    pub fn personal_data(&self, asker: &Asker) -> Result<PersonalData, No> {
        let data = self.read(asker, |rx| {
            let id = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ExportPersonalData, &Thing::own(id))?;
            let person = store::person::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let places = store::person::places(rx.tx, id)?;
            let organisations: Vec<_> = places.iter().map(|place| place.organisation).collect();
            let names: BTreeMap<String, Bilingual> =
                store::organisation::names_of(rx.tx, &organisations)?;
            let named = |place: Place| {
                let name = names.get(&place.organisation.to_string()).cloned();
                (place, name.unwrap_or_default())
            };
            let factor = store::factor::find(rx.tx, id)?;
            let mut subscriptions = Vec::new();
            for recipient in [id.to_string(), person.email.clone()] {
                subscriptions.extend(store::subscriber::of(rx.tx, &recipient)?);
            }
            let mut data = PersonalData {
                person,
                telephone: store::telephone::of(rx.tx, id)?,
                places: places.into_iter().map(named).collect(),
                clearance: store::person::clearance(rx.tx, id)?,
                factor: factor.map(|factor| (factor.created_at, factor.n_codes)),
                recovery: store::factor::recovery(rx.tx, id)?,
                identities: store::identity::of_person(rx.tx, id)?,
                sessions: store::session::of_person(rx.tx, id, rx.now)?,
                tokens: store::token::of_person(rx.tx, id)?,
                letters: store::mail::of_person(rx.tx, id, CHUNK)?,
                mail_wishes: store::mail::wishes(rx.tx, id)?,
                files: store::file::of_person(rx.tx, id, None, ENTRIES_MAX)?,
                saved_searches: store::saved_search::of_person(
                    rx.tx,
                    id,
                    limits::SAVED_SEARCHES_MAX,
                )?,
                subscriptions,
                webhooks: store::webhook::of_person(rx.tx, id, CHUNK)?,
                holdings: store::venture::held_by(rx.tx, id, CHUNK)?,
                emergencies: store::emergency::of_person(rx.tx, id, CHUNK)?,
                time: AtInstruments::load(rx.tx, id)?,
                address: store::address::of(rx.tx, id)?,
                about: Vec::new(),
                by: Vec::new(),
                is_cut: false,
                at: rx.now,
            };
            let own = id.to_string();
            let mut position = 0;
            loop {
                let entries = store::log::entries_after(rx.tx, position, CHUNK)?;
                let Some(last) = entries.last() else { break };
                position = last.seq;
                for entry in &entries {
                    data.take(entry, &own);
                }
                if entries.len() < CHUNK {
                    break;
                }
            }
            Ok(data)
        })?;
        let own = (data.person.id, data.person.id);
        let rows = serde_json::json!({ "entries": data.about.len() + data.by.len() });
        self.note_about("personal-data-exported", own, A::ExportPersonalData, rows)?;
        Ok(data)
    }
}

impl PersonalData {
    fn take(&mut self, entry: &Entry, own: &str) {
        let is_about = entry.header.thing == own;
        let is_by = entry.header.actor == Some(self.person.id);
        let into = match (is_about, is_by) {
            (true, _) => &mut self.about,
            (false, true) => &mut self.by,
            (false, false) => return,
        };
        if into.len() == ENTRIES_MAX {
            self.is_cut = true;
            return;
        }
        let body = if is_about { entry.body_json() } else { serde_json::Value::Null };
        into.push(Record {
            seq: entry.seq,
            at: entry.header.at,
            kind: entry.header.kind.clone(),
            thing: entry.header.thing.clone(),
            body,
        });
    }
}
