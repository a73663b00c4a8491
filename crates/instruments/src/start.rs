//! Whether a use may start: the checks at the door of an instrument, in their order.
//!
//! Absent or hidden stops at once; everything else is told together, so that one walk to the
//! desk mends it all.

use crate::turn::Ahead;
use crate::words_of;
use base::{Class, Instant, Refusal, Value};

words_of! {
    /// Who stands at the instrument.
    Role {
        User = "user",
        Trainer = "trainer",
        /// Staff of the instrument.
        Staff = "staff",
        /// Somebody who repairs or maintains it.
        Service = "service",
    }

    /// What staff may let pass at the door, for a reason that is kept.
    Pass {
        /// The use begins although the relay is not told.
        Relay = "relay",
        /// The use begins before whoever is before it in the queue.
        Turn = "turn",
    }
}

/// What is known when somebody asks to start.
#[derive(Clone, Debug)]
pub struct Facts {
    pub may_use: bool,
    pub is_visible: bool,
    pub role: Role,
    pub is_operational: bool,
    /// When the use that still runs began.
    pub in_use_since: Option<Instant>,
    /// Whether the instrument lets the next one end it.
    pub take_over: bool,
    /// Whether the operator holds a level that is valid at this hour.
    pub is_qualified: bool,
    pub for_another: bool,
    /// Names of needed resources that are down.
    pub resources_down: Vec<String>,
    pub area: Option<Area>,
    /// Whether the owner wants a booking.
    pub needs_booking: bool,
    /// Start and end of the person's nearest booking here, or of a trainer's course.
    pub booking: Option<(Instant, Instant)>,
    /// How many minutes before a booking its use may begin.
    pub early_minutes: u32,
    /// When the booking ends that somebody else has for now, where it takes the last seat.
    pub booked_by_other: Option<Instant>,
    /// Who comes before in the queue.
    pub ahead: Option<Ahead>,
    /// Whether the project may be charged for this instrument.
    pub project_ok: bool,
    /// Whether its use is barred for the jurisdiction of the user, or of who pays.
    pub is_barred: bool,
    /// Codes of courses that are not done, or no longer count.
    pub missing_trainings: Vec<String>,
    /// When access to the site ended, or ends.
    pub access_until: Option<Instant>,
    /// When the instrument has cooled down.
    pub cooling_until: Option<Instant>,
    /// When the outage that runs ends; `Instant` far away where nobody knows.
    pub outage_until: Option<Instant>,
}

/// The room an instrument stands in, where one must be logged in.
#[derive(Clone, Debug)]
pub struct Area {
    pub is_present: bool,
    /// People there now, himself included.
    pub present: u32,
    /// How many the buddy rule wants.
    pub present_min: u32,
    /// Whether the person's booking of the room covers now; nothing where none is wanted.
    pub is_booked: Option<bool>,
}

/// Lets a use start, or says everything that stands against it.
pub fn check(facts: &Facts, now: Instant) -> Result<(), Vec<Refusal>> {
    if !facts.is_visible {
        return Err(vec![Refusal::not_found()]);
    }
    if !facts.may_use {
        return Err(vec![Refusal::new(Class::NotAllowed, "use-not-allowed")]);
    }
    let mut against = Vec::new();
    instrument(facts, &mut against);
    person(facts, &mut against);
    area(facts, &mut against);
    booking(facts, now, &mut against);
    turn(facts, now, &mut against);
    rest(facts, now, &mut against);
    if against.is_empty() { Ok(()) } else { Err(against) }
}

fn refused(code: &'static str) -> Refusal {
    Refusal::new(Class::Refused, code)
}

fn instrument(facts: &Facts, against: &mut Vec<Refusal>) {
    let repairs = matches!(facts.role, Role::Staff | Role::Service);
    if !facts.is_operational && !repairs {
        against.push(refused("use-not-operational"));
    }
    if let Some(since) = facts.in_use_since.filter(|_| !facts.take_over) {
        let refusal = Refusal::new(Class::Conflict, "use-in-use");
        against.push(refusal.with("since", Value::At(since)));
    }
}

fn person(facts: &Facts, against: &mut Vec<Refusal>) {
    if !facts.is_qualified && facts.role != Role::Service {
        against.push(refused("use-not-qualified"));
    }
    if facts.for_another && !matches!(facts.role, Role::Staff | Role::Trainer) {
        against.push(refused("use-for-another").on("user"));
    }
    for resource in &facts.resources_down {
        against.push(refused("use-resource-down").text("resource", resource));
    }
}

fn area(facts: &Facts, against: &mut Vec<Refusal>) {
    let Some(area) = &facts.area else { return };
    if !area.is_present {
        against.push(refused("use-area-absent"));
    }
    if area.present < area.present_min {
        let refusal = refused("use-alone").number("present", area.present);
        against.push(refusal.number("least", area.present_min));
    }
    if area.is_booked == Some(false) {
        against.push(refused("use-area-not-booked"));
    }
}

fn booking(facts: &Facts, now: Instant, against: &mut Vec<Refusal>) {
    let early_s = 60 * i64::from(facts.early_minutes);
    let is_due =
        |(start, end): (Instant, Instant)| start.plus_seconds(-early_s) <= now && now < end;
    let is_exempt = matches!(facts.role, Role::Staff | Role::Service);
    if is_exempt || facts.booking.is_some_and(is_due) {
        return;
    }
    if facts.needs_booking {
        against.push(match facts.booking {
            Some((start, _)) if start > now => {
                let refusal = refused("use-before-booking").with("start", Value::At(start));
                refusal.number("early", facts.early_minutes)
            }
            _ => refused("use-not-booked"),
        });
    }
    if let Some(until) = facts.booked_by_other {
        let refusal = Refusal::new(Class::Conflict, "use-booked-by-other");
        against.push(refusal.with("until", Value::At(until)));
    }
}

/// Who booked comes by the booking; everybody else, staff too, comes in turn.
fn turn(facts: &Facts, now: Instant, against: &mut Vec<Refusal>) {
    let early_s = 60 * i64::from(facts.early_minutes);
    let is_due =
        |(start, end): (Instant, Instant)| start.plus_seconds(-early_s) <= now && now < end;
    let Some(ahead) = facts.ahead.filter(|_| !facts.booking.is_some_and(is_due)) else { return };
    let refusal = match ahead.kept_until {
        Some(until) => {
            Refusal::new(Class::Conflict, "use-kept-for-turn").with("until", Value::At(until))
        }
        None => Refusal::new(Class::Conflict, "use-out-of-turn"),
    };
    against.push(refusal.number("ahead", ahead.n));
}

fn rest(facts: &Facts, now: Instant, against: &mut Vec<Refusal>) {
    if !facts.project_ok {
        against.push(refused("use-project-refused").on("project"));
    }
    // Nobody lets this pass: not even for the own people.
    if facts.is_barred {
        against.push(refused("booking-export-control"));
    }
    for training in &facts.missing_trainings {
        against.push(refused("use-training-missing").text("training", training));
    }
    if let Some(until) = facts.access_until.filter(|until| *until <= now) {
        against.push(refused("use-access-ended").with("until", Value::At(until)));
    }
    if let Some(until) = facts.cooling_until.filter(|until| *until > now) {
        against.push(refused("use-cooling").with("until", Value::At(until)));
    }
    let repairs = facts.role == Role::Service;
    if let Some(until) = facts.outage_until.filter(|until| *until > now && !repairs) {
        against.push(refused("use-outage").with("until", Value::At(until)));
    }
}

/// What stands against letting something pass: it is for staff, and wants a reason.
pub fn pass(passes: &[Pass], is_staff: bool, reason: &str) -> Vec<Refusal> {
    if passes.is_empty() {
        return Vec::new();
    }
    if !is_staff {
        return vec![Refusal::new(Class::NotAllowed, "use-pass-by-staff").on("passes")];
    }
    let reason = base::text::required_line("reason", reason, base::limits::SUMMARY_CHARS_MAX);
    reason.err().into_iter().collect()
}

/// Whether staff may put this time on this customer: one at a time, never himself.
pub fn staff_time(
    staff: base::PersonId,
    customer: base::PersonId,
    charging_now: Option<base::PersonId>,
) -> Result<(), Refusal> {
    if staff == customer {
        return Err(refused("staff-time-own").on("user"));
    }
    match charging_now {
        Some(other) if other != customer => Err(refused("staff-time-taken").on("user")),
        _ => Ok(()),
    }
}

/// A cool-down that is asked for: bounded, and once after each use.
pub fn cool_down(minutes: u32, most: u32, has_cooled: bool) -> Result<u32, Refusal> {
    if minutes == 0 || minutes > most {
        return Err(Refusal::invalid("cool-down-length").on("minutes").number("most", most));
    }
    if has_cooled {
        return Err(refused("cool-down-again"));
    }
    Ok(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(10_000_000_000_000);

    fn at(minutes: i64) -> Instant {
        NOW.plus_seconds(60 * minutes)
    }

    fn fine() -> Facts {
        Facts {
            may_use: true,
            is_visible: true,
            role: Role::User,
            is_operational: true,
            in_use_since: None,
            take_over: false,
            is_qualified: true,
            for_another: false,
            resources_down: Vec::new(),
            area: Some(Area {
                is_present: true,
                present: 2,
                present_min: 2,
                is_booked: Some(true),
            }),
            needs_booking: true,
            booking: Some((at(0), at(60))),
            early_minutes: 15,
            booked_by_other: None,
            ahead: None,
            is_barred: false,
            missing_trainings: Vec::new(),
            project_ok: true,
            access_until: None,
            cooling_until: None,
            outage_until: None,
        }
    }

    fn check(facts: &Facts, want: &[&str]) {
        let against = super::check(facts, NOW).err().unwrap_or_default();
        let codes: Vec<&str> = against.iter().map(|refusal| refusal.code.as_ref()).collect();
        assert_eq!(codes, want);
    }

    /// Everything is wrong at once; who stands there decides what counts.
    fn wrong(role: Role) -> Facts {
        Facts {
            role,
            is_operational: false,
            in_use_since: Some(at(-5)),
            is_qualified: false,
            for_another: true,
            resources_down: vec!["helium".to_owned(), "chiller".to_owned()],
            area: Some(Area {
                is_present: false,
                present: 1,
                present_min: 2,
                is_booked: Some(false),
            }),
            booking: None,
            booked_by_other: Some(at(30)),
            missing_trainings: vec!["lasers".to_owned()],
            project_ok: false,
            access_until: Some(at(0)),
            cooling_until: Some(at(1)),
            outage_until: Some(at(1)),
            ..fine()
        }
    }

    #[test]
    fn everything_against_a_start_is_told_in_order() {
        check(&fine(), &[]);
        let all = [
            "use-not-operational",
            "use-in-use",
            "use-not-qualified",
            "use-for-another",
            "use-resource-down",
            "use-resource-down",
            "use-area-absent",
            "use-alone",
            "use-area-not-booked",
            "use-not-booked",
            "use-booked-by-other",
            "use-project-refused",
            "use-training-missing",
            "use-access-ended",
            "use-cooling",
            "use-outage",
        ];
        check(&wrong(Role::User), &all);
        let kept = |gone: &'static [&str]| -> Vec<&str> {
            all.into_iter().filter(|code| !gone.contains(code)).collect()
        };
        check(&wrong(Role::Trainer), &kept(&["use-for-another"]));
        let of_staff =
            ["use-not-operational", "use-for-another", "use-not-booked", "use-booked-by-other"];
        check(
            &wrong(Role::Staff),
            &all.into_iter().filter(|it| !of_staff.contains(it)).collect::<Vec<_>>(),
        );
        let repairs = kept(&[
            "use-not-operational",
            "use-not-qualified",
            "use-not-booked",
            "use-booked-by-other",
            "use-outage",
        ]);
        check(&wrong(Role::Service), &repairs);
    }

    #[test]
    fn hidden_and_forbidden_stop_before_anything_is_told() {
        check(&Facts { is_visible: false, may_use: false, ..wrong(Role::User) }, &["not-found"]);
        check(&Facts { may_use: false, ..wrong(Role::User) }, &["use-not-allowed"]);
    }

    #[test]
    fn a_booking_opens_the_door_a_quarter_of_an_hour_early() {
        let booked = |from, until| Facts { booking: Some((at(from), at(until))), ..fine() };
        check(&booked(15, 60), &[]);
        check(&booked(16, 60), &["use-before-booking"]);
        check(&booked(-60, 1), &[]);
        check(&booked(-60, 0), &["use-not-booked"]);
        check(&Facts { needs_booking: false, booking: None, ..fine() }, &[]);
        let longer = Facts { early_minutes: 30, ..booked(30, 60) };
        check(&longer, &[]);
    }

    #[test]
    fn who_booked_now_comes_before_who_did_not() {
        let other = Some(at(30));
        check(&Facts { booked_by_other: other, ..fine() }, &[]);
        let walks_in = Facts { needs_booking: false, booking: None, ..fine() };
        check(&Facts { booked_by_other: other, ..walks_in }, &["use-booked-by-other"]);
    }

    #[test]
    fn ends_are_half_open_and_a_take_over_is_allowed_where_the_owner_says_so() {
        check(&Facts { access_until: Some(at(1)), ..fine() }, &[]);
        for role in [Role::User, Role::Staff, Role::Service] {
            check(&Facts { role, is_barred: true, ..fine() }, &["booking-export-control"]);
        }
        check(&Facts { cooling_until: Some(at(0)), outage_until: Some(at(0)), ..fine() }, &[]);
        check(&Facts { in_use_since: Some(at(-5)), take_over: true, ..fine() }, &[]);
    }

    #[test]
    fn staff_charge_one_customer_at_a_time_and_never_themselves() {
        let person = base::PersonId::from_bits;
        let code = |it: Result<(), Refusal>| it.err().map(|refusal| refusal.code.to_string());
        assert_eq!(staff_time(person(1), person(2), None), Ok(()));
        assert_eq!(staff_time(person(1), person(2), Some(person(2))), Ok(()));
        let taken = staff_time(person(1), person(2), Some(person(3)));
        assert_eq!(code(taken).as_deref(), Some("staff-time-taken"));
        assert_eq!(code(staff_time(person(1), person(1), None)).as_deref(), Some("staff-time-own"));
    }

    #[test]
    fn cooling_down_is_bounded_and_not_repeated() {
        assert_eq!(cool_down(30, 30, false), Ok(30));
        assert!(cool_down(31, 30, false).is_err() && cool_down(0, 30, false).is_err());
        assert_eq!(cool_down(5, 30, true).expect_err("again").code, "cool-down-again");
    }
}
