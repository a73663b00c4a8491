//! Joint requests for a new standard: a firm opens one, others join, the office answers.

use crate::act::{About, Act, Cx, No, Stop, offers};
use crate::asker::Asker;
use crate::city::City;
use crate::usage::customers_of;
use access::{Act as A, Thing};
use base::{
    Bilingual, Class, JointRequestId, Label, Level, OrganisationId, Reference, Refusal, limits,
};
use instruments::joint_request::{FIRMS_MAX, Firm, JointRequest, State, open};
use store::Hold;

/// What a change of a request tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct JointRequestChanged {
    pub request: JointRequestId,
    pub reference: Reference,
    pub state: String,
    pub version: u64,
}

impl JointRequestChanged {
    fn of(it: &JointRequest) -> Self {
        let (reference, state) = (it.reference.clone(), it.state.word().to_owned());
        Self { request: it.id, reference, state, version: it.version }
    }
}

/// Everybody who is registered sees them: who else needs it is the point of them.
fn label() -> Label {
    Label::at(Level::Registered)
}

fn thing(organisation: OrganisationId) -> Thing {
    Thing { owner: Some(organisation), label: label(), ..Thing::default() }
}

fn told(cx: &mut Cx<'_, '_>, it: &JointRequest, kind: &str, body: serde_json::Value) {
    let label = label();
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: Some(it.organisation),
        label: &label,
        state: it.state.word(),
    };
    cx.event(kind, about, body);
}

fn known(cx: &mut Cx<'_, '_>, organisation: OrganisationId) -> Result<(), Stop> {
    let found = store::organisation::find(cx.tx, organisation)?;
    if found.is_none_or(|it| it.merged_into.is_some()) {
        return Err(Refusal::not_found().into());
    }
    Ok(())
}

/// Opens a request.
#[derive(serde::Serialize)]
pub struct OpenJointRequest {
    pub organisation: OrganisationId,
    pub title: String,
    pub reason: String,
}

impl Act for OpenJointRequest {
    const ACT: A = A::OpenJointRequest;
    type Facts = ();
    type Plan = (String, String);
    type Outcome = JointRequestChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        known(cx, self.organisation)
    }

    fn thing(&self, (): &()) -> Thing {
        thing(self.organisation)
    }

    fn decide(&self, (): (), _: &Cx<'_, '_>) -> Result<(String, String), Vec<Refusal>> {
        open(&self.title, &self.reason)
    }

    fn save(
        &self,
        (title, reason): (String, String),
        cx: &mut Cx<'_, '_>,
    ) -> Result<JointRequestChanged, Stop> {
        let it = JointRequest {
            id: cx.city.with_chance(|chance| JointRequestId::new(cx.now, chance)),
            reference: cx.city.reference("LH", cx.now),
            organisation: self.organisation,
            person: cx.actor.person.ok_or_else(crate::account::sign_in_required)?,
            title,
            reason,
            state: State::Open,
            answer: String::new(),
            standard: String::new(),
            asked_at: cx.now,
            answered_at: None,
            version: 1,
        };
        store::joint_request::add(cx.tx, &it)?;
        told(cx, &it, "joint-request-opened", serde_json::json!({}));
        Ok(JointRequestChanged::of(&it))
    }
}

/// Joins a request for an organisation.
#[derive(serde::Serialize)]
pub struct JoinJointRequest {
    pub request: JointRequestId,
    pub organisation: OrganisationId,
    /// What they need of it.
    pub word: String,
}

impl Act for JoinJointRequest {
    const ACT: A = A::JoinJointRequest;
    type Facts = (JointRequest, Vec<Firm>);
    type Plan = (JointRequest, String);
    type Outcome = JointRequestChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.request)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = store::joint_request::find(cx.tx, self.request)?.ok_or_else(Refusal::not_found)?;
        known(cx, self.organisation)?;
        Ok((it, store::joint_request::firms(cx.tx, self.request, FIRMS_MAX)?))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        thing(self.organisation)
    }

    fn decide(&self, (it, firms): Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let word = it.join(self.organisation, &firms, &self.word)?;
        Ok((it, word))
    }

    fn save(
        &self,
        (it, word): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<JointRequestChanged, Stop> {
        let person = cx.actor.person.ok_or_else(crate::account::sign_in_required)?;
        let (organisation, joined_at) = (self.organisation, cx.now);
        store::joint_request::join(cx.tx, it.id, &Firm { organisation, person, word, joined_at })?;
        told(cx, &it, "joint-request-joined", serde_json::json!({ "organisation": organisation }));
        Ok(JointRequestChanged::of(&it))
    }
}

/// The office takes a request on, or declines it.
#[derive(serde::Serialize)]
pub struct AnswerJointRequest {
    pub request: JointRequestId,
    pub version: u64,
    pub accepts: bool,
    pub answer: String,
    /// The number of the standard that came of it; empty for none.
    pub standard: String,
}

impl Act for AnswerJointRequest {
    const ACT: A = A::AnswerJointRequest;
    type Facts = JointRequest;
    type Plan = JointRequest;
    type Outcome = JointRequestChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.request)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<JointRequest, Stop> {
        let found = store::joint_request::find(cx.tx, self.request)?;
        Ok(found.ok_or_else(Refusal::not_found)?)
    }

    fn thing(&self, it: &JointRequest) -> Thing {
        thing(it.organisation)
    }

    fn decide(&self, it: JointRequest, cx: &Cx<'_, '_>) -> Result<JointRequest, Vec<Refusal>> {
        if it.version != self.version {
            return Err(vec![Refusal::new(Class::Conflict, "version-conflict")]);
        }
        it.answered((self.accepts, &self.answer), &self.standard, cx.now)
    }

    fn save(&self, mut it: JointRequest, cx: &mut Cx<'_, '_>) -> Result<JointRequestChanged, Stop> {
        if !store::joint_request::answer(cx.tx, &it, self.version)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        it.version += 1;
        told(cx, &it, "joint-request-answered", serde_json::json!({ "standard": it.standard }));
        Ok(JointRequestChanged::of(&it))
    }
}

/// A request in a list.
#[derive(Clone, Debug)]
pub struct JointRequestRow {
    pub request: JointRequest,
    pub organisation: Bilingual,
    /// How many want it, its opener among them.
    pub n_firms: u64,
}

/// A page of requests, newest first.
#[derive(Clone, Debug)]
pub struct JointRequestPage {
    pub rows: Vec<JointRequestRow>,
    pub next: Option<JointRequestId>,
    pub may_open: bool,
}

/// A request with everybody who wants it.
#[derive(Clone, Debug)]
pub struct JointRequestView {
    pub row: JointRequestRow,
    pub firms: Vec<(Firm, Bilingual)>,
    /// Organisations of the reader that have not joined.
    pub may_join: Vec<(OrganisationId, Bilingual)>,
    pub may_answer: bool,
}

impl City {
    /// Joint requests, newest first.
    pub fn joint_requests(
        &self,
        asker: &Asker,
        before: Option<JointRequestId>,
        limit: usize,
    ) -> Result<JointRequestPage, No> {
        self.read(asker, |rx| {
            rx.may(A::ListJointRequests, &Thing { label: label(), ..Thing::default() })?;
            let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
            let mut found = store::joint_request::list(rx.tx, before, limit + 1)?;
            let is_more = found.len() > limit;
            found.truncate(limit);
            let next = found.last().filter(|_| is_more).map(|(it, _)| it.id);
            let ids: Vec<OrganisationId> = found.iter().map(|(it, _)| it.organisation).collect();
            let names = store::organisation::names_of(rx.tx, &ids)?;
            let name = |id: OrganisationId| names.get(&id.to_string()).cloned().unwrap_or_default();
            let row = |(request, n_firms): (JointRequest, u64)| JointRequestRow {
                organisation: name(request.organisation),
                request,
                n_firms,
            };
            let rows = found.into_iter().map(row).collect();
            let may = |id: &OrganisationId| offers(&rx.actor, A::OpenJointRequest, &thing(*id));
            let may_open = customers_of(&rx.actor).iter().any(may);
            Ok(JointRequestPage { rows, next, may_open })
        })
    }

    /// One joint request.
    pub fn joint_request(&self, asker: &Asker, id: JointRequestId) -> Result<JointRequestView, No> {
        self.read(asker, |rx| {
            let open = Thing { label: label(), ..Thing::default() };
            rx.may(A::LookAtJointRequest, &open)?;
            let request = store::joint_request::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let firms = store::joint_request::firms(rx.tx, id, FIRMS_MAX)?;
            let mut own = customers_of(&rx.actor);
            own.retain(|id| !firms.iter().any(|firm| firm.organisation == *id));
            own.retain(|id| offers(&rx.actor, A::JoinJointRequest, &thing(*id)));
            if request.state != State::Open {
                own.clear();
            }
            let mut ids: Vec<OrganisationId> = firms.iter().map(|it| it.organisation).collect();
            ids.push(request.organisation);
            ids.extend(&own);
            let names = store::organisation::names_of(rx.tx, &ids)?;
            let name = |id: OrganisationId| names.get(&id.to_string()).cloned().unwrap_or_default();
            let is_office = offers(&rx.actor, A::AnswerJointRequest, &thing(request.organisation));
            let n_firms = u64::try_from(firms.len()).unwrap_or(u64::MAX);
            Ok(JointRequestView {
                may_answer: is_office && request.state == State::Open,
                may_join: own.into_iter().map(|id| (id, name(id))).collect(),
                firms: firms.into_iter().map(|it| (it.clone(), name(it.organisation))).collect(),
                row: JointRequestRow { organisation: name(request.organisation), request, n_firms },
            })
        })
    }

    /// Organisations for which the reader may open one.
    pub fn joint_request_choices(
        &self,
        asker: &Asker,
    ) -> Result<Vec<(OrganisationId, Bilingual)>, No> {
        self.read(asker, |rx| {
            let mut own = customers_of(&rx.actor);
            own.retain(|id| offers(&rx.actor, A::OpenJointRequest, &thing(*id)));
            let mut names = store::organisation::names_of(rx.tx, &own)?;
            let of = |id: OrganisationId| (id, names.remove(&id.to_string()).unwrap_or_default());
            Ok(own.into_iter().map(of).collect())
        })
    }
}
