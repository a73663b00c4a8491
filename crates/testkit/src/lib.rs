//! What tests share: where outside data lies, and how a skip is said aloud.
//!
//! Worlds with a database are not here: see the crate `worlds`. This crate depends on nothing, so
//! that the engines can use it.

pub mod receiver;
pub mod schema;
pub mod smtp;

use std::path::{Path, PathBuf};

/// The folder or file `name` of the shared test data, or `None` after saying that the test skips.
///
/// The place is `BELLWETHER_TEST_DATA`, by default `../shared/data` beside the repository.
pub fn test_data(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("BELLWETHER_TEST_DATA")
        .map_or_else(|| repository().join("../shared/data"), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    skipped(&format!("test data {name} absent"));
    None
}

/// Says visibly that a test did not run, and why. `cargo xtask test` counts these lines.
pub fn skipped(why: &str) {
    use std::io::Write;
    // Written past the capture of the test harness: a silent skip would look like a pass.
    let _ = writeln!(std::io::stderr().lock(), "skipped: {why}");
    if let Some(file) = std::env::var_os("BELLWETHER_SKIPS") {
        let open = std::fs::OpenOptions::new().create(true).append(true).open(file);
        if let Ok(mut file) = open {
            let _ = writeln!(file, "skipped: {why}");
        }
    }
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("crates/testkit lies two folders below the root").to_owned()
}

/// Chance from a seed: equal seeds give equal sequences on every machine (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `n` - 1.
    pub fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "dice need a side");
        usize::try_from(self.roll() % n as u64).expect("below a usize")
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
