//! Work that goes on beside the answers: following, signing, watching the disk, sweeping.

use app::City;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use store::disk;

/// How often the log is signed, when it has grown.
const SIGN_SECONDS: u64 = 60;
/// How often deadlines of cases are looked at.
const DUE_SECONDS: u64 = 30;
/// How often holds that ran out are looked for: pages show money as free within a minute.
const HOLD_SECONDS: u64 = 30;
/// How often it is looked for lots to open and to close.
const LOT_SECONDS: u64 = 1;
/// Seconds between two looks at time that became free.
const WAIT_SECONDS: u64 = 2;
/// How often the books are checked against themselves.
const BOOKS_SECONDS: u64 = 86_400;
/// How often it is looked whether tasks lie with people who can no longer do them.
const PASS_SECONDS: u64 = 600;
/// How often saved searches are asked what is new, and told.
const ALERT_SECONDS: u64 = 2;
/// How often it is looked for letters whose turn has come.
const MAIL_SECONDS: u64 = 3;
/// How often it is looked for relays that are to be told.
const RELAY_SECONDS: u64 = 5;
/// How often it is looked for deliveries to webhooks whose turn has come.
const WEBHOOK_SECONDS: u64 = 1;
/// How many webhooks are served at a time.
const N_WEBHOOK_SENDERS: usize = 4;
/// How long sending rests after the mail server itself was the trouble.
const MAIL_REST_SECONDS: i64 = 30;
/// How often it is looked whether the witness of the log is to be told.
const WITNESS_SECONDS: u64 = 300;
/// How often sessions and old keys are swept.
const SWEEP_SECONDS: u64 = 3_600;
/// How often it is looked whether there is room for the ballast again.
const BALLAST_SECONDS: u64 = 60;
/// How long the answer to an idempotency key is kept.
const KEY_DAYS: i64 = 30;
/// How long wrong sign-ins are remembered after the door was shut for the last time.
const ATTEMPTS_SECONDS: i64 = 86_400;
/// How often a job looks whether it shall end.
const TICK: Duration = Duration::from_millis(250);

/// The threads of a running city.
pub struct Jobs {
    city: City,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    signs: bool,
}

impl Jobs {
    /// Starts the follower of the index at once; the rest follows with [`Jobs::start_rest`].
    pub fn start(city: &City, signs: bool) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut jobs = Self { city: city.clone(), stop, threads: Vec::new(), signs };
        let city = jobs.city.clone();
        jobs.spawn("index", move || {
            rebuild_if_odd(&city);
            city.follow_with_index();
        });
        jobs
    }

    /// Starts everything else.
    pub fn start_rest(&mut self, low_water_bytes: u64, ballast_bytes: u64) {
        let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
        let folders = city.settings().watch.folders.clone();
        self.spawn("disk", move || {
            every(&stop, 1, || watch_disk(&city, &folders, low_water_bytes));
        });
        if let store::Place::Folder(place) = self.city.store().place() {
            let (place, stop) = (place.clone(), Arc::clone(&self.stop));
            self.spawn("ballast", move || {
                every(&stop, BALLAST_SECONDS, || {
                    keep_ballast(&place, ballast_bytes, low_water_bytes);
                });
            });
        }
        if self.signs {
            let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
            self.spawn("sign", move || every(&stop, SIGN_SECONDS, || sign(&city)));
        }
        let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
        self.spawn("deadlines", move || every(&stop, DUE_SECONDS, || announce(&city)));
        let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
        self.spawn("holds", move || every(&stop, HOLD_SECONDS, || expire(&city)));
        let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
        self.spawn("lots", move || every(&stop, LOT_SECONDS, || tend(&city)));
        let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
        self.spawn("waits", move || every(&stop, WAIT_SECONDS, || serve(&city)));
        let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
        if city.settings().relays.is_some() {
            self.spawn("relays", move || every(&stop, RELAY_SECONDS, || tell(&city, &stop)));
        }
        let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
        self.spawn("books", move || every(&stop, BOOKS_SECONDS, || check_books(&city)));
        let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
        self.spawn("tasks", move || {
            word(&city);
            name(&city);
            every(&stop, PASS_SECONDS, || pass_on(&city));
        });
        let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
        self.spawn("sweep", move || every(&stop, SWEEP_SECONDS, || sweep(&city)));
        let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
        self.spawn("alerts", move || every(&stop, ALERT_SECONDS, || alert(&city)));
        let city = self.city.clone();
        self.spawn("open-data", move || city.follow_with_open_data());
        self.start_mail();
        self.start_webhooks();
        let city = self.city.clone();
        self.spawn("resume", move || crate::faces::resume(&city));
    }

    /// The follower that makes letters, the sender, and the witness.
    fn start_mail(&mut self) {
        let city = self.city.clone();
        self.spawn("letters", move || city.follow_with_mail());
        let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
        self.spawn("mail", move || {
            let mut rests_until = base::Instant::from_micros(0);
            every(&stop, MAIL_SECONDS, || {
                if city.now() >= rests_until && send(&city, &stop) {
                    rests_until = city.now().plus_seconds(MAIL_REST_SECONDS);
                }
            });
        });
        if self.signs && self.city.settings().mail.witness.is_some() {
            let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
            self.spawn("witness", move || {
                every(&stop, WITNESS_SECONDS, || {
                    if let Err(no) = city.mail_checkpoint() {
                        tracing::warn!(%no, "the witness was not told; trying again");
                    }
                });
            });
        }
    }

    /// The follower that queues deliveries, and those who make them.
    fn start_webhooks(&mut self) {
        let city = self.city.clone();
        self.spawn("deliveries", move || city.follow_with_webhooks());
        if !self.city.calls_webhooks() {
            return;
        }
        for _ in 0..N_WEBHOOK_SENDERS {
            let (city, stop) = (self.city.clone(), Arc::clone(&self.stop));
            self.spawn("webhooks", move || every(&stop, WEBHOOK_SECONDS, || call(&city, &stop)));
        }
    }

    fn spawn(&mut self, name: &str, body: impl FnOnce() + Send + 'static) {
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(body);
        self.threads.push(thread.expect("the system gives a thread at start"));
    }

    /// Signs the log for the last time and ends every thread.
    pub fn end(self) {
        if self.signs {
            sign(&self.city);
        }
        self.stop.store(true, Ordering::Relaxed);
        self.city.store().committed().stop();
        for thread in self.threads {
            // An import that is being gone on with may take its time; its rows are safe.
            if thread.thread().name() != Some("resume") {
                let _ = thread.join();
            }
        }
    }
}

/// Sends what is due; whether it is better to rest now.
fn send(city: &City, stop: &AtomicBool) -> bool {
    loop {
        match city.send_letters(&|| !stop.load(Ordering::Relaxed)) {
            Ok(round) if round.trouble.is_some() => return true,
            Ok(round) if round.is_full && !stop.load(Ordering::Relaxed) => {}
            Ok(_) => return false,
            Err(no) => {
                tracing::warn!(%no, "letters were not sent; trying again");
                return true;
            }
        }
    }
}

/// Calls the webhooks for which something is due.
fn call(city: &City, stop: &AtomicBool) {
    loop {
        match city.send_webhooks(&|| !stop.load(Ordering::Relaxed)) {
            Ok(round) if round.is_full && !stop.load(Ordering::Relaxed) => {}
            Ok(_) => return,
            Err(no) => {
                tracing::warn!(%no, "webhooks were not called; trying again");
                return;
            }
        }
    }
}

/// Lets organisations of an older program be found by name.
fn name(city: &City) {
    if let Err(no) = city.complete_organisation_terms() {
        tracing::warn!(%no, "organisations of an older program cannot be found by name yet");
    }
}

fn announce(city: &City) {
    if let Err(no) = city.announce_due() {
        tracing::warn!(%no, "deadlines could not be announced");
    }
    if let Err(no) = city.tend_bookings() {
        tracing::warn!(%no, "bookings could not be tended; trying again");
    }
    if let Err(no) = city.halt_uses() {
        tracing::warn!(%no, "uses of instruments that stand still could not be ended; trying again");
    }
    if let Err(no) = city.settle_bookings() {
        tracing::warn!(%no, "bookings could not be settled; trying again");
    }
}

/// Money of holds that ran out is shown as free, although nobody asked for it.
fn expire(city: &City) {
    if let Err(no) = city.expire_holds() {
        tracing::warn!(%no, "holds that ran out were not freed; trying again");
    }
}

/// Time of instruments that became free is offered to whoever waits for it.
fn serve(city: &City) {
    if let Err(no) = city.tend_waits() {
        tracing::warn!(%no, "wait lists could not be tended; trying again");
    }
    if let Err(no) = city.tend_queues() {
        tracing::warn!(%no, "queues could not be tended; trying again");
    }
}

/// Relays that did not do as they were told are told again.
fn tell(city: &City, stop: &AtomicBool) {
    if let Err(no) = city.tend_relays(&|| !stop.load(Ordering::Relaxed)) {
        tracing::warn!(%no, "relays could not be told; trying again");
    }
}

/// Lots open, close and are signed for, and offers of contracts lapse, by the city's clock.
fn tend(city: &City) {
    if let Err(no) = city.tend_deals() {
        tracing::warn!(%no, "deals could not be tended; trying again");
    }
    if let Err(no) = city.tend_contracts() {
        tracing::warn!(%no, "offers of contracts could not be looked at; trying again");
    }
    if let Err(no) = city.tend_lots() {
        tracing::warn!(%no, "lots could not be tended; trying again");
    }
}

/// The books are asked every day whether they contradict themselves.
fn check_books(city: &City) {
    match city.check_and_note_books() {
        Ok(check) => {
            for (kind, of) in check.faults {
                tracing::error!(kind, of, "the books contradict themselves");
            }
        }
        Err(no) => tracing::warn!(%no, "the books were not checked; trying again tomorrow"),
    }
}

/// Cases from before their words were kept are found from now on.
fn word(city: &City) {
    if let Err(no) = city.word_cases() {
        tracing::warn!(%no, "older cases are not found by their words yet");
    }
}

fn pass_on(city: &City) {
    if let Err(no) = city.finish_mergers() {
        tracing::warn!(%no, "mergers were not finished; trying again");
    }
    if let Err(no) = city.pass_on_tasks() {
        tracing::warn!(%no, "tasks of people who left were not passed on");
    }
}

fn alert(city: &City) {
    if let Err(no) = city.send_due_bulletins().and_then(|_| city.deliver_bulletins()) {
        tracing::warn!(%no, "bulletins were not sent; trying again");
    }
    if let Err(no) = city.follow_alerts().and_then(|()| city.send_alerts()) {
        tracing::warn!(%no, "saved searches were not asked; trying again");
    }
}

/// An index made by another analyser, or ahead of a store that was restored, is built anew.
fn rebuild_if_odd(city: &City) {
    let is_ahead = city.index().position() > city.store().committed().size();
    if !is_ahead && !city.index().is_stale() {
        return;
    }
    tracing::info!("the index is built anew");
    if let Err(no) = city.reindex(|_, _| {}) {
        tracing::error!(%no, "the index was not built anew");
    }
}

/// Does it now, and again after so many seconds, until told to stop.
fn every(stop: &AtomicBool, seconds: u64, mut work: impl FnMut()) {
    let ticks = Duration::from_secs(seconds).as_millis() / TICK.as_millis();
    loop {
        work();
        for _ in 0..ticks.max(1) {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            std::thread::sleep(TICK);
        }
    }
}

/// Signs the log as it stands.
pub fn sign(city: &City) {
    if let Err(no) = city.sign_checkpoint() {
        tracing::error!(%no, "the log was not signed");
    }
}

fn watch_disk(city: &City, folders: &[PathBuf], low_water_bytes: u64) {
    let mut is_low = false;
    for folder in folders {
        match disk::room(folder) {
            Ok(room) => is_low |= disk::is_low(room, low_water_bytes),
            Err(error) => tracing::warn!(%error, folder = %folder.display(), "room not known"),
        }
    }
    let committed = city.store().committed();
    let was_low = committed.is_read_only();
    if committed.failure().is_some() || is_low == was_low {
        return;
    }
    committed.set_read_only(is_low);
    if is_low {
        tracing::error!("the disk is nearly full: only reading works");
    } else {
        tracing::warn!("there is room on the disk again: writing works");
    }
}

fn keep_ballast(folder: &Path, wanted: u64, low_water_bytes: u64) {
    match cli::ballast::keep(folder, wanted, low_water_bytes, &mut crate::clock::RealChance) {
        Ok(true) => tracing::info!(bytes = wanted, "the ballast is in its place"),
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "the ballast was not made; trying again"),
    }
}

fn sweep_files(city: &City) {
    match city.sweep_files() {
        Ok(swept) => tracing::debug!(
            uploads = swept.uploads,
            contents = swept.contents,
            incoming = swept.incoming,
            "files swept"
        ),
        Err(no) => tracing::warn!(%no, "files were not swept; trying again in an hour"),
    }
}

fn sweep(city: &City) {
    sweep_files(city);
    let now = city.now();
    let long_ago = now.plus_seconds(-KEY_DAYS * 86_400);
    let swept = city.store().write("sweep", move |tx| {
        let n_sessions = store::session::sweep(tx, now)? + store::factor::sweep(tx, now)?;
        store::identity::sweep(tx, now)?;
        store::person::sweep_attempts(tx, now.plus_seconds(-ATTEMPTS_SECONDS))?;
        Ok((n_sessions, store::key::forget_before(tx, long_ago)?))
    });
    if let Err(no) = city.remind_of_deals() {
        tracing::warn!(%no, "nobody was reminded of deals and contracts; trying again in an hour");
    }
    if let Err(no) = city.remind_of_access() {
        tracing::warn!(%no, "nobody was told of the end of access; trying again in an hour");
    }
    if let Err(no) = city.remind_of_upkeep() {
        tracing::warn!(%no, "nobody was told of upkeep that is due; trying again in an hour");
    }
    if let Err(no) = city.sweep_letters() {
        tracing::warn!(%no, "letters were not swept; trying again in an hour");
    }
    if let Err(no) = city.sweep_webhooks() {
        tracing::warn!(%no, "deliveries were not swept; trying again in an hour");
    }
    if let Err(no) = city.sweep_subscribers() {
        tracing::warn!(%no, "subscribers were not swept; trying again in an hour");
    }
    match swept {
        Ok((sessions, keys)) => tracing::debug!(sessions, keys, "swept"),
        Err(error) => tracing::warn!(%error, "not swept; trying again in an hour"),
    }
    if let Err(no) = city.sweep_registrations() {
        tracing::warn!(%no, "registrations were not swept; trying again in an hour");
    }
}
