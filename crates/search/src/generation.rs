//! One commit as readers see it: segments, their columns, and the statistics of that moment.
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use tantivy::index::SegmentId;
use tantivy::schema::Value;
use tantivy::{DocAddress, InvertedIndexReader, Searcher, SegmentReader, TantivyDocument};

use crate::columns::{Columns, small, wide};
use crate::counts::{Counts, term_hash};
use crate::document::{Document, parts_of_key};
use crate::error::Result;
use crate::postings::docs_of;
use crate::reach::Reach;
use crate::schema::{Fields, IS_PUBLIC};
use crate::seen::{Seen, SeenShelf};

/// Columns by segment, kept from one generation to the next.
pub(crate) type ColumnShelf = Mutex<HashMap<SegmentId, Arc<Columns>>>;

/// One segment with everything a search reads.
pub(crate) struct Segment {
    pub(crate) reader: SegmentReader,
    pub(crate) text: Arc<InvertedIndexReader>,
    hash: Arc<InvertedIndexReader>,
    pub(crate) number: Arc<InvertedIndexReader>,
    pub(crate) hint: Arc<InvertedIndexReader>,
    pub(crate) word: Arc<InvertedIndexReader>,
    pub(crate) columns: Arc<Columns>,
}

impl Segment {
    fn open(reader: &SegmentReader, fields: &Fields, shelf: &ColumnShelf) -> Result<Self> {
        let known = shelf.lock().get(&reader.segment_id()).cloned();
        let columns = match known {
            Some(columns) => columns,
            None => Arc::new(Columns::read(reader)?),
        };
        Ok(Self {
            text: reader.inverted_index(fields.text)?,
            hash: reader.inverted_index(fields.hash)?,
            number: reader.inverted_index(fields.number)?,
            hint: reader.inverted_index(fields.hint)?,
            word: reader.inverted_index(fields.word)?,
            columns,
            reader: reader.clone(),
        })
    }

    /// Neither deleted nor gone.
    pub(crate) fn is_live(&self, doc: u32) -> bool {
        self.reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc))
            && !self.columns.is_gone(doc)
    }

    pub(crate) fn n_docs(&self) -> u32 {
        self.reader.max_doc()
    }

    /// The undeleted document under a key, be it only the mark of one that is gone.
    pub(crate) fn find(&self, key: &str) -> Result<Option<u32>> {
        let docs = docs_of(&self.hash, term_hash(key).to_be_bytes())?;
        let alive = self.reader.alive_bitset();
        let is_it = |doc: &u32| {
            alive.is_none_or(|alive| alive.is_alive(*doc)) && self.columns.key(*doc) == key
        };
        Ok(docs.into_iter().find(is_it))
    }
}

/// Where a document lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) segment: usize,
    pub(crate) doc: u32,
}

/// Scores of a segment's documents while terms are added up one by one.
pub(crate) struct Room {
    scores: Vec<f64>,
    touched: Vec<u32>,
}

impl Room {
    /// Adds to the score of a document; what is added is above zero.
    pub(crate) fn gain(&mut self, doc: u32, gain: f64) {
        let score = &mut self.scores[wide(doc)];
        if *score == 0.0 {
            self.touched.push(doc);
        }
        *score += gain;
    }

    /// How many documents have a score.
    pub(crate) fn n_scored(&self) -> usize {
        self.touched.len()
    }

    /// The score of a document so far.
    pub(crate) fn score(&self, doc: u32) -> f64 {
        self.scores[wide(doc)]
    }

    /// The documents with a score, in no order.
    pub(crate) fn scored(&self) -> impl Iterator<Item = (u32, f64)> {
        self.touched.iter().map(|doc| (*doc, self.scores[wide(*doc)]))
    }
}

/// One commit as readers see it.
pub(crate) struct Generation {
    pub(crate) number: u64,
    pub(crate) position: u64,
    pub(crate) searcher: Searcher,
    pub(crate) segments: Vec<Segment>,
    pub(crate) counts: Counts,
    pub(crate) fields: Fields,
    /// What the reaches asked last see of it.
    seen: SeenShelf,
    /// Lent to one search after another.
    rooms: Mutex<Vec<Room>>,
    /// Words that may be proposed for mistyped ones, gathered when first needed.
    pub(crate) vocabulary: OnceLock<Vec<(String, u64)>>,
}

impl Generation {
    pub(crate) fn open(
        (number, position): (u64, u64),
        searcher: Searcher,
        counts: Counts,
        fields: &Fields,
        shelf: &ColumnShelf,
    ) -> Result<Self> {
        let mut segments = Vec::with_capacity(searcher.segment_readers().len());
        for reader in searcher.segment_readers() {
            segments.push(Segment::open(reader, fields, shelf)?);
        }
        let held = segments
            .iter()
            .map(|segment| (segment.reader.segment_id(), segment.columns.clone()))
            .collect();
        *shelf.lock() = held;
        Ok(Self {
            number,
            position,
            searcher,
            segments,
            counts,
            fields: fields.clone(),
            seen: SeenShelf::default(),
            rooms: Mutex::default(),
            vocabulary: OnceLock::new(),
        })
    }

    /// The key of the document at a place.
    pub(crate) fn key(&self, place: Place) -> &str {
        self.segments[place.segment].columns.key(place.doc)
    }

    /// What a reach sees of some kinds; no kinds are all kinds.
    pub(crate) fn seen(&self, reach: &Reach, kinds: &[String]) -> Arc<Seen> {
        self.seen.seen(&self.segments, reach, kinds)
    }

    /// Lends room for scores to `work`, and clears it afterwards.
    pub(crate) fn with_room<T>(&self, work: impl FnOnce(&mut Room) -> T) -> T {
        let n_docs = self.segments.iter().map(Segment::n_docs).max().unwrap_or(0);
        let lent = self.rooms.lock().pop();
        let mut room =
            lent.unwrap_or_else(|| Room { scores: vec![0.0; wide(n_docs)], touched: Vec::new() });
        let done = work(&mut room);
        for doc in room.touched.drain(..) {
            room.scores[wide(doc)] = 0.0;
        }
        self.rooms.lock().push(room);
        done
    }

    /// How many documents there are, public or not.
    pub(crate) fn n_live(&self) -> u64 {
        let live = |segment: &Segment| {
            let n = (0..segment.n_docs()).filter(|doc| segment.is_live(*doc)).count();
            u64::try_from(n).unwrap_or(u64::MAX)
        };
        self.segments.iter().map(live).sum()
    }

    /// Kind and id of the document at a place.
    pub(crate) fn name(&self, place: Place) -> (&str, &str) {
        parts_of_key(self.key(place))
    }

    /// Where the document under a key lies, be it only the mark of one that is gone.
    pub(crate) fn find(&self, key: &str) -> Result<Option<Place>> {
        for (at, segment) in self.segments.iter().enumerate() {
            if let Some(doc) = segment.find(key)? {
                return Ok(Some(Place { segment: at, doc }));
            }
        }
        Ok(None)
    }

    /// The texts of the document at a place, with its kind and id; no other facts.
    pub(crate) fn texts(&self, place: Place) -> Result<Document> {
        let address = DocAddress::new(small(place.segment), place.doc);
        let stored: TantivyDocument = self.searcher.doc(address)?;
        let [title, title_other, body, owner_name, numbers] = self.fields.raw.map(|field| {
            let value = stored.get_first(field);
            value.and_then(|value| value.as_str()).unwrap_or("").to_owned()
        });
        let (kind, id) = self.name(place);
        let public = self.segments[place.segment].columns.has(place.doc, IS_PUBLIC);
        Ok(Document {
            kind: kind.to_owned(),
            id: id.to_owned(),
            public,
            title,
            title_other,
            body,
            owner_name,
            numbers: numbers.lines().map(str::to_owned).collect(),
            ..Document::default()
        })
    }
}
