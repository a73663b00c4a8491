//! Equal seats of one thing: which one is free, and when there are too few.

use base::{Instant, Span};

/// Time that is taken on one seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The number of the seat, from 1.
    pub seat: u16,
    pub span: Span,
}

/// A span divided over seats, so that each piece lies on the lowest seat that is free at its start and
/// is as long as that seat stays free; `Err` is the first moment at which every seat is taken.
///
/// Division is what makes the count of seats the only limit: two seats of which each is free half of
/// the time can still be had as one span.
pub fn place(taken: &[Taken], n_seats: u16, span: Span) -> Result<Vec<Taken>, Instant> {
    let mut pieces = Vec::new();
    let mut from = span.start();
    let whole = (1..=n_seats).find(|seat| free_until(taken, *seat, from) >= span.end());
    if let Some(seat) = whole {
        return Ok(vec![Taken { seat, span }]);
    }
    while from < span.end() {
        let free = (1..=n_seats).find(|seat| free_until(taken, *seat, from) > from).ok_or(from)?;
        let until = free_until(taken, free, from).min(span.end());
        pieces.push(Taken {
            seat: free,
            span: Span::new(from, until).expect("it is free for a time"),
        });
        from = until;
    }
    Ok(pieces)
}

/// Until when the seat is free from this moment on; the moment itself where it is taken.
fn free_until(taken: &[Taken], seat: u16, from: Instant) -> Instant {
    let later = taken.iter().filter(|piece| piece.seat == seat && piece.span.end() > from);
    later.map(|piece| piece.span.start().max(from)).min().unwrap_or(Instant::from_micros(i64::MAX))
}

/// The most spans that hold one moment of a span, and the first moment at which so many do.
pub fn busiest(spans: impl IntoIterator<Item = Span>, within: Span) -> (usize, Instant) {
    let mut turns: Vec<(Instant, i32)> = Vec::new();
    for span in spans {
        if let Some(part) = crate::spans::common(span, within) {
            turns.push((part.start(), 1));
            turns.push((part.end(), -1));
        }
    }
    // Ends before starts: half-open spans that touch do not meet.
    turns.sort_unstable();
    let (mut now, mut most, mut at) = (0i32, 0i32, within.start());
    for (moment, turn) in turns {
        now += turn;
        if now > most {
            (most, at) = (now, moment);
        }
    }
    (usize::try_from(most).unwrap_or(0), at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(from: i64, until: i64) -> Span {
        let at = |minute: i64| Instant::from_micros(minute * 60_000_000);
        Span::new(at(from), at(until)).expect("a span")
    }

    #[test]
    fn the_lowest_free_seat_is_taken() {
        let one = Taken { seat: 1, span: span(0, 10) };
        assert_eq!(place(&[one], 2, span(5, 8)), Ok(vec![Taken { seat: 2, span: span(5, 8) }]));
        assert_eq!(place(&[one], 2, span(10, 12)), Ok(vec![Taken { seat: 1, span: span(10, 12) }]));
        assert_eq!(place(&[one], 1, span(9, 12)), Err(Instant::from_micros(9 * 60_000_000)));
    }

    #[test]
    fn two_halves_of_two_seats_are_one_span() {
        let taken = [Taken { seat: 1, span: span(0, 5) }, Taken { seat: 2, span: span(5, 10) }];
        let pieces = place(&taken, 2, span(0, 10)).expect("room for one more");
        assert_eq!(
            pieces,
            [Taken { seat: 2, span: span(0, 5) }, Taken { seat: 1, span: span(5, 10) }]
        );
    }

    proptest! {
        /// What is placed one after another never shares a seat, and is refused only where every seat
        /// is taken at the moment that is named.
        #[test]
        fn seats_are_never_shared(
            n_seats in 1u16..5,
            asked in prop::collection::vec((0i64..100, 1i64..30), 1..40),
        ) {
            let mut taken: Vec<Taken> = Vec::new();
            let mut held: Vec<Span> = Vec::new();
            for (from, long) in asked {
                let ask = span(from, from + long);
                match place(&taken, n_seats, ask) {
                    Ok(pieces) => {
                        for piece in &pieces {
                            prop_assert!((1..=n_seats).contains(&piece.seat));
                            prop_assert!(!taken.iter().any(|own| own.seat == piece.seat && own.span.overlaps(piece.span)));
                        }
                        let total: i64 = pieces.iter().map(|piece| crate::zone::minutes(piece.span)).sum();
                        prop_assert_eq!(total, long);
                        taken.extend(pieces);
                        held.push(ask);
                        let whole = span(0, 1_000);
                        prop_assert!(busiest(held.iter().copied(), whole).0 <= usize::from(n_seats));
                    }
                    Err(at) => {
                        prop_assert!(ask.holds(at));
                        let here = held.iter().filter(|own| own.holds(at)).count();
                        prop_assert_eq!(here, usize::from(n_seats));
                    }
                }
            }
        }
    }
}
