//! Reads postings: which documents hold a term, how often, and where.
use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader};

use matching::query::Target;

use crate::error::Result;
use crate::generation::Segment;
use crate::schema::{BODY, N_TEXTS, TITLE};

/// One term in the text fields of one segment.
#[derive(Clone, Default)]
pub(crate) struct Lists {
    of: [Option<TermInfo>; N_TEXTS],
}

impl Lists {
    pub(crate) fn open(segment: &Segment, term: &str) -> Result<Self> {
        let mut lists = Self::default();
        for (reader, list) in segment.texts.iter().zip(lists.of.iter_mut()) {
            *list = reader.terms().get(term)?;
        }
        Ok(lists)
    }

    /// The same lists, of some fields only.
    pub(crate) fn within(&self, target: Target) -> Self {
        let keep = |at: usize| match target {
            Target::Anywhere => true,
            Target::Title => at == TITLE,
            Target::Body => at == BODY,
            Target::Other => at != TITLE && at != BODY,
        };
        let mut lists = self.clone();
        for (_, list) in lists.of.iter_mut().enumerate().filter(|(at, _)| !keep(*at)) {
            *list = None;
        }
        lists
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.of.iter().all(Option::is_none)
    }

    /// At most so many documents hold the term.
    pub(crate) fn n_docs(&self) -> usize {
        self.fields().map(|(_, info)| crate::columns::wide(info.doc_freq)).sum()
    }

    /// The fields that hold the term.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (usize, &TermInfo)> {
        self.of.iter().enumerate().filter_map(|(at, info)| Some((at, info.as_ref()?)))
    }

    pub(crate) fn field(&self, at: usize) -> Option<&TermInfo> {
        self.of.get(at)?.as_ref()
    }

    /// The documents that hold the term in any field, in order.
    pub(crate) fn docs(&self, segment: &Segment) -> Result<Vec<u32>> {
        let mut docs = Vec::with_capacity(self.n_docs());
        let mut n_lists = 0;
        for (at, info) in self.fields() {
            n_lists += 1;
            for_each_block(&mut blocks(&segment.texts[at], info, false)?, |some, _| {
                docs.extend_from_slice(some);
            });
        }
        if n_lists > 1 {
            docs.sort_unstable();
            docs.dedup();
        }
        Ok(docs)
    }

    /// Sets the mark of each of the documents that holds the term.
    pub(crate) fn mark(&self, segment: &Segment, docs: &[u32], marks: &mut [bool]) -> Result<()> {
        for (at, info) in self.fields() {
            let mut postings = blocks(&segment.texts[at], info, false)?;
            meet(&mut postings, docs, |at, _| marks[at] = true);
        }
        Ok(())
    }

    /// Adds up how often each of the documents holds the term.
    pub(crate) fn frequencies(
        &self,
        segment: &Segment,
        docs: &[u32],
        mut add: impl FnMut(usize, usize, u32),
    ) -> Result<()> {
        for (field, info) in self.fields() {
            let mut postings = blocks(&segment.texts[field], info, true)?;
            meet(&mut postings, docs, |at, n| add(field, at, n));
        }
        Ok(())
    }
}

/// The postings of a term, block by block.
pub(crate) fn blocks(
    reader: &InvertedIndexReader,
    info: &TermInfo,
    with_counts: bool,
) -> Result<BlockSegmentPostings> {
    let option =
        if with_counts { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
    Ok(reader.read_block_postings_from_terminfo(info, option)?)
}

/// The postings of a term with positions.
pub(crate) fn placed(reader: &InvertedIndexReader, info: &TermInfo) -> Result<SegmentPostings> {
    let option = IndexRecordOption::WithFreqsAndPositions;
    Ok(reader.read_postings_from_terminfo(info, option)?)
}

/// Calls `see` with the documents and counts of each block.
pub(crate) fn for_each_block(
    postings: &mut BlockSegmentPostings,
    mut see: impl FnMut(&[u32], &[u32]),
) {
    while !postings.docs().is_empty() {
        see(postings.docs(), postings.freqs());
        postings.advance();
    }
}

/// Calls `hit` with the index and count of each document that is in the postings too.
pub(crate) fn meet(
    postings: &mut BlockSegmentPostings,
    docs: &[u32],
    mut hit: impl FnMut(usize, u32),
) {
    let mut at = 0;
    while let Some(doc) = docs.get(at).copied() {
        let mut within = postings.seek(doc);
        let n = postings.block_len();
        // Inside the block that may hold the document, both lists are walked together.
        while let Some(doc) = docs.get(at).copied() {
            while within < n && postings.doc(within) < doc {
                within += 1;
            }
            if within >= n {
                break;
            }
            let other = postings.doc(within);
            at += if other == doc {
                hit(at, postings.freq(within));
                1
            } else if docs.get(at + 1).is_some_and(|next| *next >= other) {
                1
            } else {
                docs[at..].partition_point(|doc| *doc < other)
            };
        }
        if n == 0 || (within >= n && is_last(postings, docs.get(at))) {
            return;
        }
    }
}

/// Whether nothing follows the block for the next document wanted.
fn is_last(postings: &BlockSegmentPostings, next: Option<&u32>) -> bool {
    // Blocks are full except the last one.
    next.is_none() || postings.block_len() < FULL_BLOCK
}

const FULL_BLOCK: usize = 128;

/// The documents that hold an exact term of a field without counts.
pub(crate) fn docs_of(reader: &InvertedIndexReader, term: &str) -> Result<Vec<u32>> {
    let mut docs = Vec::new();
    if let Some(info) = reader.terms().get(term)? {
        for_each_block(&mut blocks(reader, &info, false)?, |some, _| docs.extend_from_slice(some));
    }
    Ok(docs)
}

/// The documents of one field that hold all terms at their offsets, and how often.
///
/// With `within`, only those documents are looked at.
pub(crate) fn phrase(
    segment: &Segment,
    field: usize,
    terms: &[(u32, TermInfo)],
    within: Option<&[u32]>,
) -> Result<Vec<(u32, u32)>> {
    let reader = &segment.texts[field];
    let mut by_rarity: Vec<&(u32, TermInfo)> = terms.iter().collect();
    by_rarity.sort_by_key(|(_, info)| info.doc_freq);
    let mut docs: Option<Vec<u32>> = within.map(<[u32]>::to_vec);
    for (_, info) in &by_rarity {
        let mut postings = blocks(reader, info, false)?;
        let kept = match &docs {
            Some(docs) => {
                let mut kept = Vec::new();
                meet(&mut postings, docs, |at, _| kept.push(docs[at]));
                kept
            }
            None => {
                let mut all = Vec::with_capacity(crate::columns::wide(info.doc_freq));
                for_each_block(&mut postings, |some, _| all.extend_from_slice(some));
                all
            }
        };
        docs = Some(kept);
    }
    adjacent(reader, &by_rarity, &docs.unwrap_or_default())
}

/// Of documents that hold all terms, those where they stand at their offsets.
fn adjacent(
    reader: &InvertedIndexReader,
    terms: &[&(u32, TermInfo)],
    docs: &[u32],
) -> Result<Vec<(u32, u32)>> {
    let mut postings = Vec::with_capacity(terms.len());
    if !docs.is_empty() {
        for (offset, info) in terms {
            postings.push((*offset, placed(reader, info)?));
        }
    }
    let mut found = Vec::new();
    let (mut begins, mut here) = (Vec::new(), Vec::new());
    for doc in docs {
        begins.clear();
        for (at, (offset, postings)) in postings.iter_mut().enumerate() {
            if postings.doc() < *doc {
                postings.seek(*doc);
            }
            postings.positions(&mut here);
            // A begin is where the phrase would start; positions before the offset cannot be.
            let starts = here.iter().filter_map(|position| position.checked_sub(*offset));
            if at == 0 {
                begins.extend(starts);
            } else {
                keep_common(&mut begins, starts);
            }
            if begins.is_empty() {
                break;
            }
        }
        if !begins.is_empty() {
            found.push((*doc, crate::columns::small(begins.len())));
        }
    }
    Ok(found)
}

/// Keeps what is in both ascending rows.
fn keep_common(begins: &mut Vec<u32>, mut others: impl Iterator<Item = u32>) {
    let mut other = others.next();
    begins.retain(|begin| {
        while other.is_some_and(|it| it < *begin) {
            other = others.next();
        }
        other == Some(*begin)
    });
}
