//! Waiting for time: wishes for a slot, offers that pass on, freed time that is worth telling.

use crate::policy::{Ask, Doing, Facts, judge, nearest};
use crate::problem::{Problem, Stage};
use base::{Class, Instant, InstrumentId, OrganisationId, PersonId, Refusal, Span, WishId, text};
use calendar::zone::{minutes, plus_minutes};
use calendar::{Days, Hours, Spans, Weekdays, Zone};

/// Instruments that one wish names at most.
pub const INSTRUMENTS_MAX: usize = 20;
/// Wishes of one person that wait at a time.
pub const WISHES_MAX: usize = 20;
/// Days that one wish reaches over at most.
pub const WINDOW_DAYS_MAX: i64 = 62;
/// Minutes that one wish asks for at most: a week.
pub const WISH_MINUTES_MAX: u32 = 7 * 1440;
/// Hours for which somebody whose booking an outage took has the first right, and days after it in which
/// other time is looked for.
pub const FIRST_RIGHT_HOURS: i64 = 24;
const FIRST_RIGHT_DAYS: i64 = 14;
/// Times that are tried for somebody whom a rule keeps out, to tell which.
const TRIES_MAX: usize = 400;

/// Places of the classes in the order: whose time was taken away by an outage, the owner's own people,
/// everybody else.
pub const DISPLACED: u16 = 0;
pub const INTERNAL: u16 = 1;
pub const EXTERNAL: u16 = 2;

/// Where a wish stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Waiting,
    /// Time is held for it until the offer is answered or lapses.
    Offered,
    /// It became a booking.
    Served,
    /// Its person gave it up.
    Left,
    /// Its offer lapsed, or its time is over.
    Expired,
}

impl State {
    pub const ALL: [Self; 5] =
        [Self::Waiting, Self::Offered, Self::Served, Self::Left, Self::Expired];

    /// The name in rows and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Offered => "offered",
            Self::Served => "served",
            Self::Left => "left",
            Self::Expired => "expired",
        }
    }

    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether something can still come of it.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Waiting | Self::Offered)
    }
}

/// Time that is held for a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    pub instrument: InstrumentId,
    pub span: Span,
    /// From this moment on it is gone.
    pub until: Instant,
}

/// Somebody's wish for some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    pub id: WishId,
    pub person: PersonId,
    pub organisation: Option<OrganisationId>,
    /// The class's place in the order; lower comes first.
    pub priority: u16,
    pub joined: Instant,
    /// Any one of these.
    pub instruments: Vec<InstrumentId>,
    /// The whole of the time lies in it.
    pub within: Span,
    pub minutes: u32,
    /// Whether it is booked without being asked about again.
    pub is_at_once: bool,
    pub state: State,
    /// Why it was passed over last.
    pub told: Vec<Problem>,
    /// What is offered; of one that waits, what its person declined.
    pub offer: Option<Offer>,
    /// Counts the changes, from 1.
    pub version: u64,
}

impl Wish {
    /// Whether its person has said no to this time.
    fn has_declined(&self, instrument: InstrumentId, span: Span) -> bool {
        let declined = self.offer.filter(|_| self.state == State::Waiting);
        declined.is_some_and(|it| it.instrument == instrument && it.span.overlaps(span))
    }

    /// The next version of it.
    pub fn next(&self, state: State) -> Self {
        Self { state, version: self.version + 1, ..self.clone() }
    }
}

/// A wish as it is asked for.
#[derive(Clone, Debug)]
pub struct Join {
    pub instruments: Vec<InstrumentId>,
    pub earliest: Instant,
    pub latest: Instant,
    pub minutes: u32,
}

/// All reasons against a wish; `n_live` are those that its person has already.
pub fn join(ask: &Join, n_live: usize, now: Instant) -> Result<Span, Vec<Refusal>> {
    let mut no = Vec::new();
    if ask.instruments.is_empty() {
        let required = Refusal::invalid("field-required").on("instruments");
        no.push(required.term("field", text::field_term("instruments")));
    }
    if ask.instruments.len() > INSTRUMENTS_MAX {
        let many = Refusal::invalid("wait-instruments-too-many").on("instruments");
        no.push(many.number("most", INSTRUMENTS_MAX));
    }
    if ask.minutes == 0 || ask.minutes > WISH_MINUTES_MAX {
        let long = Refusal::invalid("wait-minutes").on("minutes");
        no.push(long.number("most", WISH_MINUTES_MAX));
    }
    let last = now.plus_seconds(WINDOW_DAYS_MAX * 86_400);
    let window = Span::new(ask.earliest.max(now), ask.latest.min(last));
    let window = window.filter(|window| minutes(*window) >= i64::from(ask.minutes));
    if window.is_none() || ask.latest > last {
        let short = Refusal::invalid("wait-window").on("latest");
        no.push(short.number("days", WINDOW_DAYS_MAX));
    }
    if n_live >= WISHES_MAX {
        no.push(Refusal::new(Class::Refused, "wait-too-many").number("most", WISHES_MAX));
    }
    match window {
        Some(window) if no.is_empty() => Ok(window),
        _ => Err(no),
    }
}

/// A wish that was passed over, and why; it keeps its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub wish: WishId,
    pub problems: Vec<Problem>,
}

/// Who gets freed time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// The wish, its time, and whether it is booked at once.
    pub winner: Option<(WishId, Span, bool)>,
    pub skipped: Vec<Skipped>,
}

/// Finds who gets freed time: by class, then by who came first. `judge` finds the time in a room, or says
/// which rules a booking of that wish would break now; it says none where the room is too small.
/// The room reaches over what was free on either side before.
pub fn serve(
    instrument: InstrumentId,
    freed: Span,
    wishes: &[Wish],
    mut judge: impl FnMut(&Wish, Span) -> Result<Span, Vec<Problem>>,
) -> Served {
    let mut order: Vec<&Wish> =
        wishes.iter().filter(|wish| wish.instruments.contains(&instrument)).collect();
    order.sort_by_key(|wish| (wish.priority, wish.joined, wish.id));
    let mut served = Served::default();
    for wish in order {
        let Some(room) = room(wish, freed) else { continue };
        match judge(wish, room) {
            Ok(span) if wish.has_declined(instrument, span) => {}
            Ok(span) => {
                served.winner = Some((wish.id, span, wish.is_at_once));
                break;
            }
            Err(problems) if problems.is_empty() => {}
            Err(problems) => served.skipped.push(Skipped { wish: wish.id, problems }),
        }
    }
    served
}

/// Where the time of a wish may lie when some became free: it touches that, and may begin before or end
/// after it.
fn room(wish: &Wish, freed: Span) -> Option<Span> {
    wish.within.overlaps(freed).then_some(())?;
    let more = i64::from(wish.minutes) - 1;
    let wide = Span::new(plus_minutes(freed.start(), -more), plus_minutes(freed.end(), more))?;
    let room = calendar::spans::common(wish.within, wide)?;
    (minutes(room) >= i64::from(wish.minutes)).then_some(room)
}

/// The first time in a room that passes all rules. If there is none: which rules keep out of time that
/// is free, or nothing where none of that length is.
pub fn fit(facts: &Facts<'_>, wanted: u32, room: Span, now: Instant) -> Result<Span, Vec<Problem>> {
    let end = plus_minutes(room.start(), i64::from(wanted));
    let (passes, asks) = (Vec::new(), false);
    let ask = Ask { start: room.start(), end, doing: Doing::Book, passes, asks };
    if let Some(span) = nearest(facts, &ask, (room, 1), now).first() {
        return Ok(*span);
    }
    let grid = facts.rules.grid.value;
    let mut start = grid.next_start(facts.zone, room.start().max(now));
    for _ in 0..TRIES_MAX {
        let end = plus_minutes(start, i64::from(wanted));
        if end > room.end() {
            break;
        }
        let verdict = judge(facts, &Ask { start, end, ..ask.clone() }, now);
        if verdict.problems.iter().all(|problem| problem.code.stage().0 != Stage::B) {
            return Err(verdict.problems);
        }
        start = grid.next_start(facts.zone, plus_minutes(start, i64::from(grid.start.max(1))));
    }
    Err(Vec::new())
}

/// The parts of a time in which a seat is free.
pub fn free_parts(whole: Span, taken: &[Span], seats: u16) -> Spans {
    let mut edges: Vec<Instant> = taken
        .iter()
        .filter_map(|span| calendar::spans::common(*span, whole))
        .flat_map(|span| [span.start(), span.end()])
        .chain([whole.start(), whole.end()])
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let between = edges.windows(2).filter_map(|pair| Span::new(pair[0], pair[1]));
    let is_free =
        |span: &Span| taken.iter().filter(|own| own.overlaps(*span)).count() < usize::from(seats);
    between.filter(is_free).collect()
}

/// Where other time for a displaced booking is looked for, and until when its person has the first
/// right to it. Nothing is given back for what is over.
pub fn first_right_within(span: Span, now: Instant) -> Option<(Span, Instant)> {
    let until = now.plus_seconds(FIRST_RIGHT_HOURS * 3_600);
    let from = now.max(span.start());
    let last = from.plus_seconds(FIRST_RIGHT_DAYS * 86_400);
    (span.end() > now).then_some(())?;
    Some((Span::new(from, last)?, until))
}

/// Until when an offer stands: so many minutes, and never after the start.
pub fn offered_until(offer_minutes: u32, start: Instant, now: Instant) -> Instant {
    plus_minutes(now, i64::from(offer_minutes)).min(start)
}

/// Whether an offer can still be taken.
pub fn is_live(until: Instant, now: Instant) -> bool {
    now < until
}

/// What somebody wants to hear of freed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    pub least_minutes: u32,
    pub days_ahead: u32,
    /// Minutes of the day of the site between which it is worth telling; over midnight where the second
    /// is not after the first, always where both are 0.
    pub hours: (u16, u16),
}

impl Notice {
    /// All reasons against it.
    pub fn check(&self) -> Vec<Refusal> {
        let mut no = Vec::new();
        if self.least_minutes == 0 || self.least_minutes > WISH_MINUTES_MAX {
            let long = Refusal::invalid("wait-minutes").on("minutes");
            no.push(long.number("most", WISH_MINUTES_MAX));
        }
        let days = i64::from(self.days_ahead);
        if !(1..=WINDOW_DAYS_MAX).contains(&days) {
            no.push(Refusal::invalid("wait-days").on("days").number("most", WINDOW_DAYS_MAX));
        }
        if self.hours.0 >= 1440 || self.hours.1 > 1440 {
            no.push(Refusal::invalid("wait-hours").on("from"));
        }
        no
    }

    /// The first part of freed time that is still to come and worth telling.
    pub fn worth(&self, zone: &Zone, freed: Span, now: Instant) -> Option<Span> {
        let left = Span::new(freed.start().max(now), freed.end())?;
        let hours = match self.hours {
            (0, 0) => Hours::default(),
            (from, to) => Hours::daily(Weekdays::ALL, from, to),
        };
        let last = now.plus_seconds(i64::from(self.days_ahead) * 86_400);
        let parts = hours.within(zone, &Days::china(), left);
        let is_worth =
            |part: &Span| minutes(*part) >= i64::from(self.least_minutes) && part.start() <= last;
        parts.as_slice().iter().copied().find(is_worth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Code;

    fn at(minute: i64) -> Instant {
        Instant::from_micros(minute * 60_000_000)
    }

    fn span(from: i64, until: i64) -> Span {
        Span::new(at(from), at(until)).expect("a span")
    }

    const ONE: InstrumentId = InstrumentId::from_bits(1);

    fn wish(id: u128, priority: u16, joined: i64, minutes: u32) -> Wish {
        Wish {
            id: WishId::from_bits(id),
            person: PersonId::from_bits(id),
            organisation: None,
            priority,
            joined: at(joined),
            instruments: vec![ONE],
            within: span(0, 10_000),
            minutes,
            is_at_once: id == 2,
            state: State::Waiting,
            told: Vec::new(),
            offer: None,
            version: 1,
        }
    }

    #[test]
    fn a_wish_is_told_all_that_is_wrong_with_it() {
        let ask = |n: u128, from: i64, until: i64, minutes: u32| Join {
            instruments: (0..n).map(InstrumentId::from_bits).collect(),
            earliest: at(from),
            latest: at(until),
            minutes,
        };
        let codes = |ask: &Join, n_live: usize| -> Vec<String> {
            let no = join(ask, n_live, at(100)).expect_err("refused");
            no.into_iter().map(|refusal| refusal.code.to_string()).collect()
        };
        assert_eq!(join(&ask(1, 0, 200, 60), 0, at(100)), Ok(span(100, 200)));
        assert_eq!(codes(&ask(1, 0, 159, 60), 0), ["wait-window"]);
        assert_eq!(codes(&ask(1, 0, 63 * 1440 + 101, 60), 0), ["wait-window"]);
        let all = ["field-required", "wait-minutes", "wait-window", "wait-too-many"];
        assert_eq!(codes(&ask(0, 0, 50, 0), WISHES_MAX), all);
        assert_eq!(codes(&ask(21, 0, 200, 60), 0), ["wait-instruments-too-many"]);
    }

    #[test]
    fn free_time_beside_the_freed_counts_and_declined_time_does_not() {
        let first = |wish: &Wish, room: Span| {
            let end = plus_minutes(room.start(), i64::from(wish.minutes));
            Ok(Span::new(room.start(), end).expect("a span"))
        };
        let long = wish(1, 1, 1, 120);
        let served = serve(ONE, span(100, 160), std::slice::from_ref(&long), first);
        assert_eq!(served.winner, Some((WishId::from_bits(1), span(0, 120), false)));
        let elsewhere = Wish { within: span(161, 10_000), ..long.clone() };
        assert_eq!(serve(ONE, span(100, 160), &[elsewhere], first), Served::default());
        let offer = Offer { instrument: ONE, span: span(40, 50), until: at(60) };
        let declined = Wish { offer: Some(offer), ..long };
        assert_eq!(serve(ONE, span(100, 160), &[declined], first), Served::default());
    }

    #[test]
    fn a_seat_is_free_where_not_all_are_taken() {
        let taken = [span(0, 30), span(20, 60)];
        let free = |seats| free_parts(span(10, 70), &taken, seats).as_slice().to_vec();
        assert_eq!(free(1), [span(60, 70)]);
        assert_eq!(free(2), [span(10, 20), span(30, 70)]);
        assert_eq!(free(3), [span(10, 70)]);
    }

    #[test]
    fn the_first_fitting_by_priority_is_served() {
        let wishes = [wish(1, 2, 1, 60), wish(2, 1, 3, 60), wish(3, 1, 2, 60), wish(4, 1, 1, 600)];
        let judge = |wish: &Wish, room: Span| {
            if wish.id == WishId::from_bits(3) {
                return Err(vec![Problem::new(Code::NotQualified)]);
            }
            if wish.minutes > 120 {
                return Err(Vec::new());
            }
            let room = Span::new(at(100), room.end()).expect("a span");
            let end = plus_minutes(room.start(), i64::from(wish.minutes));
            Ok(Span::new(room.start(), end).expect("a span"))
        };
        let served = serve(ONE, span(100, 220), &wishes, judge);
        assert_eq!(served.winner, Some((WishId::from_bits(2), span(100, 160), true)));
        let problems = vec![Problem::new(Code::NotQualified)];
        let told = Skipped { wish: WishId::from_bits(3), problems };
        assert_eq!(served.skipped, [told]);
        let none = serve(InstrumentId::from_bits(9), span(100, 220), &wishes, judge);
        assert_eq!(none, Served::default());
    }

    #[test]
    fn an_offer_ends_before_its_time_begins() {
        assert_eq!(offered_until(15, at(100), at(0)), at(15));
        assert_eq!(offered_until(15, at(10), at(0)), at(10));
        assert!(is_live(at(15), at(14)) && !is_live(at(15), at(15)));
    }

    #[test]
    fn freed_time_is_told_where_it_is_worth_it() {
        let zone = Zone::china();
        let notice = Notice { least_minutes: 30, days_ahead: 1, hours: (0, 0) };
        assert_eq!(notice.worth(&zone, span(10, 60), at(20)), Some(span(20, 60)));
        assert_eq!(notice.worth(&zone, span(10, 15), at(0)), None);
        assert_eq!(notice.worth(&zone, span(10, 60), at(60)), None);
        assert_eq!(notice.worth(&zone, span(5_000, 5_100), at(0)), None);
        // 08:00 in China is midnight of the first minute here; nine in the morning is an hour later.
        let morning = Notice { hours: (540, 720), ..notice };
        assert_eq!(morning.worth(&zone, span(0, 100), at(0)), Some(span(60, 100)));
        assert_eq!(morning.worth(&zone, span(0, 80), at(0)), None);
        assert!(morning.check().is_empty());
        assert_eq!(Notice { least_minutes: 0, days_ahead: 0, hours: (1440, 0) }.check().len(), 3);
    }
}
