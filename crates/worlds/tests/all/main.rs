//! The acts on both databases, through their one door.

mod access_everywhere;
mod case;
mod import;
mod kill;
mod log;
mod perform;
mod schema;
