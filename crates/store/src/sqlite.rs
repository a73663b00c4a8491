//! SQLite: one writer thread that commits in batches, readers beside it, checkpoints elsewhere.
//!
//! Invariants: `synchronous=full`; each act in its own savepoint; callers are answered only after
//! the commit; after an I/O error nothing more is written.

use crate::dialect::{Engine, SQLITE_LEAST, sqlite_error};
use crate::log::Sequencer;
use crate::work::{End, Part, Work, run_guarded};
use crate::{Committed, StoreError, Tx};
use base::{Instant, limits};
use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Pages of the log that are not yet in the file, from which on the checkpointer is woken (4 KiB each).
const WAL_PAGES_WAKE: u64 = 2_000;

/// The writer itself sees to it that the log begins anew from here on, so that it stays below what is
/// warned of also when writing never pauses.
const WAL_PAGES_RESTART: u64 = 8_192;

/// How much the log grows between two attempts to begin it anew beside a long reading.
const WAL_PAGES_STEP: u64 = 2_048;

/// A log that a long reading made grow beyond this gives its room back.
const WAL_BYTES_KEPT: u64 = 48 << 20;

/// How long a statement waits for another connection's lock.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// How long a commit may wait for readers while the log is emptied.
const EMPTYING_WAIT: Duration = Duration::from_millis(20);

/// How often a scrub waits for readers and the checkpointer.
const SCRUBS_MAX: usize = 20;

/// A SQLite file with its writer, readers and checkpointer.
pub(crate) struct Sqlite {
    queue: Option<Sender<Work>>,
    readers: (Sender<Connection>, Receiver<Connection>),
    counter: Arc<AtomicU64>,
    threads: Vec<std::thread::JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    /// Whether erased texts may still lie in the log.
    wants_empty: Arc<AtomicBool>,
}

impl Sqlite {
    /// Opens or creates the file and starts its threads.
    pub(crate) fn open(
        path: &Path,
        n_readers: usize,
        now: Instant,
        shared: &Committed,
    ) -> Result<Self, StoreError> {
        if rusqlite::version_number() < SQLITE_LEAST {
            return Err(StoreError::Engine(format!(
                "SQLite {} can lose committed writes; 3.51.3 or newer is needed",
                rusqlite::version()
            )));
        }
        let counter = Arc::new(AtomicU64::new(0));
        let stop = Arc::new(AtomicBool::new(false));
        let writer = connect(path, false)?;
        let sequencer = prepare(&writer, &counter, now)?;
        let readers = bounded(n_readers);
        for _ in 0..n_readers {
            let _ = readers.0.send(connect(path, true)?);
        }
        let (queue, waiting) = bounded(limits::QUEUE_ACTS_MAX);
        let mut threads = Vec::new();
        let (count, committed) = (Arc::clone(&counter), shared.clone());
        let log = WriteAhead::of(path);
        threads.push(spawn("writer", move || {
            Writer { connection: writer, sequencer, counter: count, committed, log }
                .serve(&waiting);
        }));
        let wants_empty = Arc::new(AtomicBool::new(false));
        let (checkpointed, quit, wanted) =
            (path.to_owned(), Arc::clone(&stop), Arc::clone(&wants_empty));
        threads.push(spawn("checkpointer", move || {
            checkpoint_now_and_then(&checkpointed, &quit, &wanted);
        }));
        Ok(Self { queue: Some(queue), readers, counter, threads, stop, wants_empty })
    }

    /// Opens a file for looking alone: nothing is migrated, nothing is written.
    pub(crate) fn look(path: &Path, n_readers: usize) -> Result<Self, StoreError> {
        let readers = bounded(n_readers);
        for _ in 0..n_readers {
            let _ = readers.0.send(connect(path, true)?);
        }
        let (counter, stop, wants_empty) = Default::default();
        Ok(Self { queue: None, readers, counter, threads: Vec::new(), stop, wants_empty })
    }

    /// Puts a work into the queue, or says at once that too many wait.
    pub(crate) fn submit(&self, work: Work) -> Result<(), StoreError> {
        let queue = self.queue.as_ref().ok_or(StoreError::Busy)?;
        queue.try_send(work).map_err(|_| StoreError::Busy)
    }

    /// Runs a reading on a snapshot.
    pub(crate) fn read<R>(
        &self,
        wait: Duration,
        reading: impl FnOnce(&mut Tx<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        let connection = self.readers.1.recv_timeout(wait).map_err(|_| StoreError::Busy)?;
        let mut tx = Tx::sqlite(&connection, &self.counter);
        let answer = tx.control(Engine::Sqlite.begin_reading()).and_then(|()| reading(&mut tx));
        let _ = tx.control("rollback");
        let _ = self.readers.0.send(connection);
        answer
    }

    /// Copies the log back into the file and empties it, so that erased texts are in neither; where
    /// somebody reads all the while, the checkpointer does it as soon as nobody does.
    pub(crate) fn scrub(&self, path: &Path) -> Result<(), StoreError> {
        let connection = connect(path, false)?;
        // The writer is not held up by those who read.
        let _ = connection.busy_timeout(EMPTYING_WAIT);
        for _ in 0..SCRUBS_MAX {
            if is_emptied(&connection) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        self.wants_empty.store(true, Ordering::Relaxed);
        Err(StoreError::Busy)
    }

    pub(crate) fn n_statements(&self) -> u64 {
        self.counter.load(Ordering::Relaxed)
    }

    pub(crate) fn n_waiting(&self) -> usize {
        self.queue.as_ref().map_or(0, Sender::len)
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.queue = None;
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A caller that stopped waiting may leave the last handle to one of these threads.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> std::thread::JoinHandle<()> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .expect("the system gives a thread at start")
}

pub(crate) fn connect(path: &Path, read_only: bool) -> Result<Connection, StoreError> {
    let access = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let fail = |error: rusqlite::Error| sqlite_error(&error);
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(fail)?;
    connection.busy_timeout(BUSY_WAIT).map_err(fail)?;
    connection.set_prepared_statement_cache_capacity(crate::tx::PREPARED_MAX);
    if !read_only {
        connection.pragma_update(None, "journal_mode", "wal").map_err(fail)?;
        connection.pragma_update(None, "synchronous", "full").map_err(fail)?;
        connection.pragma_update(None, "wal_autocheckpoint", 0).map_err(fail)?;
        // Each act has a savepoint; what it would undo is kept in memory, not in a file beside.
        connection.pragma_update(None, "temp_store", "memory").map_err(fail)?;
        // What is deleted is overwritten, so that an erased person is in no page of the file.
        connection.pragma_update(None, "secure_delete", true).map_err(fail)?;
    }
    connection.pragma_update(None, "foreign_keys", true).map_err(fail)?;
    connection.pragma_update(None, "trusted_schema", false).map_err(fail)?;
    // A plan is made once a statement, not anew for each value bound to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(fail)?;
    let cache_kib = if read_only { 4_096 } else { 16_384 };
    connection.pragma_update(None, "cache_size", -cache_kib).map_err(fail)?;
    connection.pragma_update(None, "mmap_size", 268_435_456_i64).map_err(fail)?;
    Ok(connection)
}

/// A new file for its owner alone, to be filled by a copy. Nothing of it counts before it is whole,
/// so nothing is journalled.
pub(crate) fn connect_new(path: &Path) -> Result<Connection, StoreError> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    made.map_err(|error| StoreError::Engine(format!("{}: {error}", path.display())))?;
    let fail = |error: rusqlite::Error| sqlite_error(&error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fail)?;
    connection.set_prepared_statement_cache_capacity(crate::tx::PREPARED_MAX);
    connection.pragma_update(None, "journal_mode", "off").map_err(fail)?;
    connection.pragma_update(None, "synchronous", "off").map_err(fail)?;
    connection.pragma_update(None, "foreign_keys", false).map_err(fail)?;
    connection.pragma_update(None, "cache_size", -65_536).map_err(fail)?;
    Ok(connection)
}

fn prepare(
    connection: &Connection,
    counter: &AtomicU64,
    now: Instant,
) -> Result<Sequencer, StoreError> {
    let mut tx = Tx::sqlite(connection, counter);
    tx.control("begin immediate")?;
    let done = crate::migrate::migrate(&mut tx, now)
        .and_then(|()| Sequencer::resume(&mut tx))
        .and_then(|sequencer| number_waiting(sequencer, &mut tx));
    tx.control(if done.is_ok() { "commit" } else { "rollback" })?;
    done
}

/// Events that waited for their number when this was copied from PostgreSQL get it now.
fn number_waiting(mut sequencer: Sequencer, tx: &mut Tx<'_>) -> Result<Sequencer, StoreError> {
    loop {
        let events = crate::log::take_waiting(tx, 1_000)?;
        if events.is_empty() {
            return Ok(sequencer);
        }
        sequencer.enter(tx, events)?;
    }
}

struct Writer {
    connection: Connection,
    sequencer: Sequencer,
    counter: Arc<AtomicU64>,
    committed: Committed,
    log: WriteAhead,
}

impl Writer {
    /// Takes what waits, commits it together, answers; until the queue is closed.
    fn serve(mut self, waiting: &Receiver<Work>) {
        while let Ok(first) = waiting.recv() {
            let mut batch = vec![first];
            while batch.len() < limits::BATCH_ACTS_MAX {
                match waiting.try_recv() {
                    Ok(work) => batch.push(work),
                    Err(_) => break,
                }
            }
            self.commit(batch);
            self.log.keep_short(&self.connection);
        }
        let _ = checkpoint(&self.connection, "truncate");
    }

    fn commit(&mut self, mut batch: Vec<Work>) {
        if self.committed.is_read_only() {
            for work in batch {
                work.answer(Err(StoreError::ReadOnly));
            }
            return;
        }
        match self.write(&mut batch) {
            Ok((answers, sequencer)) => {
                self.sequencer = sequencer;
                self.committed.publish(self.sequencer.size());
                for (work, answer) in batch.into_iter().zip(answers) {
                    work.answer(answer);
                }
            }
            Err(error) => {
                let _ = self.connection.execute_batch("rollback");
                self.give_up(batch, &error);
            }
        }
    }

    /// The whole batch was rolled back, or nobody knows.
    fn give_up(&self, batch: Vec<Work>, error: &StoreError) {
        let fatal = matches!(error, StoreError::Fatal(_));
        for work in batch {
            let answer = if fatal { StoreError::Unknown(error.to_string()) } else { error.clone() };
            work.answer(Err(answer));
        }
        if fatal {
            // The kernel may have dropped the pages, so a later success would prove nothing.
            self.committed.fail(error);
        }
    }

    fn write(
        &self,
        batch: &mut [Work],
    ) -> Result<(Vec<Result<(), StoreError>>, Sequencer), StoreError> {
        let mut tx = Tx::sqlite(&self.connection, &self.counter);
        tx.control(Engine::Sqlite.begin(false))?;
        let mut answers = Vec::with_capacity(batch.len());
        let mut events = Vec::new();
        for work in batch {
            if work.is_late() {
                answers.push(Err(StoreError::Busy));
                continue;
            }
            let answer = run_in_savepoint(work, &mut tx);
            if let Err(error @ (StoreError::Fatal(_) | StoreError::ReadOnly)) = answer {
                return Err(error);
            }
            events.append(&mut tx.events);
            answers.push(answer);
        }
        let mut sequencer = self.sequencer.clone();
        sequencer.enter(&mut tx, events)?;
        tx.control("commit")?;
        Ok((answers, sequencer))
    }
}

/// The write-ahead log beside the file, and the size at which the writer next tries to begin it anew.
struct WriteAhead {
    path: PathBuf,
    next_pages: u64,
}

impl WriteAhead {
    fn of(file: &Path) -> Self {
        let mut name = file.as_os_str().to_owned();
        name.push("-wal");
        Self { path: name.into(), next_pages: WAL_PAGES_RESTART }
    }

    /// Begins a log that has grown anew: the checkpointer copies its pages back all the time, but only
    /// a moment without writer and readers lets it begin anew. Readings that go on are let be. Its
    /// room is kept and written over, which a disk syncs several times faster than a file that grows.
    fn keep_short(&mut self, connection: &Connection) {
        let (pages, _) = pages_of(connection);
        // A log that began anew by itself is measured anew.
        self.next_pages = self.next_pages.min((pages + WAL_PAGES_STEP).max(WAL_PAGES_RESTART));
        if pages < self.next_pages {
            return;
        }
        let how = if self.is_long() { "truncate" } else { "restart" };
        let _ = connection.busy_timeout(EMPTYING_WAIT);
        let busy = checkpoint(connection, how).is_none_or(|(is_busy, _, _)| is_busy);
        let _ = connection.busy_timeout(BUSY_WAIT);
        self.next_pages = if busy { pages + WAL_PAGES_STEP } else { WAL_PAGES_RESTART };
    }

    /// Whether it keeps more room than it needs.
    fn is_long(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|file| file.len() > WAL_BYTES_KEPT)
    }
}

/// Checkpoints in one of the engine's ways: whether something was in the way, the pages of the log,
/// and how many of them are in the file.
fn checkpoint(connection: &Connection, how: &str) -> Option<(bool, u64, u64)> {
    let mut prepared = connection.prepare_cached(&format!("pragma wal_checkpoint({how})")).ok()?;
    let told = prepared.query_row([], |row| {
        let [busy, log, copied] = [row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?];
        let pages = |n: i64| u64::try_from(n).unwrap_or(0);
        Ok((busy != 0, pages(log), pages(copied)))
    });
    told.ok()
}

/// Copies all of the log into the file and gives its room back, unless somebody is in the way.
fn is_emptied(connection: &Connection) -> bool {
    checkpoint(connection, "truncate").is_some_and(|(is_busy, _, _)| !is_busy)
}

/// Pages of the log, and how many of them are in the file already.
fn pages_of(connection: &Connection) -> (u64, u64) {
    checkpoint(connection, "noop").map_or((0, 0), |(_, log, copied)| (log, copied))
}

fn run_in_savepoint(work: &mut Work, tx: &mut Tx<'_>) -> Result<(), StoreError> {
    match part_in_savepoint(work, tx, Part::Act)? {
        End::Keep => Ok(()),
        End::Undo => part_in_savepoint(work, tx, Part::Memory).map(|_| ()),
    }
}

fn part_in_savepoint(work: &mut Work, tx: &mut Tx<'_>, part: Part) -> Result<End, StoreError> {
    tx.control("savepoint act")?;
    let end = run_guarded(work, tx, part);
    if !matches!(end, Ok(End::Keep)) {
        tx.events.clear();
        tx.control("rollback to act")?;
    }
    tx.control("release act")?;
    end
}

/// Copies the WAL back into the file away from the writer, so that no commit waits for it.
fn checkpoint_now_and_then(path: &Path, stop: &AtomicBool, wants_empty: &AtomicBool) {
    let Ok(connection) = connect(path, false) else { return };
    let _ = connection.busy_timeout(EMPTYING_WAIT);
    let log = WriteAhead::of(path);
    let mut ticks = 0_u32;
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(100));
        ticks += 1;
        let (pages, copied) = pages_of(&connection);
        let waiting = pages.saturating_sub(copied);
        let is_turn = ticks >= 10;
        if is_turn && (log.is_long() || wants_empty.load(Ordering::Relaxed)) {
            // Whoever reads meanwhile is let be: it is tried again.
            ticks = 0;
            if is_emptied(&connection) {
                wants_empty.store(false, Ordering::Relaxed);
            }
        } else if waiting > WAL_PAGES_WAKE || (is_turn && waiting > 0) {
            ticks = 0;
            let _ = checkpoint(&connection, "passive");
        }
    }
}
