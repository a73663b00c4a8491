//! The second step of signing in: the code.

use crate::carried::Carried;
use crate::form::ticket;
use crate::page::{Page, get, post, say};
use crate::sign_in::{HALF, Typed, opened};
use crate::{link, sign_in};
use access::Act;
use app::No;
use app::account::FinishSignIn;
use base::{Class, Refusal};
use edge::{Reply, Request, Route};
use look::{Field, Form, Look, PageHead, Width};
use maud::html;

/// The routes of the second step.
pub static ROUTES: &[Route] = &[
    get(link::SIGN_IN_CODE, Act::FinishSignIn, show),
    post(link::SIGN_IN_CODE, Act::FinishSignIn, finish),
];

fn show(request: &Request) -> Result<Reply, No> {
    let next = request.query.get("next");
    if request.secret(HALF).is_empty() {
        return Ok(Reply::see_other(link::sign_in(next)));
    }
    Ok(page(request, next, None, &[]))
}

fn finish(request: &Request) -> Result<Reply, No> {
    let next = request.form.get("next");
    let carried = Carried::back(request);
    let act = FinishSignIn::new(request.secret(HALF), request.form.get("one_time_code"));
    let gone = request.secret_cookie(HALF, "", Some(0));
    match request.city().perform(&request.asker, act) {
        Ok(done) => Ok(opened(request, next, carried, &done).with_cookie(gone)),
        // Over: the first step is asked again, with the reason.
        Err(no) if no.class() == Class::SignIn => {
            let typed = Typed { next, email: "", carried };
            Ok(sign_in::page(request, &typed, &no.0).with_cookie(gone))
        }
        Err(no) if matches!(no.class(), Class::Invalid | Class::TooMany | Class::Refused) => {
            let reply = page(request, next, carried.as_ref(), &no.0);
            Ok(match crate::refused::retry_after(&no) {
                Some(seconds) => reply.with_header("retry-after", seconds.to_string()),
                None => reply,
            })
        }
        Err(no) => Err(no),
    }
}

/// The page of the code, with a form that waits for its writer to be signed in.
pub fn page(
    request: &Request,
    next: &str,
    carried: Option<&Carried>,
    reasons: &[Refusal],
) -> Reply {
    let lang = request.lang;
    let ticket = ticket(request);
    let form = Form::new(lang, link::SIGN_IN_CODE, &ticket.csrf, &ticket.key).with_errors(reasons);
    let title = say(request, "factor-sign-in-title");
    let next = if next.is_empty() { "" } else { link::own(next) };
    let body = html! {
        input type="hidden" name="next" value=(next);
        @if let Some(carried) = carried { (carried.fields()) }
        (look::text_field(&form, &Field {
            name: "one_time_code", hint: &say(request, "factor-code-hint"), width: Width::Short,
            autocomplete: "one-time-code", ..Field::default()
        }))
        (look::actions(&[look::button(&say(request, "factor-sign-in"), Look::Primary)]))
    };
    let head = PageHead {
        lang,
        title: &title,
        lead: Some(html! { (say(request, "factor-sign-in-lead")) }),
        ..PageHead::default()
    };
    let content = html! {
        (look::page_head(&head))
        (form.view(body))
        p.quiet { (say(request, "factor-sign-in-lost")) }
    };
    Page::new(request, &title).at(link::sign_in_code(next)).failed(reasons).reply(content)
}
