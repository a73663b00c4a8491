//! Memory that was used once is given back to the system.
//!
//! The allocator of glibc learns from large blocks that were freed, such as the 19 MiB of a
//! password's hash or the buffers of the index's writer, to keep as much in every thread's arena:
//! after its first start the demonstration held 330 MB of which 50 were in use. It can be told not
//! to, but only by the environment it starts with (mallopt(3)), so the program starts itself once
//! more with these variables. Where that fails, or another allocator is in use, nothing is lost
//! but memory.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// Blocks from this size on come from the system and go back to it; so does so much at the end of
/// an arena.
const BYTES: &str = "1048576";
/// Every arena keeps what is left between blocks in use, so there are few of them.
const ARENAS: &str = "2";
const VARIABLES: [(&str, &str); 3] = [
    ("MALLOC_MMAP_THRESHOLD_", BYTES),
    ("MALLOC_TRIM_THRESHOLD_", BYTES),
    ("MALLOC_ARENA_MAX", ARENAS),
];

/// Starts the program once more, in the same process, where the allocator was not told yet.
pub fn keep_small() {
    if VARIABLES.iter().any(|(name, _)| std::env::var_os(name).is_some()) {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut words = std::env::args_os();
    let mut again = Command::new(program);
    if let Some(name) = words.next() {
        again.arg0(name);
    }
    // Only comes back if it could not be done.
    let _ = again.args(words).envs(VARIABLES).exec();
}
