//! Commands of this machine that come through the socket of the data folder.

use crate::clock::RealClock;
use app::City;
use cli::exit::{Exit, Failure};
use cli::{CommandIo, folder, parse, socket};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Commands that run at a time; more are refused.
const COMMANDS_MAX: usize = 16;

/// The open socket.
pub struct Local {
    path: PathBuf,
    ended: Arc<AtomicBool>,
}

impl Local {
    /// Takes no more commands.
    pub fn end(self) {
        self.ended.store(true, Ordering::Relaxed);
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Opens the socket and answers commands on threads of their own.
pub fn start(city: &City, data: &Path, clock: RealClock) -> Result<Local, Failure> {
    let path = folder::socket(data);
    let listener = socket::listen(&path)?;
    let ended = Arc::new(AtomicBool::new(false));
    let desk = Desk {
        city: city.clone(),
        data: data.to_owned(),
        clock,
        n_running: Arc::new(AtomicUsize::new(0)),
        ended: Arc::clone(&ended),
    };
    std::thread::Builder::new()
        .name("commands".to_owned())
        .spawn(move || desk.answer_all(&listener))
        .map_err(|error| Failure::file(&path, &error))?;
    Ok(Local { path, ended })
}

#[derive(Clone)]
struct Desk {
    city: City,
    data: PathBuf,
    clock: RealClock,
    n_running: Arc<AtomicUsize>,
    ended: Arc<AtomicBool>,
}

impl Desk {
    fn answer_all(&self, listener: &UnixListener) {
        for stream in listener.incoming() {
            if self.ended.load(Ordering::Relaxed) {
                return;
            }
            let Ok(stream) = stream else { continue };
            if self.n_running.fetch_add(1, Ordering::Relaxed) >= COMMANDS_MAX {
                self.n_running.fetch_sub(1, Ordering::Relaxed);
                continue;
            }
            let desk = self.clone();
            std::thread::spawn(move || {
                let ran = socket::answer(stream, |request, io| desk.run(&request.words, io));
                if let Err(error) = ran {
                    tracing::debug!(%error, "a command's caller went away");
                }
                desk.n_running.fetch_sub(1, Ordering::Relaxed);
            });
        }
    }

    fn run(&self, words: &[String], io: &mut dyn CommandIo) -> Exit {
        let args = match parse::parse(words, io.surroundings().lang) {
            Ok(args) => args,
            Err(instead) => {
                io.err(&instead.text);
                return instead.exit;
            }
        };
        let host = cli::Host {
            folder: Some(self.data.clone()),
            clock_steps: self.clock.n_alarms(),
            is_serving: true,
        };
        let run = std::panic::AssertUnwindSafe(|| cli::run(&self.city, &args, &host, io));
        std::panic::catch_unwind(run).unwrap_or_else(|_| {
            tracing::error!("a command panicked");
            Exit::Unknown
        })
    }
}
