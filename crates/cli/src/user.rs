//! `user`: people, their places and their one-time links.

use crate::args::{User, UserAdd, UserFactor, UserList, UserNamed, UserRole};
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use access::Role;
use app::Asker;
use app::person::{
    CreatePerson, DisablePerson, EndMembership, GrantMembership, PersonChanged, ResetPassword,
};
use app::recovery::ResetFactor;
use base::{Bilingual, Class, Lang, OrganisationId, PersonId, Refusal, limits};

/// Runs one of them.
pub fn run(desk: &mut Desk<'_>, asked: &User) -> Outcome {
    match asked {
        User::Add(asked) => add(desk, asked),
        User::List(asked) => list(desk, asked),
        User::Disable(asked) => disable(desk, asked),
        User::Reset(asked) => reset(desk, asked),
        User::Role(asked) => role(desk, asked),
        User::Factor(UserFactor::Reset(asked)) => reset_factor(desk, asked),
    }
}

fn role_of(typed: &str) -> Result<Role, Failure> {
    Role::parse(typed.trim()).ok_or_else(|| {
        let choices = Role::ALL.map(Role::word).join(", ");
        let reason = Refusal::new(Class::Invalid, "cli-role-unknown");
        Failure::usage(reason.text("found", typed).text("choices", choices))
    })
}

fn add(desk: &mut Desk<'_>, asked: &UserAdd) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    let organisation = desk.organisation(asked.organisation.as_deref())?;
    let act = CreatePerson {
        email: asked.email.clone(),
        name: Bilingual::new(asked.name.clone(), asked.name_zh.clone().unwrap_or_default()),
        lang: if asked.name_zh.is_some() { Lang::Zh } else { desk.lang() },
        organisation,
        role: role_of(&asked.role)?,
        invented: false,
        password: None,
        hashed: String::new(),
    };
    if asked.writing.dry_run {
        parties::person::email(&asked.email)?;
        return desk.dry("cli-user-would-add", &[("email", asked.email.as_str().into())]);
    }
    let changed = desk.city.perform(&asker, act)?;
    tell_link(desk, &changed, "cli-user-added", &asked.email)
}

/// The one-time link is data: it is all that the caller needs to hand on.
fn tell_link(desk: &mut Desk<'_>, changed: &PersonChanged, key: &str, email: &str) -> Outcome {
    let link = changed.link_secret.as_ref().map(|secret| link(desk, secret));
    if desk.common.json {
        desk.json(&serde_json::json!({
            "person": changed.person, "link": link, "mailed": changed.is_mailed,
        }))?;
        return Ok(Exit::Done);
    }
    desk.say(key, &[("email", email.into())]);
    match link {
        Some(link) => desk.line(&link)?,
        None => desk.say("cli-secret-told-before", &[]),
    }
    if changed.is_mailed {
        desk.say("cli-user-mailed", &[("email", email.into())]);
    }
    Ok(Exit::Done)
}

/// The address under which a one-time link is opened.
pub fn link(desk: &Desk<'_>, secret: &str) -> String {
    format!("{}{}{secret}", desk.city.settings().public_url, LINK_PATH)
}

pub use app::person::LINK_PATH;

fn list(desk: &mut Desk<'_>, asked: &UserList) -> Outcome {
    let asker = desk.asker(asked.reading.acting.as_deref())?;
    let organisation = match asked.organisation.as_deref() {
        Some(typed) => Some(desk.city.organisation_named(typed)?),
        None => None,
    };
    let people = everybody(desk, &asker, organisation)?;
    if desk.common.json {
        let rows: Vec<serde_json::Value> = people
            .iter()
            .map(|(person, roles)| {
                serde_json::json!({
                    "person": person.id,
                    "email": person.email,
                    "name": person.name,
                    "state": person.state.word(),
                    "roles": roles.iter().map(|role| role.word()).collect::<Vec<_>>(),
                })
            })
            .collect();
        desk.json(&serde_json::json!({ "people": rows }))?;
        return Ok(Exit::Done);
    }
    let lang = desk.lang();
    let heads = ["person", "email", "name", "state", "roles"]
        .map(|head| words::say(lang, &format!("cli-head-{head}")));
    let rows: Vec<Vec<String>> = people
        .iter()
        .map(|(person, roles)| {
            let roles = roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(",");
            let name = person.name.best(lang).0.to_owned();
            let state = person.state.word().to_owned();
            vec![person.id.to_string(), person.email.clone(), name, state, roles]
        })
        .collect();
    desk.table(&heads, &rows)?;
    Ok(Exit::Done)
}

type People = Vec<(parties::Person, Vec<Role>)>;

fn everybody(
    desk: &Desk<'_>,
    asker: &Asker,
    organisation: Option<OrganisationId>,
) -> Result<People, Failure> {
    let mut all = People::new();
    let mut after = String::new();
    loop {
        let page = desk.city.people(asker, organisation, &after, limits::PAGE_ROWS_MAX)?;
        let is_last = page.len() < limits::PAGE_ROWS_MAX;
        for (person, roles) in page {
            after = person.id.to_string();
            all.push((person, roles));
        }
        if is_last {
            return Ok(all);
        }
    }
}

/// The person meant, with the address as it is kept.
fn named(desk: &Desk<'_>, asker: &Asker, typed: &str) -> Result<(PersonId, String), Failure> {
    let id = desk.city.person_named(typed)?;
    Ok((id, desk.city.person(asker, id)?.person.email))
}

fn disable(desk: &mut Desk<'_>, asked: &UserNamed) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    let (person, email) = named(desk, &asker, &asked.person)?;
    if asked.writing.dry_run {
        return desk.dry("cli-user-would-disable", &[("email", email.into())]);
    }
    desk.confirm("cli-user-disable-confirm", &email)?;
    desk.city.perform(&asker, DisablePerson { person, successor: None })?;
    let document = serde_json::json!({ "person": person });
    desk.done("cli-user-disabled", &[("email", email.into())], &document)
}

fn reset(desk: &mut Desk<'_>, asked: &UserNamed) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    let (person, email) = named(desk, &asker, &asked.person)?;
    if asked.writing.dry_run {
        return desk.dry("cli-user-would-reset", &[("email", email.into())]);
    }
    let changed = desk.city.perform(&asker, ResetPassword { person })?;
    tell_link(desk, &changed, "cli-user-reset", &email)
}

/// As the operator's account: an act like any other, in the log and told to the person.
fn reset_factor(desk: &mut Desk<'_>, asked: &UserNamed) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    let (person, email) = named(desk, &asker, &asked.person)?;
    if asked.writing.dry_run {
        return desk.dry("cli-user-would-reset-factor", &[("email", email.into())]);
    }
    desk.confirm("cli-user-reset-factor-confirm", &email)?;
    desk.city.perform(&asker, ResetFactor { person })?;
    let document = serde_json::json!({ "person": person });
    desk.done("cli-user-factor-reset", &[("email", email.into())], &document)
}

fn role(desk: &mut Desk<'_>, asked: &UserRole) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    let (person, email) = named(desk, &asker, &asked.person)?;
    let role = role_of(&asked.role)?;
    let organisation = desk.organisation(asked.organisation.as_deref())?;
    let args = [("email", email.as_str().into()), ("role", role.word().into())];
    if asked.writing.dry_run {
        let key = if asked.end { "cli-user-would-end-role" } else { "cli-user-would-give-role" };
        return desk.dry(key, &args);
    }
    let document = serde_json::json!({
        "person": person, "organisation": organisation, "role": role.word(),
    });
    if !asked.end {
        let act = GrantMembership { person, organisation, role, until: None };
        desk.city.perform(&asker, act)?;
        return desk.done("cli-user-role-given", &args, &document);
    }
    let view = desk.city.person(&asker, person)?;
    let place = view.roles.iter().find(|(_, of, _, held)| *of == organisation && *held == role);
    let membership = place.map(|(membership, ..)| *membership).ok_or_else(|| {
        let reason = Refusal::new(Class::NotFound, "cli-role-not-held");
        reason.text("email", &email).text("role", role.word())
    })?;
    desk.city.perform(&asker, EndMembership { membership, successor: None })?;
    desk.done("cli-user-role-ended", &args, &document)
}
