//! Release review: a result is put forward, reviewed by two others, and let out or not.
//!
//! The text under review lies in the case. A disclosed result that nobody knew of yet gets a stub
//! without a title; a redacted release becomes a technology of its own.

use crate::act::{Act, Cx, Stop};
use crate::case::{self, CaseMoved, Effect, Opening, Said, acts::one, taker, thing_of};
use crate::file::Documents;
use crate::technology::save_plan;
use access::{Act as A, Thing};
use base::{
    CaseId, Class, FileId, Label, Level, OrganisationId, Reference, Refusal, TechnologyId, limits,
    text,
};
use cases::Taking;
use serde_json::{Map, Value};
use store::Hold;
use store::case::Case;
use trading::release::{Disclosure, Matter};
use trading::technology::change::{
    CreateFacts, CreateStub, CreateTechnology, Plan, Release, create_stub, release,
};
use trading::technology::{Content, Source, Technology};
use trading::{Proof, State};

/// The two letters of a review's reference.
const REFERENCE: &str = "RR";

/// The matter of a release review.
pub fn matter_of(case: &Case) -> Option<Matter> {
    serde_json::from_value(case.matter.clone()).ok()
}

fn matter(case: &Case) -> Result<Matter, Vec<Refusal>> {
    matter_of(case).ok_or_else(|| one(Refusal::new(Class::Unknown, "own-fault")))
}

fn value_of(matter: &Matter) -> Value {
    serde_json::to_value(matter).expect("a matter has text keys only")
}

/// Puts a result forward that the city did not know of: a stub for others, a case for reviewers.
#[derive(serde::Serialize)]
pub struct DiscloseResult {
    pub owner: OrganisationId,
    /// The owner's own number, or empty.
    pub key: String,
    pub content: Content,
    /// The label of the material until its release; members when left out.
    pub label: Option<Label>,
    pub disclosure: Disclosure,
    /// Evidence, handed in before by the same person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<FileId>,
}

/// What a disclosure needs to know.
pub struct DiscloseFacts {
    owner: OrganisationId,
    desk: OrganisationId,
    key_taken: bool,
    documents: Documents,
}

/// A stub and the matter of its case.
pub struct Disclosed {
    stub: Plan,
    matter: Matter,
    desk: OrganisationId,
    documents: Documents,
}

impl Act for DiscloseResult {
    const ACT: A = A::DiscloseResult;
    type Facts = DiscloseFacts;
    type Plan = Disclosed;
    type Outcome = CaseMoved;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<DiscloseFacts, Stop> {
        let owner = store::organisation::find(cx.tx, self.owner)?.ok_or_else(Refusal::not_found)?;
        let key_taken = store::technology::key_taken(cx.tx, self.owner, self.key.trim())?;
        Ok(DiscloseFacts {
            owner: owner.id,
            desk: case::desk_for(cx, trading::release::NAME, owner.id)?,
            key_taken,
            documents: Documents::load(cx, &self.documents, owner.id)?,
        })
    }

    fn thing(&self, facts: &DiscloseFacts) -> Thing {
        Thing::of(facts.owner)
    }

    fn decide(&self, facts: DiscloseFacts, cx: &Cx<'_, '_>) -> Result<Disclosed, Vec<Refusal>> {
        let label = self.label.clone().unwrap_or_else(|| Label::at(Level::Members));
        let ask = CreateStub {
            id: cx.city.with_chance(|chance| TechnologyId::new(cx.now, chance)),
            reference: cx.city.reference("TE", cx.now),
            owner: self.owner,
            key: Some(self.key.clone()).filter(|key| !key.trim().is_empty()),
            field: self.content.field.clone(),
            label: Some(label.clone()),
            source: None,
        };
        let fields = cx.city.fields();
        let known = CreateFacts { fields, key_taken: facts.key_taken, marking_released: false };
        let stub = create_stub(&known, ask, cx.now);
        let empty = Technology {
            id: TechnologyId::from_bits(0),
            reference: cx.city.reference("TE", cx.now),
            owner: self.owner,
            state: State::Stub,
            label: label.clone(),
            version: 1,
            content: Content::default(),
            key: None,
            confirmed_at: None,
            changed_at: cx.now,
            source: None,
        };
        let about = stub.as_ref().map_or(&empty, |plan| &plan.technology);
        let lodged = Matter::lodge(about, self.content.clone(), self.disclosure.clone(), fields);
        let above = (!cx.actor.clearance.may_read(&label))
            .then(|| Refusal::invalid("label-above-clearance").on("label"));
        let about = facts.documents.reasons(cx);
        match (stub, lodged) {
            (Ok(stub), Ok(matter)) if above.is_none() && about.is_empty() => {
                let DiscloseFacts { desk, documents, .. } = facts;
                Ok(Disclosed { stub, matter, desk, documents })
            }
            (stub, lodged) => {
                let mut reasons: Vec<Refusal> = above.into_iter().chain(about).collect();
                reasons.extend(stub.err().unwrap_or_default());
                for refusal in lodged.err().unwrap_or_default() {
                    if !reasons.contains(&refusal) {
                        reasons.push(refusal);
                    }
                }
                Err(reasons)
            }
        }
    }

    fn save(&self, plan: Disclosed, cx: &mut Cx<'_, '_>) -> Result<CaseMoved, Stop> {
        let label = plan.stub.technology.label.clone();
        let made = save_plan(cx, None, plan.stub, "technology-stub-created", "")?;
        let matter = (&plan.matter, plan.documents);
        opened(cx, &made.technology, self.owner, (plan.desk, &label), matter)
    }
}

/// Puts a technology that is written already forward for release, as it stands or with a new text.
#[derive(serde::Serialize)]
pub struct ProposeRelease {
    pub technology: TechnologyId,
    /// The version that the proposer saw.
    pub version: u64,
    /// The text as it stands when left out.
    pub content: Option<Content>,
    pub disclosure: Disclosure,
    /// Evidence, handed in before by the same person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<FileId>,
}

/// What a proposal needs to know.
pub struct ProposeFacts {
    technology: Technology,
    desk: OrganisationId,
    is_under_review: bool,
    documents: Documents,
}

impl Act for ProposeRelease {
    const ACT: A = A::ProposeRelease;
    type Facts = ProposeFacts;
    type Plan = (ProposeFacts, Matter);
    type Outcome = CaseMoved;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.technology)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<ProposeFacts, Stop> {
        let technology = crate::technology::find(cx, self.technology)?;
        let desk = case::desk_for(cx, trading::release::NAME, technology.owner)?;
        let open = store::case::open_about(cx.tx, &self.technology.to_string())?;
        let is_review = |case: &Case| case.running.process == trading::release::NAME;
        let is_under_review = open.iter().any(is_review);
        let documents = Documents::load(cx, &self.documents, technology.owner)?;
        Ok(ProposeFacts { technology, desk, is_under_review, documents })
    }

    fn thing(&self, facts: &ProposeFacts) -> Thing {
        crate::technology::thing_of(&facts.technology)
    }

    fn decide(&self, facts: ProposeFacts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut reasons = facts.documents.reasons(cx);
        let technology = &facts.technology;
        if technology.version != self.version {
            let refusal = Refusal::new(Class::Conflict, "version-conflict");
            let refusal = refusal.number("seen", self.version);
            reasons.push(refusal.number("now", technology.version));
        }
        if facts.is_under_review {
            reasons.push(Refusal::new(Class::Refused, "release-under-review"));
        }
        let content = self.content.clone().unwrap_or_else(|| technology.content.clone());
        let lodged = Matter::lodge(technology, content, self.disclosure.clone(), cx.city.fields());
        match lodged {
            Ok(matter) if reasons.is_empty() => Ok((facts, matter)),
            lodged => {
                reasons.extend(lodged.err().unwrap_or_default());
                Err(reasons)
            }
        }
    }

    fn save(&self, (facts, matter): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<CaseMoved, Stop> {
        let ProposeFacts { technology, desk, documents, .. } = facts;
        let matter = (&matter, documents);
        opened(cx, &technology.id, technology.owner, (desk, &technology.label), matter)
    }
}

/// Hands a returned text in again, mended.
#[derive(serde::Serialize)]
pub struct HandInAgain {
    pub case: CaseId,
    pub version: u64,
    pub content: Content,
    pub disclosure: Disclosure,
    pub reason: String,
    /// Evidence, handed in before by the same person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<FileId>,
}

impl Act for HandInAgain {
    const ACT: A = A::HandInAgain;
    type Facts = case::acts::Facts;
    type Plan = ((Case, Case), cases::Moved, Documents);
    type Outcome = CaseMoved;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.case)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        case::acts::load(cx, self.case, &self.documents)
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        thing_of(&facts.case)
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let declared = cases::Case::find(case::PROCESSES, &facts.case.running).map_err(one)?;
        let who = taker(&cx.actor, &facts.case);
        let who = who.ok_or_else(crate::account::sign_in_required).map_err(one)?;
        let taking = Taking {
            task: "amend".to_owned(),
            step: "hand-in".to_owned(),
            expected_version: self.version,
            answers: Map::new(),
            reason: self.reason.clone(),
            n_documents: self.documents.len(),
        };
        let moved = cases::take(&declared, &who, &taking, cx.now, case::working_days());
        let moved = facts.documents.checked(cx, moved);
        let mut matter = matter(&facts.case)?;
        let technology = facts.technology.ok_or_else(Refusal::not_found).map_err(one)?;
        let (content, disclosure) = (self.content.clone(), self.disclosure.clone());
        let amended = matter.amend(&technology, content, disclosure, cx.city.fields());
        match (moved, amended) {
            (Ok(moved), Ok(())) => {
                let running = moved.running.clone();
                let after = Case { running, matter: value_of(&matter), ..facts.case.clone() };
                Ok(((facts.case, after), moved, facts.documents))
            }
            (moved, amended) => {
                let mut reasons = moved.err().unwrap_or_default();
                reasons.extend(amended.err().unwrap_or_default());
                Err(reasons)
            }
        }
    }

    fn save(
        &self,
        ((before, after), moved, documents): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<CaseMoved, Stop> {
        let said = Said {
            kind: "step",
            task: "amend".to_owned(),
            step: "hand-in".to_owned(),
            reason: moved.reason.clone().unwrap_or_default(),
            documents: documents.files,
            ..Said::default()
        };
        Ok(CaseMoved::of(&case::save(cx, &before, after, Some(&moved), &said)?))
    }
}

/// Registers that there is something which cannot be told here: what is classified is handled off
/// line, and only its owner's own number stands in the city.
#[derive(serde::Serialize)]
pub struct RegisterStub {
    pub owner: OrganisationId,
    /// The owner's own number.
    pub key: String,
    /// A key of the field tree, or empty.
    pub field: String,
}

impl Act for RegisterStub {
    const ACT: A = A::RegisterStub;
    type Facts = (OrganisationId, bool);
    type Plan = Plan;
    type Outcome = crate::technology::Changed;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let owner = store::organisation::find(cx.tx, self.owner)?.ok_or_else(Refusal::not_found)?;
        Ok((owner.id, store::technology::key_taken(cx.tx, self.owner, self.key.trim())?))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::of(facts.0)
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Plan, Vec<Refusal>> {
        let key = text::required_line("external_key", &self.key, limits::KEY_CHARS_MAX);
        let key = key.map_err(|refusal| one(refusal.on("key")))?;
        let ask = CreateStub {
            id: cx.city.with_chance(|chance| TechnologyId::new(cx.now, chance)),
            reference: cx.city.reference("TE", cx.now),
            owner: self.owner,
            key: Some(key),
            field: self.field.clone(),
            label: None,
            source: None,
        };
        let fields = cx.city.fields();
        let known = CreateFacts { fields, key_taken: facts.1, marking_released: false };
        create_stub(&known, ask, cx.now)
    }

    fn save(&self, plan: Plan, cx: &mut Cx<'_, '_>) -> Result<Self::Outcome, Stop> {
        save_plan(cx, None, plan, "technology-stub-created", "")
    }
}

fn opened(
    cx: &mut Cx<'_, '_>,
    technology: &TechnologyId,
    owner: OrganisationId,
    (desk, label): (OrganisationId, &Label),
    (matter, documents): (&Matter, Documents),
) -> Result<CaseMoved, Stop> {
    let opener = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
    let opening = Opening {
        process: &trading::release::REVIEW,
        kind: REFERENCE,
        thing: technology.to_string(),
        owner,
        desk,
        opener,
        label,
        matter: value_of(matter),
        documents: documents.files,
    };
    let case = case::open(cx, opening)?;
    Ok(CaseMoved { technology: Some(*technology), ..CaseMoved::of(&case) })
}

/// A reviewed text on its way out.
pub(crate) struct Letting {
    plan: Plan,
    /// The version of the original that changes; none where a new technology is made.
    before: Option<u64>,
    review: Reference,
}

/// What a step means for a release review.
pub(crate) fn effect(
    case: &mut Case,
    technology: Option<&Technology>,
    (task, step): (&str, &str),
    answers: &Map<String, Value>,
    cx: &Cx<'_, '_>,
) -> Result<Effect, Vec<Refusal>> {
    let mut matter = matter(case)?;
    let mut effect = Effect::None;
    match (task, step) {
        ("review-content", "agree") => matter.cut(answers),
        ("review-confidentiality", "agree") => {
            matter.cut(answers);
            matter.agree(&case.label, answers)?;
        }
        ("review-confidentiality", "hold") => {
            let day = answers.get("review-again-on").and_then(Value::as_str);
            let today = case::working_days().date(cx.now);
            match day.and_then(base::time::read_date) {
                Some(day) if day > today => case::due_on(&mut case.running, day),
                _ => {
                    let refusal = Refusal::invalid("release-date-past").on("review-again-on");
                    return Err(one(refusal));
                }
            }
        }
        (_, "send-back" | "take-back" | "review-again") => {
            matter.agreed = None;
            matter.cut.clear();
        }
        ("publish", "release") => {
            let technology = technology.ok_or_else(Refusal::not_found).map_err(one)?;
            let letting = letting(case, &matter, technology, cx)?;
            matter.released_as = Some(letting.plan.technology.id);
            effect = Effect::Release(Box::new(letting));
        }
        _ => {}
    }
    case.matter = value_of(&matter);
    Ok(effect)
}

fn letting(
    case: &Case,
    matter: &Matter,
    technology: &Technology,
    cx: &Cx<'_, '_>,
) -> Result<Letting, Vec<Refusal>> {
    if let Some(refusal) = matter.waits(case::working_days().date(cx.now)) {
        return Err(one(refusal));
    }
    let label = matter.agreed.clone().unwrap_or_else(|| technology.label.clone());
    let review = case.reference.clone();
    let content = matter.told();
    let fields = cx.city.fields();
    if !matter.is_redacted() {
        let ask = Release { version: matter.version, content, label, review: review.clone() };
        let facts = trading::release::facts(technology, fields);
        let plan = release(&facts, ask, cx.now)?;
        return Ok(Letting { plan, before: Some(technology.version), review });
    }
    // A copy of its own: the original keeps its text, its label and its versions.
    let source = Source { review: Some(review.clone()), ..Source::default() };
    let ask = CreateTechnology {
        id: cx.city.with_chance(|chance| TechnologyId::new(cx.now, chance)),
        reference: cx.city.reference("TE", cx.now),
        owner: technology.owner,
        key: None,
        content,
        label: Some(label),
        proof: Proof::Source { text: review.to_string() },
        source: Some(source),
    };
    let known = CreateFacts { fields, key_taken: false, marking_released: false };
    let plan = trading::technology::change::create(&known, ask, cx.now)?.shown();
    Ok(Letting { plan, before: None, review })
}

/// Saves what is let out; says which technology it is.
pub(crate) fn let_out(cx: &mut Cx<'_, '_>, letting: Letting) -> Result<TechnologyId, Stop> {
    let Letting { plan, before, review } = letting;
    let note = review.to_string();
    Ok(save_plan(cx, before, plan, "technology-released", &note)?.technology)
}
