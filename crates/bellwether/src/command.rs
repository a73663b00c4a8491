//! Commands that do not serve: through the server that holds the folder, or on a city opened here.

use crate::clock::{RealChance, RealClock};
use crate::jobs::sign;
use crate::open::{Wanted, open};
use crate::restore;
use crate::serve::place;
use app::Clock;
use base::{Class, Refusal};
use cli::args::{Args, Command, Verify};
use cli::config::{self, Config};
use cli::exit::Failure;
use cli::folder::{self, Held, Hold};
use cli::{CommandIo, Exit, Host, socket};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Place;

/// Runs a command and gives the exit code.
pub fn run(
    words: &[String],
    args: &Args,
    interrupted: &Arc<AtomicBool>,
    io: &mut dyn CommandIo,
) -> Result<u8, Failure> {
    if let Command::Evaluate(asked) = &args.command {
        return cli::evaluate::run(&args.common, asked, io).map(Exit::code);
    }
    if matches!(
        args.command,
        Command::Import(_) | Command::Backup(_) | Command::Restore(_) | Command::Move(_)
    ) {
        watch_for_interrupt(interrupted);
    }
    warn_of_password(args, io);
    if let Some(done) = without_city(args, io) {
        return done.map(Exit::code);
    }
    let typed = args.common.data.clone().unwrap_or_else(|| folder::DEFAULT.into());
    let path = io.surroundings().path(&typed);
    let is_init = matches!(args.command, Command::Init(_));
    let typed_store = args.common.store.as_deref().map(Place::parse);
    if let (Some(Place::Postgres(url)), false) = (&typed_store, is_init) {
        return distant(args, url, &path, io);
    }
    if !is_init && !path.is_dir() {
        let reason = Refusal::new(Class::NotFound, "cli-folder-missing");
        return Err(reason.text("path", path.display().to_string()).into());
    }
    match Held::take(&path)? {
        Hold::Held(held) if is_init => init(args, &held, io),
        Hold::Held(held) => here(args, &held, io),
        Hold::Taken if is_init => {
            let reason = Refusal::new(Class::Conflict, "cli-folder-taken");
            Err(reason.text("path", path.display().to_string()).into())
        }
        Hold::Taken => through(words, &path, io),
    }
}

/// Commands that need no city, or bring one about.
fn without_city(args: &Args, io: &mut dyn CommandIo) -> Option<Result<Exit, Failure>> {
    let now = RealClock::start().now();
    Some(match &args.command {
        Command::Verify(Verify::Backup(asked)) => cli::backup::verify(&args.common, asked, now, io),
        Command::Verify(Verify::Receipt(asked)) => cli::receipt::verify(&args.common, asked, io),
        Command::Verify(Verify::Auction(asked)) => cli::auction::verify(&args.common, asked, io),
        Command::Verify(Verify::Ocds(asked)) => cli::open_data::verify(&args.common, asked, io),
        Command::Auction(asked) => cli::auction::run(&args.common, asked, io),
        Command::Bid(asked) => cli::bid::run(&args.common, asked, &mut RealChance, io),
        Command::Move(asked) => cli::transfer::run(&args.common, asked, now, io),
        Command::Restore(asked) => restore::run(args, asked, io),
        _ => return None,
    })
}

/// Arguments can be read by everybody on the machine.
fn warn_of_password(args: &Args, io: &mut dyn CommandIo) {
    let store = args.common.store.as_deref().unwrap_or("");
    let has_password = store
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('@'))
        .is_some_and(|(user, _)| user.contains(':'));
    if has_password && !args.common.quiet {
        let lang = args.common.lang.unwrap_or(io.surroundings().lang);
        io.err(&format!("{}\n", words::say(lang, "cli-store-password-seen")));
    }
}

/// Through the server that holds the folder.
fn through(words: &[String], path: &Path, io: &mut dyn CommandIo) -> Result<u8, Failure> {
    socket::forward(&folder::socket(path), words, io).map_err(|error| {
        let (class, code) = match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused => {
                (Class::Busy, "cli-server-starting")
            }
            _ => (Class::Unknown, "cli-server-gone"),
        };
        let reason = Refusal::new(class, code).text("path", path.display().to_string());
        reason.text("found", error.to_string()).into()
    })
}

/// On the folder that this process holds now.
fn here(args: &Args, held: &Held, io: &mut dyn CommandIo) -> Result<u8, Failure> {
    let config = config::load(held.folder(), None, &|name| std::env::var(name).ok())?;
    let place = place(args.common.store.as_deref(), &config, held.folder());
    if let Place::Folder(folder) = &place
        && !Place::sqlite_file(folder).exists()
    {
        return Err(Refusal::new(Class::Refused, "city-not-initialised").into());
    }
    on(args, &place, Some(held.folder()), &config, io)
}

/// On a distant store, whether or not a server of it runs.
fn distant(args: &Args, url: &str, path: &Path, io: &mut dyn CommandIo) -> Result<u8, Failure> {
    let place = Place::Postgres(url.to_owned());
    // The index is of use only to one process; where a server holds the folder, it keeps it.
    let held = match path.is_dir().then(|| Held::take(path)).transpose()? {
        Some(Hold::Held(held)) => Some(held),
        _ => None,
    };
    let config = config::load(path, None, &|name| std::env::var(name).ok())?;
    on(args, &place, held.as_ref().map(Held::folder), &config, io)
}

fn on(
    args: &Args,
    place: &Place,
    folder: Option<&Path>,
    config: &Config,
    io: &mut dyn CommandIo,
) -> Result<u8, Failure> {
    let log_seed = folder.map(folder::log_seed).transpose()?.flatten();
    let wants_index = !matches!(
        args.command,
        Command::Verify(_) | Command::Token(_) | Command::Mail(_) | Command::Backup(_)
    );
    let opened = open(&Wanted {
        place,
        folder,
        config,
        public_url: config.door().map(|door| door.public_url).unwrap_or_default(),
        log_seed,
        with_index: wants_index,
        n_readers: 2,
        with_figures: false,
    })?;
    let city = &opened.city;
    city.row()?;
    let needs_whole = matches!(args.command, Command::Export(_));
    if needs_whole {
        city.index_all()?;
    }
    let host = Host {
        folder: folder.map(Path::to_owned),
        clock_steps: opened.clock.n_alarms(),
        is_serving: false,
    };
    let size = city.store().committed().size();
    let exit = cli::run(city, args, &host, io);
    if city.store().committed().size() > size {
        if folder.is_some() && wants_index {
            city.index_all()?;
        }
        if log_seed.is_some() {
            sign(city);
        }
    }
    Ok(exit.code())
}

fn init(args: &Args, held: &Held, io: &mut dyn CommandIo) -> Result<u8, Failure> {
    let Command::Init(asked) = &args.command else { return Ok(Exit::Usage.code()) };
    let answers = cli::init::ask(&args.common, asked, held.folder(), io)?;
    if asked.dry_run {
        return cli::init::preview(&args.common, &answers, io).map(Exit::code);
    }
    let config = Config { public_url: answers.public_url.clone(), ..Config::default() };
    config.door()?;
    let place = place(args.common.store.as_deref(), &config, held.folder());
    let log_seed = folder::make_log_seed(held.folder(), &mut RealChance)?;
    let opened = open(&Wanted {
        place: &place,
        folder: Some(held.folder()),
        config: &config,
        public_url: answers.public_url.clone(),
        log_seed: Some(log_seed),
        with_index: true,
        n_readers: 2,
        with_figures: false,
    })?;
    let done = cli::init::found(&args.common, &answers, &opened.city, held.folder(), io)?;
    opened.city.index_all()?;
    sign(&opened.city);
    Ok(done.code())
}

/// From now on ctrl-C asks the command to stop after the act it is in; a second one ends it.
fn watch_for_interrupt(interrupted: &Arc<AtomicBool>) {
    let flag = Arc::clone(interrupted);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                if flag.swap(true, Ordering::Relaxed) {
                    std::process::exit(130);
                }
            }
        });
    });
}
