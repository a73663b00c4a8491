//! One hot lot: bids a second that are answered durably over HTTP, and how soon thousands who watch see one.
//!
//! `cargo bench --bench room`; arguments: watchers (5000), bidders (64). Each bidder keeps a connection and
//! asks for the next amount of a common counter, so that amounts ascend while bids race; accepted and
//! refused bids count alike, because both are kept. With `BELLWETHER_TEST_POSTGRES` set the bids run on
//! PostgreSQL too. Beside it, in the same run: the same requests without an act (the clock of the lot),
//! and commits of the disk.

#[path = "acts/wire.rs"]
mod wire;

use access::{Role, Scope};
use app::account::CreateToken;
use app::lot::{AnnounceLot, DecideBidder, PlaceBid, RegisterForLot};
use app::{Asker, listing::CreateListing};
use base::{Currency, Label, LotId, Money, OrganisationId};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
use trading::listing::{DealMode, Licence, Terms as ListingTerms};
use trading::lot::{Raise, Terms};
use wire::{Client, served};
use worlds::{Database, On, World};

const RUN_FOR: Duration = Duration::from_secs(5);
const START: i64 = 100_000_000;
const STEP: i64 = 10_000;
/// Bids that everybody who watches is timed by.
const SEEN_BIDS: usize = 30;
/// How long everybody who watches may take to get in.
const JOIN_FOR: Duration = Duration::from_secs(120);

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn clock() -> Instant {
    Instant::now()
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|it| it.parse::<usize>().ok());
    let n_watchers = arguments.next().unwrap_or(5_000);
    let n_bidders = arguments.next().unwrap_or(64);
    for on in [On::Sqlite, On::Postgres] {
        let Some(database) = Database::fresh(on) else { continue };
        let world = World::in_database(database);
        let hall = Hall::open(&world, n_bidders);
        let (_runtime, port) = served(&world);
        let cpu = cpu_seconds();
        let (rate, n_accepted, n_all) = hall.race(port);
        let cpu = (cpu_seconds() - cpu) * 1_000.0 / n_all as f64;
        println!(
            "{on:?}: {rate:.0} bids/s by {n_bidders} over HTTP, {n_accepted} of {n_all} accepted, \
             {cpu:.3} ms of CPU each, clients among it"
        );
        println!(
            "{on:?}: {:.0} looks/s over the same connections, no act in them",
            hall.looks(port)
        );
        if on == On::Sqlite {
            println!("{on:?}: {:.0} commits/s of one row, synced", commits());
            hall.watched(port, n_watchers);
        }
    }
}

/// Seconds of CPU that this process has had (proc(5): utime and stime, in hundredths).
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(')').next().unwrap_or("");
    let ticks = |n: usize| -> f64 {
        after.split_whitespace().nth(n).and_then(|it| it.parse().ok()).unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) / 100.0
}

struct Hall<'w> {
    world: &'w World,
    lot: LotId,
    firms: Vec<(Asker, OrganisationId, String)>,
    next: AtomicI64,
}

impl<'w> Hall<'w> {
    /// A lot that is open, with everybody admitted.
    fn open(world: &'w World, n_bidders: usize) -> Self {
        let seller = world.organisation("Seller");
        let officer = world.person("officer", seller, Role::TransferOfficer);
        let clerk = world.person("clerk", world.hall, Role::AgencyOfficer);
        let technology = world.technology(&officer, seller, "A drying process", Label::public());
        let terms = ListingTerms {
            price: Some(Money::new(START, Currency::CNY)),
            ..ListingTerms::of(Licence::Assignment)
        };
        let act = CreateListing { technology, mode: DealMode::Auction, terms };
        let listing = world.city.perform(&officer, act).expect("a listing").listing;
        let now = world.city.now();
        let terms = Terms {
            way: trading::lot::Way::English,
            currency: Currency::CNY,
            start: START,
            reserve: None,
            hidden: None,
            buy_now: None,
            deposit: None,
            opens: now.plus_seconds(3_600),
            closes: now.plus_seconds(90_000),
            steps: vec![(0, Raise::Fixed(STEP))],
            is_proxy: false,
            window_s: 300,
            cap_s: 1_800,
            bidders_min: 1,
            sign_days: 20,
        };
        let lot = world.city.perform(&officer, AnnounceLot { listing, terms }).expect("a lot").lot;
        let firms = (0..n_bidders)
            .map(|n| {
                let organisation = world.organisation(&format!("Firm {n}"));
                let who = world.person(&format!("bidder{n}"), organisation, Role::FirmMember);
                let act = RegisterForLot { lot, organisation, terms: 1, stands_by: false };
                world.city.perform(&who, act).expect("asked to bid");
                let own = world.city.lot(&who, lot).expect("seen").own.expect("a place");
                let (bidder, reason) = (own.bidder.alias, String::new());
                let act = DecideBidder { lot, bidder, admits: true, rank: None, reason };
                world.city.perform(&clerk, act).expect("admitted");
                let scopes = Scope::ALL.into_iter().collect();
                let act = CreateToken { person: None, name: "load".to_owned(), scopes, days: 9 };
                let key = world.city.perform(&who, act).expect("a key").secret;
                (who, organisation, key)
            })
            .collect();
        world.clock.pass(3_590);
        world.city.tend_lots().expect("opened");
        world.clock.pass(30);
        Self { world, lot, firms, next: AtomicI64::new(0) }
    }

    fn amount(&self) -> i64 {
        START + STEP * self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Everybody bids as fast as they are answered: the rate, accepted bids, all bids.
    fn race(&self, port: u16) -> (f64, u64, u64) {
        let (n_accepted, n_all) = (AtomicU64::new(0), AtomicU64::new(0));
        let started = clock();
        std::thread::scope(|scope| {
            for (_, _, key) in &self.firms {
                let (n_accepted, n_all) = (&n_accepted, &n_all);
                scope.spawn(move || {
                    let mut client = Client::to(port, key);
                    let path = format!("/api/v1/lots/{}/bids", self.lot);
                    while started.elapsed() < RUN_FOR {
                        let amount = Money::new(self.amount(), Currency::CNY);
                        let asked = serde_json::json!({
                            "amount": {"amount": amount.decimal(), "currency": "CNY"}
                        });
                        let key = format!("idempotency-key: bid-{}\r\n", amount.minor);
                        let told = client.ask("POST", &path, &key, &asked.to_string());
                        let is_taken = told.get("entry").is_some();
                        assert!(is_taken || told.get("code").is_some(), "{told}");
                        n_accepted.fetch_add(u64::from(is_taken), Ordering::Relaxed);
                        n_all.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        let n_all = n_all.load(Ordering::Relaxed);
        (n_all as f64 / started.elapsed().as_secs_f64(), n_accepted.load(Ordering::Relaxed), n_all)
    }

    /// The same connections ask for the lot: what HTTP and identity cost without an act.
    fn looks(&self, port: u16) -> f64 {
        let n_all = AtomicU64::new(0);
        let started = clock();
        std::thread::scope(|scope| {
            for (_, _, key) in &self.firms {
                let n_all = &n_all;
                scope.spawn(move || {
                    let mut client = Client::to(port, key);
                    let path = format!("/api/v1/lots/{}", self.lot);
                    while started.elapsed() < RUN_FOR {
                        let _ = client.get(&path);
                        n_all.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        n_all.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64()
    }

    /// Thousands listen to the room while somebody bids twice a second.
    fn watched(&self, port: u16, n_watchers: usize) {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().expect("a runtime");
        let seen: Arc<Mutex<Vec<(u64, Instant)>>> = Arc::default();
        let n_there = Arc::new(AtomicU64::new(0));
        let entry = self.world.city.lot(&self.firms[0].0, self.lot).expect("seen");
        let entry = entry.lot.course.n_entries;
        for n in 0..n_watchers {
            let path = format!("/auctions/{}/live?lang=en&entry={entry}", self.lot);
            // Each from a network of its own, as the proxy says, since strangers have a rate by address.
            let from = format!("10.{}.{}.1", n / 250, n % 250);
            runtime.spawn(watch(port, (path, from), Arc::clone(&seen), Arc::clone(&n_there)));
            // A thousand a second come, so that no one's first packet is dropped and sent again a minute later.
            std::thread::sleep(Duration::from_millis(1));
        }
        let since = clock();
        while (n_there.load(Ordering::Relaxed) as usize) < n_watchers {
            std::thread::sleep(Duration::from_millis(50));
            if since.elapsed() > JOIN_FOR {
                let n_there = n_there.load(Ordering::Relaxed);
                println!("{n_there} of {n_watchers} got in within {} s", JOIN_FOR.as_secs());
                return;
            }
        }
        println!("{n_watchers} got in within {:.1} s", since.elapsed().as_secs_f64());
        let mut asked = Vec::new();
        for n in 0..SEEN_BIDS {
            std::thread::sleep(Duration::from_millis(500));
            let (who, organisation, _) = &self.firms[n % self.firms.len()];
            let act = PlaceBid::new(self.lot, Some(*organisation), self.amount());
            let at = clock();
            let done = self.world.city.bid(who, act).expect("taken");
            asked.push((done.entry, at));
        }
        std::thread::sleep(Duration::from_secs(3));
        let seen = seen.lock().expect("no panic");
        let mut took: Vec<f64> = seen
            .iter()
            .filter_map(|(n, at)| {
                let (_, since) = asked.iter().find(|(entry, _)| entry == n)?;
                Some(at.duration_since(*since).as_secs_f64() * 1_000.0)
            })
            .collect();
        took.sort_by(f64::total_cmp);
        let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
        println!(
            "{n_watchers} watchers, {} of {} events seen: p50 {:.0} ms, p99 {:.0} ms, last {:.0} ms after \
             the bid was sent",
            took.len(),
            n_watchers * SEEN_BIDS,
            at(0.5),
            at(0.99),
            at(1.0)
        );
    }
}

/// One who watches: notes when each entry arrives, and comes again as a browser does where the door was
/// shut.
async fn watch(
    port: u16,
    (path, from): (String, String),
    seen: Arc<Mutex<Vec<(u64, Instant)>>>,
    n_there: Arc<AtomicU64>,
) {
    let asked =
        format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nx-forwarded-for: {from}\r\n\r\n");
    let mut is_there = false;
    loop {
        let Ok(stream) = tokio::net::TcpStream::connect(("127.0.0.1", port)).await else {
            tokio::time::sleep(Duration::from_secs(1)).await;
            continue;
        };
        let (reader, mut writer) = stream.into_split();
        let _ = writer.write_all(asked.as_bytes()).await;
        let mut lines = tokio::io::BufReader::new(reader).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if line.starts_with("HTTP/1.1 ") && !line.starts_with("HTTP/1.1 200") {
                eprintln!("{from}: {line}");
                break;
            }
            if line.starts_with("event: now") && !is_there {
                is_there = true;
                n_there.fetch_add(1, Ordering::Relaxed);
            }
            let Some(n) = line.strip_prefix("id: ").and_then(|id| id.parse().ok()) else {
                continue;
            };
            seen.lock().expect("no panic").push((n, clock()));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Commits of one row each, synced: what this disk does for a single writer.
fn commits() -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let connection = rusqlite::Connection::open(folder.path().join("bare.db")).expect("a file");
    connection.pragma_update(None, "journal_mode", "wal").expect("set");
    connection.pragma_update(None, "synchronous", "full").expect("set");
    connection.execute_batch("create table rows (n integer primary key)").expect("made");
    let started = clock();
    let mut n = 0_u64;
    while started.elapsed() < Duration::from_secs(2) {
        connection
            .execute("insert into rows (n) values (?1)", [i64::try_from(n).expect("few")])
            .expect("written");
        n += 1;
    }
    n as f64 / started.elapsed().as_secs_f64()
}
