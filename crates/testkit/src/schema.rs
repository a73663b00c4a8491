//! Documents held against schemas that others publish, by validators that others made: `xmlschema` and
//! `jsonschema` of the Python registry, run by the program named by `BELLWETHER_TEST_SCHEMAS`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

static RUNS: AtomicU32 = AtomicU32::new(0);

/// What stands against documents, each named; or `None` after saying that the test skips.
pub fn faults<'a>(
    schema: &Path,
    documents: impl IntoIterator<Item = (String, &'a str)>,
) -> Option<Vec<String>> {
    let program = std::env::var("BELLWETHER_TEST_SCHEMAS").unwrap_or_default();
    match program.as_str() {
        // The gate tried to fetch them and had no registry: that is no fault of this program.
        "unreachable" => eprintln!("not run: the registry of xmlschema was not reachable"),
        "" => crate::skipped("xmlschema absent"),
        _ => return Some(run(&program, schema, documents)),
    }
    None
}

fn run<'a>(
    program: &str,
    schema: &Path,
    documents: impl IntoIterator<Item = (String, &'a str)>,
) -> Vec<String> {
    let folder = folder();
    for (name, text) in documents {
        std::fs::write(folder.join(name), text).expect("written");
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema.py");
    let done = Command::new(program).arg(script).arg(schema).arg(&folder).output();
    std::fs::remove_dir_all(&folder).expect("cleared away");
    let done = done.expect("the validator runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("text").lines().map(str::to_owned).collect()
}

fn folder() -> PathBuf {
    let n = RUNS.fetch_add(1, Ordering::Relaxed);
    let name = format!("bellwether-schema-{}-{n}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}
