//! Reads postings: which documents hold a term, how often, and where.
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use matching::query::Target;
use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader};

use crate::columns::{Section, small, wide};
use crate::error::Result;
use crate::generation::Segment;

/// Blocks of postings hold so many documents, except the last one.
const FULL_BLOCK: usize = 128;

/// Terms of one segment, each looked up once.
pub(crate) struct Book<'a> {
    pub(crate) segment: &'a Segment,
    known: HashMap<&'a str, Option<TermInfo>>,
}

impl<'a> Book<'a> {
    pub(crate) fn new(segment: &'a Segment) -> Self {
        Self { segment, known: HashMap::new() }
    }

    /// Where the postings of a term lie, if any document of the segment holds it.
    pub(crate) fn info(&mut self, term: &'a str) -> Result<Option<&TermInfo>> {
        let known = match self.known.entry(term) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(self.segment.text.terms().get(term)?),
        };
        Ok(known.as_ref())
    }
}

/// The postings of a term, block by block.
pub(crate) fn blocks(
    reader: &InvertedIndexReader,
    info: &TermInfo,
    with_counts: bool,
) -> Result<BlockSegmentPostings> {
    let option = if with_counts { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
    Ok(reader.read_block_postings_from_terminfo(info, option)?)
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

/// Calls `see` with each document that holds the term, and how often it does.
pub(crate) fn each(
    segment: &Segment,
    info: &TermInfo,
    mut see: impl FnMut(u32, u32),
) -> Result<()> {
    for_each_block(&mut blocks(&segment.text, info, true)?, |docs, counts| {
        docs.iter().zip(counts).for_each(|(doc, n)| see(*doc, *n));
    });
    Ok(())
}

/// All documents that hold the term.
pub(crate) fn all_docs(segment: &Segment, info: &TermInfo) -> Result<Vec<u32>> {
    let mut all = Vec::with_capacity(wide(info.doc_freq));
    for_each_block(&mut blocks(&segment.text, info, false)?, |docs, _| all.extend_from_slice(docs));
    Ok(all)
}

/// The documents that hold an exact term of any field.
pub(crate) fn docs_of(reader: &InvertedIndexReader, term: impl AsRef<[u8]>) -> Result<Vec<u32>> {
    let mut docs = Vec::new();
    if let Some(info) = reader.terms().get(term)? {
        for_each_block(&mut blocks(reader, &info, false)?, |some, _| docs.extend_from_slice(some));
    }
    Ok(docs)
}

/// Calls `hit` with the index of each document that holds the term, and how often it does.
pub(crate) fn frequencies(
    segment: &Segment,
    info: &TermInfo,
    docs: &[u32],
    hit: impl FnMut(usize, u32),
) -> Result<()> {
    meet(&mut blocks(&segment.text, info, true)?, docs, hit);
    Ok(())
}

/// Walks ascending documents and postings together.
fn meet(postings: &mut BlockSegmentPostings, docs: &[u32], mut hit: impl FnMut(usize, u32)) {
    let mut at = 0;
    while let Some(doc) = docs.get(at).copied() {
        let mut within = postings.seek(doc);
        let n = postings.block_len();
        // Inside the block that may hold the document, both are walked step by step.
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
        if n < FULL_BLOCK {
            return;
        }
    }
}

/// Calls `see` with each of the documents that holds the term, how often it does, and in which
/// parts of its text.
pub(crate) fn sections(
    segment: &Segment,
    info: &TermInfo,
    docs: &[u32],
    mut see: impl FnMut(u32, u32, &[Section]),
) -> Result<()> {
    let mut postings = placed(segment, info)?;
    let mut positions = Vec::new();
    let mut sections: Vec<Section> = Vec::new();
    for doc in docs {
        if go_to(&mut postings, *doc) {
            postings.positions(&mut positions);
            sections.clear();
            sections.extend(positions.iter().map(|at| segment.columns.section(*doc, *at)));
            // Positions ascend, so equal sections are neighbours.
            sections.dedup();
            see(*doc, postings.term_freq(), &sections);
        }
    }
    Ok(())
}

/// The postings of a term with positions.
fn placed(segment: &Segment, info: &TermInfo) -> Result<SegmentPostings> {
    let option = IndexRecordOption::WithFreqsAndPositions;
    Ok(segment.text.read_postings_from_terminfo(info, option)?)
}

/// Goes on to a document; true if the term stands there.
fn go_to(postings: &mut SegmentPostings, doc: u32) -> bool {
    if postings.doc() < doc {
        postings.seek(doc);
    }
    postings.doc() == doc
}

/// The documents that hold all terms at their offsets in one text of the target, and how often.
///
/// With `within`, only those documents are looked at.
pub(crate) fn phrase(
    segment: &Segment,
    terms: &[(u32, TermInfo)],
    within: Option<&[u32]>,
    target: Target,
) -> Result<Vec<(u32, u32)>> {
    let mut by_rarity: Vec<&(u32, TermInfo)> = terms.iter().collect();
    by_rarity.sort_by_key(|(_, info)| info.doc_freq);
    let mut docs: Option<Vec<u32>> = within.map(<[u32]>::to_vec);
    for (_, info) in &by_rarity {
        docs = Some(match &docs {
            Some(docs) => {
                let mut kept = Vec::new();
                frequencies(segment, info, docs, |at, _| kept.push(docs[at]))?;
                kept
            }
            None => all_docs(segment, info)?,
        });
    }
    adjacent(segment, &by_rarity, &docs.unwrap_or_default(), target)
}

/// Of documents that hold all terms, those where they stand at their offsets.
fn adjacent(
    segment: &Segment,
    terms: &[&(u32, TermInfo)],
    docs: &[u32],
    target: Target,
) -> Result<Vec<(u32, u32)>> {
    if docs.is_empty() {
        return Ok(Vec::new());
    }
    let mut postings = Vec::with_capacity(terms.len());
    for (offset, info) in terms {
        postings.push((*offset, placed(segment, info)?));
    }
    let width = terms.iter().map(|(offset, _)| *offset).max().unwrap_or(0);
    let mut found = Vec::new();
    let (mut begins, mut here) = (Vec::new(), Vec::new());
    for doc in docs {
        begins.clear();
        for (at, (offset, postings)) in postings.iter_mut().enumerate() {
            if !go_to(postings, *doc) {
                begins.clear();
                break;
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
        begins.retain(|begin| {
            let section = segment.columns.section(*doc, *begin);
            section.is_in(target) && section == segment.columns.section(*doc, begin + width)
        });
        if !begins.is_empty() {
            found.push((*doc, small(begins.len())));
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
