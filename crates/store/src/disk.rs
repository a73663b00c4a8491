//! How much room is left: below a low-water mark the city turns read-only before the disk fills.

use std::path::Path;

/// Room below which nothing is written, unless the operator sets another mark.
pub const LOW_WATER_BYTES: u64 = 1024 * 1024 * 1024;

/// Room and size of the file system that holds a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    pub bytes_free: u64,
    pub bytes_all: u64,
    pub nodes_free: u64,
}

/// Asks the file system of this folder.
pub fn room(folder: &Path) -> std::io::Result<Room> {
    let found = rustix::fs::statvfs(folder)?;
    Ok(Room {
        bytes_free: found.f_bavail.saturating_mul(found.f_frsize),
        bytes_all: found.f_blocks.saturating_mul(found.f_frsize),
        nodes_free: found.f_favail,
    })
}

/// Whether the room is below the mark. File systems that count no nodes report zero of them, so
/// nodes are judged only where some are counted.
pub fn is_low(room: Room, mark_bytes: u64) -> bool {
    room.bytes_free < mark_bytes || (1..1_000).contains(&room.nodes_free)
}
