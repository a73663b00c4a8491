//! Every kind of no as a page with a way out.

use crate::carried::{Carried, SECRETS};
use crate::link;
use crate::page::{Page, say};
use crate::sign_in::{self, Typed};
use app::No;
use base::{Class, Lang, Refusal};
use edge::{Body, Face, Reply, Request, Route};
use look::{ErrorPage, Look, PageHead, PostButton, error_page};
use maud::{Markup, html};

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
    let says = |code: &str| no.0.iter().any(|refusal| refusal.code == code);
    if says("proof-required") && request.me.is_some() {
        return crate::proof::asked(request);
    }
    let must_enrol = request.me.as_ref().is_some_and(|me| me.actor.must_enrol);
    if must_enrol && class == Class::NotAllowed && !says("form-expired") {
        let next = if request.method == "GET" { &request.path_and_query } else { link::DESK };
        return Reply::see_other(link::factor_first(next));
    }
    let is_late = no.0.iter().any(|refusal| refusal.code == "form-expired");
    if is_late || (class == Class::SignIn && request.method == "POST") {
        return expired(request);
    }
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

/// Entries shown of a form that came too late.
const ENTRIES_MAX: usize = 200;

/// A form that was open for too long, or whose writer was signed out: what was written is shown,
/// and can be sent again by whoever is signed in, but only to our own pages.
fn expired(request: &Request) -> Reply {
    if request.me.is_none() && request.path == link::SIGN_OUT {
        return Reply::see_other(link::HOME);
    }
    let lang = request.lang;
    let origin = request.header("origin");
    let is_ours = origin == request.origin() || request.header("sec-fetch-site") == "same-origin";
    let entries: Vec<&(String, String)> = if is_ours {
        let told = |(name, value): &&(String, String)| {
            !SECRETS.contains(&name.as_str()) && !value.is_empty()
        };
        request.form.0.iter().filter(told).take(ENTRIES_MAX).collect()
    } else {
        Vec::new()
    };
    let has_secret = request.form.has("password") || request.form.has("old");
    let is_whole = request.form.0.len() <= ENTRIES_MAX && request.files.is_empty();
    let may_repeat = is_ours && request.me.is_some() && !has_secret && is_whole;
    let back = link::own_referer(request.header("referer"), request.origin());
    let title = say(request, "account-expired-title");
    let mut acts =
        vec![look::link_button(&back, &say(request, "account-expired-back"), Look::Plain)];
    let carried = Carried::of(request).filter(|_| is_ours && request.me.is_none());
    if request.me.is_none() && carried.is_none() {
        let sign_in = link::sign_in(&back);
        acts.insert(
            0,
            look::link_button(&sign_in, &say(request, "account-sign-in"), Look::Primary),
        );
    }
    let ticket = crate::form::ticket(request);
    let typed = Typed { next: &back, carried, ..Typed::default() };
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (say(request, "account-expired-lead")) }),
            ..PageHead::default()
        }))
        @if typed.carried.is_some() {
            p { (say(request, "account-expired-carried")) }
        } @else if request.me.is_none() && !request.path.starts_with(link::SIGN_IN) {
            p { (say(request, "account-expired-sign-in")) }
        }
        @if !request.files.is_empty() { p { (say(request, "account-expired-files")) } }
        @if typed.carried.is_some() {
            (sign_in::form(request, &ticket, &typed, &[]))
            (crate::identity::buttons(request, &back, true))
        }
        @if !entries.is_empty() && typed.carried.is_none() {
            (look::part("kept", &say(request, "account-expired-kept"), kept(&entries, lang)))
        }
        @if may_repeat { (again(request, &entries)) }
        (look::actions(&acts))
    };
    Page::new(request, title).personal().status(403).at(back.as_str()).reply(content)
}

fn kept(entries: &[&(String, String)], lang: Lang) -> Markup {
    let term = |name: &str| {
        let key = base::text::field_term(name);
        let text = if words::has(&key) { words::say(lang, &key) } else { name.to_owned() };
        let mut letters = text.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string());
        first.unwrap_or_default() + letters.as_str()
    };
    let rows: Vec<(String, Markup)> =
        entries.iter().map(|(name, value)| (term(name), html! { (value) })).collect();
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    look::facts(&rows)
}

fn again(request: &Request, entries: &[&(String, String)]) -> Markup {
    let values: Vec<(&str, &str)> =
        entries.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    look::post_button(&PostButton {
        action: &request.path_and_query,
        csrf: &request.csrf,
        key: &request.fresh_key(),
        text: &say(request, "account-expired-again"),
        look: Look::Primary,
        values: &values,
    })
}

/// Seconds after which asking again makes sense.
pub fn retry_after(no: &No) -> Option<i64> {
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
