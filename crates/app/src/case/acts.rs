//! The acts that every case knows: a step, a note, a task given to somebody, the withdrawal.

use super::{Effect, PROCESSES, Said, effect_of, find, save, taker, thing_of, working_days};
use crate::account::sign_in_required;
use crate::act::{Act, Cx, Stop};
use crate::file::Documents;
use access::{Act as A, Thing};
use base::{CaseId, FileId, PersonId, Reference, Refusal, TechnologyId, text};
use cases::{Assigning, Candidate, Giver, Moved, Taker, Taking, Withdrawing};
use store::Hold;
use store::case::Case;
use trading::technology::Technology;

/// What a move of a case tells its caller.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct CaseMoved {
    pub case: CaseId,
    pub reference: Reference,
    /// The state afterwards.
    pub state: String,
    /// The version to name in the next move.
    pub version: u64,
    /// What came of it, where something did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technology: Option<TechnologyId>,
}

impl CaseMoved {
    pub(crate) fn of(case: &Case) -> Self {
        Self {
            case: case.id,
            reference: case.reference.clone(),
            state: case.running.state.clone(),
            version: case.running.version,
            technology: None,
        }
    }
}

/// A case and the technology that it is about, if it is about one.
pub struct Facts {
    pub case: Case,
    pub technology: Option<Technology>,
    /// In whose name somebody acts who stands in.
    pub giver: Option<Giver>,
    /// What was handed in with the act.
    pub(crate) documents: Documents,
    /// What is known of the firm that a case registers.
    pub standing: Option<parties::registration::Standing>,
}

pub(crate) fn load(cx: &mut Cx<'_, '_>, id: CaseId, documents: &[FileId]) -> Result<Facts, Stop> {
    let case = find(cx, id)?;
    let technology = match TechnologyId::parse(&case.thing) {
        Ok(id) => store::technology::find(cx.tx, id)?,
        Err(_) => None,
    };
    let documents = Documents::load_for(cx, documents, (case.id, case.owner))?;
    let standing = crate::registration::standing(cx, &case)?;
    Ok(Facts { case, technology, giver: None, documents, standing })
}

/// What a step comes to.
pub struct StepPlan {
    before: Case,
    after: Case,
    moved: Moved,
    effect: Effect,
    documents: Documents,
}

/// Takes a step of a task.
#[derive(serde::Serialize)]
pub struct TakeStep {
    pub case: CaseId,
    /// The version of the case that the person saw.
    pub version: u64,
    pub task: String,
    pub step: String,
    /// By the names of what the step asks.
    pub answers: serde_json::Map<String, serde_json::Value>,
    pub reason: String,
    /// For whom a stand-in acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonId>,
    /// Files that were handed in before, by the same person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<FileId>,
}

impl TakeStep {
    /// By which delegation; without one that lasts the task is not this person's.
    fn giver(&self, facts: &Facts, cx: &mut Cx<'_, '_>) -> Result<Option<Giver>, Stop> {
        let Some(giver) = self.on_behalf_of else { return Ok(None) };
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let live = super::stand_in::live(cx.tx, person, cx.now)?;
        let found = live.into_iter().map(|it| it.delegation).find(|it| {
            it.giver == giver
                && it.process == facts.case.running.process
                && it.tasks.contains(&self.task)
        });
        let none = || Refusal::new(base::Class::NotAllowed, "case-no-stand-in").on("on_behalf_of");
        let delegation = found.ok_or_else(none)?;
        let city = cx.city;
        Ok(Some(super::stand_in::giver(cx.tx, city, &facts.case, delegation, cx.now)?))
    }
}

impl Act for TakeStep {
    const ACT: A = A::TakeStep;
    type Facts = Facts;
    type Plan = StepPlan;
    type Outcome = CaseMoved;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.case)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        let facts = load(cx, self.case, &self.documents)?;
        // Whoever may not see the case learns nothing of its stand-ins.
        let is_seen = crate::act::offers(&cx.actor, A::LookAtCase, &thing_of(&facts.case));
        let giver = if is_seen { self.giver(&facts, cx)? } else { None };
        Ok(Facts { giver, ..facts })
    }

    fn thing(&self, facts: &Facts) -> Thing {
        thing_of(&facts.case)
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<StepPlan, Vec<Refusal>> {
        let declared = cases::Case::find(PROCESSES, &facts.case.running).map_err(one)?;
        let taker = taker(&cx.actor, &facts.case).ok_or_else(sign_in_required).map_err(one)?;
        let taker = Taker { on_behalf_of: facts.giver.clone(), ..taker };
        let taking = Taking {
            task: self.task.clone(),
            step: self.step.clone(),
            expected_version: self.version,
            answers: self.answers.clone(),
            reason: self.reason.clone(),
            n_documents: self.documents.len(),
        };
        let moved = cases::take(&declared, &taker, &taking, cx.now, working_days());
        let moved = facts.documents.checked(cx, moved)?;
        let mut after = Case { running: moved.running.clone(), ..facts.case.clone() };
        let step = (self.task.as_str(), self.step.as_str());
        let effect = effect_of(&mut after, &facts, step, &moved.answers, cx)?;
        Ok(StepPlan { before: facts.case, after, moved, effect, documents: facts.documents })
    }

    fn save(&self, plan: StepPlan, cx: &mut Cx<'_, '_>) -> Result<CaseMoved, Stop> {
        let said = Said {
            kind: "step",
            task: self.task.clone(),
            step: self.step.clone(),
            on_behalf_of: self.on_behalf_of,
            reason: plan.moved.reason.clone().unwrap_or_default(),
            answers: plan.moved.answers.clone(),
            documents: plan.documents.files,
            more: None,
        };
        let technology = match plan.effect {
            Effect::None => None,
            Effect::Release(letting) => Some(crate::release::let_out(cx, *letting)?),
            Effect::Admit(admitting) => {
                crate::registration::let_in(cx, *admitting)?;
                None
            }
            Effect::PassOn(it) => {
                let (person, holder, application) = *it;
                crate::registration::pass_on(cx, person, holder, application, Vec::new())?;
                None
            }
        };
        let case = save(cx, &plan.before, plan.after, Some(&plan.moved), &said)?;
        Ok(CaseMoved { technology, ..CaseMoved::of(&case) })
    }
}

/// Takes a case back as a whole.
#[derive(serde::Serialize)]
pub struct WithdrawCase {
    pub case: CaseId,
    pub version: u64,
    pub reason: String,
}

impl Act for WithdrawCase {
    const ACT: A = A::WithdrawCase;
    type Facts = Case;
    type Plan = (Case, Moved);
    type Outcome = CaseMoved;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.case)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Case, Stop> {
        find(cx, self.case)
    }

    fn thing(&self, facts: &Case) -> Thing {
        thing_of(facts)
    }

    fn decide(&self, case: Case, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let declared = cases::Case::find(PROCESSES, &case.running).map_err(one)?;
        let taker = taker(&cx.actor, &case).ok_or_else(sign_in_required).map_err(one)?;
        let ask = Withdrawing { expected_version: self.version, reason: self.reason.clone() };
        let moved = cases::withdraw(&declared, &taker, &ask, cx.now, working_days())?;
        Ok((case, moved))
    }

    fn save(&self, (before, moved): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<CaseMoved, Stop> {
        let after = Case { running: moved.running.clone(), ..before.clone() };
        let reason = moved.reason.clone().unwrap_or_default();
        let said = Said { kind: "withdrawn", reason, ..Said::default() };
        Ok(CaseMoved::of(&save(cx, &before, after, Some(&moved), &said)?))
    }
}

/// Gives a task to somebody, takes it up, or puts it back.
#[derive(serde::Serialize)]
pub struct AssignTask {
    pub case: CaseId,
    pub version: u64,
    pub task: String,
    /// Nobody puts the task back.
    pub to: Option<PersonId>,
    pub reason: String,
}

impl Act for AssignTask {
    const ACT: A = A::AssignTask;
    type Facts = (Case, Option<Candidate>);
    type Plan = (Case, Moved);
    type Outcome = CaseMoved;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.case)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let case = find(cx, self.case)?;
        let Some(person) = self.to else { return Ok((case, None)) };
        let policy = cx.city.settings().second_factor;
        let who = crate::Who::Person(person);
        let actor = crate::asker::resolve(cx.tx, who, cx.now, policy)?;
        // Whoever may not read the matter cannot be given it, and cannot be told from nobody.
        if actor.person.is_none() || !actor.clearance.may_read(&case.label) {
            let refusal = Refusal::invalid("case-assignee-unknown").on("to");
            return Err(refusal.into());
        }
        let rights = super::rights(&actor, case.owner, case.desk);
        Ok((case, Some(Candidate { person, rights })))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        thing_of(&facts.0)
    }

    fn decide(&self, (case, to): Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let declared = cases::Case::find(PROCESSES, &case.running).map_err(one)?;
        let taker = taker(&cx.actor, &case).ok_or_else(sign_in_required).map_err(one)?;
        let ask = Assigning {
            task: self.task.clone(),
            expected_version: self.version,
            to,
            reason: self.reason.clone(),
        };
        Ok((case.clone(), cases::assign(&declared, &taker, &ask)?))
    }

    fn save(&self, (before, moved): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<CaseMoved, Stop> {
        let after = Case { running: moved.running.clone(), ..before.clone() };
        let said = Said {
            kind: "assigned",
            task: self.task.clone(),
            reason: moved.reason.clone().unwrap_or_default(),
            more: Some(("to", serde_json::json!(self.to))),
            ..Said::default()
        };
        let mut said = said;
        if let Some(to) = self.to {
            said.answers.insert("to".to_owned(), serde_json::json!(to));
        }
        Ok(CaseMoved::of(&save(cx, &before, after, Some(&moved), &said)?))
    }
}

/// Writes a note that everybody who sees the case can read.
#[derive(serde::Serialize)]
pub struct NoteCase {
    pub case: CaseId,
    pub text: String,
    /// Files that were handed in before, by the same person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<FileId>,
}

/// Characters of a note.
pub const NOTE_CHARS_MAX: usize = 4_000;

impl Act for NoteCase {
    const ACT: A = A::NoteCase;
    type Facts = Facts;
    type Plan = (Facts, String);
    type Outcome = CaseMoved;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.case)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        load(cx, self.case, &self.documents)
    }

    fn thing(&self, facts: &Facts) -> Thing {
        thing_of(&facts.case)
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let note = self.note();
        let note = facts.documents.checked(cx, note.map_err(one))?;
        Ok((facts, note))
    }

    fn save(&self, (facts, note): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<CaseMoved, Stop> {
        let Facts { case, documents, .. } = facts;
        let said =
            Said { kind: "note", reason: note, documents: documents.files, ..Said::default() };
        Ok(CaseMoved::of(&save(cx, &case, case.clone(), None, &said)?))
    }
}

impl NoteCase {
    /// The text as it is kept; a document may come without one.
    fn note(&self) -> Result<String, Refusal> {
        let note = text::block("text", &self.text, NOTE_CHARS_MAX)?;
        if note.is_empty() && self.documents.is_empty() {
            return Err(Refusal::invalid("case-note-empty").on("text"));
        }
        match trading::marking::find(&note) {
            Some(pattern) => Err(trading::marking::refusal("text", "note", pattern)),
            None => Ok(note),
        }
    }
}

pub(crate) fn one(refusal: Refusal) -> Vec<Refusal> {
    vec![refusal]
}
