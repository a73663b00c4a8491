//! The index of a node: opened, changed, rebuilt beside itself, and asked.
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use matching::dictionary::Dictionary;
use parking_lot::{Mutex, RwLock};

use crate::answer::{Answer, Query, SimilarHit, Suggestion};
use crate::document::Change;
use crate::error::{Result, SearchError};
use crate::generation::Generation;
use crate::reach::Reach;
use crate::similar::Likeness;
use crate::store::Store;

/// So many older generations are kept for readers in the middle of a list.
const PINNED_MAX: usize = 32;
/// Names the folder in use.
const CURRENT: &str = "current";

/// How an index is run.
#[derive(Clone)]
pub struct Options {
    /// Threads that cut and write documents.
    pub writer_threads: usize,
    /// Memory of the writer in bytes, all threads together.
    pub writer_bytes: usize,
    /// Kinds of documents that are needs: rarity among them is counted apart.
    pub need_kinds: Vec<String>,
    /// The operator's dictionary, if any.
    pub dictionary: Option<Arc<Dictionary>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            writer_threads: 2,
            writer_bytes: 64 << 20,
            need_kinds: vec!["demand".to_owned(), "need".to_owned()],
            dictionary: None,
        }
    }
}

/// The index of a node.
pub struct Index {
    folder: Option<PathBuf>,
    options: Options,
    store: Mutex<Store>,
    current: RwLock<Arc<Generation>>,
    /// Generations whose lists somebody may go on reading, oldest first.
    pinned: Mutex<VecDeque<Arc<Generation>>>,
    numbers: Arc<AtomicU64>,
}

impl Index {
    /// Opens the index in a folder, or an empty one in memory.
    ///
    /// An index that is damaged starts empty at position 0: the log fills it again. An index in
    /// use by another process is refused.
    pub fn open(folder: Option<&Path>, options: Options) -> Result<Self> {
        let numbers = Arc::new(AtomicU64::new(1));
        let place = folder.map(current_folder).transpose()?;
        let opened = Store::open(place.as_deref(), &options, numbers.clone());
        let store = match (opened, &place, folder) {
            (Err(fault), Some(place), Some(folder)) if fault.is_damage() => {
                tracing::warn!(%fault, folder = %place.display(), "index unreadable: anew");
                let place = next_folder(folder, place)?;
                let store = Store::open(Some(&place), &options, numbers.clone())?;
                point_to(folder, &place)?;
                store
            }
            (opened, _, _) => opened?,
        };
        if let (Some(folder), Some(place)) = (folder, store.folder()) {
            point_to(folder, place)?;
            remove_others(folder, place);
        }
        let current = RwLock::new(store.generation());
        let folder = folder.map(Path::to_owned);
        let pinned = Mutex::default();
        Ok(Self { folder, options, store: Mutex::new(store), current, pinned, numbers })
    }

    /// The last log number that is searchable.
    pub fn position(&self) -> u64 {
        self.current.read().position
    }

    /// How many documents are searchable, public or not.
    pub fn n_documents(&self) -> u64 {
        self.current.read().n_live()
    }

    /// Whether the text was cut by another analyser, so that the index should be rebuilt beside.
    pub fn is_stale(&self) -> bool {
        self.store.lock().is_stale()
    }

    /// Applies changes and commits them with the position reached; readers see all at once.
    pub fn apply(&self, changes: &[Change], upto_seq: u64) -> Result<()> {
        let mut store = self.store.lock();
        store.apply(changes, upto_seq)?;
        *self.current.write() = store.generation();
        Ok(())
    }

    /// An empty index next to this one, which goes on answering.
    pub fn beside(&self) -> Result<Beside> {
        let place = match (&self.folder, self.store.lock().folder()) {
            (Some(folder), Some(now)) => Some(next_folder(folder, now)?),
            _ => None,
        };
        let store = Store::open(place.as_deref(), &self.options, self.numbers.clone())?;
        Ok(Beside { store })
    }

    /// Puts an index that was filled beside in the place of this one.
    pub fn swap(&self, beside: Beside) -> Result<()> {
        let Beside { store: new } = beside;
        let mut store = self.store.lock();
        if let (Some(folder), Some(place)) = (&self.folder, new.folder()) {
            point_to(folder, place)?;
        }
        let old = std::mem::replace(&mut *store, new);
        *self.current.write() = store.generation();
        let gone = old.folder().map(Path::to_owned);
        drop(old);
        if let Some(Err(fault)) = gone.map(std::fs::remove_dir_all) {
            // Readers of old pages may hold its files; the next start removes what is left.
            tracing::debug!(%fault, "old index folder not removed");
        }
        Ok(())
    }

    /// Fills an index beside this one and puts it in its place; the position is then that of
    /// the new one, so the follower goes on from there.
    pub fn rebuild_beside<E: From<SearchError>>(
        &self,
        fill: impl FnOnce(&mut Beside) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut beside = self.beside()?;
        fill(&mut beside)?;
        Ok(self.swap(beside)?)
    }

    /// Answers a search.
    pub fn search(&self, query: &Query) -> Result<Answer> {
        let (generation, is_gone) = self.generation_for(query);
        let dictionary = self.options.dictionary.as_deref();
        let mut answer = crate::search::answer(&generation, query, dictionary)?;
        if is_gone {
            answer.notes.push(crate::answer::Note::GenerationGone);
        }
        if answer.next.is_some() {
            self.pin(generation);
        }
        Ok(answer)
    }

    /// Texts that begin like `prefix`, also in pinyin, among what the reader reaches.
    pub fn suggest(&self, prefix: &str, reach: &Reach, limit: usize) -> Result<Vec<Suggestion>> {
        self.suggest_hiding(prefix, reach, &[], limit)
    }

    /// The same, without documents that changed since the index position.
    pub fn suggest_hiding(
        &self,
        prefix: &str,
        reach: &Reach,
        hide: &[String],
        limit: usize,
    ) -> Result<Vec<Suggestion>> {
        crate::suggest::suggest(&self.now(), prefix, (reach, hide), limit)
    }

    /// Documents like a document or a text, with the terms that make them so.
    pub fn similar(&self, likeness: &Likeness) -> Result<Vec<SimilarHit>> {
        crate::similar::similar(&self.now(), likeness)
    }

    pub(crate) fn now(&self) -> Arc<Generation> {
        self.current.read().clone()
    }

    /// The generation a list was begun on, or the newest one if that is gone.
    fn generation_for(&self, query: &Query) -> (Arc<Generation>, bool) {
        let now = self.now();
        let Some(cursor) = &query.after else { return (now, false) };
        if cursor.generation == now.number {
            return (now, false);
        }
        let pinned = self.pinned.lock();
        match pinned.iter().find(|it| it.number == cursor.generation) {
            Some(generation) => (generation.clone(), false),
            None => (now, true),
        }
    }

    fn pin(&self, generation: Arc<Generation>) {
        let mut pinned = self.pinned.lock();
        if pinned.iter().any(|it| it.number == generation.number) {
            return;
        }
        if pinned.len() >= PINNED_MAX {
            pinned.pop_front();
        }
        pinned.push_back(generation);
    }
}

/// An index being filled beside the one that answers.
pub struct Beside {
    store: Store,
}

impl Beside {
    /// Applies changes and commits them with the position reached.
    pub fn apply(&mut self, changes: &[Change], upto_seq: u64) -> Result<()> {
        self.store.apply(changes, upto_seq)
    }

    /// The last log number applied.
    pub fn position(&self) -> u64 {
        self.store.position()
    }
}

/// The folder in use below `folder`.
fn current_folder(folder: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let name = std::fs::read_to_string(folder.join(CURRENT)).unwrap_or_default();
    let name = name.trim();
    let is_ours = number_of(name).is_some();
    Ok(folder.join(if is_ours { name } else { "index-1" }))
}

fn number_of(name: &str) -> Option<u64> {
    name.strip_prefix("index-")?.parse().ok()
}

/// A folder that no index ever used. Somebody may have removed the folder around it.
fn next_folder(folder: &Path, now: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let of = |path: &Path| path.file_name()?.to_str().and_then(number_of);
    let mut highest = of(now).unwrap_or(0);
    for entry in std::fs::read_dir(folder)? {
        highest = highest.max(of(&entry?.path()).unwrap_or(0));
    }
    Ok(folder.join(format!("index-{}", highest + 1)))
}

/// Names the folder in use; the name is swapped in one step.
fn point_to(folder: &Path, place: &Path) -> Result<()> {
    let name = place.file_name().and_then(|name| name.to_str()).unwrap_or("index-1");
    let draft = folder.join("current.new");
    std::fs::write(&draft, name)?;
    std::fs::File::open(&draft)?.sync_all()?;
    std::fs::rename(&draft, folder.join(CURRENT))?;
    Ok(())
}

/// Removes indexes that are not in use, such as one that was never finished.
fn remove_others(folder: &Path, place: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_index =
            path.file_name().and_then(|name| name.to_str()).and_then(number_of).is_some();
        if is_index && path != place {
            let removed = std::fs::remove_dir_all(&path);
            if let Err(fault) = removed {
                tracing::debug!(%fault, "old index folder not removed");
            }
        }
    }
}

/// The next number of a generation.
pub(crate) fn next_number(numbers: &AtomicU64) -> u64 {
    numbers.fetch_add(1, Ordering::Relaxed)
}
