//! Notices, objections, approvals before a step with the state's assets; and the rows of law.

use crate::act::{About, Act, Cx, Stop};
use crate::venture::{VentureChanged, register, thing_of, told};
use access::{Act as A, Thing};
use base::{Class, Date, Label, Refusal, VentureId, WorkingDays};
use store::Hold;
use trading::venture::{
    NOTES_MAX, Note, NoteKind, Register, Rules, VentureState, ahead, check_note, refusals,
};

/// One note that is about to be kept.
struct New<'a> {
    duty: &'a str,
    kind: NoteKind,
    on: Option<Date>,
    reason: &'a str,
}

fn check(register: &Register, new: &New<'_>, cx: &Cx<'_, '_>) -> Result<Note, Vec<Refusal>> {
    let mut no = Vec::new();
    if register.venture.state == VentureState::Withdrawn {
        no.push(Refusal::new(Class::Conflict, "venture-withdrawn"));
    }
    if register.notes.len() >= NOTES_MAX {
        no.push(Refusal::new(Class::Refused, "venture-notes-full").number("most", NOTES_MAX));
    }
    let today = WorkingDays::china().date(cx.now);
    let on = new.on.unwrap_or(today);
    if on > today {
        no.push(ahead("on"));
    }
    let about = (new.duty, new.kind);
    match check_note(&register.rules, &register.notes, about, new.reason) {
        Ok(reason) if no.is_empty() => Ok(Note {
            n: 1 + register.notes.iter().map(|it| it.n).max().unwrap_or(0),
            duty: new.duty.to_owned(),
            kind: new.kind,
            at: cx.now,
            on,
            reason,
            person: cx.actor.person,
        }),
        read => {
            no.extend(read.err().unwrap_or_default());
            Err(no)
        }
    }
}

fn load(cx: &mut Cx<'_, '_>, id: VentureId) -> Result<Register, Stop> {
    let venture = super::find(cx, id)?;
    Ok(register(cx.tx, venture)?)
}

fn save(cx: &mut Cx<'_, '_>, register: &Register, note: &Note) -> Result<VentureChanged, Stop> {
    let venture = &register.venture;
    store::venture::add_note(cx.tx, venture.id, note)?;
    let kind = format!("venture-{}", note.kind.word());
    told(cx, venture, &kind, serde_json::json!({ "duty": note.duty, "note": note.n }));
    Ok(VentureChanged::of(venture))
}

/// Publishes a notice: its waiting period begins now.
#[derive(serde::Serialize)]
pub struct GiveNotice {
    pub venture: VentureId,
    /// The key of the duty's row.
    pub duty: String,
}

impl Act for GiveNotice {
    const ACT: A = A::GiveNotice;
    type Facts = Register;
    type Plan = (Register, Note);
    type Outcome = VentureChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.venture)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Register, Stop> {
        load(cx, self.venture)
    }

    fn thing(&self, register: &Register) -> Thing {
        thing_of(&register.venture)
    }

    fn decide(&self, register: Register, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let new = New { duty: &self.duty, kind: NoteKind::Notice, on: None, reason: "" };
        let plan = &register.venture.plan;
        // A notice says what is agreed: nothing to say, nothing to announce.
        if register.venture.state == VentureState::Prepared
            && (plan.offer.is_none() || plan.valuation.is_none())
        {
            return Err(vec![Refusal::new(Class::Refused, "venture-plan-absent").on("duty")]);
        }
        let note = check(&register, &new, cx)?;
        Ok((register, note))
    }

    fn save(
        &self,
        (register, note): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<VentureChanged, Stop> {
        save(cx, &register, &note)
    }
}

/// Enters an objection to a notice: the step stops until it is settled.
#[derive(serde::Serialize)]
pub struct ObjectToVenture {
    pub venture: VentureId,
    pub duty: String,
    pub reason: String,
}

impl Act for ObjectToVenture {
    const ACT: A = A::ObjectToVenture;
    type Facts = Register;
    type Plan = (Register, Note);
    type Outcome = VentureChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.venture)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Register, Stop> {
        load(cx, self.venture)
    }

    fn thing(&self, register: &Register) -> Thing {
        thing_of(&register.venture)
    }

    fn decide(&self, register: Register, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let kind = NoteKind::Objection;
        let new = New { duty: &self.duty, kind, on: None, reason: &self.reason };
        let note = check(&register, &new, cx)?;
        Ok((register, note))
    }

    fn save(
        &self,
        (register, note): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<VentureChanged, Stop> {
        save(cx, &register, &note)
    }
}

/// What the supervising office does: settles an objection, or records an approval.
#[derive(serde::Serialize)]
pub struct SettleDuty {
    pub venture: VentureId,
    pub duty: String,
    /// The day of an approval; without one an objection is settled.
    pub approved_on: Option<Date>,
    pub reason: String,
}

impl Act for SettleDuty {
    const ACT: A = A::SettleDuty;
    type Facts = Register;
    type Plan = (Register, Note);
    type Outcome = VentureChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.venture)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Register, Stop> {
        load(cx, self.venture)
    }

    fn thing(&self, register: &Register) -> Thing {
        thing_of(&register.venture)
    }

    fn decide(&self, register: Register, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let kind = match self.approved_on {
            Some(_) => NoteKind::Approval,
            None => NoteKind::Settlement,
        };
        let new = New { duty: &self.duty, kind, on: self.approved_on, reason: &self.reason };
        let note = check(&register, &new, cx)?;
        Ok((register, note))
    }

    fn save(
        &self,
        (register, note): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<VentureChanged, Stop> {
        save(cx, &register, &note)
    }
}

/// Sets the rows of law for steps from now on; the rows before stay in the table.
#[derive(serde::Serialize)]
pub struct SetVentureRules {
    pub rules: Rules,
}

impl Act for SetVentureRules {
    const ACT: A = A::SetVentureRules;
    type Facts = ();
    type Plan = ();
    type Outcome = u64;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on("venture-rules")]
    }

    fn load(&self, _: &mut Cx<'_, '_>) -> Result<(), Stop> {
        Ok(())
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::open()
    }

    fn decide(&self, (): (), _: &Cx<'_, '_>) -> Result<(), Vec<Refusal>> {
        let flaws = self.rules.flaws();
        if flaws.is_empty() { Ok(()) } else { Err(refusals(flaws)) }
    }

    fn save(&self, (): (), cx: &mut Cx<'_, '_>) -> Result<u64, Stop> {
        let by = (cx.actor.person, cx.now);
        let version = store::venture::set_rules(cx.tx, &self.rules, by)?;
        let label = Label::public();
        let thing = "venture-rules".to_owned();
        let about = About { thing, version, owner: None, label: &label, state: "" };
        let sizes = (self.rules.duties.len(), self.rules.floors.len());
        let body = serde_json::json!({ "duties": sizes.0, "floors": sizes.1 });
        cx.event("venture-rules-set", about, body);
        Ok(version)
    }
}
