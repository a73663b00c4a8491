//! One Tantivy index with its writer: applies changes, commits, opens generations.
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use matching::ANALYSER_VERSION;
use tantivy::indexer::LogMergePolicy;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, Term};

use crate::coded::{CODED, CodedTokens};
use crate::columns::wide;
use crate::counts::{Counts, Step, term_hash};
use crate::document::Change;
use crate::error::Result;
use crate::generation::{ColumnShelf, Generation, Place};
use crate::index::{Options, next_number};
use crate::payload::Payload;
use crate::prepare::{Prepared, prepare_all, toll_of};
use crate::schema::{Fields, IS_PUBLIC};
use crate::unsynced::Unsynced;

/// So many changes are cut before they go to the writer.
const CHANGES_A_ROUND: usize = 4_096;
/// So many segments of like size are merged into one.
const SEGMENTS_A_MERGE: usize = 6;
/// From so many changes on, the writer gets all its threads and memory.
const CHANGES_FOR_ALL: usize = 5_000;
/// What the writer of few changes gets: one thread, the least memory.
const FEW_BYTES: usize = 16 << 20;

/// A Tantivy index, its writer and its newest generation.
pub(crate) struct Store {
    folder: Option<PathBuf>,
    options: Options,
    fields: Fields,
    index: tantivy::Index,
    /// Absent only while it is exchanged; there is never more than one.
    writer: Option<IndexWriter>,
    has_all: bool,
    reader: IndexReader,
    shelf: ColumnShelf,
    numbers: Arc<AtomicU64>,
    payload: Payload,
    generation: Arc<Generation>,
}

impl Store {
    pub(crate) fn open(
        folder: Option<&Path>,
        options: &Options,
        numbers: Arc<AtomicU64>,
    ) -> Result<Self> {
        let fields = Fields::new();
        let index = match folder {
            Some(folder) => {
                std::fs::create_dir_all(folder)?;
                tantivy::Index::open_or_create(Unsynced::open(folder)?, fields.schema.clone())?
            }
            None => tantivy::Index::create_in_ram(fields.schema.clone()),
        };
        // The writer takes the lock: nobody else writes from here on.
        let writer = new_writer(&index, 1, FEW_BYTES)?;
        let damaged = if folder.is_some() { index.validate_checksum()?.len() } else { 0 };
        if damaged > 0 {
            let what = format!("{damaged} files are damaged");
            return Err(tantivy::TantivyError::InternalError(what).into());
        }
        index.tokenizers().register(CODED, CodedTokens::default());
        let stored = index.load_metas()?.payload;
        let payload = stored.as_deref().and_then(Payload::from_text);
        let payload = payload.unwrap_or(Payload { seq: 0, analyser: ANALYSER_VERSION, epoch: 0 });
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let shelf = ColumnShelf::default();
        let number = (next_number(&numbers), payload.seq);
        let empty = Counts::default();
        let generation = Generation::open(number, reader.searcher(), empty, &fields, &shelf)?;
        let mut store = Self {
            folder: folder.map(Path::to_owned),
            options: options.clone(),
            fields,
            index,
            writer: Some(writer),
            has_all: false,
            reader,
            shelf,
            numbers,
            payload,
            generation: Arc::new(generation),
        };
        let counts = crate::recount::recount(&store.generation)?;
        store.open_generation(counts)?;
        Ok(store)
    }

    pub(crate) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    pub(crate) fn position(&self) -> u64 {
        self.payload.seq
    }

    pub(crate) fn is_stale(&self) -> bool {
        self.payload.analyser != ANALYSER_VERSION
    }

    pub(crate) fn generation(&self) -> Arc<Generation> {
        self.generation.clone()
    }

    /// A large writer for a great many changes, a small one for few: its tables are laid out anew
    /// with every commit.
    fn exchange_writer(&mut self, has_all: bool) -> Result<()> {
        if self.writer.is_some() && self.has_all == has_all {
            return Ok(());
        }
        if let Some(writer) = self.writer.take() {
            close(writer);
        }
        let Options { writer_threads, writer_bytes, .. } = self.options;
        let (n_threads, bytes) =
            if has_all { (writer_threads.max(1), writer_bytes) } else { (1, FEW_BYTES) };
        self.writer = Some(new_writer(&self.index, n_threads, bytes)?);
        self.has_all = has_all;
        Ok(())
    }

    /// Applies changes and commits; after a fault the index is as it was before.
    pub(crate) fn apply(&mut self, changes: &[Change], upto_seq: u64) -> Result<()> {
        self.exchange_writer(changes.len() >= CHANGES_FOR_ALL)?;
        let Some(mut writer) = self.writer.take() else { return Ok(()) };
        let applied = self.write(&mut writer, changes, upto_seq);
        let undone = if applied.is_err() { writer.rollback().map(drop) } else { Ok(()) };
        self.writer = Some(writer);
        undone?;
        applied
    }

    fn write(&mut self, writer: &mut IndexWriter, changes: &[Change], upto_seq: u64) -> Result<()> {
        let mut counts = self.generation.counts.clone();
        let wanted = self.newest(changes)?;
        for round in wanted.chunks(CHANGES_A_ROUND) {
            let changes: Vec<&Change> = round.iter().map(|(change, _)| *change).collect();
            let Options { need_kinds, writer_threads, .. } = &self.options;
            let prepared = prepare_all(&changes, &self.fields, need_kinds, *writer_threads);
            for (prepared, (_, place)) in prepared.into_iter().zip(round) {
                self.put(writer, prepared, *place, &mut counts)?;
            }
        }
        let payload = Payload {
            seq: upto_seq.max(self.payload.seq),
            epoch: self.payload.epoch + 1,
            ..self.payload
        };
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&payload.to_text());
        commit.commit()?;
        self.payload = payload;
        self.open_generation(counts)
    }

    /// For each key the newest of its changes, unless the index knows a newer one; and the place
    /// of the document it replaces.
    fn newest<'a>(&self, changes: &'a [Change]) -> Result<Vec<(&'a Change, Option<Place>)>> {
        let mut by_key: HashMap<String, usize> = HashMap::with_capacity(changes.len());
        for (at, change) in changes.iter().enumerate() {
            let newest = by_key.entry(change.key()).or_insert(at);
            if changes[*newest].version() <= change.version() {
                *newest = at;
            }
        }
        let mut chosen: Vec<(usize, String)> =
            by_key.into_iter().map(|(key, at)| (at, key)).collect();
        chosen.sort_unstable();
        let mut newest = Vec::with_capacity(chosen.len());
        for (at, key) in chosen {
            let place = self.generation.find(&key)?;
            let known = place.map(|place| {
                self.generation.segments[place.segment].columns.version[wide(place.doc)]
            });
            if known.is_none_or(|known| known <= changes[at].version()) {
                newest.push((&changes[at], place));
            }
        }
        Ok(newest)
    }

    fn put(
        &self,
        writer: &IndexWriter,
        prepared: Prepared,
        old: Option<Place>,
        counts: &mut Counts,
    ) -> Result<()> {
        if let Some(place) = old {
            writer.delete_term(Term::from_field_u64(self.fields.hash, term_hash(&prepared.key)));
            let columns = &self.generation.segments[place.segment].columns;
            if columns.has(place.doc, IS_PUBLIC) {
                let stored = self.generation.texts(place)?;
                let toll = toll_of(&stored, &self.fields, &self.options.need_kinds);
                counts.count(&toll.terms, toll.len, toll.is_need, Step::Leave);
            }
        }
        let toll = &prepared.toll;
        if toll.is_public {
            counts.count(&toll.terms, toll.len, toll.is_need, Step::Join);
        }
        writer.add_document(prepared.document)?;
        Ok(())
    }

    fn open_generation(&mut self, counts: Counts) -> Result<()> {
        self.reader.reload()?;
        let number = (next_number(&self.numbers), self.payload.seq);
        let searcher = self.reader.searcher();
        let generation = Generation::open(number, searcher, counts, &self.fields, &self.shelf)?;
        self.generation = Arc::new(generation);
        Ok(())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            close(writer);
        }
    }
}

/// Closes a writer and waits for its merges: one left running would go on writing beside the next
/// writer of the same folder.
fn close(writer: IndexWriter) {
    if let Err(fault) = writer.wait_merging_threads() {
        tracing::warn!(%fault, "a merge of the index failed");
    }
}

fn new_writer(index: &tantivy::Index, n_threads: usize, bytes: usize) -> Result<IndexWriter> {
    let writer = index.writer_with_num_threads(n_threads, bytes)?;
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(SEGMENTS_A_MERGE);
    policy.set_del_docs_ratio_before_merge(0.3);
    writer.set_merge_policy(Box::new(policy));
    Ok(writer)
}
