//! People: the list for administrators, and one person with everything that can be done.

use crate::account::clearance;
use crate::form::{Ticket, ticket};
use crate::link;
use crate::organisation::invented;
use crate::page::{Page, get, may, me, moment, name, say};
use access::{Act, Role, Thing};
use app::No;
use app::person::View;
use base::{OrganisationId, PersonId, Refusal, limits};
use edge::{Reply, Request, Route};
use look::{Column, Confirm, Crumb, Look, PageHead, Pager, PostButton, Table, Tone};
use maud::{Markup, html};
use parties::{Person, PersonState};
use std::collections::BTreeSet;

/// The routes that show people.
pub static ROUTES: &[Route] =
    &[get(link::PEOPLE, Act::ListPeople, list), get("/people/{id}", Act::LookAtPerson, show)];

fn list(request: &Request) -> Result<Reply, No> {
    let me = me(request)?;
    let chosen = match request.query.get("organisation") {
        "" => None,
        text => Some(OrganisationId::parse(text).map_err(|_| Refusal::not_found())?),
    };
    // Who runs one organisation only starts with its people.
    let open = may(request, Act::ListPeople, &Thing::open());
    let own = me.roles.iter().map(|(id, _, _)| *id);
    let mut own = own.filter(|id| may(request, Act::ListPeople, &Thing::of(*id)));
    let organisation = chosen.or_else(|| if open { None } else { own.next() });
    let after = match request.query.get("after") {
        "" => String::new(),
        text => PersonId::parse(text).map_err(|_| Refusal::not_found())?.to_string(),
    };
    let rows = if organisation.is_some() { limits::PAGE_ROWS_MAX } else { limits::PAGE_ROWS };
    let most = (rows + 1).min(limits::PAGE_ROWS_MAX);
    let mut found = request.city().people(&request.asker, organisation, &after, most)?;
    let has_more = found.len() > rows;
    found.truncate(rows);
    let next = found
        .last()
        .filter(|_| has_more)
        .map(|(last, _)| look::address::with(link::PEOPLE, "after", &last.id.to_string()));
    list_page(request, organisation, &found, next.as_deref())
}

fn list_page(
    request: &Request,
    organisation: Option<OrganisationId>,
    found: &[(Person, Vec<Role>)],
    next: Option<&str>,
) -> Result<Reply, No> {
    let lang = request.lang;
    let owner = match organisation {
        None => None,
        Some(id) => Some(request.city().organisation(&request.asker, id)?.organisation),
    };
    let title = match &owner {
        None => say(request, "person-list-title"),
        Some(owner) => words::say_with(
            lang,
            "person-list-of",
            &[("organisation", owner.profile.name.best(lang).0.into())],
        ),
    };
    let thing = organisation.map_or_else(Thing::open, Thing::of);
    let mut acts = Vec::new();
    if may(request, Act::CreatePerson, &thing) {
        let href =
            organisation.map_or_else(|| link::PERSON_NEW.to_owned(), link::organisation_invitation);
        acts.push(look::link_button(&href, &say(request, "person-new"), Look::Primary));
    }
    let crumbs: Vec<(String, String)> = owner
        .iter()
        .map(|owner| (link::organisation(owner.id), owner.profile.name.best(lang).0.to_owned()))
        .collect();
    let crumbs: Vec<Crumb<'_>> = crumbs.iter().map(|(href, text)| Crumb { href, text }).collect();
    let content = html! {
        (look::page_head(&PageHead {
            lang, crumbs: &crumbs, title: &title, actions: acts, ..PageHead::default()
        }))
        (table(request, &title, found, organisation.is_some()))
        (look::pager(lang, &Pager::Keyset { previous: None, next }))
    };
    Ok(Page::new(request, &title).personal().reply(content))
}

fn table(
    request: &Request,
    caption: &str,
    rows: &[(Person, Vec<Role>)],
    has_roles: bool,
) -> Markup {
    let lang = request.lang;
    let mut heads = vec!["name", "email", "state"];
    if has_roles {
        heads.push("roles");
    }
    let titles: Vec<String> =
        heads.iter().map(|head| say(request, &format!("person-{head}"))).collect();
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let row = |(person, roles): &(Person, Vec<Role>)| {
        let (shown, other) = name(&person.name, lang);
        let mut cells = vec![
            html! {
                a href=(link::person(person.id)) lang=[other.map(base::Lang::tag)] { (shown) }
                @if person.invented { " " (invented(request)) }
            },
            html! { (person.email) },
            state(request, person.state),
        ];
        if has_roles {
            let named: Vec<String> = roles.iter().map(|role| role_name(request, *role)).collect();
            cells.push(html! { (words::list(lang, &named)) });
        }
        look::Row::from(cells)
    };
    look::table(&Table {
        lang,
        caption,
        is_caption_hidden: true,
        columns,
        rows: rows.iter().map(row).collect(),
        empty: Some(look::empty(&say(request, "person-list-empty"), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

/// Which of these people have a page that this reader may open.
pub fn openable<'a>(
    request: &Request,
    people: impl Iterator<Item = &'a (PersonId, base::Bilingual)>,
) -> BTreeSet<PersonId> {
    let all: BTreeSet<PersonId> = people.map(|(id, _)| *id).collect();
    let all: Vec<PersonId> = all.into_iter().collect();
    request.city().people_seen(&request.asker, &all).unwrap_or_default()
}

/// A role in words.
pub fn role_name(request: &Request, role: Role) -> String {
    say(request, &format!("role-{}", role.word()))
}

fn state(request: &Request, state: PersonState) -> Markup {
    let tone = match state {
        PersonState::Invited => Tone::Wait,
        PersonState::Active => Tone::Ok,
        PersonState::Disabled | PersonState::Erased => Tone::Plain,
    };
    look::state_tag(tone, &say(request, &format!("person-state-{}", state.word())))
}

/// The person as access judges them: in the organisation of their first place.
pub fn thing(view: &View) -> Thing {
    let owner = view.roles.first().map(|(_, organisation, _, _)| *organisation);
    Thing { owner, person: Some(view.person.id), ..Thing::default() }
}

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let id: PersonId = request.id("id")?;
    let view = request.city().person(&request.asker, id)?;
    let ticket = ticket(request);
    let thing = thing(&view);
    let (title, other) = name(&view.person.name, lang);
    let list = say(request, "person-list-title");
    let lists = may(request, Act::ListPeople, &Thing::open());
    let crumbs = [Crumb { href: link::PEOPLE, text: &list }];
    let mut tags = vec![state(request, view.person.state)];
    if view.person.invented {
        tags.push(invented(request));
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: if lists { &crumbs } else { &[] },
            kind: &say(request, "person-one"),
            title: &title,
            title_lang: other,
            title_other: if other.is_none() { view.person.name.get(lang.other()) } else { "" },
            tags,
            ..PageHead::default()
        }))
        @if request.query.get("changed") == "1" {
            (look::notice(lang, Tone::Ok, html! { p { (say(request, "person-changed")) } }))
            (crate::leaver::outcome(request))
        }
        (facts(request, &view))
        (look::part("roles", &say(request, "person-roles"), roles(request, &view, &thing, &ticket)))
        (look::part("clearance", &say(request, "person-clearance"),
            clearance_part(request, &view, &thing)))
        @if may(request, Act::DisablePerson, &thing) {
            (look::part("account", &say(request, "person-account"), shut(request, &view, &ticket)))
        }
        (crate::recovery::on_person(request, &view, &thing, &ticket)?)
        (crate::erasure::on_person(request, &view, &thing))
    };
    Ok(Page::new(request, title).personal().reply(content))
}

fn facts(request: &Request, view: &View) -> Markup {
    let lang = if view.person.lang == base::Lang::En { "english" } else { "chinese" };
    look::facts(&[
        (&say(request, "person-email"), html! { (view.person.email) }),
        (&say(request, "person-lang"), html! { (say(request, &format!("person-lang-{lang}"))) }),
        (&say(request, "person-since"), html! { (moment(request, view.person.created_at)) }),
    ])
}

fn roles(request: &Request, view: &View, thing: &Thing, ticket: &Ticket) -> Markup {
    let lang = request.lang;
    let may_end = may(request, Act::EndMembership, thing);
    html! {
        @if view.roles.is_empty() { p.quiet { (say(request, "person-no-role")) } }
        @for (membership, organisation, named, role) in &view.roles {
            div.row {
                span {
                    (role_name(request, *role)) " · "
                    a href=(link::organisation(*organisation)) { (named.best(lang).0) }
                }
                @if may_end {
                    (look::confirm(&Confirm {
                        lang,
                        open: &say(request, "person-role-end"),
                        title: &words::say_with(lang, "person-role-end-title", &[
                            ("role", role_name(request, *role).into()),
                        ]),
                        text: html! { p { (say(request, "person-role-end-text")) } },
                        act: crate::leaver::form(
                            request,
                            &link::person_membership_end(view.person.id, *membership),
                            &say(request, "person-role-end"),
                            ticket,
                        ),
                    }))
                }
            }
        }
        @if may(request, Act::GrantMembership, thing) {
            (look::link_button(
                &link::person_memberships(view.person.id), &say(request, "person-role-give"),
                Look::Plain,
            ))
        }
    }
}

fn clearance_part(request: &Request, view: &View, thing: &Thing) -> Markup {
    html! {
        @match &view.clearance {
            Some(given) => p { (clearance(request, given)) },
            None => p.quiet { (say(request, "person-no-clearance")) },
        }
        @if may(request, Act::SetClearance, thing) {
            (look::link_button(
                &link::person_clearance(view.person.id), &say(request, "person-clearance-set"),
                Look::Plain,
            ))
        }
    }
}

fn shut(request: &Request, view: &View, ticket: &Ticket) -> Markup {
    let lang = request.lang;
    let id = view.person.id;
    if view.person.state.is_shut() {
        return html! { p.quiet { (say(request, "person-shut")) } };
    }
    let named = [("name", view.person.name.best(lang).0.into())];
    html! {
        p.quiet { (say(request, "person-reset-lead")) }
        div.row.actions {
            (look::post_button(&PostButton {
                action: &link::person_link(id),
                csrf: &ticket.csrf,
                key: &ticket.key,
                text: &say(request, "person-reset"),
                look: Look::Plain,
                values: &[],
            }))
            (look::confirm(&Confirm {
                lang,
                open: &say(request, "person-close"),
                title: &words::say_with(lang, "person-close-title", &named),
                text: html! { p { (say(request, "person-close-text")) } },
                act: crate::leaver::form(
                    request,
                    &link::person_closure(id),
                    &say(request, "person-close"),
                    ticket,
                ),
            }))
        }
    }
}
