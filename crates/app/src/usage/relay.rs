//! The relay of an instrument: set by its owner, told after the commit of the use that wants it, and
//! again by the timer until it says so itself.
//!
//! Nothing is called inside a transaction. Whoever calls takes the turn first, in a commit of its own,
//! so that no two nodes tell one relay at once.

use super::{StartUse, StopUse, UseChanged, told};
use crate::act::{About, Act, Cx, No, Stop, offers};
use crate::asker::Asker;
use crate::booking::change::keep;
use crate::city::City;
use crate::instrument;
use access::{Act as A, Thing};
use base::{
    Bilingual, Class, Instant, InstrumentId, PersonId, Refusal, RelayProblemId, UseId, limits, text,
};
use calls::{CallError, Relay};
use instruments::Instrument;
use instruments::booking::{Booking, State};
use instruments::relay::{
    CALLER_SECONDS, Fault, Followed, Kept, Problem, Want, Wants, follow, typed,
};
use instruments::usage::Kept as Use;
use std::collections::BTreeMap;
use store::Hold;

/// Relays that one run of the timer tells.
const RUN_MAX: usize = 50;
/// Seconds for which a turn to call is kept.
const TURN_SECONDS: i64 = 60;
/// Problems that one page shows.
const PROBLEMS_MAX: usize = 100;

fn event(cx: &mut Cx<'_, '_>, it: &Instrument, kind: &str, body: serde_json::Value) {
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: Some(it.owner),
        label: &it.label,
        state: it.state().word(),
    };
    cx.event(kind, about, body);
}

fn add_problem(
    cx: &mut Cx<'_, '_>,
    (instrument, person): (InstrumentId, Option<PersonId>),
    (fault, said): (Fault, &str),
) -> Result<(), Stop> {
    let id = cx.city.with_chance(|chance| RelayProblemId::new(cx.now, chance));
    let said = said.to_owned();
    let problem = Problem { id, instrument, person, fault, said, at: cx.now };
    Ok(store::relay::add_problem(cx.tx, &problem)?)
}

/// A use that begins wants the relay on; one that staff begins without it is noted. Whether there is
/// anything to be told.
pub(super) fn begins(cx: &mut Cx<'_, '_>, it: &Use, bypass: Option<&str>) -> Result<bool, Stop> {
    if store::relay::find(cx.tx, it.instrument)?.is_none() {
        return Ok(false);
    }
    if let Some(reason) = bypass {
        add_problem(cx, (it.instrument, Some(it.person)), (Fault::Bypass, reason))?;
        told(cx, it, "relay-bypassed", serde_json::json!({ "reason": reason }));
        return Ok(false);
    }
    wants(cx, it, Wants::On)?;
    Ok(true)
}

/// The last use that ends wants the relay off. Whether there is anything to be told.
pub(super) fn ends(cx: &mut Cx<'_, '_>, it: &Use) -> Result<bool, Stop> {
    let has_relay = store::relay::find(cx.tx, it.instrument)?.is_some();
    if !has_relay || !store::usage::running(cx.tx, it.instrument)?.is_empty() {
        return Ok(false);
    }
    wants(cx, it, Wants::Off)?;
    Ok(true)
}

fn wants(cx: &mut Cx<'_, '_>, it: &Use, wants: Wants) -> Result<(), Stop> {
    let want = Want {
        instrument: it.instrument,
        wants,
        subject: Some(it.id),
        person: Some(it.person),
        tries: 0,
        next_at: Some(cx.now.plus_seconds(CALLER_SECONDS)),
        said: String::new(),
        at: cx.now,
        version: 1,
    };
    Ok(store::relay::want(cx.tx, &want)?)
}

/// Sets what switches an instrument on, or that nothing does.
#[derive(serde::Serialize)]
pub struct SetRelay {
    pub instrument: InstrumentId,
    /// `modbus://…` or `http://…#…`; empty for none.
    pub relay: String,
}

/// What a change of a relay tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RelayChanged {
    pub instrument: InstrumentId,
    pub has_relay: bool,
}

impl Act for SetRelay {
    const ACT: A = A::KeepRelay;
    type Facts = (Instrument, Thing);
    type Plan = (Instrument, Option<String>);
    type Outcome = RelayChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        Ok((it, thing))
    }

    fn thing(&self, (_, thing): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(&self, (it, _): Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let typed = typed(&self.relay).map_err(|no| vec![no])?;
        if let Some(text) = &typed {
            let relay = Relay::read(text).ok_or_else(|| vec![instruments::relay::unread()])?;
            let switch = cx.city.settings().relays.as_ref();
            if switch.is_none_or(|switch| !switch.may_call(&relay)) {
                return Err(vec![Refusal::invalid("relay-outside").on("relay")]);
            }
        }
        Ok((it, typed))
    }

    fn save(&self, (it, relay): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<RelayChanged, Stop> {
        let has_relay = relay.is_some();
        match relay {
            Some(relay) => {
                let kept = Kept { instrument: it.id, relay, set_at: cx.now };
                store::relay::set(cx.tx, &kept, cx.actor.person)?;
            }
            None => store::relay::drop(cx.tx, it.id)?,
        }
        // Where in the house a relay stands is nothing for the log.
        event(cx, &it, "relay-set", serde_json::json!({ "has_relay": has_relay }));
        Ok(RelayChanged { instrument: it.id, has_relay })
    }
}

/// Says what was done about a problem of a relay.
#[derive(serde::Serialize)]
pub struct SettleRelayProblem {
    pub instrument: InstrumentId,
    pub problem: RelayProblemId,
    pub note: String,
}

impl Act for SettleRelayProblem {
    const ACT: A = A::KeepRelay;
    type Facts = (Instrument, Thing);
    type Plan = (Instrument, String);
    type Outcome = RelayChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        Ok((it, thing))
    }

    fn thing(&self, (_, thing): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(&self, (it, _): Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let note = text::required_line("note", &self.note, limits::SUMMARY_CHARS_MAX);
        note.map(|note| (it, note)).map_err(|no| vec![no])
    }

    fn save(&self, (it, note): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<RelayChanged, Stop> {
        let by = (cx.actor.person, cx.now);
        if !store::relay::settle(cx.tx, (self.problem, it.id), by, &note)? {
            return Err(Refusal::not_found().into());
        }
        let body = serde_json::json!({ "problem": self.problem, "note": note });
        event(cx, &it, "relay-settled", body);
        let has_relay = store::relay::find(cx.tx, it.id)?.is_some();
        Ok(RelayChanged { instrument: it.id, has_relay })
    }
}

/// Notes what a call to a relay came to. A use whose relay stayed off is taken back.
#[derive(serde::Serialize)]
struct NoteRelay {
    instrument: InstrumentId,
    /// The version of the want that was told.
    version: u64,
    /// What the call in vain came to; nothing where the relay did it.
    said: Option<String>,
}

/// What a note is decided from.
struct Noted {
    it: Instrument,
    want: Option<Want>,
    /// The use that wants it on, while it runs.
    begun: Option<Use>,
    /// The booking that it took up, where no other use did.
    booking: Option<Booking>,
    others: bool,
}

impl Act for NoteRelay {
    const ACT: A = A::TendBookings;
    type Facts = Noted;
    type Plan = (Noted, Followed);
    type Outcome = RelayChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Noted, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let want = store::relay::wanted(cx.tx, it.id)?;
        let mut running = store::usage::running(cx.tx, it.id)?;
        let subject = want.as_ref().filter(|want| want.wants == Wants::On);
        let subject = subject.and_then(|want| want.subject);
        let at = running.iter().position(|found| Some(found.id) == subject);
        let begun = at.map(|at| running.remove(at));
        let booking = match begun.as_ref().and_then(|begun| begun.booking) {
            Some(id) if store::usage::of_booking(cx.tx, id)?.len() == 1 => {
                store::booking::find(cx.tx, id)?
            }
            _ => None,
        };
        Ok(Noted { it, want, begun, booking, others: !running.is_empty() })
    }

    fn thing(&self, _: &Noted) -> Thing {
        Thing::open()
    }

    fn decide(&self, noted: Noted, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let told = noted.want.as_ref().filter(|want| want.version == self.version);
        let moved_on = || vec![Refusal::new(Class::Conflict, "version-conflict")];
        let mut told = told.ok_or_else(moved_on)?.clone();
        if told.wants == Wants::On && noted.begun.is_none() {
            // The use that wanted it on is over, or was let begin without it.
            told.subject = None;
        }
        let followed = follow(&told, self.said.as_deref(), noted.others, cx.now);
        Ok((noted, followed))
    }

    fn save(
        &self,
        (noted, followed): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<RelayChanged, Stop> {
        let Followed { want, takes_back, fault } = followed;
        if !store::relay::change(cx.tx, &want)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        if let Some(fault) = fault {
            let person = noted.want.as_ref().and_then(|want| want.person);
            add_problem(cx, (noted.it.id, person), (fault, &want.said))?;
            let body = serde_json::json!({ "wants": fault.word(), "said": want.said });
            event(cx, &noted.it, "relay-failed", body);
        }
        if let Some(begun) = noted.begun.filter(|_| takes_back) {
            store::usage::drop(cx.tx, begun.id)?;
            told(cx, &begun, "use-not-started", serde_json::json!({ "said": want.said }));
            if let Some(booking) = noted.booking.filter(|it| it.state == State::InUse) {
                let next = Booking { state: State::Confirmed, ..booking.next_version(cx.now) };
                keep(cx, booking.version, &next)?;
                crate::booking::told(cx, &noted.it, &next, "booking-not-begun");
            }
        }
        Ok(RelayChanged { instrument: noted.it.id, has_relay: true })
    }
}

/// The relay of an instrument as its people see it.
#[derive(Clone, Debug)]
pub struct RelayView {
    pub instrument: Instrument,
    pub relay: Option<Kept>,
    pub want: Option<Want>,
    pub problems: Vec<(Problem, Bilingual)>,
    pub now: Instant,
}

impl City {
    /// The relay of an instrument, for whoever looks after it; for others it is not there.
    pub fn relay(&self, asker: &Asker, id: InstrumentId) -> Result<RelayView, No> {
        self.read(asker, |rx| {
            let (instrument, _) = instrument::allowed(rx, id, A::LookAtInstrument)?;
            let thing = instrument::thing_of(&instrument, &rx.actor);
            if !offers(&rx.actor, A::KeepRelay, &thing) {
                return Err(Refusal::not_found().into());
            }
            let relay = store::relay::find(rx.tx, id)?;
            let want = store::relay::wanted(rx.tx, id)?;
            let found = store::relay::open_problems(rx.tx, id, PROBLEMS_MAX)?;
            let people: Vec<PersonId> = found.iter().filter_map(|it| it.person).collect();
            let names: BTreeMap<PersonId, Bilingual> = store::person::names_of(rx.tx, &people)?;
            let named = |it: Problem| {
                let name = it.person.and_then(|id| names.get(&id).cloned()).unwrap_or_default();
                (it, name)
            };
            let problems = found.into_iter().map(named).collect();
            Ok(RelayView { instrument, relay, want, problems, now: rx.now })
        })
    }

    /// Begins a use and has the relay of its instrument switched on; where that stays off the use is
    /// taken back.
    pub fn start_use(&self, asker: &Asker, act: StartUse) -> Result<UseChanged, No> {
        let done = self.perform(asker, act)?;
        if !done.has_relay {
            return Ok(done);
        }
        let said = self.tell_relay(done.instrument)?;
        let stands = |id: UseId| self.store().read(|tx| store::usage::find(tx, id));
        if stands(done.id)?.is_some() {
            return Ok(done);
        }
        // Another node may have told it, or the same request came twice.
        let last = |id: InstrumentId| self.store().read(|tx| store::relay::wanted(tx, id));
        let said = match said {
            Some(said) => said,
            None => last(done.instrument)?.map(|want| want.said).unwrap_or_default(),
        };
        Err(Refusal::new(Class::Refused, "use-relay-off").text("said", said).into())
    }

    /// Ends a use and has the relay switched off; where that stays on the timer tells it again.
    pub fn stop_use(&self, asker: &Asker, act: StopUse) -> Result<UseChanged, No> {
        let done = self.perform(asker, act)?;
        if done.has_relay {
            self.tell_relay(done.instrument)?;
        }
        Ok(done)
    }

    /// Tells relays that are to be told by now, as long as `goes_on` says so; answers how many did it.
    pub fn tend_relays(&self, goes_on: &dyn Fn() -> bool) -> Result<usize, No> {
        if self.store().committed().is_read_only() {
            return Ok(0);
        }
        let now = self.now();
        let due = self.store().read(|tx| store::relay::due(tx, now, RUN_MAX))?;
        let mut done = 0;
        for instrument in due {
            if !goes_on() {
                break;
            }
            done += usize::from(self.tell_relay(instrument)?.is_none());
        }
        Ok(done)
    }

    /// Tells a relay how it is to stand, if nobody else is about to. What it said where that came to
    /// nothing.
    fn tell_relay(&self, id: InstrumentId) -> Result<Option<String>, No> {
        let found = self.store().read(|tx| {
            let relay = store::relay::find(tx, id)?;
            Ok::<_, store::StoreError>(relay.zip(store::relay::wanted(tx, id)?))
        })?;
        let Some((relay, want)) = found.filter(|(_, want)| want.next_at.is_some()) else {
            return Ok(None);
        };
        let turn = Want { next_at: Some(self.now().plus_seconds(TURN_SECONDS)), ..want.clone() };
        let taken = self.store().write("tell relay", move |tx| store::relay::change(tx, &turn))?;
        if !taken {
            return Ok(None);
        }
        let said = self.call_relay(&relay, want.wants).err().map(|error| error.to_string());
        let timer = Asker::person(self.row()?.operator);
        let note = NoteRelay { instrument: id, version: want.version + 1, said: said.clone() };
        match self.perform(&timer, note) {
            Ok(_) => Ok(said),
            // Another use began or ended meanwhile, and whoever did that tells it.
            Err(no) if no.0.iter().all(|refusal| refusal.class == Class::Conflict) => Ok(None),
            Err(no) => Err(no),
        }
    }

    fn call_relay(&self, kept: &Kept, wants: Wants) -> Result<(), CallError> {
        let forbidden = || CallError::Forbidden("no network was named for relays".to_owned());
        let switch = self.settings().relays.as_ref().ok_or_else(forbidden)?;
        let relay = Relay::read(&kept.relay)
            .ok_or_else(|| CallError::Forbidden("its address cannot be read".to_owned()))?;
        switch.set(&relay, wants == Wants::On)
    }
}
