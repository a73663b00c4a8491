//! Sixty-four people from four processes ask for one time at one instant, over and over: each round one
//! of them has it, and the others are told which time is taken.
//!
//! The test starts itself four times as a program with sixteen connections. On PostgreSQL two servers
//! stand on the one database. A few rounds here; `cargo xtask soak` makes a thousand on each database.

#[path = "../../benches/acts/wire.rs"]
mod wire;

use access::{Role, Scope};
use app::account::CreateToken;
use app::instrument::CreateInstrument;
use base::{Bilingual, Instant, InstrumentId};
use instruments::sheet::Sheet;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use wire::Client;
use worlds::{On, World};

const PROGRAMS: usize = 4;
const CLIENTS: usize = 16;
const MINUTES: i64 = 15;
const TOLD: &str = "BELLWETHER_RACE";

fn span(start: Instant, round: usize) -> (Instant, Instant) {
    let from = start.plus_seconds(i64::try_from(round).expect("few") * MINUTES * 60);
    (from, from.plus_seconds(MINUTES * 60))
}

/// Not a test by itself: one of the programs, when it is told what to do; otherwise nothing.
#[test]
fn child() {
    let Ok(told) = std::env::var(TOLD) else { return };
    let told: Value = serde_json::from_str(&told).expect("what to do");
    let port = u16::try_from(told["port"].as_u64().expect("a port")).expect("a port");
    let path = format!("/api/v1/instruments/{}/bookings", told["instrument"].as_str().expect("id"));
    let start = Instant::from_micros(told["start"].as_i64().expect("a moment"));
    let keys: Vec<String> = serde_json::from_value(told["keys"].clone()).expect("keys");
    std::thread::scope(|scope| {
        let (answers, heard) = mpsc::channel();
        let rounds: Vec<mpsc::Sender<usize>> = keys
            .iter()
            .map(|key| {
                let (asked, waiting) = mpsc::channel();
                let (answers, path) = (answers.clone(), &path);
                scope.spawn(move || {
                    let mut client = Client::to(port, key);
                    for round in waiting {
                        let (from, until) = span(start, round);
                        let body = json!({"start": from.rfc3339(), "end": until.rfc3339()});
                        let once = format!("idempotency-key: round-{round}\r\n");
                        let told = client.ask("POST", path, &once, &body.to_string());
                        answers.send(told).expect("heard");
                    }
                });
                asked
            })
            .collect();
        for line in std::io::stdin().lines().map_while(Result::ok) {
            let round: usize = line.parse().expect("a round");
            rounds.iter().for_each(|asked| asked.send(round).expect("it waits"));
            let all: Vec<Value> = rounds.iter().map(|_| heard.recv().expect("told")).collect();
            let mut out = std::io::stderr().lock();
            writeln!(out, "{}", Value::from(all)).expect("said");
        }
    });
}

/// A program that races: where it is told rounds, and where it answers.
struct Program {
    child: Child,
    asked: Option<ChildStdin>,
    told: std::io::Lines<BufReader<std::process::ChildStderr>>,
}

impl Program {
    fn start(told: &Value) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "booking_race::child", "--nocapture", "--test-threads=1"])
            .env(TOLD, told.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a program");
        let told = BufReader::new(child.stderr.take().expect("piped")).lines();
        Self { asked: child.stdin.take(), child, told }
    }

    fn ask(&mut self, round: usize) {
        writeln!(self.asked.as_mut().expect("open"), "{round}").expect("it listens");
    }

    fn answers(&mut self) -> Vec<Value> {
        let line = self.told.next().expect("it answers").expect("text");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.asked = None;
        let _ = self.child.wait();
    }
}

/// An instrument, and the keys of everybody who wants it.
fn opened(world: &World) -> (InstrumentId, Vec<String>) {
    let unit = world.organisation("Institute of Powders");
    let keeper = world.person("keeper", unit, Role::TransferOfficer);
    let name = Bilingual::new("X-ray diffractometer", "X射线衍射仪");
    let sheet = Sheet { name, ..Sheet::default() };
    let act = CreateInstrument { owner: unit, is_hidden: false, sheet };
    let it = world.city.perform(&keeper, act).expect("entered").instrument;
    let firm = world.organisation("Firm");
    let keys = (0..PROGRAMS * CLIENTS).map(|n| {
        let who = world.person(&format!("racer{n}"), firm, Role::FirmMember);
        let scopes = Scope::ALL.into_iter().collect();
        let act = CreateToken { person: None, name: "race".to_owned(), scopes, days: 30 };
        world.city.perform(&who, act).expect("a key").secret
    });
    (it, keys.collect())
}

fn race(on: On, n_rounds: usize) {
    let Some(world) = World::on(on) else { return };
    let (it, keys) = opened(&world);
    let (_runtime, port) = wire::served(&world);
    // Where the database takes several servers there are two, and each gets half of everybody.
    let other = (on == On::Postgres).then(|| crate::chromium::serve(&world.reopened(78)));
    let ports = [port, other.as_ref().map_or(port, |(_, port)| *port)];
    let hour = 3_600 * 1_000_000;
    let start = Instant::from_micros((world.city.now().micros() / hour + 25) * hour);
    let mut programs: Vec<Program> = keys
        .chunks(CLIENTS)
        .enumerate()
        .map(|(n, keys)| {
            Program::start(&json!({
                "port": ports[n % 2],
                "instrument": it.to_string(),
                "start": start.micros(),
                "keys": keys,
            }))
        })
        .collect();
    for round in 0..n_rounds {
        let (from, until) = span(start, round);
        programs.iter_mut().for_each(|program| program.ask(round));
        let told: Vec<Value> = programs.iter_mut().flat_map(Program::answers).collect();
        let n_won = told.iter().filter(|answer| answer["code"].is_null()).count();
        assert_eq!(n_won, 1, "{on:?}, round {round}: {told:?}");
        for no in told.iter().filter(|answer| answer["code"].is_string()) {
            assert_eq!(no["code"], "booking-overlap", "{no}");
            let values = &no["errors"][0]["values"];
            assert_eq!(values["at"], from.rfc3339(), "{no}");
            assert_eq!(values["until"], until.rfc3339(), "{no}");
        }
    }
    drop(programs);
    let mut client = Client::to(ports[0], &keys[0]);
    let week = client.get(&format!("/api/v1/instruments/{it}/week"));
    assert!(week["taken"].is_array(), "{week}");
    let whole = span(start, n_rounds).0;
    let whole = base::Span::new(start, whole).expect("a span");
    let taken = world.city.store().read(|tx| store::booking::taken(tx, it, whole, None));
    assert_eq!(taken.expect("read").len(), n_rounds, "{on:?}");
}

#[test]
fn soak_four_programs_ask_for_one_time() {
    let n_rounds = if std::env::var_os("BELLWETHER_SOAK").is_some() { 1_000 } else { 15 };
    for on in [On::Sqlite, On::Postgres] {
        race(on, n_rounds);
    }
}
