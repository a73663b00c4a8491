//! Every kind of no as a page with a way out.

use crate::link;
use crate::page::Page;
use app::No;
use base::{Class, Refusal};
use edge::{Body, Face, Reply, Request, Route};
use look::{ErrorPage, error_page};

/// The face of browsers.
pub static PAGE: Face = Face { name: "web", refused, by_token: false };

/// What no route knows: absent and hidden look the same.
pub static MISSING: Route = Route {
    method: "GET",
    path: "/{*missing}",
    act: access::Act::ReadLog,
    body: Body::None,
    face: &PAGE,
    run: |_| Err(Refusal::not_found().into()),
};

/// The status that browsers get for this kind of no.
pub fn status(class: Class) -> u16 {
    match class {
        Class::Invalid | Class::Refused => 422,
        Class::SignIn => 401,
        Class::NotAllowed => 403,
        Class::NotFound => 404,
        Class::Conflict => 409,
        Class::TooLarge => 413,
        Class::TooMany => 429,
        Class::ReadOnly => 507,
        Class::Busy | Class::Unknown => 503,
    }
}

fn refused(request: &Request, no: &No) -> Reply {
    let class = no.class();
    if class == Class::SignIn && request.method == "GET" {
        return Reply::see_other(link::sign_in(&request.path_and_query));
    }
    let own_fault = no.0.iter().any(|refusal| refusal.code == "own-fault");
    let status = if own_fault { 500 } else { status(class) };
    // The sentence for absent things is the page's own; repeating it as a reason adds nothing.
    let reasons: &[Refusal] = match class {
        Class::NotFound => &[],
        _ if own_fault => &[],
        _ => &no.0,
    };
    let is_get = request.method == "GET";
    let again = matches!(class, Class::Busy | Class::Unknown | Class::TooMany) && is_get;
    let sign_in = link::sign_in(if is_get { &request.path_and_query } else { link::DESK });
    let error = ErrorPage {
        lang: request.lang,
        class: (!own_fault).then_some(class),
        reasons,
        number: if own_fault { &request.asker.request } else { "" },
        home: link::HOME,
        sign_in: &sign_in,
        again: if again { &request.path_and_query } else { "" },
    };
    let title = error.title();
    let mut page = Page::new(request, title).personal().status(status);
    if !is_get {
        page = page.at(link::HOME);
    }
    let reply = page.reply(error_page(&error));
    match retry_after(no) {
        Some(seconds) => reply.with_header("retry-after", seconds.to_string()),
        None => reply,
    }
}

/// Seconds after which asking again makes sense.
fn retry_after(no: &No) -> Option<i64> {
    match no.class() {
        Class::TooMany => {
            let named = no.0.iter().flat_map(|refusal| &refusal.values);
            let mut seconds = named.filter(|(name, _)| name == "seconds");
            match seconds.next() {
                Some((_, base::Value::Number(seconds))) => Some(*seconds),
                _ => Some(60),
            }
        }
        Class::Busy | Class::Unknown => Some(2),
        Class::ReadOnly => Some(300),
        _ => None,
    }
}
