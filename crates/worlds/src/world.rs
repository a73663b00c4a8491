//! A city for one test, with short ways to people and technologies.

use crate::{Database, On};
use access::Role;
use app::city::InitialiseCity;
use app::identity::Providers;
use app::technology::{Changed, ConfirmTechnology, CreateTechnology};
use app::webhook::Hooks;
use app::{Asker, City, Settings};
use base::chance::SeededChance;
use base::{Bilingual, Clearance, Instant, Label, Lang, OrganisationId, PersonId, TechnologyId};
use parking_lot::Mutex;
use parties::factor::Policy;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use trading::field::{Field, FieldTree};
use trading::technology::{Contact, Content, Inventor, Right, RightKind, RightStatus, Trl};

/// A clock that stands still until a test moves it.
#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    /// Moves on by so many seconds.
    pub fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl app::Clock for Clock {
    fn now(&self) -> Instant {
        // A microsecond a look, so that no two moments are equal.
        Instant::from_micros(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// A small city.
pub struct World {
    pub city: City,
    pub clock: Clock,
    pub operator: PersonId,
    pub hall: OrganisationId,
    pub database: Database,
    names: Mutex<BTreeMap<String, PersonId>>,
}

impl World {
    /// An initialised city on this engine, or `None` where there is no such database.
    pub fn on(on: On) -> Option<Self> {
        Some(Self::in_database(Database::fresh(on)?))
    }

    /// An initialised city in this database.
    pub fn in_database(database: Database) -> Self {
        Self::with_policy(database, Policy::Offered)
    }

    /// The same with officers who work with a second factor only.
    pub fn strict(on: On) -> Option<Self> {
        Some(Self::with_policy(Database::fresh(on)?, Policy::Required))
    }

    fn with_policy(database: Database, policy: Policy) -> Self {
        Self::made(database, policy, app::mail::Post::default())
    }

    /// An initialised city whose people may sign in by these providers.
    pub fn with_identities(on: On, policy: Policy, identities: Providers) -> Option<Self> {
        let mail = app::mail::Post::default();
        Some(Self::made_with(Database::fresh(on)?, policy, mail, identities))
    }

    /// Another handle on the same rows, as after a restart with these providers.
    pub fn reopened_with_identities(&self, seed: u64, identities: Providers) -> City {
        let (place, mail) = (&self.database.place, app::mail::Post::default());
        let outside = (identities, Hooks::default());
        open_whole(place, &self.clock, seed, Policy::Offered, (mail, shelf()), outside)
    }

    fn made(database: Database, policy: Policy, mail: app::mail::Post) -> Self {
        Self::made_with(database, policy, mail, Providers::default())
    }

    /// An initialised city that calls webhooks like this.
    pub fn with_webhooks(on: On, webhooks: Hooks) -> Option<Self> {
        let kept = (app::mail::Post::default(), shelf());
        let outside = (Providers::default(), webhooks);
        Some(Self::made_whole(Database::fresh(on)?, Policy::Offered, kept, outside))
    }

    /// A city over rows that exist already, that calls webhooks like this, with a clock that starts
    /// at this moment.
    pub fn city_with_webhooks(
        place: &store::Place,
        seed: u64,
        start: Instant,
        webhooks: Hooks,
    ) -> City {
        let clock = Clock(Arc::new(AtomicI64::new(start.micros())));
        let kept = (app::mail::Post::default(), shelf());
        open_whole(place, &clock, seed, Policy::Offered, kept, (Providers::default(), webhooks))
    }

    fn made_with(
        database: Database,
        policy: Policy,
        mail: app::mail::Post,
        identities: Providers,
    ) -> Self {
        Self::made_whole(database, policy, (mail, shelf()), (identities, Hooks::default()))
    }

    fn made_whole(
        database: Database,
        policy: Policy,
        kept: (app::mail::Post, app::file::Shelf),
        outside: (Providers, Hooks),
    ) -> Self {
        let start = Instant::parse_rfc3339("2026-03-02T01:00:00Z").expect("a moment");
        let clock = Clock(Arc::new(AtomicI64::new(start.micros())));
        let city = open_whole(&database.place, &clock, 7, policy, kept, outside);
        let act = InitialiseCity {
            name: Bilingual::new("Testing", "试验市"),
            origin: "testing.example/log".to_owned(),
            demo: false,
            operator_email: "operator@testing.example".to_owned(),
            operator_name: Bilingual::new("Operator", "管理员"),
            lang: Lang::En,
        };
        let made = city.perform(&Asker::nobody(), act).expect("a fresh city");
        Self {
            city,
            clock,
            operator: made.operator,
            hall: made.organisation,
            database,
            names: Mutex::default(),
        }
    }

    /// Another handle on the same rows, as after a restart.
    pub fn reopened(&self, seed: u64) -> City {
        open(&self.database.place, &self.clock, seed, Policy::Offered)
    }

    /// An initialised city whose letters are carried like this.
    pub fn with_mail(on: On, mail: app::mail::Post) -> Option<Self> {
        Some(Self::made(Database::fresh(on)?, Policy::Offered, mail))
    }

    /// Another handle on the same rows, as after a restart, whose letters are carried like this.
    pub fn reopened_with_mail(&self, seed: u64, mail: app::mail::Post) -> City {
        open_with(&self.database.place, &self.clock, seed, Policy::Offered, (mail, shelf()))
    }

    /// A city over rows that exist already, with a clock of its own.
    pub fn city_at(place: &store::Place, seed: u64) -> City {
        let start = Instant::parse_rfc3339("2026-03-03T01:00:00Z").expect("a moment");
        Self::city_since(place, seed, start)
    }

    /// The same with a clock that starts at this moment.
    pub fn city_since(place: &store::Place, seed: u64, start: Instant) -> City {
        open(place, &Clock(Arc::new(AtomicI64::new(start.micros()))), seed, Policy::Offered)
    }

    /// The operator asks.
    pub fn operator(&self) -> Asker {
        Asker::person(self.operator)
    }

    /// A new organisation.
    pub fn organisation(&self, name: &str) -> OrganisationId {
        let profile = parties::organisation::Profile {
            kind: parties::OrganisationKind::Institute,
            name: Bilingual::new(name, ""),
            short: Bilingual::default(),
            credit_code: String::new(),
            region: Bilingual::default(),
            about: Bilingual::default(),
            invented: true,
        };
        let act = app::organisation::CreateOrganisation { profile, aliases: Vec::new() };
        self.city.perform(&self.operator(), act).expect("an organisation").organisation
    }

    /// A new active person with a role.
    pub fn person(&self, name: &str, organisation: OrganisationId, role: Role) -> Asker {
        let act = app::person::CreatePerson {
            email: format!("{name}@testing.example"),
            name: Bilingual::new(name, ""),
            lang: Lang::En,
            organisation,
            role,
            invented: true,
            password: Some("a testing password".to_owned()),
            hashed: String::new(),
        };
        let made = self.city.perform(&self.operator(), act).expect("a person");
        self.names.lock().insert(name.to_owned(), made.person);
        Asker::person(made.person)
    }

    /// Gives a person another role.
    pub fn grant(&self, who: &Asker, organisation: OrganisationId, role: Role) {
        let app::Who::Person(person) = who.who else { panic!("only people hold roles") };
        let act = app::person::GrantMembership { person, organisation, role, until: None };
        self.city.perform(&self.operator(), act).expect("a role");
    }

    /// Sets a clearance, by a security administrator that is made when first needed.
    pub fn clear(&self, who: &Asker, clearance: Clearance) {
        let known = self.names.lock().get("security").copied();
        let by = known.map_or_else(
            || self.person("security", self.hall, Role::SecurityAdministrator),
            Asker::person,
        );
        let app::Who::Person(person) = who.who else { panic!("only people are cleared") };
        let act = app::person::SetClearance { person, clearance };
        self.city.perform(&by, act).expect("a clearance");
    }

    /// A complete content with this title.
    pub fn content(title: &str) -> Content {
        Content {
            title: Bilingual::new(title, ""),
            summary: Bilingual::new(format!("What {title} is good for."), ""),
            field: "materials".to_owned(),
            trl: Some(Trl {
                level: 6,
                evidence: Bilingual::new("tested", ""),
                on: base::time::read_date("2025-05-01"),
                assessed: false,
            }),
            inventors: vec![Inventor {
                name: Bilingual::new("Wu Min", "吴敏"),
                share: trading::percent::Share::parse("100").ok(),
            }],
            rights: vec![Right {
                kind: RightKind::Invention,
                office: "CN".to_owned(),
                number: "CN112345678A".to_owned(),
                status: RightStatus::Granted,
                published: base::time::read_date("2021-02-02"),
                ..Right::default()
            }],
            contact: Contact {
                name: Bilingual::new("Desk", ""),
                phone: "0816-2000000".to_owned(),
                email: "desk@testing.example".to_owned(),
            },
            ..Content::default()
        }
    }

    /// A confirmed technology with this label.
    pub fn technology(
        &self,
        officer: &Asker,
        owner: OrganisationId,
        title: &str,
        label: Label,
    ) -> TechnologyId {
        let made = self.draft(officer, owner, title, label);
        let act = ConfirmTechnology { technology: made.technology, version: made.version };
        self.city.perform(officer, act).expect("a confirmation").technology
    }

    /// A drafted technology with this label.
    pub fn draft(
        &self,
        officer: &Asker,
        owner: OrganisationId,
        title: &str,
        label: Label,
    ) -> Changed {
        let act = CreateTechnology {
            owner,
            content: Self::content(title),
            label: Some(label),
            key: String::new(),
            public_source: String::new(),
        };
        self.city.perform(officer, act).expect("a technology")
    }

    /// A city over rows that exist already, with files in this folder, by the machine's own time.
    pub fn city_with_files(place: &store::Place, seed: u64, folder: &std::path::Path) -> City {
        let files = files::Files::open(&files::Place::Folder(folder.to_owned())).expect("a folder");
        let start = Instant::parse_rfc3339("2026-03-03T01:00:00Z").expect("a moment");
        let clock = Clock(Arc::new(AtomicI64::new(start.micros())));
        let with = (app::mail::Post::default(), app::file::Shelf::of(files));
        open_with(place, &clock, seed, Policy::Offered, with)
    }

    /// Waits until every event has its number and the index has come to the end.
    pub fn settle(&self) {
        for _ in 0..400 {
            let waiting = self.city.store().read(store::log::n_waiting).expect("a count");
            if waiting == 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.city.index_all().expect("the index follows");
    }
}

/// Opens a city over a database with a fresh index in memory.
fn open(place: &store::Place, clock: &Clock, seed: u64, second_factor: Policy) -> City {
    open_with(place, clock, seed, second_factor, (app::mail::Post::default(), shelf()))
}

fn open_with(
    place: &store::Place,
    clock: &Clock,
    seed: u64,
    second_factor: Policy,
    kept: (app::mail::Post, app::file::Shelf),
) -> City {
    open_whole(place, clock, seed, second_factor, kept, (Providers::default(), Hooks::default()))
}

fn open_whole(
    place: &store::Place,
    clock: &Clock,
    seed: u64,
    second_factor: Policy,
    (mail, shelf): (app::mail::Post, app::file::Shelf),
    (identities, webhooks): (Providers, Hooks),
) -> City {
    let now = app::Clock::now(clock);
    let options = store::Options { node: format!("node-{seed}"), ..store::Options::default() };
    let rows = store::Store::open(place, &options, now).expect("a store");
    let index = search::Index::open(None, search::Options::default()).expect("an index");
    let field = |key: &str, en: &str, zh: &str| Field {
        key: key.to_owned(),
        parent: None,
        name: Bilingual::new(en, zh),
    };
    let fields = FieldTree::new(vec![
        field("materials", "Materials", "材料"),
        field("energy", "Energy", "能源"),
    ]);
    let settings = Settings {
        public_url: "http://127.0.0.1:8080".to_owned(),
        utc_offset_minutes: 480,
        fields: fields.expect("a tree"),
        limits: wide_limits(),
        shelf,
        second_factor,
        weak_hashing: true,
        log_seed: [7; 32],
        figures: Vec::new(),
        contact: app::city::Contact::default(),
        mail,
        identities,
        webhooks,
        relays: Some(calls::Switch::new(
            calls::Network::read("127.0.0.0/8").into_iter().collect(),
            std::time::Duration::from_millis(400),
        )),
        watch: app::standing::Watch::default(),
        pace: trading::deal::Pace::default(),
        open_data: app::open_data::OpenData {
            prefix: "ocds-t3st1n".to_owned(),
            licence: String::new(),
        },
    };
    let chance = Box::new(SeededChance::new(seed));
    City::new(rows, index, Box::new(clock.clone()), chance, settings)
}

/// Files of a process that ends with its test.
fn shelf() -> app::file::Shelf {
    let files = files::Files::open(&files::Place::Memory).expect("files in memory");
    app::file::Shelf::of(files)
}

/// Limits that no test reaches by accident.
fn wide_limits() -> app::rate::Limits {
    let wide = app::rate::Limit { burst: 1_000_000, per_minute: 1_000_000 };
    app::rate::Limits {
        read: wide,
        search: wide,
        write: wide,
        export: wide,
        sign_in: wide,
        bid: wide,
        shared_network_factor: 1,
        registrations_of_network: 40,
        registrations_of_address: 3,
    }
}
