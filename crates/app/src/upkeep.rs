//! Upkeep of instruments: plans and records kept by an instrument's people, faults that anybody tells of
//! who may book it.

use crate::act::{About, Act, Cx, No, Stop, offers};
use crate::asker::Asker;
use crate::city::City;
use crate::instrument::{self, thing_of};
use access::{Act as A, Thing};
use base::{
    Bilingual, Class, Date, FaultId, InstrumentId, PersonId, Refusal, UpkeepPlanId, UpkeepRecordId,
    WorkingDays,
};
use instruments::Instrument;
use instruments::upkeep::{Fault, FaultState, Kind, Plan, Record};
use std::collections::BTreeMap;
use store::Hold;

/// Plans, records and faults that one page shows.
const ROWS_MAX: usize = 200;
/// Faults of one instrument that are open at once.
pub const OPEN_MAX: u64 = 50;
/// The same of one person, so that nobody keeps others from telling.
const OWN_OPEN_MAX: u64 = 5;
/// Plans of one instrument.
const PLANS_MAX: usize = 100;

/// What a change of the upkeep of an instrument tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UpkeepChanged {
    pub instrument: InstrumentId,
    /// The plan, record or fault.
    pub thing: String,
    pub version: u64,
    /// When a plan is due next.
    pub due: Option<String>,
}

fn told(cx: &mut Cx<'_, '_>, it: &Instrument, (thing, version): (&str, u64), what: (&str, &str)) {
    let (kind, state) = what;
    let about =
        About { thing: thing.to_owned(), version, owner: Some(it.owner), label: &it.label, state };
    cx.event(kind, about, serde_json::json!({ "instrument": it.id }));
}

fn person(cx: &Cx<'_, '_>) -> Result<PersonId, Refusal> {
    cx.actor.person.ok_or_else(crate::account::sign_in_required)
}

fn conflict() -> Refusal {
    Refusal::new(Class::Conflict, "version-conflict")
}

/// An instrument with what access judges of it.
type Found = (Instrument, Thing);

fn load(cx: &mut Cx<'_, '_>, id: InstrumentId) -> Result<Found, Stop> {
    let it = instrument::find(cx, id)?;
    let thing = thing_of(&it, &cx.actor);
    Ok((it, thing))
}

/// Plans something that is done at an instrument, once or in a rhythm.
#[derive(serde::Serialize)]
pub struct PlanUpkeep {
    pub instrument: InstrumentId,
    pub kind: Kind,
    pub title: String,
    /// 0 where it is done once.
    pub every_months: u32,
    pub due: Date,
}

impl Act for PlanUpkeep {
    const ACT: A = A::KeepUpkeep;
    type Facts = (Found, usize);
    type Plan = (Instrument, Plan);
    type Outcome = UpkeepChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let found = load(cx, self.instrument)?;
        let n = store::upkeep::plans(cx.tx, self.instrument, PLANS_MAX)?.len();
        Ok((found, n))
    }

    fn thing(&self, ((_, thing), _): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        ((it, _), n): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let plan = Plan {
            id: cx.city.with_chance(|chance| UpkeepPlanId::new(cx.now, chance)),
            instrument: self.instrument,
            kind: self.kind,
            title: self.title.clone(),
            every_months: self.every_months,
            due: Some(self.due),
            version: 1,
            ended_at: None,
        };
        let plan = plan.read()?;
        if n >= PLANS_MAX {
            return Err(vec![Refusal::invalid("upkeep-plans-many").number("most", PLANS_MAX)]);
        }
        Ok((it, plan))
    }

    fn save(&self, (it, plan): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<UpkeepChanged, Stop> {
        store::upkeep::add_plan(cx.tx, &plan)?;
        let thing = plan.id.to_string();
        told(cx, &it, (&thing, 1), ("upkeep-planned", plan.kind.word()));
        let due = plan.due.map(|due| due.to_string());
        Ok(UpkeepChanged { instrument: it.id, thing, version: 1, due })
    }
}

/// Ends a plan: what was done under it stays.
#[derive(serde::Serialize)]
pub struct EndUpkeepPlan {
    pub plan: UpkeepPlanId,
    pub version: u64,
}

impl Act for EndUpkeepPlan {
    const ACT: A = A::KeepUpkeep;
    type Facts = (Found, Plan);
    type Plan = (Instrument, Plan);
    type Outcome = UpkeepChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let plan = store::upkeep::plan(cx.tx, self.plan)?.ok_or_else(Refusal::not_found)?;
        Ok((load(cx, plan.instrument)?, plan))
    }

    fn thing(&self, ((_, thing), _): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        ((it, _), plan): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        if plan.version != self.version || plan.ended_at.is_some() {
            return Err(vec![conflict()]);
        }
        let version = plan.version + 1;
        Ok((it, Plan { ended_at: Some(cx.now), version, ..plan }))
    }

    fn save(&self, (it, plan): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<UpkeepChanged, Stop> {
        if !store::upkeep::change_plan(cx.tx, self.version, &plan)? {
            return Err(conflict().into());
        }
        let thing = plan.id.to_string();
        told(cx, &it, (&thing, plan.version), ("upkeep-plan-ended", plan.kind.word()));
        Ok(UpkeepChanged { instrument: it.id, thing, version: plan.version, due: None })
    }
}

/// Enters what was done at an instrument; a plan that it belongs to goes on to its next day.
#[derive(serde::Serialize)]
pub struct RecordUpkeep {
    pub instrument: InstrumentId,
    pub plan: Option<UpkeepPlanId>,
    /// That of the plan, where one is named.
    pub kind: Kind,
    pub done: Date,
    /// The laboratory, firm or person.
    pub by: String,
    /// Of a calibration.
    pub certificate: String,
    pub until: Option<Date>,
    pub note: String,
}

impl Act for RecordUpkeep {
    const ACT: A = A::KeepUpkeep;
    /// With the plan, and whether its newest day is entered again.
    type Facts = (Found, Option<Plan>, bool);
    type Plan = (Instrument, Record, Option<(u64, Plan)>);
    type Outcome = UpkeepChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let found = load(cx, self.instrument)?;
        let plan = match self.plan {
            Some(id) => store::upkeep::plan(cx.tx, id)?,
            None => None,
        };
        let plan = plan.filter(|plan| plan.instrument == self.instrument);
        let newest = match &plan {
            Some(plan) => store::upkeep::newest_day(cx.tx, (plan.instrument, plan.id))?,
            None => None,
        };
        Ok((found, plan, newest == Some(self.done)))
    }

    fn thing(&self, ((_, thing), ..): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        ((it, _), plan, is_again): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let plan = plan.filter(Plan::stands);
        if self.plan.is_some() && plan.is_none() {
            let unknown = Refusal::invalid("choice-unknown").on("plan");
            return Err(vec![unknown.term("field", "field-plan")]);
        }
        let record = Record {
            id: cx.city.with_chance(|chance| UpkeepRecordId::new(cx.now, chance)),
            instrument: self.instrument,
            plan: self.plan,
            kind: plan.as_ref().map_or(self.kind, |plan| plan.kind),
            done: self.done,
            by: self.by.clone(),
            certificate: self.certificate.clone(),
            until: self.until,
            note: self.note.clone(),
            recorded_by: person(cx).map_err(|no| vec![no])?,
            recorded_at: cx.now,
        };
        let record = record.read(WorkingDays::china().date(cx.now))?;
        let next = plan.map(|plan| (plan.version, plan.after(&record, is_again)));
        Ok((it, record, next))
    }

    fn save(
        &self,
        (it, record, next): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<UpkeepChanged, Stop> {
        store::upkeep::add_record(cx.tx, &record)?;
        let mut due = None;
        if let Some((before, plan)) = next {
            if !store::upkeep::change_plan(cx.tx, before, &plan)? {
                return Err(conflict().into());
            }
            due = plan.due.map(|due| due.to_string());
        }
        let thing = record.id.to_string();
        told(cx, &it, (&thing, 1), ("upkeep-recorded", record.kind.word()));
        Ok(UpkeepChanged { instrument: it.id, thing, version: 1, due })
    }
}

/// Tells an instrument's people that something is wrong with it.
#[derive(serde::Serialize)]
pub struct ReportFault {
    pub instrument: InstrumentId,
    pub said: String,
    /// Whether nothing can be done with it.
    pub is_stopped: bool,
}

impl Act for ReportFault {
    const ACT: A = A::ReportFault;
    /// With how many are open, and how many of them the reader told of.
    type Facts = (Found, (u64, u64));
    type Plan = (Instrument, Fault);
    type Outcome = UpkeepChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.instrument)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let found = load(cx, self.instrument)?;
        let me = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        Ok((found, store::upkeep::n_open(cx.tx, self.instrument, me)?))
    }

    fn thing(&self, ((_, thing), _): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        ((it, thing), (n, n_own)): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let fault = Fault {
            id: cx.city.with_chance(|chance| FaultId::new(cx.now, chance)),
            instrument: self.instrument,
            person: person(cx).map_err(|no| vec![no])?,
            said: self.said.clone(),
            is_stopped: self.is_stopped,
            reported_at: cx.now,
            state: FaultState::Open,
            version: 1,
            answer: String::new(),
            settled: None,
        };
        let fault = fault.read()?;
        let keeps = offers(&cx.actor, A::KeepUpkeep, &thing);
        for (n, most) in [(n_own, OWN_OPEN_MAX), (n, OPEN_MAX)] {
            if n >= most && !keeps {
                let many = Refusal::new(Class::Refused, "upkeep-faults-many");
                return Err(vec![many.number("most", most)]);
            }
        }
        Ok((it, fault))
    }

    fn save(&self, (it, fault): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<UpkeepChanged, Stop> {
        store::upkeep::add_fault(cx.tx, &fault)?;
        let thing = fault.id.to_string();
        told(cx, &it, (&thing, 1), ("fault-reported", fault.state.word()));
        Ok(UpkeepChanged { instrument: it.id, thing, version: 1, due: None })
    }
}

/// Answers a fault: mended, or nothing to mend.
#[derive(serde::Serialize)]
pub struct SettleFault {
    pub fault: FaultId,
    pub version: u64,
    pub state: FaultState,
    pub answer: String,
}

impl Act for SettleFault {
    const ACT: A = A::KeepUpkeep;
    type Facts = (Found, Fault);
    type Plan = (Instrument, Fault);
    type Outcome = UpkeepChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let fault = store::upkeep::fault(cx.tx, self.fault)?.ok_or_else(Refusal::not_found)?;
        Ok((load(cx, fault.instrument)?, fault))
    }

    fn thing(&self, ((_, thing), _): &Self::Facts) -> Thing {
        thing.clone()
    }

    fn decide(
        &self,
        ((it, _), fault): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let by = person(cx).map_err(|no| vec![no])?;
        let settled = fault.settle((self.state, &self.answer), (by, self.version), cx.now)?;
        Ok((it, settled))
    }

    fn save(&self, (it, fault): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<UpkeepChanged, Stop> {
        if !store::upkeep::settle_fault(cx.tx, self.version, &fault)? {
            return Err(Refusal::new(Class::Conflict, "upkeep-fault-settled").into());
        }
        let thing = fault.id.to_string();
        told(cx, &it, (&thing, fault.version), ("fault-settled", fault.state.word()));
        Ok(UpkeepChanged { instrument: it.id, thing, version: fault.version, due: None })
    }
}

/// The upkeep of an instrument as a reader sees it: everybody its calibrations, whoever may book it also
/// its open faults, its people everything.
#[derive(Clone, Debug)]
pub struct UpkeepView {
    pub instrument: Instrument,
    /// The most urgent first.
    pub plans: Vec<Plan>,
    /// The newest first.
    pub records: Vec<Record>,
    /// Those that are open first.
    pub faults: Vec<Fault>,
    /// Who told of faults and who entered records, for the instrument's people.
    pub names: BTreeMap<PersonId, Bilingual>,
    /// The calibration that counts: the newest.
    pub calibrated: Option<Record>,
    pub may_keep: bool,
    pub may_report: bool,
    pub me: Option<PersonId>,
    pub today: Date,
}

impl City {
    /// The upkeep of an instrument.
    pub fn instrument_upkeep(&self, asker: &Asker, id: InstrumentId) -> Result<UpkeepView, No> {
        self.read(asker, |rx| {
            let (it, _) = instrument::allowed(rx, id, A::LookAtInstrument)?;
            let thing = thing_of(&it, &rx.actor);
            let may_keep = offers(&rx.actor, A::KeepUpkeep, &thing);
            let may_report = offers(&rx.actor, A::ReportFault, &thing);
            let me = rx.actor.person;
            let mut calibrated = store::upkeep::calibrated(rx.tx, id)?;
            let mut records = match may_keep {
                true => store::upkeep::records(rx.tx, id, ROWS_MAX)?,
                false => store::upkeep::calibrations(rx.tx, id, ROWS_MAX)?,
            };
            if !may_keep {
                // What its people note for each other is theirs.
                records.iter_mut().chain(&mut calibrated).for_each(|record| record.note.clear());
            }
            let plans = match may_keep {
                true => store::upkeep::plans(rx.tx, id, ROWS_MAX)?,
                false => Vec::new(),
            };
            let mut faults = match may_report {
                true => store::upkeep::faults(rx.tx, id, ROWS_MAX)?,
                false => Vec::new(),
            };
            let is_shown =
                |it: &Fault| may_keep || it.state == FaultState::Open || me == Some(it.person);
            faults.retain(is_shown);
            let people: Vec<PersonId> = match may_keep {
                true => faults.iter().map(|it| it.person).collect(),
                false => Vec::new(),
            };
            let names = store::person::names_of(rx.tx, &people)?;
            let today = WorkingDays::china().date(rx.now);
            Ok(UpkeepView {
                instrument: it,
                plans,
                records,
                faults,
                names,
                calibrated,
                may_keep,
                may_report,
                me,
                today,
            })
        })
    }
}
