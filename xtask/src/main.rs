//! The gate: `cargo xtask test` runs everything that must hold before a change lands.
//!
//! Also `tidy` alone, `soak` for the long runs, `bless` to rewrite reviewed snapshots.

mod postgres;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

const USAGE: &str = "cargo xtask test | tidy | soak | bless

test   format, clippy, tidy, every test on SQLite and PostgreSQL
tidy   only the house rules: floors, SQL, clock, texts, dead files
soak   the long runs: kills, faults, races
bless  rewrite the reviewed snapshots; look at the difference before it is committed";

fn main() -> ExitCode {
    let argument = std::env::args().nth(1).unwrap_or_default();
    let done = match argument.as_str() {
        "test" => test(),
        "tidy" => tidy_only(),
        "soak" => soak(),
        "bless" => bless(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("xtask: {text}");
            ExitCode::FAILURE
        }
    }
}

fn test() -> Result<(), String> {
    let started = clock();
    step("format", cargo(&["fmt", "--all", "--check"]))?;
    tidy_only()?;
    let mut clippy = cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    clippy.env("CARGO_TERM_COLOR", "never");
    step("clippy", clippy)?;
    let database = postgres::start();
    let skips = std::env::temp_dir().join(format!("bellwether-skips-{}", std::process::id()));
    let mut tests = cargo(&["test", "--workspace", "--no-fail-fast"]);
    tests.env("BELLWETHER_SKIPS", &skips);
    if let Some(database) = &database {
        tests.env("BELLWETHER_TEST_POSTGRES", &database.url);
    }
    let done = step("tests", tests);
    let skipped = report_skips(&skips);
    drop(database);
    done?;
    println!("gate passed in {} s", started.elapsed().as_secs());
    if skipped > 0 && std::env::var_os("BELLWETHER_NO_SKIPS").is_some() {
        return Err(format!("{skipped} tests were skipped where nothing may be"));
    }
    Ok(())
}

/// Says once for each reason what was skipped; a silent skip would look like a pass.
fn report_skips(file: &Path) -> usize {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let _ = std::fs::remove_file(file);
    let mut lines: Vec<&str> = text.lines().collect();
    let n = lines.len();
    lines.sort_unstable();
    lines.dedup();
    for line in &lines {
        println!("{line}");
    }
    println!("{n} tests skipped");
    n
}

fn tidy_only() -> Result<(), String> {
    let problems = tidy::problems(&root());
    for problem in &problems {
        eprintln!("{problem}");
    }
    if problems.is_empty() {
        println!("tidy: nothing to mend");
        return Ok(());
    }
    Err(format!("tidy: {} things to mend", problems.len()))
}

fn soak() -> Result<(), String> {
    let database = postgres::start();
    let mut tests = cargo(&["test", "--release", "--workspace", "--", "--nocapture", "soak"]);
    tests.env("BELLWETHER_SOAK", "1");
    if let Some(database) = &database {
        tests.env("BELLWETHER_TEST_POSTGRES", &database.url);
    }
    step("soak", tests)
}

fn bless() -> Result<(), String> {
    let mut tests = cargo(&["test", "--workspace", "--no-fail-fast"]);
    tests.env("BLESS", "1").env("UPDATE_EXPECT", "1");
    step("bless", tests)
}

fn step(name: &str, mut command: Command) -> Result<(), String> {
    let started = clock();
    println!("== {name}");
    let status = command.status().map_err(|error| format!("{name}: {error}"))?;
    println!("== {name}: {} s", started.elapsed().as_secs());
    if status.success() { Ok(()) } else { Err(format!("{name} failed")) }
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

#[expect(clippy::disallowed_methods, reason = "the gate says how long its steps took")]
fn clock() -> Instant {
    Instant::now()
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies below the root").to_owned()
}
