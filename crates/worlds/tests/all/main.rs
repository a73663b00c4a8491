//! The acts on both databases, through their one door.

mod access_everywhere;
mod erasure;
mod factor;
mod frozen;
mod import;
mod import_preview;
mod kill;
mod log;
mod perform;
mod schema;
