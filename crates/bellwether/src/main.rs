//! The binary: settings, clock, chance, the server, and the way into a city for commands.
//!
//! Invariants: one process at a time holds a data folder; the clock never goes back; a store that
//! failed ends the process; plain http is served to this machine alone.
//!
//! Absent on purpose: what commands do (see `cli`), pages and interfaces (see `web`, `api`).

mod clock;
mod command;
mod faces;
mod health;
mod jobs;
mod letter;
mod local;
mod logs;
mod mail;
mod memory;
mod open;
mod restore;
mod serve;
mod server;
mod stream;

use cli::args::Command;
use cli::exit::Failure;
use cli::{CommandIo, Exit, Terminal, parse};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

fn main() -> ExitCode {
    let words: Vec<String> =
        std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let interrupted = Arc::new(AtomicBool::new(false));
    let mut io = Terminal::new(Arc::clone(&interrupted));
    let args = match parse::parse(&words, io.surroundings().lang) {
        Ok(args) => args,
        Err(instead) => {
            if instead.is_answer() {
                let _ = io.out(instead.text.as_bytes());
            } else {
                io.err(&instead.text);
            }
            return ExitCode::from(instead.exit.code());
        }
    };
    if matches!(args.command, Command::Serve(_) | Command::Demo(_)) {
        memory::keep_small();
    }
    let done = match &args.command {
        Command::Serve(asked) => serve::serve(&args, asked, &mut io).map(Exit::code),
        Command::Demo(asked) => serve::demo(&args, asked, &mut io).map(Exit::code),
        _ => command::run(&words, &args, &interrupted, &mut io),
    };
    ExitCode::from(done.unwrap_or_else(|failure| tell(&args, &failure, &mut io)))
}

/// Says why it was not done, and gives the exit code.
fn tell(args: &cli::args::Args, failure: &Failure, io: &mut dyn CommandIo) -> u8 {
    cli::say_failure(&args.common, failure, io);
    failure.exit.code()
}
