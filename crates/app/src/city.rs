//! The city as a running program: store, index, clock, chance, settings.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::{Asker, Memo, resolve};
use crate::rate::{Buckets, Limits};
use crate::secret::Secret;
use access::{Actor, Role, Thing};
use base::{
    Bilingual, Chance, Class, Instant, Label, Lang, MembershipId, OrganisationId, PersonId,
    Reference, Refusal,
};
use parking_lot::Mutex;
use std::sync::Arc;
use store::city::CityRow;
use store::{Store, StoreError, Tx};
use trading::field::FieldTree;

/// The clock of the binary; tests bring their own.
pub trait Clock: Send + Sync {
    /// The moment now. Never earlier than a moment given before.
    fn now(&self) -> Instant;
}

/// What an operator can set about the city itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address people use, without a slash at the end.
    pub public_url: String,
    /// The city's offset from UTC in minutes.
    pub utc_offset_minutes: i32,
    pub fields: FieldTree,
    pub limits: Limits,
    /// Where files are kept, and how many bytes there may be.
    pub shelf: crate::file::Shelf,
    /// Whom this installation asks for a second factor.
    pub second_factor: parties::factor::Policy,
    /// Password hashing for tests that are not about passwords.
    pub weak_hashing: bool,
    /// Signs checkpoints of the log; the name is the log's origin.
    pub log_seed: [u8; 32],
    /// Published figures of the city for the home page.
    pub figures: Vec<Figure>,
    /// What of the machine is watched, for those who look after it.
    pub watch: crate::standing::Watch,
    /// The office that helps readers, as far as the operator has said.
    pub contact: Contact,
    /// Providers by whose identities people may sign in.
    pub identities: crate::identity::Providers,
    /// How letters go out, if they do.
    pub mail: crate::mail::Post,
    /// How webhooks are called, if they are.
    pub webhooks: crate::webhook::Hooks,
    /// Which relays of laboratories are called, if any.
    pub relays: Option<calls::Switch>,
    /// Under which name processes are published, if they are.
    pub open_data: crate::open_data::OpenData,
    /// How long deals take.
    pub pace: trading::deal::Pace,
}

/// How an office is reached; what is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    pub name: Bilingual,
    pub phone: String,
    pub email: String,
    /// When it is open, in words.
    pub hours: Bilingual,
}

impl Contact {
    /// Whether nobody could be reached by it.
    pub fn is_empty(&self) -> bool {
        self.phone.is_empty() && self.email.is_empty()
    }
}

/// A published figure with its source.
#[derive(Clone, Debug)]
pub struct Figure {
    pub key: String,
    pub value: String,
    pub unit: Bilingual,
    pub label: Bilingual,
    pub as_of: String,
    pub source: Bilingual,
}

/// The running city. Cloning gives another handle.
#[derive(Clone)]
pub struct City(Arc<Inner>);

struct Inner {
    store: Store,
    index: search::Index,
    clock: Box<dyn Clock>,
    chance: Mutex<Box<dyn Chance>>,
    settings: Settings,
    buckets: Buckets,
    row: Mutex<Option<Arc<CityRow>>>,
    hashing: crate::account::Turnstile,
    looks: crate::notice::RecentLooks,
    waiting: crate::desk::RecentCounts,
    rooms: crate::lot::Rooms,
    first_due: crate::ledger::FirstDue,
}

impl City {
    /// Puts the parts together.
    pub fn new(
        store: Store,
        index: search::Index,
        clock: Box<dyn Clock>,
        chance: Box<dyn Chance>,
        settings: Settings,
    ) -> Self {
        Self(Arc::new(Inner {
            store,
            index,
            clock,
            chance: Mutex::new(chance),
            settings,
            buckets: Buckets::default(),
            row: Mutex::new(None),
            hashing: crate::account::Turnstile::new(4),
            looks: crate::notice::RecentLooks::default(),
            waiting: crate::desk::RecentCounts::default(),
            rooms: crate::lot::Rooms::default(),
            first_due: crate::ledger::FirstDue::default(),
        }))
    }

    /// The rows.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The full-text index.
    pub fn index(&self) -> &search::Index {
        &self.0.index
    }

    /// The moment now.
    pub fn now(&self) -> Instant {
        self.0.clock.now()
    }

    /// What the operator set.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The field tree.
    pub fn fields(&self) -> &FieldTree {
        &self.0.settings.fields
    }

    /// Draws chance.
    pub fn with_chance<R>(&self, draw: impl FnOnce(&mut dyn Chance) -> R) -> R {
        draw(&mut **self.0.chance.lock())
    }

    pub(crate) fn recent_looks(&self) -> &crate::notice::RecentLooks {
        &self.0.looks
    }

    pub(crate) fn waiting(&self) -> &crate::desk::RecentCounts {
        &self.0.waiting
    }

    pub(crate) fn first_due(&self) -> &crate::ledger::FirstDue {
        &self.0.first_due
    }

    pub(crate) fn rooms(&self) -> &crate::lot::Rooms {
        &self.0.rooms
    }

    pub(crate) fn hashing(&self) -> &crate::account::Turnstile {
        &self.0.hashing
    }

    /// The year in the city's own time.
    pub fn year(&self, now: Instant) -> i16 {
        now.date_at(self.0.settings.utc_offset_minutes).year()
    }

    /// A new reference of this kind.
    pub fn reference(&self, kind: &str, now: Instant) -> Reference {
        let year = self.year(now);
        self.with_chance(|chance| Reference::draw(kind, year, chance))
    }

    /// Facts about the installation; refused before `init`.
    pub fn row(&self) -> Result<Arc<CityRow>, No> {
        if let Some(row) = &*self.0.row.lock() {
            return Ok(Arc::clone(row));
        }
        let found = self.store().read(store::city::find)?;
        let row = found.map(Arc::new).ok_or_else(|| No::from(not_initialised()))?;
        *self.0.row.lock() = Some(Arc::clone(&row));
        Ok(row)
    }

    /// Reads for somebody on one snapshot: who they are is found out in it too.
    pub fn read<R>(
        &self,
        asker: &Asker,
        reading: impl FnOnce(&mut Rx<'_, '_>) -> Result<R, Stop>,
    ) -> Result<R, No> {
        let now = self.now();
        let mut stopped = None;
        let answer = self.store().read(|tx| {
            let actor = match &asker.snapshot {
                Some(found) => found.clone(),
                None => resolve(tx, asker.who, now, self.settings().second_factor)?,
            };
            let memo = asker.snapshot.as_ref().map(|_| asker.memo.clone()).unwrap_or_default();
            let mut rx = Rx { tx, city: self, actor, now, memo };
            match reading(&mut rx) {
                Ok(found) => Ok(Some(found)),
                Err(Stop::Store(error)) => Err(error),
                Err(Stop::Refused(reasons)) => {
                    stopped = Some(No(reasons));
                    Ok(None)
                }
            }
        })?;
        answer.ok_or_else(|| stopped.unwrap_or_else(|| Refusal::not_found().into()))
    }

    /// The office that helps readers; where the operator has named none, the operator.
    pub fn office(&self) -> Result<Contact, No> {
        let named = &self.settings().contact;
        if !named.is_empty() {
            return Ok(named.clone());
        }
        let operator = self.row()?.operator;
        let found = self.store().read(|tx| store::person::find(tx, operator))?;
        let found = found.map(|person| Contact {
            name: person.name,
            email: person.email,
            ..Contact::default()
        });
        Ok(found.unwrap_or_default())
    }

    /// Takes one request out of the asker's bucket.
    pub fn limit(&self, asker: &Asker, who: &Actor, rate: access::Rate) -> Result<(), No> {
        let name = who.person.map_or_else(|| asker.network.clone(), |id| id.to_string());
        let limits = &self.0.settings.limits;
        let is_known = who.person.is_some();
        Ok(self.0.buckets.take(limits, rate, &name, is_known, self.now())?)
    }
}

/// What a reading works with.
pub struct Rx<'t, 'c> {
    pub tx: &'t mut Tx<'c>,
    pub city: &'t City,
    pub actor: Actor,
    pub now: Instant,
    pub(crate) memo: Memo,
}

impl Rx<'_, '_> {
    /// The filter of a list for this reader.
    pub fn filter(&mut self, act: access::Act) -> Result<access::Filter, StoreError> {
        let actor = self.actor.clone();
        Ok(access::filter(&actor, act, self.gates()?))
    }

    /// Every gate known, asked for once in a request.
    pub fn gates(&mut self) -> Result<&[String], StoreError> {
        if self.memo.gates.get().is_none() {
            let gates = store::gate::known(self.tx)?;
            let _ = self.memo.gates.set(gates);
        }
        Ok(self.memo.gates.get().map_or(&[], Vec::as_slice))
    }

    /// For whom the reader stands in now, asked for once in a request.
    pub fn stand_ins(&mut self) -> Result<&[store::stand_in::StandIn], StoreError> {
        if self.memo.stand_ins.get().is_none() {
            let live = match self.actor.person {
                Some(person) => crate::case::live_stand_ins(self.tx, person, self.now)?,
                None => Vec::new(),
            };
            let _ = self.memo.stand_ins.set(live);
        }
        Ok(self.memo.stand_ins.get().map_or(&[], Vec::as_slice))
    }

    /// The view this reader gets of a thing, or the refusal.
    pub fn may(&self, act: access::Act, thing: &Thing) -> Result<&'static str, Stop> {
        Ok(crate::act::may(&self.actor, act, thing)?)
    }
}

fn not_initialised() -> Refusal {
    Refusal::new(Class::Refused, "city-not-initialised")
}

/// Sets up an empty store: the city's own organisation, the operator's account, a one-time link.
#[derive(serde::Serialize)]
pub struct InitialiseCity {
    pub name: Bilingual,
    pub origin: String,
    pub demo: bool,
    pub operator_email: String,
    pub operator_name: Bilingual,
    pub lang: Lang,
}

/// What `init` tells, once.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Initialised {
    pub organisation: OrganisationId,
    pub operator: PersonId,
    /// Sets the operator's password, within a week.
    #[serde(skip)]
    pub link_secret: String,
}

impl Act for InitialiseCity {
    const ACT: access::Act = access::Act::InitialiseCity;
    type Facts = bool;
    type Plan = String;
    type Outcome = Initialised;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<bool, Stop> {
        Ok(store::city::find(cx.tx)?.is_some() || store::person::count(cx.tx)? > 0)
    }

    fn thing(&self, _: &bool) -> Thing {
        Thing::open()
    }

    fn decide(&self, is_founded: bool, _: &Cx<'_, '_>) -> Result<String, Vec<Refusal>> {
        if is_founded {
            return Err(vec![Refusal::new(Class::Conflict, "city-already-initialised")]);
        }
        let mut problems = Vec::new();
        if self.name.is_empty() {
            problems
                .push(Refusal::invalid("field-required").on("name").term("field", "field-name"));
        }
        if tlog::Checkpoint::new(&self.origin, 0, tlog::Hash::EMPTY).is_err() {
            problems.push(Refusal::invalid("city-origin").on("origin").text("found", &self.origin));
        }
        match parties::person::email(&self.operator_email) {
            Ok(email) if problems.is_empty() => Ok(email),
            Ok(_) => Err(problems),
            Err(refusal) => {
                problems.push(refusal);
                Err(problems)
            }
        }
    }

    fn save(&self, email: String, cx: &mut Cx<'_, '_>) -> Result<Initialised, Stop> {
        let now = cx.now;
        let (organisation, operator, membership, store_id, secret, link) =
            cx.city.with_chance(|chance| {
                (
                    OrganisationId::new(now, chance),
                    PersonId::new(now, chance),
                    MembershipId::new(now, chance),
                    store::log::hex(&chance.bytes32()[..16]),
                    chance.bytes32().to_vec(),
                    Secret::from_bytes("bwl_", &chance.bytes32()),
                )
            });
        let city = CityRow {
            store_id,
            name_en: self.name.en.clone(),
            name_zh: self.name.zh.clone(),
            origin: self.origin.clone(),
            demo: self.demo,
            secret,
            operator,
            created_at: now,
        };
        store::city::found(cx.tx, &city)?;
        store::gate::add(cx.tx, &Label::public().gate())?;
        let reference = cx.city.reference("OR", now);
        let profile = parties::organisation::Profile {
            kind: parties::OrganisationKind::Agency,
            name: self.name.clone(),
            short: Bilingual::default(),
            credit_code: String::new(),
            region: Bilingual::default(),
            about: Bilingual::default(),
            invented: self.demo,
        };
        store::organisation::add(cx.tx, (organisation, &reference), &profile, now)?;
        let person = parties::Person {
            id: operator,
            email,
            name: self.operator_name.clone(),
            lang: self.lang,
            state: parties::PersonState::Invited,
            invented: self.demo,
            version: 1,
            created_at: now,
        };
        store::person::add(cx.tx, &person, "")?;
        let place = store::person::Membership {
            id: membership,
            person: operator,
            organisation,
            role: Role::Operator,
            until_at: store::person::FOR_EVER,
        };
        store::person::add_membership(cx.tx, &place, "init", now)?;
        let ends = now.plus_seconds(parties::session::INVITATION_SECONDS);
        store::person::add_link(cx.tx, &link.digest, operator, now, ends)?;
        let label = Label::public();
        let about = About {
            thing: organisation.to_string(),
            version: 1,
            owner: Some(organisation),
            label: &label,
            state: "",
        };
        cx.event("city-initialised", about, serde_json::json!({ "operator": operator }));
        Ok(Initialised { organisation, operator, link_secret: link.text })
    }
}
