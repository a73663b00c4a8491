//! A database that stands still: whoever asks is answered within ten seconds all the same, nothing
//! is done twice, and all goes on after the thaw.
//!
//! Two ways to freeze: the server processes of one database are stopped (`kill -STOP`), so that
//! their kernel acknowledges and nobody answers; and a relay before the server stands still, which
//! freezes its door too.

use access::Role;
use app::technology::CreateTechnology;
use app::{Asker, City, No};
use base::{Label, Level, OrganisationId};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::Place;
use worlds::{On, World};

/// What a page may take (ten seconds), and a little for a busy machine.
const ANSWERED_WITHIN: Duration = Duration::from_millis(9_900);

fn act(owner: OrganisationId, title: &str) -> CreateTechnology {
    CreateTechnology {
        owner,
        content: World::content(title),
        label: Some(Label::at(Level::Members)),
        key: String::new(),
        public_source: String::new(),
    }
}

fn code(no: &No) -> String {
    no.0.first().map(|refusal| refusal.code.to_string()).unwrap_or_default()
}

/// How long something took.
#[expect(clippy::disallowed_methods, reason = "the test is about how long people wait")]
fn timed<R>(work: impl FnOnce() -> R) -> (R, Duration) {
    let began = Instant::now();
    let done = work();
    (done, began.elapsed())
}

/// A relay to the server that can stand still: bytes stay where they are, connections stay open.
struct Relay {
    place: Place,
    is_frozen: Arc<AtomicBool>,
}

impl Relay {
    fn to(url: &str) -> Self {
        let rest = url.split_once("://").expect("an address").1;
        let (authority, database) = rest.rsplit_once('/').expect("a database");
        let (user, server) = authority.split_once('@').expect("a user");
        let server = server.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let is_frozen = Arc::new(AtomicBool::new(false));
        let frozen = Arc::clone(&is_frozen);
        std::thread::spawn(move || {
            for inside in listener.incoming().flatten() {
                stand_still(&frozen);
                let Ok(outside) = TcpStream::connect(&server) else { continue };
                for (from, to) in [(&inside, &outside), (&outside, &inside)] {
                    let from = from.try_clone().expect("a socket");
                    let to = to.try_clone().expect("a socket");
                    let frozen = Arc::clone(&frozen);
                    std::thread::spawn(move || carry(from, to, &frozen));
                }
            }
        });
        let place = Place::Postgres(format!("postgres://{user}@127.0.0.1:{port}/{database}"));
        Self { place, is_frozen }
    }

    fn freeze(&self, yes: bool) {
        self.is_frozen.store(yes, Ordering::SeqCst);
    }
}

fn stand_still(frozen: &AtomicBool) {
    while frozen.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, frozen: &AtomicBool) {
    let mut buffer = [0; 16 * 1024];
    loop {
        let n = from.read(&mut buffer).unwrap_or(0);
        stand_still(frozen);
        if n == 0 || to.write_all(&buffer[..n]).is_err() {
            let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
            return;
        }
    }
}

/// How many technologies have this title.
fn n_titled(city: &City, title: &str) -> usize {
    let rows = city.store().read(|tx| store::technology::after(tx, "", 500)).expect("read");
    rows.iter().filter(|found| found.content.title.en == title).count()
}

#[test]
fn a_frozen_database_is_answered_for_in_time() {
    let Some(world) = World::on(On::Postgres) else { return };
    let owner = world.organisation("Institute");
    let officer = world.person("officer", owner, Role::TransferOfficer);
    let relay = Relay::to(world.database.url().expect("PostgreSQL"));
    let city = World::city_at(&relay.place, 21);
    city.perform(&officer.clone().keyed("before"), act(owner, "Before")).expect("well");

    relay.freeze(true);
    let asker = officer.clone().keyed("frozen-1");
    let (answer, took) = timed(|| city.perform(&asker, act(owner, "Frozen")));
    let no = answer.expect_err("nobody answers");
    assert_eq!(code(&no), "unknown-outcome");
    assert!(no.0[0].values.iter().any(|(name, value)| {
        name == "key" && matches!(value, base::Value::Text(key) if key == "frozen-1")
    }));
    println!("an act took {took:?}");
    assert!(took < ANSWERED_WITHIN, "an act took {took:?}");

    // Many readers at once: each is answered in time, and later ones at once.
    let (waits, _) = timed(|| {
        std::thread::scope(|scope| {
            let read = || timed(|| city.organisation(&officer, owner).map(|_| ()));
            let threads: Vec<_> = (0..40).map(|_| scope.spawn(read)).collect();
            threads.into_iter().map(|one| one.join().expect("answered")).collect::<Vec<_>>()
        })
    });
    println!("readings took up to {:?}", waits.iter().map(|(_, took)| *took).max());
    for (answer, took) in &waits {
        let no = answer.as_ref().expect_err("nobody answers");
        assert!(matches!(code(no).as_str(), "database-away" | "busy"), "{no}");
        assert!(*took < ANSWERED_WITHIN, "a reading took {took:?}");
    }
    let quick = (0..20).filter(|_| {
        let (answer, took) = timed(|| city.organisation(&officer, owner).map(|_| ()));
        answer.is_err() && took < Duration::from_millis(200)
    });
    assert!(quick.count() >= 15, "those who come later are told at once");

    relay.freeze(false);
    let (_, took) = timed(|| {
        for _ in 0..100 {
            if city.organisation(&officer, owner).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("never well again");
    });
    println!("well again after {took:?}");
    assert!(took < Duration::from_secs(8), "well again after {took:?}");
    // Asking again with the key tells; whatever the late connections did, it is there once.
    city.perform(&asker, act(owner, "Frozen")).expect("asked again");
    assert_eq!(n_titled(&world.city, "Frozen"), 1);
}

/// Stops or continues the server processes of the world's own database; false where that is not
/// allowed.
fn signal(world: &World, pids: &[i32], with: &str) -> bool {
    let _ = world;
    pids.iter().all(|pid| {
        let done = Command::new("kill").arg(with).arg(pid.to_string()).status();
        done.is_ok_and(|status| status.success())
    })
}

struct Thaw<'w>(&'w World, Vec<i32>);

impl Drop for Thaw<'_> {
    fn drop(&mut self) {
        signal(self.0, &self.1, "-CONT");
    }
}

#[test]
fn stopped_server_processes_are_left_behind() {
    let Some(world) = World::on(On::Postgres) else { return };
    let owner = world.organisation("Institute");
    let officer = world.person("officer", owner, Role::TransferOfficer);
    let url = world.database.url().expect("PostgreSQL");
    let mut client = postgres::Client::connect(url, postgres::NoTls).expect("PostgreSQL");
    let query = "select pid from pg_stat_activity where datname = current_database()
                 and application_name = 'bellwether' and pid <> pg_backend_pid()";
    let rows = client.query(query, &[]).expect("asked");
    let pids: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
    assert!(pids.len() > 12, "workers, readers and the sequencer");
    let asker: Asker = officer.clone().keyed("stopped-1");
    {
        let _thaw = Thaw(&world, pids.clone());
        if !signal(&world, &pids, "-STOP") {
            testkit::skipped("leave to stop the server's processes absent");
            return;
        }
        let (answer, took) = timed(|| world.city.perform(&asker, act(owner, "Stopped")));
        println!("with stopped processes an act took {took:?}: {}", answer.is_ok());
        assert!(took < ANSWERED_WITHIN, "an act took {took:?}");
        if let Err(no) = answer {
            assert_eq!(code(&no), "unknown-outcome");
        }
        let (_, took) = timed(|| world.city.organisation(&officer, owner).map(|_| ()));
        assert!(took < ANSWERED_WITHIN, "a reading took {took:?}");
    }
    for _ in 0..100 {
        if world.city.perform(&asker, act(owner, "Stopped")).is_ok() {
            assert_eq!(n_titled(&world.city, "Stopped"), 1);
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("never well again");
}
