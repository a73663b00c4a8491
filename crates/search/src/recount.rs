//! Reads the statistics back from an index that was opened.
use crate::columns::wide;
use crate::counts::Counts;
use crate::error::Result;
use crate::generation::{Generation, Segment};
use crate::postings::{blocks, for_each_block};
use crate::schema::{IS_NEED, IS_PUBLIC};

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

fn count_terms(segment: &Segment, counts: &mut Counts) -> Result<()> {
    let mut terms = segment.text.terms().stream()?;
    while let Some((term, info)) = terms.next() {
        let (mut offers, mut needs) = (0, 0);
        for_each_block(&mut blocks(&segment.text, info, false)?, |docs, _| {
            for doc in docs.iter().filter(|doc| is_counted(segment, **doc)) {
                *(if segment.columns.has(*doc, IS_NEED) { &mut needs } else { &mut offers }) += 1;
            }
        });
        if offers + needs > 0 {
            counts.set(&String::from_utf8_lossy(term), offers, needs);
        }
    }
    Ok(())
}
