//! What the steps of a registration and of a joining mean: organisations, places, another case.

use super::{office_for, open_case};
use crate::act::{About, Cx, Stop};
use crate::case::{CaseMoved, Effect};
use crate::person::{add_place, is_machinery};
use access::Role;
use base::{Bilingual, Instant, Label, MembershipId, OrganisationId, PersonId, Refusal};
use parties::organisation::Profile;
use parties::registration::{Application, JOINING, JOINING_NAME, NAME, Standing};
use parties::{OrganisationKind, PersonState};
use serde_json::{Map, Value};
use store::case::Case;
use store::person::{FOR_EVER, Membership};
use store::{StoreError, Tx};

/// Times that an organisation was taken into another one, one after the other.
const MERGERS_MAX: usize = 8;

/// The organisation that speaks for a code today, and whether somebody looks after it.
pub(crate) fn holder_of(
    tx: &mut Tx<'_>,
    code: &str,
    now: Instant,
) -> Result<Option<(OrganisationId, bool)>, StoreError> {
    let Some(found) = store::organisation::by_credit_code(tx, code)? else { return Ok(None) };
    let holder = living(tx, found)?;
    let n = store::registration::n_administrators(tx, holder, now)?;
    Ok(Some((holder, n > 0)))
}

/// The organisation itself, or the one into which it was taken.
pub(crate) fn living(tx: &mut Tx<'_>, id: OrganisationId) -> Result<OrganisationId, StoreError> {
    let mut living = id;
    for _ in 0..MERGERS_MAX {
        let found = store::organisation::find(tx, living)?;
        let Some(into) = found.and_then(|found| found.merged_into) else { break };
        living = into;
    }
    Ok(living)
}

/// What has to be known before a step of this case; `None` for cases of other processes.
pub(crate) fn standing(cx: &mut Cx<'_, '_>, case: &Case) -> Result<Option<Standing>, Stop> {
    let holder = match case.running.process.as_str() {
        NAME => {
            let code = super::application_of(case).map(|it| it.credit_code).unwrap_or_default();
            holder_of(cx.tx, &code, cx.now)?
        }
        JOINING_NAME => Some((living(cx.tx, case.owner)?, true)),
        _ => return Ok(None),
    };
    let applicant = case.running.opener;
    let person = store::person::find(cx.tx, applicant)?;
    let places = store::person::roles(cx.tx, applicant, cx.now)?;
    let is_in = |holder: OrganisationId| places.iter().any(|(_, at, _)| *at == holder);
    Ok(Some(Standing {
        holder,
        is_applicant_there: person.is_some_and(|person| person.state == PersonState::Active),
        is_applicant_machinery: places.iter().any(|(.., role)| is_machinery(*role)),
        is_applicant_in_holder: holder.is_some_and(|(holder, _)| is_in(holder)),
    }))
}

/// Somebody who gets a place.
pub(crate) struct Admitting {
    person: PersonId,
    role: Role,
    /// Where there is none yet, it is added from the application.
    organisation: Option<OrganisationId>,
    application: Application,
    /// Whether the office has seen to it that the organisation is what it says.
    verifies: bool,
}

/// What a step comes to.
pub(crate) fn effect(
    case: &mut Case,
    standing: &Standing,
    (task, step): (&str, &str),
    answers: &Map<String, Value>,
) -> Result<Effect, Vec<Refusal>> {
    let application = super::application_of(case).unwrap_or_default();
    let person = case.running.opener;
    let holder = standing.holder.map(|(holder, _)| holder);
    match (task, step) {
        ("check", "accept") => {
            standing.accept(answers.get("checks").unwrap_or(&Value::Null))?;
            let role = Role::FirmAdministrator;
            let organisation = holder;
            let admitting = Admitting { person, role, organisation, application, verifies: true };
            Ok(Effect::Admit(Box::new(admitting)))
        }
        ("check", "pass-on") => {
            let holder = standing.pass_on()?;
            Ok(Effect::PassOn(Box::new((person, holder, application))))
        }
        ("amend", "hand-in") => {
            let amended = amended(application, answers)?;
            case.thing.clone_from(&amended.credit_code);
            case.matter = serde_json::to_value(&amended).expect("text keys only");
            Ok(Effect::None)
        }
        (_, "admit") => {
            standing.admit()?;
            let named = answers.get("role").and_then(Value::as_str).and_then(Role::parse);
            // The declaration offers these two alone.
            let role = named.unwrap_or(Role::FirmMember);
            let organisation = holder;
            let admitting = Admitting { person, role, organisation, application, verifies: false };
            Ok(Effect::Admit(Box::new(admitting)))
        }
        _ => Ok(Effect::None),
    }
}

/// What was handed in again, over what was there.
fn amended(before: Application, answers: &Map<String, Value>) -> Result<Application, Vec<Refusal>> {
    let typed = |name: &str| answers.get(name).and_then(Value::as_str).unwrap_or("").trim();
    let or = |typed: &str, before: &str| {
        if typed.is_empty() { before.to_owned() } else { typed.to_owned() }
    };
    let asked = Application {
        credit_code: or(typed("credit-code"), &before.credit_code),
        name: Bilingual::new(before.name.en.as_str(), or(typed("firm-name"), &before.name.zh)),
        evidence: or(typed("evidence"), &before.evidence),
        organisation: before.organisation,
    };
    // The step's own names of what the form of a registration calls otherwise.
    let renamed = |mut no: Refusal| {
        no.field = no.field.map(|field| match field.as_str() {
            "credit_code" => "credit-code".to_owned(),
            "firm.zh" | "firm.en" => "firm-name".to_owned(),
            _ => field,
        });
        no
    };
    super::read_application(&asked).map_err(|no| no.into_iter().map(renamed).collect())
}

/// Gives the place, and adds and verifies the organisation where that is due.
pub(crate) fn let_in(cx: &mut Cx<'_, '_>, it: Admitting) -> Result<OrganisationId, Stop> {
    let organisation = match it.organisation {
        Some(known) => known,
        None => add_organisation(cx, &it.application)?,
    };
    if it.verifies && store::organisation::verify(cx.tx, organisation, cx.now)? {
        let label = Label::public();
        let about = About {
            thing: organisation.to_string(),
            version: 0,
            owner: Some(organisation),
            label: &label,
            state: "verified",
        };
        cx.event("organisation-verified", about, Value::Null);
    }
    let place = Membership {
        id: cx.city.with_chance(|chance| MembershipId::new(cx.now, chance)),
        person: it.person,
        organisation,
        role: it.role,
        until_at: FOR_EVER,
    };
    add_place(cx, &place)?;
    let body = serde_json::json!({ "role": it.role.word(), "organisation": organisation });
    crate::person::event(cx, "membership-granted", it.person, body);
    Ok(organisation)
}

fn add_organisation(cx: &mut Cx<'_, '_>, it: &Application) -> Result<OrganisationId, Stop> {
    let id = cx.city.with_chance(|chance| OrganisationId::new(cx.now, chance));
    let reference = cx.city.reference("OR", cx.now);
    let profile = Profile {
        kind: OrganisationKind::Firm,
        name: it.name.clone(),
        short: Bilingual::default(),
        credit_code: it.credit_code.clone(),
        region: Bilingual::default(),
        about: Bilingual::default(),
        invented: store::city::find(cx.tx)?.is_some_and(|city| city.demo),
    };
    store::organisation::add(cx.tx, (id, &reference), &profile, cx.now)?;
    crate::organisation::event(cx, "organisation-created", id, 1, &profile);
    Ok(id)
}

/// Opens the case in which the administrator of a firm decides about somebody who wants to join.
pub(crate) fn pass_on(
    cx: &mut Cx<'_, '_>,
    person: PersonId,
    holder: OrganisationId,
    application: Application,
    documents: Vec<store::file::File>,
) -> Result<CaseMoved, Stop> {
    let desk = office_for(cx, JOINING_NAME)?;
    let application = Application { organisation: Some(holder), ..application };
    let of = (&JOINING, "JN", holder.to_string());
    open_case(cx, of, (holder, desk), person, (&application, documents))
}
