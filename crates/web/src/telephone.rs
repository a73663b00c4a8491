//! One's own telephone number: told, changed, taken away.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, post, say};
use access::Act;
use app::No;
use app::telephone::SetTelephone;
use base::Refusal;
use edge::{Reply, Request, Route};
use look::{Crumb, Field, Form, Kind, Look, PageHead, Width};
use maud::html;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::ACCOUNT_TELEPHONE, Act::SetTelephone, show),
    post(link::ACCOUNT_TELEPHONE, Act::SetTelephone, set),
];

fn show(request: &Request) -> Result<Reply, No> {
    page(request, &[])
}

fn set(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let telephone = request.form.get("telephone").to_owned();
    match request.city().perform(&request.keyed(), SetTelephone { telephone }) {
        Ok(()) => Ok(Reply::see_other(look::address::with(link::ACCOUNT, "changed", "1"))),
        Err(no) => page(request, &reasons(no)?),
    }
}

fn page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let own = request.city().own_telephone(&request.asker)?.unwrap_or_default();
    let value = match errors {
        [] => own.as_str(),
        _ => request.form.get("telephone"),
    };
    let title = say(request, "telephone-title");
    let ticket = ticket(request);
    let form =
        Form::new(lang, link::ACCOUNT_TELEPHONE, &ticket.csrf, &ticket.key).with_errors(errors);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::ACCOUNT, text: &say(request, "account-title") }],
            title: &title,
            lead: Some(html! { (say(request, "telephone-lead")) }),
            ..PageHead::default()
        }))
        (form.view(html! {
            (look::text_field(&form, &Field {
                name: "telephone", label: &say(request, "telephone-number"),
                hint: &say(request, "telephone-hint"), value, kind: Kind::Phone,
                width: Width::Half, autocomplete: "tel", is_optional: true,
                most: Some(parties::telephone::CHARS_MAX), ..Field::default()
            }))
            (look::actions(&[look::button(&say(request, "button-save"), Look::Primary)]))
        }))
    };
    let page = Page::new(request, &title).at(link::ACCOUNT_TELEPHONE).personal();
    Ok(page.failed(errors).reply(content))
}
