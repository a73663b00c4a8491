//! The people of an organisation, for whoever looks after it; and invitations, for whoever gets one.

use crate::form::{bilingual, reasons, ticket};
use crate::link;
use crate::page::{Page, get, may, me, moment, name, post, say};
use crate::person::role_name;
use access::{Act, Role, Thing};
use app::No;
use app::colleague::{
    ChangeColleague, InviteColleague, Invited, ROLES, RemoveColleague, RevokeInvitation,
};
use app::invitation::{AcceptInvitation, InvitationView};
use base::{Bilingual, Class, InvitationId, Lang, OrganisationId, PersonId, Refusal, limits};
use edge::{Reply, Request, Route};
use look::{
    Choice, Column, Confirm, Confirmation, Crumb, Field, Form, Kind, Look, PageHead, PostButton,
    Table, Tone, Width,
};
use maud::{Markup, html};
use parties::{Organisation, Person};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/organisations/{id}/people", Act::ListPeople, show),
    get("/organisations/{id}/people/new", Act::InviteColleague, show_new),
    post("/organisations/{id}/people", Act::InviteColleague, invite),
    post("/organisations/{id}/people/{person}/role", Act::ChangeColleague, change),
    post("/organisations/{id}/people/{person}/removal", Act::RemoveColleague, remove),
    post("/organisations/{id}/invitations/{invitation}/end", Act::RevokeInvitation, revoke),
    get("/invitations/{secret}", Act::AcceptInvitation, show_link),
    post("/invitations/{secret}", Act::AcceptInvitation, accept),
];

/// What the page tells when the browser comes back from an act.
const TOLD: [&str; 3] = ["removed", "changed", "revoked"];

/// The organisation of the address, for those who see its people.
fn organisation(request: &Request) -> Result<Organisation, No> {
    me(request)?;
    let id: OrganisationId = request.id("id")?;
    if !may(request, Act::ListPeople, &Thing::of(id)) {
        return Err(Refusal::not_found().into());
    }
    Ok(request.city().organisation(&request.asker, id)?.organisation)
}

fn show(request: &Request) -> Result<Reply, No> {
    let owner = organisation(request)?;
    page(request, &owner, &[])
}

fn page(request: &Request, owner: &Organisation, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let id = owner.id;
    let most = limits::PAGE_ROWS_MAX;
    let people = request.city().people(&request.asker, Some(id), "", most)?;
    let invitations = request.city().invitations(&request.asker, id)?;
    let named = owner.profile.name.best(lang).0;
    let title = words::say_with(lang, "colleague-title", &[("organisation", named.into())]);
    let runs = may(request, Act::InviteColleague, &Thing::of(id));
    let mut acts = Vec::new();
    if runs {
        let text = say(request, "colleague-invite");
        acts.push(look::link_button(&link::colleague_new(id), &text, Look::Primary));
    }
    let told = TOLD.into_iter().find(|told| *told == request.query.get("done"));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::organisation(id), text: named }],
            title: &title,
            lead: Some(html! { (say(request, "colleague-lead")) }),
            actions: acts,
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        @if let Some(told) = told {
            div role="status" { (look::notice(lang, Tone::Ok, html! {
                p { (say(request, &format!("colleague-done-{told}"))) }
            })) }
        }
        (look::part("people", &say(request, "colleague-list"), list(request, id, &people)))
        (look::part("invitations", &say(request, "colleague-waiting"),
            waiting(request, id, &invitations)))
    };
    Ok(Page::new(request, title).at(link::colleagues(id)).personal().failed(errors).reply(content))
}

fn list(request: &Request, id: OrganisationId, people: &[(Person, Vec<Role>)]) -> Markup {
    let own = request.me.as_ref().map(|me| me.person.id);
    html! {
        @for (person, roles) in people {
            div.sheet.stack {
                h3 {
                    (name(&person.name, request.lang).0)
                    @if own == Some(person.id) { " " (look::tag(Tone::Info, &say(request, "colleague-you"))) }
                }
                p {
                    (words::list(request.lang, &roles.iter().map(|role| role_name(request, *role)).collect::<Vec<_>>()))
                    " · " span.quiet { (person.email) }
                }
                (acts_on(request, id, person, roles))
            }
        }
    }
}

fn acts_on(request: &Request, id: OrganisationId, person: &Person, roles: &[Role]) -> Markup {
    let lang = request.lang;
    let thing = Thing::of(id);
    // What the city's office gives is the city's office's to end.
    if roles.iter().any(|role| !ROLES.contains(role)) {
        return html! {};
    }
    let named = [("name", name(&person.name, lang).0.into())];
    html! {
        @if may(request, Act::ChangeColleague, &thing) {
            details {
                summary { (say(request, "colleague-change")) }
                (role_form(request, id, person, roles))
            }
        }
        @if may(request, Act::RemoveColleague, &thing) {
            (look::confirm(&Confirm {
                lang,
                open: &say(request, "colleague-remove"),
                title: &words::say_with(lang, "colleague-remove-title", &named),
                text: html! { p { (say(request, "colleague-remove-text")) } },
                act: crate::leaver::form(
                    request,
                    &link::colleague_removal(id, person.id),
                    &say(request, "colleague-remove"),
                    &ticket(request),
                ),
            }))
        }
    }
}

fn role_form(request: &Request, id: OrganisationId, person: &Person, roles: &[Role]) -> Markup {
    let action = link::colleague_role(id, person.id);
    let key = request.fresh_key();
    let form = Form::new(request.lang, &action, &request.csrf, &key);
    form.view(html! {
        (roles_field(request, &form, roles.first().copied()))
        (look::actions(&[look::button(&say(request, "colleague-change-act"), Look::Second)]))
    })
}

fn roles_field(request: &Request, form: &Form<'_>, chosen: Option<Role>) -> Markup {
    let named: Vec<(Role, String, String)> = ROLES
        .into_iter()
        .map(|role| {
            let hint = say(request, &format!("role-{}-hint", role.word()));
            (role, role_name(request, role), hint)
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

fn waiting(
    request: &Request,
    id: OrganisationId,
    invitations: &[app::colleague::Invitation],
) -> Markup {
    let lang = request.lang;
    let caption = say(request, "colleague-waiting");
    let (email, role) = (say(request, "person-email"), say(request, "person-roles"));
    let (ends, act) = (say(request, "colleague-waiting-ends"), say(request, "colleague-revoke"));
    let columns = vec![
        Column::text("email", &email),
        Column::text("role", &role),
        Column::text("ends", &ends),
        Column::text("act", &act),
    ];
    let row = |it: &app::colleague::Invitation| {
        look::Row::from(vec![
            html! { (it.email) },
            html! { (role_name(request, it.role)) },
            html! { (moment(request, it.ends_at)) },
            html! {
                @if may(request, Act::RevokeInvitation, &Thing::of(id)) {
                    (look::post_button(&PostButton {
                        action: &link::invitation_end(id, it.id),
                        csrf: &request.csrf,
                        key: &request.fresh_key(),
                        text: &act,
                        look: Look::Plain,
                        values: &[],
                    }))
                }
            },
        ])
    };
    look::table(&Table {
        lang,
        caption: &caption,
        is_caption_hidden: true,
        columns,
        rows: invitations.iter().map(row).collect(),
        empty: Some(html! { p.quiet { (say(request, "colleague-waiting-none")) } }),
        is_cards: true,
        ..Table::default()
    })
}

fn show_new(request: &Request) -> Result<Reply, No> {
    let owner = organisation(request)?;
    if !may(request, Act::InviteColleague, &Thing::of(owner.id)) {
        return Err(Refusal::new(Class::NotAllowed, "not-allowed").into());
    }
    Ok(new_page(request, &owner, &[]))
}

fn invite(request: &Request) -> Result<Reply, No> {
    let owner = organisation(request)?;
    let form = &request.form;
    let email = form.get("email");
    let Some(role) = Role::parse(form.get("role")) else {
        let mut all: Vec<Refusal> = parties::person::email(email).err().into_iter().collect();
        all.push(Refusal::invalid("field-required").on("role").term("field", "field-role"));
        return Ok(new_page(request, &owner, &all));
    };
    let act = InviteColleague {
        organisation: owner.id,
        email: email.to_owned(),
        role,
        lang: Lang::parse(form.get("language")).unwrap_or(request.lang),
    };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(invited(request, &owner, &done)),
        Err(no) if no.0.iter().all(|refusal| refusal.field.is_some()) => {
            Ok(new_page(request, &owner, &no.0))
        }
        Err(no) => Ok(new_page(request, &owner, &reasons(no)?)),
    }
}

fn new_page(request: &Request, owner: &Organisation, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let ticket = ticket(request);
    let action = link::colleagues(owner.id);
    let form = Form::new(lang, &action, &ticket.csrf, &ticket.key).with_errors(errors);
    let title = say(request, "colleague-invite");
    let chosen = Role::parse(request.form.get("role")).or(Some(Role::FirmMember));
    let languages = Lang::ALL.map(|one| {
        let word = if one == Lang::En { "english" } else { "chinese" };
        (one, say(request, &format!("person-lang-{word}")))
    });
    let typed = Lang::parse(request.form.get("language")).unwrap_or(lang);
    let choices: Vec<Choice<'_>> = languages
        .iter()
        .map(|(one, text)| Choice { value: one.short(), text, hint: "", is_chosen: *one == typed })
        .collect();
    let named = owner.profile.name.best(lang).0;
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: &link::organisation(owner.id), text: named },
                Crumb { href: &action, text: &say(request, "colleague-list") },
            ],
            title: &title,
            lead: Some(html! { (say(request, "colleague-invite-lead")) }),
            ..PageHead::default()
        }))
        (form.view(html! {
            (look::text_field(&form, &Field {
                name: "email", value: request.form.get("email"), kind: Kind::Email,
                width: Width::Half, ..Field::default()
            }))
            (roles_field(request, &form, chosen))
            (look::radios(&form, &Field {
                name: "language", label: &say(request, "person-lang"), ..Field::default()
            }, &choices))
            (look::actions(&[look::button(&title, Look::Primary)]))
        }))
    };
    Page::new(request, &title).at(link::colleague_new(owner.id)).failed(errors).reply(content)
}

fn invited(request: &Request, owner: &Organisation, done: &Invited) -> Reply {
    let lang = request.lang;
    let title = say(request, "colleague-invited");
    let next = html! {
        @match &done.link_secret {
            Some(secret) => {
                p { (say(request, "person-link-lead")) }
                p { (look::copy_id(lang, &format!(
                    "{}{}", request.origin(), link::invitation(secret),
                ))) }
                (look::notice(lang, Tone::Wait, html! { p { (words::say_with(
                    lang, "person-link-once", &[("at", moment(request, done.ends_at).into())],
                )) } }))
            }
            None if done.is_mailed => p { (say(request, "colleague-invited-mailed")) },
            None => p { (say(request, "person-link-told")) }
        }
    };
    let people = link::colleagues(owner.id);
    let content = look::confirmation(&Confirmation {
        lang,
        title: &title,
        reference: "",
        at: &moment(request, request.now),
        next,
        actions: vec![look::link_button(
            &people,
            &say(request, "colleague-to-people"),
            Look::Primary,
        )],
    });
    Page::new(request, &title).at(people.as_str()).personal().reply(content)
}

fn back(id: OrganisationId, done: &str) -> Reply {
    Reply::see_other(look::address::with(&link::colleagues(id), "done", done))
}

fn change(request: &Request) -> Result<Reply, No> {
    let owner = organisation(request)?;
    let person: PersonId = request.id("person")?;
    let Some(role) = Role::parse(request.form.get("role")) else {
        let missing = Refusal::invalid("field-required").on("role").term("field", "field-role");
        return page(request, &owner, &[missing]);
    };
    let act = ChangeColleague { organisation: owner.id, person, role };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(back(owner.id, "changed")),
        Err(no) => page(request, &owner, &reasons(no)?),
    }
}

fn remove(request: &Request) -> Result<Reply, No> {
    let owner = organisation(request)?;
    let person: PersonId = request.id("person")?;
    let successor = match successor(request, owner.id) {
        Ok(successor) => successor,
        Err(unknown) => return page(request, &owner, &[unknown]),
    };
    let act = RemoveColleague { organisation: owner.id, person, successor };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(back(owner.id, "removed")),
        Err(no) => page(request, &owner, &reasons(no)?),
    }
}

/// Who takes over: a colleague. Of anybody else this page does not tell whether they are known here.
fn successor(request: &Request, id: OrganisationId) -> Result<Option<PersonId>, Refusal> {
    let typed = request.form.get("successor").trim().to_lowercase();
    if typed.is_empty() {
        return Ok(None);
    }
    let most = limits::PAGE_ROWS_MAX;
    let people = request.city().people(&request.asker, Some(id), "", most).unwrap_or_default();
    let found = people.into_iter().find(|(person, _)| person.email == typed);
    let unknown = || Refusal::invalid("person-successor-unknown").on("successor");
    found.map(|(person, _)| Some(person.id)).ok_or_else(unknown)
}

fn revoke(request: &Request) -> Result<Reply, No> {
    let owner = organisation(request)?;
    let invitation: InvitationId = request.id("invitation")?;
    let act = RevokeInvitation { organisation: owner.id, invitation };
    request.city().perform(&request.keyed(), act)?;
    Ok(back(owner.id, "revoked"))
}

/// Shows a form and nothing else: a mail scanner that follows the link uses nothing up.
fn show_link(request: &Request) -> Result<Reply, No> {
    let view = request.city().invitation_of_link(&request.asker, request.param("secret"))?;
    Ok(link_page(request, &view, &[]))
}

fn accept(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let secret = request.param("secret");
    let view = request.city().invitation_of_link(&request.asker, secret)?;
    let named = bilingual(&request.form, "name");
    let act = AcceptInvitation::new(secret, named, request.form.get("password"));
    if let Err(no) = request.city().perform(&request.asker, act) {
        return Ok(link_page(request, &view, &reasons(no)?));
    }
    let of = [("organisation", name(&view.organisation, lang).0.into())];
    let title = words::say_with(lang, "invitation-accepted", &of);
    let sign_in = link::sign_in(link::DESK);
    let content = look::confirmation(&Confirmation {
        lang,
        title: &title,
        reference: "",
        at: &moment(request, request.now),
        next: html! { p { (say(request, "invitation-accepted-next")) } },
        actions: vec![look::link_button(&sign_in, &say(request, "account-sign-in"), Look::Primary)],
    });
    Ok(Page::new(request, &title).at(link::SIGN_IN).personal().reply(content))
}

fn link_page(request: &Request, view: &InvitationView, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let here = link::invitation(request.param("secret"));
    let ticket = ticket(request);
    let form = Form::new(lang, &here, &ticket.csrf, &ticket.key).with_errors(errors);
    let of = [("organisation", name(&view.organisation, lang).0.into())];
    let title = words::say_with(lang, "invitation-title", &of);
    let told = [
        ("role", role_name(request, view.role).into()),
        ("email", view.email.as_str().into()),
        ("at", moment(request, view.ends_at).into()),
    ];
    let which = if view.has_account { "invitation-known" } else { "invitation-new" };
    let typed: Bilingual = bilingual(&request.form, "name");
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title,
            lead: Some(html! { (words::say_with(lang, "invitation-lead", &told)) }),
            ..PageHead::default()
        }))
        p { (say(request, which)) }
        (form.view(html! {
            @if view.has_account {
                (look::text_field(&form, &Field {
                    name: "password", kind: Kind::Password, width: Width::Half,
                    autocomplete: "current-password", ..Field::default()
                }))
            } @else {
                (look::bilingual_field(&form, &Field {
                    name: "name", label: &say(request, "invitation-name"),
                    most: Some(limits::NAME_CHARS_MAX), ..Field::default()
                }, &typed))
                (crate::password::new_password(request, &form, "password"))
            }
            (look::actions(&[look::button(&say(request, "invitation-accept"), Look::Primary)]))
        }))
        p.quiet { (say(request, "invitation-not-mine")) }
    };
    let page = Page::new(request, &title).at(here.as_str());
    if errors.is_empty() {
        page.personal().reply(content)
    } else {
        page.failed(errors).reply(content)
    }
}
