//! `doctor`: looks at what the city stands on; each line is ok, a warning or bad.

use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use crate::run::Host;
use base::Instant;
use std::path::Path;
use store::disk;
use words::Arg;

/// Entries that the index may be behind without a word.
const LAG_QUIET: u64 = 100;
/// Seconds that the last entry of the log may lie ahead of the clock.
const AHEAD_SECONDS: i64 = 2;

#[derive(Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
enum Health {
    Ok,
    Warning,
    Bad,
}

struct Finding {
    what: &'static str,
    health: Health,
    text: String,
    help: Option<String>,
}

/// Looks at disk, clock, versions and index.
pub fn run(desk: &mut Desk<'_>, host: &Host) -> Outcome {
    let mut findings = vec![clock(desk, host)?, engine(desk)?];
    // A command on a distant store knows nothing of the server's machine.
    if let Some(folder) = &host.folder {
        findings.extend([disk(desk, folder), index(desk), log_key(desk)]);
    }
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
        desk.json(&serde_json::json!({ "checks": lines }))?;
    } else {
        for found in &findings {
            let lang = desk.lang();
            let mark = match found.health {
                Health::Ok => words::say(lang, "cli-doctor-ok"),
                Health::Warning => words::say(lang, "cli-doctor-warning"),
                Health::Bad => words::say(lang, "cli-doctor-bad"),
            };
            desk.line(&format!("{mark}\t{}", found.text))?;
            if let Some(help) = &found.help {
                desk.line(&format!("\t{help}"))?;
            }
        }
    }
    let is_bad = findings.iter().any(|found| found.health == Health::Bad);
    Ok(if is_bad { Exit::Failed } else { Exit::Done })
}

fn finding(desk: &Desk<'_>, what: &'static str, health: Health, args: &[(&str, Arg)]) -> Finding {
    let key = format!("cli-doctor-{what}");
    let text = words::say_with(desk.lang(), &key, args);
    let help = (health != Health::Ok).then(|| words::say(desk.lang(), &format!("{key}.help")));
    Finding { what, health, text, help }
}

fn disk(desk: &Desk<'_>, folder: &Path) -> Finding {
    let is_read_only = desk.city.store().committed().is_read_only();
    let room = disk::room(folder).ok();
    let free = room.map_or(0, |room| room.bytes_free);
    let health = match room {
        _ if is_read_only => Health::Bad,
        Some(room) if disk::is_low(room, disk::LOW_WATER_BYTES) => Health::Warning,
        Some(_) => Health::Ok,
        None => Health::Warning,
    };
    let size = words::bytes(desk.lang(), free);
    finding(desk, "disk", health, &[("free", size.into())])
}

fn clock(desk: &Desk<'_>, host: &Host) -> Result<Finding, Failure> {
    let now = desk.city.now();
    let last = desk.city.store().read(|tx| {
        let size = store::log::head(tx)?.map_or(0, |(size, _)| size);
        store::log::entries_after(tx, size.saturating_sub(1), 1)
    })?;
    let last = last.first().map_or(Instant::from_micros(0), |entry| entry.header.at);
    let is_behind = last.seconds_since(now) > AHEAD_SECONDS || host.clock_steps > 0;
    let health = if is_behind { Health::Bad } else { Health::Ok };
    let steps = i64::try_from(host.clock_steps).unwrap_or(i64::MAX);
    Ok(finding(desk, "clock", health, &[("now", now.rfc3339().into()), ("steps", steps.into())]))
}

fn engine(desk: &Desk<'_>) -> Result<Finding, Failure> {
    let version = desk.city.store().engine_version()?;
    Ok(finding(desk, "engine", Health::Ok, &[("version", version.into())]))
}

fn index(desk: &Desk<'_>) -> Finding {
    let size = desk.city.store().committed().size();
    let lag = size.saturating_sub(desk.city.index().position());
    let is_stale = desk.city.index().is_stale();
    let health = if lag > LAG_QUIET || is_stale { Health::Warning } else { Health::Ok };
    let lag = i64::try_from(lag).unwrap_or(i64::MAX);
    let n = i64::try_from(desk.city.index().n_documents()).unwrap_or(i64::MAX);
    finding(desk, "index", health, &[("lag", lag.into()), ("count", n.into())])
}

fn log_key(desk: &Desk<'_>) -> Finding {
    let has_key = desk.city.settings().log_seed != [0; 32];
    let health = if has_key { Health::Ok } else { Health::Warning };
    let origin = desk.city.row().map(|row| row.origin.clone()).unwrap_or_default();
    finding(desk, "log-key", health, &[("origin", origin.into())])
}
