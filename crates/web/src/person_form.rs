//! What administrators do about people: invite, give places and clearances, reset, shut.

use crate::form::{bilingual, day, label_words, reasons, ticket};
use crate::link;
use crate::page::{Page, get, may, me, moment, post, say};
use crate::person::{role_name, thing};
use access::{Act, Role, Thing};
use app::No;
use app::person::{
    CreatePerson, DisablePerson, EndMembership, GrantMembership, PersonChanged, ResetPassword,
    SetClearance, View,
};
use base::{
    Bilingual, Class, Clearance, Instant, Lang, Level, MembershipId, OrganisationId, PersonId,
    Refusal, limits,
};
use edge::{Reply, Request, Route};
use look::{Choice, Confirmation, Crumb, Field, Form, Kind, Look, PageHead, Tone, Width};
use maud::{Markup, html};

/// The routes that change people.
pub static ROUTES: &[Route] = &[
    get(link::PERSON_NEW, Act::CreatePerson, show_new),
    post(link::PEOPLE, Act::CreatePerson, create),
    get("/people/{id}/memberships", Act::GrantMembership, show_membership),
    post("/people/{id}/memberships", Act::GrantMembership, grant),
    post("/people/{id}/memberships/{membership}/end", Act::EndMembership, end_membership),
    get("/people/{id}/clearance", Act::SetClearance, show_clearance),
    post("/people/{id}/clearance", Act::SetClearance, set_clearance),
    post("/people/{id}/closure", Act::DisablePerson, close),
    post("/people/{id}/link", Act::DisablePerson, reset),
];

fn not_allowed() -> No {
    Refusal::new(Class::NotAllowed, "not-allowed").into()
}

fn show_new(request: &Request) -> Result<Reply, No> {
    let me = me(request)?;
    let mut things = me.roles.iter().map(|(id, _, _)| Thing::of(*id)).chain([Thing::open()]);
    if !things.any(|thing| may(request, Act::CreatePerson, &thing)) {
        return Err(not_allowed());
    }
    let organisation = match OrganisationId::parse(request.query.get("organisation")) {
        Ok(id) => request.city().organisation(&request.asker, id)?.organisation.profile.name,
        Err(_) => Bilingual::default(),
    };
    let draft = Invitation {
        organisation: organisation.best(request.lang).0.to_owned(),
        lang: request.lang,
        ..Invitation::default()
    };
    Ok(invitation_page(request, &draft, &[]))
}

/// What the form of an invitation asks, as typed.
#[derive(Default)]
struct Invitation {
    email: String,
    name: Bilingual,
    lang: Lang,
    organisation: String,
    role: Option<Role>,
}

impl Invitation {
    /// What is wrong with the fields that say who it is, so that all reasons come at once.
    fn problems(&self) -> Vec<Refusal> {
        let mut found: Vec<Refusal> =
            parties::person::email(&self.email).err().into_iter().collect();
        if self.name.is_empty() {
            let missing = Refusal::invalid("field-required").on("name");
            found.push(missing.term("field", "field-name"));
        }
        found
    }
}

/// The organisation that was typed, or why it is none.
fn organisation_of(request: &Request, typed: &str) -> Result<OrganisationId, Vec<Refusal>> {
    if typed.is_empty() {
        let missing = Refusal::invalid("field-required").on("organisation");
        return Err(vec![missing.term("field", "field-organisation")]);
    }
    request
        .city()
        .organisation_named(typed)
        .map_err(|no| no.0.into_iter().map(|refusal| refusal.on("organisation")).collect())
}

fn role_of(request: &Request) -> Result<Role, Vec<Refusal>> {
    Role::parse(request.form.get("role")).ok_or_else(|| {
        vec![Refusal::invalid("field-required").on("role").term("field", "field-role")]
    })
}

fn create(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let form = &request.form;
    let draft = Invitation {
        email: form.get("email").trim().to_owned(),
        name: bilingual(form, "name"),
        lang: Lang::parse(form.get("language")).unwrap_or(request.lang),
        organisation: form.get("organisation").trim().to_owned(),
        role: Role::parse(form.get("role")),
    };
    let (organisation, role) =
        match (organisation_of(request, &draft.organisation), role_of(request)) {
            (Ok(organisation), Ok(role)) => (organisation, role),
            (organisation, role) => {
                let mut all = draft.problems();
                all.extend(organisation.err().unwrap_or_default());
                all.extend(role.err().unwrap_or_default());
                return Ok(invitation_page(request, &draft, &all));
            }
        };
    let act = CreatePerson {
        email: draft.email.clone(),
        name: draft.name.clone(),
        lang: draft.lang,
        organisation,
        role,
        invented: request.city().row()?.demo,
        password: None,
        hashed: String::new(),
    };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => {
            let seconds = parties::session::INVITATION_SECONDS;
            Ok(link_page(request, "person-invited", &done, request.now.plus_seconds(seconds)))
        }
        Err(no) if no.0.iter().all(|refusal| refusal.field.is_some()) => {
            Ok(invitation_page(request, &draft, &no.0))
        }
        Err(no) => Ok(invitation_page(request, &draft, &reasons(no)?)),
    }
}

fn invitation_page(request: &Request, draft: &Invitation, reasons: &[Refusal]) -> Reply {
    let lang = request.lang;
    let ticket = ticket(request);
    let form = Form::new(lang, link::PEOPLE, &ticket.csrf, &ticket.key).with_errors(reasons);
    let title = say(request, "person-new");
    let list = say(request, "person-list-title");
    let languages = Lang::ALL.map(|one| {
        let word = if one == Lang::En { "english" } else { "chinese" };
        (one, say(request, &format!("person-lang-{word}")))
    });
    let choices: Vec<Choice<'_>> = languages
        .iter()
        .map(|(one, text)| Choice {
            value: one.short(),
            text,
            hint: "",
            is_chosen: *one == draft.lang,
        })
        .collect();
    let body = html! {
        (look::text_field(&form, &Field {
            name: "email", value: &draft.email, kind: Kind::Email, width: Width::Half,
            ..Field::default()
        }))
        (look::bilingual_field(&form, &Field {
            name: "name", label: &say(request, "person-name"),
            most: Some(limits::NAME_CHARS_MAX), ..Field::default()
        }, &draft.name))
        (organisation_field(request, &form, &draft.organisation))
        (role_field(request, &form, draft.role))
        (look::radios(&form, &Field {
            name: "language", label: &say(request, "person-lang"), ..Field::default()
        }, &choices))
        (look::actions(&[look::button(&say(request, "person-invite"), Look::Primary)]))
    };
    let head = PageHead {
        lang,
        crumbs: &[Crumb { href: link::PEOPLE, text: &list }],
        title: &title,
        lead: Some(html! { (say(request, "person-new-lead")) }),
        ..PageHead::default()
    };
    let content = html! { (look::page_head(&head)) (form.view(body)) };
    Page::new(request, &title).at(link::PERSON_NEW).failed(reasons).reply(content)
}

fn organisation_field(request: &Request, form: &Form<'_>, value: &str) -> Markup {
    look::text_field(
        form,
        &Field {
            name: "organisation",
            value,
            hint: &say(request, "person-organisation-hint"),
            ..Field::default()
        },
    )
}

fn role_field(request: &Request, form: &Form<'_>, chosen: Option<Role>) -> Markup {
    let wide = may(request, Act::GrantMembership, &Thing::open());
    let own = [Role::FirmMember, Role::FirmAdministrator, Role::Member];
    let named: Vec<(Role, String, String)> = Role::ALL
        .into_iter()
        .filter(|role| wide || own.contains(role))
        .map(|role| {
            (role, role_name(request, role), say(request, &format!("role-{}-hint", role.word())))
        })
        .collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(role, text, hint)| Choice {
            value: role.word(),
            text,
            hint,
            is_chosen: chosen == Some(*role),
        })
        .collect();
    look::radios(form, &Field { name: "role", ..Field::default() }, &choices)
}

/// The page that tells a one-time link, once.
fn link_page(request: &Request, key: &str, done: &PersonChanged, ends: Instant) -> Reply {
    let lang = request.lang;
    let title = say(request, key);
    let next = html! {
        @match &done.link_secret {
            Some(secret) => {
                p { (say(request, "person-link-lead")) }
                p { (look::copy_id(lang, &format!(
                    "{}{}", request.origin(), link::set_password(secret),
                ))) }
                @if done.is_mailed {
                    (look::notice(lang, Tone::Info, html! { p { (say(request, "person-link-mailed")) } }))
                }
                (look::notice(lang, Tone::Wait, html! { p { (words::say_with(
                    lang, "person-link-once", &[("at", moment(request, ends).into())],
                )) } }))
            }
            None => p { (say(request, "person-link-told")) }
        }
    };
    let person = link::person(done.person);
    let content = look::confirmation(&Confirmation {
        lang,
        title: &title,
        reference: "",
        at: &moment(request, request.now),
        next,
        actions: vec![
            look::link_button(&person, &say(request, "person-open"), Look::Primary),
            look::link_button(link::PEOPLE, &say(request, "person-list-title"), Look::Plain),
        ],
    });
    Page::new(request, &title).at(person.as_str()).personal().reply(content)
}

/// The person of the address, if the reader may do this about them.
fn about(request: &Request, act: Act) -> Result<View, No> {
    me(request)?;
    let view = request.city().person(&request.asker, request.id("id")?)?;
    if may(request, act, &thing(&view)) { Ok(view) } else { Err(not_allowed()) }
}

fn changed(person: PersonId) -> Reply {
    Reply::see_other(look::address::with(&link::person(person), "changed", "1"))
}

fn show_membership(request: &Request) -> Result<Reply, No> {
    let view = about(request, Act::GrantMembership)?;
    Ok(membership_page(request, &view, &[]))
}

fn grant(request: &Request) -> Result<Reply, No> {
    let view = about(request, Act::GrantMembership)?;
    let typed = request.form.get("organisation").trim();
    let organisation = organisation_of(request, typed);
    let (role, until) = (role_of(request), day(request, "until", true));
    let (organisation, role, until) = match (organisation, role, until) {
        (Ok(organisation), Ok(role), Ok(until)) => (organisation, role, until),
        (organisation, role, until) => {
            let mut all = organisation.err().unwrap_or_default();
            all.extend(role.err().unwrap_or_default());
            all.extend(until.err());
            return Ok(membership_page(request, &view, &all));
        }
    };
    let act = GrantMembership { person: view.person.id, organisation, role, until };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(changed(done.person)),
        Err(no) => Ok(membership_page(request, &view, &reasons(no)?)),
    }
}

/// A form about one person, between their name and its button.
fn person_page(
    request: &Request,
    view: &View,
    (key, here): (&str, &str),
    reasons: &[Refusal],
    body: impl FnOnce(&Form<'_>) -> Markup,
) -> Reply {
    let lang = request.lang;
    let ticket = ticket(request);
    let form = Form::new(lang, here, &ticket.csrf, &ticket.key).with_errors(reasons);
    let title = say(request, key);
    let name = view.person.name.best(lang).0;
    let back = link::person(view.person.id);
    let head = PageHead {
        lang,
        crumbs: &[Crumb { href: &back, text: name }],
        kind: name,
        title: &title,
        lead: Some(html! { (say(request, &format!("{key}-lead"))) }),
        ..PageHead::default()
    };
    let fields = html! {
        (body(&form))
        (look::actions(&[look::button(&title, Look::Primary)]))
    };
    let content = html! { (look::page_head(&head)) (form.view(fields)) };
    Page::new(request, &title).at(here).failed(reasons).reply(content)
}

fn membership_page(request: &Request, view: &View, reasons: &[Refusal]) -> Reply {
    let here = link::person_memberships(view.person.id);
    let posted = &request.form;
    person_page(request, view, ("person-role-give", &here), reasons, |form| {
        html! {
            (organisation_field(request, form, posted.get("organisation")))
            (role_field(request, form, Role::parse(posted.get("role"))))
            (look::date_field(form, &Field {
                name: "until", value: posted.get("until"), is_optional: true,
                label: &say(request, "person-role-until"), ..Field::default()
            }))
        }
    })
}

fn end_membership(request: &Request) -> Result<Reply, No> {
    let membership: MembershipId = request.id("membership")?;
    let person: PersonId = request.id("id")?;
    let successor = crate::leaver::successor(request)?;
    let act = EndMembership { membership, successor };
    let done = request.city().perform(&request.keyed(), act)?;
    Ok(Reply::see_other(crate::leaver::told(&link::person(person), &done)))
}

fn show_clearance(request: &Request) -> Result<Reply, No> {
    let view = about(request, Act::SetClearance)?;
    let given = view.clearance.clone().unwrap_or_default();
    let offset = request.city().settings().utc_offset_minutes;
    let on = |at: Option<Instant>, seconds: i64| {
        at.map_or_else(String::new, |at| at.plus_seconds(seconds).date_at(offset).to_string())
    };
    let join = |set: &std::collections::BTreeSet<String>| {
        set.iter().cloned().collect::<Vec<_>>().join(" ")
    };
    let draft = ClearanceDraft {
        level: given.level,
        compartments: join(&given.compartments),
        lists: join(&given.lists),
        jurisdiction: given.jurisdiction,
        valid_from: on(given.valid_from, 0),
        // The end is the first moment that is outside; people name the last day inside.
        valid_to: on(given.valid_to, -1),
    };
    Ok(clearance_page(request, &view, &draft, &[]))
}

/// What the form of a clearance asks, as typed.
struct ClearanceDraft {
    level: Level,
    compartments: String,
    lists: String,
    jurisdiction: String,
    valid_from: String,
    valid_to: String,
}

fn set_clearance(request: &Request) -> Result<Reply, No> {
    let view = about(request, Act::SetClearance)?;
    let form = &request.form;
    let draft = ClearanceDraft {
        level: Level::parse(form.get("level")).unwrap_or_default(),
        compartments: form.get("compartments").to_owned(),
        lists: form.get("lists").to_owned(),
        jurisdiction: form.get("jurisdiction").trim().to_uppercase(),
        valid_from: form.get("valid_from").to_owned(),
        valid_to: form.get("valid_to").to_owned(),
    };
    let (from, to) = (day(request, "valid_from", false), day(request, "valid_to", true));
    let (valid_from, valid_to) = match (from, to) {
        (Ok(from), Ok(to)) => (from, to),
        (from, to) => {
            let all: Vec<Refusal> = from.err().into_iter().chain(to.err()).collect();
            return Ok(clearance_page(request, &view, &draft, &all));
        }
    };
    let clearance = Clearance {
        level: draft.level,
        compartments: label_words(&draft.compartments),
        lists: label_words(&draft.lists),
        jurisdiction: draft.jurisdiction.clone(),
        valid_from,
        valid_to,
    };
    let lists = clearance.lists.clone();
    let act = SetClearance { person: view.person.id, clearance };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(changed(done.person)),
        Err(no) => {
            // The word stands in one of two fields.
            let at_field = |refusal: Refusal| {
                let is_list = refusal.values.iter().any(
                    |(_, value)| matches!(value, base::Value::Text(text) if lists.contains(text)),
                );
                refusal.on(if is_list { "lists" } else { "compartments" })
            };
            let all: Vec<Refusal> = reasons(no)?.into_iter().map(at_field).collect();
            Ok(clearance_page(request, &view, &draft, &all))
        }
    }
}

fn clearance_page(
    request: &Request,
    view: &View,
    draft: &ClearanceDraft,
    reasons: &[Refusal],
) -> Reply {
    let lang = request.lang;
    let here = link::person_clearance(view.person.id);
    let levels = (0..).map_while(Level::from_number);
    let named: Vec<(Level, String, String)> = levels
        .map(|level| {
            let hint = say(request, &format!("label-level-{}-hint", level.word()));
            (level, words::level(lang, level), hint)
        })
        .collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(level, text, hint)| Choice {
            value: level.word(),
            text,
            hint,
            is_chosen: *level == draft.level,
        })
        .collect();
    let text = |key: &str| say(request, &format!("person-clearance-{key}"));
    person_page(request, view, ("person-clearance-set", &here), reasons, |form| {
        let optional = Field { is_optional: true, width: Width::Half, ..Field::default() };
        html! {
            (look::radios(form, &Field { name: "level", ..Field::default() }, &choices))
            (look::text_field(form, &Field {
                name: "compartments", value: &draft.compartments,
                label: &text("compartments"), hint: &text("words-hint"), ..optional
            }))
            (look::text_field(form, &Field {
                name: "lists", value: &draft.lists,
                label: &text("lists"), hint: &text("words-hint"), ..optional
            }))
            (look::text_field(form, &Field {
                name: "jurisdiction", value: &draft.jurisdiction, label: &text("jurisdiction"),
                hint: &text("jurisdiction-hint"), width: Width::Tiny, ..optional
            }))
            (look::date_field(form, &Field {
                name: "valid_from", value: &draft.valid_from, ..optional
            }))
            (look::date_field(form, &Field {
                name: "valid_to", value: &draft.valid_to, ..optional
            }))
        }
    })
}

fn close(request: &Request) -> Result<Reply, No> {
    let person: PersonId = request.id("id")?;
    let successor = crate::leaver::successor(request)?;
    let done = request.city().perform(&request.keyed(), DisablePerson { person, successor })?;
    Ok(Reply::see_other(crate::leaver::told(&link::person(done.person), &done)))
}

fn reset(request: &Request) -> Result<Reply, No> {
    let person: PersonId = request.id("id")?;
    let done = request.city().perform(&request.keyed(), ResetPassword { person })?;
    let ends = request.now.plus_seconds(parties::session::RESET_SECONDS);
    Ok(link_page(request, "person-reset-done", &done, ends))
}
