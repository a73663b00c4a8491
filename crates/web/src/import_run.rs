//! Runs in the background: each on a thread of its own, as the person who approved it.
//!
//! A run writes down how far it is in the commit of the rows themselves, so that leaving the page,
//! closing the program or losing the power costs nothing: `resume` goes on where it stopped.

use app::{Asker, City};
use base::{Class, ImportId, PersonId};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How often a run that is told to come again does so.
const TRIES_MAX: u32 = 60;

static GOING: Mutex<BTreeSet<ImportId>> = Mutex::new(BTreeSet::new());

/// Goes on with every run that was interrupted.
pub fn resume(city: &City) {
    match city.running_imports() {
        Ok(runs) => {
            for (import, person) in runs {
                start(city, import, person);
            }
        }
        Err(no) => tracing::error!(%no, "interrupted imports were not found"),
    }
}

/// Starts a run, unless it is going already.
pub fn start(city: &City, import: ImportId, person: PersonId) {
    let is_new = GOING.lock().unwrap_or_else(PoisonError::into_inner).insert(import);
    if !is_new {
        return;
    }
    let city = city.clone();
    let run = move || {
        commit(&city, import, person);
        GOING.lock().unwrap_or_else(PoisonError::into_inner).remove(&import);
    };
    let named = std::thread::Builder::new().name("import".to_owned()).spawn(run);
    if let Err(error) = named {
        GOING.lock().unwrap_or_else(PoisonError::into_inner).remove(&import);
        tracing::error!(%error, %import, "import {import} was not started");
    }
}

fn commit(city: &City, import: ImportId, person: PersonId) {
    let asker = Asker::person(person);
    for _ in 0..TRIES_MAX {
        match city.run_import(&asker, import, |_, _| true) {
            Ok(_) => return,
            // Waiting helps against these: the store is busy, or does not know its outcome.
            Err(no) if matches!(no.class(), Class::Busy | Class::Unknown) => {
                std::thread::sleep(Duration::from_secs(2));
            }
            Err(no) => {
                tracing::error!(%no, %import, "import {import} stopped");
                return;
            }
        }
    }
    tracing::error!(%import, "import {import} stopped: the store stayed busy");
}
