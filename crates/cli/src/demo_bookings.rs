//! Bookings of the demonstration city: a few weeks of an ordinary laboratory life, all invented. They
//! lie ahead of the day on which the demonstration is made, so they are made once.

use crate::exit::Failure;
use app::booking::{BookAsk, FreeAsk, SeriesAsk, SetBookingRules, Target};
use app::wait::{JoinWaitList, WatchInstrument};
use app::{Asker, City};
use base::{Bilingual, InstrumentId, OrganisationId, PersonId};
use calendar::zone::{add_days, plus_minutes};
use calendar::{Every, Hours, Recurrence, Until, Weekdays, Zone};
use instruments::accessory::Lent;
use instruments::approval::{Chain, Step, When};
use instruments::rules::{Approval, Layer};
use instruments::series::Mode;
use instruments::setting::Set;
use instruments::sheet::Accessory;
use std::collections::BTreeMap;

/// Instruments that somebody has booked.
const BOOKED_MAX: usize = 320;
/// Days ahead that bookings lie.
const DAYS: i64 = 12;
/// Booked times for which somebody else waits.
const WAITING_MAX: usize = 24;
/// When in the day a booking begins, in minutes, and how long it is.
const TIMES: [(u16, i64); 5] = [(540, 90), (660, 90), (780, 60), (840, 120), (990, 60)];
/// The days of the week on which one repeats.
const DAYS_OF_WEEK: [Weekdays; 2] = [Weekdays(0b001_0101), Weekdays(0b000_1010)];
/// What people book instruments for.
const PURPOSES: [&str; 5] = [
    "Routine measurements 常规检测",
    "Samples of a customer 客户样品",
    "Thesis work 学位论文实验",
    "Method development 方法开发",
    "Comparison with another laboratory 实验室间比对",
];

/// Sets the rules of every unit, and books. Nothing happens where there are bookings already.
pub fn seed(
    city: &City,
    operator: &Asker,
    (units, people): (&BTreeMap<String, OrganisationId>, &BTreeMap<String, PersonId>),
) -> Result<(), Failure> {
    if city.store().read(store::booking::count).map_err(app::No::from)? > 0 {
        return Ok(());
    }
    for (n, unit) in crate::seed::shared_units()?.iter().enumerate() {
        let Some(id) = units.get(unit) else { continue };
        let act = SetBookingRules { target: Target::Unit(*id), version: 0, rules: rules(n) };
        // Another start may have come so far and no further.
        match city.perform(operator, act) {
            Ok(_) => {}
            Err(no) if no.class() == base::Class::Conflict => {}
            Err(no) => return Err(no.into()),
        }
    }
    let zone = Zone::china();
    let tomorrow = add_days(zone.date(city.now()), 1);
    let from = zone.at_minute(tomorrow, 0);
    let ask = FreeAsk {
        words: String::new(),
        from,
        until: from.plus_seconds(DAYS * 86_400),
        minutes: 120,
        limit: BOOKED_MAX * 3,
    };
    let found = city.free_slots(operator, &ask).map_err(Failure::from)?;
    let bookers: Vec<PersonId> = people.values().copied().collect();
    for (n, slot) in found.iter().step_by(3).enumerate() {
        let Some(person) = bookers.get(n % bookers.len().max(1)) else { break };
        // Nobody stands at two instruments: each round of people has an hour and days of its own.
        let round = n / bookers.len().max(1);
        let Some(days) = DAYS_OF_WEEK.get(round / TIMES.len()) else { break };
        let (begins, minutes) = TIMES[round % TIMES.len()];
        let start = zone.at_minute(tomorrow, begins);
        let mut first = BookAsk::new(slot.instrument, start, plus_minutes(start, minutes));
        PURPOSES[n % PURPOSES.len()].clone_into(&mut first.purpose);
        first.accessories = lent(city, operator, slot.instrument)?;
        let until = Until::Date(add_days(tomorrow, DAYS));
        let repeats = Recurrence { every: Every::Weeks(1, *days), until };
        let ask = SeriesAsk { first, repeats, mode: Mode::SkipConflicts, is_rehearsal: false };
        // Somebody who may not book is nobody's trouble: the city goes on without that one.
        let _ = city.book_series(&Asker::person(*person), ask);
        if let Some(other) = bookers.get((n + 1) % bookers.len()).filter(|_| n < WAITING_MAX) {
            wait(city, &Asker::person(*other), slot.instrument, (start, minutes));
        }
    }
    city.tend_waits().map_err(Failure::from)?;
    Ok(())
}

/// One piece of the first accessory of an instrument, where it has any.
fn lent(city: &City, operator: &Asker, instrument: InstrumentId) -> Result<Vec<Lent>, Failure> {
    let it = city.instrument(operator, instrument).map_err(Failure::from)?;
    let first = it.instrument.sheet.accessories.first();
    Ok(first.map(|it| Lent { name: it.known_as().to_owned(), count: 1 }).into_iter().collect())
}

/// Somebody waits for a time that another one has, and wants to hear of any that becomes free. Who may
/// not is left out.
fn wait(
    city: &City,
    who: &Asker,
    instrument: InstrumentId,
    (start, minutes): (base::Instant, i64),
) {
    let act = JoinWaitList {
        instruments: vec![instrument],
        organisation: None,
        earliest: start,
        latest: plus_minutes(start, minutes),
        minutes: u32::try_from(minutes).unwrap_or(60),
        is_at_once: false,
    };
    let _ = city.perform(who, act);
    let (least_minutes, days_ahead) = (60, 7);
    let act = WatchInstrument { instrument, least_minutes, days_ahead, hours: (8 * 60, 18 * 60) };
    let _ = city.perform(who, act);
}

/// What the instruments of some units have together.
fn holder() -> Accessory {
    let name = Bilingual::new("Cryo holder (demonstration)", "冷冻样品杆（演示）");
    Accessory { name, stock: 2, is_needed: false }
}

/// The rules of a unit: most are open in the day, every fifth asks the leader and then its staff about
/// outsiders; what a rule refuses is for staff and unit to agree to; every other asks how a use was.
fn rules(n: usize) -> Layer {
    let mut chains = vec![Chain { when: When::Asked, steps: vec![Step::Staff, Step::Unit] }];
    if n.is_multiple_of(5) {
        chains.push(Chain { when: When::External, steps: vec![Step::Leader, Step::Staff] });
    }
    let (from, to) = if n.is_multiple_of(3) { (8 * 60, 22 * 60) } else { (8 * 60 + 30, 18 * 60) };
    let approval = if n.is_multiple_of(5) { Approval::External } else { Approval::Never };
    Layer {
        hours: Some(Set::open(Hours::daily(Weekdays::WORKDAYS, from, to))),
        most_minutes: Some(Set::open(480)),
        late_cancel_minutes: Some(Set::open(120)),
        approval: Some(Set::open(approval)),
        chains: Some(Set::open(chains)),
        asks_feedback: Some(Set::open(n.is_multiple_of(2))),
        may_ask: Some(Set::open(true)),
        shared_accessories: n.is_multiple_of(4).then(|| Set::open(vec![holder()])),
        ..Layer::default()
    }
}
