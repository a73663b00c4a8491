//! The command line: what can be typed, and what each command does.
//!
//! Invariants: data goes to the standard output and everything else to the error output; a command
//! does the same whether this process holds the city or a running server does it; secrets are never
//! arguments; the exit code says how it ended.
//!
//! Absent on purpose: opening a city, the clock, chance, the server (see `bellwether`).

pub mod args;
pub mod auction;
pub mod backup;
pub mod ballast;
pub mod bid;
mod bring;
pub mod calendars;
pub mod config;
mod deal_settings;
pub mod demo;
mod demo_areas;
mod demo_bookings;
mod demo_books;
mod demo_cases;
mod demo_contracts;
mod demo_deals;
mod demo_instruments;
mod demo_lots;
mod demo_services;
mod demo_told;
mod demo_training;
mod demo_uses;
mod demo_ventures;
mod demo_ways;
pub mod desk;
mod doctor;
pub mod evaluate;
pub mod exit;
mod export;
mod files;
mod files_settings;
pub mod folder;
#[cfg(test)]
mod help_test;
mod import;
pub mod init;
pub mod io;
mod ledger;
mod mail;
pub mod mail_settings;
pub mod oidc;
pub mod open_data;
mod organisation;
pub mod parse;
pub mod ready;
pub mod receipt;
mod register;
mod replay;
mod run;
pub mod scale;
pub mod seed;
pub mod socket;
pub mod statements;
pub mod talk;
mod token;
pub mod transfer;
mod user;
mod verify;

pub use desk::Desk;
pub use exit::{Exit, Failure};
pub use io::{CommandIo, Surroundings, Terminal};
pub use run::{Host, run, say_failure};
