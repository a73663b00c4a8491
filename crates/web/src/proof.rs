//! A fresh proof of who one is, asked in the middle of a step, and the step gone on with.
//!
//! What was typed is carried in the form of the proof and sent again by us once the proof is right;
//! passwords, codes and files are never carried.

use crate::form::ticket;
use crate::link;
use crate::page::{Page, get, me_enrolling, post, say};
use access::Act;
use app::account::ProveIdentity;
use app::{No, Who};
use base::{Class, Refusal};
use edge::{Fields, Reply, Request, Route, route_of};
use look::{Field, Form, Kind, Look, PageHead, Width};
use maud::{Markup, html};

/// The routes of a proof.
pub static ROUTES: &[Route] = &[
    get(link::ACCOUNT_PROOF, Act::ProveIdentity, show),
    post(link::ACCOUNT_PROOF, Act::ProveIdentity, prove),
];

/// What stands before the name of a field that is carried.
const CARRIED: &str = "carried.";
/// Fields whose values are never carried.
const SECRETS: [&str; 5] = ["csrf_token", "password", "old", "new", "one_time_code"];

/// Where a proof leads.
struct Onward {
    /// The address that the form goes to, or the page to look at.
    to: String,
    /// The fields of the form; `None` where a page is only looked at.
    form: Option<Fields>,
    /// Whether something that was typed could not be kept.
    has_lost: bool,
}

fn show(request: &Request) -> Result<Reply, No> {
    me_enrolling(request)?;
    let to = link::own(request.query.get("next")).to_owned();
    Ok(page(request, &Onward { to, form: None, has_lost: false }, &[]))
}

/// The page for a step that was asked for without a fresh proof.
pub fn asked(request: &Request) -> Reply {
    if request.method == "GET" {
        return Reply::see_other(link::proof(&request.path_and_query));
    }
    let is_secret = |name: &str| SECRETS.contains(&name) && name != "csrf_token";
    let has_lost =
        !request.files.is_empty() || request.form.0.iter().any(|(name, _)| is_secret(name));
    if has_lost {
        let to = link::own_referer(request.header("referer"), request.origin());
        return page(request, &Onward { to, form: None, has_lost }, &[]);
    }
    asked_for(request, &request.form)
}

/// The page for a form with these fields, once its files are kept.
pub fn asked_for(request: &Request, typed: &Fields) -> Reply {
    let kept = typed.0.iter().filter(|(name, _)| !SECRETS.contains(&name.as_str()));
    let form = Some(Fields(kept.cloned().collect()));
    page(request, &Onward { to: request.path_and_query.clone(), form, has_lost: false }, &[])
}

fn prove(request: &Request) -> Result<Reply, No> {
    me_enrolling(request)?;
    let typed = &request.form;
    let to = link::own(typed.get("to")).to_owned();
    let carried = typed
        .0
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(CARRIED)?.to_owned(), value.clone())));
    let form = typed.has("sends").then(|| Fields(carried.collect()));
    let onward = Onward { to, form, has_lost: false };
    let act = ProveIdentity::new(&request.asker, typed.get("password"), typed.get("one_time_code"));
    match request.city().perform(&request.asker, act) {
        Ok(proved) => {
            let reply = go_on(request, onward)?;
            Ok(reply.with_cookie(request.secret_cookie("session", &proved.secret, None)))
        }
        Err(no) if matches!(no.class(), Class::Invalid | Class::TooMany | Class::Refused) => {
            let reply = page(request, &onward, &no.0);
            Ok(match crate::refused::retry_after(&no) {
                Some(seconds) => reply.with_header("retry-after", seconds.to_string()),
                None => reply,
            })
        }
        Err(no) => Err(no),
    }
}

/// Looks at the page, or sends the form that was carried to its own route.
fn go_on(request: &Request, onward: Onward) -> Result<Reply, No> {
    let Some(form) = onward.form else { return Ok(Reply::see_other(onward.to)) };
    let (path, query) = onward.to.split_once('?').unwrap_or((&onward.to, ""));
    let found = route_of(&crate::routes(), "POST", path);
    let (Some(found), Who::Session(session)) = (found, request.asker.who) else {
        return Ok(Reply::see_other(onward.to));
    };
    let (run, face, act) = (found.0.run, found.0.face, found.0.act);
    let mut again = request.resumed(session, found, (path, query), form)?;
    // The step itself, not a rehearsal of it: the proof was what it waited for.
    again.asker.rehearses = false;
    let actor = again.asker.snapshot.clone().unwrap_or_default();
    request.city().limit(&again.asker, &actor, act.row().rate)?;
    Ok(run(&again).unwrap_or_else(|no| (face.refused)(&again, &no)))
}

fn page(request: &Request, onward: &Onward, reasons: &[Refusal]) -> Reply {
    let lang = request.lang;
    let ticket = ticket(request);
    let form = Form::new(lang, link::ACCOUNT_PROOF, &ticket.csrf, &ticket.key).with_errors(reasons);
    let title = say(request, "factor-proof-title");
    let has_factor =
        request.city().own_factor(&request.asker).is_ok_and(|own| own.enrolled.is_some());
    let back = link::own_referer(request.header("referer"), request.origin());
    let body = html! {
        input type="hidden" name="to" value=(onward.to);
        (carried(onward))
        (look::text_field(&form, &Field {
            name: "password", kind: Kind::Password, width: Width::Half,
            autocomplete: "current-password", ..Field::default()
        }))
        @if has_factor {
            (look::text_field(&form, &Field {
                name: "one_time_code", hint: &say(request, "factor-code-hint"), width: Width::Short,
                autocomplete: "one-time-code", ..Field::default()
            }))
        }
        (look::actions(&[
            look::button(&say(request, "factor-proof"), Look::Primary),
            look::link_button(&back, &say(request, "factor-proof-cancel"), Look::Plain),
        ]))
    };
    let head = PageHead {
        lang,
        title: &title,
        lead: Some(html! { (say(request, "factor-proof-lead")) }),
        ..PageHead::default()
    };
    let content = html! {
        (look::page_head(&head))
        @if onward.form.is_some() { p { (say(request, "factor-proof-kept")) } }
        @if onward.has_lost { p { (say(request, "factor-proof-kept-not")) } }
        (form.view(body))
        (crate::identity::proof_buttons(request, link::own(&onward.to)))
    };
    let page = Page::new(request, &title).personal().at(link::proof(link::own(&onward.to)));
    let page =
        if reasons.is_empty() { page.status(asked_status(onward)) } else { page.failed(reasons) };
    page.reply(content)
}

/// A step that was refused for want of a proof says so; the page itself is as good as any.
fn asked_status(onward: &Onward) -> u16 {
    if onward.form.is_some() || onward.has_lost { 401 } else { 200 }
}

fn carried(onward: &Onward) -> Markup {
    html! {
        @if let Some(form) = &onward.form {
            input type="hidden" name="sends" value="1";
            @for (name, value) in &form.0 {
                input type="hidden" name={ (CARRIED) (name) } value=(value);
            }
        }
    }
}
