//! `serve` and `demo`: one process that holds the data folder, answers, and works for commands.

use crate::clock::RealChance;
use crate::health::{self, Health};
use crate::jobs::{Jobs, sign};
use crate::open::{Opened, Wanted, open};
use crate::{faces, local, logs, server};
use base::{Class, Refusal};
use cli::args::{Args, Demo, Serve};
use cli::config::{self, Config, Door};
use cli::exit::{Exit, Failure};
use cli::folder::{self, Held, Hold};
use cli::{CommandIo, seed};
use edge::{Edge, EdgeSettings, Proxies};
use parties::factor::Policy;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::Place;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// The exit of a process whose disk failed under it: a supervisor may start it again.
pub const FAILED_STORE: u8 = 9;
/// A demonstration on a small machine needs less room than a city.
const DEMO_LOW_WATER_BYTES: u64 = 64 << 20;
/// Connections of the store that only read.
const N_READERS: usize = 8;

/// Holds a folder for a server, or says that another process does.
pub fn hold(path: &Path) -> Result<Held, Failure> {
    match Held::take(path)? {
        Hold::Held(held) => Ok(held),
        Hold::Taken => {
            let reason = Refusal::new(Class::Conflict, "cli-folder-taken");
            Err(reason.text("path", path.display().to_string()).into())
        }
    }
}

/// The store: what was typed, what is set, or the folder itself.
pub fn place(typed: Option<&str>, config: &Config, folder: &Path) -> Place {
    match typed.unwrap_or(&config.store) {
        "" => Place::Folder(folder.to_owned()),
        text => Place::parse(text),
    }
}

/// `serve`.
pub fn serve(args: &Args, asked: &Serve, io: &mut dyn CommandIo) -> Result<Exit, Failure> {
    let path = data_folder(args, io, folder::DEFAULT);
    let named = asked.config.as_ref().map(|path| io.surroundings().path(path));
    let mut config = config::load(&path, named.as_deref(), &|name| std::env::var(name).ok())?;
    if let Some(listen) = &asked.listen {
        config.listen.clone_from(listen);
    }
    let mut door = config.door()?;
    let held = hold(&path)?;
    let place = place(args.common.store.as_deref(), &config, held.folder());
    let log_seed = folder::log_seed(held.folder())?;
    logs::start(&config.log);
    let opened = open(&Wanted {
        place: &place,
        folder: Some(held.folder()),
        config: &config,
        public_url: door.public_url.clone(),
        log_seed,
        with_index: true,
        n_readers: N_READERS,
        with_figures: false,
    })?;
    folder::check_failures(held.folder(), opened.city.now())?;
    let row = opened.city.row()?;
    if row.demo {
        return Err(Refusal::new(Class::Refused, "cli-serve-demo-store").into());
    }
    if log_seed.is_none() {
        let reason = Refusal::new(Class::Refused, "cli-log-key-missing");
        return Err(reason.text("path", held.folder().display().to_string()).into());
    }
    let listener = bind(&mut door)?;
    let jobs = Jobs::start(&opened.city, true);
    let url = door.public_url.clone();
    let running = Running { config, door, held, listener, opened, is_demo: false };
    run(running, jobs, io, &mut |io| {
        let lang = args.common.lang.unwrap_or(io.surroundings().lang);
        let text = words::say_with(lang, "cli-serve-ready", &[("url", url.as_str().into())]);
        io.err(&format!("{text}\n"));
        Ok(())
    })
}

/// `demo`.
pub fn demo(args: &Args, asked: &Demo, io: &mut dyn CommandIo) -> Result<Exit, Failure> {
    let path = data_folder(args, io, folder::DEMO);
    let mut config =
        Config { low_water_bytes: DEMO_LOW_WATER_BYTES, ballast_bytes: 0, ..Config::default() };
    config.log.level = "warn".to_owned();
    config.contact = cli::demo::contact();
    // No such prefix is registered: what a demonstration publishes is invented.
    config.open_data.prefix = "ocds-demo00".to_owned();
    config.overlay(&|name| std::env::var(name).ok())?;
    // Whatever is set elsewhere: the demonstration is for this machine alone.
    config.listen = format!("127.0.0.1:{}", asked.port);
    config.public_url = String::new();
    // Its printed sign-ins work at one press; the sign-in page says so.
    config.second_factor = Policy::Offered;
    let held = hold(&path)?;
    let place = place(args.common.store.as_deref(), &config, held.folder());
    logs::start(&config.log);
    let mut door = config.door()?;
    let listener = bind(&mut door)?;
    let log_seed = folder::make_log_seed(held.folder(), &mut RealChance)?;
    let opened = open(&Wanted {
        place: &place,
        folder: Some(held.folder()),
        config: &config,
        public_url: door.public_url.clone(),
        log_seed: Some(log_seed),
        with_index: true,
        n_readers: N_READERS,
        with_figures: true,
    })?;
    let jobs = Jobs::start(&opened.city, true);
    let lang = args.common.lang.unwrap_or(io.surroundings().lang);
    fill(&opened, held.folder(), asked.scale, lang)?;
    let accounts = seed::accounts()?;
    faces::show_accounts(&accounts);
    let url = door.public_url.clone();
    let running = Running { config, door, held, listener, opened, is_demo: true };
    run(running, jobs, io, &mut |io| cli::ready::say(args, &url, &accounts, io))
}

/// Fills the city unless that was done before, and waits until everything can be found.
fn fill(opened: &Opened, folder: &Path, scale: u32, lang: base::Lang) -> Result<(), Failure> {
    let city = &opened.city;
    let marker = folder.join("filled");
    let filled = std::fs::read_to_string(&marker).ok().and_then(|text| text.trim().parse().ok());
    let is_there = city.row().is_ok_and(|row| row.demo);
    if filled.is_none_or(|n: u32| n < scale) || !is_there {
        let tell = |key: &str| eprintln!("{}", words::say(lang, key));
        seed::seed(city, folder, &tell)?;
        if scale > 0 {
            cli::scale::grow(city, scale, &tell)?;
        }
        let text = format!("{scale}\n");
        std::fs::write(&marker, text).map_err(|error| Failure::file(&marker, &error))?;
        sign(city);
    }
    let store = city.store();
    while store.read(store::log::n_waiting)? > 0
        || city.index().position() < store.committed().size()
    {
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn data_folder(args: &Args, io: &dyn CommandIo, default: &str) -> std::path::PathBuf {
    let typed = args.common.data.clone().unwrap_or_else(|| default.into());
    io.surroundings().path(&typed)
}

/// Binds the listener; where the system chose the port, the address says so.
fn bind(door: &mut Door) -> Result<TcpListener, Failure> {
    let wanted = door.listen;
    let fail = |error: std::io::Error| {
        let reason = Refusal::new(Class::Conflict, "cli-port-taken");
        let reason = reason.text("address", wanted.to_string()).text("found", error.to_string());
        Failure::new(Exit::Failed, reason)
    };
    let listener = server::bind(wanted).map_err(fail)?;
    let bound = listener.local_addr().map_err(fail)?;
    if wanted.port() == 0 {
        let (from, to) = (wanted.to_string(), bound.to_string());
        door.public_url = door.public_url.replace(&from, &to);
        door.listen = bound;
    }
    Ok(listener)
}

struct Running {
    config: Config,
    door: Door,
    held: Held,
    listener: TcpListener,
    opened: Opened,
    is_demo: bool,
}

type Ready<'r> = &'r mut dyn FnMut(&mut dyn CommandIo) -> Result<(), Failure>;

/// Answers until somebody ends the process or the store fails.
fn run(
    running: Running,
    mut jobs: Jobs,
    io: &mut dyn CommandIo,
    ready: Ready<'_>,
) -> Result<Exit, Failure> {
    let Running { config, door, held, listener, opened, is_demo } = running;
    let data = held.folder().to_owned();
    let proxies = Proxies::parse(&config.trusted_proxies).map_err(|found| {
        let reason = Refusal::new(Class::Invalid, "cli-config-value");
        Failure::usage(reason.text("key", "trusted_proxies").text("found", found))
    })?;
    let settings = EdgeSettings {
        is_https: door.is_https,
        is_demo,
        proxies: proxies.clone(),
        metrics_token: config.metrics_token.clone(),
    };
    let city = opened.city.clone();
    let edge = Arc::new(Edge {
        city: city.clone(),
        settings,
        metrics: Default::default(),
        bounds: Default::default(),
        live: Default::default(),
    });
    let health = Health { edge: Arc::clone(&edge), clock: opened.clock.clone() };
    let router =
        edge::router(&edge, &faces::routes(), faces::missing()).merge(health::router(health));
    jobs.start_rest(config.low_water_bytes, config.ballast_bytes);
    let local = local::start(&city, &data, opened.clock)?;
    let failed = |error: std::io::Error| Failure::file(&data, &error);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    let (stop, stopped) = watch::channel(false);
    let ended = runtime.block_on(async {
        let serving = tokio::spawn(server::serve(
            listener,
            router,
            (config.connections_max, proxies),
            stopped,
        ));
        // Heard from before the first word on: whoever reads that it is ready may end it.
        let asked = Asked::listen();
        ready(io)?;
        let ended = end_of(&city, asked).await;
        edge.live.end();
        let _ = stop.send(true);
        if matches!(ended, End::Asked) {
            let _ = serving.await;
        }
        Ok::<_, Failure>(ended)
    })?;
    if let End::Failed(why) = ended {
        tracing::error!(%why, "the store failed: this process ends");
        folder::note_failure(&data, city.now());
        // Nothing is written any more: whoever waits is told that the outcome is not known.
        std::process::exit(i32::from(FAILED_STORE));
    }
    tracing::info!("ending");
    local.end();
    jobs.end();
    runtime.shutdown_timeout(Duration::from_secs(2));
    drop(held);
    Ok(Exit::Done)
}

enum End {
    /// Somebody asked.
    Asked,
    /// The store cannot be trusted to keep anything any more.
    Failed(String),
}

/// The two signals that end a server.
struct Asked {
    terminated: std::io::Result<Signal>,
    interrupted: std::io::Result<Signal>,
}

impl Asked {
    fn listen() -> Self {
        Self {
            terminated: signal(SignalKind::terminate()),
            interrupted: signal(SignalKind::interrupt()),
        }
    }
}

async fn end_of(city: &app::City, asked: Asked) -> End {
    let mut looks = tokio::time::interval(Duration::from_millis(200));
    let (Ok(mut terminated), Ok(mut interrupted)) = (asked.terminated, asked.interrupted) else {
        return End::Asked;
    };
    loop {
        tokio::select! {
            _ = interrupted.recv() => return End::Asked,
            _ = terminated.recv() => return End::Asked,
            _ = looks.tick() => {
                if let Some(why) = city.store().committed().failure() {
                    return End::Failed(why);
                }
            }
        }
    }
}
