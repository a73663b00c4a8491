//! `kill -9` while webhooks are followed and called: no event is lost, and a receiver that drops
//! ids it has seen gets each exactly once.
//!
//! The test starts itself as a child that follows the log and sends; the receiver is the parent.

use crate::webhook::{every_kind, hooks};
use access::Role;
use app::webhook::CreateWebhook;
use base::{Instant, Label};
use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use testkit::receiver::{Answer, Receiver};
use worlds::{On, World};

const PLACE: &str = "BELLWETHER_WEBHOOK_KILL_PLACE";
/// Events of one round.
const N: usize = 80;

fn start() -> Instant {
    Instant::parse_rfc3339("2026-03-05T01:00:00Z").expect("a moment")
}

/// Not a test by itself: the child, when its place is told; otherwise nothing.
#[test]
fn child() {
    let Ok(told) = std::env::var(PLACE) else { return };
    let parts: Vec<&str> = told.split(' ').collect();
    let [place, round] = parts.as_slice() else { panic!("place, round") };
    let round: i64 = round.parse().expect("a number");
    let place = store::Place::parse(place);
    // What a killed one held comes back after a minute; each child lives an hour later.
    let now = start().plus_seconds(3_600 * round);
    let city = World::city_with_webhooks(&place, 100 + round.unsigned_abs(), now, hooks());
    let city = &city;
    std::thread::scope(|scope| {
        scope.spawn(|| city.follow_with_webhooks());
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let _ = city.send_webhooks(&|| true);
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
        }
    });
}

fn begin(place: &str, round: usize) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "webhook_kill::child", "--nocapture", "--test-threads=1"])
        .env(PLACE, format!("{place} {round}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child")
}

/// One round with several kills; `None` where there is no such database.
fn round(on: On, dice: &mut testkit::Dice) -> Option<()> {
    let world = World::with_webhooks(on, hooks())?;
    let place = match &world.database.place {
        store::Place::Folder(folder) => folder.display().to_string(),
        store::Place::Postgres(url) => url.clone(),
    };
    let owner = world.organisation("Institute");
    let officer = world.person("officer", owner, Role::TransferOfficer);
    let receiver = Receiver::start();
    let other = Receiver::start();
    for url in [receiver.url("/a"), other.url("/b")] {
        let act = CreateWebhook { organisation: owner, ask: every_kind(url) };
        world.city.perform(&officer, act).expect("a webhook");
    }
    for n in 0..N {
        world.technology(&officer, owner, &format!("Technology {n}"), Label::public());
    }
    world.settle();
    let feed = world.city.feed(&officer, None, 500, false).expect("a feed");
    let cursors: Vec<String> = feed.items.iter().map(|item| item.cursor.clone()).collect();
    assert_eq!(cursors.len(), N);
    let World { city, database, .. } = world;
    drop(city);
    // Some answers are lost on the way: what was taken then comes again, under the same id.
    other.next(&[Answer::Say(200, ""), Answer::Die, Answer::Say(200, ""), Answer::Say(500, "")]);
    let mut n_killed = 0;
    for kill in 1..=6 {
        let before = receiver.came().len();
        let mut child = begin(&place, kill);
        let wanted = before + 1 + dice.below(10);
        receiver.wait_for(wanted, Duration::from_secs(20));
        n_killed += usize::from(child.try_wait().expect("asked").is_none());
        child.kill().expect("killed");
        let _ = child.wait();
    }
    assert_eq!(n_killed, 6, "every child was at work when it was killed");
    let late = start().plus_seconds(3_600 * 24);
    let city = World::city_with_webhooks(&database.place, 999, late, hooks());
    city.follow_webhooks().expect("followed");
    while city.send_webhooks(&|| true).expect("a round").n_delivered > 0 {}
    for (receiver, name) in [(&receiver, "a"), (&other, "b")] {
        let came = receiver.came();
        // The receiver drops ids it has seen.
        let mut once: BTreeMap<String, String> = BTreeMap::new();
        for one in came.iter().filter(|one| one.status == 200) {
            let body: serde_json::Value = serde_json::from_str(&one.body).expect("JSON");
            let cursor = body["data"]["cursor"].as_str().expect("a cursor").to_owned();
            let known = once.insert(one.header("webhook-id").to_owned(), cursor.clone());
            assert!(known.is_none_or(|known| known == cursor), "an id is one event");
        }
        let mut got: Vec<String> = once.into_values().collect();
        let mut all = cursors.clone();
        got.sort();
        all.sort();
        assert_eq!(got, all, "{on:?} {name}: each event exactly once, {} calls", came.len());
    }
    let left = city.store().read(store::delivery::totals).expect("a count");
    assert_eq!(left.n_waiting, 0, "nothing waits");
    Some(())
}

#[test]
fn soak_a_killed_process_loses_no_delivery() {
    let n_rounds = if std::env::var_os("BELLWETHER_SOAK").is_some() { 20 } else { 1 };
    let mut dice = testkit::Dice::new(20_261_123);
    for on in [On::Sqlite, On::Postgres] {
        for _ in 0..n_rounds {
            if round(on, &mut dice).is_none() {
                break;
            }
        }
    }
}
