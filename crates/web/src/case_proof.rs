//! A step that needs a fresh proof of identity: the password once more, with what was typed kept.

use crate::form::Ticket;
use crate::link;
use crate::page::{Page, me, say};
use app::account::{EndSession, SignIn};
use app::{Asker, No, Who};
use base::Refusal;
use edge::{Reply, Request};
use look::{Field, Form, Kind, Look, PageHead, Width};
use maud::html;

/// The refusal that a fresh proof answers.
pub const CODE: &str = "case-fresh-proof-needed";
/// Never carried along.
const SECRETS: [&str; 3] = ["csrf_token", "idempotency_key", "password"];

/// A session that is fresh: who asks with it, its cookie, and the ticket of its forms.
pub struct Proved {
    pub asker: Asker,
    pub cookie: String,
    pub ticket: Ticket,
}

/// Asks for the password; everything else that was typed goes along.
pub fn asked(request: &Request, back: &str, reasons: &[Refusal]) -> Reply {
    let lang = request.lang;
    let key = request.fresh_key();
    let form = Form::new(lang, &request.path, &request.csrf, &key).with_errors(reasons);
    let kept = request.form.0.iter().filter(|(name, _)| !SECRETS.contains(&name.as_str()));
    let title = say(request, "case-proof-title");
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (say(request, "case-proof-lead")) }),
            ..PageHead::default()
        }))
        (form.view(html! {
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            (look::text_field(&form, &Field {
                name: "password", kind: Kind::Password, width: Width::Half,
                autocomplete: "current-password", ..Field::default()
            }))
            (look::actions(&[
                look::button(&say(request, "case-proof-act"), Look::Primary),
                html! { a href=(back) { (say(request, "button-cancel")) } },
            ]))
        }))
    };
    let page = Page::new(request, title).at(back).personal();
    if reasons.is_empty() { page.status(401) } else { page.failed(reasons) }.reply(content)
}

/// Opens a fresh session for the same person; the one before ends with it.
pub fn prove(request: &Request) -> Result<Proved, No> {
    let me = me(request)?;
    let password = request.form.get("password");
    let act = SignIn::new(&me.person.email, password, request.header("user-agent"));
    let city = request.city();
    let done = city.perform(&request.asker, act)?;
    if let Who::Session(session) = request.asker.who
        && let Err(no) = city.perform(&request.asker, EndSession { session })
    {
        tracing::warn!(%no, "the session before was not ended");
    }
    let asker = Asker { who: Who::Session(done.session), snapshot: None, ..request.asker.clone() };
    let (asker, _) = city.identify(asker)?;
    let csrf = app::secret::mark(&city.row()?.secret, &format!("form of {}", done.session));
    let key = request.form.get("idempotency_key");
    Ok(Proved {
        asker: if key.is_empty() { asker } else { asker.keyed(key) },
        cookie: request.secret_cookie("session", &done.secret, None),
        ticket: Ticket { csrf, key: request.fresh_key() },
    })
}

/// Back to the case that the step belongs to.
pub fn back(view: &app::case::View) -> String {
    link::case(view.case.id)
}
