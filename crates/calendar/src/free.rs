//! Free slots over many things at once.
//!
//! A board keeps the taken time of each thing as one sorted run inside a single vector, so that a
//! search over a thousand things walks memory forwards and looks at nothing twice.

use crate::grid::Grid;
use crate::spans::Spans;
use crate::zone::Zone;
use base::{Instant, Span};

/// What is wanted of a thing's time.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The whole of a slot lies in it.
    pub within: Span,
    /// Minutes of a slot, above zero.
    pub minutes: i64,
}

/// One thing: where its taken time lies, and when it is open.
#[derive(Clone, Copy, Debug)]
pub struct Lane {
    first: usize,
    last: usize,
    /// Its opening time, by its place in the board's list.
    open: usize,
    grid: Grid,
    /// Minutes before and after a slot that have to be free too.
    before: i64,
    after: i64,
}

/// The taken time of many things.
#[derive(Debug, Default)]
pub struct Board {
    lanes: Vec<Lane>,
    taken: Vec<Span>,
    open: Vec<Spans>,
}

impl Board {
    /// A board without things.
    pub fn new() -> Self {
        Self::default()
    }

    /// Room for so many things and spans.
    pub fn with_room(n_things: usize, n_spans: usize) -> Self {
        Self {
            lanes: Vec::with_capacity(n_things),
            taken: Vec::with_capacity(n_spans),
            open: vec![],
        }
    }

    /// Opening time that several things share; its place is given to [`Board::add`].
    pub fn open(&mut self, open: Spans) -> usize {
        self.open.push(open);
        self.open.len() - 1
    }

    /// Adds a thing; answers its number. Taken spans may come in any order and overlap, as seats do.
    pub fn add(
        &mut self,
        open: usize,
        (seats, grid, (before, after)): (u16, Grid, (i64, i64)),
        taken: impl IntoIterator<Item = Span>,
    ) -> usize {
        assert!(open < self.open.len(), "opening time is added first");
        let first = self.taken.len();
        self.taken.extend(taken);
        let own = &mut self.taken[first..];
        if !own.is_sorted_by_key(|span| span.start()) {
            own.sort_unstable_by_key(|span| span.start());
        }
        if seats <= 1 {
            // With one seat ends rise as starts do, so that a search may begin in the middle.
            merge(&mut self.taken, first);
        } else {
            let full = overfull(&self.taken[first..], seats);
            self.taken.truncate(first);
            self.taken.extend(full);
        }
        let last = self.taken.len();
        self.lanes.push(Lane { first, last, open, grid, before, after });
        self.lanes.len() - 1
    }

    /// How many things there are.
    pub fn len(&self) -> usize {
        self.lanes.len()
    }

    /// Whether nothing is on the board.
    pub fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// The first slot of each thing that has one, with the thing's number, earliest first; of equal
    /// slots the thing that was added first comes first.
    pub fn first_free(&self, zone: &Zone, wanted: Wanted) -> Vec<(usize, Span)> {
        let each = (0..self.lanes.len())
            .filter_map(|thing| self.slots(zone, thing, wanted).next().map(|span| (thing, span)));
        let mut found: Vec<(usize, Span)> = each.collect();
        found.sort_by_key(|(thing, span)| (span.start(), *thing));
        found
    }

    /// The slots of one thing: the earliest of each gap, then on by the length of a slot.
    pub fn slots<'a>(
        &'a self,
        zone: &'a Zone,
        thing: usize,
        wanted: Wanted,
    ) -> impl Iterator<Item = Span> + 'a {
        let lane = self.lanes[thing];
        let taken = &self.taken[lane.first..lane.last];
        let long = wanted.minutes.max(1).saturating_mul(60_000_000);
        let (before, after) = (lane.before * 60_000_000, lane.after * 60_000_000);
        let open = self.open[lane.open].touching(wanted.within);
        let from = wanted.within.start().micros();
        open.iter().flat_map(move |piece| {
            let piece_end = piece.end().min(wanted.within.end()).micros();
            let mut at = piece.start().micros().max(from);
            let mut next = taken.partition_point(|span| span.end().micros() <= at - before);
            // One after another as they are asked for: mostly the first is enough.
            let slot = move || {
                loop {
                    at = lane.grid.next_start(zone, Instant::from_micros(at)).micros();
                    let end = at.saturating_add(long);
                    if end > piece_end {
                        return None;
                    }
                    while next < taken.len() && taken[next].end().micros() <= at - before {
                        next += 1;
                    }
                    match taken.get(next) {
                        Some(busy) if busy.start().micros() < end + after => {
                            at = busy.end().micros() + before;
                        }
                        _ => {
                            let start = std::mem::replace(&mut at, end);
                            return Span::new(
                                Instant::from_micros(start),
                                Instant::from_micros(end),
                            );
                        }
                    }
                }
            };
            std::iter::from_fn(slot).take(SLOTS_MAX)
        })
    }
}

/// Slots that are looked for in one opening at most.
const SLOTS_MAX: usize = 64;

fn merge(taken: &mut Vec<Span>, first: usize) {
    let mut kept = first;
    for at in first..taken.len() {
        let span = taken[at];
        if kept > first && span.start() <= taken[kept - 1].end() {
            let last = taken[kept - 1];
            taken[kept - 1] = Span::new(last.start(), last.end().max(span.end())).expect("it grew");
        } else {
            taken[kept] = span;
            kept += 1;
        }
    }
    taken.truncate(kept);
}

/// The time in which as many spans as there are seats run at once, in order.
fn overfull(taken: &[Span], seats: u16) -> Vec<Span> {
    let mut turns: Vec<(Instant, i32)> = Vec::with_capacity(taken.len() * 2);
    for span in taken {
        turns.push((span.start(), 1));
        turns.push((span.end(), -1));
    }
    turns.sort_unstable();
    let (mut now, mut since, mut full) = (0i32, None, Vec::new());
    for (at, turn) in turns {
        now += turn;
        match (now >= i32::from(seats), since) {
            (true, None) => since = Some(at),
            (false, Some(from)) => {
                full.extend(Span::new(from, at));
                since = None;
            }
            _ => {}
        }
    }
    full.into_iter().collect::<Spans>().as_slice().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(from: i64, until: i64) -> Span {
        let at = |minute: i64| Instant::from_micros(minute * 60_000_000);
        Span::new(at(from), at(until)).expect("a span")
    }

    fn plain(seats: u16) -> (u16, Grid, (i64, i64)) {
        (seats, Grid::default(), (0, 0))
    }

    #[test]
    fn the_earliest_slots_come_first() {
        let (mut board, zone) = (Board::new(), Zone::china());
        let day = board.open([span(0, 600)].into_iter().collect());
        let evening = board.open([span(480, 600)].into_iter().collect());
        board.add(day, plain(1), [span(0, 100), span(150, 300)]);
        board.add(day, plain(1), [span(0, 50)]);
        board.add(evening, plain(1), []);
        board.add(day, plain(1), [span(0, 600)]);
        let wanted = Wanted { within: span(0, 600), minutes: 60 };
        assert_eq!(
            board.first_free(&zone, wanted),
            [(1, span(50, 110)), (0, span(300, 360)), (2, span(480, 540))]
        );
    }

    #[test]
    fn buffers_and_the_grid_are_kept() {
        let (mut board, zone) = (Board::new(), Zone::china());
        let open = board.open([span(0, 600)].into_iter().collect());
        board.add(
            open,
            (1, Grid { start: 30, length: 30 }, (10, 20)),
            [span(0, 100), span(200, 300)],
        );
        let wanted = Wanted { within: span(0, 600), minutes: 60 };
        let found: Vec<Span> = board.slots(&zone, 0, wanted).take(2).collect();
        assert_eq!(found, [span(120, 180), span(330, 390)]);
    }

    #[test]
    fn seats_are_full_only_together() {
        let (mut board, zone) = (Board::new(), Zone::china());
        let open = board.open([span(0, 600)].into_iter().collect());
        board.add(open, plain(2), [span(0, 100), span(50, 200)]);
        let first = |minutes, from| {
            let wanted = Wanted { within: span(from, 600), minutes };
            board.slots(&zone, 0, wanted).next()
        };
        assert_eq!(first(50, 0), Some(span(0, 50)));
        assert_eq!(first(51, 0), Some(span(100, 151)));
        assert_eq!(first(10, 60), Some(span(100, 110)));
    }

    proptest! {
        /// The first slot is free and open, and no earlier minute would do.
        #[test]
        fn the_first_slot_is_the_first(
            seats in 1u16..4,
            taken in prop::collection::vec((0i64..200, 1i64..50), 0..25),
            open in prop::collection::vec((0i64..200, 1i64..120), 1..5),
            minutes in 1i64..40,
            (before, after) in (0i64..5, 0i64..5),
        ) {
            let zone = Zone::china();
            let taken: Vec<Span> = taken.iter().map(|(at, long)| span(*at, at + long)).collect();
            let open: Spans = open.iter().map(|(at, long)| span(*at, at + long)).collect();
            let mut board = Board::new();
            let place = board.open(open.clone());
            board.add(place, (seats, Grid::default(), (before, after)), taken.iter().copied());
            let within = span(10, 300);
            let fits = |at: i64| {
                let slot = span(at, at + minutes);
                let wide = span(at - before, at + minutes + after);
                open.covers(slot) && (wide_is_free(&taken, wide, seats))
            };
            let by_hand = (10..=300 - minutes).find(|at| fits(*at));
            let found = board.slots(&zone, 0, Wanted { within, minutes }).next();
            prop_assert_eq!(found, by_hand.map(|at| span(at, at + minutes)));
        }
    }

    fn wide_is_free(taken: &[Span], wide: Span, seats: u16) -> bool {
        crate::seats::busiest(taken.iter().copied(), wide).0 < usize::from(seats)
    }
}
