//! PostgreSQL: workers with a connection each, serialisable with retry, holds first; one leased
//! sequencer numbers the events of committed acts.

use crate::dialect::{Engine, postgres_error};
use crate::log::{Sequencer, leave_for_sequencer, take_waiting};
use crate::tx::PgLink;
use crate::work::{End, Part, Work, run_guarded};
use crate::{Committed, StoreError, Tx, lease};
use base::{Instant, limits};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Connections that perform acts, on each node.
const WORKERS: usize = 12;
/// How often an act is tried inside its deadline.
const TRIES_MAX: u32 = 8;
/// Events that one commit of the sequencer numbers.
const NUMBERED_AT_ONCE: usize = 1_000;

/// A PostgreSQL database with its workers, readers and sequencer.
pub(crate) struct Postgres {
    queue: Option<Sender<Work>>,
    readers: (Sender<PgLink>, Receiver<PgLink>),
    url: String,
    counter: Arc<AtomicU64>,
    threads: Vec<std::thread::JoinHandle<()>>,
    stop: Arc<AtomicBool>,
}

impl Postgres {
    /// Connects, migrates and starts the threads. `node` names this process for leases.
    pub(crate) fn open(
        url: &str,
        n_readers: usize,
        now: Instant,
        node: &str,
        shared: &Committed,
    ) -> Result<Self, StoreError> {
        let counter = Arc::new(AtomicU64::new(0));
        migrate(url, &counter, now)?;
        let readers = bounded(n_readers);
        for _ in 0..n_readers {
            let _ = readers.0.send(connect(url)?);
        }
        let (queue, waiting) = bounded::<Work>(limits::QUEUE_ACTS_MAX);
        let stop = Arc::new(AtomicBool::new(false));
        let (wake, woken) = bounded::<()>(1);
        let mut threads = Vec::new();
        for n in 0..WORKERS {
            let mut worker = Worker {
                url: url.to_owned(),
                link: Some(connect(url)?),
                counter: Arc::clone(&counter),
                committed: shared.clone(),
                wake: wake.clone(),
                pause: u64::try_from(n).expect("few workers") + 1,
            };
            let waiting = waiting.clone();
            threads.push(spawn(&format!("worker-{n}"), move || worker.serve(&waiting)));
        }
        let numbering = Numbering {
            url: url.to_owned(),
            node: node.to_owned(),
            counter: Arc::clone(&counter),
            committed: shared.clone(),
            stop: Arc::clone(&stop),
        };
        threads.push(spawn("sequencer", move || numbering.serve(&woken)));
        Ok(Self { queue: Some(queue), readers, url: url.to_owned(), counter, threads, stop })
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
        let mut link = self.readers.1.recv_timeout(wait).map_err(|_| StoreError::Busy)?;
        if link.client.is_closed() {
            match connect(&self.url) {
                Ok(fresh) => link = fresh,
                Err(error) => {
                    let _ = self.readers.0.send(link);
                    return Err(error);
                }
            }
        }
        let mut tx = Tx::postgres(&mut link, &self.counter);
        let answer = tx.control(Engine::Postgres.begin_reading()).and_then(|()| reading(&mut tx));
        let _ = tx.control("rollback");
        let _ = self.readers.0.send(link);
        answer
    }

    pub(crate) fn n_statements(&self) -> u64 {
        self.counter.load(Ordering::Relaxed)
    }

    pub(crate) fn n_waiting(&self) -> usize {
        self.queue.as_ref().map_or(0, Sender::len)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.queue = None;
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> std::thread::JoinHandle<()> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .expect("the system gives a thread at start")
}

fn connect(url: &str) -> Result<PgLink, StoreError> {
    let mut config: postgres::Config = url.parse().map_err(|error: postgres::Error| {
        StoreError::Engine(format!("database address: {error}"))
    })?;
    config.connect_timeout(Duration::from_secs(2));
    config.application_name("bellwether");
    let mut client = config.connect(postgres::NoTls).map_err(|error| postgres_error(&error))?;
    client
        .batch_execute(
            "set statement_timeout = '30s'; set lock_timeout = '5s';
             set idle_in_transaction_session_timeout = '60s'; set timezone = 'UTC'",
        )
        .map_err(|error| postgres_error(&error))?;
    Ok(PgLink { client, prepared: HashMap::new() })
}

/// Several nodes may start at once: the loser of the race finds the work done.
fn migrate(url: &str, counter: &AtomicU64, now: Instant) -> Result<(), StoreError> {
    let mut link = connect(url)?;
    let mut tried = 0;
    loop {
        let mut tx = Tx::postgres(&mut link, counter);
        tx.control(Engine::Postgres.begin(false))?;
        let done = crate::migrate::migrate(&mut tx, now).and_then(|()| tx.control("commit"));
        if done.is_ok() {
            return Ok(());
        }
        let _ = tx.control("rollback");
        tried += 1;
        if tried == 5 {
            return done;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

struct Worker {
    url: String,
    link: Option<PgLink>,
    counter: Arc<AtomicU64>,
    committed: Committed,
    wake: Sender<()>,
    /// Grows with retries so that two workers do not meet again; seeds the pauses.
    pause: u64,
}

impl Worker {
    fn serve(&mut self, waiting: &Receiver<Work>) {
        while let Ok(mut work) = waiting.recv() {
            let answer = if self.committed.is_read_only() {
                Err(StoreError::ReadOnly)
            } else {
                self.perform(&mut work)
            };
            if let Err(error @ StoreError::Fatal(_)) = &answer {
                self.committed.fail(error);
            }
            work.answer(answer);
        }
    }

    fn perform(&mut self, work: &mut Work) -> Result<(), StoreError> {
        let mut tried = 0;
        loop {
            let answer = self.attempt(work);
            tried += 1;
            match answer {
                // A lost connection is safe to try again: the key lies in the act's transaction.
                Err(StoreError::Retry(_) | StoreError::Unknown(_)) if tried < TRIES_MAX => {
                    self.pause = self.pause.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let span = 1_u64 << tried.min(6);
                    std::thread::sleep(Duration::from_millis(1 + (self.pause >> 33) % span));
                }
                answer => return answer,
            }
        }
    }

    fn attempt(&mut self, work: &mut Work) -> Result<(), StoreError> {
        if self.link.as_ref().is_none_or(|link| link.client.is_closed()) {
            self.link = Some(connect(&self.url)?);
        }
        let link = self.link.as_mut().expect("connected above");
        let mut tx = Tx::postgres(link, &self.counter);
        match attempt_part(work, &mut tx, Part::Act)? {
            End::Keep => {}
            End::Undo => {
                attempt_part(work, &mut tx, Part::Memory)?;
            }
        }
        let _ = self.wake.try_send(());
        Ok(())
    }
}

fn attempt_part(work: &mut Work, tx: &mut Tx<'_>, part: Part) -> Result<End, StoreError> {
    tx.events.clear();
    tx.control(Engine::Postgres.begin(work.read_committed))?;
    let end =
        tx.take_holds(&work.holds).and_then(|()| run_guarded(work, tx, part)).and_then(|end| {
            match end {
                End::Keep => leave_for_sequencer(tx).map(|()| end),
                End::Undo => Ok(end),
            }
        });
    match end {
        Ok(End::Keep) => {
            tx.control("commit")?;
            Ok(End::Keep)
        }
        end => {
            tx.events.clear();
            let _ = tx.control("rollback");
            end
        }
    }
}

struct Numbering {
    url: String,
    node: String,
    counter: Arc<AtomicU64>,
    committed: Committed,
    stop: Arc<AtomicBool>,
}

impl Numbering {
    /// Woken by this node's commits, and every 100 ms for those of others.
    fn serve(&self, woken: &Receiver<()>) {
        let mut link: Option<PgLink> = None;
        loop {
            let _ = woken.recv_timeout(Duration::from_millis(100));
            if link.as_ref().is_none_or(|link| link.client.is_closed()) {
                link = connect(&self.url).ok();
            }
            if let Some(open) = link.as_mut() {
                while matches!(self.number(open), Ok(n) if n > 0) {}
            }
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    /// Numbers what waits, if the lease is ours; says how many.
    fn number(&self, link: &mut PgLink) -> Result<usize, StoreError> {
        let mut tx = Tx::postgres(link, &self.counter);
        tx.control(Engine::Postgres.begin(true))?;
        let numbered = self.number_in(&mut tx);
        match numbered {
            Ok((n, size)) if n > 0 => {
                tx.control("commit")?;
                self.committed.publish(size);
                Ok(n)
            }
            Ok((n, size)) => {
                tx.control("commit")?;
                self.committed.publish(size);
                Ok(n)
            }
            Err(error) => {
                let _ = tx.control("rollback");
                Err(error)
            }
        }
    }

    fn number_in(&self, tx: &mut Tx<'_>) -> Result<(usize, u64), StoreError> {
        // The update of the lease's row is the fence: whoever holds the row is alone until commit,
        // and a stale holder finds another epoch and changes nothing.
        if !lease::take_for_this_commit(tx, "sequencer", &self.node)? {
            return Ok((0, crate::log::head(tx)?.map_or(0, |(size, _)| size)));
        }
        let events = take_waiting(tx, NUMBERED_AT_ONCE)?;
        let n = events.len();
        if n == 0 {
            return Ok((0, crate::log::head(tx)?.map_or(0, |(size, _)| size)));
        }
        let mut sequencer = Sequencer::resume(tx)?;
        sequencer.enter(tx, events)?;
        Ok((n, sequencer.size()))
    }
}
