//! One door for every command that works on a city, wherever the caller sits.

use crate::args::{Args, Command, Common, Export, Import, Verify};
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use crate::io::CommandIo;
use crate::{
    backup, bring, doctor, export, import, mail, organisation, register, token, user, verify,
};
use app::City;
use base::{Class, Refusal};
use std::path::PathBuf;

/// What a command may know of the process that holds the city.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// The data folder, where there is one.
    pub folder: Option<PathBuf>,
    /// How often the wall clock was set back since the process started.
    pub clock_steps: u64,
    /// Whether the process answers people, too.
    pub is_serving: bool,
}

/// Runs a command; whatever goes wrong is said to the caller.
pub fn run(city: &City, args: &Args, host: &Host, io: &mut dyn CommandIo) -> Exit {
    let mut desk = Desk { city, io, common: &args.common };
    match dispatch(&mut desk, &args.command, host) {
        Ok(exit) => exit,
        Err(failure) => {
            say_failure(&args.common, &failure, io);
            failure.exit
        }
    }
}

fn dispatch(desk: &mut Desk<'_>, command: &Command, host: &Host) -> Outcome {
    match command {
        Command::Import(Import::Technologies(asked)) => import::run(desk, asked),
        Command::Import(Import::Organisations(asked)) => register::run(desk, asked),
        Command::Import(Import::Files(asked)) => bring::run(desk, asked),
        Command::Import(Import::Bookings(asked)) => crate::calendars::run(desk, asked),
        Command::Import(Import::Statements(asked)) => crate::statements::run(desk, asked),
        Command::Export(Export::Technologies(asked)) => export::run(desk, asked),
        Command::Export(Export::Ledger(asked)) => crate::ledger::run(desk, asked),
        Command::Export(Export::Ocds(asked)) => crate::open_data::export(desk, asked),
        Command::Reindex => verify::reindex(desk),
        Command::Verify(Verify::Log) => verify::log(desk),
        Command::Verify(Verify::Files) => verify::files(desk),
        Command::Organisation(asked) => organisation::run(desk, asked),
        Command::User(asked) => user::run(desk, asked),
        Command::Token(asked) => token::run(desk, asked),
        Command::Mail(asked) => mail::run(desk, asked),
        Command::Doctor(asked) if asked.release_ballast => doctor::release(desk, host),
        Command::Doctor(_) => doctor::run(desk, host),
        Command::Backup(asked) => backup::run(desk, asked, host),
        Command::Evaluate(asked) => crate::evaluate::run(desk.common, asked, desk.io),
        Command::Auction(asked) => crate::auction::run(desk.common, asked, desk.io),
        Command::Serve(_)
        | Command::Bid(_)
        | Command::Demo(_)
        | Command::Init(_)
        | Command::Restore(_)
        | Command::Move(_)
        | Command::Verify(
            Verify::Backup(_) | Verify::Receipt(_) | Verify::Auction(_) | Verify::Ocds(_),
        ) => Err(Refusal::new(Class::Conflict, "cli-not-through-server").into()),
    }
}

/// Says why a command stopped: sentences for people, one document for programs.
pub fn say_failure(common: &Common, failure: &Failure, io: &mut dyn CommandIo) {
    let lang = common.lang.unwrap_or(io.surroundings().lang);
    if common.json {
        io.err(&format!("{}\n", failure.json(lang)));
        return;
    }
    for line in failure.lines(lang) {
        io.err(&format!("{line}\n"));
    }
}
