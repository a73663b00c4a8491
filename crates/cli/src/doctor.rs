//! `doctor`: looks at what the city stands on; each line is ok, a warning or bad, and what to do.

use crate::config::{self, Config};
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use crate::run::Host;
use crate::{ballast, folder};
use base::Instant;
use std::path::Path;
use store::health::Health as Rows;
use store::{disk, migrate};
use words::Arg;

/// Entries that the index may be behind without a word.
const LAG_QUIET: u64 = 100;
/// Seconds that the last entry of the log may lie ahead of the clock.
const AHEAD_SECONDS: i64 = 2;
/// Milliseconds that the clock of a database may differ from ours: a node further off should leave.
const CLOCK_MS_MAX: i64 = 500;
/// Entries that may be unsigned without a word, and how long ago the last signature may be.
const UNSIGNED_QUIET: u64 = 100;
/// A daily backup is a few hours late before anybody is told.
const BACKUP_HOURS: i64 = 36;
/// A letter that waits for longer than this is stuck.
const LETTER_SECONDS: i64 = 3_600;
/// Nodes of a file system below which there is trouble ahead.
const NODES_MIN: u64 = 10_000;
/// Bytes of the write-ahead log above which something keeps it from being used anew.
const WAL_ALARM_BYTES: u64 = 64 << 20;
/// Memory that a city needs.
const MEMORY_BYTES_MIN: u64 = 512 << 20;
/// Files open beside the connections.
const FILES_BESIDE: u64 = 256;

#[derive(Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
enum Health {
    Ok,
    Warning,
    Bad,
}

impl Health {
    fn bad_if(is_bad: bool) -> Self {
        if is_bad { Self::Bad } else { Self::Ok }
    }

    fn warn_if(is_odd: bool) -> Self {
        if is_odd { Self::Warning } else { Self::Ok }
    }
}

struct Finding {
    what: &'static str,
    health: Health,
    text: String,
    help: Option<String>,
}

/// Looks at everything.
pub fn run(desk: &mut Desk<'_>, host: &Host) -> Outcome {
    let mut findings = Vec::new();
    // A command on a distant store knows nothing of the server's machine.
    if let Some(folder) = &host.folder {
        let (found, settings) = settings(desk, folder);
        findings.push(found);
        findings.extend(machine(desk, host, folder, &settings.unwrap_or_default()));
    }
    // Beside a server the long look at every index would keep the write-ahead log waiting.
    let rows = desk.city.store().read(|tx| store::health::look(tx, host.is_serving));
    findings.push(clock(desk, host)?);
    findings.extend(store_checks(desk, rows)?);
    if host.folder.is_some() {
        findings.extend([index(desk), log_key(desk), file_store(desk)?]);
    }
    findings.push(zone(desk));
    findings.push(backup(desk)?);
    findings.extend(mail(desk, host)?);
    findings.extend(identities(desk));
    print(desk, &findings)?;
    let is_bad = findings.iter().any(|found| found.health == Health::Bad);
    Ok(if is_bad { Exit::Failed } else { Exit::Done })
}

/// `doctor --release-ballast`.
pub fn release(desk: &mut Desk<'_>, host: &Host) -> Outcome {
    let freed = match &host.folder {
        Some(folder) => ballast::release(folder)?,
        None => 0,
    };
    let size = words::bytes(desk.lang(), freed);
    let key = if freed > 0 { "cli-ballast-released" } else { "cli-ballast-none" };
    desk.done(key, &[("size", size.into())], &serde_json::json!({ "released_bytes": freed }))
}

fn print(desk: &mut Desk<'_>, findings: &[Finding]) -> Result<(), Failure> {
    if desk.common.json {
        let lines: Vec<serde_json::Value> = findings
            .iter()
            .map(|found| {
                serde_json::json!({
                    "check": found.what,
                    "state": found.health,
                    "text": found.text,
                    "help": found.help,
                })
            })
            .collect();
        return desk.json(&serde_json::json!({ "checks": lines }));
    }
    for found in findings {
        let mark = match found.health {
            Health::Ok => words::say(desk.lang(), "cli-doctor-ok"),
            Health::Warning => words::say(desk.lang(), "cli-doctor-warning"),
            Health::Bad => words::say(desk.lang(), "cli-doctor-bad"),
        };
        desk.line(&format!("{mark}\t{}", found.text))?;
        if let Some(help) = &found.help {
            desk.line(&format!("\t{help}"))?;
        }
    }
    Ok(())
}

fn finding(desk: &Desk<'_>, what: &'static str, health: Health, args: &[(&str, Arg)]) -> Finding {
    let key = format!("cli-doctor-{what}");
    let text = words::say_with(desk.lang(), &key, args);
    let help = (health != Health::Ok).then(|| words::say(desk.lang(), &format!("{key}.help")));
    Finding { what, health, text, help }
}

fn number(n: u64) -> Arg {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

fn size(desk: &Desk<'_>, n: u64) -> Arg {
    words::bytes(desk.lang(), n).into()
}

/// The settings file as it would be read at the next start, and what follows from it.
fn settings(desk: &Desk<'_>, folder: &Path) -> (Finding, Option<Config>) {
    let read = config::load(folder, None, &|name| std::env::var(name).ok());
    let told = |failure: &Failure| failure.lines(desk.lang()).join(" ");
    let (health, found, config) = match read {
        Err(failure) => (Health::Bad, told(&failure), None),
        Ok(config) => match config.door() {
            Err(failure) => (Health::Bad, told(&failure), Some(config)),
            Ok(door) => (Health::Ok, door.public_url, Some(config)),
        },
    };
    (finding(desk, "settings", health, &[("found", found.into())]), config)
}

fn machine(desk: &Desk<'_>, host: &Host, folder: &Path, config: &Config) -> Vec<Finding> {
    let mut findings = vec![disk_room(desk, folder, config), nodes(desk, folder)];
    let is_sqlite = matches!(desk.city.store().place(), store::Place::Folder(_));
    if is_sqlite {
        let kept = ballast::bytes(folder);
        let wanted = desk.city.settings().watch.ballast_bytes;
        let health = Health::warn_if(kept < wanted && host.is_serving);
        findings.push(finding(desk, "ballast", health, &[("size", size(desk, kept))]));
        let wal = store::health::wal_bytes(desk.city.store().place());
        let health = Health::warn_if(wal > WAL_ALARM_BYTES);
        findings.push(finding(desk, "wal", health, &[("size", size(desk, wal))]));
    }
    findings.push(port(desk, host, config));
    findings.push(limits(desk, config));
    let failures = std::fs::read_to_string(folder::failures(folder)).unwrap_or_default();
    let late = failures.lines().filter_map(Instant::parse_rfc3339);
    let n = late.filter(|at| desk.city.now().seconds_since(*at) < 7 * 86_400).count();
    let count = number(u64::try_from(n).unwrap_or(u64::MAX));
    findings.push(finding(desk, "failures", Health::warn_if(n > 0), &[("count", count)]));
    findings
}

fn disk_room(desk: &Desk<'_>, folder: &Path, config: &Config) -> Finding {
    let is_read_only = desk.city.store().committed().is_read_only();
    let room = disk::room(folder).ok();
    let free = room.map_or(0, |room| room.bytes_free);
    let health = match room {
        _ if is_read_only => Health::Bad,
        Some(room) if disk::is_low(room, config.low_water_bytes) => Health::Warning,
        Some(_) => Health::Ok,
        None => Health::Warning,
    };
    finding(desk, "disk", health, &[("free", size(desk, free))])
}

fn nodes(desk: &Desk<'_>, folder: &Path) -> Finding {
    // Some file systems count none.
    let free = disk::room(folder).map_or(0, |room| room.nodes_free);
    let health = Health::warn_if((1..NODES_MIN).contains(&free));
    finding(desk, "nodes", health, &[("count", number(free))])
}

/// Whether the server's address is free for it, or already its own.
fn port(desk: &Desk<'_>, host: &Host, config: &Config) -> Finding {
    let address = config.listen.as_str();
    let is_taken = !host.is_serving && std::net::TcpListener::bind(address).is_err();
    let state = match (host.is_serving, is_taken) {
        (true, _) => "serving",
        (_, true) => "taken",
        _ => "free",
    };
    let state = words::say(desk.lang(), &format!("cli-doctor-port-{state}"));
    let args = [("address", address.into()), ("state", state.into())];
    finding(desk, "port", Health::warn_if(is_taken), &args)
}

/// What the system lets this process have.
fn limits(desk: &Desk<'_>, config: &Config) -> Finding {
    let memory = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        .iter()
        .find_map(|path| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok())
        .filter(|bytes| *bytes < 1 << 50);
    let text = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let open = text.lines().find(|line| line.starts_with("Max open files"));
    let files: Option<u64> = open.and_then(|line| line.split_whitespace().nth(3)?.parse().ok());
    let wanted =
        u64::try_from(config.connections_max).unwrap_or(u64::MAX).saturating_add(FILES_BESIDE);
    let is_tight = memory.is_some_and(|bytes| bytes < MEMORY_BYTES_MIN)
        || files.is_some_and(|files| files < wanted);
    let memory = memory.map_or_else(
        || words::say(desk.lang(), "cli-doctor-unlimited").into(),
        |bytes| size(desk, bytes),
    );
    let files = files.map_or_else(|| "?".into(), number);
    finding(
        desk,
        "limits",
        Health::warn_if(is_tight),
        &[("memory", memory), ("files", files), ("wanted", number(wanted))],
    )
}

fn clock(desk: &Desk<'_>, host: &Host) -> Result<Finding, Failure> {
    let now = desk.city.now();
    let last = desk.city.store().read(|tx| {
        let size = store::log::head(tx)?.map_or(0, |(size, _)| size);
        store::log::entries_after(tx, size.saturating_sub(1), 1)
    })?;
    let last = last.first().map_or(Instant::from_micros(0), |entry| entry.header.at);
    let is_behind = last.seconds_since(now) > AHEAD_SECONDS || host.clock_steps > 0;
    let args = [("now", now.rfc3339().into()), ("steps", number(host.clock_steps))];
    Ok(finding(desk, "clock", Health::bad_if(is_behind), &args))
}

/// What the database says of itself, and whether log and head agree.
fn store_checks(
    desk: &Desk<'_>,
    rows: Result<Rows, store::StoreError>,
) -> Result<Vec<Finding>, Failure> {
    let version = desk.city.store().engine_version()?;
    let rows = match rows {
        Ok(rows) => rows,
        Err(store::StoreError::Damaged(said) | store::StoreError::Fatal(said)) => {
            let found = [("found", said.into())];
            return Ok(vec![finding(desk, "integrity", Health::Bad, &found)]);
        }
        Err(error) => return Err(error.into()),
    };
    let health = Health::warn_if(!rows.orders_by_code_point);
    let mut findings = vec![finding(desk, "engine", health, &[("version", version.into())])];
    if let Some(micros) = rows.clock_micros {
        let apart_ms = (micros - desk.city.now().micros()).abs() / 1_000;
        let health = Health::bad_if(apart_ms > CLOCK_MS_MAX);
        findings.push(finding(desk, "store-clock", health, &[("apart", apart_ms.into())]));
    }
    let known = [("found", number(rows.schema)), ("known", number(migrate::newest()))];
    findings.push(finding(
        desk,
        "schema",
        Health::bad_if(rows.schema != migrate::newest()),
        &known,
    ));
    let said = match rows.damage.as_slice() {
        [] => words::say(desk.lang(), "cli-doctor-whole"),
        lines => lines.join("; "),
    };
    let health = Health::bad_if(!rows.damage.is_empty());
    findings.push(finding(desk, "integrity", health, &[("found", said.into())]));
    let sequence = rows.sequence_behind.clone().unwrap_or_default();
    let health = Health::bad_if(rows.sequence_behind.is_some());
    findings.push(finding(desk, "sequences", health, &[("found", sequence.into())]));
    findings.extend(log(desk, &rows)?);
    findings.push(books(desk)?);
    Ok(findings)
}

/// Whether the city's books contradict themselves.
fn books(desk: &Desk<'_>) -> Result<Finding, Failure> {
    let mut said: Vec<String> = desk
        .city
        .check_books()?
        .iter()
        .map(|fault| format!("{:?} {}", fault.kind, fault.of))
        .collect();
    let seals = desk.city.broken_seals()?;
    said.extend(seals.iter().map(|(kind, of)| format!("{kind} {of}")));
    let found = match said.as_slice() {
        [] => words::say(desk.lang(), "cli-doctor-whole"),
        lines => lines.join("; "),
    };
    Ok(finding(desk, "ledger", Health::bad_if(!said.is_empty()), &[("found", found.into())]))
}

/// The log's head against its entries, and how much of it is signed.
fn log(desk: &Desk<'_>, rows: &Rows) -> Result<Vec<Finding>, Failure> {
    let (n, first, last) = rows.entries;
    let (head, point, waiting) = desk.city.store().read(|tx| {
        let head = store::log::head(tx)?.map_or(0, |(size, _)| size);
        Ok((head, store::log::last_checkpoint(tx)?, store::log::n_waiting(tx)?))
    })?;
    // The head was read after the entries, so it may be further on.
    let is_dense = n == last && (n == 0 || first == 1) && head >= last;
    let args = [("entries", number(n)), ("head", number(head)), ("waiting", number(waiting))];
    let whole = finding(desk, "log", Health::bad_if(!is_dense), &args);
    let signed = point.as_ref().map_or(0, |point| point.size);
    let at = point
        .as_ref()
        .map_or_else(|| words::say(desk.lang(), "cli-doctor-never"), |point| point.at.rfc3339());
    let unsigned = head.saturating_sub(signed);
    let health = Health::warn_if(unsigned > UNSIGNED_QUIET || (signed == 0 && head > 0));
    let args = [("at", at.into()), ("unsigned", number(unsigned))];
    Ok(vec![whole, finding(desk, "checkpoint", health, &args)])
}

fn index(desk: &Desk<'_>) -> Finding {
    let size = desk.city.store().committed().size();
    let lag = size.saturating_sub(desk.city.index().position());
    let is_stale = desk.city.index().is_stale();
    let health = Health::warn_if(lag > LAG_QUIET || is_stale);
    let n = i64::try_from(desk.city.index().n_documents()).unwrap_or(i64::MAX);
    finding(desk, "index", health, &[("lag", number(lag)), ("count", n.into())])
}

fn log_key(desk: &Desk<'_>) -> Finding {
    let has_key = desk.city.settings().log_seed != [0; 32];
    let origin = desk.city.row().map(|row| row.origin.clone()).unwrap_or_default();
    finding(desk, "log-key", Health::warn_if(!has_key), &[("origin", origin.into())])
}

/// Whether the file store takes files, and what lies there.
fn file_store(desk: &Desk<'_>) -> Result<Finding, Failure> {
    let city = desk.city;
    let name = city.with_chance(|chance| store::log::hex(&chance.bytes32()[..8]));
    let probed = city.shelf().files.probe(&format!("doctor-{name}"));
    let (n, bytes) = city.store().read(store::file::totals)?;
    let found = probed.as_ref().err().map(ToString::to_string);
    let found = found.unwrap_or_else(|| words::say(desk.lang(), "cli-doctor-file-store-takes"));
    let args = [("count", number(n)), ("size", size(desk, bytes)), ("found", found.into())];
    Ok(finding(desk, "file-store", Health::bad_if(probed.is_err()), &args))
}

/// The city keeps a fixed offset and needs no data about time zones.
fn zone(desk: &Desk<'_>) -> Finding {
    let minutes = desk.city.settings().utc_offset_minutes;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let offset = format!("UTC{sign}{hours:02}:{rest:02}");
    let health = Health::warn_if(!(-12 * 60..=14 * 60).contains(&minutes));
    finding(desk, "zone", health, &[("offset", offset.into())])
}

/// Each provider of identities: whether it says what it is, and how many keys it signs with.
fn identities(desk: &Desk<'_>) -> Vec<Finding> {
    let checked = desk.city.check_identity_providers();
    let told = |(name, found): (String, Result<usize, String>)| {
        let (health, found) = match found {
            Ok(keys) => {
                let count = [("count", number(u64::try_from(keys).unwrap_or(u64::MAX)))];
                (Health::Ok, words::say_with(desk.lang(), "cli-doctor-identity-keys", &count))
            }
            Err(why) => (Health::Bad, why),
        };
        finding(desk, "identity", health, &[("name", name.into()), ("found", found.into())])
    };
    checked.into_iter().map(told).collect()
}

fn backup(desk: &Desk<'_>) -> Result<Finding, Failure> {
    let last = desk.city.last_backup()?;
    let hours = last.map(|(at, _)| desk.city.now().seconds_since(at) / 3_600);
    let at =
        last.map_or_else(|| words::say(desk.lang(), "cli-doctor-never"), |(at, _)| at.rfc3339());
    let health = Health::warn_if(hours.is_none_or(|hours| hours >= BACKUP_HOURS));
    Ok(finding(desk, "backup", health, &[("at", at.into())]))
}

/// Whether the mail server takes letters, and whether any of them are stuck.
fn mail(desk: &Desk<'_>, host: &Host) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    // A command on a distant store has other settings than the server.
    if host.folder.is_some() && !desk.city.row().is_ok_and(|row| row.demo) {
        findings.push(match desk.city.check_mail() {
            None => finding(desk, "mail-off", Health::Warning, &[]),
            Some(checked) => {
                let health = Health::bad_if(checked.is_err());
                let said = match checked {
                    Ok(()) => words::say(desk.lang(), "cli-doctor-whole"),
                    Err(trouble) => trouble.said,
                };
                finding(desk, "mail", health, &[("found", said.into())])
            }
        });
    }
    let (queue, n_given_up) =
        desk.city.store().read(|tx| Ok((store::mail::queue(tx)?, store::mail::n_given_up(tx)?)))?;
    let now = desk.city.now();
    let is_late = queue.oldest.is_some_and(|at| now.seconds_since(at) > LETTER_SECONDS);
    let health = Health::warn_if((is_late && desk.city.sends_mail()) || n_given_up > 0);
    let args = [("waiting", number(queue.n)), ("given", number(n_given_up))];
    findings.push(finding(desk, "letters", health, &args));
    findings.push(webhooks(desk)?);
    Ok(findings)
}

/// Whether deliveries to webhooks wait for long, or webhooks were switched off.
fn webhooks(desk: &Desk<'_>) -> Result<Finding, Failure> {
    let found = desk.city.webhook_standing()?;
    let now = desk.city.now();
    let is_late = found.oldest.is_some_and(|at| now.seconds_since(at) > LETTER_SECONDS);
    let health = Health::warn_if((is_late && desk.city.calls_webhooks()) || found.n_off > 0);
    let args = [
        ("waiting", number(found.n_waiting)),
        ("given", number(found.n_given_up)),
        ("off", number(found.n_off)),
    ];
    Ok(finding(desk, "webhooks", health, &args))
}
