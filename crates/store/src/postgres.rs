//! PostgreSQL: workers with a connection each, serialisable with retry, holds first and queued by
//! hold; one leased sequencer numbers the events of committed acts. Works that wait, that share no
//! hold and that holds alone protect go through one transaction; if any of them fails, each goes by itself.
//! Nobody waits for a frozen server: see `link`.

use crate::dialect::Engine;
use crate::link::PgLink;
use crate::log::{Sequencer, leave_for_sequencer, take_waiting};
use crate::queue::Queue;
use crate::tx::Question;
use crate::work::{End, Part, Work, run_guarded};
use crate::{Committed, StoreError, Tx, lease};
use base::{Instant, limits};
use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant as Moment;

/// Connections that perform acts, on each node.
const WORKERS: usize = 12;
/// Works that share a transaction.
const TOGETHER_MAX: usize = 16;
/// How long the caller of a work still waits that shares one.
const TOGETHER_LEAST: Duration = Duration::from_secs(1);
/// How often an act is tried inside its deadline.
const TRIES_MAX: u32 = 8;
/// Failures in a row after which the database is taken to be away.
const FAILURES_MAX: u32 = 3;
/// How often a database that is away is asked whether it is back.
const PROBED_EVERY: Duration = Duration::from_secs(1);
/// How long a step of a migration may take.
const MIGRATION_WAIT: Duration = Duration::from_secs(3_600);
/// Events that one commit of the sequencer numbers.
const NUMBERED_AT_ONCE: usize = 1_000;

/// A PostgreSQL database with its workers, readers and sequencer.
pub(crate) struct Postgres {
    queue: Arc<Queue>,
    /// Places of readers; a place whose connection was shut is empty until somebody needs it.
    readers: (Sender<Option<PgLink>>, Receiver<Option<PgLink>>),
    door: Arc<Door>,
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
        let door = Arc::new(Door { url: url.to_owned(), state: Mutex::default() });
        let readers = bounded(n_readers);
        for _ in 0..n_readers {
            let _ = readers.0.send(Some(door.open()?));
        }
        let queue = Arc::new(Queue::new(limits::QUEUE_ACTS_MAX));
        let stop = Arc::new(AtomicBool::new(false));
        let (wake, woken) = bounded::<()>(1);
        let mut threads = Vec::new();
        for n in 0..WORKERS {
            let mut worker = Worker {
                door: Arc::clone(&door),
                link: Some(door.open_for_acts()?),
                counter: Arc::clone(&counter),
                committed: shared.clone(),
                wake: wake.clone(),
                pause: u64::try_from(n).expect("few workers") + 1,
            };
            let queue = Arc::clone(&queue);
            threads.push(spawn(&format!("worker-{n}"), move || worker.serve(&queue)));
        }
        let numbering = Numbering {
            door: Arc::clone(&door),
            node: node.to_owned(),
            counter: Arc::clone(&counter),
            committed: shared.clone(),
            stop: Arc::clone(&stop),
        };
        threads.push(spawn("sequencer", move || numbering.serve(&woken)));
        Ok(Self { queue, readers, door, counter, threads, stop })
    }

    /// Puts a work into the queue, or says at once that too many wait.
    pub(crate) fn submit(&self, work: Work) -> Result<(), StoreError> {
        self.queue.put(work)
    }

    /// Runs a reading on a snapshot.
    pub(crate) fn read<R>(
        &self,
        wait: Duration,
        reading: impl FnOnce(&mut Tx<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        self.door.knock()?;
        let place = self.readers.1.recv_timeout(wait).map_err(|_| StoreError::Busy)?;
        // Meanwhile the database may have gone away for those who were before us.
        let opened = match place.filter(|link| !link.is_closed()) {
            Some(link) => Ok(link),
            None => self.door.open(),
        };
        let (place, answer) = match opened {
            Err(error) => (None, Err(error)),
            Ok(mut link) => {
                let answer = self.read_on(&mut link, reading);
                (Some(link), answer)
            }
        };
        let _ = self.readers.0.send(place.filter(|link| !link.is_closed()));
        answer
    }

    fn read_on<R>(
        &self,
        link: &mut PgLink,
        reading: impl FnOnce(&mut Tx<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        let mut tx = Tx::postgres(link, &self.counter);
        let answer = tx.begin(Engine::Postgres.begin_reading()).and_then(|()| reading(&mut tx));
        link.let_go();
        self.door.note(&answer);
        // A reading has no outcome that could be unknown.
        answer.map_err(|error| match error {
            StoreError::Unknown(said) => StoreError::Away(said),
            other => other,
        })
    }

    pub(crate) fn n_statements(&self) -> u64 {
        self.counter.load(Ordering::Relaxed)
    }

    pub(crate) fn n_waiting(&self) -> usize {
        self.queue.len()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.queue.close();
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

/// Tables in which an erased person stood.
const SCRUBBED: [&str; 22] = [
    "people",
    "sessions",
    "tokens",
    "one_time_links",
    "clearances",
    "act_keys",
    "factors",
    "recovery_codes",
    "factor_recoveries",
    "log_bodies",
    "identities",
    "letters",
    "letter_secrets",
    "bookings",
    "booking_versions",
    "training_requests",
    "use_feedback",
    "telephones",
    "service_records",
    "instrument_faults",
    "cases",
    "case_moves",
];

/// Takes dead rows out of the tables that hold people.
pub(crate) fn scrub(url: &str) -> Result<(), StoreError> {
    let mut link = PgLink::open(url)?;
    for table in SCRUBBED {
        link.control(&format!("vacuum {table}"))?;
    }
    Ok(())
}

/// The way to the database. While it is away, callers are told so at once, and one of them a second
/// finds out whether it is back.
struct Door {
    url: String,
    state: Mutex<DoorState>,
}

#[derive(Default)]
struct DoorState {
    n_failures: u32,
    shut_until: Option<Moment>,
}

impl Door {
    /// Whether it is worth trying now.
    fn knock(&self) -> Result<(), StoreError> {
        let mut state = self.state.lock();
        let Some(until) = state.shut_until else { return Ok(()) };
        if Moment::now() < until {
            return Err(StoreError::Away("tried a moment ago".to_owned()));
        }
        state.shut_until = Some(Moment::now() + PROBED_EVERY);
        Ok(())
    }

    /// A new connection.
    fn open(&self) -> Result<PgLink, StoreError> {
        let opened = PgLink::open(&self.url);
        self.note(&opened);
        opened
    }

    fn open_for_acts(&self) -> Result<PgLink, StoreError> {
        let opened = open_for_acts(&self.url);
        self.note(&opened);
        opened
    }

    /// Remembers whether the database answered.
    fn note<R>(&self, answer: &Result<R, StoreError>) {
        let mut state = self.state.lock();
        if matches!(answer, Err(StoreError::Unknown(_) | StoreError::Away(_))) {
            state.n_failures = state.n_failures.saturating_add(1);
            if state.n_failures >= FAILURES_MAX {
                state.shut_until = Some(Moment::now() + PROBED_EVERY);
            }
        } else if state.n_failures > 0 {
            *state = DoorState::default();
        }
    }
}

fn open_for_acts(url: &str) -> Result<PgLink, StoreError> {
    let mut link = PgLink::open(url)?;
    link.plan_once()?;
    Ok(link)
}

/// Several nodes may start at once: the loser of the race finds the work done.
fn migrate(url: &str, counter: &AtomicU64, now: Instant) -> Result<(), StoreError> {
    let mut link = PgLink::open(url)?;
    link.wait_long(MIGRATION_WAIT);
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
    door: Arc<Door>,
    link: Option<PgLink>,
    counter: Arc<AtomicU64>,
    committed: Committed,
    wake: Sender<()>,
    /// Grows with retries so that two workers do not meet again; seeds the pauses.
    pause: u64,
}

impl Worker {
    fn serve(&mut self, queue: &Queue) {
        loop {
            let works = queue.take(TOGETHER_MAX);
            if works.is_empty() {
                return;
            }
            // Whoever has hardly any time left does not make the others stop waiting.
            let soon = Moment::now() + TOGETHER_LEAST;
            let several = works.len() > 1;
            let shares = |work: &Work| work.until >= soon && (several || !work.foreseen.is_empty());
            let (mut shared, alone): (Vec<Work>, Vec<Work>) = works.into_iter().partition(shares);
            let mut unsure = None;
            if !shared.is_empty() && !self.committed.is_read_only() {
                let tried = self.attempt_together(&mut shared);
                if tried.is_err() {
                    shared.iter_mut().for_each(|work| work.end = None);
                }
                unsure = tried.err().filter(|error| matches!(error, StoreError::Unknown(_)));
            }
            // What is durable is said first.
            let (done, rest): (Vec<Work>, Vec<Work>) =
                shared.into_iter().partition(|work| work.end == Some(End::Keep));
            done.into_iter().for_each(|work| self.finish(queue, work, Ok(())));
            let rest = rest.into_iter().map(|work| (work, unsure.clone()));
            for (mut work, unsure) in rest.chain(alone.into_iter().map(|work| (work, None))) {
                let answer = match self.committed.is_read_only() {
                    true => Err(StoreError::ReadOnly),
                    false => self.perform(&mut work, unsure),
                };
                self.finish(queue, work, answer);
            }
        }
    }

    fn finish(&self, queue: &Queue, work: Work, answer: Result<(), StoreError>) {
        if let Err(error @ StoreError::Fatal(_)) = &answer {
            self.committed.fail(error);
        }
        queue.give_back(&work.holds);
        work.answer(answer);
    }

    /// One or several works in one transaction, each as if the others were not there: what one is told, another
    /// might have been told beside it. Which of them are done stands at each; with an error it is
    /// none, and whatever went wrong shows again when they go by themselves.
    fn attempt_together(&mut self, works: &mut [Work]) -> Result<(), StoreError> {
        let until = works.iter().map(|work| work.until).min();
        let mut tx = self.tx(until)?;
        let end = run_together(works, &mut tx);
        tx.events.clear();
        let end = match end {
            Ok(()) => committed(&mut tx),
            Err(error) => {
                let _ = tx.control("rollback");
                Err(error)
            }
        };
        self.door.note(&end);
        if end.is_ok() {
            let _ = self.wake.try_send(());
        }
        end
    }

    /// Performs a work by itself. `unsure` is why nobody knows whether it is done already.
    fn perform(
        &mut self,
        work: &mut Work,
        mut unsure: Option<StoreError>,
    ) -> Result<(), StoreError> {
        let mut tried = 0;
        loop {
            if work.is_late() {
                return Err(unsure.unwrap_or(StoreError::Busy));
            }
            let answer = self.attempt(work);
            self.door.note(&answer);
            tried += 1;
            match answer {
                // A lost connection is safe to try again: the key lies in the act's transaction.
                Err(
                    error @ (StoreError::Retry(_) | StoreError::Unknown(_) | StoreError::Away(_)),
                ) => {
                    if matches!(error, StoreError::Unknown(_)) {
                        unsure = Some(error.clone());
                    }
                    if tried == TRIES_MAX {
                        return Err(unsure.unwrap_or(error));
                    }
                    self.pause = self.pause.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let span = 1_u64 << tried.min(6);
                    std::thread::sleep(Duration::from_millis(1 + (self.pause >> 33) % span));
                }
                answer => return answer,
            }
        }
    }

    /// A transaction that nobody waits for beyond a moment.
    fn tx(&mut self, until: Option<Moment>) -> Result<Tx<'_>, StoreError> {
        if self.link.as_ref().is_none_or(PgLink::is_closed) {
            self.door.knock()?;
            self.link = Some(open_for_acts(&self.door.url)?);
        }
        let link = self.link.as_mut().expect("connected above");
        link.wait_until(until);
        Ok(Tx::postgres(link, &self.counter))
    }

    fn attempt(&mut self, work: &mut Work) -> Result<(), StoreError> {
        let mut tx = self.tx(Some(work.until))?;
        // Among others it may have been refused already.
        let act = match work.end.take() {
            Some(end) => end,
            None => attempt_part(work, &mut tx, Part::Act)?,
        };
        let end = match act {
            End::Keep => End::Keep,
            End::Undo => attempt_part(work, &mut tx, Part::Memory)?,
        };
        if end == End::Keep {
            let _ = self.wake.try_send(());
        }
        Ok(())
    }
}

fn attempt_part(work: &mut Work, tx: &mut Tx<'_>, part: Part) -> Result<End, StoreError> {
    tx.events.clear();
    tx.begin(Engine::Postgres.begin(work.read_committed))?;
    tx.take_holds(work.holds.iter());
    let end = run_guarded(work, tx, part).and_then(|end| match end {
        End::Keep => leave_for_sequencer(tx).map(|()| end),
        End::Undo => Ok(end),
    });
    match end {
        Ok(End::Keep) => committed(tx).map(|()| End::Keep),
        end => {
            tx.events.clear();
            let _ = tx.control("rollback");
            end
        }
    }
}

/// Runs the acts of several works one after another; what is refused, and what nobody waits for any
/// more, is left to go by itself.
fn run_together(works: &mut [Work], tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.begin(Engine::Postgres.begin(true))?;
    tx.take_holds(works.iter().flat_map(|work| &work.holds));
    let foreseen: Vec<Question> = works.iter().flat_map(|work| work.foreseen.clone()).collect();
    tx.share(&foreseen)?;
    for work in works {
        work.end = None;
        if work.is_late() {
            continue;
        }
        tx.events.clear();
        let end = run_guarded(work, tx, Part::Act)?;
        match end {
            End::Keep => leave_for_sequencer(tx).and_then(|()| tx.set_aside())?,
            End::Undo if tx.take_back() => {}
            End::Undo => return Err(StoreError::Retry("what was refused had written".to_owned())),
        }
        work.end = Some(end);
    }
    Ok(())
}

/// Commits; what went out with it may have failed before it.
fn committed(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.control("commit").inspect_err(|_| {
        let _ = tx.control("rollback");
    })
}

struct Numbering {
    door: Arc<Door>,
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
            if link.as_ref().is_none_or(PgLink::is_closed) {
                link = open_for_acts(&self.door.url).ok();
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
        tx.begin(Engine::Postgres.begin(true))?;
        let numbered = self.number_in(&mut tx);
        match numbered {
            Ok((n, size)) => {
                committed(&mut tx)?;
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
