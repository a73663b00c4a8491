//! The only crate that speaks SQL: SQLite and PostgreSQL behind one door.
//!
//! Invariants: a work is one transaction, kept whole or not at all; its caller is answered only
//! when it is durable; the events of kept works, and of no others, are numbered densely in the
//! log; a panicking work harms no neighbour; after an I/O error nothing more is written.
//!
//! Absent on purpose: what an act means (see `app`), pages, the clock (`now` comes in).

mod bulk;
mod error;
mod link;
mod queue;
mod statement;
mod tx;
mod value;
pub mod venture;
mod work;
pub mod workday;

pub mod address;
pub mod agreement;
pub mod area;
pub mod bank_statement;
pub mod bench;
pub mod booking;
pub mod booking_rule;
pub mod bulletin;
pub mod calendar_link;
pub mod cancellation;
pub mod case;
pub mod case_word;
pub mod charge;
pub mod city;
pub mod colleague;
pub mod complaint;
pub mod contract;
pub mod contract_money;
pub mod control;
pub mod copy;
pub mod deal;
pub mod delivery;
pub mod dialect;
pub mod disk;
pub mod due;
pub mod emergency;
pub mod erasure;
pub mod factor;
pub mod falling;
pub mod feedback;
pub mod file;
pub mod filter;
pub mod follower;
pub mod gate;
pub mod health;
pub mod identity;
pub mod import;
pub mod instrument;
pub mod item;
pub mod joint_request;
pub mod key;
pub mod lease;
pub mod ledger;
pub mod ledger_check;
pub mod ledger_load;
pub mod ledger_statement;
pub mod listing;
pub mod log;
pub mod lot;
pub mod lot_call;
pub mod lot_default;
pub mod lot_event;
pub mod mail;
pub mod merger;
pub mod merger_deal;
pub mod migrate;
pub mod month;
pub mod open_data;
pub mod open_licence;
pub mod order;
pub mod organisation;
pub mod person;
mod postgres;
pub mod registration;
pub mod relay;
pub mod reserve;
pub mod saved_search;
pub mod sealing;
pub mod service_order;
pub mod service_record;
pub mod session;
mod sqlite;
pub mod stand_in;
pub mod standard;
pub mod subscriber;
pub mod tariff;
pub mod task;
pub mod technology;
pub mod telephone;
pub mod tie;
pub mod token;
pub mod training;
pub mod turn;
pub mod upkeep;
pub mod usage;
pub mod voucher;
pub mod wait;
pub mod waiting;
pub mod webhook;
pub mod who;

pub use error::StoreError;
pub use log::NewEvent;
pub use statement::{Statement, all as all_statements};
pub use tx::{Composed, Hold, Question, Tx, n_statements_here};
pub use value::{Row, Value, json};
pub use work::{End, Errand, Part, Run};

use base::Instant;
use parking_lot::{Condvar, Mutex};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use work::Work;

/// Where the rows live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `bellwether.sqlite` in this folder.
    Folder(PathBuf),
    /// A `postgres://` address.
    Postgres(String),
}

impl Place {
    /// Reads what a person gave: a `postgres://` address, `sqlite:FOLDER`, or a folder.
    pub fn parse(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Self::Postgres(text.to_owned());
        }
        Self::Folder(PathBuf::from(text.strip_prefix("sqlite:").unwrap_or(text)))
    }

    /// The SQLite file inside a data folder.
    pub fn sqlite_file(folder: &Path) -> PathBuf {
        folder.join("bellwether.sqlite")
    }
}

/// What the threads of a store share: how far the log has come, and whether writing may go on.
#[derive(Clone, Default)]
pub struct Committed(Arc<Shared>);

#[derive(Default)]
struct Shared {
    size: Mutex<u64>,
    moved: Condvar,
    read_only: AtomicBool,
    failed: Mutex<Option<String>>,
    stopped: AtomicBool,
    n_commits: AtomicU64,
}

impl Committed {
    /// The number of the last durable entry.
    pub fn size(&self) -> u64 {
        *self.0.size.lock()
    }

    /// Waits until the log is longer than `seen`, or the time is over; gives its length.
    pub fn wait_beyond(&self, seen: u64, at_most: Duration) -> u64 {
        let mut size = self.0.size.lock();
        if *size <= seen && !self.0.stopped.load(Ordering::Relaxed) {
            self.0.moved.wait_for(&mut size, at_most);
        }
        *size
    }

    /// Wakes every follower for the last time.
    pub fn stop(&self) {
        self.0.stopped.store(true, Ordering::Relaxed);
        self.0.moved.notify_all();
    }

    /// Whether the followers shall end.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::Relaxed)
    }

    /// Whether the disk is so full that nothing is written.
    pub fn is_read_only(&self) -> bool {
        self.0.read_only.load(Ordering::Relaxed)
    }

    /// Says whether the disk is below its low-water mark.
    pub fn set_read_only(&self, yes: bool) {
        self.0.read_only.store(yes, Ordering::Relaxed);
    }

    /// Why the process has to end, if it has to.
    pub fn failure(&self) -> Option<String> {
        self.0.failed.lock().clone()
    }

    /// Commits since the start, for the metrics.
    pub fn n_commits(&self) -> u64 {
        self.0.n_commits.load(Ordering::Relaxed)
    }

    pub(crate) fn publish(&self, size: u64) {
        let mut known = self.0.size.lock();
        self.0.n_commits.fetch_add(1, Ordering::Relaxed);
        if size > *known {
            *known = size;
            self.0.moved.notify_all();
        }
    }

    pub(crate) fn fail(&self, error: &StoreError) {
        tracing::error!(%error, "the store failed, the process has to end");
        self.0.read_only.store(true, Ordering::Relaxed);
        *self.0.failed.lock() = Some(error.to_string());
    }
}

enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// How much longer a caller waits than the work itself may take.
const ANSWER_MARGIN: Duration = Duration::from_millis(500);

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections that only read.
    pub n_readers: usize,
    /// Names this process for leases.
    pub node: String,
    /// How long a caller waits for an act, unless it says otherwise; half of it for a reader.
    pub wait: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { n_readers: 6, node: "one".to_owned(), wait: Duration::from_secs(8) }
    }
}

/// The rows of one city.
pub struct Store {
    backend: Backend,
    committed: Committed,
    place: Place,
    wait: Duration,
}

impl Store {
    /// Opens or creates a store and brings its schema up to date.
    pub fn open(place: &Place, options: &Options, now: Instant) -> Result<Self, StoreError> {
        let committed = Committed::default();
        let backend = match place {
            Place::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| {
                    StoreError::Engine(format!("{}: {error}", folder.display()))
                })?;
                let file = Place::sqlite_file(folder);
                let open = sqlite::Sqlite::open(&file, options.n_readers, now, &committed)?;
                Backend::Sqlite(open)
            }
            Place::Postgres(url) => Backend::Postgres(postgres::Postgres::open(
                url,
                options.n_readers,
                now,
                &options.node,
                &committed,
            )?),
        };
        let store = Self { backend, committed, place: place.clone(), wait: options.wait };
        let size = store.read(|tx| Ok(log::head(tx)?.map_or(0, |(size, _)| size)))?;
        store.committed.publish(size);
        Ok(store)
    }

    /// Opens a SQLite file for looking alone, such as a copy that is checked where it lies: nothing is
    /// migrated, nothing is written.
    pub fn look(file: &Path) -> Result<Self, StoreError> {
        let backend = Backend::Sqlite(sqlite::Sqlite::look(file, 2)?);
        let place = Place::Folder(file.parent().unwrap_or(Path::new("")).to_owned());
        let wait = Options::default().wait;
        let store = Self { backend, committed: Committed::default(), place, wait };
        let size = store.read(|tx| Ok(log::head(tx)?.map_or(0, |(size, _)| size)))?;
        store.committed.publish(size);
        Ok(store)
    }

    /// Performs a work in one transaction and answers when it is durable.
    ///
    /// `run` may be called several times: with [`Part::Act`], and after [`End::Undo`] with
    /// [`Part::Memory`] for what must be remembered although the act was refused. After `wait` the
    /// caller is told that the outcome is not known.
    pub fn perform(&self, errand: Errand, run: Run) -> Result<(), StoreError> {
        let wait = errand.wait.unwrap_or(self.wait);
        let (work, answer) = Work::new(errand, wait, run);
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.submit(work)?,
            Backend::Postgres(postgres) => postgres.submit(work)?,
        }
        // Whoever performs it stops at its end and says what became of it; this end comes later.
        answer
            .recv_timeout(wait + ANSWER_MARGIN)
            .unwrap_or_else(|_| Err(StoreError::Unknown("no answer in time".to_owned())))
    }

    /// Writes without an act: positions of followers, checkpoints, counters.
    pub fn write<R: Send + 'static>(
        &self,
        name: &'static str,
        mut run: impl FnMut(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        let answer = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&answer);
        let work = move |tx: &mut Tx<'_>, _: Part| {
            *kept.lock() = Some(run(tx)?);
            Ok(End::Keep)
        };
        self.perform(Errand { name, ..Errand::default() }, Box::new(work))?;
        let taken = answer.lock().take();
        taken.ok_or_else(|| StoreError::Unknown("the work left no answer".to_owned()))
    }

    /// Reads on one snapshot.
    pub fn read<R>(
        &self,
        reading: impl FnOnce(&mut Tx<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(self.wait / 2, reading),
            Backend::Postgres(postgres) => postgres.read(self.wait / 2, reading),
        }
    }

    /// Whether one writer performs all acts, so that none has to declare what it holds.
    pub fn has_one_writer(&self) -> bool {
        matches!(self.backend, Backend::Sqlite(_))
    }

    /// Whether there may be entries beyond this position, or events that wait for their number.
    ///
    /// On SQLite an act is numbered before it is acknowledged; on PostgreSQL a moment later, and by
    /// whichever node, so that only asking tells.
    pub fn may_be_beyond(&self, position: u64) -> bool {
        match &self.backend {
            Backend::Sqlite(_) => self.committed.size() > position,
            Backend::Postgres(_) => true,
        }
    }

    /// Takes what was deleted out of the files too: what stands in a journal goes with it. To be
    /// called after an erasure; waits for readers, a few seconds at most.
    pub fn scrub(&self) -> Result<(), StoreError> {
        match (&self.backend, &self.place) {
            (Backend::Sqlite(sqlite), Place::Folder(folder)) => {
                sqlite.scrub(&Place::sqlite_file(folder))
            }
            (Backend::Postgres(_), Place::Postgres(url)) => postgres::scrub(url),
            _ => Ok(()),
        }
    }

    /// What the threads of the store share.
    pub fn committed(&self) -> &Committed {
        &self.committed
    }

    /// Where the rows live.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Statements since the start, for the tests that bound pages by count.
    pub fn n_statements(&self) -> u64 {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.n_statements(),
            Backend::Postgres(postgres) => postgres.n_statements(),
        }
    }

    /// The name and version of the engine, for operators.
    pub fn engine_version(&self) -> Result<String, StoreError> {
        match &self.backend {
            Backend::Sqlite(_) => Ok(format!("SQLite {}", rusqlite::version())),
            Backend::Postgres(_) => self.read(dialect::postgres_version),
        }
    }

    /// Acts that wait for a writer now.
    pub fn n_waiting(&self) -> usize {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.n_waiting(),
            Backend::Postgres(postgres) => postgres.n_waiting(),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.committed.stop();
    }
}
