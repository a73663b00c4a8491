//! One commit as readers see it: segments, their columns, and the statistics of that moment.
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use tantivy::index::SegmentId;
use tantivy::schema::Value;
use tantivy::{DocAddress, InvertedIndexReader, Searcher, SegmentReader, TantivyDocument};

use crate::columns::{Columns, small};
use crate::counts::Counts;
use crate::document::{Document, parts_of_key};
use crate::error::Result;
use crate::schema::{Fields, IS_PUBLIC, N_TEXTS};

/// Columns by segment, kept from one generation to the next.
pub(crate) type ColumnShelf = Mutex<HashMap<SegmentId, Arc<Columns>>>;

/// One segment with everything a search reads.
pub(crate) struct Segment {
    pub(crate) reader: SegmentReader,
    pub(crate) texts: [Arc<InvertedIndexReader>; N_TEXTS],
    pub(crate) key: Arc<InvertedIndexReader>,
    pub(crate) number: Arc<InvertedIndexReader>,
    pub(crate) hint: Arc<InvertedIndexReader>,
    pub(crate) columns: Arc<Columns>,
}

impl Segment {
    fn open(reader: &SegmentReader, fields: &Fields, shelf: &ColumnShelf) -> Result<Self> {
        let known = shelf.lock().get(&reader.segment_id()).cloned();
        let columns = match known {
            Some(columns) => columns,
            None => Arc::new(Columns::read(reader)?),
        };
        let [title, body, other] = fields.texts;
        Ok(Self {
            texts: [
                reader.inverted_index(title)?,
                reader.inverted_index(body)?,
                reader.inverted_index(other)?,
            ],
            key: reader.inverted_index(fields.key)?,
            number: reader.inverted_index(fields.number)?,
            hint: reader.inverted_index(fields.hint)?,
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
}

/// Where a document lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) segment: usize,
    pub(crate) doc: u32,
}

/// One commit as readers see it.
pub(crate) struct Generation {
    pub(crate) number: u64,
    pub(crate) position: u64,
    pub(crate) searcher: Searcher,
    pub(crate) segments: Vec<Segment>,
    pub(crate) counts: Counts,
    pub(crate) fields: Fields,
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
        let vocabulary = OnceLock::new();
        let fields = fields.clone();
        Ok(Self { number, position, searcher, segments, counts, fields, vocabulary })
    }

    /// The key of the document at a place.
    pub(crate) fn key(&self, place: Place) -> &str {
        self.segments[place.segment].columns.key(place.doc)
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

    /// The live or gone document under a key.
    pub(crate) fn find(&self, key: &str) -> Result<Option<Place>> {
        for (at, segment) in self.segments.iter().enumerate() {
            for doc in crate::postings::docs_of(&segment.key, key)? {
                let alive = segment.reader.alive_bitset();
                if alive.is_none_or(|alive| alive.is_alive(doc)) {
                    return Ok(Some(Place { segment: at, doc }));
                }
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
