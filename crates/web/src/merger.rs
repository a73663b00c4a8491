//! Taking an organisation into another: what goes with it is shown before.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, name, post, say};
use access::Act;
use app::No;
use app::merger::{Counts, MergeOrganisations};
use base::{OrganisationId, Refusal, limits};
use edge::{Reply, Request, Route};
use look::{Crumb, Field, Form, Look, PageHead, Width};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/organisations/{id}/merger", Act::MergeOrganisations, show),
    post("/organisations/{id}/merger", Act::MergeOrganisations, merge),
];

fn show(request: &Request) -> Result<Reply, No> {
    page(request, &[])
}

fn page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    me(request)?;
    let id: OrganisationId = request.id("id")?;
    let view = request.city().merger(&request.asker, id)?;
    let named = name(&view.organisation.profile.name, lang).0;
    let title = say(request, "merger-title");
    let lead = words::say_with(lang, "merger-lead", &[("organisation", named.as_str().into())]);
    let (ticket, action) = (ticket(request), link::merger(id));
    let form = Form::new(lang, &action, &ticket.csrf, &ticket.key).with_errors(errors);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::organisation(id), text: &named }],
            title: &title,
            lead: Some(html! { (lead) }),
            ..PageHead::default()
        }))
        (look::sheet(&say(request, "merger-goes"), html! {
            (goes(request, view.counts))
            p { (say(request, "merger-and")) }
        }))
        (form.view(html! {
            input type="hidden" name="version" value=(view.organisation.version);
            (look::text_field(&form, &Field {
                name: "into", value: request.form.get("into"), width: Width::Half,
                hint: &say(request, "merger-into-hint"),
                most: Some(limits::NAME_CHARS_MAX), ..Field::default()
            }))
            (look::text_field(&form, &Field {
                name: "reason", value: request.form.get("reason"),
                hint: &say(request, "merger-reason-hint"),
                most: Some(limits::SUMMARY_CHARS_MAX), ..Field::default()
            }))
            (look::actions(&[look::button(&say(request, "merger-press"), Look::Danger)]))
        }))
    };
    Ok(Page::new(request, &title).at(action.as_str()).failed(errors).personal().reply(content))
}

fn goes(request: &Request, counts: Counts) -> Markup {
    let number = |n: u64| words::number(request.lang, i64::try_from(n).unwrap_or(i64::MAX));
    look::facts(&[
        (&say(request, "merger-technologies"), html! { (number(counts.n_technologies)) }),
        (&say(request, "merger-cases"), html! { (number(counts.n_cases)) }),
        (&say(request, "merger-deals"), html! { (number(counts.n_deals)) }),
        (&say(request, "merger-people"), html! { (number(counts.n_people)) }),
    ])
}

fn merge(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let organisation: OrganisationId = request.id("id")?;
    let typed = request.form.get("into").trim();
    if typed.is_empty() {
        let missing = Refusal::invalid("field-required").on("into").term("field", "field-into");
        return page(request, &[missing]);
    }
    let into = match request.city().organisation_named(typed) {
        Ok(into) => into,
        Err(no) => {
            let on_form = |refusal: Refusal| refusal.on("into");
            return page(request, &no.0.into_iter().map(on_form).collect::<Vec<_>>());
        }
    };
    let act = MergeOrganisations {
        organisation,
        version: request.form.get("version").parse().unwrap_or(0),
        into,
        reason: request.form.get("reason").to_owned(),
    };
    match request.city().merge(&request.keyed(), act) {
        Ok(done) => Ok(Reply::see_other(link::organisation(done.into))),
        Err(no) => page(request, &reasons(no)?),
    }
}

/// On the page of one that was taken into another, the way there.
pub fn leads(request: &Request, organisation: &parties::Organisation) -> Result<Markup, No> {
    let Some((into, named)) = request.city().merged_into(organisation)? else {
        return Ok(html! {});
    };
    let (shown, other) = name(&named, request.lang);
    Ok(look::notice(
        request.lang,
        look::Tone::Info,
        html! {
            p {
                (say(request, "merger-done-notice")) " "
                a href=(link::organisation(into)) lang=[other.map(base::Lang::tag)] { (shown) }
            }
        },
    ))
}
