//! Uses: what really happened at an instrument, made of the events that devices and people send.
//!
//! Events come late, twice and out of order; folding them in any order gives the same uses.

use crate::tariff::Way;
use crate::words_of;
use base::{BookingId, Instant, InstrumentId, OrganisationId, PersonId, Span, UseId, VoucherId};
use std::collections::BTreeMap;

/// A use still open after so many hours goes to the problem queue.
pub const OPEN_HOURS_MAX: i64 = 24;
/// A device's clock is corrected where it is off by more than this.
pub const SKEW_TOLERANCE_SECONDS: i64 = 5;

words_of! {
    /// What a device or a person says.
    EventKind {
        Start = "start",
        Stop = "stop",
        /// Somebody is still there.
        Beat = "beat",
    }

    /// Where the evidence of a use comes from, the strongest first.
    Source {
        Kiosk = "kiosk",
        /// A program on the instrument's computer.
        Client = "client",
        /// A relay that lets current through.
        Interlock = "interlock",
        /// A meter, a door, a camera: it says that, not who.
        Meter = "meter",
        /// Entered by staff, with a reason.
        Manual = "manual",
    }

    /// How a use went beside its booking.
    Punctuality {
        Normal = "normal",
        Late = "late",
        LeftEarly = "left-early",
        Overtime = "overtime",
        LateAndEarly = "late-and-early",
        LateAndOvertime = "late-and-overtime",
    }

    /// What somebody has to look at.
    Problem {
        /// No stop came.
        Unfinished = "unfinished",
        /// A stop without a start.
        StopAlone = "stop-alone",
        /// Power flowed and nobody was logged in.
        Unattributed = "unattributed",
        NoTariff = "no-tariff",
    }
}

/// How far a source is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    Weak,
    Supporting,
    Strong,
}

impl Source {
    /// How far it is believed (instruments.md 10).
    pub fn strength(self) -> Strength {
        match self {
            Self::Kiosk | Self::Client | Self::Interlock => Strength::Strong,
            Self::Meter => Strength::Supporting,
            Self::Manual => Strength::Weak,
        }
    }
}

/// A use as kept.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Kept {
    pub id: UseId,
    pub instrument: InstrumentId,
    /// Who owns the instrument.
    pub unit: OrganisationId,
    pub person: PersonId,
    /// For whom the person stood there: who pays.
    pub organisation: OrganisationId,
    pub project: String,
    pub booking: Option<BookingId>,
    pub way: Way,
    pub source: Source,
    /// From 1.
    pub seat: u32,
    pub started_at: Instant,
    /// Nothing while it runs.
    pub stopped_at: Option<Instant>,
    /// The voucher that shall pay a part.
    pub voucher: Option<VoucherId>,
    pub note: String,
    /// Counts the changes, from 1.
    pub version: u64,
}

impl Kept {
    /// Its span, once it is over; a use shorter than a second counts as one.
    pub fn span(&self) -> Option<Span> {
        let stop = self.stopped_at?;
        Span::new(self.started_at, stop.max(self.started_at.plus_seconds(1)))
    }

    /// The use as events would have told it.
    pub fn told(&self) -> Use {
        let (person, start, stop) = (self.person, self.started_at, self.stopped_at);
        Use { person, start, stop, seen: stop.unwrap_or(start), taken_over: false }
    }
}

/// One event of one device.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// Names it for ever within its device: the same key twice is the same event.
    pub key: String,
    pub kind: EventKind,
    pub person: PersonId,
    /// By the device's clock.
    pub device_at: Instant,
    /// By the device's clock, when it was sent; equal to `device_at` unless it waited offline.
    pub sent_at: Instant,
    /// By ours, when it came.
    pub received_at: Instant,
}

/// A use that came of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub person: PersonId,
    pub start: Instant,
    pub stop: Option<Instant>,
    /// The last sign of life before the stop.
    pub seen: Instant,
    /// Whether the next user's start ended it.
    pub taken_over: bool,
}

/// What events of one device come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    pub uses: Vec<Use>,
    /// Stops to which no start belongs.
    pub alone: Vec<(PersonId, Instant)>,
}

/// How much later our clock is than the device's, in microseconds.
///
/// Events that waited make our clock look later than it is, so the smallest difference counts.
pub fn skew_us(events: &[Event]) -> i64 {
    let difference = |event: &Event| event.received_at.micros() - event.sent_at.micros();
    let skew = events.iter().map(difference).min().unwrap_or(0);
    if skew.abs() <= SKEW_TOLERANCE_SECONDS * 1_000_000 { 0 } else { skew }
}

/// Uses of one device's events, whatever their order and however often each came.
pub fn fold(events: &[Event]) -> Folded {
    let skew = skew_us(events);
    let mut by_key: BTreeMap<&str, &Event> = BTreeMap::new();
    for event in events {
        let kept = by_key.entry(event.key.as_str()).or_insert(event);
        *kept = (*kept).min(event);
    }
    let at = |event: &Event| Instant::from_micros(event.device_at.micros() + skew);
    let mut ordered: Vec<(Instant, EventKind, &Event)> =
        by_key.into_values().map(|event| (at(event), event.kind, event)).collect();
    // A stop and a start of one moment are two uses that touch.
    let rank = |kind| match kind {
        EventKind::Stop => 0,
        EventKind::Start => 1,
        EventKind::Beat => 2,
    };
    ordered.sort_by_key(|(at, kind, event)| (*at, rank(*kind), event.person, &event.key));
    let mut folded = Folded::default();
    for (at, kind, event) in ordered {
        folded.take(at, kind, event.person);
    }
    folded
}

impl Folded {
    fn take(&mut self, at: Instant, kind: EventKind, person: PersonId) {
        let open = self.uses.last_mut().filter(|one| one.stop.is_none());
        match (kind, open) {
            (EventKind::Start, Some(open)) if open.person == person => open.seen = at,
            (EventKind::Start, open) => {
                if let Some(open) = open {
                    open.close(at);
                    open.taken_over = true;
                }
                let (start, stop, seen) = (at, None, at);
                self.uses.push(Use { person, start, stop, seen, taken_over: false });
            }
            (EventKind::Stop, Some(open)) if open.person == person => open.close(at),
            (EventKind::Stop, _) => self.alone.push((person, at)),
            (EventKind::Beat, Some(open)) if open.person == person => open.seen = at,
            (EventKind::Beat, _) => {}
        }
    }
}

impl Use {
    fn close(&mut self, at: Instant) {
        (self.stop, self.seen) = (Some(at), at);
    }

    /// Its span, once it is over; a use of no length is none.
    pub fn span(&self) -> Option<Span> {
        self.stop.and_then(|stop| Span::new(self.start, stop))
    }
}

/// Uses of one person no further apart than so many minutes are one; they come in order of start.
pub fn merge(uses: &[Use], within_minutes: u32) -> Vec<Use> {
    let mut merged: Vec<Use> = Vec::new();
    let gap_s = 60 * i64::from(within_minutes);
    for one in uses {
        let last = merged.last_mut().filter(|last| {
            last.person == one.person
                && last.stop.is_some_and(|stop| one.start <= stop.plus_seconds(gap_s))
        });
        match last {
            Some(last) => {
                let longer = one.stop.is_none() || one.stop > last.stop;
                if longer {
                    (last.stop, last.taken_over) = (one.stop, one.taken_over);
                }
                last.seen = last.seen.max(one.seen);
            }
            None => merged.push(one.clone()),
        }
    }
    merged
}

/// The end proposed for a use that nobody stopped; nothing while it may still run.
///
/// It is the first of: when the next use began, the end of the booking, or the last sign of life
/// where that is later; never after the hours that make it a problem.
pub fn proposed_end(
    open: &Use,
    booked_until: Option<Instant>,
    next_start: Option<Instant>,
    now: Instant,
) -> Option<Instant> {
    let limit = open.start.plus_seconds(3_600 * OPEN_HOURS_MAX);
    if open.stop.is_some() || (now < limit && next_start.is_none()) {
        return None;
    }
    let likely = match booked_until.filter(|until| *until > open.start) {
        Some(until) => until.max(open.seen),
        None if open.seen > open.start => open.seen,
        None => limit,
    };
    Some(likely.min(limit).min(next_start.unwrap_or(limit)))
}

/// Spans in which power flowed and no use ran, one minute long at least: somebody used the
/// instrument without logging in. Both come in order of start.
pub fn unattributed(power: &[Span], uses: &[Span]) -> Vec<Span> {
    let mut left = Vec::new();
    for span in power {
        let mut from = span.start();
        for used in uses.iter().filter(|used| used.overlaps(*span)) {
            left.extend(Span::new(from, used.start()));
            from = from.max(used.end());
        }
        left.extend(Span::new(from, span.end()));
    }
    left.retain(|span| span.end().seconds_since(span.start()) >= 60);
    left
}

/// Minutes that an instrument forgives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tolerances {
    pub late_minutes: u32,
    pub early_minutes: u32,
    pub overtime_minutes: u32,
}

/// How a use went beside its booking.
pub fn punctuality(booked: Span, used: Span, forgiven: Tolerances) -> Punctuality {
    let after = |at: Instant, minutes: u32| at.plus_seconds(60 * i64::from(minutes));
    let before = |at: Instant, minutes: u32| at.plus_seconds(-60 * i64::from(minutes));
    let is_late = used.start() > after(booked.start(), forgiven.late_minutes);
    let is_early = used.end() < before(booked.end(), forgiven.early_minutes);
    let is_over = used.end() > after(booked.end(), forgiven.overtime_minutes);
    match (is_late, is_early, is_over) {
        (true, true, _) => Punctuality::LateAndEarly,
        (true, _, true) => Punctuality::LateAndOvertime,
        (true, ..) => Punctuality::Late,
        (_, true, _) => Punctuality::LeftEarly,
        (.., true) => Punctuality::Overtime,
        _ => Punctuality::Normal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WU: u128 = 1;
    const LI: u128 = 2;

    fn at(minute: i64) -> Instant {
        Instant::from_micros(1_000_000_000_000).plus_seconds(60 * minute)
    }

    fn span(from: i64, until: i64) -> Span {
        Span::new(at(from), at(until)).expect("a span")
    }

    fn event(key: &str, kind: EventKind, who: u128, minute: i64) -> Event {
        let (device_at, sent_at, received_at) = (at(minute), at(minute), at(minute));
        let person = PersonId::from_bits(who);
        Event { key: key.to_owned(), kind, person, device_at, sent_at, received_at }
    }

    fn used(who: u128, start: i64, stop: Option<i64>) -> Use {
        let (person, start, stop) = (PersonId::from_bits(who), at(start), stop.map(at));
        Use { person, start, stop, seen: stop.unwrap_or(start), taken_over: false }
    }

    #[test]
    fn events_twice_and_out_of_order_give_one_use() {
        use EventKind::{Beat, Start, Stop};
        let events = [
            event("c", Stop, WU, 60),
            event("a", Start, WU, 0),
            event("b", Beat, WU, 30),
            event("a", Start, WU, 0),
            event("c", Stop, WU, 60),
        ];
        let want = Folded { uses: vec![used(WU, 0, Some(60))], alone: Vec::new() };
        assert_eq!(fold(&events), want);
    }

    #[test]
    fn a_constant_skew_is_corrected_and_a_late_delivery_is_not_one() {
        use EventKind::{Start, Stop};
        // The device is ten minutes behind and was offline for five hours.
        let behind = |key: &str, kind, minute: i64, sent: i64| Event {
            device_at: at(minute - 10),
            sent_at: at(sent - 10),
            received_at: at(sent),
            ..event(key, kind, WU, minute)
        };
        let events = [behind("a", Start, 0, 300), behind("b", Stop, 60, 301)];
        assert_eq!(fold(&events).uses, [used(WU, 0, Some(60))]);
        let mut slight = event("a", Start, WU, 0);
        slight.received_at = slight.sent_at.plus_seconds(SKEW_TOLERANCE_SECONDS);
        assert_eq!(skew_us(&[slight.clone()]), 0);
        slight.received_at = slight.sent_at.plus_seconds(SKEW_TOLERANCE_SECONDS + 1);
        assert_eq!(skew_us(&[slight]), (SKEW_TOLERANCE_SECONDS + 1) * 1_000_000);
    }

    #[test]
    fn the_next_users_start_ends_a_use_and_a_lonely_stop_is_a_problem() {
        use EventKind::{Start, Stop};
        let events = [
            event("a", Start, WU, 0),
            event("b", Start, LI, 20),
            event("c", Stop, WU, 25),
            event("d", Stop, LI, 50),
            event("e", Stop, LI, 55),
        ];
        let folded = fold(&events);
        let first = Use { taken_over: true, ..used(WU, 0, Some(20)) };
        assert_eq!(folded.uses, [first, used(LI, 20, Some(50))]);
        let person = PersonId::from_bits;
        assert_eq!(folded.alone, [(person(WU), at(25)), (person(LI), at(55))]);
    }

    #[test]
    fn short_breaks_of_one_person_are_no_breaks() {
        let uses = [used(WU, 0, Some(30)), used(WU, 35, Some(60)), used(WU, 66, None)];
        assert_eq!(merge(&uses, 5), [used(WU, 0, Some(60)), used(WU, 66, None)]);
        assert_eq!(merge(&uses, 4), uses);
        let all = merge(&uses, 6);
        assert_eq!((all.len(), all[0].stop), (1, None));
        let others = [used(WU, 0, Some(30)), used(LI, 30, Some(60))];
        assert_eq!(merge(&others, 60), others);
    }

    #[test]
    fn a_use_without_a_stop_is_a_problem_after_a_day_with_an_end_proposed() {
        let open = used(WU, 0, None);
        let day = 60 * OPEN_HOURS_MAX;
        let check =
            |open: &Use, booked: Option<i64>, next: Option<i64>, now: i64, want: Option<i64>| {
                assert_eq!(proposed_end(open, booked.map(at), next.map(at), at(now)), want.map(at));
            };
        check(&open, Some(120), None, day - 1, None);
        check(&open, Some(120), None, day, Some(120));
        check(&open, None, None, day, Some(day));
        check(&open, None, Some(400), 500, Some(400));
        check(&open, Some(120), Some(90), day, Some(90));
        let seen = Use { seen: at(200), ..open.clone() };
        check(&seen, Some(120), None, day, Some(200));
        check(&seen, None, None, day, Some(200));
        check(&used(WU, 0, Some(5)), None, None, day, None);
    }

    #[test]
    fn power_without_a_user_is_found() {
        let power = [span(0, 100), span(200, 210)];
        let uses = [span(10, 30), span(30, 60), span(90, 120)];
        assert_eq!(unattributed(&power, &uses), [span(0, 10), span(60, 90), span(200, 210)]);
        assert_eq!(unattributed(&power, &[span(0, 300)]), []);
        // Half a minute of current is a switch, not a use.
        let blip = Span::new(at(0), at(0).plus_seconds(59)).expect("a span");
        assert_eq!(unattributed(&[blip], &[]), []);
    }

    #[test]
    fn flags_follow_the_tolerances() {
        let forgiven = Tolerances { late_minutes: 5, early_minutes: 10, overtime_minutes: 15 };
        let check = |from, until, want| {
            assert_eq!(
                punctuality(span(100, 200), span(from, until), forgiven),
                want,
                "{from} {until}"
            );
        };
        check(105, 190, Punctuality::Normal);
        check(106, 200, Punctuality::Late);
        check(90, 189, Punctuality::LeftEarly);
        check(100, 215, Punctuality::Normal);
        check(100, 216, Punctuality::Overtime);
        check(106, 189, Punctuality::LateAndEarly);
        check(106, 216, Punctuality::LateAndOvertime);
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_and_repeats_change_nothing(
            rows in prop::collection::vec((0_u8..3, 1_u128..4, 0_i64..500), 0..20),
            turns in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
        ) {
            let kinds = [EventKind::Start, EventKind::Stop, EventKind::Beat];
            let event = |(n, (kind, who, minute)): (usize, &(u8, u128, i64))| {
                event(&n.to_string(), kinds[usize::from(*kind)], *who, *minute)
            };
            let events: Vec<Event> = rows.iter().enumerate().map(event).collect();
            let mut shuffled = events.clone();
            for turn in turns.iter().filter(|_| !events.is_empty()) {
                let at = turn.index(shuffled.len());
                shuffled.push(events[turn.index(events.len())].clone());
                shuffled.swap(0, at);
            }
            let folded = fold(&events);
            prop_assert_eq!(&fold(&shuffled), &folded);
            // One device serves one person at a time, and only the last use may be open.
            for two in folded.uses.windows(2) {
                prop_assert!(two[0].stop.is_some_and(|stop| stop <= two[1].start));
            }
        }

        #[test]
        fn what_is_unattributed_lies_in_power_and_outside_of_uses(
            power in prop::collection::vec((0_i64..300, 1_i64..50), 0..6),
            uses in prop::collection::vec((0_i64..300, 1_i64..50), 0..6),
        ) {
            let spans = |rows: &[(i64, i64)]| {
                let mut all: Vec<Span> = rows.iter().map(|(from, n)| span(*from, from + n)).collect();
                all.sort_by_key(|span| (span.start(), span.end()));
                all
            };
            let (power, uses) = (spans(&power), spans(&uses));
            let left = unattributed(&power, &uses);
            for minute in 0..360 {
                let within = |spans: &[Span]| spans.iter().any(|span| span.holds(at(minute)));
                prop_assert_eq!(within(&left), within(&power) && !within(&uses), "minute {}", minute);
            }
        }
    }
}
