//! Booking: one act, judged and kept under a hold on the instrument.

use super::scene::{For, Scene, Wanted, counted_names, rules_of};
use super::{BookingChanged, beneficiary, fund, refusals, told};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::instrument;
use crate::ledger::holds_on;
use access::{Act as A, Thing};
use base::{
    AccountId, BookingId, Instant, InstrumentId, OrganisationId, PersonId, Refusal, Span,
    VoucherId, limits,
};
use calendar::seats::Taken;
use instruments::accessory::{Lent, gathered};
use instruments::booking::{Booking, State, decide_until};
use instruments::policy::{Ask, Doing, Verdict, judge};
use instruments::problem::{Code, Problem};
use std::collections::BTreeSet;
use store::Hold;

/// What is asked for.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct BookAsk {
    pub instrument: InstrumentId,
    /// For whom; the asker where it is left out.
    pub person: Option<PersonId>,
    /// For which organisation of that person.
    pub organisation: Option<OrganisationId>,
    pub start: Instant,
    pub end: Instant,
    pub purpose: String,
    pub project: String,
    /// Problems that the asker lets pass, and why.
    pub passes: Vec<Code>,
    pub reason: String,
    /// Whether the asker asks for what rules refuse.
    pub asks: bool,
    /// Who pays a part.
    #[serde(default)]
    pub voucher: Option<VoucherId>,
    /// What shall be lent with it.
    #[serde(default)]
    pub accessories: Vec<Lent>,
}

impl BookAsk {
    /// The time of an instrument for oneself.
    pub fn new(instrument: InstrumentId, start: Instant, end: Instant) -> Self {
        Self {
            instrument,
            person: None,
            organisation: None,
            start,
            end,
            purpose: String::new(),
            project: String::new(),
            passes: Vec::new(),
            reason: String::new(),
            asks: false,
            voucher: None,
            accessories: Vec::new(),
        }
    }

    /// The time, where it is one; else a minute, so that facts can be loaded and the engine says no.
    pub(crate) fn span(&self) -> Span {
        let is_span = self.start < self.end && self.end.seconds_since(self.start) < 400 * 86_400;
        let minute = self.start.plus_seconds(60);
        let end = if is_span { self.end } else { minute };
        Span::new(self.start, end).unwrap_or_else(|| {
            Span::new(Instant::from_micros(0), Instant::from_micros(1)).expect("a span")
        })
    }

    pub(crate) fn ask(&self) -> Ask {
        Ask {
            start: self.start,
            end: self.end,
            doing: Doing::Book,
            passes: self.passes.clone(),
            asks: self.asks,
        }
    }
}

/// Texts that are too long, and a reason that is missing where problems are let pass.
pub(crate) fn text_faults(
    purpose: &str,
    project: &str,
    (passes, reason): (bool, &str),
) -> Vec<Refusal> {
    let mut no = Vec::new();
    for (field, text, most) in [
        ("purpose", purpose, limits::SUMMARY_CHARS_MAX),
        ("project", project, limits::NAME_CHARS_MAX),
        ("reason", reason, limits::SUMMARY_CHARS_MAX),
    ] {
        let found = text.chars().count();
        if found > most {
            let refusal = Refusal::invalid("text-too-long").on(field);
            let refusal = refusal.term("field", base::text::field_term(field));
            no.push(refusal.number("most", most).number("found", found));
        }
    }
    if passes && reason.trim().is_empty() {
        no.push(Refusal::invalid("field-required").on("reason").term("field", "field-reason"));
    }
    no
}

/// Books an instrument's time.
#[derive(serde::Serialize)]
pub struct Book {
    pub ask: BookAsk,
    /// What else is held; found out before the transaction.
    #[serde(skip)]
    holds: Vec<String>,
    /// What holding a part of the voucher changes.
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

/// What a booking is decided from.
pub struct Facts {
    scene: Result<Scene, Refusal>,
    /// What stands against the voucher that was named.
    against: Vec<Refusal>,
    thing: Thing,
}

impl Act for Book {
    const ACT: A = A::BookTime;
    type Facts = Facts;
    type Plan = (Scene, Booking, Vec<Taken>, Vec<Problem>);
    type Outcome = BookingChanged;

    fn holds(&self) -> Vec<Hold> {
        let mut holds = vec![Hold::on(self.ask.instrument)];
        holds.extend(self.holds.iter().map(Hold::on));
        holds.extend(holds_on(&self.accounts));
        holds
    }

    /// A booking that moves money is serialisable, as all acts of the books are.
    fn read_committed(&self) -> bool {
        self.accounts.is_empty()
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        let it = instrument::find(cx, self.ask.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        let person = beneficiary(self.ask.person, &cx.actor)?;
        let named = (person, self.ask.organisation, self.ask.project.as_str());
        let named = For::load(cx.tx, named, &cx.actor, cx.now)?;
        let mut against = Vec::new();
        let scene = match named {
            Ok(named) => {
                let span = self.ask.span();
                let lent = gathered(&self.ask.accessories)?;
                let accessories = lent.as_slice();
                let wanted = Wanted { accessories, ..Wanted::new(&cx.actor, span) };
                let mut scene = Scene::load(cx.tx, it, named, &wanted, cx.now)?;
                if self.ask.voucher.is_some() {
                    against = fund::judge(cx, &mut scene, (span, self.ask.voucher))?;
                }
                Ok(scene)
            }
            Err(no) => Err(no),
        };
        Ok(Facts { scene, against, thing })
    }

    fn thing(&self, facts: &Facts) -> Thing {
        facts.thing.clone()
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let ask = &self.ask;
        let mut no = text_faults(&ask.purpose, &ask.project, (!ask.passes.is_empty(), &ask.reason));
        let scene = match facts.scene {
            Ok(scene) => scene,
            Err(refusal) => {
                no.insert(0, refusal);
                return Err(no);
            }
        };
        let verdict = judge(&scene.facts(), &ask.ask(), cx.now);
        no.extend(refusals(&verdict.problems));
        no.extend(facts.against);
        if !no.is_empty() {
            return Err(no);
        }
        let booking = made(&scene, ask, &verdict, cx)?;
        let pieces = scene.place(booking.span).map_err(|_| vec![taken_away()])?;
        Ok((scene, booking, pieces, verdict.warnings))
    }

    fn save(
        &self,
        (scene, booking, pieces, warnings): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<BookingChanged, Stop> {
        store::booking::add(cx.tx, &booking, &pieces)?;
        if let Some(voucher) = self.ask.voucher {
            fund::name(cx, (&scene.it, &booking), voucher)?;
        }
        told(cx, &scene.it, &booking, "booking-made");
        Ok(BookingChanged::of(&booking, warnings))
    }
}

/// What the engine let through and the seats did not: two rules that disagree are our own fault, and
/// nobody gets the time.
pub(crate) fn taken_away() -> Refusal {
    Refusal::new(base::Class::Conflict, "booking-taken")
}

/// The booking that a judgement allows.
pub(crate) fn made(
    scene: &Scene,
    ask: &BookAsk,
    verdict: &Verdict,
    cx: &Cx<'_, '_>,
) -> Result<Booking, Vec<Refusal>> {
    let span = Span::new(ask.start, ask.end).ok_or_else(|| vec![taken_away()])?;
    let by = cx.actor.person.ok_or_else(|| vec![crate::account::sign_in_required()])?;
    let rules = &scene.rules;
    let approval = scene.approval((span, !verdict.asked.is_empty()), (by, cx.now));
    let approval = approval.alive().map_err(|no| vec![no])?;
    let waits = approval.waits;
    let passed: Vec<Code> = verdict.warnings.iter().map(|problem| problem.code).collect();
    Ok(Booking {
        id: cx.city.with_chance(|chance| BookingId::new(cx.now, chance)),
        reference: cx.city.reference("YY", cx.now),
        instrument: scene.it.id,
        person: scene.beneficiary.person,
        organisation: scene.beneficiary.organisation,
        booked_by: by,
        state: if waits { State::Pending } else { State::Confirmed },
        version: 1,
        sequence: 0,
        span,
        setup_minutes: rules.setup_minutes.value,
        cleanup_minutes: rules.cleanup_minutes.value,
        purpose: ask.purpose.trim().to_owned(),
        project: scene.beneficiary.project.clone(),
        series: None,
        is_detached: false,
        asked: verdict.asked.clone(),
        passed: passed.into_iter().filter(|code| ask.passes.contains(code)).collect(),
        reason: ask.reason.trim().to_owned(),
        decide_by: waits.then(|| decide_until(rules, span.start(), cx.now)),
        late_minutes: 0,
        offered_to: None,
        steps: approval.stages,
        accessories: scene.lent(),
        made_at: cx.now,
        changed_at: cx.now,
    })
}

/// The scene of a question, for readings.
pub(crate) fn scene_of(rx: &mut Rx<'_, '_>, ask: &BookAsk, reach: Span) -> Result<Scene, Stop> {
    let (it, _) = instrument::allowed(rx, ask.instrument, A::LookAtInstrument)?;
    let thing = instrument::thing_of(&it, &rx.actor);
    rx.may(A::BookTime, &thing)?;
    let person = beneficiary(ask.person, &rx.actor)?;
    let named = (person, ask.organisation, ask.project.as_str());
    let named = For::load(rx.tx, named, &rx.actor, rx.now)??;
    let actor = rx.actor.clone();
    let lent = gathered(&ask.accessories)?;
    let wanted = Wanted { reach, accessories: &lent, ..Wanted::new(&actor, ask.span()) };
    Ok(Scene::load(rx.tx, it, named, &wanted, rx.now)?)
}

impl City {
    /// The names that a booking has to hold: known before its transaction begins. One writer is hold
    /// enough.
    pub(crate) fn booking_holds(
        &self,
        asker: &Asker,
        ask: &BookAsk,
    ) -> Result<(Vec<String>, BTreeSet<AccountId>), No> {
        if self.store().has_one_writer() {
            return Ok((Vec::new(), BTreeSet::new()));
        }
        self.read(asker, |rx| {
            let nothing = (Vec::new(), BTreeSet::new());
            let Some(it) = store::instrument::find(rx.tx, ask.instrument)? else {
                return Ok(nothing);
            };
            let Some(person) = ask.person.or(rx.actor.person) else { return Ok(nothing) };
            let (rules, _) = rules_of(rx.tx, &it)?;
            let actor = rx.actor.clone();
            let named = (person, ask.organisation, ask.project.as_str());
            let names = match For::load(rx.tx, named, &actor, rx.now)? {
                Ok(named) => counted_names(&it, &rules, &named),
                Err(_) => Vec::new(),
            };
            let accounts = ask.voucher.map(|voucher| fund::accounts(it.owner, voucher));
            Ok((names, accounts.unwrap_or_default()))
        })
    }

    /// Books an instrument's time.
    pub fn book(&self, asker: &Asker, ask: BookAsk) -> Result<BookingChanged, No> {
        let (holds, accounts) = self.booking_holds(asker, &ask)?;
        self.perform(asker, Book { ask, holds, accounts })
    }
}
