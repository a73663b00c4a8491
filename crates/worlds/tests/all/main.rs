//! The acts on both databases, through their one door.

mod access_everywhere;
mod backup;
mod bulletin;
mod case;
mod case_find;
mod colleague;
mod erasure;
mod factor;
mod file;
mod file_kill;
mod frozen;
mod identity;
mod import;
mod import_preview;
mod kill;
mod log;
mod mail;
mod perform;
mod receipt;
mod register;
mod registration;
mod saved_search;
mod schema;
mod task;
mod upgrade;
