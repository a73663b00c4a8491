//! Giving a booking to somebody else: what stands against it.
//!
//! The recipient passes whatever concerns place, money and person, and every quota; how early and how
//! often somebody books was asked of the first owner and is not asked again.

use crate::booking::{Booking, State};
use crate::policy::{Ask, Doing, Facts, judge};
use crate::problem::{Code, Problem, Stage};
use base::{Class, Instant, PersonId, Refusal};

/// Why a booking cannot be offered to this person now.
pub fn offer(booking: &Booking, to: PersonId, may_transfer: bool, now: Instant) -> Vec<Refusal> {
    let mut no = Vec::new();
    if !may_transfer {
        no.push(Refusal::new(Class::Refused, "booking-no-transfer"));
    }
    if to == booking.person {
        no.push(Refusal::invalid("booking-transfer-to-oneself").on("person"));
    }
    no.extend(closed(booking, now).map(|problem| problem.refusal()));
    no
}

/// What stands against its recipient; `facts` are theirs, with the booking's own time free.
pub fn problems(facts: &Facts<'_>, booking: &Booking, now: Instant) -> Vec<Problem> {
    if let Some(problem) = closed(booking, now) {
        return vec![problem];
    }
    let (start, end) = (booking.span.start(), booking.span.end());
    let (passes, asks) = (Vec::new(), false);
    let ask = Ask { start, end, doing: Doing::Book, passes, asks };
    let all = judge(facts, &ask, now).problems;
    let counts =
        |problem: &Problem| problem.code.stage().0 != Stage::E || problem.code == Code::Quota;
    all.into_iter().filter(counts).collect()
}

/// It goes over before it begins, or not at all.
fn closed(booking: &Booking, now: Instant) -> Option<Problem> {
    let is_open = booking.state == State::Confirmed && booking.span.start() > now;
    (!is_open).then(|| Problem::new(Code::ClosedBooking))
}
