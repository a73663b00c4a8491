//! Fills a demonstration city through the same acts that people use.
//!
//! Every act has a fixed idempotency key, so a start that was interrupted goes on where it was.

use crate::demo::{self, DemoOrganisation, DemoPerson, DemoTechnology, SOURCE};
use crate::demo_cases::Cases;
use crate::demo_deals::Deals;
use crate::demo_instruments;
use crate::demo_lots::Lots;
use crate::demo_services::Services;
use crate::demo_training::Trainings;
use crate::demo_uses::Uses;
use crate::demo_ventures::Ventures;
use crate::exit::{Exit, Failure};
use access::Role;
use app::city::InitialiseCity;
use app::listing::CreateListing;
use app::organisation::CreateOrganisation;
use app::person::{CreatePerson, EndMembership, GrantMembership, ResetPassword, SetClearance};
use app::standard::SaveStandard;
use app::technology::{ConfirmTechnology, CreateTechnology};
use app::{Act, Asker, City};
use base::{Bilingual, Class, Clearance, Lang, Level, OrganisationId, PersonId, Refusal};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The address of the demonstration's own account.
pub const OPERATOR: &str = "operator@demo.bellwether.example";
/// The origin line of the demonstration's log.
pub const ORIGIN: &str = "demo.bellwether.example/log";
/// Acts in flight on SQLite, whose one writer commits many together.
const THREADS: usize = 16;
/// Acts in flight on PostgreSQL, where neighbours may have to be tried again.
const THREADS_POSTGRES: usize = 4;

/// An account that can be signed into, printed when the city is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub role: Role,
    pub email: String,
    pub password: String,
    pub name: Bilingual,
    pub organisation: Bilingual,
}

/// All accounts of the demonstration, the operator's own first.
pub fn accounts() -> Result<Vec<Account>, Failure> {
    let organisations = read(demo::organisations())?;
    let name_of = |key: &str| {
        let found = organisations.iter().find(|found| found.key == key);
        found.map_or_else(Bilingual::default, |found| found.profile.name.clone())
    };
    let mut all = vec![Account {
        role: Role::Operator,
        email: OPERATOR.to_owned(),
        password: password(Role::Operator.word()),
        name: operator_name(),
        organisation: read(demo::city_name())?,
    }];
    for person in read(demo::people())? {
        let (organisation, role) = first_place(&person);
        all.push(Account {
            role: role.unwrap_or(Role::Member),
            email: person.email.clone(),
            password: password(role.map_or("registered", Role::word)),
            name: person.name.clone(),
            organisation: name_of(organisation),
        });
    }
    Ok(all)
}

/// The password of a role, printed on every start.
fn password(role: &str) -> String {
    format!("demo-city-{role}")
}

fn operator_name() -> Bilingual {
    Bilingual::new("Demonstration operator", "演示管理员")
}

fn first_place(person: &DemoPerson) -> (&str, Option<Role>) {
    person.places.first().map_or(("", None), |(key, role)| (key.as_str(), *role))
}

/// The keys of the units that share instruments.
pub(crate) fn shared_units() -> Result<Vec<String>, Failure> {
    Ok(read(demo_instruments::units())?.into_iter().map(|unit| unit.key).collect())
}

fn read<T>(found: Result<T, demo::Broken>) -> Result<T, Failure> {
    found.map_err(broken)
}

fn broken(what: impl Into<String>) -> Failure {
    let reason = Refusal::new(Class::Unknown, "cli-demo-broken").text("found", what);
    Failure::new(Exit::Failed, reason)
}

/// Founds the demonstration city and fills it; what is there already stays as it is.
pub fn seed(city: &City, folder: &Path, progress: &(dyn Fn(&str) + Sync)) -> Result<(), Failure> {
    let operator = found(city)?;
    let seeder = Seeder { city, operator: Asker::person(operator) };
    progress("cli-demo-organisations");
    let mut all = read(demo::organisations())?;
    all.extend(read(demo_instruments::organisations())?);
    let organisations = seeder.organisations(&all)?;
    progress("cli-demo-people");
    let (security, people) = seeder.people(&read(demo::people())?, &organisations)?;
    progress("cli-demo-technologies");
    seeder.technologies(&read(demo::technologies())?, &organisations, &security)?;
    progress("cli-demo-instruments");
    seeder.instruments(&organisations)?;
    let operator = &seeder.operator;
    crate::demo_areas::seed(city, operator, &organisations)?;
    crate::demo_bookings::seed(city, operator, (&organisations, &people))?;
    progress("cli-demo-cases");
    let cases = Cases { city, operator, organisations: &organisations, people: &people };
    cases.seed()?;
    cases.seed_told()?;
    let (bodies, folk) = (&organisations, &people);
    Deals { city, operator, organisations: bodies, people: folk }.seed()?;
    let lots = Lots { city, operator, organisations: bodies, people: folk, folder };
    let bank = lots.seed()?;
    crate::demo_books::seed(city, operator, bank)?;
    Ventures { city, operator, organisations: bodies, people: folk }.seed()?;
    Uses { city, operator, organisations: bodies, people: folk }.seed(bank)?;
    Trainings { city, operator, organisations: bodies, people: folk }.seed()?;
    Services { city, operator, organisations: bodies, people: folk }.seed()?;
    progress("cli-demo-trustees");
    Ok(())
}

/// The operator of the city, which is founded if it is not there yet.
fn found(city: &City) -> Result<PersonId, Failure> {
    if let Ok(row) = city.row() {
        if !row.demo {
            let reason = Refusal::new(Class::Refused, "cli-demo-real-city");
            return Err(reason.into());
        }
        return Ok(row.operator);
    }
    let act = InitialiseCity {
        name: read(demo::city_name())?,
        origin: ORIGIN.to_owned(),
        demo: true,
        operator_email: OPERATOR.to_owned(),
        operator_name: operator_name(),
        lang: Lang::En,
    };
    let initialised = city.perform(&Asker::nobody(), act)?;
    set_password(city, &initialised.link_secret, Role::Operator.word())?;
    Ok(initialised.operator)
}

fn set_password(city: &City, link: &str, role: &str) -> Result<(), Failure> {
    city.perform(&Asker::nobody(), app::account::SetPassword::new(link, &password(role)))?;
    Ok(())
}

struct Seeder<'c> {
    city: &'c City,
    operator: Asker,
}

type Organisations = BTreeMap<String, OrganisationId>;
/// By e-mail.
type People = BTreeMap<String, PersonId>;

impl Seeder<'_> {
    fn perform<A: Act>(&self, asker: &Asker, key: &str, act: A) -> Result<A::Outcome, Failure> {
        let keyed = asker.clone().keyed(format!("demo {key}"));
        Ok(self.city.perform(&keyed, act)?)
    }

    fn organisations(&self, all: &[DemoOrganisation]) -> Result<Organisations, Failure> {
        let made = Mutex::new(Organisations::new());
        each(self.city, all, |found| {
            let act = CreateOrganisation { profile: found.profile.clone(), aliases: Vec::new() };
            let key = format!("organisation {}", found.key);
            let changed = self.perform(&self.operator, &key, act)?;
            made.lock().insert(found.key.clone(), changed.organisation);
            Ok(())
        })?;
        Ok(made.into_inner())
    }

    /// Enters the instruments of every unit, one act a unit.
    fn instruments(&self, of: &Organisations) -> Result<(), Failure> {
        self.perform(&self.operator, "instrument classes", read(demo_instruments::classes())?)?;
        each(self.city, &read(demo_instruments::standards())?, |act| {
            let key = format!("standard {}", act.facts.number);
            let act = SaveStandard { standard: None, facts: act.facts.clone() };
            self.perform(&self.operator, &key, act).map(|_| ())
        })?;
        let all = read(demo_instruments::sheets())?;
        each(self.city, &all, |(key, sheets)| {
            let act = demo_instruments::save(organisation(of, key)?, sheets.clone());
            self.perform(&self.operator, &format!("instruments {key}"), act).map(|_| ())
        })
    }

    /// Invites everybody, and gives back the security administrator, who then says what each is
    /// cleared for.
    fn people(&self, all: &[DemoPerson], of: &Organisations) -> Result<(Asker, People), Failure> {
        let made = Mutex::new(BTreeMap::new());
        each(self.city, all, |person| {
            let (key, role) = first_place(person);
            let act = CreatePerson {
                email: person.email.clone(),
                name: person.name.clone(),
                lang: Lang::Zh,
                organisation: organisation(of, key)?,
                role: role.unwrap_or(Role::Member),
                invented: true,
                password: Some(password(role.map_or("registered", Role::word))),
                hashed: String::new(),
            };
            let key = format!("person {}", person.email);
            let changed = self.perform(&self.operator, &key, act)?;
            made.lock().insert(person.email.clone(), changed.person);
            Ok(())
        })?;
        let made = made.into_inner();
        let is_security =
            |person: &&DemoPerson| first_place(person).1 == Some(Role::SecurityAdministrator);
        let security = all
            .iter()
            .find(is_security)
            .and_then(|person| made.get(&person.email))
            .ok_or_else(|| broken("no security administrator"))?;
        let security = Asker::person(*security);
        each(self.city, all, |person| self.settle(person, of, &made, &security))?;
        self.repair_operator(&security)?;
        Ok((security, made))
    }

    /// Further places, and the clearance.
    fn settle(
        &self,
        person: &DemoPerson,
        of: &Organisations,
        made: &BTreeMap<String, PersonId>,
        security: &Asker,
    ) -> Result<(), Failure> {
        let Some(id) = made.get(&person.email).copied() else { return Ok(()) };
        for (key, role) in person.places.iter().skip(1) {
            let role = role.unwrap_or(Role::Member);
            let act = GrantMembership {
                person: id,
                organisation: organisation(of, key)?,
                role,
                until: None,
            };
            let key = format!("place {} {key} {}", person.email, role.word());
            self.perform(security, &key, act)?;
        }
        if Asker::person(id).who == security.who {
            return Ok(());
        }
        let act = SetClearance { person: id, clearance: person.clearance.clone() };
        self.perform(security, &format!("clearance {}", person.email), act)?;
        Ok(())
    }

    /// A start that was killed between founding and the operator's password.
    fn repair_operator(&self, security: &Asker) -> Result<(), Failure> {
        let operator = self.city.row()?.operator;
        let view = self.city.person(security, operator)?;
        if view.person.state != parties::PersonState::Invited {
            return Ok(());
        }
        let changed = self.city.perform(security, ResetPassword { person: operator })?;
        set_password(self.city, &changed.link_secret.unwrap_or_default(), Role::Operator.word())
    }

    /// The operator speaks for each owner while the catalogue is filled, and no longer.
    fn technologies(
        &self,
        all: &[DemoTechnology],
        of: &Organisations,
        security: &Asker,
    ) -> Result<(), Failure> {
        let operator = self.city.row()?.operator;
        let mut owners: Vec<&str> = all.iter().map(|found| found.owner.as_str()).collect();
        owners.sort_unstable();
        owners.dedup();
        let mut wide = Clearance { level: Level::Restricted, ..Clearance::nobody() };
        for technology in all {
            wide.compartments.extend(technology.label.compartments.iter().cloned());
            wide.lists.extend(technology.label.readers.iter().cloned());
        }
        let act = SetClearance { person: operator, clearance: wide };
        self.perform(security, "operator is cleared", act)?;
        for owner in &owners {
            let act = GrantMembership {
                person: operator,
                organisation: organisation(of, owner)?,
                role: Role::TransferOfficer,
                until: None,
            };
            self.perform(security, &format!("operator speaks for {owner}"), act)?;
        }
        each(self.city, all, |technology| self.technology(technology, of))?;
        let view = self.city.person(security, operator)?;
        let lent: Vec<_> = view
            .roles
            .iter()
            .filter(|(_, _, _, role)| *role == Role::TransferOfficer)
            .map(|(membership, ..)| *membership)
            .collect();
        each(self.city, &lent, |membership| {
            self.city
                .perform(security, EndMembership { membership: *membership, successor: None })?;
            Ok(())
        })?;
        let usual = Clearance { level: Level::Members, ..Clearance::nobody() };
        let act = SetClearance { person: operator, clearance: usual };
        self.perform(security, "operator is cleared as usual", act)?;
        Ok(())
    }

    fn technology(&self, found: &DemoTechnology, of: &Organisations) -> Result<(), Failure> {
        let name = &found.number;
        let is_public = found.label.is_public();
        let act = CreateTechnology {
            owner: organisation(of, &found.owner)?,
            content: found.content.clone(),
            label: Some(found.label.clone()),
            key: name.clone(),
            public_source: if is_public { SOURCE.to_owned() } else { String::new() },
        };
        let made = self.perform(&self.operator, &format!("technology {name}"), act)?;
        let (technology, version) = (made.technology, made.version);
        let act = ConfirmTechnology { technology, version };
        self.perform(&self.operator, &format!("confirm {name}"), act)?;
        for (n, (mode, terms)) in found.listings.iter().enumerate() {
            let act = CreateListing { technology, mode: *mode, terms: terms.clone() };
            self.perform(&self.operator, &format!("listing {name} {n}"), act)?;
        }
        Ok(())
    }
}

fn organisation(of: &Organisations, key: &str) -> Result<OrganisationId, Failure> {
    of.get(key).copied().ok_or_else(|| broken(format!("no organisation {key}")))
}

/// Does the same for each, several at a time; the first failure is the answer.
fn each<T: Sync>(
    city: &City,
    all: &[T],
    work: impl Fn(&T) -> Result<(), Failure> + Sync,
) -> Result<(), Failure> {
    let n_threads = match city.store().place() {
        store::Place::Folder(_) => THREADS,
        store::Place::Postgres(_) => THREADS_POSTGRES,
    };
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..n_threads.min(all.len()) {
            scope.spawn(|| {
                while failed.lock().is_none() {
                    let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                    if let Err(failure) = patiently(|| work(one)) {
                        failed.lock().get_or_insert(failure);
                    }
                }
            });
        }
    });
    failed.into_inner().map_or(Ok(()), Err)
}

/// Tries again what came at a busy moment: every act here has its key, so none is done twice.
fn patiently(work: impl Fn() -> Result<(), Failure>) -> Result<(), Failure> {
    for pause_ms in [20, 50, 100, 200, 400, 800] {
        match work() {
            Err(failure) if failure.reasons.iter().all(|no| no.class == Class::Busy) => {
                std::thread::sleep(Duration::from_millis(pause_ms));
            }
            done => return done,
        }
    }
    work()
}
