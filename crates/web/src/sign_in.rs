//! Signing in and out; in the demonstration city also by one press as somebody invented.

use crate::carried::{Carried, resume};
use crate::form::{Ticket, ticket};
use crate::page::{Page, get, post, say};
use crate::{demo, link, sign_in_code};
use access::{Act, Role};
use app::account::{EndSession, Entered, SignIn, SignedIn};
use app::{No, Who};
use base::{Class, Refusal};
use edge::{Reply, Request, Route};
use look::{Field, Form, Kind, Look, PostButton, Tone, Width};
use maud::{Markup, html};
use parties::factor::HALF_SECONDS;

/// The routes of signing in and out.
pub static ROUTES: &[Route] = &[
    get(link::SIGN_IN, Act::SignIn, show),
    post(link::SIGN_IN, Act::SignIn, enter),
    post(link::SIGN_OUT, Act::SignOut, leave),
];

fn show(request: &Request) -> Result<Reply, No> {
    let typed = Typed { next: request.query.get("next"), ..Typed::default() };
    Ok(page(request, &typed, &[]))
}

fn enter(request: &Request) -> Result<Reply, No> {
    let next = request.form.get("next");
    let carried = Carried::back(request);
    let (email, password) = typed(request);
    let act = SignIn::new(&email, &password, request.header("user-agent"));
    match request.city().perform(&request.keyed(), act) {
        Ok(Entered::In(done)) => Ok(opened(request, next, carried, &done)),
        Ok(Entered::HalfWay(half)) => {
            let reply = match carried {
                Some(carried) => sign_in_code::page(request, next, Some(&carried), &[]),
                None => Reply::see_other(link::sign_in_code(next)),
            };
            // An answer repeated by its key tells no secret; the browser has it from the first.
            let kept = request.secret_cookie(HALF, &half.secret, Some(HALF_SECONDS));
            Ok(if half.secret.is_empty() { reply } else { reply.with_cookie(kept) })
        }
        Err(no) if matches!(no.class(), Class::SignIn | Class::TooMany | Class::Invalid) => {
            let typed = Typed { next, email: request.form.get("email"), carried };
            let reply = page(request, &typed, &no.0);
            Ok(match crate::refused::retry_after(&no) {
                Some(seconds) => reply.with_header("retry-after", seconds.to_string()),
                None => reply,
            })
        }
        Err(no) => Err(no),
    }
}

/// The cookie of a sign-in that waits for its code.
pub const HALF: &str = "half";

/// Signed in: the browser gets its secret, and goes where it was going, or back to the form that
/// was carried.
pub fn opened(request: &Request, next: &str, carried: Option<Carried>, done: &SignedIn) -> Reply {
    // The session before ends with the new one: one browser is one person.
    if let Who::Session(session) = request.asker.who {
        let ended = request.city().perform(&request.asker, EndSession { session });
        if let Err(no) = ended {
            tracing::warn!(%no, "the session before was not ended");
        }
    }
    let reply = match carried.and_then(|carried| resume(request, done.session, carried)) {
        Some(form) => form,
        None => Reply::see_other(link::own(next)),
    };
    // An answer repeated by its key tells no secret; the browser has it from the first.
    let reply = match done.secret.as_str() {
        "" => reply,
        secret => reply.with_cookie(request.secret_cookie("session", secret, None)),
    };
    // Whoever has chosen a language keeps it, and so do visitors of the demonstration.
    let chose = request.header("cookie").contains("lang=") || request.form.has("account");
    let lang = request.plain_cookie("lang", done.lang.short());
    if chose { reply } else { reply.with_cookie(lang) }
}

/// What was typed, or the invented person that was pressed.
fn typed(request: &Request) -> (String, String) {
    let pressed = request.form.get("account");
    let is_demo = request.city().row().is_ok_and(|row| row.demo);
    let mut accounts = demo::accounts().iter();
    match accounts.find(|account| is_demo && account.email == pressed) {
        Some(account) => (account.email.clone(), account.password.clone()),
        None => (request.form.get("email").to_owned(), request.form.get("password").to_owned()),
    }
}

fn leave(request: &Request) -> Result<Reply, No> {
    if let Who::Session(session) = request.asker.who {
        request.city().perform(&request.asker, EndSession { session })?;
    }
    let gone = request.secret_cookie("session", "", Some(0));
    Ok(Reply::see_other(link::HOME)
        .with_cookie(gone)
        .with_header("clear-site-data", "\"cache\", \"storage\""))
}

/// What the form of signing in holds besides the password.
#[derive(Default)]
pub struct Typed<'a> {
    pub next: &'a str,
    pub email: &'a str,
    /// A form that waits for its writer to be signed in.
    pub carried: Option<Carried>,
}

/// The form of signing in.
pub fn form(request: &Request, ticket: &Ticket, typed: &Typed<'_>, reasons: &[Refusal]) -> Markup {
    let lang = request.lang;
    let form = Form::new(lang, link::SIGN_IN, &ticket.csrf, &ticket.key).with_errors(reasons);
    form.view(html! {
        input type="hidden" name="next" value=(typed.next);
        @if let Some(carried) = &typed.carried { (carried.fields()) }
        (look::text_field(&form, &Field {
            name: "email", value: typed.email, kind: Kind::Email, width: Width::Half,
            autocomplete: "username", ..Field::default()
        }))
        (look::text_field(&form, &Field {
            name: "password", kind: Kind::Password, width: Width::Half,
            autocomplete: "current-password", ..Field::default()
        }))
        (look::actions(&[look::button(&say(request, "account-sign-in"), Look::Primary)]))
    })
}

/// The page of the first step.
pub fn page(request: &Request, typed: &Typed<'_>, reasons: &[Refusal]) -> Reply {
    let lang = request.lang;
    let ticket = ticket(request);
    let next = if typed.next.is_empty() { "" } else { link::own(typed.next) };
    let carried = typed.carried.clone();
    let typed = Typed { next, email: typed.email, carried };
    let title = say(request, "account-sign-in-title");
    let content = html! {
        (look::page_head(&look::PageHead {
            lang, title: &title, lead: Some(html! { (say(request, "account-sign-in-lead")) }),
            ..look::PageHead::default()
        }))
        @if request.query.get("set") == "1" {
            (look::notice(lang, Tone::Ok, html! { p { (say(request, "account-password-set")) } }))
        }
        @if request.query.get("erased") == "1" {
            (look::notice(lang, Tone::Ok, html! { p { (say(request, "erasure-done-text")) } }))
        }
        @if let Some(me) = &request.me {
            (look::notice(lang, Tone::Info, html! { p { (words::say_with(
                lang, "shell-signed-in-as", &[("name", me.person.name.best(lang).0.into())],
            )) } }))
        }
        @if typed.carried.is_some() { p { (say(request, "account-expired-carried")) } }
        (form(request, &ticket, &typed, reasons))
        (crate::identity::buttons(request, next, typed.carried.is_some()))
        p.quiet { (say(request, "account-sign-in-help")) }
        p {
            (say(request, "registration-offer")) " "
            a href=(link::REGISTER) { (say(request, "registration-offer-act")) }
        }
        (demo_panel(request, next, &ticket))
    };
    Page::new(request, title).at(link::sign_in(next)).failed(reasons).reply(content)
}

/// One button for each invented person, by what they do.
fn demo_panel(request: &Request, next: &str, ticket: &Ticket) -> Markup {
    let lang = request.lang;
    let accounts = demo::accounts();
    if accounts.is_empty() || !request.city().row().is_ok_and(|row| row.demo) {
        return html! {};
    }
    let body = html! {
        p { (say(request, "account-demo-lead")) }
        dl.facts {
            @for role in Role::ALL {
                @for account in accounts.iter().filter(|account| account.role == role) {
                    div {
                        dt { (words::say(lang, &format!("role-{}", role.word()))) }
                        dd.row {
                            (look::post_button(&PostButton {
                                action: link::SIGN_IN,
                                csrf: &ticket.csrf,
                                key: &ticket.key,
                                text: &words::say_with(lang, "account-demo-as", &[
                                    ("name", account.name.best(lang).0.into()),
                                ]),
                                look: Look::Plain,
                                values: &[("account", &account.email), ("next", next)],
                            }))
                            span.quiet { (account.organisation.best(lang).0) }
                        }
                    }
                }
            }
        }
    };
    look::sheet(&say(request, "account-demo-title"), body)
}
