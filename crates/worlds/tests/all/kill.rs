//! `kill -9` in the middle of 2,000 concurrent acts: none that was acknowledged is lost, none that
//! is asked again is doubled.
//!
//! The test starts itself as a child that performs acts and prints each key it was acknowledged.
//! Three rounds on each engine here; `cargo xtask soak` makes fifty.

use access::Role;
use app::technology::CreateTechnology;
use app::{Asker, City, Who};
use base::{Label, Level, OrganisationId, PersonId};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use worlds::{Database, On, World};

const ACTS: usize = 2_000;
const CALLERS: usize = 64;
/// As often a caller of the child asks for one act.
const TRIES: usize = 20;
const PLACE: &str = "BELLWETHER_KILL_PLACE";

/// One act of the child, the same whenever it is asked again.
fn one_act(city: &City, officer: &Asker, owner: OrganisationId, n: usize) -> bool {
    let act = CreateTechnology {
        owner,
        content: World::content(&format!("Killed {n}")),
        label: Some(Label::at(Level::Members)),
        key: String::new(),
        public_source: String::new(),
    };
    city.perform(&officer.clone().keyed(format!("kill-{n}")), act).is_ok()
}

/// Not a test by itself: the child, when its place is told; otherwise nothing.
#[test]
fn child() {
    let Ok(told) = std::env::var(PLACE) else { return };
    let parts: Vec<&str> = told.split(' ').collect();
    let [place, person, owner] = parts.as_slice() else { panic!("place, person, owner") };
    let city = World::city_at(&store::Place::parse(place), 77);
    let officer = Asker::person(PersonId::parse(person).expect("a person"));
    let owner = OrganisationId::parse(owner).expect("an organisation");
    let (city, officer) = (&city, &officer);
    std::thread::scope(|scope| {
        for caller in 0..CALLERS {
            scope.spawn(move || {
                for n in (caller..ACTS).step_by(CALLERS) {
                    // A busy machine is told to its callers, who ask again under the same key.
                    if (0..TRIES).any(|_| one_act(city, officer, owner, n)) {
                        let mut out = std::io::stderr().lock();
                        let _ = writeln!(out, "acknowledged {n}");
                    }
                }
            });
        }
    });
}

fn titles(city: &City) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let mut after = String::new();
    loop {
        let rows = city.store().read(|tx| store::technology::after(tx, &after, 500));
        let rows = rows.expect("rows");
        let Some(last) = rows.last() else { return found };
        after = last.id.to_string();
        for row in rows {
            *found.entry(row.content.title.en).or_insert(0) += 1;
        }
    }
}

/// One round; gives how many acts were acknowledged before the kill.
fn round(on: On, kill_after: usize) -> Option<usize> {
    let database = Database::fresh(on)?;
    let world = World::in_database(database);
    let owner = world.organisation("Institute");
    let officer = world.person("officer", owner, Role::TransferOfficer);
    let Who::Person(person) = officer.who else { panic!("a person") };
    let World { city, database, .. } = world;
    drop(city);
    let place = match &database.place {
        store::Place::Folder(folder) => folder.display().to_string(),
        store::Place::Postgres(url) => url.clone(),
    };
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "kill::child", "--nocapture", "--test-threads=1"])
        .env(PLACE, format!("{place} {person} {owner}"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a child");
    let lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let mut acknowledged: Vec<usize> = Vec::new();
    for line in lines.map_while(Result::ok) {
        if let Some(n) = line.strip_prefix("acknowledged ").and_then(|n| n.parse().ok()) {
            acknowledged.push(n);
        }
        if acknowledged.len() == kill_after {
            child.kill().expect("killed");
        }
    }
    let _ = child.wait();
    let city = World::city_at(&database.place, 78);
    let before = titles(&city);
    for n in &acknowledged {
        assert_eq!(before.get(&format!("Killed {n}")), Some(&1), "{on:?}: {n} was acknowledged");
    }
    for n in 0..ACTS {
        assert!(one_act(&city, &officer, owner, n), "{on:?}: {n} asked again");
    }
    let after = titles(&city);
    assert_eq!(after.len(), ACTS, "{on:?}");
    assert!(after.values().all(|times| *times == 1), "{on:?}: something was doubled");
    for _ in 0..600 {
        if city.store().read(store::log::n_waiting).expect("a count") == 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    city.verify_log(|_| ()).expect("read").expect("sound");
    Some(acknowledged.len())
}

#[test]
fn soak_a_killed_process_loses_and_doubles_nothing() {
    let n_rounds = if std::env::var_os("BELLWETHER_SOAK").is_some() { 50 } else { 3 };
    let mut dice = testkit::Dice::new(20_260_302);
    for on in [On::Sqlite, On::Postgres] {
        for _ in 0..n_rounds {
            let kill_after = 1 + dice.below(ACTS - 200);
            let Some(n) = round(on, kill_after) else { break };
            assert!(n >= kill_after, "the child ended before it was killed: {n}");
        }
    }
}
