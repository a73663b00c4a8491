//! Sets of time: sorted spans of which no two touch, and what can be reckoned with them.

use crate::zone::minutes;
use base::{Instant, Span};

/// A set of moments, as the fewest spans that hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spans(Vec<Span>);

impl FromIterator<Span> for Spans {
    /// The union: spans that touch become one.
    fn from_iter<I: IntoIterator<Item = Span>>(spans: I) -> Self {
        let mut sorted: Vec<Span> = spans.into_iter().collect();
        sorted.sort_unstable_by_key(|span| span.start());
        let mut union: Vec<Span> = Vec::with_capacity(sorted.len());
        for span in sorted {
            match union.last_mut() {
                Some(last) if span.start() <= last.end() => {
                    if span.end() > last.end() {
                        *last = Span::new(last.start(), span.end()).expect("it grew");
                    }
                }
                _ => union.push(span),
            }
        }
        Self(union)
    }
}

impl Spans {
    /// The time in which at least so many of the spans lie over each other.
    pub fn of_depth(spans: &[Span], depth: usize) -> Self {
        if depth <= 1 {
            return spans.iter().copied().collect();
        }
        let mut edges: Vec<Instant> = spans.iter().flat_map(|it| [it.start(), it.end()]).collect();
        edges.sort_unstable();
        edges.dedup();
        let is_deep = |span: &Span| spans.iter().filter(|own| own.overlaps(*span)).count() >= depth;
        let between = edges.windows(2).filter_map(|pair| Span::new(pair[0], pair[1]));
        between.filter(is_deep).collect()
    }

    /// The spans, in order.
    pub fn as_slice(&self) -> &[Span] {
        &self.0
    }

    /// Whether no moment is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that share a moment with the span.
    pub fn touching(&self, span: Span) -> &[Span] {
        let first = self.0.partition_point(|own| own.end() <= span.start());
        let last = self.0.partition_point(|own| own.start() < span.end());
        &self.0[first..last.max(first)]
    }

    /// Whether every moment of the span is in it.
    pub fn covers(&self, span: Span) -> bool {
        matches!(self.touching(span), [one] if one.start() <= span.start() && span.end() <= one.end())
    }

    /// Whether this moment is in it.
    pub fn holds(&self, at: Instant) -> bool {
        let next = self.0.partition_point(|own| own.end() <= at);
        self.0.get(next).is_some_and(|own| own.holds(at))
    }

    /// What of it lies in the span.
    pub fn within(&self, span: Span) -> Self {
        Self(self.touching(span).iter().filter_map(|own| common(*own, span)).collect())
    }

    /// Minutes of the span that are in it; a begun minute counts once for each piece.
    pub fn minutes_in(&self, span: Span) -> i64 {
        self.touching(span).iter().filter_map(|own| common(*own, span)).map(minutes).sum()
    }

    /// What lies in the span and not in this set.
    pub fn gaps(&self, span: Span) -> Self {
        let mut gaps = Vec::new();
        let mut from = span.start();
        for own in self.touching(span) {
            gaps.extend(Span::new(from, own.start()));
            from = from.max(own.end());
        }
        gaps.extend(Span::new(from, span.end()));
        Self(gaps)
    }

    /// What is in both.
    pub fn and(&self, other: &Self) -> Self {
        let both = other.0.iter().flat_map(|span| self.within(*span).0);
        Self(both.collect())
    }

    /// What is in this set and not in the other.
    pub fn without(&self, other: &Self) -> Self {
        Self(self.0.iter().flat_map(|span| other.gaps(*span).0).collect())
    }

    /// Minutes of all of it.
    pub fn minutes(&self) -> i64 {
        self.0.iter().copied().map(minutes).sum()
    }
}

/// What two spans share.
pub fn common(one: Span, other: Span) -> Option<Span> {
    Span::new(one.start().max(other.start()), one.end().min(other.end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(from: i64, until: i64) -> Option<Span> {
        let at = |minute: i64| Instant::from_micros(minute * 60_000_000);
        Span::new(at(from), at(until))
    }

    fn set(pairs: &[(i64, i64)]) -> Spans {
        pairs.iter().filter_map(|(from, until)| span(*from, *until)).collect()
    }

    #[test]
    fn touching_spans_become_one() {
        assert_eq!(set(&[(5, 9), (0, 5), (20, 30), (22, 25)]), set(&[(0, 9), (20, 30)]));
        assert_eq!(set(&[(0, 5), (6, 9)]).as_slice().len(), 2);
    }

    #[test]
    fn a_span_is_covered_by_one_piece() {
        let open = set(&[(0, 10), (12, 20)]);
        let covers = |from, until| open.covers(span(from, until).expect("a span"));
        assert!(covers(0, 10) && covers(3, 5) && covers(12, 20));
        assert!(!covers(9, 13) && !covers(10, 12) && !covers(-1, 5) && !covers(15, 21));
    }

    proptest! {
        /// Every operation says of each minute what the minutes of its parts say.
        #[test]
        fn sets_agree_with_their_minutes(
            one in prop::collection::vec((0i64..60, 1i64..20), 0..8),
            other in prop::collection::vec((0i64..60, 1i64..20), 0..8),
            (from, long) in (0i64..60, 1i64..40),
        ) {
            let build = |pairs: &[(i64, i64)]| {
                set(&pairs.iter().map(|(at, long)| (*at, at + long)).collect::<Vec<_>>())
            };
            let (one, other) = (build(&one), build(&other));
            let frame = span(from, from + long).expect("a span");
            let (both, less) = (one.and(&other), one.without(&other));
            let (gaps, within) = (one.gaps(frame), one.within(frame));
            let mut counted = 0;
            for minute in -1..120 {
                let at = Instant::from_micros(minute * 60_000_000);
                let (in_one, in_other) = (one.holds(at), other.holds(at));
                prop_assert_eq!(both.holds(at), in_one && in_other);
                prop_assert_eq!(less.holds(at), in_one && !in_other);
                prop_assert_eq!(gaps.holds(at), frame.holds(at) && !in_one);
                prop_assert_eq!(within.holds(at), frame.holds(at) && in_one);
                counted += i64::from(frame.holds(at) && in_one);
            }
            prop_assert_eq!(one.minutes_in(frame), counted);
            prop_assert_eq!(one.covers(frame), counted == long);
        }
    }
}
