//! Uploads that are still needed: for naming their columns, and for giving a table back with its
//! problems.
//!
//! They are kept in memory within a bound and for a day; a restart forgets them, and the pages then
//! ask for the file again. Nothing of them is ever shown to anybody but who handed them in, except
//! through a run that the reader may see.

use base::{ImportId, Instant, OrganisationId, PersonId};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes kept at most.
const BYTES_MAX: usize = 192 << 20;
/// Uploads kept at most.
const UPLOADS_MAX: usize = 64;
/// How long they are kept.
const SECONDS_MAX: i64 = 24 * 3600;

/// What somebody handed in.
#[derive(Clone, Debug)]
pub struct Handed {
    pub id: String,
    pub person: PersonId,
    pub owner: OrganisationId,
    /// The public source that was named, or empty.
    pub source: String,
    pub files: Vec<(String, Arc<[u8]>)>,
    pub at: Instant,
    /// The run that was made of it.
    pub import: Option<ImportId>,
}

impl Handed {
    fn bytes(&self) -> usize {
        self.files.iter().map(|(_, bytes)| bytes.len()).sum()
    }
}

static KEPT: Mutex<VecDeque<Handed>> = Mutex::new(VecDeque::new());

fn with<R>(now: Instant, work: impl FnOnce(&mut VecDeque<Handed>) -> R) -> R {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.retain(|handed| now.seconds_since(handed.at) < SECONDS_MAX);
    work(&mut kept)
}

/// Keeps an upload; the oldest make room.
pub fn keep(handed: Handed) {
    with(handed.at, |kept| {
        kept.retain(|known| known.id != handed.id);
        let mut room = BYTES_MAX.saturating_sub(handed.bytes());
        let mut n_left = UPLOADS_MAX - 1;
        // From the newest back: what no longer fits is forgotten.
        let mut stays: Vec<bool> = kept
            .iter()
            .rev()
            .map(|known| {
                let fits = n_left > 0 && known.bytes() <= room;
                if fits {
                    room -= known.bytes();
                    n_left -= 1;
                }
                fits
            })
            .collect();
        kept.retain(|_| stays.pop().unwrap_or(false));
        kept.push_back(handed);
    });
}

/// The upload of this id, for the person who handed it in.
pub fn of_person(id: &str, person: PersonId, now: Instant) -> Option<Handed> {
    with(now, |kept| kept.iter().find(|handed| handed.id == id && handed.person == person).cloned())
}

/// The upload that a run was made of.
pub fn of_import(import: ImportId, now: Instant) -> Option<Handed> {
    with(now, |kept| kept.iter().find(|handed| handed.import == Some(import)).cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_are_kept_for_their_person_and_for_a_day() {
        let at = Instant::from_micros(0);
        let (person, other) = (PersonId::from_bits(1), PersonId::from_bits(2));
        let import = ImportId::from_bits(3);
        keep(Handed {
            id: "a".to_owned(),
            person,
            owner: OrganisationId::from_bits(4),
            source: String::new(),
            files: vec![("x.csv".to_owned(), Arc::from(&b"x"[..]))],
            at,
            import: Some(import),
        });
        assert!(of_person("a", person, at).is_some() && of_person("a", other, at).is_none());
        assert!(of_import(import, at.plus_seconds(60)).is_some());
        assert!(of_import(import, at.plus_seconds(SECONDS_MAX)).is_none());
    }
}
