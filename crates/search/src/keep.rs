//! Keeps the best of many ranked documents without sorting them all.
use crate::answer::Cursor;
use crate::error::Result;
use crate::generation::{Generation, Place, Room};
use crate::rank::{Ranked, best, order};

/// The best of what was offered so far.
pub(crate) struct Keeper<'a> {
    generation: &'a Generation,
    limit: usize,
    floor: f64,
    ranked: Vec<Ranked>,
    after: Option<&'a Cursor>,
}

impl<'a> Keeper<'a> {
    pub(crate) fn new(generation: &'a Generation, limit: usize) -> Self {
        Self { generation, limit, floor: 0.0, ranked: Vec::new(), after: None }
    }

    /// Keeps only what lies behind a cursor.
    pub(crate) fn behind(self, after: Option<&'a Cursor>) -> Self {
        Self { after, ..self }
    }

    /// Has the documents of a segment scored, and keeps the best that may stay.
    ///
    /// `score` may leave a document's score short where no longer score would be among the best
    /// of this segment.
    pub(crate) fn keep_scored(
        &mut self,
        segment: usize,
        may_stay: impl Fn(u32) -> bool,
        score: impl FnOnce(&mut Room, &dyn Fn(u32) -> bool) -> Result<()>,
    ) -> Result<()> {
        self.generation.with_room(|room| {
            score(room, &may_stay)?;
            for (doc, score) in room.scored() {
                if score >= self.floor && may_stay(doc) {
                    self.keep(Ranked { score, place: Place { segment, doc } });
                }
            }
            Ok(())
        })
    }

    /// Keeps a document if it is among the best so far.
    pub(crate) fn keep(&mut self, ranked: Ranked) {
        if ranked.score < self.floor || !self.is_behind(&ranked) {
            return;
        }
        self.ranked.push(ranked);
        if self.ranked.len() >= self.limit * 4 + 64 {
            let by_order = |a: &Ranked, b: &Ranked| order(self.generation, a, b);
            let (_, last, _) = self.ranked.select_nth_unstable_by(self.limit, by_order);
            self.floor = last.score;
            self.ranked.truncate(self.limit + 1);
        }
    }

    fn is_behind(&self, ranked: &Ranked) -> bool {
        self.after.is_none_or(|after| {
            ranked.score < after.score
                || (ranked.score == after.score
                    && self.generation.name(ranked.place).1 > after.id.as_str())
        })
    }

    pub(crate) fn best(self) -> Vec<Ranked> {
        best(self.generation, self.ranked, self.limit)
    }
}
