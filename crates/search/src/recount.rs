//! Reads the statistics back from an index that was opened.
use tantivy::termdict::TermStreamer;

use crate::columns::wide;
use crate::counts::Counts;
use crate::error::Result;
use crate::generation::{Generation, Segment};
use crate::postings::{blocks, for_each_block};
use crate::schema::{IS_NEED, IS_PUBLIC, N_TEXTS};

/// Counts every term of every live public document.
pub(crate) fn recount(generation: &Generation) -> Result<Counts> {
    let mut counts = Counts::default();
    let (mut n_offers, mut n_needs, mut sum_len) = (0, 0, [0; 2]);
    for segment in &generation.segments {
        let columns = &segment.columns;
        for doc in (0..segment.n_docs()).filter(|doc| is_counted(segment, *doc)) {
            let is_need = columns.has(doc, IS_NEED);
            *(if is_need { &mut n_needs } else { &mut n_offers }) += 1;
            sum_len[usize::from(is_need)] += u64::from(columns.len[wide(doc)]);
        }
        count_terms(segment, &mut counts)?;
    }
    counts.set_totals(n_offers, n_needs, sum_len);
    Ok(counts)
}

fn is_counted(segment: &Segment, doc: u32) -> bool {
    segment.is_live(doc) && segment.columns.has(doc, IS_PUBLIC)
}

/// Walks the dictionaries of all text fields side by side, so that a document that holds a term
/// in two fields counts once.
fn count_terms(segment: &Segment, counts: &mut Counts) -> Result<()> {
    let mut streams: Vec<TermStreamer<'_>> = Vec::with_capacity(N_TEXTS);
    for reader in &segment.texts {
        streams.push(reader.terms().stream()?);
    }
    let mut is_open: Vec<bool> = streams.iter_mut().map(|stream| stream.advance()).collect();
    let mut docs: Vec<u32> = Vec::new();
    let mut term: Vec<u8> = Vec::new();
    loop {
        let open = || streams.iter().zip(&is_open).filter(|(_, open)| **open);
        let Some(least) = open().map(|(stream, _)| stream.key()).min() else { return Ok(()) };
        term.clear();
        term.extend_from_slice(least);
        docs.clear();
        for (at, stream) in streams.iter_mut().enumerate() {
            if is_open[at] && stream.key() == term {
                let mut postings = blocks(&segment.texts[at], stream.value(), false)?;
                for_each_block(&mut postings, |some, _| docs.extend_from_slice(some));
                is_open[at] = stream.advance();
            }
        }
        docs.sort_unstable();
        docs.dedup();
        let (mut offers, mut needs) = (0, 0);
        for doc in docs.iter().filter(|doc| is_counted(segment, **doc)) {
            *(if segment.columns.has(*doc, IS_NEED) { &mut needs } else { &mut offers }) += 1;
        }
        if offers + needs > 0 {
            counts.set(&String::from_utf8_lossy(&term), offers, needs);
        }
    }
}
