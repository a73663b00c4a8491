//! A booking: the right to some time of an instrument, and what may become of it.

use crate::accessory::Lent;
use crate::approval::{Stage, Step, turn};
use crate::problem::{Code, Problem};
use crate::rules::Rules;
use base::{BookingId, Instant, InstrumentId, OrganisationId, PersonId, Reference, SeriesId, Span};
use calendar::zone::{minutes, plus_minutes};

/// Where a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Somebody has to agree; the time is held.
    Pending,
    Confirmed,
    InUse,
    Finished,
    Cancelled,
    /// Cancelled so late that it may be charged.
    CancelledLate,
    /// An outage took its time; it is never charged.
    Displaced,
    Missed,
    Declined,
    Withdrawn,
    /// Nobody decided in time.
    Lapsed,
}

impl State {
    pub const ALL: [Self; 11] = [
        Self::Pending,
        Self::Confirmed,
        Self::InUse,
        Self::Finished,
        Self::Cancelled,
        Self::CancelledLate,
        Self::Displaced,
        Self::Missed,
        Self::Declined,
        Self::Withdrawn,
        Self::Lapsed,
    ];

    /// The name in rows and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::InUse => "in_use",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
            Self::CancelledLate => "cancelled_late",
            Self::Displaced => "displaced",
            Self::Missed => "missed",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }

    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it takes time that nobody else can have.
    pub fn holds_time(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed | Self::InUse)
    }

    /// How calendar programs show it.
    pub fn in_calendar(self) -> calendar::ical::Status {
        match self {
            Self::Pending => calendar::ical::Status::Tentative,
            Self::Confirmed | Self::InUse | Self::Finished => calendar::ical::Status::Confirmed,
            _ => calendar::ical::Status::Cancelled,
        }
    }

    /// Whether quotas count it; what was lost late counts where the owner says so.
    pub fn counts(self, lost_counts: bool) -> bool {
        match self {
            Self::Pending | Self::Confirmed | Self::InUse | Self::Finished => true,
            Self::Missed | Self::CancelledLate => lost_counts,
            _ => false,
        }
    }

    /// Whether the count of a day has it: missed ones do, cancelled ones do not.
    pub fn counts_on_its_day(self) -> bool {
        matches!(
            self,
            Self::Pending | Self::Confirmed | Self::InUse | Self::Finished | Self::Missed
        )
    }

    /// What it may become next.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Pending => {
                &[Self::Confirmed, Self::Declined, Self::Withdrawn, Self::Lapsed, Self::Displaced]
            }
            Self::Confirmed => {
                &[Self::InUse, Self::Cancelled, Self::CancelledLate, Self::Displaced, Self::Missed]
            }
            Self::InUse => &[Self::Finished],
            _ => &[],
        }
    }

    /// Whether a move from here to there is one of the process.
    pub fn may_become(self, next: Self) -> bool {
        self.next().contains(&next)
    }
}

/// A booking as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    pub id: BookingId,
    pub reference: Reference,
    pub instrument: InstrumentId,
    /// Whose it is.
    pub person: PersonId,
    /// For which organisation they booked, where they named one.
    pub organisation: Option<OrganisationId>,
    pub booked_by: PersonId,
    pub state: State,
    /// Counts the changes, from 1.
    pub version: u64,
    /// Grows with each change of time or state.
    pub sequence: u32,
    pub span: Span,
    pub setup_minutes: u32,
    pub cleanup_minutes: u32,
    pub purpose: String,
    /// What is charged; may be empty.
    pub project: String,
    pub series: Option<SeriesId>,
    pub is_detached: bool,
    /// Problems that somebody is asked to let pass.
    pub asked: Vec<Problem>,
    /// Problems that staff let pass, and why.
    pub passed: Vec<Code>,
    pub reason: String,
    /// Until when a request waits for an answer.
    pub decide_by: Option<Instant>,
    pub late_minutes: i64,
    /// To whom it is offered.
    pub offered_to: Option<PersonId>,
    /// Who agrees to it in which order; nothing where the owner's people do in one step.
    pub steps: Vec<Stage>,
    /// What is lent with it.
    pub accessories: Vec<Lent>,
    pub made_at: Instant,
    pub changed_at: Instant,
}

impl Booking {
    /// The time that it makes busy, with its buffers.
    pub fn busy(&self) -> Span {
        busy(self.span, self.setup_minutes, self.cleanup_minutes)
    }

    /// Whose turn it is to agree, where steps were set.
    pub fn turn(&self) -> Option<Step> {
        turn(&self.steps).filter(|_| self.state == State::Pending)
    }

    /// The next version of it.
    pub fn next_version(&self, now: Instant) -> Self {
        let (version, sequence) = (self.version + 1, self.sequence + 1);
        Self { version, sequence, changed_at: now, ..self.clone() }
    }
}

/// Until when a request waits for an answer: the owner's hours, and never after the start less the
/// notice that a booking needs.
pub fn decide_until(rules: &Rules, start: Instant, now: Instant) -> Instant {
    let waits = plus_minutes(now, i64::from(rules.decide_hours.value) * 60);
    let cut_off = plus_minutes(start, -i64::from(rules.notice_minutes.value));
    waits.min(cut_off).max(now)
}

/// What cancelling makes of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelling {
    pub state: State,
    /// The minutes given up late, which may be charged.
    pub late_minutes: i64,
}

/// Cancels: late inside the window, and never late where the instrument is down.
pub fn cancel(
    rules: &Rules,
    (state, span): (State, Span),
    is_down: bool,
    now: Instant,
) -> Result<Cancelling, Problem> {
    if state == State::Pending {
        return Ok(Cancelling { state: State::Withdrawn, late_minutes: 0 });
    }
    if !state.may_become(State::Cancelled) || span.end() <= now {
        return Err(Problem::new(Code::ClosedBooking));
    }
    let is_late = !is_down && is_inside_late_window(rules, span.start(), now);
    Ok(match is_late {
        true => Cancelling { state: State::CancelledLate, late_minutes: minutes(span) },
        false => Cancelling { state: State::Cancelled, late_minutes: 0 },
    })
}

/// The minutes at its old start that a move gives up late: moving later inside the window is a late
/// cancellation of the first minutes, moving earlier never is.
pub fn given_up_late(rules: &Rules, old: Span, new: Span, now: Instant) -> Option<Span> {
    if new.start() <= old.start() || !is_inside_late_window(rules, old.start(), now) {
        return None;
    }
    Span::new(old.start(), old.end().min(new.start()))
}

/// Whether a cancellation at this moment is late; at the very beginning of the window it is.
pub fn is_inside_late_window(rules: &Rules, start: Instant, now: Instant) -> bool {
    let window = i64::from(rules.late_cancel_minutes.value);
    window > 0 && now >= plus_minutes(start, -window)
}

/// What is known when it is asked whether a booking was missed.
#[derive(Clone, Copy, Debug)]
pub struct Attendance {
    /// Whether somebody entitled used the instrument or one that stands in for it since the start of
    /// the early minutes.
    pub is_used: bool,
    /// Whether there is an outage, or something it needs is down.
    pub is_down: bool,
    pub is_of_staff: bool,
}

/// When a booking is missed, if it is: asked by "not before", so that a run that was late finds all.
pub fn missed_at(rules: &Rules, span: Span, seen: Attendance, now: Instant) -> Option<Instant> {
    let threshold = rules.missed_after_minutes.value;
    let at = plus_minutes(span.start(), i64::from(threshold));
    let is_excused = seen.is_used || seen.is_down || seen.is_of_staff;
    (threshold > 0 && !is_excused && now >= at).then_some(at)
}

/// Days for which what somebody did counts in their reputation.
pub const CREDIT_DAYS: i64 = 180;
/// What everybody begins with.
pub const CREDIT_START: u64 = 100;
/// The most that good conduct adds, so that many short uses do not make up for whatever is missed.
const GAIN_MAX: u64 = 50;
/// People of one owner from whom on levels are told: among fewer, one's own tells of the others.
pub const RANKED_MIN: usize = 5;

/// What counts in the reputation of somebody with an owner: how often each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conduct {
    /// Uses that kept to their booking.
    pub kept: u64,
    /// Qualifications that were given.
    pub qualified: u64,
    pub missed: u64,
    pub given_up_late: u64,
    /// Uses that began late, and that went on too long.
    pub late: u64,
    pub overtime: u64,
    /// Uses that ended early.
    pub left_early: u64,
    /// Uses of which nothing was said within a day.
    pub unanswered: u64,
}

impl Conduct {
    /// Each with what one of it takes from the reputation, by the word that tells it.
    pub fn costs(&self) -> [(&'static str, u64, u64); 6] {
        [
            ("missed", self.missed, 20),
            ("given-up-late", self.given_up_late, 10),
            ("late", self.late, 5),
            ("overtime", self.overtime, 5),
            ("left-early", self.left_early, 2),
            ("unanswered", self.unanswered, 5),
        ]
    }

    /// Each with what one of it adds to the reputation, by the word that tells it.
    pub fn gains(&self) -> [(&'static str, u64, u64); 2] {
        [("kept", self.kept, 1), ("qualified", self.qualified, 5)]
    }

    /// The reputation: what everybody begins with, more by good conduct, less by the other.
    pub fn credit(&self) -> u32 {
        let sum = |all: &[(&str, u64, u64)]| {
            let worth = |(_, n, each): &(_, u64, u64)| n.saturating_mul(*each);
            all.iter().map(worth).fold(0, u64::saturating_add)
        };
        let gained = sum(&self.gains()).min(GAIN_MAX);
        let left = (CREDIT_START + gained).saturating_sub(sum(&self.costs()));
        u32::try_from(left).unwrap_or(u32::MAX)
    }
}

/// The level among all people of an owner, by fifths of the rank: 5 is the best fifth, equals stand
/// equal; nothing among fewer than [`RANKED_MIN`].
pub fn level(own: u32, all: &[u32]) -> Option<u8> {
    let better = all.iter().filter(|other| **other > own).count();
    let fifth = (better * 5).checked_div(all.len())?.min(4);
    let level = 5 - u8::try_from(fifth).unwrap_or(4);
    (all.len() >= RANKED_MIN).then_some(level)
}

/// How a use kept to its booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    Normal,
    Late,
    LeftEarly,
    Overtime,
    LateAndLeftEarly,
    LateAndOvertime,
}

impl Kept {
    pub const ALL: [Self; 6] = [
        Self::Normal,
        Self::Late,
        Self::LeftEarly,
        Self::Overtime,
        Self::LateAndLeftEarly,
        Self::LateAndOvertime,
    ];

    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.code() == code)
    }

    /// The name in rows and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Late => "late",
            Self::LeftEarly => "left_early",
            Self::Overtime => "overtime",
            Self::LateAndLeftEarly => "late_and_left_early",
            Self::LateAndOvertime => "late_and_overtime",
        }
    }
}

/// How a use from one moment to another kept to the booked time, by the instrument's tolerances.
pub fn kept(rules: &Rules, booked: Span, first: Instant, last: Instant) -> Kept {
    let tolerance = |minutes: u32| i64::from(minutes);
    let is_late = first > plus_minutes(booked.start(), tolerance(rules.late_minutes.value));
    let early = plus_minutes(booked.end(), -tolerance(rules.left_early_minutes.value));
    let over = plus_minutes(booked.end(), tolerance(rules.overtime_minutes.value));
    match (is_late, last < early, last > over) {
        (true, true, _) => Kept::LateAndLeftEarly,
        (true, _, true) => Kept::LateAndOvertime,
        (true, false, false) => Kept::Late,
        (false, true, _) => Kept::LeftEarly,
        (false, _, true) => Kept::Overtime,
        (false, false, false) => Kept::Normal,
    }
}

/// The time that a booking makes busy: with setting up before and cleaning after.
pub fn busy(span: Span, setup_minutes: u32, cleanup_minutes: u32) -> Span {
    let from = plus_minutes(span.start(), -i64::from(setup_minutes));
    let until = plus_minutes(span.end(), i64::from(cleanup_minutes));
    Span::new(from, until).expect("it only grew")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Layer;
    use crate::setting::{Level, Set};
    use proptest::prelude::*;

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(&format!("2026-03-02T{text}:00+08:00")).expect("a moment")
    }

    fn span(from: &str, until: &str) -> Span {
        Span::new(at(from), at(until)).expect("a span")
    }

    fn rules(change: impl FnOnce(&mut Layer)) -> Rules {
        let mut layer = Layer::default();
        change(&mut layer);
        Rules::of(&[(Level::Unit, layer)])
    }

    #[test]
    fn what_is_over_stays_over() {
        for state in State::ALL {
            assert_eq!(State::parse(state.code()), Some(state));
            for next in state.next() {
                assert!(state.holds_time(), "{state:?} can still become {next:?}");
            }
        }
    }

    #[test]
    fn cancelling_inside_the_window_is_late() {
        let rules = rules(|layer| layer.late_cancel_minutes = Some(Set::open(180)));
        let booked = (State::Confirmed, span("12:00", "14:00"));
        let cancelled =
            |now: &str, is_down| cancel(&rules, booked, is_down, at(now)).map(|done| done.state);
        assert_eq!(cancelled("08:59", false), Ok(State::Cancelled));
        assert_eq!(cancelled("09:00", false), Ok(State::CancelledLate));
        assert_eq!(cancelled("09:00", true), Ok(State::Cancelled));
        assert_eq!(cancelled("14:00", false).map_err(|no| no.code), Err(Code::ClosedBooking));
        let pending = cancel(&rules, (State::Pending, booked.1), false, at("11:00"));
        assert_eq!(pending.map(|done| done.state), Ok(State::Withdrawn));
        let gone = cancel(&rules, (State::Missed, booked.1), false, at("11:00"));
        assert_eq!(gone.map_err(|no| no.code), Err(Code::ClosedBooking));
    }

    #[test]
    fn only_moving_later_gives_minutes_up() {
        let rules = rules(|layer| layer.late_cancel_minutes = Some(Set::open(180)));
        let old = span("12:00", "14:00");
        let given = |from: &str, until: &str, now: &str| {
            given_up_late(&rules, old, span(from, until), at(now)).map(minutes)
        };
        assert_eq!(given("12:30", "14:30", "10:00"), Some(30));
        assert_eq!(given("18:00", "20:00", "10:00"), Some(120));
        assert_eq!(given("11:00", "13:00", "10:00"), None);
        assert_eq!(given("12:30", "14:30", "08:00"), None);
    }

    #[test]
    fn a_late_run_finds_what_was_missed() {
        let rules = rules(|layer| layer.missed_after_minutes = Some(Set::open(15)));
        let none = Attendance { is_used: false, is_down: false, is_of_staff: false };
        let missed = |seen, now: &str| missed_at(&rules, span("10:00", "12:00"), seen, at(now));
        assert_eq!(missed(none, "10:14"), None);
        assert_eq!(missed(none, "10:15"), Some(at("10:15")));
        assert_eq!(missed(none, "11:00"), Some(at("10:15")));
        for excuse in [
            Attendance { is_used: true, ..none },
            Attendance { is_down: true, ..none },
            Attendance { is_of_staff: true, ..none },
        ] {
            assert_eq!(missed(excuse, "11:00"), None);
        }
    }

    #[test]
    fn what_was_lost_late_or_left_unsaid_costs_reputation() {
        let check = |all: [u64; 6], want: u32| {
            let [missed, given_up_late, late, overtime, left_early, unanswered] = all;
            let conduct = Conduct {
                missed,
                given_up_late,
                late,
                overtime,
                left_early,
                unanswered,
                ..Conduct::default()
            };
            assert_eq!(conduct.credit(), want, "{conduct:?}");
        };
        check([0; 6], 100);
        check([1, 1, 0, 0, 0, 0], 70);
        check([0, 0, 1, 1, 1, 1], 83);
        check([5, 0, 0, 0, 0, 0], 0);
        check([99, u64::MAX, 0, 0, 0, 1], 0);
    }

    #[test]
    fn good_conduct_adds_to_reputation_within_bounds() {
        let check = |(kept, qualified, missed): (u64, u64, u64), want: u32| {
            let conduct = Conduct { kept, qualified, missed, ..Conduct::default() };
            assert_eq!(conduct.credit(), want, "{conduct:?}");
        };
        check((1, 0, 0), 101);
        check((0, 1, 0), 105);
        check((7, 2, 1), 97);
        check((50, 0, 0), 150);
        check((51, 9, 0), 150);
        check((u64::MAX, u64::MAX, 1), 130);
        check((u64::MAX, 0, u64::MAX), 0);
    }

    #[test]
    fn levels_are_fifths_of_the_rank() {
        let check = |own: u32, all: &[u32], want: Option<u8>| {
            assert_eq!(level(own, all), want, "{own} among {all:?}");
        };
        let five = [150, 120, 100, 80, 10];
        for (own, want) in five.into_iter().zip([5, 4, 3, 2, 1]) {
            check(own, &five, Some(want));
        }
        check(100, &[100; 7], Some(5));
        check(90, &[100, 100, 100, 100, 100, 100, 90], Some(1));
        check(95, &[100, 100, 95, 95, 95, 95, 90, 90, 90, 90], Some(4));
        check(90, &[100, 100, 95, 95, 95, 95, 90, 90, 90, 90], Some(2));
        check(100, &[100; 4], None);
        check(100, &[], None);
    }

    #[test]
    fn a_request_waits_no_longer_than_its_start() {
        let rules = rules(|layer| layer.notice_minutes = Some(Set::open(60)));
        let start = at("12:00");
        assert_eq!(decide_until(&rules, start, at("08:00")), at("11:00"));
        let long_before = plus_minutes(start, -10_000);
        assert_eq!(decide_until(&rules, start, long_before), plus_minutes(long_before, 48 * 60));
    }

    #[test]
    fn uses_are_marked_by_tolerances() {
        let rules = rules(|_| {});
        let kept =
            |first: &str, last: &str| kept(&rules, span("10:00", "12:00"), at(first), at(last));
        assert_eq!(kept("10:10", "12:05"), Kept::Normal);
        assert_eq!(kept("10:11", "12:00"), Kept::Late);
        assert_eq!(kept("09:50", "11:44"), Kept::LeftEarly);
        assert_eq!(kept("09:50", "12:06"), Kept::Overtime);
        assert_eq!(kept("10:11", "11:44"), Kept::LateAndLeftEarly);
        assert_eq!(kept("10:11", "12:06"), Kept::LateAndOvertime);
    }

    proptest! {
        /// A move never gives up more than the booking had, and all of it lies before the new start.
        #[test]
        fn what_is_given_up_lies_in_the_old_time(
            (old, long, new, now) in (0i64..500, 1i64..300, 0i64..900, 0i64..900),
        ) {
            let rules = rules(|layer| layer.late_cancel_minutes = Some(Set::open(120)));
            let of = |from: i64| {
                Span::new(plus_minutes(at("00:00"), from), plus_minutes(at("00:00"), from + long))
                    .expect("a span")
            };
            if let Some(given) = given_up_late(&rules, of(old), of(new), plus_minutes(at("00:00"), now)) {
                prop_assert!(given.start() == of(old).start() && given.end() <= of(old).end());
                prop_assert!(given.end() <= of(new).start());
            }
        }
    }
}
