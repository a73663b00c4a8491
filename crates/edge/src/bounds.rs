//! How much the edge takes on: bytes of bodies in memory, uploads being read, answers that nobody
//! waits for any more.

use base::{Class, Refusal, limits};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of bodies that are in memory at a time: of those who are known, and of strangers, who
/// have a bound of their own so that they cannot use up that of the others.
const BYTES_MAX: usize = 192 << 20;
const STRANGERS_BYTES_MAX: usize = 32 << 20;
/// Uploads that are read at a time; reading one takes a processor.
const UPLOADS_MAX: usize = 2;
/// Requests that bring files at a time: each gathers a part of a file in memory.
const FILES_MAX: usize = 16;
/// How long an upload waits for its turn.
const TURN_WAIT: Duration = Duration::from_secs(20);
/// Answers that may go on after their askers were sent away, before others are sent away at once.
const ABANDONED_MAX: usize = 64;

/// What is going on now.
pub struct Bounds {
    bytes: Arc<AtomicUsize>,
    strangers_bytes: Arc<AtomicUsize>,
    uploads: Arc<Semaphore>,
    files: Arc<Semaphore>,
    abandoned: Arc<AtomicUsize>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            bytes: Arc::default(),
            strangers_bytes: Arc::default(),
            uploads: Arc::new(Semaphore::new(UPLOADS_MAX)),
            files: Arc::new(Semaphore::new(FILES_MAX)),
            abandoned: Arc::default(),
        }
    }
}

impl Bounds {
    /// A count for the bytes of one body, of somebody known or of a stranger.
    pub(crate) fn bytes(&self, is_known: bool) -> Held {
        let (all, all_most) = match is_known {
            true => (&self.bytes, BYTES_MAX),
            false => (&self.strangers_bytes, STRANGERS_BYTES_MAX),
        };
        Held { all: Arc::clone(all), all_most, own: 0 }
    }

    /// A turn to read an upload.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Self::turn_of(&self.uploads).await
    }

    /// A turn to take files in.
    pub(crate) async fn file_turn(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Self::turn_of(&self.files).await
    }

    async fn turn_of(turns: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Refusal> {
        let turn = Arc::clone(turns).acquire_owned();
        match tokio::time::timeout(TURN_WAIT, turn).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(busy()),
        }
    }

    /// Whether so many answers are overdue that one more would only join them.
    pub(crate) fn check_abandoned(&self) -> Result<(), Refusal> {
        let n = self.abandoned.load(Ordering::Relaxed);
        if n < ABANDONED_MAX { Ok(()) } else { Err(busy()) }
    }

    /// Counts an answer as abandoned until what it gives back is dropped.
    pub(crate) fn abandon(&self) -> Abandoned {
        self.abandoned.fetch_add(1, Ordering::Relaxed);
        Abandoned(Arc::clone(&self.abandoned))
    }
}

fn busy() -> Refusal {
    Refusal::new(Class::Busy, "busy")
}

/// An answer that goes on although nobody waits.
pub(crate) struct Abandoned(Arc<AtomicUsize>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The bytes of one body, counted until it is done with.
#[derive(Default)]
pub(crate) struct Held {
    all: Arc<AtomicUsize>,
    all_most: usize,
    own: usize,
}

impl Held {
    /// Counts more bytes of a body that may have so many.
    pub(crate) fn add(&mut self, n: usize, most: usize) -> Result<(), Refusal> {
        self.own += n;
        let all = self.all.fetch_add(n, Ordering::Relaxed) + n;
        if self.own > most {
            return Err(too_large(most));
        }
        if all > self.all_most { Err(busy()) } else { Ok(()) }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.all.fetch_sub(self.own, Ordering::Relaxed);
    }
}

/// More than may be sent at once.
pub(crate) fn too_large(most: usize) -> Refusal {
    Refusal::new(Class::TooLarge, "too-large").number("most", most)
}

/// Bytes of one upload at most.
pub(crate) fn upload_bytes_max() -> usize {
    usize::try_from(limits::UPLOAD_BYTES_MAX).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted_over_all_bodies() {
        let bounds = Bounds::default();
        let code = |done: Result<(), Refusal>| done.err().map(|no| no.code.into_owned());
        let mut own = bounds.bytes(true);
        assert_eq!(code(own.add(11, 10)), Some("too-large".to_owned()));
        drop(own);
        let mut bodies: Vec<Held> = (0..3).map(|_| bounds.bytes(true)).collect();
        for body in &mut bodies {
            assert_eq!(code(body.add(64 << 20, 64 << 20)), None);
        }
        assert_eq!(code(bounds.bytes(true).add(1, 10)), Some("busy".to_owned()));
        assert_eq!(code(bounds.bytes(false).add(1, 10)), None, "strangers have their own bound");
        bodies.pop();
        assert_eq!(code(bounds.bytes(true).add(1, 10)), None);
        let mut strange = bounds.bytes(false);
        assert_eq!(code(strange.add(33 << 20, 64 << 20)), Some("busy".to_owned()));
        assert_eq!(code(bounds.bytes(true).add(1, 10)), None, "strangers use up none of it");
    }

    #[test]
    fn too_many_abandoned_answers_send_others_away() {
        let bounds = Bounds::default();
        let all: Vec<Abandoned> = (0..ABANDONED_MAX).map(|_| bounds.abandon()).collect();
        assert!(bounds.check_abandoned().is_err());
        drop(all);
        assert!(bounds.check_abandoned().is_ok());
    }
}
