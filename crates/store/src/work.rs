//! What callers hand to a store: a piece of work that runs inside one transaction.

use crate::tx::Question;
use crate::{Hold, StoreError, Tx};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::time::Duration;
use tokio::time::Instant;

/// Which part of a work runs: the act, or what must be remembered although the act was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Act,
    Memory,
}

/// How a part ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Keep what was written.
    Keep,
    /// Undo what was written, then run [`Part::Memory`].
    Undo,
}

/// What runs inside the transaction; perhaps more than once.
pub type Run = Box<dyn FnMut(&mut Tx<'_>, Part) -> Result<End, StoreError> + Send>;

/// How a work wants to be run.
#[derive(Clone, Debug, Default)]
pub struct Errand {
    pub name: &'static str,
    /// Rows that it will change, taken first.
    pub holds: Vec<Hold>,
    /// Every check of it is covered by its holds and the schema, so that read committed is enough, and
    /// it may share its transaction with others of whose holds it has none.
    pub read_committed: bool,
    /// How long its caller waits, if not as long as usual.
    pub wait: Option<Duration>,
    /// What it will ask first, asked once its holds are taken, together with what others will ask.
    pub foreseen: Vec<Question>,
}

/// A work as it waits in the queue. It may run more than once, so it has no effects of its own.
pub(crate) struct Work {
    pub name: &'static str,
    pub holds: Vec<Hold>,
    pub read_committed: bool,
    pub foreseen: Vec<Question>,
    /// How its act ended in a transaction that it shared.
    pub end: Option<End>,
    /// When its caller stops waiting.
    pub until: Instant,
    pub run: Run,
    pub done: Sender<Result<(), StoreError>>,
}

impl Work {
    pub(crate) fn new(
        errand: Errand,
        wait: Duration,
        run: Run,
    ) -> (Self, Receiver<Result<(), StoreError>>) {
        let (done, answer) = bounded(1);
        let until = Instant::now() + wait;
        let Errand { name, holds, read_committed, foreseen, .. } = errand;
        (Self { name, holds, read_committed, foreseen, end: None, until, run, done }, answer)
    }

    /// Whether nobody waits for it any more: such a work is not begun.
    pub(crate) fn is_late(&self) -> bool {
        Instant::now() >= self.until
    }

    /// Answers the caller, who may have stopped waiting.
    pub(crate) fn answer(self, result: Result<(), StoreError>) {
        let Self { run, done, .. } = self;
        // What the work held goes before its caller may go on: with it perhaps the last handle of
        // the store, which must not end on one of the store's own threads.
        drop(run);
        let _ = done.send(result);
    }
}

/// Runs one part and turns a panic into an error, so that no neighbour of the batch is harmed.
pub(crate) fn run_guarded(work: &mut Work, tx: &mut Tx<'_>, part: Part) -> Result<End, StoreError> {
    let guarded = std::panic::AssertUnwindSafe(|| (work.run)(tx, part));
    std::panic::catch_unwind(guarded).unwrap_or_else(|panic| {
        let said = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|| "no message".to_owned());
        Err(StoreError::Panicked(format!("{}: {said}", work.name)))
    })
}
