//! The facts of one segment's documents, laid out for quick reading.
//!
//! A segment never changes, so its columns are read once and shared by all generations.
use matching::query::Target;
use tantivy::SegmentReader;
use tantivy::columnar::StrColumn;

use crate::document::parts_of_key;
use crate::error::Result;
use crate::schema::IS_GONE;

/// One value a document, as a small number; value 0 is the missing one.
#[derive(Default)]
pub(crate) struct Words {
    values: Vec<String>,
    of_doc: Vec<u32>,
}

impl Words {
    fn read(reader: &SegmentReader, name: &str) -> Result<Self> {
        let n_docs = wide(reader.max_doc());
        let mut words = Self { values: vec![String::new()], of_doc: vec![0; n_docs] };
        if let Some(column) = reader.fast_fields().str(name)? {
            words.values.extend(dictionary(&column)?);
            for (doc, slot) in (0..).zip(words.of_doc.iter_mut()) {
                *slot = column.ords().first(doc).map_or(0, |ord| narrow(ord) + 1);
            }
        }
        Ok(words)
    }

    /// How many values there are, the missing one included.
    pub(crate) fn n_values(&self) -> usize {
        self.values.len()
    }

    /// The number of a value's document.
    pub(crate) fn at(&self, doc: u32) -> usize {
        wide(self.of_doc[wide(doc)])
    }

    pub(crate) fn values(&self) -> &[String] {
        &self.values
    }

    /// The number of a value, if any document has it.
    pub(crate) fn value_of(&self, value: &str) -> Option<usize> {
        let found = self.values[1..].binary_search_by(|known| known.as_str().cmp(value));
        found.ok().map(|at| at + 1)
    }
}

/// Any number of values a document.
#[derive(Default)]
pub(crate) struct Bags {
    values: Vec<String>,
    starts: Vec<u32>,
    of_docs: Vec<u32>,
}

impl Bags {
    fn read(reader: &SegmentReader, name: &str) -> Result<Self> {
        let mut bags = Self { starts: vec![0], ..Self::default() };
        let column = reader.fast_fields().str(name)?;
        if let Some(column) = &column {
            bags.values = dictionary(column)?;
        }
        for doc in 0..reader.max_doc() {
            if let Some(column) = &column {
                bags.of_docs.extend(column.term_ords(doc).map(narrow));
            }
            bags.starts.push(small(bags.of_docs.len()));
        }
        Ok(bags)
    }

    pub(crate) fn values(&self) -> &[String] {
        &self.values
    }

    /// The numbers of a document's values.
    pub(crate) fn of(&self, doc: u32) -> &[u32] {
        let doc = wide(doc);
        &self.of_docs[wide(self.starts[doc])..wide(self.starts[doc + 1])]
    }
}

/// A part of a document's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Title,
    Body,
    Other,
}

impl Section {
    /// The name under which matches there are shown.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
            Self::Other => "other",
        }
    }

    /// Whether a demand looks here.
    pub(crate) fn is_in(self, target: Target) -> bool {
        match target {
            Target::Anywhere => true,
            Target::Title => self == Self::Title,
            Target::Body => self == Self::Body,
            Target::Other => self == Self::Other,
        }
    }
}

/// All columns of a segment.
pub(crate) struct Columns {
    keys: String,
    key_starts: Vec<u32>,
    /// The kind of each document, as a number into `kinds`.
    pub(crate) kind: Words,
    pub(crate) gate: Words,
    pub(crate) owner: Words,
    pub(crate) state: Words,
    pub(crate) subject: Words,
    pub(crate) region: Words,
    pub(crate) right: Bags,
    pub(crate) mode: Bags,
    pub(crate) class: Bags,
    /// 0 is missing, else the value plus one.
    pub(crate) trl: Vec<u32>,
    /// 0 is missing, else the value plus one.
    pub(crate) year: Vec<u32>,
    /// How many tokens titles and body have.
    pub(crate) len: Vec<u32>,
    /// One past the last position of the titles, and of the body.
    pub(crate) ends: Vec<(u32, u32)>,
    pub(crate) flags: Vec<u8>,
    pub(crate) version: Vec<u64>,
    pub(crate) seq: Vec<u64>,
}

impl Columns {
    pub(crate) fn read(reader: &SegmentReader) -> Result<Self> {
        let (keys, key_starts) = keys(reader)?;
        let number = |name: &str| numbers(reader, name);
        let words = |name: &str| Words::read(reader, name);
        let narrowed = |name: &str| -> Result<Vec<u32>> {
            Ok(number(name)?.into_iter().map(narrow).collect())
        };
        let mut columns = Self {
            keys,
            key_starts,
            kind: Words::default(),
            gate: words("gate")?,
            owner: words("owner")?,
            state: words("state")?,
            subject: words("field")?,
            region: words("region")?,
            right: Bags::read(reader, "right")?,
            mode: Bags::read(reader, "mode")?,
            class: Bags::read(reader, "class")?,
            trl: narrowed("trl")?,
            year: narrowed("year")?,
            len: narrowed("len")?,
            ends: narrowed("title_end")?.into_iter().zip(narrowed("body_end")?).collect(),
            flags: number("flags")?.into_iter().map(|it| it.to_le_bytes()[0]).collect(),
            version: number("version")?,
            seq: number("seq")?,
        };
        columns.kind = columns.kinds();
        Ok(columns)
    }

    /// Kind and id of a document, joined.
    pub(crate) fn key(&self, doc: u32) -> &str {
        let doc = wide(doc);
        &self.keys[wide(self.key_starts[doc])..wide(self.key_starts[doc + 1])]
    }

    /// In which of the document's texts a position lies.
    pub(crate) fn section(&self, doc: u32, position: u32) -> Section {
        let (title_end, body_end) = self.ends[wide(doc)];
        if position < title_end {
            Section::Title
        } else if position < body_end {
            Section::Body
        } else {
            Section::Other
        }
    }

    pub(crate) fn has(&self, doc: u32, flag: u64) -> bool {
        u64::from(self.flags[wide(doc)]) & flag != 0
    }

    pub(crate) fn is_gone(&self, doc: u32) -> bool {
        self.has(doc, IS_GONE)
    }

    fn kinds(&self) -> Words {
        let n_docs = small(self.flags.len());
        let mut values: Vec<String> =
            (0..n_docs).map(|doc| parts_of_key(self.key(doc)).0.to_owned()).collect();
        values.sort_unstable();
        values.dedup();
        values.retain(|kind| !kind.is_empty());
        values.insert(0, String::new());
        let mut kinds = Words { values, of_doc: Vec::with_capacity(self.flags.len()) };
        for doc in 0..n_docs {
            let at = kinds.value_of(parts_of_key(self.key(doc)).0).unwrap_or(0);
            kinds.of_doc.push(small(at));
        }
        kinds
    }
}

/// All values of a column, in order.
fn dictionary(column: &StrColumn) -> Result<Vec<String>> {
    let mut values = Vec::with_capacity(column.num_terms());
    let mut stream = column.dictionary().stream()?;
    while stream.advance() {
        values.push(String::from_utf8_lossy(stream.key()).into_owned());
    }
    Ok(values)
}

fn keys(reader: &SegmentReader) -> Result<(String, Vec<u32>)> {
    let column = reader.fast_fields().str("key")?;
    let values = column.as_ref().map(dictionary).transpose()?.unwrap_or_default();
    let mut text = String::new();
    let mut starts = vec![0];
    for doc in 0..reader.max_doc() {
        let ord = column.as_ref().and_then(|column| column.ords().first(doc));
        if let Some(value) = ord.and_then(|ord| values.get(wide(narrow(ord)))) {
            text.push_str(value);
        }
        starts.push(small(text.len()));
    }
    Ok((text, starts))
}

fn numbers(reader: &SegmentReader, name: &str) -> Result<Vec<u64>> {
    let column = reader.fast_fields().u64(name)?;
    Ok((0..reader.max_doc()).map(|doc| column.first(doc).unwrap_or(0)).collect())
}

/// Ordinals and counts of one segment fit 32 bits.
fn narrow(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

pub(crate) fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

pub(crate) fn wide(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
