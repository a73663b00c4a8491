//! The live queue of an instrument: joining, leaving, being called, and the order that staff change.
//!
//! Whatever changes a queue holds the instrument's name; who is called follows from who uses it, who is
//! booked, and the order.

use crate::account::sign_in_required;
use crate::act::{About, Act, Cx, No, Stop, offers};
use crate::asker::Asker;
use crate::booking::scene::{rules_of, seats_of};
use crate::booking::{is_manager, is_staff};
use crate::city::City;
use crate::instrument;
use access::{Act as A, Thing};
use base::{Bilingual, Class, InstrumentId, PersonId, Refusal, Span, TurnId, limits, text};
use instruments::Instrument;
use instruments::turn::{Now, State, Turn, join, pauses, reorder, tend};
use store::Hold;

/// Queues that one run of the timer looks at.
const RUN_MAX: usize = 500;
/// Hours around now in which bookings are looked at.
const BOOKINGS_HOURS: i64 = 48;
/// Bookings that are looked at.
const BOOKINGS_MAX: usize = 200;

/// What a change of a turn tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TurnChanged {
    pub turn: TurnId,
    pub state: String,
    pub version: u64,
}

impl TurnChanged {
    fn of(it: &Turn) -> Self {
        Self { turn: it.id, state: it.state.code().to_owned(), version: it.version }
    }
}

fn told(cx: &mut Cx<'_, '_>, it: &Instrument, turn: &Turn, (kind, reason): (&str, &str)) {
    let about = About {
        thing: turn.id.to_string(),
        version: turn.version,
        owner: Some(it.owner),
        label: &it.label,
        state: turn.state.code(),
    };
    let mut body = serde_json::json!({ "instrument": it.id, "person": turn.person });
    if let Some(until) = turn.called_until {
        body["until"] = serde_json::json!(until);
    }
    if !reason.is_empty() {
        body["reason"] = serde_json::json!(reason);
    }
    cx.event(kind, about, body);
}

fn keep(cx: &mut Cx<'_, '_>, turn: &Turn) -> Result<(), Stop> {
    match store::turn::change(cx.tx, turn)? {
        true => Ok(()),
        false => Err(Refusal::new(Class::Conflict, "version-conflict").into()),
    }
}

/// Who uses an instrument now.
fn running(tx: &mut store::Tx<'_>, id: InstrumentId) -> Result<Vec<PersonId>, store::StoreError> {
    Ok(store::usage::running(tx, id)?.into_iter().map(|kept| kept.person).collect())
}

/// Bookings around now that hold time.
fn booked(
    tx: &mut store::Tx<'_>,
    id: InstrumentId,
    now: base::Instant,
) -> Result<Vec<Span>, store::StoreError> {
    let wide = BOOKINGS_HOURS * 3_600;
    let around = Span::new(now.plus_seconds(-wide), now.plus_seconds(wide)).expect("it only grew");
    let found = store::booking::of_instrument(tx, id, around, BOOKINGS_MAX)?;
    let live = found.into_iter().filter(|booking| booking.state.holds_time());
    Ok(live.map(|booking| booking.span).collect())
}

/// Stands in the queue of an instrument.
#[derive(serde::Serialize)]
pub struct JoinQueue {
    pub instrument: InstrumentId,
}

impl Act for JoinQueue {
    const ACT: A = A::KeepWishes;
    type Facts = (PersonId, Instrument, bool, Vec<Turn>, bool);
    type Plan = (Turn, Instrument);
    type Outcome = TurnChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        crate::act::may(&cx.actor, A::LookAtInstrument, &thing)
            .map_err(|_| Refusal::not_found())?;
        let may = offers(&cx.actor, A::BookTime, &thing);
        let line = store::turn::line(cx.tx, it.id)?;
        let seats = usize::from(seats_of(&it));
        let is_in_use = running(cx.tx, it.id)?.len() >= seats;
        Ok((person, it, may, line, is_in_use))
    }

    fn thing(&self, (person, ..): &Self::Facts) -> Thing {
        Thing::own(*person)
    }

    fn decide(
        &self,
        (person, it, may, line, is_in_use): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = join(&it, person, &line, is_in_use);
        if !may {
            no.insert(0, Refusal::new(Class::NotAllowed, "booking-not-allowed"));
        }
        if !no.is_empty() {
            return Err(no);
        }
        let turn = Turn {
            id: cx.city.with_chance(|chance| TurnId::new(cx.now, chance)),
            instrument: it.id,
            person,
            place: line.last().map_or(1, |last| last.place + 1),
            state: State::Waiting,
            joined: cx.now,
            called_until: None,
            version: 1,
        };
        Ok((turn, it))
    }

    fn save(&self, (turn, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<TurnChanged, Stop> {
        store::turn::add(cx.tx, &turn)?;
        told(cx, &it, &turn, ("turn-joined", ""));
        Ok(TurnChanged::of(&turn))
    }
}

/// Leaves a queue, at whatever place.
#[derive(serde::Serialize)]
pub struct LeaveQueue {
    pub turn: TurnId,
    pub version: u64,
}

impl Act for LeaveQueue {
    const ACT: A = A::KeepWishes;
    type Facts = (Turn, Instrument);
    type Plan = (Turn, Instrument);
    type Outcome = TurnChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let found = store::turn::find(cx.tx, self.turn)?.filter(|turn| turn.person == person);
        let turn = found.ok_or_else(Refusal::not_found)?;
        let it = instrument::find(cx, turn.instrument)?;
        Ok((turn, it))
    }

    fn thing(&self, (turn, _): &Self::Facts) -> Thing {
        Thing::own(turn.person)
    }

    fn decide(&self, (turn, it): Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        if turn.version != self.version {
            return Err(vec![Refusal::new(Class::Conflict, "version-conflict")]);
        }
        if !turn.state.is_live() {
            return Err(vec![Refusal::new(Class::Conflict, "turn-over")]);
        }
        Ok((turn.next(State::Left), it))
    }

    fn save(&self, (turn, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<TurnChanged, Stop> {
        keep(cx, &turn)?;
        told(cx, &it, &turn, ("turn-left", ""));
        Ok(TurnChanged::of(&turn))
    }
}

/// Staff change the order of a queue, with a reason that everybody in the log can read.
#[derive(serde::Serialize)]
pub struct ReorderQueue {
    pub instrument: InstrumentId,
    pub turn: TurnId,
    /// Before whom; the end where nobody is named.
    pub before: Option<TurnId>,
    pub reason: String,
}

impl Act for ReorderQueue {
    const ACT: A = A::SetBookingRules;
    type Facts = (Instrument, Vec<Turn>, Thing);
    type Plan = (Instrument, Vec<Turn>, Turn, String);
    type Outcome = TurnChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        let line = store::turn::line(cx.tx, it.id)?;
        Ok((it, line, thing))
    }

    fn thing(&self, (.., thing): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        (it, line, _): Self::Facts,
        _: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        let reason = text::required_line("reason", &self.reason, limits::SUMMARY_CHARS_MAX)
            .map_err(|refusal| no.push(refusal))
            .unwrap_or_default();
        let turn = line.iter().find(|turn| turn.id == self.turn).cloned();
        if turn.is_none() {
            no.push(Refusal::not_found());
        }
        match turn.filter(|_| no.is_empty()) {
            Some(turn) => Ok((it, reorder(&line, self.turn, self.before), turn, reason)),
            None => Err(no),
        }
    }

    fn save(
        &self,
        (it, changed, turn, reason): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<TurnChanged, Stop> {
        for turn in &changed {
            keep(cx, turn)?;
        }
        let moved = changed.into_iter().find(|own| own.id == turn.id).unwrap_or(turn);
        told(cx, &it, &moved, ("turn-moved", &reason));
        Ok(TurnChanged::of(&moved))
    }
}

/// Looks at a queue once: who has begun, who did not come, who is called.
#[derive(serde::Serialize)]
pub struct TendQueue {
    pub instrument: InstrumentId,
}

impl Act for TendQueue {
    const ACT: A = A::TendBookings;
    type Facts = (Instrument, Vec<Turn>);
    type Plan = (Instrument, Vec<Turn>);
    type Outcome = u64;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let changed = step(cx.tx, &it, cx.now)?;
        Ok((it, changed))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        match facts.1.is_empty() {
            true => Err(vec![Refusal::new(Class::Conflict, "wait-not-due")]),
            false => Ok(facts),
        }
    }

    fn save(&self, (it, changed): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<u64, Stop> {
        for turn in &changed {
            keep(cx, turn)?;
            let kind = match turn.state {
                State::Called => "turn-called",
                State::Served => "turn-served",
                _ => "turn-expired",
            };
            told(cx, &it, turn, (kind, ""));
        }
        Ok(changed.len() as u64)
    }
}

/// What is to be done to a queue now.
fn step(
    tx: &mut store::Tx<'_>,
    it: &Instrument,
    at: base::Instant,
) -> Result<Vec<Turn>, store::StoreError> {
    let line = store::turn::line(tx, it.id)?;
    let (rules, _) = rules_of(tx, it)?;
    let (running, bookings) = (running(tx, it.id)?, booked(tx, it.id, at)?);
    let now = Now {
        running: &running,
        seats: usize::from(seats_of(it)),
        bookings: &bookings,
        buffer_minutes: rules.early_minutes.value,
        hold_minutes: rules.offer_minutes.value,
    };
    Ok(tend(&line, &now, at))
}

/// The queue of an instrument as a reader may see it.
#[derive(Clone, Debug)]
pub struct QueueView {
    pub instrument: Instrument,
    /// In their order; names are for the instrument's people, and for whoever it is.
    pub turns: Vec<(Turn, Option<Bilingual>)>,
    /// The reader's own.
    pub own: Option<TurnId>,
    pub is_in_use: bool,
    /// Whether it waits for a booking to end.
    pub is_paused: bool,
    pub may_join: bool,
    pub is_staff: bool,
}

impl City {
    /// The queue of an instrument.
    pub fn queue(&self, asker: &Asker, id: InstrumentId) -> Result<QueueView, No> {
        self.read(asker, |rx| {
            let (it, _) = instrument::allowed(rx, id, A::LookAtInstrument)?;
            let line = store::turn::line(rx.tx, id)?;
            let is_staff = is_staff(&it, &rx.actor) || is_manager(&it, &rx.actor);
            let me = rx.actor.person;
            let shown = |turn: &&Turn| is_staff || Some(turn.person) == me;
            let people: Vec<PersonId> = line.iter().filter(shown).map(|turn| turn.person).collect();
            let names = store::person::names_of(rx.tx, &people)?;
            let own = line.iter().find(|turn| Some(turn.person) == me).map(|turn| turn.id);
            let running = running(rx.tx, id)?;
            let seats = usize::from(seats_of(&it));
            let bookings = booked(rx.tx, id, rx.now)?;
            let (rules, _) = rules_of(rx.tx, &it)?;
            let now = Now {
                running: &running,
                seats,
                bookings: &bookings,
                buffer_minutes: rules.early_minutes.value,
                hold_minutes: rules.offer_minutes.value,
            };
            let is_paused = pauses(&now, rx.now);
            let is_in_use = running.len() >= seats;
            let thing = instrument::thing_of(&it, &rx.actor);
            let may_book = me.is_some() && offers(&rx.actor, A::BookTime, &thing);
            let may_join =
                me.is_some_and(|me| may_book && join(&it, me, &line, is_in_use).is_empty());
            let turns = line
                .into_iter()
                .map(|turn| {
                    let name = names.get(&turn.person).cloned();
                    (turn, name)
                })
                .collect();
            Ok(QueueView { instrument: it, turns, own, is_in_use, is_paused, may_join, is_staff })
        })
    }

    /// Looks at every queue; answers how many turns moved.
    pub fn tend_queues(&self) -> Result<u64, No> {
        let timer = Asker::person(self.row()?.operator);
        let now = self.now();
        let due = self.store().read(|tx| {
            let mut due = Vec::new();
            for id in store::turn::queues(tx, RUN_MAX)? {
                let Some(it) = store::instrument::find(tx, id)? else { continue };
                if !step(tx, &it, now)?.is_empty() {
                    due.push(id);
                }
            }
            Ok(due)
        })?;
        let mut n = 0;
        for instrument in due {
            // Another node may have been faster.
            n += self.perform(&timer, TendQueue { instrument }).unwrap_or(0);
        }
        Ok(n)
    }
}
